"""References to CSL-JSON, BibTeX, RIS and COinS: what is written reads back in programs that are not ours."""

import json
import re
from urllib.parse import parse_qsl

import bibtexparser
import jsonschema
import pybtex.database
import pytest
import rispy
from bibtexparser.middlewares import SeparateCoAuthors, SplitNameParts
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from notesite import export, references, urls
from notesite.references import Name, Reference
from support import HERE

SCHEMA = json.loads((HERE / "schemas" / "csl-data.json").read_text("utf-8"))
CSL = jsonschema.Draft7Validator(SCHEMA)

# --- readers -----------------------------------------------------------------------------------------------

SIGNS = {"textasciitilde": "~", "textasciicircum": "^", "textbackslash": "\\"}
TEX = re.compile(r"\\vphantom\{\\[{}]\}|\\(text[a-z]+)|\\([&%$#_{}])|[{}]")


def plain(tex):
    """What TeX of the few commands that we write says; pybtex's own decoder leaves half of them."""
    return TEX.sub(lambda match: SIGNS[match[1]] if match[1] else match[2] or "", tex)


def by_pybtex(text):
    """Entries as pybtex reads them, which fails on the first fault."""
    found = {}
    for key, entry in pybtex.database.parse_string(text, "bibtex").entries.items():
        people = [
            Name(*(plain(" ".join(part)).replace("ˆ", "^") for part in (
                one.prelast_names + one.last_names, one.first_names + one.middle_names, one.lineage_names,
            )))
            for one in entry.persons.get("author", ())
        ]  # fmt: skip
        found[key] = (entry.type, dict(entry.fields), plain(entry.fields.get("title", "")), people)
    return found


