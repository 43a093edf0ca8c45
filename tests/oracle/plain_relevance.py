"""Works out which questions a row was asked: a small reading of XLSForm's `relevant` column.

It knows ${name}, texts, numbers, = != < <= > >=, and, or, not(), selected() and parentheses.
"""

import math
import operator
import re
from collections.abc import Callable

from .plain_reading import Question, Row

Value = str | float | bool

TOKEN = re.compile(
    r"""\s*(\$\{[^}]+\}|'[^']*'|"[^"]*"|-?\d+(?:\.\d+)?|<=|>=|!=|[=<>(),]|[a-z-]+)\s*"""
)
EQUALITY: dict[str, Callable[[Value, Value], bool]] = {"=": operator.eq, "!=": operator.ne}
ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def is_asked(question: Question, row: Row, questions: dict[str, Question]) -> bool:
    """Hidden by its own expression or by any group's; a hidden question is blank to the others."""

    def value_of(name: str) -> str:
        other = questions[name]
        return row.get(name, "") if is_asked(other, row, questions) else ""

    return all(evaluate(expression, value_of) for expression in question.relevant)


def evaluate(expression: str, value_of: Callable[[str], str]) -> bool:
    reading = Reading(expression, value_of)
    answer = truth(reading.either())
    if reading.tokens:
        raise ValueError(f"Not understood in {expression!r}: {reading.tokens}")
    return answer


class Reading:
    """Reads one expression from left to right; each method takes what binds more tightly."""

    def __init__(self, expression: str, value_of: Callable[[str], str]) -> None:
        if TOKEN.sub("", expression).strip():
            raise ValueError(f"Not understood: {expression!r}")
        self.tokens: list[str] = TOKEN.findall(expression)
        self.value_of = value_of

    def next_is(self, *wanted: str) -> bool:
        return bool(self.tokens) and self.tokens[0] in wanted

    def take(self) -> str:
        return self.tokens.pop(0)

    def either(self) -> Value:
        left = self.both()
        while self.next_is("or"):
            self.take()
            right = self.both()
            left = truth(left) or truth(right)
        return left

    def both(self) -> Value:
        left = self.comparison()
        while self.next_is("and"):
            self.take()
            right = self.comparison()
            left = truth(left) and truth(right)
        return left

    def comparison(self) -> Value:
        left = self.single()
        while self.next_is(*EQUALITY, *ORDER):
            left = compare(self.take(), left, self.single())
        return left

    def single(self) -> Value:
        token = self.take()
        if token.startswith("${"):
            return self.value_of(token[2:-1].strip())
        if token[0] in "'\"":
            return token[1:-1]
        if token in ("(", "not", "selected"):
            return self.inside(token)
        return float(token)

    def inside(self, opening: str) -> Value:
        """What stands in brackets, with the function that the brackets belong to."""
        if opening != "(":
            self.take()
        value = self.either()
        if opening == "selected":
            self.take()
            value = text(self.either()) in text(value).split()
        self.take()
        return not truth(value) if opening == "not" else value


def compare(sign: str, left: Value, right: Value) -> bool:
    """Compare as XPath does: a number makes both numbers, and a blank is not a number."""
    if sign in ORDER:
        return ORDER[sign](number(left), number(right))
    if isinstance(left, bool) or isinstance(right, bool):
        return EQUALITY[sign](truth(left), truth(right))
    if isinstance(left, float) or isinstance(right, float):
        return EQUALITY[sign](number(left), number(right))
    return EQUALITY[sign](left, right)


def number(value: Value) -> float:
    try:
        return float(value)
    except ValueError:
        return math.nan


def truth(value: Value) -> bool:
    return bool(value) and value == value


def text(value: Value) -> str:
    return value if isinstance(value, str) else str(value)
