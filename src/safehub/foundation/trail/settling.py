"""After the database was restored on another server of PostgreSQL, which counts anew.

Transactions are numbered by the server, so the numbers in restored rows and those of the new one
would be mixed up. So the new server's numbers are shifted above all old ones, once.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from safehub.foundation.trail.batches import Batch, Seen
from safehub.foundation.trail.machine import MACHINE
from safehub.foundation.trail.writing import Happening, write


def snapshot_now() -> str:
    """Which transactions have ended, as PostgreSQL writes it: `first open:not begun:open,open`."""
    return _one("SELECT pg_current_snapshot()::text")


def cluster_now() -> str:
    """Which server this is: the number that it was given when it was made."""
    return _one("SELECT system_identifier::text FROM pg_control_system()")


def has_moved(last: Batch | None) -> bool:
    """Whether the last batch was sealed on another server."""
    return last is not None and connection.vendor == "postgresql" and last.cluster != cluster_now()


def note_move() -> None:
    """Say so on the trail, so that there is something to seal that says which server it is."""
    with transaction.atomic():
        write([Happening("trail.moved", MACHINE, timezone.now())])


def settle(last: Batch) -> Seen:
    """Shift this server's numbers above those that are there. Waits for open writers, keeps out
    new ones until the transaction ends, and gives the account of that moment.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE trail_trailevent IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SELECT coalesce(max(written_in), 0) FROM trail_trailevent")
        shift = max(int(cursor.fetchone()[0]), last.shift)
        cursor.execute(
            "ALTER TABLE trail_trailevent ALTER COLUMN written_in "
            f"SET DEFAULT (pg_current_xact_id()::text::bigint + {shift})"
        )
    return Seen(snapshot_now(), cluster_now(), shift)


def _one(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return str(cursor.fetchone()[0])