def by_bibtexparser(text):
    """Entries as bibtexparser reads them, words decoded by pylatexenc; it collects faults instead of failing."""
    library = bibtexparser.parse_string(text, append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    assert not library.failed_blocks
    assert not library.comments
    words = LatexNodes2Text(keep_braced_groups=False).latex_to_text  # for which \\textasciicircum is U+02C6
    found = {}
    for entry in library.entries:
        fields = {field.key: field.value for field in entry.fields}
        people = [
            Name(*(words(" ".join(part)).replace("ˆ", "^") for part in (one.von + one.last, one.first, one.jr)))
            for one in fields.get("author", ())
        ]
        found[entry.key] = (entry.entry_type, fields, words(fields.get("title", "")), people)
    return found


def as_read(names):
    """Names as readers of BibTeX have them: institutions are families without more."""
    parts = ((one.family or one.literal, one.given, one.suffix) for one in names)
    return [Name(*(part.replace("ˆ", "^") for part in one)) for one in parts]


def by_rispy(text):
    """Entries as rispy reads them."""
    return {entry["id"]: entry for entry in rispy.loads(text)}


def by_json(text):
    """Items of CSL-JSON, which must be as the official schema has them."""
    items = json.loads(text)
    assert not [error.message for error in CSL.iter_errors(items)]
    return {item["id"]: item for item in items}


BIBTEX_READERS = pytest.mark.parametrize("read", [by_pybtex, by_bibtexparser])

# --- nasty input -------------------------------------------------------------------------------------------

BITS = [
    "{", "}", "{{", "}}", "{}", "}{", "\\", "\\\\", "\\{", "\\}", "\\textbf{", "%", "&", "$", "#", "_", "~", "^", "--",
    "---", "``", "''", "!`", "?`", ",,", "<<", ">>", "<i>", '"', "'", "`", "@", "@online{x,", "@comment{", "=", ",",
    " and ", "AND", ";", "\n", "\r\n", "\t", "\0", "\x0b", "\x1b", "\x85", "\u2028", "\xa0", "\ufeff", "\ufffe",
    "\U0001ffff", "\ud800", "\nTY  - JOUR", "\nER  - ", "ER  - ", "AU  - X", "ä", "ß", "e\u0301", "\u202e", "\u2066",
    "مرحبا", "שלום", "😀", "👩‍🔬", "梁文锋", "von", "van der", "Jr.", "III", "DeepSeek", "Großer", "Größe", "y", "of",
    " ", "2024", "x" * 300, "https://a.example/?b=c&d=%20#e",
]  # fmt: skip
nasty = st.one_of(
    st.lists(st.sampled_from(BITS), max_size=8).map("".join),
    st.lists(st.sampled_from(BITS), max_size=8).map(" ".join),
    st.text(st.characters(exclude_categories=()), max_size=30),
)
DATES = [
    "",
    "2024",
    "2024-05",
    "2024-05-01",
    "2024-05-01T10:00:00+02:00",
    "0001",
    "0000",
    "2024-13",
    "2023-02-29",
    "bald",
]
KEYS = [
    "",
    "a.example/x",
    "doi.org/10.1000/abc",
    "arxiv.org/abs/2412.19437",
    "doi.org/10.1000/%7B%5C%0A%25",
    "b.example/{",
]
listed = st.builds(
    Reference,
    key=st.one_of(st.sampled_from(KEYS), nasty),
    url=st.one_of(st.just("https://a.example/x"), nasty.map("https://a.example/".__add__), nasty),
    title=nasty,
    publisher=nasty,
    authors=st.lists(st.one_of(nasty, st.just("Ada Lovelace")), max_size=3).map(tuple),
    issued=st.one_of(st.sampled_from(DATES), nasty),
    accessed=st.one_of(st.sampled_from(DATES), nasty),
    type=st.one_of(st.sampled_from(["", *sorted(references.TYPES)]), nasty),
    lang=st.one_of(st.sampled_from(["", "de", "en-GB", "sr-Latn-RS", "und"]), nasty),
)
several = st.lists(listed, max_size=4, unique_by=references.identity)


def page(title="Ein Titel", **fields):
    """A reference with an address."""
    return Reference(**{"key": "a.example/x", "url": "https://a.example/x", "title": title} | fields)


# --- three references in full ------------------------------------------------------------------------------

SAMPLE = [
    Reference(
        key="wired.com/story/01-ai", url="https://www.wired.com/story/01-ai/?a=1&b=50%25_x",
        title="Chinese Startup 01.AI Is Winning {Open Source} & 100% more", publisher="WIRED",
        issued="2024-01", accessed="2025-02-03", lang="en",
    ),
    Reference(
        key="arxiv.org/abs/2412.19437", url="https://arxiv.org/abs/2412.19437v2", title="DeepSeek-V3 Technical Report",
        publisher="arXiv", authors=("DeepSeek-AI", "Liang, Wenfeng"), issued="2024-12-27", type="report", lang="en",
    ),
    Reference(
        key="doi.org/10.1000/abc", url="https://doi.org/10.1000/ABC", title="Größe zählt nicht: „Sprachmodelle“",
        publisher="Zeitschrift für Informatik", authors=("Ursula von der Leyen", "Universität Leipzig"),
        issued="2025-03-04", type="article-journal", lang="de",
    ),
]  # fmt: skip

SAMPLE_BIBTEX = r"""
@report{deepseek-ai-2024-deepseek-technical-b3095592,
  author = {{DeepSeek-AI} and Liang, Wenfeng},
  title = {{DeepSeek-V3 Technical Report}},
  institution = {arXiv},
  date = {2024-12-27},
  url = {https://arxiv.org/abs/2412.19437v2},
  eprint = {2412.19437},
  eprinttype = {arxiv},
  langid = {english}
}

@article{leyen-2025-groesse-zaehlt-75642ab6,
  author = {von der Leyen, Ursula and {Universität Leipzig}},
  title = {{Größe zählt nicht: „Sprachmodelle“}},
  journal = {Zeitschrift für Informatik},
  date = {2025-03-04},
  url = {https://doi.org/10.1000/ABC},
  doi = {10.1000/abc},
  langid = {german}
}

@online{wired-2024-chinese-winning-d67b13dc,
  title = {{Chinese Startup 01.AI Is Winning \{Open Source\} \& 100\% more}},
  organization = {WIRED},
  date = {2024-01},
  url = {https://www.wired.com/story/01-ai/?a=1&b=50%25_x},
  urldate = {2025-02-03},
  langid = {english}
}
"""

SAMPLE_RIS = """
TY  - RPRT
ID  - deepseek-ai-2024-deepseek-technical-b3095592
TI  - DeepSeek-V3 Technical Report
AU  - DeepSeek-AI
AU  - Liang, Wenfeng
PB  - arXiv
PY  - 2024
DA  - 2024/12/27/
UR  - https://arxiv.org/abs/2412.19437v2
LA  - en
ER  -

TY  - JOUR
ID  - leyen-2025-groesse-zaehlt-75642ab6
TI  - Größe zählt nicht: „Sprachmodelle“
AU  - von der Leyen, Ursula
AU  - Universität Leipzig
T2  - Zeitschrift für Informatik
PY  - 2025
DA  - 2025/03/04/
UR  - https://doi.org/10.1000/ABC
DO  - 10.1000/abc
LA  - de
ER  -

TY  - ELEC
ID  - wired-2024-chinese-winning-d67b13dc
TI  - Chinese Startup 01.AI Is Winning {Open Source} & 100% more
T2  - WIRED
PB  - WIRED
PY  - 2024
DA  - 2024/01//
Y2  - 2025/02/03/
UR  - https://www.wired.com/story/01-ai/?a=1&b=50%25_x
LA  - en
ER  -
"""

SAMPLE_CSL = """
[
  {
    "id": "deepseek-ai-2024-deepseek-technical-b3095592",
    "type": "report",
    "title": "DeepSeek-V3 Technical Report",
    "publisher": "arXiv",
    "author": [{"literal": "DeepSeek-AI"}, {"family": "Liang", "given": "Wenfeng"}],
    "issued": {"date-parts": [[2024, 12, 27]]},
    "URL": "https://arxiv.org/abs/2412.19437v2",
    "language": "en"
  },
  {
    "id": "leyen-2025-groesse-zaehlt-75642ab6",
    "type": "article-journal",
    "title": "Größe zählt nicht: „Sprachmodelle“",
    "container-title": "Zeitschrift für Informatik",
    "author": [{"family": "von der Leyen", "given": "Ursula"}, {"literal": "Universität Leipzig"}],
    "issued": {"date-parts": [[2025, 3, 4]]},
    "URL": "https://doi.org/10.1000/ABC",
    "DOI": "10.1000/abc",
    "language": "de"
  },
  {
    "id": "wired-2024-chinese-winning-d67b13dc",
    "type": "webpage",
    "title": "Chinese Startup 01.AI Is Winning {Open Source} & 100% more",
    "container-title": "WIRED",
    "issued": {"date-parts": [[2024, 1]]},
    "accessed": {"date-parts": [[2025, 2, 3]]},
    "URL": "https://www.wired.com/story/01-ai/?a=1&b=50%25_x",
    "language": "en"
  }
]
"""


def test_sample_in_full():
    """Three references are, in each format, what stands above."""
    assert export.bibtex(SAMPLE) == SAMPLE_BIBTEX.lstrip("\n")
    assert export.ris(SAMPLE) == SAMPLE_RIS.lstrip("\n").replace("ER  -\n", "ER  - \n").replace("\n", "\r\n")
    assert export.csl(SAMPLE) == SAMPLE_CSL.lstrip("\n")


# --- reading back ------------------------------------------------------------------------------------------


@BIBTEX_READERS
@given(given_=several)
def test_bibtex_reads_back(read, given_):
    """Whatever titles, authors and addresses hold, a reader of BibTeX finds each entry with the same words."""
    found = read(export.bibtex(given_))
    names = dict(export._listed(given_))
    assert found.keys() == names.keys()
    for key, one in names.items():
        _, fields, title, people = found[key]
        assert title.replace("ˆ", "^") == references.title_of(one).replace("ˆ", "^")
        assert people == as_read(references.names_of(one))
        assert fields.get("url", "") == references.address_of(one)


@BIBTEX_READERS
@pytest.mark.parametrize(
    "title",
    ["{", "}", "}{", "{}", "{a} {", "\\", "a\\{b", "% & $5 #1 a_b ~ ^", "-- ``c''", "{" * 300, "{" * 300 + "}" * 300],
)  # fmt: skip
def test_bibtex_keeps_signs(read, title):
    """Each sign that BibTeX or TeX reads as its own comes back as the sign, braces without their other among them."""
    (found,) = read(export.bibtex([page(title)])).values()
    assert found[2].replace("ˆ", "^") == title


@given(several)
def test_ris_reads_back(given_):
    """Whatever titles, authors and addresses hold, rispy finds each entry with the same words and no other line."""
    text = export.ris(given_)
    assert re.fullmatch(r"(?:(?:[A-Z][A-Z0-9]  - [^\r\n]*\r\n)+(?:\r\n|\Z))*", text)
    found, names = by_rispy(text), dict(export._listed(given_))
    assert found.keys() == names.keys()
    for key, one in names.items():
        assert found[key].get("title", "") == references.title_of(one)
        assert found[key].get("authors", []) == [references.in_one(author) for author in references.names_of(one)]
        # rispy, not Zotero, parts addresses at semicolons
        assert "".join(found[key].get("urls", [])) == references.address_of(one).replace(";", "")


@given(several)
def test_csl_is_valid_and_reads_back(given_):
    """Whatever the fields hold, the official schema accepts every item, and the words are the same."""
    found, names = by_json(export.csl(given_)), dict(export._listed(given_))
    assert found.keys() == names.keys()
    for key, one in names.items():
        assert found[key].get("title", "") == references.title_of(one)
        assert [Name(**author) for author in found[key].get("author", [])] == list(references.names_of(one))
        assert found[key].get("URL", "") == references.address_of(one)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [('"URL"', '"url"'), ('"webpage"', '"page"'), ('"date-parts"', '"date"'), ('"id"', '"a"'), ('"family"', '"last"')],
)  # fmt: skip
def test_a_broken_item_is_seen(right, wrong):
    """The copy of the official schema finds a wrong field, type, date or name, so that accepting says something."""
    text = export.csl(SAMPLE)
    assert CSL.is_valid(json.loads(text))
    assert not CSL.is_valid(json.loads(text.replace(right, wrong)))


