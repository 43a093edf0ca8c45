"""“Reading”, its lines on summative.yaml, meeting.yaml and actions.csv."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import Run
from .runs import Outcome, assert_as_computed
from .small import small


def text_of(outcome: Outcome) -> str:
    return str(outcome.report["document"])


def test_each_file_of_words_may_be_absent(run: Run, tmp_path: Path) -> None:
    draft = small()
    draft.summative, draft.meeting, draft.actions = [], None, []
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    assert_as_computed(outcome, pack)
    words = ("findings", "working_well", "worried_about", "gaps", "next_steps", "actions")
    assert [outcome.report[name] for name in words] == [[], [], [], [], [], []]
    assert outcome.agency("HEALTH")["narrative_only"] is False


@pytest.mark.parametrize("absent", ["summative.yaml", "actions.csv"])
def test_one_file_of_words_may_be_absent(run: Run, tmp_path: Path, absent: str) -> None:
    pack = small().write(tmp_path / "pack")
    (pack / absent).unlink()
    assert_as_computed(run(pack), pack)


def test_summative_report_is_told_under_its_agency(run: Run) -> None:
    draft = small()
    draft.summative[0]["actions"] = [{"text": "Train visitors.", "owner": "Matron"}]
    said = text_of(run(draft))
    for text in (
        "We know few of them.",
        "Health visitors observe.",
        "Notices come late. (Information sharing)",
        "Train visitors. (owner: Matron)",
    ):
        assert text in said


def shapes(outcome: Outcome, agency: str = "SCHOOLS") -> list[dict[str, Any]]:
    """The four shapes of printed figures as that agency's derived numbers would fill them."""
    found, plan = outcome.agency(agency), outcome.question(agency, "plan")
    place = outcome.question(agency, "place")
    clinic = next(option["n"] for option in place["options"] if option["name"] == "clinic")
    return [
        {"question": "plan", "answer": "yes", "count": plan["yes"], "of": plan["of"]},
        {"question": "plan", "answer": "partly", "count": plan["further"]["partly"]},
        {"question": "place", "answer": "clinic", "count": clinic, "of": place["of"]},
        {"question": "known", "answer": "yes", "count": found["known"], "of": found["asked"]},
        {"question": "known", "answer": "no", "count": found["not_known"]},
        {"question": "grade", "answer": "good", "count": found["grades"]["good"]},
        {"met_good": found["met_good"]["n"], "of": found["met_good"]["of"]},
        {"cases_known": found["known"]},
        {"respondents_answered": found["respondents"]["answered"]},
    ]


def test_printed_figures_that_agree_say_so(run: Run, tmp_path: Path) -> None:
    draft = small(3)
    figures = shapes(run(draft))
    draft.summative.append({"agency": "SCHOOLS", "figures": figures})
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    printed = outcome.agency("SCHOOLS")["printed"]
    assert [one["figure"] for one in printed] == [
        "plan.yes", "plan.partly", "place.clinic", "known.yes", "known.no", "grade.good",
        "met_good", "cases_known", "respondents_answered",
    ]  # fmt: skip
    assert all(one["agrees"] for one in printed)
    assert printed[-1]["of"] is None
    assert_as_computed(outcome, pack)


def test_printed_figures_that_differ_are_shown_and_not_corrected(run: Run, tmp_path: Path) -> None:
    draft = small(3)
    plain = run(draft)
    count_keys = ("count", "met_good", "cases_known", "respondents_answered")
    figures = [
        {key: value + 1 if key in count_keys else value for key, value in shape.items()}
        for shape in shapes(plain)
    ]
    other_of = [shape | {"of": shape["of"] + 1} for shape in shapes(plain) if "of" in shape]
    draft.summative.append({"agency": "SCHOOLS", "figures": figures + other_of})
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    printed = outcome.agency("SCHOOLS")["printed"]
    assert len(printed) == len(figures) + len(other_of)
    assert not any(one["agrees"] for one in printed)
    assert outcome.figures == plain.figures
    assert_as_computed(outcome, pack)


def test_printed_figures_without_rows_stand_beside_nothing(run: Run, tmp_path: Path) -> None:
    pack = small().write(tmp_path / "pack")
    (printed,) = run(pack).agency("HEALTH")["printed"]
    assert (printed["figure"], printed["count"], printed["of"]) == ("cases_known", 3, None)
    assert (printed["agrees"], printed["derived_count"]) == (False, None)


def test_meeting_items_are_texts_or_texts_with_theme_and_owner(run: Run) -> None:
    report = run(small()).report
    assert report["findings"] == [
        {"text": "Seldom seen alone.", "theme": "voice", "owner": None, "seen_before": True},
        {"text": "Plans are late.", "theme": None, "owner": None, "seen_before": False},
    ]
    assert report["worried_about"] == [{"text": "Notices.", "theme": None, "owner": "Board"}]
    assert report["next_steps"][0]["owner"] == "Board"


def test_gap_of_the_meeting_may_name_its_owner(run: Run) -> None:
    gaps = {gap["ref"]: gap for gap in run(small()).report["gaps"]}
    assert gaps["plans.b"]["text"] == "No dates in plans."
    assert gaps["plans.b"]["owner"] == "CSC"
    assert gaps["plans.a"]["text"] == "No plan."


def test_actions_stand_under_their_gaps_and_together(run: Run) -> None:
    report = run(small()).report
    gaps = {gap["ref"]: gap["actions"] for gap in report["gaps"]}
    assert gaps["plans.b"] == [
        {"action": "Date each step.", "owner_agency": "CSC", "due_on": "2026-09-30",
         "measure": "An audit of ten plans.", "status": "open"}
    ]  # fmt: skip
    assert [action["gap"] for action in report["actions"]] == ["plans.b", "voice.a"]
    assert "person" not in str(report["actions"])


@pytest.mark.parametrize("status", ["open", "in_progress", "done", "closed"])
def test_each_status_of_an_action_is_taken(run: Run, status: str) -> None:
    draft = small()
    draft.actions[0]["status"] = status
    assert run(draft).report["actions"][0]["status"] == status


@pytest.mark.parametrize(
    ("column", "value"),
    [("gap", "voice.z"), ("gap", "elsewhere.a"), ("owner_agency", "XX"), ("status", "late")],
)
def test_action_on_what_there_is_not_is_a_mistake(run: Run, column: str, value: str) -> None:
    draft = small()
    draft.actions[1][column] = value
    outcome = run(draft)
    assert (outcome.exit_code, len(outcome.lines)) == (1, 1)
    assert outcome.lines[0].startswith(f"actions.csv, row 3, column {column}: found {value}, ")


def test_summative_figure_of_no_shape_is_a_mistake(run: Run) -> None:
    draft = small()
    draft.summative[0]["figures"] = [{"cases": 3}]
    outcome = run(draft)
    assert (outcome.exit_code, len(outcome.lines)) == (1, 1)
    assert outcome.lines[0].startswith("summative.yaml, [1].figures[1]: found ")
