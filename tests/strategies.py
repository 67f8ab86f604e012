"""Small sites for property tests: notes as records, plans of files, and edits of a site on disk."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from hypothesis import strategies as st

from notesite.records import Citation, Note, Traits
from support import SiteTest, cited, note, page

LANGS = ("de", "en", "fr")
WORKS = [f"https://{host}.example/{work}" for host in ("blatt", "paper", "amt") for work in ("a", "b", "c", "d")]
"""The sources of all notes: so few that notes share them."""
WORDS = ("DeepSeek", "01.AI", "Yi", "Kosten", "costs", "Bericht", "report", "Nvidia")
NUMBERS = ("", "2024", "2025", "2024 3")

titles = st.builds(
    lambda words, number: " ".join([*words, number]).strip() or "Ohne",
    st.lists(st.sampled_from(WORDS), max_size=3, unique=True),
    st.sampled_from(NUMBERS),
)
addresses = st.lists(st.sampled_from(WORKS), max_size=6, unique=True)
keys = st.sampled_from(["", "", "", "", "none", "eins", "zwei"])


TEXTS = (
    Traits(),
    Traits(numerals=("138", "42", "7", "655", "1907"), code=("make",), form="p 3 p l4 c p", length=900),
    Traits(numerals=("138", "42", "7", "655"), form="p 3 p l4 p", length=1200),
    Traits(numerals=("11", "5", "384", "23", "96"), pictures=("plan.svg",), form="2 p q p p t9", length=800),
    Traits(numerals=("202", "3"), form="p p p", length=4000),
)
"""What texts keep in translation: one, nearly the same, and others."""


@st.composite
def families(draw: st.DrawFn, *, texts: bool = False) -> list[Note]:
    """Notes of a site: some of the same work in several languages with lists that nearly agree, some alone.

    With `texts`, those of one work have mostly one text, too.
    """
    made: list[Note] = []
    for family in range(draw(st.integers(1, 4))):
        title, listed = draw(titles), draw(addresses)
        text = draw(st.sampled_from(TEXTS)) if texts else Traits()
        for lang in draw(st.lists(st.sampled_from(LANGS), min_size=1, max_size=3)):
            own = [one for one in listed if draw(st.integers(0, 5))] + draw(
                st.lists(st.sampled_from(WORKS), max_size=1)
            )
            own_title = title if draw(st.booleans()) else draw(titles)
            own_text = draw(st.sampled_from((text, text, text, *TEXTS))) if texts else text
            more = {
                "traits": own_text,
                "translation_key": draw(keys),
                "date": draw(st.sampled_from(["", "2024-05-01", "2025-02-03"])),
            }
            made.append(note(f"{family}-{len(made)}-{lang}", own_title, *dict.fromkeys(own), **more))
    return made


@st.composite
def works(draw: st.DrawFn) -> list[list[Note]]:
    """Works in two languages or more, each with its own sources beside common ones, its own title and its own text."""
    made = []
    common = [f"https://alle.example/{n}" for n in range(draw(st.integers(0, 2)))]
    for number in range(draw(st.integers(1, 4))):
        own = [f"https://werk{number}.example/{n}" for n in "abcde"[: draw(st.integers(3, 5))]]
        title = f"{WORDS[number]} {draw(st.sampled_from(['', f'20{number}7']))}".strip()
        text = draw(st.sampled_from((Traits(), Traits(numerals=(f"{number}57", f"{number}8", "7"), form="p 3 p l4"))))
        langs = draw(st.lists(st.sampled_from(LANGS), min_size=2, max_size=3, unique=True))
        made.append([note(f"{number}-{lang}", title, *own, *common, traits=text) for lang in langs])
    return made


def stranger(name: str, text: Traits = Traits()) -> Note:  # noqa: B008, a frozen record
    """A note that shares no source, no title word and no number with any of a family."""
    return note(name, "Quarzuhr 77", "https://fremd.example/q", traits=text)


# Addresses as authors write them; the first four are one source, the last two another.
WRITTEN = (
    "https://www.blatt.example/a?utm_source=x", "http://blatt.example/a/", "https://blatt.example/a", "https://blatt.example/a#b",
    "https://doi.org/10.1000/Xyz", "https://dx.doi.org/10.1000/xyz", "https://youtu.be/abcdefghijk",
    "https://news.blatt.example/c", "https://127.0.0.1:8000/", "https://xn--mnchen-3ya.example/ä",
)  # fmt: skip


@st.composite
def citing(draw: st.DrawFn) -> list[Note]:
    """Notes with citations of every kind: one address several times, entries without any, the same line twice."""
    made = []
    for number in range(draw(st.integers(0, 4))):
        listed = list(cited(*draw(st.lists(st.sampled_from(WRITTEN), max_size=5))))
        kinds = draw(st.lists(st.sampled_from(["list", "inline", "footnote", "field"]), min_size=5, max_size=5))
        own = [msgspec.structs.replace(one, kind=kind) for one, kind in zip(listed, kinds, strict=False)]
        own += [Citation(key="", address="", label="Ein Buch", title="Ein Buch", kind="list", line=9)] * draw(
            st.integers(0, 1)
        )
        made.append(note(f"n{number}-{draw(st.sampled_from(LANGS))}", citations=tuple(own)))
    return made


paths = st.lists(st.sampled_from(["a", "A", "b", "é", "e\u0301", "index.html"]), min_size=1, max_size=3).map("/".join)
"""Output paths of which many are in each other's way."""


