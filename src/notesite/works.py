"""Works that have a name of their own: DOI, arXiv, and the hosts whose pages are named by a number or a title.

Each function gives a work its one address, or the parts as they were where they name no such work.
"""

import re

from notesite.parts import Parts, escaped, held, lower, plain, replaced, values

_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/.*[^/]", re.DOTALL)
_BARE_DOI = re.compile(r"(?:doi:\s*|info:doi/)(10\.\S+)", re.IGNORECASE)
_ARXIV_DOI = re.compile(r"/10\.48550/arxiv\.(.+)")
_ARXIV_NAME = re.compile(r"([0-9]{4}\.[0-9]{4,5})(?:v[0-9]+)?|([a-z-]+)(?:\.[a-z-]+)?(/[0-9]{7})(?:v[0-9]+)?", re.I)
_ARXIV_PAGE = re.compile(r"/(?:abs|pdf|html|format|e-print|src|ps)/(.+?)(?:\.pdf)?/?")
ARXIV_HOSTS = r"(?:(?:www|export|xxx|[a-z]{2})\.)?arxiv\.org|xxx\.lanl\.gov|ar5iv\.org|ar5iv\.labs\.arxiv\.org"

# Publishers that carry the DOI in the path of a page, as it is.  Where it has to be guessed (nature.com/articles/…,
# a number at MDPI or IEEE), the page keeps its address.  Parts of a work (figures, supplements) keep theirs, too.
_VIEW = r"(?:abs|full|fullHtml|pdf|epdf|pdfplus|pdfdirect|epub|reader|book|proceedings)"
_ATYPON = (
    r"dl\.acm\.org|(?:[a-z0-9-]+\.)?onlinelibrary\.wiley\.com|tandfonline\.com|science\.org|pnas\.org"
    r"|journals\.sagepub\.com|pubs\.acs\.org|royalsocietypublishing\.org|nejm\.org|ahajournals\.org|annualreviews\.org"
    r"|journals\.uchicago\.edu|epubs\.siam\.org|liebertpub\.com|worldscientific\.com|ascopubs\.org|pubsonline\.informs\.org"
    r"|atsjournals\.org|arc\.aiaa\.org|zenodo\.org|psycnet\.apa\.org"
)
_PUBLISHERS = (  # compiled when they are first asked: most notes need none of them
    (_ATYPON, rf"/doi/(?:{_VIEW}/)?(10\.[0-9]{{4,9}}(?:/|%2[Ff])[^/]+)(?:/(?:abstract|full|pdf|epdf))?/?"),
    (
        r"link\.springer\.com",
        r"/(?:article|chapter|book|referenceworkentry|protocol|epdf|content/pdf)/(10\.[0-9]{4,9}(?:/|%2[Ff])[^/]+?)"
        r"(?:\.pdf|/fulltext\.html)?/?",
    ),
    (r"nature\.com", r"/doifinder/(10\.[0-9]{4,9}/[^/]+)/?"),
    (r"iopscience\.iop\.org", r"/article/(10\.[0-9]{4,9}/.+?)(?:/(?:pdf|meta|ampdf))?/?"),
    (r"journals\.aps\.org", r"/[a-z]+/(?:abstract|pdf)/(10\.1103/[^/]+)/?"),
    (
        r"frontiersin\.org",
        r"(?:/journals/[a-z-]+)?/articles/(10\.3389/[^/]+)(?:/(?:full|pdf|abstract))?/?",
    ),
    (
        r"(?:biorxiv|medrxiv)\.org",
        r"/content/(10\.(?:1101|64898)/[0-9.]+?)(?:v[0-9]+)?(?:\.(?:full|abstract|full-text))?(?:\.pdf)?/?",
    ),
    (r"emerald\.com", r"/insight/content/doi/(10\.[0-9]{4,9}/[^/]+)(?:/full)?(?:/(?:html|pdf))?/?"),
    (r"degruyter(?:brill)?\.com", r"/document/doi/(10\.[0-9]{4,9}/[^/]+)(?:/(?:html|pdf))?/?"),
    (r"(?:data|search)\.datacite\.org", r"/(?:works/)?(10\.[0-9]{4,9}/.+?)/?"),
    (r"(?:dx\.)?doi\.org", r"/(?:(?:doi|DOI):)?(.+)"),
)
_PLOS = re.compile(r"/(?:[a-z]+/)?article/?")
DOI_HOSTS = "|".join(host for host, _ in _PUBLISHERS) + r"|journals\.plos\.org"

