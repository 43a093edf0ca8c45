"""A workbook that came back filled in: which it is, what is wrong, and what taking it would change.

It is taken whole or refused whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePath

from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.terms import Participant
from safehub.audit.returns.judging import SHEET, Expected, read_returns_workbook, says_yes
from safehub.audit.returns.rows import IMMEDIATE_RISK, ReturnRow
from safehub.audit.returns.workbooks import fingerprint
from safehub.audit.returns.workbooks.fingerprint import Fingerprint, Mistyped, read_fingerprint
from safehub.audit.returns.workbooks.queries import StoredRound, stored_round
from safehub.audit.sampling.rules import case_number
from safehub.foundation.documents.neutral import restored
from safehub.foundation.documents.spreadsheets import Cells, Wanted, read_workbook
from safehub.foundation.mistakes import FileMistakes, Mistake, Mistakes, printable
from safehub.instruments.tools import Tool
from safehub.instruments.xlsform import FRAME_PREFIX

WANTED = Wanted(sheet=SHEET, ignored=FRAME_PREFIX, beside=frozenset({fingerprint.SHEET}))
STATUS = "status"
_FRESH = "ask for a fresh workbook and copy your answers into it"


class Kind(StrEnum):
    """What taking a row would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class CellChange:
    """An answer that would be another. Blank is no answer."""

    column: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class RowChange:
    """What taking one row would change."""

    kind: Kind
    respondent: str
    case: str
    cells: tuple[CellChange, ...] = ()


