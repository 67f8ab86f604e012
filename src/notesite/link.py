"""Notes to translation groups, by title and source list, with the evidence for each link and each refusal.

A wrong link is worse than a missing one: it sends a reader to another text.  So a link needs two kinds of
evidence or sources that decide alone, must be each other's best, and must lead the second best clearly.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product

from notesite import candidates, likeness, traits
from notesite.candidates import Alike, Before, Each
from notesite.diagnostics import Diagnostic, Related, error, warning
from notesite.likeness import BASE, CONTRADICTIONS, SIGN, Likeness
from notesite.linkage import Bond, Group, Linkage, Refusal, RunnerUp, Unlinked
from notesite.records import Note
from notesite.traits import Weighed

LEAD = 0.8
"""A link leads the second best partner by this many points, seen from either side."""
Ranked = dict[tuple[str, str], list[Likeness]]
"""The candidates of a note in a language, by path and language, in order of falling score."""

KEY_APART = "none"
"""The `translation_key` of a note that has no translation, whatever it resembles."""


def translations(
    notes: Sequence[Note], default_language: str, alike: Alike | None = None
) -> tuple[Linkage, tuple[Diagnostic, ...]]:
    """The partition of the notes into translation groups: at most one note per language, any input order.

    `alike` are the notes' likenesses where the caller has them.
    """
    by_path = {note.path: note for note in sorted(notes, key=lambda note: note.path)}
    keyed, found = _by_key(by_path.values())
    every = likenesses(notes) if alike is None else alike
    pairs = [*_open(every.pairs, keyed, by_path)]
    ranked = _ranked(pairs, by_path)
    bonds, refused, doubts = _chosen(pairs, ranked, by_path)
    united, crossed = _united(keyed, bonds, refused, ranked, by_path)
    home = {path: members for members in united for path in members}
    refused = [one for one in (*refused, *crossed) if home.get(one.a, one.a) != home.get(one.b, one.b)]
    groups = [_group(members, own, by_path, default_language) for members, own in united.items()]
    alone = [note for path, note in by_path.items() if path not in home]
    groups += [Group((note.path,), note.path) for note in alone]
    unlinked = tuple(Unlinked(note.path, note.lang, _reason(note, refused)) for note in alone)
    found += [said for pair, said in doubts if home.get(pair.a, pair.a) != home.get(pair.b, pair.b)]
    ordered = sorted(groups, key=lambda group: group.notes), sorted(refused, key=lambda one: (one.a, one.b))
    return Linkage(tuple(ordered[0]), unlinked, tuple(ordered[1])), tuple(found)


_NONE: Mapping[str, int] = {}


def likenesses(
    notes: Iterable[Note],
    digests: Mapping[str, int] = _NONE,
    weighed: Callable[[Note], Weighed] = traits.weighed,
    last: Before = candidates.NOTHING,
    each: Each = map,
) -> Alike:
    """How much the notes are alike that may be linked; see `candidates.among`."""
    return candidates.among((note for note in notes if note.translation_key != KEY_APART), digests, weighed, last, each)


def _open(pairs: Iterable[Likeness], keyed: Iterable[tuple[str, ...]], notes: Mapping[str, Note]) -> Iterator[Likeness]:
    """The pairs that are not settled by hand."""
    taken = {path: {notes[member].lang for member in members} for members in keyed for path in members}
    for one in pairs:
        a, b = notes[one.a], notes[one.b]
        by_hand = a.translation_key and b.translation_key
        if not by_hand and b.lang not in taken.get(a.path, ()) and a.lang not in taken.get(b.path, ()):
            yield one


def _by_key(notes: Iterable[Note]) -> tuple[list[tuple[str, ...]], list[Diagnostic]]:
    """Groups settled by hand, of one note or more, and notes of one language that claim the same key."""
    by_key: dict[str, dict[str, Note]] = defaultdict(dict)
    found = []
    for note in notes:
        if note.translation_key in ("", KEY_APART):
            continue
        first = by_key[note.translation_key].setdefault(note.lang, note)
        if first is not note:
            words = f"the translation key {note.translation_key!r} is taken by another note in {note.lang}"
            hint, other = "give one of them another key, or none", Related(first.path, 0, "the other")
            found.append(error("translation-key-twice", words, note.path, 0, hint, other))
    return [tuple(sorted(note.path for note in firsts.values())) for firsts in by_key.values()], found


# Which links stand


def _ranked(found: Sequence[Likeness], notes: dict[str, Note]) -> Ranked:
    """The candidates of each note in each language, those that contradict it aside: they are no rivals."""
    ranked: Ranked = defaultdict(list)
    for pair in found:
        if not pair.contradicted:
            ranked[pair.a, notes[pair.b].lang].append(pair)
            ranked[pair.b, notes[pair.a].lang].append(pair)
    return ranked


def _chosen(
    found: Sequence[Likeness], ranked: Ranked, notes: dict[str, Note]
) -> tuple[list[Bond], list[Refusal], list[tuple[Likeness, Diagnostic]]]:
    """Links that are each other's best and lead clearly; refusals of near candidates; what to tell the author."""
    bonds, refused, doubts = [], [], []
    for pair in found:
        sides = [ranked[pair.a, notes[pair.b].lang], ranked[pair.b, notes[pair.a].lang]]
        others = (next((one for one in side if one is not pair), None) for side in sides)
        rival = max(others, key=lambda one: one.score if one else -math.inf)
        near = all(not side or side[0] is pair or side[0].score < pair.score for side in sides)
        if pair.refused:
            refused.append(Refusal(pair.a, pair.b, pair.refused, pair.detail))
            if near and pair.contradicted:
                doubts.append((pair, _doubt(pair, pair.detail, None)))
        elif rival and pair.score - rival.score < LEAD:
            behind = rival.score - pair.score >= LEAD
            refused.append(Refusal(pair.a, pair.b, "link-behind" if behind else "link-ambiguous", _beside(pair, rival)))
            if near:
                doubts.append((pair, _doubt(pair, _beside(pair, rival), rival)))
        elif near:
            runner_up = RunnerUp(_other(rival, pair), rival.score) if rival else None
            bonds.append(Bond(pair.a, pair.b, pair.score, pair.evidence, runner_up))
    return bonds, refused, doubts


