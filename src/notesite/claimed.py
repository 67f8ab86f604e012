"""Addresses that several outputs claim: who claims them, and what parts them."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from notesite import urls
from notesite.diagnostics import Diagnostic, Related, error
from notesite.site import Site

ALIAS = " (alias)"
"""What follows a note's path where an old address of it asks for a page."""
_MANY = 5
"""Places of one kind that are told one by one; of more these are shown."""
_PATTERNS = ("/{lang}/{year}/{slug}/", "/{lang}/{path}/")
"""Permalinks that part notes of one name."""


class _Clash(Struct, frozen=True):
    """A place that is claimed more than once: its path, and by whom."""

    path: str
    claims: tuple[str, ...]

    @property
    def address(self) -> str:
        return "/" + self.path.removesuffix("index.html")

    @property
    def has_alias(self) -> bool:
        return any(claim.endswith(ALIAS) for claim in self.claims)

    @property
    def files(self) -> list[str]:
        """The notes among those who claim it, those first that are to give way."""
        files = [one for one in self.claims if one.startswith("notes/")]
        return [one.removesuffix(ALIAS) for one in sorted(files, key=lambda one: not one.endswith(ALIAS))]


def twice(site: Site, claims: Iterable[tuple[str, str]]) -> tuple[Diagnostic, ...]:
    """Outputs (path and who asks for it) that would overwrite each other: one message where they are many."""
    clashes = list(_clashes(claims))
    aliases = [one for one in clashes if one.has_alias]
    others = [one for one in clashes if not one.has_alias]
    return (*_told(others, _parting(site, others)), *_told(aliases, "leave the alias out"))


def _clashes(claims: Iterable[tuple[str, str]]) -> Iterator[_Clash]:
    places: dict[str, list[tuple[str, str]]] = {}
    for path, origin in sorted(claims):
        places.setdefault(urls.same_place(path), []).append((path, origin))
    for place, own in places.items():
        # A page that is a file where another needs a folder is in its way, too.
        above = [places[parent][0][1] for parent in urls.folders_of(place) if parent in places]
        if above or len(own) > 1:
            yield _Clash(own[-1][0], (*above, *(origin for _, origin in own)))


def _told(clashes: Sequence[_Clash], mend: str) -> tuple[Diagnostic, ...]:
    if len(clashes) <= _MANY:
        return tuple(_one(clash) for clash in clashes)
    shown = ", ".join(f"{one.address} ({_listed(one.claims, '; ')})" for one in clashes[:_MANY])
    words = f"{len(clashes)} addresses are claimed twice, the first five are {shown}"
    return (error("address-taken", words, next(iter(clashes[0].files), ""), 0, mend),)


def _one(clash: _Clash) -> Diagnostic:
    times = "twice" if len(clash.claims) == 2 else f"{len(clash.claims)} times"
    words = f"the address {clash.address} is claimed {times}: by {_listed(clash.claims, ' and by ')}"
    # Named is who is to give way: an alias, else the last to come.
    path, *others = (clash.files if clash.has_alias else clash.files[::-1]) or [""]
    related = [Related(file, 0, "claims it, too") for file in others]
    hint = f"give {'one of them' if len(clash.claims) == 2 else 'each of them'} another slug"
    hint = "leave the alias out" if clash.has_alias else hint
    return error("address-taken", words, path, 0, hint, *related)


def _listed(claims: Sequence[str], between: str) -> str:
    more = [f"{len(claims) - 3} more"] if len(claims) > 4 else []
    return between.join([*(claims[:3] if more else claims), *more])


def _parting(site: Site, clashes: Iterable[_Clash]) -> str:
    """How to part notes: by the permalinks that do, dates being known."""
    files = dict.fromkeys(file for clash in clashes for file in clash.files)
    notes = [site.by_path[file] for file in files if file in site.by_path]
    patterns = [
        f'"{pattern}"'
        for pattern in _PATTERNS
        if len({urls.same_place(site.note_address(note, pattern)) for note in notes}) == len(notes)
        and ("{year}" not in pattern or all(note.date for note in notes))
    ]
    if not notes or not patterns:
        return f"give one of each two another {'slug' if notes else 'name'}"
    return f"permalink = {' or '.join(patterns)} under [site] in notesite.toml keeps them apart"
