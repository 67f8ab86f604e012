"""Where everything stands: the addresses of a site, and the small views of notes that many pages share."""

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import PurePosixPath

from msgspec import Struct

from notesite import locales, urls
from notesite.config import Config
from notesite.locales import Catalogue
from notesite.pages import SiteView
from notesite.parity import Parity
from notesite.records import Group, Index, Link, Linkage, Note, Publisher
from notesite.views import Alternate, Line, Ref

STYLESHEET, SCRIPT, ICON = "static/site.css", "static/site.js", "static/icon.svg"
"""The files that come with the templates and go to `assets/` under names with a digest."""

PICTURES = (".avif", ".webp", ".jpg", ".jpeg", ".png", ".svg", ".gif")
RECORDINGS = (".mp3", ".m4a", ".ogg", ".opus", ".flac", ".wav")


class Target(Struct, frozen=True):
    """What a link within the site leads to: its address as pages print it, and the file to copy there.

    `problem` says in words why it leads nowhere, `hint` what may have been meant.
    """

    href: str
    copy_from: str = ""
    copy_to: str = ""
    problem: str = ""
    hint: str = ""


class Site:
    """The notes of a site at their addresses.  Read-only; every answer depends on what it was made from alone."""

    def __init__(
        self,
        config: Config,
        notes: Sequence[Note],
        linkage: Linkage,
        index: Index,
        files: Iterable[str],
        catalogues: Mapping[str, Catalogue],
        static: Mapping[str, bytes],
        parities: Iterable[Parity] = (),
    ) -> None:
        self.config, self.index, self.catalogues = config, index, catalogues
        self.base = config.base
        by_title = sorted(notes, key=lambda note: (*locales.sort_key(note.title), note.path))
        self.notes = tuple(sorted(by_title, key=lambda note: note.date, reverse=True))
        self.files = frozenset(files)
        self.static_data = dict(static)
        self.static = {name: _asset_path(name, data) for name, data in static.items()}
        self.index_sources = index.sources
        self.publisher_names = {one.domain: one.name for one in index.publishers}
        self.parities = {(one.original, one.translation): one for one in parities}
        self.places = {note.path: place for place, note in enumerate(self.notes)}
        self.by_path = {note.path: note for note in self.notes}
        self.groups: dict[str, Group] = {path: group for group in linkage.groups for path in group.notes}
        self.members: dict[str, dict[str, Note]] = {
            path: {self.by_path[one].lang: self.by_path[one] for one in group.notes}
            for path, group in self.groups.items()
        }
        self.langs = self._languages()
        self.by_lang = {lang: tuple(note for note in self.notes if note.lang == lang) for lang in self.langs}
        self.address = {note.path: self._note_address(note) for note in self.notes}
        self.by_address = {address: path for path, address in self.address.items()}
        self._views: dict[str, SiteView] = {}
        self._words: dict[tuple[str, str], str] = {}

    def _languages(self) -> tuple[str, ...]:
        """The languages that have notes: the default one first, then as the settings list them."""
        present = {note.lang for note in self.notes} or {self.config.default_language}
        wanted = [self.config.default_language, *self.config.site.languages, *sorted(present)]
        return tuple(dict.fromkeys(lang for lang in wanted if lang in present))

    def _note_address(self, note: Note) -> str:
        if note.permalink:
            return note.permalink
        year, month, day = [*note.date[:10].split("-"), "", ""][:3]
        below = PurePosixPath(note.path).relative_to("notes").parent.parts
        path = "/".join([*(urls.slug(part) for part in below if part not in ("drafts", "_drafts")), note.slug])
        made = self.config.site.permalink.format(
            lang=note.lang.lower(), slug=note.slug, year=year, month=month, day=day, path=path
        )
        return "/" + "/".join(part for part in made.split("/") if part) + ("/" if made.endswith("/") else "")

    # Addresses of sections, as pages print them

    def word(self, lang: str, english: str) -> str:
        """A word of an address in a language: `sources` is `quellen`."""
        known = self._words.get((lang, english))
        if known is None:
            known = self._words[lang, english] = urls.slug(self.messages(lang).pgettext("address", english))
        return known

    def messages(self, lang: str) -> Catalogue:
        """The messages of a language; of its main language or English where it has none."""
        return self.catalogues.get(lang) or self.catalogues.get(lang.split("-")[0]) or self.catalogues["en"]

    def home(self, lang: str) -> str:
        """`/de/`"""
        return f"/{lang.lower()}/"

    def archive(self, lang: str, year: str) -> str:
        """`/de/2025/`; the undated notes at `/de/undatiert/`"""
        return f"{self.home(lang)}{year or self.word(lang, 'undated')}/"

    def sources(self, lang: str) -> str:
        """`/de/quellen/`"""
        return f"{self.home(lang)}{self.word(lang, 'sources')}/"

    def rows(self, lang: str) -> str:
        """`/de/quellen/find.json`"""
        return f"{self.sources(lang)}find.json"

    def publisher(self, lang: str, domain: str) -> str:
        """`/de/quellen/wikipedia.org/`"""
        return f"{self.sources(lang)}{_domain_segment(domain)}/"

    def compare(self, note: Note) -> str:
        """`/de/rhein/vergleich/`: the note beside its translation."""
        address, word = self.address[note.path], self.word(note.lang, "compare")
        return f"{address}{word}/" if address.endswith("/") else f"{address.removesuffix('.html')}-{word}.html"

    def exports(self, whose: Publisher | Note | None = None) -> str:
        """`/sources`, `/sources/wikipedia.org`, `/de/rhein/sources`: what follows is `.json`, `.bib` or `.ris`."""
        if isinstance(whose, Publisher):
            return f"/sources/{_domain_segment(whose.domain)}"
        if whose is None:
            return "/sources"
        address = self.address[whose.path]
        return f"{address}sources" if address.endswith("/") else f"{address.removesuffix('.html')}-sources"

    def tags(self, lang: str) -> str:
        """`/de/themen/`"""
        return f"{self.home(lang)}{self.word(lang, 'tags')}/"

    def tag(self, lang: str, tag: str) -> str:
        """`/de/themen/kosten/`; of tags with one slug (C, C++) only the one that is its slug has it plain."""
        name, slug = _tag_name(tag), urls.slug(tag)
        alone = name.replace(" ", "-") == slug or self._tag_slugs[lang][slug] <= 1
        return f"{self.tags(lang)}{slug if alone else f'{slug}-{urls.digest(name)}'}/"

    @cached_property
    def _tag_slugs(self) -> dict[str, Counter[str]]:
        """Per language how many tags have a slug."""
        return {lang: Counter(map(urls.slug, tagged)) for lang, tagged in self.tagged.items()}

    def feed(self, lang: str) -> str:
        """`/de/feed.xml`"""
        return f"{self.home(lang)}feed.xml"

    def fed(self, lang: str) -> tuple[Note, ...]:
        """The notes for the feed of a language, newest first: those with a date that are published."""
        own = self.by_lang.get(lang, ())
        return tuple(note for note in own if note.date and not note.draft and not self.is_future(note))

    @cached_property
    def tagged(self) -> dict[str, dict[str, tuple[str, tuple[Note, ...]]]]:
        """Per language and name of a tag: the tag as most notes write it, and its notes, newest first."""
        made: dict[str, dict[str, tuple[str, tuple[Note, ...]]]] = {}
        for lang, notes in self.by_lang.items():
            spelled: dict[str, Counter[str]] = defaultdict(Counter)
            members: dict[str, list[Note]] = defaultdict(list)
            for note in notes:
                for name, tag in {_tag_name(tag): tag for tag in note.tags}.items():
                    spelled[name][tag] += 1
                    members[name].append(note)
            made[lang] = {
                name: (min(spelled[name], key=lambda tag: (-spelled[name][tag], tag)), tuple(members[name]))
                for name in members
            }
        return made

    @cached_property
    def sections(self) -> frozenset[str]:
        """The addresses of all pages that are no note's, for links within the site."""
        made = {"/"}
        for lang, notes in self.by_lang.items():
            made |= {self.home(lang), *([self.feed(lang)] if self.fed(lang) else [])}
            if self.config.pages.compare:
                made |= {self.compare(note) for note in notes if len(self.members[note.path]) > 1}
            made |= {self.archive(lang, note.date[:4]) for note in notes}
            made |= {self.tag(lang, tag) for tag, _ in self.tagged[lang].values()}
            made |= {self.publisher(lang, one.domain) for one in self.index.publishers}
            made |= {self.tags(lang)} if self.tagged[lang] else set()
            made |= {self.sources(lang)} if self.index.publishers else set()
        return frozenset(made)

    # Views that many pages share

    def view(self, lang: str) -> SiteView:
        """What every page of a language shares."""
        if lang not in self._views:
            self._views[lang] = self._view(lang)
        return self._views[lang]

    def _view(self, lang: str) -> SiteView:
        texts, href = self.config.text(lang), self.base.href
        return SiteView(
            title=texts.title or self.messages(lang).gettext("Research notes"),
            description=texts.description,
            lang=lang,
            dir=locales.direction(lang),
            base=self.base.path,
            chooser=href("/"),
            home=href(self.home(lang)),
            sources=href(self.sources(lang)) if self.index.publishers else "",
            tags=href(self.tags(lang)) if self.tagged.get(lang) else "",
            feed=href(self.feed(lang)) if self.fed(lang) else "",
            stylesheet=href(self.static[STYLESHEET]),
            script=href(self.static[SCRIPT]),
            icon=href(self.static[ICON]),
            languages=self.alternates({one: self.home(one) for one in self.langs}, lang),
        )

    def alternates(self, addresses: Mapping[str, str], current: str) -> tuple[Alternate, ...]:
        """The versions of a page by language, in the site's order."""
        return tuple(
            Alternate(lang, locales.autonym(lang), self.base.href(addresses[lang]), lang == current)
            for lang in self.langs
            if lang in addresses
        )

    def versions(self, note: Note) -> dict[str, str]:
        """The addresses of a note's versions by language, its own included."""
        return {lang: self.address[one.path] for lang, one in self.members[note.path].items()}

    def version(self, lang: str, note: Note) -> Note:
        """A note's version in a language, else its original."""
        return self.members[note.path].get(lang) or self.by_path[self.groups[note.path].original]

    def ref(self, note: Note, lang: str = "") -> Ref:
        """A link to a note from a page in a language."""
        return Ref(self.base.href(self.address[note.path]), note.title, "" if note.lang == lang else note.lang)

    def is_future(self, note: Note) -> bool:
        """Whether the note is dated after today."""
        return note.date[:10] > self.config.today

    def line(self, note: Note) -> Line:
        """A note in a list."""
        return Line(
            url=self.base.href(self.address[note.path]),
            title=note.title,
            lang=note.lang,
            date=note.date,
            description=note.description,
            sources=len(note.bibliography),
            others=tuple(one for one in self.alternates(self.versions(note), note.lang) if not one.current),
            generated=bool(note.generated),
            translated=bool(note.translated),
            reviewed=bool(note.reviewed),
            draft=note.draft,
            future=self.is_future(note),
        )

    # Links within the site

    def resolve(self, note: Note, link: Link) -> Target:
        """What a link in a note's text leads to: a note by its file or address, a section, a file, an anchor."""
        path, hash_, fragment = link.address.partition("#")
        path, question, query = path.partition("?")
        tail = question + query + hash_ + fragment
        if not path:
            return self._anchored(note, note, fragment, link.address)
        folder = str(PurePosixPath(note.path).parent)
        file = urls.joined("" if path.startswith("/") else folder, path)
        if file in self.by_path:
            other = self.by_path[file]
            return self._anchored(note, other, fragment, self.base.href(self.address[file]) + tail)
        if file in self.files:
            return self._copied(note, file, tail)
        address = self._page_address(note, path)
        if address in self.by_address:
            other = self.by_path[self.by_address[address]]
            return self._anchored(note, other, fragment, self.base.href(address) + tail)
        if address in self.sections:
            return Target(self.base.href(address) + tail)
        href = self.base.href(path) + tail if path.startswith("/") else link.address
        return Target(href, problem=f"the link to {link.address} leads nowhere", hint=self._nearest(file or path))

    def _page_address(self, note: Note, path: str) -> str:
        """A link as the address of a page of the site, with or without its last slash and base path.

        Empty where it would lead out of the site.
        """
        plain = path
        if self.base.path != "/" and path.startswith(self.base.path):
            plain = "/" + path.removeprefix(self.base.path)
        folder = "" if plain.startswith("/") else self.address[note.path]
        joined = urls.joined(folder, plain.removesuffix("index.html"))
        if joined is None:
            return ""
        address = "/" + joined
        with_slash = address.rstrip("/") + "/"
        return with_slash if with_slash in self.by_address or with_slash in self.sections else address

    def _anchored(self, note: Note, other: Note, fragment: str, href: str) -> Target:
        if not fragment or fragment in self.anchors(other):
            return Target(href)
        where = "this note" if other is note else other.path
        known = difflib.get_close_matches(fragment, self.anchors(other), n=1)
        hint = f"did you mean #{known[0]}?" if known else "its headings make the anchors"
        return Target(href, problem=f"there is no #{fragment} in {where}", hint=hint)

    def anchors(self, note: Note) -> frozenset[str]:
        """The ids a link can aim at in a note's page."""
        numbered = {f"s{n}" for n in range(1, len(note.bibliography) + 1)}
        notes = {f"fn-{one.label}" for one in note.footnotes}
        return frozenset({"text", "sources", *(one.id for one in note.headings), *numbered, *notes})

    def _copied(self, note: Note, file: str, tail: str) -> Target:
        """A file of the site: under `assets/` where it is, beside a note next to the page that links it."""
        if file.startswith("assets/"):
            return Target(self.base.href("/" + file) + tail, file, file)
        page = PurePosixPath(urls.output_path(self.address[note.path]))
        folder = page.parent if page.name == "index.html" else page.with_suffix("")
        copy = str(folder / PurePosixPath(file).name)
        return Target(self.base.href("/" + copy) + tail, file, copy)

    def _nearest(self, file: str) -> str:
        near = difflib.get_close_matches(file, sorted({*self.by_path, *self.files}), n=1, cutoff=0.7)
        return f"did you mean {near[0]}?" if near else "link a note by its file, or a page by its address"

    def medium(self, note: Note, said: bool | str, endings: tuple[str, ...]) -> Target | None:
        """A note's lead picture or recording: by its path, or for `true` the slug's file under `assets/`."""
        if said is False:
            return None
        kind = "picture" if endings is PICTURES else "recording"
        if isinstance(said, str):
            found = self.resolve(note, Link(said, 0))
            words, hint = f"the {kind} {said} is no file of this site", "save it beside the note, or under assets/"
            return found if found.copy_to else Target("", problem=words, hint=hint)
        names = [f for f in sorted(self.files) if f.startswith("assets/") and PurePosixPath(f).stem == note.slug]
        for ending in endings:
            for name in names:
                if PurePosixPath(name).suffix.lower() == ending:
                    return self._copied(note, name, "")
        return Target(
            "",
            problem=f"there is no {kind} named {note.slug} under assets/",
            hint=f"save it as assets/{note.slug}{endings[2]}",
        )


def _tag_name(tag: str) -> str:
    """What makes two spellings one tag: case, hyphens and spaces do not matter."""
    return re.sub(r"[-_\s]+", " ", tag.lower()).strip()


def _asset_path(name: str, data: bytes) -> str:
    """`assets/site-1a2b3c4d.css`: the digest in the name lets browsers keep it for good."""
    path = PurePosixPath(name)
    return f"assets/{path.stem}-{urls.digest(data.decode('utf-8', 'replace'))}{path.suffix}"


@lru_cache(maxsize=4096)
def _domain_segment(domain: str) -> str:
    """A domain as a segment of an address: it is one already, but for ports and addresses of machines."""
    safe = "".join(c if c.isalnum() or c in ".-" else "-" for c in domain.lower()).strip(".-")
    return safe or urls.slug(domain)
