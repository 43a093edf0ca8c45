"""“Figures”: intervals, comparison and spread, beside other people's implementations."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import krippendorff
import pytest
from statsmodels.stats.proportion import proportion_confint

from .conftest import Run
from .drafts import Draft
from .runs import Outcome, assert_as_computed
from .small import frame_of, small
from .test_figures_counts import checked, over, row


def graded(good: int, of: int, agency: str = "CSC") -> Draft:
    """An audit of `of` cases, all graded by the agency, the first of them good."""
    grades = ["good"] * good + ["inadequate"] * (of - good)
    draft = over(*(row(agency, f"{case:02}", grade=g) for case, g in enumerate(grades, start=1)))
    draft.plan(size=of, reserve=None)
    return draft


def tenths(value: float) -> float:
    return float(Decimal(repr(value)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def test_shares_are_rounded_half_away_from_nought(run: Run, tmp_path: Path) -> None:
    draft = graded(1, 16)
    assert checked(run, draft, tmp_path).agency("CSC")["met_good"]["percent"] == 6.3


@pytest.mark.parametrize(("good", "of"), [(0, 7), (7, 7), (3, 7), (19, 20), (1, 33)])
def test_interval_is_the_wilson_score_interval(run: Run, good: int, of: int) -> None:
    met = run(graded(good, of)).agency("CSC")["met_good"]
    theirs = proportion_confint(good, of, alpha=0.05, method="wilson")
    assert met["interval"] == [tenths(100 * limit) for limit in theirs]


def test_interval_for_a_finite_population_stands_where_every_case_drawn_is_counted(
    run: Run, tmp_path: Path
) -> None:
    met = checked(run, graded(5, 10), tmp_path).agency("CSC")["met_good"]
    effective = 10 * 39 / 30
    theirs = proportion_confint(effective / 2, effective, alpha=0.05, method="wilson")
    assert met["interval_fpc"] == [tenths(100 * limit) for limit in theirs]


def test_interval_for_a_finite_population_is_of_the_frame_less_exclusions(
    run: Run, tmp_path: Path
) -> None:
    draft = graded(5, 10)
    draft.plan(exclude=[{"referral_id": "R0003", "reason": "Under review."}])
    wide = run(graded(5, 10)).agency("CSC")["met_good"]["interval_fpc"]
    narrow = checked(run, draft, tmp_path).agency("CSC")["met_good"]["interval_fpc"]
    assert narrow[1] <= wide[1]


def test_interval_of_all_there_are_has_no_width(run: Run, tmp_path: Path) -> None:
    draft = graded(5, 10)
    draft.frame = frame_of(10)
    met = checked(run, draft, tmp_path).agency("CSC")["met_good"]
    assert met["interval_fpc"] == [50.0, 50.0]
    assert met["interval"] != met["interval_fpc"]


def test_interval_for_a_finite_population_is_left_out_where_a_case_is_not_counted(
    run: Run, tmp_path: Path
) -> None:
    draft = graded(5, 10)
    del draft.returns[-1]["grade"]
    assert "interval_fpc" not in checked(run, draft, tmp_path).agency("CSC")["met_good"]


def test_interval_for_a_finite_population_is_left_out_of_strata(run: Run, tmp_path: Path) -> None:
    draft = graded(5, 10)
    draft.plan(by={"area": "proportional"})
    met = checked(run, draft, tmp_path).agency("CSC")["met_good"]
    assert "interval_fpc" not in met
    assert met["interval"] is not None


@pytest.mark.parametrize("method", ["census", "purposive"])
def test_there_is_no_interval_unless_cases_are_drawn_at_random(
    run: Run, tmp_path: Path, method: str
) -> None:
    draft = graded(5, 10)
    draft.frame = frame_of(10)
    draft.plan(method=method)
    outcome = checked(run, draft, tmp_path)
    assert outcome.agency("CSC")["met_good"] == {
        "n": 5,
        "of": 10,
        "percent": 50.0,
        "interval": None,
    }
    assert {one["interval"] for one in outcome.report["questions"]} == {None}
    cells = ("low", "high", "low_fpc", "high_fpc")
    assert {row[name] for row in outcome.figures for name in cells} == {""}


def two_rounds(tmp_path: Path, now: Draft, before: Draft) -> tuple[Path, Path]:
    return now.write(tmp_path / "now"), before.write(tmp_path / "before")


def compared(run: Run, tmp_path: Path, now: Draft, before: Draft) -> Outcome:
    pack, previous = two_rounds(tmp_path, now, before)
    outcome = run(pack, previous)
    assert_as_computed(outcome, pack, previous)
    return outcome


def test_comparison_is_empty_without_a_round_before(run: Run) -> None:
    assert run(small()).report["comparison"] == []


def test_comparison_is_that_of_the_format(run: Run, tmp_path: Path) -> None:
    outcome = compared(run, tmp_path, graded(19, 20), graded(18, 20))
    assert outcome.report["comparison"][0] == {
        "figure": "met_good", "agency": "CSC", "now": {"n": 19, "of": 20},
        "before": {"n": 18, "of": 20}, "difference": 5.0, "interval": [-15.0, 25.5],
        "distinguishable": False,
    }  # fmt: skip


def test_difference_that_leaves_nought_out_is_distinguishable(run: Run, tmp_path: Path) -> None:
    outcome = compared(run, tmp_path, graded(2, 20), graded(18, 20))
    met = outcome.report["comparison"][0]
    assert (met["difference"], met["distinguishable"]) == (-80.0, True)
    assert met["interval"][1] < 0


def test_comparison_has_only_what_both_rounds_have(run: Run, tmp_path: Path) -> None:
    now, before = small(1), small(2)
    before.terms["agencies"] = before.terms["agencies"][::-1]
    before.returns = [one for one in before.returns if one["agency"] != "POLICE"]
    outcome = compared(run, tmp_path, now, before)
    entries = [(one["agency"], one["figure"]) for one in outcome.report["comparison"]]
    assert {agency for agency, _ in entries} == {"CSC", "SCHOOLS"}
    assert entries == sorted(entries, key=lambda one: (one[1] != "met_good", one[0]))


def test_comparison_with_a_round_that_is_not_random_has_no_interval(
    run: Run, tmp_path: Path
) -> None:
    before = graded(2, 10)
    before.frame = frame_of(10)
    before.plan(method="purposive")
    outcome = compared(run, tmp_path, graded(9, 10), before)
    met = outcome.report["comparison"][0]
    assert (met["difference"], met["interval"], met["distinguishable"]) == (70.0, None, False)


def grades_of(*cases: tuple[str, ...]) -> Draft:
    """Each case with the grades by CSC, POLICE and HEALTH; blank is none."""
    rows = [
        row(agency, f"{number:02}", **({"grade": grade} if grade else {}))
        for number, grades in enumerate(cases, start=1)
        for agency, grade in zip(("CSC", "POLICE", "HEALTH"), grades, strict=True)
    ]
    return over(*rows)


GOOD, POOR, FAILED, BEST = "good", "requires_improvement", "inadequate", "outstanding"


def test_spread_counts_cases_graded_by_two_agencies_or_more(run: Run, tmp_path: Path) -> None:
    draft = grades_of(
        (GOOD, GOOD, GOOD), (GOOD, POOR, ""), (BEST, FAILED, GOOD), (GOOD, "na", ""), (POOR, "", "")
    )
    spread = checked(run, draft, tmp_path).report["spread"]
    assert (spread["cases"], spread["same"], spread["within_one"]) == (3, 1, 2)


@pytest.mark.parametrize("seed", range(3))
def test_alpha_is_that_of_the_krippendorff_package(run: Run, tmp_path: Path, seed: int) -> None:
    scale = [BEST, GOOD, POOR, FAILED]
    draft = small(seed)
    outcome = checked(run, draft, tmp_path)
    table = []
    for agency in ("CSC", "SCHOOLS", "POLICE"):
        lowest: dict[str, int] = {}
        for one in draft.returns:
            if one["agency"] == agency and one.get("grade") in scale:
                step = scale.index(one["grade"])
                lowest[one["case"]] = max(step, lowest.get(one["case"], 0))
        table.append([float(lowest.get(f"{case:02}", math.nan)) for case in range(1, 11)])
    theirs = krippendorff.alpha(reliability_data=table, level_of_measurement="ordinal")
    assert outcome.report["spread"]["alpha"] == pytest.approx(theirs, abs=5e-4)


def test_alpha_of_the_format_is_nought(run: Run, tmp_path: Path) -> None:
    draft = grades_of((GOOD, GOOD, ""), (GOOD, GOOD, ""), (GOOD, GOOD, ""), (GOOD, POOR, ""))
    spread = checked(run, draft, tmp_path).report["spread"]
    assert spread == {"cases": 4, "same": 3, "within_one": 4, "alpha": 0.0}


@pytest.mark.parametrize("cases", [[(GOOD, "", "")], [(GOOD, GOOD, ""), (GOOD, GOOD, GOOD)]])
def test_alpha_that_cannot_be_computed_is_null_with_a_reason(
    run: Run, tmp_path: Path, cases: list[tuple[str, ...]]
) -> None:
    spread = checked(run, grades_of(*cases), tmp_path).report["spread"]
    assert spread["alpha"] is None
    assert spread["reason"].endswith(".")
