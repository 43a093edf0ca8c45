"""CSV in and out: strict about shape, tolerant of byte-order marks and line ends."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from safehub.foundation.documents.neutral import neutralised
from safehub.foundation.mistakes import FileMistakes

_LONGEST_CELL = 1_000_000

# Stands for a cell whose value could not be read and has been told of: nothing more is said of
# it. No file can hold this character in a cell.
UNREAD = "\0"


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its number as a spreadsheet shows it, and its trimmed cells."""

    number: int
    cells: dict[str, str]

    def place(self, column: str) -> str:
        """Where a mistake in that column stands."""
        return f"row {self.number}, column {column}"


@dataclass(frozen=True)
class Sheet:
    """The headings of a table in order, and its rows that are not wholly blank.

    `lost` counts the rows that could not be read. A row has no cell for a heading that is there
    twice, nor for one that could not be read.
    """

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    lost: int = 0

    def changed(self, how: Callable[[str], str]) -> Sheet:
        """The table with every heading and cell put through `how`."""
        rows = (
            Row(row.number, {how(name): how(cell) for name, cell in row.cells.items()})
            for row in self.rows
        )
        return replace(self, headings=tuple(map(how, self.headings)), rows=tuple(rows))


def decoded(data: bytes, mistakes: FileMistakes) -> str | None:
    """The text of a UTF-8 file without its byte-order mark; None, and a mistake, if it is not."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        wanted = "text in UTF-8 (save it again as CSV UTF-8, or as UTF-8 text)"
        mistakes.add(f"row {row}", f"the byte 0x{data[error.start]:02X}", wanted)
        return None
    if "\0" in text:
        mistakes.add(f"row {text.count(chr(10), 0, text.index(chr(0))) + 1}", "\0", "text")
        return None
    return text


def read_csv(data: bytes, mistakes: FileMistakes) -> Sheet | None:
    """The table in a CSV file; None where it is not a table at all.

    A row with more or fewer cells than there are headings is a mistake and is left out, since
    its cells cannot be told apart.
    """
    text = decoded(data, mistakes)
    if text is None:
        return None
    csv.field_size_limit(_LONGEST_CELL)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend([cell.strip() for cell in line] for line in lines)
    except csv.Error as error:
        mistakes.add(f"row {len(rows) + 1}", f"a row that cannot be read ({error})", "CSV")
        return None
    if not rows or not any(rows[0]):
        mistakes.add("row 1", "", "a row of headings")
        return None
    return sheet_of(rows, mistakes)


def sheet_of(rows: Sequence[Sequence[str]], mistakes: FileMistakes, place: str = "") -> Sheet:
    """The table in rows of trimmed cells, the first of which are the headings.

    `place` stands before the place of each mistake, such as `sheet returns, `.
    """
    rows = _without_blank_columns(rows)
    headings = _headings(rows[0], mistakes, place)
    once = {name for name in headings if rows[0].count(name) == 1}
    read: list[Row] = []
    lost = 0
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cells):
            continue
        if len(cells) != len(rows[0]):
            wanted = f"{len(rows[0])} cells as in the headings"
            mistakes.add(f"{place}row {number}", f"{len(cells)} cells", wanted)
            lost += 1
            continue
        named = {
            name: cell
            for name, cell in zip(rows[0], cells, strict=True)
            if name in once and cell != UNREAD
        }
        read.append(Row(number, named))
    return Sheet(headings, tuple(read), lost)


def _without_blank_columns(rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """The rows without columns that have neither heading nor cell, where all are as long."""
    if any(len(row) != len(rows[0]) for row in rows if any(row)):
        return rows
    used = [any(row) for row in zip(*(row for row in rows if any(row)), strict=True)]
    return [[c for c, kept in zip(row, used, strict=False) if kept] for row in rows]


def _headings(cells: Sequence[str], mistakes: FileMistakes, place: str) -> tuple[str, ...]:
    seen: dict[str, None] = {}
    for position, name in enumerate(cells, start=1):
        if name == UNREAD:
            continue
        if not name:
            mistakes.add(f"{place}row 1, column {position}", "", "a heading")
        elif name in seen:
            mistakes.add(f"{place}row 1, column {position}", f"{name} again", "each heading once")
        seen.setdefault(name)
    return tuple(name for name in seen if name)


def write_csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A UTF-8 file with LF ends; cells that a spreadsheet would act on are neutralised."""
    with path.open("w", encoding="utf-8", newline="") as file:
        _write(file, headings, rows)


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The same as text."""
    file = io.StringIO(newline="")
    _write(file, headings, rows)
    return file.getvalue()


def _write(file: TextIO, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([neutralised(name) for name in headings])
    writer.writerows([neutralised(cell) for cell in row] for row in rows)
