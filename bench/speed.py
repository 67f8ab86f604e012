"""How fast notesite is, alone and beside its peers, on the same generated notes: one table with bars and ratios.

    .venv/bin/python bench/speed.py [--peers DIR] [--notes 10000] [--runs 5] [--only ROW …] [--grow]
                                    [--markdown] [--svg FILE] [--corpus COMMAND]

Every tool builds the same notes in its own layout (`bench/corpus.py`, `bench/peers/`); notesite with its defaults but
without pages of comparisons, which no peer has.  Each round runs notesite and then Hugo, and a ratio is that of a
round, so that other load on the machine weighs on both; told is the median, with the range.  Times are by the clock,
with the processors' time, user and system, beside.  Slower peers take part in the first `--others` rounds only.
`--grow` goes on to five times the notes, once.  A peer that is not installed is left out and named; `bench/README.md`
says how to install them.  `--corpus` is a shell line that makes other notes: `{folder}`, `{notes}` and `{layout}` are
filled in.  Bars are for 10,000 notes; with that many, it ends with 1 where one is missed.

rows: cold body paragraph title source unchanged version memory growth jobs files compare note-exports
    publisher-exports
"""

import argparse
import itertools
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import curve
import generators
from generators import CORPUS, NOTESITE, PLAIN, Generator
from processes import Run, aligned, here, median, peak, run, seconds, workplace

JUDGED = 10_000
"""The number of notes that the bars are for."""
FEW = 10
"""The notes of the site that is built before all others, and is not measured."""
EXTRAS = {
    "compare": ("compare = true", "pages of comparisons, on their own"),
    "note-exports": (f"{PLAIN}\nnote_exports = true", "exports of each note, on their own"),
    "publisher-exports": (f"{PLAIN}\npublisher_exports = true", "exports of each publisher, on their own"),
}
EDITS = {
    "body": "one note's body changed",
    "paragraph": "a paragraph with a figure more",
    "title": "one note's title changed",
    "source": "one note's source changed",
}


@dataclass(frozen=True)
class Row:
    """One line of the table; `kept` says whether the bar is, None where nothing can be said."""

    what: str
    notesite: str
    peer: str = ""
    ratio: str = ""
    bar: str = ""
    kept: bool | None = None


def quotients(ours: list[Run], theirs: list[Run]) -> list[float]:
    """The ratios of wall times, round by round."""
    return [a.wall / b.wall for a, b in zip(ours, theirs, strict=False)]


def fraction(ratios: list[float]) -> str:
    """Ratios in words; those far below one as what part of the peer's time they are."""
    if statistics.median(ratios) < 0.1:
        return f"1/{median([1 / one for one in ratios], '.0f')}"
    return median(ratios, ".2f")


def wall(runs: list[Run]) -> float:
    """The median of the wall times."""
    return statistics.median(one.wall for one in runs)


def size(count: int, held: int) -> str:
    """How many files there are and how large they are together."""
    return f"{count:,} files, {held / 1e6:.0f} MB"


