"""Rows of returns, from a CSV file or a workbook: every answer judged by the tool."""

from __future__ import annotations

import datetime as dt
import re
import string
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from safehub.audit.programmes.terms import Participant
from safehub.audit.returns.rows import IMMEDIATE_RISK, KNOWN, NOT_RETURNED, SUBMITTED, ReturnRow
from safehub.audit.returns.workbooks.wording import ON_THE_PAGE
from safehub.audit.sampling.rules import case_number
from safehub.foundation.documents.neutral import restored
from safehub.foundation.documents.spreadsheets import Wanted
from safehub.foundation.documents.tables import UNREAD, Row, Sheet, read_csv, sheet_of
from safehub.foundation.mistakes import FileMistakes, printable
from safehub.instruments.answers import NotAnAnswer, parsed_date
from safehub.instruments.responses import Examined, examine
from safehub.instruments.tools import NO, YES, QuestionType, Tool
from safehub.instruments.xlsform import FRAME_PREFIX

STATUSES = (SUBMITTED, NOT_RETURNED)
BASE = ("agency", "respondent", "case", "status")
SHEET = "returns"
WORKBOOK = Wanted(sheet=SHEET, ignored=FRAME_PREFIX)

_CASE = re.compile(r"\d{1,9}\Z", re.ASCII)
_ENTRY = re.compile(r"\[\d+\]\Z", re.ASCII)
# Blanks that have no width or do not break: nobody sees that they came with what was pasted.
_UNSEEN = string.whitespace + "\u00a0\u202f\u2007\u200b\u2060\ufeff"


class KnownTerms(Protocol):
    """What is known of the terms of reference, which may have mistakes of their own."""

    @property
    def agencies(self) -> Mapping[str, Participant]:
        """The agencies by code."""

    @property
    def agencies_certain(self) -> bool:
        """Whether there can be no others."""

    @property
    def units_uncertain(self) -> Collection[str]:
        """The agencies of which it is not known whether they have respondents."""

    @property
    def neutralised(self) -> bool | None:
        """Whether cells were written with an apostrophe before what a spreadsheet acts on."""


@dataclass
class Expected:
    """What rows are judged by; None is "not known", and then nothing is said of it."""

    terms: KnownTerms
    tool: Tool | None
    cases: frozenset[str] | None
    size: int | None
    today: dt.date | None
    taken: set[tuple[str, str, str]] = field(default_factory=set)
    at_risk: list[tuple[str, str, str]] = field(default_factory=list)
    # Names of files that came by the page, by return: no row of a workbook can hold them.
    files: Mapping[tuple[str, str, str], Mapping[str, str]] = field(default_factory=dict)
    # Who alone answers, where a workbook is for one respondent; in a printable form.
    respondent: str = ""


def read_returns_csv(data: bytes, expected: Expected, mistakes: FileMistakes) -> list[ReturnRow]:
    """The rows of returns.csv; those with mistakes are noted and left out."""
    sheet = read_csv(data, mistakes)
    if sheet is None:
        return []
    return _rows(sheet, expected, mistakes, place="", agency=None)


def read_returns_workbook(
    agency: str, rows: list[list[str]] | None, expected: Expected, mistakes: FileMistakes
) -> list[ReturnRow]:
    """The rows of one agency's workbook. Rows that nobody has filled in are no rows."""
    if not rows:
        mistakes.add(f"sheet {SHEET}", "", f"a sheet named {SHEET} with headings in row 1")
        return []
    rows = [[_tidy(name) for name in rows[0]], *rows[1:]]
    if not set(rows[0]) & set(BASE):
        found = next((name for name in rows[0] if name.strip(UNREAD)), "")
        wanted = f"the headings, {', '.join(BASE)} among them, with nothing above them"
        mistakes.add(f"sheet {SHEET}, row 1", found, wanted)
        return []
    sheet = sheet_of(rows, mistakes, f"sheet {SHEET}, ")
    named = [name for name in sheet.headings if not name.startswith(FRAME_PREFIX)]
    kept = []
    for row in sheet.rows:
        cells = {
            name: _as_answer(expected.tool, name, row.cells[name])
            for name in named
            if name in row.cells
        }
        if any(
            cell for name, cell in cells.items() if name not in {"agency", "respondent", "case"}
        ):
            kept.append(Row(row.number, cells))
    filled = Sheet(tuple(named), tuple(kept))
    return _rows(filled, expected, mistakes, place=f"sheet {SHEET}, ", agency=agency)


