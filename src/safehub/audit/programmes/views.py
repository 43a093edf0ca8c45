"""The list of audits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from safehub.audit.programmes.presenters import audit_rows
from safehub.audit.programmes.queries import audits
from safehub.foundation.access.decision import noted_list
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.govuk.pages import page


@require_safe
def audit_list(request: HttpRequest) -> HttpResponse:
    """Every audit that the viewer may open, newest first."""
    viewer = viewer_on(request)
    found = list(audits(viewer).order_by("-pk")[:LONGEST])
    noted_list(viewer, "audit.see", found)
    return page(request, "programmes/audits.html", title="Audits", rows=audit_rows(found))


# A board holds a handful of audits a year.
LONGEST = 200
