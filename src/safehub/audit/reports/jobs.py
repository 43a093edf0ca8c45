"""What the worker does for reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safehub.audit.programmes.queries import audit_with
from safehub.audit.reports.commands import derive_figures
from safehub.foundation.outbox.jobs import job


@job("reports.derive_figures")
def derive(payload: Mapping[str, Any]) -> None:
    """Derive the figures of an audit anew: something came in."""
    audit = audit_with(payload["audit"])
    if audit is not None:
        derive_figures(audit=audit)
