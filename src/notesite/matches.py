"""The figures of a note and of its translation, matched by value and place; what is left over on either side."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from msgspec import Struct

from notesite.alignment import Alignment
from notesite.records import Content, Stated

SAME_PASSAGE, SAME_SECTION, OPEN, APART = 3, 1, 2, 0
"""How near two figures stand; `OPEN` where their section has more passages in one note than in the other."""

_COUNTED = ("number", "year", "ordinal", "percent", "points", "money", "decade")
_SHARES = ("percent", "points")
_CLASSES = {"number": "number", "year": "number"}
_NEAR = 30
"""Characters before and after a figure in which its words stand."""
# Beginnings of the words that most often follow a number and are not alike in the two languages of most pairs.
_SPANS = {
    "tage": "days",
    "stun": "hour",
    "woch": "week",
    "jahr": "year",
    "kart": "card",
    "proz": "perc",
    "mens": "peop",
}
_POWERS = {10**n: n for n in range(1, 16)}


class Matches(Struct, frozen=True):
    """Figures of two notes by their numbers: those that agree, in the original's order, and those that do not."""

    agreed: tuple[tuple[int, int], ...]
    left: tuple[int, ...] = ()
    right: tuple[int, ...] = ()


def matched(a: Content, b: Content, alignment: Alignment) -> Matches:
    """The figures of two notes, each matched with at most one.

    By value, kind and unit first; then what differs in kind only, or is the same said with less (2025-01-20 and 20
    January, a third and 33 %).  Of several with one value, those in the same place go together.
    """
    ours, theirs = [*map(_key, a.figures)], [*map(_key, b.figures)]
    if ours == theirs:  # most translations keep even the order
        return Matches(tuple((n, n) for n in range(len(ours))))
    matcher = _Matcher(a, b, alignment)
    matcher.by_key(ours, theirs, least=OPEN)
    if matcher.left and matcher.right:
        plain = [[(one.value.lstrip("-"), one.kind in _SHARES) for one in content.figures] for content in (a, b)]
        matcher.by_key(plain[0], plain[1], least=OPEN)
        matcher.by_key(ours, theirs)
        matcher.by_key(plain[0], plain[1])
        matcher.by_likeness()
    return matcher.matches()


def _key(one: Stated) -> tuple[str, str]:
    return one.value, _CLASSES.get(one.kind) or one.unit or one.kind


class _Matcher:
    def __init__(self, a: Content, b: Content, alignment: Alignment) -> None:
        self.a, self.b, self.alignment = a.figures, b.figures, alignment
        self.left, self.right = dict(enumerate(a.figures)), dict(enumerate(b.figures))
        self.agreed: list[tuple[int, int]] = []

    def matches(self) -> Matches:
        return Matches(tuple(sorted(self.agreed)), tuple(self.left), tuple(self.right))

    def by_key(self, ours: Sequence[object], theirs: Sequence[object], least: int = APART) -> None:
        """Match what has the same key and stands at least so near, the nearest first."""
        left, right = _grouped(self.left, ours), _grouped(self.right, theirs)
        for key, here in left.items():
            there = right.get(key, [])
            if len(here) == len(there) and all(map(self._in_place, here, there)):
                self._agree(zip(here, there, strict=True))
            elif there:
                self._by_place(here, there, least)

    def _in_place(self, i: int, j: int) -> bool:
        return nearness(self.alignment, self.a[i], self.b[j]) >= OPEN

    def _by_place(self, here: Sequence[int], there: Sequence[int], least: int) -> None:
        ours, theirs = set(here), set(there)
        for _, i, j in sorted((-self._near(i, j), i, j) for i in here for j in there):
            if i in ours and j in theirs and nearness(self.alignment, self.a[i], self.b[j]) >= least:
                ours.discard(i)
                theirs.discard(j)
                self._agree([(i, j)])

    def _near(self, i: int, j: int) -> int:
        one, other = self.a[i], self.b[j]
        return 2 * nearness(self.alignment, one, other) + (one.sure == other.sure)

    def _agree(self, pairs: Iterable[tuple[int, int]]) -> None:
        for i, j in pairs:
            if same_unit(self.a[i], self.b[j]):
                del self.left[i], self.right[j]
                self.agreed.append((i, j))

    def by_likeness(self) -> None:
        """Match what says the same in another way, in the same section."""
        for i, one in [*self.left.items()]:
            near = [j for j, other in self.right.items() if _says_same(one, other)]
            near = [j for j in near if nearness(self.alignment, one, self.b[j])]
            if near:
                self._agree([(i, max(near, key=lambda j: (self._near(i, j), -j)))])


def _grouped(figures: Iterable[int], keys: Sequence[object]) -> dict[object, list[int]]:
    made: dict[object, list[int]] = defaultdict(list)
    for number in figures:
        made[keys[number]].append(number)
    return made


