"""A reference as bibliographies have it: its type, names, dates, language and identifiers, from words authors wrote.

Also what pages say of it to reference managers (COinS), since the citation index shows that.
"""

import re
from datetime import date
from functools import lru_cache
from urllib.parse import quote, unquote

from msgspec import Struct

from notesite import prose, urls
from notesite.records import Source


class Reference(Struct, frozen=True, kw_only=True, order=True):
    """One source as a bibliography names it, every value as an author may have written it.

    `key` is its canonical key.  `issued` and `accessed` are an ISO year, month or day; `type` is a name of CSL,
    see `kind`, empty for a page of the web.  `authors` are as in `name`.  What cannot be read is left out.
    """

    key: str
    url: str
    title: str
    publisher: str = ""
    authors: tuple[str, ...] = ()
    issued: str = ""
    accessed: str = ""
    type: str = ""
    lang: str = ""


class Name(Struct, frozen=True):
    """A person in two parts, particles being of the family, or an institution as one `literal`."""

    family: str = ""
    given: str = ""
    suffix: str = ""
    literal: str = ""


# --- text ------------------------------------------------------------------------------------------------

# Controls, surrogates, non-characters, byte order marks: no file that is exchanged may hold them.
_UNFIT = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_LAST = "".join(chr(plane + char) for plane in range(0x10000, 0x110000, 0x10000) for char in (0xFFFE, 0xFFFF))
_BEYOND = re.compile(f"[{_LAST}]")


def clean(text: str) -> str:
    """A text on one line, with single plain spaces, without characters that no file may hold."""
    fit = text if text.isprintable() else _BEYOND.sub("", _UNFIT.sub("", text))
    return " ".join(fit.split())


def title_of(reference: Reference) -> str:
    """The title; where there is none, the address without what every address has."""
    return (
        clean(reference.title) or re.sub(r"^https?://(?:www\.)?|/$", "", address_of(reference)) or clean(reference.key)
    )


_UNSAFE = re.compile(r'[\s"<>\\^`{|}]')


def address_of(reference: Reference) -> str:
    """The address with what RFC 3986 has in no address (braces, backslashes, spaces) escaped; else as written."""
    return _UNSAFE.sub(lambda match: quote(match[0], safe=""), clean(reference.url))


def identity(reference: Reference) -> str:
    """What tells one reference from another: its key; its words where it has no address."""
    words = (reference.url, reference.publisher, reference.title, reference.issued, *reference.authors)
    return reference.key or "\n".join(words)


@lru_cache(maxsize=65536)  # each format asks anew, and so does each note
def citation_key(reference: Reference, size: int = 4) -> str:
    """A name to cite it by, made from it alone: author or publisher, year, title words, a digest of its identity."""
    names = names_of(reference)
    who = (names[0].family or names[0].literal) if names else clean(reference.publisher)
    who = " ".join([word for word in who.split() if word not in _PARTICLES]) or who
    title = [word for word in _words(title_of(reference)) if len(word) > 2 and not prose.is_common(word)]
    year = [f"{part:04}" for part in date_parts(reference.issued)[:1]]
    return "-".join([*_words(who)[:2], *year, *title[:2], urls.digest(identity(reference), size)])


def _words(text: str) -> list[str]:
    """Words in ASCII, each of a length to be typed; none where there are no letters."""
    return [word[:20] for word in urls.slug(text[:120]).split("-") if word] if any(map(str.isalnum, text)) else []


def publisher_of(source: Source, name: str) -> str:
    """Who published a source, where `name` is what the citation index calls its domain; may be empty.

    A domain that has no name is a host of many publishers, of whom the source's own labels tell.
    """
    return name if name != source.domain else source.publisher


def of(source: Source, name: str) -> Reference:
    """A source of the citation index as bibliographies have it; `name` as in `publisher_of`."""
    return Reference(
        key=source.key,
        url=source.address,
        title=source.title,
        publisher=publisher_of(source, name),
        authors=source.authors,
        issued=source.issued,
        accessed=source.accessed,
        type=source.type,
        lang=source.lang,
    )


# --- types -----------------------------------------------------------------------------------------------

TYPES = frozenset(
    "article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset"
    " document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation"
    " manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical"
    " personal_communication post post-weblog regulation report review review-book software song speech standard"
    " thesis treaty webpage".split()
)
"""Every type of CSL 1.0.2, as its schema lists them."""

