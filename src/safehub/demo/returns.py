"""The invented returns: who knew which child, who answered, who is awaited, who never wrote."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from random import Random

from safehub.demo import phrases
from safehub.demo.answers import Answers, Case, in_words_of_age, make_answers
from safehub.demo.partnership import AGE_BANDS, RESPONDENTS, Agency, Round
from safehub.demo.questions import Question
from safehub.demo.tool import open_workbook

Row = dict[str, str]

KEYS = ("agency", "respondent", "case", "status")
_NO_ROW_AT_ALL = 0.02
_FIRST_TO_ANSWER = ("CSC", "POLICE")


def make_returns(
    rng: Random,
    agencies: Sequence[Agency],
    cases: Sequence[Case],
    terms: Round,
    questions: Sequence[Question],
    *,
    full: bool = False,
    withdrawn: str | None = None,
) -> list[Row]:
    """Rows by agency, then case. `full`: every agency knows and answers every case.

    A withdrawn case has rows of the agencies that had answered before it was withdrawn.
    """
    rows: list[Row] = []
    for agency in agencies:
        if not full and agency.route in ("narrative", "none"):
            continue
        for case in cases:
            if case.number == withdrawn and not full and agency.code not in _FIRST_TO_ANSWER:
                continue
            rows.extend(_rows(rng, agency, case, terms, questions, full=full))
    _raise_alarm(rng, rows, {case.number: case for case in cases if case.number != withdrawn})
    return rows


def write_csv(path: Path, rows: Sequence[Row], questions: Sequence[Question]) -> None:
    """Write rows as returns.csv: UTF-8, a column for each question of the tool."""
    headings = [*KEYS, *(question.name for question in questions)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_workbook(
    path: Path, rows: Sequence[Row], cases: Mapping[str, Case], questions: Sequence[Question]
) -> None:
    """Write one agency's rows as the workbook that it was sent, with `frame_` columns to find by.

    Dates and numbers are real ones, as somebody filling it in leaves them.
    """
    found_by = ("frame_referral_id", "frame_child_id", "frame_referred_on", "frame_age_band")
    kinds = {question.name: question.kind for question in questions}
    headings = [*KEYS[:3], *found_by, KEYS[3], *kinds]
    with open_workbook(path) as workbook:
        sheet = workbook.add_worksheet("returns")
        bold = workbook.add_format({"bold": True})
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 3)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, start=1):
            referral = cases[row["case"]].referral
            shown = row | {name: str(getattr(referral, name[6:])) for name in found_by}
            for column, heading in enumerate(headings):
                cell, kind = shown.get(heading, ""), kinds.get(heading)
                if cell and kind == "date":
                    sheet.write_datetime(number, column, date.fromisoformat(cell), day)
                elif cell and kind in ("integer", "decimal"):
                    sheet.write_number(number, column, float(cell))
                elif cell:
                    sheet.write_string(number, column, cell)


def _rows(
    rng: Random,
    agency: Agency,
    case: Case,
    terms: Round,
    questions: Sequence[Question],
    *,
    full: bool,
) -> Iterator[Row]:
    if full:
        for respondent in _respondents(rng, agency):
            answers = make_answers(rng, case, agency, terms, questions)
            yield _row(agency, respondent, case, "submitted", answers)
        return
    if rng.random() >= agency.knows[AGE_BANDS.index(case.referral.age_band)]:
        yield _row(agency, "", case, "submitted", {"known": "no"})
        return
    if not agency.respondent_unit and rng.random() < _NO_ROW_AT_ALL:
        return
    for place, respondent in enumerate(_respondents(rng, agency)):
        if rng.random() < agency.awaited:
            known = {"known": "yes"} if rng.random() < 0.75 else {}
            yield _row(agency, respondent, case, "not_returned", known)
        elif place and rng.random() < 0.2:
            yield _row(agency, respondent, case, "submitted", {"known": "no"})
        else:
            answers = make_answers(rng, case, agency, terms, questions)
            yield _row(agency, respondent, case, "submitted", answers)


def _respondents(rng: Random, agency: Agency) -> Sequence[str]:
    """The schools or practices asked about one case; brothers and sisters may be at others."""
    if agency.respondent_unit is None:
        return ("",)
    number = rng.choices((1, 2, 3), (70, 24, 6))[0]
    return rng.sample(RESPONDENTS[agency.respondent_unit], number)


def _row(agency: Agency, respondent: str, case: Case, status: str, answers: Answers) -> Row:
    keys = (agency.code, respondent, case.number, status)
    return {**dict(zip(KEYS, keys, strict=True)), **answers}


def _raise_alarm(rng: Random, rows: Sequence[Row], cases: Mapping[str, Case]) -> None:
    """Two auditors find a child at risk now: one in health, one at a school where there is one."""
    answered = [
        row
        for row in rows
        if row.get("immediate_risk")
        and row["case"] in cases
        and cases[row["case"]].referral.age_band != "unborn"
    ]
    for code, (worry, done) in zip(("COMMUNITY", "SCHOOLS"), phrases.URGENT, strict=True):
        row = rng.choice([row for row in answered if row["agency"] == code] or answered)
        answered = [other for other in answered if other["case"] != row["case"]]
        row["immediate_risk"] = "yes"
        row["worried_about"] = in_words_of_age(worry, cases[row["case"]])
        row["needs_to_happen"] = done
        row["grade"] = "inadequate"
