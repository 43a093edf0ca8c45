"""What the worker changes: leases, and what came of them.

Every change of state is a guarded `update(...) == 1`: of two who try, one succeeds. docs/adr/
0012-outbox.md says why a message is sent once.
"""

from __future__ import annotations

import uuid
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from safehub.foundation.declarations import declared
from safehub.foundation.outbox.holds import hold_on
from safehub.foundation.outbox.jobs import job_named
from safehub.foundation.outbox.models import Heartbeat, Job, Message
from safehub.foundation.outbox.queries import due, stuck
from safehub.foundation.outbox.rules import KEPT, LEASE, LONGEST_WAIT, Fault, wait_after
from safehub.foundation.outbox.states import JobState, MessageState
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.foundation.trail.machine import MACHINE

E = TypeVar("E", Message, Job)

_FREE: dict[str, Any] = {"leased_until": None, "leased_by": ""}
# What the server took was sent, even where the lease had run out and somebody else took over.
_NOT_YET_SENT = ("pending", "leased", "sending", "dead")


@transaction.atomic
def lease_due(*, what: type[E], worker: str, limit: int) -> list[E]:
    """Take up to `limit` due rows in hand, oldest first, for rules.LEASE from now."""
    rows = due(what)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    leased = []
    until = timezone.now() + LEASE
    for row in rows[:limit]:
        token = f"{worker}/{uuid.uuid4().hex[:12]}"
        taken = what.objects.filter(pk=row.pk, state="pending").update(
            state="leased", leased_by=token, leased_until=until
        )
        if taken == 1:
            row.state, row.leased_by, row.leased_until = "leased", token, until
            leased.append(row)
    return leased


@transaction.atomic
def begin_sending(*, message: Message) -> bool:
    """Note, before it is handed over, that it will be. False: it must not go, or not by you.

    Asks the holds, and writes the hand-over into the trail; what the trail cannot take does not
    go. Committed before the first byte leaves: a crash from here on leaves the row `sending`.
    """
    mine = _in_hand(message, MessageState.LEASED)
    reaches_family = declared().notices[message.notice].reaches_family
    hold = hold_on(message.about) if reaches_family else ""
    if hold:
        if mine.update(state=MessageState.HELD, held_by=hold, **_FREE) == 1:
            record("message.held", by=MACHINE, on=ref_of(message))
        return False
    if mine.update(state=MessageState.SENDING, leased_until=timezone.now() + LEASE) != 1:
        return False
    record(
        "message.handed_over",
        by=MACHINE,
        on=ref_of(message),
        detail={"attempt": message.attempts + 1},
    )
    return True


def mark_sent(*, message: Message) -> bool:
    """The server took it. Its link, which may open a door, is kept no longer."""
    changed = Message.objects.filter(pk=message.pk, state__in=_NOT_YET_SENT).update(
        state=MessageState.SENT, finished_at=timezone.now(), link="", fault="", **_FREE
    )
    return changed == 1


@transaction.atomic
def run_job(*, job: Job) -> bool:
    """Run a leased job and mark it done, both or neither. False: the lease was lost."""
    done = _in_hand(job, MessageState.LEASED).update(
        state=JobState.DONE, finished_at=timezone.now(), fault="", **_FREE
    )
    if done == 1:
        job_named(job.code)(job.payload)
    return bool(done == 1)


@transaction.atomic
def mark_failed(*, effect: Message | Job, fault: str, is_final: bool = False) -> bool:
    """Try again later, or lay it before a person when tries run out or `is_final`.

    False, and nothing is done, where the lease was lost: somebody else answers for the row.
    """
    wait = None if is_final else wait_after(effect.attempts + 1)
    changed = _in_hand(effect, MessageState.LEASED, MessageState.SENDING).update(
        state="dead" if wait is None else "pending",
        attempts=F("attempts") + 1,
        next_at=timezone.now() + (wait or LONGEST_WAIT),
        fault=fault,
        **_FREE,
    )
    if changed == 1 and wait is None:
        event = "message.died" if isinstance(effect, Message) else "job.died"
        record(event, by=MACHINE, on=ref_of(effect))
    return bool(changed == 1)


@transaction.atomic
def sweep_stuck(*, what: type[E]) -> int:
    """Free what a lost worker holds, and give how many rows that were.

    What was not begun is due at once. What was begun counts as an attempt: a message goes again
    under the same Message-ID, after its wait.
    """
    swept = 0
    for effect in stuck(what):
        if isinstance(effect, Message) and effect.state == MessageState.LEASED:
            swept += _in_hand(effect, MessageState.LEASED).update(state="pending", **_FREE)
        else:
            is_message = isinstance(effect, Message)
            lost = Fault.OUTCOME_UNKNOWN if is_message else Fault.WORKER_LOST
            swept += mark_failed(effect=effect, fault=lost)
    return swept


def give_back(*, effect: Message | Job) -> None:
    """Let go of a lease that was not begun: the worker stops."""
    _in_hand(effect, MessageState.LEASED).update(state="pending", **_FREE)


def _in_hand(effect: Message | Job, *states: MessageState) -> Any:
    """The row, for as long as this lease holds it."""
    rows = type(effect).objects.filter(pk=effect.pk, leased_by=effect.leased_by)
    return rows.filter(state__in=states)


def beat(*, worker: str) -> None:
    """Say that this worker runs."""
    now = timezone.now()
    Heartbeat.objects.update_or_create(
        worker=worker,
        defaults={"beat_at": now},
        create_defaults={"beat_at": now, "started_at": now},
    )


def stop_beating(*, worker: str) -> None:
    """Say that this worker ended in good order."""
    Heartbeat.objects.filter(worker=worker).delete()


@transaction.atomic
def purge_finished() -> int:
    """Forget what was sent, done or cleared long ago (rules.KEPT), and workers long gone."""
    before = timezone.now() - KEPT
    gone = 0
    for what in (Message, Job):
        rows: Any = what.objects.filter(finished_at__lt=before)
        gone += rows.delete()[0]
    Heartbeat.objects.filter(beat_at__lt=before).delete()
    return gone
