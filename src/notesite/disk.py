"""A site's files, read safely, and what builds remember; `output` writes the site, and nothing else sees the disk."""

import contextlib
import errno
import fcntl
import hashlib
import mmap
import os
import shutil
import stat
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from notesite.diagnostics import CannotGoOnError, Diagnostic, error, warning
from notesite.records import SETTINGS, File, Times

Folder = Path
"""A place on disk: what runs the steps hands it on, and only the edge looks into it."""

LARGEST_NOTE = 2_000_000
"""Bytes of a note at most; Markdown of that size is no note, and would take minutes."""
MEMORY = ".notesite"
"""The folder at the site's root that holds what a build remembers; deleting it costs a full build."""
_SKIPPED = ("node_modules", "__pycache__")


NOWHERE: Times = (-1, 0, 0)
"""The times of a file that is not there."""


class Listing(Struct, frozen=True):
    """Files below a folder: paths relative to the site's root, sorted, and what could not be looked at.

    `times` are those of everything that was looked at, files that are left out among it; `links` says whether links
    are among them.
    """

    paths: tuple[str, ...]
    found: tuple[Diagnostic, ...]
    times: dict[str, Times]
    links: bool = False


class Templates(Struct, frozen=True):
    """The shipped templates and the site's own, by name: `note.html`, `static/site.css`, `locales/…/messages.po`."""

    shipped: dict[str, bytes]
    own: dict[str, bytes]


# Reading


def read_settings(root: Path) -> str:
    """The text of `notesite.toml`, empty if there is none."""
    path = root / SETTINGS
    _check_root(root)
    try:
        return read(path).decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as failure:
        words = f"the settings cannot be read: {why(failure)}"
        raise CannotGoOnError(error("settings", words, SETTINGS, 1)) from failure


def read(path: Path | str, most: int = -1) -> bytes:
    """A regular file's bytes, `most` of them.  A device, a pipe or a socket is refused, and never waited for."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as opened:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        return opened.read(most)


def _check_root(root: Path) -> None:
    if not root.is_dir():
        words = f"there is no folder {shown(str(root))}"
        raise CannotGoOnError(error("settings", words, "", 0, "name the site's folder with -s"))


def below_repository(root: Path) -> str:
    """The way from the top of the repository that holds a site, else from here, to its root: empty, or `docs/`.

    This is what code hosts call files by; a site outside of both is called as if it were the top.
    """
    site = root.resolve()
    top = next((folder for folder in (site, *site.parents) if (folder / ".git").exists()), Path.cwd())
    return f"{site.relative_to(top).as_posix()}/" if site != top and site.is_relative_to(top) else ""


def list_files(root: Path, folder: str) -> Listing:
    """All regular files below a folder of the site; hidden ones, and links that lead out of it, are left out."""
    paths: list[str] = []
    found: list[Diagnostic] = []
    seen: dict[str, Times] = {}
    left, links, top = [folder], False, root / folder
    while left:
        here = left.pop()
        try:
            entries = list(os.scandir(f"{root}/{here}"))
        except OSError as failure:
            if here != folder or top.exists():
                words = f"this folder cannot be read: {why(failure)}"
                found.append(error("unreadable", words, shown(here), 0, "mend its permissions"))
            continue
        for entry in entries:
            path = f"{here}/{entry.name}"
            if entry.name.startswith("."):
                continue
            if not _is_folder(entry):
                doubt = _odd(entry, path, top)
                found += [doubt] if doubt else []
                paths += [] if doubt else [path]
                seen[shown(path) if doubt else path] = times(f"{root}/{path}")
                links = links or entry.is_symlink()
            elif entry.name not in _SKIPPED and not entry.is_symlink():
                left.append(path)
            elif entry.is_symlink():
                words = "this link to a folder is not followed"
                found.append(warning("link-skipped", words, shown(path), 0, "copy the folder here"))
                seen[shown(path)] = times(f"{root}/{path}", follow=False)
    return Listing(tuple(sorted(paths)), tuple(found), seen, links)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _odd(file: os.DirEntry[str], path: str, top: Path) -> Diagnostic | None:
    """Why a file is not read: its name is no text, it is no file, or a link that leads out of the site's folder."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return warning("file-name", "this file's name is not UTF-8; it is left out", shown(path), 0, "rename it")
    if file.is_symlink():
        target = Path(os.path.realpath(file))  # where resolve() would raise at a link to itself
        if _leads_nowhere(file):
            words = "this link leads nowhere; it is left out"
            return warning("link-skipped", words, path, 0, "remove it, or mend where it leads")
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


