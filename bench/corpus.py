"""A folder of generated research notes in German and English, the same for notesite and for its peers.

    .venv/bin/python bench/corpus.py FOLDER --notes 10000 [--seed 1] [--layout notesite]

Half the notes are German, half English, in pairs of original and translation, of about 7 KB each: an introduction,
sections with headings, emphasis, lists, tables and code now and then, figures in each language's form, and about
eight sources of a pool of half as many works as there are notes, few of them popular.  One translation in 200 has an
error planted in a figure.  The same count, seed and layout give the same bytes; all layouts hold the same notes, and
differ in paths and front matter.  Sentences are made of patterns and words that are translations of each other.
Layouts of peers have what peers need: a key that pairs translations, and the names of the sources.  notesite's has
neither, and its file names pair nothing.
"""

import argparse
import json
import random
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

LANGS = ("de", "en")
PLANTED = 200
"""In one of so many pairs, a figure of the translation is wrong."""
Two = tuple[str, str]
"""The same in German and in English."""


def _pairs(text: str) -> list[Two]:
    return [(one.split("|")[0].strip(), one.split("|")[1].strip()) for one in text.strip().splitlines()]


NOUNS = _pairs("""
Messreihen|measurements
Stromnetze|power grids
Rechenzentren|data centres
Wärmepumpen|heat pumps
Speicher|storage sites
Modelle|models
Prognosen|forecasts
Lieferketten|supply chains
Genehmigungen|permits
Verträge|contracts
Haushalte|households
Gemeinden|municipalities
Umfragen|surveys
Gutachten|expert reports
Archive|archives
Bibliotheken|libraries
Krankenhäuser|hospitals
Buslinien|bus routes
Radwege|cycle paths
Brücken|bridges
Häfen|ports
Werften|shipyards
Flüsse|rivers
Wälder|forests
Ernten|harvests
Böden|soils
Preise|prices
Löhne|wages
Mieten|rents
Zölle|tariffs
Kredite|loans
Anleihen|bonds
Aktien|shares
Patente|patents
Lizenzen|licences
Normen|standards
Schnittstellen|interfaces
Datenbanken|databases
Chips|chips
Kameras|cameras
Satelliten|satellites
Batterien|batteries
Turbinen|turbines
Leitungen|pipelines
Klagen|lawsuits
Urteile|rulings
Gesetze|laws
Fördermittel|subsidies
Stiftungen|foundations
Verlage|publishers
Redaktionen|newsrooms
Schulen|schools
Lehrpläne|curricula
Impfungen|vaccinations
Studien|studies
Versuche|trials
Züge|trains
Fahrpläne|timetables
Werkstätten|workshops
Genossenschaften|cooperatives
""")
ADJECTIVES = _pairs("""
neue|new
alte|old
teure|expensive
billige|cheap
öffentliche|public
private|private
regionale|regional
ländliche|rural
städtische|urban
künftige|future
frühere|earlier
offene|open
geheime|secret
geplante|planned
verspätete|delayed
unabhängige|independent
gemeinsame|joint
veraltete|outdated
digitale|digital
zuverlässige|reliable
umstrittene|disputed
europäische|European
kleine|small
große|large
fehlende|missing
sichere|secure
langsame|slow
genaue|precise
ungewöhnliche|unusual
freiwillige|voluntary
""")
VERBS = _pairs("""
veränderten|changed
ersetzten|replaced
verteuerten|inflated
bremsten|slowed
förderten|promoted
prüften|examined
verdrängten|displaced
finanzierten|financed
übertrafen|surpassed
beschrieben|described
schützten|protected
begrenzten|limited
verbesserten|improved
gefährdeten|endangered
erklärten|explained
retteten|saved
verglichen|compared
belasteten|burdened
verzögerten|delayed
bestimmten|determined
""")
PLACES = _pairs("""
Wien|Vienna
Köln|Cologne
München|Munich
Genf|Geneva
Zürich|Zurich
Prag|Prague
Warschau|Warsaw
Kopenhagen|Copenhagen
Lissabon|Lisbon
Mailand|Milan
Brüssel|Brussels
Athen|Athens
Rotterdam|Rotterdam
Hamburg|Hamburg
Oslo|Oslo
Riga|Riga
""")
# A, B, C are things, V and W what they did, N a name, P a place; k, n, r, m, d are figures.
SENTENCES = _pairs("""
{A} {V} {B}, und {C} {W} nichts davon.|{A} {V} {B}, and {C} {W} nothing of it.
Nach Angaben von {N} {V} {A} in {P} vor allem {B}.|According to {N}, {A} in {P} mostly {V} {B}.
Wo {A} fehlen, entstehen {B} gar nicht erst.|Where {A} are lacking, {B} do not come about at all.
Das gilt für {A} ebenso wie für {B}.|This holds for {A} as much as for {B}.
{N} zählte dort {n} {A}, die {B} {V}.|There {N} counted {n} {A} that {V} {B}.
Der Anteil stieg um {r}, weil {A} {B} {V}.|The share rose by {r} because {A} {V} {B}.
Für {A} gab {N} rund {m} aus.|On {A} {N} spent about {m}.
Am {d} {V} {A} in {P} zum ersten Mal {B}.|On {d}, {A} in {P} {V} {B} for the first time.
Von {n} Befragten hielten {r} solche {A} für überflüssig.|Of {n} people asked, {r} thought such {A} superfluous.
Ohne {A}, so das Argument, hätten {B} keinen Sinn.|Without {A}, the argument goes, {B} would make no sense.
Ob {A} wirklich {B} {V}, ist *nicht* belegt.|Whether {A} really {V} {B} is *not* documented.
Entscheidend waren **{A}**, die in {P} {B} {V}.|What mattered were **{A}**, which {V} {B} in {P}.
Wer {A} nur zählt, übersieht {B}.|Whoever merely counts {A} overlooks {B}.
In {k} Städten {V} {A} {B}, in {P} nicht.|In {k} cities {A} {V} {B}, in {P} they did not.
{N} widerspricht: {A} {V} {B}, während {C} sie kaum {W}.|{N} disagrees: {A} {V} {B}, while {C} hardly {W} them.
Die Kosten lagen bei {m}, also {r} über dem Plan.|Costs came to {m}, which is {r} above plan.
Einige {A} {V} {B}, andere {W} {C}.|Some {A} {V} {B}, others {W} {C}.
So wurden aus {n} Anträgen am Ende {k} Zusagen.|Thus {n} applications became {k} promises in the end.
Dass {A} {B} {V}, bestreitet in {P} niemand.|That {A} {V} {B} is denied by nobody in {P}.
Erst {A} {V} {B}, dann {W} {C} den Rest.|First {A} {V} {B}, then {C} {W} the rest.
Ein Bericht vom {d} nennt {m} für {A}.|A report of {d} names {m} for {A}.
Manche {A} kosten heute {r} weniger als früher.|Some {A} cost {r} less today than they used to.
Über {A} und {B} wird in {P} seit langem gestritten.|There has long been a dispute in {P} about {A} and {B}.
Das Kürzel `{c}` steht in den Tabellen für {A}.|In the tables, the code `{c}` stands for {A}.
{N} nennt {A} „überschätzt“, {B} aber nicht.|{N} calls {A} “overrated”, but not {B}.
Trotzdem {V} {A} weiterhin {B}.|Even so, {A} still {V} {B}.
An {k} Orten, darunter {P}, {V} {A} überall {B}.|At {k} sites, {P} among them, {A} {V} {B} everywhere.
Sobald {A} knapp werden, steigen die Preise für {B}.|As soon as {A} become scarce, prices for {B} rise.
Nur {A} {V} {B} auf Dauer.|Only {A} {V} {B} for good.
Das Vorhaben umfasst {n} {A} und läuft bis zum {d}.|The project comprises {n} {A} and runs until {d}.
""")
COUNTED = next(pattern for pattern in SENTENCES if "{n}" in pattern[0])
HEADINGS = _pairs("""
Was {A} kosten|What {A} cost
Woher {A} kommen|Where {A} come from
Streit um {A}|A dispute over {A}
Zwei Zahlen zu {N}|Two figures on {N}
Der Vergleich mit {P}|The comparison with {P}
Ein Blick auf {A}|A look at {A}
Wem {A} nützen|Whom {A} serve
Was offen bleibt|What remains open
Warum {A} fehlen|Why {A} are missing
Lehren aus {P}|Lessons from {P}
Die Rolle von {N}|The role of {N}
Einwände gegen {A}|Objections to {A}
""")
TITLES = _pairs("""
Was {N} über {A} verrät|What {N} tells about {A}
Was {N} für {A} bedeutet|What {N} means for {A}
Warum {N} {A} braucht|Why {N} needs {A}
{N}: {A} auf dem Prüfstand|{N}: {A} put to the test
Wie {N} {A} verändert|How {N} changes {A}
Wenn {A} fehlen: der Fall {N}|When {A} are missing: the case of {N}
{N} in Zahlen|{N} in figures
Rechnet sich {N}?|Does {N} pay off?
Hinter den Kulissen von {N}|Behind the scenes of {N}
{N} ohne {A} und {B}|{N} without {A} and {B}
""")
LABELS = "{A} in {P}|How {A} {V} {B}|{P}: {A} and {B}|{A} after {N}|The cost of {A} in {P}".split("|")
PAPERS = "Post Kurier Monitor Review Institut Ledger Observer Blog Zeitung Letters Anzeiger Quarterly".split()
MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
MONTHS_EN = "January February March April May June July August September October November December".split()
FIRST = "Al Be Cor Dra Eli Fen Gri Hol Iva Jo Kel Lu Mar Nov Ost Pra Quin Ros Sil Tar Ul Ver Wim Yar Zo".split()
MIDDLE = "bra cho da fi go ha ki la mo ne pu ri so ti va we xi zu ber lan mer nor ral sten".split()
LAST = "dan dis don ex ga gen ia ka lon mar na nis nova ra rim ro ta tec tis tor um us va vik vo".split()
SLOT = re.compile(r"{(\w)}")


