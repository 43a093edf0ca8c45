"""The conditions of a tool as formulas of a spreadsheet, where a spreadsheet can say them.

Only for shading: whether an answer will do is always judged by the tool itself. A formula sees the
cells as they are, and so an answer to a question that does not apply, which the tool would not see.
An answer that is no number makes #N/A where a number is wanted, as it makes NaN in XPath.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from safehub.instruments.expressions import Expression
from safehub.instruments.tools import Question, QuestionType

# A spreadsheet counts days from the end of 1899, XForms from 1970-01-01.
_EPOCH_SERIAL = 25_569
_EPOCH = dt.date(1970, 1, 1)
# Excel takes 8,192; what comes near is no condition that a person would follow.
_LONGEST = 4_000
_DEEPEST = 6
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_NUMBER = re.compile(r"\s*-?(\d+(\.\d*)?|\.\d+)\s*\Z", re.ASCII)
_NO_NUMBER = re.compile(r"[A-Za-z_]+\Z")
_SIGNS = {"=": "=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_NUMBERS = {QuestionType.INTEGER, QuestionType.DECIMAL, QuestionType.RANGE}


class _Unsayable(ValueError):  # noqa: N818 - reads as what it says
    """A spreadsheet has no formula for it."""


@dataclass(frozen=True)
class Said:
    """A part of a formula. `of` is the question whose cell it is, `is_literal` a text in quotes."""

    kind: str  # text, number or truth
    text: str
    of: Question | None = None
    is_literal: bool = False


@dataclass(frozen=True)
class Sheet:
    """Where answers stand: the cell of a question in the row at hand, such as `$F2`."""

    cell_of: Callable[[str], str | None]
    questions: Mapping[str, Question]
    today: dt.date | None = None


def condition_as_formula(expression: Expression, sheet: Sheet) -> str | None:
    """A formula that is TRUE where the condition holds; None where there can be none."""
    try:
        text = _truth(_Saying(sheet, 0).said(_root(expression)))
    except _Unsayable:
        return None
    return text if len(text) <= _LONGEST else None


def constraint_as_formula(
    expression: Expression, sheet: Sheet, own: Question, cell: str
) -> str | None:
    """The same for a condition in which `.` is the answer in this cell to this question."""
    try:
        text = _truth(_Saying(sheet, 0, Said("text", cell, of=own)).said(_root(expression)))
    except _Unsayable:
        return None
    return text if len(text) <= _LONGEST else None


def applies_as_formula(conditions: tuple[Expression, ...], sheet: Sheet) -> str | None:
    """All conditions at once; None where one of them cannot be said or there is none."""
    said = [condition_as_formula(one, sheet) for one in dict.fromkeys(conditions)]
    kept = [text for text in said if text is not None]
    if not kept or len(kept) < len(said):
        return None
    whole = kept[0] if len(kept) == 1 else f"AND({','.join(kept)})"
    return whole if len(whole) <= _LONGEST else None


def _root(expression: Expression) -> Any:
    # The tree that the expression was read into: read again it would be the same.
    return expression._root, expression._names


class _Saying:
    """One expression, part by part."""

    def __init__(self, sheet: Sheet, depth: int, own: Said | None = None) -> None:
        if depth > _DEEPEST:
            raise _Unsayable
        self._sheet, self._depth, self._own = sheet, depth, own
        self._names: Mapping[str, str] = {}

    def said(self, read: Any) -> Said:
        token, self._names = read
        return self._part(token)

    def _part(self, token: Any) -> Said:
        symbol = token.symbol
        match symbol:
            case "(string)":
                return Said("text", _quoted(str(token.value)), is_literal=True)
            case "(integer)" | "(decimal)" | "(float)":
                return Said("number", format(Decimal(str(token.value)), "f"))
            case "$":
                return self._answer(self._names[str(token[0].value)])
            case "." if self._own is not None:
                return self._own
            case "(":
                return self._part(token[0])
            case "and" | "or":
                parts = ",".join(_truth(self._part(one)) for one in token)
                return Said("truth", f"{symbol.upper()}({parts})")
            case "=":
                return Said("truth", _equal(self._part(token[0]), self._part(token[1])))
            case "!=":
                equal = _equal(self._part(token[0]), self._part(token[1]))
                return Said("truth", f"NOT({equal})")
            case "<" | "<=" | ">" | ">=":
                one, other = (_number(self._part(part)) for part in token)
                return Said("truth", f"IFERROR({one}{_SIGNS[symbol]}{other},FALSE)")
            case "+" | "-" | "*" | "div" | "mod":
                return Said("number", self._arithmetic(token))
        return self._function(token)

    def _answer(self, name: str) -> Said:
        question = self._sheet.questions.get(name)
        cell = self._sheet.cell_of(name)
        if question is None:
            raise _Unsayable
        if cell is not None:
            return Said("text", cell, of=question)
        # Worked out from others, it has no column: its working stands in its place.
        derivation = getattr(question, "derivation", None)
        if derivation is None or question.relevant or question.repeat:
            raise _Unsayable
        return _Saying(self._sheet, self._depth + 1).said(_root(derivation))

    def _arithmetic(self, token: Any) -> str:
        parts = [_number(self._part(one)) for one in token]
        if len(parts) == 1:
            return f"(-{parts[0]})" if token.symbol == "-" else parts[0]
        one, other = parts
        if token.symbol in {"div", "mod"}:
            # By nought XPath has infinity, and a spreadsheet an error.
            if not _is_number_but_nought(token[1]):
                raise _Unsayable
            if token.symbol == "mod":
                return f"({one}-{other}*TRUNC({one}/{other}))"
            return f"({one}/{other})"
        return f"({one}{token.symbol}{other})"

    def _function(self, token: Any) -> Said:
        parts = [self._part(one) for one in token] if token.symbol != "regex" else []
        match token.symbol, parts:
            case "selected", [one, other]:
                found = f'FIND(" "&{_text(other)}&" "," "&TRIM({_text(one)})&" ")'
                return Said("truth", f"AND(LEN({_text(other)})>0,ISNUMBER({found}))")
            case "count-selected", [one]:
                text = f"TRIM({_text(one)})"
                spaces = f'LEN({text})-LEN(SUBSTITUTE({text}," ",""))'
                return Said("number", f"IF(LEN({text})=0,0,{spaces}+1)")
            case "if", [condition, one, other]:
                return _either(_truth(condition), one, other)
            case "coalesce", [one, other]:
                return _either(f"LEN({_text(one)})>0", one, other)
            case (("today" | "now"), []):
                if self._sheet.today is None:
                    raise _Unsayable
                return Said("number", str((self._sheet.today - _EPOCH).days))
            case "string-length", [one]:
                return Said("number", f"LEN({_text(one)})")
            case "number", [one]:
                return Said("number", _number(one))
            case "not", [one]:
                return Said("truth", f"NOT({_truth(one)})")
            case "round", [one, *places]:
                to = _number(places[0]) if places else "0"
                return Said("number", f"ROUND({_number(one)},{to})")
            case (("true" | "false"), []):
                return Said("truth", token.symbol.upper())
        raise _Unsayable


def _is_number_but_nought(token: Any) -> bool:
    return token.symbol in {"(integer)", "(decimal)", "(float)"} and bool(token.value)


def _either(condition: str, one: Said, other: Said) -> Said:
    if one.kind == other.kind == "text":
        return Said("text", f"IF({condition},{_text(one)},{_text(other)})")
    if one.kind == other.kind == "truth":
        return Said("truth", f"IF({condition},{one.text},{other.text})")
    if one.kind == other.kind == "number":
        return Said("number", f"IF({condition},{one.text},{other.text})")
    raise _Unsayable


def _quoted(text: str) -> str:
    if len(text) > 255 or any(ord(char) < 32 for char in text):
        raise _Unsayable
    return '"' + text.replace('"', '""') + '"'


def _text(said: Said) -> str:
    """As text; a day or an hour would be written as the machine's language has it."""
    if said.kind != "text":
        raise _Unsayable
    if said.of is None:
        return said.text
    if said.of.type in {QuestionType.DATE, QuestionType.TIME, QuestionType.DATETIME}:
        raise _Unsayable
    return f'({said.text}&"")'