def _as_answer(tool: Tool | None, column: str, cell: str) -> str:
    """What a person meant by a cell: a spreadsheet leaves out midnight, and pasting adds blanks."""
    question = tool.by_name.get(_ENTRY.sub("", column)) if tool is not None else None
    if question is not None and question.type is QuestionType.TEXT:
        return cell
    cell = _tidy(cell)
    if question is None:
        return cell
    if question.type is QuestionType.DATETIME and _is_day(cell):
        return f"{cell}T00:00"
    return "" if question.type is QuestionType.FILE and cell == ON_THE_PAGE else cell


def _is_day(cell: str) -> bool:
    try:
        return bool(parsed_date(cell))
    except NotAnAnswer:
        return False


def says_yes(cell: str, tool: Tool | None) -> bool:
    """Whether somebody meant yes, however they wrote it: for telling of a child at risk alone."""
    question = tool.by_name.get(IMMEDIATE_RISK) if tool is not None else None
    labels = {one.label for one in question.choices if one.name == YES} if question else set()
    said = _tidy(cell).casefold()
    return said.startswith("yes") or said in {
        *("y", "true", "1", "x"),
        *(label.strip().casefold() for label in labels if label.strip()),
    }


def _tidy(cell: str) -> str:
    return cell.strip(_UNSEEN)


def _rows(
    sheet: Sheet, expected: Expected, mistakes: FileMistakes, *, place: str, agency: str | None
) -> list[ReturnRow]:
    _check_headings(sheet, expected, mistakes, place, agency)
    found = []
    for row in sheet.rows:
        cells = row.cells
        if expected.terms.neutralised:
            cells = {name: restored(cell) for name, cell in cells.items()}
        read = _OneRow(Row(row.number, cells), expected, mistakes, place, sheet, agency).read()
        if read is not None:
            found.append(read)
    return found


def _check_headings(
    sheet: Sheet, expected: Expected, mistakes: FileMistakes, place: str, agency: str | None
) -> None:
    """Every question has its column; of a repeated group the first entry will do.

    A workbook is for one agency, so that what is asked of others alone may be missing there.
    """
    wanted = list(BASE)
    columns = expected.tool.columns if expected.tool is not None else ()
    asked = expected.tool.for_agency(agency).columns if expected.tool and agency else columns
    wanted += [column.name for column in asked if column.entry in {None, 1}]
    for name in wanted:
        if name not in sheet.headings:
            mistakes.add(f"{place}row 1, column {name}", "", "a column of this name")
    wanted += [column.name for column in columns]
    if expected.tool is None or not expected.tool.names_certain:
        return
    doubtful = {item.name for item in expected.tool.items if not item.certain}
    for name in sheet.headings:
        if name not in wanted and name not in doubtful:
            only = "only agency, respondent, case, status and the questions of the tool"
            mistakes.add(f"{place}row 1, column {name}", name, only)


