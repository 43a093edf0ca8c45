"""Sealing: late commits, several sealers, sealers that are killed, servers that change."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, connections, transaction

from safehub.foundation.records import RecordRef
from safehub.foundation.trail import commands, sealer, settling
from safehub.foundation.trail.batches import Batch, batches_from, last_batch
from safehub.foundation.trail.models import TrailBatch, TrailEvent
from safehub.foundation.trail.sealer import seal_pending
from safehub.foundation.trail.verifying import verify

from .people import CARA

pytestmark = pytest.mark.django_db(transaction=True)
SEED = 20261124


@pytest.fixture
def postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer work at a time, so no commit is late there")


def write(key: int) -> None:
    commands.record("trail.opened", by=CARA, on=RecordRef("sampling.case", key))


def sealed_keys() -> list[int]:
    """The keys of the records of the sealed events, in the order of their places."""
    keys = dict(TrailEvent.objects.values_list("id", "record_key"))
    return [keys[event] or 0 for batch in batches_from(1) for event in batch.ids()]


class Writer:
    """Somebody at a connection of their own, who does one thing after another."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)

    def does(self, what: Callable[[], object]) -> None:
        self._thread.submit(what).result(timeout=30)

    def begins(self) -> None:
        self.does(lambda: transaction.set_autocommit(False))

    def writes(self, key: int) -> None:
        self.does(lambda: write(key))

    def commits(self) -> None:
        self.does(transaction.commit)
        self.does(lambda: transaction.set_autocommit(True))

    def rolls_back(self) -> None:
        self.does(transaction.rollback)
        self.does(lambda: transaction.set_autocommit(True))

    def leaves(self) -> None:
        self.does(connections.close_all)
        self._thread.shutdown()


@contextmanager
def writers(count: int) -> Iterator[list[Writer]]:
    them = [Writer() for _ in range(count)]
    try:
        yield them
    finally:
        for one in them:
            one.leaves()


def test_events_get_places_in_their_order_and_batches_follow_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sealer, "MOST", 4)
    for key in range(10):
        write(key)
    assert seal_pending() == 10
    batches = list(batches_from(1))
    assert [batch.number for batch in batches] == [1, 2, 3]
    assert [(batch.first_place, batch.size) for batch in batches] == [(1, 4), (5, 4), (9, 2)]
    assert sealed_keys() == list(range(10))


def test_sealing_twice_changes_nothing() -> None:
    write(1)
    assert (seal_pending(), seal_pending(), seal_pending()) == (1, 0, 0)
    before = last_batch()
    assert TrailBatch.objects.count() == 1
    write(2)
    assert seal_pending() == 1
    assert next(batches_from(1)) == before
    assert sealed_keys() == [1, 2]


def test_an_empty_trail_has_nothing_to_seal() -> None:
    assert seal_pending() == 0
    assert last_batch() is None
    assert verify().holds


@pytest.mark.usefixtures("postgresql")
def test_a_late_commit_is_sealed_when_it_comes_and_holds_nobody_back() -> None:
    with writers(2) as (early, late):
        late.begins()
        late.writes(1)
        early.writes(2)
        assert seal_pending() == 1
        early.writes(3)
        assert seal_pending() == 1
        assert sealed_keys() == [2, 3]
        late.commits()
        assert seal_pending() == 1
        assert sealed_keys() == [2, 3, 1]
        assert seal_pending() == 0
    assert verify().holds


@pytest.mark.usefixtures("postgresql")
def test_a_long_transaction_that_writes_no_event_holds_nobody_back() -> None:
    with writers(2) as (long, other):
        long.begins()
        long.does(_take_a_transaction_number)
        for key in range(3):
            other.writes(key)
            assert seal_pending() == 1
        long.commits()
        assert seal_pending() == 0


def _take_a_transaction_number() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")


@pytest.mark.usefixtures("postgresql")
@pytest.mark.parametrize("seed", range(SEED, SEED + 5))
def test_whatever_the_order_of_commits_each_event_is_sealed_once(seed: int) -> None:
    choice = random.Random(seed)
    committed: set[int] = set()
    with writers(4) as them:
        waiting: dict[int, set[int]] = {}
        for key in range(1, 80):
            who = choice.randrange(4)
            if who not in waiting:
                them[who].begins()
                waiting[who] = set()
            them[who].writes(key)
            waiting[who].add(key)
            if choice.random() < 0.3:
                them[who].commits()
                committed |= waiting.pop(who)
            elif choice.random() < 0.15:
                them[who].rolls_back()
                waiting.pop(who)
            if choice.random() < 0.4:
                seal_pending()
                assert set(sealed_keys()) == committed, seed
        for who in waiting:
            them[who].commits()
            committed |= waiting[who]
        seal_pending()
    sealed = sealed_keys()
    assert len(sealed) == len(set(sealed))
    assert set(sealed) == committed
    found = verify()
    assert (found.holds, found.sealed, found.unsealed) == (True, len(committed), 0)


