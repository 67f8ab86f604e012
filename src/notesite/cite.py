"""Notes to the citation index: every source once, under all its addresses, with every note that cites it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from typing import Literal, TypeVar

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


class Gathered(Struct, frozen=True, eq=False):
    """The citation index of some notes, and what it was made from, to make that of other notes from."""

    index: Index
    notes: dict[str, Note]
    cited: dict[str, _Cited]


def index(notes: Sequence[Note]) -> Index:
    """The citation index of these notes; the inverse of their source lists."""
    return gathered(notes).index


def gathered(notes: Sequence[Note], last: Gathered | None = None) -> Gathered:
    """The citation index of these notes, made from the last one: of a note that is the very same, nothing is looked at.

    Sources that no changed note cites, and publishers without any other, are the very same as in the last one.
    """
    by_path = {note.path: note for note in sorted(notes, key=lambda note: note.path)}
    known = last.notes if last else {}
    changed = {path for path in by_path.keys() | known.keys() if by_path.get(path) is not known.get(path)}
    affected = {key for held in (known, by_path) for path in changed if path in held for key in held[path].keys}
    cited: dict[str, _Cited] = {}
    if last:
        cited = {key: one for key, one in last.cited.items() if key not in affected}
        citing = {place.path for key in affected if key in last.cited for place in last.cited[key].places}
        citing |= changed
        fresh = _cited((note for path, note in by_path.items() if path in citing), affected)
    else:
        fresh = _cited(by_path.values(), affected)
    cited |= fresh
    by_domain: dict[str, list[str]] = defaultdict(list)
    for key in cited:
        by_domain[keys.registrable(keys.host_of(key))].append(key)
    stale = {keys.registrable(keys.host_of(key)) for key in affected}
    before = last.index if last else Index(())
    publishers = [one for one in before.publishers if one.domain not in stale]
    made = {key: one for key, one in before.sources.items() if key not in affected}
    for domain in stale & by_domain.keys():
        made |= {key: _source(key, domain, fresh[key]) for key in by_domain[domain] if key in fresh}
        works = sorted((made[key] for key in by_domain[domain]), key=lambda one: _order(one.title, one.key))
        name = _name(domain, (cited[key].said for key in by_domain[domain]))
        publishers.append(Publisher(domain, name, tuple(works)))
    index = Index(tuple(sorted(publishers, key=lambda one: _order(one.name, one.domain))))
    return Gathered(index, by_path, cited)


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


def _source(key: str, domain: str, cited: _Cited) -> Source:
    said, fields = cited.said, cited.fields
    title = _title(said.items())
    named = [(one, count) for one, count in said.items() if one.kind != "inline" and one.label != one.address]
    addresses = {one.address for one in said}
    return Source(
        key=key,
        id=keys.anchor(key),
        address=_most((one.address, count) for one, count in said.items()),
        host=keys.host_of(key),
        domain=domain,
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
        cited_by=tuple(cited.places),
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


def _name(domain: str, said: Iterable[Mapping[Said, int]]) -> str:
    """What a publisher is called: the name that most of its labels give it, else one that its domain says, else that.

    So a host of many publishers (a code forge) is none of them, and may be called by its own name.
    """
    named = _tally((one.publisher, count) for held in said for one, count in held.items() if one.publisher)
    name = _most(named.items())
    if name and named[name] * 3 >= sum(named.values()) * 2:
        return name
    return _most((one, count) for one, count in named.items() if accords(words_of(one), domain)) or domain
