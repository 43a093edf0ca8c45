"""The same answers in a workbook and in a CSV file are judged alike: rows, hidden, mistakes."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safehub.audit.returns.judging import Expected, read_returns_csv
from safehub.audit.returns.workbooks.filled import _Terms, held_against
from safehub.foundation.mistakes import Mistakes
from safehub.instruments.tools import QuestionType

from .rounds import GP, POLICE, SIZE, TOOL, blank, filled, stored

# Letters that a cell keeps as they are: blanks at the ends are taken off by both.
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=20)
ODD = st.sampled_from(["", "x", "-1", "1.5", "TRUE", "2025-13-01", "yes no", "99:99", "OK"])
BY_TYPE = {
    QuestionType.TEXT: WORDS,
    QuestionType.INTEGER: st.integers(-3, 60).map(str),
    QuestionType.DECIMAL: st.decimals(-5, 5, places=2).map(str),
    QuestionType.RANGE: st.integers(-1, 22).map(lambda n: str(n / 2)),
    QuestionType.DATE: st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31)).map(str),
    QuestionType.TIME: st.times().map(lambda time: time.isoformat("minutes")),
    QuestionType.DATETIME: st.dates().map(lambda day: f"{day}T09:30"),
    QuestionType.ACKNOWLEDGE: st.just("OK"),
    QuestionType.FILE: st.just(""),
}


def answer_to(name: str) -> st.SearchStrategy[str]:
    question = TOOL.by_name[name]
    names = [choice.name for choice in question.choices]
    if question.type is QuestionType.SELECT_ONE:
        likely = st.sampled_from(names)
    elif question.type is QuestionType.SELECT_MULTIPLE:
        likely = st.lists(st.sampled_from(names), unique=True).map(" ".join)
    else:
        likely = BY_TYPE[question.type]
    return st.one_of(likely, likely, likely, likely, st.just(""), ODD)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(["submitted", "submitted", "submitted", "not_returned"]),
            "known": st.sampled_from(["yes", "yes", "yes", "no"]),
            **{c.name: answer_to(c.name) for c in TOOL.columns if c.name != "known"},
        }
    ),
    min_size=1,
    max_size=SIZE,
)


def by_csv(rows: list[Mapping[str, str]]) -> tuple[list[object], list[tuple[str, str, str]]]:
    """What the same cells come to as returns.csv."""
    out = io.StringIO()
    names = ["agency", "respondent", "case", *rows[0]]
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    for number, row in enumerate(rows, start=1):
        writer.writerow({"agency": "POLICE", "respondent": "", "case": f"{number:02}", **row})
    round_ = stored()
    mistakes = Mistakes()
    expected = Expected(
        terms=_Terms({one.code: one for one in (POLICE, GP)}),
        tool=TOOL,
        cases=frozenset(case.number for case in round_.sample.cases),
        size=SIZE,
        today=round_.today,
    )
    read = read_returns_csv(out.getvalue().encode(), expected, mistakes.of("returns.csv"))
    return list(read), [(one.place, one.found, one.wanted) for one in mistakes]


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(ROWS)
def test_workbook_and_csv_are_judged_alike(rows: list[dict[str, str]]) -> None:
    typed = [{name: text or None for name, text in row.items()} for row in rows]
    book = held_against(stored(), filled(blank(), *typed))
    wanted, mistakes = by_csv(list(rows))
    found = [
        (one.place.removeprefix("sheet returns, "), one.found, one.wanted) for one in book.mistakes
    ]
    assert found == mistakes
    assert list(book.rows) == ([] if mistakes else wanted)
