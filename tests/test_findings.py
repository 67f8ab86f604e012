"""Findings in words: where they are said, what they quote, who may silence them."""

import pytest

from notesite import findings
from notesite.diagnostics import Severity
from notesite.parity import Finding, Parity, Quote
from support import note

DE, EN = "notes/wind-de.md", "notes/wind-en.md"
NOTES = {DE: note("wind-de"), EN: note("wind-en")}


def here(written, text="", line=9):
    """A place in the translation."""
    return Quote(EN, line, 0, written, text)


def there(written, text="", line=11):
    """A place in the original."""
    return Quote(DE, line, 0, written, text)


def said(*found, notes=NOTES):
    """What is said of a German original and its English translation."""
    return list(findings.diagnostics(Parity(DE, EN, found), notes))


def message(rule, case, original=None, translation=None, counts=(0, 0)):
    """The words for one finding."""
    (one,) = said(Finding(rule, case, original, translation, counts))
    return one.message


def test_both_sides_are_quoted_where_they_stand():
    """A finding is said at the translation's line; the original's place comes first, each with its sentence."""
    found = Finding(
        "figures-differ", "changed", there("45 Prozent", "Es sind 45 Prozent."), here("54 percent", "54 it is.")
    )
    (one,) = said(found)
    assert (one.rule, one.severity, one.path, one.line) == ("figures-differ", Severity.WARNING, EN, 9)
    assert one.message == "this says 54 percent where the original says 45 Prozent"
    assert [(place.path, place.line, place.text) for place in one.related] == [
        (DE, 11, 'the original: "Es sind 45 Prozent."'),
        (EN, 9, 'the translation: "54 it is."'),
    ]
    assert one.hint


def test_what_is_missing_leads_to_the_original():
    """What the translation lacks has no line there, and the original's sentence to go by."""
    (one,) = said(Finding("figures-differ", "missing", there("13,8 Millionen", "Rund 13,8 Millionen Euro.")))
    assert (one.path, one.line, one.message) == (EN, 0, "the original says 13,8 Millionen, which is not here")
    assert [(place.path, place.line) for place in one.related] == [(DE, 11)]
    assert "Rund 13,8 Millionen Euro." in one.related[0].text


