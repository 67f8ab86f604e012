"""The only file access, on real files: what is read, what is refused, and an output folder that no accident cuts."""

import os
import shutil
import socket
from pathlib import Path

import pytest

from notesite import disk, output, outputs
from notesite.cache import Memory, digest
from notesite.diagnostics import CannotGoOnError, Diagnostic
from notesite.outputs import Outputs
from notesite.records import File
from notesite.runs import Written
from support import SiteTest, fill, notesite, page, problems, tree

# --- reading ---------------------------------------------------------------------------------------------


def listed(root: Path) -> tuple[str, ...]:
    """The files of notes/ that are looked at, as far as nothing is wrong with them."""
    listing = disk.list_files(root, "notes")
    assert listing.found == ()
    return listing.paths


def doubts(root: Path) -> list[tuple[str, str, str]]:
    """What a build says of files: severity, rule, path."""
    rules = {"unreadable", "link-skipped", "file-name", "too-large"}
    return [(one.severity, one.rule, one.path) for one in problems(root) if one.rule in rules]


def test_files_are_listed_in_order(tmp_path: Path):
    """All files below the folder, by path; what is hidden and what tools leave behind is not looked at."""
    names = ("b.md", "a/c.md", "a.md", ".hidden.md", ".git/x.md", "node_modules/x.md", "__pycache__/x.md")
    fill(tmp_path, {f"notes/{name}": "" for name in names})
    assert listed(tmp_path) == ("notes/a.md", "notes/a/c.md", "notes/b.md")


def test_no_folder_is_an_empty_one(tmp_path: Path):
    """A site without a folder for notes has none, and that is no fault of reading."""
    assert listed(tmp_path) == ()


def test_a_folder_named_as_a_note_is_a_folder(tmp_path: Path):
    """A folder called x.md is walked as any other."""
    fill(tmp_path, {"notes/x.md/y.md": ""})
    assert listed(tmp_path) == ("notes/x.md/y.md",)


def test_a_pipe_is_no_note(tmp_path: Path):
    """A named pipe called x.md is refused by name, and does not hang the build."""
    site = SiteTest(tmp_path, a_de=page("A"))
    os.mkfifo(tmp_path / "notes" / "x.md")
    assert doubts(site.root) == [("error", "unreadable", "notes/x.md")]


def test_a_socket_is_no_note(tmp_path: Path):
    """A socket called x.md is refused by name."""
    (tmp_path / "notes").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("notes/x.md")  # relative: the address of a socket has little room
        assert doubts(tmp_path) == [("error", "unreadable", "notes/x.md")]


@pytest.mark.parametrize("where", ["assets", "notes"])
def test_a_pipe_is_no_file_to_copy(tmp_path: Path, where: str):
    """A pipe in place of a file that was copied once, even an empty one, is refused by name and does not hang."""
    site = SiteTest(tmp_path, a_de=page("A", text=f"[x](/{where}/x.bin)")).write({f"{where}/x.bin": ""}).build()
    (tmp_path / where / "x.bin").unlink()
    os.mkfifo(tmp_path / where / "x.bin")
    assert doubts(site.root) == [("error", "unreadable", f"{where}/x.bin")]


def test_pipes_in_place_of_settings_and_output(tmp_path: Path):
    """A pipe named notesite.toml is refused, and one in place of a page is replaced, neither is waited for."""
    site = SiteTest(tmp_path, a_de=page("A")).build()
    (site.output / "robots.txt").unlink()
    os.mkfifo(site.output / "robots.txt")
    site.build().expect_fresh()
    os.mkfifo(tmp_path / "notesite.toml")
    assert [(one.rule, one.path) for one in problems(tmp_path)] == [("settings", "notesite.toml")]


