"""A round that an office may move to a newer version of its tool."""

from __future__ import annotations

import copy
from collections.abc import Callable

from django.test import Client

from factories.answering import SmallRound, sheets
from factories.browsers import browser
from factories.people import make_membership, make_person, operator, sign_in
from safehub.foundation.access.vocabulary import Role
from safehub.instruments.commands import publish_draft, start_draft
from safehub.instruments.models import ToolVersion

Sheets = dict[str, list[list[str]]]
Change = Callable[[Sheets], None]


class MovingRound(SmallRound):
    """The small round, and Omar who coordinates it in the partnership's office, signed in."""

    def __init__(self) -> None:
        super().__init__()
        office = self.agency.partnership.agencies.get(is_office=True)
        person = make_person("Omar", email="omar@example.org", agency=office)
        self.omar = make_membership(person, office, Role.AUDIT_COORDINATOR)
        self.office: Client = sign_in(browser(), person, self.omar)

    def publish(self, change: Change, version: str = "2") -> ToolVersion:
        """A newer version of the tool: its sheets after the change."""
        found: Sheets = copy.deepcopy(sheets())
        change(found)
        found["settings"][1][2] = version
        by = operator()
        draft = start_draft(
            sheets=found, title="Every kind", partnership=self.agency.partnership, by=by
        )
        return publish_draft(draft=draft, by=by)


def several(*changes: Change) -> Change:
    """All of these changes."""

    def change(found: Sheets) -> None:
        for one in changes:
            one(found)

    return change


def drop(name: str) -> Change:
    """Without the question of that name."""

    def change(found: Sheets) -> None:
        found["survey"] = [row for row in found["survey"] if row[1] != name]

    return change


def cell(name: str, column: int, text: str) -> Change:
    """Another cell in the row of that question."""

    def change(found: Sheets) -> None:
        next(row for row in found["survey"] if row[1] == name)[column] = text

    return change


def relabel(**labels: str) -> Change:
    """Other words for these choices, in every list that has them."""

    def change(found: Sheets) -> None:
        for row in found["choices"][1:]:
            row[2] = labels.get(row[1], row[2])

    return change


def add_question(found: Sheets) -> None:
    """One question more, before the visits."""
    wide = len(found["survey"][0])
    at = next(i for i, row in enumerate(found["survey"]) if row[1] == "visits")
    new = ["text", "heard", "Who heard the child?"]
    found["survey"].insert(at, [*new, *[""] * (wide - len(new))])


# The story is dropped, the visits become a date, a question is new.
CHANGE = several(drop("story"), cell("visits", 0, "date"), drop("double"), add_question)
