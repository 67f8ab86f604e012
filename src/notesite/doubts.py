"""Doubts about sources: what notes say of them that no single entry shows to be wrong.

Each rule would rather miss a fault than raise a false alarm; its docstring says where it looks away.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import groupby, pairwise
from urllib.parse import unquote

import msgspec

from notesite import keys, publishers, urls
from notesite.diagnostics import Diagnostic, Related, warning
from notesite.publishers import Names, Place, Words, accords, akin, compact, words_of
from notesite.records import Citation, Note

_GOOGLE = r"google\.(?:com|[a-z]{2}|com?\.[a-z]{2})"
# Pages of search results: host, path, the parameter that holds what was asked for.
_SEARCHES = tuple(
    (re.compile(host), re.compile(path), re.compile(rf"(?:^|[?&#])(?:{names})=[^&#]"))
    for host, path, names in (
        (rf"(?:m\.)?{_GOOGLE}", "/(?:search|webhp)?", "q"),
        (rf"(?:news|images)\.{_GOOGLE}", "/(?:search|images)?", "q"),
        (rf"scholar\.{_GOOGLE}", "/scholar", "q"),
        (r"(?:[a-z]{2}\.)?bing\.com", "/(?:(?:images|news|videos)/)?search", "q"),
        (r"(?:(?:html|lite|start)\.)?duckduckgo\.com", "/(?:html|lite)?", "q"),
        (r"ecosia\.org", "/(?:search|images|news|videos)", "q"),
        (r"(?:[a-z0-9]+\.)?startpage\.com", "/(?:do|sp)/(?:d?search|metasearch.pl)", "query|q"),
        (r"(?:[a-z.]+\.)?search\.yahoo\.com", "/search.*", "p"),
        (r"search\.brave\.com", "/(?:search|images|news|videos)", "q"),
        (r"yandex\.(?:com|ru)|ya\.ru", "/search", "text"),
        (r"baidu\.com", "/s", "wd|word"),
        (r"qwant\.com", "/", "q"),
        (r"kagi\.com", "/search", "q"),
        (r"semanticscholar\.org", "/search", "q"),
    )
)
_SEARCH_DOMAINS = re.compile(
    rf"(?:.*\.)?(?:{_GOOGLE}|(?:bing|duckduckgo|ecosia|startpage|yahoo|brave|yandex|baidu|qwant|kagi)\.[a-z]+"
    r"|ya\.ru|semanticscholar\.org)"
)
_COPIES = {"web-archive", "archive-today", "google-cache"}

_NEIGHBOURS = 3
"""Lines from one entry to the next within one list: one line more for its words, one for a blank."""

_HOME = re.compile(r"/?(?:[a-z]{2}(?:[-_][A-Za-z]{2})?/?)?(?:index\.\w+)?")


def of(notes: Iterable[Note]) -> list[Diagnostic]:
    """Everything doubtful about what notes say of their sources, in the order of paths.

    Most notes say of a source what others said of it.  So what is said is judged once, and only notes that may hold
    something doubtful are looked at place by place.
    """
    ordered = sorted(notes, key=lambda note: note.path)
    told, citing, twice = _survey(ordered)
    names = Names(told)
    labels = {(one.key, one.label): one for _, one in told}
    bare = {said for said, one in labels.items() if _is_address(one) or _is_publisher(one, names)}
    named = {(one.publisher, one.key) for _, one in told if one.publisher}
    strange = {said for said in named if _is_strange(*said, names)}
    disputed = _disputed(named)
    doubtful = {key for key in citing if key in disputed or _why_fleeting(key)}
    doubtful |= {key for key, _ in bare} | {key for _, key in strange}
    paths = twice.union(*(citing[key] for key in doubtful))
    places = [(note, one) for note in ordered if note.path in paths for one in note.citations if _is_entry(one)]
    found = _within_notes(places, bare)
    others: list[Place] = []
    for place in places:
        at_another = _at_another_host(place, names) if (place[1].publisher, place[1].key) in strange else None
        if at_another:
            found.append(at_another)
        elif place[1].publisher:
            others.append(place)
    return [*found, *_contradicted([place for place in others if place[1].key in disputed], names)]


def _is_entry(one: Citation) -> bool:
    """Whether a citation names its source: running text calls it what the sentence wants."""
    return one.kind != "inline" and one.key != ""


def _survey(ordered: Iterable[Note]) -> tuple[list[Place], dict[str, list[str]], set[str]]:
    """What notes say of their sources, the paths of notes by what they cite, and those that cite something twice.

    What is said are the places that say something else than the last one with the same label.  Among them is the first
    place that names a publisher of a source; and the last that has a label for a source, or one just like it.
    """
    told: list[Place] = []
    citing: dict[str, list[str]] = defaultdict(list)
    twice: set[str] = set()
    last: dict[str, Citation] = {}
    for note in ordered:
        path = note.path
        for one in note.read_citations():  # of all notes, so that each step here counts
            key = one.key
            if one.kind == "inline" or not key:
                continue
            paths = citing[key]
            if paths and paths[-1] == path:
                twice.add(path)
            paths.append(path)
            was = last.get(one.label)
            alike = was and was.key == key and was.publisher == one.publisher and was.title == one.title
            if not was or not alike or was.address != one.address:
                last[one.label] = one
                told.append((note, one))
    return told, citing, twice


def _disputed(named: Iterable[tuple[str, str]]) -> set[str]:
    """The keys of sources that go under several publishers, however these are spelled."""
    by_key: dict[str, set[Words]] = defaultdict(set)
    for publisher, key in named:
        by_key[key].add(words_of(publisher))
    return {key for key, names in by_key.items() if len(names) > 1}


def _within_notes(places: Sequence[Place], bare: Set[tuple[str, str]]) -> list[Diagnostic]:
    """What is doubtful about the entries of a note beside each other, note by note."""
    titled: dict[tuple[str, str], Place] = {}
    for note, one in places:
        if (one.key, one.label) not in bare:
            titled.setdefault((one.key, note.lang), (note, one))
            titled.setdefault((one.key, ""), (note, one))
    found: list[Diagnostic] = []
    for _, held in groupby(places, key=lambda place: place[0].path):
        own = [*held]
        lists = _lists(own)
        found += [*_untitled(own, lists, bare, titled), *_duplicates(own, lists), *_fleeting(own)]
    return found


def moved(found: Iterable[Diagnostic], lines: Mapping[str, Mapping[int, int]]) -> list[Diagnostic]:
    """The same doubts where entries stand in other lines than before; `lines` are old and new ones by path."""

    def line(path: str, before: int) -> int:
        return lines.get(path, {}).get(before, before)

    return [
        msgspec.structs.replace(
            one,
            line=line(one.path, one.line),
            related=tuple(Related(it.path, line(it.path, it.line), it.text) for it in one.related),
        )
        for one in found
    ]


def _untitled(
    own: Sequence[Place],
    lists: Sequence[Sequence[Place]],
    bare: Set[tuple[str, str]],
    titled: Mapping[tuple[str, str], Place],
) -> Iterator[Diagnostic]:
    """`label-untitled`: an entry of a source list that says an address, a bare host or a publisher, and no title.

    Looks away where another entry of the note, or another link of the same entry, has a title; at a host's own front
    page, which may well be called by its host (schema.org) or its publisher; where a publisher's name is in the
    address, and so may be the title; at an only entry, which words before it may introduce; and where entries are
    scattered over three or more places of a note, whose titles may stand beside them.
    """
    said = {one.key for _, one in own if (one.key, one.label) not in bare}
    lines = {one.line for _, one in own if one.key in said}
    aside = len(lists) > 2 or sum(map(len, lists)) == 1
    for note, one in own:
        if one.kind == "footnote" or one.key in said:
            continue
        if one.kind == "list" and (aside or one.line in lines):
            continue
        what = "an address" if _is_address(one) else "its publisher"
        words = f"this source is named by {what} only, without a title: {one.label[:80]}"
        ours, other = titled.get((one.key, note.lang)), titled.get((one.key, ""))
        hint = f"write [{ours[1].label if ours else 'Publisher: Title'}]({one.address})"
        if one.kind == "field":
            hint = "give the entry a title beside its url"
        called = ours or other
        related = [Related(called[0].path, called[1].line, f"called {called[1].label[:120]}")] if called else []
        yield warning("label-untitled", words, note.path, one.line, hint, *related)


def _is_address(one: Citation) -> bool:
    """Whether the title is an address, or a host without scheme that is the source's own."""
    said = one.title if one.publisher else one.label
    if said == one.address or (" " not in said and urls.is_web(said)):
        return True
    if not publishers.HOSTLIKE.fullmatch(said) or _is_home(one.key):
        return False
    host = keys.host_of(keys.canonical("https://" + said)[0])
    return host != "" and keys.registrable(host) == keys.registrable(keys.host_of(one.key))