# --- edits of a site on disk ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edit:
    """One thing an author, or an accident, does to a site."""

    name: str
    do: Callable[[SiteTest], object]

    def __repr__(self) -> str:
        return self.name


LINKING = (
    "[e](eins-de.md), [Blatt: Eins](https://blatt.example/a)",
    "[Zeitung: Eins](https://blatt.example/b) ![b](bild.png)",
    "[e](/de/eins/#teil) und [t](/de/themen/c/)",
    "[j](/de/2024/), [q](/de/quellen/blatt.example/), [n](/one-en), [m](../two)",
)
"""Texts that lead to other places of the site, which may be there or not."""
NAMES = ("eins-de", "one-en", "zwei-de", "two-en", "drei-de")


@st.composite
def written(draw: st.DrawFn) -> Edit:
    """A note written anew, or for the first time: body, title, sources, language, slug, tags, date, address."""
    name = draw(st.sampled_from(NAMES))
    fields = {
        "lang": draw(st.sampled_from(["", "", "", "de", "en", "fr"])),
        "slug": draw(st.sampled_from(["", "", name, f"neu-{name}"])),
        "permalink": draw(st.sampled_from(["", "", "", f"/{name}", f"/{name}/tief/"])),
        "tags": draw(st.sampled_from(["", ["Kosten"], ["Chips", "Kosten"], ["C"], ["C++"], ["C#", "kosten"]])),
        "date": draw(st.sampled_from(["", "2024-05-01", "2025-02-03"])),
        "aliases": draw(st.sampled_from(["", "", [f"/alt/{name}/"]])),
        "draft": draw(st.sampled_from(["", "", "", True])),
        "translated": draw(st.sampled_from(["", True, False])),
        "description": draw(st.sampled_from(["", "kurz", "kurz"])),
    }
    text = draw(
        st.sampled_from(["Ein Satz.", "Ein anderer.", "## Teil\n\nWort [x](https://blatt.example/a).", *LINKING])
    )
    whole = page(draw(titles), *draw(addresses), text=text, **fields)
    return Edit(f"write {name}: {whole!r}", lambda site: site.write({f"notes/{name}.md": whole}))


def _remove(name: str) -> Edit:
    here = f"notes/{name}.md"
    return Edit(f"remove {name}", lambda site: (site.root / here).unlink(missing_ok=True))


def _rename(name: str, to: str) -> Edit:
    def do(site: SiteTest) -> None:
        if (site.root / f"notes/{name}.md").exists():
            (site.root / f"notes/{name}.md").rename(site.root / f"notes/{to}.md")

    return Edit(f"rename {name} to {to}", do)


def _put(path: str, text: str) -> Edit:
    """A file of the site with this text; without, it goes."""
    do = lambda site: site.write({path: text}) if text else (site.root / path).unlink(missing_ok=True)  # noqa: E731
    return Edit(f"put {path}: {text!r}", do)


