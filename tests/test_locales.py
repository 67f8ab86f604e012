"""Languages: their tags, names, dates, numbers and alphabetical order."""

import contextlib
import re
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from notesite import locales

PO = b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Sources"\nmsgstr "Quellen"\n'
GERMAN = st.text("abcäöüßÄÖÜSs -'é", max_size=8)


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("de", "de"),
        ("DE", "de"),
        (" en ", "en"),
        ("pt_br", "pt-BR"),
        ("zh-hans", "zh-Hans"),
        ("ZH-HANT-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("no", "no"),
        ("gsw", "gsw"),
        ("german", None),
        ("xx", None),
        ("d", None),
        ("", None),
        ("de-", None),
        ("false", None),
        ("de DE", None),
    ],
)
def test_a_tag_is_written_as_is_customary(written, tag):
    """Case and separator are set right; what names no language is none."""
    assert locales.tag(written) == tag


@given(st.text(max_size=12) | st.from_regex(r"[a-z]{2,3}([-_][A-Za-z]{4})?([-_][A-Z]{2})?", fullmatch=True))
def test_any_text_is_a_tag_or_none(text):
    """Reading a tag never raises, and a tag is its own tag."""
    made = locales.tag(text)
    assert made is None or locales.tag(made) == made
    assert made is None or re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", made)


@given(st.text(max_size=8))
def test_any_text_has_a_name_and_a_direction(text):
    """A language that nobody knows is called what it is called, and read from the left."""
    assume(locales.tag(text) is None)
    assert locales.direction(text) in ("ltr", "rtl")
    assert isinstance(locales.autonym(text), str)
    assert isinstance(locales.territory(text), str)


@pytest.mark.parametrize(
    ("lang", "own", "german", "direction", "territory"),
    [
        ("de", "Deutsch", "Deutsch", "ltr", "de_DE"),
        ("en", "English", "Englisch", "ltr", "en_GB"),
        ("fr", "Français", "Französisch", "ltr", "fr_FR"),
        ("pt-BR", "Português (Brasil)", "Portugiesisch (Brasilien)", "ltr", "pt_BR"),
        ("ar", "العربية", "Arabisch", "rtl", "ar_EG"),
    ],
)
def test_languages_have_names(lang, own, german, direction, territory):
    """A language is named in itself and in others, with its direction and a territory for Open Graph."""
    assert (locales.autonym(lang), locales.language_name(lang, "de")) == (own, german)
    assert (locales.direction(lang), locales.territory(lang)) == (direction, territory)


@pytest.mark.parametrize(
    ("lang", "long", "day"),
    [
        ("de", "3. September 2025", "3. September"),
        ("en", "3 September 2025", "3 September"),
        ("fr", "3 septembre 2025", "3 septembre"),
    ],
)
def test_days_are_in_words(lang, long, day):
    """A date is written out, with or without its year, whatever time stands behind it."""
    assert locales.format_day("2025-09-03T10:00:00+02:00", lang) == long
    assert locales.format_day("2025-09-03", lang, "day") == day


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["de", "en", "pt-BR", "ar", "xx"]))
def test_every_day_can_be_written(day, lang):
    """Any day of four-digit years has words in any language."""
    assert locales.format_day(day.isoformat(), lang)
    assert locales.format_day(day.isoformat(), lang, "day")


def test_numbers_and_listings_follow_the_language():
    """Grouping and the word before the last are the language's."""
    assert (locales.format_number(13800, "de"), locales.format_number(13800, "en")) == ("13.800", "13,800")
    assert locales.listing(["A", "B", "C"], "de") == "A, B und C"
    assert (locales.listing(["A"], "en"), locales.listing([], "en")) == ("A", "")


# --- alphabetical order ----------------------------------------------------------------------------------


def test_the_order_is_that_of_din_5007_1():
    """Umlauts stand with their base letters, ß with ss; case and hyphens hardly matter."""
    words = "Zahl Öl Straße strasse Strand Apfel Äpfel Ofen Öfen apfel-Mus Über unten".split()
    expected = "Apfel Äpfel apfel-Mus Ofen Öfen Öl Strand Straße strasse Über unten Zahl".split()
    assert sorted(words, key=locales.sort_key) == expected


@given(GERMAN, GERMAN)
def test_umlauts_sort_as_their_base_letters(one, other):
    """Two texts that differ once ä is a, ö is o, ü is u and ß is ss stand in the order of those letters."""
    plain = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "é": "e", "ß": "ss", "'": " ", "-": " "})
    flat = [" ".join(text.lower().translate(plain).split()) for text in (one, other)]
    assume(flat[0] != flat[1])
    assert (locales.sort_key(one) < locales.sort_key(other)) == (flat[0] < flat[1])


@given(st.text(), st.text())
def test_the_order_is_total(one, other):
    """No two texts share a place, so that a listing never depends on the order of its input."""
    assert (locales.sort_key(one) == locales.sort_key(other)) == (one == other)


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("Äpfel", "A"),
        ("ßen", "S"),
        ("„Zitat“", "Z"),
        ("éclair", "E"),
        ("01.AI", "#"),
        ("…", "#"),
        ("", "#"),
        ("北京", "北"),
    ],
)
def test_a_word_is_listed_under_its_base_letter(text, letter):
    """Accents, quotes and case fall; digits and signs share one place."""
    assert locales.initial(text) == letter


# --- messages --------------------------------------------------------------------------------------------


def test_a_catalogue_says_it_in_its_language():
    """A `.po` file is compiled in memory, and what it lacks stays English."""
    made = locales.catalogue(locales.compiled(PO))
    assert (made.gettext("Sources"), made.gettext("Tags")) == ("Quellen", "Tags")


def test_catalogues_lie_over_each_other():
    """A site's own message wins, and the shipped one answers for the rest."""
    upper = locales.catalogue(locales.compiled(PO.replace(b"Quellen", b"Belege")))
    lower = locales.catalogue(locales.compiled(PO + b'\nmsgid "Tags"\nmsgstr "Themen"\n'))
    both = locales.layered(upper, lower)
    assert (both.gettext("Sources"), both.gettext("Tags")) == ("Belege", "Themen")


BROKEN = [
    PO.replace(b"utf-8", b"klingon"),
    PO + b'\nmsgid "%(number)s notes"\nmsgstr "%(zahl)s Notizen"\n',
    PO + b'\nmsgid "All of it"\nmsgstr "100 % davon"\n',
]


@pytest.mark.parametrize("text", [*BROKEN, PO + b'\nmsgid "x', PO + b"\nwords", PO + b"\xff\xfe", b"\x00"])
def test_a_broken_catalogue_says_so(text):
    """What is no `.po` file is refused with a reason, never read halfway."""
    with pytest.raises(ValueError, match=r"\w"):
        locales.compiled(text)


@given(st.binary() | st.text('msgidtr "\\\n#~,fuzz%()s', max_size=60).map(str.encode))
def test_any_bytes_are_a_catalogue_or_none(data):
    """Reading messages ends in a catalogue or in a ValueError, never otherwise."""
    with contextlib.suppress(ValueError):
        assert locales.catalogue(locales.compiled(data)).gettext("x")
