"""A parsed note to HTML, section by section, with tokens for what only the planned site knows.

Pygments comes in through this door only.  The HTML carries no inline style, no script and no raw HTML of the
note; a token stands between two NUL characters, which no note can hold.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from types import MethodType
from typing import Any

from msgspec import Struct

from notesite import urls
from notesite.dialect import Renderer, Token, escapeHtml, parser
from notesite.markup import Block, Document, leads_away, plain, web_address, words
from notesite.records import Footnote, Heading, Link, Section

TOKEN = re.compile("\x00([a-z])([^\x00]*)\x00")
"""A token: `p` the id prefix; `l` and a number, the note's site link of that number; `c` and a number, the mark
of that source in the bibliography (`d`: a later mark of the same); `m` and English words, a message."""

PREFIX = "\x00p\x00"
# Pygments takes quadratic time for many languages, and for these six seconds for a screenful of blanks.
_LONGEST_CODE = 4_000
_SLOW = frozenset("autohotkey autoit easytrieve fan gherkin mcschema".split())


RESERVED = re.compile(r"text|sources|shared|toc|[rs]\d+|fn(?:ref)?-[a-z]+(?:-\d+)?")
"""Ids that the page itself uses: its parts, the entries of its bibliography, their marks, footnotes."""


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

    def body(self) -> Body:
        headings = self._headings()
        for token in (*self.tokens, *self.document.notes):
            if token.type == "inline":
                self._rewrite(token)
            elif token.type in ("td_open", "th_open"):
                _align(token)
        for token in self.document.notes:
            if token.type in ("heading_open", "heading_close"):
                token.tag = "p"
        starts = [i for i, token in enumerate(self.tokens) if token.type == "heading_open" and token.level == 0]
        parts = [self.tokens[a:b] for a, b in zip([0, *starts], [*starts, len(self.tokens)], strict=True)]
        sections = tuple(Section(_id(part), self._html(part)) for part in parts if part)
        return Body(sections, headings, tuple(self._footnotes()), tuple(self.links), tuple(self.pictures))

    def _html(self, tokens: Sequence[Token]) -> str:
        return str(renderer().render(tokens, parser().options, {}))

    def _headings(self) -> tuple[Heading, ...]:
        """Headings shifted so that they begin at h2 and never skip a level; all get ids."""
        opened = [i for i, token in enumerate(self.tokens) if token.type == "heading_open"]
        shift = min((int(self.tokens[i].tag[1]) for i in opened), default=2) - 2
        made: list[Heading] = []
        taken: dict[str, int] = {}
        last = 1
        for i in opened:
            last = min(int(self.tokens[i].tag[1]) - shift, last + 1, 6)
            words = plain(self.tokens[i + 1].children or []).strip()
            made.append(Heading(last, words, _anchor(words or "section", taken)))
            self.tokens[i].tag = self.tokens[i + 2].tag = f"h{last}"
            self.tokens[i].attrs["id"] = PREFIX + made[-1].id
            self.tokens[i].meta["id"] = made[-1].id
        return tuple(one for one in made if one.text)

    def _rewrite(self, token: Token) -> None:
        """Links, pictures and source marks of one inline token, as this site writes them."""
        if not token.children or not any(child.type in ("link_open", "image") for child in token.children):
            return
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
                if children[-2].type == "link_open":  # a link without words shows its address
                    children.insert(-1, words(str(children[-2].attrs["href"])))
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
        if leads_away(href):
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
        if leads_away(source):
            self.pictures.append(Picture(source, line))
            shown = plain(child.children or []) or source
            opening = Token("link_open", "a", 1, attrs={"href": source})
            return [opening, words(shown), Token("link_close", "a", -1)]
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


class _Html(Renderer):
    """The parser's renderer, with a short way for what most texts are made of: it takes half the time."""

    def render(self, tokens: Sequence[Token], options: Any, env: Any) -> str:
        """Blocks as HTML."""
        made: list[str] = []
        for i, token in enumerate(tokens):
            if token.type == "inline":
                made.append(self.renderInline(token.children or (), options, env))
            elif token.hidden:  # a paragraph of a tight list
                continue
            elif token.type == "paragraph_open" and not (i and tokens[i - 1].hidden):
                made.append("<p>")
            elif token.type in self.rules:
                made.append(self.rules[token.type](tokens, i, options, env))
            elif token.nesting < 0 and token.block:
                made.append(f"</{token.tag}>\n")
            else:
                made.append(self.renderToken(tokens, i, options, env))
        return "".join(made)

    def renderInline(self, tokens: Sequence[Token], options: Any, env: Any) -> str:  # noqa: N802 - the parser's name
        """Text with its spans as HTML."""
        made: list[str] = []
        for i, token in enumerate(tokens):
            if token.type == "text":
                made.append(escapeHtml(token.content))
            elif token.type in _SPANS:
                made.append(_SPANS[token.type])
            elif token.type in self.rules:
                made.append(self.rules[token.type](tokens, i, options, env))
            else:
                made.append(self.renderToken(tokens, i, options, env))
        return "".join(made)


