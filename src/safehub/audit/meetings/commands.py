"""What changes meetings."""

from __future__ import annotations

from django.db import transaction
from django.db.models import ProtectedError

from safehub.audit.meetings.agreed import Agreed
from safehub.audit.meetings.models import Gap, Meeting, MeetingStatement
from safehub.audit.programmes.commands import open_round
from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.terms import Statement
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import NotPossible
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record

_KINDS = MeetingStatement.Kind


@transaction.atomic
def record_meeting(*, audit: Audit, agreed: Agreed, by: Viewer) -> Meeting:
    """Keep what the meeting agreed, in place of an earlier record of it; it opens the round.

    Raises NotPossible once actions stand on its gaps.
    """
    check(by, "audit.record_meeting", audit)
    try:
        Meeting.objects.filter(audit=audit).delete()
    except ProtectedError as error:
        raise NotPossible(
            f"Actions stand on the gaps of {audit.reference}, so its meeting cannot be recorded "
            "again by itself: give meeting.yaml and actions.csv together."
        ) from error
    meeting = Meeting.objects.create(audit=audit, held_on=agreed.held_on)
    themes = {theme.code: theme for theme in audit.themes.all()}
    groups: list[tuple[MeetingStatement.Kind, tuple[Statement, ...]]] = [
        (_KINDS.FINDING, agreed.findings),
        (_KINDS.WORKING_WELL, agreed.working_well),
        (_KINDS.WORRIED_ABOUT, agreed.worried_about),
        (_KINDS.NEXT_STEP, agreed.next_steps),
    ]
    MeetingStatement.objects.bulk_create(
        MeetingStatement(
            meeting=meeting,
            kind=kind,
            position=position,
            text=statement.text,
            theme=themes.get(statement.theme or ""),
            owner=statement.owner or "",
            seen_before=statement.seen_before,
        )
        for kind, statements in groups
        for position, statement in enumerate(statements, start=1)
    )
    Gap.objects.bulk_create(
        Gap(
            meeting=meeting,
            position=position,
            theme=themes[gap.theme],
            letter=gap.letter,
            text=gap.text,
            owner=gap.owner or "",
        )
        for position, gap in enumerate(agreed.gaps, start=1)
    )
    record("meeting.recorded", by=by, on=ref_of(audit), detail={"meeting": meeting.pk})
    open_round(audit=audit, by=by)
    return meeting
