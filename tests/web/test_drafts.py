"""Drafts and conflicts in a real browser: what is typed reaches the server by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.fixtures import Settings

from corpus.kitchen import Recipe
from corpus.kitchen_fixtures import MIDDLEWARE, kitchen, kitchen_table
from safehub.foundation.submissions.models import Draft

from .conftest import served
from .looking import complaints, listen, overflow, violations

__all__ = ["kitchen", "kitchen_table"]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("kitchen_table"),
]
WORDS = "She waits for him at the gate."
STATE = "[data-drafts-state]"


@pytest.fixture
def site(kitchen: None, transactional_db: None, settings: Settings) -> Iterator[str]:
    """The kitchen, with the headers and the assets of the product."""
    settings.MIDDLEWARE = [
        "safehub.foundation.govuk.headers.PageHeaders",
        "csp.middleware.CSPMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        *MIDDLEWARE,
    ]
    Recipe.objects.all().delete()
    serving = served()
    yield next(serving)
    # The browser has gone; what its connections still hold of the database is let go first.
    assert until(_has_hung_up, 60)
    next(serving, None)


def _has_hung_up() -> bool:
    return not any("process_request" in one.name for one in threading.enumerate())


@pytest.fixture
def page(site: str, context: BrowserContext) -> Page:
    """A tab, closed before the server is: its connections are threads of the server."""
    opened = context.new_page()
    listen(opened)
    return opened


def until(holds: Callable[[], bool], seconds: int = 5) -> bool:
    """Wait that long at most for the server to have done it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_text_is_saved_on_leaving_a_field_and_nowhere_in_the_browser(page: Page, site: str) -> None:
    page.goto(f"{site}/tell/")
    page.fill("textarea", WORDS)
    page.locator("textarea").blur()
    expect(page.locator(STATE)).to_contain_text("Saved at")
    assert Draft.objects.count() == 1
    # htmx keeps the path of the page there, and nothing of what is typed.
    kept = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "gate" not in kept
    page.goto(f"{site}/tell/")
    page.get_by_role("link", name="Continue with the text").click()
    expect(page.locator("textarea")).to_have_value(WORDS)
    assert not complaints(page)


def test_text_is_saved_every_ten_seconds_while_it_changes(page: Page, site: str) -> None:
    page.clock.install()
    page.goto(f"{site}/tell/")
    page.locator("textarea").press_sequentially("She waits")
    page.clock.run_for(9_000)
    assert not Draft.objects.exists()
    page.clock.run_for(1_500)
    expect(page.locator(STATE)).to_contain_text("Saved at")
    saved_at = Draft.objects.get().saved_at
    page.clock.run_for(60_000)
    assert Draft.objects.get().saved_at == saved_at


def test_a_lost_connection_is_told_and_made_good(
    page: Page, context: BrowserContext, site: str
) -> None:
    page.clock.install()
    page.goto(f"{site}/tell/")
    context.set_offline(True)
    page.fill("textarea", WORDS)
    page.locator("textarea").blur()
    expect(page.locator(STATE)).to_contain_text("Not saved: no connection")
    assert not Draft.objects.exists()
    context.set_offline(False)
    page.clock.run_for(10_500)
    expect(page.locator(STATE)).to_contain_text("Saved at")
    assert Draft.objects.count() == 1


def test_text_is_saved_on_leaving_the_page(page: Page, site: str) -> None:
    page.goto(f"{site}/tell/")
    page.locator("textarea").press_sequentially("She waits")
    page.goto(f"{site}/cooked/")
    assert until(Draft.objects.exists, 60)


def test_a_save_while_a_button_is_held_down_does_not_lose_the_press(page: Page, site: str) -> None:
    page.goto(f"{site}/tell/")
    page.fill("textarea", WORDS)
    page.get_by_role("button", name="Save for later").hover()
    page.mouse.down()
    # Leaving the field saved the text; the answer has come, and its words would move the button.
    assert until(Draft.objects.exists, 60)
    page.wait_for_timeout(500)
    expect(page.locator(STATE)).to_be_empty()
    page.mouse.up()
    expect(page.get_by_text("that was not sent")).to_be_visible()


def test_what_is_sent_leaves_no_draft_and_two_clicks_do_it_once(page: Page, site: str) -> None:
    page.goto(f"{site}/tell/")
    page.fill("textarea", WORDS)
    page.get_by_role("button", name="Save and continue").dblclick()
    page.wait_for_url("**/cooked/**")
    assert Recipe.objects.count() == 1
    assert not until(Draft.objects.exists)


def test_offer_conflict_and_discard_have_no_violations(page: Page, site: str) -> None:
    recipe = Recipe.objects.create(title="Soup", story="Peas.", portions=2)
    address = f"{site}/recipes/{recipe.pk}/"
    page.goto(address)
    Recipe.objects.update(title="Stew", portions=6, version=2)
    page.fill("#id_title", "Broth")
    page.fill("#id_story", "Beans.")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("Nothing was saved yet")).to_be_visible()
    assert not violations(page)
    assert overflow(page) == 0
    page.get_by_label("Theirs", exact=True).check()
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/cooked/**")
    now = Recipe.objects.get()
    assert (now.title, now.story, now.portions) == ("Stew", "Beans.", 6)
    page.goto(f"{site}/tell/")
    page.fill("textarea", WORDS)
    page.get_by_role("button", name="Save for later").click()
    expect(page.get_by_text("that was not sent")).to_be_visible()
    assert not violations(page)
    page.get_by_role("link", name="Discard the text").click()
    assert not violations(page)
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_text("that was not sent")).to_have_count(0)