def _other(rival: Likeness, pair: Likeness) -> str:
    return rival.b if rival.a in (pair.a, pair.b) else rival.a


def _beside(pair: Likeness, rival: Likeness) -> str:
    """How a rival stands to a pair, in words."""
    ahead = rival.score - pair.score
    words = "nearly as likely a" if ahead < 0 else "a likelier" if ahead else "as likely a"
    return f"{_other(rival, pair)} is {words} translation ({rival.score:.1f} against {pair.score:.1f} points)"


def _doubt(pair: Likeness, detail: str, rival: Likeness | None) -> Diagnostic:
    rule = "link-ambiguous" if rival else "link-contradicted"
    hint = "if they belong together, give both the same translation_key; if not, translation_key: none"
    related = (Related(_other(rival, pair), 0, "the rival"),) if rival else ()
    return warning(rule, f"not linked with {pair.b}: {detail}", pair.a, 0, hint, *related)


def _united(
    keyed: Iterable[tuple[str, ...]],
    bonds: Iterable[Bond],
    before: Iterable[Refusal],
    ranked: Ranked,
    notes: dict[str, Note],
) -> tuple[dict[tuple[str, ...], tuple[Bond, ...]], list[Refusal]]:
    """Links joined by falling score to groups of two or more, each with its bonds, and the links that cannot be.

    Groups settled by hand come first, and grow by the languages they lack.
    """
    against = {(one.a, one.b) for one in before if one.rule in CONTRADICTIONS}
    group_of = {path: set(members) for members in keyed for path in members}
    kept: list[Bond] = []
    refused: list[Refusal] = []
    for bond in sorted(bonds, key=lambda bond: (-bond.score, bond.a, bond.b)):
        ours, theirs = group_of.get(bond.a, {bond.a}), group_of.get(bond.b, {bond.b})
        # Two notes alone that lead clearly on both sides cross nothing.
        free = bond.b in ours or len(ours) == len(theirs) == 1
        crossed = "" if free else _crossed(ours, theirs, against, ranked, notes)
        if crossed:
            refused.append(Refusal(bond.a, bond.b, "link-crossed", crossed))
            continue
        kept.append(bond)
        merged = ours | theirs
        group_of.update(dict.fromkeys(merged, merged))
    members = {path: tuple(sorted(group)) for path, group in group_of.items() if len(group) > 1}
    own: dict[tuple[str, ...], list[Bond]] = {group: [] for group in sorted(set(members.values()))}
    for bond in kept:
        own[members[bond.a]].append(bond)
    return {group: tuple(bonds) for group, bonds in own.items()}, refused


