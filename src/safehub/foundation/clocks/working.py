"""The working of a deadline: the steps by which it was reckoned, as people read them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Iterator

from safehub.foundation.clocks.calendar import LONDON, Calendar, days_after, london_day
from safehub.foundation.clocks.kinds import ClockRule, Counting
from safehub.foundation.clocks.rules import (
    DayStep,
    HourStep,
    Pause,
    day_steps,
    due,
    elapsed_hours,
    hour_steps,
)
from safehub.foundation.clocks.words import (
    counted,
    day_words,
    due_words,
    duration_words,
    moment_words,
    time_words,
)


def working(
    rule: ClockRule, start: dt.datetime, calendar: Calendar, pauses: Collection[Pause] = ()
) -> list[str]:
    """One sentence for each step, from receipt to due. Pauses are told where they matter."""
    steps = {
        Counting.END_OF_WORKING_DAY: _of_days,
        Counting.HUB_HOURS: _of_hub_hours,
        Counting.ELAPSED_HOURS: _of_hours,
    }[rule.counting]
    end = due(rule, start, calendar, pauses)
    return [*steps(rule.number, start, calendar, pauses), f"due {due_words(end)}"]


def _of_days(
    number: int, start: dt.datetime, calendar: Calendar, pauses: Collection[Pause]
) -> Iterator[str]:
    yield f"{moment_words(start)} received; the day of receipt does not count"
    yield from _pauses(pauses)
    steps = day_steps(start, number, calendar, pauses)
    for (why, worked), run in itertools.groupby(
        steps, lambda step: (step.why, calendar.why_worked(step.day) if not step.why else "")
    ):
        together = list(run)
        said = why or _numbered(together)
        yield f"{_stretch(together)} {said}{f' ({worked})' if worked else ''}"


def _numbered(steps: list[DayStep]) -> str:
    first, last = steps[0].number, steps[-1].number
    if first == last:
        return f"working day {first}"
    return f"working days {first} to {last}"


def _stretch(steps: list[DayStep] | list[HourStep]) -> str:
    first, last = steps[0].day, steps[-1].day
    return day_words(first) if first == last else f"{day_words(first)} to {day_words(last)}"


def _of_hub_hours(
    number: int, start: dt.datetime, calendar: Calendar, pauses: Collection[Pause]
) -> Iterator[str]:
    yield (
        f"{moment_words(start)} received; the hub is open "
        f"{calendar.opens:%H:%M} to {calendar.closes:%H:%M} on working days"
    )
    yield from _pauses(pauses)
    steps = hour_steps(start, number, calendar, pauses)
    for why, run in itertools.groupby(steps, lambda step: step.why):
        together = list(run)
        if why:
            yield f"{_stretch(together)} {why}"
            continue
        yield from (_counted_hours(step, calendar) for step in together)


def _counted_hours(step: HourStep, calendar: Calendar) -> str:
    if step.begins is None or step.ends is None:
        return day_words(step.day)
    worked = calendar.why_worked(step.day)
    return (
        f"{day_words(step.day)} {time_words(step.begins)} to {time_words(step.ends)}"
        f"{f' ({worked})' if worked else ''}: {duration_words(step.ends - step.begins)}, "
        f"{duration_words(step.so_far)} in all"
    )


def _of_hours(
    number: int, start: dt.datetime, calendar: Calendar, pauses: Collection[Pause]
) -> Iterator[str]:
    yield f"{moment_words(start)} received; every hour counts, day and night"
    yield from _pauses(pauses)
    end = elapsed_hours(start, number, pauses)
    for day in (london_day(start), *days_after(london_day(start), london_day(end))):
        yield from _clock_change(day, start, end)
    stood = end - start.astimezone(dt.UTC) - dt.timedelta(hours=number)
    yield f"{counted(number, 'hour')} later" + (
        f", and {duration_words(stood)} more in which the clock was paused" if stood else ""
    )


def _clock_change(day: dt.date, start: dt.datetime, end: dt.datetime) -> Iterator[str]:
    """The change of the clocks on the day, where it falls between start and end."""
    before = dt.datetime.combine(day, dt.time(), LONDON)
    after = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), LONDON)
    if before.utcoffset() == after.utcoffset():
        return
    # In the United Kingdom both changes are at 01:00 UTC (Summer Time Order 2002).
    change = dt.datetime.combine(day, dt.time(1), dt.UTC)
    if start < change <= end:
        forward = after.tzname() == "BST"
        yield f"{day_words(day)} the clocks go {'forward' if forward else 'back'} an hour"


def _pauses(pauses: Collection[Pause]) -> Iterator[str]:
    for pause in sorted(pauses, key=lambda one: one.begins):
        yield f"paused from {moment_words(pause.begins)} to {moment_words(pause.ends)}"