def _is_publisher(one: Citation, names: Names) -> bool:
    """Whether a label is no more than the name that its host has, in letters or by agreement."""
    if one.publisher or len(one.label) > 60 or _is_home(one.key):
        return False
    said, host = words_of(one.label), keys.host_of(one.key)
    if not said or (said != names.here(host) and "".join(said) != keys.registrable(host).partition(".")[0]):
        return False
    return "".join(said) not in compact(unquote(one.key[len(host) :]))


def _is_home(key: str) -> bool:
    """Whether a key is that of a site's front page."""
    return _HOME.fullmatch(key[len(keys.host_of(key)) :]) is not None


def _duplicates(own: Sequence[Place], lists: Iterable[Sequence[Place]]) -> Iterator[Diagnostic]:
    """`source-duplicate`: one source twice in one list, which the page will show once, under its first label.

    Looks away between the field and the list, which may complete each other; between lists that prose or a heading
    parts; within one line, whose links are one entry; and at an archived copy beside its original.
    """
    fields = [place for place in own if place[1].kind == "field"]
    for entries in [*lists, fields]:
        first: dict[str, Citation] = {}
        for note, one in entries:
            other = first.setdefault(one.key, one)
            if other is one or (one.kind == "list" and other.line == one.line):
                continue
            ours, theirs = keys.canonical(one.address)[1], keys.canonical(other.address)[1]
            if bool(_COPIES & {*ours}) != bool(_COPIES & {*theirs}):
                continue
            rules = dict.fromkeys((*theirs, *ours)) if one.address != other.address else {}
            how = f", written differently ({', '.join(rules)})" if rules else ""
            words = f"this source is in the list already{how}: {one.label[:80]}"
            same = one.label == other.label
            hint = "leave one of the two out"
            hint += "" if same else "; the page shows the first label only.  If it is another source, mend its address"
            first_words = f"first listed here as {other.label[:80]}: {other.address[:120]}"
            yield warning(
                "source-duplicate", words, note.path, one.line, hint, Related(note.path, other.line, first_words)
            )


