"""Reading what a return rests on beside the record."""

from __future__ import annotations

from safehub.audit.returns.models import Return, ReturnSource
from safehub.foundation.access.decision import open_record
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass


def sources_shown(found: Return, classes: frozenset[FieldClass]) -> list[ReturnSource]:
    """The sources of an opened return, to whoever sees its opinions. At most one query."""
    return list(found.sources.all()) if FieldClass.OPINION in classes else []


def return_to_add_to(viewer: Viewer, reference: str, key: int) -> Return:
    """A return, opened to record a source of it. Raises Absent and NotAllowed. Two queries."""
    found = Return.objects.filter(participant__audit__reference=reference)
    return open_record(
        viewer, "return.add_source", found.select_related("case", "participant__audit"), pk=key
    )
