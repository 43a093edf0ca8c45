"""The pages of people and memberships, and the links of a demonstration."""

from __future__ import annotations

import datetime as dt
import re
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone

from factories.browsers import HttpsClient, browser
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
from safehub.foundation.declarations import declared
from safehub.foundation.errors import NotPossible
from safehub.foundation.outbox.models import Message
from safehub.foundation.trail.models import TrailEvent
from safehub.register.accounts.commands import (
    change_training_date,
    deactivate_person,
    end_membership,
    rename_person,
)
from safehub.register.accounts.demonstration.commands import make_sign_in_link
from safehub.register.accounts.models import Membership, Person, SignInLink
from safehub.register.accounts.queries import PAGE, people_for
from safehub.register.accounts.rules import AGENCY_ROLES, roles_given_by
from safehub.register.agencies.models import Agency

from .signing import code_now, text_of, with_app, with_password

pytestmark = pytest.mark.django_db


def hidden(page: Any) -> dict[str, str]:
    """The hidden inputs of the page's form."""
    html = page.content.decode()
    found = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html))
    found.pop("csrfmiddlewaretoken", None)
    return found


def send(client: HttpsClient, path: str, **typed: Any) -> Any:
    """Open the form and send it."""
    page = client.get(path)
    assert page.status_code == HTTPStatus.OK, text_of(page)
    return client.post(path, {**hidden(page), **typed})


@pytest.fixture
def lead() -> Membership:
    return make_membership(make_person("Asha"), make_agency("police"), Role.SAFEGUARDING_LEAD)


@pytest.fixture
def at_work(lead: Membership) -> HttpsClient:
    client = browser()
    sign_in(client, lead.person, lead)
    return client


# --- the list ----------------------------------------------------------------------------------


def test_list_shows_own_agency_alone(at_work: HttpsClient, lead: Membership) -> None:
    mine = make_membership(make_person("Ben Mine"), lead.agency).person
    theirs = make_membership(make_person("Cara Theirs"), make_agency("health")).person
    text = text_of(at_work.get("/people/"))
    assert mine.email in text
    assert theirs.email not in text
    assert at_work.get(f"/people/{mine.pk}/").status_code == HTTPStatus.OK
    assert at_work.get(f"/people/{theirs.pk}/").status_code == HTTPStatus.NOT_FOUND


def test_membership_elsewhere_of_own_person_stays_hidden(
    at_work: HttpsClient, lead: Membership
) -> None:
    person = make_membership(make_person("Ben"), lead.agency).person
    make_membership(person, make_agency("refuge", name="Haven Refuge"))
    for path in ("/people/", f"/people/{person.pk}/"):
        answer = at_work.get(path)
        html = answer.content.decode().replace("<option", "\n<option")
        shown = "\n".join(line for line in html.split("\n") if not line.startswith("<option"))
        assert "Haven Refuge" not in shown


