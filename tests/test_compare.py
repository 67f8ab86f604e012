"""Translations held against their originals: each rule and case over small notes, and the laws of comparing."""

from collections import Counter
from datetime import date
from itertools import permutations
from pathlib import Path

import msgspec
import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from notesite import build, compare, load, structure
from notesite.config import Config
from notesite.linkage import Group, Linkage
from notesite.parity import Finding, Parity
from notesite.records import Content, File, Note
from notesite.runs import Options

CONFIG = Config(catalogues=("de", "en"), today="2026-01-01")
LANGS = ["de", "en", "fr", "es", "it"]
PLACES = ("figures-differ", "scale-confused")
TABLE = (Path(__file__).parent / "cases" / "figure-pairs.md").read_text("utf-8")
PAIRS = [[cell.strip() for cell in line.split("|")[1:3]] for line in TABLE.splitlines() if line.startswith("| ")][1:]
FILLER = {
    "de": "Das ist ein Absatz, der nichts zählt und der auch nicht mehr sagt, als dass er hier steht.",
    "en": "This is a paragraph that counts nothing and that says no more than that it is standing here.",
}
LIST = """
[Amt: Bericht](https://amt.example/bericht)
[Blatt: Kosten](https://blatt.example/kosten)
[Haus: Strom](https://haus.example/strom)
[Verein: Lage](https://verein.example/lage)
"""


def note(lang: str, text: str, path: str = "", **fields: object) -> Note:
    """A note as it is read from a file."""
    head = "".join(f"{name}: {str(value).lower()}\n" for name, value in fields.items())
    file = File(path or f"notes/a-{lang}.md", f"---\ntitle: Titel\nlang: {lang}\n{head}---\n\n{text}\n".encode())
    made = load.note(file, CONFIG).note
    assert made
    return made


def parity(original: Note, translation: Note) -> Parity:
    """The comparison of two notes."""
    group = Group((original.path, translation.path), original.path)
    return compare.groups((original, translation), Linkage((group,), (), ()))[0]


def compared(german: str, english: str, **fields: object) -> tuple[Finding, ...]:
    """What is found between a German original and its English translation."""
    return parity(note("de", german, **fields), note("en", english)).findings


def said(found: tuple[Finding, ...]) -> list[str]:
    """Findings as rule, case, and what either note has written there."""
    return [
        f"{one.rule} {one.case}: {one.original.written if one.original else '-'}"
        f" | {one.translation.written if one.translation else '-'}"
        for one in found
    ]


# --- figures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("Es kostet 13,8 Millionen Euro.", "It costs €13.8 million."),
        ("Eine Bewertung von 1 Milliarde US-Dollar.", "A valuation of $1 billion."),
        ("Vom 16. bis zum 18. August.", "From August 16 to 18."),
        ("Am 30. und 31. Januar 2025.", "On January 30th & 31st 2025."),
        ("Die beiden Werke und zwei weitere.", "Both works and one more."),
        ("Eine dreitägige Reise mit 12 Leuten.", "A three-day trip with twelve people."),
        ("Rund ein Drittel der Leute, also 33 %.", "About 33% of the people, a third."),
        ("Im Jahr 2024 sank es, und 2024 stieg es.", "In 2024 it fell and rose again."),
        ("Die Firma 90 Mitarbeiter.", "The company has 90 employees."),
        ("Um 18 Uhr am 5. Mai 2025.", "At 6 pm on May 5, 2025."),
        ("Ein Film mit 120 Minuten.", "A film with 120 minutes."),
    ],
)
def test_what_agrees_is_not_told(german, english):
    """Figures that say the same in the words and signs of two languages give no finding of figures."""
    assert not [one for one in said(compared(german, english)) if one.startswith(PLACES)]


@pytest.mark.parametrize(("german", "english"), PAIRS)
def test_figures_agree_in_the_words_of_either_language(german, english):
    """The sentences of the table say the same, whichever of them is the original."""
    ours, theirs = note("de", f"{german}\n\n{FILLER['de']}"), note("en", f"{english}\n\n{FILLER['en']}")
    for found in (parity(ours, theirs), parity(theirs, ours)):
        assert not [one for one in said(found.findings) if one.startswith(PLACES)]


