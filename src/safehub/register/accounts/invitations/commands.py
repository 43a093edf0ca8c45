"""Inviting people, and what happens when they follow the link."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from safehub.foundation.access.decision import check
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.register.accounts.credentials.commands import remove_second_factors
from safehub.register.accounts.guards import (
    refusal,
    refuse_higher_rank,
    refuse_if_elsewhere,
    refuse_oneself,
)
from safehub.register.accounts.invitations.queries import open_invitation
from safehub.register.accounts.models import Invitation, Person
from safehub.register.accounts.queries import the_machine
from safehub.register.accounts.rules import INVITATION_HOLDS
from safehub.register.accounts.sessions.commands import end_sessions
from safehub.register.accounts.sign_on.commands import forget_sign_on
from safehub.register.accounts.tokens import hash_of, new_token


@transaction.atomic
def invite(*, person: Person, by: Viewer) -> Invitation:
    """Send the person a link with which they choose a password; an earlier link ends with it.

    Raises NotAllowed, and NotPossible for who has a password already or is shut out.
    """
    check(by, "person.invite", person)
    if person.has_usable_password():
        raise NotPossible(
            "This person has accepted an invitation already. If they have lost their second "
            "factor, begin their account anew."
        )
    invitation = _send(person, by)
    record("person.invite", by=by, on=ref_of(person), detail={"invitation": invitation.pk})
    return invitation


@transaction.atomic
def invite_at_the_machine(*, person: Person, by: Viewer) -> str:
    """Invite the first people of an installation: the path of the link, to be handed over.

    Only for who types commands there, since whoever has the link has the account. The link goes
    out by e-mail as well. Raises NotAllowed and NotPossible as `invite` does.
    """
    if by.via != "command":
        words = "A link is handed over at the machine alone: invite by e-mail instead."
        raise refusal(by, "person.invite", person, Reason.CHANNEL, words)
    check(by, "person.invite", person)
    if person.has_usable_password():
        raise NotPossible("This person has accepted an invitation already.")
    invitation, path = _made(person, by)
    record("person.invite", by=by, on=ref_of(person), detail={"invitation": invitation.pk})
    return path


@transaction.atomic
def begin_anew(*, person: Person, by: Viewer) -> Invitation:
    """For somebody who lost what they sign in with: take it all away, and invite them again.

    That is the password, the second factors, and which sign-on is theirs. Every session of theirs
    ends. Raises NotAllowed, also for oneself, for a role that the viewer could not give, and for
    an agency's manager where the person is in another agency too.
    """
    check(by, "person.begin_anew", person)
    words = "You may not begin your own account anew: ask a colleague to do so."
    refuse_oneself(by, "person.begin_anew", person, on=person, words=words)
    refuse_if_elsewhere(by, "person.begin_anew", person)
    refuse_higher_rank(by, "person.begin_anew", person)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    removed = remove_second_factors(person=person)
    forget_sign_on(person=person)
    end_sessions(person=person, by=by)
    invitation = _send(person, by)
    record(
        "person.begin_anew",
        by=by,
        on=ref_of(person),
        detail={"invitation": invitation.pk, "factors": removed},
    )
    return invitation


def _send(person: Person, by: Viewer) -> Invitation:
    return _made(person, by)[0]


def _made(person: Person, by: Viewer) -> tuple[Invitation, str]:
    """The token goes out in the message alone; the outbox forgets it once it is sent."""
    if not person.is_active:
        raise NotPossible(
            "This person is shut out, so nobody can invite them: let them back in first."
        )
    now = timezone.now()
    Invitation.objects.filter(person=person, used_at=None, withdrawn_at=None).update(
        withdrawn_at=now
    )
    token = new_token()
    invitation = Invitation.objects.create(
        person=person,
        token_hash=hash_of(token),
        invited_by_id=by.person,
        made_at=now,
        expires_at=now + INVITATION_HOLDS,
    )
    path = reverse("accounts:accept", args=[token])
    tell(
        notice="person.invited",
        to=person.email,
        reference=f"I-{invitation.pk}",
        link=path,
        about=ref_of(person),
    )
    return invitation, path


@transaction.atomic
def accept_invitation(*, token: str, password: str, request_id: str = "") -> Person:
    """Choose the password. The link works once; a second factor comes next.

    Raises NotPossible for a link that does not hold (any more), and for a password that will not
    do.
    """
    now = timezone.now()
    invitation = open_invitation(token, now)
    if invitation is None:
        raise NotPossible(SPENT)
    person = invitation.person
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise NotPossible(" ".join(error.messages)) from error
    # Of two who follow the link at once, one succeeds.
    taken = Invitation.objects.filter(pk=invitation.pk, used_at=None, withdrawn_at=None)
    if taken.update(used_at=now) != 1:
        raise NotPossible(SPENT)
    person.set_password(password)
    person.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    record(
        "person.accepted_invitation",
        by=the_machine(at=now, request_id=request_id, person=person.pk),
        on=ref_of(person),
        detail={"invitation": invitation.pk},
    )
    return person


SPENT = (
    "This invitation has been used, has run out, or was sent anew. "
    "Ask whoever invited you to send it again."
)
