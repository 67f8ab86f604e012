"""The whole pipeline, in order: read everything, check everything, then write."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import msgspec
from msgspec import Struct

from notesite import (
    __version__,
    cache,
    check,
    cite,
    compare,
    disk,
    export,
    facts,
    link,
    load,
    locales,
    output,
    plan,
    pool,
    render,
    stamp,
    urls,
)
from notesite import config as settings
from notesite.cache import Memory
from notesite.config import Config
from notesite.diagnostics import CannotGoOnError, Diagnostic, Severities, Severity, error, failed, settled
from notesite.disk import Folder, Templates
from notesite.facts import Kept
from notesite.indexviews import ExportView, RowsView
from notesite.locales import Catalogue
from notesite.pages import Page, Plan, Shown
from notesite.parity import Parity
from notesite.records import File, Index, Linkage, Note
from notesite.render import Theme
from notesite.rules import RULES
from notesite.runs import Counts, Options, Report
from notesite.site import Site

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


class Linked(Struct, frozen=True):
    """The notes of a site and their translations; `listed` are all its files, `found` what there is to say.

    `until` is the day from which a note that is future today is none any more, empty if there is none.  `digests` are
    those of the notes' files, `outlines` of what other pages may show of them, `tool` of all else that reading depends
    on.
    """

    config: Config
    severities: Severities
    notes: tuple[Note, ...]
    linkage: Linkage
    listed: tuple[str, ...]
    found: tuple[Diagnostic, ...]
    until: str
    digests: dict[str, str]
    outlines: dict[str, str]
    tool: str


class Planned(Struct, frozen=True):
    """The site as it is to be, before a page is made; `now` is what there is to remember of what it is made from."""

    config: Config
    severities: Severities
    theme: Theme
    theme_digest: str
    site: Site
    linkage: Linkage
    plan: Plan
    found: tuple[Diagnostic, ...]
    until: str
    now: Memory


def _silent(_: str, __: int, ___: int) -> None:
    """No progress is told."""


def linked(options: Options, progress: Progress = _silent) -> Linked:
    """Read every note and find its translations; what belongs to pages is not looked at."""
    _, config, _, _ = _set_up(options)
    return _linked(options, config, progress)


def cited(options: Options, progress: Progress = _silent) -> tuple[Index, tuple[Diagnostic, ...]]:
    """Read every note and gather its sources; what there is to say."""
    whole = linked(options, progress)
    return cite.index(whole.notes), whole.found


def _linked(options: Options, config: Config, progress: Progress, *, keep: bool = False) -> Linked:
    files = [disk.list_files(options.root, folder) for folder in (load.FOLDER, "assets")]
    listed = tuple(path for listing in files for path in listing.paths)
    tool = stamp.tool(*load.settings(config))
    loaded, digests = _loaded(options, config, listed, tool, progress, keep=keep)
    outlines = {one.note.path: one.outline for one in loaded if one.note}
    notes = load.published([one.note for one in loaded if one.note], config)
    linkage, doubts = link.translations(notes, config.default_language)
    found = [one for listing in files for one in listing.found]
    found += [one for one_note in loaded for one in one_note.found]
    ignored = {one.note.path: one.note.ignored for one in loaded if one.note and one.note.ignored}
    severities = msgspec.structs.replace(config.severities, notes=ignored)
    until = min((one.note.date[:10] for one in loaded if one.note and one.note.date[:10] > config.today), default="")
    told = settled([*found, *doubts], severities)
    return Linked(config, severities, notes, linkage, listed, told, until, digests, outlines, tool)


def planned(options: Options, progress: Progress = _silent, *, keep: bool = False) -> Planned:
    """Read and check everything, and plan every page; with `keep`, what was read is kept for the next run."""
    templates, config, catalogues, broken = _set_up(options)
    whole = _linked(options, config, progress, keep=keep)
    index = cite.index(whole.notes)
    others = [path for path in whole.listed if not _is_note(path, config)]
    parities = _compared(options, whole, keep=keep)
    site = Site(config, whole.notes, whole.linkage, index, others, catalogues, _static(templates), parities)
    theme = Theme(_texts(templates.shipped), _texts(templates.own), catalogues)
    pages, clashes = plan.pages(site, theme.names)
    every = [*whole.found, *broken, *clashes, *check.site(site, theme.names, parities)]
    digest = cache.digest(msgspec.msgpack.encode((templates.shipped, templates.own, __version__)))
    found = settled(every, whole.severities)
    return Planned(
        config,
        whole.severities,
        theme,
        digest,
        site,
        whole.linkage,
        pages,
        found,
        whole.until,
        _now(whole, site, digest),
    )


def _now(whole: Linked, site: Site, theme: str) -> Memory:
    """All that pages are made from, but the texts of notes, in one digest; and the digests of the notes."""
    config = msgspec.structs.replace(whole.config, today="")
    groups = [(group.notes, group.original, group.sureness) for group in whole.linkage.groups]
    future = [note.path for note in whole.notes if site.is_future(note)]
    notes = {note.path: whole.digests[note.path] for note in whole.notes}
    outlines = [(note.path, whole.outlines[note.path]) for note in whole.notes]
    known = all(outline for _, outline in outlines)
    parts = (theme, whole.tool, config, whole.listed, groups, future, outlines)
    return Memory(frame=cache.digest(msgspec.msgpack.encode(parts)) if known else "", notes=notes)


def _compared(options: Options, whole: Linked, *, keep: bool) -> tuple[Parity, ...]:
    """Each translation held against its original, as it was last time where both notes are the same."""
    known = {} if options.clean else facts.read_pairs(options.root, whole.tool, whole.digests)
    parities = compare.groups(whole.notes, whole.linkage, known)
    if keep and {id(one) for one in parities} != {id(one) for one in known.values()}:
        facts.write_pairs(options.root, whole.tool, whole.digests, parities)
    return parities


def site(options: Options, progress: Progress = _silent) -> Report:
    """Build the site.  Any error leaves the output as it was, unless asked to keep going."""
    with disk.locked(options.root):
        folder = options.output or options.root / _configured(options).build.output
        output.check_output(options.root, folder)
        before = stamp.sources(options.root)
        whole = planned(options, progress, keep=True)
        last = output.read_memory(options.root, folder)
        reference = Memory(outputs=last.outputs) if options.clean else last
        in_place = output.digests(folder, sorted(reference.outputs.keys() & reference.prints.keys()))
        sound = plan.without_collisions(whole.plan) if options.keep_going else whole.plan
        with output.staged(options.root, folder) as new:
            made = _made(sound, whole, reference, in_place, _jobs(options, whole.config), new.put, progress)
            found = settled([*whole.found, *made.found], whole.severities)
            report = Report(found, made.reasons, None, _counts(whole), folder, whole)
            if failed(found, strict=options.strict) and not options.keep_going:
                return report
            for asset in sound.assets:
                new.put(asset.path, asset.data)
            copies = {copy.path: copy.source for copy in sound.copies}
            stand = [path for path in made.prints if path not in made.reasons]
            remembered = msgspec.structs.replace(whole.now, prints=made.prints)
            written = output.publish(options.root, new, copies, stand, remembered, last)
        report = msgspec.structs.replace(report, written=written)
        stamp.leave(options, before, report, sorted({*stand, *new.digests, *copies}), whole.until)
        return report


def _counts(whole: Planned) -> Counts:
    groups = sum(len(group.notes) > 1 for group in whole.linkage.groups)
    return Counts(len(whole.site.notes), groups, len(whole.site.index_sources))


def checked(options: Options, progress: Progress = _silent) -> Planned:
    """The site with everything there is to say about it, its templates' faults among it; nothing is written."""
    whole = planned(options, progress)
    sound = plan.without_collisions(whole.plan)
    made = _made(sound, whole, Memory(), {}, _jobs(options, whole.config), None, progress)
    return msgspec.structs.replace(whole, found=settled([*whole.found, *made.found], whole.severities))


