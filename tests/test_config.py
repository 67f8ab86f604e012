"""Settings: all optional, wrong ones reported at their line and left at their defaults, unknown ones refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notesite import config, urls
from notesite.config import Config, Language
from notesite.diagnostics import Severity
from notesite.records import SETTINGS

PIECES = [
    "[site]\n", "[site", "[languages.de]\n", '[languages."pt-BR"]\n', "[check]\n", "[pages]\n", 'title = "T"\n',
    "title = 5\n", "newest = 3\n", "newest = -3\n", 'permalink = "/{slug}/"\n', 'permalink = "/{"\n', 'url = "x"\n',
    "languages = 5\n", "=", '"""', "a.b = 1\n", "x = [1, {y = 2}]\n", "\u2028", "\r\n", "\n", "# \x0b\n",
    "site = [[[[\n", 'draft = "no"\n', "d = 2025-13-45\n",
]  # fmt: skip


def one(text):
    """The only thing wrong with a settings text."""
    _, found = config.parse(text)
    assert len(found) == 1, found
    return found[0]


def test_nothing_set_is_the_defaults():
    """An empty file, and none at all, give the settings that are in sight in the code."""
    assert config.parse("") == (Config(), ())
    assert Config().default_language == "en"
    assert Config().site.permalink == "/{lang}/{slug}/"


def test_everything_can_be_set():
    """Each table is read into its record."""
    made, found = config.parse(
        '[site]\ntitle = "T"\nurl = "https://notes.example/n"\nlanguages = ["de", "en"]\n[notes]\nexclude = ["x*"]\n'
        '[pages]\nnewest = 3\n[build]\noutput = "out"\n[check]\nlang-inferred = "ignore"\n[languages.de]\ntitle = "Ü"\n'
    )
    assert not found
    assert made.base == urls.Base("https://notes.example", "/n/")
    assert (made.site.languages, made.notes.exclude, made.pages.newest) == (("de", "en"), ("x*",), 3)
    assert (made.build.output, made.check) == ("out", {"lang-inferred": Severity.IGNORE})
    assert made.languages == {"de": Language("Ü")}


def test_a_folder_has_severities_of_its_own():
    """A table below [check] holds for a folder or a file; rules beside it hold for the site."""
    made, found = config.parse(
        '[check]\nlink-broken = "error"\n[check."notes/old/"]\nfigures-differ = "ignore"\n'
        "[check.'notes/a.b.md']\nlink-broken = \"warning\"\n"
    )
    assert not found
    assert made.check == {"link-broken": Severity.ERROR}
    assert made.folders == {
        "notes/old/": {"figures-differ": Severity.IGNORE},
        "notes/a.b.md": {"link-broken": Severity.WARNING},
    }
    assert (made.severities.rules, made.severities.folders) == (made.check, made.folders)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[check]\nfigurs-differ = "ignore"', 2),
        ('[check]\n[check."notes/old/"]\nfigurs-differ = "ignore"', 3),
        ("[check]\n[check.'notes/o.ld/']\n\nfigurs-differ = \"ignore\"", 4),
        ('[check]\n\n"notes/old/" = {figurs-differ = "ignore"}', 3),
        ('[check]\n"notes/old/".figurs-differ = "ignore"', 2),
    ],
)
def test_a_rule_that_there_is_not_is_refused_with_the_nearest(text, line):
    """A slip in a rule's name, for the site or a folder, is an error at its line, with what was meant."""
    found = one(text)
    assert (found.rule, found.line, found.hint) == ("settings", line, "did you mean figures-differ?")


def test_a_folder_takes_no_severity_it_does_not_know():
    """A wrong severity of a folder is an error at its line, as that of the site is."""
    found = one('[check."notes/old/"]\nlink-broken = "loud"')
    assert (found.line, found.hint) == (2, "say ignore, warning or error")