@given(several)
def test_files_can_be_written(given_):
    """Each format is UTF-8 without control characters and byte order marks, whatever came in."""
    for text in (export.csl(given_), export.bibtex(given_), export.ris(given_)):
        text.encode()
        assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\u2028]", text)


@given(listed)
def test_coins_read_back(one):
    """The context object is ASCII that needs no care in an attribute but for `&`, and holds the same words."""
    made = references.coins(one)
    assert re.fullmatch(r"[\w.%&=~-]*", made, re.ASCII)
    pairs = parse_qsl(made)
    found = dict(pairs)
    assert found.get("rft.title", "") == references.title_of(one)
    assert [value for field, value in pairs if field == "rft.creator"] == [
        references.in_one(author) for author in references.names_of(one)
    ]


def test_coins_in_full():
    """A reference is this context object, the type last, where Zotero takes the title for the work's."""
    assert parse_qsl(references.coins(SAMPLE[2])) == [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft_id", "info:doi/10.1000/abc"),
        ("rft.title", "Größe zählt nicht: „Sprachmodelle“"),
        ("rft.creator", "von der Leyen, Ursula"),
        ("rft.creator", "Universität Leipzig"),
        ("rft.source", "Zeitschrift für Informatik"),
        ("rft.date", "2025-03-04"),
        ("rft.language", "de"),
        ("rft.identifier", "https://doi.org/10.1000/ABC"),
        ("rft.type", "journalArticle"),
    ]


