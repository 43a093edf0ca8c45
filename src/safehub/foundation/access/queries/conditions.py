"""The facts of records as conditions in SQL, so that lists and single looks rest on the same ones.

Each function gives a Q over the records of one kind. A record is reached by what is said of it and
of the records that hold it (`Kind.within`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet

from safehub.foundation.access.models import (
    GIVEN,
    Conflict,
    GlassBreak,
    Label,
    NamedPerson,
    Protection,
    Share,
)
from safehub.foundation.access.policy import Kind
from safehub.foundation.access.states import SHUTS_OUT
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Relation, Sensitivity

NOTHING = Q(pk__in=[])


def _paths(kind: Kind) -> Iterator[tuple[str, str]]:
    """The kind itself and each that holds it, with the path to its key."""
    yield kind.code, "pk"
    yield from kind.within.items()


def _reached(kind: Kind, rows: QuerySet[object]) -> Q:  # type: ignore[type-var]
    """Records of which, or of whose holders, one of the rows speaks."""
    found = NOTHING
    for code, path in _paths(kind):
        found |= Q(Exists(rows.filter(kind=code, key=OuterRef(path))))
    return found


def conflicted(kind: Kind, viewer: Viewer) -> Q:
    """In conflict: declared or confirmed."""
    rows = Conflict.objects.filter(person=viewer.person, state__in=SHUTS_OUT)
    return _reached(kind, rows)


def _unnamed(viewer: Viewer) -> Q:
    """Protections whose named list does not hold the viewer."""
    named = NamedPerson.objects.filter(
        kind=OuterRef("kind"), key=OuterRef("key"), person=viewer.person
    )
    return ~Q(Exists(named))


def fails_restricted(kind: Kind, viewer: Viewer) -> Q:
    """Restricted to a named list that does not hold the viewer."""
    rows = Protection.objects.filter(_unnamed(viewer), sensitivity=Sensitivity.RESTRICTED)
    return _reached(kind, rows)


def fails_staff_subject(kind: Kind, viewer: Viewer) -> Q:
    """About a professional of the viewer's own organisation, whose named lead the viewer is not."""
    rows = Protection.objects.filter(
        _unnamed(viewer),
        sensitivity=Sensitivity.STAFF_SUBJECT,
        subject_organisation=viewer.organisation,
    )
    return _reached(kind, rows)


def fails_sealed(kind: Kind, viewer: Viewer) -> Q:
    """Sealed, or held by what is sealed, and the viewer is no guardian."""
    rows = Protection.objects.filter(_unnamed(viewer), sensitivity=Sensitivity.SEALED)
    return _reached(kind, rows)


def is_sealed_itself(kind: Kind, viewer: Viewer) -> Q:
    """Sealed itself, and the viewer is no guardian."""
    rows = Protection.objects.filter(_unnamed(viewer), sensitivity=Sensitivity.SEALED)
    return Q(Exists(rows.filter(kind=kind.code, key=OuterRef("pk"))))


def _shares(viewer: Viewer, at: dt.datetime) -> QuerySet[Share]:
    """Given to the viewer or their organisation, by somebody else."""
    to_viewer = Q(person=viewer.person) if viewer.person is not None else NOTHING
    if viewer.organisation is not None:
        to_viewer |= Q(organisation=viewer.organisation)
    by_another = Q(given_by__isnull=True) | ~Q(given_by=viewer.person)
    return Share.objects.filter(to_viewer, by_another, from_at__lte=at, revoked_at__isnull=True)


def relations(kind: Kind, viewer: Viewer, at: dt.datetime) -> dict[Relation, Q]:
    """The condition for each relation that the viewer may have: the kind's own, and given ones."""
    found = dict(kind.relations(viewer))
    shares = _shares(viewer, at)
    live = shares.filter(Q(until_at__isnull=True) | Q(until_at__gt=at))
    for relation in GIVEN:
        given = _reached(kind, live.filter(relation=relation))
        found[relation] = found.get(relation, NOTHING) | given
    found[Relation.ENDED] = _reached(kind, shares.filter(until_at__lte=at))
    return found


def open_glass(viewer: Viewer, at: dt.datetime) -> QuerySet[GlassBreak]:
    """The viewer's broken glass that still holds, under the membership that broke it."""
    return GlassBreak.objects.filter(
        person=viewer.person, membership=viewer.membership, at__lte=at, until__gt=at
    )


def has_glass(kind: Kind, viewer: Viewer, at: dt.datetime) -> Q:
    """Glass is broken over the record or one that holds it."""
    if viewer.person is None or viewer.membership is None:
        return NOTHING
    return _reached(kind, open_glass(viewer, at))


def barred_by_label(kind: Kind, viewer: Viewer, at: dt.datetime) -> Q:
    """A label on all of the record, or of one that holds it, keeps it from the viewer."""
    whole = Label.objects.filter(field_class="")
    barred = NOTHING
    if viewer.person is not None:
        barred |= _reached(kind, whole.filter(not_to_person=viewer.person))
    for relation, condition in relations(kind, viewer, at).items():
        barred |= condition & _reached(kind, whole.filter(not_to_relation=relation))
    return barred


def has_labels(kind: Kind) -> Q:
    """Any label stands on the record or on one that holds it."""
    return _reached(kind, Label.objects.all())
