"""The board's page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from safehub.audit.actions.queries import plan_counts
from safehub.audit.reports.board import presenters
from safehub.audit.reports.board.queries import board_rounds
from safehub.foundation.access.decision import noted_list
from safehub.foundation.access.queries import unreviewed_glass_count
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.govuk.pages import page


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What was published of each round, and how the actions stand: numbers alone."""
    viewer = viewer_on(request)
    rounds = board_rounds(viewer)
    noted_list(viewer, "report.see", [one.report for one in rounds])
    return page(
        request,
        "reports/board.html",
        title="The board's page",
        rounds=presenters.rounds_shown(rounds),
        actions=presenters.action_rows(plan_counts(viewer, timezone.localdate())),
        unreviewed=unreviewed_glass_count(viewer),
    )
