"""Where a second look stands, and why a return is given one."""

from __future__ import annotations

from enum import StrEnum

# `awaited` while its round gathers and second grades are missing; `settled` once all are in;
# `closed` where the meeting opened the round before that.
AWAITED, SETTLED, CLOSED = "awaited", "settled", "closed"


class Trigger(StrEnum):
    """What a return is chosen for, where no share is drawn."""

    LOWEST = "lowest"
    HIGHEST = "highest"
    NO_GRADE = "no_grade"
    IMMEDIATE_RISK = "immediate_risk"
    APART = "apart"


SHARE = "share"
WORDS: dict[str, str] = {
    SHARE: "drawn in the share",
    Trigger.LOWEST: "its grade is the lowest that there is",
    Trigger.HIGHEST: "its grade is the highest that there is",
    Trigger.NO_GRADE: "the child is known, and it has no grade",
    Trigger.IMMEDIATE_RISK: "it says that a child is at immediate risk",
    Trigger.APART: "agencies' grades of the case lie two steps or more apart",
}
