"""Sources: the canonical key of an address, the parts of a label, and the source list among a note's blocks.

publicsuffixlist comes in through this door only.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode

from msgspec import Struct
from publicsuffixlist import PublicSuffixList

from notesite import prose, urls
from notesite.markup import Block, Document, Item, Mention
from notesite.records import Citation, Kind


class Parts(Struct, frozen=True):
    """An address taken apart as a browser does: host without port, path, query, fragment."""

    host: str
    path: str
    query: str = ""
    fragment: str = ""


class Rule(Struct, frozen=True):
    """One rule of canonical keys: what does not tell one source from another, why, and an example."""

    name: str
    reason: str
    example: tuple[str, str]
    apply: Callable[[Parts], Parts]


def _replace(parts: Parts, **changed: str) -> Parts:
    return Parts(**{name: getattr(parts, name) for name in Parts.__struct_fields__} | changed)


_TRACKING = re.compile(
    r"utm_\w+|gclid|gclsrc|dclid|gbraid|wbraid|fbclid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|igsh|mc_cid|mc_eid"
    r"|_hsenc|_hsmi|mkt_tok|vero_id|oly_anon_id|oly_enc_id|ref_src|ref_url|cmpid|ncid|wt_mc|xtor|at_medium|at_campaign"
)


def _archive(parts: Parts) -> Parts:
    match = re.match(r"/web/[0-9]{4,14}(?:[a-z]{2}_)?/(https?:)/{1,2}(.+)$", parts.path)
    if parts.host != "web.archive.org" or not match:
        return parts
    return taken_apart(_written(_replace(parts, host=f"{match[1]}//", path=match[2]))) or parts


def _www(parts: Parts) -> Parts:
    return _replace(parts, host=re.sub(r"^(?:www\d?\.)+(?=[^.]+\.)(?!.*\.(?::|$))", "", parts.host))


def _tracking(parts: Parts) -> Parts:
    if not parts.query:
        return parts
    pairs = parts.query.split("&")
    kept = [pair for pair in pairs if not _TRACKING.fullmatch(unquote(pair.partition("=")[0]).lower())]
    return _replace(parts, query="&".join(kept))  # as written: only what is dropped may differ


def _fragment(parts: Parts) -> Parts:
    # Hash-bang and slash routes name content; all other fragments name a place within it.
    return parts if parts.fragment.startswith(("!", "/")) else _replace(parts, fragment="")


def _slash(parts: Parts) -> Parts:
    return _replace(parts, path=parts.path.rstrip("/") or "/")


def _escapes(parts: Parts) -> Parts:
    """Percent-encoded unreserved characters as themselves, the rest with upper-case digits (RFC 3986, 6.2.2)."""

    def plain(match: re.Match[str]) -> str:
        char = chr(int(match[0][1:], 16))
        return char if re.fullmatch(r"[A-Za-z0-9._~-]", char) else match[0].upper()

    return _replace(parts, path=re.sub(r"%[0-9A-Fa-f]{2}", plain, parts.path))


def _doi(parts: Parts) -> Parts:
    name = quote(unquote(parts.path).lower(), safe="/:;()!*'$&+,=@~")
    # An escaped slash is a slash in a DOI, but not where it would climb.
    if parts.host not in ("doi.org", "dx.doi.org") or not re.match(
        r"/10\.\d{4,9}/(?!.*/\.{1,2}(?:/|$))", "/" + name[1:]
    ):
        return parts
    return Parts("doi.org", name)


def _arxiv(parts: Parts) -> Parts:
    match = re.match(
        r"/(?:abs|pdf|html|format|e-print)/([\w.-]+/\d{7}|\d{4}\.\d{4,5})(?:v\d+)?(?:\.pdf)?/?$", parts.path
    )
    if parts.host in ("arxiv.org", "export.arxiv.org", "ar5iv.org", "ar5iv.labs.arxiv.org") and match:
        return Parts("arxiv.org", f"/abs/{match[1]}")
    return parts


def _youtube(parts: Parts) -> Parts:
    video = ""
    if parts.host in ("youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"):
        video = dict(parse_qsl(parts.query)).get("v", "") if parts.path == "/watch" else ""
        short = re.match(r"/(?:embed|shorts|live|v)/([\w-]{11})/?$", parts.path)
        video = short[1] if short else video
    elif parts.host == "youtu.be":
        video = parts.path.strip("/")
    return Parts("youtube.com", "/watch", urlencode({"v": video})) if re.fullmatch(r"[\w-]{11}", video) else parts


def _wikipedia(parts: Parts) -> Parts:
    return _replace(parts, host=re.sub(r"^([\w-]+)\.m\.(wiki[\w]*\.org)$", r"\1.\2", parts.host))


def _twitter(parts: Parts) -> Parts:
    if parts.host not in ("twitter.com", "mobile.twitter.com", "m.twitter.com", "x.com", "mobile.x.com"):
        return parts
    status = re.match(r"/(?:i/web|[^/]+)/status(?:es)?/(\d+)", parts.path)
    return Parts("x.com", f"/i/status/{status[1]}") if status else _replace(parts, host="x.com")


RULES = (
    Rule("web-archive", "an archived copy stands for what it keeps",
         ("https://web.archive.org/web/2024/https://a.example/x", "https://a.example/x"), _archive),
    Rule("www", "www. is the same site", ("https://www.a.example/x", "https://a.example/x"), _www),
    Rule("tracking", "campaign parameters tell where a reader came from, not what is read",
         ("https://a.example/x?utm_source=y&id=1", "https://a.example/x?id=1"), _tracking),
    Rule("fragment", "a place within a page is in that page",
         ("https://a.example/x#y", "https://a.example/x"), _fragment),
    Rule("escapes", "an escaped letter is that letter", ("https://a.example/%7Ex", "https://a.example/~x"), _escapes),
    Rule("doi", "a DOI names one work, whatever resolves it",
         ("https://dx.doi.org/10.1000/ABC", "https://doi.org/10.1000/abc"), _doi),
    Rule("arxiv", "abstract, PDF and version are one paper",
         ("https://arxiv.org/pdf/2412.19437v2", "https://arxiv.org/abs/2412.19437"), _arxiv),
    Rule("youtube", "short, embedded and full addresses play one video",
         ("https://youtu.be/v0-7wlTdGck", "https://youtube.com/watch?v=v0-7wlTdGck"), _youtube),
    Rule("wikipedia-mobile", "the mobile edition shows the same article",
         ("https://en.m.wikipedia.org/wiki/01.AI", "https://en.wikipedia.org/wiki/01.AI"), _wikipedia),
    Rule("twitter", "Twitter and X are one, and a post is named by its number",
         ("https://twitter.com/someone/status/12", "https://x.com/i/status/12"), _twitter),
    Rule("trailing-slash", "a path is the same with and without its last slash",
         ("https://a.example/x/", "https://a.example/x"), _slash),
)  # fmt: skip
"""The rules in the order they apply.  Besides, scheme and default port never matter, and parsing is a browser's."""


