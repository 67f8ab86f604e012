"""What of a note is compared with its translations: figures in their sentences, and what a text is built of."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from notesite import figures, prose, urls
from notesite.dialect import Token
from notesite.markup import Block, Document, leads_away, plain
from notesite.passages import FOOTNOTE, GAP, Passage, sections
from notesite.records import Content, Mark, Part, Sentence, Stated

_LONGEST_SENTENCE = 240
_LONGEST_SHOWN = 80
_PARAGRAPH = 80
"""Characters from which on a paragraph tells its language."""
_OPENING = ('"', "“", "„", "«", "»", "‚", "‘")
_MARKED = frozenset(["image", "footnote_ref", "link_open", "strong_open", "em_open"])
_EMPHASIS = ("em", "strong")
_WORD = re.compile(r"\w")
_CODE = ("fence", "code_block")
# Quotation marks of most languages, and the straight ones; more than one word, or one with a capital.
_QUOTE = re.compile(
    r"„([^„“”\"]{2,300})[“”\"]|“([^“”]{2,300})”|«([^«»]{2,300})»|»([^«»]{2,300})«|「([^「」]{2,300})」|『([^『』]{2,300})』"
    r"|(?<![A-Za-zÀ-ÿ\d=])\"([^\"]{2,300})\"(?![A-Za-zÀ-ÿ\d])"
)
_MARK = re.compile(r"[„“«»「『\"]")
"""What one of them begins with; most passages have none."""
# A name that no language changes: DeepSeek-R1, 01.AI, but no 12-jährig and no 3D-Druck.
_NAME = re.compile(r"(?=[\w.+-]*(?:[^\W\d_][-.]?\d|\d\.[A-Z]|[a-zß-ÿ][A-ZÀ-Þ]))\w[\w.+-]*\w")


_COMMENT = re.compile(r"(?:^|(?<=\s))(?:#|//|--|;|/?\*|<!--|%|REM\b)(?=\s|$).*", re.IGNORECASE)
_TRANSLATED = re.compile(r"\"[^\"]*\"|'[^']*'|<[^\s<>][^<>]*>|`[^`]*`")
_TEMPLATE = re.compile(r"(?:\s*\{[{%][^{}]*[%}]\})+\s*")
"""What another generator would have replaced is no text."""


def read(document: Document, omit: Collection[Block], passages: Sequence[Passage], lang: str) -> Content:
    """What is compared of a text in language `lang`, from its passages; `omit` are the blocks of its source list.

    To be called before the document's tokens are rewritten for its page.
    """
    sentences, stated = _figures(passages)
    blocks = [*sections(document, omit)]
    marks = [mark for section, block in blocks for mark in _block_marks(document, section, block)]
    marks += [mark for passage in passages for mark in _passage_marks(document, passage, lang)]
    return Content(tuple(_parts(document, blocks, passages)), sentences, stated, tuple(marks))


def _parts(document: Document, blocks: Sequence[tuple[int, Block]], passages: Sequence[Passage]) -> Iterator[Part]:
    counts = Counter(one.section for one in passages)
    lengths: Counter[int] = Counter()
    for one in passages:
        lengths[one.section] += one.length if one.plain or figures.legible(one.text).strip() else 0
    levels = [block.level for _, block in blocks if block.kind == "heading"]
    shift = min(levels, default=2) - 2
    last = -1
    for section, block in blocks:
        if section == last:
            continue
        last = section
        headed = block.kind == "heading"
        words = prose.cut(document.text(block), _LONGEST_SHOWN) if headed else ""
        level = block.level - shift if headed else 0
        yield Part(level, words, block.line, counts[section], lengths[section])


# Figures


def _figures(passages: Sequence[Passage]) -> tuple[tuple[Sentence, ...], tuple[Stated, ...]]:
    """The sentences that hold figures, each once, and the figures in them."""
    sentences: list[Sentence] = []
    stated: list[Stated] = []
    for passage in passages:
        if not passage.figures or _TEMPLATE.fullmatch(passage.text):
            continue
        spans = prose.sentences(passage.text)
        at, known, (start, end) = 0, -1, next(spans)
        for one in passage.figures:
            while end <= one.start and (span := next(spans, None)):
                at, (start, end) = at + 1, span
            text, whole = _cut(passage.text, start, end, one.start)
            if known != at or not whole:
                sentences.append(Sentence(text, passage.section, passage.number))
                known = at if whole else -1
            line = passage.line_at(one.start)
            number = len(sentences) - 1
            stated.append(Stated(one.value, one.kind, one.unit, one.text, line, number, one.sure))
    return tuple(sentences), tuple(stated)


def _cut(text: str, start: int, end: int, place: int) -> tuple[str, bool]:
    """A sentence, or where it is long what stands around a place in it; and whether it is whole."""
    if end - start <= _LONGEST_SENTENCE:
        return _shown(text[start:end]), True
    first = max(start, min(place - _LONGEST_SENTENCE // 2, end - _LONGEST_SENTENCE))
    last = min(end, first + _LONGEST_SENTENCE)
    head, tail = "…" if first > start else "", "…" if last < end else ""
    if head:
        first = min(text.find(" ", first, place) + 1 or first, place)
    if tail:
        last = max(text.rfind(" ", place, last), min(last, place + 40))
    return head + _shown(text[first:last]) + tail, False


def _shown(text: str) -> str:
    return " ".join(text.replace(GAP, "…").split())


# Everything else


def _block_marks(document: Document, section: int, block: Block) -> Iterator[Mark]:
    """Lists, tables and code of a top-level block, those within it among them."""
    inner = document.tokens[block.first : block.last + 1]
    if block.kind == "list":
        items = sum(token.type == "list_item_open" for token in inner)
        yield Mark("list", str(items), "", block.line, section)
    if block.kind not in ("paragraph", "heading"):
        for i, token in enumerate(inner):
            if token.type == "table_open":
                yield Mark("table", _table(inner[i:]), "", document.line(token), section)
            elif token.type in _CODE:
                first = next((line.strip() for line in token.content.split("\n") if line.strip()), "")
                shown = prose.cut(first, _LONGEST_SHOWN)
                yield Mark("code", _code(token.content), shown, document.line(token), section)


def _code(content: str) -> str:
    """A digest of a code block without what a translator translates in it: comments, texts, placeholders."""
    lines = (_TRANSLATED.sub("", _COMMENT.sub("", line)).strip() for line in content.split("\n"))
    return urls.digest("\n".join(line for line in lines if line))


def _table(tokens: Sequence[Token]) -> str:
    """Rows by columns of a table, its head among the rows."""
    rows = columns = 0
    for token in tokens:
        if token.type == "table_close":
            break
        rows += token.type == "tr_open"
        columns += token.type == "th_open"
    return f"{rows}×{columns}"


def _passage_marks(document: Document, passage: Passage, lang: str) -> Iterator[Mark]:
    section = passage.section
    if len(passage.token.children or ()) > 1 or GAP in passage.text:
        yield from _inline_marks(document, passage)
    if not passage.plain and _MARK.search(passage.text):
        for quote in _QUOTE.finditer(figures.legible(passage.text)):
            shown = prose.cut(_shown(next(filter(None, quote.groups()))), _LONGEST_SHOWN)
            yield Mark("quote", "", shown, passage.line_at(quote.start()), section, passage.number)
    if passage.block in ("paragraph", "list") and len(passage.text) >= _PARAGRAPH and section != FOOTNOTE:
        words = figures.legible(passage.text).strip()
        other = prose.stray(words, lang) if len(words) >= _PARAGRAPH else ""
        if other and not _is_quoted(passage, other):
            shown = prose.cut(_shown(passage.text), _LONGEST_SENTENCE)
            yield Mark("foreign", other, shown, passage.line, section, passage.number)


def _is_quoted(passage: Passage, lang: str) -> bool:
    """Whether a passage in this language is a quotation, or for the most part the title of a source: these stay.

    A quotation begins with its mark, or is emphasised from end to end.  Beside a title stand names, no sentence.
    """
    children = passage.token.children or ()
    if passage.text.lstrip()[:1] in _OPENING or _is_emphasised(children):
        return True
    inside = 0
    linked: list[str] = []
    beside: list[str] = []
    for child in children:
        inside += (child.type == "link_open") - (child.type == "link_close")
        if child.type == "text":
            (linked if inside else beside).append(figures.legible(child.content))
    titles, rest = " ".join(linked), " ".join(beside)
    return len(titles) > len(" ".join(rest.split())) and not prose.has_common(rest, lang)


def _is_emphasised(children: Sequence[Token]) -> bool:
    """Whether all of a passage stands in one emphasis, or in several with nothing but space between them."""
    depth, words = 0, False
    for child in children:
        if child.type.partition("_")[0] in _EMPHASIS:
            depth += child.nesting
        elif child.type == "text" and _WORD.search(child.content):
            words = True
            if not depth:
                return False
    return words


def _inline_marks(document: Document, passage: Passage) -> Iterator[Mark]:
    """Pictures, links into the site, references to footnotes, emphasised names."""
    children = passage.token.children or []
    breaks, section = 0, passage.section
    for i, child in enumerate(children):
        kind = child.type
        if kind in ("softbreak", "hardbreak"):
            breaks += 1
        if kind not in _MARKED:
            continue
        line = document.line(passage.token, breaks)
        if kind == "image":
            yield Mark("picture", str(child.attrs["src"]), plain(child.children or []), line, section)
        elif kind == "footnote_ref":
            yield Mark("footnote", "", "", line, section)
        elif kind == "link_open":
            href = str(child.attrs["href"])
            if not leads_away(href) and not href.startswith("#"):
                yield Mark("link", urls.without_language(href), _until(children, i), line, section)
        else:
            words = _until(children, i)
            if len(words) <= _LONGEST_SHOWN and _NAME.fullmatch(words):
                yield Mark("name", words, words, line, section)


def _until(children: Sequence[Token], first: int) -> str:
    """The words between an opening token and its closing one."""
    closing = children[first].type.replace("open", "close")
    last = next((i for i in range(first, len(children)) if children[i].type == closing), len(children))
    return plain(children[first:last])
