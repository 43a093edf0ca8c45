"""What changes sessions: beginning and ending them, and as whom one acts in them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import Absent
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import RecordRef, ref_of
from safehub.foundation.trail.commands import record
from safehub.register.accounts.models import (
    CacheEntry,
    Invitation,
    KnownDevice,
    Membership,
    Offer,
    Person,
    SignInLink,
)
from safehub.register.accounts.queries import (
    acting_viewer,
    current_memberships,
    person_by_email,
    request_id_of,
    the_machine,
)
from safehub.register.accounts.rules import DEVICE_HOLDS, SESSION_KEPT, SPENT_KEPT
from safehub.register.accounts.sessions import life
from safehub.register.accounts.tokens import hash_of


@transaction.atomic
def begin_session(*, request: HttpRequest, person: Person, device: str) -> None:
    """Begin the life of the session that a sign-in has just made.

    `device` is the token that this browser holds: where it is new for the person, they are told.
    """
    now = timezone.now()
    life.begin(request.session, now)
    held = current_memberships(person, now)
    record(
        "person.signed_in",
        by=acting_viewer(request, person, held, now),
        on=ref_of(person),
        detail={"memberships": len(held)},
    )
    if _note_device(person, device, now):
        tell(
            notice="person.new_device",
            to=person.email,
            reference=f"P-{person.pk}",
            link="/account/sessions/",
            about=ref_of(person),
        )


def _note_device(person: Person, device: str, now: dt.datetime) -> bool:
    """Whether the device is a new one of a person who has others."""
    KnownDevice.objects.filter(last_used_at__lt=now - DEVICE_HOLDS).delete()
    others = KnownDevice.objects.filter(person=person)
    had_some = others.exists()
    known = others.filter(token_hash=hash_of(device)).update(last_used_at=now)
    if not known:
        KnownDevice.objects.create(
            person=person, token_hash=hash_of(device), first_used_at=now, last_used_at=now
        )
    return had_some and not known


def record_refusal(*, request: HttpRequest, email: str = "") -> None:
    """Write down that somebody could not sign in; as whom, only where that is somebody known."""
    person = person_by_email(email) if email else None
    record(
        "person.sign_in_refused",
        by=the_machine(at=timezone.now(), request_id=request_id_of(request)),
        on=ref_of(person) if person else None,
        outcome="refused",
    )


@transaction.atomic
def record_sign_out(*, request: HttpRequest, person: Person) -> None:
    """Write down that somebody signed out, and strike the session from their list."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    now = timezone.now()
    held = current_memberships(person, now)
    record("person.signed_out", by=acting_viewer(request, person, held, now), on=ref_of(person))


@transaction.atomic
def end_this(*, request: HttpRequest) -> None:
    """End the session of the request, which goes on as one of nobody."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    request.session.flush()
    request.user = AnonymousUser()


def note_seen(*, session_key: str, at: dt.datetime) -> None:
    """Keep when a session was last used, for its owner's list. One query."""
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=at)


@transaction.atomic
def end_sessions(*, person: Person, by: Viewer, but: str = "") -> int:
    """End the person's sessions, all but that of the session key `but`; how many there were."""
    ended = 0
    for session in UserSession.objects.filter(user=person).exclude(session_key=but):
        session.end()
        ended += 1
    if ended:
        record("person.sessions_ended", by=by, on=ref_of(person), detail={"sessions": ended})
    return ended


@transaction.atomic
def end_one(*, person: Person, session: int, by: Viewer) -> None:
    """End one of the person's sessions. Raises Absent for one that is not theirs or has ended."""
    found = UserSession.objects.filter(user=person, pk=session).first()
    if found is None:
        raise Absent("That session has ended already.")
    found.end()
    record("person.sessions_ended", by=by, on=ref_of(person), detail={"sessions": 1})


@transaction.atomic
def act_under(*, request: HttpRequest, person: Person, membership: int) -> Membership:
    """Act under another of one's own memberships from now on; the session gets a new id.

    Raises Absent for a membership that is not the person's or does not hold.
    """
    now = timezone.now()
    held = current_memberships(person, now)
    chosen = next((one for one in held if one.pk == membership), None)
    if chosen is None:
        raise Absent("You have no such role now.")
    before = request.session.session_key
    request.session[life.MEMBERSHIP] = chosen.pk
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)
    record(
        "person.acted_as",
        by=acting_viewer(request, person, [chosen], now),
        on=RecordRef("accounts.membership", chosen.pk),
    )
    return chosen


@transaction.atomic
def forget_what_has_run_out(*, at: dt.datetime) -> int:
    """Delete what nobody can use any more, as declares.py says of it; how many rows there were.

    Sessions past their time, invitations, offers and links 30 days after their end, devices unused
    for half a year.
    """
    long_ago = at - SPENT_KEPT
    rows: list[QuerySet[Any]] = [
        Session.objects.filter(expire_date__lt=at),
        UserSession.objects.filter(last_seen_at__lt=at - SESSION_KEPT),
        Invitation.objects.filter(expires_at__lt=long_ago),
        Offer.objects.filter(expires_at__lt=long_ago),
        SignInLink.objects.filter(expires_at__lt=long_ago),
        KnownDevice.objects.filter(last_used_at__lt=at - DEVICE_HOLDS),
        CacheEntry.objects.filter(expires__lt=at),
    ]
    return sum(found.delete()[0] for found in rows)
