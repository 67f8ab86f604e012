"""Words of a text found again in its HTML and marked: where, how often, and with nothing lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notesite.highlights import Spot, marked


def spot(sentence: str, written: str, **more: str) -> Spot:
    """A spot marked by `<mark class="diff">`."""
    return Spot(sentence, written, "mark", "diff", **more)


@pytest.mark.parametrize(
    ("markup", "sentence", "written", "expected"),
    [
        ("<p>Es sind 3 Millionen.</p>", "Es sind 3 Millionen.", "3 Millionen", "<p>Es sind [3 Millionen].</p>"),
        ("<p>A &amp; B: 5 &lt; 6</p>", "A & B: 5 < 6", "5", "<p>A &amp; B: [5] &lt; 6</p>"),
        ("<p>Es sind\n<strong>13,8</strong> Mio.</p>", "Es sind 13,8 Mio.", "13,8 Mio.",
         "<p>Es sind\n<strong>[13,8]</strong>[ Mio.]</p>"),
        ("<p>2023 war 3. Heute 3.</p>", "Heute 3.", "3", "<p>2023 war 3. Heute [3].</p>"),
        ("<p>Von 30 sind 3 da.</p>", "Von 30 sind 3 da.", "3", "<p>Von 30 sind [3] da.</p>"),
        ("<p>Mit <code>x = 1</code> sind es 7.</p>", "Mit … sind es 7.", "7",
         "<p>Mit <code>x = 1</code> sind es [7].</p>"),
        ("<p>Ein langer Satz mit 9 darin.</p>", "…langer Satz mit 9…", "9", "<p>Ein langer Satz mit [9] darin.</p>"),
        ("<p>Die 4<a>\x00c1\x00</a> Teile</p>", "Die 4 Teile", "4", "<p>Die [4]<a>\x00c1\x00</a> Teile</p>"),
        ("<pre>5 Teile</pre><p>5 Teile</p>", "5 Teile", "5", "<pre>5 Teile</pre><p>[5] Teile</p>"),
    ],
)  # fmt: skip
def test_a_spot_is_marked(markup: str, sentence: str, written: str, expected: str):
    """What is written is marked in its sentence: over tags and line ends, as a whole word, never in a code block."""
    made, found = marked(markup, [spot(sentence, written)])
    assert made.replace('<mark class="diff">', "[").replace("</mark>", "]") == expected
    assert len(found) == 1


def test_the_same_words_twice_are_two_marks():
    """Two spots of the same words take two places; a third finds none and is told."""
    same = [Spot("3 und 3", "3", "mark", "diff", id=name) for name in "abc"]
    made, found = marked("<p>3 und 3</p>", same)
    assert made == '<p><mark class="diff" id="a">3</mark> und <mark class="diff" id="b">3</mark></p>'
    assert {one.id for one in found} == {"a", "b"}


def test_a_mark_says_what_it_is():
    """Words follow what is marked, as a link; within a link as mere words, since links hold no links."""
    here = spot("Es sind 5.", "5", id="at:1", words="weicht ab (1)", href="#finding:1")
    made, _ = marked("<p>Es sind 5.</p>", [here])
    assert made == ('<p>Es sind <mark class="diff" id="at:1">5 <a href="#finding:1">weicht ab (1)</a></mark>.</p>')
    made, _ = marked('<p><a href="x">Es sind 5.</a></p>', [here])
    assert made == '<p><a href="x">Es sind <mark class="diff" id="at:1">5 weicht ab (1)</mark>.</a></p>'


def test_what_is_not_there_is_not_marked():
    """A sentence that the text does not hold changes nothing."""
    assert marked("<p>Es sind 5.</p>", [spot("Es waren 5.", "5")]) == ("<p>Es sind 5.</p>", frozenset())


WORDS = st.lists(st.sampled_from(["1", "12", "1,5", "und", "<em>x</em>", "&amp;", "…", "(3)"]), min_size=1, max_size=12)


@given(WORDS, st.lists(st.sampled_from(["1", "12", "1,5", "3", "und", "&"]), max_size=5))
def test_marks_add_and_take_nothing(words: list[str], wanted: list[str]):
    """Whatever is marked, the text without the marks is the text as it was, and every mark that opens closes."""
    markup = f"<p>{' '.join(words)}</p>"
    sentence = re.sub("<[^>]*>", "", markup).replace("&amp;", "&")
    made, found = marked(markup, [spot(sentence, one, id=str(n)) for n, one in enumerate(wanted)])
    assert re.sub("</?mark[^>]*>", "", made) == markup
    assert made.count("<mark") == made.count("</mark>") >= len(found)
    assert not re.search("<mark[^>]*>[^<]*<mark", made)
