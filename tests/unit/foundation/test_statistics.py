"""Agreement, against statsmodels and krippendorff, which compute it in their own way."""

from __future__ import annotations

import random

import krippendorff
import pytest
from statsmodels.stats import inter_rater

from safehub.foundation.statistics import (
    ALIKE,
    Coefficient,
    cohen_kappa,
    fleiss_kappa,
    ordinal_alpha,
)

CATEGORIES = 4


def _near(ours: Coefficient, theirs: float) -> bool:
    assert ours.value is not None
    return abs(float(ours.value) - theirs) <= 0.000_501


def _rated(drawn: random.Random, raters: int, things: int) -> list[list[int]]:
    """Raters who mostly agree: each thing has a grade of its own, and some give the one beside."""
    units = []
    for _ in range(things):
        own = drawn.randrange(CATEGORIES)
        units.append(
            [own if drawn.random() < 0.7 else drawn.randrange(CATEGORIES) for _ in range(raters)]
        )
    return units


@pytest.mark.parametrize("seed", range(40))
def test_cohens_kappa_is_that_of_statsmodels(seed: int) -> None:
    drawn = random.Random(seed)
    units = _rated(drawn, 2, drawn.choice([10, 25, 57]))
    pairs = [(one[0], one[1]) for one in units]
    table = [[pairs.count((a, b)) for b in range(CATEGORIES)] for a in range(CATEGORIES)]
    theirs = inter_rater.cohens_kappa(table, return_results=False)
    assert _near(cohen_kappa(pairs), theirs)


@pytest.mark.parametrize("seed", range(40))
def test_fleiss_kappa_is_that_of_statsmodels(seed: int) -> None:
    drawn = random.Random(seed)
    units = _rated(drawn, drawn.choice([2, 3, 5]), drawn.choice([10, 25, 57]))
    table = [[unit.count(one) for one in range(CATEGORIES)] for unit in units]
    assert _near(fleiss_kappa(units), inter_rater.fleiss_kappa(table, method="fleiss"))


@pytest.mark.parametrize("seed", range(40))
def test_ordinal_alpha_is_that_of_krippendorff(seed: int) -> None:
    drawn = random.Random(seed)
    units = _rated(drawn, drawn.choice([2, 3]), drawn.choice([10, 25, 57]))
    table = [list(one) for one in zip(*units, strict=True)]
    theirs = krippendorff.alpha(reliability_data=table, level_of_measurement="ordinal")
    assert _near(ordinal_alpha(units, CATEGORIES), theirs)


def test_there_is_none_where_nothing_pairs_or_all_is_alike() -> None:
    assert cohen_kappa([], "Nobody.") == Coefficient(None, "Nobody.")
    assert fleiss_kappa([], "Nobody.") == Coefficient(None, "Nobody.")
    assert fleiss_kappa([[1], [2]], "Nobody.") == Coefficient(None, "Nobody.")
    assert ordinal_alpha([[1]], 3, "Nobody.") == Coefficient(None, "Nobody.")
    alike = Coefficient(None, ALIKE)
    assert cohen_kappa([(1, 1), (1, 1)]) == alike
    assert fleiss_kappa([[1, 1, 1]]) == alike
    assert ordinal_alpha([[1, 1]], 3) == alike


def test_two_raters_who_never_agree_are_below_chance() -> None:
    assert str(cohen_kappa([(0, 1), (1, 0)]).value) == "-1.000"
    assert str(fleiss_kappa([[0, 1], [1, 0]]).value) == "-1.000"


def test_raters_of_another_number_are_no_table() -> None:
    with pytest.raises(ValueError, match="as many raters"):
        fleiss_kappa([[0, 1], [0, 1, 1]])
