"""Note files to notes: right for the seeds, for every encoding and shape of file, and the same wherever it runs."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from notesite import bodies, config, load, prose, reading
from notesite.config import Config
from notesite.records import File

CONFIG = Config(catalogues=("de", "en"), today="2026-01-01")
HEAD = "---\ntitle: T\nlang: de\n---\n"
ENGLISH = "The price of power has gone up over the last year, and the reasons for this are known."
GERMAN = "Der Preis für Strom ist im letzten Jahr gestiegen, und die Gründe dafür sind nicht neu."
PIECES = [
    "---\n", "title: T\n", "lang: de\n", "lang: no\n", "date: 2025-07-18\n", "date: 2025-13-45\n", "title: [\n",
    "x: *y\n", "sources:\n  - https://a.example\n", "draft: perhaps\n", "permalink: /%2e%2e/\n", "\ttags: a\n",
    "slug: ../x\n", GERMAN, ENGLISH, "\n", "\n\n", "\r\n", "\r", "# Kopf\n", "## Quellen\n", "Referenzlinks:\n", "https://a.example/b\n",
    "[A: b](https://a.example/c)  \n", "```\n", "|a|b|\n|-|-|\n", "[^1]", "[^1]: c\n", "<!--", "-->", "\x07", "\x00",
    "\u0085", "![a](https://a.example/d)", "[a](b.md)", "z. B. ", "…", "\ud7ff", "\ufffe", "😀", "\ufeff", "\u2028",
    "- ", "> ", " date 2025-07-18 ",
]  # fmt: skip
# Bytes as they lie on disk: any at all, any text, and what looks like a note, at times with a byte knocked out.
files = st.one_of(
    st.binary(),
    st.text().map(str.encode),
    st.lists(st.sampled_from(PIECES), max_size=16).map(lambda parts: "".join(parts).encode()),
    st.lists(st.sampled_from([*map(str.encode, PIECES), b"\xff", b"\xc3", b"\xed\xa0\x80"]), max_size=8).map(b"".join),
)


def loaded(data, path="notes/a.md", settings=CONFIG):
    """What one file gives."""
    return load.note(File(path, data if isinstance(data, bytes) else data.encode()), settings)


def read(data, path="notes/a.md", settings=CONFIG):
    """The note that a file gives."""
    made = loaded(data, path, settings)
    assert made.note, made.found
    return made.note


def said(made):
    """What there is to say about a file, as severity, rule and line."""
    return sorted(f"{one.severity} {one.rule} {one.line or ''}".strip() for one in made.found)


def html(note):
    """All of a note's text as HTML."""
    return "".join(section.html for section in note.sections)


def words(note):
    """A note's text without markup."""
    return " ".join(re.sub("<[^>]*>", " ", bodies.TOKEN.sub("", html(note))).split())


# --- the seeds -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seed:
    """What one of the seed notes must become, written down by hand; of its words only a few."""

    lang: str
    title: tuple[str, str]
    paragraphs: int
    publishers: list[str]
    first: str
    last: str
    date: str = ""
    headings: int = 0
    provenance: tuple[bool | None, bool | None] = (None, None)
    warnings: tuple[str, ...] = ()


PRESS = [
    "Kr Asia", "Tech in Asia", "Turing Post", "Yicai Global", "WIRED", "TechCrunch", "SCMP", "Wikipedia", "PitchBook",
]  # fmt: skip
INFERRED = ("title-inferred", "lang-inferred")
SEEDS = {
    "000": Seed("de", ("Aufstieg", "01.AI"), 8, PRESS, "Hintergrund zu", "China ab.", "", 3, (True, True)),
    "001": Seed("en", ("01.AI's", "Fall"), 8, PRESS, "Background on", "China tech tensions.", "", 3, (True, False)),
    "002": Seed(
        "de", ("80 %", "Open-Source-Modellen"), 30, ["", "", ""], "80 % der", "mit Genehmigung.", warnings=INFERRED
    ),
    "003": Seed(
        "de", ("Als DeepSeek-R1 am 20. Januar", "…"), 30, [], "Als DeepSeek-R1", "schlank sein.“", "2025-07-18",
        warnings=(*INFERRED, "date-inferred"),
    ),
    "004": Seed("de", ("Die chinesische", "…"), 9, [], "Die chinesische", "weiter beschleunigen?", warnings=INFERRED),
}  # fmt: skip


