"""What a model knows: how likely each level is among pairs of one person, and of two."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from safehub.foundation.errors import Misconfigured
from safehub.matching.comparisons import COMPARISONS, Comparison, Level

FORMAT = 1


@dataclass(frozen=True)
class Chances:
    """`m`: how likely the level is where the two are one person; `u`: where they are two."""

    m: float
    u: float

    @property
    def weight(self) -> float:
        """In bits: log2 of how much likelier it is among pairs of one person."""
        return math.log2(self.m / self.u)


@dataclass(frozen=True)
class Frequencies:
    """How common each value of a column is, from 0 to 1; missing values are not counted."""

    of: Mapping[str, float] = field(default_factory=dict)
    # For what is in no list; None leaves the weight as it is.
    rarest: float | None = None

    def get(self, value: str) -> float | None:
        """None where nothing is known of it."""
        return self.of.get(value, self.rarest)


@dataclass(frozen=True)
class Model:
    """The weights of every level of every comparison, and what stands before any evidence.

    `prior` is the share of all pairs that are of one person. `trained_on` says on what.
    """

    prior: float
    chances: Mapping[tuple[str, str], Chances]
    frequencies: Mapping[str, Frequencies] = field(default_factory=dict)
    trained_on: str = ""

    @property
    def prior_weight(self) -> float:
        """In bits: log2 of the odds before any evidence."""
        return math.log2(self.prior / (1 - self.prior))

    def chances_of(self, comparison: Comparison, level: Level) -> Chances:
        """Of a level that is not missing."""
        return self.chances[comparison.code, level.code]

    def as_data(self) -> dict[str, Any]:
        """As it is written to a file; frequencies are of a register and not among it."""
        return {
            "format": FORMAT,
            "trained_on": self.trained_on,
            "prior": self.prior,
            "comparisons": {
                comparison.code: {
                    level.code: {"m": found.m, "u": found.u}
                    for level in comparison.levels
                    if not level.is_null
                    for found in [self.chances_of(comparison, level)]
                }
                for comparison in COMPARISONS
            },
        }


def model_from(data: Mapping[str, Any]) -> Model:
    """The model of a file. Raises Misconfigured where it is not of these comparisons."""
    try:
        if data["format"] != FORMAT:
            raise Misconfigured(f"The model has format {data['format']}, not {FORMAT}: train anew.")
        chances = {
            (comparison.code, level.code): Chances(
                **data["comparisons"][comparison.code][level.code]
            )
            for comparison in COMPARISONS
            for level in comparison.levels
            if not level.is_null
        }
        prior = float(data["prior"])
    except (KeyError, TypeError, ValueError) as missing:
        raise Misconfigured(f"The model lacks {missing}: train it anew.") from missing
    wrong = [
        f"{comparison}.{level}"
        for (comparison, level), one in chances.items()
        if not (0 < one.m <= 1 and 0 < one.u <= 1)
    ]
    if wrong or not 0 < prior < 1:
        raise Misconfigured(f"The model has no chance of 0 to 1 for {', '.join(wrong) or 'prior'}.")
    return Model(prior, chances, trained_on=str(data.get("trained_on", "")))


def shipped_model() -> Model:
    """The model that comes with the product, trained on invented people (bench/matching)."""
    text = (files(__package__) / "data" / "model.json").read_text("utf-8")
    return model_from(json.loads(text))


def read_model(path: Path) -> Model:
    """Raises Misconfigured, also where it is no JSON."""
    try:
        return model_from(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as fault:
        raise Misconfigured(f"{path.name} is no model: {fault}") from fault
