"""Reading sessions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from safehub.foundation.questions import Question
from safehub.register.accounts.models import Person
from safehub.register.accounts.sessions import life
from safehub.register.accounts.sessions.devices import device_words


def session_that_holds(key: str, at: dt.datetime) -> Session | None:
    """The row of a session that has not run out at the moment. One query."""
    return _STORED.first(key, at)


def _stored(key: str, at: dt.datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)


_STORED = Question(_stored, str, dt.datetime)


@dataclass(frozen=True)
class OpenSession:
    """A session of somebody's that still holds."""

    key: int
    device: str
    where: str
    began_at: dt.datetime
    last_used_at: dt.datetime
    is_this: bool


def open_sessions(
    person: Person, *, this: str, at: dt.datetime, idle: dt.timedelta
) -> list[OpenSession]:
    """The sessions that hold at the moment, that with the session key `this` first. One query."""
    rows = UserSession.objects.filter(
        user=person,
        last_seen_at__gt=at - idle - life.NOTED_EVERY,
        created_at__gt=at - life.LONGEST,
    ).order_by("-last_seen_at")
    found = [
        OpenSession(
            key=row.pk,
            device=device_words(row.user_agent),
            where=str(row.ip),
            began_at=row.created_at,
            last_used_at=row.last_seen_at,
            is_this=row.session_key == this,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: not one.is_this)
