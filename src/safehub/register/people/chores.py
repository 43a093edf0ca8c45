"""What the worker does for the register of people by itself."""

from __future__ import annotations

from django.utils import timezone

from safehub.foundation.outbox.jobs import chore
from safehub.register.people.looks.commands import forget_look_ups


@chore("people.forget_look_ups", every=3600)
def forget() -> None:
    """Delete what was typed to find people longer ago than it is kept."""
    forget_look_ups(at=timezone.now())
