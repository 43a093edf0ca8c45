"""The conditions of a tool: XPath 1 with the functions that ODK forms use, and nothing else.

XLSForm writes `${name}` for the answer to another question and `.` for one's own. Dates compare
as numbers of days, as ODK has it (XForms: number(date) is days since 1970-01-01). The grammar is
read by elementpath; the values are worked out here, since an unanswered question is the empty
string (XPath would have no node, and its comparison with a number would be an error).
Source: XLSForm reference, "Relevant", "Constraint"; ODK XForms specification, "XPath functions".
"""

from __future__ import annotations

import datetime as dt
import math
import operator
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from elementpath import ElementPathError, MissingContextError
from elementpath.xpath1 import XPath1Parser

Value = str | float | bool

_EPOCH = dt.date(1970, 1, 1)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_NUMBER = re.compile(r"\s*-?(\d+(\.\d*)?|\.\d+)\s*\Z", re.ASCII)
_PIECES = re.compile(r"""('[^']*'|"[^"]*"|\$\{[^}]*\}|\$)""")
_LONGEST = 2_000
# Deeper than any person writes, and far from what Python's own stack can hold.
_DEEPEST = 60
# Beyond it a float has no more digits that could be rounded away.
_MOST_PLACES = 15

_FUNCTIONS: dict[str, int | tuple[int, int]] = {
    "selected": 2,
    "count-selected": 1,
    "if": 3,
    "coalesce": 2,
    "today": 0,
    "now": 0,
    "regex": 2,
    "string-length": (0, 1),
    "number": (0, 1),
    "not": 1,
    "true": 0,
    "false": 0,
    "round": (1, 2),
}
SUPPORTED = (
    "${name}, '.', numbers, quoted text, comparisons, arithmetic, and, or, "
    f"and the functions {', '.join(_FUNCTIONS)}"
)
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": lambda a, b: a / b if b else math.nan if not a or a != a else math.copysign(math.inf, a),
    "mod": lambda a, b: math.fmod(a, b) if b and math.isfinite(a) else math.nan,
}


class ExpressionError(ValueError):
    """The expression cannot be read; the text says what it may be made of."""


class _Parser(XPath1Parser):
    """XPath 1 with ODK's functions added; which tokens may be used is checked afterwards."""


def _register() -> None:
    # XPath's own `round` takes no number of places.
    _Parser.unregister("round")
    for name in ("selected", "count-selected", "if", "coalesce", "today", "now", "regex", "round"):
        token = _Parser.function(name, nargs=_FUNCTIONS[name])
        token.evaluate = _not_yet  # type: ignore[assignment, method-assign]


def _not_yet(token: Any, context: Any = None) -> Any:
    """Tell the parser, which works out what it can at once, that the answers come later."""
    raise MissingContextError(token.symbol)


_register()


class Expression:
    """A condition that has been read once and can be worked out for many sets of answers."""

    def __init__(self, source: str) -> None:
        """Read it. Raises ExpressionError for everything outside the supported subset."""
        self.source = source
        if len(source) > _LONGEST:
            raise ExpressionError(f"an expression of at most {_LONGEST:,} characters")
        self._names: dict[str, str] = {}
        translated = self._translated()
        self.references = frozenset(self._names.values())
        self._remembered: dict[tuple[str, ...], bool] = {}
        try:
            self._root = _Parser().parse(translated)
        except (ElementPathError, ArithmeticError, ValueError, TypeError, RecursionError) as error:
            raise ExpressionError(SUPPORTED) from error
        symbols = set(_checked(self._root))
        self.uses_own_answer = bool(symbols & {".", "string-length", "number"})
        self.uses_today = bool(symbols & {"today", "now"})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and self.source == other.source

    def __hash__(self) -> int:
        return hash(self.source)

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    def holds(self, answers: Mapping[str, str], own: str, today: dt.date) -> bool:
        """Whether it is true for these answers; a blank or absent answer is the empty string."""
        known = tuple(answers.get(name, "") for name in self._names.values())
        key = (*known, own if self.uses_own_answer else "", str(today) if self.uses_today else "")
        if key not in self._remembered:
            given = dict(zip(self._names, known, strict=True))
            self._remembered[key] = _boolean(_Evaluation(given, own, today).value(self._root))
        return self._remembered[key]

    def _translated(self) -> str:
        """XPath in which each `${name}` is a variable of its own."""
        pieces = []
        for piece in _PIECES.split(self.source):
            if piece == "$":
                raise ExpressionError("${name} for the answer to another question")
            if piece.startswith("${"):
                variable = f"v{len(self._names)}"
                self._names[variable] = piece[2:-1].strip()
                pieces.append(f"${variable}")
            else:
                pieces.append(piece)
        return "".join(pieces)


def _checked(token: Any, depth: int = 1) -> Iterator[str]:
    """The symbols in use. Refuses every one outside the subset, so that nothing is ignored."""
    if depth > _DEEPEST:
        raise ExpressionError(f"an expression of at most {_DEEPEST} steps, one within another")
    _check(token)
    yield token.symbol
    if token.symbol != "$":
        for part in token:
            yield from _checked(part, depth + 1)


