"""The words and shapes by which numbers are found in a text: one set of compiled patterns for each language."""

import re
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from notesite import numerals

_GAP = "[ \n\t\xa0\u2009\u202f]?"
UNSPACED = "\u0e00"
"""From here on scripts set no spaces between words, or add particles to them (Thai, Chinese, Japanese, Korean)."""
CASED = "\u0530"
"""Before this stand the scripts with capitals: Latin, Greek, Cyrillic."""
DIGIT = re.compile(r"\d")
# What can begin at a digit, the longest meaning first.  Every repetition is possessive or bounded: no text is
# read twice.
BODY = re.compile(
    r"""(?P<iso>\d{4}-(?:0[1-9]|1[0-2])(?:-\d\d(?:T\d\d:\d\d)?)?(?![\w-]))
    |(?P<cjk>\d{4}\s?[年년](?:\s?\d{1,2}\s?[月월](?:\s?\d{1,2}\s?[日일])?)?|\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일])
    |(?P<dotted>\d\d\.\d\d\.\d\d(?![\d.])|\d{1,2}\.\s?\d{1,2}\.(?:\s?\d{4})?(?!\.?\d)|0[1-9]\.(?:0[1-9]|1[0-2])(?![\d.]))
    |(?P<slashed>\d{1,2}/\d{1,2}/\d{4}(?!\d))
    |(?P<pairs>[\da-fA-F]{2}(?::[\da-fA-F]{2}){3,}+)
    |(?P<chain>\d++(?:[-/]\d++){2,}+)
    |(?P<time>\d{1,2}:\d{2}(?!\d)(?::\d{2}(?!\d))?)
    |(?P<season>\d{4}/\d{2}(?:\d{2})?(?!\d))
    |(?P<fraction>[1-9]/(?:10|[2-9])(?![\d/]))
    |(?P<plain>\d{1,3}(?:[ \xa0\u2009\u202f]\d{3}(?!\d))++(?:[.,]\d++)?|\d++(?:[.,'’٫٬]\d++)*+)
    """,
    re.VERBOSE,
)
REST_OF_NAME = re.compile(r"\w++(?:[-_./]\w++)*+")
ATTACHED = re.compile(
    r"(?P<ordinal>st|nd|rd|th|ère|ème|te[nrms]?|[ºª])(?!\w)|(?P<decade>ern?|s)(?!\w)"
    r"|(?P<plain>x|fach(?:e[nrms]?)?|mal|[kmcnµ]?m[²³23]?|[kmµ]?g|[kmgtp]b|[kmg]?hz|[kmgt]?wh?|kv|h|min|m?s|m?l|°?c"
    r"|px|ct)(?!\w)"
    r"|×"
)
LISTED = re.compile(r"(?:\s?(?:[-–,/]|und|and|bis|to|or|oder|et|y|&)\s?\d++(?!\.?\d))*+")
_HOUR, _LATE = r"uhr|o[’']clock|noon", r"abends|nachmittags|in\sthe\s(?:evening|afternoon)"
# Most numbers have no such word after them, and their first letters tell it.
CLOCK = re.compile(rf"\s?+(?=[apuoni])(?:(?P<half>[ap])\.?m\b\.?|(?:(?:{_HOUR})\s)?(?P<late>{_LATE})\b|(?:{_HOUR})\b)")
SIGN_END = frozenset("$€£¥￥₹₩₽₪฿₴₫₦")
HEAD = re.compile(rf"(?<![^\W\d_])({'|'.join(map(re.escape, sorted(numerals.SIGNS, key=len, reverse=True)))}){_GAP}\Z")
LETTERS = {"k": 3, "m": 6, "b": 9, "t": 12}
# Words before a number that make it a place in something, not a count of anything, in both languages alike.
REFERENCES = frozenset(
    """artikel artikels art art. artikeln absatz abs abs. kapitel kap kap. abschnitt seite seiten s. teil tabelle tab
    tab. abbildung abb abb. nummer nr nr. ziffer satz buchstabe schritt version fußnote band bd bd. heft anhang
    stufe lit lit. az az. ausgabe randnummer rn rn. erwägungsgrund issue isbn issn doi tel tel. telefon phone
    plz article articles chapter chapters ch. section sections sec. page pages p. pp. part parts table figure
    fig fig. number no. paragraph paragraphs para para. par par. sentence letter step steps footnote volume vol
    vol. appendix level recital clause edition release chapitre capítulo capítulos capitolo página páginas
    pagina artículo artículos articolo articoli sección § §§ n° número numéro numero étape paso""".split()
)
MONTH_FIRST = frozenset({"en", "hu", "fil", "sw"})
_NOUN_CAPITALS = frozenset({"de", "lb", "gsw", "nds"})
DETERMINERS = frozenset(
    """der die das den dem des am im zum zur beim vom ins ein eine einen einem einer eines jeder jede jedes jeden jedem
    sein seine seinen seinem seiner ihr ihre ihren ihrem ihrer dieser diese dieses diesem diesen unser unsere mein
    meine dein deine kein keine bis seit ab und auf""".split()
)


