"""Notes, groups and citation index to the exact list of pages, each with all that its template may see."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import partial
from itertools import groupby

import msgspec

from notesite import articles, claimed, locales, metadata, shelves, sides, subjects, urls
from notesite.diagnostics import Diagnostic
from notesite.heads import head, page
from notesite.pages import NOTHING, Asset, Copy, Head, Page, Plan, Shown, Standing
from notesite.records import Note
from notesite.site import PICTURES, RECORDINGS, Site, Target
from notesite.views import (
    Alternate,
    ArchiveView,
    ChooserView,
    FeedEntry,
    FeedView,
    Half,
    HomeView,
    HostView,
    MissingView,
    RedirectView,
    Ref,
    SitemapView,
    TagsView,
    TagView,
    Volume,
    Year,
)  # fmt: skip

SITEMAP = "sitemap.xml"
"""The output that names all others."""


def pages(site: Site, templates: frozenset[str], standing: Standing = NOTHING) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """Everything the site will hold but what is `standing`; two outputs for one address are errors."""
    stand = {*standing.notes.values()}
    planned = [*_note_pages(site, templates, stand), *_section_pages(site), *_feeds(site), *_redirects(site)]
    planned += [] if standing.index else _source_pages(site)
    planned += _host_pages(site, tuple(planned), stand)
    copies = tuple(sorted(set(_copies(site)), key=lambda copy: copy.path))
    assets = tuple(Asset(path, site.static_data[name]) for name, path in sorted(site.static.items()))
    plan = Plan(tuple(sorted(planned, key=lambda page: page.path)), copies, (Asset(".nojekyll", b""), *assets))
    return plan, _collisions(site, plan, standing)


def without_collisions(plan: Plan) -> Plan:
    """The plan with the first claim of each address alone, for a build that keeps going."""
    taken: set[str] = set()
    folders: set[str] = set()
    kept: list[Page | Copy | Asset] = []
    every: list[Page | Copy | Asset] = [*plan.pages, *plan.copies, *plan.assets]
    for one in every:
        place = urls.same_place(one.path)
        above = set(urls.folders_of(place))
        if place not in taken and place not in folders and not above & taken:
            taken.add(place)
            folders |= above
            kept.append(one)
    return Plan(
        tuple(one for one in kept if isinstance(one, Page)),
        tuple(one for one in kept if isinstance(one, Copy)),
        tuple(one for one in kept if isinstance(one, Asset)),
    )


# Notes


def _note_pages(site: Site, templates: frozenset[str], standing: Set[str]) -> Iterator[Page]:
    related = articles.Related(site)
    for notes in site.by_lang.values():
        for i, note in enumerate(notes):
            if note.path in standing:
                continue
            newer, older = notes[i - 1] if i else None, notes[i + 1] if i + 1 < len(notes) else None
            yield articles.page(site, note, related, older, newer, articles.template(note, templates))


# Lists


def _section_pages(site: Site) -> Iterator[Page]:
    yield _chooser(site)
    for lang, notes in site.by_lang.items():
        yield _home(site, lang, notes)
        yield from _archive(site, lang, notes)
        yield from _tags(site, lang)
        yield from sides.pages(site, lang)


def _source_pages(site: Site) -> Iterator[Page]:
    for lang in site.langs if site.domains else ():
        yield from shelves.pages(site, lang)
    yield from shelves.export_pages(site)


def _years(site: Site, notes: Iterable[Note]) -> tuple[Year, ...]:
    grouped = groupby(notes, key=lambda note: note.date[:4])
    return tuple(Year(year, tuple(site.line(note) for note in members)) for year, members in grouped)


def _volumes(site: Site, lang: str, notes: Sequence[Note]) -> tuple[Volume, ...]:
    counts = Counter(note.date[:4] for note in notes)
    return tuple(
        Volume(year, site.base.href(site.archive(lang, year)), counts[year]) for year in sorted(counts, reverse=True)
    )


def _home(site: Site, lang: str, notes: Sequence[Note]) -> Page:
    title = site.messages(lang).gettext("Notes")
    homes = {one: site.home(one) for one in site.langs}
    top = head(site, lang, title, site.view(lang).description, homes, "notes", "/")
    view, reads = partial(_home_view, lang=lang, notes=notes), (subjects.cards(lang),)
    return page(site, lang, site.home(lang), "home.html", f"the home page in {lang}", top, view, reads)


def _home_view(site: Site, lang: str, notes: Sequence[Note]) -> HomeView:
    others = Counter(other for note in notes for other in site.members[note.path] if other != lang)
    return HomeView(
        years=_years(site, notes[: site.config.pages.newest]),
        archive=_volumes(site, lang, notes),
        total=len(notes),
        translated=tuple((other, others[other]) for other in site.langs if others[other]),
    )


def _archive(site: Site, lang: str, notes: Sequence[Note]) -> Iterator[Page]:
    volumes = _volumes(site, lang, notes)
    years = {one: {note.date[:4] for note in members} for one, members in site.by_lang.items()}
    for i, volume in enumerate(volumes):
        newer, older = volumes[i - 1] if i else None, volumes[i + 1] if i + 1 < len(volumes) else None
        view = partial(_archive_view, notes=notes, volume=volume, older=older, newer=newer)
        messages = site.messages(lang)
        title = (
            messages.gettext("Notes of %(year)s") % {"year": volume.year}
            if volume.year
            else messages.gettext("Undated notes")
        )
        addresses = {one: site.archive(one, volume.year) for one in site.langs if volume.year in years[one]}
        top = head(site, lang, title, "", addresses, "notes")
        origin = f"the archive of {volume.year or 'undated notes'} in {lang}"
        reads = (subjects.volume(lang, volume.year), *map(subjects.volumes, site.langs))
        yield page(site, lang, site.archive(lang, volume.year), "archive.html", origin, top, view, reads)


def _archive_view(
    site: Site, notes: Sequence[Note], volume: Volume, older: Volume | None, newer: Volume | None
) -> ArchiveView:
    lines = tuple(site.line(note) for note in notes if note.date[:4] == volume.year)
    return ArchiveView(year=volume.year, lines=lines, older=older, newer=newer)


def _tags(site: Site, lang: str) -> Iterator[Page]:
    tagged = site.tagged[lang]
    if not tagged:
        return
    messages = site.messages(lang)
    ordered = sorted(tagged.values(), key=lambda one: locales.sort_key(one[0]))
    rows = tuple((Ref(site.base.href(site.tag(lang, tag)), tag), len(notes)) for tag, notes in ordered)
    addresses = {one: site.tags(one) for one in site.langs if site.tagged[one]}
    top = head(site, lang, messages.gettext("Tags"), "", addresses, "tags")
    reads = tuple(map(subjects.tags, site.langs))
    listed = partial(_tags_view, rows=rows)
    yield page(site, lang, site.tags(lang), "tags.html", f"the list of tags in {lang}", top, listed, reads)
    for tag, notes in ordered:
        view = partial(_tag_view, lang=lang, tag=tag, notes=notes)
        top = head(site, lang, tag, "", {lang: site.tag(lang, tag)}, "tags")
        reads, origin = (subjects.tag(lang, urls.slug(tag)),), f"the page of the tag {tag} in {lang}"
        yield page(site, lang, site.tag(lang, tag), "tag.html", origin, top, view, reads)


def _tags_view(_: Site, rows: tuple[tuple[Ref, int], ...]) -> TagsView:
    return TagsView(rows)


def _tag_view(site: Site, lang: str, tag: str, notes: Sequence[Note]) -> TagView:
    return TagView(tag, site.base.href(site.tags(lang)), _years(site, notes))


def _chooser(site: Site) -> Page:
    lang = site.langs[0]
    top = head(site, lang, site.view(lang).title, site.view(lang).description, {}, "")
    homes = {one: site.home(one) for one in site.langs}
    hreflang = head(site, lang, "", "", homes, "", "/").hreflang
    top = msgspec.structs.replace(top, canonical=site.base.absolute("/"), hreflang=hreflang)
    reads = tuple(map(subjects.cards, site.langs))
    return page(site, lang, "/", "chooser.html", "the start page", top, _choice, reads)


def _choice(site: Site) -> ChooserView:
    return ChooserView(tuple(_half(site, one, 3) for one in site.langs))


def _half(site: Site, lang: str, newest: int) -> Half:
    own = site.view(lang)
    lines = tuple(site.line(note) for note in site.by_lang[lang][:newest]) if newest else ()
    return Half(
        lang=lang, dir=own.dir, name=own.title, description=own.description,
        home=own.home, sources=own.sources, lines=lines,
    )  # fmt: skip


# Feeds, and files that hosts and crawlers read


def _feeds(site: Site) -> Iterator[Page]:
    for lang in site.langs:
        shown = site.fed(lang)
        if not shown:
            continue
        own = site.view(lang)
        top = Head(title=own.title, description=own.description)
        reads = [subjects.cards(lang)]
        for note in shown:
            reads += [subjects.text(note.path), subjects.whole(note.path), *subjects.linked(site, note)]
            reads += map(subjects.card, site.groups[note.path].notes)
        view = partial(_feed_view, lang=lang)
        yield page(site, lang, site.feed(lang), "feed.xml", f"the feed in {lang}", top, view, tuple(reads))


def _feed_view(site: Site, lang: str) -> FeedView:
    title, entries = site.view(lang).title, tuple(_feed_entry(site, note) for note in site.fed(lang))
    return FeedView(
        id=_permanent(f"feed {site.home(lang)}"),
        url=site.base.absolute(site.feed(lang)),
        home=site.base.absolute(site.home(lang)),
        title=title,
        author=locales.listing(site.config.site.authors, lang) if site.config.site.authors else title,
        updated=metadata.latest(entry.updated for entry in entries),
        entries=entries,
    )


def _permanent(name: str) -> str:
    """An id for feeds (RFC 4287, 4.2.6) that stays when the site moves: it holds no host."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'notesite:' + name)}"


