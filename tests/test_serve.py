"""The preview server: what it builds and when, its doors by raw sockets, its story in a browser."""

import asyncio
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import msgspec
import pytest

from notesite import serve
from notesite.desk import Desk, Preview, Problem
from support import Speaking

# A site whose pages are files.  Some of them say how the build is to go: that it fails, raises or hangs, and which
# problems and panels it finds out later, until when those of before hold; a page of a certain name is never done.
PROGRAM = """
import json, sys, threading
from pathlib import Path

import msgspec

from notesite import serve
from notesite.desk import Preview, Problem

folder, options = Path(sys.argv[1]), json.loads(sys.argv[2])

def say(words):
    print(words, flush=True)

def hang():
    say("hanging")
    threading.Event().wait()

class Pages(dict):
    def __getitem__(self, name):
        return hang() if name == "endless.html" else super().__getitem__(name)

known, beside = (), {}

def rebuild(changed):
    global known, beside
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    if "hang" in files:
        hang()
    if "bug" in files:
        raise ValueError(files["bug"].read_text())
    if "problem" in files:
        problem = Problem(True, "rule", "notes/a.md:4", files["problem"].read_text())
        yield Preview({}, problems=(problem,), failed=True)
    else:
        on_disk = {".pdf"}
        pages = Pages({name: path if path.suffix in on_disk else path.read_bytes() for name, path in files.items()})
        yield Preview(pages, beside, known)
        panels = json.loads(pages.get("panels.json", "{}"))
        problems = msgspec.json.decode(pages.get("problems.json", "[]"), type=tuple[Problem, ...])
        if panels or problems or known:
            known, beside = problems, panels
            yield Preview(pages, panels, problems, took=0.038)
    say("built all" if changed is None else f"built {len(changed)}")

serve.run(rebuild, [folder], **options, say=say)
say("returned")
"""


class Tab:
    """A listener at the live channel, as a tab's script is one."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.request("GET", "/_notesite/live", headers=headers)
        self.answer = self.connection.getresponse()

    def next(self) -> dict[str, Any]:
        """Waits for the next event."""
        for line in iter(self.answer.readline, b""):
            if line.startswith(b"data: "):
                return json.loads(line.removeprefix(b"data: "))
        pytest.fail("the stream has ended")


@dataclass
class Running(Speaking):
    """A preview server in a process of its own."""

    url: str = ""
    tabs: list[Tab] = field(default_factory=list)

    @property
    def port(self) -> int:
        """The port it has found."""
        return int(self.url.split(":")[-1].split("/")[0])

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of one request, made as browsers do."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def tab(self, **headers: str) -> Tab:
        """A new listener."""
        self.tabs.append(Tab(self.port, headers))
        return self.tabs[-1]

    def raw(self, request: str) -> str:
        """What comes back for exactly these characters, with the right Host in place of HOST."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as sock:
            sock.sendall(request.replace("HOST", f"127.0.0.1:{self.port}").encode("latin-1"))
            return b"".join(iter(lambda: sock.recv(65536), b"")).decode("latin-1")

    def leave(self) -> None:
        """Stops it if it still runs, and closes the tabs."""
        for tab in self.tabs:
            tab.connection.close()
        if self.process.poll() is None:
            self.stop()

    def stop(self, number: int = signal.SIGINT) -> None:
        """Asks it to end and expects a clean return: no other code, not a word of complaint."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        assert (self.process.returncode, err) == (0, "")
        assert out.endswith("returned\n")


Start = Callable[..., Running]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of pages, with a secret beside it."""
    folder = tmp_path / "site"
    (tmp_path / "secret.txt").write_text("the secret")
    fill(folder, {"index.html": page("Start"), "de/note/index.html": page("Notiz"), "assets/site-1.css": "p {}"})
    fill(folder, {"404.html": page("None"), "de/404.html": page("Keine"), "de/feed.xml": "<feed/>", "de/a.pdf": "%PDF"})
    return folder


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts preview servers: `start(folder, base_path="/repo/")`; each that still runs is then stopped."""
    servers: list[Running] = []

    def begin(folder: Path, **options: Any) -> Running:
        servers.append(launch(folder, **options))
        return servers[-1]

    yield begin
    for server in servers:
        server.leave()


@pytest.fixture(scope="module")
def module_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for all tests that only knock at its door."""
    folder = tmp_path_factory.mktemp("served") / "site"
    fill(folder, {"index.html": page("Start"), "404.html": page("None"), "assets/site-1.css": "p {}"})
    server = launch(folder)
    yield server
    server.leave()


def launch(folder: Path, serving: bool = True, env: dict[str, str] | None = None, **options: Any) -> Running:
    """A server in a process of its own, by default once it serves and watches; no warning passes there either."""
    options = {"host": "127.0.0.1", "port": 0, "base_path": "/", "open_browser": False} | options
    command = [sys.executable, "-W", "error", "-c", PROGRAM, str(folder), json.dumps(options)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=os.environ | (env or {}))
    server = Running(process)
    if serving:
        server.url = server.hear("Serving ").split()[1]
        server.hear("built all")
    return server


