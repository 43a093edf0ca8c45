"""Reading tools from the store."""

from __future__ import annotations

from safehub.foundation.mistakes import Mistakes
from safehub.instruments.models import ToolVersion
from safehub.instruments.tools import Tool
from safehub.instruments.xlsform import read_tool


def tool_of(version: ToolVersion) -> Tool:
    """The tool of a kept version. It was without mistakes when it was kept.

    A version never changes, so each is read once in the life of a process.
    """
    return _READ.get(version.sha256) or _read(version)


_READ: dict[str, Tool] = {}
_MOST_READ = 64


def _read(version: ToolVersion) -> Tool:
    mistakes = Mistakes()
    tool = read_tool(version.sheets, version.title, mistakes.of("tool.xlsx"))
    if tool is None or len(mistakes):
        raise ValueError(f"The kept tool version {version.pk} cannot be read: {list(mistakes)}")
    if len(_READ) >= _MOST_READ:
        _READ.clear()
    _READ[version.sha256] = tool
    return tool
