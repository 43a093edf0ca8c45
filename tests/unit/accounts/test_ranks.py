"""Who looks after one agency's accounts stays within that agency, and within their own rank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

import pytest
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
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import Absent, NotAllowed, NotPossible
from safehub.foundation.outbox.models import Message
from safehub.foundation.trail.models import TrailEvent
from safehub.register.accounts.commands import (
    deactivate_person,
    end_membership,
    let_break_glass,
    reactivate_person,
    rename_person,
)
from safehub.register.accounts.invitations.commands import begin_anew
from safehub.register.accounts.models import Membership, Person
from safehub.register.accounts.sign_on.commands import person_signed_on
from safehub.register.agencies.models import OFFICE_CODE
from safehub.register.agencies.queries import agency_by_code

from .signing import text_of, with_app, with_password
from .test_people import hidden

pytestmark = pytest.mark.django_db

Step = Callable[[Person, Viewer], object]
STEPS: dict[str, Step] = {
    "person.begin_anew": lambda person, by: begin_anew(person=person, by=by),
    "person.rename": lambda person, by: rename_person(person=person, name="Somebody", by=by),
    "person.deactivate": lambda person, by: deactivate_person(person=person, by=by),
}
RANKED = ["person.begin_anew", "person.deactivate"]


def take(action: str, person: Person, by: Viewer) -> None:
    """On the person as stored, so that what the test holds stays as it was."""
    STEPS[action](Person.objects.get(pk=person.pk), by)


def unchanged(person: Person) -> bool:
    now = Person.objects.get(pk=person.pk)
    return (now.name, now.password, now.is_active) == (person.name, person.password, True)


@pytest.fixture
def shared() -> tuple[Person, Membership]:
    """Somebody of the health agency, and the coordinator of another partnership's agency, whom
    they have joined as well."""
    far = make_agency("far", partnership=make_partnership("Elsewhere"))
    coordinator = make_membership(agency=far, role=Role.AGENCY_COORDINATOR)
    person = with_app(with_password(make_membership(agency=make_agency("health")).person))
    make_membership(person, far, Role.REFERRER)
    return person, coordinator


@pytest.mark.parametrize("action", STEPS)
def test_account_that_another_agency_relies_on_is_refused(
    shared: tuple[Person, Membership], action: str
) -> None:
    person, coordinator = shared
    with pytest.raises(NotAllowed, match="in another agency too") as caught:
        take(action, person, make_viewer(coordinator))
    assert unchanged(person)
    assert caught.value.refusal is not None
    assert caught.value.refusal.action == action
    take(action, person, operator())


@pytest.mark.parametrize("action", STEPS)
def test_membership_yet_to_begin_counts_and_one_that_has_ended_does_not(action: str) -> None:
    lead = make_membership(role=Role.SAFEGUARDING_LEAD)
    person = with_password(make_membership(agency=lead.agency).person)
    later = make_membership(
        person, make_agency("health"), valid_from=timezone.now() + dt.timedelta(days=3)
    )
    with pytest.raises(NotAllowed, match="in another agency too"):
        take(action, person, make_viewer(lead))
    Membership.objects.filter(pk=later.pk).update(valid_to=later.valid_from)
    in_a_week = timezone.now() + dt.timedelta(days=7)
    take(action, person, make_viewer(lead, at=in_a_week))
    assert not unchanged(person)


@pytest.mark.parametrize(
    ("path", "event"),
    [
        ("begin-anew", "person.begin_anew"),
        ("name", "person.rename"),
        ("shut-out", "person.deactivate"),
    ],
)
def test_refusal_is_on_the_trail_and_the_step_is_not_offered(
    shared: tuple[Person, Membership], path: str, event: str
) -> None:
    person, coordinator = shared
    client = sign_in(browser(), coordinator.person, coordinator)
    there = f"/people/{person.pk}/"
    assert f"{there}{path}/" not in client.get(there).content.decode()
    answer = client.post(f"{there}{path}/", _typed(client, f"{there}{path}/"))
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "another agency too" in text_of(answer)
    refused = TrailEvent.objects.get(event=event, outcome="refused")
    assert (refused.record_key, refused.person) == (person.pk, coordinator.person_id)
    assert unchanged(person)


def _typed(client: Client, path: str) -> dict[str, str]:
    return {**hidden(client.get(path)), "name": "Somebody"}


@pytest.fixture
def office() -> Membership:
    """The coordinator of a partnership's own office."""
    make_agency()
    found = agency_by_code(make_partnership().name, OFFICE_CODE)
    return make_membership(agency=found, role=Role.AGENCY_COORDINATOR)


