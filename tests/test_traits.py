"""What of a note a translation keeps: words and numbers of its title; numbers, code, pictures, form of its text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notesite import load, traits
from notesite.config import Config
from notesite.records import File, Note, Traits
from notesite.traits import Facts
from support import note

CONFIG = Config(catalogues=("de", "en"), today="2026-01-01")
SOURCES = "\n## Quellen\n\n- [Amt: 99 Zahlen](https://amt.example/99)\n"


def read(text: str, lang: str = "de") -> Traits:
    """The traits of a note with this text."""
    made = load.note(File("notes/a.md", f"---\ntitle: Titel\nlang: {lang}\n---\n\n{text}\n".encode()), CONFIG)
    assert made.note, made.found
    return made.note.traits


def facts(one: Note) -> Facts:
    """What the linker looks at in this note."""
    return Facts(one, traits.weighed(one))


# --- words of titles -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("IPv6-Unterstützung für Yi", "ipv6,unterstutzung,yi"),
        ("DSGVO-Auskunft", "dsgvo,auskunft"),
        ("Kai-Fu Lee", "kai,fu,lee"),
        ("GPT-4 kostet", "gpt 4"),
        ("T-Online und USB-C", "t online,usb c"),
        ("Huawei's chips, Meta’s LLaMA", "huawei,chips,meta,llama"),
        ("Zürich ÄÖ-Straße", "zurich,ao,strasse"),
        ("Warum die neuen Speicher nicht 2025 laufen", "speicher,laufen"),
        ("2025, 7 und x", ""),
        ("", ""),
    ],
)
def test_words_of_a_title(title: str, words: str):
    """Names and terms are found and folded; compounds are split, names with a letter or digit are not."""
    assert traits.title_words(title) == set(filter(None, words.split(",")))


def test_a_compound_shares_its_name_with_other_languages():
    """What German joins by a hyphen and English writes apart is the same word."""
    german, english = traits.title_words("IPv6-Unterstützung von Huawei"), traits.title_words("Huawei's IPv6 support")
    assert german & english == {"ipv6", "huawei"}


def test_a_word_is_quoted_as_it_stands():
    """The words of a title keep their first spelling for what is told to the author."""
    assert traits.spelled("DeepSeek bei DEEPSEEK: Zürich") == {"deepseek": "DeepSeek", "zurich": "Zürich"}


# --- numbers of titles -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "title", "numbers"),
    [
        ("de", "Wetter im März 2025", "2025 month:3"),
        ("de", "Wetter im März", "month:3"),
        ("fr", "La météo en février", "month:2"),
        ("ja", "2025年3月", "2025 month:3"),
        ("ar", "٢٠ يناير ٢٠٢٥", "20 2025 month:1"),
        ("es", "La semana, March 2025", "2025 month:3"),
        ("es", "Boletín April", "month:4"),
        ("pl", "May 2025", "2025 month:5"),
        ("en", "Version 2.0", "2"),
        ("de", "Version 2", "2"),
        ("de", "Version 1.0.0", "1"),
        ("en", "Version 10.0", "10"),
        ("en", "Version 1.0.1", "1.0.1"),
        ("en", "Release 2.4.0", "2.4"),
        ("en", "Release 2.4.0-rc1", "2.4.0-rc-1"),
        ("de", "Ruby 2.4.0rc1", "2.4.0-rc-1"),
        ("en", "Release 2.1-beta.2", "2.1-beta-2"),
        ("en", "Weather in March", "month:3"),
        ("en", "March of the penguins", ""),
        ("de", "Teil drei", "3"),
    ],
)
def test_numbers_of_a_title(lang: str, title: str, numbers: str):
    """Numbers and months count by value, and an early version is another one than the version itself."""
    assert traits.title_numbers(title, lang) == set(numbers.split())


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("de", "Januar 2025"), ("en", "January 2025")),
        (("ja", "2025年3月"), ("de", "März 2025")),
        (("ar", "أبريل ٢٠٢٤"), ("fr", "avril 2024")),
        (("es", "Boletín, March 2025"), ("en", "Newsletter, March 2025")),
        (("de", "Version 2,0"), ("en", "Version 2")),
    ],
)
def test_titles_of_two_languages_have_one_number(ours: tuple[str, str], theirs: tuple[str, str]):
    """The same date or version has the same value in any two languages and scripts."""
    first, second = (traits.title_numbers(title, lang) for lang, title in (ours, theirs))
    assert first == second != frozenset()


@given(st.text(max_size=40), st.sampled_from(["de", "en", "fr", "ar", "ja", "xx", ""]))
def test_any_title_can_be_read(title: str, lang: str):
    """No title is too odd: its words are folded ones without a bare number, its numbers are never empty text."""
    made = traits.weighed(note("a-de", title or "x", lang=lang))
    assert all(len(word) >= 1 and not word.isdigit() for word in traits.title_words(title) if word.isascii())
    assert "" not in made.numbers
    assert traits.title_numbers(title, lang) == traits.title_numbers(title, lang)


# --- numbers of texts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "Es waren 13,8 Millionen."),
        ("en", "It was 13.8 million."),
        ("en", "It was $13.8 billion."),
        ("de", "Es waren 13.800."),
        ("en", "It was 0.138."),
        ("ar", "كانت ١٣٫٨ مليون."),
        ("ja", "1380人。"),
    ],
)
def test_a_number_keeps_its_significant_digits(lang: str, text: str):
    """Marks, scale words, currencies and digits of another script leave the digits that tell."""
    assert read(text, lang).numerals == ("138",)


def test_dates_and_times_count_part_by_part():
    """A day and a time of day are the same numbers in whatever order and manner a language writes them."""
    german = read("Am 20. Januar 2025 um 13 Uhr.").numerals
    english = read("On January 20, 2025 at 1 pm.", "en").numerals
    assert sorted(german) == sorted(english)
    assert {"202" if one.startswith("202") else one for one in german} >= {"202", "13"}


def test_numbers_of_names_and_versions_count_once():
    """A number within a name or a version is there for comparing, and none is counted twice."""
    assert sorted(read("GPT-4 hat 12 Köpfe, Artikel 17.").numerals) == ["12", "17", "4"]


def test_the_source_list_is_no_text():
    """Neither the numbers nor the form nor the length of a source list is the text's."""
    text = "Es sind 12 Köpfe."
    assert read(text + "\n" + SOURCES) == read(text)
    assert read(text).numerals == ("12",)


