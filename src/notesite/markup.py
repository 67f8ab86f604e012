"""A note's text to blocks, their words and their links; `bodies` makes HTML of what is parsed here."""

import itertools
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from notesite import urls
from notesite.dialect import DEEPEST, Token, normal_link, parse

_PLAIN_LINK = re.compile(
    r"\[((?:[^\[\]\\`*_<&~\n]|&(?![A-Za-z#]))+)\]\((https?://[A-Za-z0-9./_~:?#@&+,=%-]+)\)(?: +|\\(?=\Z))?"
)

_BARE = re.compile(r"https?://[^\s<>\x00]+", re.IGNORECASE)
_AWAY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


class Mention(Struct, frozen=True):
    """A link to the web in a note: address, words, line in the file, whether it stands in a footnote."""

    address: str
    text: str
    line: int
    footnote: bool


class Item(Struct, frozen=True):
    """A line of a paragraph or an item of a list: its text, its links to the web, its line, whether nested.

    `leads_within` where it has a link or a picture of the site's own, too: to a note, a file, an anchor.
    """

    text: str
    links: tuple[Mention, ...]
    line: int
    flat: bool
    leads_within: bool = False


class Block(Struct, frozen=True):
    """A top-level block: `heading`, `paragraph`, `list`, `code` or `other`, its tokens and first line."""

    kind: str
    first: int
    last: int
    line: int
    level: int = 0


