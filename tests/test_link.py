"""Translation groups: what links, what is refused and why, and the laws that hold for any notes."""

import re
from itertools import combinations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notesite import build, likeness, link, traits
from notesite.diagnostics import Diagnostic, Severity
from notesite.linkage import Group, Linkage
from notesite.records import Note, Traits
from notesite.runs import Options
from strategies import TEXTS, families, stranger, works
from support import fill, note

S = [f"https://s{number}.example/work" for number in range(12)]


def linked(*notes: Note) -> tuple[Linkage, tuple[Diagnostic, ...]]:
    """The groups of these notes, and what is said about them."""
    return link.translations(notes, "en")


def groups(*notes: Note) -> list[str]:
    """The groups of two or more, each as its notes' names: `solar-de = sun-en`."""
    found = [group for group in linked(*notes)[0].groups if len(group.notes) > 1]
    return [" = ".join(path.removeprefix("notes/").removesuffix(".md") for path in one.notes) for one in found]


def only(*notes: Note) -> Group:
    """The one group that these notes make."""
    (group,) = linked(*notes)[0].groups
    return group


# --- what links ------------------------------------------------------------------------------------------


def test_one_source_missing_and_another_added_still_links():
    """A translation that lost one source and gained another is found all the same."""
    assert groups(note("wind-de", "Windkraft", *S[:6]), note("gale-en", "Gales", *S[1:7])) == ["gale-en = wind-de"]


def test_a_third_language_joins_the_group():
    """Three languages of one work make one group, with a bond for each pair that is sure."""
    group = only(*(note(f"{name}", name, *S[:5]) for name in ("wind-de", "gale-en", "vent-fr")))
    assert group.notes == ("notes/gale-en.md", "notes/vent-fr.md", "notes/wind-de.md")
    assert len(group.bonds) == 3


def test_title_words_and_numbers_link_without_sources():
    """Two kinds of evidence from titles are enough where neither note has a source."""
    assert groups(note("a-de", "DeepSeek im Jahr 2025"), note("b-en", "DeepSeek, year 2025")) == ["a-de = b-en"]


def test_digits_of_any_script_are_the_same_number():
    """A number is compared by value: Arabic digits and a decimal comma make no difference."""
    assert traits.title_numbers("٢٠٢٥", "ar") == traits.title_numbers("2025", "de") == {"2025"}
    assert traits.title_numbers("3,5 Prozent", "de") == traits.title_numbers("3.5 per cent", "en")
    assert traits.title_numbers("01.AI, GPT-4 und Yi-34B", "de") == frozenset()


def test_a_bare_host_counts_less_than_a_work():
    """The same number of shared addresses scores less where they name hosts only."""
    hosts = [f"https://h{number}.example/" for number in range(3)]
    works, bare = (only(note("a-de", "A 2025", *both), note("b-en", "B 2025", *both)) for both in (S[:3], hosts))
    assert works.bonds[0].score > bare.bonds[0].score


@pytest.mark.parametrize(
    ("fields", "original"),
    [
        ({}, "notes/b-en.md"),
        ({"date": "2024-01-01"}, "notes/a-de.md"),
        ({"translated": False}, "notes/a-de.md"),
        ({"translated": True, "date": "2024-01-01"}, "notes/b-en.md"),
    ],
)
def test_the_original_is_told(fields: dict[str, object], original: str):
    """The original is the one that says so, else the oldest, else the one in the site's language."""
    assert only(note("a-de", "A", *S[:4], **fields), note("b-en", "B", *S[:4])).original == original


def test_the_evidence_is_told():
    """A bond says in words what speaks for it, and the points add up to its score."""
    (bond,) = only(note("a-de", "Nvidia 2025", *S[:4]), note("b-en", "On Nvidia, 2025", *S[:4])).bonds
    told = {one.kind: one.detail for one in bond.evidence}
    assert told["sources"] == "4 of 4 sources shared, 4 cited nowhere else"
    assert told["title words"] == '"Nvidia" in both titles'
    assert told["title numbers"].startswith("2025 ")
    assert bond.score == pytest.approx(likeness.BASE + sum(one.points for one in bond.evidence), abs=0.002)


# --- what does not ---------------------------------------------------------------------------------------

HALF = note("tide-en", "Tides", *S[:3], *S[8:11])


def test_half_of_the_sources_is_not_enough():
    """A note that rests on half of the sources and on as many others is no translation."""
    assert groups(note("wind-de", "Windkraft", *S[:6]), HALF) == []


