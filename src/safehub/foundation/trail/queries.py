"""Reading the trail: who has looked at a record, and what has happened.

Whether the viewer may ask is decided by the page (the action `trail.see`), which also records
that it was asked. Rows hold keys; the page turns them into names.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.declarations import declared
from safehub.foundation.errors import NotFound
from safehub.foundation.records import RecordRef
from safehub.foundation.trail.models import TrailEvent


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One event. `words` complete "NAME …"; `classes` are the field classes that were shown."""

    key: int
    at: dt.datetime
    event: str
    words: str
    is_read: bool
    person: int | None
    membership: int | None
    organisation: int | None
    role: str
    via: str
    operating_user: str
    on: RecordRef | None
    outcome: str
    reason: str
    classes: tuple[str, ...]
    purpose: str
    request_id: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Rows, newest first. `following` is where the next page starts, blank at the end."""

    rows: list[TrailRow]
    following: str


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What events are wanted. Whatever is left out is not asked for; `until` is not included."""

    person: int | None = None
    organisation: int | None = None
    on: RecordRef | None = None
    events: frozenset[str] = field(default_factory=frozenset)
    outcome: str = ""
    request_id: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def looks_at(viewer: Viewer, on: RecordRef, *, after: str = "", limit: int = 50) -> TrailPage:
    """Who has looked at the record or changed it, or was refused it, newest first. One query.

    `after` is the `following` of the page before. Raises NotFound for one that makes no sense.
    """
    return events_for(viewer, TrailFilter(on=on), after=after, limit=limit)


def events_for(
    viewer: Viewer, wanted: TrailFilter, *, after: str = "", limit: int = 50
) -> TrailPage:
    """What is on the trail, newest first, by key and not by offset. One query.

    By record and by person there is an index; a filter by event, outcome or request alone reads
    back in time until the page is full, so give it a `since`. Raises NotFound as `looks_at` does.
    """
    del viewer  # first by the rule of the house; see the module
    events = _filtered(wanted).order_by("-at", "-id")
    if after:
        at, key = _place(after)
        events = events.filter(at__lte=at).exclude(at=at, id__gte=key)
    rows = [_row(event) for event in events[: limit + 1]]
    following = _after(rows[limit - 1]) if len(rows) > limit else ""
    return TrailPage(rows[:limit], following)


def _filtered(wanted: TrailFilter) -> QuerySet[TrailEvent]:
    conditions: dict[str, Any] = {
        "person": wanted.person,
        "organisation": wanted.organisation,
        "record_kind": wanted.on.kind if wanted.on else None,
        "record_key": wanted.on.key if wanted.on else None,
        "event__in": wanted.events or None,
        "outcome": wanted.outcome or None,
        "request_id": wanted.request_id or None,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
    }
    asked = {name: value for name, value in conditions.items() if value is not None}
    return TrailEvent.objects.filter(**asked)


def _after(row: TrailRow) -> str:
    return f"{row.at.astimezone(dt.UTC):%Y%m%dT%H%M%S.%f}.{row.key}"


def _place(after: str) -> tuple[dt.datetime, int]:
    moment, _, key = after.rpartition(".")
    try:
        at = dt.datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=dt.UTC)
        number = int(key)
    except (ValueError, OverflowError) as error:
        raise NotFound("There is no such page of the trail: go back to its first one.") from error
    if not key.isascii() or not 0 <= number < 2**63:
        raise NotFound("There is no such page of the trail: go back to its first one.")
    return at, number


def _row(event: TrailEvent) -> TrailRow:
    kind = declared().events.get(event.event)
    return TrailRow(
        key=event.pk,
        at=event.at,
        event=event.event,
        # An event of a version that declared it once is still told, if only by its code.
        words=kind.words if kind else event.event,
        is_read=kind.is_read if kind else False,
        person=event.person,
        membership=event.membership,
        organisation=event.organisation,
        role=event.role,
        via=event.via,
        operating_user=event.operating_user,
        on=_record(event),
        outcome=event.outcome,
        reason=event.reason,
        classes=tuple(event.classes.split(",")) if event.classes else (),
        purpose=event.purpose,
        request_id=event.request_id,
        detail=json.loads(event.detail),
    )


def _record(event: TrailEvent) -> RecordRef | None:
    if event.record_key is None:
        return None
    return RecordRef(event.record_kind, event.record_key)
