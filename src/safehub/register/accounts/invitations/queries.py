"""Reading invitations."""

from __future__ import annotations

import datetime as dt

from safehub.register.accounts.models import Invitation, Person
from safehub.register.accounts.tokens import hash_of


def open_invitation(token: str, at: dt.datetime) -> Invitation | None:
    """The invitation of that token if it may still be accepted."""
    return (
        Invitation.objects.filter(
            token_hash=hash_of(token),
            used_at=None,
            withdrawn_at=None,
            expires_at__gt=at,
            person__is_active=True,
        )
        .select_related("person")
        .first()
    )


def last_invitation(person: Person) -> Invitation | None:
    """The person's latest invitation, whatever became of it."""
    return Invitation.objects.filter(person=person).order_by("-pk").first()
