"""Sources: one key for all addresses of a work, labels in their parts, and source lists of every shape."""

import html
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from notesite import bodies, load, sources, urls
from notesite.config import Config
from notesite.markup import Document
from notesite.records import File

FOLDER = Path(__file__).parent / "cases"
KEYS, LABELS, LISTS = (read_fixture_file(FOLDER / f"{name}.md") for name in ("keys", "labels", "sources"))
HEAD = "---\ntitle: T\nlang: de\n---\n"

HOSTS = (
    "a.example www.a.example www.www.a.example www2.b.org doi.org dx.doi.org youtu.be m.youtube.com www.youtube.com"
    " en.m.wikipedia.org www.m.wikipedia.org twitter.com mobile.x.com x.com arxiv.org ar5iv.org web.archive.org"
    " www.web.archive.org a.1.. 1.2.3.. a.example. a.example.. www.1.2.. [::1] münchen.de www.com 127.1 u:p@a.example"
).split()
BITS = [
    "/", "//", "x", "%7E", "%2F", "%2e", "..", ".", "%3F", "%23", "%25", "%2541", "%FF", "%c3%a4", "ä", " ", "[", "|",
    "10.1000", "10.1000/", "watch?v=abcdefghijk", "abs/2412.19437v2.pdf", "status/12", "i/web/status/1", "abcdefghijk",
    "web/2024/https://", "web/2023id_/http:/", "www.a.example", "embed/abcdefghijk", "?", "&", "=", "#", "#!", "#/",
    ";", "utm_source=1", "a=b+c", "a=%20", "id=1", "+", ":443", ":80", "{", "^", "`", '"', "<", "\\",
]  # fmt: skip
addresses = st.builds(
    lambda scheme, host, port, path: f"{scheme}://{host}{port}/{''.join(path)}",
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(HOSTS),
    st.sampled_from(["", ":80", ":443", ":8080", ":"]),
    st.lists(st.sampled_from(BITS), max_size=8),
)
TRACKING = ["utm_source=x", "UTM_Campaign=y", "fbclid=1", "gclid", "mc_eid=z", "ref_src=q", "%75tm_term=x"]


def each(cases):
    """A parametrisation by case documents."""
    names = [case[1] for case in cases]
    return pytest.mark.parametrize(("title", "given", "expected"), [case[1:] for case in cases], ids=names)


def words(made):
    """A note's text as a reader sees it, marks of sources in brackets; a list with it as its only item, if any."""
    text = re.sub("\x00[cd](\\d+)\x00", r"[\1]", "".join(section.html for section in made.sections))
    plain = " ".join(html.unescape(re.sub("<[^>]*>", "", bodies.TOKEN.sub("", text))).split())
    return [plain] if plain else []


# --- canonical keys --------------------------------------------------------------------------------------


@each(KEYS)
def test_addresses_have_their_keys(title, given, expected):
    """Each address gives the key, and names the rules, that the case documents write down."""
    for address, want in zip(given.splitlines(), expected.splitlines(), strict=True):
        key, rules = sources.canonical(address)
        assert (key or "-") + (f" [{', '.join(rules)}]" if rules else "") == want


@pytest.mark.parametrize("rule", sources.RULES, ids=lambda rule: rule.name)
def test_a_rule_does_what_its_example_says(rule):
    """Both addresses of a rule's example have one key, and the rule is named for the first and not for the second."""
    (key, rules), (other, others) = map(sources.canonical, rule.example)
    assert key == other
    assert rule.name in rules
    assert rule.name not in others


def test_rules_have_a_name_and_a_reason():
    """Names are unique, and each rule says in a sentence why it holds."""
    assert len({rule.name for rule in sources.RULES}) == len(sources.RULES)
    assert all(len(rule.reason.split()) >= 4 for rule in sources.RULES)


