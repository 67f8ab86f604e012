"""Addresses taken apart as browsers do (can-ada, by `urls.parse`), and their parts made plain."""

import re
from urllib.parse import quote, unquote, unquote_plus

from msgspec import Struct

from notesite import urls

PORTS = ("", "80", "443")
"""Ports that need no word: the scheme does not tell one source from another, so neither does its port."""

_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}|[\"<>\\^`{|}\[\]]")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_CLIMBS = re.compile(r"(?:^|/)\.{1,2}(?:/|$)")
_PORT_WRITTEN = re.compile(r"\s*[a-z]+:[/\\]*[^/?#\\]*:(?:80|443)?(?:[/?#\\]|\s*$)", re.IGNORECASE)
_SAFE = "/:;()!*'$&+,=@~"
_UPPER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


class Parts(Struct, frozen=True):
    """An address without scheme, credentials and default port; host with its port where that is another."""

    host: str
    path: str
    query: str = ""
    fragment: str = ""


def written(parts: Parts) -> str:
    """The parts as an address without scheme."""
    query = f"?{parts.query}" if parts.query else ""
    return parts.host + parts.path + query + (f"#{parts.fragment}" if parts.fragment else "")


def replaced(parts: Parts, **changed: str) -> Parts:
    """The parts with some of them changed."""
    return Parts(**{name: getattr(parts, name) for name in Parts.__struct_fields__} | changed)


def read(address: str) -> tuple[Parts, tuple[str, ...]] | None:
    """The parts of an address of the web, and the names of the readings that it takes to get them; else None."""
    parsed = urls.parse(address)
    if parsed is None or parsed.protocol not in ("http:", "https:"):
        return None
    host, href, port = parsed.hostname, parsed.href, parsed.port
    named = urls.parse("https://" + host.rstrip(".")) if host.endswith(".") else None
    host, dotted = (named.hostname, True) if named else (host, False)
    said: tuple[str, ...] = ("scheme",) if parsed.protocol == "http:" else ()
    if href != address or dotted or port or "@" in address or "#" in href or "?" in href:
        ported = port in PORTS[1:] or _PORT_WRITTEN.match(address) is not None
        punycode = "xn--" in host and "xn--" not in address.lower()
        whose = "@" in address and bool(parsed.username or parsed.password)
        known = tuple(name for name, holds in (("credentials", whose), ("idna", punycode), ("port", ported)) if holds)
        empty = ("#" in href and not parsed.hash) or ("?" in href.partition("#")[0] and not parsed.search)
        said += known or (("parsing",) if href != address or dotted or empty else ())
    if port not in PORTS:
        host += f":{port}"
    return Parts(host, parsed.pathname, parsed.search[1:], parsed.hash[1:]), said


def taken_apart(address: str) -> Parts | None:
    """An address of the web by the WHATWG rules, without scheme, credentials and default port; else None."""
    found = read(address)
    return found[0] if found else None


def held(text: str) -> Parts | None:
    """The address that another one holds, written plainly or escaped as a whole, with or without a scheme."""
    if re.match(r"https?%3a", text, re.IGNORECASE):
        text = plain(text) or ""
    schemed = re.match(r"https?:/{0,2}(?=[^/])", text, re.IGNORECASE)
    if schemed:
        return taken_apart("https://" + text[schemed.end() :])
    bare = re.match(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?=[:/?#]|$)", text, re.IGNORECASE)
    return taken_apart("https://" + text) if bare else None


def plain(text: str) -> str | None:
    """A text without its escapes; None where these are no UTF-8, so that two such texts never become one."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return None


def escaped(text: str) -> str:
    """A path with only those characters escaped that must be; empty where it would climb or is no text."""
    try:
        return "" if _CLIMBS.search(text) else quote(text, safe=_SAFE)
    except UnicodeEncodeError:  # half a surrogate pair
        return ""


def lower(text: str) -> str:
    """ASCII letters in lower case; other letters may change their number when they do."""
    return text.translate(_UPPER)


def values(query: str, name: str) -> list[str]:
    """The values that a query gives a name, as a form is read; those that are no text are left out."""
    found = []
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if key == name:
            try:
                found.append(unquote_plus(value, errors="strict"))
            except UnicodeDecodeError:
                continue
    return found


def uniform(text: str) -> str:
    """Escapes as RFC 3986 (6.2.2) wants them: unreserved characters as themselves, upper-case digits elsewhere."""
    return _ESCAPE.sub(_uniform, text)


def _uniform(match: re.Match[str]) -> str:
    if len(match[0]) == 1:
        return f"%{ord(match[0]):02X}"  # no address may hold it plainly, yet browsers let it pass
    char = chr(int(match[0][1:], 16))
    return char if _UNRESERVED.match(char) else match[0].upper()
