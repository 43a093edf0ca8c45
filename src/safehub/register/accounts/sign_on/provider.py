"""The sign-on that is set, and what its answer proves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

PROVIDER = "sign-on"
# RFC 8176: `mfa` alone says that more than one factor was asked for. Others, such as `hwk` or
# `otp`, name one of them, and by itself that is no second.
_SEVERAL = "mfa"
# What providers answer in `acr` where more than one factor was asked for.
_STRONG = frozenset(
    {
        "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
        "https://refeds.org/profile/mfa",
    }
)


def sign_on_name() -> str:
    """What people call the sign-on; blank where none is set."""
    providers: Mapping[str, Any] = settings.SOCIALACCOUNT_PROVIDERS
    apps = providers.get("openid_connect", {}).get("APPS", [])
    return str(apps[0]["name"]) if apps else ""


def asked_for_second_factor(claims: Mapping[str, Any]) -> bool:
    """Whether the provider says, in `amr` or `acr`, that it asked for a second factor itself.

    What it does not say it has not done: then ours is asked for.
    """
    amr = claims.get("amr")
    acr = claims.get("acr")
    return (isinstance(amr, list) and _SEVERAL in amr) or (isinstance(acr, str) and acr in _STRONG)