def test_half_of_the_sources_does_not_come_between():
    """The same rival beside the true translation changes nothing."""
    assert groups(note("wind-de", "Windkraft", *S[:6]), note("gale-en", "Gales", *S[:6]), HALF) == ["gale-en = wind-de"]


def test_a_name_in_both_titles_does_not_make_up_for_sources():
    """Where both rest on several sources and share a third of them, no title makes them translations."""
    linkage, _ = linked(note("a-de", "Vestas 2025", *S[:6]), note("b-en", "Vestas 2025", *S[:3], *S[8:11]))
    assert [len(group.notes) for group in linkage.groups] == [1, 1]
    assert [one.rule for one in linkage.refused] == ["few-common-sources"]


def test_contradicting_title_numbers_are_refused_and_said():
    """All sources in common do not link the reports of two years, and the author is told why."""
    linkage, found = linked(note("a-de", "Bericht 2024", *S[:5]), note("b-en", "Report 2025", *S[:5]))
    assert [len(group.notes) for group in linkage.groups] == [1, 1]
    assert [(one.rule, one.severity, one.path) for one in found] == [
        ("link-contradicted", Severity.WARNING, "notes/a-de.md")
    ]
    assert "2024 and 2025" in found[0].message
    assert "notes/b-en.md" in found[0].message
    assert [(one.a, one.b, one.rule) for one in linkage.refused] == [
        ("notes/a-de.md", "notes/b-en.md", "link-contradicted")
    ]


def test_a_contradicted_rival_does_not_come_between():
    """The edition of another year, with more sources in common, does not hide the true translation."""
    true, other = note("b-en", "Report 2024", *S[:3], S[5]), note("c-en", "Report 2025", *S[:4])
    assert groups(note("a-de", "Bericht 2024", *S[:4]), true, other) == ["a-de = b-en"]


def test_two_nearly_alike_link_neither_and_name_the_rival():
    """Two candidates that cannot be told apart are both refused, with the other one named and a way out."""
    linkage, (said,) = linked(note("a-de", "A", *S[:5]), note("b-en", "B", *S[:5]), note("c-en", "C", *S[:5]))
    assert all(len(group.notes) == 1 for group in linkage.groups)
    assert (said.rule, said.severity, said.path) == ("link-ambiguous", Severity.WARNING, "notes/a-de.md")
    assert [one.path for one in said.related] == ["notes/c-en.md"]
    assert "notes/b-en.md" in said.message
    assert "notes/c-en.md" in said.message
    assert "translation_key" in said.hint


def test_a_far_second_is_not_called_nearly_as_likely():
    """Beside a clear link, what was passed over is refused without a word to the author, and in true words."""
    linkage, found = linked(note("a-de", "A", *S[:6]), note("b-en", "B", *S[:6]), note("c-en", "C", *S[1:5]))
    assert [group.notes for group in linkage.groups] == [("notes/a-de.md", "notes/b-en.md"), ("notes/c-en.md",)]
    assert found == ()
    (passed_over,) = linkage.refused
    assert (passed_over.a, passed_over.b, passed_over.rule) == ("notes/a-de.md", "notes/c-en.md", "link-behind")
    assert passed_over.detail.startswith("notes/b-en.md is a likelier translation")


def test_one_popular_source_links_nothing():
    """Notes that have nothing in common but the source that all cite stay alone."""
    german = [note(f"d{n}-de", f"Notiz {n}", S[0]) for n in range(5)]
    english = [note(f"e{n}-en", f"Thing {n}", S[0]) for n in range(5, 10)]
    assert groups(*german, *english) == []


@pytest.mark.parametrize("titles", [("Interview Berlin", "Interview Munich"), ("DeepSeek", "DeepSeek pricing")])
def test_one_title_word_links_nothing(titles: tuple[str, str]):
    """Without sources, a word in both titles is one kind of evidence, however alike its letters make them."""
    german, english = titles
    assert groups(note("a-de", german), note("b-en", english)) == []


def test_a_common_word_is_no_evidence():
    """Words that every text of a language has are not looked at."""
    assert traits.title_words("Warum die neuen Modelle von DeepSeek's Yi") == {"modelle", "deepseek", "yi"}


def test_own_sources_and_none_in_common_speak_against():
    """Two notes with several sources each and none in common are not linked by their titles."""
    assert groups(note("a-de", "Nvidia 2025", *S[:3]), note("b-en", "Nvidia 2025", *S[5:8])) == []


