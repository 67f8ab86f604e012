"""What a comparison found, in words: findings to diagnostics, at the translation, both sides quoted."""

import re
from collections.abc import Callable, Iterator, Mapping

from notesite import locales
from notesite.diagnostics import Diagnostic, Related, warning
from notesite.parity import Finding, Parity, Quote
from notesite.records import Note

Words = tuple[str, str]
"""What is wrong, and how to mend it."""

_AGREE = "bring the two in line, or silence the rule in the note where they are meant to differ"


def diagnostics(parity: Parity, notes: Mapping[str, Note]) -> Iterator[Diagnostic]:
    """A warning for each finding, at the translation's path and line, with the original's place and both quotes.

    Only an original's paragraph in the language of the translation is said of the original.

    `notes` are the notes by path.  What the original asks not to be told of is left out; what the translation
    ignores, `diagnostics.settled` leaves out.
    """
    original, translation = notes[parity.original], notes[parity.translation]
    for one in parity.findings:
        if one.rule in original.ignored:
            continue
        words, hint = _WORDS.get(one.rule, _other)(one, original, translation)
        there = one.original or Quote(parity.original, one.line)
        here = one.translation or Quote(parity.translation, one.line)
        sides = (there, f"the original{_says(one, there)}"), (here, f"the translation{_says(one, here)}")
        if one.rule == "left-untranslated" and one.original:  # the original's paragraph is in the wrong language
            sides = sides[::-1]
        (other, said), (place, own) = sides
        related = [Related(other.path, other.line, said)]
        if place.text and one.rule not in ("sources-differ", "left-untranslated"):
            related.append(Related(place.path, place.line, own))
        yield warning(one.rule, words, place.path, place.line, hint, *related)


def _says(one: Finding, quote: Quote) -> str:
    """A quotation of a place: the sentence, or what was meant, or nothing."""
    text = quote.written if one.rule == "sources-differ" else quote.text or quote.written
    return f': "{text}"' if text else ""


def _written(quote: Quote | None) -> str:
    """What is meant, short enough for a line that says more."""
    said = (quote.written or quote.text) if quote else ""
    return said if len(said) <= 120 else said[:119] + "…"


def _figures(one: Finding, _: Note, __: Note) -> Words:
    theirs, ours = _written(one.original), _written(one.translation)
    if one.case == "missing":
        return f"the original says {theirs}, which is not here", "add it, or mend the figure that stands in its place"
    if one.case == "added":
        return f"this says {ours}, which is not in the original", "remove it, or add it to the original"
    words = f"this says {ours} where the original says {theirs}"
    if one.case == "shifted" and one.counts[1]:
        power = f"{10 ** abs(one.counts[1]):,}"
        words += f": {power} times as much" if one.counts[1] > 0 else f": {power} times less"
    return words, "mend the one that is wrong"


# What a language calls a scale, and what the other of the two calls the same.
_SCALES = {
    "de": (("milliarde|mrd|mia", "Milliarde", "billion"), ("billion|bio", "Billion", "trillion")),
    "en": (("trillion|tn", "trillion", "Billion"), ("billion|bn", "billion", "Milliarde")),
}
_IN = {"de": "English", "en": "German"}


def _scale(one: Finding, original: Note, translation: Note) -> Words:
    theirs, ours = _written(one.original), _written(one.translation)
    words = f"this says {ours} where the original says {theirs}"
    sides = ((original.lang.partition("-")[0], theirs), (translation.lang.partition("-")[0], ours))
    for lang, said in sides if {lang for lang, _ in sides} == {*_SCALES} else ():
        for pattern, name, meant in _SCALES[lang]:
            if re.search(rf"(?<![^\W\d_])(?:{pattern})", said, re.IGNORECASE):
                return f"{words}: {name} is {meant} in {_IN[lang]}", "mend the word for the scale, or the number"
    return words, "mend the word for the scale, or the number"


