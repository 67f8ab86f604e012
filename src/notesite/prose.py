"""Running text: its sentences, its words, and the language it is in."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

_ABBREVIATIONS = frozenset(
    [
        "z",
        "b",
        "d",
        "h",
        "u",
        "a",
        "s",
        "o",
        "ca",
        "bzw",
        "vgl",
        "evtl",
        "ggf",
        "inkl",
        "exkl",
        "usw",
        "etc",
        "nr",
        "bd",
        "aufl",
        "hrsg",
        "abs",
        "art",
        "st",
        "dr",
        "prof",
        "hr",
        "fr",
        "dipl",
        "ing",
        "mio",
        "mrd",
        "tsd",
        "jh",
        "jan",
        "feb",
        "mär",
        "mrz",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "okt",
        "nov",
        "dez",
        "e",
        "g",
        "i.e",
        "eg",
        "ie",
        "vs",
        "mr",
        "mrs",
        "ms",
        "jr",
        "sr",
        "inc",
        "ltd",
        "corp",
        "co",
        "no",
        "vol",
        "ed",
        "eds",
        "fig",
        "figs",
        "al",
        "approx",
        "dept",
        "est",
        "govt",
        "u.s",
        "u.k",
        "p",
        "pp",
        "cf",
        "rev",
        "gen",
        "sen",
        "rep",
        "oct",
        "dec",
        "mar",
    ]
)
# It begins with a set of characters, so that all between them is passed over at once.
_STOP = re.compile(r"[.!?…。！？؟۔](?:(?<=[.!?…])[.!?…]*+[\"'”’“»)\]]*+(?=\s|$)|(?<=[。！？؟۔]))")
_BREAK = re.compile(r"[\s(„“\"'–—]")
_ORDINAL = re.compile(r"\d{1,2}|[ivx]{1,5}")
_LETTERS = re.compile(r"(?:\w\.)+\w")
_LONGEST_SHORT = 24
"""Characters of the longest word that is looked at as an abbreviation."""

# Words that are common in one of these languages and not words of another one of them: no "die", "in", "was",
# "war", "an", "so", "will", "also", "man", "hat".  A note's language is right from 150 characters on.
_COMMON = {
    "de": """der das den dem des ein eine einen einem einer eines und oder aber nicht ist sind wird werden wurde
    wurden sich auch auf aus bei mit nach von vom zum zur für über unter zwischen durch gegen ohne um als wie wenn
    dass daß weil noch nur schon mehr sehr kann können muss müssen soll sollte haben hatte wir sie es ihr ihre sein
    seine dieser diese dieses jetzt bis beim im am zu warum wer wo ob doch mehr neue neuen jahr jahre deutschland
    künstliche intelligenz kostet kosten ohne alle viele kein keine""",
    "en": """the of and to is are that it for with as by from this be or not which have has had they their its but
    can were been would could should about after before between into than then there these those who what when
    where why how our your more most other some such only over under while because does did said we you he she his
    her new open source model models at on if says against out up all no year years startup race rise fall""",
    "fr": """le la les un une des du et est sont dans pour par avec sur que qui ne pas plus aux ce cette ces leur
    leurs mais ou où nous vous ils elles être avoir fait comme entre sans sous""",
    "es": """el los las una unos unas y es son por con para que del al como más pero sus este esta estos estas muy
    sin sobre entre también cuando ser ha han fue""",
    "it": """il lo gli una uno e è sono per con che di del della dei delle nel nella alla dal non più come anche
    questo questa tra fra essere stato sua suoi""",
    "nl": """het een van en zijn voor met niet dat die op aan ook door maar bij naar uit nog wordt worden heeft
    deze dit geen meer wij hun""",
    "pt": """o os um uma uns e é são por com para que do da dos das no na nos nas não mais como mas seu sua este
    esta isso também ser foi ao pelo pela""",
}
_SETS = {lang: frozenset(words.split()) for lang, words in _COMMON.items()}
_LANGS = {word: [lang for lang, known in _SETS.items() if word in known] for word in frozenset().union(*_SETS.values())}
# Common in one language and a word of another, so they tell neither; but no name either.
_BETWEEN = """a ab ad ai al also am an as at by c che d da das de di die do du e ein el en er es et go gut hat he her
hier i ich if il im in is it la las le lo los man me mit my na ni no non not o of on or par por se si so su to un
una up us van vi vor war was we will wo y""".split()
_EVERY = frozenset(_BETWEEN).union(*_SETS.values())
_SCRIPTS = {
    "ARABIC": "ar", "HEBREW": "he", "CYRILLIC": "ru", "GREEK": "el", "HIRAGANA": "ja", "KATAKANA": "ja",
    "HANGUL": "ko", "CJK": "zh", "DEVANAGARI": "hi", "THAI": "th",
}  # fmt: skip
_WORDS = re.compile(r"[^\W\d_]+")
_LATIN = bytes(n if _WORDS.match(chr(n)) else ord(" ") for n in range(256))
"""What is left of the characters of Latin-1 when all but letters are blanked."""
_PLAIN = "".join(map(chr, (*range(ord("a"), ord("z") + 1), *range(ord("A"), ord("Z") + 1)))).encode() + (
    b" \n!&'(),-.:;?\xc3" + bytes(range(0x80, 0xC0))  # \xc3 leads À to ÿ, none of the others does without its own
)
_LATIN_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f]")
_BEYOND = re.compile(r"[^\W\d_\x00-\u024f]")
DENSE = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""Chinese, Japanese and Korean signs, one of which says what other scripts say in two letters."""
_FOREIGN = 0.3
"""The share of letters beyond Latin from which on a text is not in Latin letters."""
_LONGEST_GUESSED = 4000
"""Characters of a text from which its language is told."""
_BLOCK_MARK = re.compile(r"(?:```|~~~|\||>|#{1,6}\s|[-*+]\s|\d{1,9}[.)]\s|\[\^|\s*\|?:?-{3,}|={3,}\s*$|:\s| {4,}|\t)")


