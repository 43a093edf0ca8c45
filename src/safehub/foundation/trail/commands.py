"""Writing to the trail: who did, read or was refused what.

An act is recorded in its own transaction, so that neither is there without the other. A read is
noted and committed before the answer is sent. A refusal is written after the roll-back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.declarations import declared
from safehub.foundation.errors import Misconfigured, NotPossible
from safehub.foundation.records import RecordRef
from safehub.foundation.trail.batches import last_batch
from safehub.foundation.trail.buffer import current_buffer
from safehub.foundation.trail.keys import add_key
from safehub.foundation.trail.machine import MACHINE
from safehub.foundation.trail.roots import add_root, head, last_day, note_head, roots
from safehub.foundation.trail.verifying import Verification
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


def note_end() -> None:
    """Note in the second place where the chain ends now, if it has grown. Raises NotPossible."""
    end, noted = last_batch(), [root.batch for root in head() if root]
    if end and end.number not in noted:
        note_head(end)


def write_daily_root(*, by: Viewer = MACHINE, again: bool = False) -> bool:
    """Write the end of the chain to its second place, and say so on the trail. True: it was.

    Once a day (UTC), unless `again`; nothing where nothing is sealed. Raises NotPossible where
    the folder cannot be written to.
    """
    end = last_batch()
    if end is None or (not again and last_day() == now().astimezone(dt.UTC).date().isoformat()):
        return False
    add_root(end)
    record("trail.root_written", by=by, detail={"batch": end.number})
    return True


def accept_loss(*, by: Viewer) -> int:
    """After a restore: from now on, daily roots that know more than is left are no fault.

    Gives the number of the batch at which the trail now ends. Raises NotPossible where the daily
    roots know of nothing that is gone: there is nothing to accept then.
    """
    end = last_batch()
    if end is None or not any(root and root.batch > end.number for root in [*roots(), *head()]):
        raise NotPossible(
            "The daily roots know of no batch that is gone, so there is no loss to accept. "
            "`safehub trail verify` says what is wrong, if anything is."
        )
    add_root(end, restored=True)
    note_head(end)
    record("trail.loss_accepted", by=by, detail={"batch": end.number})
    return end.number


def record_verification(found: Verification, *, by: Viewer) -> None:
    """Say on the trail that it was verified, and whether anything was wrong."""
    record(
        "trail.verified" if found.holds else "trail.found_tampered",
        by=by,
        detail={
            "sealed": found.sealed,
            "unsealed": found.unsealed,
            "batches": found.batches,
            "faults": found.fault_count,
        },
    )


def use_new_key(*, by: Viewer) -> int:
    """Sign with a new key from now on; gives its number. Rows of before keep theirs."""
    key = add_key()
    record("trail.key_added", by=by, detail={"key": key.number})
    return key.number


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
