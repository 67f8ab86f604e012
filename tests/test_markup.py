"""Markdown: blocks with their lines, the words and links in them, and that no short cut reads a text otherwise."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from notesite import dialect, markup
from notesite.markup import Document

PIECES = [
    "a", "[a](https://blatt.example/x)", "[A: b & c](https://b.example/?a=1&b=%zz)  ", "\n", "\n\n", "```", "````",
    "> ", "- ", "    ", "<!--", "-->", "[^1]", "[^1]: ", "[x]: /u", "|a|b|", "|-|-|", "# h", "* * *", "1. ", ": def",
    "[a](https://a..b)", "[^1](https://c.example)", "[a](https://a.example/&copy;)", "[a<b](https://a.example)",
    "[http://x.example](https://a.example)", "[ x ](https://a.example)", "[a --> b](https://d.example)", "Quellen:",
    "[1](https://1.2.3.4.5)", "[a&amp;b](https://x.example)", "[☃](https://x.example/_a_)", "https://b.example/x).", "[a\nb](https://c.example)",
    "~~~", "^[n]", "\t",
]  # fmt: skip
MARKS = [
    "*a*", "**b c**", " *a", "*", "**", "***", "_a_", "[a *b*](https://c.example)", "[x][y]", "a*b*", "*a*.", "漢", "é",
    "\\", "&amp;", "===", "---", "~~s~~", "~~", "![i](u)", "![", "]", "](", "(https://a.example)", "~ d", "[ ] ",
    "[x] ", "`c`", "<https://a.example>", "  \n", "\\\n", "+ ", "\u00a0", "\u2028", "\x0c", "<", "&", "^[", "1",
    "\n[y]: https://y.example 'T'\n",
]  # fmt: skip
BLOCKS = [
    "a\n", "\n", "# h\n", "## h #\n", "- a\n", "- **b** c\n", "* d\n", "1. a\n", "2. b\n", "7) c\n", "10. d\n", "  a\n",
    "   b\n", "    c\n", " d\n", "```\nx\n\ny\n```\n", "```py\n", "  ```\n", "> q\n", "[^1]: n\n", "<!-- c\n",
    "-->\n", "  \n", "***\n", "===\n", "|a|b|\n|-|-|\n", "a & b! `c d` *e*  \n", "`` ` ``", "`c``\n", "[^1] ",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
anything = texts | st.text()


def facts(document):
    """All that the rest of the program asks of a document."""
    blocks = [
        (block.kind, block.line, document.text(block).strip(), document.mentions(block), document.items(block))
        for block in document.blocks
    ]
    return blocks, outline(document.notes), document.idle_footnotes


def plain_parser():
    """The dialect without any of its short cuts, put together from the same parser and plugins."""
    made = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False, "maxNesting": dialect.DEEPEST})
    made.enable(["table", "strikethrough"]).use(footnote_plugin).use(deflist_plugin)
    made.core.ruler.after("inline", "tasks", dialect._tasks)
    made.block.ruler.before("paragraph", "comment", dialect._block_comment, {"alt": ["paragraph"]})
    made.inline.ruler.before("autolink", "comment", dialect._inline_comment)
    return made


def outline(tokens):
    """What tokens say; neighbouring texts count as one, since a parser may part them as it likes."""
    made = []
    for one in tokens:
        if one.type == "text":
            begin = made.pop()[1] if made and made[-1][0] == "text" else ""
            made += [("text", begin + one.content)] if begin + one.content else []
        else:
            inner = outline(one.children or [])
            known = (one.type, one.tag, one.level, one.map, one.meta, dict(one.attrs), one.hidden)
            made.append((*known, one.info if one.type == "fence" else "", one.content, inner))
    return made


def links(text):
    """The links to the web in a text, as address and words."""
    document = Document(text)
    return [(one.address, one.text) for block in document.blocks for one in document.mentions(block)]


def test_blocks_have_a_kind_and_the_line_they_begin_at():
    """Each top-level block is one of a few kinds, counted in the lines of the file."""
    text = "# A\n\nb\nc\n\n- d\n- e\n\n```\nf\n```\n\n> g\n\n|h|\n|-|\n\n---\n"
    kinds = [(block.kind, block.line, block.level) for block in Document(text, offset=10).blocks]
    assert kinds == [
        ("heading", 11, 1), ("paragraph", 13, 0), ("list", 16, 0), ("code", 19, 0), ("other", 23, 0), ("other", 25, 0),
        ("other", 28, 0),
    ]  # fmt: skip


def test_every_link_knows_its_line():
    """A link counts the line breaks before it, in paragraphs, lists, tables, quotes, footnotes and across a stride."""
    text = (
        "a\n[b](https://b.example)\n\n- c\n  https://c.example\n\n> d\n> https://d.example\n\n|e|\n|-|\n|https://e.example|\n\n"
        "f^[https://f.example]\n\n[^g]: x\n    https://g.example\n\nh[^g]\n"
    )
    document = Document(text, offset=100)
    found = [*(one for block in document.blocks for one in document.mentions(block)), *document.footnote_mentions()]
    places = {one.address[8]: one.line for one in found}
    assert places == {"b": 102, "c": 105, "d": 108, "e": 112, "f": 114, "g": 117}
    strided = Document("a\n\nb\n\nhttps://c.example", offset=100, stride=2)
    assert strided.mentions(strided.blocks[2])[0].line == 103


@given(anything, st.integers(0, 5))
def test_every_line_lies_in_the_file(text, offset):
    """Whatever the text, blocks, links and items begin at a line of it."""
    document = Document(text, offset)
    lines = range(offset + 1, offset + text.count("\n") + 2)
    found = [*document.footnote_mentions(), *(one for block in document.blocks for one in document.mentions(block))]
    items = [one for block in document.blocks for one in document.items(block)]
    assert all(one.line in lines for one in [*document.blocks, *found, *items])
    assert all(line in lines for _, line in document.idle_footnotes)


@given(texts)
@example("```\n\n[a](https://blatt.example/x)")
@example("````\na\n```\n\n[a](https://blatt.example/x)")
@example("a\n\n[a](https://a.example/&copy;)")
@example("a\n\n[a](https://a..b)")
@example("[^1]: b\n\na[^1]\n\n```\n\n[c](https://c.example)")
def test_plain_links_at_the_end_are_read_as_the_parser_reads_them(text):
    """The short way for the links that close a note gives all that the parser gives."""
    short = facts(Document(text, 3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markup, "_PLAIN_LINK", re.compile(r"(?!)"))
        assert short == facts(Document(text, 3))


@given(
    st.lists(st.sampled_from([*PIECES, *MARKS]), max_size=12).map("".join)
    | st.lists(st.sampled_from(BLOCKS), max_size=12).map("".join)
    | st.text("*a [](b)\n_!~`|-:>", max_size=24)
)
@example("*a **b c** d*")
@example("*a**b")
@example("a\n---\n")
@example("a\n: b\n\n***\n\n- [x] c\n  ===\n")
@example("- a\n  b\n- c\n\nd\n")
@example("2. a\n\n3. b\n   c\n\n# d\n")
@example("- a\nb\n\n- c\n\n      d\n\ne\n")
@example("1. a\n2) b\n\n- c\n+ d\n")
@example("> ```\n\na\n\n```\n")
@example("<!--\n\na\n\n-->\n\nb\n")
@example("a `b`  \n  c& &amp; d!\n**e** \nf\n")
def test_short_cuts_read_what_the_parser_reads(text):
    """Leaving rules out, and reading plain words and links at once, changes nothing of what a text says."""
    assert outline(dialect.parse(text, {})) == outline(plain_parser().parse(text, {}))


def test_short_cuts_keep_to_commonmark(commonmark: list[str]):
    """All examples of CommonMark's specification are read as the parser reads them, alone and between paragraphs."""
    assert len(commonmark) > 600
    for one in commonmark:
        for text in (one, f"Ein Absatz.\n\n{one}\n\nEin Absatz.\n"):
            assert outline(dialect.parse(text, {})) == outline(plain_parser().parse(text, {})), text


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://blatt.example/a.", "https://blatt.example/a"),
        ("(https://blatt.example/a)", "https://blatt.example/a"),
        ("https://blatt.example/a_(b)", "https://blatt.example/a_(b)"),
        ("(https://blatt.example/a_(b)).", "https://blatt.example/a_(b)"),
        ("„https://blatt.example/a“", "https://blatt.example/a"),
        ("https://blatt.example/a?b=c&d=e!", "https://blatt.example/a?b=c&d=e"),
        ("https://blatt.example/a*b*", "https://blatt.example/a"),
        ("HTTPS://blatt.example/a;", "HTTPS://blatt.example/a"),
        ("https://blatt.example/ä", "https://blatt.example/%C3%A4"),
        ("<https://blatt.example/a>", "https://blatt.example/a"),
        ("x:https://blatt.example/a", "https://blatt.example/a"),
    ],
)
def test_a_bare_address_ends_before_the_punctuation_of_its_sentence(written, address):
    """An address in running text is a link up to where a reader would say it ends."""
    assert [found for found, _ in links(f"Siehe {written} und mehr.")] == [address]


