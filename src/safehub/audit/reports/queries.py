"""Reading reports from the store."""

from __future__ import annotations

from django.db.models import Count

from safehub.audit.programmes.models import Audit
from safehub.audit.reports.models import ReportVersion
from safehub.foundation.access.decision import check, visible_to
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import NotFound


def report_counts(viewer: Viewer) -> dict[int, int]:
    """How many reports of each audit the viewer may read, by its key. One query."""
    seen = visible_to(viewer, "report.see", ReportVersion.objects.all())
    rows = seen.values("audit").annotate(count=Count("pk"))
    return {row["audit"]: row["count"] for row in rows}


def latest_report_json(viewer: Viewer, audit: Audit) -> str:
    """The text of the latest report.json. Raises NotFound where the viewer may see no report."""
    latest = (
        visible_to(viewer, "report.see", ReportVersion.objects.filter(audit=audit))
        .order_by("-number")
        .first()
    )
    if latest is None:
        raise NotFound(
            f"No report of {audit.reference} has been made: "
            f"make it with `./safehub audit report {audit.reference} --out DIR`."
        )
    check(viewer, "report.see", latest)
    return latest.report_json