def taken_apart(address: str) -> Parts | None:
    """An address of the web by the WHATWG rules, without scheme, credentials and default port; else None."""
    parsed = urls.parse(address)
    if parsed is None or parsed.protocol not in ("http:", "https:"):
        return None
    host = parsed.hostname
    if host.endswith("."):
        bare = urls.parse("https://" + host.rstrip("."))
        host = bare.hostname if bare else host
    if parsed.port not in ("", "80", "443"):
        host += f":{parsed.port}"
    return Parts(host, parsed.pathname, parsed.search.removeprefix("?"), parsed.hash.removeprefix("#"))


def _written(parts: Parts) -> str:
    query = f"?{parts.query}" if parts.query else ""
    return parts.host + parts.path + query + (f"#{parts.fragment}" if parts.fragment else "")


@lru_cache(maxsize=65536)
def canonical(address: str) -> tuple[str, tuple[str, ...]]:
    """The canonical key of an address and the names of the rules that changed it; empty if it is none.

    Idempotent: the key, read as an https address, is its own key.
    """
    parts = taken_apart(address)
    if parts is None:
        return "", ()
    applied: dict[str, None] = {}
    before = None
    while parts != before:  # what one rule lays bare may be a matter of an earlier one
        before = parts
        for rule in RULES:
            changed = rule.apply(parts)
            if changed != parts:
                applied[rule.name] = None
                parts = changed
    return _written(parts), tuple(applied)


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=8192)
def registrable(host: str) -> str:
    """The registrable domain of a host by the public suffix list; the host itself where there is none."""
    bare = re.sub(r":\d+$", "", host)
    numeric = bare.startswith("[") or re.fullmatch(r"[\d.]+", bare)  # an IP address has no domain
    return bare if numeric else str(_suffixes().privatesuffix(bare) or bare)


