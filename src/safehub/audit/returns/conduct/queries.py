"""Reading matters of practice or conduct."""

from __future__ import annotations

from django.db.models import QuerySet

from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.returns.models import ConductMatter
from safehub.foundation.access.decision import open_record, visible_to
from safehub.foundation.access.viewer import Viewer


def _every() -> QuerySet[ConductMatter]:
    return ConductMatter.objects.select_related(
        "participant__audit", "case", "raised_by", "acknowledged_by", "concluded_by"
    )


def matters_of(viewer: Viewer, audit: Audit) -> list[ConductMatter]:
    """The matters of an audit that the viewer may open, the latest first. One query."""
    found = _every().filter(participant__audit=audit)
    return list(visible_to(viewer, "conduct.see", found).order_by("-raised_at", "-pk"))


def matters_to_answer(viewer: Viewer, audit: Audit) -> set[int]:
    """Which of them the viewer answers for as the employer. One query."""
    found = ConductMatter.objects.filter(participant__audit=audit)
    seen = visible_to(viewer, "conduct.conclude", found)
    return set(seen.order_by().values_list("pk", flat=True))


def one_matter(
    viewer: Viewer, reference: str, key: int, action: str = "conduct.see"
) -> ConductMatter:
    """One matter, opened. Raises Absent and NotAllowed. Two queries."""
    found = _every().filter(participant__audit__reference=reference)
    return open_record(viewer, action, found, pk=key)


def employers_to_choose(audit: Audit) -> list[Participant]:
    """The agencies that take part: whose practice it is, or whose worker."""
    return list(audit.participants.order_by("position"))
