"""Single mistakes in returns.csv and in an agency's workbook."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

from .entries import made
from .planting import Line, Mistake, Planting
from .workbooks import bomb, declared_with_macros, encrypted, with_part

CSV, BOOK = "returns.csv", "returns/COMMUNITY.xlsx"
AGENCIES, NAMES, KNOWN = "audit/agencies", "tool/names", "tool/known"
# What an answer is judged by.
JUDGED = ("audit/agencies", "audit/sample", "tool/known", "tool/choices", "audit/meeting_on")

Row = dict[str, str]


def _good(row: Row) -> bool:
    """A full return of an agency that answers as one."""
    full = row["status"] == "submitted" and row["known"] == "yes"
    return full and row["agency"] in {"CSC", "POLICE"} and row["case"] not in {"01", "02"}


def answer(
    slot: int,
    column: str,
    value: str,
    *words: str,
    where: Callable[[Row], bool] = _good,
    found: str | None = None,
    needs: tuple[str, ...] = (),
) -> Mistake:
    """A cell of the `slot`-th row of those that fit."""

    def plant(pack: Planting) -> list[Line]:
        row = pack.returns_rows(where)[slot]
        pack.cell(CSV, row, column, value)
        shown = (value or "nothing") if found is None else found
        return [Line(f"{CSV}, row {row}, column {column}: found {shown}", words)]

    name = f"{column} {value[:20]} in row {slot} of {where.__name__}"
    touched = f"returns/{where.__name__}{slot}"
    return made(name, plant, touched, needs=(*JUDGED, f"tool/{column}", *needs))


def _nil(row: Row) -> bool:
    return row["status"] == "submitted" and row["known"] == "no"


def _awaited(row: Row) -> bool:
    return row["status"] == "not_returned" and row["known"] == "yes"


def _no_abuse(row: Row) -> bool:
    return row["domestic_abuse_present"] == "no" and row["agency"] == "SCHOOLS"


def _asked_score(row: Row) -> bool:
    return row["risk_tool"] == "dash_safelives"


def _school(row: Row) -> bool:
    return row["agency"] == "GP" and row["status"] == "submitted" and row["known"] == "yes"


def _hidden_and_broken(pack: Planting) -> list[Line]:
    row = pack.returns_rows(_no_abuse)[1]
    pack.cell(CSV, row, "dash_score", "99")
    place = f"{CSV}, row {row}, column dash_score: found 99"
    return [Line(f"{place}, wanted nothing"), Line(f"{place}, wanted A score of this version")]


def _second(pack: Planting) -> list[Line]:
    rows = pack.rows(CSV)
    row = pack.returns_rows(_school)[5]
    found = f"found a second row for {rows[row - 1][0]}, {rows[row - 1][1]}, case"
    numbers: list[int] = []

    def change(kept: list[list[str]]) -> None:
        kept.append(list(rows[row - 1]))
        numbers.append(len(kept))

    pack.edit_csv(CSV, change)
    return [Line(f"{CSV}, row {numbers[0]}, column case: {found}", ("one row for each",))]


def _second_in_workbook(pack: Planting) -> list[Line]:
    rows = pack.rows(CSV)
    row = list(rows[pack.returns_rows(_nil)[0] - 1])
    row[:3] = ["COMMUNITY", "", "1"]
    pack.edit_csv(CSV, lambda kept: kept.append(row))
    words = ("a second row for COMMUNITY, case 01", "one row for each")
    return [Line(f"{BOOK}, sheet returns, row 2, column case: found a second row", words)]


def _column_gone(name: str) -> Mistake:
    def plant(pack: Planting) -> list[Line]:
        def change(rows: list[list[str]]) -> None:
            position = rows[0].index(name)
            for row in rows:
                del row[position]

        pack.edit_csv(CSV, change)
        return [Line(f"{CSV}, row 1, column {name}: found nothing", ("a column of this name",))]

    return made(f"returns.csv without {name}", plant, "returns", "book", needs=("tool",))


def _more_column(heading: str, column: str, *words: str) -> Mistake:
    def plant(pack: Planting) -> list[Line]:
        def change(rows: list[list[str]]) -> None:
            for row in rows:
                row.append("x")
            rows[0][-1] = heading

        pack.edit_csv(CSV, change)
        return [Line(f"{CSV}, row 1, column {column}: found {heading}", words)]

    return made(f"returns.csv with {heading}", plant, "returns", needs=(NAMES,))


def _missing(pack: Planting) -> list[Line]:
    (pack.folder / CSV).unlink()
    shutil.rmtree(pack.folder / "returns")
    return [Line(f"{CSV}: found nothing, wanted a file")]


def _short(pack: Planting) -> list[Line]:
    row = pack.returns_rows(_good)[20]

    def change(rows: list[list[str]]) -> None:
        rows[row - 1] = rows[row - 1][:7]

    pack.edit_csv(CSV, change)
    return [Line(f"{CSV}, row {row}: found 7 cells", ("cells as in the headings",))]


def book(
    row: int,
    column: str,
    value: object,
    *words: str,
    found: str | None = None,
    needs: tuple[str, ...] = (),
) -> Mistake:
    """A cell of the workbook."""

    def plant(pack: Planting) -> list[Line]:
        pack.workbook(row, column, value)
        shown = str(value) if found is None else found
        place = f"{BOOK}, sheet returns, row {row}, column {column}"
        return [Line(f"{place}: found {shown}", words)]

    needs = (*JUDGED, f"tool/{column}", *needs)
    return made(f"workbook, row {row}, {column} {value}", plant, f"book/{row}", needs=needs)


def _file(name: str, file: str, content: bytes, found: str, *words: str) -> Mistake:
    def plant(pack: Planting) -> list[Line]:
        pack.write(file, content)
        return [Line(f"{file}: found {found}", words)]

    return made(name, plant, "book" if file == BOOK else f"{file}", needs=(AGENCIES,))


def _changed(name: str, change: Callable[[bytes], bytes], found: str) -> Mistake:
    def plant(pack: Planting) -> list[Line]:
        pack.write(BOOK, change((pack.folder / BOOK).read_bytes()))
        return [Line(f"{BOOK}: found {found}", ("without macros",))]

    return made(name, plant, "book")


def _stranger(pack: Planting) -> list[Line]:
    shutil.copyfile(pack.base / BOOK, pack.folder / "returns/NOBODY.xlsx")
    return [Line("returns/NOBODY.xlsx: found NOBODY", ("the code of an agency",))]


def _no_sheet(pack: Planting) -> list[Line]:
    def change(sheet: Any) -> None:
        sheet.title = "answers"

    pack.sheet(BOOK, "returns", change)
    return [Line(f"{BOOK}, sheet returns: found nothing", ("a sheet named returns",))]


def _book_heading(pack: Planting) -> list[Line]:
    def change(sheet: Any) -> None:
        sheet.cell(1, sheet.max_column + 1, "colour")

    pack.sheet(BOOK, "returns", change)
    place = f"{BOOK}, sheet returns, row 1, column colour"
    return [Line(f"{place}: found colour", ("only agency",))]


RETURNS: list[Mistake] = [
    made("no returns at all", _missing, "returns", "book"),
    *(_column_gone(name) for name in ("agency", "status", "case", "respondent", "known", "grade")),
    _more_column("colour", "colour", "only agency"),
    _more_column("frame_referral_id", "frame_referral_id", "only agency"),
    answer(0, "agency", "NOBODY", "the code of an agency in audit.yaml"),
    answer(1, "agency", "csc", "the code of an agency"),
    answer(2, "agency", "", "the code of an agency"),
    answer(3, "case", "99", "a case of the sample"),
    answer(4, "case", "x", "the number of a case"),
    answer(5, "case", "", "the number of a case"),
    answer(6, "case", "0", "a case of the sample"),
    answer(7, "respondent", "Somebody", "the agency answers as one"),
    answer(8, "status", "done", "submitted or not_returned"),
    answer(9, "status", "", "submitted or not_returned"),
    answer(10, "status", "not_returned", "submitted, or no answer", found="not_returned with"),
    answer(11, "grade", "fine", "outstanding or good"),
    answer(12, "grade", "Good", "outstanding or good"),
    answer(13, "pre_verbal", "na", "yes or no"),
    answer(14, "previous_referrals", "many", "a whole number"),
    answer(15, "previous_referrals", "1.5", "a whole number"),
    answer(16, "previous_referrals", "51", "Give a whole number from 0 to 50"),
    answer(17, "hours_to_refer", "1,5", "a number"),
    answer(18, "last_contact_on", "2025-02-30", "a date that exists"),
    answer(19, "last_contact_on", "2031-01-01", "The last contact cannot be in the future"),
    made("a short row of returns", _short, "returns/_good20"),
    answer(21, "immediate_risk", "", "an answer, for it is required"),
    answer(22, "known", "", "an answer, for it is required"),
    answer(23, "known", "na", "yes or no"),
    answer(24, "engaged_with", "mother mother", "each choice once"),
    answer(25, "engaged_with", "mother;father", "child or mother"),
    answer(26, "previous_referrals", "-1", "Give a whole number"),
    answer(27, "previous_referrals", "٣", "a whole number"),
    answer(1, "grade", "good", "nothing, for the question does not apply", where=_nil),
    answer(2, "immediate_risk", "no", "nothing, for the question", where=_nil),
    answer(0, "known", "no", "a nil return to be submitted", where=_awaited),
    answer(1, "grade", "good", "nothing, for the status is not_returned", where=_awaited),
    answer(0, "dash_score", "3", "nothing, for the question", where=_no_abuse),
    answer(0, "dash_score", "25", "from 0 to 24", where=_asked_score),
    made("hidden and beyond its bounds", _hidden_and_broken, "returns/_no_abuse1", needs=JUDGED),
    made("a second row", _second, "returns/_school5", "returns/end", needs=JUDGED),
    made(
        "a second row in the workbook", _second_in_workbook, "returns/end", "book/2", needs=JUDGED
    ),
    book(3, "agency", "POLICE", "COMMUNITY"),
    book(4, "case", "99", "a case of the sample"),
    book(2, "grade", "fine", "outstanding or good"),
    book(6, "reason_clear", "=1+1", "paste the formula as values", found="a formula"),
    book(7, "known", "=B2", "a value", found="a formula"),
    book(8, "history_used", "#REF!", "a value"),
    book(9, "status", "=B2", "a value", found="a formula"),
    book(10, "case", "=B2", "a value", found="a formula"),
    book(11, "respondent", "Ward 5", "the agency answers as one"),
    made("no sheet returns", _no_sheet, "book"),
    made("a column more in the workbook", _book_heading, "book/1", needs=(NAMES,)),
    made("a workbook of nobody", _stranger, "returns/NOBODY.xlsx", needs=(AGENCIES,)),
    _changed(
        "a macro in a workbook",
        lambda data: with_part(data, "xl/vbaProject.bin", b"x"),
        "a workbook with macros",
    ),
    _changed(
        "a macro under another name",
        lambda data: with_part(data, "xl/vbaproject.BIN", b"x"),
        "a workbook with macros",
    ),
    _changed(
        "an old macro sheet",
        lambda data: with_part(data, "xl/macrosheets/sheet1.xml", b"x"),
        "a workbook with macros",
    ),
    _changed("declared with macros", declared_with_macros, "a workbook with macros"),
    _file("an .xlsm", "returns/CSC.xlsm", b"x", "CSC.xlsm", "filled workbooks (.xlsx)"),
    _file("a Word file", "returns/CSC.docx", b"x", "CSC.docx", "filled workbooks (.xlsx)"),
    _file("a workbook that is none", BOOK, b"agency,case\n", "a file that is no workbook"),
    _file("a workbook of 300 MB", BOOK, bomb(), "", "when unpacked"),
    _file("a workbook with a password", BOOK, encrypted(), "a workbook with a password"),
]
