"""Markdown's door: the dialect that notes are written in, and the short cuts by which it is read fast.

markdown-it-py and its plugins come in through this door only.
"""

import re
from functools import lru_cache
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.common import normalize_url
from markdown_it.common.utils import escapeHtml, mdTrim
from markdown_it.renderer import RendererHTML as Renderer
from markdown_it.rules_block import StateBlock, paragraph
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

__all__ = ["DEEPEST", "Renderer", "Token", "escapeHtml", "normal_link", "parse", "parser"]

DEEPEST = 100
"""Levels of nesting at most; the parser drops what lies deeper, so a note that reaches it is refused."""

# What a text must hold for rules to find anything: this, or a match.  Asking each rule at each line and mark is half
# of what parsing costs, so a text is read without the rules that cannot answer.  (Each pattern begins with one
# character and looks ahead for the others, which is several times as fast as to look for a string of them.)
_NEEDS: dict[str, tuple[str | re.Pattern[str], ...]] = {
    "table": ("|",),
    "fence": (re.compile(r"`(?=``)"), re.compile(r"~(?=~~)")),
    "blockquote": (">",),
    "lheading": (re.compile(r"\n[\t >]*[-=]+[ \t]*(?:\n|$)"),),
    "deflist": (re.compile(r"\n[\t >]*[:~][ \t]"),),
    "footnote_def footnote_ref footnote_inline footnote_tail": ("^",),
    "reference": (re.compile(r"](?=:)"),),
    "tasks": (re.compile(r"\[(?=[ xX]])"),),
    "strikethrough": (re.compile(r"~(?=~)"),),
    "image": (re.compile(r"!(?=\[)"),),
    "autolink comment": ("<",),
    "entity": ("&",),
    "escape": ("\\",),
    "text_join": ("&", "\\"),
}
_MARKS = re.compile(r"[\n!&*<\[\\\]^_`~]")
"""Where plain text ends: the characters that a rule of this dialect begins or ends with."""
_SPAN = re.compile(
    r"(?<![^ \n])\*(\*?)([^\W_](?:[^\n!&*<\[\\\]^_`~]*[^\W_])?)\*\1(?!\*)"
    r"|\[([^\n!&*<\[\\\]^_`~]+)\]\((https?://[A-Za-z0-9./_~:?#@&+,=%-]+)\)"
)
"""Words of plain text between asterisks after a space, or linked: these cannot be read otherwise."""
# No group is caught in or around a possessive repetition: `re` may give it a wrong span, in some releases.
_PIECE = re.compile(
    rf"{_SPAN.pattern}|((?:[^\n!&*<\[\\\]^_`~]+|&(?![A-Za-z#])|!(?!\[))+)"
    r"|(?<!`)`([^` \n](?:[^`\n]*[^` \n])?)`(?!`)|\n[\t ]*"
)
"""A span, plain text, code or a line's end: a text of these alone needs no parser."""
_BLOCK = re.compile(
    r"(#{1,6})[\t ]+(?![\t ])([^\n]*[^\s#])[\t ]*(?:\n|\Z)"
    r"|([^\W\d_][^\n]*(?:\n[^\W\d_][^\n]*)*)(?:\n(?=[\t ]*(?:\n|\Z))|\Z)"
    r"|```([^`\n]*)\n((?:(?! {0,3}```)[^\n]*\n)*) {0,3}`{3,}[\t ]*(?:\n|\Z)"
)
"""A heading, a paragraph whose lines begin with letters and that an empty line ends, or a fence, none indented."""
_MARKER = r"(?:\d{1,9}[.)]|[-*+])"
_WORDS = r" {1,4}(?=\*{0,2}[^\W\d_])[^\n]*(?:\n +[^\W\d_][^\n]*)*"
_END = r"(?:\n(?:[\t ]*\n)*|\Z)"
_ITEM = re.compile(rf"({_MARKER})({_WORDS}){_END}")
_LIST = re.compile(rf"(?:{_MARKER}{_WORDS}{_END})++(?=#{{1,6}}[\t ]|(?<=\n\n)[^\W\d_]|\Z)")
"""A list whose items are a paragraph each that begins with a letter, as do its further lines, which are indented."""
_EMPTY = re.compile(r"(?:[\t ]*\n)+")
_RESUMED = re.compile(r"\n[\t ]*\n(?=[^\W\d_]|#{1,6}[\t ])")
"""Before a letter or a heading after an empty line every block ends, but for a fence and a comment."""


