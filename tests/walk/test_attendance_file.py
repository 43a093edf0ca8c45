"""attendance.csv: who came to a meeting is exported, and is the same when the pack is run."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from factories.people import operator
from safehub.audit.meetings.attending.queries import attendance_of
from safehub.audit.meetings.attending.rows import STATES
from safehub.audit.meetings.holding.commands import Plan, invite, plan_meeting, record_attendance
from safehub.audit.meetings.models import Attendance
from safehub.audit.programmes.models import Audit
from safehub.audit.reports.commands import make_report
from safehub.exchange.audit_pack.attendance_file import COLUMNS, FILE
from safehub.exchange.audit_pack.reading import look, read_pack
from safehub.exchange.audit_pack.storing import store
from safehub.foundation.outbox.models import Message

from .moved import cells, exported, written
from .small import small

pytestmark = pytest.mark.django_db

ROLES = "=Named doctor,\nhead of service"


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    """An audit to whose meeting the agencies were asked, and of which it is known who came."""
    made = store(read_pack(small().write(tmp_path / "pack")), operator())
    made.refresh_from_db()
    planned(made)
    record_attendance(
        audit=made,
        came={"CSC": ("present", ROLES), "POLICE": ("apologies", ""), "HOMES": ("absent", "")},
        by=operator(),
    )
    return made


def planned(audit: Audit) -> None:
    plan = Plan(dt.date(2026, 6, 25), "10am", "Town hall", "", ("CSC", "POLICE"))
    plan_meeting(audit=audit, plan=plan, by=operator())
    invite(audit=audit, by=operator())


def test_who_came_is_exported_and_the_same_when_it_is_run(audit: Audit, tmp_path: Path) -> None:
    before = make_report(audit=audit, by=operator()).version.report_json
    moved = exported(audit, tmp_path / "moved")
    assert "pack_version: 2" in (moved / "audit.yaml").read_text(encoding="utf-8")
    told = Message.objects.count()
    again = store(read_pack(moved), operator())
    assert again.pk != audit.pk
    # A moving is no invitation.
    assert Message.objects.count() == told
    assert make_report(audit=again, by=operator()).version.report_json == before
    assert attendance_of(again) == attendance_of(audit)
    csc = attendance_of(again)[0]
    assert (csc.agency, csc.is_needed, csc.state, csc.roles) == ("CSC", True, "present", ROLES)
    assert csc.invited_on is not None
    assert [one.state for one in attendance_of(again)] == ["present", "", "apologies", "", "absent"]
    third = exported(again, tmp_path / "third")
    assert (third / FILE).read_bytes() == (moved / FILE).read_bytes()


def test_an_audit_of_which_nothing_is_known_stays_version_1(tmp_path: Path) -> None:
    audit = store(read_pack(small().write(tmp_path / "pack")), operator())
    moved = exported(audit, tmp_path / "moved")
    assert not (moved / FILE).exists()
    assert "pack_version: 1" in (moved / "audit.yaml").read_text(encoding="utf-8")


def test_a_meeting_that_is_only_planned_opens_nothing_when_it_moves(tmp_path: Path) -> None:
    draft = small()
    draft.meeting, draft.actions = None, []
    audit = store(read_pack(draft.write(tmp_path / "pack")), operator())
    audit.refresh_from_db()
    planned(audit)
    moved = exported(audit, tmp_path / "moved")
    assert not (moved / "meeting.yaml").exists()
    again = store(read_pack(moved), operator())
    again.refresh_from_db()
    assert again.opened_at is None
    assert attendance_of(again) == attendance_of(audit)


def test_version_1_does_not_read_it(audit: Audit, tmp_path: Path) -> None:
    moved = exported(audit, tmp_path / "moved")
    terms = moved / "audit.yaml"
    text = terms.read_text(encoding="utf-8")
    terms.write_text(text.replace("pack_version: 2", "pack_version: 1"), encoding="utf-8")
    pack = read_pack(moved)
    assert pack.attended == ()
    assert any(FILE in note for note in pack.notes)


@pytest.mark.parametrize(
    ("column", "cell", "wanted"),
    [
        ("agency", "NOBODY", "the code of an agency"),
        ("agency", "POLICE", "each agency once"),
        ("invited_on", "tomorrow", "a day such as 2026-09-15"),
        ("invited_on", "20260901", "a day such as 2026-09-15"),
        ("invited_on", "2026-09-02", "the same day in each row"),
        ("needed", "perhaps", "yes, or nothing"),
        ("state", "late", "present or apologies or absent, or nothing"),
        ("state", "", "nothing, for no state is recorded"),
    ],
)
def test_each_mistake_is_told(
    audit: Audit, tmp_path: Path, column: str, cell: str, wanted: str
) -> None:
    moved = exported(audit, tmp_path / "moved")
    rows = cells(moved / FILE)
    rows[0][column] = cell
    written(moved / FILE, rows, COLUMNS)
    looked = look(moved)
    assert looked.pack is None
    lines = [str(one) for one in looked.mistakes]
    assert any(line.startswith(f"{FILE}, row ") and wanted in line for line in lines), lines


def test_a_heading_that_is_missing_or_strange_is_a_mistake(audit: Audit, tmp_path: Path) -> None:
    moved = exported(audit, tmp_path / "moved")
    path = moved / FILE
    path.write_text(path.read_text(encoding="utf-8").replace("needed", "who", 1))
    lines = [str(one) for one in look(moved).mistakes]
    assert any("column needed" in line for line in lines)
    assert any("column who" in line for line in lines)


def test_states_are_those_of_a_meeting() -> None:
    assert tuple(Attendance.State.values) == STATES
