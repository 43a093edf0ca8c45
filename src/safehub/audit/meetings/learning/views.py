"""What the people whose work was audited are told, and whether it was passed on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from safehub.audit.meetings.learning import commands, forms, queries
from safehub.audit.meetings.learning.queries import Told
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.presenters import MASKED, tabs_of
from safehub.foundation.access.decision import check, classes_of, may
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.govuk.pages import page
from safehub.foundation.govuk.parts import Link, Tag
from safehub.foundation.govuk.wording import day
from safehub.foundation.submissions.submitting import submit


@require_safe
def learning(request: HttpRequest, reference: str) -> HttpResponse:
    """What each agency was sent at each of the two moments, and who has not passed it on."""
    viewer = viewer_on(request)
    meeting = queries.meeting_opened(viewer, reference)
    audit = meeting.audit
    told = queries.told_of(audit, meeting)
    worded = FieldClass.OPINION in classes_of(viewer, "meeting.see", meeting)
    passes = may(viewer, "meeting.pass_on_learning", meeting)
    waiting = [one for one in told if one.note and one.note.passed_on_at is None]
    return page(
        request,
        "meetings/learning.html",
        title="What people are told",
        audit=audit,
        tabs=tabs_of(viewer, audit, "meeting"),
        rows=[_row(viewer, audit, one, worded=worded, passes=passes) for one in told],
        waiting=sorted({one.participant.name for one in waiting}),
        sends=audit.opened_at is not None and may(viewer, "audit.record_meeting", audit),
    )


def _row(viewer: Viewer, audit: Audit, told: Told, *, worded: bool, passes: bool) -> list[object]:
    note = told.note
    if note is None:
        return [told.participant.name, told.moment.label, "", Tag("Not sent yet", "grey")]
    if note.passed_on_at is not None:
        state: object = Tag(f"Passed on, {day(note.passed_on_at)}", "green")
    elif passes and told.participant.agency_id == viewer.organisation:
        address = reverse("audit:pass_on_learning", args=[audit.reference, note.pk])
        state = Link("Say that you passed it on", address, told.moment.label.lower())
    else:
        state = Tag(f"Sent {day(note.sent_at)}, not passed on yet", "yellow")
    text = note.text if worded else MASKED
    return [told.participant.name, told.moment.label, text, state]


def send_learning(request: HttpRequest, reference: str) -> HttpResponse:
    """Send an agency what is learnt."""
    viewer = viewer_on(request)
    meeting = queries.meeting_opened(viewer, reference)
    audit = meeting.audit
    check(viewer, "audit.record_meeting", audit)
    agencies = {one.code: one for one in audit.participants.order_by("position")}
    here = reverse("audit:learning", args=[reference])
    return submit(
        request,
        forms.LearningForm,
        act=lambda form: commands.send_learning(
            meeting=meeting,
            participant=agencies[form.cleaned_data["agency"]],
            moment=form.cleaned_data["moment"],
            text=form.cleaned_data["text"],
            by=viewer,
        ),
        title="Send an agency what is learnt",
        lead="Its coordinators and safeguarding leads are told by a message with the audit's "
        "reference and a link. They pass it on, and say that they did.",
        success="It is sent.",
        then=here,
        record=meeting,
        form_kwargs={"agencies": [(code, one.name) for code, one in agencies.items()]},
        button="Send it",
        cancel=here,
    )


def pass_on_learning(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Say that one's own agency has passed it on."""
    viewer = viewer_on(request)
    note = queries.one_note(viewer, reference, key)
    check(viewer, "meeting.pass_on_learning", note.meeting)
    here = reverse("audit:learning", args=[reference])
    return submit(
        request,
        forms.PassedOnForm,
        act=lambda _: commands.pass_on_learning(note=note, by=viewer),
        title="Was it passed on?",
        lead="You say that the people of your agency whose work was audited have been told this. "
        "It cannot be taken back.",
        success="It is recorded that you passed it on.",
        then=here,
        record=note,
        button="It was passed on",
        cancel=here,
    )
