"""A partnership's office, with somebody who writes tools; workbooks; and drafts."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence

import openpyxl
from django.test import Client

from factories.browsers import browser
from factories.people import make_agency, make_membership, make_person, make_viewer, sign_in
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.instruments import commands
from safehub.instruments.models import ToolDraft, ToolVersion
from safehub.register.accounts.models import Membership
from safehub.register.agencies.commands import register_partnership
from safehub.register.agencies.models import Agency, Partnership

Sheets = Mapping[str, Sequence[Sequence[str]]]

SHEETS: dict[str, list[list[str]]] = {
    "survey": [
        ["type", "name", "label", "hint", "relevant", "agencies", "standard", "weight"],
        ["text", "before", "What came before", "", "", "", "", ""],
        ["begin_group", "judgement", "Judgement", "Of your own work", "", "", "", ""],
        ["select_one grades", "grade", "Grade", "", "", "", "Working Together", "2"],
        ["text", "why", "Why", "", "${grade} = 'poor'", "police", "", ""],
        ["end_group", "", "", "", "", "", "", ""],
        ["begin_group", "later", "What came after", "", "", "", "", ""],
        ["date", "closed", "When was it closed?", "", "", "", "", ""],
        ["end_group", "", "", "", "", "", "", ""],
    ],
    "choices": [
        ["list_name", "name", "label", "score", "descriptor"],
        ["grades", "good", "Good", "1", "The child was seen alone"],
        ["grades", "poor", "Poor", "0", "Nobody spoke with the child"],
        ["unused", "yes", "Yes", "", ""],
    ],
    "settings": [["form_title", "form_id", "version"], ["A tool", "a_tool", "1"]],
}


def wrong_sheets() -> dict[str, list[list[str]]]:
    """Two mistakes: a type that is none, and a condition on a question that is not there."""
    return {
        "survey": [
            ["type", "name", "label", "relevant"],
            ["text", "before", "Before", ""],
            ["sentence", "why", "Why", ""],
            ["text", "then", "Then", "${nothing} = 'x'"],
        ],
        "settings": SHEETS["settings"],
    }


def questionnaire(kind: str = "boolean") -> bytes:
    """A Questionnaire of somebody else, with an item of that type within its group."""
    room = {"linkId": "2", "text": "The room", "type": "group"}
    form = {
        "resourceType": "Questionnaire",
        "status": "active",
        "name": "sleep",
        "title": "A child's sleep",
        "publisher": "An invented board",
        "item": [
            {"linkId": "1", "text": "Seen?", "type": "boolean"},
            {**room, "item": [{"linkId": "2.1", "text": "Warm?", "type": kind}]},
        ],
    }
    return json.dumps(form).encode()


WRONG_PLACES = ["sheet survey, row 3, column type", "sheet survey, row 4, column relevant"]


def workbook(sheets: Sheets, *, formula: str = "") -> bytes:
    """The sheets as somebody's spreadsheet saves them; `formula` names a cell of the survey."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    if formula:
        made["survey"][formula] = "=1+1"
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def make_office(partnership: str = "Meadowshire") -> Agency:
    """The office of a partnership that has the police besides."""
    owner: Partnership = register_partnership(name=partnership, by=_operator())
    make_agency("police", partnership=owner)
    office: Agency = owner.agencies.get(is_office=True)
    return office


def _operator() -> Viewer:
    from factories.people import operator

    return operator()


class Office:
    """The office, and Edie, its audit coordinator."""

    def __init__(self, partnership: str = "Meadowshire", role: Role = Role.AUDIT_COORDINATOR):
        self.agency = make_office(partnership)
        self.edie: Membership = make_membership(
            make_person("Edie", agency=self.agency), self.agency, role
        )
        self.viewer: Viewer = make_viewer(self.edie)

    def client(self) -> Client:
        """A browser in which she is signed in."""
        return sign_in(browser(), self.edie.person, self.edie)

    def draft(self, sheets: Sheets = SHEETS) -> ToolDraft:
        """A draft with these sheets."""
        return commands.start_draft(sheets=sheets, title="A tool", by=self.viewer)

    def version(self, sheets: Sheets = SHEETS) -> ToolVersion:
        """A published version with these sheets."""
        return commands.publish_draft(draft=self.draft(sheets), by=self.viewer)
