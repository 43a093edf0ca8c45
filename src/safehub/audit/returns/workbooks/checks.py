"""What a cell for an answer accepts: drop-downs, dates, numbers, and the words on a wrong one."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from safehub.audit.returns.rows import NOT_RETURNED, SUBMITTED
from safehub.audit.returns.workbooks.blank import Blank, Places
from safehub.audit.returns.workbooks.formulas import constraint_as_formula
from safehub.audit.returns.workbooks.wording import how_to_answer, said_of
from safehub.instruments.answers import plain
from safehub.instruments.expressions import Expression
from safehub.instruments.tools import OK, Column, Question, QuestionType

Rule = dict[str, Any]

_LONGEST_LIST = 255
_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255
_MOST_STEPS = 25
_MOST_COMBINATIONS = 200
_SEPARATOR = "|"
_TITLES = {
    QuestionType.DATE: "Not a date",
    QuestionType.DATETIME: "Not a date and time",
    QuestionType.TIME: "Not a time",
    QuestionType.INTEGER: "Not a whole number",
    QuestionType.DECIMAL: "Not a number",
    QuestionType.RANGE: "Not on the scale",
}
_FIRST_DAY = dt.date(1900, 1, 1)
_MOST = 999_999_999


class Lists:
    """The hidden sheet from which long and filtered drop-downs come."""

    def __init__(self, sheet: Any, name: str) -> None:
        self._sheet, self._name, self._next = sheet, name, 0

    def source(self, names: Sequence[str]) -> Any:
        """The list itself, or where it stands if it is too long to stand in the rule."""
        # A comma would part a name in two; a list of one that is blank cannot be written so.
        if names and len(",".join(names)) <= _LONGEST_LIST and not any("," in n for n in names):
            return list(names)
        column = self._columns([names])
        return f"={self._name}!${column}$1:${column}${max(len(names), 1)}"

    def filtered(self, lists: Sequence[tuple[str, Sequence[str]]], key: str) -> str:
        """A formula for that of the lists whose key is what the formula `key` comes to."""
        first = self._columns([(of, str(max(len(names), 1)), *names) for of, names in lists])
        last = xl_col_to_name(self._next - 1)
        found = f"MATCH({key},{self._name}!${first}$1:${last}$1,0)"
        count = f"VALUE(INDEX({self._name}!${first}$2:${last}$2,{found}))"
        return f"=OFFSET({self._name}!${first}$3,0,{found}-1,{count},1)"

    def _columns(self, columns: Sequence[Sequence[str]]) -> str:
        first = xl_col_to_name(self._next)
        for names in columns:
            for row, name in enumerate(names):
                self._sheet.write_string(row, self._next, name)
            self._next += 1
        return str(first)


class Checks:
    """The rules of one workbook, column by column."""

    def __init__(self, blank: Blank, places: Places, lists: Lists) -> None:
        self._blank, self._places, self._lists = blank, places, lists

    def of_status(self) -> Rule:
        """Whether the row is an answer yet."""
        return {
            "validate": "list",
            "source": [SUBMITTED, NOT_RETURNED],
            "error_title": "Not on the list",
            "error_message": f"Choose {SUBMITTED} or {NOT_RETURNED}.",
            "input_title": "status",
            "input_message": f"{SUBMITTED} when this row is complete, or {NOT_RETURNED}.",
        }

    def of(self, column: Column) -> Rule:
        """What is said of a question when its cell is chosen, and what its cell accepts."""
        question = column.question
        rule: Rule = {
            "input_title": _cut(column.name, _LONGEST_TITLE),
            "input_message": _cut(said_of(question), _LONGEST_MESSAGE),
            **self._accepted(column),
        }
        if rule.get("validate", "any") != "any":
            wrong = question.constraint_message if rule["validate"] == "custom" else ""
            wanted = f"Give {how_to_answer(question)}."
            rule["error_title"] = _TITLES.get(question.type, "Not on the list")
            rule["error_message"] = _cut(f"{_sentence(wrong)} {wanted}".strip(), _LONGEST_MESSAGE)
        return rule

    def _accepted(self, column: Column) -> Rule:
        question = column.question
        match question.type:
            case QuestionType.SELECT_ONE:
                return {"validate": "list", "source": self._choices(column)}
            case QuestionType.ACKNOWLEDGE:
                return {"validate": "list", "source": [OK]}
            case QuestionType.RANGE if steps := _steps(question):
                return {"validate": "list", "source": self._lists.source(steps)}
            case QuestionType.FILE:
                # Locked cells take nothing anyway.
                return {"validate": "any"}
        bound = self._within_constraint(column)
        if bound is not None:
            return {"validate": "custom", "value": f"={bound}"}
        return _by_type(question)

    def _within_constraint(self, column: Column) -> str | None:
        """The question's own constraint together with its type, where a formula can say both."""
        question, cell = column.question, self._places.cell(column.name)
        kind = _TYPED.get(question.type)
        if question.constraint is None or kind is None:
            return None
        sheet = self._places.sheet(column.entry)
        said = constraint_as_formula(question.constraint, sheet, question, cell)
        return None if said is None else f"AND({kind.format(cell=cell)},{said})"

    def _choices(self, column: Column) -> Any:
        question = column.question
        names = [choice.name for choice in question.choices]
        filtering = question.choice_filter
        if filtering is None:
            return self._lists.source(names)
        askers = self._askers(filtering, column)
        if askers is None:
            return self._lists.source(names)
        lists = []
        for answers in itertools.product(*(options for _, _, options in askers)):
            given = {name: text for (name, _, _), text in zip(askers, answers, strict=True)}
            key = _SEPARATOR.join(answers)
            lists.append((f"{_SEPARATOR}{key}", _left(question, filtering, given)))
        key = "&".join(f'"{_SEPARATOR}"&{cell}' for _, cell, _ in askers)
        return self._lists.filtered(lists, key or f'"{_SEPARATOR}"')

    def _askers(
        self, filtering: Expression, column: Column
    ) -> list[tuple[str, str, list[str]]] | None:
        """The questions that the filter asks about: name, cell, and what they may answer.

        None where their answers cannot be counted; then the drop-down offers every choice.
        """
        sheet = self._places.sheet(column.entry)
        found, combinations = [], 1
        if filtering.uses_today:
            return None
        for name in sorted(filtering.references):
            question, cell = self._blank.tool.by_name.get(name), sheet.cell_of(name)
            if question is None or cell is None or question.type is not QuestionType.SELECT_ONE:
                return None
            options = ["", *(choice.name for choice in question.choices)]
            combinations *= len(options)
            found.append((name, cell, options))
        return found if combinations <= _MOST_COMBINATIONS else None


