"""What the trail adds to the engines."""

from __future__ import annotations

from safehub.foundation.access.policy import FieldRule
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.declarations import Declares
from safehub.foundation.trail.events import EventType

_KEPT = "As long as the records that it speaks of, and at least six years; partition by partition."
_ADMINISTRATIVE = FieldRule(FieldClass.ADMINISTRATIVE, _KEPT)
_STAFF = FieldRule(FieldClass.STAFF, _KEPT)
_SECRET = FieldRule(FieldClass.SECRET, _KEPT)

_ADMINISTRATIVE_FIELDS = (
    "trailevent.id",
    "trailevent.at",
    "trailevent.event",
    "trailevent.outcome",
    "trailevent.reason",
    "trailevent.organisation",
    "trailevent.role",
    "trailevent.via",
    "trailevent.record_kind",
    "trailevent.record_key",
    "trailevent.classes",
    "trailevent.purpose",
    "trailevent.request_id",
    "trailevent.detail",
    "trailevent.key_id",
    "trailevent.written_in",
    "trailbatch.number",
    "trailbatch.first_place",
    "trailbatch.size",
    "trailbatch.events",
    "trailbatch.first_at",
    "trailbatch.last_at",
    "trailbatch.sealed_at",
    "trailbatch.snapshot",
    "trailbatch.cluster",
    "trailbatch.shift",
    "trailbatch.key_id",
)

DECLARES = Declares(
    events=(
        EventType("trail.opened", "opened the trail", is_read=True),
        EventType("trail.verified", "verified the trail"),
        EventType("trail.found_tampered", "verified the trail and found it tampered with"),
        EventType("trail.root_written", "wrote the day's root of the trail"),
        EventType("trail.key_added", "gave the trail a new key"),
        EventType("trail.moved", "found the trail on another database server"),
        EventType("trail.loss_accepted", "accepted what the trail lost in a restore"),
    ),
    fields={
        **dict.fromkeys(_ADMINISTRATIVE_FIELDS, _ADMINISTRATIVE),
        "trailevent.person": _STAFF,
        "trailevent.membership": _STAFF,
        "trailevent.operating_user": _STAFF,
        "trailevent.mac": _SECRET,
        "trailbatch.root": _SECRET,
        "trailbatch.chain": _SECRET,
        "trailbatch.mac": _SECRET,
    },
)
