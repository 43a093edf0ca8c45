"""The calendar: versions that never change, overrides with a reason, who may."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.clocks import calendar, queries
from safehub.foundation.clocks.calendar import Override
from safehub.foundation.clocks.commands import edit_calendar, start_clock
from safehub.foundation.clocks.models import CalendarOverride, CalendarVersion
from safehub.foundation.errors import EditConflict, NotFound, NotPossible, Refused, SafehubError
from safehub.foundation.records import RecordRef

from .conftest import ABOUT, NOW

pytestmark = pytest.mark.django_db

MOURNING = Override(dt.date(2026, 9, 1), False, "day of mourning")
SATURDAY = Override(dt.date(2026, 9, 5), True, "exercise")


def test_calendar_in_force_without_any_version_is_of_england(operator: Viewer) -> None:
    found = queries.calendar_in_force()
    assert (found.number, found.first, found.last) == (1, 2000, 2036)
    assert found.bank_holidays[dt.date(2023, 5, 8)] == "Coronation of Charles III"
    assert queries.versions_made() == []


def test_change_makes_a_version_and_leaves_those_before(operator: Viewer) -> None:
    edit_calendar(based_on=1, reason="proclaimed", by=operator, overrides=[MOURNING])
    before = queries.calendar_of(queries.version_numbered(2))
    edit_calendar(
        based_on=2,
        reason="moved, and shorter hours",
        by=operator,
        overrides=[SATURDAY],
        forget=[MOURNING.day],
        closes=dt.time(16, 30),
    )
    assert queries.calendar_of(queries.version_numbered(2)) == before
    assert before.overrides == {MOURNING.day: MOURNING}
    now = queries.calendar_in_force()
    assert (now.number, now.overrides) == (3, {SATURDAY.day: SATURDAY})
    assert (now.opens, now.closes) == (dt.time(8, 45), dt.time(16, 30))
    assert [version.reason for version in queries.versions_made()][1:] == [
        "proclaimed",
        "moved, and shorter hours",
    ]


def test_override_of_a_day_takes_the_place_of_the_one_before(operator: Viewer) -> None:
    edit_calendar(based_on=1, reason="proclaimed", by=operator, overrides=[MOURNING])
    worked = Override(MOURNING.day, True, "not kept here")
    edit_calendar(based_on=2, reason="not kept", by=operator, overrides=[worked])
    assert queries.calendar_in_force().overrides == {MOURNING.day: worked}


def test_stored_version_can_be_neither_changed_nor_deleted(operator: Viewer) -> None:
    version = edit_calendar(based_on=1, reason="proclaimed", by=operator, overrides=[MOURNING])
    override = CalendarOverride.objects.get()
    for row in (version, override):
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()


def test_change_of_an_older_version_is_a_conflict(operator: Viewer) -> None:
    edit_calendar(based_on=1, reason="proclaimed", by=operator, overrides=[MOURNING])
    with pytest.raises(EditConflict, match="version 2 now, and you saw version 1"):
        edit_calendar(based_on=1, reason="exercise", by=operator, overrides=[SATURDAY])


def test_change_without_a_reason_or_a_difference_is_refused(operator: Viewer) -> None:
    with pytest.raises(NotPossible, match="Say why"):
        edit_calendar(based_on=1, reason=" ", by=operator, overrides=[MOURNING])
    with pytest.raises(NotPossible, match="so already"):
        edit_calendar(based_on=1, reason="to see", by=operator)


def test_mistakes_of_a_change_are_refused_whole(operator: Viewer) -> None:
    with pytest.raises(Refused, match="hub hours"):
        edit_calendar(based_on=1, reason="shut", by=operator, opens=dt.time(18))
    assert queries.versions_made() == []


@pytest.mark.parametrize("role", [Role.AGENCY_AUDITOR, Role.REFERRER, Role.SERVICE_ACCOUNT])
def test_those_who_may_not_are_refused(operator: Viewer, role: Role) -> None:
    other = Viewer(role=role, person=None, via="test")
    with pytest.raises(SafehubError):
        edit_calendar(based_on=1, reason="proclaimed", by=other, overrides=[MOURNING])
    assert not CalendarVersion.objects.exists()


def test_bank_holidays_that_the_product_learns_make_a_version(
    operator: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = start_clock(rule="decide", about=ABOUT, by=operator)
    edit_calendar(based_on=1, reason="exercise", by=operator, overrides=[SATURDAY])
    known = calendar.bank_holidays_of_england

    def learnt(begin: int, end: int) -> dict[dt.date, str]:
        return {**known(begin, end), dt.date(2026, 8, 24): "one-off"}

    monkeypatch.setattr(calendar, "bank_holidays_of_england", learnt)
    second = start_clock(rule="decide", about=RecordRef("agencies.agency", 8), by=operator)
    first.refresh_from_db()
    assert (first.calendar.number, second.calendar.number) == (1, 3)
    assert (first.due_at.day, second.due_at.day) == (24, 25)
    assert queries.calendar_in_force().overrides == {SATURDAY.day: SATURDAY}
    assert "bank holiday, one-off" in " ".join(second.working)


def test_calendar_that_runs_out_is_renewed(operator: Viewer, clock: time_machine.Traveller) -> None:
    start_clock(rule="decide", about=ABOUT, by=operator)
    clock.move_to(NOW.replace(year=2031))
    start_clock(rule="decide", about=RecordRef("agencies.agency", 8), by=operator)
    assert queries.calendar_in_force().last == 2036
    clock.move_to(NOW.replace(year=2032))
    start_clock(rule="decide", about=RecordRef("agencies.agency", 9), by=operator)
    assert [v.last_year for v in queries.versions_made()] == [2036, 2042]


def test_version_that_is_not_there_is_told(db: None) -> None:
    with pytest.raises(NotFound, match="version 9"):
        queries.version_numbered(9)