@pytest.mark.parametrize(
    ("german", "english", "expected"),
    [
        ("Es kamen 340 Leute.", "Many people came.", "figures-differ missing: 340 | -"),
        ("Es kamen viele.", "There came 340 people.", "figures-differ added: - | 340"),
        ("Es kamen 340 Leute.", "There came 350 people.", "figures-differ changed: 340 | 350"),
        ("Es kosten 10 Euro.", "It costs $10.", "figures-differ changed: 10 Euro | $10"),
        ("Es sind 13,8 Prozent.", "It is 1.38 percent.", "figures-differ shifted: 13,8 Prozent | 1.38 percent"),
        ("Es sind 5 Milliarden.", "It is 5 million.", "scale-confused scale: 5 Milliarden | 5 million"),
        ("Es sind 5 Billionen.", "It is 5 billion.", "scale-confused scale: 5 Billionen | 5 billion"),
        ("Es sind 1.234 Leute.", "It is 1.234 people.", "scale-confused scale: 1.234 | 1.234"),
        ("Am 5. Mai 2024 war es so.", "So it was on May 6, 2024.", "figures-differ changed: 5. Mai 2024 | May 6, 2024"),
        ("Es sind 5 bis 10 Prozent.", "It is some percent.", "figures-differ missing: 5 bis 10 Prozent | -"),
        ("Note[^1].\n\n[^1]: Es sind 77 Leute.", "Note[^1].\n\n[^1]: Some people.", "figures-differ missing: 77 | -"),
    ],
)
def test_a_figure_that_differs_is_told_once(german, english, expected):
    """A figure that is lost, added, changed, shifted or of another scale gives one finding that says which."""
    assert said(compared(f"{german}\n\n{FILLER['de']}", f"{english}\n\n{FILLER['en']}")) == [expected]


def test_a_rescaled_figure_names_its_power_of_ten():
    """The power of ten by which two figures differ is told, downwards as a negative one."""
    assert compared("Es sind 5 Milliarden.", "It is 5 million.")[0].counts == (0, -3)
    assert compared("Es sind 250 Leute.", "It is 2500 people.")[0].counts == (0, 1)


def test_a_finding_quotes_its_sentence_and_line():
    """A figure is quoted in its sentence, with the line of the file, its section and its path."""
    found = compared(
        "Erst dies.\n\n## Teil\n\nKurz. Es kamen 340\nLeute. Ende.", "First.\n\n## Part\n\nShort. They came. End."
    )
    quote = found[0].original
    assert quote
    assert (quote.path, quote.line, quote.section) == ("notes/a-de.md", 10, 1)
    assert quote.text == "Es kamen 340 Leute."


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("Es waren 15 Leute.\n\nSpäter waren es 86 Leute.", "It was 86 people.\n\nLater it was 15 people."),
        (
            "Nach 15 GPUs kamen viele andere Dinge und 86 Parameter.",
            "After 86 GPUs came many others and 15 parameters.",
        ),
        ("Es war der 5. Mai. Es blieb bis zum 9. Juni.", "It was June 9. It stayed until May 5."),
    ],
)
def test_figures_that_changed_places_are_told(german, english):
    """Two figures of a kind that stand in each other's place are both told as changed."""
    assert [one.case for one in compared(german, english)] == ["changed", "changed"]


def test_a_range_turned_round_is_told_once():
    """The ends of a range in each other's place are one finding: both quote the whole range."""
    assert said(compared("Von 15 % auf 86 %.", "From 86% to 15%.")) == [
        "figures-differ changed: 15 % auf 86 % | 86% to 15%"
    ]


def test_a_sentence_turned_round_is_not_told():
    """Neighbours that change places together with their words were turned round with the sentence."""
    german = "Meta nennt für Llama mit 405 Milliarden Parametern 30,84 Millionen GPU-Stunden."
    assert not compared(german, "Meta gives 30.84 million GPU hours for Llama with 405 billion parameters.")


def test_a_paragraph_counts_its_mentions():
    """A paragraph that lost one of a value's mentions is told even where the note holds the value elsewhere."""
    german, english = ("Es waren 340 Leute.", "Es kamen 340."), ("It was 340 people.", "Many came.")
    assert [one.case for one in compared("\n\n".join(german), "\n\n".join(english))] == ["missing"]


def test_a_sentence_left_as_it_is_differs_in_nothing():
    """The same words in both notes are no finding, though each language reads its own figures in them."""
    assert not compared("The price was 1.234 on 3/4/2024.", "The price was 1.234 on 3/4/2024.")


def test_agreed_figures_stand_side_by_side():
    """The places at which figures agree are paired in the original's order."""
    german, english = note("de", "2019 waren es 5 %.\n\nSpäter 7 Euro."), note("en", "It was 5% in 2019.\n\nLater €7.")
    ours, theirs = german.content.figures, english.content.figures
    agreed = [(ours[i].text, theirs[j].text) for i, j in parity(german, english).agreed]
    assert agreed == [("2019", "2019"), ("5 %", "5%"), ("7 Euro", "€7")]


