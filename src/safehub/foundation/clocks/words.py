"""Days, times and durations as people read them; the same in every locale."""

from __future__ import annotations

import datetime as dt

from safehub.foundation.clocks.calendar import LONDON

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def day_words(day: dt.date) -> str:
    """Such as `Thu 29 Mar 2018`."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def time_words(at: dt.datetime) -> str:
    """The time on a clock in London, with seconds only where there are some."""
    shown = at.astimezone(LONDON)
    return f"{shown:%H:%M:%S}" if shown.second else f"{shown:%H:%M}"


def moment_words(at: dt.datetime) -> str:
    """Such as `Thu 29 Mar 2018 16:30 BST`; the zone tells the two hours of October apart."""
    shown = at.astimezone(LONDON)
    return f"{day_words(shown.date())} {time_words(at)} {shown.tzname()}"


def due_words(at: dt.datetime) -> str:
    """Such as `Tue 3 Apr 2018 23:59`: by the minute, since 23:59:59 would only puzzle people."""
    shown = at.astimezone(LONDON)
    return f"{day_words(shown.date())} {shown:%H:%M} {shown.tzname()}"


def counted(number: int, noun: str) -> str:
    """Such as `1 hour` or `2 working days`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def and_words(parts: list[str]) -> str:
    """The parts joined by commas and an `and`."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def duration_words(length: dt.timedelta, *, hour: str = "hour") -> str:
    """Such as `1 hour and 30 minutes`; under a minute in seconds. `hour` names the hours."""
    hours, rest = divmod(length, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    parts = [counted(hours, hour)] if hours else []
    parts += [counted(minutes, "minute")] if minutes else []
    seconds = rest.seconds
    return and_words(parts + ([counted(seconds, "second")] if seconds or not parts else []))
