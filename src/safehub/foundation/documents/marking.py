"""A copy of a workbook that was refused, with each mistake marked where it stands.

What was typed stays; what could act does not: formulas become text, and macros, pictures,
links, queries and embedded files are left behind before anything opens them.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.colors import Color
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.properties import PageSetupProperties

from safehub.foundation.documents.neutral import neutralised
from safehub.foundation.documents.spreadsheets import UNREADABLE, harmless
from safehub.foundation.errors import NotPossible
from safehub.foundation.mistakes import Mistake, Mistakes, printable

LIST = "mistakes"
# Who wrote a comment on a mistake: a copy that comes back is cleared of those alone.
AUTHOR = "Safehub, mistakes"
_MARK = "FFFFD7D4"
_MOST_MARKED = 2_000
_PLACE = re.compile(
    r"(?:sheet (?P<sheet>.+?))?(?:, )?(?:row (?P<row>\d+))?(?:, column (?P<column>.+))?\Z"
)
_LETTERS = re.compile(r"[A-Z]{1,3}\Z")
_HEADINGS = ("Where", "Found", "Wanted", "Cell", "Fill before")
_SIDE = Side(style="medium", color="FFB10E1E")
_BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_FILL = PatternFill("solid", start_color=_MARK, end_color=_MARK)

# What a workbook is made of that holds cells, how they look, and what is noted on them.
_KEPT = re.compile(
    r"(\[content_types\]\.xml|_rels/\.rels|docprops/(core|app)\.xml|xl/(workbook|styles|"
    r"sharedstrings)\.xml|xl/theme/[^/]+\.xml|xl/_rels/workbook\.xml\.rels|"
    r"xl/worksheets/[^/]+\.xml|xl/worksheets/_rels/[^/]+\.rels|xl/(comments/)?comment[^/]*\.xml)\Z",
    re.IGNORECASE,
)
# What of a sheet leads to parts that are left behind.
_LEADS = re.compile(
    rb"<(?:\w+:)?(?:drawing|legacyDrawing|legacyDrawingHF|picture|oleObjects|controls|tableParts|"
    rb"webPublishItems|extLst|hyperlinks|customSheetViews)\b(?:[^>]*/>|.*?</(?:\w+:)?"
    rb"(?:oleObjects|controls|tableParts|webPublishItems|extLst|hyperlinks|customSheetViews)>)",
    re.DOTALL,
)
_RELATION = re.compile(
    rb"<(?:\w+:)?Relationship\b[^>]*?(?:/>|></(?:\w+:)?Relationship>)", re.DOTALL
)
_KEPT_RELATION = re.compile(
    rb"/(worksheet|styles|theme|sharedStrings|comments|officeDocument|core-properties|"
    rb"extended-properties)\""
)


def marked_copy(data: bytes, mistakes: Sequence[Mistake]) -> bytes:
    """The workbook again, each mistaken cell outlined and with what is wanted as its comment.

    A first sheet `mistakes` lists them all with links. Marks of an earlier copy are taken away
    first. Raises NotPossible where the file is no workbook that could be opened and marked.
    """
    book = _opened(data)
    formulas = _without_what_acts(book)
    _clear(book)
    listed = []
    grids: dict[str, _Grid] = {}
    notes: dict[tuple[str, str], list[str]] = {}
    for mistake in mistakes:
        cell = _cell_of(book, grids, mistake.place)
        listed.append((mistake, cell))
        if cell is not None:
            noted = notes.setdefault((cell.parent.title, cell.coordinate), [])
            noted.append(
                f"Found: {printable(mistake.found) or 'nothing'}\nWanted: {mistake.wanted}"
            )
    before = {key: _fill_of(book[key[0]][key[1]]) for key in notes}
    for (sheet, coordinate), said in list(notes.items())[:_MOST_MARKED]:
        cell = book[sheet][coordinate]
        if formula := formulas.get((sheet, coordinate)):
            # An error, and no text: so it cannot pass for an answer when it comes back.
            cell.value, cell.data_type = "#VALUE!", "e"
            said.append(f"The formula was: {printable(formula)}")
        _mark(cell, said)
    _list(book, listed, before)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _opened(data: bytes) -> Any:
    """The workbook without anything but its cells. Raises NotPossible."""
    refused = Mistakes()
    if harmless(data, refused.of("")) is None:
        raise NotPossible("This file cannot be marked, for it cannot be opened as a workbook.")
    with warnings.catch_warnings():
        # openpyxl warns of extensions that it leaves out, and there they may stay.
        warnings.simplefilter("ignore")
        try:
            bare = io.BytesIO(_bare(data))
            return openpyxl.load_workbook(bare, keep_links=False, keep_vba=False)
        except UNREADABLE as error:
            raise NotPossible(
                "This file cannot be marked: something in it besides its cells cannot be read. "
                "The list of mistakes tells all that is wrong."
            ) from error


def _bare(data: bytes) -> bytes:
    """The same workbook with only those parts that hold cells and their looks."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for entry in source.infolist():
            name = entry.filename.removeprefix("/")
            if not _KEPT.match(name):
                continue
            content = source.read(entry)
            if name.lower().endswith(".rels"):
                content = _RELATION.sub(_kept_relation, content)
            elif name.lower().startswith("xl/worksheets/"):
                content = _LEADS.sub(b"", content)
            target.writestr(name, content)
    return out.getvalue()


