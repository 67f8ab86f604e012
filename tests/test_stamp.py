"""The stamp of a build: it holds where nothing changed, and for nothing else."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notesite import build, stamp
from notesite.runs import Options
from support import TODAY, SiteTest, page

Change = Callable[[Path], object]


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written just now counts as old: these tests change files at one time only where they mean to."""
    monkeypatch.setattr(stamp, "_TICK", 0)
    monkeypatch.setattr(stamp, "_COARSE", 0)


def options(root: Path, **asked: object) -> Options:
    """What a build of this site is asked."""
    return Options(root=root, **{"today": TODAY, **asked})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A site that was built, with a note of the future and a file of its own."""
    notes = {"a_de": page("A", date="2020-01-01"), "b_de": page("B", date="2099-01-01")}
    site = SiteTest(tmp_path / "site", **notes).write({"assets/x.txt": "x", "templates/own.html": ""})
    build.site(options(site.root))
    return site.root


def test_nothing_changed(root: Path):
    """A second build finds all as it was, and says what the first one said."""
    (root / "build/foreign.txt").write_text("mine", "utf-8")
    report = stamp.stands(options(root))
    assert report is not None
    first = build.site(options(root))
    assert (report.found, report.counts, report.output) == (first.found, first.counts, first.output)
    assert (report.written.written, report.written.kept) == (0, first.written.kept)


def test_edited_notes_are_told(root: Path):
    """What changed since is told where it is notes that were there; where it is anything else, nobody knows."""
    known = stamp.left(options(root))
    assert known is not None
    assert known.edited(stamp.sources(root)) == set()
    rewritten(root / "notes/a-de.md")
    assert known.edited(stamp.sources(root)) == {"notes/a-de.md"}
    (root / "templates/own.html").write_text("{{ 1 }}", "utf-8")
    assert known.edited(stamp.sources(root)) is None


def rewritten(path: Path) -> None:
    """Other bytes of the same length, with the time of before: only the time of the change itself tells."""
    before = path.stat()
    path.write_bytes(path.read_bytes().swapcase())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize(
    "change",
    [
        lambda root: rewritten(root / "notes/a-de.md"),
        lambda root: (root / "notes/a-de.md").unlink(),
        lambda root: (root / "notes/c-de.md").write_text("Neu.", "utf-8"),
        lambda root: (root / "notes/a-de.md").rename(root / "notes/x-de.md"),
        lambda root: (root / "notesite.toml").write_text("[pages]\nnewest = 3\n", "utf-8"),
        lambda root: (root / "templates/own.html").write_text("{{ 1 }}", "utf-8"),
        lambda root: (root / "assets/x.txt").unlink(),
        lambda root: rewritten(root / "build/de/a/index.html"),
        lambda root: (root / "build/de/a/index.html").unlink(),
        lambda root: (root / "build/assets/x.txt").unlink(),
        lambda root: shutil.rmtree(root / "build"),
        lambda root: shutil.rmtree(root / ".notesite"),
    ],
)
def test_any_change_is_seen(root: Path, change: Change):
    """A file that is changed, new, gone or renamed, of the site or of the output, is reason enough to look."""
    change(root)
    assert stamp.stands(options(root)) is None


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({"today": "2025-10-01"}, True),
        ({"today": "2099-01-01"}, False),
        ({"today": "2024-01-01"}, False),
        ({"drafts": True}, False),
        ({"base_url": "/repo/"}, False),
        ({"clean": True}, False),
        ({"strict": True}, False),
        ({"output": Path("elsewhere")}, False),
        ({"jobs": 2}, True),
    ],
)
def test_another_question_is_another_build(root: Path, asked: dict[str, object], holds: bool):
    """The stamp holds for the same question: not for drafts, another base, a day on which a future note appears."""
    assert (stamp.stands(options(root, **asked)) is not None) == holds


def test_a_build_that_failed_leaves_none(root: Path):
    """After a build that wrote nothing there is no stamp, so that its errors are told again."""
    (root / "notes/a-de.md").write_text("---\ntitle: [\n---\n", "utf-8")
    assert build.site(options(root)).written is None
    assert stamp.stands(options(root)) is None


def test_a_change_at_the_same_moment_is_feared(root: Path, monkeypatch: pytest.MonkeyPatch):
    """Where a source changed right before the build, another change might have the same time: no stamp is left."""
    monkeypatch.setattr(stamp, "_TICK", 10**15)
    monkeypatch.setattr(stamp, "_COARSE", 10**15)
    (root / "notes/a-de.md").write_text("Neu.", "utf-8")
    build.site(options(root))
    assert stamp.stands(options(root)) is None


@settings(max_examples=40)
@given(place=st.integers(0, 10**6), change=st.integers(0, 255))
def test_a_damaged_stamp_is_none(tmp_path_factory: pytest.TempPathFactory, place: int, change: int):
    """Whatever byte of a stamp is changed, or wherever it is cut, it does not hold."""
    root = SiteTest(tmp_path_factory.mktemp("stamp") / "site", a_de=page("A")).root
    build.site(options(root))
    (file,) = (root / ".notesite").glob("stamp-*")
    data = bytearray(file.read_bytes())
    if change:
        data[place % len(data)] ^= change
    else:
        del data[place % len(data) :]
    file.write_bytes(bytes(data))
    assert stamp.stands(options(root)) is None
