"""What raises a matter of practice or conduct, what answers for it, and what ends it.

It goes to the employer and stays apart from the audit: no return, figure, report, pack or meeting
reads it. An allegation that a person who works with children has harmed a child goes to the
designated officer within one working day besides (Working Together to Safeguard Children 2023,
chapter 4).
"""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from safehub.audit.programmes.models import Participant
from safehub.audit.returns.models import ConductMatter, MatterKind
from safehub.audit.sampling.models import Case
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.register.accounts.models import Person
from safehub.register.accounts.queries import holding_in
from safehub.register.agencies.models import Agency

RAISED = "conduct.raised"
_LEADS = (Role.SAFEGUARDING_LEAD,)


@transaction.atomic
def raise_matter(
    *,
    case: Case,
    participant: Participant,
    kind: MatterKind,
    what: str,
    is_about_lead: bool = False,
    by: Viewer,
) -> ConductMatter:
    """Send the matter to the employer's safeguarding lead; without one, or about one, to the
    office's.

    Raises Absent, NotAllowed, and NotPossible without words and where nobody is there to be told.
    """
    check(by, "case.see", case)
    check(by, "conduct.raise", participant.audit)
    if not what.strip():
        raise NotPossible("Say in a few words what the matter is.")
    leads = [] if is_about_lead else _leads(participant, [participant.agency_id])
    is_for_office = not leads
    if is_for_office:
        offices = Agency.objects.filter(
            partnership=participant.audit.partnership_id, is_office=True
        )
        leads = _leads(participant, list(offices.order_by("pk").values_list("pk", flat=True)))
    if not leads:
        raise NotPossible(
            f"Nobody is the safeguarding lead of {participant.name} here, nor of the office: tell "
            "the employer yourself now, and ask the office to add its safeguarding lead."
        )
    matter = ConductMatter.objects.create(
        participant=participant,
        case=case,
        kind=kind,
        is_for_office=is_for_office,
        what=what.strip(),
        raised_by_id=by.person,
        raised_at=timezone.now(),
    )
    record(RAISED, by=by, on=ref_of(matter))
    for person in leads:
        tell(
            RAISED,
            to=person.email,
            reference=f"matter {matter.pk}",
            link=reverse("audit:matter", args=[participant.audit.reference, matter.pk]),
            about=ref_of(matter),
            once=f"{RAISED}.{matter.pk}.{person.pk}",
        )
    return matter


def _leads(participant: Participant, agencies: list[int]) -> list[Person]:
    on = ref_of(participant.audit)
    return [one for agency in agencies for one in holding_in(agency, _LEADS, on=on)]


@transaction.atomic
def acknowledge_matter(*, matter: ConductMatter, by: Viewer) -> ConductMatter:
    """Say that the employer has it. Raises Absent and NotAllowed."""
    check(by, "conduct.acknowledge", matter)
    now = ConductMatter.objects.select_for_update().get(pk=matter.pk)
    if now.acknowledged_at is None:
        now.acknowledged_by_id, now.acknowledged_at = by.person, timezone.now()
        now.save(update_fields=["acknowledged_by", "acknowledged_at"])
        record("conduct.acknowledged", by=by, on=ref_of(now))
    return now


@transaction.atomic
def conclude_matter(*, matter: ConductMatter, outcome: str, by: Viewer) -> ConductMatter:
    """Record what came of it, once. Raises Absent, NotAllowed and NotPossible."""
    check(by, "conduct.conclude", matter)
    now = ConductMatter.objects.select_for_update().get(pk=matter.pk)
    if not outcome.strip():
        raise NotPossible("Say what came of the matter.")
    if now.acknowledged_at is None:
        raise NotPossible("Nobody has acknowledged this yet: do so first.")
    if now.concluded_at is not None:
        raise NotPossible("What came of it is recorded already.")
    now.outcome = outcome.strip()
    now.concluded_by_id, now.concluded_at = by.person, timezone.now()
    now.save(update_fields=["outcome", "concluded_by", "concluded_at"])
    record("conduct.concluded", by=by, on=ref_of(now))
    return now
