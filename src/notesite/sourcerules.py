"""The rules about sources: what a diagnostic of each says, why it matters, how to mend it."""

from notesite.diagnostics import WARNING, Rule

SOURCES: tuple[Rule, ...] = (
    Rule(
        "label-untitled",
        WARNING,
        "An entry of a source list says an address, a host or a publisher, and no title.",
        "Readers cannot tell what they would open, and the citation index has no name for it.",
        "Write `[Publisher: Title](address)`.",
    ),
    Rule(
        "label-host-contradicted",
        WARNING,
        "A label names one publisher of this site, and its address belongs to another.",
        "One of the two is a slip, and readers are sent to the wrong place or told the wrong name.",
        "Name the publisher that the address belongs to, or mend the address.",
    ),
    Rule(
        "publisher-contradicted",
        WARNING,
        "Notes name one source under publishers that cannot be the same.",
        "The citation index shows each source once, under one publisher.",
        "Give the source one publisher in all notes.",
    ),
    Rule(
        "source-duplicate",
        WARNING,
        "A source stands twice in one list, perhaps under two ways of writing its address.",
        "The page shows it once, under its first label; the other label is lost.",
        "Leave one of the two out. If they are two sources, mend one of the addresses.",
    ),
    Rule(
        "source-fleeting",
        WARNING,
        "A source is a page of search results, or an address that only one machine or network can open.",
        "Readers cannot see what the author saw.",
        "Name the page that was found, or an archived copy.",
    ),
    Rule(
        "source-gone",
        WARNING,
        "`notesite check --links` asked for a source, and its host says that there is none (404, 410), or has no"
        " name any more.",
        "Readers cannot see what the note rests on.",
        "Look for its new address. If there is none, name a copy; the hint has the address at which the Internet"
        " Archive keeps one, if it does, from about the day on which the author read it.",
    ),
    Rule(
        "source-moved",
        WARNING,
        "`notesite check --links` asked for a source, and was sent to another address for good (301, 308), or from"
        " a page to the front page of its site.",
        "The old address may end, and with it goes the way to the new one. A front page is what many sites show"
        " instead of what they removed.",
        "Write the new address, which the hint names, if it is the same work.",
    ),
    Rule(
        "source-unreached",
        WARNING,
        "`notesite check --links` asked for a source twice, and there was no answer, one that its certificate does"
        " not vouch for, or a fault of the host (500 and above).",
        "It may be gone, or will be there tomorrow.",
        "Open it in a browser. Hosts that refuse programs (403, 429) are not told; one that fails for them alone"
        " can be left out by `exclude` under `[links]`.",
    ),
    Rule(
        "source-unaddressed",
        WARNING,
        "An entry of a source list has no address.",
        "It is shown as it is, and no other note can be seen to rest on it.",
        "Write `[Publisher: Title](https://…)`; a DOI is an address, too. A book without one may stay: silence"
        " the rule.",
    ),
)
