"""What is written for authors: new notes and translations, clippings made notes, new sites; and nothing is lost."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from gettext import NullTranslations
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from notesite import __version__, authoring, cli, fields, load, starters, writing
from notesite.config import Config
from notesite.diagnostics import CannotGoOnError
from notesite.records import Citation, File
from support import HERE, SiteTest, asked_for, fill, page, ran, tree

A, B, C = (f"https://{name}.example/work" for name in "abc")
TODAY = ("--today", "2025-09-01")
CONFIG = Config(catalogues=("de", "en"))
CLIPPING = """ date 2025-07-18 Die Preise der Chips fallen seit dem Frühjahr. Das hat zwei Gründe.
„Wir haben zu viel bestellt“, sagt der Einkäufer, und die Lager sind voll.
Referenzlinks:
https://chips.example/preise
https://lager.example/bestand
"""
INFERRED = {"title-inferred", "lang-inferred", "date-inferred"}


class Done(NamedTuple):
    """How a command ended: its exit code, standard output as lines, standard error."""

    code: int
    out: list[str]
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line in the folder of a site."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str | Path) -> Done:
        code = ran(monkeypatch, *words)
        said = capsys.readouterr()
        return Done(code, said.out.splitlines(), said.err)

    return call


def groups(run: Run) -> list[set[str]]:
    """The translation groups of the site here, drafts among them."""
    said = json.loads("\n".join(run("links", "-D", "--format", "json", *TODAY).out))
    return [{one["path"] for one in group["notes"]} for group in said["groups"]]


# --- a new note ------------------------------------------------------------------------------------------


def test_a_new_note_is_a_draft_in_the_language_of_the_site(tmp_path: Path, run: Run):
    """`new` writes one file, with title, language, date and the heading of a source list, and tells its path."""
    (tmp_path / "notesite.toml").write_text('[site]\nlanguages = ["de", "en"]\n')
    done = run("new", "Was  Öfen kosten: 3 Preise", *TODAY)
    assert (done.code, done.out) == (0, ["notes/2025-09-01-was-oefen-kosten-3-preise.md"])
    text = (tmp_path / done.out[0]).read_text()
    assert text == (
        "---\ntitle: 'Was Öfen kosten: 3 Preise'\nlang: de\ndate: 2025-09-01\ndraft: true\n---\n\n## Quellen\n\n"
    )
    assert "## Sources" in (tmp_path / run("new", "Stoves", "--lang", "EN", *TODAY).out[0]).read_text()


def test_a_new_note_is_sound(tmp_path: Path, run: Run):
    """Nothing is wrong with a new note: a build with drafts has its page, and one without has not."""
    run("new", "Öfen", "--lang", "de", *TODAY)
    site = SiteTest(tmp_path).write({"notesite.toml": '[site]\nurl = "https://notes.example"\n'}).build(drafts=True)
    assert "de/oefen/index.html" in site.files
    assert not site.rules
    assert "de/oefen/index.html" not in site.build().files


def test_a_new_note_replaces_none(tmp_path: Path, run: Run):
    """A second note of the same title on the same day is refused: it would be at the address of the first."""
    assert run("new", "Fusion", "--lang", "en", *TODAY).code == 0
    before = tree(tmp_path)
    done = run("new", "Fusion", "--lang", "en", *TODAY)
    assert done.code == 1
    assert "[file-exists]" in done.err
    assert tree(tmp_path) == before


WRONG = [
    ("   ",),
    ("a\x07b",),
    ("a\udcffb",),
    ("x" * 1001,),
    ("A", "--lang", "deutsch!"),
    ("A", "--translate", "no.md"),
]


@pytest.mark.parametrize("words", WRONG)
def test_what_makes_no_note_is_wrong_usage(tmp_path: Path, run: Run, words: tuple[str, ...]):
    """A title without words, a language that is none and a note that is not there are told, and nothing is written."""
    SiteTest(tmp_path, a_de=page("A"))
    before = tree(tmp_path / "notes")
    assert run("new", *words, *TODAY).code == 2
    assert tree(tmp_path / "notes") == before


# --- a translation ---------------------------------------------------------------------------------------

ORIGINAL = f"""---
# written at night
title: Windkraft in Zahlen
lang: de
date: 2025-03-01
description: Was der Wind leistet.
tags:   [Wind, "Zahl"]   # as they are
sources:
- url: {C}
  title: Feld
