"""What people read: countdowns in words and colours, and the working of a deadline."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.clocks import queries
from safehub.foundation.clocks.calendar import LONDON, Override, calendar_of_england
from safehub.foundation.clocks.commands import pause_clock, start_clock, stop_clock
from safehub.foundation.clocks.countdown import STANDING, Urgency, countdown
from safehub.foundation.clocks.kinds import ClockRule, Counting
from safehub.foundation.clocks.rules import Pause, due
from safehub.foundation.clocks.working import working
from safehub.foundation.records import RecordRef

from .conftest import CHECK, DECIDE, NOW, TEN, VISIT

ENGLAND = calendar_of_england(last=2030)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("rule", "start", "now", "colour", "words"),
    [
        (TEN, "2026-08-21T10:00", "2026-09-03T21:00", "green", "2 working days and 3 hours left"),
        (TEN, "2026-08-21T10:00", "2026-09-05T21:00", "yellow", "1 working day left"),
        (TEN, "2026-08-21T10:00", "2026-09-04T23:10", "yellow", "1 working day left"),
        (TEN, "2026-08-21T10:00", "2026-09-07T21:45", "yellow", "2 hours and 15 minutes left"),
        (TEN, "2026-08-21T10:00", "2026-09-07T09:45", "yellow", "14 hours left"),
        (TEN, "2026-08-21T10:00", "2026-09-07T23:59:30", "yellow", "30 seconds left"),
        (TEN, "2026-08-21T10:00", "2026-09-08T00:00", "red", "1 second late"),
        (TEN, "2026-08-21T10:00", "2026-09-08T04:10", "red", "4 hours late"),
        (TEN, "2026-08-21T10:00", "2026-09-10T04:10", "red", "2 days late"),
        (CHECK, "2026-08-21T10:00", "2026-08-21T10:20", "green", "3 hub hours and 40 minutes left"),
        (CHECK, "2026-08-21T10:00", "2026-08-21T13:00", "yellow", "1 hub hour left"),
        (CHECK, "2026-08-21T16:00", "2026-08-22T13:00", "green", "3 hub hours left"),
        (VISIT, "2026-10-24T12:00", "2026-10-24T13:30", "green", "22 hours left"),
        (VISIT, "2026-10-24T12:00", "2026-10-25T00:59", "green", "11 hours left"),
        (VISIT, "2026-10-24T12:00", "2026-10-25T08:30", "yellow", "2 hours and 30 minutes left"),
        (VISIT, "2026-10-24T12:00", "2026-10-25T11:40", "red", "40 minutes late"),
    ],
)
def test_countdown_says_what_is_left(
    rule: ClockRule, start: str, now: str, colour: str, words: str
) -> None:
    found = countdown(rule, due(rule, at(start), ENGLAND), at(now), ENGLAND)
    assert (found.colour, found.words) == (colour, words)
    assert found.standing


def test_every_colour_has_its_words() -> None:
    assert set(STANDING) == set(Urgency)
    assert len(set(STANDING.values())) == len(Urgency)


@pytest.mark.django_db
def test_countdowns_of_many_take_four_queries(
    operator: Viewer,
    clock: time_machine.Traveller,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    running, paused, kept, missed = (
        start_clock(rule="visit", about=RecordRef("agencies.agency", key), by=operator)
        for key in range(4)
    )
    pause_clock(deadline=paused, reason="no access", by=operator)
    stop_clock(deadline=kept, by=operator)
    clock.move_to(NOW + dt.timedelta(hours=26))
    stop_clock(deadline=missed, by=operator)
    with django_assert_num_queries(4):
        found = queries.countdowns([running, paused, kept, missed], NOW)
    assert {key: (one.colour, one.words) for key, one in found.items()} == {
        running.pk: ("green", "24 hours left"),
        paused.pk: (
            "grey",
            (
                "Paused since Fri 21 Aug 2026 10:00 BST: no access. It was due Sat 22 Aug 2026 "
                "10:00 BST, and will be reckoned again when it goes on"
            ),
        ),
        kept.pk: ("turquoise", "Done Fri 21 Aug 2026 10:00 BST, in time"),
        missed.pk: ("pink", "Done Sat 22 Aug 2026 12:00 BST, 2 hours late"),
    }


def test_working_of_hub_hours_adds_up() -> None:
    assert working(CHECK, at("2018-03-29T16:30"), ENGLAND) == [
        "Thu 29 Mar 2018 16:30 BST received; the hub is open 08:45 to 17:00 on working days",
        "Thu 29 Mar 2018 16:30 to 17:00: 30 minutes, 30 minutes in all",
        "Fri 30 Mar 2018 bank holiday, Good Friday",
        "Sat 31 Mar 2018 to Sun 1 Apr 2018 weekend",
        "Mon 2 Apr 2018 bank holiday, Easter Monday",
        "Tue 3 Apr 2018 08:45 to 12:15: 3 hours and 30 minutes, 4 hours in all",
        "due Tue 3 Apr 2018 12:15 BST",
    ]


def test_working_of_days_names_holidays_and_days_worked_by_override() -> None:
    changed = calendar_of_england(
        last=2030, overrides=[Override(dt.date(2018, 4, 2), True, "Easter Monday worked")]
    )
    rule = ClockRule("x", "x", Counting.END_OF_WORKING_DAY, 3, "x")
    assert working(rule, at("2018-03-29T16:30"), changed) == [
        "Thu 29 Mar 2018 16:30 BST received; the day of receipt does not count",
        "Fri 30 Mar 2018 bank holiday, Good Friday",
        "Sat 31 Mar 2018 to Sun 1 Apr 2018 weekend",
        "Mon 2 Apr 2018 working day 1 (Easter Monday worked)",
        "Tue 3 Apr 2018 to Wed 4 Apr 2018 working days 2 to 3",
        "due Wed 4 Apr 2018 23:59 BST",
    ]


@pytest.mark.parametrize(
    ("start", "said", "due_words"),
    [
        ("2026-10-24T12:00", "Sun 25 Oct 2026 the clocks go back an hour", "11:00 GMT"),
        ("2026-03-28T12:00", "Sun 29 Mar 2026 the clocks go forward an hour", "13:00 BST"),
    ],
)
def test_working_of_hours_tells_of_a_change_of_the_clocks(
    start: str, said: str, due_words: str
) -> None:
    steps = working(VISIT, at(start), ENGLAND)
    assert steps[1:3] == [said, "24 hours later"]
    assert steps[-1].endswith(due_words)


def test_working_of_hours_that_end_before_the_change_is_silent() -> None:
    pause = Pause(at("2026-10-24T00:10"), at("2026-10-24T00:20"))
    steps = working(VISIT, at("2026-10-24T00:00"), ENGLAND, [pause])
    assert not [step for step in steps if "the clocks go" in step]


@pytest.mark.parametrize("rule", [DECIDE, CHECK, VISIT])
def test_working_ends_with_what_is_due(rule: ClockRule) -> None:
    start = at("2026-08-21T10:00")
    shown = due(rule, start, ENGLAND).astimezone(LONDON)
    last = working(rule, start, ENGLAND)[-1]
    assert last == f"due {shown:%a} {shown.day} {shown:%b %Y %H:%M %Z}"
