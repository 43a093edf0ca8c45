"""Tools as files to be taken away."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence

from django.http import HttpResponse

from safehub.instruments.writing import write_sheets

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def spreadsheet(
    sheets: Mapping[str, Sequence[Sequence[str]]], form_id: str, version: str
) -> HttpResponse:
    """The sheets as an XLSForm workbook."""
    file = io.BytesIO()
    write_sheets({name: [list(row) for row in rows] for name, rows in sheets.items()}, file)
    return as_file(file.getvalue(), XLSX, f"{form_id}-{version}.xlsx")


def as_file(data: bytes, kind: str, name: str) -> HttpResponse:
    """The bytes as a file of that name, whatever characters somebody gave it."""
    response = HttpResponse(data, content_type=kind)
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "tool"
    response.headers["Content-Disposition"] = f'attachment; filename="{plain}"'
    return response
