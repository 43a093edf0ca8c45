"""Faults of the store and of those who write to it."""

from __future__ import annotations

import os
import signal
import time

from faults.harness import Child, Harness
from faults.kinds import kind
from faults.ledger import Fault
from faults.stores import Cluster, PostgresStore, SqliteStore, Store

NOBODY = 65534


def _started(line_count: int, child: Child) -> None:
    child.until(lambda lines: len(lines) >= line_count)


@kind("writer_killed", fast=3, sqlite=60, postgresql=40)
def writer_killed(harness: Harness, store_name: str, count: int) -> None:
    """kill -9 of a process that writes, at a moment that nothing but chance chooses."""
    rng, store = harness.rng("writer_killed", store_name), harness.shared(store_name)
    for number in range(count):
        run = f"killed{number}"
        child = harness.zygote.start(store, "write_on", run=run)
        _started(rng.randrange(1, 6), child)
        time.sleep(rng.uniform(0, 0.03))
        child.kill()
        child.wait()
        fault = Fault("writer_killed", harness.seed, store_name)
        harness.counted(
            fault, store, run, child.done(), is_deep=number % 10 == 0 or number == count - 1
        )


@kind("server_killed", postgresql=20)
def server_killed(harness: Harness, store_name: str, count: int) -> None:
    """kill -9 of the database server: one of its processes, or all of them at once."""
    rng, store, cluster = (
        harness.rng("server_killed", ""),
        harness.shared(store_name),
        harness.postgres(),
    )
    for number in range(count):
        run = f"served{number}"
        children = [
            harness.zygote.start(store, "write_on", run=f"{run}{letter}", pause=0.002)
            for letter in "ab"
        ]
        for child in children:
            _started(3, child)
        time.sleep(rng.uniform(0, 0.05))
        if rng.random() < 0.5:
            os.kill(rng.choice(_backends(store) or [cluster.postmaster]), signal.SIGKILL)
        else:
            cluster.kill()
        _wait_for(cluster, store)
        # They find their way back by themselves.
        for child in children:
            child.goes_on(3)
            child.kill()
            child.wait()
        fault = Fault("server_killed", harness.seed, store_name)
        for letter, child in zip("ab", children, strict=True):
            # An act whose answer was cut off may have been done: one at the kill, one at the end.
            harness.count_into(fault, store, f"{run}{letter}", child.done(), at_most_further=2)
        harness.looked_over(fault, store)
        harness.ledger.add(fault)


def _backends(store: Store) -> list[int]:
    return [
        row[0]
        for row in store.rows(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )
    ]


def _wait_for(cluster: Cluster, store: Store) -> None:
    import psycopg

    until = time.monotonic() + 30
    while True:
        try:
            store.rows("SELECT 1")
        except psycopg.Error:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


@kind("database_stopped", postgresql=20)
def database_stopped(harness: Harness, store_name: str, count: int) -> None:
    """The server is stopped, stays away, and comes back."""
    rng, store, cluster = harness.rng("stopped", ""), harness.shared(store_name), harness.postgres()
    for number in range(count):
        run = f"stopped{number}"
        child = harness.zygote.start(store, "write_on", run=run, pause=0.002)
        _started(3, child)
        cluster.stop(rng.choice(["fast", "immediate"]))
        time.sleep(rng.uniform(0, 0.3))
        child.until(lambda lines: any("refused" in line for line in lines))
        cluster.come_back()
        child.goes_on()
        child.kill()
        child.wait()
        fault = Fault("database_stopped", harness.seed, store_name)
        harness.counted(fault, store, run, child.done(), at_most_further=2, is_deep=number % 5 == 0)


@kind("database_slow", sqlite=20, postgresql=20)
def database_slow(harness: Harness, store_name: str, count: int) -> None:
    """Somebody stands still in the midst of writing; others wait, and nothing is lost of either."""
    rng, store = harness.rng("slow", store_name), harness.shared(store_name)
    for number in range(count):
        run = f"slow{number}"
        one = harness.zygote.start(store, "write_on", run=f"{run}a")
        two = harness.zygote.start(store, "write_on", run=f"{run}b")
        _started(2, one)
        frozen = _backends(store) if isinstance(store, PostgresStore) else [one.pid]
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(rng.uniform(0.05, 0.3))
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
        for child in (one, two):
            child.goes_on()
            child.kill()
            child.wait()
        fault = Fault("database_slow", harness.seed, store_name)
        for letter, child in (("a", one), ("b", two)):
            harness.count_into(fault, store, f"{run}{letter}", child.done(), at_most_further=2)
        if number % 5 == 0:
            harness.looked_over(fault, store)
        harness.ledger.add(fault)


