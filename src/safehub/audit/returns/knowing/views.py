"""The pages of whether agencies know the children of the sample."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from safehub.audit.programmes.queries import opened_audit
from safehub.audit.returns.knowing import commands, forms, presenters, queries
from safehub.audit.returns.late import in_time, opened_or_late, too_late
from safehub.audit.returns.models import Knowing, KnownAnswer
from safehub.audit.returns.presenters import tabs_of
from safehub.foundation.access.decision import check, may, noted_list
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import NotAllowed
from safehub.foundation.govuk.pages import page
from safehub.foundation.govuk.wording import plural
from safehub.foundation.submissions.submitting import submit

_View = Callable[[HttpRequest, str, int], HttpResponse]
_ANSWERED = (
    "is answered already, by a colleague or by a return, so nothing from here was saved. If that "
    "is wrong, take the answer back on Known to us."
)
_TAKEN_BACK = (
    "is open: somebody has taken the answer back already, so nothing from here was saved. Answer "
    "it anew on Known to us."
)


@require_safe
def knowing(request: HttpRequest, reference: str) -> HttpResponse:
    """Which children the viewer's agency is asked about, with who each is until it has answered."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.say_known")
    questions, part, left = queries.questions_for(viewer, audit, request.GET.get("page"))
    noted_list(viewer, "knowing.see", [one.knowing for one in questions])
    gathers = audit.opened_at is None
    return page(
        request,
        "returns/knowing.html",
        title="Known to us?",
        audit=audit,
        tabs=tabs_of(viewer, audit, "knowing"),
        waiting=presenters.open_cases(audit, questions, answers=gathers),
        rows=presenters.settled_rows(audit, questions, takes_back=gathers),
        paged=part,
        left=left,
        gathers=gathers,
        is_whole=not viewer.unit,
    )


def _met_again(view: _View) -> _View:
    """Ask the page once more where somebody settled the question in the instant of sending.

    It then meets it as settled, and what was typed stays.
    """

    @wraps(view)
    def led(request: HttpRequest, reference: str, key: int) -> HttpResponse:
        try:
            return view(request, reference, key)
        except NotAllowed:
            if request.method != "POST":
                raise
            return view(request, reference, key)

    return led


@_met_again
def answer_knowing(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Say whether the agency knows one child, who is shown until then."""
    viewer = viewer_on(request)
    found = queries.one_question(viewer, reference, key)
    one, back = found.knowing, reverse("audit:knowing", args=[reference])
    is_settled = not found.is_open and may(viewer, "knowing.take_back", one)
    if is_settled and request.method != "POST":
        messages.info(request, f"Case {one.case.number} is answered already.")
        return redirect(back)
    audit = one.participant.audit
    # A second press is told as done; what somebody else's answer overtook stays on the page.
    settled = f"Case {one.case.number} {_ANSWERED}" if is_settled else ""
    late = settled or _late(viewer, one, "knowing.answer")

    def act(form: forms.AnswerForm) -> object:
        return commands.answer_knowing(
            knowing=one,
            answer=form.cleaned_data["answer"],
            why=form.cleaned_data["why"],
            by=viewer,
        )

    said = {
        KnownAnswer.KNOWN: "known to your agency. Now a return is asked for it, on Your cases.",
        KnownAnswer.NOT_KNOWN: "not known to your agency. Its nil return is sent.",
        KnownAnswer.CANNOT_TELL: "open still. Answer it once you can tell.",
    }
    return submit(
        request,
        forms.AnswerForm,
        act=in_time(audit, act),
        too_late=late,
        title=f"Case {one.case.number}: is this child known to us?",
        success=lambda made: f"Case {one.case.number} is {said[KnownAnswer(made.answer)]}",
        then=back,
        template="returns/knowing_answer.html",
        record=one,
        audit=audit,
        facts=[*presenters.child_facts(found.child), *presenters.said_facts(found)],
        button="Answer",
        cancel=back,
    )


def _late(viewer: Viewer, one: Knowing, action: str) -> str:
    """Why it is too late for the action, blank where it is not. Raises Absent and NotAllowed."""
    _, is_late = opened_or_late(partial(_checked, viewer, one), action, "knowing.see")
    return too_late(one.participant.audit) if is_late else ""


def _checked(viewer: Viewer, one: Knowing, action: str) -> Knowing:
    check(viewer, action, one)
    return one


@_met_again
def take_back(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Take an answer back, with the reason."""
    viewer = viewer_on(request)
    found = queries.one_question(viewer, reference, key)
    one, back = found.knowing, reverse("audit:knowing", args=[reference])
    is_open = found.is_open and may(viewer, "knowing.answer", one)
    if is_open and request.method != "POST":
        messages.info(request, f"Case {one.case.number} is open: nothing is to be taken back.")
        return redirect(back)
    opened = f"Case {one.case.number} {_TAKEN_BACK}" if is_open else ""
    late = opened or _late(viewer, one, "knowing.take_back")

    def act(form: forms.TakeBackForm) -> object:
        return commands.take_back(knowing=one, because=form.cleaned_data["because"], by=viewer)

    return submit(
        request,
        forms.TakeBackForm,
        act=in_time(one.participant.audit, act),
        too_late=late,
        title=f"Take back the answer for case {one.case.number}?",
        lead="The question is open again then, and who the child is shows again to those who "
        "answer for your agency. A nil return that your answer sent is taken back with it.",
        success=f"The answer for case {one.case.number} is taken back.",
        then=back,
        record=one,
        button="Take it back",
        warns=True,
        cancel=back,
    )


@require_safe
def knowing_asked(request: HttpRequest, reference: str) -> HttpResponse:
    """Which agencies have not said of how many cases whether they know the child, since when."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see_asked")
    asked = queries.asked_of(viewer, audit)
    return page(
        request,
        "returns/knowing_asked.html",
        title="Who knows whom",
        audit=audit,
        tabs=tabs_of(viewer, audit, "knowing_asked"),
        rows=presenters.asked_rows(asked),
        open_still=sum(one.is_open for one in asked),
        unasked=queries.not_asked_yet(audit, asked),
        asks=may(viewer, "audit.ask_known", audit),
    )


def ask_known(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask every agency about the cases that it was not asked about yet."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.ask_known")
    back = reverse("audit:knowing_asked", args=[reference])
    return submit(
        request,
        forms.SendForm,
        act=lambda _: commands.ask_agencies(audit=audit, by=viewer),
        title="Ask the agencies which children they know?",
        lead="Whoever answers for an agency is shown the name, birth, address and family of each "
        "child, until the agency has answered. Its coordinators are told by a message that "
        "holds none of it.",
        success=lambda made: f"{plural(made, 'question')} asked.",
        then=back,
        record=audit,
        button="Ask them",
        cancel=back,
    )


def remind_known(request: HttpRequest, reference: str) -> HttpResponse:
    """Remind every agency that has not answered."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.ask_known")
    back = reverse("audit:knowing_asked", args=[reference])
    return submit(
        request,
        forms.SendForm,
        act=lambda _: commands.remind_agencies(audit=audit, by=viewer),
        title="Remind the agencies that have not answered?",
        lead="Their coordinators are sent a message with the reference of the audit and a link. "
        "Nobody is sent it twice on a day.",
        success=lambda made: (
            f"{made} {'agency is' if made == 1 else 'agencies are'} reminded, "
            "where nobody was today."
        ),
        then=back,
        record=audit,
        button="Remind them",
        cancel=back,
    )
