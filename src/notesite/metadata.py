"""What machines read of a note's page: JSON-LD (schema.org), Open Graph, Highwire tags, AI disclosure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from notesite import locales
from notesite.records import Note, Said
from notesite.site import Site
from notesite.views import Provenance

# schema.org's members for the IPTC digital source types; the member form is what Google documents.
_TRAINED = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
_COMPOSITE = "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource"


def provenance(site: Site, note: Note) -> Provenance:
    """Who or what wrote, translated and checked a note, from its own fields and those of its versions."""
    group = site.groups[note.path]
    members = [site.by_path[path] for path in group.notes]
    original = site.by_path[group.original]
    versions = {one.lang: site.address[one.path] for one in members if one.path != note.path}
    alternates = site.alternates(versions, note.lang)
    machine = {one.lang for one in members if one.translated}
    return Provenance(
        generated=bool(note.generated),
        generator=_words(note.generated),
        translated=bool(note.translated),
        translator=_words(note.translated),
        reviewed=bool(note.reviewed),
        reviewer=_words(note.reviewed),
        original=next((one for one in alternates if note.translated and one.lang == original.lang), None),
        original_generated=bool(original.generated),
        machine_translations=tuple(one for one in alternates if note is original and one.lang in machine),
    )


def _words(said: Said) -> str:
    return said if isinstance(said, str) else ""


def disclosure(note: Note) -> str:
    """The value of `<meta name="ai-disclosure">` (W3C AI Content Disclosure group); empty where nothing is said."""
    if note.generated:
        return "ai-generated"
    if note.translated:
        return "ai-assisted"
    return "none" if note.generated is False and note.translated is False else ""


def highwire(site: Site, note: Note) -> tuple[tuple[str, str], ...]:
    """Tags by which reference managers read the page; without `z:itemType` Zotero takes it for a journal article."""
    made = [("citation_title", note.title), ("citation_language", note.lang)]
    made += [("citation_author", author) for author in note.authors]
    if note.date:
        made.append(("citation_publication_date", note.date[:10].replace("-", "/")))
    if site.base.origin:
        made.append(("citation_public_url", site.base.absolute(site.address[note.path])))
    made += [("citation_abstract", note.description)] if note.description else []
    made += [("z:itemType", "blogPost" if note.date else "webpage")]
    said = disclosure(note)
    return tuple(made + ([("ai-disclosure", said)] if said else []))


def open_graph(site: Site, note: Note, image: str) -> tuple[tuple[str, str], ...]:
    """Open Graph properties of a note."""
    made = [
        ("og:type", "article"),
        ("og:title", note.title),
        ("og:site_name", site.view(note.lang).title),
        ("og:locale", locales.territory(note.lang)),
        ("og:url", site.base.absolute(site.address[note.path])),
    ]
    made += [("og:description", note.description)] if note.description else []
    made += [("og:locale:alternate", locales.territory(lang)) for lang in site.versions(note) if lang != note.lang]
    made += [("og:image", site.base.origin + image)] if image and site.base.origin else []
    made += [("article:published_time", moment(note.date))] if note.date else []
    made += [("article:modified_time", moment(note.updated))] if note.updated else []
    return tuple(made)


def article(site: Site, note: Note) -> dict[str, Any]:
    """The note as a schema.org Article."""
    group = site.groups[note.path]
    here = site.base.absolute(site.address[note.path])
    made: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": here,
        "url": here,
        "headline": note.title,
        "inLanguage": note.lang,
        "description": note.description,
        "datePublished": note.date,
        "dateModified": note.updated or note.date,
        "author": [{"@type": "Person", "name": author} for author in note.authors],
        "publisher": {"@type": "Organization", "name": site.view(note.lang).title},
        "keywords": list(note.tags),
        "citation": [_cited(one.title, one.address, one.publisher) for one in note.bibliography],
        "digitalSourceType": _source_type(note),
    }
    others = [site.base.absolute(site.address[path]) for path in group.notes if path != note.path]
    if note.path == group.original:
        made["workTranslation"] = [{"@id": other} for other in others]
    else:
        made["translationOfWork"] = {"@id": site.base.absolute(site.address[group.original])}
    if note.reviewed:
        made["creativeWorkStatus"] = "Reviewed"
    return {name: value for name, value in made.items() if value}


def _cited(title: str, address: str, publisher: str) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": "CreativeWork", "name": title}
    if address:
        made["url"] = address
    if publisher:
        made["publisher"] = {"@type": "Organization", "name": publisher}
    return made


def _source_type(note: Note) -> str:
    if note.generated:
        return _TRAINED
    return _COMPOSITE if note.translated else ""


def moment(iso: str) -> str:
    """A day or time as an RFC 3339 date-time; what says no zone is taken as UTC."""
    if len(iso) == 10:
        return iso + "T00:00:00Z"
    return iso if iso[19:] else iso + "Z"


def latest(moments: Iterable[str]) -> str:
    """The latest of RFC 3339 date-times, whatever their zones."""
    return max(moments, key=datetime.fromisoformat)
