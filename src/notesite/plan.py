"""Notes, groups and citation index to the exact list of pages, each with all that its template may see."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import PurePosixPath

from notesite import locales, metadata, prose, sources, urls
from notesite.diagnostics import Diagnostic, Related, error
from notesite.pages import (
    ArchiveView, Asset, Bar, ChooserView, Column, Copy, Entry, FeedEntry, FeedView, Half, Head, HomeView, HostView,
    Letter, MissingView, NoteView, Page, Place, Plan, PublisherView, RedirectView, Ref, Shared, Shelf, SitemapView,
    SourcesView, TagsView, TagView, View, Volume, Work, Year,
)  # fmt: skip
from notesite.records import Citation, Note, Publisher, Source
from notesite.site import PICTURES, RECORDINGS, Site

CHARTED = 8
"""Publishers in the chart of the citation index."""
WIDELY_CITED = 40
"""A source that more notes cite than this does not make them related."""


def pages(site: Site, templates: frozenset[str]) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """Everything the site will hold; two outputs for one address are errors."""
    planned = [*_note_pages(site, templates), *_section_pages(site), *_feeds(site), *_redirects(site)]
    planned += _host_pages(site, planned)
    copies = tuple(sorted(set(_copies(site)), key=lambda copy: copy.path))
    assets = tuple(Asset(path, site.static_data[name]) for name, path in sorted(site.static.items()))
    plan = Plan(tuple(sorted(planned, key=lambda page: page.path)), copies, (Asset(".nojekyll", b""), *assets))
    return plan, _collisions(plan)


def without_collisions(plan: Plan) -> Plan:
    """The plan with the first claim of each address alone, for a build that keeps going."""
    taken: set[str] = set()
    kept: list[Page | Copy | Asset] = []
    for one in (*plan.pages, *plan.copies, *plan.assets):
        place = urls.same_place(one.path)
        if place not in taken and not any(str(parent) in taken for parent in PurePosixPath(place).parents):
            taken.add(place)
            kept.append(one)
    return Plan(
        tuple(one for one in kept if isinstance(one, Page)),
        tuple(one for one in kept if isinstance(one, Copy)),
        tuple(one for one in kept if isinstance(one, Asset)),
    )


def _page(site: Site, lang: str, address: str, template: str, origin: str, head: Head, view: View) -> Page:
    path = urls.output_path(address)
    return Page(path=path, template=template, origin=origin, site=site.view(lang), head=head, view=view)


def _head(
    site: Site, lang: str, title: str, description: str, addresses: Mapping[str, str], section: str, default: str = ""
) -> Head:
    """The head of a page that has versions at these addresses by language; `default` is for other readers."""
    absolute = {one: site.base.absolute(address) for one, address in addresses.items()}
    hreflang = [(one, absolute[one]) for one in site.langs if one in absolute] if len(absolute) > 1 else []
    if hreflang and default:
        hreflang.append(("x-default", site.base.absolute(default)))
    return Head(
        title=title,
        description=description,
        section=section,
        canonical=absolute.get(lang, ""),
        alternates=site.alternates(addresses, lang),
        hreflang=tuple(hreflang),
        properties=(("og:type", "website"), ("og:title", title), ("og:site_name", site.view(lang).title)),
    )


# Notes


def _note_pages(site: Site, templates: frozenset[str]) -> Iterator[Page]:
    related = _Related(site)
    for notes in site.by_lang.values():
        newer = {a.path: b for b, a in pairwise(notes)}
        older = {a.path: b for a, b in pairwise(notes)}
        for note in notes:
            image = site.medium(note, note.image, PICTURES)
            view = _note_view(site, note, related, older.get(note.path), newer.get(note.path))
            template = f"{note.template}.html" if f"{note.template}.html" in templates else "note.html"
            head = _note_head(site, note, image.href if image else "")
            yield _page(site, note.lang, site.address[note.path], template, note.path, head, view)


def _note_head(site: Site, note: Note, image: str) -> Head:
    original = site.address[site.groups[note.path].original]
    head = _head(site, note.lang, note.title, note.description, site.versions(note), "notes", original)
    fields = {name: getattr(head, name) for name in Head.__struct_fields__}
    return Head(**fields | {
        "noindex": note.draft or site.is_future(note),
        "structured": metadata.article(site, note),
        "meta": metadata.highwire(site, note),
        "properties": metadata.open_graph(site, note, image),
    })  # fmt: skip


def _note_view(site: Site, note: Note, related: "_Related", older: Note | None, newer: Note | None) -> NoteView:
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
        shared=related.to(note),
        previous=site.ref(older, note.lang) if older else None,
        next=site.ref(newer, note.lang) if newer else None,
        image=image.href if image else "",
        audio=audio.href if audio else "",
        draft=note.draft,
        future=site.is_future(note),
        words=note.words,
        extra=note.extra,
    )


def _entries(site: Site, note: Note) -> Iterator[Entry]:
    """The note's bibliography, each entry with its place in the citation index."""
    cited = {one.key for one in note.citations if one.kind in ("inline", "footnote")}
    for number, one in enumerate(note.bibliography, 1):
        host = sources.host_of(one.key)
        place = ""
        if one.key:
            domain = sources.registrable(host)
            place = site.base.href(site.publisher(note.lang, domain)) + "#" + sources.anchor(one.key)
        yield Entry(
            number=number,
            publisher=one.publisher or _publisher_name(site, one),
            title=one.title,
            lang=_foreign(one.title, note.lang),
            url=one.address,
            host=host,
            index=place,
            cited=one.key in cited,
        )


