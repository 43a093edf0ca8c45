"""Every component in every state: what axe finds, what overflows, what the browser complains of."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Page, expect

from .conftest import served
from .looking import STATES, State, complaints, overflow, violations

PAGES = ("kitchen", "form", "figures", "problem")
WIDE = STATES[1]


def _kitchen_settings() -> dict[str, object]:
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [Path(__file__).parent / "jinja2"]
    return {
        "ROOT_URLCONF": "web.kitchen",
        "TEMPLATES": templates,
        "SAFEHUB_NAVIGATION": "web.kitchen.navigation",
        "SAFEHUB_ACTING_AS": "web.kitchen.acting_as",
        "SAFEHUB_BANNERS": "web.kitchen.banners",
        "SECURE_SSL_REDIRECT": False,
        "MIDDLEWARE": [
            "django.middleware.security.SecurityMiddleware",
            "safehub.foundation.govuk.headers.PageHeaders",
            "csp.middleware.CSPMiddleware",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
        ],
    }


@pytest.fixture(scope="module")
def kitchen() -> Iterator[str]:
    """A server of the kitchen alone, which has no database."""
    with override_settings(**_kitchen_settings()):
        yield from served()


@pytest.mark.parametrize("state", STATES, ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_page_in_each_state_has_no_violations(
    name: str, state: State, kitchen: str, look: Callable[..., Page]
) -> None:
    page = look(f"{kitchen}/{name}/{state.data}", state)
    assert not violations(page)
    assert overflow(page) == 0
    assert not complaints(page)


def test_form_is_filled_by_keyboard_alone(kitchen: str, look: Callable[..., Page]) -> None:
    page = look(f"{kitchen}/form/empty", WIDE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "name"
    page.keyboard.type("Ada")
    for typed in ("7", "mar", "2019"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator("[name=known][value=yes]").is_checked()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "since-day"
    assert page.locator("[name=born-year]").input_value() == "2019"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_choice_reveals_its_fields_and_another_hides_them(
    script: bool, kitchen: str, look: Callable[..., Page]
) -> None:
    page = look(f"{kitchen}/form/empty", WIDE, script=script)
    since = page.locator("[name=since-day]")
    assert not since.is_visible()
    page.get_by_label("Yes", exact=True).check()
    assert since.is_visible()
    page.get_by_label("No", exact=True).check()
    assert not since.is_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_another_entry_is_added_and_taken_away(
    script: bool, kitchen: str, look: Callable[..., Page]
) -> None:
    page = look(f"{kitchen}/form/full", WIDE, script=script)
    page.get_by_role("button", name="Add another member of the household").click()
    names = page.locator("[name^=members-][name$=-who]")
    expect(names).to_have_count(3)
    assert [one.input_value() for one in names.all()] == ["Ada", "Ben", ""]
    assert not page.get_by_text("There is a problem").is_visible()
    page.get_by_role("button", name="Remove member of the household 1").click()
    expect(names).to_have_count(2)
    assert [one.input_value() for one in names.all()] == ["Ben", ""]


def test_error_summary_takes_the_focus_and_leads_to_the_input(
    kitchen: str, look: Callable[..., Page]
) -> None:
    page = look(f"{kitchen}/form/error", WIDE)
    assert page.title() == "Error: Tell us about the child – Safehub"
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    links = page.locator(".govuk-error-summary__list a")
    assert links.count() >= 10
    for link in links.all():
        target = page.locator(f'[id="{(link.get_attribute("href") or "").lstrip("#")}"]')
        assert target.count() == 1, link.inner_text()
        assert target.is_visible(), link.inner_text()
    links.nth(1).click()
    assert page.evaluate("document.activeElement.name") == "born-day"


def test_session_is_about_to_end_and_asks_two_minutes_before(
    kitchen: str, look: Callable[..., Page]
) -> None:
    page = look(f"{kitchen}/form/empty", WIDE)
    page.clock.install()
    page.reload()
    dialog = page.get_by_role("dialog", name="You will be signed out soon")
    page.clock.run_for(17 * 60_000)
    page.locator("[name=name]").fill("typed before the warning")
    assert not dialog.is_visible()
    page.clock.run_for(61_000)
    assert dialog.is_visible()
    with page.expect_response("**/stay") as answer:
        page.keyboard.press("Enter")
    assert answer.value.ok
    dialog.wait_for(state="hidden")
    # The time begins anew, and what was typed stays.
    page.clock.run_for(17 * 60_000)
    assert not dialog.is_visible()
    assert page.locator("[name=name]").input_value() == "typed before the warning"
    page.clock.run_for(61_000)
    assert dialog.is_visible()


def test_page_left_open_past_the_end_asks_the_server_again(
    kitchen: str, look: Callable[..., Page]
) -> None:
    page = look(f"{kitchen}/problem/full", WIDE)
    page.clock.install()
    page.reload()
    with page.expect_navigation():
        page.clock.run_for(1_206_000)


def test_long_text_survives_a_round_through_the_browser(
    kitchen: str, look: Callable[..., Page]
) -> None:
    typed = "\n\n  two\n\tand three  "
    page = look(f"{kitchen}/form/empty", WIDE)
    page.get_by_label("Yes", exact=True).check()
    for name in ("how", "voice"):
        page.locator(f"[name={name}]").fill(typed)
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_text("There is a problem").wait_for()
    for name in ("how", "voice"):
        assert page.locator(f"[name={name}]").input_value() == typed


def test_page_prints_without_what_only_a_screen_needs(
    kitchen: str, look: Callable[..., Page]
) -> None:
    page = look(f"{kitchen}/kitchen/full", STATES[-1])
    for gone in (".sh-navigation", ".sh-filter", ".sh-footer", ".govuk-breadcrumbs", ".sh-sub"):
        assert not page.locator(gone).is_visible(), gone
    for there in (".sh-who__person", ".sh-identity", "h1", ".sh-grid", ".sh-timeline"):
        assert page.locator(there).first.is_visible(), there
