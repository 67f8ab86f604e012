"""The preview's pipeline: after any edits it shows what a build from nothing makes, and does no more than it must."""

import tempfile
import weakref
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notesite import disk, records
from notesite.desk import Broken, Preview
from notesite.runs import Options
from notesite.workshop import Workshop
from strategies import Edit, additions, edits
from support import TODAY, SiteTest, page, tree

A, B, C = (f"https://{name}.example/work" for name in "abc")
PAIR = {
    "wind_de": page("Windkraft 2025", A, B, date="2025-03-01", text="Es sind 13,8 Millionen.", description="Wind"),
    "wind_en": page("Wind 2025", A, B, date="2025-03-02", text="There are 13.8 million.", description="Wind"),
}


class Author:
    """Somebody who writes a site and looks at its preview."""

    def __init__(self, site: SiteTest) -> None:
        self.site = site
        self.workshop = Workshop(Options(root=site.root, today=TODAY, drafts=True))
        self.seen = contents(site.root)
        self.said = list(self.workshop.rebuild(None))

    def saves(self, *, told: bool = True) -> "Author":
        """After an edit the workshop is told which files changed, or that any may have."""
        now = contents(self.site.root)
        changed = {path for path in now.keys() | self.seen.keys() if now.get(path) != self.seen.get(path)}
        self.seen = now
        names = frozenset(self.site.root.resolve() / path for path in changed)
        self.said = list(self.workshop.rebuild(names if told else None))
        return self

    def writes(self, **texts: str) -> "Author":
        """Notes written and saved."""
        self.site.notes(**texts)
        return self.saves()

    @property
    def preview(self) -> Preview:
        """What there is to show in the end."""
        return self.said[-1]

    @property
    def rules(self) -> list[str]:
        """The rules of all problems."""
        return [one.rule for one in self.preview.problems]

    def panel(self, name: str) -> str:
        """A panel's text."""
        return self.preview.panels[name]


def contents(root: Path) -> dict[str, bytes]:
    """The files that a preview watches."""
    watched = ("notes/", "templates/", "assets/", "notesite.toml")
    return {path: data for path, data in tree(root).items() if path.startswith(watched)}


def shown(preview: Preview) -> dict[str, bytes]:
    """All that a preview shows."""
    made: dict[str, bytes] = {}
    for name in preview.pages:
        content = preview.pages[name]
        made[name] = content if isinstance(content, bytes) else content.read_bytes()
    return made


def differing(found: Mapping[str, object], wanted: Mapping[str, object]) -> list[str]:
    """The names under which two mappings hold something else."""
    return sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """The author of a pair of notes and of one alone."""
    return Author(SiteTest(tmp_path / "site", **PAIR, eins_de=page("Eins", C)))


# --- the law ---------------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(st.lists(st.tuples(st.one_of(additions, additions, edits), st.booleans()), min_size=2, max_size=6))
def test_a_preview_equals_a_build(script: list[tuple[Edit, bool]]):
    """After any edits, told of or not, pages are those of a build from nothing; panels and problems those of a new
    preview.
    """
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        site = SiteTest(Path(folder) / "site", eins_de=page("DeepSeek", A, B), one_en=page("DeepSeek", A, B))
        author = Author(site)
        for edit, told in script:
            edit.do(site)
            author.saves(told=told)
            assert differing(shown(author.preview), site.fresh(keep_going=True, drafts=True)) == []
        fresh = Author(site).preview
        assert author.preview.problems == fresh.problems
        assert differing(dict(author.preview.panels), dict(fresh.panels)) == []


# --- what an author sees ---------------------------------------------------------------------------------


def test_a_text_leaves_the_plan(author: Author):
    """New words in a note make no plan anew, and show on its page; a new title does."""
    before = author.preview.pages
    author.writes(wind_de=PAIR["wind_de"].replace("Es sind", "Es waren wohl"))
    assert author.preview.pages.planned is before.planned
    assert b"Es waren wohl 13,8" in author.preview.pages["de/wind/index.html"]
    assert b"Es waren wohl" in author.preview.pages["en/wind/compare/index.html"]
    author.writes(wind_de=PAIR["wind_de"].replace("Windkraft", "Windstrom"))
    assert author.preview.pages.planned is not before.planned
    assert b"Windstrom" in author.preview.pages["de/index.html"]


def test_the_pages_come_before_the_check(author: Author):
    """First there are pages to show, then all that check says, on the very same pages; then nothing more."""
    author.writes(wind_en=PAIR["wind_en"].replace("13.8 million", "13.8 billion"))
    first, last = author.said
    assert first.pages is last.pages
    assert "scale-confused" not in {one.rule for one in first.problems}
    assert "scale-confused" in author.rules
    author.saves()
    assert author.said == [last]


