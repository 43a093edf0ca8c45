"""What changes people and their memberships."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from safehub.foundation.access.decision import check
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.register.accounts.guards import (
    is_stranger,
    not_given_words,
    refusal,
    refuse_higher_rank,
    refuse_if_elsewhere,
    refuse_oneself,
)
from safehub.register.accounts.models import LONGEST_EMAIL, LONGEST_NAME, Membership, Person
from safehub.register.accounts.queries import breaks_glass
from safehub.register.accounts.rules import ROLE_NAMES, roles_given_by
from safehub.register.accounts.sessions.commands import end_sessions
from safehub.register.agencies.models import Agency


@transaction.atomic
def add_person(*, email: str, name: str, agency: Agency, by: Viewer) -> Person:
    """Add somebody who will sign in; they can do nothing yet. Raises NotAllowed, NotPossible.

    `agency` is the one for which they are added: only who manages its people may do so.
    """
    check(by, "person.add", agency)
    email, name = email.strip().lower(), checked_name(name)
    check_email(email)
    try:
        with transaction.atomic():
            person = Person(email=email, name=name)
            person.set_unusable_password()
            person.save(force_insert=True)
    except IntegrityError as error:
        raise NotPossible(
            "Somebody with that e-mail address is known already: "
            "give them a membership instead of adding them again."
        ) from error
    record("person.add", by=by, on=ref_of(person), detail={"agency": agency.pk})
    return person


def checked_name(name: str) -> str:
    """The name without what does not show. Raises NotPossible."""
    name = " ".join(name.replace("\0", "").split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise NotPossible(f"Give the person's name, in at most {LONGEST_NAME} characters.")
    return name


def check_email(email: str) -> None:
    """Raises NotPossible for what is no address."""
    try:
        validate_email(email)
        MaxLengthValidator(LONGEST_EMAIL)(email)
    except ValidationError as error:
        raise NotPossible(
            "That is no e-mail address: write one such as name@example.org."
        ) from error


@transaction.atomic
def rename_person(*, person: Person, name: str, by: Viewer) -> Person:
    """Write the name as the person now bears it. Raises NotPossible, and NotAllowed for an
    agency's manager where the person is in another agency too.
    """
    check(by, "person.rename", person)
    refuse_if_elsewhere(by, "person.rename", person)
    name = checked_name(name)
    Person.objects.filter(pk=person.pk).update(name=name)
    person.name = name
    record("person.rename", by=by, on=ref_of(person))
    return person


@transaction.atomic
def deactivate_person(*, person: Person, by: Viewer) -> None:
    """Shut somebody out, from their next request on; what they did stays theirs.

    Raises NotAllowed for oneself, for a role that the viewer could not give, and for an agency's
    manager where the person is in another agency too.
    """
    check(by, "person.deactivate", person)
    words = "You may not shut yourself out: ask a colleague to do so."
    refuse_oneself(by, "person.deactivate", person, on=person, words=words)
    refuse_if_elsewhere(by, "person.deactivate", person)
    refuse_higher_rank(by, "person.deactivate", person)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    person.is_active = False
    record("person.deactivate", by=by, on=ref_of(person))
    end_sessions(person=person, by=by)


@transaction.atomic
def reactivate_person(*, person: Person, by: Viewer) -> None:
    """Let somebody back in who was shut out, with the password and second factors they had.

    Raises NotAllowed as `deactivate_person` does, NotPossible for who is not shut out.
    """
    check(by, "person.reactivate", person)
    words = "You may not let yourself back in: ask a colleague to do so."
    refuse_oneself(by, "person.reactivate", person, on=person, words=words)
    refuse_if_elsewhere(by, "person.reactivate", person)
    refuse_higher_rank(by, "person.reactivate", person)
    if Person.objects.filter(pk=person.pk, is_active=False).update(is_active=True) != 1:
        raise NotPossible("This person is not shut out: look at their page.")
    person.is_active = True
    record("person.reactivate", by=by, on=ref_of(person))


@transaction.atomic
def add_membership(
    *,
    person: Person,
    agency: Agency,
    role: Role,
    by: Viewer,
    unit: str = "",
    valid_from: dt.datetime | None = None,
    valid_to: dt.datetime | None = None,
    trained_until: dt.date | None = None,
) -> Membership:
    """Give somebody a role in an agency, from now or a later moment, and tell them so.

    Somebody whom only other agencies know must be offered it and accept (`offer_role`). Raises
    NotAllowed for oneself and for a role that is not the viewer's to give, NotPossible where the
    dates are the wrong way round or the person has that role there already.
    """
    check(by, "membership.add", agency)
    now = timezone.now()
    valid_from = valid_from or now
    words = "Nobody gives a role to themselves: ask a colleague to do so."
    refuse_oneself(by, "membership.add", person, on=agency, words=words)
    if role not in roles_given_by(by.role):
        raise refusal(by, "membership.add", agency, Reason.ROLE, not_given_words(role))
    if valid_to is not None and valid_to <= valid_from:
        raise NotPossible("The membership would end before it begins: give a later end.")
    if is_stranger(by, person):
        raise NotPossible(OFFER_FIRST)
    refuse_a_second(person, agency, role, unit, valid_from)
    membership = Membership.objects.create(
        person=person,
        agency=agency,
        role=role,
        unit=unit.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        trained_until=trained_until,
        added_by_id=by.person,
    )
    record("membership.add", by=by, on=ref_of(membership), detail={"person": person.pk})
    _tell(person, "membership.added", membership)
    return membership


def refuse_a_second(person: Person, agency: Agency, role: Role, unit: str, at: dt.datetime) -> None:
    """Raises NotPossible where the person has that very role there at the moment."""
    same = Membership.objects.current(at).filter(
        person_id=person.pk, agency=agency, role=role, unit=unit.strip()
    )
    if same.exists():
        raise NotPossible(
            f"This person is {ROLE_NAMES[role].lower()} there already: "
            "end that membership first, or change its training date."
        )


@transaction.atomic
def end_membership(
    *, membership: Membership, by: Viewer, at: dt.datetime | None = None
) -> Membership:
    """End a membership, now or at a later moment. It stays on record.

    Raises NotAllowed, also for a role that the viewer could not give. A membership that has ended
    is left as it is: NotPossible.
    """
    check(by, "membership.end", membership)
    if membership.role not in roles_given_by(by.role):
        words = not_given_words(membership.role, "take away")
        raise refusal(by, "membership.end", membership, Reason.ROLE, words)
    now = timezone.now()
    at = max(at or now, now, membership.valid_from)
    ended = (
        Membership.objects.filter(pk=membership.pk).exclude(valid_to__lte=now).update(valid_to=at)
    )
    if not ended:
        raise NotPossible("This membership has ended already: look at the person's page.")
    membership.valid_to = at
    record("membership.end", by=by, on=ref_of(membership), detail={"person": membership.person_id})
    _tell(membership.person, "membership.ended", membership)
    return membership


@transaction.atomic
def change_training_date(
    *, membership: Membership, trained_until: dt.date | None, by: Viewer
) -> Membership:
    """Write down until when the training holds; None: none is asked. Raises NotAllowed.

    Nobody changes their own: it opens what has closed.
    """
    check(by, "membership.train", membership)
    Membership.objects.filter(pk=membership.pk).update(trained_until=trained_until)
    membership.trained_until = trained_until
    record(
        "membership.train", by=by, on=ref_of(membership), detail={"person": membership.person_id}
    )
    return membership


OFFER_FIRST = "This role must be accepted first: invite the person by their e-mail address."


def _tell(person: Person, notice: str, membership: Membership) -> None:
    tell(
        notice=notice,
        to=person.email,
        reference=f"M-{membership.pk}",
        link="/account/",
        about=ref_of(membership),
    )


@transaction.atomic
def let_break_glass(*, membership: Membership, is_allowed: bool, by: Viewer) -> None:
    """Give or take the right to break glass in a membership. Never one's own.

    Need to know, "Break-glass": only roles that their agency's lead has enabled. Raises NotAllowed,
    and NotPossible for a role in which glass is never broken, for a membership that has ended, or
    where nothing would change.
    """
    check(by, "membership.let_break_glass", membership)
    if is_allowed and not breaks_glass(membership):
        raise NotPossible("In this role glass is never broken: give another role first.")
    held = Membership.objects.not_ended(by.at).filter(pk=membership.pk)
    if held.exclude(has_break_glass=is_allowed).update(has_break_glass=is_allowed) != 1:
        raise NotPossible("This role has ended, or is as you want it already: look at its page.")
    membership.has_break_glass = is_allowed
    record(
        "membership.let_break_glass",
        by=by,
        on=ref_of(membership),
        reason="given" if is_allowed else "taken",
    )
    _tell(membership.person, "membership.glass", membership)
