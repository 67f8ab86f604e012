"""Words of a rendered text found again in its HTML, and marked there."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

_PIECE = re.compile(r"<[^>]*>|\x00[^\x00]*\x00|&[#\w]+;|\s+|[^<&\x00\s]")
_CUT = "…"
"""Stands in a quoted sentence for what was cut off, and for code and addresses in it."""
_LONGEST_GAP = 300


class Spot(Struct, frozen=True):
    """What is to be marked: `written` within `sentence`, both as a reader sees them.

    `element` is the name of the element to mark it with, `kind` its class, `id` its id or empty.  `words` are put after
    what is marked, as a link to `href` where that may stand; `lang` is their language where it is not the text's.
    """

    sentence: str
    written: str
    element: str
    kind: str
    id: str = ""
    words: str = ""
    href: str = ""
    lang: str = ""


class _Char(Struct, frozen=True):
    """A character as a reader sees it: where it stands in the HTML, and whether in a link."""

    text: str
    start: int
    end: int
    linked: bool


def marked(markup: str, spots: Sequence[Spot]) -> tuple[str, frozenset[Spot]]:
    """The HTML with every spot marked that is found in it, the first before the others; and those that were found.

    A mark is never within another; one that goes over the edges of elements is as many elements.
    """
    chars = [*_chars(markup)]
    text = "".join(char.text for char in chars)
    insertions: list[tuple[int, int, str]] = []
    taken: set[int] = set()
    found = set()
    for spot in spots:
        span = next((span for span in _places(text, spot) if not taken.intersection(range(*span))), None)
        if span:
            found.add(spot)
            taken.update(range(*span))
            insertions += _insertions(chars[slice(*span)], spot)
    parts, at = [], 0
    for place, _, inserted in sorted(insertions):
        parts += [markup[at:place], inserted]
        at = place
    return "".join([*parts, markup[at:]]), frozenset(found)


def _chars(markup: str) -> Iterator[_Char]:
    """What a reader sees of HTML, white space as single spaces, code blocks left out."""
    links = code = 0
    space = True
    for piece in _PIECE.finditer(markup):
        written = piece[0]
        if written.startswith("<"):
            links += written.startswith("<a ") - (written == "</a>")
            code += written.startswith("<pre") - (written == "</pre>")
        elif code or written.startswith("\x00"):
            continue
        elif written.isspace():
            if not space:
                yield _Char(" ", piece.start(), piece.end(), links > 0)
            space = True
        else:
            space = False
            seen = html.unescape(written) if len(written) > 1 else written
            yield _Char(seen[:1], piece.start(), piece.end(), links > 0)


def _places(text: str, spot: Spot) -> Iterator[tuple[int, int]]:
    """Where the words of a spot may be: in its sentence, else nowhere."""
    gap = f".{{0,{_LONGEST_GAP}}}?"
    sentence = " ".join(spot.sentence.split()).strip(_CUT + " ")
    parts = [re.escape(part.strip()) for part in sentence.split(_CUT)]
    words = re.escape(" ".join(spot.written.split()))
    edged = re.compile(rf"(?<!\w)(?<!\d[.,]){words}(?!\w)(?![.,]\d)")
    for place in re.finditer(gap.join(parts), text) if sentence and words else ():
        within = [*edged.finditer(text, *place.span())]
        yield from (one.span() for one in within)
        start = text.find(" ".join(spot.written.split()), *place.span())
        if not within and start >= 0:
            yield start, start + len(" ".join(spot.written.split()))


def _insertions(chars: Sequence[_Char], spot: Spot) -> Iterator[tuple[int, int, str]]:
    """What to insert where so that these characters are marked; at one place, what closes comes first."""
    runs = [*_runs(chars)]
    words = html.escape(spot.words)
    said = f' lang="{html.escape(spot.lang)}"' if spot.lang else ""
    if spot.href and not chars[-1].linked:
        tail = f' <a href="{html.escape(spot.href)}"{said}>{words}</a>'
    else:
        tail = f" <span{said}>{words}</span>" if said else f" {words}"
    for number, (start, end) in enumerate(runs):
        name = f' id="{html.escape(spot.id)}"' if spot.id and not number else ""
        yield start, 1, f'<{spot.element} class="{spot.kind}"{name}>'
        yield end, 0, (tail if words and number == len(runs) - 1 else "") + f"</{spot.element}>"


def _runs(chars: Iterable[_Char]) -> Iterator[tuple[int, int]]:
    """The stretches of HTML in which characters stand without a tag between them."""
    start = end = -1
    for char in chars:
        if char.start != end:
            if end >= 0:
                yield start, end
            start = char.start
        end = char.end
    if end >= 0:
        yield start, end
