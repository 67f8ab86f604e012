"""Diagnostics over the whole site: what no single note can know."""

from collections.abc import Iterator

from notesite import doubts, locales
from notesite.diagnostics import Diagnostic, warning
from notesite.records import Note
from notesite.site import PICTURES, RECORDINGS, Site


def site(one: Site, templates: frozenset[str]) -> tuple[Diagnostic, ...]:
    """Everything doubtful about a site: its settings, its languages, its sources, its links, its templates."""
    found = [*_settings(one), *_languages(one), *doubts.of(one.notes)]
    for note in one.notes:
        found += [*_links(one, note), *_media(one, note), *_template(note, templates)]
    return tuple(found)


def _settings(one: Site) -> Iterator[Diagnostic]:
    if not one.notes:
        words = "there are no notes to build"
        yield warning("no-notes", words, "notes", 0, "write the first one as notes/some-words.md")
    elif not one.base.origin:
        words = "the site's address is not known: canonical links, hreflang, feeds and the sitemap are relative"
        hint = 'set url = "https://…" under [site] in notesite.toml, or give --base-url'
        yield warning("site-url", words, "", 0, hint)


def _languages(one: Site) -> Iterator[Diagnostic]:
    for lang in one.langs:
        first = next((note for note in one.by_lang[lang]), None)
        if first and lang not in one.catalogues and lang.split("-")[0] not in one.catalogues:
            name = locales.language_name(lang, "en")
            words = f"there are no messages in {name}; its pages speak English"
            hint = f"add templates/locales/{lang}/LC_MESSAGES/messages.po"
            yield warning("language-unspoken", words, first.path, 0, hint)
        if first and one.config.site.languages and lang not in one.config.site.languages:
            words = f"the language {lang} is not among the site's"
            yield warning("language-unlisted", words, first.path, 0, "add it to languages under [site], or mend lang")


def _links(one: Site, note: Note) -> Iterator[Diagnostic]:
    for link in note.links:
        target = one.resolve(note, link)
        if target.problem:
            yield warning("link-broken", target.problem, note.path, link.line, target.hint)


def _media(one: Site, note: Note) -> Iterator[Diagnostic]:
    for said, endings in ((note.image, PICTURES), (note.audio, RECORDINGS)):
        target = one.medium(note, said, endings)
        if target and target.problem:
            yield warning("file-missing", target.problem, note.path, 0, target.hint)


def _template(note: Note, templates: frozenset[str]) -> Iterator[Diagnostic]:
    if f"{note.template}.html" not in templates:
        words = f"there is no template {note.template}.html; the note page is used"
        yield warning("template-unknown", words, note.path, 0, "write layout: note, or add the template")
