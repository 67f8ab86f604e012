"""Which notes are held against each other, and how much they are alike: what linking chooses from.

What was found before is kept as long as it holds.  A pair is looked at again where one of its two notes changed, or
has a source, word or number in common with a change that made it rarer or more common.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, cached_property
from itertools import combinations, product
from typing import TypeVar

import msgspec
from msgspec import Struct

from notesite import likeness, traits
from notesite.likeness import AGREE, Likeness, Weights
from notesite.records import Note
from notesite.traits import Facts, Weighed

COMMON = 40
"""A source or a number that more notes of one language share than this proposes no candidates."""
COMMON_WORD = 12
"""Nor does a title word that more of them share than this: it tells too little without a source or a number."""


T = TypeVar("T")


class Alike(Struct, frozen=True, array_like=True, dict=True):
    """The notes by path, with a digest of what linking reads of each, and the pairs that are alike enough for a link.

    The pairs are encoded, since most edits leave them as they are.
    """

    notes: dict[str, int] = {}
    encoded: msgspec.Raw = msgspec.Raw(b"\x90")

    @cached_property
    def pairs(self) -> tuple[Likeness, ...]:
        """The pairs in the order of falling score; refused ones are among them."""
        return _pairs_of(self.encoded)


_pairs_of: Callable[[msgspec.Raw], tuple[Likeness, ...]] = msgspec.msgpack.Decoder(tuple[Likeness, ...]).decode


class Before(Struct, frozen=True):
    """What was found before, and what weighed in the notes that changed since, or are gone."""

    alike: Alike = Alike()
    weighed: Mapping[str, Weighed] = {}


NOTHING = Before()
_NONE: Mapping[str, int] = {}


Each = Callable[[Callable[[tuple[str, str]], Likeness | None], Sequence[tuple[str, str]]], Iterable[Likeness | None]]
"""Applies a function to all values, in their order, perhaps in several processes."""


def among(
    notes: Iterable[Note],
    digests: Mapping[str, int] = _NONE,
    weighed: Callable[[Note], Weighed] = traits.weighed,
    last: Before = NOTHING,
    each: Each = map,
) -> Alike:
    """The pairs of these notes, in different languages, that are alike enough for a link, refused ones among them.

    `digests` are of all that linking reads of a note, by path, where the caller knows them, `weighed` says what weighs
    in one; `last` is what was found before: a note with the same digest is the same note.
    """
    by_path = {note.path: note for note in notes}
    known = last.alike
    changed = {path for path in by_path if not digests.get(path) or known.notes.get(path) != digests[path]}
    changed |= known.notes.keys() - by_path.keys()
    if not changed:
        return known
    by_path = dict(sorted(by_path.items()))
    every = {path: weighed(note) for path, note in by_path.items()}
    if not changed & known.notes.keys() <= last.weighed.keys():
        known = Alike()  # nobody knows what weighed before
    facts = cache(lambda path: Facts(by_path[path], every[path]))
    touched = every.keys() & _touched(changed, every, last.weighed) if known.notes else every.keys()
    near = every if touched == every.keys() else _near(touched, every)
    weights = Weights(every.values(), None if near is every else _things(near.values()))
    found = [one for one in known.pairs if one.a in every and one.b in every and not touched & {one.a, one.b}]
    near_pairs = sorted(_pairs(near, weights, touched))
    found += filter(None, each(lambda pair: likeness.between(facts(pair[0]), facts(pair[1]), weights), near_pairs))
    pairs = tuple(sorted(found, key=lambda one: (-one.score, one.a, one.b)))
    made = Alike({path: digests.get(path, 0) for path in by_path}, msgspec.Raw(msgspec.msgpack.encode(pairs)))
    vars(made)["pairs"] = pairs  # so that nobody has to decode what is there
    return made


def _touched(changed: Set[str], every: Mapping[str, Weighed], old: Mapping[str, Weighed]) -> Set[str]:
    """The notes that changed, and those with something that weighs more or less than before.

    `old` is what weighed in those that changed or are gone.
    """
    if all(old.get(path) == every.get(path) for path in changed):
        return changed  # their texts alone: nothing weighs less
    things = _things(notes[path] for notes in (old, every) for path in changed if path in notes)
    having = {path: one for path, one in every.items() if path in changed or one.has(things)}
    before = {path: one for path, one in having.items() if path not in changed}
    before |= {path: old[path] for path in changed if path in old}
    was, now = Weights(before.values(), things), Weights(having.values(), things)
    other: set[object] = {*_otherwise(was.sources, now.sources), *_otherwise(was.words, now.words)}
    other |= {*_otherwise(was.lists, now.lists), *_otherwise(was.numbers, now.numbers)}
    return changed | {path for path, one in having.items() if one.has(other)}


def _otherwise(old: Mapping[T, int], new: Mapping[T, int]) -> Iterator[T]:
    """What is counted otherwise than before; what is new, or gone, only changed notes have."""
    return (thing for thing in old.keys() & new.keys() if old[thing] != new[thing])


def _near(touched: Set[str], every: Mapping[str, Weighed]) -> dict[str, Weighed]:
    """The notes that have something telling in common with those that are touched, these among them."""
    own = [every[path] for path in touched]
    weights = Weights(every.values(), _things(own))
    proposing = {thing for one in own for thing in _proposing(one, weights)}
    words = {thing[1] for thing in proposing if isinstance(thing, tuple)}
    things = {thing for thing in proposing if not isinstance(thing, tuple)} | words
    return {path: one for path, one in every.items() if path in touched or one.has(things)}


def _things(notes: Iterable[Weighed]) -> set[object]:
    """All that weighs in these notes: sources, words, whole lists, numbers."""
    return {thing for one in notes for thing in (*one.sources, *one.words, one.sources, one.numbers)}


def _pairs(near: Mapping[str, Weighed], weights: Weights, touched: Set[str]) -> set[tuple[str, str]]:
    """Notes in different languages with something telling in common, in the order of paths; one of them is touched."""
    found: set[tuple[str, str]] = set()
    for sharing in _sharing(near, weights):
        for ours, theirs in combinations(sharing.values(), 2):
            found.update((a, b) if a < b else (b, a) for a, b in product(ours, theirs))
    return {(a, b) for a, b in found if a in touched or b in touched}


def _sharing(near: Mapping[str, Weighed], weights: Weights) -> Iterable[dict[str, list[str]]]:
    """Notes by language that have something telling in common; what many have proposes nobody."""
    having: dict[object, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path, one in near.items():
        for thing in _proposing(one, weights):
            having[thing][one.lang].append(path)
    return having.values()


def _proposing(one: Weighed, weights: Weights) -> Iterator[object]:
    """What proposes other notes to a note: its rarest sources, words that few titles have, its title's numbers."""
    yield from _telling(one, weights)
    for word in one.words:
        if weights.words[word] <= COMMON_WORD:
            yield "word", word
    if one.numbers and weights.numbers[one.numbers] <= COMMON:
        yield one.numbers


def _telling(one: Weighed, weights: Weights) -> Iterator[str]:
    """The rarest of a note's sources, so many that a list without any of them cannot agree with its own.

    Of two lists with weighted agreement t, neither lacks more than 1 - t of the other's weight (the prefix filter
    of similarity joins: Chaudhuri, Ganti and Kaushik 2006).
    """
    ordered: Sequence[str] = sorted(one.sources, key=lambda key: (weights.sources[key], key))
    left = (1 - AGREE) * weights.total(one.sources) if len(ordered) >= 3 else math.inf
    for source in ordered:
        if left < 0 or weights.sources[source] > COMMON:
            return
        left -= weights.source[source]
        yield source
