"""Notes to the citation index: every source once, under all its addresses, with every note that cites it."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from notesite import keys, locales, sources
from notesite.publishers import accords, words_of
from notesite.records import Citation, Citing, Index, Kind, Note, Publisher, Source

T = TypeVar("T", str, tuple[str, ...])


class Said(Struct, frozen=True):
    """What a citation says of a source; most notes say the same."""

    lang: str
    kind: Kind
    address: str
    label: str
    publisher: str
    title: str


class _Cited:
    """What notes say of a source, each with how often; where they cite it; entries of front matter."""

    def __init__(self) -> None:
        self.said: Counter[Said] = Counter()
        self.places: list[Citing] = []
        self.fields: list[Citation] = []


class Gathered(Struct, frozen=True, eq=False, array_like=True):
    """The citation index of some notes, and what it was made from, to make that of other notes from.

    `digests` are those of what it takes of each note, by path: of each source that the note cites, 64 bits each, in the
    order of its keys; None where nobody knows.  `names` say by key what citations of a source call its publisher, and
    how often.
    """

    index: Index = Index(())
    digests: dict[str, bytes | None] = {}
    names: dict[str, dict[str, int]] = {}


NOTHING = Gathered()


def index(notes: Sequence[Note]) -> Index:
    """The citation index of these notes; the inverse of their source lists."""
    return gathered(notes, {}).index


def gathered(notes: Sequence[Note], digests: Mapping[str, bytes], last: Gathered = NOTHING) -> Gathered:
    """The citation index of these notes, made from the last one: of a note with the same digests nothing is looked at.

    A note without them is always another.  Sources of which no changed note says anything else, and publishers without
    any other, are the very same as in the last one; so is the whole where no note changed.
    """
    by_path = {note.path: note for note in sorted(notes, key=lambda note: note.path)}
    old, now = last.digests, {path: digests.get(path) for path in by_path}
    changed = {path for path in now.keys() | old.keys() if now.get(path) != old.get(path) or now.get(path) is None}
    if not changed:
        return last
    before = last.index.sources
    same = {path: _same(by_path[path], now[path], old.get(path)) for path in changed & now.keys()}
    affected = {key for path, kept in same.items() for key in by_path[path].keys if key not in kept}
    affected |= {key for key, path in _cites(before, changed) if key not in same.get(path, ())}
    citing = changed | {place.path for key in affected & before.keys() for place in before[key].cited_by}
    cited = _cited((note for path, note in by_path.items() if path in citing), affected)
    names = {key: one for key, one in last.names.items() if key not in affected}
    names |= {key: _named(one.said) for key, one in cited.items()}
    fresh = [_source(key, one) for key, one in cited.items()]
    return Gathered(Index(_publishers(last.index, affected, fresh, names)), now, names)


def _same(note: Note, now: bytes | None, old: bytes | None) -> Set[str]:
    """The sources of which a note says what it said before."""
    known = {*array("Q", old or b"")}
    return {key for key, digest in zip(note.keys, array("Q", now), strict=True) if digest in known} if now else set()


_FEW = 16
"""So many notes at most are looked for by the bytes of their paths."""


def _cites(sources: Mapping[str, Source], paths: Set[str]) -> Iterator[tuple[str, str]]:
    """The sources, by key, that these notes cite, each with the note; with some that they do not where these are few.

    Then what a source keeps of its notes is not decoded.
    """
    marks = [(path, path.encode()) for path in paths] if len(paths) <= _FEW else ()
    for key, one in sources.items():
        if len(paths) <= _FEW:
            yield from ((key, path) for path, mark in marks if mark in one.places)
        else:
            yield from ((key, place.path) for place in one.cited_by if place.path in paths)


def _publishers(
    last: Index, affected: Set[str], fresh: Iterable[Source], names: Mapping[str, Mapping[str, int]]
) -> tuple[Publisher, ...]:
    """The publishers after these sources were affected; `fresh` are those of them that are there now."""
    works: dict[str, list[Source]] = defaultdict(list)
    for source in fresh:
        works[source.domain].append(source)
    stand: list[Publisher] = []
    for one in last.publishers:
        left = [source for source in one.sources if source.key not in affected]
        if len(left) == len(one.sources) and one.domain not in works:
            stand.append(one)
        elif left:
            works[one.domain] += left
    for domain, held in works.items():
        held.sort(key=lambda source: _order(source.title, source.key))
        stand.append(Publisher(domain, _name(domain, (names[source.key] for source in held)), tuple(held)))
    return tuple(sorted(stand, key=lambda one: _order(one.name, one.domain)))


def _cited(notes: Iterable[Note], wanted: Set[str]) -> dict[str, _Cited]:
    """What these notes, in their order, say of these sources."""
    cited: dict[str, _Cited] = defaultdict(_Cited)
    for note in notes:
        for one in note.citations:
            if one.key in wanted:
                here = cited[one.key]
                here.said[Said(note.lang, one.kind, one.address, one.label, one.publisher, one.title)] += 1
                here.places.append(Citing(note.path, note.lang, one.label, one.kind, one.line))
                if one.kind == "field":
                    here.fields.append(one)
    return dict(cited)


def _order(name: str, key: str) -> tuple[str, str, str]:
    return (*locales.sort_key(name), key)


def _source(key: str, cited: _Cited) -> Source:
    said, fields = cited.said, cited.fields
    title = _title(said.items())
    named = [(one, count) for one, count in said.items() if one.kind != "inline" and one.label != one.address]
    addresses = {one.address for one in said}
    return Source(
        key=key,
        id=keys.anchor(key),
        address=_most((one.address, count) for one, count in said.items()),
        host=keys.host_of(key),
        domain=keys.registrable(keys.host_of(key)),
        title=title,
        publisher=_publisher(pair for pair in said.items() if pair[0].kind == "field") or _publisher(said.items()),
        lang=sources.foreign(title, ""),
        authors=_most((one.authors, 1) for one in fields if one.authors) or (),
        issued=_most((one.issued, 1) for one in fields if one.issued),
        accessed=max((one.accessed for one in fields), default=""),
        type=_most((one.type, 1) for one in fields if one.type),
        titles=tuple(
            (lang, _title([pair for pair in named if pair[0].lang == lang]))
            for lang in sorted({one.lang for one, _ in named})
        ),
        labels=tuple(sorted({(one.lang, one.label) for one, _ in named})),
        written=tuple(sorted(addresses)),
        rules=tuple(sorted({rule for address in addresses for rule in keys.canonical(address)[1]})),
        places=msgspec.msgpack.encode(cited.places),
    )


def _publisher(said: Iterable[tuple[Said, int]]) -> str:
    return _most((one.publisher, count) for one, count in said if one.publisher)


def _title(said: Collection[tuple[Said, int]]) -> str:
    """What a source is called: by the `sources` field where one says it, else by source lists, else by any text."""
    lists = [pair for pair in said if pair[0].kind != "inline" and pair[0].title not in ("", pair[0].address)]
    fields = [pair for pair in lists if pair[0].kind == "field" and pair[0].label != pair[0].address]
    return _most((one.title, count) for one, count in fields or lists or said)


def _tally(counts: Iterable[tuple[T, int]]) -> dict[T, int]:
    """How often each value is said, by parts."""
    made: dict[T, int] = {}
    for value, count in counts:
        made[value] = made.get(value, 0) + count
    return made


def _most(counts: Iterable[tuple[T, int]]) -> T | Literal[""]:
    """The most frequent, of several the shortest, then the first by alphabet; empty if there is none."""
    tally = _tally(counts)
    if len(tally) < 2:
        return next(iter(tally), "")
    return min(tally, key=lambda one: (-tally[one], len(one), one))


def _named(said: Mapping[Said, int]) -> dict[str, int]:
    """What citations call a publisher, and how often."""
    return _tally((one.publisher, count) for one, count in said.items() if one.publisher)


def _name(domain: str, called: Iterable[Mapping[str, int]]) -> str:
    """What a publisher is called: the name that most of its labels give it, else one that its domain says, else that.

    So a host of many publishers (a code forge) is none of them, and may be called by its own name.
    """
    named = _tally(pair for one in called for pair in one.items())
    name = _most(named.items())
    if name and named[name] * 3 >= sum(named.values()) * 2:
        return name
    return _most((one, count) for one, count in named.items() if accords(words_of(one), domain)) or domain
