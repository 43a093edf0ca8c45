"""Random tools, out as a Questionnaire and back."""

from __future__ import annotations

import json
import os

from fhir.resources.R4B.questionnaire import Questionnaire
from hypothesis import HealthCheck, given, settings

from safehub.exchange.fhir_questionnaire import read_questionnaire, write_questionnaire
from safehub.foundation.mistakes import Mistakes
from safehub.instruments.tools import Tool

from .invariants import broken
from .sheets import tools

_IS_FULL = os.environ.get("SAFEHUB_TEST_LANE") == "full"
_LIMITS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _back(data: bytes) -> Tool | None:
    mistakes = Mistakes()
    tool = read_questionnaire(data, mistakes.of("tool.json"))
    assert [str(mistake) for mistake in mistakes] == []
    assert mistakes.remarks == []
    return tool


@settings(_LIMITS, max_examples=1000 if _IS_FULL else 60)
@given(tools())
def test_any_tool_validates_and_reads_back_equal(tool: Tool) -> None:
    written = write_questionnaire(tool)
    text = json.dumps(written)
    Questionnaire.model_validate_json(text)
    assert broken(written) == []
    assert _back(text.encode()) == tool


@settings(_LIMITS, max_examples=300 if _IS_FULL else 20)
@given(tools())
def test_any_tool_reads_back_equal_from_xml(tool: Tool) -> None:
    resource = Questionnaire.model_validate(write_questionnaire(tool))
    xml = resource.model_dump_xml()
    assert _back(xml if isinstance(xml, bytes) else xml.encode()) == tool
