"""The head of a page: its title, its place in the site, its versions in other languages."""

from collections.abc import Mapping

from notesite.pages import Head
from notesite.site import Site


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
