"""What is said of one record and of those that hold it, for explaining a decision."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.db.models import Q

from safehub.foundation.access.models import (
    Conflict,
    GlassBreak,
    Label,
    NamedPerson,
    Protection,
    Share,
)
from safehub.foundation.access.policy import Kind
from safehub.foundation.access.queries.conditions import NOTHING
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.records import RecordRef


@dataclass(frozen=True)
class Said:
    """Rows about the record or a holder: those that name the viewer, and guards and labels."""

    places: tuple[RecordRef, ...]
    shares: tuple[Share, ...]
    conflicts: tuple[Conflict, ...]
    glass: tuple[GlassBreak, ...]
    protections: tuple[Protection, ...]
    labels: tuple[Label, ...]
    named_on: frozenset[RecordRef]


def places_of(kind: Kind, key: int) -> tuple[RecordRef, ...]:
    """The record, then those that hold it; nothing where it is not there. One query."""
    model = apps.get_model(kind.code)
    row = model._default_manager.filter(pk=key).values("pk", *kind.within.values()).first()
    if row is None:
        return ()
    held_by = [(code, row[path]) for code, path in kind.within.items()]
    return (
        RecordRef(kind.code, key),
        *(RecordRef(code, found) for code, found in held_by if found is not None),
    )


def said_of(kind: Kind, key: int, viewer: Viewer) -> Said:
    """All that bears on the viewer's access to the record. Seven queries."""
    places = places_of(kind, key)
    there = NOTHING
    for place in places:
        there |= Q(kind=place.kind, key=place.key)
    mine = Q(person=viewer.person) if viewer.person is not None else NOTHING
    of_mine = Q(organisation=viewer.organisation) if viewer.organisation is not None else NOTHING
    named = NamedPerson.objects.filter(there, mine)
    return Said(
        places,
        tuple(Share.objects.filter(there).filter(mine | of_mine).order_by("pk")),
        tuple(Conflict.objects.filter(there, mine).order_by("pk")),
        tuple(GlassBreak.objects.filter(there, mine).order_by("pk")),
        tuple(Protection.objects.filter(there).order_by("pk")),
        tuple(Label.objects.filter(there).order_by("pk")),
        frozenset(RecordRef(row.kind, row.key) for row in named),
    )
