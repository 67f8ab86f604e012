"""The desk of the preview and what it adds to pages: decisions as plain functions, state as tabs are told of it."""

import asyncio
import json
import os
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from notesite import desk, overlay
from notesite.desk import Broken, Desk, Found, Preview, Problem, find


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
    assert desk.content_type(name) == kind


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
    assert desk.is_known(asked, name, here) is known


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
    assert desk.is_own_page(Headers({"host": "localhost:8000"} | headers)) is own


@pytest.mark.parametrize(
    ("asked", "allowed", "known"),
    [
        ("preview.example", "preview.example", True),
        ("Preview.Example:8443", "preview.example", True),
        ("box.lan:8000", "box.lan:8000", True),
        ("box.lan:8001", "box.lan:8000", False),
        ("box.lan", "box.lan:8000", False),
        ("a.preview.example", "preview.example", False),
        ("preview.example.evil", "preview.example", False),
        ("preview.example:80:80", "preview.example", False),
        ("preview.example:", "preview.example", False),
        ("preview.example:x", "preview.example", False),
        ("evil:80@preview.example", "preview.example", False),
        ("", "preview.example", False),
    ],
)
def test_allowed_hosts(asked: str, allowed: str, known: bool):
    """A name that is let in passes in any case, with its port alone if it names one; nothing like it does."""
    assert desk.is_known([asked], "127.0.0.1", ("127.0.0.1", 8000), {allowed}) is known


@pytest.mark.parametrize(
    ("host", "origin", "own"),
    [
        ("preview.example", "https://preview.example", True),
        ("preview.example", "http://preview.example", True),
        ("preview.example", "https://localhost:8000", False),
        ("localhost:8000", "https://localhost:8000", False),
        ("localhost:8000", "https://preview.example", False),
    ],
)
def test_own_page_of_an_allowed_host(host: str, origin: str, own: bool):
    """A page of an allowed host is its own also with TLS, which a proxy in front of the server speaks."""
    assert desk.is_own_page(Headers({"host": host, "origin": origin}), {"preview.example"}) is own


# --- what is added to pages ------------------------------------------------------------------------------

ERROR = Problem(True, "front-matter", "notes/<b>.md:4", "a `:` too many", "quote it", excerpt=((3, "a: <i>"),), line=3)
WARNING = Problem(False, "link-broken", "notes/b.md:7", "no such page")


@pytest.mark.parametrize("given", ["<title>a</title></head><body>b", "<title>a</title></HEAD ><body>b"])
def test_script_goes_into_the_head(given: str):
    """Stylesheet and live script stand at the end of the head, the script deferred, with the page's version."""
    head = overlay.with_script(given.encode(), "/re%22po/", 7, {}).decode().lower().partition("</head")[0]
    assert '<link rel="stylesheet" href="/re%22po/_notesite/preview.css"><script ' in head
    assert ' src="/re%22po/_notesite/live.js" data-version="7" data-digest="' in head
    assert head.endswith(" defer></script>")


def test_script_goes_into_a_page_without_head():
    """A page that closes no head gets the live script too, and loses nothing."""
    assert overlay.with_script(b"<p>a", "/", 7, {}).startswith(b"<p>a<link ")


def test_the_digest_tells_pages_apart():
    """Another version of the same page differs in nothing but the version; another page in the digest, too."""
    one, same, other = (overlay.with_script(page, "/", at, {}) for page, at in ((b"a", 1), (b"a", 2), (b"b", 1)))
    assert one.replace(b'"1"', b'"2"') == same
    assert one != other.replace(b"b<link", b"a<link")


def test_problems_are_escaped():
    """Problems become text, never markup, apart from code in backticks; no style or script is inline."""
    related, words = (("<x>:1", "</ol>"),), "</section>\n<script>"
    markup = overlay.oops([ERROR, Problem(True, "<r>", "", words, related=related)], is_old=True)
    assert '<p class="where">notes/&lt;b&gt;.md:4</p>' in markup
    assert "a <code>:</code> too many" in markup
    assert '<mark class="hit">3  a: &lt;i&gt;\n</mark>' in markup
    assert not [
        bad for bad in ("<script", "</section", "<x>", "<r>", "<i>", "<b>", "style", "onclick") if bad in markup
    ]


def test_an_excerpt_marks_the_line_that_is_meant():
    """Of the numbered lines of a file, set flush, the one that is meant is marked."""
    problem = Problem(True, "r", "x:10", "w", excerpt=((9, "nine"), (10, "ten")), line=10)
    assert ' 9  nine\n<mark class="hit">10  ten\n</mark>' in overlay.oops([problem], is_old=False)


