"""Figures by value: the cases, and the laws that hold for any number in any language."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from notesite import figures, numerals, prose, spelled, vocabulary
from notesite.figures import Figure

TABLE = (Path(__file__).parent / "cases" / "figures.md").read_text("utf-8")
ROWS = [[cell.strip() for cell in line.split("|")[1:4]] for line in TABLE.splitlines() if line.startswith("| ")][1:]

LANGS = ["de", "en", "fr", "de-CH", "ar", "hi"]
MANY = [*LANGS, "es", "it", "nl", "pt", "ja", "zh", "ko", "ru", "tr", "he", "fa", "th", "sv", "xx", "", "x-y", "no"]
numbers = st.decimals(-(10**12), 10**12, places=3) | st.decimals(-(10**4), 10**4, places=1)
wholes = st.integers(3, 10**9).filter(lambda number: not 1000 <= number <= 2199)
days = st.dates(date(1000, 1, 1), date(2199, 12, 31))
texts = st.text() | st.text("0123456789.,'’ \xa0-–/:%$€kmMB()[]#٣५年月億 abzwei IİXV", max_size=80)


def said(found: tuple[Figure, ...]) -> list[str]:
    """Figures as the case table writes them."""
    return [f"{one.value} {one.kind} {one.unit}".strip() + ("" if one.sure else " ?") for one in found]


def by_value(found: tuple[Figure, ...]) -> list[tuple[str, str]]:
    """What a figure is worth, in what."""
    return [(one.value, one.unit) for one in found]


def plain(number: Decimal) -> str:
    """A number as figures write it."""
    text = f"{number or Decimal():f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@pytest.mark.parametrize(("lang", "text", "expected"), ROWS, ids=[f"{lang} {text}" for lang, text, _ in ROWS])
def test_a_text_holds_the_figures_of_the_table(lang, text, expected):
    """Each row of the case table is read as it says, in order, with value, kind, unit and certainty."""
    assert said(figures.read(text, lang)) == [one.strip() for one in expected.split(";") if one.strip()]


def test_the_table_has_enough_cases():
    """The table is read whole: a change of its form would leave tests out without a word."""
    assert len(ROWS) >= 150
    assert {"de", "en", "fr", "ja", "ar", "hi"} <= {lang for lang, _, _ in ROWS}


@given(number=numbers, lang=st.sampled_from(LANGS))
def test_a_number_formatted_by_babel_reads_back(number, lang):
    """Any decimal as CLDR writes it in a language, Arabic and Indian digits included, is read by its value."""
    for system in ("latn", "default"):
        written = format_decimal(number, locale=lang.replace("-", "_"), numbering_system=system)
        assert [one.value for one in figures.read(f"· {written} ·", lang)] == [plain(number)]


@given(number=wholes, one=st.sampled_from(LANGS), other=st.sampled_from(LANGS))
def test_two_languages_agree(number, one, other):
    """The same number, percentage and amount formatted in two languages give the same figures."""
    for form in (format_decimal, format_percent, lambda n, locale: format_currency(n, "EUR", locale=locale)):
        first, second = (
            [
                (f.value, f.kind, f.unit)
                for f in figures.read(f"· {form(number, locale=lang.replace('-', '_'))} ·", lang)
            ]
            for lang in (one, other)
        )
        assert first == second
        assert len(first) == 1


@given(
    power=st.integers(6, 14),
    lang=st.sampled_from(["de", "en", "fr", "es", "it", "nl", "pt", "ja", "zh", "hi", "ar", "ru"]),
)
def test_scale_words_of_cldr_are_read(power, lang):
    """A round number in CLDR's compact form of a language is read with its scale word."""
    number = 3 * 10**power
    written = format_compact_decimal(number, format_type="short" if lang in ("ja", "zh") else "long", locale=lang)
    assert [one.value for one in figures.read(f"· {written} ·", lang)] == [str(number)]


@given(day=days, lang=st.sampled_from(["de", "en", "fr", "es", "it", "pt", "nl", "ru", "ja", "zh"]))
def test_a_date_formatted_by_babel_reads_back(day, lang):
    """A date in CLDR's long form is read as its ISO date, whatever the order of its parts."""
    written = format_date(day, "long", locale=lang)
    assert [(one.value, one.kind) for one in figures.read(f"· {written} ·", lang)] == [(day.isoformat(), "date")]


