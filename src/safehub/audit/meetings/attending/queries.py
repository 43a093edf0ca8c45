"""Reading who was asked to a meeting and who came."""

from __future__ import annotations

from safehub.audit.meetings.attending.rows import NO_DETAILS, Attended, Details
from safehub.audit.meetings.models import Meeting
from safehub.audit.programmes.models import Audit
from safehub.foundation.clocks.calendar import london_day


def attendance_of(audit: Audit) -> list[Attended]:
    """A row for each agency of the audit, in their order; none where nothing of it is recorded.

    Three queries.
    """
    meeting = Meeting.objects.filter(audit=audit).first()
    if meeting is None:
        return []
    held = {one.participant_id: one for one in meeting.attendance.all()}
    if not held and not meeting.quorum and meeting.invited_at is None:
        return []
    invited_on = london_day(meeting.invited_at) if meeting.invited_at else None
    return [
        Attended(
            agency=one.code,
            invited_on=invited_on,
            is_needed=one.code in meeting.quorum,
            state=held[one.pk].state if one.pk in held else "",
            roles=held[one.pk].role if one.pk in held else "",
        )
        for one in audit.participants.order_by("position")
    ]


def details_of(audit: Audit) -> Details:
    """When and where the meeting is planned, and its minutes. One query."""
    found = Meeting.objects.filter(audit=audit).first()
    if found is None:
        return NO_DETAILS
    return Details(
        *(found.planned_on, found.starts_at, found.place, found.link),
        minutes=found.minutes,
        without_quorum=found.without_quorum,
    )
