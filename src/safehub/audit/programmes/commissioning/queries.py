"""Reading commissions."""

from __future__ import annotations

from django.db.models import QuerySet

from safehub.audit.programmes.models import CommissionDraft
from safehub.audit.programmes.states import CommissionStatus
from safehub.foundation.access.decision import open_record, visible_to
from safehub.foundation.access.viewer import Viewer
from safehub.instruments.models import ToolVersion
from safehub.instruments.queries import tool_versions
from safehub.instruments.states import ToolStatus
from safehub.register.agencies.models import Agency

# A board commissions a handful a year.
LONGEST = 200


def _every() -> QuerySet[CommissionDraft]:
    return CommissionDraft.objects.select_related("partnership", "audit", "tool_version")


def commissions(viewer: Viewer) -> list[CommissionDraft]:
    """Those that the viewer may read and nobody discarded, the newest first. One query."""
    found = _every().exclude(status=CommissionStatus.DISCARDED).defer("tool_version__sheets")
    return list(visible_to(viewer, "commission.see", found).order_by("-pk")[:LONGEST])


def opened_commission(viewer: Viewer, key: int, action: str) -> CommissionDraft:
    """One, opened for the action. Raises Absent and NotAllowed. Two queries."""
    return open_record(viewer, action, _every(), pk=key)


def tools_to_choose(viewer: Viewer, draft: CommissionDraft) -> list[ToolVersion]:
    """The published versions of the partnership, and those that came with packs. One query."""
    found = tool_versions(viewer).filter(status=ToolStatus.PUBLISHED)
    ours = (None, draft.partnership_id)
    return [one for one in found if one.partnership_id in ours]


def agencies_to_choose(draft: CommissionDraft) -> list[Agency]:
    """The agencies of the partnership, its office left out. One query."""
    return list(draft.partnership.agencies.filter(is_office=False).order_by("name", "pk"))
