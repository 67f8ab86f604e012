"""In which figures a translation differs from its original, and what may say them after all in other words."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain

from msgspec import Struct

from notesite import figures, matches, numerals, places, prose, traits, units
from notesite.alignment import Alignment, Words
from notesite.parity import Finding
from notesite.records import Content, Note, Stated
from notesite.vocabulary import vocabulary

_WORDS = re.compile(r"[^\W\d_]{2,}")
_FLOOD, _EDITION = 5, 1 / 3
"""More findings of figures than these, and than this share of the figures, make a translation another edition."""
_SENTENCE = 2
"""So many words are words of a language; fewer may stand in a table of any."""


class _Difference(Struct, frozen=True):
    """Figures that do not agree, or one that the other note does not have."""

    case: str
    here: Stated | None
    there: Stated | None
    rule: str = "figures-differ"
    counts: tuple[int, int] = (0, 0)

    @property
    def value(self) -> str:
        """The value of the figure it is about."""
        one = self.here or self.there
        return one.value if one else ""


class _Side:
    """A note as one of two: its sections that are `even`, the section that stands for each, what says it.

    `kept` are its sentences that hold a figure which agrees.
    """

    def __init__(self, note: Note, even: frozenset[int], there: Mapping[int, int], kept: frozenset[int]) -> None:
        self.note, self.even, self.there, self.kept = note, even, there, kept
        self.content, self.words = note.content, Words(note)

    @cached_property
    def held(self) -> Counter[tuple[object, ...]]:
        """How many figures each passage holds, and how many of one value."""
        held: Counter[tuple[object, ...]] = Counter()
        for one in self.content.figures:
            sentence = self.content.sentences[one.sentence]
            held.update([(sentence.section, sentence.passage), (sentence.section, sentence.passage, one.value)])
        return held

    @cached_property
    def values(self) -> frozenset[tuple[int, str]]:
        """The values of its figures, each with its section."""
        sentences = self.content.sentences
        return frozenset((sentences[one.sentence].section, one.value) for one in self.content.figures)

    @cached_property
    def numerals(self) -> Counter[str]:
        """The digits of its text."""
        return Counter(self.note.traits.numerals)

    @cached_property
    def spare(self) -> Counter[str]:
        """The digits of its text that belong to no figure: versions, names, references."""
        return self.numerals - Counter(chain.from_iterable(_digits(one.value) for one in self.content.figures))


@lru_cache(maxsize=65536)
def _digits(value: str) -> tuple[str, ...]:
    return tuple(traits.digits(value))


class Mismatches:
    """The figures of an original and of its translation, and what of them does not agree."""

    def __init__(self, original: Note, translation: Note, alignment: Alignment) -> None:
        self.original, self.translation, self.alignment = original, translation, alignment
        self.a, self.b = original.content, translation.content
        self.matches = matches.matched(self.a, self.b, alignment)
        agreed = [(self.a.figures[i].sentence, self.b.figures[j].sentence) for i, j in self.matches.agreed]
        self.joined = frozenset(agreed)
        even = frozenset(alignment.there[section] for section in alignment.even)
        self.ours = _Side(original, alignment.even, alignment.there, frozenset(i for i, _ in agreed))
        self.theirs = _Side(translation, even, alignment.back, frozenset(j for _, j in agreed))
        # Places of the translation that were left in another language: their figures are read by the wrong rules.
        places_left = [(mark.section, mark.passage) for mark in self.b.marks if mark.kind == "foreign"]
        uneven = [(section, -1) for section, _ in places_left]
        self.foreign = frozenset((*places_left, *uneven))
        # Sentences in the same words, whatever each language reads in them.
        alike = {one.text for one in self.a.sentences} & {one.text for one in self.b.sentences}
        self.untouched = {text for text in alike if len(_WORDS.findall(text)) >= _SENTENCE}

    def findings(self) -> Iterator[Finding]:
        """What does not agree; where that is much of it, the two are editions of a text, and one example says so."""
        found = [*self._differences()]
        if len(found) > max(_FLOOD, _EDITION * max(len(self.a.figures), len(self.b.figures))):
            telling = [one for one in found if one.case in ("missing", "added")] or found
            found = [max(telling, key=lambda one: (len(one.value), one.value))]
        for one in found:
            here = places.of_figure(self.original, one.here) if one.here else None
            there = places.of_figure(self.translation, one.there) if one.there else None
            yield Finding(one.rule, one.case, here, there, one.counts)

    def _differences(self) -> Iterator[_Difference]:
        """What does not agree; figures of a section that is lost as a whole are not told one by one."""
        left = [one for one in map(self.a.figures.__getitem__, self.matches.left) if self._has_place(one)]
        right = [one for one in map(self.b.figures.__getitem__, self.matches.right) if self._had_place(one)]
        if left or right:
            for one, other, exponent in [*self._rescaled(left, right)]:
                left.remove(one)
                right.remove(other)
                confused = exponent % 3 == 0 and _is_large(one, other)
                rule, case = ("scale-confused", "scale") if confused else ("figures-differ", "shifted")
                yield _Difference(case, one, other, rule, (0, exponent))
            for paired in (self._changed, self._reworded):
                for one, other in [*paired(left, right)]:
                    left.remove(one)
                    right.remove(other)
                    yield _Difference("changed", one, other)
            yield from (_Difference("missing", one, None) for one in self._unanswered(left, self.ours, self.theirs))
            yield from (_Difference("added", None, one) for one in self._unanswered(right, self.theirs, self.ours))
        for one, other in (*matches.exchanged(self.matches, self.alignment), *self._counting_else()):
            yield _Difference("changed", one, other)

    def _counting_else(self) -> Iterator[tuple[Stated, Stated]]:
        """Pairs of one value that count something else: per cent or points, hours or days."""
        langs = self.original.lang.split("-")[0], self.translation.lang.split("-")[0]
        for i, j in self.matches.agreed if {*langs} == {"de", "en"} else ():
            one, other = self.a.figures[i], self.b.figures[j]
            if one.kind != other.kind and {one.kind, other.kind} == {"percent", "points"}:
                yield one, other
            elif one.kind == other.kind == "number":
                ours = units.counted(one, self.a.sentences[one.sentence].text, langs[0])
                theirs = units.counted(other, self.b.sentences[other.sentence].text, langs[1]) if ours[0] else ours
                if units.differ(ours, theirs):
                    yield one, other

    def _reworded(self, left: Sequence[Stated], right: Sequence[Stated]) -> Iterator[tuple[Stated, Stated]]:
        """Pairs of number words that are alone on either side of a passage: "four" became "sieben".

        Which of them are figures cannot be told from one side (one of these, two kinds), from both it can.
        """
        ours, theirs = _by_passage(self.a, left), _by_passage(self.b, right)
        for (section, passage), here in ours.items():
            there = theirs.get((self.alignment.there.get(section, -1), passage), ())
            if section in self.ours.even and len(here) == len(there) == 1:
                one, other = here[0], there[0]
                if one.kind == other.kind == "number" and not any(map(_has_digits, (one, other))):
                    yield one, other

    def _has_place(self, one: Stated) -> bool:
        """Whether the translation has the place of a figure, and in its own language."""
        sentence = self.a.sentences[one.sentence]
        section = self.alignment.there.get(sentence.section)
        passage = sentence.passage if sentence.section in self.alignment.even else -1
        return section is not None and (section, passage) not in self.foreign and sentence.text not in self.untouched

    def _had_place(self, one: Stated) -> bool:
        """The same of a figure of the translation."""
        sentence = self.b.sentences[one.sentence]
        known = sentence.section in self.alignment.back and sentence.text not in self.untouched
        return known and (sentence.section, sentence.passage) not in self.foreign

    def _rescaled(self, left: Sequence[Stated], right: Sequence[Stated]) -> Iterator[tuple[Stated, Stated, int]]:
        """Pairs whose values differ by a power of ten, the nearest ones first."""
        alike: dict[str, list[tuple[int, Stated]]] = defaultdict(list)
        for j, other in enumerate(right):
            alike[_significant(other.value)].append((j, other))
        found = []
        for i, one in enumerate(left):
            digits = _significant(one.value)
            for j, other in alike.get(digits, ()):
                surely = (one.sure and other.sure) or (_is_worded(one) and _is_worded(other))
                if not surely or not matches.same_unit(one, other):
                    continue
                exponent, near = matches.power(one, other), matches.nearness(self.alignment, one, other)
                # One digit says little: 2 and 20 are two numbers, unless they stand in one passage.
                if exponent and near > (matches.APART if len(digits) > 1 else matches.OPEN):
                    found.append((-near, i, j, exponent))
        ours, theirs = set(range(len(left))), set(range(len(right)))
        for _, i, j, exponent in sorted(found):
            if i in ours and j in theirs and not self._is_quoted(left[i], right[j]):
                ours.discard(i)
                theirs.discard(j)
                yield left[i], right[j], exponent

    def _is_quoted(self, one: Stated, other: Stated) -> bool:
        """Whether a figure stands in words that were left in the original's language, a title perhaps."""
        here, there = self.a.sentences[one.sentence].text, self.b.sentences[other.sentence].text
        kept = len(_WORDS.findall(here)) >= _SENTENCE and (here in there or there in here)
        return one.text == other.text and (kept or prose.guess(there, 1) == self.original.lang.split("-")[0])

    def _changed(self, left: Sequence[Stated], right: Sequence[Stated]) -> Iterator[tuple[Stated, Stated]]:
        """Pairs that stand in one place and are of one kind, but not of one value."""
        free = [one for one in right if one.sure]
        for one in left:
            fits = [other for other in free if one.sure and matches.same_kind(one, other)]
            near = [matches.nearness(self.alignment, one, other) for other in fits]
            # Where no passage is known to stand for another, a year is not taken for a number.
            least = [matches.SAME_SECTION if one.kind == other.kind else matches.OPEN for other in fits]
            other = next((other for other, n, m in zip(fits, near, least, strict=True) if n > m), None)
            if other and self._stand_together(one, other):
                free.remove(other)
                yield one, other

    def _stand_together(self, one: Stated, other: Stated) -> bool:
        """Whether the passages are known to be the same, or the rest of both sentences agrees."""
        if (one.sentence, other.sentence) in self.joined:
            return True
        near = matches.nearness(self.alignment, one, other)
        here, there = self.a.sentences[one.sentence], self.b.sentences[other.sentence]
        as_many = self.ours.held[here.section, here.passage] == self.theirs.held[there.section, there.passage]
        return near == matches.SAME_PASSAGE and (as_many or one.value == other.value)  # of another currency

    def _unanswered(self, left: Sequence[Stated], own: _Side, other: _Side) -> Iterator[Stated]:
        """The figures of one note that the other should have and has nothing in their place.

        A value that the passage still holds, or the section where it is not known which passage stands for which, may
        have been said twice and was said once: a pronoun took its place.
        """
        if not left:
            return
        spare, fewer = other.spare - own.spare, own.numerals - other.numerals
        last = ("", -1)
        for one in left:
            section = own.content.sentences[one.sentence].section
            if not one.sure:
                continue
            if section not in own.even and (own.there[section], one.value) in other.values:
                continue
            digits = Counter(_digits(one.value))
            named = one.kind not in ("percent", "points")  # no share is part of a name
            if named and all(count <= spare[each] and not fewer[each] for each, count in digits.items()):
                spare -= digits  # it is there, in a name perhaps
            elif last != (one.text, one.sentence) and not _is_said(one, own, other):
                yield one  # both ends of a range are one thing that is not there
            last = one.text, one.sentence


