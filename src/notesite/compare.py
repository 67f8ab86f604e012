"""Translations held against their originals: figures, sources, structure, language, age.

An author with three hundred figures on a page must believe what is said here, so what may have a good reason is not
said: a false alarm is worse than a miss.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

from msgspec import Struct

from notesite import keys, matches, places, prose, structure, traits, urls
from notesite.alignment import Alignment, Words
from notesite.parity import Finding, Parity, Quote
from notesite.records import Citation, Content, Linkage, Note, Stated

MOST = 20
"""So many findings of one case are told of a pair; who sees these will look at the rest."""
_WORDS = re.compile(r"[^\W\d_]{2,}")
_FLOOD, _EDITION = 5, 1 / 3
"""More findings of figures than these, and than this share of the figures, make a translation another edition."""
_SENTENCE = 2
"""So many words are words of a language; fewer may stand in a table of any."""
_SAME_LABELS = 0.8
"""Where two lists have so many of their publishers alike, the others are meant to be alike, too."""


NONE: Mapping[tuple[str, str], Parity] = {}
"""Nothing is known from before."""


def groups(
    notes: Sequence[Note], linkage: Linkage, known: Mapping[tuple[str, str], Parity] = NONE
) -> tuple[Parity, ...]:
    """Each translation held against the original of its group, in the order of the groups.

    `known` is what comparing the same two texts gave before, by the paths of original and translation.
    """
    by_path = {note.path: note for note in notes}
    return tuple(
        known.get((group.original, path)) or _parity(by_path[group.original], by_path[path])
        for group in linkage.groups
        if len(group.notes) > 1
        for path in group.notes
        if path != group.original
    )


def _parity(original: Note, translation: Note) -> Parity:
    alignment = Alignment(original, translation)
    factor = structure.stretch(original, translation, alignment)
    if structure.is_other_text(factor):
        found = [structure.length(original, translation), *_age(original, translation)]
        return Parity(original.path, translation.path, tuple(found))
    figures = _Figures(original, translation, alignment)
    found = [
        *figures.findings(),
        *_Sources(original, translation, alignment).findings(),
        *structure.differences(original, translation, alignment, factor),
        *_untranslated(original, translation),
        *_age(original, translation),
    ]
    return Parity(original.path, translation.path, tuple(_first(found)), figures.matches.agreed)


def _first(found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, of each case no more than `MOST`."""
    told: Counter[tuple[str, str]] = Counter()
    for one in dict.fromkeys(found):  # both ends of a range may say the same
        told[one.rule, one.case] += 1
        if told[one.rule, one.case] <= MOST:
            yield one


# Figures


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


