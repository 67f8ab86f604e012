"""Translations held against their originals: figures, sources, structure, language, age.

An author with three hundred figures on a page must believe what is said here, so what may have a good reason is not
said: a false alarm is worse than a miss.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

import msgspec

from notesite import keys, numbering, places, structure, urls
from notesite.alignment import Alignment
from notesite.linkage import Linkage
from notesite.mismatches import Mismatches
from notesite.parity import Finding, Parity, Quote
from notesite.records import Citation, Note

MOST = 20
"""So many findings of one case are told of a pair; who sees these will look at the rest."""
_SAME_LABELS = 0.8
"""Where two lists have so many of their publishers alike, the others are meant to be alike, too."""


def groups(notes: Sequence[Note], linkage: Linkage) -> tuple[Parity, ...]:
    """Each translation held against the original of its group, in the order of the groups."""
    by_path = {note.path: note for note in notes}
    return tuple(parity(by_path[original], by_path[translation]) for original, translation in pairs(linkage))


def pairs(linkage: Linkage) -> list[tuple[str, str]]:
    """The paths of each translation's original and of the translation itself, in the order of the groups."""
    return [(group.original, path) for group in linkage.groups for path in group.notes if path != group.original]


def parity(original: Note, translation: Note) -> Parity:
    """What holding a translation against its original gives."""
    alignment = Alignment(original, translation)
    factor = structure.stretch(original, translation, alignment)
    if structure.is_other_text(factor):
        found = [structure.length(original, translation), *_age(original, translation)]
        return Parity(original.path, translation.path, tuple(found))
    figures = Mismatches(original, translation, alignment)
    found = [
        *figures.findings(),
        *numbering.changed(
            original, translation, alignment, (figures.ours.words, figures.theirs.words), figures.matches
        ),
        *_Sources(original, translation, alignment).findings(),
        *structure.differences(original, translation, alignment, factor),
        *_untranslated(original, translation),
        *_age(original, translation),
    ]
    return Parity(
        original.path,
        translation.path,
        tuple(_placed(_first(found), alignment, original, translation)),
        figures.matches.agreed,
    )


def _first(found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, of each case no more than `MOST`."""
    told: Counter[tuple[str, str]] = Counter()
    for one in dict.fromkeys(found):  # both ends of a range may say the same
        told[one.rule, one.case] += 1
        if told[one.rule, one.case] <= MOST:
            yield one


def _placed(found: Iterable[Finding], alignment: Alignment, original: Note, translation: Note) -> Iterator[Finding]:
    """The findings, with the line at which what one note lacks might stand in it."""
    for one in found:
        if one.original and not one.translation:
            yield msgspec.structs.replace(one, line=_line(translation, alignment.there, one.original))
        elif one.translation and not one.original:
            yield msgspec.structs.replace(one, line=_line(original, alignment.back, one.translation))
        else:
            yield one


def _line(note: Note, there: Mapping[int, int], quote: Quote) -> int:
    """The first line of the section that stands for that of a quote; of what stands in a source list, its last one."""
    section = there.get(quote.section, places.NOWHERE)
    if section >= 0:
        return note.content.parts[section].line
    listed = (one.line for one in note.citations if one.kind == "list")
    return max(listed, default=0) if quote.section == places.NOWHERE and quote.line else 0


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
        for one, other in [*_readdressed(missing, added)]:
            missing.remove(one)
            added.remove(other)
            yield self._finding("address", one, other)
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

    @cached_property
    def _listed(self) -> list[tuple[Citation, Citation]]:
        """The entries that both source lists have, in the original's order."""
        lists = ([one for one in note.citations if one.kind == "list" and one.key] for note in (self.a, self.b))
        ours, theirs = ({one.key: one for one in reversed(listed)} for listed in lists)
        return [(one, theirs[key]) for key, one in reversed(ours.items()) if key in theirs]

    def _order(self) -> Iterator[Finding]:
        """The first entry of the source list that stands elsewhere."""
        both = self._listed
        theirs = sorted((other for _, other in both), key=self.b.citations.index)
        for n, (one, other) in enumerate(both):
            if other is not theirs[n]:
                yield self._finding("order", one, other, (n + 1, theirs.index(other) + 1))
                return

    def _labels(self) -> Iterator[Finding]:
        """Another publisher for a source, where nearly all others have the same in both: titles may be translated."""
        both = [pair for pair in self._listed if pair[0].publisher and pair[1].publisher]
        differ = [pair for pair in both if not _words(pair[0].publisher) & _words(pair[1].publisher)]
        if len(both) - len(differ) >= max(2, _SAME_LABELS * (len(both) - 1)):
            yield from (self._finding("label", one, other) for one, other in differ)


def _by_source(note: Note, left_out: Sequence[int]) -> dict[str, list[Citation]]:
    """The citations of each source, by its key without language; those in some sections aside."""
    made: dict[str, list[Citation]] = defaultdict(list)
    for one in note.citations:
        if one.key and not (left_out and places.section_of(note, one) in left_out):
            made[urls.without_language(one.key)].append(one)
    return made


def _localised(missing: Sequence[Citation], added: Sequence[Citation]) -> Iterator[tuple[Citation, Citation]]:
    """Sources of one site that stand for each other: its page in the other language."""
    free = [*added]
    for one in missing:
        site = _site(one)
        other = next((other for other in free if other.kind == one.kind and _site(other) == site), None)
        if other:
            free.remove(other)
            yield one, other


def _readdressed(missing: Sequence[Citation], added: Sequence[Citation]) -> Iterator[tuple[Citation, Citation]]:
    """Sources that both notes call the same, where each name stands for one of either: the address changed."""
    here, there = (Counter((one.kind, one.label) for one in several) for several in (missing, added))
    named = {(other.kind, other.label): other for other in added}
    for one in missing:
        called = one.kind, one.label
        if one.label and here[called] == there[called] == 1:
            yield one, named[called]


def _site(one: Citation) -> str:
    """The name of a site without its ending: the shop's German page ends in .de."""
    return keys.registrable(keys.host_of(one.key)).split(".")[0]


@lru_cache(maxsize=65536)
def _words(publisher: str) -> frozenset[str]:
    """The words of a publisher's name; a translated name shares some: EU AI Act, KI-Verordnung der EU."""
    return frozenset(re.findall(r"\w+", publisher.casefold()))


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