@pytest.mark.parametrize("target", ["x.md", "../../secret.md", "/dev/zero", "gone.md"])
def test_links_out_of_the_tree_are_not_followed(tmp_path: Path, target: str):
    """A link to itself, out of the folder, to a device or to nothing is left out with a word, and read by nobody."""
    site = SiteTest(tmp_path / "site", a_de=page("A"))
    fill(tmp_path, {"secret.md": page("Secret")})
    (site.root / "notes" / "x.md").symlink_to(target)
    assert doubts(site.root) == [("warning", "link-skipped", "notes/x.md")]
    assert b"Secret" not in b"".join(site.files.values())


@pytest.mark.parametrize(("target", "is_nowhere"), [("x.md", True), ("gone.md", True), ("../../secret.md", False)])
def test_links_to_nothing_are_told_from_links_out(tmp_path: Path, target: str, is_nowhere: bool):
    """A link that leads nowhere, to itself too, is to be removed; what one leads to elsewhere is to be copied."""
    fill(tmp_path, {"secret.md": "", "site/notes/a.md": ""})
    (tmp_path / "site/notes/x.md").symlink_to(target)
    (said,) = disk.list_files(tmp_path / "site", "notes").found
    assert ("leads nowhere" in said.message, "remove it" in said.hint) == (is_nowhere, is_nowhere)
    assert ("copy the file here" in said.hint) != is_nowhere


@pytest.mark.parametrize("target", [".", "..", "../../elsewhere", "a"])
def test_linked_folders_are_not_followed(tmp_path: Path, target: str):
    """A link to a folder, to the one it lies in too, is left out with a word."""
    site = SiteTest(tmp_path / "site").write({"notes/a/b.md": page("B", lang="de")})
    fill(tmp_path, {"elsewhere/c.md": page("Secret", lang="de")})
    (site.root / "notes" / "loop").symlink_to(target)
    assert doubts(site.root) == [("warning", "link-skipped", "notes/loop")]
    assert "de/b/index.html" in site.files
    assert b"Secret" not in b"".join(site.files.values())


def test_links_within_the_tree_are_followed(tmp_path: Path):
    """A link to another note of the folder is read as a note of its own."""
    fill(tmp_path, {"notes/a.md": "text"})
    (tmp_path / "notes" / "b.md").symlink_to("a.md")
    assert listed(tmp_path) == ("notes/a.md", "notes/b.md")
    assert disk.read_note(tmp_path, "notes/b.md") == File("notes/b.md", b"text")


def test_locks_of_editors_are_not_heard_of(tmp_path: Path):
    """A hidden link to nothing, as Emacs keeps beside an open file, is nobody's business."""
    fill(tmp_path, {"notes/a.md": ""})
    (tmp_path / "notes" / ".#a.md").symlink_to("me@host.123")
    (tmp_path / "notes" / ".cache").symlink_to("/")
    assert listed(tmp_path) == ("notes/a.md",)


def test_a_name_that_is_not_utf8(tmp_path: Path):
    """A file or folder whose name is no text is left out with a word that can be printed."""
    site = SiteTest(tmp_path, a_de=page("A"))
    for name in (b"notes/caf\xe9.md", b"assets/\xff/x.png"):
        path = os.fsencode(tmp_path) + b"/" + name
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120, where pathlib knows no bytes
        with open(path, "wb"):  # noqa: PTH123
            pass
    said = doubts(site.root)
    assert [(severity, rule) for severity, rule, _ in said] == [("warning", "file-name")] * 2
    assert [path.encode("ascii") for _, _, path in said] == [b"assets/\\xff/x.png", b"notes/caf\\xe9.md"]


def test_templates_of_any_name(tmp_path: Path):
    """A template whose name is no text changes nothing and ends no build."""
    site = SiteTest(tmp_path, a_de=page("A"))
    path = os.fsencode(tmp_path) + b"/templates"
    os.makedirs(path)  # noqa: PTH103
    with open(path + b"/\xff.html", "wb"):  # noqa: PTH123
        pass
    assert site.build().report.written


