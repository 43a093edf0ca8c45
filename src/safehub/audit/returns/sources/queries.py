"""Reading what a return rests on beside the record."""

from __future__ import annotations

from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import Return, ReturnSource
from safehub.audit.returns.sources.rows import SourceTaken
from safehub.foundation.access.decision import open_record
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass


def sources_shown(found: Return, classes: frozenset[FieldClass]) -> list[ReturnSource]:
    """The sources of an opened return, to whoever sees its opinions. At most one query."""
    return list(found.sources.all()) if FieldClass.OPINION in classes else []


def return_to_add_to(viewer: Viewer, reference: str, key: int, action: str) -> Return:
    """A return, opened to record a source of it. Raises Absent and NotAllowed. Two queries."""
    found = Return.objects.filter(participant__audit__reference=reference)
    return open_record(viewer, action, found.select_related("case", "participant__audit"), pk=key)


def sources_taken(audit: Audit) -> list[SourceTaken]:
    """Every source of the audit's returns, in the order of the returns. One query."""
    found = ReturnSource.objects.filter(audit_return__participant__audit=audit)
    return [
        SourceTaken(
            key=(
                one.audit_return.participant.code,
                one.audit_return.respondent,
                one.audit_return.case.number or "",
            ),
            kind=one.kind,
            is_safe=one.is_safe,
            asked_on=one.asked_on,
            by_whom=one.by_whom,
            words=one.words,
            not_asked_because=one.not_asked_because,
            recorded_at=one.added_at,
        )
        for one in found.select_related("audit_return__participant", "audit_return__case").order_by(
            "audit_return__position", "added_at", "pk"
        )
    ]
