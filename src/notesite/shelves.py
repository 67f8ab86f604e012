"""The citation index as pages show it: publishers by letter, the works of each, who cites them."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from notesite import locales, references, sources, urls
from notesite.records import Publisher, Source
from notesite.references import Reference
from notesite.site import Site
from notesite.views import FORMATS, Bar, Column, Letter, PublisherView, Ref, Shelf, SourcesView, Work

CHARTED = 8
"""Publishers in the chart of the citation index."""


def index_view(site: Site, lang: str) -> SourcesView:
    """All publishers by letter, and the most cited as a chart."""
    shelves = [(publisher, _shelf(site, lang, publisher)) for publisher in site.index.publishers]
    taken: dict[str, int] = {}  # letters of two scripts may be written alike in Latin ones
    letters = tuple(
        Letter(
            letter,
            urls.anchor(f"letter {letter if letter != '#' else 'other'}", taken),
            tuple(shelf for _, shelf in members),
        )
        for letter, members in groupby(shelves, key=lambda one: locales.initial(one[0].name))
    )
    most = sorted(shelves, key=lambda one: (-one[1].notes, locales.sort_key(one[1].name)))[:CHARTED]
    works = [source for publisher in site.index.publishers for source in publisher.sources]
    return SourcesView(
        sources=len(works),
        publishers=len(shelves),
        citations=sum(len({one.path for one in source.cited_by}) for source in works),
        letters=letters,
        langs=site.langs,
        chart=tuple(Bar(shelf.name, _citing_notes(site, publisher)) for publisher, shelf in most)
        if len(most) > 2
        else (),
        downloads=downloads(site, site.exports()),
    )


def _shelf(site: Site, lang: str, publisher: Publisher) -> Shelf:
    url = site.base.href(site.publisher(lang, publisher.domain))
    return Shelf(publisher.name, url, len(publisher.sources), sum(_citing_notes(site, publisher)))


def _citing_notes(site: Site, publisher: Publisher) -> tuple[int, ...]:
    """How many notes of each language cite the publisher."""
    notes = {(one.path, one.lang) for source in publisher.sources for one in source.cited_by}
    return tuple(sum(lang == own for _, lang in notes) for own in site.langs)


def publisher_view(site: Site, lang: str, publisher: Publisher) -> PublisherView:
    """A publisher with its sources and the notes that cite them."""
    pairs = {(source.key, one.path, one.lang) for source in publisher.sources for one in source.cited_by}
    counts = Counter(own for _, _, own in pairs)
    works = [_work(site, lang, source) for source in publisher.sources]
    return PublisherView(
        name=publisher.name,
        domain=publisher.domain,
        index=site.base.href(site.sources(lang)),
        works=tuple(sorted(works, key=lambda work: (*locales.sort_key(work.title), work.id))),
        citations=len(pairs),
        by_language=tuple((own, counts[own]) for own in site.langs),
        downloads=downloads(site, site.exports(publisher)) if site.config.pages.publisher_exports else (),
    )


def _work(site: Site, lang: str, source: Source) -> Work:
    citing = [site.notes[place] for place in sorted({site.places[one.path] for one in source.cited_by})]
    columns = []
    for own in site.langs:
        refs = tuple(Ref(site.ref(note).url, note.title) for note in citing if note.lang == own)
        columns.append(Column(own, locales.direction(own), locales.autonym(own), refs))
    title = _title(source, lang)
    return Work(
        id=source.id,
        title=title,
        lang=sources.foreign(title, lang),
        url=source.address,
        labels=source.labels,
        written=source.written,
        rules=source.rules,
        columns=tuple(columns),
    )


def _title(source: Source, lang: str) -> str:
    """A source's title as the notes of a language call it, else as most notes do."""
    own = (label for other, label in source.labels if other == lang and label not in source.written)
    return next((sources.split_label(label)[1] for label in own), source.title)


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
