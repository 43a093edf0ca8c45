"""A tool written as sheets is read as the same tool."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings

from factories.random_tools import sheets, tools, unhurried
from safehub.foundation.documents.spreadsheets import read_workbook
from safehub.foundation.mistakes import Mistakes
from safehub.instruments.tools import Tool
from safehub.instruments.writing import sheets_of, write_sheets
from safehub.instruments.xlsform import read_tool

PACKS = Path(__file__).parents[2] / "data" / "packs"


def again(sheets: dict[str, list[list[str]]]) -> Tool:
    mistakes = Mistakes()
    tool = read_tool(sheets, "", mistakes.of("tool.xlsx"))
    assert [str(one) for one in mistakes] == []
    assert tool is not None
    return tool


@unhurried
@given(tools())
def test_tool_is_the_same_after_its_sheets(tool: Tool) -> None:
    written = sheets_of(tool)
    assert again(written) == tool
    assert sheets_of(again(written)) == written


@settings(unhurried, max_examples=25)
@given(sheets())
def test_tool_is_the_same_after_a_workbook(written: dict[str, list[list[str]]]) -> None:
    tool = again(written)
    with_bytes = io.BytesIO()
    write_sheets(sheets_of(tool), with_bytes)
    assert again(read(with_bytes.getvalue())) == tool


def read(data: bytes) -> dict[str, list[list[str]]]:
    import tempfile

    mistakes = Mistakes()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tool.xlsx"
        path.write_bytes(data)
        found = read_workbook(path, mistakes.of("tool.xlsx"))
    assert found is not None
    return found


SETTINGS = [["form_title", "form_id", "version", "default_language"], ["T", "t", "1", ""]]


def test_a_column_that_a_filter_asks_for_stays_where_it_is_blank() -> None:
    tool = again(
        {
            "survey": [
                ["type", "name", "label", "choice_filter"],
                ["text", "area", "Area", ""],
                ["select_one schools", "school", "School", "area = ${area}"],
            ],
            "choices": [["list_name", "name", "label", "area"], ["schools", "a", "A", ""]],
            "settings": SETTINGS,
        }
    )
    written = sheets_of(tool)
    assert written["choices"][0] == ["list_name", "name", "label", "area"]
    assert again(written) == tool


@pytest.mark.parametrize("words", ["Ie", ""], ids=["a list that no question uses", "blank"])
def test_a_language_stays_where_nothing_is_said_in_it_yet(words: str) -> None:
    """Also where it is the one that is shown first: the settings would name what is not there."""
    tool = again(
        {
            "survey": [["type", "name", "label::English (en)"], ["text", "q", "Why?"]],
            "choices": [["list_name", "name", "label::Welsh (cy)"], ["unused", "yes", words]],
            "settings": [SETTINGS[0], ["T", "t", "1", "Welsh (cy)"]],
        }
    )
    assert tool.languages == ("Welsh (cy)", "English (en)")
    written = sheets_of(tool)
    assert "label::Welsh (cy)" in written["survey"][0]
    assert again(written) == tool


def test_same_sheets_have_the_same_bytes() -> None:
    sheets = {"survey": [["type", "name"], ["text", "=a"]]}
    one, other = io.BytesIO(), io.BytesIO()
    write_sheets(sheets, one)
    write_sheets(sheets, other)
    assert one.getvalue() == other.getvalue()
    assert read(one.getvalue())["survey"][1] == ["text", "=a"]


def test_sheets_that_are_read_back_are_those_that_were_written() -> None:
    """Else a tool that is exported would come back as another version of itself."""
    some = {"survey": [["type", "name"], ["text", "a"]], "choices": []}
    for kept in (some, some | {"settings": []}, some | {"Sheet3": [], "settings": [["version"]]}):
        file = io.BytesIO()
        write_sheets(kept, file)
        assert read(file.getvalue()) == kept
        assert list(read(file.getvalue()))[:2] == ["survey", "choices"]


@pytest.mark.parametrize("path", sorted(PACKS.glob("*/tool.xlsx")), ids=lambda p: p.parent.name)
def test_tool_of_a_pack_comes_back(path: Path) -> None:
    mistakes = Mistakes()
    sheets = read_workbook(path, mistakes.of("tool.xlsx"))
    assert sheets is not None
    tool = again(sheets)
    assert again(sheets_of(tool)) == tool
