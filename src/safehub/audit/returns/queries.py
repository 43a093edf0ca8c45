"""Reading returns and summative reports from the store."""

from __future__ import annotations

from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.terms import Statement
from safehub.audit.returns.models import ReturnVersion, SummativeReport, SummativeStatement
from safehub.audit.returns.rows import Printed, ReturnRow
from safehub.audit.returns.summaries import Summary
from safehub.instruments.responses import answers_of


def rows_of(audit: Audit) -> list[ReturnRow]:
    """The latest version of every return, in the order in which returns came. One query."""
    found = (
        ReturnVersion.objects.filter(audit_return__participant__audit=audit, is_latest=True)
        .order_by("audit_return__position")
        .values_list(
            "audit_return__participant__code",
            "audit_return__respondent",
            "audit_return__case__number",
            "status",
            "response",
            "not_asked",
        )
    )
    return [
        ReturnRow(agency, respondent, case or "", status, answers_of(response), frozenset(hidden))
        for agency, respondent, case, status, response, hidden in found.iterator()
    ]


def summaries_of(audit: Audit) -> list[Summary]:
    """The summative reports, in the order in which they came."""
    reports = SummativeReport.objects.filter(participant__audit=audit).prefetch_related(
        "statements__theme", "printed_numbers"
    )
    return [
        Summary(
            agency=report.participant.code,
            overview=report.overview,
            working_well=_statements(report, SummativeStatement.Kind.WORKING_WELL),
            worried_about=_statements(report, SummativeStatement.Kind.WORRIED_ABOUT),
            actions=_statements(report, SummativeStatement.Kind.ACTION),
            printed=tuple(Printed(p.figure, p.count, p.of) for p in report.printed_numbers.all()),
        )
        for report in reports.select_related("participant").order_by("position")
    ]


def _statements(report: SummativeReport, kind: SummativeStatement.Kind) -> tuple[Statement, ...]:
    return tuple(
        Statement(s.text, s.theme.code if s.theme else None, s.owner or None)
        for s in report.statements.all()
        if s.kind == kind
    )
