"""sources.csv and meeting_details.yaml: exported, and the same when the pack is run."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from factories.people import operator
from safehub.audit.meetings.attending.queries import details_of
from safehub.audit.meetings.attending.rows import NO_DETAILS, Details
from safehub.audit.meetings.holding.commands import Plan, plan_meeting
from safehub.audit.meetings.models import Meeting
from safehub.audit.programmes.models import Audit
from safehub.audit.reports.commands import make_report
from safehub.audit.returns.models import Return, ReturnSource, SourceKind
from safehub.audit.returns.sources.queries import sources_taken
from safehub.audit.returns.sources.rows import KINDS
from safehub.exchange.audit_pack import details_file, sources_file
from safehub.exchange.audit_pack.reading import look, read_pack
from safehub.exchange.audit_pack.storing import store
from safehub.foundation.outbox.models import Message

from .moved import cells, exported, written
from .small import small

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 5, 4, 9, 30, 15, 42, dt.UTC)
DAY = dt.date(2026, 5, 3)
WORDS = "=She said:\n'nobody asked me', twice."


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    """An audit with a source of each kind, whose meeting has a day and a place."""
    draft = small()
    draft.meeting, draft.actions = None, []
    made = store(read_pack(draft.write(tmp_path / "pack")), operator())
    made.refresh_from_db()
    first, second = Return.objects.filter(participant__audit=made).order_by("position")[:2]
    said = {"was_asked": True, "asked_on": DAY, "by_whom": "The auditor", "words": WORDS}
    why = {"was_asked": False, "not_asked_because": "A parent is under investigation."}
    for at, (on, kind, safe, more) in enumerate(
        (
            (second, SourceKind.PRACTITIONER, None, said),
            (first, SourceKind.CHILD, True, said),
            (first, SourceKind.FAMILY, False, why),
            (first, SourceKind.PRACTITIONER, None, why),
        )
    ):
        when = AT + dt.timedelta(minutes=at)
        ReturnSource.objects.create(audit_return=on, kind=kind, is_safe=safe, added_at=when, **more)
    plan = Plan(dt.date(2026, 6, 25), "10am", "Town hall", "https://meet.example/a", ())
    plan_meeting(audit=made, plan=plan, by=operator())
    Meeting.objects.filter(audit=made).update(
        minutes='One.\nTwo: "so be it".', without_quorum="Without Police: =they 'sent' word."
    )
    return made


def test_both_are_exported_and_the_same_when_it_is_run(audit: Audit, tmp_path: Path) -> None:
    before = make_report(audit=audit, by=operator()).version.report_json
    moved = exported(audit, tmp_path / "moved")
    assert "pack_version: 2" in (moved / "audit.yaml").read_text(encoding="utf-8")
    told = Message.objects.count()
    again = store(read_pack(moved), operator())
    again.refresh_from_db()
    assert again.pk != audit.pk
    assert Message.objects.count() == told
    assert again.opened_at is None
    assert make_report(audit=again, by=operator()).version.report_json == before
    assert sources_taken(again) == sources_taken(audit)
    assert [one.kind for one in sources_taken(again)] == [*KINDS[1:], KINDS[0], KINDS[0]]
    assert sources_taken(again)[0].words == WORDS
    assert details_of(again) == details_of(audit)
    assert details_of(again) == Details(
        dt.date(2026, 6, 25),
        "10am",
        "Town hall",
        "https://meet.example/a",
        'One.\nTwo: "so be it".',
        "Without Police: =they 'sent' word.",
    )
    third = exported(again, tmp_path / "third")
    for file in moved.iterdir():
        assert (third / file.name).read_bytes() == file.read_bytes(), file.name


def test_an_audit_without_either_stays_version_1(tmp_path: Path) -> None:
    audit = store(read_pack(small().write(tmp_path / "pack")), operator())
    moved = exported(audit, tmp_path / "moved")
    assert "pack_version: 1" in (moved / "audit.yaml").read_text(encoding="utf-8")
    for name in (sources_file.FILE, details_file.FILE):
        assert not (moved / name).exists()


def test_version_1_reads_neither(audit: Audit, tmp_path: Path) -> None:
    moved = exported(audit, tmp_path / "moved")
    terms = moved / "audit.yaml"
    text = terms.read_text(encoding="utf-8")
    terms.write_text(text.replace("pack_version: 2", "pack_version: 1"), encoding="utf-8")
    pack = read_pack(moved)
    assert (pack.sources, pack.details) == ((), NO_DETAILS)
    for name in (sources_file.FILE, details_file.FILE):
        assert any(name in note for note in pack.notes)


# The first row is the child's, who was asked; the second the family's, who was not.
@pytest.mark.parametrize(
    ("row", "column", "cell", "wanted"),
    [
        (0, "agency", "NOBODY", "a return of the pack"),
        (0, "kind", "neighbour", "practitioner or child or family"),
        (0, "safe", "", "yes or no"),
        (2, "safe", "yes", "nothing, for it is asked of a child and a family alone"),
        (0, "safe", "no", "nothing, for it was not safe to ask"),
        (0, "words", "", "one of the two"),
        (0, "not_asked_because", "Both", "one of the two"),
        (0, "asked_on", "", "a day such as"),
        (0, "asked_on", "20260503", "a day such as"),
        (1, "asked_on", "2026-05-03", "nothing, for nobody was asked"),
        (1, "by_whom", "Somebody", "nothing, for nobody was asked"),
        (0, "recorded_at", "2026-05-04", "a moment such as"),
    ],
)
def test_each_mistake_is_told(
    audit: Audit, tmp_path: Path, row: int, column: str, cell: str, wanted: str
) -> None:
    moved = exported(audit, tmp_path / "moved")
    rows = cells(moved / sources_file.FILE)
    rows[row][column] = cell
    written(moved / sources_file.FILE, rows, sources_file.COLUMNS)
    looked = look(moved)
    assert looked.pack is None
    lines = [str(one) for one in looked.mistakes]
    assert any(one.startswith(f"{sources_file.FILE}, row ") and wanted in one for one in lines), (
        lines
    )


@pytest.mark.parametrize(
    ("was", "becomes", "wanted"),
    [
        ("place:", "room:", "only planned_on, starts_at, place, link, minutes"),
        ("2026-06-25", "soon", "a date"),
        ('"10am"', f'"{"late " * 20}"', "at most 40 characters"),
    ],
)
def test_each_mistake_of_the_details_is_told(
    audit: Audit, tmp_path: Path, was: str, becomes: str, wanted: str
) -> None:
    moved = exported(audit, tmp_path / "moved")
    path = moved / details_file.FILE
    path.write_text(path.read_text(encoding="utf-8").replace(was, becomes, 1), encoding="utf-8")
    lines = [str(one) for one in look(moved).mistakes]
    assert any(one.startswith(details_file.FILE) and wanted in one for one in lines), lines


def test_kinds_are_those_of_the_store() -> None:
    assert tuple(SourceKind.values) == KINDS
