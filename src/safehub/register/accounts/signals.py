"""What follows on a sign-in, whichever way it came: by password, passkey, sign-on or link."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from safehub.register.accounts.models import Person
from safehub.register.accounts.sessions import commands
from safehub.register.accounts.tokens import new_token

DEVICE_COOKIE = "safehub_device"


def on_signed_in(*, request: HttpRequest, user: Person, **_: Any) -> None:
    """Begin the life of the session."""
    device = request.COOKIES.get(DEVICE_COOKIE) or new_token()
    # The middleware gives it to the browser.
    request.device_token = device  # type: ignore[attr-defined]
    commands.begin_session(request=request, person=user, device=device)


def on_signed_out(*, request: HttpRequest, user: Person | None, **_: Any) -> None:
    """Write down that somebody left of themselves."""
    if user is not None:
        commands.record_sign_out(request=request, person=user)


def on_factor_added(
    *, request: HttpRequest, user: Person, authenticator: Authenticator, **_: Any
) -> None:
    """Whoever has just set up a second factor has proved it by doing so."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=str(authenticator.type)
        )


def connect() -> None:
    """Called once at start."""
    user_logged_in.connect(on_signed_in, dispatch_uid="safehub_signed_in")
    user_logged_out.connect(on_signed_out, dispatch_uid="safehub_signed_out")
    authenticator_added.connect(on_factor_added, dispatch_uid="safehub_factor_added")