def same_unit(one: Stated, other: Stated) -> bool:
    """Whether two figures are not of two currencies."""
    return one.unit == other.unit or not (one.unit and other.unit)


def nearness(alignment: Alignment, one: Stated, other: Stated) -> int:
    """How near two figures stand: `SAME_PASSAGE`, `OPEN`, `SAME_SECTION` or `APART`."""
    here, there = alignment.a.sentences[one.sentence], alignment.b.sentences[other.sentence]
    if alignment.there.get(here.section) != there.section:
        return APART
    if here.section in alignment.even:
        return SAME_PASSAGE if here.passage == there.passage else SAME_SECTION
    return OPEN


# What says the same


def _says_same(one: Stated, other: Stated) -> bool:
    kinds = one.kind, other.kind
    if kinds in _ALIKE:
        return _ALIKE[kinds](one, other)
    return kinds[::-1] in _ALIKE and _ALIKE[kinds[::-1]](other, one)


def _same_day(one: Stated, other: Stated) -> bool:
    """Two dates that can be one, said with more and with less."""
    shorter, longer = sorted((one.value, other.value), key=len)
    return longer.startswith(shorter) or (shorter.startswith("--") and longer.endswith(shorter[2:]))


def _day_number(day: Stated, number: Stated) -> bool:
    """A date and its day alone (6. & 7.11.), or what is read as a decimal: 15.10 for the 15th of October."""
    if day.value.count("-") > 1 and number.value == str(int(day.value[-2:])):
        return len(number.value) > 1 or number.value > "2"  # one and two are said of much else
    written = re.fullmatch(r"0?(\d+)\.0?(\d+)", number.text)
    parts = day.value.strip("-").split("-")
    return written is not None and [int(part) for part in written.groups()] == [int(part) for part in parts[:-3:-1]]


def _day_ordinal(day: Stated, ordinal: Stated) -> bool:
    """A date and its day alone: the first of several days that share a month's name."""
    return day.value.count("-") > 1 and int(day.value[-2:]) == int(ordinal.value)


def _metres(one: Stated, other: Stated) -> bool:
    """The same as written, with an m that may be a million's or a metre's."""
    m = one.text.endswith("m") and other.text.endswith("m")
    return m and re.sub(r"\D", "", one.text) == re.sub(r"\D", "", other.text)


def _share(share: Stated, percent: Stated) -> bool:
    return abs(Fraction(share.value) * 100 - Fraction(percent.value)) < 1


_ALIKE: dict[tuple[str, str], Callable[[Stated, Stated], bool]] = {
    ("date", "date"): _same_day,
    ("date", "year"): _same_day,
    ("date", "number"): _day_number,
    ("date", "ordinal"): _day_ordinal,
    ("number", "number"): _metres,
    ("fraction", "percent"): _share,
    ("time", "number"): lambda time, hour: time.value == f"{hour.value:0>2}:00",
    ("decade", "number"): lambda decade, number: decade.value[-2:] == number.value,
}


# What is left over


def power(one: Stated, other: Stated) -> int | None:
    """The power of ten by which the second value differs from the first, None if by something else."""
    if one.kind not in _COUNTED or other.kind not in _COUNTED:
        return None
    first, second = abs(Fraction(one.value)), abs(Fraction(other.value))
    if not first or not second:
        return None
    ratio = second / first
    up, down = _POWERS.get(ratio.numerator), _POWERS.get(ratio.denominator)
    if ratio.denominator == 1 and up:
        return up
    return -down if ratio.numerator == 1 and down else None


# What changed places

Pairs = Sequence[tuple[int, int]]


def exchanged(found: Matches, alignment: Alignment) -> Iterator[tuple[Stated, Stated]]:
    """Pairs that stand for each other and differ in value, where two agreeing figures of a kind changed places."""
    targets = [j for _, j in found.agreed]
    if targets == sorted(targets):
        return
    a, b = alignment.a.figures, alignment.b.figures
    near = [nearness(alignment, a[i], b[j]) for i, j in found.agreed]
    moved = [pair for pair, n in zip(found.agreed, near, strict=True) if n in (SAME_SECTION, APART)]
    still = [pair for pair, n in zip(found.agreed, near, strict=True) if n in (SAME_PASSAGE, OPEN)]
    for i, j in (*_crossed(moved, alignment), *_reversed(still, alignment), *_of_two_kinds(still, alignment)):
        yield a[i], b[j]


def _crossed(moved: Pairs, alignment: Alignment) -> Iterator[tuple[int, int]]:
    """What changed places between two passages."""
    a, b = alignment.a.figures, alignment.b.figures
    taken: set[int] = set()
    for (n, (i, j)), (m, (k, h)) in combinations(enumerate(moved), 2):
        alike = same_kind(a[i], a[k]) or (same_kind(a[i], b[h]) and same_kind(a[k], b[j]))
        if taken & {n, m} or a[i].value == a[k].value or not alike:
            continue
        if nearness(alignment, a[i], b[h]) == nearness(alignment, a[k], b[j]) == SAME_PASSAGE:
            taken |= {n, m}
            yield from ((i, h), (k, j))


