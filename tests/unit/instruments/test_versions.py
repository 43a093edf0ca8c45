"""Two versions of a tool: what differs, what becomes of answers, and what they score."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.random_tools import AGENCIES, TODAY, answers_for, tools, unhurried
from safehub.foundation.mistakes import Mistakes
from safehub.instruments.answers import plain
from safehub.instruments.comparing import differences
from safehub.instruments.migrating import Lost, migrate
from safehub.instruments.responses import examine
from safehub.instruments.scoring import SectionScore, as_sum, score_of, whole_as_sum
from safehub.instruments.sums import sums_shown
from safehub.instruments.tools import Tool
from safehub.instruments.xlsform import read_tool

Row = dict[str, str]
CHOICES: list[Row] = [
    {"list_name": "yn", "name": "yes", "label": "Yes"},
    {"list_name": "yn", "name": "no", "label": "No"},
    {"list_name": "grade", "name": "good", "label": "Good", "score": "3", "descriptor": "Most."},
    {"list_name": "grade", "name": "fair", "label": "Fair", "score": "2"},
    {"list_name": "grade", "name": "poor", "label": "Poor", "score": "0"},
    {"list_name": "grade", "name": "na", "label": "Not applicable"},
    {"list_name": "told", "name": "mother", "label": "Mother", "score": "1"},
    {"list_name": "told", "name": "father", "label": "Father", "score": "1"},
    {"list_name": "told", "name": "nobody", "label": "Nobody"},
]
SURVEY: list[Row] = [
    {"type": "select_one yn", "name": "known", "label": "Known?"},
    {"type": "begin_group", "name": "g", "label": "The work", "weight": "2"},
    {"type": "select_one grade", "name": "plan", "label": "Plan?", "weight": "3"},
    {"type": "select_multiple told", "name": "told", "label": "Told?"},
    {"type": "end_group"},
    {"type": "range", "name": "voice", "label": "Voice?", "parameters": "start=0 end=10 step=1",
     "weight": "0.5"},
    {"type": "text", "name": "why", "label": "Why?", "relevant": "${plan} = 'poor'"},
]  # fmt: skip


def table(rows: list[Row]) -> list[list[str]]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [names, *([row.get(name, "") for name in names] for row in rows)]


def tool_of(survey: list[Row], choices: list[Row] = CHOICES, version: str = "1") -> Tool:
    mistakes = Mistakes()
    settings = [["version"], [version]]
    sheets = {"survey": table(survey), "choices": table(choices), "settings": settings}
    tool = read_tool(sheets, "T", mistakes.of("t"))
    assert not list(mistakes), [str(one) for one in mistakes]
    assert tool is not None
    return tool


def changed(rows: list[Row], which: str, /, **cells: str) -> list[Row]:
    return [row | cells if row.get("name") == which else row for row in rows]


def without(rows: list[Row], name: str) -> list[Row]:
    return [row for row in rows if row.get("name") != name]


TOOL = tool_of(SURVEY)


# --- comparing


@unhurried
@given(tools(most=4), tools(most=4))
def test_tools_differ_where_they_are_not_equal(one: Tool, other: Tool) -> None:
    assert differences(one, one) == ()
    assert (differences(one, other) == ()) is (one == other)


CHANGES = [
    (changed(SURVEY, "why", label="How so?"), "The question why is worded otherwise.", True),
    (changed(SURVEY, "why", hint="In short."), "The question why has another hint.", False),
    (changed(SURVEY, "why", relevant=""), "The question why is asked on another condition.", True),
    (changed(SURVEY, "why", agencies="GP"), "The question why is asked of other agencies.", True),
    (changed(SURVEY, "why", standard="WT 1"), "The question why cites another standard.", False),
    (changed(SURVEY, "plan", weight="1"),
     "The question plan has another weight in the score.", True),
    (changed(SURVEY, "g", weight=""), "The group g has another weight in the score.", True),
    (changed(SURVEY, "g", relevant="${known} = 'yes'"),
     "The group g is asked on another condition.",
     True),
    (changed(SURVEY, "voice", parameters=""), "The question voice has another scale.", True),
    (without(SURVEY, "why"), "The question why (“Why?”) is gone.", True),
    ([*SURVEY, {"type": "date", "name": "on", "label": "When?"}],
     "The question on (“When?”) is new.", False),
    ([SURVEY[5], *SURVEY[:5], SURVEY[6]],
     "The question voice stands in another place.", False),
    ([*SURVEY[1:5], *SURVEY[:1], *SURVEY[5:]],
     "The question known stands in another place.", False),
]  # fmt: skip


@pytest.mark.parametrize(("survey", "words", "breaks"), CHANGES)
def test_change_is_one_line_in_words(survey: list[Row], words: str, breaks: bool) -> None:
    found = differences(TOOL, tool_of(survey))
    assert [(one.words, one.breaks) for one in found] == [(words, breaks)]


CHOICE_CHANGES = [
    (changed(CHOICES, "good", score="4"), "The choice good of plan has another score."),
    (changed(CHOICES, "good", descriptor="All."),
     "The choice good of plan has another descriptor."),
    (without(CHOICES, "fair"), "The choice fair of plan is gone."),
    ([*CHOICES, {"list_name": "grade", "name": "new", "label": "New"}],
     "The choice new of plan is new."),
    ([*CHOICES[:2], CHOICES[3], CHOICES[2], *CHOICES[4:]],
     "The choices of plan stand in another order."),
]  # fmt: skip


@pytest.mark.parametrize(("choices", "words"), CHOICE_CHANGES)
def test_change_of_a_choice_makes_figures_unlike(choices: list[Row], words: str) -> None:
    found = differences(TOOL, tool_of(SURVEY, choices))
    assert [(one.words, one.breaks) for one in found] == [(words, True)]


def test_before_and_after_are_told() -> None:
    (found,) = differences(TOOL, tool_of(SURVEY, version="2"))
    assert (found.where, found.before, found.after, found.breaks) == ("", "1", "2", False)


# --- migrating

ANSWERS = {"known": "yes", "plan": "poor", "told": "mother father", "voice": "7", "why": "Late."}


def test_answers_stay_where_nothing_changed() -> None:
    found = migrate(TOOL, TOOL, ANSWERS, TODAY)
    assert (found.answers, found.lost, found.new_questions) == (ANSWERS, (), ())


def test_answer_without_a_place_is_lost_with_its_reason() -> None:
    survey = changed(without(SURVEY, "known"), "voice", parameters="start=0 end=4 step=1")
    survey = changed(survey, "why", relevant="${plan} = 'good'")
    new = tool_of([*survey, {"type": "date", "name": "on", "label": "When?"}])
    found = migrate(TOOL, new, ANSWERS, TODAY)
    assert found.answers == {"plan": "poor", "told": "mother father"}
    assert found.lost == (
        Lost("known", "yes", "The question is gone."),
        Lost("voice", "7", "The question wants a number from 0 to 4 now."),
        Lost("why", "Late.", "The question does not apply any longer."),
    )
    assert [question.name for question in found.new_questions] == ["on"]


def test_choice_under_another_name_is_found_by_its_words() -> None:
    new = tool_of(SURVEY, changed(changed(CHOICES, "mother", name="mum"), "poor", name="weak"))
    found = migrate(TOOL, new, ANSWERS, TODAY)
    assert found.answers["told"] == "mum father"
    assert found.answers["plan"] == "weak"
    assert [lost.column for lost in found.lost] == ["why"]


def swapped(first: str, second: str) -> list[Row]:
    """The choices, with the words of these two changed for each other."""
    labels = {row["name"]: row["label"] for row in CHOICES}
    return changed(changed(CHOICES, first, label=labels[second]), second, label=labels[first])


WORDS_OF_ANOTHER = "The words of this choice were changed for those of another."


@pytest.mark.parametrize(
    ("choices", "lost"),
    [
        (swapped("good", "poor"), {"plan"}),
        (swapped("good", "fair"), set()),
        # Each grade takes the words of the next: nobody has those of "poor" any longer.
        (changed(changed(CHOICES, "poor", label="fair "), "fair", label="Good"), {"plan"}),
        (changed(CHOICES, "poor", label="Weak"), set()),
        # Its words, in other capitals, went to a choice that is new.
        ([*changed(CHOICES, "poor", label="Weak"),
          {"list_name": "grade", "name": "bad", "label": "POOR"}], {"plan"}),
        (swapped("father", "nobody"), {"told"}),
    ],
)  # fmt: skip
def test_choice_with_the_words_of_another_is_lost(choices: list[Row], lost: set[str]) -> None:
    found = migrate(TOOL, tool_of(SURVEY, choices), {**ANSWERS, "why": ""}, TODAY)
    assert {one.column for one in found.lost} == lost
    assert {one.why for one in found.lost} <= {WORDS_OF_ANOTHER}
    assert found.answers.get("plan") == (None if "plan" in lost else "poor")


@unhurried
@given(st.data())
def test_carried_answers_have_no_fault_but_what_can_be_mended(data: st.DataObject) -> None:
    old, new = data.draw(tools(most=5)), data.draw(tools(most=5))
    agency = data.draw(st.sampled_from(["", *AGENCIES]))
    answers = data.draw(answers_for(old, agency))
    found = migrate(old, new, answers, TODAY, agency)
    whole = {column.name: found.answers.get(column.name, "") for column in new.columns}
    again = examine(new, whole, today=TODAY, complete=False, agency=agency)
    assert not again.hidden & found.answers.keys()
    assert again.answers.items() >= found.answers.items()
    given = {column.name for column in old.columns if column.name in answers}
    assert found.answers.keys() | {lost.column for lost in found.lost} == given
    assert not found.answers.keys() & {lost.column for lost in found.lost}


# --- scoring


def shown(score: SectionScore) -> str:
    return f"{plain(score.earned)} of {plain(score.possible)}"


def test_score_is_a_sum_by_section_and_as_a_whole() -> None:
    scored = score_of(TOOL, ANSWERS)
    outside, work = scored.sections
    assert (outside.name, shown(outside)) == ("", "3.5 of 5")
    # 0 of 3, three times, and 2 of 2; twice, for the section has the weight 2.
    assert shown(work) == "4 of 22"
    assert as_sum(work) == "0 of 3 × 6 + 2 of 2 × 2 = 4 of 22 (18.2%)."
    assert shown(scored.total) == "7.5 of 27"
    assert whole_as_sum(scored) == "3.5 of 5 + 4 of 22 = 7.5 of 27 (27.8%)."


def test_not_applicable_unscored_hidden_and_blank_leave_the_denominator() -> None:
    scored = score_of(TOOL, {"plan": "na", "told": "nobody", "voice": "5"})
    assert (shown(scored.total), scored.total.unanswered) == ("2.5 of 5", 0)
    scored = score_of(TOOL, {"plan": "good"}, hidden={"voice"})
    assert [section.name for section in scored.sections] == ["g"]
    assert (scored.total.percent, scored.total.unanswered) == (Decimal(100), 1)
    assert as_sum(scored.total) == (
        "3 of 3 × 6 = 18 of 18 (100%); 1 question is not answered and not counted."
    )
    nothing = score_of(TOOL, {})
    assert nothing.total.percent is None
    assert as_sum(nothing.total).startswith("Nothing here has a score yet; 3 questions are")


def test_a_page_shows_a_sum_a_section_only_where_something_has_a_score() -> None:
    sums = sums_shown(TOOL, ANSWERS)
    assert sums is not None
    assert [row[0] for row in sums.rows] == [
        "Outside every section",
        TOOL.by_section["g"].label,
    ]
    assert sums.whole == ["Whole", "3.5 of 5 + 4 of 22 = 7.5 of 27 (27.8%)."]
    assert len(sums.lines) == len(score_of(TOOL, ANSWERS).total.lines)
    assert sums_shown(tool_of([{"type": "text", "name": "t", "label": "T"}]), {"t": "x"}) is None


def test_each_entry_that_was_begun_has_a_line() -> None:
    tool = tool_of(
        [
            {"type": "begin_repeat", "name": "r"},
            {"type": "select_one grade", "name": "q", "label": "Grade?"},
            {"type": "text", "name": "t"},
            {"type": "end_repeat"},
        ]
    )
    scored = score_of(tool, {"q[1]": "fair", "t[3]": "Seen."})
    assert as_sum(scored.total) == ("2 of 3 (66.7%); 1 question is not answered and not counted.")
    assert scored.total.lines[0].label == "Grade? (1)"


@unhurried
@given(st.data())
def test_total_is_the_sum_of_sections_and_lines(data: st.DataObject) -> None:
    tool = data.draw(tools())
    answers = data.draw(answers_for(tool))
    whole = {column.name: answers.get(column.name, "") for column in tool.columns}
    found = examine(tool, whole, today=TODAY, complete=False)
    scored = score_of(tool, found.answers, found.hidden)
    earned = sum(line.score * line.weight for line in scored.total.lines)
    assert earned == sum(section.earned for section in scored.sections) == scored.total.earned
    assert 0 <= scored.total.earned <= scored.total.possible
    assert not {line.question for line in scored.total.lines} & found.hidden
    assert all(found.answers[line.question] != "na" for line in scored.total.lines)
