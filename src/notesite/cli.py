"""Arguments to calls, results to answers and exit codes."""

import contextlib
import errno
import gc
import os
import select
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

# What a command alone needs is imported in it: a build that finds nothing changed needs no parser and no template,
# and who asks for help or the version none of our modules.
from notesite import __version__, arguments, terminal, writing

if TYPE_CHECKING:
    from notesite.diagnostics import Diagnostic
    from notesite.runs import Options, Report

CLEAN, PROBLEMS, USAGE, BUG, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes: nothing wrong, problems in the site, wrong usage, a fault of ours, Ctrl-C."""

EXPORTS = ("csl", "bibtex", "ris")
"""What reference managers read: the names of the formats, and of the functions of `export` that write them."""


_lasting: list[object] = []
"""What lasts until the process ends: to take a large site's memory apart takes longer than to see it ends."""


def run() -> NoReturn:
    """`main` as a program of its own: it ends at once, and leaves its memory to the system."""
    try:
        main()
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else BUG)


def main() -> NoReturn:
    """The `notesite` command; every way it ends is an exit code."""
    terminal.open_streams()
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
    except SystemExit:  # what click makes of a closed pipe
        code = _failed(BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)))
    except Exception as failure:
        code = _failed(failure)
    _end(code or CLEAN)


def _failed(failure: Exception) -> int:
    """The exit code of a run that cannot go on, of a stream that takes no more or is read by nobody, or of a bug.

    What prevents a run is told, a bug with its traceback.
    """
    from notesite.diagnostics import CannotGoOnError

    if isinstance(failure, CannotGoOnError):
        terminal.tell(failure.diagnostics)
        return PROBLEMS
    if isinstance(failure, BrokenPipeError) and _is_unread():
        return CLEAN
    if isinstance(failure, OSError) and failure.errno in (errno.EPIPE, errno.ENOSPC, errno.EIO):
        with contextlib.suppress(OSError):
            terminal.say(f"the output cannot be written: {failure.strerror}")
        return PROBLEMS
    import traceback

    terminal.say(traceback.format_exc() + "This is a bug of notesite; please report it with the lines above.")
    return BUG


def _is_unread() -> bool:
    """Whether who reads what we print has gone (`notesite sources | head -1`), and not a process of ours."""
    streams = select.poll()
    for number in (1, 2):
        streams.register(number, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in streams.poll(0))


def _end(code: int) -> NoReturn:
    """Leave with a code; a reader that has gone (a closed pipe) is no reason for a traceback, nor for another code."""
    for stream in (sys.stderr, sys.stdout):
        try:
            stream.flush()
        except BrokenPipeError:
            os._exit(code)
        except OSError:
            os._exit(code or PROBLEMS)
    sys.exit(code)


# What the commands take


class _Ordered(click.Group):
    """Commands in the order they are written, the most used first."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names of the commands."""
        return list(self.commands)


@click.group(cls=_Ordered, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="notesite", message="%(prog)s %(version)s")
def commands() -> None:
    """A bilingual site with a citation index, from a folder of research notes."""


@commands.command()
@arguments.SITE
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="The output folder [build].")
@arguments.BASE
@arguments.DRAFTS
@arguments.STRICT
@click.option("--keep-going", is_flag=True, help="Leave broken notes out and build the rest; still exits 1.")
@arguments.JOBS
@click.option("--scheduler", default="", metavar="URL", help="Let the workers of a Dask scheduler read the notes.")
@click.option("--clean", is_flag=True, help="Make every page anew, whatever is remembered.")
@arguments.TODAY
@click.option("--explain", is_flag=True, help="Say why each page was made.")
def build(site: Path, explain: bool, **asked: Any) -> int:
    """Build the site into its output folder."""
    from notesite import stamp
    from notesite.runs import Options

    options = Options(root=site, **asked)
    here = stamp.sources(site)
    known = stamp.left(options)
    report = stamp.stands(options, here, known) if known else None
    if report is None:
        from notesite import build as pipeline

        report = pipeline.site(options, terminal.progress(), here, known)
        _lasting.append(report)
    if explain:
        for path, reason in sorted(report.reasons.items()):
            click.echo(f"{path}: {reason}")
    terminal.tell(report.found)
    terminal.say(_built(report, options.output or Path(os.path.relpath(report.output, site))))
    return PROBLEMS if report.failed(strict=options.strict) else CLEAN


