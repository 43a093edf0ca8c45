"""The coordinator writes the book, chooses and codes; a moderator codes again, by keyboard too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.fixtures import Settings

from factories.world import World, whole_world
from safehub.audit.coding.models import Code, CodedText, Suggestion, ThemeWords
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
    page.goto(f"{server}{reverse('audit:coding', args=[world.audit.reference])}")
    return page


@pytest.mark.parametrize("script", [True, False], ids=["script", "without script"])
def test_a_text_is_coded_twice(server: str, browser: Browser, world: World, script: bool) -> None:
    def look(page: Page) -> None:
        assert not script or not violations(page), page.url

    page = _opened(browser, server, world, Role.AUDIT_COORDINATOR, script=script)
    look(page)
    page.get_by_role("link", name="code book").click()
    look(page)
    page.get_by_role("link", name="Add a theme").click()
    page.get_by_role("button", name="Add it").click()
    look(page)
    page.get_by_label("What is the theme called?").fill("Voice of the child")
    page.get_by_label("What does it mean?").fill("What the child said.")
    page.get_by_role("button", name="Add it").click()
    look(page)
    page.get_by_role("link", name="Back to coding").click()
    page.get_by_role("link", name="Choose texts").click()
    look(page)
    page.get_by_label("In words").check()
    page.get_by_label("How many percent").fill("100")
    page.get_by_role("button", name="Choose them").click()
    look(page)
    page.get_by_role("link", name="Code the next text").click()
    look(page)
    page.get_by_role("button", name="Keep it").click()
    look(page)
    begun = CodedText.objects.get(pk=int(page.url.rstrip("/").split("/")[-2]))
    words = ThemeWords.objects.get()
    Suggestion.objects.create(text=begun, theme=words.theme, start=0, end=4)
    page.reload()
    look(page)
    group = page.get_by_role("group", name="Suggested: Voice of the child")
    group.get_by_label("Take it: worried about").check()
    page.get_by_label("I am done with this text").check()
    page.get_by_role("button", name="Keep it").click()
    look(page)
    assert Code.objects.get().is_suggested
    page.get_by_role("link", name="Suggestions for coding").click()
    page.get_by_text("Suggestions begin once there are 200").wait_for()
    look(page)

    text = CodedText.objects.get(first_done_at__isnull=False)
    page = _opened(browser, server, world, Role.AUDIT_MODERATOR, script=script)
    look(page)
    where = reverse("audit:code_text", args=[world.audit.reference, text.pk])
    page.goto(f"{server}{where}")
    look(page)
    page.locator("input[name=sentences]").first.focus()
    page.keyboard.press("Space")
    page.get_by_label("Voice of the child").focus()
    page.keyboard.press("Space")
    page.get_by_label("Worried about").focus()
    page.keyboard.press("Space")
    page.get_by_label("I am done with this text").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Keep it").focus()
    page.keyboard.press("Enter")
    page.get_by_text("1 text was coded by two people").wait_for()
    look(page)
    page.get_by_role("link", name="1 case: Voice of the child, all agencies").click()
    look(page)
    page.get_by_role("link", name="Case").first.click()
    look(page)
    assert page.get_by_role("cell", name="Second").is_visible()
