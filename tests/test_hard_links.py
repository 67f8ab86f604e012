"""The planted hard cases: small sites on which a linker that takes the nearest relative would go wrong."""

from itertools import combinations, product

import pytest

from notesite import build, link
from notesite.linkage import Linkage
from notesite.records import Note
from notesite.runs import Options
from support import SITES, TODAY, copied

GROUPS = {
    # Numbered parts with three sources in common; part 2 has no English, part 4 no German note.
    "hard-series": ["part-1-en teil-1-de", "part-3-en teil-3-de"],
    # One text under one title; the edition stands in a source's address only.
    "hard-editions": ["erasing-old-en loeschen-alt-de"],
    # Editions by year, with the same sources; 2017 and 2025 have no partner.
    "hard-yearly": ["grid-2021-en netz-2021-de"],
    # A newsletter, the recap of the same issue, another issue.
    "hard-recap": ["brief-14-de letter-14-en"],
    # One event every year with the same words, the date in its title; 2025 and 2026 have no partner.
    "hard-event": ["nacht-2024-de night-2024-en"],
    # One event every month, the date in its text and in its minutes only; April has no partner.
    "hard-meeting": ["meeting-march-en treffen-maerz-de"],
    # One yearbook that every note cites, and most cite nothing else.
    "hard-popular": ["cooling-en kuehlung-de"],
    # Two English notes on one topic with the same sources; the German one is a translation of the first.
    "hard-twins": ["speicher-de storage-en"],
    # Two English notes on one topic with the same sources; the German one is a translation of neither.
    "hard-neither": [],
    # German, English, Arabic and Japanese, numbers and months in each one's own way; June has no partner.
    "hard-scripts": ["regen-april-ar regen-april-de regen-april-en regen-april-ja", "regen-mai-de regen-mai-ja"],
    # Monthly reports in three languages with the same sources.
    "hard-months": ["april-de april-en", "februar-de fevrier-fr", "januar-de january-en janvier-fr"],
    # A French note that joins a pair, beside another one that shares a source with it.
    "hard-newcomer": ["cleanroom-en reinraum-de salle-blanche-fr"],
    # Notes with one source or none: two kinds of evidence link, a single name or less does not.
    "hard-bare": ["cards-en karteikarten-de", "deepseek-de deepseek-en"],
}
"""What belongs together on each site; all other notes stay alone."""

TOLD = [
    ("hard-event", "", "link-contradicted", "nacht-2025-de", "night-2026-en"),
    ("hard-yearly", "", "link-contradicted", "grid-2017-en", "netz-2025-de"),
    ("hard-scripts", "", "link-contradicted", "regen-juni-ar", "regen-mai-ja"),
    ("hard-months", "april-de januar-de january-en", "link-contradicted", "april-en", "janvier-fr"),
    ("hard-editions", "erasing-old-en", "link-contradicted", "erasing-new-en", "loeschen-alt-de"),
    ("hard-recap", "letter-14-en", "link-contradicted", "brief-14-de", "recap-14-en"),
    ("hard-neither", "", "link-ambiguous", "forecast-en", "sturm-de"),
]
"""What the author is told of the site without some notes: the rule, the note that has the word, the other one."""

STEADY = sorted(GROUPS.keys() - {"hard-twins"})
"""Where no partner's absence can mislead; twins with the very same sources are told apart by each other alone."""


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """Plans a hard site, each once."""
    made = {}

    def plan(name: str) -> build.Planned:
        if name not in made:
            made[name] = build.planned(Options(root=copied(name, tmp_path_factory.mktemp(name)), today=TODAY))
        return made[name]

    return plan


def name_of(path: str) -> str:
    """A note's name in the tables."""
    return path.removeprefix("notes/").removesuffix(".md")


def joined(linkage: Linkage) -> list[str]:
    """The groups of two or more, as the table writes them."""
    return [" ".join(map(name_of, group.notes)) for group in linkage.groups if len(group.notes) > 1]


def without(notes: tuple[Note, ...], gone: set[str]) -> list[Note]:
    """The notes that are left."""
    return [one for one in notes if name_of(one.path) not in gone]


def test_every_hard_site_has_its_row():
    """No hard site is left out of the table, and none is empty."""
    assert {path.name for path in SITES.glob("hard-*") if any(path.glob("notes/*.md"))} == set(GROUPS)


