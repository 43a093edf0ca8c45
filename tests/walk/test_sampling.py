"""“Sampling”: methods, strata, reserves, replacements and numbers."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run
from .drafts import MEADOWSHIRE, NORTHAMPTONSHIRE, Draft, draft_of
from .runs import Outcome, assert_as_computed
from .small import LISTS, SURVEY, frame_of, questions_of, returns_of, small

BY_SIZE = {"area": {"south": 4, "north": 6}}
WITHDRAWN = "The same incident as another case."


def rank(seed: int, referral: str) -> str:
    return hashlib.sha256(f"{seed}|{referral}".encode()).hexdigest()


def sample_of(outcome: Outcome) -> dict[str, Any]:
    sample: dict[str, Any] = outcome.report["sample"]
    return sample


def drawn(outcome: Outcome) -> list[str]:
    """The referrals drawn, by case number."""
    rows = outcome.sheet("sample.csv")
    return [row["referral_id"] for row in rows if row["reserve"] == "no"]


def next_reserve(outcome: Outcome, stratum: str = "all") -> str:
    """The reserve that has to be named next: by rank within its stratum."""
    unused = (
        row["referral_id"]
        for row in outcome.sheet("sample.csv")
        if row["reserve"] == "yes" and not row["case"] and row["stratum"] == stratum
    )
    return next(unused)


def test_cases_are_the_lowest_ranks_of_seed_and_referral(run: Run, tmp_path: Path) -> None:
    pack = small().write(tmp_path / "pack")
    outcome = run(pack)
    ids = sorted((row["referral_id"] for row in frame_of(40)), key=lambda one: rank(42, one))
    assert [row["referral_id"] for row in outcome.sheet("sample.csv")] == ids[:12]
    assert [row["case"] for row in outcome.sheet("sample.csv")][8:] == ["09", "10", "", ""]
    assert [row["reserve"] for row in outcome.sheet("sample.csv")][8:] == ["no", "no", "yes", "yes"]


def test_order_of_the_frame_draws_the_same_cases(run: Run) -> None:
    draft = small()
    plain = run(draft)
    draft.frame.reverse()
    assert run(draft).sheet("sample.csv") == plain.sheet("sample.csv")


def test_method_is_random_and_there_is_no_reserve_by_default(run: Run, tmp_path: Path) -> None:
    draft = small()
    draft.plan(reserve=None)
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    assert (sample_of(outcome)["method"], sample_of(outcome)["reserve"]) == ("random", 0)
    assert_as_computed(outcome, pack)


def census(method: str, **plan: Any) -> Draft:
    draft = small()
    draft.frame = frame_of(10)
    draft.plan(**{"method": method, "size": None, "reserve": None, **plan})
    return draft


@pytest.mark.parametrize("method", ["census", "purposive"])
@pytest.mark.parametrize(
    "plan",
    [
        {},
        {"size": 10},
        {"by": {"area": "proportional"}},
        {"size": 10, "by": {"area": {"south": 3, "north": 4, "east": 3}}},
    ],
)
def test_census_and_purposive_take_every_row(
    run: Run, tmp_path: Path, method: str, plan: dict[str, Any]
) -> None:
    pack = census(method, **plan).write(tmp_path / "pack")
    outcome = run(pack)
    assert (sample_of(outcome)["drawn"], sample_of(outcome)["method"]) == (10, method)
    assert drawn(outcome) == sorted(drawn(outcome), key=lambda one: rank(42, one))
    assert_as_computed(outcome, pack)


@pytest.mark.parametrize("method", ["census", "purposive"])
def test_census_less_exclusions_takes_every_other_row(
    run: Run, tmp_path: Path, method: str
) -> None:
    draft = census(method, exclude=[{"referral_id": "R0003", "reason": "Under review."}])
    draft.returns = [row for row in draft.returns if row["case"] != "10"]
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    assert (sample_of(outcome)["drawn"], sample_of(outcome)["excluded"]) == (9, 1)
    assert_as_computed(outcome, pack)


@pytest.mark.parametrize("size", [9, 11])
def test_size_of_a_census_that_is_not_all_is_a_mistake(run: Run, size: int) -> None:
    outcome = run(census("census", size=size))
    assert outcome.lines == [
        f"audit.yaml, sample.size: found {size}, wanted 10, for every row is taken"
    ]


def test_fixed_sizes_leave_a_value_not_named_outside(run: Run, tmp_path: Path) -> None:
    draft = small()
    draft.plan(size=None, by=BY_SIZE, reserve=1)
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    assert sample_of(outcome)["strata"] == [
        {"name": "south", "frame": 13, "drawn": 4},
        {"name": "north", "frame": 14, "drawn": 6},
    ]
    assert (sample_of(outcome)["frame"], sample_of(outcome)["drawn"]) == (40, 10)
    assert sample_of(outcome)["reserve"] == 2
    assert "east" not in {row["stratum"] for row in outcome.sheet("sample.csv")}
    assert_as_computed(outcome, pack)


def test_fixed_sizes_beside_their_sum_are_the_same_plan(run: Run) -> None:
    draft = small()
    draft.plan(size=None, by=BY_SIZE)
    plain = run(draft)
    draft.plan(size=10)
    assert run(draft).report == plain.report


@pytest.mark.parametrize(
    ("areas", "size", "sizes"),
    [
        (("north", "south", "east"), 10, {"east": 3, "north": 4, "south": 3}),
        (("a", "b", "c", "d"), 10, {"a": 3, "b": 3, "c": 2, "d": 2}),
        (("b", "a", "b", "b", "c"), 10, {"a": 2, "b": 6, "c": 2}),
    ],
)
def test_proportional_sizes_go_by_largest_remainder_and_ties_by_value(
    run: Run, tmp_path: Path, areas: tuple[str, ...], size: int, sizes: dict[str, int]
) -> None:
    draft = small()
    draft.frame = frame_of(40, areas)
    draft.plan(size=size, by={"area": "proportional"}, reserve=1)
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    strata = sample_of(outcome)["strata"]
    assert {one["name"]: one["drawn"] for one in strata} == sizes
    assert [one["name"] for one in strata] == sorted(sizes)
    assert_as_computed(outcome, pack)


def test_days_may_be_strata(run: Run, tmp_path: Path) -> None:
    draft = small()
    for position, row in enumerate(draft.frame):
        row["referred_on"] = ("2025-06-01", "2025-06-02")[position % 2]
    exclude = [{"referral_id": "R0001", "reason": "Under review."}]
    draft.plan(by={"referred_on": "proportional"}, exclude=exclude)
    pack = draft.write(tmp_path / "pack")
    assert_as_computed(run(pack), pack)


def test_case_numbers_follow_rank_over_the_whole_sample(run: Run) -> None:
    draft = small()
    draft.plan(size=None, by=BY_SIZE)
    outcome = run(draft)
    assert drawn(outcome) == sorted(drawn(outcome), key=lambda one: rank(42, one))
    strata = [row["stratum"] for row in outcome.sheet("sample.csv") if row["reserve"] == "no"]
    assert strata != sorted(strata)
    assert strata != sorted(strata, reverse=True)


def test_reserves_come_next_in_each_stratum(run: Run) -> None:
    draft = small()
    draft.plan(size=None, by=BY_SIZE, reserve=2)
    outcome = run(draft)
    for area, size in BY_SIZE["area"].items():
        ids = [row["referral_id"] for row in draft.frame if row["area"] == area]
        ids.sort(key=lambda one: rank(42, one))
        rows = [row for row in outcome.sheet("sample.csv") if row["stratum"] == area]
        kept = [row["referral_id"] for row in rows if row["reserve"] == "yes"]
        assert kept == ids[size : size + 2]
    assert sample_of(outcome)["reserve"] == 4


def test_too_few_rows_for_the_reserve_of_a_stratum_is_a_mistake(run: Run) -> None:
    draft = small()
    draft.plan(size=None, by={"area": {"south": 4, "east": 6}}, reserve=8)
    outcome = run(draft)
    assert (outcome.exit_code, len(outcome.lines)) == (1, 1)
    assert outcome.lines[0].startswith("audit.yaml, sample.reserve: found 8, wanted at most 7")


def test_exclusions_come_before_the_draw(run: Run, tmp_path: Path) -> None:
    draft = small()
    first = drawn(run(draft))[0]
    draft.plan(exclude=[{"referral_id": first, "reason": "Under review."}])
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    assert first not in {row["referral_id"] for row in outcome.sheet("sample.csv")}
    sample = sample_of(outcome)
    assert (sample["frame"], sample["excluded"], sample["strata"][0]["frame"]) == (40, 1, 39)
    assert_as_computed(outcome, pack)


def test_case_withdrawn_without_replacement_is_asked_of_nobody(run: Run, tmp_path: Path) -> None:
    draft = small()
    draft.plan(replaced=[{"case": "04", "reason": WITHDRAWN}])
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    sample = sample_of(outcome)
    assert (sample["drawn"], sample["withdrawn"]) == (10, 1)
    assert outcome.agency("CSC")["asked"] == outcome.agency("HOMES")["asked"] == 9
    assert "04" not in {row["case"] for row in outcome.sheet("evidence.csv")}
    assert_as_computed(outcome, pack)


def test_case_withdrawn_and_written_short_is_the_same_case(run: Run) -> None:
    draft = small()
    draft.plan(replaced=[{"case": "04", "reason": WITHDRAWN}])
    plain = run(draft)
    draft.plan(replaced=[{"case": "4", "reason": WITHDRAWN}])
    assert run(draft).report == plain.report


def test_replacement_takes_the_next_new_number(run: Run, tmp_path: Path) -> None:
    draft = small()
    reserve = next_reserve(run(draft))
    draft.plan(replaced=[{"case": "04", "reason": WITHDRAWN, "by": reserve}])
    draft.returns.append({"agency": "CSC", "case": "11", "status": "submitted", "known": "no"})
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    sample = sample_of(outcome)
    assert (sample["drawn"], sample["withdrawn"]) == (10, 0)
    assert outcome.agency("CSC")["asked"] == 10
    row = next(row for row in outcome.sheet("sample.csv") if row["referral_id"] == reserve)
    assert (row["case"], row["reserve"]) == ("11", "yes")
    assert_as_computed(outcome, pack)


def test_replacement_withdrawn_again_is_replaced_by_the_next(run: Run, tmp_path: Path) -> None:
    draft = small()
    draft.plan(size=None, by=BY_SIZE, reserve=2)
    plain = run(draft)
    rows = plain.sheet("sample.csv")
    case = next(row["case"] for row in rows if row["stratum"] == "south")
    reserves = [r["referral_id"] for r in rows if r["reserve"] == "yes" and r["stratum"] == "south"]
    draft.plan(
        replaced=[
            {"case": case, "reason": WITHDRAWN, "by": reserves[0]},
            {"case": "11", "reason": WITHDRAWN, "by": reserves[1]},
            {"case": "12", "reason": WITHDRAWN},
        ]
    )
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    assert sample_of(outcome)["withdrawn"] == 1
    assert outcome.agency("HOMES")["asked"] == 9
    assert_as_computed(outcome, pack)


def test_replacement_that_is_not_the_next_of_its_stratum_is_a_mistake(run: Run) -> None:
    draft = small()
    draft.plan(size=None, by=BY_SIZE, reserve=2)
    rows = run(draft).sheet("sample.csv")
    case = next(row["case"] for row in rows if row["stratum"] == "south")
    other = next(
        r["referral_id"] for r in rows if r["reserve"] == "yes" and r["stratum"] == "north"
    )
    draft.plan(replaced=[{"case": case, "reason": WITHDRAWN, "by": other}])
    outcome = run(draft)
    assert (outcome.exit_code, len(outcome.lines)) == (1, 1)
    assert outcome.lines[0].startswith(f"audit.yaml, sample.replaced[1].by: found {other}, wanted")


def test_hundredth_case_of_a_sample_of_ninety_nine_has_three_digits(
    run: Run, tmp_path: Path
) -> None:
    draft = small()
    draft.frame = frame_of(140)
    draft.plan(size=99)
    reserve = next_reserve(run(draft))
    draft.plan(replaced=[{"case": "04", "reason": WITHDRAWN, "by": reserve}])
    draft.returns.append({"agency": "CSC", "case": "100", "status": "submitted", "known": "no"})
    draft.returns.append({"agency": "CSC", "case": "99", "status": "submitted", "known": "no"})
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    cases = [row["case"] for row in outcome.sheet("sample.csv")]
    assert cases[:2] == ["01", "02"]
    assert cases[98:101] == ["99", "100", ""]
    assert_as_computed(outcome, pack)


def test_sample_of_a_hundred_has_three_digits_throughout(run: Run, tmp_path: Path) -> None:
    draft = small()
    draft.frame = frame_of(140)
    draft.plan(size=100)
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    assert [row["case"] for row in outcome.sheet("sample.csv")][:2] == ["001", "002"]
    assert_as_computed(outcome, pack)


def test_row_of_a_withdrawn_case_is_kept_and_counts_in_no_figure(run: Run, tmp_path: Path) -> None:
    draft = small()
    draft.plan(replaced=[{"case": "04", "reason": WITHDRAWN}])
    pack = draft.write(tmp_path / "pack")
    with_row = run(pack)
    draft.returns = [row for row in draft.returns if row["case"] != "04"]
    without = run(draft)
    assert with_row.figures == without.figures
    assert with_row.report["agencies"] == without.report["agencies"]


def test_draw_is_printed_with_its_seed(run: Run) -> None:
    outcome = run(small())
    assert sample_of(outcome)["draws"] == [{"number": 1, "seed": 42, "drawn": 10}]
    captions = {
        str(block.get("caption")).partition(": ")[2]: block
        for block in outcome.report["document"]["blocks"]
    }
    assert "42" in captions["Every draw that was made"]["rows"][0]


@pytest.mark.parametrize("seed", [0, 7, 10**30])
def test_any_seed_draws_by_its_decimal_digits(run: Run, tmp_path: Path, seed: int) -> None:
    draft = small()
    draft.plan(seed=seed)
    pack = draft.write(tmp_path / "pack")
    assert_as_computed(run(pack), pack)


@pytest.mark.parametrize("pack", [MEADOWSHIRE, NORTHAMPTONSHIRE], ids=lambda pack: str(pack.name))
@pytest.mark.parametrize("variant", range(3))
def test_real_frame_under_other_plans_agrees_with_the_oracle(
    run: Run, tmp_path: Path, pack: Path, variant: int
) -> None:
    draft = draft_of(pack)
    first = draft.frame[0]["referral_id"]
    values = {name: {row[name] for row in draft.frame} for name in draft.frame[0]}
    column = next(name for name, found in values.items() if 1 < len(found) < 9)
    draft.plan(
        **(
            {"reserve": 2, "exclude": [{"referral_id": first, "reason": "Under review."}]},
            {"by": {column: "proportional"}, "reserve": 1},
            {"replaced": [{"case": "7", "reason": WITHDRAWN}, {"case": "60", "reason": WITHDRAWN}]},
        )[variant]
    )
    assert all(row[column] for row in draft.frame)
    changed = draft.write(tmp_path / "pack")
    assert_as_computed(run(changed), changed)


def test_census_of_many_agrees_with_the_oracle(run: Run, tmp_path: Path) -> None:
    draft = census("census")
    draft.frame = frame_of(120)
    numbers = [f"{number:03}" for number in range(1, 121)]
    questions = questions_of(SURVEY, LISTS)
    draft.returns = returns_of(
        random.Random(5), numbers, questions, {"CSC": ("",), "POLICE": ("",)}
    )
    pack = draft.write(tmp_path / "pack")
    assert_as_computed(run(pack), pack)
