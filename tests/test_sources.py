"""Sources: labels in their parts, and source lists of every shape."""

import html
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from notesite import bodies, load, sources
from notesite.config import Config
from notesite.markup import Document
from notesite.records import File

FOLDER = Path(__file__).parent / "cases"
LABELS, LISTS = (read_fixture_file(FOLDER / f"{name}.md") for name in ("labels", "sources"))
HEAD = "---\ntitle: T\nlang: de\n---\n"


def each(cases):
    """A parametrisation by case documents."""
    names = [case[1] for case in cases]
    return pytest.mark.parametrize(("title", "given", "expected"), [case[1:] for case in cases], ids=names)


def words(made):
    """A note's text as a reader sees it, marks of sources in brackets; a list with it as its only item, if any."""
    text = re.sub("\x00[cd](\\d+)\x00", r"[\1]", "".join(section.html for section in made.sections))
    plain = " ".join(html.unescape(re.sub("<[^>]*>", "", bodies.TOKEN.sub("", text))).split())
    return [plain] if plain else []


# --- labels ----------------------------------------------------------------------------------------------


@each(LABELS)
def test_labels_have_their_parts(title, given, expected):
    """Each label is parted, or left whole, as the case documents say."""
    for label, want in zip(given.splitlines(), expected.splitlines(), strict=True):
        assert " | ".join(sources.split_label(label)) == want


@given(st.text() | st.text("ab: .!?/\n“", max_size=30))
def test_no_label_loses_a_letter(label):
    """The parts of a label are what stands before and after its colon."""
    publisher, title = sources.split_label(label)
    assert label.startswith(publisher)
    assert label.endswith(title)
    assert label[len(publisher) : len(label) - len(title)].strip() == (":" if publisher else "")


def test_a_bare_address_is_its_own_label():
    """An address without words is shown without what every address has."""
    made = sources.cite("https://www.blatt.example/%C3%A4/", "https://www.blatt.example/%C3%A4/", "list", 3)
    assert (made.publisher, made.title, made.label) == ("", "blatt.example/ä", made.address)
    assert sources.cite("https://blatt.example/", "", "inline", 1).title == "blatt.example"


@pytest.mark.parametrize(
    ("title", "lang", "language"),
    [
        ("Why the price of power is up", "de", "en"),
        ("Der Preis und die Gründe", "de", ""),
        ("01.AI", "de", ""),
        ("Der Preis", "de-AT", ""),
    ],
)
def test_a_title_in_another_language_is_noticed(title, lang, language):
    """Where a few words tell it, and only then."""
    assert sources.foreign(title, lang) == language


# --- source lists ----------------------------------------------------------------------------------------


@each(LISTS)
def test_source_lists_of_all_shapes(title, given, expected):
    """What is cited, what stays text and what is said is as the case documents write it down."""
    head = "" if given.startswith("---\ntitle") else HEAD
    loaded = load.note(File("notes/a.md", (head + given).encode()), Config())
    shown = [f"{one.kind} | {one.publisher} | {one.title} | {one.key or '-'}" for one in loaded.note.citations]
    said = [f"{one.severity} {one.rule} {one.line - head.count(chr(10))}" for one in loaded.found]
    assert [*shown, *words(loaded.note), *said] == expected.splitlines()


