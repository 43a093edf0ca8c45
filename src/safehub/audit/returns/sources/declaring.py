"""Who records what a return rests on beside the record: its agency. Its opinions' readers read."""

from __future__ import annotations

from safehub.audit.programmes.queries.standing import AGENCY, GATHERING, OWNER
from safehub.foundation.access.policy import Action, FieldRule, Grant
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.trail.events import EventType

_PAPERS = "as long as the board sets for audit working papers; 6 years unless it says otherwise"

ACTIONS = (
    Action(
        "return.add_source",
        "record what practitioner, child or family said",
        "asked to record what practitioner, child or family said",
        (Grant(AGENCY, OWNER, frozenset({GATHERING})),),
        kind="returns.return",
        is_read=False,
    ),
)
EVENTS = (
    EventType("return.source_added", "recorded what practitioner, child or family said"),
    EventType("return.source_corrected", "corrected what practitioner, child or family said"),
    EventType("return.source_taken_out", "took out what practitioner, child or family said"),
)
FIELDS = {
    **{
        f"returnsource.{name}": FieldRule(FieldClass.ADMINISTRATIVE, _PAPERS)
        for name in ("id", "audit_return", "added_at", "corrects", "taken_out_at")
    },
    **{
        f"returnsource.{name}": FieldRule(FieldClass.OPINION, _PAPERS)
        for name in (
            *("kind", "is_safe", "was_asked", "not_asked_because", "asked_on", "by_whom"),
            *("words", "taken_out_because"),
        )
    },
    "returnsource.added_by": FieldRule(FieldClass.STAFF, _PAPERS),
}
PARTS = {"returns.returnsource": "returns.return"}
