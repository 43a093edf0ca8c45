"""What verifying reports, and the command that reports it."""

from __future__ import annotations

import datetime as dt
import json
from importlib import import_module
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from django.db import connection

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotPossible
from safehub.foundation.trail import commands, sealer
from safehub.foundation.trail.batches import batches_from
from safehub.foundation.trail.models import TrailEvent
from safehub.foundation.trail.roots import FILE, HEAD, roots
from safehub.foundation.trail.sealer import seal_pending
from safehub.foundation.trail.tables import drop_guards, put_up_guards
from safehub.foundation.trail.verifying import verify

from .people import CARA, CASE

# By its path: the package has the command itself under that name.
module = import_module("safehub.cli.trail")
pytestmark = pytest.mark.django_db(transaction=True)
OPERATOR = Viewer(role=Role.LOCAL_OPERATOR, via="command", operating_user="edie")


def write(count: int = 1) -> None:
    for _ in range(count):
        commands.record("trail.opened", by=CARA, on=CASE)


def behind_its_back(sql: str) -> None:
    drop_guards(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    put_up_guards(connection)


def root_lines(home: Path) -> list[str]:
    return (home / "elsewhere" / FILE).read_text(encoding="utf-8").splitlines()


def test_an_empty_trail_holds() -> None:
    found = verify()
    assert (found.holds, found.sealed, found.unsealed, found.batches) == (True, 0, 0, 0)


def test_sealed_and_unsealed_events_are_reported_apart() -> None:
    write(3)
    seal_pending()
    write(2)
    found = verify()
    assert (found.holds, found.sealed, found.unsealed, found.batches) == (True, 3, 2, 1)


def test_a_change_of_an_event_that_is_not_sealed_is_found() -> None:
    write(2)
    event = TrailEvent.objects.order_by("id")[0].pk
    behind_its_back(f"UPDATE trail_trailevent SET person = 99 WHERE id = {event}")  # noqa: S608
    found = verify()
    assert [fault.event for fault in found.faults] == [event]


def test_events_that_span_many_chunks_and_batches_are_all_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sealer, "MOST", 5)
    monkeypatch.setattr("safehub.foundation.trail.walk._CHUNK", 3)
    write(23)
    seal_pending()
    write(4)
    found = verify()
    assert (found.holds, found.sealed, found.unsealed, found.batches) == (True, 23, 4, 5)


def test_a_clock_that_is_put_back_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safehub.foundation.trail.walk._CHUNK", 2)
    for hour in (12, 11, 13, 9, 12):
        with time_machine.travel(dt.datetime(2026, 11, 24, hour, tzinfo=dt.UTC), tick=False):
            write(3)
            seal_pending()
    found = verify()
    assert (found.holds, found.sealed, found.unsealed) == (True, 15, 0)


def test_since_a_day_only_what_came_after_is_read_and_judged() -> None:
    for day in range(1, 9):
        with time_machine.travel(dt.datetime(2026, 11, day, 12, tzinfo=dt.UTC), tick=False):
            write(2)
            seal_pending()
    first = TrailEvent.objects.order_by("id")[0].pk
    behind_its_back(f"UPDATE trail_trailevent SET reason = 'x' WHERE id = {first}")  # noqa: S608
    since = dt.datetime(2026, 11, 6, tzinfo=dt.UTC)
    late = verify(since=since)
    assert (late.holds, late.sealed, late.batches) == (True, 6, 3)
    assert [fault.event for fault in verify().faults] == [first]
    behind_its_back("DELETE FROM trail_trailbatch WHERE number = 7")
    assert not verify(since=since).holds


def test_a_daily_root_is_written_once_a_day_and_is_recorded() -> None:
    assert not commands.write_daily_root()
    with time_machine.travel(dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC), tick=False):
        write()
        seal_pending()
        assert commands.write_daily_root()
        assert not commands.write_daily_root()
    with time_machine.travel(dt.datetime(2026, 11, 25, 0, 0, 1, tzinfo=dt.UTC), tick=False):
        seal_pending()
        assert commands.write_daily_root()
        seal_pending()
        assert verify().roots == 2
    assert [root.batch for root in roots() if root] == [1, 2]
    assert TrailEvent.objects.filter(event="trail.root_written").count() == 2


def test_a_change_to_the_daily_roots_is_found(home: Path) -> None:
    for _ in range(3):
        write()
        seal_pending()
        commands.write_daily_root(again=True)
    path, lines = home / "elsewhere" / FILE, root_lines(home)
    assert verify().holds
    changed = json.dumps(json.loads(lines[1]) | {"batch": 1})
    for damaged in (
        [lines[0], changed, lines[2]],
        [lines[0], lines[2]],
        [lines[0], "not a line", lines[2]],
        [lines[1], lines[0], lines[2]],
        lines[1:],
    ):
        path.write_text("\n".join(damaged) + "\n", encoding="utf-8")
        assert any("daily roots" in fault.words for fault in verify().faults), damaged
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert verify().holds


def test_a_folder_of_roots_that_cannot_be_used_is_told_and_stops_nothing(home: Path) -> None:
    write()
    seal_pending()
    (home / "elsewhere").write_text("a file is here", encoding="utf-8")
    with pytest.raises(NotPossible, match="SAFEHUB_TRAIL_ROOTS"):
        commands.write_daily_root()
    found = verify()
    assert not found.holds
    assert "SAFEHUB_TRAIL_ROOTS" in found.faults[0].words


