"""Browsers and passwords."""

from __future__ import annotations

import pytest

from factories.browsers import HttpsClient, browser


@pytest.fixture
def visitor() -> HttpsClient:
    """A browser in which nobody is signed in."""
    return browser()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: object, request: pytest.FixtureRequest) -> None:
    """Argon2 is slow by design; what is tested here is not the hash."""
    if "own_hashers" not in request.keywords:
        settings.PASSWORD_HASHERS = [  # type: ignore[attr-defined]
            "django.contrib.auth.hashers.MD5PasswordHasher"
        ]
