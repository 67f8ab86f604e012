"""The preview server: shows what a `rebuild` function makes, and shows it anew when a watched file changes.

It knows nothing of what it shows.  While a build fails the last good pages stay, under a list of its problems.
After new content has been put into an open page, its document fires `notesite:update`, for scripts to begin anew.
"""

import asyncio
import errno
import ipaddress
import signal
import socket
import threading
import webbrowser
from asyncio import Event
from collections.abc import AsyncIterator, Callable, Collection, Container, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from watchfiles import Change, DefaultFilter, awatch

from notesite import overlay
from notesite.desk import Desk, Preview, Say, in_thread
from notesite.overlay import Problem

Rebuild = Callable[[frozenset[Path] | None], Iterator[Preview]]
"""Changed files, or None where anything may have changed, to the states of the site, one after the other.

The first comes as soon as pages can be shown, more as more is known.  A later one with the very `pages` of the
one before has the same pages; the very one before, once more, says that work goes on.
"""

Seen = Collection[tuple[Change, str]]
Look = Callable[..., AsyncIterator[Seen]]

# One save is shown at once; of many files that change together, as when a branch is switched, the last is awaited.
_FEW, _MANY = 2, 20
_SHORT, _LONG, _LONGEST = 0.03, 0.15, 3.0  # seconds


_BREATH = 0.05
"""Seconds in which tabs fetch new pages before the work that goes on takes its share of the processor."""


class Changes:
    """What has changed since the last build looked: paths, or anything at all."""

    def __init__(self) -> None:
        self._news = Event()
        self._paths: set[Path] = set()
        self._count, self._all = 0, False

    def __bool__(self) -> bool:
        """Whether there is a reason to build."""
        return self._news.is_set()

    def add(self, paths: Collection[Path]) -> None:
        """Notes changed paths."""
        self._paths.update(paths)
        self._count += len(paths)
        self._news.set()

    def distrust(self) -> None:
        """Lets the next build, whenever it comes, take nothing for unchanged."""
        self._all = True

    async def settled(self) -> None:
        """Waits for a change and, where many come together, until no more come."""
        await self._news.wait()
        loop = asyncio.get_running_loop()
        end, seen = loop.time() + _LONGEST, 0
        while self._count > max(seen, _FEW) and loop.time() < end:
            seen = self._count
            await asyncio.sleep(_LONG if seen > _MANY else _SHORT)

    def take(self) -> frozenset[Path] | None:
        """What has changed, None if anything may have; from here on it counts as seen."""
        taken = None if self._all else frozenset(self._paths)
        self._news.clear()
        self._paths.clear()
        self._count, self._all = 0, False
        return taken


