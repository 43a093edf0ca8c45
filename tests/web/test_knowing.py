"""Agencies are asked whom they know, answer, take back and are reminded; with axe, and without
script."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings

from factories.answering import sheets
from factories.framed import Framed
from safehub.audit.returns.models import Knowing
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.outbox.models import Message
from safehub.register.accounts.models import Membership

from .looking import PATIENCE, violations
from .test_pages import cookies

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def made(db: None, settings: Settings, tmp_path: Path) -> Framed:
    settings.UPLOADS = tmp_path / "uploads"
    framed = Framed(sheets())
    framed.drawn()
    return framed


def _opened(
    browser: Browser, server: str, made: Framed, member: Membership, name: str, *, script: bool
) -> Page:
    context = browser.new_context(java_script_enabled=script, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    context.add_cookies(cookies(made.client(member), server))
    page = context.new_page()
    page.goto(f"{server}{reverse(name, args=[made.audit.reference])}")
    return page


@pytest.mark.parametrize("script", [True, False], ids=["script", "without script"])
def test_an_agency_is_asked_and_answers(
    server: str, browser: Browser, made: Framed, script: bool
) -> None:
    def look(page: Page) -> None:
        assert not script or not violations(page), page.url

    cora = made._member("Cora", Role.AGENCY_COORDINATOR, made.police)
    office = _opened(browser, server, made, made.office.edie, "audit:knowing_asked", script=script)
    look(office)
    office.get_by_role("link", name="Ask the agencies").click()
    look(office)
    office.get_by_role("button", name="Ask them").click()
    expect(office.get_by_text("4 questions asked.")).to_be_visible()
    look(office)

    page = _opened(browser, server, made, cora, "audit:knowing", script=script)
    look(page)
    expect(page.get_by_text("Low Road")).to_have_count(2)
    page.get_by_role("link", name="Answer for case 01").click()
    look(page)
    page.get_by_label("Cannot tell").check()
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Say in a line")
    look(page)
    page.get_by_label("Not known", exact=True).check()
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("Its nil return is sent.")).to_be_visible()
    expect(page.get_by_text("Low Road")).to_have_count(1)
    look(page)
    page.get_by_role("link", name="Take it back for case 01").click()
    look(page)
    page.get_by_label("Why is the answer taken back?").fill("The wrong record was opened.")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Low Road")).to_have_count(2)
    assert not Knowing.objects.exclude(answer="").exists()

    office.get_by_role("link", name="Remind those who have not answered").click()
    look(office)
    office.get_by_role("button", name="Remind them").click()
    expect(office.get_by_text("agencies are reminded")).to_be_visible()
    assert Message.objects.filter(notice="known.reminder", to=cora.person.email).count() == 1
