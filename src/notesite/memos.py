"""What steps over the whole site gave, kept for the next build: of another notesite, or damaged, it is not there."""

from pathlib import Path
from typing import Any, TypeVar

import msgspec

from notesite import disk

VERSION = 1
"""Changes whenever what is kept by another version would be misread."""

T = TypeVar("T")


def read(root: Path, name: str, tool: str, kind: type[T]) -> T | None:
    """What was kept under a name by the same notesite with the same settings, None if there is nothing."""
    try:
        version, by, body = msgspec.msgpack.decode(disk.recalled(root, name), type=tuple[int, str, msgspec.Raw])
        return msgspec.msgpack.decode(body, type=kind) if (version, by) == (VERSION, tool) else None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def write(root: Path, name: str, tool: str, value: Any) -> None:
    """Keep something under a name."""
    disk.keep(root, name, msgspec.msgpack.encode((VERSION, tool, value)))
