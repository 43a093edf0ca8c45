"""One set of answers against a tool: repeats, calculations, filters, agencies; and as FHIR."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from factories.random_tools import AGENCIES, TODAY, answers_for, tools, unhurried
from safehub.foundation.mistakes import Mistakes
from safehub.instruments.responses import (
    Examined,
    answers_of,
    as_questionnaire_response,
    choices_for,
    defaults_of,
    examine,
)
from safehub.instruments.tools import Tool
from safehub.instruments.xlsform import read_tool

CHOICES = [
    ["list_name", "name", "label", "county"],
    *[["yn", name, name, ""] for name in ("yes", "no")],
    *[["county", name, name, ""] for name in ("north", "west")],
    ["town", "corby", "Corby", "north"],
    ["town", "wick", "Wick", "north"],
    ["town", "bath", "Bath", "west"],
]


def tool_of(*rows: dict[str, str]) -> Tool:
    names = list(dict.fromkeys(name for row in rows for name in row))
    survey = [names, *([row.get(name, "") for name in names] for row in rows)]
    asked = {cell.strip() for row in rows for cell in row if "choice_filter" in cell}
    choices = CHOICES if asked else [row[:3] for row in CHOICES]
    mistakes = Mistakes()
    tool = read_tool({"survey": survey, "choices": choices}, "T", mistakes.of("t"))
    assert not list(mistakes), [str(one) for one in mistakes]
    assert tool is not None
    return tool


def examined(tool: Tool, **given: Any) -> Examined:
    """What the answers come to; `complete` and `agency` are no questions here."""
    complete, agency = given.pop("complete", True), given.pop("agency", "")
    answers = {column.name: "" for column in tool.columns} | given
    return examine(tool, answers, today=TODAY, complete=complete, agency=agency)


def faults(found: Examined) -> list[tuple[str, str]]:
    return [(fault.question, fault.wanted) for fault in found.faults]


CHILDREN = tool_of(
    {"type": "integer", "name": "n"},
    {"type": "begin_repeat", "name": "r", "repeat_count": "${n}", "parameters": "most=3"},
    {"type": "integer", "name": "age", "required": "yes"},
    {"type": "text", "name": "school", "relevant": "${age} > 4"},
    {"type": "calculate", "name": "next", "calculation": "${age} + 1"},
    {"type": "end_repeat"},
)


def test_conditions_within_a_repeat_mean_the_same_entry() -> None:
    found = examined(CHILDREN, n="2", **{"age[1]": "9", "age[2]": "3", "school[1]": "Oak"})
    assert found.faults == ()
    assert found.hidden == {"school[2]", "age[3]", "school[3]"}
    assert found.answers["next[1]"] == "10"
    assert found.answers["next[2]"] == "4"
    assert "next[3]" not in found.answers


def test_entry_beyond_the_count_does_not_apply() -> None:
    found = examined(CHILDREN, n="1", **{"age[1]": "9", "age[2]": "3"})
    assert faults(found) == [("age[2]", "nothing, for the question does not apply")]


def test_counted_entry_has_to_be_whole() -> None:
    found = examined(CHILDREN, n="2", **{"age[1]": "9"})
    assert faults(found) == [("age[2]", "an answer, for it is required")]
    assert examined(CHILDREN, complete=False, n="2", **{"age[1]": "9"}).faults == ()


def test_uncounted_entry_has_to_be_whole_once_it_is_begun() -> None:
    tool = tool_of(
        {"type": "begin_repeat", "name": "r"},
        {"type": "text", "name": "who", "required": "yes", "required_message": "Name them."},
        {"type": "text", "name": "what"},
        {"type": "end_repeat"},
    )
    assert examined(tool).faults == ()
    assert faults(examined(tool, **{"what[2]": "Rang."})) == [("who[2]", "Name them.")]


def test_broken_count_says_nothing_of_its_entries() -> None:
    found = examined(CHILDREN, n="many", **{"age[1]": "9"})
    assert faults(found) == [("n", "a whole number")]
    assert found.hidden == set()


KNOWN = {"relevant": "${known} = 'yes'"}


def test_calculations_are_worked_out_from_each_other() -> None:
    tool = tool_of(
        {"type": "decimal", "name": "a"},
        {"type": "select_one yn", "name": "known"},
        {"type": "calculate", "name": "b", "calculation": "${a} + 0.2"},
        {
            "type": "calculate",
            "name": "c",
            "calculation": "${b} * 2",
            "relevant": "${known} = 'yes'",
        },
        {"type": "date", "name": "d", "readonly": "yes", "calculation": "today() + 7"},
        {"type": "calculate", "name": "e", "calculation": "today()"},
        {"type": "integer", "name": "f", "readonly": "yes", "default": "5"},
        {"type": "text", "name": "g", "relevant": "${c} > 0.5"},
    )
    found = examined(tool, a="0.1", known="yes", g="So.")
    assert found.faults == ()
    worked_out = {"b": "0.3", "c": "0.6", "d": "2026-09-22", "e": "2026-09-15", "f": "5"}
    assert worked_out.items() <= found.answers.items()
    assert "c" not in examined(tool, a="0.1", known="no").answers
    assert examined(tool, a="0.1", known="no").hidden == {"g"}
    assert "b" not in examined(tool, known="no").answers


def test_choice_that_is_filtered_out_is_a_fault() -> None:
    tool = tool_of(
        {"type": "select_one county", "name": "county"},
        {"type": "select_one town", "name": "town", "choice_filter": "county = ${county}"},
        {"type": "rank town", "name": "order", "choice_filter": "county = ${county}"},
    )
    assert examined(tool, county="north", town="corby", order="wick corby").faults == ()
    found = examined(tool, county="west", town="corby", order="bath wick")
    assert faults(found) == [
        ("town", "bath, by the answers before"),
        ("order", "bath, by the answers before"),
    ]
    found = examined(tool, county="north", order="wick")
    assert faults(found) == [("order", "all of corby, wick, the first in rank first")]
    (_, town, _) = tool.columns
    assert [c.name for c in choices_for(tool, town, {"county": "west"}, today=TODAY)] == ["bath"]


def test_question_for_others_is_hidden_and_refused() -> None:
    tool = tool_of(
        {"type": "text", "name": "a", "agencies": "GP", "required": "yes"},
        {"type": "text", "name": "b", "relevant": "${a} = ''"},
    )
    found = examined(tool, agency="POLICE", a="x", b="y")
    assert faults(found) == [("a", "nothing, for POLICE is not asked this")]
    assert found.hidden == {"a"}
    assert faults(examined(tool, agency="GP", b="y"))[0][0] == "a"
    assert examined(tool, agency=None, a="x", b="").faults == ()


def test_times_compare_as_parts_of_a_day() -> None:
    tool = tool_of(
        {"type": "time", "name": "t", "constraint": ". >= '09:00' and . < 0.75"},
        {"type": "dateTime", "name": "m", "constraint": ". <= today() + 0.5"},
    )
    assert examined(tool, t="09:00", m="2026-09-15 12:00:00").answers["m"] == "2026-09-15T12:00"
    assert [name for name, _ in faults(examined(tool, t="18:00", m="2026-09-15T12:01"))] == [
        "t",
        "m",
    ]


def test_defaults_are_what_stands_there_at_first() -> None:
    tool = tool_of(
        {"type": "select_one yn", "name": "a", "default": "no"},
        {"type": "date", "name": "b", "default": "today()"},
        {"type": "text", "name": "c", "default": "${a}"},
        {"type": "integer", "name": "d", "default": "${c} + 1"},
    )
    assert defaults_of(tool, {"a": "yes"}, today=TODAY) == {
        "a": "no",
        "b": "2026-09-15",
        "c": "yes",
    }
    assert examined(tool).answers == {}, "a default is an offer, and blank is blank"


@unhurried
@given(st.data())
def test_answers_are_the_same_after_fhir_json(data: st.DataObject) -> None:
    tool = data.draw(tools())
    agency = data.draw(st.sampled_from(["", *AGENCIES]))
    given = data.draw(answers_for(tool, agency))
    whole = {column.name: given.get(column.name, "") for column in tool.columns}
    found = examine(tool, whole, today=TODAY, complete=False, agency=agency)
    assert found.faults == ()
    response = as_questionnaire_response(tool, found.answers, complete=False)
    assert answers_of(json.loads(json.dumps(response))) == found.answers


@unhurried
@given(st.data())
def test_agency_alone_and_agency_among_others_come_to_the_same(data: st.DataObject) -> None:
    tool = data.draw(tools())
    agency = data.draw(st.sampled_from(AGENCIES))
    given = data.draw(answers_for(tool, agency))
    whole = {column.name: given.get(column.name, "") for column in tool.columns}
    own = tool.for_agency(agency)
    seen = {column.name: given.get(column.name, "") for column in own.columns}
    among = examine(tool, whole, today=TODAY, complete=True, agency=agency)
    alone = examine(own, seen, today=TODAY, complete=True)
    assert alone.answers == among.answers
    assert alone.faults == among.faults
    others = {column.name for column in tool.columns} - seen.keys()
    assert among.hidden == alone.hidden | others


def test_return_of_forty_questions_is_examined_well_within_five_milliseconds() -> None:
    rows = [{"type": "select_one yn", "name": "known"}]
    for number in range(40):
        condition = f"${{known}} = 'yes' and (${{q{number - 1}}} != 'no')" if number else ""
        rows.append({"type": "select_one yn", "name": f"q{number}", "relevant": condition})
    tool = tool_of(*rows)
    given = {column.name: "yes" for column in tool.columns}
    examine(tool, given, today=TODAY, complete=True)
    taken = []
    for number in range(20):
        changed = given | {f"q{number}": "no"}
        begun = time.process_time()
        examine(tool, changed, today=dt.date(2026, 1, 31), complete=True)
        taken.append(time.process_time() - begun)
    assert sorted(taken)[10] < 0.005
