"""The only file access: a site's files read safely, its output written so that a killed build harms nothing."""

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from msgspec import Struct

from notesite import cache
from notesite.cache import Memory
from notesite.config import FILE
from notesite.diagnostics import CannotGoOnError, Diagnostic, error, warning
from notesite.records import File

Folder = Path
"""A place on disk: what runs the steps hands it on, and only the edge looks into it."""

LARGEST_NOTE = 2_000_000
"""Bytes of a note at most; Markdown of that size is no note, and would take minutes."""
MEMORY = ".notesite"
"""The folder at the site's root that holds what a build remembers; deleting it costs a full build."""
_TEMPORARY = ".notesite-tmp"
_SKIPPED = ("node_modules", "__pycache__")


class Listing(Struct, frozen=True):
    """Files below a folder: paths relative to the site's root, sorted, and what could not be looked at."""

    paths: tuple[str, ...]
    found: tuple[Diagnostic, ...]


class Templates(Struct, frozen=True):
    """The shipped templates and the site's own, by name: `note.html`, `static/site.css`, `locales/…/messages.po`."""

    shipped: dict[str, bytes]
    own: dict[str, bytes]


class Written(Struct, frozen=True):
    """What writing did: files written, files removed, files that stood as they were."""

    written: int
    removed: int
    kept: int


# Reading


def read_settings(root: Path) -> str:
    """The text of `notesite.toml`, empty if there is none."""
    path = root / FILE
    _check_root(root)
    try:
        return _read(path).decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as failure:
        raise CannotGoOnError(error("settings", f"the settings cannot be read: {_why(failure)}", FILE, 1)) from failure


def _read(path: Path | str, most: int = -1) -> bytes:
    """A regular file's bytes, `most` of them.  A device, a pipe or a socket is refused, and never waited for."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as opened:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        return opened.read(most)


def _check_root(root: Path) -> None:
    if not root.is_dir():
        words = f"there is no folder {_shown(str(root))}"
        raise CannotGoOnError(error("settings", words, "", 0, "name the site's folder with -s"))


def list_files(root: Path, folder: str) -> Listing:
    """All regular files below a folder of the site; hidden ones, and links that lead out of it, are left out."""
    paths: list[str] = []
    found: list[Diagnostic] = []
    top = root / folder

    def unreadable(failure: OSError) -> None:
        shown = _shown(os.path.relpath(failure.filename or top, root))
        found.append(
            error("unreadable", f"this folder cannot be read: {_why(failure)}", shown, 0, "mend its permissions")
        )

    for here, folders, names in os.walk(top, onerror=unreadable if top.exists() else None):
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one not in _SKIPPED)
        for name in [one for one in folders if Path(here, one).is_symlink()]:
            words = "this link to a folder is not followed"
            found.append(warning("link-skipped", words, _shown(_below(root, here, name)), 0, "copy the folder here"))
            folders.remove(name)
        for name in sorted(one for one in names if not one.startswith(".")):
            path = _below(root, here, name)
            doubt = _odd(Path(here, name), path, top)
            if doubt:
                found.append(doubt)
            else:
                paths.append(path)
    return Listing(tuple(sorted(paths)), tuple(found))


def _below(root: Path, here: str, name: str) -> str:
    return Path(here, name).relative_to(root).as_posix()


def _odd(file: Path, path: str, top: Path) -> Diagnostic | None:
    """Why a file is not read: its name is no text, it is no file, or a link that leads out of the site's folder."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return warning("file-name", "this file's name is not UTF-8; it is left out", _shown(path), 0, "rename it")
    if file.is_symlink():
        target = Path(os.path.realpath(file))  # where resolve() would raise at a link to itself
        if not target.is_relative_to(top.resolve()) or not target.is_file():
            return warning(
                "link-skipped",
                "this link leads out of the folder and is not followed",
                path,
                0,
                "copy the file here",
            )
    elif not file.is_file():
        return error("unreadable", "this is no regular file", path, 0, "remove it")
    return None


