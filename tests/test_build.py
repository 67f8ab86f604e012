"""The whole pipeline as stories: build, edit, build again; and builds that are killed, interrupted or short of room."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notesite import disk, output, outputs, reviewing
from notesite.diagnostics import CannotGoOnError
from notesite.outputs import Output, Outputs
from strategies import Edit, accidents, edits
from support import SiteTest, built, notesite, page, problems, tree

A, B, C = (f"https://{name}.example/work" for name in "abc")


@pytest.fixture
def site(tmp_path: Path) -> SiteTest:
    """A site of five notes, built: a pair with sources, and three notes that have nothing to do with each other."""
    pair = {
        "wind_de": page("Windkraft 2025", A, B, date="2025-03-01"),
        "wind_en": page("Wind 2025", A, B, date="2025-03-02"),
    }
    alone = {f"{name}_de": page(name.title(), description=name) for name in ("eins", "zwei", "drei")}
    return SiteTest(tmp_path / "site", **pair, **alone).build()


# --- what is made again, and what is not -----------------------------------------------------------------


def test_nothing_changed_makes_nothing(site: SiteTest):
    """A second build makes no page and writes no file."""
    assert site.build().made == set()
    assert (site.report.written.written, site.report.written.removed) == (0, 0)


def test_a_new_text_makes_one_page(site: SiteTest):
    """Where only the text of a note changed, only its own page is made."""
    site.notes(eins_de=page("Eins", text="Ein neuer Absatz.", description="eins")).build().expect_fresh()
    assert site.report.reasons == {"de/eins/index.html": "what it shows changed"}


def test_a_new_title_makes_no_stranger(site: SiteTest):
    """A new title makes the note's page, its lists and its neighbours again, and no other note's page."""
    site.notes(wind_en=page("Wind power 2025", A, B, date="2025-03-02")).build().expect_fresh()
    notes = {
        path for path in site.made if path.count("/") == 2 and path.split("/")[1] in ("wind", "eins", "zwei", "drei")
    }
    assert notes == {"en/wind/index.html"}
    assert {"en/index.html", "en/2025/index.html", "en/feed.xml"} <= site.made


def test_a_new_source_makes_its_pages(site: SiteTest):
    """A source more makes the note's page and the index's, and leaves the pages of other publishers and notes."""
    site.notes(eins_de=page("Eins", C, description="eins")).build().expect_fresh()
    assert {"de/eins/index.html", "de/quellen/index.html", "de/quellen/c.example/index.html"} <= site.made
    assert not {"de/zwei/index.html", "en/wind/index.html", "de/quellen/a.example/index.html"} & site.made
    assert site.report.reasons["de/quellen/c.example/index.html"] == "it is new"


def test_a_translation_is_found_and_lost(site: SiteTest):
    """With its sources gone the partner's page loses the switcher; with them back it is as before."""
    before = site.files
    site.notes(wind_en=page("Gales")).build().expect_fresh()
    assert "de/wind/index.html" in site.made
    assert site.files["de/wind/index.html"] != before["de/wind/index.html"]
    site.notes(wind_en=page("Wind 2025", A, B, date="2025-03-02")).build()
    assert site.files == before


def test_a_withdrawn_note_goes(site: SiteTest):
    """The page of a note that went is removed with its folder; foreign files stay, in that folder, too."""
    site.write({"build/CNAME": "host", "build/de/zwei/mine.txt": "mine"})
    site.remove("notes/eins-de.md", "notes/zwei-de.md").build()
    assert not (site.output / "de/eins").exists()
    assert [path for path in site.files if "zwei" in path or path == "CNAME"] == ["CNAME", "de/zwei/mine.txt"]
    site.remove("build/CNAME", "build/de/zwei").expect_fresh()


def test_a_note_moves(site: SiteTest):
    """A new slug moves the page; with the old address as an alias, that leads on."""
    site.notes(eins_de=page("Eins", slug="uno", aliases=["/de/eins/"])).build().expect_fresh()
    assert b"/de/uno/" in site.files["de/eins/index.html"]
    assert b"<h1>Eins</h1>" in site.files["de/uno/index.html"]