@dataclass(frozen=True)
class Filled:
    """A filled workbook held against a round: either rows to take, or mistakes, never both.

    `at_risk` are agency, respondent and case of children said to be at immediate risk, told of
    whatever else is wrong.
    """

    name: str
    sha256: str
    agency: str
    respondent: str
    mark: Fingerprint
    rows: tuple[ReturnRow, ...]
    changes: tuple[RowChange, ...]
    mistakes: tuple[Mistake, ...]
    remarks: tuple[str, ...] = ()
    at_risk: tuple[tuple[str, str, str], ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether nothing of it can be taken."""
        return bool(self.mistakes)

    def count(self, kind: Kind) -> int:
        """How many rows are of that kind."""
        return sum(change.kind is kind for change in self.changes)


def read_filled(
    source: Path | bytes, audit: Audit, *, name: str = "", agency: str = "", respondent: str = ""
) -> Filled:
    """The workbook, held against the stored round. Nothing is stored.

    `name` is what its file is called; `agency` and `respondent` say whose it must be, where only
    one will do. A workbook without a fingerprint is read as one in a pack is, by the name of its
    file. Raises NotPossible where no sample was drawn.
    """
    stored = stored_round(audit)
    return held_against(stored, source, name=name, agency=agency, respondent=respondent)


def held_against(
    stored: StoredRound,
    source: Path | bytes,
    *,
    name: str = "",
    agency: str = "",
    respondent: str = "",
) -> Filled:
    """The same for a round that has been fetched; asks the store for nothing."""
    called = name or (source.name if isinstance(source, Path) else "workbook.xlsx")
    return _Reading(stored, called, agency, printable(respondent)).read(source)


@dataclass
class _Terms:
    """The stored terms: nothing in them is in doubt."""

    agencies: Mapping[str, Participant]
    agencies_certain: bool = True
    units_uncertain: frozenset[str] = frozenset()
    neutralised: bool | None = True


@dataclass
class _Reading:
    stored: StoredRound
    name: str
    wanted_agency: str
    wanted_respondent: str
    mistakes: Mistakes = field(default_factory=Mistakes)

    def read(self, source: Path | bytes) -> Filled:
        of_file = self.mistakes.of(self.name)
        sheets = read_workbook(source, of_file, WANTED)
        agency, respondent = "", ""
        rows: list[ReturnRow] = []
        at_risk: list[tuple[str, str, str]] = []
        if sheets is not None:
            agency, respondent = self._whose(sheets, of_file)
        if sheets is not None and agency:
            expected = self._expected(respondent or self.wanted_respondent)
            rows = read_returns_workbook(agency, sheets.get(SHEET), expected, of_file)
            at_risk = list(dict.fromkeys(expected.at_risk))
            if not rows and not len(self.mistakes):
                of_file.remark(f"sheet {SHEET}", "no row has been filled in.")
        wrong = tuple(self.mistakes)
        if wrong:
            whose = agency or self.wanted_agency
            at_risk = list(dict.fromkeys([*at_risk, *self._risk_unread(source, whose, at_risk)]))
        kept = () if wrong else tuple(rows)
        for number in sorted({row.case for row in kept} & self._withdrawn):
            of_file.remark(
                f"case {number}",
                "was withdrawn from the sample: its row is kept and counts in no figure.",
            )
        return Filled(
            name=self.name,
            sha256=_sha256(source),
            agency=agency,
            respondent=respondent,
            mark=self.stored.mark,
            rows=kept,
            changes=tuple(_changes(kept, self.stored)),
            mistakes=wrong,
            remarks=tuple(self.mistakes.remarks),
            at_risk=tuple(at_risk),
        )

    @property
    def _withdrawn(self) -> set[str]:
        asked = {case.number for case in self.stored.sample.asked}
        return {case.number for case in self.stored.sample.cases} - asked

    def _risk_unread(
        self, source: Path | bytes, agency: str, known: Sequence[tuple[str, str, str]]
    ) -> Iterator[tuple[str, str, str]]:
        """Of a workbook that is refused, the rows of any sheet that say a child is at risk.

        Whatever it is a workbook of, whatever its sheets are called and where its headings stand.
        """
        told = {case for _, _, case in known}
        sheets = read_workbook(source, Mistakes().of(self.name)) or {}
        if not agency:
            agency = _agency_written(sheets)
        for rows in sheets.values():
            risk = at_case = None
            for row in rows:
                heads = [cell.strip().casefold() for cell in row]
                if IMMEDIATE_RISK in heads:
                    risk = heads.index(IMMEDIATE_RISK)
                    at_case = heads.index("case") if "case" in heads else None
                elif risk is not None and says_yes(_at(row, risk), self.stored.tool):
                    number = _as_number(_at(row, at_case), self.stored)
                    if number not in told:
                        yield agency, "", number

    def _expected(self, respondent: str) -> Expected:
        return Expected(
            terms=_Terms({one.code: one for one in self.stored.terms.agencies}),
            tool=self.stored.tool,
            cases=frozenset(case.number for case in self.stored.sample.cases),
            size=self.stored.sample.drawn.size,
            today=self.stored.today,
            files=self.stored.files,
            respondent=respondent,
        )

    def _whose(self, sheets: Mapping[str, Cells], mistakes: FileMistakes) -> tuple[str, str]:
        """Agency and respondent; blank, and a mistake, where it is no workbook of this round."""
        try:
            mark = read_fingerprint(sheets.get(fingerprint.SHEET))
        except Mistyped:
            found = "a hidden sheet that was changed since Safehub wrote it"
            mistakes.add(f"sheet {fingerprint.SHEET}", found, f"the sheet as it was: {_FRESH}")
            return "", ""
        if mark is None:
            return self._named(mistakes), ""
        strange = self._strange(mark)
        if strange is not None:
            mistakes.add("", *strange)
            return "", ""
        return mark.agency, mark.respondent

    def _strange(self, mark: Fingerprint) -> tuple[str, str] | None:
        """What it is instead, and what is wanted; None where it is of this round."""
        ours = self.stored.mark
        if mark.audit != ours.audit:
            wanted = f"a workbook of “{ours.title}”, {ours.period}: send the one made for it"
            return f"a workbook of another audit, “{mark.title}”, {mark.period}", wanted
        if mark.tool != ours.tool:
            wanted = f"version {ours.tool_version}, which this audit asks now: {_FRESH}"
            return f"a workbook with version {mark.tool_version} of the questions", wanted
        if mark.sample != ours.sample:
            return "a workbook of a sample that was drawn before", f"the present sample: {_FRESH}"
        codes = {one.code for one in self.stored.terms.agencies}
        if mark.agency not in codes:
            return f"the workbook of {mark.agency}", "the workbook of an agency of the audit"
        if self.wanted_agency and mark.agency != self.wanted_agency:
            return f"the workbook of {mark.agency}", f"the workbook of {self.wanted_agency}"
        if self.wanted_respondent and mark.respondent not in {"", self.wanted_respondent}:
            return f"the workbook of {mark.respondent}", f"that of {self.wanted_respondent}"
        return None

    def _named(self, mistakes: FileMistakes) -> str:
        """The agency of a workbook that has no fingerprint, such as one made by hand."""
        codes = {one.code for one in self.stored.terms.agencies}
        code = self.wanted_agency or PurePath(self.name).stem
        if code in codes:
            return code
        wanted = "a workbook that Safehub wrote, or one named by the code of an agency"
        mistakes.add("", PurePath(self.name).stem, wanted)
        return ""


def _at(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""


def _as_number(text: str, stored: StoredRound) -> str:
    """The number of a case as the round writes it, else what was typed."""
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return case_number(int(text), stored.sample.drawn.size) if is_number else text


def _agency_written(sheets: Mapping[str, Cells]) -> str:
    """The agency that the hidden sheet names, though it is of another round or was changed."""
    for row in sheets.get(fingerprint.SHEET) or ():
        if row and row[0].strip() == "agency":
            return restored(_at(row, 1))
    return ""


def _sha256(source: Path | bytes) -> str:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _changes(rows: tuple[ReturnRow, ...], stored: StoredRound) -> Iterator[RowChange]:
    for row in rows:
        before = stored.kept.get((row.agency, row.respondent, row.case))
        cells = tuple(_cells(before, row, stored.tool))
        known = Kind.CHANGED if cells else Kind.UNCHANGED
        yield RowChange(Kind.NEW if before is None else known, row.respondent, row.case, cells)


def _cells(before: ReturnRow | None, after: ReturnRow, tool: Tool) -> Iterator[CellChange]:
    status = before.status if before else ""
    if status != after.status:
        yield CellChange(STATUS, STATUS, status, after.status)
    answers = before.answers if before else {}
    for column in tool.columns:
        one, other = answers.get(column.name, ""), after.answers.get(column.name, "")
        if one != other:
            yield CellChange(column.name, column.question.label, one, other)
