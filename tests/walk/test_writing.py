"""“What a run writes”: files and their forms."""

from __future__ import annotations

import datetime as dt
import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine

from safehub.audit.programmes.models import Audit
from safehub.audit.reports.models import ReportVersion
from safehub.audit.returns.models import ReturnVersion

from .conftest import Demo, Run
from .drafts import MEADOWSHIRE, NORTHAMPTONSHIRE
from .runs import Outcome, files_of
from .small import small

PUBLISHABLE = {"report.docx", "report.pdf", "report.html", "report.json", "figures.csv"}
ORDER: dict[str, str] = {
    "": "audit sample agencies questions other_questions spread findings working_well "
    "worried_about gaps next_steps actions comparison",
    "audit": "title board kind period meeting_on",
    "audit.period": "from to",
    "sample": "unit method frame excluded drawn reserve withdrawn seed frame_sha256 strata",
    "sample.strata": "name frame drawn",
    "agencies": "code asked known not_known returned awaited narrative_only grades met_good "
    "respondents printed",
    "agencies.met_good": "n of percent interval",
    "agencies.respondents": "unit asked answered",
    "agencies.printed": "figure count of agrees",
    "questions": "agency name unit yes no na missing not_asked of percent interval",
    "other_questions": "agency name type of missing",
    "other_questions.options": "name n percent",
    "spread": "cases same within_one alpha",
    "findings": "text theme owner seen_before",
    "working_well": "text theme owner",
    "gaps": "ref heading text actions",
    "comparison": "figure agency now before difference interval distinguishable",
    "comparison.now": "n of",
}


def objects_at(data: Any, path: list[str]) -> Iterator[dict[str, Any]]:
    """Every object at the path, through the lists on the way."""
    if isinstance(data, list):
        for item in data:
            yield from objects_at(item, path)
    elif not path:
        if data is not None:
            yield data
    elif data is not None:
        yield from objects_at(data.get(path[0]), path[1:])


def test_folders_hold_the_files_of_the_format(whole: Run) -> None:
    outcome = whole(small())
    assert {path.name for path in outcome.publishable.iterdir()} == PUBLISHABLE
    restricted = {"sample.csv", "workbooks", "evidence.csv", "immediate_risk.csv"}
    assert {path.name for path in outcome.restricted.iterdir()} == restricted
    codes = [agency["code"] for agency in outcome.report["agencies"]]
    books = {path.name for path in (outcome.restricted / "workbooks").iterdir()}
    assert books == {f"{code}.xlsx" for code in codes}
    assert {path.name for path in outcome.out.iterdir()} == {"publishable", "restricted"}


def test_restricted_is_for_its_owner_alone(run: Run) -> None:
    outcome = run(small())
    assert stat.S_IMODE(outcome.restricted.stat().st_mode) == 0o700
    for path in outcome.restricted.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077


@pytest.mark.parametrize("path", ORDER)
def test_keys_of_the_report_stand_in_the_order_of_the_format(
    run: Run, tmp_path: Path, path: str
) -> None:
    before = small(2).write(tmp_path / "before")
    draft = small()
    draft.summative.append({"agency": "CSC", "figures": [{"met_good": 1, "of": 2}]})
    report = run(draft, before).report
    found = list(objects_at(report, path.split(".") if path else []))
    assert found
    for one in found:
        assert [key for key in one if key in ORDER[path].split()] == ORDER[path].split()


def test_report_is_indented_by_two_in_utf8_with_a_final_newline(run: Run) -> None:
    outcome = run(small(title="Naïve — 子ども"))
    data = (outcome.publishable / "report.json").read_bytes()
    assert data.decode() == json.dumps(outcome.report, ensure_ascii=False, indent=2) + "\n"
    assert "子ども" in data.decode()
    assert b"\r" not in data


