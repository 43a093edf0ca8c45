"""When sessions end, what is kept, as whom one acts, and who is let through which door."""

from __future__ import annotations

import datetime as dt
import re
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from factories.browsers import HttpsClient, browser
from factories.people import make_agency, make_membership, make_person, operator, sign_in
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.submissions.models import Draft
from safehub.foundation.trail.models import TrailEvent
from safehub.register.accounts.commands import deactivate_person, end_membership
from safehub.register.accounts.models import Person
from safehub.register.accounts.sessions import life
from safehub.register.accounts.sessions.devices import device_words

from .signing import PASSWORD, by_password, code_now, text_of, with_app, with_password

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 3, 10, 0, tzinfo=dt.UTC)
IDLE = dt.timedelta(minutes=20)
BACKGROUND = {"Safehub-Background": "1"}


def signed_in(role: Role = Role.SAFEGUARDING_LEAD) -> tuple[HttpsClient, Person]:
    membership = make_membership(role=role)
    client = browser()
    sign_in(client, membership.person, membership)
    return client, membership.person


def is_signed_in(client: HttpsClient) -> bool:
    return client.get("/account/", headers=BACKGROUND).status_code == HTTPStatus.OK


# --- time ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("idle_for", "lives"),
    [
        (dt.timedelta(0), True),
        (IDLE - dt.timedelta(seconds=1), True),
        (IDLE, True),
        (IDLE + life.NOTED_EVERY - dt.timedelta(seconds=1), True),
        (IDLE + life.NOTED_EVERY, False),
        (dt.timedelta(days=3), False),
    ],
)
def test_session_ends_after_idle_time(idle_for: dt.timedelta, lives: bool) -> None:
    with time_machine.travel(NOW, tick=False):
        client, _ = signed_in()
    with time_machine.travel(NOW + idle_for, tick=False):
        assert is_signed_in(client) is lives


def test_idle_time_is_a_setting(settings: Any) -> None:
    settings.SAFEHUB_IDLE_MINUTES = 5
    with time_machine.travel(NOW, tick=False):
        client, _ = signed_in()
    with time_machine.travel(NOW + dt.timedelta(minutes=6), tick=False):
        assert not is_signed_in(client)


def test_activity_keeps_a_session_and_polls_do_not() -> None:
    with time_machine.travel(NOW, tick=False):
        client, _ = signed_in()
    with time_machine.travel(NOW + dt.timedelta(minutes=15), tick=False):
        assert client.post("/account/stay/").status_code == HTTPStatus.NO_CONTENT
    with time_machine.travel(NOW + dt.timedelta(minutes=30), tick=False):
        assert client.get("/account/", headers=BACKGROUND).status_code == HTTPStatus.OK
    with time_machine.travel(NOW + dt.timedelta(minutes=36), tick=False):
        assert not is_signed_in(client)


def test_saving_a_draft_is_activity() -> None:
    with time_machine.travel(NOW, tick=False):
        client, _ = signed_in()
    with time_machine.travel(NOW + dt.timedelta(minutes=15), tick=False):
        client.post("/drafts/accounts.InvitePersonForm/", {})
    with time_machine.travel(NOW + dt.timedelta(minutes=30), tick=False):
        assert is_signed_in(client)


def test_no_activity_keeps_a_session_beyond_twelve_hours() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client, _ = signed_in()
        while timezone.now() < NOW + dt.timedelta(hours=11, minutes=50):
            clock.shift(dt.timedelta(minutes=10))
            assert client.get("/account/").status_code == HTTPStatus.OK
        clock.shift(dt.timedelta(minutes=10))
        assert not is_signed_in(client)


def test_page_says_how_long_is_left() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client, _ = signed_in()
        page = client.get("/account/").content.decode()
        assert 'data-idle-seconds="1200"' in page
        assert 'data-stay-url="/account/stay/"' in page
        for _ in range(71):
            clock.shift(dt.timedelta(minutes=10))
            client.get("/account/")
        # Ten minutes before the twelve hours are over.
        assert 'data-idle-seconds="600"' in client.get("/account/").content.decode()


