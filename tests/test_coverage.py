"""Coverage: per language what exists, what lacks a partner, what is behind, what differs, how sure the pairs are."""

import json

import jsonschema
import msgspec

from notesite import coverage, reports
from notesite.diagnostics import warning
from notesite.linkage import SURE, Bond, Group, Linkage, Unlinked
from support import HERE, note

FILE = HERE.parent / "src" / "notesite" / "schemas" / "coverage.schema.json"
SCHEMA = jsonschema.Draft202012Validator(json.loads(FILE.read_text("utf-8")))

NAMES = "sure-de sure-en hand-de hand-en hand-fr doubt-de doubt-en alone-de".split()
NOTES = [note(name) for name in NAMES]


def path(name):
    """The path of a note."""
    return f"notes/{name}.md"


def group(*names, confidence=1.0, bonds=True):
    """A group whose original is its first note."""
    paths = tuple(path(name) for name in names)
    linked = (Bond(paths[0], paths[1], 5.0, ()),) if bonds and len(paths) > 1 else ()
    return Group(paths, paths[0], confidence, linked)


LINKAGE = Linkage(
    (
        group("sure-de", "sure-en", confidence=SURE),
        group("hand-de", "hand-en", "hand-fr", bonds=False),
        group("doubt-de", "doubt-en", confidence=SURE - 0.1),
        group("alone-de"),
    ),
    (Unlinked(path("alone-de"), "de", "no note in another language resembles it"),),
    (),
)
FOUND = [
    warning("figures-differ", "x", path("sure-en"), 1),
    warning("figures-differ", "y", path("sure-en"), 2),
    warning("translation-behind", "x", path("hand-en")),
    warning("lang-inferred", "x", path("alone-de")),
    warning("site-url", "x"),
]


def covered(found=FOUND, langs=("de", "en", "fr")):
    """The coverage of the site, by language."""
    return {one.lang: one for one in coverage.of(langs, NOTES, LINKAGE, found)}


def test_what_exists_in_which_language():
    """Each language counts its notes, and of them those with a version in each other one; the others are named."""
    de, en, fr = covered().values()
    assert [one.notes for one in (de, en, fr)] == [4, 3, 1]
    assert (de.versions, en.versions, fr.versions) == ({"en": 3, "fr": 1}, {"de": 3, "fr": 1}, {"de": 1, "en": 1})
    assert de.missing == {"en": (path("alone-de"),), "fr": (path("alone-de"), path("doubt-de"), path("sure-de"))}
    assert fr.missing == {"de": (), "en": ()}


def test_what_lacks_a_partner_says_why():
    """Notes without any partner come with the reason that linking gave, in their own language only."""
    assert [one.alone for one in covered().values()] == [LINKAGE.unlinked, (), ()]


def test_what_is_behind_and_what_differs():
    """A translation that is behind and one that differs are told apart, each once, with counts by rule."""
    en = covered()["en"]
    assert (en.behind, en.differing) == ((path("hand-en"),), (path("sure-en"),))
    assert en.rules == {"figures-differ": 2, "translation-behind": 1}
    assert covered()["de"].rules == {"lang-inferred": 1}
    assert covered()["de"].differing == ()


def test_how_sure_the_pairs_are():
    """Notes with a partner are counted by how sure the pairing is; those alone are not."""
    assert covered()["de"].pairing == {"settled": 1, "sure": 1, "likely": 1}
    assert covered()["fr"].pairing == {"settled": 1, "sure": 0, "likely": 0}


def test_a_language_without_a_note_is_told():
    """A language that the site promises and has nothing in shows nought, and is missing everywhere."""
    told = covered(langs=("de", "it"))
    assert (told["it"].notes, told["it"].versions) == (0, {"de": 0})
    assert len(told["de"].missing["it"]) == 4


def test_people_get_a_table_and_what_to_do():
    """A line for each language under a head of the same width, then each language's notes to look at."""
    lines = coverage.text(tuple(covered().values()))
    assert lines[:4] == [
        "language  notes  in de  in en  in fr  alone  behind  differ  settled  sure  likely",
        "de            4             3      1      1       0       0        1     1       1",
        "en            3      3             1      0       1       1        1     1       1",
        "fr            1      1      1             0       0       0        1     0       0",
    ]
    assert lines[4:] == [
        "",
        "de:",
        "    notes/alone-de.md: no note in another language resembles it",
        "    found: 1 lang-inferred",
        "",
        "en:",
        "    notes/hand-en.md: its original was updated since",
        "    notes/sure-en.md: differs from its original",
        "    found: 2 figures-differ, 1 translation-behind",
    ]
    assert coverage.text(()) == ["there are no notes"]


def test_machines_get_what_the_schema_promises():
    """The JSON keeps to the published schema, which is not content with less."""
    SCHEMA.check_schema(SCHEMA.schema)
    made = json.loads(msgspec.json.encode(coverage.as_json(tuple(covered().values()))))
    SCHEMA.validate(made)
    assert made["$schema"] == SCHEMA.schema["$id"]
    assert not SCHEMA.is_valid(made | {"languages": [{"lang": "de"}]})
    assert not SCHEMA.is_valid(json.loads(msgspec.json.encode(reports.as_json(FOUND))))
