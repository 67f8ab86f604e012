"""Visits to the addresses of sources: which are worth one, what became of each, and what there is to say of it.

What is said must hold: a warning that a browser disproves teaches authors to ignore all of them.  So a source is gone
only where its host says so, or has no name any more; who refuses programs (403, 429, a door to log in) is counted and
not accused; and an address has moved where its host says that this is for good (RFC 9110, 15.4: 301, 308).
"""

import fnmatch
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from http import HTTPStatus

from msgspec import Struct

from notesite import keys, urls
from notesite.diagnostics import Diagnostic, warning
from notesite.records import Citation, Note

VERSION = "visits 1"
"""Changes whenever what is remembered of visits would be misread."""
RULES = ("source-gone", "source-moved", "source-unreached")
"""The rules that need visits."""

_GONE, _FOR_GOOD = (404, 410), (301, 308)
_DOOR = re.compile(
    r"(?:consent|log-?in|sign-?in|accounts?|auth|sso|idp|idm|shibboleth)\.|[^/]*/(?:.*/)?(?:consent|log-?in|sign-?in|sso)\b",
    re.IGNORECASE,
)
_FRONT = re.compile(r"/?(?:[a-z]{2}(?:[-_][A-Za-z]{2})?/?)?(?:(?:index|default|home)(?:\.\w+)?)?")
_RESERVED = re.compile(r"(?:.*\.)?(?:example|onion|alt)(?::\d+)?")  # RFC 2606, 7686, 9476


class Outcome(StrEnum):
    """What became of a visit."""

    REACHED = "reached"
    MOVED = "moved"
    GONE = "gone"
    UNREACHED = "not reached"
    REFUSED = "refusing programs"


class Step(Struct, frozen=True, array_like=True):
    """One answer on the way: the address that was asked, and its status (RFC 9110)."""

    status: int
    address: str


class Answer(Struct, frozen=True):
    """All answers to one question, redirections and where they end; or in words why there was none.

    `nowhere` says that the host has no name any more; `wait` are the seconds that it asked for before the next one.
    """

    steps: tuple[Step, ...] = ()
    failure: str = ""
    nowhere: bool = False
    wait: float = 0.0

    @property
    def status(self) -> int:
        """The status of the last step, 0 where there was none."""
        return self.steps[-1].status if self.steps else 0


class Visit(Struct, frozen=True, array_like=True):
    """What became of an address: in words for whoever cites it, `to` what leads there now; `at` is seconds since 1970.

    `status` is 0 where nobody answered.
    """

    outcome: Outcome
    status: int = 0
    words: str = ""
    to: str = ""
    at: float = 0.0


# Which addresses


def wanted(notes: Iterable[Note], exclude: Sequence[str]) -> list[str]:
    """The addresses that notes cite, each once and as a browser asks for it, by host.

    Left out are those that match a pattern of `exclude`, and those that no reader could open from elsewhere.
    """
    every = {one.address for note in notes for one in note.read_citations()}
    asked = {asked_for(one) for one in every if not any(fnmatch.fnmatchcase(one, pattern) for pattern in exclude)}
    return sorted(asked - {""}, key=lambda one: (host(one), one))


@lru_cache(maxsize=65536)
def asked_for(address: str) -> str:
    """An address as a browser asks for it, without its fragment; empty where nobody should."""
    parsed = urls.parse(address) if urls.is_web(address) else None
    if parsed is None or urls.is_local(parsed.host) or _RESERVED.fullmatch(parsed.host):
        return ""
    return parsed.href.partition("#")[0]


def host(address: str) -> str:
    """The host of such an address, with its port."""
    return address.split("/", 3)[2]


# What became of them


