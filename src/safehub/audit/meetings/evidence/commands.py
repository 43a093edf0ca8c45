"""What keeps evidence with a finding. Nothing changes it afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from safehub.audit.meetings.models import FindingEvidence, MeetingStatement
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record


@dataclass(frozen=True)
class Frozen:
    """A figure with its definition, or a passage with its question, as it stands now.

    `source` is the name of the figure, or the number of the case.
    """

    kind: FindingEvidence.Kind
    source: str
    agency: str
    definition: str
    text: str


@transaction.atomic
def keep_evidence(*, statement: MeetingStatement, frozen: Frozen, by: Viewer) -> FindingEvidence:
    """Keep it with the finding. The same once more is the one that is there already.

    Whoever asks has opened where it comes from. Raises Absent and NotAllowed.
    """
    check(by, "audit.record_meeting", statement.meeting.audit)
    MeetingStatement.objects.select_for_update().get(pk=statement.pk)
    made, is_new = FindingEvidence.objects.get_or_create(
        meeting=statement.meeting,
        statement=statement,
        kind=frozen.kind.value,
        source=frozen.source,
        agency=frozen.agency,
        definition=frozen.definition,
        text=frozen.text,
        defaults={"kept_at": timezone.now()},
    )
    if is_new:
        detail = {"statement": statement.pk, "evidence": made.pk}
        record("finding.evidenced", by=by, on=ref_of(statement.meeting), detail=detail)
    return made
