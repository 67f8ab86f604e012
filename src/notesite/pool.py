"""Processes: the same pure function over many values, in order."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Value = TypeVar("Value")
Made = TypeVar("Made")

FEW = 400
"""Below this many values one process is faster: starting a second one costs more than it saves."""


def over(function: Callable[[Value], Made], values: Sequence[Value], jobs: int) -> Iterator[Made]:
    """`function` of each value, in order; in `jobs` processes, or in as many as fit for 0."""
    wanted = jobs or (os.cpu_count() or 1 if len(values) >= FEW else 1)
    if wanted < 2 or len(values) < 2:
        yield from map(function, values)
        return
    # Imported here: one process needs neither, and they cost a small build more than its notes.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Forking shares what is already imported; where a system has no fork, each process imports anew.
    kind = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
    chunk = max(1, min(64, len(values) // (4 * wanted)))
    pool = ProcessPoolExecutor(wanted, multiprocessing.get_context(kind))
    try:
        with _deaf():
            made = pool.map(function, values, chunksize=chunk)
        yield from made
    finally:
        with _deaf():
            pool.shutdown(cancel_futures=True)


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
