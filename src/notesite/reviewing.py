"""What steps over all notes gave, kept between runs and taken again where it still holds: comparisons, sources."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import msgspec
from msgspec import Struct

from notesite import cache, cite, compare, doubts, findings, memos, pool, reading
from notesite.cite import Gathered
from notesite.diagnostics import Batch, Diagnostic, batches, warning
from notesite.disk import Folder
from notesite.parity import Parity
from notesite.reading import Linked, Progress
from notesite.records import Index, Note
from notesite.runs import Options

COMPARED = "compared"
_INDEX = "index"
"""What comparisons and the citation index are kept under."""
_MANY = 2000
"""So many notes are worth a process of its own for what somebody asks for later."""


class Compared(Struct, frozen=True, array_like=True):
    """What comparing two notes has to say, and the digests of their files; `data` is all that was found, encoded.

    That is held for the pages of comparisons, where a site has them, and is not kept: a later build makes few of them.
    """

    original: str
    translation: str
    digests: tuple[str, str]
    said: tuple[Batch, ...]
    data: bytes = b""


Pair = tuple[str, str]
"""The paths of an original and of its translation."""
Comparisons = Mapping[Pair, Compared]


def compared(options: Options, whole: Linked, *, keep: bool) -> dict[Pair, Compared]:
    """Each translation held against its original, as it was last time where both notes are the same."""
    kept = {} if options.clean else memos.read_shards(options.root, COMPARED, whole.tool, list[Compared])
    known = {(one.original, one.translation): one for shard in kept.values() for one in shard}
    every = compared_again(whole, known, partial(pool.over, jobs=reading.jobs(options, whole.config)))
    if keep:
        other = {pair for pair in every.keys() | known.keys() if every.get(pair) is not known.get(pair)}
        stale = {memos.shard_of(translation) for _, translation in other}
        shards = defaultdict[int, list[Compared]](list)
        for (_, translation), one in every.items() if stale else ():
            if memos.shard_of(translation) in stale:
                shards[memos.shard_of(translation)].append(msgspec.structs.replace(one, data=b""))
        memos.write_shards(options.root, COMPARED, whole.tool, shards, stale)
    return every


Each = Callable[[Callable[[Pair], Compared], Sequence[Pair]], Iterable[Compared]]
"""Applies a function to all values, in their order, perhaps in several processes."""


def compared_again(whole: Linked, known: Comparisons, each: Each = map) -> dict[Pair, Compared]:
    """Each translation held against its original, what is known of them only where one of the two changed."""
    pairs = compare.pairs(whole.linkage)
    left = [pair for pair in pairs if not _holds(whole, known.get(pair))]
    made = dict(zip(left, each(partial(_held, whole), left), strict=True))
    return {pair: made.get(pair) or known[pair] for pair in pairs}


def parity(whole: Linked, known: Comparisons, original: str, translation: str) -> Parity:
    """What holding one translation against its original gives, taken from what is known if that still holds."""
    one = known.get((original, translation))
    if one and one.data and _holds(whole, one):
        return msgspec.msgpack.decode(one.data, type=Parity)
    return compare.parity(*_notes(whole, (original, translation)))


def _holds(whole: Linked, one: Compared | None) -> bool:
    digests = whole.read.digests
    return one is not None and one.digests == (digests.get(one.original, ""), digests.get(one.translation, ""))


def _held(whole: Linked, pair: Pair) -> Compared:
    return held(_notes(whole, pair), whole.read.digests, shown=whole.config.pages.compare)


def held(notes: tuple[Note, Note], digests: Mapping[str, str], *, shown: bool) -> Compared:
    """A translation held against its original; `digests` are of their files, `shown` says that a page shows all."""
    found, pair = compare.parity(*notes), (notes[0].path, notes[1].path)
    said = batches(findings.diagnostics(found, {note.path: note for note in notes}))
    data = msgspec.msgpack.encode(found) if shown else b""
    return Compared(*pair, (digests.get(pair[0], ""), digests.get(pair[1], "")), said, data)


def _notes(whole: Linked, pair: Pair) -> tuple[Note, Note]:
    original, translation = (note for path in pair if (note := whole.read.notes[path].note))
    return original, translation


def indexed(options: Options, whole: Linked, *, keep: bool) -> Callable[[], Index]:
    """The citation index, for whoever asks: made from that of the last time.

    Where nothing is kept and notes are many, a process of its own makes it while this one goes on.
    """
    if len(whole.notes) >= _MANY and (options.clean or memos.is_nothing(options.root, _INDEX)):
        answer = pool.beside(
            lambda: msgspec.msgpack.encode(cite.gathered(whole.notes, cited(whole))),
            reading.jobs(options, whole.config),
        )
        return lambda: _gathered(options, whole, answer(), keep=keep).index
    return lambda: _gathered(options, whole, b"", keep=keep).index


def _gathered(options: Options, whole: Linked, data: bytes, *, keep: bool) -> Gathered:
    """The citation index with what it was made from: as another process encoded it, or from that of the last time."""
    if data:
        known, made = None, msgspec.msgpack.decode(data, type=Gathered)
    else:
        known = None if options.clean else memos.read(options.root, _INDEX, whole.tool, Gathered)
        made = cite.gathered(whole.notes, cited(whole), known or cite.NOTHING)
    if keep and made is not known:
        memos.write(options.root, _INDEX, whole.tool, msgspec.Raw(data) if data else made)
    return made


def cited(whole: Linked) -> dict[str, bytes]:
    """What the citation index takes of each note, by digests, where that is known."""
    read = whole.read.notes
    return {note.path: one.cited for note in whole.notes if (one := read[note.path].facets)}


def visited(whole: Linked, root: Folder, progress: Progress) -> tuple[list[Diagnostic], str]:
    """What there is to say of the sources' addresses after a visit to each, and how many there were, in words."""
    from notesite import visit, visits  # a build visits nobody, and the library takes as long to import as half of it

    links = whole.config.links
    manner = visit.Manner(visit.agent(whole.config.base.absolute("/") if whole.config.base.origin else ""))
    found, now = visit.every(root, visits.wanted(whole.notes, links.exclude), manner, links.again, progress)
    if visits.is_offline(found):
        words = f"nobody answered at all, at {visits.counted(found)}: this machine seems to be offline"
        return [warning("source-unreached", words, "", 0, "run the check again when it is not")], words
    return [*visits.diagnostics(found, whole.notes)], visits.told(found, now)