def test_a_page_becomes_a_folder_and_a_page_again(site: SiteTest):
    """An address that was a page and is to be a folder, and the other way round, is built as from nothing."""
    for permalink in ("/x.html", "/x.html/tief/", "/x.html"):
        site.notes(eins_de=page("Eins", permalink=permalink)).build().expect_fresh()


def test_templates_and_messages_make_all(site: SiteTest):
    """An own template or message makes every page again; without it all is as before."""
    before = site.files
    own = '{% extends "notesite/note.html" %}{% block near %}<p>eigen</p>{% endblock %}'
    site.write({"templates/note.html": own}).build().expect_fresh()
    assert b"<p>eigen</p>" in site.files["de/eins/index.html"]
    assert set(site.report.reasons.values()) == {"a template or message changed"}
    assert site.remove("templates").build().files == before


def test_settings_reach_every_page_they_concern(site: SiteTest):
    """A new title of the site is on every page, a new address in every address that is whole."""
    site.write({"notesite.toml": '[site]\ntitle = "Notizbuch"\nurl = "https://notes.example/"'}).build().expect_fresh()
    pages = [data for path, data in site.files.items() if path.endswith(".html") and not path.startswith("alt/")]
    assert all(b"Notizbuch" in data for data in pages)
    assert b"https://notes.example/de/eins/" in site.files["sitemap.xml"]


@pytest.mark.parametrize("asked", [{"base_url": "/repo/"}, {"drafts": True}, {"clean": True}])
def test_what_was_asked_once_leaves_no_trace(site: SiteTest, asked: dict[str, object]):
    """A build asked for something else, and then the usual one again, is as if nothing had been."""
    site.notes(entwurf_de=page("Entwurf", draft=True))
    before = site.build().files
    assert site.build(**asked).expect_fresh(**asked).report.written
    assert site.build().files == before


def test_time_publishes(site: SiteTest):
    """A note dated in the future is built from its day on."""
    site.notes(morgen_de=page("Morgen", date="2025-09-02")).build()
    assert "de/morgen/index.html" not in site.files
    command = ["build", "-s", site.root, "--today", "2025-09-02"]
    assert notesite(*command).returncode == 0
    assert "de/morgen/index.html" in site.files


def test_a_link_to_what_is_not_published_says_so(site: SiteTest):
    """A link to a draft or a future note, by file or address, says which note that is and why it leads nowhere yet."""
    said = {
        "warten-de.md": "notes/warten-de.md is a draft",
        "/de/warten/": "notes/warten-de.md is a draft",
        "morgen-de.md": "notes/morgen-de.md is dated in the future, 2025-09-02",
    }
    linking = page("Eins", text=" ".join(f"[x]({link})" for link in said))
    site.notes(eins_de=linking, warten_de=page("Warten", draft=True), morgen_de=page("Morgen", date="2025-09-02"))
    lost = [one.message for one in site.build().report.found if one.rule == "link-broken"]
    assert lost == sorted(f"the link to {link} leads nowhere yet: {why}" for link, why in said.items())
    site.notes(morgen_de=page("Morgen", draft=True)).build().expect_fresh()
    site.notes(warten_de=page("Warten"), morgen_de=page("Morgen")).build().expect_fresh()
    assert "link-broken" not in site.rules


@pytest.mark.parametrize("damage", [b"", b"cut", None])
def test_a_damaged_page_is_mended(site: SiteTest, damage: bytes | None):
    """A page that was cut or deleted is made again, alone, and so are files that were copied or come with it."""
    for path in (
        "de/eins/index.html",
        "robots.txt",
        ".nojekyll",
        next(path for path in site.files if path.endswith(".css")),
    ):
        site.remove(f"build/{path}")
        if damage is not None:
            site.write({f"build/{path}": damage or b"x"})
    site.build().expect_fresh()
    assert site.made == {"de/eins/index.html", "robots.txt"}


