"""Reading what agencies were sent, and who has passed it on."""

from __future__ import annotations

from dataclasses import dataclass

from safehub.audit.meetings.models import LearningNote, Meeting
from safehub.audit.programmes.models import Audit, Participant
from safehub.foundation.access.decision import open_record
from safehub.foundation.access.viewer import Viewer


def meeting_opened(viewer: Viewer, reference: str) -> Meeting:
    """The meeting of the audit of that reference. Raises Absent. Two queries."""
    found = Meeting.objects.filter(audit__reference=reference)
    return open_record(viewer, "meeting.see", found.select_related("audit__partnership"))


@dataclass(frozen=True)
class Told:
    """An agency, and what it was sent at a moment; None: nothing yet."""

    participant: Participant
    moment: LearningNote.Moment
    note: LearningNote | None


def told_of(audit: Audit, meeting: Meeting) -> list[Told]:
    """Each agency at each of the two moments; whoever asks has opened the meeting. Two queries."""
    notes = {(one.participant_id, one.moment): one for one in meeting.learning.all()}
    agencies = list(audit.participants.order_by("position"))
    return [
        Told(one, moment, notes.get((one.pk, moment.value)))
        for moment in LearningNote.Moment
        for one in agencies
    ]


def one_note(viewer: Viewer, reference: str, key: int) -> LearningNote:
    """One note, its meeting opened. Raises Absent. Three queries."""
    found = Meeting.objects.filter(audit__reference=reference, learning=key)
    meeting = open_record(viewer, "meeting.see", found.select_related("audit"))
    return meeting.learning.select_related("participant", "meeting__audit").get(pk=key)
