"""Recording what a return rests on beside the record."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from safehub.audit.returns.late import in_time, opened_or_late, too_late
from safehub.audit.returns.models import SourceKind
from safehub.audit.returns.sources import commands, forms, presenters, queries
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.submissions.submitting import submit


def _heard(form: forms.SourceForm) -> commands.Heard:
    given = form.cleaned_data
    asked = given["was_asked"] == "yes"
    return commands.Heard(
        kind=SourceKind(given["kind"]),
        is_safe=given["is_safe"] == "yes" if given["is_safe"] else None,
        not_asked_because="" if asked else given["not_asked_because"],
        asked_on=given["asked_on"] if asked else None,
        by_whom=given["by_whom"] if asked else "",
        words=given["words"] if asked else "",
    )


def add_source(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Record a conversation, or why there was none."""
    viewer = viewer_on(request)
    opened = partial(queries.return_to_add_to, viewer, reference, key)
    found, is_late = opened_or_late(opened, "return.add_source", "return.see")
    audit = found.participant.audit
    back = reverse("audit:return", args=[reference, key])

    def act(form: forms.SourceForm) -> object:
        return commands.add_source(audit_return=found, heard=_heard(form), by=viewer)

    return submit(
        request,
        forms.SourceForm,
        act=in_time(audit, act),
        too_late=too_late(audit) if is_late else queries.why_settled(found.pk),
        title=f"Case {found.case.number}: a source of its own",
        lead="What the practitioner says, and where it is safe what child and family say, is kept "
        "beside the return under its own heading, and does not change it. You can correct "
        "what you recorded, or take it out, until the return is accepted. Whoever records it does "
        "not sign the return off.",
        success="The source is recorded.",
        then=back,
        record=found,
        button="Record it",
        cancel=back,
    )


def correct_source(request: HttpRequest, reference: str, key: int, source: int) -> HttpResponse:
    """Correct what one has recorded oneself, or take it out."""
    viewer = viewer_on(request)
    opened = partial(queries.return_to_add_to, viewer, reference, key)
    found, is_late = opened_or_late(opened, "return.add_source", "return.see")
    audit, one = found.participant.audit, queries.source_with(viewer, found, source)
    back = reverse("audit:return", args=[reference, key])

    def act(form: forms.CorrectForm) -> str:
        if form.cleaned_data["does"] == "take_out":
            because = form.cleaned_data["taken_out_because"]
            commands.take_out_source(source=one, because=because, by=viewer)
            return "The source is taken out."
        commands.correct_source(source=one, heard=_heard(form), by=viewer)
        return "The source is corrected."

    return submit(
        request,
        forms.CorrectForm,
        act=in_time(audit, act),
        too_late=too_late(audit) if is_late else queries.why_not_changed(viewer, one),
        title=f"Case {found.case.number}: correct a source",
        lead="What stood here before is kept, and your agency can read it.",
        success=str,
        then=back,
        record=found,
        initial=presenters.initial_of(one),
        button="Keep it",
        cancel=back,
    )
