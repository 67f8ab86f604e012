"""How long it takes from saving a note to the changed page in the browser: `notesite serve`, and `hugo server` beside
it, on the same generated notes and in a real Chromium.

    .venv/bin/python bench/preview.py [--notes 1000] [--edits 40] [--peers DIR] [--kind body|title|source|all]
                                      [--page note|index|compare] [--only notesite|hugo] [--in-place]

A note in the middle is open in the browser.  An edit puts a new word into its text or its title, or into the address
of one of its sources, and saves it as editors do, by a new file that takes the name of the old one.  Its time begins
just before that and ends when the word is in the document; both are read from one clock, the end by a script in the
page.  Between two edits is a pause of random length, as an author pauses, for a server may look for changes at fixed
times.  The first three edits of each kind do not count.  Told is the distribution in milliseconds; beside it the
processors' time of the server with all its processes for one edit, pauses included, and their memory at the end.

Both servers keep their pages in memory, and else have their defaults; but notesite has no pages of comparisons, which
Hugo lacks, save for `--page compare`.  On an index only a title can be seen to change.
"""

import argparse
import contextlib
import http.client
import itertools
import math
import os
import random
import re
import shutil
import signal
import statistics
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import generators
from generators import NOTESITE, PLAIN, Generator
from processes import aligned, held, here, worked, workplace

if TYPE_CHECKING:
    from playwright.sync_api import Page

KINDS = ("body", "title", "source")
SHOWN = {"note": KINDS, "index": ("title",), "compare": ("body", "title")}
"""On which page which kinds of edits can be seen."""
WARM_UP = 3
PATIENCE = 120
"""Seconds after which a page will not change any more."""
START = 1800
"""Seconds after which a server will not start any more."""
PREFIX = "previewed"
WORDS = map("".join, itertools.product([PREFIX], *[string.ascii_lowercase] * 3))
"""One word for each edit, all of one length, so that none is the beginning of another."""
LAUNCH = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"
# Runs in every document, from its very beginning.  It tells by the console, which waits for nobody; and by the clock
# that Python reads too, for a document's own one may drift from it while the document stays.
LOOK = """(() => {
  const mark = /PREFIX[a-z]{3}/;
  let told = "";
  const look = () => {
    const linked = () => document.querySelector('[href*="PREFIX"]')?.getAttribute("href").match(mark);
    const seen = document.body?.textContent.match(mark) ?? linked();
    if (seen && seen[0] !== told) console.debug(told = seen[0], Date.now());
  };
  const all = {subtree: true, childList: true, characterData: true, attributeFilter: ["href"]};
  new MutationObserver(look).observe(document, all);
})();""".replace("PREFIX", PREFIX)
BARS = "▁▂▃▄▅▆▇█"
_LANG = re.compile(r'^lang: "?(\w+)', re.M)


@dataclass(frozen=True)
class Waits:
    """What was measured with one kind of edits: milliseconds of each, seconds of processors for each, bytes."""

    tool: str
    kind: str
    times: list[float]
    cpu: float | None
    memory: int | None


class Server:
    """A preview server that runs, and what it has said."""

    def __init__(self, command: Sequence[str], root: Path, said: IO[bytes]) -> None:
        self._said = said
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def words(self) -> str:
        """What it has said until now, read so that it goes on writing where it was."""
        size = os.fstat(self._said.fileno()).st_size
        return os.pread(self._said.fileno(), size, 0).decode(errors="replace")

    def address(self) -> tuple[str, int]:
        """Host and port, as soon as it tells them."""
        until = time.monotonic() + START
        while time.monotonic() < until and self.process.poll() is None:
            found = re.search(r"http://([\w.]+):(\d+)/", self.words())
            if found:
                return found[1], int(found[2])
            time.sleep(0.01)
        raise RuntimeError("it did not start")

    def showing(self, paths: Sequence[str], title: str) -> str:
        """The address of the first page of these that there is and that has this title in it."""
        host, port = self.address()
        for path in paths:
            asked = http.client.HTTPConnection(host, port, timeout=PATIENCE)
            with contextlib.closing(asked):
                asked.request("GET", path)
                answer = asked.getresponse()
                if answer.status == 200 and title in answer.read().decode("utf-8"):
                    return f"http://{host}:{port}{path}"
        raise RuntimeError(f"no page with the title {title} at any of {', '.join(paths)}")

    def end(self) -> None:
        """End it and all that it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def serving(tool: Generator, root: Path) -> Iterator[Server]:
    """A server while it is needed; if anything fails, the benchmark ends with what the server has said."""
    with tempfile.TemporaryFile() as said:
        server = Server(tool.serve, root, said)
        try:
            yield server
        except Exception as error:
            raise SystemExit(f"{tool.name}: {error}\nIts server said:\n{server.words()[-2000:]}") from error
        finally:
            server.end()


@contextlib.contextmanager
def browsing(program: str) -> Iterator["Page"]:
    """An empty page in Chromium, whose documents tell when a word is in them."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise SystemExit("Playwright is not installed: pip install playwright") from None
    with sync_playwright() as driver, driver.chromium.launch(executable_path=program, args=LAUNCH.split()) as browser:
        context = browser.new_context()
        context.add_init_script(LOOK)
        yield context.new_page()


