"""A tool as somebody sends it in a file: its sheets, and all that is wrong with them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

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
    """What a file came to. Without `sheets` it is none, or harmful, or cannot be a tool.

    `remarks` are what was left out of it without a harm. `is_mendable` says that its mistakes are
    worth keeping, for whoever sent it to mend.
    """

    sheets: dict[str, list[list[str]]] | None
    mistakes: tuple[Mistake, ...]
    remarks: tuple[str, ...] = ()
    is_mendable: bool = True


@dataclass(frozen=True)
class Judged:
    """What sheets came to: the tool, where one can be read, and every mistake."""

    tool: Tool | None
    mistakes: tuple[Mistake, ...]

    @property
    def is_good(self) -> bool:
        """Whether it may be published."""
        return self.tool is not None and not self.mistakes


def all_endings() -> tuple[str, ...]:
    """The endings of all files that a tool may come in."""
    return (*ENDINGS, *settings.TOOL_READERS)


def is_workbook(name: str) -> bool:
    """Whether a file of that name is one with cells."""
    return name.lower().endswith(ENDINGS)


def read_file(data: bytes, name: str) -> Sent:
    """Read a file as a tool by what its name says that it is: a workbook, or another format."""
    for ending, reader in settings.TOOL_READERS.items():
        if name.lower().endswith(ending):
            sent: Sent = import_string(reader)(data, name)
            return sent
    return sent_in(data, name)


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
    return Sent(sheets, tuple(mistakes), is_mendable=sheets is not None)


def judged(sheets: Sheets, title: str, file: str = "the draft") -> Judged:
    """Read the sheets of a draft, as they will be read once they are published."""
    mistakes = Mistakes()
    tool = read_tool(sheets, title, mistakes.of(file))
    if tool is not None and not tool.items:
        mistakes.add(file, "sheet survey", "no question", "at least one question")
    return Judged(tool, tuple(mistakes))


def names_of(sheets: Sheets) -> tuple[str, str, str]:
    """Title, form id and version as the settings give them; blank where they do not."""
    found = Drafted({SETTINGS: sheets.get(SETTINGS, ())}).settings
    return tuple(found.get(one, "") for one in ("form_title", "form_id", "version"))  # type: ignore[return-value]
