"""Looking somebody up, and forgetting that after a while."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from safehub.foundation.access.asking import now_for
from safehub.foundation.access.commands import raise_alert
from safehub.foundation.access.decision import check
from safehub.foundation.access.states import AlertKind
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.documents.lettering import writable
from safehub.foundation.errors import NotPossible
from safehub.foundation.outbox.commands import run_later
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.matching.records import Compared
from safehub.register.accounts.models import Membership
from safehub.register.accounts.queries import membership_with, the_machine, viewer_of
from safehub.register.people.faces import face_sought, faces_of, keys_of
from safehub.register.people.looking import HIDDEN_JOB, hidden_likenesses
from safehub.register.people.models import LookUp
from safehub.register.people.queries import (
    compared_parts,
    individuals,
    look_up_with,
    look_ups_before,
)

# Long enough to record somebody from it; the trail keeps that it was made.
KEPT_FOR = dt.timedelta(days=30)
TOO_LITTLE = (
    "That is too little to find anybody by. Enter a date of birth, an NHS number, a given name and "
    "a family name, or a name and a whole postcode."
)


@transaction.atomic
def look_up(
    *,
    by: Viewer,
    given_names: str = "",
    family_name: str = "",
    born_on: dt.date | None = None,
    postcode: str = "",
    nhs_number: str = "",
) -> LookUp:
    """Keep what was typed, for which candidates are then shown. Raises NotPossible for too little.

    The worker looks for whoever is sealed from the viewer, each time: how long this takes does not
    tell whether anybody is.
    """
    check(by, "individual.search")
    if by.membership is None:
        raise NotPossible("People are looked up by somebody who is signed in.")
    made = LookUp(
        membership_id=by.membership,
        given_names=writable(given_names),
        family_name=writable(family_name),
        born_on=born_on,
        postcode=writable(postcode),
        nhs_number=writable(nhs_number),
        made_at=now_for(by),
    )
    if not keys_of([face_sought(made)]):
        raise NotPossible(TOO_LITTLE)
    made.save(force_insert=True)
    record("individual.looked_up", by=by, on=ref_of(made))
    run_later(HIDDEN_JOB, payload={"look_up": made.pk}, once=f"look-up:{made.pk}")
    return made


@transaction.atomic
def tell_of_looked_up(*, key: int) -> None:
    """Alert the guardians of each sealed person whom a look-up is like. Nobody else is told."""
    made = look_up_with(key)
    if made is not None:
        _alert([face_sought(made)], made.membership, made.made_at, but=None)


@transaction.atomic
def tell_of_recorded(*, individual: int, membership: int) -> None:
    """Alert the guardians of each sealed person whom somebody newly recorded is like."""
    made = individuals().filter(pk=individual).prefetch_related(*compared_parts()).first()
    by = membership_with(membership)
    if made is not None and by is not None:
        faces = faces_of(made, made.names.all(), made.identifiers.all(), made.addresses.all())
        # Whoever is recorded may be sealed before the worker comes to it, and is like themself.
        _alert(faces, by, made.recorded_at, but=made.pk)


def _alert(
    faces: Iterable[Compared], membership: Membership, at: dt.datetime, *, but: int | None
) -> None:
    viewer = viewer_of(membership, at=at, via="worker")
    found = {one.pk: one for face in faces for one in hidden_likenesses(viewer, face)}
    for key, one in found.items():
        if key != but:
            raise_alert(what=AlertKind.SEAL_MET, on=ref_of(one), by=viewer)


@transaction.atomic
def forget_look_ups(*, at: dt.datetime) -> int:
    """Delete what was typed longer ago than it is kept. Returns how many."""
    count, _ = look_ups_before(at - KEPT_FOR).delete()
    if count:
        record("individual.look_ups_forgotten", by=the_machine(at=at), detail={"count": count})
    return count
