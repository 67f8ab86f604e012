"""Arguments to calls, diagnostics to words, results to exit codes.  The only place that prints."""

import contextlib
import errno
import gc
import os
import re
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
import msgspec

from notesite import __version__, answers, export, references, urls
from notesite import build as pipeline
from notesite.build import Options, Report
from notesite.diagnostics import CannotGoOnError, Diagnostic, Severity, error, failed, warning

CLEAN, PROBLEMS, USAGE, BUG, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes: nothing wrong, problems in the site, wrong usage, a fault of ours, Ctrl-C."""

EXPORTS = {"csl": export.csl, "bibtex": export.bibtex, "ris": export.ris}
"""What reference managers read, by the name of the format."""

FEW = 5
"""Warnings of one kind that a build shows one by one."""


def main() -> NoReturn:
    """The `notesite` command; every way it ends is an exit code."""
    _open_streams()
    # A build makes millions of short-lived records and hardly a cycle: looking for cycles costs it a tenth of
    # its time and frees nothing.  The preview server, which stays, turns this on again.
    gc.disable()
    try:
        code = commands.main(standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except click.ClickException as failure:
        failure.show()
        code = USAGE
    except CannotGoOnError as failure:
        _tell(failure.diagnostics)
        code = PROBLEMS
    except Exception as failure:
        code = _unforeseen(failure)
    _end(code or CLEAN)


def _unforeseen(failure: Exception) -> int:
    """The exit code of a stream that takes no more words, or of a bug of ours, which is told with its traceback."""
    if isinstance(failure, OSError) and failure.errno in (errno.EPIPE, errno.ENOSPC, errno.EIO):
        with contextlib.suppress(OSError):
            _say(f"the output cannot be written: {failure.strerror}")
        return PROBLEMS
    import traceback

    _say(traceback.format_exc() + "This is a bug of notesite; please report it with the lines above.")
    return BUG


def _open_streams() -> None:
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


def _end(code: int) -> NoReturn:
    """Leave with a code; a reader that has gone (a closed pipe) is no reason for a traceback."""
    for stream in (sys.stderr, sys.stdout):
        try:
            stream.flush()
        except OSError:
            os._exit(code or PROBLEMS)
    sys.exit(code)


# What the commands take


class _Ordered(click.Group):
    """Commands in the order they are written, the most used first."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names of the commands."""
        return list(self.commands)


_SITE = click.option(
    "-s",
    "--site",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The site's folder [here].",
)


def _base(_: click.Context, __: click.Parameter, value: str) -> str:
    if value and urls.parse_base(value) is None:
        raise click.BadParameter(f"{value!r} is neither an address nor a path; write https://notes.example/ or /repo/")
    return value


_BASE = click.option(
    "--base-url", default="", callback=_base, metavar="URL", help="Where the site will stand: an address or a path."
)
_DRAFTS = click.option("-D", "--drafts", is_flag=True, help="Build drafts and future notes, too.")
_STRICT = click.option("--strict", is_flag=True, help="Let warnings fail as errors do.")
_JOBS = click.option("--jobs", type=click.IntRange(min=0), metavar="N", help="Processes that read notes [as fits].")