# A day or an hour is a number to a spreadsheet.
_TYPED = {
    QuestionType.INTEGER: "IFERROR({cell}=INT({cell}),FALSE)",
    QuestionType.DECIMAL: "ISNUMBER({cell})",
    QuestionType.DATE: "ISNUMBER({cell})",
}


def _left(question: Question, filtering: Expression, given: dict[str, str]) -> list[str]:
    return [
        choice.name
        for choice in question.choices
        if filtering.holds(
            given,
            "",
            _FIRST_DAY,
            {"name": choice.name, "label": choice.label, **dict(choice.columns)},
        )
    ]


def _by_type(question: Question) -> Rule:
    match question.type:
        case QuestionType.DATE | QuestionType.DATETIME:
            return {"validate": "date", "criteria": ">=", "value": _FIRST_DAY}
        case QuestionType.TIME:
            last = dt.time(23, 59, 59)
            return {
                "validate": "time",
                "criteria": "between",
                "minimum": dt.time(),
                "maximum": last,
            }
        case QuestionType.INTEGER:
            bounds = {"minimum": -_MOST, "maximum": _MOST}
            return {"validate": "integer", "criteria": "between", **bounds}
        case QuestionType.RANGE if question.scale is not None:
            ends = {"minimum": float(question.scale.start), "maximum": float(question.scale.end)}
            return {"validate": "decimal", "criteria": "between", **ends}
        case QuestionType.DECIMAL | QuestionType.RANGE:
            bounds = {"minimum": -_MOST, "maximum": _MOST}
            return {"validate": "decimal", "criteria": "between", **bounds}
        case _:
            return {"validate": "any"}


def _steps(question: Question) -> list[str]:
    """The steps of a short scale, one by one."""
    scale = question.scale
    if scale is None or (scale.end - scale.start) / scale.step > _MOST_STEPS:
        return []
    count = int((scale.end - scale.start) / scale.step)
    return [plain(scale.start + step * scale.step) for step in range(count + 1)]


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
