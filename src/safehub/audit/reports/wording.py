"""Dates, lists and marks as the report words them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from safehub.audit.programmes.terms import Invented
from safehub.foundation.statistics import Interval, Share

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

_WORDS = {
    Invented.FRAME: "the sampling frame",
    Invented.SEED: "the seed of the draw",
    Invented.RETURNS: "who answered what",
    Invented.GRADES: "the grades",
    Invented.RESPONDENTS: "the respondents",
    Invented.ALL: "everything in this audit",
}


def day(date: dt.date) -> str:
    """11 April 2018; the same on every machine, whatever its locale."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def listed(words: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def plural(word: str) -> str:
    """families, inquiries, referrals: the plural of a sampling unit."""
    if word.endswith("y") and word[-2:-1] not in set("aeiou"):
        return f"{word[:-1]}ies"
    if word == "child":
        return "children"
    return f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"


def limits(interval: Interval | None) -> str:
    """74.3 to 92.6; blank where there is no interval."""
    return "" if interval is None else f"{interval[0]} to {interval[1]}"


def share(value: Share | None) -> str:
    """48 of 56 (85.7 %); `–` where nothing can be derived."""
    return "–" if value is None else str(value)


def cell(value: int | Decimal | str | None) -> str:
    """A number as a table shows it; `–` where nothing can be derived, never a nought."""
    return "–" if value is None else written(value)


def written(value: int | Decimal | str) -> str:
    """The number in digits: Python would write a small decimal as 1E-7."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


class Marks:
    """Says which figures rest on something invented."""

    def __init__(self, invented: Sequence[Invented]) -> None:
        self._invented = set(invented)
        self._order = [what for what in Invented if what in self._invented]

    def words(self) -> list[str]:
        """What is invented, in words."""
        return [_WORDS[what] for what in self._order]

    def on(self, *parts: Invented) -> str:
        """`invented` where a figure that rests on these parts has to be marked, else blank."""
        marked = Invented.ALL in self._invented or bool(self._invented & set(parts))
        return "invented" if marked else ""

    def after(self, text: str, *parts: Invented) -> str:
        """The text, followed by the mark where there is one."""
        mark = self.on(*parts)
        return f"{text} ({mark})" if mark else text

    def column(
        self,
        headings: tuple[str, ...],
        rows: Sequence[tuple[str, ...]],
        *parts: Invented,
    ) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """The table with a last column of marks, where its rows have to be marked.

        A row without a number has nothing that could be invented.
        """
        mark = self.on(*parts)
        if not mark:
            return headings, tuple(rows)
        return (*headings, "Marked"), tuple(
            (*row, mark if any(map(_has_digit, row[1:])) else "") for row in rows
        )
