"""The citation index: every source once, under all its addresses, and the law that it is the inverse of the lists."""

from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notesite import cite, facets
from notesite.cite import Gathered
from notesite.records import Citation, Note, Source
from strategies import citing
from support import cited, note


def sources(*notes: Note) -> dict[str, Source]:
    """The indexed sources by key."""
    return cite.index(notes).sources


def source(*citations: Citation) -> Source:
    """The one source that these citations name, each in a note of its own."""
    (found,) = sources(*(note(f"n{n}-de", citations=(one,)) for n, one in enumerate(citations))).values()
    return found


def labelled(label: str, title: str, address: str = "https://blatt.example/a", **more: object) -> Citation:
    """A citation under this label."""
    return msgspec.structs.replace(cited(address)[0], label=label, title=title, **more)


# --- laws ------------------------------------------------------------------------------------------------


@given(citing())
def test_index_and_source_lists_are_inverse(notes: list[Note]):
    """Every citation with a key is in the index exactly once for each of its places, and nothing else is."""
    indexed = Counter(
        (key, one.path, one.lang, one.label, one.kind, one.line)
        for key, found in sources(*notes).items()
        for one in found.cited_by
    )
    written = Counter(
        (one.key, own.path, own.lang, one.label, one.kind, one.line)
        for own in notes
        for one in own.citations
        if one.key
    )
    assert indexed == written


@given(citing())
def test_every_source_stands_in_one_place(notes: list[Note]):
    """A source has one publisher, the one of its domain, and an anchor that no other source has."""
    index = cite.index(notes)
    listed = [one for publisher in index.publishers for one in publisher.sources]
    assert len({one.key for one in listed}) == len({one.id for one in listed}) == len(listed)
    assert all(one.domain == publisher.domain for publisher in index.publishers for one in publisher.sources)
    assert len({publisher.domain for publisher in index.publishers}) == len(index.publishers)


@given(citing())
def test_written_addresses_are_kept(notes: list[Note]):
    """A source is under every address it was given, and readers get to click one of them."""
    for key, found in sources(*notes).items():
        assert set(found.written) == {one.address for own in notes for one in own.citations if one.key == key}
        assert found.address in found.written


@given(citing(), st.randoms(use_true_random=False))
def test_the_index_does_not_mind_the_order(notes: list[Note], chance):
    """The same notes in another order make the same index."""
    mixed = list(notes)
    chance.shuffle(mixed)
    assert cite.index(mixed) == cite.index(notes)


# --- what a source is called, and where it is ------------------------------------------------------------


def test_addresses_of_one_work_are_one_source():
    """Scheme, www, tracking and fragment part no source; the rules that merged its addresses are named."""
    found = source(*cited("https://blatt.example/a", "http://www.blatt.example/a/?utm_source=x#b"))
    assert found.key == "blatt.example/a"
    assert {"tracking", "www"} <= set(found.rules)


def test_readers_click_the_address_written_most():
    """The address shown is the one that most citations give; of several, the shortest."""
    once, twice = "https://blatt.example/a", "https://www.blatt.example/a/"
    assert source(*cited(once, twice, twice)).address == twice
    assert source(*cited(once, twice)).address == once


def test_the_title_is_the_one_given_most():
    """A source is called what most lists call it; words of running text do not count where there is a list."""
    ours, theirs = labelled("Blatt: Der Strom", "Der Strom"), labelled("Blatt: Strom", "Strom")
    here = labelled("hier", "hier", kind="inline")
    assert source(ours, ours, theirs, here, here, here).title == "Der Strom"
    assert source(here).title == "hier"


def test_labels_are_kept_by_language():
    """Every label of a list is kept with its language, and no word of running text."""
    notes = [
        note("a-de", citations=(labelled("Der Strom", "Der Strom"), labelled("hier", "hier", kind="inline"))),
        note("b-en", citations=(labelled("Power", "Power"),)),
    ]
    assert sources(*notes)["blatt.example/a"].labels == (("de", "Der Strom"), ("en", "Power"))


def test_one_registrable_domain_is_one_publisher():
    """Hosts under one domain are one publisher, by the public suffix list; two customers of a suffix are two."""
    addresses = (
        "https://news.blatt.co.uk/a",
        "https://www.blatt.co.uk/b",
        "https://x.github.io/a",
        "https://y.github.io/",
    )
    index = cite.index([note("a-de", "A", *addresses)])
    assert [one.domain for one in index.publishers] == ["blatt.co.uk", "x.github.io", "y.github.io"]


def test_a_publisher_is_called_what_most_labels_say():
    """Two thirds of the labels name a publisher; where they do not agree the letters of its domain do, or it does."""

    def called(*names: str) -> list[str]:
        named = tuple(labelled("", "x", publisher=name) for name in names)
        return [one.name for one in cite.index([note("a-de", citations=named)]).publishers]

    assert called("Bote", "Bote", "Der Bote") == ["Bote"]
    assert called("Bote", "Bote", "Echo", "Blatt") == ["Blatt"]
    assert called("Bote", "Echo") == ["blatt.example"]


