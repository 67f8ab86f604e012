"""The exact list of pages, what each may see, and addresses that are claimed twice."""

import re
from itertools import pairwise
from pathlib import PurePosixPath
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notesite import plan, urls
from notesite.diagnostics import Diagnostic, Severity
from notesite.indexviews import ExportView
from notesite.pages import Asset, Copy, Page, Plan
from notesite.records import Link, Note
from strategies import families, paths
from support import cited, note, site

S = [f"https://s{number}.example/work" for number in range(4)]
TEMPLATES = frozenset({"note.html", "essay.html"})


def planned(*notes: Note, toml: str = "", files: tuple[str, ...] = ()) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """The plan for these notes, and what is wrong with it."""
    return plan.pages(site(*notes, toml=toml, files=files), TEMPLATES)


def page(path: str, *notes: Note, toml: str = "") -> Page:
    """The page of that output path in the plan for these notes."""
    (found,) = [one for one in planned(*notes, toml=toml)[0].pages if one.path == path]
    return found


def clashes(*notes: Note, toml: str = "", files: tuple[str, ...] = ()) -> tuple[Diagnostic, ...]:
    """What is claimed twice."""
    return planned(*notes, toml=toml, files=files)[1]


# --- what is planned -------------------------------------------------------------------------------------

FULL = (
    note("wind-de", "Wind", *S, date="2025-01-01", tags=("Öl",), aliases=("/alt/",)),
    note("gale-en", "Gales", *S, date="2024-01-01"),
)


def test_the_whole_list_of_pages():
    """A site of two notes is exactly these pages, no more."""
    shared = ["404.html", "_headers", "_redirects", "index.html", "robots.txt", "sitemap.xml", "alt/index.html"]
    shared += ["sources.bib", "sources.json", "sources.ris"]
    german = [
        "2025/",
        "",
        "quellen/",
        "themen/",
        "themen/oel/",
        "wind/",
        "wind/vergleich/",
        *(f"quellen/s{n}.example/" for n in range(4)),
    ]
    english = ["2024/", "", "gale/", "gale/compare/", "sources/", *(f"sources/s{n}.example/" for n in range(4))]
    folders = [f"de/{one}" for one in german] + [f"en/{one}" for one in english]
    feeds = [f"{lang}/{name}" for lang in ("de", "en") for name in ("404.html", "feed.xml")]
    shared += ["de/quellen/find.json", "en/sources/find.json"]
    found, wrong = planned(*FULL)
    assert [one.path for one in found.pages] == sorted([*shared, *feeds, *(f"{one}index.html" for one in folders)])
    assert wrong == ()
    assert found.assets[0].path == ".nojekyll"


def test_a_site_without_notes_has_its_frame():
    """Without a note there is a start page, a home page in the default language, and what hosts read."""
    assert [one.path for one in planned()[0].pages] == [
        "404.html", "_headers", "_redirects", "en/404.html", "en/index.html", "index.html", "robots.txt", "sitemap.xml"
    ]  # fmt: skip


@given(families())
def test_every_link_between_pages_is_planned(notes: list[Note]):
    """The addresses that switchers and navigation lead to are pages of the plan, and no address is there twice."""
    made, wrong = planned(*notes)
    found = [one.path for one in made.pages]
    assert len(found) == len(set(found)) or wrong
    links = {one.url for each in made.pages for one in (*each.head.alternates, *each.site.languages)}
    links |= {
        address for each in made.pages for address in (each.site.home, each.site.sources, each.site.feed) if address
    }
    assert {urls.output_path(link) for link in links} <= set(found)


def test_a_note_may_choose_its_template():
    """A note's layout is its template where there is one; else the note page."""
    assert page("de/a/index.html", note("a-de", template="essay")).template == "essay.html"
    assert page("de/a/index.html", note("a-de", template="unheard")).template == "note.html"


# --- a note's page ---------------------------------------------------------------------------------------


def test_neighbours_are_older_and_newer():
    """Previous is older and next newer, in the note's language; the ends have but one."""
    dated = [note(f"n{n}-de", date=f"2025-01-0{n}") for n in range(1, 4)] + [note("n2-en", date="2025-01-02")]
    views = [page(f"de/n{n}/index.html", *dated).view for n in range(1, 4)]
    assert [(one.previous and one.previous.url, one.next and one.next.url) for one in views] == [
        (None, "/de/n2/"), ("/de/n1/", "/de/n3/"), ("/de/n2/", None)
    ]  # fmt: skip


