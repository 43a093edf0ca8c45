"""Reading meetings from the store."""

from __future__ import annotations

from safehub.audit.meetings.agreed import Agreed, GapFound
from safehub.audit.meetings.models import Meeting, MeetingStatement
from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.terms import Statement


def agreed_at(audit: Audit) -> Agreed | None:
    """What the meeting of the audit agreed; None where it has agreed nothing yet. Three queries."""
    meeting = (
        Meeting.objects.filter(audit=audit)
        .prefetch_related("statements__theme", "gaps__theme")
        .first()
    )
    if meeting is None or not _has_begun(meeting):
        return None
    kinds = MeetingStatement.Kind
    return Agreed(
        held_on=meeting.held_on,
        findings=_statements(meeting, kinds.FINDING),
        working_well=_statements(meeting, kinds.WORKING_WELL),
        worried_about=_statements(meeting, kinds.WORRIED_ABOUT),
        gaps=tuple(
            GapFound(gap.theme.code, gap.letter, gap.text, gap.owner or None)
            for gap in meeting.gaps.all()
        ),
        next_steps=_statements(meeting, kinds.NEXT_STEP),
    )


def _has_begun(meeting: Meeting) -> bool:
    """One that is only planned has agreed nothing."""
    return (
        meeting.held_on is not None
        or len(meeting.statements.all()) > 0
        or len(meeting.gaps.all()) > 0
    )


def _statements(meeting: Meeting, kind: MeetingStatement.Kind) -> tuple[Statement, ...]:
    return tuple(
        Statement(s.text, s.theme.code if s.theme else None, s.owner or None, s.seen_before)
        for s in meeting.statements.all()
        if s.kind == kind
    )
