"""The options that several commands take."""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import click

SITE = click.option(
    "-s",
    "--site",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The site's folder [here].",
)


def _base(_: click.Context, __: click.Parameter, value: str) -> str:
    if not value:
        return value
    from notesite import urls

    if urls.parse_base(value) is None:
        raise click.BadParameter(f"{value!r} is neither an address nor a path; write https://notes.example/ or /repo/")
    return value


BASE = click.option(
    "--base-url", default="", callback=_base, metavar="URL", help="Where the site will stand: an address or a path."
)
DRAFTS = click.option("-D", "--drafts", is_flag=True, help="Build drafts and future notes, too.")
STRICT = click.option("--strict", is_flag=True, help="Let warnings fail as errors do.")
JOBS = click.option("--jobs", type=click.IntRange(min=0), metavar="N", help="Processes that read notes [as fits].")


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


TODAY = click.option("--today", callback=_day, metavar="DATE", help="The day from which notes count as future.")
FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print [text]."
)