_SPANS = {
    "strong_open": "<strong>", "strong_close": "</strong>", "em_open": "<em>", "em_close": "</em>",
    "link_close": "</a>", "softbreak": "\n",
}  # fmt: skip


@lru_cache(maxsize=1)
def renderer() -> Renderer:
    """The renderer with this site's rules, one a process."""
    made = _Html(parser())
    made.rules |= {name: MethodType(rule, made) for name, rule in _RULES.items()}
    return made


def _anchor(title: str, taken: dict[str, int]) -> str:
    name = urls.slug(title)
    return urls.anchor(f"h-{name}" if RESERVED.fullmatch(name) else name, taken)


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


def _highlight(code: str, language: str) -> str:
    """Code with Pygments' short classes; empty, and so plain, where the language is not known."""
    lexer = _lexer(language.lower()) if language and len(code) <= _LONGEST_CODE else None
    if lexer is None:
        return ""
    from pygments import highlight

    return str(highlight(code, lexer, _formatter()))


@lru_cache(maxsize=1)
def _formatter() -> Any:
    from pygments.formatters.html import HtmlFormatter

    return HtmlFormatter(nowrap=True)


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    # Imported here: most notes hold no code, and Pygments costs a build more to import than they do to read.
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None
    return None if _SLOW.intersection(lexer.aliases) else lexer


def _fence(_: Any, tokens: Sequence[Token], i: int, *__: Any) -> str:
    token = tokens[i]
    language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
    inner = _highlight(token.content, language) or escapeHtml(token.content)
    named = f' class="language-{escapeHtml(language)}"' if re.fullmatch(r"[\w+#.-]+", language) else ""
    return f'<pre tabindex="0" role="group" aria-label="\x00mCode\x00"><code{named}>{inner}</code></pre>\n'


def _footnote_ref(_: Any, tokens: Sequence[Token], i: int, *__: Any) -> str:
    meta = tokens[i].meta
    letter, again = letters(int(meta["id"])), int(meta.get("subId", 0))
    name = f"fnref-{letter}-{again + 1}" if again > 0 else f"fnref-{letter}"
    return f'<a class="ref fn" id="{PREFIX}{name}" href="#{PREFIX}fn-{letter}" role="doc-noteref">{letter}</a>'


def _table_open(*_: Any) -> str:
    return '<div class="scroll" tabindex="0" role="group" aria-label="\x00mTable\x00"><table>\n'


def _table_close(*_: Any) -> str:
    return "</table></div>\n"


def _token(_: Any, tokens: Sequence[Token], i: int, *__: Any) -> str:
    return tokens[i].content


_RULES: dict[str, Any] = {
    "fence": _fence, "code_block": _fence, "footnote_ref": _footnote_ref,
    "table_open": _table_open, "table_close": _table_close, "token": _token,
}  # fmt: skip
