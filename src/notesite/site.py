"""Where everything stands: the addresses of a site, and the small views of notes that many pages share."""

import copy
import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath

from msgspec import Struct

from notesite import keys, locales, urls
from notesite.addresses import Addresses
from notesite.config import Config
from notesite.linkage import Group, Linkage
from notesite.locales import Catalogue
from notesite.pages import SiteView
from notesite.parity import Parity
from notesite.records import Index, Link, Note, Source
from notesite.views import Alternate, Line, Ref

STYLESHEET, SCRIPT, ICON = "static/site.css", "static/site.js", "static/icon.svg"
"""The files that come with the templates and go to `assets/` under names with a digest."""

PICTURES = (".avif", ".webp", ".jpg", ".jpeg", ".png", ".svg", ".gif")
RECORDINGS = (".mp3", ".m4a", ".ogg", ".opus", ".flac", ".wav")


Compare = Callable[[str, str], Parity | None]
"""What holding a translation against its original gives, of their paths."""


class Target(Struct, frozen=True):
    """What a link within the site leads to: its address as pages print it, and the file to copy there.

    `problem` says in words why it leads nowhere, `hint` what may have been meant.
    """

    href: str
    copy_from: str = ""
    copy_to: str = ""
    problem: str = ""
    hint: str = ""


