"""Numbers that are no figures, and yet not to change: articles, versions, models, the numbers of lists.

Read as figures they would give alarms without end (GPT-4, Art. 17, Version 1.4), since each language hides them in
names of its own.  So nothing is said of one that is there or is not; but where a passage lost one such number and got
one other in its place, it was changed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from notesite import figures, numerals
from notesite.alignment import Alignment, Words
from notesite.matches import Matches
from notesite.parity import Finding, Quote
from notesite.records import Note

# Beside Latin letters digits are part of a name that may be spelled otherwise; other scripts set no space.
_NUMBER = re.compile(r"(?<![A-Za-zÀ-ÿ\d.,/:-])\d+(?:[.,]\d+)*(?![A-Za-zÀ-ÿ\d]|[/:-]\d)")
_LONGEST_SHOWN = 240


def changed(
    original: Note, translation: Note, alignment: Alignment, words: tuple[Words, Words], found: Matches
) -> Iterator[Finding]:
    """The numbers of the original that are others in the translation; only where the digits of both texts differ.

    `found` are the figures, which are compared by value; what agrees with nothing and may be none counts here.
    """
    here, there = (Counter(note.traits.numerals) for note in (original, translation))
    if not (here - there and there - here):
        return
    for section in sorted(alignment.even):
        counterpart = alignment.there[section]
        ours, theirs = _known(original, section, found.left), _known(translation, counterpart, found.right)
        for number in range(original.content.parts[section].passages if section >= 0 else 0):
            says = words[0].passage(section, number), words[1].passage(counterpart, number)
            if says[0] is None or says[1] is None:
                break
            lost, gained = _numbers(says[0]), _numbers(says[1])
            lost -= ours.get(number, Counter())
            gained -= theirs.get(number, Counter())
            lost, gained = lost - gained, gained - lost
            if lost.total() == gained.total() == 1:
                quotes = (_quote(original, section, says[0], *lost), _quote(translation, counterpart, says[1], *gained))
                yield Finding("figures-differ", "changed", *quotes)


def _numbers(words: str) -> Counter[str]:
    """The numbers in some words as they are written, whatever marks the language sets in them."""
    return Counter(map(_plain, _NUMBER.findall(numerals.ascii_digits(figures.legible(words)))))


def _plain(number: str) -> str:
    return number.replace(",", ".").lstrip("0") or "0"


def _known(note: Note, section: int, left: Sequence[int]) -> Mapping[int, Counter[str]]:
    """The numbers of a section that are figures, by passage; but for those of the `left` ones that may be none."""
    made: dict[int, Counter[str]] = {}
    for place, one in enumerate(note.content.figures):
        sentence = note.content.sentences[one.sentence]
        if sentence.section == section and (one.sure or place not in left):
            made.setdefault(sentence.passage, Counter()).update(_numbers(one.text))
    return made


def _quote(note: Note, section: int, words: str, number: str) -> Quote:
    """Where a number stands, by the words around it."""
    flat = " ".join(words.split())
    at = max(0, flat.find(number) - _LONGEST_SHOWN // 2)
    cut = ("…" if at else "") + flat[at : at + _LONGEST_SHOWN] + ("…" if at + _LONGEST_SHOWN < len(flat) else "")
    return Quote(note.path, note.content.parts[section].line, section, number, cut)