def pages(tool: Generator, note: Path, text: str, page: str) -> list[str]:
    """Where a generator may have a note, the index that lists it, or the comparison with its translation."""
    found = _LANG.search(text)
    lang = found[1] if found else ""
    if page == "index":
        return [f"/{lang}/", f"/{lang}/{note.name[:4]}/"]
    if tool is not NOTESITE:
        return [f"/{lang}/notes/{note.stem}/"]
    path = f"/{lang}/{note.stem[11:]}/"  # without the date
    return [f"{path}{word}/" for word in ("vergleich", "compare")] if page == "compare" else [path]


def saved(note: Path, text: str, in_place: bool) -> float:
    """Save a note, and say at which millisecond."""
    if in_place:
        now = time.time()
        note.write_text(text, "utf-8")
    else:
        new = note.with_name(f"{note.name}~")  # a name that all servers know as an editor's
        new.write_text(text, "utf-8")
        now = time.time()
        new.replace(note)
    return now * 1000


def waited(page: "Page", note: Path, text: str, word: str, in_place: bool) -> float:
    """Milliseconds from saving this text to the word in the page."""
    context = page.context
    with context.expect_console_message(lambda said: said.text.startswith(f"{word} "), timeout=PATIENCE * 1000) as seen:
        began = saved(note, text, in_place)
    return int(seen.value.text.split()[1]) - began


def edited(asked: argparse.Namespace, page: "Page", server: Server, tool: Generator, kind: str, note: Path) -> Waits:
    """All edits of one kind; the note is afterwards what it was."""
    text, chance = note.read_text("utf-8"), random.Random(kind)
    times: list[float] = []
    before = None
    for number in range(WARM_UP + asked.edits):
        page.wait_for_timeout(1000 * chance.uniform(*asked.pause))
        if number == WARM_UP:
            before = worked(server.process.pid)
        word = next(WORDS)
        times.append(waited(page, note, generators.edited(text, kind, word), word, asked.in_place))
    page.wait_for_timeout(1000 * asked.pause[1])
    after = worked(server.process.pid)
    cpu = None if before is None or after is None else (after - before) / asked.edits
    memory = held(server.process.pid)
    saved(note, text, asked.in_place)
    return Waits(tool.name, kind, times[WARM_UP:], cpu, memory)


def measured(asked: argparse.Namespace, tool: Generator, root: Path) -> Iterator[Waits]:
    """All kinds of edits with one server, which begins with nothing that it remembers."""
    _say(f"notes: {asked.notes:,} for {tool.name}")
    root.mkdir()
    generators.site(tool, root)
    if asked.page == "compare":
        generators.configured(root, PLAIN.replace("false", "true"))
    generators.filled(root, asked.notes, tool.name)
    if not asked.title:
        asked.title = generators.chosen(root / tool.notes)
    note = generators.titled(root / tool.notes, asked.title)
    paths = pages(tool, note, note.read_text("utf-8"), asked.page)
    with serving(tool, root) as server:
        address = server.showing(paths, asked.title)
        started = time.perf_counter() - server.began
        print(f"{tool.name} {generators.version(tool)}: the first page {started:.2f} s after its start")
        with browsing(asked.browser) as page:
            page.goto(address)
            for kind in asked.kinds:
                _say(f"{tool.name}: {WARM_UP} + {asked.edits} edits, {kind}")
                yield edited(asked, page, server, tool, kind, note)


