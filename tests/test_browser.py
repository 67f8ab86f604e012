"""The site as a reader has it: a real Chromium opens pages, follows links, types and prints."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support import built, copied, kinds, tree

if TYPE_CHECKING:
    from playwright.sync_api import Page

Host = Callable[[Path], str]
Open = Callable[..., Any]

REPO = "/repo"
"""A base path, as a host gives it to a project's site."""


@dataclass(frozen=True)
class Built:
    """A sample site with its drafts under `build/`, the same without them for `/repo/`, and addresses to look at."""

    root: Path
    addresses: list[str]


def prepared(name: str, root: Path) -> Built:
    """A sample site, built twice."""
    report = built(copied(name, root), drafts=True)
    built(root, output="repo", base_url=f"{REPO}/")
    return Built(root, kinds(report, tree(root / "build")))


@pytest.fixture(scope="module")
def bilingual(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The site in German and English."""
    return prepared("bilingual", tmp_path_factory.mktemp("bilingual"))


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The site in German and Arabic."""
    return prepared("arabic", tmp_path_factory.mktemp("arabic"))


@pytest.fixture
def url(bilingual: Built, host: Host) -> str:
    """The address of the site in German and English."""
    return host(bilingual.root / "build")


# --- every kind of page ------------------------------------------------------------------------------------

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WAYS = [(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")]


def stay(page: "Page") -> None:
    """Lets the chooser take this session for one that has chosen."""
    page.add_init_script("sessionStorage.setItem('notesite-seen', 'yes')")


def faults(seen: Any, urls: list[str]) -> list[tuple[str, object]]:
    """What is wrong with pages: errors and refusals on the console, requests elsewhere, width beyond the window."""
    found: list[tuple[str, object]] = []
    for url in urls:
        seen.page.goto(url)
        found += [(url, f"{beyond} px too wide") for beyond in [seen.page.evaluate(OVERFLOW)] if beyond > 0]
        found += [(url, wrong) for wrong in (*seen.errors, *seen.foreign)]
        seen.errors.clear()
        seen.foreign.clear()
    return found


@pytest.mark.parametrize(("width", "scheme"), WAYS)
def test_pages_are_sound(bilingual: Built, url: str, open_page: Open, width: int, scheme: str):
    """Every kind of page in both languages shows without an error, a request elsewhere or a sideways scroll."""
    seen = open_page(url + "/de/", width=width, scheme=scheme)
    stay(seen.page)
    assert faults(seen, [url + address for address in bilingual.addresses]) == []


def test_arabic_pages_are_sound(arabic: Built, host: Host, open_page: Open):
    """Every kind of page in German and Arabic shows without an error, a request elsewhere or a sideways scroll."""
    url = host(arabic.root / "build")
    seen = open_page(url + "/de/", width=320)
    stay(seen.page)
    assert faults(seen, [url + address for address in arabic.addresses]) == []


@pytest.mark.parametrize(
    ("flaw", "said"),
    [
        ("<p style='color: red'>", "inline style"),
        ("<script>1</script>", "inline script"),
        ("<img src='//elsewhere.invalid/a.png'>", "http://elsewhere.invalid/a.png"),
        ("<canvas width=2000>", "too wide"),
    ],
)
def test_a_flaw_is_seen(bilingual: Built, host: Host, open_page: Open, tmp_path: Path, flaw: str, said: str):
    """An inline style, an inline script, a picture from elsewhere and a wide box are each found on a page."""
    shutil.copytree(bilingual.root / "build", tmp_path, dirs_exist_ok=True)
    page = tmp_path / "en/gauge/index.html"
    page.write_text(page.read_text("utf-8").replace("</main>", f"{flaw}</main>"), "utf-8")
    url = host(tmp_path) + "/en/gauge/"
    assert said in str(faults(open_page(url), [url]))


def test_a_base_path_holds(bilingual: Built, host: Host, open_page: Open):
    """Built for /repo/ and served there, every kind of page loads all it needs from below that path."""
    url, asked = host(bilingual.root), []
    seen = open_page(f"{url}{REPO}/de/")
    stay(seen.page)
    seen.page.on("request", lambda request: asked.append(request.url))
    there = (bilingual.root / "repo").joinpath
    published = [one for one in bilingual.addresses if there(f".{one}").exists()]
    assert faults(seen, [url + REPO + address for address in published]) == []
    assert len(published) > 15
    assert [one for one in asked if not one.startswith(f"{url}{REPO}/")] == []


def test_pictures_are_shown(url: str, open_page: Open):
    """Lead pictures, drawings and photographs arrive and are pictures."""
    page = open_page(url + "/de/").page
    for address, count in (("/de/hochbruecke/", 2), ("/de/pegel/", 1), ("/de/jahr/1907/", 1)):
        page.goto(url + address)
        assert page.evaluate("[...document.images].map((one) => one.naturalWidth > 0)") == [True] * count


def test_an_old_address_leads_on(url: str, open_page: Open):
    """An alias opens the note where it is now."""
    open_page(url + "/alt/bruecke.html").page.wait_for_url(url + "/de/hochbruecke/")


# --- the start page ----------------------------------------------------------------------------------------

# The browser tells of every way out of a page as it is taken, `location.replace` among them.
WATCH = "navigation.addEventListener('navigate', (e) => sessionStorage.setItem('left', e.destination.url))"


def left_for(page: "Page") -> str | None:
    """Where a page that is watched went by itself."""
    return page.evaluate("sessionStorage.getItem('left')")


@pytest.mark.parametrize(
    ("locale", "base", "home"), [("de-AT", "", "/de/"), ("en-US", "", "/en/"), ("en-US", REPO, "/en/")]
)
def test_the_start_page_forwards(bilingual: Built, host: Host, open_page: Open, locale: str, base: str, home: str):
    """A first visit goes on to the home page of the browser's language, with query and anchor."""
    url = host(bilingual.root if base else bilingual.root / "build")
    page = open_page(f"{url}{base}/?from=letter#sources", locale=locale).page
    page.wait_for_url(f"{url}{base}{home}?from=letter#sources")


def test_the_start_page_stays_for_others(url: str, open_page: Open):
    """A browser that speaks neither language is left to choose."""
    page = open_page(url + "/robots.txt", locale="fr-FR").page
    page.add_init_script(WATCH)
    page.goto(url + "/")
    assert left_for(page) is None
    assert page.locator(".go").count() == 2


def test_a_choice_wins(url: str, open_page: Open):
    """Who once chose English comes to English in the next session, with a German browser, too."""
    page = open_page(url + "/de/", locale="de-AT").page
    page.click("nav.tongues a[hreflang=en]")
    page.wait_for_url(url + "/en/")
    later = page.context.new_page()
    later.goto(url + "/")
    later.wait_for_url(url + "/en/")


def test_the_way_back_to_the_start_page_is_open(url: str, open_page: Open):
    """Who comes to the start page from a page of the site, in the same tab or a new one, or once more, stays there."""
    page = open_page(url + "/de/", locale="de-AT").page
    page.context.add_init_script(WATCH)
    with page.context.expect_page() as opened:
        page.click(".foot a[href='/']", modifiers=["Control"])
    # Asked of the tab itself: playwright may have looked away while a tab in the background was opened.
    opened.value.wait_for_function("url => location.href === url && document.readyState === 'complete'", arg=url + "/")
    page.click(".foot a[href='/']")
    page.wait_for_url(url + "/")
    page.goto(url + "/")
    assert [left_for(one) for one in page.context.pages] == [None, None]


def test_the_start_page_without_javascript(url: str, open_page: Open):
    """Without JavaScript both halves of the start page are links, each in its own language."""
    page = open_page(url + "/", locale="de-AT", java_script_enabled=False).page
    for lang, words in (("de", "Auf Deutsch lesen"), ("en", "Read in English")):
        half = page.locator(f"section[lang={lang}]")
        assert half.locator(".go").inner_text() == words
        half.locator(".go").click()
        page.wait_for_url(f"{url}/{lang}/")
        page.go_back()


# --- reading -----------------------------------------------------------------------------------------------


def tab_to(page: "Page", selector: str) -> None:
    """Presses Tab until such an element has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"no Tab leads to {selector}")


def test_versions_by_keyboard(url: str, open_page: Open):
    """The switcher leads to the same note in the other language and back, by keyboard alone."""
    page = open_page(url + "/de/hochbruecke/").page
    for lang, address, title in (
        ("en", "/en/steel-in-summer/", "Steel grows in the sun"),
        ("de", "/de/hochbruecke/", "Warum die Hochbrücke im Sommer länger wird"),
    ):
        tab_to(page, f"nav.langs a[hreflang={lang}]")
        page.keyboard.press("Enter")
        page.wait_for_url(url + address)
        assert (page.locator("html").get_attribute("lang"), page.inner_text("h1")) == (lang, title)


def test_the_skip_link(url: str, open_page: Open):
    """The first Tab shows a link that was out of sight, and it takes the focus past the navigation into the text."""
    page = open_page(url + "/en/gauge/").page
    skip = page.locator(".skip")
    assert skip.bounding_box()["y"] < 0
    page.keyboard.press("Tab")
    assert skip.evaluate("(one) => one === document.activeElement")
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.wait_for_url("**/#text")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


FOCUSED = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), drawn = getComputedStyle(at);
  const outlined = drawn.outlineStyle !== "none" && parseFloat(drawn.outlineWidth) >= 2;
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return [at.outerHTML.slice(0, 120), outlined && inside, at === document.body];
}"""


@pytest.mark.parametrize("width", [320, 1280])
def test_the_focus_is_seen(url: str, open_page: Open, width: int):
    """Wherever Tab leads on a note's page, a line is drawn around it and it is in the window."""
    page = open_page(url + "/de/hochbruecke/", width=width, reduced_motion="reduce").page
    stops = []
    for _ in range(120):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
        if stops[-1][2]:
            break
    assert len(stops) > 30
    assert [where for where, seen, body in stops if not seen and not body] == []


def test_a_colour_scheme_is_remembered(url: str, open_page: Open):
    """A chosen colour scheme holds on the next page before anything of it is painted, until the system's is chosen."""
    page = open_page(url + "/de/", scheme="light").page
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.click(".scheme button[value=dark]")
    dark = page.evaluate(ground)
    page.add_init_script(
        "new MutationObserver((_, it) => { if (!document.body) return; it.disconnect();"
        " window.first = document.documentElement.dataset.scheme }).observe(document, {childList: true, subtree: true})"
    )
    page.goto(url + "/en/gauge/")
    assert (page.evaluate("first"), page.evaluate(ground)) == ("dark", dark)
    assert page.locator(".scheme [aria-pressed=true]").get_attribute("value") == "dark"
    page.click(".scheme button[value='']")
    assert page.evaluate(ground) == light != dark


def test_the_filter_of_the_index(url: str, open_page: Open):
    """The filter finds a publisher whatever its case and marks, and says how many of how many are shown."""
    page = open_page(url + "/de/quellen/").page
    shown, said = page.locator(".letters li:visible"), page.locator(".find output")
    every = shown.count()
    assert (every > 5, said.inner_text()) == (True, f"Herausgeber: {every} von {every}")
    for typed, found, sources in ((" BRUCKENAMT ", ["Brückenamt"], 1), ("nirgends", [], 0)):
        page.fill("#find", typed)
        assert shown.locator("a").all_inner_texts() == found
        assert page.locator(".letter h2:visible").count() == len(found)
        told = f"Quellen: {sources} · Herausgeber: {len(found)} von {every}"
        page.wait_for_function("(told) => document.querySelector('.find output').textContent === told", arg=told)
        assert page.locator(".az:visible").count() == 0  # it would lead to letters that are not shown
    page.fill("#find", "")
    assert (shown.count(), page.locator(".hits:visible").count(), page.locator(".az:visible").count()) == (every, 0, 1)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("wandert stahl", ["Wenn Stahl wandert"]),
        ("steel review", ["Expansion joints of the north"]),
        ("https://www.pegel.example/hochwasser/2013/", ["Hochwasser 2013"]),
        ("", []),
    ],
)
def test_the_box_finds_sources(url: str, open_page: Open, typed: str, found: list[str]):
    """The box finds sources by words of the title in any order, by publisher and by an address as it was copied."""
    page = open_page(url + "/de/quellen/").page
    with page.expect_response("**/find.json"):
        page.focus("#find")
    page.fill("#find", typed)
    page.wait_for_function("(count) => document.querySelectorAll('.hits li').length === count", arg=len(found))
    assert page.locator(".hits a").all_inner_texts() == found


def test_found_sources_are_text_and_few(bilingual: Built, host: Host, open_page: Open, tmp_path: Path):
    """Of many sources found the first fifty are listed, with the number of all; what a title holds is never markup."""
    shutil.copytree(bilingual.root / "build", tmp_path, dirs_exist_ok=True)
    place = "/de/quellen/a.example/#s"
    rows = [[f"<b>Pegel</b> {n}", "Amt", f"a.example/{n}", f"{place}{n}", "en" * (n == 1)] for n in range(1234)]
    (tmp_path / "de/quellen/find.json").write_text(json.dumps(rows), "utf-8")
    page = open_page(host(tmp_path) + "/de/quellen/").page
    page.fill("#find", "pegel")
    page.wait_for_selector(".hits li")
    assert page.locator(".hits li").count() == 50
    assert page.locator(".hits a").first.inner_text() == "<b>Pegel</b> 0"
    assert page.locator(".hits [lang]").evaluate_all("(all) => all.map((one) => [one.textContent, one.lang])") == [
        ["<b>Pegel</b> 1", "en"]  # the others are said to be of no language
    ]
    assert "Quellen: 1.234, hier die ersten 50 · " in page.inner_text(".find output")


def test_publishers_are_found_without_the_file(bilingual: Built, host: Host, open_page: Open, tmp_path: Path):
    """Where the file of sources cannot be had, the box still filters publishers."""
    shutil.copytree(bilingual.root / "build", tmp_path, dirs_exist_ok=True)
    (tmp_path / "de/quellen/find.json").unlink()
    page = open_page(host(tmp_path) + "/de/quellen/").page
    page.fill("#find", "bruckenamt")
    assert page.locator(".letters li:visible a").all_inner_texts() == ["Brückenamt"]
    assert page.inner_text(".find output") == "Herausgeber: 1 von 9"


@pytest.mark.parametrize("base", ["", REPO])
def test_a_source_by_keyboard(bilingual: Built, host: Host, open_page: Open, base: str):
    """A reader finds a source by its title, sees who cites it, goes to the other language's note and back, by keys."""
    url = host(bilingual.root if base else bilingual.root / "build") + base
    page = open_page(url + "/de/quellen/", reduced_motion="reduce").page
    tab_to(page, "#find")
    page.keyboard.type("hochbrucke zahlen")
    page.wait_for_selector(".hits a")
    tab_to(page, ".hits a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/de/quellen/amt.example/#*")
    cited = page.locator("article:target .cols li")
    assert {"1907 Vorspann", "Steel grows in the sun Quellenliste, im Text"} <= {
        " ".join(one.split()) for one in cited.all_inner_texts()
    }
    tab_to(page, f"article:target a[href='{base}/en/steel-in-summer/']")
    page.keyboard.press("Enter")
    page.wait_for_url(url + "/en/steel-in-summer/")
    tab_to(page, "nav.langs a[hreflang=de]")
    page.keyboard.press("Enter")
    page.wait_for_url(url + "/de/hochbruecke/")
    tab_to(page, ".bib a[href*='/quellen/amt.example/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/de/quellen/amt.example/#*")


def test_nothing_dead_without_javascript(url: str, open_page: Open):
    """Without JavaScript there is neither filter nor colour switch, and all publishers are listed."""
    page = open_page(url + "/de/quellen/", java_script_enabled=False).page
    assert page.locator("input:visible, button:visible").count() == 0
    assert page.locator(".letters li:visible").count() > 5


def test_from_a_mark_to_all_who_cite(url: str, open_page: Open):
    """A mark leads to its entry and back, the entry into the index, the index to the notes of both languages."""
    page = open_page(url + "/en/steel-in-summer/", reduced_motion="reduce").page
    page.click(".text a.ref >> text='1'")
    entry = page.locator("li:target")
    assert "Die Hochbrücke in Zahlen" in entry.inner_text()
    entry.locator(".back").click()
    assert page.locator(".ref:target").is_visible()
    page.go_back()
    entry.locator("a[href*='/sources/']").click()
    page.wait_for_url("**/en/sources/amt.example/#*")
    citing = page.locator("article:target .cols a")
    assert {"/en/steel-in-summer/", "/en/long-bridges/", "/de/hochbruecke/", "/de/jahr/1907/"} == {
        one.get_attribute("href") for one in citing.all()
    }
    citing.filter(has_text="Hochbrücke").click()
    page.wait_for_url(url + "/de/hochbruecke/")


def test_footnotes_lead_there_and_back(url: str, open_page: Open):
    """A footnote's marks lead to it, and each of its arrows leads back to a mark of its own."""
    page = open_page(url + "/de/hochbruecke/", reduced_motion="reduce").page
    page.locator(".text a.fn").first.click()
    assert "Pylon Nord" in page.inner_text(".notes li:target")
    backs, marks = page.locator(".notes li").first.locator(".back"), page.locator(".text p a.fn")
    assert backs.count() == 2
    for arrow, mark in zip(backs.all(), (marks.first, marks.last), strict=True):
        arrow.click()
        assert mark.evaluate("(one) => one.matches(':target, :target *')")


# --- how it looks ------------------------------------------------------------------------------------------

# Every piece of text that shows, with its size, its colour and the first ground under it that is not clear.
TEXTS = """() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const at = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !at.checkVisibility()) continue;
    const drawn = getComputedStyle(at), clear = "rgba(0, 0, 0, 0)";
    let under = at;
    while (getComputedStyle(under).backgroundColor === clear && under.parentElement) under = under.parentElement;
    const name = [at.tagName.toLowerCase(), ...at.classList].slice(0, 2).join(".");
    const place = (at.closest("pre") ? "pre " : "") + name;
    found.push([place, parseFloat(drawn.fontSize), drawn.color, getComputedStyle(under).backgroundColor]);
  }
  return found;
}"""


def luminance(colour: str) -> float:
    """The relative luminance of `rgb(1, 2, 3)`, by WCAG."""
    parts = [int(one) / 255 for one in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_right():
    """Black on white is 21, and two greys are what WCAG's own tables say."""
    assert round(contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)"), 2) == 21
    assert round(contrast("rgb(118, 118, 118)", "rgb(255, 255, 255)"), 2) == 4.54
    assert round(contrast("rgb(255, 255, 255)", "rgb(119, 119, 119)"), 2) == 4.48


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out(bilingual: Built, url: str, open_page: Open, scheme: str):
    """All text of every kind of page, code among it, has a contrast of 4.5 with its ground, large text one of 3."""
    page = open_page(url + "/de/", scheme=scheme).page
    stay(page)
    texts = set()
    for address in bilingual.addresses:
        page.goto(url + address)
        texts |= {tuple(one) for one in page.evaluate(TEXTS)}
    assert [one for one in texts if contrast(*one[2:]) < (3 if one[1] >= 24 else 4.5)] == []
    places = {place for place, *_ in texts}
    assert {"p", "a", "a.ref", "time", "p.notice", "span.flag", "span.lm", "pre span.k", "pre span.c1"} <= places


def box(page: "Page", selector: str) -> dict[str, float]:
    """Where an element is in the window."""
    found = page.locator(selector).first.bounding_box()
    assert found
    return found


def beside(page: "Page", x: float) -> bool:
    """Whether the note of the first source mark stands in the margin there, at the mark's height."""
    y = box(page, ".text .ref[data-p]")["y"] + 12
    return page.evaluate("([x, y]) => document.elementFromPoint(x, y).matches('.ref')", [x, y])


def last_line(page: "Page") -> float:
    """Where the last line of the first paragraph begins at its left."""
    return page.locator(".text p").first.evaluate(
        "(p) => { const r = document.createRange(); r.selectNodeContents(p); const lines = [...r.getClientRects()];"
        " const low = Math.max(...lines.map((one) => one.bottom)) - 9;"
        " return Math.min(...lines.filter((one) => one.bottom > low).map((one) => one.left)) }"
    )


def test_arabic_is_mirrored(arabic: Built, host: Host, open_page: Open):
    """An Arabic note has its text flush right and its margins changed sides; a German one beside it has not."""
    url = host(arabic.root / "build")
    for address, left in (("/de/brunnen/", True), ("/ar/biir/", False)):
        page = open_page(url + address).page
        text, near, far = (box(page, one) for one in (".text p", ".near", ".bib .meta"))
        assert (near["x"] < text["x"], far["x"] > text["x"]) == (left, left)
        assert (abs(last_line(page) - text["x"]) < 1) == left
        sides = [beside(page, text["x"] - 60), beside(page, text["x"] + text["width"] + 60)]
        assert sides == [not left, left]


def places(page: "Page", selector: str) -> list[tuple[str, float, float]]:
    """Elements by their words, with their edges at left and right."""
    found = page.locator(selector).evaluate_all(
        "(all) => all.map((one) => [one.textContent, one.getBoundingClientRect().x, one.getBoundingClientRect().right])"
    )
    return [tuple(one) for one in found]


@pytest.mark.parametrize("width", [320, 1280])
def test_where_one_is_is_told_by_weight(url: str, open_page: Open, width: int):
    """The page's entry in the bar, its language and the chosen colours are bold, and nothing moves for it."""
    page = open_page(url + "/de/", width=width).page
    bold = "(all) => all.filter((one) => getComputedStyle(one).fontWeight === '700').map((one) => one.textContent)"
    before = places(page, ".bar li, .foot button")
    assert page.locator(".bar li a, .foot :is(li a, button)").evaluate_all(bold) == ["Notizen", "Deutsch", "System"]
    page.click(".scheme button[value=dark]")
    page.goto(url + "/de/quellen/")
    assert page.locator(".bar li a, .foot :is(li a, button)").evaluate_all(bold) == ["Quellen", "Deutsch", "Dunkel"]
    assert places(page, ".bar li, .foot button") == before


def test_a_mark_is_called_by_its_number(url: str, open_page: Open):
    """The publisher beside a mark is for the eye: to a screen reader the mark is its number alone."""
    page = open_page(url + "/de/hochbruecke/").page
    drawn = page.locator(".text p .ref[data-p]").first.evaluate("(one) => getComputedStyle(one, '::after').content")
    assert drawn != "none"
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    links = [node["name"]["value"] for node in nodes if node["role"]["value"] == "link"]
    numbers = page.locator(".text .ref[data-p]").all_text_contents()
    assert [one for one in links if one in numbers] == numbers


def test_the_ring_of_what_scrolls_is_within(url: str, open_page: Open):
    """Where the near margin scrolls, the line around a focused link is drawn within it, so that none is cut off."""
    page = open_page(url + "/de/hochbruecke/").page
    for address, selector in (("/de/hochbruecke/", ".near"), ("/de/quellen/", ".az")):
        page.goto(url + address)
        tab_to(page, f"{selector} a")
        assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineOffset)") <= -3


def test_nothing_is_cut_off_in_print(bilingual: Built, url: str, open_page: Open):
    """On paper nothing scrolls, wide tables neither."""
    page = open_page(url + "/de/").page
    stay(page)
    page.emulate_media(media="print")
    cut = (
        "(all) => all.filter((one) => !['visible', 'clip'].includes(getComputedStyle(one).overflowX))"
        ".map((one) => one.outerHTML.slice(0, 80))"
    )
    seen = 0
    for address in bilingual.addresses:
        page.goto(url + address)
        seen += page.locator(".scroll").count()
        assert page.locator(".scroll, .side, .lm").evaluate_all(cut) == []
    assert seen


def test_print_is_the_text_alone(url: str, open_page: Open):
    """On paper, in dark mode too, it is dark on light, without navigation and buttons, with the sources' addresses."""
    page = open_page(url + "/de/hochbruecke/", scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("nav:visible, button:visible, .skip:visible, .back:visible").count() == 0
    assert page.locator("h1:visible, .text:visible, .bib:visible").count() == 3
    shown = page.locator(".work-link").first.evaluate("(one) => getComputedStyle(one, '::after').content")
    assert "amt.example/bruecken/hochbruecke" in shown
    ink = page.locator(".text p").first.evaluate("(one) => getComputedStyle(one).color")
    assert contrast(ink, "rgb(255, 255, 255)") > 12
