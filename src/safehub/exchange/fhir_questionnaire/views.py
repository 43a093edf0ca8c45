"""A version of a tool as a FHIR Questionnaire, to be taken away."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from safehub.exchange.fhir_questionnaire import write_questionnaire
from safehub.foundation.access.requests import viewer_on
from safehub.instruments.files import as_file
from safehub.instruments.queries import opened_version, tool_of
from safehub.instruments.states import ToolStatus

KIND = "application/fhir+json"
_STATUS = {ToolStatus.PUBLISHED: "active", ToolStatus.RETIRED: "retired"}


@require_safe
def questionnaire(request: HttpRequest, key: int) -> HttpResponse:
    """The version as JSON."""
    found = opened_version(viewer_on(request), key)
    data = write_questionnaire(tool_of(found), _STATUS[ToolStatus(found.status)])
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    return as_file(text.encode(), KIND, f"{found.form_id}-{found.version}.json")
