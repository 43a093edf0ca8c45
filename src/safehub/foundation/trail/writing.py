"""Rows of the trail: made, signed and inserted in the current transaction. No lock is shared."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import Error, connection, transaction
from django.utils import timezone

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.errors import TrailUnavailable
from safehub.foundation.records import RecordRef
from safehub.foundation.trail.keys import current_key
from safehub.foundation.trail.macs import COLUMNS, line_of, moment, row_signer

Detail = Mapping[str, int | str | list[int]]

BLOCK = 32
_LONGEST = {"via": 20, "outcome": 20, "role": 40, "classes": 200}
_CONTROLS = dict.fromkeys((*range(32), 127), " ")


@dataclass(frozen=True, slots=True)
class Happening:
    """An event before it has its id and its MAC."""

    event: str
    by: Viewer
    at: dt.datetime
    on: RecordRef | None = None
    outcome: str = "allowed"
    reason: str = ""
    classes: frozenset[FieldClass] = frozenset()
    detail: Detail | None = None


def plain(text: str, longest: int = 80) -> str:
    """Text as a column takes it: no control characters, which would part columns, and cut."""
    return text.translate(_CONTROLS).encode(errors="replace").decode()[:longest]


def write(happenings: Sequence[Happening]) -> None:
    """Insert all in one statement. Raises TrailUnavailable; then the transaction is lost.

    One that is open is marked to be rolled back, even if somebody swallows the error.
    """
    if not happenings:
        return
    try:
        with transaction.atomic(savepoint=False):
            key = current_key()
            sign = row_signer(key)
            rows = []
            for number, happening in zip(_ids(len(happenings)), happenings, strict=True):
                values = _values(number, happening, key.number)
                signed = sign(line_of([number, moment(happening.at), *values[2:]]))
                rows.append((*values, signed))
            _insert(rows)
    except Error as error:
        raise TrailUnavailable(
            "What was done could not be recorded on the trail, so it was not done. "
            "Try again in a minute; if that fails, tell whoever runs this system."
        ) from error


def _values(number: int, happening: Happening, key_id: int) -> tuple[Any, ...]:
    """In the order of COLUMNS."""
    by, on = happening.by, happening.on
    said = {
        "event": happening.event,
        "outcome": happening.outcome,
        "reason": happening.reason,
        "role": by.role.value,
        "via": by.via,
        "operating_user": by.operating_user,
        "classes": ",".join(sorted(one.value for one in happening.classes)),
        "record_kind": on.kind if on else "",
        "purpose": by.purpose,
        "request_id": by.request_id,
    }
    cells: dict[str, Any] = {
        name: plain(text, _LONGEST.get(name, 80)) for name, text in said.items()
    }
    cells |= {
        "id": number,
        "at": happening.at,
        "person": by.person,
        "membership": by.membership,
        "organisation": by.organisation,
        "record_key": _key(on.key) if on else None,
        "detail": json.dumps(dict(happening.detail or {}), sort_keys=True, separators=(",", ":")),
        "key_id": key_id,
    }
    return tuple(cells[name] for name in COLUMNS)


def _key(key: int) -> int:
    """A key that no table can hold, as an address may carry, is kept as -1: there is no such."""
    return key if 0 <= key < 2**63 else -1


_COLUMN_LIST = ", ".join((*COLUMNS, "mac"))
_ROW = f"({', '.join(['%s'] * (len(COLUMNS) + 1))})"


def _insert(rows: Sequence[tuple[Any, ...]]) -> None:
    # Several rows in one statement, since each statement is a journey; SQLite's limit is 32,766.
    for start in range(0, len(rows), 500):
        some = rows[start : start + 500]
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO trail_trailevent ({_COLUMN_LIST}) VALUES "  # noqa: S608 - our names
                + ", ".join([_ROW] * len(some)),
                [_for_database(value) for row in some for value in row],
            )


def _for_database(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


class _Block(threading.local):
    """The ids that this thread's connection may still give out."""

    owner: object = None
    following = 0
    end = 0


_block = _Block()


def _ids(count: int) -> Iterable[int]:
    """Ids that nobody else has. On PostgreSQL `BLOCK` at a time, so mostly without a journey."""
    if connection.vendor != "postgresql":
        # The transaction holds SQLite's only write lock, so nobody else can take the same.
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(id), 0) FROM trail_trailevent")
            last = int(cursor.fetchone()[0])
        return range(last + 1, last + 1 + count)
    return [_next_id() for _ in range(count)]


def _next_id() -> int:
    """A block belongs to one connection: it outlives neither a fork nor a restored database."""
    if _block.owner is not connection.connection or _block.following >= _block.end:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('trail_event_block')")
            _block.following = int(cursor.fetchone()[0]) * BLOCK
        _block.owner, _block.end = connection.connection, _block.following + BLOCK
    _block.following += 1
    return _block.following - 1


def now() -> dt.datetime:
    """The moment of an event."""
    return timezone.now()