def fill(folder: Path, files: dict[str, str]) -> None:
    """Puts whole files in place, with their folders: one change each."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder.parent / "written").write_text(text)
        (folder.parent / "written").replace(folder / name)


def page(text: str, css: str = "site-1", more: str = "", above: str = "") -> str:
    """A page long enough to be scrolled, under the content policy of real ones; `above` stands below its title."""
    policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'"
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{text}</title>'
    link = f'<link rel="stylesheet" href="/assets/{css}.css">'
    lines = "<p>line</p>" * 30 + '<h2 id="mid">mid</h2>' + "<p>line</p>" * 170 + '<p id="end">end</p>'
    body = f"<body><h1>{text}</h1>{above}{lines}</body>"
    return f'<!DOCTYPE html><html lang="de"><head>{head}{link}{more}</head>{body}</html>'


def in_loop(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine, run in a thread, since Playwright keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, asyncio.wait_for(work, 60)).result()


# --- building --------------------------------------------------------------------------------------------


class Builds:
    """A rebuild that does as it is told: what each build was given, how many ran at once, whether it was closed."""

    def __init__(self, *plans: list[Preview | Exception]) -> None:
        self.plans = list(plans)
        self.given: list[frozenset[Path] | None] = []
        self.entered, self.release = threading.Semaphore(0), threading.Semaphore(0)
        self.running, self.most, self.closed = 0, 0, 0

    def __call__(self, changed: frozenset[Path] | None) -> Iterator[Preview]:
        """One build: before each state it waits to be released."""
        self.given.append(changed)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            for state in self.plans.pop(0):
                self.entered.release()
                self.release.acquire()
                if isinstance(state, Exception):
                    raise state
                yield state
        except GeneratorExit:
            self.closed += 1
            raise
        finally:
            self.running -= 1


def build(
    builds: Builds, story: Callable[[Desk, serve.Changes, Callable[[], Any]], Coroutine[Any, Any, None]]
) -> list[str]:
    """Builds at a desk while a story is told, with a way to wait until the next state is being made; what was said."""
    said: list[str] = []

    async def tell() -> None:
        desk, changes = Desk("127.0.0.1", "/", say=said.append), serve.Changes()
        task = asyncio.create_task(serve.keep_building(builds, changes, desk, serve.Herald(said.append)))
        await story(desk, changes, lambda: asyncio.to_thread(builds.entered.acquire))
        task.cancel()

    in_loop(tell())
    return said


A, B = Path("a.md"), Path("b.md")
GOOD = Preview({"x": b""})
END = Preview({"x": b"end"})


def test_builds_never_overlap():
    """Any number of changes during a build make one more build, told of all, which begins when that one has ended."""
    builds = Builds([GOOD], [GOOD])

    async def story(_: Desk, changes: serve.Changes, entered: Callable[[], Any]) -> None:
        changes.add([A])
        await entered()
        for _time in range(5):
            changes.add([A])
            changes.add([B])
            await asyncio.sleep(0)
        builds.release.release()
        await entered()
        builds.release.release()

    build(builds, story)
    assert (builds.given, builds.most) == ([frozenset({A}), frozenset({A, B})], 1)


def test_a_change_ends_a_build_between_two_states():
    """A build that is overtaken by a change is closed after the state at hand, and the next one told of the change."""
    builds = Builds([GOOD, Preview({"x": b"never"})], [END])

    async def story(desk: Desk, changes: serve.Changes, entered: Callable[[], Any]) -> None:
        changes.add([A])
        await entered()
        changes.add([B])
        builds.release.release()
        await entered()
        assert desk.now is GOOD

    build(builds, story)
    assert (builds.given, builds.closed) == ([frozenset({A}), frozenset({B})], 1)


@pytest.mark.parametrize("plan", [[ValueError("no")], [GOOD, ValueError("no")], [Preview({}, failed=True)]])
def test_after_a_failure_nothing_is_trusted(plan: list[Preview | Exception]):
    """A build after one that failed, or broke off anywhere, is told that anything may have changed."""
    builds = Builds(plan, [END])

    async def story(desk: Desk, changes: serve.Changes, entered: Callable[[], Any]) -> None:
        changes.add([A])
        for _state in plan:
            await entered()
            builds.release.release()
        while not desk.now.failed:
            await asyncio.sleep(0)
        changes.add([B])
        await entered()

    build(builds, story)
    assert builds.given == [frozenset({A}), None]


def test_still_at_work():
    """The same state once more tells nobody anything; a later one with the same pages tells of its problems only."""
    warned = Preview(GOOD.pages, problems=(Problem(False, "r", "", "w"),))
    builds = Builds([GOOD, GOOD, GOOD, warned])
    states = []

    async def story(desk: Desk, changes: serve.Changes, entered: Callable[[], Any]) -> None:
        changes.add([A])
        for _state in range(4):
            await entered()
            states.append(desk.state())
            builds.release.release()
        while desk.now is not warned:
            await asyncio.sleep(0)
        states.append(desk.state())

    build(builds, story)
    assert states[1] == states[2] == states[3]
    assert (states[4]["version"], states[4]["checked"] != states[3]["checked"]) == (states[1]["version"], True)


def test_a_bug_is_said():
    """An exception out of a build is a problem that names it, with the place in the code, and ends nothing."""
    builds = Builds([GOOD], [ValueError("negative count")], [END])

    async def story(desk: Desk, changes: serve.Changes, entered: Callable[[], Any]) -> None:
        for _build in range(3):
            changes.add([A])
            await entered()
            builds.release.release()
        while desk.now is not END:
            await asyncio.sleep(0)

    said = build(builds, story)
    assert said[0].startswith("error: The build broke off: ValueError: negative count\nTraceback")
    assert said[1] == "The site could not be built."


@pytest.mark.parametrize("error", [SystemExit("enough"), KeyError("x")])
def test_attempt_turns_a_bug_into_a_problem(error: BaseException):
    """A step that raises, or calls for the program's end, gives a problem and goes no further."""

    def step() -> Preview:
        raise error

    built = serve.attempt(step)
    assert built
    assert built.failed
    assert built.problems[0].words.startswith(f"The build broke off: {type(error).__name__}: ")


def test_attempt_lets_an_interrupt_through():
    """Ctrl-C in the first build, which is in the main thread, is no problem of the site's."""

    def step() -> Preview:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serve.attempt(step)


def test_herald():
    """The terminal hears of an error once, of a failure, of warnings by number, and of the mending at the end."""
    said: list[str] = []
    herald = serve.Herald(said.append)
    error, warning = Problem(True, "r", "a:1", "e"), Problem(False, "r", "b:1", "w")
    bad, better = Preview({}, problems=(error, warning), failed=True), Preview({"x": b""})

    def told(*states: Preview) -> list[str]:
        said.clear()
        for state in states:
            herald.hear(state)
        herald.conclude(states[-1])
        return list(said)

    failed, more = "The site could not be built.", "1 warning; `notesite check` says which"
    assert told(bad) == ["a:1: error: e [r]", failed, more]
    assert told(bad) == []
    assert told(better, Preview({"x": b""}, problems=(error, warning))) == []
    assert told(better) == ["Mended: the new pages are on show."]
    assert told(better) == []
    assert told(bad) == ["a:1: error: e [r]", failed, more]