def test_ended_session_is_gone_from_the_database() -> None:
    with time_machine.travel(NOW, tick=False):
        client, person = signed_in()
        key = client.cookies["sessionid"].value
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
        client.get("/people/")
        assert not Session.objects.filter(session_key=key).exists()
        assert not UserSession.objects.filter(user=person).exists()


# --- typed text ------------------------------------------------------------------------------


def test_text_sent_too_late_is_kept_and_found_again() -> None:
    with time_machine.travel(NOW, tick=False):
        client, person = signed_in()
        with_app(with_password(person))
        sign_in(client, person)
        form = client.get("/people/invite/").content.decode()
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
        hidden.pop("csrfmiddlewaretoken", None)
    with time_machine.travel(NOW + dt.timedelta(hours=2), tick=False):
        typed = {**hidden, "name": "Zebedee Typed", "email": "z@example.org"}
        answer = client.post("/people/invite/", typed)
        assert answer["Location"] == "/sign-in/?next=%2Fpeople%2Finvite%2F"
        assert Draft.objects.filter(person=person.pk).count() == 1
        assert Person.objects.filter(email="z@example.org").count() == 0
        assert "What you typed was kept" in text_of(client.get(answer["Location"]))
        client.post(answer["Location"], {"login": person.email, "password": PASSWORD})
        back = client.post("/sign-in/second-factor/", {"code": code_now()})
        assert back["Location"] == "/people/invite/"
        page = client.get("/people/invite/").content.decode()
        link = re.search(r'href="(/people/invite/\?[^"]+)"', page)
        assert link is not None
        assert "Zebedee Typed" in client.get(link[1].replace("&amp;", "&")).content.decode()


def test_text_of_a_password_form_is_never_kept() -> None:
    with time_machine.travel(NOW, tick=False):
        client, _ = signed_in()
    with time_machine.travel(NOW + dt.timedelta(hours=2), tick=False):
        client.post("/account/password/", {"oldpassword": PASSWORD, "password1": "x"})
        assert Draft.objects.count() == 0


def test_forged_request_plants_no_text() -> None:
    with time_machine.travel(NOW, tick=False):
        membership = make_membership(role=Role.SAFEGUARDING_LEAD)
        client = browser(enforce_csrf_checks=True)
        sign_in(client, membership.person)
        form = client.get("/people/invite/").content.decode()
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
        hidden.pop("csrfmiddlewaretoken", None)
    with time_machine.travel(NOW + dt.timedelta(hours=2), tick=False):
        answer = client.post("/people/invite/", {**hidden, "name": "Planted"})
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert Draft.objects.count() == 0


def test_script_is_told_in_its_own_way() -> None:
    client = browser()
    assert client.get("/people/", headers=BACKGROUND).status_code == HTTPStatus.UNAUTHORIZED
    answer = client.get("/people/", headers={"HX-Request": "true"})
    assert answer.status_code == HTTPStatus.OK
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Fpeople%2F"


# --- doors -----------------------------------------------------------------------------------


def routes() -> list[tuple[str, str]]:
    """Every address of the product with arguments filled in, and the name of its view."""
    found: list[tuple[str, str]] = []

    def walk(patterns: list[Any], before: str) -> None:
        for one in patterns:
            here = before + str(one.pattern)
            if isinstance(one, URLResolver):
                walk(one.url_patterns, here)
            elif isinstance(one, URLPattern):
                path = re.sub(r"\(\?P<\w+>[^)]*\)", "1", here)
                path = re.sub(r"<int:\w+>", "1", path)
                path = re.sub(r"<(\w+:)?\w+>", "x", path)
                found.append(("/" + re.sub(r"[\^$\\]", "", path), str(one.name)))

    walk(get_resolver().url_patterns, "")
    return found