def test_each_page_is_mended_alone(site: SiteTest):
    """Whichever page is deleted, it comes back as it was, and nothing else is made: the others need not be planned."""
    site.write({"notesite.toml": '[site]\nurl = "https://notes.example/"\n'}).build()
    for path in sorted(site.report.reasons):
        assert site.remove(f"build/{path}").build().made == {path}
        site.expect_fresh()


def test_a_clean_build_makes_all_and_changes_nothing(site: SiteTest):
    """With --clean every page is made anew, and where nothing changed no file is written."""
    assert site.build(clean=True).report.written.written == 0
    assert len(site.made) == len([path for path in site.files if not path.startswith(("assets/", ".nojekyll"))])


def test_two_outputs_do_not_mix(site: SiteTest):
    """Each output folder is remembered by itself."""
    site.notes(eins_de=page("Uno")).build(output="public")
    assert tree(site.root / "public") == site.fresh()
    assert site.build().made
    assert site.files == tree(site.root / "public")


def test_files_beside_notes_come_along(site: SiteTest):
    """A linked file is copied beside the page, changed with it, and goes when nothing links it any more."""
    linking = page("Eins", text="[Plan](plan.pdf)")
    site.notes(eins_de=linking).write({"notes/plan.pdf": "one", "assets/logo.svg": "<svg/>"}).build()
    site.write({"notes/plan.pdf": "two"}).build().expect_fresh()
    assert (site.files["de/eins/plan.pdf"], site.files["assets/logo.svg"]) == (b"two", b"<svg/>")
    site.notes(eins_de=page("Eins")).remove("assets").build().expect_fresh()
    assert "de/eins/plan.pdf" not in site.files


def test_files_in_a_source_list_come_along(tmp_path: Path):
    """What a source list links beside its addresses is linked on the page and copied there, and a lost link is told."""
    listed = "- [Amt: Bericht](papier.pdf)\n- [Eigene Notiz](wind-de.md)\n- [Haus: Zwei](https://haus.example/zwei)\n"
    site = SiteTest(tmp_path, strom_de=page("Strom", lang="de", text=f"Text.\n\n## Quellen\n\n{listed}"))
    site.write({"notes/papier.pdf": "%PDF"}).build()
    assert site.files["de/strom/papier.pdf"] == b"%PDF"
    made = site.files["de/strom/index.html"].decode()
    assert 'href="/de/strom/papier.pdf"' in made
    assert 'href="/de/quellen/haus.example/' in made
    assert [(one.rule, one.line) for one in site.report.found if one.path] == [("link-broken", 11)]


# --- what is wrong ---------------------------------------------------------------------------------------

BROKEN = "---\ntitle: [\n---\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("notes/zwei-de.md", BROKEN),
        ("notes/vier-de.md", page("Vier", slug="eins")),
        ("templates/note.html", "{{ page.unheard_of }}"),
        ("templates/note.html", "{% if %}"),
        ("templates/locales/de/LC_MESSAGES/messages.po", "msgid"),
    ],
)
def test_an_error_leaves_the_last_good_site(site: SiteTest, path: str, text: str):
    """Whatever is wrong, the output stays as it was to the byte, and the next build is as from nothing."""
    before = site.files
    site.write({path: text, "notes/drei-de.md": page("Anders")}).build()
    assert site.report.written is None
    assert path in {one.path for one in site.report.found if one.severity == "error"}
    assert site.files == before
    site.remove(path).build().expect_fresh()


def test_settings_that_cannot_be_read_end_the_run(site: SiteTest):
    """A fault in the settings ends the run before anything is read, and the output stays."""
    before = site.files
    site.write({"notesite.toml": "[site]\ntitel = 'x'"})
    (said,) = problems(site.root)
    assert (said.rule, said.path, said.line) == ("settings", "notesite.toml", 2)
    assert site.files == before


