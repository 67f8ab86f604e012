"""The command line: exit codes, words and where they go, machine-readable output, streams that are closed or full."""

import errno
import fcntl
import gc
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest

from notesite import __version__
from support import HERE, SiteTest, notesite, page, ran

A, B, C = (f"https://{name}.example/work" for name in "abc")
URL = {"notesite.toml": '[site]\nurl = "https://notes.example"'}
USAGE_ERROR = 2
TODAY = ("--today", "2025-09-01")


class Done(NamedTuple):
    """How a command ended: its exit code, standard output, standard error."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line, run in this process."""

    def call(*words: str | Path) -> Done:
        code = ran(monkeypatch, *words)
        gc.enable()
        return Done(code, *capsys.readouterr())

    return call


@pytest.fixture
def site(tmp_path: Path) -> SiteTest:
    """A site with nothing to say about: a pair of notes and one alone."""
    pair = {"wind_de": page("Windkraft", A, B, C), "wind_en": page("Wind", A, B, C)}
    return SiteTest(tmp_path / "site", **pair, eins_de=page("Eins")).write(URL)


# --- exit codes ------------------------------------------------------------------------------------------


def test_a_clean_build_is_0(run: Run, site: SiteTest):
    """A build without fault ends with 0 and one line on standard error; nothing goes to standard output."""
    done = run("build", "-s", site.root)
    assert (done.code, done.out) == (0, "")
    counts = f"{len(site.files)} files written, 0 unchanged, 0 removed"
    assert done.err == f"3 notes, 1 translation group, 3 sources: {counts} in build\n"


def test_the_last_line_counts(run: Run, site: SiteTest):
    """The last line of a build tells what was written, what stands and what went."""
    run("build", "-s", site.root)
    site.notes(eins_de=page("Eins", text="Neu.", description="x")).remove("notes/wind-en.md")
    assert re.search(
        r"^2 notes, 0 .*, 3 sources: \d+ files written, \d+ unchanged, \d+ removed in build$",
        run("build", "-s", site.root).err,
    )


@pytest.mark.parametrize("command", ["build", "check", "links"])
def test_a_broken_note_is_1(run: Run, site: SiteTest, command: str):
    """A note that cannot be read ends every command with 1 and a line that leads to it."""
    site.notes(eins_de="---\ntitle: x\ndate: 2025-13-45\n---\n")
    done = run(command, "-s", site.root)
    assert done.code == 1
    assert done.err.startswith("notes/eins-de.md:3: error: ")


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_warning_is_0_or_with_strict_1(run: Run, site: SiteTest, command: str):
    """A warning passes, unless asked to be strict."""
    site.notes(eins_de=page("Eins", text="[x](gone.md)"))
    assert [run(command, "-s", site.root, *strict).code for strict in ([], ["--strict"])] == [0, 1]


def test_keep_going_is_1_and_writes(run: Run, site: SiteTest):
    """Asked to keep going, a build with a broken note writes the rest and ends with 1 all the same."""
    site.notes(eins_de="---\ntitle: [\n---\n")
    assert run("build", "-s", site.root).err.endswith("nothing was written, the last good site stands\n")
    assert not site.output.exists()
    assert run("build", "-s", site.root, "--keep-going").code == 1
    assert "de/wind/index.html" in site.files


