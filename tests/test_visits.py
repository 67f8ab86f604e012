"""`check --links`: real questions to a real server, which stands for every host by being the proxy of all of them."""

import json
import socket
import ssl
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from notesite import visit, visits
from notesite.records import Citation
from notesite.rules import TOPICS
from notesite.visit import Manner
from notesite.visits import Answer, Outcome, Step, Visit
from support import fill, note, ran

QUICK = Manner("tests", pause=0.01, patience=5.0)
Reply = Callable[["Asked"], tuple[int, dict[str, str]] | None]


class Asked(BaseHTTPRequestHandler):
    """A question to any host: answered as the web of the test says, and noted."""

    web: "Web"

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        web, host = self.web, visits.host(self.path)
        with web.lock:
            web.asked.append((self.command, self.path))
            web.headers[self.path].append(dict(self.headers))
            web.busy[host] += 1
            web.most[host] = max(web.most[host], web.busy[host])
        found = web.replies.get(self.path, lambda _: (404, {}))(self)
        with web.lock:
            web.busy[host] -= 1
        if found is None:
            self.close_connection = True
            return
        self.send_response(found[0])
        for name, value in {"Content-Length": "0", **found[1]}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is told to the terminal."""


class Web:
    """What hosts answer, by address; `asked` is what they were asked, `most` how often one at the same time."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}
        self.asked: list[tuple[str, str]] = []
        self.headers: dict[str, list[dict[str, str]]] = defaultdict(list)
        self.busy: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.lock = threading.Lock()

    def says(self, address: str, status: int = 200, **headers: str) -> str:
        """From now on this address gives this status; a word of a header is joined by hyphens."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self.replies[address] = lambda _: (status, given)
        return address

    @property
    def addresses(self) -> list[str]:
        """The addresses that were asked for, each once."""
        return list(dict.fromkeys(address for _, address in self.asked))


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A web of this test alone: every question over HTTP goes there."""
    made = Web()
    handler = type("Handler", (Asked,), {"web": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.server_port}")
    for name in ("no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield made
    server.shutdown()
    server.server_close()


def visited(*addresses: str, manner: Manner = QUICK) -> dict[str, Visit]:
    """What became of these addresses."""
    return dict(visit.over(addresses, manner))


def outcomes(*addresses: str, manner: Manner = QUICK) -> list[Outcome]:
    """The same in one word each, in their order."""
    found = visited(*addresses, manner=manner)
    return [found[one].outcome for one in addresses]


# --- a site ----------------------------------------------------------------------------------------------

URL = '[site]\nurl = "https://notes.example"\n'


def sourced(lang: str, *addresses: str, text: str = "Words that say something.") -> str:
    """A note that cites these addresses, from its tenth line on."""
    listed = "\n".join(f"- [Publisher: Work {i}]({address})" for i, address in enumerate(addresses))
    return f"---\ntitle: A note\nlang: {lang}\ndate: 2024-03-01\n---\n{text}\n\nSources:\n\n{listed}\n"


def told(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str, int]]:
    """What `check --format json` printed: rule, path, line."""
    printed = json.loads(capsys.readouterr().out)
    return [(one["rule"], one["path"], one["line"]) for one in printed["diagnostics"]]


def checked(monkeypatch: pytest.MonkeyPatch, root: Path, *more: str) -> int:
    """`check --links` of a site."""
    return ran(monkeypatch, "check", "-s", root, "--links", "--today", "2025-09-01", *more)


def test_sources_that_are_gone_moved_or_out_of_reach_are_told(tmp_path, monkeypatch, capsys, web):
    """Each note that cites such a source is told so at its line, and of the others nothing is said."""
    gone = web.says("http://a.example.org/gone", 410)
    moved = web.says("http://b.example.org/old", 301, Location="http://c.example.org/new")
    web.says("http://c.example.org/new")
    broken = web.says("http://d.example.org/", 503)
    fine = web.says("http://e.example.org/")
    detour = web.says("http://f.example.org/", 302, Location="http://c.example.org/new")
    closed = web.says("http://g.example.org/", 403)
    files = {
        "notes/one.md": sourced("en", gone, moved, fine),
        "notes/two.md": sourced("de", broken, detour, closed, gone, text=f"As [one page]({gone}#text) said."),
    }
    root = fill(tmp_path, {"notesite.toml": URL, **files})
    assert checked(monkeypatch, root, "--format", "json") == 0
    assert told(capsys) == [
        ("source-gone", "notes/one.md", 10),
        ("source-moved", "notes/one.md", 11),
        ("source-unreached", "notes/two.md", 10),
        ("source-gone", "notes/two.md", 13),
    ]
    assert checked(monkeypatch, root, "--strict", "--only", "source-gone") == 1
    said = capsys.readouterr().err
    assert "6 addresses of sources, 2 visited, 4 not again so soon" in said
    assert "2 reached, 1 moved, 1 gone, 1 not reached, 1 refusing programs" in said
    assert "https://web.archive.org/web/20240301/http://a.example.org/gone" in said
    assert "source-moved" not in said
    checked(monkeypatch, root)
    said = capsys.readouterr().err
    assert "this source has moved: http://b.example.org/old leads to http://c.example.org/new for good" in said


def test_what_is_found_is_believed_for_some_days(tmp_path, monkeypatch, capsys, web):
    """A second check asks again for what failed, and for the rest not until what is remembered is damaged."""
    fine, gone = web.says("http://a.example.org/"), "http://b.example.org/gone"
    root = fill(tmp_path, {"notesite.toml": URL, "notes/one.md": sourced("en", fine, gone)})
    checked(monkeypatch, root)
    assert sorted(web.addresses) == [fine, gone]
    web.asked.clear()
    checked(monkeypatch, root)
    assert web.addresses == [gone]
    (root / ".notesite" / "visits").write_bytes(b"not what was kept")
    web.asked.clear()
    checked(monkeypatch, root)
    assert sorted(web.addresses) == [fine, gone]
    (root / "notesite.toml").write_text(URL + "[links]\nagain = 0\n")
    web.asked.clear()
    checked(monkeypatch, root)
    assert sorted(web.addresses) == [fine, gone]


def test_what_is_cited_no_more_is_not_remembered(tmp_path, monkeypatch, web):
    """Memory of visits holds what the notes cite now, so that it does not grow for ever."""
    one, other = web.says("http://a.example.org/"), web.says("http://b.example.org/")
    root = fill(tmp_path, {"notesite.toml": URL, "notes/one.md": sourced("en", one, other)})
    checked(monkeypatch, root)
    fill(root, {"notes/one.md": sourced("en", one)})
    checked(monkeypatch, root)
    fill(root, {"notes/one.md": sourced("en", one, other)})
    web.asked.clear()
    checked(monkeypatch, root)
    assert web.addresses == [other]


def test_nobody_is_asked_without_links(tmp_path, monkeypatch, web):
    """A check that was not asked to visit anybody visits nobody."""
    root = fill(tmp_path, {"notesite.toml": URL, "notes/one.md": sourced("en", web.says("http://a.example.org/"))})
    ran(monkeypatch, "check", "-s", root)
    assert web.asked == []


def test_a_machine_that_is_offline_accuses_nobody(tmp_path, monkeypatch, capsys):
    """Where nobody answers at all, one warning says so, and no source is called gone."""
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{_closed_port()}")
    monkeypatch.delenv("no_proxy", raising=False)
    root = fill(tmp_path, {"notesite.toml": URL, "notes/one.md": sourced("en", "http://a.example.org/x")})
    assert checked(monkeypatch, root, "--format", "json") == 0
    assert told(capsys) == [("source-unreached", "", 0)]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["check", "--only", "source-gone"], "source-gone needs --links"),
        (["check", "--coverage", "--links"], "--coverage does not say what --links finds"),
    ],
)
def test_what_cannot_be_asked_is_said(tmp_path, monkeypatch, capsys, words, why):
    """Rules that need visits, and coverage, are not silently empty: such a question is refused."""
    assert ran(monkeypatch, *words, "-s", tmp_path) == 2
    assert why in capsys.readouterr().err


