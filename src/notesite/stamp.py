"""The stamp of a build: times of all that went into it and came out, by which the next one sees that nothing changed.

This is looked at before anything else, so it imports little.
"""

import hashlib
import os
import sys
import time
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct

from notesite import disk, outputs
from notesite.diagnostics import Diagnostic
from notesite.disk import Listing
from notesite.records import SETTINGS, Times
from notesite.runs import Counts, Options, Report, Written

VERSION = 2
"""Changes whenever a stamp of another version would be misread."""
_TICK = disk.TICK
_COARSE = 2_100_000_000
"""Nanoseconds within which two changes of a file may have one time: on most file systems, and on those that count in
seconds or two."""


class Sources(Struct, frozen=True):
    """All files that a site is made from, with their times, and the time before they were looked at (in ns)."""

    at: int
    notes: Listing
    assets: Listing
    others: dict[str, Times]

    @property
    def times(self) -> dict[str, Times]:
        """The times of all of them, by path from the site's root; the shipped templates by their own."""
        return self.others | self.notes.times | self.assets.times


class Stamp(Struct, frozen=True, array_like=True):
    """What a build left: `run` is a digest of what it was asked, `until` the day on which a note stops being future."""

    version: int
    run: str
    today: str
    until: str
    output: str
    sources: dict[str, Times]
    token: str
    found: tuple[Diagnostic, ...]
    warnings: int
    counts: Counts
    files: int

    @property
    def report(self) -> Report:
        """What that build said, and says again where nothing changed."""
        written = Written(0, 0, self.files)
        return Report(self.found, {}, written, self.counts, Path(self.output), warnings=self.warnings)

    def edited(self, here: Sources) -> set[str] | None:
        """The notes whose files are not as they were; None if anything else is, or if there are others."""
        now = here.times
        if now.keys() != self.sources.keys():
            return None
        other = {path for path, times in self.sources.items() if now[path] != times}
        return other if other <= here.notes.times.keys() else None


def stands(options: Options, here: Sources | None = None, known: Stamp | None = None) -> Report | None:
    """What a build says where everything is as the last one left it; None if anything may have changed.

    `here` are the site's sources, and `known` is what the last build left, where the caller has looked at them.
    """
    known = known or left(options)
    if known is None or (here or sources(options.root)).times != known.sources:
        return None
    return known.report if _stand(options.root, Path(known.output), known.token) else None


def left(options: Options) -> Stamp | None:
    """The stamp of the last build, if it was asked the same; a damaged one, or one of another version, is none."""
    if options.clean:
        return None
    try:
        known = msgspec.msgpack.decode(disk.recalled(options.root, _file(options)), type=Stamp)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if known.version != VERSION or known.run != _run(options) or (options.strict and known.warnings):
        return None
    passed = options.today < known.today or (known.until and options.today >= known.until)
    return None if passed else known


def sources(root: Path) -> Sources:
    """All files that a site is made from, as they are now."""
    at, shipped = time.time_ns(), disk.shipped()
    others = {SETTINGS: disk.times(str(root / SETTINGS))}
    others |= {f"0/{path}": times for path, times in disk.list_files(shipped.parent, shipped.name).times.items()}
    others |= disk.list_files(root, "templates").times
    return Sources(at, disk.list_files(root, "notes"), disk.list_files(root, "assets"), others)


def _stand(root: Path, output: Path, token: str) -> bool:
    """Whether all outputs are as the build of this token left them."""
    kept = outputs.decoded(disk.recalled(root, f"files-{disk.name_of(root, output)}"))
    if kept.token != token:
        return False
    return all(disk.times(f"{output}/{path}", follow=False) == one.times for path, one in kept.files.items())


def leave(options: Options, before: Sources, report: Report, token: str, until: str) -> None:
    """Leave a stamp of a build that ended well.

    `before` are its sources as they were when it began, `token` names what it left.  Where a source was so young then
    that it may have changed again without another time, no stamp is left.
    """
    disk.forget(options.root, _file(options))
    times = before.times
    every = [time for _, *both in times.values() for time in both]
    youngest, coarse = max(every, default=0), not any(time % 1_000_000_000 for time in every)
    if before.at - youngest < (_COARSE if coarse else _TICK) or report.written is None or report.errors:
        return
    made = Stamp(
        VERSION,
        _run(options),
        options.today,
        until,
        str(report.output),
        times,
        token,
        report.found,
        report.warnings,
        report.counts,
        report.written.written + report.written.kept,
    )
    disk.keep(options.root, _file(options), msgspec.msgpack.encode(made))


def _run(options: Options) -> str:
    """A digest of what a run is asked that changes what it makes, and of notesite itself."""
    asked = (str(options.output or ""), options.base_url, options.drafts, options.keep_going)
    return tool(*asked)


def _file(options: Options) -> str:
    name = hashlib.blake2b(os.fsencode(str(options.output or "")), digest_size=6).hexdigest()
    return f"stamp-{name}"


# What a build depends on beside the site


def tool(*settings: object) -> str:
    """A digest of notesite itself, the libraries beside it, Python, and these settings."""
    data = msgspec.msgpack.encode((_sources(), _libraries(), sys.version, settings))
    return hashlib.blake2b(data, digest_size=16).hexdigest()


@lru_cache(maxsize=1)
def _sources() -> str:
    made = hashlib.blake2b(digest_size=16)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        made.update(path.read_bytes())
    return made.hexdigest()


@lru_cache(maxsize=1)
def _libraries() -> list[str]:
    """The names and versions of what is installed where our libraries are."""
    folder = Path(msgspec.__file__).parent.parent
    return sorted(one.name for one in folder.iterdir() if one.suffix in (".dist-info", ".egg-info"))