@pytest.mark.parametrize(
    "words",
    [
        (), ("unheard",), ("build", "--unheard"), ("build", "--jobs", "-1"), ("build", "--jobs", "many"),
        ("build", "--today", "tomorrow"), ("check", "--format", "unheard"), ("serve", "--port", "99999"),
        ("build", "--base-url", "nonsense"), ("build", "extra"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_is_2(run: Run, site: SiteTest, words: tuple[str, ...]):
    """A command, option or value that there is not ends with 2 and its name or the usage, and does nothing."""
    done = run(*words, *(["-s", site.root] if len(words) > 1 else []))
    assert (done.code, done.out) == (2, "")
    assert "Usage: " in done.err
    assert not words or words[-1] in done.err
    assert not site.output.exists()


@pytest.mark.parametrize("words", [("build",), ("check", "--format", "json"), ("links",), ("new", "A"), ("serve",)])
def test_no_such_folder_is_wrong_usage(run: Run, tmp_path: Path, words: tuple[str, ...]):
    """A site's folder that there is not is wrong usage, as a file in its place is, and nothing is made there."""
    (tmp_path / "file").touch()
    for name in ("gone", "file"):
        done = run(*words, "-s", tmp_path / name)
        assert (done.code, done.out) == (2, "")
        assert name in done.err
    assert not (tmp_path / "gone").exists()


@pytest.mark.parametrize(
    ("number", "option"), [(errno.EADDRINUSE, "-p"), (errno.EACCES, "-p"), (errno.EADDRNOTAVAIL, "--host")]
)
def test_the_option_that_helps_is_named(
    run: Run, site: SiteTest, monkeypatch: pytest.MonkeyPatch, number: int, option: str
):
    """Where the preview cannot listen, the mend is another port if that is at fault, and else another address."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("notesite.serve.listen", refuse)
    done = run("serve", "-s", site.root)
    assert done.code == 1
    assert re.search(rf"mend: .*{option}\b", done.err)


def test_a_bug_of_ours_is_3(site: SiteTest):
    """What we did not foresee ends with 3, a traceback, and a word about whose fault it is."""
    done = notesite("build", "-s", site.root, program="import notesite.link\ndel notesite.link.translations")
    assert (done.returncode, done.stdout) == (3, "")
    assert "Traceback" in done.stderr
    assert "a bug of notesite" in done.stderr


def test_version_and_help(run: Run):
    """The version, and help on each command, go to standard output with 0."""
    assert run("--version") == (0, f"notesite {__version__}\n", "")
    for words in (["--help"], ["-h"], ["build", "--help"]):
        done = run(*words)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("Usage: ")


# --- what is asked ---------------------------------------------------------------------------------------


def test_explain_tells_why(run: Run, site: SiteTest):
    """With --explain every page made is on standard output with its reason, in order; none when nothing was made."""
    lines = run("build", "-s", site.root, "--explain").out.splitlines()
    assert lines == sorted(f"{path}: it is new" for path in site.files if not path.startswith(("assets/", ".nojekyll")))
    site.notes(eins_de=page("Eins", text="Ein Absatz.\n\nNoch einer."))
    assert run("build", "-s", site.root, "--explain").out == "de/eins/index.html: what it shows changed\n"
    assert run("build", "-s", site.root, "--explain").out == ""


def test_the_day_decides_what_is_future(run: Run, site: SiteTest, monkeypatch: pytest.MonkeyPatch):
    """--today counts, else SOURCE_DATE_EPOCH, else the clock."""
    site.notes(eins_de=page("Eins", date="2999-01-01"))

    def is_built(*words: str) -> bool:
        assert run("build", "-s", site.root, *words).code == 0
        return "de/eins/index.html" in site.files

    assert [is_built(), is_built("--today", "2999-01-01"), is_built("--drafts"), is_built()] == [
        False,
        True,
        True,
        False,
    ]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "32500000000")  # in the year 2999
    assert [is_built(), is_built("--today", "2998-12-31")] == [True, False]


@pytest.mark.parametrize("epoch", ["soon", "²", "99999999999999", "1e9"])
def test_an_epoch_that_is_none_is_2(run: Run, site: SiteTest, monkeypatch: pytest.MonkeyPatch, epoch: str):
    """A SOURCE_DATE_EPOCH that is no time is wrong usage, not silently the clock."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    done = run("build", "-s", site.root)
    assert done.code == 2
    assert "SOURCE_DATE_EPOCH" in done.err


def test_the_site_and_the_output_may_be_elsewhere(run: Run, site: SiteTest, tmp_path: Path):
    """-s names the site; -o is taken from where one stands, and [build] output from the site."""
    assert run("build", "-s", site.root, "-o", "here").code == 0
    assert (tmp_path / "here/de/eins/index.html").is_file()
    site.write({"notesite.toml": '[build]\noutput = "public"'})
    assert run("build", "-s", site.root).code == 0
    assert (site.root / "public/de/eins/index.html").is_file()
    assert not site.output.exists()


# --- check -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ["check"],
        ["check", "--format", "json"],
        ["check", "--format", "github"],
        ["check", "--format", "sarif"],
        ["check", "--coverage"],
        ["check", "--only", "link-broken"],
        ["links"],
        ["links", "--format", "json"],
    ],
    ids=" ".join,
)
def test_looking_writes_nothing(run: Run, site: SiteTest, command: list[str]):
    """Commands that only look leave every file and folder as it is, and make none."""
    site.notes(eins_de=page("Eins", text="[x](gone.md)"))
    before = {path: path.stat().st_mtime_ns for path in [site.root, *site.root.rglob("*")]}
    run(*command, "-s", site.root)
    assert {path: path.stat().st_mtime_ns for path in [site.root, *site.root.rglob("*")]} == before


def test_check_says_that_all_is_well(run: Run, site: SiteTest):
    """A sound site is passed with one word of praise."""
    assert run("check", "-s", site.root) == (0, "", "nothing to say: all is well\n")


def test_check_draws_a_diagnostic(run: Run, site: SiteTest):
    """A diagnostic is its place, how bad, the words and the rule; then places that belong to it, and the mend."""
    site.notes(eins_de=page("Eins", slug="wind"))
    assert run("check", "-s", site.root).err == (
        "notes/wind-de.md: error: the address /de/wind/ is claimed twice:"
        " by notes/eins-de.md and by notes/wind-de.md [address-taken]\n"
        "    notes/eins-de.md: claims it, too\n"
        "    mend: give one of them another slug\n"
        "1 error in 1 file: 1 address-taken\n"
    )


def parsed(text: str) -> Any:
    """JSON as printed: one value, and nothing else."""
    return json.loads(text)


def test_check_as_json(run: Run, site: SiteTest):
    """Machines get every diagnostic with all its parts, sorted, a summary, and nothing else on standard output."""
    site.notes(eins_de=page("Eins", slug="wind", text="[x](gone.md)"))
    done = run("check", "-s", site.root, "--format", "json")
    found = parsed(done.out)
    assert (done.code, done.err) == (1, "")
    assert found.keys() == {"$schema", "diagnostics", "summary"}
    assert found["summary"] == {"errors": 1, "warnings": 1, "rules": {"address-taken": 1, "link-broken": 1}}
    parts = ["rule", "severity", "path", "line", "message", "hint", "related"]
    assert [list(one) for one in found["diagnostics"]] == [parts, parts]
    assert [(one["rule"], one["severity"], one["path"], one["line"]) for one in found["diagnostics"]] == [
        ("link-broken", "warning", "notes/eins-de.md", 6), ("address-taken", "error", "notes/wind-de.md", 0)
    ]  # fmt: skip
    assert found["diagnostics"][1]["related"] == [{"path": "notes/eins-de.md", "line": 0, "text": "claims it, too"}]


@pytest.mark.parametrize("fault", [{"notesite.toml": "["}, {"notesite.toml": "[site]\ntitel = 1"}])
def test_check_as_json_whatever_is_wrong(run: Run, site: SiteTest, fault: dict[str, str]):
    """Settings that cannot be read are a diagnostic as any other: machines get JSON all the same."""
    done = run("check", "-s", site.write(fault).root, "--format", "json")
    assert done.code == 1
    assert [(one["rule"], one["path"]) for one in parsed(done.out)["diagnostics"]] == [("settings", "notesite.toml")]


@pytest.fixture
def faulty(site: SiteTest) -> SiteTest:
    """A site in a repository's folder `my site`, with a broken link and a translation that is not its original's."""
    (site.root.parent / ".git").mkdir()
    text = "Es sind 45 Prozent, und 45 Prozent bleiben."
    german = page("Windkraft", A, B, C, text=text, translated=False)
    return site.notes(
        eins_de=page("Eins", text="[x](gone.md)"),
        wind_de=german,
        wind_en=page("Wind", A, B, C, text="It is 54 percent, and 54 percent it stays.", translated=True),
    )


def found_rules(done: Done) -> set[str]:
    """The rules in what a check printed for machines."""
    return {one["rule"] for one in parsed(done.out)["diagnostics"]}


def check_json(run: Run, site: SiteTest, *words: str) -> set[str]:
    """The rules of what `check` finds."""
    return found_rules(run("check", "-s", site.root, "--format", "json", *words))


def test_a_difference_leads_to_both_places(run: Run, faulty: SiteTest):
    """A figure that a translation changed is said with both lines and both sentences."""
    said = run("check", "-s", faulty.root).err
    assert re.search(r"^notes/wind-en\.md:\d+: warning: .*54 percent.*45 Prozent.* \[figures-differ\]$", said, re.M)
    assert re.search(r"^    notes/wind-de\.md:\d+: the original: .*Es sind 45 Prozent", said, re.M)


def test_a_build_says_what_a_check_says(run: Run, faulty: SiteTest):
    """Building tells of differences, too, and is not stopped by them."""
    done = run("build", "-s", faulty.root)
    assert (done.code, "[figures-differ]" in done.err) == (0, True)


def test_looking_at_links_and_sources_compares_nothing(run: Run, faulty: SiteTest):
    """The commands that show groups and sources say nothing of differences."""
    assert all("figures-differ" not in "".join(map(str, run(name, "-s", faulty.root))) for name in ("links", "sources"))


@pytest.mark.parametrize("where", ["wind_de", "wind_en"])
def test_either_note_can_silence_a_comparison(run: Run, faulty: SiteTest, where: str):
    """A comment in the original or the translation silences what differs between them, and nothing else."""
    path = faulty.root / "notes" / f"{where.replace('_', '-')}.md"
    path.write_text(
        path.read_text("utf-8").replace("\n## Quellen", "\n<!-- notesite: ignore figures-differ -->\n\n## Quellen")
    )
    assert check_json(run, faulty) == {"link-broken"}


def test_a_folder_can_silence_a_rule(run: Run, faulty: SiteTest):
    """Settings for a file or folder hold for it alone."""
    faulty.write({"notesite.toml": URL["notesite.toml"] + '\n[check."notes/eins-de.md"]\nlink-broken = "ignore"\n'})
    assert check_json(run, faulty) == {"figures-differ"}
    faulty.notes(zwei_de=page("Zwei", text="[x](gone.md)"))
    assert check_json(run, faulty) == {"figures-differ", "link-broken"}


def test_only_some_rules(run: Run, faulty: SiteTest):
    """Asked for rules, check tells of those alone, in its last line and exit code, too."""
    assert check_json(run, faulty, "--only", "link-broken") == {"link-broken"}
    assert check_json(run, faulty, "--only", "link-broken", "--only", "figures-differ") == {
        "figures-differ",
        "link-broken",
    }
    done = run("check", "-s", faulty.root, "--only", "footnote-idle", "--strict")
    assert done == (0, "", "nothing to say: all is well\n")


def test_only_a_rule_that_is_off(run: Run, faulty: SiteTest):
    """Asked for by name, a rule that is off by default or by settings is heard."""
    assert check_json(run, faulty, "--only", "translation-missing") == {"translation-missing"}
    faulty.write({"notesite.toml": URL["notesite.toml"] + '\n[check]\nlink-broken = "ignore"\n'})
    assert check_json(run, faulty) == {"figures-differ"}
    assert check_json(run, faulty, "--only", "link-broken") == {"link-broken"}


def test_errors_are_said_whatever_is_asked_for(run: Run, faulty: SiteTest):
    """A note that cannot be read is told with any rule: nobody knows what it would have shown."""
    faulty.notes(eins_de="---\ntitle: [\n---\n")
    done = run("check", "-s", faulty.root, "--only", "link-broken", "--format", "json")
    assert (done.code, found_rules(done)) == (1, {"front-matter"})


def test_only_a_rule_that_there_is_not(run: Run, faulty: SiteTest):
    """A slip in a rule's name is wrong usage, with what was meant."""
    done = run("check", "-s", faulty.root, "--only", "figurs-differ")
    assert (done.code, done.out) == (2, "")
    assert "there is no rule figurs-differ; did you mean figures-differ?" in done.err


def test_check_for_github(run: Run, faulty: SiteTest):
    """GitHub gets a command for each finding, its file as the repository calls it, and the last line aside."""
    done = run("check", "-s", faulty.root, "--format", "github")
    lines = done.out.splitlines()
    assert all(line.startswith("::warning file=site/notes/") for line in lines)
    assert any("title=link-broken::" in line for line in lines)
    assert done.err.startswith(f"{len(lines)} warnings in 2 files: ")
    assert run("check", "-s", faulty.root, "--format", "github", "--strict").code == 1


def test_check_as_sarif(run: Run, faulty: SiteTest):
    """Code scanning gets valid SARIF and nothing else, its files as the repository calls them."""
    done = run("check", "-s", faulty.root, "--format", "sarif")
    schema = json.loads((HERE / "schemas" / "sarif-2.1.0.json").read_text("utf-8"))
    jsonschema.Draft4Validator(schema).validate(parsed(done.out))
    results = parsed(done.out)["runs"][0]["results"]
    places = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results}
    assert (done.code, done.err, places) == (0, "", {"site/notes/eins-de.md", "site/notes/wind-en.md"})


