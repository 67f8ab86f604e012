"""Several machines: a pure function over many values, by workers that Dask's distributed engine schedules."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from notesite import stamp
from notesite.diagnostics import CannotGoOnError, error

Value = TypeVar("Value")
Made = TypeVar("Made")

BATCH = 64
"""Values that a worker is sent at once: a single note is read faster than it is sent."""
PATIENCE = 10
"""Seconds after which a scheduler that does not answer is none."""


def over(function: Callable[[Value], Made], values: Sequence[Value], scheduler: str) -> Iterator[Made]:
    """`function` of each value, in order, on the workers of a scheduler (`tcp://host:8786`).

    Raises CannotGoOnError where there is no such scheduler, or no worker with the same notesite as here.
    """
    if not values:
        return
    try:
        from distributed import Client
    except ImportError as failure:
        words, hint = "a scheduler needs the library distributed", "pip install 'notesite[cluster]'"
        raise CannotGoOnError(error("settings", words, "", 0, hint)) from failure
    try:
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as failure:
        words = f"the scheduler {scheduler} cannot be reached: {type(failure).__name__}"
        raise CannotGoOnError(error("settings", words, "", 0, "start it with `dask scheduler`")) from failure
    with client:
        _check(client, scheduler)
        parts = [values[first : first + BATCH] for first in range(0, len(values), BATCH)]
        futures = [client.submit(_each, function, part, pure=False) for part in parts]
        for future in futures:
            yield from future.result()
            future.release()


def _check(client: Any, scheduler: str) -> None:
    """Workers with another notesite or other libraries would read notes otherwise, and nobody could say which."""
    ours, theirs = stamp.tool(), client.run(stamp.tool)
    others = sorted(worker for worker, tool in theirs.items() if tool != ours)
    if not theirs or others:
        words = f"the scheduler {scheduler} has no workers"
        if others:
            words = f"these workers have another notesite, or other libraries: {', '.join(others)}"
        hint = "install the same versions everywhere (requirements.lock) and start `dask worker` there"
        raise CannotGoOnError(error("settings", words, "", 0, hint))


def _each(function: Callable[[Value], Made], values: Sequence[Value]) -> list[Made]:
    return [function(value) for value in values]