# --- order and names ---------------------------------------------------------------------------------------

FORMATS = (export.csl, export.bibtex, export.ris)


@given(st.lists(listed, max_size=4), st.randoms(use_true_random=False))
def test_order_does_not_matter(given_, chance):
    """The same references in another order, or some of them twice, give the same bytes, two of one key among them."""
    other = given_ + given_[:2]
    chance.shuffle(other)
    for write in FORMATS:
        assert write(given_) == write(other)


def test_one_key_is_one_entry():
    """Of two references with one key, one is kept, the same whichever comes first."""
    two = [page("Ein Titel"), page("Ein anderer")]
    for write in FORMATS:
        assert write(two) == write(two[::-1]) == write([min(two)])


@BIBTEX_READERS
def test_identifiers_do_not_break_an_entry(read):
    """Braces and backslashes in a DOI or an address are escaped as in an address, so that the entry is read whole."""
    one = page(key="doi.org/10.1000/%7B%5C", url="https://doi.org/10.1000/{\\", lang="de")
    (found,) = read(export.bibtex([one])).values()
    assert (found[1]["doi"], found[1]["url"]) == ("10.1000/%7B%5C", "https://doi.org/10.1000/%7B%5C")
    assert found[1]["langid"] == "german"


@given(several, listed)
def test_an_entry_does_not_depend_on_others(given_, more):
    """With one reference more, all others keep the name they are cited by and every character of their entry."""
    before, after = by_json(export.csl(given_)), by_json(export.csl([*given_, more]))
    if references.identity(more) not in map(references.identity, given_):
        assert before.items() <= after.items()
        assert len(after) == len(before) + 1
        for write in (export.bibtex, export.ris):
            less, whole = (set(re.split("\r?\n\r?\n|\r?\n$", write(some))) - {""} for some in (given_, [*given_, more]))
            assert less < whole