def _feed_entry(site: Site, note: Note) -> FeedEntry:
    links = (site.resolve(note, link).href for link in note.links)
    said = metadata.provenance(site, note)
    said = msgspec.structs.replace(
        said,
        original=said.original and _whole(site, said.original),
        machine_translations=tuple(_whole(site, one) for one in said.machine_translations),
    )
    return FeedEntry(
        id=_permanent(f"note {site.address[note.path]} {note.date}"),
        url=site.base.absolute(site.address[note.path]),
        title=note.title,
        published=metadata.moment(note.date),
        updated=metadata.latest(metadata.moment(one) for one in (note.date, note.updated) if one),
        summary=note.description,
        authors=note.authors,
        others=tuple(_whole(site, one) for one in site.alternates(site.versions(note), note.lang) if not one.current),
        provenance=said,
        sections=note.sections,
        footnotes=note.footnotes,
        links=tuple(site.base.origin + link if link.startswith("/") else link for link in links),
    )


def _whole(site: Site, one: Alternate) -> Alternate:
    """A version with its host, as a feed needs it: a feed is read far from the site."""
    return msgspec.structs.replace(one, url=site.base.origin + one.url)


def _moved(site: Site) -> Iterator[tuple[Note, str]]:
    """Notes with their old addresses, each once; the address a note has now is none of them."""
    for note in site.notes:
        if not note.aliases:
            continue
        own = urls.output_path(site.address[note.path])
        olds = {urls.output_path(alias): alias for alias in reversed(note.aliases)}
        yield from ((note, alias) for path, alias in sorted(olds.items()) if path != own)