def _thing(chance: random.Random) -> Two:
    (noun, noun_en) = chance.choice(NOUNS)
    if chance.random() < 0.5:
        return noun, noun_en
    adjective, adjective_en = chance.choice(ADJECTIVES)
    return f"{adjective} {noun}", f"{adjective_en} {noun_en}"


def _name(chance: random.Random) -> str:
    return chance.choice(FIRST) + chance.choice(MIDDLE) + chance.choice(LAST)


def _figure(kind: str, chance: random.Random, wrong: bool) -> Two:
    """A figure in the form of each language; a wrong count is another in English, a slip of the translator."""
    if kind == "d":
        day, month, year = chance.randint(1, 28), chance.randrange(12), chance.randint(2015, 2025)
        return f"{day}. {MONTHS[month]} {year}", f"{day} {MONTHS_EN[month]} {year}"
    if kind == "k":
        return (str(chance.randint(13, 98)),) * 2
    if kind == "n":
        number = chance.randint(1_001, 99_998)
        return f"{number:,}".replace(",", "."), f"{number + wrong:,}"
    whole, tenth = chance.randint(2, 98), chance.randint(1, 9)
    if kind == "r":
        return f"{whole},{tenth} %", f"{whole}.{tenth}%"
    return f"{whole},{tenth} Millionen Euro", f"{whole}.{tenth} million euros"


