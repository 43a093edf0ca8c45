"""The action plan of an audit as a workbook to be taken away. It names no person."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

import xlsxwriter

from safehub.audit.actions.models import Action
from safehub.audit.actions.presenters import STATUS_WORDS, standing
from safehub.audit.meetings.gaps.queries import heading_of
from safehub.foundation.documents.neutral import neutralised

SHEET = "actions"
HEADINGS = (
    ("gap", 8),
    ("theme", 28),
    ("what the gap is", 44),
    ("action", 44),
    ("agency", 24),
    ("due on", 12),
    ("measure", 44),
    ("where it is", 14),
    ("how it stands", 30),
)
# A fixed date, so that the same plan has the same bytes on any day.
_MADE_ON = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a file property without a zone


def plan_workbook(title: str, actions: Sequence[Action], *, shows_gaps: bool, on: dt.date) -> bytes:
    """A row for each action, as it stands on that day. The same plan gives the same bytes.

    Cells that a spreadsheet program would act on are made harmless.
    """
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    )
    book.set_properties({"title": title, "author": "Safehub", "created": _MADE_ON})
    sheet = book.add_worksheet(SHEET)
    head = book.add_format({"bold": True, "bg_color": "#12436d", "font_color": "#ffffff"})
    body = book.add_format({"valign": "top", "text_wrap": True, "num_format": "@"})
    for column, (heading, width) in enumerate(HEADINGS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, head)
    for row, action in enumerate(actions, start=1):
        for column, cell in enumerate(_cells(action, shows_gaps=shows_gaps, on=on)):
            sheet.write_string(row, column, neutralised(cell), body)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(actions), 1), len(HEADINGS) - 1)
    book.close()
    return file.getvalue()


def _cells(action: Action, *, shows_gaps: bool, on: dt.date) -> list[str]:
    return [
        heading_of(action.gap),
        action.gap.theme.name,
        action.gap.text if shows_gaps else "",
        action.text,
        action.owner_agency.name,
        action.due_on.isoformat() if action.due_on else "",
        action.measure,
        STATUS_WORDS.get(action.status, action.status),
        standing(action, on).words,
    ]
