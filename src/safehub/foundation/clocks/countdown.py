"""What is left of a deadline, or by how much it is missed: always in words, and in a colour."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from safehub.foundation.clocks.calendar import LONDON, Calendar, days_after, london_day
from safehub.foundation.clocks.kinds import ClockRule, Counting
from safehub.foundation.clocks.rules import NOTHING, is_late, to_the_second
from safehub.foundation.clocks.words import (
    HOUR,
    MINUTE,
    and_words,
    counted,
    duration_words,
    moment_words,
)


class Urgency(StrEnum):
    """How a deadline stands. The value is the colour class of a GOV.UK tag."""

    IN_TIME = "green"
    SOON = "yellow"
    LATE = "red"
    PAUSED = "grey"
    KEPT = "turquoise"
    MISSED = "pink"


STANDING = {
    Urgency.IN_TIME: "In time",
    Urgency.SOON: "Due soon",
    Urgency.LATE: "Late",
    Urgency.PAUSED: "Paused",
    Urgency.KEPT: "Done in time",
    Urgency.MISSED: "Done late",
}


@dataclass(frozen=True)
class Countdown:
    """`words` say all that the colour says, and more: `2 working days and 3 hours left`."""

    urgency: Urgency
    words: str

    @property
    def colour(self) -> str:
        """The colour class of a GOV.UK tag; never shown without the words."""
        return self.urgency.value

    @property
    def standing(self) -> str:
        """One or two words for a tag."""
        return STANDING[self.urgency]


def countdown(
    rule: ClockRule, due_at: dt.datetime, at: dt.datetime, calendar: Calendar
) -> Countdown:
    """How a running clock stands at that moment.

    Hours are counted as the rule counts them: real hours, or hours in which the hub is open. Soon
    is: by the end of the next working day at the latest, or the last quarter of the hours.
    """
    now = to_the_second(at)
    if is_late(due_at, now):
        return Countdown(Urgency.LATE, f"{late_words(now - due_at)} late")
    if rule.counting is Counting.END_OF_WORKING_DAY:
        days, rest = days_left(due_at, now, calendar)
        urgency = Urgency.SOON if days <= 1 else Urgency.IN_TIME
        return Countdown(urgency, f"{_days_and_hours(days, rest)} left")
    is_hub = rule.counting is Counting.HUB_HOURS
    left = open_time(now, due_at, calendar) if is_hub else due_at - now
    urgency = Urgency.SOON if 4 * left <= rule.number * HOUR else Urgency.IN_TIME
    said = duration_words(_rounded(left), hour="hub hour" if is_hub else "hour")
    return Countdown(urgency, f"{said} left")


def days_left(
    due_at: dt.datetime, now: dt.datetime, calendar: Calendar
) -> tuple[int, dt.timedelta]:
    """Whole working days after today up to the day it is due, and what is left of today.

    Nothing is left of a day that is no working day.
    """
    today = london_day(now)
    days = calendar.working_days(today, london_day(due_at))
    if not calendar.is_working(today):
        return days, NOTHING
    tomorrow = dt.datetime.combine(today + dt.timedelta(days=1), dt.time(), LONDON)
    return days, tomorrow.astimezone(dt.UTC) - now


def open_time(begin: dt.datetime, end: dt.datetime, calendar: Calendar) -> dt.timedelta:
    """How long the hub is open from the one instant to the other."""
    total = NOTHING
    first = london_day(begin)
    for day in (first, *days_after(first, london_day(end))):
        hours = calendar.hours(day)
        if hours is not None:
            total += max(NOTHING, min(hours[1], end) - max(hours[0], begin))
    return total


def _rounded(length: dt.timedelta) -> dt.timedelta:
    """Whole minutes from an hour on, whole hours from ten on: never more than there is."""
    unit = HOUR if length >= 10 * HOUR else MINUTE if length >= MINUTE else dt.timedelta(seconds=1)
    return length - length % unit


def _days_and_hours(days: int, rest: dt.timedelta) -> str:
    if not days:
        return duration_words(_rounded(rest))
    parts = [counted(days, "working day")]
    if rest >= HOUR:
        parts.append(counted(rest // HOUR, "hour"))
    return and_words(parts)


def late_words(length: dt.timedelta) -> str:
    """Real time: minutes up to an hour, hours up to two days, then days of 24 hours."""
    if length < HOUR:
        return duration_words(_rounded(length))
    if length < 48 * HOUR:
        return counted(length // HOUR, "hour")
    return counted(length // (24 * HOUR), "day")


def paused_words(since: dt.datetime, due_at: dt.datetime, reason: str) -> Countdown:
    """How a paused clock stands. `due_at` is what it was before, and stands no longer."""
    return Countdown(
        Urgency.PAUSED,
        f"Paused since {moment_words(since)}: {reason}. "
        f"It was due {moment_words(due_at)}, and will be reckoned again when it goes on",
    )


def stopped_words(stopped_at: dt.datetime, due_at: dt.datetime) -> Countdown:
    """How a stopped clock ended."""
    if is_late(due_at, stopped_at):
        late = late_words(to_the_second(stopped_at) - due_at)
        return Countdown(Urgency.MISSED, f"Done {moment_words(stopped_at)}, {late} late")
    return Countdown(Urgency.KEPT, f"Done {moment_words(stopped_at)}, in time")
