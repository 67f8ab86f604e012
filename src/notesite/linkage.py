"""What was found between notes: translation groups, why they are ones, and what was refused.  All frozen."""

from typing import Literal

from msgspec import Struct

from notesite.records import Note

Sureness = Literal["", "settled", "sure", "likely"]
"""How sure it is that the notes of a group are translations: settled by hand, sure, or likely; empty for one alone."""

SURE = 0.9
"""From this confidence on, a group is sure."""


class Evidence(Struct, frozen=True):
    """One reason to take two notes for translations of each other, in words and in points."""

    kind: str
    detail: str
    points: float


class RunnerUp(Struct, frozen=True):
    """The second best partner a note could have had."""

    path: str
    score: float


class Bond(Struct, frozen=True):
    """Two notes taken for translations of each other, and why."""

    a: str
    b: str
    score: float
    evidence: tuple[Evidence, ...]
    runner_up: RunnerUp | None = None


class Group(Struct, frozen=True):
    """A translation group: note paths, at most one per language; one path alone is a group of one.

    `original` is the path of the note the others were translated from, as far as can be told.
    """

    notes: tuple[str, ...]
    original: str
    confidence: float = 1.0
    bonds: tuple[Bond, ...] = ()

    @property
    def sureness(self) -> Sureness:
        """The confidence in one word, which does not change with every edit of a note that was no partner."""
        if len(self.notes) == 1:
            return ""
        return "settled" if not self.bonds else "sure" if self.confidence >= SURE else "likely"


class Unlinked(Struct, frozen=True):
    """A note without a partner, and the reason in words."""

    path: str
    lang: str
    reason: str


class Refusal(Struct, frozen=True):
    """Two notes that looked alike and were not linked, and by which rule."""

    a: str
    b: str
    rule: str
    detail: str


class Linkage(Struct, frozen=True):
    """The partition of all notes into translation groups, with what was refused.

    `left_out` are notes in no group, since they are not published.
    """

    groups: tuple[Group, ...]
    unlinked: tuple[Unlinked, ...]
    refused: tuple[Refusal, ...]
    left_out: tuple[Note, ...] = ()
