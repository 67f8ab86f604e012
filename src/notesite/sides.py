"""A note beside its translation: section by section, and what differs between the two."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import msgspec

from notesite import heads, locales, metadata, places, sources, subjects
from notesite.alignment import Alignment
from notesite.diagnostics import Severity
from notesite.highlights import Spot, marked
from notesite.pages import Page
from notesite.parity import Finding, Parity, Quote
from notesite.records import Note
from notesite.sideviews import Cited, Pair, Remark, Said, Side, SidesView
from notesite.site import Site
from notesite.views import Ref

FAMILY = "sides"
"""What the pages that compare are planned as."""
ONE_SIDED = frozenset({"missing", "added"})
"""Cases of findings in which one of the two lacks what the other has."""


def partner(site: Site, note: Note) -> Note | None:
    """The version that a note is compared with: its original; the original with the site's first other language."""
    members = site.members[note.path]
    original = site.by_path[site.groups[note.path].original]
    if original is not note:
        return original
    return next((members[lang] for lang in site.langs if lang in members and lang != note.lang), None)


def link(site: Site, note: Note) -> Ref | None:
    """A link to the page on which a note stands beside its translation; `lang` is that of the other version."""
    other = partner(site, note) if site.config.pages.compare else None
    return Ref(site.base.href(site.compare(note)), "", other.lang) if other else None


def pages(site: Site, lang: str) -> Iterator[Page]:
    """The page of each note that has a translation, if the settings want them."""
    for note in site.by_lang[lang] if site.config.pages.compare else ():
        other = partner(site, note)
        if other is None:
            continue
        title = site.messages(lang).gettext("%(title)s, side by side") % {"title": note.title}
        addresses = {one: site.compare(each) for one, each in site.members[note.path].items()}
        top = heads.head(site, lang, title, "", addresses, "notes")
        # Two texts that stand on pages of their own: not for search engines.
        top = msgspec.structs.replace(top, noindex=True, hreflang=())
        origin = f"the comparison of {note.path}"
        view = partial(_view, ours=note.path, theirs=other.path)
        group = site.groups[note.path].notes
        reads = [kind(path) for path in group for kind in (subjects.text, subjects.whole, subjects.card)]
        reads += (one for each in (note, other) for one in subjects.linked(site, each))
        yield heads.page(site, lang, addresses[lang], "compare.html", origin, top, view, tuple(reads), FAMILY)


def _view(site: Site, ours: str, theirs: str) -> SidesView:
    return _Comparison(site, site.by_path[ours], site.by_path[theirs]).view()


