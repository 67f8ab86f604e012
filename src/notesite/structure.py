"""In what the form of a translation differs from its original's: sections, lists, tables, code, pictures, length."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from statistics import median

from notesite import places
from notesite.alignment import Alignment
from notesite.parity import Finding, Quote
from notesite.passages import FOOTNOTE
from notesite.records import Mark, Note, Part

RULE = "structure-differs"

# How long a text is where English takes 1 (medians of some two thousand pairs); other languages take about 1.05.
_LENGTHS = {
    "en": 1.0, "de": 1.11, "fr": 1.16, "es": 1.13, "it": 1.12, "pt": 1.09, "ru": 1.12, "nl": 1.08, "pl": 1.07,
    "ja": 0.94, "ko": 0.92, "zh": 0.65, "ar": 0.86, "fa": 0.85, "he": 0.85,
}  # fmt: skip
_OLD_TAGS = {"iw": "he", "in": "id", "ji": "yi"}
"""Tags that BCP 47 replaced, and that many systems still write."""
_USUAL = 1.45
"""A translation is longer or shorter than its language makes it by this factor at most, all but one in fifty."""
_OTHER_TEXT = 2.0
"""From this factor on it is another text, a summary perhaps, and comparing it in detail is of no use."""
_LONG = 800
"""Characters from which on a text's length tells."""
_QUOTATION = 30
"""Characters of a quotation that is more than a word set apart."""
_TELLING = 100
"""Characters from which on a section tells how much longer or shorter a translation is."""
_LINE, _SLACK = 60, 0.15
"""A section that lacks less than these characters, or than this share of it, may be said in fewer words."""
_OF_PASSAGES = ("list", "table")
"""What holds passages of its own."""
_NUMBERING = re.compile(r"(\d[\d.]*)\.\s")
_CASES = {
    "list": "lists",
    "table": "tables",
    "code": "code",
    "picture": "images",
    "footnote": "footnotes",
    "link": "links",
}


def stretch(original: Note, translation: Note, alignment: Alignment) -> float:
    """By which factor the sections that both have are longer in the translation than its language makes them."""
    a, b = original.content.parts, translation.content.parts
    ours = sum(a[i].length for i, _ in alignment.pairs)
    theirs = sum(b[j].length for _, j in alignment.pairs)
    if min(ours, theirs) == 0 or max(ours, theirs) < _LONG:
        return 1.0
    return theirs / ours * _factor(original) / _factor(translation)


def _factor(note: Note) -> float:
    return _LENGTHS.get(_base(note), 1.05)


def _base(note: Note) -> str:
    """A note's language without its region, by its tag of today."""
    base = note.lang.split("-")[0]
    return _OLD_TAGS.get(base, base)


def is_other_text(factor: float) -> bool:
    """Whether a translation by its length is another text."""
    return not 1 / _OTHER_TEXT < factor < _OTHER_TEXT


def differences(original: Note, translation: Note, alignment: Alignment, factor: float) -> Iterator[Finding]:
    """What differs in the form of two notes, section by section; nothing is said of what a lost section held."""
    yield from _sections(original, translation, alignment)
    ours, theirs = _by_place(original), _by_place(translation)
    uneven: set[int] = set()
    for i, j in (*alignment.pairs, (FOOTNOTE, FOOTNOTE)):
        for kind, case in _CASES.items():
            here, there = ours.get((i, kind), ()), theirs.get((j, kind), ())
            if (here or there) and _differ(kind, here, there):
                uneven.update([i] if kind in _OF_PASSAGES else ())
                yield _finding(case, original, translation, kind, here, there)
        if i in alignment.even:
            yield from _quotations(original, ours.get((i, "quote"), ()), theirs.get((j, "quote"), ()))
    yield from _names(original, translation, alignment)
    if 1 / _USUAL < factor < _USUAL:
        yield from _shortened(original, translation, alignment, uneven, _factor(translation) / _factor(original))
    elif {_base(original), _base(translation)} <= _LENGTHS.keys():
        yield length(original, translation)


def length(original: Note, translation: Note) -> Finding:
    """That a translation is far too long or too short."""
    counts = original.traits.length, translation.traits.length
    return Finding(RULE, "length", Quote(original.path), Quote(translation.path), counts)


