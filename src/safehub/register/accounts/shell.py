"""Who is signed in and as whom they act: what the header of every page shows."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from safehub.foundation.access.vocabulary import Role
from safehub.foundation.govuk.shell import ActingAs
from safehub.register.accounts.middleware import idle_time
from safehub.register.accounts.models import Person
from safehub.register.accounts.rules import ROLE_NAMES
from safehub.register.accounts.sessions import life


def acting_as(request: HttpRequest) -> ActingAs | None:
    """The header's line for the request; None for who is not signed in. No query."""
    # A page of an error may be made before anybody was identified.
    person = getattr(request, "user", None)
    if not isinstance(person, Person) or life.ACTIVE_AT not in request.session:
        return None
    membership = getattr(request, "membership", None)
    return ActingAs(
        person=person.name,
        role=ROLE_NAMES[Role(membership.role)] if membership else "",
        agency=membership.agency.name if membership else "",
        switch_url=reverse("accounts:act_as"),
        account_url=reverse("accounts:own"),
        sign_out_url=reverse("account_logout"),
        idle_seconds=life.seconds_left(request.session, timezone.now(), idle_time()),
        stay_url=reverse("accounts:stay"),
    )
