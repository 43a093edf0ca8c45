"""What kinds of deadlines there are. Each app declares its own in its declares.py."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from safehub.foundation.errors import Misconfigured

# The hours of more than ten years: beyond it a number is a slip.
LARGEST = 100_000


class Counting(StrEnum):
    """How the time of a rule is counted."""

    END_OF_WORKING_DAY = "end_of_working_day"
    ELAPSED_HOURS = "elapsed_hours"
    HUB_HOURS = "hub_hours"


@dataclass(frozen=True)
class ClockRule:
    """A deadline as data: `number` working days, hours, or hours in which the hub is open.

    `source` cites the guidance and its edition. Raises Misconfigured for a number below 1, or
    above LARGEST.
    """

    code: str
    label: str
    counting: Counting
    number: int
    source: str

    def __post_init__(self) -> None:
        if not 1 <= self.number <= LARGEST:
            raise Misconfigured(
                f"The clock {self.code} must count at least 1 and at most {LARGEST}, "
                f"not {self.number}."
            )