def test_one_language_is_never_linked():
    """Two notes of one language are no translations of each other, even word for word."""
    assert groups(note("a-de", "Nvidia 2025", *S[:5]), note("b-de", "Nvidia 2025", *S[:5])) == []


def test_a_note_alone_says_why():
    """A note without partner gives its reason: whom it was not linked with, or that nothing was near."""
    told = linked(note("a-de", "A 1", *S[:5]), note("b-en", "B 2", *S[:5]), note("c-fr", "C"))[0].unlinked
    reasons = {one.path: one.reason for one in told}
    assert reasons["notes/a-de.md"].startswith("not notes/b-en.md: the titles' numbers contradict")
    assert reasons["notes/c-fr.md"].startswith("no note in another language")


def test_a_language_without_the_edition_joins_none():
    """A note that is as near to one edition as to the other joins neither by a language that has one of them only."""
    german = [note("a-de", "Bericht 2021", *S[:5]), note("d-de", "Bericht 2025", *S[:5])]
    site = (*german, note("b-en", "Report 2021", *S[:5]), note("c-fr", "Rapport", *S[:5]))
    assert groups(*site) == ["a-de = b-en"]
    (crossed,) = [one for one in linked(*site)[0].refused if one.rule == "link-crossed"]
    assert (crossed.a, crossed.b) == ("notes/b-en.md", "notes/c-fr.md")
    assert "notes/d-de.md" in crossed.detail


def test_a_note_between_does_not_join_what_contradicts_itself():
    """A note without number that is like two editions joins one of them and does not make them one group."""
    old = [note("a-de", "Bericht 2021", *S[:5]), note("b-en", "Report 2021", *S[:5])]
    new = [note("c-fr", "Rapport 2025", *S[:5]), note("d-nl", "Verslag 2025", *S[:5])]
    made = groups(*old, *new, note("e-it", "Relazione", *S[:5]))
    assert len(made) == 2
    assert all(not ("a-de" in one and "c-fr" in one) for one in made)


def test_what_a_group_joined_after_all_is_not_refused():
    """Two notes that would be refused by themselves, and are one group by a third, are not told to be refused."""
    site = [note("a-de", "Yi 2025", *S[:4]), note("b-en", "Yi, 2025", *S[:6]), note("c-fr", "Yi en 2025", *S[2:6])]
    assert [one.rule for one in linked(site[0], site[2])[0].refused] == ["few-common-sources"]
    assert groups(*site) == ["a-de = b-en = c-fr"]
    assert linked(*site)[0].refused == ()


# --- settled by hand -------------------------------------------------------------------------------------


def test_one_translation_key_joins():
    """Notes with one key are a group, whatever they say."""
    german, english = note("a-de", "A 2024", *S[:3]), note("b-en", "B 2025", *S[5:8])
    joined = [msgspec.structs.replace(one, translation_key="k") for one in (german, english)]
    assert groups(*joined) == ["a-de = b-en"]
    assert only(*joined).confidence == 1


@pytest.mark.parametrize("keys", [("none", ""), ("none", "none"), ("eins", "zwei")])
def test_translation_keys_part(keys: tuple[str, str]):
    """The key `none`, and two keys that differ, keep apart what would be linked."""
    pair = [note(name, name, *S[:5], translation_key=key) for name, key in zip(("a-de", "b-en"), keys, strict=True)]
    assert groups(*pair) == []


def test_a_note_under_another_key_is_no_rival():
    """A note that was parted by hand does not make a link doubtful."""
    parted = note("b-en", "B", *S[:5], translation_key="zwei")
    assert groups(note("a-de", "A", *S[:5], translation_key="eins"), parted, note("c-en", "C", *S[:5])) == [
        "a-de = c-en"
    ]


def test_no_note_between_joins_two_keys():
    """A note without key that is like two notes with different keys joins one of them at most."""
    keyed = [note(name, name, *S[:5], translation_key=name) for name in ("a-de", "b-en")]
    between = note("c-fr", "C", *S[:5])
    assert all(not {"notes/a-de.md", "notes/b-en.md"} <= set(one.notes) for one in linked(*keyed, between)[0].groups)
    assert "translation keys: a-de, b-en" in linked(*keyed, between)[0].refused[0].detail