def test_the_bibliography_leads_to_the_index():
    """Every numbered source leads to its place in the index, and has that place there under that anchor."""
    view = page("de/wind/index.html", *FULL).view
    assert [one.number for one in view.bibliography] == [1, 2, 3, 4]
    for entry in view.bibliography:
        address, _, anchor = entry.index.partition("#")
        assert [work.id for work in page(urls.output_path(address), *FULL).view.works] == [anchor]


def test_a_source_cited_in_the_text_is_marked():
    """An entry leads back to the text only where the text has a mark for it."""
    own = (*cited(*S[:2]), *cited(S[1], kind="inline"))
    view = page("de/a/index.html", note("a-de", citations=own)).view
    assert [one.cited for one in view.bibliography] == [False, True]


def test_notes_that_share_sources_are_near():
    """The note that shares the rarest sources comes first, in this language where it has it; its own versions never."""
    notes = [
        note("a-de", "A", *S), note("b-en", "B", *S), note("c-en", "C", S[0], "https://x.example/"),
        note("d-de", "D", S[1], S[2], "https://y.example/"), note("e-fr", "E", S[1]),
    ]  # fmt: skip
    shared = page("de/a/index.html", *notes).view.shared
    assert [(one.url, one.count) for one in shared] == [("/de/d/", 2), ("/en/c/", 1), ("/fr/e/", 1)]


def test_settings_limit_lists():
    """How many notes home, feed and nearness show is a setting; the archive has them all."""
    notes = [note(f"n{n}-de", f"N{n}", S[0], date=f"2025-01-0{n}") for n in range(1, 6)]
    toml = "[pages]\nnewest = 2\nfeed = 3\nshared = 1"
    (year,) = page("de/index.html", *notes, toml=toml).view.years
    assert [one.title for one in year.lines] == ["N5", "N4"]
    assert [one.title for one in page("de/feed.xml", *notes, toml=toml).view.entries] == ["N5", "N4", "N3"]
    assert len(page("de/n1/index.html", *notes, toml=toml).view.shared) == 1
    assert len(page("de/2025/index.html", *notes, toml=toml).view.lines) == 5


# --- for reference managers ------------------------------------------------------------------------------


def exported(toml: str = "") -> dict[str, list[str]]:
    """The exports of a small site: output path to the keys of its references."""
    notes = [note("wind-de", "Wind", *S[:2], permalink="/wind.html"), note("gale-en", "Gale", S[1]), note("leer-de")]
    pages = planned(*notes, toml=toml)[0].pages
    return {one.path: [ref.key for ref in one.view.references] for one in pages if isinstance(one.view, ExportView)}


def test_all_sources_are_exported_in_three_formats():
    """The sources of all notes are there once, for every reference manager, without being asked for."""
    whole = ["s0.example/work", "s1.example/work"]
    assert exported() == {"sources.bib": whole, "sources.json": whole, "sources.ris": whole}


def test_publishers_and_notes_are_exported_where_asked():
    """Each publisher's and each note's own sources are there where the settings ask; a note without any has none."""
    found = exported("[pages]\npublisher_exports = true\nnote_exports = true")
    assert {path: keys for path, keys in found.items() if path.endswith(".bib") and path != "sources.bib"} == {
        "sources/s0.example.bib": ["s0.example/work"],
        "sources/s1.example.bib": ["s1.example/work"],
        "wind-sources.bib": ["s0.example/work", "s1.example/work"],
        "en/gale/sources.bib": ["s1.example/work"],
    }


def test_exports_are_linked():
    """The index links its exports; a publisher's page and a note's do where there are any."""
    notes = [note("wind-de", "Wind", S[0])]
    toml = "[pages]\npublisher_exports = true\nnote_exports = true"
    views = {path: page(path, *notes, toml=toml).view for path in ("de/quellen/index.html", "de/wind/index.html")}
    assert [[one.url for one in view.downloads][:1] for view in views.values()] == [
        ["/sources.json"],
        ["/de/wind/sources.json"],
    ]
    assert page("de/wind/index.html", *notes).view.downloads == ()


# --- lists -----------------------------------------------------------------------------------------------


