"""A tool as somebody sends it in a workbook: its sheets, and all that is wrong with them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from safehub.foundation.documents.spreadsheets import read_workbook
from safehub.foundation.mistakes import Mistake, Mistakes
from safehub.instruments.drafting import SETTINGS, Drafted
from safehub.instruments.tools import Tool
from safehub.instruments.xlsform import read_tool

Sheets = Mapping[str, Sequence[Sequence[str]]]
ENDINGS = (".xlsx",)
MOST_BYTES = 10_000_000


@dataclass(frozen=True)
class Sent:
    """What a workbook came to. Without `sheets` it is none, or harmful; nothing of it is kept."""

    sheets: dict[str, list[list[str]]] | None
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True)
class Judged:
    """What sheets came to: the tool, where one can be read, and every mistake."""

    tool: Tool | None
    mistakes: tuple[Mistake, ...]

    @property
    def is_good(self) -> bool:
        """Whether it may be published."""
        return self.tool is not None and not self.mistakes


def sent_in(data: bytes, name: str) -> Sent:
    """Read the workbook of that name as a tool."""
    mistakes = Mistakes()
    of_file = mistakes.of(name)
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(data)
        file.flush()
        sheets = read_workbook(Path(file.name), of_file)
    if sheets is not None:
        read_tool(sheets, name, of_file)
    return Sent(sheets, tuple(mistakes))


def judged(sheets: Sheets, title: str, file: str = "the draft") -> Judged:
    """Read the sheets of a draft, as they will be read once they are published."""
    mistakes = Mistakes()
    tool = read_tool(sheets, title, mistakes.of(file))
    if tool is not None and not tool.items:
        mistakes.add(file, "sheet survey", "no question", "at least one question")
    return Judged(tool, tuple(mistakes))


def names_of(sheets: Sheets) -> tuple[str, str, str]:
    """Title, form id and version as the settings give them; blank where they do not."""
    settings = Drafted({SETTINGS: sheets.get(SETTINGS, ())}).settings
    return tuple(settings.get(one, "") for one in ("form_title", "form_id", "version"))  # type: ignore[return-value]
