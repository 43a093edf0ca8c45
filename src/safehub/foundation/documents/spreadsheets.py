"""Workbooks in: only plain .xlsx files, of a size that can be what they claim to be."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import math
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from lxml.etree import XMLSyntaxError
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from safehub.foundation.documents.layout import tell_of_layout
from safehub.foundation.documents.tables import UNREAD
from safehub.foundation.mistakes import FileMistakes

# A workbook of 600 cases and 60 questions unpacks to about 10 MB. The limits stand well above
# what an audit needs and well below what harms the machine (zip bombs, sheets of a million rows).
MOST_UNPACKED = 100_000_000
MOST_RATIO = 200
MOST_ROWS = 100_000
MOST_COLUMNS = 2_000
MOST_NUMBERED = 1_048_576
MOST_BYTES = 50_000_000

_FORMULA = "a formula"
UNREADABLE = (
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

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WANTED = "an Excel workbook (.xlsx)"
# What a workbook with macros declares, under whatever names its parts go.
_MACROS = (b"macroenabled", b"vbaproject", b"macrosheet")

# A part that another kind of file has, and what that kind is.
_OTHERS = {
    b"content.xml": "an OpenDocument file (.ods)",
    b"xl/workbook.bin": "a binary workbook (.xlsb)",
    b"word/document.xml": "a Word document (.docx)",
    b"ppt/presentation.xml": "a presentation (.pptx)",
}

Cells = list[list[str]]


@dataclass(frozen=True)
class Wanted:
    """What is read of a workbook: every sheet, or one; not the columns that begin so.

    `beside` are sheets read with the one. Of the one alone it is told what of it is hidden, and
    that cells are merged.
    """

    sheet: str | None = None
    ignored: str | None = None
    beside: frozenset[str] = frozenset()

    def is_wanted(self, title: str) -> bool:
        """Whether the sheet of this title is read."""
        return self.sheet in {None, title} or title in self.beside

    def is_ignored(self, heading: str) -> bool:
        """Whether nothing in a column of this heading matters."""
        return self.ignored is not None and heading.startswith(self.ignored)


EVERYTHING = Wanted()


def read_workbook(
    source: Path | bytes, mistakes: FileMistakes, wanted: Wanted = EVERYTHING
) -> dict[str, Cells] | None:
    """The sheets of a workbook as rows of trimmed text; None, and a mistake, if it is refused.

    Dates become YYYY-MM-DD, whole numbers lose `.0`. Formulas are refused, since their value
    would be whatever the last program to open the file worked out: such a cell is UNREAD.
    """
    data = harmless(source, mistakes)
    if data is None:
        return None
    with warnings.catch_warnings():
        # openpyxl warns of drawings and extensions that it leaves out; no cell is among them.
        warnings.simplefilter("ignore")
        try:
            workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            with contextlib.closing(workbook):
                return _sheets(workbook, mistakes, wanted)
        except UNREADABLE:
            mistakes.add("", "a file that is no workbook", _WANTED)
            return None


def harmless(source: Path | bytes, mistakes: FileMistakes) -> bytes | None:
    """The bytes of the workbook, or None: checked on its table of contents, before unpacking."""
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size > MOST_BYTES:
        mistakes.add("", f"{size:,} bytes", f"a workbook of at most {MOST_BYTES:,} bytes")
        return None
    data = source.read_bytes() if isinstance(source, Path) else source
    if data.startswith(_OLE):
        mistakes.add("", _compound(data), f"{_WANTED} without a password")
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            types = _content_types(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError):
        mistakes.add("", "a file that is no workbook", _WANTED)
        return None
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or (unpacked > 10_000_000 and unpacked > MOST_RATIO * len(data)):
        mistakes.add("", f"{unpacked:,} bytes when unpacked", "a workbook that unpacks to less")
        return None
    parts = "\n".join(entry.filename for entry in entries).lower().encode()
    for part, kind in _OTHERS.items():
        if part in parts.split(b"\n"):
            mistakes.add("", kind, f"{_WANTED}: save it as one")
            return None
    if any(word in part for word in _MACROS for part in (parts, types)):
        mistakes.add("", "a workbook with macros", "a workbook without macros (.xlsx)")
        return None
    return data


def _compound(data: bytes) -> str:
    """What a compound file is, by the names of the streams in it."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "a workbook with a password"
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return "a workbook in the old form (.xls)"
    return "a workbook with a password, or in the old form (.xls)"


def _content_types(archive: zipfile.ZipFile) -> bytes:
    """What the parts of the workbook are said to be, in small letters; blank if unsaid."""
    try:
        with archive.open("[Content_Types].xml") as file:
            return file.read(1_000_000).lower()
    except KeyError:
        return b""


def _sheets(workbook: Any, mistakes: FileMistakes, wanted: Wanted) -> dict[str, Cells] | None:
    sheets: dict[str, Cells] = {}
    for worksheet in workbook.worksheets:
        if not wanted.is_wanted(worksheet.title):
            continue
        if worksheet.title == wanted.sheet:
            tell_of_layout(workbook, worksheet, mistakes)
        # The dimension that a file states may be a lie; without it each row is as long as it is.
        worksheet.reset_dimensions()
        rows: Cells = []
        for number, row in enumerate(worksheet.iter_rows(), start=1):
            within = row[:MOST_COLUMNS]
            # Cells that hold nothing but a format may reach to the last row and column.
            beyond = row if number > MOST_ROWS else row[MOST_COLUMNS:]
            if any(cell.value is not None for cell in beyond) or number > MOST_NUMBERED:
                most = f"at most {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns"
                mistakes.add(f"sheet {worksheet.title}, row {number}", "a cell beyond them", most)
                return None
            if number <= MOST_ROWS:
                headings = rows[0] if rows else []
                place = f"sheet {worksheet.title}, row {number}, column "
                rows.append(list(_texts(within, headings, place, mistakes, wanted)))
        sheets[worksheet.title] = _squared(rows)
    return sheets


def _texts(
    row: Any, headings: list[str], place: str, mistakes: FileMistakes, wanted: Wanted
) -> Iterator[str]:
    for position, cell in enumerate(row, start=1):
        kind = getattr(cell, "data_type", "n")
        if kind not in {"f", "e"}:
            yield _text(cell.value)
            continue
        heading = headings[position - 1] if position <= len(headings) else ""
        if wanted.is_ignored(heading):
            yield ""
            continue
        found = _FORMULA if kind == "f" else str(cell.value)
        column = heading if heading.strip(UNREAD) else get_column_letter(position)
        mistakes.add(f"{place}{column}", found, "a value (paste the formula as values)")
        yield UNREAD


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
            return str(int(value)) if value.is_integer() else _decimal(value)
        case _:
            return str(value).strip()


def _decimal(value: float) -> str:
    """Without an exponent, as a person would type it."""
    return format(Decimal(repr(value)), "f") if math.isfinite(value) else str(value)


def _squared(rows: Cells) -> Cells:
    """The rows, all as long as the longest that holds anything, without blank ones at the end."""
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((i for row in rows for i, cell in enumerate(row, start=1) if cell), default=0)
    return [(row + [""] * width)[:width] for row in rows]