def test_a_giant_is_refused_by_name(tmp_path: Path):
    """A note of 50 MB is refused by its name, and only a note's length of it is read."""
    site = SiteTest(tmp_path, a_de=page("A"))
    with (tmp_path / "notes" / "x.md").open("wb") as note:
        note.truncate(50_000_000)
    assert doubts(site.root) == [("error", "too-large", "notes/x.md")]
    assert not site.output.exists()


@pytest.mark.parametrize(("more", "kind"), [(0, File), (1, Diagnostic)])
def test_the_largest_note_is_read_whole(tmp_path: Path, more: int, kind: type):
    """The cap is sharp: a note of that size is read whole, one byte more is refused."""
    fill(tmp_path, {"notes/a.md": b"x" * (disk.LARGEST_NOTE + more)})
    read = disk.read_note(tmp_path, "notes/a.md")
    assert isinstance(read, kind)
    assert more or len(read.data) == disk.LARGEST_NOTE


# Even root cannot read what has no permission without these two capabilities; the kernel drops them at exec.
POWERLESS = """
import ctypes, os, sys
if os.geteuid() == 0:
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        assert ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) == 0  # PR_CAPBSET_DROP
os.execv(sys.executable, [sys.executable, "-m", "notesite", *sys.argv[1:]])
"""


@pytest.mark.parametrize(
    "what", ["notes/x.md", "notes/below", "notesite.toml", "templates/note.html", "templates", "assets/a.txt"]
)
def test_what_may_not_be_read_is_named(tmp_path: Path, what: str):
    """What may not be read is an error with its name: note, folder, settings, template, file; for root as for all."""
    site = SiteTest(tmp_path, x=page("X")).write(
        {"notes/below/y.md": "", "templates/note.html": "", "notesite.toml": "", "assets/a.txt": "x"}
    )
    (site.root / what).chmod(0)
    done = notesite("build", "-s", site.root, program=POWERLESS)
    (site.root / what).chmod(0o700)
    assert done.returncode == 1
    assert f"{what}: error: " in done.stderr.replace(":1: ", ": ")
    assert "Permission denied" in done.stderr
    assert not site.output.exists()


@pytest.mark.parametrize("data", [b"\xff", "[site]\ntitle = 'ü'".encode("utf-16")])
def test_settings_that_are_no_text(tmp_path: Path, data: bytes):
    """Settings that are not UTF-8 end the run with the file's name; a byte order mark does not."""
    fill(tmp_path, {"notesite.toml": data})
    with pytest.raises(CannotGoOnError) as stop:
        disk.read_settings(tmp_path)
    assert [(one.rule, one.path, one.line) for one in stop.value.diagnostics] == [("settings", "notesite.toml", 1)]
    fill(tmp_path, {"notesite.toml": "\ufeff[site]"})
    assert disk.read_settings(tmp_path) == "[site]"


def test_a_site_that_is_not_there(tmp_path: Path):
    """Another folder than there is ends the run with a sentence."""
    (said,) = problems(tmp_path / "gone")
    assert "there is no folder" in said.message


@pytest.mark.parametrize(
    ("repository", "site", "prefix"),
    [
        ("", "", ""),
        ("", "docs", "docs/"),
        ("", "docs/my notes", "docs/my notes/"),
        ("docs", "docs", ""),
        (None, "a", "a/"),
    ],
)
def test_the_way_from_the_repository_to_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repository: str | None, site: str, prefix: str
):
    """Files are called from the top of the repository, wherever one stands; where there is none, from here."""
    (tmp_path / site).mkdir(parents=True, exist_ok=True)
    if repository is not None:
        (tmp_path / repository / ".git").mkdir()
        monkeypatch.chdir("/")
    assert disk.below_repository(tmp_path / site) == prefix


def test_a_site_outside_of_everything_is_its_own_top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Without a repository and standing elsewhere, files are called from the site's root."""
    (tmp_path / "here").mkdir()
    (tmp_path / "site").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert disk.below_repository(tmp_path / "site") == ""


