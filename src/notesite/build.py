"""The whole pipeline, in order: read everything, check everything, then write."""

from collections.abc import Callable, Sequence
from functools import partial

import msgspec
from msgspec import Struct

from notesite import __version__, cache, check, cite, disk, export, link, load, locales, plan, pool, render, urls
from notesite import config as settings
from notesite.cache import Memory
from notesite.config import Config
from notesite.diagnostics import CannotGoOnError, Diagnostic, error, failed, settled
from notesite.disk import Folder, Templates, Written
from notesite.indexviews import ExportView, RowsView
from notesite.locales import Catalogue
from notesite.pages import Page, Plan
from notesite.records import File, Index, Linkage, Note
from notesite.render import Theme
from notesite.site import Site

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


class Options(Struct, frozen=True, kw_only=True):
    """What one run is asked for; `today` is an ISO day, `output` None means as set."""

    root: Folder
    today: str
    output: Folder | None = None
    base_url: str = ""
    drafts: bool = False
    strict: bool = False
    keep_going: bool = False
    clean: bool = False
    jobs: int | None = None


class Linked(Struct, frozen=True):
    """The notes of a site and their translations; `listed` are all its files, `found` what there is to say."""

    config: Config
    notes: tuple[Note, ...]
    linkage: Linkage
    listed: tuple[str, ...]
    found: tuple[Diagnostic, ...]


class Planned(Struct, frozen=True):
    """The site as it is to be, before a page is made."""

    config: Config
    theme: Theme
    theme_digest: str
    site: Site
    linkage: Linkage
    plan: Plan
    found: tuple[Diagnostic, ...]


class Report(Struct, frozen=True):
    """What a build did: why each page was made, and whether the output was written at all."""

    planned: Planned
    found: tuple[Diagnostic, ...]
    reasons: dict[str, str]
    written: Written | None


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


def _linked(options: Options, config: Config, progress: Progress) -> Linked:
    files = [disk.list_files(options.root, folder) for folder in (load.FOLDER, "assets")]
    listed = tuple(path for listing in files for path in listing.paths)
    loaded = _loaded(options, config, listed, progress)
    notes = load.published([one.note for one in loaded if one.note], config)
    linkage, doubts = link.translations(notes, config.default_language)
    found = [one for listing in files for one in listing.found]
    found += [one for one_note in loaded for one in one_note.found]
    return Linked(config, notes, linkage, listed, settled([*found, *doubts], config.check))


def planned(options: Options, progress: Progress = _silent) -> Planned:
    """Read and check everything, and plan every page; nothing is written."""
    templates, config, catalogues, broken = _set_up(options)
    whole = _linked(options, config, progress)
    index = cite.index(whole.notes)
    others = [path for path in whole.listed if not _is_note(path, config)]
    site = Site(config, whole.notes, whole.linkage, index, others, catalogues, _static(templates))
    theme = Theme(_texts(templates.shipped), _texts(templates.own), catalogues)
    pages, clashes = plan.pages(site, theme.names)
    every = [*whole.found, *broken, *clashes, *check.site(site, theme.names)]
    digest = cache.digest(msgspec.msgpack.encode((templates.shipped, templates.own, __version__)))
    return Planned(config, theme, digest, site, whole.linkage, pages, settled(every, config.check))


