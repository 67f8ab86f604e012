"""How a language writes numbers: its marks, months, scale words, currencies and number words, as plain data.

CLDR through Babel wherever CLDR has it: decimal marks, month names, scale words (compact patterns), percent words
(the unit `concentr-percent`), names of currencies.  What CLDR has in no form that Babel reads stands here in small
tables: spelled-out numbers, words of ranges and references, percentage points, the bare *dollar*.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_name
from babel.units import format_unit
from msgspec import Struct

# The currencies of the BIS survey of traded ones whose codes are no words or names (TRY, PHP, ALL, TOP are).
_CODES = """USD EUR JPY GBP CNY AUD CAD CHF HKD SGD SEK KRW NOK NZD INR MXN TWD ZAR BRL DKK PLN THB ILS IDR CZK AED
HUF CLP SAR MYR RUB UAH ARS NGN VND EGP PKR""".split()
# Signs before or after an amount; CLDR's own depend on who reads ("$" is the Canadian one in Canada).
_SIGNS = {
    "$": "USD", "us$": "USD", "$us": "USD", "us-$": "USD", "a$": "AUD", "au$": "AUD", "ca$": "CAD", "c$": "CAD",
    "nz$": "NZD", "hk$": "HKD", "nt$": "TWD", "s$": "SGD", "r$": "BRL", "mx$": "MXN", "€": "EUR", "£": "GBP",
    "¥": "JPY", "cn¥": "CNY", "jp¥": "JPY", "￥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₪": "ILS", "฿": "THB",
    "₴": "UAH", "₫": "VND", "₦": "NGN", "rmb": "CNY",
}  # fmt: skip
# Names that stand for one currency in speech; CLDR only has them with their country.
_SPOKEN = {
    "yuan": "CNY", "renminbi": "CNY", "yen": "JPY", "euro": "EUR", "euros": "EUR", "fr.": "CHF", "元": "CNY",
    "人民币": "CNY", "美元": "USD", "欧元": "EUR", "日元": "JPY", "ドル": "USD", "円": "JPY", "달러": "USD",
    "유로": "EUR",
}  # fmt: skip
_SPOKEN_IN = {
    "de": {"pfund": "GBP", "franken": "CHF", "rupien": "INR", "rubel": "RUB", "won": "KRW", "us dollar": "USD"},
    "en": {"pound": "GBP", "pounds": "GBP", "rupees": "INR", "roubles": "RUB", "rubles": "RUB", "francs": "CHF",
           "us-dollars": "USD", "us-dollar": "USD", "u.s. dollars": "USD", "u.s. dollar": "USD"},
    "zh": {"¥": "CNY", "￥": "CNY"},
}  # fmt: skip
# Scale words that CLDR's compact patterns lack.
_SCALES_IN = {
    "de": {"tsd.": 3, "tsd": 3, "mio": 6, "mill.": 6, "mrd": 9, "mia.": 9, "billiarde": 15, "billiarden": 15,
           "trillion": 18, "trillionen": 18, "hundert": 2},
    "en": {"bn": 9, "mn": 6, "mln": 6, "mio": 6, "tn": 12, "trn": 12, "quadrillion": 15, "hundred": 2, "lakh": 5,
           "crore": 7, "millions": 6, "billions": 9, "trillions": 12},
    "fr": {"mds": 9, "mio": 6}, "it": {"mila": 3, "mld": 9}, "es": {"millardo": 9},
    "hi": {"लाख": 5, "करोड़": 7},
}  # fmt: skip
# Signs for ten, a hundred and a thousand: 千万 is a thousand ten-thousands.
_MULTIPLIERS = {"zh": "十百千", "ja": "十百千", "ko": "십백천"}
_POINTS = {
    "de": "prozentpunkte prozentpunkten prozentpunkt",
    "en": "percentage_points percentage_point percentage-points percentage-point per_cent_points percent_points",
    "fr": "points_de_pourcentage point_de_pourcentage", "es": "puntos_porcentuales punto_porcentual",
    "it": "punti_percentuali punto_percentuale", "nl": "procentpunten procentpunt",
    "pt": "pontos_percentuais ponto_percentual", "zh": "个百分点", "ja": "パーセントポイント",
}  # fmt: skip
# Babel reads no spell-out rules of CLDR; from two to twelve, one is an article in most of these languages.
_WORDS = {
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "en": "two three four five six seven eight nine ten eleven twelve",
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "it": "due tre quattro cinque sei sette otto nove dieci undici dodici",
    "nl": "twee drie vier vijf zes zeven acht negen tien elf twaalf",
    "pt": "dois três quatro cinco seis sete oito nove dez onze doze",
}
# Above twelve one language writes digits where the other spells out, so German and English go on; what is put
# together of these words is in `cardinals`.
_TEENS = {
    "de": "dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn",
    "en": "thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
}
_TENS = {
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
}
_ORDINALS = {
    "de": "erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft",
    "en": """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth seventeenth eighteenth nineteenth""",
}
_PARTS = {
    "de": {"drittel": 3, "viertel": 4, "fünftel": 5, "sechstel": 6, "achtel": 8, "zehntel": 10},
    "en": {"third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourths": 4, "fifth": 5, "fifths": 5, "sixth": 6,
           "sixths": 6, "eighth": 8, "eighths": 8, "tenth": 10, "tenths": 10},
    "fr": {"tiers": 3, "quart": 4, "quarts": 4, "cinquième": 5, "cinquièmes": 5, "sixièmes": 6, "huitièmes": 8,
           "dixième": 10, "dixièmes": 10},
    "es": {"tercio": 3, "tercios": 3, "cuarto": 4, "cuartos": 4, "quinto": 5, "quintos": 5, "sextos": 6, "octavos": 8,
           "décimos": 10},
    "it": {"terzo": 3, "terzi": 3, "quarto": 4, "quarti": 4, "quinto": 5, "quinti": 5, "sesti": 6, "ottavi": 8,
           "decimi": 10},
    "nl": {"derde": 3, "derden": 3, "kwart": 4, "vierde": 4, "vijfde": 5, "zesde": 6, "achtste": 8, "tiende": 10},
    "pt": {"terço": 3, "terços": 3, "quarto": 4, "quartos": 4, "quinto": 5, "quintos": 5, "sextos": 6, "oitavos": 8,
           "décimos": 10},
}  # fmt: skip
# A half that only counts with a scale word: half a million, eine halbe Million.
_HALVES = {
    "de": "halbe halben halber halbes", "en": "half half_a", "fr": "demi", "es": "medio", "it": "mezzo",
    "nl": "half halve", "pt": "meio",
}  # fmt: skip
_ARTICLES = {
    "de": "ein eine einer einen einem eines", "en": "one a an", "fr": "un une", "es": "un una", "it": "un una uno",
    "nl": "een één", "pt": "um uma",
}  # fmt: skip
_HUGE = {"million": 4, "milliarde": 7}
"""Zeros of a hundredth of these words: eine Viertelmillion is 25 and four zeros."""
# Words between the ends of a range, and the pairs that make a range of `X and Y`.
_JOINS = {"de": "bis auf", "en": "to", "fr": "à", "es": "a", "it": "a", "nl": "tot", "pt": "a", "ru": "до",
          "zh": "至 到", "ja": "から", "ar": "إلى", "hi": "से"}  # fmt: skip
_PAIRS = {"de": ("zwischen", "und"), "en": ("between", "and"), "fr": ("entre", "et"), "es": ("entre", "y"),
          "it": ("tra", "e"), "nl": ("tussen", "en"), "pt": ("entre", "e")}  # fmt: skip
# Further locales whose words the plain language reads as well: Jänner, Sept, lakh.
_ALSO = {"de": ("de-AT",), "en": ("en-GB", "en-IN"), "es": ("es-MX",), "pt": ("pt-PT",), "zh": ("zh-Hant",)}
_INVISIBLE = re.compile("[\u061c\u200e\u200f']")


class Numerals(Struct, frozen=True):
    """How one language writes numbers.  Words are lower case; patterns are regular expressions over such text.

    `words` gives value and kind of a spelled-out number; `months_alone` holds the wide month names in CLDR's case.
    """

    base: str
    decimal: str
    months: dict[str, int]
    months_alone: dict[str, int]
    scales: dict[str, int]
    percents: tuple[str, ...]
    points: tuple[str, ...]
    money: dict[str, str]
    words: dict[str, tuple[str, str]]
    articles: tuple[str, ...]
    parts: dict[str, int]
    joins: tuple[str, ...]
    pair: tuple[str, str] | None


@lru_cache(maxsize=256)
def of(lang: str) -> Numerals:
    """What is known of the language; English where the tag is none that CLDR knows."""
    locale = _locale(lang)
    base = str(locale.language)
    near = [locale, *map(_locale, _ALSO.get(base, ()))]
    return Numerals(
        base=base,
        decimal=_decimal(locale),
        months={form: number for month, number, wide in _months(near) for form in _forms(month.lower(), base, wide)},
        months_alone={month: number for month, number, wide in _months([locale]) if wide},
        scales=_multiplied({word: power for one in reversed(near) for word, power in _scales(one)}, base)
        | _SCALES_IN.get(base, {}),
        percents=tuple(sorted({"%", "٪", "％", *(word for one in near for word in _percents(one))})),
        points=tuple(word.replace("_", " ") for word in _POINTS.get(base, "").split()),
        money=_money(locale, base),
        words=dict(_spelled(base)),
        articles=tuple(_ARTICLES.get(base, "").split()),
        parts=_PARTS.get(base, {}),
        joins=tuple(_JOINS.get(base, "").split()),
        pair=_PAIRS.get(base),
    )


def reads_words(lang: str) -> bool:
    """Whether number words of a language are read; in others only digits are, and what is spelled out goes unseen."""
    return bool(of(lang).words)


SIGNS = _SIGNS | {code.lower(): code for code in _CODES}
"""Currency signs and codes in lower case, with their ISO 4217 codes."""


def ascii_digits(text: str) -> str:
    """The text with the decimal digits of any script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)