# What anybody may open. A new one is added here by hand, with its reason.
OPEN = re.compile(
    r"^/sign-in/|^/invitation/|^/demonstration/sign-in/|^/drafts/|^/submissions/|^/health|^/ready"
    r"|^/static/|^/live"
    # A calendar is fetched by what cannot sign in: its address holds a secret (ADR 0027).
    r"|^/programme/calendar/[^/]+/[^/]+\.ics$"
)
SET_UP = {
    "/account/second-factors/",
    "/account/second-factors/app/",
    "/account/second-factors/passkeys/add/",
    "/account/second-factors/password-again/",
    "/account/second-factors/again/",
    "/account/second-factors/again/passkey/",
    "/account/stay/",
}


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head", "options"])
def test_every_other_page_asks_strangers_to_sign_in(method: str) -> None:
    tried = 0
    for path, name in routes():
        if OPEN.match(path):
            continue
        answer = getattr(browser(), method)(path)
        assert answer.status_code == HTTPStatus.FOUND, (path, name)
        assert answer["Location"].startswith("/sign-in/?next="), (path, name)
        tried += 1
    assert tried > 25


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMINISTRATOR, Role.AGENCY_AUDITOR])
def test_without_second_factor_only_its_set_up_opens(role: Role) -> None:
    person = with_password(make_membership(role=role).person)
    for path, name in routes():
        if OPEN.match(path):
            continue
        client = browser()
        sign_in(client, person, has_second_factor=False)
        for method in ("get", "post"):
            answer = getattr(client, method)(path)
            if path in SET_UP:
                continue
            assert answer.status_code == HTTPStatus.FOUND, (path, name)
            assert answer["Location"] == "/account/second-factors/", (path, name)


def test_password_alone_never_gets_past_a_second_factor_that_is_set_up() -> None:
    """Even a session that was made without it is asked for it."""
    person = with_app(with_password(make_membership().person))
    client = browser()
    sign_in(client, person, has_second_factor=False)
    assert client.get("/people/")["Location"] == "/account/second-factors/again/"
    answer = client.get("/account/second-factors/app/")
    assert answer.status_code == HTTPStatus.FOUND


def test_who_has_no_role_has_an_account_and_nothing_else() -> None:
    client = browser()
    sign_in(client, make_person())
    assert client.get("/people/")["Location"] == "/account/no-role/"
    assert client.get("/account/no-role/").status_code == HTTPStatus.FORBIDDEN
    assert client.get("/account/").status_code == HTTPStatus.OK


# --- permissions hold from the next request ----------------------------------------------------


def test_role_that_ended_is_gone_at_the_next_request() -> None:
    membership = make_membership(role=Role.SAFEGUARDING_LEAD)
    client = browser()
    sign_in(client, membership.person, membership)
    assert client.get("/people/").status_code == HTTPStatus.OK
    end_membership(membership=membership, by=operator())
    assert client.get("/people/")["Location"] == "/account/no-role/"


def test_who_is_shut_out_is_out_at_the_next_request() -> None:
    client, person = signed_in()
    deactivate_person(person=person, by=operator())
    assert client.get("/account/")["Location"].startswith("/sign-in/")
    assert Session.objects.count() == 0


# --- acting as -------------------------------------------------------------------------------


def test_acting_as_another_role_is_recorded_and_rotates_the_session() -> None:
    person = make_person()
    first = make_membership(person)
    second = make_membership(person, make_agency("health", name="Health"), Role.SAFEGUARDING_LEAD)
    client = browser()
    sign_in(client, person, first)
    before = client.cookies["sessionid"].value
    answer = client.post("/account/act-as/?next=/account/", {"membership": second.pk})
    assert answer["Location"] == "/account/"
    assert client.cookies["sessionid"].value != before
    assert not Session.objects.filter(session_key=before).exists()
    assert UserSession.objects.filter(user=person).count() == 1
    event = TrailEvent.objects.get(event="person.acted_as")
    assert (event.record_kind, event.record_key) == ("accounts.membership", second.pk)
    assert event.membership == first.pk
    assert "Agency safeguarding lead, Health" in text_of(client.get("/account/"))


