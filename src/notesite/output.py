"""The output folder: new files held ready, then put in their places so that a killed build harms nothing."""

import contextlib
import errno
import os
import secrets
import shutil
import stat
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

import msgspec
from msgspec import Struct

from notesite import cache, disk, outputs, pile, pool, urls
from notesite.cache import Before, Made, Memory, Place
from notesite.diagnostics import CannotGoOnError, Diagnostic, error
from notesite.outputs import Output, Outputs
from notesite.records import Times
from notesite.runs import Written

_TEMPORARY = ".notesite-tmp"
_AROUND = "around"
"""What piles are called that hold what pages show around their texts."""
_MARK = b'<meta name="generator" content="notesite">'
"""What each page says in its head."""
_MANY = 1000
"""More files than these are looked at by a process of their own."""


def check_output(root: Path, output: Path) -> None:
    """Refuse an output folder that holds what the site is made from, or lies within it."""
    out, top = Path(os.path.realpath(output)), root.resolve()
    sources = [Path(os.path.realpath(top / name)) for name in ("notes", "templates", "assets", disk.MEMORY)]
    if top.is_relative_to(out) or any(out.is_relative_to(one) or one.is_relative_to(out) for one in sources):
        words = f"the output folder {disk.shown(output.name or str(output))} would mix with what the site is made from"
        raise CannotGoOnError(error("output", words, "", 0, "name another folder with -o, such as build"))
    if output.exists() and not output.is_dir():
        raise CannotGoOnError(
            error("output", f"the output folder {disk.shown(output.name)} is a file", "", 0, "move it away")
        )


def before(root: Path, output: Path, jobs: int = 1) -> Before:
    """What the last build into this output folder left in mind, what it wrote, and what of that is there.

    With `jobs` other than one, the files are looked at by a process of their own while this one goes on.
    """
    here = disk.name_of(root, output)
    known = outputs.decoded(disk.recalled(root, f"files-{here}"))
    jobs = jobs if len(known.files) > _MANY else 1
    found = pool.beside(lambda: msgspec.msgpack.encode(_altered(output, known)), jobs)
    return Before(
        disk.recalled(root, f"pages-{here}"),
        known,
        lambda: msgspec.msgpack.decode(found(), type=dict[str, Output | None]),
    )


def _altered(output: Path, known: Outputs) -> dict[str, Output | None]:
    """The files that are not as they were written, as they are; where times are as they were nothing is read."""
    found: dict[str, Output | None] = {}
    for path, one in known.files.items():
        times = disk.times(f"{output}/{path}", follow=False)
        if times == disk.NOWHERE:
            found[path] = None
        elif times != one.times:
            found[path] = _there(f"{output}/{path}", times)
    return found


def _there(file: str, times: Times) -> Output | None:
    try:
        return Output(cache.digest(disk.read(file)), times)
    except OSError:
        return None


class Held(Struct, frozen=True):
    """A file that is held ready: the digest of its bytes; `fresh` unless the very same stands in its place."""

    digest: str
    fresh: bool


class Staged:
    """New files of a build, in a folder beside the others until all of them are there.

    `around` is the pile of what pages show around their texts.
    """

    def __init__(self, root: Path, output: Path, around: str) -> None:
        self.output, self.folder, self.tree = output, output / _TEMPORARY, output / _TEMPORARY / "new"
        self.memory, self.kind = root / disk.MEMORY, f"{_AROUND}-{disk.name_of(root, output)}"
        self.around = pile.opened(self.memory, around, write=True) if around.startswith(self.kind) else None
        self.digests: dict[str, str] = {}
        self.fresh: set[str] = set()

    def hold(self, path: str, data: bytes) -> Held:
        """Hold a file ready, in any process; the one that publishes is to `take` it."""
        fresh = not _holds(f"{self.output}/{path}", data)
        if fresh:
            _write(f"{self.tree}/{path}", data)
        return Held(cache.digest(data), fresh)

    def take(self, path: str, held: Held) -> None:
        """A file that is held ready belongs to the new state."""
        self.digests[path] = held.digest
        if held.fresh:
            self.fresh.add(path)

    def put(self, path: str, data: bytes) -> None:
        """Hold a file ready, and take it."""
        self.take(path, self.hold(path, data))

    def keep(self, around: bytes) -> Place | None:
        """Where that stands from now on which a page shows around its text; nowhere if the disk refuses."""
        self.around = self.around or pile.new(self.memory, self.kind)
        if not around or self.around is None or self.around.size > pile.LARGEST:
            return None
        with contextlib.suppress(OSError):
            return Place(self.around.append(around), len(around), zlib.crc32(around))
        return None

    def settled(self, pages: dict[str, Made]) -> dict[str, Made]:
        """The pages with what they show around their texts, in another pile where much of this one is needed no more.

        What another build leaves behind goes, too.
        """
        known = {path: one.around for path, one in pages.items() if one.around}
        if self.around and self.around.is_loose(sum(place.size for place in known.values())):
            old, self.around = self.around, None
            places = {path: self.keep(old.read(*msgspec.structs.astuple(place))) for path, place in known.items()}
            pages = pages | {path: msgspec.structs.replace(pages[path], around=place) for path, place in places.items()}
        pile.tidy(self.memory, self.kind, self.around.name if self.around else "")
        return pages


