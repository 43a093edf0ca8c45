"""How a viewer stands to a commission and to a planned audit, as conditions in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q

from safehub.audit.programmes.models import CommissionWriter
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Relation
from safehub.register.agencies.queries import runs


def partnership_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """Of the office; and shared with whoever acts for an agency of the partnership."""
    return {
        Relation.OWNER: runs(viewer, "partnership"),
        Relation.SHARED: Q(partnership=viewer.partnership),
    }


def wrote_of_commission(viewer: Viewer) -> Q:
    """The viewer wrote some of it: nobody signs that."""
    wrote = CommissionWriter.objects.filter(draft=OuterRef("pk"), person=viewer.person)
    return Q(Exists(wrote))
