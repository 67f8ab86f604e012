"""A site while it is written: kept in memory, so that a save costs what it changed, and a page when it is asked for.

An edit of texts alone leaves the plan of the site as it is; any other edit plans it anew, from what is in memory.
"""

import gc
import time
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import islice, zip_longest
from operator import attrgetter

import msgspec
from msgspec import Struct

from notesite import check, cite, disk, load, plan, reading, render, reports, reviewing, stamp, themes
from notesite.config import Config
from notesite.desk import Preview
from notesite.diagnostics import CannotGoOnError, Diagnostic, Found, Severity, gathered
from notesite.disk import Folder, Templates
from notesite.locales import Catalogue
from notesite.overlay import Problem
from notesite.pages import Page
from notesite.pile import Damaged
from notesite.reading import Linked
from notesite.records import File, Index, Note
from notesite.render import Failure, Theme
from notesite.reviewing import Comparisons, Doubted
from notesite.runs import Options
from notesite.showing import Pages, Panels, problems
from notesite.site import Site
from notesite.stamp import Sources

_AT_WORK = 0.05
"""Seconds of work after which the server may look whether something changed."""


class SetUp(Struct, frozen=True, eq=False):
    """Templates, settings and messages as they are read, and what is wrong with the messages."""

    templates: Templates
    config: Config
    catalogues: Mapping[str, Catalogue]
    broken: tuple[Diagnostic, ...]
    theme: Theme


class Standing(Struct, frozen=True, eq=False):
    """The site as it stands: what it is made from, its plan, and what planning had to say."""

    setup: SetUp
    here: Sources
    linked: Linked
    index: "_Index"
    planned: Mapping[str, Page]
    files: Mapping[str, bytes | Folder]
    clashes: tuple[Diagnostic, ...]
    pages: Pages


