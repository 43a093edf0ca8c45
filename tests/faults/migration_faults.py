"""A migration is killed half-way, and the next start finishes it."""

from __future__ import annotations

import time
from random import Random

from faults.harness import Harness
from faults.kinds import kind
from faults.ledger import Fault
from faults.stores import PostgresStore, SqliteStore, Store


def _bare(harness: Harness, store_name: str, number: int | str) -> Store:
    home = harness.folder / f"bare-{store_name}-{number}"
    if store_name == "sqlite":
        return SqliteStore(home)
    cluster, name = harness.postgres(), f"bare_{number}"
    with cluster.connect("postgres", "postgres") as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER safehub")
    with cluster.connect(name, "postgres") as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
    return PostgresStore(cluster, home, name)


def _migrations(harness: Harness) -> int:
    """How many there are."""
    (count,) = harness.store("sqlite").rows("SELECT count(*) FROM django_migrations")[0]
    return int(count)


def _killed(harness: Harness, store: Store, rng: Random, *, took: float | None) -> bool:
    """Whether the making of the store was killed: within that time, else before some migration."""
    if took is None:
        dies_at = rng.randrange(1, _migrations(harness))
        return harness.zygote.start(store, "make_store", dies_at=dies_at).wait() == -9
    child = harness.zygote.start(store, "make_store")
    time.sleep(rng.uniform(0, took))
    child.kill()
    return child.wait() == -9


@kind("migration_killed", sqlite=14, postgresql=10)
def migration_killed(harness: Harness, store_name: str, count: int) -> None:
    """Killed at any moment of making the store, or just before a migration is noted; or twice."""
    rng, took = harness.rng("migration", store_name), 1.5
    for number in range(count):
        store = _bare(harness, store_name, number)
        fault = Fault("migration_killed", harness.seed, store_name)
        # Those by count come first: a store that was made before its moment came holds no more.
        counted = sorted((rng.random() < 0.5 for _ in range(rng.randrange(1, 3))), reverse=True)
        kills = sum(_killed(harness, store, rng, took=None if one else took) for one in counted)
        if not kills:
            # It was made before the only moment: another store is killed by count instead.
            store = _bare(harness, store_name, f"{number}_again")
            kills = _killed(harness, store, rng, took=None)
        if not kills:
            fault.corrupt += 1
            fault.notes.append("it was not killed")
        began = time.monotonic()
        harness.zygote.start(store, "make_store").end(120)
        took = min(took, time.monotonic() - began) if number else time.monotonic() - began
        run = f"made{number}"
        lines = harness.zygote.start(store, "write_some", run=run, first=0, count=2).end()
        done = [line["done"] for line in lines if "done" in line]
        if len(done) != 2:
            fault.lost += 1
            fault.notes.append(f"the store is not whole: {lines}")
        harness.counted(fault, store, run, done, at_most_further=0)
