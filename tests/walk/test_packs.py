"""Whole packs, real and invented, agree with the oracle in every figure and every row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Demo, Run
from .drafts import MEADOWSHIRE, NORTHAMPTONSHIRE
from .runs import Outcome, assert_as_computed
from .small import small

Real = Callable[..., Outcome]


@pytest.mark.parametrize("pack", [MEADOWSHIRE, NORTHAMPTONSHIRE], ids=lambda pack: str(pack.name))
def test_real_pack_agrees_with_the_oracle(real: Real, pack: Path) -> None:
    assert_as_computed(real(pack), pack)


def test_real_pack_beside_another_agrees_with_the_oracle(real: Real) -> None:
    outcome = real(NORTHAMPTONSHIRE, MEADOWSHIRE)
    assert_as_computed(outcome, NORTHAMPTONSHIRE, MEADOWSHIRE)
    compared = [(one["agency"], one["figure"]) for one in outcome.report["comparison"]]
    assert compared == [("POLICE", "met_good"), ("POLICE", "immediate_risk")]


def test_published_figures_come_out(real: Real) -> None:
    outcome = real(NORTHAMPTONSHIRE)
    part = outcome.question("NHFT", "part_of_decision")
    assert (part["yes"], part["of"], part["interval_fpc"]) == (44, 60, [61.3, 82.7])
    police = outcome.agency("POLICE")
    assert (police["asked"], police["known"], police["met_good"]["n"]) == (60, 56, 48)
    assert (outcome.agency("YOS")["met_good"]["n"], outcome.agency("YOS")["known"]) == (4, 4)
    practices = outcome.agency("CCG")
    assert practices["known"] == 41
    assert practices["respondents"] == {"unit": "GP practice", "asked": 35, "answered": 31}
    assert "31 of 41" not in (outcome.publishable / "report.json").read_text(encoding="utf-8")
    assert len(outcome.report["gaps"]) == 20
    assert {gap["heading"][0] for gap in outcome.report["gaps"]} == set("1234567")


def test_text_with_an_unquoted_comma_is_whole_and_said(real: Real) -> None:
    outcome = real(NORTHAMPTONSHIRE)
    whole = "A high level of domestic abuse across the cases, and concern about how well the"
    assert outcome.report["findings"][0]["text"].startswith(whole)
    assert sum("unquoted comma" in line for line in outcome.lines) == 3


@pytest.mark.parametrize(
    ("seed", "sizes"),
    [
        (1, {"cases": 8, "agencies": 4, "questions": 15, "frame_rows": 80}),
        (2, {"cases": 25, "agencies": 12, "questions": 40}),
        (3, {"cases": 60, "agencies": 8, "questions": 60}),
        (4, {"cases": 103, "agencies": 5, "questions": 20}),
    ],
)
def test_invented_round_beside_the_year_before_agrees_with_the_oracle(
    run: Run, demo: Demo, seed: int, sizes: dict[str, int]
) -> None:
    pack, before = demo(seed, earlier=False, **sizes), demo(seed, earlier=True, **sizes)
    outcome = run(pack, before)
    assert_as_computed(outcome, pack, before)
    assert outcome.report["comparison"]


@pytest.mark.parametrize("seed", range(4))
def test_small_pack_agrees_with_the_oracle(run: Run, tmp_path: Path, seed: int) -> None:
    pack = small(seed).write(tmp_path / "pack")
    assert_as_computed(run(pack), pack)
