"""Clocks on a record: started, paused, resumed, stopped, reckoned again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
import time_machine
from django.db import IntegrityError, transaction

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.clocks import commands, queries
from safehub.foundation.clocks.calendar import LONDON, Override
from safehub.foundation.clocks.commands import (
    edit_calendar,
    pause_clock,
    recalculate_clock,
    resume_clock,
    start_clock,
    stop_clock,
)
from safehub.foundation.clocks.kinds import ClockRule, Counting
from safehub.foundation.clocks.models import Deadline
from safehub.foundation.errors import EditConflict, Misconfigured, NotPossible
from safehub.foundation.records import RecordRef
from safehub.foundation.trail.models import TrailEvent

from .conftest import ABOUT, DECIDE, NOW, Clocks

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def events() -> list[str]:
    return list(TrailEvent.objects.order_by("id").values_list("event", flat=True))


def in_london(at: dt.datetime) -> str:
    return f"{at.astimezone(LONDON):%a %d %b %H:%M:%S}"


def test_started_clock_keeps_rule_calendar_and_working(operator: Viewer) -> None:
    deadline = start_clock(rule="decide", about=ABOUT, by=operator)
    deadline.refresh_from_db()
    assert in_london(deadline.due_at) == "Mon 24 Aug 23:59:59"
    assert deadline.rule == DECIDE
    assert deadline.calendar.number == 1
    assert deadline.working == [
        "Fri 21 Aug 2026 10:00 BST received; the day of receipt does not count",
        "Sat 22 Aug 2026 to Sun 23 Aug 2026 weekend",
        "Mon 24 Aug 2026 working day 1",
        "due Mon 24 Aug 2026 23:59 BST",
    ]
    assert events() == ["calendar.renewed", "clock.started"]


def test_fraction_of_a_second_is_dropped(operator: Viewer, clock: time_machine.Traveller) -> None:
    clock.move_to(NOW + dt.timedelta(microseconds=999_999), tick=False)
    deadline = start_clock(rule="visit", about=ABOUT, by=operator)
    assert deadline.started_at == NOW
    assert deadline.due_at == NOW + 24 * HOUR


def test_rule_that_nobody_declares_is_refused(operator: Viewer) -> None:
    with pytest.raises(Misconfigured, match="lunch"):
        start_clock(rule="lunch", about=ABOUT, by=operator)


def test_same_clock_twice_on_a_record_is_refused(operator: Viewer) -> None:
    first = start_clock(rule="decide", about=ABOUT, by=operator)
    with pytest.raises(NotPossible, match="Decide what follows"):
        start_clock(rule="decide", about=ABOUT, by=operator)
    start_clock(rule="decide", about=RecordRef("agencies.agency", 8), by=operator)
    start_clock(rule="visit", about=ABOUT, by=operator)
    stop_clock(deadline=first, by=operator)
    again = start_clock(rule="decide", about=ABOUT, by=operator)
    assert queries.live_deadline(ABOUT, "decide") == again
    assert len(queries.deadlines_of(ABOUT)) == 3


@pytest.mark.parametrize("step", [HOUR, dt.timedelta(seconds=1)])
def test_start_in_the_future_is_refused(operator: Viewer, step: dt.timedelta) -> None:
    with pytest.raises(NotPossible, match="yet to come"):
        start_clock(rule="decide", about=ABOUT, by=operator, at=NOW + step)


def test_moment_without_a_zone_is_a_mistake_of_ours(operator: Viewer) -> None:
    with pytest.raises(ValueError, match="zone"):
        start_clock(rule="decide", about=ABOUT, by=operator, at=NOW.replace(tzinfo=None))


def test_pause_of_working_days_passes_over_the_days_it_touched(
    operator: Viewer, clock: time_machine.Traveller
) -> None:
    deadline = start_clock(rule="ten", about=ABOUT, by=operator)
    assert in_london(deadline.due_at) == "Mon 07 Sep 23:59:59"
    clock.move_to(NOW + 3 * 24 * HOUR)
    paused = pause_clock(deadline=deadline, reason="awaiting the parent", by=operator)
    assert in_london(paused.due_at) == "Mon 07 Sep 23:59:59"
    clock.move_to(NOW + 5 * 24 * HOUR)
    resumed = resume_clock(deadline=deadline, by=operator)
    # Monday, Tuesday and Wednesday are passed over.
    assert in_london(resumed.due_at) == "Thu 10 Sep 23:59:59"
    assert resumed.working[1:5] == [
        "paused from Mon 24 Aug 2026 10:00 BST to Wed 26 Aug 2026 10:00 BST",
        "Sat 22 Aug 2026 to Sun 23 Aug 2026 weekend",
        "Mon 24 Aug 2026 to Wed 26 Aug 2026 clock paused",
        "Thu 27 Aug 2026 to Fri 28 Aug 2026 working days 1 to 2",
    ]
    assert events()[2:] == ["clock.paused", "clock.resumed"]


def test_pause_of_hub_hours_counts_only_open_ones(
    operator: Viewer, clock: time_machine.Traveller
) -> None:
    deadline = start_clock(rule="check", about=ABOUT, by=operator)
    assert in_london(deadline.due_at) == "Fri 21 Aug 14:00:00"
    clock.move_to(NOW + HOUR)
    pause_clock(deadline=deadline, reason="fire alarm", by=operator)
    clock.move_to(NOW + 72 * HOUR)
    assert in_london(resume_clock(deadline=deadline, by=operator).due_at) == "Mon 24 Aug 13:00:00"


def test_pauses_of_elapsed_hours_add_up(operator: Viewer, clock: time_machine.Traveller) -> None:
    deadline = start_clock(rule="visit", about=ABOUT, by=operator)
    for hours in (1, 3):
        clock.move_to(NOW + hours * HOUR)
        pause_clock(deadline=deadline, reason="no access", by=operator)
        clock.move_to(NOW + (hours + 1) * HOUR)
        deadline = resume_clock(deadline=deadline, by=operator)
    assert deadline.due_at == NOW + 26 * HOUR
    assert deadline.working[-2] == (
        "24 hours later, and 2 hours more in which the clock was paused"
    )


def test_pause_needs_a_reason(operator: Viewer) -> None:
    deadline = start_clock(rule="visit", about=ABOUT, by=operator)
    with pytest.raises(NotPossible, match="Say why"):
        pause_clock(deadline=deadline, reason="  ", by=operator)


def test_late_clock_cannot_be_paused(operator: Viewer, clock: time_machine.Traveller) -> None:
    deadline = start_clock(rule="visit", about=ABOUT, by=operator)
    clock.move_to(NOW + 25 * HOUR)
    with pytest.raises(NotPossible, match="late"):
        pause_clock(deadline=deadline, reason="no access", by=operator)


def test_times_out_of_order_are_refused(operator: Viewer, clock: time_machine.Traveller) -> None:
    deadline = start_clock(rule="visit", about=ABOUT, by=operator)
    clock.move_to(NOW + 10 * HOUR)
    with pytest.raises(NotPossible, match="before the clock last began"):
        pause_clock(deadline=deadline, reason="no access", by=operator, at=NOW - HOUR)
    pause_clock(deadline=deadline, reason="no access", by=operator, at=NOW + 2 * HOUR)
    with pytest.raises(NotPossible, match="before the pause began"):
        resume_clock(deadline=deadline, by=operator, at=NOW + HOUR)
    resume_clock(deadline=deadline, by=operator, at=NOW + 4 * HOUR)
    with pytest.raises(NotPossible, match="before the clock last began"):
        pause_clock(deadline=deadline, reason="no access", by=operator, at=NOW + 3 * HOUR)
    with pytest.raises(NotPossible, match="before the clock last began"):
        stop_clock(deadline=deadline, by=operator, at=NOW + 3 * HOUR)


def test_moves_that_make_no_sense_are_refused(operator: Viewer) -> None:
    deadline = start_clock(rule="visit", about=ABOUT, by=operator)
    with pytest.raises(NotPossible, match="runs already"):
        resume_clock(deadline=deadline, by=operator)
    pause_clock(deadline=deadline, reason="no access", by=operator)
    with pytest.raises(NotPossible, match="is paused"):
        pause_clock(deadline=deadline, reason="no access", by=operator)
    stop_clock(deadline=deadline, by=operator)
    wrongs: list[Callable[[], Deadline]] = [
        lambda: stop_clock(deadline=deadline, by=operator),
        lambda: resume_clock(deadline=deadline, by=operator),
        lambda: pause_clock(deadline=deadline, reason="no access", by=operator),
    ]
    for wrong in wrongs:
        with pytest.raises(NotPossible, match="stopped for good"):
            wrong()


@pytest.mark.parametrize(("hours", "late"), [(24, False), (25, True)])
def test_stopped_clock_keeps_whether_it_was_late(
    operator: Viewer, clock: time_machine.Traveller, hours: int, late: bool
) -> None:
    deadline = start_clock(rule="visit", about=ABOUT, by=operator)
    clock.move_to(NOW + hours * HOUR)
    stopped = stop_clock(deadline=deadline, by=operator, reason="seen at home")
    assert (stopped.is_late, stopped.stopped_reason) == (late, "seen at home")
    told = TrailEvent.objects.get(event="clock.stopped")
    assert json.loads(told.detail) == {"deadline": deadline.pk, "late": int(late)}
    assert (told.record_kind, told.record_key) == ABOUT


def test_clock_stopped_in_a_pause_is_in_time(
    operator: Viewer, clock: time_machine.Traveller
) -> None:
    deadline = start_clock(rule="visit", about=ABOUT, by=operator)
    clock.move_to(NOW + 23 * HOUR)
    pause_clock(deadline=deadline, reason="no access", by=operator)
    clock.move_to(NOW + 100 * HOUR)
    stopped = stop_clock(deadline=deadline, by=operator)
    assert stopped.is_late is False
    assert stopped.due_at == NOW + 101 * HOUR


def test_change_of_calendar_leaves_clocks_alone_until_a_person_asks(operator: Viewer) -> None:
    deadline = start_clock(rule="decide", about=ABOUT, by=operator)
    edit_calendar(
        based_on=1,
        reason="proclaimed",
        by=operator,
        overrides=[Override(dt.date(2026, 8, 24), False, "day of mourning")],
    )
    deadline.refresh_from_db()
    assert (in_london(deadline.due_at), deadline.calendar.number) == ("Mon 24 Aug 23:59:59", 1)
    later = start_clock(rule="decide", about=RecordRef("agencies.agency", 9), by=operator)
    assert (in_london(later.due_at), later.calendar.number) == ("Tue 25 Aug 23:59:59", 2)
    again = recalculate_clock(deadline=deadline, reason="as proclaimed", by=operator)
    assert (in_london(again.due_at), again.calendar.number) == ("Tue 25 Aug 23:59:59", 2)
    assert again.working[0] == "reckoned again by version 2 of the calendar"
    assert "Mon 24 Aug 2026 day of mourning" in again.working
    assert events()[-1] == "clock.recalculated"


def test_machine_may_not_have_a_clock_reckoned_again(operator: Viewer) -> None:
    deadline = start_clock(rule="decide", about=ABOUT, by=operator)
    machine = Viewer(role=Role.SERVICE_ACCOUNT, via="worker")
    with pytest.raises(NotPossible, match="Only a person"):
        recalculate_clock(deadline=deadline, reason="nightly", by=machine)


def test_rule_that_has_changed_since_stays_as_it_was(
    operator: Viewer, declared_clocks: Clocks
) -> None:
    deadline = start_clock(rule="visit", about=ABOUT, by=operator)
    declared_clocks["visit"] = ClockRule("visit", "See", Counting.ELAPSED_HOURS, 99, "another")
    pause_clock(deadline=deadline, reason="no access", by=operator)
    assert resume_clock(deadline=deadline, by=operator).due_at == NOW + 24 * HOUR


def test_command_that_lost_the_race_changes_nothing(
    operator: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadline = start_clock(rule="visit", about=ABOUT, by=operator)
    stale = Deadline.objects.select_related("calendar").get(pk=deadline.pk)
    stop_clock(deadline=deadline, by=operator)
    monkeypatch.setattr(commands, "_locked", lambda _: stale)
    with pytest.raises(EditConflict):
        pause_clock(deadline=deadline, reason="no access", by=operator)
    deadline.refresh_from_db()
    assert deadline.state == "stopped"
    assert not deadline.pauses.exists()


def test_lists_of_late_and_soon_hold_running_clocks_only(
    operator: Viewer, clock: time_machine.Traveller
) -> None:
    late, soon, paused, stopped, other = (
        start_clock(rule=rule, about=RecordRef(kind, key), by=operator)
        for rule, kind, key in [
            ("check", "agencies.agency", 1),
            ("visit", "agencies.agency", 2),
            ("check", "agencies.agency", 3),
            ("check", "agencies.agency", 4),
            ("check", "accounts.person", 5),
        ]
    )
    pause_clock(deadline=paused, reason="no access", by=operator)
    stop_clock(deadline=stopped, by=operator)
    assert late.due_at == NOW + 4 * HOUR
    at = NOW + 4 * HOUR + dt.timedelta(microseconds=1)
    assert set(queries.due_within(HOUR, at)) == {late, other}
    assert not queries.overdue(at)
    after = NOW + 5 * HOUR
    assert set(queries.overdue(after)) == {late, other}
    assert set(queries.overdue(after, kind="agencies.agency")) == {late}
    assert set(queries.overdue(after, kind="agencies.agency", keys=[2, 3])) == set()
    assert set(queries.due_within(19 * HOUR, after)) == {soon}
    assert set(queries.due_within(18 * HOUR, after)) == set()


@pytest.mark.parametrize(
    "change",
    [
        {"state": "asleep"},
        {"state": "stopped"},
        {"is_late": True},
        {"stopped_reason": "done"},
        {"rule_counting": "moons"},
        {"rule_number": 0},
        {"due_at": NOW},
        {"state": "stopped", "is_late": False, "stopped_at": NOW - HOUR},
    ],
    ids=str,
)
def test_row_that_cannot_be_is_refused_by_the_store(
    operator: Viewer, change: dict[str, object]
) -> None:
    deadline = start_clock(rule="visit", about=ABOUT, by=operator)
    with pytest.raises(IntegrityError), transaction.atomic():
        Deadline.objects.filter(pk=deadline.pk).update(**change)
