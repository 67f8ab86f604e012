"""Note files to notes: the facts of each note, a pure function of its bytes, its path and the settings."""

import difflib
import fnmatch
import re
from collections.abc import Callable, Sequence
from functools import cached_property

import msgspec
from msgspec import Struct

from notesite import (
    bodies,
    content,
    dialect,
    facets,
    fields,
    locales,
    passages,
    prose,
    records,
    remarks,
    sources,
    traits,
    urls,
)
from notesite.config import Config
from notesite.diagnostics import Diagnostic, error, warning
from notesite.facets import Facets
from notesite.fields import Head, Node, Reader
from notesite.markup import Block, Document
from notesite.records import Citation, Content, File, Note, Packed, Text, Traits
from notesite.sources import Listed
from notesite.traits import Weighed, weighed

FOLDER = "notes"
"""Where the notes are, below the site's root."""
ENDINGS = (".md", ".markdown", ".txt")
DRAFTS = ("drafts", "_drafts")

_KNOWN = (
    "title lang date updated last_modified_at slug permalink aliases redirect_from draft published tags categories"
    " category description authors author generated translated reviewed audio image sources translation_key"
    " translationKey page_id ref layout type"
).split()
# Words that authors write for a field of ours.
_MEANT = {
    "language": "lang", "sprache": "lang", "titel": "title", "datum": "date", "beschreibung": "description",
    "autor": "authors", "autoren": "authors", "quellen": "sources", "schlagworte": "tags", "keywords": "tags",
    "modified": "updated", "url": "permalink",
}  # fmt: skip
_FILE_DATE = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?=[-_ .]|$)")
_LEADING_DATE = re.compile(r"\s*date:?[ \t]+(\d{4}-\d{2}-\d{2})(?:[ \t]+|[ \t]*\n|$)", re.IGNORECASE)


class Loaded(Struct, frozen=True, dict=True):
    """What one file gave: its note, unless it could not be read as meant, and what there is to say.

    `facets` are None where nobody knows them: what cannot be kept counts as changed.  `weighing` is what weighs in
    linking, encoded: most builds do not look at it.
    """

    note: Note | None
    found: tuple[Diagnostic, ...]
    facets: Facets | None = None
    weighing: msgspec.Raw = msgspec.Raw(b"\xc0")

    @cached_property
    def weighed(self) -> Weighed | None:
        """What of the note weighs in linking, where that is known."""
        return _weighed_of(self.weighing)


class Parsed(Struct, frozen=True):
    """A note that was read, as it is kept: the encoded `Loaded` without the note's text, and the text."""

    head: bytes
    text: Packed


_decoder = msgspec.msgpack.Decoder(Loaded)
_weighed_of: Callable[[msgspec.Raw], Weighed | None] = msgspec.msgpack.Decoder(Weighed | None).decode


def is_note(path: str, exclude: Sequence[str] = ()) -> bool:
    """Whether a path below `notes/` is a note's: by its ending, not hidden, no README, not excluded."""
    name, below = path.rpartition("/")[2], f"/{path}"
    if not name.lower().endswith(ENDINGS) or name.upper().startswith("README"):
        return False
    hidden = "/." in below or "/_" in below  # few are, and this is asked of each file
    if hidden and any(part.startswith((".", "_")) and part not in DRAFTS for part in path.split("/")):
        return False
    return not exclude or not any(fnmatch.fnmatchcase(path, pattern) for pattern in exclude)


def note(file: File, config: Config) -> Loaded:
    """Read one note file (`file.path` from the site's root)."""
    try:
        text = decoded(file)
        if not isinstance(text, str):
            return Loaded(None, (text,))
        return _Loader(file.path, text, config).loaded()
    except Exception as failure:  # a fault of ours, but with its name, and the other notes are read
        words = f"this note cannot be read: {type(failure).__name__}: {failure}"
        return Loaded(None, (error("unreadable", words, file.path, 0, "please report this note as a bug of notesite"),))


def settings(config: Config) -> tuple[object, ...]:
    """The settings that reading a note depends on."""
    return (config.default_language, config.marks, config.site.languages, config.site.authors)


