"""What raises an alert of immediate risk, what answers for it, and what ends it.

An audit looks back, and a child may be in danger now: that is outside its clock (Working Together
to Safeguard Children, chapter 3: a concern about immediate harm is referred at once).
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.returns.models import Return, RiskAlert, WorkingReturn
from safehub.audit.returns.risks.queries import answering
from safehub.audit.returns.rows import IMMEDIATE_RISK
from safehub.audit.sampling.models import Case
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.instruments.tools import YES

RAISED = "risk.raised"
REMIND_EVERY = dt.timedelta(minutes=30)
# After an hour whoever in the agency may take it in hand is told; after a day, every four hours.
WIDEN_AFTER = dt.timedelta(hours=1)
OFTEN_FOR = dt.timedelta(days=1)
REMIND_LATER = dt.timedelta(hours=4)
FROM_RETURN = "A return that was submitted says that a child is at immediate risk now."
FROM_WORKBOOK = "A workbook that was sent in says that a child is at immediate risk now."
FROM_UNREAD = (
    "A workbook that was sent in says that a child is at immediate risk now. It was made for "
    "another round or sample, or was changed, so the number of the case may be of another child: "
    "ask whoever sent it in which child it is."
)
FROM_LATE = (
    "A workbook that came once the round was opened says that a child is at immediate risk now. "
    "Nothing else of it was kept: ask whoever sent it what the worry is."
)
FROM_WORKBOOKS = (FROM_WORKBOOK, FROM_UNREAD, FROM_LATE)
FROM_BEGUN = (
    "A return that was begun, and not sent in before the round was opened, says that a child is at "
    "immediate risk now."
)


@transaction.atomic
def raise_risk(*, case: Case, participant: Participant, what: str, by: Viewer) -> RiskAlert:
    """Alert the agency's safeguarding leads and the audit's coordinators, by reference alone.

    For want of another lead, the agency's own coordinators and sign-offs.

    Raises Absent, NotAllowed, and NotPossible without words.
    """
    check(by, "case.see", case)
    check(by, "risk.raise", participant.audit)
    if not what.strip():
        raise NotPossible("Say in a few words what the worry is.")
    return _raised(case, participant, what.strip(), by)


@transaction.atomic
def raise_from_return(*, made: Return, by: Viewer) -> RiskAlert:
    """The same where a return says it, for a command that has asked whether it may be sent in."""
    return _raised(made.case, made.participant, FROM_RETURN, by, made)


@transaction.atomic
def raise_from_workbook(
    *, case: Case, participant: Participant, what: str, by: Viewer
) -> RiskAlert | None:
    """The same where a workbook says it, whether it is taken or not and whoever sees the case.

    Nothing where one that answers raised on that case waits still. To be called with the round
    held. Raises Absent and NotAllowed.
    """
    check(by, "risk.raise", participant.audit)
    waits = RiskAlert.objects.filter(
        participant=participant,
        case=case,
        what__in=(FROM_RETURN, FROM_BEGUN, *FROM_WORKBOOKS),
        concluded_at=None,
    )
    return None if waits.exists() else _raised(case, participant, what, by)


@transaction.atomic
def raise_as_taken(*, made: Return, was_sent: bool, by: Viewer) -> None:
    """What a row of a workbook raises when it is taken: nothing more where it was sent in before.

    What was raised then belongs to the return from now on.
    """
    found = RiskAlert.objects.filter(
        participant=made.participant,
        case=made.case,
        what__in=FROM_WORKBOOKS,
        audit_return=None,
    )
    if was_sent and found.update(audit_return=made):
        return
    raise_from_return(made=made, by=by)


@transaction.atomic
def raise_from_begun(*, audit: Audit, by: Viewer) -> list[RiskAlert]:
    """The same for each return that says it and can be sent in no more, as the round is opened.

    Raised by whoever typed it last, so that whoever opens the round may take it in hand. Not where
    an alert of that agency on that case waits for its outcome already.
    """
    begun = WorkingReturn.objects.filter(
        participant__audit=audit, **{f"answers__{IMMEDIATE_RISK}": YES}
    ).select_related("participant__audit", "case")
    open_already = set(
        RiskAlert.objects.filter(participant__audit=audit, concluded_at=None).values_list(
            "participant", "case"
        )
    )
    return [
        _raised(one.case, one.participant, FROM_BEGUN, by, typed_by=one.updated_by_id)
        for one in begun.order_by("pk")
        if (one.participant_id, one.case_id) not in open_already
    ]


def _raised(
    case: Case,
    participant: Participant,
    what: str,
    by: Viewer,
    made: Return | None = None,
    *,
    typed_by: int | None = None,
) -> RiskAlert:
    alert = RiskAlert.objects.create(
        participant=participant,
        case=case,
        audit_return=made,
        what=what,
        raised_by_id=typed_by or by.person,
        raised_at=timezone.now(),
    )
    record(RAISED, by=by, on=ref_of(alert))
    _tell(alert, 0)
    return alert


def _tell(alert: RiskAlert, time: int, *, everybody: bool = False) -> None:
    """Tell whoever can take it in hand; of each time they are told once."""
    audit = alert.participant.audit
    who = answering(ref_of(alert), audit.partnership_id)
    for person in who.told(alert.raised_by_id, everybody=everybody):
        tell(
            RAISED,
            to=person.email,
            reference=f"alert {alert.pk}",
            link=reverse("audit:risk", args=[audit.reference, alert.pk]),
            about=ref_of(alert),
            once=f"{RAISED}.{alert.pk}.{time}.{person.pk}",
        )


@transaction.atomic
def remind_of_risks(*, at: dt.datetime) -> int:
    """Tell again of every alert that nobody has taken in hand; gives how many there are.

    Each half hour for a day, then every four hours for as long as it waits. After an hour not the
    lead alone is told, but all in the agency who may take it in hand.
    """
    waiting = RiskAlert.objects.filter(
        acknowledged_at__isnull=True, raised_at__lte=at - REMIND_EVERY
    ).select_related("participant__audit")
    for alert in waiting:
        since = at - alert.raised_at
        _tell(alert, _time(since), everybody=since >= WIDEN_AFTER)
    return len(waiting)


def _time(since: dt.timedelta) -> int:
    """Which reminder is due so long after an alert was raised."""
    if since < OFTEN_FOR:
        return since // REMIND_EVERY
    return OFTEN_FOR // REMIND_EVERY + (since - OFTEN_FOR) // REMIND_LATER


@transaction.atomic
def acknowledge_risk(*, alert: RiskAlert, by: Viewer) -> RiskAlert:
    """Say that somebody other than who raised it has it in hand. Raises Absent and NotAllowed."""
    check(by, "risk.acknowledge", alert)
    now = RiskAlert.objects.select_for_update().get(pk=alert.pk)
    if now.acknowledged_at is None:
        now.acknowledged_by_id, now.acknowledged_at = by.person, timezone.now()
        now.save(update_fields=["acknowledged_by", "acknowledged_at"])
        record("risk.acknowledged", by=by, on=ref_of(now))
    return now


@transaction.atomic
def conclude_risk(*, alert: RiskAlert, outcome: str, by: Viewer) -> RiskAlert:
    """Record what was done for the child. Raises Absent, NotAllowed and NotPossible.

    It is recorded once; what comes after belongs to the child's own record.
    """
    check(by, "risk.conclude", alert)
    now = RiskAlert.objects.select_for_update().get(pk=alert.pk)
    if not outcome.strip():
        raise NotPossible("Say what was done for the child.")
    if now.acknowledged_at is None:
        raise NotPossible("Nobody has acknowledged this yet: do so first.")
    if now.concluded_at is not None:
        raise NotPossible("What was done is recorded already.")
    now.outcome = outcome.strip()
    now.concluded_by_id, now.concluded_at = by.person, timezone.now()
    now.save(update_fields=["outcome", "concluded_by", "concluded_at"])
    record("risk.concluded", by=by, on=ref_of(now))
    return now