def test_the_rules_that_need_visits_are_all_rules_that_say_so():
    """A rule is among those that need `--links` exactly where its explanation names that option."""
    named = [rule.name for rules in TOPICS.values() for rule in rules if "--links" in rule.what]
    assert sorted(named) == sorted(visits.RULES)


# --- which addresses -------------------------------------------------------------------------------------


def cited(*addresses: str) -> Citation:
    return note("a-en", citations=tuple(Citation(key=one, address=one, label=one, kind="list") for one in addresses))


def test_only_what_a_reader_could_open_is_visited():
    """What is of one machine, named for examples, of another scheme or left out is not asked for; all else once."""
    citing = cited(
        "http://localhost:4000/a",
        "http://192.168.0.1/",
        "https://notes.example/x",
        "mailto:a@b.de",
        "https://intern.example.org/x",
        "https://example.org/Größe?q=ä#teil",
        "https://example.org/Gr%C3%B6%C3%9Fe?q=%C3%A4",
        "http://münchen.example.org",
    )
    assert visits.wanted([citing], ["https://intern.*"]) == [
        "https://example.org/Gr%C3%B6%C3%9Fe?q=%C3%A4",
        "http://xn--mnchen-3ya.example.org/",
    ]


# --- manners ---------------------------------------------------------------------------------------------


