"""What a figure counts: hours or days, gigawatt hours or megawatt hours, per cent or points, in German and English.

Only what both languages name beyond doubt: a "ton" is one of three weights, "sec" may be a section.
"""

import re
from functools import lru_cache

from notesite.records import Stated

_SIGNS: dict[str, tuple[str, ...]] = {
    "energy": ("Wh", "kWh", "MWh", "GWh", "TWh"),
    "power": ("W", "kW", "MW", "GW", "TW"),
    "bytes": ("B", "kB", "KB", "MB", "GB", "TB", "PB", "Byte", "Bytes", "byte", "bytes"),
    "bits": ("Bit", "bit", "bits", "Bits", "kbit", "Mbit", "Gbit"),
    "length": ("mm", "cm", "km"),
    "mass": ("mg", "kg"),
}
"""Signs, by what they measure; they are the same in both languages, and capitals count."""
_SAME = {"KB": "kB", "Byte": "B", "Bytes": "B", "byte": "B", "bytes": "B", "bit": "Bit", "bits": "Bit", "Bits": "Bit"}
_BITS = ("bytes", "bits")
_MEASURES = {sign: "data" if kind in _BITS else kind for kind, signs in _SIGNS.items() for sign in signs}
_TIME = {lang: re.compile(pattern) for lang, pattern in (
    ("en", r"(?:(second)|(minute)|(hour)|(day)|(week)|(month)|(year))s?\b"),
    ("de", r"(?:(sekunde)|(minute)|(stunde)|(t[aä]g)|(w[oö]che)|(monat)|(j[aä]hr))"),
)}  # fmt: skip
_NEXT = re.compile(r"[\s\u00a0\u202f-]?([^\W\d_]+)")
_TIMES = ("s", "min", "h", "d", "wk", "mo", "a")


_NOTHING = "", ""


def counted(one: Stated, sentence: str, lang: str) -> tuple[str, str]:
    """What a figure measures and in which unit, by the word after it; both empty where that is not known.

    `sentence` is the one that it stands in, `lang` its language without a region.
    """
    at = sentence.find(one.text)
    if at < 0 or lang not in _TIME or sentence.rfind(one.text) != at:
        return _NOTHING
    after = _NEXT.match(sentence, at + len(one.text))
    return _unit(after[1], lang) if after else _NOTHING


@lru_cache(maxsize=4096)
def _unit(word: str, lang: str) -> tuple[str, str]:
    """What a word measures, and its unit."""
    if word in _MEASURES:
        return _MEASURES[word], _SAME.get(word, word)
    time = _TIME[lang].match(word.lower()) if len(word) > 2 else None
    return ("time", _TIMES[time.lastindex - 1]) if time and time.lastindex else _NOTHING


def differ(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two units measure the same and are not the same."""
    return one[0] == other[0] != "" and one[1] != other[1]
