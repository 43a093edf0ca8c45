"""Finds one day in a text, in whatever way it is written."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from safehub.foundation.disclosure.flat import Flat, Token
from safehub.foundation.disclosure.numerals import with_numbers
from safehub.foundation.disclosure.phrases import Stretch
from safehub.foundation.disclosure.protected import Matched

_MONTHS = str.split(
    "january february march april may june july august september october november december"
)
_MONTH = {name: number for number, name in enumerate(_MONTHS, start=1)}
_MONTH |= {name[:3]: number for name, number in _MONTH.items()} | {"sept": 9}
_BIRTH = re.compile(r"\b(born|birth|birthday|birthdate|dob|d\.o\.b|b\.|turn(ed|s)|aged?)\b")
_PARTED = re.compile(r"[\s./\-–—,:|\\_']{0,12}(of\s+|the\s+)?[\s./\-,]{0,4}\Z")
_BEFORE = 60
# A workbook counts days from here.
_SERIAL_DAY = dt.date(1899, 12, 30)


class DateText:
    """A text made ready for many days: each day that it names, and where."""

    def __init__(self, flat: Flat) -> None:
        self._flat = flat
        self._tokens = [t for t in with_numbers(flat.tokens) if t.word not in {"of", "the", "in"}]
        self._days: dict[tuple[int, int, int], list[tuple[int, int, bool]]] = defaultdict(list)
        self._serials: dict[str, list[Token]] = defaultdict(list)
        self._undated: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for place, token in enumerate(self._tokens):
            if token.word.isdigit() or _month(token.word):
                self._read(place, token)

    def stretches(self, day: dt.date) -> Iterator[Stretch]:
        """Every place of the day: numbers or words, two or four figures of the year, the month
        first or last, a workbook's serial number; without the year where a birthday is meant."""
        century = day.year % 100
        for year in (day.year, century):
            for start, end, is_sure in self._days.get((year, day.month, day.day), ()):
                yield Stretch(start, end, Matched.NORMALISED, is_sure=is_sure)
        for token in self._serials.get(str((day - _SERIAL_DAY).days), ()):
            yield Stretch(token.start, token.end, Matched.NORMALISED, is_sure=False)
        for start, end in self._undated.get((day.month, day.day), ()):
            if _BIRTH.search(self._flat.lower[max(0, start - _BEFORE) : end + _BEFORE]):
                yield Stretch(start, end, Matched.NORMALISED, is_sure=False)

    def _read(self, place: int, token: Token) -> None:
        word = token.word
        if len(word) == 5 and word.isdigit():
            self._serials[word].append(token)
        if len(word) in {6, 8} and word.isdigit():
            self._whole(token)
        three = self._tokens[place : place + 3]
        if len(three) == 3 and self._follow(three):
            self._three(*three)
        two = three[:2]
        if len(two) == 2 and self._follow(two):
            self._two(*two)

    def _follow(self, tokens: list[Token]) -> bool:
        return all(
            _PARTED.match(self._flat.lower, one.end, other.start) for one, other in pairwise(tokens)
        )

    def _whole(self, token: Token) -> None:
        """`02032019`, `20190302` and `020319`."""
        word, size = token.word, len(token.word) - 4
        self._add(token, token, int(word[4:]), int(word[2:4]), int(word[:2]), is_sure=size == 4)
        if size == 4:
            self._add(token, token, int(word[:4]), int(word[4:6]), int(word[6:]))

    def _three(self, a: Token, b: Token, c: Token) -> None:
        month = _month(b.word)
        if month and _is_number(a, c):
            self._add(a, c, int(c.word), month, int(a.word))
            self._add(a, c, int(a.word), month, int(c.word), is_sure=False)
        elif _month(a.word) and _is_number(b, c):
            self._add(a, c, int(c.word), _month(a.word), int(b.word))
        elif _month(c.word) and _is_number(a, b):
            self._add(a, c, int(a.word), _month(c.word), int(b.word))
        elif _is_number(a, b, c):
            first, second, third = int(a.word), int(b.word), int(c.word)
            if len(a.word) == 4:
                self._add(a, c, first, second, third)
                self._add(a, c, first, third, second, is_sure=False)
            elif len(a.word) <= 2 and len(b.word) <= 2:
                self._add(a, c, third, second, first)
                self._add(a, c, third, first, second, is_sure=False)
                # The year first and short, as some programs write it.
                self._add(a, c, first, second, third, is_sure=False)

    def _two(self, a: Token, b: Token) -> None:
        if _month(b.word) and a.word.isdigit():
            self._undated[_month(b.word), int(a.word)].append((a.start, b.end))
        elif _month(a.word) and b.word.isdigit():
            self._undated[_month(a.word), int(b.word)].append((a.start, b.end))
        elif a.word.isdigit() and b.word.isdigit() and "/" in self._flat.text[a.end : b.start]:
            self._undated[int(b.word), int(a.word)].append((a.start, b.end))

    def _add(
        self, a: Token, c: Token, year: int, month: int, day: int, *, is_sure: bool = True
    ) -> None:
        if 1 <= month <= 12 and 1 <= day <= 31 and year < 2200:
            self._days[year, month, day].append((a.start, c.end, is_sure))


def _month(word: str) -> int:
    return _MONTH.get(word, 0)


def _is_number(*tokens: Token) -> bool:
    return all(token.word.isdigit() for token in tokens)


def day_of(text: str) -> dt.date | None:
    """A protected day, written YYYY-MM-DD; None where it is none."""
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None