@given(text=texts, lang=st.sampled_from(MANY))
def test_any_text_can_be_read(text, lang):
    """No text in any language is too odd to be read, and each figure's text stands where it says."""
    for one in figures.read(text, lang):
        assert text[one.start :].startswith(one.text)
        assert one.text
    assert all(isinstance(one, str) for one in figures.titled(text, lang))


@given(
    number=wholes,
    before=st.sampled_from(["", "es sind ", "Und dann (", "wohl "]),
    after=st.sampled_from([" davon", ".", ") und", "; so"]),
)
def test_words_around_a_number_do_not_change_it(number, before, after):
    """What a number is worth does not hang on the words around it."""
    written = format_decimal(number, locale="de")
    found = figures.read(f"nur {before}{written} Euro{after}", "de")
    assert by_value(found) == [(str(number), "EUR")]


@given(st.lists(st.sampled_from([text for _, text, _ in ROWS[:60]]), max_size=3))
def test_reading_is_repeatable(parts):
    """The same text gives the same figures, those of a longer text in the order they stand in."""
    found = figures.read(" und so. ".join(parts), "de")
    assert found == figures.read(" und so. ".join(parts), "de")
    assert [one.start for one in found] == sorted(one.start for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "1" * 50_000,
        "1 " * 25_000,
        "1-" * 25_000,
        "1.1." * 12_000,
        "a1-" * 20_000,
        "ein " * 12_000,
        "20. Januar " * 5_000,
    ],
    ids=lambda text: text[:8],
)
def test_long_hostile_text_is_read(text):
    """Text made to be slow is read without an error; a slow pattern would run into the test's time limit."""
    assert isinstance(figures.read(text, "de"), tuple)
    assert isinstance(figures.titled(text, "en"), frozenset)


def test_the_text_of_a_range_is_whole():
    """Both ends of a range quote the whole of it, with its sign and its scale word."""
    found = figures.read("about $80–100 million then", "en")
    assert [(one.text, one.start) for one in found] == [("$80–100 million", 6)] * 2


# --- numbers in words ------------------------------------------------------------------------------------

