"""Retries come after 1, 5, 15 and 60 minutes, then hourly, until a day has gone."""

from __future__ import annotations

import datetime as dt
from itertools import accumulate

from safehub.foundation.outbox.mail import MailServer
from safehub.foundation.outbox.rules import LEASE, WAITS, wait_after
from safehub.foundation.outbox.states import (
    JOB_MOVES,
    MESSAGE_MOVES,
    JobState,
    MessageState,
)


def test_waits_are_as_promised() -> None:
    minutes = [int(wait.total_seconds()) // 60 for wait in WAITS]
    assert minutes[:4] == [1, 5, 15, 60]
    assert set(minutes[4:-1]) == {60}
    assert minutes[-1] <= 60
    assert list(accumulate(minutes))[-1] == 24 * 60


def test_after_the_last_wait_there_is_no_other() -> None:
    assert wait_after(1) == dt.timedelta(minutes=1)
    assert wait_after(len(WAITS)) == WAITS[-1]
    assert wait_after(len(WAITS) + 1) is None


def test_lease_outlasts_what_a_mail_server_may_take() -> None:
    assert LEASE.total_seconds() > 2 * MailServer("x", 25).limit


def test_every_state_has_moves_and_every_state_is_reached() -> None:
    assert MESSAGE_MOVES.keys() == set(MessageState)
    assert JOB_MOVES.keys() == set(JobState)
    assert frozenset().union(*MESSAGE_MOVES.values()) == set(MessageState)
    assert frozenset().union(*JOB_MOVES.values()) == set(JobState)