@commands.command()
@arguments.SITE
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port, or the next free.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--allow-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="Another name that the preview may be asked under; may be repeated.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the site in the browser.")
@arguments.BASE
@arguments.TODAY
def serve(site: Path, port: int, host: str, allowed_hosts: Sequence[str], open_browser: bool, **asked: Any) -> int:
    """Show the site while you write it, drafts included; what you save shows at once."""
    from notesite import serve as server  # its libraries cost a build more to import than the build itself
    from notesite.diagnostics import CannotGoOnError, error
    from notesite.reading import configured
    from notesite.runs import Options
    from notesite.workshop import Workshop

    options = Options(root=site, drafts=True, **asked)
    watched = [site / name for name in ("notes", "templates", "assets", "notesite.toml")]
    try:
        server.run(
            Workshop(options).rebuild,
            watched,
            host=host,
            port=port,
            base_path=configured(options).base.path,
            open_browser=open_browser,
            allowed_hosts=allowed_hosts,
            say=terminal.say,
        )
    except OSError as failure:
        words = f"the preview cannot listen at {host}:{port}: {failure.strerror or failure}"
        is_port = failure.errno in (errno.EADDRINUSE, errno.EACCES)
        hint = "name another port with -p" if is_port else "name an address of this machine with --host"
        raise CannotGoOnError(error("port", words, "", 0, hint)) from failure
    return INTERRUPTED


def _known(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    from notesite.rules import RULES, nearest

    for name in names:
        if name not in RULES:
            raise click.BadParameter(f"there is no rule {name}; {nearest(name)}")
    return names


@commands.command()
@arguments.SITE
@arguments.BASE
@arguments.DRAFTS
@arguments.STRICT
@arguments.JOBS
@arguments.TODAY
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    help="How to print [text].",
)
@click.option(
    "--only",
    multiple=True,
    callback=_known,
    metavar="RULE",
    help="Say what this rule finds, even if it is off, and no other warning; may be repeated.",
)
@click.option(
    "--coverage", "show_coverage", is_flag=True, help="Show instead what exists in which language; as text or json."
)
@click.option(
    "--links",
    "visit_links",
    is_flag=True,
    help="Visit the sources' addresses, too, a second apart on each host; what was found is believed for a week.",
)
def check(site: Path, form: str, show_coverage: bool, visit_links: bool, **asked: Any) -> int:
    """Say everything that is wrong or doubtful, and write nothing."""
    _refuse_together(form, asked["only"], show_coverage=show_coverage, visit_links=visit_links)
    from notesite import build as pipeline
    from notesite import coverage, reviewing
    from notesite.diagnostics import CannotGoOnError, settled
    from notesite.runs import Options

    options = Options(root=site, **asked)
    try:
        whole = pipeline.checked(options, terminal.progress())
    except CannotGoOnError as failure:
        if show_coverage:
            raise
        return _checked(failure.diagnostics, form, options)
    every = whole.found.every
    if visit_links:
        said, words = reviewing.visited(whole.linked, site, terminal.progress(each=True))
        every = settled([*every, *said], whole.linked.severities)
        terminal.say(words)
    found = [one for one in every if not options.only or one.rule in options.only or _is_fault(one)]
    if not show_coverage:
        return _checked(found, form, options)
    langs = whole.config.site.languages or whole.site.langs
    covered = coverage.of(langs, whole.site.notes, whole.linkage, found)
    if form == "json":
        terminal.answer_json(coverage.as_json(covered))
    else:
        terminal.answer(coverage.text(covered))
    return _answered(found)


def _refuse_together(form: str, only: Sequence[str], *, show_coverage: bool, visit_links: bool) -> None:
    """What cannot be asked of one check."""
    from notesite import visits

    if show_coverage and form not in ("text", "json"):
        raise click.UsageError(f"--coverage is printed as text or json, not as {form}")
    if show_coverage and visit_links:
        raise click.UsageError("--coverage does not say what --links finds: ask for one of them")
    if not visit_links and (unvisited := [rule for rule in only if rule in visits.RULES]):
        raise click.UsageError(f"{unvisited[0]} needs --links")