class Workshop:
    """A site that is being written."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._standing: Standing | None = None
        self._is_sure = False
        self._compared: Comparisons | None = None
        self._doubted: Doubted | None = None
        self._kept: dict[str, bytes] = {}
        self._found = Found(())
        self._checked: Standing | None = None
        self._others: tuple[Problem, ...] = ()
        self._shown = Preview({})
        self._broken: tuple[Problem, ...] = ()
        self._tried: Theme | None = None
        self._written: Set[str] = set()

    def rebuild(self, changed: frozenset[Folder] | None) -> Iterator[Preview]:
        """The site after these files changed, None if any may have: first its pages, then with all there is to say.

        The first time it may use several processes, later never: then there are threads.
        """
        with _undisturbed():
            try:
                yield from self._rebuilt(changed)
            except Damaged:  # what earlier builds kept is of no use
                self.options, self._standing = msgspec.structs.replace(self.options, clean=True), None
                yield from self._rebuilt(None)
            finally:  # from now on there are threads, whatever became of this one
                self.options = msgspec.structs.replace(self.options, jobs=1)

    def _rebuilt(self, changed: frozenset[Folder] | None) -> Iterator[Preview]:
        began = time.perf_counter()
        try:
            now = self._now(changed if self._is_sure else None)
        except CannotGoOnError as failure:
            self._is_sure = False
            yield Preview({}, {}, problems(failure.diagnostics, self.options.root), failed=True, took=_since(began))
            return
        self._standing, self._is_sure = now, True
        took = _since(began)
        if self._checked is not now:
            errors = [one for one in now.linked.found if one.severity is Severity.ERROR]
            yield self._preview(now, problems(errors, self.options.root) + self._others, took)
            self._found, self._checked = self._check(now), now
            self._shown = self._whole(now, took)
        yield self._shown
        for broken in self._trying(now):
            if broken != self._broken:
                self._broken = broken
                self._shown = self._whole(now, took)
            yield self._shown

    def _whole(self, now: Standing, took: float) -> Preview:
        """The site with all there is to say of it."""
        errors = {one for one in now.linked.found if one.severity is Severity.ERROR}
        found = reports.outlined(self._found)
        self._others = self._broken + problems([one for one in found if one not in errors], self.options.root)
        return self._preview(now, self._broken + problems(found, self.options.root), took)

    def _preview(self, now: Standing, said: tuple[Problem, ...], took: float) -> Preview:
        return Preview(now.pages, Panels(now.pages, now.linked.linkage, self._found), said, took=took)

    # The site as it is now

    def _now(self, changed: frozenset[Folder] | None) -> Standing:
        """The site as it is now; the very same as before where nothing changed."""
        last = self._standing
        if last and last.pages.is_damaged:
            raise Damaged
        return self._next(last, self._names(changed)) if last else self._first()

    def _names(self, changed: frozenset[Folder] | None) -> Set[str] | None:
        """The paths of files from the site's root; None if one is outside, or nobody knows."""
        root = self.options.root.resolve()
        if changed is None or not all(path.is_relative_to(root) for path in changed):
            return None
        return {path.relative_to(root).as_posix() for path in changed}

    def _first(self) -> Standing:
        setup, here = self._set_up(None), stamp.sources(self.options.root)
        with self._keeping() as keep:
            linked = reading.linked(self.options, setup.config, here=here, keep_facts=keep)
        self.options = msgspec.structs.replace(self.options, jobs=1)
        self._compared = self._doubted = None
        return self._planned(setup, here, linked, None)

    @contextmanager
    def _keeping(self) -> Iterator[bool]:
        """Whether what is found may be kept for the next run: not while a build is keeping it."""
        with ExitStack() as held:
            try:
                held.enter_context(disk.locked(self.options.root))
            except CannotGoOnError:
                yield False
            else:
                yield True

    def _next(self, last: Standing, names: Set[str] | None) -> Standing:
        notes_alone = names is not None and all(name.startswith(load.FOLDER + "/") for name in names)
        setup = last.setup if notes_alone else self._set_up(last.setup)
        here = self._looked(last, names if notes_alone else None)
        times, now = last.here.notes.times, here.notes.times
        changed = {path for path in now if now[path] != times.get(path)} | (names or set())
        is_same = _there(here) == _there(last.here)
        if setup is last.setup and is_same and not changed & {*here.notes.paths}:
            return last
        self._written = changed
        if _read_by(setup.config) == _read_by(last.setup.config):
            linked = reading.again(self.options, setup.config, here, last.linked, changed)
        else:
            linked = reading.linked(self.options, setup.config, here=here)
        return self._planned(setup, here, linked, last)

    def _set_up(self, last: SetUp | None) -> SetUp:
        """Templates, settings and messages; the very same as before where they are as they were."""
        templates, config, catalogues, broken = reading.set_up(self.options)
        if last and templates == last.templates and config == last.config:
            return last
        if last and templates == last.templates:
            return SetUp(templates, config, last.catalogues, last.broken, last.theme)
        return SetUp(templates, config, catalogues, tuple(broken), themes.theme_of(templates, catalogues))

    def _looked(self, last: Standing, names: Set[str] | None) -> Sources:
        """The site's files; where only notes that were there changed, nothing else is looked at."""
        known, root = last.linked.read.notes, self.options.root
        if names is None or last.here.notes.links or not all(_is_file(root / name) and name in known for name in names):
            return stamp.sources(root)
        times = last.here.notes.times | {name: disk.times(f"{root}/{name}") for name in names}
        return msgspec.structs.replace(last.here, notes=msgspec.structs.replace(last.here.notes, times=times))

    def _planned(self, setup: SetUp, here: Sources, linked: Linked, last: Standing | None) -> Standing:
        """The site with its plan, which stays where texts alone changed."""
        parity = partial(reviewing.parity, linked, self._compared or {})
        retold = _retold(last, setup, linked) if last else None
        before, cites = last.index if last else None, _cited(linked)
        index = before if before and before.of == cites != {} else _Index(linked, cites, before)
        if last and retold is not None:
            site = last.pages.site.retold(retold, parity)
            planned, files, clashes = last.planned, last.files, last.clashes
        else:
            static, others = themes.static(setup.templates), linked.others
            site = Site(
                setup.config, linked.notes, linked.linkage, index.made, others, setup.catalogues, static, parity
            )
            if last:
                site.citing = _citing(last.pages.site, linked.notes)
            made, clashes = plan.pages(site, setup.theme.names)
            made = plan.without_collisions(made) if clashes else made
            planned = {page.path: page for page in made.pages}
            files = {asset.path: asset.data for asset in made.assets}
            files |= {copy.path: self.options.root / copy.source for copy in made.copies}
        pages = Pages(site, setup.theme, planned, files, self._kept)
        return Standing(setup, here, linked, index, planned, files, clashes, pages)

    # What there is to say

    def _check(self, now: Standing) -> Found:
        """All there is to say of the site, but for templates that break in the making of a page."""
        if self._compared is None:
            with self._keeping() as keep:
                self._compared = reviewing.compared(self.options, now.linked, keep=keep)
        self._compared = reviewing.compared_again(now.linked, self._compared)
        self._doubted, doubts = reviewing.doubted_again(now.linked, self._doubted)
        said = [*now.linked.found, *now.setup.broken, *now.clashes, *doubts]
        said += check.site(now.pages.site, now.setup.theme.names)
        batches = (batch for one in self._compared.values() for batch in one.said)
        return gathered(said, batches, now.linked.severities)

    def _trying(self, now: Standing) -> Iterator[tuple[Problem, ...]]:
        """What breaks templates: the pages of changed notes are made, and some of each kind if templates are new.

        Until that is known it is what broke the last ones, in the words and with the lines of then.
        """
        is_own, is_known = bool(now.setup.templates.own), self._tried is now.setup.theme and not self._broken
        if is_known and not (is_own and self._written):
            return
        load.note(File("", b""), now.setup.config)
        failures: list[Failure] = []
        began, kinds = time.perf_counter(), len({page.template for page in now.planned.values()})
        written = [name for name, page in now.planned.items() if page.origin in self._written]
        every = () if is_known else islice(_mixed(now.planned), _TRIED if is_own else kinds)
        for name in (*written, *every):
            made = now.pages.made(name)
            failures += [made] if isinstance(made, Failure) else []
            if _since(began) > _AT_WORK:
                yield self._broken
                began = time.perf_counter()
        self._tried, self._written = now.setup.theme, set()
        yield problems(render.failures(failures), self.options.root)


