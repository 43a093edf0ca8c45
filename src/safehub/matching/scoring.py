"""The weight of a pair, and what it is made of.

The weight is what Splink calls match weight: log2 of the odds that the two are one person, after
all evidence. Adjusted for how common a name is as Splink does (`term_frequency_adjustments`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from safehub.matching.comparisons import (
    BORN,
    COMPARISONS,
    FIRST_NAME,
    NHS_NUMBER,
    POSTCODE,
    SEX,
    SURNAME,
    Comparison,
    Level,
)
from safehub.matching.model import Model
from safehub.matching.records import Compared

# By so many bits less are they thought to be one person who look like twins or siblings.
GUARD = 18.0


@dataclass(frozen=True)
class Step:
    """One bar of the waterfall: what was compared, how it stands, and how many bits it counts."""

    comparison: str
    level: str
    words: str
    weight: float
    of_commonness: float = 0.0


@dataclass(frozen=True)
class Score:
    """`weight` in bits; `steps` add up to it, with the prior first."""

    weight: float
    steps: tuple[Step, ...]

    @property
    def probability(self) -> float:
        """From 0 to 1."""
        return probability_of(self.weight)


def probability_of(weight: float) -> float:
    """Of a weight in bits."""
    if weight < 0:
        odds = math.exp2(max(weight, -1000))
        return odds / (1 + odds)
    return 1 / (1 + math.exp2(-min(weight, 1000)))


def score(model: Model, left: Compared, right: Compared) -> Score:
    """The same whichever of the two comes first."""
    steps = [Step("prior", "", "any two people", model.prior_weight)]
    held: dict[str, Level] = {}
    for comparison in COMPARISONS:
        level = comparison.levels[comparison.level_of(left, right)]
        held[comparison.code] = level
        if level.is_null:
            continue
        chances = model.chances_of(comparison, level)
        commonness = _commonness(model, comparison, level, chances.u, left)
        steps.append(
            Step(comparison.code, level.code, level.words, chances.weight + commonness, commonness)
        )
    if is_guarded({code: level.code for code, level in held.items()}):
        steps.append(Step("guard", "", "as twins and siblings look", -GUARD))
    return Score(math.fsum(step.weight for step in steps), tuple(steps))


def _commonness(
    model: Model, comparison: Comparison, level: Level, u: float, left: Compared
) -> float:
    if not level.frequency_of:
        return 0.0
    frequencies = model.frequencies.get(level.frequency_of)
    found = frequencies.get(getattr(left, level.frequency_of)) if frequencies else None
    return math.log2(u / found) if found else 0.0


def is_guarded(held: dict[str, str]) -> bool:
    """Whether a pair looks like twins or siblings: one family name, birth date and address, but
    another first name or sex, and no NHS number that says they are one."""
    return (
        held[SURNAME.code] in ("same", "near", "part")
        and held[BORN.code] in ("same", "same_new_year", "missing")
        and held[POSTCODE.code] in ("same", "near", "district", "missing")
        and (held[FIRST_NAME.code] == "other" or held[SEX.code] == "other")
        and held[NHS_NUMBER.code] not in ("same", "near")
        and held[FIRST_NAME.code] != "same"
    )


GUARD_SQL = (
    "surname_level in ('same', 'near', 'part')"
    " and born_level in ('same', 'same_new_year', 'missing')"
    " and postcode_level in ('same', 'near', 'district', 'missing')"
    " and (first_name_level = 'other' or sex_level = 'other')"
    " and nhs_number_level not in ('same', 'near') and first_name_level != 'same'"
)