def test_the_archive_goes_by_years():
    """Each year has its page with the notes of that year; the undated ones come last."""
    notes = [
        note(f"n{n}-de", f"N{n}", date=date) for n, date in enumerate(["2023-01-01", "2025-05-05", "2025-01-01", ""])
    ]
    years = [page(f"de/{year}/index.html", *notes).view for year in ("2025", "2023", "undatiert")]
    assert [[one.title for one in year.lines] for year in years] == [["N1", "N2"], ["N0"], ["N3"]]
    assert [year.older and year.older.year for year in years] == ["2023", "", None]
    assert [year.newer and year.newer.year for year in years] == [None, "2025", "2023"]


def test_the_index_counts():
    """The citation index counts sources, publishers and the notes that cite, a note once however often it does."""
    twice = (*cited(S[0]), *cited(S[0], kind="inline"))
    view = page("de/quellen/index.html", note("a-de", citations=twice), note("b-en", "B", S[0], S[1])).view
    assert (view.sources, view.publishers, view.citations) == (2, 2, 3)
    shelves = [(one.name, one.sources, one.notes) for letter in view.letters for one in letter.shelves]
    assert shelves == [("s0.example", 1, 2), ("s1.example", 1, 1)]


def test_the_chart_shows_the_most_cited():
    """The chart has the publishers that most notes cite, the most cited first, counted by language."""
    notes = [note("a-de", "A", *S[:3]), note("b-de", "B", S[1]), note("c-en", "C", *S[1:3])]
    chart = page("de/quellen/index.html", *notes).view.chart
    assert [(one.name, one.counts) for one in chart] == [
        ("s1.example", (1, 2)),
        ("s2.example", (1, 1)),
        ("s0.example", (0, 1)),
    ]


def test_the_index_goes_by_letters():
    """Publishers stand under their letters, umlauts with their base letters, digits under one sign."""
    addresses = [f"https://{host}/" for host in ("zett.example", "amt.example", "xn--rzte-koa.example", "7.example")]
    view = page("de/quellen/index.html", note("a-de", "A", *addresses)).view
    assert [one.letter for one in view.letters] == sorted({one.letter for one in view.letters})
    assert all(before.id != after.id for before, after in pairwise(view.letters))
    assert view.letters[0].letter == "#"


def test_a_publisher_shows_who_cites():
    """Each work on a publisher's page has a column per language, with the notes that cite it."""
    (work,) = page("de/quellen/s0.example/index.html", *FULL).view.works
    assert [(one.lang, [ref.text for ref in one.notes]) for one in work.columns] == [
        ("en", ["Gales"]),
        ("de", ["Wind"]),
    ]


def citers(*notes: Note, lang: str = "de") -> dict[str, tuple[tuple[str, ...], list[str]]]:
    """Per note that cites the first source: how, and which of its versions do not."""
    (work,) = page(f"{lang}/{'quellen' if lang == 'de' else 'sources'}/s0.example/index.html", *notes).view.works
    every = [one for column in work.columns for one in column.notes]
    return {one.text: (one.kinds, [other.text for other in one.without]) for one in every}


def test_a_publisher_shows_how_notes_cite():
    """Each kind of citation of a note is told once, in one order, whatever the order in the note."""
    kinds = ("footnote", "inline", "list", "inline")
    several = note("a-de", "A", citations=tuple(one for kind in kinds for one in cited(S[0], kind=kind)))
    field = note("b-en", "B", citations=cited(S[0], kind="field"))
    assert citers(several, field) == {"A": (("list", "inline", "footnote"), []), "B": (("field",), [])}


@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_source_of_one_version_is_marked(lang: str):
    """A note that alone of its translations cites a source is marked with them; one without a partner is not."""
    pair = [note(f"a-{one}", f"A {one}", *cites, translation_key="a") for one, cites in (("de", S[:2]), ("en", S[1:2]))]
    both = [note(f"b-{one}", f"B {one}", S[0], translation_key="b") for one in ("de", "en")]
    alone = note("c-en", "C", S[0])
    found = citers(*pair, *both, alone, lang=lang)
    assert {text: without for text, (_, without) in found.items()} == {
        "A de": ["A en"], "B de": [], "B en": [], "C": [],
    }  # fmt: skip


def test_a_publisher_shows_why_addresses_are_one():
    """A work of several addresses names each rule they needed once, with such an address; one of one address none."""
    plain, other = "https://s0.example/work", "http://www.s0.example/work/?utm_source=x"
    (merged,) = page("de/quellen/s0.example/index.html", note("a-de", "A", plain, other, other)).view.works
    assert [(one.rule, one.address) for one in merged.mergers] == [
        (rule, other) for rule in ("scheme", "www", "tracking", "trailing-slash")
    ]
    (single,) = page("de/quellen/s0.example/index.html", note("a-de", "A", other)).view.works
    assert single.mergers == ()