def test_a_broken_note_stays_as_it_was(author: Author):
    """A note that cannot be read any more is shown as it last was, and the problem with its lines; others go on."""
    author.writes(wind_de="---\ntitle: Wind: kraft\n---\nNeu.\n", eins_de=page("Zwei", C))
    (said,) = (one for one in author.preview.problems if one.is_error)
    assert (said.rule, said.where) == ("front-matter", "notes/wind-de.md:2")
    assert (2, "title: Wind: kraft") in said.excerpt
    assert b"13,8 Millionen" in author.preview.pages["de/wind/index.html"]
    assert b"<h1>Zwei</h1>" in author.preview.pages["de/eins/index.html"]
    author.writes(wind_de=PAIR["wind_de"].replace("Es sind", "Gemessen sind"))
    assert b"Gemessen sind" in author.preview.pages["de/wind/index.html"]
    assert not any(one.is_error for one in author.preview.problems)


def test_settings_that_cannot_be_read(author: Author):
    """Broken settings fail the rebuild, whatever is saved next, until they are mended."""
    author.site.write({"notesite.toml": "[site"})
    assert author.saves().preview.failed
    assert [one.where for one in author.preview.problems] == ["notesite.toml:1"]
    assert author.writes(eins_de=page("Eins", text="Mehr.")).preview.failed
    author.site.write({"notesite.toml": '[site]\ntitle = "Blatt"'})
    assert not author.saves().preview.failed
    assert b"Blatt" in author.preview.pages["de/eins/index.html"]
    assert b"Mehr." in author.preview.pages["de/eins/index.html"]


def test_a_broken_template(author: Author):
    """A page that its template prevents says why, with its last bytes; the problem is told of without asking."""
    good = author.preview.pages["de/eins/index.html"]
    author.site.write({"templates/note.html": "{{ page.unheard_of }}"})
    author.saves()
    with pytest.raises(Broken) as found:
        author.preview.pages["de/eins/index.html"]
    assert found.value.last == good
    assert found.value.problem.where == "templates/note.html:1"
    assert "template" in author.rules
    author.site.remove("templates")
    assert author.saves().preview.pages["de/eins/index.html"] == good
    assert "template" not in author.rules


def test_a_template_broken_otherwise(author: Author):
    """While it is not known yet what breaks a new template, nothing is said of lines that are no longer there."""
    author.site.write({"templates/note.html": "{{ page.unheard_of }}"})
    author.saves()
    author.site.write({"templates/note.html": "{% include 'gone.html' %}"})
    author.saves()
    said = {one for preview in author.said for one in preview.problems if one.rule == "template"}
    assert {("unheard_of" in one.words, one.excerpt) for one in said} == {
        (True, ((1, "{{ page.unheard_of }}"),)),
        (False, ()),
    }


def test_what_is_no_file_is_told(author: Author):
    """What cannot be read as a note, as a link that leads out, is told of as soon as it is there, until it has gone."""
    link = author.site.root / "notes" / "link.md"
    (author.site.root.parent / "outside.md").write_text("outside")
    link.symlink_to("../../outside.md")
    assert "link-skipped" in author.saves().rules
    link.unlink()
    assert "link-skipped" not in author.saves().rules


def test_a_translation_is_found(author: Author):
    """A translation that comes shows on its partner's page, and its going, too."""
    author.writes(one_en=page("One", C, translation_key="eins"), eins_de=page("Eins", C, translation_key="eins"))
    assert b'href="/en/one/"' in author.preview.pages["de/eins/index.html"]
    author.site.remove("notes/one-en.md")
    assert b'href="/en/one/"' not in author.saves().preview.pages["de/eins/index.html"]
    assert "en/one/index.html" not in author.preview.pages


def test_drafts_and_future_notes_are_marked(author: Author):
    """Drafts and notes dated in the future say so on their pages and in lists, in the page's language."""
    author.writes(
        eins_de=page("Eins", C, draft=True, date="2025-01-01"), future_en=page("Future", date="2031-02-03", lang="en")
    )
    pages = author.preview.pages
    assert '<p class="notice">Entwurf' in pages["de/eins/index.html"].decode()
    assert '<span class="flag">Entwurf</span>' in pages["de/index.html"].decode()
    assert '<p class="notice">Dated in the future' in pages["en/future/index.html"].decode()
    assert '<span class="flag">' in pages["en/index.html"].decode()


