"""Templates and messages, ready to render: as they are read, and as earlier builds compiled them."""

from collections.abc import Mapping

import msgspec

from notesite import __version__, cache, memos, stamp
from notesite.disk import Folder, Templates
from notesite.locales import Catalogue
from notesite.render import Theme

_COMPILED = "templates"
"""What compiled templates are kept under."""


def compiled(root: Folder) -> Mapping[str, bytes]:
    """The templates that earlier builds compiled with the same notesite, Jinja and Python."""
    return memos.read(root, _COMPILED, stamp.tool(), dict[str, bytes]) or {}


def keep(root: Folder, theme: Theme) -> None:
    """Keep what had to be compiled, if anything."""
    if theme.compiled.is_new:
        memos.write(root, _COMPILED, stamp.tool(), theme.compiled.code)


def digest(templates: Templates) -> str:
    """A digest of all that makes a page look as it does."""
    return cache.digest(msgspec.msgpack.encode((templates.shipped, templates.own, __version__)))


def theme_of(templates: Templates, catalogues: Mapping[str, Catalogue], compiled: Mapping[str, bytes] = {}) -> Theme:
    """Templates and messages, ready to render; `compiled` are templates that earlier builds compiled."""
    return Theme(_texts(templates.shipped), _texts(templates.own), catalogues, compiled)


def _texts(templates: dict[str, bytes]) -> dict[str, str]:
    kept = {name: data for name, data in templates.items() if not name.startswith(("static/", "locales/"))}
    return {name: data.decode("utf-8", "replace") for name, data in kept.items()}


def static(templates: Templates) -> dict[str, bytes]:
    """The files that come with the templates, by name; a site's own before the shipped ones."""
    both = {**templates.shipped, **templates.own}
    return {name: data for name, data in both.items() if name.startswith("static/")}