def _of_two_kinds(still: Pairs, alignment: Alignment) -> Iterator[tuple[int, int]]:
    """What changed places within a passage and left its kind behind: 7 hours for 5 dollars, 5 hours for 7 dollars."""
    a, b = alignment.a.figures, alignment.b.figures
    odd = [(i, j) for i, j in still if not same_kind(a[i], b[j])]
    taken: set[int] = set()
    for (i, j), (k, h) in combinations(odd, 2):
        kinds = same_kind(a[i], b[h]) and same_kind(a[k], b[j]) and not taken & {i, k}
        if kinds and nearness(alignment, a[i], b[h]) == nearness(alignment, a[k], b[j]) == SAME_PASSAGE:
            taken |= {i, k}
            yield from ((i, h), (k, j))


def _reversed(still: Pairs, alignment: Alignment) -> Iterator[tuple[int, int]]:
    """What changed places within a passage, where two of its figures stand in each other's place."""
    a, b = alignment.a.figures, alignment.b.figures
    passages: dict[object, list[tuple[int, int]]] = defaultdict(list)
    for i, j in still:
        here, there = alignment.a.sentences[a[i].sentence], alignment.b.sentences[b[j].sentence]
        passages[here.section, here.passage, there.passage].append((i, j))
    for pairs in passages.values():
        units = _units(pairs, alignment)
        order = sorted(range(len(units)), key=lambda n: units[n][0][1])
        moved = {n: m for n, m in enumerate(order) if a[units[n][0][0]].value != a[units[m][0][0]].value}
        for first, last in moved.items():
            if first < last and moved.get(last) == first:
                (i, j), (k, h) = units[first][0], units[last][0]
                plain = all(one.sure and any(map(str.isdigit, one.text)) for one in (a[i], a[k], b[j], b[h]))
                # What lies between them stayed, so no part of a sentence moved with its figures.
                apart = last - first > 1 and not any(n in moved for n in range(first + 1, last))
                if plain and same_kind(a[i], a[k]) and (apart or _told_apart(alignment, (i, j), (k, h))):
                    yield from ((i, h), (k, j))


def _units(pairs: Pairs, alignment: Alignment) -> list[list[tuple[int, int]]]:
    """The pairs with both ends of a range as one, unless the range itself is turned round."""
    a, b = alignment.a.figures, alignment.b.figures
    units: list[list[tuple[int, int]]] = []
    for i, j in pairs:
        last = units[-1][-1] if units else (-2, -2)
        ranged = last == (i - 1, j - 1) and a[i].text == a[i - 1].text and b[j].text == b[j - 1].text
        if ranged:
            units[-1].append((i, j))
        else:
            units.append([(i, j)])
    return units


def _told_apart(alignment: Alignment, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two neighbours changed places without their words: a sentence turned round takes them along.

    Dates, times and shares keep their order anyway, and so do the ends of a range and figures of two sentences.
    """
    a, b = alignment.a, alignment.b
    (i, j), (k, h) = one, other
    if a.figures[i].kind in ("date", "time", "percent", "points") or a.figures[i].text == a.figures[k].text:
        return True
    sentences = [a.sentences[a.figures[n].sentence].text for n in (i, k)]
    sentences += [b.sentences[b.figures[n].sentence].text for n in (j, h)]
    if sentences[0] != sentences[1] and sentences[2] != sentences[3] and not any("…" in one for one in sentences):
        return True
    around = [_around(a, i), _around(a, k), _around(b, j), _around(b, h)]
    taken_along = _shared(around[0], around[2]) + _shared(around[1], around[3])
    stayed = _shared(around[0], around[3]) + _shared(around[1], around[2])
    return stayed > taken_along


def _around(content: Content, number: int) -> list[str]:
    """The beginnings of the words near a figure, as related languages and names share them, what follows first."""
    one = content.figures[number]
    before, _, after = content.sentences[one.sentence].text.partition(one.text)
    words = re.findall(r"[^\W\d_]{3,}", f"{after[:_NEAR]} {before[-_NEAR:]}")
    beginnings = [word[:4].casefold() for word in words]
    return [_SPANS.get(word, word) for word in beginnings]


def _shared(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How many words two places share; the one right after the figure counts as three."""
    return len({*ours} & {*theirs}) + (2 if ours[:1] == theirs[:1] != [] else 0)


def same_kind(one: Stated, other: Stated) -> bool:
    """Whether two figures are of one kind; a year is a number."""
    return (_CLASSES.get(one.kind) or one.kind) == (_CLASSES.get(other.kind) or other.kind)
