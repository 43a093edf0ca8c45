"""What the board's page says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from safehub.audit.actions.queries import PlanCounts
from safehub.audit.reports.board.queries import BoardRound
from safehub.audit.reports.comparison import MET_GOOD
from safehub.audit.reports.presenters import HIDDEN, NULL
from safehub.audit.reports.reaudit import FEW, Change
from safehub.audit.reports.standing import AgencyStanding
from safehub.foundation.govuk.parts import Link
from safehub.foundation.govuk.wording import day, plural


@dataclass(frozen=True)
class RoundShown:
    """A published round: a row for each agency, and what its last column is set beside."""

    key: int
    heading: str
    published: str
    report: Link
    beside: str
    rows: list[list[object]]


def rounds_shown(rounds: Sequence[BoardRound]) -> list[RoundShown]:
    """The rounds in their order."""
    return [
        RoundShown(
            key=one.report.pk,
            heading=named(one),
            published=day(one.published_at),
            report=Link(
                f"Report {one.report.number}",
                reverse("audit:report", args=[one.audit.reference, one.report.number]),
                f"of {named(one)}",
            ),
            beside=named(one.earlier) if one.earlier else "",
            rows=[_row(one, agency) for agency in one.agencies],
        )
        for one in rounds
    ]


def named(one: BoardRound) -> str:
    """Rounds of one programme often bear one title: the period tells them apart."""
    return f"{one.audit.title} ({day(one.audit.period_from)} to {day(one.audit.period_to)})"


def _row(one: BoardRound, agency: AgencyStanding) -> list[object]:
    return [
        agency.name,
        _count(agency, "asked"),
        _count(agency, "known"),
        _good(agency),
        _since(one, one.met_good_since.get(agency.name)),
    ]


def _count(agency: AgencyStanding, name: str) -> str:
    if name in agency.headline["hidden"]:
        return HIDDEN
    figure = agency.figure(name)
    return NULL if figure is None or figure.n is None else figure.n


def _good(agency: AgencyStanding) -> str:
    if MET_GOOD in agency.headline["hidden"]:
        return HIDDEN
    good = agency.figure(MET_GOOD)
    if good is None or good.n is None or not good.of:
        return NULL
    return f"{good.n} of {good.of} ({good.percent} %)"


def _since(one: BoardRound, change: Change | None) -> str:
    if one.earlier is None:
        return NULL
    if change is None:
        return "Not shown in both rounds."
    few = ", very few" if change.fewest < FEW else ""
    return f"{change.words} It rests on {plural(change.fewest, 'case')}{few}."


def action_rows(counts: Sequence[PlanCounts]) -> list[list[object]]:
    """How many actions each agency owns, by how they stand. Numbers alone."""
    return [
        [
            one.agency,
            str(one.unfinished),
            str(one.overdue),
            str(one.escalated),
            str(one.undated),
            str(one.to_check),
            str(one.closed),
        ]
        for one in counts
    ]
