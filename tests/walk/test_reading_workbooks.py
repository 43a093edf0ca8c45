"""“Reading”, its line on the workbooks that agencies fill in."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from .conftest import Run
from .drafts import BASE, MEADOWSHIRE, fill_workbook, rows_of, write_rows, write_sheets
from .runs import Outcome, assert_as_computed
from .small import small


def returned_by_workbook(pack: Path, folder: Path, blank: Outcome, agencies: set[str]) -> Path:
    """The same pack, the rows of these agencies filled into the workbooks that were sent."""
    shutil.copytree(pack, folder)
    rows = rows_of(pack / "returns.csv")
    (folder / "returns").mkdir()
    for agency in agencies:
        path = folder / "returns" / f"{agency}.xlsx"
        shutil.copy(blank.restricted / "workbooks" / path.name, path)
        fill_workbook(path, [row for row in rows if row["agency"] == agency])
    left = [row for row in rows if row["agency"] not in agencies]
    if left:
        write_rows(folder / "returns.csv", list(rows[0]), left)
    else:
        (folder / "returns.csv").unlink()
    return folder


@pytest.mark.parametrize("agencies", [{"POLICE"}, {"CSC", "SCHOOLS", "POLICE"}])
def test_filled_workbooks_give_the_same_report_as_rows(
    run: Run, tmp_path: Path, agencies: set[str]
) -> None:
    pack = small().write(tmp_path / "pack")
    plain = run(pack)
    filled = returned_by_workbook(pack, tmp_path / "filled", plain, agencies)
    outcome = run(filled)
    assert outcome.report == plain.report
    assert_as_computed(outcome, filled)


def test_filled_workbook_of_the_real_pack_gives_the_same_report(run: Run, tmp_path: Path) -> None:
    plain = run(MEADOWSHIRE)
    filled = returned_by_workbook(MEADOWSHIRE, tmp_path / "filled", plain, {"SCHOOLS", "POLICE"})
    outcome = run(filled)
    assert (outcome.publishable / "report.json").read_bytes() == (
        plain.publishable / "report.json"
    ).read_bytes()


def test_numbers_and_dates_in_a_workbook_are_read_as_typed(run: Run, tmp_path: Path) -> None:
    draft = small()
    draft.returns = [
        {"agency": "CSC", "case": "01", "status": "submitted", "known": "yes", "visits": "3",
         "hours": "2.5", "seen_on": "2026-01-09", "consent": "no", "grade": "good"},
    ]  # fmt: skip
    pack = draft.write(tmp_path / "pack")
    plain = run(pack)
    headings = ["agency", "case", "respondent", "status", "frame_referral_id", *draft.questions]
    values = {"agency": "CSC", "case": 1, "status": "submitted", "known": "yes", "visits": 3.0,
              "hours": 2.5, "seen_on": dt.date(2026, 1, 9), "consent": "no", "grade": "good",
              "frame_referral_id": "whatever"}  # fmt: skip
    (pack / "returns.csv").unlink()
    (pack / "returns").mkdir()
    lines: list[list[object]] = [[*headings], [values.get(name) for name in headings]]
    write_sheets(pack / "returns" / "CSC.xlsx", {"returns": lines})
    outcome = run(pack)
    assert outcome.report == plain.report
    assert_as_computed(outcome, pack)


def test_row_that_nobody_filled_in_is_no_row(run: Run, tmp_path: Path) -> None:
    draft = small()
    pack = draft.write(tmp_path / "pack")
    without = [row for row in rows_of(pack / "returns.csv") if row["agency"] != "POLICE"]
    write_rows(pack / "returns.csv", [*BASE, *draft.questions], without)
    plain = run(pack)
    (pack / "returns").mkdir()
    shutil.copy(plain.restricted / "workbooks" / "POLICE.xlsx", pack / "returns")
    outcome = run(pack)
    assert outcome.report == plain.report
    assert outcome.agency("POLICE")["known"] is None


def test_second_row_in_another_file_is_a_mistake(run: Run, tmp_path: Path) -> None:
    pack = small().write(tmp_path / "pack")
    plain = run(pack)
    filled = returned_by_workbook(pack, tmp_path / "filled", plain, {"POLICE"})
    shutil.copy(pack / "returns.csv", filled / "returns.csv")
    outcome = run(filled)
    twice = sum(row["agency"] == "POLICE" for row in rows_of(pack / "returns.csv"))
    assert outcome.exit_code == 1
    assert len(outcome.lines) == twice
    assert all(line.startswith("returns/POLICE.xlsx, sheet returns, ") for line in outcome.lines)


def test_workbook_named_by_no_agency_is_a_mistake(run: Run, tmp_path: Path) -> None:
    pack = small().write(tmp_path / "pack")
    plain = run(pack)
    filled = returned_by_workbook(pack, tmp_path / "filled", plain, {"POLICE"})
    (filled / "returns" / "POLICE.xlsx").rename(filled / "returns" / "police.xlsx")
    outcome = run(filled)
    assert outcome.exit_code == 1
    assert [line.startswith("returns/police.xlsx: found police") for line in outcome.lines] == [
        True
    ]
