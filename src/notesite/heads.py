"""The head of a page: its title, its place in the site, its versions in other languages; and the page it heads."""

from collections.abc import Callable, Mapping

from notesite import urls
from notesite.pages import Head, Page, Shown, View
from notesite.site import Site
from notesite.subjects import Subject
from notesite.views import Place


def head(
    site: Site,
    lang: str,
    title: str,
    description: str,
    addresses: Mapping[str, str],
    section: str,
    default: str = "",
) -> Head:
    """The head of a page that has versions at these addresses by language; `default` is for other readers."""
    return Head(
        title=title,
        description=description,
        section=section,
        canonical=site.base.absolute(addresses[lang]) if lang in addresses else "",
        alternates=site.alternates(addresses, lang),
        hreflang=hreflang(site, addresses, default),
        properties=(("og:type", "website"), ("og:title", title), ("og:site_name", site.view(lang).title)),
    )


def hreflang(site: Site, addresses: Mapping[str, str], default: str = "") -> tuple[tuple[str, str], ...]:
    """The versions of a page by language tag, as search engines ask for them; none where there is only one."""
    made = [(one, site.base.absolute(addresses[one])) for one in site.langs if one in addresses]
    if len(made) < 2:
        return ()
    return (*made, ("x-default", site.base.absolute(default))) if default else tuple(made)


def page(
    site: Site,
    lang: str,
    address: str,
    template: str,
    origin: str,
    top: Head,
    view: Callable[[Site], View],
    reads: tuple[Subject, ...] = (),
    family: str = "lists",
) -> Page:
    """A page of the site at an address, in a language; `origin` is what asked for it, `view` makes what it shows.

    `reads` are the subjects that head and view are made from, `family` the kind of pages it is planned with.
    """
    listed = template.endswith(".html") and not top.noindex
    return Page(
        path=urls.output_path(address),
        template=template,
        origin=origin,
        site=site.view(lang),
        of=site,
        show=lambda now: Shown(top, view(now), reads),
        place=lambda: Place(top.canonical, "", top.hreflang) if listed else None,
        family=family,
    )
