"""The fields of a question: what they are called is known without making them."""

from __future__ import annotations

import pytest

from factories.answering import sheets
from safehub.instruments.fields import fields_of, names_of
from safehub.instruments.models import ToolVersion
from safehub.instruments.queries import tool_of
from safehub.instruments.tools import QuestionType


@pytest.mark.parametrize("most", [None, 2])
def test_the_names_are_those_of_the_fields(most: int | None) -> None:
    tool = tool_of(ToolVersion(form_id="f", version="1", sheets=sheets(), sha256="fe" * 32))
    kinds = set()
    for question in tool.questions:
        choices = question.choices[:most] if most else None
        made = fields_of(question, "q1", choices=choices)
        assert names_of(question, "q1", choices=choices) == tuple(made), question.name
        kinds.add(question.type)
    assert {QuestionType.RANK, QuestionType.SELECT_ONE, QuestionType.TEXT} <= kinds