def read_note(root: Path, path: str) -> File | Diagnostic:
    """A note's bytes, or why there are none; links that lead out of the folder are not in the listing."""
    try:
        data = _read(f"{root}/{path}", LARGEST_NOTE + 1)
    except OSError as failure:
        return error("unreadable", f"this file cannot be read: {_why(failure)}", path, 0, "mend its permissions")
    if len(data) > LARGEST_NOTE:
        words = f"this note is larger than {LARGEST_NOTE // 1_000_000} MB"
        return error("too-large", words, path, 0, "split it, or name it under exclude in [notes]")
    return File(path, data)


def read_templates(root: Path) -> Templates:
    """The templates that come with notesite, and the site's own."""
    shipped = _shipped()
    own = root / "templates"
    # This repository is itself a site: its templates are the shipped ones, not its own.
    same = own.exists() and own.resolve() == shipped.resolve()
    return Templates(_read_folder(shipped), {} if same or not own.exists() else _read_folder(own))


def _shipped() -> Path:
    """Beside the installed package, else at the top of the checkout."""
    here = Path(__file__).resolve().parent
    return here / "templates" if (here / "templates").is_dir() else here.parent.parent / "templates"


def _read_folder(folder: Path) -> dict[str, bytes]:
    """The files below a folder of templates by name; hidden ones, and those whose name is no text, are none."""
    made: dict[str, bytes] = {}

    def refuse(failure: OSError) -> None:
        raise failure

    try:
        for here, folders, names in os.walk(folder, onerror=refuse):
            folders[:] = [one for one in folders if not one.startswith(".")]
            for path in (Path(here, name) for name in names if not name.startswith(".")):
                name = path.relative_to(folder).as_posix()
                if path.is_file() and name == name.encode("utf-8", "replace").decode():
                    made[name] = _read(path)
    except OSError as failure:
        shown = _shown(os.path.relpath(failure.filename or folder, folder.parent))
        words = f"this template cannot be read: {_why(failure)}"
        raise CannotGoOnError(error("unreadable", words, shown, 0, "mend its permissions")) from failure
    return dict(sorted(made.items()))


# Writing


