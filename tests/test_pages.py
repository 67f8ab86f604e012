"""Facts about the pages of the bilingual site: what each must carry for readers, machines and hosts."""

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from support import Pages, built, copied, fill, tree, words

ORIGIN = "https://notes.example"
ATOM = "{http://www.w3.org/2005/Atom}"
CITING = ".cols li > a"
PAIRS = [("/de/hochbruecke/", "/en/steel-in-summer/"), ("/de/pegel/", "/en/gauge/"), ("/en/steg/", "/de/steg/")]
"""Notes that are translations of each other, the original first."""
ALONE = ["/de/jahr/1907/", "/de/faehre/", "/de/notiz-vom-hafen/", "/en/ford/", "/en/long-bridges/"]
NOTES = [*ALONE, *(address for pair in PAIRS for address in pair)]
MOVED = {"/de/hochbruecke-alt/": "/de/hochbruecke/", "/alt/bruecke.html": "/de/hochbruecke/"}
MOVED |= {"/en/bridge-old/": "/en/steel-in-summer/"}
HIDDEN = {"/de/tunnel/": "Ein Tunnel wäre teurer", "/en/toll/": "Who paid the toll"}
HIDDEN |= {"/en/new-bridge/": "The bridge of the next century"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The bilingual site."""
    root = copied("bilingual", tmp_path_factory.mktemp("pages"))
    assert built(root).written
    return Pages(tree(root / "build"), origin=ORIGIN)


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The bilingual site with its drafts and its future note."""
    root = copied("bilingual", tmp_path_factory.mktemp("drafts"))
    assert built(root, drafts=True).written
    return Pages(tree(root / "build"), origin=ORIGIN)


def public(pages: Pages) -> dict[str, LexborHTMLParser]:
    """The pages that are to be found by search engines, by address."""
    return {pages.address(path): page for path, page in pages.html.items() if not page.css_matches("meta[name=robots]")}


def canonical(page: LexborHTMLParser) -> str:
    """The page's own address, below the site's."""
    (link,) = page.css("link[rel=canonical]")
    return link.attributes["href"].removeprefix(ORIGIN)


def versions(page: LexborHTMLParser) -> dict[str, str]:
    """A page's versions by language, as search engines read them."""
    found = page.css("link[rel=alternate][hreflang]")
    assert len({one.attributes["hreflang"] for one in found}) == len(found)
    return {one.attributes["hreflang"]: one.attributes["href"].removeprefix(ORIGIN) for one in found}


def lang(node: LexborNode) -> str:
    """The language that an element is in."""
    above = node
    while "lang" not in above.attributes:
        above = above.parent
    return above.attributes["lang"]


def hrefs(node: LexborNode, selector: str) -> list[str]:
    """Where the links in an element lead."""
    return [one.attributes["href"] for one in node.css(selector)]


# --- languages -------------------------------------------------------------------------------------------


def test_versions_are_reciprocal(pages: Pages):
    """Every page that names versions names itself, and each version names the very same ones."""
    clusters = {address: versions(page) for address, page in public(pages).items() if versions(page)}
    assert len(clusters) > 2 * len(PAIRS)
    for address, cluster in clusters.items():
        assert address in cluster.values()
        for code, other in cluster.items():
            assert clusters[other] == cluster
            assert code == "x-default" or pages[other].css_first("html").attributes["lang"] == code


def test_versions_of_notes(pages: Pages):
    """A pair of notes names both and its original for other readers; a note in one language names none."""
    for original, other in PAIRS:
        wanted = {original[1:3]: original, other[1:3]: other, "x-default": original}
        assert [versions(pages[original]), versions(pages[other])] == [wanted, wanted]
    assert [versions(pages[address]) for address in ALONE] == [{}] * len(ALONE)


def test_versions_of_home(pages: Pages):
    """The home pages and the chooser are one cluster, the chooser for readers of other languages."""
    wanted = {"de": "/de/", "en": "/en/", "x-default": "/"}
    assert [versions(pages[address]) for address in ("/", "/de/", "/en/")] == [wanted] * 3


def test_every_page_is_its_own_canonical(pages: Pages):
    """A page names its own address as the one that counts, with the host; a moved one names where it is now."""
    assert {address: canonical(page) for address, page in public(pages).items()} == {one: one for one in public(pages)}
    assert {address: canonical(pages[address]) for address in MOVED} == MOVED


def test_pages_say_their_language(pages: Pages):
    """Each page below /de/ is German, each below /en/ English, and none gives a direction."""
    for path, page in pages.html.items():
        html = page.css_first("html").attributes
        assert html["lang"] == (path[:2] if path[2] == "/" else "de"), path
        assert "dir" not in html


def test_foreign_words_say_their_language(pages: Pages):
    """A source's title in the other language is marked as that language, on a note's page and in the index."""
    titles = {"Expansion joints of the north": "en", "The flood of 2013": "en"}
    titles |= {"Wenn Stahl wandert": "de", "Gewitter im August": "de"}
    places = [node for page in pages.html.values() for node in page.css(".bib a, .work h2 a") if words(node) in titles]
    assert {words(node) for node in places} == set(titles)
    assert all(lang(node) == titles[words(node)] for node in places)
    claimed = {node.attributes["lang"] for page in pages.html.values() for node in page.css("[lang]")}
    assert claimed == {"de", "en"}, "no title is taken for one in a language that it is not in"


def test_links_to_the_other_language_say_so(pages: Pages):
    """Every link from a page to one in the other language has that language on it or around it."""
    for path, page in pages.html.items():
        own = page.css_first("html").attributes["lang"]
        for node in page.css(f"body a[href^='/{'en' if own == 'de' else 'de'}/']"):
            assert node.attributes.get("hreflang", own) != own or lang(node) != own, (path, node.html)


def test_the_switcher(pages: Pages):
    """A note's page links its other version in that language's own name, or says that there is none."""
    names = {"de": "Deutsch", "en": "English"}
    for pair in PAIRS:
        for here, there in (pair, pair[::-1]):
            switcher = pages[here].css_first("header.title nav")
            link = switcher.css_first("a")
            assert (link.attributes["href"], words(link), lang(link)) == (there, names[there[1:3]], there[1:3])
            assert words(switcher.css_first("[aria-current]")) == names[here[1:3]]
    alone = {address: words(pages[address].css_first(".langs")) for address in ALONE}
    assert alone == {one: "nur auf Deutsch" if one.startswith("/de/") else "only in English" for one in ALONE}


# --- the shape of a page ---------------------------------------------------------------------------------


def test_headings(pages: Pages):
    """Every page has one first heading, and no heading skips a level."""
    for path, page in pages.html.items():
        levels = [int(node.tag[1]) for node in page.css("h1, h2, h3, h4, h5, h6")]
        assert levels.count(1) == 1, path
        assert all(after - before <= 1 for before, after in pairwise([0, *levels])), path


def test_titles_and_ids_are_unique(pages: Pages):
    """No two public pages have one title, and no two elements of a page one id."""
    titles = Counter(words(page.css_first("title")) for page in public(pages).values())
    assert titles.most_common(1)[0][1] == 1
    for path, page in pages.html.items():
        ids = Counter(node.attributes["id"] for node in page.css("[id]"))
        assert not [one for one, count in ids.items() if count > 1], path


def test_landmarks(pages: Pages):
    """Every page has one main part, which the skip link leads to, and a name on every navigation."""
    for path, page in pages.html.items():
        (main,) = page.css("main")
        assert page.css_first("a.skip").attributes["href"] == f"#{main.attributes['id']}"
        for nav in page.css("nav"):
            name = nav.attributes.get("aria-label") or page.css_first(f"#{nav.attributes['aria-labelledby']}").text()
            assert name.strip(), path


def test_nothing_is_inline_or_foreign(pages: Pages):
    """No page has an inline style or script or loads anything from another host, as its content policy demands."""
    for page in pages.html.values():
        assert not page.css("style, [style], script:not([src]):not([type='application/ld+json'])")
        loaded = [node.attributes.get("src") or "" for node in page.css("[src]")]
        loaded += [node.attributes["href"] for node in page.css("link[rel=stylesheet], link[rel=icon]")]
        assert all(re.match(r"/(?!/)", one) for one in loaded)


# --- provenance ------------------------------------------------------------------------------------------

# By what is said of a note (generated, translated, reviewed): the label in English and German, and the sentences
# that each of the three adds.
LABELS = {
    "G": ("AI-generated", "Mit KI erzeugt"),
    "T": ("AI-translated", "Mit KI übersetzt"),
    "GT": ("AI-generated and AI-translated", "Mit KI erzeugt und übersetzt"),
    "GR": ("AI-generated, reviewed", "Mit KI erzeugt, geprüft"),
    "TR": ("AI-translated, reviewed", "Mit KI übersetzt, geprüft"),
    "GTR": ("AI-generated and AI-translated, reviewed", "Mit KI erzeugt und übersetzt, geprüft"),
}
SENTENCES = {
    "G": ("Written by a language model.", "Von einem Sprachmodell geschrieben."),
    "T": ("Machine-translated.", "Maschinell übersetzt."),
    "R": ("Reviewed by a person.", "Von einem Menschen geprüft."),
}
SAID = ["", "G", "T", "R", "GT", "GR", "TR", "GTR"]
FIELDS = {"G": "generated", "T": "translated", "R": "reviewed"}


@pytest.fixture(scope="module")
def provenances(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """A site with one note for each thing that can be said of it, in both languages."""
    notes = {}
    for said in SAID:
        fields = "".join(f"{FIELDS[letter]}: true\n" for letter in said)
        for own in ("de", "en"):
            notes[f"notes/said-{said.lower()}.{own}.md"] = f"---\ntitle: {own} {said}\n{fields}---\n\nText.\n"
    root = fill(tmp_path_factory.mktemp("provenance"), notes)
    assert built(root).written
    return Pages(tree(root / "build"))


@pytest.mark.parametrize("said", SAID)
def test_provenance_in_words(provenances: Pages, said: str):
    """Every combination of generated, translated and reviewed is told in a label and sentences of each language."""
    for place, own in enumerate(("en", "de")):
        page = provenances[f"/{own}/said-{said.lower()}/" if said else f"/{own}/said/"]
        told = words(page.css_first(".prov")) if said else ""
        label = [words(node) for node in page.css(".prov .tag")]
        assert label == ([LABELS[said][place]] if said in LABELS else [])
        for letter, sentences in SENTENCES.items():
            assert (sentences[place] in told) == (letter in said)
        unread = ("Not reviewed yet.", "Noch nicht geprüft.")[place]
        assert (unread in told) == (bool(said) and "R" not in said)
        assert bool(page.css(".prov")) == bool(said)


@pytest.mark.parametrize("said", SAID)
def test_provenance_in_lists(provenances: Pages, said: str):
    """A list tells of each note that a machine had a part in it, and whether a person has checked it."""
    labels = {"G": "AI-generated", "T": "AI-translated", "GT": "AI-generated and AI-translated"}
    made = said.rstrip("R")
    listed = {words(one.css_first("h3")): one for one in provenances["/en/"].css(".entries li")}
    entry = listed[f"en {said}".strip()]
    told = [one for one in (words(node) for node in entry.css(".meta span")) if one.startswith("AI-")]
    assert told == ([labels[made] + (", reviewed" if said.endswith("R") else "")] if made else [])


PROVENANCE = {
    "/de/hochbruecke/": "Es gibt eine maschinelle Übersetzung auf Englisch.",
    "/en/steel-in-summer/": "AI-translated, reviewed Machine-translated from German (Beispielmodell 2)."
    " Reviewed: A. Muster, 2 April 2024.",
    "/en/gauge/": "AI-generated and AI-translated Written by a language model. Machine-translated from German."
    " Not reviewed yet.",
    "/de/faehre/": "Mit KI erzeugt, geprüft Mit Beispielmodell 1 geschrieben."
    " Geprüft: M. Muster, 10. November 2023.",
    "/de/steg/": "Mit KI erzeugt und übersetzt, geprüft Von einem Sprachmodell geschrieben."
    " Maschinell aus dem Englischen übersetzt. Von einem Menschen geprüft.",
}  # fmt: skip


@pytest.mark.parametrize("address", PROVENANCE)
def test_provenance_names_models_people_and_originals(pages: Pages, address: str):
    """Where a note names the model or the person, its page does, and a translation links its original."""
    told = pages[address].css_first(".prov")
    assert words(told) == PROVENANCE[address]
    originals = {other: original for original, other in PAIRS}
    assert [one.attributes["href"] for one in told.css("a")] == ([originals[address]] if address in originals else [])


# By address: AI disclosure, and schema.org's type of digital source.
MACHINES = {
    "/de/hochbruecke/": ("none", None),
    "/en/steel-in-summer/": ("ai-assisted", "CompositeWithTrainedAlgorithmicMediaDigitalSource"),
    "/de/pegel/": ("ai-generated", "TrainedAlgorithmicMediaDigitalSource"),
    "/de/steg/": ("ai-generated", "TrainedAlgorithmicMediaDigitalSource"),
    "/de/jahr/1907/": (None, None),
}


@pytest.mark.parametrize("address", MACHINES)
def test_provenance_for_machines(pages: Pages, address: str):
    """What a machine did is said in the page's metadata, too, and nothing where the note says nothing."""
    disclosed = [one.attributes["content"] for one in pages[address].css("meta[name=ai-disclosure]")]
    source = structured(pages[address]).get("digitalSourceType")
    wanted, kind = MACHINES[address]
    assert disclosed == ([wanted] if wanted else [])
    assert source == (f"https://schema.org/{kind}" if kind else None)


# --- sources ---------------------------------------------------------------------------------------------


def entries(page: LexborHTMLParser) -> list[str]:
    """The places in the index that a note's source list leads to."""
    return [one for one in hrefs(page.body, ".bib > li a") if re.match("/de/quellen/|/en/sources/", one)]


def works(pages: Pages, section: str) -> dict[str, LexborNode]:
    """Every source of the index in one language, by its address there."""
    found = {}
    for path, page in pages.html.items():
        if path.startswith(section):
            for work in page.css("article.work"):
                found[f"/{path.removesuffix('index.html')}#{work.attributes['id']}"] = work
    return found


def test_a_note_lists_its_sources(pages: Pages):
    """The list is numbered and whole, each entry with its work, its host and its place in the index, which exists."""
    page = pages["/de/hochbruecke/"]
    listed = page.css(".bib > li")
    assert [one.attributes["id"] for one in listed] == ["s1", "s2", "s3", "s4"]
    assert [words(one.css_first(".host")) for one in listed] == [
        "amt.example",
        "bote.example",
        "steel.example",
        "doi.org",
    ]
    assert len(entries(page)) == 4
    places = works(pages, "de/quellen/")
    assert all(place in places for address in NOTES if address.startswith("/de/") for place in entries(pages[address]))


def test_marks_and_entries_lead_to_each_other(pages: Pages):
    """A source cited in running text has a mark that leads to its entry, and the entry leads back to the mark."""
    page = pages["/de/hochbruecke/"]
    assert [one.attributes["href"] for one in page.css(".text a.ref:not(.fn)")] == ["#s1", "#s4"]
    assert [one.attributes["href"] for one in page.css(".bib a.back")] == ["#r1", "#r4"]
    assert {"r1", "r4"} <= pages.ids("de/hochbruecke/index.html")


def test_the_index_has_each_source_once(pages: Pages):
    """Thirteen works, each once in each language, under one address for all the ways it was written."""
    german, english = works(pages, "de/quellen/"), works(pages, "en/sources/")
    assert len(german) == len(english) == 13
    assert {place.rpartition("#")[2] for place in german} == {place.rpartition("#")[2] for place in english}
    (office,) = [work for place, work in german.items() if "/amt.example/" in place]
    assert {words(one) for one in office.css(".addr")} == {
        "https://amt.example/bruecken/hochbruecke",
        "http://amt.example/bruecken/hochbruecke#laenge",
        "https://www.amt.example/bruecken/hochbruecke/?utm_source=notes",
    }


def test_the_index_is_the_inverse_of_the_lists(pages: Pages):
    """A source names exactly the notes, of both languages, whose lists or texts name it."""
    citing = {(note, place) for place, work in works(pages, "de/quellen/").items() for note in hrefs(work, CITING)}
    named = set()
    for address in NOTES:
        for place in entries(pages[address]):
            named.add((address, place.replace("/en/sources/", "/de/quellen/")))
    assert citing == named
    english = {(note, place) for place, work in works(pages, "en/sources/").items() for note in hrefs(work, CITING)}
    assert {(note, place.replace("/en/sources/", "/de/quellen/")) for note, place in english} == citing


def test_the_index_counts(pages: Pages):
    """The index names each publisher with its sources and citing notes as its page has them."""
    for row in pages["/de/quellen/"].css(".pubs li"):
        page = pages[row.css_first("a").attributes["href"]]
        notes = {link for work in page.css("article.work") for link in hrefs(work, CITING)}
        sources = len(page.css("article.work"))
        told = [int(number) for number in re.findall(r"\d+", words(row.css_first(".n")))]
        assert told == [sources, len(notes)]


def test_the_index_says_what_its_dates_are(pages: Pages):
    """The sources cited last are called so, and each date is said to be that of the citation, not of the source."""
    for address, name, said in (
        ("/de/quellen/", "Zuletzt zitiert", "zitiert am"),
        ("/en/sources/", "Most recently cited", "cited on"),
    ):
        picks = pages[address].css_first("section[aria-labelledby=newest]")
        assert words(picks.css_first("h2")) == name
        dates = picks.css(".meta > span:has(time)")
        assert dates
        assert {words(one).startswith(f"{said} ") for one in dates} == {True}


def test_labels_say_the_language_of_their_title(pages: Pages):
    """What the notes call a source is marked by the language of its title, where known, whichever notes call it so."""
    labels = {
        (address, words(one)): one.attributes.get("lang")
        for address in ("/en/sources/bote.example/", "/de/quellen/steel.example/", "/en/sources/steel.example/")
        for one in pages[address].css("dd > .lm + span")
    }
    joints = "Steel Review: Expansion joints of the north"
    assert labels == {
        ("/en/sources/bote.example/", "Seldenauer Bote: Wenn Stahl wandert"): "de",  # so called in English notes, too
        ("/en/sources/bote.example/", "Seldenauer Bote: When steel wanders"): None,
        ("/en/sources/bote.example/", "Seldenauer Bote: Zwei Wellen"): None,  # two words that tell no language
        ("/en/sources/bote.example/", "Seldenauer Bote: Two waves"): None,
        ("/de/quellen/steel.example/", joints): "en",
        ("/en/sources/steel.example/", joints): None,  # so called in German notes, too
    }


def test_what_has_no_date_is_not_called_older(pages: Pages):
    """Beside the oldest note and year an undated one is offered as such; dated ones are older or newer."""
    for address, said in (
        ("/de/faehre/", ["Ohne Datum Der Steg am Wehr", "Neuer Warum die Hochbrücke im Sommer länger wird"]),
        ("/de/2023/", ["Ohne Datum", "Neuer 2024"]),
        ("/en/2024/", ["Undated", "Newer 2025"]),
        ("/de/2024/", ["Älter 2023", "Neuer 2025"]),
    ):
        assert [words(one) for one in pages[address].css(".turn a")] == said


def test_counts_do_not_break_at_their_hyphen(pages: Pages):
    """A German "2-mal" has a hyphen at which no line breaks."""
    told = [words(page.css_first(".prov")) for path, page in pages.html.items() if path.startswith("de/quellen/a")]
    assert any("\u2011mal zitiert" in one for one in told)
    assert not any(re.search(r"\d-mal", one) for one in told)


def test_cited_together(pages: Pages):
    """A note leads to others that share its sources, its own version not among them."""
    assert hrefs(pages["/de/hochbruecke/"].body, ".shared a") == ["/en/long-bridges/", "/de/jahr/1907/"]
    assert "/de/hochbruecke/" not in hrefs(pages["/en/steel-in-summer/"].body, ".shared a")


# --- feeds, sitemap, hosts -------------------------------------------------------------------------------


@pytest.mark.parametrize("own", ["de", "en"])
def test_feeds_are_atom(pages: Pages, own: str):
    """A feed and each entry have what RFC 4287 demands: id, title, updated, author, one link per kind and language."""
    feed = pages.xml(f"{own}/feed.xml")
    assert feed.tag == f"{ATOM}feed"
    found = feed.findall(f"{ATOM}entry")
    assert 0 < len(found) <= 4
    for one in (feed, *found):
        assert one.get("{http://www.w3.org/XML/1998/namespace}lang") == own
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{ATOM}{name}")) == 1
        links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in one.findall(f"{ATOM}link")]
        assert len(links) == len(set(links))
        assert ("alternate", "text/html", own) in links
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Werkstatt Seldenau"
    ids = [one.findtext(f"{ATOM}id") for one in (feed, *found)]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("urn:uuid:") for one in ids)


