"""Front matter: read as text with lines, each field by its own rule, and nothing in it can do harm."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from notesite import fields, load
from notesite.config import Config
from notesite.fields import Reader
from notesite.records import File

CASES = read_fixture_file(Path(__file__).parent / "cases" / "fields.md")
CONFIG = Config(catalogues=("de", "en"))
PIECES = [
    "---\n", "--- \n", "...\n", "title: T\n", "lang: de\n", "title: [\n", "  - a\n", "a: {b: c}\n", "\tx: y\n", "\n",
    ": ", "? ", "- ", "&a ", "*a", "<<: ", "!!map ", "|\n", ">-\n", '"', "'", "#", "\u2028", "\ufeff", "😀", "@", "x",
    "%YAML 1.2\n",
]  # fmt: skip
raw = st.text() | st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
UNWRITTEN = "\u2028\u2029\ufeff\ufffe\uffff"
# What YAML gives back as it is: no line ends but the line feed, nothing that it cannot hold.
words = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"
    )
)


def shown(value):
    """A field as the case documents write it."""
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def read(text):
    """The fields of a front matter as plain values."""
    head = fields.split("notes/a.md", f"---\n{text}\n---\nText.\n")
    assert not head.found
    return {name: node.plain for name, node in head.fields.items()}


def refused(text):
    """What is said about a front matter that cannot be read."""
    (found,) = fields.split("notes/a.md", f"---\n{text}\n---\nText.\n").found
    return found


@pytest.mark.parametrize(("title", "text", "expected"), [case[1:] for case in CASES], ids=[case[1] for case in CASES])
def test_fields_are_read_as_meant_or_reported(title, text, expected):
    """A note with these fields gives exactly these values and these findings at these lines."""
    loaded = load.note(File("notes/note.md", text.encode()), CONFIG)
    note, found = loaded.note, loaded.found
    said = [f"{one.severity} {one.rule} {one.line or ''}".strip() for one in found]
    lines = expected.splitlines()
    assert sorted(said) == sorted(line for line in lines if line.startswith(("error ", "warning ")))
    for name, _, value in (line.partition(":") for line in lines if not line.startswith(("error ", "warning "))):
        known = tuple(one.address for one in note.citations) if name == "sources" else getattr(note, name)
        assert shown(known) == value.strip()


# --- the fences ------------------------------------------------------------------------------------------


@given(raw)
def test_any_text_is_cut_or_reported_within_its_lines(text):
    """Cutting never raises, loses no line of the body, and names only lines that are there."""
    head = fields.split("notes/a.md", text)
    lines = text.count("\n") + 1
    assert text.endswith(head.body)
    assert head.offset == text.count("\n") - head.body.count("\n") or head.found or not head.body
    assert all(1 <= one.line <= lines and one.path == "notes/a.md" for one in head.found)
    assert all(1 <= node.line <= lines for node in head.fields.values())


def test_lines_are_those_of_the_file():
    """Fields and body know how many lines come before them, blank ones in front of the fence included."""
    head = fields.split("notes/a.md", "\n\n---\ntitle: T\n# remark\nlang:\n  de\n---   \nText.\n")
    assert {name: node.line for name, node in head.fields.items()} == {"title": 4, "lang": 7}
    assert (head.offset, head.body) == (8, "Text.\n")


def test_fences_within_a_note_are_rules():
    """Only the first two fences count; a later one, or one within a line, is the author's."""
    head = fields.split("notes/a.md", "---\ntitle: a --- b\n---\nText.\n\n---\nMore.\n")
    assert (head.fields["title"].value, head.body) == ("a --- b", "Text.\n\n---\nMore.\n")


def test_unicode_line_ends_do_not_shift_lines():
    """YAML counts U+2028 as a line end; an editor does not, nor does what is reported."""
    assert refused('a: "\u2028\u2028\u2028\u2029"\nb: [').line <= 4
    head = fields.split("notes/a.md", '---\na: "\u2028\u2028"\nb: c\n---\n')
    assert head.fields["b"].line == 3


# --- reading YAML ----------------------------------------------------------------------------------------


@given(st.dictionaries(words.filter(lambda key: key != "<<"), words | st.lists(words, max_size=3), max_size=4))
def test_texts_come_back_as_they_were_written(table):
    """Whatever text a YAML writer puts in quotes is read back, names of fields and lists of texts included."""
    text = yaml.safe_dump(table, allow_unicode=True, default_style='"', width=10_000)
    assert read(text) == table


@pytest.mark.parametrize("word", ["no", "yes", "on", "12:30", "0x1F", "1e3", "2025-07-18", "01", ".inf", "=", "true"])
def test_plain_words_stay_text(word):
    """What YAML 1.1 would take for a flag, a time, a number or a date is the author's word."""
    assert read(f"a: {word}\n{word}: b") == {"a": word, word: "b"}


@pytest.mark.parametrize("nothing", ["", "~", "null", "NULL", " # remark"])
def test_nothing_is_nothing(nothing):
    """An empty value and null say nothing."""
    assert read(f"a: {nothing}") == {"a": None}


