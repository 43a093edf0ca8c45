"""How far first and second grades agree, and each agency's grades with either.

Agreement is between grades of one return. How far agencies' grades of one case lie apart is their
*spread*, which is kept apart from it: each agency grades its own work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from safehub.audit.moderation.rules import Key, Scale, moderated_grade, with_moderated
from safehub.audit.returns.rows import ReturnRow
from safehub.foundation import statistics
from safehub.foundation.statistics import Coefficient
from safehub.instruments.tools import NOT_APPLICABLE

NONE_PAIRED = "No return has both a first and a second grade yet."
NONE_SEVERAL = "No return has second grades of two or more moderators."


@dataclass(frozen=True)
class Looked:
    """A settled second look: the agency's grade of the return, if any, and the second grades."""

    key: Key
    first: str | None
    seconds: tuple[str, ...]


@dataclass(frozen=True)
class Agreement:
    """Agreement over the `pairs` that have both grades, of all the `looks` that are settled.

    `several` is how many returns Fleiss' kappa rests on, each graded by `raters` people.
    """

    looks: int
    pairs: int
    same: int
    within_one: int
    several: int
    raters: int
    cohen: Coefficient
    fleiss: Coefficient
    alpha: Coefficient

    @property
    def percent(self) -> Decimal | None:
        """The share of pairs that are the same; None without pairs."""
        return statistics.percent(self.same, self.pairs)


def agreement_of(scale: Scale, looks: Iterable[Looked]) -> Agreement:
    """Every measure of agreement. A pair is the first grade and the moderated one."""
    settled = list(looks)
    pairs: list[tuple[int, int]] = []
    units: list[list[int]] = []
    for look in settled:
        first = scale.place(look.first)
        second = scale.place(moderated_grade(scale, look.seconds))
        if first is not None and second is not None:
            pairs.append((first, second))
            places = [scale.place(one) for one in look.seconds]
            units.append([first, *(one for one in places if one is not None)])
    several = _of_one_number(units)
    apart = [abs(a - b) for a, b in pairs]
    return Agreement(
        looks=len(settled),
        pairs=len(pairs),
        same=apart.count(0),
        within_one=apart.count(0) + apart.count(1),
        several=len(several),
        raters=len(several[0]) if several else 0,
        cohen=statistics.cohen_kappa(pairs, NONE_PAIRED),
        fleiss=statistics.fleiss_kappa(several, NONE_SEVERAL),
        alpha=statistics.ordinal_alpha(units, len(scale.grades), NONE_PAIRED),
    )


def _of_one_number(units: Sequence[list[int]]) -> list[list[int]]:
    """Those that three people or more graded, and all as many: the number that most have."""
    numbers = Counter(len(unit) for unit in units if len(unit) > 2)
    if not numbers:
        return []
    most = max(numbers, key=lambda number: (numbers[number], number))
    return [unit for unit in units if len(unit) == most]


@dataclass(frozen=True)
class Graded:
    """An agency's cases by grade, and how many of those with a grade are good or better."""

    grades: Mapping[str, int]
    good: int
    of: int

    @property
    def percent(self) -> Decimal | None:
        """The share that is good or better; None where nothing was graded."""
        return statistics.percent(self.good, self.of)


@dataclass(frozen=True)
class BothGraded:
    """An agency's cases with its own grades and with the moderated ones, and how many changed."""

    agency: str
    own: Graded
    moderated: Graded
    looks: int


def both_graded(
    scale: Scale,
    good: Sequence[str],
    rows: Sequence[ReturnRow],
    looks: Sequence[Looked],
    agencies: Iterable[str],
) -> list[BothGraded]:
    """For each agency with returns. `rows` count: submitted, known, of a case in the sample."""
    moderated = {
        look.key: grade
        for look in looks
        if (grade := moderated_grade(scale, look.seconds)) is not None
    }
    replaced = with_moderated(rows, scale.question, moderated)
    found = []
    for agency in agencies:
        own = [row for row in rows if row.agency == agency]
        after = [row for row in replaced if row.agency == agency]
        if own:
            seen = sum(look.key[0] == agency for look in looks)
            found.append(
                BothGraded(agency, _graded(scale, good, own), _graded(scale, good, after), seen)
            )
    return found


def _graded(scale: Scale, good: Sequence[str], rows: Sequence[ReturnRow]) -> Graded:
    """Each case once, under its lowest grade (audit packs, Figures)."""
    by_case: dict[str, list[str]] = {}
    for row in rows:
        given = by_case.setdefault(row.case, [])
        if scale.question in row.answers:
            given.append(row.answers[scale.question])
    counts = dict.fromkeys((*scale.names, "not_graded"), 0)
    for given in by_case.values():
        places = [place for one in given if (place := scale.place(one)) is not None]
        if places:
            counts[scale.grades[max(places)]] += 1
        elif NOT_APPLICABLE in given:
            counts[NOT_APPLICABLE] += 1
        else:
            counts["not_graded"] += 1
    of = sum(counts[grade] for grade in scale.grades)
    return Graded(counts, sum(counts[one] for one in good if one in scale.grades), of)
