"""The preview server: shows what a `rebuild` function makes, and shows it anew when a watched file changes.

It knows nothing of what it shows: pages come as plain values and are answered from that table alone, so there
is nothing else to reach.  While a build fails the last good pages stay, under a list of its problems.  After
new content has been put into an open page, its document fires `notesite:update`, for scripts to begin anew.
"""

import asyncio
import errno
import ipaddress
import json
import re
import signal
import socket
import threading
import time
import traceback
import webbrowser
from asyncio import Event
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from functools import partial
from html import escape
from pathlib import Path
from urllib.parse import quote, unquote

import uvicorn
from msgspec import Struct
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from watchfiles import DefaultFilter, awatch

# Added to pages as they are served.  A hidden tab listens to nothing, since a browser's seventh connection to a
# host would hang; by the version in its page it knows later whether it has missed a build.
SCRIPT = """\
(() => {
  const me = document.currentScript;
  const sheets = 'link[rel="stylesheet"]', all = (page, what) => [...page.querySelectorAll(what)];
  const named = (page, what, by) => all(page, what).map(element => element.getAttribute(by)).join();
  const scripts = named(document, "script[src]", "src");
  let version = me.dataset.version, source, work = Promise.resolve();
  // A reload would jump to an anchor.
  const reload = () => { history.replaceState(null, "", location.href.split("#")[0]); location.reload(); };
  async function restyle(fresh) {
    const old = all(document, sheets);
    if (named(fresh, sheets, "href") === named(document, sheets, "href")) return;
    await Promise.all(all(fresh, sheets).map(link => new Promise((onload, onerror) => {
      document.head.append(Object.assign(link, {onload, onerror}));
    })));
    old.forEach(link => link.remove());
  }
  async function refresh() {
    const text = await fetch(location.href, {cache: "no-store"}).then(it => it.text()).catch(() => null);
    if (text === null) return;  // the server has gone; its next version tells
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const stamp = fresh.getElementById(me.id);
    if (!stamp || named(fresh, "script[src]", "src") !== scripts) return reload();
    await restyle(fresh);
    const left = scrollX, top = scrollY;
    [document.title, document.documentElement.lang] = [fresh.title, fresh.documentElement.lang];
    document.body.replaceWith(fresh.body);
    scrollTo({left, top, behavior: "instant"});
    version = stamp.dataset.version;
    document.dispatchEvent(new Event("notesite:update"));
  }
  async function update(state) {
    if (state.version !== version) await refresh().catch(reload);
    document.getElementById("notesite-oops")?.remove();
    document.body.insertAdjacentHTML("beforeend", state.oops);
    document.getElementById("notesite-oops")?.showPopover?.();
  }
  function listen() {
    source?.close();
    if (document.hidden) return;
    source = new EventSource(new URL("live", me.src));
    source.onmessage = ({data}) => { work = work.then(() => update(JSON.parse(data))).catch(console.error); };
    source.onerror = () => source.readyState === EventSource.CLOSED && setTimeout(listen, 1000);
  }
  document.addEventListener("visibilitychange", listen);
  listen();
})();
"""

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

Pages = Mapping[str, bytes | Path]
Rebuild = Callable[[], "Preview"]
Say = Callable[[str], None]


class Preview(Struct, frozen=True):
    """One build as plain values: `pages` from site paths below the base path ("de/slug/index.html") to bytes or a
    file on disk; `problems`, its diagnostics in words; if it `failed`, the pages are the last good ones or none.
    """

    pages: Pages
    problems: tuple[str, ...] = ()
    failed: bool = False


class Found(Struct, frozen=True):
    """Where a request leads: to a page with its status or, with status 307, to another address."""

    name: str
    status: int


def find(pages: Pages, path: str) -> Found | None:
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


def is_known(asked: Sequence[str], name: str, here: tuple[str, int]) -> bool:
    """Whether the Host headers mean this server; by the name of all addresses it is `here`, where asked, too."""
    known = {"localhost", "127.0.0.1", "[::1]", name}
    known |= {here[0] if "." in here[0] else f"[{here[0]}]"} if name in ("0.0.0.0", "[::]") else set()
    known = {f"{name}:{here[1]}" for name in known} | (known if here[1] == 80 else set())
    return len(asked) == 1 and asked[0].lower() in known


def is_own_page(headers: Headers) -> bool:
    """Whether this very server's page asks, or none; a foreign page's picture would send no Origin."""
    site = headers.get("sec-fetch-site", "none")
    own = f"http://{headers['host']}"
    return all(origin == own for origin in headers.getlist("origin")) and site in ("none", "same-origin")


