"""Who learns of a matter of practice or conduct: the employer, and that it went, who sent it."""

from __future__ import annotations

from safehub.audit.programmes.queries.standing import (
    AGENCY,
    ASKED,
    CHAIR,
    MODERATOR,
    OWNER,
    PART,
    audit_status,
)
from safehub.audit.returns.queries.conduct import conduct_relations
from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role
from safehub.foundation.outbox.notices import NoticeType
from safehub.foundation.trail.events import EventType

_PAPERS = "as long as the employer keeps such matters; 6 years unless it says otherwise"
_ADMINISTRATIVE = FieldRule(FieldClass.ADMINISTRATIVE, _PAPERS)
_KIND = "returns.conductmatter"
_LEAD = (Grant(frozenset({Role.SAFEGUARDING_LEAD}), OWNER),)
_RAISERS = AGENCY | MODERATOR | CHAIR | {Role.AUDIT_COORDINATOR}

KINDS = (
    Kind(
        _KIND,
        "a matter of practice or conduct",
        "conduct.see",
        conduct_relations,
        classes=dict.fromkeys((FieldClass.OPINION, FieldClass.STAFF), _LEAD),
        within={"sampling.case": "case", "programmes.audit": "participant__audit"},
        status=lambda: audit_status("participant__audit"),
        lasts=True,
    ),
)
ACTIONS = (
    Action(
        "conduct.raise",
        "raise a matter of practice or conduct",
        "asked to raise a matter of practice or conduct",
        (
            Grant(frozenset({Role.AUDIT_COORDINATOR}), OWNER),
            Grant(MODERATOR | CHAIR, PART),
            Grant(AGENCY, ASKED),
        ),
        kind="programmes.audit",
        is_read=False,
    ),
    Action(
        "conduct.see",
        "open a matter of practice or conduct",
        "opened the matter of practice or conduct",
        # Whoever raised it sees that it was sent: the classes show them nothing of it.
        (*_LEAD, Grant(_RAISERS, frozenset({Relation.CONTRIBUTED}))),
        kind=_KIND,
    ),
    Action(
        "conduct.acknowledge",
        "acknowledge a matter of practice or conduct",
        "asked to acknowledge the matter of practice or conduct",
        _LEAD,
        kind=_KIND,
        is_read=False,
    ),
    Action(
        "conduct.conclude",
        "record what came of a matter of practice or conduct",
        "asked to record what came of the matter of practice or conduct",
        _LEAD,
        kind=_KIND,
        is_read=False,
    ),
)
EVENTS = (
    EventType("conduct.raised", "raised a matter of practice or conduct"),
    EventType("conduct.acknowledged", "acknowledged the matter of practice or conduct"),
    EventType("conduct.concluded", "recorded what came of the matter of practice or conduct"),
)
NOTICES = (
    NoticeType(
        "conduct.raised",
        "Safehub: {reference} is for you as the employer",
        "{reference}, of practice or conduct, was raised in a case audit and waits for you as the "
        "employer. Sign in, read it and acknowledge it.",
    ),
)
FIELDS = {
    **{
        f"conductmatter.{name}": _ADMINISTRATIVE
        for name in (
            *("id", "participant", "case", "kind", "is_for_office", "raised_at"),
            *("acknowledged_at", "concluded_at"),
        )
    },
    **{
        f"conductmatter.{name}": FieldRule(FieldClass.OPINION, _PAPERS)
        for name in ("what", "outcome")
    },
    **{
        f"conductmatter.{name}": FieldRule(FieldClass.STAFF, _PAPERS)
        for name in ("raised_by", "acknowledged_by", "concluded_by")
    },
}
