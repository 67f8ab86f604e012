"""What pages are made from: a page whose subjects nothing touched shows what it showed."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from notesite import cache, facets, plan, shelves, sources
from notesite.cache import Memory
from notesite.records import Footnote, Link, Note, Section
from notesite.site import Site
from support import note, site

NAMES = ("eins-de", "one-en", "zwei-de", "two-en", "drei-de", "three-en")
ADDRESSES = ("https://blatt.example/a", "https://blatt.example/b", "https://zeitung.example/a", "https://amt.example/x")
LABELS = ("Blatt: Eins", "Zeitung: Eins", "Zwei", "Amt: Drei")
LINKS = ("eins-de.md", "/de/eins/", "/de/themen/c/", "/en/2024/", "/de/quellen/blatt.example/", "../zwei")
TOMLS = ("", "[pages]\nnote_exports = true\nnewest = 2\nfeed = 2\nshared = 1\n")


@st.composite
def written(draw: st.DrawFn, name: str) -> Note:
    """A note of this name."""
    cited = draw(st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(ADDRESSES)), max_size=3))
    kinds = st.sampled_from(["list", "inline", "footnote"])
    fields = {
        "date": draw(st.sampled_from(["", "2024-05-01", "2024-05-01", "2025-02-03", "2099-01-01"])),
        "updated": draw(st.sampled_from(["", "2025-06-01"])),
        "slug": draw(st.sampled_from([name[:-3], name[:-3], f"neu-{name[:-3]}"])),
        "tags": draw(st.sampled_from([(), ("C",), ("C++",), ("c#", "Kosten"), ("kosten",)])),
        "aliases": draw(st.sampled_from([(), (), (f"/alt/{name}/",)])),
        "description": draw(st.sampled_from(["", "Worum es geht"])),
        "translated": draw(st.sampled_from([None, True, "Maschine"])),
        "generated": draw(st.sampled_from([None, True])),
        "translation_key": draw(st.sampled_from(["", name[0], "eins", "zwei"])),
        "links": tuple(Link(one, 1) for one in draw(st.lists(st.sampled_from(LINKS), max_size=2))),
        "sections": (Section("", draw(st.sampled_from(["<p>Wort.</p>", "<p>Anders.</p>"]))),),
        "footnotes": draw(st.sampled_from([(), (Footnote("a", "<p>Fuß</p>", 1),)])),
        "citations": tuple(
            sources.cite(address, label, draw(kinds), line) for line, (label, address) in enumerate(cited, 5)
        ),
    }
    return note(name, draw(st.sampled_from(["Titel", "Anderer Titel", f"Von {name}"])), **fields)


@st.composite
def edited(draw: st.DrawFn) -> tuple[list[Note], list[Note]]:
    """Notes of a site before and after some edits."""
    before = {name: draw(written(name)) for name in draw(st.sets(st.sampled_from(NAMES), min_size=1))}
    after = dict(before)
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2)):
        gone = after.pop(name, None)
        if gone is None or draw(st.integers(0, 3)):
            after[name] = draw(written(name))
    return list(before.values()), list(after.values())


def remembered(one: Site, last: Memory) -> tuple[Memory, set[int] | None]:
    """What a build of this site remembers and finds touched."""
    digests = {each.path: cache.digest(repr(each).encode()) for each in one.notes}
    return cache.changed(one, "frame", digests, {each.path: facets.of(each) for each in one.notes}, last)


@settings(max_examples=300)
@given(edited(), st.sampled_from(TOMLS), st.sampled_from([-1, 0, 1, 40]))
def test_a_page_that_changed_was_touched(notes: tuple[list[Note], list[Note]], toml: str, widely: int):
    """After any edits each page that shows something else had read a subject that they touched."""
    old, new = (site(*each, toml=toml) for each in notes)
    old.widely_cited = new.widely_cited = widely
    assume([old.view(lang) for lang in old.langs] == [new.view(lang) for lang in new.langs])
    memory, _ = remembered(old, Memory())
    _, touched = remembered(new, memory)
    assert touched is not None
    before = {page.path: page for page in plan.pages(old, frozenset({"note.html"}))[0].pages}
    after = plan.pages(new, frozenset({"note.html"}))[0].pages
    touched |= plan.touched({path for path, page in before.items() if page.family == shelves.FAMILY}, after)
    for page in after:
        was = before.get(page.path)
        if was is not None and was.origin == page.origin:
            shown, other = page.make(), was.make()
            if cache.fingerprint(page, shown, "") != cache.fingerprint(was, other, ""):
                assert touched & {*other.reads}, page.path


def citing(names: str) -> Site:
    """A site of five notes in one language, of which these cite the first address; two make it common."""
    one = site(*(note(f"{name}-de", name, ADDRESSES[0 if name in names else 1]) for name in "abcde"))
    one.widely_cited = 1
    return one


@pytest.mark.parametrize(
    ("before", "after", "is_touched"), [("abcd", "ab", True), ("ab", "abcd", True), ("abcd", "abcde", False)]
)
def test_what_relates_notes_touches_their_pages(before: str, after: str, is_touched: bool):
    """A source that becomes rare or common touches the pages of all that cite it; one that stays common does not."""
    old, new = citing(before), citing(after)
    _, touched = remembered(new, remembered(old, Memory())[0])
    assert touched is not None
    (page,) = (page for page in plan.pages(old, frozenset())[0].pages if page.origin == "notes/a-de.md")
    assert is_touched == (not touched.isdisjoint(page.make().reads))


def test_a_site_that_did_not_change_touches_nothing():
    """Where all notes are as they were, nothing is touched."""
    one = site(note("a-de", "A", *ADDRESSES, tags=("C", "C++")), note("b-en", "B", *ADDRESSES))
    memory, first = remembered(one, Memory())
    again, touched = remembered(one, memory)
    assert (first, touched) == (None, set())
    assert again == memory


def test_a_new_text_touches_one_subject():
    """Another text concerns the pages that show it, and nothing else."""
    before = site(*(note(f"{name}-de", name, *ADDRESSES) for name in "abc"))
    text = (Section("", "<p>Neu.</p>"),)
    after = site(*(note(f"{name}-de", name, *ADDRESSES, sections=text if name == "a" else ()) for name in "abc"))
    _, touched = remembered(after, remembered(before, Memory())[0])
    assert touched is not None
    assert len(touched) == 1
