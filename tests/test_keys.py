"""Keys: one for all addresses of a work, another for any other work; every row of the case document, and the laws."""

import re
from functools import reduce
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notesite import keys, parts, tracking, urls

DOCUMENT = (Path(__file__).parent / "cases" / "keys.md").read_text("utf-8")
CELL = re.compile(r"`((?:[^`|\\]|\\.)*)`")


def read(document):
    """The sections of the case document: name, words, and their tables as rows of cells, by the table's first head."""
    for section in re.split(r"^## ", document, flags=re.MULTILINE)[1:]:
        name, _, text = section.partition("\n")
        tables, head = {}, ""
        for before, line in zip(["", *text.splitlines()], text.splitlines(), strict=False):
            if line.startswith("|") and not before.startswith("|"):
                head = line.split("|")[1].strip()
            elif line.startswith("| "):
                rest = line.rpartition("|")[0].rpartition("| ")[2].strip()
                cells = [cell.replace("\\|", "|") for cell in CELL.findall(line)]
                tables.setdefault(head, []).append([*cells, rest])
        yield name, text.strip().partition("\n\n")[0], tables


SECTIONS = list(read(DOCUMENT))
BY_NAME = {rule.name: rule for rule in keys.RULES}
MERGED = [(name, row[0], row[1]) for name, _, tables in SECTIONS if name in BY_NAME for row in tables["address"]]
APART = [(name, tables.get("stays apart", [])) for name, _, tables in SECTIONS if name in BY_NAME]
EVERY = [row[0] for _, _, tables in SECTIONS for rows in tables.values() for row in rows]
SEVERAL, NONE = (tables["address"] for name, _, tables in SECTIONS if name not in BY_NAME)

HOSTS = (
    "a.example www.a.example www.www.a.example www2.b.org doi.org dx.doi.org youtu.be m.youtube.com www.youtube.com"
    " en.m.wikipedia.org www.m.wikipedia.org twitter.com mobile.x.com x.com arxiv.org ar5iv.org web.archive.org"
    " www.web.archive.org a.1.. 1.2.3.. a.example. a.example.. www.1.2.. [::1] münchen.de www.com 127.1 u:p@a.example"
    " archive.ph archive.today archive.org dl.acm.org link.springer.com journals.plos.org old.reddit.com redd.it"
    " me.medium.com medium.com github.com gist.github.com amazon.de www.google.com google.co.uk l.facebook.com"
    " cdn.ampproject.org amp.dw.com m.heise.de webcache.googleusercontent.com cdn.jsdelivr.net openstreetmap.org"
).split()
BITS = [
    "/", "//", "x", "%7E", "%2F", "%2e", "..", ".", "%3F", "%23", "%25", "%2541", "%FF", "%c3%a4", "ä", " ", "[", "|",
    "10.1000", "10.1000/", "watch?v=abcdefghijk", "abs/2412.19437v2.pdf", "status/12", "i/web/status/1", "abcdefghijk",
    "web/2024/https://", "web/2023id_/http:/", "www.a.example", "embed/abcdefghijk", "?", "&", "=", "#", "#!", "#/",
    ";", "utm_source=1", "a=b+c", "a=%20", "id=1", "+", ":443", ":80", "{", "^", "`", '"', "<", "\\",
    "newest/", "o/AbCdE/", "doi/pdf/10.1000/", "article/10.1000/", "article?id=10.1000/x", "r/A/comments/abc12/t/x",
    "p/0123456789ab", "a-0123456789ab", "dp/3608938281/ref=x", "url?q=https://", "url?q=http%3A%2F%2F",
    "l.php?u=https:", "c/s/", "amp/", "amp", "2024/05/", "a-b-c-d-e", "?amp=1", "index.html", "index.php", "wiki/",
    "_", "%20", "%5F", "w/index.php?title=", "search?q=cache:https://", "#map=1/2", ":~:text=x", "!/a/status/1", ".git",
    "A/B", "%00", "%0A", "\u0130", "\u017f", "%F0%9F", "10.48550/arXiv.2412.19437", "doi:", "@", "xn--", "%E2%80%AE",
]  # fmt: skip
addresses = st.builds(
    lambda scheme, host, port, path: f"{scheme}://{host}{port}/{''.join(path)}",
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(HOSTS),
    st.sampled_from(["", ":80", ":443", ":8080", ":"]),
    st.lists(st.sampled_from(BITS), max_size=8),
)
# Addresses of the case document with a piece cut out, doubled or put in: near what a rule waits for, and not it.
mangled = st.builds(
    lambda address, at, length, piece: address[:at] + piece + address[at + length :],
    st.sampled_from(EVERY),
    st.integers(0, 80),
    st.integers(0, 4),
    st.sampled_from(["", *BITS]) | st.text(max_size=2),
)


