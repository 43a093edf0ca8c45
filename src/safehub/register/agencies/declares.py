"""What partnerships and agencies add to the engines."""

from __future__ import annotations

from safehub.foundation.access.policy import Action, FieldRule, Grant, Kind
from safehub.foundation.access.vocabulary import FieldClass, Relation, Role
from safehub.foundation.declarations import Declares
from safehub.foundation.trail.events import EventType
from safehub.register.agencies.queries import agency_relations

# Who the partners are is no secret within the partnership.
SEE = (Grant(frozenset(Role), frozenset({Relation.OWNER, Relation.SHARED})),)
_KEPT = "as long as anything is kept that names it"


def _administrative(*names: str) -> dict[str, FieldRule]:
    return dict.fromkeys(names, FieldRule(FieldClass.ADMINISTRATIVE, _KEPT))


DECLARES = Declares(
    kinds=(
        Kind(
            code="agencies.agency",
            label="agency",
            see="agency.see",
            relations=agency_relations,
            lasts=True,
        ),
    ),
    actions=(
        Action("agency.see", "see an agency", "looked at the agency", SEE, "agencies.agency"),
    ),
    events=(
        EventType("partnership.registered", "registered the partnership"),
        EventType("agency.registered", "registered the agency"),
    ),
    fields=_administrative(
        "partnership.id",
        "partnership.name",
        "agency.id",
        "agency.partnership",
        "agency.code",
        "agency.name",
        "agency.kind",
        "agency.is_office",
    ),
)