def _sections(original: Note, translation: Note, alignment: Alignment) -> Iterator[Finding]:
    """Headings without a counterpart, and the first whose level differs: the others follow it."""
    a, b = original.content.parts, translation.content.parts
    counts = len(a), len(b)
    for n in alignment.lost:
        if not _is_bare(a[n]):
            yield Finding(RULE, "sections", places.of_heading(original, n), None, counts)
    for n in alignment.extra:
        if not _is_bare(b[n]):
            yield Finding(RULE, "sections", None, places.of_heading(translation, n), counts)
    for i, j in alignment.pairs:
        ours, theirs = _NUMBERING.match(a[i].heading), _NUMBERING.match(b[j].heading)
        if ours and theirs and ours[1] != theirs[1]:
            quotes = places.of_heading(original, i), places.of_heading(translation, j)
            yield Finding("figures-differ", "changed", *quotes)
    for i, j in alignment.pairs:
        if a[i].level and b[j].level and a[i].level != b[j].level:
            quotes = places.of_heading(original, i), places.of_heading(translation, j)
            yield Finding(RULE, "sections", *quotes, (a[i].level, b[j].level))
            return


def _is_bare(part: Part) -> bool:
    """Whether a section is nothing but tags that stand before the first heading: one that sets the direction, say."""
    return not part.level and not part.length


def _by_place(note: Note) -> dict[tuple[int, str], list[Mark]]:
    """The marks of a note by section and kind."""
    made: dict[tuple[int, str], list[Mark]] = defaultdict(list)
    for mark in note.content.marks:
        made[mark.section, mark.kind].append(mark)
    return made


def _shortened(
    original: Note, translation: Note, alignment: Alignment, told: Set[int], factor: float
) -> Iterator[Finding]:
    """Sections that lack a paragraph: fewer passages, and shorter than the other note and the languages make them.

    How long a text is where the original takes 1, the other sections tell; `told` are sections of which something is
    said already that may explain it.
    """
    a, b = original.content.parts, translation.content.parts
    telling = [(i, j) for i, j in alignment.pairs if i in alignment.even and min(a[i].length, b[j].length) > _TELLING]
    even = [math.log(b[j].length / a[i].length) for i, j in telling]
    # Half of it on either side, so that exchanged notes give the same.
    half = math.exp((median(even) if len(even) > 1 else math.log(factor)) / 2)
    for i, j in alignment.pairs:
        if i in told or a[i].passages == b[j].passages:
            continue
        sizes = [(a[i].passages, a[i].length * half), (b[j].passages, b[j].length / half)]
        (_, short), (_, long) = sorted(sizes)
        if short < long - max(_LINE, _SLACK * long):
            quotes = places.of_heading(original, i), places.of_heading(translation, j)
            yield Finding(RULE, "passages", *quotes, (a[i].passages, b[j].passages))


def _differ(kind: str, here: Sequence[Mark], there: Sequence[Mark]) -> bool:
    if kind == "list":
        return _items(here) != _items(there)
    if kind in ("table", "code"):
        return [one.key for one in here] != [one.key for one in there]
    return len(here) != len(there)


def _items(lists: Sequence[Mark]) -> int:
    """A list may be cut in two; its items are as many."""
    return sum(int(one.key) for one in lists)


def _finding(
    case: str, original: Note, translation: Note, kind: str, here: Sequence[Mark], there: Sequence[Mark]
) -> Finding:
    """One finding for all things of a kind in a section, at the first that has no counterpart."""
    counts = (_items(here), _items(there)) if kind == "list" else (len(here), len(there))
    lacking, further = _first_without(here, there), _first_without(there, here)
    if kind in ("picture", "footnote", "link") and counts[0] != counts[1]:
        lacking, further = (lacking, None) if counts[0] > counts[1] else (None, further)
    quotes = (
        places.of_mark(original, lacking) if lacking else None,
        places.of_mark(translation, further) if further else None,
    )
    return Finding(RULE, case, *quotes, counts)


def _first_without(marks: Sequence[Mark], others: Sequence[Mark]) -> Mark | None:
    """The first of some marks that the others do not have; the last one if they have them all."""
    left = Counter(one.key for one in others)
    for mark in marks:
        if not left[mark.key]:
            return mark
        left[mark.key] -= 1
    return marks[-1] if marks else None


def _quotations(original: Note, here: Sequence[Mark], there: Sequence[Mark]) -> Iterator[Finding]:
    """Quotations of some length whose passage has no quotation marks left in the translation."""
    passages = {one.passage for one in there}
    for mark in here:
        if len(mark.text) >= _QUOTATION and mark.passage not in passages:
            yield Finding(RULE, "quotes", places.of_mark(original, mark))


def _names(original: Note, translation: Note, alignment: Alignment) -> Iterator[Finding]:
    """Emphasised names that no language changes and that the translation does not have anywhere."""
    names = [one for one in original.content.marks if one.kind == "name" and one.section in alignment.there]
    if names:
        text = " ".join((*(one.html for one in translation.sections), *(one.html for one in translation.footnotes)))
        for name in {one.key: one for one in names if one.key not in text}.values():
            yield Finding(RULE, "names", places.of_mark(original, name))
