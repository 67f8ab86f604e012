"""`notesite serve` as an author meets it: a site in a folder, a server in a process, tabs in Chromium."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support import SiteTest, Speaking, page, tree

A, B, C = (f"https://{name}.example/work" for name in "abc")
LONG = "\n\n".join(f"## Teil {number}\n\n" + "Ein Satz über Wind, der zählt. " * 30 for number in range(1, 9))
OVERLAY = ".oops:popover-open"


@dataclass
class Serving(Speaking):
    """A preview server."""

    url: str = ""

    def stop(self) -> int:
        """Its exit code after Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        out, _ = self.process.communicate(timeout=60)
        self.said += out.splitlines()
        return self.process.returncode


Serve = Callable[..., Serving]


@pytest.fixture
def site(tmp_path: Path) -> SiteTest:
    """A long note in German with its English translation, and one that nobody translated."""
    pair = {
        "wind_de": page("Windkraft 2025", A, B, date="2025-03-01", text=LONG, description="Wind"),
        "wind_en": page("Wind 2025", A, B, date="2025-03-02", text="There is wind.", description="Wind"),
    }
    return SiteTest(tmp_path / "site", **pair, eins_de=page("Eins", C, text="Ein Satz, 13,8 Millionen lang."))


@pytest.fixture
def serve(site: SiteTest) -> Iterator[Serve]:
    """Starts previews of the site: `serve("--base-url", "/repo/")`; those that still run are then stopped."""
    running: list[Serving] = []

    def begin(*words: str, port: int = 0) -> Serving:
        command = [sys.executable, "-W", "error", "-m", "notesite", "serve", "-s", str(site.root), "-p", str(port)]
        process = subprocess.Popen(
            [*command, "--today", "2025-09-01", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        running.append(Serving(process))
        running[-1].url = running[-1].hear("Serving ").split()[1]
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


def replaced(site: SiteTest, path: str, text: str) -> None:
    """A file saved as many editors do: written beside, then put in the place of the old one."""
    beside = site.root / f"{path}.tmp"
    beside.write_text(text)
    beside.replace(site.root / path)


def marked(tab: Any) -> None:
    """A sign that a page that is loaded anew would not have."""
    tab.evaluate("window.marked = true")


def is_marked(tab: Any) -> bool:
    """Whether the page was never loaded anew."""
    return bool(tab.evaluate("window.marked === true"))


# --- edit and see ----------------------------------------------------------------------------------------


def test_edit_and_see(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """What is saved shows at once, in both languages and beside each other, without loading a page anew."""
    server = serve()
    note, partner, beside = (
        open_page(f"{server.url}{path}").page for path in ("de/wind/", "en/wind/", "de/wind/vergleich/")
    )
    for tab in (note, partner, beside):
        marked(tab)
    site.notes(wind_de=page("Windstrom 2025", A, B, date="2025-03-01", text="Frisch gesagt.", description="Wind"))
    note.get_by_text("Frisch gesagt.").wait_for()
    note.get_by_role("heading", name="Windstrom 2025").wait_for()
    beside.get_by_text("Frisch gesagt.").wait_for()
    site.notes(wind_en=page("Wind power 2025", A, B, date="2025-03-02", text="Said anew.", description="Wind"))
    partner.get_by_text("Said anew.").wait_for()
    beside.get_by_text("Said anew.").wait_for()
    assert all(map(is_marked, (note, partner, beside)))


def test_saving_by_rename(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """An editor that puts a new file in the place of the old one is followed, time and again."""
    tab = open_page(f"{serve().url}de/eins/").page
    for words in ("Erster Stand.", "Zweiter Stand."):
        replaced(site, "notes/eins-de.md", page("Eins", C, text=words))
        tab.get_by_text(words).wait_for()


def test_two_tabs(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """Two tabs of one page, and one of a list that names it, all follow."""
    server = serve()
    tabs = [open_page(f"{server.url}{path}").page for path in ("de/eins/", "de/eins/", "de/")]
    site.notes(eins_de=page("Zweitens", C))
    for tab in tabs:
        tab.get_by_text("Zweitens").first.wait_for()


def test_a_picture_follows(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """A picture that is saved anew shows on the open page, under its old address."""
    square = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}"/>'
    site.write({"assets/a.svg": square.format(20)})
    site.notes(eins_de=page("Eins", C, text="![Ein Bild](/assets/a.svg)"))
    tab = open_page(f"{serve().url}de/eins/").page
    width = "document.querySelector('main img')?.naturalWidth"
    before = tab.evaluate(width)
    with tab.expect_event("load"):
        site.write({"assets/a.svg": square.format(30)})
    assert (before, tab.evaluate(width)) == (20, 30)


def test_the_citation_index_follows(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """A new source is in the index as soon as its note is saved."""
    tab = open_page(f"{serve().url}de/quellen/").page
    site.notes(eins_de=page("Eins", C, "https://neu.example/work"))
    tab.get_by_text("neu.example").first.wait_for()


# --- break and mend --------------------------------------------------------------------------------------


def test_break_and_mend(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """An error shows over the page with place, words and mend, and in the terminal; the page stays; mended, it goes."""
    server = serve()
    tab = open_page(f"{server.url}de/eins/").page
    marked(tab)
    good = (site.root / "notes/eins-de.md").read_text()
    site.notes(eins_de="---\ntitle: Eins: zwei\n---\nText.\n")
    over = tab.locator(OVERLAY)
    over.wait_for()
    assert "notes/eins-de.md:2" in over.inner_text()
    assert "title: Eins: zwei" in over.inner_text()
    assert tab.get_by_text("13,8 Millionen").is_visible()
    assert "error" in server.hear("notes/eins-de.md:2")
    site.write({"notes/eins-de.md": good.replace("Satz", "Wort")})
    over.wait_for(state="detached")
    tab.get_by_text("Ein Wort").wait_for()
    assert is_marked(tab)


def test_a_broken_template(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """A template's error shows over the page with its file and line, and goes when the template is mended."""
    tab = open_page(f"{serve().url}de/eins/").page
    site.write({"templates/note.html": "<p>\n{{ page.unheard_of }}"})
    over = tab.locator(OVERLAY)
    over.wait_for()
    assert "templates/note.html:2" in over.inner_text()
    assert tab.get_by_text("13,8 Millionen").is_visible()
    site.write({"templates/note.html": '{% extends "notesite/note.html" %}{% block near %}<p>eigen</p>{% endblock %}'})
    tab.get_by_text("eigen").wait_for()
    over.wait_for(state="detached")


def test_broken_settings(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """Settings that cannot be read show over the last good page, until they can."""
    tab = open_page(f"{serve().url}de/").page
    site.write({"notesite.toml": "[site]\ntitel = 1"})
    over = tab.locator(OVERLAY)
    over.wait_for()
    assert "notesite.toml:2" in over.inner_text()
    site.write({"notesite.toml": '[site]\ntitle = "Blatt"'})
    tab.get_by_text("Blatt").first.wait_for()
    over.wait_for(state="detached")


# --- notes that come, go and change ----------------------------------------------------------------------


def test_a_translation_comes(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """A translation that is added shows in the switcher of its partner, and the way to it works."""
    tab = open_page(f"{serve().url}de/eins/").page
    site.notes(one_en=page("One", C, text="A sentence of 13.8 million.", translation_key="eins"))
    site.notes(eins_de=page("Eins", C, text="Ein Satz, 13,8 Millionen lang.", translation_key="eins"))
    tab.locator(".langs").get_by_role("link", name="English").click()
    tab.get_by_role("heading", name="One", exact=True).wait_for()


def test_a_note_is_renamed(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """A renamed note has a new address; at the old one there is the site's 404 page, until the name is back."""
    server = serve()
    tab = open_page(f"{server.url}de/eins/").page
    (site.root / "notes/eins-de.md").rename(site.root / "notes/zwei-de.md")
    tab.get_by_role("heading", name="Hier steht nichts").wait_for()
    open_page(f"{server.url}de/zwei/").page.get_by_role("heading", name="Eins", exact=True).wait_for()
    (site.root / "notes/zwei-de.md").rename(site.root / "notes/eins-de.md")
    tab.get_by_role("heading", name="Eins", exact=True).wait_for()


def test_from_draft_to_published(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """A draft says so on its page and in lists, and no more once it is published."""
    site.notes(eins_de=page("Eins", C, draft=True))
    server = serve()
    note, home = (open_page(f"{server.url}{path}").page for path in ("de/eins/", "de/"))
    note.locator(".notice", has_text="Entwurf").wait_for()
    home.locator(".flag", has_text="Entwurf").wait_for()
    site.notes(eins_de=page("Eins", C))
    note.locator(".notice").wait_for(state="detached")
    home.locator(".flag").wait_for(state="detached")


def test_many_files_at_once(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """Hundreds of notes that come at once, as with another branch, are shown together."""
    tab = open_page(f"{serve().url}de/").page
    site.notes(**{f"neu{number}_de": page(f"Neu {number}", text="Ein Satz.") for number in range(500)})
    tab.get_by_text(re.compile("503 Notizen|502 Notizen")).first.wait_for()


# --- the place is kept -----------------------------------------------------------------------------------


def test_the_place_is_kept(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """Where the text grows above what is being read, what is being read stays where it is."""
    tab = open_page(f"{serve().url}de/wind/", width=900).page
    marked(tab)
    heading = tab.get_by_role("heading", name="Teil 5", exact=True)
    heading.evaluate("one => scrollTo(0, one.getBoundingClientRect().top + scrollY - 120)")
    before = heading.bounding_box()["y"]
    more = LONG.replace("## Teil 2\n", "Neu davor.\n\n" + "Noch ein Absatz. " * 200 + "\n\n## Teil 2\n")
    site.notes(wind_de=page("Windkraft 2025", A, B, date="2025-03-01", text=more, description="Wind"))
    tab.get_by_text("Neu davor.").wait_for()
    assert abs(heading.bounding_box()["y"] - before) <= 2
    assert is_marked(tab)


def test_a_stylesheet_without_reload(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """A site's own stylesheet changes the open page in place."""
    style = (Path(__file__).parent.parent / "templates/static/site.css").read_text()
    tab = open_page(f"{serve().url}de/wind/").page
    marked(tab)
    tab.evaluate("scrollTo(0, 500)")
    site.write({"templates/static/site.css": style + "\nh1 { letter-spacing: 7px }\n"})
    spaced = "getComputedStyle(document.querySelector('h1')).letterSpacing === '7px'"
    tab.evaluate(
        f"new Promise(done => {{ (function look() {{ {spaced} ? done() : requestAnimationFrame(look) }})() }})"
    )
    assert (is_marked(tab), tab.evaluate("scrollY")) == (True, 500)


def test_messages_are_followed(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """A message catalogue of the site's own is followed like a template."""
    tab = open_page(f"{serve().url}de/wind/").page
    words = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8"\n\nmsgid "Sources"\nmsgstr "Belege"\n'
    site.write({"templates/locales/de/LC_MESSAGES/messages.po": words})
    tab.get_by_text("Belege").first.wait_for()


# --- the server ------------------------------------------------------------------------------------------


def test_started_again(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """A tab outlives its server: what changed while that was away shows as soon as it is back."""
    server = serve()
    tab = open_page(f"{server.url}de/eins/").page
    assert server.stop() == 130
    site.notes(eins_de=page("Eins", C, text="Inzwischen geschrieben."))
    serve(port=int(re.findall(r":(\d+)", server.url)[0]))
    tab.get_by_text("Inzwischen geschrieben.").wait_for()


def test_under_a_path(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """Under a base path all works as it will where it is deployed: links, panel and live updates."""
    server = serve("--base-url", "/repo/")
    assert server.url.endswith("/repo/")
    seen = open_page(f"{server.url}de/wind/")
    seen.page.locator(".langs").get_by_role("link", name="English").click()
    seen.page.wait_for_url("**/repo/en/wind/")
    site.notes(wind_en=page("Wind 2025", A, B, date="2025-03-02", text="Under a path.", description="Wind"))
    seen.page.get_by_text("Under a path.").wait_for()
    assert (seen.errors, seen.foreign) == ([], [])


def test_building_at_the_same_time(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """A build beside a running preview writes what it would write alone, without a trace of the preview."""
    tab = open_page(f"{serve().url}de/eins/").page
    site.notes(eins_de=page("Eins", C, text="Beides zugleich."))
    site.build().expect_fresh()
    tab.get_by_text("Beides zugleich.").wait_for()
    assert not any(b"_notesite" in data for data in tree(site.output).values())


# --- the author's panel ----------------------------------------------------------------------------------


def test_the_panel(site: SiteTest, serve: Serve, open_page: Callable[..., Any]):
    """Beside a note's page stand its partner, its sources and what differs, and the way to the two side by side."""
    short = {"wind_de": "Es sind 13,8 Millionen.", "wind_en": "There are 13.8 million."}
    titles = {"wind_de": "Windkraft 2025", "wind_en": "Wind 2025"}
    dates = {"wind_de": "2025-03-01", "wind_en": "2025-03-02"}
    site.notes(**{name: page(titles[name], A, B, text=text, date=dates[name]) for name, text in short.items()})
    tab = open_page(f"{serve().url}de/wind/").page
    panel = tab.locator("aside.panel")
    panel.locator("summary").click()
    panel.get_by_text("notes/wind-en.md", exact=True).wait_for()
    panel.get_by_text("a.example/work").first.wait_for()
    site.notes(wind_en=page("Wind 2025", A, B, text="There are 13.8 billion.", date="2025-03-02"))
    panel.get_by_text("this says 13.8 billion where the original says 13,8 Millionen").wait_for()
    panel.get_by_role("link", name="Open side by side").click()
    tab.wait_for_url("**/de/wind/vergleich/")
    panel.get_by_text("notes/wind-en.md", exact=True).wait_for()
