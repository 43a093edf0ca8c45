"""Who may see what is done about gaps, and whose name stands on it."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from safehub.audit.programmes.queries.standing import (
    ACTION_OWNER,
    AGENCY,
    AGGREGATES_ONLY,
    ANSWERING,
    ASKED,
    CHAIR,
    COORDINATOR,
    INSPECTOR,
    IS_OPENED,
    MODERATOR,
    OWNER,
    PART,
    SCRUTINEER,
    SHARED,
    audit_status,
    takes_part,
)
from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Relation
from safehub.foundation.declarations import Declares
from safehub.foundation.outbox.notices import NoticeType
from safehub.foundation.trail.events import EventType
from safehub.register.agencies.queries import runs

_KEPT = "10 years, with the report"
_ADMINISTRATIVE = FieldRule(FieldClass.ADMINISTRATIVE, _KEPT)


def _relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """The agency that owns the action, the audit's office, or an agency in the same audit."""
    return {
        Relation.OWNER: Q(owner_agency__agency=viewer.organisation),
        Relation.SHARED: runs(viewer, "gap__meeting__audit__partnership"),
        Relation.ASKED: takes_part(viewer, "gap__meeting__audit"),
    }


_ALL_PARTS = OWNER | SHARED | ASKED
# What is written of an action no scan has looked at: the board sees whose it is and how it stands.
_WORDS = (
    Grant(COORDINATOR, SHARED),
    Grant(MODERATOR | CHAIR | SCRUTINEER, _ALL_PARTS),
    Grant(AGENCY | ACTION_OWNER, OWNER),
    Grant(AGENCY, ASKED, IS_OPENED),
    Grant(INSPECTOR, SHARED),
)
_WHO = (*_WORDS, Grant(AGGREGATES_ONLY, _ALL_PARTS))
# Nobody of the agency that owns it: that an action works is found by somebody else.
_CHECKS = (Grant(COORDINATOR, SHARED), Grant(MODERATOR | CHAIR, _ALL_PARTS))

DECLARES = Declares(
    kinds=(
        Kind(
            "actions.action",
            "an action",
            "action.see",
            _relations,
            classes={
                FieldClass.OPINION: _WORDS,
                FieldClass.STAFF: (
                    Grant(COORDINATOR, SHARED),
                    Grant(CHAIR, _ALL_PARTS),
                    Grant(AGENCY | ACTION_OWNER, OWNER),
                ),
            },
            within={"programmes.audit": "gap__meeting__audit"},
            status=lambda: audit_status("gap__meeting__audit"),
            own_work=lambda viewer: Q(owner_agency__agency=viewer.organisation),
            lasts=True,
        ),
    ),
    actions=(
        Action("action.see", "see an action", "looked at the action", _WHO, kind="actions.action"),
        Action(
            "action.update",
            "say how an action comes on",
            "asked to update the action",
            (Grant(COORDINATOR, SHARED), Grant(AGENCY | ACTION_OWNER, OWNER)),
            kind="actions.action",
            is_read=False,
        ),
        Action(
            "action.check",
            "check whether an action works",
            "asked to check whether the action works",
            _CHECKS,
            kind="actions.action",
            is_read=False,
            approves=True,
        ),
        Action(
            "audit.export_plan",
            "take away the action plan of an audit",
            "took away the action plan",
            (
                Grant(COORDINATOR, OWNER),
                Grant(MODERATOR | CHAIR, PART),
                Grant(ANSWERING, ASKED, IS_OPENED),
            ),
            kind="programmes.audit",
            leaves=True,
        ),
    ),
    events=(
        EventType("actions.agreed", "recorded the actions that were agreed"),
        EventType("action.added", "agreed the action"),
        EventType("action.changed", "changed what was agreed of the action"),
        EventType("action.updated", "said how the action comes on"),
        EventType("action.checked", "checked whether the action works"),
    ),
    notices=(
        NoticeType(
            "action.due",
            "Safehub: {reference} is due soon",
            "{reference}, which your agency owns, is due soon. Sign in and say how it comes on.",
        ),
        NoticeType(
            "action.overdue",
            "Safehub: {reference} is overdue",
            "{reference} is overdue. Sign in and say how it comes on, or what it needs.",
        ),
    ),
    fields={
        **{
            f"action.{name}": _ADMINISTRATIVE
            for name in ("id", "gap", "position", "owner_agency", "due_on", "status", "progress")
        },
        "action.text": FieldRule(FieldClass.OPINION, _KEPT),
        "action.measure": FieldRule(FieldClass.OPINION, _KEPT),
        "action.person": FieldRule(FieldClass.STAFF, _KEPT),
        **{
            f"actionupdate.{name}": _ADMINISTRATIVE
            for name in ("id", "action", "status", "progress", "works", "made_at")
        },
        "actionupdate.text": FieldRule(FieldClass.OPINION, _KEPT),
        "actionupdate.evidence": FieldRule(FieldClass.OPINION, _KEPT),
        "actionupdate.made_by": FieldRule(FieldClass.STAFF, _KEPT),
    },
    parts={"actions.actionupdate": "actions.action"},
)
