"""`safehub backup`, `safehub restore`, `safehub backups`: going back to what was."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from safehub.cli.telling import COMMAND, note, write_out
from safehub.foundation.errors import NotFound, NotPossible

if TYPE_CHECKING:
    from safehub.foundation.backups.making import Made
    from safehub.foundation.backups.restoring import Restored
    from safehub.foundation.backups.stores import Store

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
_PATH = click.Path(path_type=Path)


def set_up() -> None:
    """Django without the store: neither is it made nor brought to this version.

    So that a backup can be made before an upgrade, and one be put back where there is nothing.
    """
    import django
    from django.apps import apps

    if apps.ready:
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safehub.config.settings")
    # Nothing is signed here: a secret at hand keeps the settings from making a home for one.
    given = os.environ.get("SAFEHUB_SECRET_KEY")
    os.environ["SAFEHUB_SECRET_KEY"] = given or secrets.token_urlsafe(64)
    try:
        django.setup()
    finally:
        if given is None:
            del os.environ["SAFEHUB_SECRET_KEY"]


def _print(told: object) -> None:
    write_out(json.dumps(told, ensure_ascii=False, indent=2) + "\n")


@click.command(short_help="Back everything up, encrypted, into one file.")
@click.option("--to", type=_PATH, help="The folder to put it in. Default: SAFEHUB_HOME/backups")
@click.option(
    "--keep", type=click.IntRange(min=1), help="Keep so many of the newest there, remove the rest."
)
@_JSON
def backup(to: Path | None, keep: int | None, as_json: bool) -> None:
    """Back up the database, the uploads and the keys, while people work.

    The file is encrypted with SAFEHUB_HOME/keys/backup_key, which is not in it: keep a copy of that
    key elsewhere. It gets its name once it has been read again and found good. What a newer
    version of Safehub has yet to bring up to date is backed up as it is.

    \b
    Examples:
      safehub backup
      safehub backup --to /mnt/backups --keep 14
    """
    set_up()
    from django.conf import settings
    from django.utils import timezone

    from safehub.cli.acting import acting
    from safehub.foundation.access.decision import check
    from safehub.foundation.backups.files import FOLDER
    from safehub.foundation.backups.making import make_backup
    from safehub.foundation.backups.stores import store_of

    by = acting()
    check(by, "backup.make")
    home = Path(settings.SAFEHUB_HOME)
    if not home.is_dir():
        raise NotPossible(f"There is no folder {home}, so there is nothing to back up.")
    made = make_backup(
        home=home,
        store=store_of(settings.DATABASES["default"]),
        to=to or home / FOLDER,
        at=timezone.now(),
        keep=keep,
    )
    _record_made(made)
    _tell_made(made, as_json=as_json)


def _record_made(made: Made) -> None:
    """The event, in the store that was backed up, unless it has yet to be brought up to date."""
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    from safehub.cli.acting import acting
    from safehub.foundation.trail.commands import record

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        note("The store is of an earlier version: its trail does not tell of this backup.")
        return
    with transaction.atomic():
        detail = {"rows": made.manifest.rows, "bytes": made.size}
        record("backup.make", by=acting(), detail=detail)


def _tell_made(made: Made, *, as_json: bool) -> None:
    if made.is_new_key:
        note(
            "A key for backups was made: SAFEHUB_HOME/keys/backup_key. Keep a copy of it "
            "elsewhere, apart from the backups: without it none of them can be read."
        )
    if as_json:
        _print(
            {
                "backup": str(made.path),
                "bytes": made.size,
                "made_at": made.manifest.made_at,
                "tables": len(made.manifest.tables),
                "rows": made.manifest.rows,
                "files": len(made.manifest.parts) - 1,
                "removed": [str(path) for path in made.removed],
            }
        )
        return
    click.echo(made.path)
    note(
        f"{made.manifest.rows} rows of {len(made.manifest.tables)} tables and "
        f"{len(made.manifest.parts) - 1} files; read again and found good."
    )
    for path in made.removed:
        note(f"Removed {path}")


@click.command(short_help="Put a backup in the place of what is there.")
@click.argument("backup_file", metavar="BACKUP")
@click.option("--into", type=_PATH, help="The folder to restore into. Default: SAFEHUB_HOME")
@click.option("--key", type=_PATH, help="The key file. Default: SAFEHUB_HOME/keys/backup_key")
@click.option("--replace", is_flag=True, help="Do so though there are data; they are kept beside.")
@_JSON
def restore(
    backup_file: str, into: Path | None, key: Path | None, replace: bool, as_json: bool
) -> None:
    """Restore BACKUP, a file or the name of one in SAFEHUB_HOME/backups, row for row.

    Stop the server and the workers first. Nothing is touched before the whole backup has been read
    and found good. Where there are data it is refused without --replace, and with it they are kept
    beside: the folder under another name, and on PostgreSQL the tables in another schema.

    \b
    Examples:
      safehub restore 20261124T180000Z.safehub --replace
      safehub restore /mnt/backups/20261124T180000Z.safehub --into try --key /mnt/key/backup_key
    """
    set_up()
    from django.conf import settings
    from django.utils import timezone

    from safehub.foundation.backups.files import FOLDER
    from safehub.foundation.backups.keys import key_path, read_key
    from safehub.foundation.backups.restoring import restore_backup

    here = Path(settings.SAFEHUB_HOME)
    found = next(
        (path for path in (Path(backup_file), here / FOLDER / backup_file) if path.is_file()), None
    )
    if found is None:
        raise NotFound(f"There is no backup {backup_file}: see `{COMMAND} backups list`.")
    home = into or here
    restored = restore_backup(
        backup=found,
        home=home,
        store=_store_within(home),
        key=read_key(key or key_path(here)),
        at=timezone.now(),
        replace=replace,
    )
    _bring_up(restored.home)
    _tell_restored(restored, as_json=as_json)


def _store_within(home: Path) -> Store:
    from django.conf import settings

    from safehub.foundation.backups.sqlite import FILE, SqliteStore
    from safehub.foundation.backups.stores import store_of

    store = store_of(settings.DATABASES["default"])
    return SqliteStore(home / FILE) if isinstance(store, SqliteStore) else store


def _bring_up(home: Path) -> None:
    """Bring what was restored to this version, and tell its trail: in a process of its own, since
    this one may know another home.
    """
    words = "from safehub.cli.backups import note_restored; note_restored()"
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", words],
        env={**os.environ, "SAFEHUB_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        note(f"It is restored, but its trail could not be told ({said}): see `{COMMAND} doctor`.")


def note_restored() -> None:
    """Write on the trail of this home that it was restored. Whoever did it may be nobody there."""
    import getpass

    from safehub.config.starting import start

    start()
    from django.db import transaction

    from safehub.foundation.access.viewer import Viewer
    from safehub.foundation.access.vocabulary import Role
    from safehub.foundation.trail.commands import record

    by = Viewer(role=Role.LOCAL_OPERATOR, via="command", operating_user=getpass.getuser())
    with transaction.atomic():
        record("backup.restored", by=by)


def _tell_restored(restored: Restored, *, as_json: bool) -> None:
    manifest = restored.manifest
    if as_json:
        _print(
            {
                "home": str(restored.home),
                "made_at": manifest.made_at,
                "tables": len(manifest.tables),
                "rows": manifest.rows,
                "kept_home": str(restored.kept_home) if restored.kept_home else None,
                "kept_schema": restored.kept_schema or None,
            }
        )
        return
    click.echo(
        f"Restored {restored.home} as it was at {manifest.made_at}: {manifest.rows} rows of "
        f"{len(manifest.tables)} tables, each compared with the backup."
    )
    if restored.kept_home:
        click.echo(f"What was there before lies in {restored.kept_home}")
    if restored.kept_schema:
        click.echo(f"The tables of before are in the schema {restored.kept_schema}")


@click.group()
def backups() -> None:
    """The backups that there are.

    \b
    Example:
      safehub backups list
    """


@backups.command("list", short_help="List the backups that there are.")
@click.option("--in", "folder", type=_PATH, help="Where to look. Default: SAFEHUB_HOME/backups")
@_JSON
def list_backups(folder: Path | None, as_json: bool) -> None:
    """List backups, oldest first: when made, of what, how large, and whether the key here fits.

    \b
    Example:
      safehub backups list
    """
    set_up()
    from django.conf import settings

    from safehub.foundation.backups.files import FOLDER, backups_in
    from safehub.foundation.backups.keys import fingerprint, key_path, read_key

    home = Path(settings.SAFEHUB_HOME)
    try:
        ours = fingerprint(read_key(key_path(home)))
    except NotPossible:
        ours = ""
    told = [_described(path, ours) for path in backups_in(folder or home / FOLDER)]
    if as_json:
        _print(told)
        return
    if not told:
        note(f"There is no backup yet: make one with `{COMMAND} backup`.")
    for one in told:
        click.echo(f"{one['backup']}  {one['said']}")


def _described(path: Path, ours: str) -> dict[str, Any]:
    from safehub.foundation.backups.opening import header_of

    size = path.stat().st_size
    try:
        header = header_of(path)
    except NotPossible:
        said = "damaged: it cannot be restored"
        return {"backup": str(path), "bytes": size, "is_readable": False, "said": said}
    fits = header.key == ours
    said = f"{header.engine}, {size} bytes, {'this key' if fits else f'another key, {header.key}'}"
    return {
        "backup": str(path),
        "bytes": size,
        "is_readable": True,
        "made_at": header.made_at,
        "engine": header.engine,
        "product": header.product,
        "key_fits": fits,
        "said": said,
    }
