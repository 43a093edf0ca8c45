"""“Reading”, its lines on returns: columns, states, hidden and blank answers, `today()`."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest

from .conftest import Run
from .drafts import Draft, Row, rows_of, write_rows
from .runs import assert_as_computed
from .small import small


def answered(case: str = "01", agency: str = "CSC", **answers: str) -> Row:
    row = {"agency": agency, "case": case, "status": "submitted", "known": "yes", "consent": "yes"}
    return row | answers


def only(*rows: Row) -> Draft:
    draft = small()
    draft.returns = list(rows)
    return draft


def test_columns_in_any_order_read_the_same(run: Run, tmp_path: Path) -> None:
    pack = small().write(tmp_path / "pack")
    plain = run(pack)
    rows = rows_of(pack / "returns.csv")
    names = list(rows[0])
    random.Random(1).shuffle(names)
    write_rows(pack / "returns.csv", names, [{name: row[name] for name in names} for row in rows])
    assert run(pack).report == plain.report


def test_any_other_column_is_a_mistake(run: Run, tmp_path: Path) -> None:
    pack = small().write(tmp_path / "pack")
    rows = [row | {"colour": ""} for row in rows_of(pack / "returns.csv")]
    write_rows(pack / "returns.csv", list(rows[0]), rows)
    outcome = run(pack)
    assert (outcome.exit_code, len(outcome.lines)) == (1, 1)
    assert outcome.lines[0].startswith("returns.csv, row 1, column colour: found colour, wanted")


def test_column_of_a_question_that_is_missing_is_a_mistake(run: Run, tmp_path: Path) -> None:
    pack = small().write(tmp_path / "pack")
    rows = rows_of(pack / "returns.csv")
    for row in rows:
        del row["comment"]
    write_rows(pack / "returns.csv", list(rows[0]), rows)
    outcome = run(pack)
    assert outcome.lines == [
        "returns.csv, row 1, column comment: found nothing, wanted a column of this name"
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (answered() | {"respondent": "Oak School"}, "respondent"),
        (answered() | {"status": "done"}, "status"),
        ({"agency": "CSC", "case": "01", "status": "submitted"}, "known"),
        (answered(consent=""), "consent"),
        ({"agency": "CSC", "case": "01", "status": "not_returned", "known": "yes", "comment": "X"},
         "comment"),
        ({"agency": "CSC", "case": "01", "status": "not_returned", "known": "no"}, "known"),
        (answered(immediate_risk="na"), "immediate_risk"),
        (answered(case="11"), "case"),
        (answered(agency="XX"), "agency"),
        (answered(visits="0", hours="0", voice="yes"), "voice"),
        (answered(visits="-1"), "visits"),
    ],
)  # fmt: skip
def test_row_against_the_rules_is_one_mistake(run: Run, row: Row, column: str) -> None:
    outcome = run(only(row))
    assert outcome.exit_code == 1
    assert len(outcome.lines) == 1
    assert outcome.lines[0].startswith(f"returns.csv, row 2, column {column}: found ")


def test_second_row_for_one_agency_respondent_and_case_is_a_mistake(run: Run) -> None:
    outcome = run(only(answered(), answered(case="1")))
    assert outcome.exit_code == 1
    assert [line.startswith("returns.csv, row 3, column case: ") for line in outcome.lines] == [
        True
    ]


def test_required_binds_submitted_rows_only(run: Run, tmp_path: Path) -> None:
    awaited = {"agency": "CSC", "case": "02", "status": "not_returned"}
    pack = only(answered(), awaited, awaited | {"case": "03", "known": "yes"}).write(
        tmp_path / "pack"
    )
    outcome = run(pack)
    csc = outcome.agency("CSC")
    assert (csc["known"], csc["returned"], csc["awaited"], csc["not_known"]) == (2, 1, 9, 0)
    assert_as_computed(outcome, pack)


def test_nil_return_is_submitted_with_known_no_and_nothing_else(run: Run, tmp_path: Path) -> None:
    nil = {"agency": "CSC", "case": "02", "status": "submitted", "known": "no"}
    pack = only(answered(), nil).write(tmp_path / "pack")
    outcome = run(pack)
    assert outcome.agency("CSC")["not_known"] == 1
    assert outcome.question("CSC", "consent")["of"] == 1
    assert_as_computed(outcome, pack)


def test_case_without_its_leading_nought_is_the_same_case(run: Run, tmp_path: Path) -> None:
    pack = small().write(tmp_path / "pack")
    plain = run(pack)
    rows = rows_of(pack / "returns.csv")
    for row in rows:
        row["case"] = str(int(row["case"]))
    write_rows(pack / "returns.csv", list(rows[0]), rows)
    outcome = run(pack)
    assert outcome.report == plain.report
    assert outcome.sheet("evidence.csv") == plain.sheet("evidence.csv")


def test_na_counts_as_not_applicable_only_where_the_list_has_it(run: Run, tmp_path: Path) -> None:
    draft = only(answered(consent="na", visits="1", voice="yes", heard="na"), answered("02"))
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    assert outcome.question("CSC", "consent")["na"] == 1
    assert outcome.question("CSC", "heard") | {"na": 1, "of": 0, "not_asked": 1} == (
        outcome.question("CSC", "heard")
    )
    assert outcome.question("CSC", "voice")["na"] == 0
    assert_as_computed(outcome, pack)


def test_blank_is_missing_and_hidden_is_not_asked(run: Run, tmp_path: Path) -> None:
    pack = only(answered(visits="2"), answered("02"), answered("03", visits="1", voice="no")).write(
        tmp_path / "pack"
    )
    outcome = run(pack)
    voice = outcome.question("CSC", "voice")
    assert (voice["yes"], voice["no"], voice["missing"], voice["not_asked"]) == (0, 1, 1, 1)
    heard = outcome.question("CSC", "heard")
    assert (heard["missing"], heard["not_asked"], heard["percent"]) == (0, 3, None)
    assert_as_computed(outcome, pack)


def test_constraint_of_an_answer_to_a_hidden_question_is_checked_all_the_same(run: Run) -> None:
    draft = only(answered(visits="0", voice="yes"))
    voice = next(row for row in draft.survey if row.get("name") == "voice")
    voice |= {"constraint": ". = 'no'", "constraint_message": "no"}
    outcome = run(draft)
    assert outcome.exit_code == 1
    assert len(outcome.lines) == 2
    assert all(line.startswith("returns.csv, row 2, column voice") for line in outcome.lines)


def test_question_hidden_by_its_group_is_not_asked(run: Run, tmp_path: Path) -> None:
    draft = only(answered(visits="3", voice="yes"), answered("02", visits="0", hours="0"))
    pack = draft.write(tmp_path / "pack")
    outcome = run(pack)
    assert outcome.question("CSC", "voice")["not_asked"] == 1
    assert outcome.question("CSC", "heard")["missing"] == 1
    assert_as_computed(outcome, pack)


@pytest.mark.parametrize(
    ("meeting_on", "held_on", "today"),
    [
        (dt.date(2026, 6, 24), dt.date(2026, 6, 25), dt.date(2026, 6, 24)),
        (None, dt.date(2026, 6, 25), dt.date(2026, 6, 25)),
        (None, None, dt.date(2026, 3, 31)),
    ],
)
def test_today_in_a_run_is_the_meeting_else_the_end_of_the_period(
    run: Run, meeting_on: dt.date | None, held_on: dt.date | None, today: dt.date
) -> None:
    after = today + dt.timedelta(days=1)
    for day, code in ((today, 0), (after, 1)):
        draft = only(answered(seen_on=str(day)))
        draft.terms["meeting_on"] = meeting_on
        assert draft.meeting is not None
        draft.meeting["held_on"] = held_on
        outcome = run(draft)
        assert outcome.exit_code == code, outcome.stderr
    wanted = f"found {after}, wanted a day that has passed"
    assert outcome.lines == [f"returns.csv, row 2, column seen_on: {wanted}"]


def test_column_of_the_tool_that_is_blank_is_ignored(run: Run, tmp_path: Path) -> None:
    draft = small()
    plain = run(draft)
    for row in draft.survey:
        row["appearance"] = ""
    for row in draft.choices:
        row |= {"image": "", "score": "2"}
    outcome = run(draft)
    assert outcome.report["questions"] == plain.report["questions"]


def test_column_of_the_tool_that_is_not_supported_is_a_mistake(run: Run) -> None:
    draft = small()
    draft.survey[2]["appearance"] = "map"
    outcome = run(draft)
    assert len(outcome.lines) == 1
    assert outcome.lines[0].startswith("tool.xlsx, sheet survey, row 4, column appearance: found m")