def test_a_source_on_a_host_of_many_has_the_publisher_of_its_labels():
    """The publisher of a source is the one most of its own labels name, and the field's before them."""
    cited = [labelled("", "x", publisher=name) for name in ("Bote", "Echo", "Bote")]
    (publisher,) = cite.index([note("a-de", citations=tuple(cited))]).publishers
    assert (publisher.name, publisher.sources[0].publisher) == ("Bote", "Bote")
    field = labelled("", "x", publisher="Amt", kind="field")
    (publisher,) = cite.index([note("a-de", citations=(*cited, field))]).publishers
    assert (publisher.name, publisher.sources[0].publisher) == ("blatt.example", "Amt")


def test_publishers_and_works_are_in_the_order_of_the_alphabet():
    """Publishers by name, works by title, umlauts as their base letters."""
    notes = [
        note(f"{title}-de", citations=(labelled("", title, f"https://{host}.example/{title}", publisher=host.title()),))
        for host, title in (("zett", "b"), ("zett", "Ä"), ("zett", "C"), ("amt", "x"))
    ]
    index = cite.index(notes)
    assert [(one.name, [work.title for work in one.sources]) for one in index.publishers] == [
        ("Amt", ["x"]),
        ("Zett", ["Ä", "b", "C"]),
    ]


def test_an_entry_without_address_is_not_indexed():
    """A book in a source list stays in its note, and out of the index."""
    book = Citation(key="", address="", label="Ein Buch", title="Ein Buch", kind="list")
    assert cite.index([note("a-de", citations=(book,))]).publishers == ()


# --- what the `sources` field says -------------------------------------------------------------------------


def test_the_field_wins_over_labels():
    """A title that the `sources` field gives is the source's, however many source lists say another."""
    lists = [labelled("Blatt: Kurz", "Kurz")] * 3
    assert source(*lists, labelled("Lang", "Lang und richtig", kind="field")).title == "Lang und richtig"


def test_authors_dates_and_type_come_from_the_field():
    """What only the field can say is the source's: what most entries say, and the latest access."""
    entries = [
        labelled("T", "T", kind="field", authors=("A",), issued="2024", accessed="2025-01-01", type="report"),
        labelled("T", "T", kind="field", authors=("A", "B"), issued="2024", accessed="2025-03-01"),
        labelled("T", "T", kind="field", authors=("A", "B"), issued="2023", accessed=""),
    ]
    one = source(*entries)
    assert (one.authors, one.issued, one.accessed, one.type) == (("A", "B"), "2024", "2025-03-01", "report")


def test_the_language_of_a_title_is_told():
    """A source's title has its language where its words tell it."""
    assert source(labelled("T", "Warum der Strom nicht billiger wird")).lang == "de"
    assert source(labelled("T", "Quarzuhr 77")).lang == ""


def test_a_source_has_its_title_in_each_language():
    """What the notes of a language call a source stands beside it: by the field if it says so, else as most do."""
    german = [labelled("Blatt: Auch", "Auch"), labelled("Das Blatt: Richtig", "Richtig", kind="field")]
    english = [labelled("Blatt: Right", "Right"), labelled("Blatt: Right", "Right"), labelled("A: Wrong", "Wrong")]
    notes = [note(f"g{n}-de", citations=(one,)) for n, one in enumerate(german)]
    notes += [note(f"e{n}-en", citations=(one,)) for n, one in enumerate(english)]
    (found,) = sources(*notes).values()
    assert found.titles == (("de", "Richtig"), ("en", "Right"))


@pytest.mark.parametrize("few", [0, 16])
@given(citing(), citing(), st.data())
def test_an_index_made_from_another(few: int, old: list[Note], new: list[Note], data: st.DataObject):
    """The index made from that of other notes, some the very same, is as from nothing; nothing new keeps it."""
    kept = data.draw(st.lists(st.sampled_from(old), unique_by=id)) if old else []
    notes = [*kept, *(one for one in new if one.path not in {note.path for note in kept})]
    before = cite.gathered(old, digests(old))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cite, "_FEW", few)  # whether the notes that changed are few, or many
        after = cite.gathered(notes, digests(notes), recalled(before))
    assert after.index == cite.index(notes)
    assert cite.gathered(notes, digests(notes), after) is after


def digests(notes: list[Note]) -> dict[str, bytes]:
    """What the index takes of each note, by digests."""
    return {one.path: facets.of(one).cited for one in notes}


def recalled(one: Gathered) -> Gathered:
    """An index as it is after it was kept."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(one), type=Gathered)
