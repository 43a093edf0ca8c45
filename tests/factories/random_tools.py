"""Random tools and answers to them, for whatever has to hold for every tool.

@given(st.data())
def test_...(data):
    tool = data.draw(tools())
    answers = data.draw(answers_for(tool))
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from safehub.foundation.mistakes import Mistakes
from safehub.instruments.answers import plain
from safehub.instruments.responses import examine
from safehub.instruments.tools import Column, QuestionType, Tool
from safehub.instruments.xlsform import read_tool

TODAY = dt.date(2026, 9, 15)
AGENCIES = ("CSC", "POLICE", "GP practices")

Sheets = dict[str, list[list[str]]]
Row = dict[str, str]

# Words as people write them: with quotes, signs, other scripts, what a spreadsheet would act on.
_PHRASES = (
    *("Was the child seen?", "Who was told", "O'Neil", 'They said "no"', "'quoted'", "a, b; c"),
    *("=1+1", "+44 20", "-", "@home", "007", "1.50", "2026-01-31", "09:30", "TRUE", "na", "yes"),
    *("Ydy'r plentyn?", "Łódź", "தமிழ்", "日本語", "عربى", "a::b", "{x} $ <b>", "two\nlines"),
)
WORDS = st.sampled_from(_PHRASES) | st.text("abc =\"'(){}|é", max_size=12).map(
    lambda text: " ".join(text.split()) or "blank"
)
# A tool is much to draw, and a busy machine is no fault of the test.
unhurried = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

_LANGUAGES = ("Welsh (cy)", "Polski (pl)")
_PLAIN = ("text", "integer", "decimal", "date", "time", "dateTime", "acknowledge", "file")
_SCALES = ("start=0 end=10 step=1", "start=1 end=4 step=0.5", "")
# The lists, with their scores and the column that a choice filter asks about.
_LISTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "yes_no": (("yes", "", ""), ("no", "", "")),
    "yes_no_na": (("yes", "1", ""), ("no", "0", ""), ("na", "", "")),
    "grade": (("good", "3", ""), ("fair", "2", ""), ("poor", "0.5", ""), ("na", "", "")),
    "area": (("north", "", ""), ("south", "", "")),
    "town": (("corby", "", "north"), ("wick", "", "north"), ("lewes", "", "south")),
    "several": (("a", "1", ""), ("b", "2", ""), ("c", "", "")),
}


@dataclass
class _Survey:
    """The rows so far, and the questions that a condition may ask about."""

    draw: st.DrawFn
    rows: list[Row] = field(default_factory=list)
    outside: list[Row] = field(default_factory=list)
    inside: list[Row] = field(default_factory=list)
    count: int = 0

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == one_in

    def one_of(self, *values: str) -> str:
        return self.draw(st.sampled_from(values))

    def asked(self) -> Row:
        return self.draw(st.sampled_from(self.outside + self.inside))

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def condition(self) -> str:
        """About one or two of the questions before; always one that can be read."""
        one, other = self._part(self.asked()), self._part(self.asked())
        return self.one_of(one, f"{one} and {other}", f"{one} or {other}", f"not({one})")

    def _part(self, row: Row) -> str:
        name = f"${{{row['name']}}}"
        word, _, rest = row["type"].partition(" ")
        if word in {"select_one", "select_multiple"}:
            names = [choice for choice, _, _ in _LISTS[rest.split(" ")[0]]]
            return f"selected({name}, '{self.one_of(*names)}')"
        if word in {"integer", "decimal", "range", "calculate"}:
            return f"{name} {self.one_of('>', '<=', '=')} 3"
        if word in {"date", "dateTime"}:
            return f"{name} < today()"
        return f"{name} > '09:00'" if word == "time" else f"{name} != ''"


def _words(survey: _Survey, row: Row) -> None:
    row["label"] = survey.draw(WORDS)
    if survey.chance(3):
        row["hint"] = survey.draw(WORDS)
    if survey.chance(4):
        row[f"label::{survey.one_of(*_LANGUAGES)}"] = survey.draw(WORDS)
    if survey.chance(6):
        row["media::image"] = "https://example.org/a.png"
        row["guidance_hint"] = survey.draw(WORDS)
    if survey.chance(5):
        codes = survey.draw(st.lists(st.sampled_from(AGENCIES), min_size=1, unique=True))
        row["agencies"] = survey.one_of("", "not ") + ", ".join(codes) + ","


def _kind(survey: _Survey) -> Row:
    """Type and what belongs to that type alone."""
    match survey.draw(st.integers(0, 9)):
        case 0:
            return {"type": "range", "parameters": survey.one_of(*_SCALES), "weight": "2"}
        case 1:
            return {"type": "rank several"}
        case 2:
            copied = f"coalesce(${{{survey.asked()['name']}}}, 4)"
            source = survey.one_of("1 + 2 div 4", "today()", "if(true(), 'a', 'b')", copied)
            return {"type": "calculate", "calculation": source}
        case 3:
            return {"type": "note"}
        case 4:
            return {"type": "select_multiple several" + survey.one_of("", " or_other")}
        case 5 | 6 | 7:
            return _select(survey)
        case _:
            row = {"type": survey.one_of(*_PLAIN)}
            if survey.chance(3):
                row |= {"constraint": ". != 'never'", "constraint_message": survey.draw(WORDS)}
            return row


def _select(survey: _Survey) -> Row:
    name = survey.one_of("yes_no", "yes_no_na", "grade", "area")
    row = {"type": f"select_one {name}", "weight": survey.one_of("", "3", "0.5")}
    if survey.chance(3):
        row["default"] = _LISTS[name][0][0]
    elif survey.chance(4):
        row["type"] += " or_other"
    return row


def _question(survey: _Survey, where: list[Row]) -> None:
    row = _kind(survey) | {"name": survey.name("q")}
    _words(survey, row)
    if survey.chance(2):
        row["relevant"] = survey.condition()
    if survey.chance(5):
        row["standard"] = survey.draw(WORDS)
        row["appearance"] = survey.one_of("minimal", "w3", "columns-2 compact")
    if row["type"] == "text" and "constraint" not in row and survey.chance(2):
        row |= {"readonly": "yes", "default": survey.one_of("O'Neil", "as agreed", "'=1'", "007")}
    elif row["type"] not in {"calculate", "note"} and survey.chance(4):
        row |= {"required": "yes", "required_message": survey.draw(st.just("") | WORDS)}
    survey.rows.append(row)
    if row["type"] != "note":
        where.append(row)


def _group(survey: _Survey, depth: int) -> None:
    is_repeat = depth == 0 and survey.chance(3)
    word = "repeat" if is_repeat else "group"
    row = {"type": f"begin_{word}", "name": survey.name("g"), "weight": survey.one_of("", "2")}
    _words(survey, row)
    if survey.chance(3):
        row["relevant"] = survey.condition()
    if is_repeat:
        row |= _entries(survey)
    survey.rows.append(row)
    for _ in range(survey.draw(st.integers(0, 3))):
        if depth == 0 and not is_repeat and survey.chance(4):
            _group(survey, depth + 1)
        else:
            _question(survey, survey.inside if is_repeat else survey.outside)
    survey.rows.append({"type": f"end_{word}"})
    if is_repeat:
        survey.inside.clear()


def _entries(survey: _Survey) -> Row:
    name = survey.draw(st.sampled_from(survey.outside))["name"]
    counted = {"repeat_count": f"number(${{{name}}})", "parameters": "most=3"}
    return survey.draw(
        st.sampled_from([{"repeat_count": "3"}, {"parameters": "most=2"}, {}, counted])
    )


def _table(rows: list[Row]) -> list[list[str]]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [names, *([row.get(name, "") for name in names] for row in rows)]


def _choices(survey: _Survey) -> list[Row]:
    """The lists; one of their choices has words of every kind."""
    named = survey.one_of(*(choice for choices in _LISTS.values() for choice, _, _ in choices))
    found = []
    for name, choices in _LISTS.items():
        for choice, score, area in choices:
            row = {"list_name": name, "name": choice, "score": score, "area": area}
            row["label"] = choice.title()
            if choice == named:
                row |= {"label": survey.draw(WORDS), "descriptor": survey.draw(WORDS)}
                row[f"label::{_LANGUAGES[0]}"] = survey.draw(WORDS)
            found.append(row)
    return found


@st.composite
def sheets(draw: st.DrawFn, most: int = 8) -> Sheets:
    """The sheets of a tool without a mistake; `most` counts its questions and groups."""
    survey = _Survey(draw)
    first = {"type": "select_one yes_no", "name": "known", "label": "Known?", "required": "yes"}
    survey.rows.append(first)
    survey.outside.append(first)
    for _ in range(draw(st.integers(0, most))):
        if survey.chance(4):
            _group(survey, 0)
        else:
            _question(survey, survey.outside)
    area = {"type": "select_one area", "name": "area", "label": "Area?"}
    town = {"type": "select_one town", "name": "town", "label": "Town?"}
    survey.rows += [area, town | {"choice_filter": "area = ${area} or ${area} = ''"}]
    named = {"form_title": draw(WORDS), "form_id": "random", "version": "3"}
    if survey.chance(3):
        named["default_language"] = _LANGUAGES[0]
    choices, words = _table(_choices(survey)), _table([named])
    return {"survey": _table(survey.rows), "choices": choices, "settings": words}


@st.composite
def tools(draw: st.DrawFn, most: int = 8) -> Tool:
    """A tool with every type, groups, repeats, filters, audiences and languages by chance."""
    mistakes = Mistakes()
    tool = read_tool(draw(sheets(most)), "Random", mistakes.of("tool.xlsx"))
    assert not list(mistakes), [str(one) for one in mistakes]
    assert tool is not None
    return tool


def answer_to(column: Column) -> st.SearchStrategy[str]:
    """An answer to the question in that column, as it is kept; conditions are not asked."""
    question = column.question
    names = [choice.name for choice in question.choices]
    match question.type:
        case QuestionType.INTEGER:
            return st.integers(-20, 20).map(str)
        case QuestionType.DECIMAL:
            return st.decimals(-99, 99, places=2).map(plain)
        case QuestionType.RANGE:
            scale = question.scale
            assert scale is not None
            steps = int((scale.end - scale.start) / scale.step)
            return st.integers(0, steps).map(lambda n: plain(scale.start + n * scale.step))
        case QuestionType.DATE:
            return st.dates(dt.date(1990, 1, 1), dt.date(2040, 1, 1)).map(str)
        case QuestionType.TIME:
            return st.integers(0, 1439).map(lambda n: f"{n // 60:02}:{n % 60:02}")
        case QuestionType.DATETIME:
            first = dt.datetime(1990, 1, 1)  # noqa: DTZ001 - read off a clock on the wall
            minutes = st.integers(0, 25_000_000).map(lambda n: first + dt.timedelta(minutes=n))
            return minutes.map(lambda moment: moment.isoformat("T", "minutes"))
        case QuestionType.SELECT_ONE:
            return st.sampled_from(names)
        case QuestionType.SELECT_MULTIPLE:
            return st.lists(st.sampled_from(names), min_size=1, unique=True).map(" ".join)
        case QuestionType.RANK:
            return st.permutations(names).map(" ".join)
        case QuestionType.ACKNOWLEDGE:
            return st.just("OK")
        case QuestionType.FILE:
            return st.sampled_from(["log.pdf", "chronology 2026.docx"])
        case _:
            return WORDS


@st.composite
def answers_for(
    draw: st.DrawFn, tool: Tool, agency: str = "", today: dt.date = TODAY
) -> Mapping[str, str]:
    """Answers without a fault, by column, blanks left out; what is required may be missing."""
    given = {column.name: "" for column in tool.columns}
    for column in tool.columns:
        if draw(st.integers(0, 3)):
            given[column.name] = draw(answer_to(column))
    while faults := examine(tool, given, today=today, complete=False, agency=agency).faults:
        given |= dict.fromkeys((fault.question for fault in faults), "")
    return {name: text for name, text in given.items() if text}
