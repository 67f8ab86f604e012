"""Numbers in words where they stand: *zehn Millionen*, *two thirds*, *a million*, *dreitägig*."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from notesite import cardinals, numerals, prose
from notesite.amounts import NEXT, Text
from notesite.tokens import Token
from notesite.vocabulary import CLOCK, REFERENCES, UNSPACED, half_of, vocabulary

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
_HALF_IS = {"de": "hälfte", "en": "half", "fr": "moitié", "es": "mitad", "it": "metà", "nl": "helft", "pt": "metade"}


@lru_cache(maxsize=8)
def _half(base: str) -> re.Pattern[str]:
    if base == "en":
        return re.compile(r"(?<!\w)(?<!and[ -]a[ -])half(?! an? )(?![\w-])")
    return re.compile(rf"(?<!\w){_HALF_IS[base]}(?!\w)")


_WORD = re.compile(r"(?<![^\W_])[^\W\d_]++(?!\w)")
_LONG = re.compile(r"(?:(?<=[\s(\[„“\"'«»–—/])|\A)[^\W\d_]++(?!\w)")
_POWERS = ("hundert", "tausend")
_LONGEST_NAMED = 5
"""Digits of a number that may be a noun or a name; eine Viertelmillion is none, for all its capital."""
_OF = re.compile(r" of an?(?= )")
_MORE_BY_HALF = re.compile(r" and a half(?!\w)")

# A hundred and a thousand that nobody counted: ein paar tausend, several thousand.
_VAGUE = frozenset("paar mehrere mehreren einige einigen viele vielen wenige wenigen etliche etlichen zig".split())
# Minutes before and after the hour that is named.
_MINUTES = {
    "halb": -30, "viertel vor": -15, "dreiviertel": -15, "viertel nach": 15,
    "half past": 30, "quarter past": 15, "quarter to": -15,
}  # fmt: skip
_PAST = {
    "de": re.compile(r"(?<!\w)(halb|viertel vor|viertel nach|dreiviertel) \Z"),
    "en": re.compile(r"(?<!\w)(half past|quarter past|quarter to) \Z"),
}
_LONGEST_PAST = 14

# Chinese and Japanese: a fraction, or a number that two signs or a counting word tell from other words.
_SIGNS = cardinals.CHINESE
_STEMS = {"de": cardinals.STEMS, "zh": _SIGNS, "ja": _SIGNS}
_BY_ALL_MEANS = "千万"
_COUNTERS = frozenset("天日个個人名位年周週次倍件篇种種")


class _Telling(Struct, frozen=True):
    """Words and parts of words that tell what a text may hold; what cannot be told is None.

    One of `words`, or one of `articles` with one of `counted`, is in every text that holds a number word; one of
    `inner` or `stems` in every text that holds what is read within or beside other words; the `long` ones of the stems
    may be number words.  `every` has all but the articles and stems.
    """

    words: frozenset[str] | None
    articles: frozenset[str] | None
    counted: frozenset[str] | None
    inner: frozenset[str]
    stems: Sequence[str]
    long: Sequence[str]
    every: frozenset[str] | None


def held(text: str, lang: str) -> tuple[bool, bool]:
    """Whether a text may hold number words, and what is read as such within or beside other words.

    Most texts hold nothing, and to ask their words takes a fraction of the time that the patterns take.
    """
    telling, words = _telling(lang), prose.words(text)
    low = text.lower() if telling.stems else ""
    stem = any(map(low.__contains__, telling.stems))
    long = stem and any(map(low.__contains__, telling.long))
    if not long and telling.every is not None and telling.every.isdisjoint(words):
        return False, stem
    counts = _meets(telling.words, words) or (_meets(telling.counted, words) and _meets(telling.articles, words))
    return counts or long, stem or not telling.inner.isdisjoint(words)


def _meets(known: frozenset[str] | None, words: Sequence[str]) -> bool:
    return known is None or not known.isdisjoint(words)


@lru_cache(maxsize=256)
def _telling(lang: str) -> _Telling:
    known = vocabulary(lang).known
    words, articles, counted = _firsts(known.words), _firsts(known.articles), _firsts(vocabulary(lang).counted)
    inner, stems = {*cardinals.inner(known.base), *filter(None, [_HALF_IS.get(known.base)])}, _STEMS.get(known.base, ())
    if known.base == "de":
        inner.update(_TOGETHER_ARE)
    every = None if words is None or counted is None else words | counted | inner
    return _Telling(words, articles, counted, frozenset(inner), stems, _POWERS if known.base == "de" else (), every)


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
    done = 0
    for start, end, word in words(here):
        before = here.word_before(start)[0].lower()
        if start < done or before in REFERENCES or (word in _POWERS and before in _VAGUE):
            continue
        if token := _token(here, start, end, word):
            done = end if token.kind == "fraction" and not token.sure else token.end  # a third version is the third
            yield token


def words(here: Text) -> list[tuple[int, int, str]]:
    """Places of number words, and of articles that count the word after them; those are the empty word."""
    found = [
        (one.end() - len(one["word"] or one["article"]) - 1, one.end() - 1, one["word"] or "")
        for one in here.words.word.finditer(" " + here.low)
    ]
    if here.words.known.base == "de" and any(map(here.low.__contains__, _POWERS)):
        long = [one for one in _LONG.finditer(here.low) if any(map(one[0].__contains__, _POWERS))]
        found = sorted([*found, *((*one.span(), one[0]) for one in long if cardinals.german(one[0]))])
    return found


def valued(here: Text, start: int, end: int, word: str) -> tuple[Token, str]:
    """A number word as a figure with all the words that go on with it, and its kind in `Numerals.words`."""
    known = here.words.known
    value, kind = known.words.get(word, ("1", "number"))
    scale = 0
    if word and word not in known.words:
        value, scale = cardinals.german(word) or ("", 0)
    if known.base == "en" and kind == "number" and value.isdigit():
        end, value, kind = cardinals.english(here.low, start, end, int(value))
    return Token(start, end, value, scale=scale), kind


def _token(here: Text, start: int, end: int, word: str) -> Token | None:
    """The figure that begins with a number word; None where it is none."""
    token, kind = valued(here, start, end, word)
    exact = bool(word) or token.end > end
    if kind == "ordinal":
        token.kind, token.sure = "ordinal", False
        return token
    part = here.words.part.match(here.low, token.end) if kind == "number" else None
    if part:
        return _fraction(here, token, part, exact)
    if here.tail(token):
        more = _MORE_BY_HALF.match(here.low, token.end) if token.scale and token.value.isdigit() else None
        if more:
            token.value, token.end = f"{token.value}.5", more.end()
        token.sure = (exact or token.kind != "number") and word not in _POWERS
        return token if kind != "scaled" or token.scale or token.kind == "percent" else None
    if not exact or kind == "scaled":
        return None
    if len(token.value) < 3 and _hour(here, token):
        return token
    # Two things are "both" or "a pair" in the next sentence, one and a half "a month and a half"; a hundred are many.
    large = len(token.value) > _LONGEST_NAMED
    token.sure = token.value not in ("2", "1.5") and word not in _POWERS and (large or _counts(here, start, token.end))
    return token


def _hour(here: Text, token: Token) -> bool:
    """Whether a number is an hour (seven o'clock, half past seven, halb acht); then the token is a time."""
    base = here.words.known.base
    hour, clock, past = int(token.value), CLOCK.match(here.low, token.end), _PAST.get(base)
    if clock and clock["half"] and base != "en":  # die vier am häufigsten gewählten
        clock = None
    minutes = past.search(here.low, max(0, token.start - _LONGEST_PAST), token.start) if past and hour <= 12 else None
    if hour > 24 or not (clock or minutes):
        return False
    shift = _MINUTES[minutes[1]] if minutes else 0
    half = half_of(clock)
    token.kind, token.value = "time", numerals.clock((hour - (shift < 0)) % 24, shift % 60, half)
    token.end = clock.end() if clock else token.end
    token.sure = half != "" or hour > 12  # seven may be the seventh hour, and the nineteenth
    return True


def _fraction(here: Text, token: Token, part: re.Match[str], exact: bool) -> Token:
    """Two thirds; or a part of a scale word (a quarter of a million), which is a number."""
    upper, lower = int(float(token.value)), here.words.known.parts[part[1]]
    of = _OF.match(here.low, part.end()) if lower in (4, 5, 8, 10) else None
    if of:
        whole = Token(token.start, of.end(), f"{upper / lower}")
        if here.tail(whole) and whole.scale:
            return whole
    return Token(token.start, part.end(), numerals.part_of(upper, lower), "fraction", sure=exact and lower != 4)


def _within_words(here: Text) -> Iterator[Token]:
    """What stands inside of words, or is no number word but answers one; none of it is missed."""
    base = here.words.known.base
    if base in _HALF_IS:
        yield from (Token(*one.span(), "1/2", "fraction", sure=False) for one in _half(base).finditer(here.low))
    if inner := cardinals.inner(base):
        for found in _WORD.finditer(here.low):
            if found[0] in inner or any(map(found[0].__contains__, _STEMS.get(base, ()))):
                number = cardinals.begun(found[0], base)
                if number and found[0] not in here.words.known.words:
                    yield Token(*found.span(), number[0], number[1], sure=False)
    if base == "de":
        for found in _TOGETHER.finditer(here.low):
            yield Token(*found.span(1), str(_TOGETHER_ARE[found[1]]), sure=False)
    if base in ("zh", "ja"):
        yield from _chinese(here)


@lru_cache(maxsize=1)
def _signs() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<lower>[{_SIGNS}]{{1,9}})分[之の](?P<upper>[{_SIGNS}]{{1,9}})"
        rf"|(?<![第周週期月\d.{_SIGNS}])(?:[一二三四五六七八九两兩十百千][{_SIGNS}]{{1,20}}|[二三四五六七八九两兩十])(?![{_SIGNS}月])"
    )


def _chinese(here: Text) -> Iterator[Token]:
    for found in _signs().finditer(here.text):
        after = here.text[found.end() : found.end() + 1]
        if found["lower"]:
            upper, lower = cardinals.chinese(found["upper"]), cardinals.chinese(found["lower"])
            if upper and lower and upper < lower:
                yield Token(*found.span(), numerals.part_of(upper, lower), "fraction", sure=False)
        elif (cardinals.tells(found[0]) and found[0] != _BY_ALL_MEANS) or after in _COUNTERS:
            token = Token(*found.span(), str(cardinals.chinese(found[0]) or ""), sure=False)
            if token.value:
                here.tail(token)
                yield token


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
