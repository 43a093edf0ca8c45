"""Reading the register of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db.models import Prefetch, Q, QuerySet

from safehub.foundation.access.decision import open_record, visible_to
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Relation, Role
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import noted
from safehub.register.people.models import (
    Address,
    Identifier,
    Individual,
    LookUp,
    MatchKey,
)

NOBODY = Q(pk__in=[])


def individual_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """The register is its partnership's; the machine's own operator looks after every one."""
    if viewer.role is Role.LOCAL_OPERATOR:
        return {Relation.OWNER: Q(pk__isnull=False)}
    mine = viewer.partnership
    return {Relation.OWNER: Q(partnership=mine) if mine is not None else NOBODY}


def look_up_relations(viewer: Viewer) -> Mapping[Relation, Q]:
    """A look-up is of the membership under which it was made."""
    mine = viewer.membership
    return {Relation.OWNER: Q(membership=mine) if mine is not None else NOBODY}


def individuals() -> QuerySet[Individual]:
    """Everybody; whom a viewer may see `visible_to` says."""
    return Individual.objects.all()


def compared_parts() -> list[str | Prefetch[str]]:
    """What a person is compared by: names, numbers, addresses. A query each."""
    return [
        "names",
        Prefetch("identifiers", Identifier.objects.select_related("agency")),
        "addresses",
    ]


def with_keys(keys: Iterable[int]) -> QuerySet[Individual]:
    """Whoever has any of the blocking keys, the first recorded first."""
    having = MatchKey.objects.filter(key__in=sorted(keys)).values("individual")
    return Individual.objects.filter(pk__in=having).order_by("pk")


def opened_individual(viewer: Viewer, key: int, action: str) -> Individual:
    """One person, opened for the action. Raises Absent and NotAllowed. Two queries."""
    return open_record(viewer, action, Individual.objects.all(), pk=key)


def whole_individual(viewer: Viewer, key: int) -> Individual:
    """One person with all that is known of them, opened to be seen. Seven queries."""
    parts = [*compared_parts(), "contacts", "history"]
    found = Individual.objects.prefetch_related(*parts)
    return open_record(viewer, "individual.see", found, pk=key)


def address_of(individual: Individual, key: int) -> Address | None:
    """The address of that key, where it is the person's."""
    return individual.addresses.filter(pk=key).first()


def opened_look_up(viewer: Viewer, key: int) -> LookUp:
    """A look-up of one's own, the read noted. Raises Absent. One query, or three to refuse."""
    every = LookUp.objects.all()
    found = visible_to(viewer, "lookup.see", every.filter(pk=key)).first()
    if found is None:
        return open_record(viewer, "lookup.see", every, pk=key)
    noted("lookup.see", by=viewer, on=ref_of(found))
    return found


def look_up_with(key: int) -> LookUp | None:
    """The look-up of that key with who made it, for the worker, which acts for nobody."""
    every = LookUp.objects.select_related("membership__person", "membership__agency")
    return every.filter(pk=key).first()


def look_ups_before(moment: dt.datetime) -> QuerySet[LookUp]:
    """Those made before the moment."""
    return LookUp.objects.filter(made_at__lt=moment)
