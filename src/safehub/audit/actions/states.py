"""Where an action stands."""

from __future__ import annotations

from enum import StrEnum


class ActionStatus(StrEnum):
    """The states of an action."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CLOSED = "closed"
