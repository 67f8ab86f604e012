"""Figures by value: the numbers, amounts, shares and dates of a text, so that two languages can be compared.

The same sentence in two languages gives the same values, kinds and units.  Where a language leaves open whether a
number is meant as one ("die Firma 90 Mitarbeiter", "Claude 3 Modelle"), the figure is there and not `sure`: it may
answer one of the other side, but is not missed there.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct

from notesite import days, numerals, spelled
from notesite.amounts import FARTHEST_JOINED, Text
from notesite.tokens import Kind, Token
from notesite.vocabulary import ATTACHED, BODY, CASED, DIGIT, REST_OF_NAME, vocabulary


class Figure(Struct, frozen=True):
    """A number of a text by value.

    `value` is decimal text with the scale applied ("13800000", "-0.5"), a fraction ("2/3"), an ISO date
    ("2025-07-18", "2025-07", "--07-18" without its year), a time ("14:30") or the first year of a decade.
    `unit` is the ISO 4217 code of money, else empty.  `text` is as written at `start`, for an end of a range
    the whole range.  What is not `sure` may as well be no figure.
    """

    value: str
    kind: Kind
    unit: str
    text: str
    start: int
    sure: bool = True


_DECIMAL = (2, 4, 5, 8, 10)
"""Parts of which a decimal number says any number."""
# Bare addresses, tags where the site leaves HTML as it is, and what another generator would have replaced.
_UNREAD = re.compile(r"(?:https?://|www\.)[^\s<>]++|</?[A-Za-z][^<>]{0,1000}>|\{[{%][^{}]{0,1000}(?:[%}]\}|\Z)")


def legible(text: str) -> str:
    """A text in which addresses, tags and templates are blank; all else stands where it stood."""
    if "://" in text or "www." in text or "<" in text or "{" in text:
        return _UNREAD.sub(lambda found: " " * len(found[0]), text)
    return text


def read(text: str, lang: str, *, plain: bool = False) -> tuple[Figure, ...]:
    """The figures of a text in the order they stand in, the lower end of a range first.

    `text` is a paragraph without markup, `lang` a language tag; a tag that CLDR does not know is read as English.
    What stands in a bare address, a tag of HTML or of a template is no figure, nor are versions, names, references
    and identifiers.  A text known to be `plain` (`prose.is_plain`) has no digit to look for.
    """
    seen = legible(text)
    held = spelled.held(seen, lang)
    if plain and held == (False, False):
        return ()
    here = Text(seen, vocabulary(lang))
    tokens = [*here.digits()]
    worded = spelled.read(here, *held)
    if worded:
        ends = {at for token in tokens for at in range(token.start, min(token.end, token.start + 200))}
        tokens = sorted(tokens + [one for one in worded if one.start not in ends], key=lambda token: token.start)
    if not tokens:
        return ()
    tokens = days.completed(here, tokens)
    near = len(tokens) > 1 and min([b.start - a.end for a, b in pairwise(tokens)]) <= FARTHEST_JOINED  # few are
    if near:
        tokens = _added(here, tokens)
    spans = [(token.start, token.end) for token in tokens]
    for i, (a, b) in enumerate(pairwise(tokens) if near else ()):
        if here.joined(a, b):
            _share(a, b)
            spans[i] = spans[i + 1] = (a.start, b.end)
    return tuple(
        Figure(one.written(), one.kind, one.unit, text[start:end], start, one.sure)
        for one, (start, end) in zip(tokens, spans, strict=True)
    )


def _added(here: Text, tokens: list[Token]) -> list[Token]:
    """The figures with those put together that say one number: 1億2000万, 3 Millionen 200 Tausend, 2 1/2."""
    made = tokens[:1]
    for b in tokens[1:]:
        a = made[-1]
        value = _sum(a, b, here.text[a.end : b.start]) if b.start - a.end < 2 and a.kind == "number" else ""
        if value:
            made[-1] = Token(
                a.start, b.end, value, "number" if b.kind == "fraction" else b.kind, 0, b.unit, a.sure, a.minus
            )
        else:
            made.append(b)
    return made


def _sum(a: Token, b: Token, gap: str) -> str:
    """The value of two figures that are one number, else empty."""
    if b.kind == "fraction":
        upper, lower = map(int, b.value.split("/"))
        whole = not a.scale and gap == " " and a.value.isdigit() and lower in _DECIMAL
        return f"{int(a.value) + upper / lower}" if whole else ""
    if a.scale < 3 or b.kind not in ("number", "money") or b.minus or not (b.scale if gap else a.end == b.start):
        return ""
    more = numerals.scaled(*b.value.partition(".")[::2], b.scale)
    large = len(more.partition(".")[0]) > a.scale
    return "" if gap.strip() or large else f"{Decimal(a.value).scaleb(a.scale) + Decimal(more):f}"


def _share(a: Token, b: Token) -> None:
    """What belongs to both ends of a range is given to the one that lacks it."""
    if b.kind == "time":
        if a.kind == "number" and a.value.isdigit() and int(a.value) < 25:
            a.kind, a.value = "time", numerals.clock(int(a.value), 0, b.half)
        return
    if "year" in (a.kind, b.kind) and a.kind != b.kind:
        a.kind, b.kind = ("number" if one.kind == "year" else one.kind for one in (a, b))
    if not a.scale and float(a.value) < float(b.value) and a.kind in ("number", "money"):
        a.scale = b.scale
    if a.kind == "number" and b.kind != "year":
        a.kind, a.unit = b.kind, b.unit
    elif a.kind == "money" and b.kind == "number":
        b.kind, b.unit = a.kind, a.unit


# Titles

_ROMAN = re.compile(r"(?<![\w.-])(X{0,3}(?:IX|IV|V?I{0,3}))(?![\w-]|\.\w)")
_PART_WORDS = frozenset(
    """teil part band bd bd. kapitel chapter volume vol vol. buch book tome partie parte livre libro capítulo capitolo
    deel hoofdstuk часть глава том akt act phase folge episode runde round stufe""".split()
)
_VERSION = re.compile(r"(?<!\w)[vV]\.?(\d++(?:\.\d++)*+)")
_NO_NUMBER = re.compile(r"\s?[月월]|\.[^\W\d_]|-[^\W\d_](?![^\W\d_])|[/@_\\]\w")
_DATES = ("iso", "cjk", "dotted", "slashed")
_IN_MONTH = re.compile(r"\b(?:in|of|for|since|until|from|by|early|mid|late|last|this)[ -]$")
_NEAR_BEFORE = re.compile(r"\d(?:\.|st|nd|rd|th|º|er)?\s?(?:of |de |d[’'])?\Z")
_NEAR_AFTER = re.compile(r"\.?,?\s?(?:de |of |del )?\d")


def titled(title: str, lang: str) -> frozenset[str]:
    """Numbers and dates of a title by value, for comparing titles across languages and scripts.

    A date is its parts, so that "January 2025" ({"month:1", "2025"}) is contained in "20. Januar 2025".  Scale
    words count as in `read`, signs and units do not.  Versions and decimals stay as written, with points ("2.0",
    "1.4.1").  Digits inside names (01.AI, GPT-4, 3D) are none; a bare number after a name is one.
    """
    here = Text(numerals.ascii_digits(title), vocabulary(lang))
    found = {*_title_numbers(here), *_title_months(here), *_title_romans(here)}
    found |= {version[1] for version in _VERSION.finditer(here.text)}
    for start, end, word in spelled.words(here):
        token, kind = spelled.valued(here, start, end, word)
        if word and kind == "number":
            here.tail(token)
            found.add(token.written())
    return frozenset(found)


def _title_numbers(here: Text) -> Iterator[str]:
    """What is written in digits."""
    at = 0
    while first := DIGIT.search(here.text, at):
        start = first.start()
        body, rest = BODY.match(here.text, start), REST_OF_NAME.match(here.text, start)
        if body is None or rest is None:  # not possible: both begin with a digit
            return
        if here.in_name(start) and here.text[start - 1] != "#":
            at = rest.end()
            continue
        at, written, shape = body.end(), body[0], body.lastgroup or ""
        day = numerals.date(written, shape, here.words.known.base) if shape in _DATES else None
        if day:
            yield from filter(None, (day[0], day[1] and f"month:{day[1]}", day[2] and str(day[2])))
        elif shape == "plain":
            yield from _title_plain(here, start, written)
        elif shape == "time":
            yield written
        else:
            yield from (part.lstrip("0") or "0" for part in re.findall(r"\d+", written))


def _title_plain(here: Text, start: int, written: str) -> Iterator[str]:
    token = Token(start, start + len(written), written)
    plain = (written.lstrip("0") or "0") if written.isdigit() else written
    parts = numerals.parsed(plain, here.words.known.decimal)
    after = here.text[token.end : token.end + 1]
    if parts is None:
        if re.fullmatch(r"\d+(?:\.\d+)+", written):
            yield written
        return
    token.value = f"{parts[0]}.{parts[1]}" if parts[1] else parts[0]
    token.unit = "USD" if here.money_before(start) else ""
    if here.tail(token):
        yield token.written()
    elif after.isalpha() and after < CASED:
        attached = ATTACHED.match(here.low, token.end)
        if attached and not attached["plain"]:
            yield token.value
    elif not _NO_NUMBER.match(here.text, token.end):
        yield token.value


def _title_months(here: Text) -> Iterator[str]:
    """Months by name.

    Beside the number of a day or a year every name counts.  Alone, only a wide one in CLDR's own case does: a
    Martian title says "Mars", a French month "mars".  The English May and March are words of any sentence's
    beginning and count beside a number or after a preposition alone, with their capital.
    """
    known = here.words.known
    for name in here.words.named.finditer(here.low):
        start, end = name.span()
        near = _NEAR_BEFORE.search(here.low, max(0, start - 8), start) or _NEAR_AFTER.match(here.low, end)
        written = here.text[start:end]
        common = known.base == "en" and name[0] in ("may", "march", "mar")
        if common:
            near = near or _IN_MONTH.search(here.low, max(0, start - 8), start)
        if (written[0].isupper() and near) if common else (near or written in known.months_alone):
            yield f"month:{known.months[name[0]]}"


def _title_romans(here: Text) -> Iterator[str]:
    for found in _ROMAN.finditer(here.text):
        digits = [{"I": 1, "V": 5, "X": 10}[one] for one in found[1]]
        alone = here.word_before(found.start())[0].lower() not in _PART_WORDS
        if digits and not (len(digits) == 1 and alone):
            pairs = zip(digits, [*digits[1:], 0], strict=True)
            yield str(sum(-one if one < after else one for one, after in pairs))
