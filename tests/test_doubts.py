"""Doubts about sources, rule by rule: what is doubted, and what must be passed over."""

import msgspec
import pytest

from notesite import build, doubts, publishers, sources
from notesite.diagnostics import Severity
from notesite.records import Citation, Note
from notesite.runs import Options
from support import SITES, TODAY, note

W = "https://wired.example"
ARCHIVE = "https://web.archive.org/web/2024/"


def cited(*entries: tuple[str, ...], lines: tuple[int, ...] = ()) -> tuple[Citation, ...]:
    """Entries (label, address, kind) on lines of their own."""
    return tuple(
        sources.cite(address, label, (*kind, "list")[0], lines[n] if lines else n + 10)
        for n, (label, address, *kind) in enumerate(entries)
    )


def said(*given: tuple[Citation, ...], langs: str = "") -> list[tuple[str, str, int]]:
    """What is said of notes a, b, c … that cite this: rule, path, line."""
    langs = langs or "en " * len(given)
    names = "abcdefgh"[: len(given)]
    notes = [note(f"{name}-{lang}", citations=own) for name, lang, own in zip(names, langs.split(), given, strict=True)]
    found = doubts.of(notes)
    assert doubts.of(reversed(notes)) == found
    assert all(one.severity is Severity.WARNING and one.message and one.hint and one.line for one in found)
    return sorted((one.rule, one.path[6:-6], one.line) for one in found)


# --- label-untitled --------------------------------------------------------------------------------------

FULL = ("Wired: A title", f"{W}/full")
WIRED = ("Wired: Another", f"{W}/other")


@pytest.mark.parametrize(
    "entry",
    [
        (f"{W}/story", f"{W}/story"),
        (f"{W}/story", f"{W}/story", "field"),
        (f"{W}/", f"{W}/"),
        (f"{W}/sto…", f"{W}/story"),
        ("wired.example", f"{W}/story"),
        ("www.wired.example/story", f"{W}/story"),
        ("Wired", f"{W}/story"),
        ("WIRED:", f"{W}/story"),
        ("Wired", f"{W}/story", "field"),
        (f"Wired: {W}/story", f"{W}/story"),
        ("Wired: wired.example", f"{W}/story"),
        ("YouTube", "https://www.youtube.com/watch?v=v0-7wlTdGck"),
    ],
)
def test_a_label_without_a_title(entry: tuple[str, ...]):
    """An entry that says no more than an address, a host or its publisher is doubted."""
    assert said(cited(FULL, WIRED, entry)) == [("label-untitled", "a", 12)]


@pytest.mark.parametrize(
    "entry",
    [
        ("Wired: Story", f"{W}/story"),
        ("A story", f"{W}/story"),
        ("wired.example", f"{W}/"),
        ("Wired", f"{W}/en/"),
        ("Wired", f"{W}/wiki/Wired"),
        ("Node.js", f"{W}/node"),
        ("Reuters", f"{W}/story"),
        ("IDE", "https://en.wikipedia.org/wiki/Development_environment"),
        (f"{W}/story", f"{W}/story", "inline"),
        (f"{W}/story", f"{W}/story", "footnote"),
    ],
)
def test_a_label_with_a_title(entry: tuple[str, ...]):
    """A title, a site under its own name, and text that is no entry are passed over."""
    assert said(cited(FULL, WIRED, entry)) == []


BARE = (f"{W}/story", f"{W}/story")


@pytest.mark.parametrize(
    ("entries", "lines"),
    [
        ((BARE,), (5,)),
        ((FULL, BARE, WIRED), (5, 15, 25)),
        ((FULL, WIRED, BARE), (5, 6, 6)),
        ((FULL, BARE, ("Story", f"{W}/story", "field")), (5, 6, 2)),
    ],
    ids=["the only entry", "scattered", "second link of an entry", "titled by the field"],
)
def test_an_address_that_something_else_titles(entries: tuple[tuple[str, ...], ...], lines: tuple[int, ...]):
    """An address that words beside it or another entry may title is passed over."""
    assert said(cited(*entries, lines=lines)) == []


