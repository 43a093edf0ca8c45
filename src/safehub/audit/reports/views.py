"""Figures, where a number opens the returns behind it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from safehub.audit.programmes.queries import opened_audit
from safehub.audit.reports import presenters
from safehub.audit.reports.queries import (
    behind_figure,
    figures_standing,
)
from safehub.audit.returns.presenters import tabs_of
from safehub.foundation.access.decision import Refusal, may, refused
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.vocabulary import Outcome
from safehub.foundation.govuk.pages import page
from safehub.foundation.records import ref_of


@require_safe
def figures(request: HttpRequest, reference: str) -> HttpResponse:
    """Every agency's counts and met good; one agency's questions where it is chosen."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    standing = figures_standing(viewer, audit)
    is_inside = may(viewer, "audit.see_grid", audit)
    return page(
        request,
        "reports/figures.html",
        title=f"Figures: {audit.title}",
        audit=audit,
        tabs=tabs_of(viewer, audit, "figures"),
        shown=presenters.figures_shown(
            audit, standing, chosen=request.GET.get("agency", ""), is_inside=is_inside
        ),
    )


@require_safe
def figures_csv(request: HttpRequest, reference: str) -> HttpResponse:
    """The numbers of the chart as CSV, suppressed as on the page."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    standing = figures_standing(viewer, audit)
    chart = presenters.met_good_chart(audit, standing, may(viewer, "audit.see_grid", audit))
    response = HttpResponse(chart.csv(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{reference}-met-good.csv"'
    return response


@require_safe
def figure(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """One figure: what it counts, and the returns behind it that the viewer may open."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    if not may(viewer, "audit.see_grid", audit):
        refusal = Refusal(viewer, "audit.see_grid", ref_of(audit), Reason.ROLE)
        raise refused(refusal, Outcome.ABSENT)
    behind = behind_figure(viewer, audit, name)
    return page(
        request,
        "reports/figure.html",
        title=presenters.figure_title(audit, behind),
        audit=audit,
        behind=behind,
        rows=presenters.rows_behind(audit, behind),
        keeps=behind.figure.n is not None and may(viewer, "audit.record_meeting", audit),
    )
