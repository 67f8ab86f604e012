"""Where everything of a site stands: the addresses of its notes and sections."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from notesite import keys, locales, urls
from notesite.config import Config
from notesite.locales import Catalogue
from notesite.records import Note, Publisher


class Addresses:
    """The addresses of a site, as pages print them but for the base path."""

    def __init__(self, config: Config, notes: Iterable[Note], catalogues: Mapping[str, Catalogue]) -> None:
        self.config, self.catalogues, self.base = config, catalogues, config.base
        self.address = {note.path: self.note_address(note) for note in notes}
        self._words: dict[tuple[str, str], str] = {}

    def note_address(self, note: Note, pattern: str = "") -> str:
        """`/de/rhein/`, as the note wants it, else a permalink pattern: that of the settings, or another."""
        if note.permalink:
            return note.permalink
        year, month, day = [*note.date[:10].split("-"), "", ""][:3]
        path, below = note.slug, note.path.split("/")[1:-1]
        if below:
            path = "/".join([*(urls.slug(part) for part in below if part not in ("drafts", "_drafts")), path])
        made = (pattern or self.config.site.permalink).format(
            lang=note.lang.lower(), slug=note.slug, year=year, month=month, day=day, path=path
        )
        if "//" not in made:
            return made
        return "/" + "/".join(part for part in made.split("/") if part) + ("/" if made.endswith("/") else "")

    def joined(self, note: Note, path: str) -> str:
        """A link in a note as an address of the site, as it is written; empty where it would lead out of the site."""
        plain = path
        if self.base.path != "/" and path.startswith(self.base.path):
            plain = "/" + path.removeprefix(self.base.path)
        folder = "" if plain.startswith("/") else self.address[note.path]
        joined = urls.joined(folder, plain.removesuffix("index.html"))
        return "" if joined is None else "/" + joined

    def word(self, lang: str, english: str) -> str:
        """A word of an address in a language: `sources` is `quellen`."""
        known = self._words.get((lang, english))
        if known is None:
            known = self._words[lang, english] = urls.slug(self.messages(lang).pgettext("address", english))
        return known

    def messages(self, lang: str) -> Catalogue:
        """The messages of a language; of its main language or English where it has none."""
        return locales.spoken(self.catalogues, lang)

    def by_voice(self, langs: Iterable[str]) -> list[list[str]]:
        """Languages in their order, those together that share their messages, the one that these are in first."""
        together: dict[int, list[str]] = {}
        for lang in langs:
            together.setdefault(id(self.messages(lang)), []).append(lang)
        return [sorted(one, key=lambda lang: self.catalogues.get(lang) is None) for one in together.values()]

    def home(self, lang: str) -> str:
        """`/de/`"""
        return f"/{lang.lower()}/"

    def archive(self, lang: str, year: str) -> str:
        """`/de/2025/`; the undated notes at `/de/undatiert/`"""
        return f"{self.home(lang)}{year or self.word(lang, 'undated')}/"

    def tags(self, lang: str) -> str:
        """`/de/themen/`"""
        return f"{self.home(lang)}{self.word(lang, 'tags')}/"

    def feed(self, lang: str) -> str:
        """`/de/feed.xml`"""
        return f"{self.home(lang)}feed.xml"

    def sources(self, lang: str) -> str:
        """`/de/quellen/`"""
        return f"{self.home(lang)}{self.word(lang, 'sources')}/"

    def rows(self, lang: str) -> str:
        """`/de/quellen/find.json`"""
        return f"{self.sources(lang)}find.json"

    def publisher(self, lang: str, domain: str) -> str:
        """`/de/quellen/wikipedia.org/`"""
        return f"{self.sources(lang)}{_domain_segment(domain)}/"

    def source(self, lang: str, key: str) -> str:
        """`/de/quellen/wikipedia.org/#rhein`: a source's place in the citation index."""
        return f"{self.publisher(lang, keys.registrable(keys.host_of(key)))}#{keys.anchor(key)}"

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


@lru_cache(maxsize=4096)
def _domain_segment(domain: str) -> str:
    """A domain as a segment of an address: it is one already, but for ports and addresses of machines."""
    safe = "".join(c if c.isalnum() or c in ".-" else "-" for c in domain.lower()).strip(".-")
    return safe or urls.slug(domain)
