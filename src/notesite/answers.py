"""What the commands that only look answer: values for machines, lines for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from notesite.records import Bond, Group, Linkage, Note

Notes = Mapping[str, Note]


def is_wanted(paths: Sequence[str], wanted: str | None) -> bool:
    """Whether one of these notes is the one asked for: by the end of its path; all are if none is."""
    return wanted is None or any(path.endswith(wanted.removeprefix("./")) for path in paths)


def linkage_json(linkage: Linkage, notes: Notes, wanted: str | None = None) -> dict[str, Any]:
    """Translation groups, notes without a partner and refusals, as `notesite links --format json` prints them."""
    groups = [
        {
            "notes": [{"path": path, "lang": notes[path].lang, "title": notes[path].title} for path in group.notes],
            "confidence": group.confidence,
            "links": list(group.bonds),
        }
        for group in linkage.groups
        if len(group.notes) > 1 and is_wanted(group.notes, wanted)
    ]
    unlinked = [one for one in linkage.unlinked if is_wanted((one.path,), wanted)]
    refused = [one for one in linkage.refused if is_wanted((one.a, one.b), wanted)]
    return {"groups": groups, "unlinked": unlinked, "refused": refused}


def linkage_text(linkage: Linkage, notes: Notes, wanted: str | None = None) -> list[str]:
    """The groups with their evidence, then the notes without a partner with the reason."""
    lines = []
    for group in linkage.groups:
        if len(group.notes) > 1 and is_wanted(group.notes, wanted):
            lines += _group_text(group, notes)
    for one in linkage.unlinked:
        if is_wanted((one.path,), wanted):
            lines.append(f"{notes[one.path].title} ({one.lang}, {one.path}): {one.reason}")
    return lines or ["there are no notes"]


def _group_text(group: Group, notes: Notes) -> list[str]:
    titles = [f"{note.title} ({note.lang})" for note in (notes[path] for path in group.notes)]
    first = _bond_text(group.bonds[0]) if group.bonds else "joined by translation_key"
    others = (f"    {notes[one.a].lang} = {notes[one.b].lang}: {_bond_text(one)}" for one in group.bonds[1:])
    return [f"{' = '.join(titles)}: {first}", *others]


def _bond_text(bond: Bond) -> str:
    return "; ".join(one.detail for one in bond.evidence)
