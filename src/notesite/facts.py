"""Facts of notes kept between builds: what reading each note gave, found again by the note's bytes.

They lie in `.notesite/facts/`: heads in a few files, and the texts, which most builds never look at, one after the
other in one more, to which builds append.  What is unreadable, damaged, or of another notesite is not there.
"""

import contextlib
import os
import secrets
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from notesite import cache, disk, memos
from notesite.diagnostics import Diagnostic
from notesite.records import File, Packed, Text, Times

_FOLDER = "facts"
LARGEST = 1 << 30
"""Bytes that the texts may take at most; of more notes, those that come last are read anew each time."""
_KEYS = 4
"""The piece of a text that is kept with the head: most builds look at it."""
_SETTLED = 2_000_000_000
"""Nanoseconds after which another change of a file surely has another time: file systems count in seconds, some of
them in two."""
_IDLE = 1 << 20
"""Bytes of texts that nobody needs any more, which are left where they are while as many are needed."""


class Damaged(Exception):  # noqa: N818 - it names a state, and is never seen by users
    """A text is not as it was kept: whoever reads it begins again without what is kept."""


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

    file: "_Texts"
    place: Place
    keys: msgspec.Raw

    def piece(self, number: int) -> bytes | msgspec.Raw:
        """See `records.Text`; raises Damaged where it is not as it was kept."""
        if number == _KEYS:
            return self.keys
        before = sum(self.place.sizes[:number])
        return self.file.read(self.place.at + before, self.place.sizes[number], self.place.sums[number])


class _Texts:
    """The file of texts, open as long as this lives: who replaces it takes nothing from us."""

    def __init__(self, handle: int) -> None:
        self.handle, self.size = handle, os.fstat(handle).st_size

    def __del__(self, close: Callable[[int], None] = os.close) -> None:
        try:  # noqa: SIM105 - modules may be gone when a process ends
            close(self.handle)
        except OSError:
            pass

    def read(self, at: int, size: int, check: int) -> bytes:
        """A piece of it."""
        data = os.pread(self.handle, size, at)
        if len(data) != size or zlib.crc32(data) != check:
            raise Damaged
        return data

    def append(self, pieces: Sequence[bytes]) -> Place:
        """Where these pieces stand from now on; raises OSError where the disk refuses."""
        data = b"".join(pieces)
        at = self.size
        done = os.pwrite(self.handle, data, at)
        if done != len(data):
            raise OSError("the disk is full")
        self.size += done
        return Place(at, tuple(map(len, pieces)), tuple(map(zlib.crc32, pieces)))  # type: ignore[arg-type]


class Facts:
    """The facts of a site's notes, as the last build kept them; with `keep` they may be added to and written."""

    def __init__(self, root: Path, tool: str, *, clean: bool = False, keep: bool = False) -> None:
        self.root, self.tool, self.keep = root, tool, keep
        self.notes: dict[str, Kept] = {}
        self.name, self.texts = "", None
        for shard in () if clean else memos.read_shards(root, _FOLDER, tool, _Shard).values():
            if self.texts is None and "/" not in shard.texts:
                self.name, self.texts = shard.texts, self._opened(shard.texts)
            if shard.texts == self.name and self.texts:
                self.notes |= shard.notes
        self.before = dict(self.notes)

    def _opened(self, name: str, *, new: bool = False) -> _Texts | None:
        folder = self.root / disk.MEMORY / _FOLDER
        how = os.O_RDWR | os.O_CREAT | os.O_EXCL if new else os.O_RDWR if self.keep else os.O_RDONLY
        with contextlib.suppress(OSError):
            if new:
                folder.mkdir(parents=True, exist_ok=True)
            return _Texts(os.open(folder / name, how | os.O_CLOEXEC, 0o666))
        return None

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
            self.name = f"texts-{secrets.token_hex(4)}"
            self.texts = self._opened(self.name, new=True)
        if not self.keep or self.texts is None or self.texts.size > LARGEST:
            return text
        try:
            place = self.texts.append(text.pieces[:_KEYS])
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
        packed = self.texts is not None and self.texts.size - live > max(live, _IDLE) and self._pack()
        changed = [path for path, one in self.notes.items() if self.before.get(path) is not one]
        stale = set(map(memos.shard_of, (*changed, *(self.before.keys() - self.notes.keys()))))
        stale = {*range(memos.SHARDS)} if packed or not self.before else stale
        shards: dict[int, dict[str, Kept]] = defaultdict(dict)
        for path, one in sorted(self.notes.items()) if stale else ():
            if (number := memos.shard_of(path)) in stale:
                fresh = max(one.times[1:]) > at - _SETTLED
                shards[number][path] = msgspec.structs.replace(one, times=disk.NOWHERE) if fresh else one
        values = {number: _Shard(self.name, held) for number, held in shards.items()}
        memos.write_shards(self.root, _FOLDER, self.tool, values, stale)
        self._tidy()

    def _pack(self) -> bool:
        """Bring the texts that are needed into a new file."""
        name = f"texts-{secrets.token_hex(4)}"
        texts = self._opened(name, new=True)
        try:
            moved = {path: self._moved(one, texts) for path, one in self.notes.items()} if texts else {}
        except (OSError, Damaged):
            moved = {}
        if moved:
            self.notes, self.name, self.texts = moved, name, texts
        return bool(moved)

    def _moved(self, one: Kept, to: _Texts) -> Kept:
        pieces = [bytes(self.text(one).piece(number)) for number in range(_KEYS)]
        return msgspec.structs.replace(one, place=to.append(pieces))

    def _tidy(self) -> None:
        """Remove files of texts that are not ours: of another notesite, or of a build that was killed."""
        with contextlib.suppress(OSError):
            for file in (self.root / disk.MEMORY / _FOLDER).glob("texts-*"):
                if file.name != self.name:
                    file.unlink()
