"""A Questionnaire that somebody sends, as the sheets of a tool."""

from __future__ import annotations

from safehub.exchange.fhir_questionnaire.reading import read_questionnaire
from safehub.foundation.mistakes import Mistakes
from safehub.instruments.uploading import Sent
from safehub.instruments.writing import sheets_of

ENDINGS = (".json", ".xml")


def sent_in(data: bytes, name: str) -> tuple[Sent, list[str]]:
    """The sheets that it comes to, or all that is wrong; and what was left out without a harm."""
    mistakes = Mistakes()
    tool = read_questionnaire(data, mistakes.of(name))
    sheets = sheets_of(tool) if tool is not None else None
    return Sent(sheets, tuple(mistakes)), mistakes.remarks
