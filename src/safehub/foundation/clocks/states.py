"""How a clock stands, and the moves between."""

from __future__ import annotations

from enum import StrEnum


class ClockState(StrEnum):
    """A clock runs, stands still, or has ended for good."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


MOVES: dict[ClockState, frozenset[ClockState]] = {
    ClockState.RUNNING: frozenset({ClockState.PAUSED, ClockState.STOPPED}),
    ClockState.PAUSED: frozenset({ClockState.RUNNING, ClockState.STOPPED}),
    ClockState.STOPPED: frozenset(),
}
