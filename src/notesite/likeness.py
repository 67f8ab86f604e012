"""How much two notes are alike: what is looked at, how it counts, and what forbids a link.  Values only."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from typing import TypeVar

from msgspec import Struct

from notesite import traits
from notesite.linkage import Evidence
from notesite.traits import Facts, Weighed

T = TypeVar("T")

# Points.  Sources carry most, titles settle what sources leave open, and the texts themselves count for or against
# what both propose.  `bench/linking.py weights` turns each a fifth up and down: no result may hang on one of them.
BASE = -2.0
"""Where two notes stand that share nothing."""
SOURCES = 6.0
"""Two lists that agree in all sources, of which several are cited nowhere else."""
WORDS = 2.5
"""Several words in both titles that no other title has: names, terms."""
NUMBERS = 2.5
"""The same numbers in both titles, and in no other."""
COGNATES = 1.5
"""Two titles of the same letters."""
FIGURES = 2.0
"""Texts in which all numbers agree; as much against a link where none does."""
STRUCTURE = 1.5
"""Texts with the same code, pictures, inner links, headings and blocks; as much against it where blocks differ."""
ENOUGH = 0.25
"""A link stands at this score or more.  All points together are 14."""

SIGN = 0.4
"""Evidence of this many points is a kind that speaks for a link; less is noise."""
AGREE = 0.4
"""Below this weighted agreement two source lists contradict a link, unless the texts agree."""
SAME_TEXT = 0.8
"""Figures and structure, -1 to 1 each, that together say that two texts are one."""
DECIDE = 0.5
"""From this agreement on, sources of like number decide alone, where together they tell enough:"""
DECISIVE = 1.4
"""as two of them do that only a pair of notes has and another, or seven common ones."""
RARE = 0.5
"""A source of this weight or more is rare: cited by at most two notes of any one language."""
BARE_HOST = 1 / 3
"""What an address without path or query counts, against one that names a work."""
EDITION = 0.25
"""Addresses that differ in a number only forbid a link from this share of the shared sources' weight on."""
FIGURES_BY_CHANCE = 0.45
"""Figures agree to about this degree between texts of one subject that are no translations."""
MARKS_BY_CHANCE = 0.2
"""So do code, pictures and inner links."""
FORM_BY_CHANCE = 0.65
"""So do the forms of any two texts, which are paragraphs and headings mostly."""
USUAL_LENGTH = 1.5
"""Translations are longer or shorter than their originals by this factor at most, nearly always."""
OTHER_TEXT = -0.8
"""Figures and structure, -1 to 1 each, that together say so much against a link forbid it …"""
OTHER_FIGURES = -0.4
"""… and so do figures alone."""


_NUMBER = re.compile(r"\d+")


class Weights:
    """How much a shared source or word tells: 1 over the most notes of any one language that have it.

    Where `only` these things will be asked for, no others are counted.
    """

    def __init__(self, every: Iterable[Weighed], only: Set[object] | None = None) -> None:
        notes = list(every) if only is None else [one for one in every if one.has(only)]
        self.sources = _most((source, one.lang) for one in notes for source in _of(one.sources, only))
        self.words = _most((word, one.lang) for one in notes for word in _of(one.words, only))
        self.lists = _most((one.sources, one.lang) for one in notes if only is None or one.sources in only)
        numbered = (one for one in notes if one.numbers and (only is None or one.numbers in only))
        self.numbers = _most((one.numbers, one.lang) for one in numbered)
        self.source = {key: (BARE_HOST if _is_host(key) else 1) / most for key, most in self.sources.items()}
        self.root = {key: weight**0.5 for key, weight in self.source.items()}
        self.word = {word: 1 / most for word, most in self.words.items()}
        self._totals: dict[frozenset[str], float] = {}

    def total(self, sources: frozenset[str]) -> float:
        """The weight of a whole list, which is asked for again and again."""
        if sources not in self._totals:
            self._totals[sources] = self.of(sources)
        return self._totals[sources]

    def of(self, sources: Iterable[str]) -> float:
        """The weight of these sources together, the same in any order."""
        return math.fsum(map(self.source.__getitem__, sources))

    def together(self, sources: Iterable[str]) -> float:
        """How much it tells that two notes share all of these: seven common ones are no common seven."""
        return math.fsum(map(self.root.__getitem__, sources))


def _of(things: frozenset[str], only: Set[object] | None) -> Iterable[str]:
    return things if only is None else things & only


