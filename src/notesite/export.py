"""References to what reference managers read: CSL-JSON, BibTeX, RIS; sources to what the pages search in.

The same references give the same bytes in any order; one key is one entry.  Nothing that an author may have
written makes an entry that does not parse.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from json.encoder import encode_basestring
from typing import Any
from urllib.parse import quote

from notesite import references
from notesite.references import Name, Reference

_CITED = 65536
"""Entries that are held at most: each note that cites a source exports it anew."""
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


# --- CSL-JSON --------------------------------------------------------------------------------------------


def csl(given: Iterable[Reference]) -> str:
    """The references as CSL-JSON."""
    written = ",\n".join(_object(name, one) for name, one in _listed(given))
    return f"[\n{written}\n]\n" if written else "[]\n"


@lru_cache(maxsize=_CITED)
def _object(name: str, one: Reference) -> str:
    """An entry of CSL-JSON, a field a line."""
    fields = (f'    "{field}": {_json(value)}' for field, value in _item(name, one).items())
    return "  {\n" + ",\n".join(fields) + "\n  }"


def _json(value: Any) -> str:
    # Most values are texts, which `dumps` gives to the same function after a long way.
    return encode_basestring(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _item(name: str, one: Reference) -> dict[str, Any]:
    contained = references.form(one).contained
    item = {
        "id": name,
        "type": references.type_of(one),
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


# --- what the citation index finds sources in ------------------------------------------------------------


def rows(given: Iterable[tuple[str, ...]]) -> str:
    """Rows of words as JSON, one a line."""
    return "[\n" + ",\n".join("[" + ", ".join(map(encode_basestring, row)) + "]" for row in given) + "\n]\n"


# --- BibTeX ----------------------------------------------------------------------------------------------


def bibtex(given: Iterable[Reference]) -> str:
    """The references as BibTeX in UTF-8, with the entries and fields of biblatex."""
    return "\n".join(_entry(name, one) for name, one in _listed(given))


@lru_cache(maxsize=_CITED)
def _entry(name: str, one: Reference) -> str:
    names, publisher = references.names_of(one), references.clean(one.publisher)
    entry = references.form(one).bibtex
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
_TOLD = re.compile(rf"[&%$#_~^\\{{}}]|{_LIGATURES.pattern}")
_DEEPEST = 8


def escaped(text: str) -> str:
    """A text as TeX reads it back: signs escaped, no ligatures (`--`), braces that a counter of braces sees in pairs.

    BibTeX counts escaped braces too: one without its other gets an unseen one, as Zotero does it.
    """
    if not _TOLD.search(text):
        return text
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
    return "\r\n".join(_record(name, one) for name, one in _listed(given))


@lru_cache(maxsize=_CITED)
def _record(name: str, one: Reference) -> str:
    """An entry of RIS."""
    return "".join(f"{tag}  - {value}\r\n" for tag, value in _lines(name, one))


def _lines(name: str, one: Reference) -> Iterator[tuple[str, str]]:
    form = references.form(one)
    publisher, issued = references.clean(one.publisher), references.date_parts(one.issued)
    fields = [
        ("ID", name),
        ("TI", references.title_of(one)),
        *(("AU", references.in_one(author)) for author in references.names_of(one)),
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


def _ris_date(iso: str) -> str:
    """A date as RIS has it, with three slashes whatever is known."""
    year, month, day = (*references.iso_date(iso).split("-"), "", "")[:3]
    return f"{year}/{month}/{day}/" if year else ""