_HOST = re.compile(r"[/?#]")
_LABEL = re.compile(r"([^\W_][^:\n]{0,39}?)\s?:\s+(\S.*)$")
_SENTENCE = re.compile(r"[.!?…]\s")


def host_of(key: str) -> str:
    """The host in a canonical key."""
    return _HOST.split(key, maxsplit=1)[0]


@lru_cache(maxsize=65536)
def anchor(key: str) -> str:
    """The id of a source on its publisher's page, made from its key alone: last words of its path, a digest."""
    words = [part for part in re.split(r"[/?#=&]", key)[1:] if urls.has_word(unquote(part))]
    name = urls.slug(unquote(words[-1]))[:40].strip("-") if words else "s"
    return f"{name}-{urls.digest(key)}"


def split_label(label: str) -> tuple[str, str]:
    """`Publisher: Title` in its two parts; another label is all title.

    A publisher is short, begins with a letter or digit and is no sentence; what follows must say something.
    """
    match = _LABEL.match(label)
    if not match or len(match[1].split()) > 5 or _SENTENCE.search(match[1] + "x") or "//" in match[1]:
        return "", label
    return match[1], match[2]


def cite(address: str, label: str, kind: Kind, line: int) -> Citation:
    """A citation with its key; a label that is no more than an address has no parts but itself."""
    words, publisher, title = _named(address, label)
    return Citation(
        key=canonical(address)[0],
        address=address,
        label=words,
        publisher=publisher,
        title=title,
        kind=kind,
        line=line,
    )


@lru_cache(maxsize=65536)
def _named(address: str, label: str) -> tuple[str, str, str]:
    """The words of a label, and the publisher and title in them; a source has much the same in each note."""
    words = " ".join(label.split()) or address
    bare = urls.is_web(words) or words == address
    return (words, "", _shown(words)) if bare else (words, *split_label(words))


def _shown(address: str) -> str:
    """A bare address as a title: without what every address has."""
    return re.sub(r"^https?://(?:www\.)?|/$", "", unquote(address) if "%" in address else address)


@lru_cache(maxsize=65536)
def foreign(title: str, lang: str) -> str:
    """The language of a source's title, where it is known and not the page's; else empty.

    One word tells German or English; other languages need two, since "Die Elbe" is not Dutch for its first.
    """
    likely, sure = prose.guess(title, 1), prose.guess(title, 2)
    guessed = likely if likely in ("de", "en") else sure
    return guessed if guessed != lang.split("-")[0] else ""


_NAMES = re.compile(
    r"(?:(?:die |the |meine |verwendete |weitere |further |cited |external )?"
    r"(?:quellen(?:verzeichnis|liste|angaben?)?|sources?|references?|referenz(?:en|links?|liste)|literatur(?:verzeichnis)?"
    r"|links?|weblinks|einzelnachweise|bibliograph(?:y|ie)|works cited|reference links|source list|nachweise|belege"
    r"|fuentes|fonti|bronnen|fontes|référence?s|referencias|références|źródła|источники|المصادر|المراجع|מקורות|参考文献|来源|出典)"
    r"(?: (?:und|and|&) (?:quellen|links?|literatur|sources?|references?|further reading|notes))?)\s*[:：]?",
    re.IGNORECASE,
)


def is_list_name(words: str) -> bool:
    """Whether a heading or line opens a source list: Quellen, Sources, References, Referenzlinks: …"""
    return len(words) <= 40 and _NAMES.fullmatch(words.strip().strip("*_#").strip()) is not None


