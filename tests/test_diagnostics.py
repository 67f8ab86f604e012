"""Diagnostics: sorted, without repeats, as severe as the site says, and fit to be read."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notesite.diagnostics import (
    CannotGoOnError,
    Diagnostic,
    Related,
    Severities,
    Severity,
    aside,
    error,
    failed,
    settled,
    warning,
)  # fmt: skip

E, W, I = Severity  # noqa: E741

diagnostics = st.builds(
    lambda severe, rule, path, line, words: (error if severe else warning)(rule, words, path, line),
    st.booleans(),
    st.sampled_from(["a-rule", "b-rule"]),
    st.sampled_from(["", "notes/a.md", "notes/b.md"]),
    st.integers(0, 3),
    st.sampled_from(["x", "y"]),
)
severities = st.dictionaries(st.sampled_from(["a-rule", "b-rule"]), st.sampled_from(Severity))


def test_a_diagnostic_says_what_where_how_bad_and_how_to_mend():
    """The two short ways make full records, alike but for their severity."""
    related = Related("notes/b.md", 2, "first used here")
    for made, severity in ((error, E), (warning, W)):
        one = made("a-rule", "wrong", "notes/a.md", 3, "mend it", related)
        assert one == Diagnostic(
            rule="a-rule",
            severity=severity,
            path="notes/a.md",
            line=3,
            message="wrong",
            hint="mend it",
            related=(related,),
        )


@given(st.lists(diagnostics), severities, st.randoms())
def test_settling_sorts_and_drops_repeats(found, wanted, random):
    """The order of input, and saying a thing twice, make no difference."""
    once = settled(found, Severities(wanted))
    shuffled = [*found, *found]
    random.shuffle(shuffled)
    assert settled(shuffled, Severities(wanted)) == once
    assert [one.place for one in once] == sorted(one.place for one in once)
    assert settled(once, Severities(wanted)) == once


def test_findings_at_one_place_have_an_order():
    """Where file, line, rule and words agree, severity and hint decide, and never the order of a set."""
    found = [made("a-rule", "x", "", 0, hint) for made in (warning, error) for hint in "hgfedcba"]
    assert [(one.severity, one.hint) for one in settled(found, Severities())] == [
        (kind, hint) for kind in (E, W) for hint in "abcdefgh"
    ]


@given(st.lists(diagnostics), severities)
def test_settings_raise_and_lower_warnings_but_never_an_error(found, wanted):
    """Ignored warnings go, others become what is set, and what cannot be read as meant stays an error."""
    once = settled(found, Severities(wanted))
    assert {one for one in found if one.severity is E} <= set(once)
    assert all(one.severity is E or one.severity is wanted.get(one.rule, W) for one in once)
    dropped = [one for one in found if one.severity is W and wanted.get(one.rule) is I]
    assert not [one for one in once if one.severity is W and one in dropped]


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("notes/a.md", "error"),
        ("notes/old/a.md", "ignore"),
        ("notes/old/new/a.md", "warning"),
        ("notes/old/new/deep/a.md", "warning"),
        ("notes/old/one.md", "error"),
        ("notes/older/a.md", "error"),
        ("", "error"),
    ],
)
def test_what_is_said_nearest_counts(path, severity):
    """The longest folder or file that names the rule decides, the site where none does; a folder is no mere prefix."""
    folders = {"notes/old/": {"a-rule": I}, "notes/old/new": {"a-rule": W}, "notes/old/new/deep/": {"b-rule": I}}
    severities = Severities({"a-rule": E}, folders | {"notes/old/one.md": {"a-rule": E}})
    assert severities.of(warning("a-rule", "x", path)) == severity


def test_a_note_ignores_for_itself_alone():
    """What a note ignores is not said of it, whatever settings say; it is said of others, and errors are said."""
    severities = Severities({"a-rule": E}, {"notes/": {"a-rule": W}}, {"notes/a.md": ("a-rule",)})
    ours, theirs = (warning("a-rule", "x", path) for path in ("notes/a.md", "notes/b.md"))
    fault = error("a-rule", "x", "notes/a.md")
    assert settled([ours, theirs, fault], severities) == (fault, theirs)


def test_a_rule_that_is_off_is_heard_where_it_is_turned_on():
    """What nobody asked for is not said; settings of the site or a folder turn it on, as severe as they say."""
    one = aside("a-rule", "x", "notes/a.md")
    assert settled([one], Severities()) == ()
    assert settled([one], Severities({"a-rule": W})) == (warning("a-rule", "x", "notes/a.md"),)
    assert settled([one], Severities({}, {"notes": {"a-rule": E}})) == (error("a-rule", "x", "notes/a.md"),)


@pytest.mark.parametrize(
    ("found", "strict", "fails"),
    [
        ((), False, False),
        ((), True, False),
        ((warning("a-rule", "x"),), False, False),
        ((warning("a-rule", "x"),), True, True),
        ((error("a-rule", "x"),), False, True),
        ((warning("a-rule", "x"), error("a-rule", "y")), False, True),
    ],
)
def test_errors_fail_and_warnings_only_where_they_must(found, strict, fails):
    """An error fails a build, a warning only a strict one."""
    assert failed(found, strict=strict) is fails


@given(st.text(), st.text())
def test_words_fit_to_be_read(message, hint):
    """However much a note says of itself, a message is one line of bounded length, and short ones stay as they are."""
    one = error("a-rule", message * 50, hint=hint * 50)
    assert all(len(words) <= 400 and "\n" not in words for words in (one.message, one.hint))
    flat = message.replace("\n", " ")
    assert warning("a-rule", message).message == flat or len(flat) > 400


def test_the_end_of_a_run_tells_all_of_its_reasons():
    """The one exception carries its diagnostics, and their words."""
    found = (error("a-rule", "this"), error("b-rule", "that"))
    assert CannotGoOnError(*found).diagnostics == found
    assert str(CannotGoOnError(*found)) == "this; that"


@given(diagnostics)
def test_a_diagnostic_survives_being_written_down(one):
    """As JSON and back it is the same record, its severity a plain word."""
    text = msgspec.json.encode(one)
    assert msgspec.json.decode(text, type=Diagnostic) == one
    assert msgspec.json.decode(text)["severity"] in ("error", "warning")
