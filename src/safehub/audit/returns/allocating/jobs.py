"""What the worker does where an auditor turns out to be in conflict with a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safehub.audit.returns.allocating.commands import tell_of_conflict
from safehub.foundation.access.commands import CONFLICT_JOB
from safehub.foundation.outbox.jobs import job


@job(CONFLICT_JOB)
def tell(payload: Mapping[str, Any]) -> None:
    """Tell the agency's coordinators that the case wants another auditor."""
    tell_of_conflict(conflict=payload["conflict"])
