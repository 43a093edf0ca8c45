"""A coordinator moves a round to a newer version of its tool, in a real browser with axe."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.fixtures import Settings

from factories.moving import CHANGE, MovingRound

from .looking import PATIENCE
from .test_answering import _looked_at
from .test_pages import cookies

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def _own_uploads(settings: Settings, tmp_path: Path) -> None:
    settings.UPLOADS = tmp_path / "uploads"


@pytest.mark.parametrize("script", [True, False], ids=["script", "without script"])
def test_a_round_is_moved_and_its_auditor_told(server: str, browser: Browser, script: bool) -> None:
    """From the round to the preview, moved, and what the agency finds on its task list."""
    small = MovingRound()
    answers = {"known": "yes", "words": "Seen.", "story": "Nobody came.", "visits": "3"}
    working = small.working(answers=answers)
    small.publish(CHANGE)
    look = _looked_at if script else (lambda page, name: None)
    context = browser.new_context(java_script_enabled=script, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    context.add_cookies(cookies(small.office, server))
    page = context.new_page()
    page.goto(f"{server}/audits/voices/")
    look(page, "round-with-newer")
    page.get_by_role("link", name="See what it would change here").click()
    expect(page.get_by_role("table", name="Returns being answered")).to_be_visible()
    assert "Nobody came." not in page.content()
    look(page, "change-tool")
    page.get_by_role("button", name="Move the round").click()
    expect(page.get_by_text("The round has version 2 now.")).to_be_visible()
    context.clear_cookies()
    context.add_cookies(cookies(small.client, server))
    page.goto(f"{server}/audits/voices/answers/{working.pk}/")
    expect(page.get_by_role("table", name="Answers that no longer fit")).to_be_visible()
    look(page, "answers-set-aside")
    page.get_by_role("link", name="Check and submit").click()
    look(page, "check-set-aside")
    context.close()
