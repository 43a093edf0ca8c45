"""Reading calendars and deadlines.

A deadline is seen by whoever sees its record: give the keys that the viewer may see as `keys`, such
as `visible_to(viewer, action, records).values("pk")`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from safehub.foundation.clocks.calendar import YEARS_AHEAD, Calendar, Override, calendar_of_england
from safehub.foundation.clocks.countdown import Countdown, countdown, paused_words, stopped_words
from safehub.foundation.clocks.models import CalendarVersion, ClockPause, Deadline
from safehub.foundation.clocks.rules import Pause, to_the_second
from safehub.foundation.clocks.states import ClockState
from safehub.foundation.errors import NotFound
from safehub.foundation.records import RecordRef

# Keys as such, or a query that gives them and stays within the database.
Keys = Iterable[int] | QuerySet[Any, Any]


def latest_version() -> CalendarVersion | None:
    """The version in force, overrides and all; None before the first clock or change."""
    return CalendarVersion.objects.prefetch_related("overrides").order_by("number").last()


def versions_made() -> list[CalendarVersion]:
    """Every version, first to last, with its overrides. Two queries."""
    return list(CalendarVersion.objects.prefetch_related("overrides").order_by("number"))


def version_numbered(number: int) -> CalendarVersion:
    """Raises NotFound."""
    found = CalendarVersion.objects.prefetch_related("overrides").filter(number=number).first()
    if found is None:
        raise NotFound(f"There is no version {number} of the calendar.")
    return found


def calendar_of(version: CalendarVersion) -> Calendar:
    """The calendar of a version, exactly as it was made. One query, unless prefetched."""
    return Calendar(
        number=version.number,
        first=version.first_year,
        last=version.last_year,
        bank_holidays={dt.date.fromisoformat(day): name for day, name in version.bank_holidays},
        overrides={
            one.day: Override(one.day, one.is_working, one.label) for one in version.overrides.all()
        },
        opens=version.opens,
        closes=version.closes,
    )


def calendar_in_force() -> Calendar:
    """The calendar that a clock started now would go by. Two queries."""
    version = latest_version()
    if version is None:
        return calendar_of_england(last=timezone.now().year + YEARS_AHEAD)
    return calendar_of(version)


def pauses_of(deadline: Deadline) -> list[Pause]:
    """The pauses that have ended. One query."""
    rows = ClockPause.objects.filter(deadline=deadline, resumed_at__isnull=False)
    return [Pause(row.paused_at, row.resumed_at) for row in rows if row.resumed_at]


def deadlines_of(about: RecordRef) -> list[Deadline]:
    """Every clock that the record ever had, by when it falls due."""
    return list(Deadline.objects.filter(about_kind=about.kind, about_key=about.key))


def live_deadline(about: RecordRef, rule: str) -> Deadline | None:
    """The clock of that rule that runs or is paused on the record."""
    return (
        Deadline.objects.filter(about_kind=about.kind, about_key=about.key, rule_code=rule)
        .exclude(state=ClockState.STOPPED)
        .first()
    )


def overdue(
    at: dt.datetime, *, kind: str | None = None, keys: Keys | None = None
) -> QuerySet[Deadline]:
    """Clocks that run and are late at that moment, longest first. A paused one is never late."""
    return _running(kind, keys).filter(due_at__lt=to_the_second(at))


def due_within(
    length: dt.timedelta, at: dt.datetime, *, kind: str | None = None, keys: Keys | None = None
) -> QuerySet[Deadline]:
    """Clocks that run and are not late, and fall due within so much real time."""
    now = to_the_second(at)
    return _running(kind, keys).filter(due_at__gte=now, due_at__lte=now + length)


def _running(kind: str | None, keys: Keys | None) -> QuerySet[Deadline]:
    found = Deadline.objects.filter(state=ClockState.RUNNING)
    if kind is not None:
        found = found.filter(about_kind=kind)
    if keys is not None:
        found = found.filter(about_key__in=keys)
    return found


def countdowns(deadlines: Iterable[Deadline], at: dt.datetime) -> dict[int, Countdown]:
    """How each clock stands at that moment, by its key. Four queries however many there are."""
    wanted = [deadline.pk for deadline in deadlines]
    open_pauses = ClockPause.objects.filter(resumed_at__isnull=True)
    rows = Deadline.objects.filter(pk__in=wanted).prefetch_related(
        "calendar__overrides", Prefetch("pauses", open_pauses, to_attr="open_pauses")
    )
    calendars: dict[int, Calendar] = {}
    for row in rows:
        if row.calendar_id not in calendars:
            calendars[row.calendar_id] = calendar_of(row.calendar)
    return {row.pk: _standing(row, calendars[row.calendar_id], at) for row in rows}


def _standing(deadline: Deadline, calendar: Calendar, at: dt.datetime) -> Countdown:
    if deadline.stopped_at is not None:
        return stopped_words(deadline.stopped_at, deadline.due_at)
    if deadline.state == ClockState.PAUSED:
        (pause,) = deadline.open_pauses  # type: ignore[attr-defined]
        return paused_words(pause.paused_at, deadline.due_at, pause.reason)
    return countdown(deadline.rule, deadline.due_at, at, calendar)