class _Figures:
    """The figures of an original and of its translation."""

    def __init__(self, original: Note, translation: Note, alignment: Alignment) -> None:
        self.original, self.translation, self.alignment = original, translation, alignment
        self.a, self.b = original.content, translation.content
        self.matches = matches.matched(self.a, self.b, alignment)
        self.words = Words(original), Words(translation)
        self.even = alignment.even, frozenset(alignment.there[section] for section in alignment.even)
        agreed = [(self.a.figures[i].sentence, self.b.figures[j].sentence) for i, j in self.matches.agreed]
        self.kept = frozenset(i for i, _ in agreed), frozenset(j for _, j in agreed)
        self.joined = frozenset(agreed)
        self.held = _held(self.a), _held(self.b)
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
            for one, other in [*self._changed(left, right)]:
                left.remove(one)
                right.remove(other)
                yield _Difference("changed", one, other)
            yield from (_Difference("missing", one, None) for one in self._unanswered(left, 0))
            yield from (_Difference("added", None, one) for one in self._unanswered(right, 1))
        for one, other in matches.exchanged(self.matches, self.alignment):
            yield _Difference("changed", one, other)

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
        found = []
        for (i, one), (j, other) in product(enumerate(left), enumerate(right)):
            surely = (one.sure and other.sure) or (_is_worded(one) and _is_worded(other))
            if not surely or not matches.same_unit(one, other):
                continue
            exponent, near = matches.power(one, other), matches.nearness(self.alignment, one, other)
            # One digit says little: 2 and 20 are two numbers, unless they stand in one passage.
            digits = len(one.value.replace(".", "").strip("-0"))
            if exponent and near > (matches.APART if digits > 1 else matches.OPEN):
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
        as_many = self.held[0][here.section, here.passage] == self.held[1][there.section, there.passage]
        return near == matches.SAME_PASSAGE and (as_many or one.value == other.value)  # of another currency

    def _unanswered(self, left: Sequence[Stated], side: int) -> Iterator[Stated]:
        """The figures of one note, by its side, that the other should have and has nothing in their place.

        A value that the passage still holds, or the section where it is not known which passage stands for which, may
        have been said twice and was said once: a pronoun took its place.
        """
        own, other = (self.original, self.translation)[:: -1 if side else 1]
        spare = matches.spare_digits(other) - matches.spare_digits(own)
        fewer = Counter(own.traits.numerals) - Counter(other.traits.numerals)
        held = defaultdict(set)
        for one in other.content.figures:
            held[other.content.sentences[one.sentence].section].add(one.value)
        there, even = (self.alignment.back, self.even[1]) if side else (self.alignment.there, self.even[0])
        last = ("", -1)
        for one in left:
            sentence = own.content.sentences[one.sentence]
            if not one.sure:
                continue
            if sentence.section not in even and one.value in held[there[sentence.section]]:
                continue
            digits = Counter(traits.digits(one.value))
            named = one.kind not in ("percent", "points")  # no share is part of a name
            if named and digits <= spare and not digits & fewer:
                spare -= digits  # it is there, in a name perhaps
            elif last != (one.text, one.sentence) and not self._is_said(one, side):
                yield one  # both ends of a range are one thing that is not there
            last = one.text, one.sentence

    def _is_said(self, one: Stated, side: int) -> bool:
        """Whether the other note may say a figure after all: once for twice, in code, in a name, in words."""
        own, other = (self.original, self.translation)[:: -1 if side else 1]
        sentence = own.content.sentences[one.sentence]
        here, there = self._words(sentence.section, sentence.passage, side)
        written = matches.numerals(one.text) if one.kind not in ("percent", "points") else []
        ours, theirs = Counter(matches.numerals(here)), Counter(matches.numerals(there))
        place = sentence.section, sentence.passage, one.value
        once = sentence.section not in self.even[side] or self.held[side][place] > 1
        if written and all((min(1, ours[each]) if once else ours[each]) <= theirs[each] for each in written):
            return True
        if matches.is_few(one) and one.sentence not in self.kept[side]:
            return True
        return matches.is_reworded(one, here, there, (own.lang, other.lang))

    def _words(self, section: int, passage: int, side: int) -> tuple[str, str]:
        """What is said in a passage and in the one that stands for it, or in their sections."""
        alignment = self.alignment
        other = (alignment.back if side else alignment.there)[section]
        here, there = self.words[side].of(section), self.words[1 - side].of(other)
        if section in self.even[side] and passage < min(len(here[1]), len(there[1])):
            return here[1][passage], there[1][passage]
        return here[0], there[0]


def _held(content: Content) -> Counter[tuple[object, ...]]:
    """How many figures each passage holds, and how many of one value."""
    held: Counter[tuple[object, ...]] = Counter()
    for one in content.figures:
        sentence = content.sentences[one.sentence]
        held.update([(sentence.section, sentence.passage), (sentence.section, sentence.passage, one.value)])
    return held


def _is_worded(one: Stated) -> bool:
    """Whether a figure is ten thousand or more by a word or a letter."""
    return any(map(str.isalpha, one.text)) and len(one.value.partition(".")[0]) > 4


def _is_large(one: Stated, other: Stated) -> bool:
    """Whether a scale can have been confused: one of two figures has a scale word or thousands."""
    return any(any(map(str.isalpha, each.text)) or len(each.value.partition(".")[0]) > 3 for each in (one, other))


# Sources


