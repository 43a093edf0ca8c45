"""Working days and the hours of the hub: London days, kept as instants in UTC.

A calendar is one version of what is known of the days. It changes nothing and asks nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays

from safehub.foundation.errors import NotPossible, Refused
from safehub.foundation.mistakes import Mistake

LONDON = ZoneInfo("Europe/London")
OPENS, CLOSES = dt.time(8, 45), dt.time(17)
# Nothing that began before 2000 has a clock here; ten years on is longer than any target.
FIRST_YEAR, YEARS_AHEAD = 2000, 10
SATURDAY = 5
WEEKEND = "weekend"


@dataclass(frozen=True)
class Override:
    """A day that is worked, or not, whatever the bank holidays and the week say."""

    day: dt.date
    is_working: bool
    label: str


@dataclass(frozen=True)
class Calendar:
    """The working days of England, with the overrides of this installation, and the hub's hours.

    `opens` and `closes` are the time on a clock in London. Days outside the years from `first` to
    `last` raise NotPossible: their bank holidays are not known.
    """

    number: int
    first: int
    last: int
    bank_holidays: Mapping[dt.date, str]
    overrides: Mapping[dt.date, Override] = field(default_factory=dict)
    opens: dt.time = OPENS
    closes: dt.time = CLOSES

    def why_closed(self, day: dt.date) -> str:
        """Why the day is no working day, in words; blank where it is one."""
        if not self.first <= day.year <= self.last:
            raise NotPossible(
                f"The calendar (version {self.number}) knows the bank holidays of {self.first} to "
                f"{self.last}, and {day.isoformat()} is outside: check the date, or make a new "
                "version of the calendar."
            )
        override = self.overrides.get(day)
        if override is not None:
            return "" if override.is_working else override.label
        if day in self.bank_holidays:
            return f"bank holiday, {self.bank_holidays[day]}"
        return WEEKEND if day.weekday() >= SATURDAY else ""

    def is_working(self, day: dt.date) -> bool:
        """Raises NotPossible as `why_closed` does."""
        return not self.why_closed(day)

    def why_worked(self, day: dt.date) -> str:
        """The label of the override that makes it a working day; blank where none has to."""
        override = self.overrides.get(day)
        return override.label if override is not None and override.is_working else ""

    def hours(self, day: dt.date) -> tuple[dt.datetime, dt.datetime] | None:
        """When the hub opens and closes on the day, in UTC; None where it stays shut."""
        if not self.is_working(day):
            return None
        return utc_of(day, self.opens), utc_of(day, self.closes)

    def working_days(self, after: dt.date, until: dt.date) -> int:
        """How many working days come after the one day, up to the other and with it."""
        return sum(self.is_working(day) for day in days_after(after, until))


def days_after(day: dt.date, until: dt.date | None = None) -> Iterator[dt.date]:
    """Each day after the one given, in order, up to `until` or without end."""
    while until is None or day < until:
        day += dt.timedelta(days=1)
        yield day


def utc_of(day: dt.date, time: dt.time) -> dt.datetime:
    """The instant at which a clock in London first shows the time on that day."""
    return dt.datetime.combine(day, time, LONDON).astimezone(dt.UTC)


def london_day(at: dt.datetime) -> dt.date:
    """The date in London at that instant."""
    return at.astimezone(LONDON).date()


@lru_cache(maxsize=8)
def bank_holidays_of_england(first: int, last: int) -> Mapping[dt.date, str]:
    """The bank holidays of England, one-off and substitute days among them, by date.

    Worked out once a process, which takes some 40 ms; it hangs on the installed package alone.
    """
    found = holidays.country_holidays("GB", subdiv="ENG", years=range(first, last + 1))
    return MappingProxyType(
        {day: name.replace("(observed)", "(substitute day)") for day, name in sorted(found.items())}
    )


def calendar_of_england(
    *,
    number: int = 1,
    last: int,
    overrides: Iterable[Override] = (),
    opens: dt.time = OPENS,
    closes: dt.time = CLOSES,
) -> Calendar:
    """A calendar of the bank holidays that the product brings, up to the end of the year `last`."""
    return Calendar(
        number=number,
        first=FIRST_YEAR,
        last=last,
        bank_holidays=bank_holidays_of_england(FIRST_YEAR, last),
        overrides={override.day: override for override in overrides},
        opens=opens,
        closes=closes,
    )


def check_calendar(calendar: Calendar) -> None:
    """Raises Refused with every mistake of the hours and overrides."""
    mistakes = []
    if calendar.opens >= calendar.closes:
        found = f"{calendar.opens:%H:%M} to {calendar.closes:%H:%M}"
        mistakes.append(
            Mistake("calendar", "hub hours", found, "an opening before the closing of the same day")
        )
    for override in calendar.overrides.values():
        place = f"override of {override.day.isoformat()}"
        if not override.label.strip():
            mistakes.append(Mistake("calendar", place, "", "a label that says what the day is"))
        if not calendar.first <= override.day.year <= calendar.last:
            wanted = f"a day from {calendar.first} to {calendar.last}"
            mistakes.append(Mistake("calendar", place, override.day.isoformat(), wanted))
    if mistakes:
        raise Refused(mistakes)
