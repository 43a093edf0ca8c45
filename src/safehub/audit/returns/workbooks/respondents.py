"""A list of respondents who are to have a workbook of their own."""

from __future__ import annotations

from pathlib import Path

from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.queries import terms_of
from safehub.audit.sampling.queries import sample_of
from safehub.audit.sampling.rules import case_number
from safehub.foundation.documents.tables import Row, read_csv
from safehub.foundation.errors import Refused
from safehub.foundation.mistakes import FileMistakes, Mistakes

COLUMNS = ("agency", "respondent", "case")


def read_respondents(path: Path, audit: Audit) -> dict[str, dict[str, list[str]]]:
    """By agency and respondent, the cases of a CSV file; none where a row leaves the case blank.

    Raises Refused with every mistake.
    """
    mistakes = Mistakes()
    of_file = mistakes.of(path.name)
    sheet = read_csv(path.read_bytes(), of_file)
    found: dict[str, dict[str, list[str]]] = {}
    everything: list[list[str]] = []
    if sheet is not None:
        for name in COLUMNS:
            if name not in sheet.headings:
                of_file.add(f"row 1, column {name}", "", "a column of this name")
    if sheet is not None and not of_file.any:
        reading = _Reading(audit, of_file)
        for row in sheet.rows:
            agency, respondent, case = reading.row(row)
            cases = found.setdefault(agency, {}).setdefault(respondent, [])
            if case:
                cases.append(case)
            else:
                everything.append(cases)
        for cases in everything:
            cases.clear()
    if len(mistakes):
        raise Refused(list(mistakes))
    return found


class _Reading:
    def __init__(self, audit: Audit, mistakes: FileMistakes) -> None:
        self._mistakes = mistakes
        sample = sample_of(audit)
        self._size = sample.drawn.size
        self._cases = {case.number for case in sample.asked}
        self._agencies = {one.code for one in terms_of(audit).agencies if one.respondent_unit}

    def row(self, row: Row) -> tuple[str, str, str]:
        agency, respondent, case = (row.cells.get(name, "") for name in COLUMNS)
        if agency not in self._agencies:
            wanted = "the code of an agency within which respondents answer"
            self._mistakes.add(row.place("agency"), agency, wanted)
        if not respondent:
            self._mistakes.add(row.place("respondent"), "", "a name")
        if case.isascii() and case.isdigit() and len(case) < 10:
            case = case_number(int(case), self._size)
        if case and case not in self._cases:
            self._mistakes.add(row.place("case"), case, "a case that is asked about, or nothing")
        return agency, respondent, case