@pytest.mark.parametrize("form", ["json", "sarif", "github", "text"])
def test_every_format_fails_alike(run: Run, site: SiteTest, form: str):
    """Settings that cannot be read end with 1 in every format, and are told in it."""
    done = run("check", "-s", site.write({"notesite.toml": "["}).root, "--format", form)
    assert done.code == 1
    assert "this is not TOML" in (done.err if form == "text" else done.out)


def test_coverage_in_words(run: Run, faulty: SiteTest):
    """People get a table by language instead of diagnostics, and warnings do not fail it."""
    done = run("check", "-s", faulty.root, "--coverage", "--strict")
    assert (done.code, done.err) == (0, "")
    head, english, german = (line.split() for line in done.out.splitlines()[:3])
    assert head == "language notes in en in de alone behind differ settled sure likely".split()
    assert (english[:3], german[:3]) == (["en", "1", "1"], ["de", "2", "1"])
    assert "    notes/wind-en.md: differs from its original" in done.out.splitlines()


def test_coverage_as_json(run: Run, faulty: SiteTest):
    """Machines get the same by language, in the order of the settings; what is ignored does not count."""
    settings = (
        '[site]\nurl = "https://notes.example"\nlanguages = ["de", "en", "fr"]\n[check]\nfigures-differ = "ignore"\n'
    )
    faulty.write({"notesite.toml": settings})
    done = run("check", "-s", faulty.root, "--coverage", "--format", "json")
    found = parsed(done.out)["languages"]
    assert [one["lang"] for one in found] == ["de", "en", "fr"]
    assert [one["path"] for one in found[0]["alone"]] == ["notes/eins-de.md"]
    assert found[0]["missing"]["fr"] == ["notes/eins-de.md", "notes/wind-de.md"]
    assert found[1]["differing"] == []


