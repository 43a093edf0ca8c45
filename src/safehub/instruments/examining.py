"""One set of answers to a tool: what is hidden, what is wrong, and what is worked out from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from safehub.instruments.answers import NotAnAnswer, canonical
from safehub.instruments.expressions import Expression, Value, as_number, day_of
from safehub.instruments.tools import (
    Choice,
    Column,
    Question,
    QuestionType,
    Tool,
    column_name,
)


@dataclass(frozen=True)
class Fault:
    """What is wrong with the answer in one column; `question` is its name."""

    question: str
    found: str
    wanted: str


@dataclass(frozen=True)
class Examined:
    """A set of answers after it was checked: canonical answers without blanks, hidden, faults."""

    answers: dict[str, str]
    hidden: frozenset[str]
    faults: tuple[Fault, ...]


def examine(
    tool: Tool,
    given: Mapping[str, str],
    *,
    today: dt.date | None,
    complete: bool,
    agency: str | None = "",
) -> Examined:
    """Check the answers to a tool, by column. `complete` says whether `required` binds.

    What is worked out is among the answers. A question that is not asked of `agency` is hidden; a
    blank agency is asked everything. A check whose outcome hangs on a broken answer, on a doubtful
    part of the tool, or on an unknown `today` or `agency` (None) is left out, so that one mistake
    is told once.
    """
    return _Examination(tool, given, today, agency, complete=complete).examined()


def defaults_of(tool: Tool, answers: Mapping[str, str], *, today: dt.date) -> dict[str, str]:
    """What stands in each column before anybody has answered it, as answers are kept."""
    examination = _Examination(tool, {c.name: "" for c in tool.columns} | dict(answers), today, "")
    return examination.defaults()


def choices_for(
    tool: Tool, column: Column, answers: Mapping[str, str], *, today: dt.date
) -> tuple[Choice, ...]:
    """The choices that the choice filter leaves for these answers."""
    given = {one.name: "" for one in tool.columns} | dict(answers)
    return _Examination(tool, given, today, "").choices(column)


class _Examination:
    def __init__(
        self,
        tool: Tool,
        given: Mapping[str, str],
        today: dt.date | None,
        agency: str | None,
        *,
        complete: bool = False,
    ) -> None:
        self._tool, self._given, self._today, self._agency = tool, given, today, agency
        self._complete = complete
        self._answers: dict[str, str] = {}
        self._broken: set[str] = set()
        self._faults: list[Fault] = []
        self._asked: dict[str, bool | None] = {}
        self._derived: dict[str, str | None] = {}

    def examined(self) -> Examined:
        columns = [column for column in self._tool.columns if column.name in self._given]
        for column in columns:
            self._read(column)
        for column in columns:
            self._require(column)
        for column in columns:
            self._check(column)
        hidden = frozenset(c.name for c in self._tool.columns if self.asked(c) is False)
        order = {column.name: i for i, column in enumerate(self._tool.columns)}
        faults = sorted(self._faults, key=lambda fault: order[fault.question])
        answers = {name: text for name, text in self._answers.items() if text}
        for column in self._tool.derived:
            if text := self._worked_out(column):
                answers[column.name] = text
        return Examined(answers, hidden, tuple(faults))

    def defaults(self) -> dict[str, str]:
        found = {}
        for column in self._tool.columns:
            self._read(column)
        for column in self._tool.columns:
            default = column.question.default
            if default is not None and (text := self._outcome(column, default)):
                found[column.name] = text
        return found

    def choices(self, column: Column) -> tuple[Choice, ...]:
        for one in self._tool.columns:
            self._read(one)
        return tuple(c for c in column.question.choices if self._fits(column, c) is not False)

    def _read(self, column: Column) -> None:
        text = self._given[column.name]
        if not column.question.certain:
            self._broken.add(column.name)
            return
        try:
            self._answers[column.name] = canonical(column.question, text)
        except NotAnAnswer as wrong:
            self._broken.add(column.name)
            self._fault(column, text, str(wrong))

    def _require(self, column: Column) -> None:
        """A blank that must be filled is broken: nothing else can be worked out from it."""
        question = column.question
        if not self._complete or question.required is None or self._given[column.name]:
            return
        if not self._is_begun(column):
            return
        if self.asked(column) and self._holds(column, question.required):
            wanted = question.required_message or "an answer, for it is required"
            self._fault(column, "", wanted)
            self._broken.add(column.name)
            self._asked.clear()
            self._derived.clear()

    def _is_begun(self, column: Column) -> bool:
        """Whether the entry has to be whole: it was counted, or something stands in it."""
        if column.entry is None or self._count(column) is not None:
            return True
        return any(
            self._given.get(other.name)
            for other in self._tool.columns
            if other.entry == column.entry and other.question.repeat == column.question.repeat
        )

    def _check(self, column: Column) -> None:
        text = self._given[column.name]
        if not text:
            return
        question = column.question
        if self.asked(column) is False:
            wanted = "nothing, for the question does not apply"
            if self._agency and not self._tool.asks(question, self._agency):
                wanted = f"nothing, for {self._agency} is not asked this"
            self._fault(column, text, wanted)
        if column.name in self._broken:
            return
        own = self._answers[column.name]
        self._check_filter(column, own)
        constraint = question.constraint
        if constraint is not None and self._holds(column, constraint, own) is False:
            wanted = question.constraint_message or f"an answer where {constraint.source}"
            self._fault(column, text, wanted)

    def _check_filter(self, column: Column, own: str) -> None:
        """A choice that the other answers leave out is no choice."""
        question = column.question
        if question.choice_filter is None or self.asked(column) is False:
            return
        fits = {choice.name: self._fits(column, choice) for choice in question.choices}
        if None in fits.values():
            return
        chosen = [own] if question.type is QuestionType.SELECT_ONE else own.split()
        allowed = [name for name, does in fits.items() if does]
        if not set(chosen) <= set(allowed):
            names = " or ".join(allowed) or "nothing"
            self._fault(column, self._given[column.name], f"{names}, by the answers before")
        elif question.type is QuestionType.RANK and len(chosen) < len(allowed):
            wanted = f"all of {', '.join(allowed)}, the first in rank first"
            self._fault(column, self._given[column.name], wanted)

    def _fits(self, column: Column, choice: Choice) -> bool | None:
        expression = column.question.choice_filter
        if expression is None:
            return True
        row = {**dict(choice.columns), "name": choice.name, "label": choice.label}
        return self._holds(column, expression, row=row)

    def _fault(self, column: Column, found: str, wanted: str) -> None:
        self._faults.append(Fault(column.name, found, wanted))

    def asked(self, column: Column) -> bool | None:
        """Whether the question applies; None where that hangs on something broken."""
        if column.name not in self._asked:
            # Set first: an answer that its own condition refers to has been refused already.
            self._asked[column.name] = None
            self._asked[column.name] = self._applies(column)
        return self._asked[column.name]

    def _applies(self, column: Column) -> bool | None:
        question = column.question
        if self._agency and not self._tool.asks(question, self._agency):
            return False
        if not question.conditions_certain:
            return None
        if self._agency is None and not self._tool.asks_everybody(question):
            return None
        held = [self._holds(column, condition) for condition in question.relevant]
        held.append(self._is_counted(column))
        return False if False in held else None if None in held else True

    def _count(self, column: Column) -> Expression | None:
        section = self._tool.by_section.get(column.question.repeat or "")
        return section.repeat.count if section is not None and section.repeat else None

    def _is_counted(self, column: Column) -> bool | None:
        """Whether there are so many entries."""
        count = self._count(column)
        if count is None or column.entry is None:
            return True
        outcome = self._worth(None, count)
        if outcome is None:
            return None
        return bool(as_number(outcome) >= column.entry)

    def _holds(
        self,
        column: Column,
        expression: Expression,
        own: str = "",
        row: Mapping[str, str] | None = None,
    ) -> bool | None:
        if not column.question.conditions_certain:
            return None
        values = self._values(expression, column.entry)
        if values is None:
            return None
        return expression.holds(values, own, self._today or dt.date.min, row or {})

    def _worth(self, entry: int | None, expression: Expression) -> Value | None:
        values = self._values(expression, entry)
        return None if values is None else expression.value(values, "", self._today or dt.date.min)

    def _values(self, expression: Expression, entry: int | None) -> dict[str, str] | None:
        """The answers that the expression asks for; None where one of them is not known."""
        if expression.uses_today and self._today is None:
            return None
        values: dict[str, str] = {}
        for name in expression.references:
            value = self._value(name, entry)
            if value is None:
                return None
            values[name] = value
        return values

    def _value(self, name: str, entry: int | None) -> str | None:
        """The answer that conditions see: blank while hidden; None where it is broken.

        A question that this agency's tool has not got is blank too.
        """
        question = self._tool.by_name.get(name)
        if question is None:
            return "" if self._tool.names_certain else None
        entry = entry if question.repeat else None
        column = Column(column_name(name, entry), question, entry)
        if question.is_derived:
            return self._worked_out(column)
        if column.name in self._broken or column.name not in self._given:
            return None
        applies = self.asked(column)
        if applies is None:
            return None
        return self._answers.get(column.name, "") if applies else ""

    def _worked_out(self, column: Column) -> str | None:
        """What a calculation comes to: blank while hidden; None where it cannot be told."""
        if column.name not in self._derived:
            self._derived[column.name] = None
            applies = self.asked(column)
            expression = column.question.derivation
            if applies is False or expression is None:
                self._derived[column.name] = ""
            elif applies and column.question.certain:
                self._derived[column.name] = self._outcome(column, expression)
        return self._derived[column.name]

    def _outcome(self, column: Column, expression: Expression) -> str | None:
        """What it comes to as an answer to the question; blank where it is no answer."""
        if not column.question.conditions_certain:
            return None
        values = self._values(expression, column.entry)
        if values is None:
            return None
        text = expression.text(values, "", self._today or dt.date.min)
        try:
            return canonical(column.question, as_day(text, column.question))
        except NotAnAnswer:
            return ""


def as_day(text: str, question: Question) -> str:
    """A number of days as the date that a question for a date wants: `today() + 7`."""
    days = text.removeprefix("-")
    if question.type is not QuestionType.DATE or not days.isdecimal():
        return text
    return day_of(float(text))
