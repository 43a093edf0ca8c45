"""Writes the invented audit tool as an XLSForm, the same bytes each time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

import xlsxwriter

from safehub.demo.questions import KNOWN, SECTIONS, Question

Cells = Sequence[str | int | None]

SURVEY_HEADINGS = (
    "type",
    "name",
    "label",
    "hint",
    "required",
    "relevant",
    "constraint",
    "constraint_message",
)

CHOICES: tuple[tuple[str, str, str, int | None], ...] = (
    ("yes_no", "yes", "Yes", 1),
    ("yes_no", "no", "No", 0),
    ("yes_no_na", "yes", "Yes", 1),
    ("yes_no_na", "no", "No", 0),
    ("yes_no_na", "na", "Not applicable", None),
    ("grade4", "outstanding", "Outstanding", 4),
    ("grade4", "good", "Good", 3),
    ("grade4", "requires_improvement", "Requires improvement", 2),
    ("grade4", "inadequate", "Inadequate", 1),
    ("involvement", "none_before", "None before the referral", None),
    ("involvement", "universal", "Universal services", None),
    ("involvement", "targeted", "Targeted or early help", None),
    ("involvement", "statutory", "Statutory", None),
    ("member", "child", "The child", None),
    ("member", "mother", "Mother", None),
    ("member", "father", "Father", None),
    ("member", "partner", "Partner of a parent", None),
    ("member", "siblings", "Brothers and sisters", None),
    ("member", "wider", "Wider family", None),
    ("risk_tool", "dara", "DARA", None),
    ("risk_tool", "dash_safelives", "DASH, SafeLives version", None),
    ("risk_tool", "dash_police", "DASH, police version", None),
    ("risk_tool", "other", "Another", None),
)

SETTINGS = (("form_title", "form_id", "version"), ("At the front door", "front_door", "2"))

# A workbook carries the time it was made; a fixed one keeps the bytes the same.
MADE_AT = datetime(2026, 1, 1)  # noqa: DTZ001 the file format has no time zone


def open_workbook(path: Path) -> xlsxwriter.Workbook:
    """A workbook in which text stays text: no cell becomes a formula, a link or a number."""
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    workbook = xlsxwriter.Workbook(str(path), options)
    workbook.set_properties({"created": MADE_AT, "comments": "Invented"})
    return workbook


def write_tool(path: Path, questions: Sequence[Question]) -> None:
    """Write the questions as the sheets `survey`, `choices` and `settings` of an XLSForm."""
    choices = [("list_name", "name", "label", "score"), *CHOICES]
    with open_workbook(path) as workbook:
        _write_sheet(workbook, "survey", [SURVEY_HEADINGS, *_survey(questions)], (24, 26, 64, 40))
        _write_sheet(workbook, "choices", choices, (14, 24, 28, 8))
        _write_sheet(workbook, "settings", SETTINGS, (24, 16, 10))


def _survey(questions: Sequence[Question]) -> Iterator[Cells]:
    for section, members in groupby(questions, key=lambda question: question.section):
        relevant = "" if section == "involvement" else KNOWN.expression()
        yield ("begin_group", section, SECTIONS[section], "", "", relevant)
        for q in members:
            gate = q.gate.expression() if q.gate else ""
            required = "yes" if q.required else ""
            yield (
                *(q.kind, q.name, q.label, q.hint, required, gate),
                *(q.constraint, q.constraint_message),
            )
        yield ("end_group",)


def _write_sheet(
    workbook: xlsxwriter.Workbook, name: str, rows: Sequence[Cells], widths: Sequence[int]
) -> None:
    sheet = workbook.add_worksheet(name)
    heading = workbook.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell)
            elif cell:
                sheet.write_string(number, column, cell, None if number else heading)
