"""The stores that faults are injected into: SQLite files, and databases of a cluster of our own."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import psycopg

# Of this run alone: what a child signs, the pages must know.
SECRET = secrets.token_urlsafe(64)


class Store(Protocol):
    """One store, thrown away afterwards. `rows` asks it directly, past all code of the product."""

    name: str
    home: Path

    @property
    def database(self) -> dict[str, Any]: ...

    @property
    def environment(self) -> dict[str, str]: ...

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]: ...

    def run(self, statement: str) -> None: ...

    def complaints(self) -> list[str]: ...


@dataclass
class SqliteStore:
    """A file in a folder of data."""

    home: Path
    name: str = "sqlite"

    @property
    def file(self) -> Path:
        return self.home / "safehub.sqlite3"

    @property
    def database(self) -> dict[str, Any]:
        from safehub.config.environment import Environment

        row = Environment.read({"SAFEHUB_HOME": str(self.home)}).database()
        return {**row, "NAME": str(self.file)}

    @property
    def environment(self) -> dict[str, str]:
        return {"SAFEHUB_HOME": str(self.home), "SAFEHUB_SECRET_KEY": SECRET}

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.file, timeout=20)
        try:
            return connection.execute(query.replace("%s", "?"), values).fetchall()
        finally:
            connection.close()

    def run(self, statement: str) -> None:
        connection = sqlite3.connect(self.file, timeout=20)
        try:
            with connection:
                connection.execute(statement)
        finally:
            connection.close()

    def complaints(self) -> list[str]:
        """None: SQLite is asked by a child, since constraints use functions of Django's."""
        return []


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class NoPostgres(Exception):  # noqa: N818 - a reason to skip
    """Why there is no cluster."""


class ClusterFailed(RuntimeError):  # noqa: N818
    """The cluster was there, and does not do what it is told: never a reason to skip."""


def _programs() -> Path:
    places = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        if all((place / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return place
    raise NoPostgres("PostgreSQL's server is not on this machine")


@dataclass
class Cluster:
    """A PostgreSQL server of our own. What it confirms is written to the system before."""

    folder: Path
    programs: Path
    port: int
    owner: list[str] = field(default_factory=list)

    @classmethod
    def make(cls) -> Cluster:
        """Raises NoPostgres with the reason."""
        programs = _programs()
        folder = Path(tempfile.mkdtemp(prefix="safehub-faults-pg.", dir="/tmp"))
        owner: list[str] = []
        if os.getuid() == 0:
            import pwd

            try:
                postgres = pwd.getpwnam("postgres")
            except KeyError as missing:
                raise NoPostgres("there is no user postgres to run it as") from missing
            os.chown(folder, postgres.pw_uid, postgres.pw_gid)
            owner = ["runuser", "-u", "postgres", "--"]
        cluster = cls(folder, programs, free_port(), owner)
        cluster._call("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        cluster.start()
        with cluster.connect("postgres", "postgres") as connection:
            connection.execute("CREATE ROLE safehub LOGIN CREATEDB")
            connection.execute("CREATE DATABASE faults_template OWNER safehub")
        with cluster.connect("faults_template", "postgres") as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
        return cluster

    def _call(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [*self.owner, str(self.programs / program), "-D", str(self.folder / "data"), *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            raise ClusterFailed(f"{program} failed: {done.stderr.decode()[-300:]}")

    def start(self) -> None:
        # A power cut is another matter: here processes die, and what they gave the system stays.
        options = (
            f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off "
            "-c synchronous_commit=on -c max_connections=60 -c restart_after_crash=on"
        )
        self._call(
            "pg_ctl", "start", "-w", "-s", "-t", "60", "-l", str(self.folder / "log"), "-o", options
        )

    def stop(self, how: str = "immediate") -> None:
        self._call("pg_ctl", "stop", "-w", "-s", "-m", how)

    @property
    def postmaster(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])

    def processes(self) -> list[int]:
        """The server's processes, the first of them before all."""
        first = self.postmaster
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(first)], capture_output=True, check=False
        )
        return [first, *map(int, listed.stdout.split())]

    def kill(self) -> None:
        """SIGKILL to all of it, as when the machine runs out of memory; then start it again."""
        for process in self.processes():
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.come_back()

    def come_back(self) -> None:
        """Start it, if need be again: it will not as long as a process of before lives."""
        until = time.monotonic() + 40
        while not self.is_up():
            try:
                self.start()
            except ClusterFailed:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def is_up(self) -> bool:
        """Whether it takes connections."""
        try:
            with self.connect("postgres"):
                return True
        except psycopg.Error:
            return False

    def connect(self, database: str, user: str = "safehub") -> psycopg.Connection[Any]:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, dbname=database, user=user, autocommit=True
        )

    def remove(self) -> None:
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


@dataclass
class PostgresStore:
    """A database of the cluster, and the folder of data beside it."""

    cluster: Cluster
    home: Path
    dbname: str
    name: str = "postgresql"

    @property
    def database(self) -> dict[str, Any]:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.dbname,
            "USER": "safehub",
            "HOST": "127.0.0.1",
            "PORT": str(self.cluster.port),
            "OPTIONS": {},
        }

    @property
    def environment(self) -> dict[str, str]:
        url = f"postgres://safehub@127.0.0.1:{self.cluster.port}/{self.dbname}"
        return {
            "SAFEHUB_HOME": str(self.home),
            "SAFEHUB_SECRET_KEY": SECRET,
            "DATABASE_URL": url,
        }

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self.cluster.connect(self.dbname) as connection:
            return connection.execute(query, values or None).fetchall()

    def run(self, statement: str) -> None:
        with self.cluster.connect(self.dbname) as connection:
            connection.execute(statement)

    def complaints(self) -> list[str]:
        """What amcheck says is wrong with tables and indexes, heap against index and all."""
        said = []
        with self.cluster.connect(self.dbname, "postgres") as connection:
            for name, kind in connection.execute(_RELATIONS).fetchall():
                check = (
                    "SELECT bt_index_check(%s::regclass, true)"
                    if kind == "i"
                    else "SELECT * FROM verify_heapam(%s::regclass)"
                )
                try:
                    rows = connection.execute(check, [name]).fetchall()
                except psycopg.Error as error:
                    said.append(f"{name}: {error}")
                    continue
                if kind == "r" and rows:
                    said.append(f"{name}: {rows[0]}")
        return said


_RELATIONS = """
SELECT c.oid::regclass::text, c.relkind FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am a ON a.oid = c.relam
WHERE n.nspname = 'public' AND c.relkind IN ('i', 'r')
AND (c.relkind = 'r' OR a.amname = 'btree')
AND c.relname ~ '^(outbox|trail|submissions|accounts|access)_'
"""
