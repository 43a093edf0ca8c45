"""Holding out a role to an address, and what becomes of it."""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from safehub.foundation.access.decision import check
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.register.accounts.commands import check_email, checked_name, refuse_a_second
from safehub.register.accounts.guards import not_given_words, refusal
from safehub.register.accounts.models import Membership, Offer, Person
from safehub.register.accounts.offers.queries import offer_by_token
from safehub.register.accounts.queries import person_by_email, the_machine
from safehub.register.accounts.rules import INVITATION_HOLDS, roles_given_by
from safehub.register.accounts.tokens import hash_of, new_token
from safehub.register.agencies.models import Agency


@transaction.atomic
def offer_role(
    *,
    email: str,
    name: str,
    agency: Agency,
    role: Role,
    by: Viewer,
    unit: str = "",
    valid_to: dt.datetime | None = None,
    trained_until: dt.date | None = None,
) -> Offer:
    """Hold out a role to whoever has that address; an earlier offer of the same ends with it.

    It goes the same way whether or not the address is known, so that nobody learns here who has an
    account. Raises NotAllowed, NotPossible.
    """
    check(by, "membership.add", agency)
    if role not in roles_given_by(by.role):
        raise refusal(by, "membership.add", agency, Reason.ROLE, not_given_words(role))
    email, name, now = email.strip().lower(), checked_name(name), timezone.now()
    check_email(email)
    if valid_to is not None and valid_to <= now:
        raise NotPossible("The membership would end before it begins: give a later end.")
    same = Offer.objects.open(now).filter(email=email, agency=agency, role=role, unit=unit.strip())
    same.update(settled_at=now, outcome=Offer.WITHDRAWN)
    token = new_token()
    offer = Offer.objects.create(
        email=email,
        name=name,
        agency=agency,
        role=role,
        unit=unit.strip(),
        valid_to=valid_to,
        trained_until=trained_until,
        token_hash=hash_of(token),
        offered_by_id=by.person,
        made_at=now,
        expires_at=now + INVITATION_HOLDS,
    )
    record("membership.offer", by=by, on=ref_of(agency), detail={"offer": offer.pk})
    _tell(offer, token)
    return offer


def _tell(offer: Offer, token: str) -> None:
    """One message either way; only whoever reads that mailbox sees which."""
    is_known = person_by_email(offer.email) is not None
    tell(
        notice="membership.offered" if is_known else "person.invited",
        to=offer.email,
        reference=f"O-{offer.pk}",
        link="/account/" if is_known else reverse("accounts:accept", args=[token]),
        about=ref_of(offer.agency),
    )


@transaction.atomic
def withdraw_offer(*, offer: Offer, by: Viewer) -> None:
    """Take back an offer that nobody has answered yet. Raises NotAllowed, NotPossible."""
    check(by, "person.add", offer.agency)
    _settle(offer, Offer.WITHDRAWN)
    record("membership.offer_withdrawn", by=by, on=ref_of(offer.agency), detail={"offer": offer.pk})


def _settle(offer: Offer, outcome: str) -> None:
    """Of two who answer at once, one succeeds."""
    now = timezone.now()
    if Offer.objects.open(now).filter(pk=offer.pk).update(settled_at=now, outcome=outcome) != 1:
        raise NotPossible(SPENT)


@transaction.atomic
def accept_offer(*, offer: Offer, person: Person, by: Viewer) -> Membership:
    """Take the role that is held out to one's own address, from now. Raises NotPossible."""
    if offer.email != person.email.lower() or not person.is_active:
        raise NotPossible(SPENT)
    _settle(offer, Offer.ACCEPTED)
    return _given(offer, person, by)


def _given(offer: Offer, person: Person, by: Viewer) -> Membership:
    now = timezone.now()
    if offer.valid_to is not None and offer.valid_to <= now:
        raise NotPossible("The role would have ended already: ask for it to be offered again.")
    role = Role(offer.role)
    refuse_a_second(person, offer.agency, role, offer.unit, now)
    membership = Membership.objects.create(
        person=person,
        agency=offer.agency,
        role=role,
        unit=offer.unit,
        valid_from=now,
        valid_to=offer.valid_to,
        trained_until=offer.trained_until,
        added_by_id=offer.offered_by_id,
    )
    detail = {"person": person.pk, "offer": offer.pk}
    record("membership.accepted", by=by, on=ref_of(membership), detail=detail)
    return membership


@transaction.atomic
def decline_offer(*, offer: Offer, person: Person, by: Viewer) -> None:
    """Turn down the role that is held out to one's own address. Raises NotPossible."""
    if offer.email != person.email.lower():
        raise NotPossible(SPENT)
    _settle(offer, Offer.DECLINED)
    record("membership.declined", by=by, on=ref_of(offer.agency), detail={"offer": offer.pk})


@transaction.atomic
def accept_as_newcomer(*, token: str, password: str, request_id: str = "") -> Person:
    """Begin an account by the link, with a password and the role. A second factor comes next.

    Raises NotPossible for a link that does not hold, for an address that has an account by now,
    and for a password that will not do.
    """
    now = timezone.now()
    offer = offer_by_token(token, now)
    if offer is None or person_by_email(offer.email) is not None:
        raise NotPossible(SPENT)
    person = Person(email=offer.email, name=offer.name)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise NotPossible(" ".join(error.messages)) from error
    _settle(offer, Offer.ACCEPTED)
    person.set_password(password)
    person.save(force_insert=True)
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    by = the_machine(at=now, request_id=request_id, person=person.pk)
    detail = {"offer": offer.pk, "agency": offer.agency_id}
    record("person.accepted_invitation", by=by, on=ref_of(person), detail=detail)
    _given(offer, person, by)
    return person


SPENT = (
    "This invitation has been used, has run out, or was taken back. "
    "Ask whoever invited you to send it again."
)
