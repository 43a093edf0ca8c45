"""Reading reports from the store."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max

from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.plans import Method
from safehub.audit.programmes.queries import plan_from_data
from safehub.audit.reports.figures import Agency, AgencyFigures, Figure, Figures
from safehub.audit.reports.material import figures_of, material_of
from safehub.audit.reports.models import ReportVersion, StandingFigures
from safehub.audit.reports.reaudit import Change, changes
from safehub.audit.reports.standing import AgencyStanding, StandingFigure, as_rows, links_of
from safehub.audit.returns.queries import Opened, returns_behind
from safehub.audit.sampling.models import Case
from safehub.audit.sampling.queries import latest_draw
from safehub.foundation.access.decision import (
    check,
    noted_list,
    visible_to,
)
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.errors import Absent, NotFound
from safehub.instruments.queries import tool_of


def report_counts(viewer: Viewer) -> dict[int, int]:
    """How many reports of each audit the viewer may read, by its key. One query."""
    seen = visible_to(viewer, "report.see", ReportVersion.objects.all())
    rows = seen.values("audit").annotate(count=Count("pk"))
    return {row["audit"]: row["count"] for row in rows}


def latest_report_json(viewer: Viewer, audit: Audit) -> str:
    """The text of the latest report.json. Raises NotFound where the viewer may see no report."""
    latest = (
        visible_to(viewer, "report.see", ReportVersion.objects.filter(audit=audit))
        .order_by("-number")
        .first()
    )
    if latest is None:
        raise NotFound(
            f"No report of {audit.reference} has been made: "
            f"make it with `./safehub audit report {audit.reference} --out DIR`."
        )
    check(viewer, "report.see", latest)
    return latest.report_json


def state_token(audit: Audit) -> str:
    """What figures of the audit are derived from, in a word: it changes with all that moves them.

    One query.
    """
    row = (
        Audit.objects.filter(pk=audit.pk)
        .annotate(
            version=Max("participants__returns__versions__pk"),
            summative=Max("participants__summative_report__pk"),
            draw=Max("draws__pk"),
        )
        .values("version", "summative", "draw")
        .get()
    )
    withdrawn = Case.objects.filter(draw=row["draw"], withdrawal_position__isnull=False).count()
    return f"{row['version']}:{row['summative']}:{row['draw']}:{withdrawn}"


def figures_standing(viewer: Viewer, audit: Audit) -> list[AgencyStanding]:
    """The figures of each agency as they stand now, kept ones where nothing came in since.

    Raises Absent and NotAllowed; NotPossible where no sample was drawn. Five queries where they
    are kept; else as `material_of`.
    """
    check(viewer, "audit.see_figures", audit, classes=[FieldClass.AGGREGATE])
    kept = list(StandingFigures.objects.filter(audit=audit))
    names = {one.code: one.name for one in audit.participants.all()}
    linked = links_of(tool_of(audit.tool_version))
    if kept and kept[0].token == state_token(audit):
        return [
            AgencyStanding(
                one.agency, names.get(one.agency, one.agency), one.headline, one.figures, linked
            )
            for one in kept
        ]
    return [AgencyStanding(*row, linked) for row in as_rows(material_of(audit).figures)]


@dataclass(frozen=True)
class Behind:
    """A figure of an agency and the returns that it counts, as far as the viewer may open them.

    `counted` is how many returns it counts in all.
    """

    figure: StandingFigure
    agency: str
    counted: int
    returns: tuple[Opened, ...]


def behind_figure(viewer: Viewer, audit: Audit, name: str) -> Behind:
    """A figure by its name, and the returns behind it. Raises Absent where there is none."""
    check(viewer, "audit.see_figures", audit, classes=[FieldClass.AGGREGATE])
    figure = next((one for one in figures_of(audit, name) if one.name == name), None)
    if figure is None:
        raise Absent("There is no such figure.")
    found = returns_behind(viewer, audit, figure.agency, figure.evidence)
    noted_list(viewer, "return.see", found)
    row = next(row for _, _, _, rows in as_rows(_only(figure)) for row in rows)
    return Behind(StandingFigure(*row), figure.agency, len(figure.evidence), tuple(found))


def _only(figure: Figure) -> Figures:
    agency = AgencyFigures(
        agency=Agency(figure.agency, figure.agency),
        narrative_only=False,
        counts={},
        grades=None,
        met_good=None,
        respondents=None,
        printed=(),
        has_rows=True,
    )
    return Figures((agency,), (), (), None, (figure,))


def changes_since(viewer: Viewer, audit: Audit, before: Audit, *, is_inside: bool) -> list[Change]:
    """Each share of this round beside that of an earlier one. Raises Absent and NotAllowed.

    Twelve queries where the figures of both are kept; else as `material_of`.
    """
    return changes(
        figures_standing(viewer, audit),
        figures_standing(viewer, before),
        both_random=_is_random(audit) and _is_random(before),
        is_inside=is_inside,
    )


def _is_random(audit: Audit) -> bool:
    drawn = latest_draw(audit)
    return drawn is not None and plan_from_data(drawn.plan).method is Method.RANDOM
