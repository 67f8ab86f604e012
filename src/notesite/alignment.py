"""Which section of a note stands for which of its translation, which passage for which, and in what words."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from notesite import traits, urls
from notesite.passages import FOOTNOTE
from notesite.records import Mark, Note, Part

_STRANGE = -1.0
"""What two sections score that both hold enough to tell by, and have none of it in common."""
_PLAIN = 0.3
"""What two sections share that both hold nothing to tell by."""
_TELLS = 4
"""So many names, numbers, addresses and pieces of code are enough to tell by."""


class Alignment:
    """The sections of an original and of its translation, side by side."""

    def __init__(self, original: Note, translation: Note) -> None:
        self.a, self.b = original.content, translation.content
        levels = [[part.level for part in one.parts] for one in (self.a, self.b)]
        if levels[0] == levels[1]:
            self.pairs = [(n, n) for n in range(len(levels[0]))]
        else:
            self.pairs = _paired(original, translation)
        self.there = dict(self.pairs)
        """The section of the translation for each section of the original that has one; footnotes are one, too."""
        if not any(mark.kind == "footnote" for mark in self._alone()):  # a lost section takes its footnotes with it
            self.there[FOOTNOTE] = FOOTNOTE
        self.back = {there: here for here, there in self.there.items()}

    def _alone(self) -> Iterator[Mark]:
        """What stands in sections without a counterpart."""
        for content, paired in ((self.a, {a for a, _ in self.pairs}), (self.b, {b for _, b in self.pairs})):
            if len(paired) < len(content.parts):
                yield from (mark for mark in content.marks if mark.section not in (*paired, FOOTNOTE))

    @cached_property
    def lost(self) -> list[int]:
        """The sections of the original without a counterpart."""
        return [n for n in range(len(self.a.parts)) if n not in self.there]

    @cached_property
    def extra(self) -> list[int]:
        """The sections of the translation without a counterpart."""
        return [n for n in range(len(self.b.parts)) if n not in self.back]

    @cached_property
    def even(self) -> frozenset[int]:
        """The sections of the original whose counterpart has as many passages, so that one stands for another."""
        even = {a for a, b in self.pairs if self.a.parts[a].passages == self.b.parts[b].passages}
        notes = [sum(mark.kind == "footnote" for mark in one.marks) for one in (self.a, self.b)]
        return frozenset({*even, FOOTNOTE} if FOOTNOTE in self.there and notes[0] == notes[1] else even)


def _cues(note: Note) -> list[set[str]]:
    """What of each section may be the same in another language."""
    content = note.content
    cues: list[set[str]] = [set() for _ in content.parts]
    for one in content.figures:
        section = content.sentences[one.sentence].section
        if section != FOOTNOTE:
            cues[section].add(one.value)
    for mark in content.marks:
        if mark.section != FOOTNOTE and mark.kind in ("code", "picture", "link", "name"):
            cues[mark.section].add(mark.key)
    lines = [part.line for part in content.parts]
    for citation in note.citations:
        if citation.kind == "inline" and citation.key:
            section = max((n for n, line in enumerate(lines) if line <= citation.line), default=-1)
            if section >= 0:
                cues[section].add(urls.without_language(citation.key))
    return cues


def _paired(original: Note, translation: Note) -> list[tuple[int, int]]:
    """The pairs of sections, in order, that together resemble each other most (Needleman and Wunsch 1970)."""
    sections = [[*map(_Section, note.content.parts, _cues(note))] for note in (original, translation)]
    ours, theirs = sections
    spread = Counter(cue for one in (*ours, *theirs) for cue in one.cues | one.words)
    scores = [[_alike(one, other, spread) for other in theirs] for one in ours]
    best = [[0.0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    for i in reversed(range(len(ours))):
        for j in reversed(range(len(theirs))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + scores[i][j])
    return [*_walked(best, scores)]


class _Section:
    """A section with what of it may be the same in another language."""

    def __init__(self, part: Part, cues: set[str]) -> None:
        self.part, self.cues = part, cues
        self.words = {*traits.title_words(part.heading), *re.findall(r"\d+", part.heading)}


def _walked(best: Sequence[Sequence[float]], scores: Sequence[Sequence[float]]) -> Iterator[tuple[int, int]]:
    i = j = 0
    while i < len(best) - 1 and j < len(best[0]) - 1:
        if scores[i][j] > 0 and best[i][j] == best[i + 1][j + 1] + scores[i][j]:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _alike(one: _Section, other: _Section, spread: Counter[str]) -> float:
    """How much two sections resemble each other: level, what they share, length."""
    if min(len(one.cues), len(other.cues)) >= _TELLS and not one.cues & other.cues:
        return _STRANGE
    every = one.cues | other.cues | (one.words & other.words)
    both = (one.cues & other.cues) | (one.words & other.words)
    whole = sum(1 / spread[cue] for cue in every)
    shared = sum(1 / spread[cue] for cue in both) / whole if whole else _PLAIN
    shorter, longer = sorted((one.part.length + 20, other.part.length + 20))
    return 0.2 + (one.part.level == other.part.level) + 3 * shared + shorter / longer


# Words

_CODE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
_BOUNDS = re.compile(r"</?(?:p|li|t[rdh]|h[1-6]|d[tdl]|[uo]l|table|thead|tbody|blockquote|div)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")


class Words:
    """What a note says in each of its sections and passages, code and all, as a reader of its page sees it."""

    def __init__(self, note: Note) -> None:
        self.note = note
        self._known: dict[int, list[str]] = {}

    def section(self, section: int) -> str:
        """What a section says as a whole."""
        return _shown(self._markup(section))

    def passage(self, section: int, number: int) -> str | None:
        """What one of its passages says; None where it is not known where each begins."""
        if section not in self._known:
            passages = [one for one in _BOUNDS.split(_CODE.sub("", self._markup(section))) if one.strip()]
            parts = self.note.content.parts
            known = 0 <= section < len(parts) and len(passages) == parts[section].passages
            self._known[section] = passages if known else []
        passages = self._known[section]
        return _shown(passages[number]) if number < len(passages) else None

    def _markup(self, section: int) -> str:
        if section == FOOTNOTE:
            return " ".join(one.html for one in self.note.footnotes)
        return self.note.sections[section].html if section < len(self.note.sections) else ""


# Several figures stand in one passage.
@lru_cache(maxsize=64)
def _shown(markup: str) -> str:
    return html.unescape(_TAG.sub("", markup))