def test_languages_are_read_as_in_notes():
    """A tag in settings means what it means in front matter, however it is written: DE is de, pt_br is pt-BR."""
    made, found = config.parse(
        '[site]\nlanguages = ["DE", "pt_br", "de"]\ndefault_language = "EN"\n[languages.DE]\ntitle = "Ü"\n'
    )
    assert not found
    assert (made.site.languages, made.default_language) == (("de", "pt-BR"), "en")
    assert (made.marks, made.text("de").title) == (("de", "pt-BR"), "Ü")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[site]\nlanguages = ["de", "not a tag!"]', 2, "'not a tag!' is no language tag (site.languages)"),
        ('[site]\n\ndefault_language = "bäh"', 3, "'bäh' is no language tag (site.default_language)"),
        ('[site]\n[languages."bäh"]\ntitle = "T"', 2, "'bäh' is no language tag (languages.bäh)"),
        ('[languages]\n\n"b äh" = {}', 3, "'b äh' is no language tag (languages.b äh)"),
        ('[languages.de]\n[languages.DE]\ntitle = "T"', 2, "the language de has a table already (languages.DE)"),
    ],
)
def test_what_is_no_language_is_refused(text, line, words):
    """A language in settings that is none, or stands there a second time, is an error at its line."""
    found = one(text)
    assert (found.rule, found.line, found.message) == ("settings", line, words)


@pytest.mark.parametrize("table", ["[check]", '[check."notes/old/"]'])
@pytest.mark.parametrize("severity", ["ignore", "warning"])
def test_an_error_by_nature_stays_one(table, severity):
    """A setting that would silence what cannot be silenced is refused at its line, for the site and for a folder."""
    found = one(f'{table}\nfield-type = "{severity}"')
    assert (found.rule, found.line) == ("settings", 2)
    assert found.message.startswith("what field-type finds is an error, and stays one (check.")
    assert not config.parse(f'{table}\nfield-type = "error"')[1]


def test_the_default_language_is_set_or_the_first():
    """What says nothing is taken for the default language; without one, for the first that the site lists."""
    assert config.parse('[site]\ndefault_language = "fr"\nlanguages = ["de"]')[0].default_language == "fr"
    assert config.parse('[site]\nlanguages = ["de", "en"]')[0].default_language == "de"


def test_language_marks_are_the_languages_set_or_spoken():
    """A mark in a path is one of the site's languages, or of those that have messages."""
    assert Config(catalogues=("de", "en")).marks == ("de", "en")
    assert Config(catalogues=("de", "en"), site=config.Site(languages=("fr",))).marks == ("fr",)


def test_a_language_without_its_own_title_has_the_sites():
    """Title and description fall back to `[site]`, each by itself."""
    made, _ = config.parse('[site]\ntitle = "T"\ndescription = "D"\n[languages.de]\ntitle = "Ü"\n')
    assert made.text("de") == Language("Ü", "D")
    assert made.text("en") == Language("T", "D")


