"""The ready-made tools: whole, answerable, counted, and nobody's name in them."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

from safehub.audit.reports.derivation import derive
from safehub.audit.reports.figures import Agency, Grading, Round
from safehub.audit.returns.rows import IMMEDIATE_RISK, KNOWN, SUBMITTED, ReturnRow
from safehub.exchange.fhir_questionnaire import read_questionnaire, write_questionnaire
from safehub.foundation.mistakes import Mistakes
from safehub.instruments.answers import plain
from safehub.instruments.expressions import Expression
from safehub.instruments.ready import ready_tools, sheets_of_ready
from safehub.instruments.responses import examine
from safehub.instruments.tools import (
    NO,
    NOT_APPLICABLE,
    OK,
    YES,
    Question,
    QuestionType,
    Tool,
)
from safehub.instruments.writing import sheets_of
from safehub.instruments.xlsform import read_tool

CODES = [one.code for one in ready_tools()]
TODAY = dt.date(2026, 11, 24)
each_tool = pytest.mark.parametrize("code", CODES)

_BODIES = re.compile(
    r"\b(NHS|NSPCC|Ofsted|Barnardo|\w+shire|\w+ (?:Council|Borough|Trust|Constabulary|Board))\b"
)


def read(code: str) -> Tool:
    mistakes = Mistakes()
    tool = read_tool(sheets_of_ready(code), "", mistakes.of(code))
    assert [str(mistake) for mistake in mistakes] == []
    assert tool is not None
    return tool


def test_there_are_the_seven() -> None:
    assert [
        *("front_door", "domestic_abuse", "neglect", "childs_journey"),
        *("file_audit", "gp_return", "section_11"),
    ] == CODES
    assert all(one.title and one.about and len(one.sources) >= 3 for one in ready_tools())


def test_a_tool_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        sheets_of_ready("../lists")


@each_tool
def test_tool_reads_without_a_mistake_and_is_of_a_good_size(code: str) -> None:
    tool = read(code)
    assert tool.form_id == code
    assert 25 <= len(tool.questions) <= 60
    assert {one.title for one in ready_tools() if one.code == code} == {tool.title}


@each_tool
def test_known_gates_everything_but_safety(code: str) -> None:
    tool = read(code)
    first = tool.questions[0]
    assert (first.name, first.is_yes_no) == (KNOWN, True)
    assert first.required is not None
    blank = {question.name: "" for question in tool.questions}
    given = blank | {KNOWN: NO, IMMEDIATE_RISK: NO}
    found = examine(tool, given, today=TODAY, complete=True)
    assert found.faults == ()
    shown = {question.name for question in tool.questions} - found.hidden
    assert shown == {KNOWN, IMMEDIATE_RISK}


@each_tool
def test_immediate_risk_must_be_answered_and_acted_on(code: str) -> None:
    tool = read(code)
    found = examine(tool, {KNOWN: NO}, today=TODAY, complete=True)
    unanswered = examine(tool, {KNOWN: NO, IMMEDIATE_RISK: ""}, today=TODAY, complete=True)
    at_risk = {KNOWN: NO, IMMEDIATE_RISK: YES, "risk_acted_on": ""}
    silent = examine(tool, at_risk, today=TODAY, complete=True)
    assert found.answers == {KNOWN: NO}
    assert [fault.question for fault in unanswered.faults] == [IMMEDIATE_RISK]
    assert [fault.question for fault in silent.faults] == ["risk_acted_on"]


@each_tool
def test_every_condition_asks_a_question_that_is_asked_before(code: str) -> None:
    tool = read(code)
    before: set[str] = set()
    for item in tool.items:
        for expression in [*item.relevant, *_calculation(item)]:
            assert expression.references <= before, item.name
        before.add(item.name)


def _calculation(item: Question) -> Iterator[Expression]:
    if item.calculation is not None:
        yield item.calculation


@each_tool
def test_each_question_can_be_asked_and_can_be_hidden(code: str) -> None:
    """A condition that never holds, or always does, is a slip."""
    tool = read(code)
    asked: set[str] = set()
    hidden: set[str] = set()
    for seed in range(100):
        found = _answered(tool, random.Random(f"{code} {seed}"))
        hidden |= found.not_asked
        asked |= found.answers.keys()
    names = {question.name for question in tool.questions}
    assert names - asked == set()
    assert names - hidden == {KNOWN, IMMEDIATE_RISK}


@each_tool
def test_tool_has_grades_a_scale_voice_and_words(code: str) -> None:
    tool = read(code)
    grade = tool.by_name["grade"]
    assert [one.name for one in grade.choices] == [
        *("outstanding", "good", "requires_improvement", "inadequate")
    ]
    assert all(len(one.descriptor) > 30 for one in grade.choices)
    assert [one.score for one in grade.choices] == [4, 3, 2, 1]
    scales = [item for item in tool.questions if item.type is QuestionType.RANGE]
    ends = {(one.scale.start, one.scale.end) for one in scales if one.scale is not None}
    assert ends == {(Decimal(0), Decimal(10))}
    assert any("0 means" in one.hint and "10 means" in one.hint for one in scales)
    assert {"working_well", "worried_about", "needs_to_happen"} <= tool.by_name.keys()
    assert any(NOT_APPLICABLE in {one.name for one in item.choices} for item in tool.items)
    assert {section.weight for section in tool.sections} - {None}
    assert {item.weight for item in tool.items} - {None}
    told = " ".join(item.label for item in tool.items)
    assert re.search(r"does not use speech|do not speak", told)


@each_tool
def test_questions_of_practice_name_the_standard_they_rest_on(code: str) -> None:
    tool = read(code)
    standards = {item.standard for item in tool.items if item.standard}
    assert len(standards) >= 1
    scored = [item for item in tool.questions if any(one.score for one in item.choices)]
    with_standard = [item for item in scored if item.standard]
    assert len(with_standard) >= 0.9 * (len(scored) - 2)


@each_tool
def test_every_choice_that_not_everybody_has_leaves_the_denominator(code: str) -> None:
    for item in read(code).items:
        scores = {one.name: one.score for one in item.choices}
        assert scores.get(NOT_APPLICABLE) is None


@each_tool
def test_no_body_is_named(code: str) -> None:
    sheets = sheets_of_ready(code)
    (about,) = (one for one in ready_tools() if one.code == code)
    said = [cell for rows in sheets.values() for row in rows for cell in row]
    said += [about.title, about.about, *about.sources]
    assert [cell for cell in said if _BODIES.search(cell)] == []


@each_tool
def test_tool_comes_back_equal_from_sheets_and_as_a_questionnaire(code: str) -> None:
    tool = read(code)
    mistakes = Mistakes()
    assert read_tool(sheets_of(tool), "", mistakes.of("again")) == tool
    written = json.dumps(write_questionnaire(tool)).encode()
    assert read_questionnaire(written, mistakes.of("q")) == tool
    assert len(mistakes) == 0


@each_tool
def test_tool_gives_figures(code: str) -> None:
    tool = read(code)
    cases = tuple(f"{number:02}" for number in range(1, 13))
    agencies = (Agency("POLICE", "Police"), Agency("GP", "General practice", "GP practice"))
    rows = tuple(
        _answered(tool, random.Random(f"{agency.code} {case}"), agency.code, case)
        for agency in agencies
        for case in cases
    )
    grading = Grading("grade", ("outstanding", "good"))
    figures = derive(
        Round(
            tool,
            agencies,
            grading,
            is_random=True,
            is_stratified=False,
            frame=60,
            drawn=12,
            asked=cases,
            rows=rows,
        )
    )
    for one in figures.agencies:
        counted = [row for row in rows if row.agency == one.agency.code and row.is_counted]
        assert 0 < len(counted) < len(cases)
        assert one.counts["returned"] == len(counted)
        assert one.grades is not None
        assert sum(one.grades.values()) == len(counted)
    yes = {(one.agency, one.question.name): one.yes for one in figures.questions}
    for (agency, name), count in yes.items():
        mine = [row for row in rows if row.agency == agency and row.is_counted]
        assert count == sum(row.answers.get(name) == YES for row in mine)
    assert len(yes) >= 4
    scales = {item.name for item in tool.questions if item.type is QuestionType.RANGE}
    found = {one.question.name: one.values for one in figures.other_questions if one.of}
    assert scales <= found.keys()
    assert all(found[name].keys() == {"min", "median", "max"} for name in scales)


def _answered(tool: Tool, dice: random.Random, agency: str = "A", case: str = "01") -> ReturnRow:
    """A whole return; what is hidden stays blank."""
    given = {question.name: _answer(question, dice) for question in tool.questions}
    # An answer that is hidden is blank to every condition, so once is enough.
    for name in examine(tool, given, today=TODAY, complete=False).hidden:
        if name in given:
            given[name] = ""
    found = examine(tool, given, today=TODAY, complete=True)
    assert [f"{one.question}: {one.found} {one.wanted}" for one in found.faults] == []
    asked = {question.name for question in tool.questions}
    answers = {name: text for name, text in found.answers.items() if name in asked}
    return ReturnRow(agency, "", case, SUBMITTED, answers, frozenset(found.hidden & asked))


def _answer(question: Question, dice: random.Random) -> str:
    names = [choice.name for choice in question.choices]
    match question.type:
        case QuestionType.SELECT_ONE:
            likely = [YES, YES] if question.name == KNOWN else []
            return dice.choice(names + likely)
        case QuestionType.SELECT_MULTIPLE:
            alone = [name for name in names if name in {"nothing", "none"}]
            if alone and dice.random() < 0.2:
                return alone[0]
            rest = [name for name in names if name not in alone]
            return " ".join(name for name in rest if dice.random() < 0.6) or rest[0]
        case QuestionType.INTEGER:
            if question.name == "weeks_at_referral":
                return "16"
            if question.name == "tool_worst_grade":
                return "4"
            return dice.choice(["0", "2", "60"] if "days" in question.name else ["0", "2", "5"])
        case QuestionType.RANGE:
            assert question.scale is not None
            return plain(question.scale.start + dice.randint(0, 10))
        case QuestionType.DATE:
            return "2026-03-02"
        case QuestionType.ACKNOWLEDGE:
            return OK
        case QuestionType.FILE:
            return "policy.pdf"
        case _:
            return "Words of the agency."