def _check(token: Any) -> None:
    symbol, operands = token.symbol, len(token)
    if symbol in {"(string)", "(integer)", "(decimal)", "(float)", "."}:
        return
    if symbol in {"$", "("} and operands == 1:
        return
    if symbol in _FUNCTIONS and token.label == "function":
        if symbol == "regex":
            _check_pattern(token[1])
        return
    binary = {"=", "!=", "and", "or"} | _COMPARISONS.keys() | _ARITHMETIC.keys()
    if symbol in binary and (operands == 2 or (operands == 1 and symbol in {"+", "-"})):
        return
    raise ExpressionError(SUPPORTED)


def _check_pattern(pattern: Any) -> None:
    """It has to be there to be checked: one made from answers could break a run."""
    if pattern.symbol != "(string)":
        raise ExpressionError("regex with its pattern in quotes")
    _compiled(pattern.value)


class _Evaluation:
    """One working-out of an expression for one set of answers."""

    def __init__(self, given: Mapping[str, str], own: str, today: dt.date) -> None:
        self._given, self._own, self._today = given, own, today

    def value(self, token: Any) -> Value:
        symbol = token.symbol
        match symbol:
            case "(string)":
                return str(token.value)
            case "(integer)" | "(decimal)" | "(float)":
                return float(token.value)
            case ".":
                return self._own
            case "$":
                return self._given[str(token[0].value)]
            case "(":
                return self.value(token[0])
            case "and":
                return _boolean(self.value(token[0])) and _boolean(self.value(token[1]))
            case "or":
                return _boolean(self.value(token[0])) or _boolean(self.value(token[1]))
            case "=" | "!=":
                return _equal(self.value(token[0]), self.value(token[1])) is (symbol == "=")
        if symbol in _COMPARISONS:
            return _COMPARISONS[symbol](self._number(token, 0), self._number(token, 1))
        if symbol in _ARITHMETIC:
            return self._arithmetic(token)
        return self._function(token)

    def _arithmetic(self, token: Any) -> float:
        if len(token) == 1:
            return -self._number(token, 0) if token.symbol == "-" else self._number(token, 0)
        return _ARITHMETIC[token.symbol](self._number(token, 0), self._number(token, 1))

    def _function(self, token: Any) -> Value:
        match token.symbol:
            case "selected":
                return self._text(token, 1) in self._text(token, 0).split()
            case "count-selected":
                return float(len(self._text(token, 0).split()))
            case "if":
                return self.value(token[1 if _boolean(self.value(token[0])) else 2])
            case "coalesce":
                return self._text(token, 0) or self.value(token[1])
            case "today" | "now":
                return float((self._today - _EPOCH).days)
            case "regex":
                return bool(_compiled(self._text(token, 1)).fullmatch(self._text(token, 0)))
            case "string-length":
                return float(len(self._text(token, 0)))
            case "number":
                return self._number(token, 0)
            case "not":
                return not _boolean(self.value(token[0]))
            case "round":
                return self._rounded(token)
            case name:
                return bool(name == "true")

    def _rounded(self, token: Any) -> float:
        number = self._number(token, 0)
        places = self._number(token, 1) if len(token) == 2 else 0.0
        if math.isnan(places):
            return math.nan
        if not math.isfinite(number) or abs(number) >= 10**_MOST_PLACES or places > _MOST_PLACES:
            return number
        step = Decimal(1).scaleb(-int(max(places, -_MOST_PLACES)))
        return float(Decimal(repr(number)).quantize(step, ROUND_HALF_UP))

    def _text(self, token: Any, position: int) -> str:
        """An argument as text; the own answer where the function was given none."""
        value = self.value(token[position]) if len(token) > position else self._own
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float):
            return _written(value)
        return value

    def _number(self, token: Any, position: int) -> float:
        return _number(self.value(token[position]) if len(token) > position else self._own)


def _written(number: float) -> str:
    """A number as XPath 1 writes it, 4.2."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return str(int(number)) if number.is_integer() else format(Decimal(repr(number)), "f")


def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern that must match the whole of an answer, as ODK has it."""
    try:
        with warnings.catch_warnings():
            # Python warns of `[[` and the like, which later versions may read otherwise.
            warnings.simplefilter("ignore")
            return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ExpressionError("a regular expression that can be read") from error


def _number(value: Value) -> float:
    """A number as XPath 1 has it, and a date as its days since 1970; NaN for everything else."""
    if not isinstance(value, str):
        return float(value)
    if _DATE.match(value):
        try:
            return float((dt.date.fromisoformat(value) - _EPOCH).days)
        except ValueError:
            return math.nan
    return float(value) if _NUMBER.match(value) else math.nan


def _boolean(value: Value) -> bool:
    if isinstance(value, float):
        return bool(value) and not math.isnan(value)
    return bool(value)


def _equal(a: Value, b: Value) -> bool:
    """XPath 1, 3.4: booleans first, then numbers, else texts."""
    if isinstance(a, bool) or isinstance(b, bool):
        return _boolean(a) is _boolean(b)
    if isinstance(a, float) or isinstance(b, float):
        return _number(a) == _number(b)
    return a == b
