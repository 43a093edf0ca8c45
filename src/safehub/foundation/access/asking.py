"""What every step asks before it changes what is known of a record."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from safehub.foundation.access.decision import Refusal, check
from safehub.foundation.access.facts import Decision
from safehub.foundation.access.queries import policy
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import NotAllowed, NotPossible
from safehub.foundation.records import RecordRef


def now_for(by: Viewer) -> dt.datetime:
    """The moment at which the viewer acts."""
    return by.at or timezone.now()


def must_be_seen(by: Viewer, on: RecordRef) -> Decision:
    """The record must be open to whoever says something of it. Raises Absent."""
    kind = policy().kinds.get(on.kind)
    return check(by, kind.see if kind else "", on)


def must_be_open(by: Viewer, on: RecordRef, action: str) -> None:
    """Open by a grant: who shares, guards or labels changes it, and broken glass only reads."""
    if must_be_seen(by, on).reason is Reason.GLASS:
        raise not_allowed(
            "You are looking by broken glass, which is read only: change nothing.",
            Refusal(by, action, on, Reason.GLASS),
        )


def not_allowed(words: str, refusal: Refusal) -> NotAllowed:
    """A refusal in words of its own, which the edge records as any other."""
    error = NotAllowed(words)
    error.refusal = refusal
    return error


def needs(words: str, what: str) -> None:
    """Raise NotPossible where no words were given."""
    if not words.strip():
        raise NotPossible(f"Say {what}.")
