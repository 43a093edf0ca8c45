"""Reading actions from the store."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from safehub.audit.actions.models import Action, ActionUpdate
from safehub.audit.actions.plans import ActionTerms
from safehub.audit.actions.rules import SOON, is_escalated, is_overdue
from safehub.audit.actions.states import ActionStatus
from safehub.audit.programmes.models import Audit
from safehub.foundation.access.decision import classes_shown, open_record, visible_to
from safehub.foundation.access.queries import facts_of, has_role_for
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass

_UNFINISHED = (ActionStatus.OPEN.value, ActionStatus.IN_PROGRESS.value)


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


def _every() -> QuerySet[Action]:
    return Action.objects.select_related(
        "gap__theme", "gap__meeting__audit__partnership", "owner_agency"
    )


def actions_of(viewer: Viewer, audit: Audit) -> list[Action]:
    """The actions of the audit that the viewer may see, in the order agreed. One query."""
    found = _every().filter(gap__meeting__audit=audit)
    return list(visible_to(viewer, "action.see", found).order_by("position", "pk"))


def worded(viewer: Viewer, actions: list[Action]) -> frozenset[int]:
    """The keys of those whose words show to the viewer: a label may mask some. Three queries."""
    facts = facts_of(viewer, "actions.action", [one.pk for one in actions]) if actions else {}
    return frozenset(
        key
        for key, of in facts.items()
        if FieldClass.OPINION in classes_shown(viewer, "action.see", of)
    )


def one_action(viewer: Viewer, reference: str, key: int, action: str = "action.see") -> Action:
    """One action, opened. Raises Absent and NotAllowed. Two queries."""
    found = _every().filter(gap__meeting__audit__reference=reference)
    return open_record(viewer, action, found, pk=key)


def updates_of(action: Action) -> list[ActionUpdate]:
    """What was said of an action, the latest first; whoever asks has opened it. One query."""
    return list(action.updates.select_related("made_by"))


def own_actions(viewer: Viewer) -> list[Action]:
    """The actions of the viewer's own agency that they may update, the first due first. One query.

    Those closed are not among them. At most 200.
    """
    found = _every().filter(owner_agency__agency=viewer.organisation)
    open_still = found.exclude(status=ActionStatus.CLOSED.value)
    seen = visible_to(viewer, "action.update", open_still)
    return sorted(seen.order_by("pk")[:200], key=lambda one: (one.due_on or dt.date.max, one.pk))


def _to_check(viewer: Viewer) -> Q:
    """Done, not owned by the viewer's agency, and not said to be done by the viewer."""
    said = ActionUpdate.objects.filter(
        action=OuterRef("pk"), status=ActionStatus.DONE.value, made_by=viewer.person
    )
    found = Q(status=ActionStatus.DONE.value) & ~Q(owner_agency__agency=viewer.organisation)
    return found if viewer.person is None else found & ~Q(Exists(said))


def actions_to_check(viewer: Viewer) -> list[Action]:
    """Those said to be done that the viewer may check, the first due first. One query.

    Not those of their own agency, nor those of which they said so. At most 100.
    """
    found = visible_to(viewer, "action.check", _every().filter(_to_check(viewer)))
    return list(found.order_by("due_on", "pk")[:100])


@dataclass(frozen=True)
class Waiting:
    """How many actions wait: of one's own agency due within two weeks, overdue; for one's check;
    of one's own agency later or without a day."""

    due: int
    overdue: int
    to_check: int
    later: int


def actions_waiting(viewer: Viewer, on: dt.date) -> Waiting:
    """What waits for the viewer on that day. One query, none for a role that does neither."""
    updates, checks = (
        has_role_for(viewer.role, "action.update"),
        has_role_for(viewer.role, "action.check"),
    )
    wanted = Q(pk__in=[])
    if updates:
        own = Q(owner_agency__agency=viewer.organisation)
        wanted |= own & Q(status__in=_UNFINISHED)
    if checks:
        wanted |= _to_check(viewer)
    if not updates and not checks:
        return Waiting(0, 0, 0, 0)
    found = visible_to(viewer, "action.see", Action.objects.filter(wanted))
    rows = list(found.values_list("status", "due_on"))
    late = sum(is_overdue(status, due, on) for status, due in rows)
    done = sum(status == ActionStatus.DONE for status, _ in rows)
    later = sum(status in _UNFINISHED and (due is None or due > on + SOON) for status, due in rows)
    return Waiting(len(rows) - done - late - later, late, done, later)


@dataclass(frozen=True)
class PlanCounts:
    """How an agency's actions stand on a day: counts alone, as the board sees them.

    `overdue` has `escalated` in it: overdue by four weeks or more. `undated` have no date.
    """

    agency: str
    unfinished: int
    undated: int
    overdue: int
    escalated: int
    to_check: int
    closed: int


def plan_counts(viewer: Viewer, on: dt.date) -> list[PlanCounts]:
    """How the actions that the viewer may see stand on that day, by owning agency. One query.

    All rounds of the partnership together; agencies in the order of their names.
    """
    rows = visible_to(viewer, "action.see", Action.objects.all()).values_list(
        "owner_agency__agency__name", "status", "due_on"
    )
    by_agency: dict[str, list[tuple[str, dt.date | None]]] = {}
    for agency, status, due_on in rows.order_by("owner_agency__agency__name", "pk"):
        by_agency.setdefault(agency, []).append((status, due_on))
    return [_counted(agency, held, on) for agency, held in by_agency.items()]


def _counted(agency: str, held: list[tuple[str, dt.date | None]], on: dt.date) -> PlanCounts:
    return PlanCounts(
        agency=agency,
        unfinished=sum(status in _UNFINISHED for status, _ in held),
        undated=sum(status in _UNFINISHED and due is None for status, due in held),
        overdue=sum(is_overdue(status, due, on) for status, due in held),
        escalated=sum(is_escalated(status, due, on) for status, due in held),
        to_check=sum(status == ActionStatus.DONE for status, _ in held),
        closed=sum(status == ActionStatus.CLOSED for status, _ in held),
    )