def preview(options: Options) -> tuple[Planned, dict[str, bytes | Folder], tuple[Diagnostic, ...]]:
    """The whole site in memory: output path to bytes, or to the file to send."""
    whole = planned(options)
    sound = plan.without_collisions(whole.plan)
    files: dict[str, bytes | Folder] = {asset.path: asset.data for asset in sound.assets}
    made = _made(sound, whole, Memory(), {}, 1, files.__setitem__, _silent)  # a server has threads: no fork
    files |= {copy.path: options.root / copy.source for copy in sound.copies}
    return whole, files, settled([*whole.found, *made.found], whole.severities)


# The pages


class MadePage(Struct, frozen=True):
    """What became of a page: from what it was made, why (empty: it stands), its bytes or the fault that prevents it."""

    parts: dict[str, str]
    reason: str
    data: bytes = b""
    failure: render.Failure | None = None


class MadePages(Struct, frozen=True):
    """Fingerprints of all pages that are there now, the reasons of those that were made, the faults of templates."""

    prints: dict[str, dict[str, str]]
    reasons: dict[str, str]
    found: list[Diagnostic]


def _made(
    sound: Plan,
    whole: Planned,
    reference: Memory,
    in_place: Mapping[str, str],
    jobs: int,
    put: Callable[[str, bytes], None] | None,
    progress: Progress,
) -> MadePages:
    """Make the pages that do not stand as they are, and `put` their bytes; without `put` they are only tried."""

    def made(page: Page) -> MadePage:
        shown = page.make()
        parts = cache.fingerprint(page, shown, whole.theme_digest)
        reason = cache.stale(page.path, parts, reference, in_place)
        result = (_export(page, shown) or render.page(page, shown, whole.theme)) if reason else b""
        if isinstance(result, render.Failure):
            return MadePage(parts, reason, failure=result)
        return MadePage(parts, reason, result if put else b"")

    standing = {page.path for page in sound.pages if cache.stands(page, reference, whole.now, in_place)}
    prints = {path: reference.prints[path] for path in sorted(standing)}
    reasons: dict[str, str] = {}
    failures: list[render.Failure] = []
    left = [page for page in sound.pages if page.path not in standing]
    for done, (page, one) in enumerate(zip(left, pool.over(made, left, jobs), strict=True), 1):
        if one.reason:
            reasons[page.path] = one.reason
        if one.failure:
            failures.append(one.failure)
        else:
            prints[page.path] = one.parts
        if one.reason and put and not one.failure:
            put(page.path, one.data)
        progress("making pages", done, len(left))
    return MadePages(prints, reasons, render.failures(failures))