def test_a_work_is_described_for_reference_managers():
    """Works on a publisher's page carry COinS, with their title and address."""
    (work,) = page("de/quellen/s0.example/index.html", note("a-de", "A", S[0])).view.works
    said = dict(parse_qsl(work.coins))
    assert (said["ctx_ver"], said["rft.identifier"]) == ("Z39.88-2004", S[0])


MANY = [f"https://many.example/{number:02}" for number in range(12)]


def test_the_index_picks_the_most_cited():
    """The ten sources that most notes cite stand on the index, a note counted once; what one note cites is none."""
    notes = [note(f"n{n}-de", f"N{n}", *MANY[: n + 1]) for n in range(11)]
    twice = note("twice-de", "Twice", citations=(*cited(MANY[11]), *cited(MANY[11], kind="inline")))
    most = page("de/quellen/index.html", *notes, twice).view.most
    assert [(one.title, one.count) for one in most] == [(f"many.example/{n:02}", 11 - n) for n in range(10)]
    assert most[0].url.startswith("/de/quellen/many.example/#")
    assert page("de/quellen/index.html", twice).view.most == ()


def test_the_index_picks_the_newest():
    """The ten sources of the newest dated notes stand on the index, the newest first; undated notes have none there."""
    old = note("old-de", "Old", *MANY[:9], date="2024-01-01")
    new = note("new-en", "New", *MANY[8:11], date="2025-01-01")
    view = page("de/quellen/index.html", old, new, note("x-de", "X", MANY[11])).view
    assert [(one.title, one.date[:4]) for one in view.newest] == [
        *((f"many.example/{n:02}", "2025") for n in (8, 9, 10)),
        *((f"many.example/{n:02}", "2024") for n in range(7)),
    ]
    assert page("de/quellen/index.html", note("x-de", "X", MANY[11])).view.newest == ()


def test_sources_are_found_by_rows():
    """The file behind the box has every source once: title, publisher, address, place; the index page names it."""
    view = page("de/quellen/find.json", *FULL).view
    assert [(row[1:3], row[3].partition("#")[0]) for row in view.rows] == [
        ((f"s{n}.example", f"s{n}.example/work"), f"/de/quellen/s{n}.example/") for n in range(4)
    ]
    assert page("de/quellen/index.html", *FULL).view.rows == "/de/quellen/find.json"


def test_counts_change_index_pages_alone():
    """One more note that cites known sources changes the index, and no page of a publisher that it does not cite."""
    more = note("neu-de", "Neu", S[0], date="2026-01-01")
    before, after = ({one.path: one.view for one in planned(*notes)[0].pages} for notes in (FULL, (*FULL, more)))
    assert before["de/quellen/index.html"] != after["de/quellen/index.html"]
    for same in ("de/quellen/s1.example/index.html", "en/sources/s2.example/index.html", "de/quellen/find.json"):
        assert before[same] == after[same]


def test_the_feed_holds_what_is_published():
    """A feed has dated, published notes only, newest first; its date is its newest entry's; none is left, no feed."""
    notes = [
        note("a-de", "A", date="2025-01-01", updated="2025-03-01"), note("b-de", "B", date="2025-02-01"),
        note("c-de", "C"), note("d-de", "D", date="2099-01-01"), note("e-de", "E", date="2025-01-01", draft=True),
    ]  # fmt: skip
    view = page("de/feed.xml", *notes).view
    assert ([one.title for one in view.entries], view.updated) == (["B", "A"], "2025-03-01T00:00:00Z")
    assert "de/feed.xml" not in [one.path for one in planned(*notes[2:])[0].pages]


def test_a_feed_of_no_notes_is_none():
    """With `feed = 0` there is no feed and no page offers one; `newest = 0` lists no note."""
    site, toml = (note("a-de", "A", S[0], date="2025-01-01"),), "[pages]\nfeed = 0\nnewest = 0"
    plan, found = planned(*site, toml=toml)
    assert not found
    assert not [one.path for one in plan.pages if one.path.endswith("feed.xml")]
    assert page("de/a/index.html", *site).site.feed == "/de/feed.xml"
    assert page("de/a/index.html", *site, toml=toml).site.feed == ""
    assert page("de/index.html", *site, toml=toml).view.years == ()