@pytest.mark.parametrize(
    "pattern", ["/../{slug}/", "/{slug}/../../x/{lang}", "/./{slug}/", "/{slug}/}", "/{slug}/{", "/{slug:9}/"]
)
def test_no_setting_leads_out_of_the_output(tmp_path: Path, pattern: str):
    """An address pattern with dots for folders, or that is no pattern, is refused with its line; nothing is written."""
    site = SiteTest(tmp_path / "site", a_de=page("A")).write({"notesite.toml": f'[site]\npermalink = "{pattern}"'})
    (said,) = problems(site.root)
    assert (said.rule, said.path, said.line) == ("settings", "notesite.toml", 2)
    assert [path for path in tree(tmp_path) if path.endswith(".html")] == []


def test_keep_going_builds_the_rest(site: SiteTest):
    """Asked to keep going, a build leaves broken notes out, gives an address to one of two, and writes the rest."""
    site.notes(zwei_de=BROKEN, vier_de=page("Vier", slug="eins"), fuenf_de=page("Fuenf")).build(keep_going=True)
    assert {"front-matter", "address-taken"} <= site.rules
    assert "de/fuenf/index.html" in site.files
    assert "de/zwei/index.html" not in site.files
    assert b"<h1>Eins</h1>" in site.files["de/eins/index.html"]
    site.expect_fresh(keep_going=True)


def test_keep_going_without_a_page(site: SiteTest):
    """A page that its template prevents is left out, said once, and made as soon as the template is mended."""
    before = site.files
    site.write({"templates/note.html": "{{ page.unheard_of }}"}).build(keep_going=True).expect_fresh(keep_going=True)
    assert [one.path for one in site.report.found if one.severity == "error"] == ["templates/note.html"]
    assert {"de/index.html", "index.html"} <= site.files.keys()
    assert "de/eins/index.html" not in site.files
    assert site.remove("templates").build().files == before


def test_strictness_is_about_warnings(site: SiteTest):
    """Asked to be strict, a build with a warning writes nothing; the usual one does, and passes."""
    site.notes(eins_de=page("Uno"))
    before = site.files
    assert site.build(strict=True).report.written is None
    assert site.files == before
    assert site.build().report.written


# --- the law ---------------------------------------------------------------------------------------------


@settings(max_examples=8)
@given(st.lists(st.one_of(edits, edits, accidents), min_size=2, max_size=5))
def test_incremental_equals_clean(script: list[Edit]):
    """After any edits and accidents a build gives the bytes that a build from nothing gives, and then rests."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        site = SiteTest(Path(folder) / "site", eins_de=page("DeepSeek", A, B), one_en=page("DeepSeek", A, B)).build()
        for edit in script:
            edit.do(site)
            going = {} if site.build().report.written else {"keep_going": True}
            (site.build(**going) if going else site).expect_fresh(**going)
        assert site.build(**going).made == set() or any(one.severity == "error" for one in site.report.found)


def test_one_process_or_two(site: SiteTest):
    """Read by two processes, the notes become the same bytes."""
    for jobs in ("1", "2"):
        command = ["build", "-s", site.root, "-o", site.root / f"by-{jobs}", "--jobs", jobs, "--today", "2025-09-01"]
        assert notesite(*command).returncode == 0
    assert tree(site.root / "by-1") == tree(site.root / "by-2") == site.files


def test_many_notes_have_processes_beside_them(site: SiteTest):
    """Where notes are many, others look at outputs, gather the first index and find doubts; the bytes are the same."""
    alone = site.files
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reviewing, "_MANY", 1)
        patch.setattr(output, "_MANY", 1)
        assert site.remove("build", ".notesite").build(jobs=2).files == alone
        assert site.build(jobs=2, clean=True).files == alone
        site.notes(wind_de=page("Windkraft 2025", A, C, date="2025-03-01")).build(jobs=2)
    site.expect_fresh()


def test_names_of_a_killed_build_hide_no_collision(site: SiteTest):
    """What a killed build was about to write lies beside nothing: two notes at one address are still an error."""
    name = disk.name_of(site.root, site.output)
    known = outputs.decoded(disk.recalled(site.root, f"files-{name}"))
    begun = {**known.files, "de/Eins/index.html": Output("")}
    disk.keep(site.root, f"files-{name}", outputs.encoded(Outputs(token=known.token, files=begun)))
    site.notes(vier_de=page("Vier", permalink="/de/Eins/")).build()
    assert "address-taken" in site.rules


# --- builds that come to an end before their end ---------------------------------------------------------

# Runs the command line, counts what it changes below a folder, and acts before a certain change: no clock is
# involved, so a run comes to the same point every time.
WATCHED = """
import atexit, json, os, resource, signal, sys
from notesite import cli
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell's background jobs ignore
root, at, act, limit = json.loads(sys.argv.pop(1))
seen = 0

