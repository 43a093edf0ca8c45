"""Reading actions from the store."""

from __future__ import annotations

from safehub.audit.actions.models import Action
from safehub.audit.actions.plans import ActionTerms
from safehub.audit.actions.states import ActionStatus
from safehub.audit.programmes.models import Audit


def actions_on(audit: Audit) -> list[ActionTerms]:
    """The actions on the gaps of the audit, in the order in which they were agreed. One query."""
    found = Action.objects.filter(gap__meeting__audit=audit).select_related(
        "gap__theme", "owner_agency"
    )
    return [
        ActionTerms(
            gap=f"{action.gap.theme.code}.{action.gap.letter}",
            text=action.text,
            owner_agency=action.owner_agency.code,
            person=action.person,
            due_on=action.due_on,
            measure=action.measure,
            status=ActionStatus(action.status),
        )
        for action in found.order_by("position")
    ]