@pytest.mark.parametrize(
    "written", ["https://", "http://.", "`https://blatt.example`", "https:blatt.example", "://a.example"]
)
def test_what_no_browser_would_follow_is_no_link(written):
    """Broken addresses, and addresses in code, are text."""
    assert links(f"Siehe {written} und mehr.") == []


def test_the_words_of_a_block_are_without_markup():
    """Emphasis, links and code give their words, pictures their alternative text, breaks a space."""
    document = Document("*a* [b](c) `d`\n![e *f*](g) \\\n**h**")
    assert document.text(document.blocks[0]) == "a b d e f  h"


def test_items_are_the_lines_of_a_paragraph_and_the_points_of_a_list():
    """A paragraph gives its lines, a list its points, and a point that holds a list is not flat."""
    lines = Document("a\nb [c](https://c.example)\n")
    assert [(one.text, one.line, len(one.links)) for one in lines.items(lines.blocks[0])] == [
        ("a", 1, 0),
        ("b c", 2, 1),
    ]
    points = Document("- a\n- b\n  - c\n")
    assert [(one.text, one.line, one.flat) for one in points.items(points.blocks[0])] == [
        ("a", 1, True),
        ("b c", 2, False),
    ]


def test_other_blocks_have_no_items():
    """Headings, code and tables are never lists."""
    document = Document("# a\n\n```\nb\n```\n\n|c|\n|-|\n")
    assert [document.items(block) for block in document.blocks] == [(), (), ()]


