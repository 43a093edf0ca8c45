"""The sheets of a draft: rows keep their number, and each change does what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safehub.foundation.errors import NotPossible
from safehub.instruments.drafting import Drafted, blank_sheets, with_settings
from safehub.instruments.uploading import judged

SHEETS = {
    "survey": [
        ["Type", "name", "label", "Hint"],
        ["text", "before", "Before", ""],
        ["begin group", "one", "One", ""],
        ["select_one  grades", "grade", "Grade", "Gradd"],
        ["", "", "", ""],
        ["text", "why", "Why", ""],
        ["end group", "", "", ""],
        ["begin_group", "two", "Two", ""],
        ["date", "on", "On", ""],
        ["end_group", "", "", ""],
    ],
    "choices": [
        ["list name", "name", "label", "score"],
        ["grades", "good", "Good", "1"],
        ["grades", "poor", "Poor", "0"],
        ["yn", "yes", "Yes", ""],
    ],
    "settings": [["form_title", "form_id", "version"], ["A tool", "a_tool", "1"]],
}


def drafted() -> Drafted:
    return Drafted(SHEETS)


def names(draft: Drafted) -> list[str]:
    return [one["name"] or f"/{one['type'][4:]}" for one in draft.survey]


def key(draft: Drafted, name: str) -> int:
    return next(one.key for one in draft.survey if one["name"] == name)


def test_sheets_come_tidied_and_keep_the_numbers_of_their_rows() -> None:
    draft = drafted()
    sheets = draft.as_sheets()
    assert sheets["survey"][0] == ["type", "name", "label", "hint"]
    assert sheets["survey"][3] == ["select_one grades", "grade", "Grade", "Gradd"]
    assert sheets["choices"][0][0] == "list_name"
    assert len(sheets["survey"]) == 9
    again = Drafted(sheets, draft.as_keys())
    assert again.as_keys() == draft.as_keys()
    assert again.as_sheets() == sheets
    assert judged(sheets, "").is_good


def test_a_question_moves_past_its_neighbours_and_over_the_edges_of_sections() -> None:
    draft = drafted()
    up = key(draft, "grade")
    draft.move(up, up=True)
    assert names(draft)[:4] == ["before", "grade", "one", "why"]
    draft.move(up, up=True)
    assert names(draft)[:2] == ["grade", "before"]
    with pytest.raises(NotPossible, match="beginning"):
        draft.move(up, up=True)
    down = key(draft, "why")
    for _ in range(2):
        draft.move(down, up=False)
    assert names(draft) == ["grade", "before", "one", "/group", "two", "why", "on", "/group"]


def test_a_section_moves_whole_past_a_section() -> None:
    draft = drafted()
    two = key(draft, "two")
    draft.move(two, up=True)
    assert names(draft) == ["before", "two", "on", "/group", "one", "grade", "why", "/group"]
    draft.move(two, up=False)
    assert names(draft) == names(drafted())
    draft.move(two, up=True)
    draft.move(two, up=True)
    assert names(draft)[:2] == ["two", "on"]


def test_a_section_goes_with_its_questions_or_without_them() -> None:
    draft = drafted()
    draft.remove(key(draft, "one"), with_contents=False)
    assert names(draft) == ["before", "grade", "why", "two", "on", "/group"]
    draft.remove(key(draft, "two"))
    assert names(draft) == ["before", "grade", "why"]


def test_a_row_that_is_gone_is_told() -> None:
    draft = drafted()
    with pytest.raises(NotPossible, match="no longer in the draft"):
        draft.set_row("survey", 999, {"name": "x"})


def test_a_list_is_written_and_renamed_where_it_is_used() -> None:
    draft = drafted()
    first, second = draft.list_of("grades")
    draft.set_list("grades", [(second.key, {"label": "Weak"}), (None, {"name": "na"})])
    assert [(one["name"], one["label"]) for one in draft.list_of("grades")] == [
        ("poor", "Weak"),
        ("na", ""),
    ]
    assert draft.list_of("grades")[0]["score"] == "0"
    draft.rename_list("grades", "scale")
    assert draft.list_names == ["scale", "yn"]
    assert draft.survey[2]["type"] == "select_one scale"
    with pytest.raises(NotPossible, match="already"):
        draft.rename_list("scale", "yn")
    with pytest.raises(NotPossible):
        draft.set_list("scale", [(first.key, {"name": "back"})])


def test_a_repeated_section_ends_as_it_begins() -> None:
    draft = drafted()
    draft.set_section(key(draft, "two"), {"type": "begin_repeat"})
    assert draft.survey[-1]["type"] == "end_repeat"
    made = draft.add_section({"type": "begin_group", "name": "new"}, after=key(draft, "before"))
    draft.add_question({"type": "text", "name": "inner", "standard": "WT"}, after=made)
    assert names(draft)[:4] == ["before", "new", "inner", "/group"]
    assert draft.as_sheets()["survey"][0][-1] == "standard"


def test_a_blank_tool_has_its_name_and_wants_a_question() -> None:
    sheets = blank_sheets(title="A tool", form_id="a_tool", version="1")
    assert sheets == {"settings": [["form_title", "form_id", "version"], ["A tool", "a_tool", "1"]]}
    assert [one.wanted for one in judged(sheets, "").mistakes] == ["a sheet of questions"]
    assert Drafted(with_settings(sheets, version="2")).settings["version"] == "2"


ACTS = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(["up", "down", "remove", "spill", "add"])),
    max_size=25,
)


@given(ACTS)
def test_whatever_is_moved_sections_stay_whole_and_numbers_are_not_used_twice(
    acts: list[tuple[int, str]],
) -> None:
    draft = drafted()
    for number, act in acts:
        if not draft.survey:
            break
        line = draft.survey[number % len(draft.survey)]
        if line.ends:
            continue
        try:
            match act:
                case "up" | "down":
                    draft.move(line.key, up=act == "up")
                case "add":
                    draft.add_question({"type": "text", "name": f"q{number}"}, after=line.key)
                case _:
                    draft.remove(line.key, with_contents=act == "remove")
        except NotPossible:
            continue
        depth = 0
        for one in draft.survey:
            depth += one.begins - one.ends
            assert depth >= 0
        assert depth == 0
        keys = [one.key for one in draft.survey]
        assert len(keys) == len(set(keys))
        draft = Drafted(draft.as_sheets(), draft.as_keys())
        assert [one.key for one in draft.survey] == keys