class _Quick(Token):
    """A token made in half the time: a short cut gives what the parser's own has to look after."""

    __slots__ = ()

    def __init__(
        self, kind: str, tag: str, nesting: Literal[-1, 0, 1], level: int = 0, content: str = "", info: str = "",
        lines: list[int] | None = None, attrs: dict[str, Any] | None = None, *, block: bool = False,
    ) -> None:  # fmt: skip
        self.type, self.tag, self.nesting, self.level = kind, tag, nesting, level
        self.content, self.info, self.map, self.block = content, info, lines, block
        self.attrs, self.meta, self.children = attrs or {}, {}, None
        self.markup, self.hidden = "", False


def parse(text: str, found: dict[str, Any]) -> list[Token]:
    """The tokens of a text whose lines end with line feeds; `found` gets what the parser's plugins leave.

    Under "comments" it gets every HTML comment: its text, and the line it begins in, from 0.
    """
    unused = tuple(rules for rules, needed in _NEEDS.items() if not _holds(text, needed))
    return _parser(unused).parse(text, found)


def _holds(text: str, needed: tuple[str | re.Pattern[str], ...]) -> bool:
    return any(one in text if isinstance(one, str) else one.search(text) for one in needed)


def parser() -> MarkdownIt:
    """The whole dialect: CommonMark, tables, strikethrough, footnotes, definition and task lists."""
    return _parser(())


@lru_cache(maxsize=256)
def _parser(unused: tuple[str, ...]) -> MarkdownIt:
    """A parser without some of its rules, one a process."""
    markdown = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False, "maxNesting": DEEPEST})
    markdown.enable(["table", "strikethrough"])
    markdown.use(footnote_plugin).use(deflist_plugin)
    markdown.core.ruler.after("inline", "tasks", _tasks)
    markdown.block.ruler.before("paragraph", "comment", _block_comment, {"alt": ["paragraph"]})
    markdown.inline.ruler.before("autolink", "comment", _inline_comment)
    markdown.block.ruler.before("table", "line", _block_line)
    markdown.inline.ruler.after("text", "span", _inline_span)
    markdown.inline.terminator_re = _MARKS
    markdown.core.ruler.at("inline", _inline)
    if "deflist" in unused:  # else a paragraph may be a term, and one after an empty line its definition
        markdown.core.ruler.at("block", _blocks)
    markdown.disable(["normalize", "html_block", "html_inline", *" ".join(unused).split()])
    if "deflist" not in unused:
        markdown.disable("line")
    markdown.normalizeLink = normal_link  # type: ignore[method-assign]
    markdown.validateLink = _valid_link  # type: ignore[method-assign]
    return markdown


# Addresses recur from note to note; the results are pure.
normal_link = lru_cache(maxsize=8192)(normalize_url.normalizeLink)
_valid_link = lru_cache(maxsize=8192)(normalize_url.validateLink)


def _blocks(state: StateCore) -> None:
    """The rule "block", but that the parser gets only what is more than headings, plain paragraphs and fences."""
    text, at, line = state.src, 0, 0
    while at < len(text):
        if empty := _EMPTY.match(text, at):
            line += text.count("\n", at, empty.end())
            at = empty.end()
        made: list[Token] | None = None
        if found := _BLOCK.match(text, at):
            made = _plain_block(found, line)
        elif found := _LIST.match(text, at):
            made = _plain_list(found[0], line)
        if found and made:
            end = found.end()
        else:
            resumed = _RESUMED.search(text, at)
            end = resumed.end() if resumed else len(text)
            if any(text.find(mark, at, end) >= 0 for mark in ("```", "~~~", "<!--")):
                end = len(text)
            state.env["first"] = line
            made = state.md.block.parse(text[at:end], state.md, state.env, []) or []
            for token in made:
                if token.map:
                    token.map = [place + line for place in token.map]
        state.tokens += made
        line += text.count("\n", at, end)
        at = end


