"""A condition and the enableWhen that is written for it hold for the same answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safehub.exchange.fhir_questionnaire import write_questionnaire
from safehub.exchange.fhir_questionnaire.writing import walked
from safehub.foundation.mistakes import Mistakes
from safehub.instruments.tools import OK, Question, QuestionType, Tool
from safehub.instruments.xlsform import read_tool

from .enabling import is_enabled
from .sheets import tools

TODAY = dt.date(2026, 11, 24)
_KNOWN = {
    QuestionType.TEXT: ["a b", "x"],
    QuestionType.INTEGER: ["0", "2", "3", "4", "7", "-1"],
    QuestionType.DECIMAL: ["1.5", "1.49", "2", "-3"],
    QuestionType.RANGE: ["4", "5", "0"],
    QuestionType.DATE: ["2026-01-31", "2026-01-30", "2027-05-05"],
    QuestionType.TIME: ["10:00", "11:30"],
    QuestionType.ACKNOWLEDGE: [OK],
    QuestionType.FILE: ["a.pdf"],
}


def _answers(question: Question, draw: st.DataObject) -> str:
    names = [choice.name for choice in question.choices]
    if question.type in {QuestionType.SELECT_MULTIPLE, QuestionType.RANK}:
        return " ".join(draw.draw(st.lists(st.sampled_from(names), unique=True)))
    return draw.draw(st.sampled_from(["", *(names or _KNOWN.get(question.type, ["x"]))]))


def _as_fhir(question: Question, text: str) -> list[Any]:
    match question.type:
        case _ if not text:
            return []
        case QuestionType.SELECT_MULTIPLE | QuestionType.RANK:
            return list(text.split())
        case QuestionType.INTEGER:
            return [int(text)]
        case QuestionType.DECIMAL | QuestionType.RANGE:
            return [float(text)]
        case QuestionType.ACKNOWLEDGE:
            return [True]
        case _:
            return [text]


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(tools(), st.data())
def test_enable_when_holds_where_the_condition_does(tool: Tool, draw: st.DataObject) -> None:
    answers = {item.name: _answers(item, draw) for item in tool.items}
    values = {item.name: _as_fhir(item, answers[item.name]) for item in tool.items}
    for item in walked(write_questionnaire(tool).get("item", [])):
        question = tool.by_name.get(item["linkId"])
        if question is None or question.condition is None or "enableWhen" not in item:
            continue
        holds = question.condition.holds(answers, "", TODAY)
        assert is_enabled(item, values) is holds, question.condition.source


_SURVEY = [
    ["type", "name", "label", "relevant"],
    ["select_one yn", "one", "One", ""],
    ["select_multiple yn", "many", "Many", ""],
    ["integer", "whole", "Whole", ""],
    ["decimal", "part", "Part", ""],
    ["text", "words", "Words", ""],
    ["date", "day", "Day", ""],
    ["calculate", "sum", "Sum", ""],
]
_CHOICES = [["list_name", "name", "label"], ["yn", "yes", "Yes"], ["yn", "no", "No"]]


def _said(condition: str) -> dict[str, Any]:
    survey = [[*row, "1" if row[0] == "calculate" else ""] for row in _SURVEY]
    survey[0][-1] = "calculation"
    survey.append(["text", "last", "Last", condition, ""])
    mistakes = Mistakes()
    tool = read_tool({"survey": survey, "choices": _CHOICES}, "T", mistakes.of("t"))
    assert not len(mistakes), list(mistakes)
    assert tool is not None
    item: dict[str, Any] = write_questionnaire(tool)["item"][-1]
    assert {"url": "urn:safehub:fhir:relevant", "valueString": condition} in item["extension"]
    return item


@pytest.mark.parametrize(
    "condition",
    [
        "${many} = 'yes'",
        "${one} = 'maybe'",
        "${one} = ${words}",
        "${whole} > 1.5",
        "${whole} = '7'",
        "${whole} + 1 > 3",
        "${day} < today()",
        "${sum} = '1'",
        "string-length(${words}) > 3",
        "${one} = 'yes' and (${words} = 'a' or ${words} = 'b')",
        "${one} = 'yes' and ${whole} > 1 or ${words} = 'b'",
        "not(${one} = 'yes')",
        "selected(${words}, 'yes')",
    ],
)
def test_condition_that_would_mean_another_thing_is_not_said(condition: str) -> None:
    assert "enableWhen" not in _said(condition)


def test_conditions_are_joined_as_they_stand() -> None:
    item = _said("${one} = 'yes' or selected(${many}, 'no') or ${whole} >= 2")
    assert item["enableBehavior"] == "any"
    assert item["enableWhen"] == [
        {"question": "one", "operator": "=", "answerCoding": {"code": "yes"}},
        {"question": "many", "operator": "=", "answerCoding": {"code": "no"}},
        {"question": "whole", "operator": ">=", "answerInteger": 2},
    ]
