"""What comparing says of true translations, on sites whose translations are known, and how long it takes.

    .venv/bin/python bench/comparing.py findings [CORPORA]    share of pairs without findings; findings by rule and case
    .venv/bin/python bench/comparing.py scale [--notes N …]   seconds for comparing generated notes

CORPORA is a folder as `bench/linking.py` reads it.  `--langs de en` looks at pairs of these languages only, `--show N`
prints N findings of each case with both places, `--rule WORD` only those whose rule or case has the word.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import msgspec

from notesite import compare, link, load
from notesite.config import Config
from notesite.linkage import Group, Linkage
from notesite.parity import Finding, Parity, Quote
from notesite.records import File, Note

CORPORA = Path(__file__).parent.parent.parent / "shared" / "corpora"


def pairs(root: Path, langs: list[str]) -> Iterator[tuple[Note, Note]]:
    """The true pairs of a corpus, in the order in which a group has them."""
    truth = json.loads((root / "truth.json").read_text("utf-8"))
    config = Config(catalogues=("de", "en"), today="2100-01-01", drafts=True)
    loaded = [load.note(File(path, (root / path).read_bytes()), config).note for path in sorted(truth["notes"])]
    notes = {one.path: one for one in loaded if one}
    for group in truth["groups"]:
        members = [notes[path] for path in group if path in notes and (not langs or notes[path].lang in langs)]
        if not langs and len(members) > 2:
            first = min(members, key=lambda note: link._original_order(note, "en"))
            yield from ((first, other) for other in members if other is not first)
        else:
            for pair in combinations(members, 2):
                first = min(pair, key=lambda note: link._original_order(note, "en"))
                yield first, next(note for note in pair if note is not first)


def parity(pair: tuple[Note, Note]) -> Parity:
    """The comparison of one pair."""
    group = Group(tuple(note.path for note in pair), pair[0].path)
    return compare.groups(pair, Linkage((group,), (), ()))[0]


def findings(folder: Path, langs: list[str], show: int, rule: str) -> None:
    """Print how many pairs have no finding and what is found in the others."""
    every: dict[str, list[tuple[str, Finding]]] = defaultdict(list)
    clean = total = 0
    for truth in sorted(folder.glob("*/full/truth.json")):
        found: Counter[str] = Counter()
        without = without_figures = count = agreed = 0
        for pair in pairs(truth.parent, langs):
            made = parity(pair)
            count += 1
            agreed += len(made.agreed)
            without += not made.findings
            without_figures += not any(one.rule in ("figures-differ", "scale-confused") for one in made.findings)
            for one in made.findings:
                name = f"{one.rule}/{one.case}"
                found[name] += 1
                every[name].append((truth.parent.parent.name, one))
        if count:
            told = ", ".join(f"{name} {number}" for name, number in sorted(found.items()))
            print(
                f"{truth.parent.parent.name}: {count} pairs, without findings {without / count:.0%}, of figures"
                f" {without_figures / count:.0%}; {agreed} figures agree; {told}"
            )
        clean, total = clean + without, total + count
    print(f"in all {total} pairs, {clean / max(1, total):.0%} without findings")
    print(", ".join(f"{name} {len(found)}" for name, found in sorted(every.items())))
    chance = random.Random(3)
    for name, found in sorted(every.items()):
        if show and rule in name:
            print(f"\n== {name}")
            for corpus, one in chance.sample(found, min(show, len(found))):
                print(f"{corpus} {one.counts}\n    {_place(one.original)}\n    {_place(one.translation)}")


def _place(quote: Quote | None) -> str:
    return f"{quote.path}:{quote.line} §{quote.section} [{quote.written}] {quote.text}" if quote else "-"


def scale(counts: list[int], runs: int) -> None:
    """Print how long comparing takes in one process, from facts as they are stored, in CPU seconds."""
    for count in counts:
        notes = [*generated(count)]
        stored = msgspec.msgpack.encode([note.content for note in notes])
        groups = tuple(Group((a.path, b.path), a.path) for a, b in zip(notes[::2], notes[1::2], strict=True))
        linkage = Linkage(groups, (), ())
        times = []
        for _ in range(runs):
            start = time.process_time()
            made = compare.groups(notes, linkage)
            times.append(time.process_time() - start)
        found = sum(len(one.findings) for one in made)
        agreed = sum(len(one.agreed) for one in made)
        told = f"median {statistics.median(times):.2f} s of {runs} runs [{min(times):.2f} to {max(times):.2f}]"
        print(
            f"{count} notes, {agreed} figures agree, {found} findings: {told};"
            f" stored {len(stored) / count:.0f} bytes a note"
        )


GERMAN = "Im Jahr {y} stieg der Umsatz um {p} % auf {m} Millionen Euro, und {n} Leute arbeiteten in {k} Städten daran."
ENGLISH = "In {y} revenue rose by {p}% to {m} million euros, and {n} people worked on it in {k} cities."


def generated(count: int) -> Iterator[Note]:
    """Pairs of notes with sixty figures in six sections; every tenth translation has lost one."""
    chance = random.Random(1)
    config = Config(catalogues=("de", "en"), today="2100-01-01")
    made: list[tuple[Note, Note]] = []
    for number in range(min(count // 2, 200)):
        texts: dict[str, list[str]] = {"de": [], "en": []}
        for section in range(12):
            held = {"y": chance.randint(1900, 2099), "p": chance.randint(2, 99), "m": chance.randint(2, 900)}
            held |= {"n": chance.randint(100, 999), "k": chance.randint(13, 99)}
            heading = f"## Teil {'ABCDEFGHIJKL'[section]}\n\n" if section % 2 == 0 else ""
            texts["de"].append(heading + GERMAN.format(**held))
            lost = section == 5 and number % 10 == 0
            texts["en"].append(
                heading + ENGLISH.format(**held).replace(f"by {held['p']}% ", "" if lost else f"by {held['p']}% ")
            )
        pair = []
        for lang, parts in texts.items():
            text = f"---\ntitle: {lang} {number}\nlang: {lang}\n---\n\n" + "\n\n".join(parts) + "\n"
            note = load.note(File(f"notes/{number:06}-{lang}.md", text.encode()), config).note
            assert note
            pair.append(note)
        made.append((pair[0], pair[1]))
    for number in range(count // 2):
        for note in made[number % len(made)]:
            yield msgspec.structs.replace(note, path=f"notes/{number:06}-{note.lang}.md")


def main() -> None:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["findings", "scale"])
    parser.add_argument("corpora", nargs="?", type=Path, default=CORPORA)
    parser.add_argument("--langs", nargs="+", default=[])
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--rule", default="")
    parser.add_argument("--notes", type=int, nargs="+", default=[10_000])
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    if asked.what == "scale":
        scale(asked.notes, asked.runs)
    else:
        findings(asked.corpora, asked.langs, asked.show, asked.rule)
    sys.exit(0)


if __name__ == "__main__":
    main()
