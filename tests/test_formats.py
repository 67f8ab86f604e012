"""What machines read: feeds, sitemap, JSON-LD, what hosts and crawlers look up, and HTML itself, by their own rules."""

import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
from lxml import etree
from selectolax.lexbor import LexborNode

from notesite import urls
from support import HERE, Pages, SiteTest, Tree, built, copied, page, tree

SCHEMAS = HERE / "schemas"
ORIGINS = {"bilingual": "https://notes.example", "arabic": "https://wasser.example"}
NS = {
    "a": "http://www.w3.org/2005/Atom",
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}


@pytest.fixture(scope="module", params=ORIGINS)
def pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """A sample site, built."""
    root = copied(request.param, tmp_path_factory.mktemp(request.param))
    assert built(root).written
    return Pages(tree(root / "build"), origin=ORIGINS[request.param])


# --- feeds (RFC 4287) --------------------------------------------------------------------------------------

DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@pytest.fixture(scope="module")
def feeds(pages: Pages) -> dict[str, etree._Element]:
    """The feeds of the site, by their files."""
    return {path: pages.xml(path) for path in pages.files if path.endswith("feed.xml")}


def breaches(feed: etree._Element) -> list[str]:
    """What the grammar of RFC 4287 and its rules beyond grammar (4.1.1, 4.1.2) find wrong with a feed."""
    grammar = etree.RelaxNG(etree.parse(SCHEMAS / "atom.rng"))
    found = [] if grammar.validate(feed) else [str(error) for error in grammar.error_log]
    if not feed.xpath("a:author or not(a:entry[not(a:author)])", namespaces=NS):
        found.append("neither the feed nor each of its entries has an author")
    for entry in feed.iterfind("a:entry", NS):
        if not entry.xpath("a:link[@rel='alternate'] or a:link[not(@rel)] or a:content", namespaces=NS):
            found.append("an entry has neither an alternate link nor content")
    return found


def test_feeds_are_atom(feeds: dict[str, etree._Element]):
    """Each language has a feed, and the grammar and the rules of RFC 4287 find nothing wrong with it."""
    assert len(feeds) == 2
    assert {path: breaches(feed) for path, feed in feeds.items()} == {path: [] for path in feeds}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<updated>2025", "<updated>2025-"),
        ("<id>", "<id version='1'>"),
        ('type="text/html"', 'type="html"'),
        ("<title>", "<title type='xhtml'>"),
        ("<entry ", "<item/><entry "),
        ("</feed>", "<entry><id>a:b</id><title/><updated>2025-01-01T00:00:00Z</updated></entry></feed>"),
    ],
)
def test_a_broken_feed_is_seen(pages: Pages, right: str, wrong: str):
    """A wrong date, attribute, type, text or element is found, and an entry that leads nowhere."""
    broken = pages.files["de/feed.xml"].decode().replace(right, wrong, 1)
    assert breaches(etree.fromstring(broken.encode()))


def test_an_extended_feed_is_right(pages: Pages):
    """What other namespaces add is no breach."""
    more = '<t:total xmlns:t="urn:t" t:by="hand"><t:all/></t:total>'
    extended = pages.files["de/feed.xml"].decode().replace("<entry ", f"{more}<entry ", 1)
    assert breaches(etree.fromstring(extended.encode())) == []


def test_feeds_speak_their_language(feeds: dict[str, etree._Element]):
    """Feed and entries name the language of their folder, and each pair of type and language has one alternate link."""
    for path, feed in feeds.items():
        own = {one.get("{http://www.w3.org/XML/1998/namespace}lang") for one in (feed, *feed.iterfind("a:entry", NS))}
        assert own == {path.split("/")[0]}
        for one in (feed, *feed.iterfind("a:entry", NS)):
            links = [(link.get("type"), link.get("hreflang")) for link in one.iterfind("a:link[@rel='alternate']", NS)]
            assert len(links) == len(set(links)) > 0


