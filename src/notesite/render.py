"""One planned page and the templates to text.  Jinja comes in through this door only."""

import contextlib
import html
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from markupsafe import Markup, escape
from msgspec import Struct

from notesite import locales
from notesite.bodies import TOKEN
from notesite.diagnostics import Diagnostic, error
from notesite.locales import Catalogue
from notesite.pages import Page, Shown, SiteView
from notesite.sideviews import Side
from notesite.views import Entry, FeedEntry, NoteView

FOLDER = "templates"
"""Where a site's own templates are, below its root."""
SHIPPED = "notesite/"
"""By this prefix a site's template names the shipped one that it replaces: `{% extends "notesite/note.html" %}`."""


class _Template(jinja2.Template):
    """A template that is made in less time, mostly by escaping plain text as such: Jinja's wraps each value anew."""

    @classmethod
    def from_code(cls, environment: Any, code: Any, globals: Any, uptodate: Any = None) -> jinja2.Template:  # noqa: A002
        """The template of compiled code, whose `escape` is ours and whose blocks and parts come in one piece."""
        made = super().from_code(environment, code, dict(globals), uptodate)  # each part copies them: no chain of maps
        names = made.root_render_func.__globals__
        names["escape"] = _escaped
        made.root_render_func = _whole(made.root_render_func)
        for name, block in made.blocks.items():
            names[block.__name__] = made.blocks[name] = _whole(block)  # where `super()` looks for it, too
        return made


def _escaped(value: Any) -> str:
    if type(value) is Markup:
        return value
    # Each `in` takes one look in C, which a pattern of five signs does not.
    plain = type(value) is str and not ("&" in value or "<" in value or ">" in value or '"' in value or "'" in value)
    return value if plain else escape(value)


def _whole(rendered: Callable[[Context], Iterable[str]]) -> Callable[[Context], Iterator[str]]:
    """A block that hands on one text, where Jinja's hands each piece through every block and template around it."""

    def whole(context: Context) -> Iterator[str]:
        yield "".join(rendered(context))

    return whole


class _Context(Context):
    """What a template sees, with a short way to the messages: Jinja's own asks at each call what a function takes."""

    def call(self, function: Any, /, *words: Any, **values: Any) -> Any:
        """What a function gives that is called in a template."""
        loop, block = values.pop("_loop_vars", None), values.pop("_block_vars", None)
        if type(function) is _Message and not loop and not block:
            return function(self, *words, **values)
        return super().call(function, *words, **values, _loop_vars=loop, _block_vars=block)


class _Message:
    """A gettext function that speaks the language of the template's `lang`, with named values filled in.

    Jinja's own asks the catalogue and wraps anew at each call, which was a third of a page's time.
    """

    def __init__(self, kind: str, speaker: Callable[[str], Catalogue]) -> None:
        self.kind, self.speaker = kind, speaker
        self._known: dict[tuple[Any, ...], str] = {}

    @jinja2.pass_context
    def __call__(self, context: Context, *words: Any, **values: Any) -> str:
        """The message for some English words."""
        lang, escapes = str(context["lang"]), context.eval_ctx.autoescape
        text = self._known.get((lang, escapes, words))
        if text is None:
            text = str(getattr(self.speaker(lang), self.kind)(*words))
            text = self._known[lang, escapes, words] = Markup(text) if escapes else text
        if "%" not in text:
            return text
        if self.kind.startswith("n"):
            values.setdefault("num", words[-1])
        if not escapes:
            return text % values
        known = {name: value if type(value) is int else _escaped(value) for name, value in values.items()}
        return Markup(str.__mod__(text, known))


class Compiled(jinja2.BytecodeCache):
    """Templates as Jinja compiles them, by name; `is_new` says whether one had to be compiled that was not there.

    Jinja takes none whose source is another now.  Whoever keeps them sees that they come back undamaged and to the same
    Jinja and Python: code that is damaged ends the process.
    """

    def __init__(self, code: Mapping[str, bytes]) -> None:
        self.code = dict(code)
        self.is_new = False

    def get_cache_key(self, name: str, _filename: str | None = None) -> str:
        """What a template is kept by: its name, so that there is one of each."""
        return name

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what there is."""
        with contextlib.suppress(Exception):  # what is no compiled template is none, whatever reading it raises
            bucket.bytecode_from_string(self.code.get(bucket.key, b""))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Take in what was compiled."""
        self.code[bucket.key], self.is_new = bucket.bytecode_to_string(), True


