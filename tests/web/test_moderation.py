"""The coordinator chooses, the moderator sends back and grades; with axe, and without script."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.fixtures import Settings

from factories.world import World, whole_world
from safehub.audit.moderation.models import SecondGrade, SecondLook, SentBack
from safehub.foundation.access.vocabulary import Role

from .looking import violations
from .test_pages import cookies

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    """A round that is being gathered."""
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path, opened=False)


def _opened(browser: Browser, server: str, world: World, role: Role, *, script: bool) -> Page:
    context = browser.new_context(java_script_enabled=script, locale="en-GB")
    context.set_default_timeout(30_000)
    context.add_cookies(cookies(world.client(role, "office"), server))
    page = context.new_page()
    page.goto(f"{server}{reverse('audit:moderation', args=[world.audit.reference])}")
    return page


@pytest.mark.parametrize("script", [True, False], ids=["script", "without script"])
def test_a_share_is_chosen_sent_back_and_graded(
    server: str, browser: Browser, world: World, script: bool
) -> None:
    def look(page: Page) -> None:
        assert not script or not violations(page), page.url

    page = _opened(browser, server, world, Role.AUDIT_COORDINATOR, script=script)
    look(page)
    page.get_by_role("link", name="Choose returns").click()
    look(page)
    page.get_by_role("button", name="Choose them").click()
    look(page)
    page.get_by_label("A share of all returns").check()
    page.get_by_label("How many percent?").fill("5")
    page.get_by_role("button", name="Choose them").click()
    look(page)
    looks = SecondLook.objects.count()
    assert looks

    page = _opened(browser, server, world, Role.AUDIT_MODERATOR, script=script)
    look(page)
    page.get_by_role("link", name="Case").first.click()
    page.get_by_role("link", name="Send it back").click()
    look(page)
    page.get_by_label("What is the agency to look at again?").fill("When was the child seen?")
    page.get_by_role("button", name="Send it back").click()
    look(page)
    assert SentBack.objects.count() == 1
    page.get_by_role("link", name="Grade it").click()
    look(page)
    page.get_by_role("button", name="Give this grade").click()
    look(page)
    page.get_by_label("Inadequate").check()
    page.get_by_label("Why?").fill("Nobody saw the child alone.")
    page.get_by_role("button", name="Give this grade").click()
    look(page)
    assert page.get_by_text("Both grades", exact=True).is_visible()
    assert SecondGrade.objects.count() == 1