def test_coverage_of_a_site_that_cannot_be_read(run: Run, faulty: SiteTest):
    """An error is told on standard error, and makes the exit code 1."""
    faulty.notes(eins_de="---\ntitle: [\n---\n")
    done = run("check", "-s", faulty.root, "--coverage")
    assert (done.code, "error: " in done.err, done.out.startswith("language")) == (1, True, True)
    assert run("check", "-s", faulty.write({"notesite.toml": "["}).root, "--coverage").code == 1


@pytest.mark.parametrize("form", ["github", "sarif"])
def test_coverage_is_nothing_to_annotate(run: Run, faulty: SiteTest, form: str):
    """Coverage is no list of findings: asked for in such a format it is wrong usage."""
    assert run("check", "-s", faulty.root, "--coverage", "--format", form).code == USAGE_ERROR


# --- links -----------------------------------------------------------------------------------------------


@pytest.fixture
def linked(site: SiteTest) -> SiteTest:
    """A site with a sure pair, a pair joined by hand, an ambiguous pair and a note alone."""
    hosts = [f"https://x{n}.example/y" for n in range(5)]
    return site.notes(
        hand_de=page("Hand", translation_key="k"), hand_en=page("By hand", translation_key="k"),
        doubt_de=page("Zweifel", *hosts), doubt_en=page("Doubt", *hosts), other_en=page("Other", *hosts),
    )  # fmt: skip


