"""How allauth speaks, writes and decides here."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts: nobody signs up, and every e-mail is a notice in the outbox."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an account begins with an invitation."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors."""


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-on by OpenID Connect."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: a sign-on finds an account and makes none."""
        return False
