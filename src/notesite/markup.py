"""Markdown's door: a note's text to blocks, their words and their links.

markdown-it-py and its plugins come in through this door only; `bodies` makes HTML of what is parsed here.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML as Renderer
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin
from msgspec import Struct

from notesite import urls

__all__ = [
    "Block",
    "Document",
    "Item",
    "Mention",
    "Renderer",
    "Token",
    "escapeHtml",
    "parser",
    "plain",
    "web_address",
    "words",
]

_PLAIN_LINK = re.compile(
    r"\[((?:[^\[\]\\`*_<&~\n]|&(?![A-Za-z#]))+)\]\((https?://[A-Za-z0-9./_~:?#@&+,;=%-]+)\)(?: +|\\(?=\Z))?"
)
_CLOSED = re.compile(r"\s*(?:`{3,}|~{3,})\s*")

DEEPEST = 100
"""Levels of nesting at most; the parser drops what lies deeper, so a note that reaches it is refused."""

_BARE = re.compile(r"https?://[^\s<>\x00]+", re.IGNORECASE)


class Mention(Struct, frozen=True):
    """A link to the web in a note: address, words, line in the file, whether it stands in a footnote."""

    address: str
    text: str
    line: int
    footnote: bool


class Item(Struct, frozen=True):
    """A line of a paragraph or an item of a list: its text, its links, its line, whether nested."""

    text: str
    links: tuple[Mention, ...]
    line: int
    flat: bool


class Block(Struct, frozen=True):
    """A top-level block: `heading`, `paragraph`, `list`, `code` or `other`, its tokens and first line."""

    kind: str
    first: int
    last: int
    line: int
    level: int = 0


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """The parser, one a process: CommonMark, tables, strikethrough, footnotes, definition and task lists."""
    markdown = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False, "maxNesting": DEEPEST})
    markdown.enable(["table", "strikethrough"])
    markdown.use(footnote_plugin).use(deflist_plugin).use(tasklists_plugin, label=True)
    markdown.block.ruler.before("paragraph", "comment", _block_comment, {"alt": ["paragraph"]})
    markdown.inline.ruler.before("autolink", "comment", _inline_comment)
    # Addresses recur from note to note; the results are pure.
    markdown.normalizeLink = lru_cache(maxsize=8192)(markdown.normalizeLink)  # type: ignore[method-assign]
    markdown.validateLink = lru_cache(maxsize=8192)(markdown.validateLink)  # type: ignore[method-assign]
    return markdown


class Document:
    """A parsed note: its top-level blocks, and the texts and links in them."""

    def __init__(self, text: str, offset: int = 0, stride: int = 1) -> None:
        """Parse Markdown; line n of `text` (from 0) is line `offset + n // stride + 1` of the file."""
        self.offset, self.stride = offset, stride
        tokens, self.tail = self._parsed(text.replace("\x00", "\ufffd"))
        end = next((i for i, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens))
        self.tokens, self.notes = tokens[:end], tokens[end:]
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
            tokens = parser().parse(body)
            # In a fence that never closes the lines are code.
            if not (tokens and tokens[-1].type == "fence" and not _CLOSED.fullmatch(body[body.rfind("\n") + 1 :])):
                return tokens, tuple(self._plain_items(links, body.count("\n") + 2))
        return parser().parse(text), ()

    def _plain_items(self, links: list[re.Match[str]], first: int) -> Iterator[Item]:
        for number, link in enumerate(links, first):
            at = self.offset + number // self.stride + 1
            address = web_address(parser().normalizeLink(link[2]))
            yield Item(link[1].strip(), (Mention(address, link[1], at, False),), at, True)

    def _tail_block(self) -> Iterator[Block]:
        if self.tail:
            yield Block("paragraph", len(self.tokens), len(self.tokens), self.tail[0].line)

    @property
    def too_deep(self) -> int:
        """The line where the text is nested deeper than can be read, or 0."""
        deep = (token for token in self.tokens if token.level >= DEEPEST - 1)
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
        breaks = 0
        for child in [*(token.children or []), None]:
            if child is not None and child.type not in ("softbreak", "hardbreak"):
                line.append(child)
                continue
            part = Token("inline", "", 0, map=[(token.map or [0])[0] + breaks, 0], children=line)
            yield Item(plain(line).strip(), tuple(self._mentions(part, False)), self.line(part), True)
            line, breaks = [], breaks + 1

    def _item(self, part: list[Token]) -> Item:
        inline = [token for token in part if token.type == "inline"]
        text = " ".join(plain(token.children or []) for token in inline).strip()
        links = tuple(found for token in inline for found in self._mentions(token, False))
        flat = len(inline) == 1 and not any(token.type.endswith("_list_open") for token in part)
        return Item(text, links, self.line(part[0]), flat)


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
            made += [Token("link_open", "a", 1, attrs={"href": parser().normalizeLink(address)})]
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


def _block_comment(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """An HTML comment on lines of its own is left out, as Jekyll's notes expect."""
    start = state.bMarks[first] + state.tShift[first]
    if not state.src.startswith("<!--", start) or state.is_code_block(first):
        return False
    end = state.src.find("-->", start + 4)
    if end < 0:
        return False
    line = next((i for i in range(first, last) if state.eMarks[i] >= end + 3), last)
    if line >= last or state.src[end + 3 : state.eMarks[line]].strip():
        return False
    if not silent:
        state.line = line + 1
    return True


def _inline_comment(state: StateInline, _silent: bool) -> bool:
    """An HTML comment within a line is left out."""
    if not state.src.startswith("<!--", state.pos):
        return False
    end = state.src.find("-->", state.pos + 4)
    if end < 0:
        return False
    state.pos = end + 3
    return True