def test_the_panel(author: Author):
    """A panel has the partner with evidence and confidence, sources with keys, what check says, and what differs."""
    author.writes(wind_en=PAIR["wind_en"].replace("13.8 million", "13.8 billion").replace(f"({B})", f"({C})"))
    panel = author.panel("de/wind/index.html")
    assert "notes/wind-en.md" in panel
    assert "Linked with confidence 0." in panel
    assert "this says 13.8 billion where the original says 13,8 Millionen" in panel
    assert "<code>a.example/work</code>" in panel
    assert 'href="/de/wind/vergleich/"' in panel
    assert author.panel("de/wind/vergleich/index.html") == panel
    assert "No translation" in author.panel("de/eins/index.html")
    assert "de/index.html" not in author.preview.panels


def test_panels_are_text(author: Author):
    """What an author wrote is text in a panel, never markup."""
    author.writes(eins_de=page("<b>Eins", "https://x.example/<script>alert(1)</script>", lang="de"))
    name = next(name for name in author.preview.panels if "eins" in author.panel(name))
    assert "<script" not in author.panel(name)
    assert "<b>" not in author.panel(name)


def test_the_output_is_not_touched(author: Author):
    """Whatever is saved, a preview writes nothing but its memory; a build beside it builds what it would alone."""
    author.writes(eins_de=page("Zwei", C))
    assert not (author.site.root / "build").exists()
    author.site.build().expect_fresh()
    before = author.site.files
    author.writes(eins_de=page("Drei", C))
    assert author.site.files == before
    assert not any(b"panel" in data or b"_notesite" in data for data in before.values())


def test_a_build_that_runs_does_not_disturb(author: Author):
    """While a build of the site is running, a preview begins all the same, and keeps nothing."""
    with disk.locked(author.site.root):
        other = Author(author.site)
    assert shown(other.preview) == shown(author.preview)


def test_damaged_facts_are_read_anew(author: Author):
    """Where what was kept of a text is damaged, the preview shows what the notes say."""
    for file in (author.site.root / ".notesite" / "facts").glob("texts-*"):
        file.write_bytes(b"x" * file.stat().st_size)
    again = Author(author.site)
    assert b"13,8 Millionen" in again.preview.pages["de/wind/index.html"]


def test_what_is_old_goes(author: Author):
    """A site that is no longer shown is no longer held, however many edits there are: memory does not grow."""
    old = [weakref.ref(author.preview.pages.site)]
    for number in range(3):
        author.writes(eins_de=page(f"Titel {number}", C, f"https://{number}.example/"))
        old.append(weakref.ref(author.preview.pages.site))
    assert [one() is None for one in old] == [True, True, True, False]


def test_facts_damaged_meanwhile(author: Author):
    """Where a text that was kept is damaged while it is shown, its page says so once; the next save reads all anew."""
    for file in (author.site.root / ".notesite" / "facts").glob("texts-*"):
        file.write_bytes(b"x" * file.stat().st_size)
    records._body.cache_clear()
    with pytest.raises(Broken) as found:
        author.preview.pages["de/wind/index.html"]
    assert found.value.problem.where == ".notesite"
    author.writes(eins_de=page("Zwei", C))
    assert b"13,8 Millionen" in author.preview.pages["de/wind/index.html"]


def test_a_note_that_breaks_a_template(author: Author):
    """A note for which the site's own template breaks is told of when it is saved, before its page is asked for."""
    author.site.write({"templates/note.html": "{{ page.tags[0].title if page.title == 'Zwei' else page.title }}"})
    assert "template" not in author.saves().rules
    author.writes(eins_de=page("Zwei", C))
    assert "template" in author.rules
    author.writes(eins_de=page("Drei", C))
    assert "template" not in author.rules


def test_a_panel_of_ones_own_that_breaks(author: Author):
    """A site's own template of the panel that breaks is told of with its line."""
    author.site.write({"templates/panel.html": "\n{{ page.unheard_of }}"})
    with pytest.raises(Broken) as found:
        author.saves().panel("de/wind/index.html")
    assert found.value.problem.where == "templates/panel.html:2"


def test_no_processes_beside_threads(tmp_path: Path):
    """Where the first rebuild fails, the next one, beside the server's threads, starts no process either."""
    site = SiteTest(tmp_path / "site", **PAIR).write({"notesite.toml": "[site"})
    author = Author(site)
    assert author.preview.failed
    site.write({"notesite.toml": ""})
    assert not author.saves().preview.failed
    assert author.workshop.options.jobs == 1


def test_settings_that_leave_notes_out(author: Author):
    """A note that the settings leave out goes, and comes back when they do not, without a change of its own."""
    for text, is_there in (('[notes]\nexclude = ["eins*"]', False), ("", True)):
        author.site.write({"notesite.toml": text})
        assert ("de/eins/index.html" in author.saves().preview.pages) is is_there
