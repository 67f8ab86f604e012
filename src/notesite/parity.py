"""What comparing a translation with its original gave: findings, and the places they speak of."""

from msgspec import Struct


class Quote(Struct, frozen=True):
    """A place in a note that a finding speaks of.

    `written` is what is meant, as the note has it (a figure, a label, a heading), `text` the sentence around it or
    empty.  `section` counts the note's sections from 0; it is -1 for a footnote, -2 for its source list or for none.
    `line` is that of the file, 0 for the note as a whole.
    """

    path: str
    line: int = 0
    section: int = -2
    written: str = ""
    text: str = ""


class Finding(Struct, frozen=True):
    """One thing in which a translation differs from its original.

    `rule` is the diagnostic's name, `case` says in one word which of its cases this is, for pages that speak other
    languages.  What stands in one of the two only has no quote in the other, but a `line` of it where it might stand, 0
    where that is not known.  `counts` are how often or how much each of the two has, where that is the point.
    """

    rule: str
    case: str
    original: Quote | None = None
    translation: Quote | None = None
    counts: tuple[int, int] = (0, 0)
    line: int = 0


class Parity(Struct, frozen=True):
    """What the comparison of a note with its original gave.

    `agreed` are pairs of figures that agree, by their numbers in the two notes' contents, in the original's order.
    """

    original: str
    translation: str
    findings: tuple[Finding, ...] = ()
    agreed: tuple[tuple[int, int], ...] = ()
