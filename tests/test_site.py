"""Where everything stands: addresses of notes and sections, links within the site, and views that pages share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notesite import urls
from notesite.records import Link, Note
from notesite.site import PICTURES, RECORDINGS, Site, Target
from support import note, site

S = [f"https://s{number}.example/work" for number in range(4)]


def address(own: Note, toml: str = "") -> str:
    """Where one note stands."""
    return site(own, toml=toml).address[own.path]


# --- addresses -------------------------------------------------------------------------------------------


def test_a_note_stands_under_its_language_and_slug():
    """The address of a note is its language and its slug; its own permalink goes before."""
    assert address(note("solar-de")) == "/de/solar/"
    assert address(note("solar-de", lang="pt-BR")) == "/pt-br/solar/"
    assert address(note("solar-de", permalink="/sonne.html")) == "/sonne.html"


@pytest.mark.parametrize(
    ("pattern", "date", "made"),
    [
        ("/{lang}/{year}/{month}/{slug}/", "2025-03-01", "/de/2025/03/solar/"),
        ("/{lang}/{year}/{month}/{slug}/", "", "/de/solar/"),
        ("/{year}-{month}-{day}-{slug}.html", "2025-03-01T12:00:00", "/2025-03-01-solar.html"),
        ("/{lang}/{path}/", "", "/de/energie/sonne-wind/solar/"),
        ("/{slug}", "", "/solar"),
    ],
)
def test_the_permalink_pattern(pattern: str, date: str, made: str):
    """The site's pattern makes the address: no empty segments, folders as slugs, draft folders left out."""
    own = note("solar-de", path="notes/energie/drafts/Sonne & Wind/solar-de.md", date=date)
    assert address(own, f'[site]\npermalink = "{pattern}"') == made


@given(st.text(max_size=30), st.sampled_from(["/{lang}/{slug}/", "/{path}/", "/{slug}.html"]))
def test_no_file_name_leads_out_of_the_site(name: str, pattern: str):
    """Whatever a note's folder is called, its output path is made of plain segments below the output folder."""
    folder = name.replace("/", "").replace("\0", "") or "x"
    own = note("solar-de", path=f"notes/{folder}/solar-de.md")
    parts = urls.output_path(address(own, f'[site]\npermalink = "{pattern}"')).split("/")
    assert not {"", ".", ".."} & set(parts)
    assert all(len(part.encode()) <= 255 for part in parts)


def test_sections_are_named_in_their_language():
    """Addresses of sections come from the message catalogue, under the language's home."""
    one = site(note("a-de", "A", *S), note("b-en", "B"))
    assert one.sources("de") == "/de/quellen/"
    assert one.sources("en") == "/en/sources/"
    assert one.publisher("de", "s0.example") == "/de/quellen/s0.example/"
    assert one.tag("de", "Öl & Gas") == "/de/themen/oel-gas/"
    assert one.archive("en", "") == "/en/undated/"
    assert one.feed("de") == "/de/feed.xml"


def test_languages_stand_in_order():
    """The default language first, then as the settings list them, then by tag; only those that have notes."""
    notes = [note(f"a-{lang}") for lang in ("it", "fr", "de", "en")]
    assert site(*notes).langs == ("en", "de", "fr", "it")
    assert site(*notes, toml='[site]\nlanguages = ["fr", "nl", "de"]').langs == ("fr", "de", "en", "it")
    assert site(*notes, toml='[site]\ndefault_language = "it"').langs == ("it", "de", "en", "fr")
    assert site().langs == ("en",)


def test_notes_stand_newest_first_and_undated_last():
    """Notes are ordered by date, newest first; those of one day and those without any by title."""
    dates = {
        "a-de": ("Ä", "2025-01-01"),
        "b-de": ("b", "2025-01-01"),
        "c-de": ("z", ""),
        "d-de": ("y", ""),
        "e-de": ("x", "2025-02-01"),
    }
    one = site(*(note(name, title, date=date) for name, (title, date) in dates.items()))
    assert [own.path[6] for own in one.notes] == ["e", "a", "b", "d", "c"]


