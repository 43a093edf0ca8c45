"""What allocates cases to an agency's auditors.

Nobody audits work that they did themselves: a case goes to somebody other than who holds it. From
then on an auditor sees the cases that are allocated to them, and no other.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.returns.models import Allocation
from safehub.audit.sampling.models import Case
from safehub.foundation.access.commands import suspect_conflict
from safehub.foundation.access.decision import check
from safehub.foundation.access.queries import facts_of
from safehub.foundation.access.queries.bearing import forget
from safehub.foundation.access.queries.conflicting import shut_out_by
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.register.accounts.models import Membership, Person
from safehub.register.accounts.queries import holding_in, viewer_of

AUDITOR_IN_CONFLICT = "case.auditor_in_conflict"
HOLDS_IT = "Their agency's coordinator said, in allocating the case, that they hold it."


@transaction.atomic
def allocate_cases(
    *,
    participant: Participant,
    cases: Sequence[Case],
    auditors: Sequence[Membership],
    holder: Person | None = None,
    by: Viewer,
) -> None:
    """Let exactly these auditors of the agency audit the cases; with none, nobody does.

    `holder` holds the cases in the agency, where that is somebody with an account: they are put
    before whoever decides on conflicts. Raises Absent, NotAllowed, and NotPossible for a withdrawn
    case and for somebody who is no auditor of the agency, holds the case or is in conflict with it.
    """
    for case in cases:
        check(by, "case.allocate", case)
        if by.organisation not in {None, participant.agency_id}:
            raise NotPossible("Cases are allocated by the agency that is asked about them.")
        if case.withdrawal_position is not None:
            raise NotPossible(
                f"Case {case.number} was withdrawn from the sample: nobody audits it."
            )
    # One at a time for a round, so that two who allocate at once leave one answer.
    Audit.objects.select_for_update().get(pk=participant.audit_id)
    for auditor in auditors:
        _check_may_audit(auditor, participant, cases, holder)
    for case in cases:
        _allocate(participant, case, {one.person_id for one in auditors}, holder, by)
    forget()
    if holder is not None and by.person not in {None, holder.pk}:
        for case in cases:
            _put_before_who_decides(case, holder, by)


def _check_may_audit(
    auditor: Membership, participant: Participant, cases: Sequence[Case], holder: Person | None
) -> None:
    name = auditor.person.name
    is_theirs = auditor.agency_id == participant.agency_id
    if not is_theirs or auditor.role != Role.AGENCY_AUDITOR or not auditor.person.is_active:
        raise NotPossible(f"{name} is no auditor of {participant.name}: choose one who is.")
    if holder is not None and auditor.person_id == holder.pk:
        raise NotPossible(f"{name} holds the case: choose somebody else to audit it.")
    keys = [case.pk for case in cases]
    facts = facts_of(viewer_of(auditor, at=timezone.now()), "sampling.case", keys)
    if any(one.is_conflicted for one in facts.values()):
        raise NotPossible(f"{name} has a conflict of interest here: choose somebody else.")


def _allocate(
    participant: Participant, case: Case, wanted: set[int], holder: Person | None, by: Viewer
) -> None:
    live = Allocation.objects.filter(participant=participant, case=case, ended_at=None)
    before = set(live.values_list("auditor", "holder"))
    after = {(one, holder.pk if holder else None) for one in wanted}
    if before == after:
        return
    now = timezone.now()
    live.exclude(auditor__in=wanted).update(ended_at=now)
    live.filter(auditor__in=wanted).update(holder=holder)
    had = {auditor for auditor, _ in before}
    Allocation.objects.bulk_create(
        Allocation(
            participant=participant,
            case=case,
            auditor_id=one,
            holder=holder,
            allocated_by_id=by.person,
            allocated_at=now,
        )
        for one in sorted(wanted - had)
    )
    record("case.allocated", by=by, on=ref_of(case), detail={"to": sorted(wanted)})


def _put_before_who_decides(case: Case, holder: Person, by: Viewer) -> None:
    try:
        suspect_conflict(on=ref_of(case), person=holder.pk, reason=HOLDS_IT, by=by)
    except NotPossible:
        return  # It was said before, and waits or stands.


@transaction.atomic
def tell_of_conflict(*, conflict: int) -> None:
    """Tell each agency whose auditor is in conflict with their case that it wants another one.

    By reference alone, and once for each conflict. Nobody is told once the round is opened, or
    where the case is with somebody else by now, or was withdrawn.
    """
    found = shut_out_by(conflict)
    if found is None or found[0].kind != "sampling.case":
        return
    on, auditor = found
    live = Allocation.objects.filter(
        case=on.key,
        case__withdrawal_position=None,
        auditor=auditor,
        ended_at=None,
        participant__audit__opened_at=None,
    )
    for one in live.select_related("participant__audit", "case").order_by("pk"):
        audit, case = one.participant.audit, one.case
        for person in holding_in(one.participant.agency_id, (Role.AGENCY_COORDINATOR,), on=on):
            tell(
                AUDITOR_IN_CONFLICT,
                to=person.email,
                reference=f"case {case.number} of {audit.reference}",
                link=reverse("audit:allocate", args=[audit.reference, case.number]),
                about=on,
                once=f"{AUDITOR_IN_CONFLICT}.{conflict}.{person.pk}",
            )