def test_what_a_restore_lost_is_reported_until_it_is_accepted() -> None:
    write()
    seal_pending()
    with pytest.raises(NotPossible, match="no loss to accept"):
        commands.accept_loss(by=OPERATOR)
    write()
    seal_pending()
    commands.write_daily_root(again=True)
    lost = [event for batch in batches_from(2) for event in batch.ids()]
    behind_its_back("DELETE FROM trail_trailbatch WHERE number = 2")
    for event in lost:
        behind_its_back(f"DELETE FROM trail_trailevent WHERE id = {event}")  # noqa: S608
    behind_its_back("DELETE FROM trail_trailevent WHERE event = 'trail.root_written'")
    assert "cut short" in verify().faults[0].words
    assert commands.accept_loss(by=OPERATOR) == 1
    seal_pending()
    assert verify().holds
    commands.write_daily_root(again=True)
    seal_pending()
    assert verify().holds
    behind_its_back("DELETE FROM trail_trailbatch WHERE number >= 2")
    assert not verify().holds


def cut_off(batch: int) -> None:
    """As somebody does who owns the database: the last batch, and the events in it."""
    (last,) = batches_from(batch)
    behind_its_back(f"DELETE FROM trail_trailbatch WHERE number = {batch}")  # noqa: S608
    for event in last.ids():
        behind_its_back(f"DELETE FROM trail_trailevent WHERE id = {event}")  # noqa: S608


def test_what_was_sealed_since_the_last_daily_root_cannot_be_cut_off(home: Path) -> None:
    write()
    seal_pending()
    commands.write_daily_root()
    seal_pending()
    write()
    seal_pending()
    commands.note_end()
    assert verify().holds
    cut_off(3)
    assert [fault.batch for fault in verify().faults] == [3]
    assert commands.accept_loss(by=OPERATOR) == 2
    seal_pending()
    assert verify().holds


def test_the_note_of_the_end_cannot_be_changed_and_grows_with_the_trail(home: Path) -> None:
    write()
    commands.note_end()
    path = home / "elsewhere" / HEAD
    assert not path.exists()
    seal_pending()
    commands.note_end()
    first = path.read_text(encoding="utf-8")
    commands.note_end()
    assert path.read_text(encoding="utf-8") == first
    write()
    seal_pending()
    commands.note_end()
    assert json.loads(path.read_text(encoding="utf-8"))["batch"] == 2
    assert verify().holds
    line = json.loads(first)
    for damaged in (
        "",
        "not a note",
        json.dumps(line | {"batch": 2}),
        json.dumps(line | {"at": ""}),
    ):
        path.write_text(damaged, encoding="utf-8")
        assert any("where the trail ends" in fault.words for fault in verify().faults), damaged
    # One of the daily roots is no note of the end.
    commands.write_daily_root()
    path.write_text(root_lines(home)[0], encoding="utf-8")
    assert not verify().holds


def test_a_lost_key_is_told_and_the_next_one_has_another_number(home: Path) -> None:
    write()
    seal_pending()
    (home / "keys" / "trail_key").unlink()
    words = {fault.words.split("key ")[1][:1] for fault in verify().faults}
    assert words == {"1"}
    write()
    assert list(TrailEvent.objects.order_by("id").values_list("key_id", flat=True)) == [1, 2]


@pytest.fixture
def safehub(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setattr(module, "_start", lambda: None)
    monkeypatch.setattr(module, "acting", lambda: OPERATOR)
    return CliRunner()


def ran(safehub: CliRunner, *words: str) -> Result:
    return safehub.invoke(module.trail, list(words))


def test_the_command_verifies_and_says_so_on_the_trail(safehub: CliRunner) -> None:
    write(3)
    assert "3 events" in ran(safehub, "seal").output
    result = ran(safehub, "verify")
    assert result.exit_code == 0
    assert "3 sealed events in 1 batches, 0 not sealed yet" in result.output
    told = TrailEvent.objects.get(event="trail.verified")
    assert (told.operating_user, json.loads(told.detail)["sealed"]) == ("edie", 3)


def test_the_command_exits_with_1_and_says_what_is_wrong(safehub: CliRunner) -> None:
    write(3)
    seal_pending()
    behind_its_back("UPDATE trail_trailevent SET outcome = 'refused'")
    result = ran(safehub, "verify", "--json", "--since", "2020-01-01")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert (told["holds"], told["fault_count"], len(told["faults"])) == (False, 3, 3)
    plain = ran(safehub, "verify")
    assert plain.exit_code == 1
    assert "is not what was signed" in plain.output
    assert "data protection officer" in plain.output
    assert TrailEvent.objects.filter(event="trail.found_tampered").count() == 2


def test_the_command_writes_roots_accepts_a_loss_and_adds_a_key(safehub: CliRunner) -> None:
    assert "Nothing is sealed yet" in ran(safehub, "root").output
    write()
    seal_pending()
    assert FILE in ran(safehub, "root").output.replace("\n", "")
    assert isinstance(ran(safehub, "accept-loss").exception, NotPossible)
    assert "Key 2 signs" in ran(safehub, "new-key").output
    seal_pending()
    assert verify().holds
