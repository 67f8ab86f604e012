"""Number words put together: *dreihundertfünfzig*, *three hundred and fifty*, 三百五十, as plain values.

Each language has its grammar here; where such words stand and whether they count is for `spelled` to say.
"""

import re
from functools import lru_cache

from notesite import numerals
from notesite.tokens import Kind

POWERS = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_LONGEST = 80
"""Letters of the longest German number below a million."""
_NEXT = re.compile(r"(?P<gap>[ \n\xa0-])(?P<and>and )?(?P<word>[a-z]+)(?![^\W_])")
_MORE = re.compile(r"[ -]and[ -](?:(?P<half>an?[ -]half|one[ -]half)|a[ -]quarter|(?P<three>three[ -]quarters))(?!\w)")
_PAIRED = re.compile(r".{1,40}?\band\b", re.DOTALL)


@lru_cache(maxsize=1)
def _english() -> tuple[dict[str, int], dict[str, int], re.Pattern[str]]:
    """Cardinal words below a hundred, ordinal ones, and years said in two halves (nineteen eighty-four)."""
    known = numerals.of("en").words.items()
    one = {word: int(n) for word, (n, kind) in known if kind == "number" and n.isdigit()}
    two = {word: int(n) for word, (n, kind) in known if kind == "ordinal"}
    one["one"] = 1
    tens = "|".join(word for word, n in one.items() if n > 19)
    units = "|".join(word for word, n in one.items() if n < 10)
    teens = "|".join(word for word, n in one.items() if 10 <= n < 20)
    return one, two, re.compile(rf" (?:(?P<teen>{teens})|(?P<ten>{tens})(?:[ -](?P<unit>{units}))?)(?![\w-])")


def english(low: str, start: int, end: int, first: int) -> tuple[int, str, str]:
    """Where a number ends whose first word, of a value, stands at a place; its value and its kind.

    The scale word that ends it (thirty-five *thousand*) is left out, since both ends of a range may share it.
    """
    cardinals, _, years = _english()
    year = years.match(low, end) if 15 <= first <= 20 else None
    if year:
        rest = cardinals[year["teen"] or year["ten"]] + cardinals.get(year["unit"] or "", 0)
        return year.end(), str(100 * first + rest), "number"
    end, value, kind = _put_together(low, end, first, low.endswith("between ", 0, start))
    more = _MORE.match(low, end) if kind == "number" else None
    if more:
        return more.end(), f"{value}.{'5' if more['half'] else '75' if more['three'] else '25'}", kind
    return end, str(value), kind


def _put_together(low: str, end: int, first: int, paired: bool) -> tuple[int, int, str]:
    """The same without years and halves; `paired` where "and" may stand between two numbers."""
    cardinals, ordinals, _ = _english()
    total, group, least, scaled = 0, first, 99, False
    sound = end, first, "number"
    while found := _NEXT.match(low, end):
        word = found["word"]
        power = POWERS.get(word, 0)
        one = cardinals.get(word) or ordinals.get(word, 0)
        if not found["and"] and _multiplies(group, power, least):
            sound = (end, total + group, "number") if scaled else sound
            closed, end, scaled = total > 0, found.end(), True
            total, group = (total, 100 * group) if power == 2 else (total + group * 10**power, 0)
            least = min(least, power) if power > 2 else least
        elif one and _follows(total, group, one, found, paired):
            closed, end, scaled, group = True, found.end(), False, group + one
        else:
            break
        if closed:
            sound = end, total + group, "ordinal" if word in ordinals else "number"
    return sound


def _multiplies(group: int, power: int, least: int) -> bool:
    """Whether a scale word can go on with a number: two *hundred*, but not a million thousand."""
    return 0 < group < 100 if power == 2 else 0 < power < least and group > 0


def _follows(total: int, group: int, one: int, found: re.Match[str], paired: bool) -> bool:
    """Whether a word below a hundred can go on with a number: twenty-five, two hundred and five."""
    rest = group % 100
    if not found["and"]:
        return group + total > 0 if rest == 0 else one < 10 and rest >= 20 and rest % 10 == 0
    after = _NEXT.match(found.string, found.end())
    power = POWERS.get(after["word"], 0) if after else 0
    # The word after "and" may begin another number: two hundred and three hundred, between forty and fifty.
    other = power == 2 or (power > 2 and not group) or (paired and not _PAIRED.match(found.string, found.end()))
    return rest == 0 and group + total > 0 and not other


