"""Reading partnerships and agencies."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Relation, Role
from safehub.register.agencies.models import Agency, Partnership

_EVERY_AGENCY = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.LOCAL_OPERATOR})


def agency_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """Its own people own an agency; whoever looks after the installation, every agency."""
    return {
        Relation.OWNER: Q(pk=viewer.organisation) | Q(pk__isnull=viewer.role not in _EVERY_AGENCY),
        Relation.SHARED: Q(partnership=viewer.partnership),
    }


def runs(viewer: Viewer, partnership: str) -> Q:
    """The viewer acts for the office of the partnership to which the path leads."""
    if viewer.role is Role.LOCAL_OPERATOR:
        return Q(pk__isnull=False)
    office = Agency.objects.filter(
        Q(pk=viewer.organisation), is_office=True, partnership=OuterRef(partnership)
    )
    return Q(Exists(office))


def all_agencies() -> QuerySet[Agency]:
    """Every agency, by name; what a viewer may see of them `visible_to` says."""
    return Agency.objects.select_related("partnership").order_by("name", "pk")


def agency_by_code(partnership: str, code: str) -> Agency | None:
    """The agency of that code in the partnership of that name."""
    return Agency.objects.filter(partnership__name=partnership, code=code).first()


def partnerships() -> QuerySet[Partnership]:
    """Every partnership, by name: for the machine's own operator."""
    return Partnership.objects.order_by("name", "pk")


def agencies_of_partnership(partnership: str) -> list[Agency]:
    """The agencies of the partnership of that name, its office among them. One query."""
    return list(all_agencies().filter(partnership__name=partnership))


def agencies_in(partnership: int) -> list[Agency]:
    """The agencies of the partnership of that key, its office among them. One query."""
    return list(all_agencies().filter(partnership=partnership))


def office_of(partnership: int) -> int | None:
    """The key of the partnership's own office. One query."""
    offices = Agency.objects.filter(partnership=partnership, is_office=True)
    return offices.values_list("pk", flat=True).first()