def _sources(one: Finding, _: Note, __: Note) -> Words:
    theirs, ours = _written(one.original), _written(one.translation)
    often, usual = _times(one.counts[1]), _times(one.counts[0])
    since = f", from {ours} on" if ours else ""
    there, here = (quote.text if quote else "" for quote in (one.original, one.translation))
    words = {
        "missing": (
            f"the original rests on {theirs}, which is not cited here",
            "add it to the source list, or take it out of the original",
        ),
        "added": (f"this rests on {ours}, which the original does not cite", "take it out, or add it to the original"),
        "repeated": (
            f"{ours or theirs} is cited {often} here and {usual} in the original",
            "cite it in the same places",
        ),
        "order": (
            f"the sources stand in another order than in the original{since}",
            "put them into the same order",
        ),
        "address": (f"{ours} leads to {here} here and to {there} in the original", "give both the same address"),
        "label": (
            f"this source is called {ours} here and {theirs} in the original",
            "give the source one publisher, and its own title",
        ),
    }
    return words.get(one.case) or _other(one, _, __)


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


# The cases of structure: one of them; what is counted, where a number tells more than a quotation.
_PARTS = {
    "sections": ("the section", ""),
    "lists": ("a list", "items in lists"),
    "tables": ("a table", ""),
    "code": ("the code", ""),
    "images": ("a picture", "pictures"),
    "footnotes": ("a footnote", "references to footnotes"),
    "links": ("a link", "links within the site"),
    "quotes": ("a quotation", "quotations"),
    "names": ("the name", ""),
}


def _structure(one: Finding, _: Note, __: Note) -> Words:
    """Counts where a number tells more than a quotation, else what stands where."""
    ours = _written(one.translation)
    usual, own = one.counts
    if one.case == "length":
        hint = "see whether something is missing, or was added"
        return f"this text has {own:,} characters, the original {usual:,}", hint
    part, parts = _PARTS.get(one.case, ("something", "parts"))
    if one.case == "sections" and one.original and one.translation:
        return f"the heading {ours} is of level {own} here and of level {usual} in the original", _AGREE
    if one.case == "passages":
        seems, hint = ("missing", "translate it") if own < usual else ("added", "take it out, or add it there")
        return f"something seems to be {seems}: {own} paragraphs, items or cells here, {usual} in the original", hint
    if (usual and own and parts) or not (one.original or one.translation):
        return f"there are {own} {parts or one.case} here and {usual} in the original", _AGREE
    return _unlike(one, part)


def _unlike(one: Finding, part: str) -> Words:
    """A part that only one of the two has, or that is not what the other has in its place."""
    theirs, ours = _written(one.original), _written(one.translation)
    if one.original and one.translation:
        kept = ", and should have stayed as it is" if one.case in ("names", "code") else ""
        here, there = _named(part, ours), _named(part, theirs)
        return f"{here} stands here where the original has {there}{kept}", _AGREE
    if one.original:
        kept = " and should have stayed as it is" if one.case == "names" else ""
        return f"the original has {_named(part, theirs)}, which is not here{kept}", "add it, or take it out there"
    return f"this has {_named(part, ours)}, which is not in the original", "remove it, or add it there"


def _named(part: str, written: str) -> str:
    """A part with what is known of it: its words, or the size of a list or table."""
    if not written:
        return part
    return f"{part} of {written} items" if part == "a list" else f"{part} {written}"


def _untranslated(one: Finding, original: Note, translation: Note) -> Words:
    own, other = (original, translation) if one.original else (translation, original)
    quote = one.original or one.translation
    said = (quote.text or quote.written)[:200] if quote else ""
    still = "is" if one.original else "is still"
    words = f'this paragraph {still} in {locales.language_name(other.lang, "en")}: "{said}"'
    return words, f"translate it into {locales.language_name(own.lang, 'en')}, or mark it as a quotation"


def _behind(one: Finding, _: Note, __: Note) -> Words:
    theirs, ours = _written(one.original), _written(one.translation)
    words = f"the original was updated on {theirs}, this translation is of {ours}"
    return words, "see what changed in the original, then set updated here"


def _other(one: Finding, _: Note, __: Note) -> Words:
    """Words for a case that has none of its own."""
    theirs, ours = _written(one.original), _written(one.translation)
    return f"this differs from the original ({one.case}): {ours or 'nothing'} here, {theirs or 'nothing'} there", _AGREE


_WORDS: dict[str, Callable[[Finding, Note, Note], Words]] = {
    "figures-differ": _figures,
    "scale-confused": _scale,
    "sources-differ": _sources,
    "structure-differs": _structure,
    "left-untranslated": _untranslated,
    "translation-behind": _behind,
}
RULES = frozenset(_WORDS)
"""The rules of what comparing finds."""