def _number(said: Said) -> str:
    if said.kind == "truth":
        return f"IF({said.text},1,0)"
    if said.kind == "number":
        return said.text
    if said.is_literal:
        return _literal_number(said.text[1:-1])
    question, cell = said.of, said.text
    if question is None:
        raise _Unsayable
    if question.type in _NUMBERS or question.type is QuestionType.TIME:
        return f"IF(ISNUMBER({cell}),{cell},NA())"
    if question.type in {QuestionType.DATE, QuestionType.DATETIME}:
        return f"IF(ISNUMBER({cell}),{cell}-{_EPOCH_SERIAL},NA())"
    if question.type is QuestionType.SELECT_ONE and all(
        _NUMBER.match(choice.name) or _NO_NUMBER.match(choice.name) for choice in question.choices
    ):
        return f'IFERROR(VALUE({cell}&""),NA())'
    raise _Unsayable


def _literal_number(text: str) -> str:
    if _NUMBER.match(text):
        return repr(float(text))
    if _DATE.match(text):
        try:
            return str((dt.date.fromisoformat(text) - _EPOCH).days)
        except ValueError:
            return "NA()"
    if ":" in text:
        raise _Unsayable
    return "NA()"


def _truth(said: Said) -> str:
    if said.kind == "truth":
        return said.text
    if said.kind == "number":
        return f"IFERROR({said.text}<>0,FALSE)"
    return f"LEN({said.text})>0"


def _equal(one: Said, other: Said) -> str:
    """XPath 1, 3.4: truths first, then numbers, else texts letter by letter."""
    if "truth" in {one.kind, other.kind}:
        return f"(({_truth(one)})=({_truth(other)}))"
    if "number" in {one.kind, other.kind}:
        return f"IFERROR({_number(one)}={_number(other)},FALSE)"
    for cell, literal in ((one, other), (other, one)):
        if cell.of is not None and literal.is_literal:
            if literal.text == '""':
                return f"(LEN({cell.text})=0)"
            if cell.of.type in {QuestionType.DATE, QuestionType.TIME, QuestionType.DATETIME}:
                return _equal_day(cell, literal)
    return f"EXACT({_text(one)},{_text(other)})"


def _equal_day(cell: Said, literal: Said) -> str:
    day = literal.text[1:-1]
    if cell.of is None or cell.of.type is not QuestionType.DATE or not _DATE.match(day):
        raise _Unsayable
    number = _literal_number(day)
    if number == "NA()" or not math.isfinite(float(number)):
        return "FALSE"
    return f"IFERROR({_number(cell)}={number},FALSE)"
