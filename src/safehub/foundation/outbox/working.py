"""The worker: duties that come round, each in a thread of its own, until it is told to stop.

A thread each, since a mail server that hangs must not keep the trail from being sealed.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, connections

from safehub.foundation.outbox.delivery.commands import (
    beat,
    lease_due,
    mark_failed,
    purge_finished,
    run_job,
    stop_beating,
    sweep_stuck,
)
from safehub.foundation.outbox.jobs import chore, chores
from safehub.foundation.outbox.models import Job, Message
from safehub.foundation.outbox.queries import due, stuck
from safehub.foundation.outbox.sending import send_due
from safehub.foundation.trail.commands import note_end, write_daily_root
from safehub.foundation.trail.sealer import seal_pending

logger = logging.getLogger(__name__)

# Seconds.
_SEAL, _MAIL, _JOBS, _SWEEP, _BEAT, _CHORES = 0.2, 1.0, 1.0, 10.0, 10.0, 10.0
_LONGEST_PAUSE = 30.0
# How long a worker that is told to stop waits for what is in hand, such as a letter half handed
# over. What then remains is swept later as any lost worker's.
_GRACE = 30.0
_JOBS_AT_ONCE = 10


@dataclass(frozen=True)
class Duty:
    """Something to do every so many seconds. It says whether there may be more to do at once."""

    name: str
    every: float
    run: Callable[[], bool]


def worker_name() -> str:
    """Machine, process and a part of chance: no two workers share one."""
    return f"{socket.gethostname()[:40]}/{os.getpid()}/{secrets.token_hex(4)}"


def run_jobs(worker: str) -> bool:
    """Run what jobs are due, at most ten; each in its own transaction. True: there were some."""
    if not due(Job).exists():
        return False
    jobs = lease_due(what=Job, worker=worker, limit=_JOBS_AT_ONCE)
    for one in jobs:
        try:
            run_job(job=one)
        except Exception as error:  # noqa: BLE001 - the edge: a job is any app's code
            # Its class only: its words may hold content.
            logger.error("Job %s failed: %s", one.pk, type(error).__name__)
            mark_failed(effect=one, fault=type(error).__name__[:100])
    return bool(jobs)


def sweep() -> bool:
    """Free what lost workers hold."""
    if stuck(Message).exists():
        sweep_stuck(what=Message)
    if stuck(Job).exists():
        sweep_stuck(what=Job)
    return False


def seal() -> bool:
    """Give the trail's new events their place."""
    seal_pending()
    return False


@chore("outbox.purge", every=3600)
def _purge() -> None:
    purge_finished()


@chore("trail.head", every=5)
def _keep_head() -> None:
    """Note where the trail's chain ends now, so that nothing can be cut off without a trace."""
    note_end()


@chore("trail.root", every=600)
def _keep_root() -> None:
    """Write the end of the trail's chain to its second place, once a day."""
    write_daily_root()


class Chores:
    """The chores of all apps, one after another, each in its time; the first time at once."""

    def __init__(self) -> None:
        self._next_at = dict.fromkeys(chores(), 0.0)

    def run(self) -> bool:
        """Do those whose time has come. One that fails is logged and keeps no other back."""
        for code, (every, function) in chores().items():
            if time.monotonic() < self._next_at[code]:
                continue
            self._next_at[code] = time.monotonic() + every
            try:
                function()
            except Exception as error:  # noqa: BLE001 - the edge: a chore is any app's code
                logger.error("Chore %s failed: %s", code, type(error).__name__)
                connections.close_all()
        return False


def own_duties(worker: str) -> list[Duty]:
    """Every duty of a worker."""

    def say_so() -> bool:
        beat(worker=worker)
        return False

    return [
        Duty("seal", _SEAL, seal),
        Duty("mail", _MAIL, lambda: send_due(worker).any),
        Duty("jobs", _JOBS, lambda: run_jobs(worker)),
        Duty("sweep", _SWEEP, sweep),
        Duty("beat", _BEAT, say_so),
        Duty("chores", _CHORES, Chores().run),
    ]


def do_once(worker: str) -> None:
    """Do what is due now, and return; errors are raised."""
    sweep()
    while send_due(worker).any or run_jobs(worker):
        pass
    seal()
    Chores().run()


def run_worker(stop: threading.Event, name: str = "") -> None:
    """Do all duties until `stop` is set; then finish what is in hand and return.

    What fails is logged by its class and tried again, after a pause that grows to half a minute:
    a worker outlives its database and its mail server.
    """
    worker = name or worker_name()
    threads = [
        threading.Thread(target=_come_round, args=(duty, stop), name=duty.name, daemon=True)
        for duty in own_duties(worker)
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    until = time.monotonic() + _GRACE
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    try:
        stop_beating(worker=worker)
    except DatabaseError as error:
        # Nobody can be told, and the row grows old by itself.
        logger.warning("The end of the worker could not be noted: %s", type(error).__name__)
    connections.close_all()


def _come_round(duty: Duty, stop: threading.Event) -> None:
    failures = 0
    while not stop.is_set():
        began = time.monotonic()
        try:
            more = duty.run()
            failures = 0
        except Exception as error:  # noqa: BLE001 - the edge: a worker outlives every fault
            failures += 1
            more = False
            logger.error("Duty %s failed: %s", duty.name, type(error).__name__)
            connections.close_all()
        if not more:
            pause = min(duty.every * 2**failures, max(duty.every, _LONGEST_PAUSE))
            stop.wait(max(0.0, pause - (time.monotonic() - began)))
    connections.close_all()
