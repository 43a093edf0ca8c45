"""Draws as plain rows: what was drawn, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from safehub.audit.programmes.plans import Plan, Withdrawal
from safehub.audit.sampling.rules import Stratum

# What of a frame tells who a child is, and is shown on the page "known to us?" alone.
DETAILS = ("name", "born", "address", "family")


@dataclass(frozen=True)
class ReferralDrawn:
    """A referral of a draw. `case` is its number; None of a reserve that was not used."""

    referral_id: str
    stratum: str
    case: str | None
    is_reserve: bool = False


@dataclass(frozen=True)
class DrawMade:
    """One draw: its plan with the seed, what it drew in order, and who was withdrawn from it."""

    plan: Plan
    strata: tuple[Stratum, ...]
    referrals: tuple[ReferralDrawn, ...]
    withdrawals: tuple[Withdrawal, ...] = ()
    is_one_per_family: bool = False

    @property
    def size(self) -> int:
        """How many cases the plan drew; replacements are not counted."""
        return sum(not one.is_reserve for one in self.referrals)


@dataclass(frozen=True)
class FrameDrawn:
    """Every draw from a frame, first to last; the last is the sample.

    `columns` says which of the frame are name, born, address and family.
    """

    draws: tuple[DrawMade, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_more_than_a_draw(self) -> bool:
        """Whether it says more than the plan of the sample does."""
        return bool(
            len(self.draws) > 1 or self.columns or any(one.is_one_per_family for one in self.draws)
        )


UNDRAWN = FrameDrawn()