def _by_passage(content: Content, found: Iterable[Stated]) -> dict[tuple[int, int], list[Stated]]:
    """Figures by section and passage."""
    made: dict[tuple[int, int], list[Stated]] = defaultdict(list)
    for one in found:
        sentence = content.sentences[one.sentence]
        made[sentence.section, sentence.passage].append(one)
    return made


def _has_digits(one: Stated) -> bool:
    return any(map(str.isdigit, one.text))


def _significant(value: str) -> str:
    """The digits of a decimal number, which a power of ten leaves as they are."""
    return value.replace(".", "").strip("-0")


def _is_worded(one: Stated) -> bool:
    """Whether a figure is ten thousand or more by a word or a letter."""
    return any(map(str.isalpha, one.text)) and len(one.value.partition(".")[0]) > 4


def _is_large(one: Stated, other: Stated) -> bool:
    """Whether a scale can have been confused: one of two figures has a scale word or thousands."""
    return any(any(map(str.isalpha, each.text)) or len(each.value.partition(".")[0]) > 3 for each in (one, other))


# What is said in other words

_NUMERAL = re.compile(r"\d+(?:[.,'’\u00a0\u202f]\d+)*")
_MARKS = re.compile(r"\D|^0(?=\d[.:]\d\d$)")
_SOME_YEAR = re.compile(
    r"vorjahr|diesjährig|(?:dies|letzt|vergangen|nächst|kommend|vorig|toll|erfolgreich)\w* jahr"
    r"|(?:this|last|past|next|previous|coming|great|successful) year|year[’']s",
    re.IGNORECASE,
)
_FOUR_DIGITS = re.compile(r"[12]\d{3}")
_LETTERS = re.compile(r"[^\W\d_]+")
_PART_WORDS = {
    "1/2": "half|halb|hälft", "50": "half|halb|hälft", "0.5": "half|halb|hälft", "1/4": "quarter|viertel",
    "25": "quarter|viertel", "1/8": "eighth|achtel", "2": "half|halb|hälft|twice|double|doppel|both|beid|pair|paar",
    "3": "triple|dreifach", "6": "half|halb", "24": "ein(?:en)? tag|one day|a day", "48": "(?:zwei|two) (?:tage|days)",
}  # fmt: skip
_FEW = 12
"""Up to this number counting is a matter of style: three categories are categories, four eyes are in private."""


