"""A build in which the texts of a few notes changed, and nothing that anybody else says or reads of them.

All of the last build stands but the pages of these notes, and these show around their texts what they showed; and the
pages on which they stand beside their translations.  So nothing of other notes is looked at.  Wherever that is in doubt
there is no such build, and the whole pipeline runs.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import TypeVar

import msgspec
from msgspec import Struct

from notesite import (
    articles,
    cache,
    compare,
    load,
    memos,
    output,
    reading,
    render,
    reviewing,
    sides,
    stamp,
    subjects,
    themes,
)
from notesite.cache import Before, Folded, Made
from notesite.config import Config
from notesite.disk import Folder
from notesite.facets import Facets
from notesite.facts import Facts, Kept
from notesite.linkage import Group, Linkage
from notesite.load import Loaded, Parsed
from notesite.output import Staged
from notesite.pages import Page, Shown, SiteView
from notesite.parity import Parity
from notesite.pile import Damaged
from notesite.records import Index, Note
from notesite.render import Theme
from notesite.reviewing import Compared, Pair
from notesite.runs import Options, Report
from notesite.site import Site
from notesite.stamp import Sources, Stamp
from notesite.subjects import Seen

T = TypeVar("T")
_FEW = 16
"""So many notes at most: they are read by one process, one after the other."""


class _InDoubt(Exception):  # noqa: N818 - it names a state, and never leaves this module
    """More than texts changed, or may have."""


class _Told(Struct, frozen=True):
    """A note with its text of now, and what the last build saw of it, as it is now."""

    note: Note
    seen: Seen


class _Last(Struct, frozen=True):
    """What there is of the last build: what it remembers, and what it read of the notes in question."""

    memory: Folded
    facts: Facts

    def loaded(self, path: str) -> Loaded:
        """What it read of a note."""
        known = _there(self.facts.before.get(path))
        _sure(known.digest == _seen(self.memory, path).text)  # the preview may have read another state since
        return load.unpacked(known.head, self.facts.text(known))

    def made(self, path: str) -> Made:
        """A page as it was made."""
        return msgspec.msgpack.decode(_there(self.memory.pages.get(path)), type=Made)


def site(options: Options, folder: Folder, here: Sources, known: Stamp, before: Before) -> Report | None:
    """What such a build says; None where it is to be another.

    `known` is what the last build left, `before` what it remembers and wrote; `here` are the site's sources.
    """
    changed = known.edited(here)
    if not changed or len(changed) > _FEW or known.token != before.outputs.token:
        return None
    try:
        return _site(options, folder, here, known, before, changed)
    except (_InDoubt, Damaged):
        return None


def _site(options: Options, folder: Folder, here: Sources, known: Stamp, before: Before, changed: Set[str]) -> Report:
    templates, config, catalogues, _ = reading.set_up(options)
    tool, memory = stamp.tool(*load.settings(config)), cache.decoded(before.data, Folded)
    near = changed | {other for path in changed for other in _seen(memory, path).others}
    last = _Last(memory, Facts(options.root, tool, keep=True, only=near))
    told = {path: one for path in sorted(changed) if (one := _told(last, config, path, here))}
    pairs, shards = _compared(options, last, told, tool, near)
    theme = themes.theme_of(templates, catalogues, themes.compiled(options.root))
    _sure(not before.other)  # another process looks at the outputs meanwhile
    with output.staged(options.root, folder, memory.around) as new:
        press = _Press(theme, themes.digest(templates), new)
        pages = {one.seen.page: _page(last, one, press) for one in told.values()}
        pages |= dict(_comparisons(last, told, pairs, config, press))
        last.facts.write(last.facts.notes, here.at)
        memos.write_shards(options.root, reviewing.COMPARED, tool, shards, shards.keys())
        stand = [path for path in before.outputs.files if path not in new.digests]
        written = output.publish(options.root, new, {}, stand, before.outputs)
        token = output.remember(options.root, new, (), stand, before, _remembered(memory, pages, told))
    reasons = dict.fromkeys(sorted(new.digests), cache.PARTS["view"])
    report = msgspec.structs.replace(known.report, reasons=reasons, written=written)
    stamp.leave(options, here, report, token, known.until)
    return report


def _remembered(memory: Folded, pages: Mapping[str, Made], told: Mapping[str, _Told]) -> Folded:
    """What there is to remember now."""
    made = {path: msgspec.Raw(msgspec.msgpack.encode(one)) for path, one in pages.items()}
    seen = {path: msgspec.Raw(msgspec.msgpack.encode(one.seen)) for path, one in told.items()}
    return msgspec.structs.replace(memory, pages=memory.pages | made, notes=memory.notes | seen)


def _there(value: T | None) -> T:
    """What is there, else it is in doubt."""
    if value is None:
        raise _InDoubt
    return value


def _sure(holds: object) -> None:
    if not holds:
        raise _InDoubt


def _seen(memory: Folded, path: str) -> Seen:
    """What the last build saw of a note."""
    return msgspec.msgpack.decode(_there(memory.notes.get(path)), type=Seen)


# The notes


def _told(last: _Last, config: Config, path: str, here: Sources) -> _Told | None:
    """A note whose file is another; None where its bytes are the same after all."""
    was, seen, memory = last.loaded(path), _seen(last.memory, path), last.memory
    _sure(path not in memory.mentioned and subjects.text(path) not in subjects.unpacked(memory.read))
    looked = last.facts.look(path, here.notes.times[path])
    if isinstance(looked, Kept):
        return None
    kept, file = _there(looked if isinstance(looked, tuple) else None)
    read = load.packed(file, config)
    parsed = _there(read if isinstance(read, Parsed) else None)
    now = load.unpacked(parsed.head, last.facts.add(path, kept, parsed.head, parsed.text))
    _sure(path in last.facts.notes)  # else the disk refuses
    note = _there(now.note)
    _sure(now.found == was.found and _says_the_same(now.facets, was.facets))
    _sure(_aims(note) == _aims(_there(was.note)))
    return _Told(note, msgspec.structs.replace(seen, text=kept.digest, facets=now.facets))


def _says_the_same(one: Facets | None, other: Facets | None) -> bool:
    """Whether two states of a note differ in the text alone, and in the lines on which things stand."""
    return one is not None and other is not None and msgspec.structs.replace(one, cited=other.cited) == other


def _aims(note: Note) -> list[str]:
    """What of a text links can aim at, from wherever; headings are no part of it (`Site.anchors`)."""
    return [one.label for one in note.footnotes]


def _compared(
    options: Options, last: _Last, told: Mapping[str, _Told], tool: str, near: Set[str]
) -> tuple[list[Pair], dict[int, list[Compared]]]:
    """The comparisons that these notes are part of, which say what they said; with all others in their shards."""
    shards = memos.read_shards(options.root, reviewing.COMPARED, tool, list[Compared], near)
    made: dict[Pair, Compared] = {}
    for one in (one for shard in shards.values() for one in shard if {one.original, one.translation} & told.keys()):
        made[one.original, one.translation] = again = _again(last, told, one)
        _sure(again.said == one.said)
    for path, each in told.items():
        originals = [original for original, translation in made if translation == path]
        _sure(originals or {translation for original, translation in made if original == path} == {*each.seen.others})
    stale = {memos.shard_of(translation) for _, translation in made}
    return [*made], {
        number: [made.get((one.original, one.translation), one) for one in shards[number]] for number in stale
    }


def _again(last: _Last, told: Mapping[str, _Told], one: Compared) -> Compared:
    """A translation held against its original as both are now."""
    pair = one.original, one.translation
    _sure(one.digests == tuple(_seen(last.memory, path).text for path in pair))
    digests = {path: (told[path].seen if path in told else _seen(last.memory, path)).text for path in pair}
    first, second = (told[path].note if path in told else _there(last.loaded(path).note) for path in pair)
    return reviewing.held((first, second), digests, shown=False)


# The pages


class _Press(Struct, frozen=True):
    """What makes pages: templates and messages, a digest of them, and where files are held ready."""

    theme: Theme
    digest: str
    new: Staged

    def prints(self, page: Page, shown: Shown) -> tuple[int, ...]:
        """The fingerprint of a page."""
        return cache.fingerprint(page, shown, self.digest)

    def made(self, was: Made, page: Page, shown: Shown) -> Made:
        """A page of which nothing but what it shows is another, its bytes held ready unless it stands."""
        prints = self.prints(page, shown)
        _sure(prints[:-1] == was.prints[:-1])
        if prints != was.prints:
            result = render.page(page, shown, self.theme)
            self.new.put(page.path, _there(None if isinstance(result, render.Failure) else result))
        return msgspec.structs.replace(was, prints=prints)


def _page(last: _Last, told: _Told, press: _Press) -> Made:
    """The page of a note with its text of now, and around it what it showed."""
    note, path = told.note, told.seen.page
    was = last.made(path)
    _sure((was.origin, was.family) == (note.path, articles.FAMILY))
    around = _there(press.new.around).read(*msgspec.structs.astuple(_there(was.around)))
    shown = articles.retold(around, note, subjects.unpacked(was.reads))
    shared = _there(last.memory.sites.get(note.lang))
    page = Page(path, articles.template(note, press.theme.names), note.path, shared, None, lambda _: shown)
    return press.made(was, page, shown)


def _comparisons(
    last: _Last, told: Mapping[str, _Told], pairs: Sequence[Pair], config: Config, press: _Press
) -> Iterator[tuple[str, Made]]:
    """The pages on which these notes stand beside their translations.

    They are made of the notes of before, too: where that gives what they showed, these notes alone decide it.
    """
    groups = {pair[0]: {path, *told[path].seen.others} for pair in pairs for path in pair if path in told}
    for original, paths in groups.items() if config.pages.compare else ():
        before = {path: _there(last.loaded(path).note) for path in sorted(paths)}
        now = {path: told[path].note if path in told else note for path, note in before.items()}
        was, site = (_alone(notes, original, config, press.theme, last.memory.sites) for notes in (before, now))
        for lang in site.langs:
            for old, page in zip(sides.pages(was, lang), sides.pages(site, lang), strict=True):
                known, shown = last.made(page.path), page.make()
                _sure(press.prints(old, old.make()) == known.prints)
                yield page.path, press.made(known, page, shown)


def _alone(
    notes: Mapping[str, Note], original: str, config: Config, theme: Theme, views: Mapping[str, SiteView]
) -> Site:
    """A site of a note and its translations alone."""

    def parity(one: str, other: str) -> Parity:
        return compare.parity(notes[one], notes[other])

    linkage = Linkage((Group(tuple(notes), original),), (), ())
    made = Site(config, [*notes.values()], linkage, lambda: Index(()), (), theme.catalogues, {}, parity)
    made.views |= views
    return made
