"""Returns with repeated groups, calculations, and questions that only some agencies are asked."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from .conftest import Command, Run
from .drafts import Row, rows_of, write_rows
from .small import small
from .test_export import exported

SURVEY = [
    {"type": "begin_repeat", "name": "visits_made", "repeat_count": "3"},
    {"type": "text", "name": "who", "label": "Who visited?"},
    {"type": "date", "name": "when", "label": "When?", "relevant": "${who} != ''"},
    {"type": "end_repeat"},
    {"type": "select_one yes_no", "name": "custody", "label": "In custody?", "agencies": "POLICE"},
    {"type": "calculate", "name": "first", "calculation": "if(${known} = 'yes', 1, 0)"},
]
COLUMNS = ("who[1]", "when[1]", "who[2]", "when[2]", "custody")


def with_more(folder: Path, **cells: str) -> Path:
    """The small pack with these questions; its police answer one of them, and `cells` the first."""
    pack = small().write(folder)
    book = openpyxl.load_workbook(pack / "tool.xlsx")
    sheet = book["survey"]
    names = [cell.value for cell in sheet[1]]
    for name in ("repeat_count", "calculation", "agencies", "label", "relevant"):
        if name not in names:
            names.append(name)
            sheet.cell(1, len(names), name)
    for row in SURVEY:
        sheet.append([row.get(str(name), "") for name in names])
    book.save(pack / "tool.xlsx")
    rows: list[Row] = []
    for row in rows_of(pack / "returns.csv"):
        police = row["agency"] == "POLICE" and row["known"] == "yes"
        is_in = police and row["status"] == "submitted"
        rows.append(row | dict.fromkeys(COLUMNS, "") | ({"custody": "no"} if is_in else {}))
    at = next(i for i, row in enumerate(rows) if row["agency"] == "CSC")
    rows[at] |= {"status": "submitted"} | cells
    write_rows(pack / "returns.csv", list(rows[0]), rows)
    return pack


def test_entries_and_questions_of_one_agency_are_read_and_exported(
    run: Run, safehub: Command, tmp_path: Path
) -> None:
    pack = with_more(tmp_path / "pack", **{"who[2]": "Ann", "when[2]": "2026-01-31"})
    outcome = run(pack)
    assert outcome.exit_code == 0, outcome.lines
    custody = {
        one["agency"]: one for one in outcome.report["questions"] if one["name"] == "custody"
    }
    assert custody["POLICE"]["no"] > 0
    assert custody["POLICE"]["not_asked"] == 0
    assert custody["CSC"]["not_asked"] > 0
    assert "first" not in {one["name"] for one in outcome.report["questions"]}
    moved = exported(safehub, tmp_path / "moved")
    rows = rows_of(moved / "returns.csv")
    assert [name for name in rows[0] if "[" in name] == [
        f"{name}[{entry}]" for entry in (1, 2, 3) for name in ("who", "when")
    ]
    assert [row["when[2]"] for row in rows if row["who[2]"]] == ["2026-01-31"]
    again = run(moved)
    assert again.report["questions"] == outcome.report["questions"]


@pytest.mark.parametrize(
    ("cells", "column", "wanted"),
    [
        ({"custody": "no"}, "custody", "nothing, for CSC is not asked this"),
        ({"when[2]": "2026-01-31"}, "when[2]", "nothing, for the question does not apply"),
        ({"who[1]": "Ann", "when[1]": "soon"}, "when[1]", "a date that exists"),
    ],
)
def test_cell_against_the_rules_is_one_mistake(
    run: Run, tmp_path: Path, cells: Row, column: str, wanted: str
) -> None:
    outcome = run(with_more(tmp_path / "pack", **cells))
    assert outcome.exit_code == 1
    assert len(outcome.lines) == 1, outcome.lines
    assert f"column {column}: found {cells[column]}, wanted {wanted}" in outcome.lines[0]


def test_first_entry_has_to_have_a_column_and_a_fourth_may_not(run: Run, tmp_path: Path) -> None:
    pack = with_more(tmp_path / "pack")
    rows = rows_of(pack / "returns.csv")
    for row in rows:
        row["who[4]"] = row.pop("who[1]")
        row["first"] = ""
    write_rows(pack / "returns.csv", list(rows[0]), rows)
    outcome = run(pack)
    only = "only agency, respondent, case, status and the questions of the tool"
    assert outcome.lines == [
        "returns.csv, row 1, column who[1]: found nothing, wanted a column of this name",
        f"returns.csv, row 1, column who[4]: found who[4], wanted {only}",
        f"returns.csv, row 1, column first: found first, wanted {only}",
    ]


def test_known_is_asked_of_everybody_once(run: Run, tmp_path: Path) -> None:
    draft = small()
    (known,) = [row for row in draft.survey if row.get("name") == "known"]
    known["agencies"] = "not CSC"
    outcome = run(draft)
    assert outcome.lines[0].startswith(
        "tool.xlsx, sheet survey: found known for some, wanted known"
    )