def _kept_relation(found: re.Match[bytes]) -> bytes:
    whole = found[0]
    outside = b"TargetMode" in whole and b"External" in whole
    return whole if _KEPT_RELATION.search(whole) and not outside else b""


def _without_what_acts(book: Any) -> dict[tuple[str, str], str]:
    """Formulas become text; gives those that there were, by sheet and cell."""
    formulas: dict[tuple[str, str], str] = {}
    for name in list(book.defined_names):
        del book.defined_names[name]
    for sheet in book.worksheets:
        for name in list(sheet.defined_names):
            if not name.startswith("_xlnm.Print"):
                del sheet.defined_names[name]
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    text = str(getattr(cell.value, "text", None) or cell.value)
                    formulas[sheet.title, cell.coordinate] = text
                    cell.value = neutralised(text)
                    cell.data_type = "s"
                    # A spreadsheet then keeps it as text when somebody edits it.
                    cell.quotePrefix = True
        rules = sheet.data_validations.dataValidation
        rules[:] = [rule for rule in rules if not _reaches_out(rule.formula1, rule.formula2)]
    return formulas


def _reaches_out(*formulas: str | None) -> bool:
    """Whether a rule names another workbook, or a program (`[1]Sheet!A1`, `cmd|...`)."""
    return any("[" in text or "|'" in text or "|!" in text for text in formulas if text)


def _clear(book: Any) -> None:
    """Take away what an earlier copy marked: fills as they were, our comments, the list."""
    if LIST not in book.sheetnames:
        return
    rows = [[cell.value for cell in row] for row in book[LIST].iter_rows(min_row=2, max_col=5)]
    for row in rows:
        sheet, _, coordinate = str(row[3] or "").rpartition("!")
        if sheet not in book.sheetnames or not re.match(r"[A-Z]{1,3}\d{1,7}\Z", coordinate):
            continue
        cell = book[sheet][coordinate]
        if cell.comment is not None and cell.comment.author == AUTHOR:
            cell.comment = None
        if _fill_of(cell) == _MARK:
            colour = str(row[4] or "")
            known = re.match(r"[0-9A-F]{8}\Z", colour)
            cell.fill = PatternFill("solid", start_color=colour) if known else PatternFill()
            cell.border = Border()
    del book[LIST]


def _fill_of(cell: Any) -> str:
    colour = cell.fill.start_color if cell.fill.fill_type == "solid" else None
    return str(colour.rgb) if isinstance(colour, Color) and colour.type == "rgb" else ""