def _publisher_name(site: Site, one: Citation) -> str:
    """What the citation index calls the publisher of an entry that names none, unless that is its host again."""
    if not one.key:
        return ""
    name = site.publisher_names.get(sources.registrable(sources.host_of(one.key)), "")
    return name if "." not in name else ""


def _foreign(title: str, lang: str) -> str:
    """The language of a title, where it is known and not the page's."""
    guessed = prose.guess(title, 1)
    return guessed if guessed != lang.split("-")[0] else ""


class _Related:
    """Notes that share sources, the rarer the better."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.citing: dict[str, frozenset[str]] = {
            key: frozenset(one.path for one in source.cited_by) for key, source in site.index_sources.items()
        }

    def to(self, note: Note) -> tuple[Shared, ...]:
        """The closest notes in the note's language, or in their own where it has none."""
        own = set(self.site.groups[note.path].notes)
        weights: dict[str, float] = defaultdict(float)
        common: dict[str, set[str]] = defaultdict(set)
        for key in sorted({one.key for one in note.bibliography if one.key}):
            citing = self.citing[key] - own
            if len(citing) > WIDELY_CITED:
                continue
            for path in {self.site.version(note.lang, self.site.by_path[path]).path for path in citing}:
                weights[path] += 1 / len(citing)
                common[path].add(key)
        best = sorted(weights, key=lambda path: (-round(weights[path], 6), path))[: self.site.config.pages.shared]
        return tuple(self._shared(self.site.by_path[path], common[path]) for path in best)

    def _shared(self, note: Note, keys: set[str]) -> Shared:
        names = [self.site.publisher_names[self.site.index_sources[key].domain] for key in sorted(keys)]
        return Shared(
            url=self.site.base.href(self.site.address[note.path]),
            title=note.title,
            langs=tuple(lang for lang in self.site.langs if lang in self.site.versions(note)),
            count=len(keys),
            publishers=tuple(sorted(dict.fromkeys(names), key=locales.sort_key))[:3],
        )


# Lists


def _section_pages(site: Site) -> Iterator[Page]:
    yield _chooser(site)
    for lang, notes in site.by_lang.items():
        yield _home(site, lang, notes)
        yield from _archive(site, lang, notes)
        yield from _tags(site, lang)
        if site.index.publishers:
            yield _sources(site, lang)
            yield from (_publisher(site, lang, one) for one in site.index.publishers)


def _years(site: Site, notes: Iterable[Note]) -> tuple[Year, ...]:
    grouped = groupby(notes, key=lambda note: note.date[:4])
    return tuple(Year(year, tuple(site.line(note) for note in members)) for year, members in grouped)


def _volumes(site: Site, lang: str, notes: Sequence[Note]) -> tuple[Volume, ...]:
    counts = Counter(note.date[:4] for note in notes)
    return tuple(
        Volume(year, site.base.href(site.archive(lang, year)), counts[year]) for year in sorted(counts, reverse=True)
    )


