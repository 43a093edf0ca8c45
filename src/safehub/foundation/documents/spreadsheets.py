"""Workbooks in: only plain .xlsx files, of a size that can be what they claim to be."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from lxml.etree import XMLSyntaxError
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from safehub.foundation.mistakes import FileMistakes

# A workbook of 600 cases and 60 questions unpacks to about 10 MB. The limits stand well above
# what an audit needs and well below what harms the machine (zip bombs, sheets of a million rows).
MOST_UNPACKED = 100_000_000
MOST_RATIO = 200
MOST_ROWS = 100_000
MOST_COLUMNS = 2_000
MOST_BYTES = 50_000_000

_FORMULA = "a formula"
_UNREADABLE = (
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    ParseError,
    XMLSyntaxError,
    zipfile.BadZipFile,
    zlib.error,
)

Cells = list[list[str]]


def read_workbook(path: Path, mistakes: FileMistakes) -> dict[str, Cells] | None:
    """The sheets of a workbook as rows of trimmed text; None, and a mistake, if it is refused.

    Dates become YYYY-MM-DD, whole numbers lose `.0`. Formulas are refused: their value would
    be whatever the last program to open the file worked out.
    """
    data = _harmless(path, mistakes)
    if data is None:
        return None
    with warnings.catch_warnings():
        # openpyxl warns of drawings and extensions that it leaves out; no cell is among them.
        warnings.simplefilter("ignore")
        try:
            workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            with contextlib.closing(workbook):
                return _sheets(workbook, mistakes)
        except _UNREADABLE:
            mistakes.add("", "a file that is no workbook", "an Excel workbook (.xlsx)")
            return None


def _harmless(path: Path, mistakes: FileMistakes) -> bytes | None:
    """The bytes of the workbook, or None: checked on its table of contents, before unpacking."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        mistakes.add("", f"{size:,} bytes", f"a workbook of at most {MOST_BYTES:,} bytes")
        return None
    data = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        mistakes.add("", "a file that is no workbook", "an Excel workbook (.xlsx)")
        return None
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or (unpacked > 10_000_000 and unpacked > MOST_RATIO * len(data)):
        mistakes.add("", f"{unpacked:,} bytes when unpacked", "a workbook that unpacks to less")
        return None
    if any(entry.filename.lower().endswith(("vbaproject.bin", ".exe")) for entry in entries):
        mistakes.add("", "a workbook with macros", "a workbook without macros (.xlsx)")
        return None
    return data


def _sheets(workbook: Any, mistakes: FileMistakes) -> dict[str, Cells] | None:
    sheets: dict[str, Cells] = {}
    for worksheet in workbook.worksheets:
        # The dimension that a file states may be a lie; without it each row is as long as it is.
        worksheet.reset_dimensions()
        rows: Cells = []
        for number, row in enumerate(worksheet.iter_rows(), start=1):
            if number > MOST_ROWS or len(row) > MOST_COLUMNS:
                wanted = f"at most {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns"
                mistakes.add(f"sheet {worksheet.title}", f"a sheet beyond row {number}", wanted)
                return None
            rows.append(list(_texts(row, worksheet.title, number, mistakes)))
        sheets[worksheet.title] = _squared(rows)
    return sheets


def _texts(row: Any, sheet: str, number: int, mistakes: FileMistakes) -> Iterator[str]:
    for position, cell in enumerate(row, start=1):
        kind = getattr(cell, "data_type", "n")
        if kind in {"f", "e"}:
            column = get_column_letter(position)
            found = _FORMULA if kind == "f" else str(cell.value)
            place = f"sheet {sheet}, row {number}, column {column}"
            mistakes.add(place, found, "a value (paste the formula as values)")
            yield ""
        else:
            yield _text(cell.value)


def _text(value: object) -> str:
    """A cell as a person would type it."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case dt.datetime():
            midnight = value.time() == dt.time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
        case dt.date() | dt.time():
            return value.isoformat()
        case float():
            return str(int(value)) if value.is_integer() else str(Decimal(repr(value)))
        case _:
            return str(value).strip()


def _squared(rows: Cells) -> Cells:
    """The rows, all as long as the longest that holds anything, without blank ones at the end."""
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((i for row in rows for i, cell in enumerate(row, start=1) if cell), default=0)
    return [(row + [""] * width)[:width] for row in rows]
