"""The settings of a site: `notesite.toml` as typed records, all optional, unknown keys refused."""

import difflib
import re
import tomllib
from collections.abc import Iterable
from typing import Annotated, Any, TypeVar, get_type_hints

import msgspec
from msgspec import Struct

from notesite import locales, urls
from notesite.diagnostics import Diagnostic, Severities, Severity, error
from notesite.records import SETTINGS
from notesite.rules import RULES, nearest

Count = Annotated[int, msgspec.Meta(ge=0)]
_Table = TypeVar("_Table", bound=Struct)


class Site(Struct, frozen=True, forbid_unknown_fields=True):
    """`[site]`: what the site is called, where it will stand, its languages and the address of a note."""

    title: str = ""
    url: str = ""
    description: str = ""
    authors: tuple[str, ...] = ()
    default_language: str = ""
    languages: tuple[str, ...] = ()
    permalink: str = "/{lang}/{slug}/"


class Notes(Struct, frozen=True, forbid_unknown_fields=True):
    """`[notes]`: shell patterns of paths below `notes/` that are no notes."""

    exclude: tuple[str, ...] = ()


class Pages(Struct, frozen=True, forbid_unknown_fields=True):
    """`[pages]`: how many notes the home pages and the feeds show (0: no feed), and how many that share sources a note.

    The sources of all notes together are always there for reference managers; those of each publisher and of each
    note are where they are asked for.  `compare` makes a page for each note that has a translation, on which the two
    stand side by side; `findings` shows readers in what they differ, which else drafts alone show.
    """

    newest: Count = 20
    feed: Count = 20
    shared: Count = 5
    publisher_exports: bool = False
    note_exports: bool = False
    compare: bool = True
    findings: bool = False


class Links(Struct, frozen=True, forbid_unknown_fields=True):
    """`[links]`: patterns of addresses that `check --links` leaves out, and the days that it believes what it found."""

    exclude: tuple[str, ...] = ()
    again: Count = 7


class Build(Struct, frozen=True, forbid_unknown_fields=True):
    """`[build]`: the output folder below the site's root, and the processes that read notes (0: as fits)."""

    output: str = "build"
    jobs: Count = 0


class Language(Struct, frozen=True, forbid_unknown_fields=True):
    """`[languages.de]`: the site's title and description in one language."""

    title: str = ""
    description: str = ""


class Config(Struct, frozen=True, kw_only=True):
    """All settings, with what one run adds to them.

    `check` holds severities by rule, `folders` by folder and rule (`[check."notes/old/"]`).
    `today` is an ISO day and decides only what is a future note; `base` is where the site will stand;
    `catalogues` are the languages that messages exist in.
    """

    site: Site = Site()
    notes: Notes = Notes()
    pages: Pages = Pages()
    build: Build = Build()
    links: Links = Links()
    check: dict[str, Severity] = {}
    folders: dict[str, dict[str, Severity]] = {}
    languages: dict[str, Language] = {}
    base: urls.Base = urls.Base()
    today: str = ""
    drafts: bool = False
    catalogues: tuple[str, ...] = ()

    @property
    def default_language(self) -> str:
        """The language of what says nothing and shows none: as set, else the first one set, else English."""
        return self.site.default_language or (self.site.languages[0] if self.site.languages else "en")

    @property
    def marks(self) -> tuple[str, ...]:
        """The languages whose tags in a path are language marks: as set, else those with messages."""
        return self.site.languages or self.catalogues

    @property
    def severities(self) -> Severities:
        """How bad this site takes its diagnostics to be, but for what notes ignore."""
        return Severities(self.check, self.folders)

    def text(self, lang: str) -> Language:
        """The site's title and description in a language, falling back to `[site]`."""
        own = self.languages.get(lang, Language())
        return Language(own.title or self.site.title, own.description or self.site.description)


_TABLES: dict[str, type[Struct]] = {"site": Site, "notes": Notes, "pages": Pages, "build": Build, "links": Links}


def parse(text: str) -> tuple[Config, tuple[Diagnostic, ...]]:
    """The settings in a TOML text and what is wrong with them; wrong ones are left at their defaults."""
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as failure:
        line = re.search(r"at line (\d+)", str(failure))
        at_end = text.rstrip().count("\n") + 1 if "end of document" in str(failure) else 1
        words = re.sub(r" \(at .*\)$", "", str(failure))
        found = error("settings", f"this is not TOML: {words}", SETTINGS, int(line[1]) if line else at_end)
        return Config(), (found,)
    reader = _Reader(text)
    values: dict[str, Any] = {}
    for name, table in tables.items():
        if name == "site":
            values[name] = reader.site(table)
        elif name in _TABLES:
            values[name] = reader.table(_TABLES[name], name, table)
        elif name == "check":
            entries = reader.entries(name, table)
            folders = {folder: one for folder, one in entries.items() if isinstance(one, dict)}
            values["folders"] = {folder: reader.severities(f"check.{folder}", one) for folder, one in folders.items()}
            values[name] = reader.severities(name, {key: one for key, one in entries.items() if key not in folders})
        elif name == "languages":
            values[name] = reader.languages(table)
        else:
            reader.unknown(name, [*_TABLES, "check", "languages"], name)
    config = Config(**values)
    base = urls.parse_base(config.site.url) if config.site.url else urls.Base()
    if base is None:
        reader.wrong("site.url", f"{config.site.url!r} is no address of the web", "write https://notes.example/")
    _check_permalink(config.site.permalink, reader)
    config = msgspec.structs.replace(config, base=base or urls.Base())
    return config, tuple(reader.found)


