"""The workbook that an agency answers in: one row a case, drop-downs, checks and shading."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from safehub.audit.returns.workbooks import fingerprint, instructions
from safehub.audit.returns.workbooks.blank import Blank, Places
from safehub.audit.returns.workbooks.checks import Checks, Lists
from safehub.audit.returns.workbooks.wording import ON_THE_PAGE, said_of
from safehub.foundation.documents.neutral import neutralised
from safehub.instruments.tools import Column, QuestionType
from safehub.instruments.xlsform import FRAME_PREFIX

SHEET = "returns"
_LISTS = "lists"

# A fixed date, so that the same workbook has the same bytes on any day.
_MADE_ON = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a file property without a zone
_WIDTHS = {"agency": 12, "respondent": 24, "case": 8, "status": 14}
_WIDE, _NARROW, _FIND = 34, 18, 16
_FIND_GREY, _OFF_GREY = "#f0f0f0", "#bfbfbf"
# Section by section in turn, so that the eye finds where one ends.
_HEADS = ("#12436d", "#2b6a99")


def write_workbook(to: Path | BinaryIO, blank: Blank) -> None:
    """Write it. The same inputs give the same bytes."""
    book = xlsxwriter.Workbook(
        str(to) if isinstance(to, Path) else to,
        {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True},
    )
    book.set_properties({"title": blank.terms.title, "author": "Safehub", "created": _MADE_ON})
    _Workbook(book, blank).write()
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
    def __init__(self, book: Any, blank: Blank) -> None:
        self._book, self._blank = book, blank
        self._places = Places(blank)
        head = {"bold": True, "font_color": "#ffffff", "valign": "top", "text_wrap": True}
        self._heads = [book.add_format({**head, "bg_color": colour}) for colour in _HEADS]
        self._find_head = book.add_format({**head, "bg_color": "#505a5f"})
        # Where several answer, rows are copied: what is locked could not be pasted.
        self._find = book.add_format(
            {
                "bg_color": _FIND_GREY,
                "num_format": "@",
                "valign": "top",
                "locked": not blank.is_shared,
            }
        )
        self._open = book.add_format({"num_format": "@", "valign": "top", "locked": False})
        self._page = book.add_format(
            {"bg_color": _FIND_GREY, "font_color": "#505a5f", "italic": True, "valign": "top"}
        )
        self._off = book.add_format({"bg_color": _OFF_GREY, "font_color": "#505a5f"})
        self._answers = {
            kind: book.add_format(
                {"valign": "top", "align": "left", "locked": False, "num_format": form}
            )
            for kind, form in _FORMATS.items()
        }
        self._text = book.add_format(
            {"num_format": "@", "valign": "top", "text_wrap": True, "locked": False}
        )

    def write(self) -> None:
        first = self._book.add_worksheet(instructions.NAME)
        sheet = self._book.add_worksheet(SHEET)
        lists = self._book.add_worksheet(_LISTS)
        lists.hide()
        instructions.Instructions(self._book, self._blank, self._places).write(first)
        self._head_row(sheet)
        self._cases(sheet)
        self._check(sheet, Checks(self._blank, self._places, Lists(lists, _LISTS)))
        self._shade(sheet)
        self._finish(sheet)
        if self._blank.fingerprint is not None:
            self._mark(self._book.add_worksheet(fingerprint.SHEET), self._blank.fingerprint)

    def _head_row(self, sheet: Any) -> None:
        columns = {column.name: column for column in self._blank.columns}
        sections = list(dict.fromkeys(c.question.section for c in self._blank.columns))
        sheet.set_row(0, 45)
        for place, name in enumerate(self._blank.headings):
            column = columns.get(name)
            sheet.set_column(place, place, _width(name, column), self._format(name, column))
            if column is None:
                form = self._find_head
            else:
                form = self._heads[sections.index(column.question.section) % len(self._heads)]
                comment = neutralised(said_of(column.question))
                sheet.write_comment(0, place, comment, {"author": "Safehub", "x_scale": 2})
            sheet.write_string(0, place, neutralised(name), form)

    def _format(self, name: str, column: Column | None) -> Any:
        if column is None:
            return self._find if name == "case" or _is_of_frame(name) else self._base(name)
        if column.question.type is QuestionType.FILE:
            return self._page
        # Text cells keep what is typed: Excel would make 12-06 a date and 007 a 7.
        return self._answers.get(column.question.type, self._text)

    def _base(self, name: str) -> Any:
        """`agency` is given, and so is `respondent` unless several answer; `status` is open."""
        given = name == "agency" or (name == "respondent" and not self._blank.is_shared)
        return self._find if given else self._open

    def _cases(self, sheet: Any) -> None:
        frame = self._blank.frame_columns
        files = [
            place
            for place, name in enumerate(self._blank.headings)
            if name in {c.name for c in self._blank.columns if c.question.type is QuestionType.FILE}
        ]
        for row, (number, cells) in enumerate(self._blank.cases, start=1):
            sheet.write_string(row, 0, neutralised(self._blank.agency.code), self._find)
            if self._blank.respondent:
                sheet.write_string(row, 1, neutralised(self._blank.respondent), self._find)
            sheet.write_string(row, 2, number, self._find)
            for place, name in enumerate(frame, start=3):
                sheet.write_string(row, place, neutralised(cells.get(name, "")), self._find)
            for place in files:
                sheet.write_string(row, place, ON_THE_PAGE, self._page)

    def _check(self, sheet: Any, checks: Checks) -> None:
        headings, last = self._blank.headings, self._blank.last_row
        status = headings.index("status")
        sheet.data_validation(1, status, last, status, checks.of_status())
        for place, column in enumerate(self._blank.columns, start=status + 1):
            sheet.data_validation(1, place, last, place, checks.of(column))

    def _shade(self, sheet: Any) -> None:
        first = len(self._blank.headings) - len(self._blank.columns)
        for place, column in enumerate(self._blank.columns, start=first):
            is_off = self._places.is_off(column)
            if is_off is None:
                continue
            rule = {"type": "formula", "criteria": f"={is_off}", "format": self._off}
            sheet.conditional_format(1, place, self._blank.last_row, place, rule)

    def _finish(self, sheet: Any) -> None:
        sheet.freeze_panes(1, 3)
        allowed = {"format_columns": True, "format_rows": True}
        if self._blank.is_shared:
            allowed |= {"insert_rows": True, "delete_rows": True}
        # Without a password: it keeps from slips of the hand, not from anybody.
        sheet.protect("", allowed)
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.repeat_rows(0)
        sheet.repeat_columns(0, 2)

    def _mark(self, sheet: Any, mark: fingerprint.Fingerprint) -> None:
        sheet.write_string(0, 0, fingerprint.ABOUT)
        for row, (name, text) in enumerate(mark.rows, start=1):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, neutralised(text))
        sheet.protect("", {})
        sheet.hide()


# A spreadsheet turns a day that is typed into a number, and shows it by these.
_FORMATS = {
    QuestionType.INTEGER: "General",
    QuestionType.DECIMAL: "General",
    QuestionType.RANGE: "General",
    QuestionType.DATE: "yyyy-mm-dd",
    QuestionType.DATETIME: "yyyy-mm-dd hh:mm",
    QuestionType.TIME: "hh:mm",
    QuestionType.SELECT_ONE: "@",
    QuestionType.ACKNOWLEDGE: "@",
}


def _is_of_frame(name: str) -> bool:
    return name.startswith(FRAME_PREFIX)


def _width(name: str, column: Column | None) -> int:
    if column is None:
        return _WIDTHS.get(name, max(_FIND, min(len(name) + 2, _NARROW + 8)))
    is_long = column.question.type in {QuestionType.TEXT, QuestionType.SELECT_MULTIPLE}
    return max(_WIDE if is_long else _NARROW, min(len(name) + 2, _WIDE))
