"""What of a note a translation keeps: names and numbers of its title; numbers, code, pictures, form of its text."""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence, Set
from functools import cached_property, lru_cache

from msgspec import Struct

from notesite import figures, locales, prose, urls
from notesite.dialect import Token
from notesite.markup import Block, Document
from notesite.passages import GAP, Passage, sections
from notesite.records import Note, Traits

_COMMENT = re.compile(r"\s*(?:#|//|--|;|/?\*|<!--|%|REM\b).*", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]")
_NUMERAL = re.compile(r"\d+(?:[.,'’\u00a0\u202f]\d+)*")
_LETTER_OF = {
    "paragraph_open": "p", "bullet_list_open": "l", "ordered_list_open": "o", "fence": "c", "code_block": "c",
    "table_open": "t", "blockquote_open": "q", "dl_open": "d", "hr": "-",
}  # fmt: skip
_PARTS_OF = {"l": "list_item_open", "o": "list_item_open", "t": "tr_open"}
_NAUGHTS = re.compile(r"(?<=\d)(?:\.0)+$")
_EARLY_VERSION = re.compile(r"(\d+(?:\.\d+)+)[-. ]?(alpha|beta|rc|preview|pre|dev)[-. ]?(\d*)\b", re.IGNORECASE)
_ENGLISH_MONTH = re.compile(r"January|February|March|April|May|June|July|August|(?:Sept|Nov|Dec)ember|October")
_WORD = re.compile(r"[^\W_](?:[\w.'’&+-]*[^\W_])?")
# German joins by hyphens what other languages write apart (IPv6-Unterstützung); GPT-4 and T-Online stay whole.
_COMPOUND = re.compile(r"(?<=[^\W_]{2})(?<!\d{2})-(?=[^\W\d_]{2}|\d+[^\W\d_])")


class Weighed(Struct, frozen=True, array_like=True):
    """What of a note weighs the less the more notes have it: sources, without marks of a language, and title."""

    lang: str
    sources: frozenset[str]
    words: frozenset[str]
    numbers: frozenset[str]

    def has(self, things: Set[object]) -> bool:
        """Whether it has one of these sources, words, whole lists or numbers of a title."""
        return (
            not (self.sources.isdisjoint(things) and self.words.isdisjoint(things))
            or self.sources in things
            or (self.numbers in things and bool(self.numbers))
        )


class Facts(Struct, frozen=True, dict=True):
    """What the linker looks at in a note.  Sources and targets are addresses without marks of a language."""

    note: Note
    weighed: Weighed

    @property
    def path(self) -> str:
        """The note's path."""
        return self.note.path

    @property
    def sources(self) -> frozenset[str]:
        """What it cites."""
        return self.weighed.sources

    @property
    def words(self) -> frozenset[str]:
        """The words of its title that tell."""
        return self.weighed.words

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers of its title."""
        return self.weighed.numbers

    @cached_property
    def grams(self) -> frozenset[str]:
        """The runs of four letters of its title."""
        return grams(self.note.title)

    @cached_property
    def figures(self) -> dict[str, int]:
        """How often each number stands in the text, three times at most."""
        return {number: min(count, 3) for number, count in Counter(self.note.traits.numerals).items()}

    @cached_property
    def figures_tell(self) -> float:
        """How much the numbers in the text tell together."""
        return math.fsum([telling(number) * count for number, count in self.figures.items()])

    @cached_property
    def marks(self) -> frozenset[str]:
        """What stands in the text as it is, whatever the language: code, pictures, addresses within the site."""
        text = self.note.traits
        inner = (urls.without_language(link.address) for link in self.note.links)
        named = (one.rpartition("/")[2] for one in text.pictures)
        return frozenset((*text.code, *named, *(one for one in inner if one.strip("/#"))))

    @cached_property
    def told(self) -> int:
        """How many blocks of the text are more than paragraphs: a form of paragraphs alone says little."""
        return sum(block != "p" for block in self.note.traits.form.split())

    @cached_property
    def form(self) -> Counter[tuple[str, ...]]:
        """The runs of three blocks in the text's form."""
        blocks = ["", *self.note.traits.form.split(), ""]
        return Counter(zip(blocks, blocks[1:], blocks[2:], strict=False))


def rough_length(length: int) -> int:
    """A text's length as the linker sees it: in eighths of doublings, so that a sentence more seldom tells."""
    return round(8 * math.log2(max(1, length)))


def weighed(note: Note) -> Weighed:
    """What of this note weighs; its text is not looked at."""
    sources = frozenset(map(urls.without_language, note.keys))
    return Weighed(note.lang, sources, title_words(note.title), title_numbers(note.title, note.lang))


def title_words(title: str) -> frozenset[str]:
    """Words of a title that may be the same in another language: names and terms, no common words."""
    return frozenset(spelled(title))