def test_links_as_json(run: Run, linked: SiteTest):
    """Machines get groups with their evidence, notes without a partner and refusals, each in the promised shape."""
    done = run("links", "-s", linked.root, "--format", "json")
    found = parsed(done.out)
    assert (done.code, list(found)) == (0, ["groups", "unlinked", "refused"])
    by_hand, sure = found["groups"]
    assert [list(one) for one in found["groups"]] == [["notes", "confidence", "links"]] * 2
    assert sure["notes"] == [
        {"path": "notes/wind-de.md", "lang": "de", "title": "Windkraft"},
        {"path": "notes/wind-en.md", "lang": "en", "title": "Wind"},
    ]
    assert (by_hand["confidence"], by_hand["links"]) == (1, [])
    (link,) = sure["links"]
    assert list(link) == ["a", "b", "score", "evidence", "runner_up"]
    assert (link["a"], link["b"], link["runner_up"]) == ("notes/wind-de.md", "notes/wind-en.md", None)
    assert [list(one) for one in link["evidence"]] == [["kind", "detail", "points"]] * len(link["evidence"])
    assert [list(one) for one in found["refused"]] == [["a", "b", "rule", "detail"]] * 2


def test_links_tell_every_note_once(run: Run, linked: SiteTest):
    """In JSON every note is in exactly one group or among those without a partner, in the order of paths."""
    found = parsed(run("links", "-s", linked.root, "--format", "json").out)
    grouped = [note["path"] for group in found["groups"] for note in group["notes"]]
    alone = [one["path"] for one in found["unlinked"]]
    assert sorted(grouped + alone) == sorted(f"notes/{path.name}" for path in (linked.root / "notes").iterdir())
    assert alone == sorted(alone)
    assert [list(one) for one in found["unlinked"]] == [["path", "lang", "reason"]] * len(alone)
    assert [(one["a"], one["b"]) for one in found["refused"]] == sorted(
        (one["a"], one["b"]) for one in found["refused"]
    )


