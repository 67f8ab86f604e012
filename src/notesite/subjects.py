"""What pages are made from, by name, and which of these names a change concerns.

A page reads subjects: a note, the list of a year, who cites a source.  A note that changed touches subjects, those of
before and those of now.  A page whose subjects nothing touched stands without being looked at.  A name is a number:
two subjects that share one by chance cost a look, and nothing else.
"""

import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set

from msgspec import Struct

from notesite import keys, urls
from notesite.facets import Facets
from notesite.linkage import Group
from notesite.records import Note
from notesite.site import Site

Subject = int
_FEW = 16
"""So many subjects at most are looked for one by one."""
_OTHER, _TIED, _RARE = 0x9E3779B9, 0x85EBCA6B, 0xC2B2AE35


def _name(kind: str, *names: str) -> Subject:
    return zlib.crc32("\0".join((kind, *names)).encode("utf-8", "replace"))


SOURCES = _name("sources")
"""The citation index as a whole: sources, their labels and dates, not the titles of the notes that cite them."""
SITEMAP = _name("sitemap")
MOVED = _name("moved")
"""The old addresses of all notes."""


def packed(several: Iterable[Subject]) -> bytes:
    """Subjects in one piece, for there are hundreds of thousands; other machines may not read it."""
    return array("I", several).tobytes()


def unpacked(data: bytes) -> Sequence[Subject]:
    """The subjects in one piece."""
    return array("I", data)


def places(data: bytes, wanted: Set[Subject]) -> Iterator[int]:
    """Where in one piece, counted in bytes, these subjects are."""
    if len(wanted) > _FEW:
        every = unpacked(data)
        size = len(data) // max(1, len(every))
        yield from (place * size for place, subject in enumerate(every) if subject in wanted)
        return
    for mark in (packed([one]) for one in wanted):  # the bytes of a few are found in a fraction of the time
        at = data.find(mark)
        while at >= 0:
            if at % len(mark) == 0:
                yield at
            at = data.find(mark, at + 1)


def text(path: str) -> Subject:
    """The text of a note."""
    return _name("text", path)


def whole(path: str) -> Subject:
    """All of a note but its text, its translations, and its neighbours in time."""
    return _name("whole", path)


def card(path: str) -> Subject:
    """What other pages say of a note: its title, date, address, labels, versions."""
    return _name("card", path)


def cards(lang: str) -> Subject:
    """The cards of all notes of a language."""
    return _name("cards", lang)


def volume(lang: str, year: str) -> Subject:
    """The cards of the notes of a year."""
    return _name("volume", lang, year)


def volumes(lang: str) -> Subject:
    """Which years there are in a language, and how many notes in each."""
    return _name("volumes", lang)


def tags(lang: str) -> Subject:
    """Which tags there are in a language, and how many notes have each."""
    return _name("tags", lang)


def tag(lang: str, slug: str) -> Subject:
    """The cards of the notes with a tag of this slug."""
    return _name("tag", lang, slug)


def crowded(lang: str, slug: str) -> Subject:
    """Whether several tags have this slug."""
    return _name("crowded", lang, slug)


def at(address: str) -> Subject:
    """What stands at an address of the site, or is a file of it."""
    return _name("at", address.rstrip("/"))


def cited(key: str) -> Subject:
    """What notes say of a source, and that they cite it."""
    return _name("cited", key)


def citers(key: str) -> Subject:
    """The cards of the notes that cite a source, and those of their translations."""
    return cited(key) ^ _OTHER


def ties(key: str) -> Subject:
    """Which notes cite a source, and which notes are their translations."""
    return cited(key) ^ _TIED


def rarity(key: str) -> Subject:
    """That a source is too common to relate notes, see `Site.is_common`."""
    return cited(key) ^ _RARE


def publisher(domain: str) -> Subject:
    """The sources of a publisher, as those who cite them call them."""
    return _name("publisher", domain)


def named(domain: str) -> Subject:
    """What a publisher is called."""
    return publisher(domain) ^ _OTHER


def linked(site: Site, note: Note) -> Iterator[Subject]:
    """What the links of a note lead to, or would."""
    for target in site.targets(note):
        yield at(target)
        if any(target.startswith(site.sources(lang)) for lang in site.langs):
            yield SOURCES


class Seen(Struct, frozen=True, array_like=True):
    """What a build saw of a note, as far as other pages depend on it.

    `text` is the digest of its file; `standing` says its place among its translations and whether it is future,
    `others` are these, `beside` its neighbours in time.  `lists` are the subjects that its card is part of, `cites`
    the sources it cites and `domains` the publisher of each, by the names that `cited` and `publisher` give; each of
    them in one piece, see `packed`.  `page` is the path of its page.
    """

    lang: str
    text: str
    facets: Facets | None
    standing: str
    others: tuple[str, ...]
    beside: tuple[str, str]
    lists: bytes = b""
    cites: bytes = b""
    domains: bytes = b""
    page: str = ""