@given(several)
def test_names_are_unique_and_plain(given_):
    """No two references are cited by one name, in any case of letters; names are short and need no escape."""
    names = [name for name, _ in export._listed(given_)]
    assert len({name.lower() for name in names}) == len(given_)
    assert all(re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", name) and len(name) < 130 for name in names)


def test_equal_digests_are_told_apart(monkeypatch):
    """Two references of the same words whose short digests are equal get longer ones; a third keeps its name."""
    digest = urls.digest
    monkeypatch.setattr(references.urls, "digest", lambda text, size=4: "0" if size == 4 else digest(text, size))
    pages = [page(key="a.example/1"), page(key="a.example/2"), page("Andere", key="a.example/3")]
    names = [name for name, _ in export._listed(pages)]
    assert len(set(names)) == 3
    assert names[2].endswith("-0")


def test_no_references():
    """Nothing to cite is a valid file in each format."""
    assert [write([]) for write in FORMATS] == ["[]\n", "", ""]


# --- types -------------------------------------------------------------------------------------------------


def test_types_are_those_of_the_schema():
    """Every type of the schema is known, and no other; every alias leads to one, and hides none but `article`."""
    assert sorted(references.TYPES) == SCHEMA["items"]["properties"]["type"]["enum"]
    assert set(references.ALIASES.values()) <= references.TYPES
    assert references.FORMS.keys() <= references.TYPES
    assert {name for name in references.TYPES if references.kind(name) != name} == {"article"}
    assert all(word == word.lower() and not re.search("[-_]", word) for word in references.ALIASES)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", ""), (" ", ""), ("article", "article-journal"), ("preprint", "article"), ("Buch", "book"),
        ("Article-Newspaper", "article-newspaper"), ("Zeitungsartikel", "article-newspaper"),
        ("blog post", "post-weblog"), ("legal case", "legal_case"),
        ("motion-picture", "motion_picture"), ("Wörterbuch", "entry-dictionary"), ("artikl", None), ("\0", None),
    ],
)  # fmt: skip
def test_words_for_types(written, expected):
    """A word for a type is read in any case, language and punctuation; an unknown one is told from none."""
    assert references.kind(written) == expected