ALIASES = {
    # As in BibTeX, from where writers know the word; who means CSL's `article` writes "preprint".
    "article": "article-journal", "preprint": "article", "working paper": "article", "arbeitspapier": "article",
    "journal article": "article-journal", "paper": "article-journal", "fachartikel": "article-journal",
    "aufsatz": "article-journal", "zeitschriftenartikel": "article-magazine", "magazine": "article-magazine",
    "magazine article": "article-magazine", "news": "article-newspaper", "newspaper": "article-newspaper",
    "news article": "article-newspaper", "newspaper article": "article-newspaper", "nachricht": "article-newspaper",
    "zeitungsartikel": "article-newspaper", "web": "webpage", "website": "webpage", "web page": "webpage",
    "online": "webpage", "misc": "webpage", "webseite": "webpage", "blog": "post-weblog", "blog post": "post-weblog",
    "blogpost": "post-weblog", "blogbeitrag": "post-weblog", "tweet": "post", "social media": "post",
    "forum post": "post", "forenbeitrag": "post", "buch": "book", "book chapter": "chapter", "kapitel": "chapter",
    "incollection": "chapter", "bericht": "report", "techreport": "report", "white paper": "report",
    "whitepaper": "report", "studie": "report", "study": "report", "dissertation": "thesis", "phdthesis": "thesis",
    "mastersthesis": "thesis", "masterarbeit": "thesis", "conference paper": "paper-conference",
    "inproceedings": "paper-conference", "konferenzbeitrag": "paper-conference", "data": "dataset",
    "datensatz": "dataset", "code": "software", "repository": "software", "computer program": "software",
    "video": "motion_picture", "film": "motion_picture", "movie": "motion_picture", "podcast": "broadcast",
    "radio": "broadcast", "tv": "broadcast", "sendung": "broadcast", "talk": "speech", "vortrag": "speech",
    "rede": "speech", "presentation": "speech", "law": "legislation", "gesetz": "legislation",
    "statute": "legislation", "verordnung": "regulation", "case": "legal_case", "urteil": "legal_case",
    "judgment": "legal_case", "norm": "standard", "encyclopedia": "entry-encyclopedia",
    "encyclopedia article": "entry-encyclopedia", "lexikon": "entry-encyclopedia", "dictionary": "entry-dictionary",
    "woerterbuch": "entry-dictionary", "wörterbuch": "entry-dictionary", "karte": "map", "rezension": "review",
    "patentschrift": "patent", "letter": "personal_communication", "manuskript": "manuscript",
}  # fmt: skip
"""Words for types in the `sources` field of a note, besides the names of CSL; hyphens and underscores are spaces."""

_KINDS = {name.replace("-", " ").replace("_", " "): name for name in sorted(TYPES)} | ALIASES


def kind(written: str) -> str | None:
    """The type of CSL that a word of an author names, in any case; empty for no word, nothing if it names none."""
    return _KINDS.get(" ".join(re.split(r"[\s_-]+", clean(written).lower())).strip()) if written.strip() else ""


# --- names -----------------------------------------------------------------------------------------------

_PARTICLES = frozenset(
    "af al av ben bin d' da dal dalla das de degli dei del dela della den der des di do dos du el ibn la las le los"
    " op 't te ten ter van vom von zu zum zur".split()
)
_CAPITAL_PARTICLES = frozenset("Da De Del Della Den Der Di Dos Du El La Le Van Von".split())
_SUFFIX = re.compile(r"(?:Jr|Sr|jun|sen)\.?|II|III|IV")
_OF_SEVERAL = frozenset("and für for of on the und & +".split())
_COMPANY = re.compile(
    r"(?:Inc|Ltd|LLC|LLP|Corp|PLC|plc|GmbH|mbH|AG|SE|KG|KGaA|S\.?A|N\.?V|B\.?V)\.?|Co\.|e\.\s?V\.|SpA"
)
_BODIES = frozenset(
    "academy academia académie agency alliance association authority board bundesrat bundestag bureau center centre"
    " coalition college commission committee company consortium corporation council court department editors europarat"
    " federation forum foundation government group holding holdings initiative institute instituto international"
    " konsortium lab laboratories laboratory labs library magazine media ministry ministère museum nations network"
    " newsroom office organisation organization parliament partnership press project reporters reserve school senate"
    " society staff team technologies times trust union universidad universidade universiteit university università"
    " université weltbank".split()
)
_BODY = re.compile(
    r".*(?:agentur|akademie|behörde|bundesamt|bundesbank|gericht|gerichtshof|gesellschaft|hochschule|institut"
    r"|kommission|landesamt|ministerium|parlament|redaktion|regierung|stiftung|universität|verband|verein|verlag"
    r"|zeitung|zentrum)"
)


