"""How a viewer stands to a matter of practice or conduct, as conditions in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Relation
from safehub.register.agencies.queries import runs


def conduct_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """The employer's, or the office's where it was sent there; and of whoever raised it."""
    employer = Q(participant__agency=viewer.organisation, is_for_office=False)
    if viewer.unit:
        employer &= Q(pk__in=[])
    office = runs(viewer, "participant__audit__partnership") & Q(is_for_office=True)
    return {
        Relation.OWNER: employer | office,
        Relation.CONTRIBUTED: Q(raised_by=viewer.person or 0),
    }
