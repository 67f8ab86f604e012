"""Facts of notes between builds: found by the note's bytes, never taken where they may be wrong."""

import os
import zlib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notesite import cache, facts
from notesite.facts import Kept
from notesite.parity import Parity
from notesite.records import File
from support import SiteTest, fill, page

LATER = 10**20
"""A time at which no file has just changed."""
A = "notes/a.md"


def kept(root: Path, path: str = A, what: bytes = b"facts") -> Kept:
    """What is kept of a note as it lies on disk."""
    looked = facts.look(root, path, None)
    assert isinstance(looked, tuple)
    return msgspec.structs.replace(looked[0], facts=what)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with two notes."""
    return fill(tmp_path, {A: "eins", "notes/b.md": "zwei"})


def test_what_is_kept_is_found(root: Path):
    """Facts that were written are read again; for another notesite or other settings there are none."""
    one = kept(root)
    facts.write(root, "tool", {A: one}, {}, LATER)
    assert facts.read(root, "tool") == {A: one}
    assert facts.read(root, "another") == {}


def test_times_spare_the_reading(root: Path):
    """A note whose size and times are as they were is not read: its bytes could say what they want."""
    one = msgspec.structs.replace(kept(root), digest="wrong")
    assert facts.look(root, A, one) == one


def test_bytes_decide_where_times_changed(root: Path):
    """A note that was touched is as it was; one with other bytes is read, and so is one that is not known."""
    one = kept(root)
    os.utime(root / A, (1, 1))
    touched = facts.look(root, A, one)
    assert isinstance(touched, Kept)
    assert (touched.facts, touched.mtime) == (b"facts", 10**9)
    (root / A).write_text("anders", "utf-8")
    changed = facts.look(root, A, one)
    assert isinstance(changed, tuple)
    assert changed[1] == File(A, b"anders")
    assert changed[0].digest == cache.digest(b"anders")
    assert isinstance(facts.look(root, A, None), tuple)


def test_a_fresh_change_is_looked_at_again(root: Path):
    """A note that changed a moment before the build may change again in the same moment: its times are not trusted."""
    one = kept(root)
    facts.write(root, "tool", {A: one}, {}, one.mtime + 10**9)
    (found,) = facts.read(root, "tool").values()
    looked = facts.look(root, A, msgspec.structs.replace(found, digest="wrong"))
    assert isinstance(looked, tuple)


def test_a_note_that_is_gone_is_forgotten(root: Path):
    """Only what is there is kept, and files of facts that did not change are not written again."""
    both = {path: kept(root, path) for path in (A, "notes/b.md")}
    facts.write(root, "tool", both, {}, LATER)
    before = facts.read(root, "tool")
    times = {file: file.stat().st_mtime_ns for file in (root / ".notesite/facts").iterdir()}
    assert len(times) == 2
    facts.write(root, "tool", {A: before[A]}, before, LATER)
    assert facts.read(root, "tool") == {A: both[A]}
    assert [times[file] for file in (root / ".notesite/facts").iterdir()] == [
        file.stat().st_mtime_ns for file in (root / ".notesite/facts").iterdir()
    ]


def test_facts_have_a_limit(root: Path, monkeypatch: pytest.MonkeyPatch):
    """Beyond the largest size no more facts are kept; the notes that come first have theirs."""
    monkeypatch.setattr(facts, "LARGEST", 300)
    facts.write(root, "tool", {path: kept(root, path, b"x" * 60) for path in (A, "notes/b.md")}, {}, LATER)
    assert list(facts.read(root, "tool")) == [A]


def test_a_disk_that_refuses_harms_nothing(root: Path):
    """Where facts cannot be written the build goes on without."""
    fill(root, {".notesite": "a file"})
    facts.write(root, "tool", {A: kept(root)}, {}, LATER)
    assert facts.read(root, "tool") == {}


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(1, 255), st.booleans())
def test_damaged_facts_are_none(tmp_path_factory: pytest.TempPathFactory, place: int, change: int, cut: bool):
    """Whatever byte of a file of facts is changed, or wherever it is cut, it holds nothing any more."""
    root = fill(tmp_path_factory.mktemp("facts"), {A: "eins"})
    facts.write(root, "tool", {A: kept(root)}, {}, LATER)
    (file,) = (root / ".notesite/facts").iterdir()
    data = bytearray(file.read_bytes())
    at = place % len(data)
    if cut:
        del data[at:]
    else:
        data[at] ^= change
    file.write_bytes(bytes(data))
    assert facts.read(root, "tool") == {}


# --- in a build ------------------------------------------------------------------------------------------


def altered(root: Path, before: bytes, after: bytes) -> None:
    """Change bytes in all kept facts, as if reading had given something else."""
    for file in (root / ".notesite/facts").iterdir():
        body = file.read_bytes()[:-4].replace(before, after)
        file.write_bytes(body + zlib.crc32(body).to_bytes(4, "big"))


def test_a_build_takes_known_facts(tmp_path: Path):
    """A second build reads no note anew that is as it was; one that was edited is read, and `--clean` reads all."""
    site = SiteTest(tmp_path, a_de=page("Anfang"), b_de=page("Brunnen")).build()
    altered(site.root, b"Anfang", b"Umfang")
    altered(site.root, b"Brunnen", b"Kuhmist")
    site.write({"notes/b-de.md": page("Brunnen", text="Neu.")}).build()
    assert b"Umfang" in site.files["de/anfang/index.html"]
    assert b"Kuhmist" not in site.files["de/brunnen/index.html"]
    site.build(clean=True)
    assert b"Umfang" not in site.files["de/anfang/index.html"]


def test_a_broken_note_is_read_again(tmp_path: Path):
    """A note that cannot be read as meant is told of at every build, and nothing of it is kept."""
    site = SiteTest(tmp_path, a_de=page("A"), b_de="---\ntitle: [\n---\nText\n")
    for _ in range(2):
        site.build()
        assert [one.path for one in site.report.found if one.severity == "error"] == ["notes/b-de.md"]
    kept = b"".join(file.read_bytes() for file in (site.root / ".notesite/facts").iterdir())
    assert b"notes/a-de.md" in kept
    assert site.report.written is None


def test_what_comparing_gave_is_kept(tmp_path: Path):
    """A pair of which neither file changed is not compared again; where one changed it is."""
    parity = Parity("notes/a.md", "notes/b.md", agreed=((0, 0),))
    digests = {"notes/a.md": "1", "notes/b.md": "2"}
    (tmp_path / ".notesite").mkdir()
    facts.write_pairs(tmp_path, "tool", digests, [parity])
    assert facts.read_pairs(tmp_path, "tool", digests) == {("notes/a.md", "notes/b.md"): parity}
    assert facts.read_pairs(tmp_path, "tool", digests | {"notes/b.md": "3"}) == {}
    assert facts.read_pairs(tmp_path, "another", digests) == {}
    file = tmp_path / ".notesite/pairs"
    file.write_bytes(file.read_bytes()[:-1])
    assert facts.read_pairs(tmp_path, "tool", digests) == {}