class _Comparison:
    """A note (ours) and the version it is compared with (theirs)."""

    def __init__(self, site: Site, ours: Note, theirs: Note) -> None:
        self.site, self.ours, self.theirs = site, ours, theirs
        self.forwards = site.groups[ours.path].original == ours.path
        first, second = (ours, theirs) if self.forwards else (theirs, ours)
        self.alignment = Alignment(first, second)
        self.parity = site.parity(first.path, second.path) or Parity(first.path, second.path)
        self.shown = site.config.drafts or site.config.pages.findings
        self.found = [one for one in self.parity.findings if self.shown and self._is_told(one)]
        self.placed: dict[int, str] = {}
        """The ids of the marks in the texts, by the number of their finding."""

    def _is_told(self, one: Finding) -> bool:
        """Whether neither of the two notes nor the settings silence the rule of a finding."""
        said = self.site.config.severities.said(one.rule, self.parity.translation)
        return one.rule not in {*self.ours.ignored, *self.theirs.ignored} and said is not Severity.IGNORE

    def view(self) -> SidesView:
        pairs = tuple(self._pairs())  # marks are placed on the way, which the remarks lead to
        others = [one for lang, one in self.site.members[self.ours.path].items() if one not in (self.ours, self.theirs)]
        return SidesView(
            ours=self._side(self.ours, ""),
            theirs=self._side(self.theirs, f"{self.theirs.lang}-"),
            provenance=metadata.provenance(self.site, self.ours),
            pairs=pairs,
            our_sources=tuple(self._sources(self.ours)),
            their_sources=tuple(self._sources(self.theirs)),
            shown=self.shown,
            remarks=tuple(self._remark(number, one, pairs) for number, one in enumerate(self.found, 1)),
            agreed=len(self.parity.agreed),
            others=tuple(
                self._elsewhere(one) for one in sorted(others, key=lambda one: self.site.langs.index(one.lang))
            ),
        )

    def _elsewhere(self, note: Note) -> Ref:
        return Ref(self.site.base.href(self.site.compare(note)), locales.autonym(note.lang), note.lang)

    def _side(self, note: Note, prefix: str) -> Side:
        return Side(
            lang=note.lang,
            dir=locales.direction(note.lang),
            name=locales.autonym(note.lang),
            title=note.title,
            url=self.site.base.href(self.site.address[note.path]),
            prefix=prefix,
            links=tuple(self.site.resolve(note, one).href for one in note.links),
            footnotes=note.footnotes,
        )

    # The texts

    def _pairs(self) -> Iterator[Pair]:
        ours, theirs = self._texts(self.ours), self._texts(self.theirs)
        there = dict(self.alignment.pairs if self.forwards else ((b, a) for a, b in self.alignment.pairs))
        for number, (a, b) in enumerate(_rows(len(ours), len(theirs), there)):
            yield Pair(
                f"pair:{number}",
                self._heading(self.ours, a) or self._heading(self.theirs, b),
                "" if a is None else ours[a],
                "" if b is None else theirs[b],
            )

    def _heading(self, note: Note, section: int | None) -> str:
        if section is None or not note.sections[section].id:
            return ""
        wanted = note.sections[section].id
        return next((one.text for one in note.headings if one.id == wanted), "")

    def _texts(self, note: Note) -> list[str]:
        """The sections of a note with what differs marked, and what agrees where findings are shown."""
        if not self.shown:
            return [section.html for section in note.sections]
        made = []
        for place, section in enumerate(note.sections):
            text, found = marked(section.html, [*self._differing(note, place), *self._agreeing(note, place)])
            for spot in found:
                if spot.id and spot.href:
                    self.placed.setdefault(int(spot.href.rpartition(":")[2]), spot.id)
            made.append(text)
        return made

    def _differing(self, note: Note, section: int) -> Iterator[Spot]:
        messages = self.site.messages(self.ours.lang)
        voice = locales.voice(self.site.catalogues, self.ours.lang)
        for number, one in enumerate(self.found, 1):
            quote = self._quote(one, note)
            if quote and quote.section == section and quote.written and quote.text:
                both = one.original is not None and one.translation is not None
                words = messages.gettext("differs (%(number)s)") if both else messages.gettext("only here (%(number)s)")
                name = f"at:{number}" if note is self.ours else f"there:{number}"
                said, lang = words % {"number": number}, "" if voice == note.lang else voice
                yield Spot(quote.text, quote.written, "mark", "diff", name, said, f"#finding:{number}", lang)

    def _agreeing(self, note: Note, section: int) -> Iterator[Spot]:
        place = 0 if note.path == self.parity.original else 1
        figures = note.content.figures
        for pair in self.parity.agreed:
            quote = places.of_figure(note, figures[pair[place]])
            if quote.section == section:
                yield Spot(quote.text, quote.written, "span", "same")

    def _quote(self, finding: Finding, note: Note) -> Quote | None:
        return finding.original if note.path == self.parity.original else finding.translation

    # The sources

    def _sources(self, note: Note) -> Iterator[Cited]:
        said: dict[str, tuple[int, bool]] = {}
        for number, one in enumerate(self.found, 1):
            quote = self._quote(one, note) if one.rule == "sources-differ" else None
            if quote:
                said.setdefault(quote.written, (number, one.case in ONE_SIDED))
        for entry in note.bibliography:
            yield Cited(
                title=entry.title,
                publisher=entry.publisher,
                url=entry.address,
                lang=sources.foreign(entry.title, note.lang),
                finding=said.get(entry.label, (0, False))[0],
                alone=said.get(entry.label, (0, False))[1],
            )

    # What is found

    def _remark(self, number: int, one: Finding, pairs: Sequence[Pair]) -> Remark:
        ours, theirs = self._quote(one, self.ours), self._quote(one, self.theirs)
        lacking = "" if (ours and theirs) or one.case not in ONE_SIDED else (self.theirs if ours else self.ours).lang
        return Remark(
            number=number,
            rule=one.rule,
            case=one.case,
            ours=Said(ours.written, ours.text) if ours else None,
            theirs=Said(theirs.written, theirs.text) if theirs else None,
            counts=one.counts if self.forwards else one.counts[::-1],
            lacking=lacking,
            href=self._place(number, one, pairs),
        )

    def _place(self, number: int, one: Finding, pairs: Iterable[Pair]) -> str:
        """Where on the page a finding is to be seen: its mark, else its section, else the sources or the top."""
        if number in self.placed:
            return f"#{self.placed[number]}"
        if one.rule == "sources-differ":
            return "#sources"
        for note, side in ((self.ours, "ours"), (self.theirs, "theirs")):
            quote = self._quote(one, note)
            if quote and 0 <= quote.section < len(note.sections):
                rows = [pair.id for pair in pairs if getattr(pair, side)]
                return f"#{rows[quote.section]}"
        return "#text"


def _rows(ours: int, theirs: int, there: dict[int, int]) -> Iterator[tuple[int | None, int | None]]:
    """The sections of two texts side by side, in the order of both."""
    at = 0
    for here in range(ours):
        counterpart = there.get(here)
        if counterpart is not None:
            yield from ((None, other) for other in range(at, counterpart))
            at = counterpart + 1
        yield here, counterpart
    yield from ((None, other) for other in range(at, theirs))
