"""What is written down, and whom it is told, when somebody's credentials change."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.register.accounts.models import Person
from safehub.register.accounts.queries import acting_viewer, current_memberships
from safehub.register.accounts.sessions.commands import end_sessions


@transaction.atomic
def record_credential_change(
    *, request: HttpRequest, person: Person, event: str, notice: str = ""
) -> None:
    """Write down a change of somebody's own credentials, and tell them of it.

    Call it in the transaction of the change itself.
    """
    now = timezone.now()
    held = current_memberships(person, now)
    record(event, by=acting_viewer(request, person, held, now), on=ref_of(person))
    if notice:
        tell(
            notice=notice,
            to=person.email,
            reference=f"P-{person.pk}",
            link="/account/",
            about=ref_of(person),
        )


@transaction.atomic
def record_new_password(*, request: HttpRequest, person: Person) -> None:
    """Write down and tell that a password was changed, and end every other session."""
    record_credential_change(
        request=request,
        person=person,
        event="person.password_changed",
        notice="person.password_changed",
    )
    now = timezone.now()
    by = acting_viewer(request, person, current_memberships(person, now), now)
    is_own = request.user.pk == person.pk
    end_sessions(person=person, by=by, but=(request.session.session_key or "") if is_own else "")


@transaction.atomic
def remove_second_factors(*, person: Person) -> int:
    """Take away every second factor of somebody who has lost them all; how many there were.

    Only for commands that check who may do so and leave a trail of it.
    """
    removed, _ = Authenticator.objects.filter(user=person).delete()
    return int(removed)