_ENGLISH = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen""".split()
_GERMAN = """null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn
siebzehn achtzehn neunzehn""".split()
_TENS = {
    "en": "- - twenty thirty forty fifty sixty seventy eighty ninety".split(),
    "de": "- - zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split(),
}


def in_english(number: int, joint: str = " and ") -> str:
    """A number below a million in English words; `joint` before what is less than a hundred."""
    if number < 20:
        return _ENGLISH[number]
    if number < 100:
        return _TENS["en"][number // 10] + (f"-{_ENGLISH[number % 10]}" if number % 10 else "")
    size, name = (100, "hundred") if number < 1000 else (1000, "thousand")
    rest = number % size
    tail = f"{joint if rest < 100 else ' '}{in_english(rest, joint)}" if rest else ""
    return f"{in_english(number // size, joint)} {name}{tail}"


def in_german(number: int, last: str = "eins") -> str:
    """A number below a million in German words; `last` is a one at its end."""
    if number < 20:
        return last if number == 1 else _GERMAN[number]
    if number < 100:
        return (f"{_GERMAN[number % 10]}und" if number % 10 else "") + _TENS["de"][number // 10]
    size, name = (100, "hundert") if number < 1000 else (1000, "tausend")
    return f"{in_german(number // size, 'ein')}{name}{in_german(number % size, last) if number % size else ''}"


@given(number=st.integers(2, 999_999), joint=st.sampled_from([" and ", " "]))
def test_a_number_in_words_reads_back(number, joint):
    """Any number from two on, spelled out in English with or without its "and", or in German, is read by its value."""
    for text, lang in ((in_english(number, joint), "en"), (in_german(number), "de")):
        found = figures.read(f"· {text} ·", lang)
        assert [(one.value, one.kind, one.text) for one in found] == [(str(number), "number", text)]


@pytest.mark.parametrize(("lang", "text"), [("de", "null und eins"), ("en", "zero and one"), ("de", "ein und eine")])
def test_nothing_and_one_are_words(lang, text):
    """Nothing and one are too often said without counting: as words they are no figures."""
    assert not figures.read(f"mit {text} mehr", lang)


@given(
    number=st.integers(2, 999),
    scale=st.sampled_from([("million", "Millionen"), ("billion", "Milliarden")]),
    unit=st.sampled_from([("people", "Leute"), ("percent", "Prozent"), ("euros", "Euro"), ("years", "Jahre")]),
)
def test_words_take_scales_and_units_as_digits_do(number, scale, unit):
    """A number in words with a scale word and a unit is worth what it is in digits."""
    for lang, n in (("en", 0), ("de", 1)):
        words = (in_english, in_german)[n](number)
        spelled_out, digits = (figures.read(f"es {one} {scale[n]} {unit[n]} so", lang) for one in (words, number))
        assert [(one.value, one.kind, one.unit) for one in spelled_out] == [
            (one.value, one.kind, one.unit) for one in digits
        ]


@given(first=st.integers(2, 999_998), more=st.integers(1, 999), joins=st.sampled_from([("to", "bis"), ("or", "oder")]))
def test_two_numbers_in_words_stay_two(first, more, joins):
    """Two numbers in words with a word between them are two, whatever either of them ends or begins with."""
    both = [first, min(first + more, 999_999)]
    for lang, words, join in (("en", in_english, joins[0]), ("de", in_german, joins[1])):
        found = figures.read(f"· {words(both[0])} {join} {words(both[1])} ·", lang)
        assert [one.value for one in found][1:] == [str(both[1])]
        assert found[0].value.strip("0") == str(first).strip("0")  # two to three thousand


@given(st.integers(21, 99).filter(lambda number: number % 10))
def test_an_ordinal_in_words_is_no_cardinal(number):
    """A word that ends a number as an ordinal makes all of it one, in both languages."""
    english = in_english(number).rpartition("-")[0] + f"-{_nth(number % 10)}"
    for text, lang in ((f"the {english} time", "en"), (f"zum {in_german(number)}sten Mal", "de")):
        assert said(figures.read(text, lang)) == [f"{number} ordinal ?"]


def _nth(number: int) -> str:
    return next(word for word, one in numerals.of("en").words.items() if one == (str(number), "ordinal"))


@pytest.mark.parametrize(("lang", "reads"), [("de", 1), ("en-GB", 1), ("pt-BR", 1), ("ar", 0), ("hi", 0), ("ja", 0)])
def test_a_language_tells_whether_its_words_are_read(lang, reads):
    """Where no number words are known, what a text spells out goes unseen, and the language says so."""
    assert numerals.reads_words(lang) == bool(reads)


@pytest.mark.parametrize(
    "digits", ["०१२३४५६७८९", "٠١٢٣٤٥٦٧٨٩", "০১২৩৪৫৬৭৮৯", "０１２３４５６７８９", "۰۱۲۳۴۵۶۷۸۹", "๐๑๒๓๔๕๖๗๘๙"]
)
def test_digits_of_any_script_are_known(digits):
    """Devanagari, Arabic, Bengali, fullwidth, Persian and Thai digits become those from 0 to 9."""
    assert numerals.ascii_digits(f"{digits}. संशोधन") == "0123456789. संशोधन"


# --- titles ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "title", "expected"),
    [
        ("de", "Der 20. Januar 2025", "20 month:1 2025"),
        ("en", "January 20, 2025", "20 month:1 2025"),
        ("de", "Stand 2025-03-01", "1 month:3 2025"),
        ("en", "January 2025", "month:1 2025"),
        ("fr", "Nouvelles de mars 2025", "month:3 2025"),
        ("fr", "Mars attaque", ""),
        ("ru", "Новости: март 2025", "month:3 2025"),
        ("ru", "12 марта 2025", "12 month:3 2025"),
        ("ja", "2025年3月のまとめ", "month:3 2025"),
        ("zh", "2025年3月20日", "20 month:3 2025"),
        ("ko", "2025년 3월", "month:3 2025"),
        ("ar", "مارس ٢٠٢٥", "month:3 2025"),
        ("es", "20 de enero de 2025", "20 month:1 2025"),
        ("de", "Im Mai", "month:5"),
        ("en", "You may march in 2025", "2025"),
        ("en", "May", ""),
        ("en", "March 2025", "month:3 2025"),
        ("de", "13,8 Millionen für Teil 3", "13800000 3"),
        ("en", "Part III: $13.8 million", "13800000 3"),
        ("en", "Part V of World War II", "5 2"),
        ("en", "Vitamin C and Malcolm X", ""),
        ("en", "Polyglot 1.4.1", "1.4.1"),
        ("en", "Release v2.0", "2.0"),
        ("en", "Release v2", "2"),
        ("de", "Version 2,0", "2.0"),
        ("en", "No. 5, #6 and the 3rd", "3 5 6"),
        ("de", "Die 3. Ausgabe", "3"),
        ("de", "Zehn Dinge", "10"),
        ("en", "10,000 things of the 1990s", "10000 1990"),
        ("de", "10.000 Dinge", "10000"),
        ("en", "A 5-year plan", "5"),
        ("en", "LLaMA 3", "3"),
        ("de", "Aufstieg und Fall von 01.AI, GPT-4, H800, Yi-34B, i18n und 3D", ""),
        ("hi", "५ बातें", "5"),
    ],
)
def test_numbers_of_a_title(lang, title, expected):
    """A title's numbers and dates come out by value, those inside names do not."""
    assert figures.titled(title, lang) == frozenset(expected.split())


