"""Where a disclosure stands, what it may become, and what is decided on the way."""

from __future__ import annotations

from enum import StrEnum


class DisclosureState(StrEnum):
    """The states of a disclosure."""

    DRAFTED = "drafted"
    CHECKED = "checked"
    CLEARED = "cleared"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


# A change, or a clearance that has become void, leads back to the draft.
MOVES: dict[DisclosureState, frozenset[DisclosureState]] = {
    DisclosureState.DRAFTED: frozenset({DisclosureState.CHECKED, DisclosureState.WITHDRAWN}),
    DisclosureState.CHECKED: frozenset(
        {DisclosureState.DRAFTED, DisclosureState.CLEARED, DisclosureState.WITHDRAWN}
    ),
    DisclosureState.CLEARED: frozenset(
        {DisclosureState.DRAFTED, DisclosureState.RELEASED, DisclosureState.WITHDRAWN}
    ),
    DisclosureState.RELEASED: frozenset(),
    DisclosureState.WITHDRAWN: frozenset(),
}

LABELS: dict[DisclosureState, str] = {
    DisclosureState.DRAFTED: "Being prepared",
    DisclosureState.CHECKED: "Checked, waiting for a second person",
    DisclosureState.CLEARED: "Cleared",
    DisclosureState.RELEASED: "Released",
    DisclosureState.WITHDRAWN: "Withdrawn",
}


class HitDecision(StrEnum):
    """What a person decided of a hit. A removed stretch leaves nothing, a masked one a mark."""

    MASKED = "masked"
    REMOVED = "removed"
    KEPT = "kept"


class SharingDecision(StrEnum):
    """What a sharing record records."""

    SHARED = "shared"
    REFUSED = "refused"


class Consent(StrEnum):
    """What was done about consent."""

    NOT_SOUGHT = "not_sought"
    GIVEN = "given"
    REFUSED = "refused"


class FamilyTold(StrEnum):
    """Whether the family was told of the sharing."""

    TOLD = "told"
    NOT_TOLD = "not_told"
