"""Dumping a PostgreSQL database while others write to it, and putting a dump back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from safehub.foundation.backups.digests import digest_of
from safehub.foundation.backups.manifest import Migration
from safehub.foundation.backups.sqlite import Contents
from safehub.foundation.errors import NotPossible

ENGINE = "postgresql"
_SCHEMA = "public"
_BATCH = 500
_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin")
# As PostgreSQL writes a row as text hangs on these.
_WRITING = (
    "TimeZone = 'UTC'",
    "DateStyle = 'ISO'",
    "bytea_output = 'hex'",
    "extra_float_digits = 1",
)
# What psycopg and libpq both understand of Django's OPTIONS.
_OPTIONS = re.compile(r"ssl|connect_timeout$|options$|passfile$|target_session_attrs$|gss")


@dataclass(frozen=True)
class PostgresqlStore:
    """A database on a server. `settings` are libpq's, but for the password."""

    settings: dict[str, str]
    password: str = field(default="", repr=False)
    engine: str = ENGINE
    part: str = "database.pgdump"

    @classmethod
    def of(cls, database: Mapping[str, Any]) -> PostgresqlStore:
        """From Django's DATABASES entry."""
        names = {"dbname": "NAME", "user": "USER", "host": "HOST", "port": "PORT"}
        settings = {name: str(database.get(key) or "") for name, key in names.items()}
        options = database.get("OPTIONS") or {}
        settings |= {k: str(v) for k, v in options.items() if _OPTIONS.match(k)}
        return cls({k: v for k, v in settings.items() if v}, str(database.get("PASSWORD") or ""))

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Raises NotPossible where the server does not answer."""
        try:
            extra = {"password": self.password} if self.password else {}
            return psycopg.connect(make_conninfo(**self.settings, **extra))
        except psycopg.OperationalError as error:
            said = str(error).strip().splitlines()[0]
            raise NotPossible(
                f"The database cannot be reached ({said}): check DATABASE_URL, and that the "
                "server runs."
            ) from error

    def copy(self, to: Path) -> Contents:
        """A dump of one moment; rows are counted in the same snapshot as they are dumped from."""
        with closing(self.connect()) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            (snapshot,) = _one(connection, "SELECT pg_export_snapshot()")
            self._run(
                [
                    *("pg_dump", "--format=custom", "--no-owner", "--no-privileges"),
                    *(f"--schema={_SCHEMA}", f"--snapshot={snapshot}", f"--file={to}"),
                ],
                connection.info.server_version,
            )
            return contents_of(connection)

    def contents(self) -> Contents:
        """What is in the database now."""
        with closing(self.connect()) as connection:
            return contents_of(connection)

    def tables_with_rows(self) -> list[str]:
        """The tables that are not empty."""
        with closing(self.connect()) as connection:
            probe = sql.SQL("SELECT EXISTS (SELECT 1 FROM {})")
            return [
                name
                for name in _tables(connection)
                if connection.execute(probe.format(sql.Identifier(_SCHEMA, name))).fetchone()
                == (True,)
            ]

    def others(self) -> int:
        """How many other connections there are to the database."""
        with closing(self.connect()) as connection:
            (found,) = _one(
                connection,
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
            )
            return int(found)

    def has_schema(self, name: str) -> bool:
        """Whether there is a schema of that name."""
        with closing(self.connect()) as connection:
            found = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [name])
            return found.fetchone() is not None

    def restore(self, dump: Path, script: Path, *, beside: str) -> None:
        """Put the dump in the place of what is there, in one transaction.

        What is there is kept as the schema `beside`. `script` is where the statements are written.
        """
        with closing(self.connect()) as connection:
            version = connection.info.server_version
        self._run(
            [
                *("pg_restore", "--no-owner", "--no-privileges", f"--schema={_SCHEMA}"),
                *(f"--file={script}", str(dump)),
            ],
            version,
        )
        # Only psql reads what pg_restore writes; the swap before it stands in the same transaction.
        prelude = script.with_suffix(".before.sql")
        prelude.write_text(
            f'ALTER SCHEMA {_SCHEMA} RENAME TO "{beside}";\n'
            f"CREATE SCHEMA {_SCHEMA};\nGRANT USAGE ON SCHEMA {_SCHEMA} TO PUBLIC;\n",
            encoding="ascii",
        )
        self._run(
            [
                *("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--output=/dev/null"),
                *("--set=ON_ERROR_STOP=1", f"--file={prelude}", f"--file={script}"),
            ],
            version,
        )

    def undo(self, *, beside: str) -> None:
        """Put back what `restore` kept beside."""
        with closing(self.connect()) as connection, connection.transaction():
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(_SCHEMA)))
            connection.execute(
                sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(
                    sql.Identifier(beside), sql.Identifier(_SCHEMA)
                )
            )

    def _run(self, words: list[str], server: int) -> None:
        """Run a program of PostgreSQL on this database. The password is on no command line."""
        command = [program(words[0], server // 10_000), *words[1:]]
        if words[0] != "pg_restore":
            command.append(f"--dbname={make_conninfo(**self.settings)}")
        environ = {k: v for k, v in os.environ.items() if k != "PGPASSWORD"}
        if self.password:
            environ["PGPASSWORD"] = self.password
        done = subprocess.run(  # noqa: S603 - our own words
            command, env=environ, capture_output=True, text=True, check=False
        )
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise NotPossible(
                f"{words[0]} failed ({said}): nothing was changed. Mend what it says and try again."
            )


def program(name: str, at_least: int) -> str:
    """Where a program of PostgreSQL lies, of the server's version or later. Raises NotPossible."""
    too_old = ""
    for path in _candidates(name):
        said = subprocess.run(  # noqa: S603 - found by its own name
            [path, "--version"], capture_output=True, text=True, check=False
        ).stdout
        found = re.search(r"\) (\d+)", said)
        if found and int(found[1]) >= at_least:
            return path
        too_old = found[1] if found else too_old
    older = f"only version {too_old} was found" if too_old else "it was not found"
    raise NotPossible(
        f"The program {name} of PostgreSQL {at_least} or later is needed, and {older}: install its "
        f"client programs (Debian and Ubuntu: the package postgresql-client-{at_least})."
    )


