"""What changes tools."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from django.db import transaction

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.instruments.models import ToolVersion
from safehub.instruments.tools import Tool


@transaction.atomic
def keep_tool_version(
    *, tool: Tool, sheets: Mapping[str, Sequence[Sequence[str]]], by: Viewer
) -> ToolVersion:
    """The version with exactly these sheets, made if it is new."""
    kept = {name: [list(row) for row in rows] for name, rows in sheets.items()}
    canonical = json.dumps([tool.title, kept], sort_keys=True, ensure_ascii=False)
    version, is_new = ToolVersion.objects.get_or_create(
        sha256=hashlib.sha256(canonical.encode()).hexdigest(),
        defaults={
            "form_id": tool.form_id,
            "version": tool.version,
            "title": tool.title,
            "sheets": kept,
        },
    )
    if is_new:
        record("tool.kept", by=by, on=ref_of(version))
    return version
