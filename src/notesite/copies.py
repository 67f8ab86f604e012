"""Copies and covers: archives, redirectors, caches, mobile and AMP editions reduced to the page they show.

What such an address holds is itself an address; each function gives that, or the parts as they were.
"""

import re

from notesite.parts import Parts, held, plain, replaced, values, written

# Patterns in tables are compiled when they are first asked: most notes need none of them.

# Archives that keep the address in the path, after a date (or a word that stands for one).  `*` and other wildcards
# list copies, and a short code does not say of what: both stay.
_DATE = r"(?:[0-9]{4,14}(?:[a-z]{2}_)?|[0-9]{1,3}(?:[a-z]{2}_))"
_ARCHIVES = (
    (r"(?:web|wayback|liveweb)\.archive\.org", rf"/(?:web/)?{_DATE}/(.+)"),
    (r"(?:web|wayback|liveweb)\.archive\.org", r"/web/(https?:.+)"),
    (r"archive\.org", rf"/(?:web|wayback)/(?:{_DATE}/)?(https?:.+)"),
    (
        r"archive\.(?:today|is|ph|fo|li|md|vn)",
        r"/(?:[0-9]{4,14}|[0-9]{4}(?:\.[0-9]{2}){2}-[0-9]{2,6}|newest|oldest)/(.+)",
    ),
    (r"archive\.(?:today|is|ph|fo|li|md|vn)", r"/o/[A-Za-z0-9]{4,6}/(.+)"),
    (r"arquivo\.pt", rf"/(?:wayback|noFrame/replay)/{_DATE}/(.+)"),
    (r"wayback\.archive-it\.org", rf"/[0-9]+/{_DATE}/(.+)"),
    (r"webarchive\.nationalarchives\.gov\.uk", rf"/(?:ukgwa/|tna/)?{_DATE}/(.+)"),
    (r"webarchive\.loc\.gov", rf"/all/{_DATE}/(.+)"),
    (r"timetravel\.mementoweb\.org", r"/memento/[0-9]{4,14}/(.+)"),
)
ARCHIVE_HOSTS = "|".join(dict.fromkeys(host for host, _ in _ARCHIVES))

_GOOGLE = r"google\.(?:com|[a-z]{2}|com?\.[a-z]{2})"
# Redirectors that carry their target: host, path, the parameters that may hold it.  Short links (t.co, bit.ly) do not
# say where they lead, and news aggregators' codes do not either: they stay.
_REDIRECTORS = (
    (_GOOGLE, "/url", ("url", "q")),
    (r"(?:l|lm)\.facebook\.com", "/l.php", ("u",)),
    (r"l\.messenger\.com", "/l.php", ("u",)),
    (r"l\.instagram\.com", "/", ("u",)),
    (r"out\.reddit\.com", r"/[^/]*", ("url",)),
    (r"t\.umblr\.com", "/redirect", ("z",)),
    (r"(?:m\.)?youtube\.com", "/redirect", ("q",)),
    (r"linkedin\.com", "/(?:redir/redirect|safety/go)", ("url",)),
    (r"medium\.com", "/r/?", ("url",)),
    (r"steamcommunity\.com", "/linkfilter/?", ("url", "u")),
    (r"vk\.com", r"/away\.php", ("to",)),
    (r"slack-redir\.net", "/link", ("url",)),
    (r"duckduckgo\.com", "/l/?", ("uddg",)),
    (r"exit\.sc", "/", ("url",)),
    (r"[a-z0-9]+\.safelinks\.protection\.outlook\.com", "/", ("url",)),
)
REDIRECTOR_HOSTS = "|".join(dict.fromkeys(host for host, _, _ in _REDIRECTORS))

_CACHED = re.compile(r"cache:(?:[\w-]{12}:)?(https?://[^\s+]+)")

# Hosts that show under `m.`, `mobile.` and the like the same page at the same path.  Only those known to: elsewhere
# a mobile edition has paths of its own, or `m.` is another site.
_MOBILE = {
    "bbc.co.uk": "m",
    "bbc.com": "m",
    "facebook.com": "m mbasic touch",
    "faz.net": "m",
    "heise.de": "m",
    "imdb.com": "m",
    "nytimes.com": "mobile",
    "soundcloud.com": "m",
    "spiegel.de": "m",
    "vk.com": "m",
    "xkcd.com": "m",
    "yelp.com": "m",
}
MOBILE_HOSTS = {f"{name}.{host}": host for host, names in _MOBILE.items() for name in names.split()}