class _OneRow:
    """Judges one row; `read` gives it back where nothing in it is a mistake."""

    def __init__(
        self,
        row: Row,
        expected: Expected,
        mistakes: FileMistakes,
        place: str,
        sheet: Sheet,
        workbook_agency: str | None,
    ) -> None:
        self._row, self._expected, self._mistakes, self._place = row, expected, mistakes, place
        self._headings, self._workbook_agency = sheet.headings, workbook_agency
        self._fine = True

    def _refuse(self, column: str, found: str, wanted: str) -> None:
        self._fine = False
        self._mistakes.add(f"{self._place}{self._row.place(column)}", found, wanted)

    def read(self) -> ReturnRow | None:
        agency = self._agency()
        respondent = self._respondent(agency)
        case = self._case()
        status = self._status()
        self._look_for_risk(case)
        if agency and case and respondent is not None:
            self._check_first(agency, respondent, case)
        row = self._answered(agency or "", respondent or "", case or "", status)
        return row if self._fine else None

    def _look_for_risk(self, case: str | None) -> None:
        """A child at immediate risk is told of, whatever else is wrong with the row."""
        cells = self._row.cells
        if says_yes(cells.get(IMMEDIATE_RISK, ""), self._expected.tool):
            number = case or cells.get("case", "")
            # Of a workbook it is known whose it is, however its cells are typed.
            who = self._workbook_agency or cells.get("agency", "")
            self._expected.at_risk.append((who, cells.get("respondent", ""), number))

    def _agency(self) -> str | None:
        """The agency's code, or None where it cannot be relied on."""
        if "agency" not in self._row.cells:
            self._fine = False
            return None
        code = self._row.cells["agency"]
        if self._workbook_agency is not None and code != self._workbook_agency:
            self._refuse("agency", code, self._workbook_agency)
            return None
        terms = self._expected.terms
        if not code or (terms.agencies_certain and code not in terms.agencies):
            self._refuse("agency", code, "the code of an agency in audit.yaml")
            return None
        return code

    def _respondent(self, agency: str | None) -> str | None:
        respondent = self._row.cells.get("respondent")
        terms = self._expected.terms
        known = terms.agencies.get(agency or "")
        doubtful = known is None or known.code in terms.units_uncertain
        if respondent and known is not None and known.respondent_unit is None and not doubtful:
            self._refuse("respondent", respondent, "nothing, for the agency answers as one")
            return None
        alone = self._expected.respondent
        if alone and respondent is not None and printable(respondent) != alone:
            self._refuse("respondent", respondent, alone)
            return None
        return respondent

    def _case(self) -> str | None:
        if "case" not in self._row.cells:
            self._fine = False
            return None
        text = self._row.cells["case"]
        if not _CASE.match(text):
            self._refuse("case", text, "the number of a case")
            return None
        if self._expected.cases is None or self._expected.size is None:
            return text.lstrip("0")
        number = case_number(int(text), self._expected.size)
        if number not in self._expected.cases:
            self._refuse("case", text, "a case of the sample")
            return None
        return number

    def _status(self) -> str | None:
        if "status" not in self._row.cells:
            self._fine = False
            return None
        status = self._row.cells["status"]
        if status not in STATUSES:
            self._refuse("status", status, " or ".join(STATUSES))
            return None
        return status

    def _check_first(self, agency: str, respondent: str, case: str) -> None:
        key = (agency, respondent, case)
        if key in self._expected.taken:
            who = f"{agency}, {respondent}" if respondent else agency
            self._refuse("case", f"a second row for {who}, case {case}", "one row for each")
        self._expected.taken.add(key)

    def _answered(
        self, agency: str, respondent: str, case: str, status: str | None
    ) -> ReturnRow | None:
        tool = self._expected.tool
        if tool is None:
            self._fine = False
            return None
        given = self._given(tool, agency)
        if status == NOT_RETURNED:
            given = self._only_known(given)
        complete = status == SUBMITTED
        files = self._expected.files.get((agency, respondent, case), {})
        given |= {name: text for name, text in files.items() if not given.get(name)}
        examined = self._examined(tool, given, agency, complete=complete)
        if gone := examined.hidden & files.keys():
            # A file for a question that no longer applies is left out, not refused.
            given |= dict.fromkeys(gone, "")
            examined = self._examined(tool, given, agency, complete=complete)
        for fault in examined.faults:
            self._refuse(fault.question, fault.found, fault.wanted)
        if not self._fine or status is None:
            return None
        return ReturnRow(agency, respondent, case, status, examined.answers, examined.hidden)

    def _given(self, tool: Tool, agency: str) -> dict[str, str]:
        """The cells that are answers: blank where an entry, or what others are asked, has none."""
        given = {}
        for column in tool.columns:
            if column.name in self._row.cells:
                given[column.name] = self._row.cells[column.name]
            elif column.name not in self._headings and (
                (column.entry or 1) > 1 or not tool.asks(column.question, agency)
            ):
                given[column.name] = ""
        return given

    def _examined(
        self, tool: Tool, given: dict[str, str], agency: str, *, complete: bool
    ) -> Examined:
        today = self._expected.today
        return examine(tool, given, today=today, complete=complete, agency=agency or None)

    def _only_known(self, given: dict[str, str]) -> dict[str, str]:
        """A return that is awaited has said at most that the child is known."""
        answered = [name for name, text in given.items() if text and name != KNOWN]
        wanted = "nothing, for the status is not_returned"
        if len(answered) == 1:
            self._refuse(answered[0], given[answered[0]], wanted)
        elif answered:
            found = f"{NOT_RETURNED} with {len(answered)} answers"
            self._refuse("status", found, f"{SUBMITTED}, or no answer but known")
        if given.get(KNOWN) == NO:
            self._refuse(KNOWN, NO, f"a nil return to be {SUBMITTED}")
        return {KNOWN: given[KNOWN]} if KNOWN in given else {}
