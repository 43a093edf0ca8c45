"""“Reading”, its line on frames: frame.csv, and CIN Census returns as frame.xml."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from .conftest import Run
from .drafts import Draft
from .runs import assert_as_computed
from .small import small

CENSUS = Path(__file__).parents[1] / "data" / "cin" / "census.xml"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "cin_census"


def with_census(draft: Draft, folder: Path, census: bytes) -> Path:
    pack = draft.write(folder)
    (pack / "frame.csv").unlink()
    (pack / "frame.xml").write_bytes(census)
    return pack


def census_draft(**plan: Any) -> Draft:
    """The small audit over the five referrals of the small census."""
    draft = small()
    draft.plan(**{"size": 3, "reserve": 1, **plan})
    draft.returns = [row for row in draft.returns if row["case"] in {"01", "02", "03"}]
    return draft


def test_further_columns_of_a_frame_are_kept_for_who_has_to_find_the_case(run: Run) -> None:
    outcome = run(small())
    book = openpyxl.load_workbook(outcome.restricted / "workbooks" / "POLICE.xlsx")
    headings = [cell.value for cell in book["returns"][1]]
    frame = ["referral_id", "child_id", "referred_on", "area", "source_code"]
    assert headings[:8] == ["agency", "respondent", "case", *(f"frame_{name}" for name in frame)]
    drawn = {row["case"]: row["referral_id"] for row in outcome.sheet("sample.csv") if row["case"]}
    cells = [[cell.value for cell in line] for line in book["returns"].iter_rows(min_row=2)]
    assert {str(line[2]): str(line[3]) for line in cells} == drawn


def test_sha256_of_the_frame_is_of_its_bytes(run: Run, tmp_path: Path) -> None:
    pack = small().write(tmp_path / "pack")
    digest = hashlib.sha256((pack / "frame.csv").read_bytes()).hexdigest()
    assert run(pack).report["sample"]["frame_sha256"] == digest


@pytest.mark.parametrize(
    ("row", "column", "value", "line"),
    [
        (4, "referral_id", "R0001", "row 6, column referral_id: found R0001 again"),
        (4, "area", "", "row 6, column area: found nothing"),
        (4, "referred_on", "2025-03-31", "row 6, column referred_on: found 2025-03-31"),
        (4, "referred_on", "2026-04-01", "row 6, column referred_on: found 2026-04-01"),
        (4, "referred_on", "2025-04-31", "row 6, column referred_on: found 2025-04-31"),
    ],
)
def test_mistake_in_a_frame_is_refused(
    run: Run, row: int, column: str, value: str, line: str
) -> None:
    draft = small()
    draft.plan(size=None, by={"area": {"north": 4, "south": 3, "east": 3}})
    draft.frame[row][column] = value
    outcome = run(draft)
    assert outcome.exit_code == 1
    assert [said.startswith(f"frame.csv, {line}") for said in outcome.lines] == [True]


def test_blank_in_a_column_that_does_not_stratify_is_no_mistake(run: Run, tmp_path: Path) -> None:
    draft = small()
    draft.frame[4]["area"] = ""
    pack = draft.write(tmp_path / "pack")
    assert_as_computed(run(pack), pack)


def test_census_gives_one_row_for_each_referral(run: Run, tmp_path: Path) -> None:
    pack = with_census(census_draft(size=5, reserve=0), tmp_path / "pack", CENSUS.read_bytes())
    outcome = run(pack)
    assert outcome.report["sample"]["frame"] == 5
    assert outcome.report["sample"]["outside_period"] == 2
    drawn = sorted(row["referral_id"] for row in outcome.sheet("sample.csv"))
    again = ["K1:2025-05-01", "K1:2025-05-01:2", "K1:2025-05-01:3"]
    assert drawn == [*again, "K2:2025-04-01", "K3:2026-03-31"]


def test_census_columns_are_those_of_the_format(run: Run, tmp_path: Path) -> None:
    pack = with_census(census_draft(size=5, reserve=0), tmp_path / "pack", CENSUS.read_bytes())
    book = openpyxl.load_workbook(run(pack).restricted / "workbooks" / "CSC.xlsx")
    lines = [[cell.value for cell in line[3:9]] for line in book["returns"].iter_rows()]
    headings = ("referral_id", "child_id", "referred_on", "source_code", "primary_need", "outcome")
    assert lines[0] == [f"frame_{name}" for name in headings]
    rows = {str(line[0]): line[1:] for line in lines[1:]}
    assert rows["K1:2025-05-01"] == ["K1", "2025-05-01", "1A", "N1", "no_further_action"]
    assert rows["K1:2025-05-01:2"] == ["K1", "2025-05-01", "6", "N5", "no_further_action"]
    assert [cell or "" for cell in rows["K1:2025-05-01:3"]] == ["K1", "2025-05-01", "6", "N1", ""]
    assert [cell or "" for cell in rows["K3:2026-03-31"]] == ["K3", "2026-03-31", "", "N5", ""]


@pytest.mark.parametrize(
    "plan",
    [
        {},
        {"size": None, "by": {"primary_need": {"N1": 2, "N5": 1}}},
        {"size": 4, "by": {"primary_need": "proportional"}, "reserve": 0},
        {"exclude": [{"referral_id": "K1:2025-05-01:2", "reason": "Under review."}]},
    ],
)
def test_census_as_frame_agrees_with_the_oracle(
    run: Run, tmp_path: Path, plan: dict[str, Any]
) -> None:
    pack = with_census(census_draft(**plan), tmp_path / "pack", CENSUS.read_bytes())
    assert_as_computed(run(pack), pack)


@pytest.mark.parametrize("namespace", ["", 'xmlns="http://example.org/other"'])
def test_census_namespaces_are_ignored(run: Run, tmp_path: Path, namespace: str) -> None:
    census = CENSUS.read_text(encoding="utf-8").replace("cin:", "")
    census = census.replace('xmlns:cin="http://example.org/cin/2026"', namespace)
    first = run(with_census(census_draft(), tmp_path / "1", CENSUS.read_bytes()))
    other = run(with_census(census_draft(), tmp_path / "2", census.encode()))
    assert first.sheet("sample.csv") == other.sheet("sample.csv")
    assert first.report["agencies"] == other.report["agencies"]


@pytest.mark.parametrize(
    ("name", "referrals", "first"),
    [
        ("CIN_gen500_dfe2025.xml", 603, dt.date(2000, 1, 1)),
        ("fake_CIN_data.xml", 402, dt.date(1990, 1, 1)),
    ],
)
def test_published_census_is_a_frame(
    run: Run, tmp_path: Path, name: str, referrals: int, first: dt.date
) -> None:
    if not (SHARED / name).exists():
        pytest.skip(f"../shared/data/cin_census/{name} is not here: it is not ours to copy")
    draft = small(period={"from": first, "to": dt.date(2030, 12, 31)})
    draft.plan(reserve=5)
    pack = with_census(draft, tmp_path / "pack", (SHARED / name).read_bytes())
    outcome = run(pack)
    assert outcome.report["sample"]["frame"] == referrals
    assert outcome.report["sample"]["outside_period"] == 0
    assert_as_computed(outcome, pack)


def test_published_census_beyond_the_period_is_counted(run: Run, tmp_path: Path) -> None:
    name = "CIN_gen500_dfe2025.xml"
    if not (SHARED / name).exists():
        pytest.skip(f"../shared/data/cin_census/{name} is not here: it is not ours to copy")
    draft = small(period={"from": dt.date(2023, 4, 1), "to": dt.date(2024, 3, 31)})
    pack = with_census(draft, tmp_path / "pack", (SHARED / name).read_bytes())
    sample = run(pack).report["sample"]
    assert sample["frame"] + sample["outside_period"] == 603
    assert sample["outside_period"]
