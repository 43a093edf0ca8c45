"""A role is offered to whoever the agency does not know, and nobody has it until they accept."""

from __future__ import annotations

import datetime as dt
import re
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from factories.browsers import browser
from factories.people import (
    make_agency,
    make_membership,
    make_partnership,
    make_person,
    make_viewer,
    operator,
    sign_in,
)
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import Absent, NotAllowed, NotPossible
from safehub.foundation.outbox.models import Message
from safehub.foundation.trail.models import TrailEvent
from safehub.register.accounts.commands import add_membership, deactivate_person
from safehub.register.accounts.models import Membership, Offer, Person
from safehub.register.accounts.offers.commands import (
    accept_as_newcomer,
    accept_offer,
    decline_offer,
    offer_role,
    withdraw_offer,
)
from safehub.register.accounts.sessions.commands import forget_what_has_run_out

from .signing import PASSWORD, text_of, with_app, with_password
from .test_people import send

pytestmark = pytest.mark.django_db
NEW = "ben@example.org"


@pytest.fixture
def lead() -> Membership:
    """The lead of an agency in another partnership than that of the people invited here."""
    far = make_agency("far", partnership=make_partnership("Elsewhere"))
    return make_membership(make_person("Asha"), far, Role.SAFEGUARDING_LEAD)


@pytest.fixture
def known() -> Person:
    """Somebody of the health agency, with an account of their own."""
    person = make_person("Cara Hidden", email="cara@example.org")
    return with_app(with_password(make_membership(person, make_agency("health")).person))


def invited(lead: Membership, email: str) -> tuple[Client, Any]:
    client = sign_in(browser(), lead.person, lead)
    typed = {"name": "As Typed", "email": email, "role": "referrer"}
    return client, send(client, "/people/invite/", **typed, agency=lead.agency_id)  # type: ignore[arg-type]


def offered(lead: Membership, email: str, **more: Any) -> Offer:
    return offer_role(
        email=email,
        name="As Typed",
        agency=lead.agency,
        role=more.pop("role", Role.REFERRER),
        by=make_viewer(lead),
        **more,
    )


def link_in(email: str) -> str:
    found = Message.objects.filter(to=email).latest("pk").link
    return re.sub(r"^https?://[^/]+", "", found)


def token_in(email: str) -> str:
    return link_in(email).strip("/").rpartition("/")[2]


# --- what the inviter learns ---------------------------------------------------------------------


@pytest.mark.parametrize("is_shut_out", [False, True])
def test_known_and_unknown_addresses_are_answered_alike(
    lead: Membership, known: Person, is_shut_out: bool
) -> None:
    if is_shut_out:
        deactivate_person(person=known, by=operator())
    pages = []
    for email in (known.email.upper(), NEW):
        client, answer = invited(lead, email)
        listed = text_of(client.get(answer["Location"]))
        pages.append((answer.status_code, answer["Location"], listed.replace(email.lower(), "@")))
        Offer.objects.all().delete()
        assert email.lower() in listed
    first, second = (re.sub(r"\b\d{1,2}:\d\d[ap]?m?\b", "", repr(page)) for page in pages)
    assert first == second
    assert "Cara Hidden" not in first
    assert Message.objects.filter(reference__startswith="O-").count() == 2


def test_until_it_is_accepted_the_person_is_not_there_for_the_inviter(
    lead: Membership, known: Person
) -> None:
    client, _ = invited(lead, known.email)
    assert client.get(f"/people/{known.pk}/").status_code == HTTPStatus.NOT_FOUND
    assert known.memberships.count() == 1
    assert "Cara Hidden" not in text_of(client.get("/people/"))
    offer = Offer.objects.get()
    accept_offer(offer=offer, person=known, by=make_viewer(known.memberships.get()))
    assert "Cara Hidden" in text_of(client.get(f"/people/{known.pk}/"))


def test_role_is_not_given_to_a_stranger_at_once(lead: Membership, known: Person) -> None:
    with pytest.raises(NotPossible, match="must be accepted first"):
        add_membership(person=known, agency=lead.agency, role=Role.REFERRER, by=make_viewer(lead))
    Membership.objects.filter(person=known).update(valid_to=timezone.now())
    with pytest.raises(NotPossible, match="must be accepted first"):
        add_membership(person=known, agency=lead.agency, role=Role.REFERRER, by=make_viewer(lead))
    add_membership(person=known, agency=lead.agency, role=Role.REFERRER, by=operator())


def test_role_beyond_ones_own_is_not_offered(lead: Membership) -> None:
    with pytest.raises(NotAllowed, match="does not give the role"):
        offered(lead, NEW, role=Role.PRIVACY_OFFICER)
    other = make_membership(agency=make_agency("police"), role=Role.SAFEGUARDING_LEAD)
    with pytest.raises(Absent):
        offer_role(
            email=NEW, name="Ben", agency=lead.agency, role=Role.REFERRER, by=make_viewer(other)
        )
    assert not Offer.objects.exists()


# --- by the link ---------------------------------------------------------------------------------


