"""Keeping a passage of a return with a finding."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from safehub.audit.meetings.evidence import commands, forms, queries
from safehub.audit.meetings.models import FindingEvidence, MeetingStatement
from safehub.audit.returns.queries import return_of
from safehub.foundation.access.decision import check
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.submissions.submitting import submit

_SHOWN_OF_TEXT = 120


def in_short(findings: Mapping[str, MeetingStatement]) -> list[tuple[str, str]]:
    """The findings to choose from."""
    return [
        (key, one.text if len(one.text) <= _SHOWN_OF_TEXT else f"{one.text[:_SHOWN_OF_TEXT]}…")
        for key, one in findings.items()
    ]


def keep_passage(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Keep an answer of a return with a finding, in the words that it has now."""
    viewer = viewer_on(request)
    found = return_of(viewer, reference, key)
    audit = found.participant.audit
    check(viewer, "audit.record_meeting", audit)
    findings = queries.findings_to_support(viewer, audit)
    passages = queries.passages_of(viewer, found)

    def act(form: forms.KeepPassageForm) -> FindingEvidence:
        definition, text = passages[form.cleaned_data["passage"]]
        return commands.keep_evidence(
            statement=findings[form.cleaned_data["finding"]],
            frozen=commands.Frozen(
                kind=FindingEvidence.Kind.PASSAGE,
                source=queries.source_of(found.case.number or ""),
                agency=found.participant.name,
                definition=definition,
                text=text,
            ),
            by=viewer,
        )

    back = reverse("audit:meeting_case", args=[reference, found.case.number])
    return submit(
        request,
        forms.KeepPassageForm,
        act=act,
        title=f"Keep a passage: case {found.case.number}, {found.participant.name}",
        lead="It is kept in the words that it has now, and shows to whoever may read this return "
        "and what the meeting said. Keep nothing that names a child, a family or a worker.",
        success="The passage is kept with the finding.",
        then=back,
        record=found,
        form_kwargs={
            "findings": in_short(findings),
            "passages": [(name, f"{asked} {said}") for name, (asked, said) in passages.items()],
        },
        button="Keep it",
        cancel=back,
    )
