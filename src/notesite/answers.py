"""What the commands that only look answer: values for machines, lines for people."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from notesite.keys import canonical
from notesite.linkage import Bond, Group, Linkage
from notesite.records import Index, Note, Source
from notesite.references import publisher_of

Notes = Mapping[str, Note]
Named = tuple[Source, str]
"""A source, and what its publisher is called."""


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
    """The notes of a group, its original first, and why they are one; of three or more, a line for each link."""
    ordered = sorted(group.notes, key=lambda path: (path != group.original, path))
    titles = " = ".join(f"{notes[path].title} ({notes[path].lang})" for path in ordered)
    if len(group.notes) == 2:
        return [f"{titles}: {_why(group.bonds[0]) if group.bonds else BY_HAND}"]
    links = [f"    {notes[one.a].lang} = {notes[one.b].lang}: {_why(one)}" for one in group.bonds]
    by_hand = f" {BY_HAND}" if any(notes[path].translation_key for path in group.notes) else ""
    return [f"{titles}:{by_hand}", *links]


BY_HAND = "joined by translation_key."


def _why(bond: Bond) -> str:
    return "; ".join(one.detail for one in bond.evidence) + "."


# The citation index


def found_sources(index: Index, query: str) -> list[Named]:
    """The sources in which every word of a query stands, in title, publisher, a label or an address; in their order."""
    words = query.casefold().split()
    every = ((source, publisher.name) for publisher in index.publishers for source in publisher.sources)
    return [(source, name) for source, name in every if all(word in _searched(source, name) for word in words)]


def _searched(source: Source, name: str) -> str:
    return " ".join([source.title, name, *(label for _, label in source.labels), *source.written]).casefold()


def sources_json(found: Sequence[Named]) -> dict[str, Any]:
    """Sources as `notesite sources --format json` prints them, in the order of keys."""
    made = [
        {
            "key": source.key,
            "url": source.address,
            "publisher": publisher_of(source, name) or name,
            "titles": dict(source.titles) or {"": source.title},
            "written": source.written,
            "rules": source.rules,
            "cited_by": [msgspec.structs.asdict(one) for one in source.cited_by],
        }
        for source, name in sorted(found, key=lambda one: one[0].key)
    ]
    return {"sources": made}


def sources_text(found: Sequence[Named]) -> list[str]:
    """Each source with its publisher and address, and below it the places that cite it."""
    lines = []
    for source, name in found:
        by = publisher_of(source, name)
        lines += [f"{by}: {source.title}" if by else source.title, f"    {source.address}"]
        others = [address for address in source.written if address != source.address]
        lines += [f"    also written {address} ({', '.join(canonical(address)[1])})" for address in others]
        lines += [f"    {one.path}:{one.line} ({one.lang}, {KINDS[one.kind]})" for one in source.cited_by]
    return lines or ["no source is found"]


KINDS = {"list": "source list", "inline": "in the text", "footnote": "in a footnote", "field": "front matter"}
"""Where a citation stands, in words."""
