"""Partnerships, agencies, people and memberships, made through commands; and signing them in."""

from __future__ import annotations

import datetime as dt
import itertools
from importlib import import_module

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client
from django.utils import timezone

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.register.accounts.commands import add_membership, add_person
from safehub.register.accounts.models import Membership, Person
from safehub.register.accounts.queries import viewer_of
from safehub.register.accounts.sessions import life
from safehub.register.agencies.commands import register_agency, register_partnership
from safehub.register.agencies.models import Agency, Partnership

_numbers = itertools.count(1)


def operator(at: dt.datetime | None = None) -> Viewer:
    """Whoever types commands at the machine."""
    return Viewer(role=Role.LOCAL_OPERATOR, via="command", at=at or timezone.now())


def make_partnership(name: str = "Meadowshire") -> Partnership:
    """The partnership of that name."""
    return register_partnership(name=name, by=operator())


def make_agency(
    code: str = "police",
    *,
    name: str = "",
    kind: str = "",
    partnership: Partnership | None = None,
) -> Agency:
    """The agency of that code."""
    return register_agency(
        partnership=partnership or make_partnership(),
        code=code,
        name=name or code.capitalize(),
        kind=kind,
        by=operator(),
    )


def make_person(name: str = "Asha", *, email: str = "", agency: Agency | None = None) -> Person:
    """A new person; an address that is left out is one that nobody has yet."""
    return add_person(
        email=email or f"{name.split()[0].lower()}{next(_numbers)}@example.org",
        name=name,
        agency=agency or make_agency(),
        by=operator(),
    )


def make_membership(
    person: Person | None = None,
    agency: Agency | None = None,
    role: Role = Role.AGENCY_AUDITOR,
    *,
    unit: str = "",
    valid_from: dt.datetime | None = None,
    valid_to: dt.datetime | None = None,
    trained_until: dt.date | None = None,
) -> Membership:
    """A membership, from now on unless said otherwise."""
    agency = agency or make_agency()
    return add_membership(
        person=person or make_person(agency=agency),
        agency=agency,
        role=role,
        unit=unit,
        valid_from=valid_from,
        valid_to=valid_to,
        trained_until=trained_until,
        by=operator(),
    )


def make_viewer(membership: Membership, *, at: dt.datetime | None = None) -> Viewer:
    """The viewer of a membership, with a second factor just proved."""
    at = at or timezone.now()
    return viewer_of(membership, at=at, stepped_up_at=at, request_id="test", via="test")


def sign_in(
    client: Client,
    person: Person,
    membership: Membership | None = None,
    *,
    has_second_factor: bool = True,
) -> Client:
    """Give the client a session of that person as a whole sign-in leaves one, and quickly.

    They act under the membership, else under their first. The client is given back.
    """
    now = timezone.now()
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    life.begin(session, now)
    if membership is not None:
        session[life.MEMBERSHIP] = membership.pk
    records = [{"method": "password", "at": now.timestamp(), "email": person.email}]
    if has_second_factor:
        records.append({"method": "mfa", "at": now.timestamp(), "type": "totp", "id": 0})
    session[AUTHENTICATION_METHODS_SESSION_KEY] = records
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    session.save()
    UserSession.objects.create(
        user=person, session_key=session.session_key, ip="127.0.0.1", user_agent="test"
    )
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client