@pytest.mark.usefixtures("postgresql")
def test_one_sealer_works_at_a_time() -> None:
    write(1)
    with writers(1) as (other,):
        other.begins()
        other.does(sealer._may_seal)
        assert seal_pending() == 0
        other.rolls_back()
    assert seal_pending() == 1


@pytest.mark.usefixtures("postgresql")
def test_sealers_and_writers_at_once_double_nothing() -> None:
    stop = threading.Event()

    def seal_on() -> None:
        while not stop.is_set():
            seal_pending()
        connections.close_all()

    def write_on(first: int) -> None:
        for key in range(first, first + 40):
            write(key)
        connections.close_all()

    with ThreadPoolExecutor(max_workers=5) as pool:
        sealing = [pool.submit(seal_on) for _ in range(2)]
        for writing in [pool.submit(write_on, first) for first in (0, 40, 80)]:
            writing.result(timeout=60)
        stop.set()
        for one in sealing:
            one.result(timeout=60)
    seal_pending()
    assert sorted(sealed_keys()) == list(range(120))
    assert verify().holds


def test_sealing_between_writes_doubles_nothing() -> None:
    for key in range(60):
        write(key)
        if key % 7 == 0:
            seal_pending()
    seal_pending()
    assert sealed_keys() == list(range(60))


def test_a_sealer_that_fails_half_way_leaves_nothing_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "MOST", 3)
    for key in range(8):
        write(key)
    kept: list[Batch] = []

    def fail_at_the_second(batch: Batch) -> None:
        if kept:
            raise RuntimeError
        kept.append(batch)

    with monkeypatch.context() as failing:
        failing.setattr(sealer, "keep", fail_at_the_second)
        with pytest.raises(RuntimeError):
            seal_pending()
    assert last_batch() is None
    assert seal_pending() == 8
    assert sealed_keys() == list(range(8))


_KILLED = """
import os, signal
from safehub.config.starting import start
start()
from safehub.foundation.trail import commands, sealer
from safehub.foundation.trail.machine import MACHINE
sealer.MOST = 3
for _ in range(8):
    commands.record("trail.opened", by=MACHINE)
keep = sealer.keep
def keep_and_die(batch):
    keep(batch)
    if batch.number % 3 == 2:
        os.kill(os.getpid(), signal.SIGKILL)
sealer.keep = keep_and_die
sealer.seal_pending()
"""
_AFTER = """
from safehub.config.starting import start
start()
from safehub.foundation.trail.sealer import seal_pending
from safehub.foundation.trail.verifying import verify
before = verify()
sealed = seal_pending()
after = verify()
print(before.holds, before.unsealed, sealed, after.holds, after.unsealed)
"""


def test_a_sealer_that_is_killed_half_way_leaves_nothing_half(tmp_path: Path) -> None:
    """A process and a database of its own; the server's in `.ci/postgres` is thrown away."""
    environment = {**os.environ, "SAFEHUB_HOME": str(tmp_path), "SAFEHUB_TRAIL_ROOTS": ""}

    def run(script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", script],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    killed = run(_KILLED)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    after = run(_AFTER)
    assert after.stdout.split() == ["True", "8", "8", "True", "0"], after.stderr


@pytest.mark.usefixtures("postgresql")
def test_a_trail_that_was_restored_on_another_server_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The old server had counted far further than this one has."""
    ahead = 10**9
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE trail_trailevent ALTER COLUMN written_in "
            f"SET DEFAULT (pg_current_xact_id()::text::bigint + {ahead})"
        )
    try:
        with monkeypatch.context() as old:
            for module in (settling, sealer):
                old.setattr(module, "cluster_now", lambda: "the old server")
                old.setattr(module, "snapshot_now", lambda: f"{ahead}:{ahead + 10**8}:")
            write(1)
            assert seal_pending() == 1
            write(2)  # committed and not sealed when the backup was made
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE trail_trailevent ALTER COLUMN written_in "
                "SET DEFAULT (pg_current_xact_id()::text::bigint)"
            )
        write(3)  # by the new server, before its sealer has looked
        assert seal_pending() == 3  # and the event that tells of the move
        write(4)
        assert (seal_pending(), seal_pending()) == (1, 0)
        assert sorted(sealed_keys()) == [0, 1, 2, 3, 4]
        assert TrailEvent.objects.filter(event="trail.moved").count() == 1
        found = verify()
        assert (found.holds, found.unsealed) == (True, 0), found.faults
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE trail_trailevent ALTER COLUMN written_in "
                "SET DEFAULT (pg_current_xact_id()::text::bigint)"
            )


@pytest.mark.parametrize("change", [{"size": 9}, None], ids=["update", "delete"])
def test_the_database_refuses_to_change_or_take_away_a_batch(
    change: dict[str, int] | None,
) -> None:
    write(1)
    seal_pending()
    batches = TrailBatch.objects.all()
    with pytest.raises(IntegrityError, match="only ever added to"):
        batches.update(**change) if change else batches.delete()