# --- sources ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (lambda text: text, []),
        (lambda text: text.replace("[Haus: Strom](https://haus.example/strom)\n", ""), ["missing"]),
        (lambda text: text + "[Neu: Wort](https://neu.example/wort)\n", ["added"]),
        (lambda text: text + "[Amt: Bericht](https://amt.example/bericht)\n", ["repeated"]),
        (lambda text: "\n" + "\n".join(reversed(text.split())) + "\n", None),
        (lambda text: text.replace("Haus: Strom", "Zeitung: Strom"), ["label"]),
        (lambda text: text.replace("Haus: Strom", "Haus: Electricity"), []),
        (lambda text: text.replace("haus.example/strom", "werk.example/power"), ["address"]),
        (lambda text: text.replace("haus.example/strom", "haus.example/en/power"), []),
    ],
)
def test_a_source_that_differs_is_told(changed, expected):
    """A source that is lost, new, repeated, elsewhere or another publisher's is told; a translated title is none."""
    if expected is None:
        lines = LIST.strip().split("\n")
        theirs, expected = "\n" + "\n".join([lines[1], lines[0], *lines[2:]]) + "\n", ["order"]
    else:
        theirs = changed(LIST)
    found = compared(FILLER["de"] + "\n" + LIST, FILLER["en"] + "\n" + theirs)
    assert [(one.rule, one.case) for one in found] == [("sources-differ", case) for case in expected]


def test_a_lost_source_names_its_label_and_line():
    """A source is quoted by its label, with its line and no section."""
    found = compared(
        FILLER["de"] + "\n" + LIST,
        FILLER["en"] + "\n" + LIST.replace("[Amt: Bericht](https://amt.example/bericht)\n", ""),
    )
    quote = found[0].original
    assert quote
    assert (quote.written, quote.line, quote.section) == ("Amt: Bericht", 8, -2)


# --- structure -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("german", "english", "case", "counts"),
    [
        ("- a\n- b\n- c", "- a\n- b", "lists", (3, 2)),
        ("| a | b |\n|---|---|\n| x | y |\n| z | w |", "| a | b |\n|---|---|\n| x | y |", "tables", (1, 1)),
        ("```\nmake all\n```", "```\nmake some\n```", "code", (1, 1)),
        ("```\nmake all\n```", "See there.", "code", (1, 0)),
        ("![Plan](plan.svg)", "No plan.", "images", (1, 0)),
        ("Siehe [dort](/de/dort/).", "See there.", "links", (1, 0)),
        ("Das Modell **DeepSeek-R1** ist neu.", "The model is new.", "names", (0, 0)),
        (
            "Er sagte: „Das war doch alles ganz anders gemeint, mein Lieber.“",
            "He said it was not meant so.",
            "quotes",
            (0, 0),
        ),
        ("Hier[^x].\n\n[^x]: Dort.", "Here.", "footnotes", (1, 0)),
    ],
)
def test_what_a_section_lost_is_told(german, english, case, counts):
    """Lists, tables, code, pictures, links, names, quotations and footnotes that differ give one finding each."""
    found = compared(f"{FILLER['de']}\n\n{german}", f"{FILLER['en']}\n\n{english}")
    assert [(one.rule, one.case, one.counts) for one in found] == [("structure-differs", case, counts)]


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("```\nx = 1  # eins\n# nun\n```", "```\nx = 1  # one\n# now\n```"),
        ('```\nprint("Hallo")\n```', '```\nprint("Hello")\n```'),
        ("- a\n- b\n\nText.\n\n- c", "- a\n- b\n- c\n\nText."),
        ("![Plan](plan-de.svg)", "![Plan](plan-en.svg)"),
        ("Das ist **wichtig**.", "This is important."),
        ("### Nur eine Stufe", "## Only one level"),
    ],
)
def test_what_a_translator_changes_is_not_told(german, english):
    """Comments and texts in code, a list in two parts, a picture in the language: none of it is a finding."""
    assert not compared(german, english)


def sections(lang: str, *names: str) -> str:
    """A text in sections, each with a figure of its own."""
    return "\n\n".join(f"## {name}\n\n{FILLER[lang]} Es sind {100 + ord(name[0])} GPUs." for name in names)


def test_a_lost_section_is_told_alone():
    """A section without counterpart is named; nothing is said of the figures and sources it held."""
    german = sections("de", "Anfang", "Mitte", "Schluss").replace("Mitte\n", "Mitte\n\n[Ort](https://ort.example/x)\n")
    english = sections("en", "Anfang", "Schluss")
    assert said(compared(german, english)) == ["structure-differs sections: Mitte | -"]
    back = parity(note("en", english), note("de", german)).findings
    assert said(back) == ["structure-differs sections: - | Mitte"]


