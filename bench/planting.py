"""How many planted errors comparing finds, and what it says beside them.

    .venv/bin/python bench/planting.py [CORPORA] [--count 500] [--seed 1] [--show N] [--findings N]

Errors are planted one at a time into pairs that agree, those in which comparing finds nothing (`--findings N`: at most
N things): this repository's own notes, the two seeds that are a pair, the German and English pairs of CORPORA (a folder
as `bench/linking.py` reads it), and generated research notes.  `--show N` prints N missed errors of each kind and N
with something beside them.  It ends with 1 where fewer than 97 of 100 are caught or anything is beside.

The planter reads raw Markdown by its own few rules and knows nothing of how notesite reads figures:

- A figure is a number in digits, with the marks of its language.  What touches letters, hyphens, slashes, colons or
  signs of multiplication is part of a name or a formula; what follows a capital word (Llama 3, Table 2) that is not in
  `OPENERS`, or one of `REFERENCES`, is a name or a reference.  So are a number alone in parentheses, one of more than
  twelve digits, and that of an item or a heading.
- Front matter, code, addresses, tags, pictures and references to footnotes are not touched, nor is the source list,
  unless the error is about sources.
- `changed`: one digit is another one, or two neighbours change places; a day stays a day of the month.
- `rescaled`: another scale word or none; a decimal mark, a zero or three zeros moved.  Years and dates are not.
- `dropped`: a vague word instead of number, scale, sign and currency; of a date, instead of all of it.  A number that
  its passage has twice is left alone, for said once it is still said, and so is half of a range.
- `swapped`: two figures of one passage change places, units and scale words stay; not two that only a dash, a comma or
  a word like "to" or "and" stands between, for their order may mean nothing; years with years only, dates not at all.
- `exchanged`: the same with two figures of neighbouring passages of one section.
- `source`: an entry of the source list is gone, or a link in running text is words alone, whose address the note has
  once.
- `section`: a heading is gone with all that stands below it.
- `paragraph`: the original's words instead of a paragraph of 80 characters or more, in pairs whose blocks correspond.

An error is caught where a finding of the rule that fits is added and names the place: the planted figure in its line,
or the figure, source or section of the other note that is answered no more.  All else that is added is beside it.
One figure, source or section in ten is planted in the original.
"""

import argparse
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, pairwise
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from notesite import build, compare, link, load
from notesite.config import Config
from notesite.linkage import Group, Linkage
from notesite.parity import Finding, Quote
from notesite.records import File, Note
from notesite.runs import Options

HERE = Path(__file__).parent.parent
CORPORA = HERE.parent / "shared" / "corpora"
BAR = 0.97
GENERATED = 12
CONFIG = Config(catalogues=("de", "en"), today="2100-01-01", drafts=True)
SHARES = {
    "changed": 22, "dropped": 18, "rescaled": 16, "swapped": 10, "exchanged": 6, "source": 10, "section": 9,
    "paragraph": 9,
}  # fmt: skip
"""How many of a hundred errors are of each kind."""
SELDOM = 0.1
PARAGRAPH = 80
"""Characters of a paragraph; what is shorter may be a title or a saying."""
FIGURE_RULES = ("figures-differ", "scale-confused")


# Reading Markdown

_UNTOUCHED = re.compile(
    r"\A\ufeff?---\r?\n.*?\n---[ \t]*\n|<(script|style)\b.*?</\1>|^(?:```|~~~).*?^(?:```|~~~)[^\n]*"
    r"|`[^`\n]+`|!\[[^\]\n]*\]\([^)\n]*\)"
    r"|(?<=\])\([^)\n]*\)|^\[[^^\]\n]+\]:[^\n]*|<[^<>\n]+>|https?://[^\s<>)]+|www\.[^\s<>)]+|\[\^[^\]\n]+\]:?"
    r"|\{[{%#:][^{}]*\}+",
    re.DOTALL | re.MULTILINE,
)
_ENTRY = re.compile(r"[ \t]*(?:[-*+][ \t]+|\d+\.[ \t]+)?\[.+\]\((?P<address>https?://\S+)\)\s*$")
_LINK = re.compile(r"(?<!!)\[(?P<words>[^\[\]\n]+)\]\((?P<address>https?://[^\s()]+)\)")
_HEADING = re.compile(r"^(#{1,6})[ \t]+\S[^\n]*", re.MULTILINE)
_STARTS = re.compile(r"[ \t]*(?:[-*+][ \t]|(?:#+[ \t]+)?(?P<number>\d+[.)])[ \t]|\||>)")
MASK = "\0"

