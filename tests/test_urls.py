"""Addresses: slugs and permalinks are safe whatever an author writes; names and marks of files are read as meant."""

import re
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from notesite import fields, load, urls

CASES = read_fixture_file(Path(__file__).parent / "cases" / "names.md")
MARKS = ("de", "en", "pt-BR")
SEGMENT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*-?")
DEVICES = {"con", "prn", "aux", "nul", "com1", "lpt9"}
BITS = [
    "/", "//", "..", ".", "%2e%2e", "%2F", "%5c", "\\", "a", "Ä", "ä", "%00", "\x00", "\x7f", ":", "?", "#", "con",
    "aux.html", " ", "\n", "a" * 300, "é" * 120, "…", "🎉", "%", "%zz", "\u202e", ".git", "index.html", "~", "*",
]  # fmt: skip
addresses = st.text() | st.lists(st.sampled_from(BITS), max_size=8).map("".join)


# --- slugs -----------------------------------------------------------------------------------------------


@given(st.text() | st.sampled_from([*DEVICES, *BITS]))
@example("&#99999999999999999999;")
@example("x" * 85)
@example("\ud800")
def test_a_slug_is_one_safe_segment(text):
    """A slug is lower-case ASCII, never empty, at most 80 characters long, and no name of a device."""
    made = urls.slug(text)
    assert SEGMENT.fullmatch(made)
    assert len(made) <= urls.LONGEST == 80
    assert made not in DEVICES


@given(st.text() | st.sampled_from([*DEVICES, "Wort " * 40, "x" * 200]))
def test_a_slug_is_its_own_slug(text):
    """Making a slug of a slug changes nothing."""
    assert urls.slug(urls.slug(text)) == urls.slug(text)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Größe & Öfen", "groesse-oefen"),
        ("O\u0308fen", "oefen"),  # decomposed, as some file systems have it
        ("Don't, won’t", "dont-wont"),
        ("‘Quoted’ and 'so'", "quoted-and-so"),
        ("3,5 % von 2024", "3-5-von-2024"),
        ("Ünïcödé ﬁn", "uenicoede-fin"),
        ("CON", "con-"),
        ("console", "console"),
    ],
)
def test_a_slug_reads_as_the_words_do(text, slug):
    """Umlauts are written out, accents fall, apostrophes within words are no hyphens, devices are kept apart."""
    assert urls.slug(text) == slug


def test_long_and_wordless_slugs_stay_apart():
    """Texts that differ only past the cut, or have no letters at all, still get different slugs."""
    long = ["wort " * 30 + end for end in ("eins", "zwei")]
    assert len({urls.slug(text) for text in [*long, "🎉", "🚀", "", "!"]}) == 6
    assert urls.slug(long[0]).startswith("wort-wort-")


@pytest.mark.parametrize(("title", "given", "expected"), [case[1:] for case in CASES], ids=[case[1] for case in CASES])
def test_a_file_name_gives_slug_language_and_date(title, given, expected):
    """What stands in a path is read as the case documents say."""
    for path, want in zip(given.splitlines(), expected.splitlines(), strict=True):
        written = load._FILE_DATE.match(PurePosixPath(path).name)
        day = fields.iso(written[1]) if written else None
        mark = urls.language_mark(path, MARKS)
        assert f"{urls.note_slug(path, MARKS, 'Titel')} | {mark or '-'} | {day or '-'}" == want


@pytest.mark.parametrize("name", ["und", "abc-1234", "über", "北京", "x1-wort", "12-drei", "deadwood"])
def test_a_word_has_three_letters_and_a_vowel(name):
    """Three letters with a vowel, or two of another alphabet, make a word."""
    assert urls.has_word(name)


@pytest.mark.parametrize("name", ["", "12", "brr", "ab", "f6089f86", "cafebabe", "beef01", "---", "x_y", "京"])
def test_a_hash_is_no_word(name):
    """Numbers, hexadecimal runs, consonants and single signs make none."""
    assert not urls.has_word(name)


# --- permalinks and outputs ------------------------------------------------------------------------------


