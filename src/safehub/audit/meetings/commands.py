"""What changes meetings."""

from __future__ import annotations

from django.db import transaction
from django.db.models import ProtectedError

from safehub.audit.meetings.agreed import Agreed
from safehub.audit.meetings.models import Gap, Meeting, MeetingStatement
from safehub.audit.programmes.commands import open_round
from safehub.audit.programmes.models import Audit, Theme
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

    A gap of the same theme and letter stays the same gap, with the actions on it, and a finding in
    the same words the same finding, with its evidence. Raises NotPossible where one would go on
    which actions stand, or with which evidence is kept.
    """
    check(by, "audit.record_meeting", audit)
    meeting, _ = Meeting.objects.select_for_update().get_or_create(audit=audit)
    meeting.held_on = agreed.held_on
    meeting.save(update_fields=["held_on"])
    themes = {theme.code: theme for theme in audit.themes.all()}
    _keep_statements(meeting, agreed, themes)
    _keep_gaps(meeting, agreed, themes)
    record("meeting.recorded", by=by, on=ref_of(audit), detail={"meeting": meeting.pk})
    open_round(audit=audit, by=by)
    return meeting


def _keep_statements(meeting: Meeting, agreed: Agreed, themes: dict[str, Theme]) -> None:
    groups: list[tuple[MeetingStatement.Kind, tuple[Statement, ...]]] = [
        (_KINDS.FINDING, agreed.findings),
        (_KINDS.WORKING_WELL, agreed.working_well),
        (_KINDS.WORRIED_ABOUT, agreed.worried_about),
        (_KINDS.NEXT_STEP, agreed.next_steps),
    ]
    held = list(meeting.statements.select_for_update().order_by("pk"))
    for kind, statements in groups:
        for position, statement in enumerate(statements, start=1):
            same = (one for one in held if (one.kind, one.text) == (kind, statement.text))
            kept = next(same, None)
            if kept is None:
                kept = MeetingStatement(meeting=meeting, kind=kind, text=statement.text)
            else:
                held.remove(kept)
            kept.position, kept.theme = position, themes.get(statement.theme or "")
            kept.owner, kept.seen_before = statement.owner or "", statement.seen_before
            kept.save()
    try:
        meeting.statements.filter(pk__in=[one.pk for one in held]).delete()
    except ProtectedError as error:
        raise NotPossible(
            f"Evidence is kept with findings of {meeting.audit.reference} that are not in what you "
            "give: leave them in, in the same words."
        ) from error


def _keep_gaps(meeting: Meeting, agreed: Agreed, themes: dict[str, Theme]) -> None:
    kept = []
    for position, gap in enumerate(agreed.gaps, start=1):
        held, _ = Gap.objects.update_or_create(
            theme=themes[gap.theme],
            letter=gap.letter,
            defaults={
                "meeting": meeting,
                "position": position,
                "text": gap.text,
                "owner": gap.owner or "",
            },
        )
        kept.append(held.pk)
    try:
        meeting.gaps.exclude(pk__in=kept).delete()
    except ProtectedError as error:
        raise NotPossible(
            f"Actions stand on gaps of {meeting.audit.reference} that are not in what you give: "
            "leave these gaps in, or give meeting.yaml and actions.csv together."
        ) from error
