"""What is written for authors: a new note, a clipping with front matter, a new site.  Nothing that is there is lost."""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from notesite import disk, fields, link, load, locales, reading, starters, urls
from notesite.config import Config
from notesite.diagnostics import CannotGoOnError, Diagnostic, error
from notesite.disk import Folder
from notesite.fields import Head
from notesite.linkage import Linkage
from notesite.locales import Catalogue
from notesite.records import Citation, File, Note
from notesite.runs import Options

_ITS_OWN = frozenset(
    "title titel lang language sprache slug permalink url aliases redirect_from description beschreibung"
    " updated last_modified_at modified draft published translated reviewed".split()
)
"""Fields that say something of one note alone, and are not taken along to its translation."""
_KEYS = frozenset(["translation_key", "translationKey", "page_id", "ref"])
"""Nor is one of these where it keeps the note apart."""
_SPECIAL = str.maketrans({sign: "\\" + sign for sign in "\\[]*_`<&~"})
_BLOCK = re.compile(r"(?=[#>+=-])|(?<=\d)(?=[.)])")
_REFERENCE = re.compile(r"&(?=#?\w+;)")
_NOTHING = re.compile(r"""([^:]+:)[ \t]*(?:~|null|(["'])\s*\2)?[ \t]*(#.*)?""", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_END = re.compile(r"\r\n|\r|\n")
_ONE_A_LINE = "write each field on a line of its own"


class Adopted(Struct, frozen=True):
    """A clipping and the note it became: its path from the site's root, its text; `is_new` where this is no rewrite."""

    clipping: Folder
    path: str
    text: str
    is_new: bool


# A new note


def new(options: Options, title: str, lang: str = "") -> str:
    """Write a draft with front matter and the heading of a source list; its path from the site's root.

    Raises CannotGoOnError where there is such a note already, or the disk refuses.
    """
    _, config, catalogues, _ = reading.set_up(options)
    lang = lang or config.default_language
    head = [("title", title), ("lang", lang), ("date", options.today), ("draft", "true")]
    body = _listed(locales.spoken(catalogues, lang), ())
    path = f"{load.FOLDER}/{options.today}-{urls.slug(title)}.md"
    disk.create(options.root, path, _note("".join(fields.written(*field) for field in head), body))
    return path


def translation(options: Options, title: str, original: Note, lang: str) -> str:
    """Write a draft of a translation, with front matter and source list of the original; its path from the site's root.

    Raises CannotGoOnError as `new` does, and where the front matter is written so that it cannot be taken along.
    """
    _, config, catalogues, _ = reading.set_up(options)
    file = disk.read_note(options.root, original.path)
    text = load.decoded(file) if isinstance(file, File) else file
    if isinstance(text, Diagnostic):
        raise CannotGoOnError(text)
    head = fields.split(original.path, text)
    along = {name: node for name, node in head.fields.items() if _is_shared(name, node.value)}
    own = "".join(fields.written(*field) for field in (("title", title), ("lang", lang), ("draft", "true")))
    lines = fields.lines_of(head)
    listed = [one for one in original.citations if one.kind == "list"]
    body = _listed(locales.spoken(catalogues, lang), listed)
    made = _note(own + "".join(lines.get(name, "") for name in along), body)
    path = _translated_path(options, config, original, urls.slug(title), lang)
    read = fields.split(path, made).fields
    if any(name not in read or read[name].plain != node.plain for name, node in along.items()):
        words = "the front matter is written so that it cannot be taken along"
        raise CannotGoOnError(error("front-matter", words, original.path, 1, _ONE_A_LINE))
    disk.create(options.root, path, made)
    return path


def _is_shared(name: str, value: object) -> bool:
    return name.lower() not in _ITS_OWN and not (name in _KEYS and value == link.KEY_APART)


def _translated_path(options: Options, config: Config, original: Note, slug: str, lang: str) -> str:
    """The path for a translation: where its original is, in the folder of its language where these have one."""
    *folders, old = original.path.split("/")
    folder = "/".join(lang if part.lower() == original.lang.lower() else part for part in folders)
    day = urls.leading_date(old)
    name = day + slug
    # A name that is no note's, or that says a date which the original has not.
    if not load.is_note(f"{name}.md", config.notes.exclude) or (urls.leading_date(slug) and not day):
        name = f"note-{slug}"
    path = f"{folder}/{name}.md"
    return f"{folder}/{name}.{lang}.md" if disk.is_there(options.root, path) else path


def missing_language(config: Config, linkage: Linkage, notes: Mapping[str, Note], original: Note) -> str:
    """The site's first language in which a note does not exist yet; empty if there is none."""
    having = {notes[path].lang for path in _group(linkage, original)}
    langs = config.site.languages or (config.default_language, *(one.lang for one in notes.values()), "en", "de")
    return next((lang for lang in langs if lang not in having), "")


def version(linkage: Linkage, notes: Mapping[str, Note], original: Note, lang: str) -> str:
    """The path of a note's version in a language; empty if there is none."""
    return next((path for path in _group(linkage, original) if notes[path].lang == lang), "")


def _group(linkage: Linkage, note: Note) -> Sequence[str]:
    return next(group.notes for group in linkage.groups if note.path in group.notes)


def _listed(messages: Catalogue, citations: Iterable[Citation]) -> str:
    """A source list under its heading."""
    return f"## {messages.gettext('Sources')}\n\n" + "".join(f"- {_entry(one)}\n" for one in citations)


def _entry(one: Citation) -> str:
    """An entry of a source list, as Markdown that reads as this."""
    label = one.label.translate(_SPECIAL)
    if not one.address:
        return _BLOCK.sub(r"\\", label, count=1) if _BLOCK.match(label) or label[:1].isdigit() else label
    address = _REFERENCE.sub("&amp;", one.address)
    if not one.label or one.label == one.address:
        return f"<{one.address}>"
    plain = not set("() ") & set(one.address)
    return f"[{label}]({address})" if plain else f"[{label}](<{address}>)"


def _note(head: str, body: str) -> str:
    return f"---\n{head}---\n\n{body}"


# Clippings


def adopt(options: Options, clippings: Iterable[Folder]) -> list[Adopted]:
    """Write clippings as notes: what is missing from their front matter is filled in, and all else stays.

    A file below `notes/` is completed in its place, if anything is missing; others are copied there.  Raises
    CannotGoOnError with all that is wrong, before anything is written.
    """
    config = reading.configured(options)
    made: list[Adopted] = []
    wrong: list[Diagnostic] = []
    for clipping in {one.resolve(): one for one in clippings}.values():
        one = _adopted(options, config, clipping)
        if isinstance(one, Adopted):
            made.append(one)
        else:
            wrong += one
    wrong += _taken(options, made)
    if wrong:
        raise CannotGoOnError(*wrong)
    for one in made:
        (disk.create if one.is_new else disk.replace)(options.root, one.path, one.text)
    return made


def _adopted(options: Options, config: Config, clipping: Folder) -> Adopted | tuple[Diagnostic, ...]:
    """What a clipping becomes, or what is wrong with it."""
    if not clipping.suffix.lower().endswith(load.ENDINGS):
        words = "this is neither Markdown nor plain text"
        return (error("unreadable", words, str(clipping), 0, f"save it as {load.ENDINGS[0]} or {load.ENDINGS[-1]}"),)
    notes, home = (options.root / load.FOLDER).resolve(), clipping.resolve()
    below = home.relative_to(notes).as_posix() if home.is_relative_to(notes) else ""
    in_place = load.is_note(below, config.notes.exclude) if below else False
    file = disk.read_note(clipping.parent, clipping.name)
    if isinstance(file, File):
        file = File(f"{load.FOLDER}/{below if in_place else clipping.name}", file.data)
    text = load.decoded(file) if isinstance(file, File) else file
    if isinstance(file, Diagnostic) or isinstance(text, Diagnostic):
        return _found_in(clipping, [one for one in (file, text) if isinstance(one, Diagnostic)][:1])
    read = load.note(file, config)
    if read.note is None:
        return _found_in(clipping, read.found)
    path = file.path if in_place else f"{load.FOLDER}/{_name(clipping, read.note, config)}.md"
    filled = completed(read.note, file.data.decode() if in_place else text)
    if filled is None or load.note(File(file.path, filled.encode()), config).note is None:
        words = "its front matter is written so that nothing can be added to it"
        return _found_in(clipping, [error("front-matter", words, "", 1, _ONE_A_LINE)])
    return Adopted(clipping, path, filled, is_new=not in_place)


def _found_in(clipping: Folder, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Errors, at the place where their author looks."""
    return tuple(msgspec.structs.replace(one, path=str(clipping)) for one in found if one.severity == "error")


def _name(clipping: Folder, note: Note, config: Config) -> str:
    """What a note's file is called: as the clipping where that is a word, else by date and title."""
    named = urls.has_word(urls.bare_name(clipping.name, config.marks))
    if named and load.is_note(f"{clipping.stem}.md", config.notes.exclude):
        return clipping.stem
    return "-".join(filter(None, (note.date[:10], urls.slug(note.title))))


def completed(note: Note, raw: str) -> str | None:
    """A note's file with title, language and, if known, date in its front matter; None where no line can take them.

    All other lines stay as they are, with their ends.  `raw` is the file's text, and `note` what it says.
    """
    mark = "\ufeff" if raw.startswith("\ufeff") else ""
    lines = _LINE.findall(raw.removeprefix(mark))
    ends = _END.findall(raw)
    end = ends[0] if ends else "\n"
    head = fields.split(note.path, "".join(re.sub(r"\r\n?", "\n", line) for line in lines))
    inferred = {"title": note.title, "lang": note.lang, "date": note.date}
    written = {name: fields.written(name, value)[:-1] for name, value in inferred.items() if value}
    missing = [line + end for name, line in written.items() if name not in head.fields]
    if not head.offset:
        body, day = load.undated(head)
        text = body if day == note.date else head.body
        own = ends[len(text) - len(text.lstrip("\n")) :]  # a date that is taken out leaves its line ends
        kept = zip(text.strip("\n").split("\n"), [*own, end], strict=False)
        return mark + f"---{end}{''.join(missing)}---{end}{end}" + "".join(map("".join, kept))
    for name in written.keys() & head.fields.keys():
        if not _says(head, name):
            at = head.fields[name].line - 1
            empty = _NOTHING.fullmatch(lines[at].rstrip("\r\n")) if at < len(lines) else None
            if empty is None:
                return None
            lines[at] = written[name] + (f" {empty[3]}" if empty[3] else "") + end
    first = next(at for at, line in enumerate(lines, 1) if line.startswith("---"))
    return mark + "".join([*lines[:first], *missing, *lines[first:]])


def _says(head: Head, name: str) -> bool:
    """Whether a field says anything: `title:` does not, nor does `title: ""`."""
    value = head.fields[name].value
    return value is not None and str(value).strip() != ""


def _taken(options: Options, made: Sequence[Adopted]) -> list[Diagnostic]:
    """Clippings whose note is there already, or is that of another one."""
    wrong, seen = [], dict[str, Folder]()
    for one in made:
        by_title = not one.path.endswith(f"/{one.clipping.stem}.md")
        name = "a file name with a word in it" if by_title else "another file name"
        hint = f"give the clipping {name}, or move what is there"
        other = seen.setdefault(urls.same_place(one.path), one.clipping)
        if other is not one.clipping:
            words = f"{one.clipping} and {other} would both become this note"
            wrong.append(error("file-exists", words, one.path, 0, hint))
        elif one.is_new and disk.is_there(options.root, one.path):
            words = f"{one.clipping} would become this note, which is here already"
            wrong.append(error("file-exists", words, one.path, 0, hint))
    return wrong


# A new site


def init(root: Folder, host: str = "", requirement: str = "") -> tuple[list[str], list[str]]:
    """Write what a new site has, and what a host wants of it; the paths that were written, and those that were there.

    `requirement` is the text by which pip installs this notesite.  What is there stays as it is, and a folder with
    notes gets none.  Raises CannotGoOnError, before anything is written, where a file stands in the way of a folder.
    """
    name = disk.name(root)
    files = starters.site(name, urls.slug(name)[:_LONGEST_NAME].strip("-"), host, requirement)
    if disk.is_folder(root, load.FOLDER):
        files = {path: text for path, text in files.items() if not path.startswith(load.FOLDER + "/")}
    there = [path for path in files if disk.is_there(root, path)]
    folders = dict.fromkeys(folder for path in files if path not in there for folder in ("", *urls.folders_of(path)))
    stand = [folder for folder in folders if disk.is_there(root, folder) and not disk.is_folder(root, folder)]
    if stand:
        words = "this is in the way of a folder"
        raise CannotGoOnError(*(error("output", words, str(root / one), 0, "move it elsewhere") for one in stand))
    for path, text in files.items():
        if path not in there:
            disk.create(root, path, text)
    return [path for path in files if path not in there], there


_LONGEST_NAME = 63
"""Characters of a name in the DNS (RFC 1035), which some hosts make of a site's."""