def _most(pairs: Iterable[tuple[T, str]]) -> dict[T, int]:
    counts: dict[T, int] = {}
    for (thing, _), n in Counter(pairs).items():
        if n > counts.get(thing, 0):
            counts[thing] = n
    return counts


def _is_host(key: str) -> bool:
    return key.endswith("/") and key.count("/") == 1


class Likeness(Struct, frozen=True):
    """Two notes held against each other: points, reasons, and the rule that refuses them, if any."""

    a: str
    b: str
    score: float
    evidence: tuple[Evidence, ...]
    refused: str = ""
    detail: str = ""

    @property
    def contradicted(self) -> bool:
        """Whether the two notes say something different, whatever else they share: then neither is a rival."""
        return self.refused in CONTRADICTIONS


class _Pair(Struct, frozen=True):
    """Two notes with what they share and the points that each kind of evidence makes."""

    a: Facts
    b: Facts
    weights: Weights
    shared: frozenset[str]
    agreement: float
    points: dict[str, float]

    @property
    def text(self) -> float:
        """From -2 to 2: what the two texts say, figures and structure together."""
        return self.points["figures"] / FIGURES + self.points["structure"] / STRUCTURE

    @property
    def whole(self) -> bool:
        """Whether the two rest on the same sources, which tell enough or which no other note has all three of."""
        alone = self.weights.lists[self.a.sources] == 1 and len(self.shared) >= 3
        return self.a.sources == self.b.sources and (alone or self.weights.together(self.shared) >= DECISIVE)

    @property
    def decided(self) -> bool:
        """Whether the sources decide alone: most of two lists of like number, or all of at least one rare source."""
        fewer, more = sorted((len(self.a.sources), len(self.b.sources)))
        if fewer == more == len(self.shared):
            return len(self.shared) >= 3 or self.weights.of(self.shared) >= 1
        much = self.weights.together(self.shared) >= DECISIVE
        return self.agreement >= DECIDE and more <= 1.5 * fewer and much


def between(a: Facts, b: Facts, weights: Weights) -> Likeness | None:
    """Hold two notes against each other; None where they cannot reach a link.

    Most pairs that share a source or a word cannot, so their texts are looked at last, and words made at the end.
    """
    shared = a.sources & b.sources
    agreement = _agreement(a, b, shared, weights)
    points = {
        "sources": SOURCES * agreement * (1 - math.exp(-weights.together(shared))) if shared else 0.0,
        "title words": WORDS * _words_shared(a, b, weights) if a.words and b.words else 0.0,
        "title numbers": NUMBERS * _numbers_shared(a, b, weights),
    }
    missing = max(SIGN, ENOUGH - BASE - FIGURES - STRUCTURE) - sum(points.values())
    if missing > COGNATES * _dice(a.grams, b.grams):
        return None
    points["cognates"] = COGNATES * _cognate(a, b)
    if missing > points["cognates"]:
        return None
    points["figures"] = FIGURES * _figures_agree(a, b)
    if BASE + sum(points.values()) + STRUCTURE < ENOUGH:
        return None
    points["structure"] = STRUCTURE * _structure_agrees(a, b)
    score = round(BASE + sum(points.values()), 3)
    if score < ENOUGH:
        return None
    pair = _Pair(a, b, weights, shared, agreement, points)
    refusals = ((rule, why(pair)) for rule, why in REFUSALS.items())
    refused, detail = next(((rule, words) for rule, words in refusals if words), ("", ""))
    evidence = tuple(Evidence(kind, words, round(points[kind], 3)) for kind, words in _reasons(pair))
    return Likeness(a.path, b.path, score, evidence, refused, detail)


# How much each kind of evidence says, for a link or against it


def _agreement(a: Facts, b: Facts, shared: frozenset[str], weights: Weights) -> float:
    """The weighted Jaccard coefficient of two source lists."""
    weight = weights.of(shared)
    return weight / (weights.total(a.sources) + weights.total(b.sources) - weight) if shared else 0.0


def _words_shared(a: Facts, b: Facts, weights: Weights) -> float:
    shared = a.words & b.words
    return 1 - math.exp(-math.fsum(map(weights.word.__getitem__, shared))) if shared else 0.0


