"""Pages of the frame and the sample of an audit."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.queries import opened_audit, plan_from_data
from safehub.audit.sampling.commands import draw_sample
from safehub.audit.sampling.drawing import commands, forms, presenters, queries
from safehub.audit.sampling.queries import latest_draw
from safehub.audit.sampling.rows import REQUIRED, columns_chosen, columns_of
from safehub.audit.sampling.rules import Sample, TooFew
from safehub.foundation.access.decision import classes_of, may, noted_list
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.errors import NotPossible
from safehub.foundation.govuk.pages import page
from safehub.foundation.govuk.wording import plural
from safehub.foundation.submissions.submitting import submit


@require_safe
def sample(request: HttpRequest, reference: str) -> HttpResponse:
    """The frame, what is kept out of it, every draw, and the cases of the sample."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see_sample")
    found = queries.standing(viewer, audit)
    noted_list(viewer, "frame.see", found.exclusions)
    draws = may(viewer, "audit.draw", audit)
    return page(
        request,
        "sampling/sample.html",
        title="Frame and sample",
        audit=audit,
        found=found,
        draws=draws,
        facts=presenters.frame_facts(found.frame, found) if found.frame else [],
        strata=presenters.stratum_rows(found),
        exclusions=presenters.exclusion_rows(audit, found),
        draws_made=presenters.draw_rows(found),
        cases=presenters.case_rows(audit, found, sees_link=draws, withdraws=draws),
    )


def _opened(request: HttpRequest, reference: str) -> tuple[Viewer, Audit, str]:
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.draw")
    return viewer, audit, reverse("audit:sample", args=[reference])


def frame(request: HttpRequest, reference: str) -> HttpResponse:
    """Upload the frame."""
    viewer, audit, back = _opened(request, reference)

    def act(form: forms.FrameForm) -> Any:
        file = form.cleaned_data["file"]
        return commands.send_frame(audit=audit, name=str(file.name), data=file.read(), by=viewer)

    return submit(
        request,
        forms.FrameForm,
        act=act,
        title="Upload the frame",
        lead="Every referral of the period from which cases may be drawn. It takes the place of an "
        "earlier one from which nothing was drawn.",
        success="The frame is kept. Say which of its columns tell who a child is.",
        then=reverse("audit:frame_columns", args=[reference]),
        record=audit,
        button="Upload it",
        cancel=back,
    )


def columns(request: HttpRequest, reference: str) -> HttpResponse:
    """Say which columns tell who a child is."""
    viewer, audit, back = _opened(request, reference)
    frame = queries.frame_standing(audit)
    further = [one for one in frame.columns if one not in REQUIRED] if frame else []
    return submit(
        request,
        forms.ColumnsForm,
        act=lambda form: commands.map_columns(audit=audit, mapping=form.cleaned_data, by=viewer),
        title="Which columns say who a child is?",
        lead="An agency is shown them on one page alone, where it says whether it knows the child, "
        "and only until it has said so. Tick every column that tells any of it, such as forename, "
        "surname and postcode: every column that is left is shown to the agencies.",
        success="The columns are chosen.",
        then=back,
        record=audit,
        initial=columns_of(frame.mapping) if frame else {},
        form_kwargs={"columns": further},
        cancel=back,
    )


def exclude(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep a referral out of the draw, with the reason."""
    viewer, audit, back = _opened(request, reference)
    return submit(
        request,
        forms.ExcludeForm,
        act=lambda form: commands.exclude_referral(
            audit=audit,
            referral_id=form.cleaned_data["referral_id"],
            reason=form.cleaned_data["reason"],
            by=viewer,
        ),
        title="Keep a referral out of the draw",
        success="The referral is kept out.",
        then=back,
        record=audit,
        button="Keep it out",
        cancel=back,
    )


def put_back(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Let a referral that was kept out be drawn after all."""
    viewer, audit, back = _opened(request, reference)
    referral = queries.excluded_referral(viewer, audit, key)
    return submit(
        request,
        forms.PutBackForm,
        act=lambda _: commands.put_back(referral=referral, by=viewer),
        title="Put this referral back?",
        lead="It may be drawn then as any other.",
        success="The referral may be drawn.",
        then=back,
        record=referral,
        button="Put it back",
        cancel=back,
    )


def draw(request: HttpRequest, reference: str) -> HttpResponse:
    """Draw the sample."""
    viewer, audit, back = _opened(request, reference)
    frame = queries.frame_standing(audit)
    last = latest_draw(audit)
    before = plan_from_data((last.plan if last else None) or audit.sampling_plan)

    def act(form: forms.DrawForm) -> Any:
        try:
            return draw_sample(
                audit=audit,
                plan=form.plan(before),
                is_one_per_family=bool(form.cleaned_data.get("is_one_per_family")),
                by=viewer,
            )
        except TooFew as short:
            raise NotPossible(
                f"The frame has {plural(short.found, 'row')} for {short.stratum}, and "
                f"{short.wanted:,} are wanted with the reserve: draw fewer, or upload more."
            ) from short

    return submit(
        request,
        forms.DrawForm,
        act=act,
        title="Draw the sample",
        lead="Every draw is kept and shown with its seed; the latest is the sample. Once returns "
        "have come in, no other is made.",
        success="The sample is drawn.",
        then=back,
        record=audit,
        initial={
            "method": before.method.value,
            "size": before.size,
            "reserve": before.reserve,
            "column": before.column or "",
            "seed": before.seed,
            "is_one_per_family": last.is_one_per_family if last else False,
        },
        form_kwargs={"columns": queries.columns_to_draw_by(frame) if frame else []},
        button="Draw it",
        cancel=back,
    )


def withdraw_case(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Withdraw a case; the next reserve of its stratum takes its place."""
    viewer, audit, back = _opened(request, reference)
    case = queries.case_numbered(viewer, audit, number, "case.see")

    def told(made: Sample) -> str:
        new = made.cases[-1].number
        if len(made.cases) > before and made.cases[-1].is_reserve:
            return f"Case {number} is withdrawn, and case {new} takes its place."
        return f"Case {number} is withdrawn. The reserve holds none to take its place."

    before = queries.cases_numbered(audit)
    return submit(
        request,
        forms.WithdrawForm,
        act=lambda form: commands.withdraw_case(
            audit=audit, number=number, reason=form.cleaned_data["reason"], by=viewer
        ),
        title=f"Withdraw case {number}?",
        lead="What was returned on it is kept and counts in no figure. It is not taken back.",
        success=told,
        then=back,
        record=case,
        button="Withdraw it",
        warns=True,
        cancel=back,
    )


@require_safe
def case_link(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Which child a case is: each look is on the trail of the case."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    case = queries.case_numbered(viewer, audit, number, "case.see_link")
    classes = classes_of(viewer, "case.see_link", case)
    is_shown = {FieldClass.IDENTITY, FieldClass.PROTECTED} <= classes
    of_office = may(viewer, "frame.see", case.referral)
    return page(
        request,
        "sampling/case_link.html",
        title=f"Which child case {number} is",
        audit=audit,
        case=case,
        facts=presenters.link_facts(case, is_office=of_office) if is_shown else [],
        none_chosen=not of_office and not columns_chosen(case.referral.frame.mapping),
        sees_sample=may(viewer, "audit.see_sample", audit),
    )
