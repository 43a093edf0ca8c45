"""Forms that others have published: which load with every question, and why others are refused.

The names are those that pyxform 4.5.0 gives to the questions of each form.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from safehub.foundation.documents.spreadsheets import read_workbook
from safehub.foundation.mistakes import Mistakes
from safehub.instruments.tools import Tool
from safehub.instruments.writing import sheets_of
from safehub.instruments.xlsform import read_tool

FORMS = Path(__file__).parents[2] / "data" / "xlsform"

LOADED = {
    "blank_second_row": ["value"],
    "cascading_select_test_equivalent": [
        *("mylga_zone", "mylga_state_in_zone_1", "mylga_state_in_zone_2", "mylga_state"),
        *(f"mylga_lga_in_state_{state}" for state in (1, 2, 3, 4)),
        "mylga",
    ],
    "choice_name_same_as_select_name": ["zone"],
    "default_time_demo": ["start_time"],
    "ict_survey_fails": ["internet_teach"],
    "specify_other": ["sex", "sex_other"],
    "style_settings": ["your_name", "your_age"],
    "text_and_integer": ["your_name", "your_age"],
    "yes_or_no_question": ["good_day"],
}
# Form, place, and what stands in the words of what is wanted there.
REFUSED = {
    "choice_filter_test": [("sheet choices, row 6, column name", "each choice of a list once")],
    "gps": [("sheet survey, row 2, column type", "(text, for the name of a place)")],
    "group": [("sheet survey, row 4, column type", "(text)")],
    "hidden": [("sheet survey, row 2, column type", "(calculate)")],
    "loop": [
        ("sheet survey, row 3, column type", "(a question for each, or a repeat)"),
        ("sheet survey, row 5, column type", "end_repeat"),
    ],
    "pull_data": [
        ("sheet survey, row 2, column calculation", "in place of pulldata()"),
        ("sheet survey, row 3, column label", "the same words"),
    ],
    "select_one_external": [
        ("sheet external_choices", "only the sheets survey, choices and settings"),
        ("sheet survey, row 3, column type", "(select_one with a list on the sheet choices"),
        ("sheet survey, row 4, column type", "(select_one with a list on the sheet choices"),
    ],
}


def read(form: str) -> tuple[Tool | None, Mistakes]:
    mistakes = Mistakes()
    of_file = mistakes.of(f"{form}.xlsx")
    sheets = read_workbook(FORMS / f"{form}.xlsx", of_file)
    assert sheets is not None
    return read_tool(sheets, form, of_file), mistakes


def test_every_form_of_the_folder_is_tried() -> None:
    assert {path.stem for path in FORMS.glob("*.xlsx")} == {*LOADED, *REFUSED}


@pytest.mark.parametrize("form", LOADED)
def test_form_loads_with_every_question(form: str) -> None:
    tool, mistakes = read(form)
    assert [str(one) for one in mistakes] == []
    assert tool is not None
    assert [item.name for item in tool.items] == LOADED[form]
    assert read_tool(sheets_of(tool), "", Mistakes().of("again.xlsx")) == tool


@pytest.mark.parametrize("form", REFUSED)
def test_form_is_refused_for_a_stated_reason(form: str) -> None:
    _, mistakes = read(form)
    found = {mistake.place: mistake.wanted for mistake in mistakes}
    for place, words in REFUSED[form]:
        assert words in found[place]


def test_setting_that_changes_no_question_is_remarked_on() -> None:
    _, mistakes = read("style_settings")
    place = "style_settings.xlsx, sheet settings, row 2, column style"
    assert mistakes.remarks == [f"{place}: not used, for pages look alike here."]


def test_old_form_of_workbook_is_refused_kindly() -> None:
    mistakes = Mistakes()
    of_file = mistakes.of("specify_other.xls")
    assert read_workbook(FORMS / "specify_other.xls", of_file) is None
    found = "a workbook in the old form (.xls)"
    wanted = "an Excel workbook (.xlsx) without a password"
    assert [str(one) for one in mistakes] == [f"specify_other.xls: found {found}, wanted {wanted}"]
