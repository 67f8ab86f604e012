"""Diagnostics for people and machines: text that leads to places, JSON and SARIF that validate, GitHub's commands."""

import json
import re
from urllib.parse import unquote

import jsonschema
import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notesite import reports
from notesite.diagnostics import Related, Severity, error, warning
from notesite.rules import RULES
from support import HERE

SCHEMAS = HERE.parent / "src" / "notesite" / "schemas"
CHECK = jsonschema.Draft202012Validator(json.loads((SCHEMAS / "check.schema.json").read_text("utf-8")))
SARIF = jsonschema.Draft4Validator(json.loads((HERE / "schemas" / "sarif-2.1.0.json").read_text("utf-8")))

DIFFERS = warning(
    "figures-differ",
    "this says 54 percent where the original says 45 Prozent",
    "notes/a-en.md",
    9,
    "mend the one that is wrong",
    Related("notes/a-de.md", 11, 'the original: "Sie liefert 45 Prozent."'),
    Related("notes/a-en.md", 9, 'the translation: "It delivers 54 percent."'),
)
BROKEN = error("encoding", "the byte 0xFF is not UTF-8", "notes/b.md", 2, "save the file as UTF-8")
NOWHERE = warning("site-url", "the site's address is not known", hint="set url")
WHOLE = warning("file-missing", "there is no picture", "notes/c.md")

diagnostics = st.lists(
    st.builds(
        lambda make, rule, path, line, words, related: make(rule, words, path, line, words, *related),
        st.sampled_from([error, warning]),
        st.sampled_from(list(RULES)),
        st.just("") | st.text(st.characters(exclude_categories=["Cs"])),
        st.integers(0, 99),
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
        st.lists(st.builds(Related, st.sampled_from(["notes/a b.md", "notes/ü.md"]), st.integers(0, 9), st.text())),
    )
)


def as_machines_read(value):
    """A value as its JSON says it."""
    return json.loads(msgspec.json.encode(value))


# --- for people ------------------------------------------------------------------------------------------


def test_a_diagnostic_quotes_both_sides():
    """File and line lead to the place, both sentences stand below it, and how to mend it."""
    assert reports.drawn(DIFFERS).split("\n") == [
        "notes/a-en.md:9: warning: this says 54 percent where the original says 45 Prozent [figures-differ]",
        '    notes/a-de.md:11: the original: "Sie liefert 45 Prozent."',
        '    notes/a-en.md:9: the translation: "It delivers 54 percent."',
        "    mend: mend the one that is wrong",
    ]


def test_notes_stand_apart():
    """An empty line parts two notes, and none stands before the first."""
    lines = list(reports.text([DIFFERS, DIFFERS, BROKEN]))
    assert [bool(line) for line in lines] == [True, True, False, True]
    assert list(reports.text([])) == []


def test_each_part_is_painted_as_what_it_is():
    """Place, severity, rule and mend are given to the painter, words of notes are not."""
    parts = []
    reports.drawn(BROKEN, lambda words, part: parts.append((words, part)) or words)
    assert parts == [("notes/b.md:2", "place"), ("error", "error"), ("[encoding]", "rule"), ("mend:", "mend")]


def test_many_of_a_kind_are_cut_short():
    """Of seven warnings of a rule five are shown and counted on; of six all are, and errors always."""
    many = [warning("link-broken", "x", "notes/a.md", line) for line in range(1, 8)]
    shown = reports.shortened([*many, BROKEN], each_note=True)
    assert [one.line for one in shown] == [1, 2, 3, 4, 5, 0, 2]
    assert (shown[5].message, shown[5].hint) == ("2 more of this kind", "`notesite check --format json` lists them all")
    assert reports.shortened(many[:6]) == many[:6]
    errors = [error("encoding", "x", "notes/a.md", line) for line in range(1, 8)]
    assert reports.shortened(errors) == errors


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([], "nothing to say: all is well"),
        ([NOWHERE], "1 warning: 1 site-url"),
        (
            [BROKEN, DIFFERS, DIFFERS, WHOLE],
            "1 error, 3 warnings in 3 files: 2 figures-differ, 1 encoding, 1 file-missing",
        ),
    ],
)
def test_the_last_line_counts_by_rule(found, words):
    """How many, in how many files, and how many of each rule, the most frequent first."""
    assert reports.summary(found) == words


# --- JSON ------------------------------------------------------------------------------------------------


@given(diagnostics)
def test_json_keeps_to_its_schema(found):
    """Whatever is found, the JSON output is what the published schema promises."""
    CHECK.validate(as_machines_read(reports.as_json(found)))


def test_the_schema_can_refuse():
    """The schema is no blank cheque: a missing part, a further part or an unknown severity breaks it."""
    CHECK.check_schema(CHECK.schema)
    sound = as_machines_read(reports.as_json([DIFFERS]))
    assert sound["$schema"] == CHECK.schema["$id"]
    for breach in ({"severity": "ignore"}, {"line": -1}, {"colour": "red"}, {"rule": "No Rule"}):
        assert not CHECK.is_valid({**sound, "diagnostics": [{**sound["diagnostics"][0], **breach}]})
    assert not CHECK.is_valid({"diagnostics": [], "summary": sound["summary"]})


