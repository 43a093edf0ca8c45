"""A workbook as an agency takes it away and fills it in."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import openpyxl

from safehub.audit.programmes.models import Participant
from safehub.audit.returns.workbooks.queries import own_blank
from safehub.audit.returns.workbooks.writing import write_workbook
from safehub.foundation.access.viewer import Viewer


def filled_workbook(
    viewer: Viewer, participant: Participant, rows: Sequence[Mapping[str, str]]
) -> bytes:
    """The agency's workbook, with these answers in the rows of their cases."""
    file = io.BytesIO()
    write_workbook(file, own_blank(viewer, participant.audit, participant))
    return filled_in(file.getvalue(), rows)


def filled_in(blank: bytes, rows: Sequence[Mapping[str, str]]) -> bytes:
    """An empty workbook as it was downloaded, with these answers in the rows of their cases."""
    book = openpyxl.load_workbook(io.BytesIO(blank))
    sheet = book["returns"]
    columns = {str(cell.value): place for place, cell in enumerate(sheet[1], start=1)}
    lines = range(2, sheet.max_row + 1)
    places = {str(sheet.cell(line, columns["case"]).value): line for line in lines}
    for row in rows:
        for name, value in row.items():
            sheet.cell(places[row["case"]], columns[name]).value = value or None
    done = io.BytesIO()
    book.save(done)
    return done.getvalue()
