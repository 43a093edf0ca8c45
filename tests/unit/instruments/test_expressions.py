"""Conditions: what they come to for some answers, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safehub.instruments.expressions import Expression, ExpressionError

TODAY = dt.date(2026, 1, 31)
ANSWERS = {
    "known": "yes",
    "blank": "",
    "n": "7",
    "tenth": "0.1",
    "day": "2026-01-30",
    "no_day": "2026-02-30",
    "several": "mother father",
    "words": "a few words",
    "huge": "9" * 400,
}

HOLD = [
    ("${known} = 'yes'", True),
    ('${known} = "yes"', True),
    ("${known} != 'no'", True),
    ("${ known } = 'yes'", True),
    ("${blank} = ''", True),
    ("${blank} != 'yes'", True),
    ("${absent} = ''", True),
    ("${blank} < 1", False),
    ("${blank} > 1", False),
    ("${blank} = 0", False),
    ("number(${blank}) = number(${blank})", False),
    ("${n} = 7", True),
    ("${n} = '7'", True),
    ("${n} = '7.0'", False),
    ("${n} >= 7 and ${n} <= 7", True),
    ("${n} + 1 = 8", True),
    ("-${n} = -7", True),
    ("${n} div 2 = 3.5", True),
    ("${n} mod 4 = 3", True),
    ("${n} mod 0 = 0", False),
    ("${n} div 0 > 1", True),
    ("0 - ${n} div 0 < 1", True),
    ("${tenth} + 0.2 = 0.3", False),
    ("${day} < today()", True),
    ("${day} = '2026-01-30'", True),
    ("today() - ${day} = 1", True),
    ("today() = '2026-01-31'", True),
    ("now() = today()", True),
    ("${no_day} < today()", False),
    ("${words} < 3", False),
    ("selected(${several}, 'mother')", True),
    ("selected(${several}, 'moth')", False),
    ("selected(${blank}, 'mother')", False),
    ("count-selected(${several}) = 2", True),
    ("count-selected(${blank}) = 0", True),
    ("if(${known} = 'yes', 1, 0) = 1", True),
    ("coalesce(${blank}, ${n}) = 7", True),
    ("coalesce(${known}, ${n}) = 'yes'", True),
    ("string-length(${known}) = 3", True),
    ("string-length() = 4", True),
    ("number() = 1234", True),
    ("regex(., '[0-9]{4}')", True),
    ("regex(., '[0-9]{3}')", False),
    ("regex(., '[[0-9]+')", True),
    (". > 1000 and . < 2000", True),
    ("not(${known} = 'no')", True),
    ("true()", True),
    ("false()", False),
    ("true() or false() and false()", True),
    ("(true() or false()) and false()", False),
    ("round(2.5) = 3", True),
    ("round(1.25, 1) = 1.3", True),
    ("round(1234, -2) = 1200", True),
    ("round(${blank}) = 0", False),
    ("round(${n}, ${blank}) = 7", False),
    ("round(${huge}) > 1", True),
    ("round(., 400) = 1234", True),
    ("round(${n}, 0 - 400) = 0", True),
    ("string-length(1 div 0) = 8", True),
    ("'a' = 'a'", True),
    ("'${known}' = '$' or true()", True),
    ("${words}", True),
    ("${blank}", False),
]


@pytest.mark.parametrize(("source", "expected"), HOLD)
def test_expression_holds_as_odk_has_it(source: str, expected: bool) -> None:
    assert Expression(source).holds(ANSWERS, "1234", TODAY) is expected


REFUSED = [
    "",
    " ",
    "${known} =",
    "${known",
    "$known = 'yes'",
    "$v0 = 1",
    "v0 = 1",
    "known = 'yes'",
    "true",
    "/data/known = 'yes'",
    "../known = 'yes'",
    "..",
    "@known",
    "//*",
    "*",
    "1 | 2",
    "(1, 2)",
    "concat('a', 'b') = 'ab'",
    "contains(., 'a')",
    "pulldata('a', 'b', 'c', 'd')",
    "position() = 1",
    "count(.) = 1",
    "sum(.) = 1",
    "uuid()",
    "once(today())",
    "selected(.)",
    "if(1, 2)",
    "regex(., '(')",
    "regex(., ${known})",
    "regex(., 'a{99999999999}')",
    "'open",
    "= 'yes'",
    "${known} == 'yes'",
    "${known} && true()",
    "1" + " + 1" * 400,
    "(" * 300 + "1" + ")" * 300,
    "'" + "x" * 3000 + "'",
    "doc('file:///etc/passwd')",
]


@pytest.mark.parametrize("source", REFUSED)
def test_expression_outside_the_subset_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        Expression(source)
    assert str(refused.value)


def test_references_are_the_names_in_braces() -> None:
    assert Expression("${a} = 1 and selected(${b}, 'x') or ${a} = 2").references == {"a", "b"}


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(source: str) -> None:
    try:
        expression = Expression(source)
    except ExpressionError:
        return
    assert expression.holds({}, "", TODAY) in {True, False}


_WORDS = """
${a} . 1 0 'x' '' + - * div mod = != < and or ( ) , not( round( if( regex( today() number(
selected( coalesce( string-length( count-selected(
"""
_PIECES = st.sampled_from(_WORDS.split())


@given(st.lists(_PIECES, max_size=12), st.text(max_size=20))
def test_any_mixture_of_what_is_supported_is_read_or_refused(pieces: list[str], own: str) -> None:
    try:
        expression = Expression(" ".join(pieces))
    except ExpressionError:
        return
    assert expression.holds({"a": own}, own, TODAY) in {True, False}