# --- the output folder -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "output",
    [".", "..", "notes", "notes/x", "templates", "assets/deep/er", ".notesite", "build/../notes", "link", "own/x"],
)
def test_an_output_folder_among_the_sources_is_refused(tmp_path: Path, output: str):
    """An output folder that holds the sources or lies in them, by whatever name, is refused with nothing written."""
    site = SiteTest(tmp_path / "site", a_de=page("A"))
    (site.root / "link").symlink_to("notes")
    (tmp_path / "mine").mkdir()
    (site.root / "assets").symlink_to("../mine")
    (site.root / "own").symlink_to("../mine")
    before = tree(tmp_path)
    (said,) = problems(site.root, output=output)
    assert (said.rule, said.severity) == ("output", "error")
    assert "would mix" in said.message
    assert tree(tmp_path).keys() - before.keys() <= {"site/.notesite/lock"}


@pytest.mark.parametrize("output", ["public", "../elsewhere/deep", "src"])
def test_any_other_output_folder_will_do(tmp_path: Path, output: str):
    """Inside the site or outside, there already or not, any other folder is taken."""
    site = SiteTest(tmp_path / "site", a_de=page("A")).write({"src/own.py": "mine"})
    assert site.build(output=output).report.written
    assert (site.root / output / "de/a/index.html").is_file()
    assert (site.root / "src/own.py").read_text() == "mine"


def test_an_output_folder_that_is_a_file_is_refused(tmp_path: Path):
    """A file where the output is to be stays as it is, and is named."""
    site = SiteTest(tmp_path, a_de=page("A")).write({"build": "mine"})
    (said,) = problems(site.root)
    assert "build is a file" in said.message
    assert (tmp_path / "build").read_text() == "mine"


# --- writing ---------------------------------------------------------------------------------------------


