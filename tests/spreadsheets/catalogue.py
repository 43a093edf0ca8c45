"""The spreadsheet part of the corpus: what is done to a workbook, and what comes of it.

Either words of each mistake, in order, or nothing: then the workbook is taken, and the answers of
its first row are those that were typed, but for what the case says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from refusals.workbooks import bomb, declared_with_macros, with_part

from .rounds import ANSWERS, GOOD, GP, MARK, NIL, blank, edited, filled, put
from .spoiled import archive, compound, rewritten, sheet_part, with_link_outside, with_picture

Words = tuple[str, ...]


@dataclass(frozen=True)
class Spoiled:
    """`wrong` has the words of each mistake; `answers` what the first row then differs by."""

    name: str
    data: Callable[[], bytes]
    wrong: tuple[Words, ...] = ()
    answers: Mapping[str, str | None] = field(default_factory=dict)
    remarks: Words = ()
    file: str = "POLICE.xlsx"
    agency: str = ""
    respondent: str = ""


def good() -> bytes:
    return filled(blank(), GOOD, NIL)


def cell(column: str, value: object, *words: str, found: str | None = None) -> Spoiled:
    """A value is typed into the first row, and refused."""
    shown = str(value) if found is None else found
    place = f"sheet returns, row 2, column {column}: found {shown}"
    return Spoiled(
        f"{column} is {value!r}"[:60],
        lambda: filled(blank(), {**GOOD, column: value}, NIL),
        ((place, *words),),
    )


def taken(column: str, value: object, kept: str | None) -> Spoiled:
    """A value is typed into the first row, and kept as `kept`."""
    return Spoiled(
        f"{column} is {value!r} and kept"[:60],
        lambda: filled(blank(), {**GOOD, column: value}, NIL),
        answers={column: kept},
    )


def whole(name: str, data: Callable[[], bytes], *words: str) -> Spoiled:
    """The file is not what it should be."""
    return Spoiled(name, data, (words,))


def changed(
    name: str,
    change: Callable[[Any], None],
    *wrong: Words,
    remarks: Words = (),
    answers: Mapping[str, str | None] | None = None,
) -> Spoiled:
    """Something is done to the open workbook."""
    return Spoiled(name, lambda: edited(good(), change), wrong, answers or {}, remarks)


def raw(name: str, change: Callable[[bytes], bytes], *wrong: Words) -> Spoiled:
    """The part of the sheet of answers is changed byte by byte."""

    def data() -> bytes:
        made = good()
        return rewritten(made, sheet_part(made), change)

    return Spoiled(name, data, wrong)


def heading(old: str, new: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for one in book["returns"][1]:
            if one.value == old:
                one.value = new

    return change


def _turned(book: Any) -> None:
    sheet = book["returns"]
    rows = [[one.value for one in row] for row in sheet.iter_rows()]
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(reversed(row), start=1):
            sheet.cell(number, place).value = value


def _sorted(book: Any) -> None:
    sheet = book["returns"]
    rows = [[one.value for one in row] for row in sheet.iter_rows(min_row=3)]
    for number, row in enumerate(reversed(rows), start=3):
        for place, value in enumerate(row, start=1):
            sheet.cell(number, place).value = value


def _again(book: Any) -> None:
    sheet = book["returns"]
    place = sheet.max_column + 1
    sheet.cell(1, place).value = "grade"
    sheet.cell(2, place).value = "good"


def _stranger(book: Any) -> None:
    sheet = book["returns"]
    sheet.cell(1, sheet.max_column + 1).value = "our notes"


def _nameless(book: Any) -> None:
    sheet = book["returns"]
    sheet.cell(2, sheet.max_column + 1).value = "x"


def _far(book: Any) -> None:
    book["returns"].cell(100_001, 1).value = "x"


def _wide(book: Any) -> None:
    book["returns"].cell(2, 2_001).value = "x"


def _merged(reference: str) -> Callable[[Any], None]:
    return lambda book: book["returns"].merge_cells(reference)


def _hide_row(book: Any) -> None:
    book["returns"].row_dimensions[2].hidden = True


def _hide_many(book: Any) -> None:
    for row in (2, 3, 4, 7):
        book["returns"].row_dimensions[row].hidden = True


def _hide_column(book: Any) -> None:
    book["returns"].column_dimensions["G"].hidden = True


def _calendar_of_1904(book: Any) -> None:
    book.epoch = CALENDAR_MAC_1904


def _notes(book: Any) -> None:
    book.create_sheet("Our notes").append(["=1+1", "#REF!", "=cmd|' /C calc'!A0"])


def _second(book: Any) -> None:
    put(book, 3, case="01")


def _typed(row: int, **values: object) -> Callable[[Any], None]:
    return lambda book: put(book, row, **values)


def _array(book: Any) -> None:
    sheet = book["returns"]
    columns = {str(one.value): one.column_letter for one in sheet[1]}
    at = f"{columns['grade']}2"
    sheet[at] = ArrayFormula(at, "=UPPER(A2)")


def _title_above(book: Any) -> None:
    sheet = book["returns"]
    sheet.insert_rows(1)
    sheet["A1"] = "Our returns"


def _gap_below(book: Any) -> None:
    book["returns"].insert_rows(3, 4)


def _gap_beside(book: Any) -> None:
    book["returns"].insert_cols(6)


def _mistyped(book: Any) -> None:
    book["safehub"]["B3"] = "zzzz"


def _gone(book: Any) -> None:
    del book["safehub"]


def _renamed(book: Any) -> None:
    book["returns"].title = "Returns 2"


def _emptied(book: Any) -> None:
    book["returns"].delete_rows(1, 20)


def _entities(xml: bytes) -> bytes:
    levels = b"".join(
        b'<!ENTITY l%d "%s">' % (n, (b"&l%d;" % (n - 1)) * 10 if n else b"lol") for n in range(12)
    )
    head, _, rest = xml.partition(b"<worksheet")
    return (
        head
        + b"<!DOCTYPE worksheet ["
        + levels
        + b"]><worksheet"
        + rest.replace(
            b"</sheetData>", b'<row r="20"><c r="A20" t="str"><v>&l11;</v></c></row></sheetData>'
        )
    )


def _file_from_outside(xml: bytes) -> bytes:
    head, _, rest = xml.partition(b"<worksheet")
    entity = b'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/hostname">]><worksheet'
    row = b'<row r="20"><c r="A20" t="str"><v>&x;</v></c></row></sheetData>'
    return head + entity + rest.replace(b"</sheetData>", row)


def marked(**other: str) -> Callable[[], bytes]:
    """A workbook that was made for something else."""
    return lambda: filled(blank(mark=replace(MARK, agency="POLICE", **other)), GOOD)


NO_WORKBOOK = ("found a file that is no workbook", "an Excel workbook (.xlsx)")
COLUMN = "a column of this name"
FILES = [
    whole("a bomb", bomb, "when unpacked", "a workbook that unpacks to less"),
    whole("too large", lambda: b"PK" + b"\0" * 50_000_000, "50,000,002 bytes", "at most"),
    whole("macros", lambda: with_part(good(), "xl/vbaProject.bin", b"x"), "with macros"),
    whole("macros in capitals", lambda: with_part(good(), "XL/VBAPROJECT.BIN", b"x"), "macros"),
    whole("a macro sheet", lambda: with_part(good(), "xl/macrosheets/s.xml", b"x"), "with macros"),
    whole("declared with macros", lambda: declared_with_macros(good()), "a workbook with macros"),
    whole("a password", lambda: compound("EncryptionInfo", "EncryptedPackage"), "with a password"),
    whole("a renamed .xls", lambda: compound("Root Entry", "Workbook"), "the old form (.xls)"),
    whole("a renamed .xls of 1995", lambda: compound("Root Entry", "Book"), "the old form (.xls)"),
    whole(
        "an .ods",
        lambda: archive({"mimetype": "application/vnd.oasis", "content.xml": "<x/>"}),
        "an OpenDocument file (.ods)",
        "save it as one",
    ),
    whole("an .xlsb", lambda: archive({"xl/workbook.bin": "x"}), "a binary workbook (.xlsb)"),
    whole("a .docx", lambda: archive({"word/document.xml": "<x/>"}), "a Word document (.docx)"),
    whole("a CSV named .xlsx", lambda: b"agency,respondent,case,status\n", *NO_WORKBOOK),
    whole("a page named .xlsx", lambda: b"<html><table><tr><td>1</td></tr></table>", *NO_WORKBOOK),
    whole("nothing at all", lambda: b"", *NO_WORKBOOK),
    whole("half of it", lambda: good()[:4_000], *NO_WORKBOOK),
    whole("an empty archive", lambda: archive({}), *NO_WORKBOOK),
    whole("another archive", lambda: archive({"notes.txt": "x"}), *NO_WORKBOOK),
    raw("a broken sheet", lambda xml: xml[: len(xml) // 2], NO_WORKBOOK),
    raw("entities in entities", _entities, NO_WORKBOOK),
    raw("a file from outside", _file_from_outside, NO_WORKBOOK),
    Spoiled("a picture that fills the memory", lambda: with_picture(good())),
    Spoiled("a link to a program", lambda: with_link_outside(good())),
]
SHEETS = [
    changed(
        "no sheet returns", _renamed, ("sheet returns: found nothing", "a sheet named returns")
    ),
    changed("an empty sheet", _emptied, ("sheet returns: found nothing", "headings in row 1")),
    changed("columns moved", _turned),
    changed("rows moved", _sorted),
    changed("rows between", _gap_below),
    changed("a column between", _gap_beside),
    changed("a sheet of their own", _notes),
    changed("a heading twice", _again, ("found grade again", "each heading once")),
    changed("a column of their own", _stranger, ("column our notes", "only agency, respondent")),
    changed("a cell beside the table", _nameless, ("row 1, column", "found nothing", "a heading")),
    changed("a heading gone", heading("grade", None), ("a heading",), ("column grade", COLUMN)),
    changed(
        "a heading mistyped",
        heading("grade", "grades"),
        ("row 1, column grade: found nothing", COLUMN),
        ("row 1, column grades: found grades", "only agency"),
    ),
    changed("a heading with odd blanks", heading("grade", "\u200bgrade\u00a0")),
    changed(
        "a heading that is a formula",
        heading("grade", '="gra"&"de"'),
        ("found a formula", "paste the formula as values"),
        ("column grade: found nothing", COLUMN),
    ),
    changed(
        "a title above the headings",
        _title_above,
        ("row 1: found Our returns", "the headings, agency, respondent, case, status among them"),
    ),
    changed(
        "merged headings",
        _merged("H1:I1"),
        ("row 1, column H: found merged headings (H1:I1)", "unmerge them"),
        ("row 1, column 9: found nothing", "a heading"),
        ("column hours", COLUMN),
    ),
    changed(
        "merged cells",
        _merged("F3:F5"),
        ("row 3, column F: found merged cells (F3:F5)", "unmerge them and fill in each"),
    ),
    changed(
        "a cell too far down", _far, ("row 100001: found a cell beyond them", "at most 100,000")
    ),
    changed("a cell too far right", _wide, ("row 2: found a cell beyond them", "2,000 columns")),
    changed("a hidden row", _hide_row, remarks=("hidden rows were read like all others: 2.",)),
    changed("hidden rows", _hide_many, remarks=("read like all others: 2 to 4, 7.",)),
    changed("a hidden column", _hide_column, remarks=("hidden columns were read", "G to G")),
    changed("days counted from 1904", _calendar_of_1904),
]
CELLS = [
    taken("seen_on", "2025-05-01", "2025-05-01"),
    cell("seen_on", "01/05/2025", "a date that exists, as YYYY-MM-DD"),
    cell("seen_on", "1 May 2025", "a date that exists"),
    cell("seen_on", 45778, "a date that exists"),
    cell("seen_on", "2025-02-30", "a date that exists"),
    cell(
        "seen_on",
        dt.datetime(2025, 5, 1, 14, 30),  # noqa: DTZ001 - cells have no zone
        "a date that exists",
        found="2025-05-01 14:30:00",
    ),
    taken("at", "14:30", "14:30"),
    cell("at", "half past two", "a time as HH:MM"),
    cell("at", 0.5, "a time as HH:MM", found="0.5"),
    taken("moment", "2025-05-01 09:05", "2025-05-01T09:05"),
    taken("moment", dt.date(2025, 5, 1), "2025-05-01T00:00"),
    taken("visits", "3", "3"),
    taken("visits", 3.0, "3"),
    taken("visits", "\u00a03\u200b", "3"),
    cell("visits", 3.5, "a whole number"),
    cell("visits", "three", "a whole number"),
    cell("visits", "1,000", "a whole number"),
    cell("visits", 51, "From 0 to 50 visits"),
    cell("visits", "=1+1", "paste the formula as values", found="a formula"),
    cell("visits", "#REF!", "a value"),
    taken("hours", "2.50", "2.5"),
    cell("hours", "2,5", "a number"),
    cell("place", "clinic", "home or school"),
    taken("grade", "\u200bgood\u00a0", "good"),
    cell("grade", "Good", "good or requires_improvement"),
    cell("grade", "Requires improvement", "good or requires_improvement"),
    cell("grade", True, "good or requires_improvement", found="TRUE"),
    cell("consent", True, "yes or no or na", found="TRUE"),
    cell("consent", "Y", "yes or no or na"),
    cell("engaged", "mother, child", "mother or father or child", found="mother, child"),
    cell("engaged", "mother mother", "each choice once"),
    taken("engaged", " mother \n child ", "mother child"),
    taken("read", "ok", "OK"),
    cell("read", "yes", "wanted OK"),
    cell("score", 10.5, "a number from 0 to 10"),
    cell("score", 7.3, "in steps of 0.5"),
    taken("paper", "on the page", None),
    taken("comment", "x" * 32_000, "x" * 32_000),
    taken("comment", "One line.\nAnother.", "One line.\nAnother."),
    taken("comment", "\u202eright to left", "\u202eright to left"),
    taken("comment", 412, "412"),
    taken("case", 1, None),
    taken("case", 1.0, None),
    taken("case", "1", None),
    taken("case", "001", None),
    cell("case", "99", "a case of the sample"),
    cell("case", "one", "the number of a case"),
    cell("agency", "CSC", "wanted POLICE"),
    cell("respondent", "Ward 5", "the agency answers as one"),
    cell("status", "done", "submitted or not_returned"),
    Spoiled(
        "an array formula",
        lambda: edited(good(), _array),
        (("column grade: found a formula", "a value"),),
    ),
    Spoiled(
        "a formula beside the answers",
        lambda: edited(good(), _typed(2, frame_area="=VLOOKUP(A1,B:C,2)")),
    ),
    Spoiled(
        "a case twice",
        lambda: edited(good(), _second),
        (("row 3, column case", "a second row for POLICE, case 01", "one row for each"),),
    ),
    Spoiled(
        "an answer that does not apply",
        lambda: filled(blank(), GOOD, {**NIL, "grade": "good"}),
        (("row 3, column grade: found good", "nothing, for the question does not apply"),),
    ),
    Spoiled(
        "an answer that is owed",
        lambda: filled(blank(), GOOD, {"status": "submitted"}),
        (("row 3, column known: found nothing", "required"),),
    ),
    Spoiled(
        "not returned, with an answer",
        lambda: filled(blank(), GOOD, {"status": "not_returned", "known": "yes", "grade": "good"}),
        (("row 3, column grade", "nothing, for the status is not_returned"),),
    ),
    Spoiled(
        "three mistakes in two rows",
        lambda: filled(blank(), {**GOOD, "grade": "x", "visits": "x"}, {**NIL, "status": "x"}),
        (("row 2, column visits",), ("row 2, column grade",), ("row 3, column status",)),
    ),
]
ROUNDS = [
    Spoiled(
        "of another audit",
        marked(audit="zzzz", title="Neglect", period="2024-04-01 to 2025-03-31"),
        (
            (
                "POLICE.xlsx: found a workbook of another audit, “Neglect”, 2024-04-01",
                "a workbook of “Voices of children”, 2025-04-01 to 2026-03-31",
            ),
        ),
    ),
    Spoiled(
        "of another version",
        marked(tool="zzzz", tool_version="2"),
        (("a workbook with version 2 of the questions", "version 3", "ask for a fresh workbook"),),
    ),
    Spoiled(
        "of another sample",
        marked(sample="zzzz"),
        (("a workbook of a sample that was drawn before", "the present sample"),),
    ),
    Spoiled(
        "of an agency that takes no part",
        lambda: filled(blank(mark=replace(MARK, agency="FIRE")), GOOD),
        (("the workbook of FIRE", "the workbook of an agency of the audit"),),
    ),
    Spoiled(
        "of another agency than the one that sends it",
        good,
        (("the workbook of POLICE", "wanted the workbook of GP"),),
        agency="GP",
    ),
    Spoiled(
        "with a changed fingerprint",
        lambda: edited(good(), _mistyped),
        (("sheet safehub: found a hidden sheet that was changed", "copy your answers into it"),),
    ),
    Spoiled("under another name", good, file="final (2) really.xlsx"),
    Spoiled("without a fingerprint", lambda: edited(good(), _gone)),
    Spoiled(
        "without a fingerprint, under another name",
        lambda: edited(good(), _gone),
        (("found holiday", "named by the code of an agency"),),
        file="holiday.xlsx",
    ),
    Spoiled(
        "of one respondent, with another in it",
        lambda: edited(filled(blank(GP, "Elm Surgery"), GOOD), _typed(2, respondent="Oak Surgery")),
        (("column respondent: found Oak Surgery", "wanted Elm Surgery"),),
    ),
    Spoiled(
        "of another respondent than the one that sends it",
        lambda: filled(blank(GP, "Elm Surgery"), GOOD),
        (("found the workbook of Elm Surgery", "wanted that of Oak Surgery"),),
        agency="GP",
        respondent="Oak Surgery",
    ),
    Spoiled(
        "of an agency, with more than the respondent that sends it",
        lambda: filled(
            blank(GP), {**GOOD, "respondent": "Elm Surgery"}, {**NIL, "respondent": "Oak Surgery"}
        ),
        (("row 3, column respondent: found Oak Surgery", "wanted Elm Surgery"),),
        agency="GP",
        respondent="Elm Surgery",
    ),
    Spoiled("of one respondent", lambda: filled(blank(GP, "Elm Surgery"), GOOD)),
    Spoiled(
        "of an agency with a respondent",
        lambda: filled(blank(GP), {**GOOD, "respondent": "Elm Surgery"}),
    ),
]
CATALOGUE = [*FILES, *SHEETS, *CELLS, *ROUNDS]
EXPECTED = ANSWERS
