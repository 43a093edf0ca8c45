"""Comparing the shares of two rounds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from safehub.audit.reports.figures import Figures
from safehub.foundation import statistics
from safehub.foundation.statistics import Share

MET_GOOD = "met_good"


@dataclass(frozen=True)
class Compared:
    """One share in two rounds. Limits in points; `distinguishable` where they leave 0 out."""

    figure: str
    agency: str
    now: Share
    before: Share
    difference: Decimal
    interval: statistics.Interval | None
    distinguishable: bool


def compare(now: Figures, before: Figures, *, both_random: bool) -> tuple[Compared, ...]:
    """What can be compared: met_good of each agency, then each yes/no question, as now ordered."""
    was_good = {one.agency.code: one.met_good for one in before.agencies}
    was_yes = {(one.agency, one.question.name): one.share for one in before.questions}
    pairs = [
        (MET_GOOD, one.agency.code, one.met_good, was_good.get(one.agency.code))
        for one in now.agencies
    ]
    pairs += [
        (one.question.name, one.agency, one.share, was_yes.get((one.agency, one.question.name)))
        for one in now.questions
    ]
    return tuple(
        _compared(figure, agency, present, past, both_random=both_random)
        for figure, agency, present, past in pairs
        if present is not None and past is not None and present.of and past.of
    )


def _compared(
    figure: str, agency: str, now: Share, before: Share, *, both_random: bool
) -> Compared:
    points = statistics.difference(now, before)
    if not both_random:
        return Compared(figure, agency, now, before, points, None, distinguishable=False)
    low, high = statistics.newcombe((now.n, now.of), (before.n, before.of))
    return Compared(
        figure,
        agency,
        now,
        before,
        points,
        statistics.as_percents((low, high)),
        distinguishable=not low <= 0 <= high,
    )
