"""Returns as figures see them: plain rows of canonical answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from safehub.instruments.tools import YES

KNOWN = "known"
IMMEDIATE_RISK = "immediate_risk"
SUBMITTED, NOT_RETURNED = "submitted", "not_returned"


@dataclass(frozen=True)
class ReturnRow:
    """One return: canonical answers without blanks, and the questions that were hidden."""

    agency: str
    respondent: str
    case: str
    status: str
    answers: Mapping[str, str]
    not_asked: frozenset[str] = frozenset()

    @property
    def is_counted(self) -> bool:
        """Submitted, on a case that the agency knows: what questions are counted over."""
        return self.status == SUBMITTED and self.answers.get(KNOWN) == YES


@dataclass(frozen=True)
class Printed:
    """A number that an agency printed in its summative report. `of` is None where it gave none."""

    figure: str
    count: int
    of: int | None = None
