"""The programme: the year's plan, the days that come, and what was found last time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from safehub.audit.planning import presenters
from safehub.audit.planning.queries import found_before
from safehub.audit.programmes.planning import commands, forms, queries
from safehub.foundation.access.decision import check, may, noted_list
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.clocks.calendar import london_day
from safehub.foundation.govuk.pages import page
from safehub.foundation.submissions.submitting import submit


@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    """What is planned, year by year, and the days of the audits that the viewer may open."""
    viewer = viewer_on(request)
    planned = queries.planned_audits(viewer)
    noted_list(viewer, "plan.see", planned)
    steps = queries.coming_steps(viewer, london_day(viewer.at or timezone.now()))
    return page(
        request,
        "programmes/programme.html",
        title="Programme",
        years=presenters.years_of(planned),
        steps=presenters.step_rows(steps),
        plans=may(viewer, "audit.commission"),
        keeps=may(viewer, "calendar.keep"),
    )


def plan(request: HttpRequest) -> HttpResponse:
    """Put an audit on the plan."""
    viewer = viewer_on(request)
    check(viewer, "audit.commission")
    return submit(
        request,
        forms.PlanForm,
        act=lambda form: commands.plan_audit(**form.changes(), by=viewer),
        title="Plan an audit",
        success="The audit is on the plan.",
        then=lambda made: reverse("programme:planned", args=[made.pk]),
        button="Put it on the plan",
        cancel=reverse("programme:programme"),
    )


@require_safe
def planned(request: HttpRequest, key: int) -> HttpResponse:
    """One planned audit, with what earlier audits found on its theme."""
    viewer = viewer_on(request)
    found = queries.opened_planned(viewer, key, "plan.see")
    stands = found.commission is None and found.dropped_at is None
    commission = found.commission
    return page(
        request,
        "programmes/planned.html",
        title=found.title,
        planned=found,
        state=presenters.state_of(found),
        facts=presenters.planned_facts(found),
        before=found_before(viewer, found),
        writes=stands and may(viewer, "plan.write", found),
        commission=commission if commission and may(viewer, "commission.see", commission) else None,
    )


def change(request: HttpRequest, key: int) -> HttpResponse:
    """Change what is planned."""
    viewer = viewer_on(request)
    found = queries.opened_planned(viewer, key, "plan.write")
    back = reverse("programme:planned", args=[key])
    return submit(
        request,
        forms.ChangePlanForm,
        act=lambda form: commands.change_planned(planned=found, changes=form.changes(), by=viewer),
        title="Change what is planned",
        success="The plan is changed.",
        then=back,
        record=found,
        cancel=back,
    )


def drop(request: HttpRequest, key: int) -> HttpResponse:
    """Take an audit off the plan."""
    viewer = viewer_on(request)
    found = queries.opened_planned(viewer, key, "plan.write")
    return submit(
        request,
        forms.DropForm,
        act=lambda _: commands.drop_planned(planned=found, by=viewer),
        title="Take it off the plan?",
        lead="It is taken off for good; another may be planned.",
        success="It is off the plan.",
        then=reverse("programme:programme"),
        record=found,
        button="Take it off",
        warns=True,
        cancel=reverse("programme:planned", args=[key]),
    )


def begin(request: HttpRequest, key: int) -> HttpResponse:
    """Begin the commission of a planned audit."""
    viewer = viewer_on(request)
    found = queries.opened_planned(viewer, key, "plan.write")
    return submit(
        request,
        forms.BeginForm,
        act=lambda _: commands.commission_planned(planned=found, by=viewer),
        title="Begin its commission?",
        lead="A draft of its terms of reference is begun with its title and its beginning.",
        success="The draft is begun. Fill in what is missing, then ask for a signature.",
        then=lambda draft: reverse("commissions:commission", args=[draft.pk]),
        record=found,
        button="Begin the commission",
        cancel=reverse("programme:planned", args=[key]),
    )