@pytest.mark.parametrize("mark", ["> ", "- ", "1. "])
def test_too_deep_a_text_says_where(mark):
    """What lies so deep that the parser would drop it is found, at its line; what is just deep is not."""
    assert Document("a\n\n" + mark * 200 + "b").too_deep == 3
    assert Document("a\n\n" + mark * 40 + "b").too_deep == 0


def test_too_deep_a_footnote_says_so():
    """Footnotes are looked into as well."""
    assert Document("a[^1]\n\n[^1]: " + "> " * 200 + "b").too_deep


@pytest.mark.parametrize(
    ("text", "idle"),
    [
        ("a[^1]\n\n[^1]: b\n", ()),
        ("a\n\n[^1]: b\n", (("1", 3),)),
        ("a\n\n[^1]: b\n[^zwei]: c\n", (("1", 3), ("zwei", 4))),
        ("> [^1]: b\n", (("1", 1),)),
        ("a[^1]\n", ()),
        ("`[^1]`\n\n[^1]: b\n\n[c](https://c.example)\n", (("1", 3),)),
    ],
)
def test_a_footnote_without_a_reference_is_told(text, idle):
    """The parser leaves it out, so its label and line are kept."""
    assert Document(text).idle_footnotes == idle


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("https://blatt.example/a", "https://blatt.example/a"),
        ("//blatt.example/a", "https://blatt.example/a"),
        ("mailto:a@blatt.example", ""),
        ("/a", ""),
        ("", ""),
        ("https://", ""),
    ],
)
def test_a_web_address_is_one_that_a_browser_would_open(href, address):
    """Only what leads to the web is a citation of it."""
    assert markup.web_address(href) == address


@given(anything)
def test_comments_leave_nothing_behind(text):
    """A comment on lines of its own takes no word of the text around it along."""
    plain = Document("Before.\n\nAfter.\n\n" + text)
    commented = Document("Before.\n\n<!-- gone\n\ngone -->\n\nAfter.\n\n" + text)
    assert [plain.text(block) for block in plain.blocks] == [commented.text(block) for block in commented.blocks]


@pytest.mark.parametrize(
    "text",
    ["a\n<!-- x -->\nb", "- a\n  <!-- x -->\n- b", "> <!-- x -->\n> b", "# a <!-- x -->", "<!-- x --><!-- y -->\n\na"],
)
def test_a_comment_is_left_out_wherever_it_stands(text):
    """In paragraphs, lists, quotes and headings."""
    document = Document(text)
    assert "x" not in "".join(document.text(block) for block in document.blocks)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("<!--c-->", [3]),
        ("a\n\n<!--c-->\n\nb <!--c--> d", [5, 7]),
        ("a\nb\nd <!--c-->\n<!--c-->", [5, 6]),
        ("> a\n>\n> <!--c-->\n\n- a\n- b <!--c-->", [5, 8]),
        ("# <!--c-->", [3]),
        ("[a <!--c-->](https://a.example)", [3]),
        ("|a|b|\n|-|-|\n|c|<!--c-->|", [5]),
        ("a\n\n<!--c-->\n\n[A: b](https://a.example)", [5]),
        ("[A: b](https://a.example)\n<!--c-->", [4]),
        ("```\n<!--c-->\n```\n\n`<!--c-->`\n\n    <!--c-->", []),
        ("a <!--c", []),
        ("\\<!--c-->", []),
    ],
)
def test_comments_are_kept_with_their_lines(text, lines):
    """What a comment says is known with the line it begins in, once; what stands in code is no comment."""
    assert Document(text, 2).comments == [("c", line) for line in lines]


@given(anything, st.integers(0, 3))
def test_every_comment_lies_in_the_file(text, offset):
    """Whatever the text, a comment's line is one of it, and its words are."""
    for words, line in Document(text, offset).comments:
        assert offset < line <= offset + text.count("\n") + 1
        assert words.split("\n")[0] in text
