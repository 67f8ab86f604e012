"""What a build remembers: read back or forgotten, never believed when damaged; fingerprints and their reasons."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notesite import cache, plan
from notesite.cache import Memory
from notesite.pages import Page
from support import note, site

MEMORY = Memory(outputs={"de/index.html": "12"}, prints={"de/index.html": {"view": "34"}})
names = st.text(st.characters(codec="utf-8"), max_size=9)
memories = st.builds(
    Memory,
    outputs=st.dictionaries(names.filter(lambda name: cache.is_inside(name)), names, max_size=3),
    prints=st.dictionaries(names, st.dictionaries(names, names, max_size=2), max_size=3),
)

# --- memory ----------------------------------------------------------------------------------------------


@given(memories)
def test_a_memory_comes_back(memory: Memory):
    """What is remembered is read back as it was."""
    assert cache.decoded(cache.encoded(memory)) == memory


@given(st.binary(max_size=60))
def test_junk_is_no_memory(junk: bytes):
    """Any bytes are a memory or none, and never an error."""
    assert isinstance(cache.decoded(junk), Memory)


@given(st.integers(0, 200), st.binary(max_size=3))
def test_a_damaged_memory_is_no_error(place: int, junk: bytes):
    """A memory cut or overwritten anywhere is read or forgotten."""
    data = cache.encoded(MEMORY)
    assert isinstance(cache.decoded(data[: place % len(data)] + junk), Memory)


JUNK = [b"", b"null", b"[]", b"{", b'{"outputs":[]}', b'{"outputs":{"a":1}}', b"\xff\xfe", b'{"outputs":{"\xff":""}}']
JUNK += [b"[" * 9999, b'{"x":' + b"[" * 99_999]


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_such_junk_is_an_empty_memory(junk: bytes):
    """What is no memory in shape is an empty one."""
    assert cache.decoded(junk) == Memory()


def test_another_version_is_forgotten():
    """A memory of another version is not believed."""
    assert cache.decoded(cache.encoded(msgspec.structs.replace(MEMORY, version=cache.VERSION + 1))).prints == {}


@pytest.mark.parametrize("path", ["/etc/passwd", "../notes/a.md", "de/../../x", "..", "", ".", "a\0b"])
def test_a_memory_names_no_file_outside(path: str):
    """A memory that claims a file outside the output folder is not believed in that: it would be removed."""
    tampered = Memory(outputs={path: "", "de/index.html": ""})
    assert cache.decoded(cache.encoded(tampered)).outputs == {"de/index.html": ""}


@given(memories)
def test_a_memory_is_the_same_bytes_however_it_grew(memory: Memory):
    """Order of insertion is not in the bytes."""
    mirrored = Memory(outputs=dict(reversed(memory.outputs.items())), prints=dict(reversed(memory.prints.items())))
    assert cache.encoded(mirrored) == cache.encoded(memory)


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
    assert {name for name in before if before[name] != after[name]} >= parts
    assert bool(parts) == (before != after)


PRINTS = {"a.html": {"template": "1", "site": "2", "head": "3", "view": "4"}}
KNOWN = Memory(outputs={"a.html": "digest"}, prints=PRINTS)


def reason(memory: Memory = KNOWN, in_place: str | None = "digest", **changed: str) -> str:
    """Why the page is to be made, or nothing."""
    in_places = {} if in_place is None else {"a.html": in_place}
    return cache.stale("a.html", PRINTS["a.html"] | changed, memory, in_places)


def test_a_page_that_stands_has_no_reason():
    """Same fingerprint, file in place as it was written: nothing to do."""
    assert reason() == ""


def test_every_other_page_has_its_reason():
    """A page that is new, changed, lost or altered is to be made, and says which."""
    assert reason(Memory()) == "it is new"
    assert reason(in_place=None) == "its file is missing"
    assert reason(in_place="other") == "its file was altered"
    assert reason(Memory(prints=PRINTS)) == "its file was altered"
    assert reason(view="x") == "what it shows changed"
    assert reason(view="x", template="x") == "a template or message changed and what it shows changed"


def test_a_part_that_was_not_there_is_a_change():
    """A memory that knows fewer parts of a page does not hold for it."""
    assert reason(Memory(outputs=KNOWN.outputs, prints={"a.html": {"view": "4"}}))


def unseen(page_texts: tuple[str, ...] = ("a",), place: str = "d", **now: object) -> bool:
    """Whether a page that shows the text of note `a` stands without being looked at."""
    before = Memory(outputs={"a.html": "d"}, prints=PRINTS, frame="f", notes={"a": "1", "b": "1"})
    after = Memory(**{"frame": "f", "notes": {"a": "1", "b": "2"}, **now})
    one = msgspec.structs.replace(page(), path="a.html", texts=page_texts)
    return cache.stands(one, before, after, {"a.html": place} if place else {})


def test_a_page_stands_where_only_other_texts_changed():
    """A page is not looked at if nothing but texts changed that it does not show, and its file is as it was written."""
    assert unseen()
    assert unseen(())
    assert not unseen(("a", "b"))
    assert not unseen(frame="g")
    assert not unseen(place="")
    assert not unseen(place="other")
    assert not unseen(notes={"b": "1"})
    assert not cache.stands(page(), Memory(), Memory(), {})
