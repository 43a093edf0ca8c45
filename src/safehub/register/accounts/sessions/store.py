"""Where sessions are kept: Django's own store, which words its question once in a process."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as Stored
from django.contrib.sessions.models import Session
from django.utils import timezone

from safehub.register.accounts.sessions.queries import session_that_holds


class SessionStore(Stored):
    """Sessions in the database, asked for on each page."""

    def _get_session_from_db(self) -> Session | None:
        """The session of this key; none where it ended or never was. One query."""
        key = self.session_key
        found = session_that_holds(key, timezone.now()) if key else None
        if found is None:
            self._session_key = None
        return found