def _home(site: Site, lang: str, notes: Sequence[Note]) -> Page:
    others = Counter(other for note in notes for other in site.versions(note) if other != lang)
    view = HomeView(
        years=_years(site, notes[: site.config.pages.newest]),
        archive=_volumes(site, lang, notes),
        total=len(notes),
        translated=tuple((other, others[other]) for other in site.langs if others[other]),
    )
    title = site.messages(lang).gettext("Notes")
    homes = {one: site.home(one) for one in site.langs}
    head = _head(site, lang, title, site.view(lang).description, homes, "notes", "/")
    return _page(site, lang, site.home(lang), "home.html", f"the home page in {lang}", head, view)


def _archive(site: Site, lang: str, notes: Sequence[Note]) -> Iterator[Page]:
    volumes = _volumes(site, lang, notes)
    years = {one: {note.date[:4] for note in members} for one, members in site.by_lang.items()}
    for i, volume in enumerate(volumes):
        lines = tuple(site.line(note) for note in notes if note.date[:4] == volume.year)
        newer, older = volumes[i - 1] if i else None, volumes[i + 1] if i + 1 < len(volumes) else None
        view = ArchiveView(year=volume.year, lines=lines, older=older, newer=newer)
        messages = site.messages(lang)
        title = messages.gettext("Notes of %(year)s") % {"year": volume.year} if volume.year else messages.gettext("Undated notes")
        addresses = {one: site.archive(one, volume.year) for one in site.langs if volume.year in years[one]}
        head = _head(site, lang, title, "", addresses, "notes")
        origin = f"the archive of {volume.year or 'undated notes'} in {lang}"
        yield _page(site, lang, site.archive(lang, volume.year), "archive.html", origin, head, view)


def _tags(site: Site, lang: str) -> Iterator[Page]:
    tagged = site.tagged[lang]
    if not tagged:
        return
    messages = site.messages(lang)
    ordered = sorted(tagged.values(), key=lambda one: locales.sort_key(one[0]))
    rows = tuple((Ref(site.base.href(site.tag(lang, tag)), tag), len(notes)) for tag, notes in ordered)
    addresses = {one: site.tags(one) for one in site.langs if site.tagged[one]}
    head = _head(site, lang, messages.gettext("Tags"), "", addresses, "tags")
    yield _page(site, lang, site.tags(lang), "tags.html", f"the list of tags in {lang}", head, TagsView(rows))
    for tag, notes in ordered:
        view = TagView(tag, site.base.href(site.tags(lang)), _years(site, notes))
        head = _head(site, lang, tag, "", {lang: site.tag(lang, tag)}, "tags")
        yield _page(site, lang, site.tag(lang, tag), "tag.html", f"the page of the tag {tag} in {lang}", head, view)


def _chooser(site: Site) -> Page:
    lang = site.langs[0]
    view = ChooserView(tuple(_half(site, one, 3) for one in site.langs))
    head = _head(site, lang, site.view(lang).title, site.view(lang).description, {}, "")
    homes = {one: site.home(one) for one in site.langs}
    hreflang = _head(site, lang, "", "", homes, "", "/").hreflang
    fields = {name: getattr(head, name) for name in Head.__struct_fields__}
    head = Head(**fields | {"canonical": site.base.absolute("/"), "hreflang": hreflang})
    return _page(site, lang, "/", "chooser.html", "the start page", head, view)


def _half(site: Site, lang: str, newest: int) -> Half:
    own = site.view(lang)
    lines = tuple(site.line(note) for note in site.by_lang[lang][:newest]) if newest else ()
    return Half(
        lang=lang, dir=own.dir, name=own.title, description=own.description, home=own.home, sources=own.sources, lines=lines
    )


# Citation index


def _sources(site: Site, lang: str) -> Page:
    shelves = [(publisher, _shelf(site, lang, publisher)) for publisher in site.index.publishers]
    letters = tuple(
        Letter(letter, f"letter-{urls.slug(letter) if letter != '#' else 'other'}", tuple(shelf for _, shelf in members))
        for letter, members in groupby(shelves, key=lambda one: locales.initial(one[0].name))
    )
    most = sorted(shelves, key=lambda one: (-one[1].notes, locales.sort_key(one[1].name)))[:CHARTED]
    works = [source for publisher in site.index.publishers for source in publisher.sources]
    view = SourcesView(
        sources=len(works),
        publishers=len(shelves),
        citations=sum(len({(one.path) for one in source.cited_by}) for source in works),
        letters=letters,
        langs=site.langs,
        chart=tuple(Bar(shelf.name, _citing_notes(site, publisher)) for publisher, shelf in most) if len(most) > 2 else (),
    )
    addresses = {one: site.sources(one) for one in site.langs}
    head = _head(site, lang, site.messages(lang).gettext("Sources"), "", addresses, "sources")
    return _page(site, lang, site.sources(lang), "sources.html", f"the citation index in {lang}", head, view)