def parsed(written: str, decimal: str) -> tuple[str, str, bool] | None:
    """A run of digits and marks as whole part and decimals, and whether its decimal mark is the other languages'.

    A mark that is not the language's decimal one parts thousands where three digits follow it, so "1.234" is 1234
    in German and 1.234 in English.  None for a version (1.2.3), a list (1,2) or a number with leading zeros.
    """
    if written.isascii() and written.isdigit():  # most are
        return None if written[0] == "0" and len(written) > 1 else (written, "", False)
    plain = written if written.isascii() and " " not in written else re.sub("[ \xa0\u2009\u202f٬]", "", written)
    if "٫" in plain:
        plain, decimal = plain.replace("٫", "."), "."
    if "'" in plain or "’" in plain:
        plain = plain.replace("’", "'")
        head = re.split("[.,]", plain)[0]
        if not _grouped(head.split("'")) or "'" in plain[len(head) :]:
            return None
        plain = plain.replace("'", "")
        decimal = "," if "," in plain else "."
    points, commas = plain.count("."), plain.count(",")
    if points and commas:
        decimal = "." if plain.rfind(".") > plain.rfind(",") else ","
        whole, _, part = plain.rpartition(decimal)
        fits = _grouped(re.split("[.,]", whole)) and decimal not in whole
        return (re.sub("[.,]", "", whole), part, False) if fits else None
    mark = "." if points else ","
    groups = plain.split(mark)
    if points + commas == 1 and (mark == decimal or not _grouped(groups)):
        return (groups[0], groups[1], mark != decimal) if groups[0] == "0" or groups[0][0] != "0" else None
    if not _grouped(groups):
        return None
    return "".join(groups), "", False