@given(addresses)
@example("/%252e%252e/a")
@example("/a/%2e%2e/%2e%2e/b")
@example("a" * 5000)
def test_a_permalink_is_refused_or_stays_inside(written):
    """What an author writes as an address is refused, or gives a file inside the output folder that can exist."""
    safe = urls.safe_path(written)
    if safe is None:
        return
    parts = urls.output_path(safe).split("/")
    assert safe.startswith("/")
    assert not {"", ".", ".."} & set(parts)
    assert all(len(part.encode()) <= 255 for part in parts)
    assert not re.search(r'[\x00-\x1f\x7f<>:"\\|?*]', "".join(parts))
    assert not {part.split(".")[0].lower() for part in parts} & DEVICES


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("/strom/heute/", "/strom/heute/"),
        ("strom", "/strom/"),
        ("/alt.html", "/alt.html"),
        ("/a%20b/%C3%A4/", "/a b/ä/"),
        ("/a?x=1#y", "/a/"),
        ("/con/aux.tar.gz", "/_con/_aux.tar.gz"),
        ("/", "/"),
        ("", "/"),
    ],
)
def test_a_permalink_stays_as_written(written, safe):
    """An address within the site is kept, its escapes undone, query and fragment left out; a page's ends in a slash."""
    assert urls.safe_path(written) == safe


@pytest.mark.parametrize(
    "written", ["/../a", "/a/./b", "/%2e%2e/a", "/a//b", "/a\\b", "c:/a", "/a /b", "/a./b", "/a\x00"]
)
def test_an_unsafe_permalink_is_refused(written):
    """Climbing, doubled slashes, backslashes, drives and names that some system refuses are no addresses."""
    assert urls.safe_path(written) is None


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/", "index.html"),
        ("/de/strom/", "de/strom/index.html"),
        ("/de/strom", "de/strom/index.html"),
        ("/alt.html", "alt.html"),
        ("/.well-known/x.txt", ".well-known/x.txt"),
        ("/.hidden", ".hidden/index.html"),
    ],
)
def test_an_address_is_answered_by_one_file(address, path):
    """A folder answers by its index, a name with an ending by itself."""
    assert urls.output_path(address) == path


def test_names_that_one_system_cannot_tell_apart_are_one_place():
    """Case and composition make no difference between two output paths."""
    assert urls.same_place("Ärger/A") == urls.same_place("A\u0308RGER/a") != urls.same_place("ärger/b")


@given(st.lists(st.sampled_from(["a", "b c", "ä"]), max_size=3).map("/".join), addresses)
def test_a_relative_address_never_leaves_the_site(folder, address):
    """An address beside a note is a place within the site, or none."""
    joined = urls.joined(folder, address)
    assert not joined or not {"", ".", ".."} & set(joined.split("/"))


@pytest.mark.parametrize(
    ("address", "joined"),
    [
        ("c.md", "a/b/c.md"),
        ("../c.md", "a/c.md"),
        ("/c.md", "c.md"),
        ("./c%20d.md", "a/b/c d.md"),
        ("../../../c", None),
    ],
)
def test_relative_addresses_are_resolved(address, joined):
    """Dots climb, a leading slash is the site's root, and above it there is nothing."""
    assert urls.joined("a/b", address) == joined


# --- the base, and addresses of the web ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "origin", "path"),
    [
        ("https://notes.example", "https://notes.example", "/"),
        ("https://Notes.Example:8080/repo", "https://notes.example:8080", "/repo/"),
        ("http://notes.example/a/../repo/?x#y", "http://notes.example", "/repo/"),
        ("/repo", "", "/repo/"),
        ("/", "", "/"),
    ],
)
def test_a_base_is_an_address_or_a_path(written, origin, path):
    """Both are read, with or without their last slash."""
    assert urls.parse_base(written) == urls.Base(origin, path)


@pytest.mark.parametrize(
    "written", ["", "repo", "ftp://notes.example/", "//notes.example/", "https://", "javascript:1"]
)
def test_anything_else_is_no_base(written):
    """A base that is neither is refused."""
    assert urls.parse_base(written) is None


def test_an_address_carries_the_base_path():
    """Pages link with the base path and escapes, and with the origin where that is known."""
    assert urls.Base("", "/repo/").href("/de/größe/?a=b#c") == "/repo/de/gr%C3%B6%C3%9Fe/?a=b#c"
    assert urls.Base("https://notes.example", "/").absolute("/de/") == "https://notes.example/de/"
    assert urls.Base("", "/repo/").absolute("/") == "/repo/"


