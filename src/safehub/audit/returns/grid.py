"""The grid of a round as plain data: which agency stands where with which case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property, lru_cache
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
    are not withdrawn, and `counts` where each agency stands with them, by its code. Of agencies
    that are `hidden` the viewer sees no return, of those that are `unbegun` not what is begun: that
    these count none says nothing of what there is. Without `shows_cases` they see no case either.
    """

    agencies: tuple[tuple[str, str], ...]
    cases: tuple[str, ...]
    cells: dict[tuple[str, str], Cell]
    withdrawn: frozenset[str]
    paged: Paged
    asked: int
    counts: dict[str, dict[Standing, int]]
    hidden: frozenset[str] = frozenset()
    unbegun: frozenset[str] = frozenset()
    shows_cases: bool = True

    @cached_property
    def seen(self) -> tuple[str, ...]:
        """The codes of the agencies of which the viewer sees returns."""
        return tuple(code for code, _ in self.agencies if code not in self.hidden)

    def returned_of_case(self, case: str) -> int:
        """How many of the agencies whose returns are seen have returned the case."""
        return sum(self.cells[case, code].standing in RETURNED for code in self.seen)


class Settled(IntEnum):
    """What one return says of its agency and its case; of several the highest settles it.

    So standing_of has it, draft aside: one that was sent back is to be answered again, one that
    nobody has signed off keeps the others from being accepted, and whoever knows the child settles
    it for those who do not.
    """

    NOTHING = 0
    NOT_KNOWN = 1
    NOT_KNOWN_SENT_BACK = 2
    KNOWN = 3
    ACCEPTED = 4
    RETURNED = 5
    SENT_BACK = 6


def settled_by(answer: Answer) -> Settled:
    """What one return says, by its latest version and what its agency's sign-off says of it."""
    is_back = answer.signed == SENT_BACK
    if answer.known == "no":
        return Settled.NOT_KNOWN_SENT_BACK if is_back else Settled.NOT_KNOWN
    if answer.known != "yes":
        return Settled.NOTHING
    if answer.status != "submitted":
        return Settled.KNOWN
    if is_back:
        return Settled.SENT_BACK
    return Settled.ACCEPTED if answer.signed == ACCEPTED else Settled.RETURNED


def counts_of(asked: int, settled: Mapping[int, int], begun: int) -> dict[Standing, int]:
    """Where an agency stands with the cases that are asked of it; each case counts once.

    `settled` counts cases by Settled, `begun` those on which something is being answered and
    nothing was submitted.
    """
    counts = {
        Standing.NOT_KNOWN: settled.get(Settled.NOT_KNOWN, 0),
        Standing.DRAFT: begun,
        Standing.RETURNED: settled.get(Settled.RETURNED, 0),
        Standing.SENT_BACK: settled.get(Settled.SENT_BACK, 0)
        + settled.get(Settled.NOT_KNOWN_SENT_BACK, 0),
        Standing.ACCEPTED: settled.get(Settled.ACCEPTED, 0),
    }
    return {Standing.AWAITED: asked - sum(counts.values()), **counts}


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