@pytest.mark.parametrize("name", GROUPS)
def test_a_hard_site_links_as_it_should(planned, name: str):
    """All of the site's true groups are found and no other, and every note is read in the language of its name."""
    whole = planned(name)
    assert joined(whole.linkage) == GROUPS[name]
    assert [one.path for one in whole.site.notes if not one.path.endswith(f"-{one.lang}.md")] == []
    inside = {path for group in GROUPS[name] for path in group.split()}
    others = {name_of(one.path) for one in whole.site.notes} - inside
    assert {name_of(one.path) for one in whole.linkage.unlinked} == others
    assert all(one.reason for one in whole.linkage.unlinked)


@pytest.mark.parametrize("name", STEADY)
def test_a_missing_partner_is_not_replaced(planned, name: str):
    """With one note of every group taken away, in all choices, what is left of each group is all that is linked."""
    notes, groups = planned(name).site.notes, [group.split() for group in GROUPS[name]]
    for gone in product(*groups):
        left = [" ".join(one for one in group if one not in gone) for group in groups]
        expected = [group for group in left if " " in group]
        assert joined(link.translations(without(notes, set(gone)), "en")[0]) == expected, f"without {gone}"


@pytest.mark.parametrize("name", sorted(set(STEADY) - {"hard-neither"}))
def test_no_two_absences_make_a_wrong_link(planned, name: str):
    """With any one or two notes taken away, no two notes are linked that are no translations of each other."""
    notes = planned(name).site.notes
    true = [set(group.split()) for group in GROUPS[name]]
    names = [name_of(one.path) for one in notes]
    for gone in [*combinations(names, 1), *combinations(names, 2)]:
        made = joined(link.translations(without(notes, set(gone)), "en")[0])
        assert [one for one in made if not any(set(one.split()) <= group for group in true)] == [], f"without {gone}"


@pytest.mark.parametrize(("name", "gone", "rule", "one", "other"), TOLD, ids=[row[0] for row in TOLD])
def test_a_near_candidate_is_refused_aloud(planned, name: str, gone: str, rule: str, one: str, other: str):
    """Where a note's nearest relative is refused, a warning of the right rule names both notes and a way out."""
    linkage, found = link.translations(without(planned(name).site.notes, set(gone.split())), "en")
    said = [had for had in found if name_of(had.path) == one and f"notes/{other}.md" in had.message]
    assert [had.rule for had in said] == [rule]
    assert "translation_key" in said[0].hint
    assert (one, other) in {(name_of(had.a), name_of(had.b)) for had in linkage.refused}


def test_the_rule_that_parts_editions_is_named(planned):
    """Addresses that differ in an edition's number only are the reason given, with both addresses."""
    linkage, _ = link.translations(without(planned("hard-editions").site.notes, {"erasing-old-en"}), "en")
    (refused,) = linkage.refused
    assert refused.rule == "link-editions"
    assert "/loeschen/2/0" in refused.detail
    assert "/loeschen/2/1" in refused.detail


def test_the_rule_that_parts_a_recap_is_named(planned):
    """A recap has the sources of its issue and other figures, and that is the reason given."""
    linkage, _ = link.translations(without(planned("hard-recap").site.notes, {"letter-14-en"}), "en")
    assert [(one.rule, "figures agree" in one.detail) for one in linkage.refused] == [("link-other-text", True)]


def test_the_rival_of_an_ambiguous_note_is_named(planned):
    """Of two candidates that cannot be told apart the author is given both, one of them as the rival."""
    (said,) = [one for one in planned("hard-neither").found.every if one.rule == "link-ambiguous"]
    assert {said.path, *(one.path for one in said.related)} == {"notes/forecast-en.md", "notes/warnings-en.md"}


def test_a_new_language_joins_its_group(planned):
    """The French note joins the pair as it was and is bonded with both of its notes."""
    notes = planned("hard-newcomer").site.notes
    (before,) = [one for one in link.translations(without(notes, {"salle-blanche-fr"}), "en")[0].groups if one.bonds]
    (after,) = [one for one in planned("hard-newcomer").linkage.groups if one.bonds]
    assert set(after.notes) - set(before.notes) == {"notes/salle-blanche-fr.md"}
    assert {(bond.a, bond.b) for bond in after.bonds} == set(combinations(after.notes, 2))


def test_every_pair_of_a_full_group_has_its_bond(planned):
    """In four languages and three scripts, each two notes of the group are bonded by sources, numbers and figures."""
    (group,) = [one for one in planned("hard-scripts").linkage.groups if len(one.notes) == 4]
    assert {(bond.a, bond.b) for bond in group.bonds} == set(combinations(group.notes, 2))
    kinds = [{one.kind for one in bond.evidence if one.points > 0} for bond in group.bonds]
    assert all(kind >= {"sources", "title numbers", "figures"} for kind in kinds)