def test_a_mending_that_overtakes_a_build():
    """Of an error that was told of and is mended before its build has come to an end, the mending is told, too."""
    said: list[str] = []
    herald = serve.Herald(said.append)
    herald.hear(Preview({}, problems=(Problem(True, "r", "a:1", "e"),)))
    herald.hear(Preview({"x": b""}))
    herald.conclude(Preview({"x": b""}))
    assert said == ["a:1: error: e [r]", "Mended: the new pages are on show."]


def test_a_crowd_of_changes_is_awaited():
    """One save is not held up; where many files change, those that come while it waits count too."""

    async def story() -> None:
        changes = serve.Changes()
        changes.add([A, B])
        task = asyncio.create_task(changes.settled())
        await asyncio.sleep(0)
        assert task.done()
        assert changes.take() == frozenset({A, B})
        changes.add([Path(str(number)) for number in range(30)])
        task = asyncio.create_task(changes.settled())
        await asyncio.sleep(0)
        assert not task.done()
        changes.add([A])
        await task
        taken = changes.take()
        assert taken
        assert len(taken) == 31

    in_loop(story())


# --- watching --------------------------------------------------------------------------------------------


def watching(watched: list[Path], *steps: Callable[[], object], say: Callable[[str], None] = print) -> None:
    """Does each step and waits until it is noticed; the first notice needs no step."""
    noticed(watched, *((step, None) for step in steps), say=say, exactly=False)


def noticed(
    watched: list[Path],
    *steps: tuple[Callable[[], object], Path | None],
    say: Callable[[str], None] = print,
    exactly: bool = True,
) -> None:
    """Does each step and waits until its path is noticed: without one, until anything may have changed."""

    async def story() -> None:
        changes = serve.Changes()
        task = asyncio.create_task(serve.watch(watched, changes, say))
        await changes.settled()
        assert changes.take() is None
        for step, path in steps:
            step()
            while True:
                await changes.settled()
                taken = changes.take()
                if not exactly or (path in taken if taken and path else taken is path):
                    break
        task.cancel()
        await asyncio.wait([task])

    in_loop(story())


def test_watch_a_folder(tmp_path: Path):
    """Whatever is written, moved or removed below a watched folder is noticed, in new folders too."""
    folder, deep = tmp_path / "notes", tmp_path / "notes" / "deep"
    folder.mkdir()
    watching(
        [folder],
        lambda: (folder / "a.md").write_text("1"),
        lambda: (folder / "a.md").rename(folder / "b.md"),
        lambda: deep.mkdir(),
        lambda: (deep / "c.md").write_text("1"),
        lambda: (deep / "c.md").unlink(),
    )


def test_watch_a_file_that_is_replaced(tmp_path: Path):
    """A single watched file is noticed as it comes, is replaced as editors do, replaced again, and goes."""
    file, new = tmp_path / "notesite.toml", tmp_path / "new"

    def replace() -> None:
        new.write_text("x")
        new.replace(file)

    watching([file], lambda: file.write_text("1"), replace, replace, lambda: file.write_text("2"), file.unlink)


def test_watch_a_folder_that_comes_and_goes(tmp_path: Path):
    """A watched folder is noticed when it is made later, and watched inside from then on, each time anew."""
    folder = tmp_path / "templates"
    edit = (folder.mkdir, lambda: (folder / "a.html").write_text("1"), (folder / "a.html").unlink, folder.rmdir)
    watching([folder], *edit, *edit)


def test_watch_in_a_place_with_a_name_of_tools(tmp_path: Path):
    """A site that stands inside a folder such as node_modules is watched like any other."""
    folder = tmp_path / "node_modules" / "notes"
    folder.mkdir(parents=True)
    watching([folder], lambda: (folder / "a.md").write_text("1"))


def test_watch_names_what_has_changed(tmp_path: Path):
    """A changed file is named by its real path; where a folder comes or goes, anything may have changed."""
    real, link, setting = tmp_path / "real", tmp_path / "notes", tmp_path / "notesite.toml"
    (real / "deep").mkdir(parents=True)
    link.symlink_to(real)
    noticed(
        [link, setting],
        (lambda: (link / "a.md").write_text("1"), real / "a.md"),
        (lambda: (link / "deep" / "b.md").write_text("1"), real / "deep" / "b.md"),
        (lambda: (link / "a.md").unlink(), real / "a.md"),
        (lambda: setting.write_text("1"), setting),
        (lambda: setting.unlink(), setting),
        (lambda: (real / "deep").rename(real / "deeper"), None),
    )


def test_watch_editors(tmp_path: Path):
    """A note is noticed when it is saved by rename, or by a backup and a new file; drafts of editors are not."""
    note, drafts = tmp_path / "a.md", (".a.md.swp", "4913", "a.md~", ".#a.md", "#a.md#", "a.md.___jb_tmp___")
    taken: list[Path] = []

    def by_rename() -> None:
        (tmp_path / "a.md.___jb_tmp___").write_text("2")
        (tmp_path / "a.md.___jb_tmp___").replace(note)

    def by_backup() -> None:
        note.rename(tmp_path / "a.md~")
        note.write_text("3")

    def by_delete() -> None:
        note.unlink()
        note.write_text("4")

    def draft() -> None:
        for name in drafts:
            (tmp_path / name).write_text("5")
        (tmp_path / "end.md").write_text("6")

    class Noting(serve.Changes):
        def add(self, paths: Any) -> None:
            taken.extend(paths)
            super().add(paths)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serve, "Changes", Noting)
        steps = ((by_rename, note), (by_backup, note), (by_delete, note), (draft, tmp_path / "end.md"))
        noticed([tmp_path], *steps)
    assert set(taken) == {note, tmp_path / "end.md"}