def test_the_title_that_another_note_gives():
    """The mend writes the title out where a note of the same language has one, and says where."""
    notes = [
        note("a-en", citations=cited(FULL, BARE)),
        note("b-de", citations=cited(("Wired: Geschichte", BARE[1]))),
        note("c-en", citations=cited(("Wired: Story", BARE[1]))),
    ]
    (found,) = doubts.of(notes)
    assert found.hint == f"write [Wired: Story]({BARE[1]})"
    assert [(one.path, one.line) for one in found.related] == [("notes/c-en.md", 10)]


def test_what_many_notes_say_alike_is_doubted_in_each():
    """A note that says only what notes before it said is doubted like these, between notes without a doubt."""
    doubtful, sound = cited(FULL, WIRED, ("Wired", f"{W}/story")), cited(FULL, WIRED)
    assert said(doubtful, sound, doubtful, sound, doubtful) == [("label-untitled", name, 12) for name in "ace"]


# --- source-duplicate ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "rules"),
    [
        (f"{W}/x", f"{W}/x", ""),
        (f"{W}/x", f"{W}/x/", "trailing-slash"),
        (f"{W}/x#a", "http://www.wired.example/x?utm_source=y", "fragment, scheme, www, tracking"),
        ("https://arxiv.org/abs/2412.19437", "https://arxiv.org/pdf/2412.19437v2", "arxiv"),
        (f"{ARCHIVE}{W}/x", f"{ARCHIVE}{W}/x/", "web-archive, trailing-slash"),
    ],
)
@pytest.mark.parametrize("kind", ["list", "field"])
def test_a_source_twice(first: str, second: str, rules: str, kind: str):
    """A source twice in one list is doubted at its second line, with the first and the rules that merge them."""
    own = cited(("Wired: Story", first, kind), ("Wired: Other", f"{W}/z", kind), ("Wired: Story", second, kind))
    (found,) = doubts.of([note("a-en", citations=own)])
    assert (found.rule, found.line, [one.line for one in found.related]) == ("source-duplicate", 12, [10])
    assert "in the list already" in found.message
    assert (f"written differently ({rules})" in found.message) == bool(rules)


@pytest.mark.parametrize(
    ("entries", "lines"),
    [
        ((("A", f"{W}/x?id=1"), ("B", f"{W}/x?id=2")), (5, 6)),
        ((("A", f"{W}/x"), ("A", f"{W}/x", "field")), (5, 2)),
        ((("A", f"{W}/x"), ("A", f"{W}/x", "inline")), (5, 2)),
        ((("A", f"{W}/x"), ("A", f"{W}/x", "footnote")), (5, 7)),
        ((("A", f"{W}/x"), ("PDF", f"{W}/x/")), (5, 5)),
        ((("A", f"{W}/x"), ("Archived", f"{ARCHIVE}{W}/x")), (5, 6)),
        ((("A", f"{W}/x"), ("A", f"{W}/x")), (5, 20)),
    ],
    ids=["two sources", "field and list", "text", "footnote", "one entry", "archived copy", "two lists"],
)
def test_no_source_twice(entries: tuple[tuple[str, ...], ...], lines: tuple[int, ...]):
    """Two sources, two kinds of places, one entry with two links, a copy, and two lists are passed over."""
    assert said(cited(*entries, lines=lines)) == []


def test_a_source_in_two_notes():
    """What two notes cite is no duplicate."""
    assert said(cited(FULL), cited(FULL)) == []