_NUMBER = re.compile(r"(?<![\w.,:/@#&=+§^~*\-])(?:\d{1,3}(?:[\xa0\u202f]\d{3})+|\d+(?:[.,]\d+)*)(?!\w|[.,:/*\-]\w)")
_SHAPES = {
    "de": re.compile(r"\d{1,3}(?:[.\xa0\u202f]\d{3})+(?:,\d+)?|\d{1,12}(?:,\d+)?"),
    "en": re.compile(r"\d{1,3}(?:[,\xa0\u202f]\d{3})+(?:\.\d+)?|\d{1,12}(?:\.\d+)?"),
}
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
# The word before a number; of several numbers, before the first of them.
_WORD_BEFORE = re.compile(r"([^\W\d_][\w.’'-]*)[ \xa0](?:\d+(?:,|[ \xa0]and|[ \xa0]und)[ \xa0])*\Z")
_SIGN = re.compile(r"(?:US\$|[$€£¥]|\b(?:USD|EUR)[ \xa0])\Z")
_SHARE = re.compile(r"[ \xa0\u202f]?(?:%|percent\b|per cent\b|Prozent\b)")
SCALES = {
    "de": ("Tausend", "Millionen", "Milliarden", "Billionen"),
    "en": ("thousand", "million", "billion", "trillion"),
}
_SCALE = re.compile(
    r"[ \xa0\u202f](?P<word>[Tt]ausend|Million(?:en)?|Milliarden?|Billion(?:en)?|thousand|million|billion|trillion)\b"
)
_MONTH = (
    r"(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
    r"|January|February|March|May|June|July|October|December)"
)
_DATE = re.compile(rf"(?:\d{{1,2}}\.?[ \xa0])?\b{_MONTH}\b[ \xa0](?:\d{{1,2}},?[ \xa0])?\d{{4}}\b"
                   rf"|\d{{1,2}}\.?[ \xa0]{_MONTH}\b|\b{_MONTH}[ \xa0]\d{{1,2}}\b")  # fmt: skip
_NO_ORDER = re.compile(r"(?:[\s\d.,;/%$€£–-]|\b(?:to|and|or|bis|und|oder)\b)*")
OPENERS = frozenset(
    """In Im By Bis Seit Since From Von For Für Only Nur About Around Rund Etwa Between Zwischen At With Mit Of On Am
    Ab Um Auf Nach After Before Vor The Die Der Das Jahr Jahre Jahren And Und Some Over Über Under Unter Nearly Fast
    Just More Mehr Almost Knapp Roughly All Alle USD EUR To Than""".split()
)
REFERENCES = frozenset(
    """version v page p. pp. chapter section paragraph article table figure seite s. absatz nr. no. art. rule
    step sentence satz""".split()
)
VAGUE = {"de": "einige", "en": "some"}


class Figure(Struct, frozen=True):
    """A number in a text: its place, the place of all that belongs to it, its scale word's place, its passage."""

    text: str
    start: int
    end: int
    whole: tuple[int, int]
    scale: tuple[int, int]
    passage: int
    dated: bool

    @property
    def is_year(self) -> bool:
        """Whether it looks like a year."""
        return _YEAR.fullmatch(self.text) is not None

    @property
    def scaled(self) -> bool:
        """Whether a scale word follows."""
        return self.scale[0] < self.scale[1]


class Text:
    """One note's Markdown, with the places in it at which an error may be planted."""

    def __init__(self, path: str, lang: str, markdown: str) -> None:
        self.path, self.lang, self.markdown = path, lang, markdown
        self.listed = _source_list(markdown)
        masked = _UNTOUCHED.sub(lambda found: re.sub(r"[^\n]", MASK, found[0]), markdown)
        self.body_end = min((start for start, _ in self.listed), default=len(markdown))
        self.masked = masked[: self.body_end]
        self.blocks = [*_blocks(self.masked)]
        self.passages = [*_passages(self.masked, self.blocks)]
        self.figures = [*_figures(self.masked, self.passages, lang)]
        self.headings = [*_HEADING.finditer(self.masked)]

    def line(self, place: int) -> int:
        """The line of a place, from 1."""
        return self.markdown.count("\n", 0, place) + 1

    def block_of(self, line: int) -> int:
        """The number of the block a line stands in, -1 for none."""
        spans = enumerate(self.blocks)
        return next((n for n, (start, end) in spans if self.line(start) <= line <= self.line(end - 1)), -1)

    def lines(self, block: int) -> frozenset[int]:
        """The lines of a block, none for none."""
        if block < 0:
            return frozenset()
        start, end = self.blocks[block]
        return frozenset(range(self.line(start), self.line(end - 1) + 1))

    def size(self, start: int, end: int) -> int:
        """The characters of a stretch of text that are not masked."""
        return len(self.masked[start:end].replace(MASK, ""))

    def spanned(self, a: Figure, b: Figure) -> tuple[int, int]:
        """From the beginning of one figure's passage to the end of another's."""
        return self.passages[a.passage][0], self.passages[b.passage][1]

    def form(self) -> list[str]:
        """The kinds of its blocks."""
        return [_kind(self.masked[start:end]) for start, end in self.blocks]


def _source_list(markdown: str) -> list[tuple[int, int]]:
    """The places of the entries of the trailing source list."""
    places: list[tuple[int, int]] = []
    end = len(markdown)
    for line in reversed(markdown.splitlines(keepends=True)):
        start = end - len(line)
        if _ENTRY.match(line):
            places.insert(0, (start, end))
        elif line.strip():
            break
        end = start
    return places if len(places) > 1 else []