def judged(address: str, answer: Answer) -> Visit:
    """What an answer says of an address."""
    status = answer.status
    if answer.nowhere:
        return Visit(Outcome.GONE, 0, answer.failure)
    if not status:
        return Visit(Outcome.UNREACHED, 0, answer.failure)
    if status in _GONE:
        return Visit(Outcome.GONE, status, spelled(status))
    if status >= 500 and status != 999:  # by which LinkedIn refuses programs
        return Visit(Outcome.UNREACHED, status, spelled(status))
    if status >= 400:
        return Visit(Outcome.REFUSED, status, spelled(status))
    return _arrived(address, answer.steps)


def _arrived(address: str, steps: Sequence[Step]) -> Visit:
    """What became of an address that leads somewhere."""
    *before, last = steps
    old, new = (urls.without_language(keys.canonical(one)[0]) for one in (address, last.address))
    if not before or old == new:
        return Visit(Outcome.REACHED, last.status)
    if _DOOR.match(new) and not _DOOR.match(old):
        return Visit(Outcome.REFUSED, last.status, f"it leads to a door: {last.address}")
    same = keys.registrable(keys.host_of(old)) == keys.registrable(keys.host_of(new))
    if same and _is_front(new) and not _is_front(old):
        words = f"leads to the front page of {keys.host_of(new)} now, so that it may be gone"
        return Visit(Outcome.MOVED, last.status, words)
    if all(one.status in _FOR_GOOD for one in before):
        return Visit(Outcome.MOVED, last.status, f"leads to {last.address} for good", last.address)
    return Visit(Outcome.REACHED, last.status)


def _is_front(key: str) -> bool:
    return _FRONT.fullmatch(key[len(keys.host_of(key)) :]) is not None


def spelled(status: int) -> str:
    """`404 Not Found`"""
    known = status in {one.value for one in HTTPStatus}
    return f"{status} {HTTPStatus(status).phrase}" if known else str(status)


def is_offline(found: Mapping[str, Visit]) -> bool:
    """Whether it may be this machine that reaches nothing: nobody answered at all, neither now nor before."""
    return bool(found) and not any(one.status for one in found.values())


# What there is to say


def diagnostics(found: Mapping[str, Visit], notes: Iterable[Note]) -> Iterator[Diagnostic]:
    """What there is to say of these visits, once in each note that cites such an address."""
    for note in notes:
        told: set[str] = set()
        for one in note.read_citations():
            asked = asked_for(one.address)
            visit = found.get(asked)
            if visit and asked not in told:
                told.add(asked)
                yield from _said(visit, one, note)


def _said(visit: Visit, one: Citation, note: Note) -> Iterator[Diagnostic]:
    day = (one.accessed or note.date)[:10].replace("-", "")
    copy = f"https://web.archive.org/web/{day if len(day) == 8 else '*'}/{one.address}"
    found = f"look for its new address, or see whether there is a copy: {copy}"
    if visit.outcome is Outcome.GONE:
        yield warning("source-gone", f"this source is gone ({visit.words}): {one.address}", note.path, one.line, found)
    elif visit.outcome is Outcome.MOVED:
        hint = f"write {visit.to}" if visit.to else found
        yield warning("source-moved", f"this source has moved: {one.address} {visit.words}", note.path, one.line, hint)
    elif visit.outcome is Outcome.UNREACHED:
        words = f"this source could not be reached ({visit.words}): {one.address}"
        hint = f"open it in a browser; if it stays away, see whether there is a copy: {copy}"
        yield warning("source-unreached", words, note.path, one.line, hint)


def counted(found: Mapping[str, Visit]) -> str:
    """1 address, 2 addresses."""
    return "1 address" if len(found) == 1 else f"{len(found)} addresses"


def told(found: Mapping[str, Visit], visited: int) -> str:
    """How many addresses there are, how many of them were visited just now, and what became of them, in words."""
    counts = Counter(one.outcome for one in found.values())
    became = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome])
    known = f", {len(found) - visited} not again so soon" if len(found) > visited else ""
    return f"{counted(found)} of sources, {visited} visited{known}" + (f": {became}" if became else "")