def _redirects(site: Site) -> Iterator[Page]:
    for note, alias in _moved(site):
        target = site.address[note.path]
        canonical = site.base.absolute(target)
        top = Head(title=note.title, description="", canonical=canonical, noindex=True)
        view = partial(_redirect_view, target=target, title=note.title)
        reads = (subjects.card(note.path),)
        yield page(site, note.lang, alias, "redirect.html", note.path + claimed.ALIAS, top, view, reads)


def _redirect_view(site: Site, target: str, title: str) -> RedirectView:
    return RedirectView(site.base.href(target), title)


def _host_pages(site: Site, planned: Sequence[Page], standing: Set[str]) -> list[Page]:
    """404 pages, robots.txt, `_headers`, `_redirects`, and the sitemap of what is planned and of `standing` notes."""
    lang = site.langs[0]
    moved = [(site.base.href(alias), site.base.href(site.address[note.path])) for note, alias in _moved(site)]
    sitemap = site.base.absolute("/sitemap.xml") if site.base.origin else ""
    hosts = HostView(tuple(sorted(moved)), sitemap)
    bare = Head(title="", description="")
    lost = partial(_missing, langs=site.langs)
    made = [page(site, lang, "/404.html", "missing.html", "the 404 page", _missing_head(site, lang), lost)]
    listed = partial(_sitemap, planned=planned, standing=standing)
    # Of the citation index it names the pages, whatever they show: see `touched`.
    reads = (subjects.SITEMAP, *map(subjects.tags, site.langs), *map(subjects.volumes, site.langs))
    made.append(page(site, lang, f"/{SITEMAP}", "sitemap.xml", "the sitemap", bare, listed, reads))
    for own in site.langs:
        origin, address = f"the 404 page in {own}", f"{site.home(own)}404.html"
        lost = partial(_missing, langs=(own,))
        made.append(page(site, own, address, "missing.html", origin, _missing_head(site, own), lost))
    for name, template in (("robots.txt", "robots.txt"), ("_headers", "headers.txt"), ("_redirects", "redirects.txt")):
        made.append(Page(name, template, name, site.view(lang), site, lambda _: Shown(bare, hosts, (subjects.MOVED,))))
    return made