def test_one_key_twice_in_a_language_is_an_error():
    """Two notes of one language with one key are an error that names both, and the first has the place."""
    notes = [note(name, name, *S[:3], translation_key="k") for name in ("a-de", "b-de", "c-en")]
    _, (said,) = linked(*notes)
    assert (said.rule, said.severity) == ("translation-key-twice", Severity.ERROR)
    assert {said.path, *(one.path for one in said.related)} == {"notes/a-de.md", "notes/b-de.md"}
    assert groups(*notes) == ["a-de = c-en"]


def test_no_merge_puts_two_of_a_language_together():
    """Where bonds would chain two notes of one language, the weakest is dropped and said to be refused."""
    chain = [
        note("a-de", "A", *S[:6]),
        note("b-en", "B", *S[:5]),
        note("c-fr", "C", *S[1:7]),
        note("d-de", "D", *S[2:7]),
    ]
    assert groups(*chain) == ["a-de = b-en", "c-fr = d-de"]
    (refused,) = [one for one in linked(*chain)[0].refused if one.rule == "link-crossed"]
    assert (refused.a, refused.b) == ("notes/b-en.md", "notes/c-fr.md")
    assert "notes/a-de.md, notes/d-de.md" in refused.detail


def test_a_note_joins_a_group_that_is_settled_by_hand():
    """A third note without key joins the group of two keyed ones by its evidence, in a language that they lack."""
    keyed = [note(name, "Ziel", *S[:5], translation_key="k") for name in ("a-de", "b-en")]
    assert groups(*keyed, note("c-fr", "But", *S[:5])) == ["a-de = b-en = c-fr"]
    assert groups(*keyed, note("c-fr", "But", *S[6:11])) == ["a-de = b-en"]


def test_a_language_that_a_settled_group_has_is_no_rival():
    """What resembles a keyed note in a language that its group has is neither linked nor in another's way."""
    keyed = [note(name, "Ziel", *S[:5], translation_key="k") for name in ("a-de", "b-en")]
    linkage, found = linked(*keyed, note("c-en", "Purpose", *S[:5]), note("d-fr", "But", *S[:5], "https://x.example/a"))
    assert not any("notes/c-en.md" in (one.a, one.b) and "notes/a-de.md" in (one.a, one.b) for one in linkage.refused)
    assert not any({"notes/a-de.md", "notes/c-en.md"} <= set(group.notes) for group in linkage.groups)
    assert [one.rule for one in found if one.path == "notes/a-de.md"] == []


def test_a_note_that_wants_no_partner_is_in_nobodys_way():
    """The key `none` takes a note out: it is no rival, has no refusals, and says why it is alone."""
    apart = note("b-en", "B", *S[:5], translation_key="none")
    linkage, found = linked(note("a-de", "A", *S[:5]), apart, note("c-en", "C", *S[:5]))
    assert [group.notes for group in linkage.groups if group.bonds] == [("notes/a-de.md", "notes/c-en.md")]
    assert (linkage.refused, found) == ((), ())
    assert [(one.path, one.reason) for one in linkage.unlinked] == [("notes/b-en.md", "its translation_key says none")]


# --- the seeds -------------------------------------------------------------------------------------------


def test_the_seeds_link_as_they_should(shared, tmp_path):
    """The two notes on 01.AI are translations by all nine sources and the name; the clippings belong to nothing."""
    fill(tmp_path, {f"notes/{one.name}": one.read_bytes() for one in (shared / "seeds").glob("*.txt")})
    linkage = build.planned(Options(root=tmp_path, today="2026-01-01")).linkage
    (group,) = [group for group in linkage.groups if len(group.notes) > 1]
    assert [path[6:9] for path in group.notes] == ["000", "001"]
    assert group.original == group.notes[1]  # the English one says that it is no translation
    told = {one.kind: one.detail for one in group.bonds[0].evidence}
    assert told["sources"].startswith("9 of 9 sources shared")
    assert told["title words"] == '"01.AI" in both titles'
    assert [one.path[6:9] for one in linkage.unlinked] == ["002", "003", "004"]


# --- laws ------------------------------------------------------------------------------------------------


@given(families(texts=True))
def test_linking_is_a_partition(notes: list[Note]):
    """Every note is in one group, with at most one of each language; alone or with others, it is told once."""
    linkage, _ = linked(*notes)
    paths = [path for group in linkage.groups for path in group.notes]
    assert sorted(paths) == sorted(one.path for one in notes)
    langs = {one.path: one.lang for one in notes}
    assert all(len({langs[path] for path in group.notes}) == len(group.notes) for group in linkage.groups)
    alone = [group.notes[0] for group in linkage.groups if len(group.notes) == 1]
    assert sorted(alone) == sorted(one.path for one in linkage.unlinked)


