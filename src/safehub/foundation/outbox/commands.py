"""What others ask of the outbox: to tell, to run later, and what a person does with the dead."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.declarations import declared
from safehub.foundation.errors import Misconfigured, NotPossible
from safehub.foundation.outbox.addresses import checked_address, checked_line, checked_link
from safehub.foundation.outbox.jobs import job_named
from safehub.foundation.outbox.models import Job, Message
from safehub.foundation.records import RecordRef, ref_of
from safehub.foundation.trail.commands import record


@transaction.atomic
def tell(
    notice: str,
    *,
    to: str,
    reference: str,
    link: str = "",
    about: RecordRef | None = None,
    once: str = "",
) -> None:
    """Send the notice to the address once the current transaction is committed, else never.

    `link` is a path of ours, such as `/audits/3/`, or a whole http address. `once` is an
    idempotence key: a second message with it is not written. Raises Misconfigured for a notice
    that nobody declared, and Refused for an address or a text that has no place in an e-mail.
    """
    if notice not in declared().notices:
        raise Misconfigured(f"No app declares the notice {notice}.")
    now = timezone.now()
    message = Message(
        notice=notice,
        to=checked_address(to),
        reference=checked_line(reference),
        link=checked_link(link),
        about_kind=about.kind if about else "",
        about_key=about.key if about else None,
        once=once or None,
        message_id=f"{uuid.uuid4()}@{_own_domain()}",
        created_at=now,
        next_at=now,
    )
    _write_once(message)


@transaction.atomic
def run_later(
    job: str, *, payload: Mapping[str, Any], once: str = "", at: dt.datetime | None = None
) -> None:
    """Run the job once the current transaction is committed, or at a time after that.

    `payload` holds keys, never content; `once` as for `tell`. Raises Misconfigured for a job that
    nobody registered.
    """
    job_named(job)
    now = timezone.now()
    _write_once(
        Job(
            code=job,
            payload=dict(payload),
            once=once or None,
            created_at=now,
            next_at=max(at or now, now),
        )
    )


def _own_domain() -> str:
    """The part of our Message-IDs after the @: that of the sender, which is ours."""
    return str(settings.MAIL_FROM).rpartition("@")[2] or "safehub.invalid"


def _write_once(row: Message | Job) -> None:
    """Within a savepoint, since a refused row would else spoil the whole transaction."""
    if row.once is None:
        row.save(force_insert=True)
        return
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if not type(row).objects.filter(once=row.once).exists():
            raise


@transaction.atomic
def clear_dead(*, effect: Message | Job, reason: str, by: Viewer) -> None:
    """Lay a dead or held one aside for good. It is not done any more, and the reason is kept.

    Raises NotPossible without a reason, or where it is neither dead nor held.
    """
    check(by, "outbox.clear")
    if not reason.strip():
        raise NotPossible("Say why this need not be sent any more.")
    cleared = type(effect).objects.filter(pk=effect.pk, state__in=["dead", "held"])
    changed = cleared.update(
        state="cleared",
        cleared_by=by.person,
        cleared_because=reason.strip()[:500],
        finished_at=timezone.now(),
        **({"link": ""} if isinstance(effect, Message) else {}),
    )
    _insist(changed, "It has been dealt with already: open the list again.")
    record("outbox.clear", by=by, on=ref_of(effect))


@transaction.atomic
def retry_dead(*, effect: Message | Job, by: Viewer) -> None:
    """Try a dead one again, from the first attempt on; under the same Message-ID.

    Raises NotPossible where it is not dead.
    """
    check(by, "outbox.retry")
    _insist(_afresh(effect, "dead"), "It is not waiting for you any more: open the list again.")
    record("outbox.retry", by=by, on=ref_of(effect))


@transaction.atomic
def release_held(*, message: Message, reason: str, by: Viewer) -> None:
    """Let a held message go to its holds again. It is sent only when none of them stops it now.

    Raises NotPossible without a reason, or where it is not held.
    """
    check(by, "outbox.release")
    if not reason.strip():
        raise NotPossible("Say why this may be sent after all.")
    changed = _afresh(message, "held", held_by="", cleared_because=reason.strip()[:500])
    _insist(changed, "It is not held any more: open the list again.")
    record("outbox.release", by=by, on=ref_of(message))


def _afresh(effect: Message | Job, state: str, **further: str) -> int:
    """Pending as on the first day: what was never tried is due whatever the clock says."""
    rows: Any = type(effect).objects.filter(pk=effect.pk, state=state)
    return int(
        rows.update(state="pending", attempts=0, next_at=F("created_at"), fault="", **further)
    )


def _insist(changed: int, otherwise: str) -> None:
    if changed != 1:
        raise NotPossible(otherwise)