@contextlib.contextmanager
def staged(root: Path, output: Path, around: str = "") -> Iterator[Staged]:
    """A place for new files, gone at the end; raises CannotGoOnError where the disk refuses, then or within.

    `around` names the pile of what pages show around their texts.
    """
    made = Staged(root, output, around)
    fresh = not output.exists()
    try:
        output.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(made.folder, ignore_errors=True)
        made.folder.mkdir()
        made.tree.mkdir()
        yield made
    except OSError as failure:
        words = f"{_unwritten(failure, root, output)} cannot be written: {disk.why(failure)}"
        raise CannotGoOnError(
            error("output", words, "", 0, "the files written so far are whole; mend it and build again")
        ) from failure
    finally:
        shutil.rmtree(made.folder, ignore_errors=True)
        if fresh:
            with contextlib.suppress(OSError):  # it holds something by now, or is gone
                output.rmdir()


def unreadable(root: Path, copies: Iterable[str]) -> Iterator[Diagnostic]:
    """The files that are to be copied and cannot be read; nobody reads them before."""
    for path in copies:
        try:
            os.close(os.open(root / path, os.O_RDONLY | os.O_CLOEXEC))
        except OSError as failure:
            yield disk.unread(path, failure)


def publish(root: Path, new: Staged, copies: Mapping[str, str], stand: Sequence[str], last: Outputs) -> Written:
    """Bring the output folder to a new state; what is to be remembered of it, `remember` does.

    `new` holds its new files, `copies` are files of the site to copy, `stand` outputs that stand as they are; `last`
    is what was there.  Each file is replaced whole.  Names are remembered before anything is written, so that a
    killed build leaves no file that the next one would not know as its own.  Raises OSError where the disk refuses.
    """
    output, wanted = new.output, {*new.digests, *copies, *stand}
    old = set(last.files) - wanted
    copied = {path for path, source in copies.items() if _copy(root, source, output / path, new.tree / path)}
    _check_ours(output, {*new.fresh, *copied} - last.files.keys(), known=bool(last.files))
    if not wanted <= last.files.keys():
        _remember(root, output, Outputs(files={**dict.fromkeys(wanted, Output("")), **last.files}))
    _make_room(output, wanted, old)
    for path in sorted(_moves(str(new.tree), str(output)), key=lambda path: (_public_last(path), path)):
        os.rename(f"{new.tree}/{path}", f"{output}/{path}")  # noqa: PTH104 - thousands of files
    removed = sum(_remove(output, path) for path in sorted(old))
    written = len(new.fresh) + len(copied)
    return Written(written, removed, len(wanted) - written)


def remember(
    root: Path, new: Staged, copies: Iterable[str], stand: Iterable[str], before: Before, memory: Memory
) -> str:
    """Keep in mind what was written, with the times it has now, and from what; the token of this state.

    Where anything was written this waits until the clock of the file system has gone on: whatever changes afterwards
    has another time.
    """
    began = time.monotonic_ns()
    written = {**new.digests, **dict.fromkeys(copies, "")}
    files = {path: Output(one, disk.times(f"{new.output}/{path}", follow=False)) for path, one in written.items()}
    files |= {path: one for path in stand if (one := before.at(path))}
    token = secrets.token_hex(8)
    disk.keep(root, f"pages-{disk.name_of(root, new.output)}", cache.encoded(memory))
    _remember(root, new.output, Outputs(token=token, files=files))
    if new.fresh:
        time.sleep(max(0, disk.TICK - (time.monotonic_ns() - began)) / 1e9)
    return token


def _unwritten(failure: OSError, root: Path, output: Path) -> str:
    """What could not be written, in words."""
    named = Path(failure.filename2 or failure.filename or output)
    if named.is_relative_to(root / disk.MEMORY):
        return f"{disk.MEMORY}/"
    if named == output:
        return "the output folder"
    return f"{disk.shown(os.path.relpath(named, output))} in the output folder"


