"""The sampling plan of an audit, and withdrawals from its sample, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Method(StrEnum):
    """How cases are chosen. Only a random sample speaks for its frame."""

    RANDOM = "random"
    PURPOSIVE = "purposive"
    CENSUS = "census"


@dataclass(frozen=True)
class Plan:
    """What is to be drawn. `sizes` (value to size, in plan order) or `size` is given, or both.

    `column` is the stratifying column; without `sizes` its strata are proportional. Purposive
    samples and censuses take every row.
    """

    unit: str
    method: Method
    seed: int
    size: int | None = None
    reserve: int = 0
    column: str | None = None
    sizes: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Withdrawal:
    """A case drawn and then withdrawn; `by` is the reserve that takes its place, if any."""

    case: str
    reason: str
    by: str | None = None
