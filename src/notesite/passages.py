"""Passages: the words of each paragraph, item, cell and heading of a note, once, with the figures in them."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from notesite import figures, prose
from notesite.dialect import Token
from notesite.figures import Figure
from notesite.markup import Block, Document

GAP = "\ufffc"
"""Stands in a run of words for code or a picture, so that what is beside it does not grow together."""
FOOTNOTE = -1
"""The section of what stands in a footnote."""

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


class Passage(Struct, frozen=True):
    """A run of words between two block marks, with a gap for code, pictures and bare addresses.

    `section` counts the page's sections from 0 (`FOOTNOTE` for a footnote), `number` the passages of a section.
    `block` is the kind of the top-level block it stands in, `line` that of its first word in the file; `breaks` are
    the places in `text` at which the file begins a new line.  `length` counts characters, Chinese, Japanese and Korean
    ones twice.  Where the text is `plain` (`prose.is_plain`), much need
    not be looked for.
    """

    token: Token
    text: str
    figures: tuple[Figure, ...]
    section: int
    number: int
    block: str
    line: int
    breaks: tuple[int, ...]
    length: int
    plain: bool

    def line_at(self, place: int) -> int:
        """The line in the file of a place in the text."""
        return self.line + bisect_right(self.breaks, place) if self.breaks else self.line


def read(document: Document, omit: Collection[Block], lang: str) -> tuple[Passage, ...]:
    """The passages of a text in language `lang`; `omit` are the blocks of its source list.

    To be called before the document's tokens are rewritten for its page.
    """
    return tuple(_passages(document, omit, lang))


def sections(document: Document, omit: Collection[Block]) -> Iterator[tuple[int, Block]]:
    """The blocks of a text, each with the number of the page's section it stands in."""
    section = -1
    for block in document.blocks:
        if block in omit or block.first >= len(document.tokens):
            continue
        section = section + 1 if block.kind == "heading" else max(section, 0)
        yield section, block


def _passages(document: Document, omit: Collection[Block], lang: str) -> Iterator[Passage]:
    here, number = 0, 0
    for section, block in sections(document, omit):
        here, number = (section, number) if section == here else (section, 0)
        kind = "list" if document.tokens[block.first].type == "dl_open" else block.kind
        for token in document.tokens[block.first : block.last + 1]:
            if token.type == "inline":
                yield _passage(document, token, lang, section, number, kind)
                number += 1
    inline = (token for token in document.notes if token.type == "inline")
    for number, token in enumerate(inline):
        yield _passage(document, token, lang, FOOTNOTE, number, "footnote")


def _passage(document: Document, token: Token, lang: str, section: int, number: int, block: str) -> Passage:
    text, breaks = _words(token.children or [])
    plain = prose.is_plain(text)
    found = figures.read(text, lang, plain=plain)
    length = len(text) + (0 if plain else len(prose.DENSE.findall(text)))
    return Passage(token, text, found, section, number, block, document.line(token), breaks, length, plain)


def _words(children: Sequence[Token]) -> tuple[str, tuple[int, ...]]:
    """The words of inline tokens, with a gap for code, pictures and bare addresses; where lines begin in them."""
    if len(children) == 1 and children[0].type == "text":
        return _without_addresses(children[0].content), ()
    parts: list[str] = []
    breaks: list[int] = []
    size = 0
    for child in children:
        if child.type == "text":
            words = _without_addresses(child.content)
        elif child.type in ("code_inline", "image"):
            words = GAP
        elif child.type in ("softbreak", "hardbreak"):
            words = " " if child.type == "softbreak" else "\n"
            breaks.append(size + 1)
        else:
            continue
        parts.append(words)
        size += len(words)
    return "".join(parts), tuple(breaks)


def _without_addresses(words: str) -> str:
    return _ADDRESS.sub(GAP, words) if "://" in words or "www." in words else words
