"""Reading the outbox: what is due, what is stuck, what waits for a person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone

from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.declarations import declared
from safehub.foundation.errors import Absent
from safehub.foundation.outbox.models import Heartbeat, Job, Message
from safehub.foundation.outbox.rules import LEASE, LONGEST_WAIT

E = TypeVar("E", Message, Job)

# A worker that has not said so for this long does not run.
_SILENT = dt.timedelta(seconds=60)
# Mail that waits longer than this is late, and a banner says so.
_LATE = dt.timedelta(minutes=15)


def due(what: type[E]) -> QuerySet[E]:
    """What may be leased now, oldest first.

    What was never tried is due whatever the clock says, and so is what would wait longer than any
    wait is: the clock has been put back since.
    """
    now = timezone.now()
    never_tried = Q(attempts=0, next_at=F("created_at"))
    put_back = Q(attempts__gt=0, next_at__gt=now + 2 * LONGEST_WAIT)
    rows = what.objects.filter(state="pending")
    return rows.filter(never_tried | Q(next_at__lte=now) | put_back).order_by("next_at", "pk")


def stuck(what: type[E]) -> QuerySet[E]:
    """What is leased beyond its time, or for longer than a lease is: the clock was put back."""
    now = timezone.now()
    out_of_time = Q(leased_until__lte=now) | Q(leased_until__gt=now + 2 * LEASE)
    return what.objects.filter(out_of_time, state__in=["leased", "sending"]).order_by("pk")


@dataclass(frozen=True)
class MailState:
    """How mail stands. `waiting` is not yet sent, `late` waits since more than a quarter hour."""

    is_set_up: bool
    waiting: int
    late: int
    held: int
    dead: int

    @property
    def banner(self) -> str:
        """What people must be told of it; blank: nothing."""
        if not self.is_set_up and self.waiting:
            return f"E-mail is not set up: {_notices(self.waiting)} not been sent."
        if self.late:
            return f"E-mail is delayed: {_notices(self.late)} not been sent yet."
        return ""


def _notices(number: int) -> str:
    return "1 notice has" if number == 1 else f"{number} notices have"


def mail_state() -> MailState:
    """One query."""
    in_hand = Q(state__in=["pending", "leased", "sending"])
    late = in_hand & Q(created_at__lt=timezone.now() - _LATE)
    counts = Message.objects.exclude(state__in=["sent", "cleared"]).aggregate(
        waiting=Count("pk", filter=in_hand),
        late=Count("pk", filter=late),
        held=Count("pk", filter=Q(state="held")),
        dead=Count("pk", filter=Q(state="dead")),
    )
    return MailState(is_set_up=settings.MAIL_SERVER is not None, **counts)


def dead_job_count() -> int:
    """How many jobs wait for a person; a number tells nothing of any record. One query."""
    return Job.objects.filter(state="dead").count()


def worker_runs() -> bool:
    """Whether any worker has said so within the last minute. One query."""
    return Heartbeat.objects.filter(beat_at__gt=timezone.now() - _SILENT).exists()


def oldest_waiting_job() -> dt.datetime | None:
    """Since when the oldest job waits that is not done. One query."""
    waiting = Job.objects.filter(state__in=["pending", "leased"], next_at__lte=timezone.now())
    oldest: dt.datetime | None = waiting.aggregate(oldest=Min("next_at"))["oldest"]
    return oldest


@dataclass(frozen=True)
class DeadLetter:
    """A message that waits for a person. The address of a family is not shown."""

    key: int
    notice: str
    subject: str
    to: str
    reference: str
    state: str
    fault: str
    held_by: str
    attempts: int
    written_at: dt.datetime


def dead_messages(viewer: Viewer, *, limit: int = 200) -> list[DeadLetter]:
    """Dead and held messages, oldest first. Raises NotAllowed. One query."""
    check(viewer, "outbox.see")
    rows = Message.objects.filter(state__in=["dead", "held"]).order_by("created_at", "pk")
    return [_letter(row) for row in rows[:limit]]


def _letter(row: Message) -> DeadLetter:
    notice = declared().notices.get(row.notice)
    # What is no longer declared might have gone to a family.
    is_shown = notice is not None and not notice.reaches_family
    return DeadLetter(
        key=row.pk,
        notice=row.notice,
        subject=notice.subject.format(reference=row.reference) if notice else row.notice,
        to=row.to if is_shown else "",
        reference=row.reference,
        state=row.state,
        fault=row.fault,
        held_by=row.held_by,
        attempts=row.attempts,
        written_at=row.created_at,
    )


def dead_jobs(viewer: Viewer, *, limit: int = 200) -> list[Job]:
    """Dead jobs, oldest first. Raises NotAllowed. One query."""
    check(viewer, "outbox.see")
    return list(Job.objects.filter(state="dead").order_by("created_at", "pk")[:limit])


def dead_count(viewer: Viewer) -> int:
    """How many messages and jobs wait for a person. Raises NotAllowed. Two queries."""
    check(viewer, "outbox.see")
    return (
        Message.objects.filter(state__in=["dead", "held"]).count()
        + Job.objects.filter(state="dead").count()
    )


def message_of(viewer: Viewer, key: int) -> Message:
    """One message. Raises NotAllowed, and Absent where there is none."""
    return _one(viewer, Message, key)


def job_of(viewer: Viewer, key: int) -> Job:
    """One job. Raises NotAllowed, and Absent where there is none."""
    return _one(viewer, Job, key)


def _one(viewer: Viewer, what: type[E], key: int) -> E:
    check(viewer, "outbox.see")
    found = what.objects.filter(pk=key).first()
    if found is None:
        raise Absent("There is no such message.")
    return found