def spelled(title: str) -> dict[str, str]:
    """The words of a title that tell, folded, each with its first spelling."""
    joined = (word[:-2] if word[-2:].lower() in ("'s", "’s") else word for word in _WORD.findall(title))
    found = (part for word in joined for part in _COMPOUND.split(word))
    telling = [one for one in found if len(one) > 1 and not one.isdigit() and not prose.is_common(one.casefold())]
    return {locales.sort_key(word)[0]: word for word in reversed(telling)}


@lru_cache(maxsize=65536)
def title_numbers(title: str, lang: str) -> frozenset[str]:
    """Numbers and dates of a title by value; `2.0` is `2`, and `2.4.0-rc1` is not `2.4.0`.

    English months count in any language: a newsletter's name is often left as it is.
    """
    found = set(figures.titled(title, lang))
    if lang != "en" and _ENGLISH_MONTH.search(title):
        found.update(one for one in figures.titled(title, "en") if one.startswith("month:"))
    for early in _EARLY_VERSION.finditer(title):
        found.discard(early[1])
        found.add("-".join(early.groups()).lower())
    return frozenset(_NAUGHTS.sub("", one) for one in found)


@lru_cache(maxsize=65536)
def telling(number: str) -> float:
    """How much a number tells by itself: 1382 more than 3, and a year less than its digits say."""
    if len(number) < 5 and number.startswith(("19", "20")):  # 2020 without its zeros is 202
        return 0.4
    digits = number.removeprefix("month:").replace(".", "").strip("0")
    return min(1.0, 0.25 * max(1, len(digits)))


@lru_cache(maxsize=65536)
def grams(title: str) -> frozenset[str]:
    """The runs of four letters in a title, folded, its words set apart by spaces."""
    plain = f" {locales.sort_key(title)[0]} "
    return frozenset(plain[i : i + 4] for i in range(len(plain) - 3))


# Of its text


def read(document: Document, omit: Collection[Block], passages: Sequence[Passage]) -> Traits:
    """The traits of a text with these passages; `omit` are the blocks of its source list.

    To be called before the document's tokens are rewritten for its page.
    """
    blocks = [block for _, block in sections(document, omit)]
    tokens = [token for block in blocks for token in document.tokens[block.first : block.last + 1]]
    inline = [one.token for one in passages]
    return Traits(
        numerals=tuple(digits for one in passages for digits in _numerals(one)),
        code=tuple(_code([*tokens, *document.notes], inline)),
        pictures=tuple(_pictures(inline)),
        form=" ".join(_letter(document, block) for block in blocks),
        length=sum(one.length for one in passages),
    )


def _numerals(passage: Passage) -> Iterator[str]:
    """The numbers in a text by their significant digits: what is left of them whatever a translator makes of them.

    Figures count by value (five, 5; 1pm, 13 Uhr), then all other digits: versions, articles, names.  A mark or a
    scale that was lost must not hide a translation, since that is what comparing it is to find.
    """
    if passage.plain and not passage.figures:
        return
    text, left, at = figures.legible(passage.text), [], 0
    for one in passage.figures:
        yield from digits(one.value)
        left.append(text[at : one.start])
        at = max(at, one.start + len(one.text))
    for run in _NUMERAL.findall(GAP.join([*left, text[at:]])):
        yield from digits(run if run.isascii() else "".join(str(int(c)) if c.isdecimal() else c for c in run))


def digits(value: str) -> Iterator[str]:
    """The significant digits of a value (`13.8` and `13800000` are `138`), of a date or a time part by part."""
    if value.isdecimal():  # most are
        yield value.strip("0") or "0"
        return
    for part in re.split("[-:/T]", value):
        if part:
            yield re.sub(r"\D", "", part).strip("0") or "0"


def _code(tokens: Sequence[Token], inline: Sequence[Token]) -> Iterator[str]:
    """Each code block by a digest, without its comments, which are translated; code within lines as it is."""
    for token in tokens:
        if token.type in ("fence", "code_block"):
            yield code_digest(token.content)
    for token in inline:
        for child in token.children or ():
            if child.type == "code_inline":
                yield child.content if len(child.content) <= 40 else urls.digest(child.content)


def code_digest(content: str) -> str:
    """A digest of a code block that does not change with its comments and the space around its lines."""
    lines = (line.strip() for line in content.split("\n"))
    return urls.digest("\n".join(line for line in lines if line and not _COMMENT.fullmatch(line)))


def _pictures(inline: Sequence[Token]) -> Iterator[str]:
    for token in inline:
        for child in token.children or ():
            if child.type == "image":
                yield str(child.attrs["src"])


def _letter(document: Document, block: Block) -> str:
    """A block of a text's form: a heading by its level, else a letter, with the number of items or rows."""
    if block.kind == "heading":
        return str(block.level)
    letter = _LETTER_OF.get(document.tokens[block.first].type, "x")
    part = _PARTS_OF.get(letter)
    inner = document.tokens[block.first : block.last + 1] if part else ()
    return f"{letter}{sum(token.type == part for token in inner)}" if part else letter
