"""Every page of the product in a real browser, in each state, with axe; and by keyboard alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.fixtures import Settings

from access.lanes import tell
from factories.world import World, whole_world
from safehub.foundation.access.vocabulary import Role
from sweeps.openers import opener
from sweeps.routes import FED, MANAGING, routes
from sweeps.ways import ABSENT

from .looking import PATIENCE, STATES, State, complaints, overflow, violations

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

Look = Callable[..., Page]

# A browser of fifty tabs hangs up when it likes, also after the server has gone.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

# Files, what only a script asks for, and what is only sent, are no pages.
NO_PAGE = {
    *(name for name, fed in FED.items() if fed.way.get == 405),
    *("audit:download", "audit:figures_csv", "health", "ready"),
    *("audit:blank_workbook", "audit:marked_workbook", "audit:return_file", "audit:plan"),
    "commissions:letter",
    *("tools:xlsform", "tools:draft_xlsform", "tools:marked", "fhir:questionnaire"),
}
# Steps that want the second factor again lead to the page that asks for it, which is looked at.
OWN_PAGES = (
    "accounts:own",
    "accounts:act_as",
    "accounts:no_role",
    "accounts:sessions",
    "account_change_password",
    "mfa_index",
    "mfa_list_webauthn",
)
OPEN_PAGES = (
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_inactive",
)


@pytest.fixture
def world(server: str, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path)


def cookies(client: Client, server: str) -> list[Any]:
    name = configured.SESSION_COOKIE_NAME
    return [{"name": name, "value": client.cookies[name].value, "url": server}]


def pages(world: World) -> Iterator[tuple[str, str, tuple[Role, str]]]:
    """The name and the address of every page, and who opens it."""
    known = {route.name for route in routes()}
    for name in sorted(known & {*FED, *MANAGING, *OWN_PAGES} - NO_PAGE - ELSEWHERE):
        fed = FED.get(name) or MANAGING.get(name)
        arguments = fed.arguments(world) if fed else {}
        yield name, reverse(name, kwargs=arguments), opener(name)


def test_every_page_is_looked_at() -> None:
    known = {*FED, *MANAGING, *OWN_PAGES, *OPEN_PAGES, *ABSENT}
    known |= NO_PAGE | ELSEWHERE | NOT_HERE
    assert not [route.name for route in routes() if route.name not in known]


# Links of which the world sends none, another's sign-on, and what only a script asks for.
NOT_HERE = {
    "account_reset_password_from_key",
    "accounts:sign_in_link",
    "mfa_remove_webauthn",
    "openid_connect_callback",
    "openid_connect_login",
    "programme:ics",
    "submissions:draft",
}
# Looked at in test_sign_in.py, test_drafts.py, test_answering.py, test_moderation.py,
# test_knowing.py and test_journeys.py, in the states that lead there.
ELSEWHERE = {
    *("audit:add_source", "audit:correct_source"),
    *("audit:ask_known", "audit:remind_known", "audit:answer_knowing", "audit:take_back_knowing"),
    *("audit:choose_moderated", "audit:sum_up"),
    "audit:grade_again",
    "audit:send_back",
    "audit:answer_part",
    "audit:begin_return",
    "audit:change_tool",
    "audit:check_answers",
    "audit:discard_answers",
    "audit:sign_off",
    "account_logout",
    "account_reauthenticate",
    "account_reset_password_from_key_done",
    "account_set_password",
    "accounts:end_other_sessions",
    "accounts:stay",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
}


@pytest.mark.parametrize("state", STATES, ids=str)
def test_page_has_no_violations(world: World, server: str, look: Look, state: State) -> None:
    found: list[str] = []
    looked = 0
    if state.data == "empty":
        world.audit.reports.filter(publication__published_at__isnull=True).delete()
    for name, address, (role, where) in pages(world):
        client = world.client(role, where) if state.data != "empty" else _newcomer(world, role)
        page = look(f"{server}{address}", state, cookies=cookies(client, server))
        if state.data == "full" and _status(page) != 200:
            found.append(f"{name}: answers {_status(page)}, and should be seen as {role}")
        if state.data == "error":
            _send_empty(page)
        found += _looked_at(name, page, state)
        looked += 1
    for name in OPEN_PAGES:
        page = look(f"{server}{reverse(name)}", state)
        found += _looked_at(name, page, state)
        looked += 1
    tell(f"axe: {looked} pages looked at, state {state}, {len(found)} violations")
    assert not found, "\n".join(found)


def _status(page: Page) -> int:
    """What the server answered: a page of a refusal is not the page that was to be looked at."""
    status: int = page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus")
    return status


def _newcomer(world: World, role: Role) -> Client:
    """Somebody of the same role in a partnership where nothing has happened yet."""
    return world.client(role, "elsewhere")


def _send_empty(page: Page) -> None:
    """Send the page's form with nothing in it; a page without one stays as it is."""
    form = page.locator("main form[method=post]")
    if form.count():
        form.first.locator("button[type=submit], button:not([type])").first.click()
        page.wait_for_load_state()


def _looked_at(name: str, page: Page, state: State) -> list[str]:
    """The faults of a page, which is closed then: a hundred that stay open slow the browser."""
    found = _faults(name, page, state)
    page.context.close()
    return found


def _faults(name: str, page: Page, state: State) -> list[str]:
    wide = overflow(page) if state.media == "screen" else 0
    return [
        *(f"{name}: {fault}" for fault in violations(page)),
        *(f"{name}: {said}" for said in complaints(page)),
        *([f"{name}: {wide} px wider than the window"] if wide else []),
    ]


# --- by keyboard alone, and without script ------------------------------------------------------


def _signed_in(browser: Browser, world: World, server: str, *, script: bool) -> BrowserContext:
    context = browser.new_context(java_script_enabled=script, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    client = world.client(Role.AUDIT_COORDINATOR, "office")
    context.add_cookies(cookies(client, server))
    return context


def _follow(page: Page, name: str) -> None:
    """Reach a link with the Tab key alone, and press Enter on it."""
    wanted = page.get_by_role("link", name=name).first
    expect(wanted).to_be_visible()
    for _ in range(400):
        page.keyboard.press("Tab")
        if wanted.evaluate("link => link === document.activeElement"):
            page.keyboard.press("Enter")
            page.wait_for_load_state()
            return
    raise AssertionError(f"the link {name} is not reached by the Tab key")


@pytest.mark.parametrize("script", [True, False], ids=["keyboard", "without script"])
def test_round_and_figures_by_keyboard(
    server: str, world: World, browser: Browser, script: bool
) -> None:
    """From the list of audits to the returns behind a number, without a pointer."""
    context = _signed_in(browser, world, server, script=script)
    page = context.new_page()
    page.goto(f"{server}/audits/")
    if script:
        _follow(page, world.audit.title)
    else:
        page.get_by_role("link", name=world.audit.title).first.press("Enter")
    expect(page.get_by_role("table", name="Cases and agencies")).to_be_visible()
    _go(page, "Figures", script=script)
    expect(page.get_by_role("table", name="Cases by agency")).to_be_visible()
    address = reverse("audit:figure", args=[world.audit.reference, "CSC.known"])
    number = page.locator(f"a[href='{address}']").first
    number.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Returns behind this figure")).to_be_visible()
    page.get_by_role("link", name="Case").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Answered by")).to_be_visible()
    context.close()


def _go(page: Page, name: str, *, script: bool) -> None:
    if script:
        _follow(page, name)
    else:
        page.get_by_role("link", name=name, exact=True).first.press("Enter")
