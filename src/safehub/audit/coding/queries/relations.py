"""How a viewer stands to a text to be coded, as conditions in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q

from safehub.audit.programmes.queries.standing import NOBODY
from safehub.audit.returns.models import Return
from safehub.audit.returns.queries.relations import return_relations
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Relation
from safehub.register.accounts.models import Membership

OF = "audit_return__participant"


def text_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """As to the return that it is of."""
    return {
        relation: Q(Exists(Return.objects.filter(condition, pk=OuterRef("audit_return"))))
        for relation, condition in return_relations(viewer).items()
    }


def own_texts(viewer: Viewer) -> Q:
    """What they coded first; and of an agency in which they have, or ever had, a membership."""
    if viewer.person is None:
        return NOBODY
    theirs = Membership.objects.filter(person=viewer.person, agency=OuterRef(f"{OF}__agency"))
    return Q(Exists(theirs)) | Q(first_by=viewer.person, first_done_at__isnull=False)