@pytest.mark.parametrize(
    ("text", "line", "words", "hint"),
    [
        ('\n[site]\ntitel = "T"', 3, "site.titel", "did you mean title?"),
        ("[pages]\n\nnewst = 3", 3, "pages.newst", "did you mean newest?"),
        ("[quark]\nx = 1", 1, "quark", "known are build, check, languages, links, notes, pages, site"),
        ("# \u2028\n[pages]\nnewst = 1", 3, "pages.newst", "did you mean newest?"),
        ('# a\n\nsite = {titel = "T"}', 3, "site.titel", "did you mean title?"),
        ('# a\nsite.titel = "T"', 2, "site.titel", "did you mean title?"),
        ("sit = 1", 1, "sit", "did you mean site?"),
        ('[languages.de]\ntitel = "T"', 2, "languages.de.titel", "did you mean title?"),
        ('[languages."pt-BR"]\ntitel = "T"', 2, "titel", "did you mean title?"),
    ],
)
def test_an_unknown_setting_is_refused_with_the_nearest_known(text, line, words, hint):
    """A slip in a name is an error at its line, with what was meant."""
    found = one(text)
    assert (found.severity, found.path, found.line, found.hint) == (Severity.ERROR, "notesite.toml", line, hint)
    assert words in found.message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[site]\ntitle = 5", 2),
        ('[site]\nauthors = "A. Eins"', 2),
        ('[pages]\n# newest = 1\nnewest = "many"', 3),
        ("[build]\njobs = 1.5", 2),
        ("[build]\njobs = -1", 2),
        ("[pages]\nnewest = -1", 2),
        ("[pages]\nshared = 5\nfeed = -3", 3),
        ("[pages]\nshared = -5", 2),
        ("[links]\nagain = -1", 2),
        ("site = 5", 1),
        ("\nlanguages = 5", 2),
        ('languages = "de"', 1),
        ("check = true", 1),
        ("[languages]\nde = 5", 2),
        ('[check]\nlang-inferred = "loud"', 2),
        ("[check]\nlang-inferred = [1]", 2),
        ('[site]\nurl = "notes.example"', 2),
        ('[site]\nurl = "ftp://notes.example/"', 2),
    ],
)
def test_a_setting_of_the_wrong_kind_is_an_error_at_its_line(text, line):
    """What does not fit is reported where it stands, and changes nothing."""
    found, made = one(text), config.parse(text)[0]
    assert (found.rule, found.severity, found.line) == ("settings", Severity.ERROR, line)
    assert (made.base, made.pages, made.build, made.check) == (urls.Base(), config.Pages(), config.Build(), {})
    assert made.links == config.Links()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[site]\ntitle = ", 2),
        ('[site]\ntitle = "T\n', 2),
        ("[site\n", 1),
        ("[site]\n\ntitle = [1,\n2,\n", 4),
        ("a = 1\na = 2", 2),
        ("x = " + "[" * 5000, 1),
    ],
)
def test_what_is_no_toml_is_an_error_at_its_line(text, line):
    """A file that cannot be read as TOML says where it breaks off, even at its end."""
    found = one(text)
    assert found.line == line
    assert found.message.startswith("this is not TOML")


def test_all_that_is_wrong_is_said_at_once():
    """Three slips are three errors, and what is right beside them holds."""
    made, found = config.parse('[site]\ntitle = 1\nurll = ""\ndescription = "D"\n[page]\n')
    assert [wrong.line for wrong in found] == [2, 3, 5]
    assert made.site.description == "D"


@pytest.mark.parametrize("pattern", ["/{slug}/", "/{lang}/{year}/{month}/{day}/{slug}.html", "/notizen/{path}/"])
def test_a_permalink_pattern_names_the_note(pattern):
    """A pattern that makes one address a note is taken."""
    assert config.parse(f'[site]\npermalink = "{pattern}"')[1] == ()


@pytest.mark.parametrize(
    "pattern",
    [
        "{slug}/",
        "/notizen/",
        "/{lang}/",
        "/{slug}/{title}/",
        "/{slug",
        "/{{slug}}/",
        "/../{slug}/",
        "/a//{slug}/",
        "/{slug!r}",
    ],
)
def test_a_pattern_that_makes_no_address_is_refused(pattern):
    """No slash in front, no name of the note in it, unknown or broken places, or a way out of the site."""
    found = one(f'[site]\npermalink = "{pattern}"')
    assert found.line == 2
    assert "site.permalink" in found.message


@given(st.text() | st.lists(st.sampled_from(PIECES), max_size=10).map("".join))
def test_any_text_is_settings_or_says_why_not(text):
    """Reading settings never raises, and every line it names is in the file."""
    made, found = config.parse(text)
    assert isinstance(made, Config)
    assert all(1 <= wrong.line <= text.count("\n") + 1 for wrong in found)
    assert all(wrong.severity is Severity.ERROR and wrong.path == SETTINGS for wrong in found)