def _grouped(groups: list[str]) -> bool:
    """Whether these are groups of thousands, or of thousands and then hundreds as in India; one group is, too."""
    first, rest = groups[0], groups[1:]
    if first.startswith("0") and (rest or len(first) > 1):
        return False
    if not rest:
        return True
    inner = {len(group) for group in rest[:-1]}
    return len(rest[-1]) == 3 and (len(first) <= 3 if inner <= {3} else len(first) <= 2 and inner == {2})


def scaled(whole: str, part: str, power: int) -> str:
    """Canonical decimal text: no zeros too many, the decimal mark moved by a power of ten."""
    if power:
        part = part.ljust(power, "0")
        whole, part = whole + part[:power], part[power:]
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    return f"{whole}.{part}" if part else whole


def is_year(written: str) -> bool:
    """Whether four digits may be a year: 1000 to 2199."""
    return len(written) == 4 and written.isdigit() and 1000 <= int(written) <= 2199


def iso(year: str | int, month: int, day: int) -> str:
    """ISO 8601 text of what is known of a date."""
    parts = (str(year) or "-", f"{month:02}" if month else "", f"{day:02}" if day else "")
    return "-".join(filter(None, parts))


def clock(hour: int, minute: int, half: str) -> str:
    """A time as ISO 8601 has it; `half` is `a` or `p` where the hours go to twelve."""
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour % 24:02}:{minute:02}"


