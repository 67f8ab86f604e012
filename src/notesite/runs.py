"""What a run is asked for, and what it gives."""

from typing import Any

from msgspec import Struct

from notesite.diagnostics import Diagnostic
from notesite.disk import Folder


class Options(Struct, frozen=True, kw_only=True):
    """What one run is asked for; `today` is an ISO day, `output` None means as set.

    `scheduler` is the address of one that has workers on several machines, empty for this machine alone.  `only` are
    the rules that are asked for, which turns on those that are off.
    """

    root: Folder
    today: str
    output: Folder | None = None
    base_url: str = ""
    drafts: bool = False
    strict: bool = False
    keep_going: bool = False
    clean: bool = False
    jobs: int | None = None
    scheduler: str = ""
    only: tuple[str, ...] = ()


class Counts(Struct, frozen=True):
    """How much a site holds: notes, groups of two or more translations, sources."""

    notes: int
    groups: int
    sources: int


class Written(Struct, frozen=True):
    """What writing did: files written, files removed, files that stood as they were."""

    written: int
    removed: int
    kept: int


class Report(Struct, frozen=True):
    """What a build did: what there is to say, why each page was made, and whether the output was written at all.

    `found` is what to print of it: of many warnings of one kind the first, and their number; `errors` and `warnings`
    count all of them.  `planned` is the site as it was planned (`build.Planned`), None where everything stood and
    nothing was looked at.
    """

    found: tuple[Diagnostic, ...]
    reasons: dict[str, str]
    written: Written | None
    counts: Counts
    output: Folder
    errors: int = 0
    warnings: int = 0
    planned: Any = None

    def failed(self, *, strict: bool) -> bool:
        """Whether the build fails: at any error; with `strict`, at anything at all."""
        return self.errors > 0 or (strict and self.warnings > 0)
