"""The citation index as pages show it: publishers by letter, the works of each, who cites them."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, groupby

import msgspec
from msgspec import Struct

from notesite import keys, locales, references, sources, subjects, urls
from notesite.heads import head, page
from notesite.indexviews import (
    FORMATS,
    Bar,
    Citer,
    Column,
    ExportView,
    Initial,
    LeafView,
    Letter,
    Line,
    Merger,
    Pick,
    PublisherView,
    RowsView,
    Shelf,
    SourcesView,
    Work,
)
from notesite.pages import Head, Page
from notesite.records import Kind, Note, Publisher, Source
from notesite.references import Reference
from notesite.site import Site
from notesite.views import Ref

FAMILY = "sources"
"""What the pages of the citation index are planned as."""
CHARTED = 8
"""Publishers in the chart of the citation index."""
KINDS: tuple[Kind, ...] = ("list", "inline", "footnote", "field")
"""How a note cites, in the order in which a page tells it."""
PICKED = 10
"""Sources under "most cited" and under "most recently cited"."""
SHELF = 50
"""Sources on a page at most."""
YEARS = 12
"""Years in the chart of citations."""


class Leaf(Struct, frozen=True):
    """A page on which sources of a publisher stand with all there is to say: its address, letter and part."""

    address: str
    letter: str
    part: int
    sources: tuple[Source, ...]

    @property
    def name(self) -> str:
        """`S`, and `S 2` for a second page of that letter."""
        return self.letter if self.part == 1 else f"{self.letter} {self.part}"


def pages(site: Site, lang: str) -> Iterator[Page]:
    """The citation index, what it finds sources in, and a page or more per publisher."""
    leaves = {one.domain: _leaves(site, lang, one) for one in site.index.publishers}
    places = {
        source.key: f"{site.base.href(leaf.address)}#{source.id}"
        for held in leaves.values()
        for leaf in held
        for source in leaf.sources
    }
    addresses = {one: site.sources(one) for one in site.langs}
    top = head(site, lang, site.messages(lang).gettext("Sources"), "", addresses, "sources")
    origin = f"the citation index in {lang}"
    index = partial(index_view, lang=lang, places=places)
    reads = (subjects.SOURCES, *map(subjects.volumes, site.langs))  # its years are those of all notes
    yield page(site, lang, site.sources(lang), "sources.html", origin, top, index, reads, FAMILY)
    origin, bare = f"the list in which the citation index in {lang} finds sources", Head(title="", description="")
    rows = partial(rows_view, lang=lang, places=places)
    yield page(site, lang, site.rows(lang), "find.json", origin, bare, rows, (subjects.SOURCES,), FAMILY)
    works = _Works(site, lang)
    for publisher in site.index.publishers:
        addresses = {one: site.publisher(one, publisher.domain) for one in site.langs}
        top = head(site, lang, publisher.name, "", addresses, "sources")
        origin = f"the page of the publisher {publisher.domain} in {lang}"
        held = leaves[publisher.domain]
        view = partial(publisher_view, works=works, publisher=publisher, leaves=held, places=places)
        reads = (subjects.publisher(publisher.domain), *_citers_of(held[0].sources if len(held) == 1 else ()))
        yield page(site, lang, addresses[lang], "publisher.html", origin, top, view, reads, FAMILY)
        if len(held) > 1:
            yield from _leaf_pages(works, publisher, held)


def _leaf_pages(works: "_Works", publisher: Publisher, leaves: Sequence[Leaf]) -> Iterator[Page]:
    """The pages of a publisher with many sources.

    Their letters are a language's own, as are its titles: other languages are offered with the publisher's page.
    """
    site, lang = works.site, works.lang
    refs = tuple(Ref(site.base.href(leaf.address), leaf.name) for leaf in leaves)
    addresses = {one: site.publisher(one, publisher.domain) for one in site.langs}
    for place, leaf in enumerate(leaves):
        top = head(site, lang, f"{publisher.name}: {leaf.name}", "", {lang: leaf.address}, "sources")
        switcher = site.alternates({**addresses, lang: leaf.address}, lang)
        top = msgspec.structs.replace(top, alternates=switcher)
        view = partial(_leaf_view, works=works, publisher=publisher, held=leaf.sources, leaves=refs, current=place)
        origin = f"the page {leaf.name} of the publisher {publisher.domain} in {lang}"
        reads = (subjects.publisher(publisher.domain), *_citers_of(leaf.sources))
        yield page(site, lang, leaf.address, "leaf.html", origin, top, view, reads, FAMILY)


def _citers_of(held: Iterable[Source]) -> Iterator[subjects.Subject]:
    return (subjects.citers(source.key) for source in held)


def _leaf_view(
    _: Site, works: "_Works", publisher: Publisher, held: Sequence[Source], leaves: tuple[Ref, ...], current: int
) -> LeafView:
    return LeafView(
        name=publisher.name,
        domain=publisher.domain,
        publisher=works.site.base.href(works.site.publisher(works.lang, publisher.domain)),
        works=tuple(works.work(source, publisher.name) for source in held),
        leaves=leaves,
        current=current,
    )


def _leaves(site: Site, lang: str, publisher: Publisher) -> tuple[Leaf, ...]:
    """The publisher's sources by title on pages: on its own if they are few, else on one or more per letter.

    A new source moves others within its letter at most.
    """
    address = site.publisher(lang, publisher.domain)
    titled = sorted(publisher.sources, key=lambda one: (*locales.sort_key(_title(one, lang)), one.key))
    if len(titled) <= SHELF:
        return (Leaf(address, "", 1, tuple(titled)),)
    made, taken = [], dict[str, int]()
    for letter, members in groupby(titled, key=lambda one: locales.initial(_title(one, lang))):
        own, name = tuple(members), urls.anchor(letter if letter != "#" else "other", taken)
        for part, first in enumerate(range(0, len(own), SHELF), 1):
            # Letters of two scripts may be written alike in Latin ones: `k`, `k-2`; so parts are `k/2`.
            below = f"{name}/" if part == 1 else f"{name}/{part}/"
            made.append(Leaf(f"{address}{below}", letter, part, own[first : first + SHELF]))
    return tuple(made)


def index_view(site: Site, lang: str, places: Mapping[str, str]) -> SourcesView:
    """All publishers by letter, and the most cited as a chart; `places` are where sources stand, by key."""
    shelves = [(publisher, _shelf(site, lang, publisher)) for publisher in site.index.publishers]
    taken: dict[str, int] = {}  # letters of two scripts may be written alike in Latin ones
    letters = tuple(
        Letter(letter, _letter_id(letter, taken), tuple(shelf for _, shelf in members))
        for letter, members in groupby(shelves, key=lambda one: locales.initial(one[0].name))
    )
    most = sorted(shelves, key=lambda one: (-one[1].notes, locales.sort_key(one[1].name)))[:CHARTED]
    chart = tuple(Bar(shelf.name, _citing_notes(site, publisher)) for publisher, shelf in most)
    works = [source for publisher in site.index.publishers for source in publisher.sources]
    return SourcesView(
        sources=len(works),
        publishers=len(shelves),
        citations=sum(map(len, site.citing.values())),
        letters=letters,
        langs=site.langs,
        chart=chart if len(chart) > 2 else (),
        years=_years(site),
        most=_most_cited(site, lang, places),
        newest=_newest(site, lang, places),
        rows=site.base.href(site.rows(lang)),
        downloads=downloads(site, site.exports()),
    )


def _letter_id(letter: str, taken: dict[str, int]) -> str:
    return urls.anchor(f"letter {letter if letter != '#' else 'other'}", taken)


def _years(site: Site) -> tuple[Bar, ...]:
    """How many sources the notes of each year cite, the latest year first; nothing if the years are few."""
    counts: Counter[tuple[str, str]] = Counter()
    for path, cited in Counter(chain.from_iterable(site.citing.values())).items():
        counts[site.by_path[path].date[:4], site.by_path[path].lang] += cited
    years = sorted({year for year, _ in counts if year}, reverse=True)[:YEARS]
    bars = tuple(Bar(year, tuple(counts[year, lang] for lang in site.langs)) for year in years)
    return bars if len(bars) > 2 and any(map(any, (bar.counts for bar in bars))) else ()


def _most_cited(site: Site, lang: str, places: Mapping[str, str]) -> tuple[Pick, ...]:
    """The sources that most notes cite, at least two, the most cited first."""
    most = heapq.nsmallest(PICKED, site.index_sources.values(), key=partial(_by_count, site))
    cited = [(source, _citers(site, source)) for source in most]
    return tuple(_pick(site, lang, source, citing, places) for source, citing in cited if len(citing) > 1)


def _by_count(site: Site, one: Source) -> tuple[int, tuple[str, str], str]:
    return -len(site.citing[one.key]), locales.sort_key(one.title), one.key


def _newest(site: Site, lang: str, places: Mapping[str, str]) -> tuple[Pick, ...]:
    """The sources of the newest dated notes, the newest first; what one note cites stands as it cites it."""
    found: dict[str, None] = {}
    # Notes go from new to old; those of one day by path, since their titles are not what this page is made from.
    days = (sorted(notes, key=lambda note: note.path) for _, notes in groupby(site.notes, key=lambda note: note.date))
    for note in chain.from_iterable(days):
        if len(found) >= PICKED or not note.date:
            break  # undated ones come last
        found |= {one.key: None for one in note.bibliography if one.key}
    kept = [site.index_sources[key] for key in list(found)[:PICKED]]
    return tuple(_pick(site, lang, source, _citers(site, source), places) for source in kept)


def _citers(site: Site, source: Source) -> list[Note]:
    """The notes that cite a source, each once, the newest first."""
    return [site.notes[place] for place in sorted(site.places[path] for path in site.citing[source.key])]


def _pick(site: Site, lang: str, source: Source, citing: list[Note], places: Mapping[str, str]) -> Pick:
    title = _title(source, lang)
    return Pick(
        title=title,
        lang=_foreign(source, title, lang),
        publisher=_publisher(site, source),
        url=places[source.key],
        count=len(citing),
        date=citing[0].date,
    )


def rows_view(site: Site, lang: str, places: Mapping[str, str]) -> RowsView:
    """Every source by its title, for the box that finds them."""
    titled = [(_title(source, lang), source) for source in site.index_sources.values()]
    titled.sort(key=lambda one: (*locales.sort_key(one[0]), one[1].key))
    rows = (
        (title, _publisher(site, source), source.key, places[source.key], _foreign(source, title, lang))
        for title, source in titled
    )
    return RowsView(tuple(rows))


def _publisher(site: Site, source: Source) -> str:
    """Who published a source, as lists of sources of many publishers say it."""
    name = site.publisher_names[source.domain]
    return references.publisher_of(source, name) or name


def _shelf(site: Site, lang: str, publisher: Publisher) -> Shelf:
    url = site.base.href(site.publisher(lang, publisher.domain))
    return Shelf(publisher.name, url, len(publisher.sources), sum(_citing_notes(site, publisher)))


def _citing_notes(site: Site, publisher: Publisher) -> tuple[int, ...]:
    """How many notes of each language cite the publisher."""
    notes = set[str]().union(*(site.citing[source.key] for source in publisher.sources))
    return tuple(len(notes & site.paths[lang]) for lang in site.langs)


def publisher_view(
    _: Site, works: "_Works", publisher: Publisher, leaves: Sequence[Leaf], places: Mapping[str, str]
) -> PublisherView:
    """A publisher with its sources and the notes that cite them; with the register of its sources if they are many."""
    site, lang = works.site, works.lang
    counts = Counter(site.by_path[path].lang for source in publisher.sources for path in site.citing[source.key])
    alone = leaves[0] if len(leaves) == 1 else None
    return PublisherView(
        name=publisher.name,
        domain=publisher.domain,
        index=site.base.href(site.sources(lang)),
        sources=len(publisher.sources),
        works=tuple(works.work(source, publisher.name) for source in alone.sources) if alone else (),
        register=() if alone else tuple(_register(site, lang, leaves, places)),
        citations=counts.total(),
        by_language=tuple((own, counts[own]) for own in site.langs),
        downloads=downloads(site, site.exports(publisher)) if site.config.pages.publisher_exports else (),
    )


def _register(site: Site, lang: str, leaves: Sequence[Leaf], places: Mapping[str, str]) -> Iterator[Initial]:
    """The sources of a publisher by letter, each with its own anchor, to which the notes link."""
    taken: dict[str, int] = {}
    for letter, held in groupby(leaves, key=lambda leaf: leaf.letter):
        lines = tuple(_line(site, lang, source, places) for leaf in held for source in leaf.sources)
        yield Initial(letter, _letter_id(letter, taken), lines)


def _line(site: Site, lang: str, source: Source, places: Mapping[str, str]) -> Line:
    title, notes = _title(source, lang), len(site.citing[source.key])
    return Line(id=source.id, title=title, lang=_foreign(source, title, lang), url=places[source.key], notes=notes)


class _Works:
    """The works that are cited, as pages of a language show them; who cites them is made once for all of them."""

    def __init__(self, site: Site, lang: str) -> None:
        self.site, self.lang = site, lang
        self._citing: dict[tuple[str, frozenset[Kind], bool], Citer] = {}

    def work(self, source: Source, publisher: str) -> Work:
        """A source of a publisher with all there is to say."""
        how = defaultdict[str, set[Kind]](set)
        for one in source.cited_by:
            how[one.path].add(one.kind)
        citing: dict[str, list[Citer]] = {own: [] for own in self.site.langs}
        for note in _citers(self.site, source):
            alone = not any(one.path in how for one in self.site.members[note.path].values() if one is not note)
            citing[note.lang].append(self._citer(note, frozenset(how[note.path]), alone=alone))
        title = _title(source, self.lang)
        return Work(
            id=source.id,
            title=title,
            lang=_foreign(source, title, self.lang),
            url=source.address,
            labels=tuple(
                (own, label, _foreign(source, sources.split_label(label)[1], self.lang)) for own, label in source.labels
            ),
            written=source.written,
            mergers=_mergers(source),
            columns=tuple(
                Column(own, locales.direction(own), locales.autonym(own), tuple(notes)) for own, notes in citing.items()
            ),
            coins=references.coins(references.of(source, publisher)),
        )

    def _citer(self, note: Note, kinds: frozenset[Kind], *, alone: bool) -> Citer:
        """A note that cites a source; its versions that do not, where it is the only one that does."""
        known = self._citing.get((note.path, kinds, alone))
        if known is None:
            others = [one for own, one in self.site.members[note.path].items() if alone and own != note.lang]
            without = sorted(others, key=lambda one: self.site.langs.index(one.lang))
            ordered = tuple(kind for kind in KINDS if kind in kinds)
            refs = tuple(self.site.ref(one, self.lang) for one in without)
            known = Citer(self.site.ref(note).url, note.title, ordered, refs)
            self._citing[note.path, kinds, alone] = known
        return known


def _mergers(source: Source) -> tuple[Merger, ...]:
    """The rules by which several written addresses are one, in their order, each with an address it was needed for."""
    if len(source.written) < 2:
        return ()
    needed: dict[str, str] = {}
    for address in source.written:
        for name in keys.canonical(address)[1]:
            needed.setdefault(name, address)
    return tuple(Merger(rule.name, rule.reason, needed[rule.name]) for rule in keys.RULES if rule.name in needed)


def _title(source: Source, lang: str) -> str:
    """A source's title as the notes of a language call it, else as most notes do."""
    return next((title for own, title in source.titles if own == lang), source.title)


