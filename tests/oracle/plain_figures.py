"""The figures of one round, each counted straight from the rows that it stands on."""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from .plain_reading import Pack, Question, Row, Settings
from .plain_relevance import is_asked
from .plain_sampling import Sample
from .plain_statistics import (
    median,
    ordinal_alpha,
    percent,
    plain_number,
    rounded,
    wilson,
    wilson_of_population,
)

Entry = dict[str, Any]
NUMERIC = ("integer", "decimal", "range")


@dataclass(frozen=True)
class Round:
    """One audit: its pack and its sample. `returns` holds every row, with cases as numbered."""

    pack: Pack
    sample: Sample

    @cached_property
    def returns(self) -> list[Row]:
        return [row | {"case": self.sample.number(row["case"])} for row in self.pack.returns]

    def rows(self, agency: str) -> list[Row]:
        """Leaves out the rows of withdrawn cases."""
        asked = set(self.sample.asked)
        return [row for row in self.returns if row["agency"] == agency and row["case"] in asked]

    def counted(self, agency: str) -> list[Row]:
        """Give the submitted rows with `known = yes`, over which questions and grades count."""
        return [
            row
            for row in self.rows(agency)
            if row["status"] == "submitted" and row["known"] == "yes"
        ]

    def standing(self, agency: str) -> str:
        """`answering` with any row at all, else `narrative` with a report, else `silent`."""
        if any(row["agency"] == agency for row in self.pack.returns):
            return "answering"
        reported = any(item["agency"] == agency for item in self.pack.summative)
        return "narrative" if reported else "silent"

    def answer(self, row: Row, question: Question) -> str:
        """The answer, or `missing`, or `not_asked`."""
        if not is_asked(question, row, self.pack.questions):
            return "not_asked"
        return row.get(question.name, "") or "missing"

    @property
    def grading(self) -> Settings | None:
        return self.pack.audit.get("grading") or None

    @property
    def scale(self) -> list[str]:
        """Grades from the highest to the lowest; `na` is not one of them."""
        if not self.grading:
            return []
        choices = self.pack.questions[self.grading["question"]].choices
        return [choice for choice in choices if choice != "na"]

    def yes_no_questions(self) -> list[Question]:
        return [
            question
            for question in self.pack.questions.values()
            if question.is_yes_no and question.name != "known"
        ]

    def other_questions(self) -> list[Question]:
        graded = self.grading["question"] if self.grading else None
        counted = ("select_one", "select_multiple", "date", *NUMERIC)
        return [
            question
            for question in self.pack.questions.values()
            if question.kind in counted
            and question.name not in ("known", graded)
            and not question.is_yes_no
        ]


def cases_of(rows: list[Row]) -> set[str]:
    return {row["case"] for row in rows}


def rows_by_standing(audit: Round, agency: str) -> dict[str, list[Row]]:
    """Sort an answering agency's rows; an awaited case without a row is given one, all blank."""
    rows = audit.rows(agency)
    known = [row for row in rows if row["known"] == "yes"]
    not_known = [row for row in rows if row["known"] == "no" and row["case"] not in cases_of(known)]
    returned = audit.counted(agency)
    settled = cases_of(not_known) | cases_of(returned)
    awaited = [row for row in rows if row["case"] not in settled]
    return {
        "asked": blank_rows(audit.sample.asked),
        "known": known,
        "not_known": not_known,
        "returned": returned,
        "awaited": awaited
        + blank_rows([case for case in audit.sample.asked if case not in cases_of(rows)]),
    }


def blank_rows(cases: list[str]) -> list[Row]:
    return [{"case": case, "respondent": ""} for case in cases]


def rows_by_grade(audit: Round, agency: str) -> dict[str, list[Row]]:
    """Give each grade the rows that carry a case's lowest; then `na` and `not_graded` cases."""
    if audit.grading is None:
        return {}
    question = audit.pack.questions[audit.grading["question"]]
    sorted_rows: dict[str, list[Row]] = {
        grade: [] for grade in dict.fromkeys([*question.choices, "not_graded"])
    }
    returned = audit.counted(agency)
    for case in sorted(cases_of(returned)):
        rows = [row for row in returned if row["case"] == case]
        answers = [audit.answer(row, question) for row in rows]
        grade = next((each for each in [*reversed(audit.scale), "na"] if each in answers), "")
        if grade:
            sorted_rows[grade] += [
                row for row, answer in zip(rows, answers, strict=True) if answer == grade
            ]
        else:
            sorted_rows["not_graded"] += rows
    return sorted_rows