def test_missing_person_is_answered_like_one_who_is_not_for_the_viewer(
    at_work: HttpsClient,
) -> None:
    theirs = make_membership(make_person("Cara"), make_agency("health")).person
    one = at_work.get(f"/people/{theirs.pk}/")
    none = at_work.get("/people/999999/")
    assert one.status_code == none.status_code == HTTPStatus.NOT_FOUND
    assert text_of(one) == text_of(none)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=zeb", True),
        ("q=ZEBEDEE+marsh", True),
        ("q=zeb%40example.org", True),
        ("q=nobody", False),
        ("q=%25", False),
        ("state=invited", True),
        ("state=active", False),
        ("state=out", False),
        ("state=nonsense", True),
        ("agency=999999", True),
        ("after=nonsense", True),
        ("after=999999999999999999999999", True),
    ],
)
def test_list_is_narrowed(at_work: HttpsClient, lead: Membership, query: str, found: bool) -> None:
    person = make_person("Zebedee Marsh", email="zeb@example.org")
    make_membership(person, lead.agency)
    answer = at_work.get(f"/people/?{query}")
    assert answer.status_code in (HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert (person.email in text_of(answer)) is found


def test_list_is_paged_by_name_and_key_with_nobody_twice_or_lost(lead: Membership) -> None:
    for number in range(PAGE + 7):
        # Many of the same name: the key parts them.
        make_membership(make_person(f"Name {number % 3}"), lead.agency)
    viewer = make_viewer(lead)
    first = people_for(viewer)
    assert first.after is not None
    second = people_for(viewer, after=first.after)
    assert second.after is None
    keys = [one.pk for one in (*first.people, *second.people)]
    assert len(keys) == len(set(keys)) == PAGE + 8
    names = [one.name for one in (*first.people, *second.people)]
    assert names == sorted(names)


@pytest.mark.parametrize("name", ["Aaron", "Nadia", "Zed"])
def test_page_after_somebody_hidden_does_not_tell_their_place_in_the_alphabet(
    lead: Membership, name: str
) -> None:
    for mine in ("Ben", "Mia", "Yusuf"):
        make_membership(make_person(mine), lead.agency)
    hidden_one = make_membership(make_person(name), make_agency("health")).person
    viewer = make_viewer(lead)
    everybody = people_for(viewer).people
    assert people_for(viewer, after=hidden_one.pk).people == everybody
    assert people_for(viewer, after=10**9).people == everybody
    assert people_for(viewer, after=everybody[0].pk).people == everybody[1:]


def test_list_costs_the_same_queries_for_one_and_for_fifty(
    at_work: HttpsClient, lead: Membership, django_assert_max_num_queries: Any
) -> None:
    for number in range(PAGE):
        make_membership(make_person(f"Name {number}"), lead.agency)
    at_work.get("/people/")
    with django_assert_max_num_queries(10):
        at_work.get("/people/")


def test_auditor_sees_themselves_and_invites_nobody() -> None:
    mine = make_membership()
    client = browser()
    sign_in(client, mine.person, mine)
    answer = client.get("/people/")
    assert mine.person.email in text_of(answer)
    assert "Invite somebody" not in text_of(answer)
    assert client.get("/people/invite/").status_code == HTTPStatus.FORBIDDEN
    assert "Change the name" not in text_of(client.get(f"/people/{mine.person.pk}/"))


# --- changing -----------------------------------------------------------------------------------


def test_pressing_twice_invites_once(at_work: HttpsClient, lead: Membership) -> None:
    page = at_work.get("/people/invite/")
    typed = {
        **hidden(page),
        "name": "Ben Booth",
        "email": "ben@example.org",
        "agency": lead.agency_id,
        "role": "agency_auditor",
    }
    first, second = (at_work.post("/people/invite/", typed) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Message.objects.filter(notice="person.invited").count() == 1


def test_administrator_invites_somebody_new_with_a_role_at_once() -> None:
    admin = make_membership(role=Role.SYSTEM_ADMINISTRATOR)
    client = browser()
    sign_in(client, admin.person, admin)
    answer = send(
        client,
        "/people/invite/",
        name="Ben Booth",
        email="ben@example.org",
        agency=admin.agency_id,
        role="agency_auditor",
    )
    person = Person.objects.get(email="ben@example.org")
    assert answer["Location"] == f"/people/{person.pk}/"
    assert person.memberships.get().role == "agency_auditor"
    assert Message.objects.filter(to="ben@example.org").count() == 2
    page = text_of(client.get(answer["Location"]))
    assert "The invitation is on its way" in page
    assert "Invited on" in page


def test_inviting_ones_own_person_gives_the_role_alone(
    at_work: HttpsClient, lead: Membership
) -> None:
    known = with_password(make_membership(make_person("Cara"), lead.agency).person)
    send(
        at_work,
        "/people/invite/",
        name="Somebody Else",
        email=known.email.upper(),
        agency=lead.agency_id,
        role="agency_sign_off",
    )
    known.refresh_from_db()
    assert known.name == "Cara"
    assert known.memberships.count() == 2
    assert Message.objects.filter(notice="person.invited").count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "no address"},
        {"name": ""},
        {"name": "x" * 201},
        {"role": "system_administrator"},
        {"role": ""},
        {"agency": "999999"},
        {"ends_on-day": "31", "ends_on-month": "2", "ends_on-year": "2027"},
        {"ends_on-day": "1", "ends_on-month": "1", "ends_on-year": "9999"},
        {"ends_on-day": "1", "ends_on-month": "1", "ends_on-year": "2001"},
    ],
    ids=str,
)
def test_what_is_wrong_is_said_and_nothing_is_done(
    at_work: HttpsClient, lead: Membership, wrong: dict[str, str]
) -> None:
    typed = {
        "name": "Ben Booth",
        "email": "ben@example.org",
        "agency": lead.agency_id,
        "role": "agency_auditor",
        **wrong,
    }
    answer = send(at_work, "/people/invite/", **typed)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "There is a problem" in text_of(answer)
    assert not Person.objects.filter(email="ben@example.org").exists()
    assert Message.objects.filter(to="ben@example.org").count() == 0


