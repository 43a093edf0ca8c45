"""A workbook that LibreOffice has opened, filled in and saved comes back whole."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from safehub.audit.returns.workbooks.filled import held_against
from safehub.audit.returns.workbooks.formulas import Sheet, condition_as_formula
from safehub.foundation.documents.marking import marked_copy
from safehub.instruments.expressions import Expression
from safehub.instruments.tools import Question, QuestionType

from .office import Office, needs_office
from .rounds import ANSWERS, TOOL, blank, choices, stored

pytestmark = needs_office


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


TYPED = {
    "status": "submitted",
    "known": "yes",
    "visits": "3",
    "hours": "2.5",
    "seen_on": "2025-05-01",
    "at": "14:30",
    "moment": "2025-05-01 09:05",
    "consent": "na",
    "engaged": "mother child",
    "area": "north",
    "place": "school",
    "comment": "Heard.",
    "grade": "good",
    "score": "7.5",
    "read": "OK",
    "immediate_risk": "no",
}


def places(data: bytes) -> dict[str, int]:
    """The column of each heading, from 0."""
    sheet = openpyxl.load_workbook(io.BytesIO(data))["returns"]
    return {str(cell.value): place for place, cell in enumerate(sheet[1])}


def test_workbook_filled_in_libreoffice_comes_back_whole(tmp_path: Path, office: Office) -> None:
    source, target = tmp_path / "sent.xlsx", tmp_path / "back.xlsx"
    source.write_bytes(blank())
    at = places(blank())
    cells = [("returns", at[name], 1, text) for name, text in TYPED.items()]
    cells += [("returns", at["status"], 2, "submitted"), ("returns", at["known"], 2, "no")]
    # What is locked stays as it was.
    cells += [("returns", at["case"], 1, "99"), ("returns", at["grade"], 0, "marks")]
    office.typed(source, target, cells)
    read = held_against(stored(), target, name="whatever.xlsx")
    assert [str(mistake) for mistake in read.mistakes] == []
    assert read.agency == "POLICE"
    rows = {row.case: dict(row.answers) for row in read.rows}
    assert rows == {"01": ANSWERS, "02": {"known": "no"}}
    book = openpyxl.load_workbook(target)
    sheet = book["returns"]
    assert sheet.protection.sheet
    assert book["safehub"].sheet_state != "visible"
    assert len(sheet.data_validations.dataValidation) >= len(TYPED)
    assert len(sheet.conditional_formatting) >= len(TOOL.questions) - 2


def test_marked_copy_is_mended_in_libreoffice_and_taken(tmp_path: Path, office: Office) -> None:
    source, target = tmp_path / "sent.xlsx", tmp_path / "back.xlsx"
    source.write_bytes(blank())
    at = places(blank())
    office.typed(
        source,
        target,
        [("returns", at[name], 1, text) for name, text in {**TYPED, "grade": "fine"}.items()],
    )
    read = held_against(stored(), target)
    assert len(read.mistakes) == 1
    marked, mended = tmp_path / "marked.xlsx", tmp_path / "mended.xlsx"
    marked.write_bytes(marked_copy(target.read_bytes(), read.mistakes))
    office.typed(marked, mended, [("returns", at["grade"], 1, "good")])
    again = held_against(stored(), mended)
    assert [str(mistake) for mistake in again.mistakes] == []
    assert dict(again.rows[0].answers) == ANSWERS


LETTERS = "ABCDEFGH"
NAMES = {
    "one": QuestionType.SELECT_ONE,
    "many": QuestionType.SELECT_MULTIPLE,
    "count": QuestionType.INTEGER,
    "part": QuestionType.DECIMAL,
    "day": QuestionType.DATE,
    "words": QuestionType.TEXT,
    "mark": QuestionType.SELECT_ONE,
}
QUESTIONS = {
    name: Question(
        name,
        name,
        kind,
        choices=choices("0", "5", "10") if name == "mark" else choices("yes", "no", "Yes"),
    )
    for name, kind in NAMES.items()
}
ANSWER_ROWS: tuple[dict[str, str], ...] = (
    {},
    {"one": "yes", "many": "mother child", "count": "3", "part": "2.5", "day": "2025-05-01",
     "words": "x", "mark": "5"},
    {"one": "no", "many": "child", "count": "0", "part": "0", "day": "2026-01-31", "mark": "10"},
    {"one": "Yes", "many": "mother", "count": "-4", "part": "-0.5", "words": " ", "mark": "0"},
    {"many": "grandmother", "count": "12", "day": "2025-04-30", "words": "yes"},
)  # fmt: skip
CONDITIONS = (
    "${one} = 'yes'",
    "${one} != 'yes'",
    "${one} = ''",
    "${one} != ''",
    "${count} > 0",
    "${count} >= 3 and ${count} < 12",
    "${count} = 3",
    "${count} != 3",
    "${count} = '3'",
    "${count} = ''",
    "${part} <= 0 or ${part} > 2",
    "${part} * 2 = 5",
    "${count} + ${part} > 5",
    "${count} - 1 = 2",
    "-${count} = 4",
    "${count} div 2 = 1.5",
    "${count} mod 5 = -4",
    "${count} mod 5 = 2",
    "round(${part}) = 3",
    "${day} > '2025-04-30'",
    "${day} = '2025-05-01'",
    "${day} != '2025-05-01'",
    "${day} <= today()",
    "today() - ${day} > 300",
    "selected(${many}, 'mother')",
    "selected(${many}, 'child') and not(selected(${many}, 'mother'))",
    "count-selected(${many}) = 2",
    "count-selected(${many}) = 0",
    "string-length(${words}) > 0",
    "if(${one} = 'yes', ${count} > 2, ${part} = 0)",
    "coalesce(${words}, ${one}) = 'yes'",
    "${mark} >= 5",
    "${mark} = 5",
    "number(${mark}) + 1 = 6",
    "${one}",
    "${count}",
    "not(${words})",
    "true() and not(false())",
    "(${one} = 'yes') = true()",
    "(${one} = 'no' or ${many} = 'mother') and ${count} < 5",
)
TODAY = dt.date(2026, 6, 30)


def formula(source: str, row: int) -> str | None:
    columns = dict(zip(NAMES, LETTERS, strict=False))
    sheet = Sheet(lambda name: f"${columns[name]}{row}", QUESTIONS, TODAY)
    return condition_as_formula(Expression(source), sheet)


def test_formulas_hold_where_the_conditions_do(tmp_path: Path, office: Office) -> None:
    """Each condition as a formula, worked out by LibreOffice, beside the tool's own answer."""
    source, target = tmp_path / "formulas.xlsx", tmp_path / "worked-out.xlsx"
    book = xlsxwriter.Workbook(str(source))
    sheet = book.add_worksheet("s")
    text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
    first = len(NAMES)
    for row, answers in enumerate(ANSWER_ROWS):
        for place, (name, kind) in enumerate(NAMES.items()):
            answer = answers.get(name, "")
            if not answer:
                continue
            if kind in {QuestionType.INTEGER, QuestionType.DECIMAL}:
                sheet.write_number(row, place, float(answer))
            elif kind is QuestionType.DATE:
                sheet.write_datetime(row, place, dt.date.fromisoformat(answer), day)
            else:
                sheet.write_string(row, place, answer, text)
        for place, condition in enumerate(CONDITIONS, start=first):
            said = formula(condition, row + 1)
            assert said is not None, condition
            sheet.write_formula(row, place, f"=IF({said},1,0)")
    book.close()
    office.typed(source, target, [])
    worked = openpyxl.load_workbook(target, data_only=True)["s"]
    wrong = []
    for row, answers in enumerate(ANSWER_ROWS):
        for place, condition in enumerate(CONDITIONS, start=first):
            shown = worked.cell(row + 1, place + 1).value
            holds = Expression(condition).holds(answers, "", TODAY)
            if shown not in {0, 1} or bool(shown) is not holds:
                wrong.append((condition, answers, shown, holds))
    assert wrong == []


@pytest.mark.parametrize(
    "source",
    [
        "regex(${words}, '[a-z]+')",
        "${words} > 3",
        "${count} div ${part} = 1",
        "${day} = ${words}",
        "selected(${day}, '2025')",
    ],
)
def test_condition_that_no_formula_says_is_left_out(source: str) -> None:
    assert formula(source, 2) is None


def test_today_is_said_only_where_it_is_fixed() -> None:
    sheet = Sheet(lambda name: "$A2", QUESTIONS, None)
    assert condition_as_formula(Expression("${day} <= today()"), sheet) is None
    assert condition_as_formula(Expression("${day} <= today()"), replace(sheet, today=TODAY))
