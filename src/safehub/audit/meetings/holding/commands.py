"""What changes a meeting on its pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.urls import reverse
from django.utils import timezone

from safehub.audit.meetings.holding.queries import attendance_of, lacking
from safehub.audit.meetings.models import Attendance, Meeting, MeetingStatement
from safehub.audit.programmes import commands as programmes
from safehub.audit.programmes.models import Audit, Theme
from safehub.audit.returns.risks.commands import raise_from_begun
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.register.accounts.queries import answering_for

# Who is asked: those who answer for an agency, and those who run the audit.
_INVITED = (
    *(Role.AGENCY_COORDINATOR, Role.SAFEGUARDING_LEAD),
    *(Role.MEETING_CHAIR, Role.AUDIT_COORDINATOR),
)


def _locked(audit: Audit) -> Meeting:
    """The meeting of the audit, made where there is none yet."""
    meeting, _ = Meeting.objects.get_or_create(audit=audit)
    return Meeting.objects.select_for_update().get(pk=meeting.pk)


@dataclass(frozen=True)
class Plan:
    """When and where, and the codes of the agencies without which it cannot agree anything."""

    planned_on: dt.date
    starts_at: str
    place: str
    link: str
    quorum: tuple[str, ...]


@transaction.atomic
def plan_meeting(*, audit: Audit, plan: Plan, by: Viewer) -> Meeting:
    """Say when and where the meeting is. Raises Absent and NotAllowed."""
    check(by, "audit.record_meeting", audit)
    meeting = _locked(audit)
    meeting.planned_on, meeting.starts_at = plan.planned_on, plan.starts_at
    meeting.place, meeting.link = plan.place, plan.link
    meeting.quorum = list(plan.quorum)
    meeting.save()
    record("meeting.planned", by=by, on=ref_of(meeting))
    return meeting


@transaction.atomic
def invite(*, audit: Audit, by: Viewer) -> Meeting:
    """Ask the agencies to the meeting, by reference and link alone; again after a new day.

    Raises Absent, NotAllowed, and NotPossible before the meeting has a day.
    """
    check(by, "audit.record_meeting", audit)
    meeting = _locked(audit)
    if meeting.planned_on is None:
        raise NotPossible("Say first when the meeting is.")
    agencies = set(audit.participants.values_list("agency_id", flat=True))
    for person in answering_for(ref_of(audit), audit.partnership_id, of=agencies, roles=_INVITED):
        tell(
            "meeting.invited",
            to=person.email,
            reference=audit.reference,
            link=reverse("audit:meeting", args=[audit.reference]),
            about=ref_of(audit),
            once=f"meeting.invited.{meeting.pk}.{meeting.planned_on}.{person.pk}",
        )
    meeting.invited_at = timezone.now()
    meeting.save(update_fields=["invited_at"])
    record("meeting.invited", by=by, on=ref_of(meeting))
    return meeting


@transaction.atomic
def record_attendance(*, audit: Audit, came: Mapping[str, tuple[str, str]], by: Viewer) -> Meeting:
    """Record for each agency, by its code, its state and the roles that came. No names.

    A blank state takes back what was recorded. Raises Absent and NotAllowed.
    """
    check(by, "audit.record_meeting", audit)
    meeting = _locked(audit)
    for participant in audit.participants.filter(code__in=came):
        state, role = came[participant.code]
        if not state:
            meeting.attendance.filter(participant=participant).delete()
            continue
        Attendance.objects.update_or_create(
            meeting=meeting,
            participant=participant,
            defaults={"state": Attendance.State(state).value, "role": role.strip()},
        )
    record("meeting.attended", by=by, on=ref_of(meeting))
    return meeting


@transaction.atomic
def open_meeting(*, audit: Audit, because: str = "", by: Viewer) -> Meeting:
    """Hold the meeting: the round is opened, and agencies see each other's returns from now on.

    Once opened it stays so. `because` says why it is opened without a quorum: it is kept with who
    was missing, and nobody words it anew. Raises Absent, NotAllowed, and NotPossible where it is
    open already, or without that reason.
    """
    check(by, "audit.record_meeting", audit)
    meeting = _locked(audit)
    if Audit.objects.filter(pk=audit.pk, opened_at__isnull=False).exists():
        raise NotPossible("The meeting has opened this round already.")
    missing = [one.participant for one in lacking(attendance_of(audit, meeting))]
    if missing:
        names = ", ".join(one.name for one in missing)
        if not because.strip():
            raise NotPossible(
                f"The meeting has no quorum: {names} must be here. Record who is here, or say why "
                "the round is opened all the same."
            )
        meeting.without_quorum = f"Without {names}: {because.strip()}"
    meeting.held_on = meeting.held_on or timezone.localdate()
    meeting.save(update_fields=["held_on", "without_quorum"])
    programmes.open_round(audit=audit, by=by)
    # What can be sent in no more must not be the place where such an answer stays unread.
    raise_from_begun(audit=audit, by=by)
    record("meeting.recorded", by=by, on=ref_of(audit), detail={"meeting": meeting.pk})
    if missing:
        gone = [one.pk for one in missing]
        record("meeting.without_quorum", by=by, on=ref_of(meeting), detail={"missing": gone})
    return meeting


@transaction.atomic
def write_minutes(*, meeting: Meeting, minutes: str, by: Viewer) -> Meeting:
    """Keep the minutes as they are now. Raises Absent and NotAllowed."""
    check(by, "audit.record_meeting", meeting.audit)
    now = Meeting.objects.select_for_update().get(pk=meeting.pk)
    now.minutes = minutes
    now.save(update_fields=["minutes"])
    record("meeting.minuted", by=by, on=ref_of(now))
    return now


@dataclass(frozen=True)
class Said:
    """A finding, something that works well or worries, a decision or next step."""

    kind: str
    text: str
    theme: Theme | None
    owner: str
    seen_before: bool


@transaction.atomic
def add_statement(*, audit: Audit, said: Said, by: Viewer) -> MeetingStatement:
    """Write down what the meeting said, after what it said before. Raises Absent and NotAllowed."""
    check(by, "audit.record_meeting", audit)
    meeting = _locked(audit)
    kind = MeetingStatement.Kind(said.kind).value
    last = meeting.statements.filter(kind=kind).aggregate(last=Max("position"))["last"] or 0
    made = MeetingStatement(meeting=meeting, kind=kind, position=last + 1)
    _state(made, said)
    record("meeting.stated", by=by, on=ref_of(meeting), detail={"statement": made.pk})
    return made


@transaction.atomic
def change_statement(*, statement: MeetingStatement, said: Said, by: Viewer) -> MeetingStatement:
    """Word it anew; it stays under its heading. Raises Absent and NotAllowed."""
    check(by, "audit.record_meeting", statement.meeting.audit)
    now = MeetingStatement.objects.select_for_update().get(pk=statement.pk)
    _state(now, said)
    detail = {"statement": now.pk}
    record("meeting.stated", by=by, on=ref_of(statement.meeting), detail=detail)
    return now


def _state(statement: MeetingStatement, said: Said) -> None:
    statement.text, statement.theme = said.text.strip(), said.theme
    statement.owner, statement.seen_before = said.owner.strip(), said.seen_before
    statement.save()


@transaction.atomic
def remove_statement(*, statement: MeetingStatement, by: Viewer) -> None:
    """Take out what the meeting did not say. Raises NotPossible where evidence is kept with it."""
    check(by, "audit.record_meeting", statement.meeting.audit)
    meeting, key = statement.meeting, statement.pk
    try:
        MeetingStatement.objects.filter(pk=key).delete()
    except ProtectedError as error:
        raise NotPossible(
            "Evidence is kept with this, so it cannot be taken out: word it anew instead."
        ) from error
    record("meeting.unstated", by=by, on=ref_of(meeting), detail={"statement": key})
