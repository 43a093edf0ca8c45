"""Refusals to share, and lawful bases that a board switches on."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.disclosure.bases import check_basis, current_edition
from safehub.foundation.disclosure.commands.steps import Check, checked, person
from safehub.foundation.disclosure.models import SharingRecord, SwitchedBasis
from safehub.foundation.disclosure.outgoing import SharingTerms
from safehub.foundation.disclosure.sharing import checked_terms, terms_as_data
from safehub.foundation.disclosure.states import SharingDecision
from safehub.foundation.errors import NotPossible
from safehub.foundation.records import RecordRef, ref_of
from safehub.foundation.trail.commands import record


@transaction.atomic
def refuse_sharing(
    *,
    what: str,
    with_whom: str,
    terms: SharingTerms,
    about: RecordRef | None = None,
    by: Viewer,
    check: Check = checked,
) -> SharingRecord:
    """Record that something is not shared, with the reasons: each refusal is kept like a share.

    `terms.lawful_basis` may be blank; `terms.necessity` says why it was not right to share.
    """
    check(by, "disclosure.refuse_sharing", None)
    checked_terms(terms, is_refusal=True)
    if not what.strip() or not with_whom.strip():
        raise NotPossible("Say what is not shared, and with whom.")
    kept = SharingRecord.objects.create(
        partnership=by.partnership,
        organisation=by.organisation,
        about_kind=about.kind if about else "",
        about_key=str(about.key) if about else "",
        decision=SharingDecision.REFUSED.value,
        what=what.strip(),
        with_whom=with_whom.strip(),
        bases_edition=current_edition(),
        decided_by_id=person(by),
        decided_at=timezone.now(),
        **terms_as_data(terms),
    )
    record("disclosure.refuse_sharing", by=by, on=ref_of(kept))
    return kept


@transaction.atomic
def switch_basis(
    *, code: str, is_on: bool, reason: str, by: Viewer, check: Check = checked
) -> SwitchedBasis:
    """Switch a lawful basis of one's partnership on, once it is in force, or off again."""
    check(by, "disclosure.switch_basis", None)
    if by.partnership is None:
        raise NotPossible("A lawful basis is switched on for a partnership, and you act for none.")
    check_basis(code, frozenset({code}))
    if not reason.strip():
        raise NotPossible("Say why, such as the regulations that bring it into force.")
    switched = SwitchedBasis.objects.create(
        partnership=by.partnership,
        code=code,
        is_on=is_on,
        reason=reason.strip(),
        switched_by_id=person(by),
        switched_at=timezone.now(),
    )
    record("disclosure.switch_basis", by=by, on=ref_of(switched))
    return switched