@pytest.mark.parametrize("own", ["de", "en"])
def test_feeds_hold_the_newest(pages: Pages, own: str):
    """A feed has the newest dated notes, is as old as its newest entry, and names no address without its host."""
    feed = pages.xml(f"{own}/feed.xml")
    times = [one.findtext(f"{ATOM}updated") for one in feed.findall(f"{ATOM}entry")]
    assert feed.findtext(f"{ATOM}updated") == max(times)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", one) for one in times)
    published = [one.findtext(f"{ATOM}published") for one in feed.findall(f"{ATOM}entry")]
    assert published == sorted(published, reverse=True)
    addresses = [one.get("href") for one in feed.iter(f"{ATOM}link")]
    content = [LexborHTMLParser(one.text).body for one in feed.iter(f"{ATOM}content")]
    addresses += [one for body in content for one in hrefs(body, "a[href]") if not one.startswith("#")]
    assert all(one.startswith("https://") for one in addresses)


def test_feeds_name_versions(pages: Pages):
    """An entry leads to its note and to the note's other versions, each under its language."""
    found = {}
    for own in ("de", "en"):
        for one in pages.xml(f"{own}/feed.xml").iter(f"{ATOM}entry"):
            links = {link.get("hreflang"): link.get("href").removeprefix(ORIGIN) for link in one.iter(f"{ATOM}link")}
            found[links[own]] = links
    assert all(links == {address[1:3]: address} for address, links in found.items() if address in ALONE)
    for pair in PAIRS[:2]:
        assert [found[address] for address in pair] == [{address[1:3]: address for address in pair}] * 2