class Vocabulary(Struct, frozen=True):
    """What one language's words look like: patterns over lower-case text."""

    known: numerals.Numerals
    tail: re.Pattern[str]
    month: re.Pattern[str]
    word: re.Pattern[str]
    part: re.Pattern[str]
    named: re.Pattern[str]
    join: re.Pattern[str]
    capitals: bool
    counted: tuple[str, ...]
    """What an article counts: scale words, percent and parts."""


def half_of(clock: re.Match[str] | None) -> str:
    """Half of the day that a clock's word names, empty where it leaves that open."""
    if clock is None:
        return ""
    return clock["half"] or ("p" if clock["late"] else "")


@lru_cache(maxsize=256)
def vocabulary(lang: str) -> Vocabulary:
    """The patterns of a language, made once."""
    known = numerals.of(lang)
    scales, points, percents = any_of(known.scales), any_of(known.points), any_of(known.percents)
    gap, month, join = "[ \n\t\xa0\u2009\u202f-]?", any_of(known.months), any_of(known.joins)
    tail = (
        rf"(?:{gap}(?:(?P<scale>{scales})|(?P<letter>[kmbt])(?![^\W_])))?"
        rf"(?:{gap}(?:(?P<points>{points})|(?P<percent>{percents})"
        rf"|(?:de |di |d[’'])?(?P<money>{any_of(known.money)})))?"
    )
    between = r"[-–—&+]|to|and|bis|und|à|y|et|e|a|al"
    date = (
        rf"(?:\.?\s?(?:{between})\s?(?P<other>\d{{1,2}}))?(?:\.|st|nd|rd|th|er|º|ª)?{_GAP}(?:of |de |d[’'])?"
        rf"(?P<month>{month})\.?(?:,?{_GAP}(?:de |del )?(?P<year>\d{{4}})(?!\d))?"
    )
    named_percents = [word for word in known.percents if word.isalpha()]
    articled = rf"{any_of(known.articles)}(?=[ \xa0-](?:{scales}|{any_of(named_percents)}|{any_of(known.parts)}))"
    spelled = any_of(word for word in known.words)
    return Vocabulary(
        known=known,
        tail=re.compile(tail),
        month=re.compile(date),
        word=re.compile(rf"[\s(\[„“\"'«»–—/](?:(?P<word>{spelled})(?!\w)|(?P<article>{articled}))"),
        part=re.compile(rf"[ \xa0-]({any_of(known.parts)})"),
        named=re.compile(rf"(?<![^\W_]){month}"),
        join=re.compile(rf"\s?[-–—~〜]\s?|-?\s?(?:{join})\s?"),
        capitals=known.base in _NOUN_CAPITALS,
        counted=(*known.scales, *named_percents, *known.parts),
    )


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of these words, the longest first, ending where a word ends in scripts that set spaces.

    Words are folded into a tree, so that text which begins none of them is left at its first letter.
    """
    tree: dict[str, dict] = {}  # type: ignore[type-arg]
    for word in words:
        here = tree
        for letter in word:
            here = here.setdefault(letter, {})
        here[""] = {}
    return _branch(tree, "") if tree else "(?!)"


def _branch(tree: dict[str, dict], last: str) -> str:  # type: ignore[type-arg]
    ways = [re.escape(letter) + _branch(rest, letter) for letter, rest in sorted(tree.items()) if letter]
    if "" in tree:
        ways.append(r"(?![^\W\d_])" if last.isalpha() and last < UNSPACED else "")
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"
