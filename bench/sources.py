"""How many written addresses become how many sources, which ones and by which rules, and how long the index takes.

    .venv/bin/python bench/sources.py [CORPORA]      the counts per corpus, then every merge to be looked through
    .venv/bin/python bench/sources.py --seconds      seconds of `cite.index` and of making keys, in one process

CORPORA is a folder of `CORPUS/full`, each a site's root with `notes/`.  A merge is a key, the addresses written for it
and the rules that changed each; there is none to be found that joins two works.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from linking import CORPORA, ordinary

from notesite import build, cite, keys
from notesite.records import Note
from notesite.runs import Options


def written(notes: Iterable[Note]) -> set[str]:
    """The addresses that notes cite, as written."""
    return {one.address for note in notes for one in note.citations if one.key}


def merges(corpora: Path) -> None:
    """Print the counts of each corpus and of all together, then every merge."""
    every: set[str] = set()
    print(f"{'':24}{'notes':>7}{'written':>9}{'sources':>9}")
    for root in sorted(corpora.glob("*/full")):
        notes = build.linked(Options(root=root, today="2100-01-01", drafts=True)).notes
        addresses = written(notes)
        every |= addresses
        sources = {keys.canonical(one)[0] for one in addresses}
        print(f"{root.parent.name:24}{len(notes):7}{len(addresses):9}{len(sources):9}")
    told = keys.explained(every)
    print(f"{'together':24}{'':7}{len(every):9}{len(told):9}")
    for key, held in told.items():
        if len(held) > 1:
            print(f"\n{key}")
            for address, rules in held.items():
                print(f"    {address}  [{', '.join(rule.name for rule in rules)}]")


def seconds(count: int, runs: int) -> None:
    """Print how long the index and the keys in it take, in CPU seconds."""
    gc.disable()  # as the commands do
    notes = list(ordinary(count))
    cited = [one.address for note in notes for one in note.citations]
    steps: dict[str, Callable[[], object]] = {
        "cite.index": lambda: cite.index(notes),
        "keys.canonical, each address anew": lambda: [keys.canonical.__wrapped__(one) for one in cited],
    }
    for name, step in steps.items():
        times = []
        for _ in range(runs):
            forget()
            start = time.process_time()
            step()
            times.append(time.process_time() - start)
        told = f"median {statistics.median(times):.2f} s of {runs} runs [{min(times):.2f} to {max(times):.2f}]"
        print(f"{name}: {count} notes, {len(cited)} citations of {len(set(cited))} sources: {told}")
        if step is steps["keys.canonical, each address anew"]:
            print(f"  {1e6 * min(times) / len(cited):.1f} µs an address")


def forget() -> None:
    """Empty what keys remember, so that each run begins as the first."""
    for remembered in (keys.canonical, keys.anchor, keys.registrable):
        remembered.cache_clear()


def main() -> None:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="?", type=Path, default=CORPORA)
    parser.add_argument("--seconds", action="store_true")
    parser.add_argument("--notes", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    if asked.seconds:
        seconds(asked.notes, asked.runs)
    else:
        merges(asked.corpora)


if __name__ == "__main__":
    main()