@given(st.text())
@example("\ud800")
def test_parsing_an_address_never_raises(text):
    """Any text is an address of the web or none, and says so."""
    assert urls.is_web("https://" + text) == (urls.parse("https://" + text) is not None)
    assert urls.parse(text) is None or isinstance(urls.parse(text).href, str)


@pytest.mark.parametrize(
    "address", ["", "blatt.example", "ftp://blatt.example", "https:/", "mailto:a@b.example", "http:"]
)
def test_other_addresses_are_not_of_the_web(address):
    """Only http and https with a host count."""
    assert not urls.is_web(address)


@pytest.mark.parametrize(
    ("key", "plain"),
    [
        ("de.wikipedia.org/wiki/Strom", "wikipedia.org/wiki/Strom"),
        ("amt.example/de/press", "amt.example/press"),
        ("amt.example/pt-BR/press", "amt.example/press"),
        ("amt.example/zh-Hans/press/a", "amt.example/press/a"),
        ("amt.example/de", "amt.example/"),
        ("amt.example/press.en.html", "amt.example/press"),
        ("amt.example/press.html", "amt.example/press"),
        ("amt.example/press_de", "amt.example/press"),
        ("amt.example/press-de", "amt.example/press"),
        ("amt.example/press?hl=de", "amt.example/press"),
        ("amt.example/press?hl=de&id=3", "amt.example/press?id=3"),
        ("amt.example/press?id=3&LANG=en", "amt.example/press?id=3"),
        ("/de/strom/", "/strom/"),
        ("../en/strom.md", "../strom.md"),
    ],
)
def test_a_key_loses_the_language_it_names(key, plain):
    """A host's, a folder's, a file's and a query's mark of a language goes, and the rest stays."""
    assert urls.without_language(key) == plain


@pytest.mark.parametrize(
    "key",
    [
        "amt.example/press",
        "amt.example/",
        "de.example/",  # a host is not all mark
        "news.amt.example/a",
        "xx.amt.example/a",  # no language
        "amt.example/devil/deutsch",
        "amt.example/plan-b",
        "amt.example/press?q=de",  # what was searched for
        "amt.example/press?lang=klingon",
        "amt.example/wiki/01.AI",
        "arxiv.org/abs/2412.19437",
        "amt.example/node.js",
        "",
    ],
)
def test_a_key_without_language_stays(key):
    """What only looks like a mark of a language is part of the name."""
    assert urls.without_language(key) == key


@given(st.sampled_from(["de", "en", "fr", "pt-BR", "ja", "ar"]), st.sampled_from(["a", "bericht/2025", "x?id=3"]))
def test_languages_of_one_work_are_one_key(lang, path):
    """In whatever language a folder, a host or a query names it, the key is the one without."""
    name, _, query = path.partition("?")
    marked = [f"amt.example/{lang}/{path}", f"amt.example/{name}?" + "&".join(filter(None, [query, f"hl={lang}"]))]
    marked += [f"{lang}.amt.example/{path}"] if len(lang) == 2 else []
    assert {urls.without_language(one) for one in marked} == {f"amt.example/{path}"}


# --- names within a page ---------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["a", "A", "a-2", "a-3", "b", "", "a 2"]), max_size=12))
def test_anchors_of_a_page_differ(titles):
    """However often a heading is repeated, and whatever its numbered form collides with, no id comes twice."""
    taken: dict[str, int] = {}
    made = [urls.anchor(title, taken) for title in titles]
    assert len(set(made)) == len(made)
    assert set(made) <= set(taken)


def test_anchors_are_numbered_from_two():
    """The first keeps its name."""
    taken: dict[str, int] = {}
    assert [urls.anchor("Kosten", taken) for _ in range(3)] == ["kosten", "kosten-2", "kosten-3"]


@given(st.text())
def test_a_digest_is_short_and_hexadecimal(text):
    """Any text, half a surrogate pair among it, has a digest of the asked size."""
    assert re.fullmatch(r"[0-9a-f]{8}", urls.digest(text))
    assert len(urls.digest(text, 16)) == 32
