"""What an XLSForm may hold beyond plain questions, and what of it is refused, and where."""

from __future__ import annotations

from decimal import Decimal

import pytest

from safehub.foundation.mistakes import Mistakes
from safehub.instruments.tools import Audience, QuestionType, Repeat, Tool
from safehub.instruments.xlsform import read_tool

Cells = list[list[str]]
CHOICES: Cells = [
    ["list_name", "name", "label", "label::Welsh (cy)", "score", "descriptor", "county"],
    ["yn", "yes", "Yes", "Ie", "", "", ""],
    ["yn", "no", "No", "Nage", "", "", ""],
    ["town", "corby", "Corby", "", "", "", "north"],
    ["town", "daventry", "Daventry", "", "", "", "west"],
    ["county", "north", "North", "", "", "", ""],
    ["county", "west", "West", "", "", "", ""],
    ["grade", "good", "Good", "", "3", "Most of it was seen.", ""],
    ["grade", "poor", "Poor", "", "1", "Little was seen.", ""],
]


def rows(*questions: dict[str, str]) -> Cells:
    names = list(dict.fromkeys(name for question in questions for name in question))
    return [names, *([question.get(name, "") for name in names] for question in questions)]


TOWN = {"type": "select_one town", "name": "town", "choice_filter": "county = ${county}"}
COUNTY = {"type": "select_one county", "name": "county"}


def read(*questions: dict[str, str], **settings: str) -> tuple[Tool, list[str]]:
    """The tool, with the two questions that its list of towns is for."""
    mistakes = Mistakes()
    survey = rows(*questions, COUNTY, TOWN)
    sheets = {"survey": survey, "choices": CHOICES}
    if settings:
        sheets["settings"] = [list(settings), list(settings.values())]
    tool = read_tool(sheets, "Tool", mistakes.of("t"))
    assert tool is not None
    return tool, [str(one) for one in mistakes]


def test_every_type_is_read() -> None:
    tool, lines = read(
        {"type": "text", "name": "a"},
        {"type": "time", "name": "b"},
        {"type": "dateTime", "name": "c"},
        {"type": "range", "name": "d", "parameters": "start=0 end=10 step=2.5"},
        {"type": "rank county", "name": "e"},
        {"type": "acknowledge", "name": "f"},
        {"type": "file", "name": "g"},
        {"type": "calculate", "name": "h", "calculation": "${d} * 2"},
        {"type": "select one from yn or specify other", "name": "i", "agencies": "GP"},
    )
    assert lines == []
    kinds = " ".join(item.type for item in tool.items[:8])
    assert kinds == "text time dateTime range rank acknowledge file calculate"
    scale = tool.by_name["d"].scale
    assert scale is not None
    assert (scale.start, scale.end, scale.step) == (Decimal(0), Decimal(10), Decimal("2.5"))
    assert [choice.name for choice in tool.by_name["i"].choices] == ["yes", "no", "other"]
    other = tool.by_name["i_other"]
    assert (other.type, other.audience) == (QuestionType.TEXT, Audience(frozenset({"GP"})))
    assert [e.source for e in other.relevant] == ["selected(${i}, 'other')"]
    assert "h" not in [column.name for column in tool.columns]


def test_repeats_have_a_column_for_each_entry() -> None:
    tool, lines = read(
        {"type": "integer", "name": "n"},
        {"type": "begin_repeat", "name": "r", "repeat_count": "${n}", "parameters": "most=3"},
        {"type": "text", "name": "a"},
        {"type": "text", "name": "b", "relevant": "${a} != ''"},
        {"type": "end_repeat"},
        {"type": "begin repeat", "name": "s", "repeat_count": "2"},
        {"type": "text", "name": "c"},
        {"type": "end repeat"},
        {"type": "begin repeat", "name": "t"},
        {"type": "text", "name": "d"},
        {"type": "end repeat"},
    )
    assert lines == []
    names = [column.name for column in tool.columns]
    assert names[:9] == ["n", "a[1]", "b[1]", "a[2]", "b[2]", "a[3]", "b[3]", "c[1]", "c[2]"]
    assert tool.by_section["t"].repeat == Repeat(5)
    assert [question.name for question in tool.questions] == ["n", "county", "town"]


