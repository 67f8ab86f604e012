"""What there is to show of a site that is being written: pages and panels, each made when it is asked for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from notesite import articles, build, disk, panels, render, reports, sides, urls
from notesite.desk import Broken, Problem
from notesite.diagnostics import Batch, Diagnostic, Found, Severity
from notesite.disk import Folder
from notesite.linkage import Linkage
from notesite.pages import Page
from notesite.pile import Damaged
from notesite.records import Note
from notesite.render import Failure, Theme
from notesite.site import Site

AROUND = 2
"""Lines shown before and after the one in which something is wrong."""
KEPT = 64
"""Pages that are kept as they last were, for when their template breaks: those that were made last."""
LONGEST = 240
"""Characters of a line at most."""


_DAMAGED = Problem(
    is_error=True,
    rule="unreadable",
    where=disk.MEMORY,
    words="what earlier builds kept of this note is damaged",
    mend="save any note: then all are read anew",
)


class Pages(Mapping[str, bytes | Folder]):
    """The pages of a site, as they are now; what was made of them last is in `kept`, which outlives them."""

    def __init__(
        self,
        site: Site,
        theme: Theme,
        planned: Mapping[str, Page],
        files: Mapping[str, bytes | Folder],
        kept: dict[str, bytes],
    ) -> None:
        self.site, self.theme, self.planned, self.files, self.kept = site, theme, planned, files, kept
        self.is_damaged = False

    def __iter__(self) -> Iterator[str]:
        yield from self.planned
        yield from self.files

    def __len__(self) -> int:
        return len(self.planned) + len(self.files)

    def __contains__(self, name: object) -> bool:
        return name in self.planned or name in self.files

    def __getitem__(self, name: str) -> bytes | Folder:
        """A page or a file; raises KeyError where there is none, and Broken where its template prevents it."""
        if name in self.files:
            return self.files[name]
        last = self.kept.get(name)
        try:
            made = self.made(name)
        except Damaged as failure:
            self.is_damaged = True
            raise Broken(_DAMAGED, last) from failure
        if isinstance(made, Failure):
            raise _broken(made, last)
        self.kept.pop(name, None)
        self.kept[name] = made
        for old in [*self.kept][:-KEPT]:
            self.kept.pop(old, None)
        return made

    def made(self, name: str) -> bytes | Failure:
        """A page, or the fault of a template that prevents it."""
        page = self.planned[name]
        return build.rendered(page, page.make(self.site), self.theme)


class Panels(Mapping[str, str]):
    """What the author of a note is told beside its page and beside its comparisons, by the names of these pages."""

    def __init__(self, pages: Pages, linkage: Linkage, found: Found) -> None:
        self.pages, self.linkage, self.found = pages, linkage, found

    def __iter__(self) -> Iterator[str]:
        return (name for name in self.pages.planned if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return self._note(str(name)) is not None

    def __getitem__(self, name: str) -> str:
        """The panel of a page as HTML; raises KeyError where it has none, and Broken where its template prevents it."""
        note = self._note(name)
        if note is None:
            raise KeyError(name)
        panel = panels.of(self.pages.site, self.linkage, note, self._said)
        made = render.fragment("panel.html", panel, self.pages.theme, f"the panel of {note.path}")
        if isinstance(made, Failure):
            raise _broken(made, None)
        return made

    def _note(self, name: str) -> Note | None:
        """The note that a page shows, or shows beside another."""
        page = self.pages.planned.get(name)
        if page is None or page.family not in (articles.FAMILY, sides.FAMILY):
            return None
        path = page.origin if page.family == articles.FAMILY else self._beside[name]
        return self.pages.site.by_path[path]

    @cached_property
    def _beside(self) -> dict[str, str]:
        """The paths of notes by the names of the pages that show them beside another."""
        site = self.pages.site
        return {urls.output_path(site.compare(note)): note.path for note in site.notes}

    @cached_property
    def _by_path(self) -> dict[str, list[Diagnostic | Batch]]:
        made = defaultdict[str, list[Diagnostic | Batch]](list)
        for said in self.found.said:
            made[said.path].append(said)
        for batch in self.found.batches:
            made[batch.path].append(batch)
        return made

    def _said(self, path: str) -> list[Diagnostic]:
        every = self._by_path.get(path, ())
        return [one for held in every for one in (held.diagnostics() if isinstance(held, Batch) else (held,))]


# Problems as plain values


def _broken(failure: Failure, last: bytes | None) -> Broken:
    (found,) = render.failures([failure])
    return Broken(_problem(found, None), last)


def problems(found: Iterable[Diagnostic], root: Folder) -> tuple[Problem, ...]:
    """What is wrong, the errors with the lines around them, before all warnings."""
    ordered = sorted(found, key=lambda one: one.severity is not Severity.ERROR)
    return tuple(_problem(one, root if one.severity is Severity.ERROR else None) for one in ordered)


def _problem(one: Diagnostic, root: Folder | None) -> Problem:
    return Problem(
        is_error=one.severity is Severity.ERROR,
        rule=one.rule,
        where=reports.place(one.path, one.line),
        words=one.message,
        mend=one.hint,
        related=tuple((reports.place(other.path, other.line), other.text) for other in one.related),
        excerpt=_excerpt(root, one) if root and one.path and one.line else (),
        line=one.line,
    )


def _excerpt(root: Folder, one: Diagnostic) -> tuple[tuple[int, str], ...]:
    try:
        text = disk.read(root / one.path, disk.LARGEST_NOTE).decode("utf-8", "replace")
    except OSError:  # a template that came with us, or a file that has just gone
        return ()
    lines = list(enumerate(text.splitlines(), 1))
    around = lines[max(0, one.line - 1 - AROUND) : one.line + AROUND]
    return tuple((number, line[:LONGEST]) for number, line in around)
