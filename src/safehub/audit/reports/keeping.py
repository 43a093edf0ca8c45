"""Keeping a figure with a finding of the meeting, frozen with its definition."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from safehub.audit.meetings.evidence import commands, forms, queries
from safehub.audit.meetings.evidence.views import in_short
from safehub.audit.meetings.models import FindingEvidence
from safehub.audit.programmes.queries import opened_audit
from safehub.audit.reports.queries import Behind, behind_figure
from safehub.foundation.access.decision import check
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.errors import Absent
from safehub.foundation.submissions.submitting import submit


def keep_figure(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """Keep a figure with a finding, as it stands now."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    check(viewer, "audit.record_meeting", audit)
    behind = behind_figure(viewer, audit, name)
    if behind.figure.n is None:
        raise Absent("There is no such figure.")
    findings = queries.findings_to_support(viewer, audit)
    frozen = commands.Frozen(
        kind=FindingEvidence.Kind.FIGURE,
        source=name,
        agency=behind.agency,
        definition=behind.figure.definition,
        text=in_words(behind),
    )
    back = reverse("audit:figure", args=[reference, name])
    return submit(
        request,
        forms.KeepFigureForm,
        act=lambda form: commands.keep_evidence(
            statement=findings[form.cleaned_data["finding"]], frozen=frozen, by=viewer
        ),
        title=f"Keep this figure: {behind.figure.definition}",
        lead=f"{frozen.text}. It is kept as it stands now, whatever comes in later.",
        success="The figure is kept with the finding.",
        then=back,
        record=audit,
        form_kwargs={"findings": in_short(findings)},
        button="Keep it",
        cancel=back,
    )


def in_words(behind: Behind) -> str:
    """The figure as it is kept: its count, of how many, its share."""
    figure = behind.figure
    of = f" of {figure.of}" if figure.of else ""
    share = f" ({figure.percent} %)" if figure.percent else ""
    return f"{figure.n}{of}{share}"
