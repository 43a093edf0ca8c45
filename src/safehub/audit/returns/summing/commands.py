"""What changes an agency's summative report on pages."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from safehub.audit.programmes.commands import hold_round
from safehub.audit.programmes.models import Audit, Theme
from safehub.audit.programmes.terms import Statement
from safehub.audit.returns.models import PrintedNumber, SummativeReport, SummativeStatement
from safehub.audit.returns.summing.queries import own_figures, own_part
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record

_KINDS = SummativeStatement.Kind


@transaction.atomic
def sum_up(
    *,
    audit: Audit,
    overview: str,
    working_well: Sequence[Statement],
    worried_about: Sequence[Statement],
    actions: Sequence[Statement],
    by: Viewer,
) -> SummativeReport:
    """Keep the summative report of the viewer's agency, with its figures as they are now.

    What it said before is replaced; it stays the same record. Who owns a statement that a pack gave
    an owner is kept while its words are. Raises Absent, NotAllowed and NotPossible.
    """
    # One at a time: two at once would both be the first, or stand at the same place.
    hold_round(audit.pk)
    check(by, "audit.sum_up", audit)
    locked = Audit.objects.get(pk=audit.pk)
    participant = own_part(by, locked)
    others = SummativeReport.objects.filter(participant__audit=locked)
    report, _ = SummativeReport.objects.get_or_create(
        participant=participant, defaults={"position": others.count() + 1}
    )
    report.overview = overview
    report.save(update_fields=["overview"])
    _replace(
        report,
        (
            (_KINDS.WORKING_WELL, working_well),
            (_KINDS.WORRIED_ABOUT, worried_about),
            (_KINDS.ACTION, actions),
        ),
    )
    report.printed_numbers.all().delete()
    PrintedNumber.objects.bulk_create(
        PrintedNumber(report=report, position=at, figure=one.figure, count=one.count, of=one.of)
        for at, one in enumerate(own_figures(locked, participant).printed(), start=1)
    )
    record("summative.written", by=by, on=ref_of(report))
    return report


def _replace(
    report: SummativeReport, groups: Sequence[tuple[SummativeStatement.Kind, Sequence[Statement]]]
) -> None:
    before = list(report.statements.all())
    owners = {(one.kind, one.text): one.owner for one in before}
    themes = {one.code: one for one in Theme.objects.filter(audit=report.participant.audit_id)}
    report.statements.all().delete()
    SummativeStatement.objects.bulk_create(
        SummativeStatement(
            report=report,
            kind=kind,
            position=at,
            text=one.text,
            theme=themes.get(one.theme or ""),
            owner=one.owner or owners.get((kind.value, one.text), ""),
        )
        for kind, statements in groups
        for at, one in enumerate(statements, start=1)
    )
