"""Addresses: slugs, permalinks, output paths, the base path, and parsing as browsers parse.

can-ada (WHATWG URL) and python-slugify come in through this door only.
"""

import hashlib
import ipaddress
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

import can_ada
from msgspec import Struct
from slugify import slugify
from slugify.special import GERMAN

from notesite import locales

LONGEST = 80
"""Characters in one segment of an address; file systems stop at 255 bytes, readers long before."""
LONGEST_PATH = 1000
"""Bytes of an address that an author wrote; systems stop at some thousands, the folder of the site included."""

_DATE_PREFIX = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}(?:[-_ .]+|$)")
_GERMAN = str.maketrans({letter: written for letter, written in GERMAN if len(letter) == 1} | {"ß": "ss", "ẞ": "ss"})
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_PLAIN = re.compile(r"[A-Za-z0-9/._-]+")
# What slugify makes of these; for any other sign it looks for a library anew, which costs more than all the rest.
_TYPESET = str.maketrans({"–": "-", "—": "--", "„": ",,", "“": '"', "”": '"', "…": "..."})
_GAP = re.compile(r"[^a-z0-9]+")
_LATIN_WORD = re.compile(r"[a-zà-öø-ÿœß]*[aeiouyà-öø-ÿœ][a-zà-öø-ÿœß]*")
_TOKEN = re.compile(r"[^\W_]+")
_RUN = re.compile(r"[^\W\d]+")
_HEXADECIMAL = re.compile(r"(?=.*\d)[0-9a-f]{6,}|[0-9a-f]{8,}")
_MARK = re.compile(r"[-._]([A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)$")
_LAST_MARK = re.compile(r"[-._]([A-Za-z]{2,4})$")
_PAGE_ENDING = re.compile(r"\.html?$")
_MARKED = re.compile(r"(.+)[._-]([A-Za-z]{2}(?:[-_][A-Za-z]{2,4})?)")
# Languages by their tags, and the last words of English and German names (`vitamin-am`, `what-is-it`).
_WORDS_TOO = frozenset("am an as be da id in is it my no or so to".split())
_LANGUAGE_FIELDS = frozenset("hl lang language locale lng l setlang uselang".split())
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
# Names that Windows keeps for devices: a checkout or a download of the site must not trip over them.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{n}{i}" for n in ("com", "lpt") for i in range(1, 10))})
_LOCAL = re.compile(r"(?:.*\.)?(?:localhost|local|localdomain|internal|intranet|lan|home\.arpa|test|invalid)")
_PRIVATE = tuple(
    ipaddress.ip_network(one)
    for one in """
    127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 0.0.0.0/32 ::1 :: fc00::/7 fe80::/10
    """.split()
)


class Base(Struct, frozen=True):
    """Where the site will stand: its origin (`https://notes.example`, empty when unknown) and base path."""

    origin: str = ""
    path: str = "/"

    def href(self, address: str) -> str:
        """The site address (`/de/slug/`) as pages link to it, with the base path."""
        plain = self.path + address.removeprefix("/")
        return plain if _PLAIN.fullmatch(plain) else quote(plain, safe="/%#?=&~+@,;:!$()*'._-")

    def absolute(self, address: str) -> str:
        """The site address with the origin where that is known, else as `href`."""
        return self.origin + self.href(address)


def parse_base(written: str) -> Base | None:
    """A base from an address or a path, as `--base-url` and `[site] url` take it; None if it is neither."""
    if written.startswith("/") and not written.startswith("//"):
        parsed = parse("https://site.invalid" + written)
        return Base(path=_slashed(parsed.pathname)) if parsed else None
    parsed = parse(written)
    if parsed is None or parsed.protocol not in ("http:", "https:"):
        return None
    return Base(origin=f"{parsed.protocol}//{parsed.host}", path=_slashed(parsed.pathname))


def _slashed(path: str) -> str:
    return path if path.endswith("/") else path + "/"


def parse(address: str) -> can_ada.URL | None:
    """The address parsed by the WHATWG rules, or None where a browser would refuse it."""
    try:
        return can_ada.parse(address)
    except (ValueError, TypeError):  # TypeError: half a surrogate pair
        return None