def wrapped(address, cover):
    """An address within a copy or a redirector."""
    return cover.replace("{q}", quote(address, safe="")).replace("{}", address)


covers = st.sampled_from(
    [
        "https://web.archive.org/web/2024/{}",
        "https://archive.ph/2024/{}",
        "https://www.google.com/url?q={q}&sa=D",
        "https://l.facebook.com/l.php?u={q}",
        "https://cdn.ampproject.org/c/s/{}",
        "https://archive.org/web/2024/{}",
        "https://webcache.googleusercontent.com/search?q=cache:{q}",
        "https://out.reddit.com/?url={q}",
        "http://www.{}",
    ]
)
covered = st.builds(
    lambda address, wraps: reduce(wrapped, wraps, address),
    addresses | mangled,
    st.lists(covers, min_size=1, max_size=3),
)
anything = addresses | mangled | covered | st.text().map(lambda text: "https://" + text)
TRACKING = ["utm_source=x", "UTM_Campaign=y", "fbclid=1", "gclid", "mc_eid=z", "ref_src=q", "%75tm_term=x"]


# --- the case document -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("rule", "address", "key"), MERGED, ids=[f"{rule} {address}" for rule, address, _ in MERGED])
def test_an_address_is_one_with_its_key(rule, address, key):
    """Each written address has the key of the table, by the rule of its section, unless it is the key itself."""
    found, names = keys.canonical(address)
    assert found == key
    assert rule in names or address.rstrip("/") == f"https://{key}".rstrip("/")


@pytest.mark.parametrize(("rule", "rows"), APART, ids=[rule for rule, _ in APART])
def test_other_works_stay_apart(rule, rows):
    """What a rule must not merge has keys of its own, as the table says, and all of them differ."""
    assert [(address, keys.canonical(address)[0]) for address, _, _ in rows] == [(row[0], row[1]) for row in rows]
    assert len({row[1] for row in rows}) == len(rows)


@pytest.mark.parametrize(("address", "key", "names"), SEVERAL)
def test_rules_follow_one_another(address, key, names):
    """What one rule lays bare is a matter for the others, and all that took part are named in order."""
    assert keys.canonical(address) == (key, tuple(names.split(", ")))


@pytest.mark.parametrize("row", NONE, ids=[row[0] for row in NONE])
def test_what_no_browser_opens_has_no_key(row):
    """No key and no rule for what is neither an address of the web nor a DOI."""
    assert keys.canonical(row[0]) == ("", ())


def test_the_document_has_a_section_per_rule():
    """In the order of the rules, each with its reason as the rule gives it and with cases."""
    told = [(name, words) for name, words, _ in SECTIONS if name in BY_NAME]
    assert [name for name, _ in told] == [rule.name for rule in keys.RULES]
    assert [name for name, words in told if BY_NAME[name].reason.lower() not in words.lower()] == []
    assert len(EVERY) >= 350


# --- the rules -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", keys.RULES, ids=lambda rule: rule.name)
def test_a_rule_does_what_its_example_says(rule):
    """Both addresses of a rule's example have one key, and the rule is named for the first and not for the second."""
    (key, rules), (other, others) = map(keys.canonical, rule.example)
    assert key == other
    assert rule.name in rules
    assert rule.name not in others


def test_rules_have_a_name_and_a_reason():
    """Names are unique, and each rule says in a sentence why it holds."""
    assert len(BY_NAME) == len(keys.RULES)
    assert all(len(rule.reason.split()) >= 4 for rule in keys.RULES)


@pytest.mark.parametrize("domain", tracking.BY_DOMAIN)
def test_parameters_of_a_host_go_there_alone(domain):
    """Each name listed for a host tells nothing there and below it, and may tell something anywhere else."""
    host = {"amazon": "amazon.co.uk", "google": "google.de"}.get(domain, domain)
    for name in tracking.BY_DOMAIN[domain].split():
        assert tracking.is_tracking(host, name), name
        assert not tracking.is_tracking("blatt.example", name), name
        assert not tracking.is_tracking("not" + host, name), name


def test_explained_says_which_rules_merged():
    """Addresses are told by the key they share, each with its own rules; what has no key is left out."""
    told = keys.explained(
        ["http://b.example/", "https://www.b.example/", "https://b.example/", "b", "https://c.example/"]
    )
    named = {key: {one: [rule.name for rule in rules] for one, rules in held.items()} for key, held in told.items()}
    assert named == {
        "b.example/": {"http://b.example/": ["scheme"], "https://b.example/": [], "https://www.b.example/": ["www"]},
        "c.example/": {"https://c.example/": []},
    }