@pytest.mark.parametrize("type_", sorted(references.TYPES))
@BIBTEX_READERS
def test_every_type_can_be_written(read, type_):
    """A reference of each type is valid in all formats, and the types of BibTeX and RIS are known to their readers."""
    one = page(type=type_, publisher="P", authors=("Lovelace, Ada",), issued="2024", lang="en-US")
    (found,) = read(export.bibtex([one])).values()
    assert found[0] in {"online", "article", "book", "report", "thesis", "dataset", "software"}
    assert (found[1]["langid"], found[1]["date"]) == ("american", "2024")
    (item,) = by_json(export.csl([one])).values()
    assert item["type"] == type_
    (entry,) = by_rispy(export.ris([one])).values()
    assert entry["type_of_reference"] in rispy.TYPE_OF_REFERENCE_MAPPING
    assert "P" in (entry.get("secondary_title"), entry.get("publisher"))


def test_what_a_type_asks_for():
    """An entry of BibTeX that asks for author, publisher and date is `@online` where one of them is not known."""
    whole = {"type": "report", "publisher": "P", "authors": ("Lovelace, Ada",), "issued": "2024"}
    assert export.bibtex([page(**whole)]).startswith("@report{lovelace-2024-titel-")
    for field in ("publisher", "authors", "issued"):
        less = {name: value for name, value in whole.items() if name != field}
        assert export.bibtex([page(**less)]).startswith("@online{")


@pytest.mark.parametrize(
    ("lang", "langid"),
    [("de", "german"), ("de-CH", "swissgerman"), ("en", "english"), ("en-Latn-GB", "british"), ("DE", "german"),
     ("tlh", None), ("x y", None), ("", None)],
)  # fmt: skip
def test_languages_by_babels_names(lang, langid):
    """A language has babel's name, its variety where it has one; an unknown one is left out."""
    (found,) = by_pybtex(export.bibtex([page(lang=lang)])).values()
    assert found[1].get("langid") == langid


# --- one reference -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Ada Lovelace", Name("Lovelace", "Ada")),
        ("Lovelace, Ada", Name("Lovelace", "Ada")),
        ("Ursula von der Leyen", Name("von der Leyen", "Ursula")),
        ("von der Leyen, Ursula", Name("von der Leyen", "Ursula")),
        ("Guido van Rossum", Name("van Rossum", "Guido")),
        ("Charles de Gaulle", Name("de Gaulle", "Charles")),
        ("Robert De Niro", Name("De Niro", "Robert")),
        ("Martin Luther King Jr.", Name("King", "Martin Luther", "Jr.")),
        ("King, Jr., Martin Luther", Name("King", "Martin Luther", "Jr.")),
        ("King, Martin Luther, Jr.", Name("King", "Martin Luther", "Jr.")),
        ("J. R. R. Tolkien", Name("Tolkien", "J. R. R.")),
        ("Ortega y Gasset, José", Name("Ortega y Gasset", "José")),
        ("Jane School, Ph. D.", Name(literal="Jane School, Ph. D.")),
        ("School, Jane", Name("School", "Jane")),
        ("OpenAI", Name(literal="OpenAI")),
        ("{Hugging Face}", Name(literal="Hugging Face")),
        ("European Commission", Name(literal="European Commission")),
        ("Bundesministerium für Wirtschaft", Name(literal="Bundesministerium für Wirtschaft")),
        ("Universität Leipzig", Name(literal="Universität Leipzig")),
        ("University of California, Berkeley", Name(literal="University of California, Berkeley")),
        ("Apple, Inc.", Name(literal="Apple, Inc.")),
        ("Alphabet Holdings Ltd", Name(literal="Alphabet Holdings Ltd")),
        ("Der Spiegel, Redaktion", Name("Der Spiegel", "Redaktion")),
        ("von Neumann", Name(literal="von Neumann")),
        ("{Ada Lovelace", Name("Lovelace", "Ada")),
        ("梁文锋", Name(literal="梁文锋")),
        ("  \0 ", Name()),
        (" , ", Name()),
    ],
)
def test_names(written, expected):
    """A name is read with its particles and suffix, in both orders; an institution stays whole."""
    assert references.name(written) == expected


