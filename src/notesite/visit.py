"""The visits themselves: several hosts at once, and of each one address after the other, with a pause.

requests comes in through this door only.
"""

import contextlib
import email.utils
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import NamedTuple

import requests
from msgspec import Struct
from requests.exceptions import InvalidSchema, SSLError, Timeout, TooManyRedirects

from notesite import __version__, disk, memos, visits
from notesite.diagnostics import CannotGoOnError
from notesite.visits import VERSION, Answer, Outcome, Step, Visit

_NAME = "visits"
"""What visits are kept under."""
_EACH = 100
"""Visits after which they are kept: who breaks off a long check does not begin anew."""
_DAY = 86400
_STEPS = 10
_LASTING = (Outcome.REACHED, Outcome.MOVED, Outcome.REFUSED)
"""What is believed for some days; an address that failed is asked again each time."""


class Manner(Struct, frozen=True):
    """How visits are made; times are in seconds.

    `agent` tells hosts who asks.  Between two questions a host has `pause`; one that does not answer within `patience`
    is asked once more; `longest` is waited at most where it asks for a pause.  `hosts` are asked at the same time.
    """

    agent: str
    pause: float = 1.0
    patience: float = 20.0
    longest: float = 60.0
    hosts: int = 16


def agent(site: str) -> str:
    """Who asks, as hosts are told; `site` is where the site stands, if that is known."""
    return f"notesite/{__version__} (checks the sources of {site or 'notes'})"


def every(
    root: Path, addresses: Sequence[str], manner: Manner, days: int, progress: Callable[[str, int, int], None]
) -> tuple[dict[str, Visit], int]:
    """What became of these addresses, and how many were visited now: the others were within so many days.

    What is found is kept below `root`, also where this is broken off.
    """
    now = time.time()
    known = memos.read(root, _NAME, VERSION, dict[str, Visit]) or {}
    found = {one: known[one] for one in addresses if one in known and now - _DAY * days <= known[one].at <= now}
    left = [one for one in addresses if one not in found]
    try:
        for done, (address, visit) in enumerate(over(left, manner), 1):
            found[address] = visit
            progress("visiting sources", done, len(left))
            if done % _EACH == 0:
                _keep(root, known | found)
    finally:
        _keep(root, known | found if len(found) < len(addresses) else found)
    return found, len(left)


def _keep(root: Path, found: Mapping[str, Visit]) -> None:
    """Keep what lasts; where a build is running or the disk refuses, it is visited again next time."""
    lasting = {one: visit for one, visit in found.items() if visit.outcome in _LASTING}
    with contextlib.suppress(CannotGoOnError), disk.locked(root):
        memos.write(root, _NAME, VERSION, lasting)


class _Found(NamedTuple):
    address: str
    visit: Visit


def over(addresses: Sequence[str], manner: Manner) -> Iterator[tuple[str, Visit]]:
    """What became of each of these addresses, in the order in which it is known."""
    by_host: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        by_host[visits.host(address)].append(address)
    found: SimpleQueue[_Found | Exception] = SimpleQueue()
    stop = Event()

    def walk(own: Sequence[str]) -> None:
        try:
            for one in _walked(own, manner, stop):
                found.put(one)
        except Exception as failure:  # a fault of ours: it is raised where somebody waits
            found.put(failure)

    threads = ThreadPoolExecutor(manner.hosts)
    try:
        for own in sorted(by_host.values(), key=len, reverse=True):  # who has many takes longest
            threads.submit(walk, own)
        for _ in addresses:
            one = found.get()
            if isinstance(one, Exception):
                raise one
            yield one
    finally:
        stop.set()
        threads.shutdown(wait=False, cancel_futures=True)


def _walked(addresses: Sequence[str], manner: Manner, stop: Event) -> Iterator[_Found]:
    """What became of the addresses of one host.

    One that does not answer twice in a row, has no name, or is asked too much, is left in peace: what it said stands
    for what is left, and is not kept of it.
    """
    final: Answer | None = None
    silent = 0
    with _session(manner) as session:
        for place, address in enumerate(addresses):
            if final:
                yield _Found(address, visits.judged(address, final))
                continue
            if place and stop.wait(manner.pause):
                return
            answer = _asked(session, address, manner, stop)
            silent = 0 if answer.status else silent + 1
            final = answer if answer.nowhere or silent > 1 or answer.status == 429 else None
            visit = visits.judged(address, answer)
            yield _Found(address, Visit(visit.outcome, visit.status, visit.words, visit.to, time.time()))


def _session(manner: Manner) -> requests.Session:
    session = requests.Session()
    session.headers.update({"User-Agent": manner.agent, "Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    session.max_redirects = _STEPS
    session.auth = _bare  # else passwords of ~/.netrc would go to hosts that notes name
    return session


def _bare(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _asked(session: requests.Session, address: str, manner: Manner, stop: Event) -> Answer:
    """What a host answers: asked for the head of a page, then, unless all is well, for the page.

    Many hosts answer only the second question as they answer a browser; and who failed once is asked again anyway.
    """
    answer = _answer(session, "HEAD", address, manner)
    if answer.nowhere or 200 <= answer.status < 300 or answer.wait > manner.longest:
        return answer
    if stop.wait(max(manner.pause, answer.wait)):
        return answer
    return _answer(session, "GET", address, manner)


def _answer(session: requests.Session, method: str, address: str, manner: Manner) -> Answer:
    """What a host answers; of the page itself nothing is read."""
    try:
        with session.request(method, address, timeout=manner.patience, allow_redirects=True, stream=True) as last:
            steps = tuple(Step(one.status_code, one.url) for one in (*last.history, last))
            return Answer(steps, wait=_wait(last.headers.get("Retry-After", "")))
    except (requests.RequestException, ValueError) as failure:  # ValueError: an address that no host can be asked for
        if _unknown(failure):
            return Answer(failure="its host has no name any more", nowhere=True)
        words = next((words for kind, words in _FAILURES.items() if isinstance(failure, kind)), "{why}")
        return Answer(failure=words.format(why=_why(failure), patience=manner.patience))


_FAILURES: dict[type[Exception], str] = {
    TooManyRedirects: "it is led in circles",
    InvalidSchema: "it is led away from the web",
    SSLError: "no secure connection: {why}",
    Timeout: "no answer within {patience:.0f} seconds",
}
"""Why there is no answer, in words, by what requests raises."""


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """A failure and what is behind it, the outermost first."""
    seen: set[int] = set()
    left = [failure]
    while left:
        one = left.pop(0)
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            inner = [getattr(one, "reason", None), one.__cause__, one.__context__, *one.args]
            left += [each for each in inner if isinstance(each, BaseException)]


def _unknown(failure: BaseException) -> bool:
    """Whether a name is surely none: a resolver that cannot say is another matter."""
    surely = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
    return any(isinstance(one, socket.gaierror) and one.errno in surely for one in _causes(failure))


def _why(failure: BaseException) -> str:
    """Why there was no answer, in the words of the innermost cause."""
    *_, last = _causes(failure)
    words = getattr(last, "verify_message", "") or getattr(last, "strerror", "") or str(last) or type(last).__name__
    return " ".join(words.split())


def _wait(written: str) -> float:
    """The seconds that `Retry-After` asks for (RFC 9110, 10.2.3: a number, or a date)."""
    if written.strip().isdecimal():
        return float(written)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(written).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0.0
