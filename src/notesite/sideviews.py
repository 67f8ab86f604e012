"""The view of a note beside its translation, addresses ready to print."""

from msgspec import Struct

from notesite.records import Footnote
from notesite.views import Provenance, Ref


class Side(Struct, frozen=True, kw_only=True):
    """One of the two notes: its language, title and page; `links` are what tokens of its text stand for.

    `prefix` stands before the ids of its text: the page has two texts, and ids must differ.
    """

    lang: str
    dir: str
    name: str
    title: str
    url: str
    prefix: str
    links: tuple[str, ...]
    footnotes: tuple[Footnote, ...]


class Pair(Struct, frozen=True):
    """A section beside its counterpart: markup with tokens; empty where there is none.  `label` is its heading."""

    id: str
    label: str
    ours: str
    theirs: str


class Cited(Struct, frozen=True, kw_only=True):
    """A source of one of the two, as its note calls it.

    `finding` is the number of what is said of it, or 0; `alone` says that the other does not cite it.
    """

    title: str
    publisher: str
    url: str
    lang: str
    finding: int
    alone: bool


class Said(Struct, frozen=True):
    """What one of the two has: as written, with the sentence around it (may be empty)."""

    written: str
    text: str


class Remark(Struct, frozen=True, kw_only=True):
    """A finding of the comparison, see `records.Finding`; `href` leads to its place on the page.

    `lacking` is the language of the version that lacks what the other has, else empty.
    """

    number: int
    rule: str
    case: str
    ours: Said | None
    theirs: Said | None
    counts: tuple[int, int]
    lacking: str
    href: str


class SidesView(Struct, frozen=True, kw_only=True):
    """A note beside a translation of it, section by section.

    `shown` says whether findings are shown, in words and as marks in the texts: to readers they are not, unless the
    settings say so.  `agreed` counts the figures that agree by value.  `others` are the same page for further
    languages.
    """

    ours: Side
    theirs: Side
    provenance: Provenance
    pairs: tuple[Pair, ...]
    our_sources: tuple[Cited, ...]
    their_sources: tuple[Cited, ...]
    shown: bool
    remarks: tuple[Remark, ...] = ()
    agreed: int = 0
    others: tuple[Ref, ...] = ()