# --- source-fleeting -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    """
    https://www.google.com/search?q=kimi+k2&hl=de  https://google.co.uk/search?hl=de&q=x  https://google.de/#q=foo
    https://news.google.com/search?q=x  https://scholar.google.de/scholar?hl=de&q=x  https://m.google.com/search?q=x
    https://www.bing.com/search?q=x&form=QBLH  https://www.bing.com/news/search?q=x  https://duckduckgo.com/?q=x&ia=web
    https://html.duckduckgo.com/html/?q=x  https://www.ecosia.org/search?q=x  https://de.search.yahoo.com/search?p=x
    https://www.startpage.com/do/search?query=x  https://www.startpage.com/sp/search?query=x
    http://localhost:8080/x  http://localhost./  http://app.localhost/  http://127.0.0.1/  http://127.1.2.3:4000/x
    http://0x7f.1/x  http://[::1]:8080/  http://10.1.2.3/  http://172.16.0.1/  http://172.31.255.1/  http://192.168.0.1/
    http://[fe80::1]/  http://[fd00::1]/  http://[::ffff:10.0.0.1]/  http://169.254.1.1/  http://drucker.local/
    http://shop.test/  http://intranet/wiki
    """.split(),
)
def test_a_fleeting_source(address: str):
    """A page of search results and an address of a private network are doubted, in lists and footnotes."""
    for kind in ("list", "field", "footnote"):
        assert said(cited(("Wired: Title", address, kind))) == [("source-fleeting", "a", 10)]
    assert said(cited(("here", address, "inline"))) == []


@pytest.mark.parametrize(
    "address",
    """
    https://www.google.com/  https://google.com/search  https://google.com/search/about  https://research.google/?q=x
    https://www.google.com/url?q=https://a.example/x  https://books.google.de/books?id=x&q=y  https://google.com/search?q=
    https://docs.google.com/search?q=x  https://scholar.google.com/citations?user=x&q=y
    https://scholar.google.com/scholar?cluster=12&q=x  https://www.bing.com/maps?q=x  https://blog.bing.com/search?q=x
    https://duckduckgo.com/about?q=x  https://duckduckgo.com/  https://help.yahoo.com/search?p=x
    https://github.com/search?q=x  https://pubmed.ncbi.nlm.nih.gov/?term=x  https://a.example/search?q=x
    https://notgoogle.com/search?q=x  https://google.com.evil.example/search?q=x  https://a.example/?u=localhost
    https://localhost.run/  https://local.example/  https://test.de/  https://www.test.de/x  http://128.0.0.1/
    http://172.15.0.1/  http://172.32.0.1/  http://192.169.0.1/  http://11.0.0.1/  http://8.8.8.8/  http://[2001:db8::1]/
    https://10.example/  https://web.archive.org/web/2024/https://www.google.com/search?q=x
    """.split(),
)
def test_a_lasting_source(address: str):
    """Other pages of search engines, other searches, public addresses and archived results are passed over."""
    assert said(cited(("Wired: Title", address))) == []


# --- label-host-contradicted -----------------------------------------------------------------------------

KNOWN = (
    ("Wired: One", "https://wired.com/1"),
    ("WIRED: Two", "https://www.wired.com/2"),
    ("Reuters: One", "https://reuters.com/1"),
    ("Stern: One", "https://a.example/1"),
    ("Stern: Two", "https://a.example/2"),
    ("Kunde: One", "https://b.example/1"),
    ("dpa: One", "https://dpa.com/1"),
    ("GitHub: One", "https://github.com/a/b"),
    ("GitHub: Two", "https://github.com/a/c"),
    ("U.S. News: One", "https://usnews.com/1"),
    ("U.S. News: Two", "https://usnews.com/2"),
    ("Stanford: One", "https://stanford.edu/1"),
)


@pytest.mark.parametrize(
    "entry",
    [
        ("Reuters: Chips", "https://wired.com/3"),
        ("Wired: Chips", "https://www.reuters.com/3"),
        ("The Reuters: Chips", f"{ARCHIVE}https://wired.com/3"),
        ("Stern: Chips", "https://wired.com/3"),
        ("Reuters: Chips", "https://a.example/3"),
    ],
)
def test_a_label_of_another_publisher(entry: tuple[str, str]):
    """A label that names one known publisher over an address of another is doubted, with a place for each."""
    assert said(cited(*KNOWN), cited(FULL, entry)) == [("label-host-contradicted", "b", 11)]
    (found,) = doubts.of([note("a-en", citations=cited(*KNOWN)), note("b-en", citations=cited(entry))])
    assert [one.path for one in found.related] == ["notes/a-en.md"] * 2


@pytest.mark.parametrize(
    "entry",
    [
        ("Reuters: Chips", "https://reuters.com/3"),
        ("Wired UK: Chips", "https://reuters.com/3"),
        ("Bloomberg: Chips", "https://wired.com/3"),
        ("Kunde: Chips", "https://wired.com/3"),
        ("Reuters: Chips", "https://new.example/3"),
        ("Reuters: Chips", "https://b.example/3"),
        ("Reuters: Chips", "https://reuters.co.uk/3"),
        ("Reuters: Chips", "https://reuters.wired.com/3"),
        ("Reuters: Chips", "https://wired.com/reuters/3"),
        ("Reuters: Chips (Wired)", "https://wired.com/3"),
        ("Reuters: Chips", "https://usnews.com/3"),
        ("Reuters: Chips", "https://finance.yahoo.com/3"),
        ("Wired: Chips", "https://github.com/a/d"),
        ("GitHub: Chips", "https://wired.com/3"),
        ("dpa: Chips", "https://wired.com/3"),
        ("Stanford HAI: Chips", "https://a.example/3"),
        ("Reuters: Chips", "https://wired.com/3", "inline"),
    ],
)
def test_a_label_that_may_be_right(entry: tuple[str, ...]):
    """Unknown names and hosts, names the host or the title says, republishers and agencies are passed over."""
    assert said(cited(*KNOWN), cited(entry)) == []


def test_a_name_used_twice_at_a_host_is_meant():
    """A second source under the same name at that host shows that the name is no slip."""
    twice = cited(("Reuters: Three", "https://wired.com/3"), ("Reuters: Four", "https://wired.com/4"))
    assert said(cited(*KNOWN), twice) == []


# --- publisher-contradicted ------------------------------------------------------------------------------

X = "https://x.example/1"


@pytest.mark.parametrize(
    ("first", "second", "langs"),
    [
        (("Reuters: Chips", X), ("Bloomberg: Chips", X), "en en"),
        (("Reuters: Chips", X), ("Bloomberg: Chips (PDF)", f"{X}/?utm_source=y"), "de de"),
        (("Reuters: Chips", X), ("Stern: Chipsorten", X), "en de"),
        (("Reuters: Chips", "https://github.com/x/y"), ("Stern: Chips", "https://github.com/x/y"), "en en"),
    ],
    ids=["one title", "other spelling", "known names", "at a forge"],
)
def test_contradicting_publishers(first: tuple[str, str], second: tuple[str, str], langs: str):
    """One source under two publishers is doubted once, at the second place, and the first is named."""
    known = cited(*KNOWN)
    found = doubts.of(
        note(f"{name}-{lang}", citations=own)
        for name, lang, own in zip(
            "abc", f"{langs} en".split(), (cited(first), cited(FULL, second), known), strict=True
        )
    )
    assert [(one.rule, one.path[6:7], one.line) for one in found] == [("publisher-contradicted", "b", 11)]
    assert [(one.path[6:7], one.line) for one in found[0].related] == [("a", 10)]


def test_the_usual_name_is_not_the_one_to_mend():
    """Of two names that which more notes use is taken for right, wherever it comes first."""
    usual = cited(("Reuters: Chips", X))
    assert said(cited(("Bloomberg: Chips", X)), usual, usual) == [("publisher-contradicted", "a", 10)]


def test_names_from_the_field_need_no_title():
    """Publishers that the field names are publishers, whatever title they stand with."""
    one, other = (
        (msgspec.structs.replace(cited((f"{name}: {title}", X, "field"))[0], publisher=name, title=title),)
        for name, title in (("Reuters", "Chips"), ("Bloomberg", "More chips"))
    )
    assert said(one, other) == [("publisher-contradicted", "b", 10)]


@pytest.mark.parametrize(
    ("first", "second", "langs"),
    [
        (("WIRED: Chips", X), ("Wired: Chips", X), "en en"),
        (("Kr Asia: Chips", X), ("KrASIA: Chips", X), "en en"),
        (("Wikipedia: Chips", X), ("Wikipedia (de): Chips", X), "en en"),
        (("Reuters: Chips", X), ("reuters.com: Chips", X), "en en"),
        (("IEA: Chips", X), ("International Energy Agency: Chips", X), "en en"),
        (("BSI: Chips", X), ("Bundesamt für Sicherheit in der Informationstechnik: Chips", X), "de de"),
        (("The New York Times: Chips", X), ("NYT: Chips", X), "en en"),
        (("Google: Chips", X), ("Google Research: Chips", X), "en en"),
        (("Süddeutsche: Chips", X), ("Sueddeutsche: Chips", X), "de de"),
        (("新浪财经: Chips", X), ("Sina Finance: Chips", X), "en en"),
        (("World Bank: Report", X), ("Weltbank: Report", X), "en de"),
        (("Guide: Chips", X), ("Anleitung: Chips", X), "en de"),
        (("Guide: Chips", X), ("Part 2: More chips", X), "en en"),
        (("GitHub: Chips", "https://github.com/x/y"), ("Moonshot AI: Chips", "https://github.com/x/y"), "en en"),
        (
            ("arXiv: Chips", "https://arxiv.org/abs/2401.04088"),
            ("Mistral: Chips", "https://arxiv.org/pdf/2401.04088"),
            "en en",
        ),
        (("Reuters: Chips", X), ("Bloomberg: Chips", f"{X}2"), "en en"),
        (("Reuters: Chips", X), ("Bloomberg: Chips", X, "inline"), "en en"),
    ],
)
def test_names_that_do_not_contradict(first: tuple[str, ...], second: tuple[str, ...], langs: str):
    """Spellings, parts, initials, scripts, translations, genres and platforms are passed over."""
    assert said(cited(first), cited(second), langs=langs) == []


def test_one_fault_is_said_once():
    """A label that the host contradicts is not held against the other labels of its source as well."""
    wrong, right = cited(("Reuters: Two", KNOWN[1][1])), cited(*KNOWN)
    assert said(wrong, right) == [("label-host-contradicted", "a", 10)]


# --- whole sites -----------------------------------------------------------------------------------------


def notes_of(root: object) -> tuple[Note, ...]:
    """The notes of a site on disk."""
    return build.linked(Options(root=root, today=TODAY, drafts=True)).notes


def test_the_shipped_notes_are_beyond_doubt():
    """The project's own notes, with all their publishers, raise no doubt."""
    notes = build.linked(Options(root=SITES.parent.parent, today="2100-01-01")).notes
    assert len(notes) > 20
    assert doubts.of(notes) == []


