"""Answers as they are kept."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safehub.instruments.answers import NotAnAnswer, canonical, parsed_date
from safehub.instruments.tools import Choice, Question, QuestionType

CHOICES = tuple(Choice(name, name) for name in ("mother", "father", "na"))
KINDS = [kind for kind in QuestionType if kind is not QuestionType.NOTE]


def question(kind: QuestionType) -> Question:
    return Question(name="q", label="Q", type=kind, choices=CHOICES)


TEXTS = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.from_regex(r"[+-]?\d{1,20}(\.\d{0,20})?", fullmatch=True),
    st.dates().map(str),
    st.lists(st.sampled_from(["mother", "father", "na", "x"])).map(" ".join),
)


@given(st.sampled_from(KINDS), TEXTS)
def test_canonical_answer_stays_as_it_is(kind: QuestionType, text: str) -> None:
    try:
        kept = canonical(question(kind), text)
    except NotAnAnswer:
        return
    assert canonical(question(kind), kept) == kept


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=6, min_value=-(10**6), max_value=10**6
    )
)
def test_canonical_decimal_is_the_same_number(number: Decimal) -> None:
    assert Decimal(canonical(question(QuestionType.DECIMAL), f"{number:f}")) == number


KEPT = [
    (QuestionType.INTEGER, "007", "7"),
    (QuestionType.INTEGER, "+7", "7"),
    (QuestionType.INTEGER, "-0", "0"),
    (QuestionType.DECIMAL, "1.50", "1.5"),
    (QuestionType.DECIMAL, ".5", "0.5"),
    (QuestionType.DECIMAL, "5.", "5"),
    (QuestionType.DECIMAL, "-0.0", "0"),
    (QuestionType.DATE, "2024-02-29", "2024-02-29"),
    (QuestionType.SELECT_MULTIPLE, "father  mother", "mother father"),
    (QuestionType.SELECT_ONE, "na", "na"),
    (QuestionType.SELECT_ONE, "", ""),
]


@pytest.mark.parametrize(("kind", "text", "kept"), KEPT)
def test_answer_is_kept_as(kind: QuestionType, text: str, kept: str) -> None:
    assert canonical(question(kind), text) == kept


WRONG = [
    (QuestionType.INTEGER, "1.0"),
    (QuestionType.INTEGER, "1e3"),
    (QuestionType.INTEGER, "٣"),
    (QuestionType.INTEGER, "9" * 19),
    (QuestionType.DECIMAL, "1,5"),
    (QuestionType.DECIMAL, "."),
    (QuestionType.DECIMAL, "NaN"),
    (QuestionType.DECIMAL, "Infinity"),
    (QuestionType.DECIMAL, "0.12345678901234567"),
    (QuestionType.DATE, "2026-02-29"),
    (QuestionType.DATE, "2026-2-1"),
    (QuestionType.DATE, "20260201"),
    (QuestionType.DATE, "2026-W01-1"),
    (QuestionType.SELECT_ONE, "Mother"),
    (QuestionType.SELECT_ONE, "mother father"),
    (QuestionType.SELECT_MULTIPLE, "mother mother"),
    (QuestionType.SELECT_MULTIPLE, "mother,father"),
]


@pytest.mark.parametrize(("kind", "text"), WRONG)
def test_answer_is_refused(kind: QuestionType, text: str) -> None:
    with pytest.raises(NotAnAnswer):
        canonical(question(kind), text)


@given(st.dates())
def test_every_date_is_read(date: dt.date) -> None:
    assert parsed_date(date.isoformat()) == date