# --- GitHub ----------------------------------------------------------------------------------------------


def read_command(line):
    """A workflow command as GitHub's runner reads it: its name, properties and message."""
    name, properties, message = re.fullmatch(r"::(\w+)(?: (.*?))?::(.*)", line).groups()
    found = dict(one.split("=", 1) for one in (properties or "").split(",") if one)
    return name, {key: unquote(value) for key, value in found.items()}, unquote(message)


def test_github_shows_both_sides_at_the_line():
    """An annotation stands at file and line, named by its rule; both quotes and the mend are on lines of their own."""
    (line,) = reports.annotations([DIFFERS], "docs/")
    name, where, message = read_command(line)
    assert (name, where) == ("warning", {"file": "docs/notes/a-en.md", "line": "9", "title": "figures-differ"})
    assert message.split("\n") == [
        "this says 54 percent where the original says 45 Prozent",
        'docs/notes/a-de.md:11: the original: "Sie liefert 45 Prozent."',
        'docs/notes/a-en.md:9: the translation: "It delivers 54 percent."',
        "mend: mend the one that is wrong",
    ]


def test_github_gets_no_line_or_file_where_there_is_none():
    """What is wrong with a file as a whole has no line, what is wrong with the site has no file."""
    lines = [read_command(line)[1] for line in reports.annotations([NOWHERE, WHOLE], "docs/")]
    assert lines == [{"title": "site-url"}, {"file": "docs/notes/c.md", "title": "file-missing"}]


@given(diagnostics)
@example([warning("link-broken", "x", "0", 0)])
@example([warning("link-broken", "100%0A\n::error::x", "a,line=7:b%2C.md", 3)])
def test_no_note_can_speak_to_the_runner(found):
    """Whatever a note or a file name says, one diagnostic is one command, and reads back as it was meant."""
    lines = list(reports.annotations(found))
    for line, one in zip(lines, found, strict=True):
        assert not re.search("[\n\r]", line)
        _, where, message = read_command(line)
        assert where.get("file", "") == one.path
        assert message.split("\n")[0] == reports.spelled(one.message)


# --- SARIF -----------------------------------------------------------------------------------------------


@given(diagnostics)
def test_sarif_is_valid(found):
    """Whatever is found, the output is SARIF 2.1.0 by the official schema."""
    SARIF.validate(as_machines_read(reports.sarif(found, "docs/")))


def test_sarif_tells_where_how_bad_and_what_else():
    """A result has its rule, level, place relative to the repository, and the other places with their quotes."""
    run = reports.sarif([BROKEN, DIFFERS], "my docs/")["runs"][0]
    broken, differs = run["results"]
    assert [one["level"] for one in run["results"]] == ["error", "warning"]
    place = differs["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "my%20docs/notes/a-en.md", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 9}
    assert [one["message"]["text"] for one in differs["relatedLocations"]] == [one.text for one in DIFFERS.related]
    assert differs["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 11}
    assert "relatedLocations" not in broken
    assert run["tool"]["driver"]["rules"][differs["ruleIndex"]]["id"] == differs["ruleId"] == "figures-differ"


def test_sarif_explains_every_rule():
    """The driver tells all rules with help and default level; one that is off by default says so."""
    told = reports.sarif([])["runs"][0]["tool"]["driver"]["rules"]
    assert [one["id"] for one in told] == list(RULES)
    for one in told:
        rule = RULES[one["id"]]
        assert rule.mend in one["help"]["markdown"]
        off = rule.severity is Severity.IGNORE
        assert one["defaultConfiguration"] == {"level": "warning" if off else rule.severity, "enabled": not off}


def test_sarif_has_a_place_for_everything():
    """What concerns the site stands at its settings, what concerns a file at its first line; hosts ask for both."""
    results = reports.sarif([NOWHERE, WHOLE])["runs"][0]["results"]
    places = [one["locations"][0]["physicalLocation"] for one in results]
    assert [(one["artifactLocation"]["uri"], one["region"]["startLine"]) for one in places] == [
        ("notesite.toml", 1), ("notes/c.md", 1)
    ]  # fmt: skip


def marks(*found):
    """The fingerprints of diagnostics."""
    return [one["partialFingerprints"]["notesite/v1"] for one in reports.sarif(found)["runs"][0]["results"]]


def test_a_fingerprint_outlives_its_line():
    """A finding that moved with its line is the same; another rule, file or wording is another, and so is a second."""
    twice = warning("source-duplicate", "this source is in the list already, in line 12: X", "notes/a.md", 14)
    moved = warning("source-duplicate", "this source is in the list already, in line 112: X", "notes/a.md", 114)
    assert marks(twice) == marks(moved)
    others = [
        warning("source-fleeting", twice.message, twice.path),
        warning(twice.rule, twice.message, "notes/b.md"),
        warning(twice.rule, twice.message + "Y", twice.path),
    ]
    assert len({*marks(twice), *(mark for one in others for mark in marks(one))}) == 4
    assert len({*marks(twice, moved)}) == 2