class Document:
    """A parsed note: its top-level blocks, and the texts and links in them."""

    def __init__(self, text: str, offset: int = 0, stride: int = 1) -> None:
        """Parse Markdown; line n of `text` (from 0) is line `offset + n // stride + 1` of the file."""
        self.offset, self.stride = offset, stride
        self.found: dict[str, Any] = {}  # what the parser's plugins leave
        tokens, self.tail = self._parsed(text.replace("\x00", "\ufffd"))
        self.idle_footnotes = tuple(self._idle_footnotes(text))
        end = next((i for i, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens))
        self.tokens, self.notes = tokens[:end], tokens[end:]
        if self.notes:
            self._place_notes()
        for token in tokens:
            if token.type == "inline" and "://" in token.content:
                token.children = _linked(token.children or [])
        self.blocks = (*self._blocks(), *self._tail_block())

    def _parsed(self, text: str) -> tuple[list[Token], tuple[Item, ...]]:
        """The tokens, and the plain links that close the text, which are read without the parser.

        A third of a note's links stand there, one a line; the parser would spend a third of its time on them.
        """
        body, _, last = text.rstrip().rpartition("\n\n")
        lines = [_PLAIN_LINK.fullmatch(line) for line in last.split("\n")] if last.startswith("[") else []
        links = [line for line in lines if line]
        if body and links and len(links) == len(lines):
            items = tuple(self._plain_items(links, body.count("\n") + 2))
            tokens = parse(body.rstrip("\n"), self.found)
            # In a fence that never closes the lines are code.
            if all(item.links[0].address for item in items) and not _left_open(tokens):
                return tokens, items
        self.found = {}
        return parse(text, self.found), ()

    def _idle_footnotes(self, text: str) -> Iterator[tuple[str, int]]:
        """The label and line of each footnote that nothing refers to: the parser leaves it out."""
        refs = self.found.get("footnotes", {}).get("refs", {})
        idle = {label.removeprefix(":") for label, number in refs.items() if number < 0}
        for n, line in enumerate(text.split("\n") if idle else ()):
            defined = re.match(r"[\s>*+-]*\[\^([^\] ]+)\]:", line)
            if defined and defined[1] in idle:
                idle.remove(defined[1])
                yield defined[1], self.offset + n // self.stride + 1

    def _place_notes(self) -> None:
        """A footnote written within a line (`^[…]`) stands at that line."""
        calls = [
            (child.meta["id"], token.map)
            for token in self.tokens
            for child in token.children or ()
            if child.type == "footnote_ref"
        ]
        places, here = dict(reversed(calls)), None
        for token in self.notes:
            if token.type == "footnote_open":
                here = places.get(token.meta["id"])
            token.map = token.map or here

    def _plain_items(self, links: list[re.Match[str]], first: int) -> Iterator[Item]:
        for number, link in enumerate(links, first):
            at = self.offset + number // self.stride + 1
            address = web_address(normal_link(link[2]))
            yield Item(link[1].strip(), (Mention(address, link[1], at, False),), at, True)

    def _tail_block(self) -> Iterator[Block]:
        if self.tail:
            yield Block("paragraph", len(self.tokens), len(self.tokens), self.tail[0].line)

    @property
    def comments(self) -> list[tuple[str, int]]:
        """The text of each HTML comment outside code, and the line it begins in, in the order of lines."""
        found = ((text, self.offset + n // self.stride + 1) for text, n in self.found.get("comments", ()))
        return sorted(found, key=lambda one: one[1])

    @property
    def too_deep(self) -> int:
        """The line where the text is nested deeper than can be read, or 0."""
        deep = (token for token in (*self.tokens, *self.notes) if token.level >= DEEPEST - 1)
        return next((self.line(token) for token in deep), 0)

    def _blocks(self) -> Iterator[Block]:
        first = 0
        for i, token in enumerate(self.tokens):
            if token.level == 0 and token.nesting == 1:
                first = i
            elif token.level == 0 and token.nesting <= 0:
                opening = self.tokens[first] if token.nesting else token
                start = first if token.nesting else i
                kind = _KINDS.get(opening.type, "other")
                level = int(opening.tag[1]) if kind == "heading" else 0
                yield Block(kind, start, i, self.line(opening), level)

    def line(self, token: Token, breaks: int = 0) -> int:
        """The line in the file of a token, or of the given number of line breaks after its begin."""
        return self.offset + ((token.map[0] if token.map else 0) + breaks) // self.stride + 1

    def text(self, block: Block) -> str:
        """The block's words without markup."""
        if block.first == len(self.tokens):
            return " ".join(item.text for item in self.tail)
        inner = self.tokens[block.first : block.last + 1]
        return " ".join(plain(token.children or []) for token in inner if token.type == "inline")

    def count_words(self) -> int:
        """How many words the text has, its source list aside; markup within a line counts as written."""
        return sum(len(token.content.split()) for token in self.tokens if token.type == "inline")

    def line_of(self, block: Block) -> str:
        """The block's words where they are few enough to name a list, else empty; cheap to ask of every block."""
        if block.first == len(self.tokens) or len(self.tokens[block.first + 1].content) > 80:
            return ""
        return self.text(block)

    def mentions(self, block: Block) -> tuple[Mention, ...]:
        """The links to the web in a block."""
        if block.first == len(self.tokens):
            return tuple(link for item in self.tail for link in item.links)
        inner = self.tokens[block.first : block.last + 1]
        return tuple(found for token in inner if token.type == "inline" for found in self._mentions(token, False))

    def footnote_mentions(self) -> tuple[Mention, ...]:
        """The links to the web in footnotes."""
        return tuple(found for token in self.notes if token.type == "inline" for found in self._mentions(token, True))

    def _mentions(self, token: Token, footnote: bool) -> Iterator[Mention]:
        children, breaks = token.children or [], 0
        for i, child in enumerate(children):
            if child.type in ("softbreak", "hardbreak"):
                breaks += 1
            elif child.type == "link_open":
                address = web_address(str(child.attrs["href"]))
                if address:
                    close = next(j for j in range(i, len(children)) if children[j].type == "link_close")
                    yield Mention(address, plain(children[i + 1 : close]), self.line(token, breaks), footnote)

    def items(self, block: Block) -> tuple[Item, ...]:
        """The lines of a paragraph, or the items of a list."""
        if block.first == len(self.tokens):
            return self.tail
        inner = self.tokens[block.first : block.last + 1]
        if block.kind == "paragraph":
            return tuple(self._lines(inner[1]))
        if block.kind != "list":
            return ()
        return tuple(self._item(part) for part in _split_items(inner))

    def _lines(self, token: Token) -> Iterator[Item]:
        line: list[Token] = []
        start = breaks = inside = 0
        for child in [*(token.children or []), None]:
            if child is not None:
                inside += (child.type == "link_open") - (child.type == "link_close")
                broken = child.type in ("softbreak", "hardbreak")
                breaks += broken
                if inside or not broken:  # the words of a link may go over lines
                    line.append(child)
                    continue
            part = Token("inline", "", 0, map=[(token.map or [0])[0] + start, 0], children=line)
            links = tuple(self._mentions(part, False))
            yield Item(plain(line).strip(), links, self.line(part), True, any(map(_leads_within, line)))
            line, start = [], breaks

    def _item(self, part: list[Token]) -> Item:
        inline = [token for token in part if token.type == "inline"]
        text = " ".join(plain(token.children or []) for token in inline).strip()
        links = tuple(found for token in inline for found in self._mentions(token, False))
        flat = len(inline) == 1 and not any(token.type.endswith("_list_open") for token in part)
        within = any(_leads_within(child) for token in inline for child in token.children or ())
        return Item(text, links, self.line(part[0]), flat, within)


def _left_open(tokens: list[Token]) -> bool:
    """Whether a text that does not end in a line feed ends in a fence that never closes."""
    notes = bool(tokens) and tokens[-1].type == "footnote_block_close"
    text = itertools.takewhile(lambda token: token.type != "footnote_block_open", tokens) if notes else tokens[-1:]
    last = next(iter(deque(text, maxlen=1)), None)
    if last is None or last.type != "fence":
        return False
    first, end = last.map or [0, 0]
    return not last.content.endswith("\n") if last.content else end - first == 1


def _split_items(tokens: list[Token]) -> Iterator[list[Token]]:
    level = tokens[0].level + 1
    part: list[Token] = []
    for token in tokens[1:-1]:
        part.append(token)
        if token.type == "list_item_close" and token.level == level:
            yield part
            part = []


_KINDS = {
    "heading_open": "heading", "paragraph_open": "paragraph", "bullet_list_open": "list",
    "ordered_list_open": "list", "fence": "code", "code_block": "code",
}  # fmt: skip


def plain(tokens: Sequence[Token]) -> str:
    """The words of inline tokens: pictures by their alternative text, breaks as spaces."""
    parts = []
    for token in tokens:
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type == "image":
            parts.append(plain(token.children or []))
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts)


def web_address(href: str) -> str:
    """The address as a citation of the web, empty if it is none; `//host/…` means https."""
    if href.startswith("//"):
        href = "https:" + href
    return href if urls.is_web(href) else ""


def leads_away(href: str) -> bool:
    """Whether a link names a scheme or a host, and so none of the site's own files and pages."""
    return _AWAY.match(href) is not None


def _leads_within(token: Token) -> bool:
    """Whether a token is a link or a picture of the site's own."""
    href = str(token.attrs.get({"link_open": "href", "image": "src"}.get(token.type, "")) or "")
    return href != "" and not leads_away(href)


def _linked(children: list[Token]) -> list[Token]:
    """Inline tokens with bare addresses of the web made links; those in links or code stay as they are."""
    made: list[Token] = []
    inside = 0
    for token in children:
        inside += (token.type == "link_open") - (token.type == "link_close")
        if inside or token.type != "text" or "://" not in token.content:
            made.append(token)
            continue
        at = 0
        for match in _BARE.finditer(token.content):
            address = _trimmed(match[0])
            if not urls.is_web(address):
                continue
            if match.start() > at:
                made.append(words(token.content[at : match.start()]))
            made += [Token("link_open", "a", 1, attrs={"href": normal_link(address)})]
            made += [words(address), Token("link_close", "a", -1)]
            at = match.start() + len(address)
        if at < len(token.content):
            made.append(words(token.content[at:]))
    return made


def words(content: str) -> Token:
    """A token of plain text."""
    return Token("text", "", 0, content=content)


def _trimmed(address: str) -> str:
    """A bare address without the punctuation of the sentence around it, as GitHub's autolinks end."""
    while True:
        shorter = address.rstrip("?!.,:;*_~'\"”“’»…")
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter
