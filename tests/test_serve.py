"""The preview server: its decisions as plain functions, its doors by raw sockets, its story in a browser."""

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
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.requests import Request

from notesite import serve
from notesite.serve import Found, Preview, find

# A site whose pages are files; two of them say how the build is to go wrong, and one that it is to hang.
PROGRAM = """
import json, sys, threading
from pathlib import Path
from notesite import serve

folder, options = Path(sys.argv[1]), json.loads(sys.argv[2])

def rebuild():
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    if "hang" in files:
        print("building", flush=True)
        threading.Event().wait()
    if "bug" in files:
        raise ValueError(files["bug"].read_text())
    if "problem" in files:
        return serve.Preview({}, (files["problem"].read_text(),), failed=True)
    on_disk = {".pdf"}
    return serve.Preview({name: path if path.suffix in on_disk else path.read_bytes() for name, path in files.items()})

serve.run(rebuild, [folder], **options, say=lambda words: print(words, flush=True))
print("returned", flush=True)
"""


class Tab:
    """A listener at the live channel, as a tab's script is one."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.request("GET", "/_notesite/live", headers=headers)
        self.answer = self.connection.getresponse()

    def next(self) -> dict[str, str]:
        """Waits for the next event."""
        for line in iter(self.answer.readline, b""):
            if line.startswith(b"data: "):
                return json.loads(line.removeprefix(b"data: "))
        pytest.fail("the stream has ended")


@dataclass
class Running:
    """A preview server in a process of its own."""

    process: subprocess.Popen[str]
    url: str = ""
    said: list[str] = field(default_factory=list)
    tabs: list[Tab] = field(default_factory=list)

    @property
    def port(self) -> int:
        """The port it has found."""
        return int(self.url.split(":")[-1].split("/")[0])

    def hear(self, word: str) -> str:
        """Waits until it says a line with this word."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))
            if word in line:
                return self.said[-1]
        pytest.fail(f"ended without saying {word!r}: {self.said} {self.process.stderr and self.process.stderr.read()}")

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
            sock.shutdown(socket.SHUT_WR)
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
    """A server in a process of its own, by default once it serves; no warning passes there either."""
    options = {"host": "127.0.0.1", "port": 0, "base_path": "/", "open_browser": False} | options
    command = [sys.executable, "-W", "error", "-c", PROGRAM, str(folder), json.dumps(options)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=os.environ | (env or {}))
    server = Running(process)
    if serving:
        server.url = server.hear("Serving ").split()[1]
    return server


def fill(folder: Path, files: dict[str, str]) -> None:
    """Puts whole files in place, with their folders: one change each."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder.parent / "written").write_text(text)
        (folder.parent / "written").replace(folder / name)


def page(text: str, css: str = "site-1", more: str = "") -> str:
    """A page long enough to be scrolled, under the content policy of real ones."""
    policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'"
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{text}</title>'
    link = f'<link rel="stylesheet" href="/assets/{css}.css">'
    lines = "<p>line</p>" * 200 + '<p id="end">end</p>'
    return f'<!DOCTYPE html><html lang="de"><head>{head}{link}{more}</head><body><h1>{text}</h1>{lines}</body></html>'


def in_loop(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine, run in a thread, since Playwright keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, asyncio.wait_for(work, 60)).result()


# --- decisions -------------------------------------------------------------------------------------------

TABLE = dict.fromkeys(("index.html", "404.html", "de/404.html", "de/note/index.html", "a.css"), b"")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", Found("index.html", 200)),
        ("a.css", Found("a.css", 200)),
        ("index.html", Found("index.html", 200)),
        ("de/note/", Found("de/note/index.html", 200)),
        ("de/note", Found("de/note/", 307)),
        ("de/none/", Found("de/404.html", 404)),
        ("de/note/deep/er", Found("de/404.html", 404)),
        ("de", Found("404.html", 404)),
        ("a.css/", Found("404.html", 404)),
        ("/", Found("404.html", 404)),
        ("../a.css", Found("404.html", 404)),
        ("de/../a.css", Found("de/404.html", 404)),
    ],
)
def test_find(path: str, found: Found):
    """A path finds its page, the index in it, the way to that, or the 404 page nearest above."""
    assert find(TABLE, path) == found


def test_find_nothing():
    """A site without a 404 page has nothing for a path it does not know."""
    assert find({"index.html": b""}, "x") is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("robots.txt", "text/plain; charset=utf-8"),
        ("sitemap.xml", "application/xml; charset=utf-8"),
        ("feed.xml", "application/atom+xml; charset=utf-8"),
        ("de/feed.xml", "application/atom+xml; charset=utf-8"),
        ("de/newsfeed.xml", "application/xml; charset=utf-8"),
        ("sources.json", "application/json; charset=utf-8"),
        ("sources.bib", "application/x-bibtex; charset=utf-8"),
        ("sources.ris", "application/x-research-info-systems; charset=utf-8"),
        ("icon.svg", "image/svg+xml; charset=utf-8"),
        ("a.PNG", "image/png"),
        ("a.jpg", "image/jpeg"),
        ("a.webp", "image/webp"),
        ("a.mp3", "audio/mpeg"),
        ("a.ogg", "audio/ogg"),
        ("a.pdf", "application/pdf"),
        ("_redirects", "application/octet-stream"),
        ("a.d/b", "application/octet-stream"),
    ],
)
def test_content_type(name: str, kind: str):
    """A file's type is told from its name, with the charset where it is text."""
    assert serve.content_type(name) == kind


@pytest.mark.parametrize(
    ("asked", "name", "here", "known"),
    [
        (["localhost:8000"], "127.0.0.1", ("127.0.0.1", 8000), True),
        (["LOCALHOST:8000"], "127.0.0.1", ("127.0.0.1", 8000), True),
        (["[::1]:8000"], "[::1]", ("::1", 8000), True),
        (["Desk.lan:8000"], "desk.lan", ("192.168.1.5", 8000), True),
        (["localhost"], "127.0.0.1", ("127.0.0.1", 80), True),
        (["localhost"], "127.0.0.1", ("127.0.0.1", 8000), False),
        (["localhost:8001"], "127.0.0.1", ("127.0.0.1", 8000), False),
        (["localhost.:8000"], "127.0.0.1", ("127.0.0.1", 8000), False),
        (["evil.localhost:8000"], "127.0.0.1", ("127.0.0.1", 8000), False),
        (["192.168.1.5:8000"], "127.0.0.1", ("127.0.0.1", 8000), False),
        (["192.168.1.5:8000"], "0.0.0.0", ("192.168.1.5", 8000), True),
        (["[fe80::1]:8000"], "[::]", ("fe80::1", 8000), True),
        (["192.168.1.6:8000"], "0.0.0.0", ("192.168.1.5", 8000), False),
        (["evil.example:8000"], "0.0.0.0", ("192.168.1.5", 8000), False),
        (["localhost:8000", "localhost:8000"], "127.0.0.1", ("127.0.0.1", 8000), False),
        ([], "127.0.0.1", ("127.0.0.1", 8000), False),
    ],
)
def test_is_known(asked: list[str], name: str, here: tuple[str, int], known: bool):
    """One exact Host is let in: a name of this very server, with its port."""
    assert serve.is_known(asked, name, here) is known


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({}, True),
        ({"origin": "http://localhost:8000"}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"origin": "http://localhost:8001"}, False),
        ({"origin": "https://localhost:8000"}, False),
        ({"origin": "http://127.0.0.1:8000"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
    ],
)
def test_is_own_page(headers: dict[str, str], own: bool):
    """A request is the server's own page's if no header says that it comes from elsewhere."""
    assert serve.is_own_page(Headers({"host": "localhost:8000"} | headers)) is own


@pytest.mark.parametrize("given", ["<title>a</title></head><body>b", "<title>a</title></HEAD ><body>b"])
def test_script_goes_into_the_head(given: str):
    """The live script stands at the end of the head, deferred, with the page's version."""
    head = serve.with_script(given.encode(), "/re%22po/", 7).decode().lower().partition("</head")[0]
    assert head.endswith(' src="/re%22po/_notesite/live.js" data-version="7" defer></script>')


def test_script_goes_into_a_page_without_head():
    """A page that closes no head gets the live script too, and loses nothing."""
    assert serve.with_script(b"<p>a", "/", 7).startswith(b"<p>a<script ")


@pytest.mark.parametrize("overlay", [True, False])
def test_problems_are_escaped(overlay: bool):
    """Problems become text, never markup; the first line of each has its class, and no style is inline."""
    markup = serve.oops(["notes/<b>.md:4\n <script>", "</section>"], overlay=overlay)
    assert '<p class="where">notes/&lt;b&gt;.md:4</p><pre> &lt;script&gt;</pre>' in markup
    assert '<p class="where">&lt;/section&gt;</p>' in markup
    assert markup.startswith('<section class="oops"')
    assert "style" not in markup


def test_attempt_turns_a_bug_into_a_problem():
    """An exception out of a build is a problem that names it, with the place in the code below."""
    built = serve.attempt(lambda: Preview({"x": bytes(-1)}))
    assert built.failed
    assert built.problems[0].startswith("The build broke off: ValueError: negative count\nTraceback")


def test_attempt_survives_an_exit():
    """A build that calls for the program's end does not get it."""
    assert serve.attempt(lambda: sys.exit("enough")).problems[0].startswith("The build broke off: SystemExit: enough")


def test_news():
    """The terminal hears of a problem once, of the first failure, and of the mending."""
    good, bad = Preview({"x": b""}, ("w",)), Preview({"x": b""}, ("w", "p"), failed=True)
    assert list(serve.news(Preview({}), good)) == ["w"]
    assert list(serve.news(good, bad)) == ["p", "The site could not be built."]
    assert list(serve.news(bad, bad)) == []
    assert list(serve.news(bad, good)) == ["Mended: the new pages are on show."]


# --- what is on show -------------------------------------------------------------------------------------


async def told(desk: serve.Desk) -> dict[str, str]:
    """What a tab that connects now is told."""
    events = desk.events()
    assert await anext(events) == "retry: 300\n\n"
    state = json.loads((await anext(events)).removeprefix("data: "))
    await events.aclose()
    return state


def test_a_failed_build_keeps_pages_and_version():
    """After a failed build the last good pages stay under their version, with an overlay until the next one."""

    async def story() -> None:
        desk = serve.Desk("127.0.0.1", "/")
        desk.show(Preview({"x": b"1"}))
        good = await told(desk)
        desk.show(Preview({"x": b"2"}, ("p",), failed=True))
        assert desk.now.pages == {"x": b"1"}
        broken = await told(desk)
        assert (broken["version"], '<p class="where">p</p>' in broken["oops"]) == (good["version"], True)
        desk.show(Preview({"x": b"1"}, ("warning",)))
        mended = await told(desk)
        assert (mended["version"] != good["version"], mended["oops"]) == (True, "")

    in_loop(story())


def test_failing_from_the_start():
    """With no good page yet, tabs show the problems as their page: each build is a version, none an overlay."""

    async def story() -> None:
        desk = serve.Desk("127.0.0.1", "/")
        desk.show(Preview({}, ("p",), failed=True))
        first = await told(desk)
        desk.show(Preview({}, ("q",), failed=True))
        second = await told(desk)
        assert first["version"] != second["version"]
        assert first["oops"] == second["oops"] == ""

    in_loop(story())


def test_a_failed_build_may_bring_good_pages():
    """Where the first build fails but knows the last good pages, those are shown, under the overlay."""

    async def story() -> None:
        desk = serve.Desk("127.0.0.1", "/")
        desk.show(Preview({"x": b"old"}, ("p",), failed=True))
        assert desk.now.pages == {"x": b"old"}
        assert "oops" in (await told(desk))["oops"]

    in_loop(story())


def test_builds_never_overlap():
    """Any number of changes during a build make one more build, which begins when that one has ended."""
    entered, release, running, most = threading.Semaphore(0), threading.Semaphore(0), [], []

    def rebuild() -> Preview:
        running.append(1)
        most.append(len(running))
        entered.release()
        release.acquire()
        running.pop()
        return Preview({"x": b""})

    async def story() -> None:
        desk, changed = serve.Desk("127.0.0.1", "/"), asyncio.Event()
        task = asyncio.create_task(serve.keep_building(rebuild, changed, desk, print))
        events = desk.events()
        await anext(events), await anext(events)
        changed.set()
        await asyncio.to_thread(entered.acquire)
        for _ in range(5):
            changed.set()
            await asyncio.sleep(0)
        release.release(2)
        await anext(events), await anext(events)
        await asyncio.to_thread(entered.acquire)
        assert not changed.is_set()
        task.cancel()

    in_loop(story())
    assert most == [1, 1]


# --- watching --------------------------------------------------------------------------------------------


def watching(watched: list[Path], *steps: Callable[[], object], say: Callable[[str], None] = print) -> None:
    """Does each step and waits until it is noticed; the first notice needs no step."""

    async def story() -> None:
        changed = asyncio.Event()
        task = asyncio.create_task(serve.watch(watched, changed, say))
        await changed.wait()
        for step in steps:
            changed.clear()
            step()
            await changed.wait()
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


def test_head(site: Path, start: Start):
    """HEAD answers as GET does, without the body, on the live channel too."""
    server = start(site)
    for path in ("/", "/de/a.pdf", "/de/none", "/_notesite/live.js"):
        status, headers, body = server.get(path, "HEAD")
        assert (status, headers["content-length"], body) == (
            *[server.get(path)[0], server.get(path)[1]["content-length"]],
            b"",
        )
    assert server.get("/_notesite/live", "HEAD")[0] == 200


def test_not_found(site: Path, start: Start):
    """What is not there is answered by the nearest 404 page of the site."""
    server = start(site)
    status, _, body = server.get("/de/nichts/")
    assert (status, b"<h1>Keine</h1>" in body) == (404, True)
    status, _, body = server.get("/nothing")
    assert (status, b"<h1>None</h1>" in body) == (404, True)


@pytest.mark.parametrize("name", ["gone.pdf", "gone.html"])
def test_a_file_that_has_gone(tmp_path: Path, name: str):
    """A file of the table that has just gone from the disk is not found, and breaks nothing."""
    desk = serve.Desk("127.0.0.1", "/")
    desk.show(Preview({name: tmp_path / name}))
    scope = {"type": "http", "method": "GET", "path": f"/{name}", "query_string": b"", "server": ("127.0.0.1", 8000)}
    answer = desk.answer(Request(scope | {"headers": [(b"host", b"localhost:8000")]}))
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


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
    """A request under any other name is refused with 403, whatever it asks for."""
    head = request_head.replace("PORT", str(module_server.port))
    answer = module_server.raw(f"{head}\r\nConnection: close\r\n\r\n")
    assert answer.split()[1] == "403"
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
    for path in ("/", "/_notesite/live", "/_notesite/live.js"):
        answer = module_server.raw(f"{method} {path} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n")
        assert answer.split()[1] == "405"
        assert "allow: GET, HEAD" in answer


