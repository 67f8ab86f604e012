"""Something wrong, where, how bad, and how to mend it: as a record, never as a printed line."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

import msgspec
from msgspec import Struct

LONGEST = 400
"""Characters of a message or a hint at most."""


class Severity(StrEnum):
    """How bad a diagnostic is: an error fails the build, a warning never does unless `--strict` is given."""

    ERROR = "error"
    WARNING = "warning"
    IGNORE = "ignore"


ERROR, WARNING, OFF = Severity


class Rule(Struct, frozen=True):
    """One rule: its stable name, the severity it is made with, and a sentence or two on what, why and mending.

    A rule whose severity is `ignore` is off unless asked for.
    """

    name: str
    severity: Severity
    what: str
    why: str
    mend: str


class Related(Struct, frozen=True, order=True):
    """Another place that belongs to a diagnostic: the second note of a collision, the first use of a key."""

    path: str
    line: int
    text: str


class Diagnostic(Struct, frozen=True, kw_only=True):
    """One finding.

    `path` is relative to the site's root with forward slashes, or empty where no file is to blame; `line`
    counts from 1 in that file, or is 0 where the file as a whole is meant.  `rule` is the stable name that
    settings under `[check]` refer to, `hint` says how to mend it.
    """

    rule: str
    severity: Severity
    path: str = ""
    line: int = 0
    message: str
    hint: str = ""
    related: tuple[Related, ...] = ()

    @property
    def place(self) -> tuple[str, int, str, str]:
        """What diagnostics are sorted by: file, line, rule, words."""
        return (self.path, self.line, self.rule, self.message)


class Severities(Struct, frozen=True):
    """How bad a site takes its diagnostics to be: by rule, by folder and rule, and what each note ignores.

    `folders` are paths from the site's root, of folders or of single files; `notes` are paths of notes.
    """

    rules: Mapping[str, Severity] = {}
    folders: Mapping[str, Mapping[str, Severity]] = {}
    notes: Mapping[str, Collection[str]] = {}

    def of(self, one: Diagnostic) -> Severity:
        """The severity of a diagnostic: what is said nearest to it counts, in the note, its folder, or the site.

        An error stays one: a note that cannot be read as meant is not made readable by a setting.
        """
        if one.severity is Severity.ERROR:
            return one.severity
        if one.rule in self.notes.get(one.path, ()):
            return Severity.IGNORE
        return self.said(one.rule, one.path) or one.severity

    def of_batch(self, one: "Batch") -> Severity:
        """The same of warnings of one rule at one note."""
        if one.rule in self.notes.get(one.path, ()):
            return Severity.IGNORE
        return self.said(one.rule, one.path) or Severity.WARNING

    def said(self, rule: str, path: str) -> Severity | None:
        """What the settings say of a rule in a file."""
        holding = [folder for folder in self.folders if rule in self.folders[folder] and _holds(folder, path)]
        if holding:
            return self.folders[max(holding, key=lambda folder: len(folder.rstrip("/")))][rule]
        return self.rules.get(rule)


def _holds(folder: str, path: str) -> bool:
    return f"{path}/".startswith(folder.rstrip("/") + "/")


class CannotGoOnError(Exception):
    """The run must end here, with these diagnostics: settings that cannot be read, an output folder in the way.

    Steps return their diagnostics; only what makes every later step meaningless is raised.
    """

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(one.message for one in diagnostics))
        self.diagnostics = diagnostics


def error(rule: str, message: str, path: str = "", line: int = 0, hint: str = "", *related: Related) -> Diagnostic:
    """A diagnostic that fails the build."""
    return Diagnostic(
        rule=rule,
        severity=Severity.ERROR,
        path=path,
        line=line,
        message=_short(message),
        hint=_short(hint),
        related=related,
    )


def warning(rule: str, message: str, path: str = "", line: int = 0, hint: str = "", *related: Related) -> Diagnostic:
    """A diagnostic that says what was inferred or is doubtful, and stops nothing."""
    return Diagnostic(
        rule=rule,
        severity=Severity.WARNING,
        path=path,
        line=line,
        message=_short(message),
        hint=_short(hint),
        related=related,
    )


def aside(rule: str, message: str, path: str = "", line: int = 0, hint: str = "", *related: Related) -> Diagnostic:
    """A diagnostic of a rule that is off: nobody hears of it unless settings turn the rule on."""
    return Diagnostic(
        rule=rule,
        severity=Severity.IGNORE,
        path=path,
        line=line,
        message=_short(message),
        hint=_short(hint),
        related=related,
    )


class Batch(Struct, frozen=True, array_like=True):
    """Warnings of one rule at one note, encoded: there may be thousands, and few are ever shown."""

    rule: str
    path: str
    count: int
    data: bytes

    def diagnostics(self) -> list[Diagnostic]:
        """The warnings themselves."""
        return msgspec.msgpack.decode(self.data, type=list[Diagnostic])


def batches(found: Iterable[Diagnostic]) -> tuple[Batch, ...]:
    """Warnings by rule and note."""
    by_kind: dict[tuple[str, str], list[Diagnostic]] = {}
    for one in found:
        by_kind.setdefault((one.rule, one.path), []).append(one)
    return tuple(Batch(*kind, len(own), msgspec.msgpack.encode(own)) for kind, own in by_kind.items())


class Found(Struct, frozen=True):
    """All there is to say of a site, as severe as the site takes it to be: one by one, and warnings in batches."""

    said: tuple[Diagnostic, ...]
    batches: tuple[Batch, ...] = ()

    @property
    def every(self) -> tuple[Diagnostic, ...]:
        """All of it, one by one."""
        return ordered([*self.said, *(one for batch in self.batches for one in batch.diagnostics())])

    @property
    def errors(self) -> int:
        """How many errors there are."""
        return sum(one.severity is Severity.ERROR for one in self.said)

    @property
    def warnings(self) -> int:
        """How many warnings there are."""
        return len(self.said) - self.errors + sum(batch.count for batch in self.batches)


def gathered(found: Iterable[Diagnostic], batched: Iterable[Batch], severities: Severities) -> Found:
    """What was found, each as severe as the site takes it to be; what it ignores is left out."""
    kept, spread = [], list(found)
    for batch in batched:
        severity = severities.of_batch(batch)
        if severity is Severity.WARNING:
            kept.append(batch)
        elif severity is Severity.ERROR:
            spread += batch.diagnostics()
    return Found(settled(spread, severities), tuple(kept))


def _short(words: str) -> str:
    """On one line and of a length to read: what a note says of itself may be neither."""
    flat = words.replace("\n", " ")
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"


def settled(found: Iterable[Diagnostic], severities: Severities) -> tuple[Diagnostic, ...]:
    """Sorted and without repeats, each as severe as the site takes it to be; what it ignores is left out."""
    kept = set()
    for one in found:
        wanted = severities.of(one)
        if wanted is Severity.IGNORE:
            continue
        if wanted is not one.severity:
            one = Diagnostic(**{name: getattr(one, name) for name in one.__struct_fields__} | {"severity": wanted})
        kept.add(one)
    return ordered(kept)


def ordered(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Diagnostics by file, line, rule and words."""
    return tuple(sorted(found, key=lambda one: (*one.place, one.severity, one.hint, one.related)))


def failed(found: Iterable[Diagnostic], *, strict: bool) -> bool:
    """Whether these fail a run: any error; with `strict`, anything at all."""
    return any(strict or one.severity is Severity.ERROR for one in found)
