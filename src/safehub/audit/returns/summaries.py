"""An agency's summative report as plain data."""

from __future__ import annotations

from dataclasses import dataclass

from safehub.audit.programmes.terms import Statement
from safehub.audit.returns.rows import Printed


@dataclass(frozen=True)
class Summary:
    """What one agency says of its part, with the numbers that it printed."""

    agency: str
    overview: str = ""
    working_well: tuple[Statement, ...] = ()
    worried_about: tuple[Statement, ...] = ()
    actions: tuple[Statement, ...] = ()
    printed: tuple[Printed, ...] = ()
