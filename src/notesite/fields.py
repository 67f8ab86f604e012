"""Front matter: the fences, the YAML between them as text with line numbers, and typed readings of it.

PyYAML (its C parser) and python-frontmatter come in through this door only.  YAML 1.1 would read `no` as false
and 12:30 as 750, so scalars stay text and each field is converted by its own rule.  Aliases, merge keys and
tags are refused: nine merge keys suffice to keep a parser busy for minutes, and no note needs them.

Both are imported where they are used: a note with fields of one plain line each needs neither, and they cost a small
build more than its notes.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from notesite.diagnostics import Diagnostic, error

if TYPE_CHECKING:
    import yaml

LARGEST = 65536
"""Characters of front matter at most."""
DEEPEST = 50
"""Levels of nesting at most."""

_QUOTE = "put the value in quotes"

_FENCE = re.compile(r"---[ \t]*\n")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$\n?", re.MULTILINE)
# What "\x07" in double quotes makes; written as they are, `load` has replaced them before.
_ESCAPED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# `name: some words` or `name: "some words"` of letters, digits and harmless signs: YAML can read it in no other way.
_SIMPLE = re.compile(
    r"([A-Za-z_][A-Za-z0-9_-]*): +(?:([^\W_][\w .,/()+%?!;&=–-]*)|\"([ !$-\[\]-~\u00a0-\u024f\u2010-\u2027]*)\") *"
)
_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[Tt ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?[ ]*(Z|z|UTC|[+-]\d{2}:?\d{2})?)?"
)


class Node(Struct, frozen=True):
    """A value in front matter, with its line in the file: text, nothing, a list or a table of nodes."""

    value: Any
    line: int

    @property
    def plain(self) -> Any:
        """The value with plain lists and tables in it, as templates get unknown fields."""
        if isinstance(self.value, list):
            return [one.plain for one in self.value]
        if isinstance(self.value, dict):
            return {name: one.plain for name, one in self.value.items()}
        return self.value


class Head(Struct, frozen=True):
    """A note cut in two: its fields by name, its body, and how many lines of the file come before the body.

    `yaml` is what stands between the fences.
    """

    fields: dict[str, Node]
    body: str
    offset: int
    found: tuple[Diagnostic, ...] = ()
    yaml: str = ""


class BrokenFieldsError(Exception):
    """Front matter that cannot be read: the words, the line counted from 1 in the YAML, the mend."""

    def __init__(self, message: str, line: int, hint: str = "") -> None:
        super().__init__(message)
        self.line, self.hint = line, hint


def split(path: str, text: str) -> Head:
    """Cut a note's text (no BOM, lines ended by line feeds) at its fences and read the YAML between them.

    Text without a first fence has no front matter; a fence that never closes is an error.
    """
    start = re.match(r"\s*\n(?=---[ \t]*\n[\w\"'-]+[ \t]*:)", text)
    skipped = start[0].count("\n") if start else 0
    rest = text[start.end() :] if start else text
    fence = _FENCE.match(rest)
    if not fence:
        return Head({}, text, 0)
    end = _END.search(rest, fence.end())
    if not end:
        words = "the front matter opened by --- is never closed"
        return Head({}, "", 0, (error("front-matter", words, path, skipped + 1, "close it with a line of ---"),))
    yaml_text, body = rest[fence.end() : end.start()], rest[end.end() :]
    offset = skipped + rest[: end.end()].count("\n")
    try:
        fields = _read(yaml_text, skipped + 1)
    except BrokenFieldsError as failure:
        found = error("front-matter", str(failure), path, skipped + 1 + failure.line, failure.hint)
        return Head({}, body, offset, (found,))
    return Head(fields, body, offset, yaml=yaml_text)


def written(name: str, value: str) -> str:
    """A field as a line of front matter that reads as this text again, in quotes only where it has to be."""
    plain = f"{name}: {value}\n"
    read = _simple(plain, 0)
    if read and read[name].value == value:
        return plain
    import yaml

    return yaml.safe_dump({name: value}, allow_unicode=True, width=LARGEST)


def lines_of(head: Head) -> dict[str, str]:
    """The lines of each field as its author wrote them, by name; a comment belongs to the field above it.

    What stands before the first field, and fields that do not begin a line, have no name.
    """
    known = "|".join(map(re.escape, head.fields))
    begins = re.compile(rf"""(["']?)({known})\1[ \t]*:(?:\s|$)""")
    made: dict[str, str] = {}
    name = ""
    for line in head.yaml.splitlines(keepends=True):
        field = begins.match(line)
        name = field[2] if field else name
        made[name] = made.get(name, "") + line
    return made


def _read(text: str, offset: int) -> dict[str, Node]:
    if len(text) > LARGEST:
        raise BrokenFieldsError(
            f"the front matter is longer than {LARGEST} characters", 1, "move text into the note's body"
        )
    simple = _simple(text, offset)
    if simple is not None:
        return simple
    import frontmatter

    # YAML would count these two as line ends, too.
    text = text.replace("\u2028", " ").replace("\u2029", " ")
    # python-frontmatter loses what it cannot split: it gets exactly the fences found above.
    fields, _ = frontmatter.parse(f"---\n{text}---\n", handler=_Handler(offset))  # type: ignore[arg-type]
    return {name: node for name, node in fields.items() if isinstance(node, Node)}


def _simple(text: str, offset: int) -> dict[str, Node] | None:
    """Fields of one plain line each, as most notes have them, for a tenth of what YAML costs; else None."""
    made: dict[str, Node] = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        field = _SIMPLE.fullmatch(line)
        if field is None or field[1] in made or field[1].lower() == "null":
            return None
        plain = None if field[2] is None or field[2].strip().lower() == "null" else field[2].rstrip(" ")
        made[field[1]] = Node(field[3] if field[2] is None else plain, number + offset)
    return made


class _Handler:
    """What python-frontmatter asks of a handler: the restricted reading of YAML."""

    def __init__(self, offset: int) -> None:
        self.offset = offset

    def split(self, text: str) -> tuple[str, str]:
        """The YAML between the outermost fences, whatever stands inside."""
        return text[len("---\n") : -len("---")], ""

    def load(self, fm: str, **_: object) -> dict[str, Node]:
        """The fields by name."""
        import yaml

        try:
            root = _Tree(yaml.parse(fm, Loader=yaml.CBaseLoader), self.offset).root()
        except yaml.YAMLError as failure:
            raise _explained(failure, fm) from failure
        except (ValueError, RecursionError, UnicodeError) as failure:
            raise BrokenFieldsError(f"this YAML cannot be read: {failure}", 1) from failure
        if root is None or root.value is None:
            return {}
        if not isinstance(root.value, dict):
            raise BrokenFieldsError("the front matter is no table of fields", 1, "write one `name: value` a line")
        return root.value


def _explained(failure: "yaml.YAMLError", text: str) -> BrokenFieldsError:
    """What PyYAML found, in words for an author, at its line."""
    mark = getattr(failure, "problem_mark", None)
    line = mark.line + 1 if mark else text.encode()[: getattr(failure, "position", 0) or 0].count(b"\n") + 1
    lines = text.split("\n")
    line = max(1, min(line, len(lines) - 1 or 1))
    problem = getattr(failure, "problem", None) or getattr(failure, "reason", None) or str(failure)
    hint = _QUOTE if "mapping values" in problem or "cannot start" in problem else ""
    if (
        lines[line - 1].startswith("\t")
        or "\t" in lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]
    ):
        hint = "indent with spaces, YAML takes no tabs"
    return BrokenFieldsError(f"this YAML cannot be read: {problem}", line, hint)


