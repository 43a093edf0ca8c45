"""Faults round the sending of a message."""

from __future__ import annotations

from collections import Counter

from faults.harness import Harness
from faults.kinds import kind
from faults.ledger import Fault
from faults.mailing import Receiver
from faults.stores import Store

# Seconds: a lease runs out, and the first wait after it.
LATER, LATER_STILL = 6 * 60, 8 * 60


def _delivered(fault: Fault, receiver: Receiver, store: Store, run: str, wanted: list[int]) -> None:
    """Each message that was confirmed reached a receiver that drops a Message-ID it knows, once."""
    arrived: Counter[str] = Counter()
    for letter in receiver.delivered():
        # The reference stands in the subject: `A fault (…)`.
        name = letter["subject"].partition("(")[2].rstrip(")")
        if name.rpartition("-")[0] == run:
            arrived[name] += 1
    names = [f"{run}-{number}" for number in wanted]
    fault.acknowledged += len(names)
    fault.found += sum(1 for name in names if arrived[name])
    fault.lost += sum(1 for name in names if not arrived[name])
    fault.doubled += sum(count - 1 for count in arrived.values() if count > 1)
    states = store.rows(
        "SELECT state, count(*) FROM outbox_message WHERE reference LIKE %s GROUP BY state",
        [f"{run}-%"],
    )
    if dict(states) != {"sent": len(names)}:
        fault.corrupt += 1
        fault.notes.append(f"states: {states}")


def _written(harness: Harness, store: Store, run: str, count: int) -> list[int]:
    lines = harness.zygote.start(store, "write_some", run=run, first=0, count=count).end()
    return [line["done"] for line in lines if "done" in line]


def _crashes(
    harness: Harness, store_name: str, count: int, kind_name: str, places: list[str]
) -> None:
    rng, store = harness.rng(kind_name, store_name), harness.store(store_name)
    receiver = Receiver.start(harness.folder / f"mail-{kind_name}-{store_name}")
    try:
        for number in range(count):
            run, place = f"crash{number}", rng.choice(places)
            done = _written(harness, store, run, rng.randrange(1, 3))
            ahead = number * LATER_STILL * 2
            child = harness.zygote.start(store, "send", port=receiver.port, dies=place, ahead=ahead)
            status = child.wait()
            fault = Fault(kind_name, harness.seed, store_name)
            if status != -9:
                fault.corrupt += 1
                fault.notes.append(f"it was not killed: {status} {child.lines()}")
            for later in (LATER, LATER_STILL):
                harness.zygote.start(
                    store, "send", port=receiver.port, patience=5, sweeps=True, ahead=ahead + later
                ).end()
            _delivered(fault, receiver, store, run, done)
            if number % 10 == 0:
                harness.looked_over(fault, store)
            harness.ledger.add(fault)
    finally:
        receiver.stop()


@kind("crash_before_send", fast=2, sqlite=30, postgresql=20)
def crash_before_send(harness: Harness, store_name: str, count: int) -> None:
    """Killed after the message was committed: leased, or noted as about to be handed over."""
    _crashes(harness, store_name, count, "crash_before_send", ["leased", "begun"])


@kind("crash_before_mark", fast=2, sqlite=30, postgresql=20)
def crash_before_mark(harness: Harness, store_name: str, count: int) -> None:
    """Killed after the server took it and before, or just after, that was written down."""
    _crashes(harness, store_name, count, "crash_before_mark", ["accepted", "accepted", "marked"])


PASSING = [
    *("refuse_now", "refuse_sender", "busy", "silent", "hang_address", "hang_before"),
    *("hang_after", "close_greeting", "close_address", "close_before", "close_after", "gone"),
]


@kind("mail_fault", fast=3, sqlite=36, postgresql=12)
def mail_fault(harness: Harness, store_name: str, count: int) -> None:
    """The mail server refuses, hangs, closes half-way or is not there; then it is well again."""
    rng, store = harness.rng("mail", store_name), harness.store(store_name)
    receiver = Receiver.start(harness.folder / f"mail-{store_name}")
    moods = PASSING * (count // len(PASSING) + 1)
    rng.shuffle(moods)
    try:
        for number, mood in enumerate(moods[:count]):
            run = f"mail{number}"
            done = _written(harness, store, run, rng.randrange(1, 3))
            ahead = number * LATER
            if mood == "gone":
                receiver.stop()
            else:
                receiver.become(mood)
            harness.zygote.start(store, "send", port=receiver.port, ahead=ahead).end()
            if mood == "gone":
                receiver = Receiver.start(receiver.folder, port=receiver.port)
            receiver.become("accept")
            harness.zygote.start(
                store, "send", port=receiver.port, patience=5, ahead=ahead + LATER / 2
            ).end()
            fault = Fault("mail_fault", harness.seed, store_name, notes=[])
            _delivered(fault, receiver, store, run, done)
            if number % 10 == 0:
                harness.looked_over(fault, store)
            harness.ledger.add(fault)
    finally:
        receiver.stop()
