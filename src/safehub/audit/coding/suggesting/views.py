"""How suggestions stand, and how good they were."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from safehub.audit.coding.suggesting import presenters, queries
from safehub.audit.coding.suggesting.rules import WANTED, is_installed
from safehub.audit.programmes.queries import opened_audit
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.govuk.pages import page


@require_safe
def suggestions(request: HttpRequest, reference: str) -> HttpResponse:
    """Whether there are suggestions, from how many codes, and what held-back codes say of them."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see_suggestions")
    codes = queries.codes_given(audit.partnership_id)
    learning = queries.learning_of(audit.partnership_id)
    measured = queries.measured_of(learning) if is_installed() and codes >= WANTED else None
    return page(
        request,
        "coding/suggestions.html",
        title="Suggestions for coding",
        audit=audit,
        lead=presenters.lead(codes, measured, installed=is_installed()),
        learning=learning if measured else None,
        themes=presenters.theme_rows(queries.names_of(audit), measured),
    )