def test_everything_else_on_the_page_of_a_person(at_work: HttpsClient, lead: Membership) -> None:
    membership = make_membership(with_app(with_password(make_person("Ben"))), lead.agency)
    person, there = membership.person, f"/people/{membership.person_id}/"
    send(at_work, f"{there}name/", name="Benedict Booth")
    send(
        at_work,
        f"{there}role/",
        agency=lead.agency_id,
        role="agency_sign_off",
        **{"ends_on-day": "31", "ends_on-month": "3", "ends_on-year": "2097"},
    )
    send(
        at_work,
        f"/people/roles/{membership.pk}/training/",
        **{
            "trained_until-day": "1",
            "trained_until-month": "2",
            "trained_until-year": "2098",
        },
    )
    assert at_work.get(f"/people/roles/{membership.pk}/").status_code == HTTPStatus.OK
    person.refresh_from_db()
    membership.refresh_from_db()
    given = person.memberships.get(role="agency_sign_off")
    assert person.name == "Benedict Booth"
    # The whole of the last day, in London summer time.
    assert given.valid_to == dt.datetime(2097, 3, 31, 23, 0, tzinfo=dt.UTC)
    assert membership.trained_until == dt.date(2098, 2, 1)
    send(at_work, f"/people/roles/{membership.pk}/end/")
    send(at_work, f"{there}begin-anew/")
    send(at_work, f"{there}invite/")
    page = text_of(at_work.get(there))
    assert "Ended" in page
    assert "Benedict Booth" in page
    send(at_work, f"{there}shut-out/")
    person.refresh_from_db()
    assert not person.is_active


@pytest.mark.parametrize("days_ago", [None, 0, 1, 400])
def test_end_of_the_last_role_leads_to_a_page_that_is_there(
    at_work: HttpsClient, lead: Membership, days_ago: int | None
) -> None:
    """With the last role of the agency the person's own page closes to it: to the list then."""
    membership = make_membership(make_person("Ben"), lead.agency)
    last = None if days_ago is None else timezone.localdate() - dt.timedelta(days=days_ago)
    typed = (
        {"ends_on-day": last.day, "ends_on-month": last.month, "ends_on-year": last.year}
        if (last)
        else {}
    )
    answer = send(at_work, f"/people/roles/{membership.pk}/end/", **typed)
    has_ended = days_ago != 0
    assert answer["Location"] == ("/people/" if has_ended else f"/people/{membership.person_id}/")
    page = at_work.get(answer["Location"])
    assert page.status_code == HTTPStatus.OK
    assert ("has ended." if has_ended else " ends at ") in text_of(page)
    membership.refresh_from_db()
    assert membership.valid_to is not None
    assert (membership.valid_to <= timezone.now()) == has_ended


def test_end_of_one_of_two_roles_leads_back_to_the_person(
    at_work: HttpsClient, lead: Membership
) -> None:
    membership = make_membership(make_person("Ben"), lead.agency)
    make_membership(membership.person, lead.agency, Role.AGENCY_SIGN_OFF)
    answer = send(at_work, f"/people/roles/{membership.pk}/end/")
    assert answer["Location"] == f"/people/{membership.person_id}/"
    assert "has ended." in text_of(at_work.get(answer["Location"]))


def test_old_second_factor_is_asked_for_again_and_typed_text_kept(lead: Membership) -> None:
    client = browser()
    with_app(with_password(lead.person))
    sign_in(client, lead.person, lead)
    page = client.get("/people/invite/")
    typed = {**hidden(page), "name": "Ben Kept", "email": "ben@example.org"}
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16), tick=True):
        answer = client.post("/people/invite/", typed)
        assert answer["Location"].startswith("/account/second-factors/again/?next=")
        back = client.post(answer["Location"], {"code": code_now()})
        assert back["Location"] == "/people/invite/"
        shown = client.get("/people/invite/").content.decode()
        link = re.search(r'href="(/people/invite/\?[^"]+)"', shown)
        assert link is not None
        assert "Ben Kept" in client.get(link[1]).content.decode()


@pytest.mark.parametrize("action", ["name", "invite", "begin-anew", "shut-out", "role"])
def test_person_of_another_agency_is_not_there_for_any_step(
    at_work: HttpsClient, action: str
) -> None:
    theirs = with_password(make_membership(make_person("Cara"), make_agency("health")).person)
    for method in (at_work.get, at_work.post):
        answer = method(f"/people/{theirs.pk}/{action}/")
        assert answer.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("action", ["", "end/", "training/"])
def test_membership_of_another_agency_is_not_there(at_work: HttpsClient, action: str) -> None:
    theirs = make_membership(make_person("Cara"), make_agency("health"))
    for method in (at_work.get, at_work.post):
        answer = method(f"/people/roles/{theirs.pk}/{action}")
        # Reading alone is a GET: a POST to it is refused before anything is looked up.
        assert answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)