def _candidates(name: str) -> Iterator[str]:
    on_path = shutil.which(name)
    if on_path:
        yield on_path
    for place in _PLACES:
        folder, _, pattern = place.strip("/").partition("*")
        found = Path("/").glob(f"{folder}*{pattern}/{name}") if pattern else [Path(place) / name]
        yield from (str(path) for path in sorted(found, reverse=True) if path.is_file())


def contents_of(connection: psycopg.Connection[tuple[Any, ...]]) -> Contents:
    """What is in the database, as the connection's transaction sees it."""
    for setting in _WRITING:
        connection.execute(f"SET LOCAL {setting}".encode())
    (version,) = _one(connection, "SHOW server_version")
    tables = _tables(connection)
    return Contents(
        engine_version=str(version),
        migrations=_migrations(connection) if "django_migrations" in tables else (),
        tables={name: digest_of(_rows(connection, name)) for name in tables},
    )


def _one(connection: psycopg.Connection[tuple[Any, ...]], query: str) -> tuple[Any, ...]:
    found = connection.execute(query.encode()).fetchone()
    if found is None:
        raise NotPossible("PostgreSQL gave no answer where it must: look at its log.")
    return found


def _tables(connection: psycopg.Connection[tuple[Any, ...]]) -> list[str]:
    """Tables that hold rows themselves: a table parted by month has them in its parts."""
    rows = connection.execute(
        "SELECT relname FROM pg_class JOIN pg_namespace ON relnamespace = pg_namespace.oid "
        "WHERE nspname = %s AND relkind = 'r'",
        [_SCHEMA],
    )
    return sorted(name for (name,) in rows)


def _rows(connection: psycopg.Connection[tuple[Any, ...]], table: str) -> Iterator[bytes]:
    query = sql.SQL("SELECT t::text FROM ONLY {} AS t").format(sql.Identifier(_SCHEMA, table))
    # A cursor with a name stays on the server: a table is never read whole into memory.
    with connection.cursor(name="safehub_rows") as cursor:
        cursor.itersize = _BATCH
        cursor.execute(query)
        yield from (row.encode() for (row,) in cursor)


def _migrations(connection: psycopg.Connection[tuple[Any, ...]]) -> tuple[Migration, ...]:
    rows = connection.execute("SELECT app, name FROM public.django_migrations ORDER BY id")
    return tuple((app, name) for app, name in rows)
