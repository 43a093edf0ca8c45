"""Taking in a filled workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from safehub.audit.programmes.models import Audit
from safehub.audit.returns.commands import Received, keep_returns
from safehub.audit.returns.workbooks.filled import Filled
from safehub.audit.returns.workbooks.queries import fingerprint_of
from safehub.foundation.access.decision import check, may
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import NotAllowed, NotPossible, Refused
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.foundation.trail.queries import TrailFilter, events_for
from safehub.instruments.queries import tool_of

EVENT = "workbook.taken"


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
    _check_may_take(by, audit, filled)
    if filled.is_refused:
        raise Refused(list(filled.mistakes))
    # One at a time for a round: the same workbook sent twice at once is taken once.
    Audit.objects.select_for_update().get(pk=audit.pk)
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
    return Taken(received)


@transaction.atomic
def take_workbooks(*, audit: Audit, filled: Sequence[Filled], by: Viewer) -> list[Taken]:
    """Take several: all of them or none. Raises as `take_workbook` does."""
    return [take_workbook(audit=audit, filled=one, by=by) for one in filled]


def _check_may_take(by: Viewer, audit: Audit, filled: Filled) -> None:
    """Raises NotAllowed and Absent."""
    if may(by, "audit.receive", audit):
        check(by, "audit.receive", audit)
        return
    check(by, "audit.send_workbook", audit)
    own = {one.code for one in audit.participants.all() if one.agency_id == by.organisation}
    if filled.agency not in own:
        raise NotAllowed(
            "This is the workbook of another agency. Send in the one that was made for yours."
        )
    if by.unit and any(row.respondent != by.unit for row in filled.rows):
        raise NotAllowed(f"This workbook answers for others too. Send in one for {by.unit} alone.")


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
