"""Batches of sealed events as they are chained, written and read back."""

from __future__ import annotations

import datetime as dt
import hashlib
import struct
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Any, NamedTuple

from django.db import connection

from safehub.foundation.trail.keys import TrailKey
from safehub.foundation.trail.macs import batch_mac, merkle_root, moment, moment_in_sql
from safehub.foundation.trail.models import TrailBatch

MOST = 1_000
BEGINNING = bytes(32)


class Unsealed(NamedTuple):
    """What sealing needs of an event; `at` as `macs.moment` gives it."""

    id: int
    at: str
    mac: bytes
    written_in: int


@dataclass(frozen=True, slots=True)
class Seen:
    """How far the sealer has seen the table. On SQLite the last id says it, and this is blank.

    On PostgreSQL `snapshot` is the database's own account of which transactions had ended;
    `cluster` says whose account, and `shift` is added to its numbers in `written_in`.
    """

    snapshot: str = ""
    cluster: str = ""
    shift: int = 0

    def ended_before(self) -> int:
        """The first transaction that had not begun, in the numbers of `written_in`."""
        return int(self.snapshot.split(":")[1]) + self.shift if self.snapshot else 0

    def open(self) -> list[int]:
        """Those that had begun before it and had not ended, in the numbers of `written_in`."""
        listed = self.snapshot.split(":")[2] if self.snapshot else ""
        return [int(number) + self.shift for number in listed.split(",") if number]

    def holds(self, written_in: int) -> bool:
        """Whether what that transaction wrote was to be seen."""
        return written_in < self.ended_before() and written_in not in self.open()


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch; times as `macs.moment` gives them. What is chained is all up to `key_id`."""

    number: int
    first_place: int
    size: int
    events: bytes
    first_at: str
    last_at: str
    root: bytes
    sealed_at: str
    snapshot: str
    cluster: str
    shift: int
    key_id: int
    chain: bytes
    mac: bytes

    def ids(self) -> tuple[int, ...]:
        """The events in their order."""
        return struct.unpack(f">{len(self.events) // 8}q", self.events[: len(self.events) // 8 * 8])

    def seen(self) -> Seen:
        """How far the sealer had seen the table."""
        return Seen(self.snapshot, self.cluster, self.shift)


_CHAINED = 12
_TIMES = {"first_at", "last_at", "sealed_at"}


def chained(before: bytes, said: Sequence[object]) -> bytes:
    """What binds a batch to all before it: the hash of `before` and of all that the batch says."""
    text = "\t".join(value.hex() if isinstance(value, bytes) else str(value) for value in said)
    return hashlib.sha256(before + text.encode()).digest()


def chain_of(batch: Batch, before: bytes) -> bytes:
    """The chain that the batch must have after one that has `before`."""
    return chained(before, astuple(batch)[:_CHAINED])


def seal(
    rows: Sequence[Unsealed], *, after: Batch | None, seen: Seen, at: dt.datetime, key: TrailKey
) -> Batch:
    """The batch of these rows, in this order, after the one before. Writes nothing."""
    times = [row.at for row in rows]
    said: list[Any] = [
        after.number + 1 if after else 1,
        after.first_place + after.size if after else 1,
        len(rows),
        struct.pack(f">{len(rows)}q", *(row.id for row in rows)),
        min(times),
        max(times),
        merkle_root([row.mac for row in rows], [row.written_in for row in rows]),
        moment(at),
        *astuple(seen),
        key.number,
    ]
    chain = chained(after.chain if after else BEGINNING, said)
    return Batch(*[*said, chain, batch_mac(key, chain)])


def keep(batch: Batch) -> None:
    """Insert the batch in the current transaction."""
    values: dict[str, Any] = {name: getattr(batch, name) for name in Batch.__slots__}
    for name in _TIMES:
        values[name] = dt.datetime.fromisoformat(values[name]).replace(tzinfo=dt.UTC)
    TrailBatch(**values).save(force_insert=True)


def last_batch() -> Batch | None:
    """The batch at the end of the chain."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_select()} ORDER BY number DESC LIMIT 1")
        row = cursor.fetchone()
    return _batch(row) if row else None


def batches_from(number: int, most: int = 50) -> Iterator[Batch]:
    """Every batch from this number on, in order, `most` to a query."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(f"{_select()} WHERE number >= %s ORDER BY number LIMIT {most}", [number])
            rows = cursor.fetchall()
        yield from map(_batch, rows)
        if len(rows) < most:
            return
        number = rows[-1][0] + 1


def first_batch_since(since: dt.datetime) -> int:
    """The number of the first batch with an event at that moment or later; 1 where none has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(min(number), 1) FROM trail_trailbatch WHERE last_at >= %s",
            [connection.ops.adapt_datetimefield_value(since)],
        )
        return int(cursor.fetchone()[0])


def _select() -> str:
    names = [
        moment_in_sql(connection.vendor, name) if name in _TIMES else name
        for name in Batch.__slots__
    ]
    return f"SELECT {', '.join(names)} FROM trail_trailbatch"  # noqa: S608 - our own names


def _batch(row: Sequence[Any]) -> Batch:
    values: list[Any] = [bytes(v) if isinstance(v, memoryview) else v for v in row]
    return Batch(*values)
