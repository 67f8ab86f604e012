"""What the preview adds to pages, as text: problems in words and in markup, the head of a live page, own pages."""

import hashlib
import json
import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from msgspec import Struct

MOST_ERRORS = 100
"""Errors that are shown at once: nobody mends more of them before looking again."""

MOST_WARNINGS = 50
"""Warnings that are listed below the errors."""


class Problem(Struct, frozen=True):
    """A diagnostic as plain values.

    `where` is a file with its line ("notes/de/x.md:4"), or empty where no file is to blame; `words` say what is
    wrong, details on lines of their own below the first; `mend` says how to put it right.  `related` are other
    places, each with words.  `excerpt` are numbered lines of the file around the place; `line` is the one meant.
    """

    is_error: bool
    rule: str
    where: str
    words: str
    mend: str = ""
    related: tuple[tuple[str, str], ...] = ()
    excerpt: tuple[tuple[int, str], ...] = ()
    line: int = 0


def broke_off(what: str, error: BaseException) -> Problem:
    """An exception, which only a bug lets out, as a problem like any other, with its place in the code."""
    details = "".join(traceback.format_exception(error))
    return Problem(True, "", "", f"{what} broke off: {type(error).__name__}: {error}\n{details}")


# In words

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def counted(problems: Sequence[Problem]) -> str:
    """2 errors, 1 warning; empty if there are none."""
    errors = sum(one.is_error for one in problems)
    counts = (errors, "error"), (len(problems) - errors, "warning")
    return ", ".join(_plural(count, name) for count, name in counts if count)


def _plural(count: int, one: str) -> str:
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def lasted(seconds: float) -> str:
    """How long a build took, as a person would say it: 38 ms, 1.4 s; empty if that is not known."""
    if not seconds:
        return ""
    return f"{seconds:.1f} s" if seconds >= 0.9995 else f"{max(1, round(seconds * 1000))} ms"


def drawn(problem: Problem) -> str:
    """A problem as the terminal says it, in the manner of `notesite check`; control characters are spelled out."""
    severity = "error" if problem.is_error else "warning"
    rule = f" [{problem.rule}]" if problem.rule else ""
    lines = [f"{problem.where and problem.where + ': '}{severity}: {problem.words}{rule}"]
    lines += [f"    {'>' if number == problem.line else ' '} {number} | {text}" for number, text in problem.excerpt]
    lines += [f"    {': '.join(filter(None, place))}" for place in problem.related]
    lines += [f"    mend: {problem.mend}"] if problem.mend else []
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), "\n".join(lines))


# In markup


def oops(problems: Sequence[Problem], *, is_old: bool) -> str:
    """Problems as markup, errors in full and warnings folded up below; `is_old` if the page does not show the latest.

    Nothing in it has a style or a script of its own, which the content policy of pages would forbid.
    """
    errors = [one for one in problems if one.is_error]
    warnings = [one for one in problems if not one.is_error]
    parts = [f'<ol class="errors">{"".join(map(_item, errors[:MOST_ERRORS]))}</ol>'] if errors else []
    if len(errors) > MOST_ERRORS:
        parts.append(f"<p>And {len(errors) - MOST_ERRORS} more; <code>notesite check</code> lists them all.</p>")
    if is_old:
        parts.append("<p>What you see is the last good state; it renews itself once this is mended.</p>")
    if warnings:
        unfolded = "" if errors else " open"
        parts.append(f"<details{unfolded}><summary>{_plural(len(warnings), 'warning')}</summary>")
        parts.append(f'<ol class="warnings">{"".join(map(_item, warnings[:MOST_WARNINGS]))}</ol>')
        if len(warnings) > MOST_WARNINGS:
            parts.append(
                f"<p>And {len(warnings) - MOST_WARNINGS} more; <code>notesite check</code> lists them all.</p>"
            )
        parts.append("</details>")
    return "".join(parts)


def _item(problem: Problem) -> str:
    first, _, rest = problem.words.partition("\n")
    rule = f' <span class="rule">{escape(problem.rule)}</span>' if problem.rule else ""
    parts = [f'<p class="words">{_coded(first)}{rule}</p>']
    if problem.where:
        parts.append(f'<p class="where">{escape(problem.where)}</p>')
    if rest:
        parts.append(f'<pre tabindex="0" role="region" aria-label="Details">{escape(rest)}</pre>')
    if problem.excerpt:
        parts.append("".join(_excerpt(problem)))
    places = [
        f'<li>{_coded(words)} <span class="where">{escape(where)}</span></li>' for where, words in problem.related
    ]
    if places:
        parts.append(f'<ul class="related">{"".join(places)}</ul>')
    if problem.mend:
        parts.append(f'<p class="mend">{_coded(problem.mend)}</p>')
    return f"<li>{''.join(parts)}</li>"


def _excerpt(problem: Problem) -> Iterator[str]:
    """The numbered lines of a file, the one that is meant marked."""
    numbers = [number for number, _ in problem.excerpt]
    lines = f"Lines {numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else f"Line {numbers[0]}"
    width = len(str(numbers[-1]))
    yield f'<pre tabindex="0" role="region" aria-label="{lines}"><code>'
    for number, text in problem.excerpt:
        line = f"{number:>{width}}  {escape(text)}\n"
        yield f'<mark class="hit">{line}</mark>' if number == problem.line else line
    yield "</code></pre>"


def _coded(words: str) -> str:
    """Words with what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words))


def own_page(heading: str, problems: Sequence[Problem] = ()) -> bytes:
    """The server's own page, where the site has none: what is the matter, and the problems behind it.

    By the id of its list the script knows that no overlay is needed.
    """
    text = f"<h1>{escape(heading)}</h1>"
    if problems:
        text += f'<section class="oops" id="notesite-problems">{oops(problems, is_old=False)}'
        text += "<p>This page renews itself once this is mended.</p></section>"
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    head += '<meta name="color-scheme" content="light dark"><title>Preview</title>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{text}</body></html>\n'.encode()


def with_script(page: bytes, base_path: str, version: int, files: Mapping[str, int]) -> bytes:
    """A page with the live script and its stylesheet at the end of its head.

    The script's element carries the version that the page belongs to, and a digest by which the script knows
    whether the page of another version differs at all; and the times of the files that the page shows, by address.
    """
    own = f"{escape(base_path)}_notesite"
    digest = hashlib.blake2b(page, digest_size=8).hexdigest()
    live = f'<script id="notesite-live" src="{own}/live.js" data-version="{version}" data-digest="{digest}"'
    live += f' data-files="{escape(json.dumps([*files.items()]))}"'
    head = re.search(rb"</head\s*>", page, re.IGNORECASE)
    at = head.start() if head else len(page)
    return page[:at] + f'<link rel="stylesheet" href="{own}/preview.css">{live} defer></script>'.encode() + page[at:]
