"""What changes actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.urls import reverse
from django.utils import timezone

from safehub.audit.actions.models import Action, ActionUpdate
from safehub.audit.actions.plans import ActionTerms
from safehub.audit.actions.rules import is_escalated, is_overdue, reminder_on
from safehub.audit.actions.states import ActionStatus, Progress
from safehub.audit.meetings.models import Gap
from safehub.audit.programmes.models import Audit, Participant
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.register.accounts.queries import answering_for

DONE = "done"
# Who is told for the agency that owns an action, and who besides once it is escalated.
_OWNERS = (Role.ACTION_OWNER, Role.AGENCY_COORDINATOR, Role.SAFEGUARDING_LEAD)
_ESCALATED = (*_OWNERS, Role.AUDIT_COORDINATOR)


@transaction.atomic
def agree_actions(*, audit: Audit, actions: Sequence[ActionTerms], by: Viewer) -> None:
    """Keep the actions on the gaps of the audit, in place of those agreed before.

    One that says the same about the same gap stays the same action, with what was said of it
    since. Raises NotPossible where one would go of which something was said.
    """
    check(by, "audit.record_meeting", audit)
    gaps = {
        f"{gap.theme.code}.{gap.letter}": gap
        for gap in Gap.objects.filter(meeting__audit=audit).select_related("theme")
    }
    owners = {p.code: p for p in audit.participants.all()}
    held = list(
        Action.objects.select_for_update().filter(gap__meeting__audit=audit).order_by("position")
    )
    for position, terms in enumerate(actions, start=1):
        gap = gaps[terms.gap]
        same = (one for one in held if (one.gap_id, one.text) == (gap.pk, terms.text))
        action = next(same, None)
        if action is None:
            action = Action(gap=gap, text=terms.text)
        else:
            held.remove(action)
        action.position = position
        action.owner_agency = owners[terms.owner_agency]
        action.person, action.due_on, action.measure = terms.person, terms.due_on, terms.measure
        action.status = terms.status.value
        action.save()
    try:
        Action.objects.filter(pk__in=[one.pk for one in held]).delete()
    except ProtectedError as error:
        raise NotPossible(
            f"Something was said on the pages of {audit.reference} of actions that are not in what "
            "you give: leave them in, with the same gap and the same words."
        ) from error
    record("actions.agreed", by=by, on=ref_of(audit), detail={"actions": len(actions)})


@dataclass(frozen=True)
class Agreed:
    """What is agreed of one action on a page. `person` is never published."""

    text: str
    owner_agency: Participant
    person: str
    due_on: dt.date
    measure: str


@transaction.atomic
def add_action(*, gap: Gap, agreed: Agreed, by: Viewer) -> Action:
    """Agree a further action on a gap. Raises Absent and NotAllowed."""
    audit = gap.meeting.audit
    check(by, "audit.record_meeting", audit)
    # Two who add at once get two places.
    Gap.objects.select_for_update().get(pk=gap.pk)
    last = Action.objects.filter(gap__meeting__audit=audit).aggregate(last=Max("position"))["last"]
    action = Action(gap=gap, position=(last or 0) + 1, status=ActionStatus.OPEN.value)
    _agree(action, agreed)
    record("action.added", by=by, on=ref_of(action))
    return action


@transaction.atomic
def change_action(*, action: Action, agreed: Agreed, by: Viewer) -> Action:
    """Agree the action anew; what was said of it stays. Raises Absent and NotAllowed."""
    check(by, "audit.record_meeting", action.gap.meeting.audit)
    now = Action.objects.select_for_update().get(pk=action.pk)
    _agree(now, agreed)
    record("action.changed", by=by, on=ref_of(now))
    return now


def _agree(action: Action, agreed: Agreed) -> None:
    action.text, action.owner_agency = agreed.text, agreed.owner_agency
    action.person, action.due_on, action.measure = agreed.person, agreed.due_on, agreed.measure
    action.save()


@transaction.atomic
def update_action(
    *, action: Action, progress: str, text: str, evidence: str = "", by: Viewer
) -> ActionUpdate:
    """Say how the action comes on: one of Progress, or `done`. Raises NotPossible once closed.

    An action that is done may still be updated, such as with evidence that came later.
    """
    check(by, "action.update", action)
    now = Action.objects.select_for_update().get(pk=action.pk)
    if now.status == ActionStatus.CLOSED:
        raise NotPossible(
            "This action is closed. Where the gap is still there, ask for a new action on it."
        )
    if progress == DONE:
        now.status = ActionStatus.DONE.value
    else:
        now.status = ActionStatus.IN_PROGRESS.value
        now.progress = Progress(progress).value
    return _said(now, text=text, evidence=evidence, by=by, event="action.updated")


@transaction.atomic
def check_action(*, action: Action, works: bool, text: str, by: Viewer) -> ActionUpdate:
    """Say whether an action that is done works: it is then closed, or goes on.

    Nobody checks an action of their own agency, nor one of which they said that it is done. Raises
    Absent, NotAllowed and NotPossible.
    """
    check(by, "action.check", action)
    now = Action.objects.select_for_update().get(pk=action.pk)
    if now.status != ActionStatus.DONE:
        raise NotPossible("Its owner has not said that this action is done: wait until they do.")
    last = now.updates.filter(status=ActionStatus.DONE.value).first()
    if by.person is not None and last is not None and last.made_by_id == by.person:
        raise NotPossible(
            "You said yourself that this action is done, so somebody else checks whether it works."
        )
    now.status = (ActionStatus.CLOSED if works else ActionStatus.IN_PROGRESS).value
    return _said(now, text=text, works=works, by=by, event="action.checked")


def _said(
    action: Action,
    *,
    text: str,
    evidence: str = "",
    works: bool | None = None,
    by: Viewer,
    event: str,
) -> ActionUpdate:
    action.save(update_fields=["status", "progress"])
    made = ActionUpdate.objects.create(
        action=action,
        status=action.status,
        progress=action.progress,
        text=text.strip(),
        evidence=evidence.strip(),
        works=works,
        made_by_id=by.person,
        made_at=timezone.now(),
    )
    record(event, by=by, on=ref_of(action), detail={"update": made.pk})
    return made


@transaction.atomic
def remind_of_actions(*, on: dt.date) -> int:
    """Tell owners of actions that are due soon or overdue, each once a reminder; gives how many.

    The audit's coordinators are told too of what has been overdue for four weeks.
    """
    waiting = Action.objects.filter(
        status__in=[ActionStatus.OPEN.value, ActionStatus.IN_PROGRESS.value], due_on__isnull=False
    ).select_related("gap__meeting__audit")
    told = 0
    for action in waiting:
        assert action.due_on is not None  # noqa: S101 - asked for above
        reminder = reminder_on(action.due_on, on)
        if reminder is not None:
            told += 1
            _remind(action, action.due_on, reminder, on)
    return told


def _remind(action: Action, due_on: dt.date, reminder: int, on: dt.date) -> None:
    audit = action.gap.meeting.audit
    notice = "action.overdue" if is_overdue(action.status, due_on, on) else "action.due"
    roles = _ESCALATED if is_escalated(action.status, due_on, on) else _OWNERS
    for person in answering_for(ref_of(action), audit.partnership_id, roles=roles):
        tell(
            notice,
            to=person.email,
            reference=f"action {action.pk}",
            link=reverse("audit:action", args=[audit.reference, action.pk]),
            about=ref_of(action),
            once=f"action.remind.{action.pk}.{due_on}.{reminder}.{person.pk}",
        )
