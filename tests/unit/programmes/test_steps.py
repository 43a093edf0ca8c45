"""The days of an audit, counted in working days, held against a second count."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from safehub.audit.programmes.steps import (
    OFFSETS,
    Dated,
    Step,
    dated_steps,
    out_of_order,
    working_day_after,
)
from safehub.foundation.clocks.calendar import Override, calendar_of_england
from safehub.foundation.errors import NotPossible

CALENDAR = calendar_of_england(last=2032)
# GOV.UK: bank holidays in England around the turn of the year 2026 to 2027.
CHRISTMAS = {dt.date(2026, 12, 25), dt.date(2026, 12, 28), dt.date(2027, 1, 1)}


def counted(start: dt.date, number: int) -> dt.date:
    """The same by counting down over days that are no weekend and no Christmas holiday."""
    day = start
    while number:
        day += dt.timedelta(days=1)
        number -= day.weekday() < 5 and day not in CHRISTMAS
    return day


def test_days_are_counted_over_weekends_and_bank_holidays() -> None:
    for seed in range(200):
        draw = random.Random(seed)
        start = dt.date(2026, 12, 1) + dt.timedelta(days=draw.randrange(30))
        number = draw.randrange(1, 30)
        if counted(start, number) < dt.date(2027, 3, 20):
            assert working_day_after(start, number, CALENDAR) == counted(start, number)


def test_nought_is_the_day_itself_or_the_next_that_is_worked() -> None:
    assert working_day_after(dt.date(2026, 12, 24), 0, CALENDAR) == dt.date(2026, 12, 24)
    assert working_day_after(dt.date(2026, 12, 25), 0, CALENDAR) == dt.date(2026, 12, 29)


def test_a_day_that_the_installation_closes_does_not_count() -> None:
    closed = Override(dt.date(2026, 11, 4), is_working=False, label="Move of the office")
    calendar = calendar_of_england(last=2032, overrides=[closed])
    assert working_day_after(dt.date(2026, 11, 2), 2, calendar) == dt.date(2026, 11, 5)


def test_each_step_has_its_own_length_and_a_day_by_hand_stays() -> None:
    start = dt.date(2026, 11, 2)
    found = dated_steps(start, {"frame": 1}, {"meeting": "2027-02-01"}, CALENDAR)
    assert [one.step for one in found] == list(Step)
    assert found[0] == Dated(Step.FRAME, dt.date(2026, 11, 3), 1)
    by_step = {one.step: one for one in found}
    assert by_step[Step.MEETING] == Dated(Step.MEETING, dt.date(2027, 2, 1), None)
    assert by_step[Step.RETURNS].offset == OFFSETS[Step.RETURNS]


def test_a_step_before_the_one_in_front_of_it_is_told() -> None:
    start = dt.date(2026, 11, 2)
    assert out_of_order(dated_steps(start, {}, {}, CALENDAR)) is None
    wrong = out_of_order(dated_steps(start, {}, {"meeting": "2026-11-03"}, CALENDAR))
    assert wrong is not None
    assert [one.step for one in wrong] == [Step.MODERATION, Step.MEETING]


def test_a_year_that_the_calendar_does_not_know_is_refused() -> None:
    with pytest.raises(NotPossible, match="knows the bank holidays"):
        dated_steps(dt.date(2032, 12, 1), {}, {}, CALENDAR)
