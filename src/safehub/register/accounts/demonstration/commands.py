"""Making and using the links."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import NotFound, NotPossible
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.register.accounts.models import Person, SignInLink
from safehub.register.accounts.rules import SIGN_IN_LINK_HOLDS
from safehub.register.accounts.sessions.factors import DEMONSTRATION_LINK
from safehub.register.accounts.tokens import hash_of, new_token


@transaction.atomic
def make_sign_in_link(*, person: Person, by: Viewer) -> str:
    """The path of a link that signs the person in once, within twelve hours.

    Raises NotPossible beside real data.
    """
    _only_in_a_demonstration()
    token, now = new_token(), timezone.now()
    SignInLink.objects.create(
        person=person,
        token_hash=hash_of(token),
        made_at=now,
        expires_at=now + SIGN_IN_LINK_HOLDS,
    )
    record("person.link_made", by=by, on=ref_of(person))
    return f"/demonstration/sign-in/{token}/"


def _only_in_a_demonstration() -> None:
    if not settings.SAFEHUB_DEMONSTRATION:
        raise NotPossible("Sign-in links are for demonstrations alone, with invented data.")


@transaction.atomic
def sign_in_by_link(*, request: HttpRequest, token: str) -> Person:
    """Sign the link's person in, as if with both factors. Raises NotFound for one that is spent."""
    _only_in_a_demonstration()
    now = timezone.now()
    unused = SignInLink.objects.filter(
        token_hash=hash_of(token), used_at=None, expires_at__gt=now, person__is_active=True
    )
    link = unused.select_related("person").first()
    if link is None or unused.update(used_at=now) != 1:
        raise NotFound("This link has been used or has run out: start the demonstration again.")
    # Whoever sat there before goes, and with them their session.
    request.session.flush()
    record_authentication(request, link.person, DEMONSTRATION_LINK)
    get_adapter(request).login(request, link.person)
    UserSession.objects.create_from_request(request)
    return link.person
