"""The page on which a note stands beside its translation: what is paired, what is marked, who gets to see it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from support import Pages, built, fill, page, problems, tree, words

GERMAN = """Die Brücke kostete 13,8 Millionen Euro.

## Der Bau

Es waren 40 Arbeiter der Firma Krupp bei 1907 Nieten je Bogen.

## Der Rost

Er kam nach 7 Jahren.
"""
ENGLISH = """The bridge cost 13.8 billion euros.

## The building

There were 44 workers of Krupp’s and 1907 rivets to each arch.
"""
WORK, OTHER = "https://amt.example/bau", "https://blatt.example/rost"
SITE = {
    "notes/bruecke.md": page("Die Brücke", WORK, OTHER, text=GERMAN, lang="de", translation_key="b"),
    "notes/bridge.md": page("The bridge", WORK, text=ENGLISH, lang="en", translation_key="b", translated=True),
    "notes/allein.md": page("Allein", WORK, lang="de"),
}
SHOWN = "[pages]\nfindings = true\n"
HERE, THERE = "/de/bruecke/vergleich/", "/en/bridge/compare/"


def pages(root: Path, **files: str) -> Pages:
    """The built site of these notes."""
    assert built(fill(root, {**SITE, **{name.replace("__", "."): text for name, text in files.items()}})).written
    return Pages(tree(root / "build"), origin="https://notes.example")


def shown(made: Pages, address: str) -> LexborHTMLParser:
    """A page by its address."""
    return made.html[address.strip("/") + "/index.html"]


def test_a_note_with_a_translation_has_a_page_beside_it(tmp_path: Path):
    """Both versions have the page and link to it, in their language; a note in one language has none."""
    made = pages(tmp_path)
    assert [address for address in (HERE, THERE) if address.strip("/") + "/index.html" in made.html] == [HERE, THERE]
    assert [one for one in made.html if "allein" in one] == ["de/allein/index.html"]
    links = {a.attributes["href"]: words(a) for a in shown(made, "/de/bruecke/").css(".facts a")}
    assert links[HERE] == "Gegenüberstellung: Englisch"
    assert shown(made, HERE).css_first("meta[name=robots]").attributes["content"].startswith("noindex")


def test_the_page_may_be_left_out(tmp_path: Path):
    """`compare = false` leaves out the page and the links to it."""
    made = pages(tmp_path, notesite__toml="[pages]\ncompare = false\n")
    assert [one for one in made.html if "vergleich" in one or "compare" in one] == []
    assert not shown(made, "/de/bruecke/").css(f'a[href="{HERE}"]')


def test_a_note_may_link_to_the_page(tmp_path: Path):
    """A link to the page of a comparison leads somewhere; to that of a note in one language it is broken."""
    text = f"[beide]({HERE}) und [allein](/de/allein/vergleich/)"
    found = problems(fill(tmp_path, {**SITE, "notes/allein.md": page("Allein", WORK, text=text, lang="de")}))
    assert [one.message for one in found if one.rule == "link-broken"] == [
        "the link to /de/allein/vergleich/ leads nowhere"
    ]


def test_sections_stand_beside_their_counterparts(tmp_path: Path):
    """Each section stands in one row with its counterpart; where there is none the page says so."""
    made = shown(pages(tmp_path), HERE)
    rows = [[words(side) for side in pair.css(".side")] for pair in made.css(".pair:not(:has(#sources))")]
    assert ["Arbeiter" in row[0] and "workers" in row[1] for row in rows] == [False, True, False]
    assert "Keine Entsprechung auf Englisch." in rows[2][1]
    assert [pair.attributes["aria-label"] for pair in made.css(".pair")] == ["Anfang", "Der Bau", "Der Rost", "Quellen"]


def test_ids_are_there_once(tmp_path: Path):
    """The headings of both texts have ids, and no id is there twice; the page's own note keeps its own."""
    made = shown(pages(tmp_path, notesite__toml=SHOWN), HERE)
    ids = [one.attributes["id"] for one in made.css("[id]")]
    assert len(ids) == len(set(ids))
    assert {"der-bau", "en-the-building"} <= set(ids)


def test_readers_see_no_findings(tmp_path: Path):
    """What differs is not shown to readers, neither in words nor as a mark, unless the settings say so."""
    made = pages(tmp_path)
    for address in (HERE, THERE):
        assert not shown(made, address).css(".found, mark, .same, .datum")