def test_one_host_is_asked_one_thing_at_a_time_and_several_at_once(web):
    """Two hosts are asked side by side, as each answers only while the other is asked; one host never twice at once."""
    meeting = threading.Barrier(2, timeout=20)

    def met(_: Asked) -> tuple[int, dict[str, str]]:
        meeting.wait()
        return 200, {}

    addresses = [f"http://{host}.example.org/{i}" for host in "ab" for i in range(3)]
    web.replies = dict.fromkeys(addresses, met)
    assert outcomes(*addresses) == [Outcome.REACHED] * 6
    assert set(web.most.values()) == {1}


def test_a_host_has_a_pause_between_two_questions(web):
    """While the pause lasts, a host is not asked for its second address, and who waits can go."""
    addresses = [web.says(f"http://a.example.org/{i}") for i in range(2)]
    found = visit.over(addresses, Manner("tests", pause=3600.0))
    assert next(found)[0] == addresses[0]
    threading.Event().wait(0.3)
    found.close()
    assert web.addresses == addresses[:1]


def test_a_fault_of_ours_leaves_nobody_waiting(web):
    """Where a visit fails for a reason that nobody thought of, the check ends with it, as with any bug."""
    with pytest.raises(TypeError, match="not supported between"):
        visited("http://a.example.org/", manner=Manner("tests", longest="long"))  # type: ignore[arg-type]


def test_a_head_that_is_refused_is_no_answer(web):
    """Who refuses to show the head of a page, or says that it is not there, is asked for the page."""
    address = "http://a.example.org/x"
    web.replies[address] = lambda asked: (200 if asked.command == "GET" else 404, {})
    assert outcomes(address) == [Outcome.REACHED]
    assert web.asked == [("HEAD", address), ("GET", address)]


def test_a_pause_that_a_host_asks_for_is_kept(web):
    """Asked to wait for a moment, a host is asked again; asked to wait for an hour, it is left in peace altogether."""
    soon, late, next_one = (f"http://{one}" for one in ("a.example.org/", "b.example.org/1", "b.example.org/2"))
    web.replies[soon] = lambda asked: (200, {}) if asked.command == "GET" else (429, {"Retry-After": "0"})
    web.says(late, 429, Retry_After="3600")
    assert outcomes(soon, late, next_one) == [Outcome.REACHED, Outcome.REFUSED, Outcome.REFUSED]
    assert web.addresses == [soon, late] or web.addresses == [late, soon]
    assert visited(late, next_one)[next_one].at == 0, "what was not asked is not remembered"


def test_a_host_that_does_not_answer_is_left_in_peace(web):
    """After two addresses without an answer the others of a host are not asked for, and not reached either."""
    addresses = [f"http://a.example.org/{i}" for i in range(5)]
    web.replies = dict.fromkeys(addresses, lambda _: None)
    assert outcomes(*addresses) == [Outcome.UNREACHED] * 5
    assert web.addresses == addresses[:2]