slug: wind
generated: true
---

Ein Satz.

[Amt: Statistik [2025]]({A})
[Verein: Blatt](https://b.example/work_(neu))
"""


def test_a_translation_takes_front_matter_and_sources_along(tmp_path: Path, run: Run):
    """What holds for both notes stands in the new one as its author wrote it; what is said of one alone does not."""
    SiteTest(tmp_path).write({"notes/de/2025-03-01-wind.md": ORIGINAL})
    done = run("new", "Wind power in numbers", "--translate", "2025-03-01-wind.md", *TODAY)
    assert (done.code, done.out) == (0, ["notes/en/2025-03-01-wind-power-in-numbers.md"])
    assert (tmp_path / done.out[0]).read_text() == (
        "---\ntitle: Wind power in numbers\nlang: en\ndraft: true\ndate: 2025-03-01\n"
        f'tags:   [Wind, "Zahl"]   # as they are\nsources:\n- url: {C}\n  title: Feld\ngenerated: true\n---\n\n'
        f"## Sources\n\n- [Amt: Statistik \\[2025\\]]({A})\n- [Verein: Blatt](<https://b.example/work_(neu)>)\n"
    )


@pytest.mark.parametrize(
    "head",
    [
        "{title: Wind, lang: de, tags: [a, b]}",
        "  title: Wind\n  lang: de\n  tags: [a, b]",
        "title: Wind\nlang: de\n? tags\n: [a, b]",
        'title: Wind\nlang: de\ndescription: "eins\ntags: nicht\nende"\ntags: [x]',
    ],
)
def test_front_matter_that_cannot_be_taken_along_is_told(tmp_path: Path, run: Run, head: str):
    """Front matter whose fields are no lines of their own is refused rather than lost."""
    SiteTest(tmp_path).write({"notes/wind.md": f"---\n{head}\n---\nText.\n"})
    before = tree(tmp_path / "notes")
    done = run("new", "Wind power", "--translate", "wind.md", "--lang", "en", *TODAY)
    assert done.code == 1
    assert "[front-matter]" in done.err
    assert tree(tmp_path / "notes") == before


def test_the_last_line_of_front_matter_is_taken_along(tmp_path: Path, run: Run):
    """Also where nothing follows it, not even the end of a line."""
    SiteTest(tmp_path).write({"notes/wind.md": "---\ntitle: Wind\nlang: de\ntags: [a]\n---"})
    made = run("new", "Wind power", "--translate", tmp_path / "notes/wind.md", "--lang", "en", *TODAY).out[0]
    assert "tags: [a]\n" in (tmp_path / made).read_text()


NAMES = [("Readme first", "note-readme-first"), ("2024-05-06 in Berlin", "note-2024-05-06-in-berlin")]


@pytest.mark.parametrize(("title", "name"), NAMES)
def test_a_name_says_nothing_that_the_note_does_not(tmp_path: Path, run: Run, title: str, name: str):
    """A title that makes no name of a note, or one with a date that the original has not, gets a word before it."""
    SiteTest(tmp_path, wind_de=page("Windkraft in Dänemark", A, B, C, lang="de"))
    assert run("new", title, "--translate", "wind-de.md", *TODAY).out == [f"notes/{name}.md"]
    assert f"notes/{name}.md" in {one for group in groups(run) for one in group}


def test_a_broken_original_is_told(tmp_path: Path, run: Run):
    """A note that cannot be read is not said to be missing: what is wrong with it is told."""
    fill(tmp_path, {"notes/kaputt.md": "---\ntitle: [\n---\n"})
    done = run("new", "X", "--translate", "kaputt.md", *TODAY)
    assert done.code == 1
    assert "kaputt.md:2" in done.err


SIGNS = "aB1 *_~`<>&;#+-=.)([]\\!|:\"'©ä"
labels = st.text(SIGNS, min_size=1).map(lambda text: " ".join(text.split())).filter(bool)
places = st.sampled_from([A, f"{A}?a=1&copy;=2", f"{A}_(x)", f"{A}?a=b&c=d#e", f"{A}/%20x"])


@given(st.lists(st.tuples(labels, places), min_size=1, max_size=5))
def test_a_source_list_is_read_as_it_was_written(entries: list[tuple[str, str]]):
    """Whatever its labels hold, a source list that is taken along has the same entries: labels, addresses, order."""
    listed = [Citation(key="", address=to, label=label, kind="list") for label, to in entries]
    text = "---\nlang: en\ntitle: T\n---\n\nText.\n\n" + authoring._listed(NullTranslations(), listed)
    note = load.note(File("notes/a.md", text.encode()), CONFIG).note
    assert note is not None
    assert [(one.label, one.address) for one in note.citations] == entries


@given(st.lists(labels, min_size=1, max_size=3))
def test_an_entry_without_address_stays_one_entry(entries: list[str]):
    """Words of a source list that begin as a heading, a list or a quotation do are words again."""
    given_ = [Citation(key="", address=A, label="A", kind="list")]
    given_ += [Citation(key="", address="", label=one, kind="list") for one in entries]
    text = "---\nlang: en\ntitle: T\n---\n\nText.\n\n" + authoring._listed(NullTranslations(), given_)
    note = load.note(File("notes/a.md", text.encode()), CONFIG).note
    assert note is not None
    assert [one.label for one in note.citations] == ["A", *entries]


def test_a_translation_is_linked_at_once(tmp_path: Path, run: Run):
    """The draft of a translation and its original are one group before a word is translated; no second one is made."""
    site = SiteTest(tmp_path, wind_de=page("Windkraft in Dänemark", A, B, C, lang="de"))
    made = run("new", "Wind power in Denmark", "--translate", "wind-de.md", *TODAY).out[0]
    assert groups(run) == [{"notes/wind-de.md", made}]
    before = tree(site.root / "notes")
    for words in (("--lang", "en"), ("--lang", "de"), ("--translate", made, "--lang", "de")):
        done = run("new", "Wind", "--translate", "wind-de.md", *words, *TODAY)
        assert done.code == 2
        assert "already" in done.err
    assert tree(site.root / "notes") == before


def test_a_translation_is_into_a_language_that_is_missing(tmp_path: Path, run: Run):
    """Without `--lang` it is the site's first language that the group lacks; where it lacks none, that is said."""
    SiteTest(tmp_path, wind_de=page("Windkraft in Dänemark", A, B, C, lang="de"))
    (tmp_path / "notesite.toml").write_text('[site]\nlanguages = ["de", "fr", "en"]\n')
    for lang in ("fr", "en"):
        made = run("new", f"Wind {lang} Dänemark", "--translate", "notes/wind-de.md", *TODAY).out[0]
        assert f"lang: {lang}\n" in (tmp_path / made).read_text()
    done = run("new", "Wind", "--translate", "notes/wind-de.md", *TODAY)
    assert done.code == 2
    assert "all languages" in done.err


# --- clippings -------------------------------------------------------------------------------------------


def test_a_clipping_becomes_a_note(tmp_path: Path, run: Run):
    """Title, language and date come into the front matter, the date out of the text; the clipping stays."""
    clipping = tmp_path / "inbox/0a3f.txt"
    fill(tmp_path, {"inbox/0a3f.txt": "\ufeff" + CLIPPING.replace("\n", "\r\n")})
    before = clipping.read_bytes()
    done = run("adopt", clipping, *TODAY)
    assert (done.code, done.out) == (0, ["notes/2025-07-18-die-preise-der-chips-fallen-seit-dem-fruehjahr.md"])
    text = (tmp_path / done.out[0]).read_text()
    head, _, body = text.partition("---\n\n")
    assert head == ("---\ntitle: Die Preise der Chips fallen seit dem Frühjahr\nlang: de\ndate: 2025-07-18\n")
    assert body == CLIPPING.removeprefix(" date 2025-07-18 ")
    assert clipping.read_bytes() == before
    assert not INFERRED & SiteTest(tmp_path).build().rules


def test_a_note_in_its_place_keeps_every_line(tmp_path: Path, run: Run):
    """Below `notes/` a note is completed where it is, comments and all; one that is complete is not touched."""
    mine = "---\n# mine\ntitle:\ntags: [a,  b] # both\n---\nDas ist der Text, und er ist nicht lang.\n"
    site = SiteTest(tmp_path, wind=mine, ready=page("Fertig", lang="de", date="2025-01-01"))
    before = tree(site.root / "notes")
    assert run("adopt", "notes/wind.md", "notes/ready.md", *TODAY).out == ["notes/wind.md", "notes/ready.md"]
    after = tree(site.root / "notes")
    assert after.keys() == before.keys()
    assert after["ready.md"] == before["ready.md"]
    assert after["wind.md"].decode() == (
        "---\nlang: de\n# mine\ntitle: Das ist der Text, und er ist nicht lang\ntags: [a,  b] # both\n---\n"
        "Das ist der Text, und er ist nicht lang.\n"
    )


def test_a_completed_note_stays_the_file_it_was(tmp_path: Path, run: Run):
    """Who may read a note stays as it was when it is completed, and a link to it stays a link."""
    fill(tmp_path, {"notes/a.md": "Text.\n"})
    (tmp_path / "notes/a.md").chmod(0o640)
    (tmp_path / "notes/b.md").symlink_to("a.md")
    assert run("adopt", "notes/b.md", *TODAY).code == 0
    assert (tmp_path / "notes/b.md").is_symlink()
    assert "title: Text" in (tmp_path / "notes/a.md").read_text()
    assert (tmp_path / "notes/a.md").stat().st_mode & 0o777 == 0o640


def test_clippings_are_adopted_all_or_none(tmp_path: Path, run: Run):
    """Whatever is wrong with any clipping is told at once, and then nothing is written."""
    fill(
        tmp_path,
        {
            "in/good.txt": CLIPPING,
            "in/taken.txt": CLIPPING,
            "in/latin.txt": "Größe".encode("latin-1"),
            "in/broken.md": "---\ntitle: [\n---\n",
            "in/page.html": "<p>Text</p>",
            "in/flow.md": "---\n{tags: [a]}\n---\nEin Text.\n",
            "also/good.txt": CLIPPING,
            "notes/taken.md": page("Da"),
        },
    )
    before = tree(tmp_path)
    done = run("adopt", *sorted((tmp_path / "in").iterdir()), tmp_path / "also/good.txt", *TODAY)
    assert done.code == 1
    said = re.findall(r"^(?:\S*/)?([^\s:]+)(?::\d+)?: error.*\[(.+)\]$", done.err, re.M)
    assert sorted(said) == [
        ("broken.md", "front-matter"),
        ("flow.md", "front-matter"),
        ("good.md", "file-exists"),
        ("latin.txt", "encoding"),
        ("page.html", "unreadable"),
        ("taken.md", "file-exists"),
    ]
    assert tree(tmp_path) == before


def test_a_name_that_helps_is_asked_for(tmp_path: Path, run: Run):
    """A clipping whose note is named by its title needs a file name with a word in it; another needs another name."""
    fill(tmp_path, {"in/0a3f.txt": CLIPPING, "in/77.txt": CLIPPING, "in/taken.txt": CLIPPING, "notes/taken.md": "a"})
    done = run("adopt", *sorted((tmp_path / "in").iterdir()), *TODAY)
    assert re.findall(r"mend: (.*),", done.err) == [
        "give the clipping a file name with a word in it",
        "give the clipping another file name",
    ]


paragraphs = st.lists(
    st.sampled_from(
        [
            "Die Preise fallen seit dem Frühjahr. Das ist neu.", "The market is not what it was.", "### Überschrift",
            "- [Amt: Zahlen](https://a.example/x)", "https://b.example/y", "Quellen:", "---", "title: nicht",
            " date 2025-07-18 Am Anfang.", "> Zitat", "[^1]: Fußnote", "Mit Fußnote[^1].", "# Titel", "no", "12:30",
            "'", '"', "", "```\nx: y\n```",
        ]
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip


heads = st.sampled_from(["", "---\ntags: [a]\n---\n", "---\nlang: fr\n---\n\n", "---\ntitle:\ndate: ~\n---\n"])
ends, marks = st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff"])


@given(paragraphs, st.sampled_from(["\n", "\n\n"]), heads, ends, marks)
def test_an_adopted_clipping_says_what_it_said(parts: list[str], between: str, head: str, end: str, mark: str):
    """The note that a clipping becomes is the note that it was, and nothing has to be inferred any more."""
    raw = mark + (head + between.join(parts) + "\n").replace("\n", end)
    was = load.note(File("notes/0a3f.md", raw.encode()), CONFIG)
    if was.note is None:
        return
    filled = authoring.completed(was.note, raw)
    assert filled is not None
    now = load.note(File("notes/0a3f.md", filled.encode()), CONFIG)
    assert now.note is not None
    for what in ("title", "lang", "date", "tags", "description", "headings", "links", "words", "sections", "footnotes"):
        assert getattr(now.note, what) == getattr(was.note, what), what
    assert [one.address for one in now.note.citations] == [one.address for one in was.note.citations]
    assert not INFERRED & {one.rule for one in now.found}
    assert authoring.completed(now.note, filled) == filled
    assert filled.startswith(mark)
    assert (end == "\n") == ("\r" not in filled)


IN_PLACE = [
    ("---\ntitle:\ntags: [a]\nsources:\n- https://x.example/1\n---", "---\nlang: en\ntitle: a\ntags"),
    ("---\ntitle:\n# stays\nkind: b\n---\nText.\n", "---\nlang: en\ntitle: Text\n# stays\n"),
    ("---\ntitle: '' # stays\nlang: de\n...\nText.\n\n\n", "---\ntitle: Text # stays\nlang: de\n...\nText.\n\n\n"),
    ("\n\n---\nlang: ~\n---\nText.", "\n\n---\ntitle: Text\nlang: en\n---\nText."),
    ("---\n---\nText.\n", "---\ntitle: Text\nlang: en\n---\nText.\n"),
    ("---\ntext: |\n title: no\ntitle: T\n---\nText.\n", "---\nlang: en\ntext: |\n title: no\ntitle: T\n---\nText.\n"),
]


@pytest.mark.parametrize(("raw", "begins"), IN_PLACE)
def test_lines_are_added_where_they_belong(tmp_path: Path, run: Run, raw: str, begins: str):
    """Whatever its front matter looks like, a note gets its lines between the fences, and keeps its own."""
    fill(tmp_path, {"notes/a.md": raw})
    assert run("adopt", "notes/a.md", *TODAY).code == 0
    made = (tmp_path / "notes/a.md").read_text()
    assert made.startswith(begins)
    kept = [line for line in raw.split("\n") if not re.match(r"(?:title|lang):\s*(?:~|'')?\s*(?:#.*)?$", line)]
    assert [line for line in made.split("\n") if line in kept] == kept


LINE_ENDS = [
    (b"# Titel\r\n\r\nEin Text.\r\n", b"# Titel\r\n\r\nEin Text.\r\n"),
    (b"# Titel\r\n\nEin Text.\nUnd mehr.\r\n", b"# Titel\r\n\nEin Text.\nUnd mehr.\r\n"),
    (b"\r\n\nEin Text.\rUnd mehr.", b"Ein Text.\rUnd mehr.\r\n"),
    (b" date 2025-07-18\r\nEin Text.\nUnd mehr.\r\n\r\n", b"Ein Text.\nUnd mehr.\r\n"),
]


@pytest.mark.parametrize(("raw", "kept"), LINE_ENDS)
def test_each_line_keeps_its_end(tmp_path: Path, run: Run, raw: bytes, kept: bytes):
    """A note without front matter gets one with the ends that its first line has, and its own lines keep theirs."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/a.md").write_bytes(raw)
    assert run("adopt", "notes/a.md", *TODAY).code == 0
    head, _, body = (tmp_path / "notes/a.md").read_bytes().partition(b"---\r\n\r\n")
    assert body == kept
    assert re.fullmatch(rb"---\r\n(?:[^\r\n]+\r\n)+", head)


def test_a_date_of_the_text_stays_where_another_counts(tmp_path: Path, run: Run):
    """Where the file's name says one date and the text another, the text keeps its own."""
    fill(tmp_path, {"notes/2025-01-02-preise.txt": CLIPPING})
    run("adopt", "notes/2025-01-02-preise.txt", *TODAY)
    made = (tmp_path / "notes/2025-01-02-preise.txt").read_text()
    assert "date: 2025-01-02\n" in made
    assert "date 2025-07-18" in made


def test_what_stands_beside_a_note_stays(tmp_path: Path, run: Run):
    """A note with the longest name there can be is completed, and nothing else in its folder is touched."""
    long = f"notes/{'a' * 252}.md"
    fill(tmp_path, {long: "Text.\n", f"notes/.{'a' * 240}.part": "mine", "notes/.part": "mine"})
    before = tree(tmp_path)
    assert run("adopt", long, f"./{long}", *TODAY).out == [long]
    after = tree(tmp_path)
    assert after.pop(long) != before.pop(long)
    assert after == before


# --- what is written into front matter -------------------------------------------------------------------

lines = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp")), min_size=1)
values = st.one_of(
    lines, st.sampled_from(["no", "12:30", "null", "~", "2025-07-18", "# a", "a: b", "- x", "'", '"', "a #b"])
)


@given(values.filter(lambda value: "\ufeff" not in value and "\uffff" not in value and "\ufffe" not in value))
def test_a_field_is_read_as_it_was_written(value: str):
    """Whatever words a field is given, front matter with it gives these words back, in one line."""
    line = fields.written("title", value)
    head = fields.split("n.md", f"---\n{line}lang: de\n---\n")
    assert not head.found
    assert {name: node.value for name, node in head.fields.items()} == {"title": value, "lang": "de"}


# --- a new site ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", [None, *writing.HOSTS])
def test_a_new_site_is_sound(tmp_path: Path, run: Run, host: str | None):
    """`init` writes a site that builds without a fault but that it has no address yet, its two notes linked."""
    done = run("init", "my-notes", *(["--host", host] if host else []))
    root = tmp_path / "my-notes"
    assert done.code == 0
    assert sorted(done.out) == sorted(f"my-notes/{path}" for path in tree(root))
    site = SiteTest(root).build()
    assert site.rules == {"site-url"}
    assert site.report.counts.groups == 1
    assert "de/commonmark/index.html" in site.files
    assert 'title = "my-notes"' in (root / "notesite.toml").read_text()


def installed(lib: Path, monkeypatch: pytest.MonkeyPatch, origin: dict[str, object]) -> None:
    """A notesite that pip says was installed from there; from the package index if it says nothing."""
    fill(lib, {"notesite-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: notesite\nVersion: 1\n"})
    if origin:
        fill(lib, {"notesite-1.dist-info/direct_url.json": json.dumps(origin)})
    monkeypatch.syspath_prepend(lib)


@pytest.mark.parametrize(
    ("origin", "wanted"),
    [
        ({}, f"notesite=={__version__}"),
        (
            {"url": "https://code.example/notesite", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "notesite @ git+https://code.example/notesite@abc",
        ),
    ],
)
def test_a_host_gets_this_notesite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run, origin: dict[str, object], wanted: str
):
    """requirements.txt names the repository that notesite was installed from, or its version in the package index."""
    installed(tmp_path / "lib", monkeypatch, origin)
    done = run("init", "mine", "--host", "gitlab")
    assert (tmp_path / "mine/requirements.txt").read_text() == wanted + "\n"
    assert "requirements.txt" not in done.err


def test_a_host_gets_no_notesite_of_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run):
    """A notesite from a folder is asked of no package index: pip stops, and shows what is to be put there."""
    installed(tmp_path / "lib", monkeypatch, {"url": "file:///srv/notesite", "dir_info": {}})
    done = run("init", "mine", "--host", "gitlab")
    said = (tmp_path / "mine/requirements.txt").read_text()
    assert "\n# notesite @ git+https://HOST/PATH@COMMIT\n" in said
    assert "put this there: notesite @ git+https://HOST/PATH@COMMIT" in done.err
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-index", "-r", "mine/requirements.txt"]
    pip = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert pip.returncode
    assert "say where notesite comes from" in pip.stderr


@pytest.mark.parametrize("host", writing.HOSTS)
def test_the_file_of_a_host_can_be_read(host: str):
    """Each host's file is YAML or TOML, installs what requirements.txt names, and calls a command that there is."""
    path, _ = starters.HOSTS[host]
    text = starters.site("Title", "name", host, "notesite==1")[path]
    assert tomllib.loads(text) if path.endswith(".toml") else yaml.safe_load(text)
    assert "requirements.txt" in text
    assert re.search(r"notesite build\b", text)
    named = set(re.findall(r"notesite [^\n]*?(--[a-z-]+)", text))
    assert named <= {option for command in (cli.build, cli.check) for one in command.params for option in one.opts}
    assert tuple(starters.HOSTS) == writing.HOSTS


def test_a_new_site_uses_the_actions_that_this_one_uses():
    """The workflow for GitHub names the versions of actions that this repository's own workflows name."""
    ours = {
        name: version
        for file in (HERE.parent / ".github/workflows").glob("*.yml")
        for name, version in re.findall(r"uses: (\S+)@(\S+)", file.read_text())
    }
    theirs = dict(re.findall(r"uses: (\S+)@(\S+)", starters.HOSTS["github"][1]))
    assert {name: theirs[name] for name in ours if name in theirs} == ours
    assert theirs.keys() - ours.keys() == {"actions/setup-python"}


def test_a_site_that_is_there_stays(tmp_path: Path, run: Run):
    """`init` in a folder with files writes what is missing, says what was there, and puts no notes beside notes."""
    fill(tmp_path, {"notes/a.md": page("A"), "notesite.toml": "[site]\n", ".gitignore": "mine\n"})
    before = tree(tmp_path)
    done = run("init", "--host", "netlify")
    assert done.out == ["requirements.txt", "netlify.toml"]
    assert "notesite.toml is here already" in done.err
    assert ".gitignore is here already" in done.err
    assert {path: data for path, data in tree(tmp_path).items() if path in before} == before


@pytest.mark.parametrize("name", ['a "b" c', "del\x7fx", "bad\udcff", "con", "n" * 80 + "-x", "😀"])
def test_any_folder_can_become_a_site(tmp_path: Path, run: Run, name: str):
    """Whatever a folder is called, its settings can be read, and its name at a host is one of the DNS."""
    assert run("init", name, "--host", "cloudflare").code == 0
    settings, host = (
        tomllib.loads((tmp_path / name / file).read_text()) for file in ("notesite.toml", "wrangler.toml")
    )
    assert settings["site"]["title"] == name.replace("\udcff", "\ufffd")
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", host["name"])


@pytest.mark.parametrize("name", ["n" * 300, "loop", "file/below", "d"])
def test_a_site_that_cannot_be_begun_is_told(tmp_path: Path, run: Run, name: str):
    """Where a folder cannot be made, or a file is in its way, that is an error and nothing is written."""
    fill(tmp_path, {"file": "mine", "d/.github": "mine"})
    before = tree(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    done = run("init", name, "--host", "github")
    assert done.code == 1
    assert "error" in done.err
    (tmp_path / "loop").unlink()
    assert tree(tmp_path) == before


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path):
    """Where a file stands in the way of a folder, that is told, and the file stays."""
    fill(tmp_path, {"notes": "a file\n"})
    with pytest.raises(CannotGoOnError) as failure:
        authoring.new(asked_for(tmp_path), "Titel")
    assert [one.rule for one in failure.value.diagnostics] == ["output"]
    assert tree(tmp_path) == {"notes": b"a file\n"}
