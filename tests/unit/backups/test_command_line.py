"""`safehub backup`, `restore` and `backups` as they are typed, each in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_django.fixtures import Settings

from safehub.cli import main
from safehub.foundation.backups.sqlite import FILE, contents_of

PRODUCT = Path(sys.executable).with_name("safehub")


def safehub(home: Path, *words: object, fails: bool = False) -> subprocess.CompletedProcess[str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("SAFEHUB", "DATABASE"))}
    environ.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [PRODUCT, *map(str, words)],
        env={**environ, "SAFEHUB_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode != 0) is fails, done.stderr
    return done


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a whole store and something in it."""
    home = tmp_path_factory.mktemp("first") / "home"
    words = ["clocks", "calendar", "--close", "2027-01-04", "a day", "--reason", "proclaimed"]
    safehub(home, *words)
    (home / "uploads" / "a1").write_bytes(b"a frame")
    return home


@pytest.fixture
def home(first: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(first, tmp_path / "home"))


def events(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / FILE)) as connection:
        return [e for (e,) in connection.execute("SELECT event FROM trail_trailevent ORDER BY id")]


def test_backup_is_made_listed_and_put_back(home: Path) -> None:
    before = contents_of(home / FILE).tables
    done = safehub(home, "backup", "--json")
    told = json.loads(done.stdout)
    assert "Keep a copy of it" in done.stderr
    assert (told["rows"], told["files"]) == (sum(t.count for t in before.values()), 3)
    assert events(home)[-1] == "backup.make"
    (listed,) = json.loads(safehub(home, "backups", "list", "--json").stdout)
    assert (listed["backup"], listed["key_fits"]) == (told["backup"], True)

    with closing(sqlite3.connect(home / FILE)) as connection, connection:
        connection.execute("DELETE FROM clocks_calendaroverride")
    name = Path(told["backup"]).name
    assert "There are data" in safehub(home, "restore", name, fails=True).stderr
    put_back = json.loads(safehub(home, "restore", name, "--replace", "--json").stdout)
    assert put_back["rows"] == told["rows"]
    after = contents_of(home / FILE).tables
    grown = {table for table in after if after[table] != before[table]}
    assert grown <= {"trail_trailevent", "sqlite_sequence"}
    assert events(home)[-1] == "backup.restored"
    kept = Path(put_back["kept_home"])
    assert contents_of(kept / FILE).tables["clocks_calendaroverride"].count == 0
    assert (home / "backups" / name).exists()


def test_backup_is_put_into_an_empty_folder_without_touching_this_one(
    home: Path, tmp_path: Path
) -> None:
    made = Path(safehub(home, "backup", "--to", tmp_path / "to").stdout.strip())
    nowhere, into = tmp_path / "nowhere", tmp_path / "into"
    assert "There is no key" in safehub(nowhere, "restore", made, fails=True).stderr
    key = home / "keys" / "backup_key"
    safehub(nowhere, "restore", made, "--into", into, "--key", key)
    # Neither reading settings nor restoring elsewhere makes a home.
    assert not nowhere.exists()
    assert (into / "uploads" / "a1").read_bytes() == b"a frame"
    assert events(into)[-1] == "backup.restored"


def test_backup_that_is_not_there_is_told(settings: Settings, tmp_path: Path) -> None:
    settings.SAFEHUB_HOME = tmp_path
    done = CliRunner().invoke(main, ["restore", "20200101T000000Z.safehub"])
    assert done.exit_code == 1
    assert "There is no backup 20200101T000000Z.safehub" in done.stderr
    assert "There is no backup yet" in CliRunner().invoke(main, ["backups", "list"]).stderr


def test_damaged_backup_is_listed_as_such(settings: Settings, tmp_path: Path) -> None:
    settings.SAFEHUB_HOME = tmp_path
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "20261124T180000Z.safehub").write_bytes(b"SAFEHUB BACKUP 1\nxx")
    done = CliRunner().invoke(main, ["backups", "list", "--json"])
    (told,) = json.loads(done.stdout)
    assert (told["is_readable"], told["said"]) == (False, "damaged: it cannot be restored")


def test_store_of_an_earlier_version_is_backed_up_as_it_is(home: Path) -> None:
    """Before an upgrade: the backup must not bring the store to the new version first."""
    with closing(sqlite3.connect(home / FILE)) as connection, connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'clocks'")
    done = safehub(home, "backup")
    assert "earlier version" in done.stderr
    with closing(sqlite3.connect(home / FILE)) as connection:
        found = connection.execute("SELECT 1 FROM django_migrations WHERE app = 'clocks'")
        assert found.fetchall() == []
