"""The grid of a round as plain data: which agency stands where with which case."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from safehub.foundation.govuk.paging import Paged

CASES_A_PAGE = 50


class Standing(StrEnum):
    """Where an agency stands with a case."""

    AWAITED = "awaited"
    NOT_KNOWN = "not_known"
    RETURNED = "returned"


class Cell(NamedTuple):
    """One agency and one case. `keys` are the returns behind it that the viewer may open."""

    standing: Standing
    keys: tuple[int, ...] = ()
    respondents: int = 0


NO_RETURN = Cell(Standing.AWAITED)


@dataclass(frozen=True)
class Grid:
    """Agencies across as (code, name), case numbers down, a cell for each, and who is withdrawn.

    `cases` are those of the page that is shown. `asked` counts the cases of the whole round that
    are not withdrawn, and `counts` where each agency stands with them, by its code.
    """

    agencies: tuple[tuple[str, str], ...]
    cases: tuple[str, ...]
    cells: dict[tuple[str, str], Cell]
    withdrawn: frozenset[str]
    paged: Paged
    asked: int
    counts: dict[str, dict[Standing, int]]

    def returned_of_case(self, case: str) -> int:
        """How many of the agencies shown have returned the case."""
        return sum(
            self.cells[case, code].standing is Standing.RETURNED for code, _ in self.agencies
        )


def counts_of(asked: int, returned: int, knows: int, said: int) -> dict[Standing, int]:
    """Where an agency stands with the cases that are asked of it.

    `returned`, `knows` and `said` count cases: submitted and known, known, and answered with yes or
    no by any respondent. One that knows the child settles it (audit packs, Figures).
    """
    not_known = said - knows
    return {
        Standing.AWAITED: asked - returned - not_known,
        Standing.NOT_KNOWN: not_known,
        Standing.RETURNED: returned,
    }


# A grid has hundreds of cells and very few kinds of them.
@lru_cache(maxsize=256)
def standing_of(answers: tuple[tuple[str, str], ...]) -> Standing:
    """From the (status, known) of an agency's returns on a case.

    Audit packs, Figures: returned is submitted and known; one respondent that knows the child
    settles it for the agency; not known is none that knows and one that does not.
    """
    if any(status == "submitted" and known == "yes" for status, known in answers):
        return Standing.RETURNED
    if any(known == "yes" for _, known in answers):
        return Standing.AWAITED
    if any(known == "no" for _, known in answers):
        return Standing.NOT_KNOWN
    return Standing.AWAITED