class Theme:
    """Templates and messages, ready to render; `code` are templates that were compiled before, of any theme."""

    def __init__(
        self,
        shipped: Mapping[str, str],
        own: Mapping[str, str],
        catalogues: Mapping[str, Catalogue],
        code: Mapping[str, bytes] = {},
    ) -> None:
        self.sources = {**shipped, **own, **{SHIPPED + name: text for name, text in shipped.items()}}
        self.catalogues = catalogues
        self.compiled = Compiled({name: data for name, data in code.items() if name in self.sources})
        self._frames: dict[tuple[str, ...], tuple[SiteView, Markup]] = {}
        self.environment = jinja2.Environment(
            loader=jinja2.FunctionLoader(self._source),
            autoescape=lambda name: name is None or name.endswith((".html", ".xml")),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=self.compiled,
        )
        self.environment.template_class, self.environment.context_class = _Template, _Context
        self.environment.globals |= {"frame": self._frame, "voiced": self._voiced}
        self.environment.newstyle_gettext = True  # type: ignore[attr-defined]
        speak = {name: _Message(name, self.speaker) for name in ("gettext", "ngettext", "pgettext", "npgettext")}
        self.environment.globals |= {**speak, "_": speak["gettext"]}
        self.environment.filters |= {
            "date": _date, "number": _number, "language": self._language, "language_in": locales.autonym,
            "listing": self._listing, "body": self._body, "voice": self.voice, "said": self._said,
        }  # fmt: skip

    @property
    def names(self) -> frozenset[str]:
        """The templates there are."""
        return frozenset(self.sources)

    def compile(self) -> None:
        """Compile all templates, for processes that are forked later; faults show when pages are made."""
        for name in [name for name in self.sources if not name.startswith(SHIPPED)]:
            with contextlib.suppress(Exception):
                self.environment.get_template(name)

    def _source(self, name: str) -> tuple[str, str, None] | None:
        text = self.sources.get(name)
        return None if text is None else (text, f"{FOLDER}/{name}", None)

    @jinja2.pass_context
    def _frame(self, context: Context, name: str, here: str = "true") -> Markup:
        """A part that frames every page alike, made once for each language and section.

        It sees `site`, `head.section` and `here`, what `aria-current` says of its own entry, and nothing else.
        """
        site, section = context["site"], context["head"].section
        known = (name, site.lang, section, here)
        of, made = self._frames.get(known, (None, Markup()))
        if of is not site and of != site:
            values = {"site": site, "section": section, "here": here, "lang": site.lang}
            made = Markup(self.environment.get_template(name).render(values))
            self._frames[known] = (site, made)
        return made

    def speaker(self, lang: str) -> Catalogue:
        """The messages of a language, or of its main language, or English."""
        return locales.spoken(self.catalogues, lang)

    def voice(self, lang: str) -> str:
        """The language that the messages of a language are in: that language, or English where it has none."""
        return locales.voice(self.catalogues, lang)

    @jinja2.pass_context
    def _voiced(self, context: Context) -> Markup:
        """The attributes of an element of messages alone, where these are in another language than the words around."""
        lang = str(context["lang"])
        own = self.voice(lang)
        return Markup("") if own == lang else Markup(f' lang="{own}" dir="{locales.direction(own)}"')

    @jinja2.pass_context
    def _said(self, context: Context, words: str) -> str:
        """A message among other words, in an element of its own where it is in another language than they."""
        own = self._voiced(context)
        return Markup("<span{}>{}</span>").format(own, words) if own else words

    @jinja2.pass_context
    def _language(self, context: Context, lang: str) -> str:
        """A language's name, as messages call it: it stands in them."""
        return locales.language_name(lang, self.voice(str(context["lang"])))

    @jinja2.pass_context
    def _listing(self, context: Context, items: Iterable[str], lang: str = "") -> str:
        """A, B and C as messages say it; with `lang`, as that language does."""
        return _listed(tuple(str(item) for item in items), lang or self.voice(str(context["lang"])))

    @jinja2.pass_context
    def _body(self, context: Context, text: str, page: NoteView | FeedEntry | Side, prefix: str = "") -> Markup:
        """A note's HTML with its tokens resolved, its ids behind a prefix."""
        messages = self.speaker(page.lang if isinstance(page, Side) else str(context["lang"]))

        def resolved(kind: str, value: str) -> str:
            if kind == "p":
                return prefix
            if kind == "l":
                return html.escape(page.links[int(value)])
            if kind == "m":
                return html.escape(messages.gettext(value))
            if isinstance(page, NoteView):
                return _mark(page.bibliography[int(value) - 1], prefix, named=kind == "c")
            return ""

        return Markup(TOKEN.sub(lambda token: resolved(token[1], token[2]), text))


