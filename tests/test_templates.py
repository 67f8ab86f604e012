"""A site's own templates and styles, and the wall between them and notes: nothing in a note is ever run."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from notesite import build
from notesite.runs import Options
from support import TODAY, Pages, built, fill, tree, words

NOTE = """---
title: {title}
lang: en
date: 2025-01-02
tags: [water]
{fields}---

{text}

## Sources

- [Office: {title}](https://office.example/x)
"""


def note(title: str = "A weir", text: str = "A weir holds water.", fields: str = "") -> str:
    """A note with a tag and a source."""
    return NOTE.format(title=title, text=text, fields=fields)


def site(root: Path, files: Mapping[str, str]) -> Pages:
    """A site of one note, unless told otherwise, built without an error."""
    fill(root, {"notesite.toml": '[site]\nurl = "https://notes.example/"\n', "notes/weir.md": note(), **files})
    assert built(root).written
    return Pages(tree(root / "build"))


# --- a site's own ----------------------------------------------------------------------------------------


def test_an_own_template_wins_alone(tmp_path: Path):
    """A template of the site's own takes the place of the shipped one, and no other page changes."""
    shipped = site(tmp_path / "shipped", {})
    own = site(tmp_path / "own", {"templates/tag.html": "<!doctype html>\n<title>{{ page.tag }}</title>\n"})
    changed = {path for path in own.files if own.files[path] != shipped.files[path]}
    assert changed == {"en/tags/water/index.html"}
    assert own.files["en/tags/water/index.html"] == b"<!doctype html>\n<title>water</title>\n"


def test_an_own_template_extends_the_one_it_replaces(tmp_path: Path):
    """By `notesite/` a template reaches the shipped one of its name, and changes one block of it."""
    text = '{% extends "notesite/note.html" %}\n{% block shared %}<p id="own">{{ page.words }}</p>{% endblock %}'
    page = site(tmp_path, {"templates/note.html": text})["/en/weir/"]
    assert words(page.css_first("#own")).isdigit()
    assert words(page.css_first("h1")) == "A weir"
    assert page.css_matches("#sources")


def test_an_own_template_has_what_jinja_has(tmp_path: Path):
    """`super()`, a block shown twice, macros, parts without context and a language set in a loop do what they do."""
    text = """{% extends "notesite/note.html" %}
{% from "parts/own.html" import named with context %}
{% block heading %}<i>{{ super() }}</i>{% endblock %}
{% block shared %}<p id="own">{{ self.heading() }}; {{ named("<b>") }}
{%- for one in ("de", "en") %}{% set lang = one %}; {{ _("Sources") }}{% endfor %}
{{- "; " }}{% include "parts/bare.html" without context %}</p>
{%- endblock %}"""
    own = (
        '{% macro named(what) %}{{ _("All sources of %(publisher)s", publisher=what) }}, {{ page.title }}{% endmacro %}'
    )
    files = {"templates/note.html": text, "templates/parts/own.html": own, "templates/parts/bare.html": "{{ 6 * 7 }}"}
    page = site(tmp_path, files)["/en/weir/"]
    assert page.css_first("h1").inner_html == "<i>A weir</i>"
    said = "<i>A weir</i>; All sources of &lt;b&gt;, A weir; Quellen; Sources; 42"
    assert page.css_first("#own").inner_html == said


def test_an_own_part_is_used_by_shipped_templates(tmp_path: Path):
    """A part of the site's own stands in every shipped page that includes it."""
    pages = site(tmp_path, {"templates/parts/foot.html": "<footer>{{ site.title }}, 1907</footer>"})
    own = {path for path, page in pages.html.items() if words(page.body).endswith("1907")}
    assert {"en/index.html", "en/weir/index.html", "en/sources/index.html", "en/404.html"} <= own


def test_a_layout_is_a_template(tmp_path: Path):
    """`layout: essay` is made by the site's essay.html, which sees the fields that notesite does not know."""
    essay = '{% extends "base.html" %}{% block content %}<p id="by">{{ page.extra.painter }}</p>{% endblock %}'
    text = note(fields="layout: essay\npainter: K. Exempel\n")
    pages = site(tmp_path, {"templates/essay.html": essay, "notes/weir.md": text, "notes/plain.md": note("Plain")})
    assert words(pages["/en/weir/"].css_first("#by")) == "K. Exempel"
    assert not pages["/en/plain/"].css_matches("#by")


def test_an_unknown_layout_is_a_warning(tmp_path: Path):
    """A layout without a template is said, with its note and mend, and the note's page is used."""
    fill(tmp_path, {"notes/weir.md": note(fields="layout: esay\n")})
    (found,) = [one for one in built(tmp_path).found if one.rule == "template-unknown"]
    assert (found.severity, found.path) == ("warning", "notes/weir.md")
    assert "esay.html" in found.message
    assert "layout: note" in found.hint
    assert Pages(tree(tmp_path / "build"))["/en/weir/"].css_matches("main.note")


def test_own_static_files_win(tmp_path: Path):
    """The site's stylesheet takes the place of the shipped one under a name of its own, linked from every page."""
    shipped = site(tmp_path / "shipped", {})
    own = site(tmp_path / "own", {"templates/static/site.css": "h1 { color: green }"})
    (sheet,) = [path for path in own.files if path.endswith(".css")]
    assert own.files[sheet] == b"h1 { color: green }"
    assert sheet not in shipped.files
    assert {page.css_first("link[rel=stylesheet]").attributes["href"] for page in own.html.values()} == {"/" + sheet}


# --- what looks like a template --------------------------------------------------------------------------

JINJA = ["{{ 7 * 7 }}", "{% for i in range(9) %}9{% endfor %}", "{{ page.title }}", "{# gone #}", "{% raw %}"]
JINJA += ["{{ ''.__class__.__mro__ }}", "{%- include 'base.html' -%}", "%(title)s", "100 % %s %d", "\\u007b{7*7}}"]


@pytest.fixture(scope="module")
def quoted(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """A site of notes with one such text in each, wherever text can stand."""
    notes = {}
    for number, text in enumerate(JINJA):
        said = json.dumps(text)
        fields = f"description: {said}\naliases: /en/old-{number}/\ngenerated: {said}\n"
        notes[f"notes/quoted-{number}.md"] = note(said, f"So `{text}` it is.", fields)
    return site(tmp_path_factory.mktemp("quoted"), notes)


@pytest.mark.parametrize(("number", "text"), list(enumerate(JINJA)))
def test_a_note_is_no_template(quoted: Pages, number: int, text: str):
    """What looks like a template in a note's text, title, description or model is shown as it is written."""
    page = quoted[f"/en/quoted-{number}/"]
    assert words(page.css_first("h1")) == words(quoted[f"/en/old-{number}/"].css_first("main a")) == text
    assert page.css_first("meta[name=description]").attributes["content"] == text
    assert page.css_first(".text code").text() == text
    assert f"Written with {text}." in words(page.css_first(".prov"))
    assert f"{text} – " in page.css_first("title").text()


# --- what could run in a page ----------------------------------------------------------------------------

UNSAFE = """
<script>alert(1)</script>
<ScRiPt src=//evil.example/x.js></sCrIpT>
</script><script>alert(1)</script>
</title><script>alert(1)</script>
</textarea></style></noscript><script>alert(1)</script>
--><script>alert(1)</script><!--
]]><script>alert(1)</script>
"><script>alert(1)</script>
'><img src=x onerror=alert(1)>
" onmouseover="alert(1)
' onfocus='alert(1)' autofocus='
` onfocus=alert(1) `
<img src=x onerror=alert(1)>
<img src="x" onerror="alert(1)" />
<svg onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><animate onbegin=alert(1) attributeName=x></svg>
<math><mi xlink:href="javascript:alert(1)">x</mi></math>
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<object data="javascript:alert(1)"></object>
<embed src="javascript:alert(1)">
<base href="https://evil.example/">
<meta http-equiv="refresh" content="0;url=https://evil.example/">
<link rel="stylesheet" href="https://evil.example/x.css">
<style>* { background: url(javascript:alert(1)) }</style>
<form action="javascript:alert(1)"><button formaction="javascript:alert(1)">x</button></form>
<a href="javascript:alert(1)">x</a>
<details open ontoggle=alert(1)>
<body onload=alert(1)>
<video><source onerror=alert(1)></video>
<template><script>alert(1)</script></template>
<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>
<!--<img src="--><img src=x onerror=alert(1)>
<x contenteditable onblur=alert(1)>
<p style="background:url(javascript:alert(1))">x</p>
<div hidden id=text name=text>x</div>
&lt;script&gt;alert(1)&lt;/script&gt;
&#60;script&#62;alert(1)&#60;/script&#62;
\\x3cscript\\x3ealert(1)\\x3c/script\\x3e
\\u003cscript>alert(1)\\u003c/script>
<<script>alert(1);//<</script>
<scr<script>ipt>alert(1)</scr</script>ipt>
<script\t>alert(1)</script\t>
<?xml version="1.0"?><?php echo 1 ?><% alert(1) %>
<![CDATA[<script>alert(1)</script>]]>
[x](javascript:alert(1))
[x](JaVaScRiPt:alert(1))
[x](java&#115;cript:alert(1))
[x](<java\tscript:alert(1)>)
[x](javascript&colon;alert(1))
[x](vbscript:alert(1))
[x](file:///etc/passwd)
[x](data:text/html,<script>alert(1)</script>)
[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)
![x](javascript:alert(1))
![x](data:image/svg+xml,%3Csvg%20onload=alert(1)%3E)
![" onerror="alert(1)](x.png)
<javascript:alert(1)>
[x](https://ok.example/ "\\" onmouseover=\\"alert(1)")
[x](https://ok.example/"onmouseover="alert\\(1\\))
[x](https://ok.example/?<script>alert(1)</script>)
""".strip().split("\n")  # fmt: skip

ADDRESSES = """
javascript:alert(1)
 JavaScript:alert(1)
java\\tscript:alert(1)
vbscript:alert(1)
data:text/html,<script>alert(1)</script>
https://evil.example/x.js
//evil.example/x.js
x" onerror="alert(1)
/en/" onload="alert(1)/
""".strip("\n").split("\n")

IN_TEXT = """
### {text}

{text}

- {text}
- [ ] {text}

> {text}

| {cell} | {cell} |
|--------|:-------|
| {cell} | {cell} |

{text}
: {text}

```{text}
{text}
```

`{text}` [^1] [{text}](https://ok.example/{number}) ![{text}](weir.md "{text}")

[^1]: {text}
[{text}]: <{text}> "{text}"
"""


def unsafe_note(number: int, text: str, address: str) -> str:
    """A note that says the text wherever words can stand, and the address wherever addresses can."""
    said, place = json.dumps(text), json.dumps(address.strip("\n")).replace("\\\\", "\\")
    fields = f"""description: {said}\nauthors: [{said}]\ngenerated: {said}\ntranslated: {said}\nreviewed: {said}
aliases: /en/old-{number}/\nimage: {place}\naudio: {place}\nlayout: {said}\nextra: {said}
sources:\n  - url: https://office.example/{number}?{{<script>}}\n    title: {said}\n    publisher: {said}
  - url: "https://office.example/\\"onclick=alert(1)//"\n    title: {place}\n"""
    body = IN_TEXT.format(text=text, cell=text.replace("|", "\\|"), number=number)
    made = note(said, body, fields).replace("[water]", f"[water, {said}]")
    return made.replace(f"[Office: {said}]", f"[{text}: {text}]")


@pytest.fixture(scope="module")
def unsafe(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """A site of such notes, its own title and description as bad; what is refused is left out."""
    root = tmp_path_factory.mktemp("unsafe")
    titles = json.dumps(UNSAFE[3])
    settings = (
        f'[site]\nurl = "https://notes.example/"\ntitle = {titles}\ndescription = {titles}\nauthors = [{titles}]\n'
    )
    notes = {
        f"notes/unsafe-{number:02}.md": unsafe_note(number, text, ADDRESSES[number % len(ADDRESSES)])
        for number, text in enumerate(UNSAFE)
    }
    fill(root, {"notesite.toml": settings, **notes})
    assert {one.rule for one in built(root).found if one.severity == "error"} == set()
    return Pages(tree(root / "build"), origin="https://notes.example")


def documents(pages: Pages) -> Iterator[tuple[str, LexborHTMLParser]]:
    """Every page, and the HTML of every feed entry."""
    yield from pages.html.items()
    for path in pages.files:
        if path.endswith("feed.xml"):
            yield from ((path, LexborHTMLParser(one.text or "")) for one in pages.xml(path).iter("{*}content"))


def runs(page: LexborHTMLParser) -> Iterator[str]:
    """What in a page could run, load or lead where a note must not: elements, attributes and addresses."""
    for one in page.css(
        "iframe, object, embed, base, style, form, template, noscript, math, frame, applet, svg script"
    ):
        yield one.tag
    for one in page.css("script"):
        data = one.attributes.get("type") == "application/ld+json" and json.loads(one.text())
        if not data and not re.fullmatch(r"/assets/site-\w+\.js", one.attributes.get("src") or ""):
            yield str(one.html)
    for one in page.css("*"):
        for name, value in one.attributes.items():
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or name in ("style", "srcdoc", "formaction", "autofocus", "contenteditable"):
                yield f"{one.tag} {name}"
            elif name in ("href", "src", "xlink:href", "action", "data", "poster", "srcset"):
                if re.match(r"(?!https?:|mailto:)[a-z][a-z0-9+.-]*:", address) and one.tag != "link":
                    yield f"{one.tag} {name}={value}"
                if name == "src" and re.match("https?:|//", address):
                    yield f"{one.tag} {name}={value}"


def test_nothing_in_a_note_can_run(unsafe: Pages):
    """Sixty unsafe snippets, in every field and every place of the text, run in no page and no feed."""
    assert {f"en/unsafe-{number:02}/index.html" for number in range(len(UNSAFE))} <= unsafe.html.keys()
    assert [(path, one) for path, page in documents(unsafe) for one in runs(page)] == []


def test_metadata_and_head_are_the_sites_own(unsafe: Pages):
    """No page has more metadata, links or redirects in its head than the templates give it."""
    for path, page in unsafe.html.items():
        refresh = [one.attributes["content"] for one in page.css("meta[http-equiv=refresh]")]
        assert all(re.fullmatch(r"0; url=/en/[^:]*", one) for one in refresh), path
        assert len(page.css("title, link[rel=stylesheet], link[rel=icon]")) == 3, path
        assert len(page.css("meta[http-equiv=Content-Security-Policy]")) == 1, path


def test_unsafe_words_are_shown(unsafe: Pages):
    """A snippet loses nothing but its power: as a title it is read as it is written."""
    shown = {
        words(page.css_first("h1")) for path, page in unsafe.html.items() if "/unsafe-" in path or "/plain-" in path
    }
    assert {" ".join(text.split()) for text in UNSAFE} <= shown


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://evil.example/", "/a/../../x/", "/%2e%2e/x/"])
def test_no_page_stands_elsewhere(tmp_path: Path, address: str):
    """A permalink or alias that is no address within the site is refused, with its line."""
    fields = f"permalink: {json.dumps(address)}\naliases: [{json.dumps(address)}]\n"
    fill(tmp_path, {"notes/weir.md": note(fields=fields)})
    found = [(one.rule, one.severity, one.line) for one in built(tmp_path).found if one.severity == "error"]
    assert found == [("field-type", "error", 6), ("field-type", "error", 7)]


def test_nothing_is_loaded_from_elsewhere(tmp_path: Path):
    """A lead picture or recording that is no file of the site is left out, and a warning for each says so."""
    places = [address.replace('"', "'") for address in (*ADDRESSES, "../../etc/passwd", "weir.md", "/en/weir/")]
    fields = {number: f'image: "{place}"\naudio: "{place}"\n' for number, place in enumerate(places)}
    pages = site(tmp_path, {f"notes/lead-{number}.md": note(fields=one) for number, one in fields.items()})
    assert not [path for path, page in pages.html.items() if page.css("img, audio, meta[property='og:image']")]
    said = build.checked(Options(root=tmp_path, today=TODAY)).found.said
    found = [(one.path, one.rule) for one in said]
    assert sorted(found) == sorted((f"notes/lead-{number}.md", "file-missing") for number in fields for _ in range(2))


@pytest.mark.parametrize("snippet", ["<script>x</script>", "<p onclick=x>", "<a href=' java\tscript:x'>", "<iframe>"])
def test_what_runs_is_seen(snippet: str):
    """The search above finds a script, an event, an address that runs, an element that loads."""
    assert list(runs(LexborHTMLParser(f"<body>{snippet}</body>")))
