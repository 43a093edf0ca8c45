"""What waits for somebody: a message that could not be sent, an alert, broken glass, a draft."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import PurePosixPath

from allauth.usersessions.models import UserSession
from django.urls import reverse
from django.utils import timezone

from factories.browsers import browser
from factories.people import make_viewer, operator, sign_in
from safehub.foundation.access import commands as access
from safehub.foundation.access.models import Alert, Conflict, GlassBreak, Label
from safehub.foundation.access.states import AlertKind, GlassCategory
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.outbox.commands import run_later, tell
from safehub.foundation.outbox.models import Job, Message
from safehub.foundation.records import RecordRef
from safehub.foundation.submissions.commands import keep_draft
from safehub.foundation.submissions.forms import code_of
from safehub.foundation.submissions.holders import Holder
from safehub.foundation.submissions.models import Draft
from safehub.foundation.submissions.tokens import new_token
from safehub.register.accounts.commands import add_membership
from safehub.register.accounts.invitations.commands import invite_at_the_machine
from safehub.register.accounts.models import Membership, Offer, Person
from safehub.register.accounts.offers.commands import offer_role
from safehub.site.forms import ReasonForm

LONG_AGO = dt.date(2026, 1, 1)


def dead_message() -> Message:
    """A message that was given up."""
    tell(notice="alert.raised", to="cara@example.org", reference="A-1")
    dead = Message.objects.filter(reference="A-1")
    dead.update(state="dead", fault="refused", finished_at=timezone.now())
    return dead.get()


def dead_task() -> Job:
    """A task that was given up."""
    run_later(access.ALERT_JOB, payload={"alert": 0})
    dead = Job.objects.filter(code=access.ALERT_JOB, payload__alert=0)
    dead.update(state="dead", fault="refused", finished_at=timezone.now())
    return dead.get()


@dataclass(frozen=True)
class Waiting:
    """`draft` and `session` are of one person, the draft on the page where a conflict is declared.

    `invitation` is the token of the link with which the invited person chooses a password; the
    offer of a further role is to that one person as well.
    """

    message: Message
    task: Job
    alert: Alert
    label: Label
    glass: GlassBreak
    conflict: Conflict
    draft: Draft
    session: UserSession
    invitation: str
    offer: Offer


def all_that_waits(
    *,
    on: RecordRef,
    unseen: RecordRef,
    somebody: Membership,
    lead: Membership,
    breaker: Membership,
    newcomer: Person,
    words: tuple[str, str, str, str],
) -> Waiting:
    """One of each: about the record, typed by somebody, labelled by the lead.

    The breaker looks at the unseen record by broken glass, the newcomer is invited. `words` are the
    reasons of the label, of the look and of a suspicion against somebody, and what is typed.
    """
    label, look, suspected, typed = words
    return Waiting(
        message=dead_message(),
        task=dead_task(),
        alert=access.raise_alert(what=AlertKind.CONFLICTED_LOOK, on=on, by=make_viewer(somebody)),
        # Its day has passed, and it keeps nothing from anybody.
        label=access.label_record(on=on, reason=label, by=make_viewer(lead), recheck_by=LONG_AGO),
        glass=access.break_glass(
            on=unseen, category=GlassCategory.COVER, reason=look, by=make_viewer(breaker)
        ),
        conflict=access.suspect_conflict(
            on=on, person=somebody.person_id, reason=suspected, by=make_viewer(lead)
        ),
        draft=_draft(somebody.person, on, typed),
        session=_session(somebody),
        invitation=_invitation(newcomer, somebody),
        offer=offer_role(
            email=somebody.person.email,
            name=somebody.person.name,
            agency=somebody.agency,
            role=Role.ACTION_OWNER,
            by=operator(),
        ),
    )


def _draft(person: Person, on: RecordRef, typed: str) -> Draft:
    path = reverse("declare_conflict", args=[on.kind, on.key])
    token = new_token(
        holder=Holder(person=person.pk), form=code_of(ReasonForm), record=None, path=path
    )
    keep_draft(token=token, fields={"reason": [typed]})
    return Draft.objects.get(window=token.window)


def _session(member: Membership) -> UserSession:
    client = sign_in(browser(), member.person, member)
    return UserSession.objects.get(session_key=client.session.session_key)


def _invitation(newcomer: Person, beside: Membership) -> str:
    add_membership(person=newcomer, agency=beside.agency, role=Role(beside.role), by=operator())
    path = invite_at_the_machine(person=newcomer, by=operator())
    return PurePosixPath(path).name
