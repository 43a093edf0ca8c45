"""Choosing a role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from safehub.foundation.access.vocabulary import Role
from safehub.foundation.govuk import forms
from safehub.register.accounts.models import Membership
from safehub.register.accounts.rules import ROLE_NAMES


class ActAsForm(forms.Form):
    """One of the memberships that the person has now."""

    keeps_drafts = False
    membership = forms.RadiosField("Which role do you act in?", [])

    def __init__(self, *args: Any, memberships: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), membership_words(one)) for one in memberships
        ]


def membership_words(membership: Membership) -> str:
    """Role, agency, and unit where there is one."""
    words = f"{ROLE_NAMES[Role(membership.role)]}, {membership.agency.name}"
    return f"{words} ({membership.unit})" if membership.unit else words
