"""The narrow read-only views that templates see.

A view holds everything its template can see and nothing else, so a page's view is its list of dependencies.
Addresses in views are ready to print: they carry the base path.
"""

from typing import Any

from msgspec import Struct

from notesite.linkage import Sureness
from notesite.records import Footnote, Heading, Section


class Ref(Struct, frozen=True):
    """A link with its words, and the words' language where it is not the page's (else empty)."""

    url: str
    text: str
    lang: str = ""


class Neighbour(Ref, frozen=True):
    """A link to the note before or after another one in time; `dated` is false for one that is of no known time."""

    dated: bool = True


class Alternate(Struct, frozen=True):
    """The same page in one language, this page's own included: `name` is the language named in itself."""

    lang: str
    name: str
    url: str
    current: bool


class Provenance(Struct, frozen=True, kw_only=True):
    """Who wrote, translated and checked a note.

    `generated` and `translated` are true where a machine did it, with its name in `generator` and
    `translator` where the note says so; `reviewer` tells who checked it and when, if more than yes is said.
    `original` links the note this one was translated from; `original_generated` tells of that note.
    """

    generated: bool = False
    generator: str = ""
    translated: bool = False
    translator: str = ""
    reviewed: bool = False
    reviewer: str = ""
    original: Alternate | None = None
    original_generated: bool = False
    machine_translations: tuple[Alternate, ...] = ()


class Line(Struct, frozen=True, kw_only=True):
    """A note in a list.  `lang` is its language; `others` are its versions in other languages."""

    url: str
    title: str
    lang: str
    date: str
    description: str
    sources: int
    others: tuple[Alternate, ...] = ()
    generated: bool = False
    translated: bool = False
    reviewed: bool = False
    draft: bool = False
    future: bool = False


class Entry(Struct, frozen=True, kw_only=True):
    """A source in a note's bibliography: numbered from 1, `cited` where the text has a mark for it.

    `url` is the address as written (empty for an entry that has none), `index` its place in the citation
    index, `lang` the title's language where it is not the note's and known, else empty.
    """

    number: int
    publisher: str
    title: str
    lang: str
    url: str
    host: str
    index: str
    cited: bool


class Shared(Struct, frozen=True, kw_only=True):
    """A note that shares sources with this one: how many, and some publishers among them.

    `lang` is its language where that is not the page's, else empty; `langs` has all that it exists in.
    """

    url: str
    title: str
    lang: str
    langs: tuple[str, ...]
    count: int
    publishers: tuple[str, ...]


class NoteView(Struct, frozen=True, kw_only=True):
    """A note's page.

    `sections` and `footnotes` hold markup with tokens; `links` are what the tokens for site addresses stand
    for, by number.  `draft` and `future` are only ever true in a build with drafts.  `previous` is older,
    `next` newer.  `translations` says how sure it is that the note's other languages are its translations.
    `compare` leads to the page on which the note stands beside the version in that language.
    `extra` are the front matter fields that notesite does not know.
    """

    path: str
    title: str
    date: str
    updated: str
    description: str
    authors: tuple[str, ...]
    tags: tuple[Ref, ...]
    provenance: Provenance
    headings: tuple[Heading, ...]
    sections: tuple[Section, ...]
    footnotes: tuple[Footnote, ...]
    links: tuple[str, ...]
    bibliography: tuple[Entry, ...]
    shared: tuple[Shared, ...] = ()
    previous: Neighbour | None = None
    next: Neighbour | None = None
    audio: str = ""
    image: str = ""
    draft: bool = False
    future: bool = False
    translations: Sureness = ""
    compare: Ref | None = None
    downloads: tuple[Ref, ...] = ()
    words: int = 0
    extra: dict[str, Any] = {}


class Year(Struct, frozen=True):
    """The notes of one year, newest first; `year` is empty for undated notes."""

    year: str
    lines: tuple[Line, ...]


class Volume(Struct, frozen=True):
    """A page of the archive: its year (empty: undated), its address, how many notes it lists."""

    year: str
    url: str
    count: int


class HomeView(Struct, frozen=True, kw_only=True):
    """The newest notes of a language, by year, and its archive.

    `total` counts the notes of the language; `translated` are pairs of language and how many of these notes
    exist in it too.
    """

    years: tuple[Year, ...]
    archive: tuple[Volume, ...]
    total: int
    translated: tuple[tuple[str, int], ...]


class ArchiveView(Struct, frozen=True, kw_only=True):
    """All notes of one year and language (`year` empty: the undated ones), with the neighbouring years."""

    year: str
    lines: tuple[Line, ...]
    older: Volume | None
    newer: Volume | None


class TagsView(Struct, frozen=True):
    """All tags of a language with how many notes each has, in alphabetical order."""

    tags: tuple[tuple[Ref, int], ...]


class TagView(Struct, frozen=True):
    """The notes under one tag, newest first."""

    tag: str
    index: str
    years: tuple[Year, ...]


class Half(Struct, frozen=True, kw_only=True):
    """One language's half of the chooser or of the 404 page; `name` is the site's title in that language.

    On the 404 page `lang` is the language of what it says, and `others` lead to further languages that it speaks for.
    """

    lang: str
    dir: str
    name: str
    description: str
    home: str
    sources: str
    lines: tuple[Line, ...] = ()
    others: tuple[Ref, ...] = ()


class ChooserView(Struct, frozen=True):
    """The page at the site's root, in all languages, the default one first."""

    halves: tuple[Half, ...]


class MissingView(Struct, frozen=True):
    """A 404 page: the root one speaks all languages, the others one."""

    halves: tuple[Half, ...]


class FeedEntry(Struct, frozen=True, kw_only=True):
    """A note in a feed.  Dates are RFC 3339 date-times; `id` is permanent and holds no host name."""

    id: str
    url: str
    title: str
    published: str
    updated: str
    summary: str
    authors: tuple[str, ...]
    others: tuple[Alternate, ...]
    provenance: Provenance
    sections: tuple[Section, ...]
    footnotes: tuple[Footnote, ...]
    links: tuple[str, ...]


class FeedView(Struct, frozen=True, kw_only=True):
    """An Atom feed (RFC 4287) of one language: the newest notes."""

    id: str
    url: str
    home: str
    title: str
    author: str
    updated: str
    entries: tuple[FeedEntry, ...]


class Place(Struct, frozen=True):
    """An address of the sitemap, its last change (may be empty) and its versions by language tag."""

    url: str
    updated: str
    hreflang: tuple[tuple[str, str], ...]


class SitemapView(Struct, frozen=True):
    """All public pages."""

    places: tuple[Place, ...]


class RedirectView(Struct, frozen=True):
    """An old address: where the page is now, and what it is called."""

    target: str
    title: str


class HostView(Struct, frozen=True):
    """What files for static hosts need: moved addresses as pairs, the sitemap's absolute address or none."""

    redirects: tuple[tuple[str, str], ...]
    sitemap: str
