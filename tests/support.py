"""What the story tests share: sample sites copied and built, their trees as bytes, their pages parsed; records."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import msgspec
import pytest
from lxml import etree
from selectolax.lexbor import LexborHTMLParser, LexborNode

from notesite import build, cite, cli, link, locales, records, sources, stamp
from notesite import config as settings
from notesite.diagnostics import CannotGoOnError, Diagnostic
from notesite.records import Citation, Note
from notesite.runs import Options, Report
from notesite.site import ICON, SCRIPT, STYLESHEET, Site

HERE = Path(__file__).parent
SITES = HERE / "sites"
GOLDEN = HERE / "golden"
TODAY = "2025-09-01"
"""The day on which every sample site is built."""

Tree = Mapping[str, bytes]


def copied(name: str, target: Path) -> Path:
    """A sample site laid over `target`, times and all left behind."""
    shutil.copytree(SITES / name, target, dirs_exist_ok=True, copy_function=shutil.copyfile)
    return target


def fill(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Files written below a folder: text as UTF-8, bytes as they are."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def built(root: Path, output: str = "build", **asked: object) -> Report:
    """Build a site in this process."""
    options = asked_for(root, output, **asked)
    return stamp.stands(options) or build.site(options)


def asked_for(root: Path, output: str = "build", **asked: object) -> Options:
    """What such a build is asked for."""
    return Options(root=root, output=root / output, today=TODAY, **asked)


def kinds(report: Report, files: Tree) -> list[str]:
    """The addresses of one page of each kind in each language, the fullest, and of one that is kept from search."""
    planned = (page for page in report.planned.plan.pages if page.template.endswith(".html"))
    lasting = [page for page in planned if page.template != "redirect.html"]
    by_size = sorted(lasting, key=lambda page: (len(files[page.path]), page.path))
    fullest = {(page.template, page.site.lang, page.head.noindex): page.path for page in by_size}
    return sorted("/" + path.removesuffix("index.html") for path in {"404.html", *fullest.values()})


def problems(root: Path, **asked: object) -> tuple[Diagnostic, ...]:
    """What a build finds, those things included that end it at once."""
    try:
        return built(root, **asked).found
    except CannotGoOnError as failure:
        return failure.diagnostics


def ran(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    """The exit code of the command line with these words, run in this process."""
    monkeypatch.setattr(sys, "argv", ["notesite", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path; empty if there is no such folder."""
    files = (Path(here, name) for here, _, names in os.walk(folder) for name in names)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(files)}


def plain(found: tuple[Diagnostic, ...]) -> list[dict[str, object]]:
    """Diagnostics as JSON has them."""
    return json.loads(msgspec.json.encode(found))


class Pages:
    """A built site, read: its files as bytes, its pages parsed, each once."""

    def __init__(self, files: Tree, base: str = "/", origin: str = "") -> None:
        self.files, self.base, self.origin = files, base, origin
        self.html = {path: LexborHTMLParser(data.decode()) for path, data in files.items() if path.endswith(".html")}

    def __getitem__(self, address: str) -> LexborHTMLParser:
        return self.html[self.file(address)]

    def file(self, address: str) -> str:
        """The file that answers an address below the base path."""
        path = unquote(address.removeprefix(self.base)).removeprefix("/")
        return path + "index.html" if not path or path.endswith("/") else path

    def address(self, path: str) -> str:
        """The address that a file answers."""
        return self.base + path.removesuffix("index.html")

    def xml(self, path: str) -> etree._Element:
        """A feed or sitemap."""
        return etree.fromstring(self.files[path])

    def links(self) -> Iterator[tuple[str, str]]:
        """Every address that a page or file of the site names, with the file that names it."""
        for path, page in self.html.items():
            yield from ((path, address) for address in addresses(page))
        for path in self.files:
            if path.endswith(".xml"):
                yield from ((path, address) for address in self._in_xml(path))
        for line in self.files["_redirects"].decode().splitlines():
            yield from (("_redirects", address) for address in line.split(" ")[:2])
        yield from (("robots.txt", line.split()[1]) for line in self._lines("robots.txt", "Sitemap:"))

    def _lines(self, path: str, start: str) -> list[str]:
        return [line for line in self.files[path].decode().splitlines() if line.startswith(start)]

    def _in_xml(self, path: str) -> Iterator[str]:
        for element in self.xml(path).iter("{*}loc", "{*}link", "{*}content"):
            if etree.QName(element).localname == "content":
                base = element.get("{http://www.w3.org/XML/1998/namespace}base") or ""
                yield from (urljoin(base, one) for one in addresses(LexborHTMLParser(element.text or "")))
            else:
                yield element.get("href") or element.text or ""

    def own(self) -> Iterator[tuple[str, str, str]]:
        """The addresses within the site: the file that names it, as named, and as an address below the host."""
        for path, named in self.links():
            full = urljoin(f"{self.origin}{self.address(path)}", named)
            if self.origin and full.startswith(self.origin + "/"):
                full = full.removeprefix(self.origin)
            if not urlsplit(full).scheme:
                yield path, named, full

    def ids(self, path: str) -> set[str]:
        """The anchors of a page."""
        return {node.attributes["id"] or "" for node in self.html[path].css("[id]")}