@lru_cache(maxsize=65536)
def names_of(reference: Reference) -> tuple[Name, ...]:
    """The authors, each as a person or an institution; one that is the publisher itself is an institution."""
    publisher = clean(reference.publisher).casefold()
    made = []
    for written in map(clean, reference.authors):
        one = name(f"{{{written}}}" if publisher and written.casefold() == publisher else written)
        if one != Name():
            made.append(one)
    return tuple(dict.fromkeys(made))


def name(written: str) -> Name:
    """A name as an author wrote it, "Family, Given" or "Given Family"; what is surely no person stays whole.

    Braces around it say that it is an institution, as in BibTeX; so do a single word, digits, a legal form and words
    such as "Commission" or "für".  The order of names is taken for that of Europe: others are written with a comma.
    """
    braced = clean(written)
    whole = clean(re.sub("[{}]", "", braced))  # which no name has, and which readers of BibTeX count
    if braced.startswith("{") and braced.endswith("}"):
        return Name(literal=whole)
    parts = [part for part in (part.strip() for part in whole.split(",")) if part]
    if len(parts) == 1:
        return _in_order(parts[0])
    person = 1 < len(parts) < 4 and not _is_body(parts[0].split(), least=2)
    if not person or any(_COMPANY.fullmatch(part) for part in parts[1:]) or _OF_SEVERAL & set(whole.split()):
        return Name(literal=whole.strip(" ,"))
    if len(parts) == 2:
        return Name(*parts)
    suffix = next((part for part in parts[1:] if _SUFFIX.fullmatch(part)), "")
    given = [part for part in parts[1:] if part != suffix]
    return Name(parts[0], given[0], suffix) if suffix and len(given) == 1 else Name(literal=whole.strip(" ,"))


def _in_order(whole: str) -> Name:
    """A name without a comma."""
    words = whole.split()
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    several = not 1 < len(words) < 8 or words[0] in _PARTICLES or re.search(r"[\d&@/(:]", whole)
    if several or _is_body(words, least=1) or _COMPANY.fullmatch(words[-1]):
        return Name(literal=whole)
    first = next((i for i, word in enumerate(words[1:-1], 1) if word in _PARTICLES), len(words) - 1)
    if first == len(words) - 1 > 1 and words[first - 1] in _CAPITAL_PARTICLES:
        first -= 1
    return Name(" ".join(words[first:]), " ".join(words[:first]), suffix)


def _is_body(words: list[str], least: int) -> bool:
    """Whether words name an institution; with fewer than so many, they are a family of that name."""
    lower = [word.lower() for word in words]
    known = any(word in _OF_SEVERAL or word in _BODIES or _BODY.fullmatch(word) for word in lower)
    return known and len(words) >= least


# --- dates, languages, identifiers -----------------------------------------------------------------------

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?", re.ASCII)


@lru_cache(maxsize=4096)
def date_parts(iso: str) -> tuple[int, ...]:
    """Year, month and day of an ISO date, as many as it has; none if it is no date.  A time of day is left out."""
    match = _ISO.fullmatch(iso.strip())
    parts = tuple(int(part) for part in match.groups() if part) if match else ()
    try:
        date(*(*parts, 1, 1)[:3])
    except (TypeError, ValueError):
        return ()
    return parts


def iso_date(iso: str) -> str:
    """An ISO date of a year, month or day; empty if it is none."""
    return "-".join(f"{part:0{width}}" for part, width in zip(date_parts(iso), (4, 2, 2), strict=False))


def language_of(reference: Reference) -> str:
    """The language tag, if it has the form of one."""
    tag = reference.lang.strip()
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", tag) else ""


def doi(key: str) -> str:
    """The DOI that a canonical key names, if it names one."""
    host, _, path = key.partition("/")
    if host != "doi.org":
        return ""
    found = "".join(clean(unquote(path)).split())
    return found if re.fullmatch(r"10\.\d{4,9}/.+", found, re.ASCII) else ""


def arxiv(key: str) -> str:
    """The number of the paper on arXiv that a canonical key names, by its page or by its DOI; else empty."""
    found = re.fullmatch(
        r"(?:arxiv\.org/abs/|doi\.org/10\.48550/arxiv\.)([a-z-]+(?:\.[a-z]{2})?/\d{7}|\d{4}\.\d{4,5})(?:v\d+)?",
        unquote(key),
        re.ASCII | re.IGNORECASE,
    )
    return found[1] if found else ""