def part_of(upper: int, lower: int) -> str:
    """A fraction in lowest terms."""
    shared = math.gcd(upper, lower)
    return f"{upper // shared}/{lower // shared}"


def date(written: str, shape: str, base: str) -> tuple[str, int, int] | None:
    """Year, month and day of a date in digits, 0 for what it does not say; None where it is none."""
    parts = re.findall(r"\d+", written)
    if shape == "dotted":
        year = parts[2] if len(parts) > 2 else ""
        parts = [f"20{year}" if len(year) == 2 else year, *(parts[:2] if year and int(parts[1]) > 12 else parts[1::-1])]
    elif shape == "slashed":
        # 12/31 can only be the American order; what is left open is read as the language does.
        us = int(parts[1]) > 12 or (base == "en" and int(parts[0]) <= 12)
        parts = [parts[2], *(parts[:2] if us else parts[1::-1])]
    elif len(parts[0]) < 4:
        parts.insert(0, "")
    year, month, day = parts[0], int(parts[1]) if len(parts) > 1 else 0, int(parts[2]) if len(parts) > 2 else 0
    return (year, month, day) if month <= 12 and day <= 31 and (month or not day) else None


@lru_cache(maxsize=256)
def _locale(lang: str) -> Locale:
    for tag in (lang.replace("_", "-"), re.split("[-_]", lang)[0]):
        try:
            return Locale.parse({"no": "nb"}.get(tag, tag), sep="-")
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return Locale("en")


def _decimal(locale: Locale) -> str:
    symbols = locale.number_symbols.get("latn", {})
    return str(symbols.get("decimal", "."))


def _months(near: Iterable[Locale]) -> Iterator[tuple[str, int, bool]]:
    """Names of months without their full stop, numbers, and whether the name is a wide one."""
    for locale in near:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context].get(width, {}).items():
                    plain = _INVISIBLE.sub("", name).rstrip(".")
                    if len(plain) > 1 and any(map(str.isalpha, plain)):
                        yield plain, number, width == "wide"


def _forms(month: str, base: str, wide: bool) -> tuple[str, ...]:
    """A month as it stands in a sentence: German has a genitive that CLDR leaves out."""
    return (month, f"{month}s") if base == "de" and wide else (month,)


