"""A site from its files to linked notes: settings, templates and messages; every note; which are translations."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import partial
from operator import attrgetter

import msgspec
from msgspec import Struct

from notesite import cache, disk, link, load, locales, memos, pool, render, stamp, traits, urls
from notesite import config as settings
from notesite.candidates import Alike, Before
from notesite.config import Config
from notesite.diagnostics import CannotGoOnError, Diagnostic, Severities, Severity, error, settled
from notesite.disk import Templates
from notesite.facets import Facets
from notesite.facts import Facts, Kept
from notesite.linkage import Linkage
from notesite.locales import Catalogue
from notesite.records import File, Note, Text
from notesite.rules import RULES
from notesite.runs import Options
from notesite.stamp import Sources
from notesite.traits import Weighed

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""
_LINKS = "links"
_MESSAGES = "messages"
"""What the links and the compiled messages are kept under."""


class Read(Struct, frozen=True):
    """What reading every note file gave, by path, and the digests of these files.

    `old` is what weighed in notes that changed since the last time, or are gone.
    """

    notes: dict[str, load.Loaded]
    digests: dict[str, str]
    old: dict[str, Weighed] = {}

    @property
    def facets(self) -> dict[str, Facets | None]:
        """What others depend on, of each note."""
        return {path: one.facets for path, one in self.notes.items() if one.note}


class Links(Struct, frozen=True, array_like=True):
    """What linking gave: how much the notes are alike, which are translations, and what there is to say of that.

    `of` is a digest of all else that decides it; as long as both stay as they are, so do the links.
    """

    alike: Alike = Alike()
    of: str = ""
    linkage: Linkage = Linkage((), (), ())
    doubts: tuple[Diagnostic, ...] = ()


class Linked(Struct, frozen=True):
    """The notes of a site and their translations; `others` are its other files, `found` what there is to say.

    `until` is the day from which a note that is future today is none any more, empty if there is none.  `read` is
    what was read, `links` what linking gave; `tool` is a digest of all that reading depends on but the files.
    """

    config: Config
    severities: Severities
    notes: tuple[Note, ...]
    links: Links
    others: tuple[str, ...]
    found: tuple[Diagnostic, ...]
    until: str
    read: Read
    tool: str

    @property
    def linkage(self) -> Linkage:
        """The translation groups, and which notes are in none, since they are not published."""
        every = [one.note for one in self.read.notes.values() if one.note]
        if len(every) == len(self.notes):
            return self.links.linkage
        shown = {note.path for note in self.notes}
        out = tuple(note for note in every if note.path not in shown)
        return msgspec.structs.replace(self.links.linkage, left_out=out)


def silent(_: str, __: int, ___: int) -> None:
    """No progress is told."""


def linked(
    options: Options,
    config: Config,
    progress: Progress = silent,
    here: Sources | None = None,
    *,
    keep: bool = False,
    keep_facts: bool = False,
) -> Linked:
    """Read every note and find its translations; `here` are the site's files where the caller has looked at them.

    With `keep`, what was read and found is kept for the next run; with `keep_facts`, what was read.
    """
    here = here or stamp.sources(options.root)
    tool = stamp.tool(*load.settings(config))
    read = _read(options, config, here, tool, progress, keep=keep or keep_facts)
    known = (None if options.clean else memos.read(options.root, _LINKS, tool, Links)) or Links()
    whole = _joined(options, config, here, read, known, tool)
    if keep and whole.links is not known:
        memos.write(options.root, _LINKS, tool, whole.links)
    return whole


def again(options: Options, config: Config, here: Sources, last: Linked, changed: Set[str]) -> Linked:
    """The notes after these files changed, came or went; all others are as they were, and so are the settings.

    A note that cannot be read any more stays as it was last, with what there is to say.
    """
    read = _reread(options, config, here, last.read, changed)
    return _joined(options, config, here, read, last.links, last.tool)


def _joined(options: Options, config: Config, here: Sources, read: Read, known: Links, tool: str) -> Linked:
    """The notes with their translations; `known` is what linking gave the last time."""
    loaded = read.notes.values()
    notes = published([one.note for one in loaded if one.note], config)
    links = _links(notes, config, _alike(notes, read, known.alike, jobs(options, config)), known)
    found = [*here.notes.found, *here.assets.found, *links.doubts]
    found += [said for one in loaded for said in one.found]
    ignored = {one.note.path: one.note.ignored for one in loaded if one.note and one.note.ignored}
    severities = msgspec.structs.replace(config.severities, notes=ignored)
    until = min((one.note.date[:10] for one in loaded if one.note and one.note.date[:10] > config.today), default="")
    others = (*(path for path in here.notes.paths if path not in read.notes), *here.assets.paths)
    told = settled(found, severities)
    return Linked(config, severities, notes, links, others, told, until, read, tool)


_linking = attrgetter("path", "lang", "title", "date", "translated", "translation_key")
"""What linking reads of a note, beside how much it is like others."""


def _links(notes: tuple[Note, ...], config: Config, alike: Alike, known: Links) -> Links:
    """Which notes are translations; as the last time where all is alike that linking reads."""
    of = cache.digest(msgspec.msgpack.encode((config.default_language, list(map(_linking, notes)))))
    if of == known.of and alike.encoded == known.alike.encoded:
        return known if alike is known.alike else msgspec.structs.replace(known, alike=alike)
    return Links(alike, of, *link.translations(notes, config.default_language, alike))


def published(notes: Sequence[Note], config: Config) -> tuple[Note, ...]:
    """The notes that are to be built: no drafts and nothing dated in the future, unless asked for."""
    return tuple(note for note in notes if config.drafts or not (note.draft or note.date[:10] > config.today))


def _alike(notes: tuple[Note, ...], read: Read, known: Alike, count: int) -> Alike:
    """How much the notes are alike; what was found last time is looked at again only where it may have changed."""
    digests = {path: one.facets.linking for path, one in read.notes.items() if one.facets}

    def weighed(note: Note) -> Weighed:
        return read.notes[note.path].weighed or traits.weighed(note)

    return link.likenesses(notes, digests, weighed, Before(known, read.old), partial(pool.over, jobs=count))


def jobs(options: Options, config: Config) -> int:
    """The number of processes to use, 0 for as many as fit."""
    return config.build.jobs if options.jobs is None else options.jobs


def set_up(options: Options, *, keep: bool = False) -> tuple[Templates, Config, dict[str, Catalogue], list[Diagnostic]]:
    """Templates, settings and messages, and what is wrong with the messages; with `keep`, these stay compiled."""
    templates = disk.read_templates(options.root)
    config = configured(options)
    known = None if options.clean else memos.read(options.root, _MESSAGES, stamp.tool(), dict[str, bytes])
    catalogues, compiled, broken = _catalogues(templates, known or {})
    if keep and compiled != known:
        memos.write(options.root, _MESSAGES, stamp.tool(), compiled)
    return templates, msgspec.structs.replace(config, catalogues=tuple(sorted(catalogues))), catalogues, broken


def configured(options: Options) -> Config:
    """The settings with what this run adds; settings that cannot be read end the run."""
    config, found = settings.parse(disk.read_settings(options.root))
    if found:
        raise CannotGoOnError(*found)
    base = urls.parse_base(options.base_url) if options.base_url else config.base
    if base is None:
        words = f"--base-url {options.base_url} is neither an address of the web nor a path"
        raise CannotGoOnError(error("settings", words, "", 0, "write https://notes.example/ or /repo/"))
    off = [rule for rule in options.only if config.check.get(rule, RULES[rule].severity) is Severity.IGNORE]
    rules = config.check | dict.fromkeys(off, Severity.WARNING)
    return msgspec.structs.replace(config, base=base, today=options.today, drafts=options.drafts, check=rules)


def _catalogues(
    templates: Templates, known: Mapping[str, bytes]
) -> tuple[dict[str, Catalogue], dict[str, bytes], list[Diagnostic]]:
    """Messages by language: English, the shipped ones, the site's own before them; and as they are compiled.

    `known` are messages that are compiled already, by the digest of their text.
    """
    made: dict[str, Catalogue] = {"en": Catalogue()}
    compiled: dict[str, bytes] = {}
    found: list[Diagnostic] = []
    for texts in (templates.shipped, templates.own):
        for name, text in sorted(texts.items()):
            if not name.startswith("locales/") or not name.endswith(".po"):
                continue
            lang = locales.tag(name.split("/")[1]) or name.split("/")[1]
            try:
                digest = cache.digest(text)
                compiled[digest] = known.get(digest) or locales.compiled(text)
                own = locales.catalogue(compiled[digest])
                made[lang] = locales.layered(own, made[lang]) if lang in made else own
            except locales.BrokenMessagesError as failure:
                words = f"these messages cannot be read: {failure}"
                found.append(error("messages", words, f"{render.FOLDER}/{name}", failure.line, "mend the .po file"))
    return made, compiled, found


def is_note(path: str, config: Config) -> bool:
    """Whether a file of the site is a note."""
    below = path.removeprefix(load.FOLDER + "/")
    return below != path and load.is_note(below, config.notes.exclude)


def _parsed(options: Options, config: Config, files: Sequence[File]) -> Iterator[load.Parsed | load.Loaded]:
    """What each file gave, in order, by as many processes as asked for, here or on other machines."""
    parse = partial(load.packed, config=config)
    if options.scheduler:
        from notesite import cluster  # few have its library

        return cluster.over(parse, files, options.scheduler)
    return pool.over(parse, files, jobs(options, config))


def _read(options: Options, config: Config, here: Sources, tool: str, progress: Progress, *, keep: bool) -> Read:
    """Every note file, read and parsed where it is not known from the last build, in the order of paths."""
    store = Facts(options.root, tool, clean=options.clean, keep=keep)
    paths = [path for path in here.notes.paths if is_note(path, config)]
    made: dict[str, load.Loaded] = {}
    kept: dict[str, Kept] = {}
    files: list[File] = []
    for path in paths:
        one = store.look(path, here.notes.times[path])
        if isinstance(one, Diagnostic):
            made[path] = load.Loaded(None, (one,))
        elif isinstance(one, Kept):
            kept[path] = one
            made[path] = load.unpacked(one.head, store.text(one))
        else:
            kept[path], file = one
            files.append(file)
    for done, (file, read) in enumerate(zip(files, _parsed(options, config, files), strict=True), 1):
        if isinstance(read, load.Parsed):
            text = store.add(file.path, kept[file.path], read.head, read.text)
            made[file.path] = load.unpacked(read.head, text)
        else:
            made[file.path] = read
        progress("reading notes", done, len(files))
    if keep:
        store.write(kept, here.at)
    gone = {path: load.unpacked(one.head, Text()) for path, one in store.gone()}
    old = {path: one.weighed for path, one in gone.items() if one.weighed}
    return Read({path: made[path] for path in paths}, {path: one.digest for path, one in kept.items()}, old)


def _reread(options: Options, config: Config, here: Sources, last: Read, changed: Set[str]) -> Read:
    """Every note file after some changed, in the order of paths."""
    made: dict[str, load.Loaded] = {}
    digests: dict[str, str] = {}
    for path in here.notes.paths:
        if path in last.notes and path not in changed:
            made[path], digests[path] = last.notes[path], last.digests.get(path, "")
        elif is_note(path, config):
            made[path], digests[path] = _anew(options, config, path, last)
    old = {path: one.weighed for path, one in last.notes.items() if one.weighed and made.get(path) is not one}
    return Read(made, digests, old)


def _anew(options: Options, config: Config, path: str, last: Read) -> tuple[load.Loaded, str]:
    """What a note file gives now, and its digest; where that is no note, the note that it was before."""
    file = disk.read_note(options.root, path)
    if isinstance(file, Diagnostic):
        made, digest = load.Loaded(None, (file,)), ""
    else:
        read, digest = load.packed(file, config), cache.digest(file.data)
        made = load.unpacked(read.head, read.text) if isinstance(read, load.Parsed) else read
    known = last.notes.get(path)
    if made.note is None and known and known.note:
        return msgspec.structs.replace(known, found=made.found), last.digests.get(path, "")
    return made, digest
