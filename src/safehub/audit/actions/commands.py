"""What changes actions."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from safehub.audit.actions.models import Action
from safehub.audit.actions.plans import ActionTerms
from safehub.audit.meetings.models import Gap
from safehub.audit.programmes.models import Audit
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record


@transaction.atomic
def agree_actions(*, audit: Audit, actions: Sequence[ActionTerms], by: Viewer) -> None:
    """Keep the actions on the gaps of the audit, in place of those agreed before."""
    check(by, "audit.record_meeting", audit)
    Action.objects.filter(gap__meeting__audit=audit).delete()
    gaps = {
        f"{gap.theme.code}.{gap.letter}": gap
        for gap in Gap.objects.filter(meeting__audit=audit).select_related("theme")
    }
    owners = {p.code: p for p in audit.participants.all()}
    Action.objects.bulk_create(
        Action(
            gap=gaps[action.gap],
            position=position,
            text=action.text,
            owner_agency=owners[action.owner_agency],
            person=action.person,
            due_on=action.due_on,
            measure=action.measure,
            status=action.status.value,
        )
        for position, action in enumerate(actions, start=1)
    )
    record("actions.agreed", by=by, on=ref_of(audit), detail={"actions": len(actions)})