def test_feeds_say_where_they_are(feeds: dict[str, etree._Element], pages: Pages):
    """A feed links itself and its home page, entries link pages of the site, all by their full addresses."""
    for path, feed in feeds.items():
        assert feed.find("a:link[@rel='self']", NS).get("href") == f"{pages.origin}/{path}"
        for link in feed.iterfind(".//a:link[@rel='alternate']", NS):
            assert pages.file(link.get("href").removeprefix(pages.origin)) in pages.html


def test_dates_of_feeds(feeds: dict[str, etree._Element]):
    """Dates are RFC 3339 date-times; entries change no earlier than they appear, feeds when their newest entry does."""
    for feed in feeds.values():
        written = [one.text for one in feed.iter("{*}updated", "{*}published")]
        assert [one for one in written if not DATE_TIME.fullmatch(one)] == []
        entries = feed.findall("a:entry", NS)
        changed = [moment(entry.findtext("a:updated", None, NS)) for entry in entries]
        assert moment(feed.findtext("a:updated", None, NS)) == max(changed)
        appeared = [moment(entry.findtext("a:published", None, NS)) for entry in entries]
        assert all(one >= other for one, other in zip(changed, appeared, strict=True))


def moment(written: str | None) -> datetime:
    """A date-time of a feed."""
    assert written
    return datetime.fromisoformat(written)


def test_feeds_know_time_zones(tmp_path: Path):
    """The feed's change is its latest entry's by the sun, not by the letters."""
    site = SiteTest(tmp_path).notes(
        west_en=page("West", date="2025-02-28T23:00:00Z"), east_en=page("East", date="2025-03-01T00:30:00+02:00")
    )
    feed = Pages(site.build().files).xml("en/feed.xml")
    assert moment(feed.findtext("a:updated", None, NS)) == moment("2025-02-28T23:00:00Z")


def test_ids_of_feeds_last(pages: Pages, feeds: dict[str, etree._Element], tmp_path: Path):
    """No id is there twice, none holds a host, and all are the same when the site moves."""
    ids = [one.text for feed in feeds.values() for one in feed.iter("{*}id")]
    assert len(ids) == len(set(ids))
    assert all(one.startswith("urn:uuid:") for one in ids)
    name = next(name for name, origin in ORIGINS.items() if origin == pages.origin)
    built(copied(name, tmp_path), base_url="https://elsewhere.example/repo/")
    moved = Pages(tree(tmp_path / "build"))
    assert [one.text for path in feeds for one in moved.xml(path).iter("{*}id")] == ids


# --- sitemap (sitemaps.org 0.9) ----------------------------------------------------------------------------


def schema() -> etree.XMLSchema:
    """The schema of sitemaps, with that of xhtml:link beside it."""
    return etree.XMLSchema(etree.parse(SCHEMAS / "sitemap.xsd"))


def test_the_sitemap_is_one(pages: Pages):
    """The schema of sitemaps.org finds nothing wrong."""
    checked = schema()
    assert checked.validate(pages.xml("sitemap.xml")), checked.error_log


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<lastmod>", "<lastmod>on "),
        ("<loc>", "<place/><loc>"),
        ('rel="alternate"', 'rel="next"'),
        ("<url>", "<url a='b'>"),
    ],
)
def test_a_broken_sitemap_is_seen(pages: Pages, right: str, wrong: str):
    """A wrong date, element, kind of link or attribute is found."""
    broken = pages.files["sitemap.xml"].decode().replace(right, wrong, 1)
    assert not schema().validate(etree.fromstring(broken.encode()))


def test_the_sitemap_is_whole(pages: Pages):
    """It lists every page that may be found, once, by its full address, and no page that is kept from search."""
    listed = [one.text for one in pages.xml("sitemap.xml").iterfind(".//s:loc", NS)]
    found = [path for path, one in pages.html.items() if not one.css("meta[name=robots][content=noindex]")]
    assert sorted(listed) == sorted(pages.origin + pages.address(path) for path in found)
    assert pages.html.keys() - set(found) >= {"404.html", "de/404.html"}


