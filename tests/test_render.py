"""Compiled templates, kept between builds: a build that finds them compiles nothing, and makes the same pages."""

from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notesite import build, disk, locales, memos, pool, stamp
from notesite.render import Failure, Theme, fragment
from notesite.runs import Options
from support import TODAY, SiteTest, page, problems

KEPT = Path(disk.MEMORY, "templates")
EDITED = page("A", text="Text of five plain words.")
SOURCES = {
    "base.html": "<p>{% block x %}{% endblock %}</p>",
    "a.html": "{% extends 'base.html' %}{% block x %}{{ page }}",
}
SOURCES["a.html"] += " & {{ _('one') }}{% endblock %}"
OTHERS = {"base.html": "<i>{{ page }}</i>", "a.html": "{% include 'base.html' %}"}


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that this process compiles."""
    names: list[str] = []
    plain = jinja2.Environment.compile

    def compiling(self: jinja2.Environment, source: str, name: str, *more: object) -> object:
        names.append(name)
        return plain(self, source, name, *more)

    monkeypatch.setattr(jinja2.Environment, "compile", compiling)
    return names


def shown(sources: dict[str, str], code: dict[str, bytes] = {}) -> tuple[str | Failure, Theme]:  # noqa: B006
    """What a theme of these templates makes of a value, and the theme."""
    theme = Theme({}, sources, {"en": locales.Catalogue()}, code)
    return fragment("a.html", "<b>", theme, "a value"), theme


CODE, FOREIGN = shown(SOURCES)[1].compiled.code, shown(OTHERS)[1].compiled.code


# --- what is kept ----------------------------------------------------------------------------------------


def test_an_edit_compiles_no_template(tmp_path: Path, compiled: list[str]):
    """The first build leaves its templates compiled; the page of an edited note needs no other."""
    site = SiteTest(tmp_path / "site", a_de=page("A"), b_de=page("B")).build()
    assert "note.html" in compiled
    compiled.clear()
    site.notes(a_de=EDITED).build()
    assert ("de/a/index.html" in site.made, compiled) == (True, [])
    site.expect_fresh()


def test_many_pages_leave_their_templates_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled: list[str]):
    """Where other processes make the pages, the next build has no template to compile either."""
    monkeypatch.setattr(pool, "FEW", 2)
    site = SiteTest(tmp_path / "site", a_de=page("A"), b_de=page("B")).build(jobs=2)
    compiled.clear()
    site.notes(a_de=EDITED).build(jobs=1)
    assert ("de/a/index.html" in site.made, compiled) == (True, [])


def test_a_template_that_changed_is_compiled_anew(tmp_path: Path, compiled: list[str]):
    """Of a theme that changed, what changed is compiled, and what is gone is kept no longer."""
    site = SiteTest(tmp_path / "site", a_de=page("A", layout="own")).write({"templates/own.html": "{{ page.title }}"})
    assert site.build().files["de/a/index.html"] == b"A"
    assert "own.html" in memos.read(site.root, KEPT.name, stamp.tool(), dict[str, bytes])
    compiled.clear()
    site.write({"templates/own.html": "<p>{{ page.title }}"}).build()
    assert (compiled, site.files["de/a/index.html"]) == (["own.html"], b"<p>A")
    site.remove("templates/own.html").write({"templates/note.html": "{{ page.title }}"}).build()
    kept = memos.read(site.root, KEPT.name, stamp.tool(), dict[str, bytes])
    assert ("note.html" in kept, "own.html" in kept) == (True, False)


def test_a_clean_build_compiles_all(tmp_path: Path, compiled: list[str]):
    """`--clean` takes nothing that was kept."""
    site = SiteTest(tmp_path / "site", a_de=page("A")).build()
    first = sorted(compiled)
    compiled.clear()
    site.build(clean=True)
    assert sorted(compiled) == first


def test_a_check_keeps_no_template(tmp_path: Path):
    """What writes nothing writes no templates."""
    site = SiteTest(tmp_path / "site", a_de=page("A"))
    build.checked(Options(root=site.root, today=TODAY))
    assert not (site.root / disk.MEMORY).exists()


def test_a_place_that_cannot_be_written(tmp_path: Path):
    """Where compiled templates cannot be kept, the site is built all the same."""
    site = SiteTest(tmp_path / "site", a_de=page("A")).write({f"{KEPT}/in-the-way": ""})
    site.build().notes(a_de=EDITED).build().expect_fresh()


# --- what is taken ---------------------------------------------------------------------------------------

damages: dict[str, Callable[[bytes, int], bytes]] = {
    "cut": lambda data, at: data[:at],
    "turned": lambda data, at: data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :],
    "doubled": lambda data, at: data[:at] + data,
}


@settings(max_examples=25)
@given(st.sampled_from(sorted(damages)), st.integers(min_value=0))
def test_damaged_templates_are_compiled_anew(tmp_path_factory: pytest.TempPathFactory, damage: str, at: int):
    """Whatever becomes of the file, the pages are the same, and the file is mended."""
    site = SiteTest(tmp_path_factory.mktemp("site"), a_de=page("A")).write({"templates/note.html": "{{ page.words }}"})
    data = (site.build().root / KEPT).read_bytes()
    (site.root / KEPT).write_bytes(damages[damage](data, at % len(data)))
    site.notes(a_de=EDITED).build()
    assert site.files["de/a/index.html"] == b"5"
    assert "note.html" in memos.read(site.root, KEPT.name, stamp.tool(), dict[str, bytes])


@given(st.dictionaries(st.sampled_from([*SOURCES, "c.html"]), st.binary()))
@example(FOREIGN)
@example({"a.html": CODE["base.html"]})
@example({name: data[:-1] for name, data in CODE.items()})
@example({name: b"j2" + data[2:20] for name, data in CODE.items()})
def test_what_is_no_template_of_this_theme_is_none(code: dict[str, bytes]):
    """Code of other templates, and bytes that are no code, change nothing in what a theme makes."""
    made, theme = shown(SOURCES, code)
    assert made == "<p>&lt;b&gt; & one</p>"
    assert theme.compiled.code.keys() == SOURCES.keys()


def test_kept_templates_are_taken():
    """With the code of its own templates, a theme makes the same and compiles nothing."""
    made, theme = shown(SOURCES, CODE)
    assert (made, theme.compiled.is_new) == (shown(SOURCES)[0], False)


# --- faults ----------------------------------------------------------------------------------------------

FAULTS = {
    "syntax": ("<p>\n{% if %}", 2, "Expected an expression"),
    "value": ("<p>\n\n{{ page.nothing.at_all }}", 3, "UndefinedError"),
    "part": ("{% extends 'base.html' %}\n{% block main %}\n{{ 1 / 0 }}{% endblock %}", 3, "ZeroDivisionError"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_faults_are_told_alike(tmp_path: Path, kind: str):
    """A template's fault is told with its name and line, the first time and when its code was kept."""
    text, line, words = FAULTS[kind]
    site = SiteTest(tmp_path / "site", a_de=page("A")).write({"templates/note.html": text})
    first, second = ([one for one in problems(site.root) if one.rule == "template"] for _ in range(2))
    assert [(one.path, one.line) for one in first] == [("templates/note.html", line)]
    assert words in first[0].message
    assert second == first
