"""A third language: a site in German and Arabic, where one catalogue of its own is all that Arabic takes."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from selectolax.lexbor import LexborHTMLParser

from notesite import locales
from support import HERE, SITES, Pages, built, copied, fill, page, tree, words

ORIGIN = "https://wasser.example"
CATALOGUE = "templates/locales/ar/LC_MESSAGES/messages.po"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site in German and Arabic, built."""
    root = copied("arabic", tmp_path_factory.mktemp("arabic"))
    assert built(root).found == ()
    return root


@pytest.fixture(scope="module")
def pages(root: Path) -> Pages:
    """Its pages."""
    return Pages(tree(root / "build"), origin=ORIGIN)


def hreflang(page: LexborHTMLParser) -> dict[str, str]:
    """A page's versions by language, as search engines read them."""
    found = page.css("link[rel=alternate][hreflang]")
    return {one.attributes["hreflang"]: one.attributes["href"].removeprefix(ORIGIN) for one in found}


def spoken(page: LexborHTMLParser, *, labels: bool = True) -> Iterator[str]:
    """What a page says in its own language: words and, if wanted, labels; nothing in parts that name another one."""
    for node in page.root.traverse(include_text=True):
        above = node
        while above is not None and above.tag != "html" and "lang" not in above.attributes:
            above = above.parent
        if above is not None and above.tag != "html":
            continue
        if node.tag == "-text" and node.parent.tag not in ("script", "style"):
            yield node.text_content.strip()
        if labels:
            yield from (text or "" for name, text in node.attributes.items() if name in ("aria-label", "data-words"))


def in_english(pages: Pages, *, labels: bool = True) -> set[str]:
    """What Arabic pages say as Arabic that is a message in English, with a number or words in its places."""
    found = read_po(io.BytesIO((HERE.parent / "templates/locales/messages.pot").read_bytes()))
    ids = [words for one in found for words in (one.id if one.pluralizable else [one.id]) if re.search(r"\w\w", words)]
    counted = [re.sub(r"%\\\((num|found|all|year)\\\)s", r"[\\d#]+", re.escape(words)) for words in ids]
    message = re.compile("|".join(re.sub(r"%\\\(\w+\\\)s", ".+", words) for words in counted))
    every = {
        text for path, page in pages.html.items() if path.startswith("ar/") for text in spoken(page, labels=labels)
    }
    return {text for text in every if message.fullmatch(text)}


def test_the_catalogue_is_all_it_takes():
    """The site has no template of its own: its folder of templates holds one file of messages."""
    assert list(tree(SITES / "arabic" / "templates")) == [CATALOGUE.removeprefix("templates/")]


def test_pages_are_in_their_language(pages: Pages):
    """Every Arabic page says that it is Arabic and runs from right to left, no German page says a direction."""
    said = {path: (page.css_first("html").attributes.get("lang"), page.css_first("html").attributes.get("dir"))
            for path, page in pages.html.items()}  # fmt: skip
    assert {one for path, one in said.items() if path.startswith("ar/")} == {("ar", "rtl")}
    assert {one for path, one in said.items() if not path.startswith("ar/")} == {("de", None)}


def test_nothing_is_left_in_english(pages: Pages):
    """No Arabic page says any message in English, in its text or in a label."""
    assert in_english(pages) == set()
    assert {"المصادر", "انتقل إلى النص", "جدول"} <= set(spoken(pages["/ar/masadir/"])) | set(spoken(pages["/ar/biir/"]))


