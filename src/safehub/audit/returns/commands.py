"""What changes returns and summative reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.terms import Statement
from safehub.audit.returns.grid import Answer, settled_by
from safehub.audit.returns.models import (
    PrintedNumber,
    Return,
    ReturnAnswerer,
    ReturnVersion,
    SummativeReport,
    SummativeStatement,
)
from safehub.audit.returns.rows import KNOWN, SUBMITTED, ReturnRow
from safehub.audit.returns.summaries import Summary
from safehub.audit.sampling.models import Case
from safehub.audit.sampling.queries import latest_draw
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import EditConflict
from safehub.foundation.outbox.commands import run_later
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.instruments.responses import answers_of, as_questionnaire_response
from safehub.instruments.tools import Tool

MOVED = (
    "The questions have changed since you opened this: the round has a newer version of its tool. "
    "Open it again."
)
_BATCH = 1_000
# A later step of the audit does it: the worker finds it by its code.
DERIVE_JOB = "reports.derive_figures"
_KINDS = SummativeStatement.Kind


@dataclass(frozen=True)
class Received:
    """What receiving a batch of returns came to."""

    new: int
    changed: int
    unchanged: int


@transaction.atomic
def receive_returns(*, audit: Audit, tool: Tool, rows: Sequence[ReturnRow], by: Viewer) -> Received:
    """Keep returns. One that differs from the kept one becomes its next version; both stay."""
    check(by, "audit.receive", audit)
    return keep_returns(audit=audit, tool=tool, rows=rows, by=by)


@transaction.atomic
def keep_returns(
    *, audit: Audit, tool: Tool, rows: Sequence[ReturnRow], by: Viewer, answers_again: bool = False
) -> Received:
    """The same for a command that has asked already whether the viewer may.

    `answers_again`: what is the same as before is the next version all the same, since the one
    before was sent back.
    Raises EditConflict where the round has moved to another version of its tool meanwhile.
    """
    asked = Audit.objects.select_for_update().values_list("tool_version", flat=True)
    if asked.get(pk=audit.pk) != audit.tool_version_id:
        raise EditConflict(MOVED)
    participants = {p.code: p for p in audit.participants.all()}
    cases = {c.number: c for c in Case.objects.filter(draw=latest_draw(audit)) if c.number}
    kept = {
        (r.participant_id, r.case_id, r.respondent): r
        for r in Return.objects.filter(participant__audit=audit)
    }
    latest = {
        version.audit_return_id: version
        for version in ReturnVersion.objects.filter(
            audit_return__participant__audit=audit, is_latest=True
        )
    }
    new: list[Return] = []
    versions: list[ReturnVersion] = []
    again: list[Return] = []
    superseded: list[tuple[ReturnVersion, ReturnVersion]] = []
    unchanged = 0
    for row in rows:
        participant, case = participants[row.agency], cases[row.case]
        found = kept.get((participant.pk, case.pk, row.respondent))
        version = _version(audit, tool, row, by)
        if found is None:
            position = len(kept) + len(new) + 1
            version.audit_return = Return(
                participant=participant,
                case=case,
                respondent=row.respondent,
                position=position,
                settled=settled_by(Answer(version.status, version.known)),
            )
            new.append(version.audit_return)
        elif not answers_again and _same(latest[found.pk], version):
            unchanged += 1
            continue
        else:
            version.audit_return = found
            found.settled = settled_by(Answer(version.status, version.known))
            again.append(found)
            version.number = latest[found.pk].number + 1
            superseded.append((latest[found.pk], version))
        versions.append(version)
    ReturnVersion.objects.filter(pk__in=[one.pk for one, _ in superseded]).update(is_latest=False)
    Return.objects.bulk_create(new, batch_size=_BATCH)
    Return.objects.bulk_update(again, ["settled"], batch_size=_BATCH)
    ReturnVersion.objects.bulk_create(versions, batch_size=_BATCH)
    _carry_answerers(superseded)
    counts = Received(len(new), len(superseded), unchanged)
    # One event for the batch: the versions themselves are its ledger.
    record(
        "returns.received",
        by=by,
        on=ref_of(audit),
        detail={"new": counts.new, "changed": counts.changed, "unchanged": counts.unchanged},
    )
    if counts.new or counts.changed:
        run_later(DERIVE_JOB, payload={"audit": audit.pk})
    return counts


def _carry_answerers(superseded: Sequence[tuple[ReturnVersion, ReturnVersion]]) -> None:
    """Who answered what stands still stays known: nobody signs off what they answered.

    Whoever answered or sent in the version before, of which any answer is as it was. One query and
    one for each batch.
    """
    after = {
        before.pk: version
        for before, version in superseded
        if answers_of(before.response).items() & answers_of(version.response).items()
    }
    if not after:
        return
    found = ReturnAnswerer.objects.filter(version__in=after).values_list("version", "person")
    people = {(before, person) for before, person in found}
    people |= {
        (before.pk, before.submitted_by_id)
        for before, _ in superseded
        if before.pk in after and before.submitted_by_id is not None
    }
    ReturnAnswerer.objects.bulk_create(
        (ReturnAnswerer(version=after[one], person_id=person) for one, person in sorted(people)),
        batch_size=_BATCH,
    )


def _version(audit: Audit, tool: Tool, row: ReturnRow, by: Viewer) -> ReturnVersion:
    complete = row.status == SUBMITTED
    return ReturnVersion(
        number=1,
        status=row.status,
        known=row.answers.get(KNOWN, ""),
        response=as_questionnaire_response(tool, row.answers, complete=complete),
        not_asked=sorted(row.not_asked),
        tool_version_id=audit.tool_version_id,
        submitted_by_id=by.person if complete else None,
        submitted_at=timezone.now() if complete else None,
    )


def _same(one: ReturnVersion, other: ReturnVersion) -> bool:
    return (one.status, one.response) == (other.status, other.response)


@transaction.atomic
def keep_summative_reports(*, audit: Audit, summaries: Sequence[Summary], by: Viewer) -> None:
    """Keep agencies' summative reports; one that is sent again takes the place of the old one."""
    check(by, "audit.receive", audit)
    participants = {p.code: p for p in audit.participants.all()}
    themes = {theme.code: theme for theme in audit.themes.all()}
    before = SummativeReport.objects.filter(participant__audit=audit)
    before.filter(participant__code__in=[s.agency for s in summaries]).delete()
    first = before.count() + 1
    for position, summary in enumerate(summaries, start=first):
        report = SummativeReport.objects.create(
            participant=participants[summary.agency], position=position, overview=summary.overview
        )
        groups: list[tuple[SummativeStatement.Kind, tuple[Statement, ...]]] = [
            (_KINDS.WORKING_WELL, summary.working_well),
            (_KINDS.WORRIED_ABOUT, summary.worried_about),
            (_KINDS.ACTION, summary.actions),
        ]
        SummativeStatement.objects.bulk_create(
            SummativeStatement(
                report=report,
                kind=kind,
                position=place,
                text=statement.text,
                theme=themes.get(statement.theme or ""),
                owner=statement.owner or "",
            )
            for kind, statements in groups
            for place, statement in enumerate(statements, start=1)
        )
        PrintedNumber.objects.bulk_create(
            PrintedNumber(report=report, position=place, figure=p.figure, count=p.count, of=p.of)
            for place, p in enumerate(summary.printed, start=1)
        )
    if summaries:
        record("summatives.received", by=by, on=ref_of(audit), detail={"reports": len(summaries)})