def test_a_heading_of_another_level_is_told_once():
    """Of headings whose level differs the first is told, with both levels."""
    found = compared("## A\n\n## B\n\n### C\n\n### D", "## A\n\n## B\n\n## C\n\n## D")
    assert [(one.case, one.counts) for one in found] == [("sections", (3, 2))]


def test_another_text_is_told_as_such_and_no_more():
    """A translation of another length altogether gives that one finding and no flood."""
    german = "\n\n".join(f"{FILLER['de']} Es waren {n} Leute." for n in range(100, 140))
    found = compared(german, "\n\n".join(german.split("\n\n")[:10]).replace("Leute", "people"))
    assert [(one.rule, one.case) for one in found] == [("structure-differs", "length")]


def paragraphs(lang: str, count: int) -> str:
    """A section of so many paragraphs that hold no figure, link or name."""
    return "\n\n".join([FILLER[lang]] * count)


@pytest.mark.parametrize("counts", [(4, 3), (3, 4)])
def test_a_lost_paragraph_is_told_though_it_held_nothing_to_count(counts):
    """A section with fewer paragraphs that is shorter as well is told with both counts, at its line."""
    sizes = zip(("de", "en"), counts, strict=True)
    (found,) = compared(*("\n\n".join(f"## A\n\n{paragraphs(lang, n)}" for n in (3, 4, size)) for lang, size in sizes))
    assert (found.rule, found.case, found.counts) == ("structure-differs", "passages", (counts[0] + 1, counts[1] + 1))
    assert found.translation.line == 24


@pytest.mark.parametrize("english", [FILLER["en"] + " " + FILLER["en"], FILLER["en"] + "\n" + FILLER["en"]])
def test_two_paragraphs_that_became_one_are_not_told(english):
    """A section with fewer paragraphs that says as much is as it should be."""
    assert not compared(f"{paragraphs('de', 6)}", f"{paragraphs('en', 4)}\n\n{english}")


def test_a_lost_list_is_told_as_a_list_alone():
    """Where items of a list are lost, the section is not told again for its passages."""
    items = [f"- {FILLER['de']} {FILLER['de']}\n" * 2, f"- {FILLER['en']} {FILLER['en']}"]
    found = compared(f"{paragraphs('de', 2)}\n\n{items[0]}", f"{paragraphs('en', 2)}\n\n{items[1]}")
    assert [one.case for one in found] == ["lists"]


def test_a_text_that_is_shorter_throughout_lacks_no_paragraph():
    """Where all sections are shorter by as much, two paragraphs that became one are not told either."""
    short = FILLER["en"][:70]
    german = "\n\n".join(f"## A\n\n{paragraphs('de', n)}" for n in (3, 4, 4))
    english = "\n\n".join(["## A", *[short] * 3, "## A", *[short] * 4, "## A", *[short] * 2, f"{short} {short}"])
    assert not compared(german, english)


def test_tags_before_the_first_heading_are_no_section():
    """A translation that sets its direction by a tag, or an original that does, has no section more than the other."""
    tag, german, english = '<div dir="rtl">\n\n', f"## Eins\n\n{FILLER['de']}", f"## One\n\n{FILLER['en']}"
    assert not compared(tag + german, english)
    assert not compared(german, tag + english)


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("Das gilt nach Art. 17 für alle.", "That holds for all by Art. 15."),
        ("Es läuft mit Version 1.4 gut.", "It runs well with version 1.5."),
        ("Gemessen wurde mit Llama 3.1 allein.", "Measured with Llama 3.2 alone."),
        ("Es stieg um 5 Prozentpunkte.", "It rose by 5%."),
        ("Es stieg um 5 %.", "It rose by 5 percentage points."),
        ("Das dauerte 6 Jahre.", "That took 6 months."),
        ("Das dauerte 48 Stunden.", "That took 48 days."),
        ("Sie lieferte 300 GWh.", "It delivered 300 MWh."),
        ("Sie speichert 64 Bit.", "It stores 64 bytes."),
        ("Die vier Anträge sind neu.", "The seven requests are new."),
        ("Zwei Anträge sind neu.", "Four requests are new."),
        ("Es waren 4711 Leute.", "There were 4712 people."),
    ],
)
def test_a_number_that_changed_is_told_whatever_it_is(german, english):
    """Articles, versions and models, units, and small number words: one lost and one in its place is a change."""
    found = compared(f"{FILLER['de']}\n\n{german}", f"{FILLER['en']}\n\n{english}")
    assert [(one.rule, one.case) for one in found] == [("figures-differ", "changed")]


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("Das gilt nach Art. 17 für alle.", "That holds for all."),
        ("Das gilt nach Artikel 17 Absatz 2.", "That holds by Article 17(2)."),
        ("Es läuft mit Version 1.4 und 1.5.", "It runs with versions 1.5 and 1.4."),
        ("Das gilt nach Art. 17 und Art. 18.", "That holds by Art. 20 and Art. 21."),
        ("Das dauerte 24 Stunden.", "That took 24 hours."),
        ("So wurden aus 5.036 Anträgen am Ende 44 Zusagen.", "Thus 5,036 requests became 44 promises in the end."),
        ("In 6 Jahren und 6 Monaten.", "In 6 months and 6 years."),
        ("Ein 5-Minuten-Takt, alle 3 Tage.", "A 5-minute rhythm, every 3 days."),
        ("Sie speichert 64 MB und 5 Bits.", "It stores 64 MB and 5 bits."),
        ("Die zwei Arten der Anträge, eine davon neu.", "The kinds of requests, one of them new."),
    ],
)
def test_a_number_in_other_words_is_not_told(german, english):
    """What is left out or said in the other language's way is no change of a number."""
    assert not compared(f"{FILLER['de']}\n\n{german}", f"{FILLER['en']}\n\n{english}")


