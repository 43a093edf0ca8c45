"""Reading a meeting for its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from safehub.audit.meetings.models import Attendance, Meeting, MeetingStatement
from safehub.audit.programmes.models import Audit, Participant
from safehub.foundation.access.decision import open_record
from safehub.foundation.access.viewer import Viewer


def meeting_of(audit: Audit) -> Meeting | None:
    """The meeting of an audit that the viewer has opened: when, where and who came. One query.

    What it said is for whoever may open the meeting itself.
    """
    return Meeting.objects.filter(audit=audit).first()


@dataclass(frozen=True)
class Came:
    """An agency, whether it must be there, and what is recorded of it; None: nothing yet."""

    participant: Participant
    is_needed: bool
    attendance: Attendance | None

    @property
    def is_here(self) -> bool:
        """Whether it came."""
        state = self.attendance.state if self.attendance else ""
        return state == Attendance.State.PRESENT


def attendance_of(audit: Audit, meeting: Meeting | None) -> list[Came]:
    """Every agency that takes part, in the order of the audit. Two queries."""
    found = {one.participant_id: one for one in meeting.attendance.all()} if meeting else {}
    needed = set(meeting.quorum) if meeting else set()
    return [
        Came(one, one.code in needed, found.get(one.pk))
        for one in audit.participants.order_by("position")
    ]


def lacking(came: Sequence[Came]) -> list[Came]:
    """Those that must be there and are not: with none there is a quorum."""
    return [one for one in came if one.is_needed and not one.is_here]


def statements_of(meeting: Meeting) -> list[MeetingStatement]:
    """What the meeting said, by heading and in order; whoever asks has opened it. One query."""
    found = meeting.statements.select_related("theme").order_by("position", "pk")
    order = list(MeetingStatement.Kind)
    return sorted(found, key=lambda one: order.index(MeetingStatement.Kind(one.kind)))


def meeting_to_write(viewer: Viewer, reference: str) -> Meeting:
    """The meeting of the audit of that reference. Raises Absent and NotAllowed. Two queries."""
    found = Meeting.objects.filter(audit__reference=reference)
    return open_record(viewer, "meeting.see", found.select_related("audit"))


def one_statement(viewer: Viewer, reference: str, key: int) -> MeetingStatement:
    """One statement, to be worded anew. Raises Absent and NotAllowed. Three queries."""
    found = Meeting.objects.filter(audit__reference=reference, statements=key)
    meeting = open_record(viewer, "meeting.see", found.select_related("audit"))
    return meeting.statements.select_related("theme", "meeting__audit").get(pk=key)