@given(families(texts=True), st.randoms(use_true_random=False))
def test_linking_does_not_mind_the_order(notes: list[Note], chance):
    """The same notes in another order make the same groups, with the same evidence, refusals and words."""
    mixed = list(notes)
    chance.shuffle(mixed)
    assert linked(*mixed) == linked(*notes)


@given(
    families(texts=True),
    st.sampled_from(["", "0-", "9-"]),
    st.sampled_from(["de", "en", "fr", "nl"]),
    st.sampled_from(TEXTS),
)
def test_a_stranger_changes_no_group(notes: list[Note], before: str, lang: str, text: Traits):
    """A note that shares no source, title word or number, though its text be like others, changes nothing."""
    new = stranger(f"{before}fremd-{lang}", text)
    linkage, found = linked(*notes)
    more, said = linked(*notes, new)
    assert set(more.groups) - set(linkage.groups) == {Group((new.path,), new.path)}
    assert set(linkage.groups) <= set(more.groups)
    assert (more.refused, said) == (linkage.refused, found)


@given(families(texts=True))
def test_keys_settle_it(notes: list[Note]):
    """No group holds two different keys, none holds a note that wants none, and equal keys are together."""
    keys = {one.path: one.translation_key for one in notes}
    home = {path: group for group in linked(*notes)[0].groups for path in group.notes}
    assert all(len(home[path].notes) == 1 for path, key in keys.items() if key == "none")
    assert all(len({keys[path] for path in group.notes} - {""}) < 2 for group in home.values())
    langs: dict[tuple[str, str], str] = {}
    for one in sorted(notes, key=lambda one: one.path):
        langs.setdefault((one.translation_key, one.lang), one.path)
    firsts = [(key, path) for (key, _), path in langs.items() if key not in ("", "none")]
    assert all(home[a] == home[b] for (one, a), (other, b) in combinations(firsts, 2) if one == other)


@given(families(texts=True))
def test_confidence_is_a_share(notes: list[Note]):
    """Every group's confidence lies between 0 and 1, and every bond stands above the threshold with a clear lead."""
    for group in linked(*notes)[0].groups:
        assert 0 <= group.confidence <= 1
        for bond in group.bonds:
            assert bond.score >= likeness.ENOUGH
            assert bond.runner_up is None or bond.score - bond.runner_up.score >= link.LEAD


def confidence(shared: int, title: str, rival: int) -> float:
    """How sure the link of two notes is, with a rival that has some of their sources; 0 for no link."""
    pair = [note("a-de", f"Ziel {title}", *S[:shared]), note("b-en", f"Purpose {title}", *S[:shared])]
    others = [note("c-en", "Else", *S[:rival], *S[rival + 6 : rival + 8])] if rival else []
    return next((one.confidence for one in linked(*pair, *others)[0].groups if len(one.notes) > 1), 0.0)


@given(st.integers(2, 6), st.sampled_from(["", "Yi", "2025", "Yi 2025"]), st.integers(0, 4))
def test_confidence_falls_with_the_margin(shared: int, title: str, rival: int):
    """The more of the sources a rival has, the less sure is the link."""
    assert confidence(shared, title, min(rival + 1, shared)) <= confidence(shared, title, min(rival, shared))


def test_a_rival_makes_a_link_less_sure():
    """The same link is surer without a runner-up than with one."""
    site = [note("a-de", "A", *S[:6]), note("b-en", "B", *S[:6]), note("c-en", "C", *S[1:5])]
    alone, beside = (next(one for one in linked(*notes)[0].groups if one.bonds) for notes in (site[:2], site))
    assert beside.bonds[0].runner_up
    assert beside.confidence < alone.confidence


@given(st.integers(2, 6), st.sampled_from(["Yi", "2025"]), st.integers(0, 3))
def test_confidence_falls_with_missing_evidence(shared: int, kind: str, rival: int):
    """A link that a title word or number speaks for, too, is surer than one that rests on sources alone."""
    both, one, none = (confidence(shared, title, min(rival, shared - 1)) for title in ("Yi 2025", kind, ""))
    assert both > one > none or both == one == none == 0