class Listed(Struct, frozen=True):
    """The source list found in a note: its entries, and the blocks that are nothing else."""

    citations: tuple[Citation, ...]
    blocks: frozenset[Block]
    mentioned: frozenset[Block]


def find_list(document: Document) -> Listed:
    """The source list: what stands under its heading or line, and the trailing block of links.

    Blocks that hold more than entries (prose, nested lists) stay in the text; their links count as entries
    all the same.
    """
    citations: list[Citation] = []
    whole: set[Block] = set()
    seen: set[Block] = set()
    for opener, part in [*_named_parts(document), (None, _trailing(document))]:
        part = [block for block in part if block not in seen]
        plain = {block for block in part if _is_list(document, block, loose=opener is not None)}
        for block in part:
            if block in plain:
                citations += _entries(document.items(block))
            elif opener is not None and block.kind in ("list", "other"):
                citations += [cite(one.address, one.text, "list", one.line) for one in document.mentions(block)]
            seen.add(block)
        whole.update(plain)
        if opener is not None and plain and len(plain) == len(part):
            whole.add(opener)
    return Listed(tuple(citations), frozenset(whole), frozenset(seen))


def _named_parts(document: Document) -> Iterable[tuple[Block | None, list[Block]]]:
    """Each heading or line that opens a source list, with the blocks that belong to it."""
    blocks = document.blocks
    for i, block in enumerate(blocks):
        if block.kind not in ("heading", "paragraph") or not is_list_name(document.line_of(block)):
            continue
        part = []
        for after in blocks[i + 1 :]:
            if after.kind == "heading" and (block.kind == "paragraph" or after.level <= block.level):
                break
            if block.kind == "paragraph" and not _is_list(document, after, loose=True):
                break  # under a mere line, the list ends with the first block of prose
            part.append(after)
        if any(document.mentions(after) for after in part):
            yield block, part


def _trailing(document: Document) -> list[Block]:
    """The last blocks of a note as far as they are nothing but links."""
    part: list[Block] = []
    for block in reversed(document.blocks):
        if block.kind == "other" and not document.text(block):
            continue  # a thematic break before or after the list
        if not _is_list(document, block, loose=False):
            break
        part.append(block)
    return part[::-1]


def _is_list(document: Document, block: Block, *, loose: bool) -> bool:
    """Whether a block is nothing but entries: each one link; under an opener, also words around or no link."""
    if block.kind not in ("paragraph", "list"):
        return False
    items = document.items(block)
    if not items or not all(item.flat for item in items):
        return False
    if not loose:
        return all(len(item.links) == 1 and _only_link(item) for item in items)
    linked = [item for item in items if item.links]
    if block.kind == "paragraph":
        return len(linked) == len(items) and all(_short(item) for item in items)
    return bool(linked)


def _only_link(item: Item) -> bool:
    around = item.text.replace(item.links[0].text, "", 1)
    return len(around.strip(" \t-–—*•·|.,;:()[]0123456789")) == 0


def _short(item: Item) -> bool:
    """Whether the words around the links of a line are an entry's, not a sentence's."""
    around = len(item.text) - sum(len(link.text) for link in item.links)
    return around <= 120


def _entries(items: Iterable[Item]) -> list[Citation]:
    """The citations of a flat list; the words around a link belong to its label, so that nothing is lost."""
    made: list[Citation] = []
    for item in items:
        if not item.links:
            made.append(Citation(key="", address="", label=item.text, title=item.text, kind="list", line=item.line))
            continue
        first, *others = item.links
        made.append(cite(first.address, _label(item, first), "list", item.line))
        made += [cite(other.address, other.text, "list", other.line) for other in others]
    return made


def _label(item: Item, link: Mention) -> str:
    if _only_link(item):
        return link.text
    words = item.text
    if urls.is_web(link.text):
        words = re.sub(r"\(\s*\)|\[\s*\]", "", words.replace(link.text, ""))
        words = re.sub(r"(?<![\s:–—<>-])[\s:–—<>-]++([,;.])", r"\1", words)
        words = words.strip(" :–—-,;<>()")
    return words or link.text
