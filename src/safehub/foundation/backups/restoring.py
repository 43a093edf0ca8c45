"""Putting a backup back: read whole and compared row by row first, then swapped into its place."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

from safehub.foundation.backups.digests import differences
from safehub.foundation.backups.files import FOLDER, fsync_folder
from safehub.foundation.backups.keys import NAME as KEY
from safehub.foundation.backups.keys import key_path, write_key
from safehub.foundation.backups.manifest import Manifest, Migration
from safehub.foundation.backups.opening import unpack
from safehub.foundation.backups.postgresql import PostgresqlStore
from safehub.foundation.backups.sealing import damaged
from safehub.foundation.backups.sqlite import FILE, Contents, SqliteStore, contents_of
from safehub.foundation.backups.stores import Store, holds_data
from safehub.foundation.errors import NotPossible

# What a home may hold that nobody misses: a key that has signed nothing, backups, what is remade.
_NOBODY_MISSES = {FOLDER, "cache", "keys", "uploads", ".backup.lock"}
_MADE_AT_ONCE = {"secret_key", KEY}


@dataclass(frozen=True)
class Restored:
    """What was put back, and where that lies which was there before; None where nothing was."""

    manifest: Manifest
    home: Path
    kept_home: Path | None
    kept_schema: str


def restore_backup(
    *, backup: Path, home: Path, store: Store, key: bytes, at: dt.datetime, replace: bool = False
) -> Restored:
    """Put the backup into `home`, and its rows into the store, exactly as they were.

    Nothing is touched before the whole backup is read and found good, and what was there is kept
    beside. Raises NotPossible for a damaged backup, another key, a newer schema, another engine,
    or where there are data and `replace` is not said. The server must not run meanwhile.
    """
    home = home.absolute()
    _check_free(home, store, replace=replace)
    stamp = _free_stamp(home, store, at)
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{home.name}.restoring-", dir=home.parent))
    except OSError as error:
        raise NotPossible(_NO_ROOM.format(home.parent, error.strerror)) from error
    try:
        manifest = unpack(backup, key, staging)
        _check_schema(manifest.migrations)
        _check_engine(manifest, store)
        new_home = _lay_out(staging, key)
        kept_schema = _put_rows(store, staging, new_home, manifest, stamp)
        try:
            kept_home = _swap(new_home, home, stamp)
        except OSError:
            if isinstance(store, PostgresqlStore):
                store.undo(beside=kept_schema)
            raise
    except OSError as error:
        raise NotPossible(_NO_ROOM.format(home.parent, error.strerror)) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Restored(manifest, home, kept_home, kept_schema)


_NO_ROOM = (
    "The backup could not be put into {} ({}): what was there is as it was. Make room there, see "
    "to its rights, or restore into another folder with --into."
)


def _check_free(home: Path, store: Store, *, replace: bool) -> None:
    if isinstance(store, PostgresqlStore) and store.others():
        raise NotPossible(
            "Somebody is connected to the database: stop the server, the workers and whatever else "
            "uses it, and try again."
        )
    if replace:
        return
    if _holds_files(home) or (isinstance(store, SqliteStore) and holds_data(store)):
        raise NotPossible(
            f"There are data in {home}: restore into another folder with --into, or say --replace, "
            "and what is there is kept beside."
        )
    if holds_data(store):
        raise NotPossible(
            "There are data in the database: set DATABASE_URL to an empty one, or say --replace, "
            "and what is there is kept beside, in another schema."
        )


def _free_stamp(home: Path, store: Store, at: dt.datetime) -> str:
    """The time, by which what is kept beside is named; numbered where that name is taken."""
    time = f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    for number in itertools.count(1):
        stamp = f"{time}-{number}" if number > 1 else time
        is_taken = _kept_home(home, stamp).exists() or (
            isinstance(store, PostgresqlStore) and store.has_schema(_kept_schema(stamp))
        )
        if not is_taken:
            break
    return stamp


def _kept_home(home: Path, stamp: str) -> Path:
    return home.with_name(f"{home.name}.before-{stamp}")


def _kept_schema(stamp: str) -> str:
    return f"before_{stamp.lower().replace('-', '_')}"


def _holds_files(home: Path) -> bool:
    """Whether the home has files that somebody would miss, its database left aside."""
    if not home.is_dir():
        return False
    names = {path.name for path in home.iterdir() if not path.name.startswith(FILE)}
    keys = {path.name for path in (home / "keys").glob("*")}
    uploads = any((home / "uploads").glob("*"))
    return bool(names - _NOBODY_MISSES) or bool(keys - _MADE_AT_ONCE) or uploads


def _check_schema(applied: tuple[Migration, ...]) -> None:
    """Raises NotPossible for a backup of a version of the product later than this one."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    known = set(loader.disk_migrations)
    ours = {app for app, _ in known}
    newer = sorted(m for m in applied if m[0] in ours and m not in known)
    if newer:
        raise NotPossible(
            f"This backup was made by a newer version of Safehub ({'.'.join(newer[0])} is not "
            "known here): restore it with that version or a later one."
        )


def _check_engine(manifest: Manifest, store: Store) -> None:
    if manifest.engine == store.engine:
        return
    if manifest.engine == "sqlite":
        raise NotPossible(
            "This is a backup of an SQLite database: unset DATABASE_URL, then restore it."
        )
    raise NotPossible(
        "This is a backup of a PostgreSQL database: set DATABASE_URL to the database that it is "
        "to be restored into."
    )


def _lay_out(staging: Path, key: bytes) -> Path:
    """The home as it will be, within the staging folder."""
    new_home = staging / "files"
    for folder in (new_home, new_home / "keys", new_home / "uploads"):
        folder.mkdir(mode=0o700, exist_ok=True)
    for path, _, _ in os.walk(new_home):
        Path(path).chmod(0o700)
    write_key(key_path(new_home), key)
    return new_home


def _put_rows(store: Store, staging: Path, new_home: Path, manifest: Manifest, stamp: str) -> str:
    """The rows into their place, compared with the manifest; gives the schema kept beside."""
    copy = staging / store.part
    if not copy.is_file():
        raise damaged("it has no database")
    if isinstance(store, SqliteStore):
        _compare(contents_of(copy), manifest)
        copy.rename(new_home / FILE)
        return ""
    beside = _kept_schema(stamp)
    store.restore(copy, staging / "restore.sql", beside=beside)
    try:
        _compare(store.contents(), manifest)
    except NotPossible:
        store.undo(beside=beside)
        raise
    return beside


def _compare(found: Contents, manifest: Manifest) -> None:
    odd = differences(manifest.tables, found.tables)
    if odd:
        raise NotPossible(
            f"What was restored is not what was backed up ({odd[0]}): what was there before is as "
            "it was. Take another backup."
        )


def _swap(new_home: Path, home: Path, stamp: str) -> Path | None:
    """Rename the old home aside and the new one into its place; backups stay where they are."""
    # All that was unpacked is on the disk before it takes anybody's place.
    os.sync()
    kept = None
    if home.exists():
        kept = _kept_home(home, stamp)
        home.rename(kept)
    try:
        new_home.rename(home)
    except OSError:
        if kept is not None:
            kept.rename(home)
        raise
    if kept is not None and (kept / FOLDER).is_dir():
        (kept / FOLDER).rename(home / FOLDER)
    fsync_folder(home.parent)
    return kept