def _shelf(site: Site, lang: str, publisher: Publisher) -> Shelf:
    url = site.base.href(site.publisher(lang, publisher.domain))
    return Shelf(publisher.name, url, len(publisher.sources), sum(_citing_notes(site, publisher)))


def _citing_notes(site: Site, publisher: Publisher) -> tuple[int, ...]:
    """How many notes of each language cite the publisher."""
    notes = {(one.path, one.lang) for source in publisher.sources for one in source.cited_by}
    return tuple(sum(lang == own for _, lang in notes) for own in site.langs)


def _publisher(site: Site, lang: str, publisher: Publisher) -> Page:
    pairs = {(source.key, one.path, one.lang) for source in publisher.sources for one in source.cited_by}
    counts = Counter(own for _, _, own in pairs)
    view = PublisherView(
        name=publisher.name,
        domain=publisher.domain,
        index=site.base.href(site.sources(lang)),
        works=tuple(_work(site, lang, source) for source in publisher.sources),
        citations=len(pairs),
        by_language=tuple((own, counts[own]) for own in site.langs),
    )
    addresses = {one: site.publisher(one, publisher.domain) for one in site.langs}
    head = _head(site, lang, publisher.name, "", addresses, "sources")
    origin = f"the page of the publisher {publisher.domain} in {lang}"
    return _page(site, lang, site.publisher(lang, publisher.domain), "publisher.html", origin, head, view)


def _work(site: Site, lang: str, source: Source) -> Work:
    citing = {one.path for one in source.cited_by}
    columns = []
    for own in site.langs:
        notes = tuple(Ref(site.ref(note).url, note.title) for note in site.by_lang[own] if note.path in citing)
        columns.append(Column(own, locales.direction(own), locales.autonym(own), notes))
    return Work(
        id=source.id,
        title=source.title,
        lang=_foreign(source.title, lang),
        url=source.address,
        labels=source.labels,
        written=source.written,
        rules=source.rules,
        columns=tuple(columns),
    )


# Feeds, and files that hosts and crawlers read


def _feeds(site: Site) -> Iterator[Page]:
    for lang, notes in site.by_lang.items():
        dated = [note for note in notes if note.date and not note.draft and not site.is_future(note)]
        if not dated:
            continue
        own, entries = site.view(lang), tuple(_feed_entry(site, note) for note in dated[: site.config.pages.feed])
        view = FeedView(
            id=_permanent(f"feed {site.home(lang)}"),
            url=site.base.absolute(site.feed(lang)),
            home=site.base.absolute(site.home(lang)),
            title=own.title,
            author=locales.listing(site.config.site.authors, lang) if site.config.site.authors else own.title,
            updated=max(entry.updated for entry in entries),
            entries=entries,
        )
        head = Head(title=own.title, description=own.description)
        yield _page(site, lang, site.feed(lang), "feed.xml", f"the feed in {lang}", head, view)


