"""Starting Django for one command, and making the store if it is not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from safehub.foundation.errors import Misconfigured, NotPossible


def start() -> None:
    """Set Django up and bring the store to this version. Raises Misconfigured and NotPossible."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safehub.config.settings")
    django.setup()
    make_store()


def _make_home(home: Path, database: dict[str, Any]) -> None:
    """The folder of all data, and an SQLite file in it that its owner alone can read."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = database["NAME"]
    # A store in memory has a name that is no path, and so has PostgreSQL.
    if isinstance(file, Path) and not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


# Any number will do that nothing else in this database locks by.
_LOCK = 0x6D69_6772_6174


def _migrate(connection: BaseDatabaseWrapper) -> None:
    """All that is missing in one transaction: a process that is killed leaves nothing half done.

    Django by itself commits a migration's tables and only then notes that it was applied; killed
    between the two, the store could never be brought up to date again. Two that start at once take
    turns, and the second finds nothing left to do.
    """
    # SQLite heeds this only outside a transaction, and its tables are made without the checks.
    connection.disable_constraint_checking()
    try:
        with transaction.atomic(using=connection.alias):
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
                    # A table that was written to cannot be altered while checks wait for the end.
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            call_command("migrate", interactive=False, verbosity=0)
    finally:
        connection.enable_constraint_checking()


def make_store() -> None:
    """Make the tables that are missing; a store of a newer version is refused."""
    from django.conf import settings

    connection = connections[DEFAULT_DB_ALIAS]
    try:
        _make_home(settings.SAFEHUB_HOME, settings.DATABASES["default"])
        executor = MigrationExecutor(connection)
        known = set(executor.loader.disk_migrations)
        ours = {app for app, _ in known}
        newer = {m for m in executor.loader.applied_migrations if m[0] in ours} - known
        if newer:
            raise NotPossible(
                "The store was made by a newer version of Safehub: use that version, "
                "or set SAFEHUB_HOME to another folder."
            )
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            _migrate(connection)
    except OSError as error:
        raise Misconfigured(
            f"The folder {settings.SAFEHUB_HOME} cannot be used ({error.strerror}): "
            "set SAFEHUB_HOME to a folder that you may write to."
        ) from error
    except OperationalError as error:
        raise NotPossible(
            f"The database cannot be reached ({str(error).strip().splitlines()[0]}): "
            "check DATABASE_URL and SAFEHUB_HOME, and that the server runs."
        ) from error
