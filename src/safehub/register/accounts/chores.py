"""What the worker does for accounts by itself."""

from __future__ import annotations

from django.utils import timezone

from safehub.foundation.outbox.jobs import chore
from safehub.register.accounts.sessions.commands import forget_what_has_run_out


@chore("accounts.forget", every=3600)
def forget() -> None:
    """Delete sessions, invitations, links and devices that have run out."""
    forget_what_has_run_out(at=timezone.now())
