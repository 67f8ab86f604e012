"""What the preview shows: the state of the site, the tabs that watch it, and the answers to requests.

Pages come as plain values and are answered from that table alone, so there is nothing else to reach.  They are
made when they are asked for, each in a thread of its own, so that a slow one holds up nobody.
"""

import asyncio
import json
import re
import threading
import time
from asyncio import Event
from collections.abc import AsyncIterator, Callable, Container, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from html import unescape
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, unquote

from msgspec import Struct
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from notesite import overlay
from notesite.overlay import Problem as Problem

_ENDINGS = {
    "text": "html css csv vtt js=javascript txt=plain md=plain",
    "application": "json xml pdf zip wasm atom=atom+xml bib=x-bibtex ris=x-research-info-systems",
    "image": "png gif webp avif jpeg jpg=jpeg svg=svg+xml ico=x-icon",
    "audio": "wav ogg oga=ogg opus=ogg mp3=mpeg m4a=mp4",
    "video": "mp4 webm",
    "font": "woff woff2 ttf",
}
_WORDS = [(group, *word.partition("=")) for group, words in _ENDINGS.items() for word in words.split()]
_TYPES = {ending: f"{group}/{name or ending}" for group, ending, _, name in _WORDS}
_TEXT = re.compile(r"text/|.*(xml|json|bibtex|systems)$")

# What a page shows of files: an element that loads one, and its address.
_SHOWN = re.compile(rb'<(?:img|source|video|audio|link rel="stylesheet")\b[^>]*?\s(?:src|href|poster)="([^"]+)"')
_FILES = Path(__file__).with_name("preview")
_OWN = {f"_notesite/{name}": _FILES / name for name in ("live.js", "preview.css")}

Say = Callable[[str], None]
_Result = TypeVar("_Result")


class Preview(Struct, frozen=True):
    """One state of the site as plain values.

    `pages` leads from site paths below the base path ("de/slug/index.html") to bytes or a file on disk, and
    `panels` from those of pages to the markup of the author's panel; both may make them when they are looked up,
    `pages` may raise `Broken`.  If the build `failed`, nothing could be made of the site, and the pages are to be
    those of before.  `took` are the seconds of the build.
    """

    pages: Mapping[str, bytes | Path]
    panels: Mapping[str, str] = {}
    problems: tuple[Problem, ...] = ()
    failed: bool = False
    took: float = 0.0


class Broken(Exception):  # noqa: N818, a state of a page, not a fault of the program
    """A page that cannot be made: why, and its last good bytes, None if there are none."""

    def __init__(self, problem: Problem, last: bytes | None = None) -> None:
        super().__init__(problem.words)
        self.problem, self.last = problem, last


class Found(Struct, frozen=True):
    """Where a request leads: to a page with its status or, with status 307, to another address."""

    name: str
    status: int


def find(pages: Container[str], path: str) -> Found | None:
    """What answers a path below the base path: the page itself, the index in it, or the nearest 404 page."""
    if not path or path.endswith("/"):
        if f"{path}index.html" in pages:
            return Found(f"{path}index.html", 200)
    elif path in pages:
        return Found(path, 200)
    elif f"{path}/index.html" in pages:
        return Found(f"{path}/", 307)
    while path:
        path = path.rpartition("/")[0]
        if f"{path}/404.html" in pages:
            return Found(f"{path}/404.html", 404)
    return Found("404.html", 404) if "404.html" in pages else None


def content_type(name: str) -> str:
    """What a file is sent as, told from its name alone and so the same on every machine."""
    ending = "atom" if f"/{name}".endswith("/feed.xml") else name.rpartition(".")[2].lower()
    kind = _TYPES.get(ending, "application/octet-stream")
    return f"{kind}; charset=utf-8" if _TEXT.match(kind) else kind


def is_allowed(host: str, allowed: Container[str]) -> bool:
    """Whether a Host is among the names that are let in beside the server's own; one without port stands for all."""
    return host.lower() in allowed or re.sub(r":\d+$", "", host.lower()) in allowed


def is_known(asked: Sequence[str], name: str, here: tuple[str, int], allowed: Container[str] = ()) -> bool:
    """Whether the Host headers mean this server; by the name of all addresses it is `here`, where asked, too."""
    known = {"localhost", "127.0.0.1", "[::1]", name}
    known |= {here[0] if "." in here[0] else f"[{here[0]}]"} if name in ("0.0.0.0", "[::]") else set()
    known = {f"{name}:{here[1]}" for name in known} | (known if here[1] == 80 else set())
    return len(asked) == 1 and (asked[0].lower() in known or is_allowed(asked[0], allowed))


