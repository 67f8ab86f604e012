"""The whole pipeline, in order: read everything, check everything, then write."""

from collections.abc import Callable, Iterable, Set
from functools import partial
from typing import TypeVar

import msgspec
from msgspec import Struct

from notesite import (
    articles,
    cache,
    check,
    disk,
    export,
    output,
    plan,
    pool,
    reading,
    render,
    retold,
    reviewing,
    shelves,
    sides,
    stamp,
    subjects,
    themes,
)
from notesite.cache import Before, Made, Memory
from notesite.config import Config
from notesite.diagnostics import Diagnostic, Found, gathered, settled
from notesite.disk import Folder
from notesite.indexviews import ExportView, RowsView
from notesite.linkage import Linkage
from notesite.output import Held, Staged
from notesite.pages import NOTHING, Page, Plan, Shown, Standing
from notesite.pile import Damaged
from notesite.reading import Linked, Progress, silent
from notesite.records import Index
from notesite.render import Theme
from notesite.reports import outlined
from notesite.runs import Counts, Options, Report
from notesite.site import Site
from notesite.stamp import Sources, Stamp

T = TypeVar("T")


class Planned(Struct, frozen=True):
    """The site as it is to be, before a page is made.

    `now` is what there is to remember of what it is made from, `doubtful` the pages of the last build that read
    something which changed since, `standing` the paths of pages that are not in the plan and stand as they are.
    `mentioned` are the notes of which something is said that not they and their translations alone decide.
    """

    config: Config
    theme: Theme
    theme_digest: str
    linked: Linked
    site: Site
    plan: Plan
    found: Found
    now: Memory
    doubtful: Set[str]
    standing: tuple[str, ...]
    mentioned: frozenset[str]

    @property
    def linkage(self) -> Linkage:
        """The translation groups."""
        return self.linked.linkage


def linked(options: Options, progress: Progress = silent) -> Linked:
    """Read every note and find its translations; what belongs to pages is not looked at."""
    _, config, _, _ = reading.set_up(options)
    return _sound(options, lambda asked: reading.linked(asked, config, progress))


def cited(options: Options, progress: Progress = silent) -> tuple[Index, tuple[Diagnostic, ...]]:
    """Read every note and gather its sources; what there is to say."""
    whole = linked(options, progress)
    return reviewing.indexed(options, whole, keep=False)(), whole.found


def planned(
    options: Options,
    progress: Progress = silent,
    here: Sources | None = None,
    before: Before = Before(),  # noqa: B008 - frozen
    *,
    keep: bool = False,
) -> Planned:
    """Read and check everything, and plan every page.

    `here` are the site's files where the caller has looked at them, `before` what there is of the last build.  With
    `keep`, what was read and found is kept for the next run.
    """
    templates, config, catalogues, broken = reading.set_up(options, keep=keep)
    whole = reading.linked(options, config, progress, here, keep=keep)
    others, doubts = list(whole.others), reviewing.doubted(options, whole, keep=keep)
    index, compared = reviewing.indexed(options, whole, keep=keep), reviewing.compared(options, whole, keep=keep)
    parity = partial(reviewing.parity, whole, compared)
    site = Site(config, whole.notes, whole.linkage, index, others, catalogues, themes.static(templates), parity)
    theme = themes.theme_of(templates, catalogues, {} if options.clean else themes.compiled(options.root))
    digest = themes.digest(templates)
    frame = _frame(whole, site, digest, others)
    now, touched = cache.changed(site, frame, whole.read.digests, whole.read.facets, before.memory)
    doubtful = before.memory.pages.keys() if touched is None else cache.readers(before.memory.pages, touched)
    standing = NOTHING if touched is None or options.keep_going else _standing(before, doubtful)
    pages, clashes = plan.pages(site, theme.names, standing)
    doubtful = {*doubtful, *_touched_by_plan(before, pages, standing)}
    said = [*broken, *clashes, *check.site(site, theme.names), *doubts()]
    said += output.unreadable(options.root, (copy.source for copy in pages.copies))
    batches = (batch for one in compared.values() for batch in one.said)
    found = gathered([*whole.found, *said], batches, whole.severities)
    left = *standing.notes, *standing.index
    mentioned = _mentioned((*said, *whole.links.doubts))
    return Planned(config, theme, digest, whole, site, pages, found, now, doubtful, left, mentioned)


def _mentioned(found: Iterable[Diagnostic]) -> frozenset[str]:
    return frozenset(path for one in found for path in (one.path, *(other.path for other in one.related)))


