"""What keeps who was asked to a meeting and who came, as it stands in a pack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from safehub.audit.meetings.attending.rows import NO_DETAILS, Attended, Details
from safehub.audit.meetings.models import Attendance, Meeting
from safehub.audit.programmes.models import Audit
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.clocks.calendar import LONDON
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record

# An invitation moves as its day; a moment of that day stands for it.
_NOON = dt.time(12)


@transaction.atomic
def keep_attendance(*, audit: Audit, attended: Sequence[Attended], by: Viewer) -> None:
    """Keep who was asked, who has to be there and who came, as it stands in a pack.

    In place of what was recorded before; nobody is told. Nothing for no rows. Raises NotAllowed.
    """
    check(by, "audit.record_meeting", audit)
    if not attended:
        return
    meeting, _ = Meeting.objects.select_for_update().get_or_create(audit=audit)
    days = [one.invited_on for one in attended if one.invited_on is not None]
    meeting.quorum = [one.agency for one in attended if one.is_needed]
    meeting.invited_at = dt.datetime.combine(max(days), _NOON, LONDON) if days else None
    meeting.save(update_fields=["quorum", "invited_at"])
    meeting.attendance.all().delete()
    agencies = {one.code: one for one in audit.participants.all()}
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting, participant=agencies[one.agency], state=one.state, role=one.roles
        )
        for one in attended
        if one.state
    )
    record("meeting.attended", by=by, on=ref_of(meeting))


@transaction.atomic
def keep_details(*, audit: Audit, details: Details, by: Viewer) -> None:
    """Keep when and where the meeting is planned, and its minutes, as they stand in a pack.

    Nobody is asked to it, and it opens nothing. Nothing for no details. Raises NotAllowed.
    """
    check(by, "audit.record_meeting", audit)
    if details == NO_DETAILS:
        return
    meeting, _ = Meeting.objects.select_for_update().get_or_create(audit=audit)
    meeting.planned_on, meeting.starts_at = details.planned_on, details.starts_at
    meeting.place, meeting.link = details.place, details.link
    meeting.minutes, meeting.without_quorum = details.minutes, details.without_quorum
    meeting.save(
        update_fields=["planned_on", "starts_at", "place", "link", "minutes", "without_quorum"]
    )
    record("meeting.planned", by=by, on=ref_of(meeting))
