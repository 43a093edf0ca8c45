"""Where the rows are kept: an SQLite file or a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safehub.foundation.backups.postgresql import PostgresqlStore
from safehub.foundation.backups.sqlite import SqliteStore

Store = SqliteStore | PostgresqlStore

# Tables that a new, empty store fills by itself.
_FILLED_AT_ONCE = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "django_site",
    "sqlite_sequence",
}


def holds_data(store: Store) -> bool:
    """Whether the store has rows that somebody made."""
    return bool(set(store.tables_with_rows()) - _FILLED_AT_ONCE)


def store_of(database: Mapping[str, Any]) -> Store:
    """The store of Django's DATABASES entry."""
    if database["ENGINE"].endswith("sqlite3"):
        return SqliteStore(Path(database["NAME"]))
    return PostgresqlStore.of(database)
