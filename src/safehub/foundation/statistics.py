"""Shares, intervals and agreement, in exact decimals and rounded once.

Sources: Wilson (1927), score interval; Newcombe (1998), Statistics in Medicine 17, method 10, for
the difference of two proportions; Cohen (1960), Educational and Psychological Measurement 20, kappa
of two raters; Fleiss (1971), Psychological Bulletin 76, kappa of several; Krippendorff (2004),
Content Analysis, ordinal alpha.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction

Z = Decimal("1.959963984540054")
_PRECISE = Context(prec=60, rounding=ROUND_HALF_UP)
_TENTH = Decimal("0.1")
_THOUSANDTH = Decimal("0.001")

Interval = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Share:
    """`n` of `of`. Percents and limits are Decimals with one place; None where `of` is 0."""

    n: int
    of: int
    percent: Decimal | None
    interval: Interval | None
    interval_fpc: Interval | None = None

    def __str__(self) -> str:
        """As a board reads it: `48 of 56 (85.7 %)`."""
        return f"{self.n} of {self.of}" + ("" if self.percent is None else f" ({self.percent} %)")


def rounded(value: Decimal | Fraction, place: Decimal = _TENTH) -> Decimal:
    """To one place, half away from zero; never a minus before nought."""
    with localcontext(_PRECISE):
        if isinstance(value, Fraction):
            value = Decimal(value.numerator) / Decimal(value.denominator)
        return value.quantize(place, ROUND_HALF_UP) + 0


def percent(n: int, of: int) -> Decimal | None:
    """100 n / of to one decimal; None where `of` is 0."""
    return rounded(Fraction(100 * n, of)) if of else None


def wilson(n: int, of: int) -> Interval:
    """The 95 % Wilson score interval of n / of, unrounded, from 0 to 1. `of` is above 0."""
    return _wilson(Decimal(n) / of, Decimal(of))


def wilson_fpc(n: int, of: int, frame: int) -> Interval:
    """Wilson with a finite population: n becomes n(N - 1)/(N - n); a census has no width."""
    with localcontext(_PRECISE):
        proportion = Decimal(n) / of
        if frame == of:
            return proportion, proportion
        return _wilson(proportion, Decimal(of) * (frame - 1) / (frame - of))


def _wilson(proportion: Decimal, of: Decimal) -> Interval:
    with localcontext(_PRECISE):
        square = Z * Z
        middle = proportion + square / (2 * of)
        half = Z * (proportion * (1 - proportion) / of + square / (4 * of * of)).sqrt()
        low, high = ((middle + half * sign) / (1 + square / of) for sign in (-1, 1))
        return max(low, Decimal(0)), min(high, Decimal(1))


def as_percents(interval: Interval) -> Interval:
    """Limits from 0 to 1 as percents with one decimal."""
    with localcontext(_PRECISE):
        return rounded(interval[0] * 100), rounded(interval[1] * 100)


def newcombe(now: tuple[int, int], before: tuple[int, int]) -> Interval:
    """The 95 % hybrid score interval of the difference now - before, unrounded, -1 to 1."""
    with localcontext(_PRECISE):
        p, q = (Decimal(n) / of for n, of in (now, before))
        (p_low, p_high), (q_low, q_high) = wilson(*now), wilson(*before)
        below = ((p - p_low) ** 2 + (q_high - q) ** 2).sqrt()
        above = ((p_high - p) ** 2 + (q - q_low) ** 2).sqrt()
        return p - q - below, p - q + above


@dataclass(frozen=True)
class Coefficient:
    """A coefficient of agreement to three decimals, or the reason why there is none."""

    value: Decimal | None
    reason: str | None = None


ALIKE = "Every grade is the same, so that chance would agree as well."
ALONE = "No case was graded by two or more agencies."


def cohen_kappa(pairs: Sequence[tuple[int, int]], alone: str = ALONE) -> Coefficient:
    """Cohen's kappa, unweighted, of two raters: a pair of categories for each thing rated.

    `alone` is the reason where there is no pair.
    """
    if not pairs:
        return Coefficient(None, alone)
    n = len(pairs)
    first, second = (Counter(pair[at] for pair in pairs) for at in (0, 1))
    chance = Fraction(sum(first[one] * second[one] for one in first), n * n)
    if chance == 1:
        return Coefficient(None, ALIKE)
    same = Fraction(sum(a == b for a, b in pairs), n)
    return Coefficient(rounded((same - chance) / (1 - chance), _THOUSANDTH))


def fleiss_kappa(units: Sequence[Sequence[int]], alone: str = ALONE) -> Coefficient:
    """Fleiss' kappa of several raters: for each thing rated the categories that it was given.

    Raises ValueError where one was rated by another number of raters than the rest.
    """
    if not units:
        return Coefficient(None, alone)
    raters = len(units[0])
    if any(len(unit) != raters for unit in units):
        raise ValueError("each thing has to be rated by as many raters as any other")
    if raters < 2:
        return Coefficient(None, alone)
    n = len(units)
    totals = Counter(value for unit in units for value in unit)
    chance = sum((Fraction(one, n * raters) ** 2 for one in totals.values()), Fraction(0))
    if chance == 1:
        return Coefficient(None, ALIKE)
    agreeing = sum(count * (count - 1) for unit in units for count in Counter(unit).values())
    same = Fraction(agreeing, n * raters * (raters - 1))
    return Coefficient(rounded((same - chance) / (1 - chance), _THOUSANDTH))


def ordinal_alpha(
    units: Sequence[Sequence[int]], categories: int, alone: str = ALONE
) -> Coefficient:
    """Ordinal alpha over units, each the positions (0 up) in the scale that its values took.

    A unit with a single value pairs with nothing and is left out; `alone` is the reason where
    nothing pairs.
    """
    paired = [unit for unit in units if len(unit) > 1]
    if not paired:
        return Coefficient(None, alone)
    totals = Counter(value for unit in paired for value in unit)
    if len(totals) < 2:
        return Coefficient(None, ALIKE)
    distance = _ordinal_distance([totals[position] for position in range(categories)])
    observed = sum(
        (Fraction(distance[a][b], len(unit) - 1) for unit in paired for a in unit for b in unit),
        Fraction(0),
    )
    expected = sum(totals[a] * totals[b] * distance[a][b] for a in totals for b in totals)
    values = sum(totals.values())
    return Coefficient(rounded(1 - (values - 1) * observed / expected, _THOUSANDTH))


def _ordinal_distance(totals: Sequence[int]) -> list[list[Fraction]]:
    """Squared ordinal distances: the values between two, each end counted by half."""

    def between(a: int, b: int) -> Fraction:
        low, high = sorted((a, b))
        return (sum(totals[low : high + 1]) - Fraction(totals[low] + totals[high], 2)) ** 2

    positions = range(len(totals))
    return [[between(a, b) for b in positions] for a in positions]


def difference(now: Share, before: Share) -> Decimal:
    """The difference of two shares in points, to one decimal; both have an `of` above 0."""
    return rounded(100 * (Fraction(now.n, now.of) - Fraction(before.n, before.of)))
