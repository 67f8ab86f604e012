"""What comparing translations and doubting sources gave, kept between runs and taken again where it still holds."""

from collections import defaultdict

import msgspec
from msgspec import Struct

from notesite import cache, compare, doubts, findings, memos, pool, reading
from notesite.diagnostics import Batch, Diagnostic, batches
from notesite.parity import Parity
from notesite.reading import Linked
from notesite.records import Note
from notesite.runs import Options


class Compared(Struct, frozen=True, array_like=True):
    """What comparing two notes gave, and the digests of their files."""

    original: str
    translation: str
    digests: tuple[str, str]
    data: bytes
    said: tuple[Batch, ...]

    def parity(self) -> Parity:
        """What was found."""
        return msgspec.msgpack.decode(self.data, type=Parity)


def compared(options: Options, whole: Linked, *, keep: bool) -> dict[tuple[str, str], Compared]:
    """Each translation held against its original, as it was last time where both notes are the same."""
    notes = {note.path: note for note in whole.notes}
    pairs = compare.pairs(whole.linkage)
    kept = {} if options.clean else memos.read_shards(options.root, "compared", whole.tool, list[Compared])
    known = {(one.original, one.translation): one for shard in kept.values() for one in shard}
    wanted = {pair: _digests(whole, *pair) for pair in pairs}
    left = [pair for pair in pairs if pair not in known or known[pair].digests != wanted[pair]]

    def held(pair: tuple[str, str]) -> Compared:
        parity = compare.parity(notes[pair[0]], notes[pair[1]])
        said = batches(findings.diagnostics(parity, notes))
        return Compared(*pair, wanted[pair], msgspec.msgpack.encode(parity), said)

    made = dict(zip(left, pool.over(held, left, reading.jobs(options, whole.config)), strict=True))
    every = {pair: made.get(pair) or known[pair] for pair in pairs}
    if keep:
        shards = defaultdict[int, list[Compared]](list)
        for pair, one in every.items():
            shards[memos.shard_of(pair[1])].append(one)
        stale = {memos.shard_of(pair[1]) for pair in (*made, *(known.keys() - every.keys()))}
        memos.write_shards(options.root, "compared", whole.tool, shards, stale)
    return every


def _digests(whole: Linked, one: str, other: str) -> tuple[str, str]:
    return whole.digests.get(one, ""), whole.digests.get(other, "")


class Doubted(Struct, frozen=True, array_like=True):
    """Doubts about sources: of which citations, in which lines these stood, and what was found."""

    digest: str
    lines: dict[str, tuple[int, ...]]
    found: list[Diagnostic]


def doubted(options: Options, whole: Linked, *, keep: bool) -> list[Diagnostic]:
    """What is doubtful about sources; that of the last run where no note cites anything else, or otherwise."""
    citing = sorted((note.path, facets.citing) for note in whole.notes if (facets := whole.facets[note.path]))
    digest = cache.digest(msgspec.msgpack.encode(citing)) if len(citing) == len(whole.notes) else ""
    known = None if options.clean else memos.read(options.root, "doubts", whole.tool, Doubted)
    notes = {note.path: note for note in whole.notes}
    if known and known.digest == digest != "":
        shifts = {path: dict(zip(old, _lines(notes[path]), strict=True)) for path, old in known.lines.items()}
        return doubts.moved(known.found, shifts)
    found = doubts.of(whole.notes)
    if keep:
        paths = {path for one in found for path in (one.path, *(other.path for other in one.related))}
        lines = {path: _lines(notes[path]) for path in sorted(paths)}
        memos.write(options.root, "doubts", whole.tool, Doubted(digest, lines, found))
    return found


def _lines(note: Note) -> tuple[int, ...]:
    return tuple(one.line for one in note.citations)
