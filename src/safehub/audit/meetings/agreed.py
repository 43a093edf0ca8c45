"""What a meeting agreed, as plain data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from safehub.audit.programmes.terms import Statement


@dataclass(frozen=True)
class GapFound:
    """A gap under its theme: `theme.letter` names it in actions, `1a` in the report."""

    theme: str
    letter: str
    text: str
    owner: str | None = None

    @property
    def reference(self) -> str:
        """How actions name the gap."""
        return f"{self.theme}.{self.letter}"


@dataclass(frozen=True)
class Agreed:
    """The outcome of a meeting; all in the order in which it was written down."""

    held_on: dt.date | None = None
    findings: tuple[Statement, ...] = ()
    working_well: tuple[Statement, ...] = ()
    worried_about: tuple[Statement, ...] = ()
    gaps: tuple[GapFound, ...] = ()
    next_steps: tuple[Statement, ...] = ()
