"""Making a backup: what is in it, while others write, and when it is broken off."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from safehub.foundation.backups import making
from safehub.foundation.backups.files import backups_in
from safehub.foundation.backups.keys import key_path, read_key
from safehub.foundation.backups.opening import check_whole, header_of, unpack
from safehub.foundation.backups.sealing import SealedWriter
from safehub.foundation.backups.sqlite import FILE, SqliteStore, contents_of
from safehub.foundation.errors import NotPossible
from safehub.foundation.trail.roots import HEAD

from .homes import AT, LATER, back_up, make_home

KEPT = {
    "files/keys/secret_key",
    "files/keys/trail_key",
    "files/uploads/3f1c",
    "files/uploads/within/ünïcode name",
    "files/uploads/empty",
    "files/trail-roots/2026-11-23",
    "database.sqlite3",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


def key_of(home: Path) -> bytes:
    return read_key(key_path(home))


def test_backup_holds_rows_uploads_and_keys_but_its_own(home: Path) -> None:
    # Where the trail ends may be noted after the moment of the database.
    (home / "trail-roots" / HEAD).write_text("{}", encoding="utf-8")
    made = back_up(home)
    assert made.path.name == "20261124T180000Z.safehub"
    assert made.is_new_key
    manifest = check_whole(made.path, key_of(home))
    assert set(manifest.parts) == KEPT
    assert manifest == made.manifest
    assert (manifest.tables["thing"].count, manifest.engine) == (50, "sqlite")
    assert header_of(made.path).made_at == "2026-11-24T18:00:00+00:00"


def test_backup_and_key_are_for_their_owner_alone(home: Path) -> None:
    made = back_up(home)
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert key_path(home).stat().st_mode & 0o777 == 0o600


def test_backup_shows_nothing_of_what_is_in_it(home: Path) -> None:
    data = back_up(home).path.read_bytes()
    for secret in (b"a secret", b"a frame", b"thing", b"trail", key_of(home)):
        assert secret not in data


def test_nothing_is_left_lying_about(home: Path) -> None:
    back_up(home)
    back_up(home, at=LATER)
    assert {path.name for path in home.glob(".*")} == {".backup.lock"}
    assert [path.name for path in (home / "backups").iterdir() if path.name.startswith(".")] == []


def test_second_backup_of_a_second_has_a_name_of_its_own(home: Path) -> None:
    first, second = back_up(home), back_up(home)
    assert (first.is_new_key, second.is_new_key) == (True, False)
    assert [path.name for path in backups_in(home / "backups")] == [
        "20261124T180000Z-2.safehub",
        "20261124T180000Z.safehub",
    ]


def test_only_the_newest_are_kept_where_that_is_asked(home: Path) -> None:
    for day in range(1, 6):
        back_up(home, at=AT.replace(day=day))
    made = back_up(home, keep=2)
    assert [path.name[6:8] for path in backups_in(home / "backups")] == ["05", "24"]
    assert len(made.removed) == 4
    assert (home / "backups" / "notes.txt").exists()


def test_home_without_a_database_is_not_backed_up(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with pytest.raises(NotPossible, match="no database"):
        back_up(home)
    assert not backups_in(home / "backups")


def test_corrupt_database_is_not_called_backed_up(home: Path) -> None:
    with (home / FILE).open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)
    with pytest.raises(NotPossible, match=r"corrupt|could not be copied|can read"):
        back_up(home)
    assert not backups_in(home / "backups")


def test_two_at_once_are_refused(home: Path) -> None:
    with (home / ".backup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(NotPossible, match="Another backup"):
            back_up(home)


@pytest.mark.parametrize("after", [0, 1, 2])
def test_full_disk_leaves_no_backup(
    home: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr("safehub.foundation.backups.sealing.CHUNK", 1 << 10)
    seal, done = SealedWriter._seal, []

    def full(self: SealedWriter, chunk: bytes, *, is_last: bool) -> None:
        done.append(chunk)
        if len(done) > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        seal(self, chunk, is_last=is_last)

    monkeypatch.setattr(SealedWriter, "_seal", full)
    with pytest.raises(NotPossible, match="No space left on device"):
        back_up(home)
    assert [path.name for path in (home / "backups").iterdir()] == ["notes.txt"]
    assert {path.name for path in home.glob(".*")} == {".backup.lock"}


def test_backup_that_cannot_be_read_again_gets_no_name(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flipped(path: Path, key: bytes) -> object:
        data = bytearray(path.read_bytes())
        data[-20] ^= 1
        path.write_bytes(data)
        return check_whole(path, key)

    monkeypatch.setattr(making, "check_whole", flipped)
    with pytest.raises(NotPossible, match="damaged"):
        back_up(home)
    assert not backups_in(home / "backups")


# --- under load, and killed --------------------------------------------------------------------

# Each transaction writes one row into each of two tables, and says so once it is committed.
WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
connection.execute("PRAGMA synchronous=OFF")
connection.execute(f"PRAGMA journal_mode={sys.argv[2]}")
number = 0
while True:
    number += 1
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO one VALUES (?, ?)", (number, "x" * 500))
    connection.execute("INSERT INTO other VALUES (?, ?)", (number, "y" * 500))
    connection.execute("COMMIT")
    print(number, flush=True)
"""


