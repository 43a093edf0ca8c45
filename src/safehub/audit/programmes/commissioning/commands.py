"""What writes the terms of reference of an audit, and signs them.

Nobody signs what they wrote any of: a commission is a decision of two, as every approval here is.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from safehub.audit.programmes.commands import keep_audit
from safehub.audit.programmes.commissioning.drafting import terms_of_draft, what_is_missing
from safehub.audit.programmes.models import Audit, AuditStep, CommissionDraft, CommissionWriter
from safehub.audit.programmes.states import CommissionStatus
from safehub.audit.programmes.steps import Step, dated_steps
from safehub.audit.programmes.terms import Kind
from safehub.foundation.access.asking import not_allowed
from safehub.foundation.access.decision import Refusal, check, may
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.clocks.calendar import london_day
from safehub.foundation.clocks.queries import calendar_in_force
from safehub.foundation.documents.lettering import writable
from safehub.foundation.errors import EditConflict, NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.instruments.states import ToolStatus
from safehub.register.accounts.queries import people_who_may
from safehub.register.agencies.models import Partnership

WAITING = "commission.waiting"
# What a person may write; the rest of a draft is moved by the commands below.
WRITTEN = frozenset(
    {
        *("title", "kind", "period_from", "period_to", "reason", "owner", "programme"),
        *("commissioned_by", "key_lines_of_enquiry", "themes", "agencies", "tool_version"),
        *("grading_question", "met_good", "sample_unit", "sample_method", "sample_size"),
        *("sample_seed", "sample_reserve", "sample_column", "starts_on", "offsets", "by_hand"),
    }
)


@transaction.atomic
def start_commission(
    *, title: str, kind: Kind, by: Viewer, partnership: Partnership | None = None
) -> CommissionDraft:
    """A draft of terms of reference, with a seed of its own and the partnership's last lengths.

    `partnership` is for the local operator, who acts for none. Raises NotAllowed outside the
    office.
    """
    check(by, "audit.commission")
    key = by.partnership or (partnership.pk if partnership else None)
    if key is None:
        raise NotPossible("Say for which partnership the audit is: you act for none.")
    at = by.at or timezone.now()
    before = CommissionDraft.objects.filter(partnership=key).order_by("-pk").first()
    draft = CommissionDraft.objects.create(
        partnership_id=key,
        title=writable(title),
        kind=kind.value,
        sample_seed=str(secrets.randbelow(1_000_000_000)),
        starts_on=london_day(at),
        offsets=before.offsets if before else {},
        started_at=at,
        updated_at=at,
    )
    if not may(by, "commission.write", draft):
        raise not_allowed(
            "Audits are commissioned by the partnership's own office: act for it.",
            Refusal(by, "commission.write", None, Reason.RELATION),
        )
    _wrote(draft, by)
    record("commission.started", by=by, on=ref_of(draft))
    return draft


@transaction.atomic
def write_commission(
    *, draft: CommissionDraft, changes: Mapping[str, Any], by: Viewer
) -> CommissionDraft:
    """Write some of an open draft. Raises EditConflict and NotPossible.

    `changes` are values by field, of the fields that people write.
    """
    found = _found(draft, by, "commission.write", CommissionStatus.OPEN)
    if not changes.keys() <= WRITTEN:
        raise ValueError(f"Not to be written: {sorted(changes.keys() - WRITTEN)}")
    for name, value in changes.items():
        setattr(found, name, _writable(value))
    _save(found, by, *changes)
    _wrote(found, by)
    record("commission.drafted", by=by, on=ref_of(found))
    return found


def _writable(value: Any) -> Any:
    """Text without what no file can hold, so that the audit can leave as a pack."""
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, list):
        return [_writable(one) for one in value]
    return value


@transaction.atomic
def ask_for_signature(*, draft: CommissionDraft, by: Viewer) -> CommissionDraft:
    """Let it wait for a signature, and tell those who may give one.

    Raises NotPossible with all that is missing.
    """
    found = _found(draft, by, "commission.write", CommissionStatus.OPEN)
    missing = what_is_missing(found)
    if missing:
        raise NotPossible(f"It cannot be signed yet. {' '.join(missing)}")
    found.status, found.sent_back_because = CommissionStatus.WAITING, ""
    _save(found, by, "status", "sent_back_because")
    _wrote(found, by)
    record("commission.asked", by=by, on=ref_of(found))
    signers = [Role.COMMISSIONER, Role.AUDIT_COORDINATOR]
    for person in people_who_may("commission.sign", found, found.partnership_id, signers):
        tell(
            WAITING,
            to=person.email,
            reference=f"commission {found.pk}",
            link=reverse("commissions:commission", args=[found.pk]),
            about=ref_of(found),
            once=f"{WAITING}.{found.pk}.{found.edition}.{person.pk}",
        )
    return found


@transaction.atomic
def send_back(*, draft: CommissionDraft, because: str, by: Viewer) -> CommissionDraft:
    """Let it be written again: by whoever is to sign it, or by whoever wrote it.

    Raises NotPossible without a reason, and where it does not wait.
    """
    found = _found(draft, by, "commission.send_back", CommissionStatus.WAITING)
    if not because.strip():
        raise NotPossible("Say what is to be changed.")
    found.status, found.sent_back_because = CommissionStatus.OPEN, writable(because.strip())
    _save(found, by, "status", "sent_back_because")
    record("commission.sent_back", by=by, on=ref_of(found))
    return found


@transaction.atomic
def sign_commission(
    *, draft: CommissionDraft, edition: int, name: str, by: Viewer
) -> CommissionDraft:
    """Sign what was read, by its edition: from then on there is the audit, with its days.

    `name` stands under the letter. Raises NotAllowed on one's own work, EditConflict where it is no
    longer what was read, and NotPossible where its tool was retired meanwhile.
    """
    found = _found(draft, by, "commission.sign", CommissionStatus.WAITING)
    if found.edition != edition:
        raise EditConflict("This was changed since you opened it: read it again, then sign.")
    missing = what_is_missing(found)
    if missing:
        raise NotPossible(f"It cannot be signed any more: send it back. {' '.join(missing)}")
    version = found.tool_version
    if version is None or version.status == ToolStatus.RETIRED:
        raise NotPossible("Its tool has been retired: send it back, so that another is chosen.")
    at = by.at or timezone.now()
    audit = keep_audit(
        terms=terms_of_draft(found, signed_on=london_day(at)),
        tool_version=version,
        partnership=found.partnership,
        by=by,
    )
    _keep_steps(audit, found)
    found.status, found.audit = CommissionStatus.SIGNED, audit
    found.signed_name, found.signed_at, found.signed_by_id = writable(name), at, by.person
    _save(found, by, "status", "audit", "signed_name", "signed_at", "signed_by")
    record("commission.signed", by=by, on=ref_of(found), detail={"audit": audit.pk})
    return found


def _keep_steps(audit: Audit, draft: CommissionDraft) -> None:
    steps = dated_steps(draft.starts_on, draft.offsets, draft.by_hand, calendar_in_force())
    order = list(Step)
    AuditStep.objects.bulk_create(
        AuditStep(
            audit=audit,
            code=one.step.value,
            position=order.index(one.step) + 1,
            on=one.on,
            is_by_hand=one.offset is None,
        )
        for one in steps
    )


@transaction.atomic
def discard_commission(*, draft: CommissionDraft, by: Viewer) -> CommissionDraft:
    """Lay an open draft aside for good."""
    found = _found(draft, by, "commission.write", CommissionStatus.OPEN)
    found.status = CommissionStatus.DISCARDED
    _save(found, by, "status")
    record("commission.discarded", by=by, on=ref_of(found))
    return found


_NOT_SO = {
    CommissionStatus.OPEN: "It is being written still: ask for a signature first.",
    CommissionStatus.WAITING: "It waits for a signature: send it back to change it.",
    CommissionStatus.SIGNED: "It is signed, and no longer changes.",
    CommissionStatus.DISCARDED: "It was discarded: start another.",
}


def _found(
    draft: CommissionDraft, by: Viewer, action: str, wanted: CommissionStatus
) -> CommissionDraft:
    """The draft as it is now, nobody else's to change until the transaction ends."""
    every = CommissionDraft.objects.select_for_update(of=("self",))
    found = every.select_related("partnership", "tool_version").get(pk=draft.pk)
    check(by, action, found)
    if found.status != wanted:
        raise NotPossible(_NOT_SO[CommissionStatus(found.status)])
    return found


def _save(draft: CommissionDraft, by: Viewer, *fields: str) -> None:
    """Guarded by the edition: SQLite locks no single row."""
    at = by.at or timezone.now()
    changed = CommissionDraft.objects.filter(pk=draft.pk, edition=draft.edition).update(
        **{name: getattr(draft, name) for name in fields},
        edition=draft.edition + 1,
        updated_at=at,
    )
    if not changed:
        raise EditConflict("Somebody else changed this in this moment: send it again.")
    draft.edition, draft.updated_at = draft.edition + 1, at


def _wrote(draft: CommissionDraft, by: Viewer) -> None:
    if by.person is not None:
        CommissionWriter.objects.get_or_create(draft=draft, person_id=by.person)
