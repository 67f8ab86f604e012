"""Diagnostics over the whole site: what no single note can know."""

from collections.abc import Iterator

from notesite import locales
from notesite.diagnostics import Diagnostic, Related, aside, warning
from notesite.linkage import Group
from notesite.records import Note
from notesite.site import PICTURES, RECORDINGS, Site


def site(one: Site, templates: frozenset[str]) -> tuple[Diagnostic, ...]:
    """What is doubtful about a site's settings, languages, labels, links and templates."""
    found = [*_settings(one), *_languages(one), *_labels(one), *_missing(one)]
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


def _labels(one: Site) -> Iterator[Diagnostic]:
    """Notes that do not say what others of their group say: that a machine wrote them, or translated them."""
    for path, group in one.groups.items():
        if path == group.notes[0] and len(group.notes) > 1:
            yield from _labels_of(group, [one.by_path[other] for other in group.notes])


def _labels_of(group: Group, notes: list[Note]) -> Iterator[Diagnostic]:
    """In a group, who says `generated` or `translated` speaks for all; the original need not say `translated`."""
    generated = next((note for note in notes if note.generated), None)
    translated = next((note for note in notes if note.translated and note.path != group.original), None)
    for note in notes:
        silent = note.translated is None and note.path != group.original
        if generated and note.generated is None:
            said, label = generated, "generated"
            lacking = ["generated", "translated"] if silent else ["generated"]
        elif translated and silent:
            said, label, lacking = translated, "translated", ["translated"]
        elif generated and silent:
            said, label, lacking = note, "generated", ["translated"]
        else:
            continue
        who, itself = ("this", "") if said is note else (said.path, "this ")
        words = f"{who} says {label}, and {itself}does not say {' or '.join(lacking)}"
        hint = "write " + " and ".join(f"{name}: true" for name in lacking) + ", or false where it is not so"
        related = [Related(said.path, 0, f"says {label}")] if said is not note else []
        yield warning("labels-missing", words, note.path, 0, hint, *related)


def _missing(one: Site) -> Iterator[Diagnostic]:
    """Languages of the site that a note does not exist in; looked for only where settings ask for it."""
    if not any("translation-missing" in rules for rules in (one.config.check, *one.config.folders.values())):
        return
    langs = one.config.site.languages or one.langs
    for note in one.notes:
        lacking = [lang for lang in langs if lang not in one.members[note.path]]
        if lacking:
            names = " and ".join(locales.language_name(lang, "en") for lang in lacking)
            hint = "translate it, or silence the rule in the note"
            yield aside("translation-missing", f"there is no version of this note in {names}", note.path, 0, hint)


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