def oops(problems: Sequence[str], *, overlay: bool) -> str:
    """The problems of a failed build as markup: of each, the first line says where and what."""
    attributes = 'id="notesite-oops" role="alert" popover="manual"' if overlay else 'role="alert"'
    parts = [f'<section class="oops" {attributes}><h2>The site could not be built</h2>']
    for first, _, rest in (problem.partition("\n") for problem in problems):
        parts.append(f'<p class="where">{escape(first)}</p>' + (f"<pre>{escape(rest)}</pre>" if rest else ""))
    page = "Behind this is the last good state of the page; it" if overlay else "This page"
    parts.append(f"<p>{page} renews itself when the problem is mended.</p>")
    button = '<p><button popovertarget="notesite-oops" popovertargetaction="hide">Hide</button></p>'
    return "".join([*parts, button if overlay else "", "</section>"])


def own_page(problems: Sequence[str] | None) -> bytes:
    """The server's own page, where the site has none: the problems, or that there is no such page."""
    text = "<h1>There is no such page</h1>" if problems is None else oops(problems, overlay=False)
    head = '<meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Preview</title>'
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>{text}</body></html>\n'.encode()


def with_script(page: bytes, base_path: str, version: int) -> bytes:
    """A page with the live script in its head, which carries the version that the page belongs to."""
    source = f'src="{escape(base_path)}_notesite/live.js" data-version="{version}"'
    head = re.search(rb"</head\s*>", page, re.IGNORECASE)
    at = head.start() if head else len(page)
    return page[:at] + f'<script id="notesite-live" {source} defer></script>'.encode() + page[at:]


def news(before: Preview, now: Preview) -> Iterator[str]:
    """What the terminal should hear of a build: problems that are new, and whether pages are held back."""
    yield from (problem for problem in now.problems if problem not in before.problems)
    if now.failed != before.failed:
        yield "The site could not be built." if now.failed else "Mended: the new pages are on show."


class Desk:
    """What is on show, the tabs that watch it, and the answers to requests: an ASGI application."""

    def __init__(self, name: str, base_path: str) -> None:
        self.now = Preview({})
        self.is_built = self._is_closed = False
        self._version = time.time_ns() // 1_000_000  # a tab of an earlier server meets no version twice
        self._turn = Event()
        self._name, self._base_path = name, base_path

    def show(self, built: Preview) -> None:
        """Shows a build and tells all tabs; a failed one changes what is said, never pages that were good."""
        if built.failed and self.now.pages:
            self.now = Preview(self.now.pages, built.problems, failed=True)
        else:
            self.now, self._version = built, self._version + 1
        self.is_built = True
        self._turn.set()
        self._turn = Event()

    def close(self) -> None:
        """Ends the streams of all tabs, which would keep the server from shutting down."""
        self._is_closed = True
        self._turn.set()

    async def events(self) -> AsyncIterator[str]:
        """The stream of one tab: how things stand, at first and at every turn."""
        yield "retry: 300\n\n"
        while not self._is_closed:
            turn, now = self._turn, self.now
            words = oops(now.problems, overlay=True) if now.failed and now.pages else ""
            yield f"data: {json.dumps({'version': str(self._version), 'oops': words})}\n\n"
            await turn.wait()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; no answer is to be stored."""
        response = self.answer(Request(scope))
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)

    def answer(self, request: Request) -> Response:
        """The answer to a request, or the refusal of what may not be asked."""
        if not is_known(request.headers.getlist("host"), self._name, request.scope["server"]):
            return PlainTextResponse("This server does not go by that name.\n", 403)
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("This server is only for reading.\n", 405, {"Allow": "GET, HEAD"})
        path, base = request.scope["path"], unquote(self._base_path)
        name = path.removeprefix(base)
        if not path.startswith(base):
            lost = PlainTextResponse(f"Not found; the site begins at {self._base_path}\n", 404)
            return RedirectResponse(self._base_path) if path in ("/", base[:-1]) else lost
        if name != "_notesite/live":
            return self._page(name, request.url.query)
        if not is_own_page(request.headers):
            return PlainTextResponse("This channel is for this server's own pages.\n", 403)
        stream = self.events() if request.method == "GET" else iter(())
        return StreamingResponse(stream, media_type="text/event-stream")

    def _page(self, name: str, query: str) -> Response:
        """What there is under a name; a file that has just gone is not found."""
        if name == "_notesite/live.js":
            return Response(SCRIPT, media_type=content_type(name))
        now, found = self.now, find(self.now.pages, name)
        if found and found.status == 307:
            return RedirectResponse(self._base_path + quote(found.name) + (query and f"?{query}"))
        content = now.pages[found.name] if found else Path()
        if not found or (isinstance(content, Path) and not content.is_file()):
            is_unbuilt = now.failed and not now.pages
            content = own_page(now.problems if is_unbuilt else None)
            found = Found("404.html", 500 if is_unbuilt else 404)
        kind = content_type(found.name)
        if kind.startswith("text/html"):
            page = content if isinstance(content, bytes) else content.read_bytes()
            content = with_script(page, self._base_path, self._version)
        if isinstance(content, Path):
            return FileResponse(content, found.status, media_type=kind)
        return Response(content, found.status, media_type=kind)


def attempt(rebuild: Rebuild) -> Preview:
    """One build; an exception, which only a bug lets out, becomes a problem like any other."""
    try:
        return rebuild()
    except BaseException as error:  # an exit too: nobody else would hear of it in its thread
        words = f"The build broke off: {type(error).__name__}: {error}\n{traceback.format_exc()}"
        return Preview({}, (words,), failed=True)


async def keep_building(rebuild: Rebuild, changed: Event, desk: Desk, say: Say) -> None:
    """Builds at a change: one build at a time, and one more for all that changes while it runs."""
    while True:
        await changed.wait()
        changed.clear()
        built: Future[Preview] = Future()
        built.set_running_or_notify_cancel()  # from here on it can only be fulfilled
        # Not in a pool, whose threads would be waited for when the program ends.
        threading.Thread(target=lambda to=built: to.set_result(attempt(rebuild)), daemon=True).start()
        before = desk.now
        desk.show(await asyncio.wrap_future(built))
        for words in news(before, desk.now):
            say(words)


async def watch(watched: Sequence[Path], changed: Event, say: Say) -> None:
    """Sets `changed`, at first and whenever a watched file has changed; a watched path need not exist yet.

    A file is watched from its folder, since editors put a new one in its place; when a watched path itself
    comes, changes or goes, watching begins anew.
    """
    exact, tidy = {path.parent.resolve() / path.name for path in watched}, DefaultFilter(ignore_dirs=())
    while True:
        again = Event()
        look = partial(awatch, debounce=50, step=10, stop_event=again, ignore_permission_denied=True)
        inside = partial(look, *(path.resolve() for path in exact if path.is_dir()), watch_filter=tidy)
        folders = partial(look, *{path.parent for path in exact if path.parent.is_dir()}, recursive=False)
        themselves = partial(folders, watch_filter=lambda _, path: Path(path) in exact)
        async with asyncio.TaskGroup() as group:
            group.create_task(_heed(inside, changed, again, say))
            group.create_task(_heed(themselves, again, again, say))
            await asyncio.sleep(0)  # both begin to watch here, so that a build sees all from before
            changed.set()


async def _heed(look: Callable[..., AsyncIterator[object]], seen: Event, stop: Event, say: Say) -> None:
    """Sets `seen` at each change, until `stop`; polls where the system cannot tell."""
    for polling in (None, True):
        try:
            async for _ in look(force_polling=polling):
                seen.set()
            return
        except (OSError, RuntimeError) as error:  # most likely the system's watches are used up
            say(f"Changes are seen {'no longer' if polling else 'later than usual'}: {error}")
    await stop.wait()


class _Server(uvicorn.Server):
    """uvicorn, with the live streams ended before all else."""

    desk: Desk

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends the streams, then the rest."""
        self.desk.close()
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()  # of one who asked for much and takes nothing