def _numbers_shared(a: Facts, b: Facts, weights: Weights) -> float:
    """From 0 to 1: equal numbers in the titles, which no other note of either language has together."""
    if not a.numbers or a.numbers != b.numbers or weights.numbers[a.numbers] > 1:
        return 0.0
    return min(1.0, math.fsum(map(traits.telling, a.numbers)))


def _cognate(a: Facts, b: Facts) -> float:
    """How much of two titles is the same run of four letters (Dice's coefficient), if it is a fifth at least.

    The words that both have count as title words already, and so not here, unless several are all there is.
    """
    alike = _dice(a.grams, b.grams)
    words = a.words & b.words
    if alike >= 0.2 and words:  # without what both have they are less alike
        counted = frozenset[str]().union(*map(traits.grams, words))
        ours, theirs = a.grams - counted, b.grams - counted
        alike = _dice(ours, theirs) if ours or theirs else float(len(words) > 1)
    return alike if alike >= 0.2 else 0.0


def _dice(ours: frozenset[str], theirs: frozenset[str]) -> float:
    return 2 * len(ours & theirs) / (len(ours) + len(theirs) or 1)


def _figures_agree(a: Facts, b: Facts) -> float:
    """From -1 to 1: how far the numbers in two texts are the same; 0 where there are none."""
    both = a.figures.keys() & b.figures.keys()
    shared = math.fsum([traits.telling(number) * min(a.figures[number], b.figures[number]) for number in both])
    every = a.figures_tell + b.figures_tell - shared
    return _beyond(shared / every, FIGURES_BY_CHANCE) * (1 - math.exp(-every / 2)) if every else 0.0


def _count(ours: Mapping[T, int], theirs: Mapping[T, int]) -> int:
    """How much two texts have in common, each thing as often as both have it."""
    return sum([min(ours[one], theirs[one]) for one in ours.keys() & theirs.keys()])


def _structure_agrees(a: Facts, b: Facts) -> float:
    """From -1 to 1: how far code, pictures and inner links, headings and blocks, and length are the same.

    Code, pictures and inner links that differ say nothing: many sites translate their addresses, too.
    """
    agreement = 0.0
    if marks := len(a.marks | b.marks):
        agreement += max(0.0, _beyond(len(a.marks & b.marks) / marks, MARKS_BY_CHANCE)) * (1 - math.exp(-marks / 3))
    if told := (a.told + b.told) / 2:
        agreement += _beyond(_form_alike(a, b), FORM_BY_CHANCE) * told / (told + 4)
    longer = _times_as_long(a, b)
    if longer > USUAL_LENGTH:
        agreement -= math.log(longer / USUAL_LENGTH, 2)
    return max(-1.0, min(1.0, agreement))


def _form_alike(a: Facts, b: Facts) -> float:
    """The share of runs of three blocks that two texts have in common (Dice's coefficient)."""
    return 2 * _count(a.form, b.form) / (sum(a.form.values()) + sum(b.form.values()))


def _times_as_long(a: Facts, b: Facts) -> float:
    ours, theirs = (traits.rough_length(one.note.traits.length) for one in (a, b))
    return float(2 ** (abs(ours - theirs) / 8))


def _beyond(agreement: float, chance: float) -> float:
    """An agreement of 0 to 1 as -1 to 1, where what chance alone would give is 0."""
    return (agreement - chance) / (1 - chance if agreement > chance else chance)


def _reasons(pair: _Pair) -> Iterator[tuple[str, str]]:
    """The evidence in words, by kind."""
    a, b = pair.a, pair.b
    if pair.shared:
        alone = sum(pair.weights.sources[key] == 1 for key in pair.shared)
        every = len(a.sources | b.sources)
        yield "sources", f"{len(pair.shared)} of {every} sources shared, {alone} cited nowhere else"
    if words := sorted(a.words & b.words):
        spelled = traits.spelled(a.note.title)
        yield "title words", ", ".join(f'"{spelled[word]}"' for word in words[:5]) + " in both titles"
    if pair.points["title numbers"]:
        yield "title numbers", f"{said(a.numbers)} in both titles and no other"
    if pair.points["cognates"]:
        yield "cognates", f"titles alike by {pair.points['cognates'] / COGNATES:.0%} of their letters"
    yield from _text_reasons(a, b)


