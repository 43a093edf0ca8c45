"""Who a command acts as: the local operator on a machine of one's own, else a named member."""

from __future__ import annotations

import getpass
import secrets
from dataclasses import replace

import click

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import NotAllowed, SafehubError

ACTING_AS = "safehub.acting_as"


def acting() -> Viewer:
    """The viewer of this command, for every check and for the trail. Django must be set up.

    Raises NotAllowed in production without `--as`, and NotFound for somebody who is not there.
    """
    from django.conf import settings
    from django.utils import timezone

    named = _named()
    at = timezone.now()
    request_id = secrets.token_hex(8)
    if named:
        from safehub.register.accounts.queries import membership_named, viewer_of

        found = viewer_of(membership_named(named, at), at=at, request_id=request_id, via="command")
        return replace(found, operating_user=_user())
    if settings.SAFEHUB_PRODUCTION:
        raise NotAllowed(
            "This Safehub serves other people, so say who you are: "
            "safehub --as YOU@EXAMPLE.ORG, and :ROLE behind it if you have several."
        )
    return Viewer(
        role=Role.LOCAL_OPERATOR,
        at=at,
        request_id=request_id,
        via="command",
        operating_user=_user(),
    )


def _named() -> str:
    context = click.get_current_context(silent=True)
    return str(context.find_root().meta.get(ACTING_AS) or "") if context else ""


def _user() -> str:
    """The account at the machine, by its name."""
    try:
        return getpass.getuser()[:150]
    except (KeyError, OSError):
        return "unknown"


def record_refused(error: SafehubError) -> None:
    """Write a refusal to the trail, once what it broke off is rolled back."""
    refusal = getattr(error, "refusal", None)
    if refusal is None or refusal.viewer is None:
        return
    from safehub.foundation.access.alerts import record_refusal_of

    record_refusal_of(refusal)
