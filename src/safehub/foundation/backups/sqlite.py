"""Copying an SQLite file while others write to it, and what is in one."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.db.backends.sqlite3._functions import register  # type: ignore[import-untyped]

from safehub.foundation.backups.digests import Rows, digest_of
from safehub.foundation.backups.manifest import Migration
from safehub.foundation.errors import NotPossible

ENGINE = "sqlite"
FILE = "safehub.sqlite3"
_PATIENCE = 60
_BATCH = 500


@dataclass(frozen=True)
class Contents:
    """What is in a database: whose version, which migrations, the rows of each table."""

    engine_version: str
    migrations: tuple[Migration, ...]
    tables: dict[str, Rows]


@dataclass(frozen=True)
class SqliteStore:
    """The file of an SQLite database."""

    path: Path
    engine: str = ENGINE
    part: str = "database.sqlite3"

    def copy(self, to: Path) -> Contents:
        """A copy of one moment, by SQLite's own online backup; checked and read afterwards.

        All pages in one step: in several, each write of somebody else would start it anew. Writers
        wait meanwhile, or go on where the journal is a write-ahead log.
        """
        if not self.path.is_file():
            raise NotPossible(f"There is no database {self.path}, so there is nothing to back up.")
        os.close(os.open(to, os.O_CREAT | os.O_WRONLY, 0o600))
        try:
            with closing(_opened(self.path)) as source, closing(sqlite3.connect(to)) as target:
                source.backup(target, pages=-1)
                # A copy has no readers: it needs no write-ahead log beside it.
                target.execute("PRAGMA journal_mode=DELETE").fetchone()
        except sqlite3.Error as error:
            raise NotPossible(
                f"The database {self.path} could not be copied ({error}): try again, and see "
                "what `safehub doctor` says of it."
            ) from error
        return contents_of(to)

    def tables_with_rows(self) -> list[str]:
        """The tables that are not empty; none where there is no file."""
        if not self.path.is_file():
            return []
        with closing(_opened(self.path)) as connection:
            return [
                name
                for name in _tables(connection)
                if connection.execute(f"SELECT 1 FROM {_quoted(name)} LIMIT 1").fetchone()  # noqa: S608 - our own tables
            ]


def contents_of(path: Path) -> Contents:
    """What is in the file. Raises NotPossible where SQLite finds it corrupt."""
    try:
        with closing(_opened(path)) as connection:
            # The checks of our tables call functions that Django brings.
            register(connection)
            found = connection.execute("PRAGMA integrity_check(5)").fetchall()
            if found != [("ok",)]:
                raise NotPossible(
                    f"SQLite finds the database corrupt ({found[0][0]}): restore a backup."
                )
            connection.text_factory = bytes
            return Contents(
                engine_version=sqlite3.sqlite_version,
                migrations=_migrations(connection),
                tables={name: digest_of(_rows(connection, name)) for name in _tables(connection)},
            )
    except sqlite3.DatabaseError as error:
        raise NotPossible(f"{path.name} is no database that SQLite can read ({error}).") from error


def _opened(path: Path) -> sqlite3.Connection:
    # Never made by being opened; `rw`, since a journal left by a crash has to be rolled back.
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_PATIENCE)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%'"
    )
    return sorted(name.decode() if isinstance(name, bytes) else str(name) for (name,) in rows)


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[bytes]:
    cursor = connection.execute(f"SELECT * FROM {_quoted(table)}")  # noqa: S608 - our own tables
    while rows := cursor.fetchmany(_BATCH):
        # repr tells an integer from a text of the same digits, and each float from every other.
        yield from (repr(row).encode() for row in rows)


def _migrations(connection: sqlite3.Connection) -> tuple[Migration, ...]:
    if "django_migrations" not in _tables(connection):
        return ()
    rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY id")
    return tuple((app.decode(), name.decode()) for app, name in rows)
