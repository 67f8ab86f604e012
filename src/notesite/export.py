"""References to what reference managers read: CSL-JSON, BibTeX, RIS, and COinS for a page.

The same references give the same bytes in any order; one key is one entry.  Nothing that an author may have
written makes an entry that does not parse.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import quote, urlencode

from msgspec import Struct

from notesite import references
from notesite.references import Name, Reference


class _Form(Struct, frozen=True):
    """How the formats call a type: the entry of BibTeX, the code of RIS, the type that Zotero takes from COinS.

    `contained`: its publisher is the site or the journal in which it stands, not who publishes it.
    """

    bibtex: str
    ris: str
    openurl: str
    contained: bool = False


_FORMS = {
    "webpage": _Form("online", "ELEC", "webpage", contained=True),
    "post": _Form("online", "ELEC", "forumPost", contained=True),
    "post-weblog": _Form("online", "BLOG", "blogPost", contained=True),
    "article": _Form("online", "INPR", "preprint"),
    "article-journal": _Form("article", "JOUR", "journalArticle", contained=True),
    "article-magazine": _Form("article", "MGZN", "magazineArticle", contained=True),
    "article-newspaper": _Form("article", "NEWS", "newspaperArticle", contained=True),
    "review": _Form("article", "JOUR", "journalArticle", contained=True),
    "review-book": _Form("article", "JOUR", "journalArticle", contained=True),
    "entry": _Form("online", "ELEC", "webpage", contained=True),
    "entry-dictionary": _Form("online", "DICT", "dictionaryEntry", contained=True),
    "entry-encyclopedia": _Form("online", "ENCYC", "encyclopediaArticle", contained=True),
    "bill": _Form("online", "BILL", "bill"),
    "book": _Form("book", "BOOK", "book"),
    "broadcast": _Form("online", "MULTI", "podcast", contained=True),
    "chapter": _Form("online", "CHAP", "bookSection"),
    "classic": _Form("book", "CLSWK", "book"),
    "collection": _Form("book", "BOOK", "book"),
    "dataset": _Form("dataset", "DATA", "dataset"),
    "figure": _Form("online", "FIGURE", "artwork"),
    "graphic": _Form("online", "ART", "artwork"),
    "hearing": _Form("online", "HEAR", "hearing"),
    "interview": _Form("online", "ELEC", "interview", contained=True),
    "legal_case": _Form("online", "CASE", "case"),
    "legislation": _Form("online", "STAT", "statute"),
    "manuscript": _Form("online", "MANSCPT", "manuscript"),
    "map": _Form("online", "MAP", "map"),
    "motion_picture": _Form("online", "VIDEO", "videoRecording"),
    "musical_score": _Form("online", "MUSIC", "audioRecording"),
    "pamphlet": _Form("online", "PAMP", "manuscript"),
    "paper-conference": _Form("online", "CPAPER", "conferencePaper"),
    "patent": _Form("online", "PAT", "patent"),
    "personal_communication": _Form("online", "PCOMM", "letter"),
    "regulation": _Form("online", "STAT", "statute"),
    "report": _Form("report", "RPRT", "report"),
    "software": _Form("software", "COMP", "computerProgram"),
    "song": _Form("online", "SOUND", "audioRecording"),
    "speech": _Form("online", "SLIDE", "presentation"),
    "standard": _Form("online", "STAND", "standard"),
    "thesis": _Form("thesis", "THES", "thesis"),
}
_OTHER = _Form("online", "ELEC", "webpage")
_PUBLISHED = {
    "article": "journal",
    "book": "publisher",
    "dataset": "publisher",
    "report": "institution",
    "thesis": "institution",
}
"""The field for the publisher in an entry of BibTeX; that of all others is `organization`."""

_LANGUAGES = dict(
    pair.split("=")
    for pair in (
        "ar=arabic bg=bulgarian ca=catalan cs=czech cy=welsh da=danish de=german de-at=austrian de-ch=swissgerman"
        " el=greek en=english en-au=australian en-ca=canadian en-gb=british en-us=american eo=esperanto es=spanish"
        " et=estonian eu=basque fa=persian fi=finnish fr=french ga=irish gl=galician he=hebrew hi=hindi hr=croatian"
        " hu=hungarian hy=armenian id=indonesian is=icelandic it=italian ja=japanese ko=korean la=latin lt=lithuanian"
        " lv=latvian mk=macedonian ms=malay nb=norsk nl=dutch nn=nynorsk no=norsk pl=polish pt=portuguese"
        " pt-br=brazilian ro=romanian ru=russian sk=slovak sl=slovene sq=albanian sr=serbian sv=swedish th=thai"
        " tr=turkish uk=ukrainian ur=urdu vi=vietnamese zh=chinese"
    ).split()
)
"""Languages by the names of babel and biblatex."""


def _listed(given: Iterable[Reference]) -> list[tuple[str, Reference]]:
    """Every reference once, by key, with the name it is cited by; a longer one where two would have the same."""
    kept = {references.identity(one): one for one in sorted(given, reverse=True)}
    named = {identity: references.citation_key(one) for identity, one in sorted(kept.items())}
    met = Counter(named.values())
    return [
        (short if met[short] == 1 else references.citation_key(kept[identity], 16), kept[identity])
        for identity, short in named.items()
    ]


def _type(one: Reference) -> str:
    return one.type if one.type in references.TYPES else "webpage"


# --- CSL-JSON --------------------------------------------------------------------------------------------


def csl(given: Iterable[Reference]) -> str:
    """The references as CSL-JSON."""
    items = (_item(name, one) for name, one in _listed(given))
    written = ",\n".join(
        "  {\n" + ",\n".join(f'    "{field}": {_json(item[field])}' for field in item) + "\n  }" for item in items
    )
    return f"[\n{written}\n]\n" if written else "[]\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _item(name: str, one: Reference) -> dict[str, Any]:
    contained = _FORMS.get(_type(one), _OTHER).contained
    item = {
        "id": name,
        "type": _type(one),
        "title": references.title_of(one),
        "container-title" if contained else "publisher": references.clean(one.publisher),
        "author": [_csl_name(author) for author in references.names_of(one)],
        "issued": _csl_date(one.issued),
        "accessed": _csl_date(one.accessed),
        "URL": references.address_of(one),
        "DOI": references.doi(one.key),
        "language": references.language_of(one),
    }
    return {field: value for field, value in item.items() if value}


def _csl_name(author: Name) -> dict[str, str]:
    parts = (("literal", author.literal), ("family", author.family), ("given", author.given), ("suffix", author.suffix))
    return {part: value for part, value in parts if value}


def _csl_date(iso: str) -> dict[str, list[list[int]]]:
    parts = references.date_parts(iso)
    return {"date-parts": [list(parts)]} if parts else {}


# --- BibTeX ----------------------------------------------------------------------------------------------


def bibtex(given: Iterable[Reference]) -> str:
    """The references as BibTeX in UTF-8, with the entries and fields of biblatex."""
    return "\n".join(_entry(name, one) for name, one in _listed(given))


def _entry(name: str, one: Reference) -> str:
    names, publisher = references.names_of(one), references.clean(one.publisher)
    entry = _FORMS.get(_type(one), _OTHER).bibtex
    if not (names and publisher and references.date_parts(one.issued)):
        entry = "online"  # which alone asks for no more than a title and an address
    title, arxiv = references.title_of(one), references.arxiv(one.key)
    fields = {
        "author": " and ".join(_bibtex_name(author) for author in names),
        "title": "{" + escaped(title) + "}" if title else "",
        _PUBLISHED.get(entry, "organization"): escaped(publisher),
        "date": references.iso_date(one.issued),
        "url": references.address_of(one),
        "urldate": references.iso_date(one.accessed),
        "doi": re.sub(r"[\\{}]", lambda match: quote(match[0]), references.doi(one.key)),
        "eprint": arxiv,
        "eprinttype": "arxiv" if arxiv else "",
        "langid": _langid(references.language_of(one)),
    }
    written = [f"{field} = {{{value}}}" for field, value in fields.items() if value]
    return f"@{entry}{{" + ",\n  ".join([name, *written]) + "\n}\n"


def _langid(tag: str) -> str:
    language, *more = tag.lower().split("-")
    known = (_LANGUAGES.get("-".join([language, *part])) for part in [*([one] for one in more), []])
    return next(filter(None, known), "")


def _bibtex_name(author: Name) -> str:
    if author.literal:
        return "{" + escaped(author.literal) + "}"
    words = author.family.split()
    late = [word for before, word in pairwise(words[:-1]) if word[0].islower() and not before[0].islower()]
    family = "{" + escaped(author.family) + "}" if late else _name_part(author.family)
    return ", ".join([family, *(_name_part(part) for part in (author.suffix, author.given) if part)])


def _name_part(text: str) -> str:
    """A part of a name, in braces where it holds what parts names, or what some readers then stumble over."""
    made = escaped(text)
    return "{" + made + "}" if made != text or re.search(r",|\band\b", text, re.IGNORECASE) else made


_SIGNS = {char: "\\" + char for char in "&%$#_"} | {
    "~": r"{\textasciitilde}", "^": r"{\textasciicircum}", "\\": r"{\textbackslash}",
}  # fmt: skip
_LIGATURES = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=`)(?=`)|(?<=[!?])(?=`)|(?<=,)(?=,)|(?<=<)(?=<)|(?<=>)(?=>)")
_DEEPEST = 8


def escaped(text: str) -> str:
    """A text as TeX reads it back: signs escaped, no ligatures (`--`), braces that a counter of braces sees in pairs.

    BibTeX counts escaped braces too: one without its other gets an unseen one, as Zotero does it.
    """
    made = [_SIGNS.get(char, char) for char in text]
    alone, opened = set(), []
    for i, char in enumerate(text):
        if char == "{":
            opened.append(i)
        elif char == "}" and opened:
            if len(opened) > _DEEPEST:
                alone |= {opened[-1], i}
            opened.pop()
        elif char == "}":
            alone.add(i)
    alone |= set(opened)
    for i, char in enumerate(text):
        if char in "{}":
            lone = r"\{\vphantom{\}}" if char == "{" else r"\vphantom{\{}\}"
            made[i] = lone if i in alone else "\\" + char
    for match in _LIGATURES.finditer(text):
        made[match.start()] = "{}" + made[match.start()]
    return "".join(made)


# --- RIS -------------------------------------------------------------------------------------------------


def ris(given: Iterable[Reference]) -> str:
    """The references as RIS, its lines ended by CRLF."""
    return "\r\n".join(
        "".join(f"{tag}  - {value}\r\n" for tag, value in _lines(name, one)) for name, one in _listed(given)
    )


def _lines(name: str, one: Reference) -> Iterator[tuple[str, str]]:
    form = _FORMS.get(_type(one), _OTHER)
    publisher, issued = references.clean(one.publisher), references.date_parts(one.issued)
    fields = [
        ("ID", name),
        ("TI", references.title_of(one)),
        *(("AU", _in_one(author)) for author in references.names_of(one)),
        ("T2", publisher if form.contained else ""),
        ("PB", "" if form.contained and form.ris != "ELEC" else publisher),
        ("PY", f"{issued[0]:04}" if issued else ""),
        ("DA", _ris_date(one.issued)),
        ("Y2", _ris_date(one.accessed)),
        ("UR", references.address_of(one)),
        ("DO", references.doi(one.key)),
        ("LA", references.language_of(one)),
    ]
    yield "TY", form.ris
    yield from ((tag, value) for tag, value in fields if value)
    yield "ER", ""


def _in_one(author: Name) -> str:
    """A name in one value, its parts by commas."""
    return author.literal or ", ".join(part for part in (author.family, author.given, author.suffix) if part)


def _ris_date(iso: str) -> str:
    """A date as RIS has it, with three slashes whatever is known."""
    year, month, day = (*references.iso_date(iso).split("-"), "", "")[:3]
    return f"{year}/{month}/{day}/" if year else ""


# --- COinS -----------------------------------------------------------------------------------------------


def coins(one: Reference) -> str:
    """The title of a `<span class="Z3988">`: an OpenURL ContextObject (Z39.88-2004) in Dublin Core, not yet HTML.

    The type stands last: Zotero takes the title of a journal article that it knows to be one for the journal's.
    """
    form = _FORMS.get(_type(one), _OTHER)
    number = references.doi(one.key)
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft_id", f"info:doi/{number}" if number else ""),
        ("rft.title", references.title_of(one)),
        *(("rft.creator", _in_one(author)) for author in references.names_of(one)),
        ("rft.source" if form.contained else "rft.publisher", references.clean(one.publisher)),
        ("rft.date", references.iso_date(one.issued)),
        ("rft.language", references.language_of(one)),
        ("rft.identifier", references.address_of(one)),
        ("rft.type", form.openurl),
    ]
    return urlencode([(field, value) for field, value in pairs if value], quote_via=quote, safe="")
