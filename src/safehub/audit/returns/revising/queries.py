"""What a newer version of its tool would mean for a round, read and not changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import WorkingReturn
from safehub.audit.returns.queries import rows_of
from safehub.audit.returns.revising.plans import (
    Carried,
    Reworded,
    against_terms,
    carried,
    in_the_way,
    reworded,
)
from safehub.audit.returns.rows import SUBMITTED, ReturnRow
from safehub.audit.returns.working.queries import day_of, tool_for
from safehub.audit.sampling.queries import cases_drawn
from safehub.foundation.access.decision import visible_to
from safehub.foundation.access.viewer import Viewer
from safehub.instruments.comparing import Difference, differences
from safehub.instruments.models import ToolVersion
from safehub.instruments.queries import number_after, tool_of, version_after


@dataclass(frozen=True)
class Hindrance:
    """A return that was sent in and would not answer the new version, and for which questions."""

    row: ReturnRow
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Revision:
    """A round and the version that it may be moved to, with all that it would change.

    `reworded` is what a person has to say means the same before the round is moved.
    """

    audit: Audit
    version: ToolVersion
    differences: tuple[Difference, ...]
    open: tuple[tuple[WorkingReturn, Carried], ...]
    sent: int
    hindrances: tuple[Hindrance, ...]
    reasons: tuple[str, ...]
    reworded: tuple[Reworded, ...] = ()

    @property
    def wording(self) -> str:
        """A mark of all that is worded otherwise, to tell whether it is still what was read."""
        return hashlib.sha256(repr(self.reworded).encode()).hexdigest() if self.reworded else ""

    @property
    def is_possible(self) -> bool:
        """Whether the round may be moved."""
        return not (self.hindrances or self.reasons)


def newer_version(viewer: Viewer, audit: Audit) -> ToolVersion | None:
    """The newest version of the round's tool that was published since. One query."""
    return version_after(viewer, audit.tool_version, audit.partnership_id)


def newer_number(viewer: Viewer, audit: Audit) -> str:
    """The number of the newer version, blank where there is none. One query."""
    return number_after(viewer, audit.tool_version, audit.partnership_id)


def revision_of(audit: Audit, version: ToolVersion) -> Revision:
    """What moving the round to that version would do, as it stands now. Three queries.

    Whoever asks has checked that the viewer may change the round's tool.
    """
    old, new = tool_of(audit.tool_version), tool_of(version)
    found, today = differences(old, new), day_of(audit)
    rows = [row for row in rows_of(audit) if row.status == SUBMITTED]
    hindrances = []
    for row in rows:
        questions = in_the_way(
            tool_for(audit.tool_version, row.agency),
            tool_for(version, row.agency),
            row,
            found,
            today=today,
        )
        if questions:
            hindrances.append(Hindrance(row, questions))
    return Revision(
        audit=audit,
        version=version,
        differences=found,
        open=tuple((one, _carried(one, audit, version)) for one in open_returns(audit)),
        sent=len(rows),
        hindrances=tuple(hindrances),
        reasons=against_terms(
            old, new, grading_question=audit.grading_question, met_good=audit.met_good
        ),
        reworded=reworded(old, new, rows),
    )


def _carried(working: WorkingReturn, audit: Audit, version: ToolVersion) -> Carried:
    code = working.participant.code
    return carried(
        tool_for(working.tool_version, code),
        tool_for(version, code),
        working.answers,
        today=day_of(audit),
        agency=code,
    )


def open_returns(audit: Audit) -> QuerySet[WorkingReturn]:
    """The returns of the round that are being answered, by case and agency."""
    found = WorkingReturn.objects.filter(participant__audit=audit)
    return found.select_related("participant__audit", "case", "tool_version").order_by(
        "case__number", "participant__position", "pk"
    )


def cases_open_to(viewer: Viewer, audit: Audit, numbers: Iterable[str]) -> Mapping[str, bool]:
    """Of cases of the sample, by number, whether the viewer may open each. One query."""
    drawn = cases_drawn(audit).filter(number__isnull=False)
    seen = set(visible_to(viewer, "case.see", drawn).values_list("number", flat=True))
    return {number: number in seen for number in numbers}