@pytest.mark.parametrize(("said", "missed"), [("4 Stunden", 0), ("zwei Drittel der Leute", 0), ("40 Stunden", 1)])
def test_a_small_number_may_be_a_word_in_a_language_whose_words_are_not_read(said, missed):
    """Where number words are not known, a number up to twelve or a fraction is not missed, and a larger one is."""
    ours, theirs = (
        note("de", f"{FILLER['de']}\n\nEs waren {said}."),
        note("ar", f"{FILLER['en']}\n\nكان ذلك أربع ساعات."),
    )
    assert [one.case for one in parity(ours, theirs).findings if one.rule == "figures-differ"] == ["missing"] * missed


def test_digits_of_an_address_do_not_stand_for_a_figure():
    """A figure that is lost is told though an address or a template of the translation holds its digits."""
    said_so = compared(
        f"{FILLER['de']} Es waren 4711 Leute.",
        f'{FILLER["en"]} See https://example.org/4711 and {{{{< link slug="x-4711" >}}}}.',
    )
    assert [(one.rule, one.case) for one in said_so if one.rule == "figures-differ"] == [("figures-differ", "missing")]


def test_what_is_missing_has_a_place_in_the_translation():
    """What the translation lacks is told at the section that should hold it, a source at the last of its list."""
    german = f"## A\n\n{FILLER['de']}\n\n## B\n\nEs waren 4711 Leute.\n{LIST}"
    english = f"## A\n\n{FILLER['en']}\n\n## B\n\nThere were people.\n{LIST}".replace(
        "[Amt: Bericht](https://amt.example/bericht)\n", ""
    )
    lines = {one.rule: one.line for one in compared(german, english)}
    assert lines == {"figures-differ": 10, "sources-differ": 16}


def test_a_length_out_of_the_band_is_told():
    """A translation that lost more text than languages differ by is told by its length."""
    german = "\n\n".join([FILLER["de"]] * 20)
    assert said(compared(german, "\n\n".join([FILLER["en"]] * 20))) == []
    short = "\n\n".join([FILLER["en"]] * 12)
    assert [one.case for one in compared(german, short)] == ["length"]
    assert not parity(note("de", german), note("am", short)).findings, "nobody knows how long a text in Amharic is"


# --- language and age ------------------------------------------------------------------------------------

LONG = {
    "de": "Die Zahl der Leute, die das auch nicht mehr wissen, ist nach dem Bericht der Behörde noch sehr viel größer"
    " geworden, und sie wird mit den Jahren nicht kleiner werden. Es waren 34 Milliarden.",
    "en": "The number of people who do not know this has become even larger after the report of the agency, and it will"
    " not have become smaller with the years that are to come. It was 34 billion.",
}


def test_a_paragraph_left_in_the_other_language_is_told():
    """A paragraph in the original's language is told with its place, and no figure in it beside."""
    found = compared(f"{FILLER['de']}\n\n{LONG['de']}", f"{FILLER['en']}\n\n{LONG['de']}")
    assert [(one.rule, one.case, one.translation.line) for one in found] == [("left-untranslated", "paragraph", 8)]


@pytest.mark.parametrize("mark", ["> ", "    "])
def test_quotations_and_code_may_stay(mark):
    """A block quotation or code in the original's language is left as it is."""
    assert not compared(f"{FILLER['de']}\n\n{mark}{LONG['de']}", f"{FILLER['en']}\n\n{mark}{LONG['de']}")


