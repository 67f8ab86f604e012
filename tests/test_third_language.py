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
from support import HERE, SITES, Pages, built, copied, tree, words

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


def spoken(page: LexborHTMLParser) -> Iterator[str]:
    """What a page says in its own language: words and labels, nothing in parts that name another one."""
    for node in page.root.traverse(include_text=True):
        above = node
        while above is not None and above.tag != "html" and "lang" not in above.attributes:
            above = above.parent
        if above is not None and above.tag != "html":
            continue
        if node.tag == "-text" and node.parent.tag not in ("script", "style"):
            yield node.text_content.strip()
        yield from (text or "" for name, text in node.attributes.items() if name in ("aria-label", "data-words"))


def in_english(pages: Pages) -> set[str]:
    """What Arabic pages say that is a message in English, with a number or words in its places."""
    found = read_po(io.BytesIO((HERE.parent / "templates/locales/messages.pot").read_bytes()))
    ids = [words for one in found for words in (one.id if one.pluralizable else [one.id]) if re.search(r"\w\w", words)]
    counted = [re.sub(r"%\\\((num|found|all|year)\\\)s", r"[\\d#]+", re.escape(words)) for words in ids]
    message = re.compile("|".join(re.sub(r"%\\\(\w+\\\)s", ".+", words) for words in counted))
    every = {text for path, page in pages.html.items() if path.startswith("ar/") for text in spoken(page)}
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


def test_without_it_the_pages_speak_english(tmp_path: Path):
    """Take the catalogue away, and the same pages speak English, which one warning tells with its mend."""
    root = copied("arabic", tmp_path)
    (root / CATALOGUE).unlink()
    assert [(one.rule, one.hint) for one in built(root).found] == [("language-unspoken", f"add {CATALOGUE}")]
    left = in_english(Pages(tree(root / "build")))
    assert {"Skip to the text", "Sources", "3 sources", "Table", "only in العربية", "Languages of this page"} <= left


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
