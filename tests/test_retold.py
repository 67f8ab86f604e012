"""Builds in which texts alone changed: what they make, what keeps them from it, and that nothing tells them apart."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notesite import build, cache, disk, pile, retold, stamp
from notesite.runs import Options
from strategies import Edit, accidents, additions, edits, rewordings
from support import TODAY, SiteTest, asked_for, page

A, B, C = (f"https://{name}.example/work" for name in "abc")
SETTINGS = "[pages]\nfeed = 1\ncompare = false\n"
"""Feeds and comparisons show texts, too."""
TEXT = "Ein Absatz über Wind und Wetter, der nicht zu kurz ist, mit noch einem Wort am Ende."
ENGLISH = "A paragraph on wind and weather that is not too short, with one more word at its end."
FIRST = f"{TEXT}\n\n[nirgends](nichts.md)"
ALONE = "de/eins/index.html"


@pytest.fixture(autouse=True)
def _any_age(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stamp is left however young the files are: each edit here comes after the build before it is over."""
    monkeypatch.setattr(stamp, "_TICK", 0)
    monkeypatch.setattr(stamp, "_COARSE", 0)


@pytest.fixture
def site(tmp_path: Path) -> SiteTest:
    """A site that was built: a pair with sources, and notes that have nothing to do with each other."""
    pair = {
        "wind_de": page("Windkraft 2025", A, B, date="2025-03-01", text=TEXT, description="w"),
        "wind_en": page("Wind 2025", A, B, date="2025-03-02", text=ENGLISH, description="w"),
    }
    alone = {f"{name}_de": page(name.title(), C, description=name, text=TEXT) for name in ("eins", "zwei", "drei")}
    new = {"neu_de": page("Neu", date="2025-04-01"), "new_en": page("New", date="2025-04-01")}
    site = SiteTest(tmp_path / "site", **pair, **alone, **new).write({"notesite.toml": SETTINGS})
    return site.notes(fehler_de=page("Fehler", text=FIRST)).build()


def changed(site: SiteTest, name: str, before: str, after: str) -> SiteTest:
    """The site with other words in a note, built once more."""
    file = site.root / f"notes/{name}.md"
    text = file.read_text()
    assert before in text
    return site.write({f"notes/{name}.md": text.replace(before, after)}).build()


def is_told(site: SiteTest) -> bool:
    """Whether the last build looked at changed texts alone."""
    return site.report.planned is None and site.report.written is not None


def test_a_text_alone_needs_nothing_else(site: SiteTest):
    """Other words make the note's own page, and nothing else is looked at; then all rests."""
    changed(site, "eins-de", "Wetter", "Regen").expect_fresh()
    assert (is_told(site), site.report.reasons) == (True, {ALONE: "what it shows changed"})
    assert (site.report.written.written, site.report.written.removed) == (1, 0)
    assert b"Regen" in site.files[ALONE]
    assert stamp.stands(asked_for(site.root)) is not None


def test_texts_change_again_and_back(site: SiteTest):
    """Text upon text, and the first one again, each leave what a build from nothing makes; so does the next title."""
    for before, after in (("Wetter", "Regen"), ("Regen", "Schnee"), ("Schnee", "Wetter")):
        for name in ("eins-de", "wind-de"):
            changed(site, name, before, after).expect_fresh()
            assert is_told(site)
    changed(site, "eins-de", "Wetter", "Sturm")
    changed(site, "eins-de", "Eins", "Eines").expect_fresh()
    assert not is_told(site)
    changed(site, "eins-de", "Sturm", "Regen").expect_fresh()
    assert is_told(site)


def test_both_sides_of_a_pair(site: SiteTest):
    """An original and its translation may change together: they are held against each other as they are now."""
    file = site.root / "notes/wind-en.md"
    file.write_text(file.read_text().replace("weather", "rain"))
    changed(site, "wind-de", "Wetter", "Regen").expect_fresh()
    assert (is_told(site), len(site.made)) == (True, 2)


def test_a_line_more_moves_what_stands_below(site: SiteTest):
    """Where lines move that nothing is said of, the text is still alone; the next builds know where things stand."""
    changed(site, "eins-de", "Wind und Wetter", "Wind\nund Regen").expect_fresh()
    assert is_told(site)
    changed(site, "eins-de", "work)", "work)\n- ohne Adresse").expect_fresh()


def test_a_touched_note_stays_as_it_is(site: SiteTest):
    """A note with other times and the same bytes makes no page, and counts as looked at from then on."""
    os.utime(site.root / "notes/eins-de.md", (1, 1))
    site.build().expect_fresh()
    assert (is_told(site), site.made, site.report.written.written) == (True, set(), 0)
    assert stamp.stands(asked_for(site.root)) is not None