def test_links_in_words(run: Run, linked: SiteTest):
    """People get a line for each group with its evidence, and a line for each note alone with the reason."""
    lines = run("links", "-s", linked.root).out.splitlines()
    assert lines[0] == "By hand (en) = Hand (de): joined by translation_key."
    assert lines[1].startswith("Wind (en) = Windkraft (de): 3 of 3 sources shared, 3 cited nowhere else")
    assert lines[2].startswith("Zweifel (de, notes/doubt-de.md): not notes/doubt-en.md: notes/other-en.md is as likely")
    assert len(lines) == 6


def test_links_of_one_note(run: Run, linked: SiteTest):
    """Asked for one note, links tells of its group alone; one that there is not is wrong usage."""
    assert run("links", "-s", linked.root, "wind-en.md").out.count("\n") == 1
    assert run("links", "-s", linked.root, "./notes/wind-de.md").out.startswith("Wind (en) = Windkraft (de)")
    found = parsed(run("links", "-s", linked.root, "wind-de.md", "--format", "json").out)
    assert [len(found[part]) for part in ("groups", "unlinked", "refused")] == [1, 0, 0]
    done = run("links", "-s", linked.root, "gone.md")
    assert (done.code, done.out, "there is no note gone.md" in done.err) == (2, "", True)


# --- streams ---------------------------------------------------------------------------------------------

# --- sources ---------------------------------------------------------------------------------------------


@pytest.fixture
def citing(site: SiteTest) -> SiteTest:
    """A site whose notes call one source by two names and two addresses."""
    entries = [{"url": "https://www.blatt.example/x/?utm_source=y", "title": "Der Wind", "publisher": "Blatt"}]
    return site.notes(
        fluss_de=page("Fluss", sources=entries),
        river_en=page("River", text="Water.\n\n[Blatt: The Wind](https://blatt.example/x)"),
    )


