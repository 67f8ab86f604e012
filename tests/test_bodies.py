"""A note's text as HTML: safe, with ids of its own, headings in order, and tokens for what only the site knows."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file
from selectolax.lexbor import LexborHTMLParser

from notesite import bodies
from notesite.markup import Document

CASES = read_fixture_file(Path(__file__).parent / "cases" / "markup.md")
PIECES = [
    "# a", "## a", "###### b", "text", "\n", "\n\n", "- ", "- [x] ", "> ", "```py\n", "```", "|a|b|\n|:-:|-:|\n", "|c|",
    "[^1]", "\n[^1]: ", "^[x]", "[a](b.md)", "[a](#b)", "![a](b.jpg)", "![a](https://b.example/c)", "<b onclick=x>",
    "<script>", "</div>", "<!--", "-->", "&#0;", "&lt;", "[a](javascript:b)", "https://b.example", "**", "`",
    "\x00", "\\", "\n: ", "<style>", "style=x", "[a](<b \"c' onload=d>)", '[a](b "c\\" onload=d")', "\nS1\n===\n",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text()
ALLOWED = set(
    "a blockquote br code dd div dl dt em h2 h3 h4 h5 h6 hr img input label li ol p pre s span strong table tbody td"
    " th thead tr ul".split()
)


def body(text, **numbers):
    """A Markdown text as HTML with tokens."""
    return bodies.render(Document(text), frozenset(), {f"https://{name}.example": n for name, n in numbers.items()})


def html(made):
    """All of the HTML of a body."""
    return "".join([*(part.html for part in made.sections), *(part.html for part in made.footnotes)])


def shown(made):
    """A body as the case documents write it."""
    parts = [section.html for section in made.sections]
    parts += [f"footnote {one.label} {one.references} {one.html}" for one in made.footnotes]
    parts += [f"link {one.address} {one.line}\n" for one in made.links]
    parts += [f"picture {one.address} {one.line}\n" for one in made.pictures]
    return bodies.TOKEN.sub(lambda token: f"{{{token[1]}{token[2]}}}", "".join(parts))


@pytest.mark.parametrize(("title", "given", "expected"), [case[1:] for case in CASES], ids=[case[1] for case in CASES])
def test_markdown_becomes_html(title, given, expected):
    """A text gives exactly the markup that the case documents write down."""
    assert shown(body(given)) == expected


@given(texts)
def test_nothing_active_reaches_the_page(text):
    """Whatever a note says, its HTML has known elements only, no inline style or handler, and no address that runs."""
    tree = LexborHTMLParser(f"<main>{html(body(text))}</main>").css("main *")
    assert {node.tag for node in tree} <= ALLOWED
    assert not [name for node in tree for name in node.attributes if name == "style" or name.startswith("on")]
    addresses = [node.attributes[name] or "" for node in tree for name in ("href", "src") if name in node.attributes]
    assert not [
        one
        for one in addresses
        if re.match(r"\s*(javascript|vbscript|file|data(?!:image/(gif|png|jpeg|webp);))", one, re.I)
    ]


@given(texts)
def test_the_html_closes_what_it_opens(text):
    """Each part stands by itself: what comes before it and after it stays outside of it."""
    for part in (*body(text).sections, *body(text).footnotes):
        tree = LexborHTMLParser(f"<main><section>{part.html}</section><p id=after>x</p></main>")
        assert tree.css_first("main").last_child.attributes == {"id": "after"}


@given(texts)
def test_tokens_are_whole_and_known(text):
    """Every NUL belongs to a token, and every link token has its link."""
    made = body(text)
    assert "\x00" not in bodies.TOKEN.sub("", html(made))
    numbers = {int(token[2]) for token in bodies.TOKEN.finditer(html(made)) if token[1] == "l"}
    assert numbers <= set(range(len(made.links)))


@given(texts)
def test_ids_differ(text):
    """No id comes twice on a page, headings, footnotes and their marks taken together."""
    made = body(text)
    ids = re.findall(f' id="{bodies.PREFIX}([^"]*)"', html(made)) + [f"fn-{one.label}" for one in made.footnotes]
    assert len(set(ids)) == len(ids)
    assert not [one for one in ids if bodies.RESERVED.fullmatch(one) and not one.startswith("fn")]


@given(texts)
def test_headings_begin_at_two_and_skip_no_level(text):
    """The first heading is an h2, and each is at most one level below the one before it."""
    levels = [int(level) for level in re.findall(r"<h(\d) ", html(body(text)))]
    assert all(2 <= one <= 6 for one in levels)
    assert all(after <= before + 1 for before, after in zip([1, *levels], levels, strict=False))


def test_sections_begin_at_headings():
    """Each top-level heading opens a section that has its id; what comes before the first has none."""
    made = body("a\n\n## B\n\nc\n\n> ## D\n\n### E\n")
    assert [section.id for section in made.sections] == ["", "b", "e"]
    assert [(one.level, one.text, one.id) for one in made.headings] == [(2, "B", "b"), (2, "D", "d"), (3, "E", "e")]


def test_omitted_blocks_leave_no_trace():
    """What is shown elsewhere (a source list, the title) is not in the text, nor are its links and headings."""
    document = Document("# A\n\n[b](b.md)\n\n## C\n")
    made = bodies.render(document, frozenset(document.blocks[:2]), {})
    assert (made.links, [one.text for one in made.headings]) == ((), ["C"])
    assert html(made) == '<h2 id="\x00p\x00c">C</h2>\n'


def test_a_cited_address_has_its_mark_once():
    """The first link to a source carries its number, a later one the same number as a repeat, others none."""
    made = html(
        body("[a](https://a.example) [b](https://b.example) [c](https://c.example) https://a.example", a=1, b=2)
    )
    assert re.findall("\x00([cd])(\\d)\x00", made) == [("c", "1"), ("c", "2"), ("d", "1")]


def test_a_footnote_can_cite():
    """Marks stand in footnotes as well."""
    assert "\x00c1\x00" in body("a[^1]\n\n[^1]: [b](https://a.example)\n", a=1).footnotes[0].html


@pytest.mark.parametrize(("number", "letters"), [(0, "a"), (25, "z"), (26, "aa"), (51, "az"), (52, "ba"), (702, "aaa")])
def test_footnotes_are_counted_by_letters(number, letters):
    """After z comes aa, so that footnotes never mix with numbered sources."""
    assert bodies.letters(number) == letters


def test_many_footnotes_keep_their_letters():
    """Footnotes are lettered in the order of the text, not of their definitions."""
    text = " ".join(f"[^{n}]" for n in range(30)) + "\n\n" + "".join(f"[^{n}]: n{n}\n\n" for n in reversed(range(30)))
    made = body(text).footnotes
    assert [one.label for one in made] == [bodies.letters(n) for n in range(30)]
    assert [one.html for one in made] == [f"<p>n{n}</p>\n" for n in range(30)]


@pytest.mark.parametrize("language", ["python", "PYTHON", "js", "yaml", "bash", "c++", "html", "diff"])
def test_common_languages_are_highlighted(language):
    """Code of a known language has classes, whatever the case of its name."""
    assert "<span class=" in html(body(f'```{language}\nfor x in y: {{ "a": 1 }} # <b>\n+ if\n```'))


@pytest.mark.parametrize(
    ("language", "lines"), [("python", 2000), ("ahk", 1), ("cucumber", 1), ("klingon", 1), ("", 1)]
)
def test_code_that_would_take_long_is_plain(language, lines):
    """Code too long, in a language that takes too long, or in one that nobody knows, is shown as it is."""
    made = html(body(f"```{language}\n" + "x = 1\n" * lines + "```"))
    assert "<span" not in made
    assert made.count("x = 1\n") == lines


@given(st.sampled_from(["python", "json", "html", "klingon", ""]), st.text("ab<>&\"'`{}()#\n \\", max_size=60))
def test_code_is_shown_letter_by_letter(language, code):
    """Highlighting changes no character of the code."""
    fence = f"~~~{language}\n{code}\n~~~"
    assert LexborHTMLParser(html(body(fence))).css_first("code").text() == f"{code}\n"
