"""The planned site: pages at their addresses, each able to make its view; files to copy; files that come with it."""

from collections.abc import Callable, Mapping, Set
from typing import Any

from msgspec import Struct

from notesite.indexviews import ExportView, LeafView, PublisherView, RowsView, SourcesView
from notesite.sideviews import SidesView
from notesite.views import (
    Alternate,
    ArchiveView,
    ChooserView,
    FeedView,
    HomeView,
    HostView,
    MissingView,
    NoteView,
    Place,
    RedirectView,
    SitemapView,
    TagsView,
    TagView,
)


class SiteView(Struct, frozen=True, kw_only=True):
    """What every page of one language shares.

    Empty addresses mean that the site has no such page (`tags` without tags, `feed` without dated notes).
    """

    title: str
    description: str
    lang: str
    dir: str
    base: str
    chooser: str
    home: str
    sources: str
    tags: str
    feed: str
    stylesheet: str
    script: str
    icon: str
    languages: tuple[Alternate, ...]


class Head(Struct, frozen=True, kw_only=True):
    """What the page's head says, and where in the site it stands.

    `section` is the navigation entry it belongs to: `notes`, `sources`, `tags` or empty.  `alternates` are
    the page's versions for the switcher, this one included (a single one when it has no partner);
    `hreflang` are pairs of language tag (or `x-default`) and address for real translations only.
    `canonical` is absolute where the site's address is known.  `structured` is JSON-LD, `meta` are pairs of
    name and content, `properties` the same for Open Graph.
    """

    title: str
    description: str
    section: str = ""
    canonical: str = ""
    alternates: tuple[Alternate, ...] = ()
    hreflang: tuple[tuple[str, str], ...] = ()
    noindex: bool = False
    structured: dict[str, Any] | None = None
    meta: tuple[tuple[str, str], ...] = ()
    properties: tuple[tuple[str, str], ...] = ()


View = (
    NoteView
    | HomeView
    | ArchiveView
    | SourcesView
    | PublisherView
    | LeafView
    | TagsView
    | TagView
    | ChooserView
    | MissingView
    | FeedView
    | SitemapView
    | RedirectView
    | HostView
    | ExportView
    | RowsView
    | SidesView
)


class Shown(Struct, frozen=True):
    """All that a page's template sees, but for what every page of its language shares.

    `reads` are the subjects that it was made from, see `subjects`.
    """

    head: Head
    view: View
    reads: tuple[int, ...] = ()


class Page(Struct, frozen=True):
    """Something planned at one address.

    `path` is the output file below `build/`, `origin` what asked for it (a note's path, or words such as
    "the tag page of Kosten"): both collide with another page's in words that an author understands.
    `show` makes what it shows of a `Site`, each time anew: thousands of pages are made one by one, and by several
    processes.  `of` is the site it is planned in.
    `place` is how the sitemap names it, if it does.  `family` is the kind of pages that are planned with it.
    """

    path: str
    template: str
    origin: str
    site: SiteView
    of: Any
    show: Callable[[Any], Shown]
    place: Callable[[], Place | None] = lambda: None
    family: str = "lists"

    def make(self, now: Any = None) -> Shown:
        """What it shows; `now` is the site where that is another, which may differ in the texts of notes alone."""
        return self.show(now or self.of)

    @property
    def head(self) -> Head:
        """What its head says."""
        return self.make().head

    @property
    def view(self) -> View:
        """What its template sees."""
        return self.make().view


class Copy(Struct, frozen=True):
    """A file to be copied as it is: output path below `build/`, and its path from the site's root."""

    path: str
    source: str


class Asset(Struct, frozen=True):
    """A file that comes with the templates: output path with a digest in its name, and its bytes."""

    path: str
    data: bytes


class Standing(Struct, frozen=True):
    """Pages that surely stand as they are, by path with what asked for them: those of notes, and the whole index.

    `together` are outputs that are known to lie beside each other.
    """

    notes: Mapping[str, str] = {}
    index: Mapping[str, str] = {}
    together: Set[str] = frozenset()


NOTHING = Standing()


class Plan(Struct, frozen=True):
    """Everything the site will hold."""

    pages: tuple[Page, ...]
    copies: tuple[Copy, ...]
    assets: tuple[Asset, ...]