# A passage is asked for them twice: for its number words and for its language.
@lru_cache(maxsize=64)
def words(text: str) -> Sequence[str]:
    """The words of a text in small letters: its runs of letters."""
    low = text.lower()
    try:  # blanking bytes takes a quarter of the time that the pattern takes, and most texts are Latin-1
        return low.encode("latin-1").translate(_LATIN).decode("latin-1").split()
    except UnicodeEncodeError:
        return _WORDS.findall(low)


def is_plain(text: str) -> bool:
    """Whether a text is Latin letters and the punctuation of a sentence alone, without digits, quotation or markup.

    True of most passages, and told by one look at the bytes where each pattern would search all of it.
    """
    return not text.encode().translate(None, _PLAIN)


def guess(text: str, least: int = 3) -> str:
    """The language of a text by its common words or its script; empty where fewer than `least` words tell.

    A runner-up with more than half as many telling words leaves it undecided, too.
    """
    return _guess(words(text[:_LONGEST_GUESSED]), least)


def stray(text: str, lang: str) -> str:
    """The language of a text that is clearly not in `lang`, else empty.

    Nothing is said of a text in which every twentieth word is common in `lang`, nor of one in its script where
    nothing is known of the language's words.
    """
    base = lang.split("-")[0]
    known = _SETS.get(base, frozenset())
    said = words(text[:_LONGEST_GUESSED])
    if 20 * sum(map(known.__contains__, said)) > len(said):
        return ""
    found = _guess(said, max(3, len(said) // 8))
    if found in _SETS and (not _is_latin(text) or (not known and base not in _SCRIPTS.values())):
        return ""
    return "" if found == base else found


def _is_latin(text: str) -> bool:
    """Whether a text is in Latin letters, a few names in another script aside.

    Counted by letters, not by words: a sentence in Chinese is one word.
    """
    if text.isascii():
        return True
    other = sum(1 + (DENSE.match(letter) is not None) for letter in _BEYOND.findall(text))
    return other < _FOREIGN * (other + len(_LATIN_LETTER.findall(text)))


def has_common(text: str, lang: str) -> bool:
    """Whether a word stands in a text that is common in a language and in none of the others that are known here."""
    return any(_LANGS.get(word) == [lang] for word in words(text))


def _guess(words: Sequence[str], least: int) -> str:
    script = _script(words)
    if script:
        return script
    telling = [*filter(_LANGS.__contains__, words)]
    if len(telling) < least:
        return ""
    counts = Counter(lang for word in telling for lang in _LANGS[word])
    (lang, best), (_, second) = (*counts.most_common(2), ("", 0))[:2]
    return lang if best >= least and best > 2 * second else ""


def _script(words: Sequence[str]) -> str:
    """The language a non-Latin script stands for, where most words are written in it."""
    if 2 * sum(map(str.isascii, words[:200])) >= len(words[:200]):  # most texts, and naming letters is slow
        return ""
    firsts = Counter(_script_of(word[0]) for word in words[:200])
    if firsts["LATIN"] * 2 >= firsts.total():
        return ""
    letters = Counter(_script_of(letter) for word in words[:200] for letter in word[:40])
    kana = letters["HIRAGANA"] + letters["KATAKANA"]
    # Japanese mixes its syllables with Chinese signs, a Chinese text may quote a few.
    return "ja" if kana * 5 > letters["CJK"] else _SCRIPTS.get(letters.most_common(1)[0][0], "")


def _script_of(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]


def first_sentence(text: str) -> str:
    """The text up to the end of its first sentence.

    A full stop after an ordinal ("am 20. Januar"), an abbreviation ("z. B.", "e.g.") or a single letter, or
    inside a decimal, ends no sentence.
    """
    return text[: next(_ends(text), None)].strip()


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence of a text begins and ends; together they are the whole text.  A line feed ends one, too."""
    start = 0
    lines = [found.end() for found in re.finditer("\n", text)] if "\n" in text else []
    for end in sorted({*_ends(text), *lines}) if lines else _ends(text):
        yield start, end
        start = end
    if start < len(text):
        yield start, len(text)


def _ends(text: str) -> Iterator[int]:
    """The places where a sentence ends."""
    for stop in _STOP.finditer(text):
        before = text[max(0, stop.start() - _LONGEST_SHORT) : stop.start()]
        if not stop[0].startswith(".") or stop[0].startswith("..") or not _is_short(before):
            yield stop.end()


def _is_short(before: str) -> bool:
    """Whether a full stop after this text belongs to an ordinal or an abbreviation."""
    word = _BREAK.split(before.rpartition(" ")[2])[-1].lower()
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()):
        return True
    return _ORDINAL.fullmatch(word) is not None or ("." in word and _LETTERS.fullmatch(word) is not None)


def cut(text: str, longest: int) -> str:
    """The text on one line; where it is longer than `longest`, cut at a word and closed by an ellipsis."""
    flat = " ".join(text.split())
    if len(flat) <= longest:
        return flat
    head = flat[:longest]
    short = head[: head.rfind(" ")] if " " in head[longest // 2 :] else flat[: longest - 1]
    return short.rstrip(" ,;:–—-„“\"'(") + "…"


def without_stop(sentence: str) -> str:
    """A sentence as a title: its full stop gone, a question or exclamation mark kept."""
    return re.sub(r"(?<!\.)\.$", "", sentence)


def title_from(text: str) -> str:
    """A title from the first sentence of a text, 90 characters at most."""
    return cut(without_stop(first_sentence(text)), 90)


def summary(text: str) -> str:
    """A description from a paragraph: plain, 200 characters at most."""
    return cut(text, 200)


def is_common(word: str) -> bool:
    """Whether a word is one of the common words that tell a language."""
    return word in _EVERY


# Characters that neither HTML nor XML can hold

CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_C0 = bytes(n for n in (*range(32), 127) if n not in (9, 10))
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_NO_CHARACTERS = re.compile(rb"\xef[\xb7\xbf]")
"""What the others are led by in UTF-8: U+FDC0 to U+FDFF, U+FFC0 to U+FFFF."""


def control(text: str) -> re.Match[str] | None:
    """The first control character of a text."""
    return CONTROL.search(text) if _may_hold_controls(text) else None


def _may_hold_controls(text: str) -> bool:
    """A quick look at the bytes, since a search by character costs every note as much as its front matter."""
    data = text.encode()
    found = _NO_CHARACTERS.search(data) or _C1.search(data)
    return found is not None or len(data.translate(None, _C0)) < len(data)


def is_clipping(body: str) -> bool:
    """Whether a text without blank lines is a clipping, each line a paragraph of its own.

    Not where lines carry block markup (a list, a table, code), and not where they look wrapped by an editor:
    most of them short and ending in the middle of a sentence.
    """
    lines = body.strip("\n").split("\n")
    if len(lines) < 2 or not all(line.strip() for line in lines):
        return False
    if any(_BLOCK_MARK.match(line) for line in lines) or any(line.endswith(("  ", "\\")) for line in lines[:-1]):
        return False
    wrapped = [len(line) <= 120 and not re.search(r"[.!?:…\"”“’»)]\s*$|://\S+$", line) for line in lines[:-1]]
    return sum(wrapped) * 2 <= len(wrapped)