@pytest.mark.parametrize("role", [Role.PRIVACY_OFFICER, Role.SYSTEM_ADMINISTRATOR])
def test_role_that_one_may_not_give_one_does_not_end(office: Membership, role: Role) -> None:
    held = make_membership(make_person("Pia"), office.agency, role)
    with pytest.raises(NotAllowed, match="does not take away the role"):
        end_membership(membership=held, by=make_viewer(office))
    client = sign_in(browser(), office.person, office)
    path = f"/people/roles/{held.pk}/"
    page = client.get(f"/people/{held.person_id}/")
    assert path not in page.content.decode()
    answer = client.post(f"{path}end/", _typed(client, f"{path}end/"))
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert TrailEvent.objects.filter(event="membership.end", outcome="refused").count() == 1
    held.refresh_from_db()
    assert held.valid_to is None
    end_membership(membership=held, by=operator())


@pytest.mark.parametrize("action", RANKED)
def test_account_in_a_role_that_one_may_not_give_is_not_taken(
    office: Membership, action: str
) -> None:
    held = make_membership(with_password(make_person("Pia")), office.agency, Role.PRIVACY_OFFICER)
    with pytest.raises(NotAllowed, match="the role privacy officer"):
        take(action, held.person, make_viewer(office))
    assert unchanged(held.person)
    # Their own rank is theirs to look after.
    peer = make_membership(with_password(make_person("Ben")), office.agency, Role.REFERRER)
    take(action, peer.person, make_viewer(office))
    assert not unchanged(peer.person)


def test_role_is_ended_with_the_second_factor_again(office: Membership) -> None:
    held = make_membership(make_person("Ben"), office.agency)
    stale = make_viewer(office, at=timezone.now() - dt.timedelta(minutes=16))
    with pytest.raises(NotAllowed, match="second factor"):
        end_membership(membership=held, by=replace(stale, at=timezone.now()))
    end_membership(membership=held, by=make_viewer(office))


def test_role_given_to_oneself_is_on_the_trail() -> None:
    admin = make_membership(role=Role.SYSTEM_ADMINISTRATOR)
    client = sign_in(browser(), admin.person, admin)
    path = f"/people/{admin.person_id}/role/"
    typed = {**_typed(client, path), "agency": str(admin.agency_id), "role": "privacy_officer"}
    assert client.post(path, typed).status_code == HTTPStatus.FORBIDDEN
    assert TrailEvent.objects.filter(event="membership.add", outcome="refused").count() == 1
    assert not Membership.objects.filter(role=Role.PRIVACY_OFFICER).exists()


# --- back in, and begun anew ---------------------------------------------------------------------


def test_who_was_shut_out_is_let_back_in_on_their_page() -> None:
    lead = make_membership(role=Role.SAFEGUARDING_LEAD)
    person = with_app(with_password(make_membership(agency=lead.agency).person))
    client, there = sign_in(browser(), lead.person, lead), f"/people/{person.pk}/"
    assert f"{there}back-in/" not in client.get(there).content.decode()
    deactivate_person(person=person, by=make_viewer(lead))
    assert f"{there}back-in/" in client.get(there).content.decode()
    answer = client.post(f"{there}back-in/", _typed(client, f"{there}back-in/"))
    assert answer["Location"] == there
    now = Person.objects.get(pk=person.pk)
    assert now.is_active
    assert now.password == person.password
    event = TrailEvent.objects.get(event="person.reactivate")
    assert (event.record_key, event.person) == (person.pk, lead.person_id)
    with pytest.raises(NotPossible, match="not shut out"):
        reactivate_person(person=now, by=make_viewer(lead))


