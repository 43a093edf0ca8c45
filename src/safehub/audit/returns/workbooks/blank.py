"""What an empty workbook is made from, and where in it everything stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_col_to_name

from safehub.audit.programmes.terms import Participant, Terms
from safehub.audit.returns.judging import BASE
from safehub.audit.returns.workbooks.fingerprint import Fingerprint
from safehub.audit.returns.workbooks.formulas import Sheet, applies_as_formula
from safehub.instruments.tools import Column, Tool, column_name
from safehub.instruments.xlsform import FRAME_PREFIX

# Below the cases of an agency within which several answer: for their copies of a row.
_MOST_SPARE = 500


@dataclass(frozen=True)
class Blank:
    """An empty workbook of one agency, or of one respondent within it.

    `cases` are numbers with the cells of their referral; `today` is the day on which answers are
    judged, where it is fixed.
    """

    terms: Terms
    agency: Participant
    tool: Tool
    cases: Sequence[tuple[str, Mapping[str, str]]]
    respondent: str = ""
    fingerprint: Fingerprint | None = None
    today: dt.date | None = None
    columns: tuple[Column, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", self.tool.for_agency(self.agency.code).columns)

    @property
    def is_shared(self) -> bool:
        """Whether several respondents answer in it, each in rows of its own."""
        return bool(self.agency.respondent_unit) and not self.respondent

    @property
    def frame_columns(self) -> list[str]:
        """The columns that help to find a case, as the frame calls them."""
        return list(self.cases[0][1]) if self.cases else []

    @property
    def headings(self) -> list[str]:
        """Row 1: what identifies the case, the status, then a column for each answer."""
        frame = [f"{FRAME_PREFIX}{name}" for name in self.frame_columns]
        return [*BASE[:3], *frame, BASE[3], *(column.name for column in self.columns)]

    @property
    def last_row(self) -> int:
        """The last row that is checked and shaded, counted from 0."""
        most = max(len(self.cases), 1)
        return most + (min(most, _MOST_SPARE) if self.is_shared else 0)


class Places:
    """Where answers stand, as formulas of a row name them."""

    def __init__(self, blank: Blank) -> None:
        self._blank = blank
        self._at = {name: place for place, name in enumerate(blank.headings)}

    def sheet(self, entry: int | None) -> Sheet:
        """What a formula in a column of this entry of a repeated group can see."""
        tool = self._blank.tool

        def cell_of(name: str) -> str | None:
            question = tool.by_name.get(name)
            inside = question is not None and question.repeat is not None
            return self._cell(column_name(name, entry) if inside else name)

        return Sheet(cell_of, tool.by_name, self._blank.today)

    def _cell(self, heading: str) -> str | None:
        place = self._at.get(heading)
        return None if place is None else f"${xl_col_to_name(place)}2"

    def cell(self, heading: str) -> str:
        """The cell of that column in the first row of answers."""
        return f"${xl_col_to_name(self._at[heading])}2"

    def is_off(self, column: Column) -> str | None:
        """A formula that is TRUE where, by what was answered, the question does not apply.

        Where nothing that it hangs on was answered it is FALSE, so that a row starts out white.
        """
        applies, sheet = self.applies(column), self.sheet(column.entry)
        names = {name for one in column.question.relevant for name in one.references}
        cells = sorted(cell for name in names if (cell := sheet.cell_of(name)) is not None)
        if applies is None:
            return None
        begun = f"COUNTA({','.join(cells)})>0," if cells else ""
        return f"AND({begun}NOT({applies}))"

    def applies(self, column: Column) -> str | None:
        """A formula that is TRUE where the question applies; None where none can say it."""
        return applies_as_formula(column.question.relevant, self.sheet(column.entry))
