"""Reading commissions."""

from __future__ import annotations

from django.db.models import QuerySet

from safehub.audit.programmes.models import CommissionDraft
from safehub.audit.programmes.queries.commissions import wrote_of_commission
from safehub.audit.programmes.states import CommissionStatus
from safehub.foundation.access.decision import open_record, visible_to
from safehub.foundation.access.queries import has_role_for
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


def commissions_to_sign(viewer: Viewer) -> list[int]:
    """The keys of those that wait for a signature which the viewer may give, the oldest first.

    Nobody signs what they wrote any of. One query, none for a role that signs nothing.
    """
    if not has_role_for(viewer.role, "commission.sign"):
        return []
    waits = CommissionDraft.objects.filter(status=CommissionStatus.WAITING)
    found = visible_to(viewer, "commission.sign", waits).exclude(wrote_of_commission(viewer))
    return list(found.order_by("pk").values_list("pk", flat=True)[:LONGEST])


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
