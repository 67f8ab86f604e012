"""Numbers in words where they stand: *zehn Millionen*, *two thirds*, *a million*, *dreitägig*."""

import re
from collections.abc import Iterator

from notesite import numerals
from notesite.amounts import NEXT, Text
from notesite.tokens import Kind, Token
from notesite.vocabulary import REFERENCES

# German says in one word what English says in two (a three-day workshop, twelve times).
_JOINED = re.compile(
    r"(?<![^\W_])(zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf)(?:(?:(?:täg|wöch|monat|jähr|stünd|minüt"
    r"|stell|teil|köpf|stuf|sprach|seit|(?P<percent>prozent))ig|mal|fach)(?:e[nrms]?)?(?!\w)"
    r"|(?:jahres|monats|wochen|tages|stunden)[^\W\d_]{3,})"
)

# "Wir waren zu siebt": seven people.
_TOGETHER_ARE = {
    "zweit": 2,
    "dritt": 3,
    "viert": 4,
    "fünft": 5,
    "sechst": 6,
    "siebt": 7,
    "siebent": 7,
    "acht": 8,
    "neunt": 9,
    "zehnt": 10,
}
_TOGETHER = re.compile(rf"(?<![^\W_])zu ({'|'.join(_TOGETHER_ARE)})(?!\w)")

# It answers a share of 50 per cent; alone it is too often said for it.
_HALF = {"de": re.compile(r"(?<!\w)hälfte(?!\w)"), "en": re.compile(r"(?<!\w)(?<!and a )half(?! an? )(?![\w-])")}


def read(here: Text) -> Iterator[Token]:
    """Number words that count something, articles before a scale word or a fraction among them."""
    known = here.words.known
    for found in here.words.word.finditer(" " + here.low):
        start, end = found.end() - len(found["word"] or found["article"]) - 1, found.end() - 1
        value, kind = known.words.get(found["word"] or "", ("1", "number"))
        token = Token(start, end, value)
        if here.word_before(start)[0].lower() in REFERENCES:
            continue
        part = here.words.part.match(here.low, end) if kind == "number" else None
        if part:
            sure = bool(found["word"]) and known.parts[part[1]] != 4
            share = numerals.part_of(int(float(value)), known.parts[part[1]])
            yield Token(start, part.end(), share, "fraction", sure=sure)
        elif kind == "ordinal":
            yield Token(start, end, value, "ordinal", sure=False)
        elif here.tail(token):
            token.sure = bool(found["word"]) or token.kind != "number"
            yield token
        elif found["word"]:
            # Two things are "both" or "a pair" in the next sentence, one and a half "a month and a half".
            token.sure = value not in ("2", "1.5") and _counts(here, start, end)
            yield token
    yield from _within_words(here)


def _within_words(here: Text) -> Iterator[Token]:
    """What stands inside of words, or is no number word but answers one; none of it is missed."""
    known = here.words.known
    if known.base in _HALF:
        yield from (Token(*one.span(), "1/2", "fraction", sure=False) for one in _HALF[known.base].finditer(here.low))
    if known.base == "de":
        for found in _JOINED.finditer(here.low):
            kind: Kind = "percent" if found["percent"] else "number"
            yield Token(*found.span(), known.words[found[1]][0], kind, sure=False)
        for found in _TOGETHER.finditer(here.low):
            yield Token(*found.span(1), str(_TOGETHER_ARE[found[1]]), sure=False)


def _counts(here: Text, start: int, end: int) -> bool:
    """Whether a number word counts something: "außer Acht lassen", "Ten Tips" and "the Five Eyes" do not.

    It is a noun or a name where it has a capital that no sentence gave it.
    """
    follows = NEXT.match(here.text, end)
    if follows is None:
        return False
    if not here.text[start].isupper():
        return True
    return here.opens(start) and (here.words.capitals or not follows[1][0].isupper())