@pytest.fixture
def seed(request, shared):
    """A seed note by its number: what it gives, and what it must give."""
    found = sorted((shared / "seeds").glob(f"{request.param}_*"))
    if not found:
        pytest.skip(f"seed {request.param} is not beside this checkout")
    return loaded(found[0].read_bytes(), f"notes/{found[0].name}"), SEEDS[request.param]


@pytest.mark.parametrize("seed", SEEDS, indirect=True)
def test_a_seed_becomes_the_note_that_a_reader_would_make_of_it(seed):
    """Language, title, date, provenance and the warnings about what was inferred are those a person would write."""
    made, want = seed
    assert tuple(one.rule for one in made.found) == want.warnings
    assert made.note.title.startswith(want.title[0])
    assert made.note.title.endswith(want.title[1])
    assert (made.note.lang, made.note.date) == (want.lang, want.date)
    assert (made.note.generated, made.note.translated) == want.provenance


@pytest.mark.parametrize("seed", SEEDS, indirect=True)
def test_a_seed_keeps_all_of_its_text_and_no_more(seed):
    """Each paragraph is one, from its first words to its last, without the date before it and the links after it."""
    made, want = seed
    assert html(made.note).count("<p>") == want.paragraphs
    assert words(made.note).startswith(want.first)
    assert words(made.note).endswith(want.last)
    assert "http" not in words(made.note)
    assert [one.level for one in made.note.headings] == [2] * want.headings


@pytest.mark.parametrize("seed", SEEDS, indirect=True)
def test_a_seed_rests_on_its_sources(seed):
    """Every source of the list is found once, in order, with its publisher and title."""
    made, want = seed
    assert [one.publisher for one in made.note.citations] == want.publishers
    assert made.note.bibliography == made.note.citations
    assert all(one.key and one.title and one.kind == "list" for one in made.note.citations)


@pytest.mark.parametrize("seed", ["000", "001"], indirect=True)
def test_a_seed_keeps_its_numbered_list(seed):
    """The five reasons stay a numbered list, each with its bold lead."""
    assert html(seed[0].note).count("<ol>") == 1
    assert html(seed[0].note).count("<li>\n<p><strong>") == 5


@pytest.mark.parametrize("seed", ["002"], indirect=True)
def test_a_clippings_links_are_known_by_what_they_name(seed):
    """Bare addresses under the line of the seed are sources, and the remark after them is the last paragraph."""
    hosts = [one.key.split("/")[0] for one in seed[0].note.citations]
    assert hosts == ["reddit.com", "x.com", "youtube.com"]
    assert [one.line for one in seed[0].note.citations] == [31, 32, 33]


# --- any file at all -------------------------------------------------------------------------------------


@given(files)
@example(b"---\npermalink: \xed\xa0\x80\n---\n")
@example(b"\xef\xbb\xbfa\n\xe4")
@example(b"---\naliases: [[a]]\n---\n")
def test_any_file_is_a_note_or_says_why_not(data):
    """Reading never raises; a file without an error is a note, and what is said names the file and a line of it."""
    made = loaded(data)
    errors = [one for one in made.found if one.severity == "error"]
    assert (made.note is None) == bool(errors)
    lines = len(re.findall(rb"\r\n|\r|\n", data)) + 1
    assert all(one.path == "notes/a.md" and 0 <= one.line <= lines for one in made.found)
    assert all(len(one.message) <= 400 and len(one.hint) <= 400 and "\n" not in one.message for one in made.found)
    assert "unreadable" not in [one.rule for one in made.found]


@given(files.filter(lambda data: b"\x00" not in data))
def test_a_note_has_what_a_page_needs(data):
    """Whatever the file, a note has a title, a language and a slug, and every line of its facts lies in the file."""
    note = loaded(data).note
    if note is None:
        return
    lines = range(len(re.findall(rb"\r\n|\r|\n", data)) + 2)
    assert note.title == " ".join(note.title.split()) != ""
    assert note.lang
    assert re.fullmatch(r"[a-z0-9-]{1,80}", note.slug)
    assert all(one.line in lines for one in (*note.citations, *note.links))
    assert "\x00" not in msgspec.json.encode((note.title, note.description, note.headings, note.citations)).decode()


