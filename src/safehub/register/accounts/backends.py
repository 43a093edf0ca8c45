"""How somebody signs in: as allauth does it, but who a session names is asked in one wording."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from safehub.register.accounts.models import Person
from safehub.register.accounts.queries import person_to_sign_in


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """As allauth checks a sign-in."""

    def get_user(self, user_id: Any) -> Person | None:
        """The person of that key, unless they are shut out. One query."""
        return person_to_sign_in(user_id)
