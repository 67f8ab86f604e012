"""The stamp of a build: times of all that went into it and came out, by which the next one sees that nothing changed.

This is looked at before anything else, so it imports little.
"""

import contextlib
import hashlib
import os
import sys
import time
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Struct

from notesite import disk
from notesite.diagnostics import Diagnostic, failed
from notesite.disk import Times
from notesite.records import SETTINGS
from notesite.runs import Counts, Options, Report, Written

VERSION = 1
"""Changes whenever a stamp of another version would be misread."""
_TICK = 20_000_000
_COARSE = 2_100_000_000
"""Nanoseconds within which two changes of a file may have one time: on most file systems, and on those that count in
seconds or two."""


class Stamp(Struct, frozen=True, array_like=True):
    """What a build left: `run` is a digest of what it was asked, `until` the day on which a note stops being future."""

    version: int
    run: str
    today: str
    until: str
    output: str
    sources: dict[str, Times]
    outputs: dict[str, Times]
    found: tuple[Diagnostic, ...]
    counts: Counts
    files: int


def stands(options: Options) -> Report | None:
    """What a build says where everything is as the last one left it; None if anything may have changed."""
    known = None if options.clean else _known(options)
    if known is None or known.run != _run(options) or failed(known.found, strict=options.strict):
        return None
    if options.today < known.today or (known.until and options.today >= known.until):
        return None
    output = Path(known.output)
    if sources(options.root) != known.sources or _outputs(output, known.outputs) != known.outputs:
        return None
    return Report(known.found, {}, Written(0, 0, known.files), known.counts, output)


def _known(options: Options) -> Stamp | None:
    """The stamp that was left; a damaged one, or one of another version, is none."""
    try:
        known = msgspec.msgpack.decode(disk.recalled(options.root, _file(options)), type=Stamp)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return known if known.version == VERSION else None


def sources(root: Path) -> dict[str, Times]:
    """The times of all files that a site is made from, by path from its root."""
    folders = [disk.shipped(), *(root / name for name in ("notes", "assets", "templates"))]
    found = {f"{n}/{path}": times for n, folder in enumerate(folders) for path, times in _below(str(folder), "")}
    return {SETTINGS: disk.times(str(root / SETTINGS)), **found}


def _below(folder: str, prefix: str) -> Iterator[tuple[str, Times]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path, f"{prefix}{entry.name}/")
        else:
            yield os.fsencode(f"{prefix}{entry.name}").decode("utf-8", "backslashreplace"), disk.times(entry.path)


def _outputs(output: Path, paths: Iterable[str]) -> dict[str, Times]:
    return {path: disk.times(f"{output}/{path}", follow=False) for path in paths}


def leave(options: Options, before: dict[str, Times], report: Report, paths: Iterable[str], until: str) -> None:
    """Leave a stamp of a build that ended well.

    `before` are the times of its sources when it began, `paths` its outputs.  Where one of them is so young that it
    could change again without another time, the stamp waits a moment, or, if that is long, is not left.
    """
    disk.forget(options.root, _file(options))
    began = _now(options.root)
    youngest = max((time for _, *times in before.values() for time in times), default=0)
    coarse = not any(time % 1_000_000_000 for _, *times in before.values() for time in times)
    if began - youngest < (_COARSE if coarse else _TICK) or report.written is None:
        return
    if report.written.written:
        time.sleep(_TICK / 1e9)
    made = Stamp(
        VERSION,
        _run(options),
        options.today,
        until,
        str(report.output),
        before,
        _outputs(report.output, paths),
        report.found,
        report.counts,
        report.written.written + report.written.kept,
    )
    disk.keep(options.root, _file(options), msgspec.msgpack.encode(made))


def _now(root: Path) -> int:
    """The time as the file system has it."""
    lock = root / disk.MEMORY / "lock"
    with contextlib.suppress(OSError):
        os.utime(lock)
    return disk.times(str(lock))[1]


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
