"""Answering a return on pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from safehub.audit.programmes.queries import opened_audit
from safehub.audit.returns.evidence import handed_out
from safehub.audit.returns.late import in_time, opened_or_late, too_late
from safehub.audit.returns.models import WorkingReturn
from safehub.audit.returns.presenters import tabs_of
from safehub.audit.returns.rows import KNOWN
from safehub.audit.returns.signing.queries import returns_to_sign, sent_in_as
from safehub.audit.returns.working import commands, forms, presenters, queries
from safehub.audit.returns.working.overtaken import hidden_page, keeping_text
from safehub.audit.returns.working.parts import Judged, Part, PartState
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import Absent
from safehub.foundation.govuk.pages import page
from safehub.foundation.govuk.wording import plural
from safehub.foundation.submissions.holders import holder_of
from safehub.foundation.submissions.submitting import submit
from safehub.instruments.sums import sums_shown
from safehub.instruments.tools import Question

_Working = Callable[[HttpRequest, str, int], HttpResponse]
# The button beside that which saves: another entry of a group that may be repeated.
ANOTHER = "another"


@require_safe
def own_cases(request: HttpRequest, reference: str) -> HttpResponse:
    """The cases that the viewer's agency is asked about."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.answer")
    participant = queries.own_participant(viewer, audit)
    cases = queries.own_cases(viewer, audit, participant)
    unit = "" if viewer.unit else participant.respondent_unit
    return page(
        request,
        "returns/cases.html",
        title="Your cases",
        audit=audit,
        participant=participant,
        tabs=tabs_of(viewer, audit, "cases"),
        due=presenters.due(audit),
        rows=presenters.case_rows(audit, cases, unit=unit),
        too_late=too_late(audit),
        left=sum(one.is_owed for one in cases),
        unsent=sum(not one.is_sent for one in cases),
        signs=presenters.sign_rows(audit, returns_to_sign(viewer, audit)),
        count=len(cases),
    )


def begin_return(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Whether the child is known, and who answers: then on, or done at once."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.answer")
    opened = partial(queries.case_to_answer, viewer, audit, number)
    case, is_late = opened_or_late(opened, "return.begin", "case.see")
    participant = queries.own_participant(viewer, audit)
    tool = queries.tool_for(audit.tool_version, participant.code)
    known = tool.by_name.get(KNOWN)
    unit = "" if viewer.unit else participant.respondent_unit

    def act(form: forms.BeginForm) -> _Next:
        done = commands.begin_return(
            audit=audit,
            case=case,
            respondent=form.cleaned_data.get("respondent", ""),
            known=form.cleaned_data.get("known", ""),
            by=viewer,
        )
        if isinstance(done, WorkingReturn):
            return _Next(
                reverse("audit:answers", args=[reference, done.pk]),
                f"Case {case.number}: now answer its sections.",
            )
        return _Next(
            reverse("audit:own_cases", args=[reference]),
            f"Case {case.number}: your nil return is submitted.",
        )

    return submit(
        request,
        forms.BeginForm,
        act=in_time(audit, act),
        too_late=f"{too_late(audit)} {presenters.NOTHING_BEGUN}" if is_late else "",
        title=f"Case {case.number}",
        success=_Next.said,
        template="returns/begin.html",
        record=case,
        form_kwargs={"unit": unit, "known": known if known and known.is_yes_no else None},
        audit=audit,
        case=case,
        # Who the child is was shown to begin with, and nothing is begun any more.
        identity=presenters.identity_facts(
            {} if is_late else queries.who_the_case_is(viewer, case)
        ),
        sent_back=queries.sent_back_because(viewer, participant, case),
        others=queries.respondents_on(viewer, participant, case) if unit else [],
        button="Continue",
    )


def _as_sent_in(view: _Working) -> _Working:
    """Where what was being answered has been submitted meanwhile, lead to the return it became.

    So a second press, another's press at the same moment, and a press that came back after signing
    in again all end at what was sent; nothing is sent twice.
    """

    @wraps(view)
    def led(request: HttpRequest, reference: str, key: int) -> HttpResponse:
        try:
            return view(request, reference, key)
        except Absent:
            sent = sent_in_as(viewer_on(request), reference, key)
            if sent is None or request.method not in ("GET", "HEAD", "POST"):
                raise
            told = f"Case {sent.case}: this return is submitted already, and this is it."
            messages.success(request, f"{told} {forms.RING}" if sent.is_at_risk else told)
            return redirect("audit:return", reference, sent.pk)

    return led