def test_nobody_acts_as_somebody_else() -> None:
    client, _ = signed_in()
    other = make_membership()
    answer = client.post("/account/act-as/", {"membership": other.pk})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


# --- one's own sessions ----------------------------------------------------------------------


def test_own_sessions_are_listed_and_ended() -> None:
    membership = make_membership()
    here, there = browser(), browser()
    sign_in(here, membership.person)
    sign_in(there, membership.person)
    other = UserSession.objects.get(session_key=there.cookies["sessionid"].value)
    stranger = make_membership().person
    sign_in(browser(), stranger)
    strange = UserSession.objects.get(user=stranger)
    page = here.get("/account/sessions/")
    assert f"/account/sessions/{other.pk}/end/" in page.content.decode()
    assert f"/account/sessions/{strange.pk}/end/" not in page.content.decode()
    assert here.post(f"/account/sessions/{strange.pk}/end/").status_code == HTTPStatus.NOT_FOUND
    here.post(f"/account/sessions/{other.pk}/end/")
    assert not is_signed_in(there)
    assert is_signed_in(here)


def test_new_password_ends_every_other_session() -> None:
    person = with_password(make_membership().person)
    here, there = browser(), browser()
    sign_in(here, person)
    sign_in(there, person)
    new = "bucket harvest nineteen"
    answer = here.post(
        "/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == HTTPStatus.FOUND
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert UserSession.objects.filter(user=person).count() == 1
    person.refresh_from_db()
    assert person.check_password(new)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Firefox/130.0", "Firefox on Windows"),
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 Safari/604.1",
            "Safari on an iPhone",
        ),
        ("<script>alert(1)</script>", "An unknown device"),
        ("", "An unknown device"),
    ],
)
def test_device_is_told_in_words(agent: str, words: str) -> None:
    assert device_words(agent) == words


def test_sign_in_from_a_new_device_is_told_once(visitor: HttpsClient) -> None:
    from safehub.foundation.outbox.models import Message

    person = with_app(with_password(make_membership().person))
    told = Message.objects.filter(notice="person.new_device", to=person.email)
    by_password(visitor, person)
    visitor.post("/sign-in/second-factor/", {"code": code_now()})
    # The first device of all is no news.
    assert told.count() == 0
    visitor.post("/sign-in/out/")
    by_password(visitor, person)
    visitor.post("/sign-in/second-factor/", {"code": code_now(ahead=1)})
    assert told.count() == 0
    stranger = browser()
    by_password(stranger, person)
    stranger.post("/sign-in/second-factor/", {"code": code_now(ahead=-1)})
    assert told.count() == 1


def test_what_has_run_out_is_forgotten_and_the_rest_stays(visitor: HttpsClient) -> None:
    from safehub.register.accounts.invitations.commands import invite
    from safehub.register.accounts.models import CacheEntry, Invitation, KnownDevice
    from safehub.register.accounts.sessions.commands import forget_what_has_run_out

    with time_machine.travel(NOW, tick=False):
        person = with_app(with_password(make_membership().person))
        by_password(visitor, person)
        visitor.post("/sign-in/second-factor/", {"code": code_now()})
        invite(person=make_person("Ben"), by=operator())

    def left() -> tuple[int, ...]:
        kinds = (Session, UserSession, Invitation, KnownDevice, CacheEntry)
        return tuple(kind.objects.count() for kind in kinds)

    assert left()[:4] == (1, 1, 1, 1)
    assert left()[4] > 0
    forget_what_has_run_out(at=NOW + dt.timedelta(days=6))
    assert left() == (1, 1, 1, 1, 0)
    forget_what_has_run_out(at=NOW + dt.timedelta(days=8))
    assert left() == (0, 0, 1, 1, 0)
    forget_what_has_run_out(at=NOW + dt.timedelta(days=38))
    assert left() == (0, 0, 0, 1, 0)
    forget_what_has_run_out(at=NOW + dt.timedelta(days=181))
    assert left() == (0, 0, 0, 0, 0)
