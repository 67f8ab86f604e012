"""The views of the citation index: what its pages and files show, addresses ready to print."""

from msgspec import Struct

from notesite.records import Kind
from notesite.references import Reference
from notesite.views import Ref

FORMATS = (("CSL-JSON", "json"), ("BibTeX", "bib"), ("RIS", "ris"))
"""The formats that reference managers read: name and file ending, the best one first."""


class ExportView(Struct, frozen=True):
    """References for reference managers, in the format that the template names (`sources.bib`)."""

    references: tuple[Reference, ...]


class Shelf(Struct, frozen=True):
    """A publisher in the citation index: name, address of its page, how many sources and citing notes."""

    name: str
    url: str
    sources: int
    notes: int


class Letter(Struct, frozen=True):
    """The publishers under one letter; `id` is the letter's anchor."""

    letter: str
    id: str
    shelves: tuple[Shelf, ...]


class Bar(Struct, frozen=True):
    """A line of a chart, a publisher or a year: how much per language, in the order of `SourcesView.langs`."""

    name: str
    counts: tuple[int, ...]


class Pick(Struct, frozen=True, kw_only=True):
    """A source picked out on the citation index: how many notes cite it, and the newest date among them.

    `lang` is the title's language where it is not the page's and known, else empty.
    """

    title: str
    lang: str
    publisher: str
    url: str
    count: int
    date: str


class SourcesView(Struct, frozen=True, kw_only=True):
    """The citation index: publishers by letter, the most cited of them as a chart, and citations by year.

    `most` are the sources that most notes cite, `newest` those cited most recently; `rows` is the
    address of the file in which the page finds a source by its words.
    """

    sources: int
    publishers: int
    citations: int
    letters: tuple[Letter, ...]
    langs: tuple[str, ...]
    chart: tuple[Bar, ...]
    years: tuple[Bar, ...]
    most: tuple[Pick, ...]
    newest: tuple[Pick, ...]
    rows: str
    downloads: tuple[Ref, ...]


class RowsView(Struct, frozen=True):
    """The sources as a page finds them.

    Each is its title, publisher, address without scheme, place in the citation index, and the title's language where
    that is not the page's and known (else empty).
    """

    rows: tuple[tuple[str, str, str, str, str], ...]


class Citer(Struct, frozen=True):
    """A note that cites a source, and how, each kind once.

    `without` are its versions in other languages where it alone of all of them cites the source.
    """

    url: str
    text: str
    kinds: tuple[Kind, ...]
    without: tuple[Ref, ...] = ()


class Column(Struct, frozen=True):
    """The notes of one language that cite a source; `name` is the language named in itself."""

    lang: str
    dir: str
    name: str
    notes: tuple[Citer, ...]


class Merger(Struct, frozen=True):
    """Why an address is the same as others: a rule's name, its reason in English, an address it was needed for."""

    rule: str
    reason: str
    address: str


class Work(Struct, frozen=True, kw_only=True):
    """A source on its publisher's page.

    `labels` are what the notes call it: their language, the label, and the language of the title in it where that is
    known and not the page's, else empty.  `written` are the addresses it was given under, `mergers` the rules by which
    several of them are one; `columns` has every language of the site.  `coins` describes the work for reference
    managers, as the title of a `span` of the class Z3988.
    """

    id: str
    title: str
    lang: str
    url: str
    labels: tuple[tuple[str, str, str], ...]
    written: tuple[str, ...]
    mergers: tuple[Merger, ...]
    columns: tuple[Column, ...]
    coins: str


class Line(Struct, frozen=True, kw_only=True):
    """A source in the register of a publisher that has many; `url` is where it stands with all there is to say."""

    id: str
    title: str
    lang: str
    url: str
    notes: int


class Initial(Struct, frozen=True):
    """The sources of a register whose titles begin with one letter; `id` is the letter's anchor."""

    letter: str
    id: str
    lines: tuple[Line, ...]


class PublisherView(Struct, frozen=True, kw_only=True):
    """A publisher's page: its sources in the order of their titles, and how often each language cites it.

    A publisher with many sources has a register of them all, by letter, and `works` on its leaves.
    """

    name: str
    domain: str
    index: str
    sources: int
    works: tuple[Work, ...] = ()
    register: tuple[Initial, ...] = ()
    citations: int
    by_language: tuple[tuple[str, int], ...]
    downloads: tuple[Ref, ...]


class LeafView(Struct, frozen=True, kw_only=True):
    """A page of a publisher with many sources: those of one letter, or a part of them.

    `leaves` are all such pages of the publisher, `current` the place of this one among them.  Nothing here tells of
    sources on other leaves, so that a new source changes its own leaf alone.
    """

    name: str
    domain: str
    publisher: str
    works: tuple[Work, ...]
    leaves: tuple[Ref, ...]
    current: int