# --- laws ------------------------------------------------------------------------------------------------


@given(anything)
@example("https://web.archive.org/web/2025/https://web.archive.org/web/2024/https://www.a.example/")
@example("https://doi.org/10.1000/a%3Fb%23c/%2e%2e")
@example("https://doi.org/10.1000/\u0130")
@example("https://a.1../")
@example("https://a.example/??")
@example("https://web.archive.org/web/1234/" * 60 + "https://a.example")
def test_a_key_is_its_own_key(address):
    """Read as an address, a key gives itself, and no rule finds anything left to do."""
    key, _ = keys.canonical(address)
    assert not key or keys.canonical("https://" + key) == (key, ())


@given(anything)
def test_no_state_comes_twice(address):
    """The rules come to rest: a round changes what no earlier round had left, and there are few of them."""
    given = parts.taken_apart(address)
    seen = []
    while given is not None and given not in seen:
        seen.append(given)
        for rule in keys.RULES:
            if rule.apply and re.fullmatch(rule.hosts or ".*", given.host):
                given = rule.apply(given)
    assert given is None or given == seen[-1]
    assert len(seen) <= 3 + len(address) // 8


@given(st.text() | anything.map(lambda address: address[5:]) | st.text().map(lambda text: "doi:10.1000/" + text))
@example("https://\ud800")
@example("doi:10.1000/\ud800")
def test_any_text_has_a_key_or_none(text):
    """Looking for a key never raises; what a browser opens has one, and other texts only where they are a DOI."""
    key, rules = keys.canonical(text)
    parsed = urls.parse(text)
    if parsed is not None and parsed.protocol in ("http:", "https:"):
        assert key
    else:
        assert key == "" or (rules[0] == "doi" and key.startswith(("doi.org/10.", "arxiv.org/abs/")))
    assert key or not rules


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["1", "%20", "+", "ä", ""])), max_size=5), st.data())
def test_content_stays_and_campaigns_go(pairs, data):
    """Whatever tracking is mixed in, all parameters that bear content stay, those of one name in their order."""
    content = [f"{name}={value}" for name, value in pairs]
    mixed = list(content)
    for one in data.draw(st.lists(st.sampled_from(TRACKING), max_size=3)):
        mixed.insert(data.draw(st.integers(0, len(mixed))), one)
    plain, tracked = (keys.canonical(f"https://a.example/x?{'&'.join(query)}")[0] for query in (content, mixed))
    kept = [pair for pair in plain.partition("?")[2].split("&") if pair]
    assert plain == tracked
    for name in "abc":
        own = [pair.replace("ä", "%C3%A4") for pair in content if pair.startswith(name)]
        assert [pair for pair in kept if pair.startswith(name)] == own
    assert len(kept) == len(content)


@given(st.permutations(["a=1", "b=2", "c=%20", "d=", "utm_id=1"]))
def test_the_order_of_parameters_is_no_matter(pairs):
    """Any order of parameters with different names is one address."""
    assert keys.canonical(f"https://a.example/x?{'&'.join(pairs)}")[0] == "a.example/x?a=1&b=2&c=%20&d="


@given(st.text("abcxyz/?&=#%.-_~", max_size=30), st.text("abcxyz/?&=#%.-_~", max_size=30))
def test_hosts_without_rules_keep_their_paths_apart(one, other):
    """Two addresses of one ordinary host merge only if path and query are alike but for slashes and empty pairs."""
    first, second = (keys.canonical(f"https://a.example/{text}")[0] for text in (one, other))
    plain = [
        (re.sub("/+$", "", path), sorted(pair for pair in query.split("&") if pair))
        for path, _, query in (bare(text).partition("?") for text in (one, other))
    ]
    assert (first == second) <= (plain[0] == plain[1] or "#" in one + other)


def bare(text):
    """What a browser makes of the text as a path and query, with plain letters unescaped."""
    parsed = urls.parse(f"https://a.example/{text}")
    return parts.uniform(parsed.pathname) + parsed.search


# --- what a key tells ------------------------------------------------------------------------------------


@given(addresses, addresses)
def test_anchors_depend_on_the_key_alone(one, other):
    """Sources with one key share their anchor, others do not, and it is a plain id."""
    found = [keys.canonical(address)[0] for address in (one, other)]
    made = [keys.anchor(key) for key in found]
    assert (made[0] == made[1]) == (found[0] == found[1])
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
    assert re.fullmatch(re.escape(begin) + "[0-9a-f]{8}", keys.anchor(key))


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
    assert keys.registrable(host) == domain
    assert [keys.host_of(host + rest) for rest in ("/a?b#c", "?b", "#c", "")] == [host] * 4
