"""How a viewer stands to a second look at a return, as conditions in SQL."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q

from safehub.audit.programmes.queries.standing import NOBODY, takes_part
from safehub.audit.returns.queries.relations import own
from safehub.audit.sampling.queries.relations import allocated
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Relation
from safehub.register.accounts.models import Membership
from safehub.register.agencies.queries import runs

OF = "audit_return__participant"


def look_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """Of its own agency, or its own unit; of the office; of another agency in the audit."""
    mine = own(viewer, OF)
    its_own = mine & Q(audit_return__respondent=viewer.unit) if viewer.unit else mine
    theirs = allocated(viewer, "audit_return__case")
    return {
        Relation.OWNER: its_own & theirs,
        Relation.SHARED: runs(viewer, f"{OF}__audit__partnership"),
        Relation.ASKED: takes_part(viewer, f"{OF}__audit") & ~mine & theirs,
    }


def own_looks(viewer: Viewer) -> Q:
    """Of an agency in which the person has, or ever had, a membership: they may have answered."""
    if viewer.person is None:
        return NOBODY
    theirs = Membership.objects.filter(person=viewer.person, agency=OuterRef(f"{OF}__agency"))
    return Q(Exists(theirs))
