"""What a whole build costs, as a multiple of parsing the same notes with markdown-it-py alone.

Markdown is the one step that no static site generator on this parser can do without, so the multiple says
what all the rest costs: reading, linking, citing, comparing, templates, writing.  It is taken in CPU seconds
(user and system), in pairs run one after the other, so that other load on the machine matters less.

The notes come from a corpus generator, called as `GENERATOR OUT --notes N`, which must make `OUT/notes/*.md`.

usage: .venv/bin/python bench/markdown_floor.py [GENERATOR] [--notes 1000] [--runs 5]
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

TOP = Path(__file__).parent.parent
GENERATOR = TOP.parent / "shared" / "bench" / "make_corpus.py"
BAR = 1.5


def plain() -> Callable[[str], str]:
    """markdown-it-py as it comes, with the plugins that notesite uses."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return parser.use(footnote_plugin).use(deflist_plugin).use(tasklists_plugin, label=True).render


def tuned() -> Callable[[str], str]:
    """markdown-it-py as notesite sets it up, with its rules and short cuts."""
    from notesite import dialect

    parser = dialect.parser()
    return lambda text: str(parser.renderer.render(dialect.parse(text, {}), parser.options, {}))


FLOORS = {"plain": plain, "tuned": tuned}


def own_cpu() -> float:
    """CPU seconds that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def floor(kind: str, notes: Path) -> float:
    """CPU seconds for the bodies of all notes, parsed and rendered; start-up and reading left out."""
    texts = [path.read_text("utf-8") for path in sorted(notes.glob("**/*.md"))]
    bodies = [text.split("\n---\n", 1)[1] if text.startswith("---\n") else text for text in texts]
    render = FLOORS[kind]()
    start = own_cpu()
    for body in bodies:
        render(body)
    return own_cpu() - start


def floor_apart(kind: str, notes: Path) -> float:
    """The floor, taken in a process of its own: no run profits from what an earlier one left in memory."""
    command = [sys.executable, __file__, "--floor", kind, str(notes)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def build(site: Path) -> float:
    """CPU seconds of a whole `notesite build` from nothing in one process, start-up and all."""
    command = [sys.executable, "-m", "notesite", "build", "-s", str(site), "--jobs", "1", "--clean"]
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            sys.exit(f"notesite build gave {child.returncode}:\n{said.read().decode(errors='replace')}")
    return used.ru_utime + used.ru_stime


def row(name: str, values: list[float], unit: str = "s") -> None:
    """Prints a median and its range."""
    print(f"{name:34} {median(values):7.2f} {unit}   [{min(values):.2f} to {max(values):.2f}]")


def measure(generator: Path, notes: int, runs: int) -> None:
    """Makes the corpus, measures in pairs, prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        subprocess.run([sys.executable, generator, site, "--notes", str(notes)], check=True)
        floors: dict[str, list[float]] = {kind: [] for kind in FLOORS}
        builds = []
        for _ in range(runs):
            for kind, seconds in floors.items():
                seconds.append(floor_apart(kind, site / "notes"))
            builds.append(build(site))
    print(f"CPU of {runs} runs over {notes} notes: median and range")
    for kind, seconds in floors.items():
        row(f"markdown-it-py alone, {kind}", seconds)
    row("notesite build --jobs 1 --clean", builds)
    for kind, seconds in floors.items():
        ratios = [whole / alone for whole, alone in zip(builds, seconds, strict=True)]
        row(f"build / markdown-it-py {kind}", ratios, "x")
    print(f"The bar is {BAR} x.")


def main() -> None:
    """Reads the command line; `--floor` is how the script calls itself."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("generator", nargs="?", type=Path, default=GENERATOR)
    words.add_argument("--notes", type=int, default=1000)
    words.add_argument("--runs", type=int, default=5)
    words.add_argument("--floor", nargs=2, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.floor:
        print(floor(given.floor[0], Path(given.floor[1])))
    else:
        measure(given.generator, given.notes, given.runs)


if __name__ == "__main__":
    main()
