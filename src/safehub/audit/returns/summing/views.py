"""The page on which an agency sums up its part."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from safehub.audit.programmes.queries import opened_audit
from safehub.audit.returns.late import in_time, opened_or_late, too_late
from safehub.audit.returns.presenters import tabs_of
from safehub.audit.returns.summing import commands, forms, queries
from safehub.audit.returns.summing.rules import first_words, statements_from
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.govuk.parts import Fact
from safehub.foundation.submissions.submitting import submit


def sum_up(request: HttpRequest, reference: str) -> HttpResponse:
    """Write the agency's summative report, which begins with its own figures."""
    viewer = viewer_on(request)
    opened = partial(opened_audit, viewer, reference)
    audit, is_late = opened_or_late(opened, "audit.sum_up", "audit.see")
    participant = queries.own_part(viewer, audit)
    figures = queries.own_figures(audit, participant)
    codes = frozenset(audit.themes.values_list("code", flat=True))

    def act(form: forms.SumUpForm) -> object:
        said = form.cleaned_data
        return commands.sum_up(
            audit=audit,
            overview=said["overview"],
            working_well=statements_from(said["working_well"], codes),
            worried_about=statements_from(said["worried_about"], codes),
            actions=statements_from(said["actions"], codes),
            by=viewer,
        )

    is_kept = queries.is_summed_up(participant)
    return submit(
        request,
        forms.SumUpForm,
        act=in_time(audit, act),
        too_late=too_late(audit) if is_late else "",
        title=f"Summative report of {participant.name}",
        success="Your agency's summative report is kept. You can change it until the meeting.",
        then=reverse("audit:sum_up", args=[reference]),
        template="returns/sum_up.html",
        record=participant,
        initial={} if is_kept else {"overview": first_words(figures)},
        audit=audit,
        tabs=tabs_of(viewer, audit, "summary"),
        facts=[
            Fact("Cases asked about", str(figures.asked)),
            Fact("Child known", str(figures.known)),
            Fact("Child not known", str(figures.not_known)),
            Fact(
                "Good or better",
                "The cases are not graded"
                if figures.graded is None
                else f"{figures.good} of {figures.graded} graded returns",
            ),
        ],
        rows=[
            [one.question, ", ".join(f"{label} {count}" for label, count in one.counts), one.of]
            for one in figures.answered
        ],
        themes=[(one.code, one.name) for one in audit.themes.all()],
        button="Keep it",
    )
