"""Where a message or a job stands, and what it may become."""

from __future__ import annotations

from enum import StrEnum


class MessageState(StrEnum):
    """The states of a message. `sending`: handed over, or about to be; the outcome is not known."""

    PENDING = "pending"
    LEASED = "leased"
    SENDING = "sending"
    SENT = "sent"
    HELD = "held"
    DEAD = "dead"
    CLEARED = "cleared"


class JobState(StrEnum):
    """The states of a job."""

    PENDING = "pending"
    LEASED = "leased"
    DONE = "done"
    DEAD = "dead"
    CLEARED = "cleared"


# What the server took is sent, whatever came over the row meanwhile: hence the moves to `sent`.
MESSAGE_MOVES: dict[MessageState, frozenset[MessageState]] = {
    MessageState.PENDING: frozenset({MessageState.LEASED, MessageState.SENT}),
    MessageState.LEASED: frozenset(
        {MessageState.SENDING, MessageState.HELD, MessageState.PENDING}
        | {MessageState.DEAD, MessageState.SENT}
    ),
    MessageState.SENDING: frozenset({MessageState.SENT, MessageState.PENDING, MessageState.DEAD}),
    MessageState.SENT: frozenset(),
    MessageState.HELD: frozenset({MessageState.PENDING, MessageState.CLEARED}),
    MessageState.DEAD: frozenset({MessageState.PENDING, MessageState.CLEARED, MessageState.SENT}),
    MessageState.CLEARED: frozenset(),
}
JOB_MOVES: dict[JobState, frozenset[JobState]] = {
    JobState.PENDING: frozenset({JobState.LEASED}),
    JobState.LEASED: frozenset({JobState.DONE, JobState.PENDING, JobState.DEAD}),
    JobState.DONE: frozenset(),
    JobState.DEAD: frozenset({JobState.PENDING, JobState.CLEARED}),
    JobState.CLEARED: frozenset(),
}
