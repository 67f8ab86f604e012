"""Notes to the citation index: every source once, under all its addresses, with every note that cites it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from notesite import keys, locales
from notesite.records import Citation, Citing, Index, Note, Publisher, Source

Place = tuple[Note, Citation]


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
    written = Counter(one.address for _, one in places)
    titles = Counter(one.title for _, one in places if one.title != one.address and one.kind != "inline")
    return Source(
        key=key,
        id=keys.anchor(key),
        address=_most(written),
        host=keys.host_of(key),
        domain=domain,
        title=_most(titles) or _most(Counter(one.title for _, one in places)),
        labels=tuple(
            sorted(
                {(note.lang, one.label) for note, one in places if one.kind != "inline" and one.label != one.address}
            )
        ),
        written=tuple(sorted(written)),
        rules=tuple(sorted({rule for address in written for rule in keys.canonical(address)[1]})),
        cited_by=tuple(Citing(note.path, note.lang, one.label, one.kind, one.line) for note, one in places),
    )


def _most(counts: Counter[str]) -> str:
    """The most frequent text, of several the shortest, then the first by alphabet."""
    return min(counts, key=lambda text: (-counts[text], len(text), text), default="")


def _name(domain: str, citations: Iterable[Citation]) -> str:
    """What a publisher is called: the name that most of its labels give it, else its domain.

    A host of many publishers (a code forge) is none of them.
    """
    named = Counter(one.publisher for one in citations if one.publisher)
    name = _most(named)
    return name if named[name] * 3 >= named.total() * 2 and name else domain
