"""What the worker does of itself: drafts and marks go when their time is over."""

from __future__ import annotations

from django.utils import timezone

from safehub.foundation.outbox.jobs import chore
from safehub.foundation.submissions.commands import purge


@chore("submissions.purge", every=3600)
def purge_old() -> None:
    """Once an hour."""
    purge(at=timezone.now())
