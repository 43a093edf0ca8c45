"""Reading reports from the store."""

from __future__ import annotations

from django.db.models import Count

from safehub.audit.programmes.models import Audit
from safehub.audit.reports.models import ReportVersion
from safehub.foundation.errors import NotFound


def report_counts() -> dict[int, int]:
    """How many reports each audit has, by its key. One query."""
    rows = ReportVersion.objects.values("audit").annotate(count=Count("pk"))
    return {row["audit"]: row["count"] for row in rows}


def latest_report_json(audit: Audit) -> str:
    """The text of the latest report.json. Raises NotFound where no report was made."""
    latest = audit.reports.order_by("-number").first()
    if latest is None:
        raise NotFound(
            f"No report of {audit.reference} has been made: "
            f"make it with `./safehub audit report {audit.reference} --out DIR`."
        )
    return latest.report_json