class _Tree:
    """Builds nodes from YAML events without recursion, refusing what a note must not use."""

    def __init__(self, events: Any, offset: int) -> None:
        self.events, self.offset = events, offset
        self.stack: list[tuple[Any, Node, list[Node]]] = []
        self.top: Node | None = None

    def root(self) -> Node | None:
        """The document's root node; None for an empty document."""
        import yaml

        documents = 0
        for event in self.events:
            line = event.start_mark.line + 1
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                raise BrokenFieldsError("a second YAML document begins here", line)
            if isinstance(event, yaml.AliasEvent):
                raise BrokenFieldsError("YAML aliases (*name) are not read here", line, "write the value out")
            if isinstance(event, yaml.CollectionEndEvent):
                self._close()
            elif isinstance(event, yaml.NodeEvent):
                self._open(event)
        return self.top

    def _open(self, event: Any) -> None:
        import yaml

        line = event.start_mark.line + 1
        if event.tag not in (None, "!"):
            raise BrokenFieldsError(f"YAML tags ({event.tag}) are not read here", line, "leave the tag out")
        if isinstance(event, yaml.ScalarEvent):
            if _ESCAPED.search(event.value):
                raise BrokenFieldsError("an escaped control character stands here", line, "remove it")
            empty = event.style in (None, "") and event.value.lower() in ("", "~", "null")
            self._add(Node(None if empty else event.value, line + self.offset), event)
            return
        if len(self.stack) >= DEEPEST:
            raise BrokenFieldsError(f"this is nested more than {DEEPEST} levels deep", line)
        kind: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        node = Node(kind, line + self.offset)
        self.stack.append((event, node, []))

    def _close(self) -> None:
        event, node, _ = self.stack.pop()
        self._add(node, event)

    def _add(self, node: Node, event: Any) -> None:
        if not self.stack:
            self.top = node
            return
        _, parent, keys = self.stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif keys:
            parent.value[keys.pop().value] = node
        else:
            keys.append(self._key(node, parent, event))

    def _key(self, node: Node, parent: Node, event: Any) -> Node:
        line = event.start_mark.line + 1
        if not isinstance(node.value, str):
            if self.stack[-1][0].flow_style:  # title: {{ x }}
                raise BrokenFieldsError("in braces stand fields, and a field's name is a word", line, _QUOTE)
            raise BrokenFieldsError("a field's name is a word", line, "put the name in quotes")
        if node.value == "<<" and not event.style:
            raise BrokenFieldsError("YAML merge keys (<<) are not read here", line, "write the fields out")
        if node.value in parent.value:
            first = parent.value[node.value].line - self.offset
            raise BrokenFieldsError(
                f"the field {node.value} stands here a second time",
                line,
                f"line {first + self.offset} has it, too",
            )
        return node


