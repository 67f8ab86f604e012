"""What a build remembers: read back or forgotten, never believed when damaged; fingerprints and their reasons."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notesite import cache, outputs, plan, subjects
from notesite.cache import Before, Made, Memory
from notesite.outputs import Output, Outputs
from notesite.pages import Page
from support import note, site

MEMORY = Memory(
    pages={"de/index.html": Made("the home page", "lists", (1, 2, 3, 4), subjects.packed((5, 6)))}, frame="frame"
)
names = st.text(st.characters(codec="utf-8"), max_size=9)
numbers = st.lists(st.integers(0, 2**56), max_size=4).map(tuple)
memories = st.builds(
    Memory,
    pages=st.dictionaries(names, st.builds(Made, names, names, numbers, st.binary()), max_size=3),
    names=st.dictionaries(names, names, max_size=2),
)
written = st.builds(
    Outputs,
    token=names,
    files=st.dictionaries(names.filter(outputs.is_inside), st.builds(Output, names), max_size=3),
)

# --- memory ----------------------------------------------------------------------------------------------


@given(memories, written)
def test_a_memory_comes_back(memory: Memory, files: Outputs):
    """What is remembered is read back as it was."""
    assert cache.decoded(cache.encoded(memory)) == memory
    assert outputs.decoded(outputs.encoded(files)) == files


@given(st.binary(max_size=60))
def test_junk_is_no_memory(junk: bytes):
    """Any bytes are a memory or none, and never an error."""
    assert isinstance(cache.decoded(junk), Memory)
    assert isinstance(outputs.decoded(junk), Outputs)


@given(st.integers(0, 200), st.binary(max_size=3))
def test_a_damaged_memory_is_no_error(place: int, junk: bytes):
    """A memory cut or overwritten anywhere is read or forgotten."""
    data = cache.encoded(MEMORY)
    assert isinstance(cache.decoded(data[: place % len(data)] + junk), Memory)


@pytest.mark.parametrize("junk", [b"", b"\xc0", b"\x90", b"\x91\x03", b"\xff\xfe", b"\x91" * 99_999], ids=range(6))
def test_such_junk_is_an_empty_memory(junk: bytes):
    """What is no memory in shape is an empty one."""
    assert cache.decoded(junk).pages == {}
    assert outputs.decoded(junk) == Outputs()


def test_another_version_is_forgotten():
    """A memory of another version is not believed."""
    assert cache.decoded(cache.encoded(msgspec.structs.replace(MEMORY, version=cache.VERSION + 1))) == Memory()
    assert outputs.decoded(outputs.encoded(Outputs(outputs.VERSION + 1, "token", {"a": Output("")}))) == Outputs()


@pytest.mark.parametrize("path", ["/etc/passwd", "../notes/a.md", "de/../../x", "..", "", ".", "a\0b", "a//b", "a/"])
def test_a_memory_names_no_file_outside(path: str):
    """A memory that claims a file outside the output folder is not believed in that: it would be removed."""
    tampered = Outputs(files={path: Output(""), "de/index.html": Output("")})
    assert outputs.decoded(outputs.encoded(tampered)).files == {"de/index.html": Output("")}


def test_a_digest_tells_bytes_apart():
    """A digest is 128 bits of the bytes alone."""
    assert cache.digest(b"a") == cache.digest(b"a") != cache.digest(b"b")
    assert len(cache.digest(b"")) == 32


# --- fingerprints and reasons ----------------------------------------------------------------------------


def page(toml: str = "", **fields: object) -> Page:
    """The page of one note."""
    made, _ = plan.pages(site(note("a-de", **fields), toml=toml), frozenset({"note.html"}))
    return next(one for one in made.pages if one.path == "de/a/index.html")


@pytest.mark.parametrize(
    ("other", "theme", "parts"),
    [
        (page(), "theme", set()),
        (page(), "another", {"template"}),
        (page(toml='[site]\ntitle = "Notizen"'), "theme", {"site", "head"}),
        (page(words=7), "theme", {"view"}),
        (page(title="B"), "theme", {"head", "view"}),
    ],
)
def test_a_fingerprint_tells_what_changed(other: Page, theme: str, parts: set[str]):
    """A page's fingerprint changes in the parts that changed: template, site, head, view."""
    before, after = cache.fingerprint(page(), page().make(), "theme"), cache.fingerprint(other, other.make(), theme)
    changed = {name for name, one, two in zip(cache.PARTS, before, after, strict=True) if one != two}
    assert changed >= parts
    assert bool(parts) == (before != after)


FILES = {"a.html": Output("digest", (1, 2, 3))}
MADE = Made("notes/a.md", "notes", (1, 2, 3, 4), subjects.packed((7, 8)))
KNOWN = Before(cache.encoded(Memory(pages={"a.html": MADE})), Outputs(files=FILES))


def reason(before: Before = KNOWN, prints: tuple[int, ...] = (1, 2, 3, 4)) -> str:
    """Why the page is to be made, or nothing."""
    return cache.stale("a.html", prints, before)


def there(**files: str) -> Before:
    """The same build, with these files there now, by name without ending and digest."""
    now = dict.fromkeys(FILES) | {f"{name}.html": Output(digest) for name, digest in files.items()}
    return msgspec.structs.replace(KNOWN, look=lambda: now)


def test_a_page_that_stands_has_no_reason():
    """Same fingerprint, file in place as it was written: nothing to do."""
    assert reason() == ""


def test_every_other_page_has_its_reason():
    """A page that is new, changed, lost or altered is to be made, and says which."""
    assert reason(Before()) == "it is new"
    assert reason(there()) == "its file is missing"
    assert reason(there(a="other")) == "its file was altered"
    assert reason(prints=(1, 2, 3, 5)) == "what it shows changed"
    assert reason(prints=(0, 2, 3, 5)) == "a template or message changed and what it shows changed"
    assert reason(prints=(1, 2, 3)) == "it is new"


def unseen(before: Before = KNOWN, touched: frozenset[int] = frozenset({9}), origin: str = "notes/a.md") -> bool:
    """Whether the page stands without being looked at."""
    doubtful = cache.readers(before.memory.pages, touched)
    return cache.stands(msgspec.structs.replace(page(), path="a.html", origin=origin), before, doubtful)


# Numbers of which some are in the bytes of two others beside each other.
read = st.sampled_from([0, 1, 2, 256, 257, 1 << 16, 1 << 24, (1 << 24) + 1, 0xFFFFFFFF])


@given(st.dictionaries(st.text(), st.lists(read)), st.frozensets(read), st.booleans())
def test_readers_are_the_pages_that_read_what_was_touched(
    reads: dict[str, list[int]], touched: frozenset[int], many: bool
):
    """The pages that read something touched are found, whether few subjects were or many, and no others."""
    pages = {path: Made("", "", (), subjects.packed(own)) for path, own in reads.items()}
    found = cache.readers(pages, touched | {*range(1000, 1100)} if many else touched)
    assert found == {path for path, own in reads.items() if touched & {*own}}


def test_a_page_stands_where_nothing_it_read_was_touched():
    """A page is not looked at if it read nothing that was touched, and its file is as it was written."""
    assert unseen()
    assert not unseen(touched=frozenset({8, 9}))
    assert not unseen(there())
    assert not unseen(there(a="other"))
    assert not unseen(origin="notes/b.md")
    assert not unseen(Before())
