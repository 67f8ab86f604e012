"""What a note says to notesite in its comments: `<!-- notesite: ignore figures-differ, sources-differ -->`."""

import re
from collections.abc import Iterable

from notesite.diagnostics import Diagnostic, Severity, warning
from notesite.rules import RULES, nearest

_REMARK = re.compile(r"\s*notesite(?:\s*:|(?=\s+ignore\b))\s*(.*?)\s*", re.DOTALL)
_IGNORE = re.compile(r"ignore\b\s*:?\s*(.*)", re.DOTALL)


def ignored(comments: Iterable[tuple[str, int]], path: str) -> tuple[tuple[str, ...], list[Diagnostic]]:
    """The rules that a note ignores, sorted, by its comments (text and line), and what is wrong with those.

    A comment that does not begin with `notesite:` is none of ours.
    """
    names: set[str] = set()
    found = []
    for text, line in comments:
        remark = _REMARK.fullmatch(text)
        if not remark:
            continue
        asked = _IGNORE.fullmatch(remark[1])
        written = re.split(r"[\s,]+", asked[1].strip(" ,\n")) if asked else []
        if not any(written):
            words = f"this comment asks for nothing that notesite knows: {remark[1][:80] or 'it is empty'}"
            found.append(warning("rule-unknown", words, path, line, "write <!-- notesite: ignore figures-differ -->"))
            continue
        for name in dict.fromkeys(written):
            if name not in RULES:
                words = f"there is no rule {name[:80]} to ignore"
                found.append(warning("rule-unknown", words, path, line, nearest(name)))
            elif RULES[name].severity is Severity.ERROR:
                words = f"what {name} finds is an error, and cannot be ignored"
                found.append(warning("rule-unknown", words, path, line, "leave the name out, and mend what it finds"))
            else:
                names.add(name)
    return tuple(sorted(names)), found
