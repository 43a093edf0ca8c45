"""Gives committed events their place, and seals them in batches. The worker calls it in its loop.

Nothing committed is ever passed over, however late it commits, and no transaction that is still
open holds back the others. On PostgreSQL each row says which transaction wrote it, and each batch
which transactions had ended when it was sealed; so what to seal next is what has ended since:
whatever began later, and whatever was open then. On SQLite there is one writer at a time, and ids
follow the order of commits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from safehub.foundation.trail.batches import (
    MOST,
    Batch,
    Seen,
    Unsealed,
    batches_from,
    keep,
    last_batch,
    seal,
)
from safehub.foundation.trail.keys import current_key
from safehub.foundation.trail.macs import moment_in_sql
from safehub.foundation.trail.settling import (
    cluster_now,
    has_moved,
    note_move,
    settle,
    snapshot_now,
)
from safehub.foundation.trail.tables import make_partitions
from safehub.foundation.trail.walk import Walk, moment_of

# Any number will do that nothing else in this database locks by.
_LOCK = 0x7472_6169_6C01


def seal_pending() -> int:
    """Seal all that is committed and not sealed yet; says how many events.

    One sealer works at a time: 0 where another is at it. All or nothing: a sealer that is killed
    leaves nothing half. Raises TrailUnavailable where the key cannot be read.
    """
    _partitions_for_today()
    if connection.vendor != "postgresql" and not _is_wanted_on_sqlite():
        # Looked at before, since the transaction would take SQLite's only write lock.
        return 0
    if has_moved(last_batch()):
        note_move()
    with transaction.atomic():
        if not _may_seal():
            return 0
        last = last_batch()
        seen = _seen_now(last)
        if last and last.cluster != seen.cluster:
            seen = settle(last)
            return _seal_all(_left_over(), last, seen)
        return _seal_all(_unsealed(last, seen), last, seen)


def _left_over() -> Iterator[Unsealed]:
    """What no batch holds, found by walking all of it. In the order in which they were read."""
    walk = Walk({}, lambda event, words: None)
    for batch in batches_from(1):
        walk.find(batch.ids(), batch.last_at)
    walk.finish()
    for number, (mac, written_in, line) in walk.loose.items():
        yield Unsealed(number, moment_of(line), mac, written_in)


def _seal_all(rows: Iterator[Unsealed], last: Batch | None, seen: Seen) -> int:
    key, sealed = current_key(), 0
    while some := list(islice(rows, MOST)):
        last = seal(some, after=last, seen=seen, at=timezone.now(), key=key)
        keep(last)
        sealed += last.size
    return sealed


def _may_seal() -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _is_wanted_on_sqlite() -> bool:
    last = last_batch()
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM trail_trailevent")
        newest = cursor.fetchone()[0]
    return newest is not None and newest > (last.ids()[-1] if last else 0)


def _seen_now(last: Batch | None) -> Seen:
    """The account of this moment. What is sealed is chosen by it, whatever ends meanwhile."""
    if connection.vendor != "postgresql":
        return Seen()
    return Seen(snapshot_now(), cluster_now(), last.shift if last else 0)


def _unsealed(last: Batch | None, seen: Seen) -> Iterator[Unsealed]:
    at = moment_in_sql(connection.vendor, "at")
    columns = f"SELECT id, {at} AS moment, mac, written_in FROM trail_trailevent"  # noqa: S608 - our names
    if connection.vendor != "postgresql":
        query, values = f"{columns} WHERE id > %s ORDER BY id", [last.ids()[-1] if last else 0]
        return _rows(query, values)
    before = last.seen() if last else Seen()
    # The OFFSET keeps the planner from walking the whole table in the order that is wanted.
    fresh = (
        f"{columns} WHERE (written_in >= %s OR written_in = ANY(%s)) "
        "AND written_in < %s AND NOT written_in = ANY(%s) OFFSET 0"
    )
    query = f"SELECT * FROM ({fresh}) fresh ORDER BY moment, id"  # noqa: S608 - our names
    _avoid_scanning()
    return _rows(query, [before.ended_before(), before.open(), seen.ended_before(), seen.open()])


def _avoid_scanning() -> None:
    """Until it is analysed, the planner thinks a third of the table to be fresh."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")


def _rows(query: str, values: list[Any]) -> Iterator[Unsealed]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, values)
        while rows := cursor.fetchmany(5_000):
            for number, at, mac, written_in in rows:
                yield Unsealed(number, at, bytes(mac), written_in)


_partitioned_on: dict[str, dt.date] = {}


def _partitions_for_today() -> None:
    today = timezone.now().date()
    if connection.vendor == "postgresql" and _partitioned_on.get(connection.alias) != today:
        make_partitions(connection, today)
        _partitioned_on[connection.alias] = today