def _leads_nowhere(link: os.DirEntry[str]) -> bool:
    try:
        link.stat()
    except OSError as failure:
        return failure.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
    return False


def read_note(root: Path, path: str) -> File | Diagnostic:
    """A note's bytes, or why there are none; links that lead out of the folder are not in the listing."""
    try:
        data = read(f"{root}/{path}", LARGEST_NOTE + 1)
    except OSError as failure:
        return unread(path, failure)
    if len(data) > LARGEST_NOTE:
        words = f"this note is larger than {LARGEST_NOTE // 1_000_000} MB"
        return error("too-large", words, path, 0, "split it, or name it under exclude in [notes]")
    return File(path, data)


def read_templates(root: Path) -> Templates:
    """The templates that come with notesite, and the site's own."""
    with_us = shipped()
    own = root / "templates"
    # This repository is itself a site: its templates are the shipped ones, not its own.
    same = own.exists() and own.resolve() == with_us.resolve()
    return Templates(_read_folder(with_us), {} if same or not own.exists() else _read_folder(own))


def shipped() -> Path:
    """The templates that come with notesite: beside the installed package, else at the top of the checkout."""
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
                    made[name] = read(path)
    except OSError as failure:
        here = shown(os.path.relpath(failure.filename or folder, folder.parent))
        words = f"this template cannot be read: {why(failure)}"
        raise CannotGoOnError(error("unreadable", words, here, 0, "mend its permissions")) from failure
    return dict(sorted(made.items()))


