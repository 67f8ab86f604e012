"""Numbers in words where they stand: *zehn Millionen*, *two thirds*, *a million*, *dreitägig*."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from notesite import numerals, prose
from notesite.amounts import NEXT, Text
from notesite.tokens import Kind, Token
from notesite.vocabulary import REFERENCES, UNSPACED, vocabulary

# German says in one word what English says in two (a three-day workshop, twelve times).
_NUMBERS = "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split()
_COUNTED = "täg wöch monat jähr stünd minüt stell teil köpf stuf sprach seit".split()
_STEMS = "jahres monats wochen tages stunden".split()
_JOINED = re.compile(
    rf"(?<![^\W_])({'|'.join(_NUMBERS)})(?:(?:(?:{'|'.join(_COUNTED)}|(?P<percent>prozent))ig|mal|fach)(?:e[nrms]?)?(?!\w)"
    rf"|(?:{'|'.join(_STEMS)})[^\W\d_]{{3,}})"
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


class _Telling(Struct, frozen=True):
    """Words and parts of words that tell what a text may hold; what cannot be told is None.

    One of `words`, or one of `articles` with one of `counted`, is in every text that holds a number word; one of
    `inner` or `stems` in every text that holds what is read within or beside other words.  `every` has all but the
    articles and stems.
    """

    words: frozenset[str] | None
    articles: frozenset[str] | None
    counted: frozenset[str] | None
    inner: frozenset[str]
    stems: Sequence[str]
    every: frozenset[str] | None


def held(text: str, lang: str) -> tuple[bool, bool]:
    """Whether a text may hold number words, and what is read as such within or beside other words.

    Most texts hold nothing, and to ask their words takes a fraction of the time that the patterns take.
    """
    telling, words = _telling(lang), prose.words(text)
    low = text.lower() if telling.stems else ""
    stem = any(map(low.__contains__, telling.stems))
    if telling.every is not None and telling.every.isdisjoint(words):
        return False, stem
    counts = _meets(telling.words, words) or (_meets(telling.counted, words) and _meets(telling.articles, words))
    return counts, stem or not telling.inner.isdisjoint(words)


def _meets(known: frozenset[str] | None, words: Sequence[str]) -> bool:
    return known is None or not known.isdisjoint(words)


@lru_cache(maxsize=256)
def _telling(lang: str) -> _Telling:
    known = vocabulary(lang).known
    words, articles, counted = _firsts(known.words), _firsts(known.articles), _firsts(vocabulary(lang).counted)
    inner: set[str] = {"half"} if known.base == "en" else set()
    if known.base == "de":
        of = [f"{stem}ig" for stem in (*_COUNTED, "prozent")] + ["mal", "fach"]
        inner = {number + one + end for number in _NUMBERS for one in of for end in ("", "e", "en", "er", "em", "es")}
        inner.update(["hälfte"], _TOGETHER_ARE)
    every = None if words is None or counted is None else words | counted | inner
    return _Telling(words, articles, counted, frozenset(inner), _STEMS if known.base == "de" else (), every)


def _firsts(words: Iterable[str]) -> frozenset[str] | None:
    """The first run of letters of each word: a text that holds the word has it between characters that are no letters.

    None where it may not, as in scripts that set no spaces.
    """
    found = [re.search(r"[^\W\d_]+", word) for word in words]
    return frozenset(run[0] for run in found if run) if all(run and max(run[0]) < UNSPACED for run in found) else None


def read(here: Text, words: bool = True, inner: bool = True) -> list[Token]:
    """Number words that count something, articles before a scale word or a fraction among them, as far as `held`."""
    return [*(_counted(here) if words else ()), *(_within_words(here) if inner else ())]


def _counted(here: Text) -> Iterator[Token]:
    """Words of their own, and articles that count the word after them."""
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
