"""The grid of a round as plain data: which agency stands where with which case."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from safehub.foundation.govuk.paging import Paged

CASES_A_PAGE = 50
ACCEPTED, SENT_BACK = "accepted", "sent_back"


class Standing(StrEnum):
    """Where an agency stands with a case."""

    AWAITED = "awaited"
    NOT_KNOWN = "not_known"
    DRAFT = "draft"
    RETURNED = "returned"
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"


# What counts as returned, whatever its agency says of it: figures count all three.
RETURNED = frozenset({Standing.RETURNED, Standing.SENT_BACK, Standing.ACCEPTED})


class Answer(NamedTuple):
    """Of one return: its status, what is known, and what its agency's sign-off says of it."""

    status: str
    known: str
    signed: str = ""


class Cell(NamedTuple):
    """One agency and one case. `keys` are the returns behind it that the viewer may open."""

    standing: Standing
    keys: tuple[int, ...] = ()
    respondents: int = 0


NO_RETURN = Cell(Standing.AWAITED)
BEGUN = Cell(Standing.DRAFT)


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
        return sum(self.cells[case, code].standing in RETURNED for code, _ in self.agencies)


class Counted(NamedTuple):
    """Of one agency, how many cases that are not withdrawn.

    `returned`, `knows` and `said`: submitted and known, known, and answered with yes or no by any
    respondent. `unaccepted` and `back` are of the returned: some return that knows the child is not
    accepted, or is sent back. `nil_back`: nobody knows the child, and a nil return is sent back.
    """

    returned: int = 0
    knows: int = 0
    said: int = 0
    unaccepted: int = 0
    back: int = 0
    nil_back: int = 0


def counts_of(asked: int, counted: Counted, begun: int) -> dict[Standing, int]:
    """Where an agency stands with the cases that are asked of it; each case counts once.

    One respondent that knows the child settles it (audit packs, Figures). `begun` are cases on
    which something is being answered and nothing was submitted.
    """
    not_known = counted.said - counted.knows
    return {
        Standing.AWAITED: asked - counted.returned - not_known - begun,
        Standing.NOT_KNOWN: not_known - counted.nil_back,
        Standing.DRAFT: begun,
        Standing.RETURNED: counted.unaccepted - counted.back,
        Standing.SENT_BACK: counted.back + counted.nil_back,
        Standing.ACCEPTED: counted.returned - counted.unaccepted,
    }


# A grid has hundreds of cells and very few kinds of them.
@lru_cache(maxsize=256)
def standing_of(answers: tuple[Answer, ...], *, is_begun: bool = False) -> Standing:
    """From an agency's returns on a case, and whether it has begun one that is not submitted.

    Audit packs, Figures: returned is submitted and known; one respondent that knows the child
    settles it for the agency; not known is none that knows and one that does not. Of those that
    settle it one that was sent back is to be answered again, and all have to be accepted.
    """
    known = [one for one in answers if one.status == "submitted" and one.known == "yes"]
    if any(one.signed == SENT_BACK for one in known):
        return Standing.SENT_BACK
    if known:
        is_accepted = all(one.signed == ACCEPTED for one in known)
        return Standing.ACCEPTED if is_accepted else Standing.RETURNED
    if is_begun and not any(one.status == "submitted" for one in answers):
        return Standing.DRAFT
    unknown = [one for one in answers if one.known == "no"]
    if any(one.known == "yes" for one in answers) or not unknown:
        return Standing.AWAITED
    is_back = any(one.signed == SENT_BACK for one in unknown)
    return Standing.SENT_BACK if is_back else Standing.NOT_KNOWN
