"""Writing gaps down, wording them anew, and knowing them again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from safehub.audit.meetings.gaps import commands, forms, queries
from safehub.audit.meetings.models import Gap
from safehub.audit.programmes.queries import opened_audit
from safehub.foundation.access.decision import check
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.submissions.submitting import submit

_SHOWN_OF_TEXT = 100


def _home(reference: str) -> str:
    return reverse("audit:gaps", args=[reference])


def _to_change(viewer: Viewer, reference: str, key: int) -> Gap:
    gap = queries.one_gap(viewer, reference, key)
    check(viewer, "audit.record_meeting", gap.meeting.audit)
    return gap


def add_gap(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down a further gap."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    check(viewer, "audit.record_meeting", audit)
    themes = {theme.code: theme for theme in audit.themes.all()}
    return submit(
        request,
        forms.AddGapForm,
        act=lambda form: commands.add_gap(
            audit=audit,
            theme=themes[form.cleaned_data["theme"]],
            text=form.cleaned_data["text"],
            owner=form.cleaned_data["owner"],
            by=viewer,
        ),
        title="Write down a gap",
        success=lambda gap: f"Gap {queries.heading_of(gap)} is written down.",
        then=_home(reference),
        record=audit,
        form_kwargs={
            "themes": [(code, f"{one.position} {one.name}") for code, one in themes.items()]
        },
        button="Write it down",
        cancel=_home(reference),
    )


def change_gap(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Word a gap anew."""
    viewer = viewer_on(request)
    gap = _to_change(viewer, reference, key)
    return submit(
        request,
        forms.ChangeGapForm,
        act=lambda form: commands.change_gap(
            gap=gap,
            text=form.cleaned_data["text"],
            owner=form.cleaned_data["owner"],
            by=viewer,
        ),
        title=f"Word gap {queries.heading_of(gap)} anew",
        lead=f"Theme: {gap.theme.name}. Its letter and the actions on it stay.",
        success="The gap is worded anew.",
        then=_home(reference),
        record=gap,
        button="Save",
        cancel=_home(reference),
    )


def remove_gap(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Take a gap out on which nothing stands."""
    viewer = viewer_on(request)
    gap = _to_change(viewer, reference, key)
    return submit(
        request,
        forms.RemoveGapForm,
        act=lambda _: commands.remove_gap(gap=gap, by=viewer),
        title=f"Take out gap {queries.heading_of(gap)}?",
        lead="The other gaps keep their letters. A gap with actions on it stays.",
        success="The gap is taken out.",
        then=_home(reference),
        record=gap,
        button="Take it out",
        warns=True,
        cancel=_home(reference),
    )


def link_gap(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Say as which gaps of earlier rounds this one was seen before."""
    viewer = viewer_on(request)
    gap = _to_change(viewer, reference, key)
    earlier = {str(one.pk): one for one in queries.earlier_gaps(viewer, gap.meeting.audit)}
    lead = (
        f"{gap.text} Tick the gaps that are the same one."
        if earlier
        else "No earlier round of this partnership has a gap that you may see."
    )
    return submit(
        request,
        forms.LinkGapForm,
        act=lambda form: commands.link_gap(
            gap=gap, earlier=[earlier[one] for one in form.cleaned_data["earlier"]], by=viewer
        ),
        title=f"Was gap {queries.heading_of(gap)} seen before?",
        lead=lead,
        success="What you said of earlier rounds is kept.",
        then=_home(reference),
        record=gap,
        initial={"earlier": [str(one) for one in queries.linked_to(gap)]},
        form_kwargs={"earlier": [(one, _in_short(gap)) for one, gap in earlier.items()]},
        button="Save",
        cancel=_home(reference),
    )


def _in_short(gap: Gap) -> str:
    text = gap.text if len(gap.text) <= _SHOWN_OF_TEXT else f"{gap.text[:_SHOWN_OF_TEXT]}…"
    return f"{gap.meeting.audit.title}, {queries.heading_of(gap)}: {text}"