def test_ids_in_feeds_stay_when_the_site_moves():
    """An entry keeps its id whatever host the site stands on, and no two entries have one."""
    here, there = (
        page("de/feed.xml", FULL[0], note("x-de", date="2025-01-01"), toml=f'[site]\nurl = "{url}"').view
        for url in ("https://one.example", "https://two.example")
    )
    assert [one.id for one in here.entries] == [one.id for one in there.entries]
    assert len({here.id, *(one.id for one in here.entries)}) == 3
    assert [one.url for one in here.entries] != [one.url for one in there.entries]


def test_the_sitemap_names_public_pages():
    """Drafts, redirects and 404 pages are not in the sitemap; all else that readers read is."""
    notes = (*FULL, note("entwurf-de", draft=True))
    places = [one.url for one in page("sitemap.xml", *notes).view.places]
    assert {"/", "/de/wind/", "/en/gale/", "/de/quellen/"} <= set(places)
    assert places == sorted(places)
    assert not {"/alt/", "/404.html", "/de/404.html", "/de/entwurf/"} & set(places)


# --- old addresses ---------------------------------------------------------------------------------------


def test_an_alias_redirects():
    """An old address is a page that leads on, and a line for hosts that read them."""
    assert page("alt/index.html", *FULL).view.target == "/de/wind/"
    assert page("_redirects", *FULL).view.redirects == (("/alt/", "/de/wind/"),)


def test_an_alias_written_twice_is_one():
    """The same old address, with and without its last slash, is one redirect and no clash."""
    again = note("a-de", aliases=("/alt/", "/alt", "/alt/"))
    assert clashes(again) == ()
    assert page("alt/index.html", again).view.target == "/de/a/"


def test_an_alias_that_is_the_address_redirects_nowhere():
    """An alias that is the note's own address makes no page, and no line that would send readers round in circles."""
    own = note("a-de", aliases=("/de/a/", "/de/a"))
    assert clashes(own) == ()
    assert page("_redirects", own).view.redirects == ()


# --- addresses claimed twice -----------------------------------------------------------------------------


def test_two_notes_for_one_address():
    """Two notes for one address are an error that names both and the mend."""
    (said,) = clashes(note("a-de"), note("b-de", slug="a"))
    assert (said.rule, said.severity, said.path) == ("address-taken", Severity.ERROR, "notes/b-de.md")
    assert [one.path for one in said.related] == ["notes/a-de.md"]
    assert "/de/a/" in said.message
    assert "slug" in said.hint


@pytest.mark.parametrize(
    "other",
    [
        note("b-de", permalink="/de/A/"),
        note("b-de", permalink="/DE/a"),
        note("b-de", permalink="/de/a/index.html"),
        note("b-de", aliases=("/de/a/",)),
    ],
)
def test_addresses_that_some_disk_takes_for_one(other: Note):
    """Case, Unicode form and index.html part no two addresses; an alias claims one as a note does."""
    (said,) = clashes(note("a-de"), other)
    assert "notes/a-de.md" in said.message
    assert {said.path, *(one.path for one in said.related)} == {"notes/a-de.md", "notes/b-de.md"}


def test_composed_and_decomposed_are_one():
    """An umlaut in one character or in two is the same address."""
    assert clashes(note("a-de", permalink="/fl\u00fc/"), note("b-de", permalink="/flu\u0308/"))


def test_a_file_where_a_folder_is():
    """A page that is a file where another needs a folder is a clash that names both."""
    (said,) = clashes(note("a-de", permalink="/x.html"), note("b-de", permalink="/x.html/y/"))
    assert {"notes/a-de.md", "notes/b-de.md"} <= set(said.message.split())


def test_a_note_on_a_section():
    """A note at the address of a section is named, and so is the section."""
    (said,) = clashes(note("a-de", "A", *S, slug="quellen"))
    assert said.path == "notes/a-de.md"
    assert "the citation index in de" in said.message


def test_an_alias_on_a_note():
    """The other one of a clash is named by its path alone, so that a line of output leads to it."""
    (said,) = clashes(note("a-de", aliases=("/en/b/",)), note("b-en"))
    assert {said.path, *(one.path for one in said.related)} == {"notes/a-de.md", "notes/b-en.md"}


def test_two_files_for_one_place():
    """Two files of one name that a page links are a clash that names both."""
    links = (Link("x/p.pdf", 1), Link("y/p.pdf", 2))
    (said,) = clashes(note("a-de", links=links), files=("notes/x/p.pdf", "notes/y/p.pdf"))
    assert "notes/x/p.pdf" in said.message
    assert "notes/y/p.pdf" in said.message