@lru_cache(maxsize=4096)
def german(word: str) -> tuple[str, int] | None:
    """A number in one word by value and power of ten (*zwanzigtausend* is 20 and 3); None where it is none."""
    if len(word) > _LONGEST:
        return None
    head, thousand, rest = word.partition("tausend")
    if not thousand:
        value = _hundreds(word, 99)
        if value is None:
            return None
        return (str(value // 100), 2) if word.endswith("hundert") else (str(value), 0)
    if head.endswith("halb") and not rest:  # dreieinhalbtausend
        half = numerals.of("de").words.get(head)
        return (half[0], 3) if half else None
    many = _hundreds(head, 9) if head else 1
    few = _hundreds(rest, 9) if rest else 0
    if not many or few is None:
        return None
    return (str(1000 * many + few), 0) if rest else (str(many), 3)


def _hundreds(word: str, most: int) -> int | None:
    """The value of a German number below a thousand, or of one with up to so many hundreds (neunzehnhundert)."""
    small = _german()
    head, hundred, rest = word.partition("hundert")
    if not hundred:
        return small.get(word.removeprefix("und"))
    many = small.get(head.removeprefix("und")) if head else 1
    few = small.get(rest.removeprefix("und")) if rest else 0
    return 100 * many + few if many and many <= most and few is not None else None


@lru_cache(maxsize=1)
def _german() -> dict[str, int]:
    known = numerals.of("de").words
    whole = {word: int(n) for word, (n, kind) in known.items() if kind == "number" and n.isdigit() and int(n) < 100}
    return whole | {"ein": 1, "eins": 1, "eine": 1, "zwo": 2}


# Numbers within words

_COUNTED = "täg wöch monat jähr stünd minüt stell teil köpf stuf sprach seit".split()
_ENDS = ("", "e", "en", "er", "em", "es")
_DECADES = ("er", "ern", "erjahre", "erjahren")
STEMS = "jahres monats wochen tages stunden drittel viertel hundert tausend".split()
"""What German words hold that begin with a number, beside those of `inner`: Fünfjahresplan, Zweidrittelmehrheit."""
_MORPHEMES = """ein zwei zwo drei vier fünf sechs sech sieben sieb acht neun zehn elf zwölf zwanzig dreißig vierzig
fünfzig sechzig siebzig achtzig neunzig hundert tausend und""".split()


@lru_cache(maxsize=1)
def _begun() -> re.Pattern[str]:
    return re.compile(
        rf"((?:(?:{'|'.join(sorted(_MORPHEMES, key=len, reverse=True))})(?!t?el))++)"
        rf"(?:(?P<part>drittel|viertel|fünftel|achtel|zehntel)|(?P<ordinal>s?te[nrms]?\Z)|(?P<decade>ern?(?:jahren?)?\Z)"
        rf"|(?:jahres|monats|wochen|tages|stunden)[^\W\d_]{{3}}"
        rf"|(?:(?:{'|'.join(_COUNTED)}|(?P<percent>prozent))ig|mal|fach)(?:e[nrms]?)?\Z)"
    )


@lru_cache(maxsize=8)
def inner(base: str) -> frozenset[str]:
    """Words of a language that are a number and more: dreitägige, tenfold, the nineties."""
    if base == "en":
        return frozenset(_inner_english())
    if base != "de":
        return frozenset()
    small = {word: n for word, n in _german().items() if n > 1}
    plain = [word for word, n in small.items() if n < 20 or n % 10 == 0]
    tens = [word for word, n in small.items() if n > 19 and n % 10 == 0]
    more = [f"{stem}ig{end}" for stem in (*_COUNTED, "prozent") for end in _ENDS] + [f"fach{end}" for end in _ENDS]
    joined = {word + one for word in plain for one in (*more, "mal")} | {
        word + one for word in tens for one in _DECADES
    }
    nth = {f"{word}{'t' if n < 20 else 'st'}e{end}" for word, n in small.items() if n > 12 for end in ("", *"nrms")}
    return frozenset(joined | nth)


@lru_cache(maxsize=1)
def _inner_english() -> dict[str, tuple[str, Kind]]:
    cardinals = _english()[0]
    decades: dict[str, tuple[str, Kind]] = {
        f"{word[:-1]}ies": (f"19{n}", "decade") for word, n in cardinals.items() if n > 19
    }
    return decades | {f"{word}fold": (str(n), "number") for word, n in cardinals.items() if n > 1}


@lru_cache(maxsize=4096)
def begun(word: str, base: str) -> tuple[str, Kind] | None:
    """Value and kind of the number that a word begins with, None where it begins with none."""
    if base == "en":
        return _inner_english().get(word)
    found = _begun().match(word)
    number = german(found[1]) if found else None
    if found is None or number is None:
        return None
    value = int(number[0]) * 10 ** number[1]
    if found["part"]:
        lower = numerals.of("de").parts[found["part"]]
        return (numerals.part_of(value, lower), "fraction") if value < lower else None
    if found["decade"]:
        return (f"19{value}", "decade") if value in range(20, 100, 10) else None
    if value < 2:
        return None
    return str(value), "ordinal" if found["ordinal"] else "percent" if found["percent"] else "number"


# Chinese signs

_SIGNS = {sign: n for n, signs in enumerate(["〇零", "一", "二两兩", "三", *"四五六七八九"]) for sign in signs}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
CHINESE = "".join((*_SIGNS, *_SMALL, *_LARGE))
"""The signs of a number in Chinese and Japanese."""


def chinese(run: str) -> int | None:
    """The value of a number in Chinese or Japanese signs; digits alone are read one by one, as those of a year."""
    if all(sign in _SIGNS for sign in run):
        return int("".join(str(_SIGNS[sign]) for sign in run))
    total, group, digit, least = 0, 0, 0, 10**16
    for sign in run:
        if sign in _SIGNS:
            digit = _SIGNS[sign]
        elif sign in _SMALL:
            group, digit = group + (digit or 1) * _SMALL[sign], 0
        elif group + digit == 0:
            return None
        elif _LARGE[sign] >= least:  # 万亿 is a million millions
            total, group, digit = (total + group + digit) * _LARGE[sign], 0, 0
        else:
            total, group, digit, least = total + (group + digit) * _LARGE[sign], 0, 0, _LARGE[sign]
    return total + group + digit


def tells(run: str) -> bool:
    """Whether signs are a number by themselves: one of them multiplies the others."""
    return len(run) > 1 and (any(sign in _LARGE or sign in _SMALL for sign in run))
