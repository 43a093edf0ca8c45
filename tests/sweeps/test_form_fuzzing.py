"""Every registered form is sent generated input: it answers in order, and does it whole or not.

500 examples a form in the full lane, a seeded few in the fast one.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from django import forms as django_forms
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from corpus.feeding import faults_of, hidden_of, kind_of, row_counts, undone
from corpus.kitchen_fixtures import kitchen, kitchen_table, product
from corpus.opened import Opened, Registered
from corpus.registry import FORMS

__all__ = ["kitchen", "kitchen_table", "product"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kitchen_table")]

IS_FULL = os.environ.get("SAFEHUB_TEST_LANE") == "full"
EXAMPLES = 500 if IS_FULL else 25

ODD = ["\0", "\u202e", "\ufeff", "<script>alert(1)</script>", "{{7*7}}", "' OR 1=1 --", "=1+1"]
NASTY = st.sampled_from(
    [*ODD, "", " ", "-1", "9" * 400, "None", "true", "\r\n", "👩‍👩‍👧", "../../x"]
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
WORDS = st.one_of(TEXT, NASTY, st.integers().map(str), st.floats().map(str), st.dates().map(str))
# For a field that its kind of value is put into most of the time.
NUMBERS = st.one_of(st.integers(-5, 2000).map(str), st.integers().map(str), WORDS)
EMAILS = st.one_of(st.emails(), WORDS)
DAYS = st.one_of(st.integers(-1, 33).map(str), WORDS)
YEARS = st.one_of(st.integers(1850, 2210).map(str), WORDS)


def _choices(field: Any) -> st.SearchStrategy[str]:
    real = [str(value) for value, _ in field.widget.choices]
    return st.one_of(st.sampled_from(real), WORDS) if real else WORDS


def values_for(name: str, field: django_forms.Field) -> dict[str, st.SearchStrategy[Any]]:
    """The inputs of a field, each with what may be put into it."""
    match kind_of(field):
        case "date":
            parts = {"day": DAYS, "month": DAYS, "year": YEARS}
            return {f"{name}-{part}": words for part, words in parts.items()}
        case "choice":
            return {name: _choices(field)}
        case "many":
            return {name: st.lists(_choices(field), max_size=5)}
        case "number":
            return {name: NUMBERS}
        case "email":
            return {name: EMAILS}
        case _:
            return {name: st.one_of(WORDS, st.lists(WORDS, min_size=1, max_size=3))}


def sendings(opened: Opened, hidden: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """What the form's fields might be sent, now and then without a field or with one too many."""
    generated: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in opened.form.fields.items():
        if not isinstance(field, django_forms.FileField):
            generated |= values_for(name, field)
    right = st.just({**opened.data, **hidden})
    some = st.fixed_dictionaries({}, optional=generated)
    extra = st.dictionaries(st.text(max_size=20), WORDS, max_size=2)
    token: st.SearchStrategy[dict[str, Any]] = st.one_of(
        st.just({}), st.fixed_dictionaries({"form_token": WORDS})
    )
    return st.tuples(right, some, extra, token).map(
        lambda parts: {name: value for part in parts for name, value in part.items()}
    )


@pytest.mark.parametrize("registered", FORMS, ids=str)
def test_a_form_answers_any_input_in_order(
    registered: Registered, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(registered.site)
    opened = registered.opens()
    hidden = hidden_of(opened)
    before = row_counts()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(sent=sendings(opened, hidden))
    def answers(sent: dict[str, Any]) -> None:
        with undone(opened.client):
            answer = opened.client.post(opened.address, sent)
            assert not faults_of(answer, {302, 403, 409, 413, 422, 429}, registered.name)
            if answer.status_code != 302:
                assert row_counts() == before

    answers()
