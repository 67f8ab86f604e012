"""Numbers of a text where they stand: what is one and what is not, and which scale, sign and date belong to it.

`figures` makes values of these; how a language writes numbers comes from `numerals`.
"""

import re
from collections.abc import Iterable, Iterator

from notesite import numerals, prose
from notesite.tokens import COUNTED, Token
from notesite.vocabulary import (
    ATTACHED,
    BODY,
    CASED,
    CLOCK,
    DETERMINERS,
    DIGIT,
    HEAD,
    LETTERS,
    LISTED,
    MONTH_FIRST,
    REFERENCES,
    REST_OF_NAME,
    SIGN_END,
    Vocabulary,
    half_of,
)

_RANGED = COUNTED | {"time"}
_PHONE = re.compile(r"[\d ()/-]{7,40}")
_DASHED = re.compile(r"-(?!(?:mal|fach\w*)\b)[^\W\d_]{2,}", re.IGNORECASE)
NEXT = re.compile(r"\s{1,2}([^\W\d_]+)(?:\s([^\W\d_]))?")
"""The word after a number, and the first letter of the next."""
_DAY_YEAR = re.compile(r"(?:st|nd|rd|th)?(?:\s?[-–]\s?(\d{1,2}))?,?\s(\d{4})(?!\d)")
_WEEKDAY = re.compile(r"(?:tag|day)[s,]*$|mittwoch|abend|stand")
_BEFORE_DAY = frozenset("the on until till since from by before after to".split())
_UNITS = frozenset("km cm mm kg mg ml ha kw mw gw tw kwh mwh gwh twh gb tb mb kb ghz mhz hz uhr".split())
_MEASURES = _UNITS | frozenset(
    """sekunden minuten stunden tage tagen wochen monate monaten jahre jahren kilometer kilometern meter metern seconds
    minutes hours days weeks months years kilometres metres kilometers meters miles""".split()
)
"""What a number before it counts, and no name ends in."""
_PEOPLE = re.compile(r"\s(?!(?:long|high|wide|tall|deep|away|above|below|race|sprint|of)\b)[a-z]")
_SPACES = " \n\t\xa0\u2009\u202f"
_BREAK = re.compile(r"[\n\xa0(„“\"–—]")
_OPENING = frozenset(["", *" \n\t\xa0(\u061c\u200e\u200f$€£"])
_MONTHS = ("january", "february", "september", "october", "november", "december")  # no other words, as may is
_ELIDED = frozenset(["ca", "fr", "it"])
_LOW = frozenset("123")  # ordinals that stand for much else: the 1st, a 3rd party
_LONGEST = 30
"""Characters of the longest number; what is longer is a key or a hash."""
_LONGEST_BARE = 12
"""The same without any mark in it: a barcode, an ISBN."""
_NONE, _ONE = ("0",), ("0", "1")
FARTHEST_JOINED = 12
"""Characters between the ends of a range."""
_WINDOW = 40
"""Characters before a number that are looked at."""


def _season(start: int, end: int, written: str) -> Iterator[Token]:
    first, second = written.split("/")
    if numerals.is_year(first):
        yield Token(start, start + 4, first, "year")
        if int(first[: 4 - len(second)] + second) == int(first) + 1:
            yield Token(start + 5, end, str(int(first) + 1), "year")


