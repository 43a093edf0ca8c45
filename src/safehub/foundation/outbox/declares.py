"""What the outbox adds: who settles what could not be sent, its events, its fields."""

from __future__ import annotations

from safehub.foundation.access.policy import Action, FieldRule, Grant
from safehub.foundation.access.vocabulary import FieldClass, Role
from safehub.foundation.declarations import Declares
from safehub.foundation.trail.events import EventType

# A message names no case, so the system administrator, who sees no case content, may settle it.
_SETTLERS = (Grant(frozenset({Role.SYSTEM_ADMINISTRATOR, Role.LOCAL_OPERATOR})),)

_FINISHED = "90 days after it was sent, done or cleared; until then for as long as it waits"
_ROW = FieldRule(FieldClass.ADMINISTRATIVE, _FINISHED)
_WORKING = dict.fromkeys(
    (
        *("id", "once", "state", "attempts", "next_at", "leased_until", "leased_by", "fault"),
        *("created_at", "finished_at"),
    ),
    _ROW,
)
_CLEARED = {
    "cleared_by": FieldRule(FieldClass.STAFF, _FINISHED),
    "cleared_because": FieldRule(FieldClass.STAFF, _FINISHED),
}
_MESSAGE = {
    **_WORKING,
    **_CLEARED,
    **dict.fromkeys(("notice", "reference", "about_kind", "about_key", "held_by"), _ROW),
    "message_id": _ROW,
    # It may be a family's, and where they live must not be found through it.
    "to": FieldRule(FieldClass.PROTECTED, _FINISHED),
    # An invitation's link opens a door.
    "link": FieldRule(FieldClass.SECRET, "until it was sent or cleared"),
}
_JOB = {**_WORKING, **_CLEARED, "code": _ROW, "payload": _ROW}
_HEARTBEAT = dict.fromkeys(
    ("id", "worker", "started_at", "beat_at"),
    FieldRule(FieldClass.ADMINISTRATIVE, "until the worker ends; 90 days where it was lost"),
)

DECLARES = Declares(
    actions=(
        Action(
            "outbox.see",
            "see what could not be sent",
            "looked at what could not be sent",
            _SETTLERS,
        ),
        Action(
            "outbox.clear",
            "lay aside what could not be sent",
            "laid aside what could not be sent",
            _SETTLERS,
            is_read=False,
        ),
        Action(
            "outbox.retry",
            "try again what could not be sent",
            "let be tried again what could not be sent",
            _SETTLERS,
            is_read=False,
        ),
        Action(
            "outbox.release",
            "release a message that is held",
            "released a message that was held",
            _SETTLERS,
            is_read=False,
        ),
    ),
    events=(
        EventType("message.handed_over", "handed a message to the mail server"),
        EventType("message.held", "held a message back from a family"),
        EventType("message.died", "gave up trying to send a message"),
        EventType("job.died", "gave up trying to run a job"),
    ),
    fields={
        **{f"message.{name}": rule for name, rule in _MESSAGE.items()},
        **{f"job.{name}": rule for name, rule in _JOB.items()},
        **{f"heartbeat.{name}": rule for name, rule in _HEARTBEAT.items()},
    },
)
