"""What pages say of figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from safehub.audit.programmes.models import Audit
from safehub.audit.reports.queries import Behind
from safehub.audit.reports.reaudit import FEW, Change
from safehub.audit.reports.standing import (
    SMALLEST_SHOWN,
    AgencyStanding,
    StandingFigure,
)
from safehub.foundation.govuk.charts import Chart, ShareRow, intervals
from safehub.foundation.govuk.parts import Link

NULL, HIDDEN = "–", f"under {SMALLEST_SHOWN}, or near it"
_COUNTS = ("asked", "known", "not_known", "returned", "awaited")


@dataclass(frozen=True)
class FiguresShown:
    """The page of figures: agencies, the chart, and the chosen agency's questions."""

    agencies: list[list[object]]
    chart: Chart | None
    chosen: str
    chosen_name: str
    questions: list[list[object]]
    is_suppressed: bool
    choices: list[Link]


def figures_shown(
    audit: Audit, standing: Sequence[AgencyStanding], *, chosen: str, is_inside: bool
) -> FiguresShown:
    """`is_inside`: the viewer sees single returns; to anybody else small figures are suppressed."""
    one = next((agency for agency in standing if agency.code == chosen), None)
    writer = _Writer(audit, is_inside=is_inside)
    return FiguresShown(
        agencies=[writer.agency(agency) for agency in standing],
        chart=met_good_chart(audit, standing, is_inside),
        chosen=one.code if one else "",
        chosen_name=one.name if one else "",
        questions=writer.questions(one) if one else [],
        is_suppressed=not is_inside,
        choices=[Link(agency.name, writer.address_of(agency.code)) for agency in standing],
    )


class _Writer:
    """Writes figures as cells: a number that may be opened is a link."""

    def __init__(self, audit: Audit, *, is_inside: bool) -> None:
        self._page = reverse("audit:figures", args=[audit.reference])
        self._is_inside = is_inside

    def address_of(self, code: str) -> str:
        return f"{self._page}?agency={code}#questions"

    def agency(self, one: AgencyStanding) -> list[object]:
        hidden = self._hidden(one)
        cells: list[object] = [Link(one.name, self.address_of(one.code), "questions")]
        for name in _COUNTS:
            figure = one.figure(name)
            cells.append(self._number(figure, hidden) if figure else NULL)
        good = one.figure("met_good")
        cells.append(self._share(good, hidden) if good else NULL)
        return cells

    def questions(self, one: AgencyStanding) -> list[list[object]]:
        hidden = self._hidden(one)
        return [
            [
                figure.definition,
                self._number(figure, hidden),
                NULL if figure.of is None or figure.name in hidden else str(figure.of),
                NULL if figure.percent is None or figure.name in hidden else f"{figure.percent} %",
            ]
            for figure in one.figures
            if figure.question
        ]

    def _hidden(self, one: AgencyStanding) -> frozenset[str]:
        return frozenset() if self._is_inside else one.hidden

    def _number(self, figure: StandingFigure, hidden: frozenset[str]) -> object:
        if figure.n is None:
            return NULL
        if figure.name in hidden:
            return HIDDEN
        if not self._is_inside or not figure.is_count:
            return figure.n
        return Link(figure.n, f"{self._page}{figure.name}/", f"of {figure.definition}")

    def _share(self, figure: StandingFigure, hidden: frozenset[str]) -> object:
        if figure.n is None or not figure.of:
            return NULL
        if figure.name in hidden:
            return HIDDEN
        return f"{figure.n} of {figure.of} ({figure.percent} %)"


def met_good_chart(audit: Audit, standing: Sequence[AgencyStanding], is_inside: bool) -> Chart:
    """A dot for each agency that graded anything, with its interval where there is one."""
    rows = []
    for one in standing:
        hidden = frozenset() if is_inside else one.hidden
        good = one.figure("met_good")
        if good is None or good.n is None or not good.of or good.name in hidden:
            continue
        low, high = (
            float(limit) / 100 if limit is not None else None for limit in (good.low, good.high)
        )
        rows.append(ShareRow(one.name, int(good.n), good.of, low, high))
    return intervals("Cases graded good or better", rows, note=_NOTE).at(
        reverse("audit:figures_csv", args=[audit.reference])
    )


_NOTE = "Each agency grades its own work, so a difference between agencies is no ranking."


def figure_title(audit: Audit, behind: Behind) -> str:
    """What the figure counts."""
    return behind.figure.definition


def rows_behind(audit: Audit, behind: Behind) -> list[list[object]]:
    """The returns behind a figure, each a link."""
    # One address for all: finding an address by its name is dear.
    address = reverse("audit:return", args=[audit.reference, 0]).removesuffix("0/")
    return [[Link(f"Case {one.case}", f"{address}{one.pk}/"), one.agency] for one in behind.returns]


def earlier_links(audit: Audit, earlier: Sequence[Audit]) -> list[Link]:
    """A link for each earlier audit to compare with."""
    address = reverse("audit:reaudit", args=[audit.reference])
    return [Link(one.title, f"{address}?before={one.reference}") for one in earlier]


def change_rows(found: Sequence[Change]) -> list[list[object]]:
    """A row for each share in two rounds, with what can be said of it and how few it rests on."""
    return [
        [
            one.agency,
            one.definition,
            str(one.now),
            str(one.before),
            f"{one.difference:+}",
            f"{one.interval[0]:+} to {one.interval[1]:+}" if one.interval else NULL,
            one.words,
            f"{one.fewest} at the fewest{': very few' if one.fewest < FEW else ''}",
        ]
        for one in found
    ]
