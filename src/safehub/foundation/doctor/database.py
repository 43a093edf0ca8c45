"""The database: reached, of this version, and set so that what is saved stays saved."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from safehub.foundation.doctor.findings import Finding, fail, ok, warn

# docs/adr/0002-sqlite-and-postgresql.md
_SAFE_WAL = (3, 51, 3)
_FULL = 2
_OLDEST_POSTGRESQL = 15
_APART = dt.timedelta(seconds=5)


def _one(query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def is_there() -> bool:
    """Whether there is a store at all: SQLite would make an empty one by being asked."""
    name = settings.DATABASES["default"]["NAME"]
    return connection.vendor != "sqlite" or not isinstance(name, Path) or name.is_file()


def absent() -> Iterator[Finding]:
    """For a home without a store."""
    yield warn("database", "There is no database yet", "The first start makes it.")


def reached() -> Iterator[Finding]:
    """It answers."""
    _one("SELECT 1")
    yield ok("database", f"The database answers ({connection.vendor})")


def schema() -> Iterator[Finding]:
    """Its tables are those of this version of the product."""
    executor = MigrationExecutor(connection)
    known = set(executor.loader.disk_migrations)
    ours = {app for app, _ in known}
    applied = set(executor.loader.applied_migrations)
    newer = sorted(".".join(m) for m in applied - known if m[0] in ours)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if newer:
        yield fail(
            "schema",
            f"The store was made by a newer version of Safehub ({newer[0]})",
            "Use that version, or restore a backup of this one into another folder.",
        )
    elif waiting:
        yield warn(
            "schema",
            f"{len(waiting)} changes of tables wait for the next start of this version",
            "Make a backup (safehub backup), then start Safehub.",
        )
    else:
        yield ok("schema", "The tables are those of this version")


def durability() -> Iterator[Finding]:
    """What is confirmed as saved is on the disk, and the engine is one that keeps it whole."""
    yield from (_postgresql() if connection.vendor == "postgresql" else _sqlite())


def _sqlite() -> Iterator[Finding]:
    version, journal = sqlite3.sqlite_version, str(_one("PRAGMA journal_mode")).lower()
    said = f"SQLite {version}, journal mode {journal}"
    if journal == "wal" and sqlite3.sqlite_version_info < _SAFE_WAL:
        yield fail(
            "durability",
            f"{said}: below 3.51.3 a rare race can corrupt the file in this mode",
            "Let Safehub set the mode itself: stop all that uses the file, then start Safehub.",
        )
    elif journal == "off" or _one("PRAGMA synchronous") < _FULL:
        yield fail(
            "durability",
            f"{said}: what is saved may be lost when the power is",
            "Take the setting away by which synchronous is not FULL.",
        )
    else:
        yield ok("durability", f"{said}, synchronous FULL")


def _postgresql() -> Iterator[Finding]:
    number = int(_one("SHOW server_version_num")) // 10_000
    if number < _OLDEST_POSTGRESQL:
        yield fail(
            "durability",
            f"PostgreSQL is version {number}",
            f"Bring the server to version {_OLDEST_POSTGRESQL} or later.",
        )
    off = [
        name
        for name in ("fsync", "full_page_writes", "synchronous_commit")
        if _one(f"SHOW {name}") == "off"
    ]
    for name in off:
        yield fail(
            "durability",
            f"PostgreSQL runs with {name} off: what is saved may be lost when the power is",
            f"Set {name} = on in postgresql.conf and reload the server.",
        )
    if number >= _OLDEST_POSTGRESQL and not off:
        yield ok("durability", f"PostgreSQL {number}, fsync on")


def which_database() -> Iterator[Finding]:
    """The engine fits what it is used for."""
    if connection.vendor == "postgresql":
        yield ok("engine", "PostgreSQL carries a hub and every board's rounds")
    elif settings.SAFEHUB_PRODUCTION:
        yield warn(
            "engine",
            "SQLite lets one person write at a time, and others are served here",
            "Keep SQLite for one board's round or a trial. A hub runs on PostgreSQL: set "
            "DATABASE_URL (docs/operate/settings.md).",
        )
    else:
        yield ok("engine", "SQLite does for one board's round or a trial; a hub needs PostgreSQL")


def clock() -> Iterator[Finding]:
    """The clock agrees with the database server's, and runs behind nothing that was written."""
    now = timezone.now()
    if connection.vendor == "postgresql":
        apart = abs(_one("SELECT clock_timestamp()") - now)
        if apart > _APART:
            yield warn(
                "clock",
                f"This machine's clock and the database's are {apart.seconds} seconds apart",
                "Let both machines take their time from one server (NTP).",
            )
            return
    written = newest_event()
    if written is not None and written > now + _APART:
        yield fail(
            "clock",
            "The trail has an event of a time to come: the clock was ahead, or has been put back",
            "Set the clock right. Deadlines are reckoned by it.",
        )
    else:
        yield ok("clock", f"It is {now:%Y-%m-%d %H:%M:%S} UTC, after all that was written")


def newest_event() -> dt.datetime | None:
    """When the latest event on the trail was."""
    from safehub.foundation.access.viewer import Viewer
    from safehub.foundation.access.vocabulary import Role
    from safehub.foundation.trail.queries import TrailFilter, events_for

    viewer = Viewer(role=Role.LOCAL_OPERATOR, via="command")
    rows = events_for(viewer, TrailFilter(), limit=1).rows
    return rows[0].at if rows else None
