"""Reading what publishing needs: one report, its checks, its words, and people of the sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db.models import QuerySet

from safehub.audit.programmes.models import Audit
from safehub.audit.reports.models import ReportVersion, ReportWord
from safehub.audit.sampling.models import FrameReferral
from safehub.audit.sampling.queries import frame_of
from safehub.audit.sampling.rows import columns_of
from safehub.foundation.access.decision import open_record, visible_to
from safehub.foundation.access.facts import Channel, Context
from safehub.foundation.access.viewer import Viewer

REFERRED_ON = "referred_on"
_IDS = ("referral_id", "child_id", REFERRED_ON)


def _every(reference: str) -> QuerySet[ReportVersion]:
    return ReportVersion.objects.filter(audit__reference=reference).select_related(
        "audit__partnership",
        "previous_audit",
        "made_by",
        "publication__corrects",
        "publication__put_forward_by",
        "publication__signed_by",
    )


def one_report(
    viewer: Viewer | None, reference: str, number: int, action: str = "report.see"
) -> ReportVersion:
    """One report with its publication, opened. Raises Absent and NotAllowed. Two queries."""
    leaves = action == "report.download"
    context = Context(Channel.EXPORT) if leaves else Context()
    return open_record(viewer, action, _every(reference), context=context, number=number)


def reports_of(viewer: Viewer, audit: Audit) -> list[ReportVersion]:
    """The reports of the audit that the viewer may read, newest first. One query."""
    reports = ReportVersion.objects.filter(audit=audit).select_related("publication__corrects")
    seen = visible_to(viewer, "report.see", reports.order_by("-number"))
    return list(
        seen.defer(
            *("report_json", "document", "publication__report_json", "publication__document"),
            *("publication__figures", "publication__briefing"),
        )
    )


def published_of(audit: Audit) -> ReportVersion | None:
    """The latest published report of the audit, whoever asks. One query."""
    published = audit.reports.filter(publication__published_at__isnull=False)
    return published.order_by("-number").first()


def correction_of(report: ReportVersion) -> ReportVersion | None:
    """The published report that corrects this one. One query."""
    found = ReportVersion.objects.filter(
        publication__corrects=report, publication__published_at__isnull=False
    )
    return found.select_related("publication").order_by("-number").first()


def is_latest(report: ReportVersion) -> bool:
    """Whether no later report of the audit was made. One query."""
    later = ReportVersion.objects.filter(audit=report.audit_id, number__gt=report.number)
    return not later.exists()


def words_of(report: ReportVersion) -> list[ReportWord]:
    """Every word of it that may be somebody's, in order. One query."""
    return list(report.found_words.select_related("cleared_by").order_by("position"))


def word_of(report: ReportVersion, key: int) -> ReportWord | None:
    """One of them. One query."""
    return report.found_words.select_related("cleared_by").filter(pk=key).first()


def uncleared(report: ReportVersion) -> int:
    """How many of them nobody has cleared. One query."""
    return report.found_words.filter(cleared_at__isnull=True).count()


def frame_columns(audit: Audit) -> list[str]:
    """The columns of the frame by which people of it may be known. One query."""
    return [REFERRED_ON, *(name for name in frame_of(audit).columns if name not in _IDS)]


def frame_mapping(audit: Audit) -> dict[str, tuple[str, ...]]:
    """Which columns say who a child is, by detail, as the office said. One query."""
    return columns_of(frame_of(audit).mapping)


def people_of_the_sample(audit: Audit) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Of each referral that ever had a case number, its key and its cells by column. One query."""
    drawn = FrameReferral.objects.filter(frame__audit=audit, cases__number__isnull=False).distinct()
    for row in drawn.order_by("position"):
        further = {name: str(value) for name, value in row.further.items()}
        yield str(row.pk), {REFERRED_ON: row.referred_on.isoformat(), **further}


def earlier_audits(viewer: Viewer, audit: Audit) -> list[Audit]:
    """Audits of the same partnership with which this one may be compared, newest first.

    Only those of which a sample was drawn. One query.
    """
    found = Audit.objects.filter(partnership=audit.partnership_id, draws__isnull=False)
    found = found.exclude(pk=audit.pk).distinct().order_by("-period_to", "-pk")
    return list(visible_to(viewer, "audit.see_figures", found))
