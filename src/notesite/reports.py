"""Diagnostics as people, CI systems and other machines read them; and the page that explains all rules."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote

from notesite import __version__
from notesite.diagnostics import Diagnostic, Found, Rule, Severity, ordered, warning

FEW = 5
"""Warnings of one kind that are shown one by one, in a build or of one note."""

Paint = Callable[[str, str], str]
"""Words and their part (`place`, `error`, `warning`, `rule`, `mend`), to words in colour."""

CHECK_SCHEMA = "urn:notesite:schema:check:1"
"""What `check --format json` says it keeps to: the id of `schemas/check.schema.json`."""


def _plain(words: str, _: str) -> str:
    return words


# For people


def outlined(found: Found) -> list[Diagnostic]:
    """Every error, and of each kind of warning the first few; warnings in batches are not looked at needlessly."""
    taken: list[Diagnostic] = []
    left: Counter[str] = Counter()
    for rule, own in groupby(sorted(found.batches, key=lambda one: (one.rule, one.path)), lambda one: one.rule):
        shown = 0
        for _, here in groupby(own, lambda one: one.path):
            batches = list(here)
            if shown > FEW:
                left[rule] += sum(one.count for one in batches)
                continue
            taken += (one for batch in batches for one in batch.diagnostics())
            shown += sum(one.count for one in batches)
    return shortened(ordered([*found.said, *taken]), left=left)


_NONE: Mapping[str, int] = {}


def shortened(
    found: Sequence[Diagnostic], *, each_note: bool = False, left: Mapping[str, int] = _NONE
) -> list[Diagnostic]:
    """Every error, and of each kind of warning, in all or in each note, the first few: more would hide the rest.

    `left` are warnings by rule that are not among these and are counted.
    """
    shown: list[Diagnostic] = []
    kinds = [(one.rule, one.path if each_note else "") for one in found]
    counts = Counter(kind for one, kind in zip(found, kinds, strict=True) if one.severity is Severity.WARNING)
    seen: Counter[tuple[str, str]] = Counter()
    command = "notesite check --format json" if each_note else "notesite check"
    for one, kind in zip(found, kinds, strict=True):
        seen[kind] += one.severity is Severity.WARNING
        every = counts[kind] + left.get(one.rule, 0)
        if one.severity is Severity.ERROR or seen[kind] <= FEW or every <= FEW + 1:
            shown.append(one)
        elif seen[kind] == counts[kind]:
            words = f"{every - FEW} more of this kind"
            shown.append(warning(one.rule, words, kind[1], 0, f"`{command}` lists them all"))
    return shown


def text(found: Sequence[Diagnostic], paint: Paint = _plain) -> Iterator[str]:
    """Diagnostics drawn in their order, an empty line between two notes, as editors find places in them."""
    last = found[0].path if found else ""
    for one in found:
        if one.path != last:
            yield ""
        last = one.path
        yield drawn(one, paint)


def drawn(one: Diagnostic, paint: Paint = _plain) -> str:
    """Place, how bad, the words and the rule on one line; then the places that belong to it, and the mend."""
    where = paint(place(one.path, one.line), "place") + ": " if one.path else ""
    severity, rule = paint(one.severity, one.severity), paint(f"[{one.rule}]", "rule")
    lines = [f"{where}{severity}: {spelled(one.message)} {rule}"]
    lines += [f"    {place(other.path, other.line)}: {spelled(other.text)}" for other in one.related]
    if one.hint:
        lines.append(f"    {paint('mend:', 'mend')} {spelled(one.hint)}")
    return "\n".join(lines)


def place(path: str, line: int) -> str:
    """`notes/de/wind.md:4`, as editors find it."""
    return spelled(f"{path}:{line}" if line else path)


_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def spelled(words: str) -> str:
    """Words of others as a terminal may have them: control characters spelled out."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), words)


def plural(count: int, one: str) -> str:
    """1 note, 2 notes."""
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def counted(errors: int, warnings: int) -> str:
    """2 errors, 1 warning; empty if there are none."""
    return ", ".join(plural(count, name) for count, name in ((errors, "error"), (warnings, "warning")) if count)


def summary(found: Sequence[Diagnostic]) -> str:
    """The last line of a check: how many, in how many files, and how many of each rule, the most frequent first."""
    if not found:
        return "nothing to say: all is well"
    rules = sorted(by_rule(found).items(), key=lambda one: (-one[1], one[0]))
    files = len({one.path for one in found} - {""})
    where = f" in {plural(files, 'file')}" if files else ""
    errors = sum(one.severity is Severity.ERROR for one in found)
    return f"{counted(errors, len(found) - errors)}{where}: " + ", ".join(f"{count} {rule}" for rule, count in rules)


def by_rule(found: Sequence[Diagnostic]) -> dict[str, int]:
    """How many there are of each rule, in the order of names."""
    return dict(sorted(Counter(one.rule for one in found).items()))


# For machines


def as_json(found: Sequence[Diagnostic]) -> dict[str, Any]:
    """Diagnostics as `check --format json` prints them; `schemas/check.schema.json` describes it."""
    errors = sum(one.severity is Severity.ERROR for one in found)
    counts = {"errors": errors, "warnings": len(found) - errors, "rules": by_rule(found)}
    return {"$schema": CHECK_SCHEMA, "diagnostics": list(found), "summary": counts}


