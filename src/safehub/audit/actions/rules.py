"""How an action stands, in words and a colour, and when its owner is reminded.

Red, amber and green are what boards write beside an action; the words say why, so that nobody has
to know the colours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from safehub.audit.actions.states import ActionStatus, Progress

# The board is shown what has been overdue for four weeks.
ESCALATES_AFTER = dt.timedelta(days=28)
SOON = dt.timedelta(days=14)
# Days before and after the due date on which its owner is told.
REMINDERS = (-14, -1, 1, 7, 14, 21, 28)

Level = Literal["red", "amber", "green", "done", "closed"]
_FINISHED = (ActionStatus.DONE, ActionStatus.CLOSED)


@dataclass(frozen=True)
class Rag:
    """A level, and why."""

    level: Level
    words: str


def rag_of(*, status: str, progress: str, due_on: dt.date | None, on: dt.date) -> Rag:
    """How the action stands on that day. Whatever its owner says, what is late is red."""
    if status == ActionStatus.CLOSED:
        return Rag("closed", "Closed: somebody else found that it works")
    if status == ActionStatus.DONE:
        return Rag("done", "Done: whether it works is still to be checked")
    if is_overdue(status, due_on, on) and due_on is not None:
        days = (on - due_on).days
        late = f"Red: overdue by {days} {'day' if days == 1 else 'days'}"
        return Rag("red", f"{late}, escalated" if is_escalated(status, due_on, on) else late)
    if progress == Progress.STUCK:
        return Rag("red", "Red: it cannot go on without help")
    if due_on is None:
        return Rag("amber", "Amber: no date is set")
    if progress == Progress.BEHIND:
        return Rag("amber", "Amber: behind")
    if status == ActionStatus.OPEN and due_on - on <= SOON:
        return Rag("amber", "Amber: due soon and not begun")
    return Rag("green", "Green: on track")


def is_overdue(status: str, due_on: dt.date | None, on: dt.date) -> bool:
    """Whether its day has passed and nobody has said that it is done."""
    return status not in _FINISHED and due_on is not None and due_on < on


def is_escalated(status: str, due_on: dt.date | None, on: dt.date) -> bool:
    """Whether it has been overdue for so long that the board is shown it."""
    return is_overdue(status, due_on, on) and due_on is not None and on - due_on >= ESCALATES_AFTER


def reminder_on(due_on: dt.date, on: dt.date, days: Sequence[int] = REMINDERS) -> int | None:
    """Which reminder it is time for: the last of `days` that has come, counted from the due date.

    None before the first. A worker that was down for a day still sends it.
    """
    come = [day for day in days if (on - due_on).days >= day]
    return max(come, default=None)
