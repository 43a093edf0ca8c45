"""Reading alerts of immediate risk."""

from __future__ import annotations

from django.db.models import QuerySet

from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.returns.models import RiskAlert
from safehub.audit.sampling.models import Case
from safehub.audit.sampling.queries import cases_drawn
from safehub.foundation.access.decision import open_record, visible_to
from safehub.foundation.access.viewer import Viewer


def _every() -> QuerySet[RiskAlert]:
    return RiskAlert.objects.select_related(
        "participant__audit", "case", "raised_by", "acknowledged_by", "concluded_by"
    )


def risks_of(viewer: Viewer, audit: Audit) -> list[RiskAlert]:
    """The alerts of an audit that the viewer may see, the latest first. One query."""
    found = _every().filter(participant__audit=audit)
    return list(visible_to(viewer, "risk.see", found).order_by("-raised_at", "-pk"))


def one_risk(viewer: Viewer, reference: str, key: int, action: str = "risk.see") -> RiskAlert:
    """One alert, opened. Raises Absent and NotAllowed. Two queries."""
    found = _every().filter(participant__audit__reference=reference)
    return open_record(viewer, action, found, pk=key)


def risks_waiting(viewer: Viewer) -> list[RiskAlert]:
    """The alerts that wait for the viewer to take in hand or to say what was done, oldest first.

    At most 100. One query.
    """
    found = _every().filter(concluded_at__isnull=True)
    return list(visible_to(viewer, "risk.conclude", found).order_by("raised_at", "pk")[:100])


def cases_to_choose(viewer: Viewer, audit: Audit) -> list[Case]:
    """The cases that the viewer may see, by number. One query."""
    drawn = cases_drawn(audit).filter(number__isnull=False)
    return list(visible_to(viewer, "case.see", drawn).order_by("number"))


def participants_to_choose(viewer: Viewer, audit: Audit) -> list[Participant]:
    """Whose safeguarding lead is told: the viewer's own agency, else any that takes part."""
    every = list(audit.participants.order_by("position"))
    return [one for one in every if one.agency_id == viewer.organisation] or every