def test_versions_of_a_note():
    """A note's versions are its group's; where a language has none, the original stands for it."""
    german, english, alone = note("a-de", "A", *S), note("b-en", "B", *S), note("c-fr")
    one = site(german, english, alone)
    assert one.versions(german) == one.versions(english) == {"de": "/de/a/", "en": "/en/b/"}
    assert one.versions(alone) == {"fr": "/fr/c/"}
    assert one.version("de", english) is german
    assert one.version("fr", german) is english


# --- links within the site -------------------------------------------------------------------------------

HERE = note("hier-de", path="notes/energie/hier-de.md", headings=())
THERE = note("dort-en", "There", S[0])
FILES = ("notes/energie/plan.pdf", "notes/daten.csv", "assets/logo.svg")


def follow(link: str, toml: str = "") -> Target:
    """Where a link in the note `notes/energie/hier-de.md` leads."""
    return site(HERE, THERE, toml=toml, files=FILES).resolve(HERE, Link(link, 3))


@pytest.mark.parametrize(
    ("link", "href"),
    [
        ("../dort-en.md", "/en/dort/"),
        ("/notes/dort-en.md#s1", "/en/dort/#s1"),
        ("hier-de.md", "/de/hier/"),
        ("#text", "#text"),
        ("/en/dort/", "/en/dort/"),
        ("/en/dort?x=1#sources", "/en/dort/?x=1#sources"),
        ("../../en/dort/index.html", "/en/dort/"),
        ("/de/", "/de/"),
        ("/en/sources/s0.example/", "/en/sources/s0.example/"),
        ("/", "/"),
    ],
)
def test_links_find_notes_and_sections(link: str, href: str):
    """A link finds a note by its file or its address, a section by its address, and keeps query and anchor."""
    found = follow(link)
    assert (found.href, found.problem) == (href, "")


def test_links_carry_the_base_path():
    """Under a base path every link has it, whether its author wrote it or not."""
    toml = '[site]\nurl = "https://notes.example/repo/"'
    assert {follow(link, toml).href for link in ("../dort-en.md", "/en/dort/", "/repo/en/dort/")} == {"/repo/en/dort/"}


@pytest.mark.parametrize(
    ("link", "href", "copied"),
    [
        ("plan.pdf", "/de/hier/plan.pdf", "de/hier/plan.pdf"),
        ("../daten.csv#row=2", "/de/hier/daten.csv#row=2", "de/hier/daten.csv"),
        ("/assets/logo.svg", "/assets/logo.svg", "assets/logo.svg"),
    ],
)
def test_files_are_copied_beside_the_page(link: str, href: str, copied: str):
    """A linked file stands next to the page that links it; one of assets/ stays where it is."""
    found = follow(link)
    assert (found.href, found.copy_to, found.problem) == (href, copied, "")


@pytest.mark.parametrize(
    ("link", "problem", "hint"),
    [
        ("../dort-de.md", "leads nowhere", "did you mean notes/dort-en.md?"),
        ("/en/gone/", "leads nowhere", "link a note by its file"),
        ("../../../../etc/passwd", "leads nowhere", "link a note by its file"),
        ("../dort-en.md#source", "there is no #source in notes/dort-en.md", "did you mean #sources?"),
        ("#nowhere", "there is no #nowhere in this note", "headings"),
    ],
)
def test_lost_links_are_said(link: str, problem: str, hint: str):
    """A link to nothing is named with what may have been meant."""
    found = follow(link)
    assert problem in found.problem
    assert hint in found.hint
    assert not found.copy_from


def test_a_lost_link_is_not_meant_for_its_own_note():
    """The nearest name that a lost link may have meant is never that of the note which holds it."""
    one = note("strom-de")
    assert "did you mean" not in site(one).resolve(one, Link("strom-dee.md", 3)).hint


@given(st.text(st.sampled_from("./%2eEFf\\#?ab"), max_size=16))
def test_no_link_copies_from_outside(link: str):
    """However a link is written, what is copied for it is a file of the site, to a place below the output folder."""
    found = follow(link)
    assert not found.copy_from or (found.copy_from in FILES and ".." not in found.copy_to.split("/"))


# --- pictures and recordings -----------------------------------------------------------------------------


