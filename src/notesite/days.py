"""Days that share a month: *August 16 to 18*, *am 3., 9. und 11. Mai*, *January 30th & 31st, 2025*."""

import re
from collections.abc import Sequence
from itertools import pairwise

from notesite import prose
from notesite.amounts import Text
from notesite.tokens import Token
from notesite.vocabulary import MONTH_FIRST

_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend),?\s?"
)
_RANGE = r"[-–—]|to|until|till|through|bis"
_BETWEEN = re.compile(
    rf"(?:st|nd|rd|th)?\.?(?P<join>,?\s?(?:{_RANGE}|[,/+&]|and|or|und|oder|auf))\s?"
    rf"(?:(?:the|den|dem|zum|am|on|einschließlich)\s)?(?:{_WEEKDAY})?(?:(?:the|den|dem|der)\s)?"
)
_DAY = re.compile(r"(?P<suffix>st|nd|rd|th|\.)?(?:\s(?P<next>[^\W\d_]+))?")
_YEAR = re.compile(r"(?:st|nd|rd|th)?\.?,?\s?")
_LONGEST = 40


def completed(here: Text, tokens: list[Token]) -> list[Token]:
    """The figures with numbers made dates where the next date or the one before names their month."""
    dates = [n for n, one in enumerate(tokens) if one.kind == "date" and _month(one)]
    if not dates or len(tokens) < 2:
        return tokens
    for a, b in reversed([*pairwise(tokens)]):
        if b.kind == "date" and _is_day(here, a) and _joined(here, a, b, before=True):
            _date(a, b)
    gone = set()
    for n, (a, b) in enumerate(pairwise(tokens)):
        if a.kind == "date" and _is_day(here, b) and _joined(here, a, b, before=False):
            _date(b, a)
            after = tokens[n + 2] if n + 2 < len(tokens) else None
            if after and after.kind == "year" and _YEAR.fullmatch(here.low, b.end, after.start):
                b.value, b.end = f"{after.value}{b.value[1:]}", after.end
                gone.add(n + 2)
    _share_years(here, tokens)
    return [one for n, one in enumerate(tokens) if n not in gone]


def _month(one: Token) -> str:
    """Year and month of a date that has a day ("2025-07", "--07" without its year); else empty."""
    return one.value[:-3] if len(one.value) == (7 if one.value.startswith("--") else 10) else ""


def _is_day(here: Text, one: Token) -> bool:
    plain = one.kind in ("number", "ordinal") and not (one.unit or one.scale or one.minus)
    return plain and here.text[one.start].isdigit() and one.value.isdigit() and 0 < int(one.value) <= 31


def _date(one: Token, other: Token) -> None:
    """Give a day the month and year of a date."""
    one.kind, one.value, one.sure = "date", f"{other.value[:-3]}-{int(one.value):02}", True


def _joined(here: Text, a: Token, b: Token, *, before: bool) -> bool:
    """Whether two days belong to one month: `before` where the first is the one without it."""
    if not _month(b if before else a) or b.start - a.end > _LONGEST:
        return False
    between = _BETWEEN.fullmatch(here.low, a.end, b.start)
    if between is None:
        return False
    ranged = re.fullmatch(rf",?\s?(?:{_RANGE})", between["join"]) is not None
    if before:
        marked = here.text[a.end - 1] in ".tdh" or here.text[a.end : a.end + 1] == "."
        return ranged or marked
    if here.words.known.base not in MONTH_FIRST:
        return False
    after = _DAY.match(here.low, b.end)
    marked = here.text[b.end - 1] in "tdh" or (after is not None and bool(after["suffix"]))
    return ranged or marked or after is None or not after["next"] or prose.is_common(after["next"])


def _share_years(here: Text, tokens: Sequence[Token]) -> None:
    """Give a date without year that of the next one in its list."""
    for a, b in reversed([*pairwise(tokens)]):
        alike = a.kind == b.kind == "date" and a.value.startswith("--") and b.value[0] != "-" and _month(b) != ""
        if (
            alike
            and a.value[2:4] == b.value[5:7]
            and b.start - a.end <= _LONGEST
            and _BETWEEN.fullmatch(here.low, a.end, b.start)
        ):
            a.value = b.value[:4] + a.value[1:]
