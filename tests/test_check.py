"""Diagnostics over the whole site, each from one planted fault, and the severities that settings give them."""

import pytest

from notesite import check, diagnostics, doubts
from notesite import config as settings
from notesite.diagnostics import (
    CannotGoOnError,
    Diagnostic,
    Related,
    Severities,
    Severity,
    error,
    failed,
    settled,
    warning,
)
from notesite.records import Link, Note
from support import note, site

URL = '[site]\nurl = "https://notes.example"\n'
TEMPLATES = frozenset({"note.html"})


def found(*notes: Note, toml: str = URL, files: tuple[str, ...] = ()) -> list[tuple[str, str, int]]:
    """What is said about a site of these notes: rule, path, line."""
    whole = site(*notes, toml=toml, files=files)
    said = [*check.site(whole, TEMPLATES), *doubts.of(whole.notes)]
    assert all(one.severity is Severity.WARNING and one.message and one.hint for one in said)
    return [(one.rule, one.path, one.line) for one in said]


# --- what is found ---------------------------------------------------------------------------------------


def test_a_sound_site_has_nothing_to_say():
    """A site with an address, known languages and whole links is passed in silence."""
    linking = note("a-de", links=(Link("b-en.md#text", 3), Link("p.pdf", 4)), image="p.png")
    assert found(linking, note("b-en"), files=("notes/p.pdf", "notes/p.png")) == []


def test_a_site_without_notes():
    """A site without a note says so, and nothing of its address."""
    assert found(toml="") == [("no-notes", "notes", 0)]


def test_a_site_without_an_address():
    """One warning, however many notes there are, tells what needs the site's address; a path alone is none."""
    assert found(note("a-de"), note("b-de"), toml="") == [("site-url", "", 0)]


def test_a_language_without_messages():
    """A language that the site has no words in is said once, at its first note; a variety of one it has is none."""
    notes = [note("a-fr"), note("b-fr"), note("c-de", lang="de-AT")]
    assert found(*notes) == [("language-unspoken", "notes/a-fr.md", 0)]


def test_a_language_that_is_not_among_the_sites():
    """Where settings list the languages, a note in another one is said."""
    toml = URL + 'languages = ["de"]'
    assert found(note("a-de"), note("b-en"), toml=toml) == [("language-unlisted", "notes/b-en.md", 0)]


@pytest.mark.parametrize("link", ["gone.md", "/de/gone/", "#gone", "b-en.md#gone", "p.pdf"])
def test_broken_links(link: str):
    """A link to a note, a page, an anchor or a file that is not there is said with its line."""
    assert found(note("a-de", links=(Link(link, 7),)), note("b-en")) == [("link-broken", "notes/a-de.md", 7)]


@pytest.mark.parametrize("fields", [{"image": True}, {"audio": True}, {"image": "p.png"}])
def test_missing_media(fields: dict[str, object]):
    """A lead picture or recording that is not there is said."""
    assert found(note("a-de", **fields)) == [("file-missing", "notes/a-de.md", 0)]


def test_an_unknown_template():
    """A layout that names no template is said."""
    assert found(note("a-de", template="essay")) == [("template-unknown", "notes/a-de.md", 0)]


def test_a_doubtful_source():
    """What is doubtful about sources is said with the rest."""
    address = "http://localhost:4000/"
    assert found(note("a-de", "", address)) == [("source-fleeting", "notes/a-de.md", 1)]


# --- translations ----------------------------------------------------------------------------------------


def pair(**fields: dict[str, object]) -> tuple[Note, ...]:
    """A note and its translations by language, joined by hand, each with these fields; the German is the original."""
    first = {"translation_key": "k"}
    return tuple(
        note(f"a-{lang}", **first, **({"translated": False} if lang == "de" else {}), **own)
        for lang, own in fields.items()
    )


@pytest.mark.parametrize(
    ("german", "english", "silent"),
    [
        ({}, {}, ""),
        ({"generated": True}, {"generated": True, "translated": True}, ""),
        ({"generated": True}, {"generated": False, "translated": False}, ""),
        ({}, {"translated": True}, ""),
        ({"generated": "M"}, {}, "en"),
        ({"generated": "M"}, {"translated": True}, "en"),
        ({}, {"generated": "M", "translated": True}, "de"),
        ({"generated": "M"}, {"generated": "M"}, "en"),
    ],
)
def test_labels_are_said_by_all_or_none(german: dict[str, object], english: dict[str, object], silent: str):
    """Where one version says that a machine wrote it, the silent one is told; where nobody says anything, nobody is."""
    wanted = [("labels-missing", f"notes/a-{silent}.md", 0)] if silent else []
    assert found(*pair(de=german, en=english)) == wanted


