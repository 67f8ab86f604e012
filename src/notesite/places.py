"""Quotes: the places of a note that a comparison speaks of."""

from notesite.parity import Quote
from notesite.passages import FOOTNOTE
from notesite.records import Citation, Mark, Note, Stated

NOWHERE = -2
"""The section of a quote that stands in none: in the source list, or for the note as a whole."""


def of_figure(note: Note, one: Stated) -> Quote:
    """Where a figure stands, in its sentence."""
    sentence = note.content.sentences[one.sentence]
    return Quote(note.path, one.line, sentence.section, one.text, sentence.text)


def of_citation(note: Note, one: Citation) -> Quote:
    """Where a source is cited, by its label and address."""
    return Quote(note.path, one.line, section_of(note, one), one.label, one.address)


def of_heading(note: Note, section: int) -> Quote:
    """A section by its heading."""
    part = note.content.parts[section]
    return Quote(note.path, part.line, section, part.heading)


def of_mark(note: Note, mark: Mark) -> Quote:
    """Where something else stands, by what it shows."""
    return Quote(note.path, mark.line, mark.section, mark.text)


def section_of(note: Note, one: Citation) -> int:
    """The section a citation stands in."""
    if one.kind != "inline":
        return FOOTNOTE if one.kind == "footnote" else NOWHERE
    return max((n for n, part in enumerate(note.content.parts) if part.line <= one.line), default=NOWHERE)
