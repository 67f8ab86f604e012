"""How well translations are linked, on sites whose translations are known, and how long it takes.

    .venv/bin/python bench/linking.py accuracy [CORPORA]    precision, recall, exact groups; false links
    .venv/bin/python bench/linking.py weights [CORPORA]     the same with each weight a fifth up and down
    .venv/bin/python bench/linking.py scale [--notes N …]   seconds for sites of generated notes

CORPORA is a folder of `CORPUS/full` and `CORPUS/absent-*`, each a site's root with `notes/` and a `truth.json`:
`{"notes": {path: {"lang"}}, "groups": [[path, …], …]}`.  An `absent` set keeps one note of every group, so every
link made there is wrong.  `accuracy` ends with 1 where a bar of BARS is missed.
"""

import argparse
import gc
import json
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from pathlib import Path
from types import ModuleType

from notesite import build, likeness, link
from notesite.records import Citation, Note, Traits, packed
from notesite.runs import Options

CORPORA = Path(__file__).parent.parent.parent / "shared" / "corpora"
BARS = {"opensourceguide": 1.0, "polyglot": 0.89, "datenanfragen": 0.55, "contributor-covenant": 0.5}
"""The least recall, German and English, of the corpora that development goes by."""
WEIGHTS = (
    "BASE SOURCES WORDS NUMBERS COGNATES FIGURES STRUCTURE ENOUGH SIGN AGREE SAME_TEXT DECIDE DECISIVE"
    " RARE BARE_HOST EDITION FIGURES_BY_CHANCE MARKS_BY_CHANCE FORM_BY_CHANCE USUAL_LENGTH OTHER_TEXT OTHER_FIGURES"
    " LEAD"
).split()
SYLLABLES = "ka lo mi ren to us ba del fin gor hal jun".split()
Pairs = set[tuple[str, str]]


class Corpus:
    """One site with the truth about its translations, read once."""

    def __init__(self, root: Path) -> None:
        truth = json.loads((root / "truth.json").read_text("utf-8"))
        self.langs = {path: one["lang"] for path, one in truth["notes"].items()}
        self.groups = [frozenset(group) for group in truth["groups"]]
        self.notes = build.linked(Options(root=root, today="2100-01-01", drafts=True)).notes

    def linked(self) -> list[frozenset[str]]:
        """The groups of two or more that the linker makes."""
        groups = link.translations(self.notes, "en")[0].groups
        return [frozenset(group.notes) for group in groups if len(group.notes) > 1]

    def pairs(self, groups: Iterable[frozenset[str]], langs: tuple[str, ...] = ()) -> Pairs:
        """The pairs of notes that groups link, in these languages only."""
        kept = ([path for path in group if not langs or self.langs[path] in langs] for group in groups)
        return {(min(pair), max(pair)) for group in kept for pair in combinations(group, 2)}


class Score:
    """Pairs found, wanted and right, and groups that are exactly right."""

    def __init__(self, corpus: Corpus, groups: list[frozenset[str]], langs: tuple[str, ...] = ()) -> None:
        found, wanted = corpus.pairs(groups, langs), corpus.pairs(corpus.groups, langs)
        self.found, self.wanted, self.right = len(found), len(wanted), len(found & wanted)
        self.exact = len({*groups} & {*corpus.groups}) / len(corpus.groups)

    @property
    def precision(self) -> float:
        """The share of the pairs found that are right."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of the pairs wanted that are found."""
        return self.right / self.wanted if self.wanted else 1.0


def read(folder: Path) -> dict[str, dict[str, Corpus]]:
    """Every corpus by name, each with its sets: `full` and those with the partners taken away."""
    sets = sorted(folder.glob("*/*/truth.json"))
    made: dict[str, dict[str, Corpus]] = {}
    for truth in sets:
        made.setdefault(truth.parent.parent.name, {})[truth.parent.name] = Corpus(truth.parent)
    return made


def accuracy(corpora: dict[str, dict[str, Corpus]]) -> bool:
    """Print the table; true where no bar is missed."""
    print(f"{'':22}{'de-en: precision':>17}{'recall':>8}{'all: precision':>16}{'recall':>8}{'exact':>7}  false links")
    missed = []
    for name, sets in corpora.items():
        groups = sets["full"].linked()
        german, every = Score(sets["full"], groups, ("de", "en")), Score(sets["full"], groups)
        false, notes = absent(sets)
        row = (
            f"{german.precision:17.3f}{german.recall:8.3f}{every.precision:16.3f}{every.recall:8.3f}{every.exact:7.2f}"
        )
        print(f"{name:22}{row}  {false} in {notes} ({1000 * false / notes:.1f} per 1,000)")
        if german.precision < 1 or every.precision < 0.99 or german.recall < BARS.get(name, 0) or false:
            missed.append(name)
    print(f"below the bar: {', '.join(missed) or 'none'}")
    return not missed


def absent(sets: dict[str, Corpus]) -> tuple[int, int]:
    """Links in the sets where every link is wrong, and their notes."""
    without = [corpus for name, corpus in sets.items() if name.startswith("absent")]
    return sum(len(one.pairs(one.linked())) for one in without), sum(len(one.notes) for one in without)