def _permanent(name: str) -> str:
    """An id for feeds (RFC 4287, 4.2.6) that stays when the site moves: it holds no host."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'notesite:' + name)}"


def _feed_entry(site: Site, note: Note) -> FeedEntry:
    others = {lang: address for lang, address in site.versions(note).items() if lang != note.lang}
    links = (site.resolve(note, link).href for link in note.links)
    return FeedEntry(
        id=_permanent(f"note {site.address[note.path]} {note.date}"),
        url=site.base.absolute(site.address[note.path]),
        title=note.title,
        published=metadata.moment(note.date),
        updated=metadata.moment(max(note.updated, note.date)),
        summary=note.description,
        authors=note.authors,
        others=site.alternates(others, note.lang),
        provenance=metadata.provenance(site, note),
        sections=note.sections,
        footnotes=note.footnotes,
        links=tuple(site.base.origin + link if link.startswith("/") else link for link in links),
    )


def _redirects(site: Site) -> Iterator[Page]:
    for note in site.notes:
        for alias in note.aliases:
            if urls.output_path(alias) == urls.output_path(site.address[note.path]):
                continue
            target = site.address[note.path]
            canonical = site.base.absolute(target)
            head = Head(title=note.title, description="", canonical=canonical, noindex=True)
            view = RedirectView(site.base.href(target), note.title)
            yield _page(site, note.lang, alias, "redirect.html", f"{note.path} (alias)", head, view)


def _host_pages(site: Site, planned: Sequence[Page]) -> list[Page]:
    """404 pages, sitemap, robots.txt, `_headers` and `_redirects`."""
    lang = site.langs[0]
    moved = [(site.base.href(alias), site.base.href(site.address[note.path])) for note in site.notes for alias in note.aliases]
    sitemap = site.base.absolute("/sitemap.xml") if site.base.origin else ""
    hosts = HostView(tuple(sorted(moved)), sitemap)
    places = tuple(_place(page) for page in planned if page.template.endswith(".html") and not page.head.noindex)
    bare = Head(title="", description="")
    made = [
        _page(site, lang, "/404.html", "missing.html", "the 404 page", _missing_head(site, lang), _missing(site, site.langs)),
        _page(site, lang, "/sitemap.xml", "sitemap.xml", "the sitemap", bare, SitemapView(tuple(sorted(places, key=lambda one: one.url)))),
    ]
    for own in site.langs:
        origin = f"the 404 page in {own}"
        made.append(_page(site, own, f"{site.home(own)}404.html", "missing.html", origin, _missing_head(site, own), _missing(site, (own,))))
    for name, template in (("robots.txt", "robots.txt"), ("_headers", "headers.txt"), ("_redirects", "redirects.txt")):
        made.append(Page(path=name, template=template, origin=name, site=site.view(lang), head=bare, view=hosts))
    return made


def _place(page: Page) -> Place:
    changed = (page.view.updated or page.view.date) if isinstance(page.view, NoteView) else ""
    return Place(page.head.canonical, changed, page.head.hreflang)


def _missing_head(site: Site, lang: str) -> Head:
    return Head(title=site.messages(lang).gettext("Nothing stands here"), description="", noindex=True)


def _missing(site: Site, langs: Sequence[str]) -> MissingView:
    return MissingView(tuple(_half(site, lang, 0) for lang in langs))


# Files


def _copies(site: Site) -> Iterator[Copy]:
    for name in site.files:
        if name.startswith("assets/"):
            yield Copy(name, name)
    for note in site.notes:
        targets = [site.resolve(note, link) for link in note.links]
        targets += [site.medium(note, note.image, PICTURES), site.medium(note, note.audio, RECORDINGS)]
        yield from (Copy(one.copy_to, one.copy_from) for one in targets if one and one.copy_to)


def _collisions(plan: Plan) -> tuple[Diagnostic, ...]:
    """Outputs that would overwrite each other, on any file system: one message where they are many."""
    claims = [(page.path, page.origin) for page in plan.pages]
    claims += [(copy.path, copy.source) for copy in plan.copies] + [(asset.path, "notesite's own files") for asset in plan.assets]
    first: dict[str, tuple[str, str]] = {}
    twice: list[tuple[str, str, str]] = []
    for path, origin in sorted(claims):
        place = urls.same_place(path)
        if place in first:
            twice.append((path, first[place][1], origin))
        first.setdefault(place, (path, origin))
    for path, origin in first.values():
        above = (urls.same_place(str(parent)) for parent in PurePosixPath(path).parents)
        twice += [(path, first[parent][1], origin) for parent in above if parent in first]
    if len(twice) <= 5:
        return tuple(_claimed(*one) for one in twice)
    shown = ", ".join(f"/{path} ({one}; {other})" for path, one, other in twice[:5])
    words = f"{len(twice)} addresses are claimed twice, the first five are {shown}"
    mend = 'permalink = "/{lang}/{year}/{slug}/" or "/{lang}/{path}/" under [site] in notesite.toml keeps them apart'
    return (error("address-taken", words, "", 0, mend),)


def _claimed(path: str, one: str, other: str) -> Diagnostic:
    address = "/" + path.removesuffix("index.html")
    related = (Related(one, 0, "claims it, too"),) if one.startswith("notes/") else ()
    words = f"the address {address} is claimed twice: by {one} and by {other}"
    where = other if other.startswith("notes/") else ""
    return error("address-taken", words, where.removesuffix(" (alias)"), 0, "give one of them another slug", *related)