SETTINGS = (
    "",
    '[site]\ntitle = "Notizen"',
    "[pages]\nnewest = 1\nshared = 0",
    '[site]\npermalink = "/{lang}/{year}/{slug}/"',
)
OWN = ("", '{% extends "notesite/note.html" %}{% block near %}<p>eigen</p>{% endblock %}', "<p>{{ page.title }}</p>")
MESSAGES = ("", 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8"\n\nmsgid "Sources"\nmsgstr "Belege"\n')


def _add(name: str, words: str) -> Edit:
    """Words added to the first paragraph of a note, if it is there."""

    def do(site: SiteTest) -> None:
        file = site.root / f"notes/{name}.md"
        if file.exists():
            head, mark, body = file.read_text().rpartition("---\n")
            first, gap, rest = body.strip().partition("\n\n")
            file.write_text(f"{head}{mark}\n{first} {words}{gap}{rest}\n")

    return Edit(f"add {words!r} to {name}", do)


ADDED = (
    "Mehr.",
    "Es sind 42 Prozent.",
    "\n\n## Neu",
    "[e](eins-de.md)",
    "![b](bild.png)",
    "[x](https://blatt.example/a)",
    "[1](#teil)",
)
additions = st.builds(_add, st.sampled_from(NAMES), st.sampled_from(ADDED))
"""What an author does most: a few more words."""


def _reword(name: str, place: int) -> Edit:
    """A word of the text turned round, if the note is there: of all that others see, mostly nothing changes."""

    def do(site: SiteTest) -> None:
        file = site.root / f"notes/{name}.md"
        text = file.read_text() if file.exists() else ""
        body = text.find("---\n", 4)
        words = [
            *re.finditer(
                r"(?<![\w/.:#(\[])[^\W\d_]{3,}(?![\w/.:\])])", text[: text.find("## Quellen") % (1 + len(text))]
            )
        ]
        words = [one for one in words if one.start() > body]
        if words:
            word = words[place % len(words)]
            file.write_text(text[: word.start()] + word[0][::-1] + text[word.end() :])

    return Edit(f"turn word {place} of {name} round", do)


rewordings = st.builds(_reword, st.sampled_from(NAMES), st.integers(0, 9))
"""Other words, and nothing else."""

edits = st.one_of(
    written(),
    written(),
    st.builds(_remove, st.sampled_from(NAMES)),
    st.builds(_rename, st.sampled_from(NAMES), st.sampled_from(["vier-de", "four-en", "2024-01-02-five-en"])),
    st.builds(_put, st.just("notesite.toml"), st.sampled_from(SETTINGS)),
    st.builds(_put, st.just("templates/note.html"), st.sampled_from(OWN)),
    st.builds(_put, st.just("templates/locales/de/LC_MESSAGES/messages.po"), st.sampled_from(MESSAGES)),
)
"""What an author does."""


def _damage(place: int, how: str) -> Edit:
    """One file of the output cut, overgrown or deleted."""

    def do(site: SiteTest) -> None:
        files = sorted(site.files)
        file = site.output / files[place % len(files)]
        data = file.read_bytes()
        file.unlink()
        if how != "delete":
            file.write_bytes(data[: len(data) // 2] if how == "cut" else data + b"more")

    return Edit(f"{how} output {place}", do)


def _forget(how: bytes | None) -> Edit:
    """The memory of the build damaged or deleted."""

    def do(site: SiteTest) -> None:
        for file in [one for one in (site.root / ".notesite").rglob("*") if one.is_file()]:
            file.unlink()
            if how is not None:
                file.write_bytes(how)

    return Edit(f"forget {how!r}", do)


def _corrupt(place: int, at: int) -> Edit:
    """One byte of one file of the memory changed."""

    def do(site: SiteTest) -> None:
        files = sorted(one for one in (site.root / ".notesite").rglob("*") if one.is_file() and one.stat().st_size)
        if files:
            data = bytearray(files[place % len(files)].read_bytes())
            data[at % len(data)] ^= 1
            files[place % len(files)].write_bytes(bytes(data))

    return Edit(f"corrupt memory {place} at {at}", do)


accidents = st.one_of(
    st.builds(_corrupt, st.integers(0, 9), st.integers(0, 10**6)),
    st.builds(_damage, st.integers(0, 40), st.sampled_from(["cut", "grow", "delete"])),
    st.builds(_forget, st.sampled_from([None, b"", b"{}", b"\xff", b'{"version":1,"outputs":[]}'])),
)
"""What befalls a site between two builds; nothing an author would want to keep."""
