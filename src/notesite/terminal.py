"""The terminal: words to standard error, answers to standard output, in colour and with progress where one looks on."""

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from notesite.diagnostics import Diagnostic

_STYLES: dict[str, dict[str, Any]] = {
    "place": {"bold": True},
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "rule": {"dim": True},
    "mend": {"dim": True},
}


def open_streams() -> None:
    """Standard streams that can hold any name, and that exist: else a page might be given the number of one."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - open to the end
        if hasattr(getattr(sys, name), "reconfigure"):
            getattr(sys, name).reconfigure(errors="backslashreplace")


def say(words: str) -> None:
    """Words for people, on standard error."""
    click.echo(words, err=True)


def tell(found: "Iterable[Diagnostic]") -> None:
    """Each diagnostic on standard error: file and line, how bad, the words, the mend."""
    from notesite import reports

    for one in found:
        say(reports.drawn(one, painted))


def painted(words: str, part: str) -> str:
    """Words in the colour of the part of a diagnostic that they are."""
    return words if os.environ.get("NO_COLOR") else click.style(words, **_STYLES[part])


def answer(lines: Iterable[str]) -> None:
    """Lines that were asked for, on standard output."""
    for line in lines:
        click.echo(line)


def answer_json(value: Any) -> None:
    """A value for machines, on standard output: UTF-8, whatever the stream is set to."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value)))


def progress(*, each: bool = False) -> Callable[[str, int, int], None]:
    """Progress on one line, on a terminal only and for long work only; with `each` step by step, for slow steps."""
    if not sys.stderr.isatty():
        return lambda *_: None

    def show(words: str, done: int, total: int) -> None:
        if each or (total >= 200 and (done % 50 == 0 or done == total)):
            end = "\r\x1b[K" if done == total else f"\r{words}: {done} of {total}"
            click.echo(end, err=True, nl=False)

    return show
