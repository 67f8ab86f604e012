"""The content records: what was read from one note, and what was found between notes.  All frozen."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

import msgspec
from msgspec import Struct

Kind = Literal["list", "inline", "footnote", "field"]
"""Where a citation stands: in the source list, in running text, in a footnote, in the front matter."""

Said = bool | str | None
"""A provenance field: not said, yes or no, or yes with words (the model's name; who reviewed and when)."""


Times = tuple[int, int, int]
"""Size, modification and change of a file, in bytes and nanoseconds."""

SETTINGS = "notesite.toml"
"""The name of the settings file at the site's root."""


class Heading(Struct, frozen=True):
    """A heading of a note's text as the page will show it: level 2 to 6, plain text, its anchor."""

    level: int
    text: str
    id: str


class Section(Struct, frozen=True):
    """A stretch of a note's text from one heading to the next; the first has no heading and an empty id.

    `html` is markup with tokens in place of what only the planned site knows, see `markup.TOKEN`.
    """

    id: str
    html: str


class Footnote(Struct, frozen=True):
    """A footnote: its letter in the page, its text as markup with tokens, how often the text refers to it."""

    label: str
    html: str
    references: int


class Link(Struct, frozen=True):
    """An address in a note that points into the site itself: another note, a file beside it, an anchor."""

    address: str
    line: int


class Citation(Struct, frozen=True, kw_only=True):
    """One place in one note that points to a source.

    `key` is the canonical key of the source, empty for an entry of a source list that has no address; then
    `address` is empty too.  `label` is as written; `publisher` and `title` are its parts where it has the
    shape `Publisher: Title`, else the publisher is empty and the title is the label.  Authors, dates (an ISO year,
    month or day) and type (a name of CSL) are known from the `sources` field only.
    """

    key: str
    address: str
    label: str
    publisher: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    issued: str = ""
    accessed: str = ""
    type: str = ""
    kind: Kind
    line: int = 0


class Traits(Struct, frozen=True):
    """What of a text a translation keeps, its source list aside.

    `numerals` are the significant digits of every number, `code` the code within lines and digests of code blocks,
    `pictures` addresses as written.  `form` names the top-level blocks in order ("2 p p l4 c"); `length` counts
    characters, Chinese, Japanese and Korean ones twice.
    """

    numerals: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    form: str = ""
    length: int = 0


class Stated(Struct, frozen=True, array_like=True):
    """A figure of a note by value, see `figures.Figure`: as written, in which line, in which of its sentences."""

    value: str
    kind: str
    unit: str
    text: str
    line: int
    sentence: int
    sure: bool = True


class Sentence(Struct, frozen=True, array_like=True):
    """A sentence that holds a figure, cut where it is long, and the passage it stands in.

    `section` counts the page's sections from 0, -1 is a footnote; `passage` the paragraphs, items, cells and headings
    of that section.
    """

    text: str
    section: int
    passage: int


class Mark(Struct, frozen=True, array_like=True):
    """Something in a text that a translation keeps or has one of in the same place.

    `kind` and `key` are: `list` and its number of items, `table` and rows by columns, `code` and the digest of a
    block without its comments, `picture` and `link` (into the site) with their addresses, `footnote` for a reference to
    one, `quote` and `name` (emphasised) with their words, `foreign` with the language of a paragraph that is not the
    note's.  `text` is what to show, as the note has it; `passage` is known of quotes and foreign paragraphs only.
    """

    kind: str
    key: str
    text: str
    line: int
    section: int
    passage: int = -1


class Part(Struct, frozen=True, array_like=True):
    """A section for comparison: its heading's level (0 for none), words and line, its passages and characters."""

    level: int
    heading: str
    line: int
    passages: int
    length: int


class Content(Struct, frozen=True, array_like=True):
    """What of a note is compared with its translations; the source list is not in it."""

    parts: tuple[Part, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    figures: tuple[Stated, ...] = ()
    marks: tuple[Mark, ...] = ()


def numbered(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """The entries of a bibliography in their order: the first citation of each source, those without an address."""
    made: dict[str, Citation] = {}
    for n, one in enumerate(citations):
        made.setdefault(one.key or f"\x00{n}", one)
    return tuple(made.values())


class Text(Struct, frozen=True, array_like=True):
    """Where the text of a note is, and what it cites; here is none.

    Thousands of notes are held at once, and few of their texts are looked at.
    """

    def piece(self, number: int) -> bytes | msgspec.Raw:
        """The body (0), the traits (1), the content (2), the citations (3), or how many entries and which keys they
        make (4), encoded.
        """
        del number
        return b""


class Packed(Text, frozen=True, array_like=True):
    """A text at hand."""

    pieces: tuple[bytes, bytes, bytes, bytes, bytes]

    def piece(self, number: int) -> bytes:
        """See `Text`."""
        return self.pieces[number]


_Body = tuple[tuple[Section, ...], tuple[Footnote, ...]]


def packed(
    sections: tuple[Section, ...] = (),
    footnotes: tuple[Footnote, ...] = (),
    traits: Traits = Traits(),  # noqa: B008 - frozen
    content: Content = Content(),  # noqa: B008 - frozen
    citations: tuple[Citation, ...] = (),
) -> Packed:
    """The text of a note as it is kept, and what it cites."""
    keys = list(dict.fromkeys(one.key for one in citations if one.key))
    pieces = (sections, footnotes), traits, content, citations, (len(numbered(citations)), keys)
    return Packed(tuple(map(msgspec.msgpack.encode, pieces)))  # type: ignore[arg-type]


# What is looked at is looked at several times in a row.
@lru_cache(maxsize=16)
def _body(text: Text) -> _Body:
    data = text.piece(0)
    return msgspec.msgpack.decode(data, type=_Body) if data else ((), ())


@lru_cache(maxsize=64)
def _traits(text: Text) -> Traits:
    data = text.piece(1)
    return msgspec.msgpack.decode(data, type=Traits) if data else Traits()


@lru_cache(maxsize=16)
def _content(text: Text) -> Content:
    data = text.piece(2)
    return msgspec.msgpack.decode(data, type=Content) if data else Content()


_citations_of = msgspec.msgpack.Decoder(tuple[Citation, ...]).decode

_entries_of = msgspec.msgpack.Decoder(tuple[int, msgspec.Raw]).decode
_keys_of = msgspec.msgpack.Decoder(tuple[int, list[str]]).decode


@lru_cache(maxsize=256)
def _citations(text: Text) -> tuple[Citation, ...]:
    data = text.piece(3)
    return _citations_of(data) if data else ()


@lru_cache(maxsize=256)
def _bibliography(text: Text) -> tuple[Citation, ...]:
    return numbered(_citations(text))


class Note(Struct, frozen=True, kw_only=True):
    """One Markdown file in one language: its facts, a pure function of its bytes, its path and the settings.

    Dates are ISO 8601 text, a day or a day with a time, empty where there is none.  `path` is relative to the
    site's root.
    `ignored` are the rules that the note asks not to be told of.
    """

    path: str
    lang: str
    title: str
    slug: str
    date: str = ""
    updated: str = ""
    permalink: str = ""
    aliases: tuple[str, ...] = ()
    draft: bool = False
    tags: tuple[str, ...] = ()
    description: str = ""
    authors: tuple[str, ...] = ()
    generated: Said = None
    translated: Said = None
    reviewed: Said = None
    audio: bool | str = False
    image: bool | str = False
    translation_key: str = ""
    ignored: tuple[str, ...] = ()
    template: str = "note"
    extra: dict[str, Any] = {}
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    words: int = 0
    text: Text = Text()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What it cites, each place once: source list first, then running text; in the order of the bibliography."""
        return _citations(self.text)

    def read_citations(self) -> tuple[Citation, ...]:
        """The citations, decoded anew: where those of all notes are looked at once, to keep some costs more."""
        data = self.text.piece(3)
        return _citations_of(data) if data else ()

    @property
    def keys(self) -> list[str]:
        """The keys of the sources that it cites, each once; where nothing else is looked at, this is faster."""
        data = self.text.piece(4)
        return _keys_of(data)[1] if data else []

    @property
    def entries(self) -> int:
        """How many numbered entries its bibliography has, found as fast as its keys."""
        data = self.text.piece(4)
        return _entries_of(data)[0] if data else 0

    @property
    def bibliography(self) -> tuple[Citation, ...]:
        """The numbered entries of its page."""
        return _bibliography(self.text)

    @property
    def sections(self) -> tuple[Section, ...]:
        """Its text, section by section."""
        return _body(self.text)[0]

    @property
    def footnotes(self) -> tuple[Footnote, ...]:
        """Its footnotes, in their order."""
        return _body(self.text)[1]

    @property
    def traits(self) -> Traits:
        """What of its text a translation keeps."""
        return _traits(self.text)

    @property
    def content(self) -> Content:
        """What of its text is compared with its translations."""
        return _content(self.text)


class Citing(Struct, frozen=True, array_like=True):
    """A note that cites a source: where, in which language, under which label."""

    path: str
    lang: str
    label: str
    kind: Kind
    line: int


_places_of = msgspec.msgpack.Decoder(tuple[Citing, ...]).decode


class Source(Struct, frozen=True, kw_only=True, array_like=True):
    """A work that notes rest on, once, under all its addresses.

    `id` is its anchor, made from the key alone; `address` is what readers get to click: the address written
    most often.  `titles` are pairs of language and what its notes call the work, `labels` pairs of language and label,
    `rules` names what merged its written addresses.  `places` are those that cite it, encoded: of thousands of sources
    few are looked at so closely.
    """

    key: str
    id: str
    address: str
    host: str
    domain: str
    title: str
    publisher: str = ""
    lang: str = ""
    titles: tuple[tuple[str, str], ...] = ()
    authors: tuple[str, ...] = ()
    issued: str = ""
    accessed: str = ""
    type: str = ""
    labels: tuple[tuple[str, str], ...]
    written: tuple[str, ...]
    rules: tuple[str, ...]
    places: bytes

    @property
    def cited_by(self) -> tuple[Citing, ...]:
        """The places that cite it, in the order of notes and of what each cites."""
        return _places_of(self.places)


class Publisher(Struct, frozen=True, array_like=True):
    """One registrable domain, the name its sources give it, and those sources."""

    domain: str
    name: str
    sources: tuple[Source, ...]


class Index(Struct, frozen=True, array_like=True):
    """The citation index: every publisher with its sources, each with the notes that cite it."""

    publishers: tuple[Publisher, ...]

    @property
    def sources(self) -> dict[str, Source]:
        """All sources by canonical key."""
        return {source.key: source for publisher in self.publishers for source in publisher.sources}


class File(Struct, frozen=True):
    """A file of the site as it lies on disk: its path from the site's root, and its bytes (notes only)."""

    path: str
    data: bytes
