"""The files that notesite wrote into an output folder: what it may remove, and by what it knows them again."""

import re

import msgspec
from msgspec import Struct

from notesite.records import Times

VERSION = 1
"""Changes whenever outputs of another version would be misread."""


class Output(Struct, frozen=True, array_like=True):
    """A file: the digest of its bytes (empty: about to be written, or copied), and its times."""

    digest: str
    times: Times = (-1, 0, 0)


class Outputs(Struct, frozen=True, array_like=True):
    """What the last build left in one output folder; `token` is another for each build."""

    version: int = VERSION
    token: str = ""
    files: dict[str, Output] = {}


_OUTSIDE = re.compile(r"(?:^|/)\.{0,2}(?:/|$)|\0", re.MULTILINE)


def decoded(data: bytes | memoryview) -> Outputs:
    """Outputs as kept; what is unreadable, foreign or older is none, and what would lie outside the folder left out."""
    try:
        found = msgspec.msgpack.decode(data, type=Outputs)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return Outputs()
    if found.version != VERSION:
        return Outputs()
    if _OUTSIDE.search("\n".join(found.files)):  # one look at all of them: there are thousands, and it is never so
        return Outputs(found.version, found.token, {path: one for path, one in found.files.items() if is_inside(path)})
    return found


def is_inside(path: str) -> bool:
    """Whether a path is one below the output folder: what a build remembers as its own, it may remove."""
    return "\0" not in path and not {"", ".", ".."} & set(path.split("/"))


def encoded(one: Outputs) -> bytes:
    """Outputs as bytes to keep."""
    return msgspec.msgpack.encode(one)