def test_newcomer_begins_an_account_by_the_link(lead: Membership) -> None:
    invited(lead, NEW)
    assert not Person.objects.filter(email=NEW).exists()
    link, visitor = link_in(NEW), browser()
    assert NEW in text_of(visitor.get(link))
    answer = visitor.post(link, {"password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == HTTPStatus.FOUND
    person = Person.objects.get(email=NEW)
    assert person.name == "As Typed"
    membership = person.memberships.get()
    assert (membership.role, membership.agency) == ("referrer", lead.agency)
    assert membership.added_by_id == lead.person_id
    assert browser().get(link).status_code in (HTTPStatus.GONE, HTTPStatus.FOUND)
    with pytest.raises(NotPossible):
        accept_as_newcomer(token=token_in(NEW), password=PASSWORD)
    events = TrailEvent.objects.filter(event__in=["membership.offer", "membership.accepted"])
    assert events.count() == 2


def test_weak_password_is_refused_and_the_link_stays(lead: Membership) -> None:
    offered(lead, NEW)
    answer = browser().post(link_in(NEW), {"password1": "short", "password2": "short"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Person.objects.filter(email=NEW).exists()
    assert browser().get(link_in(NEW)).status_code == HTTPStatus.OK


def test_link_takes_over_no_account_begun_meanwhile(lead: Membership) -> None:
    offered(lead, NEW)
    link, token = link_in(NEW), token_in(NEW)
    person = with_app(with_password(make_person("Ben", email=NEW)))
    assert browser().get(link)["Location"] == "/account/"
    with pytest.raises(NotPossible):
        accept_as_newcomer(token=token, password=PASSWORD)
    now = Person.objects.get(pk=person.pk)
    assert now.password == person.password
    assert not now.memberships.exists()


@pytest.mark.parametrize(("seconds", "works"), [(-1, True), (1, False)])
def test_offer_runs_out_after_seven_days(lead: Membership, seconds: int, works: bool) -> None:
    start = dt.datetime(2026, 11, 3, 10, 0, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False):
        Membership.objects.update(valid_from=start)
        lead.refresh_from_db()
        offered(lead, NEW)
    with time_machine.travel(start + dt.timedelta(days=7, seconds=seconds), tick=False):
        assert (browser().get(link_in(NEW)).status_code == HTTPStatus.OK) is works
    assert forget_what_has_run_out(at=start + dt.timedelta(days=36)) == 0
    assert forget_what_has_run_out(at=start + dt.timedelta(days=38)) == 1


# --- signed in -----------------------------------------------------------------------------------


def test_known_person_accepts_or_turns_down_on_their_own_page(
    lead: Membership, known: Person
) -> None:
    for answer in ("decline", "accept"):
        offer = offered(lead, known.email)
        assert link_in(known.email) == "/account/"
        client = sign_in(browser(), known)
        path = f"/account/offers/{offer.pk}/{answer}/"
        assert path in client.get("/account/").content.decode()
        assert client.post(path)["Location"] == "/account/"
        assert path not in client.get("/account/").content.decode()
        assert known.memberships.filter(agency=lead.agency).exists() is (answer == "accept")
        assert client.post(path).status_code == HTTPStatus.NOT_FOUND
    assert TrailEvent.objects.filter(event="membership.declined").count() == 1
    accepted = TrailEvent.objects.get(event="membership.accepted")
    assert accepted.person == known.pk


def test_offer_to_somebody_else_is_not_there(lead: Membership, known: Person) -> None:
    offer = offered(lead, NEW)
    client = sign_in(browser(), known)
    for answer in ("decline", "accept"):
        path = f"/account/offers/{offer.pk}/{answer}/"
        assert client.post(path).status_code == HTTPStatus.NOT_FOUND
    viewer = make_viewer(known.memberships.get())
    for step in (accept_offer, decline_offer):
        with pytest.raises(NotPossible):
            step(offer=offer, person=known, by=viewer)
    offer.refresh_from_db()
    assert offer.settled_at is None


# --- taken back ----------------------------------------------------------------------------------


def test_offer_is_taken_back_by_its_agency_alone(lead: Membership, known: Person) -> None:
    offer = offered(lead, NEW)
    path = f"/people/offers/{offer.pk}/withdraw/"
    other = make_membership(agency=make_agency("police"), role=Role.SAFEGUARDING_LEAD)
    stranger = sign_in(browser(), other.person, other)
    assert stranger.post(path).status_code == HTTPStatus.NOT_FOUND
    with pytest.raises(Absent):
        withdraw_offer(offer=offer, by=make_viewer(other))
    assert NEW not in text_of(stranger.get("/people/"))
    client = sign_in(browser(), lead.person, lead)
    assert path in client.get("/people/").content.decode()
    assert client.post(path)["Location"] == "/people/"
    assert browser().get(link_in(NEW)).status_code == HTTPStatus.GONE
    assert TrailEvent.objects.filter(event="membership.offer_withdrawn").count() == 1


def test_offering_again_ends_the_earlier_link(lead: Membership) -> None:
    offered(lead, NEW)
    first = token_in(NEW)
    offered(lead, NEW)
    with pytest.raises(NotPossible):
        accept_as_newcomer(token=first, password=PASSWORD)
    assert accept_as_newcomer(token=token_in(NEW), password=PASSWORD).email == NEW
    assert Offer.objects.open(timezone.now()).count() == 0
