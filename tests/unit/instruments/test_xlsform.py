"""XLSForms: what is read, and what is refused with sheet, row and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from safehub.foundation.documents.spreadsheets import read_workbook
from safehub.foundation.mistakes import Mistakes
from safehub.instruments.tools import QuestionType, Tool
from safehub.instruments.xlsform import read_tool

# The forms that were collected stand beside the repository, where they stand at all.
_FORMS = Path(__file__).parents[4] / "shared" / "data" / "xlsform"
CASCADE = _FORMS / "choice_filter_test.xlsx"

Cells = list[list[str]]
YES_NO: Cells = [["list_name", "name", "label"], ["yn", "yes", "Yes"], ["yn", "no", "No"]]


def read(survey: Cells, choices: Cells | None = None) -> tuple[Tool | None, list[str]]:
    mistakes = Mistakes()
    sheets = {"survey": survey, "choices": choices or YES_NO}
    return read_tool(sheets, "Tool", mistakes.of("tool.xlsx")), [str(m) for m in mistakes]


def test_groups_hand_their_conditions_down() -> None:
    tool, lines = read(
        [
            ["type", "name", "label", "relevant"],
            ["select_one yn", "known", "Known?", ""],
            ["begin_group", "outer", "Outer", "${known} = 'yes'"],
            ["begin group", "inner", "Inner", ""],
            ["integer", "n", "How many?", "${known} != 'no'"],
            ["end group", "", "", ""],
            ["end_group", "", "", ""],
            ["note", "thanks", "Thank you", ""],
        ]
    )
    assert lines == []
    assert tool is not None
    assert [e.source for e in tool.by_name["n"].relevant] == [
        "${known} = 'yes'",
        "${known} != 'no'",
    ]
    assert tool.by_name["n"].section == "inner"
    assert [question.name for question in tool.questions] == ["known", "n"]


def test_headings_may_be_written_as_xlsform_allows() -> None:
    tool, lines = read(
        [["Type", "NAME", "Label", "Required"], ["select_one  yn", "known", "Known?", "YES"]],
        [["list name", "name", "label"], ["yn", "yes", "Yes"], ["yn", "no", "No"]],
    )
    assert lines == []
    assert tool is not None
    assert tool.by_name["known"].type is QuestionType.SELECT_ONE
    assert tool.by_name["known"].required is not None


def test_unknown_name_in_a_group_is_told_once_where_it_is_written() -> None:
    _, lines = read(
        [
            ["type", "name", "label", "relevant"],
            ["begin_group", "outer", "Outer", "${nobody} = 'yes'"],
            ["begin_group", "inner", "Inner", ""],
            ["integer", "n", "How many?", ""],
            ["end_group", "", "", ""],
            ["integer", "m", "How many?", ""],
            ["end_group", "", "", ""],
        ]
    )
    place = "tool.xlsx, sheet survey, row 2, column relevant"
    assert lines == [f"{place}: found ${{nobody}}, wanted the name of a question"]


def test_two_circles_are_two_mistakes() -> None:
    _, lines = read(
        [
            ["type", "name", "label", "relevant"],
            ["integer", "a", "A", "${b} = 1"],
            ["integer", "b", "B", "${c} = 1"],
            ["integer", "c", "C", "${a} = 1"],
            ["integer", "d", "D", "${d} = 1"],
            ["integer", "e", "E", "${d} = 1"],
        ]
    )
    assert [line.split(":")[0][-22:] for line in lines] == [
        "row 2, column relevant",
        "row 5, column relevant",
    ]


@pytest.mark.skipif(not CASCADE.exists(), reason="the collected forms are not on this machine")
def test_cascading_selects_are_refused_for_the_same_choice_twice() -> None:
    mistakes = Mistakes()
    of_file = mistakes.of(CASCADE.name)
    sheets = read_workbook(CASCADE, of_file)
    assert sheets is not None
    tool = read_tool(sheets, "Cascade", of_file)
    assert tool is not None
    # The same choice in two counties is what allow_choice_duplicates is for.
    assert [mistake.place for mistake in mistakes] == [
        "sheet choices, row 6, column name",
    ]
    assert tool.by_name["city"].choice_filter is not None
