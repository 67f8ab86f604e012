"""What a build remembers: its outputs by digest, and from what each page was made."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from notesite.pages import Page, Shown

VERSION = 2
"""Changes whenever a memory of another version would be misread."""


class Memory(Struct, frozen=True):
    """The last build into one output folder.

    `outputs` are the files that notesite wrote there, each with the digest of its bytes (empty: about to be
    written when the build ended); `prints` are the fingerprints of pages, part by part.  `frame` is a digest of all
    that pages were made from but the texts of notes, `notes` are the digests of the notes' files.
    """

    version: int = VERSION
    outputs: dict[str, str] = {}
    prints: dict[str, dict[str, str]] = {}
    frame: str = ""
    notes: dict[str, str] = {}


def decoded(data: bytes) -> Memory:
    """A memory as kept; an unreadable, foreign or older one is none at all, never an error."""
    try:
        memory = msgspec.json.decode(data, type=Memory)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return Memory()
    if memory.version != VERSION:
        return Memory()
    outputs = {path: digest for path, digest in memory.outputs.items() if is_inside(path)}
    return msgspec.structs.replace(memory, outputs=outputs)


def is_inside(path: str) -> bool:
    """Whether a path is one below the output folder: what a build remembers as its own, it may remove."""
    return "\0" not in path and not {"", ".", ".."} & set(path.split("/"))


def encoded(memory: Memory) -> bytes:
    """A memory as bytes to keep."""
    return msgspec.json.encode(memory, order="deterministic")


def digest(data: bytes) -> str:
    """The name of some bytes: 128 bits of BLAKE2b."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def fingerprint(page: Page, shown: Shown, theme: str) -> dict[str, str]:
    """From what a page is made: `theme` (a digest of templates and messages), the site, its head, its view."""
    parts: dict[str, Any] = {"site": page.site, "head": shown.head, "view": shown.view}
    prints = {name: digest(msgspec.msgpack.encode(part)) for name, part in parts.items()}
    return {"template": digest(f"{page.template} {theme}".encode()), **prints}


_REASONS = {
    "template": "a template or message changed",
    "site": "the site's title, languages or addresses changed",
    "head": "its title, address or versions changed",
    "view": "what it shows changed",
}


def stands(page: Page, memory: Memory, now: Memory, in_place: Mapping[str, str]) -> bool:
    """Whether a page is surely as it was, without looking at it: nothing changed but texts that it does not show."""
    return (
        memory.frame == now.frame != ""
        and page.path in memory.prints
        and in_place.get(page.path, "") == memory.outputs.get(page.path) != ""
        and all(memory.notes.get(path, "") == now.notes.get(path) for path in page.texts)
    )


def stale(path: str, parts: dict[str, str], memory: Memory, in_place: Mapping[str, str]) -> str:
    """Why a page of this fingerprint is to be made, in words; empty if it stands.

    `in_place` are the digests of the outputs that exist.
    """
    known = memory.prints.get(path)
    if known is None:
        return "it is new"
    if known != parts:
        return " and ".join(words for name, words in _REASONS.items() if known.get(name) != parts[name])
    if path not in in_place:
        return "its file is missing"
    return "its file was altered" if in_place[path] != memory.outputs.get(path) else ""
