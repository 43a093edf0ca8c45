"""What earlier audits found on a theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q

from safehub.audit.meetings.models import Gap, Meeting, MeetingStatement
from safehub.audit.programmes.models import Audit, PlannedAudit
from safehub.audit.reports.models import ReportVersion
from safehub.foundation.access.decision import classes_shown, noted_list, visible_to
from safehub.foundation.access.queries import facts_of
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass

# A theme comes round every few years.
LONGEST = 10


@dataclass(frozen=True)
class FoundBefore:
    """What one audit found under the theme, as far as the viewer may read it.

    The gaps and findings are of its meeting; `report` is the latest that was published.
    """

    audit: Audit
    gaps: tuple[Gap, ...]
    findings: tuple[MeetingStatement, ...]
    report: ReportVersion | None


def found_before(viewer: Viewer, planned: PlannedAudit) -> list[FoundBefore]:
    """What audits of the partnership found under a theme of that name or code, the latest first.

    Only those of which the viewer may read the meeting or a published report. Eight queries.
    """
    audits = Audit.objects.filter(
        Q(themes__name__iexact=planned.theme) | Q(themes__code__iexact=planned.theme),
        partnership=planned.partnership_id,
    )
    found = list(
        visible_to(viewer, "audit.see", audits.distinct()).order_by("-period_to", "-pk")[:LONGEST]
    )
    meetings, reports = _meetings(viewer, found, planned.theme), _reports(viewer, found)
    return [
        FoundBefore(
            audit=one,
            gaps=tuple(meetings[one.pk].gaps_of_theme) if one.pk in meetings else (),
            findings=tuple(meetings[one.pk].findings_of_theme) if one.pk in meetings else (),
            report=reports.get(one.pk),
        )
        for one in found
        if one.pk in meetings or one.pk in reports
    ]


def _meetings(viewer: Viewer, audits: list[Audit], theme: str) -> dict[int, Any]:
    """By audit, the meetings whose words show to the viewer, with what they said of the theme."""
    same = Q(theme__name__iexact=theme) | Q(theme__code__iexact=theme)
    gaps = Gap.objects.filter(same).select_related("theme").order_by("theme__position", "letter")
    findings = MeetingStatement.objects.filter(same, kind=MeetingStatement.Kind.FINDING)
    held = Meeting.objects.filter(audit__in=audits).prefetch_related(
        Prefetch("gaps", gaps, to_attr="gaps_of_theme"),
        Prefetch("statements", findings.order_by("position"), to_attr="findings_of_theme"),
    )
    seen = list(visible_to(viewer, "meeting.see", held.order_by("pk")))
    facts = facts_of(viewer, "meetings.meeting", [one.pk for one in seen]) if seen else {}
    shown = [
        one
        for one in seen
        if one.pk in facts
        and FieldClass.OPINION in classes_shown(viewer, "meeting.see", facts[one.pk])
    ]
    noted_list(viewer, "meeting.see", shown)
    return {one.audit_id: one for one in shown}


def _reports(viewer: Viewer, audits: list[Audit]) -> dict[int, ReportVersion]:
    """By audit, the latest published report that the viewer may read; nothing of what it says."""
    published = ReportVersion.objects.filter(
        audit__in=audits, publication__published_at__isnull=False
    ).only("pk", "audit", "number")
    seen = visible_to(viewer, "report.see", published).order_by("number")
    return {one.audit_id: one for one in seen}