def _is_fault(one: "Diagnostic") -> bool:
    """Whether this is an error by nature: then something was not read, and nobody can say what it would have shown."""
    from notesite.diagnostics import Severity
    from notesite.rules import RULES

    return RULES[one.rule].severity is Severity.ERROR


def _checked(found: "Sequence[Diagnostic]", form: str, options: "Options") -> int:
    """Print diagnostics, machines' ones on standard output; the exit code."""
    from notesite import disk, reports
    from notesite.diagnostics import failed

    if form == "json":
        terminal.answer_json(reports.as_json(found))
    elif form == "sarif":
        terminal.answer_json(reports.sarif(found, disk.below_repository(options.root)))
    elif form == "github":
        terminal.answer(reports.annotations(found, disk.below_repository(options.root)))
        terminal.say(reports.summary(found))
    else:
        for line in reports.text(reports.shortened(found, each_note=True), terminal.painted):
            terminal.say(line)
        terminal.say(reports.summary(found))
    return PROBLEMS if failed(found, strict=options.strict) else CLEAN


@commands.command()
@arguments.SITE
@arguments.DRAFTS
@arguments.TODAY
@arguments.FORMAT
@click.argument("note", required=False)
def links(site: Path, form: str, note: str | None, **asked: Any) -> int:
    """Show which notes are translations of each other, and why; of one NOTE or of all."""
    from notesite import answers
    from notesite import build as pipeline
    from notesite.runs import Options

    whole = pipeline.linked(Options(root=site, **asked), terminal.progress())
    by_path = {one.path: one for one in whole.notes}
    if note and not answers.is_wanted(list(by_path), note):
        raise click.BadParameter(f"there is no note {note}", param_hint="NOTE")
    if form == "json":
        terminal.answer_json(answers.linkage_json(whole.linkage, by_path, note))
    else:
        terminal.answer(answers.linkage_text(whole.linkage, by_path, note))
    return _answered(whole.found)


@commands.command()
@arguments.SITE
@arguments.DRAFTS
@arguments.TODAY
@click.option(
    "--format", "form", type=click.Choice(["text", "json", *EXPORTS]), default="text", help="How to print [text]."
)
@click.argument("query", required=False, default="")
def sources(site: Path, form: str, query: str, **asked: Any) -> int:
    """Show what the notes rest on, and who cites it: of all sources, or of those with the words of QUERY."""
    from notesite import answers, export, references
    from notesite import build as pipeline
    from notesite.runs import Options

    index, said = pipeline.cited(Options(root=site, **asked), terminal.progress())
    found = answers.found_sources(index, query)
    if form in EXPORTS:
        click.echo(getattr(export, form)(references.of(*one) for one in found), nl=False)
    elif form == "json":
        terminal.answer_json(answers.sources_json(found))
    else:
        terminal.answer(answers.sources_text(found))
    return _answered(said)


for _command in (writing.new, writing.adopt, writing.init):
    commands.add_command(_command)


# What the commands say


def _answered(found: "Iterable[Diagnostic]") -> int:
    """The exit code of a command that answered; the errors are told."""
    from notesite.diagnostics import Severity

    errors = [one for one in found if one.severity is Severity.ERROR]
    terminal.tell(errors)
    return PROBLEMS if errors else CLEAN


def _built(report: "Report", folder: Path) -> str:
    """The last line of a build."""
    from notesite import reports

    counted, files = reports.counted(report.errors, report.warnings), report.written
    if files is None:
        return f"{counted}: nothing was written, the last good site stands"
    parts = [
        reports.plural(report.counts.notes, "note"),
        reports.plural(report.counts.groups, "translation group"),
        reports.plural(report.counts.sources, "source"),
    ]
    return (
        f"{', '.join(parts)}: {reports.plural(files.written, 'file')} written, {files.kept} unchanged,"
        f" {files.removed} removed in {folder}" + (f"; {counted}" if counted else "")
    )
