"""What the story tests share: sample sites copied and built, their trees as bytes, their pages parsed."""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import msgspec
import pytest
from lxml import etree
from selectolax.lexbor import LexborHTMLParser, LexborNode

from notesite import build, cli
from notesite.build import Options, Report
from notesite.diagnostics import CannotGoOnError, Diagnostic

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
    return build.site(Options(root=root, output=root / output, today=TODAY, **asked))


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
    return [msgspec.to_builtins(one) for one in found]


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