# What changed since the last build


def _frame(whole: Linked, site: Site, theme: str, others: list[str]) -> str:
    """A digest of all that pages are made from but notes."""
    views = [site.view(lang) for lang in site.langs]
    parts = (theme, whole.tool, msgspec.structs.replace(site.config, today=""), others, views)
    return cache.digest(msgspec.msgpack.encode(parts))


def _standing(before: Before, doubtful: Set[str]) -> Standing:
    """The pages that surely stand; those of the citation index only where the sitemap does, for it names them."""
    known, there = before.memory.pages, {path for path in before.outputs.files if before.has(path)}
    sure = there & known.keys() - doubtful
    notes = {path: known[path].origin for path in sure if known[path].family == articles.FAMILY}
    index = {path: one.origin for path, one in known.items() if one.family == shelves.FAMILY}
    whole = index.keys() | {plan.SITEMAP} <= sure
    return Standing(notes, index if whole else {}, there)


def _touched_by_plan(before: Before, now: Plan, standing: Standing) -> Set[str]:
    """The pages of the last build that read what is touched where other pages are planned than were then."""
    had = {path for path, one in before.memory.pages.items() if one.family == shelves.FAMILY}
    found = frozenset() if standing.index else plan.touched(had, now.pages)
    return cache.readers(before.memory.pages, found) if found else frozenset()


# What runs ask for


def site(
    options: Options, progress: Progress = silent, here: Sources | None = None, known: Stamp | None = None
) -> Report:
    """Build the site.  Any error leaves the output as it was, unless asked to keep going.

    `here` are the site's sources, and `known` is what the last build left, where the caller has looked at them.
    """
    with disk.locked(options.root):
        config = reading.configured(options)
        folder, jobs = options.output or options.root / config.build.output, reading.jobs(options, config)
        output.check_output(options.root, folder)
        sources = here or stamp.sources(options.root)
        return _sound(options, lambda asked: _site(asked, folder, jobs, progress, sources, known or stamp.left(asked)))


def _sound(options: Options, run: Callable[[Options], T]) -> T:
    """A run, which begins again without what was kept where that is damaged."""
    try:
        return run(options)
    except Damaged:
        return run(msgspec.structs.replace(options, clean=True))


def _site(
    options: Options, folder: Folder, jobs: int, progress: Progress, here: Sources, known: Stamp | None
) -> Report:
    last = output.before(options.root, folder, 1 if options.clean else jobs)
    if known and not options.clean and (told := retold.site(options, folder, here, known, last)):
        return told
    before = Before(outputs=last.outputs) if options.clean else last
    whole = planned(options, progress, here, before, keep=True)
    sound = plan.without_collisions(whole.plan) if options.keep_going else whole.plan
    with output.staged(options.root, folder, before.memory.around) as new:
        before = before if new.around else cache.without_around(before)
        made = _made(sound, whole, before, jobs, new, progress)
        themes.keep(options.root, whole.theme)
        found = gathered([*whole.found.said, *made.found], whole.found.batches, whole.linked.severities)
        report = Report(
            tuple(outlined(found)), made.reasons, None, _counts(whole), folder, found.errors, found.warnings, whole
        )
        if report.failed(strict=options.strict) and not options.keep_going:
            return report
        for path, held in made.held.items():
            new.take(path, held)
        for asset in sound.assets:
            new.put(asset.path, asset.data)
        copies = {copy.path: copy.source for copy in sound.copies}
        stand = [path for path in made.pages if path not in made.reasons]
        written = output.publish(options.root, new, copies, stand, last.outputs)
        memory = _memory(whole, new.settled(made.pages), new.around.name if new.around else "")
        token = output.remember(options.root, new, copies, stand, last, memory)
    report = msgspec.structs.replace(report, written=written)
    stamp.leave(options, here, report, token, whole.linked.until)
    return report


def _memory(whole: Planned, pages: dict[str, Made], around: str) -> Memory:
    """What there is to remember of a build; `around` is the pile of what its pages show around their texts."""
    read = b"".join(one.reads for one in pages.values() if one.family not in (articles.FAMILY, sides.FAMILY))
    return msgspec.structs.replace(
        whole.now,
        pages=pages,
        around=around,
        sites={lang: whole.site.view(lang) for lang in whole.site.langs},
        mentioned=whole.mentioned,
        read=read,
    )


def _counts(whole: Planned) -> Counts:
    groups = sum(len(group.notes) > 1 for group in whole.linkage.groups)
    return Counts(len(whole.site.notes), groups, len(whole.site.citing))


