"""Reading the plan of audits, and the days that come."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from safehub.audit.programmes.models import AuditStep, PlannedAudit
from safehub.audit.programmes.queries import audits
from safehub.foundation.access.decision import open_record, visible_to
from safehub.foundation.access.viewer import Viewer

# A board plans a handful a year; days of a year's audits come to some dozens.
LONGEST = 200


def _every() -> QuerySet[PlannedAudit]:
    return PlannedAudit.objects.select_related("partnership", "commission__audit")


def planned_audits(viewer: Viewer) -> list[PlannedAudit]:
    """What is on the plan, by when it begins. One query."""
    found = _every().filter(dropped_at__isnull=True)
    return list(visible_to(viewer, "plan.see", found).order_by("begins_on", "pk")[:LONGEST])


def opened_planned(viewer: Viewer, key: int, action: str) -> PlannedAudit:
    """One, opened for the action. Raises Absent and NotAllowed. Two queries."""
    return open_record(viewer, action, _every(), pk=key)


def coming_steps(viewer: Viewer, since: dt.date) -> list[AuditStep]:
    """The steps of the audits that the viewer may open, from that day on. One query."""
    found = AuditStep.objects.filter(audit__in=audits(viewer).values("pk"), on__gte=since)
    return list(found.select_related("audit").order_by("on", "audit_id", "position")[:LONGEST])