class Herald:
    """What the terminal hears of builds: errors once, warnings by number, whether pages are held back."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._said: set[Problem] = set()
        self._failed, self._was_bad, self._warnings = False, False, 0

    def hear(self, now: Preview) -> None:
        """Says what is new in a state of the site."""
        for problem in now.problems:
            if problem.is_error and problem not in self._said:
                self._said.add(problem)
                self._say(overlay.drawn(problem))
                self._was_bad = True
        if now.failed and not self._failed:
            self._say("The site could not be built.")
        self._failed = now.failed
        self._was_bad |= now.failed or any(one.is_error for one in now.problems)

    def conclude(self, last: Preview) -> None:
        """Says what is known only at the end of a build, when nothing more will be found."""
        errors = {problem for problem in last.problems if problem.is_error}
        is_bad, warnings = last.failed or bool(errors), len(last.problems) - len(errors)
        if self._was_bad and not is_bad:
            self._say("Mended: the new pages are on show.")
        if warnings and warnings != self._warnings:
            self._say(f"{overlay.counted([p for p in last.problems if not p.is_error])}; `notesite check` says which")
        self._was_bad, self._warnings = is_bad, warnings
        self._said &= errors


def attempt(step: Callable[[], Preview | None]) -> Preview | None:
    """A step of a build: the state of the site that it gives; an exception becomes a problem like any other."""
    try:
        return step()
    except KeyboardInterrupt:  # in the main thread, where it is meant for us
        raise
    except BaseException as error:  # an exit too: nobody else would hear of it in its thread
        return Preview({}, problems=(overlay.broke_off("The build", error),), failed=True)


def begin(rebuild: Rebuild, changed: frozenset[Path] | None) -> Generator[Preview]:
    """The states of a build, with an exception of the very call among them."""
    yield from rebuild(changed)


async def keep_building(rebuild: Rebuild, changes: Changes, desk: Desk, herald: Herald) -> None:
    """Builds at a change: one build at a time, which another change ends between two of its states."""
    while True:
        await changes.settled()
        previews = begin(rebuild, changes.take())
        last, is_over = None, False
        while not (is_over or (last and changes)):
            built = await in_thread(partial(attempt, partial(next, previews, None)))
            is_over = built is None
            if is_over or changes:  # what it has begun is undone in its thread, too
                built = await in_thread(partial(attempt, previews.close)) or built
            if built and built is not last:
                desk.show(built)
                herald.hear(built)
            if built and built.failed:  # it may not have heeded all that it was told
                changes.distrust()
            if built and built is not last and (last is None or built.pages is not last.pages):
                await asyncio.sleep(_BREATH)
            last = built or last
        await in_thread(partial(attempt, previews.close))
        if is_over:
            herald.conclude(last or desk.now)


# Besides what every program's temporary files are called: Vim's trial of a folder, Emacs's, GTK's and Kate's drafts.
_DRAFTS = (r"^4913$", r"^#.*#$", r"^\.goutputstream-", r"\.kate-swp$")
_TIDY = DefaultFilter(ignore_dirs=(), ignore_entity_patterns=(*DefaultFilter.ignore_entity_patterns, *_DRAFTS))


def note(changes: Changes, seen: Seen) -> None:
    """Notes what was seen to change; of a folder that comes or goes, the files in it are not named one by one."""
    paths = {Path(path) for _, path in seen}
    try:
        is_clear = not any(path.is_dir() or not (path.suffix or path.exists()) for path in paths)
    except OSError:  # in a folder that may not be entered
        is_clear = False
    if not is_clear:
        changes.distrust()
    changes.add(paths)


async def watch(watched: Sequence[Path], changes: Changes, say: Say) -> None:
    """Notes what has changed, at first anything; a watched path need not exist yet.

    A file is watched from its folder, since editors put a new one in its place; when a watched folder comes or
    goes, watching begins anew.
    """
    exact = {path.parent.resolve() / path.name for path in watched}
    while True:
        again, inner = Event(), {path for path in exact if path.is_dir()}
        look = partial(awatch, debounce=50, step=5, stop_event=again, ignore_permission_denied=True)
        inside = partial(look, *(path.resolve() for path in inner), watch_filter=_TIDY)
        folders = partial(look, *{path.parent for path in exact if path.parent.is_dir()}, recursive=False)
        themselves = partial(folders, watch_filter=lambda _, path: Path(path) in exact)

        def heed(seen: Seen, inner: Container[Path] = inner, again: Event = again) -> None:
            if any(path in inner or path.is_dir() for path in (Path(path) for _, path in seen)):
                again.set()
            else:
                note(changes, seen)

        async with asyncio.TaskGroup() as group:
            group.create_task(_heed(inside, partial(note, changes), again, say))
            group.create_task(_heed(themselves, heed, again, say))
            await asyncio.sleep(0)  # both begin to watch here, so that a build sees all from before
            changes.distrust()
            changes.add(())
            if inner != {path for path in exact if path.is_dir()}:
                again.set()


async def _heed(look: Look, heed: Callable[[Seen], None], stop: Event, say: Say) -> None:
    """Hands on what is seen, until `stop`; polls where the system cannot tell.

    Where watching ends in the midst, as at a file whose name is not UTF-8, it is stopped, to begin anew.
    """
    for polling in (None, True):
        try:
            async for seen in look(force_polling=polling):
                heed(seen)
            return
        except ExceptionGroup:
            await asyncio.sleep(_LONG)  # not all the time, if it goes on like this
            stop.set()
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
        sock = socket.create_server((host, port), family=family, backlog=256)
        # Those that it accepts have it from here: asyncio sets it only where a socket was made for TCP by name, and
        # without it the second part of an answer waits 40 ms for the first to be acknowledged.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock
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
    allowed_hosts: Sequence[str] = (),
    say: Say,
) -> None:
    """Shows what `rebuild` makes, and calls it again whenever a watched file changes, until told to stop.

    The first state is made before there is any thread, so that it may start processes.  Returns after Ctrl-C or
    SIGTERM, with no exception: the exit code is the caller's.  A build under way then is left to end with the
    program.  Raises OSError where there is no listening at host and port.
    """
    base_path = f"/{base_path.strip('/')}/".replace("//", "/")
    with listen(host, port, say) as sock, suppress(KeyboardInterrupt), _stopped_by(signal.default_int_handler):
        bound, port = ipaddress.ip_address(sock.getsockname()[0]), sock.getsockname()[1]
        if not bound.is_loopback:
            say(f"Warning: whoever can reach {host} can read this preview, drafts and all.")
        name = f"[{host}]" if ":" in host else host.lower()
        address = f"http://{'localhost' if bound.is_unspecified else name}:{port}{base_path}"
        desk, herald = Desk(name, base_path, allowed_hosts=allowed_hosts, say=say), Herald(say)
        first = begin(rebuild, None)
        built = attempt(partial(next, first, None)) or Preview({})
        built = attempt(first.close) or built  # once all is watched, a second build finds out what is left
        desk.show(built)
        herald.hear(built)
        config = uvicorn.Config(desk, http="h11", ws="none", lifespan="off", log_config=None, log_level="critical")
        config.timeout_graceful_shutdown = 0  # all streams have ended by then
        server = _Server(config)
        server.desk = desk

        async def work() -> None:
            changes = Changes()
            async with asyncio.TaskGroup() as group:
                jobs = [keep_building(rebuild, changes, desk, herald), watch(watched, changes, say)]
                tasks = [group.create_task(job) for job in jobs]
                say(f"Serving {address} (Ctrl-C ends it)")
                if open_browser:  # in a thread, since a browser in the terminal would hold it
                    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
                await server.serve([sock])
                for task in tasks:
                    task.cancel()

        with _stopped_by(server.handle_exit):
            asyncio.run(work())


@contextmanager
def _stopped_by(handler: Callable[[int, FrameType | None], Any]) -> Iterator[None]:
    """Ctrl-C and SIGTERM are handled so, also where a shell lets what it runs in the background ignore Ctrl-C."""
    with ExitStack() as after:
        if threading.current_thread() is threading.main_thread():  # no other is told of signals
            for number in (signal.SIGINT, signal.SIGTERM):
                after.callback(signal.signal, number, signal.signal(number, handler))
        yield
