"""Every rule that a diagnostic can name: what it says, why it matters, how to mend it, how bad it is.

`RULES.md` is made from here (`make rules`), SARIF and the settings take the names from here.
"""

from notesite.diagnostics import ERROR, OFF, WARNING, Rule
from notesite.sourcerules import SOURCES

TOPICS: dict[str, tuple[Rule, ...]] = {
    "Translations compared": (
        Rule(
            "figures-differ",
            WARNING,
            "A figure of the original is not in the translation, or has another value there, or the translation has a"
            " figure of its own. Figures are compared by value: 13,8 Millionen and 13.8 million are the same.",
            "A number is what readers take away, and what a machine translation loses without a trace.",
            "Look at both sentences and mend the one that is wrong. Where the two are meant to differ, as a price in"
            " another currency, silence the rule in the note.",
        ),
        Rule(
            "scale-confused",
            WARNING,
            "A figure of the translation is the original's times a thousand, a million or more: Milliarde became"
            " million, or billion became Billion.",
            "A German Milliarde is an English billion, and a German Billion is a trillion: the most expensive false"
            " friend there is, and nobody sees it in the translation alone.",
            "Milliarde is billion, Billion is trillion; mend the word or the number.",
        ),
        Rule(
            "sources-differ",
            WARNING,
            "The two notes do not rest on the same sources: one is missing or added, is cited more often in one of"
            " them, stands in another order, or is called by another publisher or title.",
            "A translation that drops a source claims what it cannot show. Versions of one page in two languages count"
            " as one source here.",
            "Bring both source lists in line; each entry that differs is named with its line.",
        ),
        Rule(
            "structure-differs",
            WARNING,
            "The two notes are built differently: other sections, lists, tables, code, pictures, footnotes, links or"
            " quotations, a name or piece of code that should have stayed as it is, or a length far from the original.",
            "Where a section or a table is missing, so is what it said.",
            "Compare the two at the places named, and translate what is missing.",
        ),
        Rule(
            "left-untranslated",
            WARNING,
            "A paragraph of a translation is still in the language of the original.",
            "Readers of the translation cannot read it, and screen readers pronounce it wrongly.",
            "Translate it. A quotation that is meant to stay as it is belongs in quotation marks or a block quotation.",
        ),
        Rule(
            "translation-behind",
            WARNING,
            "The original was updated after its translation was.",
            "What was corrected in the original may still be wrong in the translation.",
            "Bring the translation up to date, then set its `updated` to the day you did.",
        ),
        Rule(
            "labels-missing",
            WARNING,
            "The notes of a translation group say different things of where they come from: one says `generated` and"
            " another does not, or some say `generated` and no note but the original says `translated`.",
            "Who reads the version that is silent takes it for a person's work.",
            "Say `generated` in every version that a machine wrote, and `translated` in every one that it translated;"
            " `false` counts as said.",
        ),
        Rule(
            "translation-missing",
            OFF,
            "A note has no version in one of the site's languages.",
            "A site that promises all its notes in all its languages can hold itself to that. Others need not.",
            "Write the translation; `notesite check --coverage` lists what is missing.",
        ),
    ),
    "Translations found": (
        Rule(
            "link-ambiguous",
            WARNING,
            "Two notes in different languages look like translations of each other, and another note is nearly as"
            " likely a partner, so they were not linked.",
            "A wrong link is worse than a missing one.",
            "If the two belong together, give both the same `translation_key`; if not, say `translation_key: none`.",
        ),
        Rule(
            "link-contradicted",
            WARNING,
            "Two notes in different languages look like translations of each other, and something speaks against it:"
            " another year in the title, another edition among the sources, a different text.",
            "Editions of one report resemble each other more than many translations do.",
            "If the two belong together, give both the same `translation_key`; if not, say `translation_key: none`.",
        ),
        Rule(
            "translation-key-twice",
            ERROR,
            "Two notes in one language claim the same `translation_key`.",
            "A translation group holds one note per language at most; which one is meant cannot be told.",
            "Give one of them another key, or `none`.",
        ),
    ),
    "Sources": SOURCES,
    "Notes as they are written": (
        Rule(
            "control-character",
            WARNING,
            "A character stands in the text that no page can hold; it was replaced.",
            "Neither HTML nor XML may contain it; it often comes with text copied from a PDF.",
            "Remove it.",
        ),
        Rule(
            "date-inferred",
            WARNING,
            "The note's date was taken from the words it begins with.",
            "Date and order of the note depend on a guess.",
            "Write the `date` into the front matter.",
        ),
        Rule(
            "encoding",
            ERROR,
            "A file is not UTF-8, or holds a NUL character.",
            "Read as something else, its letters would be others.",
            "Save the file as UTF-8. The line is where the first wrong byte stands.",
        ),
        Rule(
            "field-type",
            ERROR,
            "A field of the front matter has a value that it cannot have: a date that is none, a list for a text.",
            "The note cannot be read as meant, and nothing is guessed.",
            "Write the field as the hint shows.",
        ),
        Rule(
            "field-unknown",
            WARNING,
            "A field of the front matter, or of an entry of `sources`, looks like a slip of the pen for a known one.",
            "What it says has no effect.",
            "Write the name that the hint gives. Fields that resemble none of ours are for templates and pass unsaid.",
        ),
        Rule(
            "footnote-idle",
            WARNING,
            "Nothing in the text refers to a footnote; it is left out of the page.",
            "What it said is not shown.",
            "Write `[^label]` where it belongs, or remove the footnote.",
        ),
        Rule(
            "front-matter",
            ERROR,
            "The front matter cannot be read: a fence is missing, it is no YAML, or it uses what is not read here.",
            "Title, language and date of the note would be lost.",
            "Mend the line that is named.",
        ),
        Rule(
            "lang-inferred",
            WARNING,
            "The note does not say its language; it was told from the text, or is the site's default.",
            "Address, partners and labels of the note depend on a guess.",
            "Write `lang` into the front matter, or a mark into the file's name (`-de.md`).",
        ),
        Rule(
            "nesting",
            ERROR,
            "Lists or quotations are nested deeper than can be read.",
            "What lies deeper would be lost.",
            "Use fewer levels.",
        ),
        Rule(
            "picture-remote",
            WARNING,
            "A picture is on another host; the page links to it instead of showing it.",
            "Pages load nothing from other hosts, so that readers are not told on and pages last.",
            "Save the picture beside the note.",
        ),
        Rule(
            "rule-unknown",
            WARNING,
            "A comment that speaks to notesite asks for something else than to ignore rules that can be ignored.",
            "It silences nothing.",
            "Write `<!-- notesite: ignore figures-differ -->` with a name from this page.",
        ),
        Rule(
            "title-inferred",
            WARNING,
            "The note has no title; one was taken from its first heading, its first sentence or its file's name.",
            "Lists, feeds and the address of the note depend on a guess.",
            "Write `title` into the front matter.",
        ),
        Rule(
            "too-large",
            ERROR,
            "A note is larger than notesite reads.",
            "A file of that size is rarely a note, and would take the memory of the build.",
            "Split it, or name it under `exclude` in `[notes]`.",
        ),
    ),
    "Links and files": (
        Rule(
            "address-taken",
            ERROR,
            "Two notes, files or aliases claim one address.",
            "Only one of them could be published there.",
            "Give one another `slug`, drop the alias, or keep many apart by `permalink` under `[site]`.",
        ),
        Rule(
            "file-missing",
            WARNING,
            "The picture or recording that the front matter names is not there.",
            "The page goes without it.",
            "Put the file where the hint says, or mend the path.",
        ),
        Rule(
            "file-name",
            WARNING,
            "The name of a file is not UTF-8; the file is left out.",
            "It could not be part of an address.",
            "Rename it.",
        ),
        Rule(
            "link-broken",
            WARNING,
            "A link within the site leads to a note, a file or an anchor that is not there.",
            "Readers who follow it find nothing.",
            "Mend the link, as the hint says.",
        ),
        Rule(
            "link-skipped",
            WARNING,
            "A symbolic link leads to a folder, out of the site's folder, or nowhere; it is not followed.",
            "A site is what is in its folder, and nothing else of the machine is published.",
            "Copy the file or folder to where the link is. Remove a link that leads nowhere.",
        ),
        Rule(
            "unreadable",
            ERROR,
            "A file or folder cannot be read, or is neither.",
            "Without it the site would not be whole.",
            "Mend its permissions, or remove it. Where the message names a fault of notesite, please report it.",
        ),
    ),
    "The site as a whole": (
        Rule(
            "language-unlisted",
            WARNING,
            "A note is in a language that `[site] languages` does not list.",
            "It is published all the same, in a language that the site does not announce.",
            "Add the language to the list, or mend the note's `lang`.",
        ),
        Rule(
            "language-unspoken",
            WARNING,
            "There are notes in a language that has no messages.",
            "Their pages speak English around the text.",
            "Add `templates/locales/TAG/LC_MESSAGES/messages.po`.",
        ),
        Rule(
            "messages",
            ERROR,
            "A file of messages (`.po`) cannot be read.",
            "Pages in that language would have no words.",
            "Mend the line that is named.",
        ),
        Rule(
            "no-notes",
            WARNING,
            "There are no notes.",
            "The site would be empty; often the command was run in another folder.",
            "Write the first note as `notes/some-words.md`, or name the site's folder with `-s`.",
        ),
        Rule(
            "output",
            ERROR,
            "The output folder cannot be written, is not ours to write, or is being written by another build.",
            "Nothing that notesite did not write is ever replaced or removed.",
            "Name another folder with `-o`, make room, or wait for the other build.",
        ),
        Rule(
            "file-exists",
            ERROR,
            "`notesite new` or `adopt` would write a file that is there already.",
            "What somebody wrote is never replaced.",
            "Give the note another title or the clipping another file name, or move what is there.",
        ),
        Rule(
            "port",
            ERROR,
            "The preview cannot listen at the port.",
            "Another program has it.",
            "Name another one with `-p`.",
        ),
        Rule(
            "settings",
            ERROR,
            "`notesite.toml` or an option says something that notesite does not know.",
            "A slip in a setting would else be silence where an effect is meant.",
            "Write the setting as the hint shows; the README lists all.",
        ),
        Rule(
            "site-url",
            WARNING,
            "The address at which the site will stand is not known.",
            "Canonical links, `hreflang`, feeds and the sitemap need it to be absolute.",
            'Set `url = "https://…"` under `[site]`, or give `--base-url`.',
        ),
        Rule(
            "template",
            ERROR,
            "A template cannot be read, or fails while a page is made from it.",
            "The page cannot be made.",
            "Mend the template at the line that is named.",
        ),
        Rule(
            "template-unknown",
            WARNING,
            "A note's `layout` names no template; the note page is used.",
            "The page does not look as meant.",
            "Write `layout: note`, or add the template.",
        ),
    ),
}
"""All rules by what they are about, in the order of the page that explains them."""

RULES: dict[str, Rule] = {rule.name: rule for rules in TOPICS.values() for rule in rules}
RULES = dict(sorted(RULES.items()))
"""All rules by name, in the order of names."""


def nearest(name: str) -> str:
    """What to say to somebody who wrote a name that is no rule's: the rule that was meant, if one is near."""
    import difflib  # rarely needed

    near = difflib.get_close_matches(name, RULES, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else "RULES.md lists all rules"
