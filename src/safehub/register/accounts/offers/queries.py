"""Reading offers."""

from __future__ import annotations

import datetime as dt

from safehub.foundation.access.queries import visible_to
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import Absent
from safehub.register.accounts.models import Offer, Person
from safehub.register.accounts.tokens import hash_of
from safehub.register.agencies.queries import all_agencies


def offer_by_token(token: str, at: dt.datetime) -> Offer | None:
    """The offer of that token if it may still be accepted."""
    found = Offer.objects.open(at).filter(token_hash=hash_of(token))
    return found.select_related("agency").first()


def offers_to(person: Person, at: dt.datetime) -> list[Offer]:
    """What is held out to the person's address. One query."""
    found = Offer.objects.open(at).filter(email=person.email.lower())
    return list(found.select_related("agency"))


def offer_to(person: Person, key: int, at: dt.datetime) -> Offer:
    """One of those. Raises Absent, alike for one that is somebody else's."""
    found = next((one for one in offers_to(person, at) if one.pk == key), None)
    if found is None:
        raise Absent("There is nothing here that you may see.")
    return found


def offers_by_agencies_of(viewer: Viewer, at: dt.datetime) -> list[Offer]:
    """What the agencies whose accounts the viewer looks after hold out. One query."""
    agencies = visible_to(viewer, "person.add", all_agencies())
    found = Offer.objects.open(at).filter(agency__in=agencies.order_by())
    return list(found.select_related("agency"))


def offer_of_agencies_of(viewer: Viewer, key: int, at: dt.datetime) -> Offer:
    """One of those. Raises Absent."""
    found = next((one for one in offers_by_agencies_of(viewer, at) if one.pk == key), None)
    if found is None:
        raise Absent("There is nothing here that you may see.")
    return found