@pytest.mark.parametrize("address", [HERE, THERE])
def test_findings_lead_to_their_places(tmp_path: Path, address: str):
    """With `findings = true` each finding leads to a place on the page, and each mark back to its finding."""
    made = shown(pages(tmp_path, notesite__toml=SHOWN), address)
    found = made.css(".found li")
    ids = {one.attributes["id"] for one in made.css("[id]")}
    assert len(found) == 4
    for one in found:
        target = one.css_first("a").attributes["href"]
        assert target.startswith("#")
        assert target[1:] in ids
    for mark in made.css("mark"):
        assert mark.css_first('a[href^="#finding:"]').attributes["href"][1:] in ids
    marked = {re.sub(r" \(.*", "", words(mark)) for mark in made.css(".pair:not(:has(#sources)) mark")}
    said, own = ("weicht ab", "de") if address == HERE else ("differs", "en")
    assert marked == {f"{one} {said}" for one in ("13,8 Millionen Euro", "13.8 billion euros", "40", "44")}
    for side in made.css(".side:has(mark)"):  # the page's own words, in whichever text they stand
        foreign = side.css_matches(".text[lang]")
        assert {one.attributes.get("lang") for one in side.css(".text mark a")} <= {own if foreign else None}
    (source,) = made.css(".cited mark")
    assert "blatt.example" in words(source)


def test_findings_are_told_in_words(tmp_path: Path):
    """A finding says in sentences what is missing where, dates as dates are said, and of what its numbers are."""
    german = GERMAN.replace("je Bogen.", "je Bogen.\n\n- eins\n- zwei\n- drei\n")
    english = ENGLISH + "\n- one\n- two\n"
    both = {"translation_key": "b", "date": "2025-03-01"}
    made = pages(
        tmp_path,
        notesite__toml=SHOWN,
        **{
            "notes/bruecke__md": page("Die Brücke", WORK, OTHER, text=german, lang="de", updated="2026-02-07", **both),
            "notes/bridge__md": page(
                "The bridge", WORK, text=english, lang="en", updated="2025-04-07", translated=True, **both
            ),
        },
    )
    told = {address: [words(one) for one in shown(made, address).css(".found li")] for address in (HERE, THERE)}
    for address, wanted in (
        (HERE, "Eine Quelle fehlt. Seite https://blatt.example/rost fehlt in der englischen Fassung."),
        (HERE, "Die Listen weichen ab. (Listenpunkte: 3 – 2)"),
        (HERE, "Die Übersetzung ist älter als das Original. 7. Februar 2026 – 7. April 2025"),
        (THERE, "A source is missing. Seite https://blatt.example/rost is missing from the English version."),
        (THERE, "The translation is older than the original. 7 April 2025 – 7 February 2026"),
        (THERE, "The lists differ. (list items: 2 – 3)"),
    ):
        assert wanted in told[address]


def test_labels_speak_the_language_of_their_text(tmp_path: Path):
    """The name of a table or of code is said in the language of the text that it stands in, as that is marked."""
    table = "\n| a | b |\n|---|---|\n| x | y |\n"
    german = page("Die Brücke", WORK, text=GERMAN + table, lang="de", translation_key="b")
    english = page("The bridge", WORK, text=ENGLISH + table, lang="en", translation_key="b")
    made = pages(tmp_path, **{"notes/bruecke__md": german, "notes/bridge__md": english})
    for address, own, foreign, lang in ((HERE, "Tabelle", "Table", "en"), (THERE, "Table", "Tabelle", "de")):
        sides = (shown(made, address).css(f"{text} .scroll") for text in (".text:not([lang])", f".text[lang={lang}]"))
        assert [[one.attributes["aria-label"] for one in side] for side in sides] == [[own], [foreign]]


def test_what_agrees_is_underlined(tmp_path: Path):
    """Figures that agree by value are marked as such in both texts, and counted."""
    text = {"notes/bridge.md": SITE["notes/bridge.md"].replace("44", "40")}
    made = shown(pages(tmp_path, notesite__toml=SHOWN, **{"notes/bridge__md": text["notes/bridge.md"]}), HERE)
    assert [words(one) for one in made.css(".same")] == ["40", "1907", "40", "1907"]
    assert "2 Zahlen stimmen dem Wert nach überein" in words(made.css_first(".found"))


def test_drafts_show_findings(tmp_path: Path):
    """A preview shows findings whatever the settings."""
    assert built(fill(tmp_path, SITE), drafts=True).written
    made = Pages(tree(tmp_path / "build"), origin="https://notes.example")
    assert len(shown(made, HERE).css(".found li")) == 4


def test_what_is_silenced_is_not_shown(tmp_path: Path):
    """A rule that one of the notes or the settings silence is shown on neither page."""
    english = SITE["notes/bridge.md"] + "\n<!-- notesite: ignore sources-differ -->\n"
    quiet = SHOWN + '[check]\nfigures-differ = "ignore"\n'
    made = pages(tmp_path, notesite__toml=quiet, **{"notes/bridge__md": english})
    for address in (HERE, THERE):
        assert len(shown(made, address).css(".found li")) == 2
        assert not shown(made, address).css(".cited mark")