@given(files)
def test_line_ends_and_a_byte_order_mark_change_nothing(data):
    """A file says the same with line feeds, carriage returns or both, with and without a byte order mark."""
    plain = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    for other in (plain.replace(b"\n", b"\r\n"), plain.replace(b"\n", b"\r"), b"\xef\xbb\xbf" + plain):
        if not plain.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
            assert loaded(other) == loaded(plain)


@given(files, st.sampled_from(["notes/a.md", "notes/de/b-c.md", "notes/2025-07-18-d.txt", "notes/drafts/e.markdown"]))
def test_the_same_file_is_the_same_note(data, path):
    """Facts depend on bytes, path and settings alone: read again, with all that was read between, they are the same."""
    before = msgspec.msgpack.encode(loaded(data, path))
    loaded(HEAD + "[^1] # x\n\n[^1]: y")
    assert msgspec.msgpack.encode(loaded(data, path)) == before


READ = """
import sys, msgspec
from notesite import load
from notesite.config import Config
from notesite.records import File
files = msgspec.json.decode(sys.stdin.buffer.read(), type=list[File])
settings = Config(catalogues=("de", "en"), today="2026-01-01")
sys.stdout.buffer.write(msgspec.msgpack.encode([load.note(file, settings) for file in files]))
"""


def test_other_processes_read_the_same_facts():
    """Whatever seed a process gives its hashes, in whatever zone and locale, the facts are the same bytes."""
    folder = Path(__file__).parent / "cases"
    texts = [case[2] for name in ("fields", "sources", "markup") for case in read_fixture_file(folder / f"{name}.md")]
    given = msgspec.json.encode([File(f"notes/n{n}.md", text.encode()) for n, text in enumerate(texts)])
    made = set()
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        env = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
        done = subprocess.run([sys.executable, "-c", READ], input=given, env=env, capture_output=True, check=True)
        made.add(done.stdout)
    assert len(made) == 1
    assert len(msgspec.msgpack.decode(made.pop())) == len(texts) > 100


# --- bytes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        ("Öl".encode("utf-16"), 1, "this file is UTF-16"),
        (b"\xfe\xff" + "Öl".encode("utf-16-be"), 1, "this file is UTF-16"),
        (b"a\n\nb\x00", 3, "a NUL character stands here"),
        ("a\nb".encode("utf-16-le"), 1, "a NUL character stands here"),
        ("eins\nzwei\r\ndrei\rÖl".encode("latin-1"), 4, "the byte 0xD6 is not UTF-8"),
        (b"\xef\xbb\xbfeins\n\xe4", 2, "the byte 0xE4 is not UTF-8"),
        ("---\ntitle: Öl\n---\n".encode("cp1252"), 2, "the byte 0xD6 is not UTF-8"),
        (b"\xed\xa0\x80", 1, "the byte 0xED is not UTF-8"),
    ],
)
def test_what_is_not_utf8_is_an_error_at_its_line(data, line, message):
    """Other encodings are named with the line, and the byte, that gives them away."""
    (found,) = loaded(data).found
    assert (found.rule, found.severity, found.line, found.message) == ("encoding", "error", line, message)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\n", b" \t\r\n", b"---\n---\n", b"<!-- nothing -->\n"])
def test_an_empty_file_is_a_note_named_by_its_file(data):
    """A file without a word becomes a page, and what was inferred is said."""
    made = loaded(data, "notes/strompreis.md")
    assert (made.note.title, made.note.lang, made.note.words, words(made.note)) == ("strompreis", "en", 0, "")
    assert said(made) == ["warning lang-inferred", "warning title-inferred"]


def test_a_fault_of_ours_is_said_with_the_notes_name():
    """What nobody foresaw is an error of that note alone, so that the other notes are read."""
    (found,) = loaded(HEAD, settings=None).found
    assert (found.rule, found.severity, found.path) == ("unreadable", "error", "notes/a.md")
    assert "bug of notesite" in found.hint


def test_control_characters_are_replaced_and_said():
    """Neither HTML nor XML can hold them, so the page has the replacement character, and the author the line."""
    made = loaded(HEAD + "Der Strom\x07 wird\x1b[31m teurer.\x85 \ufffe")
    assert said(made) == ["warning control-character 5"]
    assert words(made.note) == "Der Strom\ufffd wird\ufffd[31m teurer.\ufffd \ufffd"


@pytest.mark.parametrize("size", [60_000, 300_000])
def test_quotation_marks_are_only_that(size):
    """A note of nothing but quotes is a paragraph of quotes."""
    assert html(read(HEAD + '"' * size)) == f"<p>{'&quot;' * size}</p>\n"


