"""Gaps and actions of an audit, one action, what its owner says of it, and its check."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from safehub.audit.actions import commands, forms, presenters, queries
from safehub.audit.actions.states import ActionStatus
from safehub.audit.actions.workbook import plan_workbook
from safehub.audit.meetings.gaps.queries import (
    gaps_of,
    heading_of,
    meeting_seen,
    one_gap,
    seen_before,
)
from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.programmes.queries import opened_audit
from safehub.audit.returns.presenters import tabs_of
from safehub.foundation.access.decision import check, classes_of, may, noted_list
from safehub.foundation.access.facts import Channel, Context
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.govuk.pages import page
from safehub.foundation.submissions.submitting import submit
from safehub.instruments.files import XLSX, as_file


@require_safe
def gaps(request: HttpRequest, reference: str) -> HttpResponse:
    """The gaps of an audit by theme, each with its actions, as far as one may see them."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    meeting = meeting_seen(viewer, audit)
    shown = meeting is not None and FieldClass.OPINION in classes_of(viewer, "meeting.see", meeting)
    found = gaps_of(meeting) if meeting and shown else []
    actions = queries.actions_of(viewer, audit)
    noted_list(viewer, "meeting.see", [meeting] if meeting and shown else [])
    noted_list(viewer, "action.see", actions)
    return page(
        request,
        "actions/gaps.html",
        title="Gaps and actions",
        audit=audit,
        tabs=tabs_of(viewer, audit, "gaps"),
        themes=presenters.themes_shown(
            found,
            actions,
            are_gaps_shown=shown,
            worded=queries.worded(viewer, actions),
            before=seen_before(viewer, audit, found),
            on=timezone.localdate(),
        ),
        writes=may(viewer, "audit.record_meeting", audit),
        exports=bool(actions) and may(viewer, "audit.export_plan", audit),
    )


@require_safe
def plan(request: HttpRequest, reference: str) -> HttpResponse:
    """The action plan as a workbook, without the persons of the actions."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    check(viewer, "audit.export_plan", audit, context=Context(Channel.EXPORT))
    actions = queries.actions_of(viewer, audit)
    seen = queries.worded(viewer, actions)
    noted_list(viewer, "action.see", actions)
    meeting = meeting_seen(viewer, audit)
    data = plan_workbook(
        audit.title,
        [one for one in actions if one.pk in seen],
        shows_gaps=meeting is not None
        and FieldClass.OPINION in classes_of(viewer, "meeting.see", meeting),
        on=timezone.localdate(),
    )
    return as_file(data, XLSX, f"{audit.reference}-actions.xlsx")


@require_safe
def action(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """One action: what was agreed, what was said of it since, and what the viewer may do."""
    viewer = viewer_on(request)
    found = queries.one_action(viewer, reference, key)
    classes = classes_of(viewer, "action.see", found)
    open_still = found.status != ActionStatus.CLOSED
    audit = found.gap.meeting.audit
    return page(
        request,
        "actions/action.html",
        title=f"Action on gap {heading_of(found.gap)}",
        audit=audit,
        found=found,
        facts=presenters.action_facts(found, classes, timezone.localdate()),
        moments=presenters.update_moments(queries.updates_of(found), classes),
        updates=open_still and may(viewer, "action.update", found),
        checks=found.status == ActionStatus.DONE and may(viewer, "action.check", found),
        changes=may(viewer, "audit.record_meeting", audit),
    )


@require_safe
def own_actions(request: HttpRequest) -> HttpResponse:
    """The actions that the viewer's own agency owns, and those that wait for the viewer's check."""
    viewer = viewer_on(request)
    own, to_check = queries.own_actions(viewer), queries.actions_to_check(viewer)
    on = timezone.localdate()
    noted_list(viewer, "action.see", [*own, *to_check])
    seen = queries.worded(viewer, [*own, *to_check])
    return page(
        request,
        "actions/own.html",
        title="Your actions",
        rows=presenters.own_rows(own, seen, on),
        to_check=presenters.own_rows(to_check, seen, on),
    )


def _agencies(audit: Audit) -> dict[str, Participant]:
    return {str(one.pk): one for one in audit.participants.order_by("position")}


def _agreed(form: forms.ActionFields, agencies: dict[str, Participant]) -> commands.Agreed:
    typed = form.cleaned_data
    return commands.Agreed(
        text=typed["text"].strip(),
        owner_agency=agencies[typed["owner_agency"]],
        person=typed["person"],
        due_on=typed["due_on"],
        measure=typed["measure"].strip(),
    )


def add_action(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Agree a further action on a gap."""
    viewer = viewer_on(request)
    gap = one_gap(viewer, reference, key)
    audit = gap.meeting.audit
    check(viewer, "audit.record_meeting", audit)
    agencies = _agencies(audit)
    return submit(
        request,
        forms.AddActionForm,
        act=lambda form: commands.add_action(gap=gap, agreed=_agreed(form, agencies), by=viewer),
        title=f"Agree an action on gap {heading_of(gap)}",
        lead=gap.text,
        success="The action is agreed.",
        then=reverse("audit:gaps", args=[reference]),
        record=gap,
        form_kwargs={"agencies": [(one, agency.name) for one, agency in agencies.items()]},
        button="Agree it",
        cancel=reverse("audit:gaps", args=[reference]),
    )


def change_action(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Agree an action anew."""
    viewer = viewer_on(request)
    found = queries.one_action(viewer, reference, key)
    audit = found.gap.meeting.audit
    check(viewer, "audit.record_meeting", audit)
    agencies = _agencies(audit)
    here = reverse("audit:action", args=[reference, key])
    return submit(
        request,
        forms.ChangeActionForm,
        act=lambda form: commands.change_action(
            action=found, agreed=_agreed(form, agencies), by=viewer
        ),
        title=f"Change the action on gap {heading_of(found.gap)}",
        success="The action is agreed anew.",
        then=here,
        record=found,
        form_kwargs={"agencies": [(one, agency.name) for one, agency in agencies.items()]},
        button="Save",
        cancel=here,
    )


def update_action(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Say how an action comes on."""
    viewer = viewer_on(request)
    found = queries.one_action(viewer, reference, key, "action.update")
    here = reverse("audit:action", args=[reference, key])
    return submit(
        request,
        forms.UpdateActionForm,
        act=lambda form: commands.update_action(
            action=found,
            progress=form.cleaned_data["progress"],
            text=form.cleaned_data["text"],
            evidence=form.cleaned_data["evidence"],
            by=viewer,
        ),
        title=f"Update the action on gap {heading_of(found.gap)}",
        success="Your update is kept.",
        then=here,
        record=found,
        button="Save the update",
        cancel=here,
    )


def check_action(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Say whether an action that is done works."""
    viewer = viewer_on(request)
    found = queries.one_action(viewer, reference, key, "action.check")
    here = reverse("audit:action", args=[reference, key])
    return submit(
        request,
        forms.CheckActionForm,
        act=lambda form: commands.check_action(
            action=found,
            works=form.cleaned_data["works"] == "yes",
            text=form.cleaned_data["text"],
            by=viewer,
        ),
        title=f"Check the action on gap {heading_of(found.gap)}",
        lead="Somebody other than its owner checks whether an action works before it is closed.",
        success="Your check is kept.",
        then=here,
        record=found,
        button="Save the check",
        cancel=here,
    )
