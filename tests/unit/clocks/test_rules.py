"""Deadlines against 440 worked ones, against a second reckoning, and by their properties."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safehub.foundation.clocks.calendar import (
    LONDON,
    Calendar,
    Override,
    calendar_of_england,
    check_calendar,
    london_day,
)
from safehub.foundation.clocks.kinds import ClockRule, Counting
from safehub.foundation.clocks.rules import Pause, due, is_late
from safehub.foundation.errors import Misconfigured, NotPossible, Refused

from . import plain

WORKED = Path(__file__).parents[2] / "data" / "clocks.csv"
ENGLAND = calendar_of_england(last=2030)


def rule_of(counting: str, number: int) -> ClockRule:
    return ClockRule("test", "A test", Counting(counting), number, "none")


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def in_london(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(dt.UTC)


def worked_rows() -> list[dict[str, str]]:
    with WORKED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_worked_deadlines_are_440() -> None:
    assert len(worked_rows()) == 440


@pytest.mark.parametrize(
    "row", worked_rows(), ids=lambda row: f"{row['rule']}-{row['n']}-{row['start_utc']}"
)
def test_due_of_worked_deadline_is_as_worked(row: dict[str, str]) -> None:
    found = due(rule_of(row["rule"], int(row["n"])), utc(row["start_utc"]), ENGLAND)
    assert found == utc(row["due_utc"])
    assert f"{found.astimezone(LONDON):%a %d %b %Y %H:%M %Z}" == row["due_in_london"]


# Times in London, and why each was chosen.
STARTS = {
    "2018-12-31T23:59": "the last minute of a year",
    "2019-03-31T00:59": "a minute before spring forward",
    "2019-03-31T02:00": "the first minute of summer time",
    "2019-04-18T17:00": "closing on Maundy Thursday",
    "2019-10-27T03:00": "after the clocks went back",
    "2020-02-28T16:30": "before a leap day on a Saturday",
    "2020-02-29T12:00": "a leap day",
    "2020-05-04T09:00": "May Day was moved from this Monday to Friday for VE Day",
    "2020-12-24T08:44": "a minute before opening, Boxing Day on a Saturday",
    "2021-12-24T16:15": "Christmas on a Saturday: two substitute days",
    "2021-12-31T17:01": "New Year on a Saturday: Monday is the substitute",
    "2022-05-27T12:00": "spring bank holiday was moved from the coming Monday",
    "2022-06-01T16:59": "before the two holidays of the Jubilee",
    "2022-09-18T23:59": "the minute before the day of the state funeral",
    "2022-09-19T10:00": "on the day of the state funeral",
    "2023-05-05T16:59": "before the coronation holiday",
    "2023-10-29T00:30": "before the hour that comes twice",
    "2024-02-29T16:00": "a leap day on a Thursday",
    "2024-03-28T16:59": "Easter with spring forward on its Sunday",
    "2025-01-01T00:00": "the first minute of a year",
    "2026-01-02T09:00": "a bank holiday in Scotland and none in England",
    "2026-08-03T09:00": "a bank holiday in Scotland and none in England",
    "2026-11-30T09:00": "St Andrew's Day, a holiday in Scotland alone",
    "2027-03-25T16:00": "Easter with spring forward on its Sunday",
    "2028-02-29T08:45": "opening on a leap day",
}
RULES = [
    ("end_of_working_day", 1),
    ("end_of_working_day", 4),
    ("end_of_working_day", 20),
    ("elapsed_hours", 1),
    ("elapsed_hours", 48),
    ("elapsed_hours", 100),
    ("hub_hours", 1),
    ("hub_hours", 8),
    ("hub_hours", 33),
]
# Pauses of a clock, in hours after its start: from, length.
PAUSES = {"none": [], "one": [(1, 30)], "two": [(0, 2), (25, 100)]}


def test_own_cases_are_more_than_a_hundred() -> None:
    assert len(STARTS) * len(RULES) * len(PAUSES) == 675


@pytest.mark.parametrize("pauses", PAUSES.values(), ids=PAUSES)
@pytest.mark.parametrize("start", STARTS)
def test_due_is_as_a_second_reckoning_has_it(start: str, pauses: list[tuple[int, int]]) -> None:
    begin = in_london(start)
    spans = []
    for after, length in pauses:
        begins = begin + dt.timedelta(hours=after)
        spans.append((begins, begins + dt.timedelta(hours=length)))
    for counting, number in RULES:
        found = due(rule_of(counting, number), begin, ENGLAND, [Pause(*span) for span in spans])
        assert found == plain.due(counting, number, begin, spans), (counting, number)


# --- properties --------------------------------------------------------------------------------

_FIRST, _DAYS = dt.datetime(2018, 1, 1, tzinfo=dt.UTC), 3600
MINUTES = st.integers(0, _DAYS * 24 * 60).map(lambda minute: _FIRST + minute * plain.MINUTE)
# A busy machine is no failure; and a reckoning by the minute is slow.
unhurried = settings(deadline=None, max_examples=60)
COUNTINGS = st.sampled_from([one.value for one in Counting])


@unhurried
@given(MINUTES, MINUTES, COUNTINGS, st.integers(1, 45))
def test_due_of_a_later_start_is_never_earlier(
    one: dt.datetime, other: dt.datetime, counting: str, number: int
) -> None:
    rule = rule_of(counting, number)
    first, second = sorted([one, other])
    assert first < due(rule, first, ENGLAND) <= due(rule, second, ENGLAND)


@unhurried
@given(MINUTES, COUNTINGS, st.integers(1, 44))
def test_due_of_a_larger_number_is_later(at: dt.datetime, counting: str, number: int) -> None:
    assert due(rule_of(counting, number), at, ENGLAND) < due(
        rule_of(counting, number + 1), at, ENGLAND
    )


@unhurried
@given(MINUTES, st.integers(1, 45), st.sampled_from(["end_of_working_day", "hub_hours"]))
def test_due_is_never_on_a_day_that_is_not_worked(
    at: dt.datetime, number: int, counting: str
) -> None:
    found = due(rule_of(counting, number), at, ENGLAND)
    day = plain.wall(found).date()
    assert plain.is_worked(day, {})
    assert day == london_day(found)


@unhurried
@given(
    MINUTES,
    st.sampled_from(["elapsed_hours", "hub_hours"]),
    st.integers(1, 12),
    st.integers(0, 600),
    st.integers(0, 6000),
)
def test_pause_of_hours_shifts_by_what_was_paused(
    at: dt.datetime, counting: str, number: int, after: int, length: int
) -> None:
    begins = at + dt.timedelta(minutes=after)
    span = begins, begins + dt.timedelta(minutes=length)
    found = due(rule_of(counting, number), at, ENGLAND, [Pause(*span)])
    without = due(rule_of(counting, number), at, ENGLAND)
    if begins >= without:
        assert found == without
    elif counting == "elapsed_hours":
        assert found == without + dt.timedelta(minutes=length)
    else:
        assert found == plain.hub_hours(at, number, [span], {})
        assert found >= without


@unhurried
@given(MINUTES, st.integers(1, 20), st.integers(1, 400), st.integers(0, 400))
def test_pause_of_working_days_shifts_by_the_days_it_touched(
    at: dt.datetime, number: int, after: int, length: int
) -> None:
    begins = at + dt.timedelta(hours=after)
    pause = Pause(begins, begins + dt.timedelta(hours=length))
    rule = rule_of("end_of_working_day", number)
    found, without = due(rule, at, ENGLAND, [pause]), due(rule, at, ENGLAND)
    assert found >= without
    if london_day(pause.begins) > london_day(without):
        assert found == without
    else:
        days = {london_day(pause.begins) + plain.DAY * n for n in range(20)}
        touched = {d for d in days if d <= london_day(pause.ends)} - {london_day(at)}
        more = sum(plain.is_worked(day, {}) for day in touched)
        assert found == due(rule_of("end_of_working_day", number + more), at, ENGLAND)


@unhurried
@given(
    MINUTES, st.dictionaries(st.dates(dt.date(2018, 1, 1), dt.date(2027, 12, 31)), st.booleans())
)
def test_due_with_overrides_is_as_a_second_reckoning_has_it(
    at: dt.datetime, worked: dict[dt.date, bool]
) -> None:
    changed = calendar_of_england(
        last=2030, overrides=[Override(day, works, "ours") for day, works in worked.items()]
    )
    for counting, number in (("end_of_working_day", 5), ("hub_hours", 9)):
        found = due(rule_of(counting, number), at, changed)
        assert found == plain.due(counting, number, at, [], worked)


# --- overrides, hours, edges -------------------------------------------------------------------


def with_overrides(*overrides: Override) -> Calendar:
    return calendar_of_england(last=2030, overrides=overrides)


def test_one_off_bank_holiday_moves_what_is_due() -> None:
    day = dt.date(2026, 6, 16)
    holiday = with_overrides(Override(day, False, "day of mourning"))
    start = in_london("2026-06-15T10:00")
    rule = rule_of("end_of_working_day", 1)
    assert london_day(due(rule, start, ENGLAND)) == day
    assert london_day(due(rule, start, holiday)) == dt.date(2026, 6, 17)


def test_cancelled_bank_holiday_is_worked() -> None:
    worked = with_overrides(Override(dt.date(2026, 5, 4), True, "May Day moved"))
    start = in_london("2026-05-01T10:00")
    found = due(rule_of("end_of_working_day", 1), start, worked)
    assert london_day(found) == dt.date(2026, 5, 4)
    assert due(rule_of("hub_hours", 8), start, worked) == in_london("2026-05-04T09:45")


def test_worked_saturday_has_hours() -> None:
    worked = with_overrides(Override(dt.date(2026, 6, 20), True, "weekend of the exercise"))
    found = due(rule_of("hub_hours", 2), in_london("2026-06-19T16:00"), worked)
    assert found == in_london("2026-06-20T09:45")


@pytest.mark.parametrize("day", ["2026-01-02", "2026-08-03", "2026-11-30", "2026-03-17"])
def test_holidays_of_other_nations_are_worked(day: str) -> None:
    assert ENGLAND.is_working(dt.date.fromisoformat(day))


def test_hours_that_end_at_closing_are_due_at_closing() -> None:
    found = due(rule_of("hub_hours", 8), in_london("2026-06-19T09:00"), ENGLAND)
    assert found == in_london("2026-06-19T17:00")


def test_other_opening_hours_are_counted() -> None:
    late = calendar_of_england(last=2030, opens=dt.time(10), closes=dt.time(12, 30))
    found = due(rule_of("hub_hours", 3), in_london("2026-06-19T09:00"), late)
    assert found == in_london("2026-06-22T10:30")


def test_hour_that_comes_twice_is_counted_twice() -> None:
    start = utc("2026-10-24T23:30:00Z")  # 00:30 British Summer Time
    found = due(rule_of("elapsed_hours", 3), start, ENGLAND)
    assert found.astimezone(LONDON).isoformat() == "2026-10-25T02:30:00+00:00"


def test_hour_that_never_comes_is_not_counted() -> None:
    start = in_london("2026-03-29T00:30")
    found = due(rule_of("elapsed_hours", 3), start, ENGLAND)
    assert found.astimezone(LONDON).isoformat() == "2026-03-29T04:30:00+01:00"


def test_day_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(NotPossible, match="2000 to 2030"):
        due(rule_of("end_of_working_day", 3), in_london("2030-12-31T10:00"), ENGLAND)


def test_number_below_one_is_refused() -> None:
    with pytest.raises(Misconfigured, match="at least 1"):
        rule_of("hub_hours", 0)


def test_late_begins_with_the_second_after() -> None:
    due_at = utc("2026-06-19T22:59:59Z")
    assert not is_late(due_at, utc("2026-06-19T22:59:59.999999Z"))
    assert is_late(due_at, utc("2026-06-19T23:00:00Z"))


def test_every_mistake_of_a_calendar_is_told() -> None:
    wrong = calendar_of_england(
        last=2030,
        opens=dt.time(17),
        closes=dt.time(9),
        overrides=[Override(dt.date(2031, 1, 2), True, " ")],
    )
    with pytest.raises(Refused) as refused:
        check_calendar(wrong)
    assert [mistake.place for mistake in refused.value.mistakes] == [
        "hub hours",
        "override of 2031-01-02",
        "override of 2031-01-02",
    ]