@pytest.mark.parametrize("mark", ["> ", "- ", "1. ", "> - "])
def test_what_would_be_lost_in_the_depth_is_an_error(mark):
    """Text nested so deep that the parser would drop it is never dropped in silence."""
    assert said(loaded(HEAD + "Text.\n\n" + mark * 5000 + "b")) == ["error nesting 7"]


SHAPES = [
    "[",
    "![",
    "](",
    "*",
    "_a",
    "`",
    "~~",
    "<!--",
    "&",
    '"',
    "|",
    "http://",
    "a.",
    "[^",
    "^[",
    "<",
    "**a ",
    "[a](",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_no_mark_is_lost_by_repeating_it(shape):
    """Hundreds of marks that close nothing are text, all of them."""
    text = "x " + shape * (600 // len(shape)) + "x"
    assert words(read(f"{HEAD}{text}\n\nMore.")) == f"{escape(text)} More."


# --- which files, which notes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["a.md", "A.MD", "b/c.markdown", "d.txt", "drafts/e.md", "_drafts/f.md", "g/drafts/h.md"]
)
def test_notes_are_known_by_their_ending(path):
    """Any depth, any case, drafts among them."""
    assert load.is_note(path)


@pytest.mark.parametrize(
    "path",
    [
        "a.html",
        "README.md",
        "b/readme.txt",
        "Readme-de.md",
        ".a.md",
        "_a.md",
        ".b/a.md",
        "_b/a.md",
        "c.md~",
        "md",
        "old/a.md",
        "x.tmp.md",
    ],
)
def test_other_files_are_not_notes(path):
    """Other endings, READMEs, hidden and excluded files are left alone."""
    assert not load.is_note(path, ["old/*", "*.tmp.md"])


@pytest.mark.parametrize(
    ("fields", "drafts", "built"),
    [
        ("", False, True),
        ("draft: true", False, False),
        ("draft: true", True, True),
        ("published: false", False, False),
        ("date: 2026-01-01", False, True),
        ("date: 2026-01-02", False, False),
        ("date: 2026-01-02T00:00:00Z", True, True),
    ],
)
def test_drafts_and_the_future_are_built_when_asked_for(fields, drafts, built):
    """A draft, and a note dated after today, waits."""
    note = read(f"---\ntitle: T\nlang: de\n{fields}\n---\n")
    settings = msgspec.structs.replace(CONFIG, drafts=drafts)
    assert reading.published([note], settings) == ((note,) if built else ())


def test_a_folder_of_drafts_holds_drafts():
    """Notes in it need not say so."""
    assert read(HEAD, "notes/drafts/a.md").draft
    assert read(HEAD, "notes/b/_drafts/a.md").draft
    assert not read(HEAD, "notes/drafts-of-mine/a.md").draft


# --- what is inferred ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "path", "languages", "lang", "said_so"),
    [
        (GERMAN, "notes/a.md", (), "de", True),
        (ENGLISH, "notes/a.md", (), "en", True),
        (ENGLISH, "notes/a-de.md", (), "de", False),
        (ENGLISH, "notes/de/a.md", (), "de", False),
        ("---\nlang: fr\ntitle: T\n---\n" + ENGLISH, "notes/de/a.md", (), "fr", False),
        ("01.AI", "notes/a.md", (), "en", True),
        ("01.AI", "notes/a.md", ("de", "en"), "de", True),
        (ENGLISH, "notes/a.md", ("de", "fr"), "de", True),
        (ENGLISH, "notes/a-fr.md", ("de", "fr"), "fr", False),
    ],
)
def test_the_language_is_given_marked_or_told_by_the_text(text, path, languages, lang, said_so):
    """The field comes first, then a mark in the path, then the text, then the default; a guess is said."""
    made = loaded(text, path, msgspec.structs.replace(CONFIG, site=config.Site(languages=languages)))
    assert made.note.lang == lang
    assert ("lang-inferred" in [one.rule for one in made.found]) == said_so


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("vento.pt-BR.md", "pt-BR"), ("vento-pt.md", "pt"), ("pt-BR/vento.md", "pt-BR"), ("the-new-pt.md", "pt"),
        ("vento.md", ""), ("what-is-it.md", ""), ("bericht-EU.md", ""), ("a-xx.md", ""),
    ],
)  # fmt: skip
def test_a_mark_that_does_not_count_is_named(path: str, mark: str):
    """Where a path seems to name a language that the site does not list, the warning says why it was not read."""
    made = load.note(File(f"notes/{path}", b"O vento gira as turbinas."), Config(catalogues=("de", "en")))
    (hint,) = (one.hint for one in made.found if one.rule == "lang-inferred")
    assert hint.partition("; ")[2] == (f"{mark} in the path counts if [site] languages lists it" if mark else "")


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("# Strom\n\nText.", "Strom", "Text."),
        ("### *Strom* & `Netz`\n\nText.", "Strom & Netz", "Text."),
        ("Vorweg.\n\n# Strom\n\nText.", "Strom", "Vorweg. Text."),
        ("Erst das. Dann mehr.\n\n## Strom", "Erst das", "Erst das. Dann mehr. Strom"),
        ("- Punkt\n\nErst das. Dann.", "Erst das", "Punkt Erst das. Dann."),
        ("```\ncode\n```", "strompreis", "code"),
        ("[A: b](https://a.example)", "strompreis", ""),
    ],
)
def test_a_title_is_the_first_heading_or_the_first_sentence(text, title, rest):
    """A heading that became the title is not shown twice; a note without words is named by its file."""
    made = loaded("---\nlang: de\n---\n" + text, "notes/2025-01-01-strompreis.md")
    assert (made.note.title, words(made.note)) == (title, rest)
    assert said(made) == ["warning title-inferred"]


