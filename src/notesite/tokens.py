"""A figure on its way from where it stands to its value."""

from typing import Literal

from msgspec import Struct

from notesite import numerals

Kind = Literal["number", "percent", "points", "money", "fraction", "ordinal", "year", "decade", "date", "time"]
"""What a figure is; `points` are percentage points, a `fraction` is one in words or with a bar."""

COUNTED = frozenset({"number", "percent", "points", "money", "year"})


class Token(Struct):
    """A figure on its way: its plain value, its power of ten, where it stands."""

    start: int
    end: int
    value: str
    kind: Kind = "number"
    scale: int = 0
    unit: str = ""
    sure: bool = True
    minus: bool = False
    half: str = ""

    def written(self) -> str:
        """The value as a figure has it."""
        if self.kind in COUNTED:
            whole, _, part = self.value.partition(".")
            value = numerals.scaled(whole, part, self.scale)
            return f"-{value}" if self.minus and value != "0" else value
        return self.value
