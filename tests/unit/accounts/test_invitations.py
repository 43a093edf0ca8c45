"""How an account begins, begins anew, and gets a new password."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils import timezone

from factories.browsers import HttpsClient, browser
from factories.people import make_membership, make_person, make_viewer, operator, sign_in
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import Absent, NotAllowed, NotPossible
from safehub.foundation.outbox.models import Message
from safehub.foundation.trail.models import TrailEvent
from safehub.register.accounts.commands import deactivate_person
from safehub.register.accounts.invitations.commands import (
    accept_invitation,
    begin_anew,
    invite,
)
from safehub.register.accounts.models import Invitation, Person
from safehub.register.accounts.tokens import hash_of

from .signing import PASSWORD, by_password, code_now, text_of, with_app, with_password

pytestmark = pytest.mark.django_db


def link_to(person: Person) -> str:
    """The link in the latest invitation."""
    return Message.objects.filter(notice="person.invited", to=person.email).latest("pk").link


def token_of(person: Person) -> str:
    return link_to(person).rstrip("/").rpartition("/")[2]


def accepted(client: HttpsClient, link: str, password: str = PASSWORD) -> Any:
    return client.post(link, {"password1": password, "password2": password})


def test_invitation_leads_to_password_and_then_to_the_second_factor(visitor: HttpsClient) -> None:
    person = make_membership().person
    invite(person=person, by=operator())
    link = link_to(person)
    assert person.email in text_of(visitor.get(link))
    answer = accepted(visitor, link)
    assert answer["Location"] == "/"
    assert visitor.get("/people/")["Location"] == "/account/second-factors/"
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=person).verified
    assert TrailEvent.objects.filter(event="person.accepted_invitation", person=person.pk).exists()


def test_only_the_hash_of_the_token_is_kept() -> None:
    person = make_person()
    invitation = invite(person=person, by=operator())
    token = token_of(person)
    assert invitation.token_hash == hash_of(token)
    assert token not in str(Invitation.objects.values().get())


def test_message_holds_no_name_and_no_role() -> None:
    person = make_membership(make_person("Zebedee Unmistakable"), role=Role.GP_PRACTICE).person
    invite(person=person, by=operator())
    message = Message.objects.get(notice="person.invited")
    assert "Zebedee" not in f"{message.reference}{message.link}"


def test_invitation_works_once(visitor: HttpsClient) -> None:
    person = make_person()
    invite(person=person, by=operator())
    link = link_to(person)
    accepted(visitor, link)
    again = browser()
    assert again.get(link).status_code == 410
    assert accepted(again, link, "another one entirely").status_code == 410
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize(("after", "works"), [(-1, True), (0, False)])
def test_invitation_runs_out_after_seven_days_to_the_second(after: int, works: bool) -> None:
    start = dt.datetime(2026, 11, 3, 10, 0, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False):
        person = make_person()
        invite(person=person, by=operator())
    with time_machine.travel(start + dt.timedelta(days=7, seconds=after), tick=False):
        assert (browser().get(link_to(person)).status_code == 200) is works


def test_sending_again_ends_the_earlier_link() -> None:
    person = make_person()
    invite(person=person, by=operator())
    first = token_of(person)
    invite(person=person, by=operator())
    assert token_of(person) != first
    with pytest.raises(NotPossible, match="sent anew"):
        accept_invitation(token=first, password=PASSWORD)
    assert accept_invitation(token=token_of(person), password=PASSWORD) == person
    assert Invitation.objects.filter(used_at=None, withdrawn_at=None).count() == 0


@pytest.mark.parametrize("password", ["short", "password12345", "123456789012", ""])
def test_password_that_will_not_do_is_refused_and_the_link_stays(
    visitor: HttpsClient, password: str
) -> None:
    person = make_person()
    invite(person=person, by=operator())
    answer = accepted(visitor, link_to(person), password)
    assert answer.status_code == 422
    assert accepted(visitor, link_to(person)).status_code == 302


def test_name_as_password_is_refused(visitor: HttpsClient) -> None:
    person = make_person("Bartholomew Featherstone", email="bart@example.org")
    invite(person=person, by=operator())
    answer = accepted(visitor, link_to(person), "bartholomew featherstone")
    assert "too similar" in text_of(answer)


def test_two_passwords_must_be_the_same(visitor: HttpsClient) -> None:
    person = make_person()
    invite(person=person, by=operator())
    answer = visitor.post(link_to(person), {"password1": PASSWORD, "password2": PASSWORD + "x"})
    assert "are not the same" in text_of(answer)


def test_who_has_accepted_or_is_shut_out_is_not_invited() -> None:
    person = with_password(make_person())
    with pytest.raises(NotPossible, match="accepted an invitation already"):
        invite(person=person, by=operator())
    other = make_person("Ben")
    invite(person=other, by=operator())
    token = token_of(other)
    deactivate_person(person=other, by=operator())
    with pytest.raises(NotPossible, match="shut out"):
        invite(person=other, by=operator())
    with pytest.raises(NotPossible):
        accept_invitation(token=token, password=PASSWORD)


def test_lead_invites_own_people_alone() -> None:
    lead = make_viewer(make_membership(role=Role.SAFEGUARDING_LEAD))
    stranger = make_person("Ben")
    with pytest.raises(Absent):
        invite(person=stranger, by=lead)
    auditor = make_membership()
    with pytest.raises(NotAllowed):
        invite(person=auditor.person, by=make_viewer(auditor))


def test_beginning_anew_takes_everything_away_and_invites(visitor: HttpsClient) -> None:
    lead = make_membership(role=Role.SAFEGUARDING_LEAD)
    person = with_app(with_password(make_membership(agency=lead.agency).person))
    sign_in(visitor, person)
    begin_anew(person=person, by=make_viewer(lead))
    person.refresh_from_db()
    assert not person.has_usable_password()
    assert Authenticator.objects.filter(user=person).count() == 0
    assert visitor.get("/account/")["Location"].startswith("/sign-in/")
    assert accepted(browser(), link_to(person)).status_code == 302
    with pytest.raises(NotAllowed, match="own account"):
        begin_anew(person=lead.person, by=make_viewer(lead))


# --- a new password --------------------------------------------------------------------------


def reset_link(person: Person) -> str:
    link = Message.objects.filter(notice="person.password_reset", to=person.email).latest("pk").link
    return re.sub(r"^https?://[^/]+", "", link)


def test_link_to_a_new_password_works_once_and_ends_all_sessions(visitor: HttpsClient) -> None:
    person = with_app(with_password(make_membership().person))
    there = browser()
    sign_in(there, person)
    assert visitor.post("/sign-in/password/", {"email": person.email.upper()}).status_code == 302
    link = reset_link(person)
    form = visitor.get(link)
    assert form["Location"].endswith("-set-password/")
    new = "bucket harvest nineteen"
    answer = visitor.post(form["Location"], {"password1": new, "password2": new})
    assert answer["Location"] == "/sign-in/password/set/"
    assert there.get("/account/")["Location"].startswith("/sign-in/")
    assert "no longer works" in text_of(browser().get(link))
    # It proves the mailbox alone: the second factor is asked for all the same.
    assert by_password(visitor, person, new)["Location"] == "/sign-in/second-factor/"
    assert Message.objects.filter(notice="person.password_changed", to=person.email).count() == 1


def test_link_to_a_new_password_holds_for_an_hour(visitor: HttpsClient) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        person = with_password(make_person())
        visitor.post("/sign-in/password/", {"email": person.email})
    with time_machine.travel(start + dt.timedelta(minutes=61), tick=False):
        assert "no longer works" in text_of(browser().get(reset_link(person)))


def test_unknown_address_is_answered_like_a_known_one(visitor: HttpsClient) -> None:
    known = with_password(make_person())
    answers = [
        visitor.post("/sign-in/password/", {"email": email}, follow=True)
        for email in (known.email, "nobody@example.org")
    ]
    assert text_of(answers[0]) == text_of(answers[1])
    assert Message.objects.filter(to="nobody@example.org").count() == 0


def test_mailbox_alone_replaces_neither_invitation_nor_sign_on(visitor: HttpsClient) -> None:
    person = make_person()
    visitor.post("/sign-in/password/", {"email": person.email})
    assert Message.objects.filter(notice="person.password_reset").count() == 0


def test_links_to_new_passwords_are_rationed(visitor: HttpsClient) -> None:
    person = with_password(make_person())
    for _ in range(30):
        visitor.post("/sign-in/password/", {"email": person.email})
    assert Message.objects.filter(notice="person.password_reset").count() <= 5


# --- changing one's own -------------------------------------------------------------------------


def test_wrong_old_password_changes_nothing(visitor: HttpsClient) -> None:
    person = with_password(make_membership().person)
    sign_in(visitor, person)
    new = "bucket harvest nineteen"
    answer = visitor.post(
        "/account/password/", {"oldpassword": "x", "password1": new, "password2": new}
    )
    assert answer.status_code == 422
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_code_is_never_good_for_a_password(visitor: HttpsClient) -> None:
    person = with_app(with_password(make_person()))
    assert by_password(visitor, person, code_now()).status_code == 422
