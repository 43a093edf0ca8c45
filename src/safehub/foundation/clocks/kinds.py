"""What kinds of deadlines there are. Each app declares its own in its declares.py."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Counting(StrEnum):
    """How the time of a rule is counted."""

    END_OF_WORKING_DAY = "end_of_working_day"
    ELAPSED_HOURS = "elapsed_hours"
    HUB_HOURS = "hub_hours"


@dataclass(frozen=True)
class ClockRule:
    """A deadline as data: `number` working days, hours, or hours in which the hub is open.

    `source` cites the guidance and its edition.
    """

    code: str
    label: str
    counting: Counting
    number: int
    source: str
