"""The golden site: what tests/sites/bilingual must become, whole and byte for byte, wherever it is built."""

import difflib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from support import GOLDEN, SITES, TODAY, Pages, Tree, built, copied, tree

SITE = "bilingual"
ORIGIN = "https://notes.example"
SHOWN = 40
"""Lines of difference shown at most: a golden tree that is all wrong is read in the folder, not here."""
WIDEST = 160


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """The sample site, built."""
    root = copied(SITE, tmp_path_factory.mktemp("golden"))
    assert built(root).written
    return tree(root / "build")


def differences(found: Tree, wanted: Tree) -> list[str]:
    """What is new, lost and changed, as a list of files first and then as a diff, cut short."""
    changed = sorted(path for path in found.keys() & wanted.keys() if found[path] != wanted[path])
    files = [f"new      {path}" for path in sorted(found.keys() - wanted.keys())]
    files += [f"lost     {path}" for path in sorted(wanted.keys() - found.keys())]
    files += [f"changed  {path}" for path in changed]
    lines: list[str] = []
    for path in changed:
        before, after = (one[path].decode("utf-8", "replace").splitlines() for one in (wanted, found))
        lines += difflib.unified_diff(before, after, f"golden/{path}", f"built/{path}", lineterm="", n=1)
    return (
        files
        + [line[:WIDEST] for line in lines[:SHOWN]]
        + ([f"… and {len(lines) - SHOWN} lines more"] if len(lines) > SHOWN else [])
    )


def test_the_site_is_the_golden_one(made: Tree, rewrite: bool):
    """The sample site becomes the golden tree, file by file and byte by byte."""
    folder = GOLDEN / SITE
    if rewrite:
        shutil.rmtree(folder, ignore_errors=True)
        for path, data in made.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
    found = differences(made, tree(folder))
    assert not found, "\n".join(["the built site is not the golden one", *found, "make golden writes it anew"])


@pytest.mark.parametrize("change", [{"a": b"1"}, {"a": b"2", "b": b""}, {"a": b"1", "b": b"", "c": b""}])
def test_a_difference_is_seen(change: Tree):
    """A file that is lost, changed or new is a difference, and named first."""
    assert differences(change, {"a": b"1", "b": b""})[0].split()[1] in "abc"


def lost(pages: Pages) -> list[tuple[str, str]]:
    """Addresses within the site that are no file of it or name an anchor that is not there, with who names them."""
    found = []
    for path, named, full in pages.own():
        address, _, fragment = full.partition("#")
        file = pages.file(urlsplit(address).path)
        if file not in pages.files or (fragment and fragment not in pages.ids(file)):
            found.append((path, named))
    return found


def test_every_link_leads_somewhere(made: Tree):
    """Every address within the site, in pages, feeds, sitemap and redirects, is a file of it with that anchor."""
    assert not lost(Pages(made, origin=ORIGIN))


def test_a_lost_link_is_seen(made: Tree):
    """A page that goes, or an anchor, is missed by the crawl."""
    gone = {path: data for path, data in made.items() if path != "de/pegel/index.html"}
    gone["de/hochbruecke/index.html"] = made["de/hochbruecke/index.html"].replace(b' id="s1"', b"")
    named = {named for _, named in lost(Pages(gone, origin=ORIGIN))}
    assert {"/de/pegel/", "/de/pegel/#wo-gemessen-wird", "#s1"} <= named


def test_every_file_is_reached(made: Tree):
    """Every page and file of the site is named by another one, but for those that hosts look up by name."""
    pages = Pages(made, origin=ORIGIN)
    pairs = ((path, pages.file(urlsplit(full).path)) for path, _, full in pages.own())
    reached = {file for path, file in pairs if file != path}
    by_name = {".nojekyll", "404.html", "_headers", "_redirects", "robots.txt"}
    assert made.keys() - reached == {path for path in made if Path(path).name in by_name}


def test_a_base_path_changes_nothing_else(made: Tree, tmp_path: Path):
    """Built for /repo/, the site is the same but for that prefix, which every address within it has."""
    built(copied(SITE, tmp_path), base_url=f"{ORIGIN}/repo/")
    moved = tree(tmp_path / "build")
    assert differences({path: data.replace(b"/repo/", b"/") for path, data in moved.items()}, made) == []
    pages = Pages(moved, "/repo/", ORIGIN)
    assert not [(path, named) for path, named, full in pages.own() if not full.startswith("/repo/")]
    assert not lost(pages)


def test_a_bare_base_path_works(tmp_path: Path):
    """With a path and no host known, every address within the site has the path, and one warning tells of the host."""
    root = copied(SITE, tmp_path)
    (root / "notesite.toml").write_text('[site]\nlanguages = ["de", "en"]\n[notes]\nexclude = ["werkstatt/*"]')
    report = built(root, base_url="/repo/")
    pages = Pages(tree(root / "build"), "/repo/")
    assert [one.rule for one in report.found].count("site-url") == 1
    assert not [(path, named) for path, named, full in pages.own() if not full.startswith("/repo/")]
    assert not lost(pages)


@dataclass(frozen=True)
class World:
    """How the same site might come out differently: what the process is told, and how the files came to be there."""

    told: dict[str, str]
    jobs: int
    umask: int
    backwards: bool


EAST = World({"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati"}, 2, 0o077, True)
WEST = World({"PYTHONHASHSEED": "2", "TZ": "Pacific/Pago_Pago", "LC_ALL": "C"}, 1, 0o002, False)


@pytest.mark.parametrize("world", [EAST, WEST], ids=["far east", "far west"])
def test_the_same_bytes_everywhere(made: Tree, tmp_path: Path, world: World):
    """Folder, hash seed, time zone, locale, umask, age and order of files and number of processes change no byte."""
    root = tmp_path / "elsewhere" / "ein Ordner"
    for path in sorted((SITES / SITE).rglob("*.*"), reverse=world.backwards):
        target = root / path.relative_to(SITES / SITE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        os.utime(target, (0, 0))
    command = [sys.executable, "-m", "notesite", "build", "-s", root, "--today", TODAY, "--jobs", str(world.jobs)]
    subprocess.run(command, env=os.environ | world.told, umask=world.umask, check=True, capture_output=True)
    assert differences(tree(root / "build"), made) == []
