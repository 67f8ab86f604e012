"""Facts of notes between builds: found by the note's bytes, never taken where they may be wrong."""

import os
import zlib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notesite import build, cache, disk, memos, pile
from notesite.facts import Facts, Kept
from notesite.pile import Damaged
from notesite.records import File, Packed
from notesite.runs import Options
from support import TODAY, SiteTest, fill, page

LATER = 10**20
"""A time at which no file has just changed."""
A, B = "notes/a.md", "notes/b.md"
TEXT = Packed((b"body", b"traits", b"content", b"citations", msgspec.msgpack.encode(["key"])))


def looked(store: Facts, path: str = A) -> Kept | tuple[Kept, File]:
    """A note as the facts know it now."""
    return store.look(path, disk.times(f"{store.root}/{path}"))


def filled(root: Path, *paths: str, at: int = LATER) -> None:
    """Facts of these notes kept, of others no longer."""
    store = Facts(root, "tool", keep=True)
    for path in paths:
        one = looked(store, path)
        if isinstance(one, tuple):
            store.add(path, one[0], msgspec.msgpack.encode(f"head of {path}"), TEXT)
    store.write(dict.fromkeys(paths), at)


def heads(root: Path, tool: str = "tool") -> dict[str, bytes]:
    """What is kept of each note."""
    return {path: bytes(one.head) for path, one in Facts(root, tool).notes.items()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with two notes."""
    return fill(tmp_path, {A: "eins", B: "zwei"})


def test_what_is_kept_is_found(root: Path):
    """Facts that were written are read again, texts too; for another notesite or other settings there are none."""
    filled(root, A, B)
    store = Facts(root, "tool")
    assert heads(root) == {path: msgspec.msgpack.encode(f"head of {path}") for path in (A, B)}
    assert [bytes(store.text(store.notes[B]).piece(n)) for n in range(5)] == [*TEXT.pieces]
    assert heads(root, "another") == {}
    assert Facts(root, "tool", clean=True).notes == {}


def test_times_spare_the_reading(root: Path):
    """A note whose size and times are as they were is not read: its bytes could say what they want."""
    filled(root, A)
    store = Facts(root, "tool")
    store.notes[A] = msgspec.structs.replace(store.notes[A], digest="wrong")
    assert looked(store) == store.notes[A]


def test_bytes_decide_where_times_changed(root: Path):
    """A note that was touched is as it was; one with other bytes is read, and so is one that is not known."""
    filled(root, A)
    os.utime(root / A, (1, 1))
    store = Facts(root, "tool")
    touched = looked(store)
    assert isinstance(touched, Kept)
    assert (bytes(touched.head), touched.times[1]) == (msgspec.msgpack.encode("head of notes/a.md"), 10**9)
    (root / A).write_text("anders", "utf-8")
    changed = looked(store)
    assert isinstance(changed, tuple)
    assert (changed[1], changed[0].digest) == (File(A, b"anders"), cache.digest(b"anders"))
    assert A not in store.notes
    assert isinstance(looked(store, B), tuple)


def test_a_fresh_change_is_looked_at_again(root: Path):
    """A note that changed a moment before the build may change again in the same moment: its times are not trusted."""
    filled(root, A, at=disk.times(str(root / A))[1] + 10**9)
    store = Facts(root, "tool")
    store.notes[A] = msgspec.structs.replace(store.notes[A], digest="wrong")
    assert isinstance(looked(store), tuple)


def test_a_note_that_is_gone_is_forgotten(root: Path):
    """Only what is there is kept, and files of facts that did not change are not written again."""
    filled(root, A, B)
    times = {file: file.stat().st_mtime_ns for file in (root / ".notesite/facts").iterdir()}
    assert len(times) == 3
    filled(root, A)
    assert list(heads(root)) == [A]
    left = {file: file.stat().st_mtime_ns for file in (root / ".notesite/facts").iterdir()}
    assert left.items() < times.items()


def test_facts_have_a_limit(root: Path, monkeypatch: pytest.MonkeyPatch):
    """Beyond the largest size no more facts are kept; the notes that come first have theirs."""
    monkeypatch.setattr(pile, "LARGEST", 10)
    filled(root, A, B)
    assert list(heads(root)) == [A]


def test_texts_that_nobody_needs_go(root: Path, monkeypatch: pytest.MonkeyPatch):
    """The file of texts does not grow with every edit: when most of it is idle it is written anew."""
    monkeypatch.setattr(pile, "_IDLE", 0)
    for number in range(6):
        fill(root, {A: f"Fassung {number}"})
        filled(root, A, B)
        (texts,) = (root / ".notesite/facts").glob("texts-*")
        assert texts.stat().st_size <= 5 * 26
    store = Facts(root, "tool")
    assert {store.text(one).piece(0) for one in store.notes.values()} == {b"body"}


def test_a_disk_that_refuses_harms_nothing(root: Path):
    """Where facts cannot be written the build goes on without, and has its texts all the same."""
    fill(root, {".notesite": "a file"})
    store = Facts(root, "tool", keep=True)
    one = looked(store)
    assert isinstance(one, tuple)
    assert store.add(A, one[0], b"\xc0", TEXT).piece(0) == b"body"
    store.write({A: None}, LATER)
    assert heads(root) == {}


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(1, 255), st.booleans())
def test_damaged_facts_are_none(tmp_path_factory: pytest.TempPathFactory, place: int, change: int, cut: bool):
    """Whatever byte of a file is changed, or wherever it is cut, no fact is another: it is not there, or refused."""
    root = fill(tmp_path_factory.mktemp("facts"), {A: "eins"})
    filled(root, A)
    for file in (root / ".notesite/facts").iterdir():
        before = file.read_bytes()
        data = bytearray(before)
        at = place % len(data)
        if cut:
            del data[at:]
        else:
            data[at] ^= change
        file.write_bytes(bytes(data))
        store = Facts(root, "tool")
        assert not file.name.isdigit() or store.notes == {}
        for one in store.notes.values():
            with pytest.raises(Damaged):
                [store.text(one).piece(number) for number in range(4)]
        file.write_bytes(before)


def test_what_was_kept_whole_is_found(tmp_path: Path):
    """What a step gave is read again by the same notesite only, as what it was, and damaged not at all."""
    (tmp_path / ".notesite").mkdir()
    memos.write(tmp_path, "links", "tool", {"a": 1})
    assert memos.read(tmp_path, "links", "tool", dict[str, int]) == {"a": 1}
    assert memos.read(tmp_path, "links", "another", dict[str, int]) is None
    assert memos.read(tmp_path, "links", "tool", list[int]) is None
    assert memos.read(tmp_path, "pairs", "tool", dict[str, int]) is None
    memos.write_shards(tmp_path, "pairs", "tool", {1: "one", 3: "three"}, {1, 3})
    memos.write_shards(tmp_path, "pairs", "tool", {1: "other", 2: "two"}, {2, 3})
    assert memos.read_shards(tmp_path, "pairs", "tool", str) == {1: "one", 2: "two"}
    file = tmp_path / ".notesite/links"
    file.write_bytes(file.read_bytes()[:-1])
    assert memos.read(tmp_path, "links", "tool", dict[str, int]) is None


# --- in a build ------------------------------------------------------------------------------------------


def altered(root: Path, before: bytes, after: bytes) -> None:
    """Change bytes in all kept facts, as if reading had given something else."""
    for file in (root / ".notesite/facts").glob("??"):
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


def test_no_run_stumbles_over_damaged_texts(tmp_path: Path):
    """Where the kept text of a note is damaged, a run begins again without what is kept, and a build mends it."""
    cited = [f"https://{name}.example/x" for name in "abc"]
    notes = {f"werk_{lang}": page("Werk", *cited, text=f"{lang}: Text.") for lang in ("de", "en")}
    site = SiteTest(tmp_path, **notes).build()
    groups = build.linked(Options(root=site.root, today=TODAY)).linkage.groups
    (texts,) = (site.root / ".notesite/facts").glob("texts-*")
    texts.write_bytes(bytes(len(texts.read_bytes())))
    (site.root / ".notesite/links").unlink()
    assert build.linked(Options(root=site.root, today=TODAY)).linkage.groups == groups
    site.remove("build").build().expect_fresh()
