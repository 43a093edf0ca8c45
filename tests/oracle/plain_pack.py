"""One entry, `compute`: what a run of a valid pack should say, worked out a second time."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from .plain_figures import (
    Entry,
    Round,
    agency_entry,
    blank_rows,
    other_question_entry,
    question_entry,
    rows_by_answer,
    rows_by_grade,
    rows_by_respondent,
    rows_by_standing,
    spread_entry,
)
from .plain_reading import Question, Row, read_pack
from .plain_sampling import draw
from .plain_statistics import newcombe, rounded

Evidence = tuple[str, str, str, str]

FIGURE_COLUMNS = (
    *("figure", "agency", "question", "answer", "unit"),
    *("n", "of", "percent", "low", "high", "low_fpc", "high_fpc"),
)


@dataclass(frozen=True)
class Oracle:
    """Cells of `figures`, `sample_csv`, `evidence` and `immediate_risk` are as in the CSV files.

    `evidence` has (figure, agency, respondent, case), `immediate_risk` (agency, respondent, case).
    `figures` leaves the `definition` column out.
    """

    report: dict[str, Any]
    figures: list[Row]
    sample_csv: list[Row]
    evidence: set[Evidence]
    immediate_risk: list[tuple[str, str, str]]


def compute(pack_dir: Path, previous: Path | None = None) -> Oracle:
    audit = read_round(pack_dir)
    report = report_of(audit)
    if previous is not None:
        earlier = read_round(previous)
        report["comparison"] = comparison(audit, report, earlier, report_of(earlier))
    return Oracle(
        report=report,
        figures=figure_rows(audit, report),
        sample_csv=sample_rows(audit),
        evidence=evidence(audit),
        immediate_risk=[
            (cell(row["agency"]), cell(row["respondent"]), cell(row["case"]))
            for row in audit.returns
            if row.get("immediate_risk") == "yes"
        ],
    )


def read_round(folder: Path) -> Round:
    pack = read_pack(folder)
    return Round(pack, draw(pack))


def report_of(audit: Round) -> dict[str, Any]:
    """Give all of report.json in its order, with an empty comparison."""
    meeting = audit.pack.meeting
    answering = answering_agencies(audit)
    items = {
        name: [item_entry(item) for item in meeting.get(name) or []]
        for name in ("findings", "working_well", "worried_about", "next_steps")
    }
    for entry, item in zip(items["findings"], meeting.get("findings") or [], strict=True):
        seen = item.get("seen_before", "") if isinstance(item, dict) else ""
        entry["seen_before"] = seen.lower() == "true"
    actions = [action_entry(row) for row in audit.pack.actions]
    return {
        "audit": audit_entry(audit),
        "sample": audit.sample.report,
        "agencies": [agency_entry(audit, agency) for agency in audit.pack.audit["agencies"]],
        "questions": [
            question_entry(audit, code, question)
            for code in answering
            for question in audit.yes_no_questions()
        ],
        "other_questions": [
            other_question_entry(audit, code, question)
            for code in answering
            for question in audit.other_questions()
        ],
        "spread": spread_entry(audit),
        "findings": items["findings"],
        "working_well": items["working_well"],
        "worried_about": items["worried_about"],
        "gaps": gap_entries(audit, actions),
        "next_steps": items["next_steps"],
        "actions": actions,
        "comparison": [],
    }


def answering_agencies(audit: Round) -> list[str]:
    codes = [agency["code"] for agency in audit.pack.audit["agencies"]]
    return [code for code in codes if audit.standing(code) == "answering"]


def audit_entry(audit: Round) -> Entry:
    terms = audit.pack.audit
    invented = terms.get("invented") or []
    return {
        "title": terms["title"],
        "board": terms["board"],
        "kind": terms["kind"],
        "period": {"from": terms["period"]["from"], "to": terms["period"]["to"]},
        "meeting_on": terms.get("meeting_on") or None,
        "invented": [invented] if isinstance(invented, str) else invented,
    }


def item_entry(item: str | dict[str, str]) -> Entry:
    written = {"text": item} if isinstance(item, str) else item
    return {
        "text": written["text"],
        "theme": written.get("theme") or None,
        "owner": written.get("owner") or None,
    }


def action_entry(row: Row) -> Entry:
    names = ("gap", "action", "owner_agency", "due_on", "measure", "status")
    return {name: row.get(name) or None for name in names}


def gap_entries(audit: Round, actions: list[Entry]) -> list[Entry]:
    agreed = audit.pack.meeting.get("gaps") or {}
    entries = []
    codes = [theme["code"] for theme in audit.pack.audit["themes"]]
    for theme, letters in agreed.items():
        for letter in letters or {}:
            ref = f"{theme}.{letter}"
            own = [action for action in actions if action["gap"] == ref]
            entries.append(
                {
                    "ref": ref,
                    "heading": f"{codes.index(theme) + 1}{letter}",
                    "text": item_entry(letters[letter])["text"],
                    "actions": [{key: each[key] for key in each if key != "gap"} for each in own],
                }
            )
    return entries


def comparison(audit: Round, now: Entry, earlier: Round, before: Entry) -> list[Entry]:
    """Give met_good of each agency, then each yes share, where both rounds have an `of`."""
    both_random = audit.sample.is_random and earlier.sample.is_random
    old = shares_of(before)
    return [
        compared(key, figure, old[key], intervals=both_random)
        for key, figure in shares_of(now).items()
        if key in old and figure["of"] and old[key]["of"]
    ]


def shares_of(report: Entry) -> dict[tuple[str, str | None], dict[str, int]]:
    """Key each share by agency and question; met_good has no question."""
    met: dict[tuple[str, str | None], dict[str, int]] = {
        (entry["code"], None): {"n": entry["met_good"]["n"], "of": entry["met_good"]["of"]}
        for entry in report["agencies"]
        if entry["met_good"]
    }
    return met | {
        (entry["agency"], entry["name"]): {"n": entry["yes"], "of": entry["of"]}
        for entry in report["questions"]
    }


def compared(
    key: tuple[str, str | None], now: dict[str, int], before: dict[str, int], *, intervals: bool
) -> Entry:
    low, high = newcombe((now["n"], now["of"]), (before["n"], before["of"]))
    difference = Fraction(now["n"], now["of"]) - Fraction(before["n"], before["of"])
    return {
        "figure": key[1] or "met_good",
        "agency": key[0],
        "now": now,
        "before": before,
        "difference": rounded(100 * difference),
        "interval": [rounded(low), rounded(high)] if intervals else None,
        "distinguishable": intervals and not low <= 0 <= high,
    }


def cell(value: object) -> str:
    """Write a value as a CSV cell: null is blank, and what may look like a formula is held off."""
    written = "" if value is None else str(value)
    if isinstance(value, float):
        written = f"{Decimal(written):f}"
    return "'" + written if re.match(r"'*[=+\-@\t\r]", written) else written


def sample_rows(audit: Round) -> list[Row]:
    return [
        {
            "case": drawn.case,
            "referral_id": cell(drawn.referral_id),
            "stratum": cell(drawn.stratum),
            "reserve": "yes" if drawn.reserve else "no",
        }
        for drawn in audit.sample.referrals
    ]


def figure_rows(audit: Round, report: Entry) -> list[Row]:
    rows: list[Row] = []
    for entry in report["agencies"]:
        code = entry["code"]
        rows += agency_figures(audit, entry)
        if audit.standing(code) == "answering":
            for question in counted_questions(audit):
                rows += question_figures(audit, report, code, question)
    return rows


def counted_questions(audit: Round) -> list[Question]:
    counted = {question.name for question in audit.yes_no_questions() + audit.other_questions()}
    return [question for name, question in audit.pack.questions.items() if name in counted]


def figure_row(figure: str, agency: str, unit: str, n: object, **others: object) -> Row:
    values = {"figure": figure, "agency": agency, "unit": unit, "n": n, **others}
    return {column: cell(values.get(column)) for column in FIGURE_COLUMNS}


def limits(share: Entry) -> Entry:
    low, high = share["interval"] or (None, None)
    low_fpc, high_fpc = share.get("interval_fpc") or (None, None)
    return {
        "of": share["of"],
        "percent": share["percent"],
        "low": low,
        "high": high,
        "low_fpc": low_fpc,
        "high_fpc": high_fpc,
    }


def agency_figures(audit: Round, entry: Entry) -> list[Row]:
    code = entry["code"]
    rows = [
        figure_row(f"{code}.{name}", code, "case", entry[name])
        for name in ("asked", "known", "not_known", "returned", "awaited")
    ]
    if audit.grading and entry["grades"] is not None:
        name = audit.grading["question"]
        for grade, n in entry["grades"].items():
            figure = f"{code}.grade.{grade}"
            rows.append(figure_row(figure, code, "case", n, question=name, answer=grade))
        met = entry["met_good"]
        rows.append(figure_row(f"{code}.met_good", code, "case", met["n"], **limits(met)))
    respondents = entry["respondents"]
    if respondents["asked"] is not None:
        n, of = respondents["answered"], respondents["asked"]
        rows.append(figure_row(f"{code}.respondents", code, "respondent", n, of=of))
    return rows


def question_figures(audit: Round, report: Entry, code: str, question: Question) -> list[Row]:
    listed = report["questions" if question.is_yes_no else "other_questions"]
    entry = next(
        each for each in listed if each["agency"] == code and each["name"] == question.name
    )
    rows = [
        question_row(code, question, answer, len(counted), **beside(entry, answer))
        for answer, counted in rows_by_answer(audit, code, question).items()
        if answer in (*question.choices, "missing", "not_asked")
    ]
    summaries = ("min", "median", "max", "earliest", "latest")
    return rows + [
        question_row(code, question, answer, entry[answer], of=entry["of"])
        for answer in summaries
        if answer in entry
    ]


def question_row(code: str, question: Question, answer: str, n: object, **others: object) -> Row:
    figure = f"{code}.{question.name}.{answer}"
    return figure_row(figure, code, "return", n, question=question.name, answer=answer, **others)


def beside(entry: Entry, answer: str) -> Entry:
    """What stands beside the count of one answer to a question."""
    if "options" in entry:
        options = {option["name"]: option["percent"] for option in entry["options"]}
        return {"of": entry["of"], "percent": options[answer]} if answer in options else {}
    if "yes" in entry and answer == "yes":
        return limits(entry)
    return {"of": entry["of"]} if "no" in entry and answer == "no" else {}


def evidence(audit: Round) -> set[Evidence]:
    found: set[Evidence] = set()
    for agency in audit.pack.audit["agencies"]:
        code = agency["code"]
        for suffix, rows in counted_rows(audit, code, has_unit=bool(agency.get("respondent_unit"))):
            figure = cell(f"{code}.{suffix}")
            found |= {(figure, cell(code), cell(row["respondent"]), row["case"]) for row in rows}
    return found


def counted_rows(audit: Round, code: str, *, has_unit: bool) -> list[tuple[str, list[Row]]]:
    """Give every figure of one agency that counts rows, with those rows."""
    standing = audit.standing(code)
    if standing == "narrative":
        return []
    if standing == "silent":
        waiting = blank_rows(audit.sample.asked)
        return [("asked", waiting), ("awaited", waiting)]
    counted = list(rows_by_standing(audit, code).items())
    grades = rows_by_grade(audit, code)
    counted += [(f"grade.{grade}", rows) for grade, rows in grades.items()]
    if audit.grading:
        met = [row for grade in audit.grading["met_good"] for row in grades[grade]]
        counted.append(("met_good", met))
    if has_unit:
        counted.append(("respondents", rows_by_respondent(audit, code)[1]))
    for question in counted_questions(audit):
        answers = rows_by_answer(audit, code, question)
        listed = (*question.choices, "missing", "not_asked")
        counted += [(f"{question.name}.{answer}", answers[answer]) for answer in listed]
    return counted
