"""What a session proves of who sits there, from allauth's records of how they signed in."""

from __future__ import annotations

import datetime as dt

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from safehub.register.accounts.models import Person

# The method under which a sign-in link of a demonstration is recorded.
DEMONSTRATION_LINK = "demonstration_link"
# What a sign-on record holds where the provider asked for a second factor itself.
PROVIDER_ASKED = "second_factor"


def second_factor_at(request: HttpRequest, person: Person) -> dt.datetime | None:
    """When this session last proved a second factor; None where it has not."""
    times = [
        record["at"]
        for record in get_authentication_records(request, person)
        if record.get("method") in ("mfa", DEMONSTRATION_LINK) or record.get(PROVIDER_ASKED)
    ]
    return dt.datetime.fromtimestamp(max(times), tz=dt.UTC) if times else None
