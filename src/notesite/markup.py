"""Markdown's door: a note's text to blocks and links, and to HTML with tokens for what only the site knows.

markdown-it-py, its plugins and Pygments come in through this door only.  The HTML carries no inline style, no
script and no raw HTML of the note; `TOKEN` parts stand between two NUL characters, which no note can hold.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin
from msgspec import Struct

from notesite import urls
from notesite.records import Footnote, Heading, Link, Section

TOKEN = re.compile("\x00([a-z])([^\x00]*)\x00")
"""A token: `p` the id prefix; `l` and a number, the note's site link of that number; `c` and a number, the mark
of that source in the bibliography (`d`: a later mark of the same); `m` and English words, a message."""

PREFIX = "\x00p\x00"
VERSION = "1"
"""Changes whenever the same note would give other HTML; part of the key under which facts are kept."""

DEEPEST = 100
"""Levels of nesting at most; the parser drops what lies deeper, so a note that reaches it is refused."""

_BARE = re.compile(r"https?://[^\s<>\x00]+", re.IGNORECASE)
_LONGEST_CODE = 100_000


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


class Picture(Struct, frozen=True):
    """A picture from another host, which pages do not load: its address and line."""

    address: str
    line: int


class Body(Struct, frozen=True):
    """A note's text as HTML with tokens."""

    sections: tuple[Section, ...]
    headings: tuple[Heading, ...]
    footnotes: tuple[Footnote, ...]
    links: tuple[Link, ...]
    pictures: tuple[Picture, ...]


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
    for name, rule in _RULES.items():
        markdown.add_render_rule(name, rule)
    return markdown


class Document:
    """A parsed note: its top-level blocks, and the texts and links in them."""

    def __init__(self, text: str, offset: int = 0, stride: int = 1) -> None:
        """Parse Markdown; line n of `text` (from 0) is line `offset + n // stride + 1` of the file."""
        self.offset, self.stride = offset, stride
        tokens = parser().parse(text.replace("\x00", "\ufffd"))
        end = next((i for i, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens))
        self.tokens, self.notes = tokens[:end], tokens[end:]
        for token in tokens:
            if token.type == "inline" and "://" in token.content:
                token.children = _linked(token.children or [])
        self.blocks = tuple(self._blocks())

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
        inner = self.tokens[block.first : block.last + 1]
        return " ".join(plain(token.children or []) for token in inner if token.type == "inline")

    def mentions(self, block: Block) -> tuple[Mention, ...]:
        """The links to the web in a block."""
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
                made.append(_text(token.content[at : match.start()]))
            made += [Token("link_open", "a", 1, attrs={"href": parser().normalizeLink(address)})]
            made += [_text(address), Token("link_close", "a", -1)]
            at = match.start() + len(address)
        if at < len(token.content):
            made.append(_text(token.content[at:]))
    return made


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)


def _trimmed(address: str) -> str:
    """A bare address without the punctuation of the sentence around it, as GitHub's autolinks end."""
    while True:
        shorter = address.rstrip("?!.,:;*_~'\"”“’»…")
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter


def render(document: Document, omit: frozenset[Block], numbers: dict[str, int]) -> Body:
    """The note's text as HTML with tokens, without the omitted blocks.

    `numbers` gives the number in the bibliography of each address that has one, as written.
    """
    return _Writer(document, omit, numbers).body()