def _scales(locale: Locale) -> Iterator[tuple[str, int]]:
    """Scale words and their powers of ten: `00 Mio.` stands for 10,000,000, so `Mio.` is 6."""
    for lengths in locale.compact_decimal_formats.values():
        for patterns in lengths.values():
            for least, pattern in patterns.items():
                written = _INVISIBLE.sub("", pattern.pattern.split(";")[0]).replace("\xa0", " ").replace("\u202f", " ")
                zeros = written.count("0")
                word = written.strip("0").strip().lower()
                # One Latin letter is a unit as well (5 m, 5 K), see `figures`; so is the Portuguese MM.
                if zeros and word and written[0] == "0" and word != "mm" and (len(word) > 1 or word > "\u0530"):
                    yield word, len(least) - zeros
                    if " " in word:
                        yield word.replace(" ", "\xa0"), len(least) - zeros


def _multiplied(scales: dict[str, int], base: str) -> dict[str, int]:
    """Scale words with those that multiply them, in languages that say ten million as a thousand ten-thousands."""
    small = dict(zip(_MULTIPLIERS.get(base, ""), (1, 2, 3), strict=False))
    large = [(word, power) for word, power in scales.items() if len(word) == 1 and power > 3]
    made = {one + word: n + power for one, n in small.items() for word, power in large}
    return scales | made | {one: n for one, n in small.items() if n > 1}


def _percents(locale: Locale) -> Iterator[str]:
    for count in (1, 2, 5, 100):
        said = format_unit(count, "concentr-percent", "long", locale=locale)
        word = re.sub(r"\d", "", _INVISIBLE.sub("", said)).strip().lower()
        if word and "concentr" not in word:  # Babel's answer where it has none
            yield word
            yield word.replace(" ", "")
    if locale.language == "de":
        yield from (f"prozentig{end}" for end in ("", "e", "er", "en", "es", "em"))


def _names(code: str, locale: Locale) -> set[str]:
    named = {get_currency_name(code, count, locale) for count in (None, 1, 2, 5, 1000000)}
    return {name.lower() for name in named if len(name) > 2 and name != code}


def _money(locale: Locale, base: str) -> dict[str, str]:
    """Names, signs and codes of currencies in lower case.  A word that all dollars share is the American one."""
    made = {name: code for code in _CODES for name in _names(code, locale)}
    made |= {name.replace(" ", "-"): code for name, code in made.items()}
    dollars = [
        {word for name in _names(code, locale) for word in re.split("[ -]", name)} for code in ("USD", "AUD", "CAD")
    ]
    shared = {word for word in set.intersection(*dollars) if len(word) > 3}
    return dict.fromkeys(shared, "USD") | made | _SPOKEN | SIGNS | _SPOKEN_IN.get(base, {})


def _spelled(base: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Number words with value and kind; what is `scaled` is a number before a scale word alone."""
    small = dict(enumerate(_WORDS.get(base, "").split(), 2))
    teens = dict(enumerate(_TEENS.get(base, "").split(), 13))
    tens = {10 * n: word for n, word in enumerate(_TENS.get(base, "").split(), 2)}
    yield from ((word, (str(n), "number")) for n, word in (small | teens | tens).items())
    yield from ((word.replace("_", " "), ("0.5", "scaled")) for word in _HALVES.get(base, "").split())
    if base == "de":
        for ten, word in tens.items():
            yield from ((f"{small.get(n, 'ein')}und{word}", (str(ten + n), "number")) for n in range(1, 10))
        yield from ((f"{word}einhalb", (f"{n}.5", "number")) for n, word in small.items())
        yield from ((word, ("1.5", "number")) for word in ("anderthalb", "eineinhalb"))
        for part, share in (("viertel", 25), ("dreiviertel", 75)):
            yield from ((f"{part}{word}", (f"{share}{zeros * '0'}", "number")) for word, zeros in _HUGE.items())
    for n, word in enumerate(_ORDINALS.get(base, "").split(), 1):
        for end in ("e", "er", "en", "es", "em") if base == "de" else ("",):
            yield word + end, (str(n), "ordinal")
    if base == "en":
        yield from ((word, ("1.5", "number")) for word in ("one and a half", "one-and-a-half"))
        yield from ((f"{word[:-1]}ieth", (str(ten), "ordinal")) for ten, word in tens.items())