def _plain_block(found: re.Match[str], line: int) -> list[Token]:
    """The tokens of a match of `_BLOCK` that begins in this line."""
    mark, heading, paragraph, info, code = found.groups()
    lines = [line, line + _lines(found[0])]
    if code is not None:
        return [_Quick("fence", "code", 0, 0, code, info, lines, block=True)]
    kind, tag = ("heading", f"h{len(mark)}") if mark else ("paragraph", "p")
    return [
        _Quick(f"{kind}_open", tag, 1, 0, "", "", lines, block=True),
        _Quick("inline", "", 0, 1, mdTrim(heading or paragraph), "", lines, block=True),
        _Quick(f"{kind}_close", tag, -1, 0, block=True),
    ]


def _plain_list(text: str, line: int) -> list[Token] | None:
    """The tokens of a match of `_LIST` that begins in this line, None where its items are not all of one kind."""
    items = [*_ITEM.finditer(text)]
    marker = items[0][1]
    kind, tag = ("ordered_list", "ol") if marker[:-1] else ("bullet_list", "ul")
    loose = re.search(r"\n[\t ]*\n", text[: items[-1].start()]) is not None
    opening = _Quick(f"{kind}_open", tag, 1, 0, "", "", [line, line + _lines(text)], block=True)
    if marker[:-1] and int(marker[:-1]) != 1:
        opening.attrs["start"] = int(marker[:-1])
    made: list[Token] = [opening]
    for item in items:
        words = item[2].lstrip(" ")
        content = words.replace("\n" + " " * (len(item[1]) + len(item[2]) - len(words)), "\n")
        if item[1][-1] != marker[-1] or "\n " in content:
            return None
        lines = [line, line + _lines(words)]
        made += (
            _Quick("list_item_open", "li", 1, 1, "", "", [line, line + _lines(item[0])], block=True),
            _Quick("paragraph_open", "p", 1, 2, "", "", lines, block=True),
            _Quick("inline", "", 0, 3, mdTrim(content), "", lines, block=True),
            _Quick("paragraph_close", "p", -1, 2, block=True),
            _Quick("list_item_close", "li", -1, 1, block=True),
        )
        made[-4].hidden = made[-2].hidden = not loose
        line += _lines(item[0])
    return [*made, _Quick(f"{kind}_close", tag, -1, 0, block=True)]


def _lines(text: str) -> int:
    """How many lines a text has; one that a line feed ends has no other after it."""
    return text.count("\n") + (text[-1] != "\n")


def _inline(state: StateCore) -> None:
    """The rule of this name, but that the parser gets only what is more than plain text and spans."""
    for token in state.tokens:
        if token.type != "inline" or not token.content:
            continue
        if _MARKS.search(token.content):
            token.children = _plain_inline(token.content, state.md)
            if token.children is None:
                token.children = []
                state.env["line"] = token.map[0] if token.map else 0
                state.md.inline.parse(token.content, state.md, state.env, token.children)
        else:
            token.children = [_Quick("text", "", 0, 0, token.content)]


