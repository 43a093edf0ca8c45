"""An agency accepts its own return, or sends it back."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from safehub.audit.returns.late import in_time, opened_or_late, too_late
from safehub.audit.returns.models import SignedOff
from safehub.audit.returns.presenters import answer_facts, sums_of
from safehub.audit.returns.queries import answers_shown
from safehub.audit.returns.signing import commands, forms, queries
from safehub.audit.returns.sources.presenters import sources_of
from safehub.audit.returns.sources.queries import sources_shown
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.submissions.submitting import submit

_SAID = {
    SignedOff.ACCEPTED: "the return is accepted.",
    SignedOff.SENT_BACK: "the return is sent back.",
}


def sign_off(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """The return as it was submitted, and what its agency says of it."""
    viewer = viewer_on(request)
    opened = partial(queries.return_to_sign, viewer, reference, key)
    found, is_late = opened_or_late(opened, "return.sign_off", "return.see")
    audit = found.participant.audit
    shown = answers_shown(viewer, found)

    def act(form: forms.SignOffForm) -> str:
        made = commands.sign_off_return(
            audit_return=found,
            number=form.cleaned_data["number"],
            outcome=SignedOff(form.cleaned_data["outcome"]),
            reason=form.cleaned_data["reason"],
            by=viewer,
        )
        return _SAID[SignedOff(made.outcome)]

    return submit(
        request,
        forms.SignOffForm,
        act=in_time(audit, act),
        too_late=too_late(audit) if is_late else "",
        title=f"Sign off case {found.case.number}",
        success=lambda said: f"Case {found.case.number}: {said}",
        template="returns/sign_off.html",
        then=reverse("audit:own_cases", args=[reference]),
        record=found,
        form_kwargs={"number": shown.version.number},
        audit=audit,
        found=found,
        facts=answer_facts(audit, found, shown, is_own=True),
        sums=sums_of(found, shown),
        sources=sources_of(viewer, audit, sources_shown(found, shown.classes), changes=False),
        button="Sign off",
        cancel=reverse("audit:own_cases", args=[reference]),
    )
