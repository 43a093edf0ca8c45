"""What Django's models cannot say of the trail's tables: guards, partitions, the count of ids."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_GUARDED = {"trail_trailevent": "trail_event", "trail_trailbatch": "trail_batch"}
MONTHS_AHEAD = 3

_REFUSE = """
CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The trail is only ever added to.' USING ERRCODE = 'restrict_violation';
END $$
"""

# LIKE takes the columns and checks from what Django made, so that they are written down once. The
# primary key must hold the moment that parts the months; it serves as the index by time as well.
_PARTITIONED = (
    """CREATE TABLE trail_event_by_month
       (LIKE trail_trailevent INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (at)""",
    "DROP TABLE trail_trailevent",
    "ALTER TABLE trail_event_by_month RENAME TO trail_trailevent",
    "ALTER TABLE trail_trailevent ADD CONSTRAINT trail_event_by_time PRIMARY KEY (at, id)",
    """ALTER TABLE trail_trailevent
       ALTER COLUMN written_in SET DEFAULT (pg_current_xact_id()::text::bigint)""",
    "CREATE INDEX trail_event_by_transaction ON trail_trailevent (written_in)",
    # A moment that no month has takes this one: a write never fails for want of a partition.
    "CREATE TABLE trail_trailevent_rest PARTITION OF trail_trailevent DEFAULT",
    "CREATE SEQUENCE trail_event_block",
)


def make_tables(editor: BaseDatabaseSchemaEditor) -> None:
    """After Django has made the tables: part them by month on PostgreSQL, and put up the guards."""
    connection = editor.connection
    if connection.vendor == "postgresql":
        editor.deferred_sql[:] = [
            statement
            for statement in editor.deferred_sql
            if "trail_event_by_time" not in str(statement)
        ]
        with connection.cursor() as cursor:
            for statement in _PARTITIONED:
                cursor.execute(statement)
        make_partitions(connection, dt.datetime.now(dt.UTC).date())
    put_up_guards(connection)


def drop_tables(editor: BaseDatabaseSchemaEditor) -> None:
    """What Django does not drop with its tables."""
    drop_guards(editor.connection)
    if editor.connection.vendor == "postgresql":
        with editor.connection.cursor() as cursor:
            cursor.execute("DROP SEQUENCE trail_event_block")


def put_up_guards(connection: BaseDatabaseWrapper) -> None:
    """Triggers that refuse to change or take away a row. They stop slips, not whoever owns the
    database: that is what sealing and verifying are for.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_REFUSE)
        for table, name in _GUARDED.items():
            for statement in _guards(connection.vendor, table, name):
                cursor.execute(statement)


def _guards(vendor: str, table: str, name: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f"""CREATE TRIGGER {name}_only_grows BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION trail_refuse()"""
        ]
    return [
        f"CREATE TRIGGER {name}_only_grows_{verb.lower()} BEFORE {verb} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'The trail is only ever added to.'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def drop_guards(connection: BaseDatabaseWrapper) -> None:
    """For undoing the migration, and for tests: they tamper, and they empty the tables."""
    with connection.cursor() as cursor:
        for table, name in _GUARDED.items():
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}_only_grows ON {table}")
                continue
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}_only_grows_{verb}")


def make_partitions(connection: BaseDatabaseWrapper, today: dt.date) -> int:
    """The partitions of this month and of the next three that are missing; says how many it made.

    A month that has rows in the rest already stays there. Gives way to whoever holds the table
    for longer than a moment: the next call makes what is still missing.
    """
    if connection.vendor != "postgresql":
        return 0
    months = [_month(today, ahead) for ahead in range(MONTHS_AHEAD + 2)]
    made = 0
    for month, following in pairwise(months):
        if _is_wanting(connection, month, following):
            made += _attach(connection, month, following)
    return made


def _month(day: dt.date, ahead: int) -> dt.date:
    months = day.year * 12 + day.month - 1 + ahead
    return dt.date(months // 12, months % 12 + 1, 1)


def _name(month: dt.date) -> str:
    return f"trail_trailevent_{month:%Y_%m}"


def _is_wanting(connection: BaseDatabaseWrapper, month: dt.date, following: dt.date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NULL", [_name(month)])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM trail_trailevent_rest WHERE at >= %s AND at < %s)",
            _bounds(month, following),
        )
        return not cursor.fetchone()[0]


def _bounds(month: dt.date, following: dt.date) -> list[str]:
    return [f"{day.isoformat()} 00:00:00+00" for day in (month, following)]


def _attach(connection: BaseDatabaseWrapper, month: dt.date, following: dt.date) -> int:
    """Made beside and then attached, which takes a weaker lock than making it in place."""
    start, end = _bounds(month, following)
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            cursor.execute(
                f"CREATE TABLE {_name(month)} (LIKE trail_trailevent INCLUDING DEFAULTS "
                "INCLUDING CONSTRAINTS)"
            )
            cursor.execute(
                f"ALTER TABLE trail_trailevent ATTACH PARTITION {_name(month)} "
                f"FOR VALUES FROM ('{start}') TO ('{end}')"
            )
    except OperationalError:
        return 0
    return 1