def quantile(numbers: Sequence[float], part: float) -> float:
    """The least of the numbers that this part of them does not exceed."""
    return sorted(numbers)[max(0, math.ceil(part * len(numbers)) - 1)]


def histogram(numbers: Sequence[float], buckets: int = 24) -> str:
    """One line with a bar for each bucket from the least to the most, each bucket by the same factor wider."""
    least, most = max(1.0, min(numbers)), max(1.0, *numbers)
    counts = [0] * buckets
    for one in numbers:
        place = math.log(max(1.0, one) / least) / (math.log(most / least) or 1) * buckets
        counts[min(buckets - 1, int(place))] += 1
    bars = "".join(BARS[math.ceil(len(BARS) * count / max(counts)) - 1] if count else " " for count in counts)
    return f"{least:.0f} {bars} {most:.0f}"


def shown(found: Sequence[Waits]) -> str:
    """The table."""
    head = ("ms", "n", "min", "median", "p90", "p95", "max", "cpu of an edit", "memory", "distribution")
    cells: list[tuple[str, ...]] = [head]
    for one in found:
        middle = (min(one.times), statistics.median(one.times), quantile(one.times, 0.9), quantile(one.times, 0.95))
        told = [f"{number:.0f}" for number in (*middle, max(one.times))]
        cpu = "" if one.cpu is None else f"{one.cpu * 1000:.0f}"
        memory = "" if one.memory is None else f"{one.memory / 1e6:.0f} MB"
        cells.append((f"{one.tool} {one.kind}", str(len(one.times)), *told, cpu, memory, histogram(one.times)))
    return aligned(cells)


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def chosen(asked: argparse.Namespace) -> list[Generator]:
    """The servers that are asked for and installed; a word about one that is left out."""
    peer = generators.installed(asked.peers).get("hugo")
    tools = [NOTESITE] * (asked.only != "hugo")
    if asked.only != "notesite" and asked.page == "compare":
        print("Hugo has no pages of comparisons and is left out.")
    elif asked.only != "notesite" and not peer:
        print("Hugo is not installed and left out.")
    elif asked.only != "notesite" and peer:
        tools.append(peer)
    return tools


def main() -> None:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    parser.add_argument("--notes", type=int, default=1000, help="how many (1,000)")
    parser.add_argument("--edits", type=int, default=40, help="how many of each kind count (40)")
    parser.add_argument("--peers", type=Path, metavar="DIR", help="folder with a folder for each peer")
    parser.add_argument("--kind", choices=[*KINDS, "all"], default="all", help="what is edited (all that is shown)")
    parser.add_argument("--page", choices=SHOWN, default="note", help="the page that is open (note)")
    parser.add_argument("--only", choices=["notesite", "hugo"], help="one server only")
    parser.add_argument("--in-place", action="store_true", help="write into the file itself")
    parser.add_argument("--pause", type=float, nargs=2, default=(0.8, 1.6), metavar="S", help="least, most (0.8 1.6)")
    parser.add_argument("--browser", default=found, metavar="PATH", help="Chromium (that on the path)")
    asked = parser.parse_args()
    asked.kinds = [kind for kind in SHOWN[asked.page] if asked.kind in (kind, "all")]
    asked.title = ""
    if not asked.kinds or asked.edits < 1 or asked.notes < 2:
        parser.error("there is nothing to see: no edits, no two notes, or a page that does not show such an edit")
    if not asked.browser:
        parser.error("there is no Chromium on the path; --browser says where it is")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers end with this program
    with workplace("notesite-preview-") as folder:
        load = os.getloadavg()[0]
        rows = [row for tool in chosen(asked) for row in measured(asked, tool, folder / tool.name)]
        how = "written in place" if asked.in_place else "saved by renaming"
        print(
            f"{asked.notes:,} notes, {asked.edits} edits of each kind after {WARM_UP} that do not count, {how}, ",
            end="",
        )
        print(f"seen on the page {asked.page}; {here()}; load {load:.1f} before, {os.getloadavg()[0]:.1f} after.\n")
        if rows:
            print(shown(rows))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