def medium(one: Site, said: bool | str, endings: tuple[str, ...] = PICTURES) -> Target | None:
    """A lead picture or recording of a note."""
    return one.medium(one.notes[0], said, endings)


def test_a_medium_is_found_by_the_slug():
    """`true` looks for the slug's file under assets/, the best format first; a path is followed."""
    one = site(note("logo-de"), files=("assets/logo.png", "assets/logo.webp", "assets/logo.mp3", "notes/x.png"))
    assert medium(one, False) is None
    assert medium(one, True).copy_from == "assets/logo.webp"
    assert medium(one, True, RECORDINGS).copy_from == "assets/logo.mp3"
    assert medium(one, "x.png").href == "/de/logo/x.png"


def test_a_missing_medium_is_said():
    """`true` without such a file says where it was looked for."""
    found = medium(site(note("solar-de")), True)
    assert (found.href, found.copy_to) == ("", "")
    assert "solar" in found.problem
    assert found.hint.startswith("save it as assets/solar.")


# --- views that pages share ------------------------------------------------------------------------------


def test_pages_know_only_the_sections_there_are():
    """Without sources, tags or dated notes a page links no index, no tags and no feed."""
    bare, full = site(note("a-de")), site(note("a-de", "A", *S, tags=("x",), date="2025-01-01"))
    assert (bare.view("de").sources, bare.view("de").tags, bare.view("de").feed) == ("", "", "")
    assert (full.view("de").sources, full.view("de").tags) == ("/de/quellen/", "/de/themen/")
    assert full.view("de").feed == "/de/feed.xml"


def test_links_to_sections_that_are_not_there_are_lost():
    """A link to the index, the tags or the feed of a site that has none leads nowhere."""
    one = site(note("a-de"))
    for link in ("/de/quellen/", "/de/themen/", "/de/feed.xml"):
        assert one.resolve(one.notes[0], Link(link, 1)).problem, link


def test_the_switcher_names_each_language_in_itself():
    """The versions of a page come in the site's order, each language in its own words, this one marked."""
    one = site(note("a-de", "A", *S), note("b-en", "B", *S))
    shown = one.alternates(one.versions(one.notes[0]), "de")
    assert [(own.lang, own.name, own.url, own.current) for own in shown] == [
        ("en", "English", "/en/b/", False),
        ("de", "Deutsch", "/de/a/", True),
    ]


def test_a_note_in_a_list():
    """A line of a list carries title, date, number of sources, other versions and provenance."""
    one = site(note("a-de", "A", *S, translated=True, date="2025-01-01"), note("b-en", "B", *S))
    line = one.line(one.by_path["notes/a-de.md"])
    assert (line.url, line.title, line.date, line.sources) == ("/de/a/", "A", "2025-01-01", 4)
    assert [own.lang for own in line.others] == ["en"]
    assert (line.generated, line.translated, line.reviewed) == (False, True, False)


def test_a_future_note_is_told():
    """A note dated after today is a future one; today's is not."""
    own = [note("a-de", date="2025-09-01T23:00:00"), note("b-de", date="2025-09-02")]
    one = site(*own, today="2025-09-01")
    assert [one.is_future(each) for each in own] == [False, True]


def test_spellings_of_a_tag_are_one():
    """A tag written in several ways is one, called as most notes write it, with its notes newest first."""
    tags = {"a-de": ("KI", "2025-01-01"), "b-de": ("ki", "2025-02-01"), "c-de": ("KI", "2025-03-01")}
    one = site(*(note(name, tags=(tag,), date=date) for name, (tag, date) in tags.items()))
    tag, notes = one.tagged["de"]["ki"]
    assert (tag, [own.path[6] for own in notes]) == ("KI", ["c", "b", "a"])


def test_tags_of_one_slug_stay_apart():
    """C, C++ and C# are three tags with three addresses; spellings that differ in case or hyphens are one."""
    one = site(note("a-en", tags=("C", "Open models")), note("b-en", tags=("C++", "C#", "open-models")))
    assert one.tag("en", "C") == "/en/tags/c/"
    assert len({one.tag("en", tag) for tag in ("C", "C++", "C#")}) == 3
    assert one.tag("en", "Open models") == one.tag("en", "open-models") == "/en/tags/open-models/"