def _day(_: click.Context, __: click.Parameter, value: str | None) -> str:
    """The day that counts as today: as asked, by SOURCE_DATE_EPOCH, or by the clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        if value is not None:
            return date.fromisoformat(value).isoformat()
        return (datetime.fromtimestamp(int(epoch), UTC).date() if epoch else date.today()).isoformat()
    except (ValueError, OverflowError, OSError) as failure:
        if value is None:
            raise click.UsageError(f"SOURCE_DATE_EPOCH is no time: {epoch!r}") from failure
        raise click.BadParameter(f"{value!r} is no date; write 2026-05-12") from failure


_TODAY = click.option("--today", callback=_day, metavar="DATE", help="The day from which notes count as future.")
_FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print [text]."
)


@click.group(cls=_Ordered, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="notesite", message="%(prog)s %(version)s")
def commands() -> None:
    """A bilingual site with a citation index, from a folder of research notes."""


@commands.command()
@_SITE
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="The output folder [build].")
@_BASE
@_DRAFTS
@_STRICT
@click.option("--keep-going", is_flag=True, help="Leave broken notes out and build the rest; still exits 1.")
@_JOBS
@click.option("--clean", is_flag=True, help="Make every page anew, whatever is remembered.")
@_TODAY
@click.option("--explain", is_flag=True, help="Say why each page was made.")
def build(site: Path, explain: bool, **asked: Any) -> int:
    """Build the site into its output folder."""
    options = Options(root=site, **asked)
    report = pipeline.site(options, _progress())
    if explain:
        for path, reason in sorted(report.reasons.items()):
            click.echo(f"{path}: {reason}")
    _tell(_shortened(report.found))
    _say(_built(report, options))
    return PROBLEMS if failed(report.found, strict=options.strict) else CLEAN


@commands.command()
@_SITE
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port, or the next free.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--open", "open_browser", is_flag=True, help="Open the site in the browser.")
@_BASE
@_TODAY
def serve(site: Path, port: int, host: str, open_browser: bool, **asked: Any) -> int:
    """Show the site while you write it, drafts included; rebuilds and reloads on save."""
    gc.enable()
    from notesite import serve as server  # its libraries cost a build more to import than the build itself

    options = Options(root=site, drafts=True, **asked)

    def rebuild() -> server.Preview:
        try:
            _, files, found = pipeline.preview(options)
        except CannotGoOnError as failure:
            return server.Preview(pages={}, problems=tuple(map(_plain, failure.diagnostics)), failed=True)
        errors = tuple(_plain(one) for one in found if one.severity is Severity.ERROR)
        if len(found) > len(errors):
            _say(f"{_plural(len(found) - len(errors), 'warning')}; `notesite check` says which")
        return server.Preview(pages=files, problems=errors, failed=bool(errors))

    watched = [site / name for name in ("notes", "templates", "assets", "notesite.toml")]
    try:
        server.run(
            rebuild,
            watched,
            host=host,
            port=port,
            base_path=pipeline.base(options).path,
            open_browser=open_browser,
            say=_say,
        )
    except OSError as failure:
        words = f"the preview cannot listen at {host}:{port}: {failure.strerror or failure}"
        raise CannotGoOnError(error("port", words, "", 0, "name another with -p")) from failure
    return INTERRUPTED


@commands.command()
@_SITE
@_BASE
@_DRAFTS
@_STRICT
@_JOBS
@_TODAY
@_FORMAT
def check(site: Path, form: str, **asked: Any) -> int:
    """Say everything that is wrong or doubtful, and write nothing."""
    options = Options(root=site, **asked)
    try:
        found = pipeline.checked(options, _progress())
    except CannotGoOnError as failure:
        found = failure.diagnostics
    if form == "json":
        _print_json(_as_json(found))
    else:
        _tell(_shortened(found, each_note=True))
        _say(_counted(found) or "nothing to say: all is well")
    return PROBLEMS if failed(found, strict=options.strict) else CLEAN


@commands.command()
@_SITE
@_DRAFTS
@_TODAY
@_FORMAT
@click.argument("note", required=False)
def links(site: Path, form: str, note: str | None, **asked: Any) -> int:
    """Show which notes are translations of each other, and why; of one NOTE or of all."""
    whole = pipeline.linked(Options(root=site, **asked), _progress())
    by_path = {one.path: one for one in whole.notes}
    if note and not answers.is_wanted(list(by_path), note):
        raise click.BadParameter(f"there is no note {note}", param_hint="NOTE")
    if form == "json":
        _print_json(answers.linkage_json(whole.linkage, by_path, note))
    else:
        for line in answers.linkage_text(whole.linkage, by_path, note):
            click.echo(line)
    errors = [one for one in whole.found if one.severity is Severity.ERROR]
    _tell(errors)
    return PROBLEMS if errors else CLEAN


@commands.command()
@_SITE
@_DRAFTS
@_TODAY
@click.option(
    "--format", "form", type=click.Choice(["text", "json", *EXPORTS]), default="text", help="How to print [text]."
)
@click.argument("query", required=False, default="")
def sources(site: Path, form: str, query: str, **asked: Any) -> int:
    """Show what the notes rest on, and who cites it: of all sources, or of those with the words of QUERY."""
    index, said = pipeline.cited(Options(root=site, **asked), _progress())
    found = answers.found_sources(index, query)
    if form in EXPORTS:
        click.echo(EXPORTS[form](references.of(*one) for one in found), nl=False)
    elif form == "json":
        _print_json(answers.sources_json(found))
    else:
        for line in answers.sources_text(found):
            click.echo(line)
    errors = [one for one in said if one.severity is Severity.ERROR]
    _tell(errors)
    return PROBLEMS if errors else CLEAN


# What the commands say


def _say(words: str) -> None:
    click.echo(words, err=True)


def _print_json(value: Any) -> None:
    """A value for machines: UTF-8, whatever the stream is set to."""
    click.echo(msgspec.json.format(msgspec.json.encode(value)))


def _tell(found: Sequence[Diagnostic]) -> None:
    """Each diagnostic on standard error: file and line, how bad, the words, the mend."""
    for one in found:
        _say(_drawn(one))


def _shortened(found: Sequence[Diagnostic], *, each_note: bool = False) -> list[Diagnostic]:
    """Every error, and of each kind of warning, in all or in each note, the first few: more would hide the rest."""
    shown: list[Diagnostic] = []
    kinds = [(one.rule, one.path if each_note else "") for one in found]
    counts = Counter(kind for one, kind in zip(found, kinds, strict=True) if one.severity is Severity.WARNING)
    seen: Counter[tuple[str, str]] = Counter()
    command = "notesite check --format json" if each_note else "notesite check"
    for one, kind in zip(found, kinds, strict=True):
        seen[kind] += one.severity is Severity.WARNING
        if one.severity is Severity.ERROR or seen[kind] <= FEW or counts[kind] <= FEW + 1:
            shown.append(one)
        elif seen[kind] == counts[kind]:
            words = f"{counts[kind] - FEW} more of this kind"
            shown.append(warning(one.rule, words, kind[1], 0, f"`{command}` lists them all"))
    return shown


def _place(path: str, line: int) -> str:
    return _spelled(f"{path}:{line}" if line else path)


_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _spelled(words: str) -> str:
    """Words of others as a terminal may have them: control characters spelled out."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), words)


