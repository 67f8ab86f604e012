"""Notes to the citation index: every source once, under all its addresses, with every note that cites it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from notesite import keys, locales, sources
from notesite.publishers import accords, words_of
from notesite.records import Citation, Citing, Index, Note, Publisher, Source

Place = tuple[Note, Citation]
T = TypeVar("T", str, tuple[str, ...])


def index(notes: Sequence[Note]) -> Index:
    """The citation index of these notes; the inverse of their source lists."""
    places: dict[str, list[Place]] = defaultdict(list)
    for note in sorted(notes, key=lambda note: note.path):
        for one in note.citations:
            if one.key:
                places[one.key].append((note, one))
    by_domain: dict[str, list[str]] = defaultdict(list)
    for key in places:
        by_domain[keys.registrable(keys.host_of(key))].append(key)
    publishers = []
    for domain, held in by_domain.items():
        name = _name(domain, (one for key in held for _, one in places[key]))
        works = sorted((_source(key, domain, places[key]) for key in held), key=lambda one: _order(one.title, one.key))
        publishers.append(Publisher(domain, name, tuple(works)))
    return Index(tuple(sorted(publishers, key=lambda one: _order(one.name, one.domain))))


def _order(name: str, key: str) -> tuple[str, str, str]:
    return (*locales.sort_key(name), key)


def _source(key: str, domain: str, places: Sequence[Place]) -> Source:
    fields = [one for _, one in places if one.kind == "field"]
    title = _title([one for _, one in places])
    named = [(note.lang, one) for note, one in places if one.kind != "inline" and one.label != one.address]
    return Source(
        key=key,
        id=keys.anchor(key),
        address=_most(Counter(one.address for _, one in places), ""),
        host=keys.host_of(key),
        domain=domain,
        title=title,
        publisher=_publisher(fields) or _publisher([one for _, one in places]),
        lang=sources.foreign(title, ""),
        authors=_most(Counter(one.authors for one in fields if one.authors), ()),
        issued=_most(Counter(one.issued for one in fields if one.issued), ""),
        accessed=max((one.accessed for one in fields), default=""),
        type=_most(Counter(one.type for one in fields if one.type), ""),
        titles=tuple(
            (lang, _title([one for own, one in named if own == lang])) for lang in sorted({lang for lang, _ in named})
        ),
        labels=tuple(sorted({(lang, one.label) for lang, one in named})),
        written=tuple(sorted({one.address for _, one in places})),
        rules=tuple(sorted({rule for _, one in places for rule in keys.canonical(one.address)[1]})),
        cited_by=tuple(Citing(note.path, note.lang, one.label, one.kind, one.line) for note, one in places),
    )


def _publisher(citations: Sequence[Citation]) -> str:
    return _most(Counter(one.publisher for one in citations if one.publisher), "")


def _title(citations: Sequence[Citation]) -> str:
    """What a source is called: by the `sources` field where one says it, else by source lists, else by any text."""
    titled = [one for one in citations if one.title and one.title != one.address]
    fields = Counter(one.title for one in titled if one.kind == "field" and one.label != one.address)
    lists = Counter(one.title for one in titled if one.kind != "inline")
    return _most(fields, "") or _most(lists, "") or _most(Counter(one.title for one in citations), "")


def _most(counts: Counter[T], default: T) -> T:
    """The most frequent, of several the shortest, then the first by alphabet."""
    return min(counts, key=lambda one: (-counts[one], len(one), one), default=default)


def _name(domain: str, citations: Iterable[Citation]) -> str:
    """What a publisher is called: the name that most of its labels give it, else one that its domain says, else that.

    So a host of many publishers (a code forge) is none of them, and may be called by its own name.
    """
    named = Counter(one.publisher for one in citations if one.publisher)
    name = _most(named, "")
    if name and named[name] * 3 >= named.total() * 2:
        return name
    own = Counter({one: count for one, count in named.items() if accords(words_of(one), domain)})
    return _most(own, domain)
