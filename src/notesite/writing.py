"""The commands of those who write: a new note, a clipping made one, a new site."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from notesite import __version__, arguments, terminal

if TYPE_CHECKING:
    from notesite.reading import Linked
    from notesite.records import Note

HOSTS = ("github", "gitlab", "netlify", "cloudflare")
"""The hosts that `init` knows; `starters` has the file of each."""


_FROM_CODE = "notesite @ git+https://HOST/PATH@COMMIT"
_UNKNOWN = f"""\
# This notesite was installed from a folder of its author's machine, which no host can reach, and what a package index
# has under its name may be somebody else's. Put here instead of the line below where it is to come from:
# {_FROM_CODE}
say where notesite comes from
"""
"""What stands for a requirement that nobody knows: pip stops at the last line, and shows it."""


_LONGEST = 1000
"""Characters of a title at most."""


def _language(_: click.Context, __: click.Parameter, value: str) -> str:
    if not value:
        return value
    from notesite import locales

    known = locales.tag(value)
    if known is None:
        raise click.BadParameter(f"{value!r} is no language tag; write de, en or pt-BR")
    return known


def _title(_: click.Context, __: click.Parameter, value: str) -> str:
    from notesite import prose

    made = " ".join(value.split())
    is_text = made == made.encode("utf-8", "replace").decode()
    if not made or len(made) > _LONGEST or not is_text or prose.control(made):
        raise click.BadParameter(f"a title has words, {_LONGEST} characters at most, and no control characters")
    return made


@click.command()
@arguments.SITE
@click.argument("title", callback=_title)
@click.option("--lang", default="", callback=_language, metavar="LANG", help="Its language [the site's first].")
@click.option("--translate", default="", metavar="NOTE", help="Take front matter and source list of this note along.")
@arguments.TODAY
def new(site: Path, title: str, lang: str, translate: str, today: str) -> int:
    """Write a draft with this TITLE, ready for its text; or that of a translation."""
    from notesite import authoring
    from notesite.runs import Options

    options = Options(root=site, today=today, drafts=True)
    if translate:
        original, lang = _untranslated(options, translate, lang)
        path = authoring.translation(options, title, original, lang)
    else:
        path = authoring.new(options, title, lang)
    terminal.answer([_from_here(site, path)])
    terminal.say("this is a draft: `notesite serve` shows it; take `draft: true` out to publish it")
    return 0


def _untranslated(options: Any, wanted: str, lang: str) -> "tuple[Note, str]":
    """The note that is asked for, and a language in which it does not exist yet: the one asked for, or the next."""
    from notesite import authoring
    from notesite import build as pipeline
    from notesite.diagnostics import CannotGoOnError

    whole: Linked = pipeline.linked(options, terminal.progress())
    notes = {note.path: note for note in whole.notes}
    if Path(wanted).is_file() and Path(wanted).resolve().is_relative_to(options.root.resolve()):
        wanted = Path(wanted).resolve().relative_to(options.root.resolve()).as_posix()
    ending = "/" + wanted.removeprefix("./").removeprefix("/")
    found = [note for path, note in notes.items() if f"/{path}".endswith(ending)]
    broken = [one for one in whole.found if one.severity == "error" and f"/{one.path}".endswith(ending)]
    if not found and broken:
        raise CannotGoOnError(*broken)
    if len(found) != 1:
        words = f"there is no note {wanted}" if not found else f"{len(found)} notes are called {wanted}"
        hint = "" if not found else f"; name one by its path: {', '.join(note.path for note in found[:3])}"
        raise click.BadParameter(words + hint, param_hint="--translate")
    original = found[0]
    lang = lang or authoring.missing_language(whole.config, whole.linkage, notes, original)
    there = authoring.version(whole.linkage, notes, original, lang)
    if not lang or there:
        words = f"exists in {lang} already: {there}" if lang else "exists in all languages of the site"
        raise click.BadParameter(f"{original.path} {words}", param_hint="--lang" if lang else "--translate")
    return original, lang


@click.command()
@arguments.SITE
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@arguments.TODAY
def adopt(site: Path, files: Sequence[Path], today: str) -> int:
    """Make notes of raw clippings: title, language and date that are missing are filled in from the text."""
    from notesite import authoring
    from notesite.runs import Options

    made = authoring.adopt(Options(root=site, today=today), files)
    terminal.answer(_from_here(site, one.path) for one in made)
    return 0


@click.command()
@click.argument(
    "folder", required=False, default=".", metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path)
)
@click.option("--host", type=click.Choice(HOSTS), help="Write what this host wants to build and publish the site.")
def init(folder: Path, host: str | None) -> int:
    """Begin a site in DIR [here]: settings, two notes, and what a host wants; files that are there stay."""
    from notesite import authoring

    requirement, is_sure = _requirement()
    written, there = authoring.init(folder, host or "", requirement)
    terminal.answer(_from_here(folder, path) for path in written)
    for path in there:
        terminal.say(f"{_from_here(folder, path)} is here already and stays as it is")
    if "requirements.txt" in written and not is_sure:
        terminal.say(f"requirements.txt does not say yet where notesite comes from; put this there: {_FROM_CODE}")
    terminal.say(f"`notesite serve -s {shlex.quote(str(folder))}` shows the site")
    return 0


def _requirement() -> tuple[str, bool]:
    """How pip installs this notesite, from where it was installed (PEP 610), and whether that is known."""
    import json
    from importlib import metadata

    try:
        data = json.loads(metadata.distribution("notesite").read_text("direct_url.json") or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        data = {"url": "file:"}
    url, commit = data.get("url", ""), data.get("vcs_info", {}).get("commit_id")
    if commit and url.startswith("https://"):
        return f"notesite @ {data['vcs_info']['vcs']}+{url}@{commit}\n", True
    return (_UNKNOWN, False) if url else (f"notesite=={__version__}\n", True)


def _from_here(site: Path, path: str) -> str:
    """A file of the site, as a shell here finds it."""
    return os.path.relpath(site / path)
