"""“Figures”: counts of cases, respondents and grades."""

from __future__ import annotations

from pathlib import Path

from .conftest import Run
from .drafts import Draft, Row
from .runs import Outcome, assert_as_computed
from .small import small

COUNTS = ("asked", "known", "not_known", "returned", "awaited")


def row(agency: str, case: str, respondent: str = "", **answers: str) -> Row:
    """A submitted row on a known case, if nothing else is said."""
    base = {"agency": agency, "respondent": respondent, "case": case, "status": "submitted"}
    return base | {"known": "yes", "consent": "yes"} | answers


def nil(agency: str, case: str, respondent: str = "") -> Row:
    return {"agency": agency, "respondent": respondent, "case": case, "status": "submitted",
            "known": "no"}  # fmt: skip


def owed(agency: str, case: str, respondent: str = "", known: str = "") -> Row:
    return {"agency": agency, "respondent": respondent, "case": case, "status": "not_returned",
            "known": known}  # fmt: skip


def over(*rows: Row) -> Draft:
    draft = small()
    draft.returns = list(rows)
    return draft


def checked(run: Run, draft: Draft, tmp_path: Path) -> Outcome:
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    assert_as_computed(outcome, pack)
    return outcome


def counts(outcome: Outcome, agency: str) -> tuple[int | None, ...]:
    return tuple(outcome.agency(agency)[name] for name in COUNTS)


def test_counts_are_of_cases_and_awaited_is_what_is_left(run: Run, tmp_path: Path) -> None:
    draft = over(
        row("CSC", "01"), row("CSC", "02"), nil("CSC", "03"), owed("CSC", "04", known="yes"),
        owed("CSC", "05"),
    )  # fmt: skip
    outcome = checked(run, draft, tmp_path)
    assert counts(outcome, "CSC") == (10, 3, 1, 2, 7)


def test_known_by_one_respondent_is_known(run: Run, tmp_path: Path) -> None:
    draft = over(
        nil("SCHOOLS", "01", "A"), row("SCHOOLS", "01", "B"),
        nil("SCHOOLS", "02", "A"), owed("SCHOOLS", "02", "B", known="yes"),
        nil("SCHOOLS", "03", "A"), owed("SCHOOLS", "03", "B"),
        nil("SCHOOLS", "04", "A"), nil("SCHOOLS", "04", "B"),
    )  # fmt: skip
    outcome = checked(run, draft, tmp_path)
    assert counts(outcome, "SCHOOLS") == (10, 2, 2, 1, 7)


def test_summative_report_and_no_row_is_narrative_only_with_null_counts(
    run: Run, tmp_path: Path
) -> None:
    outcome = checked(run, small(), tmp_path)
    health = outcome.agency("HEALTH")
    assert health["narrative_only"] is True
    assert counts(outcome, "HEALTH") == (None,) * 5
    assert (health["grades"], health["met_good"]) == (None, None)
    assert "HEALTH" not in {question["agency"] for question in outcome.report["questions"]}
    assert {row["n"] for row in outcome.figures if row["agency"] == "HEALTH"} == {""}


def test_summative_report_beside_a_row_is_not_narrative_only(run: Run, tmp_path: Path) -> None:
    outcome = checked(run, over(nil("HEALTH", "01")), tmp_path)
    assert outcome.agency("HEALTH")["narrative_only"] is False
    assert counts(outcome, "HEALTH") == (10, 0, 1, 0, 9)


def test_row_of_a_withdrawn_case_alone_is_a_row_all_the_same(run: Run, tmp_path: Path) -> None:
    draft = over(row("HEALTH", "01"))
    draft.plan(replaced=[{"case": "01", "reason": "Entered twice."}])
    outcome = checked(run, draft, tmp_path)
    assert outcome.agency("HEALTH")["narrative_only"] is False
    assert counts(outcome, "HEALTH") == (9, 0, 0, 0, 9)


def test_silent_agency_is_asked_and_awaited_and_the_rest_is_null(run: Run, tmp_path: Path) -> None:
    draft = small()
    draft.terms["agencies"][-1]["respondent_unit"] = "landlord"
    outcome = checked(run, draft, tmp_path)
    assert counts(outcome, "HOMES") == (10, None, None, 0, 10)
    homes = outcome.agency("HOMES")
    assert (homes["grades"], homes["met_good"], homes["narrative_only"]) == (None, None, False)
    assert homes["respondents"] == {"unit": "landlord", "asked": None, "answered": None}