def test_the_publisher_as_author():
    """An author who is the publisher is an institution; one named twice is one."""
    one = page(publisher="Ada Lovelace", authors=("ada lovelace", "Ada Byron", "Byron, Ada", ""))
    assert references.names_of(one) == (Name(literal="ada lovelace"), Name("Byron", "Ada"))


@BIBTEX_READERS
def test_names_that_part_names(read):
    """A name in which "and" or a comma stands stays one name, and particles within a family stay in it."""
    authors = (
        "{Bell and Howell, Sons and Co}",
        "Ortega y Gasset, José",
        "von der Leyen, Ursula",
        "Sand, Ada And Eve",
        "\\",
        "\\ %",
    )
    (found,) = read(export.bibtex([page(authors=authors)])).values()
    assert found[3] == as_read(map(references.name, authors))
    assert "{Ortega y Gasset}, José and von der Leyen, Ursula and " in export.bibtex([page(authors=authors)])


@pytest.mark.parametrize(
    ("iso", "parts"),
    [("2024", (2024,)), ("2024-05", (2024, 5)), ("2024-05-01", (2024, 5, 1)), ("2024-05-01T23:59:00Z", (2024, 5, 1)),
     ("0987", (987,)), ("", ()), ("0000", ()), ("2024-13", ()), ("2023-02-29", ()),
     ("24-05", ()), ("٢٠٢٤", ()), ("2024-5", ())],
)  # fmt: skip
def test_dates(iso, parts):
    """A year, a month and a day are dates, a time of day is left out, and what is no date has no parts."""
    assert references.date_parts(iso) == parts
    assert references.iso_date(iso) == iso[: (0, 4, 7, 10)[len(parts)]]


@pytest.mark.parametrize(
    ("key", "doi", "arxiv"),
    [
        ("doi.org/10.1000/abc", "10.1000/abc", ""),
        ("doi.org/10.1002/(sici)1097%3C1::aid%3E3.0", "10.1002/(sici)1097<1::aid>3.0", ""),
        ("arxiv.org/abs/2412.19437", "", "2412.19437"),
        ("arxiv.org/abs/hep-th/9901001", "", "hep-th/9901001"),
        ("doi.org/10.48550/arxiv.2412.19437", "10.48550/arxiv.2412.19437", "2412.19437"),
        ("doi.org/10.1000/a%0Ab%20c", "10.1000/abc", ""),
        ("doi.org/", "", ""),
        ("doi.org/about", "", ""),
        ("a.example/doi.org/10.1000/abc", "", ""),
        ("", "", ""),
    ],
)
def test_identifiers(key, doi, arxiv):
    """DOI and number on arXiv are read from the key that names them, and from no other."""
    assert (references.doi(key), references.arxiv(key)) == (doi, arxiv)


@given(nasty, nasty)
def test_readings_never_fail(one, other):
    """No words, however broken, stop a reading of a type, a name, a date, an identifier or a language."""
    references.kind(one)
    assert references.name(one) == references.name(f" {one} ")
    references.date_parts(one), references.doi(f"doi.org/10.1000/{one}"), references.arxiv(one)
    assert references.clean(references.clean(one)) == references.clean(one)
    address = references.address_of(page(url=one))
    assert references.address_of(page(url=address)) == address
    assert references.citation_key(page(one, publisher=other)).isascii()


@pytest.mark.parametrize("title", ["", " ", "\0", "\n", "\ufeff"])
def test_no_title(title):
    """A reference without a title has its address for one, without what every address has; without both, none."""
    assert references.title_of(page(title, url="https://www.a.example/x/")) == "a.example/x"
    assert [write([page(title, key="", url="")]).count("title") for write in FORMATS] == [0, 0, 0]


@given(st.text(max_size=20000), st.integers(1, 400))
def test_long_titles(text, times):
    """A title of any length is written whole."""
    (item,) = by_json(export.csl([page(long := f"x{text * times}"[:100_000])])).values()
    assert item["title"] == references.clean(long)