def _drawn(one: Diagnostic) -> str:
    colour = "red" if one.severity is Severity.ERROR else "yellow"
    place = _styled(_place(one.path, one.line), bold=True) + ": " if one.path else ""
    severity, rule = _styled(one.severity, fg=colour, bold=True), _styled(f"[{one.rule}]", dim=True)
    lines = [f"{place}{severity}: {_spelled(one.message)} {rule}"]
    lines += [f"    {_place(other.path, other.line)}: {_spelled(other.text)}" for other in one.related]
    if one.hint:
        lines.append(f"    {_styled('mend:', dim=True)} {_spelled(one.hint)}")
    return "\n".join(lines)


def _styled(words: str, **style: Any) -> str:
    return words if os.environ.get("NO_COLOR") else click.style(words, **style)


def _plain(one: Diagnostic) -> str:
    return click.unstyle(_drawn(one))


def _plural(count: int, one: str) -> str:
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def _counted(found: Sequence[Diagnostic]) -> str:
    """2 errors, 1 warning; empty if there are none."""
    errors = sum(one.severity is Severity.ERROR for one in found)
    counts = ((errors, "error"), (len(found) - errors, "warning"))
    return ", ".join(_plural(count, name) for count, name in counts if count)


def _built(report: Report, options: Options) -> str:
    """The last line of a build."""
    site, counted = report.planned.site, _counted(report.found)
    if report.written is None:
        return f"{counted}: nothing was written, the last good site stands"
    pairs = sum(len(group.notes) > 1 for group in report.planned.linkage.groups)
    output = options.output or Path(report.planned.config.build.output)
    parts = [
        _plural(len(site.notes), "note"),
        _plural(pairs, "translation group"),
        _plural(len(site.index_sources), "source"),
    ]
    files = report.written
    return (
        f"{', '.join(parts)}: {_plural(files.written, 'file')} written, {files.kept} unchanged, {files.removed} removed"
        f" in {output}" + (f"; {counted}" if counted else "")
    )


def _progress() -> pipeline.Progress:
    """Progress on one line, on a terminal only and for long work only."""
    if not sys.stderr.isatty():
        return lambda *_: None

    def show(words: str, done: int, total: int) -> None:
        if total >= 200 and (done % 50 == 0 or done == total):
            end = "\r\x1b[K" if done == total else f"\r{words}: {done} of {total}"
            click.echo(end, err=True, nl=False)

    return show


def _as_json(found: Sequence[Diagnostic]) -> dict[str, Any]:
    errors = sum(one.severity is Severity.ERROR for one in found)
    return {"diagnostics": list(found), "summary": {"errors": errors, "warnings": len(found) - errors}}