@pytest.mark.parametrize("journal", ["TRUNCATE", "WAL"])
def test_backup_under_writing_is_of_one_moment_and_loses_nothing(
    home: Path, tmp_path: Path, journal: str
) -> None:
    with closing(sqlite3.connect(home / FILE)) as connection, connection:
        for table in ("one", "other"):
            connection.execute(f"CREATE TABLE {table} (number INTEGER PRIMARY KEY, filler)")
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home / FILE), journal],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    try:
        # Something is acknowledged, and backups begin only then.
        acknowledged = [int(writer.stdout.readline()) for _ in range(20)][-1]
        for number in range(4):
            made = back_up(home)
            into = tmp_path / f"unpacked-{number}"
            unpack(made.path, key_of(home), into)
            with closing(sqlite3.connect(into / "database.sqlite3")) as found:
                counts = found.execute(
                    "SELECT (SELECT count(*) FROM one), (SELECT max(number) FROM one), "
                    "(SELECT count(*) FROM other), (SELECT max(number) FROM other)"
                ).fetchone()
            assert len(set(counts)) == 1
            assert counts[0] >= acknowledged
            acknowledged = counts[0]
            assert contents_of(into / "database.sqlite3").tables == made.manifest.tables
    finally:
        writer.kill()
        writer.stdout.close()
        writer.wait()
    assert acknowledged > 20


BACKER = """
import datetime as dt, sys
from pathlib import Path
from safehub.foundation.backups.making import make_backup
from safehub.foundation.backups.sqlite import SqliteStore
home = Path(sys.argv[1])
print("ready", flush=True)
at = dt.datetime(2026, 11, 24, 18, tzinfo=dt.UTC)
make_backup(home=home, store=SqliteStore(home / "safehub.sqlite3"), to=home / "backups", at=at)
"""


def test_killed_backup_leaves_nothing_that_looks_whole(home: Path) -> None:
    with closing(sqlite3.connect(home / FILE)) as connection, connection:
        connection.execute("CREATE TABLE large (filler)")
        connection.executemany(
            "INSERT INTO large VALUES (?)", [(os.urandom(1 << 16),) for _ in range(300)]
        )
    kills = 20 if os.environ.get("SAFEHUB_TEST_LANE") == "full" else 3
    took, seen = 0.0, set()
    for number in range(kills + 1):
        backer = subprocess.Popen(
            [sys.executable, "-c", BACKER, str(home)], stdout=subprocess.PIPE, text=True
        )
        assert backer.stdout is not None
        backer.stdout.readline()
        if number == 0:
            # The first one runs to its end, and says how long that takes.
            clock = time.monotonic()
            backer.wait()
            took = time.monotonic() - clock
            backups_in(home / "backups")[0].unlink()
        else:
            time.sleep(took * number / (kills + 1))
            backer.send_signal(signal.SIGKILL)
            backer.wait()
        backer.stdout.close()
        left = {path.name for path in home.glob(".backup-*")}
        left |= {path.name for path in (home / "backups").glob(".*.part")}
        seen |= left
        for path in backups_in(home / "backups"):
            check_whole(path, key_of(home))
            path.unlink()
    assert seen, "no backup was caught in the middle"
    assert len(backups_in(home / "backups")) == 0
    back_up(home)
    assert {path.name for path in home.glob(".*")} == {".backup.lock"}
    assert not list((home / "backups").glob(".*"))


def test_copy_of_a_store_in_a_journal_left_by_a_crash_is_sound(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    crash = (
        "import sqlite3, sys, os\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA cache_size=1')\n"
        "c.execute('BEGIN IMMEDIATE')\n"
        "c.executemany('INSERT INTO thing (what) VALUES (?)', [('z' * 900,)] * 5000)\n"
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", crash, str(home / FILE)], check=False)
    contents = SqliteStore(home / FILE).copy(tmp_path / "copy")
    assert contents.tables["thing"].count == 50
