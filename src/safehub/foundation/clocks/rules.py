"""When a deadline falls due, and whether it was kept: pure reckoning over a calendar.

An instant is UTC. A day is a date in London. Nothing here adds 24 hours to a time in London.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from safehub.foundation.clocks.calendar import Calendar, days_after, london_day, utc_of
from safehub.foundation.clocks.kinds import ClockRule, Counting

END_OF_DAY = dt.time(23, 59, 59)
NOTHING = dt.timedelta()


@dataclass(frozen=True)
class Pause:
    """A time in which a clock stood still: from `begins`, up to `ends` and without it."""

    begins: dt.datetime
    ends: dt.datetime


class DayStep(NamedTuple):
    """A day that was looked at: its number among the working days, or why it does not count."""

    day: dt.date
    number: int
    why: str


class HourStep(NamedTuple):
    """A stretch of opening hours that counts, with the sum so far; or a day's reason why not."""

    day: dt.date
    begins: dt.datetime | None
    ends: dt.datetime | None
    so_far: dt.timedelta
    why: str


PAUSED = "clock paused"


def paused_days(pauses: Collection[Pause]) -> frozenset[dt.date]:
    """Days that a rule in working days passes over for its pauses.

    From the day of pausing to the day of resuming, both of them: as the Freedom of Information
    Act 2000, section 10(2), disregards the days from a fees notice to the fee. No statute says it
    for safeguarding; docs/adr/0013-clocks.md.
    """
    found: set[dt.date] = set()
    for pause in pauses:
        first = london_day(pause.begins)
        found |= {first, *days_after(first, london_day(pause.ends))}
    return frozenset(found)


def day_steps(
    start: dt.datetime, number: int, calendar: Calendar, pauses: Collection[Pause] = ()
) -> Iterator[DayStep]:
    """Each day after the day of receipt, until `number` working days have been counted."""
    paused = paused_days(pauses)
    counted = 0
    for day in days_after(london_day(start)):
        why = calendar.why_closed(day) or (PAUSED if day in paused else "")
        counted += not why
        yield DayStep(day, 0 if why else counted, why)
        if counted == number:
            return


def end_of_working_day(
    start: dt.datetime, number: int, calendar: Calendar, pauses: Collection[Pause] = ()
) -> dt.datetime:
    """23:59:59 in London on the `number`th working day after the day of receipt."""
    *_, last = day_steps(start, number, calendar, pauses)
    return utc_of(last.day, END_OF_DAY)


def elapsed_hours(start: dt.datetime, number: int, pauses: Collection[Pause] = ()) -> dt.datetime:
    """So many real hours later, and later by each pause that began before it was due."""
    due = start.astimezone(dt.UTC) + dt.timedelta(hours=number)
    for pause in sorted(pauses, key=lambda one: one.begins):
        if pause.begins < due:
            due += pause.ends - pause.begins
    return due


def open_stretches(
    span: tuple[dt.datetime, dt.datetime], pauses: Sequence[Pause]
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """What is left of the span without the pauses, which are in order and do not overlap."""
    begins, ends = span
    for pause in pauses:
        if begins < min(pause.begins, ends):
            yield begins, min(pause.begins, ends)
        begins = max(begins, pause.ends)
    if begins < ends:
        yield begins, ends


def hour_steps(
    start: dt.datetime, number: int, calendar: Calendar, pauses: Collection[Pause] = ()
) -> Iterator[HourStep]:
    """Each stretch of opening hours from `start` on, until `number` hours have been counted.

    A stretch that fills the hours exactly at closing time is the last one: the deadline is then at
    closing, not at the next opening.
    """
    wanted, so_far = dt.timedelta(hours=number), NOTHING
    begin = start.astimezone(dt.UTC)
    in_order = sorted(pauses, key=lambda one: one.begins)
    first = london_day(start)
    for day in itertools.chain([first], days_after(first)):
        hours = calendar.hours(day)
        if hours is None:
            yield HourStep(day, None, None, so_far, calendar.why_closed(day))
            continue
        for opens, closes in open_stretches((max(hours[0], begin), hours[1]), in_order):
            end = min(closes, opens + wanted - so_far)
            so_far += end - opens
            yield HourStep(day, opens, end, so_far, "")
            if so_far == wanted:
                return


def hub_hours(
    start: dt.datetime, number: int, calendar: Calendar, pauses: Collection[Pause] = ()
) -> dt.datetime:
    """When the hub has been open for so many hours since `start`, pauses left out."""
    ends = [step.ends for step in hour_steps(start, number, calendar, pauses) if step.ends]
    return ends[-1]


def due(
    rule: ClockRule, start: dt.datetime, calendar: Calendar, pauses: Collection[Pause] = ()
) -> dt.datetime:
    """When the rule falls due, in UTC. `start` is aware; pauses have ended and do not overlap."""
    if rule.counting is Counting.END_OF_WORKING_DAY:
        return end_of_working_day(start, rule.number, calendar, pauses)
    if rule.counting is Counting.HUB_HOURS:
        return hub_hours(start, rule.number, calendar, pauses)
    return elapsed_hours(start, rule.number, pauses)


def to_the_second(at: dt.datetime) -> dt.datetime:
    """The instant in UTC without its fraction: deadlines are kept to the second."""
    return at.astimezone(dt.UTC).replace(microsecond=0)


def is_late(due_at: dt.datetime, at: dt.datetime) -> bool:
    """Whether the second in which it was due has passed: 23:59:59 holds until midnight."""
    return to_the_second(at) > due_at