def test_hosts_are_told_who_asks_and_nothing_else(web, tmp_path, monkeypatch):
    """A host learns notesite's name; a password that the machine has for it stays here."""
    (tmp_path / "netrc").write_text("machine a.example.org login me password secret\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    address = web.says("http://a.example.org/")
    visited(address, manner=Manner(visit.agent("https://notes.example/")))
    (sent,) = web.headers[address]
    assert sent["User-Agent"].startswith("notesite/")
    assert "https://notes.example/" in sent["User-Agent"]
    assert "Authorization" not in sent


def test_a_check_that_is_broken_off_keeps_what_it_found(web, tmp_path):
    """What was visited until somebody ended the check is not visited again by the next one."""
    addresses = [web.says(f"http://{host}.example.org/") for host in "abc"]

    def impatient(_: str, done: int, __: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        visit.every(tmp_path, addresses, QUICK, 7, impatient)
    web.asked.clear()
    found, now = visit.every(tmp_path, addresses, QUICK, 7, lambda *_: None)
    assert now == len(web.addresses) == 1
    assert {one.outcome for one in found.values()} == {Outcome.REACHED}


# --- what an answer means --------------------------------------------------------------------------------


def _closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes calls and says nothing that a browser would understand."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_why_there_is_no_answer_is_said_in_words(web, silent):
    """Refused, in circles, not in time: each is a reason of its own, and none is a fault of ours."""
    circle = web.says("http://c.example.org/", 302, Location="http://c.example.org/")
    away = web.says("http://d.example.org/", 302, Location="ftp://d.example.org/")
    found = visited(circle, away)
    assert (found[circle].outcome, found[circle].words) == (Outcome.UNREACHED, "it is led in circles")
    assert (found[away].outcome, found[away].words) == (Outcome.UNREACHED, "it is led away from the web")
    hasty = Manner("tests", pause=0.0, patience=0.2)
    late, refused = f"http://127.0.0.1:{silent}/", f"http://127.0.0.1:{_closed_port()}/"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("http_proxy")
        found = visited(late, refused, manner=hasty)
    assert found[late].words == "no answer within 0 seconds"
    assert found[refused].words == "Connection refused"
    assert {one.outcome for one in found.values()} == {Outcome.UNREACHED}


def test_a_host_that_cannot_keep_a_secret_is_not_reached():
    """Where a host speaks plain HTTP at an https address, the visit says that there is no secure connection."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        (found,) = visited(f"https://127.0.0.1:{server.server_port}/").values()
    finally:
        server.shutdown()
        server.server_close()
    assert found.outcome is Outcome.UNREACHED
    assert found.words.startswith("no secure connection: ")


def test_only_a_name_that_is_surely_none_is_gone():
    """A resolver that says there is no such name makes a source gone; one that cannot say does not."""
    surely, unsure = (visit._unknown(ssl.SSLError("x", socket.gaierror(code, ""))) for code in (-2, -3))
    assert (surely, unsure) == (True, False)
    assert visits.judged("http://a.org/", Answer(failure="no name", nowhere=True)).outcome is Outcome.GONE


OLD = "https://www.a.org/report/2019"


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        ([(200, OLD)], Outcome.REACHED),
        ([(404, OLD)], Outcome.GONE),
        ([(410, OLD)], Outcome.GONE),
        ([(403, OLD)], Outcome.REFUSED),
        ([(429, OLD)], Outcome.REFUSED),
        ([(999, OLD)], Outcome.REFUSED),
        ([(500, OLD)], Outcome.UNREACHED),
        ([(301, OLD), (404, "https://a.org/r/2019")], Outcome.GONE),
        ([(301, OLD), (200, "https://a.org/r/2019")], Outcome.MOVED),
        ([(308, OLD), (301, "https://b.org/"), (200, "https://b.org/r")], Outcome.MOVED),
        ([(301, OLD), (302, "https://b.org/"), (200, "https://b.org/r")], Outcome.REACHED),
        ([(301, OLD), (200, "http://a.org/report/2019/?utm_source=x")], Outcome.REACHED),
        ([(301, OLD), (200, "https://www.a.org/en/report/2019")], Outcome.REACHED),
        ([(302, OLD), (200, "https://www.a.org/")], Outcome.MOVED),
        ([(302, OLD), (200, "https://www.a.org/de/")], Outcome.MOVED),
        ([(302, OLD), (200, "https://shortened.org/")], Outcome.REACHED),
        ([(302, OLD), (200, "https://login.a.org/?to=report")], Outcome.REFUSED),
        ([(301, OLD), (200, "https://a.org/account/login?next=report")], Outcome.REFUSED),
        ([(301, OLD), (200, "https://a.org/blogin-report")], Outcome.MOVED),
    ],
)
def test_what_answers_mean(steps, outcome):
    """Gone, moved, refused or reached: as hosts say it, and no more than that."""
    answer = Answer(tuple(Step(*one) for one in steps))
    assert visits.judged(OLD, answer).outcome is outcome


def test_a_front_page_that_was_cited_may_lead_to_another():
    """A front page that sends readers on to that of their language, or of the day, has not moved."""
    for now in ("https://a.org/de/start", "https://a.org/home.html"):
        steps = (Step(302, "https://a.org/"), Step(200, now))
        assert visits.judged("https://a.org/", Answer(steps)).outcome is Outcome.REACHED