YOUTUBE_HOSTS = r"(?:(?:m|music)\.)?youtube\.com|youtube-nocookie\.com|youtu\.be"
_VIDEO = re.compile(r"[\w-]{11}", re.ASCII)
_VIDEO_PAGE = re.compile(r"/(?:embed|shorts|live|v|e)/([\w-]{11})/?", re.ASCII)
_NO_VIDEOS = {"videoseries", "live_stream"}  # eleven letters, but a player of something that the query names

WIKI_HOSTS = (
    r"(?:[a-z0-9-]+\.)*(?:wikipedia|wiktionary|wikiquote|wikibooks|wikisource|wikinews|wikiversity|wikivoyage|wikimedia"
    r"|wikidata|mediawiki)\.org"
)
TWITTER_HOSTS = r"(?:(?:mobile|m)\.)?(?:twitter|x)\.com"
_POST = re.compile(r"/(?:i/web|[^/]+)/status(?:es)?/([0-9]+)(?:/.*)?")
REDDIT_HOSTS = r"(?:(?:old|new|np|m|i|sh|amp)\.)?reddit\.com|redd\.it"
_THREAD = re.compile(r"(?:/(?:r|user|u)/[^/]+)?/comments/([a-z0-9]+)(?:/[^/]*(?:/([a-z0-9]+))?)?/?", re.ASCII)
_FORUM = re.compile(r"/(r|u|user)/([\w-]+)(/.*)?", re.ASCII | re.DOTALL)
MEDIUM_HOSTS = r"(?:[a-z0-9-]+\.)?medium\.com"
_STORY = re.compile(r"/(?:p/|(?!(?:m|me|p|tag|topic)/)[^/]+/[^/]*-)([0-9a-f]{10,12})/?")
_OWN_STORY = re.compile(r"/(?:p/|[^/]+-)([0-9a-f]{10,12})/?")  # where the host names the author or publication
GITHUB_HOSTS = r"(?:gist\.)?github\.com"
_GIST = re.compile(r"/(?:[A-Za-z0-9-]+/)?([0-9a-f]{20}|[0-9a-f]{32})((?:/.*)?)", re.DOTALL)
_OWNER = re.compile("/[A-Za-z0-9-]+/?")
_REPOSITORY = re.compile(r"/([A-Za-z0-9-]+)/([\w.-]+?)(\.git)?(/.*)?", re.ASCII | re.DOTALL)
AMAZON_HOSTS = r"amazon\.(?:com|[a-z]{2}|com?\.[a-z]{2})"
_PRODUCT = re.compile(r"(?:/[^/]+)?/(?:dp|gp/product|gp/aw/d)/([A-Z0-9]{10})(?:/(?:ref=.*)?)?", re.DOTALL)


def bare_doi(address: str) -> Parts | None:
    """A DOI written without an address (`doi:10.…`, `info:doi/10.…`), as its address."""
    match = _BARE_DOI.fullmatch(address.strip())
    name = plain(match[1]) if match else None
    return _by_doi(name) if name else None


def doi(parts: Parts) -> Parts:
    """A work by its DOI, where that stands in the address as it is."""
    if parts.host == "journals.plos.org":
        named = values(parts.query, "id") if _PLOS.fullmatch(parts.path) else []
        return (_by_doi(named[0]) if len(named) == 1 else None) or parts
    for host, path in _PUBLISHERS:
        match = re.fullmatch(path, parts.path) if re.fullmatch(host, parts.host) else None
        name = plain(match[1]) if match else None
        if name:
            return _by_doi(name) or parts
    return parts


def _by_doi(name: str) -> Parts | None:
    """The address of a DOI; an escaped slash is a slash in it, but not where it would climb."""
    path = escaped("/" + lower(name.rstrip("/"))) if _DOI.fullmatch(name.rstrip("/")) else ""
    return Parts("doi.org", path) if path else None


def arxiv(parts: Parts) -> Parts:
    """A paper on arXiv by its number, whatever its form, version or mirror."""
    match = _ARXIV_DOI.fullmatch(parts.path) if parts.host == "doi.org" else _ARXIV_PAGE.fullmatch(parts.path)
    name = _ARXIV_NAME.fullmatch(match[1]) if match else None
    return Parts("arxiv.org", "/abs/" + (name[1] or lower(name[2]) + name[3])) if name else parts


