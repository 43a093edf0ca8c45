"""Reports that were put forward and published, through commands."""

from __future__ import annotations

import datetime as dt

from safehub.audit.actions.models import Action
from safehub.audit.meetings.models import Gap
from safehub.audit.programmes.models import Audit
from safehub.audit.reports.commands import make_report
from safehub.audit.reports.models import ReportVersion
from safehub.audit.reports.publishing.commands import clear_word, put_forward, sign
from safehub.audit.reports.publishing.states import Suppression
from safehub.foundation.access.viewer import Viewer

DUE = dt.date(2026, 12, 18)
IN_HAND = "Do it."


def gaps_in_hand(audit: Audit, *, measure: str = "An audit of ten plans.") -> None:
    """Give every gap an action with an owner, a date and a measure."""
    owner = audit.participants.order_by("position").first()
    assert owner is not None
    for gap in Gap.objects.filter(meeting__audit=audit):
        if not gap.actions.exists():
            Action.objects.create(
                gap=gap,
                position=90 + gap.position,
                text=IN_HAND,
                owner_agency=owner,
                status="open",
            )
    Action.objects.filter(gap__meeting__audit=audit).update(due_on=DUE, measure=measure)


def put(
    audit: Audit,
    first: Viewer,
    *,
    suppression: Suppression = Suppression.NONE,
    previous: Audit | None = None,
    corrected: str = "",
    why: str = "",
) -> ReportVersion:
    """Make the report as it is now and put it forward."""
    report = make_report(audit=audit, by=first, previous=previous).version
    put_forward(report=report, suppression=suppression, corrected=corrected, why=why, by=first)
    return ReportVersion.objects.get(pk=report.pk)


def published(audit: Audit, first: Viewer, second: Viewer, **more: object) -> ReportVersion:
    """The report, made and put forward by one person, cleared and signed by another."""
    gaps_in_hand(audit)
    report = put(audit, first, **more)  # type: ignore[arg-type]
    for word in report.found_words.all():
        clear_word(report=report, word=word, reason="It is a word.", by=second)
    at = report.publication.put_forward_at.isoformat()
    sign(report=report, put_forward_at=at, by=second)
    return ReportVersion.objects.get(pk=report.pk)
