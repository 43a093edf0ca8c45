"""The trail's table is gone: nothing that it would have recorded happens."""

from __future__ import annotations

from typing import Any

from faults.harness import Harness
from faults.kinds import kind
from faults.ledger import Fault
from faults.stores import Store

AWAY = "ALTER TABLE trail_trailevent RENAME TO trail_away"
BACK = "ALTER TABLE trail_away RENAME TO trail_trailevent"


@kind("trail_gone", sqlite=15, postgresql=15)
def trail_gone(harness: Harness, store_name: str, count: int) -> None:
    """Acts are refused and rolled back whole while it is away, and go on when it is back."""
    store = harness.store(store_name)
    for number in range(count):
        run = f"trail{number}"
        lines = _write(harness, store, run, 0)
        store.run(AWAY)
        opened = harness.opened(harness.look(store)[0])
        refused = _write(harness, store, run, 10)
        store.run(BACK)
        lines += _write(harness, store, run, 20)
        done = [line["done"] for line in (*lines, *refused) if "done" in line]
        fault = Fault("trail_gone", harness.seed, store_name, open=len(opened))
        if any("done" in line for line in refused) or not {0, 20} <= set(done):
            fault.corrupt += 1
            fault.notes.append(f"done without a trail: {refused}")
        if {line["why"] for line in refused if "why" in line} != {"TrailUnavailable"}:
            fault.notes.append(f"refused otherwise: {refused}")
            fault.corrupt += 1
        harness.counted(fault, store, run, done, at_most_further=0, is_deep=number % 5 == 0)


def _write(harness: Harness, store: Store, run: str, first: int) -> list[dict[str, Any]]:
    return harness.zygote.start(store, "write_some", run=run, first=first, count=2).end()
