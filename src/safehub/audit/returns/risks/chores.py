"""What the worker does for alerts of immediate risk by itself."""

from __future__ import annotations

from django.utils import timezone

from safehub.audit.returns.risks.commands import remind_of_risks
from safehub.foundation.outbox.jobs import chore


@chore("risks.remind", every=60)
def remind() -> None:
    """Tell again of the alerts that nobody has taken in hand."""
    remind_of_risks(at=timezone.now())