def test_sources_in_words(run: Run, citing: SiteTest):
    """People get each source with its addresses, what merged them, and every place that cites it."""
    done = run("sources", "-s", citing.root, "wind", "blatt")
    assert done.code == USAGE_ERROR  # words of a query are one argument
    done = run("sources", "-s", citing.root, "wind blatt")
    assert done.code == 0
    assert done.out.splitlines() == [
        "Blatt: Der Wind",
        "    https://blatt.example/x",
        "    also written https://www.blatt.example/x/?utm_source=y (www, tracking, trailing-slash)",
        "    notes/fluss-de.md:3 (de, front matter)",
        "    notes/river-en.md:7 (en, source list)",
    ]
    assert run("sources", "-s", citing.root, "nowhere").out == "no source is found\n"


def test_sources_as_json(run: Run, citing: SiteTest):
    """Machines get each source in the promised shape, in the order of keys."""
    found = parsed(run("sources", "-s", citing.root, "--format", "json").out)["sources"]
    assert [one["key"] for one in found] == sorted(one["key"] for one in found)
    (one,) = [one for one in found if one["publisher"] == "Blatt"]
    assert list(one) == ["key", "url", "publisher", "titles", "written", "rules", "cited_by"]
    assert one["titles"] == {"de": "Der Wind", "en": "The Wind"}
    assert one["written"] == ["https://blatt.example/x", "https://www.blatt.example/x/?utm_source=y"]
    assert list(one["cited_by"][0]) == ["path", "lang", "label", "kind", "line"]


@pytest.mark.parametrize(("form", "begins"), [("csl", "["), ("bibtex", "@online{"), ("ris", "TY  - ")])
def test_sources_for_reference_managers(run: Run, citing: SiteTest, form: str, begins: str):
    """Reference managers get what the site holds for them, of the sources asked for."""
    done = run("sources", "-s", citing.root, "--format", form, "wind")
    assert done.out.startswith(begins)
    assert done.out.count("Der Wind") == 1
    assert A not in done.out


