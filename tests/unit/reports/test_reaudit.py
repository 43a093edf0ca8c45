"""One round beside an earlier one: what is told from chance, and what cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from factories.people import operator
from factories.world import World, whole_world
from safehub.audit.reports.reaudit import changes
from safehub.audit.reports.standing import AgencyStanding
from safehub.exchange.audit_pack.reading import read_pack
from safehub.exchange.audit_pack.storing import store
from safehub.foundation.access.vocabulary import Role
from walk.small import small


def standing(n: int, of: int) -> AgencyStanding:
    row = ["A.met_good", "", "", "case", "Met good.", str(n), of, None, None, None, True]
    return AgencyStanding("A", "The agency", {}, [row])


@given(now=st.integers(0, 60), before=st.integers(0, 60), of=st.integers(60, 90))
def test_the_interval_is_newcombes_by_a_second_computation(now: int, before: int, of: int) -> None:
    (one,) = changes([standing(now, of)], [standing(before, 60)], both_random=True, is_inside=True)
    low, high = confint_proportions_2indep(now, of, before, 60, method="newcomb", compare="diff")
    assert one.interval is not None
    assert float(one.interval[0]) == pytest.approx(100 * low, abs=0.051)
    assert float(one.interval[1]) == pytest.approx(100 * high, abs=0.051)
    assert float(one.difference) == pytest.approx(100 * (now / of - before / 60), abs=0.051)
    assert one.is_told is not (one.interval[0] <= 0 <= one.interval[1])


def test_a_change_is_said_in_words_with_how_few_it_rests_on() -> None:
    told = {(40, 50, 10, 50): "A rise beyond chance.", (10, 50, 40, 50): "A fall beyond chance."}
    told[6, 8, 5, 8] = "Cannot be told from chance."
    for (n, of, was, of_was), words in told.items():
        (one,) = changes(
            [standing(n, of)], [standing(was, of_was)], both_random=True, is_inside=True
        )
        assert (one.words, one.fewest) == (words, min(of, of_was))
    (one,) = changes([standing(40, 50)], [standing(10, 50)], both_random=False, is_inside=True)
    assert one.interval is None
    assert "not both samples" in one.words


def test_what_is_suppressed_in_either_round_is_left_out() -> None:
    pair = [standing(40, 50)], [standing(2, 50)]
    assert changes(*pair, both_random=True, is_inside=True)
    assert not changes(*pair, both_random=True, is_inside=False)
    assert not changes(*reversed(pair), both_random=True, is_inside=False)
    # Who is not counted: 48 of 50 leaves two.
    assert not changes([standing(48, 50)], pair[0], both_random=True, is_inside=False)


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return whole_world(tmp_path)


def test_the_page_shows_this_round_beside_an_earlier_one(world: World, tmp_path: Path) -> None:
    address = reverse("audit:reaudit", args=[world.audit.reference])
    edie = world.client(Role.AUDIT_COORDINATOR, "office")
    assert "There is no earlier audit" in edie.get(address).content.decode()
    earlier = store(read_pack(small(seed=8).write(tmp_path / "earlier")), operator())
    assert earlier.partnership_id == world.audit.partnership_id
    assert f"?before={earlier.reference}" in edie.get(address).content.decode()
    page = edie.get(f"{address}?before={earlier.reference}").content.decode()
    assert "Met good" in page or "graded" in page
    assert "at the fewest" in page
    # Of ten cases hardly a figure is over five: the board is shown none that is not.
    board = world.client(Role.BOARD_MEMBER)
    seen = board.get(f"{address}?before={earlier.reference}").content.decode()
    assert "is left out" in seen
    assert board.get(f"{address}?before=nowhere").status_code == 200