def annotations(found: Sequence[Diagnostic], prefix: str = "") -> Iterator[str]:
    """Diagnostics as GitHub Actions shows them beside the lines of a change, one command a line.

    `prefix` leads from the repository's top to the site's root: empty, or with a slash at its end.
    """
    line_end = "\n"
    for one in found:
        words = [one.message, *(f"{place(prefix + o.path, o.line)}: {o.text}" for o in one.related)]
        words += [f"mend: {one.hint}"] if one.hint else []
        said = {"file": prefix + one.path} if one.path else {}
        said |= {"line": str(one.line)} if one.path and one.line else {}
        said |= {"title": one.rule}
        parts = ",".join(f"{name}={_escaped(value, property_=True)}" for name, value in said.items())
        yield f"::{one.severity} {parts}::{_escaped(line_end.join(map(spelled, words)))}"


def _escaped(words: str, *, property_: bool = False) -> str:
    """Words as the runner's command language has them."""
    made = words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return made.replace(":", "%3A").replace(",", "%2C") if property_ else made


def sarif(found: Sequence[Diagnostic], prefix: str = "") -> dict[str, Any]:
    """Diagnostics as SARIF 2.1.0, which code scanning and editors read; `prefix` as for `annotations`.

    All rules are told, found or not.  What concerns the site as a whole stands at its settings, since every result
    needs a place.
    """
    from notesite.rules import RULES  # a build that tells its warnings explains none

    rules = list(RULES)
    seen: Counter[str] = Counter()
    results = []
    for one in found:
        mark = _fingerprint(one, prefix)
        seen[mark] += 1
        result = {
            "ruleId": one.rule,
            "ruleIndex": rules.index(one.rule),
            "level": str(one.severity),
            "message": {"text": one.message + (f" Mend: {one.hint}" if one.hint else "")},
            "locations": [_location(prefix, one.path or "notesite.toml", one.line)],
            "partialFingerprints": {"notesite/v1": f"{mark}:{seen[mark]}"},
        }
        if one.related:
            result["relatedLocations"] = [
                {"id": number} | _location(prefix, other.path, other.line) | {"message": {"text": other.text}}
                for number, other in enumerate(one.related, 1)
            ]
        results.append(result)
    driver = {"name": "notesite", "version": __version__, "rules": [_told(rule) for rule in RULES.values()]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def _told(rule: Rule) -> dict[str, Any]:
    off = rule.severity is Severity.IGNORE
    level = {"level": "warning" if off else str(rule.severity), "enabled": not off}
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.what},
        "fullDescription": {"text": f"{rule.what} {rule.why}"},
        "help": {"text": rule.mend, "markdown": f"{rule.why}\n\n**How to mend it:** {rule.mend}"},
        "defaultConfiguration": level,
    }


def _location(prefix: str, path: str, line: int) -> dict[str, Any]:
    """A place in a file; its first line where the file as a whole is meant."""
    uri = quote(prefix + path, errors="replace")
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": max(line, 1)},
        }
    }


def _fingerprint(one: Diagnostic, prefix: str) -> str:
    """What a finding is known by when lines move: rule, file and words, without the numbers of lines in them."""
    words = re.sub(r"\bline \d+", "line", one.message)
    return hashlib.sha256("\0".join((one.rule, prefix + one.path, words)).encode("utf-8", "replace")).hexdigest()[:32]


# For authors

_INTRODUCTION = """# Rules

Everything `notesite` can say about a site, what it means, why it matters and how to mend it. Made from
`src/notesite/rules.py` by `make rules`; `notesite check --only RULE` tells of one rule alone.

An **error** means that something cannot be read or published as meant; it fails a build and cannot be silenced. A
**warning** says what was inferred or is doubtful; it stops nothing unless `--strict` is given, and can be silenced
where what it finds is meant. A rule that is **off** says nothing until settings turn it on.

In the note, anywhere outside code; the comment is not shown on the page. Rules about translations listen to both notes:

```markdown
<!-- notesite: ignore figures-differ, sources-differ -->
```

In `notesite.toml`, for the site or for a folder or file, where the longest path wins; `ignore`, `warning` or `error`:

```toml
[check]
link-broken = "error"
translation-missing = "warning"

[check."notes/old/"]
figures-differ = "ignore"
```

What is said nearest counts: the note, then its folder, then the site.
"""

_CALLED = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.IGNORE: "off"}


def rules_page() -> str:
    """`RULES.md`: every rule by topic, with a table of all at its head."""
    from notesite.rules import TOPICS

    parts = [_INTRODUCTION]
    for topic, rules in TOPICS.items():
        rows = [f"| [`{rule.name}`](#{rule.name}) | {_CALLED[rule.severity]} | {_first(rule.what)} |" for rule in rules]
        parts.append("\n".join([f"**{topic}**\n", "| rule | by default | what it finds |", "|---|---|---|", *rows, ""]))
    for topic, rules in TOPICS.items():
        parts.append(f"## {topic}\n")
        for rule in rules:
            said = [f"*{_CALLED[rule.severity].capitalize()}.* {rule.what}", f"**Why:** {rule.why}"]
            parts.append("\n\n".join([f"### {rule.name}", *said, f"**Mend:** {rule.mend}"]) + "\n")
    return "\n".join(parts)


def _first(words: str) -> str:
    """The first clause of a description, for a table."""
    return re.split(r"(?<=[\w`])[.:;](?:\s|$)", words, maxsplit=1)[0]