@pytest.mark.parametrize("header", ["Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"])
def test_foreign_pages_do_not_listen(module_server: Running, header: str):
    """The live channel is closed to pages of other origins."""
    head = f"GET /_notesite/live HTTP/1.1\r\nHost: HOST\r\n{header}\r\nConnection: close"
    assert module_server.raw(f"{head}\r\n\r\n").split()[1] == "403"


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
    for name, words in {"problem": "notes/a.md:4: <b>", "bug": "oh <b>"}.items():
        fill(site, {name: words})
        broken = tab.next()
        assert (broken["version"], "&lt;b&gt;" in broken["oops"]) == (good["version"], True)
        assert b"Start" in server.get("/")[2]
        assert server.hear(words)
        (site / name).unlink()
        good = tab.next()
        assert (good["version"] != broken["version"], good["oops"]) == (True, "")


def test_no_good_build_yet(site: Path, start: Start):
    """As long as no build has been good, every address answers 500 with the problems, and with the script."""
    fill(site, {"problem": "notes/<b>.md:4"})
    server = start(site)
    tab = server.tab()
    first = tab.next()
    for path in ("/", "/de/note/", "/nothing"):
        status, headers, body = server.get(path)
        assert (status, headers["content-type"]) == (500, "text/html; charset=utf-8")
        assert b'<p class="where">notes/&lt;b&gt;.md:4</p>' in body
        assert b"/_notesite/live.js" in body
    assert first["oops"] == ""
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
    server.hear("building")
    server.stop(number)
    (site / "hang").unlink()
    server = start(site)
    fill(site, {"hang": ""})
    server.hear("building")
    server.stop(number)


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

OVERLAY = ".oops:popover-open"


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
    assert tab.locator("link").evaluate_all("all => all.map(one => one.sheet.href.slice(-10))") == ["site-2.css"]

    fill(site, {"problem": "notes/a.md:4: <b>bold</b>\n  4 | line"})
    tab.locator(OVERLAY).wait_for()
    assert tab.locator(".oops .where").inner_text() == "notes/a.md:4: <b>bold</b>"
    assert tab.locator("h1").inner_text() == "Anders"
    assert tab.evaluate("[scrollY, window.kept]") == [700, True]

    (site / "problem").unlink()
    tab.locator(".oops").wait_for(state="detached")
    assert tab.evaluate("[scrollY, window.kept]") == [700, True]
    assert (seen.errors, seen.foreign) == ([], [])


def test_a_page_recovers(site: Path, start: Start, open_page: Callable[..., Any]):
    """A tab opened before anything could be built follows the problems, and becomes the page with all it has."""
    fill(site, {"problem": "first", "assets/page.js": "document.body.dataset.ran = 'yes'"})
    fill(site, {"index.html": page("Start", more='<script src="/assets/page.js" defer></script>')})
    tab = open_page(start(site).url).page
    fill(site, {"problem": "second"})
    tab.locator(".where", has_text="second").wait_for()
    (site / "problem").unlink()
    tab.locator("body[data-ran=yes]").wait_for()
    assert tab.locator("h1").inner_text() == "Start"


def test_a_tab_catches_up(site: Path, start: Start, open_page: Callable[..., Any]):
    """A tab that has missed a build, since the server was away, shows it when the server is back."""
    server = start(site)
    tab = open_page(server.url).page
    server.stop()
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


def test_the_overlay_can_be_hidden(site: Path, start: Start, open_page: Callable[..., Any]):
    """A reader of problems can put them aside and look at the page."""
    tab = open_page(start(site).url).page
    fill(site, {"problem": "p"})
    tab.locator(OVERLAY).wait_for()
    tab.get_by_role("button", name="Hide").click()
    tab.locator(".oops").wait_for(state="hidden")


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
    """After an update the document fires an event, with which a page's own script can begin anew."""
    tab = open_page(start(site).url).page
    tab.evaluate("document.addEventListener('notesite:update', () => { document.body.dataset.again = 'yes' })")
    fill(site, {"index.html": page("Later")})
    tab.locator("body[data-again=yes]").wait_for()
    assert tab.locator("h1").inner_text() == "Later"