CASES = [
    ("figures-differ", "added", None, here("7"), (0, 0), "this says 7, which is not in the original"),
    (
        "figures-differ", "shifted", there("1,5"), here("15"), (0, 1),
        "this says 15 where the original says 1,5: 10 times as much",
    ),
    (
        "figures-differ", "shifted", there("150"), here("1.5"), (0, -2),
        "this says 1.5 where the original says 150: 100 times less",
    ),
    (
        "scale-confused", "scale", there("3 Milliarden"), here("3 million"), (0, -3),
        "this says 3 million where the original says 3 Milliarden: Milliarde is billion in English",
    ),
    (
        "scale-confused", "scale", there("3 Billionen"), here("3 billion"), (0, -3),
        "this says 3 billion where the original says 3 Billionen: Billion is trillion in English",
    ),
    (
        "scale-confused", "scale", there("3 Millionen"), here("3 bn"), (0, 3),
        "this says 3 bn where the original says 3 Millionen: billion is Milliarde in German",
    ),
    (
        "scale-confused", "scale", there("3000"), here("3 million"), (0, 3),
        "this says 3 million where the original says 3000",
    ),
    (
        "sources-differ", "missing", there("Blatt: X"), None, (1, 0),
        "the original rests on Blatt: X, which is not cited here",
    ),
    (
        "sources-differ", "added", None, here("Blatt: X"), (0, 1),
        "this rests on Blatt: X, which the original does not cite",
    ),
    ("sources-differ", "repeated", there("X"), here("Y"), (1, 3), "Y is cited 3 times here and once in the original"),
    (
        "sources-differ", "order", there("X"), here("Y"), (0, 0),
        "the sources stand in another order than in the original, from Y on",
    ),
    (
        "sources-differ", "address", there("X", "https://a.example/"), here("X", "https://b.example/"), (0, 0),
        "X leads to https://b.example/ here and to https://a.example/ in the original",
    ),
    ("sources-differ", "label", there("X"), here("Y"), (0, 0), "this source is called Y here and X in the original"),
    (
        "structure-differs", "sections", there("Zahlen"), None, (3, 2),
        "the original has the section Zahlen, which is not here",
    ),
    (
        "structure-differs", "sections", None, here("Figures"), (2, 3),
        "this has the section Figures, which is not in the original",
    ),
    (
        "structure-differs", "sections", there("Zahlen"), here("Figures"), (2, 3),
        "the heading Figures is of level 3 here and of level 2 in the original",
    ),
    (
        "structure-differs", "lists", there("a"), here("a"), (4, 3),
        "there are 3 items in lists here and 4 in the original",
    ),
    (
        "structure-differs", "lists", None, here("4"), (0, 4),
        "this has a list of 4 items, which is not in the original",
    ),
    ("structure-differs", "tables", there("3 x 4"), None, (1, 0), "the original has a table 3 x 4, which is not here"),
    (
        "structure-differs", "code", there("run()"), here("lauf()"), (1, 1),
        "the code lauf() stands here where the original has the code run(), and should have stayed as it is",
    ),
    (
        "structure-differs", "images", None, here("p.png"), (0, 1),
        "this has a picture p.png, which is not in the original",
    ),
    (
        "structure-differs", "names", there("Rotor"), None, (1, 0),
        "the original has the name Rotor, which is not here and should have stayed as it is",
    ),
    (
        "structure-differs", "passages", there("Zahlen"), here("Figures"), (5, 4),
        "something seems to be missing: 4 paragraphs, items or cells here, 5 in the original",
    ),
    (
        "structure-differs", "passages", there("Zahlen"), here("Figures"), (4, 5),
        "something seems to be added: 5 paragraphs, items or cells here, 4 in the original",
    ),
    (
        "structure-differs", "length", there(""), here(""), (9000, 300),
        "this text has 300 characters, the original 9,000",
    ),
    (
        "left-untranslated", "paragraph", None, here("", "Ein Satz."), (0, 0),
        'this paragraph is still in German: "Ein Satz."',
    ),
    (
        "translation-behind", "behind", there("2025-06-01"), here("2025-03-01"), (0, 0),
        "the original was updated on 2025-06-01, this translation is of 2025-03-01",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "case", "original", "translation", "counts", "words"), CASES)
def test_each_case_has_its_words(rule, case, original, translation, counts, words):
    """Each kind of difference is one short sentence that names both sides."""
    assert message(rule, case, original, translation, counts) == words


def test_a_scale_is_explained_in_german_and_english_only():
    """Between other languages both figures are quoted, and no word is explained that may mean something else there."""
    notes = {DE: note("wind-de", lang="sv"), EN: NOTES[EN]}
    (one,) = said(Finding("scale-confused", "scale", there("3 biljoner"), here("3 billion"), (0, -3)), notes=notes)
    assert one.message == "this says 3 billion where the original says 3 biljoner"


def test_a_paragraph_of_the_original_in_the_other_language_is_said_there():
    """Where the original has a paragraph in the translation's language, the original is to be mended."""
    (one,) = said(Finding("left-untranslated", "paragraph", there("", "A sentence.")))
    assert (one.path, one.line, one.message) == (DE, 11, 'this paragraph is in English: "A sentence."')
    assert [place.path for place in one.related] == [EN]


@pytest.mark.parametrize("rule", sorted({case[0] for case in CASES}))
@pytest.mark.parametrize("sides", [(None, None), (there("a"), None), (None, here("b")), (there("a"), here("b"))])
def test_a_case_without_words_is_said_all_the_same(rule, sides):
    """A case that is new, or has a side more or less than usual, is a diagnostic with words and a mend."""
    (one,) = said(Finding(rule, "unheard-of", *sides))
    assert one.message
    assert one.hint
    assert one.path in (DE, EN)


def test_the_original_can_silence_a_comparison():
    """What the original asks not to be told of is not said of its translation either; other rules are."""
    found = [Finding("figures-differ", "missing", there("3")), Finding("sources-differ", "missing", there("X"))]
    notes = {DE: note("wind-de", ignored=("figures-differ",)), EN: NOTES[EN]}
    assert [one.rule for one in said(*found, notes=notes)] == ["sources-differ"]


def test_a_long_label_leaves_room_for_the_rest():
    """A label as long as a paragraph is cut, so that the sentence around it can be read."""
    assert len(message("sources-differ", "missing", there("x" * 1000))) < 200