def checked(options: Options, progress: Progress = silent) -> Planned:
    """The site with everything there is to say about it, its templates' faults among it; nothing is written."""

    def run(asked: Options) -> Planned:
        whole = planned(asked, progress)
        sound = plan.without_collisions(whole.plan)
        made = _made(sound, whole, Before(), reading.jobs(asked, whole.config), None, progress)
        return msgspec.structs.replace(whole, found=_with(whole, made))

    return _sound(options, run)


def _with(whole: Planned, made: "MadePages") -> Found:
    return Found(settled([*whole.found.every, *made.found], whole.linked.severities))


# The pages


class MadePage(Struct, frozen=True):
    """What became of a page: from what it was made, why (empty: it stands), its file, or the fault that prevents it.

    `around` is what it shows around the text of a note.
    """

    made: Made
    reason: str
    held: Held | None = None
    failure: render.Failure | None = None
    around: bytes = b""


class MadePages(Struct, frozen=True):
    """All pages there are now, the reasons of those that were made, what is held ready, the faults of templates."""

    pages: dict[str, Made]
    reasons: dict[str, str]
    held: dict[str, Held]
    found: list[Diagnostic]


def _made(
    sound: Plan,
    whole: Planned,
    before: Before,
    jobs: int,
    new: Staged | None,
    progress: Progress,
) -> MadePages:
    """Make the pages that do not stand as they are, and hold their bytes ready in `new`; else they are only tried.

    Whoever makes a page holds it ready, in a process of its own perhaps: thousands of pages are not sent about.
    """

    def made(page: Page) -> MadePage:
        shown = page.make()
        prints = cache.fingerprint(page, shown, whole.theme_digest)
        reason = cache.stale(page.path, prints, before)
        result = rendered(page, shown, whole.theme) if reason else b""
        around = None if reason else before.memory.pages[page.path].around
        now = Made(page.origin, page.family, prints, subjects.packed(shown.reads), around)
        if isinstance(result, render.Failure):
            return MadePage(now, reason, failure=result)
        if new is None or not reason:
            return MadePage(now, reason)
        return MadePage(now, reason, new.hold(page.path, result), None, articles.packed(shown))

    left = [page for page in sound.pages if not cache.stands(page, before, whole.doubtful)]
    left.sort(key=partial(_rank, before))  # the large ones first, so that no process waits for one
    weight = sum(1 if page.family == articles.FAMILY else 1 + len(whole.site.notes) // _LISTED for page in left)
    if weight >= pool.FEW:
        whole.theme.compile()  # once, before there are processes: what they compile is lost
    unseen = {page.path for page in sound.pages} - {page.path for page in left}
    pages = {path: before.memory.pages[path] for path in (*unseen, *whole.standing)}
    reasons: dict[str, str] = {}
    held: dict[str, Held] = {}
    failures: list[render.Failure] = []
    for done, (page, one) in enumerate(zip(left, pool.over(made, left, jobs, weight), strict=True), 1):
        if one.reason:
            reasons[page.path] = one.reason
        if one.failure:
            failures.append(one.failure)
        else:
            pages[page.path] = _kept(one, new)
        if one.held:
            held[page.path] = one.held
        progress("making pages", done, len(left))
    return MadePages(pages, reasons, held, render.failures(failures))


def _kept(one: MadePage, new: Staged | None) -> Made:
    """A page with the place of what it shows around its text."""
    return msgspec.structs.replace(one.made, around=new.keep(one.around)) if new and one.around else one.made


def _rank(before: Before, page: Page) -> tuple[bool, int]:
    """Lists before notes, and what was large last time before the rest."""
    last = before.at(page.path)
    return page.family == articles.FAMILY, -last.times[0] if last else 0


_LISTED = 1000
"""Notes of a site by which a page of another kind counts as one more page of a note: it lists many of them, or few."""
_WRITERS = {"sources.json": export.csl, "sources.bib": export.bibtex, "sources.ris": export.ris}


def rendered(page: Page, shown: Shown, theme: Theme) -> bytes | render.Failure:
    """A page as bytes, or the template's fault that prevents it.

    What is no template's is written as its name says: references for reference managers, rows of sources.
    """
    if isinstance(shown.view, RowsView):
        return export.rows(shown.view.rows).encode()
    if isinstance(shown.view, ExportView):
        return _WRITERS[page.template](shown.view.references).encode()
    return render.page(page, shown, theme)