def watch(event, args):
    global seen
    if event not in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir") or not str(args[0]).startswith(root):
        return
    if event == "open" and not args[2] & (os.O_WRONLY | os.O_RDWR):
        return
    seen += 1
    if seen == at and act == "wait":
        os.write(1, b"waiting")
        os.read(0, 1)
    elif seen == at:
        os.kill(os.getpid(), getattr(signal, act))

if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL if act == "cut" else signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
atexit.register(lambda: print(seen))
sys.addaudithook(watch)
cli.main()
"""


def watched(root: Path, at: int = 0, act: str = "", limit: int = 0) -> list[str]:
    """The command line of a build that ends: before its change number `at`, or with files of `limit` bytes."""
    told = json.dumps([str(root), at, act, limit])
    asked = ["-s", str(root), "-o", str(root / "build"), "--today", "2025-09-01"]
    return [sys.executable, "-c", WATCHED, told, "build", *asked]


def ended(root: Path, at: int = 0, act: str = "", limit: int = 0) -> subprocess.CompletedProcess[str]:
    """How such a build ended."""
    command = watched(root, at, act, limit)
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)


@dataclass(frozen=True)
class Story:
    """A site that was built (`first`) and then edited: its output, what that is to become, in how many changes.

    `texts` are notes that are written where the last build left its stamp: a copy has other times, and no stamp holds.
    """

    first: Path
    root: Path
    old: Mapping[str, bytes]
    new: Mapping[str, bytes]
    changes: int = 0
    texts: Mapping[str, str] = field(default_factory=dict)

    def copied(self, target: Path) -> SiteTest:
        """The site as it is, elsewhere."""
        shutil.copytree(self.first if self.texts else self.root, target)
        site = SiteTest(target)
        if self.texts:
            time.sleep(2 * disk.TICK / 1e9)  # else the files are too young for a stamp
            site.build().notes(**self.texts)
        return site

    def is_whole(self, files: Mapping[str, bytes]) -> None:
        """No page is cut, and none is missing that was there and is to be."""
        shown = {path: data for path, data in files.items() if not path.startswith(".notesite-tmp/")}
        assert [path for path, data in shown.items() if data not in (self.old.get(path), self.new.get(path))] == []
        assert self.old.keys() & self.new.keys() <= shown.keys()

    def goes_on(self, site: SiteTest) -> None:
        """The next build gives the fresh bytes, and nothing unfinished is left."""
        assert site.build().report.written, site.report.found
        assert site.files == self.new
        left = [path.name for path in (site.root / ".notesite").rglob("*") if path.is_file()]
        whole = re.compile(r"(?:pages|files|stamp|texts|around)-[0-9a-f-]+|\d\d|links|doubts|index|templates|messages")
        assert [name for name in left if not whole.fullmatch(name)] == ["lock"]
        assert not (site.output / ".notesite-tmp").exists()


@pytest.fixture(scope="module", params=["texts alone", "all kinds"])
def story(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Story:
    """Notes built, and edited: three texts; or one grows, one is withdrawn, one new, one moves, a page is a folder."""
    root = tmp_path_factory.mktemp("story") / "site"
    if request.param == "texts alone":
        return texts_alone(root)
    first = root.parent / "first"
    notes = {f"n{n}_de": page(f"Notiz {n}", A, B, date=f"2025-01-0{n}", tags=["x"]) for n in range(1, 5)}
    site = SiteTest(root, **notes, seite_de=page("Seite", permalink="/x.html")).write({"assets/a.bin": b"a"}).build()
    shutil.copytree(root, first)
    long = "Ein langer Absatz. " * 6000
    site.notes(n1_de=page("Notiz 1", A, text=long), n3_de=page("Notiz 3", A, B, C, slug="moved"), neu_de=page("Neu", C))
    site.notes(seite_de=page("Seite", permalink="/x.html/tief/")).write({"assets/a.bin": b"b"}).remove("notes/n2-de.md")
    return told(first, site)


def texts_alone(root: Path) -> Story:
    """A story of texts that nobody else reads."""
    first = root.parent / "first"
    many = {f"n{n}_de": page(f"Notiz {n}", A, B, text="Ein Wort. " * 12_000, description="x") for n in range(1, 5)}
    site = SiteTest(root, **many).write({"assets/a.bin": b"a"}).build()
    shutil.copytree(root, first)
    changed = {name: text.replace("Wort", "Satz") for name, text in many.items() if name != "n4_de"}
    return told(first, site.notes(**changed), changed)


def told(first: Path, site: SiteTest, texts: Mapping[str, str] | None = None) -> Story:
    """The story of a site that was built first as it lies there, and edited since."""
    story = Story(first, site.root, site.files, site.fresh(), texts=texts or {})
    with tempfile.TemporaryDirectory(dir=site.root.parent) as elsewhere:
        changes = int(ended(story.copied(Path(elsewhere) / "site").root).stdout)
    return replace(story, changes=changes)


KILLS = 16


@pytest.mark.parametrize("point", range(KILLS))
def test_a_killed_build_harms_nothing(story: Story, tmp_path: Path, point: int):
    """Killed before any of its changes, a build leaves whole pages, all of them, and the next one a fresh site."""
    site = story.copied(tmp_path / "site")
    at = 1 + point * (story.changes - 1) // (KILLS - 1)
    assert ended(site.root, at, "SIGKILL").returncode == -9
    story.is_whole(site.files)
    story.goes_on(site)


@pytest.mark.parametrize("limit", [1, 20_000, 100_000])
def test_a_build_killed_in_the_middle_of_a_file_harms_nothing(story: Story, tmp_path: Path, limit: int):
    """Killed by the system while it writes a file, a build leaves no cut page."""
    site = story.copied(tmp_path / "site")
    assert ended(site.root, act="cut", limit=limit).returncode == -25  # SIGXFSZ
    story.is_whole(site.files)
    story.goes_on(site)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 1])
def test_a_killed_build_can_be_taken_back(story: Story, tmp_path: Path, part: float):
    """Where the edits are undone after a killed build, the next one gives the first bytes again."""
    site = story.copied(tmp_path / "site")
    assert ended(site.root, int(part * story.changes), "SIGKILL").returncode == -9
    for folder in ("notes", "assets"):
        shutil.rmtree(site.root / folder)
        shutil.copytree(story.first / folder, site.root / folder)
    assert site.build().files == story.old
    assert not list(site.root.glob("**/part"))


def test_kill_points_reach_into_the_output(story: Story, tmp_path: Path):
    """The last points of the test above lie among the pages: some files are new there and some are not."""
    site = story.copied(tmp_path / "site")
    ended(site.root, story.changes * 3 // 4, "SIGKILL")  # before, pages are held ready
    changed = {path for path in story.new if site.files.get(path) == story.new[path] != story.old.get(path)}
    assert changed
    assert changed < {path for path in story.new if story.new[path] != story.old.get(path)}


SMALL_DISK = """
mkdir full && cp -a build/. full && mount -t tmpfs -o size="$1" tmpfs build && cp -a full/. build && shift && "$@"
code=$?
rm -r full && cp -a build full
exit $code
"""
UNSHARED = ["unshare", "--map-root-user", "--mount"]
MAY_MOUNT = (
    shutil.which("unshare") and not subprocess.run([*UNSHARED, "true"], capture_output=True, check=False).returncode
)


def on_a_small_disk(site: SiteTest) -> subprocess.CompletedProcess[str]:
    """A build whose output folder has a disk of its own, with room for what is there and a little more."""
    room = sum(-(-len(data) // 4096) * 4096 for data in site.files.values()) + 80_000
    start = [*UNSHARED, "sh", "-c", SMALL_DISK, "sh", str(room), sys.executable, "-m", "notesite", "build"]
    done = subprocess.run([*start, "--today", "2025-09-01"], cwd=site.root, capture_output=True, text=True, timeout=120)
    shutil.rmtree(site.output)
    (site.root / "full").rename(site.output)
    return done


def test_a_limit_on_files_leaves_no_cut_page(story: Story, tmp_path: Path):
    """Where the system takes no more bytes, the build ends with a sentence and exit 1, and all pages are whole."""
    site = story.copied(tmp_path / "site")
    done = ended(site.root, limit=100_000)
    assert (done.returncode, "cannot be written: File too large" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr
    story.is_whole(site.files)
    story.goes_on(site)


@pytest.mark.parametrize("way", ["a small disk"] if MAY_MOUNT else [])
def test_a_full_disk_leaves_no_cut_page(story: Story, tmp_path: Path, way: str):
    """On a disk that fills up, the build ends with a sentence and exit 1, and all pages are whole."""
    site = story.copied(tmp_path / "site")
    done = on_a_small_disk(site)
    assert (done.returncode, "cannot be written: No space left on device" in done.stderr) == (1, True), done.stderr
    assert "Traceback" not in done.stderr
    assert not [path for path in site.files if path.startswith(".notesite-tmp")]
    story.is_whole(site.files)
    story.goes_on(site)


def test_a_second_build_is_refused(story: Story, tmp_path: Path):
    """While a build is under way another one is refused with a sentence, and the first one ends well."""
    site = story.copied(tmp_path / "site")
    first = subprocess.Popen(
        watched(site.root, 9, "wait"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert first.stdout.read(7) == b"waiting"
    second = notesite("build", "-s", site.root)
    first.communicate(b"go", timeout=60)
    assert (first.returncode, second.returncode) == (0, 1)
    assert "another build of this site is running" in second.stderr
    assert site.files == story.new


@pytest.mark.parametrize("part", [0.05, 0.5, 0.99])
def test_an_interrupted_build_ends_with_130(story: Story, tmp_path: Path, part: float):
    """Ctrl-C ends a build with 130 and no traceback; nothing is cut, and nothing unfinished left."""
    site = story.copied(tmp_path / "site")
    done = ended(site.root, 1 + int(part * (story.changes - 1)), "SIGINT")
    assert (done.returncode, done.stderr.strip()) == (130, "")
    assert not (site.output / ".notesite-tmp").exists()
    story.is_whole(site.files)
    story.goes_on(site)


# A worker comes to the code of a note, imports the library that colours it, and sends Ctrl-C to all.
INTERRUPTED = """
import os, signal, sys
from notesite import cli
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell's background jobs ignore
own = os.getpid()

def watch(event, args):
    if event == "import" and args[0] == "pygments" and os.getpid() != own:
        try:
            os.mkdir("sent")
        except FileExistsError:
            return
        os.killpg(0, signal.SIGINT)

sys.addaudithook(watch)
cli.main()
"""


def test_ctrl_c_reaches_all_processes(tmp_path: Path):
    """Ctrl-C at a terminal goes to every process of a build: none says a word, and the exit code is 130."""
    code = page("A", text="```python\nprint(1)\n```")
    site = SiteTest(tmp_path, **{f"notiz{n}_de": code for n in range(9)})
    command = [sys.executable, "-c", INTERRUPTED, "build", "-s", str(site.root), "--jobs", "2"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, start_new_session=True, timeout=60)
    assert (done.returncode, done.stderr.strip()) == (130, "")
    assert not site.output.exists()


def test_what_ends_a_build_at_once_is_raised(tmp_path: Path):
    """Faults that make every later step meaningless are raised, for callers who build in their own process."""
    with pytest.raises(CannotGoOnError, match="there is no folder"):
        built(tmp_path / "gone")