NAMES = [
    "Quellen", "Quellen:", "QUELLEN", "**Sources**", "Source", "References", "Reference links:", "Referenzen", "Links",
    "Referenzlinks:", "Literatur", "Literaturverzeichnis", "Weblinks", "Bibliography", "Works cited", "Einzelnachweise",
    "Quellen und Links", "Sources & further reading", "Verwendete Quellen：",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_source_list_has_many_names(name):
    """A heading or line of one of these names opens a list, whatever its case, marks and colon."""
    assert sources.is_list_name(name)


@pytest.mark.parametrize(
    "name", ["", "Quelle des Nils", "Open Source", "Linksverkehr", "Sources say no", "Resources", "Text"]
)
def test_other_headings_open_none(name):
    """A word that merely holds such a name is a heading like any other."""
    assert not sources.is_list_name(name)


ENTRIES = [
    "[A: b](https://a.example/{n})", "<https://b.example/{n}>", "https://c.example/{n}", "[*d*](https://d.example/{n})",
]  # fmt: skip
SHAPES = ["{}\\\n", "{}\n", "- {}\n", "1. {}\n", "{}\n\n"]
PARTS = [
    *ENTRIES, "Text.", "## Quellen", "# Mehr", "- a\n  - b", "***", "Quellen:", "|a|\n|-|", "- https://e.example/{n}",
]  # fmt: skip


@given(st.lists(st.sampled_from(ENTRIES), min_size=1, max_size=6), st.sampled_from(SHAPES))
def test_every_entry_of_a_list_is_found_once_and_in_order(entries, shape):
    """Whatever the entries and the shape of the list, all of it is citations and none of it text."""
    listed = "".join(shape.format(entry.format(n=n)) for n, entry in enumerate(entries)).rstrip("\\\n")
    document = Document(f"Ein Absatz.\n\n{listed}\n")
    found = sources.find_list(document)
    assert [one.address[-1] for one in found.citations] == [str(n) for n in range(len(entries))]
    assert [one.line for one in found.citations] == sorted(one.line for one in found.citations)
    assert found.blocks == set(document.blocks[1:])


@given(st.lists(st.sampled_from(PARTS), max_size=8))
def test_every_link_is_cited_exactly_once(parts):
    """However lists, headings and prose are mixed, each link of a note is one citation, in the list or in the text."""
    text = "\n\n".join(part.format(n=n) for n, part in enumerate(parts))
    made = load.note(File("notes/a.md", (HEAD + text).encode()), Config()).note
    cited = sorted(one.address for one in made.citations if one.address)
    assert cited == sorted(re.findall(r"https://[a-z.]+/\d+", text))


@given(st.lists(st.sampled_from([*PARTS, "- [n](n{n}.md)", "[n](n{n}.md) [e](https://f.example/{n})"]), max_size=8))
def test_no_link_within_the_site_is_lost(parts):
    """However lists, headings and prose are mixed, each link to a note or file stays a link in the text."""
    text = "\n\n".join(part.format(n=n) for n, part in enumerate(parts))
    made = load.note(File("notes/a.md", (HEAD + text).encode()), Config()).note
    assert [link.address for link in made.links] == re.findall(r"n\d+\.md", text)
    shown = "".join(section.html for section in made.sections)
    assert re.findall(r'href="\x00l(\d+)\x00"', shown) == [str(n) for n in range(len(made.links))]


# --- the field ---------------------------------------------------------------------------------------------


def field(text: str) -> load.Loaded:
    """A note whose front matter has this `sources` field."""
    return load.note(File("notes/a-de.md", f"---\ntitle: T\nsources:\n{text}\n---\nEin Satz.\n".encode()), Config())


def test_the_field_says_more_than_a_label():
    """An entry of the field carries title, publisher, authors, dates and type, and its title wins over a label."""
    read = field(
        """  - url: https://blatt.example/a
    title: Ein Titel
    publisher: Blatt
    authors: [Meyer, Anna, "Liang, Wenfeng"]
    date: 2025-07
    accessed: 2026-01-05T10:00
    type: Zeitungsartikel"""
    )
    (one,) = read.note.citations if read.note else ()
    assert (one.kind, one.publisher, one.title, one.label) == ("field", "Blatt", "Ein Titel", "Blatt: Ein Titel")
    assert one.authors == ("Meyer", "Anna", "Liang, Wenfeng")
    assert (one.issued, one.accessed, one.type) == ("2025-07", "2026-01-05", "article-newspaper")


def test_a_publisher_alone_is_no_title():
    """An entry with a publisher and no title keeps the address as its title."""
    read = field("  - url: https://www.blatt.example/a\n    publisher: Blatt")
    assert [(one.publisher, one.title) for one in (read.note.citations if read.note else ())] == [
        ("Blatt", "blatt.example/a")
    ]


@pytest.mark.parametrize("written", ["doi:10.1000/ABC", "DOI: 10.1000/abc", "https://doi.org/10.1000/abc"])
def test_a_doi_is_an_address(written: str):
    """A bare DOI in the field is the source that its resolver names."""
    read = field(f"  - {json.dumps(written)}")
    assert [one.key for one in (read.note.citations if read.note else ())] == ["doi.org/10.1000/abc"]


@pytest.mark.parametrize(
    ("line", "rule", "severity", "words"),
    [
        ("date: last week", "field-type", "error", "date is a year, a month or a day"),
        ("accessed: 2025-02-30", "field-type", "error", "accessed is a year, a month or a day"),
        ("type: artcle", "field-type", "error", "did you mean article?"),
        ("title: [a, b]", "field-type", "error", "title is a text"),
        ("publihser: Blatt", "field-unknown", "warning", "did you mean publisher?"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said(line: str, rule: str, severity: str, words: str):
    """A part of an entry that cannot be read is reported with its line and the mend; a slip is only a warning."""
    found = [one for one in field(f"  - url: https://blatt.example/a\n    {line}").found if one.line == 5]
    assert [(one.rule, one.severity.value) for one in found] == [(rule, severity)]
    assert words in f"{found[0].message} {found[0].hint}"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("- title: Das Buch", "this entry of sources has no url"),
        ("- url:\n    title: Das Buch", "this entry of sources has no url"),
        ("- url: [a]", "url is a text, not a list"),
        ("- url: buch.pdf", "sources is a list of addresses, not 'buch.pdf'"),
        ("- [a]", "sources is a list of addresses, not a list"),
    ],
)
def test_an_entry_without_address_is_told_what_it_lacks(entry: str, words: str):
    """An entry that is a table is told that its url is missing, and none that it should be no table."""
    found = [one for one in field(f"  {entry}").found if one.rule == "field-type"]
    assert [(one.message, one.line) for one in found] == [(words, 4)]


def test_further_parts_of_an_entry_are_nobodys_business():
    """A part that notesite does not know and that is no slip changes nothing and is not reported."""
    read = field("  - url: https://blatt.example/a\n    shelfmark: 12 B")
    assert read.note
    assert [one.rule for one in read.found] == ["lang-inferred"]