@given(addresses | st.text().map(lambda text: "https://" + text))
@example("https://web.archive.org/web/2025/https://web.archive.org/web/2024/https://www.a.example/")
@example("https://doi.org/10.1000/a%3Fb%23c/%2e%2e")
def test_a_key_is_its_own_key(address):
    """Read as an address, a key gives itself, and no rule finds anything left to do."""
    key, _ = sources.canonical(address)
    assert not key or sources.canonical("https://" + key) == (key, ())


@given(st.text() | addresses.map(lambda address: address[5:]))
@example("https://\ud800")
def test_any_text_has_a_key_or_none(text):
    """Looking for a key never raises, and what no browser would open has none."""
    key, rules = sources.canonical(text)
    assert bool(key) == (urls.parse(text) is not None and urls.parse(text).protocol in ("http:", "https:"))
    assert key or not rules


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["1", "%20", "+", "ä", ""])), max_size=4), st.data())
def test_content_stays_and_campaigns_go(pairs, data):
    """Whatever tracking is mixed in, the parameters that bear content stay as written and in their order."""
    content = [f"{name}={value}" for name, value in pairs]
    mixed = list(content)
    for one in data.draw(st.lists(st.sampled_from(TRACKING), max_size=3)):
        mixed.insert(data.draw(st.integers(0, len(mixed))), one)
    plain, tracked = (f"https://a.example/x?{'&'.join(query)}" for query in (content, mixed))
    assert sources.canonical(plain)[0] == sources.canonical(tracked)[0]
    assert sources.canonical(plain)[0].count("=") == len(content)


@given(addresses, addresses)
def test_anchors_depend_on_the_key_alone(one, other):
    """Sources with one key share their anchor, others do not, and it is a plain id."""
    keys = [sources.canonical(address)[0] for address in (one, other)]
    made = [sources.anchor(key) for key in keys]
    assert (made[0] == made[1]) == (keys[0] == keys[1])
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", anchor) for anchor in made)


@pytest.mark.parametrize(
    ("key", "begin"),
    [
        ("blatt.example/wirtschaft/strom-wird-teurer", "strom-wird-teurer-"),
        ("blatt.example/2025/01/12345", "s-"),
        ("blatt.example/", "s-"),
        ("de.wikipedia.org/wiki/%C3%96l_und_Gas", "oel-und-gas-"),
    ],
)
def test_an_anchor_tells_what_it_is(key, begin):
    """An anchor begins with the last words of the address, where it has any."""
    assert re.fullmatch(re.escape(begin) + "[0-9a-f]{8}", sources.anchor(key))


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("news.blatt.de", "blatt.de"),
        ("a.b.bbc.co.uk", "bbc.co.uk"),
        ("name.github.io", "name.github.io"),
        ("blatt.de:8443", "blatt.de"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]:8080", "[::1]"),
        ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
    ],
)
def test_a_publisher_is_a_registrable_domain(host, domain):
    """By the public suffix list; a host that has none is its own."""
    assert sources.registrable(host) == domain
    assert [sources.host_of(host + rest) for rest in ("/a?b#c", "?b", "#c", "")] == [host] * 4


# --- labels ----------------------------------------------------------------------------------------------


@each(LABELS)
def test_labels_have_their_parts(title, given, expected):
    """Each label is parted, or left whole, as the case documents say."""
    for label, want in zip(given.splitlines(), expected.splitlines(), strict=True):
        assert " | ".join(sources.split_label(label)) == want


@given(st.text() | st.text("ab: .!?/\n“", max_size=30))
def test_no_label_loses_a_letter(label):
    """The parts of a label are what stands before and after its colon."""
    publisher, title = sources.split_label(label)
    assert label.startswith(publisher)
    assert label.endswith(title)
    assert label[len(publisher) : len(label) - len(title)].strip() == (":" if publisher else "")


def test_a_bare_address_is_its_own_label():
    """An address without words is shown without what every address has."""
    made = sources.cite("https://www.blatt.example/%C3%A4/", "https://www.blatt.example/%C3%A4/", "list", 3)
    assert (made.publisher, made.title, made.label) == ("", "blatt.example/ä", made.address)
    assert sources.cite("https://blatt.example/", "", "inline", 1).title == "blatt.example"


