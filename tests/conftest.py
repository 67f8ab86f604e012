"""What all tests share: the house rules of a test run, and the outside tools that some tests need.

A test gets a folder of its own (`tmp_path`), works there, and finds its home there too; a write into the
checkout fails it.  Golden files are rewritten by `--rewrite` alone.  With NOTESITE_NO_SKIP=1, as in CI, a
test that would be skipped fails with its reason.
"""

import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from hypothesis.configuration import set_hypothesis_home_dir

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TOP = Path(__file__).parent.parent

# No test asserts a time, so neither does hypothesis; a run of CI gives the same verdict twice.
_untimed: dict[str, Any] = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("here", **_untimed)
hypothesis.settings.register_profile("ci", **_untimed, max_examples=60, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")
# Where it would be by default, said here because tests change the working directory.
set_hypothesis_home_dir(TOP / ".hypothesis")


# --- the run ---------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds `--rewrite`."""
    parser.addoption("--rewrite", action="store_true", help="write golden files anew instead of comparing")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Marks a test by the outside thing that its fixtures need, so that `-m` can leave it out."""
    for fixture, mark in {"chromium": "browser", "vnu": "java", "shared": "shared"}.items():
        if fixture in getattr(item, "fixturenames", ()):
            item.add_marker(mark)


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turns a skip into a failure where none is allowed; an expected failure is no skip."""
    if os.environ.get("NOTESITE_NO_SKIP") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"no test may be skipped in this run: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Fails a test that was skipped, where none may be."""
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    """Fails a module that skips itself, where none may."""
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.fixture(scope="session")
def rewrite(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return request.config.getoption("--rewrite")


# --- a test keeps to its folder --------------------------------------------------------------------------

# What Python and the test tools keep for themselves.
_CACHES = {"__pycache__", ".hypothesis", ".pytest_cache", ".venv"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Audit events that change files, each with the places of the changed paths among its arguments.
_CHANGES = dict.fromkeys(("open", "os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.chmod"), (0,))
_CHANGES |= {"shutil.rmtree": (0,), "os.rename": (0, 1), "os.link": (1,), "os.symlink": (1,)}
_strays: list[str] | None = None  # None while no test runs


def _forbid_strays(event: str, args: tuple[Any, ...]) -> None:
    """Refuses and notes what would change the checkout, in this process; an audit hook stays for good."""
    if _strays is None or event not in _CHANGES or (event == "open" and not args[2] & _WRITING):
        return
    for path in (args[place] for place in _CHANGES[event]):
        if isinstance(path, str | bytes | os.PathLike):
            full = Path(os.path.abspath(os.fsdecode(path)))  # noqa: PTH100, where resolve() would ask the disk
            if full.is_relative_to(TOP) and not _CACHES.intersection(full.relative_to(TOP).parts):
                _strays.append(f"{event} {full.relative_to(TOP)}")
                raise PermissionError(f"a test may not change the checkout: {_strays[-1]}")


sys.addaudithook(_forbid_strays)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rewrite: bool) -> Iterator[None]:
    """Runs every test in its own folder, with its home there and no settings from outside."""
    global _strays
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("SOURCE_DATE_EPOCH", "NO_COLOR", "FORCE_COLOR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    _strays = None if rewrite else []
    yield
    strays, _strays = _strays, None
    assert not strays, f"changed the checkout: {strays}"


# --- things outside --------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material (corpora, seed notes) that may stand beside the checkout."""
    folder = TOP.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder shared/ is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def vnu() -> list[str]:
    """The Nu checker's command line up to the files: errors and warnings on standard output, and exit 1."""
    jar = Path(os.environ.get("NOTESITE_VNU") or TOP / ".ci/node_modules/vnu-jar/build/dist/vnu.jar")
    if not shutil.which("java"):
        pytest.skip("java is not installed")
    if not jar.is_file():
        pytest.skip(f"the Nu checker is not installed: no {jar.name} (make validate fetches it)")
    return ["java", "-jar", str(jar), "--Werror", "--stdout", "--format", "gnu"]


@pytest.fixture(scope="session")
def commonmark() -> list[str]:
    """All examples of CommonMark's specification, as Markdown."""
    spec = TOP / ".ci/node_modules/commonmark-spec/spec.txt"
    if not spec.is_file():
        pytest.skip("CommonMark's specification is not installed (make validate fetches it)")
    parts = re.findall(r"^`{32} example\n(.*?)^\.\n.*?^`{32}$", spec.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [part.replace("→", "\t") for part in parts]


@pytest.fixture
def host() -> Iterator[Callable[[Path], str]]:
    """Serves folders as a plain static host: `host(folder)` is the address, without a slash at its end."""
    servers = []

    def serve(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    """A static host that keeps its log to itself."""

    def log_message(self, *_: object) -> None:
        """Says nothing."""


# Without these, Chromium will not start as root, and looks for hosts of its maker at every start.
_LAUNCH = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    """The Chromium of this machine, driven by Playwright.

    For one module: while Playwright runs, its thread has a running event loop, and an `asyncio.run` in a
    test of another module would fail.
    """
    playwright = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=_LAUNCH)
        yield browser
        browser.close()


@dataclass
class Watched:
    """A page open in the browser, with what went wrong on it and what it asked of other hosts."""

    page: "Page"
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


@pytest.fixture
def open_page(chromium: "Browser") -> Iterator[Callable[..., Watched]]:
    """Opens an address: `open_page(url, width=360, scheme="dark")`; all else goes to Playwright's context."""
    contexts = []

    def visit(url: str, width: int = 1280, height: int = 800, scheme: str = "light", **more: Any) -> Watched:
        size = {"width": width, "height": height}
        context = chromium.new_context(viewport=size, color_scheme=scheme, **more)
        contexts.append(context)
        seen = Watched(context.new_page())
        own = ("data:", "blob:", "/".join(url.split("/")[:3]) + "/")
        seen.page.on("console", lambda said: said.type == "error" and seen.errors.append(said.text))
        seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
        seen.page.on("request", lambda asked: asked.url.startswith(own) or seen.foreign.append(asked.url))
        seen.page.goto(url, wait_until="load")
        return seen

    yield visit
    for context in contexts:
        context.close()