def test_feeds_tell_provenance(pages: Pages):
    """A machine's part in a note is told at the head of its entry, and the text follows."""
    found = {one.findtext(f"{ATOM}title"): one for one in pages.xml("en/feed.xml").iter(f"{ATOM}entry")}
    body = LexborHTMLParser(found["Two floods a year"].findtext(f"{ATOM}content")).body
    assert words(body).startswith("AI-generated and AI-translated Written by a language model.")
    assert "In 2013 the water stood 4.80 metres high" in words(body)


def test_the_sitemap(pages: Pages):
    """The sitemap has every public page and no other, with its last change and the versions that the page names."""
    found = {}
    for one in pages.xml("sitemap.xml").iter("{*}url"):
        others = {link.get("hreflang"): link.get("href").removeprefix(ORIGIN) for link in one.iter("{*}link")}
        found[one.findtext("{*}loc").removeprefix(ORIGIN)] = (one.findtext("{*}lastmod"), others)
    assert {address: others for address, (_, others) in found.items()} == {
        address: versions(page) for address, page in public(pages).items()
    }
    assert found["/de/hochbruecke/"][0] == "2024-04-02"
    assert found["/de/faehre/"][0] == "2023-11-02T18:15:00+01:00"
    assert found["/de/"][0] is None


def test_hosts_are_told(pages: Pages):
    """robots.txt names the sitemap, _redirects every old address, .nojekyll keeps GitHub from hiding files."""
    lines = pages.files["robots.txt"].decode().splitlines()
    assert lines[:2] == ["User-agent: *", "Allow: /"]
    assert lines[-1] == f"Sitemap: {ORIGIN}/sitemap.xml"
    moved = [line.split() for line in pages.files["_redirects"].decode().splitlines()]
    assert moved == [[old, new, "301"] for old, new in sorted(MOVED.items())]
    assert pages.files[".nojekyll"] == b""


