"""A date in three boxes: day, month, year."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from safehub.foundation.govuk.fields import missing
from safehub.foundation.govuk.looks import PLAIN, Look
from safehub.foundation.govuk.wording import day as in_words
from safehub.foundation.govuk.wording import named

PARTS = ("day", "month", "year")
Typed = tuple[str, str, str]
Limit = dt.date | Callable[[], dt.date] | None
# No date that a person types here lies before the oldest living person or far ahead.
_YEARS = range(1880, 2201)
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}


class DateWidget(forms.Widget):
    """Reads three inputs, named `<field>-day` and so on, as what was typed."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed:
        """What was typed, stripped."""
        day, month, year = (str(data.get(f"{name}-{part}", "")).strip() for part in PARTS)
        return day, month, year

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Whether none of the three was sent."""
        return not any(f"{name}-{part}" in data for part in PARTS)


def typed(value: Any) -> Typed:
    """What the three boxes show for a date, for what was typed, or for nothing."""
    if isinstance(value, dt.date):
        return str(value.day), str(value.month), str(value.year)
    if isinstance(value, tuple) and len(value) == len(PARTS):
        return value
    return "", "", ""


def month_number(word: str) -> int | None:
    """1 to 12 for `3`, `03`, `mar` or `March`; None for anything else."""
    if word.isascii() and word.isdigit():
        return int(word) if len(word) <= 2 and 1 <= int(word) <= 12 else None
    word = word.lower().rstrip(".")
    found = {number for name, number in _MONTHS.items() if len(word) >= 3 and name.startswith(word)}
    found |= {9} if word == "sept" else set()
    return found.pop() if len(found) == 1 else None


class DateMistake(forms.ValidationError):
    """A mistake in a date, with the parts that it is in."""

    def __init__(self, message: str, parts: tuple[str, ...] = PARTS) -> None:
        super().__init__(message, code="date", params={"parts": parts})


class DateField(forms.Field):
    """A `datetime.date`. `earliest` and `latest` are days that still will do, or give them.

    Knows month names. Each mistake names the part it is in.
    """

    widget = DateWidget

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        required: bool = True,
        earliest: Limit = None,
        latest: Limit = None,
        look: Look = PLAIN,
        told: str = "",
    ) -> None:
        self.look, self.earliest, self.latest = look, earliest, latest
        super().__init__(
            label=label,
            help_text=hint,
            required=required,
            error_messages={"required": told or missing(label, "Enter")},
        )

    def to_python(self, value: Any) -> dt.date | None:
        """Raises DateMistake."""
        if isinstance(value, dt.date):
            return value
        parts = typed(value)
        if not any(parts):
            return None
        self._refuse_gaps(parts)
        return self._real(parts)

    def _refuse_gaps(self, parts: Typed) -> None:
        gaps = tuple(name for name, word in zip(PARTS, parts, strict=True) if not word)
        if gaps:
            listed = " and ".join(f"a {name}" for name in gaps)
            raise DateMistake(f"{self._name} must include {listed}", gaps)

    def _real(self, parts: Typed) -> dt.date:
        day, month, year = parts
        number = month_number(month)
        if number is None:
            raise DateMistake(
                f"{self._name} must have a real month, such as 3 or March", ("month",)
            )
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise DateMistake(f"{self._name} must have a year of 4 numbers", ("year",))
        if int(year) not in _YEARS:
            raise DateMistake(
                f"{self._name} must have a year from {_YEARS[0]} to {_YEARS[-1]}", ("year",)
            )
        last = calendar.monthrange(int(year), number)[1]
        if not (day.isascii() and day.isdigit() and len(day) <= 2 and 1 <= int(day) <= last):
            within = f"{calendar.month_name[number]} {year}"
            raise DateMistake(
                f"{self._name} must have a day from 1 to {last} in {within}", ("day",)
            )
        return dt.date(int(year), number, int(day))

    @property
    def _name(self) -> str:
        return named(str(self.label))

    def validate(self, value: dt.date | None) -> None:
        """Raises DateMistake for a day before `earliest` or after `latest`."""
        super().validate(value)
        if value is None:
            return
        earliest, latest = _day(self.earliest), _day(self.latest)
        if earliest and value < earliest:
            raise DateMistake(f"{self._name} must be {in_words(earliest)} or later")
        if latest and value > latest:
            raise DateMistake(f"{self._name} must be {in_words(latest)} or earlier")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares days, and what was typed where that is no day."""
        try:
            return self.to_python(data) != self.to_python(initial)
        except forms.ValidationError:
            return True


def _day(limit: Limit) -> dt.date | None:
    return limit() if callable(limit) else limit
