"""The benchmarks beside peers: what their notes are, and that they run through.  What they measure is no test's
matter.
"""

import importlib
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
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


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Imports a script of the benchmark."""
    monkeypatch.syspath_prepend(BENCH)
    return importlib.import_module


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
        "a paragraph with a figure more",
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


@pytest.mark.parametrize("layout", ["notesite", "hugo"])
@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("body", r"^\w.* WORD\.$"),
        ("title", "^title: .* WORD"),
        ("source", "-WORD\\)"),
    ],
)
def test_an_edit_changes_one_line(bench, tmp_path, layout, kind, place):
    """Each kind of edit puts its word, once, into one line of the note, where that kind belongs."""
    texts = [text.decode() for text in notes(tmp_path, layout).values()]
    edited = bench("generators").edited
    for before in texts:
        after = edited(before, kind, "oneword")
        lines = [new for old, new in zip(before.split("\n"), after.split("\n"), strict=True) if old != new]
        assert [bool(re.search(place.replace("WORD", "oneword"), line)) for line in lines] == [True]
        assert after.count("oneword") == 1


def test_an_edit_adds_a_paragraph(bench, tmp_path):
    """The edit of the second kind of text adds one paragraph of one line, with its word, and leaves all else."""
    for before in (text.decode() for text in notes(tmp_path, "notesite").values()):
        after = bench("generators").edited(before, "paragraph", "oneword")
        first, new, rest = re.split(r"(\n\nThis [^\n]* oneword [^\n]*)(?=\n\n|\n?$)", after)
        assert (first + rest, new.count("oneword")) == (before, 1)


@pytest.mark.parametrize("in_place", [False, True])
def test_a_note_is_saved_whole(bench, tmp_path, in_place):
    """Both ways of saving leave the new text under the old name and nothing else; only one writes into the old file."""
    note = tmp_path / "a.md"
    note.write_text("old")
    (tmp_path / "kept").hardlink_to(note)
    bench("preview").saved(note, "new", in_place)
    assert tree(tmp_path) == {"a.md": b"new", "kept": b"new" if in_place else b"old"}


def test_words_are_told_apart(bench):
    """Every edit has another word; the script in the page looks for all of that form, and none is part of another."""
    preview = bench("preview")
    words = [next(preview.WORDS) for _ in range(1000)]
    assert len(set(words)) == 1000
    assert {len(word) for word in words} == {len(preview.PREFIX) + 3}
    assert f"/{preview.PREFIX}[a-z]{{3}}/" in preview.LOOK


def test_distributions_are_told(bench):
    """A quantile is one of the numbers, the least that so many do not exceed; a histogram counts each number."""
    preview = bench("preview")
    numbers = [*range(100, 0, -1)]
    assert [preview.quantile(numbers, part) for part in (0, 0.5, 0.9, 0.95, 1)] == [1, 50, 90, 95, 100]
    assert preview.quantile([7.0], 0.9) == 7
    assert preview.histogram([10, 10, 10, 10, 100, 1000, 1000], 3) == "10 █▂▄ 1000"
    assert preview.histogram([50, 50], 4) == "50 █    50"


def test_preview_runs_through(chromium):
    """Each kind of edit is seen in a real browser and told in a line; a peer that is not asked for is not needed."""
    words = ["--notes", "20", "--edits", "2", "--pause", "0", "0.1", "--only", "notesite"]
    head, table = ran("preview.py", *words).split("\n\n")
    assert re.match(r"notesite [\d.]+\S*: the first page", head)
    lines = [re.split("  +", line)[:2] for line in table.splitlines()]
    assert lines == [["ms", "n"], *([f"notesite {kind}", "2"] for kind in ("body", "title", "source"))]