_TRIED = 200
"""Pages that are made at most to see whether templates break."""
_SAID = attrgetter("card", "citing", "tags", "order", "place", "moved")
"""What others say of a note, and lists of it."""
_PLANNED = attrgetter("template", "image", "audio")
"""What else the plan of a site depends on."""


def _retold(last: Standing, setup: SetUp, linked: Linked) -> list[Note] | None:
    """The notes that changed, where nothing but their texts did; None where more did."""
    if setup is not last.setup or linked.linkage is not last.linked.linkage or linked.others != last.linked.others:
        return None
    both = zip(linked.notes, last.linked.notes, strict=True)  # in one order, since their links are the same
    changed = [(note, was) for note, was in both if note is not was]
    alike = all(
        _said(linked, note) == _said(last.linked, was) is not None
        and _PLANNED(note) == _PLANNED(was)
        and {one.address for one in note.links} == {one.address for one in was.links}
        for note, was in changed
    )
    return [note for note, _ in changed] if alike else None


def _said(linked: Linked, note: Note) -> tuple[int, ...] | None:
    facets = linked.read.notes[note.path].facets
    return _SAID(facets) if facets else None


class _Index:
    """The citation index, made when it is asked for, from the one before; `of` is what notes cite, by digest: it holds
    as long as that.
    """

    def __init__(self, linked: Linked, of: Mapping[str, int], last: "_Index | None") -> None:
        self.of, self.tool = of, linked.tool
        self._notes, self._digests = linked.notes, reviewing.cited(linked)
        self._gathered: cite.Gathered = last._gathered if last and last.tool == self.tool else cite.NOTHING

    def made(self) -> Index:
        """The index itself."""
        self._gathered = cite.gathered(self._notes, self._digests, self._gathered)
        return self._gathered.index


def _cited(linked: Linked) -> dict[str, int]:
    """What notes cite, by digest; nothing where that is not known of all."""
    known = linked.read.notes
    made = {note.path: one.citing for note in linked.notes if (one := known[note.path].facets)}
    return made if len(made) == len(linked.notes) else {}


def _citing(last: Site, notes: Sequence[Note]) -> dict[str, set[str]]:
    """Who cites a source (`Site.citing`), from who cited it: of a note that is the very same, nothing is looked at."""
    now, made = {note.path: note for note in notes}, dict(last.citing)
    changed = {path for path in now.keys() | last.by_path.keys() if now.get(path) is not last.by_path.get(path)}
    for path in changed & last.by_path.keys():
        made |= {key: made[key] - {path} for key in last.by_path[path].keys}
    for path in changed & now.keys():
        made |= {key: made.get(key, set()) | {path} for key in now[path].keys}
    return {key: paths for key, paths in made.items() if paths}


def _read_by(config: Config) -> tuple[object, ...]:
    """The settings by which notes are read: which they are, and how."""
    return (config.notes.exclude, *load.settings(config))


def _there(here: Sources) -> tuple[object, ...]:
    """Which files there are, and which could not be looked at; pages show assets as they are, by their times."""
    return here.notes.paths, here.notes.found, here.assets.paths, here.assets.found, here.assets.times


def _is_file(path: Folder) -> bool:
    return path.is_file() and not path.is_symlink()


def _mixed(planned: Mapping[str, Page]) -> Iterator[str]:
    """The names of pages, those of one template far from each other."""
    by_template: dict[str, list[str]] = {}
    for name, page in planned.items():
        by_template.setdefault(page.template, []).append(name)
    for row in zip_longest(*by_template.values()):
        yield from (name for name in row if name)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Looks for cycles when the work is done, and not again at what is there by then: it would take longer than the
    work.
    """
    gc.disable()
    try:
        yield
    finally:
        if gc.get_freeze_count():
            gc.collect()
        gc.freeze()
        gc.enable()


def _since(began: float) -> float:
    return time.perf_counter() - began
