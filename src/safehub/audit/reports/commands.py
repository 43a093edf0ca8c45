"""What changes reports."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import transaction

from safehub.audit.programmes.models import Audit
from safehub.audit.reports.figures import Figure, Figures
from safehub.audit.reports.material import Material, material_of
from safehub.audit.reports.models import ReportFigure, ReportVersion, StandingFigures
from safehub.audit.reports.queries import state_token
from safehub.audit.reports.standing import as_rows
from safehub.audit.reports.wording import written as in_digits
from safehub.audit.reports.writing import Written, written
from safehub.audit.sampling.queries import latest_draw
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.documents.tree import Document
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record

_BATCH = 500


@dataclass(frozen=True)
class Report:
    """A report that was made: what it is made of, and the version that is kept of it.

    `withheld` are the ids and names that were left out of what people wrote, and how often.
    """

    version: ReportVersion
    material: Material
    document: Document
    withheld: tuple[tuple[str, int], ...]


@transaction.atomic
def make_report(*, audit: Audit, by: Viewer, previous: Audit | None = None) -> Report:
    """Derive every figure, write the report and keep it; one that says the same is not kept twice.

    Raises NotPossible where no sample was drawn.
    """
    check(by, "audit.make_report", audit)
    if previous is not None:
        check(by, "audit.see_figures", previous)
    # Two at once: the second waits, and finds what the first kept.
    Audit.objects.select_for_update().get(pk=audit.pk)
    made = written(audit, previous)
    version = _keep(audit, previous, made, by)
    _keep_standing(audit, made.material.figures)
    record("report.made", by=by, on=ref_of(audit), detail={"report": version.pk})
    return Report(version, made.material, made.document, made.withheld)


def _keep(audit: Audit, previous: Audit | None, made: Written, by: Viewer) -> ReportVersion:
    sha256 = hashlib.sha256(made.text.encode()).hexdigest()
    latest = audit.reports.order_by("-number").first()
    if latest is not None and latest.sha256 == sha256:
        return latest
    version = ReportVersion.objects.create(
        audit=audit,
        number=1 + (latest.number if latest else 0),
        previous_audit=previous,
        sha256=sha256,
        report_json=made.text,
        document=made.document.as_kept(),
        made_by_id=by.person,
    )
    ReportFigure.objects.bulk_create(
        (
            _kept(version, position, one)
            for position, one in enumerate(made.material.figures.listed, start=1)
        ),
        batch_size=_BATCH,
    )
    return version


def _kept(version: ReportVersion, position: int, one: Figure) -> ReportFigure:
    share = one.share
    low, high = (share and share.interval) or (None, None)
    low_fpc, high_fpc = (share and share.interval_fpc) or (None, None)
    return ReportFigure(
        report=version,
        position=position,
        figure=one.name,
        agency=one.agency,
        question=one.question,
        answer=one.answer,
        unit=one.unit,
        definition=one.definition,
        n="" if one.n is None else in_digits(one.n),
        of=one.of,
        percent=share.percent if share else None,
        low=low,
        high=high,
        low_fpc=low_fpc,
        high_fpc=high_fpc,
    )


@transaction.atomic
def derive_figures(*, audit: Audit) -> None:
    """Keep the figures as they stand, so that pages need not derive them. The worker's job.

    Nothing where no sample was drawn yet.
    """
    if latest_draw(audit) is not None:
        _keep_standing(audit, material_of(audit).figures)


def _keep_standing(audit: Audit, figures: Figures) -> None:
    token = state_token(audit)
    StandingFigures.objects.filter(audit=audit).delete()
    StandingFigures.objects.bulk_create(
        StandingFigures(
            audit=audit,
            position=position,
            agency=code,
            token=token,
            headline=headline,
            figures=rows,
        )
        for position, (code, _, headline, rows) in enumerate(as_rows(figures), start=1)
    )