@pytest.mark.parametrize(
    ("title", "lang", "language"),
    [
        ("Why the price of power is up", "de", "en"),
        ("Der Preis und die Gründe", "de", ""),
        ("01.AI", "de", ""),
        ("Der Preis", "de-AT", ""),
    ],
)
def test_a_title_in_another_language_is_noticed(title, lang, language):
    """Where a few words tell it, and only then."""
    assert sources.foreign(title, lang) == language


# --- source lists ----------------------------------------------------------------------------------------


@each(LISTS)
def test_source_lists_of_all_shapes(title, given, expected):
    """What is cited, what stays text and what is said is as the case documents write it down."""
    head = "" if given.startswith("---\ntitle") else HEAD
    loaded = load.note(File("notes/a.md", (head + given).encode()), Config())
    shown = [f"{one.kind} | {one.publisher} | {one.title} | {one.key or '-'}" for one in loaded.note.citations]
    said = [f"{one.severity} {one.rule} {one.line - head.count(chr(10))}" for one in loaded.found]
    assert [*shown, *words(loaded.note), *said] == expected.splitlines()


NAMES = [
    "Quellen", "Quellen:", "QUELLEN", "**Sources**", "Source", "References", "Reference links:", "Referenzen", "Links",
    "Referenzlinks:", "Literatur", "Literaturverzeichnis", "Weblinks", "Bibliography", "Works cited", "Einzelnachweise",
    "Quellen und Links", "Sources & further reading", "Verwendete Quellen：",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_source_list_has_many_names(name):
    """A heading or line of one of these names opens a list, whatever its case, marks and colon."""
    assert sources.is_list_name(name)


@pytest.mark.parametrize(
    "name", ["", "Quelle des Nils", "Open Source", "Linksverkehr", "Sources say no", "Resources", "Text"]
)
def test_other_headings_open_none(name):
    """A word that merely holds such a name is a heading like any other."""
    assert not sources.is_list_name(name)


ENTRIES = [
    "[A: b](https://a.example/{n})", "<https://b.example/{n}>", "https://c.example/{n}", "[*d*](https://d.example/{n})",
]  # fmt: skip
SHAPES = ["{}\\\n", "{}\n", "- {}\n", "1. {}\n", "{}\n\n"]
PARTS = [
    *ENTRIES, "Text.", "## Quellen", "# Mehr", "- a\n  - b", "***", "Quellen:", "|a|\n|-|", "- https://e.example/{n}",
]  # fmt: skip


@given(st.lists(st.sampled_from(ENTRIES), min_size=1, max_size=6), st.sampled_from(SHAPES))
def test_every_entry_of_a_list_is_found_once_and_in_order(entries, shape):
    """Whatever the entries and the shape of the list, all of it is citations and none of it text."""
    listed = "".join(shape.format(entry.format(n=n)) for n, entry in enumerate(entries)).rstrip("\\\n")
    document = Document(f"Ein Absatz.\n\n{listed}\n")
    found = sources.find_list(document)
    assert [one.address[-1] for one in found.citations] == [str(n) for n in range(len(entries))]
    assert [one.line for one in found.citations] == sorted(one.line for one in found.citations)
    assert found.blocks == set(document.blocks[1:])


@given(st.lists(st.sampled_from(PARTS), max_size=8))
def test_every_link_is_cited_exactly_once(parts):
    """However lists, headings and prose are mixed, each link of a note is one citation, in the list or in the text."""
    text = "\n\n".join(part.format(n=n) for n, part in enumerate(parts))
    made = load.note(File("notes/a.md", (HEAD + text).encode()), Config()).note
    cited = sorted(one.address for one in made.citations if one.address)
    assert cited == sorted(re.findall(r"https://[a-z.]+/\d+", text))
