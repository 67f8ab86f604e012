"""What is written for authors: a new note, a clipping with front matter, a new site.  Nothing that is there is lost."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from notesite import disk, fields, load, locales, reading, starters, urls
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
_SPECIAL = str.maketrans({sign: "\\" + sign for sign in "\\[]*_`<"})


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
    path = _free(options, load.FOLDER, f"{options.today}-{urls.slug(title)}", lang)
    disk.create(options.root, path, _note([fields.written(*field) for field in head], body))
    return path


def translation(options: Options, title: str, original: Note, lang: str) -> str:
    """Write a draft of a translation, with front matter and source list of the original; its path from the site's root.

    Raises CannotGoOnError as `new` does.
    """
    _, _, catalogues, _ = reading.set_up(options)
    file = disk.read_note(options.root, original.path)
    text = load.decoded(file) if isinstance(file, File) else file
    if isinstance(text, Diagnostic):
        raise CannotGoOnError(text)
    head = fields.split(original.path, text)
    own = [("title", title), ("lang", lang), ("draft", "true")]
    along = fields.lines_of(_inside(head, text), head.fields)
    lines = [f"{line}\n" for name, lines in along.items() if name and name.lower() not in _ITS_OWN for line in lines]
    listed = [one for one in original.citations if one.kind == "list"]
    *folders, name = original.path.split("/")
    folder = "/".join(lang if part.lower() == original.lang.lower() else part for part in folders)
    path = _free(options, folder, urls.leading_date(name) + urls.slug(title), lang)
    written = [*(fields.written(*field) for field in own), *lines]
    disk.create(options.root, path, _note(written, _listed(locales.spoken(catalogues, lang), listed)))
    return path


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


def _free(options: Options, folder: str, name: str, lang: str) -> str:
    """The path for a note of this name; with its language where another note has that."""
    path = f"{folder}/{name}.md"
    return f"{folder}/{name}.{lang}.md" if (options.root / path).exists() else path


def _listed(messages: Catalogue, citations: Iterable[Citation]) -> str:
    """A source list under its heading."""
    return f"## {messages.gettext('Sources')}\n\n" + "".join(f"- {_entry(one)}\n" for one in citations)


def _entry(one: Citation) -> str:
    label = one.label.translate(_SPECIAL)
    if not one.address:
        return label
    if not one.label or one.label == one.address:
        return f"<{one.address}>"
    plain = not set("() ") & set(one.address)
    return f"[{label}]({one.address})" if plain else f"[{label}](<{one.address}>)"


def _note(head: Iterable[str], body: str) -> str:
    return "---\n" + "".join(head) + "---\n\n" + body


def _inside(head: Head, text: str) -> Sequence[str]:
    """The lines between the fences."""
    lines = text.split("\n")[: head.offset]
    first = next((number for number, line in enumerate(lines, 1) if line.startswith("---")), 0)
    return lines[first:-1]


# Clippings


def adopt(options: Options, clippings: Sequence[Folder]) -> list[Adopted]:
    """Write clippings as notes: what is missing from their front matter is filled in, what is there stays.

    A file below `notes/` is written anew in its place, if anything is missing; others are copied there.  Raises
    CannotGoOnError with all that is wrong, and nothing is written then.
    """
    config = reading.configured(options)
    made: list[Adopted] = []
    wrong: list[Diagnostic] = []
    for clipping in clippings:
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
    filled = _filled(file.path, text, read.note)
    if load.note(File(file.path, filled.encode()), config).note is None:
        words = "its front matter is written so that nothing can be added to it"
        return _found_in(clipping, [error("front-matter", words, "", 1, "write each field on a line of its own")])
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


def _filled(path: str, text: str, note: Note) -> str:
    """A note's text with title, language and date, if known, in its front matter; as it is where these are there."""
    head = fields.split(path, text)
    inferred = {"title": note.title, "lang": note.lang, "date": note.date}
    said = {name for name, node in head.fields.items() if node.value is not None}
    lines = [fields.written(name, value) for name, value in inferred.items() if value and name not in said]
    if not lines:
        return text
    kept = fields.lines_of(_inside(head, text), head.fields)
    empty = inferred.keys() - said  # `title:` with nothing after it
    lines += [f"{line}\n" for name, own in kept.items() if name not in empty for line in own]
    return _note(lines, load.undated(head)[0].strip("\n") + "\n")


def _taken(options: Options, made: Sequence[Adopted]) -> list[Diagnostic]:
    """Clippings whose note is there already, or is that of another one."""
    wrong, seen = [], dict[str, Folder]()
    hint = "give the clipping another file name, or move what is there"
    for one in made:
        other = seen.setdefault(urls.same_place(one.path), one.clipping)
        if other is not one.clipping:
            wrong.append(error("file-exists", f"{one.clipping} and {other} are one note", one.path, 0, hint))
        elif one.is_new and (options.root / one.path).exists():
            wrong.append(error("file-exists", f"this note is here already; {one.clipping} is not", one.path, 0, hint))
    return wrong


# A new site


def init(root: Folder, host: str = "", requirement: str = "") -> tuple[list[str], list[str]]:
    """Write what a new site has, and what a host wants of it; the paths that were written, and those that were there.

    `requirement` is how pip installs this notesite.  What is there stays as it is, and a folder with notes gets none.
    """
    name = root.resolve().name
    files = starters.site(name, urls.slug(name), host, requirement)
    if (root / load.FOLDER).exists():
        files = {path: text for path, text in files.items() if not path.startswith(load.FOLDER + "/")}
    there = [path for path in files if (root / path).exists()]
    for path, text in files.items():
        if path not in there:
            disk.create(root, path, text)
    return [path for path in files if path not in there], there
