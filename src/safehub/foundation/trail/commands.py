"""Writing to the trail: who did, read or was refused what.

An act is recorded in its own transaction, so that neither is there without the other. A read is
noted and committed before the answer is sent. A refusal is written after the roll-back.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.declarations import declared
from safehub.foundation.errors import Misconfigured
from safehub.foundation.records import RecordRef
from safehub.foundation.trail.buffer import current_buffer
from safehub.foundation.trail.writing import Detail, Happening, now, write


def record(
    event: str,
    *,
    by: Viewer,
    on: RecordRef | None = None,
    outcome: str = "allowed",
    reason: str = "",
    classes: Iterable[FieldClass] = (),
    detail: Detail | None = None,
) -> None:
    """Write one event in the current transaction: one INSERT. `detail` holds ids, never content.

    Raises TrailUnavailable where it cannot be written; the transaction is then rolled back.
    Raises Misconfigured for an event that no app declares.
    """
    write([_happening(event, by, on, outcome, reason, classes, detail)])


def noted(
    event: str,
    *,
    by: Viewer,
    on: RecordRef | None = None,
    outcome: str = "allowed",
    reason: str = "",
    classes: Iterable[FieldClass] = (),
    detail: Detail | None = None,
) -> None:
    """Note a read or a refusal of this request; `write_noted` writes it. Else it is written now.

    The same event, record and outcome within one request is one row. Raises as `record` does.
    """
    happening = _happening(event, by, on, outcome, reason, classes, detail)
    buffer = current_buffer()
    if buffer is None:
        write([happening])
    else:
        buffer.add(happening)


def write_noted() -> int:
    """Write all that the request has noted, in one short transaction; says how many events.

    For the edge, outside any transaction, before the answer is sent. Raises TrailUnavailable;
    then the answer must not be sent.
    """
    buffer = current_buffer()
    happenings = buffer.take() if buffer is not None else []
    if happenings:
        with transaction.atomic(durable=True):
            write(happenings)
    return len(happenings)


def record_refusal(
    event: str,
    *,
    by: Viewer,
    on: RecordRef | None = None,
    outcome: str = "refused",
    reason: str = "",
    classes: Iterable[FieldClass] = (),
    detail: Detail | None = None,
) -> None:
    """Write a refusal in a transaction of its own, after the roll-back of what was refused.

    Within a transaction it is refused with RuntimeError: it would vanish with it.
    """
    with transaction.atomic(durable=True):
        write([_happening(event, by, on, outcome, reason, classes, detail)])


def _happening(
    event: str,
    by: Viewer,
    on: RecordRef | None,
    outcome: str,
    reason: str,
    classes: Iterable[FieldClass],
    detail: Detail | None,
) -> Happening:
    if event not in declared().events:
        raise Misconfigured(
            f"No app declares the event {event!r}: add it to the events of its declares.py."
        )
    return Happening(event, by, now(), on, outcome, reason, frozenset(classes), detail)