@require_safe
@_as_sent_in
def answers(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """The task list of a return: its sections, and how far each is."""
    viewer = viewer_on(request)
    working = queries.working_return(viewer, reference, key)
    audit, judged = working.participant.audit, queries.judged(working)
    late, holder = too_late(audit), holder_of(request)
    parts, files = _parts(working), queries.evidence_of(working)
    links = presenters.file_links(working, files.values())
    sections = presenters.answers_to_check(working, parts, judged, links, changes=False)
    return page(
        request,
        "returns/answers.html",
        title=f"Case {working.case.number}",
        working=working,
        audit=audit,
        too_late=late,
        sections=sections if late else [],
        identity=presenters.identity_facts(queries.who_the_case_is(viewer, working.case)),
        sent_back=queries.sent_back_because(viewer, working.participant, working.case),
        tasks=presenters.tasks_of(working, parts, judged),
        aside=presenters.aside_rows(working, files)
        + presenters.unsent_rows(working, queries.typed_before(holder, working)),
        unsent=presenters.typed_rows(working, queries.typed_now(holder, working)) if late else [],
        kept_for=holder.keeps_for.days,
        ring=forms.RING if presenters.is_at_risk(judged) else "",
    )


def _parts(working: WorkingReturn) -> tuple[Part, ...]:
    return queries.parts_for(working.tool_version, working.participant.code)


def _to_answer(viewer: Viewer, reference: str, key: int) -> tuple[WorkingReturn, str]:
    """What is to be answered, and why it is too late for that; blank where it is not."""
    opened = partial(queries.working_return, viewer, reference, key)
    working, is_late = opened_or_late(opened, "return.answer", "return.see_working")
    return working, too_late(working.participant.audit) if is_late else ""


def _is_look(request: HttpRequest) -> bool:
    return request.method in ("GET", "HEAD")


@dataclass(frozen=True)
class _Next:
    """Where a form led, and what is told."""

    address: str
    told: str

    def get_absolute_url(self) -> str:
        return self.address

    def said(self) -> str:
        return self.told


@keeping_text
def answer_part(request: HttpRequest, reference: str, key: int, number: int) -> HttpResponse:
    """One section of a return. Once the round is opened all of it is read on one page."""
    viewer = viewer_on(request)
    working, late = _to_answer(viewer, reference, key)
    if late and _is_look(request):
        return redirect("audit:answers", reference, key)
    parts = _parts(working)
    part = next((one for one in parts if one.number == number), None)
    if part is None:
        raise Absent("There is no such section.")
    shown = _part_page(viewer, working, part)
    if not shown.asked:
        typed = hidden_page(request, working, late)
        return typed or redirect("audit:answers", reference, key)

    def act(form: forms.AnswersForm) -> _Next:
        commands.answer_return(
            working=working,
            given=form.given,
            files=form.new_files,
            as_judged=form.judged,
            by=viewer,
        )
        if form.asked_again:
            return _again(working, part, form.asked_again)
        judged = form.judged.as_kept(working.answers)
        return _after(working, parts, shown, judged, is_another=ANOTHER in request.POST)

    return submit(
        request,
        shown.form_class(working),
        act=in_time(working.participant.audit, act),
        too_late=late,
        title=part.title,
        success=_Next.said,
        template="returns/part.html",
        record=working,
        working=working,
        audit=working.participant.audit,
        part=part,
        count=len(parts),
        shown=shown,
        another=ANOTHER,
        left_over=shown.left_over(request.POST.dict()),
        ring=forms.RING if presenters.is_at_risk(shown.judged) else "",
    )


def _part_page(viewer: Viewer, working: WorkingReturn, part: Part) -> forms.PartPage:
    names = [one.question.name for one in part.columns if one.question.choices]
    before = queries.last_round(viewer, working, names) if names else None
    has_files = any(one.question.type == "file" for one in part.columns)
    files = queries.evidence_of(working) if has_files else {}
    return forms.PartPage(
        part,
        queries.judged(working),
        presenters.beside_of(before, part.columns),
        {column: one.name for column, one in files.items()},
    )


def _again(working: WorkingReturn, part: Part, questions: list[Question]) -> _Next:
    """Back to the page: an answer was taken back, since its choices hang on another answer."""
    labels = ", ".join(one.label or one.name for one in questions)
    told = f"Saved. {labels} is asked again: its choices have changed with your other answers."
    return _Next(presenters.part_address(working, part), told)


def _after(
    working: WorkingReturn,
    parts: tuple[Part, ...],
    shown: forms.PartPage,
    judged: Judged,
    *,
    is_another: bool,
) -> _Next:
    """To the same page where its answers bring further questions, else to the next that waits."""
    here = presenters.part_address(working, shown.part)
    more: list[forms.Asked] = []
    if shown.part.hangs_together or judged.examined.hidden != shown.judged.examined.hidden:
        again = forms.PartPage(shown.part, judged).asked
        more = [
            one for name, one in again.items() if name not in shown.asked and not one.column.entry
        ]
    if more:
        asked = plural(len(more), "further question applies", "further questions apply")
        return _Next(f"{here}#id_{more[0].name}", f"Saved. {asked} after what you answered.")
    if is_another:
        return _Next(here, "Saved. Add another below.")
    following = _next_part(parts, shown.part, judged)
    if following is None:
        reference = working.participant.audit.reference
        return _Next(reverse("audit:check_answers", args=[reference, working.pk]), "Saved.")
    return _Next(presenters.part_address(working, following), "Saved.")


def _next_part(parts: tuple[Part, ...], here: Part, judged: Judged) -> Part | None:
    """The next part that is not complete, from here on."""
    done = {PartState.COMPLETE, PartState.DOES_NOT_APPLY}
    after = (one for one in parts if one.number > here.number)
    return next((one for one in after if judged.standing(one).state not in done), None)


@_as_sent_in
def check_answers(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """All answers with what is missing; and submitting them."""
    viewer = viewer_on(request)
    working, late = _to_answer(viewer, reference, key)
    if late and _is_look(request):
        return redirect("audit:answers", reference, key)
    judged, parts = queries.judged(working), _parts(working)
    newer = queries.came_in_since(working)
    if newer is not None and queries.is_shut(
        viewer, working.participant, working.case, working.respondent
    ):
        newer = None
    replaces = newer.number if newer is not None else 0

    def act(form: forms.SubmitForm) -> _Next:
        sent = commands.submit_return(
            working=working,
            edition=form.cleaned_data["edition"],
            replaces=replaces,
            by=viewer,
        )
        told = f"Case {working.case.number}: your return is submitted."
        return _Next(
            reverse("audit:own_cases", args=[reference]),
            f"{told} {forms.RING}" if sent.is_at_risk else told,
        )

    files = presenters.file_links(working, queries.evidence_of(working).values())
    return submit(
        request,
        forms.SubmitForm,
        act=in_time(working.participant.audit, act),
        too_late=late,
        title="Check your answers",
        success=_Next.said,
        template="returns/check.html",
        record=working,
        form_kwargs={"edition": working.edition, "replaces": replaces},
        working=working,
        newer=presenters.newer_rows(newer, judged) if newer is not None else None,
        audit=working.participant.audit,
        missing=presenters.missing_links(working, parts, judged),
        sections=presenters.answers_to_check(working, parts, judged, files),
        sums=sums_shown(judged.tool, judged.examined.answers, judged.examined.hidden),
        ring=forms.RING if presenters.is_at_risk(judged) or presenters.says_at_risk(newer) else "",
        button="Submit the return",
    )


def discard_answers(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Drop what was answered and not submitted."""
    viewer = viewer_on(request)
    working, late = _to_answer(viewer, reference, key)
    if late and _is_look(request):
        return redirect("audit:answers", reference, key)

    def act(form: forms.DiscardForm) -> None:
        commands.discard_return(working=working, by=viewer)

    return submit(
        request,
        forms.DiscardForm,
        act=in_time(working.participant.audit, act),
        too_late=late,
        title=f"Discard the answers on case {working.case.number}?",
        lead="All answers and files that were not submitted are dropped for good. "
        "What was submitted before stands.",
        success=f"Case {working.case.number}: the answers are discarded.",
        then=reverse("audit:own_cases", args=[reference]),
        record=working,
        button="Discard them",
        warns=True,
        cancel=reverse("audit:answers", args=[reference, key]),
    )


@require_safe
def evidence(request: HttpRequest, reference: str, key: int, file: int) -> HttpResponse:
    """A file of a return that is being answered, to its own agency."""
    working = queries.working_return(viewer_on(request), reference, key)
    return handed_out(queries.evidence_with(working.evidence.all(), file))