@given(families(texts=True))
def test_what_is_refused_is_not_joined(notes: list[Note]):
    """No refused pair is within one group, each refusal has its rule and words, and each bond is within its group."""
    linkage, found = linked(*notes)
    home = {path: group.notes for group in linkage.groups for path in group.notes}
    langs = {one.path: one.lang for one in notes}
    assert all(home[one.a] != home[one.b] for one in linkage.refused)
    assert all(one.rule and one.detail and langs[one.a] != langs[one.b] for one in linkage.refused)
    assert all({bond.a, bond.b} <= set(group.notes) for group in linkage.groups for bond in group.bonds)
    doubts = [one for one in found if one.rule.startswith("link-")]
    pairs = {frozenset((one.a, one.b)) for one in linkage.refused}
    assert all(any({one.path} < pair and (pair - {one.path}) <= set(named(one)) for pair in pairs) for one in doubts)


def named(said: Diagnostic) -> list[str]:
    """The paths that a diagnostic's message names."""
    return re.findall(r"notes/[\w-]+\.md", said.message)


@given(families(texts=True))
def test_a_group_hangs_together(notes: list[Note]):
    """The notes of a group that no key settles are joined by its bonds, a keyed one's from its key on."""
    keys = {one.path: one.translation_key for one in notes}
    for group in linked(*notes)[0].groups:
        reached = {path for path in group.notes if keys[path]} or {group.notes[0]}
        for _ in group.notes:
            reached |= {path for bond in group.bonds if reached & {bond.a, bond.b} for path in (bond.a, bond.b)}
        assert reached == set(group.notes)


@given(st.lists(st.sampled_from(TEXTS), min_size=2, max_size=6), st.booleans())
def test_structure_alone_makes_no_link(texts: list[Traits], numbered: bool):
    """However alike their texts are, notes with nothing in common in titles and sources are never linked."""
    names = ["Windkraft", "Tides", "Moteurs", "Dijken", "Quarzuhr", "Zinn"]
    made = [
        note(f"{n}-{lang}", names[n], f"https://own{n}.example/x", f"https://own{n}.example/y", traits=TEXTS[1])
        if numbered
        else note(f"{n}-{lang}", names[n], traits=text)
        for n, (text, lang) in enumerate(zip(texts, ["de", "en", "fr", "nl", "de", "en"], strict=False))
    ]
    assert groups(*made) == []


@given(works(), st.randoms(use_true_random=False))
def test_works_are_told_apart(site: list[list[Note]], chance):
    """Works with their own sources beside common ones are found whole, in any order, and nothing else is linked."""
    notes = [one for work in site for one in work]
    chance.shuffle(notes)
    assert partition(*notes) == {frozenset(one.path for one in work) for work in site}


@given(works(), st.data())
def test_a_new_language_joins_its_work(site: list[list[Note]], data):
    """A note in a new language with the sources, the name and the figures of a work joins its group and no other."""
    work = data.draw(st.sampled_from(site))
    lang = data.draw(st.sampled_from(["nl", "ar", "ja"]))
    new = msgspec.structs.replace(work[0], path=f"notes/neu-{lang}.md", lang=lang)
    others = {frozenset(one.path for one in other) for other in site if other is not work}
    assert partition(*(one for other in site for one in other), new) == {
        *others,
        frozenset((new.path, *(one.path for one in work))),
    }


@given(works(), st.data())
def test_removing_a_note_leaves_the_others_together(site: list[list[Note]], data):
    """Whatever notes of whatever works are taken away, what is left of each work is a group still."""
    notes = [one for work in site for one in work]
    gone = data.draw(st.lists(st.sampled_from(notes), unique_by=lambda one: one.path))
    left = {frozenset(one.path for one in work if one not in gone) for work in site}
    assert partition(*(one for one in notes if one not in gone)) == left - {frozenset()}


@given(families(texts=True))
def test_a_fully_bonded_group_outlives_each_of_its_notes(notes: list[Note]):
    """Of a group in which every two notes are bonded, any one can go, and the others stay together on any site.

    Unless another note in the language that went takes the place beside one of them: then it may part them.
    """
    for group in linked(*notes)[0].groups:
        if len(group.notes) > 2 and len(group.bonds) == len(list(combinations(group.notes, 2))):
            for gone in (one for one in notes if one.path in group.notes):
                left = set(group.notes) - {gone.path}
                after = partition(*(one for one in notes if one is not gone))
                heirs = {one.path for one in notes if one.lang == gone.lang and one is not gone}
                assert any(left <= other or (left & other and heirs & other) for other in after)


def partition(*notes: Note) -> set[frozenset[str]]:
    """The groups of these notes as sets of paths."""
    return {frozenset(group.notes) for group in linked(*notes)[0].groups}