class Text:
    """A text being read."""

    def __init__(self, text: str, words: Vocabulary) -> None:
        self.text, self.words = text, words
        low = text.lower()
        # A letter may grow when it becomes small (İ); places must stay where they are.
        self.low = low if len(low) == len(text) else "".join(min(c.lower(), c, key=len) for c in text)
        self._before = -1, ("", 0)

    def digits(self) -> Iterator[Token]:
        """Figures that begin with a digit."""
        at = 0
        while first := DIGIT.search(self.text, at):
            start = first.start()
            if self.in_name(start):
                rest = REST_OF_NAME.match(self.text, start)
                at = rest.end() if rest else start + 1
            elif body := BODY.match(self.text, start):
                at = body.end()
                for token in self._of(body):
                    yield token
                    at = max(at, token.end)
                at = max(at, self._reference(start, at), self._phone(start))

    def in_name(self, start: int) -> bool:
        """Whether what stands right before a digit makes it a part of a name, an identifier or an address."""
        before, further = self.text[max(0, start - 1) : start], self.text[max(0, start - 2) : max(0, start - 1)]
        if before in " \n(":
            return False
        if before in "\"'" and further == "=":
            return True
        if before == "-":
            # "mid-2025" is a year, "mid-1970s" a decade, "GPT-4" a name, "20-30" a range.
            whole = REST_OF_NAME.match(self.text, start)
            written = whole[0] if whole else ""
            year = further.islower() and (numerals.is_year(written.removesuffix("s")) or written[1:] == "0s")
            return further.isalpha() and further < CASED and not year
        if before in "/.:":
            return not (further in ") \n" or (before == ":" and further.isdigit()) or further >= CASED)
        if before in "#@\\_^§=&" or (before in "+'’" and further.isalpha()):  # UTC+2, GSoC'22
            return not (self.words.known.base in _ELIDED and further in "dl" and before != "+")  # l'1%
        # Chinese sets no space before a number, Arabic prefixes some words with one letter.
        return before.isalnum() and before < CASED and self.money_before(start) is None

    def money_before(self, start: int) -> re.Match[str] | None:
        """The currency sign or code right before a place."""
        end = start - 1 if start and self.text[start - 1] in _SPACES else start
        last = self.text[end - 1] if end else ""
        if last not in SIGN_END and not (last.isupper() and last.isascii()):
            return None
        found = HEAD.search(self.low, max(0, start - 6), start)
        if found and found[1].isalpha() and not self.text[found.start(1) : found.end(1)].isupper():
            return None
        return found

    def _of(self, body: re.Match[str]) -> Iterable[Token]:
        """The figures that a match of `BODY` holds."""
        start, end, written = body.start(), body.end(), numerals.ascii_digits(body[0])
        if body.lastgroup == "plain":  # most are
            return self._plain(start, end, written)
        return self._shaped(body.lastgroup or "", start, end, written)

    def _shaped(self, shape: str, start: int, end: int, written: str) -> Iterator[Token]:
        """The figures in what has a shape that numbers have not."""
        match shape:
            case "dotted" if self._numbered(start, written):
                # "3.1. Download" is the number of a heading.
                yield from () if start == 0 else self._plain(start, end - 1, written[:-1])
            case "iso" | "cjk" | "dotted" | "slashed":
                if day := numerals.date(written, shape, self.words.known.base):
                    yield Token(start, end, numerals.iso(*day), "date" if day[1] else "year")
            case "time":
                yield from self._time(start, end, written)
            case "season":
                yield from _season(start, end, written)
            case "fraction":
                if int(written[0]) < int(written[2:]):
                    yield Token(start, end, numerals.part_of(int(written[0]), int(written[2:])), "fraction")

    def _numbered(self, start: int, written: str) -> bool:
        """Whether "2.2." is a number that ends a sentence ("Ruby 2.2.", "Abschnitt 2.2."), not a day of a month."""
        if not re.fullmatch(r"\d+\.\d+\.", written):
            return False
        word = self.word_before(start)[0].lstrip("(„“\"'[")
        low = word.lower()
        named = word[:1].isupper() and not self.opens(start - len(word) - 1)
        english = self.words.known.base == "en" and word != "" and low not in _BEFORE_DAY
        other = (named or english) and not _WEEKDAY.search(low)
        heading = start == 0 and NEXT.match(self.text, len(written)) is not None
        return other or heading or low in REFERENCES or numerals.date(written, "dotted", "") is None

    def _time(self, start: int, end: int, written: str) -> Iterator[Token]:
        hour, minute = int(written.split(":")[0]), int(written.split(":")[1][:2])
        clock = CLOCK.match(self.low, start + len(written))
        if hour < 24 and minute < 60:
            yield Token(start, clock.end() if clock else end, numerals.clock(hour, minute, half_of(clock)), "time")

    def _plain(self, start: int, end: int, written: str) -> Iterable[Token]:
        """A run of digits with marks in it: a date with a month's name, else a number with what belongs to it."""
        if len(written) in (1, 2, 4) and written.isdigit() and (days := [*self._dated(start, end, written)]):
            return days
        clock = CLOCK.match(self.low, end) if len(written) < 6 else None
        if clock and clock[0] == " am" and self.words.known.base == "de":  # "die 5 am häufigsten gewählten"
            clock = None
        if clock and (hour := re.fullmatch(r"([01]?\d|2[0-4])(?:\.([0-5]\d))?", written)):
            half = half_of(clock)
            return [Token(start, clock.end(), numerals.clock(int(hour[1]), int(hour[2] or 0), half), "time", half=half)]
        parts = numerals.parsed(written, self.words.known.decimal)
        if parts is None or len(written) > (_LONGEST if not written.isdigit() else _LONGEST_BARE) or self._phone(start):
            return ()
        token = Token(start, end, f"{parts[0]}.{parts[1]}" if parts[1] else parts[0])
        self._head(token)
        if self.tail(token) or token.unit:
            # What costs nothing is free, and what costs 1 euro costs a euro.
            token.sure = token.sure and parts[0] + parts[1] not in (_ONE if token.unit and not token.scale else _NONE)
            return (token,)
        if self._bare(token, written):
            # One thing is "a thing" in the next sentence, and nothing is "no" thing.
            token.sure = token.sure and not parts[2] and not (written in "01" and token.kind == "number")
            return (token,)
        return ()

    def _phone(self, start: int) -> int:
        """Where a telephone number ends, or 0."""
        found = _PHONE.match(self.text, start) if start and self.text[start - 1] == "+" else None
        return found.end() if found and sum(map(str.isdigit, found[0])) > 6 else 0

    def _dated(self, start: int, end: int, written: str) -> Iterator[Token]:
        """Dates with the name of a month after the day or before it; `written` may be a day or a year."""
        words = self.words
        if len(written) < 3 and 1 <= int(written) <= 31:
            named = words.month.match(self.low, end)
            if named and self._is_month(named.start("month")):
                year = numerals.ascii_digits(named["year"] or "")
                month = words.known.months[named["month"]]
                for day in filter(None, (written, numerals.ascii_digits(named["other"] or ""))):
                    yield Token(start, named.end(), numerals.iso(year, month, int(day)), "date")
                return
        month, at = self._month_before(start)
        if month and numerals.is_year(written):
            yield Token(at, end, f"{written}-{month:02}", "date")
        elif month and words.known.base in MONTH_FIRST and len(written) < 3 and 1 <= int(written) <= 31:
            rest = _DAY_YEAR.match(self.low, end)
            tail = words.tail.match(self.low, end)
            if rest is None and tail and tail.end() > end:
                return
            year, last = (numerals.ascii_digits(rest[2]), rest.end()) if rest else ("", end)
            if rest is None and (suffix := ATTACHED.match(self.low, end)):
                last = suffix.end()
            for day in filter(None, (written, rest and rest[1])):
                yield Token(at, last, numerals.iso(year, month, int(day)), "date")

    def _is_month(self, at: int) -> bool:
        base = self.words.known.base
        return (
            base not in ("de", "en") or self.text[at].isupper() or (base == "en" and self.low.startswith(_MONTHS, at))
        )

    def _month_before(self, start: int) -> tuple[int, int]:
        """The month named right before a place, and where it begins; 0 where there is none."""
        word, at = self.word_before(start)
        if word in ("de", "del"):
            word, at = self.word_before(at)
        if word.endswith(",") and self.text[start : start + 4].lstrip("0123456789")[:2] in ("st", "nd", "rd", "th"):
            word = word[:-1]  # May, 13th
        bare = (word.rpartition("-")[2] if "-" in word else word).lstrip("[\"'")  # mid-March
        at += len(word) - len(bare)
        month = self.words.known.months.get(bare.lower().rstrip("."), 0)
        return (month, at) if month and self._is_month(at) else (0, 0)

    def word_before(self, start: int) -> tuple[str, int]:
        """The word that ends a space before a place, and where it begins; asked for several times in a row."""
        if self._before[0] != start:
            self._before = start, self._word_before(start)
        return self._before[1]

    def _word_before(self, start: int) -> tuple[str, int]:
        end = start - 1
        if end <= 0 or self.text[end] not in _SPACES:
            return "", start
        word = self.text[max(0, end - _WINDOW) : end].rpartition(" ")[2]
        word = _BREAK.split(word)[-1]
        return word, end - len(word)

    def _head(self, token: Token) -> None:
        """A currency before the number, and a minus sign before both."""
        found = self.money_before(token.start)
        if found:
            token.start, token.unit, token.kind = found.start(1), self.words.known.money[found[1]], "money"
        before = self.text[max(0, token.start - 2) : token.start]
        if before[-1:] in ("-", "−", "–") and (before[:-1] in _OPENING or (before[:-1] == "$")):
            token.start, token.minus = token.start - 1, True

    def tail(self, token: Token) -> bool:
        """Whether a scale word, a percent sign or a currency follows; then the token has it."""
        found = self.words.tail.match(self.low, token.end)
        if found is None or found.end() == token.end:
            return False
        code = found["money"] or ""
        if len(code) == 3 and code.isascii() and code.isalpha() and code in numerals.SIGNS:
            at = found.start("money")
            code = code if self.text[at : at + 3].isupper() else ""
        if found["letter"]:
            if not self._letter(token, found["letter"], found.start("letter"), bool(code)):
                return False
        elif not (found["scale"] or found["percent"] or found["points"] or code):
            return False
        token.scale += self.words.known.scales.get(found["scale"] or "", 0)
        if found["points"] or found["percent"]:
            token.kind = "points" if found["points"] else "percent"
        elif code:
            token.kind, token.unit = "money", self.words.known.money[code]
        token.end = found.end() if code or not found["money"] else found.start("money")
        return True

    def _letter(self, token: Token, letter: str, at: int, paid: bool) -> bool:
        """Whether one letter is a scale: for money always, else k, and perhaps M, B, T and the English m."""
        written = self.text[at]
        if not (paid or token.unit):
            screen = written == "K" and token.value in ("2", "4", "8")
            metres = written == "m" and (self.words.known.base != "en" or not _PEOPLE.match(self.low, at + 1))
            if at != token.end or screen or metres or written in "bt":
                return False
            token.sure = letter == "k"
        token.scale = 3 if letter == "t" and self.words.known.base == "de" else LETTERS[letter]  # 30 T€
        return True

    def _bare(self, token: Token, written: str) -> bool:
        """Whether a number with nothing to it is a figure; gives it its kind."""
        end = token.end
        after = self.text[end : end + 1]
        heart = written == "3" and self.text[token.start - 1 : token.start] == "<" and not NEXT.match(self.text, end)
        if heart or self._numbering(token, written):
            return False
        if (after.isalpha() and after < CASED) or after == "×":
            return self._attached(token, written)
        if numerals.is_year(written) and not token.minus:
            token.kind = "year"
            return True
        if self._reference(token.start, end):
            return False
        if after == "-" and _DASHED.match(self.text, end):
            token.sure = False
        elif after == "." and len(written) < 3 and self._ordinal(token):
            token.kind, token.end, token.sure = "ordinal", end + 1, written not in _LOW
        return self._counts(token)

    def _numbering(self, token: Token, written: str) -> bool:
        """Whether a number is a list's ("1. ", "(1)", "2)"), a note's ("[3]") or an identifier's begin."""
        text, end = self.text, token.end
        after, further = text[end : end + 1], text[end + 1 : end + 2]
        if (after and after in "/@_\\") or (after == "." and further.isalpha() and further < CASED):
            return True
        if len(written) > 2 or not after or after not in ".)]":
            return False
        if after == ".":
            return token.start == 0 and further in " \n"
        least = max(0, token.start - 5 * _WINDOW)
        opened = max(text.rfind(bracket, least, token.start) for bracket in "([")
        return opened in (-1, token.start - 1)

    def _attached(self, token: Token, written: str) -> bool:
        """A number with letters right after it: an ordinal, a decade, a unit; else a name."""
        found = ATTACHED.match(self.low, token.end)
        if found is None or (len(found[0]) == 1 and self.text[token.end].isupper()):  # 5G, 3D
            return False
        if found["ordinal"] or (found[0] == "er" and self.words.known.base == "fr"):
            token.kind, token.sure = "ordinal", written not in _LOW
        elif found["decade"]:
            if written.endswith("0") and written.isdigit() and len(written) in (2, 4):
                token.kind, token.value = "decade", written if len(written) == 4 else f"19{written}"
            else:
                token.sure = False
        token.end = found.end()
        return True

    def _ordinal(self, token: Token) -> bool:
        """Whether a full stop after a number makes it an ordinal, and ends no sentence."""
        follows = NEXT.match(self.text, token.end + 1)
        if follows is None or self.words.known.base == "en":
            return False
        return follows[1][0].islower() or self.word_before(token.start)[0].lower() in DETERMINERS

    def _reference(self, start: int, end: int) -> int:
        """Where a reference ends whose noun stands before the number ("Artikel 13 bis 15"), else 0."""
        word = self.word_before(start)[0].lower()
        if word not in REFERENCES or numerals.is_year(self.text[start:end]):
            return 0
        listed = LISTED.match(self.low, end)
        return listed.end() if listed else end

    def _counts(self, token: Token) -> bool:
        """Whether a bare number may count something: after a capitalised word it may belong to a name."""
        word, at = self.word_before(token.start)
        bare = word.lstrip("\"'„“‚‘«»([")
        low = bare.lower()
        follows = NEXT.match(self.text, token.end)
        written = self.text[token.start : token.end]
        # No name ends in a unit, in a decimal comma or in tens of thousands.
        comma = self.words.known.decimal == "," and "," in written
        measured = low == "faktor" or (follows and follows[1].lower() in _MEASURES)
        if comma or measured or len(token.value.partition(".")[0]) > 4:
            return True
        if bare == low or bare[-1] in ",;:.!?)]”’»":
            return True
        if low in self.words.known.months or (bare[1:].islower() and prose.is_common(low)):
            return True
        noun = follows is not None and not prose.is_common(follows[1])
        if follows and not follows[1][0].isupper():
            noun = noun and self.words.capitals and (follows[2] or "").isupper()
        plain = bare[:1].isupper() and (bare[1:].islower() or len(bare) == 1)
        token.sure = False
        return noun or (plain and (self.words.capitals or self.opens(at)))

    def opens(self, at: int) -> bool:
        """Whether a sentence begins at a place."""
        before = self.text[max(0, at - 3) : at].rstrip(" \n\t\xa0\"'„“‚‘«»([")
        return not before or before[-1] in ".!?:;–—"

    def joined(self, a: Token, b: Token) -> bool:
        """Whether two tokens are the ends of a range."""
        between = self.low[a.end : b.start]
        if len(between) > FARTHEST_JOINED or a.kind not in COUNTED or b.kind not in _RANGED:
            return False
        pair = self.words.known.pair
        if pair and between.strip() == pair[1]:
            return self.low[max(0, a.start - 12) : a.start].rstrip().endswith(pair[0])
        if between.strip() == "auf":  # von 4 auf 6; but not: er bezifferte sie 2024 auf 2,7
            return self.low[max(0, a.start - 12) : a.start].rstrip().endswith("von")
        return self.words.join.fullmatch(between) is not None
