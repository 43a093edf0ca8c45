"""What has to go on all the time: the trail, the worker, mail, backups; and how it is served."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import transaction
from django.utils import timezone

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.clocks.queries import calendar_in_force
from safehub.foundation.doctor.database import newest_event
from safehub.foundation.doctor.findings import Finding, fail, ok, warn
from safehub.foundation.outbox.models import Job, Message
from safehub.foundation.outbox.queries import dead_job_count, mail_state, stuck, worker_runs
from safehub.foundation.trail.batches import last_batch
from safehub.foundation.trail.commands import record
from safehub.foundation.trail.macs import moment
from safehub.foundation.trail.queries import TrailFilter, events_for

_DOCTOR = Viewer(role=Role.LOCAL_OPERATOR, via="command")
# The worker seals five times a second; a minute's lag means that none does.
_LAG = dt.timedelta(minutes=1)
_DAY = dt.timedelta(days=1)
_LOOKED_BACK = 35 * _DAY
_FEW_YEARS = 2


def trail() -> Iterator[Finding]:
    """It can be written: an event is, and taken back. Never with a key made for that."""
    if not (Path(settings.SAFEHUB_HOME) / "keys" / "trail_key").is_file():
        if newest_event() is None:
            yield ok("trail", "Nothing is on the trail yet, and its key is made with the first")
        else:
            yield fail(
                "trail",
                "The key of the trail, keys/trail_key, is gone",
                "Put it back from a backup: safehub restore BACKUP --into FOLDER, and copy it.",
            )
        return
    with transaction.atomic():
        record("doctor.tried", by=_DOCTOR)
        transaction.set_rollback(True)
    yield ok("trail", "The trail can be written")


def sealer() -> Iterator[Finding]:
    """Events are sealed soon after they are written."""
    newest, last = newest_event(), last_batch()
    is_behind = newest is not None and (last is None or last.last_at < moment(newest))
    if newest is not None and is_behind and timezone.now() - newest > _LAG:
        yield warn(
            "sealer",
            "Events on the trail have waited for more than a minute to be sealed",
            "Start the worker: safehub worker, or safehub serve --with-worker.",
        )
    else:
        yield ok("sealer", "What is on the trail is sealed, or is about to be")


def outbox() -> Iterator[Finding]:
    """Nothing waits for a person, nothing is stuck."""
    mail, hanging = mail_state(), stuck(Message).count() + stuck(Job).count()
    dead = mail.dead + dead_job_count()
    if dead or mail.held:
        yield warn(
            "outbox",
            f"{dead} messages or jobs could not be done, and {mail.held} messages are held",
            "Look at the list of the dead in Safehub, and send again or clear each.",
        )
    if hanging:
        yield warn(
            "outbox",
            f"{hanging} messages or jobs are stuck with a worker that has gone",
            "Start the worker: it takes them up again.",
        )
    if mail.late:
        yield warn("outbox", mail.banner, "Look at the mail server and at the worker.")
    if not (dead or mail.held or hanging or mail.late):
        yield ok("outbox", "No message and no job waits for a person")


def worker() -> Iterator[Finding]:
    """One runs."""
    if worker_runs():
        yield ok("worker", "A worker has said so within the last minute")
    else:
        yield warn(
            "worker",
            "No worker runs: no message is sent, and the trail is not sealed",
            "Start one: safehub worker, or safehub serve --with-worker.",
        )


def mail() -> Iterator[Finding]:
    """There is a server to send by."""
    if settings.MAIL_SERVER is not None:
        yield ok("mail", "A mail server is set")
    elif settings.SAFEHUB_PRODUCTION:
        yield warn(
            "mail",
            "No mail server is set, so no notice leaves Safehub",
            "Set SAFEHUB_SMTP_URL and SAFEHUB_MAIL_FROM (docs/operate/settings.md).",
        )
    else:
        yield ok("mail", "No mail server is set, which does while nobody else is served")


def calendar() -> Iterator[Finding]:
    """Bank holidays are known for the years to come."""
    found = calendar_in_force()
    said = f"Version {found.number} of the calendar knows bank holidays up to {found.last}"
    if found.last < timezone.now().year + _FEW_YEARS:
        yield warn("calendar", said, "Make a new version: safehub clocks calendar --reason WHY.")
    else:
        yield ok("calendar", said)


def backups() -> Iterator[Finding]:
    """One was made within a day, as the trail tells, wherever it lies."""
    now = timezone.now()
    made = TrailFilter(
        events=frozenset({"backup.make"}), outcome="allowed", since=now - _LOOKED_BACK
    )
    rows = events_for(_DOCTOR, made, limit=1).rows
    do = "Make one now, and have one made every night: safehub backup."
    if not rows:
        yield warn("backups", f"No backup was made in the last {_LOOKED_BACK.days} days", do)
    elif now - rows[0].at > _DAY:
        hours = (now - rows[0].at) // dt.timedelta(hours=1)
        yield warn("backups", f"The latest backup is {hours} hours old", do)
    else:
        yield ok("backups", f"The latest backup was made at {rows[0].at:%Y-%m-%d %H:%M} UTC")


def serving() -> Iterator[Finding]:
    """The settings by which others are served, as Django's own deployment check has them."""
    if settings.DEBUG:
        yield fail("serving", "Safehub runs with DEBUG", "Take that setting away.")
    if not settings.SAFEHUB_PRODUCTION:
        yield ok("serving", "Only this machine is served; others need SAFEHUB_ALLOWED_HOSTS")
        return
    if not settings.PUBLIC_ADDRESS.startswith("https://"):
        yield fail(
            "serving",
            "Others are served, and not by https",
            "Set SAFEHUB_ADDRESS to the https address.",
        )
    told = [
        message
        for message in checks.run_checks(include_deployment_checks=True)
        if message.level >= checks.WARNING and not message.is_silenced()
    ]
    for message in told:
        said = f"{message.id}: {str(message.msg).splitlines()[0]}"
        yield warn("serving", said, str(message.hint or "See Django's deployment checklist."))
    if not told and not settings.DEBUG:
        yield ok("serving", f"Others are served, at {settings.PUBLIC_ADDRESS}")
