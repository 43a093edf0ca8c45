"""Signing in with a real browser: with a device of its own, by keyboard alone, without script."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from factories.people import make_agency, make_membership, make_person, sign_in
from safehub.foundation.access.vocabulary import Role
from safehub.register.accounts.models import Person
from unit.accounts.signing import PASSWORD, code_now, with_app, with_password

from .looking import STATES, State, complaints, overflow, violations

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


pytestmark = pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="SQLite in memory is one connection, which a browser and a test cannot share",
)


@pytest.fixture
def person(server: str) -> Person:
    """Somebody with a password and an authenticator app."""
    membership = make_membership(make_person("Asha"), make_agency("police", name="Police"))
    return with_app(with_password(membership.person))


def with_device(page: Page) -> None:
    """Give the browser a device that keeps passkeys and asks for a finger."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def by_keyboard(page: Page, server: str, person: Person) -> None:
    """Sign in without a pointer."""
    page.goto(f"{server}/account/")
    page.get_by_label("Email address").focus()
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.get_by_label("Code").focus()
    page.keyboard.type(code_now())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


# The server comes before the browser, so that the browser hangs up first.
def test_by_keyboard_alone(server: str, person: Person, context: BrowserContext) -> None:
    by_keyboard(context.new_page(), server, person)


def test_without_script(server: str, person: Person, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/sign-in/")
    assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
    expect(page.get_by_text("A passkey needs JavaScript")).to_be_visible()
    by_keyboard(page, server, person)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    context.close()


def test_passkey_is_added_and_signs_in(
    server: str, person: Person, context: BrowserContext
) -> None:
    page = context.new_page()
    with_device(page)
    by_keyboard(page, server, person)
    page.goto(f"{server}/account/second-factors/passkeys/add/")
    page.get_by_label("Name of the passkey").fill("Work laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page).not_to_have_url(re.compile("/passkeys/add/"))
    page.goto(f"{server}/account/second-factors/passkeys/")
    expect(page.get_by_role("term").filter(has_text="Work laptop")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{server}/account/")
    # What is said of a passkey that failed is not said before one was tried.
    expect(page.get_by_text("The passkey was not used")).to_be_hidden()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


ANYBODY = (
    "/sign-in/",
    "/sign-in/password/",
    "/sign-in/password/sent/",
    "/sign-in/how-to-begin/",
    "/sign-in/not-in-use/",
    "/invitation/none-such/",
)
SIGNED_IN = (
    "/account/",
    "/account/act-as/",
    "/account/sessions/",
    "/account/password/",
    "/account/second-factors/",
    "/account/second-factors/app/remove/",
    "/account/second-factors/codes/new/",
    "/account/second-factors/passkeys/",
    "/account/second-factors/passkeys/add/",
    "/account/second-factors/again/",
    "/people/",
    "/people/?q=nobody",
    "/people/invite/",
    "/people/{person}/",
    "/people/{person}/name/",
    "/people/roles/{membership}/",
    "/people/roles/{membership}/end/",
)
LOOKS = [state for state in STATES if state.name == "full"]


@pytest.mark.parametrize("state", LOOKS, ids=str)
def test_every_page_has_no_violations(state: State, server: str, look: Callable[..., Page]) -> None:
    """One server and one browser for all pages: each takes a moment, and starting them longer."""
    lead = make_membership(make_person("Cara"), role=Role.SAFEGUARDING_LEAD)
    with_app(with_password(lead.person))
    other = make_membership(make_person("Ben"), lead.agency)
    make_membership(lead.person, make_agency("health", name="Health"))
    client = sign_in(Client(), lead.person, lead)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server}
    keys = {"person": other.person_id, "membership": other.pk}
    found: dict[str, list[str]] = {}
    for path in (*ANYBODY, *SIGNED_IN):
        cookies = [cookie] if path in SIGNED_IN else None
        page = look(server + path.format(**keys), state, cookies=cookies)
        wrong = [*violations(page), *complaints(page)]
        if overflow(page):
            wrong.append(f"overflows by {overflow(page)} px")
        if wrong:
            found[path] = wrong
    assert not found
