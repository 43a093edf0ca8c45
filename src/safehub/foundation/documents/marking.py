"""A copy of somebody's workbook in which each mistake is marked where it stands."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string

from safehub.foundation.documents.neutral import neutralised
from safehub.foundation.mistakes import Mistake, printable

LIST = "to mend"
_PLACE = re.compile(r"sheet (?P<sheet>.+?)(?:, row (?P<row>\d+))?(?:, column (?P<column>.+))?\Z")
_FILL = PatternFill("solid", start_color="FFFFD5D0", end_color="FFFFD5D0")
_LETTERS = re.compile(r"[A-Z]{1,3}\Z")
_MOST_NOTES = 5_000


def marked_copy(data: bytes, mistakes: Iterable[Mistake]) -> bytes:
    """The workbook again: cells with a mistake are tinted, with what is wanted as a comment.

    A sheet `to mend` comes first, with a row for each mistake. It must be a workbook that
    `read_workbook` could open: nothing is checked here. Places read as `sheet S, row 2, column C`.
    """
    with warnings.catch_warnings():
        # openpyxl warns of drawings and extensions that it leaves out of the copy.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), keep_links=False)
    notes: dict[Any, list[str]] = {}
    listed = []
    for mistake in mistakes:
        sheet, row, column = _parts(mistake.place)
        listed.append((sheet, row, column, mistake.found, mistake.wanted))
        cell = _cell(book, sheet, row, column)
        if cell is not None:
            notes.setdefault((sheet, cell.coordinate), []).append(_sentence(mistake))
    for (sheet, coordinate), said in list(notes.items())[:_MOST_NOTES]:
        cell = book[sheet][coordinate]
        cell.fill = _FILL
        cell.comment = Comment("\n".join(said), "Safehub", height=120, width=320)
    _list(book, listed)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _parts(place: str) -> tuple[str, str, str]:
    found = _PLACE.match(place)
    if found is None:
        return "", "", place
    return found["sheet"] or "", found["row"] or "", found["column"] or ""


def _sentence(mistake: Mistake) -> str:
    return f"Found {printable(mistake.found) or 'nothing'}. Wanted: {mistake.wanted}."


def _cell(book: Any, sheet: str, row: str, column: str) -> Any:
    """The cell of that row under that heading; the row's first cell where the column is unknown."""
    if sheet not in book.sheetnames or not row:
        return None
    worksheet = book[sheet]
    number = int(row)
    if number > worksheet.max_row + 1:
        return None
    return worksheet.cell(number, _position(worksheet, column))


def _position(worksheet: Any, column: str) -> int:
    wanted = _plain(column)
    for cell in next(worksheet.iter_rows(min_row=1, max_row=1), ()):
        if wanted and _plain(str(cell.value or "")) == wanted:
            return int(cell.column)
    if _LETTERS.match(column) and column_index_from_string(column) <= worksheet.max_column:
        return int(column_index_from_string(column))
    return 1


def _plain(heading: str) -> str:
    return re.sub(r"\s+", "_", heading.strip()).lower()


def _list(book: Any, rows: list[tuple[str, str, str, str, str]]) -> None:
    if LIST in book.sheetnames:
        del book[LIST]
    sheet = book.create_sheet(LIST, 0)
    sheet.append(["Sheet", "Row", "Column", "Found", "Wanted"])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, row in enumerate(rows, start=2):
        for position, text in enumerate(row, start=1):
            cell = sheet.cell(number, position)
            # Whatever a cell says, it is text: a formula of somebody's would be run.
            cell.value = neutralised(printable(text))
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABCDE", (14, 8, 22, 40, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    book.active = 0