def _is_said(one: Stated, own: _Side, other: _Side) -> bool:
    """Whether the other note may say a figure after all: once for twice, in code, in a name, in words."""
    sentence = own.content.sentences[one.sentence]
    here, there = _passages(sentence.section, sentence.passage, own, other)
    written = _numerals(one.text) if one.kind not in ("percent", "points") else []
    if written:
        ours, theirs = _counted(here), _counted(there)
        once = sentence.section not in own.even or own.held[sentence.section, sentence.passage, one.value] > 1
        if all((min(1, ours[each]) if once else ours[each]) <= theirs[each] for each in written):
            return True
    if _is_few(one) and one.sentence not in own.kept:
        return True
    if _is_small(one) and not numerals.reads_words(other.note.lang):
        return True
    return _is_reworded(one, here, there, (own.note.lang, other.note.lang))


def _passages(section: int, passage: int, own: _Side, other: _Side) -> tuple[str, str]:
    """What is said in a passage and in the one that stands for it, or in their sections."""
    counterpart = own.there[section]
    if section in own.even:
        here, there = own.words.passage(section, passage), other.words.passage(counterpart, passage)
        if here is not None and there is not None:
            return here, there
    return own.words.section(section), other.words.section(counterpart)


def _numerals(words: str) -> list[str]:
    """The numbers in some words by their digits, without the marks of any language."""
    return [one if one.isdecimal() else _MARKS.sub("", one) for one in _NUMERAL.findall(words)]