BOMB = "\n".join(["a0: &a0 {k: v}", *(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 9))])
ALIASES = "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))])


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (BOMB, 3, "merge keys"),
        (ALIASES, 3, "aliases"),
        ("a: [" * 15_000, 2, "nested"),
        ("[" * 60_000, 2, "nested"),
        ("{" * 60_000, 2, "nested"),
        ("- " * 30_000, 2, "nested"),
        ("a: " + "x" * 70_000, 2, "longer than"),
        ("a: !!python/object/apply:os.system [x]", 2, "tags"),
        ("a: b\n? [c]\n: d", 3, "is a word"),
        ("a: b\nnull: c", 3, "is a word"),
        ("a: b\nb: c\na: d", 4, "second time"),
        ("äöü: äöü\nb: \ufffe", 3, "control characters"),
        ('ü: ä\nb: "\\x1b[31m"', 3, "control character"),
        ('a: "\\ud800"', 2, "Unicode"),
        ("a: `b`", 2, "cannot start"),
        ("a: \ud800", 2, "cannot be read"),
    ],
)
def test_bombs_and_tricks_are_refused_at_their_line(text, line, words):
    """What a note does not need, and what would keep a parser busy, is an error that names its line."""
    found = refused(text)
    assert (found.rule, found.severity, found.line) == ("front-matter", "error", line)
    assert words in found.message
    assert len(found.message) <= 400


@given(st.text("[]{}:,-?!&*#|>'\"% \n\tab", max_size=40))
def test_any_yaml_is_read_or_refused(text):
    """Whatever stands between the fences gives fields or one error, and its text is never lost in silence."""
    head = fields.split("notes/a.md", f"---\na: b\n{text}\n---\n")
    assert head.found or head.fields or not text.strip()
    assert len(head.found) <= 1


# --- readings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2025-07-18", "2025-07-18"),
        ("2025-7-3", "2025-07-03"),
        (" 2025-07-18 ", "2025-07-18"),
        ("2025-07-18 9:05", "2025-07-18T09:05:00"),
        ("2025-07-18T09:05:07Z", "2025-07-18T09:05:07+00:00"),
        ("2025-07-18 09:05:07 -0530", "2025-07-18T09:05:07-05:30"),
        ("2024-02-29", "2024-02-29"),
        ("2025-02-29", None),
        ("2025-13-45", None),
        ("0000-01-01", None),
        ("2025-07-18 24:00", None),
        ("2025-07-18 09:05 +99:99", None),
        ("18.7.2025", None),
        ("2025-07", None),
        ("", None),
        ("9" * 6000, None),
    ],
)
def test_a_date_is_a_day_of_the_calendar(written, iso):
    """Days and times are written as ISO 8601; what is none is none."""
    assert fields.iso(written) == iso


@given(st.text("0123456789-T: +Z.٣", max_size=30) | st.text())
def test_a_date_is_its_own_date(text):
    """Reading a date never raises, and reading it again changes nothing."""
    made = fields.iso(text)
    assert made is None or (fields.iso(made) == made and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", made))


VALUES = [
    "a: b",
    "a: [b, c]",
    "a: {b: c}",
    "a: [[b]]",
    "a: ~",
    "a: ''",
    "a: no",
    "a: 2025-01-01",
    "a:\n  - \n  - b",
    "x: y",
]


@pytest.mark.parametrize("text", VALUES)
@pytest.mark.parametrize("reading", ["text", "texts", "flag", "said", "day"])
def test_a_reading_fits_or_is_reported_at_its_line(text, reading):
    """Any value read in any way gives that kind of value, or an empty one with an error at the field."""
    reader = Reader("notes/a.md", fields.split("notes/a.md", f"---\n{text}\n---\n").fields)
    made = getattr(reader, reading)("a")
    kinds = {"text": str, "texts": tuple, "flag": bool | None, "said": bool | str | None, "day": str}
    assert isinstance(made, kinds[reading])
    assert not (made and reader.found)
    assert all((one.rule, one.severity) == ("field-type", "error") and one.line in (2, 3) for one in reader.found)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a:\n- b\n- name: c", 4, "a is a list of texts, not of tables"),
        ("a: [b, [c]]", 2, "a is a list of texts, not of lists"),
        ("a:\n  b: c", 3, "a is a list of texts, not a table"),
    ],
)
def test_what_stands_among_texts_is_named(text, line, words):
    """A list that holds something else than texts is told what it holds, at the line of that."""
    reader = Reader("notes/a.md", fields.split("notes/a.md", f"---\n{text}\n---\n").fields)
    assert reader.texts("a") == ()
    assert [(one.message, one.line) for one in reader.found] == [(words, line)]


@pytest.mark.parametrize(
    ("text", "hint"),
    [("a: {{ x }}", "put the value in quotes"), ("a: {[b]: c}", "put the value in quotes"), ("[a]: b", "put the name")],
)
def test_quotes_are_asked_for_where_they_help(text, hint):
    """Braces in a value are read as fields, so the value is to be put in quotes, and not a name that is none."""
    assert refused(text).hint.startswith(hint)


def test_the_first_name_that_says_something_counts():
    """Of the names of a field the first one with a value is read; an empty one is passed over."""
    reader = Reader("notes/a.md", fields.split("notes/a.md", "---\ntags:\ncategories: b\ncategory: c\n---\n").fields)
    assert reader.texts("tags", "categories", "category") == ("b",)