def test_the_content_policy(pages: Pages):
    """Hosts send the policy that the pages carry, and forbid framing besides; neither allows anything inline."""
    (sent,) = re.findall(r"Content-Security-Policy: (.*)", pages.files["_headers"].decode())
    metas = [page.css_first("meta[http-equiv=Content-Security-Policy]") for page in pages.html.values()]
    assert {one.attributes["content"] for one in metas} == {sent.removesuffix("; frame-ancestors 'none'")}
    assert sent.endswith("; frame-ancestors 'none'")
    assert sent.startswith("default-src 'none'; ")
    assert "unsafe" not in sent


def test_old_addresses_lead_on(pages: Pages):
    """An alias is a page that leads to where the note is, at once and by a link, and is not to be found itself."""
    for old, new in MOVED.items():
        page = pages[old]
        assert page.css_first("meta[http-equiv=refresh]").attributes["content"] == f"0; url={new}"
        assert hrefs(page.body, "main a") == [new]
        assert page.css_first("meta[name=robots]").attributes["content"] == "noindex"


def test_missing_pages(pages: Pages):
    """The 404 page speaks both languages, each part marked as such; those of a language speak one; none is indexed."""
    both = pages.html["404.html"]
    assert [one.attributes["lang"] for one in both.css("main section")] == ["de", "en"]
    assert {words(one) for one in both.css("main h2")} == {"Hier steht nichts", "There is nothing here"}
    for path in ("404.html", "de/404.html", "en/404.html"):
        page = pages.html[path]
        assert page.css_first("meta[name=robots]").attributes["content"] == "noindex"
        relative = [one for one in hrefs(page.root, "[href]") if not one.startswith(("/", "#", "https://"))]
        assert not relative, "a 404 page stands at every address"


