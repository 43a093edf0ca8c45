"""What signs a return off for its agency.

Nobody signs off what they submitted themselves, or answered any of. A return that is sent back
stands as it was, and counts as it did, until its agency answers again; the version before is kept
with what was said.
"""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from safehub.audit.programmes.commands import hold_round
from safehub.audit.returns.grid import Answer, settled_by
from safehub.audit.returns.models import Return, ReturnVersion, SignedOff, SignOff
from safehub.audit.returns.rows import SUBMITTED
from safehub.audit.returns.signing.forms import NEWER
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import EditConflict, NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.register.accounts.queries import holding

SIGNED = "Somebody else has signed this version off since you opened it: nothing is changed."
NOTHING_SENT = "Nothing is submitted for this case yet: there is nothing to sign off."
SENT_BACK = "return.sent_back"


@transaction.atomic
def sign_off_return(
    *, audit_return: Return, number: int, outcome: SignedOff, reason: str = "", by: Viewer
) -> SignOff:
    """Accept the version of that number, or send it back, which wants a reason.

    The same said twice is said once. Raises Absent, NotAllowed, NotPossible without a reason, and
    EditConflict where another version came in or somebody else said otherwise meanwhile.
    """
    # One at a time with what comes in: the version that is signed off is the latest there is.
    hold_round(audit_return.participant.audit_id)
    check(by, "return.sign_off", audit_return)
    version = ReturnVersion.objects.get(audit_return=audit_return, is_latest=True)
    if version.number != number:
        raise EditConflict(NEWER)
    if version.status != SUBMITTED:
        raise NotPossible(NOTHING_SENT)
    why = reason.strip() if outcome == SignedOff.SENT_BACK else ""
    if outcome == SignedOff.SENT_BACK and not why:
        raise NotPossible("Say what is to be looked at again.")
    made, is_new = SignOff.objects.get_or_create(
        version=version,
        defaults={
            "outcome": outcome,
            "reason": why,
            "signed_by_id": by.person,
            "signed_at": timezone.now(),
        },
    )
    if not is_new:
        if (made.outcome, made.reason) != (outcome, why):
            raise EditConflict(SIGNED)
        return made
    settled = settled_by(Answer(version.status, version.known, outcome))
    Return.objects.filter(pk=audit_return.pk).update(settled=settled)
    if outcome == SignedOff.ACCEPTED:
        record("return.accepted", by=by, on=ref_of(audit_return), detail={"version": number})
        return made
    record(SENT_BACK, by=by, on=ref_of(audit_return), detail={"version": number})
    _tell(audit_return, version)
    return made


def _tell(audit_return: Return, version: ReturnVersion) -> None:
    """Whoever submitted it, and the agency's coordinators, by reference alone."""
    audit = audit_return.participant.audit
    coordinators = holding(audit_return.participant.agency_id, [Role.AGENCY_COORDINATOR])
    people = {one.person_id: one.person for one in coordinators}
    if version.submitted_by is not None:
        people[version.submitted_by.pk] = version.submitted_by
    for person in people.values():
        tell(
            SENT_BACK,
            to=person.email,
            reference=f"return {audit_return.pk}",
            link=reverse("audit:return", args=[audit.reference, audit_return.pk]),
            about=ref_of(audit_return),
            once=f"{SENT_BACK}.{version.pk}.{person.pk}",
        )
