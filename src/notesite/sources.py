"""Sources: the parts of a label, the source list among a note's blocks, the `sources` field of its front matter."""

import difflib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote

import msgspec
from msgspec import Struct

from notesite import keys, prose, references, urls
from notesite.diagnostics import Diagnostic, error, warning
from notesite.fields import Node, Reader
from notesite.markup import Block, Document, Item, Mention
from notesite.records import Citation, Kind

_LABEL = re.compile(r"([^\W_][^:\n]{0,39}?)\s?:\s+(\S.*)$")
_SENTENCE = re.compile(r"[.!?…]\s")


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
        key=keys.canonical(address)[0],
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

    Blocks that hold more than entries (prose, nested lists, links within the site) stay in the text; links of
    their entries count all the same.
    """
    citations: list[Citation] = []
    whole: set[Block] = set()
    seen: set[Block] = set()
    for opener, part in [*_named_parts(document), (None, _trailing(document))]:
        part = [block for block in part if block not in seen]
        entered = {block for block in part if _is_list(document, block, loose=opener is not None)}
        plain = {block for block in entered if not _leads_within(document, block)}
        for block in part:
            if block in entered:
                citations += _entries(document.items(block))
            elif block.kind in ("list", "other"):
                citations += [cite(one.address, one.text, "list", one.line) for one in document.mentions(block)]
            else:
                continue  # prose and headings: their links are cited as those of any text
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
        if not _is_list(document, block, loose=False) or _leads_within(document, block):
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


def _leads_within(document: Document, block: Block) -> bool:
    """Whether a block has links of the site's own, which a citation cannot hold."""
    return any(item.leads_within for item in document.items(block))


def _only_link(item: Item) -> bool:
    around = item.text.replace(item.links[0].text, "", 1)
    return len(around.strip(" \t-–—*•·|.,;:()[]0123456789")) == 0


def _short(item: Item) -> bool:
    """Whether the words around the links of a line are an entry's, not a sentence's."""
    around = len(item.text) - sum(len(link.text) for link in item.links)
    return around <= 120


def _entries(items: Iterable[Item]) -> list[Citation]:
    """The citations of a flat list; the words around a link belong to its label, so that nothing is lost.

    What leads within the site stays in the text, words and all.
    """
    made: list[Citation] = []
    for item in items:
        if item.leads_within:
            made += [cite(one.address, one.text, "list", one.line) for one in item.links]
            continue
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


# The `sources` field of the front matter

_PARTS = ("url", "title", "publisher", "authors", "author", "date", "issued", "accessed", "type")


def from_field(reader: Reader) -> list[Citation]:
    """The citations of the `sources` field: addresses, or tables that say more than a label can."""
    here = reader.node("sources")
    entries = here[1].value if here and isinstance(here[1].value, list) else [here[1]] if here else []
    made = [_from_entry(reader, entry) for entry in entries if entry.value is not None]
    return [one for one in made if one]


def _from_entry(reader: Reader, entry: Node) -> Citation | None:
    parts = entry.value if isinstance(entry.value, dict) else {"url": entry}
    own = Reader(reader.path, parts)
    address = re.sub(r"^doi:\s*", "https://doi.org/", own.text("url"), flags=re.IGNORECASE)
    if not address and isinstance(entry.value, dict):
        words, hint = "this entry of sources has no url", "write url: https://…, or name the source in the text"
        reader.found += own.found or [error("field-type", words, reader.path, entry.line, hint)]
        return None
    if not urls.is_web(address):
        reader.wrong("sources", Node(address or entry.value, entry.line), "is a list of addresses", "write - https://…")
        return None
    title, publisher = own.text("title"), own.text("publisher")
    label = f"{publisher}: {title}" if publisher and title else title or publisher or address
    cited = cite(address, label, "field", entry.line)
    if title:
        cited = msgspec.structs.replace(cited, label=label, publisher=publisher, title=title)
    elif publisher:
        cited = msgspec.structs.replace(cited, label=label, publisher=publisher, title=_shown(address))
    said = msgspec.structs.replace(
        cited,
        authors=own.texts("authors", "author"),
        issued=_day(own, "date", "issued"),
        accessed=_day(own, "accessed"),
        type=_type(own),
    )
    reader.found += [*own.found, *_slips(reader.path, parts)]
    return said


def _slips(path: str, parts: dict[str, Node]) -> Iterator[Diagnostic]:
    """Fields of an entry that look like a slip of the pen; others are nobody's business."""
    for name, node in parts.items():
        near = difflib.get_close_matches(name.lower(), _PARTS, n=1, cutoff=0.75) if name not in _PARTS else []
        if near:
            words = f"the field {name} of a source is not known"
            yield warning("field-unknown", words, path, node.line, f"did you mean {near[0]}?")


def _day(own: Reader, *names: str) -> str:
    """A year, a month or a day; a time that follows is left out."""
    written = own.text(*names)
    day = references.iso_date(written.partition("T")[0].partition(" ")[0])
    here = own.node(*names)
    if written and not day and here:
        own.wrong(*here, "is a year, a month or a day", f"write {here[0]}: 2025-07-18, 2025-07 or 2025")
    return day


def _type(own: Reader) -> str:
    written = own.text("type")
    kind = references.kind(written)
    if kind is None:
        words = [*references.TYPES, *references.ALIASES]
        near = difflib.get_close_matches(written.lower(), words, n=1, cutoff=0.6)
        own.wrong("type", own.fields["type"], "is a type of CSL", f"did you mean {near[0] if near else 'webpage'}?")
    return kind or ""
