"""What sends an agency what is learnt, and what says that it was passed on."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from safehub.audit.meetings.models import LearningNote, Meeting
from safehub.audit.programmes.models import Participant
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.register.accounts.queries import holding_in

_TOLD = (Role.AGENCY_COORDINATOR, Role.SAFEGUARDING_LEAD)


@transaction.atomic
def send_learning(
    *, meeting: Meeting, participant: Participant, moment: str, text: str, by: Viewer
) -> LearningNote:
    """Send an agency what is learnt, once after the meeting and once with the report.

    Its coordinators and leads are told by reference. Raises Absent, NotAllowed, and NotPossible
    before the round is opened, and where it was sent already.
    """
    audit = meeting.audit
    check(by, "audit.record_meeting", audit)
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    if audit.opened_at is None:
        raise NotPossible("The meeting has not opened the round yet: hold it first.")
    words = LearningNote.Moment(moment)
    if meeting.learning.filter(participant=participant, moment=words.value).exists():
        raise NotPossible(f"{participant.name} was sent this already: {words.label.lower()}.")
    note = LearningNote.objects.create(
        meeting=meeting,
        participant=participant,
        moment=words.value,
        text=text.strip(),
        sent_at=timezone.now(),
    )
    for person in holding_in(participant.agency_id, _TOLD, on=ref_of(meeting)):
        tell(
            "learning.sent",
            to=person.email,
            reference=audit.reference,
            link=reverse("audit:learning", args=[audit.reference]),
            about=ref_of(meeting),
            once=f"learning.sent.{note.pk}.{person.pk}",
        )
    record("learning.sent", by=by, on=ref_of(meeting), detail={"note": note.pk})
    return note


@transaction.atomic
def pass_on_learning(*, note: LearningNote, by: Viewer) -> LearningNote:
    """Say that one's own agency has passed it on; once said it stays so.

    Raises Absent, NotAllowed, and NotPossible for another agency's.
    """
    check(by, "meeting.pass_on_learning", note.meeting)
    if note.participant.agency_id != by.organisation:
        raise NotPossible("This was sent to another agency, which passes it on itself.")
    now = LearningNote.objects.select_for_update().get(pk=note.pk)
    if now.passed_on_at is None:
        now.passed_on_at, now.passed_on_by_id = timezone.now(), by.person
        now.save(update_fields=["passed_on_at", "passed_on_by"])
        record("learning.passed_on", by=by, on=ref_of(note.meeting), detail={"note": note.pk})
    return now