def test_respondents_are_counted_by_their_names(run: Run, tmp_path: Path) -> None:
    draft = over(
        row("SCHOOLS", "01", "A"), row("SCHOOLS", "02", "A"), nil("SCHOOLS", "01", "B"),
        owed("SCHOOLS", "03", "C"), nil("SCHOOLS", "04"), row("CSC", "01"),
    )  # fmt: skip
    outcome = checked(run, draft, tmp_path)
    respondents = {"unit": "school", "asked": 3, "answered": 2}
    assert outcome.agency("SCHOOLS")["respondents"] == respondents
    assert outcome.agency("CSC")["respondents"] == {"unit": None, "asked": None, "answered": None}
    figure = outcome.figure("SCHOOLS.respondents")
    assert (figure["unit"], figure["n"], figure["of"]) == ("respondent", "2", "3")
    assert figure["percent"] == figure["low"] == ""


def test_cases_graded_differently_count_once_under_the_lowest(run: Run, tmp_path: Path) -> None:
    draft = over(
        row("SCHOOLS", "01", "A", grade="outstanding"),
        row("SCHOOLS", "01", "B", grade="requires_improvement"),
        row("SCHOOLS", "01", "C", grade="good"),
        row("SCHOOLS", "02", "A", grade="na"), row("SCHOOLS", "02", "B", grade="good"),
        row("SCHOOLS", "03", "A"), row("SCHOOLS", "03", "B", grade="inadequate"),
        row("SCHOOLS", "04", "A", grade="na"), row("SCHOOLS", "04", "B"),
        row("SCHOOLS", "05", "A"), row("SCHOOLS", "05", "B"),
    )  # fmt: skip
    outcome = checked(run, draft, tmp_path)
    schools = outcome.agency("SCHOOLS")
    assert list(schools["grades"].items()) == [
        ("outstanding", 0), ("good", 1), ("requires_improvement", 1), ("inadequate", 1),
        ("na", 1), ("not_graded", 1),
    ]  # fmt: skip
    assert (schools["met_good"]["n"], schools["met_good"]["of"]) == (1, 3)
    lowest = [r for r in outcome.sheet("evidence.csv") if r["figure"] == "SCHOOLS.met_good"]
    assert [(r["respondent"], r["case"]) for r in lowest] == [("B", "02")]


def test_nothing_graded_is_nought_of_nought(run: Run, tmp_path: Path) -> None:
    outcome = checked(run, over(row("CSC", "01"), nil("POLICE", "01")), tmp_path)
    nothing = {"n": 0, "of": 0, "percent": None, "interval": None}
    assert outcome.agency("CSC")["met_good"] == nothing
    assert outcome.agency("POLICE")["met_good"] == nothing
    assert outcome.agency("CSC")["grades"]["not_graded"] == 1


def test_without_grading_there_are_no_grades_and_no_spread(run: Run, tmp_path: Path) -> None:
    draft = small()
    del draft.terms["grading"]
    outcome = checked(run, draft, tmp_path)
    assert {agency["grades"] is None for agency in outcome.report["agencies"]} == {True}
    assert {agency["met_good"] is None for agency in outcome.report["agencies"]} == {True}
    assert outcome.report["spread"] is None
    assert not [row for row in outcome.figures if "met_good" in row["figure"]]
    assert outcome.question("CSC", "grade")["type"] == "select_one"


def test_grading_by_a_yes_no_question_is_a_question_too(run: Run, tmp_path: Path) -> None:
    draft = small(grading={"question": "plan", "met_good": ["yes"]})
    draft.survey = [one for one in draft.survey if one.get("name") != "grade"]
    draft.returns = [
        {name: cell for name, cell in one.items() if name != "grade"} for one in draft.returns
    ]
    outcome = checked(run, draft, tmp_path)
    assert list(outcome.agency("CSC")["grades"]) == ["yes", "no", "partly", "na", "not_graded"]
    assert outcome.question("CSC", "plan")["unit"] == "return"


def test_question_named_grade_beside_another_grading_is_counted(run: Run) -> None:
    outcome = run(small(grading={"question": "plan", "met_good": ["yes"]}))
    assert outcome.exit_code == 0
    same = [row["question"] for row in outcome.figures if row["figure"] == "CSC.grade.na"]
    assert same == ["plan", "grade"]


def test_different_units_stay_apart(run: Run) -> None:
    outcome = run(small())
    units = {row["figure"].split(".")[1]: row["unit"] for row in outcome.figures}
    assert {units[name] for name in (*COUNTS, "grade", "met_good")} == {"case"}
    assert units["respondents"] == "respondent"
    assert units["consent"] == units["visits"] == "return"


def test_nothing_is_suppressed_and_the_method_says_so(run: Run, tmp_path: Path) -> None:
    outcome = checked(run, over(row("CSC", "01", grade="good")), tmp_path)
    assert outcome.agency("CSC")["met_good"]["n"] == 1
    assert "No figure is suppressed in this run" in str(outcome.report["document"])


def test_headings_of_gaps_keep_the_number_of_their_theme(run: Run) -> None:
    gaps = [(gap["ref"], gap["heading"]) for gap in run(small()).report["gaps"]]
    assert gaps == [("plans.b", "3b"), ("plans.a", "3a"), ("voice.a", "1a")]
