"""Proportions, intervals, medians and alpha: full precision, rounded once, half away from zero."""

from collections import Counter, defaultdict
from fractions import Fraction
from itertools import permutations, product

from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
)

Number = int | float


def rounded(value: Fraction | float, places: int = 1) -> float:
    scaled = Fraction(value) * 10**places
    whole = int(abs(scaled) + Fraction(1, 2))
    return float(Fraction(whole if scaled >= 0 else -whole, 10**places))


def percent(count: int, of: int) -> float | None:
    return rounded(Fraction(100 * count, of)) if of else None


def wilson(count: int, of: int) -> list[float] | None:
    """Give the 95 % Wilson score interval in percent; None where there is nothing to divide by."""
    if not of:
        return None
    low, high = proportion_confint(count, of, alpha=0.05, method="wilson")
    return [rounded(100 * float(low)), rounded(100 * float(high))]


def wilson_of_population(count: int, of: int, population: int) -> list[float]:
    """Wilson with n replaced by n(N - 1)/(N - n); the proportion itself where all were drawn."""
    if of == population:
        return [rounded(Fraction(100 * count, of))] * 2
    effective = of * (population - 1) / (population - of)
    low, high = proportion_confint(count / of * effective, effective, alpha=0.05, method="wilson")
    return [rounded(100 * float(low)), rounded(100 * float(high))]


def newcombe(now: tuple[int, int], before: tuple[int, int]) -> tuple[float, float]:
    """Give the hybrid score interval of now minus before, in points and unrounded."""
    low, high = confint_proportions_2indep(*now, *before, compare="diff", method="newcomb")
    return 100 * float(low), 100 * float(high)


def plain_number(value: Fraction) -> Number:
    return int(value) if value.denominator == 1 else float(value)


def median(values: list[Fraction]) -> Fraction:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def ordinal_alpha(units: list[list[int]]) -> Fraction | None:
    """Krippendorff's alpha, exact. Each unit has two grades or more; None where none differ."""
    pairs: defaultdict[tuple[int, int], Fraction] = defaultdict(Fraction)
    for unit in units:
        for pair in permutations(unit, 2):
            pairs[pair] += Fraction(1, len(unit) - 1)
    totals = Counter(grade for unit in units for grade in unit)

    def distance(one: int, other: int) -> Fraction:
        low, high = min(one, other), max(one, other)
        between = sum(totals[grade] for grade in range(low, high + 1))
        return (between - Fraction(totals[low] + totals[high], 2)) ** 2

    observed = sum(weight * distance(*pair) for pair, weight in pairs.items())
    expected = sum(totals[a] * totals[b] * distance(a, b) for a, b in product(totals, totals))
    if not expected:
        return None
    return 1 - Fraction(observed * (totals.total() - 1)) / expected