class _Writer:
    """Rewrites tokens for one page and renders them section by section."""

    def __init__(self, document: Document, omit: frozenset[Block], numbers: dict[str, int]) -> None:
        self.document, self.numbers = document, numbers
        left_out = {i for block in omit for i in range(block.first, block.last + 1)}
        self.tokens = [token for i, token in enumerate(document.tokens) if i not in left_out]
        self.links: list[Link] = []
        self.pictures: list[Picture] = []
        self.marked: set[int] = set()
        self.markdown = parser()

    def body(self) -> Body:
        headings = self._headings()
        for token in (*self.tokens, *self.document.notes):
            if token.type == "inline":
                self._rewrite(token)
            elif token.type in ("td_open", "th_open"):
                _align(token)
        starts = [i for i, token in enumerate(self.tokens) if token.type == "heading_open" and token.level == 0]
        parts = [self.tokens[a:b] for a, b in zip([0, *starts], [*starts, len(self.tokens)], strict=True)]
        sections = tuple(Section(_id(part), self._html(part)) for part in parts if part)
        return Body(sections, headings, tuple(self._footnotes()), tuple(self.links), tuple(self.pictures))

    def _html(self, tokens: Sequence[Token]) -> str:
        return str(self.markdown.renderer.render(tokens, self.markdown.options, {}))

    def _headings(self) -> tuple[Heading, ...]:
        """Headings shifted so that they begin at h2 and never skip a level; all get ids."""
        opened = [i for i, token in enumerate(self.tokens) if token.type == "heading_open"]
        shift = min((int(self.tokens[i].tag[1]) for i in opened), default=2) - 2
        made, taken, last = [], {"text", "sources", "shared", "toc"}, 1
        for i in opened:
            last = min(int(self.tokens[i].tag[1]) - shift, last + 1, 6)
            words = plain(self.tokens[i + 1].children or []).strip()
            made.append(Heading(last, words, urls.anchor(words or "section", taken)))
            self.tokens[i].tag = self.tokens[i + 2].tag = f"h{last}"
            self.tokens[i].attrs["id"] = PREFIX + made[-1].id
            self.tokens[i].meta["id"] = made[-1].id
        return tuple(one for one in made if one.text)

    def _rewrite(self, token: Token) -> None:
        """Links, pictures and source marks of one inline token, as this site writes them."""
        children: list[Token] = []
        closing: list[Token] = []
        breaks = 0
        for child in token.children or []:
            children.append(child)
            if child.type in ("softbreak", "hardbreak"):
                breaks += 1
            elif child.type == "link_open":
                closing = self._open_link(child, token, breaks)
            elif child.type == "link_close":
                children += closing
            elif child.type == "image":
                children[-1:] = self._picture(child, token, breaks)
        token.children = children

    def _open_link(self, child: Token, token: Token, breaks: int) -> list[Token]:
        href = str(child.attrs["href"])
        address = web_address(href)
        if address:
            child.attrs["href"] = address
            return self._mark(address)
        child.attrs["href"] = self._target(href, self.document.line(token, breaks))
        return []

    def _target(self, href: str, line: int) -> str:
        if href.startswith("#"):
            return "#" + PREFIX + href[1:]
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", href) or href.startswith("//"):
            return href
        self.links.append(Link(href, line))
        return f"\x00l{len(self.links) - 1}\x00"

    def _mark(self, address: str) -> list[Token]:
        number = self.numbers.get(address)
        if number is None:
            return []
        kind = "d" if number in self.marked else "c"
        self.marked.add(number)
        return [Token("token", "", 0, content=f"\x00{kind}{number}\x00")]

    def _picture(self, child: Token, token: Token, breaks: int) -> list[Token]:
        source = str(child.attrs["src"])
        line = self.document.line(token, breaks)
        if source.startswith("data:"):
            return [child]
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", source):
            self.pictures.append(Picture(source, line))
            words = plain(child.children or []) or source
            opening = Token("link_open", "a", 1, attrs={"href": source})
            return [opening, _text(words), Token("link_close", "a", -1)]
        child.attrs["src"] = self._target(source, line)
        return [child]

    def _footnotes(self) -> Iterator[Footnote]:
        part: list[Token] = []
        number = references = 0
        for token in self.document.notes:
            if token.type == "footnote_open":
                part, references = [], 0
            elif token.type == "footnote_anchor":
                references += 1
            elif token.type == "footnote_close":
                yield Footnote(letters(number), self._html(part), references)
                number += 1
            else:
                part.append(token)


def letters(number: int) -> str:
    """Footnotes are counted by letters, so that they never mix with numbered sources: 0 is a, 26 is aa."""
    made = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        made = chr(ord("a") + rest) + made
    return made


def _id(tokens: Sequence[Token]) -> str:
    return str(tokens[0].meta.get("id", "")) if tokens[0].type == "heading_open" else ""


def _align(token: Token) -> None:
    """A table cell's alignment as a class: an inline style would be refused by the page's content policy."""
    style = str(token.attrs.pop("style", ""))
    if style.endswith("right"):
        token.attrs["class"] = "num"
    elif style.endswith("center"):
        token.attrs["class"] = "mid"


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


def _inline_comment(state: StateInline, silent: bool) -> bool:
    """An HTML comment within a line is left out."""
    if not state.src.startswith("<!--", state.pos):
        return False
    end = state.src.find("-->", state.pos + 4)
    if end < 0:
        return False
    state.pos = end + 3
    return True


def _highlight(code: str, language: str) -> str:
    """Code with Pygments' short classes; empty, and so plain, where the language is not known."""
    lexer = _lexer(language.lower()) if language and len(code) <= _LONGEST_CODE else None
    if lexer is None:
        return ""
    from pygments import highlight
    from pygments.formatters.html import HtmlFormatter

    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    # Imported here: most notes hold no code, and Pygments costs a build more to import than they do to read.
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None


def _fence(_: Any, tokens: Sequence[Token], i: int, options: Any, env: Any) -> str:
    token = tokens[i]
    language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
    inner = _highlight(token.content, language) or escapeHtml(token.content)
    named = f' class="language-{escapeHtml(language)}"' if re.fullmatch(r"[\w+#.-]+", language) else ""
    return f'<pre tabindex="0" role="region" aria-label="\x00mCode\x00"><code{named}>{inner}</code></pre>\n'


def _footnote_ref(_: Any, tokens: Sequence[Token], i: int, options: Any, env: Any) -> str:
    meta = tokens[i].meta
    letter, again = letters(int(meta["id"])), int(meta.get("subId", 0))
    name = f"fnref-{letter}-{again + 1}" if again > 0 else f"fnref-{letter}"
    return f'<a class="ref fn" id="{PREFIX}{name}" href="#{PREFIX}fn-{letter}" role="doc-noteref">{letter}</a>'


def _table_open(*_: Any) -> str:
    return '<div class="scroll" tabindex="0" role="region" aria-label="\x00mTable\x00"><table>\n'


def _table_close(*_: Any) -> str:
    return "</table></div>\n"


def _token(_: Any, tokens: Sequence[Token], i: int, options: Any, env: Any) -> str:
    return tokens[i].content


_RULES: dict[str, Any] = {
    "fence": _fence, "code_block": _fence, "footnote_ref": _footnote_ref,
    "table_open": _table_open, "table_close": _table_close, "token": _token,
}  # fmt: skip