# Hosts that show under `amp.` the same page at the same path.
_AMP_OF = "dw.com france24.com ft.com rfi.fr scmp.com smh.com.au theage.com.au theguardian.com usatoday.com".split()
AMP_HOSTS = {f"amp.{host}": host for host in _AMP_OF}

# Where an AMP edition has its mark elsewhere in the path, with the path without it.
_AMP_PATHS = (
    (r"spiegel\.de", r"(.*-a-[0-9a-f-]{36})-amp", r"\1"),
    (r"zeit\.de", r"/amp(/.+)", r"\1"),
    (r"nytimes\.com|faz\.net", r"(.+)\.amp\.html", r"\1.html"),
    (r"bbc\.(?:com|co\.uk)", r"(/.+/[^/]+)\.amp", r"\1"),
)
# `/amp` below a page that is plainly an article: a long slug, a date in the path, a file.  A part named `amp` is
# otherwise a page of its own (amplifiers, the ampere).
_ARTICLE = re.compile(
    r".*/[^/-]+(?:-[^/-]+){4}[^/]*|.*/(?:19|20)[0-9]{2}/[0-9]{1,2}/(?:.*/)?[^/]*[A-Za-z][^/]*|.*\.html?"
)
_AMP_ON = {"amp", "amp=", "amp=1", "amp=true", "outputType=amp", "outputtype=amp"}
_AMP_CACHE = re.compile(r"/(?:c|v|wp)/(?:s/)?(.+)")
_AMP_VIEWER = re.compile(r"/amp/(?:s/)?(.+)")


def archive(parts: Parts) -> Parts:
    """What an archive keeps, its query and fragment included."""
    for host, path in _ARCHIVES:
        match = re.fullmatch(path, parts.path, re.DOTALL) if re.fullmatch(host, parts.host) else None
        if match:
            return held(written(replaced(parts, host="", path=match[1]))) or parts
    return parts


def archive_host(parts: Parts) -> Parts:
    """archive.today under one of its names; its short codes are the same at all of them."""
    return replaced(parts, host="archive.today") if parts.host != "archive.today" else parts


def cached(parts: Parts) -> Parts:
    """What Google's cache showed."""
    asked = values(parts.query, "q") if parts.path == "/search" else []
    match = _CACHED.match(asked[0]) if len(asked) == 1 else None
    return (held(match[1]) if match else None) or parts


def redirected(parts: Parts) -> Parts:
    """Where a redirector leads; nowhere else if it names several targets, or one that is no full address."""
    for host, path, names in _REDIRECTORS:
        if re.fullmatch(host, parts.host) and re.fullmatch(path, parts.path):
            for name in names:
                found = values(parts.query, name)
                if len(found) == 1 and re.match("https?://", found[0], re.IGNORECASE):
                    return held(found[0]) or parts
    return parts


def mobile(parts: Parts) -> Parts:
    """The host without the mark of its mobile edition."""
    return replaced(parts, host=MOBILE_HOSTS.get(parts.host, parts.host))


def amp_cache(parts: Parts) -> Parts:
    """What a cache or viewer of AMP pages shows."""
    match = (_AMP_VIEWER if parts.host.startswith("google.") else _AMP_CACHE).fullmatch(parts.path)
    inner = plain(match[1]) if match and "%" in match[1].partition("/")[0] else match and match[1]
    return (held(written(replaced(parts, host="", path=inner))) if inner else None) or parts


def amp(parts: Parts) -> Parts:
    """The page of which this is the AMP edition."""
    host = AMP_HOSTS.get(parts.host)
    if host:
        return replaced(parts, host=host)
    if "amp" not in parts.path and "amp" not in parts.query:
        return parts
    for hosts, path, page in _AMP_PATHS:
        if re.fullmatch(hosts, parts.host) and re.fullmatch(path, parts.path):
            return replaced(parts, path=re.sub(path, page, parts.path))
    bare = re.sub(r"/amp/?$", "", parts.path)
    if not _ARTICLE.fullmatch(bare):
        return parts
    kept = "&".join(pair for pair in parts.query.split("&") if pair not in _AMP_ON)
    return replaced(parts, path=bare, query=kept)
