"""Files of pieces, one after the other, to which builds append: what is large, and what most builds never look at.

Where a piece stands is kept elsewhere, with a check sum; a file that grew too long is replaced by another.
"""

import contextlib
import os
import secrets
import zlib
from collections.abc import Callable
from pathlib import Path

LARGEST = 1 << 30
"""Bytes that a pile may take at most: what comes later is not kept, and made anew each time."""
_IDLE = 1 << 20
"""Bytes that nobody needs any more, which are left where they are while as many are needed."""


class Damaged(Exception):  # noqa: N818 - it names a state, and is never seen by users
    """A piece is not as it was kept: whoever reads it begins again without what is kept."""


class Pile:
    """A pile, open as long as this lives: who replaces it takes nothing from us."""

    def __init__(self, name: str, handle: int) -> None:
        self.name, self.handle, self.size = name, handle, os.fstat(handle).st_size

    def __del__(self, close: Callable[[int], None] = os.close) -> None:
        try:  # noqa: SIM105 - modules may be gone when a process ends
            close(self.handle)
        except OSError:
            pass

    def read(self, at: int, size: int, check: int) -> bytes:
        """A piece; raises Damaged where it is not as it was kept."""
        data = os.pread(self.handle, size, at)
        if len(data) != size or zlib.crc32(data) != check:
            raise Damaged
        return data

    def append(self, data: bytes) -> int:
        """Where this stands from now on; raises OSError where the disk refuses."""
        at = self.size
        if os.pwrite(self.handle, data, at) != len(data):
            raise OSError("the disk is full")
        self.size += len(data)
        return at

    def is_loose(self, needed: int) -> bool:
        """Whether much of it is needed no more: `needed` are the bytes that are."""
        return self.size - needed > max(needed, _IDLE)


def opened(folder: Path, name: str, *, write: bool) -> Pile | None:
    """The pile of this name, None where there is none."""
    return _opened(folder, name, os.O_RDWR if write else os.O_RDONLY)


def new(folder: Path, kind: str) -> Pile | None:
    """A pile with a name of its own, which begins with its kind; None where the disk refuses."""
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return _opened(folder, f"{kind}-{secrets.token_hex(4)}", os.O_RDWR | os.O_CREAT | os.O_EXCL)


def _opened(folder: Path, name: str, how: int) -> Pile | None:
    with contextlib.suppress(OSError):
        return Pile(name, os.open(folder / name, how | os.O_CLOEXEC, 0o666))
    return None


def tidy(folder: Path, kind: str, name: str) -> None:
    """Remove the piles of a kind but the one of this name: those of another notesite, or of a build that was killed."""
    with contextlib.suppress(OSError):
        for file in folder.glob(f"{kind}-*"):
            if file.name != name:
                file.unlink()
