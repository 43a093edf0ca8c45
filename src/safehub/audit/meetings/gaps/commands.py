"""What changes gaps one by one. A gap keeps its theme and letter, so what names it stays true."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Max, ProtectedError

from safehub.audit.meetings.gaps.letters import next_letter
from safehub.audit.meetings.models import Gap, GapLink, Meeting
from safehub.audit.programmes.models import Audit, Theme
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import NotPossible
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record


@transaction.atomic
def add_gap(*, audit: Audit, theme: Theme, text: str, owner: str = "", by: Viewer) -> Gap:
    """Write down a further gap under a theme of the audit: it gets the next letter.

    Raises Absent, NotAllowed and NotPossible.
    """
    check(by, "audit.record_meeting", audit)
    meeting, _ = Meeting.objects.get_or_create(audit=audit)
    # Two who write at once get two letters.
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    letter = next_letter(theme.gaps.values_list("letter", flat=True))
    if letter is None:
        raise NotPossible("This theme has as many gaps as there are letters: word one anew.")
    last = meeting.gaps.aggregate(last=Max("position"))["last"] or 0
    gap = Gap.objects.create(
        meeting=meeting,
        position=last + 1,
        theme=theme,
        letter=letter,
        text=text.strip(),
        owner=owner.strip(),
    )
    record("gap.added", by=by, on=ref_of(meeting), detail={"gap": gap.pk})
    return gap


@transaction.atomic
def change_gap(*, gap: Gap, text: str, owner: str, by: Viewer) -> Gap:
    """Word a gap anew; its letter and its actions stay. Raises Absent and NotAllowed."""
    check(by, "audit.record_meeting", gap.meeting.audit)
    now = Gap.objects.select_for_update().get(pk=gap.pk)
    now.text, now.owner = text.strip(), owner.strip()
    now.save(update_fields=["text", "owner"])
    record("gap.changed", by=by, on=ref_of(gap.meeting), detail={"gap": gap.pk})
    return now


@transaction.atomic
def remove_gap(*, gap: Gap, by: Viewer) -> None:
    """Take a gap out. Raises Absent, NotAllowed, and NotPossible where actions stand on it."""
    check(by, "audit.record_meeting", gap.meeting.audit)
    meeting, key = gap.meeting, gap.pk
    try:
        Gap.objects.filter(pk=key).delete()
    except ProtectedError as error:
        raise NotPossible(
            "Actions stand on this gap, so it cannot be taken out: word it anew instead."
        ) from error
    record("gap.removed", by=by, on=ref_of(meeting), detail={"gap": key})


@transaction.atomic
def link_gap(*, gap: Gap, earlier: Collection[Gap], by: Viewer) -> None:
    """Say as which gaps of earlier rounds this one was seen before, in place of what was said.

    Raises Absent and NotAllowed, and NotPossible for one that the viewer may not open.
    """
    check(by, "audit.record_meeting", gap.meeting.audit)
    Gap.objects.select_for_update().get(pk=gap.pk)
    for one in earlier:
        check(by, "meeting.see", one.meeting)
    wanted = {one.pk for one in earlier}
    gap.links.exclude(earlier_id__in=wanted).delete()
    held = set(gap.links.values_list("earlier_id", flat=True))
    GapLink.objects.bulk_create(
        GapLink(meeting=gap.meeting, gap=gap, earlier_id=key) for key in sorted(wanted - held)
    )
    record(
        "gap.linked",
        by=by,
        on=ref_of(gap.meeting),
        detail={"gap": gap.pk, "earlier": sorted(wanted)},
    )
