"""figures.csv: every figure of a report in a row."""

from __future__ import annotations

from safehub.audit.reports.figures import Figure
from safehub.audit.reports.wording import written

FIGURE_COLUMNS = [
    "figure",
    "agency",
    "question",
    "answer",
    "unit",
    "definition",
    "n",
    "of",
    "percent",
    "low",
    "high",
    "low_fpc",
    "high_fpc",
]


def figure_cells(one: Figure) -> list[str]:
    """A figure as a row; blank is null."""
    share = one.share
    interval = (share and share.interval) or ("", "")
    fpc = (share and share.interval_fpc) or ("", "")
    percent = share.percent if share else None
    cells = [one.name, one.agency, one.question, one.answer, one.unit, one.definition]
    numbers = [one.n, one.of, percent, *interval, *fpc]
    return cells + ["" if number is None else written(number) for number in numbers]
