"""What changes the plan of audits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from safehub.audit.programmes.commissioning.commands import start_commission
from safehub.audit.programmes.models import CommissionDraft, PlannedAudit
from safehub.audit.programmes.terms import Kind
from safehub.foundation.access.asking import not_allowed
from safehub.foundation.access.decision import Refusal, check, may
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.documents.lettering import writable
from safehub.foundation.errors import NotPossible
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.register.agencies.models import Partnership

WRITTEN = frozenset({"title", "theme", "origin", "origin_words", "begins_on"})


@transaction.atomic
def plan_audit(
    *,
    title: str,
    theme: str,
    origin: str,
    origin_words: str,
    begins_on: dt.date,
    by: Viewer,
    partnership: Partnership | None = None,
) -> PlannedAudit:
    """Put an audit on the plan. `partnership` is for the local operator, who acts for none.

    Raises NotAllowed outside the office.
    """
    check(by, "audit.commission")
    key = by.partnership or (partnership.pk if partnership else None)
    if key is None:
        raise NotPossible("Say for which partnership it is planned: you act for none.")
    made = PlannedAudit.objects.create(
        partnership_id=key,
        title=writable(title),
        theme=writable(theme),
        origin=origin,
        origin_words=writable(origin_words),
        begins_on=begins_on,
    )
    if not may(by, "plan.write", made):
        raise not_allowed(
            "Audits are planned by the partnership's own office: act for it.",
            Refusal(by, "plan.write", None, Reason.RELATION),
        )
    record("plan.added", by=by, on=ref_of(made))
    return made


@transaction.atomic
def change_planned(
    *, planned: PlannedAudit, changes: Mapping[str, Any], by: Viewer
) -> PlannedAudit:
    """Change what is planned. Raises NotPossible once it is commissioned or taken off."""
    found = _standing(planned, by)
    if not changes.keys() <= WRITTEN:
        raise ValueError(f"Not to be written: {sorted(changes.keys() - WRITTEN)}")
    for name, value in changes.items():
        setattr(found, name, writable(value) if isinstance(value, str) else value)
    found.save(update_fields=list(changes))
    record("plan.changed", by=by, on=ref_of(found))
    return found


@transaction.atomic
def drop_planned(*, planned: PlannedAudit, by: Viewer) -> PlannedAudit:
    """Take an audit off the plan. Raises NotPossible once it is commissioned or taken off."""
    found = _standing(planned, by)
    found.dropped_at = by.at or timezone.now()
    found.save(update_fields=["dropped_at"])
    record("plan.dropped", by=by, on=ref_of(found))
    return found


@transaction.atomic
def commission_planned(*, planned: PlannedAudit, by: Viewer) -> CommissionDraft:
    """Begin the commission of a planned audit, with its title, its theme and its beginning.

    Raises NotPossible once it is commissioned or taken off.
    """
    found = _standing(planned, by)
    draft = start_commission(
        title=found.title, kind=Kind.THEMED, by=by, partnership=found.partnership
    )
    draft.reason = found.origin_words
    draft.starts_on = found.begins_on
    draft.save(update_fields=["reason", "starts_on"])
    found.commission = draft
    found.save(update_fields=["commission"])
    record("plan.commissioned", by=by, on=ref_of(found), detail={"commission": draft.pk})
    return draft


def _standing(planned: PlannedAudit, by: Viewer) -> PlannedAudit:
    """The planned audit as it is now, nobody else's to change until the transaction ends."""
    every = PlannedAudit.objects.select_for_update(of=("self",)).select_related("partnership")
    found = every.get(pk=planned.pk)
    check(by, "plan.write", found)
    if found.commission_id is not None:
        raise NotPossible("It is commissioned already: change the commission.")
    if found.dropped_at is not None:
        raise NotPossible("It was taken off the plan: plan another.")
    return found
