"""Putting a backup back: exactly, or not at all."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from safehub.foundation.backups.digests import Rows, digest_of
from safehub.foundation.backups.keys import key_path, read_key, write_key
from safehub.foundation.backups.manifest import Manifest, Part
from safehub.foundation.backups.postgresql import PostgresqlStore
from safehub.foundation.backups.restoring import Restored, restore_backup
from safehub.foundation.backups.sealing import SealedWriter, new_header
from safehub.foundation.backups.sqlite import FILE, contents_of
from safehub.foundation.errors import NotPossible

from .homes import AT, LATER, back_up, make_home, rows_of, store_in, tree

NOT_KEPT = ("failures/", "cache/", "demo/", "backups/", FILE, ".backup.lock")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


@pytest.fixture
def backup(home: Path, tmp_path: Path) -> Path:
    return back_up(home, tmp_path / "elsewhere").path


def put_back(
    backup: Path, home: Path, *, key: bytes | None = None, replace: bool = False
) -> Restored:
    return restore_backup(
        backup=backup,
        home=home,
        store=store_in(home),
        key=key or read_key(key_path(home)),
        at=LATER,
        replace=replace,
    )


def kept_files(home: Path) -> dict[str, str]:
    return {name: h for name, h in tree(home).items() if not name.startswith(NOT_KEPT)}


def change(home: Path) -> None:
    with closing(sqlite3.connect(home / FILE)) as connection, connection:
        connection.execute("DELETE FROM thing WHERE id > 7")
    (home / "uploads" / "later").write_bytes(b"came later")
    (home / "keys" / "trail_key").write_bytes(b"another")


def test_backup_is_put_back_row_for_row_and_file_for_file(home: Path, backup: Path) -> None:
    rows, files, tables = rows_of(home), kept_files(home), contents_of(home / FILE).tables
    change(home)
    restored = put_back(backup, home, replace=True)
    assert rows_of(home) == rows
    assert contents_of(home / FILE).tables == tables
    assert kept_files(home) == files
    assert restored.manifest.made_at == AT.isoformat()


def test_what_was_there_is_kept_beside_and_backups_stay(home: Path, backup: Path) -> None:
    change(home)
    before = tree(home)
    restored = put_back(backup, home, replace=True)
    assert restored.kept_home == home.with_name("home.before-20261125T180000Z")
    assert {**tree(restored.kept_home), "backups/notes.txt": before["backups/notes.txt"]} == before
    assert (home / "backups" / "notes.txt").exists()


def test_second_restore_of_a_second_keeps_both_beside(home: Path, backup: Path) -> None:
    kept = [put_back(backup, home, replace=True).kept_home for _ in range(2)]
    assert [path.name for path in kept if path] == [
        "home.before-20261125T180000Z",
        "home.before-20261125T180000Z-2",
    ]


def test_everything_put_back_is_for_its_owner_alone(home: Path, backup: Path) -> None:
    put_back(backup, home, replace=True)
    for path in [home, *home.rglob("*")]:
        if "backups" not in path.parts:
            assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_backup_is_put_into_another_folder_with_its_key(
    home: Path, backup: Path, tmp_path: Path
) -> None:
    other = tmp_path / "new" / "place"
    restored = put_back(backup, other, key=read_key(key_path(home)))
    assert (restored.kept_home, rows_of(other)) == (None, rows_of(home))
    assert kept_files(other) == kept_files(home)
    again = back_up(other, at=LATER)
    assert not again.is_new_key


@pytest.mark.parametrize("held", [FILE, "uploads/3f1c", "keys/trail_key", "trail-roots/2026-11-23"])
def test_folder_that_holds_data_is_refused(
    home: Path, backup: Path, tmp_path: Path, held: str
) -> None:
    other = tmp_path / "other"
    (other / held).parent.mkdir(parents=True)
    (other / held).write_bytes((home / held).read_bytes())
    before = tree(other)
    with pytest.raises(NotPossible, match="There are data"):
        put_back(backup, other, key=read_key(key_path(home)))
    assert tree(other) == before


def test_folder_with_a_mere_key_takes_a_backup(home: Path, backup: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write_key(key_path(other), read_key(key_path(home)))
    (other / "keys" / "secret_key").write_text("made on first use")
    put_back(backup, other)
    assert (other / "keys" / "secret_key").read_bytes() == b"a secret"


# --- refused, with all as it was ---------------------------------------------------------------


def refused(backup: Path, home: Path, match: str, key: bytes | None = None) -> None:
    """The restore is refused, and not a byte of the home or beside it is another."""
    before = tree(home.parent)
    with pytest.raises(NotPossible, match=match):
        put_back(backup, home, key=key, replace=True)
    assert tree(home.parent) == before
    assert not list(home.parent.glob("home.before-*"))
    assert not list(home.parent.glob(".home.restoring-*"))


def test_other_key_is_refused_in_words(home: Path, backup: Path) -> None:
    refused(backup, home, "another key", key=b"x" * 32)


def test_damage_anywhere_is_refused(home: Path, backup: Path) -> None:
    whole = backup.read_bytes()
    random_places = random.Random(20261124).sample(range(len(whole)), 40)
    for place in [0, 5, 20, 60, 400, *random_places, len(whole) - 1]:
        flipped = bytearray(whole)
        flipped[place] ^= 0x10
        backup.write_bytes(flipped)
        refused(backup, home, "damaged")


def test_cut_backup_is_refused(home: Path, backup: Path) -> None:
    whole = backup.read_bytes()
    for length in [0, 10, 300, len(whole) // 2, len(whole) - 1]:
        backup.write_bytes(whole[:length])
        refused(backup, home, "damaged")


def test_missing_backup_is_told(home: Path, tmp_path: Path) -> None:
    refused(tmp_path / "nothing", home, "cannot be read")


def forged(path: Path, home: Path, members: dict[str, bytes], manifest: Manifest | None) -> Path:
    """A backup sealed with the right key, with whatever in it."""
    key = read_key(key_path(home))
    header = new_header(made_at="x", product="1", engine="sqlite", key=key)
    with path.open("wb") as file:
        sealed = SealedWriter(file, header, key)
        with (
            gzip.GzipFile(fileobj=sealed, mode="wb") as packed,
            tarfile.open(fileobj=packed, mode="w|") as archive,
        ):
            if manifest is not None:
                members = {**members, "manifest.json": manifest.as_bytes()}
            for name, data in members.items():
                head = tarfile.TarInfo(name)
                head.size = len(data)
                archive.addfile(head, io.BytesIO(data))
        sealed.finish()
    return path


def manifest_of(parts: dict[str, Part] | None = None, **more: object) -> Manifest:
    told: dict[str, object] = {
        "made_at": "x",
        "product": "1",
        "engine": "sqlite",
        "engine_version": "3",
        "migrations": (),
        "tables": {},
        "parts": parts or {},
    }
    return Manifest(**(told | more))  # type: ignore[arg-type]


def part(data: bytes) -> Part:
    return Part(len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize(
    "name", ["../escape", "/etc/escape", "files/../../escape", "files", "escape"]
)
def test_name_that_leads_out_is_refused_even_with_the_right_key(
    home: Path, backup: Path, tmp_path: Path, name: str
) -> None:
    path = forged(backup, home, {name: b"x"}, manifest_of({name: part(b"x")}))
    refused(path, home, "no backup has")
    assert not list(tmp_path.rglob("escape"))


def test_part_that_the_manifest_has_otherwise_is_refused(home: Path, backup: Path) -> None:
    path = forged(backup, home, {"files/a": b"x"}, manifest_of({"files/a": part(b"y")}))
    refused(path, home, "files/a is not as its manifest has it")


def test_part_that_is_missing_is_refused(home: Path, backup: Path) -> None:
    path = forged(backup, home, {}, manifest_of({"files/a": part(b"y")}))
    refused(path, home, "files/a is not as its manifest has it")


def test_backup_without_manifest_or_database_is_refused(home: Path, backup: Path) -> None:
    refused(forged(backup, home, {"files/a": b"x"}, None), home, "no manifest")
    path = forged(backup, home, {"files/a": b"x"}, manifest_of({"files/a": part(b"x")}))
    refused(path, home, "no database")


def test_rows_that_the_manifest_has_otherwise_are_refused(home: Path, backup: Path) -> None:
    data = (home / FILE).read_bytes()
    tables = contents_of(home / FILE).tables
    for odd, said in [
        ({**tables, "gone": Rows(1, "0")}, "the table gone is missing"),
        ({**tables, "thing": Rows(51, "0")}, "thing has 50 rows, and had 51"),
        ({**tables, "thing": Rows(50, "0")}, "rows of thing are not as they were"),
        ({k: v for k, v in tables.items() if k != "thing"}, "a table thing too many"),
    ]:
        manifest = manifest_of({"database.sqlite3": part(data)}, tables=odd)
        path = forged(backup, home, {"database.sqlite3": data}, manifest)
        refused(path, home, said)


def test_schema_of_a_newer_version_is_refused(home: Path, backup: Path) -> None:
    known = ("clocks", "0001_initial")
    data = (home / FILE).read_bytes()
    for migrations, said in [
        ((known, ("clocks", "0999_later")), "newer version"),
        ((known, ("an_app_that_is_gone", "0001_initial")), "gone is missing"),
    ]:
        manifest = manifest_of(
            {"database.sqlite3": part(data)}, migrations=migrations, tables={"gone": Rows(1, "0")}
        )
        refused(forged(backup, home, {"database.sqlite3": data}, manifest), home, said)


def test_backup_of_another_engine_is_refused(home: Path, backup: Path) -> None:
    data = b"PGDMP"
    manifest = manifest_of({"database.pgdump": part(data)}, engine="postgresql")
    path = forged(backup, home, {"database.pgdump": data}, manifest)
    refused(path, home, "set DATABASE_URL")


def test_backup_of_sqlite_into_postgresql_is_refused(
    home: Path, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PostgresqlStore({"dbname": "x"})
    monkeypatch.setattr(PostgresqlStore, "others", lambda self: 0)
    monkeypatch.setattr(PostgresqlStore, "tables_with_rows", lambda self: [])
    monkeypatch.setattr(PostgresqlStore, "has_schema", lambda self, name: False)
    with pytest.raises(NotPossible, match="unset DATABASE_URL"):
        restore_backup(
            backup=backup,
            home=tmp_path / "other",
            store=store,
            key=read_key(key_path(home)),
            at=LATER,
        )


def test_home_that_cannot_be_moved_stays_as_it_is(
    home: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where it is a disk of its own: a mounted folder cannot be renamed."""
    rename = Path.rename

    def busy(self: Path, target: Path) -> Path:
        if self.name == "files":
            raise OSError(16, "Device or resource busy")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", busy)
    refused(backup, home, "resource busy.*--into")


def test_rows_are_told_apart_by_type_and_not_by_order() -> None:
    one, other = [repr((1, "1")).encode(), repr((2,)).encode()], [repr((1, 1)).encode()]
    assert digest_of(one) == digest_of(reversed(one))
    assert digest_of(one[:1]) != digest_of(other)
    assert digest_of(one) != digest_of([*one, one[0]])
