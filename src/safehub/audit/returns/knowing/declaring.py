"""Who may learn who a child is, to say whether their agency knows it; and who chases."""

from __future__ import annotations

from safehub.audit.programmes.queries.standing import (
    ANSWERING,
    ASKED,
    COORDINATOR,
    GATHERING,
    OWNER,
    SHARED,
    audit_status,
)
from safehub.audit.returns.queries.knowing import knowing_relations
from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.vocabulary import FieldClass, Relation
from safehub.foundation.outbox.notices import NoticeType
from safehub.foundation.trail.events import EventType

_PAPERS = "as long as the board sets for audit working papers; 6 years unless it says otherwise"
_ADMINISTRATIVE = FieldRule(FieldClass.ADMINISTRATIVE, _PAPERS)
_KIND = "returns.knowing"
_IS_GATHERING = frozenset({GATHERING})
_EXPIRED = frozenset({Relation.EXPIRED})
# Whoever answers for an agency, never who audits for it: they work from the number alone.
_SEEN = (Grant(ANSWERING, OWNER | _EXPIRED), Grant(COORDINATOR, SHARED))
# Nobody but the agency itself, and only until it has answered.
_CHILD = (Grant(ANSWERING, OWNER, _IS_GATHERING),)

KINDS = (
    Kind(
        _KIND,
        "a question whether a child is known",
        "knowing.see",
        knowing_relations,
        classes={
            FieldClass.IDENTITY: _CHILD,
            FieldClass.PROTECTED: _CHILD,
            FieldClass.OPINION: _SEEN,
            FieldClass.STAFF: _SEEN,
        },
        within={"sampling.case": "case", "programmes.audit": "participant__audit"},
        status=lambda: audit_status("participant__audit"),
        lasts=True,
    ),
)
ACTIONS = (
    Action(
        "audit.say_known",
        "say which children an agency knows",
        "looked at which children the agency is asked about",
        (Grant(ANSWERING, ASKED),),
        kind="programmes.audit",
    ),
    Action(
        "audit.see_asked",
        "see which agencies have not said whom they know",
        "looked at which agencies have not said whom they know",
        (Grant(COORDINATOR, OWNER),),
        kind="programmes.audit",
    ),
    Action(
        "audit.ask_known",
        "ask agencies which children they know, and remind them",
        "asked to ask agencies which children they know",
        (Grant(COORDINATOR, OWNER, _IS_GATHERING),),
        kind="programmes.audit",
        is_read=False,
    ),
    Action(
        "knowing.see",
        "see what an agency said of knowing a child",
        "looked at whether the agency knows the child",
        _SEEN,
        kind=_KIND,
    ),
    Action(
        "knowing.see_child",
        "see who a child is, to say whether it is known",
        "looked at who the child is, to say whether it is known",
        _CHILD,
        kind=_KIND,
    ),
    Action(
        "knowing.answer",
        "say whether a child is known",
        "asked to say whether the child is known",
        _CHILD,
        kind=_KIND,
        is_read=False,
    ),
    Action(
        "knowing.take_back",
        "take back what was said of knowing a child",
        "asked to take back whether the child is known",
        (Grant(ANSWERING, _EXPIRED, _IS_GATHERING),),
        kind=_KIND,
        is_read=False,
    ),
)
EVENTS = (
    EventType("known.asked", "asked the agencies which children they know"),
    EventType("known.reminded", "reminded the agencies that have not said whom they know"),
    EventType("known.answered", "said whether the child is known"),
    EventType("known.taken_back", "took back whether the child is known"),
    EventType("return.taken_back", "took back the nil return"),
)
NOTICES = (
    NoticeType(
        "known.asked",
        "Safehub: {reference} asks which children your agency knows",
        "{reference} asks of each of its cases whether your agency knows the child. Sign in and "
        "answer on the page Known to us.",
    ),
    NoticeType(
        "known.reminder",
        "Safehub: {reference} still waits to hear which children your agency knows",
        "{reference} waits for your agency to say of some cases whether it knows the child. Sign "
        "in and answer on the page Known to us.",
    ),
)
FIELDS = {
    **{
        f"knowing.{name}": _ADMINISTRATIVE
        for name in (
            *("id", "participant", "case", "answer", "asked_at", "answered_at"),
            "nil_return",
        )
    },
    **{f"knowingsaid.{name}": _ADMINISTRATIVE for name in ("id", "knowing", "answer", "said_at")},
    "knowingsaid.why": FieldRule(FieldClass.OPINION, _PAPERS),
    "knowingsaid.said_by": FieldRule(FieldClass.STAFF, _PAPERS),
}
PARTS = {"returns.knowingsaid": "returns.knowing"}
