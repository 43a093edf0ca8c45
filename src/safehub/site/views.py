"""Home, the trail of a record, what could not be sent, alerts, broken glass, and health."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from safehub.audit.actions.queries import actions_waiting
from safehub.audit.moderation.queries import references_to_grade
from safehub.audit.programmes.commissioning.queries import commissions_to_sign
from safehub.audit.returns.risks.queries import risks_waiting
from safehub.audit.returns.signing.queries import returns_to_sign
from safehub.foundation.access import commands as access
from safehub.foundation.access.decision import Refusal, check, noted_list, refused
from safehub.foundation.access.queries import (
    conflicts_decided,
    conflicts_to_decide,
    has_role_for,
    labels_to_recheck,
    open_alerts,
    policy,
    unreviewed_glass_count,
)
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Outcome
from safehub.foundation.govuk.pages import page
from safehub.foundation.outbox import commands as outbox
from safehub.foundation.outbox.queries import (
    dead_jobs,
    dead_messages,
    job_of,
    mail_state,
    message_of,
    worker_runs,
)
from safehub.foundation.records import RecordRef
from safehub.foundation.submissions.submitting import submit
from safehub.register.accounts.stepping_up import second_factor_first
from safehub.site import forms, presenters, queries


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My work: what is due, and what waits for me."""
    viewer = viewer_on(request)
    under_way = queries.audits_under_way(viewer)
    noted_list(viewer, "audit.see", [audit for audit, _ in under_way])
    return page(
        request,
        "site/home.html",
        title="My work",
        rows=presenters.work_rows(under_way),
        letters=queries.waiting_letters(viewer),
        alerts=len(open_alerts(viewer)[:100]),
        glass=len(queries.glass_to_review(viewer)),
        conflicts=len(conflicts_to_decide(viewer)[:100]),
        labels=len(labels_to_recheck(viewer)),
        signs=presenters.sign_links(returns_to_sign(viewer)),
        risks=presenters.risk_links(risks_waiting(viewer)),
        # Whoever reviews is shown them one by one.
        unreviewed=0
        if has_role_for(viewer.role, "glass.review")
        else unreviewed_glass_count(viewer),
        actions=actions_waiting(viewer, timezone.localdate()),
        grades=presenters.grade_links(references_to_grade(viewer)),
        unsigned=presenters.commission_links(commissions_to_sign(viewer)),
    )