@pytest.mark.parametrize("mark", ["_", "**"])
def test_a_sentence_emphasised_from_end_to_end_is_a_quotation(mark):
    """A paragraph in the original's language that is one emphasis may stay, one with a few emphasised words may not."""
    quoted = LONG["de"].replace(" Es waren 34 Milliarden.", "")
    assert not compared(f"{FILLER['de']}\n\n{quoted}", f"{FILLER['en']}\n\n{mark}{quoted}{mark}")
    found = compared(f"{FILLER['de']}\n\n{quoted}", f"{FILLER['en']}\n\n{mark}Die Zahl{mark}{quoted[8:]}")
    assert [one.rule for one in found] == ["left-untranslated"]


@pytest.mark.parametrize(
    ("beside", "rules"),
    [
        ("— H. Meeker,", []),
        ("Viele Leute und auch alle anderen bezahlen ihre Arbeit durch", ["left-untranslated"]),
        ('<p class="credit" title="die Leute und ihre Arbeit, die sich nicht bezahlt macht">— H. Meeker,', []),
    ],
)
def test_a_title_may_stay_and_a_sentence_around_it_may_not(beside, rules):
    """What is linked for the most part is a title, as long as beside it stands no sentence; a tag is none."""
    title = "[Die Arbeit und der Lohn: ein Bericht über alles, was sich nicht mehr bezahlt macht](https://x.example/y)"
    found = compared(f"{FILLER['de']}\n\n{beside} {title}", f"{FILLER['en']}\n\n{beside} {title}")
    assert [one.rule for one in found] == rules


@pytest.mark.parametrize(
    "english",
    ["「たいへん良いと彼は言っていましたが、本当でしょうか」", '他说"这一切都不是那个意思，我亲爱的朋友，请相信我"了'],
)
def test_quotation_marks_of_other_scripts_count(english):
    """Corner brackets, and straight marks without a space beside them, keep a quotation."""
    german = "Er sagte: „Das war doch alles ganz anders gemeint, mein Lieber.“"
    ours, theirs = note("de", f"{FILLER['de']}\n\n{german}"), note("ja", f"{FILLER['en']}\n\n{english}")
    assert "quotes" not in [one.case for one in parity(ours, theirs).findings]


def test_a_tag_holds_no_quotation():
    """What stands between the quotation marks of two tags is no quotation."""
    german = '<a href="/x/">Beschrieben hat das schon vor Jahren das Institut</a>, und <b class=" y">viele</b> folgten.'
    assert not compared(f"{FILLER['de']}\n\n{german}", f"{FILLER['en']}\n\nThe institute described it, and many did.")


def test_an_original_may_quote():
    """A paragraph in the translation's language is no finding in a note that says it is no translation."""
    german = f"{FILLER['de']}\n\n{LONG['en']}"
    english = f"{FILLER['en']}\n\n{LONG['en']}"
    assert not compared(german, english, translated=False)
    assert [one.rule for one in compared(german, english)] == ["left-untranslated"]


@pytest.mark.parametrize(
    ("ours", "theirs", "behind"),
    [
        ({"date": "2024-01-01"}, {"date": "2024-02-01"}, False),
        ({"date": "2024-01-01", "updated": "2024-03-01"}, {"date": "2024-02-01"}, True),
        ({"date": "2024-01-01", "updated": "2024-03-01"}, {"date": "2024-02-01", "updated": "2024-03-01"}, False),
        ({"updated": "2024-03-01"}, {}, False),
        ({}, {"date": "2024-03-01"}, False),
        ({"updated": "2024-03-01 12:00"}, {"date": "2024-03-01"}, False),
    ],
)
def test_a_translation_may_be_behind(ours, theirs, behind):
    """A translation last changed before its original is told, where both say when; the same day is no difference."""
    found = parity(note("de", FILLER["de"], **ours), note("en", FILLER["en"], **theirs)).findings
    assert [(one.rule, one.case) for one in found] == [("translation-behind", "behind")] * behind
    if behind:
        assert (found[0].original.written, found[0].translation.written) == ("2024-03-01", "2024-02-01")