# --- drafts and the future -------------------------------------------------------------------------------


def test_drafts_and_future_notes_stay_out(pages: Pages):
    """Without `--drafts` no page, list, feed or index has a word of them."""
    text = b"\n".join(pages.files.values()).decode("utf-8", "replace")
    assert not [title for title in HIDDEN.values() if title in text]
    assert not [address for address in HIDDEN if address in text or pages.file(address) in pages.files]


def test_drafts_and_future_notes_are_marked(drafts: Pages):
    """With `--drafts` each is built, says what it is, is flagged in lists, and is in no feed, sitemap or search."""
    notices = {
        "/de/tunnel/": "Entwurf: Diese Notiz ist noch nicht veröffentlicht.",
        "/en/toll/": "Draft: this note is not published yet.",
        "/en/new-bridge/": "Dated in the future: this note is published on 1 January 2099.",
    }
    feeds = b"".join(data for path, data in drafts.files.items() if path.endswith(".xml")).decode()
    for address, title in HIDDEN.items():
        assert words(drafts[address].css_first(".notice")) == notices[address]
        assert drafts[address].css_first("meta[name=robots]").attributes["content"] == "noindex"
        assert title not in feeds
        assert address not in feeds
    flags = [words(one) for own in ("de", "en") for one in drafts[f"/{own}/"].css(".entries .flag")]
    assert sorted(flags) == ["Entwurf", "draft", "not yet published"]


