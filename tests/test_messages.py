"""The message catalogues: all that templates and code say is in them, and every catalogue says all of it."""

import io
import re
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from notesite import keys
from support import SITES

TOP = Path(__file__).parent.parent
LOCALES = TOP / "templates" / "locales"
CATALOGUES = sorted([*LOCALES.glob("*/LC_MESSAGES/*.po"), *SITES.glob("arabic/templates/locales/*/LC_MESSAGES/*.po")])

Id = tuple[str | None, str | tuple[str, ...]]  # context, and the words or singular and plural

each_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])


def catalogue(path: Path) -> Catalog:
    """A catalogue, its entries that are commented out included."""
    return read_po(io.BytesIO(path.read_bytes()), abort_invalid=True)


def messages(found: Catalog) -> dict[Id, Message]:
    """The entries of a catalogue without its header."""
    return {(one.context, tuple(one.id) if one.pluralizable else one.id): one for one in found if one.id}


def said(method: str, path: Path) -> set[Id]:
    """The messages that a template or a module asks for by gettext's functions."""
    with path.open("rb") as file:
        return {(context, words) for _, words, _, context in extract(method, file, DEFAULT_KEYWORDS)}


def in_addresses(source: str) -> set[Id]:
    """The words of addresses: `site.word(lang, "sources")`."""
    return {("address", words) for words in re.findall(r"""\.word\([\w.]+, ["'](\w+)["']\)""", source)}


def in_tokens(source: str) -> set[Id]:
    """The messages that stand as tokens in a note's HTML until the page's language is known."""
    return {(None, words) for words in re.findall(r"\\x00m([^\\{]+)\\x00", source)}


def placeholders(words: str) -> set[str]:
    """What is put into a message, and the tags it holds."""
    return set(re.findall(r"%\(\w+\)s|</?\w+", words))


def test_the_template_holds_what_is_said():
    """`messages.pot` has exactly the messages that templates and code ask for: none is missing, none is left over."""
    modules = sorted((TOP / "src").rglob("*.py"))
    sources = [path.read_text("utf-8") for path in modules]
    wanted = {one for path in modules for one in said("python", path)}
    wanted |= {one for path in (TOP / "templates").rglob("*.html") for one in said("jinja2.ext:babel_extract", path)}
    wanted |= {one for path in (TOP / "templates").rglob("*.xml") for one in said("jinja2.ext:babel_extract", path)}
    wanted |= {one for source in sources for one in in_addresses(source) | in_tokens(source)}
    wanted |= {(None, rule.reason) for rule in keys.RULES}  # said on a publisher's page
    kept = set(messages(catalogue(LOCALES / "messages.pot")))
    assert (wanted - kept, kept - wanted) == (set(), set())


def test_every_kind_of_message_is_found():
    """The search above sees plurals, contexts, words of addresses and tokens, each by an example."""
    kept = set(messages(catalogue(LOCALES / "messages.pot")))
    plural = ("%(num)s note", "%(num)s notes")
    assert {(None, plural), ("in a list", "draft"), ("address", "sources"), (None, "Table")} <= kept
    assert in_tokens('aria-label="\\x00mTable\\x00"') == {(None, "Table")}


@each_catalogue
def test_a_catalogue_is_complete(path: Path):
    """Every message has a translation in each of its language's plural forms, and there is no other one."""
    wanted, found = messages(catalogue(LOCALES / "messages.pot")), catalogue(path)
    assert set(messages(found)) == set(wanted)
    assert found.num_plurals == get_plural(str(found.locale)).num_plurals
    for message in messages(found).values():
        strings = message.string if message.pluralizable else [message.string]
        assert len(strings) == (found.num_plurals if message.pluralizable else 1), message.id
        assert all(strings), message.id


@each_catalogue
def test_a_catalogue_is_settled(path: Path):
    """No translation is marked as a guess, none is kept as a comment, and no line is broken."""
    found = catalogue(path)
    assert not found.fuzzy
    assert not [one.id for one in found if one.fuzzy and one.id]
    assert not found.obsolete


@each_catalogue
def test_placeholders_agree(path: Path):
    """A translation puts in what the message puts in; a form for one or two may leave the number out."""
    for message in messages(catalogue(path)).values():
        if not message.pluralizable:
            assert placeholders(message.string) == placeholders(message.id), message.id
            continue
        every = {one for words in message.id for one in placeholders(words)}
        assert all(placeholders(words) <= every for words in message.string), message.id
        assert placeholders(message.string[-1]) == placeholders(message.id[1]), message.id