def site(options: Options, progress: Progress = _silent) -> Report:
    """Build the site.  Any error leaves the output as it was, unless asked to keep going."""
    with disk.locked(options.root):
        whole = planned(options, progress)
        output = options.output or options.root / whole.config.build.output
        disk.check_output(options.root, output)
        last = disk.read_memory(options.root, output)
        reference = Memory(outputs=last.outputs) if options.clean else last
        sound = plan.without_collisions(whole.plan) if options.keep_going else whole.plan
        prints = {page.path: cache.fingerprint(page, whole.theme_digest) for page in sound.pages}
        reasons = cache.stale(
            prints, reference, disk.digests(output, sorted(reference.outputs.keys() & reference.prints.keys()))
        )
        made, broken = _rendered(sound, whole.theme, set(reasons), progress)
        found = settled([*whole.found, *broken], whole.config.check)
        if failed(found, strict=options.strict) and not options.keep_going:
            return Report(whole, found, reasons, None)
        lost = {page.path for page in sound.pages if page.path in reasons and page.path not in made}
        stand = [path for path in prints if path not in reasons]
        made |= {asset.path: asset.data for asset in sound.assets}
        copies = {copy.path: copy.source for copy in sound.copies}
        memory = Memory(prints={path: print_ for path, print_ in prints.items() if path not in lost})
        written = disk.write(options.root, output, made, copies, stand, memory, last)
        return Report(whole, found, reasons, written)


def checked(options: Options, progress: Progress = _silent) -> tuple[Diagnostic, ...]:
    """Everything there is to say about a site, its templates' faults among it; nothing is written."""
    whole = planned(options, progress)
    sound = plan.without_collisions(whole.plan)
    _, broken = _rendered(sound, whole.theme, {page.path for page in sound.pages}, progress)
    return settled([*whole.found, *broken], whole.config.check)


def preview(options: Options) -> tuple[Planned, dict[str, bytes | Folder], tuple[Diagnostic, ...]]:
    """The whole site in memory: output path to bytes, or to the file to send."""
    whole = planned(options)
    sound = plan.without_collisions(whole.plan)
    made, broken = _rendered(sound, whole.theme, {page.path for page in sound.pages}, _silent)
    files: dict[str, bytes | Folder] = {**made, **{asset.path: asset.data for asset in sound.assets}}
    files |= {copy.path: options.root / copy.source for copy in sound.copies}
    return whole, files, settled([*whole.found, *broken], whole.config.check)


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
    return msgspec.structs.replace(config, base=base, today=options.today, drafts=options.drafts)


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


def _loaded(options: Options, config: Config, listed: Sequence[str], progress: Progress) -> list[load.Loaded]:
    """Every note file read and parsed, in the order of paths."""
    read = [disk.read_note(options.root, path) for path in listed if _is_note(path, config)]
    files = [one for one in read if isinstance(one, File)]
    made = [load.Loaded(None, (one,)) for one in read if isinstance(one, Diagnostic)]
    jobs = config.build.jobs if options.jobs is None else options.jobs
    for one in pool.over(partial(load.note, config=config), files, jobs):
        made.append(one)
        progress("reading notes", len(made), len(read))
    return made


def _texts(templates: dict[str, bytes]) -> dict[str, str]:
    kept = {name: data for name, data in templates.items() if not name.startswith(("static/", "locales/"))}
    return {name: data.decode("utf-8", "replace") for name, data in kept.items()}


def _static(templates: Templates) -> dict[str, bytes]:
    both = {**templates.shipped, **templates.own}
    return {name: data for name, data in both.items() if name.startswith("static/")}


_WRITERS = {"sources.json": export.csl, "sources.bib": export.bibtex, "sources.ris": export.ris}


def _export(page: Page) -> bytes | None:
    """A page that is no template's: references in the format it is named after, rows of sources."""
    if isinstance(page.view, RowsView):
        return export.rows(page.view.rows).encode()
    return _WRITERS[page.template](page.view.references).encode() if isinstance(page.view, ExportView) else None


def _rendered(
    sound: Plan, theme: Theme, wanted: set[str], progress: Progress
) -> tuple[dict[str, bytes], list[Diagnostic]]:
    """The wanted pages as bytes, and the template errors of the rest."""
    made: dict[str, bytes] = {}
    found: list[render.Failure] = []
    for done, page in enumerate((page for page in sound.pages if page.path in wanted), 1):
        result = _export(page) or render.page(page, theme)
        if isinstance(result, bytes):
            made[page.path] = result
        else:
            found.append(result)
        progress("making pages", done, len(wanted))
    return made, render.failures(found)
