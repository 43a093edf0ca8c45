"""“Figures”: questions of every type, and figures.csv and evidence.csv beside them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from .conftest import Run
from .runs import Outcome
from .small import small
from .test_figures_counts import checked, nil, over, owed, row

SUMMARIES = {"min", "median", "max", "earliest", "latest"}


def test_yes_no_questions_come_in_agency_then_tool_order(run: Run) -> None:
    outcome = run(small())
    names = ["consent", "plan", "voice", "heard", "immediate_risk"]
    asked = [(one["agency"], one["name"]) for one in outcome.report["questions"]]
    agencies = ["CSC", "SCHOOLS", "POLICE"]
    assert asked == [(agency, name) for agency in agencies for name in names]
    others = [(one["agency"], one["name"]) for one in outcome.report["other_questions"]]
    rest = ["visits", "hours", "seen_on", "engaged", "place"]
    assert others == [(agency, name) for agency in agencies for name in rest]


def test_answers_to_a_yes_no_question_add_up_to_its_returns(run: Run, tmp_path: Path) -> None:
    outcome = checked(run, small(4), tmp_path)
    parts = ("yes", "no", "na", "missing", "not_asked")
    for one in outcome.report["questions"]:
        counted = sum(one[part] for part in parts) + sum(one.get("further", {}).values())
        names = {row["figure"]: row["n"] for row in outcome.figures}
        of_plan = [f"{one['agency']}.visits.{part}" for part in ("missing", "not_asked")]
        visits = outcome.question(one["agency"], "visits")["of"]
        assert counted == visits + sum(int(names[name]) for name in of_plan)
        assert one["of"] == one["yes"] + one["no"]


def test_only_submitted_rows_on_known_cases_are_counted(run: Run, tmp_path: Path) -> None:
    draft = over(row("CSC", "01"), nil("CSC", "02"), owed("CSC", "03", known="yes"))
    outcome = checked(run, draft, tmp_path)
    consent = outcome.question("CSC", "consent")
    assert (consent["yes"], consent["of"], consent["missing"]) == (1, 1, 0)


def test_further_choice_of_a_yes_no_question_is_counted_apart(run: Run, tmp_path: Path) -> None:
    draft = over(row("CSC", "01", plan="partly"), row("CSC", "02", plan="yes"))
    outcome = checked(run, draft, tmp_path)
    plan = outcome.question("CSC", "plan")
    assert (plan["yes"], plan["of"], plan["further"]) == (1, 1, {"partly": 1})
    assert outcome.figure("CSC.plan.partly")["n"] == "1"


def test_select_multiple_counts_each_choice_over_rows_with_an_answer(
    run: Run, tmp_path: Path
) -> None:
    draft = over(
        row("CSC", "01", engaged="mother father"), row("CSC", "02", engaged="mother"),
        row("CSC", "03"),
    )  # fmt: skip
    engaged = checked(run, draft, tmp_path).question("CSC", "engaged")
    assert (engaged["of"], engaged["missing"], engaged["type"]) == (2, 1, "select_multiple")
    assert engaged["options"] == [
        {"name": "mother", "n": 2, "percent": 100.0}, {"name": "father", "n": 1, "percent": 50.0},
        {"name": "child", "n": 0, "percent": 0.0}, {"name": "school", "n": 0, "percent": 0.0},
    ]  # fmt: skip


def test_question_that_nobody_answered_is_null(run: Run, tmp_path: Path) -> None:
    outcome = checked(run, over(row("CSC", "01")), tmp_path)
    assert outcome.question("CSC", "place")["options"][0]["percent"] is None
    for name, values in {
        "visits": ("min", "median", "max"),
        "seen_on": ("earliest", "latest"),
    }.items():
        found = outcome.question("CSC", name)
        assert (found["of"], found["missing"]) == (0, 1)
        assert [found[value] for value in values] == [None] * len(values)
        assert [outcome.figure(f"CSC.{name}.{value}")["n"] for value in values] == [""] * len(
            values
        )
    voice = outcome.question("CSC", "voice")
    assert (voice["of"], voice["percent"], voice["interval"]) == (0, None, None)


@pytest.mark.parametrize(
    ("answers", "middle", "cell"),
    [
        (["3", "4"], 3.5, "3.5"),
        (["3", "5"], 4, "4"),
        (["1", "2", "9"], 2, "2"),
        (["4", "1", "3", "2"], 2.5, "2.5"),
    ],
)
def test_median_of_an_even_number_is_the_mean_of_the_middle_two(
    run: Run, tmp_path: Path, answers: list[str], middle: float, cell: str
) -> None:
    rows = (row("CSC", f"{case:02}", visits=answer) for case, answer in enumerate(answers, start=1))
    outcome = checked(run, over(*rows), tmp_path)
    visits = outcome.question("CSC", "visits")
    assert (visits["median"], visits["min"]) == (middle, int(min(answers)))
    assert isinstance(visits["median"], type(middle))
    assert outcome.figure("CSC.visits.median")["n"] == cell


@pytest.mark.parametrize(
    ("answers", "cells"),
    [
        (["2.5", "0.125"], ("0.125", "1.3125", "2.5")),
        (["33.50", "0"], ("0", "16.75", "33.5")),
        (["0.0000001", "0.0000003"], ("0.0000001", "0.0000002", "0.0000003")),
        (["-5", "1.5"], ("'-5", "'-1.75", "1.5")),
    ],
)
def test_decimals_are_not_rounded(
    run: Run, tmp_path: Path, answers: list[str], cells: tuple[str, str, str]
) -> None:
    rows = (row("CSC", f"{case:02}", hours=answer) for case, answer in enumerate(answers, start=1))
    outcome = checked(run, over(*rows), tmp_path)
    found = tuple(outcome.figure(f"CSC.hours.{name}")["n"] for name in ("min", "median", "max"))
    assert found == cells


def test_dates_have_an_earliest_and_a_latest(run: Run, tmp_path: Path) -> None:
    draft = over(row("CSC", "01", seen_on="2026-01-09"), row("CSC", "02", seen_on="2025-12-31"))
    seen = checked(run, draft, tmp_path).question("CSC", "seen_on")
    assert (seen["earliest"], seen["latest"], seen["of"]) == ("2025-12-31", "2026-01-09", 2)


def test_grade_known_texts_and_notes_are_no_other_questions(run: Run) -> None:
    outcome = run(small())
    both = [*outcome.report["questions"], *outcome.report["other_questions"]]
    assert not {"grade", "known", "comment", "thanks"} & {one["name"] for one in both}
    figures = {row["figure"].split(".")[1] for row in outcome.figures}
    assert not {"known.yes", "comment", "thanks"} & figures


def test_choices_of_a_list_with_weights_count_the_same(run: Run) -> None:
    draft = small()
    plain = run(draft)
    for position, choice in enumerate(draft.choices):
        choice["score"] = str(position)
    assert run(draft).report["other_questions"] == plain.report["other_questions"]


def evidence_of(outcome: Outcome) -> Counter[str]:
    return Counter(row["figure"] for row in outcome.sheet("evidence.csv"))


def test_every_count_of_returns_has_as_many_rows_of_evidence(run: Run) -> None:
    outcome = run(small(5))
    found = evidence_of(outcome)
    for figure in outcome.figures:
        if figure["unit"] == "return" and figure["answer"] not in SUMMARIES:
            assert found[figure["figure"]] == int(figure["n"])


def test_every_count_of_cases_has_as_many_cases_of_evidence(run: Run) -> None:
    outcome = run(small(5))
    cases: dict[str, set[str]] = {}
    for line in outcome.sheet("evidence.csv"):
        cases.setdefault(line["figure"], set()).add(line["case"])
    for figure in outcome.figures:
        if figure["unit"] == "case" and figure["n"]:
            assert len(cases.get(figure["figure"], ())) == int(figure["n"])