# Attributes that hold an address, by the selector of the elements that have them.
_ADDRESSED = {"[href]": "href", "[src]": "src", "[poster]": "poster", "[action]": "action", "[cite]": "cite"}
_ADDRESSED |= {"[data-rows]": "data-rows"}


def addresses(page: LexborHTMLParser) -> Iterator[str]:
    """Every address in a page: of links, files, redirects and metadata."""
    for selector, name in _ADDRESSED.items():
        yield from (node.attributes[name] or "" for node in page.css(selector))
    for node in page.css("meta[http-equiv=refresh]"):
        yield (node.attributes["content"] or "").partition("url=")[2]
    for node in page.css("script[type='application/ld+json']"):
        yield from _structured(json.loads(node.text()))
    for node in page.css("meta[property='og:url'], meta[property='og:image'], meta[name=citation_public_url]"):
        yield node.attributes["content"] or ""


def _structured(value: object, name: str = "") -> Iterator[str]:
    """The addresses in JSON-LD."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _structured(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from _structured(one, name)
    elif name in ("@id", "url") and isinstance(value, str):
        yield value


def words(node: LexborNode | LexborHTMLParser | None) -> str:
    """The words of an element on one line."""
    assert node is not None, "there is no such element"
    return " ".join(node.text().split())


# --- records made by hand ----------------------------------------------------------------------------------

GERMAN = HERE.parent / "templates" / "locales" / "de" / "LC_MESSAGES" / "messages.po"


def cited(*addresses: str, **more: str) -> tuple[Citation, ...]:
    """The citations of a source list that holds these addresses, each on a line of its own."""
    return tuple(
        msgspec.structs.replace(sources.cite(address, address, "list", line), **more)
        for line, address in enumerate(addresses, 1)
    )


def note(name: str, title: str = "", *addresses: str, **fields: object) -> Note:
    """A note as read: `name` is its file without ending, whose last two letters are its language (`solar-de`)."""
    listed = cited(*addresses)
    given = {"path": f"notes/{name}.md", "lang": name[-2:], "slug": name[:-3], "title": title or name}
    inner = ("sections", "footnotes", "traits", "content", "citations")
    text = {"citations": listed} | {field: fields.pop(field) for field in inner if field in fields}
    return Note(text=records.packed(**text), **given | fields)


def site(*notes: Note, toml: str = "", files: tuple[str, ...] = (), today: str = TODAY) -> Site:
    """A site of these notes, linked and indexed, with German and English messages."""
    config = msgspec.structs.replace(settings.parse(toml)[0], today=today)
    linkage, _ = link.translations(notes, config.default_language)
    catalogues = {"en": locales.Catalogue(), "de": locales.catalogue(locales.compiled(GERMAN.read_bytes()))}
    static = dict.fromkeys((STYLESHEET, SCRIPT, ICON), b"")
    return Site(config, notes, linkage, partial(cite.index, notes), files, catalogues, static)


# --- stories: a site is written, built, edited and built again -----------------------------------------------


def page(title: str = "", *addresses: str, text: str = "Ein Absatz.", **fields: object) -> str:
    """A note as its author writes it: front matter, text, source list."""
    head = "".join(
        f"{name}: {json.dumps(value)}\n" for name, value in {"title": title, **fields}.items() if value != ""
    )
    listed = "".join(f"- [Seite {address}]({address})\n" for address in addresses)
    return f"---\n{head}---\n\n{text}\n" + (f"\n## Quellen\n\n{listed}" if listed else "")


class SiteTest:
    """The story of one site: write, build, look, edit, build again."""

    report: Any = None
    """What the last build in this process said, and the last one from nothing."""
    anew: Any = None

    def __init__(self, root: Path, **files: str) -> None:
        self.root, self.output = root, root / "build"
        (root / "notes").mkdir(parents=True, exist_ok=True)
        self.notes(**files)

    def notes(self, **texts: str) -> "SiteTest":
        """Notes written: `notes(solar_de=page("Solar"))` is `notes/solar-de.md`."""
        return self.write({f"notes/{name.replace('_', '-')}.md": text for name, text in texts.items()})

    def write(self, files: Mapping[str, str | bytes]) -> "SiteTest":
        """Files written below the site's root."""
        fill(self.root, files)
        return self

    def remove(self, *paths: str) -> "SiteTest":
        """Files and folders removed."""
        for path in paths:
            here = self.root / path
            shutil.rmtree(here) if here.is_dir() else here.unlink()
        return self

    def build(self, **asked: object) -> "SiteTest":
        """Built once more."""
        self.report = built(self.root, **asked)
        return self

    @property
    def files(self) -> dict[str, bytes]:
        """What is in the output folder."""
        return tree(self.output)

    @property
    def made(self) -> set[str]:
        """The pages that the last build made."""
        return set(self.report.reasons)

    @property
    def rules(self) -> set[str]:
        """The rules of what the last build found."""
        return {one.rule for one in self.report.found}

    def fresh(self, **asked: object) -> dict[str, bytes]:
        """What a build from nothing makes of the same site, elsewhere."""
        with tempfile.TemporaryDirectory(dir=self.root.parent) as elsewhere:
            copy = Path(elsewhere) / "site"
            shutil.copytree(self.root, copy, symlinks=True, ignore=shutil.ignore_patterns("build", ".notesite"))
            self.anew = built(copy, **asked)
            return tree(copy / "build")

    def expect_fresh(self, **asked: object) -> "SiteTest":
        """Nothing is to tell the site from one built from nothing, nor what was said of it."""
        found, wanted = self.files, self.fresh(**asked)
        assert self.report is None or plain(self.report.found) == plain(self.anew.found)
        assert sorted(found) == sorted(wanted)
        assert [path for path in found if found[path] != wanted[path]] == []
        return self


def notesite(*words: str | Path, program: str = "", **more: Any) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own; `program` is Python that runs before it, in that process."""
    start = f"{program}\nfrom notesite.cli import main\nmain()" if program else ""
    command = [sys.executable, *(["-c", start] if start else ["-m", "notesite"]), *map(str, words)]
    given: dict[str, Any] = {"capture_output": True, "text": True, "stdin": subprocess.DEVNULL, "timeout": 120}
    return subprocess.run(command, **given | more)


@dataclass
class Speaking:
    """A program in a process of its own, and what it said so far."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list, kw_only=True)

    def hear(self, word: str) -> str:
        """Waits until it says a line with this word."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))
            if word in line:
                return self.said[-1]
        pytest.fail(f"ended without saying {word!r}: {self.said} {self.process.stderr and self.process.stderr.read()}")
