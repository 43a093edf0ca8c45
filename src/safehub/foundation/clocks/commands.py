"""What changes calendars and deadlines.

Whoever starts, pauses or stops a clock does so within a command on its record, which has asked
whether they may. Changing the calendar is an act of its own, and asks here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.clocks.calendar import (
    YEARS_AHEAD,
    Calendar,
    Override,
    calendar_of_england,
    check_calendar,
)
from safehub.foundation.clocks.models import (
    CalendarOverride,
    CalendarVersion,
    ClockPause,
    Deadline,
)
from safehub.foundation.clocks.queries import calendar_of, latest_version, pauses_of
from safehub.foundation.clocks.rules import due, is_late, to_the_second
from safehub.foundation.clocks.states import MOVES, ClockState
from safehub.foundation.clocks.words import moment_words
from safehub.foundation.clocks.working import working
from safehub.foundation.declarations import declared
from safehub.foundation.errors import EditConflict, Misconfigured, NotPossible
from safehub.foundation.records import RecordRef, ref_of
from safehub.foundation.trail.commands import record

# A version made this year covers ten years on; with fewer than five left a new one is made.
_YEARS_LEFT = 5
FIRST_REASON = "The bank holidays of England, as they come with the product."
RENEWED_REASON = "The product brought other bank holidays, or those of further years."


@transaction.atomic
def start_clock(
    *, rule: str, about: RecordRef, by: Viewer, at: dt.datetime | None = None
) -> Deadline:
    """Start the clock of a declared rule on the record, from `at` on, which may be past.

    Raises NotPossible where that clock already runs or is paused there, or `at` is yet to come.
    """
    rules = declared().clocks
    if rule not in rules:
        raise Misconfigured(f"No app declares the clock {rule}.")
    started_at = _moment(at)
    version = _version_in_force(by=by)
    calendar, frozen = calendar_of(version), rules[rule]
    deadline = Deadline(
        about_kind=about.kind,
        about_key=about.key,
        rule_code=frozen.code,
        rule_label=frozen.label,
        rule_counting=frozen.counting.value,
        rule_number=frozen.number,
        rule_source=frozen.source,
        started_at=started_at,
        calendar=version,
        due_at=due(frozen, started_at, calendar),
        working=working(frozen, started_at, calendar),
    )
    try:
        with transaction.atomic():
            deadline.save()
    except IntegrityError as error:
        raise NotPossible(
            f"The clock “{frozen.label}” already goes on this record: stop it before "
            "it is started again."
        ) from error
    _tell_trail("clock.started", deadline, by)
    return deadline


@transaction.atomic
def pause_clock(
    *, deadline: Deadline, reason: str, by: Viewer, at: dt.datetime | None = None
) -> Deadline:
    """Let the clock stand still, for a reason that people are shown.

    Raises NotPossible where it does not run, or is late already: a pause undoes no lateness.
    """
    locked, when = _locked(deadline), _moment(at)
    reason = _said(reason, "the pause")
    _check_move(locked, ClockState.PAUSED)
    _check_order(locked, when)
    if is_late(locked.due_at, when):
        raise NotPossible(
            f"This clock was due {moment_words(locked.due_at)} and is late: a pause would not "
            "undo that. Do what was due and stop it."
        )
    ClockPause.objects.create(deadline=locked, reason=reason, paused_at=when)
    _move(locked, {"state": ClockState.PAUSED.value})
    _tell_trail("clock.paused", locked, by)
    return locked


@transaction.atomic
def resume_clock(*, deadline: Deadline, by: Viewer, at: dt.datetime | None = None) -> Deadline:
    """Let a paused clock go on; it is due later by the pause, as its rule counts.

    Reckoned by the calendar that it began with. Raises NotPossible where it is not paused.
    """
    locked, when = _locked(deadline), _moment(at)
    _check_move(locked, ClockState.RUNNING)
    _end_pause(locked, when)
    _move(locked, {"state": ClockState.RUNNING.value, **_reckoned(locked)})
    _tell_trail("clock.resumed", locked, by)
    return locked


@transaction.atomic
def stop_clock(
    *, deadline: Deadline, by: Viewer, at: dt.datetime | None = None, reason: str = ""
) -> Deadline:
    """End the clock for good, and keep whether it was in time. A pause ends with it.

    Raises NotPossible where it has stopped already.
    """
    locked, when = _locked(deadline), _moment(at)
    _check_move(locked, ClockState.STOPPED)
    reckoned: dict[str, Any] = {}
    if locked.state == ClockState.PAUSED:
        _end_pause(locked, when)
        reckoned = _reckoned(locked)
    _check_order(locked, when)
    late = is_late(reckoned.get("due_at", locked.due_at), when)
    stopped = {"stopped_at": when, "is_late": late, "stopped_reason": reason.strip()}
    _move(locked, {"state": ClockState.STOPPED.value, **stopped, **reckoned})
    _tell_trail("clock.stopped", locked, by, late=int(late))
    return locked


@transaction.atomic
def recalculate_clock(*, deadline: Deadline, reason: str, by: Viewer) -> Deadline:
    """Reckon a clock again by the calendar that is in force now. A person decides that, never the
    product: a changed calendar leaves the clocks that go already alone.

    Raises NotPossible where it has stopped, or where no person asks.
    """
    if by.person is None and by.role is not Role.LOCAL_OPERATOR:
        raise NotPossible("Only a person may have a clock reckoned again.")
    locked = _locked(deadline)
    reason = _said(reason, "reckoning it again")
    if locked.state == ClockState.STOPPED:
        raise NotPossible("This clock has stopped: what was due then stays as it was.")
    before = locked.calendar.number
    locked.calendar = _version_in_force(by=by)
    reckoned = _reckoned(locked)
    again = f"reckoned again by version {locked.calendar.number} of the calendar"
    reckoned["working"] = [again, *reckoned["working"]]
    _move(locked, {"calendar": locked.calendar, "recalculated_reason": reason, **reckoned})
    _tell_trail("clock.recalculated", locked, by, before=before, now=locked.calendar.number)
    return locked


@transaction.atomic
def edit_calendar(
    *,
    based_on: int,
    reason: str,
    by: Viewer,
    overrides: Iterable[Override] = (),
    forget: Collection[dt.date] = (),
    opens: dt.time | None = None,
    closes: dt.time | None = None,
) -> CalendarVersion:
    """Make a new version of the calendar; clocks that go already keep theirs.

    `based_on` is the number of the version that was seen: EditConflict where there is a newer one.
    `overrides` are added to those of that version, or take the place of one of the same day;
    `forget` takes away. Raises Refused for mistakes, NotPossible where nothing would change.
    """
    check(by, "calendar.edit")
    reason = _said(reason, "the change")
    # Not renewed first: the new version brings what the product has learnt in any case.
    before = latest_version() or _add_first_version(by=by)
    if before.number != based_on:
        raise EditConflict(
            f"Somebody else has changed the calendar: it is at version {before.number} now, "
            f"and you saw version {based_on}. Look at it again, then make your change."
        )
    old = calendar_of(before)
    kept = {day: one for day, one in old.overrides.items() if day not in forget}
    kept |= {one.day: one for one in overrides}
    calendar = _fresh(before.number + 1, kept.values(), opens or old.opens, closes or old.closes)
    check_calendar(calendar)
    if _same(old, calendar):
        raise NotPossible("The calendar is so already: nothing was changed.")
    return _add_version(calendar, reason=reason, by=by)


def _same(one: Calendar, other: Calendar) -> bool:
    return (one.overrides, one.opens, one.closes, one.bank_holidays) == (
        other.overrides,
        other.opens,
        other.closes,
        other.bank_holidays,
    )


def _fresh(number: int, overrides: Iterable[Override], opens: dt.time, closes: dt.time) -> Calendar:
    """A calendar with the bank holidays that this version of the product brings."""
    last = timezone.now().year + YEARS_AHEAD
    return calendar_of_england(
        number=number, last=last, overrides=overrides, opens=opens, closes=closes
    )


def _version_in_force(*, by: Viewer) -> CalendarVersion:
    """The latest version, made anew where the product has learnt of other bank holidays since."""
    latest = latest_version()
    if latest is None:
        return _add_first_version(by=by)
    kept = calendar_of(latest)
    fresh = calendar_of_england(last=kept.last)
    is_short = kept.last < timezone.now().year + _YEARS_LEFT
    if fresh.bank_holidays == kept.bank_holidays and not is_short:
        return latest
    renewed = _fresh(kept.number + 1, kept.overrides.values(), kept.opens, kept.closes)
    return _add_version(renewed, reason=RENEWED_REASON, by=None, noted_by=by)


def _add_first_version(*, by: Viewer) -> CalendarVersion:
    first = calendar_of_england(last=timezone.now().year + YEARS_AHEAD)
    return _add_version(first, reason=FIRST_REASON, by=None, noted_by=by)


def _add_version(
    calendar: Calendar, *, reason: str, by: Viewer | None, noted_by: Viewer | None = None
) -> CalendarVersion:
    """Write a version whole. Raises EditConflict where somebody was quicker."""
    version = CalendarVersion(
        number=calendar.number,
        made_at=timezone.now(),
        made_by_id=by.person if by else None,
        reason=reason,
        opens=calendar.opens,
        closes=calendar.closes,
        first_year=calendar.first,
        last_year=calendar.last,
        bank_holidays=[[d.isoformat(), name] for d, name in calendar.bank_holidays.items()],
    )
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError as error:
        raise EditConflict(
            "Somebody else changed the calendar at the same moment: look at it again."
        ) from error
    CalendarOverride.objects.bulk_create(
        CalendarOverride(version=version, day=o.day, is_working=o.is_working, label=o.label)
        for o in sorted(calendar.overrides.values(), key=lambda one: one.day)
    )
    viewer = by or noted_by
    if viewer is not None:
        event = "calendar.edit" if by else "calendar.renewed"
        record(event, by=viewer, on=ref_of(version), detail={"version": version.number})
    return version


def _locked(deadline: Deadline) -> Deadline:
    return (
        Deadline.objects.select_for_update(of=("self",))
        .select_related("calendar")
        .get(pk=deadline.pk)
    )


def _moment(at: dt.datetime | None) -> dt.datetime:
    """The moment to the second, now where none is given. Raises NotPossible for one to come."""
    now = to_the_second(timezone.now())
    if at is None:
        return now
    if at.tzinfo is None:
        raise ValueError("A moment needs its zone.")
    if to_the_second(at) > now:
        raise NotPossible(f"{moment_words(at)} is yet to come: give a time that has been.")
    return to_the_second(at)


def _said(reason: str, what: str) -> str:
    if not reason.strip():
        raise NotPossible(f"Say why: {what} needs a reason.")
    return reason.strip()


def _check_move(deadline: Deadline, to: ClockState) -> None:
    state = ClockState(deadline.state)
    if to in MOVES[state]:
        return
    said = {
        ClockState.RUNNING: "runs already",
        ClockState.PAUSED: "is paused",
        ClockState.STOPPED: "has stopped for good",
    }
    raise NotPossible(f"This clock {said[state]}, so nothing was changed.")


def _check_order(deadline: Deadline, when: dt.datetime) -> None:
    """Nothing happens to a clock before it began or before its last pause ended."""
    ended = [pause.ends for pause in pauses_of(deadline)]
    earliest = max([deadline.started_at, *ended])
    if when < earliest:
        raise NotPossible(
            f"{moment_words(when)} is before the clock last began to run "
            f"({moment_words(earliest)}): give a later time."
        )


def _end_pause(deadline: Deadline, when: dt.datetime) -> None:
    pause = ClockPause.objects.get(deadline=deadline, resumed_at__isnull=True)
    if when < pause.paused_at:
        raise NotPossible(
            f"{moment_words(when)} is before the pause began "
            f"({moment_words(pause.paused_at)}): give a later time."
        )
    pause.resumed_at = when
    pause.save(update_fields=["resumed_at"])


def _reckoned(deadline: Deadline) -> dict[str, Any]:
    """When it is due by its calendar and the pauses that have ended, with the working."""
    calendar, pauses = calendar_of(deadline.calendar), pauses_of(deadline)
    rule, start = deadline.rule, deadline.started_at
    return {
        "due_at": due(rule, start, calendar, pauses),
        "working": working(rule, start, calendar, pauses),
    }


def _move(deadline: Deadline, to: dict[str, Any]) -> None:
    """Write the change, guarded by the state that was found: SQLite locks no rows."""
    found = Deadline.objects.filter(pk=deadline.pk, state=deadline.state)
    if found.update(**to) != 1:
        raise EditConflict("Somebody else changed this clock at the same moment: look again.")
    deadline.refresh_from_db()


def _tell_trail(event: str, deadline: Deadline, by: Viewer, **detail: int) -> None:
    record(event, by=by, on=deadline.about, detail={"deadline": deadline.pk, **detail})
