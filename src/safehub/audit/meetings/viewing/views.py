"""One case or theme at a time, as the meeting looks at it together."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from safehub.audit.meetings.evidence.queries import evidence_of
from safehub.audit.meetings.gaps.queries import gaps_of, heading_of, meeting_seen
from safehub.audit.meetings.holding.presenters import said_shown
from safehub.audit.meetings.holding.queries import statements_of
from safehub.audit.meetings.viewing import presenters, queries
from safehub.audit.meetings.viewing.masking import Mask
from safehub.audit.meetings.viewing.projecting import is_projected, set_projected
from safehub.audit.programmes.queries import opened_audit
from safehub.foundation.access.decision import classes_of, may, noted_list
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.errors import Absent
from safehub.foundation.govuk.pages import page


@require_POST
def project(request: HttpRequest, reference: str) -> HttpResponse:
    """Say whether the pages of the meeting are on a projector: names are then masked."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    set_projected(request, is_on=request.POST.get("projecting", "on") != "off")
    number, code = request.POST.get("case", ""), request.POST.get("theme", "")
    if number in queries.cases_to_see(viewer, audit):
        return redirect(reverse("audit:meeting_case", args=[reference, number]))
    if queries.theme_to_see(audit, code) is not None:
        return redirect(reverse("audit:meeting_theme", args=[reference, code]))
    return redirect(reverse("audit:meeting", args=[reference]))


@require_safe
def meeting_case(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """One case with the views of all agencies beside each other, as far as one may see them."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    case = queries.case_to_see(viewer, audit, number)
    projected = is_projected(request)
    views = queries.views_of(viewer, audit, case, is_projected=projected)
    numbers = queries.cases_to_see(viewer, audit)
    place = numbers.index(number) if number in numbers else -1
    return page(
        request,
        "meetings/case.html",
        title=f"Case {number}",
        wide=True,
        audit=audit,
        number=number,
        projected=projected,
        side=presenters.side_by_side(audit, views),
        before=numbers[place - 1] if place > 0 else "",
        after=numbers[place + 1] if 0 <= place < len(numbers) - 1 else "",
        raises=may(viewer, "risk.raise", audit),
        keeps=may(viewer, "audit.record_meeting", audit),
    )


@require_safe
def meeting_theme(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """One theme: what each agency sums up, and what the meeting said, under it."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    theme = queries.theme_to_see(audit, code)
    if theme is None:
        raise Absent("There is nothing here that you may see.")
    projected = is_projected(request)
    meeting = meeting_seen(viewer, audit)
    if meeting and FieldClass.OPINION not in classes_of(
        viewer, "meeting.see", meeting, queries.context_of(is_projected=projected)
    ):
        meeting = None
    noted_list(viewer, "meeting.see", [meeting] if meeting else [])
    said = statements_of(meeting) if meeting else []
    mask = queries.mask_of_sample(audit) if projected else Mask()
    return page(
        request,
        "meetings/theme.html",
        title=f"{theme.position} {theme.name}",
        wide=True,
        audit=audit,
        theme=theme,
        projected=projected,
        heads=presenters.SUMMED_HEADS,
        rows=presenters.summed_rows(queries.summed_up(viewer, theme, is_projected=projected), mask),
        said=said_shown(
            [one for one in said if one.theme_id == theme.pk],
            evidence_of(viewer, meeting) if meeting else {},
            mask,
        ),
        gaps=[
            (heading_of(gap), mask.hide(gap.text))
            for gap in (gaps_of(meeting) if meeting else [])
            if gap.theme_id == theme.pk
        ],
        is_seen=meeting is not None,
    )