def test_watch_by_polling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Where the system has no watches left, changes are still noticed, and it is said that this is slower."""
    real, said = serve.awatch, []

    def used_up(*paths: Path, force_polling: bool | None, **options: Any) -> Any:
        if not force_polling:
            raise OSError("No space left on device")
        return real(*paths, force_polling=True, poll_delay_ms=10, **options)

    monkeypatch.setattr(serve, "awatch", used_up)
    watching([tmp_path], lambda: (tmp_path / "a.md").write_text("1"), say=said.append)
    assert set(said) == {"Changes are seen later than usual: No space left on device"}


def test_watch_beside_a_name_that_is_no_text(tmp_path: Path):
    """A file whose name is not UTF-8 ends no watching: anything may have changed then, and edits are named again."""
    odd = tmp_path / os.fsdecode(b"caf\xe9.md")
    noticed(
        [tmp_path],
        (lambda: odd.write_text("1"), None),
        (lambda: (tmp_path / "a.md").write_text("1"), tmp_path / "a.md"),
        (odd.unlink, None),
        (lambda: (tmp_path / "a.md").write_text("2"), tmp_path / "a.md"),
    )


def test_watch_in_vain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Where nothing can be watched at all, that is said, and the rest goes on."""
    said: list[str] = []

    def impossible(*_: Path, **__: object) -> Any:
        raise OSError("no")

    monkeypatch.setattr(serve, "awatch", impossible)
    watching([tmp_path], say=said.append)
    assert said[:2] == ["Changes are seen later than usual: no", "Changes are seen no longer: no"]


# --- requests --------------------------------------------------------------------------------------------


def test_pages_are_served(site: Path, start: Start):
    """Pages come from the table with type, script and no storing; a file on disk comes as it is."""
    server = start(site)
    status, headers, body = server.get("/de/note/")
    assert (status, headers["content-type"], headers["cache-control"]) == (200, "text/html; charset=utf-8", "no-store")
    assert b"<h1>Notiz</h1>" in body
    assert b"/_notesite/live.js" in body
    assert server.get("/de/feed.xml")[1]["content-type"] == "application/atom+xml; charset=utf-8"
    assert server.get("/assets/site-1.css")[2] == b"p {}"
    status, headers, body = server.get("/de/a.pdf")
    assert (status, headers["content-type"], headers["cache-control"], body) == (
        200,
        "application/pdf",
        "no-store",
        b"%PDF",
    )
    assert server.get("/_notesite/live.js")[1]["content-type"] == "text/javascript; charset=utf-8"
    assert server.get("/_notesite/preview.css")[1]["content-type"] == "text/css; charset=utf-8"


def test_head(site: Path, start: Start):
    """HEAD answers as GET does, without the body, on the live channel too."""
    server = start(site)
    for path in ("/", "/de/a.pdf", "/de/none", "/_notesite/live.js", "/_notesite/preview.css"):
        status, headers, body = server.get(path, "HEAD")
        assert (status, headers["content-length"], body) == (
            *[server.get(path)[0], server.get(path)[1]["content-length"]],
            b"",
        )
    assert server.get("/_notesite/live", "HEAD")[0] == 200
    assert server.get("/_notesite/panel?page=index.html", "HEAD")[0] == 204


def test_not_found(site: Path, start: Start):
    """What is not there is answered by the nearest 404 page of the site."""
    server = start(site)
    status, _, body = server.get("/de/nichts/")
    assert (status, b"<h1>Keine</h1>" in body) == (404, True)
    status, _, body = server.get("/nothing")
    assert (status, b"<h1>None</h1>" in body) == (404, True)


def test_redirects(site: Path, start: Start):
    """A folder without its slash, and the server's root above the base path, lead to the right place."""
    server = start(site, base_path="/my%20repo/")
    status, headers, _ = server.get("/my%20repo/de/note?x=1")
    assert (status, headers["location"]) == (307, "/my%20repo/de/note/?x=1")
    for path in ("/", "/my%20repo"):
        status, headers, _ = server.get(path)
        assert (status, headers["location"]) == (307, "/my%20repo/")
    assert server.get("/my%20repo/de/note/")[0] == 200
    assert server.get("/de/note/")[0] == 404
    assert server.url.endswith("/my%20repo/")


PLACES = [
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/%2E%2E%2Fsecret.txt",
    "/..%2fsecret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/%252e%252e%252fsecret.txt",
    "/%c0%ae%c0%ae/secret.txt",
    "/%u002e%u002e/secret.txt",
    "/assets/../../secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/de/note/....//....//secret.txt",
    "/..;/secret.txt",
    "/..%00/secret.txt",
    "/..%0a/secret.txt",
    "/../secret.txt%00.html",
    "//PLACE",
    "/%2fPLACE",
    "/file:PLACE",
    "file://PLACE",
    "http://HOST/../secret.txt",
    "../secret.txt",
    "PLACE",
    "//evil.example/..",
    "//evil.example/de/note",
    "/de\xe4/note",
]


@pytest.mark.parametrize("base", ["/", "/repo/"])
def test_nothing_outside_the_table(site: Path, start: Start, base: str):
    """No spelling of a path reaches a file beside the site, or leads to another host."""
    server = start(site, base_path=base)
    secret = str(site.parent / "secret.txt")
    for place in PLACES:
        path = place.replace("PLACE", secret)
        for target in {path, base.rstrip("/") + path}:
            answer = server.raw(f"GET {target} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n")
            assert answer.split()[1] in {"400", "404"}, target
            assert "the secret" not in answer, target
            assert "location:" not in answer.lower(), target


@pytest.mark.parametrize(
    "request_head",
    [
        "GET / HTTP/1.1\r\nHost: evil.example",
        "GET / HTTP/1.1\r\nHost: evil.example:PORT",
        "GET / HTTP/1.1\r\nHost: localhost",
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:1",
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT.evil.example",
        "GET / HTTP/1.1\r\nHost: localhost.evil.example:PORT",
        "GET / HTTP/1.1\r\nHost: evil.example:PORT@127.0.0.1:PORT",
        "GET / HTTP/1.1\r\nHost: 0.0.0.0:PORT",
        "GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost:PORT",
        "GET / HTTP/1.1\r\nHost: ",
        "GET / HTTP/1.0\r\nX: y",
        "GET http://localhost:PORT/ HTTP/1.1\r\nHost: evil.example",
        "GET /_notesite/live HTTP/1.1\r\nHost: evil.example:PORT",
        "GET /_notesite/live.js HTTP/1.1\r\nHost: evil.example:PORT",
        "POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0",
    ],
)
def test_foreign_hosts_are_refused(module_server: Running, request_head: str):
    """A request under any other name is refused as misdirected, whatever it asks for."""
    head = request_head.replace("PORT", str(module_server.port))
    answer = module_server.raw(f"{head}\r\nConnection: close\r\n\r\n")
    assert answer.split()[1] == "421"
    assert "Start" not in answer