# Figures that stand together are looked for in the same words.
@lru_cache(maxsize=64)
def _counted(words: str) -> Counter[str]:
    return Counter(_numerals(figures.legible(words)))


def _is_few(one: Stated) -> bool:
    """Whether a figure is a small number of things, in a word."""
    few = one.kind in ("number", "ordinal") and _is_small(one)
    return few and "/" not in one.value and not _has_digits(one)


def _is_small(one: Stated) -> bool:
    """Whether a figure is one that any language may write as a word."""
    return one.kind == "fraction" or (one.value.isdigit() and int(one.value) <= _FEW)


def _is_reworded(one: Stated, own: str, other: str, langs: tuple[str, str]) -> bool:
    """Whether the other note's words for a figure's place may say the figure without its digits.

    Months by name, this year and last year, half and twice, a number word that is part of another word; and a
    hundred per cent is all of it.
    """
    if one.kind == "percent" and one.value == "100":
        return True
    if one.kind == "year" or _FOUR_DIGITS.fullmatch(one.value):
        return len(_SOME_YEAR.findall(other)) > len(_SOME_YEAR.findall(own))
    low = other.casefold()
    if one.kind == "date":
        month = int(one.value.replace("--", "0-", 1).split("-")[1])
        there = _months(other, month, langs[1])
        return there > 0 and there >= _months(own, month, langs[0])
    stems = _PART_WORDS.get(one.value.strip("-"))
    if stems and re.search(stems, low):
        return True
    words = vocabulary(langs[1]).known.words.items() if _is_few(one) else ()
    spelled = [word for word, (value, _) in words if value == one.value and len(word) > 3]
    return any(re.search(rf"\b{word}|{word}\b", low) for word in spelled)


def _months(words: str, month: int, lang: str) -> int:
    """How often a month is named."""
    known = vocabulary(lang).known.months
    return sum(len(word) > 2 and known.get(word) == month for word in map(str.lower, _LETTERS.findall(words)))
