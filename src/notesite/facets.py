"""What of a note others depend on, by digest: a change that leaves a facet alone changes nothing that reads only it."""

import hashlib
import zlib
from array import array

import msgspec
from msgspec import Struct

from notesite import traits
from notesite.records import Citation, Note, Text


class Facets(Struct, frozen=True, array_like=True):
    """Digests of what is read of a note.

    `page` is all but its text, and the lines on which things stand: what its own page shows; `card` what others say of
    it; `citing` what the citation index says; `tags`, `order` (language and date), `place` (what the sitemap says) and
    `moved` (its old addresses) what lists show; `linking` what linking reads, its text among it.  `mentions` are what
    the index says of each source that it cites, in the order of its citations and in one piece (64 bits each);
    `cited` are the same with the lines on which they stand.
    """

    page: int
    card: int
    citing: int
    tags: int
    order: int
    place: int
    moved: int
    linking: int
    mentions: bytes = b""
    cited: bytes = b""


def of(note: Note) -> Facets:
    """The facets of a note."""
    bare = msgspec.structs.replace(
        note,
        text=Text(),
        words=0,
        links=tuple(msgspec.structs.replace(one, line=0) for one in note.links),
    )
    citations = [msgspec.structs.replace(one, line=0) for one in note.citations]
    address = (note.path, note.lang, note.slug, note.permalink, note.date, note.draft)
    said = (note.generated, note.translated, note.reviewed, note.updated, note.tags)
    by_source: dict[str, list[Citation]] = {}
    for one in citations:
        by_source.setdefault(one.key, []).append(one)
    by_source.pop("", None)
    mentions = [_digest((note.lang, note.date, own)) for own in by_source.values()]
    lines: dict[str, list[int]] = {}
    for one in note.citations:
        lines.setdefault(one.key, []).append(one.line)
    placed = [one ^ zlib.crc32(repr(lines[key]).encode()) for key, one in zip(by_source, mentions, strict=True)]
    keys = [one.key for one in note.citations if one.key]
    linked = (note.title, note.lang, note.date, note.translated, note.translation_key, keys)
    rough = msgspec.structs.replace(note.traits, length=traits.rough_length(note.traits.length))
    return Facets(
        page=_digest((bare, citations)),
        card=_digest((address, note.title, note.description, said, note.entries)),
        citing=_digest((note.lang, note.date, citations)),
        tags=_digest((note.lang, note.tags)),
        order=_digest((note.lang, note.date)),
        place=_digest((address, note.updated)),
        moved=_digest((address, note.title, note.aliases)) if note.aliases else 0,
        linking=_digest((linked, rough, [link.address for link in note.links])),
        mentions=array("Q", mentions).tobytes(),
        cited=array("Q", placed).tobytes(),
    )


def _digest(value: object) -> int:
    data = msgspec.msgpack.encode(value)
    return int.from_bytes(hashlib.blake2b(data, digest_size=7).digest(), "big")