def test_a_footnote_is_aimed_at(site: SiteTest):
    """A footnote that goes, or comes, is seen by the links that lead to it, from another note or from its own."""
    note = page("Fuß", text=f"{TEXT} Wort[^1] und mehr.\n\n[^1]: Am Fuß.", description="f")
    site.notes(fuss_de=note, zeigt_de=page("Zeigt", text="[dort](fuss-de.md#fn-a)", description="z")).build()
    with_one, without = "Wort[^1] und mehr.\n\n[^1]: Am Fuß.", "Wort und mehr. Am Fuß."
    for before, after in ((with_one, without), (without, with_one)):
        changed(site, "fuss-de", before, after).expect_fresh()
        assert not is_told(site)
    changed(site, "fuss-de", "Am Fuß", "Im Fuß").expect_fresh()
    assert is_told(site)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("eins-de", "Eins", "Einer"),
        ("eins-de", "Wetter", "Wetter 1907"),
        ("eins-de", "Wetter", "[Wetter](zwei-de.md)"),
        ("eins-de", "Wetter", f"[Wetter]({A})"),
        ("eins-de", "Ein Absatz", "## Teil\n\nEin Absatz"),
        ("eins-de", "description", "beschreibung"),
        ("eins-de", "eins", "einerlei"),
        ("eins-de", "work)", "other)"),
        ("eins-de", "---\n\n", "draft: true\n---\n\n"),
        ("eins-de", "Absatz", "Absatz <!-- notesite: nothing -->"),
        ("wind-de", "noch einem Wort", "zwölf Prozenten"),
        ("wind-de", "der nicht zu kurz ist, mit noch einem Wort", "„r nicht zu kurz ist, mit noch einem Wor“"),
        ("neu-de", "Absatz", "Satz"),
        ("fehler-de", "Ein Absatz", "Ein\nAbsatz"),
    ],
)
def test_whatever_others_see_is_seen(site: SiteTest, name: str, before: str, after: str):
    """Title, number, link, source, heading, field, draft, remark, what a translation is told, feed: all are as new."""
    changed(site, name, before, after).expect_fresh()
    assert not is_told(site)
    changed(site, name, after, before).expect_fresh()


COMPARING = SETTINGS.replace("compare = false", "compare = true")


@pytest.mark.parametrize("more", ["", "findings = true\n"])
def test_comparisons_show_texts(site: SiteTest, more: str):
    """With pages that compare, a changed side is put beside its translation, on the pages of both; no other is made."""
    site.write({"notesite.toml": COMPARING + more}).build()
    for name, before, after in (
        ("wind-de", "Wetter", "Regen"),
        ("wind-en", "weather", "storms"),
        ("wind-de", "und", "als"),
    ):
        changed(site, name, before, after).expect_fresh()
        assert (is_told(site), len(site.made)) == (True, 3)


def test_comparisons_of_three(site: SiteTest):
    """Of three versions, each stands beside another; a changed one is new on all pages that show it."""
    site.write({"notesite.toml": COMPARING})
    third = page(
        "Vent 2025", A, B, date="2025-03-03", text="Un mot sur le vent et la pluie, et encore un autre à la fin."
    )
    site.notes(wind_fr=third.replace("---\n\n", "description: w\n---\n\n")).build()
    assert {len(group.notes) for group in site.report.planned.linkage.groups} == {1, 3}
    for name, before, after, pages in (("wind-de", "Wetter", "Regen", 4), ("wind-en", "weather", "storms", 3)):
        changed(site, name, before, after).expect_fresh()
        assert (is_told(site), len(site.made)) == (True, pages)


def test_a_comparison_with_links_needs_the_site(site: SiteTest):
    """Where a side links to other notes, what its comparison shows takes more than the two: all are looked at."""
    linked = page("Windkraft 2025", A, B, date="2025-03-01", text=f"{TEXT}\n\n[Eins](eins-de.md)", description="w")
    site.write({"notesite.toml": COMPARING}).notes(wind_de=linked).build()
    changed(site, "wind-de", "Wetter", "Regen").expect_fresh()
    assert not is_told(site)
    changed(site, "eins-de", "Wetter", "Regen").expect_fresh()
    assert is_told(site)


def test_an_altered_page_is_mended(site: SiteTest):
    """A page that somebody altered is made again, with the changed text or beside it."""
    for path in (ALONE, "de/zwei/index.html"):
        (site.output / path).write_bytes(b"altered")
        changed(site, "eins-de", "Wetter", "Regen").expect_fresh()
        assert not is_told(site)
        changed(site, "eins-de", "Regen", "Wetter").expect_fresh()