def test_report_holds_no_time_path_or_machine(run: Run, tmp_path: Path) -> None:
    text = (run(small()).publishable / "report.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert not re.search(r"\d\d:\d\d", text)
    assert str(dt.datetime.now(dt.UTC).year + 1) not in text


def test_json_prints_the_report_alone_on_standard_output(run: Run) -> None:
    outcome = run(small(), as_json=True)
    assert outcome.stdout == (outcome.publishable / "report.json").read_bytes()
    assert outcome.stderr
    assert run(small()).stdout == b""


@pytest.mark.parametrize("pack", [MEADOWSHIRE, NORTHAMPTONSHIRE], ids=lambda pack: str(pack.name))
def test_running_a_pack_again_changes_no_byte_and_stores_nothing_twice(
    whole: Run, pack: Path
) -> None:
    first = whole(pack)
    written = files_of(first.out)
    kept = [model.objects.count() for model in (Audit, ReportVersion, ReturnVersion)]
    again = whole(pack, out=first.out)
    elsewhere = whole(pack)
    assert files_of(again.out) == written == files_of(elsewhere.out)
    assert [model.objects.count() for model in (Audit, ReportVersion, ReturnVersion)] == kept


def test_running_a_pack_on_another_day_changes_no_byte(whole: Run, demo: Demo) -> None:
    pack = demo(6, cases=8, agencies=5, questions=20, frame_rows=80)
    today = files_of(whole(pack).out)
    Audit.objects.all().update(pack_sha256="")
    with time_machine.travel(dt.datetime(2031, 2, 3, 4, 5, 6, tzinfo=dt.UTC), tick=False):
        assert files_of(whole(pack).out) == today


def test_files_that_are_not_ours_stay(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ours = run(small(), out=out)
    strange = [out / "notes.txt", ours.publishable / "letter.txt", ours.restricted / "map.txt",
               ours.restricted / "workbooks" / "covering letter.txt"]  # fmt: skip
    for path in strange:
        path.write_text("Ours", encoding="utf-8")
    (ours.publishable / "report.json").write_text("old", encoding="utf-8")
    again = run(small(), out=out)
    assert [path.read_text(encoding="utf-8") for path in strange] == ["Ours"] * 4
    assert again.report["audit"]["title"] == "Voices of children"


def test_sample_lists_cases_by_number_then_reserves_by_rank(run: Run) -> None:
    rows = run(small()).sheet("sample.csv")
    assert list(rows[0]) == ["case", "referral_id", "stratum", "reserve"]
    assert [row["case"] for row in rows] == [f"{case:02}" for case in range(1, 11)] + ["", ""]


def test_figures_have_the_columns_of_the_format_and_a_definition_each(run: Run) -> None:
    rows = run(small()).figures
    columns = "figure agency question answer unit definition n of percent low high low_fpc high_fpc"
    assert list(rows[0]) == columns.split()
    assert all(row["definition"] for row in rows)
    counts = [row["figure"] for row in rows if row["agency"] == "HEALTH"]
    names = ("asked", "known", "not_known", "returned", "awaited")
    assert counts == [f"HEALTH.{name}" for name in names]


def test_immediate_risk_is_named_first_of_all(run: Run) -> None:
    outcome = run(MEADOWSHIRE)
    rows = outcome.sheet("immediate_risk.csv")
    assert len(rows) == 7
    for row, line in zip(rows, outcome.lines, strict=False):
        assert line.startswith("IMMEDIATE RISK")
        assert all(cell in line for cell in row.values() if cell)
    assert not any(line.startswith("IMMEDIATE RISK") for line in outcome.lines[7:])


def test_workbook_has_a_row_for_every_case_asked(run: Run) -> None:
    draft = small()
    draft.plan(replaced=[{"case": "04", "reason": "Entered twice."}])
    outcome = run(draft)
    sheet = openpyxl.load_workbook(outcome.restricted / "workbooks" / "HOMES.xlsx")["returns"]
    cases = [sheet.cell(line, 3).value for line in range(2, sheet.max_row + 1)]
    assert cases == [f"{case:02}" for case in range(1, 11) if case != 4]
    asked = {str(cell.value) for cell in sheet[1]}
    assert {"status", *draft.questions} <= asked


def refused(outcome: Outcome) -> None:
    assert outcome.exit_code == 1
    assert not outcome.out.exists()
    assert not Audit.objects.exists()


def test_pack_with_mistakes_is_refused_whole(run: Run) -> None:
    draft = small(kind="odd")
    draft.returns[0]["status"] = "done"
    draft.actions[0]["status"] = "late"
    outcome = run(draft)
    refused(outcome)
    assert [line.partition(":")[0] for line in outcome.lines] == [
        "audit.yaml, kind",
        "returns.csv, row 2, column status",
        "actions.csv, row 2, column status",
    ]


def test_bad_previous_pack_refuses_too(run: Run, tmp_path: Path) -> None:
    previous = small(kind="odd").write(tmp_path / "previous")
    outcome = run(small(), previous)
    refused(outcome)
    assert len(outcome.lines) == 1
    assert "audit.yaml, kind: found odd" in outcome.lines[0]


def test_line_breaks_in_what_was_found_are_escaped(run: Run) -> None:
    draft = small()
    draft.returns[0]["status"] = "a\nb\r\nc"
    outcome = run(draft)
    assert len(outcome.lines) == 1
    assert "found a\\nb\\r\\nc, wanted" in outcome.lines[0]