def test_warnings_are_folded_below_errors():
    """Warnings are folded up where there are errors, and listed up to a number that a reader can take in."""
    many = [Problem(False, "r", "", f"w{number}") for number in range(overlay.MOST_WARNINGS + 2)]
    assert "<details><summary>52 warnings</summary>" in overlay.oops([ERROR, *many], is_old=False)
    alone = overlay.oops(many, is_old=False)
    assert "<details open>" in alone
    assert ("w49" in alone, "w50" in alone) == (True, False)
    assert "And 2 more; <code>notesite check</code> lists them all." in alone


def test_drawn():
    """The terminal reads place, severity, words and rule on one line, then lines, places and mend, no controls."""
    problem = Problem(True, "r", "a.md:3", "w\x1b[2J", "m", (("b.md:1", "here"),), ((3, "c"), (4, "d")), 3)
    assert overlay.drawn(problem).splitlines() == [
        "a.md:3: error: w\\x1b[2J [r]",
        "    > 3 | c",
        "      4 | d",
        "    b.md:1: here",
        "    mend: m",
    ]
    assert overlay.drawn(WARNING) == "notes/b.md:7: warning: no such page [link-broken]"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, ""), (0.0001, "1 ms"), (0.038, "38 ms"), (0.9994, "999 ms"), (0.9999, "1.0 s"), (62.04, "62.0 s")],
)
def test_lasted(seconds: float, words: str):
    """A time is said in milliseconds below a second, and in seconds above."""
    assert overlay.lasted(seconds) == words


# --- what is on show -------------------------------------------------------------------------------------


async def told(shown: Desk) -> dict[str, Any]:
    """What a tab that connects now is told."""
    events = shown.events()
    assert await anext(events) == "retry: 300\n\n"
    state = json.loads((await anext(events)).removeprefix("data: "))
    await events.aclose()
    return state


async def ask(shown: Desk, path: str, query: str = "") -> Response:
    """The answer to a request under the right name."""
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode()}
    scope |= {"server": ("127.0.0.1", 8000), "headers": [(b"host", b"localhost:8000")]}
    return await shown.answer(Request(scope))


def at_desk(story: Any, **options: Any) -> list[str]:
    """Tells a story with a desk, and returns what the desk has said."""
    said: list[str] = []

    async def tell() -> None:
        await story(Desk("127.0.0.1", "/", say=said.append, **options))

    in_loop(tell())
    return said


def test_the_files_of_a_page(tmp_path: Path):
    """A page says when the files that it shows last changed, by their addresses; of pages and other sites nothing."""
    picture, pages = tmp_path / "a b.png", {"index.html": b""}
    picture.write_bytes(b"1")
    os.utime(picture, ns=(5, 5))
    shown = b'<img alt="" src="/re/a%20b.png">'
    pages["index.html"] = shown + b'<img src="https://x.example/re/a b.png"><video src="/re/index.html"></video>'

    async def story() -> None:
        watched = Desk("localhost", "/re/")
        watched.show(Preview({**pages, "a b.png": picture}))
        page = bytes((await ask(watched, "/re/")).body)
        assert b' data-files="[[&quot;/re/a%20b.png&quot;, 5]]"' in page

    in_loop(story())


def test_a_failed_build_keeps_pages_and_version():
    """After a failed build the last good pages stay under their version, with problems until the next one."""

    async def story(shown: Desk) -> None:
        shown.show(Preview({"x": b"1"}))
        good = await told(shown)
        shown.show(Preview({"x": b"2"}, problems=(ERROR,), failed=True))
        assert shown.now.pages == {"x": b"1"}
        broken = await told(shown)
        assert (broken["version"], broken["errors"], broken["found"]) == (good["version"], 1, "1 error")
        assert "the last good state" in broken["oops"]
        shown.show(Preview({"x": b"1"}, problems=(WARNING,)))
        mended = await told(shown)
        assert (mended["version"] != good["version"], mended["errors"]) == (True, 0)

    at_desk(story)


def test_the_same_pages_keep_their_version():
    """A state with the very pages of the one before tells of problems and panels, and of no new pages."""

    async def story(shown: Desk) -> None:
        pages = {"x": b"1"}
        shown.show(Preview(pages))
        first = await told(shown)
        shown.show(Preview(pages, problems=(ERROR,), took=0.038))
        second = await told(shown)
        assert (second["version"], second["checked"] != first["checked"]) == (first["version"], True)
        assert (second["found"], second["built"]) == ("1 error", "built in 38 ms")
        assert "last good state" not in second["oops"]
        shown.show(Preview(dict(pages)))
        assert (await told(shown))["version"] != first["version"]

    at_desk(story)


def test_failing_from_the_start():
    """With no good page yet, the problems are each address's page: each build is a version."""

    async def story(shown: Desk) -> None:
        nothing: dict[str, bytes] = {}
        shown.show(Preview(nothing, problems=(ERROR,), failed=True))
        first, answer = await told(shown), await ask(shown, "/x")
        assert (answer.status_code, b'id="notesite-problems"' in answer.body) == (500, True)
        shown.show(Preview(nothing, problems=(ERROR,), failed=True))
        assert (await told(shown))["version"] != first["version"]

    at_desk(story)


