"""The meeting on pages: planned, asked to, attended, opened, minuted, and what it said."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from safehub.audit.meetings.evidence.queries import evidence_of
from safehub.audit.meetings.gaps.queries import meeting_seen
from safehub.audit.meetings.holding import commands, forms, presenters, queries
from safehub.audit.meetings.models import MeetingStatement
from safehub.audit.meetings.viewing.masking import NOTHING_HIDDEN
from safehub.audit.meetings.viewing.projecting import is_projected
from safehub.audit.meetings.viewing.queries import cases_to_see, mask_of_sample
from safehub.audit.programmes.models import Audit, Theme
from safehub.audit.programmes.queries import opened_audit
from safehub.audit.returns.presenters import tabs_of
from safehub.audit.returns.queries.outstanding import outstanding_of
from safehub.foundation.access.decision import check, classes_of, may, noted_list
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.govuk.pages import page
from safehub.foundation.submissions.submitting import submit


def _home(reference: str) -> str:
    return reverse("audit:meeting", args=[reference])


def _to_hold(viewer: Viewer, reference: str) -> Audit:
    audit = opened_audit(viewer, reference, "audit.see")
    check(viewer, "audit.record_meeting", audit)
    return audit


@require_safe
def meeting(request: HttpRequest, reference: str) -> HttpResponse:
    """When and where the meeting is, who came, and what it looks at and said."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    found = queries.meeting_of(audit)
    came = queries.attendance_of(audit, found)
    seen = meeting_seen(viewer, audit)
    if seen and FieldClass.OPINION not in classes_of(viewer, "meeting.see", seen):
        seen = None
    noted_list(viewer, "meeting.see", [seen] if seen else [])
    writes = may(viewer, "audit.record_meeting", audit)
    projected = is_projected(request)
    mask = mask_of_sample(audit) if projected and seen else NOTHING_HIDDEN
    return page(
        request,
        "meetings/meeting.html",
        title="Meeting",
        audit=audit,
        tabs=tabs_of(viewer, audit, "meeting"),
        facts=presenters.plan_facts(audit, found),
        quorum=presenters.quorum_tag(came) if seen else None,
        came=presenters.attendance_rows(came) if seen else [],
        cases=presenters.case_links(audit, cases_to_see(viewer, audit)),
        themes=presenters.theme_links(audit),
        said=presenters.said_shown(queries.statements_of(seen), evidence_of(viewer, seen), mask)
        if seen
        else [],
        minutes=mask.hide(seen.minutes) if seen else "",
        without_quorum=mask.hide(seen.without_quorum) if seen else "",
        projected=projected,
        writes=writes,
        is_planned=found is not None and found.planned_on is not None,
        is_seen=seen is not None,
    )


def plan_meeting(request: HttpRequest, reference: str) -> HttpResponse:
    """Say when and where the meeting is, and who must be there."""
    viewer = viewer_on(request)
    audit = _to_hold(viewer, reference)
    found = queries.meeting_of(audit)
    initial = {"planned_on": audit.meeting_on}
    if found is not None and found.planned_on is not None:
        names = ("planned_on", "starts_at", "place", "link", "quorum")
        initial = {name: getattr(found, name) for name in names}
    return submit(
        request,
        forms.PlanForm,
        act=lambda form: commands.plan_meeting(
            audit=audit,
            plan=commands.Plan(
                planned_on=form.cleaned_data["planned_on"],
                starts_at=form.cleaned_data["starts_at"],
                place=form.cleaned_data["place"],
                link=form.cleaned_data["link"],
                quorum=tuple(form.cleaned_data["quorum"]),
            ),
            by=viewer,
        ),
        title="Plan the meeting",
        success="The meeting is planned. Invite the agencies next.",
        then=_home(reference),
        record=audit,
        initial=initial,
        form_kwargs={"agencies": _agencies(audit)},
        button="Save",
        cancel=_home(reference),
    )


def _agencies(audit: Audit) -> list[tuple[str, str]]:
    return list(audit.participants.order_by("position").values_list("code", "name"))


