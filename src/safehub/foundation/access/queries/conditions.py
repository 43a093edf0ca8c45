"""The facts of records as conditions in SQL, so that lists and single looks rest on the same ones.

Each function gives a Q over the records of one kind. A record is reached by what is said of it and
of the records that hold it (`Kind.within`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from safehub.foundation.access.models import GIVEN, Label, NamedPerson, Protection
from safehub.foundation.access.policy import Kind
from safehub.foundation.access.queries.bearing import Bearing, Keys
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Relation, Sensitivity

NOTHING = Q(pk__in=[])


def _paths(kind: Kind) -> Iterator[tuple[str, str]]:
    """The kind itself and each that holds it, with the path to its key."""
    yield kind.code, "pk"
    yield from kind.within.items()


def _at(kind: Kind, keys: Keys) -> Q:
    """Records with one of these keys, or held by one."""
    found = NOTHING
    for code, path in _paths(kind):
        if keys.get(code):
            found |= Q(**{f"{path}__in": sorted(keys[code])})
    return found


def _reached(kind: Kind, rows: QuerySet[Any], having: set[str]) -> Q:
    """Records of which, or of whose holders, one of the rows speaks; `having`: kinds with any."""
    found = NOTHING
    for code, path in _paths(kind):
        if code in having:
            found |= Q(Exists(rows.filter(kind=code, key=OuterRef(path))))
    return found


def conflicted(kind: Kind, bearing: Bearing) -> Q:
    """In conflict: declared or confirmed."""
    return _at(kind, bearing.conflicts)


def _unnamed(viewer: Viewer) -> Q:
    """Protections whose named list does not hold the viewer."""
    named = NamedPerson.objects.filter(
        kind=OuterRef("kind"), key=OuterRef("key"), person=viewer.person
    )
    return ~Q(Exists(named))


def _guarded(kind: Kind, bearing: Bearing, sensitivity: Sensitivity) -> set[str]:
    """The kinds that are guarded so, of this one and those that hold it: mostly none."""
    return {code for code, _ in _paths(kind) if (code, sensitivity.value) in bearing.guarded}


def fails_restricted(kind: Kind, viewer: Viewer, bearing: Bearing) -> Q:
    """Restricted to a named list that does not hold the viewer."""
    having = _guarded(kind, bearing, Sensitivity.RESTRICTED)
    if not having:
        return NOTHING
    rows = Protection.objects.filter(_unnamed(viewer), sensitivity=Sensitivity.RESTRICTED)
    return _reached(kind, rows, having)


def fails_staff_subject(kind: Kind, viewer: Viewer, bearing: Bearing) -> Q:
    """About a professional of the viewer's own organisation, whose named lead the viewer is not."""
    having = _guarded(kind, bearing, Sensitivity.STAFF_SUBJECT)
    if not having:
        return NOTHING
    rows = Protection.objects.filter(
        _unnamed(viewer),
        sensitivity=Sensitivity.STAFF_SUBJECT,
        subject_organisation=viewer.organisation,
    )
    return _reached(kind, rows, having)


def fails_sealed(kind: Kind, viewer: Viewer, bearing: Bearing) -> Q:
    """Sealed, or held by what is sealed, and the viewer is no guardian."""
    having = _guarded(kind, bearing, Sensitivity.SEALED)
    if not having:
        return NOTHING
    rows = Protection.objects.filter(_unnamed(viewer), sensitivity=Sensitivity.SEALED)
    return _reached(kind, rows, having)


def is_sealed_itself(kind: Kind, viewer: Viewer, bearing: Bearing) -> Q:
    """Sealed itself, and the viewer is no guardian."""
    if kind.code not in _guarded(kind, bearing, Sensitivity.SEALED):
        return NOTHING
    rows = Protection.objects.filter(_unnamed(viewer), sensitivity=Sensitivity.SEALED)
    return Q(Exists(rows.filter(kind=kind.code, key=OuterRef("pk"))))


def set_apart(kind: Kind) -> Q:
    """Guarded or labelled in any way, or held by what is: whoever looks."""
    found = NOTHING
    for code, path in _paths(kind):
        for rows in (Protection.objects, Label.objects):
            found |= Q(Exists(rows.filter(kind=code, key=OuterRef(path))))
    return found


def relations(kind: Kind, viewer: Viewer, bearing: Bearing) -> dict[Relation, Q]:
    """The condition for each relation that the viewer may have: the kind's own, and given ones."""
    found = dict(kind.relations(viewer))
    for relation in GIVEN:
        given = _at(kind, bearing.shares[relation]) if relation in bearing.shares else NOTHING
        if given is not NOTHING:
            found[relation] = found.get(relation, NOTHING) | given
    ended = _at(kind, bearing.ended)
    if ended is not NOTHING:
        found[Relation.ENDED] = ended
    return found


def has_glass(kind: Kind, bearing: Bearing) -> Q:
    """Glass is broken over the record or one that holds it."""
    return _at(kind, bearing.glass)


def barred_by_label(kind: Kind, viewer: Viewer, bearing: Bearing) -> Q:
    """A label on all of the record, or of one that holds it, keeps it from the viewer."""
    if not _is_labelled(kind, bearing):
        return NOTHING
    whole = Label.objects.filter(field_class="")
    barred = NOTHING
    if viewer.person is not None:
        barred |= _reached(kind, whole.filter(not_to_person=viewer.person), bearing.labelled)
    for relation, condition in relations(kind, viewer, bearing).items():
        barred |= condition & _reached(
            kind, whole.filter(not_to_relation=relation), bearing.labelled
        )
    return barred


def _is_labelled(kind: Kind, bearing: Bearing) -> bool:
    return any(code in bearing.labelled for code, _ in _paths(kind))


def has_labels(kind: Kind, bearing: Bearing) -> Q:
    """Any label stands on the record or on one that holds it."""
    return _reached(kind, Label.objects.all(), bearing.labelled)
