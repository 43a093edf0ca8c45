"""The conditions of a tool: XPath 1 with the functions that ODK forms use, and nothing else.

XLSForm writes `${name}` for the answer to another question and `.` for one's own; in a choice
filter a bare name is a column of the choice. Dates compare as numbers of days, as ODK has it
(XForms: number(date) is days since 1970-01-01), a time as its part of a day, and a date with a time
as both. The grammar is read by elementpath; the values are worked out here, since an unanswered
question is the empty string (XPath would have no node, and its comparison with a number would be
an error).
Source: XLSForm reference, "Relevant", "Constraint", "Calculation", "Cascading selects"; ODK XForms
specification, "XPath functions".
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

_NO_ROW: Mapping[str, str] = {}
_EPOCH = dt.date(1970, 1, 1)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2})?\Z", re.ASCII)
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?\Z", re.ASCII)
_NUMBER = re.compile(r"\s*-?(\d+(\.\d*)?|\.\d+)\s*\Z", re.ASCII)
_PIECES = re.compile(r"""('[^']*'|"[^"]*"|\$\{[^}]*\}|\$)""")
_LONGEST = 2_000
# Deeper than any person writes, and far from what Python's own stack can hold.
_DEEPEST = 60
# Beyond it a float has no more digits that could be rounded away.
_MOST_PLACES = 15
_SECONDS = 86_400
# Outcomes that one expression remembers: answers of one audit come to far fewer.
_MOST_REMEMBERED = 10_000

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
# What other programs take, and what to write here instead.
_INSTEAD = {
    "pulldata": "in place of pulldata(), a list on the sheet choices with a choice_filter",
    "jr:choice-name": "in place of jr:choice-name(), the name of the choice",
    "jr:itext": "in place of jr:itext(), the words themselves",
    "indexed-repeat": "in place of indexed-repeat(), the question within its own group",
    "position": "without position(), for entries are numbered anyway",
    "sum": "in place of sum(), ${a} + ${b}",
    "count": "in place of count(), a question that asks how many",
    "count-non-empty": "in place of count-non-empty(), if(${a} != '', 1, 0) + ...",
    "concat": "in place of concat(), a question for the words",
    "int": "in place of int(), round()",
    "once": "in place of once(), a default",
    "decimal-date-time": "without decimal-date-time(), for dates compare as they are",
    "date": "without date(), for a date in quotes will do",
    "format-date": "without format-date(), for dates are shown as words anyway",
    "random": "without random(), for the same answers must come to the same",
    "uuid": "without uuid(), for each return has a name of its own",
}
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


class _Days(float):
    """A day as the number it is in arithmetic; as text it is written as a date."""

    __slots__ = ()


class Expression:
    """A condition that has been read once and can be worked out for many sets of answers."""

    def __init__(self, source: str, *, columns: bool = False) -> None:
        """Read it. Raises ExpressionError for everything outside the supported subset.

        `columns` says whether a bare name may stand for a column of a choice.
        """
        self.source = source
        if len(source) > _LONGEST:
            raise ExpressionError(f"an expression of at most {_LONGEST:,} characters")
        self._names: dict[str, str] = {}
        translated = self._translated()
        self.references = frozenset(self._names.values())
        self._remembered: dict[tuple[str, ...], Value] = {}
        try:
            self._root = _Parser().parse(translated)
            found = list(_checked(self._root, columns=columns))
        except ExpressionError as error:
            raise _with_instead(error, translated) from error
        except (ElementPathError, ArithmeticError, ValueError, TypeError, RecursionError) as error:
            raise _with_instead(ExpressionError(SUPPORTED), translated) from error
        self.columns = frozenset(str(t.value) for t in found if t.symbol == "(name)")
        self._ordered = sorted(self.columns)
        symbols = {token.symbol for token in found}
        self.uses_own_answer = bool(symbols & {".", "string-length", "number"})
        self.uses_today = bool(symbols & {"today", "now"})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and self.source == other.source

    def __hash__(self) -> int:
        return hash(self.source)

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    @property
    def literal(self) -> str | None:
        """The text, where it is a quoted text and nothing else."""
        return str(self._root.value) if self._root.symbol == "(string)" else None

    def holds(
        self,
        answers: Mapping[str, str],
        own: str,
        today: dt.date,
        row: Mapping[str, str] = _NO_ROW,
    ) -> bool:
        """Whether it is true for these answers; a blank or absent answer is the empty string.

        `row` has the columns of the choice that a choice filter is asked about.
        """
        return _boolean(self.value(answers, own, today, row))

    def text(self, answers: Mapping[str, str], own: str, today: dt.date) -> str:
        """What it comes to as an answer is kept: blank where it is no number, a day as a date."""
        value = self.value(answers, own, today)
        if isinstance(value, float) and not isinstance(value, _Days):
            # What lies beyond 15 digits is the machine's and no part of the outcome.
            return _written(float(f"{value:.15g}")) if math.isfinite(value) else ""
        return _text(value)

    def value(
        self,
        answers: Mapping[str, str],
        own: str,
        today: dt.date,
        row: Mapping[str, str] = _NO_ROW,
    ) -> Value:
        """What it comes to: text, number or truth."""
        known = tuple(answers.get(name, "") for name in self._names.values())
        own = own if self.uses_own_answer else ""
        cells = tuple(row.get(name, "") for name in self._ordered) if self.columns else ()
        key = (*known, own, str(today) if self.uses_today else "", *cells)
        if key not in self._remembered:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            given = dict(zip(self._names, known, strict=True))
            self._remembered[key] = _Evaluation(given, own, today, row).value(self._root)
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


