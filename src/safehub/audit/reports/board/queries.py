"""Reading what the board is shown: the published figures of each round, small ones left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q

from safehub.audit.programmes.models import Audit
from safehub.audit.reports.comparison import MET_GOOD
from safehub.audit.reports.models import ReportFigure, ReportVersion
from safehub.audit.reports.reaudit import Change, changes
from safehub.audit.reports.standing import (
    CASE_COUNTS,
    COUNTS,
    RANGES,
    AgencyStanding,
    StandingFigure,
    hidden_groups,
    links_of,
)
from safehub.foundation.access.decision import check, classes_shown, visible_to
from safehub.foundation.access.queries import facts_of
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.instruments.queries import tool_of

# A board holds a handful of rounds a year; those of before stand under their audits.
MOST_ROUNDS = 12


@dataclass(frozen=True)
class BoardRound:
    """The latest published report of one round, with what of its figures may be shown.

    `earlier` is the round that it is set beside: the one its report names, else the newest before
    it that asked with the same tool.
    """

    audit: Audit
    report: ReportVersion
    published_at: dt.datetime | None
    agencies: tuple[AgencyStanding, ...]
    earlier: BoardRound | None

    @cached_property
    def met_good_since(self) -> Mapping[str, Change]:
        """By the name of each agency, how met good moved since the earlier round.

        Only where it is shown in both. An interval stands only where both samples were drawn at
        random, of which a figure's own interval tells.
        """
        if self.earlier is None:
            return {}
        # What may not be shown is gone from both already.
        found = changes(
            [_met_good(one) for one in self.agencies],
            [_met_good(one) for one in self.earlier.agencies],
            both_random=_has_intervals(self) and _has_intervals(self.earlier),
            is_inside=True,
        )
        return {one.agency: one for one in found}


def board_rounds(viewer: Viewer) -> list[BoardRound]:
    """The published rounds of the viewer's partnership, the latest period first. Six queries.

    Of each audit the latest published report that the viewer may read. Figures under five are left
    out, with all from which they could be worked out, whatever its publication chose (need to
    know, "Properties"). Raises NotAllowed. A tool that was not read yet takes a further query.
    """
    check(viewer, "board.see")
    reports = _latest(viewer)
    rows = _figures(reports)
    made: list[BoardRound] = []
    # The oldest first, so that each finds the one before it.
    for report in reversed(reports):
        made.append(
            BoardRound(
                audit=report.audit,
                report=report,
                published_at=report.publication.published_at,
                agencies=_shown(report, rows.get(report.pk, [])),
                earlier=_earlier(report, made),
            )
        )
    return made[::-1][:MOST_ROUNDS]


def _latest(viewer: Viewer) -> list[ReportVersion]:
    published = ReportVersion.objects.filter(publication__published_at__isnull=False)
    seen = visible_to(viewer, "report.see", published)
    rows = seen.order_by("-audit__period_to", "-audit", "-number").values_list("pk", "audit")
    newest: dict[int, int] = {}
    for key, audit in rows:
        newest.setdefault(audit, key)
    # One more than are shown, for the last of them to be set beside.
    keys = list(newest.values())[: MOST_ROUNDS + 1]
    facts = facts_of(viewer, "reports.reportversion", keys) if keys else {}
    open_ = [
        key
        for key in keys
        if key in facts and FieldClass.AGGREGATE in classes_shown(viewer, "report.see", facts[key])
    ]
    found = ReportVersion.objects.select_related(
        "audit__partnership", "audit__tool_version", "publication"
    ).defer(
        *("report_json", "document", "publication__report_json", "publication__document"),
        *("publication__figures", "publication__briefing", "audit__tool_version__sheets"),
    )
    by_key = found.prefetch_related("audit__participants").in_bulk(open_)
    return [by_key[key] for key in open_]


_COLUMNS = (
    *("figure", "question", "answer", "unit", "definition", "n", "of", "percent", "low", "high"),
)


def _figures(reports: Sequence[ReportVersion]) -> dict[int, list[tuple[str, StandingFigure]]]:
    """Of each report, the figures that the page needs with their agency's code. One query.

    Counts, grades and met good, and every question that tells of the grading question.
    """
    told = set[str]()
    for one in reports:
        told |= _tells_of_grades(one.audit)
    found: dict[int, list[tuple[str, StandingFigure]]] = {}
    wanted = ReportFigure.objects.filter(report__in=[one.pk for one in reports])
    wanted = wanted.filter(Q(question="") | Q(question__in=told)).order_by("report", "position")
    for report, agency, *cells in wanted.values_list("report", "agency", *_COLUMNS):
        found.setdefault(report, []).append((agency, _figure(cells)))
    return found


def _tells_of_grades(audit: Audit) -> frozenset[str]:
    graded = audit.grading_question
    if not graded:
        return frozenset()
    return links_of(tool_of(audit.tool_version)).get(graded, frozenset()) | {graded}


def _figure(cells: Sequence[Any]) -> StandingFigure:
    name, question, answer, unit, definition, n, of, *limits = cells
    percent, low, high = (None if one is None else str(one) for one in limits)
    is_count = n.isdecimal() and answer not in RANGES
    return StandingFigure(
        name, question, answer, unit, definition, n or None, of, percent, low, high, is_count
    )


def _shown(
    report: ReportVersion, figures: Sequence[tuple[str, StandingFigure]]
) -> tuple[AgencyStanding, ...]:
    """Each agency with its counts and met good, less those that may not be shown."""
    tied = _tells_of_grades(report.audit)
    by_agency: dict[str, list[StandingFigure]] = {}
    for code, figure in figures:
        by_agency.setdefault(code, []).append(figure)
    return tuple(
        _safe(one.code, one.name, by_agency[one.code], tied)
        for one in sorted(report.audit.participants.all(), key=lambda one: one.position)
        if one.code in by_agency
    )


def _safe(
    code: str, name: str, figures: list[StandingFigure], tied: frozenset[str]
) -> AgencyStanding:
    """`headline` says which of the counts and met good are hidden; the others are its rows."""
    groups = hidden_groups(tuple(figures))
    hidden = set(COUNTS) - {"asked"} if CASE_COUNTS in groups else set[str]()
    # Where nobody gave a grade, met good stands in a group without a name.
    if groups & (tied | {""}):
        hidden.add(MET_GOOD)
    wanted = {f"{code}.{one}" for one in {*COUNTS, MET_GOOD} - hidden}
    rows: list[list[Any]] = [
        [
            *(one.name, one.question, one.answer, one.unit, one.definition, one.n, one.of),
            *(one.percent, one.low, one.high, one.is_count),
        ]
        for one in figures
        if one.name in wanted and not one.answer
    ]
    return AgencyStanding(code, name, {"hidden": sorted(hidden)}, rows)


def _met_good(agency: AgencyStanding) -> AgencyStanding:
    rows = [row for row in agency.rows if row[0] == f"{agency.code}.{MET_GOOD}"]
    return AgencyStanding(agency.code, agency.name, {}, rows)


def _has_intervals(of: BoardRound) -> bool:
    found = [agency.figure(MET_GOOD) for agency in of.agencies]
    graded = [one for one in found if one is not None and one.of]
    return bool(graded) and all(one.low is not None for one in graded)


def _earlier(report: ReportVersion, before: Sequence[BoardRound]) -> BoardRound | None:
    """Of rounds from the oldest to the newest. A report says itself what it was compared with."""
    audit = report.audit
    ours = [one for one in before if one.audit.partnership_id == audit.partnership_id]
    named = [one for one in ours if one.audit.pk == report.previous_audit_id]
    same = [one for one in ours if one.audit.tool_version.form_id == audit.tool_version.form_id]
    found = named or same
    return found[-1] if found else None