def test_a_translation_that_says_so_speaks_for_its_siblings():
    """Of two translations of which one says that a machine made it, the other is told; the original is not."""
    notes = pair(de={}, en={"translated": True}, fr={})
    assert ("labels-missing", "notes/a-fr.md", 0) in found(*notes)
    assert [rule for rule, _, _ in found(*notes)].count("labels-missing") == 1


def test_a_label_that_is_missing_is_named():
    """The words say which label is missing, and which note has it."""
    (one,) = check.site(site(*pair(de={"generated": "M"}, en={}), toml=URL), TEMPLATES)
    assert one.message == "notes/a-de.md says generated, and this does not say generated or translated"
    assert one.hint == "write generated: true and translated: true, or false where it is not so"
    assert one.related == (Related("notes/a-de.md", 0, "says generated"),)


MISSING = URL + 'languages = ["de", "en", "fr"]\n'


@pytest.mark.parametrize(
    "asked", ["", '[check]\ntranslation-missing = "ignore"', '[check."notes/b/"]\nlink-broken = "error"']
)
def test_a_missing_translation_is_nobodys_business_unless_asked(asked: str):
    """A note without a version in one of the site's languages is not said by itself."""
    one = site(*pair(de={}, en={}), toml=MISSING + asked)
    assert settled(check.site(one, TEMPLATES), one.config.severities) == ()


def test_a_missing_translation_is_said_where_it_is_asked_for():
    """Asked for by settings, of the site or of a folder, a note says which of the site's languages it lacks."""
    for asked in ('[check]\ntranslation-missing = "warning"', '[check."notes/"]\ntranslation-missing = "warning"'):
        one = site(*pair(de={}, en={}), note("b-fr"), toml=MISSING + asked)
        said = [one for one in settled(check.site(one, TEMPLATES), one.config.severities) if "version" in one.message]
        assert [(one.rule, one.path, one.severity) for one in said] == [
            ("translation-missing", f"notes/{name}.md", "warning") for name in ("a-de", "a-en", "b-fr")
        ]
        assert said[2].message == "there is no version of this note in German and English"


# --- severities ------------------------------------------------------------------------------------------

ONE = warning("link-broken", "a link", "notes/a.md", 3, "mend it", Related("notes/b.md", 1, "here"))


@pytest.mark.parametrize("severity", ["warning", "error"])
def test_settings_give_a_rule_its_severity(severity: str):
    """A severity under [check] is that of the rule, and changes nothing else."""
    (said,) = settled([ONE], settings.parse(f'[check]\n"link-broken" = "{severity}"')[0].severities)
    assert said.severity == severity
    assert (said.rule, said.place, said.hint, said.related) == (ONE.rule, ONE.place, ONE.hint, ONE.related)


def test_a_rule_may_be_ignored():
    """An ignored rule is not heard of; the others are."""
    other = warning("file-missing", "a file")
    assert settled([ONE, other], Severities({"link-broken": Severity.IGNORE})) == (other,)


@pytest.mark.parametrize("severity", [Severity.IGNORE, Severity.WARNING])
def test_an_error_stays_one(severity: Severity):
    """No setting makes an error less: a note that cannot be read is not made readable."""
    fault = error("encoding", "no text")
    assert settled([fault], Severities({"encoding": severity})) == (fault,)


def test_diagnostics_are_sorted_and_said_once():
    """Diagnostics come by file, line and rule, each once."""
    late, early = warning("b", "x", "notes/a.md", 10), warning("b", "x", "notes/a.md", 9)
    assert settled([late, ONE, early, late], Severities()) == (ONE, early, late)


def test_what_fails_a_build():
    """An error fails a build; a warning does when asked to be strict; nothing never does."""
    fault = error("encoding", "no text")
    assert [failed(said, strict=strict) for said in ([], [ONE], [ONE, fault]) for strict in (False, True)] == [
        False, False, False, True, True, True
    ]  # fmt: skip


def test_what_ends_a_run_carries_its_diagnostics():
    """The exception that ends a run holds diagnostics, and reads as their words."""
    stop = CannotGoOnError(error("settings", "one"), error("settings", "two"))
    assert [one.message for one in stop.diagnostics] == ["one", "two"]
    assert str(stop) == "one; two"


def test_helpers_make_whole_records():
    """`error` and `warning` differ in severity alone."""
    both = [make("r", "m", "p", 1, "h", Related("q", 2, "t")) for make in (diagnostics.error, diagnostics.warning)]
    assert [one.severity for one in both] == ["error", "warning"]
    assert both[0] == Diagnostic(
        rule="r", severity=Severity.ERROR, path="p", line=1, message="m", hint="h", related=both[1].related
    )
