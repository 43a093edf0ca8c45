"""How a set of answers is kept: in the shape of a FHIR R4 QuestionnaireResponse."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from safehub.instruments.answers import plain
from safehub.instruments.examining import Examined, Fault, choices_for, defaults_of, examine
from safehub.instruments.tools import OK, Question, QuestionType, Section, Tool, column_name

__all__ = [
    "Examined",
    "Fault",
    "answers_of",
    "as_questionnaire_response",
    "choices_for",
    "defaults_of",
    "examine",
]

_VALUE = {
    QuestionType.TEXT: "valueString",
    QuestionType.INTEGER: "valueInteger",
    QuestionType.DECIMAL: "valueDecimal",
    QuestionType.RANGE: "valueDecimal",
    QuestionType.DATE: "valueDate",
    QuestionType.TIME: "valueTime",
    QuestionType.DATETIME: "valueDateTime",
    QuestionType.SELECT_ONE: "valueCoding",
    QuestionType.SELECT_MULTIPLE: "valueCoding",
    QuestionType.RANK: "valueCoding",
    QuestionType.ACKNOWLEDGE: "valueBoolean",
    QuestionType.FILE: "valueAttachment",
    QuestionType.CALCULATE: "valueString",
}
_HERE = ZoneInfo("Europe/London")
_ENTRY = re.compile(r"\[(\d+)\]\Z", re.ASCII)

_Item = dict[str, Any]


def as_questionnaire_response(
    tool: Tool, answers: Mapping[str, str], *, complete: bool
) -> dict[str, Any]:
    """The answers in the shape of a FHIR R4 QuestionnaireResponse; blanks are left out.

    Each entry of a repeated group is an item of its own, whose id ends in its number.
    """
    within: dict[str | None, list[Section | Question]] = {}
    for part in tool.parts():
        parent = part.parent if isinstance(part, Section) else part.section
        within.setdefault(parent, []).append(part)
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{tool.form_id}|{tool.version}",
        "status": "completed" if complete else "in-progress",
        "item": list(_items(within, None, answers, None)),
    }


def _items(
    within: Mapping[str | None, Sequence[Section | Question]],
    parent: str | None,
    answers: Mapping[str, str],
    entry: int | None,
) -> Iterator[_Item]:
    for part in within.get(parent, ()):
        if isinstance(part, Question):
            if text := answers.get(column_name(part.name, entry), ""):
                yield {"linkId": part.name, "answer": list(_values(part, text))}
            continue
        link = f"group.{part.name}"
        if part.repeat is None or entry is not None:
            if items := list(_items(within, part.name, answers, entry)):
                yield {"linkId": link, "item": items}
            continue
        for number in range(1, part.repeat.most + 1):
            if items := list(_items(within, part.name, answers, number)):
                yield {"id": column_name(link, number), "linkId": link, "item": items}


def _values(question: Question, text: str) -> Iterator[_Item]:
    key = _VALUE[question.type]
    several = question.type in {QuestionType.SELECT_MULTIPLE, QuestionType.RANK}
    for part in text.split() if several else [text]:
        match key:
            case "valueInteger":
                yield {key: int(part)}
            case "valueCoding":
                yield {key: {"code": part}}
            case "valueDecimal":
                yield {key: float(part)}
            case "valueBoolean":
                yield {key: True}
            case "valueAttachment":
                yield {key: {"title": part}}
            case "valueTime":
                # FHIR has seconds in every time, and a zone in every moment.
                yield {key: dt.time.fromisoformat(part).isoformat("seconds")}
            case "valueDateTime":
                moment = dt.datetime.fromisoformat(part).replace(tzinfo=_HERE)
                yield {key: moment.isoformat("T", "seconds")}
            case _:
                yield {key: part}


def answers_of(response: Mapping[str, Any]) -> dict[str, str]:
    """The answers in a QuestionnaireResponse as canonical text, by column."""
    found: dict[str, str] = {}
    waiting: list[tuple[Mapping[str, Any], int | None]] = [(one, None) for one in response["item"]]
    while waiting:
        item, entry = waiting.pop()
        numbered = _ENTRY.search(item.get("id", ""))
        entry = int(numbered[1]) if numbered else entry
        waiting.extend((one, entry) for one in item.get("item", ()))
        if "answer" in item:
            name = column_name(item["linkId"], entry)
            found[name] = " ".join(_text_of(value) for value in item["answer"])
    return found


def _text_of(answer: Mapping[str, Any]) -> str:
    ((key, value),) = answer.items()
    match key:
        case "valueBoolean":
            return OK
        case "valueTime":
            return str(value).removesuffix(":00")
        case "valueDateTime":
            return str(value)[: len("2026-01-31T09:30:00")].removesuffix(":00")
    if isinstance(value, dict):
        return str(value["code"] if "code" in value else value["title"])
    return plain(Decimal(repr(value))) if isinstance(value, float) else str(value)