def rows_by_respondent(audit: Round, agency: str) -> tuple[list[Row], list[Row]]:
    """Give the rows with a respondent's name, and those of them that were submitted."""
    named = [row for row in audit.rows(agency) if row["respondent"]]
    return named, [row for row in named if row["status"] == "submitted"]


def share(audit: Round, count: int, of: int) -> Entry:
    """Give percent and intervals; the one for a finite population stands only where it may."""
    sample = audit.sample
    written: Entry = {
        "percent": percent(count, of),
        "interval": wilson(count, of) if sample.is_random else None,
    }
    if sample.is_random and not sample.is_stratified and of == sample.size and of:
        written["interval_fpc"] = wilson_of_population(count, of, sample.population)
    return written


def agency_entry(audit: Round, agency: Settings) -> Entry:
    code = agency["code"]
    standing = audit.standing(code)
    answering = standing == "answering"
    counts: dict[str, int | None] = dict.fromkeys(
        ("asked", "known", "not_known", "returned", "awaited")
    )
    if answering:
        sorted_rows = rows_by_standing(audit, code)
        counts = {name: len(cases_of(rows)) for name, rows in sorted_rows.items()}
    elif standing == "silent":
        asked = len(audit.sample.asked)
        counts |= {"asked": asked, "returned": 0, "awaited": asked}
    entry: Entry = {"code": code, **counts, "narrative_only": standing == "narrative"}
    entry |= grade_entries(audit, code) if answering else {"grades": None, "met_good": None}
    entry["respondents"] = respondent_entry(audit, agency, answering=answering)
    entry["printed"] = [
        printed_entry(audit, entry, item)
        for report in audit.pack.summative
        if report["agency"] == code
        for item in report.get("figures") or []
    ]
    return entry


def grade_entries(audit: Round, code: str) -> Entry:
    if audit.grading is None:
        return {"grades": None, "met_good": None}
    cases = {grade: len(cases_of(rows)) for grade, rows in rows_by_grade(audit, code).items()}
    met = sum(cases[grade] for grade in set(audit.grading["met_good"]))
    of = sum(cases[grade] for grade in audit.scale)
    return {"grades": cases, "met_good": {"n": met, "of": of, **share(audit, met, of)}}


def respondent_entry(audit: Round, agency: Settings, *, answering: bool) -> Entry:
    unit = agency.get("respondent_unit") or None
    if not (unit and answering):
        return {"unit": unit, "asked": None, "answered": None}
    named, submitted = rows_by_respondent(audit, agency["code"])
    asked, answered = ({row["respondent"] for row in rows} for rows in (named, submitted))
    return {"unit": unit, "asked": len(asked), "answered": len(answered)}


def printed_entry(audit: Round, entry: Entry, item: Settings) -> Entry:
    """Stand a number that the agency printed beside the same one as derived."""
    derived: tuple[int | None, int | None]
    if "question" in item:
        figure, count = f"{item['question']}.{item['answer']}", item["count"]
        derived = derived_answer(audit, entry, item["question"], item["answer"])
    else:
        figure = next(name for name in item if name != "of")
        count = item[figure]
        met = entry["met_good"] or {"n": None, "of": None}
        respondents = entry["respondents"]
        derived = {
            "met_good": (met["n"], met["of"]),
            "cases_known": (entry["known"], entry["asked"]),
            "respondents_answered": (respondents["answered"], respondents["asked"]),
        }[figure]
    of = int(item["of"]) if item.get("of") else None
    return {
        "figure": figure,
        "count": int(count),
        "of": of,
        "agrees": int(count) == derived[0] and of in (None, derived[1]),
        "derived_count": derived[0],
        "derived_of": derived[1],
    }


