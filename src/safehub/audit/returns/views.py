"""A round as a grid of cases and agencies, and a single return."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from safehub.audit.programmes.queries import opened_audit
from safehub.audit.returns.evidence import handed_out
from safehub.audit.returns.models import SignedOff
from safehub.audit.returns.presenters import answer_facts, grid_of, sums_of, tabs_of
from safehub.audit.returns.queries import answers_shown, file_of, files_shown, grid_for, return_of
from safehub.audit.returns.revising.queries import newer_number
from safehub.audit.returns.sources.presenters import sources_before, sources_of
from safehub.audit.returns.sources.queries import sources_shown
from safehub.foundation.access.decision import may
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.govuk.pages import page


@require_safe
def round_grid(request: HttpRequest, reference: str) -> HttpResponse:
    """Which agency has answered for which case, as far as the viewer may see it."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    grid = grid_for(viewer, audit, request.GET.get("page"))
    return page(
        request,
        "returns/round.html",
        title=audit.title,
        wide=True,
        audit=audit,
        tabs=tabs_of(viewer, audit, "round"),
        grid=grid_of(viewer, audit, grid) if grid else None,
        newer=newer_number(viewer, audit) if may(viewer, "audit.change_tool", audit) else "",
    )


@require_safe
def return_page(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """One return, with what it answers; what the viewer may not see is masked."""
    viewer = viewer_on(request)
    # Broken glass opens one return and not its audit, so the audit is not asked for here.
    found = return_of(viewer, reference, key)
    audit = found.participant.audit
    shown = answers_shown(viewer, found)
    is_own = found.participant.agency_id == viewer.organisation
    signed = getattr(shown.version, "sign_off", None)
    sources = sources_shown(found, shown.classes)
    adds_source = may(viewer, "return.add_source", found)
    return page(
        request,
        "returns/return.html",
        title=f"Case {found.case.number}: {found.participant.name}",
        audit=audit,
        found=found,
        facts=answer_facts(audit, found, shown, is_own=is_own),
        sums=sums_of(found, shown),
        shown=shown,
        files=files_shown(viewer, found, shown),
        sources=sources_of(viewer, audit, sources, changes=adds_source),
        sources_before=sources_before(sources) if is_own else [],
        adds_source=adds_source,
        raises=may(viewer, "risk.raise", audit),
        signs_off=signed is None and is_own and may(viewer, "return.sign_off", found),
        answers_again=signed is not None
        and signed.outcome == SignedOff.SENT_BACK
        and is_own
        and may(viewer, "return.begin", found.case),
    )


@require_safe
def return_file(request: HttpRequest, reference: str, key: int, file: int) -> HttpResponse:
    """A file of a return that was submitted, to those who weigh the return."""
    viewer = viewer_on(request)
    return handed_out(file_of(viewer, return_of(viewer, reference, key), file))
