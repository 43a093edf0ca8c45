"""Small homes with a small database, made without the product."""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from safehub.foundation.backups.making import Made, make_backup
from safehub.foundation.backups.sqlite import FILE, SqliteStore

AT = dt.datetime(2026, 11, 24, 18, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 11, 25, 18, tzinfo=dt.UTC)


def make_home(home: Path, *, rows: int = 50) -> Path:
    """A home with uploads, keys and a table of every kind of value."""
    for name, content in {
        "keys/secret_key": b"a secret",
        "keys/trail_key": b"1 abc\n",
        "uploads/3f1c": b"a frame, as it came",
        "uploads/within/ünïcode name": bytes(range(256)) * 9000,
        "uploads/empty": b"",
        "trail-roots/2026-11-23": b"a root",
        "failures/1.txt": b"no part of a backup",
        "cache/x": b"no part of a backup",
        "demo/x": b"no part of a backup",
        "backups/notes.txt": b"no part of a backup",
    }.items():
        path = home / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(content)
    home.chmod(0o700)
    with closing(sqlite3.connect(home / FILE)) as connection, connection:
        connection.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY AUTOINCREMENT, what)")
        connection.execute('CREATE TABLE "odd ""name" (a TEXT, b BLOB)')
        values = [None, 1, "1", 1.5, "é", b"\x00\xff", 2**62, -0.0, "", "a\nb"]
        connection.executemany(
            "INSERT INTO thing (what) VALUES (?)", [(values[n % 10],) for n in range(rows)]
        )
        connection.execute('INSERT INTO "odd ""name" VALUES (?, ?)', ("x", b""))
    return home


def store_in(home: Path) -> SqliteStore:
    return SqliteStore(home / FILE)


def back_up(
    home: Path, to: Path | None = None, *, at: dt.datetime = AT, keep: int | None = None
) -> Made:
    return make_backup(home=home, store=store_in(home), to=to or home / "backups", at=at, keep=keep)


def tree(folder: Path) -> dict[str, str]:
    """Every file below the folder with the hash of its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows_of(home: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / FILE)) as connection:
        return connection.execute("SELECT id, what, typeof(what) FROM thing").fetchall()