def packed(file: File, config: Config) -> Parsed | Loaded:
    """Read one note file, and what it gave as bytes; as it is, where it is broken or holds what no bytes can."""
    made = note(file, config)
    if made.note is None or not isinstance(made.note.text, Packed):
        return made
    try:
        bare = msgspec.structs.replace(made.note, text=Text())
        weighing = msgspec.Raw(msgspec.msgpack.encode(weighed(made.note)))
        known = Loaded(bare, made.found, facets.of(made.note), weighing)
        return Parsed(msgspec.msgpack.encode(known), made.note.text)
    except (OverflowError, TypeError, ValueError, RecursionError):  # numbers of twenty digits
        return made


def unpacked(head: bytes | msgspec.Raw, text: Text) -> Loaded:
    """What reading a note gave, with its text."""
    made = _decoder.decode(head)
    if made.note is not None:
        msgspec.structs.force_setattr(made.note, "text", text)  # it was made here, and nobody has seen it yet
    return made


def decoded(file: File) -> str | Diagnostic:
    """The file's text with line ends as line feeds and without byte order mark, or what is wrong with its bytes."""
    data = file.data
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return error("encoding", "this file is UTF-16", file.path, 1, "save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        data = failure.object  # without a byte order mark
        line = len(re.findall(rb"\r\n|\r|\n", data[: failure.start])) + 1
        words = f"the byte 0x{data[failure.start]:02X} is not UTF-8"
        return error("encoding", words, file.path, line, "save the file as UTF-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        return error("encoding", "a NUL character stands here", file.path, line, "remove it; is this a text file?")
    return text


def undated(head: Head) -> tuple[str, str]:
    """The body, and the date it begins with if there is no front matter (` date 2025-07-18 …`)."""
    match = None if head.offset else _LEADING_DATE.match(head.body)
    date = fields.iso(match[1]) if match else None
    if match is None or date is None:
        return head.body, ""
    return "\n" * head.body[: match.end()].count("\n") + head.body[match.end() :], date


class _Loader:
    """Reads one note, collecting what is wrong or inferred on the way."""

    def __init__(self, path: str, text: str, config: Config) -> None:
        self.path, self.config = path, config
        self.found: list[Diagnostic] = []
        self.head = fields.split(path, self._without_controls(text))
        self.reader = Reader(path, self.head.fields)
        self.found += self.head.found
        self.body, self.leading_date = undated(self.head)
        self.document = self._document()
        if self.document.too_deep:
            words = f"this is nested more than {dialect.DEEPEST} levels deep and would be lost"
            self.found.append(error("nesting", words, path, self.document.too_deep, "use fewer levels"))

    def loaded(self) -> Loaded:
        """The note and everything there is to say about it."""
        if self.head.found:  # nothing is missing from a front matter that cannot be read
            return Loaded(None, tuple(self.found))
        listed = sources.find_list(self.document)
        title = self._title(listed)
        citations = self._citations(listed)
        omit = listed.blocks | self._repeated_title(title)
        numbers = {one.key: n for n, one in enumerate(records.numbered(citations), 1) if one.key}
        by_address = {one.address: numbers[one.key] for one in citations if one.key}
        lang = self._lang()
        runs = passages.read(self.document, omit, lang)
        text = traits.read(self.document, omit, runs)
        compared = content.read(self.document, omit, runs, lang)
        body = bodies.render(self.document, frozenset(omit), by_address)
        for picture in body.pictures:
            words = f"the picture {picture.address} is on another host; pages load nothing from there and link to it"
            self._warn("picture-remote", words, picture.line, "save it beside the note")
        for label, line in self.document.idle_footnotes:
            words = f"nothing refers to the footnote [^{label}]; it is left out"
            self._warn("footnote-idle", words, line, f"write [^{label}] where it belongs")
        made = self._note(title, lang, listed, citations, body, text, compared)
        self.found += self.reader.found
        self._slips()
        broken = any(one.severity == "error" for one in self.found)
        return Loaded(None if broken else made, tuple(self.found))

    def _note(
        self,
        title: str,
        lang: str,
        listed: Listed,
        citations: tuple[Citation, ...],
        body: bodies.Body,
        text: Traits,
        compared: Content,
    ) -> Note:
        read = self.reader
        folders = self.path.split("/")[:-1]
        given = read.text("slug")
        return Note(
            path=self.path,
            lang=lang,
            title=title,
            slug=urls.slug(given) if given else urls.note_slug(self._below(), self.config.marks, title),
            date=self._date(),
            updated=read.day("updated", "last_modified_at"),
            permalink=self._address("permalink"),
            aliases=self._aliases(),
            draft=read.flag("draft") is True or read.flag("published") is False or bool(set(DRAFTS) & set(folders)),
            tags=read.texts("tags", "categories", "category"),
            description=read.text("description") or prose.summary(self._first_paragraph(listed)),
            authors=read.texts("authors", "author") or self.config.site.authors,
            generated=read.said("generated"),
            translated=read.said("translated"),
            reviewed=read.said("reviewed"),
            audio=read.said("audio") or False,
            image=read.said("image") or False,
            translation_key=read.text("translation_key", "translationKey", "page_id", "ref"),
            ignored=self._ignored(),
            template=self._template(),
            extra={name: node.plain for name, node in self.head.fields.items() if name not in _KNOWN},
            headings=body.headings,
            links=body.links,
            words=self.document.count_words(),
            text=records.packed(body.sections, body.footnotes, text, compared, citations),
        )

    def _warn(self, rule: str, message: str, line: int = 0, hint: str = "") -> None:
        self.found.append(warning(rule, message, self.path, line, hint))

    def _below(self) -> str:
        return self.path.removeprefix(FOLDER + "/")

    # What the text is

    def _without_controls(self, text: str) -> str:
        """The text with control characters replaced: neither HTML nor XML can hold them."""
        first = prose.control(text)
        if first is None:
            return text
        line = text[: first.start()].count("\n") + 1
        self._warn("control-character", f"the control character U+{ord(first[0]):04X} stands here", line, "remove it")
        return prose.CONTROL.sub("\ufffd", text)

    def _document(self) -> Document:
        if not prose.is_clipping(self.body):
            return Document(self.body, self.head.offset)
        # Each line is a paragraph: an empty line between any two, so every second line counts.
        leading = len(self.body) - len(self.body.lstrip("\n"))
        lines = [line.strip() for line in self.body.strip("\n").split("\n")]
        return Document("\n\n".join(lines), self.head.offset + leading, 2)

    # What the front matter says, or what stands in for it

    def _lang(self) -> str:
        here = self.reader.node("lang")
        if here:
            written = self.reader.text("lang")
            known = locales.tag(written) if written else None
            if written and known is None:
                self.reader.wrong("lang", here[1], "is a language tag", "write lang: de or lang: en")
            return known or self.config.default_language
        mark = urls.language_mark(self._below(), self.config.marks)
        if mark:
            return locales.tag(mark) or mark
        guessed = prose.guess(" ".join(self.document.text(block) for block in self.document.blocks[:40]))
        if guessed and (not self.config.site.languages or guessed in self.config.site.languages):
            name = locales.language_name(guessed, "en")
            self._warn("lang-inferred", f"lang is missing; the text reads as {name}", 0, self._lang_hint(guessed))
            return guessed
        default = self.config.default_language
        words = f"lang is missing and the text does not tell; taken as {default}"
        self._warn("lang-inferred", words, 0, self._lang_hint(default))
        return default

    def _lang_hint(self, lang: str) -> str:
        mark = urls.likely_mark(self._below())
        return f"write lang: {lang}" + (f"; {mark} in the path counts if [site] languages lists it" if mark else "")

    def _title(self, listed: Listed) -> str:
        given = self.reader.text("title")
        if given:
            return given
        blocks = [block for block in self.document.blocks if block not in listed.blocks]
        headings = [block for block in blocks if block.kind == "heading" and self.document.text(block).strip()]
        first = headings[0] if headings else None
        if first and (first is blocks[0] or first.level == 1):
            title, where = " ".join(self.document.text(first).split()), "first heading"
        else:
            title, where = prose.title_from(self._first_paragraph(listed)), "first sentence"
        if not title:
            title, where = urls.bare_name(self._below(), self.config.marks) or "untitled", "file name"
        written = self.reader.node("title")
        if written is None or isinstance(written[1].value, str):  # else it is wrong, and said to be
            words = f"title is missing; taken from the {where}: {title}"
            self._warn("title-inferred", words, 0, f"write title: {title!r}")
        return title

    def _repeated_title(self, title: str) -> frozenset[Block]:
        """The first heading, where it says the title once more."""
        heading = next((block for block in self.document.blocks if block.kind == "heading"), None)
        said = locales.sort_key(self.document.text(heading)) if heading else ("", "")
        wanted = locales.sort_key(title)
        # Titles without a letter fold to nothing.
        return frozenset({heading} if heading and (said == wanted or said[0] == wanted[0] != "") else ())

    def _first_paragraph(self, listed: Listed) -> str:
        texts = (self.document.text(block) for block in self.document.blocks if self._is_prose(block, listed))
        return next((text for text in texts if text.strip()), "")

    def _is_prose(self, block: Block, listed: Listed) -> bool:
        return block.kind == "paragraph" and block not in listed.blocks

    def _date(self) -> str:
        if self.reader.node("date"):
            return self.reader.day("date")
        name = _FILE_DATE.match(self.path.rpartition("/")[2])
        from_name = fields.iso(name[1]) if name else None
        if from_name:
            return from_name
        if self.leading_date:
            words = f"the text begins with a date, {self.leading_date}; taken as the note's and left out of the text"
            line = self.head.body[: self.head.body.index(self.leading_date)].count("\n") + 1
            self._warn("date-inferred", words, line, f"write date: {self.leading_date}")
        return self.leading_date

    def _address(self, name: str) -> str:
        written = self.reader.text(name)
        safe = urls.safe_path(written) if written else ""
        if safe is None:
            self.reader.wrong(name, self.reader.fields[name], "is an address within the site", "write /some/words/")
        return safe or ""

    def _aliases(self) -> tuple[str, ...]:
        name, node = self.reader.node("aliases", "redirect_from") or ("", Node(None, 0))
        lines = {str(one.value): one.line for one in node.value} if isinstance(node.value, list) else {}
        made = {one: urls.safe_path(one) for one in self.reader.texts("aliases", "redirect_from")}
        for written in (one for one, safe in made.items() if safe is None):
            here = Node(written, lines.get(written, node.line))
            self.reader.wrong(name, here, "is an address within the site", "write /old/words/")
        return tuple(one for one in made.values() if one)

    def _ignored(self) -> tuple[str, ...]:
        names, found = remarks.ignored(self.document.comments, self.path)
        self.found += found
        return names

    def _template(self) -> str:
        name = self.reader.text("layout", "type")
        return "note" if name in ("", "post", "note") else name

    # What the note rests on

    def _citations(self, listed: Listed) -> tuple[Citation, ...]:
        """Every citation: the source list first, then the field, running text, footnotes."""
        text = [
            sources.cite(one.address, one.text, "inline", one.line)
            for block in self.document.blocks
            if block not in listed.mentioned
            for one in self.document.mentions(block)
        ]
        notes = [sources.cite(one.address, one.text, "footnote", one.line) for one in self.document.footnote_mentions()]
        for entry in listed.citations:
            if not entry.key:
                words = f"this entry of the source list has no address: {entry.label[:80]}"
                self._warn("source-unaddressed", words, entry.line, "write [Publisher: Title](https://…)")
        return (*listed.citations, *sources.from_field(self.reader), *text, *notes)

    def _slips(self) -> None:
        """Unknown fields that look like a slip of the pen."""
        for name, node in self.head.fields.items():
            if name in _KNOWN:
                continue
            near = difflib.get_close_matches(name.lower(), [*_KNOWN, *_MEANT], n=1, cutoff=0.8)
            if near:
                meant = _MEANT.get(near[0], near[0])
                self._warn("field-unknown", f"the field {name} is not known", node.line, f"did you mean {meant}?")