@contextlib.contextmanager
def locked(root: Path) -> Iterator[None]:
    """Only one build of a site at a time; the lock goes with the process, however that ends."""
    folder = root / MEMORY
    _check_root(root)
    try:
        folder.mkdir(exist_ok=True)
        handle = os.open(folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    except OSError as failure:
        raise CannotGoOnError(error("output", f"{MEMORY}/ cannot be written: {why(failure)}", MEMORY)) from failure
    with os.fdopen(handle, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as failure:
            hint = "wait until it has ended"
            raise CannotGoOnError(error("output", "another build of this site is running", "", 0, hint)) from failure
        _locks.add(handle)
        try:
            yield
        finally:
            _locks.discard(handle)


_locks: set[int] = set()


def _let_go() -> None:
    """A process that is forked holds no lock: one that outlives its parent would keep the site locked."""
    for handle in _locks:
        os.close(handle)
    _locks.clear()


os.register_at_fork(after_in_child=_let_go)


def unread(path: str, failure: OSError) -> Diagnostic:
    """That a file of the site cannot be read, and why."""
    return error("unreadable", f"this file cannot be read: {why(failure)}", path, 0, "mend its permissions")


# Writing for authors


def is_there(root: Path, path: str) -> bool:
    """Whether anything has this name, be it a link to nothing."""
    return os.path.lexists(root / path)


def is_folder(root: Path, path: str) -> bool:
    """Whether this is a folder."""
    return os.path.isdir(root / path)  # noqa: PTH112 - pathlib raises for names that are too long


def name(folder: Path) -> str:
    """What a folder is called that may not be there yet, as text."""
    try:
        plain = os.path.basename(os.path.abspath(folder))  # noqa: PTH100, PTH119 - pathlib follows links in circles
    except OSError as failure:
        raise _unwritten(str(folder), failure) from failure
    return os.fsencode(plain).decode("utf-8", "replace")


def create(root: Path, path: str, text: str) -> None:
    """Write a file that is not there yet, its folders too; what is there stays, whatever happens."""
    file, data = root / path, text.encode()
    if is_there(root, path):
        words = "this file is here already; nothing is replaced"
        raise CannotGoOnError(error("file-exists", words, shown(path), 0, "give yours another name"))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        opened = file.open("xb")
    except OSError as failure:
        raise _unwritten(path, failure) from failure
    try:
        with opened:
            opened.write(data)
    except OSError as failure:
        file.unlink()  # half a file is worse than none
        raise _unwritten(path, failure) from failure


def replace(root: Path, path: str, text: str) -> None:
    """Write a file anew, whole or not at all; a link stays one, and who may read it stays as it was."""
    file, part = os.path.realpath(root / path), ""
    try:
        handle, part = tempfile.mkstemp(prefix=".", dir=os.path.dirname(file))  # noqa: PTH120
        with os.fdopen(handle, "wb") as opened:
            opened.write(text.encode())
        shutil.copymode(file, part)
        os.replace(part, file)  # noqa: PTH105
    except OSError as failure:
        if part:
            with contextlib.suppress(OSError):
                os.unlink(part)  # noqa: PTH108
        raise _unwritten(path, failure) from failure


def _unwritten(path: str, failure: OSError) -> CannotGoOnError:
    return CannotGoOnError(error("output", f"this file cannot be written: {why(failure)}", shown(path)))


# What builds remember


TICK = 20_000_000
"""Nanoseconds within which two changes of a file may have one time on most file systems."""


def name_of(root: Path, output: Path) -> str:
    """What the memory of an output folder is called."""
    name = os.path.relpath(os.path.realpath(output), os.path.realpath(root))
    return hashlib.blake2b(os.fsencode(name), digest_size=6).hexdigest()


def times(file: str, *, follow: bool = True) -> Times:
    """The times of a file; of a link itself with `follow` false."""
    try:
        here = os.stat(file, follow_symlinks=follow)  # noqa: PTH116 - of every file in every build
    except OSError:
        return NOWHERE
    return here.st_size, here.st_mtime_ns, here.st_ctime_ns


def recalled(root: Path, name: str) -> memoryview:
    """What was kept under a name, nothing if it is not there or damaged."""
    try:
        data = _mapped(root / MEMORY / name)
    except (OSError, ValueError):  # there is none, or nothing in it
        return memoryview(b"")
    body = memoryview(data)[:-4]
    return body if zlib.crc32(body).to_bytes(4, "big") == data[-4:] else body[:0]


def _mapped(file: Path) -> mmap.mmap:
    """The bytes of a file where the system holds them: to copy what is kept takes longer than to read it.

    What replaces such a file is another one (`keep`), so that this one stays as it is.
    """
    handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return mmap.mmap(handle, 0, flags=mmap.MAP_PRIVATE | getattr(mmap, "MAP_POPULATE", 0), prot=mmap.PROT_READ)
    finally:
        os.close(handle)


def keep(root: Path, name: str, body: bytes, *, surely: bool = False) -> None:
    """Keep something under a name, whole or not at all, with a check sum.

    A disk that refuses costs the next build its time, and nothing else; with `surely` it raises OSError.
    """
    file, part = root / MEMORY / name, root / MEMORY / "part"
    with contextlib.nullcontext() if surely else contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as opened:
            opened.writelines((body, zlib.crc32(body).to_bytes(4, "big")))
        part.replace(file)


def forget(root: Path, name: str) -> None:
    """Keep nothing under a name."""
    with contextlib.suppress(OSError):
        (root / MEMORY / name).unlink()


# Words


def why(failure: Exception) -> str:
    """Why the disk refused, in words."""
    return (failure.strerror or type(failure).__name__) if isinstance(failure, OSError) else str(failure)


def shown(text: str) -> str:
    """A name as it can be printed."""
    plain = os.fsencode(text).decode("utf-8", "backslashreplace")
    return plain if plain.isprintable() else ascii(plain)[1:-1]
