"""The stylesheet, the script and the templates: small, from their own host alone, nothing inline."""

import re
from pathlib import Path

import pytest

from notesite import urls
from support import HERE, Pages, SiteTest, page

TEMPLATES = HERE.parent / "templates"
CSS = (TEMPLATES / "static/site.css").read_text("utf-8")
SCRIPT = (TEMPLATES / "static/site.js").read_text("utf-8")
MARKUP = {path.relative_to(TEMPLATES).as_posix(): path.read_text("utf-8") for path in TEMPLATES.rglob("*.html")}

FETCHING = re.compile(r"@import|\burl\(|\bimage-set\(|\bsrc\(|@font-face|https?:", re.IGNORECASE)
EVALUATING = re.compile(
    r"\beval\b|\bFunction\b|innerHTML|outerHTML|insertAdjacentHTML|document\.write|set(Timeout|Interval)"
)
CALLING = re.compile(r"\bfetch\b|XMLHttpRequest|WebSocket|EventSource|sendBeacon|\bimport\b|https?:|cookie")
INLINE = re.compile(r"""\s(style|on[a-z]+)=["']|<style\b|javascript:""", re.IGNORECASE)
NAMELESS = re.compile(r"<(?:nav|audio|\w+ (?=[^>]*role=\"(?:group|region)\"))(?![^>]*aria-label)[^>]*>")
CODE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/ld\+json\")", re.IGNORECASE)


def test_the_stylesheet_fetches_nothing():
    """The stylesheet names no other file, of this host or another."""
    assert FETCHING.findall(CSS) == []


def test_the_stylesheet_insists_on_hidden_alone():
    """`!important` stands where `hidden` must beat every display, and nowhere else."""
    assert [line for line in CSS.splitlines() if "!important" in line] == ["[hidden] { display: none !important; }"]


def test_every_colour_has_two_schemes():
    """Colours are written down once, as variables for light and dark; all else uses these."""
    outside = re.sub(r"--[\w-]+: light-dark\(#\w+, #\w+\);", "", CSS)
    assert re.findall(r"#[0-9a-f]{3,8}\b|\brgb|\bhsl|\boklch", outside) == []


def test_the_script_is_small():
    """The script stays below 4.5 KB."""
    assert len(SCRIPT.encode()) < 4.5 * 1024


def test_the_script_is_harmless():
    """The script makes no code or markup of text, waits for no clock, sets no cookie, and calls for one own file."""
    assert EVALUATING.findall(SCRIPT) == []
    assert CALLING.findall(SCRIPT) == ["fetch"]
    assert "fetch(box.dataset.rows)" in SCRIPT  # by the page's policy it is of the page's host


def test_templates_hold_nothing_inline():
    """No template has a style or a handler as an attribute, a style sheet, or code in a script element."""
    found = [
        (name, found[0]) for name, text in MARKUP.items() for rule in (INLINE, CODE) for found in rule.finditer(text)
    ]
    assert found == []
    assert len(MARKUP) > 20


def test_every_part_of_a_page_is_named():
    """Every navigation and group in the templates has a name for those who hear the page."""
    found = [(name, part) for name, text in MARKUP.items() for part in NAMELESS.findall(text)]
    assert found == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (FETCHING, "@import 'a.css';"),
        (FETCHING, "p { background: URL(a.png) }"),
        (EVALUATING, "box.innerHTML = text"),
        (EVALUATING, "new Function(text)"),
        (CALLING, "fetch(address)"),
        (INLINE, "<p style='color: red'>"),
        (INLINE, '<body onload="go()">'),
        (INLINE, '<a href="javascript:go()">'),
        (NAMELESS, '<nav class="bar">'),
        (NAMELESS, '<div class="box" role="group" hidden>'),
        (CODE, "<script>go()</script>"),
        (CODE, '<script type="module">go()</script>'),
    ],
)
def test_rules_bite(rule: re.Pattern[str], text: str):
    """Each rule finds a plain breach of it."""
    assert rule.search(text)


def digested(name: str, text: str) -> str:
    """The address of a static file with the digest of its text in its name."""
    stem, ending = name.split(".")
    return f"/assets/{stem}-{urls.digest(text)}.{ending}"


def loaded(site: SiteTest) -> set[frozenset[str]]:
    """What the pages of a site load, each set of files once."""
    found = (page.css("link[rel=stylesheet], link[rel=icon], script[src]") for page in Pages(site.files).html.values())
    return {frozenset(one.attributes.get("href") or one.attributes["src"] or "" for one in nodes) for nodes in found}


def test_names_have_digests(tmp_path: Path):
    """Every page loads one stylesheet, one script and one icon, whose names change when their bytes do."""
    site = SiteTest(tmp_path, steg_de=page("Der Steg")).build()
    others = {digested("site.js", SCRIPT), digested("icon.svg", (TEMPLATES / "static/icon.svg").read_text("utf-8"))}
    assert loaded(site) == {frozenset({digested("site.css", CSS), *others})}
    site.write({"templates/static/site.css": CSS + "/* mine */"}).build()
    assert loaded(site) == {frozenset({digested("site.css", CSS + "/* mine */"), *others})}
    assert digested("site.css", CSS).removeprefix("/") not in site.files
