"""Filled workbooks come in to a stored round: seen first, taken whole or refused whole, kept."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import openpyxl
import pytest

from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import Return, ReturnVersion
from safehub.audit.returns.queries import rows_of
from safehub.audit.returns.workbooks.commands import take_workbook
from safehub.audit.returns.workbooks.filled import Kind, read_filled
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotAllowed, NotFound, NotPossible, Refused
from safehub.foundation.records import ref_of
from safehub.foundation.trail.models import TrailEvent
from safehub.foundation.trail.queries import TrailFilter, events_for

from .conftest import Command
from .drafts import fill_workbook, write_rows
from .small import small

OPERATOR = Viewer(role=Role.LOCAL_OPERATOR, via="command")
GOOD = {"case": "01", "status": "submitted", "known": "yes", "visits": "3", "consent": "yes",
        "grade": "good"}  # fmt: skip
NIL = {"case": "02", "status": "submitted", "known": "no"}


@pytest.fixture
def books(safehub: Command, tmp_path: Path) -> Path:
    """The workbooks of a round that has its sample and no returns yet."""
    pack = small().write(tmp_path / "round")
    for words in (
        ("create", pack),
        ("sample", "round"),
        ("workbooks", "round", "--out", tmp_path / "books"),
    ):
        result = safehub("audit", *words)
        assert result.exit_code == 0, result.stderr
    return tmp_path / "books"


@pytest.fixture
def audit(books: Path) -> Audit:
    return Audit.objects.get(reference="round")


def versions() -> list[tuple[str | None, int, bool]]:
    return list(
        ReturnVersion.objects.order_by("audit_return__case__number", "number").values_list(
            "audit_return__case__number", "number", "is_latest"
        )
    )


def test_workbook_is_seen_first_and_then_taken(
    safehub: Command, books: Path, tmp_path: Path
) -> None:
    sent = tmp_path / "from the police.xlsx"
    (books / "POLICE.xlsx").rename(sent)
    fill_workbook(sent, [GOOD, NIL])
    seen = safehub("audit", "take", "round", sent, "--dry-run")
    assert seen.exit_code == 0, seen.stderr
    assert "from the police.xlsx (POLICE): 2 returns new, 0 changed, 0 as before." in seen.stdout
    assert "Nothing was taken" in seen.stderr
    assert not Return.objects.exists()
    done = safehub("audit", "take", "round", sent)
    assert done.exit_code == 0, done.stderr
    assert versions() == [("01", 1, True), ("02", 1, True)]


def test_later_workbook_supersedes_and_both_are_kept(
    safehub: Command, books: Path, audit: Audit
) -> None:
    sent = books / "POLICE.xlsx"
    fill_workbook(sent, [GOOD, NIL])
    assert safehub("audit", "take", "round", sent).exit_code == 0
    fill_workbook(sent, [{**GOOD, "grade": "inadequate"}, NIL, {**NIL, "case": "03"}])
    seen = safehub("audit", "take", "round", sent, "--dry-run")
    assert "1 returns new, 1 changed, 1 as before." in seen.stdout
    assert "  case 01: changed\n    grade: good → inadequate\n" in seen.stdout
    assert safehub("audit", "take", "round", sent).exit_code == 0
    assert versions() == [("01", 1, False), ("01", 2, True), ("02", 1, True), ("03", 1, True)]
    assert {row.case: row.answers.get("grade") for row in rows_of(audit)}["01"] == "inadequate"


def test_same_bytes_again_change_nothing_also_after_others(audit: Audit, books: Path) -> None:
    sent = books / "POLICE.xlsx"
    fill_workbook(sent, [GOOD])
    first = sent.read_bytes()
    fill_workbook(sent, [{**GOOD, "grade": "inadequate"}])
    second = sent.read_bytes()

    def take(data: bytes) -> bool:
        filled = read_filled(data, audit, name="POLICE.xlsx")
        return take_workbook(audit=audit, filled=filled, by=OPERATOR).is_repeat

    assert [take(first), take(first), take(second), take(first)] == [False, True, False, True]
    assert versions() == [("01", 1, False), ("01", 2, True)]
    wanted = TrailFilter(on=ref_of(audit), events=frozenset({"workbook.taken"}))
    details = [row.detail for row in events_for(OPERATOR, wanted).rows]
    assert [detail["sha256"] for detail in details] == [
        hashlib.sha256(data).hexdigest() for data in (second, first)
    ]
    assert [detail["agency"] for detail in details] == ["POLICE", "POLICE"]


def test_refused_workbook_leaves_nothing_and_comes_back_marked(
    safehub: Command, books: Path, tmp_path: Path
) -> None:
    sent, other = books / "POLICE.xlsx", books / "CSC.xlsx"
    fill_workbook(sent, [{**GOOD, "grade": "fine"}, NIL])
    fill_workbook(other, [GOOD])
    result = safehub("audit", "take", "round", other, sent, "--marked", tmp_path / "to-mend")
    assert result.exit_code == 1
    assert "POLICE.xlsx, sheet returns, row 2, column grade: found fine" in result.stderr
    assert not Return.objects.exists()
    assert not TrailEvent.objects.filter(event="workbook.taken").exists()
    (copy,) = (tmp_path / "to-mend").iterdir()
    assert copy.name == "POLICE-to-mend.xlsx"
    assert copy.stat().st_mode & 0o777 == 0o600
    fill_workbook(copy, [GOOD])
    assert safehub("audit", "take", "round", copy, other).exit_code == 0
    assert Return.objects.count() == 3


def test_child_at_risk_is_told_of_though_the_workbook_is_refused(
    safehub: Command, books: Path
) -> None:
    sent = books / "POLICE.xlsx"
    fill_workbook(sent, [{**GOOD, "grade": "fine", "immediate_risk": "yes"}])
    result = safehub("audit", "take", "round", sent)
    assert result.exit_code == 1
    assert "IMMEDIATE RISK: POLICE, case 01" in result.stderr


def test_workbook_of_another_draw_is_refused_kindly(
    safehub: Command, books: Path, audit: Audit
) -> None:
    sent = books / "POLICE.xlsx"
    fill_workbook(sent, [GOOD])
    before = read_filled(sent, audit)
    assert safehub("audit", "sample", "round", "--seed", "9").exit_code == 0
    result = safehub("audit", "take", "round", sent)
    assert result.exit_code == 1
    assert "a workbook of a sample that was drawn before" in result.stderr
    with pytest.raises(NotPossible, match="read it again"):
        take_workbook(audit=audit, filled=before, by=OPERATOR)


def test_workbook_of_another_round_is_refused_kindly(
    safehub: Command, books: Path, tmp_path: Path
) -> None:
    other = small(title="Neglect").write(tmp_path / "other")
    for words in (("create", other), ("sample", "other")):
        assert safehub("audit", *words).exit_code == 0
    result = safehub("audit", "take", "other", books / "POLICE.xlsx")
    assert result.exit_code == 1
    assert "found a workbook of another audit, “Voices of children”" in result.stderr
    assert "wanted a workbook of “Neglect”" in result.stderr


def test_each_respondent_can_have_a_workbook_of_its_own(
    safehub: Command, books: Path, audit: Audit, tmp_path: Path
) -> None:
    unit = next(p for p in audit.participants.all() if p.respondent_unit)
    who = tmp_path / "who.csv"
    rows = [
        {"agency": unit.code, "respondent": "Elm Surgery", "case": "1"},
        {"agency": unit.code, "respondent": "Elm Surgery", "case": "03"},
        {"agency": unit.code, "respondent": "Elm, Surgery", "case": ""},
    ]
    write_rows(who, ["agency", "respondent", "case"], rows)
    words = ("workbooks", "round", "--out", tmp_path / "each", "--respondents", who)
    assert safehub("audit", *words).exit_code == 0
    folder = tmp_path / "each" / unit.code
    assert sorted(path.name for path in folder.iterdir()) == [
        "elm-surgery-2.xlsx",
        "elm-surgery.xlsx",
    ]
    counts = {path.name: openpyxl.load_workbook(path)["returns"].max_row - 1
              for path in folder.iterdir()}  # fmt: skip
    assert sorted(counts.values()) == [2, 10]
    sent = next(folder / name for name, count in counts.items() if count == 2)
    book = openpyxl.load_workbook(sent)
    columns = {str(cell.value): place for place, cell in enumerate(book["returns"][1], start=1)}
    for name, value in {"status": "submitted", "known": "no"}.items():
        book["returns"].cell(2, columns[name]).value = value
    book.save(sent)
    filled = read_filled(sent, audit)
    assert (filled.agency, filled.respondent) == (unit.code, "Elm Surgery")
    assert [(change.kind, change.respondent, change.case) for change in filled.changes] == [
        (Kind.NEW, "Elm Surgery", "01")
    ]
    take_workbook(audit=audit, filled=filled, by=OPERATOR)
    again = ("workbooks", "round", "--out", tmp_path / "again", "--each-respondent")
    assert safehub("audit", *again).exit_code == 0
    assert [path.name for path in (tmp_path / "again" / unit.code).iterdir()] == [
        "elm-surgery.xlsx"
    ]


def test_list_of_respondents_with_mistakes_is_refused(
    safehub: Command, books: Path, tmp_path: Path
) -> None:
    who = tmp_path / "who.csv"
    write_rows(who, ["agency", "respondent", "case"],
               [{"agency": "CSC", "respondent": "", "case": "77"}])  # fmt: skip
    result = safehub("audit", "workbooks", "round", "--out", tmp_path / "x", "--respondents", who)
    assert result.exit_code == 1
    assert len([line for line in result.stderr.splitlines() if "who.csv, row 2" in line]) == 3
    assert not (tmp_path / "x").exists()


def test_only_who_may_take_returns_takes_a_workbook(audit: Audit, books: Path) -> None:
    fill_workbook(books / "POLICE.xlsx", [GOOD])
    filled = read_filled(books / "POLICE.xlsx", audit)
    with pytest.raises((NotAllowed, NotFound)):
        take_workbook(audit=audit, filled=filled, by=Viewer(role=Role.AGENCY_AUDITOR, via="page"))
    assert not Return.objects.exists()


def test_workbook_with_mistakes_is_never_taken(audit: Audit, books: Path) -> None:
    fill_workbook(books / "POLICE.xlsx", [{**GOOD, "grade": "fine"}])
    filled = read_filled(books / "POLICE.xlsx", audit)
    with pytest.raises(Refused, match="found fine"):
        take_workbook(audit=audit, filled=filled, by=OPERATOR)
    assert not Return.objects.exists()


def test_reading_a_workbook_stores_nothing(audit: Audit, books: Path) -> None:
    out = io.BytesIO((books / "POLICE.xlsx").read_bytes())
    before = TrailEvent.objects.count()
    read = read_filled(out.getvalue(), audit)
    assert read.remarks == ("workbook.xlsx, sheet returns: no row has been filled in.",)
    assert (TrailEvent.objects.count(), Return.objects.exists()) == (before, False)
