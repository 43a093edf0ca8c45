"""Raising an alert of immediate risk from any page of an audit, and answering for it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from safehub.audit.programmes.queries import opened_audit
from safehub.audit.returns.models import RiskAlert
from safehub.audit.returns.presenters import tabs_of
from safehub.audit.returns.risks import commands, forms, presenters, queries
from safehub.audit.returns.working.forms import RING
from safehub.foundation.access.decision import check, classes_of, may, noted_list
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.govuk.pages import page
from safehub.foundation.submissions.submitting import submit


@require_safe
def risks(request: HttpRequest, reference: str) -> HttpResponse:
    """The alerts of an audit that the viewer may see."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    found = queries.risks_of(viewer, audit)
    noted_list(viewer, "risk.see", found)
    return page(
        request,
        "returns/risks.html",
        title="Immediate risk",
        audit=audit,
        tabs=tabs_of(viewer, audit, "risks"),
        ring=RING,
        raises=may(viewer, "risk.raise", audit),
        rows=presenters.risk_rows(audit, found),
    )


def raise_risk(request: HttpRequest, reference: str) -> HttpResponse:
    """Tell the lead and the coordinator of a child at immediate risk."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    check(viewer, "risk.raise", audit)
    cases = queries.cases_to_choose(viewer, audit)
    agencies = queries.participants_to_choose(viewer, audit)

    def act(form: forms.RiskForm) -> RiskAlert:
        case = next(one for one in cases if one.number == form.cleaned_data["case"])
        code = form.cleaned_data.get("agency") or agencies[0].code
        participant = next(one for one in agencies if one.code == code)
        return commands.raise_risk(
            case=case, participant=participant, what=form.cleaned_data["what"], by=viewer
        )

    def then(alert: RiskAlert) -> str:
        seen = may(viewer, "risk.see", alert)
        return reverse(
            "audit:risk" if seen else "audit:risks",
            args=[reference, alert.pk] if seen else [reference],
        )

    return submit(
        request,
        forms.RiskForm,
        act=act,
        title="A child is at immediate risk",
        success=lambda alert: presenters.who_was_told(alert, queries.told_of(alert)),
        then=then,
        template="returns/raise_risk.html",
        record=audit,
        initial={"case": request.GET.get("case", "")},
        form_kwargs={
            "cases": [(one.number or "", f"Case {one.number}") for one in cases],
            "agencies": [(one.code, one.name) for one in agencies],
        },
        audit=audit,
        ring=RING,
        button="Tell them now",
        warns=True,
        cancel=reverse("audit:round", args=[reference]),
    )


@require_safe
def risk(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """One alert, with what is still to be done."""
    viewer = viewer_on(request)
    alert = queries.one_risk(viewer, reference, key)
    open_still = alert.concluded_at is None
    return page(
        request,
        "returns/risk.html",
        title=f"Immediate risk: case {alert.case.number}",
        audit=alert.participant.audit,
        alert=alert,
        state=presenters.state_of(alert),
        ring=RING if open_still else "",
        facts=presenters.risk_facts(alert, classes_of(viewer, "risk.see", alert)),
        acknowledges=alert.acknowledged_at is None and may(viewer, "risk.acknowledge", alert),
        concludes=open_still
        and alert.acknowledged_at is not None
        and may(viewer, "risk.conclude", alert),
    )


def acknowledge_risk(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Say that one has it in hand."""
    viewer = viewer_on(request)
    alert = queries.one_risk(viewer, reference, key, "risk.acknowledge")
    return submit(
        request,
        forms.AcknowledgeForm,
        act=lambda _: commands.acknowledge_risk(alert=alert, by=viewer),
        title=f"Take case {alert.case.number} in hand?",
        lead=f"You say that you have read this alert and act on it now, outside the audit. {RING}",
        success="You have it in hand. Record here what was done for the child.",
        then=reverse("audit:risk", args=[reference, key]),
        record=alert,
        button="I have it in hand",
        cancel=reverse("audit:risk", args=[reference, key]),
    )


def conclude_risk(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Record what was done for the child."""
    viewer = viewer_on(request)
    alert = queries.one_risk(viewer, reference, key, "risk.conclude")
    return submit(
        request,
        forms.ConcludeForm,
        act=lambda form: commands.conclude_risk(
            alert=alert, outcome=form.cleaned_data["outcome"], by=viewer
        ),
        title=f"What was done: case {alert.case.number}",
        success="What was done is recorded.",
        then=reverse("audit:risk", args=[reference, key]),
        record=alert,
        button="Record it",
        cancel=reverse("audit:risk", args=[reference, key]),
    )