def _slot(slot: str, chance: random.Random, name: str, wrong: bool) -> Two:
    if slot in "ABC":
        return _thing(chance)
    if slot in "VW":
        return chance.choice(VERBS)
    if slot == "P":
        return chance.choice(PLACES)
    if slot == "N":
        return name, name
    if slot == "c":
        code = f"{chance.choice(MIDDLE)}_{chance.choice(LAST)}"
        return code, code
    return _figure(slot, chance, wrong)


def _said(pattern: Two, chance: random.Random, name: str, wrong: bool = False) -> Two:
    """A pattern with its slots filled, beginning with a capital."""
    slots = dict.fromkeys(SLOT.findall(pattern[0] + pattern[1]))
    filled = {slot: _slot(slot, chance, name, wrong) for slot in slots}
    german, english = (pattern[n].format(**{slot: both[n] for slot, both in filled.items()}) for n in (0, 1))
    return german[0].upper() + german[1:], english[0].upper() + english[1:]


def _together(parts: list[Two], between: str) -> Two:
    return between.join(part[0] for part in parts), between.join(part[1] for part in parts)


class Writer:
    """Writes one note, block by block, in both languages."""

    def __init__(self, chance: random.Random, name: str, sources: list[Two], planted: bool) -> None:
        self.chance, self.name, self.sources, self.planted = chance, name, sources, planted

    def sentences(self, least: int, most: int) -> Two:
        """A paragraph; no two sentences of it have one pattern."""
        chosen = self.chance.sample(SENTENCES, self.chance.randint(least, most))
        said = [_said(pattern, self.chance, self.name) for pattern in chosen]
        if self.planted:
            said.append(_said(COUNTED, self.chance, self.name, wrong=True))
            self.planted = False
        if self.chance.random() < 0.05:
            label, address = self.chance.choice(self.sources)
            said.append((f"Mehr dazu hat [{label}]({address}).", f"There is more in [{label}]({address})."))
        return _together(said, " ")

    def listed(self, mark: str) -> Two:
        """A list of three to five items, with bullets or with numbers."""
        items = [self.sentences(1, 2) for _ in range(self.chance.randint(3, 5))]
        marks = [f"{n}. " if mark == "1" else "- " for n in range(1, len(items) + 1)]
        return _together([(m + de, m + en) for m, (de, en) in zip(marks, items, strict=True)], "\n")

    def table(self) -> Two:
        """A table of things, places and figures."""
        rows = [("| Was | Wo | Anzahl |", "| What | Where | Number |"), ("|---|---|---:|", "|---|---|---:|")]
        rows += [_said(("| {A} | {P} | {n} |",) * 2, self.chance, self.name) for _ in range(self.chance.randint(3, 6))]
        return _together(rows, "\n")

    def code(self) -> Two:
        """Code, which no translator touches."""
        names = self.chance.sample(MIDDLE, 4)
        lines = [f"{one} = {self.chance.randint(2, 99)} * {self.chance.randint(2, 99)}" for one in names]
        block = "\n".join(["```python", *lines, f"print({' + '.join(names)})", "```"])
        return block, block

    def body(self) -> list[Two]:
        """All blocks: an introduction, then sections until it is long enough."""
        blocks = [self.sentences(3, 4)]
        wanted = self.chance.randint(4_600, 6_000)
        for heading in self.chance.sample(HEADINGS, len(HEADINGS)):
            if sum(len(block[0]) for block in blocks) > wanted:
                break
            german, english = _said(heading, self.chance, self.name)
            blocks += [(f"## {german}", f"## {english}"), self.sentences(3, 6)]
            extra = self.chance.random()
            if extra < 0.2:
                blocks.append(self.listed("-"))
            elif extra < 0.35:
                blocks.append(self.listed("1"))
            elif extra < 0.42:
                blocks.append(self.table())
            elif extra < 0.47:
                blocks.append(self.code())
            blocks.append(self.sentences(3, 6))
        return blocks


