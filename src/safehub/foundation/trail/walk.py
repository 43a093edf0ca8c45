"""Every event once, its MAC checked, and led to the batch that seals it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from safehub.foundation.trail.keys import TrailKey
from safehub.foundation.trail.macs import line_in_sql, row_signer

_CHUNK = 10_000
_COLUMNS = "id, {line}, mac, written_in, key_id"
# The id, the bytes that were signed, their MAC, the transaction, the number of the key.
Row = tuple[int, bytes, bytes, int, int]
# The MAC, the transaction, the bytes that were signed.
Read = tuple[bytes, int, bytes]


@dataclass
class Walk:
    """Reads events from the moment `since` on, in the order of their time (on SQLite: of ids).

    `tell` is called with the id of each event whose MAC does not hold, and what is wrong. What
    no batch asked for is left in `loose`: no more is held than what was sealed out of order.
    """

    keys: dict[int, TrailKey]
    tell: Callable[[int, str], None]
    since: str = ""
    loose: dict[int, Read] = field(default_factory=dict)
    read: int = 0

    def __post_init__(self) -> None:
        self._chunks = chunks(self.since)
        self._signers = {number: row_signer(key) for number, key in self.keys.items()}
        self._is_over = False
        self._passed: tuple[str, int] = ("", 0)

    def find(self, ids: Sequence[int], last_at: str) -> list[Read | None]:
        """The events of a batch in its order; None for each that is not where it was sealed."""
        loose, wanted = self.loose, set(ids)
        while not wanted <= loose.keys() and not self._is_over and not self._is_past(ids, last_at):
            self._advance()
        return [loose.pop(number, None) for number in ids]

    def finish(self) -> None:
        """Read to the end."""
        while not self._is_over:
            self._advance()

    def _is_past(self, ids: Sequence[int], last_at: str) -> bool:
        at, number = self._passed
        return at > last_at if connection.vendor == "postgresql" else number >= max(ids)

    def _advance(self) -> None:
        rows = next(self._chunks, [])
        self._is_over = not rows
        if rows:
            self._check(rows)
            self.read += len(rows)
            self._passed = (moment_of(rows[-1][1]), rows[-1][0])

    def _check(self, rows: Sequence[Row]) -> None:
        # The one loop that runs for each event, so nothing is called in it that need not be.
        loose, signers, tell = self.loose, self._signers, self.tell
        for number, line, mac, written_in, key_id in rows:
            sign = signers.get(key_id)
            if sign is None:
                tell(number, f"is signed with key {key_id}, which trail_key does not hold")
            elif sign(line) != mac:
                tell(number, "is not what was signed")
            if number in loose:
                tell(number, "is there twice")
            loose[number] = (mac, written_in, line)


def moment_of(line: bytes) -> str:
    """The moment in the signed bytes of an event."""
    return line.split(b"\t", 2)[1].decode(errors="replace")


def chunks(since: str) -> Iterator[list[Row]]:
    """The events, many at a time, through the database's own driver."""
    columns = _COLUMNS.format(line=line_in_sql(connection.vendor))
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        return _on_postgresql(columns, since)
    return _on_sqlite(columns, since)


def _on_postgresql(columns: str, since: str) -> Iterator[list[Row]]:
    raw: Any = connection.connection
    start = f"{since or '0001-01-01 00:00:00'}+00"
    with raw.cursor(name="trail_walk", binary=True) as cursor:
        cursor.execute(
            f"SELECT {columns} FROM trail_trailevent "  # noqa: S608 - our own names
            "WHERE at >= %s::timestamptz ORDER BY at, id",
            [start],
        )
        # The server builds the next chunk while this one is checked.
        with ThreadPoolExecutor(max_workers=1) as fetching:
            following = fetching.submit(cursor.fetchmany, _CHUNK)
            while rows := following.result():
                following = fetching.submit(cursor.fetchmany, _CHUNK)
                yield rows


def _on_sqlite(columns: str, since: str) -> Iterator[list[Row]]:
    """Chunk by chunk: a reader that goes on for long would keep every writer waiting."""
    raw: Any = connection.connection
    after = -(2**63)
    # SQLite compares moments as text, and keeps one without the microseconds where it has none.
    since = since.removesuffix(".000000")
    within = " AND at >= ?" if since else ""
    query = (
        f"SELECT {columns} FROM trail_trailevent "  # noqa: S608 - our own names
        f"WHERE id > ?{within} ORDER BY id LIMIT {_CHUNK}"
    )
    while rows := raw.execute(query, [after, *([since] if since else [])]).fetchall():
        yield rows
        after = rows[-1][0]
