"""Babel's door: messages, dates, numbers, names of languages; with the sorting rule that CLDR data in Babel lacks."""

import gettext
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal

Catalogue = gettext.NullTranslations
"""Messages of one language: English words in, that language's words out."""

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|\d{3}))?(?:[-_][A-Za-z0-9]{5,8})*")
_LETTERS = re.compile(r"[^\W_]+")
_APART = bytes(n if _LETTERS.match(chr(n)) else ord(" ") for n in range(128)) + bytes(128)
"""ASCII with blanks for all but letters and digits."""
_ACCENTS = re.compile("[\u0300-\u034e\u0350-\u036f]+")  # the one between joins letters
_SHORT_TAG = re.compile(r"[A-Za-z]{2}(?:[-_](?:[A-Za-z]{2}|[A-Za-z]{4}))?")
# Languages whose plain tag CLDR reads otherwise than this site writes: English without a region is British
# (3 September, not September 3, as the notes of a German and English site want it); `no` is an alias.
_READ_AS = {"en": "en-GB", "no": "nb"}


def tag(written: str) -> str | None:
    """A language tag in BCP 47's customary case (`pt-BR`, `zh-Hans`), or None where it is no tag."""
    if not _TAG.fullmatch(written.strip()):
        return None
    first, *rest = re.split("[-_]", written.strip())
    shaped = [part.title() if len(part) == 4 else part.upper() if len(part) == 2 else part.lower() for part in rest]
    made = "-".join([first.lower(), *shaped])
    return made if _locale(made) is not None else None


@lru_cache(maxsize=4096)
def is_language(text: str) -> bool:
    """Whether a text is a language tag of two letters, perhaps with a region or a script (`de`, `pt-BR`)."""
    return _SHORT_TAG.fullmatch(text) is not None and text[:2].lower() in _codes()


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    """The languages of two letters that CLDR knows."""
    return frozenset(one.lower() for one in get_global("likely_subtags") if len(one) == 2)


@lru_cache(maxsize=256)
def _locale(lang: str) -> Locale | None:
    try:
        return Locale.parse(_READ_AS.get(lang, lang), sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def _known(lang: str) -> Locale:
    return _locale(lang) or Locale("en")


@lru_cache(maxsize=256)
def direction(lang: str) -> str:
    """`rtl` or `ltr`."""
    return str(_known(lang).text_direction)


@lru_cache(maxsize=256)
def autonym(lang: str) -> str:
    """The language named in itself, as a heading would: Deutsch, English, العربية."""
    name = language_name(lang, lang)
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=4096)
def language_name(lang: str, speaker: str) -> str:
    """The language named in another: `en` for a German speaker is Englisch."""
    try:
        named = Locale.parse(lang, sep="-")
    except (UnknownLocaleError, ValueError):
        return lang
    return named.get_display_name(_known(speaker)) or lang


@lru_cache(maxsize=256)
def territory(lang: str) -> str:
    """The locale that Open Graph asks for: `de_DE`, `en_GB`."""
    locale = _known(lang)
    likely = str(get_global("likely_subtags").get(locale.language, "")).rpartition("_")[2]
    region = locale.territory or likely
    return f"{locale.language}_{region}" if region else locale.language


@lru_cache(maxsize=4096)
def format_day(iso: str, lang: str, form: str = "long") -> str:
    """An ISO date in words: `long` with its year ("3. September 2025"), `day` without ("3. September")."""
    day = date.fromisoformat(iso[:10])
    if form == "day":
        return str(format_skeleton("MMMMd", datetime(day.year, day.month, day.day), locale=_known(lang)))
    return format_date(day, "long", locale=_known(lang))


@lru_cache(maxsize=4096)
def format_number(number: int, lang: str) -> str:
    """A whole number with the language's grouping."""
    return format_decimal(number, locale=_known(lang))


def listing(items: Iterable[str], lang: str) -> str:
    """A, B and C."""
    return format_list(list(items), locale=_known(lang))


def sort_key(text: str) -> tuple[str, str]:
    """Alphabetical order as German and English readers expect: DIN 5007-1, umlauts as their base letters.

    Accents, case and punctuation matter only between words that are otherwise alike; ß sorts as ss.
    """
    return (_folded(text), text)


@lru_cache(maxsize=65536)
def _folded(text: str) -> str:
    plain = text.casefold()
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain)
        plain = _ACCENTS.sub("", apart)
        if not plain.isascii():
            plain = "".join(c for c in apart if not unicodedata.combining(c))
    if plain.isascii():  # most are, and bytes take a third of the time that the pattern takes
        return " ".join(plain.encode().translate(_APART).decode().split())
    return " ".join(_LETTERS.findall(plain))


def initial(text: str) -> str:
    """The letter a word is listed under, upper-case and without accent; `#` for digits and signs."""
    first = _folded(text)[:1].upper()
    return first if first.isalpha() else "#"


class BrokenMessagesError(ValueError):
    """A `.po` file that cannot be read as meant: the words, and the line or 0."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


# Babel reads a line whose last quote is missing, and cuts off the last letter instead.
_PO_LINE = re.compile(r"""(?:#.*|(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)?\s*"(?:[^"\\]|\\.)*"|)\s*""")
_PLACE = re.compile(r"%(?:\((\w+)\)s|%)")


def catalogue(compiled: bytes) -> Catalogue:
    """The messages of a file that is `compiled`."""
    return gettext.GNUTranslations(io.BytesIO(compiled))


def spoken(catalogues: Mapping[str, Catalogue], lang: str) -> Catalogue:
    """The messages of a language, or of its main language, or English."""
    return catalogues.get(lang) or catalogues.get(lang.split("-")[0]) or catalogues["en"]


def voice(catalogues: Mapping[str, Catalogue], lang: str) -> str:
    """The language that the messages of a language are in: that language, or English where it has none."""
    return lang if lang in catalogues or lang.split("-")[0] in catalogues else "en"


def compiled(text: bytes) -> bytes:
    """The messages of a `.po` file as those of a `.mo` file.  Raises BrokenMessagesError if it is broken."""
    # Imported here: what is compiled is kept, and these take longer to import than most modules of ours.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    for number, line in enumerate(text.decode("utf-8-sig", "replace").splitlines(), 1):
        if not _PO_LINE.fullmatch(line):
            raise BrokenMessagesError("this is no line of messages", number)
    try:
        messages = read_po(io.BytesIO(text), abort_invalid=True)
    except (PoFileError, UnicodeError, ValueError, LookupError, UnknownLocaleError) as failure:
        raise BrokenMessagesError(str(failure), 0) from failure
    for message in messages:
        said = [message.string] if isinstance(message.string, str) else list(message.string or ())
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        places = {name for words in ids for name in _PLACE.findall(words)}
        for words in said if message.id else ():
            wrong = [name for name in _PLACE.findall(words) if name and name not in places]
            if wrong or "%" in _PLACE.sub("", words):
                raise BrokenMessagesError(f"{words!r} puts in what {ids[0]!r} does not have", message.lineno or 0)
    made = io.BytesIO()
    write_mo(made, messages)
    return made.getvalue()


def layered(upper: Catalogue, lower: Catalogue) -> Catalogue:
    """The messages of `upper`, and of `lower` where it has none."""
    upper.add_fallback(lower)
    return upper
