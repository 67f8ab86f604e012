"""Accessibility as axe-core finds it: every kind of page, in every language, width and colour scheme."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import SiteTest, built, copied, fill, kinds, page, tree

Host = Callable[[Path], str]
Open = Callable[..., Any]

TOP = Path(__file__).parent.parent
ALL = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice".split()
RULES = {
    "light": ALL,
    "dark": ["color-contrast", "link-in-text-block"],
}  # pages in the dark differ by their colours alone
# The one exception. WCAG 2.5.8 lets a target be smaller than 24 px where the height of a line of text sets its size,
# as it does for the mark of a source; axe sees no line of text in a list item that holds a link and its mark alone.
EXCEPT = ";axe.configure({rules: [{id: 'target-size', selector: '*:not(li > .ref, li > a:has(+ .ref))'}]})"
RUN = "(rules) => axe.run({runOnly: rules, resultTypes: ['violations']})"


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, as .ci/package.json pins it."""
    script = TOP / ".ci/node_modules/axe-core/axe.min.js"
    if not script.is_file():
        pytest.skip("axe-core is not installed (make validate fetches it)")
    return script.read_text("utf-8") + EXCEPT


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, list[str]]]:
    """The sites in German and English and in German and Arabic, drafts among them: folder and addresses by name."""
    made = {}
    for name in ("bilingual", "arabic"):
        root = copied(name, tmp_path_factory.mktemp(name))
        works = (f"https://many.example/{chr(97 + number % 7)}-{number}" for number in range(60))
        fill(root, {"notes/many-de.md": page("Viele Quellen", *works, lang="de")})
        made[name] = (root / "build", kinds(built(root, drafts=True), tree(root / "build")))
    return made


def violations(opened: Any, axe: str, rules: list[str]) -> list[str]:
    """The rules that the open page breaks, and where; the debugger brings the script past the page's policy."""
    opened.evaluate(axe)
    found = opened.evaluate(RUN, rules)["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        *(("bilingual", width, scheme) for width in (320, 1280) for scheme in ("light", "dark")),
        ("arabic", 320, "light"),
    ],
)
def test_no_page_breaks_a_rule(sites, axe: str, host: Host, open_page: Open, name: str, width: int, scheme: str):
    """No kind of page breaks a rule of WCAG 2.2 AA or a good practice."""
    folder, addresses = sites[name]
    url, found = host(folder), {}
    opened = open_page(url + "/de/", width=width, scheme=scheme).page
    opened.add_init_script("sessionStorage.setItem('notesite-seen', 'yes')")
    for address in addresses:
        opened.goto(url + address)
        found[address] = violations(opened, axe, RULES[scheme])
    assert len(found) > 15
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("flaw", "rule", "rules"),
    [
        ("<img src=a.png>", "image-alt", ALL),
        ("<h4>Low</h4>", "heading-order", ALL),
        ("<font color=silver>pale</font>", "color-contrast", RULES["dark"]),
    ],
)
def test_a_flaw_is_found(axe: str, host: Host, open_page: Open, tmp_path: Path, flaw: str, rule: str, rules: list[str]):
    """A picture without words, a heading out of order and pale text are each found on a page with our policy."""
    root = copied("sound", tmp_path)
    built(root)
    path = root / "build/de/index.html"
    path.write_text(path.read_text("utf-8").replace("</main>", f"{flaw}</main>"), "utf-8")
    opened = open_page(host(root / "build") + "/de/").page
    assert [one.partition(":")[0] for one in violations(opened, axe, rules)] == [rule]


TWICE = """| Jahr | Tiefe |
|------|------:|
| 1990 | 14 m  |

```python
print("kurz")
```

- [Eins](https://eins.example/a)
- [Zwei](https://zwei.example/b)[^a]
- [](https://drei.example/c)

[^a]: Ein Wort.

"""


def test_no_note_breaks_a_rule(axe: str, host: Host, open_page: Open, tmp_path: Path):
    """A note with two of everything, and with links that stand alone in lists or hold no words, breaks no rule."""
    site = SiteTest(tmp_path, note_de=page("Alles doppelt", text=TWICE + TWICE)).build()
    opened = open_page(host(site.output) + "/de/note/", width=320).page
    assert opened.locator("pre, table").count() == 4
    assert violations(opened, axe, ALL) == []