# --- metadata --------------------------------------------------------------------------------------------


def structured(page: LexborHTMLParser) -> dict:
    """A page's JSON-LD."""
    (script,) = page.css("script[type='application/ld+json']")
    return json.loads(script.text())


@pytest.mark.parametrize("address", NOTES)
def test_a_note_is_an_article(pages: Pages, address: str):
    """A note's JSON-LD is an Article that agrees with the page: title, language, address, dates, authors, sources."""
    page, data = pages[address], structured(pages[address])
    assert (data["@context"], data["@type"]) == ("https://schema.org", "Article")
    assert data["@id"] == data["url"] == ORIGIN + address
    assert data["headline"] == words(page.css_first("h1"))
    assert data["inLanguage"] == page.css_first("html").attributes["lang"]
    dates = [one.attributes["datetime"] for one in page.css("header time")]
    assert [data["datePublished"][:10]] == dates if dates else "datePublished" not in data
    assert [one["name"] for one in data.get("citation", [])] == [
        words(one) for one in page.css(".bib .work-link, .bib div > span:not(.pub)")
    ]


def test_translations_name_each_other(pages: Pages):
    """The original names its translation, the translation its original, by the address that is their id."""
    for original, other in PAIRS:
        assert structured(pages[original])["workTranslation"] == [{"@id": ORIGIN + other}]
        assert structured(pages[other])["translationOfWork"] == {"@id": ORIGIN + original}
    assert not [one for one in ALONE if {"workTranslation", "translationOfWork"} & structured(pages[one]).keys()]


