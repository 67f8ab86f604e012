"""Two notes held against each other: what counts, what does not, and which rule refuses what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notesite import likeness, traits
from notesite.likeness import Likeness, Weights
from notesite.records import Note, Traits
from strategies import families
from support import note

S = [f"https://s{number}.example/work" for number in range(12)]
TEXT = Traits(numerals=("138", "42", "7", "655", "1907"), code=("make",), form="p 3 p l4 c p", length=900)
OTHER = Traits(numerals=("11", "5", "384", "23", "96"), code=("sed",), form="2 p q p p t9", length=900)
CONTRADICTED = ("link-contradicted", "link-editions", "link-other-text")


def likeness_of(a: Note, b: Note, *others: Note) -> Likeness | None:
    """How much the first two are alike, among the others of their site."""
    every = [traits.Facts(one, traits.weighed(one)) for one in (a, b, *others)]
    return likeness.between(every[0], every[1], Weights([one.weighed for one in every]))


def pair(ours: list[str], theirs: list[str], title: str = "", **fields: object) -> tuple[Note, Note]:
    """A German and an English note with these sources, and fields that both have."""
    return note("a-de", f"Ziel {title}", *ours, **fields), note("b-en", f"Purpose {title}", *theirs, **fields)


def alike(ours: list[str], theirs: list[str], title: str = "", **fields: object) -> Likeness:
    """A pair that can reach a link."""
    found = likeness_of(*pair(ours, theirs, title, **fields))
    assert found
    return found


def points(found: Likeness) -> dict[str, float]:
    """The points by kind of evidence."""
    return {one.kind: one.points for one in found.evidence}


def texts(ours: Traits, theirs: Traits, *sources: str, **own: object) -> Likeness | None:
    """Two notes with the same sources and these texts."""
    return likeness_of(
        note("a-de", "Ziel", *sources, traits=ours, **own), note("b-en", "Purpose", *sources, traits=theirs, **own)
    )


# --- sources ---------------------------------------------------------------------------------------------


def test_each_shared_source_counts():
    """The more of their sources two notes share, the more points, and each one missing takes some."""
    whole = [points(alike(S[:n], S[:n]))["sources"] for n in (2, 4, 6)]
    assert whole == sorted(set(whole))
    assert points(alike(S[:6], S[:5]))["sources"] < whole[-1]


def test_a_bare_host_counts_less_than_a_work():
    """Addresses that name a host only tell less than as many that name a work."""
    hosts = [f"https://h{number}.example/" for number in range(4)]
    assert points(alike(hosts, hosts))["sources"] < points(alike(S[:4], S[:4]))["sources"]


def test_a_source_that_many_cite_counts_less():
    """The same shared sources tell less where other notes of the language cite them, too."""
    others = [note(f"c{n}-de", f"Sonst {n}", *S[:4]) for n in range(3)]
    crowded = likeness_of(*pair(S[:4], S[:4]), *others)
    assert crowded
    assert points(crowded)["sources"] < points(alike(S[:4], S[:4]))["sources"]


def test_a_note_of_a_third_language_makes_no_source_common():
    """A source cited once in each of many languages stays as rare as it was."""
    others = [note("c-fr", "But", *S[:4]), note("d-nl", "Doel", *S[:4])]
    assert likeness_of(*pair(S[:4], S[:4]), *others) == alike(S[:4], S[:4])


def test_sources_in_two_languages_match():
    """A source and its edition in the other note's language are one source."""
    ours = ["https://de.wiki.example/wiki/Strom", "https://amt.example/de/preise", "https://netz.example/a.de.html"]
    theirs = ["https://en.wiki.example/wiki/Strom", "https://amt.example/en/preise", "https://netz.example/a.en.html"]
    assert alike(ours, theirs).evidence[0].detail == "3 of 3 sources shared, 3 cited nowhere else"
    assert not alike(ours, theirs).refused


def test_seven_common_sources_are_no_common_seven():
    """Sources that five notes cite, one or two of which decide nothing, decide together if they are many."""

    def others(count: int) -> list[Note]:
        return [note(f"c{n}-de", f"Sonst {n}", *S[:count], f"https://own{n}.example/x") for n in range(4)]

    many, few = (likeness_of(*pair(S[:n], [*S[:n], S[11]]), *others(n)) for n in (7, 2))
    assert many
    assert not many.refused
    assert few is None or few.refused


