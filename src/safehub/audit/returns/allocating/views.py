"""Who audits which case for an agency, and changing it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from safehub.audit.programmes.queries import opened_audit
from safehub.audit.returns.allocating import commands, forms, queries
from safehub.audit.returns.presenters import tabs_of
from safehub.audit.returns.working.queries import own_participant
from safehub.foundation.access.decision import noted_list
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.govuk.pages import page
from safehub.foundation.govuk.parts import Link, Tag
from safehub.foundation.submissions.submitting import submit

NOBODY = Tag("Nobody yet", "yellow")


@require_safe
def allocations(request: HttpRequest, reference: str) -> HttpResponse:
    """The cases that the agency is asked about, and who audits each."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see_allocations")
    participant = own_participant(viewer, audit)
    found = queries.allocations_of(viewer, audit, participant)
    noted_list(viewer, "case.see", found)
    rows: list[list[object]] = [
        [
            Link(f"Case {one.number}", reverse("audit:allocate", args=[reference, one.number])),
            ", ".join(one.auditors) or NOBODY,
            f"{', '.join(one.in_conflict)}: a conflict of interest" if one.in_conflict else "",
        ]
        for one in found
    ]
    return page(
        request,
        "returns/allocations.html",
        title="Who audits which case",
        audit=audit,
        participant=participant,
        tabs=tabs_of(viewer, audit, "allocations"),
        rows=rows,
        left=sum(not one.auditors for one in found),
        shut=[one.number for one in found if one.in_conflict and not one.auditors],
        count=len(found),
    )


def allocate(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Who holds one case, and who audits it."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see_allocations")
    case = queries.case_to_allocate(viewer, audit, number)
    participant = own_participant(viewer, audit)
    auditors = {str(one.person_id): one for one in queries.auditors_of(participant)}
    people = {str(one.pk): one for one in queries.people_of(participant)}
    now = queries.standing_of(participant, case)
    back = reverse("audit:allocations", args=[reference])

    def act(form: forms.AllocateForm) -> None:
        commands.allocate_cases(
            participant=participant,
            cases=[case],
            auditors=[auditors[key] for key in form.cleaned_data["auditors"]],
            holder=people.get(form.cleaned_data["holder"]),
            by=viewer,
        )

    return submit(
        request,
        forms.AllocateForm,
        act=act,
        title=f"Allocate case {case.number}",
        success=f"Case {case.number}: what you said is kept.",
        then=back,
        record=case,
        initial={
            "auditors": [str(key) for key in sorted(now.auditors)],
            "holder": str(now.holder) if now.holder else forms.NOBODY_HERE if now.auditors else "",
        },
        form_kwargs={
            "auditors": [(key, one.person.name) for key, one in auditors.items()],
            "people": [(key, one.name) for key, one in people.items()],
        },
        button="Save",
        cancel=back,
    )