class _Grid:
    """A sheet as places in it are told: its size, headings and merged cells, worked out once.

    Cells that are marked make a sheet no longer than it was, so the size holds.
    """

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._rows, self._columns = sheet.max_row, sheet.max_column
        self._by_heading: dict[str, int] = {}
        self._by_plain: dict[str, int] = {}
        for cell in next(sheet.iter_rows(min_row=1, max_row=1), ()):
            if cell.value is not None:
                heading = str(cell.value).strip()
                self._by_heading.setdefault(heading, int(cell.column))
                self._by_plain.setdefault(_plain(heading), int(cell.column))
        # Only the first of merged cells can hold anything.
        self._first_of: dict[tuple[int, int], tuple[int, int]] = {}
        for merged in sheet.merged_cells.ranges:
            for at in merged.cells:
                self._first_of.setdefault(at, (merged.min_row, merged.min_col))

    def cell(self, row: int, column: str) -> Any:
        """The cell in that row, or None where the sheet is not so long."""
        if row > self._rows:
            return None
        at = row, self._column(column)
        return self._sheet.cell(*self._first_of.get(at, at))

    def _column(self, column: str) -> int:
        """By its heading; else by its letters or number; else the first."""
        if not column:
            return 1
        named = self._by_heading.get(column) or self._by_plain.get(_plain(column))
        if named:
            return named
        if column.isdecimal() and 1 <= int(column) <= self._columns:
            return int(column)
        if _LETTERS.match(column) and column_index_from_string(column) <= self._columns:
            return int(column_index_from_string(column))
        return 1


def _cell_of(book: Any, grids: dict[str, _Grid], place: str) -> Any:
    """The cell in which a mistake stands; None where it stands in none, or in one far away."""
    found = _PLACE.match(place)
    if found is None or not found["row"] or found["sheet"] not in book.sheetnames:
        return None
    grid = grids.get(found["sheet"])
    if grid is None:
        grid = grids[found["sheet"]] = _Grid(book[found["sheet"]])
    return grid.cell(int(found["row"]), found["column"] or "")


def _plain(heading: str) -> str:
    """As XLSForm takes it: `List Name` for `list_name`."""
    return re.sub(r"\s+", "_", heading).lower()


def _mark(cell: Any, said: Sequence[str]) -> None:
    text = "\n\n".join(said)[:1_000]
    cell.fill, cell.border = _FILL, _BORDER
    cell.comment = Comment(text, AUTHOR, height=60 + 20 * text.count("\n"), width=320)
    # What is wrong has to be mended, also where the cell is locked.
    cell.protection = Protection(locked=False)


def _list(
    book: Any, listed: Sequence[tuple[Mistake, Any]], before: dict[tuple[str, str], str]
) -> None:
    sheet = book.create_sheet(LIST, 0)
    heading, plain, link = _looks(sheet)
    for row, cells in enumerate(_rows(listed, before), start=1):
        for position, text in enumerate(cells, start=1):
            cell = sheet.cell(row, position)
            cell.value = text
            cell.data_type = "s"
            cell._style = copy(heading if row == 1 else plain)
    for row, (_, cell) in enumerate(listed, start=2):
        if cell is not None:
            first = sheet.cell(row, 1)
            first.hyperlink = f"#'{cell.parent.title}'!{cell.coordinate}"
            first._style = copy(link)
    for letter, width in zip("ABC", (38, 40, 70), strict=True):
        sheet.column_dimensions[letter].width = width
    for letter in "DE":
        sheet.column_dimensions[letter].hidden = True
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.active = 0
    for other in book.worksheets:
        other.sheet_view.tabSelected = other.title == LIST


def _looks(sheet: Any) -> list[Any]:
    """How a heading, a text and a link of the list look.

    Each is made once, and its number shared: to look it up anew for each of 13,000 mistakes takes
    longer than all the rest.
    """
    found: list[Any] = []
    for font in (
        Font(bold=True, color="FFFFFFFF"),
        Font(bold=False),
        Font(color="FF1D70B8", underline="single"),
    ):
        cell = sheet.cell(1, 1)
        cell.font, cell.alignment = font, Alignment(wrap_text=True, vertical="top")
        cell.fill = PatternFill() if found else PatternFill("solid", start_color="FF12436D")
        found.append(copy(cell._style))
    return found


def _rows(
    listed: Sequence[tuple[Mistake, Any]], before: dict[tuple[str, str], str]
) -> Iterator[tuple[str, ...]]:
    yield _HEADINGS
    for mistake, cell in listed:
        at, fill = "", ""
        if cell is not None:
            at = f"{cell.parent.title}!{cell.column_letter}{cell.row}"
            fill = before[cell.parent.title, cell.coordinate]
        told = (
            mistake.place or "the whole file",
            printable(mistake.found) or "nothing",
            mistake.wanted,
        )
        yield (*(neutralised(printable(text)) for text in told), at, fill)