@kind("database_locked", sqlite=20, postgresql=10)
def database_locked(harness: Harness, store_name: str, count: int) -> None:
    """Somebody keeps the store to himself: for less time than others wait, or for more (SQLite)."""
    rng, store = harness.rng("locked", store_name), harness.shared(store_name)
    for number in range(count):
        run, is_long = f"locked{number}", store_name == "sqlite" and rng.random() < 0.5
        holder = harness.zygote.start(store, "hold_lock", seconds=0.7 if is_long else 0.2)
        holder.until(lambda lines: bool(lines))
        patience = 0.1 if is_long else 20.0
        child = harness.zygote.start(
            store, "write_some", run=run, first=0, count=3, timeout=patience
        )
        lines = child.end()
        holder.end()
        again = harness.zygote.start(store, "write_some", run=run, first=10, count=1)
        lines += again.end()
        done = [line["done"] for line in lines if "done" in line]
        fault = Fault("database_locked", harness.seed, store_name)
        if (10 not in done) or (not is_long and len(done) != 4):
            fault.lost += 1
            fault.notes.append("the store did not come back")
        harness.counted(fault, store, run, done, at_most_further=0, is_deep=number % 5 == 0)


@kind("disk_full", sqlite=30)
def disk_full(harness: Harness, store_name: str, count: int) -> None:
    """The file may grow no further, at any place within an act; then there is room again."""
    rng = harness.rng("disk_full", store_name)
    store = harness.shared(store_name)
    for number in range(count):
        run = f"full{number}"
        room = rng.randrange(0, 200_000)
        lines = harness.zygote.start(store, "write_within", run=run, room=room, most=400).end()
        done = [line["done"] for line in lines if "done" in line]
        fault = Fault("disk_full", harness.seed, store_name)
        if 400 not in done or not any("refused" in line for line in lines):
            fault.lost += 1
            fault.notes.append(
                f"with room again nothing went on, or it was never full: {lines[-2:]}"
            )
        harness.counted(fault, store, run, done, at_most_further=0, is_deep=number % 5 == 0)


@kind("read_only", sqlite=20)
def read_only(harness: Harness, store_name: str, count: int) -> None:
    """The disk takes no more writes in the midst of them, and then does so again."""
    rng, store = harness.rng("read_only", store_name), harness.shared(store_name)
    assert isinstance(store, SqliteStore)
    user = NOBODY if os.getuid() == 0 else 0
    for number in range(count):
        run = f"readonly{number}"
        _give(store, user)
        child = harness.zygote.start(store, "write_on", user=user, run=run)
        _started(rng.randrange(1, 5), child)
        child.kill()
        child.wait()
        done = child.done()
        for path in (store.home, *store.home.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        lines = harness.zygote.start(
            store, "write_some", user=user, run=run, first=1000, count=3
        ).end()
        read = harness.zygote.start(store, "read_some", user=user).end()
        _give(store, user)
        after = harness.zygote.start(
            store, "write_some", user=user, run=run, first=2000, count=1
        ).end()
        _give(store, 0)
        fault = Fault("read_only", harness.seed, store_name)
        is_hot = (store.home / "safehub.sqlite3-journal").exists()
        if any("done" in line for line in lines) or not any("done" in line for line in after):
            fault.lost += 1
            fault.notes.append(f"not read-only, or did not come back: {lines[:2]} {after[:2]}")
        if not is_hot and not any("waiting" in line or "unreadable" in line for line in read):
            fault.lost += 1
        done += [line["done"] for line in after if "done" in line]
        harness.counted(fault, store, run, done, is_deep=number % 5 == 0)


def _give(store: SqliteStore, user: int) -> None:
    for path in (store.home, *store.home.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
        if os.getuid() == 0:
            os.chown(path, user, user)


@kind("double_submit", fast=2, sqlite=20, postgresql=30)
def double_submit(harness: Harness, store_name: str, count: int) -> None:
    """2 to 16 processes press at the same moment; all are told that it is done, and it is once."""
    rng, store = harness.rng("double", store_name), harness.shared(store_name)
    for number in range(count):
        run, many = f"pressed{number}-0", rng.randrange(2, 17)
        at = time.time() + 0.05 + 0.01 * many
        children = [harness.zygote.start(store, "press", run=run, at=at) for _ in range(many)]
        told = [line for child in children for line in child.end() if "done" in line]
        fault = Fault("double_submit", harness.seed, store_name)
        if len(told) != many:
            fault.lost += many - len(told)
        messages = store.rows("SELECT count(*) FROM outbox_message WHERE once = %s", [run])[0][0]
        jobs = store.rows("SELECT count(*) FROM outbox_job WHERE once = %s", [run])[0][0]
        fault.acknowledged, fault.found = 1, int(messages > 0)
        fault.lost += int(messages == 0)
        fault.doubled = max(messages, jobs, 1) - 1
        fault.corrupt = int(messages != jobs)
        if number % 10 == 0:
            harness.looked_over(fault, store)
        harness.ledger.add(fault)