@pytest.fixture(scope="module")
def speechless(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The pages of the site without the catalogue, which one warning tells with its mend."""
    root = copied("arabic", tmp_path_factory.mktemp("speechless"))
    (root / CATALOGUE).unlink()
    assert [(one.rule, one.hint) for one in built(root).found] == [("language-unspoken", f"add {CATALOGUE}")]
    return Pages(tree(root / "build"), origin=ORIGIN)


def test_without_it_the_pages_speak_english(speechless: Pages):
    """Take the catalogue away, and the same pages speak English, and call languages by their English names."""
    note, home = speechless["/ar/biir/"], speechless["/ar/"]
    assert {"Skip to the text", "Notes", "Sources", "System"} <= {words(one) for one in note.css(".bar *, a, button")}
    assert "Side by side with German" in [words(one) for one in note.css(".facts a")]
    assert "2 notes exist in German too." in words(home.css_first(".lede"))
    assert "only in Arabic" in words(speechless["/ar/naura/"].body)
    assert "In Arabic" in [words(one) for one in speechless["/de/"].css(".entries .meta a")]
    assert words(speechless["/"].css_first("section[lang=ar] .go")) == "Read in Arabic"


def test_english_words_say_that_they_are_english(speechless: Pages):
    """Without the catalogue no page has English words but in an element that has their language and direction."""
    left = in_english(speechless, labels=False)
    assert {one for one in left if not one.endswith(", side by side")} == set()  # titles of notes in these
    assert "Table" in in_english(speechless)  # a label has no language but that of its element
    for address, selector in (
        ("/ar/biir/", ".skip, .bar nav, .foot, .facts li:has([href='#sources'])"),
        ("/ar/", ".lede span, .datum"),
        ("/ar/404.html", ".half"),
    ):
        found = speechless[address].css(selector)
        assert found
        assert {(one.attributes.get("lang"), one.attributes.get("dir")) for one in found} == {("en", "ltr")}


def test_dates_in_english_sentences_are_english(speechless: Pages):
    """A date that stands alone speaks the page's language, one in an English sentence speaks English."""
    well = speechless["/ar/biir/"]
    assert words(well.css_first(".datum time")) == "5 فبراير 2025"
    cited = speechless["/ar/sources/"].css_first("section[aria-labelledby=newest] .meta [lang=en]")
    assert re.fullmatch(r"cited on \d+ [A-Z][a-z]+ 2025", words(cited))


def test_the_404_page_says_it_once_per_catalogue(tmp_path: Path):
    """Languages without a catalogue share the English half of the 404 page, which leads to the notes of each."""
    languages = 'languages = ["de", "fr", "es"]\n[languages.de]\ntitle = "A"\n[languages.fr]\ntitle = "B"\n'
    notes = {f"notes/{lang}.md": page(lang, lang=lang) for lang in ("de", "fr", "es")}
    built(fill(tmp_path, {"notesite.toml": f"[site]\n{languages}", **notes}))
    made = Pages(tree(tmp_path / "build"))
    halves = made["/404.html"].css("section.half")
    assert [(one.attributes["lang"], words(one.css_first("h2"))) for one in halves] == [
        ("de", "Hier steht nichts"),
        ("en", "There is nothing here"),
    ]
    links = {a.attributes["href"]: words(a) for a in halves[1].css("a")}
    assert links == {"/fr/": "All notes", "/es/": "Read in Spanish", "/": "Start page"}
    assert words(made["/fr/404.html"].css_first(".half[lang=en] .go")) == "All notes"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "لا مصادر"),
        (1, "مصدر واحد"),
        (2, "مصدران"),
        (3, "3 مصادر"),
        (11, "11 مصدرًا"),
        (100, "100 مصدر"),
        (103, "103 مصادر"),
    ],
)
def test_arabic_counts_in_six_forms(number: int, said: str):
    """Nothing, one, two, a few, many and the rest each have a form of their own."""
    messages = locales.catalogue(locales.compiled((SITES / "arabic" / CATALOGUE).read_bytes()))
    assert messages.ngettext("%(num)s source", "%(num)s sources", number) % {"num": number} == said


def test_counts_reach_the_pages(pages: Pages):
    """Lists count in the form of the number: two notes, three sources, one note."""
    entries = words(pages["/ar/"].css_first("main"))
    assert all(one in entries for one in ("مصدران", "3 مصادر", "مصدر واحد", "3 ملاحظات", "بالعربية فقط"))


def test_addresses_speak_arabic(pages: Pages):
    """The sections stand under the words of the catalogue, and German keeps its own."""
    assert {"ar/masadir/index.html", "ar/wusum/index.html", "ar/bila-tarikh/index.html"} <= pages.html.keys()
    assert "de/quellen/index.html" in pages.html


def test_versions_point_at_each_other(pages: Pages):
    """Both versions of a note name both of them, and the original for readers of other languages."""
    well = {"de": "/de/brunnen/", "ar": "/ar/biir/", "x-default": "/de/brunnen/"}
    cistern = {"de": "/de/zisterne/", "ar": "/ar/sahrij/", "x-default": "/ar/sahrij/"}
    for wanted in (well, cistern):
        assert [hreflang(pages[wanted[lang]]) for lang in ("de", "ar")] == [wanted, wanted]
    assert hreflang(pages["/ar/naura/"]) == {}


def test_the_switcher_names_languages_in_themselves(pages: Pages):
    """Each version links the other by the language's own name, marked as that language."""
    for address, other, name, here in (
        ("/ar/biir/", "de", "Deutsch", "العربية"),
        ("/de/brunnen/", "ar", "العربية", "Deutsch"),
    ):
        switcher = pages[address].css_first("nav.langs")
        link = switcher.css_first("a")
        assert (words(link), link.attributes["lang"], link.attributes["hreflang"]) == (name, other, other)
        assert words(switcher.css_first("[aria-current]")) == here


def test_parts_in_the_other_direction_say_so(pages: Pages):
    """On a German page what is Arabic has its language and direction, and the other way round."""
    chooser = {one.attributes["lang"]: one.attributes.get("dir") for one in pages["/"].css("section[lang]")}
    assert chooser == {"de": None, "ar": "rtl"}
    for address, lang, direction in (
        ("/de/quellen/maa.example/", "ar", "rtl"),
        ("/ar/masadir/maa.example/", "de", "ltr"),
    ):
        assert pages[address].css_matches(f".cols [lang={lang}][dir={direction}] a[href^='/{lang}/']")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_layout_is_mirrored(root: Path, width: int, host: Callable[[Path], str], open_page: Callable[..., Any]):
    """In the browser, Arabic pages begin at the right, nothing hangs over an edge, and nothing fails to load."""
    url = host(root / "build")
    for address in ("/ar/", "/ar/biir/", "/ar/masadir/", "/ar/masadir/maa.example/", "/ar/404.html"):
        seen = open_page(url + address, width=width)
        assert (seen.errors, seen.foreign) == ([], [])
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        left, right = seen.page.evaluate(
            "() => { const r = document.createRange(); r.selectNodeContents(document.querySelector('h1'));"
            " const b = r.getBoundingClientRect(); return [b.left, innerWidth - b.right] }"
        )
        assert right < left, address
