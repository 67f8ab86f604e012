"""The registry of rules: complete, true to the source, explained on a page that is current; what notes ignore."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notesite import coverage, findings, remarks, reports
from notesite.diagnostics import Severity
from notesite.rules import RULES, TOPICS, nearest
from support import HERE

PACKAGE = HERE.parent / "src" / "notesite"
PAGE = HERE.parent / "RULES.md"

# What makes a diagnostic, and how severe; the rule is the first argument.
MAKERS = {"error": "error", "warning": "warning", "_warn": "warning", "aside": "ignore"}
# Where the name of a rule is a variable: the module and the rules it may be.
NAMED_ELSEWHERE = {
    "link": {"link-ambiguous", "link-contradicted"},
    "findings": {rule.name for rule in TOPICS["Translations compared"]} - {"labels-missing", "translation-missing"},
    "load": set(),  # `_warn` hands on what it is given
    "reports": set(),  # "more of this kind" repeats the rule of others
}


def made(name: str, source: str) -> set[tuple[str, str]]:
    """Every rule that a module makes a diagnostic of, with its severity."""
    found: set[tuple[str, str]] = set()
    for node in ast.walk(ast.parse(source)):
        called = node.func if isinstance(node, ast.Call) else None
        maker = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        if maker not in MAKERS:
            continue
        rule = node.args[0]
        if isinstance(rule, ast.Constant):
            found.add((rule.value, MAKERS[maker]))
        else:
            assert name in NAMED_ELSEWHERE, f"{name}, line {node.lineno}: the rule's name is not in sight"
            found |= {(one, MAKERS[maker]) for one in NAMED_ELSEWHERE[name]}
    return found


def test_the_registry_is_what_the_source_makes():
    """Every rule of a diagnostic is registered with the severity it is made with, and no other is registered."""
    used = set().union(*(made(path.stem, path.read_text("utf-8")) for path in PACKAGE.glob("*.py")))
    assert used == {(rule.name, str(rule.severity)) for rule in RULES.values()}


def test_names_kept_elsewhere_are_the_ones_in_use():
    """The rules that comparison has words for are those registered for it, and coverage knows each of them."""
    assert set(findings._WORDS) == NAMED_ELSEWHERE["findings"]
    assert {*coverage.COMPARING, "translation-behind"} == NAMED_ELSEWHERE["findings"]
    link = (PACKAGE / "link.py").read_text("utf-8")
    assert all(f'"{rule}"' in link for rule in NAMED_ELSEWHERE["link"])


def test_a_rule_is_in_one_topic_and_in_order():
    """Each rule has one place, and the registry is sorted by name."""
    names = [rule.name for rules in TOPICS.values() for rule in rules]
    assert sorted(names) == list(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_says_all_that_an_author_needs(rule):
    """What, why and how to mend are whole sentences."""
    for words in (rule.what, rule.why, rule.mend):
        assert words[0].isupper() or words[0] == "`"
        assert words.endswith(".")
        assert "  " not in words


def test_the_page_of_rules_is_current(rewrite):
    """RULES.md is what the registry makes of itself; `make rules` writes it anew."""
    if rewrite:
        PAGE.write_text(reports.rules_page(), "utf-8")
    assert PAGE.read_text("utf-8") == reports.rules_page()


@pytest.mark.parametrize(
    ("written", "hint"),
    [("figurs-differ", "did you mean figures-differ?"), ("xyz", "RULES.md lists all rules")],
)
def test_a_slip_in_a_name_is_told_what_was_meant(written, hint):
    """Who writes a rule's name nearly right is told the name, who writes another word where they are."""
    assert nearest(written) == hint


# --- what a note says to notesite ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (" notesite: ignore figures-differ ", ("figures-differ",)),
        ("notesite:ignore sources-differ, figures-differ", ("figures-differ", "sources-differ")),
        ("\n  notesite: ignore figures-differ\n  sources-differ,\n", ("figures-differ", "sources-differ")),
        (" notesite ignore: link-broken ", ("link-broken",)),
        (" a remark on notesite: it is good ", ()),
        (" notesite is good ", ()),
        (" noteside: ignore figures-differ ", ()),
        ("", ()),
    ],
)
def test_a_comment_names_rules_to_ignore(text, names):
    """Names stand after `notesite: ignore`, parted by commas or spaces; other comments say nothing to us."""
    assert remarks.ignored([(text, 3)], "notes/a.md") == (names, [])


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("notesite: ignore figurs-differ", "did you mean figures-differ?"),
        ("notesite: ignore encoding", "leave the name out, and mend what it finds"),
        ("notesite: ignore", "write <!-- notesite: ignore figures-differ -->"),
        ("notesite: ignore ,", "write <!-- notesite: ignore figures-differ -->"),
        ("notesite: ignroe figures-differ", "write <!-- notesite: ignore figures-differ -->"),
        ("notesite:", "write <!-- notesite: ignore figures-differ -->"),
    ],
)
def test_a_comment_that_asks_for_nothing_we_know(text, hint):
    """An unknown name, an error's name, or another word is one warning at its line, with the mend."""
    names, (one,) = remarks.ignored([(text, 3)], "notes/a.md")
    assert names == ()
    assert (one.rule, one.severity, one.path, one.line, one.hint) == (
        "rule-unknown", Severity.WARNING, "notes/a.md", 3, hint
    )  # fmt: skip


def test_what_is_right_beside_a_slip_holds():
    """Two comments add up, and one slip among names does not undo the others."""
    comments = [("notesite: ignore link-broken, figurs", 1), ("notesite: ignore lang-inferred", 9)]
    names, found = remarks.ignored(comments, "notes/a.md")
    assert names == ("lang-inferred", "link-broken")
    assert [one.line for one in found] == [1]


@given(st.lists(st.tuples(st.text() | st.from_regex(r"notesite: ?\w* [\w, -]*"), st.integers(1, 9))))
def test_any_comment_is_read_or_said_to_be_wrong(comments):
    """Whatever stands in comments, only known rules that can be ignored come of it."""
    names, found = remarks.ignored(comments, "notes/a.md")
    assert all(RULES[name].severity is not Severity.ERROR for name in names)
    assert {one.rule for one in found} <= {"rule-unknown"}