def derived_answer(
    audit: Round, entry: Entry, name: str, answer: str
) -> tuple[int | None, int | None]:
    if audit.standing(entry["code"]) != "answering":
        return None, None
    if name == "known":
        return entry["known" if answer == "yes" else "not_known"], entry["asked"]
    if audit.grading and name == audit.grading["question"]:
        return entry["grades"].get(answer, 0), entry["met_good"]["of"]
    question = audit.pack.questions[name]
    sorted_rows = rows_by_answer(audit, entry["code"], question)
    count = len(sorted_rows.get(answer, []))
    if not question.is_yes_no:
        answered = len(audit.counted(entry["code"]))
        return count, answered - len(sorted_rows["missing"]) - len(sorted_rows["not_asked"])
    of = len(sorted_rows["yes"]) + len(sorted_rows["no"])
    return count, of if answer in ("yes", "no") else None


def rows_by_answer(audit: Round, agency: str, question: Question) -> dict[str, list[Row]]:
    """Give the choices in list order, any other answers, then `missing` and `not_asked`."""
    sorted_rows: dict[str, list[Row]] = {choice: [] for choice in question.choices}
    left: dict[str, list[Row]] = {"missing": [], "not_asked": []}
    for row in audit.counted(agency):
        answer = audit.answer(row, question)
        if answer in left:
            left[answer].append(row)
            continue
        several = question.kind == "select_multiple"
        for choice in set(answer.split()) if several else [answer]:
            sorted_rows.setdefault(choice, []).append(row)
    return sorted_rows | left


def question_entry(audit: Round, agency: str, question: Question) -> Entry:
    sorted_rows = rows_by_answer(audit, agency, question)
    names = ("yes", "no", "na", "missing", "not_asked")
    counts = {name: len(sorted_rows.get(name, [])) for name in names}
    of = counts["yes"] + counts["no"]
    return {
        "agency": agency,
        "name": question.name,
        "unit": "return",
        **counts,
        "of": of,
        **share(audit, counts["yes"], of),
    }


def other_question_entry(audit: Round, agency: str, question: Question) -> Entry:
    given = [audit.answer(row, question) for row in audit.counted(agency)]
    tally = Counter(given)
    answers = [answer for answer in given if answer not in ("missing", "not_asked")]
    return {
        "agency": agency,
        "name": question.name,
        "type": question.kind,
        "of": len(answers),
        "missing": tally["missing"],
        **answer_summary(question, answers),
        "not_asked": tally["not_asked"],
    }


def answer_summary(question: Question, answers: list[str]) -> Entry:
    if question.kind == "date":
        return {
            "earliest": min(answers, default=None),
            "latest": max(answers, default=None),
        }
    if question.kind in NUMERIC:
        values = [Fraction(answer) for answer in answers]
        if not values:
            return {"min": None, "median": None, "max": None}
        summary = {"min": min(values), "median": median(values), "max": max(values)}
        return {name: plain_number(value) for name, value in summary.items()}
    several = question.kind == "select_multiple"
    chosen = [answer.split() if several else [answer] for answer in answers]
    counts = {choice: sum(choice in each for each in chosen) for choice in question.choices}
    return {
        "options": [
            {"name": choice, "n": count, "percent": percent(count, len(answers))}
            for choice, count in counts.items()
        ]
    }


def spread_entry(audit: Round) -> Entry | None:
    """How far agencies' grades of one case lie apart, in steps of the scale."""
    if audit.grading is None:
        return None
    grades: dict[str, list[int]] = {}
    for agency in audit.pack.audit["agencies"]:
        sorted_rows = rows_by_grade(audit, agency["code"])
        for step, grade in enumerate(audit.scale):
            for case in cases_of(sorted_rows[grade]):
                grades.setdefault(case, []).append(step)
    units = [steps for steps in grades.values() if len(steps) > 1]
    alpha = ordinal_alpha(units)
    entry: Entry = {
        "cases": len(units),
        "same": sum(max(steps) == min(steps) for steps in units),
        "within_one": sum(max(steps) - min(steps) <= 1 for steps in units),
        "alpha": None if alpha is None else rounded(alpha, 3),
    }
    if alpha is None:
        entry["reason"] = "every grade is the same" if units else "no case was graded twice"
    return entry
