"""Notes to translation groups, by title and source list, with the evidence for each link and each refusal.

A wrong link is worse than a missing one: it sends a reader to another text.  So a link needs two kinds of
evidence or sources that decide alone, must be each other's best, and must lead the second best clearly.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from msgspec import Struct

from notesite import locales, prose
from notesite.diagnostics import Diagnostic, Related, error, warning
from notesite.records import Bond, Evidence, Group, Linkage, Note, Refusal, RunnerUp, Unlinked

# Points: sources carry most, titles settle what sources leave open.  Two notes that share nothing stand at BASE.
BASE = -2.0
SOURCES = 6.0
WORDS = 2.5
NUMBERS = 2.5
COGNATES = 1.5
ENOUGH = -0.5
"""A link stands at this score or more …"""
LEAD = 0.8
"""… and leads the second best partner by this much, seen from either side."""
AGREE = 0.4
"""Below this weighted agreement two source lists contradict a link, whatever the titles say."""
DECIDE = 0.5
"""From this agreement on, sources of like number decide alone."""
RARE = 0.5
"""A source of this weight or more is rare: cited by at most two notes of any one language."""
COMMON = 40
"""A source or word that more notes of one language share than this proposes no candidates."""
BARE_HOST = 1 / 3
"""What an address without path or query counts, against one that names a work."""

KEY_APART = "none"
"""The `translation_key` of a note that has no translation, whatever it resembles."""


class Facts(Struct, frozen=True):
    """What the linker looks at in a note."""

    path: str
    lang: str
    title: str
    key: str
    sources: frozenset[str]
    words: frozenset[str]
    numbers: frozenset[str]
    grams: frozenset[str]


class Scored(Struct, frozen=True):
    """Two notes held against each other: points, reasons, and the rule that refuses them, if any."""

    a: str
    b: str
    score: float
    evidence: tuple[Evidence, ...]
    refused: str = ""
    detail: str = ""


def translations(notes: Sequence[Note], default_language: str) -> tuple[Linkage, tuple[Diagnostic, ...]]:
    """The partition of the notes into translation groups: at most one note per language, any input order."""
    by_path = {note.path: note for note in sorted(notes, key=lambda note: note.path)}
    keyed, found = _by_key(by_path.values())
    settled = {path for members in keyed for path in members}
    apart = {note.path for note in by_path.values() if note.translation_key == KEY_APART}
    free = [_facts(note) for note in by_path.values() if note.path not in settled | apart]
    scored = _scores(free)
    bonds, refused, doubts = _chosen(free, scored)
    groups = [_group(members, (), by_path, default_language) for members in keyed]
    united, crossed = _united(bonds, by_path)
    groups += [_group(members, own, by_path, default_language) for members, own in united]
    refused += crossed
    linked = {path for group in groups for path in group.notes}
    alone = [note for path, note in by_path.items() if path not in linked]
    singles = [Group((note.path,), note.path) for note in alone]
    unlinked = tuple(Unlinked(note.path, note.lang, _reason(note, apart, refused)) for note in alone)
    ordered = tuple(sorted([*groups, *singles], key=lambda group: group.notes))
    return Linkage(ordered, unlinked, tuple(sorted(refused, key=lambda one: (one.a, one.b)))), (*found, *doubts)


def _by_key(notes: Iterable[Note]) -> tuple[list[tuple[str, ...]], list[Diagnostic]]:
    """Groups settled by hand, and notes of one language that claim the same key."""
    by_key: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        if note.translation_key not in ("", KEY_APART):
            by_key[note.translation_key].append(note)
    groups, found = [], []
    for key, members in sorted(by_key.items()):
        firsts: dict[str, Note] = {}
        for note in members:
            first = firsts.setdefault(note.lang, note)
            if first is not note:
                words = f"the translation key {key!r} is taken by another note in {note.lang}"
                hint = "give one of them another key, or none"
                found.append(
                    error(
                        "translation-key-twice",
                        words,
                        note.path,
                        0,
                        hint,
                        Related(first.path, 0, "the other"),
                    )
                )
        if len(firsts) > 1:
            groups.append(tuple(sorted(note.path for note in firsts.values())))
    return groups, found


# What is looked at


def _facts(note: Note) -> Facts:
    sources = frozenset(one.key for one in note.citations if one.key)
    words, numbers = title_words(note.title), title_numbers(note.title)
    return Facts(note.path, note.lang, note.title, note.translation_key, sources, words, numbers, _grams(note.title))


def title_words(title: str) -> frozenset[str]:
    """Words of a title that may be the same in another language: names and terms, no common words."""
    return frozenset(_spelled(title))


def _spelled(title: str) -> dict[str, str]:
    """The words of a title that tell, folded, each with its first spelling."""
    found = (re.sub(r"['’][sS]$", "", word) for word in re.findall(r"[^\W_](?:[\w.'’&+-]*[^\W_])?", title))
    telling = [one for one in found if len(one) > 1 and not one.isdigit() and not prose.is_common(one.casefold())]
    return {locales.sort_key(word)[0]: word for word in reversed(telling)}


def title_numbers(title: str) -> frozenset[str]:
    """Numbers of a title by value, digits of any script; those within names (01.AI, GPT-4) are no numbers."""
    runs = re.findall(r"(?<![\w.-])\d+(?:[.,]\d+)*(?!\.?[\w-])", title)
    return frozenset("".join(str(int(c)) if c.isdigit() else c for c in run).replace(",", ".") for run in runs)


def _grams(title: str) -> frozenset[str]:
    plain = f" {locales.sort_key(title)[0]} "
    return frozenset(plain[i : i + 4] for i in range(len(plain) - 3))


# How it counts


class _Weights:
    """How much a shared source or word tells: 1 over the most notes of any one language that have it."""

    def __init__(self, facts: Sequence[Facts]) -> None:
        self.sources = self._most((source, one.lang) for one in facts for source in one.sources)
        self.words = self._most((word, one.lang) for one in facts for word in one.words)
        self.source = {key: _source_weight(key, most) for key, most in self.sources.items()}
        self.total = {one.path: sum(sorted(self.source[key] for key in one.sources)) for one in facts}
        self.word = {word: 1 / most for word, most in self.words.items()}
        self.numbers = self._most((number, one.lang) for one in facts for number in (one.numbers and [one.numbers]))

    @staticmethod
    def _most(pairs: Iterable[tuple[object, str]]) -> dict[object, int]:
        counts: dict[object, int] = {}
        for (thing, _), n in Counter(pairs).items():
            counts[thing] = max(counts.get(thing, 0), n)
        return counts


def _source_weight(key: object, most: int) -> float:
    bare_host = str(key).endswith("/") and str(key).count("/") == 1
    return (BARE_HOST if bare_host else 1) / most


def _scores(facts: Sequence[Facts]) -> dict[tuple[str, str], Scored]:
    """Every pair of notes in different languages that shares anything telling."""
    weights = _Weights(facts)
    having: dict[object, list[Facts]] = defaultdict(list)
    for one in facts:
        for source in one.sources:
            if weights.sources[source] <= COMMON:
                having[source].append(one)
        for word in one.words:
            if weights.words[word] <= COMMON:
                having["word", word].append(one)
        if one.numbers and weights.numbers[one.numbers] <= COMMON:
            having[one.numbers].append(one)
    by_path = {one.path: one for one in facts}
    pairs = {(a.path, b.path) for sharing in having.values() for a, b in combinations(sharing, 2) if _may_be(a, b)}
    held = ((by_path[a], by_path[b]) for a, b in pairs)
    return {(a.path, b.path): _score(a, b, weights) for a, b in held if _can_reach(a, b, weights)}


def _may_be(a: Facts, b: Facts) -> bool:
    """Whether two notes could be translations of each other: in two languages, and not under two keys."""
    return a.lang != b.lang and not (a.key and b.key)


def _can_reach(a: Facts, b: Facts, weights: _Weights) -> bool:
    """Whether two notes could score enough at all: most that share a source or a word cannot."""
    if a.numbers and a.numbers == b.numbers:
        return True
    weight = sum(map(weights.source.__getitem__, a.sources & b.sources))
    agreement = min(1.0, weight / max(weights.total[a.path], weights.total[b.path], weight, 1e-9))
    points = BASE + SOURCES * agreement * (1 - math.exp(-weight)) + COGNATES * _alike(a, b)
    if not a.words.isdisjoint(b.words):
        points += WORDS * (1 - math.exp(-sum(map(weights.word.__getitem__, a.words & b.words))))
    return points >= ENOUGH - 0.01


def _alike(a: Facts, b: Facts) -> float:
    """How much of two titles is the same run of four letters (Dice's coefficient).

    The words that both have count as title words already, and so not here.
    """
    counted = frozenset().union(*map(_grams, words)) if (words := a.words & b.words) else None
    ours, theirs = (a.grams - counted, b.grams - counted) if counted else (a.grams, b.grams)
    return 2 * len(ours & theirs) / (len(ours) + len(theirs) or 1)


def _score(a: Facts, b: Facts, weights: _Weights) -> Scored:
    """Hold two notes against each other (`a` before `b` by path)."""
    shared, union = a.sources & b.sources, a.sources | b.sources
    weight = sum(sorted(weights.source[key] for key in shared))
    agreement = weight / sum(sorted(weights.source[key] for key in union)) if shared else 0.0
    rare = sum(weights.source[key] >= RARE for key in shared)
    evidence = [
        *_source_evidence(shared, union, agreement * (1 - math.exp(-weight)), weights),
        *_word_evidence(a, b, weights),
        *_number_evidence(a, b, weights),
        *_cognate_evidence(a, b),
    ]
    score = round(BASE + sum(one.points for one in evidence), 3)
    refused, detail = _refusal(a, b, agreement, rare, evidence, weights)
    return Scored(a.path, b.path, score, tuple(evidence), refused, detail)


def _source_evidence(
    shared: frozenset[str], union: frozenset[str], strength: float, weights: _Weights
) -> Iterable[Evidence]:
    if shared:
        alone = sum(weights.sources[key] == 1 for key in shared)
        detail = f"{len(shared)} of {len(union)} sources shared, {alone} cited nowhere else"
        yield Evidence("sources", detail, round(SOURCES * strength, 3))


def _word_evidence(a: Facts, b: Facts, weights: _Weights) -> Iterable[Evidence]:
    shared = sorted(a.words & b.words)
    if shared:
        points = WORDS * (1 - math.exp(-sum(sorted(weights.word[word] for word in shared))))
        spelled = _spelled(a.title)
        quoted = ", ".join(f'"{spelled[word]}"' for word in shared[:5])
        yield Evidence("title words", f"{quoted} in both titles", round(points, 3))


def _number_evidence(a: Facts, b: Facts, weights: _Weights) -> Iterable[Evidence]:
    if a.numbers and a.numbers == b.numbers and weights.numbers[a.numbers] == 1:
        yield Evidence("title numbers", f"{', '.join(sorted(a.numbers))} in both titles and no other", NUMBERS)


def _cognate_evidence(a: Facts, b: Facts) -> Iterable[Evidence]:
    alike = _alike(a, b)
    if alike >= 0.2:
        yield Evidence("cognates", f"titles alike by {alike:.0%} of their letters", round(COGNATES * alike, 3))


def _refusal(
    a: Facts, b: Facts, agreement: float, rare: int, evidence: Sequence[Evidence], weights: _Weights
) -> tuple[str, str]:
    """The rule that forbids this link and its words; both empty if none does."""
    if a.numbers - b.numbers and b.numbers - a.numbers:
        ours, theirs = ", ".join(sorted(a.numbers)), ", ".join(sorted(b.numbers))
        return "link-contradicted", f"the titles' numbers contradict each other: {ours} and {theirs}"
    if not a.sources & b.sources and any(
        sum(weights.source[key] >= RARE for key in one.sources) >= 2 for one in (a, b)
    ):
        return "no-common-source", "no source in common, although one of them has several of its own"
    if min(len(a.sources), len(b.sources)) >= 3 and agreement < AGREE:
        return "few-common-sources", f"their source lists agree by {agreement:.0%} only"
    like_number = max(len(a.sources), len(b.sources)) <= 1.5 * min(len(a.sources), len(b.sources))
    decided = a.sources == b.sources != frozenset() or (rare >= 2 and agreement >= DECIDE and like_number)
    kinds = {one.kind for one in evidence if one.points >= 0.5}
    if len(kinds) < 2 and not decided:
        return "one-kind-of-evidence", "only one kind of evidence speaks for it"
    return "", ""


# Which links stand


def _chosen(
    facts: Sequence[Facts], scored: dict[tuple[str, str], Scored]
) -> tuple[list[Bond], list[Refusal], list[Diagnostic]]:
    """Links that are each other's best and lead clearly; refusals of near candidates; what to tell the author."""
    langs = {one.path: one.lang for one in facts}
    ranked: dict[tuple[str, str], list[Scored]] = defaultdict(list)
    for pair in sorted(scored.values(), key=lambda pair: (-pair.score, pair.a, pair.b)):
        if pair.score >= ENOUGH and pair.refused != "link-contradicted":  # such a one is no rival
            ranked[pair.a, langs[pair.b]].append(pair)
            ranked[pair.b, langs[pair.a]].append(pair)
    bonds, refused, doubts = [], [], []
    for pair in sorted(scored.values(), key=lambda pair: (-pair.score, pair.a, pair.b)):
        if pair.score < ENOUGH:
            continue
        sides = [ranked[pair.a, langs[pair.b]], ranked[pair.b, langs[pair.a]]]
        others = (next((one for one in side if one is not pair), None) for side in sides)
        rival = max(others, key=lambda one: one.score if one else -math.inf)
        near = all(not side or side[0] is pair or side[0].score < pair.score for side in sides)
        if pair.refused:
            refused.append(Refusal(pair.a, pair.b, pair.refused, pair.detail))
            if near and pair.refused == "link-contradicted":
                doubts.append(_doubt(pair, pair.detail, None))
        elif rival and pair.score - rival.score < LEAD:
            behind = rival.score - pair.score >= LEAD
            refused.append(Refusal(pair.a, pair.b, "link-behind" if behind else "link-ambiguous", _beside(pair, rival)))
            if near:
                doubts.append(_doubt(pair, _beside(pair, rival), rival))
        elif near:
            runner_up = RunnerUp(_other(rival, pair), rival.score) if rival else None
            bonds.append(Bond(pair.a, pair.b, pair.score, pair.evidence, runner_up))
    return bonds, refused, doubts


def _other(rival: Scored, pair: Scored) -> str:
    return rival.b if rival.a in (pair.a, pair.b) else rival.a


def _beside(pair: Scored, rival: Scored) -> str:
    """How a rival stands to a pair, in words."""
    ahead = rival.score - pair.score
    words = "nearly as likely a" if ahead < 0 else "a likelier" if ahead else "as likely a"
    return f"{_other(rival, pair)} is {words} translation ({rival.score:.1f} against {pair.score:.1f} points)"


def _doubt(pair: Scored, detail: str, rival: Scored | None) -> Diagnostic:
    rule = "link-ambiguous" if rival else "link-contradicted"
    hint = "if they belong together, give both the same translation_key; if not, translation_key: none"
    related = (Related(_other(rival, pair), 0, "the rival"),) if rival else ()
    return warning(rule, f"not linked with {pair.b}: {detail}", pair.a, 0, hint, *related)


def _united(
    bonds: Sequence[Bond], notes: dict[str, Note]
) -> tuple[list[tuple[tuple[str, ...], tuple[Bond, ...]]], list[Refusal]]:
    """Links joined to groups by falling score, never two notes of one language in a group."""
    group_of: dict[str, set[str]] = {}
    kept: list[Bond] = []
    refused: list[Refusal] = []
    for bond in sorted(bonds, key=lambda bond: (-bond.score, bond.a, bond.b)):
        ours, theirs = group_of.get(bond.a, {bond.a}), group_of.get(bond.b, {bond.b})
        merged = ours | theirs
        crossed = "" if ours is theirs else _crossed([notes[path] for path in sorted(merged)])
        if crossed:
            refused.append(Refusal(bond.a, bond.b, "link-crossed", crossed))
            continue
        kept.append(bond)
        group_of.update(dict.fromkeys(merged, merged))
    groups = {tuple(sorted(members)) for members in group_of.values()}
    return [(members, tuple(bond for bond in kept if bond.a in members)) for members in sorted(groups)], refused


def _crossed(members: Sequence[Note]) -> str:
    """Why these notes cannot be one group, in words; empty if they can."""
    langs = Counter(note.lang for note in members)
    twice = [note.path for note in members if langs[note.lang] > 1]
    if twice:
        return f"it would put two notes of one language into a group: {', '.join(twice)}"
    keys = sorted({note.translation_key for note in members} - {""})
    return f"it would join two translation keys: {', '.join(keys)}" if len(keys) > 1 else ""


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
    kinds = len({one.kind for one in bond.evidence if one.points >= 0.5})
    return round((1 - math.exp(-lead)) * (1 - 0.5 ** (kinds + 1)), 2)


def _reason(note: Note, apart: set[str], refused: Sequence[Refusal]) -> str:
    if note.path in apart:
        return "its translation_key says none"
    own = next((one for one in refused if note.path in (one.a, one.b)), None)
    if own:
        return f"not {own.b if own.a == note.path else own.a}: {own.detail}"
    return "no note in another language shares enough of its sources or its title"