def youtube(parts: Parts) -> Parts:
    """A video by its id; other pages stay, on one host for desktop and mobile."""
    if parts.host == "youtu.be":
        video = parts.path.strip("/")
    elif parts.path == "/watch":
        asked = values(parts.query, "v")
        video = asked[0] if len(asked) == 1 else ""
    else:
        page = _VIDEO_PAGE.fullmatch(parts.path)
        video = page[1] if page else ""
    if _VIDEO.fullmatch(video) and video not in _NO_VIDEOS:
        return Parts("youtube.com", "/watch", f"v={video}")
    return replaced(parts, host="youtube.com") if parts.host == "m.youtube.com" else parts


def wiki(parts: Parts) -> Parts:
    """An article of a Wikimedia wiki by its title: without the mobile host, as a path, with underscores."""
    host = re.sub(r"(^|\.)m\.(?=[a-z]+\.org$)", r"\1", parts.host)
    title, query = "", parts.query
    if parts.path.startswith("/wiki/"):
        title = plain(parts.path.removeprefix("/wiki/")) or ""
    elif parts.path == "/w/index.php" and re.fullmatch("title=[^&]+", query):
        title, query = (values(query, "title") or [""])[0], ""
    path = escaped("/wiki/" + re.sub("[ _]+", "_", title).strip("_")) if title.strip("_ /") else ""
    if not path:
        return replaced(parts, host=host)
    return replaced(parts, host=host, path=path, query=query)


def twitter(parts: Parts) -> Parts:
    """A post by its number; Twitter as X; account names in lower case."""
    if parts.fragment.startswith("!/") and parts.path == "/":
        parts = held("https://x.com" + parts.fragment[1:]) or parts
    post = _POST.fullmatch(parts.path)
    if post:
        return Parts("x.com", f"/i/status/{post[1]}")
    account = re.fullmatch(r"/[A-Za-z0-9_]{1,15}/?", parts.path)
    return replaced(parts, host="x.com", path=lower(parts.path) if account else parts.path)


def reddit(parts: Parts) -> Parts:
    """A thread or a comment by its id; forums and users by their name, which has no case."""
    if parts.host == "redd.it":
        short = re.fullmatch(r"/([a-z0-9]{4,8})/?", parts.path)
        return Parts("reddit.com", f"/comments/{short[1]}") if short else parts
    thread = _THREAD.fullmatch(parts.path)
    if thread:
        return Parts("reddit.com", f"/comments/{thread[1]}" + (f"/comment/{thread[2]}" if thread[2] else ""))
    forum = _FORUM.fullmatch(parts.path)
    if forum:
        kind = "r" if forum[1] == "r" else "user"
        return replaced(parts, host="reddit.com", path=f"/{kind}/{lower(forum[2])}{forum[3] or ''}")
    return replaced(parts, host="reddit.com")


def medium(parts: Parts) -> Parts:
    """A story by its id, which ends its address under any author and publication."""
    story = (_STORY if parts.host == "medium.com" else _OWN_STORY).fullmatch(parts.path)
    return Parts("medium.com", f"/p/{story[1]}") if story else parts


def github(parts: Parts) -> Parts:
    """A repository without `.git`, owner and name without case; a gist by its id alone."""
    if parts.host.startswith("gist."):
        gist = _GIST.fullmatch(parts.path)
        return replaced(parts, path=f"/{gist[1]}{gist[2]}") if gist else parts
    found = _REPOSITORY.fullmatch(parts.path)
    if not found:
        return replaced(parts, path=lower(parts.path)) if _OWNER.fullmatch(parts.path) else parts
    rest = found[4] or ""
    query = "" if parts.query == "tab=readme-ov-file" and rest in ("", "/") else parts.query
    ending = (found[3] or "") if rest not in ("", "/") else ""
    return replaced(parts, path=lower(f"/{found[1]}/{found[2]}") + ending + rest, query=query)


def amazon(parts: Parts) -> Parts:
    """A product by its number, in one shop."""
    product = _PRODUCT.fullmatch(parts.path)
    return Parts(parts.host, f"/dp/{product[1]}") if product else parts
