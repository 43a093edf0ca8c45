"""What the worker does for actions by itself."""

from __future__ import annotations

from django.utils import timezone

from safehub.audit.actions.commands import remind_of_actions
from safehub.foundation.outbox.jobs import chore


@chore("actions.remind", every=3600)
def remind() -> None:
    """Tell owners of actions that are due soon or overdue."""
    remind_of_actions(on=timezone.localdate())