def _mark(entry: Entry, prefix: str, *, named: bool) -> str:
    """The number of a source behind a link, leading to its entry; only its first mark has an id to come back to."""
    own = f' id="{prefix}r{entry.number}"' if named else ""
    publisher = html.escape(entry.publisher or entry.host)
    return (
        f'<a class="ref"{own} href="#{prefix}s{entry.number}" data-n="{entry.number}" data-p="{publisher}">'
        f"{entry.number}</a>"
    )


@jinja2.pass_context
def _date(context: Context, iso: str, form: str = "long", lang: str = "") -> str:
    return locales.format_day(iso, lang or str(context["lang"]), form)


@jinja2.pass_context
def _number(context: Context, number: int) -> str:
    return locales.format_number(number, str(context["lang"]))


@lru_cache(maxsize=4096)
def _listed(items: tuple[str, ...], lang: str) -> str:
    return locales.listing(items, lang)


class Failure(Struct, frozen=True):
    """A template's fault that prevented a page: the template, its line, the words, the page."""

    template: str
    line: int
    words: str
    page: str

    @property
    def fault(self) -> tuple[str, int, str]:
        """What it has in common with the failures of other pages."""
        return (self.template, self.line, self.words)


def page(one: Page, shown: Shown, theme: Theme) -> bytes | Failure:
    """The page as bytes, or the template error that prevents it."""
    values = {"site": one.site, "head": shown.head, "page": shown.view, "lang": one.site.lang}
    text = _rendered(one.template, values, theme, f"the page /{one.path.removesuffix('index.html')} from {one.origin}")
    return text.encode("utf-8", "xmlcharrefreplace") if isinstance(text, str) else text


def fragment(template: str, value: object, theme: Theme, what: str) -> str | Failure:
    """What a template makes of a value that is no page, in English, or the error that prevents it; `what` names it."""
    return _rendered(template, {"page": value, "lang": "en"}, theme, what)


def _rendered(template: str, values: Mapping[str, object], theme: Theme, what: str) -> str | Failure:
    try:
        return theme.environment.get_template(template).render(values)
    except jinja2.TemplateSyntaxError as failure:
        return Failure(failure.name or template, failure.lineno, failure.message or "syntax error", what)
    except jinja2.TemplateNotFound as failure:
        return Failure(template, 0, f"there is no template {failure}", what)
    except Exception as failure:  # whatever a template's own expressions raise is the template's fault
        name, line = _where(failure, template)
        return Failure(name, line, f"{type(failure).__name__}: {failure}", what)


def _where(failure: Exception, template: str) -> tuple[str, int]:
    """The innermost line of a template in a traceback."""
    frames = traceback.extract_tb(failure.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(FOLDER + "/")]
    return (own[-1].filename.removeprefix(FOLDER + "/"), own[-1].lineno or 0) if own else (template, 0)


def failures(found: Iterable[Failure]) -> list[Diagnostic]:
    """One diagnostic for each fault of a template, however many pages it prevents, in whatever order they are made."""
    made = []
    ordered = sorted(found, key=lambda one: (one.fault, one.page))
    for (name, line, words), pages in groupby(ordered, key=lambda one: one.fault):
        first, *others = [one.page for one in pages]
        more = f", and {len(others)} more" if others else ""
        message = f"{words} (while making {first}{more})"
        made.append(error("template", message, f"{FOLDER}/{name}", line, "mend the template"))
    return made
