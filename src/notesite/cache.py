"""What a build remembers: its outputs by digest, what each page was made from, what it saw of each note."""

import functools
import hashlib
from bisect import bisect_right
from collections.abc import Callable, Mapping, Set
from itertools import accumulate
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from notesite import subjects
from notesite.facets import Facets
from notesite.outputs import Output, Outputs
from notesite.pages import Page, Shown, SiteView
from notesite.site import Site
from notesite.subjects import Seen, Subject

M = TypeVar("M", bound="Memory")
VERSION = 7
"""Changes whenever a memory of another version would be misread."""


class Place(Struct, frozen=True, array_like=True):
    """Where a piece is in a pile, its bytes, and their check sum."""

    at: int
    size: int
    check: int


class Made(Struct, frozen=True, array_like=True):
    """A page as it was made: what asked for it, the kind of pages it belongs to, its fingerprint, what it read.

    `reads` are subjects in one piece, see `subjects.packed`.  `around` is where that is kept which it shows around the
    text of a note.
    """

    origin: str
    family: str
    prints: tuple[int, ...]
    reads: bytes
    around: Place | None = None


class Memory(Struct, frozen=True, array_like=True):
    """What the last build into one output folder was made from.

    `frame` is a digest of all that pages were made from but notes.  `names` are what publishers are called, `crowded`
    the slugs that several tags have, as pairs of language and slug.

    The rest is for a build in which texts alone changed: the pile of what pages show `around` them, what pages of each
    language share, the notes that something was said of which came from the whole site, and all that is `read` by pages
    that are no note's and compare none, in one piece.
    """

    version: int = VERSION
    pages: dict[str, Made] = {}
    frame: str = ""
    notes: dict[str, Seen] = {}
    names: dict[str, str] = {}
    crowded: tuple[tuple[str, str], ...] = ()
    around: str = ""
    sites: dict[str, SiteView] = {}
    mentioned: frozenset[str] = frozenset()
    read: bytes = b""


class Folded(Memory, frozen=True, array_like=True):
    """A memory of whose pages and notes few are looked at: they stay encoded."""

    pages: dict[str, msgspec.Raw] = {}  # type: ignore[assignment]
    notes: dict[str, msgspec.Raw] = {}  # type: ignore[assignment]


def changed(
    site: Site, frame: str, digests: Mapping[str, str], facets: Mapping[str, Facets | None], last: Memory
) -> tuple[Memory, set[Subject] | None]:
    """What there is to remember of a site, but for its pages; the subjects touched since the last build.

    None where nobody knows: the frame is another.  Names of publishers are those of before where no note cites
    anything else: then no index is made.
    """
    known = last.frame == frame
    seen = subjects.seen(site, digests, facets, last.notes if known else {})
    common = functools.cache(lambda: subjects.common(site))
    touched = subjects.touched(last.notes, seen, common) if known else None
    if touched is None or subjects.SOURCES in touched:
        names = dict(site.publisher_names)
    else:
        site.recall(names := last.names)
    tagged = touched is None or any(subjects.tags(lang) in touched for lang in site.langs)
    crowded = site.crowded if tagged else last.crowded
    if touched is not None:
        touched.update(subjects.named(domain) for domain, _ in names.items() ^ last.names.items())
        touched.update(subjects.crowded(*one) for one in {*crowded} ^ {*last.crowded})
    return Memory(frame=frame, notes=seen, names=names, crowded=crowded), touched


def readers(pages: Mapping[str, Made], touched: Set[Subject]) -> set[str]:
    """The paths of the pages that read one of these subjects."""
    data = b"".join(one.reads for one in pages.values())
    ends, paths = [*accumulate(len(one.reads) for one in pages.values())], [*pages]
    return {paths[bisect_right(ends, at)] for at in subjects.places(data, touched)}


def decoded(data: bytes | memoryview, kind: type[M] = Memory) -> M:  # type: ignore[assignment]
    """A memory as kept; an unreadable, foreign or older one is none at all, never an error."""
    try:
        found = msgspec.msgpack.decode(data, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return kind()
    return found if found.version == VERSION else kind()


def encoded(one: Memory) -> bytes:
    """A memory as bytes to keep."""
    return msgspec.msgpack.encode(one)


def digest(data: bytes) -> str:
    """The name of some bytes: 128 bits of BLAKE2b."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


PARTS = {
    "template": "a template or message changed",
    "site": "the site's title, languages or addresses changed",
    "head": "its title, address or versions changed",
    "view": "what it shows changed",
}
"""The parts of a fingerprint in their order, and what to say where they changed."""


def fingerprint(page: Page, shown: Shown, theme: str) -> tuple[int, ...]:
    """From what a page is made: `theme` (a digest of templates and messages), the site, its head, its view."""
    return tuple(map(_number, (f"{page.template} {theme}", page.site, shown.head, shown.view)))


def _number(value: Any) -> int:
    data = msgspec.msgpack.encode(value)
    return int.from_bytes(hashlib.blake2b(data, digest_size=7).digest(), "big")


class Before(Struct, frozen=True, dict=True):
    """What there is of the last build: what it remembers, the files it wrote, which of them are not as it wrote them.

    `data` is the memory as it is kept.  To look at thousands of files takes its time: `look` is asked when somebody
    wants to know.
    """

    data: bytes | memoryview = b""
    outputs: Outputs = Outputs()
    look: Callable[[], Mapping[str, Output | None]] = dict

    @functools.cached_property
    def memory(self) -> Memory:
        """What the last build remembers."""
        return decoded(self.data)

    @functools.cached_property
    def other(self) -> Mapping[str, Output | None]:
        """The files that are not as they were written, as they are; None for what is gone."""
        return self.look()

    def at(self, path: str) -> Output | None:
        """A file that was written, as it is."""
        return self.other[path] if path in self.other else self.outputs.files.get(path)

    def has(self, path: str) -> bool:
        """Whether a file is there as it was written."""
        here, known = self.at(path), self.outputs.files.get(path)
        return here is not None and known is not None and here.digest == known.digest != ""


def without_around(before: Before) -> Before:
    """The same where what pages showed around their texts is gone."""
    bare = {path: msgspec.structs.replace(one, around=None) for path, one in before.memory.pages.items() if one.around}
    made = msgspec.structs.replace(before)
    vars(made)["memory"] = msgspec.structs.replace(before.memory, pages=before.memory.pages | bare)
    return made


def stands(page: Page, before: Before, doubtful: Set[str]) -> bool:
    """Whether a page is surely as it was, without looking at it: its file is in place, and it is not `doubtful`."""
    known = before.memory.pages.get(page.path)
    there = before.has(page.path)  # asked for each page: once there are processes, each would have to look for itself
    return there and known is not None and known.origin == page.origin and page.path not in doubtful


def stale(path: str, prints: tuple[int, ...], before: Before) -> str:
    """Why a page of this fingerprint is to be made, in words; empty if it stands."""
    known = before.memory.pages.get(path)
    if known is None or len(known.prints) != len(prints):
        return "it is new"
    if known.prints != prints:
        changed = zip(PARTS.values(), prints, known.prints, strict=True)
        return " and ".join(words for words, one, other in changed if one != other)
    if before.at(path) is None:
        return "its file is missing"
    return "" if before.has(path) else "its file was altered"