def slug(text: str) -> str:
    """A text as part of an address."""
    for letter, plain in zip("äöüß", ("ae", "oe", "ue", "ss"), strict=True):
        text = text.lower().replace(letter, plain)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", text).strip("-")


def _works(count: int, seed: int) -> list[Two]:
    """The works that notes cite: labels and addresses, each address once; some publishers have many of them."""
    chance = random.Random(f"works {seed}")
    publishers = [f"{_name(chance)} {chance.choice(PAPERS)}" for _ in range(max(12, count // 8))]
    made: dict[str, str] = {}
    while len(made) < count:
        pattern = chance.choice(LABELS)
        publisher = publishers[int(len(publishers) * chance.random() ** 2)]
        title = _said((pattern, pattern), chance, _name(chance))[1]
        address = f"https://www.{slug(publisher)}.example/{chance.randint(2015, 2025)}/{slug(title)}"
        made[address] = f"{publisher}: {title}"
    return [(label, address) for address, label in made.items()]


class Note:
    """One note in one language, and what peers have to know to pair it."""

    def __init__(self, lang: str, title: str, day: date, key: str, text: str, names: list[str], original: bool) -> None:
        self.lang, self.title, self.day, self.key, self.text = lang, title, day, key, text
        self.names, self.original = names, original


def notes(count: int, seed: int) -> Iterator[Note]:
    """All notes, pair by pair."""
    works = _works(max(30, count // 2), seed)
    weights = list(accumulate(1 / (rank + 5) ** 0.7 for rank in range(len(works))))
    names = [a + b + c for a in FIRST for b in MIDDLE for c in LAST]
    random.Random(f"names {seed}").shuffle(names)
    for number in range(count // 2):
        chance = random.Random(f"{seed} {number}")
        again, place = divmod(number, len(names))
        name = names[place] + (f" {again + 1}" if again else "")
        cited = dict.fromkeys(chance.choices(works, cum_weights=weights, k=chance.randint(6, 11)))
        titles = _said(chance.choice(TITLES), chance, name)
        first, later = date(2018, 1, 1) + timedelta(chance.randrange(2_700)), timedelta(chance.randint(0, 9))
        blocks = Writer(chance, name, [*cited], number % PLANTED == PLANTED // 20).body()
        listed = "  \n".join(f"[{label}]({address})" for label, address in cited)
        key, original = f"{first}-{slug(titles[1])}", chance.randrange(2)
        for n, lang in enumerate(LANGS):
            text = "\n\n".join([*(block[n] for block in blocks), listed]) + "\n"
            day = first if n == original else first + later
            yield Note(lang, titles[n], day, key, text, [label for label, _ in cited], n == original)


def _front(note: Note, **more: object) -> str:
    fields = {"title": note.title, "lang": note.lang, "date": note.day, "generated": True}
    fields |= {"translated": not note.original, **more}
    shown = (
        f"{name}: {one if isinstance(one, date) else json.dumps(one, ensure_ascii=False)}"
        for name, one in fields.items()
    )
    return "\n".join(["---", *shown, "---"])


def laid(note: Note, layout: str) -> Two:
    """The path and the text of a note as one generator wants it."""
    name = f"{note.day}-{slug(note.title)}.md"
    if layout == "notesite":
        return f"notes/{name}", f"{_front(note)}\n\n{note.text}"
    if layout == "hugo":
        front = _front(note, translationKey=note.key, sources=note.names)
        return f"content/{note.lang}/notes/{name}", f"{front}\n\n{note.text}"
    if layout == "eleventy":
        front = _front(note, translationKey=note.key, sources=note.names)
        return f"src/{note.lang}/notes/{name}", f"{front}\n\n{note.text}"
    if layout == "mkdocs":  # what pairs translations there is the path
        return f"docs/{note.lang}/notes/{note.key}.md", f"{_front(note)}\n\n{note.text}"
    fields = {"Title": note.title, "Lang": note.lang, "Date": note.day, "Category": "notes"}
    fields |= {"Slug": note.key, "Tags": "; ".join(note.names)}  # one slug pairs translations
    front = "\n".join(f"{field}: {value}" for field, value in fields.items())
    return f"content/notes/{name}", f"{front}\n\n{note.text}"


LAYOUTS = ("notesite", "hugo", "pelican", "eleventy", "mkdocs")


def write(folder: Path, count: int, seed: int, layout: str) -> None:
    """Write the notes below a folder."""
    for note in notes(count, seed):
        path, text = laid(note, layout)
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())


def main() -> None:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--notes", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--layout", choices=LAYOUTS, default="notesite")
    asked = parser.parse_args()
    write(asked.folder, asked.notes, asked.seed, asked.layout)


if __name__ == "__main__":
    main()
