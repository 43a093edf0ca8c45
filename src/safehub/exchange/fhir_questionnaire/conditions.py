"""A condition as FHIR's enableWhen, where that can say it, and back.

enableWhen joins comparisons of one answer with one value, all by "and" or all by "or". An answer
that is not there compares as a blank does here: only `!=` and "exists: false" hold (R4,
questionnaire-enable-operator).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from safehub.instruments.answers import plain
from safehub.instruments.expressions import Expression
from safehub.instruments.tools import OK, Question, QuestionType, Tool

_REFERENCE = r"\$\{\s*(?P<name>[^}]+?)\s*\}"
_LITERAL = r"""(?P<literal>'[^']*'|"[^"]*"|-?\d+(?:\.\d+)?)"""
_SELECTED = rf"selected\(\s*{_REFERENCE}\s*,\s*{_LITERAL}\s*\)"
_ATOMS = (
    (re.compile(_SELECTED), "="),
    (re.compile(rf"not\(\s*{_SELECTED}\s*\)"), "!="),
    (re.compile(rf"{_REFERENCE}\s*(?P<operator>=|!=|<=|>=|<|>)\s*{_LITERAL}"), ""),
)
_JOINED = re.compile(r"\s+(and|or)\s+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,8})\Z", re.ASCII)
_ORDERED = {"<", "<=", ">", ">="}
_NUMBERS = {QuestionType.INTEGER, QuestionType.DECIMAL, QuestionType.RANGE}
_UNASKED = {QuestionType.NOTE, QuestionType.CALCULATE, QuestionType.FILE, QuestionType.RANK}

When = tuple[list[dict[str, Any]], str]


def enable_when(expression: Expression, tool: Tool, repeat: str | None) -> When | None:
    """The comparisons and how they are joined (blank for one); None where FHIR cannot say it."""
    source, position = expression.source, 0
    found: list[dict[str, Any]] = []
    joined: set[str] = set()
    while True:
        atom = next(
            ((m, op) for pattern, op in _ATOMS if (m := pattern.match(source, position))), None
        )
        said = _comparison(atom[0], atom[1], tool, repeat) if atom else None
        if atom is None or said is None:
            return None
        found.append(said)
        position = atom[0].end()
        if position == len(source):
            break
        link = _JOINED.match(source, position)
        if link is None:
            return None
        joined.add(link[1])
        position = link.end()
    if len(joined) > 1:
        return None
    return found, {"and": "all", "or": "any"}[joined.pop()] if joined else ""


def _comparison(
    match: re.Match[str], operator: str, tool: Tool, repeat: str | None
) -> dict[str, Any] | None:
    question = tool.by_name.get(match["name"])
    if question is None or question.type in _UNASKED or question.repeat not in {None, repeat}:
        return None
    is_selection = bool(operator)
    operator = operator or match["operator"]
    literal = match["literal"]
    if not is_selection and literal in {"''", '""'} and operator in {"=", "!="}:
        exists = operator == "!="
        return {"question": question.name, "operator": "exists", "answerBoolean": exists}
    answer = _answer(question, operator, literal, is_selection=is_selection)
    return answer and {"question": question.name, "operator": operator, **answer}


def _answer(
    question: Question, operator: str, literal: str, *, is_selection: bool
) -> dict[str, Any] | None:
    """The value of a comparison; None where it means another thing here than it would in FHIR."""
    if literal[0] not in "'\"":
        return None if is_selection else _number(question, literal)
    text = literal[1:-1]
    if question.is_select:
        # `=` asks of several choices whether this is the only one; FHIR whether it is among them.
        is_same = is_selection or question.type is QuestionType.SELECT_ONE
        named = any(choice.name == text for choice in question.choices)
        return {"answerCoding": {"code": text}} if is_same and named and _plain(operator) else None
    if is_selection:
        return None
    match question.type:
        case QuestionType.TEXT if _plain(operator) and text.strip() == text:
            return {"answerString": text}
        case QuestionType.DATE if _DATE.match(text):
            return {"answerDate": text}
        case QuestionType.ACKNOWLEDGE if text == OK and operator == "=":
            return {"answerBoolean": True}
    return None


