"""What a site has in which language: what lacks a partner, what is behind, what differs, how sure the pairs are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from notesite.diagnostics import Diagnostic
from notesite.linkage import Linkage, Unlinked
from notesite.records import Note

SCHEMA = "urn:notesite:schema:coverage:1"
"""What `check --coverage --format json` says it keeps to: the id of `schemas/coverage.schema.json`."""

SURENESS = ("settled", "sure", "likely")
"""How sure pairings can be: by hand, sure, likely."""


class Coverage(Struct, frozen=True, kw_only=True):
    """One language of a site.

    `versions` counts its notes that exist in each other language, `missing` has the paths of those that do not.
    `alone` are the notes without any partner, with the reason.  `behind` are the paths of translations whose original
    was updated since, `differing` those of translations that are not as their originals; `rules` counts what was found
    in the language's notes, by rule.  `pairing` counts its notes with a partner by how sure that is.
    """

    lang: str
    notes: int
    versions: dict[str, int]
    missing: dict[str, tuple[str, ...]]
    alone: tuple[Unlinked, ...]
    behind: tuple[str, ...]
    differing: tuple[str, ...]
    rules: dict[str, int]
    pairing: dict[str, int]


COMPARING = ("figures-differ", "left-untranslated", "scale-confused", "sources-differ", "structure-differs")
"""The rules that say that a translation is not as its original; being behind is told apart."""


def of(
    langs: Iterable[str], notes: Sequence[Note], linkage: Linkage, found: Iterable[Diagnostic]
) -> tuple[Coverage, ...]:
    """The coverage of each of these languages, in their order, those without a note among them.

    `found` is what there is to say about the site, settled: what it ignores does not count.
    """
    lang_of = {note.path: note.lang for note in notes}
    said: dict[str, list[Diagnostic]] = defaultdict(list)
    for one in found:
        said[lang_of.get(one.path, "")].append(one)
    wanted = tuple(langs)
    return tuple(_of(lang, wanted, lang_of, linkage, said[lang]) for lang in wanted)


def _of(
    lang: str, langs: Sequence[str], lang_of: dict[str, str], linkage: Linkage, found: Sequence[Diagnostic]
) -> Coverage:
    versions: dict[str, int] = {other: 0 for other in langs if other != lang}
    missing: dict[str, list[str]] = {other: [] for other in versions}
    pairing = dict.fromkeys(SURENESS, 0)
    for group in linkage.groups:
        own = [path for path in group.notes if lang_of[path] == lang]
        spoken = {lang_of[path] for path in group.notes}
        for path in own:
            for other in versions:
                versions[other] += other in spoken
                missing[other] += [] if other in spoken else [path]
            if group.sureness:
                pairing[group.sureness] += 1
    return Coverage(
        lang=lang,
        notes=sum(one == lang for one in lang_of.values()),
        versions=versions,
        missing={other: tuple(sorted(paths)) for other, paths in missing.items()},
        alone=tuple(one for one in linkage.unlinked if one.lang == lang),
        behind=_paths(found, ("translation-behind",)),
        differing=_paths(found, COMPARING),
        rules=dict(sorted(Counter(one.rule for one in found).items())),
        pairing=pairing,
    )


def _paths(found: Iterable[Diagnostic], rules: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({one.path for one in found if one.rule in rules}))


def as_json(covered: Sequence[Coverage]) -> dict[str, Any]:
    """Coverage as `check --coverage --format json` prints it; `schemas/coverage.schema.json` describes it."""
    return {"$schema": SCHEMA, "languages": list(covered)}


def text(covered: Sequence[Coverage]) -> list[str]:
    """A table with a line for each language, then what lacks a partner, and what was found, language by language."""
    if not covered:
        return ["there are no notes"]
    langs = [one.lang for one in covered]
    head = ["language", "notes", *(f"in {lang}" for lang in langs), "alone", "behind", "differ", *SURENESS]
    rows = [head]
    for one in covered:
        versions = [str(one.versions[other]) if other in one.versions else "" for other in langs]
        counts = (len(one.alone), len(one.behind), len(one.differing), *one.pairing.values())
        rows.append([one.lang, str(one.notes), *versions, *map(str, counts)])
    widths = [max(len(row[n]) for row in rows) for n in range(len(head))]
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows]
    for one in covered:
        lines += _details(one)
    return lines


def _details(one: Coverage) -> list[str]:
    """What a translator of one language would start from."""
    lines = [f"    {each.path}: {each.reason}" for each in one.alone]
    lines += [f"    {path}: its original was updated since" for path in one.behind]
    lines += [f"    {path}: differs from its original" for path in one.differing]
    if one.rules:
        lines.append("    found: " + ", ".join(f"{count} {rule}" for rule, count in one.rules.items()))
    return ["", f"{one.lang}:", *lines] if lines else []