def _blocks(masked: str) -> Iterator[tuple[int, int]]:
    """What stands between blank lines; what is all masked is none."""
    for found in re.finditer(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+", masked):
        if found[0].strip(" \t\r\n" + MASK):
            yield found.span()


def _kind(block: str) -> str:
    if block.startswith("#"):
        return "heading"
    begun = any(_STARTS.match(line) for line in block.splitlines())
    is_other = begun or block.startswith((" ", "\t", MASK)) or "\n: " in block
    return "other" if is_other else "paragraph"


def _passages(masked: str, blocks: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Paragraphs, headings, and the items and rows of lists and tables."""
    for start, end in blocks:
        at = first = start
        for line in masked[start:end].splitlines(keepends=True):
            if at > first and _STARTS.match(line):
                yield first, at
                first = at
            at += len(line)
        yield first, end


def _figures(masked: str, passages: Sequence[tuple[int, int]], lang: str) -> Iterator[Figure]:
    for number, (first, last) in enumerate(passages):
        marker = _STARTS.match(masked, first, last)
        dates = [found.span() for found in _DATE.finditer(masked, first, last)]
        for found in _NUMBER.finditer(masked, first, last):
            start, end = found.span()
            is_marker = marker and marker["number"] and start < marker.end()
            is_alone = masked[first:start].endswith("(") and masked.startswith(")", end)
            if is_marker or is_alone or not _SHAPES[lang].fullmatch(found[0]) or _is_name(masked[first:start]):
                continue
            date = next((span for span in dates if span[0] <= start < span[1]), None)
            sign, scale = _SIGN.search(masked, first, start), _SCALE.match(masked, end, last)
            share = _SHARE.match(masked, end, last)
            after = scale.end() if scale else share.end() if share else end
            whole = date or (sign.start() if sign else start, after)
            yield Figure(found[0], start, end, whole, scale.span() if scale else (end, end), number, date is not None)


def _is_name(before: str) -> bool:
    """Whether a number that follows these words belongs to a name or is a reference; "ruby >= 3" is a version."""
    if before.rstrip().endswith("="):
        return True
    word = _WORD_BEFORE.search(before)
    if not word or word[1] in OPENERS or re.fullmatch(_MONTH, word[1]):
        return False
    return word[1][0].isupper() or word[1].lower() in REFERENCES


# Planting


class Edit(Struct, frozen=True):
    """One error: what to replace where, and by what it is known if it is told of.

    `lines` are those of the edited text in which it stands, `others` those of the other text that correspond (empty
    where that is not known).  `gone` and `come` are the numbers, or the address, that it had and has.
    """

    kind: str
    changes: tuple[tuple[int, int, str], ...]
    lines: frozenset[int]
    others: frozenset[int] = frozenset()
    gone: frozenset[str] = frozenset()
    come: frozenset[str] = frozenset()

    def applied(self, markdown: str) -> str:
        """The text with the error in it."""
        for start, end, words in sorted(self.changes, reverse=True):
            markdown = markdown[:start] + words + markdown[end:]
        return markdown


def _numbers(words: str) -> frozenset[str]:
    """The numbers in some words by their digits, outer zeros aside."""
    found = re.findall(r"\d+(?:[.,\xa0\u202f]\d+)*", words)
    return frozenset(re.sub(r"\D", "", one).strip("0") or "0" for one in found)


def _of_figures(
    kind: str, text: Text, other: Text, changes: Sequence[tuple[int, int, str]], gone: str, come: str
) -> Edit:
    """An error in figures, which is known by the numbers that were and are there."""
    lines = frozenset(text.line(start) for start, _, _ in changes)
    others: frozenset[int] = frozenset()
    if text.form() == other.form():
        others = frozenset().union(*(other.lines(text.block_of(line)) for line in lines))
    return Edit(kind, tuple(changes), lines, others, _numbers(gone), _numbers(come))


def changed(text: Text, other: Text, chance: random.Random) -> Edit | None:
    """Another number."""
    if not text.figures:
        return None
    one = chance.choice(text.figures)
    new = _other_day(one.text, chance) if one.dated and len(one.text) < 3 else _other_digits(one, chance)
    return _of_figures("changed", text, other, [(one.start, one.end, new)], one.text, new)


def _other_day(day: str, chance: random.Random) -> str:
    return str(chance.choice([n for n in range(1, 29) if n != int(day)]))


def _other_digits(one: Figure, chance: random.Random) -> str:
    digits = [n for n, char in enumerate(one.text) if char.isdigit()]
    turned = [(i, j) for i, j in pairwise(digits) if one.text[i] != one.text[j] and (i or one.text[j] != "0")]
    made = [*one.text]
    if turned and not one.is_year and chance.random() < 0.4:
        i, j = chance.choice(turned)
        made[i], made[j] = made[j], made[i]
    else:
        i = chance.choice(digits[2:] if one.is_year else digits)
        made[i] = chance.choice([digit for digit in "123456789" if digit != made[i]])
    return "".join(made)


def dropped(text: Text, other: Text, chance: random.Random) -> Edit | None:
    """A vague word instead of a figure."""
    said = Counter((one.passage, _numbers(one.text)) for one in text.figures)
    once = [one for one in text.figures if said[one.passage, _numbers(one.text)] == 1]
    ends = {one for pair in pairwise(text.figures) if _is_range(text, *pair) for one in pair}
    once = [one for one in once if one not in ends]
    if not once:
        return None
    one = chance.choice(once)
    start, end = one.whole
    return _of_figures("dropped", text, other, [(start, end, VAGUE[text.lang])], text.markdown[start:end], "")


def _is_range(text: Text, a: Figure, b: Figure) -> bool:
    return a.passage == b.passage and _NO_ORDER.fullmatch(text.masked, a.end, b.start) is not None


def rescaled(text: Text, other: Text, chance: random.Random) -> Edit | None:
    """A number that is by some zeros too much or too little."""
    kept = [one for one in text.figures if not one.dated and one.text.strip("0.,") and (one.scaled or not one.is_year)]
    if not kept:
        return None
    one = chance.choice(kept)
    if one.scaled and chance.random() < 0.7:
        start, end = one.scale
        own = text.markdown[start:end].strip()[:6].lower()
        others = [word for word in SCALES[text.lang] if word[:6].lower() != own]
        word = chance.choice([*(f" {word}" for word in others), ""])
        return _of_figures("rescaled", text, other, [(start, end, word)], one.text, one.text)
    new = _moved(one.text, "," if text.lang == "de" else ".", chance)
    return _of_figures("rescaled", text, other, [(one.start, one.end, new)], one.text, new)


def _moved(number: str, decimal: str, chance: random.Random) -> str:
    """A number with its decimal mark one place further, or with a zero or three more or less."""
    whole, _, part = number.partition(decimal)
    if part and whole.isdigit():
        if chance.random() < 0.5:
            return f"{whole[:-1] or '0'}{decimal}{whole[-1]}{part}"
        new = (whole + part[0]).lstrip("0") or "0"
        return f"{new}{decimal}{part[1:]}" if part[1:] else new
    if whole.isdigit():
        return whole[:-1] if whole.endswith("0") else whole + "0"
    mark = next(char for char in whole if not char.isdigit())
    return whole[:-4] if whole.endswith(f"{mark}000") else f"{whole}{mark}000"


def swapped(text: Text, other: Text, chance: random.Random) -> Edit | None:
    """Two figures of a passage in each other's place."""
    pairs = [(a, b) for a, b in combinations(text.figures, 2) if a.passage == b.passage and _may_swap(a, b)]
    pairs = [(a, b) for a, b in pairs if not _is_range(text, a, b)]
    return _exchange("swapped", text, other, chance.choice(pairs)) if pairs else None


def exchanged(text: Text, other: Text, chance: random.Random) -> Edit | None:
    """Two figures of neighbouring passages of a section in each other's place."""
    pairs = [(a, b) for a, b in combinations(text.figures, 2) if b.passage - a.passage == 1 and _may_swap(a, b)]
    pairs = [(a, b) for a, b in pairs if not _HEADING.search(text.masked, *text.spanned(a, b))]
    return _exchange("exchanged", text, other, chance.choice(pairs)) if pairs else None


def _may_swap(a: Figure, b: Figure) -> bool:
    return a.is_year == b.is_year and not (a.dated or b.dated) and _numbers(a.text) != _numbers(b.text)


def _exchange(kind: str, text: Text, other: Text, pair: tuple[Figure, Figure]) -> Edit:
    a, b = pair
    both = f"{a.text} {b.text}"
    return _of_figures(kind, text, other, [(a.start, a.end, b.text), (b.start, b.end, a.text)], both, both)


def source(text: Text, _: Text, chance: random.Random) -> Edit | None:
    """An entry of the source list gone, or a link in running text that is words alone."""
    places = [(start, end, "") for start, end in text.listed]
    for link_ in _LINK.finditer(text.markdown, 0, text.body_end):
        if MASK not in text.masked[link_.start() : link_.end("words")]:
            places.append((*link_.span(), link_["words"]))
    found = [(place, _address(text.markdown[place[0] : place[1]])) for place in places]
    found = [(place, address) for place, address in found if text.markdown.count(address) == 1]
    if not found:
        return None
    place, address = chance.choice(found)
    return Edit("source", (place,), frozenset([text.line(place[0])]), gone=frozenset([_site(address)]))


def _address(link_: str) -> str:
    return link_.rpartition("](")[2].strip().rstrip(")")


def _site(address: str) -> str:
    """The name of an address's site, so that its page in the other language counts, too."""
    return ".".join((urlsplit(address).hostname or "").removeprefix("www.").split(".")[-2:-1])


def section(text: Text, other: Text, chance: random.Random) -> Edit | None:
    """A heading gone with all that stands below it."""
    levels = [len(one[1]) for one in text.headings]
    spans: list[tuple[int, int]] = []
    for n, level in enumerate(levels):
        last = next((m for m in range(n + 1, len(levels)) if levels[m] <= level), len(levels))
        end = text.headings[last].start() if last < len(levels) else text.body_end
        below = text.masked[text.headings[n].end() : end].strip(" \r\n\t" + MASK)
        if len(other.headings) == len(levels) and below and last - n < len(levels):
            spans.append((n, last))
    if not spans:
        return None
    n, last = chance.choice(spans)
    end = text.headings[last].start() if last < len(levels) else text.body_end
    others = frozenset(other.line(one.start()) for one in other.headings[n:last])
    start = text.headings[n].start()
    return Edit("section", ((start, end, ""),), frozenset([text.line(start)]), others)


def paragraph(text: Text, other: Text, chance: random.Random) -> Edit | None:
    """A paragraph in the other note's words."""
    if text.form() != other.form():
        return None
    both = [(text.blocks[n], other.blocks[n]) for n, kind in enumerate(text.form()) if kind == "paragraph"]
    both = [(a, b) for a, b in both if min(text.size(*a), other.size(*b)) >= PARAGRAPH]
    if not both:
        return None
    (start, end), (first, last) = chance.choice(both)
    words = other.markdown[first:last]
    line = text.line(start)
    return Edit("paragraph", ((start, end, words),), frozenset(range(line, line + words.count("\n") + 1)))


PLANTERS: dict[str, Callable[[Text, Text, random.Random], Edit | None]] = {
    one.__name__: one for one in (changed, dropped, rescaled, swapped, exchanged, source, section, paragraph)
}


# Comparing


class Pair:
    """An original and its translation, with what comparing finds before anything is planted."""

    def __init__(self, origin: str, files: Sequence[File]) -> None:
        self.origin, self.files = origin, files
        self.notes = [*map(_note, files)]
        self.texts = [
            Text(note.path, note.lang, one.data.decode()) for note, one in zip(self.notes, files, strict=True)
        ]
        self.found = Counter(map(_known_by, _findings(self.notes)))

    def added(self, side: int, edit: Edit) -> list[Finding]:
        """What is found with an error in one of the two and was not found before."""
        text = self.texts[side]
        notes = [*self.notes]
        notes[side] = _note(File(text.path, edit.applied(text.markdown).encode()))
        before = Counter(self.found)
        added = []
        for one in _findings(notes):
            if before[_known_by(one)]:
                before[_known_by(one)] -= 1
            else:
                added.append(one)
        return added


def _note(file: File) -> Note:
    note = load.note(file, CONFIG).note
    if note is None:
        raise ValueError(f"{file.path} is no note")
    return note


def _findings(notes: Sequence[Note]) -> tuple[Finding, ...]:
    group = Group(tuple(note.path for note in notes), notes[0].path)
    return compare.groups(notes, Linkage((group,), (), ()))[0].findings


def _known_by(one: Finding) -> tuple[str, ...]:
    """A finding without its lines, which an error above it moves."""
    return one.rule, one.case, *(quote.written if quote else "" for quote in (one.original, one.translation))


def names(finding: Finding, edit: Edit, path: str) -> bool:
    """Whether a finding tells of an error that was planted in the note at a path."""
    quotes = [quote for quote in (finding.original, finding.translation) if quote]
    own = next((quote for quote in quotes if quote.path == path), None)
    other = next((quote for quote in quotes if quote.path != path), None)
    if edit.kind == "source":
        return finding.rule == "sources-differ" and other is not None and _site(other.text) in edit.gone
    if edit.kind == "section":
        is_lost = (finding.rule, finding.case) == ("structure-differs", "sections") and own is None
        return is_lost and other is not None and other.line in edit.others
    if edit.kind == "paragraph":
        return finding.rule == "left-untranslated" and own is not None and own.line in edit.lines
    return finding.rule in FIGURE_RULES and (_is_here(own, edit) if own else _is_there(other, edit))


def _is_here(quote: Quote, edit: Edit) -> bool:
    """Whether a figure of the edited note is the planted one."""
    return quote.line in edit.lines and bool(_numbers(quote.written) & edit.come)


def _is_there(quote: Quote | None, edit: Edit) -> bool:
    """Whether a figure of the other note is the one that is gone; it may be in words there."""
    if quote is None or (edit.others and quote.line not in edit.others):
        return False
    numbers = _numbers(quote.written)
    return not numbers or bool(numbers & edit.gone)


# Pairs


def own_notes() -> Iterator[Pair]:
    """The pairs of this repository, as they are linked."""
    linked = build.linked(Options(root=HERE, today="2100-01-01", drafts=True))
    for group in linked.linkage.groups:
        if len(group.notes) > 1:
            paths = sorted(group.notes, key=lambda path: path != group.original)
            yield Pair("own notes", [File(path, (HERE / path).read_bytes()) for path in paths])


def seeds(folder: Path) -> Iterator[Pair]:
    """The two seeds that have front matter."""
    found = [File(path.stem + ".md", path.read_bytes()) for path in sorted(folder.glob("*.txt"))]
    files = [one for one in found if one.data.startswith(b"---")]
    if len(files) == 2:
        yield Pair("seeds", sorted(files, key=lambda one: b"\ntranslated: true" in one.data))


def corpora(folder: Path) -> Iterator[Pair]:
    """The German and English pairs of each corpus; which is the original is told as linking tells it."""
    for path in sorted(folder.glob("*/full/truth.json")):
        truth = json.loads(path.read_text("utf-8"))
        for group in truth["groups"]:
            members = [one for one in group if truth["notes"][one]["lang"] in SCALES]
            files = [File(one, (path.parent / one).read_bytes()) for one in members]
            files = [one for one in files if load.note(one, CONFIG).note]
            for pair in combinations(files, 2):
                ordered = sorted(pair, key=lambda one: link._original_order(_note(one), "en"))
                yield Pair(path.parent.parent.name, ordered)


# Generated notes

Drawn = tuple[str, str]
"""A figure in German and in English."""


def _in(value: float, places: int, lang: str) -> str:
    """A number with its marks."""
    english = f"{value:,.{places}f}"
    return english if lang == "en" else english.translate(str.maketrans(",.", ".,"))


def _both(value: float, places: int = 0, german: str = "{}", english: str = "{}") -> Drawn:
    return german.format(_in(value, places, "de")), english.format(_in(value, places, "en"))


def _scaled(chance: random.Random, money: bool) -> Drawn:
    value, places = (chance.randint(2, 900), 0) if chance.random() < 0.4 else (chance.randint(12, 990) / 10, 1)
    words = [("Millionen", "million"), ("Milliarden", "billion"), ("Billionen", "trillion")]
    german, english = chance.choice(words[:2] if money else words)
    if not money:
        return _both(value, places, f"{{}} {german}", f"{{}} {english}")
    of, sign = chance.choice([("Dollar", "$"), ("Euro", "€")])
    return _both(value, places, f"{{}} {german} {of}", f"{sign}{{}} {english}")


def _range(chance: random.Random) -> Drawn:
    low = chance.randint(3, 60)
    high = low + chance.randint(2, 30)
    return chance.choice([(f"{low} bis {high}", f"{low} to {high}"), (f"{low}–{high}", f"{low}–{high}")])


def _day(chance: random.Random) -> Drawn:
    day, month, year = chance.randint(1, 28), chance.randrange(12), chance.randint(2015, 2026)
    german, english = MONTHS[0][month], MONTHS[1][month]
    return f"{day}. {german} {year}", f"{day} {english} {year}"


def _month(chance: random.Random) -> Drawn:
    month, year = chance.randrange(12), chance.randint(2015, 2026)
    return f"{MONTHS[0][month]} {year}", f"{MONTHS[1][month]} {year}"


def _year(chance: random.Random, first: int = 1985, last: int = 2035) -> Drawn:
    year = str(chance.randint(first, last))
    return year, year


MONTHS = (
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "January February March April May June July August September October November December".split(),
)
DRAW: dict[str, Callable[[random.Random], Drawn]] = {
    "few": lambda chance: _both(chance.randint(13, 99)),
    "some": lambda chance: _both(chance.randint(101, 999)),
    "many": lambda chance: _both(chance.randint(1_050, 990_000)),
    "decimal": lambda chance: _both(chance.randint(11, 99) / 10, 1),
    "percent": lambda chance: _both(chance.randint(2, 98), 0, "{} %", "{}%"),
    "share": lambda chance: _both(chance.randint(11, 989) / 10, 1, "{} %", "{}%"),
    "amount": lambda chance: _scaled(chance, money=False),
    "money": lambda chance: _scaled(chance, money=True),
    "price": lambda chance: _both(chance.randint(102, 9_900) / 100, 2, "{} Dollar", "${}"),
    "range": _range,
    "day": _day,
    "month": _month,
    "year": _year,
    "early": lambda chance: _year(chance, last=2004),
    "late": lambda chance: _year(chance, first=2005),
}
SENTENCES = (
    ("Im Jahr {a} setzte {firm} {b} um, ein Plus von {c} gegenüber dem Vorjahr.",
     "In {a} {firm} had revenue of {b}, up {c} on the year before.", "year money share"),
    ("Davon entfielen {a} auf das Geschäft mit Firmen und {b} auf Lizenzen.",
     "Of this, {a} came from business customers and {b} from licences.", "percent percent"),
    ("Am {a} kündigte das Unternehmen an, {b} Stellen zu streichen.",
     "On {a} the company announced that it would cut {b} jobs.", "day many"),
    ("Nach eigenen Angaben beschäftigt {firm} heute {a} Menschen an {b} Standorten.",
     "By its own account {firm} now employs {a} people at {b} sites.", "many few"),
    ("Ein Rechenzentrum dieser Größe braucht {a} Megawatt, so viel wie {b} Haushalte.",
     "A data centre of this size needs {a} megawatts, as much as {b} households.", "some many"),
    ("Die Kosten je Stunde fielen von {a} auf {b}.",
     "The cost of an hour fell from {a} to {b}.", "price price"),
    ("Für {a} erwarten die Fachleute eine Nachfrage von {b} Einheiten.",
     "For {a} the experts expect demand for {b} units.", "year amount"),
    ("Fachleute rechnen mit einem Anstieg um {a} Prozent in den kommenden Jahren.",
     "Experts expect a rise of {a} percent in the years to come.", "range"),
    ("Seit {a} hat sich die Zahl der Anfragen auf {b} im Monat erhöht.",
     "Since {a} the number of requests has grown to {b} a month.", "month amount"),
    ("Im Schnitt wartet ein Antrag {a} Tage, in den Städten sogar {b}.",
     "On average an application waits {a} days, and {b} in the cities.", "few some"),
    ("Die Umfrage stützt sich auf {a} Antworten; {b} der Befragten kannten das Verfahren nicht.",
     "The survey rests on {a} answers; {b} of those asked did not know the method.", "many percent"),
    ("Der Fonds verwaltet {a} und hat {b} davon in Anleihen angelegt.",
     "The fund manages {a} and has put {b} of it into bonds.", "money share"),
    ("Das Modell hat {a} Parameter und wurde mit {b} Wörtern trainiert.",
     "The model has {a} parameters and was trained on {b} words.", "amount amount"),
    ("Eine Anfrage kostet damit {a}, das Doppelte des Preises vom {b}.",
     "A request thus costs {a}, twice the price of {b}.", "price day"),
    ("Die Leitung ist {a} Kilometer lang und verliert {b} ihrer Leistung.",
     "The line is {a} kilometres long and loses {b} of its power.", "some share"),
    ("Zwischen {a} und {b} wuchs die Stadt um das {c}-Fache.",
     "Between {a} and {b} the city grew by a factor of {c}.", "early late decimal"),
    ("Das Ministerium gab dafür {a} aus, nach {b} im Jahr davor.",
     "The ministry spent {a} on it, after {b} the year before.", "money money"),
    ("Von {a} geprüften Anlagen liefen nur {b} ohne Störung.",
     "Of {a} plants that were tested only {b} ran without a fault.", "some few"),
    ("Der Anteil der erneuerbaren Energien stieg bis {a} auf {b}.",
     "By {a} the share of renewable energy rose to {b}.", "month share"),
    ("Jeder Haushalt zahlt im Jahr {a} mehr als vor der Reform.",
     "Each household pays {a} a year more than before the reform.", "price"),
    ("In einer Stichprobe von {a} Proben fand das Labor bei {b} Rückstände.",
     "In a sample of {a} specimens the laboratory found residues in {b}.", "many percent"),
    ("Die Strecke wurde am {a} eröffnet und kostete {b}.",
     "The line was opened on {a} and cost {b}.", "day money"),
    ("Heute fahren dort täglich {a} Menschen, {b} mehr als geplant.",
     "Today {a} people travel on it every day, {b} more than planned.", "many percent"),
    ("Der Speicher fasst {a} Gigabyte und ist nach {b} Minuten voll.",
     "The memory holds {a} gigabytes and is full after {b} minutes.", "some few"),
    ("Das Gericht sprach den Klägern {a} zu; gefordert hatten sie {b}.",
     "The court awarded the plaintiffs {a}; they had asked for {b}.", "money money"),
    ("Von den Schulen des Landes nehmen {a} teil, in der Hauptstadt sind es {b}.",
     "Of the country’s schools {a} take part; in the capital it is {b}.", "share percent"),
    ("Die Temperatur stieg in dieser Zeit um {a} Grad, der Niederschlag sank um {b}.",
     "In this time the temperature rose by {a} degrees and rainfall fell by {b}.", "decimal share"),
    ("Ein Drittel der Arbeit erledigen {a} Freiwillige, die im Schnitt {b} Stunden in der Woche helfen.",
     "A third of the work is done by {a} volunteers, who help for {b} hours a week on average.", "many decimal"),
)  # fmt: skip
PLAIN = (
    ("Woran das liegt, ist unter Fachleuten umstritten, und einfache Antworten helfen hier nicht weiter.",
     "Why this is so is disputed among experts, and simple answers do not help here."),
    ("Die Zahlen stammen aus dem Bericht des Unternehmens und sind von niemandem geprüft worden.",
     "The figures come from the company’s own report and have not been checked by anybody."),
    ("Wer sie vergleicht, sollte wissen, dass jedes Land anders zählt.",
     "Whoever compares them should know that every country counts in its own way."),
    ("Das klingt nach viel, ist aber gemessen an den Erwartungen wenig.",
     "That sounds like a lot, but measured against what was expected it is little."),
)  # fmt: skip
HEADINGS = (
    ("Was sich geändert hat", "What has changed"), ("Wer dafür zahlt", "Who pays for it"),
    ("Ein Blick auf die Zahlen", "A look at the figures"), ("Was daraus folgt", "What follows from it"),
    ("Der Streit um die Kosten", "The quarrel over costs"), ("Wie es weitergeht", "What comes next"),
)  # fmt: skip
FIRMS = "Norvik Halden Trasko Belmora Quantis Ostrava Lindqvist Farrow Meridian Calder Solvane Arkona".split()
PUBLISHERS = "Reuters Handelsblatt Nature Eurostat OECD Bruegel Wired Spiegel Bitkom Euractiv".split()


def generated(chance: random.Random) -> Iterator[Pair]:
    """Research notes with figures of all kinds, each in the form of its language."""
    for number in range(GENERATED):
        files = [
            File(f"generated/{number:02}-{lang}.md", words.encode())
            for lang, words in zip(("de", "en"), _pair_of_notes(number, chance), strict=True)
        ]
        yield Pair("generated", files)


def _pair_of_notes(number: int, chance: random.Random) -> tuple[str, str]:
    firm = FIRMS[number % len(FIRMS)]
    sentences = iter(chance.sample(SENTENCES, len(SENTENCES)))
    made: tuple[list[str], list[str]] = ([], [])
    for part in range(6):
        if part:
            for side, heading in zip(made, HEADINGS[part], strict=True):
                side.append(f"## {heading}")
        for _ in range(2):
            drawn = [_sentence(next(sentences), firm, chance) for _ in range(2)]
            drawn.insert(chance.randint(0, 2), chance.choice(PLAIN))
            for side, words in zip(made, zip(*drawn, strict=True), strict=True):
                side.append(" ".join(words))
    sources = "  \n".join(
        f"[{publisher}: {firm} {n}](https://{publisher.lower()}.example/{firm.lower()}/{number}/{n}/report)"
        for n, publisher in enumerate(chance.sample(PUBLISHERS, 7))
    )
    heads = (f"title: Bericht über {firm}\nlang: de", f"title: A report on {firm}\nlang: en\ntranslated: true")
    german, english = (
        f"---\n{head}\ndate: 2026-05-01\n---\n\n" + "\n\n".join([*side, sources]) + "\n"
        for head, side in zip(heads, made, strict=True)
    )
    return german, english


def _sentence(template: tuple[str, str, str], firm: str, chance: random.Random) -> Drawn:
    german, english, kinds = template
    drawn = [DRAW[kind](chance) for kind in kinds.split()]
    ours, theirs = (dict(zip("abc", (one[side] for one in drawn), strict=False)) for side in (0, 1))
    return german.format(firm=firm, **ours), english.format(firm=firm, **theirs)


# The trials


class Trial(Struct, frozen=True):
    """A planted error and what was found."""

    pair: Pair
    side: int
    edit: Edit
    caught: bool
    beside: tuple[Finding, ...]
    added: tuple[Finding, ...]


def trials(pairs: Sequence[Pair], count: int, chance: random.Random) -> Iterator[Trial]:
    """As many errors, no two alike, of each kind its share; each pair is as likely as another."""
    done: set[tuple[int, int, Edit]] = set()
    for kind, share in SHARES.items():
        wanted = round(count * share / sum(SHARES.values()))
        for _ in range(100 * wanted):
            if not wanted:
                break
            number = chance.randrange(len(pairs))
            side = 0 if kind != "paragraph" and chance.random() < SELDOM else 1
            pair = pairs[number]
            edit = PLANTERS[kind](pair.texts[side], pair.texts[1 - side], chance)
            if edit and (number, side, edit) not in done:
                done.add((number, side, edit))
                wanted -= 1
                yield _trial(pair, side, edit)


def _trial(pair: Pair, side: int, edit: Edit) -> Trial:
    added = pair.added(side, edit)
    named = [names(one, edit, pair.texts[side].path) for one in added]
    beside = [one for one, is_named in zip(added, named, strict=True) if not is_named]
    return Trial(pair, side, edit, any(named), tuple(beside), tuple(added))


def _table(head: str, made: Sequence[Trial], by: Callable[[Trial], str]) -> None:
    grouped: dict[str, list[Trial]] = defaultdict(list)
    for one in made:
        grouped[by(one)].append(one)
    print(f"\n{head:22}{'planted':>8}{'caught':>8}{'in %':>8}{'with something beside':>23}")
    for name, ours in [*grouped.items(), ("all", [*made])]:
        caught, beside = sum(one.caught for one in ours), sum(bool(one.beside) for one in ours)
        print(f"{name:22}{len(ours):8}{caught:8}{100 * caught / max(1, len(ours)):8.1f}{beside:23}")


def _show(made: Sequence[Trial], count: int) -> None:
    for kind in SHARES:
        ours = [one for one in made if one.edit.kind == kind]
        for head, kept in (
            ("missed", [one for one in ours if not one.caught]),
            ("something beside", [one for one in ours if one.beside]),
        ):
            for one in kept[:count]:
                _show_one(f"{kind}, {head}", one)


def _show_one(head: str, one: Trial) -> None:
    text = one.pair.texts[one.side]
    print(f"\n== {head}: {one.pair.origin} {text.path}:{min(one.edit.lines)}")
    for start, end, words in one.edit.changes:
        before, after = text.markdown[max(0, start - 60) : start], text.markdown[end : end + 60]
        told = f"…{before}[{text.markdown[start:end][:160]} -> {words[:160]}]{after}…"
        print("   ", told.replace("\n", "⏎"))
    for finding in one.added:
        head = f"{finding.rule}/{finding.case}"
        print("   *" if finding in one.beside else "    ", head, _place(finding.original))
        print("    ", " " * len(head), _place(finding.translation))


def _place(quote: Quote | None) -> str:
    return f"{quote.path}:{quote.line} [{quote.written}] {quote.text[:200]}" if quote else "-"


def main() -> None:
    """Plant, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="?", type=Path, default=CORPORA)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--findings", type=int, default=0)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    every = [*own_notes(), *seeds(asked.corpora.parent / "seeds"), *corpora(asked.corpora), *generated(chance)]
    pairs = [pair for pair in every if pair.found.total() <= asked.findings]
    for origin, total in Counter(pair.origin for pair in every).items():
        ours = [pair for pair in pairs if pair.origin == origin]
        print(f"{origin}: {len(ours)} of {total} pairs, {sum(len(pair.texts[1].figures) for pair in ours)} figures")
    made = [*trials(pairs, asked.count, chance)]
    _show(made, asked.show)
    _table("kind", made, lambda one: one.edit.kind)
    _table("where", sorted(made, key=lambda one: one.pair.origin), lambda one: one.pair.origin)
    caught, beside = sum(one.caught for one in made), any(one.beside for one in made)
    sys.exit(0 if caught >= BAR * len(made) and not beside else 1)


if __name__ == "__main__":
    main()