@require_safe
def trail_of_record(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Who has looked at a record or changed it, in words, newest first."""
    on = RecordRef(kind, key)
    viewer = viewer_on(request)
    found = queries.trail_for(viewer, on, request.GET.get("after", ""))
    return page(
        request,
        "site/trail.html",
        title=f"Who has looked: {presenters.label_of(on)}",
        moments=presenters.moments(viewer, found.rows),
        older=f"?after={found.following}" if found.following else "",
    )


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """Messages and tasks that could not be done and wait for a person."""
    viewer = viewer_on(request)
    return page(
        request,
        "site/letters.html",
        title="Could not be sent",
        letters=presenters.letter_rows(dead_messages(viewer)),
        tasks=presenters.task_rows(dead_jobs(viewer)),
        mail=mail_state(),
        worker_runs=worker_runs(),
    )


def lay_aside(request: HttpRequest, key: int) -> HttpResponse:
    """Lay a message aside: it will never be sent."""
    viewer = viewer_on(request)
    message = message_of(viewer, key)
    return submit(
        request,
        forms.ReasonForm,
        act=lambda form: outbox.clear_dead(
            effect=message, reason=form.cleaned_data["reason"], by=viewer
        ),
        title="Lay this message aside",
        success="The message is laid aside and will not be sent.",
        then=reverse("letters"),
        record=message,
    )


def retry(request: HttpRequest, key: int) -> HttpResponse:
    """Let a message be tried again."""
    viewer = viewer_on(request)
    message = message_of(viewer, key)
    return submit(
        request,
        forms.ConfirmForm,
        act=lambda form: outbox.retry_dead(effect=message, by=viewer),
        title="Try to send this message again",
        success="The message will be tried again within a minute.",
        then=reverse("letters"),
        record=message,
    )


def lay_task_aside(request: HttpRequest, key: int) -> HttpResponse:
    """Lay a task aside: it will never be done."""
    viewer = viewer_on(request)
    task = job_of(viewer, key)
    return submit(
        request,
        forms.ReasonForm,
        act=lambda form: outbox.clear_dead(
            effect=task, reason=form.cleaned_data["reason"], by=viewer
        ),
        title="Lay this task aside",
        success="The task is laid aside and will not be done.",
        then=reverse("letters"),
        record=task,
    )


def retry_task(request: HttpRequest, key: int) -> HttpResponse:
    """Let a task be tried again."""
    viewer = viewer_on(request)
    task = job_of(viewer, key)
    return submit(
        request,
        forms.ConfirmForm,
        act=lambda form: outbox.retry_dead(effect=task, by=viewer),
        title="Try this task again",
        success="The task will be tried again within a minute.",
        then=reverse("letters"),
        record=task,
    )


@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """What the privacy officer is to look at."""
    viewer = viewer_on(request)
    _must_have(viewer, "alert.see")
    found = list(open_alerts(viewer)[:200])
    noted_list(viewer, "alert.see", found)
    return page(
        request, "site/alerts.html", title="Alerts", rows=presenters.alert_rows(viewer, found)
    )


def close_alert(request: HttpRequest, key: int) -> HttpResponse:
    """Close an alert with what was found."""
    viewer = viewer_on(request)
    alert = queries.one_alert(viewer, key)
    return submit(
        request,
        forms.ReasonForm,
        act=lambda form: access.close_alert(
            alert=alert, words=form.cleaned_data["reason"], by=viewer
        ),
        title="Close this alert",
        success="The alert is closed.",
        then=reverse("alerts"),
        record=alert,
    )


@require_safe
def labels(request: HttpRequest) -> HttpResponse:
    """Labels that somebody is to look at again, since the day for it has passed."""
    viewer = viewer_on(request)
    _must_have(viewer, "record.label")
    return page(
        request,
        "site/labels.html",
        title="Labels to look at again",
        rows=presenters.label_rows(labels_to_recheck(viewer)),
    )


def recheck_label(request: HttpRequest, key: int) -> HttpResponse:
    """Keep a label for longer, or lift it."""
    viewer = viewer_on(request)
    label = queries.one_label(viewer, key)
    return submit(
        request,
        forms.RecheckLabelForm,
        act=lambda form: access.recheck_label(
            label=label,
            is_needed=form.cleaned_data["outcome"] == "kept",
            recheck_by=form.cleaned_data["recheck_by"],
            reason=form.cleaned_data["reason"],
            by=viewer,
        ),
        title=f"Look again at a label: {presenters.label_of(RecordRef(label.kind, label.key))}",
        success="What you found is recorded.",
        then=reverse("labels"),
        record=label,
    )


@require_safe
def broken_glass(request: HttpRequest) -> HttpResponse:
    """Look-ins without a grant that wait for their review."""
    viewer = viewer_on(request)
    _must_have(viewer, "glass.see")
    found = queries.glass_to_review(viewer)
    noted_list(viewer, "glass.see", found)
    return page(
        request, "site/glass.html", title="Broken glass", rows=presenters.glass_rows(viewer, found)
    )


@second_factor_first
def break_glass(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Break glass over a record that the viewer has no part in, and open it."""
    viewer = viewer_on(request)
    on = RecordRef(kind, key)
    access.check_glass_is_offered(viewer, on)
    return submit(
        request,
        forms.BreakGlassForm,
        act=lambda form: access.break_glass(
            on=on,
            category=form.cleaned_data["category"],
            reason=form.cleaned_data["reason"],
            by=viewer,
        ),
        title="Break glass",
        success="You may read this record for 30 minutes. The record's owner has been told.",
        then=presenters.address_of(on),
        template="site/break_glass.html",
    )


def review_glass(request: HttpRequest, key: int) -> HttpResponse:
    """Say whether a look-in was justified."""
    viewer = viewer_on(request)
    look = queries.one_glass_break(viewer, key)
    check(viewer, "glass.review", look)
    return submit(
        request,
        forms.ReviewGlassForm,
        act=lambda form: access.review_glass(
            glass=look,
            outcome=form.cleaned_data["outcome"],
            words=form.cleaned_data["words"],
            by=viewer,
        ),
        title="Review broken glass",
        success="The review is recorded.",
        then=reverse("glass"),
        record=look,
    )


def confirm_glass(request: HttpRequest, key: int) -> HttpResponse:
    """Be the second person for a sealed location."""
    viewer = viewer_on(request)
    look = queries.one_glass_break(viewer, key)
    check(viewer, "glass.confirm", look)
    return submit(
        request,
        forms.ConfirmForm,
        act=lambda form: access.confirm_glass(glass=look, by=viewer),
        title="Be the second person",
        success="You are the second person for this look.",
        then=reverse("glass"),
        record=look,
    )


def declare_conflict(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Declare one's own conflict of interest: the record is then shut to oneself."""
    viewer = viewer_on(request)
    on = RecordRef(kind, key)
    declared = policy().kinds.get(kind)
    check(viewer, declared.see if declared else "", on)
    return submit(
        request,
        forms.ReasonForm,
        act=lambda form: access.declare_conflict(
            on=on, reason=form.cleaned_data["reason"], by=viewer
        ),
        title=f"Declare a conflict: {presenters.named(on)}",
        lead="You are in conflict where you know the child or the family in private life, worked "
        "on the case, or are close to somebody who did. Once you have said so, this and all that "
        "hangs on it is shut to you, and stays so unless somebody who decides on conflicts of "
        "interest clears it. Tell your manager that somebody else has to do your part.",
        success="Your conflict is recorded. This record is now shut to you.",
        then=reverse("home"),
        button="Declare the conflict",
        warns=True,
    )


@require_safe
def conflicts(request: HttpRequest) -> HttpResponse:
    """Conflicts of interest that wait for somebody's word, and those that were decided."""
    viewer = viewer_on(request)
    _must_have(viewer, "conflict.decide")
    waiting = list(conflicts_to_decide(viewer)[:100])
    decided = list(conflicts_decided(viewer)[:100])
    noted_list(viewer, "conflict.see", [*waiting, *decided])
    return page(
        request,
        "site/conflicts.html",
        title="Conflicts of interest",
        waiting=presenters.conflict_rows(viewer, waiting, "decide_conflict", "Decide"),
        decided=presenters.conflict_rows(viewer, decided, "reverse_conflict", "Turn round"),
    )


def decide_conflict(request: HttpRequest, key: int) -> HttpResponse:
    """Confirm or clear a conflict that was declared or suspected."""
    viewer = viewer_on(request)
    found = queries.one_conflict(viewer, key)
    check(viewer, "conflict.decide", found)
    return submit(
        request,
        forms.DecideConflictForm,
        act=lambda form: access.decide_conflict(
            conflict=found,
            is_conflict=form.cleaned_data["outcome"] == "confirmed",
            words=form.cleaned_data["reason"],
            by=viewer,
        ),
        title="Decide on a conflict of interest",
        success="Your decision is recorded.",
        then=reverse("conflicts"),
        record=found,
        template="site/conflict.html",
        facts=presenters.conflict_facts(viewer, found),
    )


def reverse_conflict(request: HttpRequest, key: int) -> HttpResponse:
    """Turn a decision on a conflict round, for a reason of its own."""
    viewer = viewer_on(request)
    found = queries.one_conflict(viewer, key)
    check(viewer, "conflict.decide", found)
    return submit(
        request,
        forms.ReasonForm,
        act=lambda form: access.reverse_conflict(
            conflict=found, words=form.cleaned_data["reason"], by=viewer
        ),
        title="Turn a decision on a conflict round",
        success="The decision is turned round. What was decided before stays on record.",
        then=reverse("conflicts"),
        record=found,
        template="site/conflict.html",
        facts=presenters.conflict_facts(viewer, found),
    )


def _must_have(viewer: Viewer, action: str) -> None:
    """Raise Absent where the viewer's role has nothing to do with what a list is of."""
    if not has_role_for(viewer.role, action):
        raise refused(Refusal(viewer, action, None, Reason.ROLE), Outcome.ABSENT)


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nothing else."""
    return JsonResponse({"answers": True})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers too. It says nothing more to the world."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ready": False}, status=503)
    return JsonResponse({"ready": True})