class Site(Addresses):
    """The notes of a site at their addresses.  Read-only; every answer depends on what it was made from alone."""

    widely_cited = 40
    """A source that more notes cite than this, a note and its translations aside, does not make them related."""

    def __init__(
        self,
        config: Config,
        notes: Sequence[Note],
        linkage: Linkage,
        index: Callable[[], Index],
        files: Iterable[str],
        catalogues: Mapping[str, Catalogue],
        static: Mapping[str, bytes],
        parity: Compare = lambda _, __: None,
    ) -> None:
        super().__init__(config, notes, catalogues)
        self._index = index
        self._names: Mapping[str, str] | None = None
        by_title = sorted(notes, key=lambda note: (*locales.sort_key(note.title), note.path))
        self.notes = tuple(sorted(by_title, key=lambda note: note.date, reverse=True))
        self.files = frozenset(files)
        self.static_data = dict(static)
        self.static = {name: _asset_path(name, data) for name, data in static.items()}
        self.parity = parity
        self.by_path = {note.path: note for note in self.notes}
        self.groups: dict[str, Group] = {path: group for group in linkage.groups for path in group.notes}
        self.members: dict[str, dict[str, Note]] = {
            path: {self.by_path[one].lang: self.by_path[one] for one in group.notes}
            for path, group in self.groups.items()
        }
        self.langs = self._languages()
        self.by_lang = {lang: tuple(note for note in self.notes if note.lang == lang) for lang in self.langs}
        self.views: dict[str, SiteView] = {}
        self._left_out = linkage.left_out

    def retold(self, notes: Iterable[Note], parity: Compare) -> "Site":
        """The same site where these notes have other texts; all that anybody says of them must be as it was."""
        made, new = copy.copy(self), {note.path: note for note in notes}
        made.by_path, made.parity = self.by_path | new, parity
        made.notes = tuple(made.by_path[note.path] for note in self.notes)
        made.by_lang = {lang: tuple(made.by_path[note.path] for note in own) for lang, own in self.by_lang.items()}
        together = {path for one in new for path in self.groups[one].notes}
        made.members = self.members | {
            path: {lang: made.by_path[one.path] for lang, one in self.members[path].items()} for path in together
        }
        return made

    # The citation index, which is made only where it is asked for: most edits change no source

    @cached_property
    def index(self) -> Index:
        """The citation index."""
        return self._index()

    @cached_property
    def index_sources(self) -> dict[str, Source]:
        """All sources by their canonical key."""
        return self.index.sources

    def recall(self, names: Mapping[str, str]) -> None:
        """Take these names of publishers, which somebody knows to be those of the index."""
        self._names = names

    @cached_property
    def publisher_names(self) -> Mapping[str, str]:
        """What publishers are called, by their domain."""
        return self._names or {one.domain: one.name for one in self.index.publishers}

    @cached_property
    def citing(self) -> dict[str, set[str]]:
        """The paths of the notes that cite a source, by its canonical key."""
        made = defaultdict[str, set[str]](set)
        for note in self.notes:
            for key in note.keys:
                made[key].add(note.path)
        return dict(made)

    @cached_property
    def paths(self) -> dict[str, frozenset[str]]:
        """The paths of the notes of each language."""
        return {lang: frozenset(note.path for note in notes) for lang, notes in self.by_lang.items()}

    def is_common(self, key: str) -> bool:
        """Whether a source relates no notes at all: it is widely cited, whichever note and translations are aside."""
        return len(self.citing.get(key, ())) > self.widely_cited + len(self.langs)

    @cached_property
    def _is_citing(self) -> bool:
        return any(note.keys for note in self.notes)

    @cached_property
    def domains(self) -> frozenset[str]:
        """The domains of all publishers."""
        return frozenset(keys.registrable(host) for host in set(map(keys.host_of, self.citing)))

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each note among all, the newest first."""
        return {note.path: place for place, note in enumerate(self.notes)}

    def _languages(self) -> tuple[str, ...]:
        """The languages that have notes: the default one first, then as the settings list them."""
        present = {note.lang for note in self.notes} or {self.config.default_language}
        wanted = [self.config.default_language, *self.config.site.languages, *sorted(present)]
        return tuple(dict.fromkeys(lang for lang in wanted if lang in present))

    @cached_property
    def by_address(self) -> dict[str, str]:
        """The paths of the notes by address."""
        return {address: path for path, address in self.address.items()}

    @cached_property
    def crowded(self) -> tuple[tuple[str, str], ...]:
        """The slugs that several tags of a language have, as pairs of language and slug."""
        return tuple((lang, slug) for lang, counts in self._tag_slugs.items() for slug in counts if counts[slug] > 1)

    # Tags and feeds

    def tag(self, lang: str, tag: str) -> str:
        """`/de/themen/kosten/`; of tags with one slug (C, C++) only the one that is its slug has it plain."""
        name, slug = _tag_name(tag), urls.slug(tag)
        alone = name.replace(" ", "-") == slug or self._tag_slugs[lang][slug] <= 1
        return f"{self.tags(lang)}{slug if alone else f'{slug}-{urls.digest(name)}'}/"

    @cached_property
    def _tag_slugs(self) -> dict[str, Counter[str]]:
        """Per language how many tags have a slug."""
        return {lang: Counter(map(urls.slug, tagged)) for lang, tagged in self.tagged.items()}

    def fed(self, lang: str) -> tuple[Note, ...]:
        """The notes in the feed of a language, the newest of those with a date that are published; none: no feed."""
        own = self.by_lang.get(lang, ())
        dated = tuple(note for note in own if note.date and not note.draft and not self.is_future(note))
        return dated[: self.config.pages.feed]

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
            made |= {self.publisher(lang, domain) for domain in self.domains}
            made |= {self.tags(lang)} if self.tagged[lang] else set()
            made |= {self.sources(lang)} if self.domains else set()
        return frozenset(made)

    # Views that many pages share

    def view(self, lang: str) -> SiteView:
        """What every page of a language shares."""
        if lang not in self.views:
            self.views[lang] = self._view(lang)
        return self.views[lang]

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
            sources=href(self.sources(lang)) if self._is_citing else "",
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
            sources=note.entries,
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
        problem, hint = self._lost(note, file or path, address)
        return Target(href, problem=f"the link to {link.address} leads nowhere{problem}", hint=hint)

    def _lost(self, note: Note, file: str, address: str) -> tuple[str, str]:
        """Why a file or an address is none of the site's, in words that go on, and how to mend the link."""
        for one in self._left_out:
            if one.path == file or self.note_address(one).rstrip("/") == address.rstrip("/"):
                why = "is a draft" if one.draft else f"is dated in the future, {one.date[:10]}"
                return f" yet: {one.path} {why}", "publish that note, too, or leave the link out until then"
        known = sorted({*self.by_path, *self.files} - {note.path})
        near = difflib.get_close_matches(file, known, n=1, cutoff=0.7)
        return "", f"did you mean {near[0]}?" if near else "link a note by its file, or a page by its address"

    def targets(self, note: Note) -> Iterator[str]:
        """What the links of a note may mean, whether it is there or not: files by path, pages by address."""
        for link in note.links:
            path = re.split("[?#]", link.address, maxsplit=1)[0]
            folder = "" if path.startswith("/") else str(PurePosixPath(note.path).parent)
            yield from (one for one in (urls.joined(folder, path), self.joined(note, path)) if path and one)

    def _page_address(self, note: Note, path: str) -> str:
        """A link as the address of a page of the site, with or without its last slash and base path.

        Empty where it would lead out of the site.
        """
        address = self.joined(note, path)
        if not address:
            return ""
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
