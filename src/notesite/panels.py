"""What the author of a note is told beside its page while writing; readers see nothing of it."""

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from notesite import findings, locales, sides
from notesite.diagnostics import Diagnostic
from notesite.linkage import Evidence, Linkage
from notesite.records import Note
from notesite.site import Site

Said = Callable[[str], Sequence[Diagnostic]]
"""What `check` says of a file, by its path."""


class Partner(Struct, frozen=True, kw_only=True):
    """Another version of the note: why it is one, how sure that is, and what differs.

    `role` is its part (`original`, `translation`, or empty if both are translations of a third), `confidence` lies
    between 0 and 1, `by_hand` says that a `translation_key` joined them; `compare` is the address of the page on
    which the two stand side by side, empty if there is none.
    """

    lang: str
    name: str
    title: str
    path: str
    url: str
    role: str
    confidence: float
    by_hand: bool
    evidence: tuple[Evidence, ...]
    compare: str
    differences: tuple[Diagnostic, ...]


class Cited(Struct, frozen=True):
    """A source of the note: its number, what the note calls it, its key, its place in the index, who else cites it."""

    number: int
    label: str
    key: str
    index: str
    others: int


class Panel(Struct, frozen=True):
    """All that is said of a note beside its page.

    `remarks` are what `check` says of it; `state` says why readers do not see it yet, empty if they do; `alone` why it
    has no partner, empty if it has; `refused` are notes that looked like one, with the reason.
    """

    path: str
    state: str
    remarks: tuple[Diagnostic, ...]
    partners: tuple[Partner, ...]
    alone: str
    refused: tuple[tuple[str, str], ...]
    sources: tuple[Cited, ...]


def of(site: Site, linkage: Linkage, note: Note, found: Said) -> Panel:
    """The panel of a note; `found` says what `check` finds in a file."""
    group = site.groups[note.path]
    alone = next((one.reason for one in linkage.unlinked if one.path == note.path), "")
    refused = tuple(
        (one.b if one.a == note.path else one.a, one.detail) for one in linkage.refused if note.path in (one.a, one.b)
    )
    return Panel(
        path=note.path,
        state=_state(site, note),
        remarks=tuple(one for one in found(note.path) if one.rule not in findings.RULES),
        partners=tuple(_partner(site, note, site.by_path[path], found) for path in group.notes if path != note.path),
        alone=alone,
        refused=refused,
        sources=tuple(_sources(site, note)),
    )


def _state(site: Site, note: Note) -> str:
    if note.draft:
        return "draft, not in the built site"
    return f"not in the built site before {note.date[:10]}" if site.is_future(note) else ""


def _partner(site: Site, note: Note, other: Note, found: Said) -> Partner:
    group = site.groups[note.path]
    bonds = [one for one in group.bonds if {one.a, one.b} == {note.path, other.path}]
    role = "original" if group.original == other.path else "translation" if group.original == note.path else ""
    return Partner(
        lang=other.lang,
        name=locales.language_name(other.lang, "en"),
        title=other.title,
        path=other.path,
        url=site.base.href(site.address[other.path]),
        role=role,
        confidence=group.confidence,
        by_hand=not group.bonds,
        evidence=tuple(one for bond in bonds for one in bond.evidence),
        compare=_compare(site, note, other),
        differences=tuple(_differences(note.path, other.path, found)),
    )


def _compare(site: Site, note: Note, other: Note) -> str:
    """The address of the page on which two versions stand side by side, this note's own if there are two."""
    wanted = site.config.pages.compare
    for one, beside in ((note, other), (other, note)) if wanted else ():
        if sides.partner(site, one) is beside:
            return site.base.href(site.compare(one))
    return ""


def _differences(one: str, other: str, found: Said) -> Iterator[Diagnostic]:
    """What comparing two notes found; it is said at the translation, and of the other note."""
    for path in (one, other):
        for said in found(path):
            if said.rule in findings.RULES and {path, *(it.path for it in said.related)} >= {one, other}:
                yield said


def _sources(site: Site, note: Note) -> Iterator[Cited]:
    for number, one in enumerate(note.bibliography, 1):
        place = site.base.href(site.source(note.lang, one.key)) if one.key else ""
        others = len(site.citing[one.key] - {note.path}) if one.key else 0
        yield Cited(number, one.title or one.label, one.key, place, others)
