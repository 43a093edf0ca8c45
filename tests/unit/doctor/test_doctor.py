"""The doctor: each thing that can be wrong is told, with what to do."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction
from pytest_django.fixtures import Settings

from safehub.cli import main
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.doctor import database, files, running
from safehub.foundation.doctor.examining import examine
from safehub.foundation.doctor.findings import Finding, State, findings_of
from safehub.foundation.govuk.assets import MANIFEST
from safehub.foundation.outbox.models import Heartbeat
from safehub.foundation.outbox.queries import MailState
from safehub.foundation.trail.commands import record
from safehub.foundation.trail.models import TrailEvent

pytestmark = pytest.mark.django_db

OPERATOR = Viewer(role=Role.LOCAL_OPERATOR, via="command")
NOW = dt.datetime(2026, 11, 24, 18, tzinfo=dt.UTC)
ON_SQLITE = connection.vendor == "sqlite"


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    home = tmp_path / "home"
    for folder in (home, home / "keys", home / "uploads"):
        folder.mkdir(mode=0o700)
    settings.SAFEHUB_HOME = home
    return home


def states(found: Iterator[Finding]) -> list[tuple[State, str]]:
    return [(one.state, one.said) for one in found]


def one(found: Iterator[Finding]) -> Finding:
    (only,) = found
    if only.state is not State.OK:
        assert only.what_to_do
    return only


# --- files -------------------------------------------------------------------------------------


def test_home_that_is_private_is_well(home: Path) -> None:
    assert one(files.rights()).state is State.OK


@pytest.mark.parametrize(
    ("name", "mode", "do"),
    [
        ("keys", 0o750, "chmod 700"),
        ("uploads", 0o701, "chmod 700"),
        ("keys/secret_key", 0o640, "chmod 600"),
        ("safehub.sqlite3", 0o604, "chmod 600"),
    ],
)
def test_what_others_can_read_is_told_with_the_command_that_mends_it(
    home: Path, name: str, mode: int, do: str
) -> None:
    path = home / name
    if not path.exists():
        path.write_text("x")
    path.chmod(mode)
    found = one(files.rights())
    assert (found.state, found.what_to_do) == (State.FAIL, f"{do} {path}")


def test_home_that_is_not_there_is_made_later(settings: Settings, tmp_path: Path) -> None:
    settings.SAFEHUB_HOME = tmp_path / "nowhere"
    assert one(files.rights()).state is State.WARN


def test_empty_key_is_told(home: Path) -> None:
    (home / "keys" / "trail_key").touch(mode=0o600)
    found = one(files.keys(secret_is_given=True))
    assert found.state is State.FAIL
    assert "trail_key is empty" in found.said


def test_keys_that_are_there_and_are_not_are_named(home: Path) -> None:
    (home / "keys" / "trail_key").write_text("1 abc")
    found = one(files.keys(secret_is_given=True))
    assert found.state is State.OK
    assert "secret_key, trail_key;" in found.said
    assert "draft_key (drafts), backup_key (backups)" in found.said


def test_restore_that_was_broken_off_is_told(home: Path) -> None:
    assert not list(files.left_over())
    (home.parent / ".home.restoring-abc").mkdir()
    assert one(files.left_over()).state is State.WARN


@pytest.mark.parametrize(
    ("free", "state"),
    [(1 << 20, State.FAIL), (1 << 29, State.WARN), (1 << 33, State.OK)],
)
def test_room_on_the_disk_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: State
) -> None:
    usage = shutil._ntuple_diskusage(1 << 40, 1 << 40, free)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert one(files.disk()).state is state


@pytest.mark.parametrize(
    ("style", "state", "said"),
    [
        (':root{--govuk-frontend-version:"6.3.0"}', State.OK, "6.3.0"),
        (':root{--govuk-frontend-version:"6.2.0"}', State.FAIL, "is 6.2.0 and must be 6.3.0"),
        ("", State.FAIL, "unknown"),
    ],
)
def test_assets_are_of_the_right_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, style: str, state: State, said: str
) -> None:
    monkeypatch.setattr(files, "BUILT", tmp_path)
    assert "not built" in one(files.assets()).said
    names = {"govuk-frontend.css": "govuk-frontend.0.css", "safehub.css": "safehub.1.css"}
    (tmp_path / MANIFEST).write_text(json.dumps(names))
    (tmp_path / "govuk-frontend.0.css").write_text(style)
    assert "gone: safehub.css" in one(files.assets()).said
    (tmp_path / "safehub.1.css").touch()
    found = one(files.assets())
    assert found.state is state
    assert said in found.said


# --- database ----------------------------------------------------------------------------------


def test_database_answers_and_is_of_this_version() -> None:
    assert one(database.reached()).state is State.OK
    assert one(database.schema()).state is State.OK


@pytest.mark.parametrize(
    ("query", "state", "said"),
    [
        (
            """INSERT INTO django_migrations (app, name, applied)
               VALUES ('clocks', '0999_later', CURRENT_TIMESTAMP)""",
            State.FAIL,
            "newer version of Safehub (clocks.0999_later)",
        ),
        ("DELETE FROM django_migrations WHERE app = 'clocks'", State.WARN, "wait for the next"),
    ],
)
def test_schema_of_another_version_is_told(query: str, state: State, said: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query)
    found = one(database.schema())
    assert found.state is state
    assert said in found.said


@pytest.mark.skipif(not ON_SQLITE, reason="is about SQLite")
@pytest.mark.parametrize(
    ("version", "journal", "synchronous", "state"),
    [
        ((3, 40, 1), "truncate", 2, State.OK),
        ((3, 40, 1), "wal", 2, State.FAIL),
        ((3, 51, 3), "wal", 2, State.OK),
        ((3, 51, 3), "wal", 1, State.FAIL),
        ((3, 51, 3), "off", 2, State.FAIL),
    ],
)
def test_durability_of_sqlite_is_told(
    monkeypatch: pytest.MonkeyPatch,
    version: tuple[int, int, int],
    journal: str,
    synchronous: int,
    state: State,
) -> None:
    told = {"PRAGMA journal_mode": journal, "PRAGMA synchronous": synchronous}
    monkeypatch.setattr(database, "_one", told.__getitem__)
    monkeypatch.setattr(database.sqlite3, "sqlite_version_info", version)  # type: ignore[attr-defined]
    assert one(database.durability()).state is state


@pytest.mark.skipif(ON_SQLITE, reason="is about PostgreSQL")
@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, [State.OK]),
        ({"SHOW server_version_num": "140012"}, [State.FAIL]),
        ({"SHOW fsync": "off", "SHOW synchronous_commit": "off"}, [State.FAIL, State.FAIL]),
    ],
)
def test_durability_of_postgresql_is_told(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, str], expected: list[State]
) -> None:
    well = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
    answers = {"SHOW server_version_num": "150004", **{f"SHOW {k}": v for k, v in well.items()}}
    monkeypatch.setattr(database, "_one", (answers | told).__getitem__)
    assert [one.state for one in database.durability()] == expected


@pytest.mark.skipif(ON_SQLITE, reason="is about PostgreSQL")
def test_test_server_that_runs_without_fsync_is_told() -> None:
    """The server of the tests trades safety for speed, and the doctor sees that on a real one."""
    said = " ".join(finding.said for finding in database.durability())
    assert "fsync off" in said or "fsync on" in said


@pytest.mark.parametrize(("production", "state"), [(True, State.WARN), (False, State.OK)])
def test_which_database_is_needed_is_told(
    settings: Settings, production: bool, state: State
) -> None:
    settings.SAFEHUB_PRODUCTION = production
    found = one(database.which_database())
    assert found.state is (state if ON_SQLITE else State.OK)
    assert "hub" in f"{found.said} {found.what_to_do}"


def test_clock_that_was_put_back_is_told(home: Path) -> None:
    assert one(database.clock()).state is State.OK
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)):
        record("doctor.tried", by=OPERATOR)
    found = one(database.clock())
    assert found.state is State.FAIL
    assert "time to come" in found.said


# --- what runs ---------------------------------------------------------------------------------


def test_trail_is_tried_and_nothing_is_left_on_it(home: Path) -> None:
    record("doctor.tried", by=OPERATOR)
    assert one(running.trail()).said == "The trail can be written"
    assert TrailEvent.objects.count() == 1


def test_trail_without_its_key_gets_no_other(home: Path) -> None:
    assert one(running.trail()).state is State.OK
    assert not (home / "keys" / "trail_key").exists()
    record("doctor.tried", by=OPERATOR)
    (home / "keys" / "trail_key").unlink()
    assert one(running.trail()).state is State.FAIL
    assert not (home / "keys" / "trail_key").exists()


def test_trail_that_cannot_be_written_is_told(home: Path) -> None:
    record("doctor.tried", by=OPERATOR)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE trail_trailevent RENAME COLUMN via TO gone")
        found = one(findings_of("trail", lambda: _within_savepoint(running.trail)))
        transaction.set_rollback(True)
    assert found.state is State.FAIL


def _within_savepoint(check: object) -> Iterator[Finding]:
    with transaction.atomic():
        yield from check()  # type: ignore[operator]


def test_events_that_wait_to_be_sealed_are_told(home: Path) -> None:
    assert one(running.sealer()).state is State.OK
    record("doctor.tried", by=OPERATOR)
    assert one(running.sealer()).state is State.OK
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2)):
        assert one(running.sealer()).state is State.WARN


def test_worker_that_is_silent_is_told() -> None:
    assert one(running.worker()).state is State.WARN
    now = dt.datetime.now(dt.UTC)
    Heartbeat.objects.create(worker="one", started_at=now, beat_at=now)
    assert one(running.worker()).state is State.OK


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        (MailState(True, 0, 0, 0, 0), ["No message"]),
        (MailState(True, 0, 0, 2, 1), ["1 messages or jobs could not be done, and 2"]),
        (MailState(True, 3, 2, 0, 0), ["E-mail is delayed: 2 notices have not been sent yet."]),
    ],
)
def test_outbox_that_waits_for_a_person_is_told(
    monkeypatch: pytest.MonkeyPatch, mail: MailState, said: list[str]
) -> None:
    monkeypatch.setattr(running, "mail_state", lambda: mail)
    found = list(running.outbox())
    assert len(found) == len(said)
    for finding, words in zip(found, said, strict=True):
        assert finding.said.startswith(words)
        assert bool(finding.what_to_do) is (finding.state is not State.OK)


@pytest.mark.parametrize(("production", "state"), [(True, State.WARN), (False, State.OK)])
def test_mail_that_is_not_set_is_told_where_others_are_served(
    settings: Settings, production: bool, state: State
) -> None:
    settings.SAFEHUB_PRODUCTION, settings.MAIL_SERVER = production, None
    assert one(running.mail()).state is state


def test_calendar_that_runs_out_is_told() -> None:
    assert one(running.calendar()).state is State.OK


@pytest.mark.parametrize(
    ("hours", "state", "said"),
    [
        (1, State.OK, "was made at"),
        (30, State.WARN, "30 hours old"),
        (999, State.WARN, "No backup"),
    ],
)
def test_age_of_the_latest_backup_is_told(home: Path, hours: int, state: State, said: str) -> None:
    with time_machine.travel(NOW, tick=False):
        record("backup.make", by=OPERATOR)
    with time_machine.travel(NOW + dt.timedelta(hours=hours), tick=False):
        found = one(running.backups())
    assert found.state is state
    assert said in found.said


def test_settings_for_serving_others_are_told(settings: Settings) -> None:
    settings.SAFEHUB_PRODUCTION = False
    assert one(running.serving()).state is State.OK
    settings.SAFEHUB_PRODUCTION = True
    settings.PUBLIC_ADDRESS = "https://hub.example.org"
    settings.SECURE_SSL_REDIRECT = False
    settings.DEBUG = True
    found = states(running.serving())
    assert (State.FAIL, "Safehub runs with DEBUG") in found
    assert any("security.W008" in said for _, said in found)


# --- all of it ---------------------------------------------------------------------------------


def test_check_that_cannot_be_made_is_a_finding() -> None:
    def broken() -> Iterator[Finding]:
        raise DatabaseError("no such table: x\nmore")
        yield

    found = one(findings_of("outbox", broken))
    assert (found.state, found.said) == (
        State.FAIL,
        "This could not be looked at: no such table: x",
    )


def test_database_that_does_not_answer_leaves_the_rest(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> Iterator[Finding]:
        raise DatabaseError("server closed the connection")
        yield

    monkeypatch.setattr(database, "reached", gone)
    found = {finding.check: finding.state for finding in examine(secret_is_given=True)}
    assert found["database"] is State.FAIL
    assert {"rights", "disk", "mail", "serving"} <= found.keys()
    assert not {"schema", "trail", "worker"} & found.keys()


def test_command_says_all_and_ends_with_one_where_something_must_be_mended(home: Path) -> None:
    record("doctor.tried", by=OPERATOR)
    well = CliRunner().invoke(main, ["doctor", "--json"])
    told = {one["check"]: one for one in json.loads(well.stdout)}
    expected = "rights keys disk assets database schema durability engine clock calendar trail "
    assert set((expected + "sealer worker outbox backups mail serving").split()) <= set(told)
    (home / "keys").chmod(0o755)
    ill = CliRunner().invoke(main, ["doctor"])
    assert ill.exit_code == 1
    assert "FAIL rights" in ill.stdout
    assert f"→ chmod 700 {home / 'keys'}" in ill.stdout