class Doubted(Struct, frozen=True, array_like=True):
    """Doubts about sources: of which citations, in which lines these stood, and what was found."""

    digest: str
    lines: dict[str, tuple[int, ...]]
    found: list[Diagnostic]


def doubted(options: Options, whole: Linked, *, keep: bool) -> Callable[[], list[Diagnostic]]:
    """What is doubtful about sources, for whoever asks; that of the last run where no note cites anything otherwise.

    Where notes are many a process of its own finds it while this one goes on.
    """
    known = None if options.clean else memos.read(options.root, "doubts", whole.tool, Doubted)
    found = _doubts_moved(whole, known)
    if found is not None:
        return lambda: found
    jobs = reading.jobs(options, whole.config) if len(whole.notes) >= _MANY else 1
    answer = pool.beside(lambda: msgspec.msgpack.encode(_doubts(whole)), jobs)

    def made() -> list[Diagnostic]:
        one = msgspec.msgpack.decode(answer(), type=Doubted)
        if keep:
            memos.write(options.root, "doubts", whole.tool, one)
        return one.found

    return made


def doubted_again(whole: Linked, known: Doubted | None) -> tuple[Doubted, list[Diagnostic]]:
    """What is doubtful about sources, to keep and as it is now; `known` again where that holds."""
    found = _doubts_moved(whole, known)
    if known and found is not None:
        return known, found
    made = _doubts(whole)
    return made, made.found


def _doubts_moved(whole: Linked, known: Doubted | None) -> list[Diagnostic] | None:
    """The doubts that are known, where they stand now, if no note cites anything else, or otherwise."""
    if not known or not known.digest or known.digest != _citing(whole):
        return None
    notes = {note.path: note for note in whole.notes}
    shifts = {path: dict(zip(old, _lines(notes[path]), strict=True)) for path, old in known.lines.items()}
    return doubts.moved(known.found, shifts)


def _doubts(whole: Linked) -> Doubted:
    notes, found = {note.path: note for note in whole.notes}, doubts.of(whole.notes)
    paths = {path for one in found for path in (one.path, *(other.path for other in one.related))}
    return Doubted(_citing(whole), {path: _lines(notes[path]) for path in sorted(paths)}, found)


def _citing(whole: Linked) -> str:
    """What the notes cite, by digest; empty where that is not known of all."""
    facets = whole.read.facets
    citing = sorted((note.path, own.citing) for note in whole.notes if (own := facets[note.path]))
    return cache.digest(msgspec.msgpack.encode(citing)) if len(citing) == len(whole.notes) else ""


def _lines(note: Note) -> tuple[int, ...]:
    return tuple(one.line for one in note.citations)
