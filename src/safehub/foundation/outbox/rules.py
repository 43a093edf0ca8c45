"""When to try again, how long a lease holds, and the classes of fault. No database, no clock."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

# After 1, 5, 15 and 60 minutes, then hourly; the last try falls 24 hours after the first.
_FIRST = (1, 5, 15, 60)
_DAY = 24 * 60
_HOURS = (_DAY - sum(_FIRST)) // 60
WAITS: tuple[dt.timedelta, ...] = tuple(
    dt.timedelta(minutes=minutes)
    for minutes in (*_FIRST, *[60] * _HOURS, _DAY - sum(_FIRST) - 60 * _HOURS)
)
LONGEST_WAIT = max(WAITS)

# Longer than a mail server may take over one message (mail.MailServer.limit), so that a lease runs
# out only when its holder is gone or asleep.
LEASE = dt.timedelta(minutes=5)

# How long what is finished is kept, for people who ask whether a notice went out.
KEPT = dt.timedelta(days=90)


class Fault(StrEnum):
    """Why a message did not go: a class, never words of a server, which may repeat an address."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    NOT_SECURED = "not_secured"
    SIGN_IN_REFUSED = "sign_in_refused"
    REFUSED_FOR_NOW = "refused_for_now"
    REFUSED_FOR_GOOD = "refused_for_good"
    OUTCOME_UNKNOWN = "outcome_unknown"
    HOLD_UNANSWERED = "hold_unanswered"
    NOTICE_UNKNOWN = "notice_unknown"
    WORKER_LOST = "worker_lost"


def wait_after(attempts: int) -> dt.timedelta | None:
    """How long to wait after so many failed attempts (1 or more); None: no more are made.

    Counted in attempts and not in hours, so that a clock put forward kills no message.
    """
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None
