"""Raising a matter of practice or conduct from any page of an audit, and answering for it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from safehub.audit.programmes.queries import opened_audit
from safehub.audit.returns.conduct import commands, forms, presenters, queries
from safehub.audit.returns.models import MatterKind
from safehub.audit.returns.presenters import tabs_of
from safehub.audit.returns.risks.queries import cases_to_choose
from safehub.foundation.access.decision import check, classes_of, may, noted_list
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.govuk.pages import page
from safehub.foundation.submissions.submitting import submit

SENT = "It is sent to the employer. Nobody else is shown it, and nothing of it is in the audit."


@require_safe
def matters(request: HttpRequest, reference: str) -> HttpResponse:
    """The matters that the viewer raised, or answers for as the employer."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "conduct.raise")
    found = queries.matters_of(viewer, audit)
    noted_list(viewer, "conduct.see", found)
    answered_for = queries.matters_to_answer(viewer, audit)
    return page(
        request,
        "returns/matters.html",
        title="Practice or conduct",
        audit=audit,
        tabs=tabs_of(viewer, audit, "matters"),
        rows=presenters.matter_rows(audit, found, answered_for),
    )


def raise_matter(request: HttpRequest, reference: str) -> HttpResponse:
    """Send a matter to the employer."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    check(viewer, "conduct.raise", audit)
    cases = cases_to_choose(viewer, audit)
    agencies = queries.employers_to_choose(audit)

    def act(form: forms.MatterForm) -> str:
        given = form.cleaned_data
        matter = commands.raise_matter(
            case=next(one for one in cases if one.number == given["case"]),
            participant=next(one for one in agencies if one.code == given["agency"]),
            kind=MatterKind(given["kind"]),
            what=given["what"],
            is_about_lead=bool(given["is_about_lead"]),
            by=viewer,
        )
        seen = may(viewer, "conduct.see", matter)
        return reverse(
            "audit:matter" if seen else "audit:matters",
            args=[reference, matter.pk] if seen else [reference],
        )

    return submit(
        request,
        forms.MatterForm,
        act=act,
        title="Raise a matter about practice or conduct",
        success=SENT,
        template="returns/raise_matter.html",
        record=audit,
        initial={"case": request.GET.get("case", "")},
        form_kwargs={
            "cases": [(one.number or "", f"Case {one.number}") for one in cases],
            "agencies": [(one.code, one.name) for one in agencies],
        },
        audit=audit,
        button="Send it to the employer",
        cancel=reverse("audit:round", args=[reference]),
    )


@require_safe
def matter(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """One matter, with what is still to be done."""
    viewer = viewer_on(request)
    found = queries.one_matter(viewer, reference, key)
    answers = may(viewer, "conduct.conclude", found)
    return page(
        request,
        "returns/matter.html",
        title=f"Practice or conduct: matter {found.pk}",
        audit=found.participant.audit,
        matter=found,
        state=presenters.state_of(found, is_answered_for=answers),
        facts=presenters.matter_facts(found, classes_of(viewer, "conduct.see", found)),
        answers=answers,
        acknowledges=answers and found.acknowledged_at is None,
        concludes=answers and found.acknowledged_at is not None and found.concluded_at is None,
    )


def acknowledge_matter(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Say that the employer has it."""
    viewer = viewer_on(request)
    found = queries.one_matter(viewer, reference, key, "conduct.acknowledge")
    back = reverse("audit:matter", args=[reference, key])
    return submit(
        request,
        forms.AcknowledgeForm,
        act=lambda _: commands.acknowledge_matter(matter=found, by=viewer),
        title=f"Acknowledge matter {found.pk}?",
        lead="You say that you have read it and that the employer deals with it, apart from the "
        "audit.",
        success="It is acknowledged. Record here what came of it.",
        then=back,
        record=found,
        button="Acknowledge it",
        cancel=back,
    )


def conclude_matter(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Record what came of it."""
    viewer = viewer_on(request)
    found = queries.one_matter(viewer, reference, key, "conduct.conclude")
    back = reverse("audit:matter", args=[reference, key])
    return submit(
        request,
        forms.ConcludeForm,
        act=lambda form: commands.conclude_matter(
            matter=found, outcome=form.cleaned_data["outcome"], by=viewer
        ),
        title=f"What came of matter {found.pk}",
        success="What came of it is recorded.",
        then=back,
        record=found,
        button="Record it",
        cancel=back,
    )
