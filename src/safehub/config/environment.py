"""What the environment says, read once and refused loudly where it makes no sense."""

from __future__ import annotations

import difflib
import os
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dj_database_url

from safehub.foundation.errors import Misconfigured

SETTINGS = {
    "SAFEHUB_HOME": "The folder that holds all data: database, uploads, keys. Default: ./var",
    "SAFEHUB_SECRET_KEY": "The secret that signs; at least 50 characters. "
    "Default: made once and kept in SAFEHUB_HOME/keys/secret_key",
    "SAFEHUB_ALLOWED_HOSTS": "The host names that the server answers to, parted by commas. "
    "Default: localhost",
    "DATABASE_URL": "The PostgreSQL database, as postgres://user:password@host:port/name. "
    "Default: SQLite in SAFEHUB_HOME/safehub.sqlite3",
}
# Read by the launcher and by the tests, and no concern of the product itself.
ELSEWHERE = {
    "SAFEHUB_PYTHON": "The Python that the launcher makes its environment with. "
    "Default: the first of python3, python3.13, python3.12, python3.11 that is new enough",
    "SAFEHUB_TEST_LANE": "`full` runs the long tests. Default: fast",
}

_SHORTEST_SECRET = 50
# Below 3.51.3 SQLite has a rare race in write-ahead logging that can corrupt the file.
_SAFE_WAL = (3, 51, 3)


@dataclass(frozen=True)
class Environment:
    """The settings of one process."""

    home: Path
    allowed_hosts: list[str]
    database_url: str
    secret: str

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Environment:
        """Raises Misconfigured for a setting that is misspelt or makes no sense."""
        _refuse_misspelt(environ)
        hosts = environ.get("SAFEHUB_ALLOWED_HOSTS", "localhost").split(",")
        secret = environ.get("SAFEHUB_SECRET_KEY", "")
        if secret and len(secret) < _SHORTEST_SECRET:
            raise Misconfigured(
                f"SAFEHUB_SECRET_KEY has {len(secret)} characters; "
                f"give it at least {_SHORTEST_SECRET}."
            )
        return cls(
            home=Path(environ.get("SAFEHUB_HOME") or "var").expanduser().resolve(),
            allowed_hosts=[host.strip() for host in hosts if host.strip()],
            database_url=environ.get("DATABASE_URL", ""),
            secret=secret,
        )

    def secret_key(self) -> str:
        """The secret of this installation, made on first use and readable to its owner only."""
        if self.secret:
            return self.secret
        path = self.home / "keys" / "secret_key"
        try:
            if not path.exists():
                self._make_home()
                _write_once(path, secrets.token_urlsafe(64))
            return path.read_text(encoding="ascii").strip()
        except OSError as error:
            raise Misconfigured(
                f"The folder {self.home} cannot be used ({error.strerror}): "
                "set SAFEHUB_HOME to a folder that you may write to."
            ) from error

    def _make_home(self) -> None:
        for folder in (self.home, self.home / "keys", self.home / "uploads"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def database(self) -> dict[str, Any]:
        """Django's DATABASES entry: PostgreSQL where DATABASE_URL names one, else SQLite."""
        if not self.database_url:
            return self._sqlite()
        try:
            found = dj_database_url.parse(self.database_url, conn_max_age=0)
        except (ValueError, KeyError, dj_database_url.ParseError) as error:
            raise Misconfigured(_WRONG_URL) from error
        if found["ENGINE"] != "django.db.backends.postgresql" or not found["NAME"]:
            raise Misconfigured(_WRONG_URL)
        return dict(found)

    def _sqlite(self) -> dict[str, Any]:
        journal = "WAL" if sqlite3.sqlite_version_info >= _SAFE_WAL else "TRUNCATE"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": self.home / "safehub.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": f"PRAGMA journal_mode={journal}; PRAGMA synchronous=FULL;",
            },
        }


def _refuse_misspelt(environ: Mapping[str, str]) -> None:
    """A name that is nearly a setting's is one misspelt, which would else be ignored unseen."""
    known = [*SETTINGS, *ELSEWHERE]
    for name in environ:
        if name.startswith("SAFEHUB_") and name not in known:
            meant = difflib.get_close_matches(name, known, n=1, cutoff=_NEARLY)
            if meant:
                raise Misconfigured(f"There is no setting {name}: {meant[0]} may be meant.")


_NEARLY = 0.8
_WRONG_URL = (
    "DATABASE_URL is no PostgreSQL address: write it as postgres://user:password@host:port/name, "
    "or leave it out for SQLite."
)


def _write_once(path: Path, text: str) -> None:
    """Write a new file that only its owner can read; one that is already there stays."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