@lru_cache(maxsize=65536)
def is_web(address: str) -> bool:
    """Whether the address is one of the web: an http or https address that a browser accepts."""
    return address[:8].lower().startswith(("http://", "https://")) and parse(address) is not None


@lru_cache(maxsize=8192)
def is_local(host: str) -> bool:
    """Whether a host is of one machine or network: localhost, 192.168.0.1, [::1]:8080, printer.local, intranet."""
    name = re.sub(r":\d+$", "", host).strip("[]")
    try:
        given = ipaddress.ip_address(name)
    except ValueError:
        return "." not in name or _LOCAL.fullmatch(name) is not None
    mapped = getattr(given, "ipv4_mapped", None) or given
    return any(mapped in network for network in _PRIVATE)


def digest(text: str, size: int = 4) -> str:
    """A short stable name for a text: `size` bytes of BLAKE2b as hexadecimal digits."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


@lru_cache(maxsize=65536)
def slug(text: str) -> str:
    """A text as one safe segment of an address: lower-case ASCII letters, digits and hyphens, never empty.

    German letters become ä→ae, ß→ss (composed or not); what has no letters at all becomes a digest; long
    texts are cut and closed by one, so that two of them stay apart.
    """
    normal = unicodedata.normalize("NFC", text)
    plain = _APOSTROPHE.sub("", normal).translate(_GERMAN)
    # What is ASCII by now needs no transliteration, which is the costly part of python-slugify.
    made = _GAP.sub("-", plain.lower()).strip("-") if plain.isascii() else slugify(plain.translate(_TYPESET))
    if not made:
        return "n-" + digest(normal)
    if made in _DEVICES:
        return made + "-"
    if len(made) > LONGEST:
        head = made[: LONGEST - 9]
        return (head.rpartition("-")[0] or head) + "-" + digest(made)
    return made


def note_slug(path: str, languages: tuple[str, ...], title: str) -> str:
    """A note's slug from its file name without date and language marks; from its title where that is no word."""
    name = bare_name(path, languages)
    return slug(name) if has_word(name) else slug(title)


def bare_name(path: str, languages: tuple[str, ...]) -> str:
    """The file name without ending, leading date (Jekyll's `2025-08-25-name`) and language mark."""
    name = path.rpartition("/")[2]
    stem, mark = _stem(name), language_mark(name, languages)
    if mark:
        stem = stem[: -len(mark) - 1]
    return _DATE_PREFIX.sub("", stem)


def leading_date(name: str) -> str:
    """The date that a file name begins with, with a hyphen after it; empty if there is none."""
    found = _DATE_PREFIX.match(name)
    return found[0].rstrip("-_ .") + "-" if found else ""


def language_mark(path: str, languages: tuple[str, ...]) -> str:
    """The language that a path names, as written: `name-de.md`, `name.de.md`, `name_de.md`, a folder `de/`."""
    *parts, name = path.split("/")
    known = {lang.lower() for lang in languages}
    ending = _MARK.search(_stem(name))
    while ending:
        if ending[1].lower() in known:
            return ending[1]
        ending = _LAST_MARK.search(ending[0])
        if ending and ending[1].lower() not in known:
            break
    folders = [part for part in parts if part.lower() in known]
    return folders[-1] if folders else ""


def likely_mark(path: str) -> str:
    """What looks like a language mark in a path, be it one of the site's or not; empty where nothing does."""
    *folders, name = path.split("/")
    stem = _stem(name)
    endings = (found[1] for found in (_MARK.search(stem), _LAST_MARK.search(stem)) if found)
    likely = (one for one in (*endings, *reversed(folders)) if locales.is_language(one) and one not in _WORDS_TOO)
    return next((one for one in likely if one == locales.tag(one)), "")


@lru_cache(maxsize=262144)
def without_language(key: str) -> str:
    """A canonical key or an inner address without the language it names: the same work in any language.

    `de.wikipedia.org/…`, `/de/press`, `/press.en.html`, `/press_de`, `?hl=de`.  It serves to find translations,
    whose sources are often translated, too; it is no canonical key, since two languages are two pages.
    """
    plain, _, query = key.partition("?")
    host, slash, path = plain.partition("/")
    first, _, rest = host.partition(".")
    if "." in rest and locales.is_language(first):
        host = rest
    *folders, name = path.split("/")
    if not folders and name[:2].islower() and locales.is_language(name):
        name = ""
    parts = [
        *(part for part in folders if not (part[:2].islower() and locales.is_language(part))),
        _without_ending(name),
    ]
    kept = [one for one in query.split("&") if one and not _is_language_field(one)]
    return host + slash + "/".join(parts) + ("?" + "&".join(kept) if kept else "")


