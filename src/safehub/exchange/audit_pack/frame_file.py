"""Reading `frame.csv` or `frame.xml`, and drawing the sample that the terms ask of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from safehub.audit.programmes.plans import Method, Withdrawal
from safehub.audit.sampling.rules import (
    ALL,
    IN_SAMPLE,
    Referral,
    Sample,
    WrongReplacement,
    after_withdrawals,
    case_number,
    draw,
    stratum_sizes,
)
from safehub.exchange.audit_pack.terms_file import ReadSample, ReadTerms
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
    """The frame as far as it could be read."""

    file: str
    sha256: str
    data: bytes
    columns: tuple[str, ...] = ()
    rows: list[FrameRow] = field(default_factory=list)
    outside_period: int = 0
    ids: set[str] = field(default_factory=set)
    ids_certain: bool = True
    strata: Counter[str] = field(default_factory=Counter)
    strata_certain: bool = True
    doubtful_rows: int = 0
    is_certain: bool = True


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
        frame.ids_certain = frame.ids_certain and not mistakes.any
    else:
        sheet = read_csv(data, mistakes)
        frame.columns = sheet.headings if sheet else ()
        for name in REQUIRED if sheet else ():
            if name not in frame.columns:
                mistakes.add(f"row 1, column {name}", "", "a column of this name")
        if sheet is None or not set(REQUIRED) <= set(frame.columns):
            frame.ids_certain = frame.strata_certain = frame.is_certain = False
            return frame
        frame.ids_certain = not mistakes.any
        rows: Iterable[_Row] = sheet.rows
        if terms.neutralised:
            for row in sheet.rows:
                row.cells.update({name: restored(cell) for name, cell in row.cells.items()})
        _take_rows(rows, frame, terms, mistakes)
    if not frame.ids and not mistakes.any:
        mistakes.add("", "no referral in the period", "at least one referral")
    _check_column(frame, terms)
    frame.is_certain = not mistakes.any
    return frame


def _take_rows(
    rows: Iterable[_Row], frame: ReadFrame, terms: ReadTerms, mistakes: FileMistakes
) -> None:
    column = terms.sample.column if terms.sample and terms.sample.by_certain else None
    for row in rows:
        referred_on = _date(row, frame, mistakes)
        if referred_on is not None and _is_outside(referred_on, terms):
            if frame.file.endswith(".xml"):
                frame.outside_period += 1
                continue
            wanted = f"a date from {terms.period_from} to {terms.period_to}"
            mistakes.add(row.place("referred_on"), str(referred_on), wanted)
        _take(row, referred_on, column, frame, mistakes)


def _date(row: _Row, frame: ReadFrame, mistakes: FileMistakes) -> dt.date | None:
    text = row.cells["referred_on"]
    try:
        return parsed_date(text)
    except NotAnAnswer as wrong:
        mistakes.add(row.place("referred_on"), text, str(wrong))
        return None


def _is_outside(referred_on: dt.date, terms: ReadTerms) -> bool:
    if terms.period_from is None or terms.period_to is None:
        return False
    return not terms.period_from <= referred_on <= terms.period_to


def _take(
    row: _Row,
    referred_on: dt.date | None,
    column: str | None,
    frame: ReadFrame,
    mistakes: FileMistakes,
) -> None:
    referral, child = row.cells["referral_id"], row.cells["child_id"]
    in_xml = frame.file.endswith(".xml")
    if not referral:
        mistakes.add(row.place("referral_id"), "", "an id")
        frame.ids_certain = False
        frame.doubtful_rows += 1
    elif referral in frame.ids:
        mistakes.add(row.place("referral_id"), f"{referral} again", "each referral once")
    if not child and not in_xml:
        mistakes.add(row.place("child_id"), "", "an id")
    if referral in frame.ids:
        return
    frame.ids.add(referral)
    stratum = row.cells.get(column, "") if column else ALL
    if column and column in frame.columns and not stratum:
        mistakes.add(row.place(column), "", "a value, for the sample is drawn by this column")
        frame.doubtful_rows += 1
    frame.strata[stratum] += 1
    if referred_on is not None:
        further = {name: cell for name, cell in row.cells.items() if name not in REQUIRED}
        frame.rows.append(FrameRow(referral, child, referred_on, further))


def _check_column(frame: ReadFrame, terms: ReadTerms) -> None:
    sample = terms.sample
    if sample is None or sample.column is None or not sample.by_certain:
        return
    if sample.column not in frame.columns:
        wanted = f"a column of {frame.file}"
        sample.place.at("by").at(sample.column).refuse(wanted, sample.column)
        sample.by_certain = False


def check_sample(terms: ReadTerms, frame: ReadFrame | None) -> Sample | None:
    """The sample, where everything that it rests on is certain; notes what cannot be drawn."""
    plan = terms.sample
    if plan is None or frame is None or not frame.columns:
        return None
    _check_exclusions(plan, frame)
    counts = _counts(plan, frame)
    if counts is None or not _check_sizes(plan, counts, frame):
        return None
    if not (plan.is_certain and frame.is_certain):
        return None
    return _drawn(plan, frame)


def _check_exclusions(plan: ReadSample, frame: ReadFrame) -> None:
    for exclusion, place in plan.exclusions:
        if frame.ids_certain and exclusion.referral_id not in frame.ids:
            place.refuse(f"a referral of {frame.file}")
            plan.exclusions_certain = False


def _counts(plan: ReadSample, frame: ReadFrame) -> Counter[str] | None:
    """The rows less exclusions by stratum, where the plan tells what its strata are."""
    if not plan.by_certain:
        return None
    excluded = {exclusion.referral_id for exclusion, _ in plan.exclusions}
    if plan.column is None:
        return Counter({ALL: len(frame.ids - excluded)})
    taken = Counter(row.value(plan.column) for row in frame.rows if row.referral_id in excluded)
    return frame.strata - taken


def _check_sizes(plan: ReadSample, counts: Counter[str], frame: ReadFrame) -> bool:
    """Whether every stratum has what the plan asks, doubtful rows taken in its favour."""
    if plan.method is None or plan.reserve is None or not plan.size_certain:
        return False
    doubt = frame.doubtful_rows + (0 if plan.exclusions_certain else len(plan.exclusions) + 1)
    if plan.method is not Method.RANDOM:
        return _check_census(plan, counts, doubt)
    total = sum(counts.values())
    if plan.sizes is None and plan.size is not None and total + doubt < plan.size:
        found = f"{total} rows in the frame less exclusions"
        plan.place.at("size").refuse(f"at least {plan.size}, the size of the sample", found)
        return False
    if plan.seed is None:
        return False
    sizes = stratum_sizes(plan.plan(), counts)
    short = [name for name, size in sizes.items() if counts[name] + doubt < size]
    for name in short:
        place = plan.place.at("by").at(plan.column or "").at(name)
        found = f"{counts[name]} rows in the frame less exclusions"
        place.refuse(f"at least {sizes[name]}, the size of the stratum", found)
    left = min((counts[name] - size for name, size in sizes.items()), default=0)
    if not short and left + doubt < plan.reserve:
        plan.place.at("reserve").refuse(f"at most {max(left, 0)}, for no more rows are left")
    return not short and left >= plan.reserve


def _check_census(plan: ReadSample, counts: Counter[str], doubt: int) -> bool:
    """A census takes every row, so that sizes can only say what is there, and nothing is left."""
    total = sum(counts.values())
    fine = True
    if plan.size is not None and not total <= plan.size <= total + doubt:
        plan.place.at("size").refuse(f"{total}, for every row is taken", str(plan.size))
        fine = False
    if plan.sizes is not None and plan.column is not None and not doubt:
        for name in [*plan.sizes, *(n for n in sorted(counts) if n not in plan.sizes)]:
            if plan.sizes.get(name, 0) != counts[name]:
                place = plan.place.at("by").at(plan.column).at(name)
                found = str(plan.sizes[name]) if name in plan.sizes else ""
                place.refuse(f"{counts[name]}, for every row is taken", found)
                fine = False
    if plan.reserve:
        plan.place.at("reserve").refuse("0, for every row is taken", str(plan.reserve))
        fine = False
    return fine


def _drawn(plan: ReadSample, frame: ReadFrame) -> Sample | None:
    excluded = {exclusion.referral_id for exclusion, _ in plan.exclusions}
    rows = [
        Referral(row.referral_id, row.value(plan.column))
        for row in frame.rows
        if row.referral_id not in excluded
    ]
    drawn = draw(plan.plan(), rows)
    wrong: list[WrongReplacement] = []
    plan.withdrawals = [(_numbered(w, drawn.size), place) for w, place in plan.withdrawals]
    sample = after_withdrawals(drawn, [w for w, _ in plan.withdrawals], wrong)
    for error in wrong:
        plan.withdrawals[error.position][1].at(error.key).refuse(error.wanted, error.found)
    return None if wrong else sample


def _numbered(withdrawal: Withdrawal, size: int) -> Withdrawal:
    return Withdrawal(case_number(int(withdrawal.case), size), withdrawal.reason, withdrawal.by)


def case_numbers(
    terms: ReadTerms, frame: ReadFrame | None, sample: Sample | None
) -> tuple[frozenset[str], int] | None:
    """The numbers that cases of the sample have, and the size of the draw; None if unknown.

    They follow from the plan alone where the draw itself cannot be relied on.
    """
    if sample is not None:
        return frozenset(case.number for case in sample.cases), sample.drawn.size
    plan = terms.sample
    if plan is None or not plan.size_certain or not plan.by_certain or plan.method is None:
        return None
    size = plan.size if plan.sizes is None else sum(plan.sizes.values())
    if size is None:
        if frame is None or not frame.is_certain or not plan.exclusions_certain:
            return None
        size = len(frame.ids) - len(plan.exclusions)
    replacements = sum(withdrawal.by is not None for withdrawal, _ in plan.withdrawals)
    if not plan.withdrawals_certain:
        return None
    numbers = frozenset(case_number(n, size) for n in range(1, size + replacements + 1))
    return numbers, size


def check_withdrawn_numbers(plan: ReadSample, numbers: frozenset[str], size: int) -> None:
    """Where nothing could be drawn: each case withdrawn is one of the sample's, and once."""
    seen: set[str] = set()
    for withdrawal, place in plan.withdrawals:
        number = case_number(int(withdrawal.case), size)
        if number not in numbers or number in seen:
            place.at("case").refuse(IN_SAMPLE, withdrawal.case)
        seen.add(number)