_WRITERS = {"sources.json": export.csl, "sources.bib": export.bibtex, "sources.ris": export.ris}


def _export(page: Page, shown: Shown) -> bytes | None:
    """A page that is no template's: references in the format it is named after, rows of sources."""
    if isinstance(shown.view, RowsView):
        return export.rows(shown.view.rows).encode()
    return _WRITERS[page.template](shown.view.references).encode() if isinstance(shown.view, ExportView) else None


def _jobs(options: Options, config: Config) -> int:
    return config.build.jobs if options.jobs is None else options.jobs


# The parts of `planned`


def _set_up(options: Options) -> tuple[Templates, Config, dict[str, Catalogue], list[Diagnostic]]:
    """Templates, settings and messages, and what is wrong with the messages."""
    templates = disk.read_templates(options.root)
    config = _configured(options)
    catalogues, broken = _catalogues(templates)
    return templates, msgspec.structs.replace(config, catalogues=tuple(sorted(catalogues))), catalogues, broken


def base(options: Options) -> urls.Base:
    """Where the site will stand."""
    return _configured(options).base


def _configured(options: Options) -> Config:
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


def _catalogues(templates: Templates) -> tuple[dict[str, Catalogue], list[Diagnostic]]:
    """Messages by language: English, the shipped ones, the site's own before them."""
    made: dict[str, Catalogue] = {"en": Catalogue()}
    found: list[Diagnostic] = []
    for texts in (templates.shipped, templates.own):
        for name, text in sorted(texts.items()):
            if not name.startswith("locales/") or not name.endswith(".po"):
                continue
            lang = locales.tag(name.split("/")[1]) or name.split("/")[1]
            try:
                own = locales.catalogue(text)
                made[lang] = locales.layered(own, made[lang]) if lang in made else own
            except locales.BrokenMessagesError as failure:
                words = f"these messages cannot be read: {failure}"
                found.append(error("messages", words, f"{render.FOLDER}/{name}", failure.line, "mend the .po file"))
    return made, found


def _is_note(path: str, config: Config) -> bool:
    below = path.removeprefix(load.FOLDER + "/")
    return below != path and load.is_note(below, config.notes.exclude)


def _loaded(
    options: Options, config: Config, listed: Sequence[str], tool: str, progress: Progress, *, keep: bool
) -> tuple[list[load.Loaded], dict[str, str]]:
    """Every note file, read and parsed where it is not known from the last build, in the order of paths; digests."""
    before = {} if options.clean else facts.read(options.root, tool)
    paths = [path for path in listed if _is_note(path, config)]
    made: dict[str, load.Loaded] = {}
    kept: dict[str, Kept] = {}
    files: list[File] = []
    for path in paths:
        here = facts.look(options.root, path, before.get(path))
        if isinstance(here, Diagnostic):
            made[path] = load.Loaded(None, (here,))
        elif isinstance(here, Kept):
            kept[path] = here
        else:
            kept[path], file = here
            files.append(file)
    parse = partial(load.packed, config=config)
    for done, (file, one) in enumerate(zip(files, pool.over(parse, files, _jobs(options, config)), strict=True), 1):
        if isinstance(one, bytes):
            kept[file.path] = msgspec.structs.replace(kept[file.path], facts=one)
        else:
            made[file.path] = one
        progress("reading notes", done, len(files))
    if keep:
        facts.write(options.root, tool, kept, before, time.time_ns())
    before.clear()  # what is packed and what is not are never held whole at once
    digests = {path: one.digest for path, one in kept.items()}
    for path in [path for path, one in kept.items() if one.facts]:
        made[path] = load.unpacked(kept.pop(path).facts)
    return [made[path] for path in paths], digests


def _texts(templates: dict[str, bytes]) -> dict[str, str]:
    kept = {name: data for name, data in templates.items() if not name.startswith(("static/", "locales/"))}
    return {name: data.decode("utf-8", "replace") for name, data in kept.items()}


def _static(templates: Templates) -> dict[str, bytes]:
    both = {**templates.shipped, **templates.own}
    return {name: data for name, data in both.items() if name.startswith("static/")}