# --- what was found beside planted errors ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("german", "english", "expected"),
    [
        pytest.param(
            "Das kostete 294.000 Dollar.\n\nEs waren 648 Karten.",
            "That cost $648.\n\nThere were 294,000 cards.",
            [("294.000 Dollar", "$648"), ("648", "294,000")],
            id="between two passages, of two kinds",
        ),
        pytest.param(
            "Es gab 14 rote, 25 gelbe, 36 grüne; von 47 gingen 58.",
            "There were 36 red, 25 yellow, 14 green; 58 of 47 went.",
            [("14", "36"), ("36", "14")],
            id="beside a sentence that is turned round",
        ),
        pytest.param(
            "Es wartet 67 Tage, wer 779 Stimmen hat.",
            "Whoever waits 779 days has 67 votes.",
            [("67", "779"), ("779", "67")],
            id="without its unit",
        ),
        pytest.param(
            "Es wartet 67 Tage, wer 779 Stimmen hat.", "With 779 votes one waits 67 days.", [], id="with its unit"
        ),
    ],
)
def test_figures_in_each_others_place_are_told(german, english, expected):
    """Two figures that changed places are told once each, also beside a harmless change of order or of two kinds."""
    made = [(one.original.written, one.translation.written) for one in compared(german, english)]
    assert made == expected


def test_a_share_is_not_answered_by_a_name():
    """A dropped percentage is missed though its digits stand in a name of the translation; a bare number is not."""
    for written, missed in (("3,1 %", True), ("3.100", False)):
        german = f"Das sind {written} der Zahl aus dem Jahr davor."
        english = "That is a part of it, as Llama 3.1 says." if missed else "That is a part, as the X-3100 says."
        assert [one.case for one in compared(german, english)] == ["missing"] * missed


def test_metres_are_metres_in_both_languages():
    """What is written alike agrees, though an m after a number may be a million in English."""
    assert not compared("Die Tische stehen 1,5m auseinander.", "The tables are 1.5m apart.")
    assert compared("Die Tische stehen 1,5m auseinander.", "The tables are 2.5m apart.")


# --- groups and laws -------------------------------------------------------------------------------------

values = st.lists(
    st.integers(13, 10**9).filter(lambda number: not 1000 <= number <= 2199), min_size=1, max_size=8, unique=True
)


def written(numbers: list[int], lang: str) -> str:
    """A paragraph for each number, in digits, percent and money by turns."""
    forms = (
        format_decimal,
        format_percent,
        lambda number, locale: format_currency(number, "EUR", locale=locale),
    )
    return "\n\n".join(f"· {forms[n % 3](number, locale=lang)} ·" for n, number in enumerate(numbers))


@given(numbers=values, langs=st.permutations(LANGS).map(lambda langs: langs[:2]))
def test_the_same_figures_in_two_languages_agree(numbers, langs):
    """A text with the figures that Babel writes in any two of five languages differs in nothing."""
    a, b = (note(lang, written(numbers, lang)) for lang in langs)
    made = parity(a, b)
    assert made.findings == ()
    assert len(made.agreed) == len(numbers)


@given(
    day=st.dates(min_value=date(1000, 1, 1), max_value=date(2199, 12, 31)),
    langs=st.permutations(LANGS).map(lambda one: one[:2]),
)
def test_the_same_day_in_two_languages_agrees(day, langs):
    """A day that Babel writes in any two of five languages differs in nothing."""
    a, b = (note(lang, f"· {format_date(day, 'long', locale=lang)} ·") for lang in langs)
    assert parity(a, b).findings == ()


@given(numbers=values, data=st.data())
def test_one_error_gives_one_finding(numbers, data):
    """A figure dropped from a translation gives exactly one finding, which names it."""
    place = data.draw(st.integers(0, len(numbers) - 1))
    parts = written(numbers, "en").split("\n\n")
    parts[place] = "· nothing ·"
    found = parity(note("de", written(numbers, "de")), note("en", "\n\n".join(parts))).findings
    assert [(one.rule, one.case) for one in found] == [("figures-differ", "missing")]
    assert found[0].original.line == 6 + 2 * place


@given(ours=values, theirs=values)
def test_swapped_notes_swap_what_is_missing_and_added(ours, theirs):
    """With the notes exchanged, what was missing is added, and as much is changed."""
    a, b = note("de", written(ours, "de")), note("en", written(theirs, "en"))
    there, back = (Counter(one.case for one in parity(*pair).findings) for pair in ((a, b), (b, a)))
    assert there == Counter({{"missing": "added", "added": "missing"}.get(case, case): n for case, n in back.items()})


def test_a_note_compared_with_itself_differs_in_nothing():
    """The same text under another path is a perfect translation."""
    text = sections("de", "Anfang", "Mitte") + "\n\n- a\n- b\n\n![x](x.png)\n" + LIST
    assert not parity(note("de", text), note("de", text, "notes/b.md")).findings