def _plain(operator: str) -> bool:
    return operator in {"=", "!="}


def _number(question: Question, literal: str) -> dict[str, Any] | None:
    if question.type not in _NUMBERS:
        return None
    # The answers to a range are kept as decimals, also where its steps are whole.
    whole = question.type is QuestionType.INTEGER
    if whole and not _WHOLE.match(literal):
        return None
    return {"answerInteger": int(literal)} if whole else {"answerDecimal": float(literal)}


# --- back ----------------------------------------------------------------------------------------


class NotSaid(ValueError):  # noqa: N818 - reads as what it says
    """What cannot be said in a tool: what was found, and what is wanted instead."""

    def __init__(self, found: str, wanted: str) -> None:
        super().__init__(found)
        self.found, self.wanted = found, wanted


@dataclass
class Asked:
    """A question of somebody's Questionnaire as conditions see it.

    `codes` leads from a code with its system, and from a text, to the name of a choice.
    """

    name: str
    type: QuestionType
    codes: Mapping[tuple[str, str], str] = field(default_factory=dict)


def quoted(text: str) -> str:
    """The text as a literal of XPath. Raises NotSaid where it has quotes of both kinds."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    raise NotSaid(text, "a text without both kinds of quotes")


def comparison_of(asked: Asked, operator: str, kind: str, value: Any) -> str:
    """One enableWhen as a tool writes it; `kind` is what follows `answer`. Raises NotSaid."""
    reference = f"${{{asked.name}}}"
    if operator == "exists":
        if not isinstance(value, bool):
            raise NotSaid(f"exists {value}", "true or false")
        return f"{reference} {'!=' if value else '='} ''"
    if operator not in {"=", "!="} | _ORDERED:
        raise NotSaid(operator, "one of exists = != > < >= <=")
    if kind == "Coding":
        return _choice(asked, operator, _chosen(asked, str(value[0]), str(value[1])))
    if kind in {"String", "Integer", "Date"} and asked.codes:
        return _choice(asked, operator, _chosen(asked, "", str(value)))
    return f"{reference} {operator} {_value(asked, operator, kind, value)}"


def _value(asked: Asked, operator: str, kind: str, value: Any) -> str:
    """What the answer is compared with."""
    if kind in {"Integer", "Decimal"} and asked.type in _NUMBERS:
        return plain(Decimal(value))
    if kind == "Date" and asked.type is QuestionType.DATE:
        if not _DATE.match(str(value)):
            raise NotSaid(str(value), "a whole date, as YYYY-MM-DD")
        return f"'{value}'"
    if operator in _ORDERED:
        found = f"{operator} with answer{kind}"
        raise NotSaid(found, "= or !=, for only numbers and dates compare")
    if kind == "Boolean" and asked.type is QuestionType.ACKNOWLEDGE and value:
        return f"'{OK}'"
    if kind == "Boolean" and asked.codes:
        return f"'{asked.codes['', 'true' if value else 'false']}'"
    if kind in {"String", "Time", "DateTime"}:
        return quoted(str(value))
    raise NotSaid(f"answer{kind}", "an answer that fits the question")


def _chosen(asked: Asked, system: str, code: str) -> str:
    name = asked.codes.get((system, code))
    if name is None:
        raise NotSaid(code, "a choice that the question has")
    return name


def _choice(asked: Asked, operator: str, name: str) -> str:
    if operator in _ORDERED:
        raise NotSaid(operator, "= or !=, for choices have no order")
    if asked.type is QuestionType.SELECT_MULTIPLE:
        chosen = f"selected(${{{asked.name}}}, {quoted(name)})"
        return chosen if operator == "=" else f"not({chosen})"
    return f"${{{asked.name}}} {operator} {quoted(name)}"
