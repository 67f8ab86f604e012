"""Which notes are held against each other: what was found before is kept only as long as it holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notesite import facets, likeness, link, traits
from notesite.candidates import Before
from notesite.records import Note, Traits
from strategies import families
from support import note

S = [f"https://s{number}.example/work" for number in range(8)]


def digests(*notes: Note) -> dict[str, int]:
    """Of each note a digest of what linking reads of it."""
    return {one.path: facets.of(one).linking for one in notes}


@settings(max_examples=150)
@given(families(), families(), st.data())
def test_known_likenesses_make_no_difference(before: list[Note], others: list[Note], data: st.DataObject):
    """After any change of some notes the likenesses are those that looking at all notes anew finds."""
    gone = data.draw(st.sets(st.sampled_from([one.path for one in before]), max_size=2))
    after = {one.path: one for one in before if one.path not in gone}
    after |= {one.path: one for one in others[: data.draw(st.integers(0, 3))]}
    now = list(after.values())
    known = link.likenesses(before, digests(*before))
    old = {one.path: traits.weighed(one) for one in before}
    assert link.likenesses(now, digests(*now), last=Before(known, old)) == link.likenesses(now, digests(*now))
    assert link.likenesses(now, digests(*now), last=Before(known)) == link.likenesses(now, digests(*now))


def test_what_did_not_change_is_not_looked_at(monkeypatch: pytest.MonkeyPatch):
    """Where a note has another text only its own pairs are weighed again; where nothing changed none is."""
    pairs = [
        (note(f"{n}-de", f"Werk {n}", *S[n : n + 3]), note(f"{n}-en", f"Work {n}", *S[n : n + 3])) for n in range(3)
    ]
    notes = [one for pair in pairs for one in pair]
    known = link.likenesses(notes, digests(*notes))
    last = Before(known, {one.path: traits.weighed(one) for one in notes})
    looked: list[tuple[str, str]] = []
    between = likeness.between
    monkeypatch.setattr(
        likeness, "between", lambda a, b, weights: looked.append((a.path, b.path)) or between(a, b, weights)
    )
    assert link.likenesses(notes, digests(*notes), last=last) == known
    assert looked == []
    longer = note("0-de", "Werk 0", *S[:3], traits=Traits(numerals=("7",), length=90))
    now = [longer, *notes[1:]]
    link.likenesses(now, digests(*now), last=last)
    assert looked
    assert all("notes/0-de.md" in pair for pair in looked)
