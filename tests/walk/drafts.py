"""Packs as plain data that a test may change before it writes them."""

from __future__ import annotations

import copy
import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
import yaml

Row = dict[str, str]
Data = dict[str, Any]

PACKS = Path(__file__).parents[1] / "data" / "packs"
MEADOWSHIRE = PACKS / "meadowshire-2026"
NORTHAMPTONSHIRE = PACKS / "northamptonshire-2018"
BASE = ("agency", "respondent", "case", "status")
ACTIONS = ("gap", "action", "owner_agency", "person", "due_on", "measure", "status")


class _Quoting(yaml.SafeDumper):
    """Puts every text in quotes, so that a case number stays one."""


_Quoting.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


def write_yaml(path: Path, data: Any) -> None:
    text = yaml.dump(copy.deepcopy(data), Dumper=_Quoting, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8", newline="\n")


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, headings: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_sheets(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """A workbook in which numbers are numbers and dates are dates."""
    options = {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)


def fill_workbook(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Fill in the workbook that an agency was sent: a row of answers in the row of its case.

    A second respondent's row is a copy of the case's, below all others, as the instructions say.
    """
    book = openpyxl.load_workbook(path)
    sheet = book["returns"]
    columns = {str(cell.value): place for place, cell in enumerate(sheet[1], start=1)}
    lines = range(2, sheet.max_row + 1)
    places = {str(sheet.cell(line, columns["case"]).value): line for line in lines}
    free = sheet.max_row + 1
    for row in rows:
        place = places.pop(str(row["case"]), None)
        if place is None:
            place, free = free, free + 1
        for name, value in row.items():
            sheet.cell(place, columns[name]).value = value or None
    book.save(path)


@dataclass
class Draft:
    """A pack before it is written. `returns` may leave blank columns out."""

    terms: Data
    survey: list[Row]
    choices: list[Row]
    frame: list[Row]
    returns: list[Row]
    summative: list[Data] = field(default_factory=list)
    meeting: Data | None = None
    actions: list[Row] = field(default_factory=list)
    settings: Row = field(default_factory=dict)

    @property
    def questions(self) -> list[str]:
        asked = (row for row in self.survey if "group" not in row["type"] and row["type"] != "note")
        return [row["name"] for row in asked]

    @property
    def sample(self) -> Data:
        plan: Data = self.terms["sample"]
        return plan

    def plan(self, **keys: Any) -> None:
        """Change the sampling plan; None takes a key away."""
        self.sample.update(keys)
        for name in [name for name, value in self.sample.items() if value is None]:
            del self.sample[name]

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True)
        write_yaml(folder / "audit.yaml", self.terms)
        self.write_tool(folder / self.terms.get("tool", "tool.xlsx"))
        write_rows(folder / "frame.csv", list(self.frame[0]), self.frame)
        write_rows(folder / "returns.csv", [*BASE, *self.questions], self.returns)
        if self.summative:
            write_yaml(folder / "summative.yaml", self.summative)
        if self.meeting is not None:
            write_yaml(folder / "meeting.yaml", self.meeting)
        if self.actions:
            write_rows(folder / "actions.csv", ACTIONS, self.actions)
        return folder

    def write_tool(self, path: Path) -> None:
        sheets = {"survey": self.survey, "choices": self.choices, "settings": [self.settings]}
        lines = {}
        for name, rows in sheets.items():
            headings = list(dict.fromkeys(key for row in rows for key in row))
            lines[name] = [headings, *([row.get(key, "") for key in headings] for row in rows)]
        write_sheets(path, {name: rows for name, rows in lines.items() if rows[0]})


def draft_of(folder: Path) -> Draft:
    """A pack that is there, without its narrative files, as a draft."""
    book = openpyxl.load_workbook(folder / "tool.xlsx")
    sheets: dict[str, list[Row]] = {}
    for sheet in book.worksheets:
        headings, *lines = sheet.iter_rows(values_only=True)
        sheets[sheet.title] = [
            {
                str(key): "" if cell is None else str(cell)
                for key, cell in zip(headings, line, strict=True)
            }
            for line in lines
        ]
    return Draft(
        terms=yaml.safe_load((folder / "audit.yaml").read_text(encoding="utf-8")),
        survey=sheets["survey"],
        choices=sheets["choices"],
        frame=rows_of(folder / "frame.csv"),
        returns=rows_of(folder / "returns.csv"),
        settings=sheets.get("settings", [{}])[0],
    )