def invite(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask the agencies to the meeting."""
    viewer = viewer_on(request)
    audit = _to_hold(viewer, reference)
    return submit(
        request,
        forms.InviteForm,
        act=lambda _: commands.invite(audit=audit, by=viewer),
        title="Invite the agencies?",
        lead="Each agency's coordinators and safeguarding leads, the chair and the audit's "
        "coordinators are told by a message with the audit's reference and a link. Who was told of "
        "the same day is not told again.",
        success="The agencies are invited.",
        then=_home(reference),
        record=audit,
        button="Invite them",
        cancel=_home(reference),
    )


def attendance(request: HttpRequest, reference: str) -> HttpResponse:
    """Record who came."""
    viewer = viewer_on(request)
    audit = _to_hold(viewer, reference)
    came = queries.attendance_of(audit, queries.meeting_of(audit))
    initial = {}
    for place, one in enumerate(came, start=1):
        initial[f"state-{place}"] = one.attendance.state if one.attendance else ""
        initial[f"role-{place}"] = one.attendance.role if one.attendance else ""
    return submit(
        request,
        forms.AttendanceForm,
        act=lambda form: commands.record_attendance(audit=audit, came=form.came(), by=viewer),
        title="Who is here?",
        success="Who came is recorded.",
        then=_home(reference),
        record=audit,
        initial=initial,
        form_kwargs={"agencies": [(one.participant.code, one.participant.name) for one in came]},
        button="Save",
        cancel=_home(reference),
    )


def open_meeting(request: HttpRequest, reference: str) -> HttpResponse:
    """Open the round: agencies see each other's returns from then on."""
    viewer = viewer_on(request)
    audit = _to_hold(viewer, reference)
    came = queries.attendance_of(audit, queries.meeting_of(audit))
    return submit(
        request,
        forms.OpenForm,
        act=lambda form: commands.open_meeting(
            audit=audit, because=form.cleaned_data.get("because", ""), by=viewer
        ),
        title="Open the round?",
        lead=f"{presenters.quorum_in_words(came)} {presenters.still_out(outstanding_of(audit))} "
        "The agencies that take part then see each other's returns, and no more answers are taken. "
        "It cannot be taken back.",
        form_kwargs={"is_quorate": not queries.lacking(came)},
        success="The round is open, and the meeting is held.",
        then=_home(reference),
        record=audit,
        button="Open the round",
        warns=True,
        cancel=_home(reference),
    )


def minutes(request: HttpRequest, reference: str) -> HttpResponse:
    """Write the minutes as the meeting goes."""
    viewer = viewer_on(request)
    found = queries.meeting_to_write(viewer, reference)
    check(viewer, "audit.record_meeting", found.audit)
    return submit(
        request,
        forms.MinutesForm,
        act=lambda form: commands.write_minutes(
            meeting=found, minutes=form.cleaned_data["minutes"], by=viewer
        ),
        title="Minutes",
        success="The minutes are kept.",
        then=_home(reference),
        record=found,
        button="Keep the minutes",
        cancel=_home(reference),
    )


def _themes(audit: Audit) -> dict[str, Theme]:
    return {theme.code: theme for theme in audit.themes.all()}


def _choices(themes: dict[str, Theme]) -> list[tuple[str, str]]:
    return [(code, f"{one.position} {one.name}") for code, one in themes.items()]


def _said(form: forms.StatementFields, kind: str, themes: dict[str, Theme]) -> commands.Said:
    typed = form.cleaned_data
    return commands.Said(
        kind=kind,
        text=typed["text"],
        theme=themes.get(typed["theme"]),
        owner=typed["owner"],
        seen_before=bool(typed["seen_before"]),
    )


def add_statement(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down what the meeting said."""
    viewer = viewer_on(request)
    audit = _to_hold(viewer, reference)
    themes = _themes(audit)
    came = queries.attendance_of(audit, queries.meeting_of(audit))
    return submit(
        request,
        forms.AddStatementForm,
        act=lambda form: commands.add_statement(
            audit=audit, said=_said(form, form.cleaned_data["kind"], themes), by=viewer
        ),
        title="Write down what the meeting said",
        lead=presenters.quorum_in_words(came) if queries.lacking(came) else "",
        success="It is written down.",
        then=_home(reference),
        record=audit,
        form_kwargs={"themes": _choices(themes)},
        button="Write it down",
        cancel=_home(reference),
    )


def _statement(viewer: Viewer, reference: str, key: int) -> MeetingStatement:
    found = queries.one_statement(viewer, reference, key)
    check(viewer, "audit.record_meeting", found.meeting.audit)
    return found


def change_statement(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Word it anew."""
    viewer = viewer_on(request)
    found = _statement(viewer, reference, key)
    themes = _themes(found.meeting.audit)
    return submit(
        request,
        forms.ChangeStatementForm,
        act=lambda form: commands.change_statement(
            statement=found, said=_said(form, found.kind, themes), by=viewer
        ),
        title=f"Word it anew: {forms.KINDS[found.kind].lower()}",
        success="It is worded anew.",
        then=_home(reference),
        record=found,
        form_kwargs={"themes": _choices(themes)},
        button="Save",
        cancel=_home(reference),
    )


def remove_statement(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Take out what the meeting did not say."""
    viewer = viewer_on(request)
    found = _statement(viewer, reference, key)
    return submit(
        request,
        forms.RemoveStatementForm,
        act=lambda _: commands.remove_statement(statement=found, by=viewer),
        title="Take this out?",
        lead=found.text,
        success="It is taken out.",
        then=_home(reference),
        record=found,
        button="Take it out",
        warns=True,
        cancel=_home(reference),
    )
