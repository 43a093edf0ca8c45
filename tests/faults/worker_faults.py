"""Faults of the worker: lost with a job in hand, and clocks that jump."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from faults.harness import Harness
from faults.kinds import kind
from faults.ledger import Fault
from faults.mail_faults import LATER, LATER_STILL, _delivered, _written
from faults.mailing import Receiver


@kind("worker_lost", fast=2, sqlite=25, postgresql=20)
def worker_lost(harness: Harness, store_name: str, count: int) -> None:
    """Killed while it holds a job, before or after the job's own write."""
    rng, store = harness.rng("worker", store_name), harness.store(store_name)
    for number in range(count):
        name, where = f"held{number}", rng.choice(["before", "after"])
        ahead = number * LATER_STILL * 2
        harness.zygote.start(
            store,
            "add_job",
            name=name,
            dies_once_at=where,
            marker=str(harness.folder / f"marker-{store_name}-{number}"),
        ).end()
        fault = Fault("worker_lost", harness.seed, store_name, acknowledged=1)
        if harness.zygote.start(store, "work", ahead=ahead).wait() != -9:
            fault.corrupt += 1
            fault.notes.append("it was not killed")
        early = harness.zygote.start(store, "work", ahead=ahead + 30)
        early.end()
        for later in (LATER, LATER_STILL):
            harness.zygote.start(store, "work", ahead=ahead + later).end()
        effects = store.rows(
            "SELECT count(*) FROM outbox_message WHERE reference = %s", [f"job-{name}"]
        )[0][0]
        fault.found = int(effects > 0)
        fault.lost = int(effects == 0)
        fault.doubled = max(0, effects - 1)
        if number % 10 == 0:
            harness.looked_over(fault, store)
        harness.ledger.add(fault)


def _until(moment: dt.datetime) -> float:
    return (moment - dt.datetime.now(dt.UTC)).total_seconds()


LONDON = ZoneInfo("Europe/London")
JUMPS = [
    *(3600, 86_400, -600, -3600, -86_400),
    _until(dt.datetime(2027, 3, 28, 0, 59, 58, tzinfo=LONDON)),
    _until(dt.datetime(2027, 10, 31, 1, 59, 58, tzinfo=LONDON)),
]


@kind("clock_jump", fast=2, sqlite=28, postgresql=14)
def clock_jump(harness: Harness, store_name: str, count: int) -> None:
    """The clock jumps while a message is leased or half handed over by a worker that was lost."""
    rng, store = harness.rng("clock", store_name), harness.store(store_name)
    receiver = Receiver.start(harness.folder / f"mail-clock-{store_name}")
    try:
        for number in range(count):
            run, jump = f"clock{number}", JUMPS[number % len(JUMPS)]
            done = _written(harness, store, run, 2)
            place = rng.choice(["leased", "begun", "accepted"])
            harness.zygote.start(store, "send", port=receiver.port, dies=place).wait()
            # Two workers at once, whose clocks differ by the jump.
            both = [
                harness.zygote.start(
                    store, "send", port=receiver.port, patience=5, sweeps=True, ahead=ahead
                )
                for ahead in (jump, 0.0)
            ]
            for child in both:
                child.end()
            for later in (LATER, LATER_STILL, 2 * LATER_STILL):
                harness.zygote.start(
                    store,
                    "send",
                    port=receiver.port,
                    patience=5,
                    sweeps=True,
                    ahead=jump + later,
                ).end()
            fault = Fault("clock_jump", harness.seed, store_name, notes=[])
            _delivered(fault, receiver, store, run, done)
            if number % 10 == 0:
                harness.looked_over(fault, store)
            harness.ledger.add(fault)
    finally:
        receiver.stop()
