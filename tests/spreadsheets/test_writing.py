"""The empty workbook: what is asked, what its cells take, what is locked and what is shaded."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from safehub.audit.returns.workbooks.fingerprint import Mistyped, read_fingerprint
from safehub.audit.returns.workbooks.wording import ON_THE_PAGE
from safehub.instruments.expressions import Expression
from safehub.instruments.tools import Audience, Question, QuestionType, Repeat, Section, Tool

from .rounds import CASES, GP, ITEMS, MARK, POLICE, TOOL, blank, question


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def column(sheet: Any, name: str) -> str:
    return next(str(cell.column_letter) for cell in sheet[1] if cell.value == name)


def rule_of(sheet: Any, name: str) -> Any:
    letter = column(sheet, name)
    for rule in sheet.data_validations.dataValidation:
        if f"{letter}2" in rule.sqref:
            return rule
    raise AssertionError(name)


def shading_of(sheet: Any, name: str) -> str:
    letter = column(sheet, name)
    for ranges in sheet.conditional_formatting:
        if f"{letter}2" in ranges.sqref:
            return str(ranges.rules[0].formula[0])
    return ""


def lines_of(book: Any) -> str:
    cells = (cell.value for row in book["instructions"].iter_rows() for cell in row)
    return "\n".join(str(value) for value in cells if value)


def test_instructions_come_first_with_what_who_when_and_risk() -> None:
    book = opened(blank())
    assert book.sheetnames == ["instructions", "returns", "lists", "safehub"]
    text = lines_of(book)
    for words in (
        "Voices of children",
        "Meadowshire Safeguarding Children Partnership",
        "Police",
        "12 June 2026",
        "ring children's social care or 999",
        "Fill in a row of the sheet “returns” for each case",
    ):
        assert words in text
    assert "GP practice" not in text
    assert "Elm Surgery" in lines_of(opened(blank(GP, "Elm Surgery")))
    assert "one row for each GP practice" in lines_of(opened(blank(GP)))


def test_answers_are_open_and_all_else_is_locked() -> None:
    sheet = opened(blank())["returns"]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert sheet.freeze_panes == "D2"
    # Columns that are alike share one entry in the file.
    alike = {
        place: dimension.protection.locked
        for dimension in sheet.column_dimensions.values()
        for place in range(dimension.min, dimension.max + 1)
    }
    is_locked = {
        str(head.value): alike[head.column]
        if sheet.cell(2, head.column).value is None
        else sheet.cell(2, head.column).protection.locked
        for head in sheet[1]
    }
    assert all(cell.protection.locked for cell in sheet[1])
    shut = {"agency", "respondent", "case", "frame_referral_id", "frame_area", "paper"}
    assert {name for name, locked in is_locked.items() if locked} == shut


def test_rows_can_be_copied_where_several_answer() -> None:
    sheet = opened(blank(GP))["returns"]
    assert not sheet["C2"].protection.locked
    assert sheet.protection.insertRows is False
    assert str(rule_of(sheet, "grade").sqref).endswith(str(1 + 2 * len(CASES)))
    own = opened(blank(GP, "Elm Surgery"))["returns"]
    assert own["B2"].value == "Elm Surgery"
    assert own["B2"].protection.locked
    assert own["C2"].protection.locked


def test_choices_drop_down_and_say_what_is_wanted() -> None:
    sheet = opened(blank())["returns"]
    grade = rule_of(sheet, "grade")
    assert (grade.type, grade.formula1) == ("list", '"good,requires_improvement"')
    assert grade.error == "Give good or requires_improvement."
    assert grade.promptTitle == "grade"
    assert "Grade?" in grade.prompt
    assert rule_of(sheet, "status").formula1 == '"submitted,not_returned"'
    assert rule_of(sheet, "read").formula1 == '"OK"'
    assert rule_of(sheet, "score").formula1.startswith('"0,0.5,1,')


def test_filtered_choices_follow_the_answer_that_they_hang_on() -> None:
    book = opened(blank())
    rule = rule_of(book["returns"], "place")
    area = column(book["returns"], "area")
    assert rule.type == "list"
    assert rule.formula1.startswith("OFFSET(lists!$")
    assert f'"|"&${area}2' in rule.formula1
    offered = {
        str(cells[0].value): [cell.value for cell in cells[2:] if cell.value]
        for cells in book["lists"].iter_cols()
        if str(cells[0].value).startswith("|")
    }
    assert offered == {"|": [], "|north": ["home", "school"], "|south": ["clinic"]}


def test_numbers_days_and_hours_are_checked() -> None:
    sheet = opened(blank())["returns"]
    kinds = {name: rule_of(sheet, name).type for name in ("hours", "seen_on", "at", "moment")}
    assert kinds == {"hours": "decimal", "seen_on": "date", "at": "time", "moment": "date"}
    visits, letter = rule_of(sheet, "visits"), column(sheet, "visits")
    assert visits.type == "custom"
    assert f"${letter}2=INT(${letter}2)" in visits.formula1
    assert f"IF(ISNUMBER(${letter}2),${letter}2,NA())<=50" in visits.formula1
    assert visits.error == "From 0 to 50 visits. Give a whole number."
    assert sheet.column_dimensions[column(sheet, "seen_on")].number_format == "yyyy-mm-dd"
    assert sheet.column_dimensions[column(sheet, "comment")].number_format == "@"


def test_questions_that_do_not_apply_are_shaded() -> None:
    sheet = opened(blank())["returns"]
    known, visits = column(sheet, "known"), column(sheet, "visits")
    assert shading_of(sheet, "known") == ""
    # A row in which nothing was answered yet is white.
    assert shading_of(sheet, "grade") == (
        f'AND(COUNTA(${known}2)>0,NOT(EXACT((${known}2&""),"yes")))'
    )
    assert shading_of(sheet, "comment") == (
        f'AND(COUNTA(${known}2,${visits}2)>0,NOT(AND(EXACT((${known}2&""),"yes"),'
        f"IFERROR(IF(ISNUMBER(${visits}2),${visits}2,NA())>0,FALSE))))"
    )


def test_condition_that_cannot_be_said_is_told_instead() -> None:
    odd = question("odd", QuestionType.TEXT, relevant=(Expression("regex(${comment}, 'a+')"),))
    book = opened(blank(tool=replace(TOOL, items=(*TOOL.items, odd))))
    assert shading_of(book["returns"], "odd") == ""
    text = lines_of(book)
    assert "only where regex(${comment}, 'a+') (its cell cannot turn grey by itself)" in text


def test_files_come_by_the_page() -> None:
    sheet = opened(blank())["returns"]
    cell = sheet[f"{column(sheet, 'paper')}2"]
    assert cell.value == ON_THE_PAGE
    assert cell.protection.locked


def test_each_agency_is_asked_its_own_questions() -> None:
    only = replace(ITEMS[3], audience=Audience(frozenset({"GP"})))
    tool = replace(TOOL, items=tuple(only if item.name == only.name else item for item in ITEMS))
    assert only.name not in {cell.value for cell in opened(blank(POLICE, tool=tool))["returns"][1]}
    assert only.name in {cell.value for cell in opened(blank(GP, tool=tool))["returns"][1]}


def test_repeats_have_columns_entry_by_entry_and_derived_answers_none() -> None:
    items = (
        *ITEMS[:1],
        Question("age", "Age?", QuestionType.INTEGER, repeat="child", section="child"),
        Question(
            "young", "Young?", QuestionType.TEXT, repeat="child", section="child",
            relevant=(Expression("${age} < 5"),),
        ),
        Question("sum", "", QuestionType.CALCULATE, calculation=Expression("1 + 1")),
        Question(
            "more", "More?", QuestionType.TEXT, relevant=(Expression("${sum} = 2"),)
        ),
    )  # fmt: skip
    tool = Tool("T", "t", "1", (Section("child", "Child", repeat=Repeat(2)),), items)
    sheet = opened(blank(tool=tool))["returns"]
    names = [cell.value for cell in sheet[1]]
    assert names[names.index("status") + 1 :] == [
        "known", "age[1]", "young[1]", "age[2]", "young[2]", "more"
    ]  # fmt: skip
    second = column(sheet, "age[2]")
    assert shading_of(sheet, "young[2]") == (
        f"AND(COUNTA(${second}2)>0,NOT(IFERROR(IF(ISNUMBER(${second}2),${second}2,NA())<5,FALSE)))"
    )
    assert shading_of(sheet, "more") == "AND(NOT(IFERROR((1+1)=2,FALSE)))"


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert blank() == blank()
    assert blank() != blank(mark=replace(MARK, sample="dddd"))


def test_fingerprint_is_hidden_and_read_again() -> None:
    book = opened(blank(GP, "=Elm Surgery "))
    sheet = book["safehub"]
    assert sheet.sheet_state == "hidden"
    rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    found = read_fingerprint(rows)
    assert found is not None
    assert found == replace(MARK, agency="GP", respondent="=Elm Surgery ")
    assert read_fingerprint(None) is None


@pytest.mark.parametrize("row", range(1, 11))
def test_fingerprint_in_which_anything_was_changed_is_told(row: int) -> None:
    sheet = opened(blank(GP, "Elm Surgery"))["safehub"]
    rows = [[str(cell.value or "") for cell in line] for line in sheet.iter_rows()]
    assert len(rows) == 11
    rows[row][1] += "x"
    with pytest.raises(Mistyped):
        read_fingerprint(rows)
