"""Which returns are looked at again, grading one a second time, and sending one back."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from safehub.audit.moderation import commands, forms, presenters, queries
from safehub.audit.moderation.models import Choice
from safehub.audit.moderation.states import SHARE
from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.queries import opened_audit
from safehub.audit.returns.late import in_time, opened_or_late, too_late
from safehub.audit.returns.presenters import answer_facts, tabs_of
from safehub.foundation.access.decision import may, noted_list
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.govuk.pages import page
from safehub.foundation.govuk.wording import plural
from safehub.foundation.submissions.submitting import submit


@require_safe
def moderation(request: HttpRequest, reference: str) -> HttpResponse:
    """The second looks of an audit that the viewer may see, and what they came to."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see_moderation")
    looks = queries.looks_listed(viewer, audit)
    noted_list(viewer, "moderation.see", looks)
    found = queries.moderated_for(viewer, audit)
    shows_why = may(viewer, "audit.see_why_moderated", audit)
    return page(
        request,
        "moderation/moderation.html",
        title="Moderation",
        audit=audit,
        tabs=tabs_of(viewer, audit, "moderation"),
        chooses=may(viewer, "audit.choose_moderated", audit),
        shows_why=shows_why,
        rows=presenters.look_rows(audit, looks, shows_why=shows_why),
        choices=presenters.choice_rows(found.choices) if found else None,
        shown=presenters.moderated_shown(found) if found else None,
    )


def choose_moderated(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose returns by a share or by triggers."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.choose_moderated")

    def act(form: forms.ChooseForm) -> str:
        said = form.cleaned_data
        if said["way"] == SHARE:
            made = commands.choose_share(
                audit=audit, percent=said["percent"], graders=said["graders"], by=viewer
            )
        else:
            made = commands.choose_by_triggers(
                audit=audit, triggers=said["triggers"], graders=said["graders"], by=viewer
            )
        return _told(made)

    return submit(
        request,
        forms.ChooseForm,
        act=act,
        title="Choose returns for a second grade",
        lead="Moderators grade them without seeing the agency's grade. A return that was chosen "
        "once stays chosen.",
        success=str,
        then=reverse("audit:moderation", args=[reference]),
        record=audit,
        initial={"graders": 1},
        button="Choose them",
        cancel=reverse("audit:moderation", args=[reference]),
    )


def _told(made: Choice) -> str:
    return f"{plural(made.looks.count(), 'return')} chosen for a second grade."


@require_safe
def second_look(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """One second look; both grades once all are in, and why it was sent back."""
    viewer = viewer_on(request)
    look = queries.one_look(viewer, reference, key)
    audit = look.audit_return.participant.audit
    both = queries.grades_shown(viewer, look)
    sent = queries.sendings_back(viewer, look)
    graded = queries.has_graded(viewer, look)
    answers = may(viewer, "return.begin", look.audit_return.case)
    withdrawn = queries.why_withdrawn(look)
    return page(
        request,
        "moderation/look.html",
        title=f"Second look: case {look.audit_return.case.number}",
        audit=audit,
        look=look,
        state=presenters.state_of(
            audit, look, is_sent_back=bool(sent) and sent[0].version.is_latest
        ),
        facts=presenters.look_facts(
            look, graded=graded, shows_why=may(viewer, "audit.see_why_moderated", audit)
        ),
        grades=presenters.grade_facts(audit, both) if both else None,
        sent=presenters.back_facts(sent),
        answers=bool(sent)
        and answers
        and viewer.organisation == look.audit_return.participant.agency_id,
        grades_it=not (graded or withdrawn) and may(viewer, "moderation.grade", look),
        why_not=withdrawn or queries.why_not(viewer, look),
        sends_back=not withdrawn
        and look.version_id is None
        and may(viewer, "moderation.send_back", look),
    )


def grade_again(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """The answers without the grade, and the form that grades them."""
    viewer = viewer_on(request)
    opened = partial(queries.one_look, viewer, reference, key)
    look, is_late = opened_or_late(opened, "moderation.grade", "moderation.see")
    audit = look.audit_return.participant.audit
    version = queries.version_to_grade(look)
    question = presenters.grading_question(audit)
    shown = queries.answers_to_weigh(viewer, look, version)

    def act(form: forms.GradeForm) -> object:
        return commands.grade_again(
            look=look,
            version=form.cleaned_data["version"],
            grade=form.cleaned_data["grade"],
            reason=form.cleaned_data["reason"],
            by=viewer,
        )

    return submit(
        request,
        forms.GradeForm,
        act=in_time(audit, act),
        too_late=_late(audit) if is_late else queries.why_withdrawn(look),
        title=f"Grade case {look.audit_return.case.number} a second time",
        success="Your grade is kept. Both grades show once all second grades are in.",
        template="moderation/grade.html",
        then=reverse("audit:second_look", args=[reference, key]),
        record=look,
        form_kwargs={
            "grades": [(one.name, one.label or one.name) for one in question.choices],
            "version": version.pk,
        },
        audit=audit,
        look=look,
        facts=answer_facts(audit, look.audit_return, shown),
        button="Give this grade",
        cancel=reverse("audit:second_look", args=[reference, key]),
    )


def _late(audit: Audit) -> str:
    """Why nothing more is taken: the meeting opened the round, or another grade settled it."""
    return too_late(audit) or (
        "Every second grade of this return is in by now, so nothing more can be sent from here."
    )


def send_back(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """Ask the agency to look at its return again."""
    viewer = viewer_on(request)
    opened = partial(queries.one_look, viewer, reference, key)
    look, is_late = opened_or_late(opened, "moderation.send_back", "moderation.see")
    audit = look.audit_return.participant.audit

    def act(form: forms.SendBackForm) -> object:
        return commands.send_back(look=look, reason=form.cleaned_data["reason"], by=viewer)

    return submit(
        request,
        forms.SendBackForm,
        act=in_time(audit, act),
        too_late=_late(audit) if is_late else queries.why_withdrawn(look),
        title=f"Send case {look.audit_return.case.number} back to its agency",
        lead=f"{look.audit_return.participant.name} is told that a return was sent back, and "
        "reads your reason here. What it sent in stays until it sends in a newer version.",
        success="The agency is told.",
        then=reverse("audit:second_look", args=[reference, key]),
        record=look,
        button="Send it back",
        cancel=reverse("audit:second_look", args=[reference, key]),
    )
