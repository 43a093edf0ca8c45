"""Draws as plain rows: what was drawn, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from safehub.audit.programmes.plans import Plan, Withdrawal
from safehub.audit.sampling.rules import Stratum

# What of a frame tells who a child is, and is shown on the page "known to us?" alone.
DETAILS = ("name", "born", "address", "family")
# The columns that every frame has.
REQUIRED = frozenset({"referral_id", "child_id", "referred_on"})
# Of each detail its columns, in the order in which they are shown joined.
Columns = Mapping[str, Sequence[str]]


def columns_of(mapping: Mapping[str, str | Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The columns of each detail that has any, in the order of the details.

    One column may be given as itself.
    """
    given = {
        name: (said,) if isinstance(said, str) else tuple(said) for name, said in mapping.items()
    }
    found = {name: tuple(one for one in given[name] if one) for name in DETAILS if name in given}
    return {name: columns for name, columns in found.items() if columns}


def columns_chosen(mapping: Mapping[str, str | Sequence[str]]) -> set[str]:
    """Every column that tells who a child is, whatever of it."""
    return {one for columns in columns_of(mapping).values() for one in columns}


def columns_shown(columns: Sequence[str], mapping: Mapping[str, str | Sequence[str]]) -> list[str]:
    """Of the columns of a frame those that an agency is shown on any other page.

    None until it was said which tell who a child is: any may.
    """
    chosen = columns_chosen(mapping)
    return [one for one in columns if one not in chosen] if chosen else []


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
    columns: Columns = field(default_factory=dict)

    @property
    def is_more_than_a_draw(self) -> bool:
        """Whether it says more than the plan of the sample does."""
        return bool(
            len(self.draws) > 1 or self.columns or any(one.is_one_per_family for one in self.draws)
        )


UNDRAWN = FrameDrawn()