def _lists(own: Iterable[Place]) -> list[list[Place]]:
    """The entries of source lists, list by list."""
    entries = sorted((place for place in own if place[1].kind == "list"), key=lambda place: place[1].line)
    made = [entries[:1]] if entries else []
    for before, after in pairwise(entries):
        if after[1].line - before[1].line > _NEIGHBOURS:
            made.append([])
        made[-1].append(after)
    return made


def _fleeting(own: Iterable[Place]) -> Iterator[Diagnostic]:
    """`source-fleeting`: a page of search results, or an address that only the author's own network has.

    Looks away from running text, which may tell readers to open such an address; from an archived copy, which
    stays; and from searches of catalogues, registers and forges, whose result may be what is meant.
    """
    for note, one in own:
        why = _why_fleeting(one.key)
        if why and not _COPIES & {*keys.canonical(one.address)[1]}:
            local = why.startswith("an address")
            hint = "name the page as the web has it" if local else "name the page that was found, or an archived copy"
            words = f"this source is {why}: {one.address[:120]}"
            yield warning("source-fleeting", words, note.path, one.line, hint)


@lru_cache(maxsize=65536)
def _why_fleeting(key: str) -> str:
    host = keys.host_of(key)
    if urls.is_local(host):
        return "an address that readers cannot open"
    if not _SEARCH_DOMAINS.fullmatch(host):
        return ""
    path, _, asked = re.sub("[?#]", "\0", key[len(host) :], count=1).partition("\0")
    if "cluster=" in asked:
        return ""  # the versions of one work, which stay together
    results = any(h.fullmatch(host) and p.fullmatch(path or "/") and q.search(asked) for h, p, q in _SEARCHES)
    return "a page of search results, which differs by day and reader" if results else ""


