"""Questions for a few records that nearly every page asks, put into SQL once in a process.

Django words a question anew each time, which costs several times what the database needs to answer
it. What is kept is the wording, never an answer. It rests on a compiler of Django's being used
again with other values; tests/unit/foundation/test_questions.py holds it to the plain question.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

# No record has these keys; each marks the place of a value in the SQL that is kept.
_KEY = -7_046_029_254_386_353_131
_LARGEST = 2**63 - 1
_FIRST_DAY = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)


class Question(Generic[M]):
    """Asks for the rows that `make` finds, which are worded by the first to ask.

    `make` takes keys, texts and moments, as many as are named `kinds`, and lets each of them be
    nothing in its question but a value. Raises ValueError where one is more than that.
    """

    def __init__(self, make: Callable[..., QuerySet[M]], *kinds: type) -> None:
        self._make, self._kinds = make, kinds
        self._kept: dict[str, tuple[Any, str, tuple[Any, ...], list[tuple[int, int]]]] = {}

    def asked(self, *given: object) -> list[M]:
        """The rows, with what the question selects beside them. One query."""
        if any(isinstance(one, int) and abs(one) > _LARGEST for one in given):
            return []
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in self._kept:
            self._kept[connection.vendor] = self._worded()
        worded, sql, values, places = self._kept[connection.vendor]
        filled = list(values)
        for at, which in places:
            filled[at] = _adapted(given[which])
        rows = worded._chain()
        compiler = copy.copy(rows.query.kept)
        compiler.connection = connection
        compiler.as_sql = lambda **_: (sql, tuple(filled))
        rows.query.get_compiler = lambda *_, **__: compiler
        return list(rows)

    def first(self, *given: object) -> M | None:
        """The first of them. One query."""
        return next(iter(self.asked(*given)), None)

    def _worded(self) -> tuple[Any, str, tuple[Any, ...], list[tuple[int, int]]]:
        marks = [_mark(kind, number) for number, kind in enumerate(self._kinds)]
        rows: Any = self._make(*marks)
        compiler = rows.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, values = compiler.as_sql()
        which = {_adapted(mark): number for number, mark in enumerate(marks)}
        places = [(at, which[one]) for at, one in enumerate(values) if one in which]
        if {number for _, number in places} != set(range(len(marks))):
            raise ValueError(f"Not every value given is one of this question: {sql}")
        rows.query.kept = compiler
        return rows, sql, tuple(values), places


def _mark(kind: type, number: int) -> object:
    if kind is int:
        return _KEY + number
    return f"\ue000{number}" if kind is str else _FIRST_DAY + dt.timedelta(days=number)


def _adapted(value: object) -> object:
    """As the database's driver is given it."""
    if not isinstance(value, dt.datetime):
        return value
    return connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(value)