def _foreign(source: Source, title: str, lang: str) -> str:
    """The language of what a source is called, where it is not the page's; that of its own title is known."""
    told = source.lang if title == source.title else sources.foreign(title, "")
    return told if told != lang.split("-")[0] else ""


# For reference managers


def exports(site: Site) -> Iterator[tuple[str, str, tuple[Reference, ...]]]:
    """What is exported: where, without the file's ending; whose sources they are, in words; the references."""
    every = {
        source.key: references.of(source, publisher.name)
        for publisher in site.index.publishers
        for source in publisher.sources
    }
    if every:
        yield site.exports(), "the site", tuple(every[key] for key in sorted(every))
    for publisher in site.index.publishers if site.config.pages.publisher_exports else ():
        own = tuple(every[source.key] for source in publisher.sources)
        yield site.exports(publisher), f"the publisher {publisher.domain}", own
    for note in site.notes if site.config.pages.note_exports else ():
        own = tuple(every[one.key] for one in note.bibliography if one.key)
        if own:
            yield site.exports(note), note.path, own


def downloads(site: Site, place: str) -> tuple[Ref, ...]:
    """Links to the formats of what is exported at a place."""
    return tuple(Ref(site.base.href(f"{place}.{ending}"), name) for name, ending in FORMATS)


def export_pages(site: Site) -> Iterator[Page]:
    """Sources for reference managers; they are of no language."""
    bare = Head(title="", description="")
    for place, whose, held in exports(site):
        for name, ending in FORMATS:
            origin = f"the sources of {whose} as {name}"
            view = partial(_export_view, references=held)
            path, template = f"{place}.{ending}", f"sources.{ending}"
            yield page(site, site.langs[0], path, template, origin, bare, view, (subjects.SOURCES,), FAMILY)


def _export_view(_: Site, references: tuple[Reference, ...]) -> ExportView:
    return ExportView(references)