def _is_strange(publisher: str, key: str, names: Names) -> bool:
    """Whether a name is at home at another domain than that of an address, and may not be at both."""
    name, host = words_of(publisher), keys.host_of(key)
    homes, domain = names.homes.get(name, set()), keys.registrable(host)
    known = domain in publishers.REPUBLISHERS or name in publishers.AGENCIES
    return bool(homes) and domain not in homes and not known and not accords(name, host)


def _at_another_host(place: Place, names: Names) -> Diagnostic | None:
    """`label-host-contradicted`: a label names one publisher of this site, its address is another's.

    Both must be known from other labels: the name as that of another domain, the host under another name, each by
    two sources or by the letters of the host.  Looks away from republishers and agencies, names that may be kin,
    names used for two sources of the host, and titles or addresses that say the other name as well.
    """
    note, one = place
    name, host = words_of(one.publisher), keys.host_of(one.key)
    own = names.here(host, without=name)
    if not own or len(names.at_host[host][name]) > 1 or akin(name, own):
        return None
    if "".join(own) in compact(one.title) or "".join(name) in compact(unquote(one.key)):
        return None
    said, there = names.first[host, own], names.place(name)
    known = said[1].publisher
    words = f"the label names {one.publisher}, the address is one of {known} ({host})"
    related = [Related(said[0].path, said[1].line, f"{host} is {known} here")]
    if there:
        where = keys.host_of(there[1].key)
        related.append(Related(there[0].path, there[1].line, f"{there[1].publisher} is {where} here"))
    hint = f"name {known} in the label, or mend the address"
    return warning("label-host-contradicted", words, note.path, one.line, hint, *related)


def _contradicted(places: Sequence[Place], names: Names) -> Iterator[Diagnostic]:
    """`publisher-contradicted`: notes name one source under publishers that cannot be the same.

    What stands before a colon may be no publisher, and names are translated.  So two notes of one language must
    give the same title, or names that are known to be publishers' (from the field, by the host, by other
    sources); notes of two languages, names that are known as those of different domains.  Looks away from names
    that may be kin, and from a platform's name beside that of whoever publishes there.
    """
    by_key: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        by_key[place[1].key].append(place)
    for key, held in by_key.items():
        named: dict[Words, list[Place]] = defaultdict(list)
        for place in held:
            named[words_of(place[1].publisher)].append(place)
        if len(named) < 2:
            continue
        counts = Counter({name: len({note.path for note, _ in own}) for name, own in named.items()})
        usual = min(counts, key=lambda name: (-counts[name], named[name][0][0].path, name))
        for name in named:
            pair = next((p for p in _pairs(named[name], named[usual]) if _contradict(*p, names)), None)
            if name != usual and pair:
                (note, one), (other, theirs) = pair
                words = f"this source is named under {one.publisher} here and under {theirs.publisher} in {other.path}"
                related = Related(other.path, theirs.line, f"named as {theirs.label[:120]}")
                hint = f"give {key[:120]} one publisher in all notes"
                yield warning("publisher-contradicted", words, note.path, one.line, hint, related)


def _pairs(ones: Sequence[Place], others: Sequence[Place]) -> Iterator[tuple[Place, Place]]:
    """Places of two names in different notes; of many, the first."""
    return ((one, other) for one in ones[:20] for other in others[:20] if one[0].path != other[0].path)


def _contradict(one: Place, other: Place, names: Names) -> bool:
    a, b = words_of(one[1].publisher), words_of(other[1].publisher)
    host = keys.host_of(one[1].key)
    if not a or not b or akin(a, b):
        return False
    if keys.registrable(host) in publishers.REPUBLISHERS and (accords(a, host) or accords(b, host)):
        return False
    at, elsewhere = names.homes.get(a, set()), names.homes.get(b, set())
    if at and elsewhere and not at & elsewhere:
        return True
    if one[0].lang != other[0].lang:
        return False
    if words_of(one[1].title) == words_of(other[1].title):
        return True
    known = (
        p[1].kind == "field" or bool(home) or accords(name, host)
        for p, name, home in ((one, a, at), (other, b, elsewhere))
    )
    return all(known)
