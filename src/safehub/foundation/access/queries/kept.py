"""Questions about a viewer that are worded once and kept from one request to the next.

What is kept is the question, never an answer: conditions and SQL that follow from the rules, from
who asks and from what bears on them, each of which is part of the key. Wording them costs more
than having the database answer them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

from safehub.foundation.access.judging import Policy
from safehub.foundation.access.viewer import Viewer

T = TypeVar("T")

MOST = 4_096
# No record has this key. It marks the place of the key in the SQL that is kept.
_PLACE = -7_046_029_254_386_353_131
_LARGEST = 2**63 - 1


class Kept:
    """What was made for each key, under one policy; emptied when it has grown too large."""

    def __init__(self) -> None:
        self._rules: Policy | None = None
        self._found: dict[tuple[object, ...], Any] = {}

    def of(self, rules: Policy, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """As made before for the key under these rules, else made now."""
        if self._rules is not rules or len(self._found) >= MOST:
            self.clear()
            self._rules = rules
        found = self._found
        if key not in found:
            found[key] = make()
        return cast("T", found[key])

    def clear(self) -> None:
        """Everything is made anew from now on."""
        self._found = {}


QUESTIONS = Kept()


def timeless(viewer: Viewer) -> Viewer:
    """The viewer without all that changes from request to request.

    A relation of a lasting kind is asked with this, so it cannot depend on what is left out.
    """
    return replace(
        viewer,
        valid_from=None,
        valid_to=None,
        trained_until=None,
        stepped_up_at=None,
        at=None,
        request_id="",
        purpose="",
        operating_user="",
    )


@dataclass(frozen=True)
class Worded:
    """A question about one record as SQL; its key stands `at` that place of the values."""

    sql: str
    values: tuple[Any, ...]
    at: int
    names: tuple[str, ...]


def worded(rows: QuerySet[Any, dict[str, Any]]) -> Worded | None:
    """The SQL by which one of the rows is fetched. None where it cannot be put into words once."""
    query = rows.filter(pk=_PLACE).query
    try:
        sql, values = query.get_compiler(using=rows.db).as_sql()
    except EmptyResultSet:
        return None
    places = [i for i, value in enumerate(values) if value == _PLACE]
    if len(places) != 1:
        return None
    names = query.selected or ()
    return Worded(sql, tuple(values), places[0], tuple(names))


def answered(rows: QuerySet[Any, dict[str, Any]], question: Worded, key: int) -> dict[str, Any]:
    """The row of that key, as the database gives it; nothing where there is none. One query."""
    if not 0 <= key <= _LARGEST:
        return {}
    values = list(question.values)
    values[question.at] = key
    with connections[rows.db].cursor() as cursor:
        cursor.execute(question.sql, values)
        row = cursor.fetchone()
    return {} if row is None else dict(zip(question.names, row, strict=True))


Rows = QuerySet[Any, tuple[Any, ...]]


@dataclass(frozen=True)
class Listed:
    """A question for rows as SQL; each of `places` is one of the values and which given number."""

    sql: str
    values: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]

    def answered(self, given: Sequence[int]) -> list[tuple[Any, ...]]:
        """The rows, as the database gives them. One query."""
        values = list(self.values)
        for at, which in self.places:
            values[at] = given[which]
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(self.sql, values)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows


def listed(make: Callable[[Sequence[int]], Rows], count: int, around: str) -> Listed | None:
    """The SQL of the rows that are made of so many numbers; None where there can be none.

    Raises ValueError where a number goes into it in another way than as a value: such a question
    cannot be kept.
    """
    marks = [_PLACE - number for number in range(count)]
    rows = make(marks)
    try:
        sql, values = rows.query.get_compiler(using=DEFAULT_DB_ALIAS).as_sql()
    except EmptyResultSet:
        return None
    which = {mark: number for number, mark in enumerate(marks)}
    places = tuple((at, which[one]) for at, one in enumerate(values) if one in which)
    if {number for _, number in places} != set(range(count)):
        raise ValueError(f"Not every number given is a value of this question: {sql}")
    return Listed(around.format(sql) if around else sql, tuple(values), places)
