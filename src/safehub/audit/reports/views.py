"""Figures, where a number opens the returns behind it, and beside those of an earlier round."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from safehub.audit.programmes.queries import opened_audit
from safehub.audit.reports import presenters
from safehub.audit.reports.publishing.queries import earlier_audits
from safehub.audit.reports.queries import (
    behind_figure,
    changes_since,
    figures_standing,
)
from safehub.audit.returns.presenters import tabs_of
from safehub.foundation.access.decision import Refusal, check, may, refused
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.vocabulary import FieldClass, Outcome
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


@require_safe
def reaudit(request: HttpRequest, reference: str) -> HttpResponse:
    """Each share beside that of an earlier round, and whether chance would do as much."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    check(viewer, "audit.see_figures", audit, classes=[FieldClass.AGGREGATE])
    earlier = earlier_audits(viewer, audit)
    before = next((one for one in earlier if one.reference == request.GET.get("before")), None)
    is_inside = may(viewer, "audit.see_grid", audit)
    if before is not None:
        is_inside = is_inside and may(viewer, "audit.see_grid", before)
    found = changes_since(viewer, audit, before, is_inside=is_inside) if before else []
    return page(
        request,
        "reports/reaudit.html",
        title=f"Re-audit: {audit.title}",
        audit=audit,
        tabs=tabs_of(viewer, audit, "figures"),
        before=before,
        choices=presenters.earlier_links(audit, earlier),
        rows=presenters.change_rows(found),
        beyond=sum(one.is_told for one in found),
        by_chance=max(1, round(len(found) / 20)) if found else 0,
        is_suppressed=not is_inside,
    )