def test_the_sample_site_is_doubted_for_its_bare_addresses_alone():
    """The sample site shows bare addresses on purpose, and has no other doubt."""
    found = doubts.of(notes_of(SITES / "bilingual"))
    assert {one.rule for one in found} == {"label-untitled"}
    assert all("https://" in one.message for one in found)


def test_a_wrong_address_among_the_shipped_notes_is_found():
    """A label of the shipped notes that is given the address of another publisher is doubted."""
    notes = build.linked(Options(root=SITES.parent.parent, today="2100-01-01")).notes
    named = (one for own in notes for one in own.citations)
    entry = next(one for one in named if one.publisher == "Wikipedia")
    found = doubts.of([*notes, note("z-en", citations=cited(("IEA: Something else", entry.address + "_2")))])
    assert [(one.rule, one.path) for one in found] == [("label-host-contradicted", "notes/z-en.md")]


@pytest.mark.parametrize("odd", ["", "…", "()", ".", "a" * 3000, "..example", "İ: x", "٣"])
def test_odd_names_do_no_harm(odd: str):
    """No label, however odd, ends the run."""
    entries = [(f"{odd}: {odd}", X), (odd, f"{X}2"), (f"{odd} x: T", X), ("Reuters: T", X)]
    doubts.of([note("a-en", citations=cited(*entries)), note("b-en", citations=cited(*entries[::-1]))])
    assert publishers.akin(publishers.words_of(odd), publishers.words_of("Reuters")) in (True, False)