def listen(host: str, port: int, say: Say, *, more: int = 10) -> socket.socket:
    """A socket that listens at the port or, where that is taken, at one of the next ones."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        if error.errno != errno.EADDRINUSE or not more or port == 65535:
            raise
    say(f"Port {port} is taken, trying {port + 1}.")
    return listen(host, port + 1, say, more=more - 1)


def run(
    rebuild: Rebuild,
    watched: Sequence[Path],
    *,
    host: str,
    port: int,
    base_path: str,
    open_browser: bool,
    say: Say,
) -> None:
    """Shows what `rebuild` makes, and calls it again whenever a watched file changes, until told to stop.

    Returns after Ctrl-C or SIGTERM, with no exception: the exit code is the caller's.  A build under way
    then is left to end with the program.  Raises OSError where there is no listening at host and port.
    """
    base_path = f"/{base_path.strip('/')}/".replace("//", "/")
    sock = listen(host, port, say)
    bound, port = ipaddress.ip_address(sock.getsockname()[0]), sock.getsockname()[1]
    if not bound.is_loopback:
        say(f"Warning: whoever can reach {host} can read this preview, drafts and all.")
    name = f"[{host}]" if ":" in host else host.lower()
    address = f"http://{'localhost' if bound.is_unspecified else name}:{port}{base_path}"
    desk, changed = Desk(name, base_path), Event()
    config = uvicorn.Config(desk, http="h11", ws="none", lifespan="off", log_config=None, log_level="critical")
    config.timeout_graceful_shutdown = 0  # all streams have ended by then
    server = _Server(config)
    server.desk = desk

    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            jobs = [keep_building(rebuild, changed, desk, say), watch(watched, changed, say)]
            tasks = [group.create_task(job) for job in jobs]
            while not (desk.is_built or server.should_exit):
                await asyncio.sleep(0.02)
            if not server.should_exit:
                say(f"Serving {address} (Ctrl-C ends it)")
                if open_browser:  # in a thread, since a browser in the terminal would hold it
                    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
                await server.serve([sock])
            for task in tasks:
                task.cancel()

    with sock, ExitStack() as after:
        if threading.current_thread() is threading.main_thread():  # no other is told of signals
            for number in (signal.SIGINT, signal.SIGTERM):
                after.callback(signal.signal, number, signal.signal(number, server.handle_exit))
        asyncio.run(work())