def test_many_clashes_are_one_message():
    """Six clashes and more are said in one message with the first five and the setting that parts them."""
    notes = [
        note(f"{folder}{n}-de", path=f"notes/{folder}/n{n}-de.md", slug=f"n{n}") for folder in "ab" for n in range(7)
    ]
    (said,) = clashes(*notes)
    assert said.message.startswith("7 addresses are claimed twice, the first five are /de/n0/")
    assert "notes/a/n4-de.md" in said.message
    assert "n5" not in said.message
    assert "permalink" in said.hint
    assert said.path == "notes/a/n0-de.md"
    assert clashes(*notes, toml='[site]\npermalink = "/{lang}/{path}/"') == ()


def test_places_are_counted_not_claims():
    """An address that twelve notes claim is one, and who claims it is said in few words."""
    (said,) = clashes(*(note(f"n{n:02}-de", slug="gleich") for n in range(12)))
    assert said.message == (
        "the address /de/gleich/ is claimed 12 times: by notes/n00-de.md and by notes/n01-de.md and by"
        " notes/n02-de.md and by 9 more"
    )
    assert (said.path, len(said.related), said.hint) == ("notes/n11-de.md", 11, "give each of them another slug")


def test_aliases_are_told_apart():
    """Clashes of aliases have a mend of their own, since no permalink of notes can part them."""
    notes = [note(f"{name}{n}-de", aliases=(f"/alt/{n}/",), slug=f"{name}{n}") for name in "ab" for n in range(6)]
    (said,) = clashes(*notes)
    assert said.message.startswith("6 addresses are claimed twice, the first five are /alt/0/ (notes/a0-de.md (alias);")
    assert (said.path, said.hint) == ("notes/a0-de.md", "leave the alias out")
    both = clashes(*notes, note("c-de", slug="a0"))
    assert sorted(one.hint for one in both) == ["give one of them another slug", "leave the alias out"]


@pytest.mark.parametrize(
    ("dates", "folders", "offered"),
    [
        (("2024-01-01", "2025-01-01"), "ab", ["/{lang}/{year}/{slug}/", "/{lang}/{path}/"]),
        (("", ""), "ab", ["/{lang}/{path}/"]),
        (("2025-01-01", ""), "ab", ["/{lang}/{path}/"]),
        (("2025-01-01", "2025-05-01"), "ab", ["/{lang}/{path}/"]),
        (("2024-01-01", "2025-01-01"), "aa", ["/{lang}/{year}/{slug}/"]),
        (("", ""), "aa", []),
    ],
)
def test_only_permalinks_that_part_are_offered(dates: tuple[str, str], folders: str, offered: list[str]):
    """Of many clashes the mend names the patterns under which there are none: no year where notes have no date."""
    notes = [
        note(f"{which}{n}-de", path=f"notes/{folder}/{which}{n}.md", slug=f"n{n}", date=date)
        for which, date, folder in zip("xy", dates, folders, strict=True)
        for n in range(6)
    ]
    (said,) = clashes(*notes)
    assert re.findall(r'"(.+?)"', said.hint) == offered
    assert all(clashes(*notes, toml=f'[site]\npermalink = "{pattern}"') == () for pattern in offered)


@given(st.lists(st.tuples(paths, st.sampled_from([Asset, Copy])), max_size=8))
def test_without_collisions_there_are_none(claims: list[tuple[str, type]]):
    """What a build that keeps going writes holds no two files for one place, and no file where a folder is."""
    copies = tuple(Copy(path, f"from/{n}") for n, (path, kind) in enumerate(claims) if kind is Copy)
    assets = tuple(Asset(path, b"") for path, kind in claims if kind is Asset)
    kept = plan.without_collisions(Plan((), copies, assets))
    places = [urls.same_place(one.path) for one in (*kept.copies, *kept.assets)]
    above = {str(parent) for place in places for parent in PurePosixPath(place).parents}
    assert len(places) == len(set(places))
    assert not above & set(places)
    assert set(kept.copies) <= set(copies)


def test_the_first_claim_is_kept():
    """A build that keeps going gives an address to the first who claims it."""
    both = planned(note("a-de"), note("b-de", slug="a"))[0]
    assert [one.origin for one in plan.without_collisions(both).pages if one.path == "de/a/index.html"] == [
        "notes/a-de.md"
    ]