def test_a_failed_build_may_bring_good_pages():
    """Where the first build fails but knows the last good pages, those are shown."""

    async def story(shown: Desk) -> None:
        shown.show(Preview({"x": b"old"}, problems=(ERROR,), failed=True))
        assert (await ask(shown, "/x")).body == b"old"
        assert (await told(shown))["errors"] == 1

    at_desk(story)


class Lazy(dict[str, bytes]):
    """A table that makes its pages when they are looked up, and some of them not at all."""

    def __getitem__(self, name: str) -> bytes:
        """A page, or what prevents it."""
        if name == "last.html":
            raise Broken(ERROR, b"<p>last")
        if name == "none.html":
            raise Broken(ERROR)
        if name == "bug.html":
            raise SystemExit("enough")
        if name == "stop.html":
            raise StopIteration
        return super().__getitem__(name)

    def __iter__(self) -> Iterator[str]:
        """Nobody may need to go through the table."""
        raise AssertionError


def lazy() -> Lazy:
    """A table with good and with broken pages."""
    return Lazy(dict.fromkeys(("index.html", "last.html", "none.html", "bug.html", "stop.html"), b""))


def test_a_broken_page():
    """A page that its template prevents is its last good state or says why; all tabs hear of it, others stand."""

    async def story(shown: Desk) -> None:
        shown.show(Preview(lazy()))
        before = await told(shown)
        last, none = await ask(shown, "/last.html"), await ask(shown, "/none.html")
        assert (last.status_code, last.body.startswith(b"<p>last<link")) == (200, True)
        assert (none.status_code, b"too many" in none.body) == (500, True)
        after = await told(shown)
        assert (after["version"], after["checked"] != before["checked"]) == (before["version"], True)
        assert (before["errors"], after["errors"]) == (0, 1)
        assert (await ask(shown, "/")).status_code == 200
        shown.show(Preview(lazy()))
        assert (await told(shown))["errors"] == 0

    assert at_desk(story) == [overlay.drawn(ERROR)]


@pytest.mark.parametrize("name", ["bug", "stop"])
def test_a_bug_in_a_page(name: str):
    """An exception while a page is made, even one that calls for the end, becomes the page's problem."""

    async def story(shown: Desk) -> None:
        shown.show(Preview(lazy()))
        answer = await ask(shown, f"/{name}.html")
        assert (answer.status_code, b"Traceback" in answer.body) == (500, True)

    assert at_desk(story)[0].startswith(f"error: The page {name}.html broke off: RuntimeError")


def test_a_late_broken_page_blames_nobody():
    """A page of a state that is no longer shown says nothing of the one that is."""

    async def story(shown: Desk) -> None:
        shown.show(Preview(lazy()))
        late = asyncio.create_task(ask(shown, "/none.html"))
        await asyncio.sleep(0)
        shown.show(Preview({"x": b""}))
        await late
        assert (await told(shown))["errors"] == 0

    assert at_desk(story) == []


@pytest.mark.parametrize(
    ("page", "status", "body"),
    [
        ("de/a/index.html", 200, b"<p>panel"),
        ("de/a/", 200, b"<p>panel"),
        ("/my%20repo/de/a/", 200, b"<p>panel"),
        ("/de/a/", 204, b""),
        ("/my%20repo/de/none/", 204, b""),
        ("b.html", 204, b""),
        ("bug.html", 204, b""),
        ("", 204, b""),
    ],
)
def test_panels(page: str, status: int, body: bytes):
    """The panel of a page is found by its name and by its path; a page without one has none."""

    class Panels(dict[str, str]):
        def __missing__(self, name: str) -> str:
            raise {"bug.html": ValueError}.get(name, KeyError)(name)

    async def story(shown: Desk) -> None:
        pages = dict.fromkeys(("de/a/index.html", "b.html", "bug.html", "404.html"), b"")
        shown.show(Preview(pages, Panels({"de/a/index.html": "<p>panel", "404.html": "<p>wrong"})))
        answer = await ask(shown, "/my repo/_notesite/panel", f"page={page.replace('%', '%25')}")
        assert (answer.status_code, answer.body) == (status, body)

    async def tell() -> None:
        await story(Desk("127.0.0.1", "/my%20repo/", say=said.append))

    said: list[str] = []
    in_loop(tell())
    assert [words.splitlines()[0] for words in said] == (
        ["error: The panel of bug.html broke off: ValueError: bug.html"] if page == "bug.html" else []
    )


@pytest.mark.parametrize("name", ["gone.pdf", "gone.html"])
def test_a_file_that_has_gone(tmp_path: Path, name: str):
    """A file of the table that has just gone from the disk is not found, and breaks nothing."""

    async def story(shown: Desk) -> None:
        shown.show(Preview({name: tmp_path / name}))
        answer = await ask(shown, f"/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")

    assert at_desk(story) == []