def is_own_page(headers: Headers, allowed: Container[str] = ()) -> bool:
    """Whether this very server's page asks, or none; a foreign page's picture would send no Origin.

    An allowed host may stand for a proxy in front, which speaks TLS.
    """
    host = headers["host"]
    own = {f"http://{host}"} | ({f"https://{host}"} if is_allowed(host, allowed) else set())
    return own.issuperset(headers.getlist("origin")) and headers.get("sec-fetch-site", "none") in (
        "none",
        "same-origin",
    )


def in_thread(work: Callable[[], _Result]) -> "asyncio.Future[_Result]":
    """The result of some work in a daemon thread; not in a pool, whose threads would be waited for at the end."""
    done: Future[_Result] = Future()
    done.set_running_or_notify_cancel()  # from here on it can only be fulfilled

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # an exit too, which would end the loop; no future takes a StopIteration
            is_plain = isinstance(error, Exception) and not isinstance(error, StopIteration)
            done.set_exception(error if is_plain else RuntimeError(repr(error)))

    threading.Thread(target=run, daemon=True).start()
    return asyncio.wrap_future(done)


class Desk:
    """What is on show, the tabs that watch it, and the answers to requests: an ASGI application.

    `say` hears of pages that turn out to be broken; all else about a build is told by who built.
    """

    def __init__(self, name: str, base_path: str, *, allowed_hosts: Sequence[str] = (), say: Say = print) -> None:
        self.now = Preview({})
        self._is_closed = False
        self._version = time.time_ns() // 1_000_000  # a tab of an earlier server meets no version twice
        self._checked = 0
        self._broken: dict[Problem, None] = {}
        self._turn = Event()
        self._name, self._base_path = name, base_path
        self._allowed, self._say = {host.lower() for host in allowed_hosts}, say
        self._tell()

    def show(self, built: Preview) -> None:
        """Shows a build and tells all tabs; a failed one changes what is said, never pages that were good."""
        before = self.now
        if built.failed and before.pages:
            built = Preview(before.pages, before.panels, built.problems, True, built.took)
        if built.pages is not before.pages or not built.pages:
            self._version += 1
            self._broken.clear()
        self.now = built
        self._tell()

    def close(self) -> None:
        """Ends the streams of all tabs, which would keep the server from shutting down."""
        self._is_closed = True
        self._tell()

    def _tell(self) -> None:
        self._checked += 1
        self._event = f"data: {json.dumps(self.state())}\n\n"
        self._turn.set()
        self._turn = Event()

    def _blame(self, pages: object, problem: Problem) -> None:
        """Tells of a page that could not be made, once, unless there are other pages by now."""
        if pages is self.now.pages and problem not in self._broken:
            self._broken[problem] = None
            self._say(overlay.drawn(problem))
            self._tell()

    def state(self) -> dict[str, str | int]:
        """What tabs are told: the version of the pages, what is new apart from them, and the problems."""
        known = {(one.where, one.rule) for one in self.now.problems if one.where}
        problems = [*self.now.problems, *(one for one in self._broken if (one.where, one.rule) not in known)]
        took = overlay.lasted(self.now.took)
        return {
            "version": str(self._version),
            "checked": str(self._checked),
            "errors": sum(one.is_error for one in problems),
            "found": overlay.counted(problems),
            "built": f"built in {took}" if took and not self.now.failed else "",
            "oops": overlay.oops(problems, is_old=self.now.failed),
        }

    async def events(self) -> AsyncIterator[str]:
        """The stream of one tab: how things stand, at first and at every turn."""
        yield "retry: 300\n\n"
        while not self._is_closed:
            turn = self._turn
            yield self._event
            await turn.wait()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; no answer is to be stored."""
        response = await self.answer(Request(scope))
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """The answer to a request, or the refusal of what may not be asked."""
        refusal = self._refusal(request)
        if refusal:
            return refusal
        name = request.scope["path"].removeprefix(unquote(self._base_path))
        if name == "_notesite/live":
            return self._live(request)
        if name == "_notesite/panel":
            return await self._panel(request)
        if name in _OWN:
            return Response(_OWN[name].read_bytes(), media_type=content_type(name))
        return await self._page(name, request.url.query)

    def _refusal(self, request: Request) -> Response | None:
        """What tells one who asks wrongly so: under another name, to write, beside the site, from a foreign page."""
        if not is_known(request.headers.getlist("host"), self._name, request.scope["server"], self._allowed):
            return PlainTextResponse("This server does not go by that name; --allow-host lets one in.\n", 421)
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("This server is only for reading.\n", 405, {"Allow": "GET, HEAD"})
        path, base = request.scope["path"], unquote(self._base_path)
        if not path.startswith(base):
            lost = PlainTextResponse(f"Not found; the site begins at {self._base_path}\n", 404)
            return RedirectResponse(self._base_path) if path in ("/", base[:-1]) else lost
        is_private = path in (f"{base}_notesite/live", f"{base}_notesite/panel")
        if is_private and not is_own_page(request.headers, self._allowed):
            return PlainTextResponse("This is for this server's own pages.\n", 403)
        return None

    def _live(self, request: Request) -> Response:
        stream = self.events() if request.method == "GET" else iter(())
        return StreamingResponse(stream, media_type="text/event-stream")

    async def _panel(self, request: Request) -> Response:
        """The panel of the page with the name, or at the path, that is asked for; nothing if it has none."""
        page, now = request.query_params.get("page", ""), self.now
        if page.startswith("/"):
            page = unquote(page).removeprefix(unquote(self._base_path))
        found = find(now.pages, page)
        try:
            if found and found.status == 200:
                panel = await in_thread(partial(now.panels.__getitem__, found.name))
                return Response(panel, media_type="text/html; charset=utf-8")
        except KeyError:
            pass
        except Broken as broken:
            self._blame(now.pages, broken.problem)
        except Exception as error:
            self._blame(now.pages, overlay.broke_off(f"The panel of {page}", error))
        return Response(status_code=204)

    async def _page(self, name: str, query: str) -> Response:
        """What there is under a name; a file that has just gone is not found."""
        now, version, found = self.now, self._version, find(self.now.pages, name)
        if not found:
            return self._missing(now, version)
        if found.status == 307:
            return RedirectResponse(self._base_path + quote(found.name) + (query and f"?{query}"))
        kind = content_type(found.name)
        finish = partial(self._finished, now=now, version=version, kind=kind)
        try:
            content = await in_thread(lambda: finish(now.pages[found.name]))
        except Exception as error:
            broken = error if isinstance(error, Broken) else Broken(overlay.broke_off(f"The page {found.name}", error))
            self._blame(now.pages, broken.problem)
            if broken.last is None:
                return self._own_page(500, "This page could not be made", (broken.problem,), version)
            content = finish(broken.last)
        if content is None:
            return self._missing(now, version)
        if isinstance(content, Path):
            return FileResponse(content, found.status, media_type=kind)
        return Response(content, found.status, media_type=kind)

    def _missing(self, now: Preview, version: int) -> Response:
        if now.failed and not now.pages:
            return self._own_page(500, "The site could not be built", now.problems, version)
        return self._own_page(404, "There is no such page", (), version)

    def _finished(self, content: bytes | Path, now: Preview, version: int, kind: str) -> bytes | Path | None:
        """What is sent of a page or file: with the live script if it is a page; None if the file has gone."""
        if isinstance(content, Path):
            if not content.is_file():
                return None
            if not kind.startswith("text/html"):
                return content
            content = content.read_bytes()
        if not kind.startswith("text/html"):
            return content
        return overlay.with_script(content, self._base_path, version, self._shown(content, now))

    def _shown(self, page: bytes, now: Preview) -> dict[str, int]:
        """The times of the files on disk that a page shows: a picture that changed in place changes no page."""
        made: dict[str, int] = {}
        for address in {unescape(one.decode("utf-8", "replace")) for one in _SHOWN.findall(page)}:
            name = unquote(address).removeprefix(unquote(self._base_path))
            file = now.pages[name] if name in now.pages and not content_type(name).startswith("text/html") else b""
            with suppress(OSError):
                made |= {address: file.stat().st_mtime_ns} if isinstance(file, Path) else {}
        return dict(sorted(made.items()))

    def _own_page(self, status: int, heading: str, problems: Sequence[Problem], version: int) -> Response:
        page = overlay.with_script(overlay.own_page(heading, problems), self._base_path, version, {})
        return Response(page, status, media_type="text/html; charset=utf-8")
