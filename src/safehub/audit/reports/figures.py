"""What figures are derived from, and what they come to, as plain data.

Each count is the number of its rows, so that a figure and its evidence cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from safehub.audit.returns.rows import Printed, ReturnRow
from safehub.foundation import statistics
from safehub.foundation.statistics import Coefficient, Share
from safehub.instruments.tools import Question, Tool

CASE, RETURN, RESPONDENT = "case", "return", "respondent"


@dataclass(frozen=True)
class Agency:
    """An agency that takes part. `respondent_unit` says who answers within it, if not itself."""

    code: str
    name: str
    respondent_unit: str | None = None


@dataclass(frozen=True)
class Grading:
    """The grading question and the choices that are good or better."""

    question: str
    met_good: tuple[str, ...]


@dataclass(frozen=True)
class Round:
    """All that figures are derived from. `asked` are the case numbers, withdrawn ones left out.

    `frame` is the number of rows less exclusions, `drawn` the size of the draw.
    """

    tool: Tool
    agencies: tuple[Agency, ...]
    grading: Grading | None
    is_random: bool
    is_stratified: bool
    frame: int
    drawn: int
    asked: tuple[str, ...]
    rows: tuple[ReturnRow, ...]
    summaries: Mapping[str, tuple[Printed, ...]] = field(default_factory=dict)

    def share(self, n: int, of: int) -> Share:
        """n of `of` with the intervals that the sampling method allows."""
        if not of:
            return Share(n, of, None, None)
        interval = statistics.as_percents(statistics.wilson(n, of)) if self.is_random else None
        fpc = None
        if self.is_random and not self.is_stratified and of == self.drawn:
            fpc = statistics.as_percents(statistics.wilson_fpc(n, of, self.frame))
        return Share(n, of, statistics.percent(n, of), interval, fpc)


Evidence = tuple[tuple[str, str], ...]
"""The rows of an agency that a figure counts, as (respondent, case)."""


@dataclass(frozen=True)
class Figure:
    """One number as it stands in figures.csv. `n` is None where nothing can be derived."""

    name: str
    agency: str
    unit: str
    definition: str
    n: int | Decimal | str | None
    question: str = ""
    answer: str = ""
    of: int | None = None
    share: Share | None = None
    evidence: Evidence = ()


@dataclass(frozen=True)
class PrintedFigure:
    """A printed number beside the derived one; a difference is shown, never corrected."""

    printed: Printed
    derived: int | None
    derived_of: int | None

    @property
    def agrees(self) -> bool:
        """Whether the count, and the denominator where one was printed, are the derived ones."""
        of = self.printed.of
        return self.derived == self.printed.count and of in (None, self.derived_of)


@dataclass(frozen=True)
class AgencyFigures:
    """What is known of one agency's part. None is "cannot be derived", never nought."""

    agency: Agency
    narrative_only: bool
    counts: Mapping[str, int | None]
    grades: Mapping[str, int] | None
    met_good: Share | None
    respondents: tuple[int, int] | None
    printed: tuple[PrintedFigure, ...]
    has_rows: bool


@dataclass(frozen=True)
class YesNoFigures:
    """The answers to a yes/no question. `further` counts choices other than yes, no and na."""

    agency: str
    question: Question
    yes: int
    no: int
    na: int
    further: Mapping[str, int]
    missing: int
    not_asked: int
    share: Share


@dataclass(frozen=True)
class OtherFigures:
    """The answers to another question: a count for each option, or its range."""

    agency: str
    question: Question
    of: int
    missing: int
    not_asked: int
    options: tuple[tuple[str, Share], ...] = ()
    values: Mapping[str, int | Decimal | str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Spread:
    """How far agencies' grades of one case lie apart. Each grades its own work."""

    cases: int
    same: int
    within_one: int
    alpha: Coefficient


@dataclass(frozen=True)
class Figures:
    """All figures of a round; `listed` is every number in the order of figures.csv."""

    agencies: tuple[AgencyFigures, ...]
    questions: tuple[YesNoFigures, ...]
    other_questions: tuple[OtherFigures, ...]
    spread: Spread | None
    listed: tuple[Figure, ...]
