"""One set of answers to a tool: what is hidden, what is wrong, and how it is kept.

A kept set of answers has the shape of a FHIR R4 QuestionnaireResponse.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from safehub.instruments.answers import NotAnAnswer, canonical, plain
from safehub.instruments.expressions import Expression
from safehub.instruments.tools import Question, QuestionType, Tool


@dataclass(frozen=True)
class Fault:
    """What is wrong with the answer to one question."""

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
    tool: Tool, given: Mapping[str, str], *, today: dt.date | None, complete: bool
) -> Examined:
    """Check the answers to a tool. `complete` says whether `required` binds.

    A check whose outcome hangs on a broken answer, on a doubtful part of the tool, or on an
    unknown `today` is left out, so that one mistake is told once.
    """
    return _Examination(tool, given, today, complete=complete).examined()


class _Examination:
    def __init__(
        self, tool: Tool, given: Mapping[str, str], today: dt.date | None, *, complete: bool
    ) -> None:
        self._tool, self._given, self._today, self._complete = tool, given, today, complete
        self._answers: dict[str, str] = {}
        self._broken: set[str] = set()
        self._faults: list[Fault] = []
        self._asked: dict[str, bool | None] = {}

    def examined(self) -> Examined:
        questions = [q for q in self._tool.questions if q.name in self._given]
        for question in questions:
            self._read(question)
        for question in questions:
            self._require(question)
        for question in questions:
            self._check(question)
        hidden = frozenset(q.name for q in self._tool.questions if self.asked(q.name) is False)
        order = {q.name: i for i, q in enumerate(self._tool.questions)}
        faults = sorted(self._faults, key=lambda fault: order[fault.question])
        answers = {name: text for name, text in self._answers.items() if text}
        return Examined(answers, hidden, tuple(faults))

    def _read(self, question: Question) -> None:
        text = self._given[question.name]
        if not question.certain:
            self._broken.add(question.name)
            return
        try:
            self._answers[question.name] = canonical(question, text)
        except NotAnAnswer as wrong:
            self._broken.add(question.name)
            self._fault(question, text, str(wrong))

    def _require(self, question: Question) -> None:
        """A blank that must be filled is broken: nothing else can be worked out from it."""
        if not self._complete or question.required is None or self._given[question.name]:
            return
        if self.asked(question.name) and self._holds(question, question.required):
            self._fault(question, "", "an answer, for it is required")
            self._broken.add(question.name)
            self._asked.clear()

    def _check(self, question: Question) -> None:
        text = self._given[question.name]
        if not text:
            return
        if self.asked(question.name) is False:
            self._fault(question, text, "nothing, for the question does not apply")
        constraint = question.constraint
        if constraint is not None and question.name not in self._broken:
            own = self._answers[question.name]
            if self._holds(question, constraint, own) is False:
                wanted = question.constraint_message or f"an answer where {constraint.source}"
                self._fault(question, text, wanted)

    def _fault(self, question: Question, found: str, wanted: str) -> None:
        self._faults.append(Fault(question.name, found, wanted))

    def asked(self, name: str) -> bool | None:
        """Whether the question applies; None where that hangs on something broken."""
        if name not in self._asked:
            question = self._tool.by_name[name]
            # Set first: an answer that its own condition refers to has been refused already.
            self._asked[name] = None
            self._asked[name] = self._all_hold(question)
        return self._asked[name]

    def _all_hold(self, question: Question) -> bool | None:
        if not question.conditions_certain:
            return None
        held = [self._holds(question, condition) for condition in question.relevant]
        return False if False in held else None if None in held else True

    def _holds(self, question: Question, expression: Expression, own: str = "") -> bool | None:
        if not question.conditions_certain or (expression.uses_today and self._today is None):
            return None
        values: dict[str, str] = {}
        for name in expression.references:
            value = self._value(name)
            if value is None:
                return None
            values[name] = value
        return expression.holds(values, own, self._today or dt.date.min)

    def _value(self, name: str) -> str | None:
        """The answer that conditions see: blank while hidden; None where it is broken."""
        if name in self._broken or name not in self._given:
            return None
        applies = self.asked(name)
        if applies is None:
            return None
        return self._answers.get(name, "") if applies else ""


_VALUE = {
    QuestionType.TEXT: "valueString",
    QuestionType.INTEGER: "valueInteger",
    QuestionType.DECIMAL: "valueDecimal",
    QuestionType.DATE: "valueDate",
    QuestionType.SELECT_ONE: "valueCoding",
    QuestionType.SELECT_MULTIPLE: "valueCoding",
}


def as_questionnaire_response(
    tool: Tool, answers: Mapping[str, str], *, complete: bool
) -> dict[str, Any]:
    """The answers in the shape of a FHIR R4 QuestionnaireResponse; blanks are left out."""
    items: dict[str | None, list[dict[str, Any]]] = {None: []}
    for section in tool.sections:
        items[section.name] = []
    for question in tool.questions:
        if text := answers.get(question.name, ""):
            item = {"linkId": question.name, "answer": list(_values(question, text))}
            items[question.section].append(item)
    for section in reversed(tool.sections):
        if items[section.name]:
            group = {"linkId": f"group.{section.name}", "item": items[section.name]}
            items[section.parent].insert(0, group)
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{tool.form_id}|{tool.version}",
        "status": "completed" if complete else "in-progress",
        "item": items[None],
    }


def _values(question: Question, text: str) -> Iterator[dict[str, Any]]:
    key = _VALUE[question.type]
    for part in text.split() if question.type is QuestionType.SELECT_MULTIPLE else [text]:
        match question.type:
            case QuestionType.INTEGER:
                yield {key: int(part)}
            case QuestionType.SELECT_ONE | QuestionType.SELECT_MULTIPLE:
                yield {key: {"code": part}}
            case QuestionType.DECIMAL:
                yield {key: float(part)}
            case _:
                yield {key: part}


def answers_of(response: Mapping[str, Any]) -> dict[str, str]:
    """The answers in a QuestionnaireResponse as canonical text, by question."""
    found: dict[str, str] = {}
    waiting = list(response["item"])
    while waiting:
        item = waiting.pop()
        waiting.extend(item.get("item", ()))
        if "answer" in item:
            found[item["linkId"]] = " ".join(_text_of(value) for value in item["answer"])
    return found


def _text_of(answer: Mapping[str, Any]) -> str:
    (value,) = answer.values()
    if isinstance(value, dict):
        return str(value["code"])
    return plain(Decimal(repr(value))) if isinstance(value, float) else str(value)