def _text_reasons(a: Facts, b: Facts) -> Iterator[tuple[str, str]]:
    both = _count(a.figures, b.figures)
    every = sum(a.figures.values()) + sum(b.figures.values()) - both
    if every:
        yield "figures", "all figures agree" if both == every else f"{both} of {every} figures agree"
    details = []
    if marks := len(a.marks & b.marks):
        details.append(f"{marks} of {len(a.marks | b.marks)} pieces of code, pictures and inner links shared")
    if a.told + b.told:
        details.append(f"headings and blocks alike by {_form_alike(a, b):.0%}")
    if (longer := _times_as_long(a, b)) > USUAL_LENGTH:
        details.append(f"one text {longer:.1f} times as long as the other")
    if details:
        yield "structure", ", ".join(details)


# What forbids a link: each rule gives its words, or none


def _numbers_contradict(pair: _Pair) -> str:
    """The report of 2024 has the words, the sources and the form of the report of 2025."""
    return contradiction(pair.a.numbers, pair.b.numbers)


def _editions_differ(pair: _Pair) -> str:
    """Editions of one text, years of one event and issues of one newsletter have the sources of all, and their own.

    So two sources, one of each note alone, that differ in their numbers only (`/version/2/0/`, `/version/2/1/`)
    tell two editions, where they weigh enough beside what both share.
    """
    ours, theirs = ({_bare(key): key for key in sorted(one.sources - pair.shared)} for one in (pair.a, pair.b))
    both = sorted(bare for bare in ours.keys() & theirs.keys() if "\0" in bare)
    weight = pair.weights.source
    against = math.fsum(min(weight[ours[bare]], weight[theirs[bare]]) for bare in both)
    if both and against >= EDITION * pair.weights.of(pair.shared):
        return f"their sources differ in a number only: {ours[both[0]]} and {theirs[both[0]]}"
    return ""


def _bare(key: str) -> str:
    """A source's address without the numbers behind its host."""
    host, slash, rest = key.partition("/")
    return host + slash + _NUMBER.sub("\0", rest)


def _texts_differ(pair: _Pair) -> str:
    """A newsletter and its recap, an event and its statistics, two meetings under one name share all but the text.

    Not where two notes share every source and those tell enough: a translator may have cut or retold it.
    """
    differ = pair.text <= OTHER_TEXT or pair.points["figures"] / FIGURES <= OTHER_FIGURES
    if differ and not pair.whole:
        return "their texts differ: " + "; ".join(words for _, words in _text_reasons(pair.a, pair.b))
    return ""


def _no_source_shared(pair: _Pair) -> str:
    """Two notes on one topic have its name in their titles, and each its own sources."""
    weight = pair.weights.source
    rare = (sum(weight[key] >= RARE for key in one.sources) for one in (pair.a, pair.b))
    if not pair.shared and pair.text < SAME_TEXT and max(rare) >= 2:
        return "no source in common, although one of them has several of its own"
    return ""


def _few_sources_shared(pair: _Pair) -> str:
    """Two notes on one topic share its main sources, and no more."""
    few = min(len(pair.a.sources), len(pair.b.sources)) >= 3 and pair.agreement < AGREE
    return f"their source lists agree by {pair.agreement:.0%} only" if few and pair.text < SAME_TEXT else ""


def _too_little_evidence(pair: _Pair) -> str:
    """One popular source, one name in both titles, or the same form of text bring strangers together."""
    points = pair.points
    kinds = sum(points[kind] >= SIGN for kind in ("sources", "title words", "title numbers", "cognates"))
    text = points["figures"] + points["structure"] >= SIGN
    if pair.decided or (kinds and kinds + text >= 2):
        return ""
    return "only one kind of evidence speaks for it"


def contradiction(ours: frozenset[str], theirs: frozenset[str]) -> str:
    """How the numbers of two titles contradict each other, in words: neither has all of the other's."""
    if ours <= theirs or theirs <= ours:
        return ""
    return f"the titles' numbers contradict each other: {said(ours)} and {said(theirs)}"


REFUSALS: dict[str, Callable[[_Pair], str]] = {
    "link-contradicted": _numbers_contradict,
    "link-editions": _editions_differ,
    "link-other-text": _texts_differ,
    "no-common-source": _no_source_shared,
    "few-common-sources": _few_sources_shared,
    "one-kind-of-evidence": _too_little_evidence,
}
CONTRADICTIONS = ("link-contradicted", "link-editions", "link-other-text")


def said(numbers: frozenset[str]) -> str:
    """The numbers of a title in words."""
    return ", ".join(sorted(one.replace("month:", "month ") for one in numbers))