class Output:
    """An output folder, written time and again."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root / "build"

    def write(self, copies: dict[str, str] | None = None, stand: tuple[str, ...] = (), **made: str) -> Written:
        """Brought to a new state: `write(de__a="text")` makes `de/a`."""
        files = {name.replace("__", "/"): text.encode() for name, text in made.items()}
        last = output.before(self.root, self.folder)
        with output.staged(self.root, self.folder) as new:
            for path, data in files.items():
                new.put(path, data)
            done = output.publish(self.root, new, copies or {}, stand, last.outputs)
            output.remember(self.root, new, copies or {}, stand, last, Memory())
        return done

    @property
    def files(self) -> dict[str, str]:
        """What is in it."""
        return {path: data.decode() for path, data in tree(self.folder).items()}


@pytest.fixture
def out(tmp_path: Path) -> Output:
    """An output folder that is not there yet."""
    return Output(tmp_path)


def test_what_is_written_is_counted(out: Output):
    """A new state writes what changed, removes what went, and leaves what stands."""
    fill(out.root, {"notes/p.png": "picture"})
    assert out.write(a="1", de__b="2", copies={"p.png": "notes/p.png"}) == Written(3, 0, 0)
    assert out.write(a="1", de__b="3", copies={"p.png": "notes/p.png"}) == Written(1, 0, 2)
    assert out.write(stand=("a",), c="4") == Written(1, 2, 1)
    assert out.files == {"a": "1", "c": "4"}


def test_what_did_not_change_is_not_touched(out: Output):
    """A file whose bytes are as they are to be stays the same file with the same time."""
    out.write(a="1", b="2")
    before = {name: (out.folder / name).stat() for name in "ab"}
    out.write(a="1", b="3")
    after = {name: (out.folder / name).stat() for name in "ab"}
    assert (before["a"].st_ino, before["a"].st_mtime_ns) == (after["a"].st_ino, after["a"].st_mtime_ns)
    assert before["b"].st_ino != after["b"].st_ino


def test_what_is_not_ours_is_kept(out: Output):
    """Foreign files and folders stay, beside pages and in the folders that pages leave."""
    out.write(de__a="1", b="2")
    fill(out.folder, {"CNAME": "host", "de/mine.txt": "mine"})
    (out.folder / "empty").mkdir()
    out.write(b="2")
    assert out.files == {"b": "2", "CNAME": "host", "de/mine.txt": "mine"}
    assert (out.folder / "empty").is_dir()


PAGE = '<!doctype html><head><meta name="generator" content="notesite"><title>%s</title>'


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("index.html", "index.html"), ("robots.txt", "robots.txt"), ("pictures/p.png", "pictures/p.png")],
)
def test_what_somebody_else_wrote_is_not_replaced(out: Output, theirs: str, ours: str):
    """A file that notesite did not write ends the build with its name, in a new folder and in one of ours."""
    fill(out.root, {"p.png": "picture"})
    copies = {ours: "p.png"} if ours.endswith("png") else {}
    pages = {} if copies else {ours: "page"}
    fill(out.folder, {theirs: "mine"})
    with pytest.raises(CannotGoOnError) as stop:
        out.write(a="1", copies=copies, **pages)
    assert theirs in stop.value.diagnostics[0].message
    assert out.files == {theirs: "mine"}
    (out.folder / theirs).unlink()
    out.write(a="1")
    fill(out.folder, {theirs: "mine"})
    with pytest.raises(CannotGoOnError):
        out.write(a="2", copies=copies, **pages)
    assert out.files == {theirs: "mine", "a": "1"}


def test_a_site_of_ours_is_written_anew_without_its_memory(out: Output):
    """Where the memory is gone, a folder whose first page is ours is ours, and so is any page that says so."""
    out.write(**{"index.html": PAGE % "1", "feed.xml": "1"})
    shutil.rmtree(out.root / ".notesite")
    out.write(**{"index.html": PAGE % "2", "feed.xml": "2"})
    assert out.files == {"index.html": PAGE % "2", "feed.xml": "2"}
    fill(out.folder, {"de/index.html": PAGE % "old"})
    out.write(**{"index.html": PAGE % "2", "de/index.html": PAGE % "new"})
    assert out.files["de/index.html"] == PAGE % "new"


def test_a_file_that_cannot_be_copied_leaves_the_site_as_it_was(out: Output):
    """Copies are made before a page takes its place: one that cannot be read is named, and nothing has changed."""
    fill(out.root, {"notes/a.png": "a"})
    out.write(x="1", copies={"a.png": "notes/a.png"})
    with pytest.raises(CannotGoOnError) as stop:
        out.write(x="2", copies={"a.png": "notes/gone.png"})
    assert [(one.rule, one.path) for one in stop.value.diagnostics] == [("unreadable", "notes/gone.png")]
    assert out.files == {"x": "1", "a.png": "a"}


def test_what_is_not_known_as_ours_is_kept(out: Output):
    """Without its memory a build knows no file as its own, and removes none."""
    out.write(a="1")
    (memory,) = (out.root / ".notesite").glob("files-*")
    memory.unlink()
    out.write(b="2")
    assert out.files == {"a": "1", "b": "2"}


def test_emptied_folders_go(out: Output):
    """Folders that the last page leaves are removed with it, even where somebody took the page before."""
    out.write(de__a__index="1", de__b__deep__index="2", c="3")
    (out.folder / "de/b/deep/index").unlink()
    out.write(c="3")
    assert [path.name for path in out.folder.iterdir()] == ["c"]


def test_a_page_becomes_a_folder_and_a_page_again(out: Output):
    """A file where a folder is to be makes room, and the other way round."""
    out.write(x="page", y__z="below")
    out.write(x__index="below", y="page")
    assert out.files == {"x/index": "below", "y": "page"}
    out.write(x="page", y__z="below")
    assert out.files == {"x": "page", "y/z": "below"}


@pytest.mark.parametrize(("foreign", "ours"), [("x/mine.txt", "x"), ("x", "x/index")])
def test_what_is_not_ours_is_not_moved_away(out: Output, foreign: str, ours: str):
    """A foreign folder where a page is to be, or a foreign file where a folder is, ends the build with its name."""
    fill(out.folder, {foreign: "mine"})
    with pytest.raises(CannotGoOnError) as stop:
        out.write(**{ours.replace("/", "__"): "page"})
    assert "x" in stop.value.diagnostics[0].message.split(" ")[0]
    assert out.files == {foreign: "mine"}


def test_links_in_the_output_are_replaced_not_followed(out: Output):
    """A link in place of a page is replaced by the page; what it led to stays as it was."""
    fill(out.root, {"mine.txt": "elf Zeichen"})  # as many as the link has, and the same as the page
    out.write(a="elf Zeichen", copies={"p": "mine.txt"})
    for name in "ap":
        (out.folder / name).unlink()
        (out.folder / name).symlink_to("../mine.txt")
    out.write(a="elf Zeichen", copies={"p": "mine.txt"})
    assert not any((out.folder / name).is_symlink() for name in "ap")
    assert out.files == {"a": "elf Zeichen", "p": (out.root / "mine.txt").read_text()}


def test_a_folder_for_parts_that_is_a_link_is_not_emptied(out: Output):
    """A link of the name that unfinished files go under ends the build; what it leads to is not touched."""
    fill(out.root, {"mine/own.txt": "mine", "build/x": "x"})
    (out.folder / ".notesite-tmp").symlink_to("../mine")
    with pytest.raises(CannotGoOnError):
        out.write(a="1")
    assert (out.root / "mine/own.txt").read_text() == "mine"


def test_parts_of_a_killed_build_go(out: Output):
    """What a killed build left unfinished is gone after the next one."""
    out.write(a="1")
    fill(out.root, {"build/.notesite-tmp/part": "cut", ".notesite/part": "cut"})
    out.write(a="1")
    assert out.files == {"a": "1"}
    assert not (out.root / ".notesite/part").exists()


def test_a_build_remembers_what_it_wrote(out: Output):
    """The memory holds the digest of every page, for each output folder apart."""
    out.write(a="1", b="2")
    before = output.before(out.root, out.folder)
    assert {path: one.digest for path, one in before.outputs.files.items()} == {"a": digest(b"1"), "b": digest(b"2")}
    assert before.other == {}
    other = output.before(out.root, out.root / "other")
    assert (other.memory, other.outputs, other.other) == (Memory(), Outputs(), {})


def test_outputs_are_known_by_their_bytes(out: Output):
    """A file that was altered or is gone is not there as it was written; one that was touched is."""
    out.write(a="1", b="2", c="3")
    fill(out.folder, {"a": "9"})
    (out.folder / "b").unlink()
    os.utime(out.folder / "c", (1, 1))
    before = output.before(out.root, out.folder)
    assert [before.has(path) for path in "abcd"] == [False, False, True, False]


def test_a_tampered_memory_removes_nothing_outside(out: Output):
    """A memory that claims files outside the output folder has no hold on them."""
    fill(out.root, {"mine.txt": "mine"})
    out.write(a="1")
    names = ["../mine.txt", str(out.root / "mine.txt")]
    tampered = Outputs(files=dict.fromkeys(names, outputs.Output("")))
    disk.keep(out.root, f"files-{disk.name_of(out.root, out.folder)}", outputs.encoded(tampered))
    out.write(a="1")
    assert (out.root / "mine.txt").read_text() == "mine"


# --- the lock --------------------------------------------------------------------------------------------


def test_one_build_at_a_time(tmp_path: Path):
    """While one build holds the lock another one is refused with a sentence; then it may."""
    with disk.locked(tmp_path), pytest.raises(CannotGoOnError, match="another build of this site is running"):
        disk.locked(tmp_path).__enter__()
    with disk.locked(tmp_path):
        pass


def test_a_place_that_cannot_be_written(tmp_path: Path):
    """Where the memory's folder cannot be made, the build ends with its name."""
    fill(tmp_path, {".notesite": "a file"})
    with pytest.raises(CannotGoOnError, match=r"\.notesite/ cannot be written"):
        disk.locked(tmp_path).__enter__()