def test_few_common_sources_are_refused():
    """Two lists of some length that have the smaller part in common are refused, whatever the titles share."""
    assert alike(S[:6], [*S[:3], *S[8:11]], "Vestas 2025").refused == "few-common-sources"


def test_the_same_text_lifts_few_common_sources():
    """The same two lists stand where figures and structure say that the texts are one."""
    assert not alike(S[:6], [*S[:3], *S[8:11]], "Vestas 2025", traits=TEXT).refused


def test_own_sources_and_none_in_common_are_refused():
    """Titles that agree do not link two notes that each rest on sources of their own."""
    assert alike(S[:3], S[5:8], "Nvidia Blackwell 2025").refused == "no-common-source"


# --- editions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("https://norm.example/version/2/0/", "https://norm.example/version/2/1/"),
        ("https://norm.example/2021/text", "https://norm.example/2025/text"),
        ("https://brief.example/ausgabe-14", "https://brief.example/ausgabe-15"),
        ("https://brief.example/?nr=14", "https://brief.example/?nr=15"),
    ],
)
def test_sources_of_two_editions_part(ours: str, theirs: str):
    """Sources that differ in a number only tell two editions, and the reason names both addresses."""
    found = alike([*S[:3], ours], [*S[:3], theirs])
    assert found.refused == "link-editions"
    assert found.contradicted
    assert ours.removeprefix("https://").rstrip("/") in found.detail
    assert theirs.removeprefix("https://").rstrip("/") in found.detail


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("https://norm.example/a", "https://norm.example/b"),  # no number
        ("https://norm1.example/a", "https://norm2.example/a"),  # two hosts
        ("https://norm.example/2021/a", "https://norm.example/2025/b"),  # another word, too
    ],
)
def test_other_differences_are_no_editions(ours: str, theirs: str):
    """Sources of one note alone that differ in more than a number, or in none, forbid nothing."""
    assert not alike([*S[:4], ours], [*S[:4], theirs]).refused


def test_a_shared_edition_is_no_difference():
    """Where both notes cite both editions, they speak for the link."""
    both = ["https://norm.example/version/2/0", "https://norm.example/version/2/1"]
    assert not alike([*S[:2], *both], [*S[:2], *both]).refused


def test_one_pair_of_numbers_among_many_shared_sources_is_chance():
    """Beside many sources in common, one that differs in a number does not forbid the link."""
    assert not alike([*S[:9], "https://x.example/p/1"], [*S[:9], "https://x.example/p/2"]).refused


# --- titles ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("Bericht 2024", "Report 2025"), ("Januar", "February"), ("Teil 1 von 3", "Part 2 of 3"), ("Yi 2.0", "Yi 2.1")],
)
def test_contradicting_numbers_are_refused(ours: str, theirs: str):
    """Numbers of which each title has one that the other lacks forbid the link, all sources shared or not."""
    found = likeness_of(note("a-de", ours, *S[:6], traits=TEXT), note("b-en", theirs, *S[:6], traits=TEXT))
    assert found
    assert found.refused == "link-contradicted"


def test_a_number_contained_in_the_other_title_is_no_contradiction():
    """A title that names the month and one that names the day agree as far as they go."""
    found = likeness_of(note("a-de", "Bericht, Januar 2025", *S[:4]), note("b-en", "Report, January 20, 2025", *S[:4]))
    assert found
    assert not found.refused


def test_numbers_that_another_note_has_do_not_count():
    """Equal numbers in two titles count as evidence where no other note has them, and not where one has."""
    assert "title numbers" in points(alike(S[:4], S[:4], "2025"))
    crowded = likeness_of(*pair(S[:4], S[:4], "2025"), note("c-de", "Sonst 2025"))
    assert crowded
    assert "title numbers" not in points(crowded)