def _public_last(path: str) -> bool:
    """Whether a file leads readers on: lists, feeds and the sitemap come after the pages they name."""
    return path.endswith(".xml") or path.count("/") <= 1


def _remember(root: Path, output: Path, what: Outputs) -> None:
    """Unlike what only saves time, this must be kept: what nobody remembers nobody removes."""
    disk.keep(root, f"files-{disk.name_of(root, output)}", outputs.encoded(what), surely=True)


def _make_room(output: Path, wanted: set[str], old: set[str]) -> None:
    """Where a page was and a folder is to be, or the other way round, the old one of ours goes first."""
    for path in sorted(old & {folder for one in wanted for folder in urls.folders_of(one)}) if old else ():
        _remove(output, path)
    for path in sorted(wanted & {folder for one in old for folder in urls.folders_of(one)}):
        if (output / path).is_dir() and not (output / path).is_symlink():
            for below in [one for one in old if one.startswith(path + "/")]:
                _remove(output, below)


def _holds(name: str, data: bytes) -> bool:
    """Whether a regular file of these bytes is there."""
    with contextlib.suppress(OSError):
        here = os.lstat(name)
        return stat.S_ISREG(here.st_mode) and here.st_size == len(data) and disk.read(name) == data
    return False


def _write(name: str, data: bytes) -> None:
    how = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    try:
        handle = os.open(name, how, 0o666)
    except FileNotFoundError:
        _make_folder(name.rpartition("/")[0])
        handle = os.open(name, how, 0o666)
    with os.fdopen(handle, "wb", buffering=0) as opened:
        left = memoryview(data)
        while left:
            left = left[opened.write(left) :]


def _make_folder(name: str) -> None:
    """Most folders lie in one that is there: to try is faster than to look, and there are thousands."""
    try:
        os.mkdir(name)  # noqa: PTH102
    except FileExistsError:
        pass  # another process was faster
    except FileNotFoundError:
        os.makedirs(name, exist_ok=True)  # noqa: PTH103


def _moves(tree: str, output: str, below: str = "") -> Iterator[str]:
    """What of a tree of new files is to be moved: whole folders where there is none of that name yet, else files."""
    for entry in os.scandir(f"{tree}/{below}"):
        path = f"{below}{entry.name}"
        if entry.is_dir() and os.path.lexists(f"{output}/{path}"):
            yield from _moves(tree, output, f"{path}/")
        else:
            yield path


def _copy(root: Path, source: str, target: Path, part: Path) -> bool:
    """Hold a copy of a file ready in `part`, unless it stands in its place; True if it does not."""
    file = root / source
    with contextlib.suppress(OSError):
        if not target.is_symlink() and _same(file, target):
            return False
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(file, part)
    except OSError as failure:
        if failure.filename != str(file):
            raise
        raise CannotGoOnError(disk.unread(source, failure)) from failure
    return True


def _check_ours(output: Path, new: set[str], *, known: bool) -> None:
    """Refuse to write over what somebody else wrote: `new` are files that the last build did not write.

    A page of ours says so.  Where nothing is `known` of what was written, as after `.notesite/` was deleted, the folder
    is ours if its first page is.
    """
    in_the_way = [path for path in sorted(new) if os.path.lexists(output / path) and not (output / path).is_dir()]
    if not in_the_way or (not known and _is_marked(output / "index.html")):
        return
    foreign = [path for path in in_the_way if not _is_marked(output / path)]
    if foreign:
        others = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        words = (
            f"{disk.shown(foreign[0])}{others} in the output folder would be replaced, and notesite did not write it"
        )
        hint = "name another folder with -o, or move away what is there"
        raise CannotGoOnError(error("output", words, "", 0, hint))


def _is_marked(file: Path) -> bool:
    """Whether a file is a page that notesite made."""
    with contextlib.suppress(OSError), file.open("rb") as opened:
        return _MARK in opened.read(4096)
    return False


def _same(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as a, other.open("rb") as b:
        while block := a.read(1 << 20):
            if block != b.read(len(block)):
                return False
    return True


def _remove(output: Path, path: str) -> bool:
    """Remove a file of ours, and the folders it leaves empty."""
    gone = True
    try:
        (output / path).unlink()
    except OSError as failure:
        if failure.errno not in (errno.ENOENT, errno.ENOTDIR, errno.EISDIR):
            raise
        gone = False
    for parent in PurePosixPath(path).parents:
        if str(parent) == ".":
            break
        try:
            (output / parent).rmdir()
        except OSError:
            break
    return gone
