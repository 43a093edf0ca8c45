"""An agency at a meeting, as a plain row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

# Those of the model, for a reader of packs, which needs no store.
STATES = ("present", "apologies", "absent")


@dataclass(frozen=True)
class Attended:
    """An agency at the meeting. `state` is blank where nothing is recorded; nobody is named."""

    agency: str
    invited_on: dt.date | None
    is_needed: bool
    state: str
    roles: str


@dataclass(frozen=True)
class Details:
    """When and where a meeting is planned, its minutes, and why it opened without a quorum."""

    planned_on: dt.date | None = None
    starts_at: str = ""
    place: str = ""
    link: str = ""
    minutes: str = ""
    without_quorum: str = ""


NO_DETAILS = Details()