def weights(corpora: dict[str, dict[str, Corpus]]) -> bool:
    """Print what becomes of all corpora together with each weight a fifth down and up; true where it holds."""
    print(f"{'weight':20}{'value':>7}  {'a fifth less':32}{'a fifth more':32}")
    print(f"{'':29}{'wrong  recall de-en, all  false':32}{'wrong  recall de-en, all  false'}")
    print(f"{'as they are':29}{_whole(corpora)}")
    for name in WEIGHTS:
        kept = getattr(_holders(name)[0], name)
        told = [_with(name, kept * factor, corpora) for factor in (0.8, 1.2)]
        print(f"{name:20}{kept:7.2f}  {told[0]:32}{told[1]:32}")
    return True


def _holders(name: str) -> list[ModuleType]:
    """The modules that hold a weight: `link` has some of those of `likeness` by name."""
    return [module for module in (likeness, link) if hasattr(module, name)]


def _with(name: str, value: float, corpora: dict[str, dict[str, Corpus]]) -> str:
    kept = getattr(_holders(name)[0], name)
    for module in _holders(name):
        setattr(module, name, value)
    try:
        return _whole(corpora)
    finally:
        for module in _holders(name):
            setattr(module, name, kept)


def _whole(corpora: dict[str, dict[str, Corpus]]) -> str:
    german, every, wrong, false = [], [], 0, 0
    for sets in corpora.values():
        groups = sets["full"].linked()
        german.append(Score(sets["full"], groups, ("de", "en")).recall)
        score = Score(sets["full"], groups)
        every.append(score.recall)
        wrong += score.found - score.right
        false += absent(sets)[0]
    return f"{wrong:5}  {statistics.mean(german):.3f}        {statistics.mean(every):.3f} {false:5}"


# Generated sites


def ordinary(count: int) -> Iterator[Note]:
    """Pairs of notes, each on a name, with 4 to 12 sources of which few are popular and most are not."""
    chance = random.Random(1)
    works = [f"blatt{n % 997}.example/{n}" for n in range(count // 2)]
    popularity = [1 / (n + 3) ** 0.85 for n in range(len(works))]
    for pair in range(count // 2):
        name = "".join(chance.choice(SYLLABLES) for _ in range(4)).title()
        sources = chance.choices(works, popularity, k=chance.randint(4, 12))
        numerals = _numerals(chance)
        form = " ".join(chance.choice(("2", "p", "p", "p", "l4", "t3")) for _ in range(30))
        for lang, title in (("de", f"Aufstieg und Fall von {name}"), ("en", f"The rise and fall of {name}")):
            yield _note(f"{pair:06}-{lang}", lang, title, sources, Traits(numerals, form=form, length=5000))


def series(count: int) -> Iterator[Note]:
    """One long series: titles that differ in a number alone, three sources that all cite and one of each issue."""
    chance = random.Random(2)
    for pair in range(count // 2):
        sources = [*(f"reihe.example/{n}" for n in range(3)), f"reihe.example/ausgabe/{pair}"]
        traits = Traits(_numerals(chance), form="2 p p 2 p l4", length=5000)
        for lang, title in (("de", f"Wochenbericht Nummer {pair}"), ("en", f"Weekly report number {pair}")):
            yield _note(f"{pair:06}-{lang}", lang, title, sources, traits)


def _numerals(chance: random.Random) -> tuple[str, ...]:
    """Thirty numbers as texts have them: of any size, the small ones more often."""
    return tuple(str(int(10 ** chance.uniform(0, 5))).strip("0") for _ in range(30))


def _note(name: str, lang: str, title: str, sources: Iterable[str], traits: Traits) -> Note:
    cited = tuple(Citation(key=key, address=f"https://{key}", label=key, kind="list") for key in dict.fromkeys(sources))
    return Note(path=f"notes/{name}.md", lang=lang, title=title, slug=name, text=packed(traits=traits, citations=cited))


def scale(counts: list[int], runs: int) -> bool:
    """Print how long linking takes in one process, from notes that are read, in CPU seconds."""
    gc.disable()  # as the commands do
    for shape in (ordinary, series):
        for count in counts:
            notes = list(shape(count))
            times = [_seconds(notes) for _ in range(runs)]
            groups = sum(len(one.notes) > 1 for one in link.translations(notes, "en")[0].groups)
            cited = sum(len(note.citations) for note in notes)
            told = f"median {statistics.median(times):.2f} s of {runs} runs [{min(times):.2f} to {max(times):.2f}]"
            print(f"{shape.__name__}: {count} notes, {cited} citations: {told}; {groups} groups of {count // 2}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB, notes included")
    return True


def _seconds(notes: list[Note]) -> float:
    start = time.process_time()
    link.translations(notes, "en")
    return time.process_time() - start


def main() -> None:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["accuracy", "weights", "scale"])
    parser.add_argument("corpora", nargs="?", type=Path, default=CORPORA)
    parser.add_argument("--notes", type=int, nargs="+", default=[10_000, 50_000])
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    commands: dict[str, Callable[[], bool]] = {
        "accuracy": lambda: accuracy(read(asked.corpora)),
        "weights": lambda: weights(read(asked.corpora)),
        "scale": lambda: scale(asked.notes, asked.runs),
    }
    sys.exit(0 if commands[asked.what]() else 1)


if __name__ == "__main__":
    main()