class Reader:
    """Typed readings of fields; what does not fit is an error with file and line, and reads as missing."""

    def __init__(self, path: str, fields: dict[str, Node]) -> None:
        self.path, self.fields = path, fields
        self.found: list[Diagnostic] = []

    def node(self, *names: str) -> tuple[str, Node] | None:
        """The first of these fields that says something, with its name."""
        for name in names:
            if name in self.fields and self.fields[name].value is not None:
                return name, self.fields[name]
        return None

    def text(self, *names: str) -> str:
        """A text on one line; numbers, dates and words like `no` are text, too."""
        here = self.node(*names)
        if not here:
            return ""
        if not isinstance(here[1].value, str):
            self.wrong(*here, "is a text", f"write {here[0]}: some words")
            return ""
        return " ".join(here[1].value.split())

    def texts(self, *names: str) -> tuple[str, ...]:
        """A list of texts, each once; a single text is a list of one, commas part the texts of a plain one."""
        here = self.node(*names)
        if not here:
            return ()
        value = here[1].value
        if isinstance(value, str):
            value = [Node(part, here[1].line) for part in value.split(",")]
        if not isinstance(value, list):
            self.wrong(*here, "is a list of texts", f"write {here[0]}: [one, two]")
            return ()
        odd = next((one for one in value if not isinstance(one.value, str | None)), None)
        if odd:
            kind = "lists" if isinstance(odd.value, list) else "tables"
            words, hint = f"{here[0]} is a list of texts, not of {kind}", f"write {here[0]}: [one, two]"
            self.found.append(error("field-type", words, self.path, odd.line, hint))
            return ()
        return tuple(dict.fromkeys(" ".join(one.value.split()) for one in value if one.value and one.value.strip()))

    def flag(self, *names: str) -> bool | None:
        """Yes or no; None if not said."""
        here = self.node(*names)
        said = _truth(here[1].value) if here else None
        if here and said is None:
            self.wrong(*here, "is true or false", f"write {here[0]}: true")
        return said

    def said(self, *names: str) -> bool | str | None:
        """Yes, no, or words, which mean yes; None if not said."""
        here = self.node(*names)
        if not here:
            return None
        truth = _truth(here[1].value)
        if truth is not None:
            return truth
        return self.text(here[0]) or None

    def day(self, *names: str) -> str:
        """A date, or a date with a time, as ISO 8601 text."""
        here = self.node(*names)
        if not here:
            return ""
        read = iso(here[1].value) if isinstance(here[1].value, str) else None
        if read is None:
            self.wrong(*here, "is a date", f"write {here[0]}: 2025-07-18")
        return read or ""

    def wrong(self, name: str, node: Node, what: str, hint: str) -> None:
        """An error at a field of the wrong type."""
        shown = node.value if isinstance(node.value, str) else "a list" if isinstance(node.value, list) else "a table"
        shown = repr(shown) if isinstance(node.value, str) else shown
        self.found.append(error("field-type", f"{name} {what}, not {shown[:80]}", self.path, node.line, hint))


def _truth(value: Any) -> bool | None:
    if not isinstance(value, str):
        return None
    return {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}.get(value.lower())


def iso(written: str) -> str | None:
    """A date or a date with a time as ISO 8601, or None where it is neither or no day of the calendar."""
    match = _DATE.fullmatch(written.strip())
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    try:
        if hour is None:
            return date(int(year), int(month), int(day)).isoformat()
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))
        return (moment.replace(tzinfo=_zone(zone)) if zone else moment).isoformat()
    except ValueError:
        return None


def _zone(written: str) -> timezone:
    if written in ("Z", "z", "UTC"):
        return UTC
    sign = -1 if written[0] == "-" else 1
    hours, minutes = int(written[1:3]), int(written[-2:])
    return timezone(sign * timedelta(hours=hours, minutes=minutes))