def test_the_rest_of_a_row_is_kept() -> None:
    tool, lines = read(
        {"type": "begin_group", "name": "g", "weight": "2", "agencies": "not GP, Example Homes"},
        {
            "type": "select_one grade",
            "name": "a",
            "label": "How good?",
            "label::Welsh (cy)": "Pa mor dda?",
            "hint::Welsh (cy)": "Un.",
            "media::image": "https://example.org/a.png",
            "guidance_hint": "Read the log.",
            "default": "good",
            "weight": "1.5",
            "standard": "WT 2.1",
            "appearance": "horizontal  w4",
            "required": "yes",
            "required_message": "Grade it.",
        },
        {"type": "date", "name": "b", "default": "today()"},
        {"type": "text", "name": "c", "read only": "yes", "default": "O'Neil (mother)"},
        {"type": "end_group"},
        default_language="Welsh (cy)",
    )
    assert lines == []
    question = tool.by_name["a"]
    assert question.hint == "Un."
    assert question.words == (
        ("guidance_hint", "", "Read the log."),
        ("hint", "Welsh (cy)", "Un."),
        ("image", "", "https://example.org/a.png"),
        ("label", "Welsh (cy)", "Pa mor dda?"),
    )
    assert question.default is not None
    assert question.default.literal == "good"
    assert (question.weight, question.standard) == (Decimal("1.5"), "WT 2.1")
    assert (question.appearance, question.required_message) == ("horizontal w4", "Grade it.")
    assert question.choices[0].descriptor == "Most of it was seen."
    assert tool.languages == ("Welsh (cy)",)
    audience = tool.by_section["g"].audience
    assert audience == Audience(frozenset({"GP", "Example Homes"}), is_without=True)
    assert not tool.asks(question, "GP")
    assert tool.by_name["c"].default is not None
    assert tool.by_name["c"].default.literal == "O'Neil (mother)"
    assert dict(tool.by_name["town"].choices[0].columns) == {"county": "north"}


def test_agency_sees_its_own_questions_with_groups_in_their_places() -> None:
    tool, _ = read(
        {"type": "text", "name": "a", "agencies": "GP"},
        {"type": "begin_group", "name": "g", "agencies": "GP"},
        {"type": "text", "name": "b"},
        {"type": "end_group"},
        {"type": "begin_group", "name": "h"},
        {"type": "text", "name": "c"},
        {"type": "end_group"},
    )
    seen = tool.for_agency("POLICE")
    assert [item.name for item in seen.items] == ["c", "county", "town"]
    assert [(section.name, section.at) for section in seen.sections] == [("h", 0)]
    assert [(section.name, section.at) for section in tool.for_agency("GP").sections] == [
        ("g", 1),
        ("h", 2),
    ]


