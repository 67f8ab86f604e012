"""Facts of notes kept between builds: what reading each note gave, found again by the note's bytes.

They lie in `.notesite/facts/`: heads in a few files, and the texts, which most builds never look at, one after the
other in one more, to which builds append.  What is unreadable, damaged, or of another notesite is not there.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path

import msgspec
from msgspec import Struct

from notesite import cache, disk, memos, pile
from notesite.diagnostics import Diagnostic
from notesite.pile import Damaged, Pile
from notesite.records import File, Packed, Text, Times

_FOLDER, _TEXTS = "facts", "texts"
_KEYS = 4
"""The piece of a text that is kept with the head: most builds look at it."""
_SETTLED = 2_000_000_000
"""Nanoseconds after which another change of a file surely has another time: file systems count in seconds, some of
them in two."""


class Place(Struct, frozen=True, array_like=True):
    """Where in the file of texts one is, and the sizes and check sums of its pieces."""

    at: int
    sizes: tuple[int, int, int, int]
    sums: tuple[int, int, int, int]


class Kept(Struct, frozen=True, array_like=True):
    """What reading a note gave: `head` as the caller encodes it, its keys and its text; and of which file.

    `times` are size and times of the file in nanoseconds.
    """

    digest: str
    times: Times
    head: msgspec.Raw = msgspec.Raw(b"")
    keys: msgspec.Raw = msgspec.Raw(b"")
    place: Place | None = None


class _Shard(Struct, frozen=True, array_like=True):
    texts: str
    notes: dict[str, Kept]


class Located(Text, frozen=True, eq=False):
    """A text in the file of texts."""

    file: Pile
    place: Place
    keys: msgspec.Raw

    def piece(self, number: int) -> bytes | msgspec.Raw:
        """See `records.Text`; raises Damaged where it is not as it was kept."""
        if number == _KEYS:
            return self.keys
        before = sum(self.place.sizes[:number])
        return self.file.read(self.place.at + before, self.place.sizes[number], self.place.sums[number])


class Facts:
    """The facts of a site's notes, as the last build kept them; with `keep` they may be added to and written.

    `only` are notes outside of whose shards nothing is looked at.
    """

    def __init__(
        self, root: Path, tool: str, *, clean: bool = False, keep: bool = False, only: Set[str] | None = None
    ) -> None:
        self.root, self.tool, self.keep, self.folder = root, tool, keep, root / disk.MEMORY / _FOLDER
        self.notes: dict[str, Kept] = {}
        self.texts: Pile | None = None
        self.only = only
        for shard in () if clean else memos.read_shards(root, _FOLDER, tool, _Shard, only).values():
            if self.texts is None and "/" not in shard.texts:
                self.texts = pile.opened(self.folder, shard.texts, write=keep)
            if self.texts and shard.texts == self.texts.name:
                self.notes |= shard.notes
        self.before = dict(self.notes)

    def look(self, path: str, times: Times) -> Kept | tuple[Kept, File] | Diagnostic:
        """A note as it is kept; or its bytes, with what is to be kept but for the facts; or why it cannot be read.

        `times` are those of its file, taken before: what changes since then has other times next time.  They spare
        the reading where they are as they were; where they are not, the bytes decide.
        """
        known = self.notes.get(path)
        if known and times == known.times != disk.NOWHERE:
            return known
        self.notes.pop(path, None)
        file = disk.read_note(self.root, path)
        if isinstance(file, Diagnostic):
            return file
        digest = cache.digest(file.data)
        if known and known.digest == digest:
            self.notes[path] = msgspec.structs.replace(known, times=times)
            return self.notes[path]
        return Kept(digest, times), file

    def text(self, one: Kept) -> Text:
        """The text of a note that is kept."""
        return Located(self.texts, one.place, one.keys) if self.texts and one.place else Text()

    def add(self, path: str, one: Kept, head: bytes, text: Packed) -> Text:
        """Keep what reading a note gave; its text, from now on wherever it is."""
        if self.keep and self.texts is None:
            self.texts = pile.new(self.folder, _TEXTS)
        if not self.keep or self.texts is None or self.texts.size > pile.LARGEST:
            return text
        try:
            place = _put(self.texts, text.pieces[:_KEYS])
        except OSError:  # a disk that refuses costs the next build its time, and nothing else
            return text
        self.notes[path] = kept = Kept(one.digest, one.times, msgspec.Raw(head), msgspec.Raw(text.pieces[_KEYS]), place)
        return self.text(kept)

    def gone(self) -> Iterator[tuple[str, Kept]]:
        """What was kept of notes that changed since, or are gone."""
        for path, one in self.before.items():
            now = self.notes.get(path)
            if now is None or now.digest != one.digest:
                yield path, one

    def write(self, paths: Mapping[str, object], at: int) -> None:
        """Keep the facts of these notes, and no others, for the next build.

        A file that changed a moment before `at`, when times were taken (in nanoseconds), may have changed again without
        another time: its bytes are looked at next time.
        """
        self.notes = {path: one for path, one in self.notes.items() if path in paths}
        live = sum(sum(one.place.sizes) for one in self.notes.values() if one.place)
        packed = self.only is None and self.texts is not None and self.texts.is_loose(live) and self._pack()
        changed = [path for path, one in self.notes.items() if self.before.get(path) is not one]
        stale = set(map(memos.shard_of, (*changed, *(self.before.keys() - self.notes.keys()))))
        stale = {*range(memos.SHARDS)} if packed or not self.before else stale
        shards: dict[int, dict[str, Kept]] = defaultdict(dict)
        for path, one in sorted(self.notes.items()) if stale else ():
            if (number := memos.shard_of(path)) in stale:
                fresh = max(one.times[1:]) > at - _SETTLED
                shards[number][path] = msgspec.structs.replace(one, times=disk.NOWHERE) if fresh else one
        values = {number: _Shard(self.texts.name if self.texts else "", held) for number, held in shards.items()}
        memos.write_shards(self.root, _FOLDER, self.tool, values, stale)
        pile.tidy(self.folder, _TEXTS, self.texts.name if self.texts else "")

    def _pack(self) -> bool:
        """Bring the texts that are needed into a new file."""
        texts = pile.new(self.folder, _TEXTS)
        try:
            moved = {path: self._moved(one, texts) for path, one in self.notes.items()} if texts else {}
        except (OSError, Damaged):
            moved = {}
        if moved:
            self.notes, self.texts = moved, texts
        return bool(moved)

    def _moved(self, one: Kept, to: Pile) -> Kept:
        pieces = [bytes(self.text(one).piece(number)) for number in range(_KEYS)]
        return msgspec.structs.replace(one, place=_put(to, pieces))


def _put(texts: Pile, pieces: Sequence[bytes]) -> Place:
    """Where these pieces of a text stand from now on."""
    at = texts.append(b"".join(pieces))
    return Place(at, tuple(map(len, pieces)), tuple(map(zlib.crc32, pieces)))  # type: ignore[arg-type]