@pytest.mark.parametrize(
    ("title", "heading", "stays"),
    [
        ("Strom", "Strom", False),
        ("Der Strom!", "der STROM", False),
        ("Strom", "Netz", True),
        ("'!!!'", "???", True),
        ("'!!!'", "!!!", False),
    ],
)
def test_a_heading_that_repeats_the_title_is_dropped(title, heading, stays):
    """Whatever its case and punctuation; another heading stays, even where neither has a letter."""
    note = read(f"---\ntitle: {title}\nlang: de\n---\n## {heading}\n\nText.\n")
    assert words(note) == (f"{heading} Text." if stays else "Text.")


@pytest.mark.parametrize(
    ("text", "path", "date"),
    [
        (HEAD, "notes/2025-07-18-a.md", "2025-07-18"),
        ("---\ntitle: T\nlang: de\ndate: 2024-01-01\n---\n", "notes/2025-07-18-a.md", "2024-01-01"),
        (" date 2025-07-18 Der Strom.", "notes/a.md", "2025-07-18"),
        ("\n\nDate: 2025-07-18\n\nDer Strom.", "notes/a.md", "2025-07-18"),
        (" date 2025-07-18 Der Strom.", "notes/2024-01-01-a.md", "2024-01-01"),
        (" date 2025-02-30 Der Strom.", "notes/a.md", ""),
        (HEAD + " date 2025-07-18 Der Strom.", "notes/a.md", ""),
        (HEAD, "notes/2025-13-45-a.md", ""),
    ],
)
def test_a_date_is_given_named_or_leading(text, path, date):
    """The field comes first, then the file's name, then a date that the text begins with."""
    assert read(text, path).date == date


def test_a_leading_date_is_no_text_and_keeps_the_lines():
    """It is left out of the text, said at its line, and moves nothing that comes after it."""
    made = loaded(f"\n date 2025-07-18 {GERMAN}\n\nMehr unter https://a.example/b steht dort.")
    assert "2025" not in words(made.note)
    assert "warning date-inferred 2" in said(made)
    assert made.note.citations[0].line == 4


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("# Kopf\n\n- Punkt\n\nDer *Strom* wird [teurer](a.md).\n\nMehr.", "Der Strom wird teurer."),
        ("Wort " * 60, "Wort " * 39 + "Wort…"),
        ("[A: b](https://a.example)", ""),
    ],
)
def test_a_description_is_the_first_paragraph(text, description):
    """Plain, and cut at a word."""
    assert read(HEAD + text).description == description


# --- clippings -------------------------------------------------------------------------------------------

SENTENCES = [
    "„Das ist“, sagte sie, „ein langer Satz, der in einer Zeile steht und dort auch endet, wie es sich gehört.“",
    GERMAN, ENGLISH,
    "Warum das so ist, weiß niemand so genau, obwohl viele gern darüber reden, wenn sie gefragt werden und Zeit haben?",
]  # fmt: skip


