"""Notes with bytes knocked about: whatever lies in `notes/`, a run ends in words, never in a traceback.

The same few hundred notes each time; NOTESITE_FUZZ_SEED and NOTESITE_FUZZ_COUNT make others and more.  A note
that is found to break something becomes one of NASTY.
"""

import os
import random
import re

import pytest

from notesite import load
from notesite.config import Config
from notesite.records import File
from support import fill, ran

SEED = int(os.environ.get("NOTESITE_FUZZ_SEED", "0"))
COUNT = int(os.environ.get("NOTESITE_FUZZ_COUNT", "500"))
BATCH = 50
BATCHES = range(0, COUNT if "NOTESITE_FUZZ_COUNT" in os.environ else 2 * BATCH, BATCH)
CONFIG = Config(catalogues=("de", "en"), today="2026-01-01")

GERMAN = """---
title: Strompreise im Vergleich
lang: de
date: 2025-07-18
tags: [Strom, Netz]
generated: true
translated: Modell 4
aliases: [/alt/strom/]
sources:
  - url: https://amt.example/zahlen?id=1
    title: Zahlen
---
### Hintergrund

Der Preis ist um 3,5 % auf **13,8 Cent** gestiegen.[^1] Siehe [Netz](netz.md#kosten) und https://blatt.example/a.

1.  **Netz.** Es wird teurer,
    sagt das [Amt](https://www.amt.example/b/?utm_source=x).
2.  *Steuern.*

| Land | Cent |
|:-----|-----:|
| DE   | 13,8 |

[^1]: Stand: Juli, z. B. nach [Blatt: Preise](https://blatt.example/a#c).

[Blatt: Ein Titel](https://blatt.example/a)\\
[Amt: Zahlen](https://amt.example/zahlen?id=1)
"""
ENGLISH = """---
title: "Power: prices compared"
lang: en
date: 2025-07-19 10:00:00 +0200
permalink: /en/power/
reviewed: A. One, 2025-07-20
draft: false
---
## Background

The price rose by 3.5% to 13.8 cents. ![View](view.jpg "A view") <!-- remark -->

- [x] compare
- [ ] pay

```python
price = {"DE": 13.8}  # cents
```

Term
: its meaning

> Quoted, with `code` and ~~error~~.

## Sources

- [Paper: A title](https://paper.example/a)
- Office, figures, https://www.amt.example/zahlen?id=1 (2025)
"""
CLIPPING = """ date 2025-07-18 Der Strom ist teuer geworden, und das nicht nur in diesem Land. Wer zahlt das am Ende?
„Niemand weiß das so genau“, sagte ein Mann vom Amt, der nicht genannt werden will. Es bleibt dabei.
Referenzlinks:
https://x.com/name/status/12
https://youtu.be/abcdefghijk
Dieser Text stammt von einer anderen Seite und ist mit Erlaubnis hier zu lesen, wie man so sagt.
"""
NOTES = [text.encode() for text in (GERMAN, ENGLISH, CLIPPING)]

