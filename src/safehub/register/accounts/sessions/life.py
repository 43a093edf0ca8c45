"""When a session ends, by what it keeps about itself. No database, no clock of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, MutableMapping
from enum import StrEnum
from typing import Any

BEGAN_AT = "safehub_began_at"
ACTIVE_AT = "safehub_active_at"
MEMBERSHIP = "safehub_membership"

# Twelve hours: longer than any shift, so nobody is signed in from one day to the next.
LONGEST = dt.timedelta(hours=12)
WARNING = dt.timedelta(minutes=2)
# An activity is written down at most this often, since each time costs a write to the database. So
# a session ends no sooner than it is said to, and at most this much later.
NOTED_EVERY = dt.timedelta(seconds=15)


class SessionState(StrEnum):
    """Whether a session still holds, and why not."""

    LIVE = "live"
    IDLE = "idle"
    SPENT = "spent"


def begin(session: MutableMapping[str, Any], at: dt.datetime) -> None:
    """Start the life of a session, at the sign-in."""
    session[BEGAN_AT] = session[ACTIVE_AT] = at.timestamp()
    session.pop(MEMBERSHIP, None)


def state_of(session: Mapping[str, Any], at: dt.datetime, idle: dt.timedelta) -> SessionState:
    """Whether the session holds at the moment; one that does not say when it began does not."""
    began, active = session.get(BEGAN_AT), session.get(ACTIVE_AT)
    if not isinstance(began, float) or not isinstance(active, float):
        return SessionState.SPENT
    now = at.timestamp()
    if now - began >= LONGEST.total_seconds():
        return SessionState.SPENT
    if now - active >= (idle + NOTED_EVERY).total_seconds():
        return SessionState.IDLE
    return SessionState.LIVE


def note_activity(session: MutableMapping[str, Any], at: dt.datetime) -> bool:
    """Count this moment as activity; False where the last one is too near to be worth a write."""
    if at.timestamp() - session[ACTIVE_AT] < NOTED_EVERY.total_seconds():
        return False
    session[ACTIVE_AT] = at.timestamp()
    return True


def seconds_left(session: Mapping[str, Any], at: dt.datetime, idle: dt.timedelta) -> int:
    """Whole seconds until the session may end by itself if nothing more is done; 0 once it has."""
    until_idle = session[ACTIVE_AT] + (idle + NOTED_EVERY).total_seconds()
    until_spent = session[BEGAN_AT] + LONGEST.total_seconds()
    left = int(min(until_idle, until_spent) - at.timestamp())
    return max(0, min(left, int(idle.total_seconds())))
