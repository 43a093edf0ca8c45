"""Starting Django for one command, and making the store if it is not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
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
            call_command("migrate", interactive=False, verbosity=0)
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
