"""The page of a note: its view and its head."""

import heapq
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import partial

import msgspec

from notesite import heads, keys, locales, metadata, shelves, sides, sources, subjects, urls
from notesite.pages import Head, Page, Shown
from notesite.records import Note
from notesite.site import PICTURES, RECORDINGS, Site
from notesite.views import Entry, Neighbour, NoteView, Place, Ref, Shared

FAMILY = "notes"
"""What the pages of notes are planned as."""


def head(site: Site, note: Note) -> Head:
    """What the head of a note's page says, for readers of every kind."""
    image = site.medium(note, note.image, PICTURES)
    return msgspec.structs.replace(
        _bare_head(site, note),
        noindex=_is_hidden(site, note),
        structured=metadata.article(site, note),
        meta=metadata.highwire(site, note),
        properties=metadata.open_graph(site, note, image.href if image else ""),
    )


def page(site: Site, note: Note, related: "Related", older: Note | None, newer: Note | None, template: str) -> Page:
    """The page of a note, between its neighbours in time."""
    return Page(
        path=urls.output_path(site.address[note.path]),
        template=template,
        origin=note.path,
        site=site.view(note.lang),
        of=site,
        show=partial(_shown, path=note.path, related=related, older=older, newer=newer),
        place=partial(place, site, note),
        family=FAMILY,
    )


def _shown(site: Site, path: str, related: "Related", older: Note | None, newer: Note | None) -> Shown:
    note, near = site.by_path[path], related.to(site.by_path[path])
    named = [*(one.path for one in (older, newer) if one), *near]
    return Shown(head(site, note), view(site, note, near, older, newer), tuple(_reads(site, note, named)))


def template(note: Note, names: Set[str]) -> str:
    """The template of a note's page, of those that there are."""
    return name if (name := f"{note.template}.html") in names else "note.html"


def packed(shown: Shown) -> bytes:
    """What the page of a note shows around its text, in one piece; nothing for other pages."""
    if not isinstance(shown.view, NoteView):
        return b""
    bare = msgspec.structs.replace(shown.view, sections=(), footnotes=(), words=0)
    return zlib.compress(msgspec.msgpack.encode((shown.head, bare)), 1)


def retold(around: bytes, note: Note, reads: Sequence[subjects.Subject]) -> Shown:
    """A note's page from what it showed around its text; of the note nothing but the text may be another."""
    head, view = msgspec.msgpack.decode(zlib.decompress(around), type=tuple[Head, NoteView])
    told = msgspec.structs.replace(view, sections=note.sections, footnotes=note.footnotes, words=note.words)
    return Shown(head, told, tuple(reads))


def place(site: Site, note: Note) -> Place | None:
    """How the sitemap names a note's page, if it does."""
    if _is_hidden(site, note):
        return None
    changed, original = note.updated or note.date, site.address[site.groups[note.path].original]
    return Place(
        site.base.absolute(site.address[note.path]),
        metadata.moment(changed) if changed[10:] else changed,
        heads.hreflang(site, site.versions(note), original),
    )


def _reads(site: Site, note: Note, named: Sequence[str]) -> Iterator[subjects.Subject]:
    """The subjects that a note's page is made from; `named` are the other notes that it names."""
    yield subjects.whole(note.path)
    yield subjects.text(note.path)
    yield from map(subjects.card, (*named, *site.groups[note.path].notes))
    for key in {one.key for one in note.bibliography if one.key}:
        yield subjects.rarity(key) if site.is_common(key) else subjects.ties(key)
        yield subjects.named(keys.registrable(keys.host_of(key)))
        if site.config.pages.note_exports:
            yield subjects.cited(key)
    yield from (subjects.crowded(note.lang, urls.slug(tag)) for tag in note.tags)
    yield from subjects.linked(site, note)


def _is_hidden(site: Site, note: Note) -> bool:
    """Whether a note's page is to be found by nobody yet."""
    return note.draft or site.is_future(note)


def _bare_head(site: Site, note: Note) -> Head:
    original = site.address[site.groups[note.path].original]
    return heads.head(site, note.lang, note.title, note.description, site.versions(note), "notes", original)


