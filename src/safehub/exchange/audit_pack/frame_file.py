"""Reading `frame.csv` or `frame.xml`, as far as either can be read."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from safehub.audit.sampling.rules import ALL
from safehub.exchange.audit_pack.terms_file import ReadTerms
from safehub.exchange.cin_census import reading as cin_census
from safehub.foundation.documents.neutral import restored
from safehub.foundation.documents.tables import read_csv
from safehub.foundation.mistakes import FileMistakes
from safehub.instruments.answers import NotAnAnswer, parsed_date

REQUIRED = ("referral_id", "child_id", "referred_on")


@dataclass(frozen=True)
class FrameRow:
    """One referral of the frame; `further` are the columns beyond the three that must be."""

    referral_id: str
    child_id: str
    referred_on: dt.date
    further: dict[str, str]

    def value(self, column: str | None) -> str:
        """The value of the stratifying column; ALL without one."""
        if column == "referred_on":
            return self.referred_on.isoformat()
        return ALL if column is None else self.further[column]


@dataclass
class ReadFrame:
    """The frame as far as it could be read.

    `stratum_of` has every referral that could be told from the others; `doubtful_rows` are those
    that could not. A frame that is not `complete` has rows that nobody has seen.
    """

    file: str
    sha256: str
    data: bytes
    columns: tuple[str, ...] = ()
    rows: list[FrameRow] = field(default_factory=list)
    outside_period: int = 0
    stratum_of: dict[str, str] = field(default_factory=dict)
    ids_certain: bool = True
    strata_certain: bool = True
    doubtful_rows: int = 0
    complete: bool = True

    @property
    def can_be_drawn_from(self) -> bool:
        """Whether a draw from it is the right one, whatever else may be wrong with it."""
        return self.complete and self.ids_certain and self.strata_certain and not self.doubtful_rows


class _Row(Protocol):
    @property
    def cells(self) -> dict[str, str]: ...

    def place(self, column: str) -> str: ...


def read_frame(file: str, data: bytes, terms: ReadTerms, mistakes: FileMistakes) -> ReadFrame:
    """Read the frame; rows that are mistaken are left out, and noted."""
    frame = ReadFrame(file, hashlib.sha256(data).hexdigest(), data)
    if file.endswith(".xml"):
        frame.columns = cin_census.COLUMNS
        _take_rows(cin_census.referrals(io.BytesIO(data), mistakes), frame, terms, mistakes)
        frame.complete = not mistakes.gave_up
        # Which rows there are hangs on the period, and their ids on their dates.
        frame.ids_certain &= not mistakes.any
        frame.strata_certain &= terms.period_from is not None and terms.period_to is not None
    else:
        _read_table(frame, data, terms, mistakes)
    if frame.complete and not frame.stratum_of and not mistakes.any:
        mistakes.add("", "no referral in the period", "at least one referral")
        frame.complete = False
    _check_column(frame, terms)
    return frame


def _read_table(frame: ReadFrame, data: bytes, terms: ReadTerms, mistakes: FileMistakes) -> None:
    sheet = read_csv(data, mistakes)
    if sheet is None:
        frame.complete = False
        return
    if terms.neutralised:
        sheet = sheet.changed(restored)
    frame.columns = sheet.headings
    for name in REQUIRED:
        if name not in frame.columns:
            mistakes.add(f"row 1, column {name}", "", "a column of this name")
    frame.doubtful_rows = sheet.lost
    frame.ids_certain = not sheet.lost
    _take_rows(sheet.rows, frame, terms, mistakes)
    if sheet.rows and not any("referral_id" in row.cells for row in sheet.rows):
        frame.complete = False


def _take_rows(
    rows: Iterable[_Row], frame: ReadFrame, terms: ReadTerms, mistakes: FileMistakes
) -> None:
    column = terms.sample.column if terms.sample and terms.sample.by_certain else None
    in_xml = frame.file.endswith(".xml")
    for row in rows:
        referred_on = _date(row, mistakes)
        wanted = _period_wanted(referred_on, terms)
        if wanted and in_xml:
            frame.outside_period += 1
            continue
        if wanted:
            mistakes.add(row.place("referred_on"), str(referred_on), wanted)
        _take(row, referred_on, column, frame, mistakes)


def _date(row: _Row, mistakes: FileMistakes) -> dt.date | None:
    text = row.cells.get("referred_on")
    if text is None:
        return None
    try:
        return parsed_date(text)
    except NotAnAnswer as wrong:
        mistakes.add(row.place("referred_on"), text, str(wrong))
        return None


def _period_wanted(referred_on: dt.date | None, terms: ReadTerms) -> str | None:
    """What was wanted of a date outside the period, so far as it is known where that ends."""
    first, last = terms.period_from, terms.period_to
    early = referred_on is not None and first is not None and referred_on < first
    late = referred_on is not None and last is not None and referred_on > last
    if not early and not late:
        return None
    if first is None or last is None:
        return f"a date on or before {last}" if late else f"a date on or after {first}"
    return f"a date from {first} to {last}"


def _take(
    row: _Row,
    referred_on: dt.date | None,
    column: str | None,
    frame: ReadFrame,
    mistakes: FileMistakes,
) -> None:
    stratum = _stratum(row, column, frame, mistakes)
    child = row.cells.get("child_id")
    if child == "" and not frame.file.endswith(".xml"):
        mistakes.add(row.place("child_id"), "", "an id")
    referral = row.cells.get("referral_id")
    if not referral:
        frame.ids_certain = False
        frame.doubtful_rows += 1
        if referral is not None:
            mistakes.add(row.place("referral_id"), "", "an id")
    elif referral in frame.stratum_of:
        frame.doubtful_rows += 1
        mistakes.add(row.place("referral_id"), f"{referral} again", "each referral once")
    else:
        frame.stratum_of[referral] = stratum
        if referred_on is not None and child is not None:
            further = {name: cell for name, cell in row.cells.items() if name not in REQUIRED}
            frame.rows.append(FrameRow(referral, child, referred_on, further))


def _stratum(row: _Row, column: str | None, frame: ReadFrame, mistakes: FileMistakes) -> str:
    """The value of the stratifying column, which may not be blank."""
    if column is None:
        return ALL
    stratum = row.cells.get(column)
    if stratum is None:
        frame.strata_certain = False
    elif not stratum:
        mistakes.add(row.place(column), "", "a value, for the sample is drawn by this column")
        frame.doubtful_rows += 1
    return stratum or ""


def _check_column(frame: ReadFrame, terms: ReadTerms) -> None:
    sample = terms.sample
    if sample is None or sample.column is None or not sample.by_certain or not frame.columns:
        return
    if sample.column not in frame.columns:
        wanted = f"a column of {frame.file}"
        sample.place.at("by").at(sample.column).refuse(wanted, sample.column)
        sample.column_found = False