REPEAT = (
    {"type": "begin_repeat", "name": "r"},
    {"type": "text", "name": "x"},
    {"type": "end_repeat"},
)
TEXT = {"type": "text", "name": "a"}
REFUSED: list[tuple[tuple[dict[str, str], ...], str, str]] = [
    (({"type": "begin_repeat", "name": "r", "repeat_count": "51"}, {"type": "end_repeat"}),
     "row 2, column repeat_count", "1 to 50"),
    (({"type": "begin_repeat", "name": "r", "parameters": "most=99"}, {"type": "end_repeat"}),
     "row 2, column parameters", "1 to 50"),
    (({"type": "begin_repeat", "name": "r", "parameters": "least=1"}, {"type": "end_repeat"}),
     "row 2, column parameters", "most=NUMBER"),
    (({"type": "begin_group", "name": "g", "repeat_count": "2"}, {"type": "end_group"}),
     "row 2, column repeat_count", "not repeated"),
    (({"type": "begin_repeat", "name": "r"}, {"type": "begin_repeat", "name": "s"},
      {"type": "end_repeat"}, {"type": "end_repeat"}),
     "row 3, column type", "within a repeat"),
    (({"type": "begin_repeat", "name": "r"}, {"type": "end_group"}),
     "row 3, column type", "end_repeat"),
    ((*REPEAT, TEXT | {"relevant": "${x} = 'a'"}), "row 5, column relevant", "outside r"),
    ((*REPEAT, {"type": "begin_repeat", "name": "s"}, TEXT | {"relevant": "${x} = 'a'"},
      {"type": "end_repeat"}), "row 6, column relevant", "outside r"),
    (({"type": "begin_repeat", "name": "r", "repeat_count": "${x}"}, *REPEAT[1:]),
     "row 2, column repeat_count", "outside r"),
    (({"type": "calculate", "name": "a", "calculation": "${b} + 1"},
      {"type": "calculate", "name": "b", "calculation": "${a} + 1"}),
     "row 2, column calculation", "a calculation that does not wait"),
    (({"type": "calculate", "name": "a", "calculation": "${b} + 1"},
      {"type": "integer", "name": "b", "relevant": "${a} > 1"}),
     "row 2, column calculation", "does not wait"),
    (({"type": "select_one yn or_other", "name": "a"}, {"type": "text", "name": "a_other"}),
     "row 3, column name", "each name once"),
    (({"type": "text", "name": "a_other"}, {"type": "select_one yn or_other", "name": "a"}),
     "row 3, column type", "no other question"),
    (({"type": "select_one yn or_other", "name": "a", "choice_filter": "county = 'x'"},),
     "row 2, column choice_filter", "or_other"),
    (({"type": "range", "name": "a", "parameters": "start=5 end=1"},),
     "row 2, column parameters", "start before the end"),
    (({"type": "range", "name": "a", "parameters": "start=a"},),
     "row 2, column parameters", "numbers"),
    (({"type": "integer", "name": "a", "default": "many"},), "row 2, column default", "whole"),
    (({"type": "file", "name": "a", "default": "x"},), "row 2, column default", "the type file"),
    (({"type": "note", "name": "a", "calculation": "1"},), "row 2, column calculation", "a note"),
    (({"type": "calculate", "name": "a", "calculation": "1", "required": "yes"},),
     "row 2, column required", "nobody answers"),
    ((TEXT | {"readonly": "perhaps"},), "row 2, column readonly", "yes or no"),
    ((TEXT | {"readonly": "yes", "default": "b", "calculation": "1"},),
     "row 2, column default", "not both"),
    ((TEXT | {"relevant": "count(${county}) = 1"},), "row 2, column relevant", "in place of count"),
    ((TEXT | {"constraint": "jr:choice-name(., 'a') = 'b'"},),
     "row 2, column constraint", "the name of the choice"),
    ((TEXT | {"label": "How old is ${county}?"},), "row 2, column label", "the same words"),
    ((TEXT | {"video": "http://example.org/v.mp4"},), "row 2, column video", "https://"),
    ((TEXT | {"appearance": "signature"},), "row 2, column appearance", "signature"),
    ((TEXT | {"choice_filter": "name = 'a'"},), "row 2, column choice_filter", "without a list"),
    (({"type": "audio", "name": "a"},), "row 2, column type", "file, for a picture"),
    (({"type": "start", "name": "a"},), "row 2, column type", "is kept anyway"),
]  # fmt: skip


@pytest.mark.parametrize(("questions", "place", "words"), REFUSED)
def test_refused_with_place_and_what_to_write(
    questions: tuple[dict[str, str], ...], place: str, words: str
) -> None:
    _, lines = read(*questions)
    assert len(lines) == 1, lines
    where, wanted = lines[0].split(": found ", 1)
    assert where == f"t, sheet survey, {place}"
    assert words in wanted.split(", wanted ", 1)[1]


def test_default_language_has_to_be_one_of_the_columns() -> None:
    _, lines = read({"type": "text", "name": "a", "label": "A?"}, default_language="French")
    assert len(lines) == 0, "plain labels are in it"
    mistakes = Mistakes()
    survey = [["type", "name", "label::Welsh (cy)"], ["text", "a", "Un?"]]
    settings = [["default_language"], ["French"]]
    read_tool({"survey": survey, "settings": settings}, "T", mistakes.of("t"))
    assert [str(one) for one in mistakes] == [
        "t, sheet settings, row 2, column default_language: found French, wanted Welsh (cy)"
    ]