# --- what the formats call it -----------------------------------------------------------------------------


class Form(Struct, frozen=True):
    """How the formats call a type: the entry of BibTeX, the code of RIS, the type that Zotero takes from COinS.

    `contained`: its publisher is the site or the journal in which it stands, not who publishes it.
    """

    bibtex: str
    ris: str
    openurl: str
    contained: bool = False


FORMS = {
    "webpage": Form("online", "ELEC", "webpage", contained=True),
    "post": Form("online", "ELEC", "forumPost", contained=True),
    "post-weblog": Form("online", "BLOG", "blogPost", contained=True),
    "article": Form("online", "INPR", "preprint"),
    "article-journal": Form("article", "JOUR", "journalArticle", contained=True),
    "article-magazine": Form("article", "MGZN", "magazineArticle", contained=True),
    "article-newspaper": Form("article", "NEWS", "newspaperArticle", contained=True),
    "review": Form("article", "JOUR", "journalArticle", contained=True),
    "review-book": Form("article", "JOUR", "journalArticle", contained=True),
    "entry": Form("online", "ELEC", "webpage", contained=True),
    "entry-dictionary": Form("online", "DICT", "dictionaryEntry", contained=True),
    "entry-encyclopedia": Form("online", "ENCYC", "encyclopediaArticle", contained=True),
    "bill": Form("online", "BILL", "bill"),
    "book": Form("book", "BOOK", "book"),
    "broadcast": Form("online", "MULTI", "podcast", contained=True),
    "chapter": Form("online", "CHAP", "bookSection"),
    "classic": Form("book", "CLSWK", "book"),
    "collection": Form("book", "BOOK", "book"),
    "dataset": Form("dataset", "DATA", "dataset"),
    "figure": Form("online", "FIGURE", "artwork"),
    "graphic": Form("online", "ART", "artwork"),
    "hearing": Form("online", "HEAR", "hearing"),
    "interview": Form("online", "ELEC", "interview", contained=True),
    "legal_case": Form("online", "CASE", "case"),
    "legislation": Form("online", "STAT", "statute"),
    "manuscript": Form("online", "MANSCPT", "manuscript"),
    "map": Form("online", "MAP", "map"),
    "motion_picture": Form("online", "VIDEO", "videoRecording"),
    "musical_score": Form("online", "MUSIC", "audioRecording"),
    "pamphlet": Form("online", "PAMP", "manuscript"),
    "paper-conference": Form("online", "CPAPER", "conferencePaper"),
    "patent": Form("online", "PAT", "patent"),
    "personal_communication": Form("online", "PCOMM", "letter"),
    "regulation": Form("online", "STAT", "statute"),
    "report": Form("report", "RPRT", "report"),
    "software": Form("software", "COMP", "computerProgram"),
    "song": Form("online", "SOUND", "audioRecording"),
    "speech": Form("online", "SLIDE", "presentation"),
    "standard": Form("online", "STAND", "standard"),
    "thesis": Form("thesis", "THES", "thesis"),
}
_OTHER = Form("online", "ELEC", "webpage")


def type_of(one: Reference) -> str:
    """The type by its name of CSL; a page of the web where nothing else is known."""
    return one.type if one.type in TYPES else "webpage"


def form(one: Reference) -> Form:
    """How the formats call the type."""
    return FORMS.get(type_of(one), _OTHER)


def in_one(author: Name) -> str:
    """A name in one value, its parts by commas."""
    return author.literal or ", ".join(part for part in (author.family, author.given, author.suffix) if part)


# --- COinS -----------------------------------------------------------------------------------------------


def coins(one: Reference) -> str:
    """The title of a `<span class="Z3988">`: an OpenURL ContextObject (Z39.88-2004) in Dublin Core, not yet HTML.

    The type stands last: Zotero takes the title of a journal article that it knows to be one for the journal's.
    """
    own = form(one)
    number = doi(one.key)
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft_id", f"info:doi/{number}" if number else ""),
        ("rft.title", title_of(one)),
        *(("rft.creator", in_one(author)) for author in names_of(one)),
        ("rft.source" if own.contained else "rft.publisher", clean(one.publisher)),
        ("rft.date", iso_date(one.issued)),
        ("rft.language", language_of(one)),
        ("rft.identifier", address_of(one)),
        ("rft.type", own.openurl),
    ]
    return "&".join(f"{field}={_quoted(value)}" for field, value in pairs if value)


@lru_cache(maxsize=65536)
def _quoted(text: str) -> str:
    return quote(text, safe="")
