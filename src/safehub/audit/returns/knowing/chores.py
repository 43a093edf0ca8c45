"""What the worker does by itself for questions whether a child is known."""

from __future__ import annotations

from django.utils import timezone

from safehub.audit.returns.knowing.commands import remind_of_questions
from safehub.foundation.outbox.jobs import chore


@chore("knowing.remind", every=3600)
def remind() -> None:
    """Remind agencies around the day on which they are to have said whom they know."""
    remind_of_questions(on=timezone.localdate())