def test_sitemap_and_pages_agree(pages: Pages):
    """Sitemap and pages name the same versions of a page, the address itself is canonical, and versions are mutual."""
    said: dict[str, dict[str, str]] = {}
    for url in pages.xml("sitemap.xml").iterfind("s:url", NS):
        here = url.findtext("s:loc", None, NS)
        said[here] = {one.get("hreflang"): one.get("href") for one in url.iterfind("x:link", NS)}
        shown = pages[here.removeprefix(pages.origin)]
        links = shown.css("link[rel=alternate][hreflang]")
        assert said[here] == {one.attributes["hreflang"]: one.attributes["href"] for one in links}
        assert shown.css_first("link[rel=canonical]").attributes["href"] == here
    for here, versions in said.items():
        assert not versions or here in versions.values()
        assert all(said[there] == versions for lang, there in versions.items() if lang != "x-default")


# --- JSON-LD (schema.org) ----------------------------------------------------------------------------------


def is_text(value: Any) -> bool:
    """Words."""
    return isinstance(value, str) and bool(value.strip())


def is_url(value: Any) -> bool:
    """A full address."""
    return isinstance(value, str) and urls.is_web(value)


def is_day_or_time(value: Any) -> bool:
    """ISO 8601, as Date or DateTime."""
    return isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value) or DATE_TIME.fullmatch(value))


def is_language(value: Any) -> bool:
    """A BCP 47 tag."""
    return isinstance(value, str) and bool(re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", value))


def is_source_type(value: Any) -> bool:
    """A member of schema.org's IPTCDigitalSourceEnumeration."""
    return str(value).startswith("https://schema.org/") and str(value).endswith("DigitalSource")


def is_reference(value: Any) -> bool:
    """A thing that is told of elsewhere."""
    return isinstance(value, dict) and value.keys() == {"@id"} and is_url(value["@id"])


Range = Callable[[Any], bool] | str | list[Any]

# What we say of each type, with what schema.org expects there: a kind of value, a type, or a list of them.
TYPES: dict[str, dict[str, Range]] = {
    "Article": {
        "@id": is_url,
        "url": is_url,
        "headline": is_text,
        "inLanguage": is_language,
        "description": is_text,
        "datePublished": is_day_or_time,
        "dateModified": is_day_or_time,
        "author": ["Person"],
        "publisher": "Organization",
        "keywords": [is_text],
        "citation": ["CreativeWork"],
        "digitalSourceType": is_source_type,
        "creativeWorkStatus": is_text,
        "workTranslation": [is_reference],
        "translationOfWork": is_reference,
    },
    "CreativeWork": {"name": is_text, "url": is_url, "publisher": "Organization"},
    "Person": {"name": is_text},
    "Organization": {"name": is_text},
}


def misfits(value: Any, expected: Range, where: str) -> Iterator[str]:
    """What does not fit the table, by its path."""
    if isinstance(expected, list):
        if not isinstance(value, list) or not value:
            yield f"{where} is no list"
            return
        for number, one in enumerate(value):
            yield from misfits(one, expected[0], f"{where}[{number}]")
    elif isinstance(expected, str):
        if not isinstance(value, dict) or value.get("@type") != expected:
            yield f"{where} is no {expected}"
            return
        for name, one in value.items():
            if name not in ("@type", "@context"):
                yield from misfits(one, TYPES[expected].get(name, lambda _: False), f"{where}.{name}")
    elif not expected(value):
        yield f"{where} is {value!r}"


@pytest.fixture(scope="module")
def articles(pages: Pages) -> dict[str, dict[str, Any]]:
    """What the pages of notes say of themselves, by their full addresses."""
    found = {}
    for path, one in pages.html.items():
        for script in one.css("script[type='application/ld+json']"):
            found[pages.origin + pages.address(path)] = json.loads(script.text())
    return found


def test_notes_are_articles(articles: dict[str, dict[str, Any]], pages: Pages):
    """Every note's page, and no other, tells of an article under its own address, in schema.org's words and types."""
    notes = {pages.origin + pages.address(path) for path, one in pages.html.items() if one.css("main.note")}
    assert articles.keys() == notes
    assert [wrong for one in articles.values() for wrong in misfits(one, "Article", "article")] == []
    assert {(one["@context"], one["@id"] == address) for address, one in articles.items()} == {
        ("https://schema.org", True)
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Steg"),
        ("datePublished", "3.9.2025"),
        ("author", [{"@type": "Person", "name": ""}]),
        ("citation", [{"@type": "Book", "name": "Chronik"}]),
        ("url", "/de/steg/"),
        ("keywords", "Brücken, Stahl"),
    ],
)
def test_a_misfit_is_seen(name: str, value: object):
    """A property that does not exist and a value of a wrong kind are found."""
    assert len(list(misfits({"@type": "Article", name: value}, "Article", "article"))) == 1