WORDS = [("build", "--explain"), ("check", "--format", "json"), ("links",), ("--help",)]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_nobody_reads_on(site: SiteTest, words: tuple[str, ...]):
    """A reader that has gone, as `head -0` has, is no problem of the site, which is written all the same."""
    reading, writing = os.pipe()
    os.close(reading)
    site_words = [*words, "-s", site.root] if words != ("--help",) else words
    done = notesite(*site_words, capture_output=False, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "cannot be written" not in done.stderr
    assert site.output.exists() == (words[0] == "build")


def test_a_lost_process_is_no_lost_reader(site: SiteTest):
    """A pipe that breaks within notesite is no reader that has gone: the run ends with 1 and says so."""
    breaks = "from notesite import build\ndef broken(*_): raise BrokenPipeError(32, 'Broken pipe')\nbuild.site = broken"
    done = notesite("build", "-s", site.root, program=breaks)
    assert done.returncode == 1
    assert "Broken pipe" in done.stderr


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_a_full_stream_is_no_bug_of_ours(site: SiteTest, words: tuple[str, ...]):
    """Where standard output takes no more, the command ends with 1 and without traceback."""
    site_words = [*words, "-s", site.root] if words != ("--help",) else words
    with Path("/dev/full").open("w") as full:
        done = notesite(*site_words, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_closed_streams_reach_no_page(site: SiteTest):
    """With all three streams closed from the start, the site is built, and no page is given words meant for them."""
    command = [sys.executable, "-m", "notesite", "build", "-s", str(site.root), *TODAY, "--explain"]
    close = 'exec "$@" <&- >&- 2>&-'
    assert subprocess.run(["sh", "-c", close, "sh", *command], check=False, timeout=60).returncode == 0
    site.expect_fresh()


def test_machines_get_utf8_whatever_the_stream_is(site: SiteTest):
    """JSON is UTF-8 even where the stream is not, and words are spelled out rather than lost."""
    site.notes(wind_de=page("Überfluß 漢", A, B, C))
    env = os.environ | {"PYTHONIOENCODING": "latin-1"}
    done = notesite("links", "-s", site.root, "--format", "json", env=env, text=False)
    assert json.loads(done.stdout.decode("utf-8"))["groups"][0]["notes"][0]["title"] == "Überfluß 漢"
    plain = notesite("links", "-s", site.root, env=env, text=False)
    assert "Überfluß \\u6f22" in plain.stdout.decode("latin-1")


def test_names_of_files_are_printed_safely(run: Run, site: SiteTest):
    """A file name with control characters reaches the terminal spelled out."""
    (site.root / "notes" / "a\x1b[31m\nb-de.md").write_text("---\ntitle: [\n---\n")
    done = run("check", "-s", site.root)
    assert done.code == 1
    assert "a\\x1b[31m\\nb-de.md:2: error: " in done.err


@pytest.mark.parametrize(("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)])
def test_colour_on_a_terminal(site: SiteTest, env: dict[str, str], coloured: bool):
    """On a terminal words are coloured, unless NO_COLOR says anything."""
    ours, theirs = os.openpty()
    site.notes(eins_de=page("Eins", text="[x](gone.md)"))
    done = notesite("check", "-s", site.root, capture_output=False, stdout=theirs, stderr=theirs, env=os.environ | env)
    os.close(theirs)
    fcntl.fcntl(ours, fcntl.F_SETFL, os.O_NONBLOCK)
    said = os.read(ours, 100_000).decode()
    os.close(ours)
    assert (done.returncode, "link-broken" in said) == (0, True)
    assert ("\x1b[" in said) == coloured


def test_no_colour_elsewhere(run: Run, site: SiteTest):
    """Words that go to a file or a pipe have no colour."""
    site.notes(eins_de=page("Eins", text="[x](gone.md)"))
    assert "\x1b" not in run("check", "-s", site.root).err


# --- what is loaded --------------------------------------------------------------------------------------


def test_an_output_folder_far_away_is_told(tmp_path: Path):
    """The last line of a build names the output folder, also where the settings name one outside the site."""
    site = SiteTest(tmp_path / "site", a_de=page("A")).write({"notesite.toml": f'[build]\noutput = "{tmp_path}/far"\n'})
    done = notesite("build", "-s", site.root)
    assert done.returncode == 0
    assert re.search(r"in \.\./far; \d+ warnings?$", done.stderr.strip()), done.stderr
    assert (tmp_path / "far/index.html").is_file()


STARTED = "import atexit, sys; atexit.register(lambda: print(*sys.modules)); from notesite import cli; cli.main()"


def loaded(root: Path, *words: str) -> set[str]:
    """The modules that a command has loaded when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", STARTED, *words, "-s", root], capture_output=True, text=True, timeout=60
    )
    return set(done.stdout.split())


def test_a_build_loads_no_server(tmp_path: Path):
    """A build loads neither the preview server's libraries nor, without code or lists in fields, what reads those."""
    names = loaded(SiteTest(tmp_path, a_de=page("A")).root, "build")
    assert "notesite.build" in names
    assert not {"starlette", "uvicorn", "watchfiles", "pygments", "yaml", "anyio"} & names


def test_the_version_loads_next_to_nothing():
    """Who asks for the version gets none of our modules loaded but the command line's, and no records."""
    done = subprocess.run([sys.executable, "-c", STARTED, "--version"], capture_output=True, text=True, timeout=60)
    names = set(done.stdout.split())
    ours = {name.removeprefix("notesite.") for name in names if name.startswith("notesite.")}
    assert ours == {"cli", "terminal", "arguments", "writing"}
    assert "msgspec" not in names


def test_a_build_without_changes_loads_little(tmp_path: Path):
    """Where everything stands, a build loads these of our modules, and no parser, template engine or locale data."""
    root = SiteTest(tmp_path, a_de=page("A")).root
    loaded(root, "build")
    names = loaded(root, "build")
    assert {name.removeprefix("notesite.") for name in names if name.startswith("notesite.")} == {
        "arguments", "cli", "diagnostics", "disk", "outputs", "records", "reports", "runs", "stamp", "terminal",
        "writing",
    }  # fmt: skip
    assert not {"markdown_it", "jinja2", "yaml", "babel", "can_ada", "slugify", "pygments"} & names
