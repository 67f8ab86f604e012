"""Running text: where a sentence ends, where a text is cut, and which language it is in."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from notesite import prose

CASES = read_fixture_file(Path(__file__).parent / "cases" / "titles.md")

# About 150 characters each: from there on the guess is to be right.
TEXTS = {
    "de": "Der Preis für Strom ist im letzten Jahr gestiegen, und zwar überall. Die Gründe dafür sind bekannt, aber "
    "nicht alle werden gern genannt, denn sie kosten Stimmen.",
    "en": "The price of power has gone up over the last year, and it did so everywhere. The reasons for this are "
    "known, but not all of them are named, because they cost votes.",
    "fr": "Le prix du courant a augmenté pendant la dernière année, et cela dans tout le pays. Les raisons sont "
    "connues, mais elles ne sont pas toutes dites par ceux qui les savent.",
    "es": "El precio de la luz ha subido durante el último año, y no sólo en las ciudades. Los motivos son conocidos, "
    "pero no todos se dicen, porque cuestan votos a los que los nombran.",
    "it": "Il prezzo della corrente è salito nel corso del mese, e non solo nelle città. Le ragioni sono note, ma non "
    "tutte vengono dette, perché costano voti a chi le nomina, anche se sono vere.",
    "nl": "De prijs van het licht is in deze maand gestegen, en niet alleen in de steden. De redenen zijn bekend, maar "
    "niet alle worden genoemd, omdat ze stemmen kosten voor wie dit zegt.",
    "ru": "Цена на свет выросла за последний год, и не только в городах. Причины известны, но называют не все.",
    "el": "Η τιμή του ρεύματος ανέβηκε τον τελευταίο χρόνο, και όχι μόνο στις πόλεις.",
    "ar": "ارتفع سعر الكهرباء خلال السنة الماضية في كل مكان من البلاد.",
    "ja": "東京電力は電気料金の値上げを発表した。政府は補助金の延長を検討している。",
    "zh": "电费在过去一年里到处都上涨了，原因大家都知道。",
    "ko": "전기 요금이 지난 한 해 동안 어디에서나 올랐습니다.",
}
texts = st.text() | st.text("aB1. !?…„“\"') \n\t。z.B", max_size=60)


@pytest.mark.parametrize(("title", "given", "expected"), [case[1:] for case in CASES], ids=[case[1] for case in CASES])
def test_a_title_is_the_first_sentence(title, given, expected):
    """What ends a sentence and what does not is as the case documents say."""
    assert prose.title_from(given.strip("\n")) == expected.strip("\n")


@given(texts)
def test_a_first_sentence_is_the_begin_of_the_text(text):
    """Nothing is lost before its end, nothing invented, and it is empty only where the text is."""
    made = prose.first_sentence(text)
    assert text.strip().startswith(made)
    assert bool(made) == bool(text.strip())


@given(texts, st.integers(10, 90))
def test_a_cut_text_is_its_begin_and_an_ellipsis(text, longest):
    """On one line, never longer than asked, whole where it fits, else its begin with an ellipsis."""
    flat, made = " ".join(text.split()), prose.cut(text, longest)
    assert len(made) <= longest
    if len(flat) <= longest:
        assert made == flat
    else:
        assert made.endswith("…")
        assert flat.startswith(made[:-1])


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=12), min_size=30), st.integers(40, 90))
def test_a_text_is_cut_at_a_word(words, longest):
    """No word is cut in two where there is a space to cut at."""
    made = prose.cut(" ".join(words), longest)
    assert made.removesuffix("…").split() == words[: len(made.split())]


def test_a_text_without_a_space_is_cut_where_it_must():
    """A single endless word fills the room."""
    assert prose.cut("x" * 100, 20) == "x" * 19 + "…"


@given(texts)
def test_a_title_fits_its_line(text):
    """A title is at most 90 characters long and has no line break."""
    made = prose.title_from(text)
    assert len(made) <= 90
    assert made == " ".join(made.split())


@pytest.mark.parametrize("shape", [". ", "z. B. ", "20. ", ".", '."', "x.", "?!)", "… ", "a"])
def test_no_shape_of_text_is_slow(shape):
    """A text of a hundred thousand stops, or of none, has a title; in quadratic time this would not end."""
    assert len(prose.title_from(shape * (100_000 // len(shape)) + "a")) <= 90


# --- languages -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", TEXTS)
def test_a_language_is_told_by_its_words_or_its_script(lang):
    """Two sentences are enough."""
    assert prose.guess(TEXTS[lang]) == lang


@pytest.mark.parametrize("text", ["", "01.AI", "DeepSeek Yi Qwen Kimi", "OK", "12 34 56", "😀 😀 😀 😀"])
def test_names_and_numbers_tell_no_language(text):
    """Where too few words tell, none is guessed."""
    assert prose.guess(text) == ""


def test_a_text_in_two_languages_is_left_undecided():
    """As much German as English is neither."""
    assert prose.guess(TEXTS["de"] + " " + TEXTS["en"]) == ""


def test_a_quotation_does_not_change_the_language():
    """A foreign sentence within a longer text is outvoted."""
    assert prose.guess(TEXTS["de"] * 2 + " He said that this is not what they have been told.") == "de"


@given(st.text())
def test_any_text_is_of_one_language_or_of_none(text):
    """Guessing never raises and gives a plain tag."""
    assert prose.guess(text) in {"", *TEXTS, "pt", "he", "hi", "th"}


def test_two_scripts_evenly_mixed_are_always_the_same_language():
    """The first one counts then, and not the order that a set happens to have in this process."""
    assert (prose.guess("мир φως"), prose.guess("φως мир")) == ("ru", "el")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        (
            "组织必须具有相应的许可和版权声明，遵守所有条款 — H. Meeker, “Open Source Software: the Best of It”",
            "zh",
        ),
        ("コントリビューターライセンス契約は、 The GitHub Team and the Open Source Guides of the year", "ja"),
        ("قال ذلك في كتابه عن البرمجيات الحرة: The Cathedral and the Bazaar, that is the one", "ar"),
    ],
)
def test_a_title_in_latin_letters_does_not_make_a_text_stray(text, lang):
    """A sentence in another script that names an English title is none in English, though it has fewer words."""
    assert prose.stray(text, lang) == ""
    assert prose.stray(TEXTS["en"], lang) == "en"


def test_common_words_tell_languages():
    """A word that tells a language is common, a name is not."""
    assert prose.is_common("und")
    assert not prose.is_common("deepseek")


@given(st.text() | st.text("abzÄßéÿªº²ž„“ «»–_0٣\x85\xa0\u2028İ"))
def test_words_are_runs_of_letters(text):
    """However they are found, words are what stands between characters that are no letters, in small letters."""
    assert list(prose.words(text)) == re.findall(r"[^\W\d_]+", text.lower())


@given(st.text() | st.text("aZéß ,.!?-'&:;()\n„«\"<{0²٣漢—"))
def test_a_plain_text_holds_nothing_that_is_looked_for(text):
    """No digit, quotation mark, markup or letter that counts twice is passed over as plain."""
    assert not (
        prose.is_plain(text) and re.search(r"\d|[„“«»\"<{/\ufffc\u1100-\u11ff\u3040-\u9fff\uac00-\ud7af]", text)
    )


def test_a_sentence_of_latin_letters_is_plain():
    """Umlauts and the punctuation of a sentence are no reason to look closer."""
    assert prose.is_plain("Kühe, größer: eine (alte) Frage - no!")
    assert not prose.is_plain("Kühe – 3")
