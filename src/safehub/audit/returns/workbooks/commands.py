"""Taking in a filled workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from safehub.audit.programmes.commands import hold_round
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.commands import Received, keep_returns
from safehub.audit.returns.models import Return, SentWorkbook
from safehub.audit.returns.risks.commands import (
    FROM_LATE,
    FROM_UNREAD,
    FROM_WORKBOOK,
    raise_as_taken,
    raise_from_workbook,
)
from safehub.audit.returns.risks.queries import answering
from safehub.audit.returns.rows import IMMEDIATE_RISK
from safehub.audit.returns.workbooks.filled import Filled, Kind, held_against
from safehub.audit.returns.workbooks.queries import closed_to, fingerprint_of, stored_round
from safehub.audit.sampling.queries import cases_drawn
from safehub.foundation.access.asking import not_allowed
from safehub.foundation.access.decision import Refusal, check, may
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.documents import uploads
from safehub.foundation.errors import NotPossible, Refused
from safehub.foundation.mistakes import Mistake
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.foundation.trail.queries import TrailFilter, events_for
from safehub.instruments.queries import tool_of
from safehub.instruments.tools import YES

EVENT = "workbook.taken"
AT_RISK = "workbook.at_risk"
# A workbook of 600 cases and 60 questions has half a million bytes.
MOST_BYTES = 10_000_000


@transaction.atomic
def send_workbook(*, audit: Audit, name: str, data: bytes, by: Viewer) -> Filled:
    """Keep the bytes of a filled workbook, in place of what was sent before.

    Gives what it comes to. The same bytes as were taken once are kept as taken. Where it says that
    a child is at immediate risk, an alert is raised for each case at once, whatever else is wrong
    with it. Raises Absent, NotAllowed and NotPossible.
    """
    # One at a time for a round: two colleagues who send the same raise one alert.
    hold_round(audit.pk)
    check(by, "audit.send_workbook", audit)
    filled = read_sent(audit=audit, name=name, data=data, by=by)
    before = SentWorkbook.objects.filter(audit=audit, membership=by.membership).first()
    SentWorkbook.objects.update_or_create(
        audit=audit,
        membership_id=cast("int", by.membership),
        defaults={
            "name": name,
            "sha256": uploads.keep(settings.UPLOADS, data),
            "size": len(data),
            "sent_at": timezone.now(),
            "taken_at": timezone.now() if _was_taken(audit, filled.sha256, by) else None,
        },
    )
    record("workbook.sent", by=by, on=ref_of(audit), detail={"sha256": filled.sha256})
    is_again = before is not None and before.sha256 == filled.sha256
    if filled.at_risk and not is_again:
        _raise_risks(audit, filled, by)
    return filled


@transaction.atomic
def hear_of_risk(*, audit: Audit, name: str, data: bytes, by: Viewer) -> bool:
    """Raise what a workbook that came too late to be sent in says of children at immediate risk.

    Gives whether it says so of any. It is read as any other, and nothing else of it is kept.
    Raises Absent, NotAllowed and NotPossible.
    """
    hold_round(audit.pk)
    check(by, "risk.raise", audit)
    filled = read_sent(audit=audit, name=name, data=data, by=by)
    _raise_risks(audit, filled, by, is_late=True)
    return bool(filled.at_risk)


def read_sent(*, audit: Audit, name: str, data: bytes, by: Viewer) -> Filled:
    """What those bytes come to for this viewer, as the round stands. Stores nothing.

    Of an agency it is its own workbook alone, of a unit within it its own rows, and never a case
    that is not open to the viewer. Raises NotPossible.
    """
    agency = ""
    stored = stored_round(audit)
    if not may(by, "audit.receive", audit):
        own = audit.participants.filter(agency=by.organisation).first()
        agency = own.code if own is not None else ""
    filled = held_against(stored, data, name=name, agency=agency, respondent=by.unit)
    closed = closed_to(by, audit, filled.rows, "return.begin" if agency else "case.see")
    if not closed:
        return filled
    found = [
        Mistake(name, f"sheet returns, case {one}", "answers", "nothing: it is not open to you")
        for one in closed
    ]
    return replace(filled, rows=(), changes=(), mistakes=tuple(found))


def _raise_risks(audit: Audit, filled: Filled, by: Viewer, *, is_late: bool = False) -> None:
    """An alert for each case of whose child the workbook says it, and not of rows as before.

    Where no case of the sample is known by its row, or no agency, there is none to raise it for:
    whoever answers for the audit and the agency is told that the workbook says so.
    """
    participants = {one.code: one for one in audit.participants.all()}
    drawn = cases_drawn(audit).filter(number__isnull=False)
    cases = {_plain(one.number or ""): one for one in drawn}
    # Of a workbook that names no agency of this round nobody knows whose numbers it has.
    read = FROM_LATE if is_late else FROM_WORKBOOK
    what = read if filled.agency else FROM_UNREAD
    same = {(one.respondent, one.case) for one in filled.changes if one.kind is Kind.UNCHANGED}
    agencies: set[str] = set()
    is_unknown = False
    for agency, respondent, number in filled.at_risk:
        if (respondent, number) in same:
            continue
        participant, case = participants.get(agency), cases.get(_plain(number))
        if participant is not None and case is not None:
            raise_from_workbook(case=case, participant=participant, what=what, by=by)
        else:
            is_unknown = True
            agencies.add(agency)
    if is_unknown:
        _tell_of_risk_in_workbook(audit, agencies, by)


def _plain(number: str) -> str:
    """The number of a case however it is padded: a workbook that is refused has it as typed."""
    return number.strip().lstrip("0")


def _tell_of_risk_in_workbook(audit: Audit, codes: set[str], by: Viewer) -> None:
    agencies = {one.agency_id for one in audit.participants.all() if one.code in codes}
    who = answering(ref_of(audit), audit.partnership_id, of=agencies)
    for person in who.told(by.person):
        tell(
            AT_RISK,
            to=person.email,
            reference=f"audit {audit.pk}",
            link=reverse("audit:round", args=[audit.reference]),
            about=ref_of(audit),
        )


@dataclass(frozen=True)
class Taken:
    """What taking a workbook came to. `is_repeat`: these very bytes had been taken before."""

    received: Received
    is_repeat: bool = False


@transaction.atomic
def take_workbook(*, audit: Audit, filled: Filled, by: Viewer) -> Taken:
    """Keep every row of a filled workbook. What it supersedes is kept as an earlier version.

    Who takes in returns takes any; who answers for an agency takes that of their own. The same
    bytes a second time change nothing, whatever has come in since. Raises Refused where it has
    mistakes, NotPossible where it was read for another round or sample than there is now.
    """
    # One at a time for a round: the same workbook sent twice at once is taken once.
    hold_round(audit.pk)
    _check_may_take(by, audit, filled)
    if filled.is_refused:
        raise Refused(list(filled.mistakes))
    if filled.mark != fingerprint_of(audit):
        raise NotPossible(
            f"The sample of {audit.reference} has changed since {filled.name} was read: "
            "read it again."
        )
    if _was_taken(audit, filled.sha256, by):
        return Taken(Received(0, 0, len(filled.rows)), is_repeat=True)
    tool = tool_of(audit.tool_version)
    received = keep_returns(audit=audit, tool=tool, rows=filled.rows, by=by)
    record(
        EVENT,
        by=by,
        on=ref_of(audit),
        detail={"sha256": filled.sha256, "agency": filled.agency},
    )
    sent = SentWorkbook.objects.filter(audit=audit, sha256=filled.sha256)
    was_sent = bool(sent.update(taken_at=timezone.now()))
    _raise_as_taken(audit, filled, by, was_sent=was_sent)
    return Taken(received)


def _raise_as_taken(audit: Audit, filled: Filled, by: Viewer, *, was_sent: bool) -> None:
    """Of each child whom a row that is not as before says to be at immediate risk."""
    same = {(one.respondent, one.case) for one in filled.changes if one.kind is Kind.UNCHANGED}
    for row in filled.rows:
        if row.answers.get(IMMEDIATE_RISK) == YES and (row.respondent, row.case) not in same:
            made = Return.objects.get(
                participant__audit=audit,
                participant__code=row.agency,
                respondent=row.respondent,
                case__number=row.case,
            )
            raise_as_taken(made=made, was_sent=was_sent, by=by)


@transaction.atomic
def take_workbooks(*, audit: Audit, filled: Sequence[Filled], by: Viewer) -> list[Taken]:
    """Take several: all of them or none. Raises as `take_workbook` does."""
    return [take_workbook(audit=audit, filled=one, by=by) for one in filled]


def _check_may_take(by: Viewer, audit: Audit, filled: Filled) -> None:
    """Raises NotAllowed and Absent."""
    refusal = Refusal(by, "audit.send_workbook", ref_of(audit), Reason.RELATION)
    if may(by, "audit.receive", audit):
        check(by, "audit.receive", audit)
        if closed := closed_to(by, audit, filled.rows, "case.see"):
            words = f"Case {closed[0]} is not open to you. Leave its row to somebody else."
            raise not_allowed(words, refusal)
        return
    check(by, "audit.send_workbook", audit)
    own = {one.code for one in audit.participants.all() if one.agency_id == by.organisation}
    if filled.agency not in own:
        raise not_allowed(
            "This is the workbook of another agency. Send in the one that was made for yours.",
            refusal,
        )
    if by.unit and any(row.respondent != by.unit for row in filled.rows):
        raise not_allowed(
            f"This workbook answers for others too. Send in one for {by.unit} alone.", refusal
        )
    if closed := closed_to(by, audit, filled.rows):
        raise not_allowed(f"Case {closed[0]} is not open to you. Leave its row empty.", refusal)


def _was_taken(audit: Audit, sha256: str, by: Viewer) -> bool:
    """Whether the trail knows of these bytes in this round."""
    wanted = TrailFilter(on=ref_of(audit), events=frozenset({EVENT}))
    after = ""
    while True:
        page = events_for(by, wanted, after=after, limit=200)
        if any(row.detail.get("sha256") == sha256 for row in page.rows):
            return True
        if not page.following:
            return False
        after = page.following
