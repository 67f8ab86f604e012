"""Markdown's door: the dialect that notes are written in, and the short cuts by which it is read fast.

markdown-it-py and its plugins come in through this door only.
"""

import re
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common import normalize_url
from markdown_it.common.utils import escapeHtml
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

# What a text must hold for rules to find anything: one of these strings, or a match.  Asking each rule at each
# line and mark is half of what parsing costs, so a text is read without the rules that cannot answer.
_NEEDS: dict[str, tuple[str, ...] | re.Pattern[str]] = {
    "table": ("|",),
    "fence": ("```", "~~~"),
    "blockquote": (">",),
    "lheading": re.compile(r"\n[\t >]*[-=]+[ \t]*(?:\n|$)"),
    "deflist": re.compile(r"\n[\t >]*[:~][ \t]"),
    "footnote_def footnote_ref footnote_inline footnote_tail": ("^",),
    "reference": ("]:",),
    "tasks": ("[ ]", "[x]", "[X]"),
    "strikethrough": ("~~",),
    "image": ("![",),
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


def parse(text: str, found: dict[str, Any]) -> list[Token]:
    """The tokens of a text whose lines end with line feeds; `found` gets what the parser's plugins leave.

    Under "comments" it gets every HTML comment: its text, and the line it begins in, from 0.
    """
    unused = tuple(rules for rules, needed in _NEEDS.items() if not _holds(text, needed))
    return _parser(unused).parse(text, found)


def _holds(text: str, needed: tuple[str, ...] | re.Pattern[str]) -> bool:
    if isinstance(needed, tuple):
        return any(mark in text for mark in needed)
    return needed.search(text) is not None


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
    markdown.disable(["normalize", "html_block", "html_inline", *" ".join(unused).split()])
    if "deflist" not in unused:
        markdown.disable("line")
    markdown.normalizeLink = normal_link  # type: ignore[method-assign]
    markdown.validateLink = _valid_link  # type: ignore[method-assign]
    return markdown


# Addresses recur from note to note; the results are pure.
normal_link = lru_cache(maxsize=8192)(normalize_url.normalizeLink)
_valid_link = lru_cache(maxsize=8192)(normalize_url.validateLink)


def _inline(state: StateCore) -> None:
    """The rule of this name, but that a text without marks is one token at once: two of three texts are."""
    for token in state.tokens:
        if token.type != "inline" or not token.content:
            continue
        token.children = []
        if _MARKS.search(token.content):
            state.env["line"] = token.map[0] if token.map else 0
            state.md.inline.parse(token.content, state.md, state.env, token.children)
        else:
            token.children.append(Token("text", "", 0, content=token.content))


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
        _comment(state, start, end, first)
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