def _without_ending(name: str) -> str:
    """A file name of the web without `.html` and without its language (`press.en.html`, `press_de`)."""
    stem = _PAGE_ENDING.sub("", name)
    marked = _MARKED.fullmatch(stem)
    return marked[1] if marked and locales.is_language(marked[2]) and marked[2] not in _WORDS_TOO else stem


def _is_language_field(field: str) -> bool:
    name, _, value = field.partition("=")
    return name.lower() in _LANGUAGE_FIELDS and locales.is_language(value)


def _stem(name: str) -> str:
    """A file name without its ending, as pathlib has it, which takes ten times as long to say so."""
    return name[: name.rfind(".")] if name.rfind(".") > 0 and not name.endswith(".") else name


def has_word(name: str) -> bool:
    """Whether a file name holds a word: three letters or more with a vowel, not part of a hexadecimal run."""
    return any(_is_word(token) for token in _TOKEN.findall(unicodedata.normalize("NFC", name).lower()))


def _is_word(token: str) -> bool:
    if _HEXADECIMAL.fullmatch(token):
        return False
    for run in _RUN.findall(token):
        if run.isascii() or _LATIN_WORD.fullmatch(run):
            if len(run) >= 3 and _LATIN_WORD.fullmatch(run):
                return True
        elif len(run) >= 2 and not run.isascii():
            return True
    return False


def safe_path(written: str) -> str | None:
    """An address that an author wrote (permalink, alias) as a site address of safe segments, or None.

    Percent-encoding is undone first, so that `%2e%2e` cannot climb out of the output folder.
    """
    plain = unicodedata.normalize("NFC", unquote(written.split("#")[0].split("?")[0]).strip())
    if _FORBIDDEN.search(plain) or "//" in plain.strip("/"):
        return None
    parts = [part for part in plain.split("/") if part]
    if any(part in (".", "..") or part.endswith((" ", ".")) or part.startswith(" ") for part in parts):
        return None
    made = "/" + "/".join(_short(part) for part in parts)
    if len(made.encode()) > LONGEST_PATH:
        return None
    folder = parts and (plain.endswith("/") or "." not in parts[-1].strip("."))
    return made + "/" if folder else made


def _short(part: str) -> str:
    if part.partition(".")[0].lower() in _DEVICES:
        part = "_" + part
    if len(part.encode()) <= 2 * LONGEST:
        return part
    suffix = PurePosixPath(part).suffix[:6]
    return part.encode()[:LONGEST].decode("utf-8", "ignore") + "-" + digest(part) + suffix


def output_path(address: str) -> str:
    """The file below the output folder that answers a site address: `/de/slug/` is `de/slug/index.html`."""
    path = address.removeprefix("/")
    if not path or path.endswith("/"):
        return path + "index.html"
    name = path.rpartition("/")[2]
    return path if "." in name.removeprefix(".") else path + "/index.html"


def folders_of(path: str) -> Iterator[str]:
    """The folders that a path lies in, the innermost first."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def same_place(path: str) -> str:
    """Two output paths are one file on some system if this agrees: NFC and case folded."""
    return unicodedata.normalize("NFC", path).casefold()


def anchor(text: str, taken: dict[str, int]) -> str:
    """An id for a heading, unlike those taken, which it joins; each is kept with the last number it was given."""
    base = slug(text)
    made, n = base, taken.get(base, 1)
    while made in taken:
        n += 1
        made = f"{base}-{n}"
    taken[made] = 1
    taken[base] = n
    return made


def joined(folder: str, address: str) -> str | None:
    """A relative address resolved against a folder of the site; None where it would leave the site."""
    parts: list[str] = [] if address.startswith("/") else [part for part in folder.split("/") if part]
    for part in unquote(address).split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