def _plain_inline(content: str, md: MarkdownIt) -> list[Token] | None:
    """The tokens of a text of plain text, spans, code and line ends; None where there is more to it."""
    made: list[Token] = []
    at = 0
    for piece in _PIECE.finditer(content):
        if piece.start() != at:
            return None
        at = piece.end()
        strong, emphasised, linked, address, plain, code = piece.groups()
        if plain:
            made.append(_Quick("text", "", 0, 0, plain))
        elif code:
            made.append(_Quick("code_inline", "code", 0, 0, code))
        elif emphasised or linked:
            kind, tag = ("link", "a") if linked else ("strong", "strong") if strong else ("em", "em")
            attrs = {"href": md.normalizeLink(address)} if linked else None
            made.append(_Quick(f"{kind}_open", tag, 1, 0, attrs=attrs))
            made.append(_Quick("text", "", 0, 1, emphasised or linked))
            made.append(_Quick(f"{kind}_close", tag, -1, 0))
        else:
            made.append(_break(made))
    return made if at == len(content) else None


def _break(made: list[Token]) -> Token:
    """The break after these tokens: a hard one after two spaces; takes the spaces off."""
    last = made[-1] if made and made[-1].type == "text" else None
    written = last.content if last else ""
    if last:
        last.content = written.rstrip(" ")
        if not last.content:
            made.pop()
    return _Quick("hardbreak" if written.endswith("  ") else "softbreak", "br", 0)


def _block_line(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """A paragraph of one line that begins with a letter: nothing else can be, unless it is a term to define."""
    if not state.src[state.bMarks[first] + state.tShift[first]].isalpha() or state.is_code_block(first):
        return False
    if first + 1 < state.lineMax and not state.isEmpty(first + 1):
        return False
    return paragraph(state, first, last, silent)


def _inline_span(state: StateInline, silent: bool) -> bool:
    """Strong and emphasised words and links as nearly all are: found at once, where the rules go by characters."""
    span = _SPAN.match(state.src, state.pos, state.posMax)
    if span is None or (silent and span[2]):
        return False
    state.pos = span.end()
    if silent:
        return True
    kind, tag = ("link", "a") if span[3] else ("strong", "strong") if span[1] else ("em", "em")
    opening = state.push(f"{kind}_open", tag, 1)
    if span[4]:
        opening.attrs = {"href": state.md.normalizeLink(span[4])}
    state.pending += span[2] or span[3]
    state.push(f"{kind}_close", tag, -1)
    return True


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
        _comment(state, start, end, first + state.env.get("first", 0))
    return True


def _inline_comment(state: StateInline, silent: bool) -> bool:
    """An HTML comment within a line is left out."""
    if not state.src.startswith("<!--", state.pos):
        return False
    end = state.src.find("-->", state.pos + 4)
    if end < 0:
        return False
    if not silent:
        _comment(state, state.pos, end, state.env.get("line", 0) + state.src.count("\n", 0, state.pos))
    state.pos = end + 3
    return True


def _comment(state: StateBlock | StateInline, start: int, end: int, line: int) -> None:
    """Keep what a comment says, since it may speak to notesite."""
    state.env.setdefault("comments", []).append((state.src[start + 4 : end], line))


def _tasks(state: StateCore) -> None:
    """List items that begin with [ ] or [x] show a box; the plugin for this takes quadratic time."""
    lists: list[Token] = []
    for i, token in enumerate(state.tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(token)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "inline" and state.tokens[i - 2].type == "list_item_open" and _box(token):
            state.tokens[i - 2].attrs["class"] = "task-list-item"
            lists[-1].attrs["class"] = "contains-task-list"


def _box(token: Token) -> bool:
    """Turn the mark that a list item begins with, if it does, into a box that cannot be ticked."""
    children = token.children or []
    mark = re.match(r"\[([ xX])\](?=\s)", token.content)
    if not mark or not children or not children[0].content.startswith(mark[0]):
        return False
    children[0].content = children[0].content[len(mark[0]) :]
    ticked = "" if mark[1] == " " else 'checked="checked" '
    box = f'<label><input class="task-list-item-checkbox" {ticked}disabled="disabled" type="checkbox">'
    token.children = [_html(box), *children, _html("</label>")]
    return True


def _html(content: str) -> Token:
    return Token("html_inline", "", 0, content=content)
