"""Names of publishers: spellings of one name, names that may be kin, and what labels call each host of a site."""

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from notesite import keys
from notesite.records import Citation, Note

Place = tuple[Note, Citation]
Words = tuple[str, ...]
Tally = dict[Words, set[str]]

# Registrable domains that show what others published: archives, forges, platforms, libraries, agencies' wires.
REPUBLISHERS = frozenset(
    """
    archive.org archive.today archive-it.org arquivo.pt doi.org handle.net jstor.org ssrn.com arxiv.org biorxiv.org
    medrxiv.org nih.gov europepmc.org zenodo.org figshare.com osf.io openreview.net core.ac.uk hal.science econstor.eu
    ssoar.info researchgate.net academia.edu semanticscholar.org springer.com sciencedirect.com wiley.com acm.org
    ieee.org tandfonline.com mdpi.com github.com gitlab.com bitbucket.org codeberg.org sourceforge.net huggingface.co
    kaggle.com medium.com substack.com wordpress.com blogspot.com tumblr.com blogger.com notion.site readthedocs.io
    youtube.com vimeo.com bilibili.com spotify.com soundcloud.com apple.com google.com googleapis.com amazonaws.com
    cloudfront.net dropbox.com scribd.com issuu.com slideshare.net speakerdeck.com documentcloud.org x.com facebook.com
    instagram.com linkedin.com reddit.com ycombinator.com mastodon.social t.me yahoo.com msn.com aol.com investing.com
    marketscreener.com nasdaq.com usnews.com finanznachrichten.de finanzen.net presseportal.de prnewswire.com
    businesswire.com globenewswire.com eurekalert.org phys.org techxplore.com pressreader.com flipboard.com
    everycrsreport.com courtlistener.com wikimedia.org wikisource.org sina.com.cn sohu.com 163.com qq.com ifeng.com
    zhihu.com csdn.net toutiao.com baidu.com amazon.com amazon.de
    """.split()
)

# Agencies that are read in other papers.
AGENCIES = frozenset(
    [("dpa",), ("afp",), ("ap",), ("associated", "press"), ("epd",), ("kna",), ("sid",), ("apa",), ("ansa",), ("efe",)]
)

HOSTLIKE = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_ARTICLES = {"the", "der", "die", "das", "le", "la", "les", "el", "a", "an"}
_SMALL = {"of", "for", "and", "in", "on", "für", "fur", "und", "von", "zu", "zur", "im", "de", "du", "des", "et", "y"}


class Names:
    """What labels call the publishers of this site, and where each name is at home."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.at_host: dict[str, Tally] = defaultdict(lambda: defaultdict(set))
        self.first: dict[tuple[str, Words], Place] = {}
        at_domain: dict[str, Tally] = defaultdict(lambda: defaultdict(set))
        met: set[tuple[str, str]] = set()
        for note, one in places:
            said = (one.key, one.publisher)  # which most notes say alike
            if said not in met and (name := words_of(one.publisher) if one.publisher else ()):
                met.add(said)
                host = keys.host_of(one.key)
                self.at_host[host][name].add(one.key)
                at_domain[keys.registrable(host)][name].add(one.key)
                self.first.setdefault((host, name), (note, one))
        self.homes: dict[Words, set[str]] = defaultdict(set)
        for domain, tally in at_domain.items():
            name = _agreed(tally, domain)
            if name and domain not in REPUBLISHERS:
                self.homes[name].add(domain)

    def here(self, host: str, without: Words = ()) -> Words:
        """What the labels of a host agree to call it, those that say one certain name left aside."""
        tally = self.at_host.get(host, {})
        return _agreed({name: held for name, held in tally.items() if name != without}, host)

    def place(self, name: Words) -> Place | None:
        """The first place that names a publisher by a source of its own."""
        homes = self.homes.get(name, set())
        held = (place for (host, one), place in self.first.items() if one == name and keys.registrable(host) in homes)
        return next(held, None)


def _agreed(tally: Mapping[Words, set[str]], host: str) -> Words:
    """The name that two thirds of the sources have, if two sources have it or the host says it; else empty."""
    name = min(tally, key=lambda one: (-len(tally[one]), one), default=())
    total = sum(map(len, tally.values()))
    if not name or len(tally[name]) * 3 < total * 2:
        return ()
    return name if len(tally[name]) > 1 or accords(name, host) else ()


@lru_cache(maxsize=16384)
def words_of(name: str) -> Words:
    """The words of a name by which two spellings of it are one: no case, accents, articles, brackets, no ending .com"""
    bare = re.sub(r"\s*[(\[].*?[)\]]", "", name).strip() or name
    if HOSTLIKE.fullmatch(bare):
        host = re.sub(r"^www\.", "", bare.casefold().partition("/")[0])
        bare = keys.registrable(host).partition(".")[0] or bare
    found = re.findall(r"[^\W_]+", _plain(bare))
    return tuple([one for one in found if one not in _ARTICLES] or found)


def compact(text: str) -> str:
    """The letters and digits of a text, without case and accents."""
    return re.sub(r"[\W_]", "", _plain(text))


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


@lru_cache(maxsize=16384)
def akin(one: Words, other: Words) -> bool:
    """Whether two names may be one publisher's: a part, an abbreviation, another spelling, another script."""
    a, b = sorted(("".join(one), "".join(other)), key=lambda text: (len(text), text))
    if a == b or set(one) <= set(other) or set(other) <= set(one) or (len(a) > 3 and a in b):
        return True
    if a.isascii() != b.isascii() and not (_is_latin(a) and _is_latin(b)):
        return True
    short, long = (one, other) if len("".join(one)) <= len("".join(other)) else (other, one)
    if len(a) <= 6 and len(short) == 1 and _abbreviates(a, long):
        return True
    shared = {word for word in set(one) & set(other) if len(word) > 4}
    return bool(shared) or difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() >= 0.75


def _is_latin(text: str) -> bool:
    return all("LATIN" in unicodedata.name(c, "") or c.isdigit() for c in text)


def _abbreviates(short: str, long: Words) -> bool:
    """Whether a short name stands for a long one: its initials, or letters of it in order."""
    initials = "".join(word[0] for word in long if word not in _SMALL)
    if short.startswith(initials) and len(initials) > 1:
        return True
    letters = iter("".join(long))
    return long[0][0] == short[0] and all(c in letters for c in short)


@lru_cache(maxsize=16384)
def accords(name: Words, host: str) -> bool:
    """Whether a host may be that of a publisher by its own letters: iea.org, kr-asia.com, publicpower.org."""
    domain = keys.registrable(host)
    label = re.sub(r"[\W_]", "", domain.partition(".")[0])
    whole, said = re.sub(r"[\W_]", "", domain), "".join(name)
    initials = "".join(word[0] for word in name if word not in _SMALL)
    if said in (label, whole) or label in name or (len(initials) > 1 and label.startswith(initials)):
        return True
    if (len(label) > 3 and label in said) or (len(said) > 2 and said in label):
        return True
    return any(said == re.sub(r"[\W_]", "", part) for part in host.removesuffix(domain).split("."))
