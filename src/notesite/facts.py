"""Facts of notes kept between builds: what reading each note gave, found again by the note's bytes.

They lie in a few files of `.notesite/facts/`.  What is unreadable, damaged, or of another notesite is not there.
"""

import contextlib
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from notesite import cache, disk
from notesite.diagnostics import Diagnostic
from notesite.parity import Parity
from notesite.records import File

VERSION = 1
"""Changes whenever what is kept by another version would be misread."""
LARGEST = 1 << 30
"""Bytes that all facts may take at most; of more notes, those that come last are read anew each time."""
_SHARDS = 64
_PAIRS = "pairs"
_SETTLED = 2_000_000_000
"""Nanoseconds after which another change of a file surely has another time: file systems count in seconds, some of
them in two."""


class Kept(Struct, frozen=True, array_like=True):
    """What reading a note gave (as the caller encodes it), and of which file: digest, size and times in nanoseconds."""

    digest: str
    size: int
    mtime: int
    ctime: int
    facts: bytes


class _Shard(Struct, frozen=True, array_like=True):
    version: int
    tool: str
    notes: dict[str, Kept]


def read(root: Path, tool: str) -> dict[str, Kept]:
    """All facts that are kept, by the paths of their notes."""
    found: dict[str, Kept] = {}
    for number in range(_SHARDS):
        with contextlib.suppress(msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            shard = msgspec.msgpack.decode(disk.recalled(root, _file(number)), type=_Shard)
            found |= shard.notes if (shard.version, shard.tool) == (VERSION, tool) else {}
    return found


def look(root: Path, path: str, known: Kept | None) -> Kept | tuple[Kept, File] | Diagnostic:
    """A note as it is kept; or its bytes, with what is to be kept but for the facts; or why it cannot be read.

    Size and times spare the reading where they are as they were; where they are not, the bytes decide.
    """
    times = disk.times(f"{root}/{path}")  # before reading: what changes while it is read has other times next time
    if known and times == (known.size, known.mtime, known.ctime) != disk.NOWHERE:
        return known
    file = disk.read_note(root, path)
    if isinstance(file, Diagnostic):
        return file
    digest = cache.digest(file.data)
    if known and known.digest == digest:
        return Kept(digest, *times, known.facts)
    return Kept(digest, *times, b""), file


def write(root: Path, tool: str, kept: Mapping[str, Kept], before: Mapping[str, Kept], now: int) -> None:
    """Keep these facts in place of those before; `now` is the time in nanoseconds.

    A file that changed a moment ago may change again without another time: its bytes are looked at next time.
    """
    shards: dict[int, dict[str, Kept]] = defaultdict(dict)
    stale = {_number(path) for path in before.keys() - kept.keys()} if before else {*range(_SHARDS)}
    total = 0
    for path, one in sorted(kept.items()):
        total += len(one.facts) + 200
        if total > LARGEST or not one.facts:
            continue
        if before.get(path) is not one:
            stale.add(_number(path))
            if max(one.mtime, one.ctime) > now - _SETTLED:
                one = Kept(one.digest, *disk.NOWHERE, one.facts)
        shards[_number(path)][path] = one
    for number in sorted(stale):
        if shards[number]:
            disk.keep(root, _file(number), msgspec.msgpack.encode(_Shard(VERSION, tool, shards[number])))
        else:
            disk.forget(root, _file(number))


class Compared(Struct, frozen=True, array_like=True):
    """What comparing two notes gave, and the digests of their files."""

    digests: tuple[str, str]
    parity: Parity


class _Pairs(Struct, frozen=True, array_like=True):
    version: int
    tool: str
    pairs: list[Compared]


def read_pairs(root: Path, tool: str, digests: Mapping[str, str]) -> dict[tuple[str, str], Parity]:
    """What comparing gave before, by the paths of original and translation, of notes whose files are the same."""
    try:
        kept = msgspec.msgpack.decode(disk.recalled(root, _PAIRS), type=_Pairs)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return {}
    if (kept.version, kept.tool) != (VERSION, tool):
        return {}
    same = (one.parity for one in kept.pairs if one.digests == _both(one.parity, digests))
    return {(one.original, one.translation): one for one in same}


def write_pairs(root: Path, tool: str, digests: Mapping[str, str], parities: Iterable[Parity]) -> None:
    """Keep what comparing gave."""
    pairs = [Compared(_both(one, digests), one) for one in parities]
    disk.keep(root, _PAIRS, msgspec.msgpack.encode(_Pairs(VERSION, tool, pairs)))


def _both(one: Parity, digests: Mapping[str, str]) -> tuple[str, str]:
    return digests.get(one.original, ""), digests.get(one.translation, "")


def _number(path: str) -> int:
    return zlib.crc32(path.encode()) % _SHARDS


def _file(number: int) -> str:
    return f"facts/{number:02}"
