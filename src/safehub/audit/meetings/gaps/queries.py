"""Reading gaps, and knowing them again from earlier rounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q, QuerySet

from safehub.audit.meetings.models import Gap, GapLink, Meeting
from safehub.audit.programmes.models import Audit
from safehub.foundation.access.decision import open_record, visible_to
from safehub.foundation.access.viewer import Viewer


def heading_of(gap: Gap) -> str:
    """As the report numbers it: the position of its theme, and its letter, such as 1a."""
    return f"{gap.theme.position}{gap.letter}"


def meeting_seen(viewer: Viewer, audit: Audit) -> Meeting | None:
    """The meeting of the audit, where there is one that the viewer may open. One query."""
    found = Meeting.objects.filter(audit=audit)
    return visible_to(viewer, "meeting.see", found).first()


def gaps_of(meeting: Meeting) -> list[Gap]:
    """The gaps of a meeting by theme and letter; whoever asks has opened it. One query."""
    found = meeting.gaps.select_related("theme")
    return sorted(found, key=lambda gap: (gap.theme.position, len(gap.letter), gap.letter))


def _earlier_of(viewer: Viewer, audit: Audit) -> QuerySet[Gap]:
    """Gaps of rounds of the same partnership whose period ended before; the latest round first."""
    rounds = Q(audit__period_to__lt=audit.period_to) | Q(
        audit__period_to=audit.period_to, audit__lt=audit.pk
    )
    meetings = Meeting.objects.filter(rounds, audit__partnership=audit.partnership_id)
    seen = visible_to(viewer, "meeting.see", meetings).values("pk")
    return (
        Gap.objects.filter(meeting__in=seen)
        .select_related("theme", "meeting__audit")
        .order_by("-meeting__audit__period_to", "-meeting__audit", "theme__position", "letter")
    )


def earlier_gaps(viewer: Viewer, audit: Audit) -> list[Gap]:
    """Every gap of an earlier round that the viewer may see, at most 200. One query."""
    return list(_earlier_of(viewer, audit)[:200])


def seen_before(viewer: Viewer, audit: Audit, gaps: Sequence[Gap]) -> dict[int, list[Gap]]:
    """For each gap by its key: the earlier gaps of the same theme, and those somebody linked.

    Two queries, or none without gaps.
    """
    if not gaps:
        return {}
    links: dict[int, set[int]] = defaultdict(set)
    for gap, earlier in GapLink.objects.filter(gap__in=gaps).values_list("gap", "earlier"):
        links[gap].add(earlier)
    linked = {key for keys in links.values() for key in keys}
    codes = {gap.theme.code for gap in gaps}
    found = list(_earlier_of(viewer, audit).filter(Q(theme__code__in=codes) | Q(pk__in=linked)))
    return {
        gap.pk: [
            one for one in found if one.theme.code == gap.theme.code or one.pk in links[gap.pk]
        ]
        for gap in gaps
    }


def linked_to(gap: Gap) -> set[int]:
    """The keys of the earlier gaps to which somebody linked it. One query."""
    return set(gap.links.values_list("earlier_id", flat=True))


def one_gap(viewer: Viewer, reference: str, key: int) -> Gap:
    """One gap to be changed. Raises Absent and NotAllowed. At most three queries."""
    meetings = Meeting.objects.filter(audit__reference=reference, gaps=key)
    meeting = open_record(viewer, "meeting.see", meetings.select_related("audit"))
    return meeting.gaps.select_related("theme", "meeting__audit__partnership").get(pk=key)