def test_two_hosts_are_refused(module_server: Running):
    """A request that names two hosts, one of them right, is not a request."""
    answer = module_server.raw("GET / HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
    assert answer.split()[1] == "400"


@pytest.mark.parametrize("host", ["localhost", "LocalHost", "127.0.0.1", "[::1]"])
def test_own_hosts_are_answered(module_server: Running, host: str):
    """Under each of its names, in any case, the server answers."""
    assert module_server.get("/", Host=f"{host}:{module_server.port}")[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
def test_only_reading(module_server: Running, method: str):
    """Whatever is neither GET nor HEAD is refused, on pages and on the channel, with what is allowed."""
    for path in ("/", "/_notesite/live", "/_notesite/live.js", "/_notesite/panel"):
        answer = module_server.raw(f"{method} {path} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n")
        assert answer.split()[1] == "405"
        assert "allow: GET, HEAD" in answer


@pytest.mark.parametrize("header", ["Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"])
@pytest.mark.parametrize("name", ["live", "panel?page=index.html"])
def test_foreign_pages_do_not_listen(module_server: Running, header: str, name: str):
    """The live channel and the author's panel are closed to pages of other origins."""
    head = f"GET /_notesite/{name} HTTP/1.1\r\nHost: HOST\r\n{header}\r\nConnection: close"
    assert module_server.raw(f"{head}\r\n\r\n").split()[1] == "403"


def test_allowed_hosts_are_answered(site: Path, start: Start):
    """Names that are let in are answered, their own pages listen, with TLS in front too; others are still refused."""
    server = start(site, allowed_hosts=["Preview.example", "box.lan:99"])
    for host, origin, status in [
        ("preview.example", "https://preview.example", "200"),
        ("preview.example:8443", "https://preview.example:8443", "200"),
        ("box.lan:99", "http://box.lan:99", "200"),
        ("preview.example", "https://evil.example", "403"),
        ("box.lan", "http://box.lan", "421"),
        ("evil.example", "http://evil.example", "421"),
    ]:
        head = f"HEAD /_notesite/live HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nConnection: close"
        assert server.raw(f"{head}\r\n\r\n").split()[1] == status, (host, origin)


def test_own_origin_listens(module_server: Running):
    """A page of the server itself may name its origin."""
    origin = f"http://127.0.0.1:{module_server.port}"
    answer = module_server.tab(Origin=origin).answer
    assert (answer.status, answer.readline()) == (200, b"retry: 300\n")


def test_no_answer_is_shared(module_server: Running):
    """No header invites another origin to read an answer."""
    for path in ("/", "/nothing", "/_notesite/live.js", "/assets/site-1.css"):
        _, headers, _ = module_server.get(path, Origin="http://evil.example")
        assert not [name for name in headers if name.startswith("access-control-")]


# --- starting, rebuilding, stopping ----------------------------------------------------------------------


def test_an_edit_is_shown(site: Path, start: Start):
    """All tabs are told of a build; then the page is the new one, with the version that they were told."""
    server = start(site)
    tabs = [server.tab(), server.tab()]
    before = {tab.next()["version"] for tab in tabs}
    fill(site, {"de/note/index.html": page("Geändert")})
    after = {tab.next()["version"] for tab in tabs}
    assert len(before) == len(after) == 1
    body = server.get("/de/note/")[2].decode()
    assert "<h1>Geändert</h1>" in body
    assert f'data-version="{after.pop()}"' in body


def test_a_broken_build_keeps_the_pages(site: Path, start: Start):
    """A problem, and a bug too, leaves the pages as they were; tabs and terminal are told until it is mended."""
    server = start(site)
    tab = server.tab()
    good = tab.next()
    for name, words in {"problem": "too <b>", "bug": "oh <b>"}.items():
        fill(site, {name: words})
        broken = tab.next()
        assert (broken["version"], "&lt;b&gt;" in broken["oops"]) == (good["version"], True)
        assert b"Start" in server.get("/")[2]
        assert server.hear(words)
        (site / name).unlink()
        good = tab.next()
        assert (good["version"] != broken["version"], good["oops"]) == (True, "")
        assert server.hear("Mended")


def test_no_good_build_yet(site: Path, start: Start):
    """As long as no build has been good, every address answers 500 with the problems, and with the script."""
    fill(site, {"problem": "too <b>"})
    server = start(site)
    tab = server.tab()
    first = tab.next()
    for path in ("/", "/de/note/", "/nothing"):
        status, headers, body = server.get(path)
        assert (status, headers["content-type"]) == (500, "text/html; charset=utf-8")
        assert b"too &lt;b&gt;" in body
        assert b"/_notesite/live.js" in body
    (site / "problem").unlink()
    assert tab.next()["version"] != first["version"]
    assert server.get("/")[0] == 200


def test_the_next_port(site: Path, start: Start):
    """Where the port is taken, the next one is, and both are said."""
    first = start(site)
    second = start(site, port=first.port)
    assert second.said[0] == f"Port {first.port} is taken, trying {first.port + 1}."
    assert second.port > first.port
    assert second.get("/")[0] == 200


def test_all_ports_taken(monkeypatch: pytest.MonkeyPatch):
    """After ten more ports the search is over."""
    tried, said = [], []

    def taken(address: tuple[str, int], **_: object) -> socket.socket:
        tried.append(address[1])
        raise OSError(errno.EADDRINUSE, "taken")

    monkeypatch.setattr(socket, "create_server", taken)
    with pytest.raises(OSError, match="taken"):
        serve.listen("127.0.0.1", 8000, said.append)
    assert tried == list(range(8000, 8011))
    assert len(said) == 10


def test_no_port_above_the_last(monkeypatch: pytest.MonkeyPatch):
    """The last port there is has no next one."""

    def taken(*_: object, **__: object) -> socket.socket:
        raise OSError(errno.EADDRINUSE, "taken")

    monkeypatch.setattr(socket, "create_server", taken)
    with pytest.raises(OSError, match="taken"):
        serve.listen("127.0.0.1", 65535, print)


def test_other_machines(site: Path, start: Start):
    """A host that others can reach is served with a warning, and with an address that opens here."""
    server = start(site, host="0.0.0.0")
    assert server.said[0].startswith("Warning: whoever can reach 0.0.0.0 can read")
    assert server.url == f"http://localhost:{server.port}/"
    assert server.get("/")[0] == 200


def test_loopback_has_no_warning(module_server: Running):
    """On loopback there is nothing to warn of."""
    assert [line for line in module_server.said if "Warning" in line] == []


def test_the_browser_is_opened(site: Path, start: Start, tmp_path: Path):
    """When asked to, the server opens its address in the browser of the environment."""
    seen, browser = tmp_path / "seen", tmp_path / "browser"
    os.mkfifo(seen)
    browser.write_text(f'#!/bin/sh\necho "$1" > "{seen}"\n')
    browser.chmod(0o755)
    server = start(site, open_browser=True, env={"BROWSER": f"{browser} %s"})
    assert seen.read_text() == f"{server.url}\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping(site: Path, start: Start, number: int):
    """At Ctrl-C or SIGTERM the streams of open tabs end in order, and `run` returns without a word."""
    server = start(site)
    tab = server.tab()
    tab.next()
    server.stop(number)
    assert tab.answer.read() == b"\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_in_a_build(site: Path, start: Start, number: int):
    """A build that takes long does not hold up the end, be it the first or a later one."""
    fill(site, {"hang": ""})
    server = start(site, serving=False)
    server.hear("hanging")
    server.stop(number)
    (site / "hang").unlink()
    server = start(site)
    server.tab()
    fill(site, {"hang": ""})
    server.hear("hanging")
    server.stop(number)


def test_a_slow_page_holds_up_nobody(site: Path, start: Start):
    """While a page is being made, others are answered, tabs are told of builds, and the server ends when asked to."""
    fill(site, {"endless.html": ""})
    server = start(site)
    tab = server.tab()
    before = tab.next()
    with ExitStack() as after:
        for method in ("GET", "HEAD"):
            sock = after.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            sock.sendall(f"{method} /endless.html HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
            server.hear("hanging")
        assert server.get("/")[0] == 200
        fill(site, {"index.html": page("Later")})
        assert tab.next()["version"] != before["version"]
        assert b"Later" in server.get("/")[2]
        server.stop()


def test_large_requests(site: Path, start: Start):
    """A header of a megabyte is refused; while a body comes that nobody has asked for, others are answered."""
    server = start(site)
    head = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as sock:
        with suppress(OSError):  # it may hang up before it has read all
            sock.sendall(f"{head}X: {'x' * 1_000_000}\r\n\r\n".encode())
        with suppress(OSError):
            assert sock.recv(12) in (b"HTTP/1.1 400", b"")
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as sock:
        sock.sendall(f"{head}Content-Length: 100000000\r\n\r\n".encode())
        for _ in range(100):
            sock.sendall(bytes(1_000_000))
            assert server.get("/")[0] == 200
        assert sock.recv(12) == b"HTTP/1.1 200"


def test_a_branch_is_switched(site: Path, start: Start):
    """Five hundred files that change over half a second are one build."""
    server = start(site)
    write = "(folder / f'{number}.txt').write_text(str(number))"
    pace = "number < 40 or time.sleep(0.001)"
    script = f"import sys, time, pathlib\nfolder = pathlib.Path(sys.argv[1])\nfor number in range(500): {write}; {pace}"
    subprocess.run([sys.executable, "-c", script, str(site)], check=True)
    assert server.hear("built") == "built 500"


def test_crowds(site: Path, start: Start):
    """Sixty tabs, thirty half requests and one who takes nothing leave pages to others, and let the server end."""
    (site / "large.txt").write_bytes(bytes(50_000_000))
    server = start(site)
    tabs = [server.tab() for _ in range(60)]
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(31)]
    for sock in slow[1:]:
        sock.sendall(b"GET / HTTP/1.1\r\nHos")
    slow[0].sendall(f"GET /large.txt HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
    assert slow[0].recv(12) == b"HTTP/1.1 200"
    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(lambda _: server.get("/")[0], range(200))) == {200}
    assert len({tab.next()["version"] for tab in tabs}) == 1
    server.stop()
    for sock in slow:
        sock.close()


# --- in the browser --------------------------------------------------------------------------------------

OVERLAY = "#notesite-oops:popover-open"


def problems(*found: Problem) -> dict[str, str]:
    """The file by which a build finds these problems later on."""
    return {"problems.json": msgspec.json.encode(found).decode()}


def panels(**markup: str) -> dict[str, str]:
    """The file by which a build makes these panels: `index` or the name of a folder."""
    names = {name: "index.html" if name == "index" else f"{name}/index.html" for name in markup}
    return {"panels.json": json.dumps({names[name]: text for name, text in markup.items()})}


def headed(tab: Any, text: str) -> None:
    """Waits until the page has this heading."""
    tab.get_by_role("heading", name=text, exact=True).wait_for()


def test_story(site: Path, start: Start, open_page: Callable[..., Any]):
    """An edit changes text, title and stylesheet in the open page, in place; breaking and mending it shows."""
    server = start(site)
    seen = open_page(f"{server.url}de/note/#top")
    tab = seen.page
    tab.evaluate("scrollTo(0, 700); window.kept = true")
    fill(site, {"assets/site-2.css": "h1 { color: rgb(1, 2, 3) }", "de/note/index.html": page("Anders", "site-2")})
    headed(tab, "Anders")
    assert tab.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(1, 2, 3)"
    assert tab.evaluate("[scrollY, window.kept, document.title]") == [700, True, "Anders"]
    assert tab.locator("link").evaluate_all("all => all.map(one => one.sheet.href.split('/').at(-1))") == [
        "site-2.css",
        "preview.css",
    ]

    fill(site, {"problem": "no <b>bold</b>"})
    tab.locator(OVERLAY).wait_for()
    assert tab.locator(".oops .where").inner_text() == "notes/a.md:4"
    assert tab.locator(".oops .words").inner_text() == "no <b>bold</b> rule"
    assert tab.locator("h1").inner_text() == "Anders"
    assert tab.evaluate("[scrollY, window.kept]") == [700, True]

    (site / "problem").unlink()
    tab.locator(OVERLAY).wait_for(state="detached")
    assert tab.evaluate("[scrollY, window.kept]") == [700, True]
    assert (seen.errors, seen.foreign) == ([], [])


def test_a_page_recovers(site: Path, start: Start, open_page: Callable[..., Any]):
    """A tab opened before anything could be built follows the problems, and becomes the page with all it has."""
    fill(site, {"problem": "first", "assets/page.js": "document.body.dataset.ran = 'yes'"})
    fill(site, {"index.html": page("Start", more='<script src="/assets/page.js" defer></script>')})
    tab = open_page(start(site).url).page
    fill(site, {"problem": "second"})
    tab.locator("#notesite-problems .words", has_text="second").wait_for()
    assert tab.locator(OVERLAY).count() == 0
    (site / "problem").unlink()
    tab.locator("body[data-ran=yes]").wait_for()
    assert tab.locator("h1").inner_text() == "Start"


def test_a_tab_catches_up(site: Path, start: Start, open_page: Callable[..., Any]):
    """A tab that has missed a build, since the server was away, shows it when the server is back."""
    server = start(site)
    tab = open_page(server.url).page
    tab.get_by_text("notesite serve", exact=True).wait_for()
    server.stop()
    tab.get_by_text("notesite serve · the server is away").wait_for()
    fill(site, {"index.html": page("Later")})
    start(site, port=server.port)
    headed(tab, "Later")


def test_a_hidden_tab_catches_up(site: Path, start: Start, open_page: Callable[..., Any]):
    """A tab that nobody sees holds no connection, and shows the newest page once it is seen again."""
    server = start(site)
    hidden, other = open_page(server.url).page, open_page(server.url).page
    look = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
    turn = look + "document.dispatchEvent(new Event('visibilitychange'))"
    hidden.evaluate(turn % "true")
    fill(site, {"index.html": page("Later")})
    headed(other, "Later")
    assert hidden.locator("h1").inner_text() == "Start"
    hidden.evaluate(turn % "false")
    headed(hidden, "Later")


def test_the_place_is_kept(site: Path, start: Start, open_page: Callable[..., Any]):
    """Where text grows above, what the reader looks at stays where it stands in the window."""
    tab = open_page(start(site).url).page
    where = "document.getElementById('mid').getBoundingClientRect().top"
    tab.evaluate("scrollTo(0, document.getElementById('mid').offsetTop - 200)")
    before = tab.evaluate(where)
    fill(site, {"index.html": page("Later", above="<p>new</p>" * 20)})
    headed(tab, "Later")
    assert abs(tab.evaluate(where) - before) < 1
    fill(site, {"index.html": page("Last").replace('id="mid"', "")})
    there = tab.evaluate("scrollY")
    headed(tab, "Last")
    assert tab.evaluate("scrollY") == there


def test_what_a_reader_did_is_kept(site: Path, start: Start, open_page: Callable[..., Any]):
    """Folds, entered words, the focus with its selection and what a script set on the document outlast an update."""
    folds = '<details id="one"><summary>1</summary>a</details><details open><summary>2</summary>b</details>'
    entry = '<input name="q"><input type="checkbox" id="tick">'
    fill(site, {"index.html": page("Start", above=folds + entry)})
    tab = open_page(start(site).url).page
    tab.evaluate("document.documentElement.dataset.scheme = 'dark'")
    tab.get_by_text("1", exact=True).click()
    tab.get_by_text("2", exact=True).click()
    tab.locator("#tick").check()
    tab.locator("[name=q]").fill("words")
    tab.evaluate("document.querySelector('[name=q]').setSelectionRange(1, 3)")
    later = page("Later", above=f"<p>new</p>{folds}{entry}").replace('lang="de"', 'lang="en" dir="ltr"')
    fill(site, {"index.html": later})
    headed(tab, "Later")
    state = """() => {
        const {lang, dir, dataset} = document.documentElement;
        const {name, selectionStart, selectionEnd} = document.activeElement;
        const folds = [...document.querySelectorAll("details")].slice(1).map((fold) => fold.open);
        const [q, tick] = document.querySelectorAll("input");
        return [lang, dir, dataset.scheme, name, selectionStart, selectionEnd, ...folds, q.value, tick.checked];
    }"""
    assert tab.evaluate(state) == ["en", "ltr", "dark", "q", 1, 3, True, False, "words", True]


def test_a_page_that_stays_the_same_is_not_touched(site: Path, start: Start, open_page: Callable[..., Any]):
    """An update of another page leaves the elements of this one as they are; one of its own replaces them."""
    tab = open_page(start(site).url).page
    tab.evaluate("document.querySelector('h1').dataset.kept = 'yes'")
    fill(site, {"de/note/index.html": page("Anders")} | problems(Problem(False, "r", "", "w")))
    tab.get_by_role("button", name="1 warning").wait_for()
    assert tab.locator("h1[data-kept=yes]").count() == 1
    fill(site, {"index.html": page("Later")})
    headed(tab, "Later")
    assert tab.locator("h1[data-kept=yes]").count() == 0


def test_a_page_that_goes_and_comes_back(site: Path, start: Start, open_page: Callable[..., Any]):
    """A tab whose page is gone shows the site's 404 page, and the page again when there is one."""
    tab = open_page(f"{start(site).url}de/note/").page
    (site / "de/note/index.html").unlink()
    headed(tab, "Keine")
    fill(site, {"de/note/index.html": page("Wieder")})
    headed(tab, "Wieder")


def test_two_tabs(site: Path, start: Start, open_page: Callable[..., Any]):
    """An edit reaches every tab, each with its own page."""
    server = start(site)
    one, other = open_page(server.url).page, open_page(f"{server.url}de/note/").page
    fill(site, {"index.html": page("Eins"), "de/note/index.html": page("Zwei")})
    headed(one, "Eins")
    headed(other, "Zwei")


LINES = ((3, "lang: de"), (4, "title: a: b"))
ERROR = Problem(True, "front-matter", "notes/a.md:4", "a colon too many", "quote it", (("b.md:1", "here"),), LINES, 4)


def test_the_overlay(site: Path, start: Start, open_page: Callable[..., Any]):
    """Errors are shown over the page with lines, places and mend, warnings folded up below; the page can be read on."""
    seen = open_page(start(site).url)
    tab = seen.page
    tab.evaluate("document.body.tabIndex = 0; document.body.focus(); scrollTo(0, 700)")
    fill(site, problems(ERROR, Problem(False, "r", "b.md:2", "a warning")))
    overlay = tab.get_by_role("region", name="Problems of the site")
    overlay.wait_for()
    assert tab.locator(".hit").inner_text().strip() == "4  title: a: b"
    assert [tab.locator(f".errors {part}").inner_text() for part in ("> li > .where", ".related", ".mend")] == [
        "notes/a.md:4",
        "here b.md:1",
        "quote it",
    ]
    assert tab.get_by_role("heading", name="1 error, 1 warning").is_visible()
    assert not tab.locator(".warnings").is_visible()
    assert tab.evaluate("[document.activeElement.localName, scrollY]") == ["body", 700]
    assert overlay.bounding_box()["height"] <= 800 * 0.6
    tab.evaluate("scrollTo(0, document.body.scrollHeight)")
    end = tab.locator("#end").bounding_box()
    assert end["y"] + end["height"] <= overlay.bounding_box()["y"]
    fill(site, problems(Problem(False, "r", "b.md:2", "a warning")))
    overlay.wait_for(state="hidden")
    tab.get_by_role("button", name="1 warning").click()
    assert tab.locator(".warnings .words").is_visible()
    assert (seen.errors, seen.foreign) == ([], [])


def test_the_overlay_can_be_hidden(site: Path, start: Start, open_page: Callable[..., Any]):
    """Errors that a reader has put aside stay so, on other pages too, until another one comes or all are asked for."""
    fill(site, problems(ERROR))
    server = start(site)
    tab = open_page(server.url).page
    tab.locator(OVERLAY).wait_for()
    tab.get_by_role("button", name="Hide").click()
    tab.locator(OVERLAY).wait_for(state="detached")
    fill(site, {"index.html": page("Later")})
    headed(tab, "Later")
    tab.goto(f"{server.url}de/note/")
    button = tab.locator("#notesite-panel > button", has_text="1 error")
    button.wait_for()
    assert tab.locator(OVERLAY).count() == 0
    fill(site, problems(ERROR, Problem(True, "r", "c.md:1", "another")))
    tab.locator(OVERLAY, has_text="another").wait_for()
    tab.get_by_role("button", name="Hide").click()
    tab.locator("#notesite-panel > button").click()
    tab.locator(OVERLAY).wait_for()


def test_the_panel(site: Path, start: Start, open_page: Callable[..., Any]):
    """The author's panel is of the page at hand, new after each build, and open or not wherever the reader goes."""
    text = '<p class="state">draft</p><section><h2>Translation</h2>{}</section>'
    fill(site, panels(index=text.format("9 of 9") + "<p>more</p>" * 50))
    server = start(site)
    seen = open_page(server.url)
    tab = seen.page
    summary = tab.locator("#notesite-panel summary")
    tab.get_by_text("notesite serve · draft · built in 38 ms").wait_for()
    assert not tab.get_by_role("heading", name="Translation").is_visible()
    summary.click()
    tab.get_by_role("heading", name="Translation").wait_for()
    tab.locator("#notesite-panel .inner").evaluate("inner => { inner.scrollTop = 100 }")
    fill(site, panels(index=text.format("8 of 9") + "<p>more</p>" * 50))
    tab.get_by_text("8 of 9").wait_for()
    assert tab.locator("#notesite-panel .inner").evaluate("inner => inner.scrollTop") == 100
    fill(site, {"index.html": page("Later")})
    headed(tab, "Later")
    assert tab.get_by_text("8 of 9").is_visible()
    tab.goto(f"{server.url}de/note/")
    tab.get_by_text("Nothing more is known of this page.").wait_for()
    assert tab.evaluate("document.body.firstElementChild.id") == "notesite-panel"
    tab.goto(server.url)
    tab.get_by_role("heading", name="Translation").wait_for()
    assert (seen.errors, seen.foreign) == ([], [])


def test_new_scripts_reload_the_page(site: Path, start: Start, open_page: Callable[..., Any]):
    """A page whose scripts have changed is loaded anew, and read on from where it was, its anchor no hindrance."""
    tab = open_page(f"{start(site).url}#end").page
    tab.evaluate("scrollTo(0, 700)")
    fill(site, {"assets/page-2.js": "document.body.dataset.ran = 'yes'"})
    fill(site, {"index.html": page("Start", more='<script src="/assets/page-2.js" defer></script>')})
    tab.locator("body[data-ran=yes]").wait_for()
    there = "new Promise(done => { (function look() { scrollY === 700 ? done(1) : requestAnimationFrame(look) })() })"
    assert tab.evaluate(there) == 1


def test_a_pages_script_hears_of_updates(site: Path, start: Start, open_page: Callable[..., Any]):
    """After an update the document is ready once more and fires an event, so that a page's script can begin anew."""
    tab = open_page(start(site).url).page
    listen = "document.addEventListener('%s', () => { document.body.dataset.again += '%s' })"
    tab.evaluate(listen % ("DOMContentLoaded", "ready") + ";" + listen % ("notesite:update", "new"))
    fill(site, {"index.html": page("Later")})
    tab.locator("body[data-again=undefinedreadynew]").wait_for()
    assert tab.locator("h1").inner_text() == "Later"