def view(site: Site, note: Note, near: Mapping[str, Set[str]], older: Note | None, newer: Note | None) -> NoteView:
    """A note's page, between its neighbours in time; `near` are related notes, and the sources in common."""
    image, audio = site.medium(note, note.image, PICTURES), site.medium(note, note.audio, RECORDINGS)
    return NoteView(
        path=note.path,
        title=note.title,
        date=note.date,
        updated=note.updated,
        description=note.description,
        authors=note.authors,
        tags=tuple(Ref(site.base.href(site.tag(note.lang, tag)), tag) for tag in note.tags),
        provenance=metadata.provenance(site, note),
        headings=note.headings,
        sections=note.sections,
        footnotes=note.footnotes,
        links=tuple(site.resolve(note, link).href for link in note.links),
        bibliography=tuple(_entries(site, note)),
        shared=tuple(_shared(site, site.by_path[path], common, note.lang) for path, common in near.items()),
        compare=sides.link(site, note),
        previous=_neighbour(site, note, older),
        next=_neighbour(site, note, newer),
        image=image.href if image else "",
        audio=audio.href if audio else "",
        draft=note.draft,
        future=site.is_future(note),
        downloads=shelves.downloads(site, site.exports(note))
        if site.config.pages.note_exports and any(one.key for one in note.bibliography)
        else (),
        translations=site.groups[note.path].sureness,
        words=note.words,
        extra=note.extra,
    )


def _neighbour(site: Site, note: Note, other: Note | None) -> Neighbour | None:
    """The note before or after another one, as the other's page links it."""
    if other is None:
        return None
    ref = site.ref(other, note.lang)
    return Neighbour(ref.url, ref.text, ref.lang, bool(other.date))


def _entries(site: Site, note: Note) -> Iterator[Entry]:
    """The note's bibliography, each entry with its place in the citation index.

    An entry says what the note's own label says, and its place is made from domain and key alone: so a note's page
    stays as it is whatever other notes cite.
    """
    cited = {one.key for one in note.citations if one.kind in ("inline", "footnote")}
    for number, one in enumerate(note.bibliography, 1):
        yield Entry(
            number=number,
            publisher=one.publisher,
            title=one.title,
            lang=sources.foreign(one.title, note.lang),
            url=one.address,
            host=keys.host_of(one.key),
            index=site.base.href(site.source(note.lang, one.key)) if one.key else "",
            cited=one.key in cited,
        )


def _shared(site: Site, note: Note, common: Set[str], lang: str) -> Shared:
    """A related note as a page in a language names it."""
    names = [site.publisher_names[keys.registrable(keys.host_of(key))] for key in sorted(common)]
    return Shared(
        url=site.base.href(site.address[note.path]),
        title=note.title,
        lang="" if note.lang == lang else note.lang,
        langs=tuple(lang for lang in site.langs if lang in site.members[note.path]),
        count=len(common),
        publishers=tuple(sorted(dict.fromkeys(names), key=locales.sort_key))[:3],
    )


class Related:
    """Notes that share sources, the rarer the better."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.versions: dict[tuple[str, str], frozenset[str]] = {}

    def to(self, note: Note) -> dict[str, set[str]]:
        """The closest notes in the note's language, or in their own where it has none: paths, sources in common."""
        own = frozenset(self.site.groups[note.path].notes)
        weights: dict[str, float] = defaultdict(float)
        sharing: dict[str, frozenset[str]] = {}
        for key in sorted({one.key for one in note.bibliography if one.key}):
            count = len(self.site.citing[key]) - len(self.site.citing[key] & own)
            if 0 < count <= self.site.widely_cited:
                sharing[key], weight = self._citing(key, note.lang), 1 / count
                for path in sharing[key]:
                    weights[path] += weight
        ranked = ((-round(weight, 6), path) for path, weight in weights.items() if path not in own)
        best = [path for _, path in heapq.nsmallest(self.site.config.pages.shared, ranked)]
        return {path: {key for key, paths in sharing.items() if path in paths} for path in best}

    def _citing(self, key: str, lang: str) -> frozenset[str]:
        """The notes that cite a source, each in its version in a language."""
        known = self.versions.get((key, lang))
        if known is None:
            notes = (self.site.version(lang, self.site.by_path[path]) for path in self.site.citing[key])
            known = self.versions[key, lang] = frozenset(note.path for note in notes)
        return known
