"""One round beside an earlier one, figure by figure, and whether chance would do as much.

The interval is Newcombe's hybrid score interval for a difference of two shares (Statistics in
Medicine 17, 1998, method 10); it stands only where both samples were drawn at random.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from safehub.audit.reports.comparison import MET_GOOD
from safehub.audit.reports.standing import AgencyStanding, StandingFigure
from safehub.foundation import statistics
from safehub.foundation.statistics import Interval, Share
from safehub.instruments.tools import YES

# A share of so few cases says little, whatever its interval.
FEW = 20


@dataclass(frozen=True)
class Change:
    """One share in two rounds. `difference` and limits are in percentage points, now less before.

    Without an interval nothing can be told: a sample was not drawn at random.
    """

    agency: str
    figure: str
    definition: str
    now: Share
    before: Share
    difference: Decimal
    interval: Interval | None

    @property
    def is_told(self) -> bool:
        """Whether the change can be told from chance."""
        return self.interval is not None and not self.interval[0] <= 0 <= self.interval[1]

    @property
    def fewest(self) -> int:
        """How many the smaller of the two shares rests on."""
        return min(self.now.of, self.before.of)

    @property
    def words(self) -> str:
        """What may be said of it."""
        if self.interval is None:
            return "Cannot be told: not both samples were drawn at random."
        if not self.is_told:
            return "Cannot be told from chance."
        return "A rise beyond chance." if self.difference > 0 else "A fall beyond chance."


def changes(
    now: Sequence[AgencyStanding],
    before: Sequence[AgencyStanding],
    *,
    both_random: bool,
    is_inside: bool,
) -> list[Change]:
    """Met good of each agency and each yes of a question, where both rounds have it.

    To anybody but those inside (who see single returns) what is suppressed in either is left out.
    """
    earlier = {one.code: dict(_shares(one, is_inside=is_inside)) for one in before}
    found = []
    for agency in now:
        for figure, share in _shares(agency, is_inside=is_inside):
            was = earlier.get(agency.code, {}).get(figure)
            if was is not None:
                found.append(_change(agency, figure, share, was, both_random=both_random))
    return found


def _shares(agency: AgencyStanding, *, is_inside: bool) -> Iterator[tuple[str, StandingFigure]]:
    hidden = frozenset() if is_inside else agency.hidden
    for one in agency.figures:
        plain = one.name.removeprefix(f"{agency.code}.")
        is_share = plain == MET_GOOD or (one.answer == YES and one.question)
        if is_share and one.of and one.n is not None and one.name not in hidden:
            yield plain, one


def _change(
    agency: AgencyStanding,
    figure: str,
    now: StandingFigure,
    before: StandingFigure,
    *,
    both_random: bool,
) -> Change:
    present, past = _share(now), _share(before)
    interval = None
    if both_random:
        limits = statistics.newcombe((present.n, present.of), (past.n, past.of))
        interval = statistics.as_percents(limits)
    return Change(
        agency.name,
        figure,
        now.definition,
        present,
        past,
        statistics.difference(present, past),
        interval,
    )


def _share(one: StandingFigure) -> Share:
    n, of = int(one.n or 0), one.of or 0
    return Share(n, of, statistics.percent(n, of), None)