def _crossed(
    ours: set[str], theirs: set[str], against: set[tuple[str, str]], ranked: Ranked, notes: dict[str, Note]
) -> str:
    """Why two groups cannot be one, in words; empty if they can."""
    members = [notes[path] for path in sorted(ours | theirs)]
    langs = Counter(note.lang for note in members)
    twice = [note.path for note in members if langs[note.lang] > 1]
    if twice:
        return f"it would put two notes of one language into a group: {', '.join(twice)}"
    keys = sorted({note.translation_key for note in members} - {""})
    if len(keys) > 1:
        return f"it would join two translation keys: {', '.join(keys)}"
    numbers = {note.path: traits.title_numbers(note.title, note.lang) for note in members}
    for one, other in product(sorted(ours), sorted(theirs)):
        if words := likeness.contradiction(numbers[one], numbers[other]):
            return f"{one} and {other} would come together, and {words}"
    if 2 * sum((min(pair), max(pair)) in against for pair in product(ours, theirs)) > len(ours) * len(theirs):
        return "most of the notes that it would join contradict each other"
    return _torn(ours, theirs, ranked, notes) or _torn(theirs, ours, ranked, notes)


def _torn(ours: set[str], theirs: set[str], ranked: Ranked, notes: dict[str, Note]) -> str:
    """A note outside that resembles one of ours nearly as much as their group does, in words; empty if there is none.

    An edition that few languages have would else join the group of another one, by the languages that lack it.
    """
    langs = sorted({notes[path].lang for path in theirs})
    for path in sorted(ours):
        near = [(pair.score, _partner(pair, path)) for lang in langs for pair in ranked.get((path, lang), ())]
        best = max((score for score, other in near if other in theirs), default=math.inf)
        rivals = [other for score, other in near if other not in theirs and other not in ours and score > best - LEAD]
        if rivals:
            return f"{rivals[0]} resembles {path} nearly as much as this group does"
    return ""


def _partner(pair: Likeness, path: str) -> str:
    return pair.b if pair.a == path else pair.a


def _group(members: tuple[str, ...], bonds: tuple[Bond, ...], notes: dict[str, Note], default_language: str) -> Group:
    original = min((notes[path] for path in members), key=lambda note: _original_order(note, default_language)).path
    confidence = min((_confidence(bond) for bond in bonds), default=1.0)
    return Group(members, original, confidence, bonds)


def _original_order(note: Note, default_language: str) -> tuple[int, str, bool, str]:
    """The original says it is no translation; else it is the oldest, else the one in the site's language."""
    said = 0 if note.translated is False else 2 if note.translated else 1
    return (said, note.date or "9999", note.lang != default_language, note.path)


def _confidence(bond: Bond) -> float:
    """Between 0 and 1: falls with the lead over the runner-up and with each missing kind of evidence."""
    lead = bond.score - bond.runner_up.score if bond.runner_up else bond.score - BASE
    kinds = len({one.kind for one in bond.evidence if one.points >= SIGN})
    return round((1 - math.exp(-lead)) * (1 - 0.5 ** (kinds + 1)), 2)


def _reason(note: Note, refused: Sequence[Refusal]) -> str:
    """Why a note is alone."""
    if note.translation_key == KEY_APART:
        return "its translation_key says none"
    own = next((one for one in refused if note.path in (one.a, one.b)), None)
    if own:
        return f"not {own.b if own.a == note.path else own.a}: {own.detail}"
    return "no note in another language shares enough of its sources or its title"
