"""Processes: the same pure function over many values, in order."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn, TypeVar

Value = TypeVar("Value")
Made = TypeVar("Made")

FEW = 400
"""Below this many values a pool costs more than it saves: a second process then takes half of them, and ends."""
SOME = 40
"""Below this many values even that costs more than it saves."""

_LOOKED = 0.5
"""Seconds after which a process of a pool looks whether somebody still wants its work."""

_work: tuple[Callable[[Any], Any], Sequence[Any]] | None = None
"""What the processes of a pool are to do: they inherit it, so that neither function nor values are sent to them."""


def over(
    function: Callable[[Value], Made], values: Sequence[Value], jobs: int, weight: int | None = None
) -> Iterator[Made]:
    """`function` of each value, in order; in `jobs` processes, or in as many as fit for 0.

    `weight` says how many common values these are worth, where some take longer.  One process does it all where a
    system cannot fork.
    """
    weight = len(values) if weight is None else weight
    wanted = jobs or (os.cpu_count() or 1 if weight >= SOME else 1)
    if wanted < 2 or len(values) < 2 or not hasattr(os, "fork"):
        yield from map(function, values)
        return
    if not jobs and weight < FEW:
        yield from _halves(function, values)
        return
    # Imported here: one process needs neither, and they cost a small build more than its notes.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    global _work
    _work = (function, values)
    chunk = max(1, min(64, len(values) // (50 * wanted)))
    pool = ProcessPoolExecutor(wanted, multiprocessing.get_context("fork"), _watched, (os.getpid(),))
    try:
        with _deaf():
            made = pool.map(_one, range(len(values)), chunksize=chunk)
        yield from made
    finally:
        _work = None
        with _deaf():
            pool.shutdown(cancel_futures=True)


def _halves(function: Callable[[Value], Made], values: Sequence[Value]) -> Iterator[Made]:
    """`function` of each value, in order: of every other one in a process of its own, which outlives no fault."""
    import pickle  # few builds need it

    process, answer = _forked(lambda: pickle.dumps([function(value) for value in values[1::2]]))
    try:
        ours = [function(value) for value in values[::2]]
        data = _answered(process, answer)
    except BaseException:
        with contextlib.suppress(OSError):  # it has ended
            os.kill(process, signal.SIGKILL)  # what it would still write is wanted by nobody
            os.waitpid(process, 0)
        raise
    theirs = pickle.loads(data) if data else [function(value) for value in values[1::2]]
    for place in range(len(values)):
        yield (theirs if place % 2 else ours)[place // 2]


def beside(function: Callable[[], bytes], jobs: int) -> Callable[[], bytes]:
    """What `function` gives, made in a process of its own from now on; whoever calls for it waits until it is there.

    With one process, or where that one ends otherwise than with an answer, it is made when it is called for; so it is
    in processes that come later, since the answer goes to the one that asked.
    """
    own = os.getpid()
    if (jobs or os.cpu_count() or 1) < 2 or not hasattr(os, "fork"):
        return function
    process, answer = _forked(function)

    def made() -> bytes:
        data = _answered(process, answer) if os.getpid() == own else None
        return function() if data is None else data

    return made


def _forked(function: Callable[[], bytes]) -> tuple[int, int]:
    """A process that makes an answer, and the end of a pipe from which this comes."""
    answer, end = os.pipe()
    with _deaf():
        process = os.fork()
        if not process:
            _answer(function, end)
    os.close(end)
    return process, answer


def _answered(process: int, answer: int) -> bytes | None:
    """What a process answers, when it has; None if it ended otherwise."""
    with os.fdopen(answer, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(process, 0)
    return data if status == 0 else None


def _answer(function: Callable[[], bytes], end: int) -> NoReturn:
    """In a process of its own: the answer through a pipe, or none; never back into what the other one goes on with."""
    try:
        with os.fdopen(end, "wb") as pipe:
            pipe.write(function())
        os._exit(0)
    finally:
        os._exit(1)


def _watched(parent: int) -> None:
    """A process of a pool ends with the one that wants its work: it would else wait for more of it for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOKED)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _one(place: int) -> Any:
    assert _work is not None, "a pool inherits its work"
    function, values = _work
    return function(values[place])


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl-C at a terminal reaches every process: those that start in here never hear it, this one not before it ends.

    The others would only complain, and a pool that is interrupted while it starts or ends them waits forever.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
