"""Canonical keys: one key for every address of a work, by rules that each have a name, a reason and an example.

publicsuffixlist comes in through this door only.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from urllib.parse import unquote

from msgspec import Struct
from publicsuffixlist import PublicSuffixList

from notesite import copies, parts, tracking, urls, works
from notesite.parts import Parts, replaced

LONGEST = 8192
"""Characters of an address that rules are applied to; a longer one names a state of a program, or is hostile."""


class Rule(Struct, frozen=True):
    """One rule of canonical keys: what does not tell one source from another, why, and an example.

    `hosts` is a pattern of the hosts it is for, empty for all; a rule without `apply` is kept by reading itself.
    """

    name: str
    reason: str
    example: tuple[str, str]
    apply: Callable[[Parts], Parts] | None = None
    hosts: str = ""


# Fragments that name content, by host and path: the place on a map, the moment of a weather globe, the text in an
# editor or playground that keeps it there, the words searched for, the room of a chat.  Besides, `#!…` and `#/…`
# are routes on any host.
_ROUTES = tuple(
    (re.compile(host), re.compile(path), re.compile(fragment))
    for host, path, fragment in (
        (r"openstreetmap\.org", r"/|/(?:search|directions|export).*", "map=.+"),
        (r"earth\.nullschool\.net", ".*", ".+"),
        (r"mermaid\.live", "/(?:edit|view)", "(?:pako|base64):.+"),
        (r"(?:link\.)?excalidraw\.com", "/.*", "(?:json|room)=.+|.+,.+"),
        (r"godbolt\.org", "/", ".+"),
        (r"typescriptlang\.org", r".*/play/?", "code/.+"),
        (r"google\.(?:com|[a-z]{2}|com?\.[a-z]{2})", "/|/search|/webhp", "q=.+"),
        (r"xmpp\.link", "/", ".+"),
        (".*", ".*", "converse/.+"),
        (".*", ".*/[^/]*playground[^/]*/?", ".*=.*"),
    )
)
_INDEX = re.compile(r"/(?:index\.(?:s?html?|xhtml|php[345]?|aspx?|jsp|cfm)|default\.(?:html?|aspx?))", re.IGNORECASE)
# A file of that name in a repository or an article of that title is no folder's first page.
_LISTED = re.compile(r"/(?:blob|tree|raw|src|source|blame|browse|plain|files?|commits?|edit|wiki|gh|npm)/")
_AS_WRITTEN = {"raw.githubusercontent.com", "cdn.jsdelivr.net", "unpkg.com", "rawgit.com", "cdn.rawgit.com"}


def _www(given: Parts) -> Parts:
    if not given.host.startswith("www."):
        return given
    return replaced(given, host=re.sub(r"^(?:www\.)+(?=[^.]+\.)(?!.*\.(?::|$))", "", given.host))


def _tracking(given: Parts) -> Parts:
    if not given.query:
        return given
    pairs = given.query.split("&")
    kept = [pair for pair in pairs if not tracking.is_tracking(given.host, pair.partition("=")[0])]
    return given if len(kept) == len(pairs) else replaced(given, query="&".join(kept))


def _empty(given: Parts) -> Parts:
    if not given.query or not ("&&" in given.query or given.query[0] == "&" or given.query[-1] == "&"):
        return given
    return replaced(given, query="&".join(pair for pair in given.query.split("&") if pair))


def _order(given: Parts) -> Parts:
    # Only where all are plain pairs: a bare word may mean something by its place, and so may what follows
    # the query of another address.
    pairs = given.query.split("&")
    if len(pairs) < 2 or "?" in given.query or "://" in given.query or not all("=" in pair for pair in pairs):
        return given
    return replaced(given, query="&".join(sorted(pairs, key=lambda pair: pair.partition("=")[0])))


def _fragment(given: Parts) -> Parts:
    if not given.fragment:
        return given
    place = given.fragment.partition(":~:")[0]
    route = place.startswith(("!", "/")) and place.strip("!/") != ""
    if not route:
        route = any(h.fullmatch(given.host) and p.fullmatch(given.path) and f.fullmatch(place) for h, p, f in _ROUTES)
    return replaced(given, fragment=place if route else "")


def _escapes(given: Parts) -> Parts:
    path, query = parts.uniform(given.path), parts.uniform(given.query)
    return given if path == given.path and query == given.query else replaced(given, path=path, query=query)


def _index(given: Parts) -> Parts:
    folder, slash, name = given.path.rpartition("/")
    if given.query or not _INDEX.fullmatch(slash + name) or given.host in _AS_WRITTEN or _LISTED.search(given.path):
        return given
    return replaced(given, path=folder + slash)


def _slash(given: Parts) -> Parts:
    if not given.path.endswith("/") or given.path == "/" or given.host in _AS_WRITTEN:
        return given
    return replaced(given, path=given.path.rstrip("/") or "/")


RULES = (
    Rule("parsing", "an address is what a browser reads in it, whatever its capitals and dots",
         ("HTTPS://A.Example./x/../y z", "https://a.example/y%20z")),
    Rule("scheme", "http and https lead to the same page", ("http://a.example/x", "https://a.example/x")),
    Rule("port", "the usual port goes without saying", ("https://a.example:443/x", "https://a.example/x")),
    Rule("credentials", "who asks does not change what is asked for", ("https://me:word@a.example/x", "https://a.example/x")),
    Rule("idna", "a host in letters and in its wire form is one host",
         ("https://münchen.example/", "https://xn--mnchen-3ya.example/")),
    Rule("www", "with and without www. it is the same site", ("https://www.a.example/x", "https://a.example/x"), _www),
    Rule("escapes", "an escaped letter is that letter, and what must be escaped is",
         ("https://a.example/%7Ex?%61=b|c", "https://a.example/~x?a=b%7Cc"), _escapes),
    Rule("web-archive", "an archived copy stands for what it keeps",
         ("https://web.archive.org/web/2024/https://a.example/x", "https://a.example/x"),
         copies.archive, copies.ARCHIVE_HOSTS),
    Rule("archive-today", "archive.today has many names, and a copy the same code under each",
         ("https://archive.ph/AbCdE", "https://archive.today/AbCdE"),
         copies.archive_host, r"archive\.(?:is|ph|fo|li|md|vn)"),
    Rule("google-cache", "a copy in a search engine's cache stands for what it shows",
         ("https://webcache.googleusercontent.com/search?q=cache:https://a.example/x", "https://a.example/x"),
         copies.cached, r"webcache\.googleusercontent\.com"),
    Rule("redirector", "an address that only leads to another is that other",
         ("https://www.google.com/url?sa=t&url=https%3A%2F%2Fa.example%2Fx", "https://a.example/x"),
         copies.redirected, copies.REDIRECTOR_HOSTS),
    Rule("amp-cache", "a cache of AMP pages shows the page it names",
         ("https://a-example.cdn.ampproject.org/c/s/a.example/x", "https://a.example/x"),
         copies.amp_cache, r"(?:[a-z0-9-]+\.)?cdn\.ampproject\.org|google\.(?:com|[a-z]{2}|com?\.[a-z]{2})"),
    Rule("amp", "the AMP edition of an article is that article",
         ("https://a.example/2024/05/title/amp/", "https://a.example/2024/05/title"), copies.amp),
    Rule("mobile", "some hosts have the same pages for telephones under another name",
         ("https://m.imdb.com/title/tt1", "https://imdb.com/title/tt1"),
         copies.mobile, "|".join(map(re.escape, copies.MOBILE_HOSTS))),
    Rule("tracking", "campaign parameters tell where a reader came from, not what is read",
         ("https://a.example/x?utm_source=y&id=1", "https://a.example/x?id=1"), _tracking),
    Rule("empty-parameters", "nothing between two separators asks for nothing",
         ("https://a.example/x?a=1&&b=2&", "https://a.example/x?a=1&b=2"), _empty),
    Rule("parameter-order", "parameters have names, so their order says nothing",
         ("https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2"), _order),
    Rule("fragment", "a place within a page is in that page",
         ("https://a.example/x#y", "https://a.example/x"), _fragment),
    Rule("doi", "a DOI names one work, whoever shows or resolves it",
         ("https://dl.acm.org/doi/pdf/10.1000/ABC", "https://doi.org/10.1000/abc"), works.doi, works.DOI_HOSTS),
    Rule("arxiv", "abstract, PDF, version, mirror and DOI are one paper",
         ("https://arxiv.org/pdf/2412.19437v2", "https://arxiv.org/abs/2412.19437"),
         works.arxiv, works.ARXIV_HOSTS + r"|doi\.org"),
    Rule("youtube", "short, embedded and full addresses play one video",
         ("https://youtu.be/v0-7wlTdGck?t=9", "https://youtube.com/watch?v=v0-7wlTdGck"),
         works.youtube, works.YOUTUBE_HOSTS),
    Rule("wiki", "a wiki names an article by its title, on telephones too",
         ("https://en.m.wikipedia.org/w/index.php?title=Yi+(AI)", "https://en.wikipedia.org/wiki/Yi_(AI)"),
         works.wiki, works.WIKI_HOSTS),
    Rule("twitter", "Twitter and X are one, and a post is named by its number",
         ("https://twitter.com/someone/status/12", "https://x.com/i/status/12"), works.twitter, works.TWITTER_HOSTS),
    Rule("reddit", "a thread is named by its id, whatever edition shows it",
         ("https://old.reddit.com/r/de/comments/abc12/title/", "https://reddit.com/comments/abc12"),
         works.reddit, works.REDDIT_HOSTS),
    Rule("medium", "a story is named by the id that ends its address",
         ("https://medium.com/@me/title-0123456789ab?source=x", "https://medium.com/p/0123456789ab"),
         works.medium, works.MEDIUM_HOSTS),
    Rule("github", "a repository is one thing to read and to clone, and its name has no case",
         ("https://github.com/Me/Work.git", "https://github.com/me/work"), works.github, works.GITHUB_HOSTS),
    Rule("amazon", "a product is named by its number in a shop",
         ("https://amazon.de/Title/dp/3608938281/ref=sr_1", "https://amazon.de/dp/3608938281"),
         works.amazon, works.AMAZON_HOSTS),
    Rule("index-file", "the first page of a folder goes by the folder's name",
         ("https://a.example/x/index.html", "https://a.example/x/"), _index),
    Rule("trailing-slash", "a path is the same with and without its last slash",
         ("https://a.example/x/", "https://a.example/x"), _slash),
)  # fmt: skip
"""The rules in the order they apply, again and again until none finds anything to do."""

_Applied = tuple[tuple[str, Callable[[Parts], Parts]], ...]


@lru_cache(maxsize=8192)
def _concerning(host: str) -> _Applied:
    """The rules that may have something to say about addresses of a host."""
    own = (rule for rule in RULES if not rule.hosts or re.fullmatch(rule.hosts, host))
    return tuple((rule.name, rule.apply) for rule in own if rule.apply)


@lru_cache(maxsize=65536)
def canonical(address: str) -> tuple[str, tuple[str, ...]]:
    """The canonical key of an address and the names of the rules that changed it; empty if it is none.

    Idempotent: the key, read as an https address, is its own key.  It ends: a rule that takes a cover off leaves
    less than it was given, since what it leaves was held in path or query; one that names a work
    gives a form that no other rule touches; every other only takes away, or brings one part into a form that all
    others keep.  So no state comes twice.
    """
    found = parts.read(address)
    if found is None:
        named = works.bare_doi(address)
        return (_settled(named, {"doi": None})) if named else ("", ())
    return _settled(found[0], dict.fromkeys(found[1]))


def _settled(given: Parts, applied: dict[str, None]) -> tuple[str, tuple[str, ...]]:
    before = None
    while given != before and len(parts.written(given)) <= LONGEST:
        before = given  # what one rule lays bare may be a matter of an earlier one
        for name, apply in _concerning(given.host):
            changed = apply(given)
            if changed is not given and changed != given:
                applied[name] = None
                given = changed
                if given.host != before.host:
                    break  # other rules are for that host
    return parts.written(given), tuple(applied)


def explained(addresses: Iterable[str]) -> dict[str, dict[str, tuple[Rule, ...]]]:
    """The written addresses by the key they share, each with the rules that changed it."""
    by_name = {rule.name: rule for rule in RULES}
    made: dict[str, dict[str, tuple[Rule, ...]]] = {}
    for address in sorted(set(addresses)):
        key, names = canonical(address)
        if key:
            made.setdefault(key, {})[address] = tuple(by_name[name] for name in names)
    return made


@lru_cache(maxsize=2)
def _suffixes(*, encoded: bool) -> PublicSuffixList:
    """The public suffix list, with names in Punycode where they are asked for: to encode all of them takes longest."""
    return PublicSuffixList(accept_encoded_idn=encoded)


@lru_cache(maxsize=8192)
def registrable(host: str) -> str:
    """The registrable domain of a host by the public suffix list; the host itself where there is none."""
    bare = re.sub(r":\d+$", "", host)
    numeric = bare.startswith("[") or re.fullmatch(r"[\d.]+", bare)  # an IP address has no domain
    return bare if numeric else str(_suffixes(encoded="xn--" in bare).privatesuffix(bare) or bare)


_HOST = re.compile(r"[/?#]")


@lru_cache(maxsize=65536)
def host_of(key: str) -> str:
    """The host in a canonical key."""
    return _HOST.split(key, maxsplit=1)[0]


@lru_cache(maxsize=65536)
def anchor(key: str) -> str:
    """The id of a source on its publisher's page, made from its key alone: last words of its path, a digest."""
    words = [part for part in re.split(r"[/?#=&]", key)[1:] if urls.has_word(unquote(part))]
    name = urls.slug(unquote(words[-1]))[:40].strip("-") if words else "s"
    return f"{name}-{urls.digest(key)}"