def test_letting_back_in_wants_the_same_standing_as_shutting_out(
    shared: tuple[Person, Membership], office: Membership
) -> None:
    person, coordinator = shared
    deactivate_person(person=person, by=operator())
    with pytest.raises(NotAllowed, match="in another agency too"):
        reactivate_person(person=person, by=make_viewer(coordinator))
    officer = make_membership(make_person("Pia"), office.agency, Role.PRIVACY_OFFICER).person
    deactivate_person(person=officer, by=operator())
    with pytest.raises(NotAllowed, match="the role privacy officer"):
        reactivate_person(person=officer, by=make_viewer(office))
    stranger = make_membership(make_person("Zoe"), make_agency("school")).person
    deactivate_person(person=stranger, by=operator())
    with pytest.raises(Absent):
        reactivate_person(person=stranger, by=make_viewer(office))
    assert not Person.objects.filter(is_active=True, pk__in=[person.pk, officer.pk]).exists()


def test_account_begun_anew_takes_another_sign_on_and_no_password_is_needed_for_it() -> None:
    lead = make_membership(role=Role.SAFEGUARDING_LEAD)
    person = make_membership(agency=lead.agency).person
    person_signed_on(subject="one", email=person.email, is_verified=True)
    with pytest.raises(NotPossible, match="another sign-on"):
        person_signed_on(subject="two", email=person.email, is_verified=True)
    client, there = sign_in(browser(), lead.person, lead), f"/people/{person.pk}/"
    assert f"{there}begin-anew/" in client.get(there).content.decode()
    client.post(f"{there}begin-anew/", _typed(client, f"{there}begin-anew/"))
    assert person_signed_on(subject="two", email=person.email, is_verified=True) == person
    with pytest.raises(NotPossible, match="another sign-on"):
        person_signed_on(subject="one", email=person.email, is_verified=True)


# --- the right to break glass --------------------------------------------------------------------


def test_lead_gives_and_takes_the_right_to_break_glass_on_the_page_of_a_role() -> None:
    lead = make_membership(role=Role.SAFEGUARDING_LEAD)
    duty = make_membership(make_person("Ben"), lead.agency, Role.EMERGENCY_DUTY)
    client, there = sign_in(browser(), lead.person, lead), f"/people/roles/{duty.pk}/"
    for path, other, reason in (("glass/", "no-glass/", "given"), ("no-glass/", "glass/", "taken")):
        page = client.get(there).content.decode()
        assert f"{there}{path}" in page
        assert f"{there}{other}" not in page
        answer = client.post(f"{there}{path}", _typed(client, f"{there}{path}"))
        assert answer["Location"] == there
        duty.refresh_from_db()
        assert duty.has_break_glass is (reason == "given")
        event = TrailEvent.objects.filter(event="membership.let_break_glass").latest("pk")
        assert (event.record_key, event.person, event.reason) == (duty.pk, lead.person_id, reason)
        # A page that was opened before says that it is so already, and turns nothing round.
        again = client.post(f"{there}{path}", _typed(client, f"{there}{path}"))
        assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Message.objects.filter(notice="membership.glass", to=duty.person.email).count() == 2


def test_right_to_break_glass_is_given_by_the_lead_to_others_with_the_second_factor() -> None:
    lead = make_membership(role=Role.SAFEGUARDING_LEAD)
    duty = make_membership(make_person("Ben"), lead.agency, Role.EMERGENCY_DUTY)
    coordinator = make_membership(make_person("Cara"), lead.agency, Role.AGENCY_COORDINATOR)
    stale = replace(make_viewer(lead), stepped_up_at=None)
    for by, held, words in (
        (make_viewer(coordinator), duty, "your role does not"),
        (make_viewer(lead), lead, "own work"),
        (stale, duty, "second factor"),
    ):
        with pytest.raises(NotAllowed, match=words):
            let_break_glass(membership=held, is_allowed=True, by=by)
    client = sign_in(browser(), coordinator.person, coordinator)
    assert "glass/" not in client.get(f"/people/roles/{duty.pk}/").content.decode()
    assert client.get(f"/people/roles/{duty.pk}/glass/").status_code == HTTPStatus.FORBIDDEN
    owner = make_membership(make_person("Dev"), lead.agency, Role.ACTION_OWNER)
    with pytest.raises(NotPossible, match="never broken"):
        let_break_glass(membership=owner, is_allowed=True, by=make_viewer(lead))
    end_membership(membership=duty, by=operator())
    with pytest.raises(NotPossible, match="has ended"):
        let_break_glass(membership=duty, is_allowed=True, by=make_viewer(lead))
    assert not Membership.objects.filter(has_break_glass=True).exists()
