"""The steps of an audit and the days by which each is done.

A step falls so many working days after the day on which the audit begins. The lengths given
are a beginning (from commission to report in some four months); each draft has its own, and any day
may be set by hand.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from safehub.foundation.clocks.calendar import Calendar, days_after

MOST_DAYS = 500


class Step(StrEnum):
    """A step, in its order."""

    FRAME = "frame"
    SAMPLE = "sample"
    KNOWN = "known"
    RETURNS = "returns"
    MODERATION = "moderation"
    MEETING = "meeting"
    REPORT = "report"


WORDS = {
    Step.FRAME: "The frame is uploaded",
    Step.SAMPLE: "The sample is drawn",
    Step.KNOWN: "Agencies say which cases they know",
    Step.RETURNS: "Returns are due",
    Step.MODERATION: "Moderation is done",
    Step.MEETING: "The meeting is held",
    Step.REPORT: "The report is published",
}
OFFSETS = {
    Step.FRAME: 5,
    Step.SAMPLE: 7,
    Step.KNOWN: 15,
    Step.RETURNS: 35,
    Step.MODERATION: 50,
    Step.MEETING: 60,
    Step.REPORT: 85,
}


@dataclass(frozen=True)
class Dated:
    """A step with its day; `offset` is the number of working days, None where set by hand."""

    step: Step
    on: dt.date
    offset: int | None


def working_day_after(start: dt.date, number: int, calendar: Calendar) -> dt.date:
    """The `number`-th working day after the day; with 0 the day itself, else the next worked.

    Raises NotPossible beyond the years that the calendar knows.
    """
    if number == 0 and calendar.is_working(start):
        return start
    left = max(number, 1)
    for day in days_after(start):
        left -= calendar.is_working(day)
        if not left:
            return day
    raise AssertionError("days have no end")


def dated_steps(
    starts_on: dt.date,
    offsets: Mapping[str, int],
    by_hand: Mapping[str, str],
    calendar: Calendar,
) -> tuple[Dated, ...]:
    """Every step with its day, in the order of steps. Days set by hand are ISO dates.

    Raises NotPossible as `working_day_after` does.
    """
    found = []
    for step in Step:
        hand = by_hand.get(step)
        offset = offsets.get(step, OFFSETS[step])
        if hand:
            found.append(Dated(step, dt.date.fromisoformat(hand), None))
        else:
            found.append(Dated(step, working_day_after(starts_on, offset, calendar), offset))
    return tuple(found)


def out_of_order(steps: tuple[Dated, ...]) -> tuple[Dated, Dated] | None:
    """The first step that falls before the one in front of it, with that one; None where none."""
    for before, after in itertools.pairwise(steps):
        if after.on < before.on:
            return before, after
    return None