def test_words_count_once():
    """A word in both titles does not count again as a run of letters."""
    shared = points(alike(S[:4], S[:4], "Schwarzstartfaehigkeit"))
    assert shared["title words"] > 0
    assert shared.get("cognates", 0) < likeness.COGNATES / 2


# --- texts -----------------------------------------------------------------------------------------------


def test_figures_count_for_and_against():
    """The same figures speak for two notes, others against them, none for neither."""
    score = {name: points(texts(TEXT, theirs, *S[:5])) for name, theirs in {"same": TEXT, "other": OTHER}.items()}
    assert score["same"]["figures"] > 0 > score["other"]["figures"]
    assert score["same"]["structure"] > 0 > score["other"]["structure"]
    assert "figures" not in points(alike(S[:5], S[:5]))


def test_another_text_is_refused():
    """Most sources in common do not link two texts with other figures; the reason says so."""
    found = likeness_of(note("a-de", "Brief", *S[:6], traits=TEXT), note("b-en", "Recap", *S[:5], S[7], traits=OTHER))
    assert found is None or found.refused == "link-other-text"
    near = likeness_of(
        note("a-de", "Yi Nvidia Vestas", *S[:6], traits=TEXT),
        note("b-en", "Yi Nvidia Vestas", *S[:5], S[7], traits=OTHER),
    )
    assert near
    assert near.refused == "link-other-text"
    assert "figures agree" in near.detail


def test_a_retold_text_with_all_sources_is_kept():
    """Where two notes share every source and those tell enough, a text cut or retold forbids nothing."""
    found = texts(TEXT, OTHER, *S[:6])
    assert found is None or not found.refused
    assert alike(S[:6], S[:6]).refused == ""


def test_length_speaks_against():
    """A text several times as long as the other takes points, one a third longer takes none."""
    lengths = [Traits(length=n) for n in (1000, 1300, 5000)]
    same, usual, long = (texts(lengths[0], other, *S[:6]) for other in lengths)
    assert same
    assert usual
    assert long
    assert same.score == usual.score > long.score


@pytest.mark.parametrize("titles", [("", ""), ("Windkraft", "Tides")])
def test_the_same_text_alone_is_no_link(titles: tuple[str, str]):
    """Two notes with one and the same text, but nothing of sources and titles in common, cannot reach a link."""
    german, english = (note(name, title, traits=TEXT) for name, title in zip(("a-de", "b-en"), titles, strict=True))
    assert likeness_of(german, english) is None


def test_one_kind_of_evidence_is_refused():
    """A single common source that others cite, and nothing else, is too little."""
    others = [note(f"c{n}-{lang}", f"Sonst {n}", S[0]) for n in range(2) for lang in ("de", "en")]
    found = likeness_of(*pair([S[0]], [S[0]]), *others)
    assert found is None or found.refused == "one-kind-of-evidence"


# --- laws ------------------------------------------------------------------------------------------------


@given(families(texts=True), st.integers(0, 11), st.integers(0, 11))
def test_points_add_up(notes: list[Note], one: int, other: int):
    """The points of the evidence and the base make the score, and what is told of each kind is not empty."""
    a, b = notes[one % len(notes)], notes[other % len(notes)]
    found = likeness_of(a, b, *(rest for rest in notes if rest not in (a, b)))
    if found:
        assert found.score == pytest.approx(likeness.BASE + sum(one.points for one in found.evidence), abs=0.004)
        assert found.score >= likeness.ENOUGH
        assert all(one.kind and one.detail for one in found.evidence)
        assert bool(found.refused) == bool(found.detail)
        assert found.contradicted == (found.refused in CONTRADICTED)


@given(families(texts=True), st.integers(0, 11), st.integers(0, 11))
def test_likeness_is_mutual(notes: list[Note], one: int, other: int):
    """The second note is as much like the first as the first like the second, and is refused by the same rule."""
    a, b = notes[one % len(notes)], notes[other % len(notes)]
    rest = [rest for rest in notes if rest not in (a, b)]
    ours, theirs = likeness_of(a, b, *rest), likeness_of(b, a, *rest)
    assert (ours is None) == (theirs is None)
    if ours and theirs:
        assert ours.score == pytest.approx(theirs.score, abs=0.002)
        assert ours.refused == theirs.refused