@contextlib.contextmanager
def locked(root: Path) -> Iterator[None]:
    """Only one build of a site at a time; the lock goes with the process, however that ends."""
    folder = root / MEMORY
    _check_root(root)
    try:
        folder.mkdir(exist_ok=True)
        handle = os.open(folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    except OSError as failure:
        raise CannotGoOnError(error("output", f"{MEMORY}/ cannot be written: {_why(failure)}", MEMORY)) from failure
    with os.fdopen(handle, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as failure:
            hint = "wait until it has ended"
            raise CannotGoOnError(error("output", "another build of this site is running", "", 0, hint)) from failure
        yield


def check_output(root: Path, output: Path) -> None:
    """Refuse an output folder that holds what the site is made from, or lies within it."""
    out, top = Path(os.path.realpath(output)), root.resolve()
    sources = [Path(os.path.realpath(top / name)) for name in ("notes", "templates", "assets", MEMORY)]
    if top.is_relative_to(out) or any(out.is_relative_to(one) or one.is_relative_to(out) for one in sources):
        words = f"the output folder {_shown(output.name or str(output))} would mix with what the site is made from"
        raise CannotGoOnError(error("output", words, "", 0, "name another folder with -o, such as build"))
    if output.exists() and not output.is_dir():
        raise CannotGoOnError(
            error("output", f"the output folder {_shown(output.name)} is a file", "", 0, "move it away")
        )


def read_memory(root: Path, output: Path) -> Memory:
    """What the last build into this output folder left in mind."""
    try:
        return cache.decoded(_memory_file(root, output).read_bytes())
    except OSError:
        return Memory()


def _memory_file(root: Path, output: Path) -> Path:
    name = os.path.relpath(output.resolve(), root.resolve())
    return root / MEMORY / f"build-{hashlib.blake2b(os.fsencode(name), digest_size=6).hexdigest()}.json"


def digests(output: Path, paths: Sequence[str]) -> dict[str, str]:
    """The digests of those of these output files that are in place."""
    made = {}
    for path in paths:
        with contextlib.suppress(OSError):
            made[path] = cache.digest(_read(f"{output}/{path}"))
    return made


def write(
    root: Path,
    output: Path,
    made: Mapping[str, bytes],
    copies: Mapping[str, str],
    stand: Sequence[str],
    memory: Memory,
    last: Memory,
) -> Written:
    """Bring the output folder to a new state.

    `made` are new bytes by output path, `copies` files of the site to copy, `stand` outputs that stand as they
    are; `memory` is what to remember afterwards (without digests), `last` what was remembered.  Each file is
    replaced whole.  Names are remembered before anything is written, so that a killed build leaves no file
    that the next one would not know as its own.  Raises CannotGoOnError when the disk refuses.
    """
    wanted = {*made, *copies, *stand}
    old = set(last.outputs) - wanted
    temporary = output / _TEMPORARY
    try:
        output.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        _remember(root, output, Memory(outputs={**dict.fromkeys(wanted, ""), **last.outputs}, prints=last.prints))
        _make_room(output, wanted, old)
        outputs = {path: last.outputs[path] for path in stand}
        written = 0
        for path, data in sorted(made.items(), key=lambda one: (_public_last(one[0]), one[0])):
            outputs[path] = cache.digest(data)
            written += _replace(output / path, data, temporary)
        for path, source in sorted(copies.items()):
            outputs[path] = ""
            written += _copy(root / source, output / path, temporary)
        removed = sum(_remove(output, path) for path in sorted(old))
        _remember(root, output, Memory(outputs=outputs, prints=memory.prints))
    except OSError as failure:
        words = f"{_unwritten(failure, root, output)} cannot be written: {_why(failure)}"
        raise CannotGoOnError(
            error("output", words, "", 0, "the files written so far are whole; mend it and build again")
        ) from failure
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return Written(written, removed, len(wanted) - written)


def _unwritten(failure: OSError, root: Path, output: Path) -> str:
    """What could not be written, in words."""
    named = Path(failure.filename2 or failure.filename or output)
    if named.is_relative_to(root / MEMORY):
        return f"{MEMORY}/"
    return "the output folder" if named == output else f"{_shown(os.path.relpath(named, output))} in the output folder"


def _public_last(path: str) -> bool:
    """Whether a file leads readers on: lists, feeds and the sitemap come after the pages they name."""
    return path.endswith(".xml") or path.count("/") <= 1


def _remember(root: Path, output: Path, memory: Memory) -> None:
    file = _memory_file(root, output)
    file.parent.mkdir(exist_ok=True)
    _replace(file, cache.encoded(memory), file.parent)
    (file.parent / "part").unlink(missing_ok=True)  # of a build that was killed


def _make_room(output: Path, wanted: set[str], old: set[str]) -> None:
    """Where a page was and a folder is to be, or the other way round, the old one of ours goes first."""
    for path in sorted(wanted) if old else ():
        for parent in PurePosixPath(path).parents:
            if str(parent) in old:
                _remove(output, str(parent))
        if (output / path).is_dir() and not (output / path).is_symlink():
            for below in [one for one in old if one.startswith(path + "/")]:
                _remove(output, below)


def _replace(target: Path, data: bytes, temporary: Path) -> bool:
    """Write a file whole or not at all; True if its bytes changed."""
    name, part = str(target), f"{temporary}/part"
    with contextlib.suppress(OSError):
        here = os.lstat(name)
        if stat.S_ISREG(here.st_mode) and here.st_size == len(data) and target.read_bytes() == data:
            return False
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    with os.fdopen(handle, "wb", buffering=0) as opened:
        left = memoryview(data)
        while left:
            left = left[opened.write(left) :]
    try:
        os.rename(part, name)  # noqa: PTH104 - thousands of files: pathlib costs more here than the disk
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.rename(part, name)  # noqa: PTH104
    return True


def _copy(source: Path, target: Path, temporary: Path) -> bool:
    """Copy a file whole or not at all; True if it changed."""
    with contextlib.suppress(OSError):
        if not target.is_symlink() and _same(source, target):
            return False
    part = temporary / "part"
    shutil.copyfile(source, part)
    target.parent.mkdir(parents=True, exist_ok=True)
    part.replace(target)
    return True


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


def _why(failure: Exception) -> str:
    return (failure.strerror or type(failure).__name__) if isinstance(failure, OSError) else str(failure)


def _shown(text: str) -> str:
    """A name as it can be printed."""
    plain = os.fsencode(text).decode("utf-8", "backslashreplace")
    return plain if plain.isprintable() else ascii(plain)[1:-1]