def test_the_page_finds_what_check_finds(tmp_path: Path):
    """The page has as many findings as `notesite check` says of the two notes, but for what provenance lacks."""
    said = [one for one in problems(fill(tmp_path, SITE)) if one.path.endswith("bridge.md") and one.related]
    assert {one.rule for one in said} == {"scale-confused", "figures-differ", "structure-differs", "sources-differ"}
    assert len(said) == 4


def test_a_reader_jumps_from_a_finding_to_its_place(host: Callable[[Path], str], open_page: Any, tmp_path: Path):
    """By keyboard a finding leads to its mark and the mark back; on a wide screen the texts stand side by side."""
    assert built(fill(tmp_path, {**SITE, "notesite.toml": SHOWN})).written
    opened = open_page(host(tmp_path / "build") + HERE, width=1280).page
    opened.locator(".found li a").first.focus()
    opened.keyboard.press("Enter")
    opened.wait_for_function("location.hash === '#at:1'")
    opened.locator(":target a").focus()
    opened.keyboard.press("Enter")
    opened.wait_for_function("location.hash === '#finding:1'")
    boxes = (
        "[...document.querySelectorAll('.pair .side')].slice(0, 2).map((side) => side.getBoundingClientRect().toJSON())"
    )
    left, right = opened.evaluate(boxes)
    assert (left["right"] <= right["left"] + 1, left["top"]) == (True, right["top"])
    opened.set_viewport_size({"width": 360, "height": 800})
    upper, lower = opened.evaluate(boxes)
    assert upper["bottom"] <= lower["top"] + 1


def test_footnotes_have_a_heading_and_letters(host: Callable[[Path], str], open_page: Any, tmp_path: Path):
    """The footnotes of both texts stand under a heading, lettered as their marks are; where one has none it says so."""
    german = page("Die Brücke", WORK, text=GERMAN + "\nEnde.[^x]\n\n[^x]: Ach.\n", lang="de", translation_key="b")
    assert built(fill(tmp_path, {**SITE, "notes/bruecke.md": german})).written
    opened = open_page(host(tmp_path / "build") + HERE).page
    notes = opened.locator(".pair[aria-label=Fußnoten] .side")
    assert notes.locator("h2").all_inner_texts() == ["Fußnoten", "Fußnoten"]
    assert "Keine Entsprechung auf Englisch." in notes.nth(1).inner_text()
    assert notes.locator("ol").evaluate_all("(all) => all.map((one) => getComputedStyle(one).listStyleType)") == [
        "lower-alpha"
    ]


def test_columns_are_told_apart_by_ear(host: Callable[[Path], str], open_page: Any, tmp_path: Path):
    """Side by side, where headings stand above the columns, a screen reader is told the language of each text."""
    assert built(fill(tmp_path, SITE)).written
    opened = open_page(host(tmp_path / "build") + HERE, width=1280).page
    nodes = opened.context.new_cdp_session(opened).send("Accessibility.getFullAXTree")["nodes"]
    heard = [one["name"]["value"] for one in nodes if one["role"]["value"] == "StaticText" and not one["ignored"]]
    names = [one for one in heard if one in ("DEUTSCH", "ENGLISH")]  # written so, since they are shown so
    assert (opened.locator(".side").count(), names) == (8, ["DEUTSCH", "ENGLISH"] * 5)  # the heads, and four pairs
    assert opened.locator(".side .lm").evaluate_all("(all) => Math.max(...all.map((one) => one.offsetWidth))") <= 1


def test_links_in_marks_are_seen_in_forced_colours(host: Callable[[Path], str], open_page: Any, tmp_path: Path):
    """Where the system sets the colours, links in marks have the colour of marked text, not that of links."""
    assert built(fill(tmp_path, {**SITE, "notesite.toml": SHOWN})).written
    opened = open_page(host(tmp_path / "build") + HERE, forced_colors="active").page
    colours = opened.locator("mark a").evaluate_all("(all) => all.map((one) => getComputedStyle(one).color)")
    marked = opened.locator("mark").first.evaluate("(one) => getComputedStyle(one).color")
    assert (len(colours) > 3, set(colours)) == (True, {marked})


def test_sources_beside_each_other_are_easy_to_hit(host: Callable[[Path], str], open_page: Any, tmp_path: Path):
    """The sources of both texts stand at least 24 pixels apart, as WCAG has it of what is to be touched."""
    assert built(fill(tmp_path, SITE)).written
    opened = open_page(host(tmp_path / "build") + HERE, width=360).page
    tops = (
        opened.locator(".cited")
        .first.locator("li")
        .evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().top)")
    )
    assert (len(tops), tops[1] - tops[0] >= 24) == (2, True)
