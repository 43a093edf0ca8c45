"""Reading tools from the store."""

from __future__ import annotations

from safehub.foundation.mistakes import Mistakes
from safehub.instruments.models import ToolVersion
from safehub.instruments.tools import Tool
from safehub.instruments.xlsform import read_tool


def tool_of(version: ToolVersion) -> Tool:
    """The tool of a kept version. It was without mistakes when it was kept."""
    mistakes = Mistakes()
    tool = read_tool(version.sheets, version.title, mistakes.of("tool.xlsx"))
    if tool is None or len(mistakes):
        raise ValueError(f"The kept tool version {version.pk} cannot be read: {list(mistakes)}")
    return tool
