"""What changes tools."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from safehub.instruments.models import ToolVersion
from safehub.instruments.tools import Tool


def keep_tool_version(*, tool: Tool, sheets: Mapping[str, Sequence[Sequence[str]]]) -> ToolVersion:
    """The version with exactly these sheets, made if it is new."""
    kept = {name: [list(row) for row in rows] for name, rows in sheets.items()}
    canonical = json.dumps([tool.title, kept], sort_keys=True, ensure_ascii=False)
    version, _ = ToolVersion.objects.get_or_create(
        sha256=hashlib.sha256(canonical.encode()).hexdigest(),
        defaults={
            "form_id": tool.form_id,
            "version": tool.version,
            "title": tool.title,
            "sheets": kept,
        },
    )
    return version