def test_an_address_is_no_number():
    """Digits of a bare address and of code within a line are no numbers of the text."""
    assert read("Siehe https://amt.example/2024/77 und `x = 31` für 5.").numerals == ("5",)


# --- code, pictures, form, length ------------------------------------------------------------------------

CODE = "```python\n{}\nx = 1\n\n    y = 2  # bleibt\n```"


def test_comments_of_code_are_not_compared():
    """Code blocks with translated comments and another indent or empty line are the same code."""
    german, english = read(CODE.format("# ein Wert")), read(CODE.format("# a value\n\n# or two"), "en")
    assert german.code == english.code
    assert len(german.code) == 1


@pytest.mark.parametrize(
    "mark", ["# {}", "// {}", "-- {}", "; {}", "/* {} */", " * {}", "<!-- {} -->", "% {}", "REM {}"]
)
def test_comments_of_many_languages(mark: str):
    """A line that is all comment is left out in the comment marks of the usual languages."""
    assert read(CODE.format(mark.format("eins"))).code == read(CODE.format(mark.format("other"))).code


def test_other_code_has_another_digest():
    """Two code blocks that differ in a line of code are told apart."""
    assert read("```\nx = 1\n```").code != read("```\nx = 2\n```").code


def test_code_within_lines_is_kept_as_it_is():
    """Inline code is compared as written, and a long piece by a short digest."""
    long = "a" * 60
    kept = read(f"Mit `make test` und `{long}`.").code
    assert kept[0] == "make test"
    assert len(kept[1]) < 40
    assert read(f"With `make test` and `{long}`.", "en").code == kept


def test_pictures_are_named():
    """A picture is kept by its address; a remote one that becomes a link is a picture all the same."""
    assert read("Ein ![Bild](a/plan.svg) und ![noch eins](plan-2.png).").pictures == ("a/plan.svg", "plan-2.png")


def test_the_form_names_each_block():
    """Headings stand by level, lists and tables with the number of their parts, all else by a letter."""
    text = """## Eins

Absatz.

- a
- b
- c

### Zwei

1. x
2. y

> Zitat

| a | b |
|---|---|
| 1 | 2 |
| 3 | 4 |

```
code
```

---

Ende."""
    assert read(text).form == "2 p l3 3 o2 q t3 c - p"


def test_a_change_of_words_keeps_the_form():
    """Two languages of one text have one form."""
    german, english = read("## Kosten\n\nViel.\n\n- eins\n- zwei"), read("## Costs\n\nA lot.\n\n- one\n- two", "en")
    assert german.form == english.form == "2 p l2"


def test_the_repeated_title_is_not_of_the_form():
    """A first heading that says the title once more is not part of the text."""
    assert read("# Titel\n\nAbsatz.").form == read("Absatz.").form == "p"


def test_dense_scripts_count_twice():
    """A sign of Chinese, Japanese or Korean is as long as two letters of other scripts."""
    assert read("abcdef").length == 6
    assert read("北京日本", "ja").length == 8
    assert read("서울 a", "ko").length == 6


def test_code_is_not_of_the_length():
    """A code block and a bare address do not make a text longer."""
    assert read("abcdef\n\n```\nlong long code\n```").length == 6
    assert read("ab https://amt.example/sehr/lang").length < 8


# --- facts -----------------------------------------------------------------------------------------------


def test_sources_lose_their_language():
    """Two languages of one source are one source for the linker."""
    german = traits.weighed(note("a-de", "A", "https://de.wikipedia.org/wiki/Qwen", "https://amt.example/de/x?hl=de"))
    english = traits.weighed(note("b-en", "B", "https://en.wikipedia.org/wiki/Qwen", "https://amt.example/en/x?hl=en"))
    assert german.sources == english.sources == {"wikipedia.org/wiki/Qwen", "amt.example/x"}


def test_a_number_counts_three_times_at_most():
    """A number that fills a table does not drown all others."""
    assert facts(note("a-de", "A", traits=Traits(numerals=("7",) * 9 + ("138",)))).figures == {"7": 3, "138": 1}


def test_paragraphs_alone_tell_no_form():
    """Only blocks that are more than paragraphs are counted as form that tells."""
    told = [facts(note("a-de", "A", traits=Traits(form=form))).told for form in ("p p p", "2 p l4 c")]
    assert told == [0, 3]