def test_every_translation_is_held_against_the_original():
    """A group of three gives two comparisons with the original, alone notes give none, in any order of input."""
    notes = [note(lang, f"Es sind {n}.", f"notes/{lang}.md") for n, lang in ((400, "de"), (500, "en"), (400, "fr"))]
    alone = note("de", "Es sind 7.", "notes/z.md")
    groups = (Group(("notes/de.md", "notes/en.md", "notes/fr.md"), "notes/en.md"), Group(("notes/z.md",), "notes/z.md"))
    every = {compare.groups(order, Linkage(groups, (), ())) for order in permutations([*notes, alone])}
    assert len(every) == 1
    made = every.pop()
    assert [(one.original, one.translation) for one in made] == [
        ("notes/en.md", "notes/de.md"),
        ("notes/en.md", "notes/fr.md"),
    ]


def test_no_case_drowns_the_others():
    """Of one case no more is told than an author reads."""
    both = "\n\n".join(f"{n}" for n in range(200, 320))
    german = "\n\n".join(f"{FILLER['de']} Es waren {n} Leute." for n in range(100, 150)) + f"\n\n{both}"
    english = "\n\n".join([FILLER["en"]] * 50) + f"\n\n{both}"
    assert Counter(one.case for one in compared(german, english)) == {"missing": compare.MOST}


def test_another_edition_is_one_finding():
    """Where a third of the figures differ, the longest of them stands for all."""
    for count, told in ((5, 5), (6, 1)):
        german = "\n\n".join(f"{FILLER['de']} Es waren {10**n + 1} Leute." for n in range(1, count + 1))
        found = compared(german, "\n\n".join([FILLER["en"]] * count))
        assert len(found) == told
        assert any(one.original and one.original.written == str(10**count + 1) for one in found)


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("Er bleibt unter dem Vorjahr.", "It stays lower than in 2019."),
        ("Das kann man öffentlich oder unter vier Augen sagen.", "One can say so in public or in private."),
        ("Es ist die Kreuzsieben, die hier liegt.", "It is the seven of clubs that lies here."),
        ("Ein Achtel der Daten bleibt.", "Some 1/8 of the data remains."),
        ("Das war um rund die Hälfte weniger.", "That was about 50% less."),
        ("Es ist zu 100 % offen.", "It is open to anyone."),
        ("Wir raten zum Datum `2020-04-05` in der Liste.", "We recommend 2020-04-05 in the list."),
        ("Das betrifft alles vor LND 0.18 und gilt.", "This affects all versions before `0.18` and holds."),
        ("Sowohl im März als auch im September 2018 war es so.", "In March 2018 and in September 2018 it was so."),
        ("Nach zwei Tagen oder zwei Tage später geht es.", "It works after 48 hours or later."),
    ],
)
def test_what_is_said_in_other_words_is_not_missed(german, english):
    """A figure that the other language may say without its digits, in code or in a name is not told."""
    assert not said(compared(german, english))


def test_a_changed_figure_is_in_the_same_passage_or_beside_what_agrees():
    """Where sections have unlike numbers of passages, two figures are a pair only if the rest of a sentence agrees."""
    german = f"{FILLER['de']} Seit 2016 sind es 7400 Leute.\n\n{FILLER['de']}"
    assert "changed" in [one.case for one in compared(german, f"{FILLER['en']} Since 2016 it is 8311 people.")]
    apart = f"{FILLER['en']} It is 8311 trees."
    assert "changed" not in [one.case for one in compared(german, apart)]


def test_what_is_compared_can_be_stored():
    """The facts of a note come back from MessagePack as they were."""
    content = note("de", sections("de", "Anfang") + LIST).content
    assert content.figures
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(content), type=Content) == content


def test_a_language_without_known_length_has_a_usual_one():
    """A text in a language of which no length is known is held to the common one."""
    swedish, english = note("sv", "ord " * 400), note("en", "word " * 320)
    assert not structure.is_other_text(structure.stretch(english, swedish, compare.Alignment(english, swedish)))


def test_the_seeds_agree(shared):
    """The two front-mattered seeds agree in every figure, source and heading, and nothing else is told of them."""
    notes = [
        load.note(File(f"notes/{path.name}.md", path.read_bytes()), CONFIG).note
        for path in sorted((shared / "seeds").glob("00[01]*"))
    ]
    made = parity(notes[1], notes[0])
    assert made.findings == ()
    assert len(made.agreed) == sum(one.sure for one in notes[0].content.figures) == 25


def test_our_own_notes_agree():
    """The project's own pairs hold hundreds of figures and differ in nothing."""
    whole = build.linked(Options(root=Path(__file__).parent.parent, today="2100-01-01"))
    made = compare.groups(whole.notes, whole.linkage)
    assert [finding for one in made for finding in one.findings] == []
    assert sum(len(one.agreed) for one in made) > 400