def test_administrator_looks_after_every_agency_of_every_partnership() -> None:
    admin = make_membership(role=Role.SYSTEM_ADMINISTRATOR)
    far = make_agency("far", partnership=make_partnership("Elsewhere"))
    person = make_membership(make_person("Dev"), far).person
    client = browser()
    sign_in(client, admin.person, admin)
    assert person.email in text_of(client.get("/people/"))
    assert client.get(f"/people/{person.pk}/name/").status_code == HTTPStatus.OK


@pytest.mark.parametrize("role", list(Role))
def test_who_gives_which_role(role: Role) -> None:
    given = roles_given_by(role)
    assert Role.LOCAL_OPERATOR not in given
    if role in (Role.SYSTEM_ADMINISTRATOR, Role.LOCAL_OPERATOR):
        assert given == set(Role) - {Role.LOCAL_OPERATOR}
    elif role is Role.SAFEGUARDING_LEAD:
        assert given == AGENCY_ROLES | {Role.SAFEGUARDING_LEAD}
    elif role is Role.AGENCY_COORDINATOR:
        assert given == AGENCY_ROLES
    else:
        assert given == frozenset()


def test_every_change_is_in_the_trail(lead: Membership) -> None:
    by = make_viewer(lead)
    person = make_person("Ben", agency=lead.agency)
    membership = make_membership(person, lead.agency)
    rename_person(person=person, name="Benedict", by=by)
    change_training_date(membership=membership, trained_until=None, by=by)
    end_membership(membership=membership, by=by)
    deactivate_person(person=person, by=operator())
    found = TrailEvent.objects.values_list("event", "record_kind", "record_key")
    for event, kind, key in [
        ("person.add", "accounts.person", person.pk),
        ("membership.add", "accounts.membership", membership.pk),
        ("person.rename", "accounts.person", person.pk),
        ("membership.train", "accounts.membership", membership.pk),
        ("membership.end", "accounts.membership", membership.pk),
        ("person.deactivate", "accounts.person", person.pk),
    ]:
        assert (event, kind, key) in found
    assert "Benedict" not in str(list(TrailEvent.objects.values()))


# --- demonstration ------------------------------------------------------------------------------


def test_link_signs_in_once_in_a_demonstration(visitor: HttpsClient, settings: Any) -> None:
    settings.SAFEHUB_DEMONSTRATION = True
    person = make_membership().person
    link = make_sign_in_link(person=person, by=operator())
    assert link.rstrip("/").rpartition("/")[2] not in str(SignInLink.objects.values().get())
    assert visitor.get(link)["Location"] == "/"
    assert visitor.get("/account/").status_code == HTTPStatus.OK
    assert browser().get(link).status_code == HTTPStatus.GONE
    events = TrailEvent.objects.values_list("event", flat=True)
    assert "person.link_made" in events
    assert "person.signed_in" in events


def test_link_runs_out(settings: Any) -> None:
    settings.SAFEHUB_DEMONSTRATION = True
    link = make_sign_in_link(person=make_membership().person, by=operator())
    with time_machine.travel(timezone.now() + dt.timedelta(hours=13), tick=True):
        assert browser().get(link).status_code == HTTPStatus.GONE


def test_beside_real_data_there_are_no_links(visitor: HttpsClient, settings: Any) -> None:
    settings.SAFEHUB_DEMONSTRATION = True
    link = make_sign_in_link(person=make_membership().person, by=operator())
    settings.SAFEHUB_DEMONSTRATION = False
    with pytest.raises(NotPossible):
        make_sign_in_link(person=make_person("Ben"), by=operator())
    assert visitor.get(link).status_code == HTTPStatus.NOT_FOUND
    assert "_auth_user_id" not in visitor.session


# --- what is declared ---------------------------------------------------------------------------

THIRD_PARTY = (
    "account",
    "mfa",
    "socialaccount",
    "usersessions",
    "sessions",
    "auth",
    "contenttypes",
)


@pytest.mark.parametrize("label", ["accounts", "agencies", *THIRD_PARTY])
def test_every_field_has_a_privacy_class_and_a_retention(label: str) -> None:
    fields = declared().fields
    missing = [
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.concrete and f"{model._meta.label_lower}.{field.name}" not in fields
    ]
    assert not missing


def test_agencies_of_the_other_partnership_are_not_offered(
    at_work: HttpsClient, lead: Membership
) -> None:
    far = make_agency("far", name="Far Agency", partnership=make_partnership("Elsewhere"))
    page = at_work.get("/people/invite/").content.decode()
    assert "Far Agency" not in page
    assert Agency.objects.filter(pk=far.pk).exists()