def touched(had: Set[str], pages: Iterable[Page]) -> Set[subjects.Subject]:
    """What the citation index touches by having other pages than it `had`: the sitemap, which names them."""
    has = {page.path for page in pages if page.family == shelves.FAMILY}
    return {subjects.SITEMAP} if has != had else set()


def _sitemap(site: Site, planned: Sequence[Page], standing: Set[str]) -> SitemapView:
    places = [page.place() for page in planned]
    places += [articles.place(site, site.by_path[path]) for path in standing]
    return SitemapView(tuple(sorted(filter(None, places), key=lambda one: one.url)))


def _missing_head(site: Site, lang: str) -> Head:
    return Head(title=site.messages(lang).gettext("There is nothing here"), description="", noindex=True)


def _missing(site: Site, langs: Sequence[str]) -> MissingView:
    return MissingView(tuple(_lost(site, *together) for together in site.by_voice(langs)))


def _lost(site: Site, first: str, *more: str) -> Half:
    """What the 404 page says once to readers of languages that share their messages."""
    voice = locales.voice(site.catalogues, first)
    others = tuple(Ref(site.view(one).home, "", one) for one in more)
    half = _half(site, first, 0)
    return msgspec.structs.replace(half, lang=voice, dir=locales.direction(voice), others=others)


# Files


def _copies(site: Site) -> Iterator[Copy]:
    for name in site.files:
        if name.startswith("assets/"):
            yield Copy(name, name)
    for note in site.notes:
        targets: list[Target | None] = [site.resolve(note, link) for link in note.links]
        targets += [site.medium(note, note.image, PICTURES), site.medium(note, note.audio, RECORDINGS)]
        yield from (Copy(one.copy_to, one.copy_from) for one in targets if one is not None and one.copy_to)


def _collisions(site: Site, plan: Plan, standing: Standing) -> tuple[Diagnostic, ...]:
    """Outputs that would overwrite each other, on any file system."""
    claims = [*standing.notes.items(), *standing.index.items(), *((page.path, page.origin) for page in plan.pages)]
    claims += [(copy.path, copy.source) for copy in plan.copies] + [
        (asset.path, "notesite's own files") for asset in plan.assets
    ]
    once = {path for path, _ in claims}
    if once <= standing.together and len(once) == len(claims):
        return ()
    return claimed.twice(site, claims)
