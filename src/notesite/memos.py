"""What steps over the whole site gave, kept for the next build: of another notesite, or damaged, it is not there."""

import zlib
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from notesite import disk

VERSION = 1
"""Changes whenever what is kept by another version would be misread."""

SHARDS = 64
"""Files that something large is kept in: one edit writes one of them anew."""

T = TypeVar("T")


def read(root: Path, name: str, tool: str, kind: type[T]) -> T | None:
    """What was kept under a name by the same notesite with the same settings, None if there is nothing."""
    try:
        version, by, body = msgspec.msgpack.decode(disk.recalled(root, name), type=tuple[int, str, msgspec.Raw])
        return msgspec.msgpack.decode(body, type=kind) if (version, by) == (VERSION, tool) else None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def is_nothing(root: Path, name: str) -> bool:
    """Whether there is nothing under a name."""
    return not (root / disk.MEMORY / name).exists()


def shard_of(path: str) -> int:
    """The number of the shard that something about this note is kept in."""
    return zlib.crc32(path.encode()) % SHARDS


def read_shards(root: Path, name: str, tool: str, kind: type[T], only: Set[str] | None = None) -> dict[int, T]:
    """What was kept in shards under a name, by their numbers; with `only` those that hold something of these notes."""
    numbers = range(SHARDS) if only is None else set(map(shard_of, only))
    found = {number: read(root, f"{name}/{number:02}", tool, kind) for number in numbers}
    return {number: one for number, one in found.items() if one is not None}


def write_shards(root: Path, name: str, tool: str, values: Mapping[int, Any], stale: Set[int]) -> None:
    """Keep the stale ones of these shards; one that is stale and not among them is forgotten."""
    for number in sorted(stale):
        if number in values:
            write(root, f"{name}/{number:02}", tool, values[number])
        else:
            disk.forget(root, f"{name}/{number:02}")


def write(root: Path, name: str, tool: str, value: Any) -> None:
    """Keep something under a name."""
    disk.keep(root, name, msgspec.msgpack.encode((VERSION, tool, value)))
