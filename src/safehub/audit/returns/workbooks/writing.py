"""The workbook that an agency answers in: one row a case, drop-downs for choices."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from safehub.audit.programmes.terms import Participant, Terms
from safehub.audit.returns.rows import NOT_RETURNED, SUBMITTED
from safehub.foundation.documents.neutral import neutralised
from safehub.instruments.tools import Question, QuestionType, Tool

SHEET = "returns"
BASE = ("agency", "respondent", "case", "status")

# A fixed date, so that the same workbook has the same bytes on any day.
_MADE_ON = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a file property without a zone
_LONGEST_LIST = 255
_WIDTHS = {"agency": 12, "respondent": 24, "case": 8, "status": 14}


def write_workbook(
    path: Path,
    agency: Participant,
    terms: Terms,
    tool: Tool,
    cases: Sequence[tuple[str, Mapping[str, str]]],
) -> None:
    """Write the workbook for one agency: `cases` are numbers with the cells of their referral."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": terms.title, "author": "Safehub", "created": _MADE_ON})
    _Workbook(book, agency, terms, tool).write(cases)
    book.close()


def is_untouched(path: Path) -> bool:
    """Whether it is a workbook that `write_workbook` made and that nobody has saved since."""
    try:
        with zipfile.ZipFile(path) as book:
            dates = {entry.date_time for entry in book.infolist()}
            core = book.read("docProps/core.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False
    # Every other program dates the entries of the file that it saves.
    return dates == {(1980, 1, 1, 0, 0, 0)} and b"<dc:creator>Safehub<" in core


class _Workbook:
    def __init__(self, book: Any, agency: Participant, terms: Terms, tool: Tool) -> None:
        self._book, self._agency, self._terms, self._tool = book, agency, terms, tool
        self._bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._head = book.add_format(
            {"bold": True, "bg_color": "#12436d", "font_color": "#ffffff", "valign": "top"}
        )
        self._find = book.add_format({"bg_color": "#f0f0f0", "num_format": "@"})
        self._text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        self._plain = book.add_format({"valign": "top"})

    def write(self, cases: Sequence[tuple[str, Mapping[str, str]]]) -> None:
        sheet = self._book.add_worksheet(SHEET)
        instructions = self._book.add_worksheet("instructions")
        lists = self._book.add_worksheet("lists")
        lists.hide()
        columns = list(cases[0][1]) if cases else []
        frame = [f"frame_{name}" for name in columns]
        headings = [*BASE[:3], *frame, BASE[3], *(q.name for q in self._tool.questions)]
        self._headings(sheet, headings)
        for row, (number, cells) in enumerate(cases, start=1):
            sheet.write_string(row, 0, neutralised(self._agency.code), self._find)
            sheet.write_string(row, 2, number, self._find)
            for position, name in enumerate(columns, start=3):
                sheet.write_string(row, position, neutralised(cells.get(name, "")), self._find)
        self._drop_downs(sheet, lists, headings, max(len(cases), 1))
        self._instruct(instructions)

    def _headings(self, sheet: Any, headings: Sequence[str]) -> None:
        by_name = self._tool.by_name
        for position, name in enumerate(headings):
            question = by_name.get(name)
            wide = 30 if question is not None and question.type is QuestionType.TEXT else 16
            sheet.set_column(position, position, _WIDTHS.get(name, wide), self._format(question))
            sheet.write_string(0, position, neutralised(name), self._head)
            if question is not None:
                comment = question.label + (f"\n{question.hint}" if question.hint else "")
                sheet.write_comment(0, position, comment, {"author": "Safehub", "x_scale": 2})
        sheet.freeze_panes(1, 3)

    def _format(self, question: Question | None) -> Any:
        # Text cells keep what is typed: Excel would make 12-06 a date and 007 a 7.
        if question is None or question.type in {QuestionType.INTEGER, QuestionType.DECIMAL}:
            return self._plain
        return self._text

    def _drop_downs(self, sheet: Any, lists: Any, headings: Sequence[str], last_row: int) -> None:
        offered = {"status": [SUBMITTED, NOT_RETURNED]}
        for question in self._tool.questions:
            if question.type is QuestionType.SELECT_ONE:
                offered[question.name] = [choice.name for choice in question.choices]
        for position, name in enumerate(headings):
            if name not in offered:
                continue
            source: Any = offered[name]
            if len(",".join(source)) > _LONGEST_LIST:
                for row, choice in enumerate(source):
                    lists.write_string(row, position, choice)
                column = xlsxwriter.utility.xl_col_to_name(position)
                source = f"=lists!${column}$1:${column}${len(source)}"
            rule = {"validate": "list", "source": source, "error_title": "Not on the list"}
            sheet.data_validation(1, position, last_row, position, rule)

    def _instruct(self, sheet: Any) -> None:
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 2, 60, self._text)
        lines = [
            (self._terms.title, self._terms.board),
            ("For", self._agency.name),
            ("What to do", "Fill in one row of the sheet “returns” for each case."),
            ("status", f"{SUBMITTED} when the row is complete; {NOT_RETURNED} while you owe it."),
            ("known", "yes or no. Where it is no, leave the other questions blank."),
            (
                "A child at risk now",
                "Do not wait for the audit: ring children's social care or 999.",
            ),
            ("Grey columns", "They help you to find the case. Leave them as they are."),
        ]
        if self._terms.returns_due_on:
            lines.insert(2, ("Return by", self._terms.returns_due_on.isoformat()))
        if self._agency.respondent_unit:
            lines.append(("respondent", f"The name of the {self._agency.respondent_unit}."))
            lines.append(("More than one answers", "Copy the row: one row for each of them."))
        for row, (label, text) in enumerate(lines):
            sheet.write_string(row, 0, neutralised(label), self._bold)
            sheet.write_string(row, 1, neutralised(text), self._text)
        start = len(lines) + 1
        for position, heading in enumerate(("Column", "Question", "Answer")):
            sheet.write_string(start, position, heading, self._head)
        for row, question in enumerate(self._tool.questions, start=start + 1):
            sheet.write_string(row, 0, neutralised(question.name), self._bold)
            label = question.label + (f" ({question.hint})" if question.hint else "")
            sheet.write_string(row, 1, neutralised(label), self._text)
            sheet.write_string(row, 2, neutralised(_how(question)), self._text)


def _how(question: Question) -> str:
    """How the question is answered, in words."""
    match question.type:
        case QuestionType.SELECT_ONE:
            return " or ".join(f"{c.name} ({c.label})" for c in question.choices)
        case QuestionType.SELECT_MULTIPLE:
            names = ", ".join(f"{c.name} ({c.label})" for c in question.choices)
            return f"any of these, with spaces between: {names}"
        case QuestionType.DATE:
            return "a date as YYYY-MM-DD"
        case QuestionType.INTEGER:
            return "a whole number"
        case QuestionType.DECIMAL:
            return "a number"
        case _:
            return "text"