def _check_permalink(pattern: str, reader: "_Reader") -> None:
    known = {"lang", "slug", "year", "month", "day", "path"}
    names = re.findall(r"\{([^{}]*)\}", pattern)
    filled = re.sub(r"\{\w*\}", "x", pattern)
    safe = pattern.startswith("/") and not set("{}") & set(filled) and urls.safe_path(filled) == filled
    if not safe or not {"slug", "path"} & set(names) or set(names) - known:
        reader.wrong(
            "site.permalink",
            f"{pattern!r} does not make an address of a note",
            "begin with /, name {slug} or {path}, and use only " + ", ".join(f"{{{n}}}" for n in sorted(known)),
        )


class _Reader:
    """Collects what is wrong with a settings text, each with its line."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.found: list[Diagnostic] = []

    def site(self, table: Any) -> Site:
        """The table `[site]`, with its languages as notes say theirs."""
        read = self.table(Site, "site", table)
        default = [read.default_language] if read.default_language else []
        return msgspec.structs.replace(
            read,
            languages=self.tags("site.languages", read.languages),
            default_language="".join(self.tags("site.default_language", default)),
        )

    def table(self, kind: type[_Table], name: str, table: Any) -> _Table:
        """One table as its record; keys that are unknown or of the wrong type are reported and left out."""
        hints = get_type_hints(kind, include_extras=True)
        values = {}
        for key, value in self.entries(name, table).items():
            if key not in hints:
                self.unknown(key, list(hints), f"{name}.{key}")
                continue
            try:
                values[key] = msgspec.convert(value, hints[key])
            except msgspec.ValidationError as failure:
                self.wrong(f"{name}.{key}", str(failure), "see the list of settings in the README")
        return kind(**values)

    def entries(self, name: str, table: Any) -> dict[str, Any]:
        """A table with keys of the site's own; anything else is reported and read as empty."""
        if isinstance(table, dict):
            return table
        self.wrong(name, f"{name} is a table of settings", f"write [{name}] on a line of its own")
        return {}

    def severities(self, name: str, table: dict[str, Any]) -> dict[str, Severity]:
        """A table of rules and how bad what they find is."""
        values = {}
        for key, value in table.items():
            if key not in RULES:
                self.wrong(f"{name}.{key}", "there is no such rule", nearest(key))
                continue
            try:
                severity = Severity(value)
            except ValueError:
                self.wrong(f"{name}.{key}", f"{value!r} is no severity", "say ignore, warning or error")
                continue
            if RULES[key].severity is Severity.ERROR is not severity:
                words = f"what {key} finds is an error, and stays one"
                self.wrong(f"{name}.{key}", words, "leave the rule out, and mend what it finds")
                continue
            values[key] = severity
        return values

    def languages(self, table: Any) -> dict[str, Language]:
        """The tables `[languages.TAG]`."""
        made: dict[str, Language] = {}
        for written, one in self.entries("languages", table).items():
            place = f"languages.{written}"
            read = self.table(Language, place, one)
            for tag in self.tags(place, [written]):
                if tag in made:
                    self.wrong(place, f"the language {tag} has a table already", "make one table of the two")
                made.setdefault(tag, read)
        return made

    def tags(self, place: str, written: Iterable[str]) -> tuple[str, ...]:
        """Language tags as they are read in notes (`DE` is `de`), each once; what is none is reported and left out."""
        made = {one: locales.tag(one) for one in written}
        for one in (one for one, tag in made.items() if tag is None):
            self.wrong(place, f"{one!r} is no language tag", "write de, en or pt-BR")
        return tuple(dict.fromkeys(tag for tag in made.values() if tag))

    def unknown(self, key: str, known: list[str], place: str) -> None:
        """A key that is none of ours, with the nearest one that is."""
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
        hint = f"did you mean {near[0]}?" if near else "known are " + ", ".join(sorted(known))
        self.wrong(place, "there is no such setting", hint)

    def wrong(self, place: str, message: str, hint: str) -> None:
        """An error at the line that sets `place` (`table.key`)."""
        self.found.append(error("settings", f"{message} ({place})", SETTINGS, self._line(place), hint))

    def _line(self, place: str) -> int:
        *tables, key = place.split(".")
        inside = not tables
        for number, line in enumerate(self.lines, 1):
            header = re.match(r"\s*\[([^\]]+)\]", line)
            if header:
                name = re.sub("[\"']", "", header[1]).strip()
                if name == place:
                    return number
                inside = name == ".".join(tables)
            elif inside and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""", line):
                return number
        return self._line(".".join(tables)) if tables else 1