class Bench:
    """The sites that are built, and the rows that are measured on them."""

    def __init__(self, asked: argparse.Namespace, folder: Path) -> None:
        self.asked, self.folder = asked, folder
        self.notes: int = asked.notes
        self.runs: int = asked.runs
        self.peers = generators.installed(asked.peers)
        self.hugo = self.peers.get("hugo")
        self.curves: dict[str, list[tuple[int, float]]] = {}
        self._sites: dict[tuple[str, int], Path] = {}
        self._cold: dict[int, dict[str, list[Run]]] = {}
        self._chosen: dict[str, Path] = {}
        self._words = (letter * n for n in itertools.count(3) for letter in "abcdefghijklmnopqrstuvwxyz")
        self.sizes = [self.notes]
        if "growth" in asked.only:
            self.sizes = sorted({max(min(FEW, self.notes), self.notes // part) for part in (10, 4, 2, 1)})
        self.largest = self.notes * 5 if asked.grow else 0

    def prepare(self) -> None:
        """Make all sites and wait until their files are older than a coarse clock can tell.

        A small site is built first, so that no run that counts has to read programs from the disk or to compile them.
        """
        for one in [NOTESITE, *self.peers.values()]:
            for command in (one.version, one.build, one.again):
                run(command, self.site(one, FEW))
        for count in [*self.sizes, *([self.largest] if self.largest else [])]:
            for one in self._pair():
                self.site(one, count)
        for one in self.peers.values():
            self.site(one, self.notes)
        time.sleep(self.asked.wait)

    def _pair(self) -> list[Generator]:
        return [NOTESITE, self.hugo] if self.hugo else [NOTESITE]

    def site(self, generator: Generator, count: int) -> Path:
        """The site of a generator with so many notes, made once."""
        root = self._sites.get((generator.name, count))
        if root is None:
            self._say(f"notes: {count:,} for {generator.name}")
            root = self._sites[generator.name, count] = self.folder / f"{generator.name}-{count}"
            root.mkdir()
            generators.site(generator, root)
            generators.filled(root, count, generator.name, self.asked.corpus)
        return root

    def _say(self, what: str) -> None:
        print(what, file=sys.stderr, flush=True)

    def from_nothing(self, generator: Generator, count: int, *more: str) -> Run:
        """One build from nothing."""
        root = self.site(generator, count)
        generators.emptied(generator, root)
        return run([*generator.build, *more], root)

    def _round(self, number: int) -> list[Generator]:
        others = [one for one in self.peers.values() if one is not self.hugo]
        return self._pair() + (others if number < self.asked.others else [])

    def cold(self) -> dict[int, dict[str, list[Run]]]:
        """All builds from nothing, by number of notes and generator; each round goes through all sizes."""
        if self._cold:
            return self._cold
        self._cold = {count: defaultdict(list) for count in self.sizes}
        for number in range(self.runs):
            for count in self.sizes:
                for one in self._round(number) if count == self.notes else self._pair():
                    self._say(f"from nothing: round {number + 1}, {count:,} notes, {one.name}")
                    self._cold[count][one.name].append(self.from_nothing(one, count))
        if self.largest:
            self._say(f"from nothing: {self.largest:,} notes")
            self._cold[self.largest] = {one.name: [self.from_nothing(one, self.largest)] for one in self._pair()}
        return self._cold

    # Rows

    def row_cold(self) -> Iterator[Row]:
        """Builds from nothing, beside each peer."""
        runs = self.cold()[self.notes]
        if not self.hugo:
            yield Row("built from nothing", seconds(runs["notesite"]), bar="0.8 of Hugo")
        for name in (one for one in self.peers if runs[one]):
            ratios = quotients(runs["notesite"], runs[name])
            kept = statistics.median(ratios) <= 0.8 if name == "hugo" else None
            bar = "0.8" if name == "hugo" else ""
            ours = seconds(runs["notesite"][: len(ratios)])
            yield Row("built from nothing", ours, f"{name} {seconds(runs[name])}", fraction(ratios), bar, kept)

    def row_body(self) -> Iterator[Row]:
        """A changed text, beside each peer that does the same."""
        runs = self._edited("body")
        ours = runs["notesite"]
        if not self.hugo:
            yield Row(EDITS["body"], seconds(ours), bar="0.8 s, 1/30 of Hugo")
        for name in (one for one in self.peers if runs[one]):
            ratios = quotients(ours, runs[name])
            kept = wall(ours) <= 0.8 and statistics.median(ratios) <= 1 / 30 if name == "hugo" else None
            bar = "0.8 s, 1/30" if name == "hugo" else ""
            told = f"{name} {seconds(runs[name])}"
            yield Row(EDITS["body"], seconds(ours[: len(ratios)]), told, fraction(ratios), bar, kept)

    def row_paragraph(self) -> Iterator[Row]:
        """A paragraph with a figure that the translation lacks: it is linked and compared anew, which is told."""
        runs = self._edited("paragraph")["notesite"]
        yield Row(EDITS["paragraph"], seconds(runs), bar="0.8 s", kept=wall(runs) <= 0.8)

    def row_title(self) -> Iterator[Row]:
        """A changed title."""
        runs = self._edited("title")["notesite"]
        yield Row(EDITS["title"], seconds(runs), bar="1.5 s", kept=wall(runs) <= 1.5)

    def row_source(self) -> Iterator[Row]:
        """A changed address in a list of sources."""
        runs = self._edited("source")["notesite"]
        yield Row(EDITS["source"], seconds(runs), bar="1.5 s", kept=wall(runs) <= 1.5)

    def _edited(self, what: str) -> dict[str, list[Run]]:
        """Rounds of a real edit each; beforehand each tool has built the site as it is, where it remembers that."""
        rounds = [self._round(number) if what == "body" else [NOTESITE] for number in range(self.runs)]
        texts = {}
        for one in rounds[0]:
            root = self.site(one, self.notes)
            texts[one.name] = self._note(one).read_text("utf-8")
            if one.remembers or not (root / one.output).exists():
                run(one.again, root)
        runs: dict[str, list[Run]] = defaultdict(list)
        for number, tools in enumerate(rounds):
            word = next(self._words)
            for one in tools:
                self._say(f"{EDITS[what]}: round {number + 1}, {one.name}")
                self._note(one).write_text(generators.edited(texts[one.name], what, word), "utf-8")
                runs[one.name].append(run(one.again, self.site(one, self.notes)))
        return runs

    def _note(self, generator: Generator) -> Path:
        """The note that is edited, the same one in every layout; found once, for its title is edited, too."""
        if not self._chosen:
            title = generators.chosen(self.site(NOTESITE, self.notes) / NOTESITE.notes)
            for one in [NOTESITE, *self.peers.values()]:
                self._chosen[one.name] = generators.titled(self.site(one, self.notes) / one.notes, title)
        return self._chosen[generator.name]

    def row_unchanged(self) -> Iterator[Row]:
        """A build after which everything is as before."""
        root = self.site(NOTESITE, self.notes)
        run(NOTESITE.again, root)
        time.sleep(self.asked.wait)
        run(NOTESITE.again, root)
        runs = [run(NOTESITE.again, root) for _ in range(self.runs)]
        yield Row("nothing changed", seconds(runs), bar="0.35 s", kept=wall(runs) <= 0.35)

    def row_version(self) -> Iterator[Row]:
        """The start of the program."""
        runs = [run(NOTESITE.version, self.folder) for _ in range(self.runs)]
        kept = statistics.median(one.cpu for one in runs) <= 0.08
        yield Row("`notesite --version`", seconds(runs), bar="cpu 0.08 s", kept=kept)

    def row_memory(self) -> Iterator[Row]:
        """Memory of all processes together, in runs of their own, since looking takes time."""
        most = []
        for one in self._pair():
            self._say(f"memory: {one.name}")
            root = self.site(one, self.notes)
            generators.emptied(one, root)
            most.append(peak(one.build, root))
        ours = most[0]
        if ours is None:
            yield Row("peak memory from nothing", "this system does not tell", bar="600 MB")
            return
        peer = f"hugo {most[1] / 1e6:.0f} MB" if self.hugo and most[1] else ""
        ratio = f"{ours / most[1]:.2f}" if self.hugo and most[1] else ""
        yield Row("peak memory from nothing", f"{ours / 1e6:.0f} MB", peer, ratio, "600 MB", ours <= 600e6)

    def row_growth(self) -> Iterator[Row]:
        """Time for each note, from few notes to many."""
        cold = self.cold()
        for one in self._pair():
            self.curves[one.name] = [(count, wall(runs[one.name])) for count, runs in cold.items()]
        for most in [self.notes, *([self.largest] if self.largest else [])]:
            ours, *peer = (self._grown(one, self.sizes[0], most) for one in self._pair())
            what = f"a note's time, from {self.sizes[0]:,} to {most:,} notes"
            told = f"hugo {peer[0][0]}" if peer else ""
            yield Row(what, ours[0], told, "", "1.15 times", ours[1] <= 1.15)

    def _grown(self, one: Generator, least: int, most: int) -> tuple[str, float]:
        """The milliseconds that one of few notes takes and one of many, in words, and the median of their ratios."""
        few, many = (self.cold()[count][one.name] for count in (least, most))
        ratios = [b.wall / most / (a.wall / least) for a, b in zip(few, many, strict=False)]
        each = [f"{wall(runs) / count * 1e3:.2f}" for runs, count in ((few, least), (many, most))]
        cpu = [
            f"{statistics.median(one.cpu for one in runs) / count * 1e3:.2f}"
            for runs, count in ((few, least), (many, most))
        ]
        told = f"{median(ratios, '.2f')} times: {each[0]} to {each[1]} ms, cpu {cpu[0]} to {cpu[1]} ms"
        return told, statistics.median(ratios)

    def row_jobs(self) -> Iterator[Row]:
        """Two processes against one."""
        one, two = [], []
        for number in range(self.runs):
            self._say(f"one process and two: round {number + 1}")
            one.append(self.from_nothing(NOTESITE, self.notes, "--jobs", "1"))
            two.append(self.from_nothing(NOTESITE, self.notes, "--jobs", "2"))
        ratios = quotients(one, two)
        told = f"{median(ratios, '.2f')} times as fast: {wall(one):.2f} and {wall(two):.2f} s"
        yield Row("two processes against one", told, bar="1.7 times", kept=statistics.median(ratios) >= 1.7)

    def row_files(self) -> Iterator[Row]:
        """What each tool writes."""
        found = {}
        for one in [NOTESITE, *self.peers.values()]:
            root = self.site(one, self.notes)
            if not (root / one.output).exists():
                run(one.build, root)
            found[one.name] = generators.written(one, root)
        ours = found.pop("notesite")
        if not found:
            yield Row("what is written", size(*ours))
        for name, theirs in found.items():
            ratio = f"{ours[1] / theirs[1]:.2f} of the bytes"
            yield Row("what is written", size(*ours), f"{name} {size(*theirs)}", ratio)

    def extras(self, names: list[str]) -> Iterator[Row]:
        """What pages cost that are made only where they are asked for: the same build with them and without."""
        root = self.site(NOTESITE, self.notes)
        runs: dict[str, list[Run]] = defaultdict(list)
        found: dict[str, tuple[int, int]] = {}
        for number in range(self.runs):
            for name in ["", *names]:
                self._say(f"{name or 'without extras'}: round {number + 1}")
                generators.configured(root, EXTRAS[name][0] if name else PLAIN)
                runs[name].append(self.from_nothing(NOTESITE, self.notes))
                found[name] = generators.written(NOTESITE, root)
        for name in names:
            pairs = [*zip(runs[""], runs[name], strict=True)]
            walls = median([with_it.wall - without.wall for without, with_it in pairs], "+.2f")
            cpu = statistics.median(with_it.cpu - without.cpu for without, with_it in pairs)
            files, held = (found[name][n] - found[""][n] for n in (0, 1))
            yield Row(EXTRAS[name][1], f"{walls} s, cpu {cpu:+.2f} s; {size(files, held)}")

    def rows(self) -> Iterator[Row]:
        """All rows that are asked for."""
        for name in ROWS:
            if name in self.asked.only and name not in EXTRAS:
                yield from getattr(self, f"row_{name}")()
        names = [name for name in EXTRAS if name in self.asked.only]
        if names:
            yield from self.extras(names)


ROWS = [name.removeprefix("row_") for name in vars(Bench) if name.startswith("row_")] + list(EXTRAS)


def judged(row: Row, notes: int) -> str:
    """What is to be said of a row's bar."""
    if not row.bar or notes != JUDGED:
        return ""
    return {None: "not measured", True: "kept", False: "missed"}[row.kept]


def shown(rows: list[Row], notes: int, markdown: bool) -> str:
    """The table, for a terminal or for a README."""
    cells = [("", "notesite", "peer", "ratio", "bar", "")]
    cells += [(row.what, row.notesite, row.peer, row.ratio, row.bar, judged(row, notes)) for row in rows]
    if markdown:
        lines = ["| " + " | ".join(line) + " |" for line in cells]
        return "\n".join([lines[0], "|" + "---|" * len(cells[0]), *lines[1:]])
    return aligned(cells)


def measured(asked: argparse.Namespace, folder: Path) -> list[Row]:
    """Measure and print all that is asked for."""
    bench = Bench(asked, folder)
    load = os.getloadavg()[0]
    bench.prepare()
    rows = [*bench.rows()]
    tools = [NOTESITE, *bench.peers.values()]
    versions = ", ".join(f"{one.name} {generators.version(one)}" for one in tools)
    left = [name for name in generators.PEERS if name not in bench.peers]
    print(f"{asked.notes:,} notes, medians of {asked.runs} rounds with their ranges; {here()}; ", end="")
    print(f"load {load:.1f} before, {os.getloadavg()[0]:.1f} after.")
    print(f"{versions}; not installed and left out: {', '.join(left) or 'none'}.\n")
    print(shown(rows, asked.notes, asked.markdown))
    if asked.svg and bench.curves:
        asked.svg.write_text(curve.drawn(bench.curves, here()), "utf-8")
    return rows


def main() -> None:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=int, default=JUDGED, help="how many (10,000)")
    parser.add_argument("--runs", type=int, default=5, help="rounds (5)")
    parser.add_argument("--others", type=int, default=1, help="rounds with peers other than Hugo (1)")
    parser.add_argument("--peers", type=Path, metavar="DIR", help="folder with a folder for each peer")
    parser.add_argument("--only", nargs="+", choices=ROWS, default=ROWS, metavar="ROW", help="these rows only")
    parser.add_argument("--grow", action="store_true", help="five times as many notes, too, once")
    parser.add_argument("--corpus", default=CORPUS, metavar="COMMAND", help="another maker of notes")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the curve of growth")
    parser.add_argument("--markdown", action="store_true", help="print the table for a README")
    parser.add_argument("--wait", type=float, default=3, help="seconds until files count as old (3)")
    asked = parser.parse_args()
    with workplace("notesite-speed-") as folder:
        rows = measured(asked, folder)
    sys.exit(asked.notes == JUDGED and any(row.kept is False for row in rows))


if __name__ == "__main__":
    main()