NASTY = [
    b"", b"\xef\xbb\xbf", b"---", b"---\n", b"---\n---", b"---\n---\n", b"\x00", b"\xff\xfe\x00", b"\r", b"\xc3",
    b"---\ntitle: T\n", b"---\ntitle: [T]\n---\n", b"---\ntitle: null\n---\n", b"---\nlang: no\n---\n",
    b"---\n\ta: b\n---\n", b"---\na: &a [*a]\n---\n", b"---\n<<: {a: b}\n---\n", b"---\na: !!python/name:x y\n---\n",
    b"---\ndate: 2025-13-45\n---\n", b'---\ntitle: "\\0\\x1b[2J"\n---\n', b"---\naliases: [[a], {b: c}]\n---\n",
    b"---\nsources: [[a], ~, {url: [b]}]\n---\n", b"---\npermalink: /../../x\n---\n", b"---\nslug: ../../x\n---\nx",
    b"---\ntitle: </script><script>\n---\nx", b"---\nlayout: ../note\ntitle: T\n---\n",
    b"---\ntags: ['', ' ', '/', '..', \"\\n\"]\ntitle: T\nlang: de\n---\n", b"---\n" + b"[" * 60_000 + b"\n---\n",
    b"---\nimage: ../../x.jpg\naudio: //x\ntitle: T\nlang: de\n---\n", b"---\na: " + b"x" * 70_000 + b"\n---\n",
    b"---\ndate: 0001-01-01\ntitle: T\nlang: de\n---\n", b"---\nlang: zh-Hant-TW\ntitle: T\n---\n",
    b"---\ndate: 9999-12-31T23:59:59-12:00\ntitle: T\nlang: de\n---\n",
    b"---\npermalink: " + b"/a" * 2100 + b"/\ntitle: T\nlang: de\n---\n",
    b"> " * 3000 + b"x", b"- " * 3000 + b"x", b"```\n" + b"x" * 100, b"[^1]: x", b"x[^1]\n\n[^1]: y[^1]", b"^[^[^[x]]]",
    b"# \n\n# \n\n#", b"[x]: <>\n\n[x] ![x]", b"[a](//)", b"[a](https://[)", b"https://a.1..", b"![a](%2e%2e/%2e%2e/x)",
    b"[a](https://\xe2\x80\xae.example)", b"[a](#\x00)", b"[a](%00)", b"[a](%ff.md)", b"[a](\\\\x)",
    b"Quellen:\n\n- x\n- y", b"## Quellen\n\n## Quellen", b"\xe2\x80\xa8" * 9, b"a\x85b", b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80", b"[" * 4000, b"![" * 2000, b"`a" * 2000, b"[a\nb](https://a.example)",
    b"## Quellen\n\n- [a](https://a.example)\n" + b"- x\n" * 300, b"[^1]\n\n[^1]: # x",
]  # fmt: skip
SNIPPETS = [
    *(one for one in NASTY if len(one) < 200),
    b"---\n",
    b"\n\n",
    b"\t",
    b"[",
    b"](",
    b"`",
    b"|",
    b"> ",
    b"- ",
    b": ",
]


def mutated(number: int) -> bytes:
    """One of the notes with up to eight changes: bytes flipped, cut out, doubled, moved, or something nasty put in."""
    chance = random.Random(SEED * 1_000_003 + number)
    data = bytearray(chance.choice(NOTES))
    for _ in range(chance.randint(1, 8)):
        at, length = chance.randint(0, len(data)), chance.choice((1, 1, 2, 5, 20, 200))
        piece = bytes(data[at : at + length])
        change = chance.randrange(6)
        if change == 0:
            data[at : at + 1] = bytes([chance.randrange(256)])
        elif change == 1:
            del data[at : at + length]
        elif change == 2:
            data[at:at] = piece * chance.choice((1, 2, 30))
        elif change == 3:
            del data[at : at + length]
            to = chance.randint(0, len(data))
            data[to:to] = piece
        elif change == 4:
            data[at:at] = chance.choice(SNIPPETS)
        else:
            data[at : at + length] = bytes(chance.choice(b"\n\t []()*_`#>|:-'\"\\&<!^~%/\x00\xe4") for _ in piece)
    return bytes(data)


def fault(data: bytes) -> str:
    """What is wrong with how a note was read, if anything."""
    made = load.note(File("notes/a.md", data), CONFIG)
    if [one for one in made.found if one.path != "notes/a.md" or one.rule == "unreadable"]:
        return f"said {made.found}"
    lines = len(re.findall(rb"\r\n|\r|\n", data)) + 1
    if [one for one in made.found if not 0 <= one.line <= lines or len(one.message) > 400]:
        return f"names a line that is not there: {made.found}"
    if (made.note is None) != any(one.severity == "error" for one in made.found):
        return f"gave a note, or none, against what it said: {made.found}"
    return ""


def batch(first: int) -> dict[str, bytes]:
    """Files of mutated notes."""
    return {f"notes/strom-{n}.md": mutated(n) for n in range(first, min(first + BATCH, COUNT))}


def ended(monkeypatch, capfd, *words) -> tuple[int, str]:
    """A run's exit code and everything it printed, both streams."""
    code = ran(monkeypatch, *words)
    printed = "".join(capfd.readouterr())
    assert code in (0, 1), printed
    assert "Traceback" not in printed
    assert code == 0 or re.search(r"\bnotes/", printed)
    assert len(printed.encode()) < 20_000
    return code, printed


def test_the_notes_are_sound_before_anything_happens_to_them():
    """Each note by itself is read without an error, so that what follows is the mutation's doing."""
    assert all(load.note(File("notes/a.md", data), CONFIG).note for data in NOTES)


def test_the_same_seed_makes_the_same_notes():
    """A note that was found once can be made again from its number."""
    assert [mutated(n) for n in range(20)] == [mutated(n) for n in range(20)]
    assert len({mutated(n) for n in range(50)}) == 50


@pytest.mark.parametrize("data", NASTY, ids=range(len(NASTY)))
def test_a_nasty_note_is_read_or_refused(data):
    """Every note that anyone broke anything with gives a note, or an error with its path."""
    assert not fault(data)


def test_mutated_notes_are_read_or_refused():
    """Reading never raises, and all that is said has the note's path and a line of it."""
    assert not {n: said for n in range(COUNT) if (said := fault(mutated(n)))}


@pytest.mark.parametrize("first", BATCHES)
def test_a_site_of_mutated_notes_ends_in_words(tmp_path, monkeypatch, capfd, first):
    """Checking and building end with 0 or 1 alike, name the notes that stand in the way, and build the others."""
    fill(tmp_path, batch(first))
    checked, _ = ended(monkeypatch, capfd, "check")
    built, printed = ended(monkeypatch, capfd, "build", "--keep-going")
    assert checked == built
    assert (tmp_path / "build" / "index.html").exists(), printed


def test_a_site_of_nasty_notes_builds_what_is_left(tmp_path, monkeypatch, capfd):
    """Side by side they are refused by name, with --keep-going the rest is built, and nothing lies anywhere else."""
    site = fill(tmp_path / "site", {f"notes/strom-{n}.md": data for n, data in enumerate(NASTY)})
    fill(site, {f"notes/gut-{n}.md": data for n, data in enumerate(NOTES)})
    assert ended(monkeypatch, capfd, "check", "-s", site)[0] == 1
    assert ended(monkeypatch, capfd, "build", "-s", site)[0] == 1
    assert not (site / "build").exists()
    assert ended(monkeypatch, capfd, "build", "-s", site, "--keep-going", "-D")[0] == 1
    assert (site / "build" / "en" / "power" / "index.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert sorted(path.name for path in site.iterdir()) == [".notesite", "build", "notes"]