class _Sources:
    """What an original and its translation rest on."""

    def __init__(self, original: Note, translation: Note, alignment: Alignment) -> None:
        self.a, self.b = original, translation
        self.ours = _by_source(original, alignment.lost)
        self.theirs = _by_source(translation, alignment.extra)

    def findings(self) -> Iterator[Finding]:
        """Sources of one note only, or cited more often there; changes of order and labels in the source list."""
        missing = [here[0] for key, here in self.ours.items() if key not in self.theirs]
        added = [there[0] for key, there in self.theirs.items() if key not in self.ours]
        for one, other in [*_localised(missing, added)]:
            missing.remove(one)
            added.remove(other)
        yield from (Finding("sources-differ", "missing", places.of_citation(self.a, one)) for one in missing)
        yield from (Finding("sources-differ", "added", None, places.of_citation(self.b, one)) for one in added)
        for key, here in self.ours.items():
            there = self.theirs.get(key, here)
            if len(here) != len(there):
                yield self._finding("repeated", here[-1], there[-1], (len(here), len(there)))
        yield from self._order()
        yield from self._labels()

    def _finding(self, case: str, one: Citation, other: Citation, counts: tuple[int, int] = (0, 0)) -> Finding:
        quotes = places.of_citation(self.a, one), places.of_citation(self.b, other)
        return Finding("sources-differ", case, *quotes, counts)

    def _listed(self) -> list[tuple[Citation, Citation]]:
        """The entries that both source lists have, in the original's order."""
        lists = ([one for one in note.citations if one.kind == "list" and one.key] for note in (self.a, self.b))
        ours, theirs = ({one.key: one for one in reversed(listed)} for listed in lists)
        return [(one, theirs[key]) for key, one in reversed(ours.items()) if key in theirs]

    def _order(self) -> Iterator[Finding]:
        """The first entry of the source list that stands elsewhere."""
        both = self._listed()
        theirs = sorted((other for _, other in both), key=self.b.citations.index)
        for n, (one, other) in enumerate(both):
            if other is not theirs[n]:
                yield self._finding("order", one, other, (n + 1, theirs.index(other) + 1))
                return

    def _labels(self) -> Iterator[Finding]:
        """Another publisher for a source, where nearly all others have the same in both: titles may be translated."""
        both = [pair for pair in self._listed() if pair[0].publisher and pair[1].publisher]
        differ = [pair for pair in both if not _words(pair[0].publisher) & _words(pair[1].publisher)]
        if len(both) - len(differ) >= max(2, _SAME_LABELS * (len(both) - 1)):
            yield from (self._finding("label", one, other) for one, other in differ)


def _by_source(note: Note, left_out: Sequence[int]) -> dict[str, list[Citation]]:
    """The citations of each source, by its key without language; those in some sections aside."""
    made: dict[str, list[Citation]] = defaultdict(list)
    for one in note.citations:
        if one.key and not (left_out and places.section_of(note, one) in left_out):
            made[_without_language(one.key)].append(one)
    return made


@lru_cache(maxsize=65536)
def _without_language(key: str) -> str:
    return urls.without_language(key)


def _localised(missing: Sequence[Citation], added: Sequence[Citation]) -> Iterator[tuple[Citation, Citation]]:
    """Sources of one site that stand for each other: its page in the other language."""
    free = [*added]
    for one in missing:
        site = _site(one)
        other = next((other for other in free if other.kind == one.kind and _site(other) == site), None)
        if other:
            free.remove(other)
            yield one, other


def _site(one: Citation) -> str:
    """The name of a site without its ending: the shop's German page ends in .de."""
    return keys.registrable(keys.host_of(one.key)).split(".")[0]


def _words(publisher: str) -> set[str]:
    """The words of a publisher's name; a translated name shares some: EU AI Act, KI-Verordnung der EU."""
    return set(re.findall(r"\w+", publisher.casefold()))


# Language and age


def _untranslated(original: Note, translation: Note) -> Iterator[Finding]:
    """Paragraphs in the other note's language.

    Which note is the original may be wrong, unless it says that it is no translation; then it quotes.
    """
    for note, other in ((translation, original), (original, translation)):
        if note is original and original.translated is False:
            continue
        for mark in note.content.marks:
            if mark.kind == "foreign" and mark.key == other.lang.split("-")[0]:
                quote = Quote(note.path, mark.line, mark.section, "", mark.text)
                pair = (None, quote) if note is translation else (quote, None)
                yield Finding("left-untranslated", "paragraph", *pair)


def _age(original: Note, translation: Note) -> Iterator[Finding]:
    """Whether the original was written or changed after the last change of its translation."""
    ours, theirs = original.updated or original.date, translation.updated or translation.date
    known = min(len(ours), len(theirs))  # a day or a day with a time
    if known and ours[:known] > theirs[:known]:
        quotes = Quote(original.path, written=ours), Quote(translation.path, written=theirs)
        yield Finding("translation-behind", "behind", *quotes)