@given(
    day=st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    lang=st.sampled_from(["de", "en", "fr", "es", "ru", "ja", "zh", "ar"]),
)
def test_a_month_is_contained_in_its_days(day, lang):
    """A title that names a month and year says a part of what one with the day says, in any two languages."""
    whole = figures.titled(format_date(day, "long", locale=lang), lang)
    assert whole == {str(day.day), f"month:{day.month}", str(day.year)}
    assert figures.titled(format_date(day, "MMMM y", locale="de"), "de") <= whole


def test_days_apart_differ():
    """Two days in one month have different titles by value."""
    day = date(2025, 3, 1)
    assert figures.titled(format_date(day, "long", locale="de"), "de") != figures.titled(
        format_date(day + timedelta(1), "long", locale="en"), "en"
    )


# --- what a language writes -------------------------------------------------------------------------------


def test_unknown_languages_are_read_as_english():
    """A tag that CLDR does not know gives English numerals and no error."""
    assert numerals.of("xx-unheard") == numerals.of("en")


def test_scales_differ_by_language():
    """A German Billion is a million millions, an English billion a thousand."""
    assert (numerals.of("de").scales["billion"], numerals.of("en").scales["billion"]) == (12, 9)


def worded(lang: str) -> st.SearchStrategy[str]:
    """Texts of this language's number words, and of what stands around them and within other words."""
    known = vocabulary.vocabulary(lang).known
    words = [*known.words, *known.articles, *known.scales, *known.parts, *known.percents]
    others = ["half", "hälfte", "zu siebt", "dreitägige", "vierfach", "Fünfjahresplan", "zweimal", "Nacht", "zweig"]
    others += [
        "dreihundertfünfzig",
        "tausend",
        "Zweidrittelmehrheit",
        "dreißigster",
        "Neunzigern",
        "tenfold",
        "nineties",
    ]
    others += ["uhr", "half past", "三百", "二分の一", "七天", "moitié"]
    around = [" ", " ", "-", "„", "“", "(", ".", "\xa0", "x", "_", "2", "İ", "www.", "<b>"]
    piece = st.sampled_from([*words, *others]).flatmap(lambda word: st.sampled_from([word, word.upper(), word.title()]))
    return st.lists(piece | st.sampled_from(around), max_size=9).map("".join)


@given(st.sampled_from(MANY).flatmap(lambda lang: st.tuples(st.just(lang), worded(lang) | texts)))
def test_what_is_passed_over_holds_no_figure(case):
    """The quick looks that tell that a text holds no digit and no number word miss none that the patterns find."""
    lang, text = case
    short = figures.read(text, lang, plain=prose.is_plain(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spelled, "held", lambda *_: (True, True))
        assert short == figures.read(text, lang)


@pytest.mark.parametrize("text", ["Die Nacht war lang, und wir halfen einander.", "Millionen sahen zu."])
def test_a_text_without_number_words_is_passed_over(text):
    """Words that only look like number words, and scale words that nothing counts, are no reason to look closer."""
    assert spelled.held(text, "de") == (False, False)
