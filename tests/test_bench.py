"""The benchmark beside peers: what its notes are, and that it runs through.  What it measures is no test's matter."""

import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

from lxml import etree

from notesite import build
from notesite.diagnostics import failed
from notesite.runs import Options
from support import TODAY, built, tree

BENCH = Path(__file__).parent.parent / "bench"
LAYOUTS = ("notesite", "hugo", "pelican", "eleventy", "mkdocs")
TITLE = re.compile(rb'^title: "?(.+?)"?$', re.M | re.I)
KEY = re.compile(rb'^translationKey: "(.+)"$', re.M)


def ran(script: str, *words: str | Path, **environ: str) -> str:
    """What a script of the benchmark prints."""
    command = [sys.executable, str(BENCH / script), *map(str, words)]
    done = subprocess.run(command, env=os.environ | environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def notes(folder: Path, layout: str = "notesite", count: int = 40, **environ: str) -> dict[str, bytes]:
    """The files of a generated corpus."""
    ran("corpus.py", folder, "--notes", str(count), "--layout", layout, **environ)
    return tree(folder)


def test_corpus_is_the_same_twice(tmp_path):
    """The same count and seed give the same bytes, however Python orders its sets; another seed gives others."""
    one = notes(tmp_path / "one", PYTHONHASHSEED="1")
    assert len(one) == 40
    assert notes(tmp_path / "two", PYTHONHASHSEED="2") == one
    ran("corpus.py", tmp_path / "three", "--notes", "40", "--seed", "2")
    assert not set(tree(tmp_path / "three").values()) & set(one.values())


def test_layouts_hold_the_same_notes(tmp_path):
    """Every tool gets the same texts under the same titles; only front matter and paths are its own."""
    found = [notes(tmp_path / layout, layout) for layout in LAYOUTS]
    told = [
        Counter(
            (TITLE.findall(text)[0], text.split(b"\n\n", 1)[1].rpartition(b"---\n\n")[2]) for text in files.values()
        )
        for files in found
    ]
    assert all(one == told[0] for one in told)


def test_corpus_builds(tmp_path):
    """The notes build without an error; what comparing finds is the planted figure and nothing else."""
    notes(tmp_path)
    report = built(tmp_path)
    assert not failed(report.found, strict=False)
    assert [one.rule for one in report.found if one.path.startswith("notes/")] == ["figures-differ"]


def test_corpus_is_linked(tmp_path):
    """At least 95 of 100 pairs are found and none is wrong, held against the keys that only Hugo's layout has."""
    pairs = defaultdict(set)
    for text in notes(tmp_path / "hugo", "hugo", 120).values():
        pairs[KEY.findall(text)[0]].add(TITLE.findall(text)[0].decode())
    notes(tmp_path / "site", count=120)
    whole = build.linked(Options(root=tmp_path / "site", today=TODAY))
    titles = {note.path: note.title for note in whole.notes}
    found = [{titles[path] for path in group.notes} for group in whole.linkage.groups if len(group.notes) > 1]
    assert all(group in pairs.values() for group in found)
    assert len(found) >= 0.95 * len(pairs) == 57


def test_speed_runs_through(tmp_path):
    """With no peer installed, every row is measured and printed, the peers are named as left out, the curve drawn."""
    svg = tmp_path / "growth.svg"
    words = ["--notes", "20", "--runs", "1", "--wait", "0", "--svg", svg]
    head, table = ran("speed.py", *words, PATH=str(tmp_path), TMPDIR=str(tmp_path)).split("\n\n")
    assert "left out: hugo, pelican, eleventy, mkdocs" in head
    rows = [line for line in table.splitlines() if re.search(r"\d (s|MB|ms)\b", line)]
    assert [re.split("  +", line)[0] for line in rows] == [
        "built from nothing",
        "one note's body changed",
        "one note's title changed",
        "one note's source changed",
        "nothing changed",
        "`notesite --version`",
        "peak memory from nothing",
        "a note's time, from 10 to 20 notes",
        "two processes against one",
        "what is written",
        "pages of comparisons, on their own",
        "exports of each note, on their own",
        "exports of each publisher, on their own",
    ]
    assert "notesite" in etree.parse(svg).xpath("string()")