def _with_instead(error: ExpressionError, source: str) -> ExpressionError:
    """The same, with what to write in place of what other programs know."""
    for name in re.findall(r"([a-z][\w:-]*)\s*\(", re.sub(r"'[^']*'|\"[^\"]*\"", "", source)):
        if name in _INSTEAD:
            return ExpressionError(f"{error} ({_INSTEAD[name]})")
    return error


def _checked(token: Any, depth: int = 1, *, columns: bool) -> Iterator[Any]:
    """The tokens in use. Refuses every one outside the subset, so that nothing is ignored."""
    if depth > _DEEPEST:
        raise ExpressionError(f"an expression of at most {_DEEPEST} steps, one within another")
    _check(token, columns=columns)
    yield token
    if token.symbol != "$":
        for part in token:
            yield from _checked(part, depth + 1, columns=columns)


def _check(token: Any, *, columns: bool) -> None:
    symbol, operands = token.symbol, len(token)
    if symbol in {"(string)", "(integer)", "(decimal)", "(float)", "."}:
        return
    if symbol in {"$", "("} and operands == 1:
        return
    if symbol == "(name)" and columns:
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

    def __init__(
        self, given: Mapping[str, str], own: str, today: dt.date, row: Mapping[str, str]
    ) -> None:
        self._given, self._own, self._today, self._row = given, own, today, row

    def value(self, token: Any) -> Value:
        symbol = token.symbol
        match symbol:
            case "(string)":
                return str(token.value)
            case "(integer)" | "(decimal)" | "(float)":
                return float(token.value)
            case ".":
                return self._own
            case "(name)":
                return self._row.get(str(token.value), "")
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
                return _Days((self._today - _EPOCH).days)
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
        return _text(self.value(token[position]) if len(token) > position else self._own)

    def _number(self, token: Any, position: int) -> float:
        return as_number(self.value(token[position]) if len(token) > position else self._own)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, _Days):
        return day_of(value)
    return _written(value) if isinstance(value, float) else value


def day_of(days: float) -> str:
    """The date that is so many whole days after 1970-01-01; blank where there is none."""
    try:
        return (_EPOCH + dt.timedelta(days=math.floor(days))).isoformat()
    except OverflowError:
        return ""


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


def as_number(value: Value) -> float:
    """A number as XPath 1 has it, and a day or time as its days since 1970; NaN for all else."""
    if not isinstance(value, str):
        return float(value)
    if _NUMBER.match(value):
        return float(value)
    try:
        if _DATE.match(value):
            return float((dt.date.fromisoformat(value) - _EPOCH).days)
        if _TIME.match(value):
            return _part_of_day(dt.time.fromisoformat(value))
        if _DATETIME.match(value):
            moment = dt.datetime.fromisoformat(value)
            return (moment.date() - _EPOCH).days + _part_of_day(moment.time())
    except ValueError:
        pass
    return math.nan


def _part_of_day(time: dt.time) -> float:
    return (time.hour * 3600 + time.minute * 60 + time.second) / _SECONDS


def _boolean(value: Value) -> bool:
    if isinstance(value, float):
        return bool(value) and not math.isnan(value)
    return bool(value)


def _equal(a: Value, b: Value) -> bool:
    """XPath 1, 3.4: booleans first, then numbers, else texts."""
    if isinstance(a, bool) or isinstance(b, bool):
        return _boolean(a) is _boolean(b)
    if isinstance(a, float) or isinstance(b, float):
        return as_number(a) == as_number(b)
    return a == b