def test_translations_name_each_other(articles: dict[str, dict[str, Any]]):
    """What one article calls its translation calls that one its original, and the other way round."""
    down = {(here, to["@id"]) for here, one in articles.items() for to in one.get("workTranslation", [])}
    up = {(one["translationOfWork"]["@id"], here) for here, one in articles.items() if "translationOfWork" in one}
    assert down == up != set()
    assert all(articles[one]["inLanguage"] != articles[other]["inLanguage"] for one, other in down)


# --- what hosts and crawlers look up -----------------------------------------------------------------------


def headers(text: str) -> dict[str, dict[str, str]]:
    """`_headers` as Netlify and Cloudflare read it: a path on a line of its own, its headers indented below."""
    rules: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        if line.startswith("/"):
            rules[line] = {}
        elif line.strip() and not line.startswith("#"):
            named = re.fullmatch(r"[ \t]+([A-Za-z][A-Za-z-]*): (\S.*\S)", line)
            assert named, line
            assert rules, "a header before any path"
            rules[list(rules)[-1]][named[1]] = named[2]
    return rules


@pytest.fixture(scope="module", params=["/", "/repo/"])
def based(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The site in German and English for a host's root and for a path."""
    root = copied("bilingual", tmp_path_factory.mktemp("based"))
    origin = ORIGINS["bilingual"]
    assert built(root, base_url=origin + request.param).written
    return Pages(tree(root / "build"), request.param, origin)


def test_headers_are_read(based: Pages):
    """Every rule has headers, at most one star at its end, a line that Cloudflare takes, and files it holds for."""
    rules = headers(based.files["_headers"].decode())
    addresses = [based.base + path for path in based.files]
    for path, named in rules.items():
        assert named
        assert path.startswith(based.base)
        assert "*" not in path[:-1]
        assert max(len(f"{name}: {value}") for name, value in named.items()) < 2000
        assert [one for one in addresses if one == path or (path.endswith("*") and one.startswith(path[:-1]))], path


def test_header_and_pages_have_one_policy(based: Pages):
    """The policy of the header is that of every page, with what only a header can say."""
    policy = headers(based.files["_headers"].decode())[based.base + "*"]["Content-Security-Policy"]
    said = {
        one.css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"] for one in based.html.values()
    }
    assert {f"{one}; frame-ancestors 'none'" for one in said} == {policy}


def test_only_what_never_changes_is_kept_for_good(based: Pages):
    """Browsers are told to keep for good exactly the files whose name has the digest of their bytes."""
    rules = headers(based.files["_headers"].decode())
    kept = {path for path, named in rules.items() if "immutable" in named.get("Cache-Control", "")}
    lasting = {path for path in based.files if is_digested(path, based.files)}
    assert len(lasting) == 3
    assert kept == {based.base + path for path in lasting}


def is_digested(path: str, files: Tree) -> bool:
    """Whether a file's name has the digest of its bytes."""
    return f"-{urls.digest(files[path].decode('utf-8', 'replace'))}." in path


def test_redirects_are_read(based: Pages):
    """Every line is two addresses of pages and a status, no address leads on twice, and none to itself."""
    lines = [line.split(" ") for line in based.files["_redirects"].decode().splitlines()]
    assert len(lines) == 3
    olds = Counter(line[0] for line in lines)
    for old, new, status in lines:
        assert status == "301"
        assert all(one.startswith(based.base) and based.file(one) in based.html for one in (old, new))
        assert olds[old] == 1
        assert new not in olds


def test_odd_aliases_are_read(tmp_path: Path):
    """An alias with spaces, umlauts or signs is still one word of its line, and its page is there."""
    odd = ["/alt/Größe & Maß/", "/old page.html", "/x;y/", "/100%25/"]
    site = SiteTest(tmp_path, steg_de=page("Der Steg", aliases=odd, lang="de")).build()
    lines = [line.split(" ") for line in site.files["_redirects"].decode().splitlines()]
    pages = Pages(site.files)
    assert [len(line) for line in lines] == [3] * len(odd)
    assert {pages.file(old) for old, _, _ in lines} == {
        "alt/Größe & Maß/index.html", "old page.html", "x;y/index.html", "100%/index.html",
    }  # fmt: skip
    assert all(old.isascii() and pages.file(old) in pages.html for old, _, _ in lines)


def test_robots_may_read_all(based: Pages):
    """Crawlers may read every page and are told where the sitemap is."""
    robots = RobotFileParser()
    robots.parse(based.files["robots.txt"].decode().splitlines())
    assert all(robots.can_fetch("Anybot", based.origin + based.address(path)) for path in based.html)
    assert robots.site_maps() == [f"{based.origin}{based.base}sitemap.xml"]


# --- HTML and CSS ------------------------------------------------------------------------------------------


def said_of(link: LexborNode) -> set[str | None]:
    """The languages that a link and what it stands in name."""
    named: set[str | None] = set()
    at: LexborNode | None = link
    while at is not None and at.tag != "html":
        named |= {at.attributes.get("lang"), at.attributes.get("hreflang")}
        at = at.parent
    return named


def test_links_across_languages_say_so(pages: Pages):
    """Every link to a page in another language names that language, or stands in a part that does."""
    spoken = {path: one.css_first("html").attributes["lang"] for path, one in pages.html.items()}
    crossing, silent = 0, []
    for path, one in pages.html.items():
        for link in one.css("body a[href^='/']"):
            file = pages.file((link.attributes["href"] or "").partition("#")[0])
            if file != "index.html" and spoken.get(file, spoken[path]) != spoken[path]:
                crossing += 1
                silent += [] if spoken[file] in said_of(link) else [(path, link.html)]
    assert silent == []
    assert crossing > 50


def validated(vnu: list[str], *folders: Path) -> subprocess.CompletedProcess[str]:
    """What .ci/validate says of built sites."""
    command = [HERE.parent / ".ci" / "validate", *folders]
    env = os.environ | {"NOTESITE_VNU": vnu[2]}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_the_w3c_finds_nothing(vnu: list[str], tmp_path: Path):
    """The W3C's Nu checker has neither error nor warning for any page or stylesheet, under a host's root and a path."""
    folders = []
    for name in ORIGINS:
        root = copied(name, tmp_path / name)
        for output, base in (("build", "/"), ("repo", "/repo/")):
            built(root, output, base_url=base, drafts=True)
            folders.append(root / output)
    done = validated(vnu, *folders)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_the_w3c_would_find_it(vnu: list[str], tmp_path: Path):
    """A page that breaks a rule of HTML fails the same check."""
    built(copied("sound", tmp_path))
    path = tmp_path / "build/de/index.html"
    path.write_text(path.read_text("utf-8").replace("</main>", "<p><div>unfinished</main>"), "utf-8")
    done = validated(vnu, tmp_path / "build")
    assert done.returncode == 1
    assert "de/index.html" in done.stdout