@given(st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=8), st.sampled_from(["", "\n", "\n\n"]))
def test_each_line_of_a_clipping_is_a_paragraph(lines, end):
    """A text without blank lines keeps every line as a paragraph of its own."""
    note = read("\n".join(lines) + end)
    assert html(note).count("<p>") == len(lines)
    assert words(note) == " ".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        GERMAN,
        f"{GERMAN}\n\n{GERMAN}",
        "Der Preis für Strom ist\nim letzten Jahr gestiegen, und\ndie Gründe dafür sind nicht neu.",
        f"{GERMAN}\n- Punkt\n- Punkt",
        f"# Kopf\n{GERMAN}",
        f"{GERMAN}  \n{GERMAN}",
        f"{GERMAN}\\\n{GERMAN}",
        f"{GERMAN}\n|a|b|\n|-|-|",
        f"{GERMAN}\n```\ncode\n```",
        "",
    ],
)
def test_other_texts_are_no_clippings(text):
    """Blank lines, marks of blocks, hard breaks and lines wrapped by an editor make it a text like any other."""
    assert not prose.is_clipping(text)


def test_a_clippings_lines_are_those_of_the_file():
    """Blank lines around it, and a front matter before it, are counted."""
    note = read(HEAD + f"\n\n{GERMAN}\n{GERMAN} Mehr: https://a.example/b.\n\n")
    assert [one.line for one in note.citations] == [8]


# --- slips -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "meant"),
    [
        ("titel", "title"),
        ("langauge", "lang"),
        ("Tags", "tags"),
        ("descripton", "description"),
        ("quellen", "sources"),
        ("autor", "authors"),
    ],
)
def test_a_slip_of_the_pen_is_noticed(field, meant):
    """An unknown field that looks like one of ours is a warning with the one that was meant."""
    (found,) = loaded(f"---\ntitle: T\nlang: de\n{field}: x\n---\n").found
    assert (found.rule, found.severity, found.line) == ("field-unknown", "warning", 4)
    assert found.hint == f"did you mean {meant}?"


def test_other_fields_are_the_sites_own():
    """A field that looks like none of ours is kept for templates, without a word."""
    made = loaded("---\ntitle: T\nlang: de\nmood: {good: [yes, ~]}\n---\n")
    assert made.found == ()
    assert made.note.extra == {"mood": {"good": ["yes", None]}}


def test_pictures_from_elsewhere_are_told():
    """A page loads nothing from other hosts, and the author hears of it at the line."""
    assert said(loaded(HEAD + "Text.\n\n![a](https://a.example/b.jpg)\n")) == ["warning picture-remote 7"]


# --- what a note asks of us ------------------------------------------------------------------------------


def test_a_note_ignores_rules_and_no_reader_sees_it():
    """A comment names rules to ignore wherever it stands outside code, and nothing of it is on the page."""
    asked = "<!-- notesite: ignore figures-differ -->"
    made = read(f"{HEAD}\n{asked}\n\nA <!-- notesite: ignore sources-differ --> b.\n\n`{asked}`\n")
    assert made.ignored == ("figures-differ", "sources-differ")
    assert html(made).count("ignore") == 1
    plain = read(f"{HEAD}\nA  b.\n\n`{asked}`\n")
    assert html(made).split() == html(plain).split()
    assert read(f"{HEAD}\n`{asked}`\n").ignored == ()


def test_a_source_list_stays_one_with_a_remark_below_it():
    """A remark at the end of a note takes nothing from the source list above it."""
    text = f"{HEAD}\nText.\n\n[A: b](https://a.example/c)\n\n[D: e](https://d.example/f)\n"
    asked = "\n<!-- notesite: ignore label-untitled -->\n"
    assert read(text + asked).citations == read(text).citations


def test_a_slip_in_a_remark_is_said_at_its_line():
    """A rule that there is not is a warning at the line of the file, in a clipping, too."""
    made = loaded(f"{HEAD}\nText.\n\n<!-- notesite: ignore figurs-differ -->\n")
    assert [(one.rule, one.line, one.hint) for one in made.found] == [
        ("rule-unknown", 8, "did you mean figures-differ?")
    ]
    clipping = loaded(f"{ENGLISH}\n{ENGLISH}\n<!-- notesite: ignore figurs -->\n{ENGLISH}\n", "notes/a-en.md")
    assert "warning rule-unknown 3" in said(clipping)
