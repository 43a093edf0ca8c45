"""Every component in every state: what axe finds, what overflows, what the browser complains of."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Page

from .conftest import served
from .looking import STATES, State, overflow, violations

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