def test_the_preview_may_have_read_it_first(site: SiteTest):
    """A text that something else read and kept since the last build is as new to this build."""
    file = site.root / "notes/eins-de.md"
    file.write_text(file.read_text().replace("Wetter", "Regen"))
    site.build(output="elsewhere")
    site.build().expect_fresh()
    assert b"Regen" in site.files[ALONE]


@pytest.mark.parametrize("kept", ["around-*", "facts/texts-*", "facts/??", "pages-*", "compared/??"])
@pytest.mark.parametrize("how", ["gone", "cut", "other"])
def test_what_is_damaged_is_not_believed(site: SiteTest, kept: str, how: str):
    """Where anything that it takes is gone or damaged, all is made as from nothing; and the next text is alone."""
    for file in (site.root / ".notesite").glob(kept):
        data = file.read_bytes()
        file.unlink()
        if how != "gone":
            file.write_bytes(data[:9] if how == "cut" else bytes(255 - one for one in data))
    changed(site, "wind-de", "Wetter", "Regen").expect_fresh()
    assert not is_told(site)
    changed(site, "wind-de", "Regen", "Schnee").expect_fresh()
    assert is_told(site)


def test_two_names_of_one_output(site: SiteTest):
    """Asked for under two names, an output has two stamps: what one build left is not taken for what the other did."""
    by_default = Options(root=site.root, today=TODAY)
    build.site(by_default)
    changed(site, "eins-de", "Absatz", "Absatz <!-- notesite: nothing -->")
    assert build.site(by_default).found == site.report.found


def test_only_what_is_there_is_remembered(site: SiteTest):
    """Where the file is gone that holds what pages show around their texts, no page claims a place in the new one."""
    name = disk.name_of(site.root, site.output)
    (kept,) = (site.root / ".notesite").glob("around-*")
    kept.unlink()
    changed(site, "eins-de", "Wetter", "Regen").expect_fresh()
    memory = cache.decoded(disk.recalled(site.root, f"pages-{name}"))
    assert [path for path, one in memory.pages.items() if one.around] == [ALONE]
    changed(site, "zwei-de", "Wetter", "Regen").expect_fresh()
    assert (memory.around.startswith(f"around-{name}-"), is_told(site)) == (True, False)


def test_many_texts_are_read_by_all_processes(site: SiteTest, monkeypatch: pytest.MonkeyPatch):
    """More than a few changed texts go the way of all notes."""
    monkeypatch.setattr(retold, "_FEW", 1)
    file = site.root / "notes/zwei-de.md"
    file.write_text(file.read_text().replace("Wetter", "Schnee"))
    changed(site, "eins-de", "Wetter", "Regen").expect_fresh()
    assert not is_told(site)


def test_what_is_kept_of_pages_does_not_grow(site: SiteTest, monkeypatch: pytest.MonkeyPatch):
    """What pages showed once is thrown away when most of what is kept is that, and texts are alone all the same."""
    monkeypatch.setattr(pile, "_IDLE", 0)
    sizes = []
    for number in range(8):
        site.notes(eins_de=page(f"Eins {number}", C, description="eins", text=TEXT)).build()
        (kept,) = (site.root / ".notesite").glob("around-*")
        sizes.append(kept.stat().st_size)
    assert max(sizes) < 3 * sizes[0]
    for name, before, after in (("eins-de", "und", "als"), ("zwei-de", "und", "als"), ("eins-de", "als", "und")):
        changed(site, name, before, after).expect_fresh()
        assert is_told(site)


@settings(max_examples=15)
@given(st.lists(st.one_of(*[rewordings] * 6, additions, edits, accidents), min_size=2, max_size=6), st.booleans())
def test_texts_alone_equal_clean(script: list[Edit], compared: bool):
    """Whatever is edited in between, a build of texts alone gives the bytes and says the words of one from nothing."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        patch.setattr(stamp, "_TICK", 0)
        patch.setattr(stamp, "_COARSE", 0)
        pair = page("DeepSeek", A, B, text=TEXT, description="kurz")
        site = SiteTest(Path(folder) / "site", eins_de=pair, one_en=pair, zwei_de=page("Yi", C, description="y"))
        site.write({"notesite.toml": COMPARING if compared else SETTINGS}).build()
        for edit in script:
            edit.do(site)
            going = {} if site.build().report.written else {"keep_going": True}
            (site.build(**going) if going else site).expect_fresh(**going)
