"""Publishers with many sources: a register of all, leaves by letter, and what a new source changes."""

from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notesite import plan
from notesite.indexviews import LeafView, PublisherView
from notesite.pages import Page
from notesite.records import Citation, Note
from notesite.shelves import SHELF
from support import cited, note, site

HERE = "de/quellen/many.example/"


def titled(*titles: str) -> tuple[Citation, ...]:
    """Citations of as many works of one publisher under these titles."""
    works = (cited(f"https://many.example/{title}")[0] for title in titles)
    return tuple(
        msgspec.structs.replace(work, label=title, title=title) for work, title in zip(works, titles, strict=True)
    )


def resting(name: str, *titles: str) -> Note:
    """A note that cites these works."""
    works = titled(*titles)
    return note(name, name, citations=works)


def numbered(letters: str, count: int) -> list[str]:
    """Titles that begin with these letters in turn."""
    return [f"{letters[number % len(letters)]}berg {number:03}" for number in range(count)]


def planned(*notes: Note, toml: str = "") -> dict[str, Page]:
    """All pages by output path."""
    pages, wrong = plan.pages(site(*notes, toml=toml), frozenset())
    assert wrong == ()
    return {one.path: one for one in pages.pages}


def leaves(pages: dict[str, Page]) -> dict[str, LeafView]:
    """The leaves of the publisher in German, by output path below its own page."""
    return {
        path.removeprefix(HERE): one.view
        for path, one in pages.items()
        if isinstance(one.view, LeafView) and HERE in path
    }


def test_few_sources_are_one_page():
    """As many sources as a page holds stand on the publisher's own page, without a register."""
    pages = planned(resting("a-de", *numbered("ABC", SHELF)))
    view = pages[HERE + "index.html"].view
    assert (len(view.works), view.register, leaves(pages)) == (SHELF, (), {})


def test_many_sources_are_a_register_and_leaves():
    """With one more the publisher's page lists all by letter, and each stands in full on the page of its letter."""
    pages = planned(resting("a-de", *numbered("ABC", SHELF), "7 Tage"))
    view = pages[HERE + "index.html"].view
    assert (view.works, view.sources) == ((), SHELF + 1)
    assert [(one.letter, len(one.lines)) for one in view.register] == [("#", 1), ("A", 17), ("B", 17), ("C", 16)]
    assert list(leaves(pages)) == [f"{name}/index.html" for name in ("a", "b", "c", "other")]
    assert [one.text for one in leaves(pages)["b/index.html"].leaves] == ["#", "A", "B", "C"]
    assert leaves(pages)["b/index.html"].current == 2


@settings(max_examples=25)
@given(st.lists(st.text("abÄз7«中", min_size=1, max_size=4), min_size=SHELF - 5, max_size=3 * SHELF, unique=True))
def test_every_source_has_one_place(titles: list[str]):
    """Each source stands once in full on a page that is not too long; anchors and links lead to it from everywhere."""
    pages = planned(resting("a-de", *titles))
    view = pages[HERE + "index.html"].view
    assert isinstance(view, PublisherView)
    full = {"/" + HERE: view.works} | {
        "/" + HERE + name.removesuffix("index.html"): leaf.works for name, leaf in leaves(pages).items()
    }
    places = {f"{address}#{work.id}" for address, works in full.items() for work in works}
    entries = pages["de/a/index.html"].view.bibliography
    assert len(places) == len(entries) == sum(map(len, full.values()))
    assert max(map(len, full.values())) <= SHELF
    assert {row[3] for row in pages["de/quellen/find.json"].view.rows} == places
    if view.register:
        lines = [line for initial in view.register for line in initial.lines]
        assert {line.url for line in lines} == places
        assert {f"/{HERE}#{line.id}" for line in lines} == {entry.index for entry in entries}
        assert Counter(initial.id for initial in view.register).most_common(1)[0][1] == 1
    else:
        assert places == {entry.index for entry in entries}


def test_a_new_source_changes_few_pages():
    """One more source of a publisher with many changes its letter, the register and the index alone."""
    notes = [resting(f"n{n}-de", *numbered("ABC", 40)[n::4]) for n in range(4)]
    notes.append(resting("old-de", *numbered("DEF", 40)))
    new = resting("new-de", "Blatt")
    before, after = planned(*notes), planned(*notes, new)
    changed = {path for path, one in after.items() if path in before and one.view != before[path].view}
    assert {path for path in changed if path.startswith("de/quellen/")} == {
        "de/quellen/index.html", "de/quellen/find.json", f"{HERE}index.html", f"{HERE}b/index.html",
    }  # fmt: skip
    names = [f"de/{one.slug}/index.html" for one in notes]
    assert [before[name].view.bibliography for name in names] == [after[name].view.bibliography for name in names]


@pytest.mark.parametrize(
    ("dated", "shown"), [(("2023", "2024"), []), (("2023", "2025", "2024"), ["2025", "2024", "2023"])]
)
def test_citations_by_year(dated: tuple[str, ...], shown: list[str]):
    """Three years or more make a chart of how many sources their notes cite, the latest first; undated notes do not."""
    notes = [
        note(f"n{year}-de", year, *(f"https://x.example/{n}" for n in range(int(year) - 2020)), date=f"{year}-02-01")
        for year in dated
    ]
    view = planned(*notes, note("x-de", "X", "https://x.example/1"))["de/quellen/index.html"].view
    assert [(one.name, one.counts) for one in view.years] == [(year, (int(year) - 2020,)) for year in shown]