def test_reference_managers_read_the_note(pages: Pages):
    """Title, authors, date, language and kind are there for Zotero, the kind so that no journal is made up."""
    metas = [(one.attributes["name"], one.attributes["content"]) for one in pages["/de/hochbruecke/"].css("meta[name]")]
    assert [one for name, one in metas if name == "citation_author"] == ["Anna Muster", "Böttcher, Jan"]
    wanted = {"citation_publication_date": "2024/03/14", "citation_language": "de", "z:itemType": "blogPost"}
    assert wanted.items() <= dict(metas).items()
    assert dict(metas)["citation_public_url"] == f"{ORIGIN}/de/hochbruecke/"


def test_cards_of_links(pages: Pages):
    """Open Graph tells kind, place, languages and picture of a note."""
    page = pages["/de/jahr/1907/"]
    metas = {one.attributes["property"]: one.attributes["content"] for one in page.css("meta[property]")}
    wanted = {"og:type": "article", "og:locale": "de_DE", "og:site_name": "Seldenauer Notizen"}
    wanted |= {"og:url": f"{ORIGIN}/de/jahr/1907/", "og:image": f"{ORIGIN}/assets/1907.png"}
    assert wanted.items() <= metas.items()
    assert urlsplit(metas["og:image"]).path.removeprefix("/") in pages.files


def test_pictures_and_recordings(pages: Pages):
    """The slug's files under assets/ lead the page; a picture beside a note stands next to each page that shows it."""
    page = pages["/de/jahr/1907/"]
    assert page.css_first("img.lead").attributes["src"] == "/assets/1907.png"
    assert page.css_first("audio").attributes["src"] == "/assets/1907.mp3"
    assert pages.files["de/hochbruecke/bruecke.svg"] == pages.files["en/steel-in-summer/bruecke.svg"]


def test_what_is_no_note_is_left_out(pages: Pages):
    """README, files that begin with an underscore and excluded folders make no page."""
    text = b"\n".join(pages.files.values()).decode("utf-8", "replace")
    assert not [word for word in ("Vorlage", "Einkaufsliste", "Diese Datei ist keine Notiz") if word in text]
    assert not [path for path in pages.html if Path(path).parent.name in ("readme", "vorlage", "liste")]