def seen(
    site: Site, digests: Mapping[str, str], facets: Mapping[str, Facets | None], before: Mapping[str, Seen]
) -> dict[str, Seen]:
    """The notes of a site as they are now; what is as it was before is the very same.

    `before` is of the same notesite and settings: a file with the digest of then has the facets of then.
    """
    made: dict[str, Seen] = {}
    placed, today = {path: _placed(group, path) for path, group in site.groups.items()}, site.config.today
    for lang, notes in site.by_lang.items():
        paths = ["", *(note.path for note in notes), ""]
        for note, newer, older in zip(notes, paths, paths[2:], strict=False):
            path = note.path
            standing, others = placed[path]
            standing += " future" if note.date[:10] > today else ""
            around, digest, known = (standing, others, (newer, older)), digests.get(path, ""), before.get(path)
            if known and digest and (known.text, known.standing, known.others, known.beside) == (digest, *around):
                made[path] = known
                continue
            bare = (lang, digest, facets[path], *around)
            if known is None or _differ_in(known.facets, facets[path], "page"):
                made[path] = _complete(site, note, bare)
            else:
                made[path] = Seen(*bare, known.lists, known.cites, known.domains, known.page)
    return made


def _placed(group: Group, path: str) -> tuple[str, tuple[str, ...]]:
    """The place of a note among its translations, and these."""
    place = group.notes.index(path)
    return f"{group.original == path} {group.sureness}", group.notes[:place] + group.notes[place + 1 :]


_Bare = tuple[str, str, Facets | None, str, tuple[str, ...], tuple[str, str]]


def _complete(site: Site, note: Note, bare: _Bare) -> Seen:
    """With what the note is part of."""
    cited_keys = dict.fromkeys(note.keys)
    domains = [keys.registrable(keys.host_of(key)) for key in cited_keys]
    lists = [cards(note.lang), volume(note.lang, note.date[:4]), at(note.path), at(site.address[note.path])]
    lists += [at(site.archive(note.lang, note.date[:4])), at(site.compare(note))]
    for one in note.tags:
        plain = site.tags(note.lang) + urls.slug(one)
        lists += [tag(note.lang, urls.slug(one)), at(site.tag(note.lang, one)), at(plain)]
    page = urls.output_path(site.address[note.path])
    return Seen(*bare, packed(lists), packed(map(cited, cited_keys)), packed(map(publisher, domains)), page)


def common(site: Site) -> set[Subject]:
    """The sources that are too common to relate notes, by the names that `cited` gives and no other source has."""
    names: dict[bool, set[Subject]] = {True: set(), False: set()}
    for key in site.citing:
        names[site.is_common(key)].add(cited(key))
    return names[True] - names[False]


def touched(
    before: Mapping[str, Seen], now: Mapping[str, Seen], common: Callable[[], Set[Subject]] = frozenset
) -> set[Subject]:
    """The subjects that a change of these notes concerns; `common` says which sources are common now."""
    found: set[Subject] = set()
    for path in before.keys() | now.keys():
        old, new = before.get(path), now.get(path)
        if old is not new:
            found.update(_own(path, old, new))
            found.update(_listed(old, new))
            tied = {key for key, _, _ in _mentions(old) ^ _mentions(new)}
            for one in (*_together(old, before), *_together(new, now)):
                found.update(key ^ _OTHER for key in unpacked(one.cites) if _differ(old, new, "card"))
                found.update(unpacked(one.lists) if _differ(old, new, "place") else ())
                tied.update(unpacked(one.cites) if _tied(old) != _tied(new) else ())
            found.update(key ^ _TIED for key in tied)
            found.update(key ^ _RARE for key in tied and tied - common())
    return found


def _tied(one: Seen | None) -> object:
    """What others are tied by to the translations of a note."""
    return one and (one.lang, one.standing, one.others)


def _differ(old: Seen | None, new: Seen | None, facet: str) -> bool:
    """Whether a facet is another than before, or not known; its standing is part of what others say of a note."""
    if old is None or new is None or _differ_in(old.facets, new.facets, facet):
        return True
    return facet in ("page", "card", "place") and (old.standing, old.others) != (new.standing, new.others)


def _differ_in(old: Facets | None, new: Facets | None, facet: str) -> bool:
    return old is None or new is None or getattr(old, facet) != getattr(new, facet)


def _own(path: str, old: Seen | None, new: Seen | None) -> Iterator[Subject]:
    """The subjects that are the note itself."""
    if old is None or new is None or old.text != new.text or new.facets is None:
        yield text(path)
    if _differ(old, new, "page") or (old and old.beside) != (new and new.beside):
        yield whole(path)
    if _differ(old, new, "card"):
        yield card(path)


def _listed(old: Seen | None, new: Seen | None) -> Iterator[Subject]:
    """The subjects that the note is part of, and was part of."""
    if _differ(old, new, "place"):
        yield SITEMAP
    if _differ(old, new, "moved"):
        yield MOVED
    for one in (old, new):
        if one is None:
            continue
        if _differ(old, new, "card"):
            yield from unpacked(one.lists)
        if _differ(old, new, "tags"):
            yield tags(one.lang)
        if _differ(old, new, "order"):
            yield volumes(one.lang)
    for key, domain, _ in _mentions(old) ^ _mentions(new):
        yield from (SOURCES, domain, key, key ^ _OTHER)


def _mentions(one: Seen | None) -> set[tuple[Subject, Subject, object]]:
    """The sources that a note cites, their publishers, and what it says of each; of what nobody knows, this alone."""
    if one is None:
        return set()
    cites = unpacked(one.cites)
    said = array("Q", one.facets.mentions) if one.facets else (object() for _ in cites)
    return set(zip(cites, unpacked(one.domains), said, strict=True))


def _together(one: Seen | None, notes: Mapping[str, Seen]) -> Iterator[Seen]:
    """A note and its translations: what lists and sources say of one of them names the addresses of the others."""
    if one:
        yield one
        yield from (notes[other] for other in one.others if other in notes)
