"""What the pages say of a workbook that was sent in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from safehub.audit.returns.presenters import answer_in_words
from safehub.audit.returns.workbooks.filled import STATUS, Filled, Kind, RowChange
from safehub.foundation.govuk.parts import Fact
from safehub.foundation.govuk.wording import plural
from safehub.instruments.tools import Tool

NOTHING = "No answer"


def seen_of(filled: Filled) -> str:
    """A mark of what taking it would change: other changes have another."""
    return hashlib.sha256(repr((filled.sha256, filled.changes)).encode()).hexdigest()[:16]


def sums_of(filled: Filled, names: Mapping[str, str]) -> list[Fact]:
    """How many returns are new, changed and as before. `names` are the agencies' by code."""
    name = names.get(filled.agency, filled.agency)
    whose = f"{name}, {filled.respondent}" if filled.respondent else name
    return [
        Fact("Workbook", filled.name),
        Fact("Of", whose),
        Fact("New returns", filled.count(Kind.NEW)),
        Fact("Returns with changed answers", filled.count(Kind.CHANGED)),
        Fact("Returns as before", filled.count(Kind.UNCHANGED)),
    ]


def change_rows(filled: Filled, tool: Tool) -> list[list[object]]:
    """A row for each answer that becomes another, and for each return that is new."""
    return [row for change in filled.changes for row in _rows(change, tool)]


def _rows(change: RowChange, tool: Tool) -> Iterator[list[object]]:
    case = f"{change.case}, {change.respondent}" if change.respondent else change.case
    if change.kind is Kind.NEW:
        given = sum(bool(cell.after) and cell.column != STATUS for cell in change.cells)
        yield [case, "New return", "Not returned", plural(given, "answer")]
    elif change.kind is Kind.CHANGED:
        columns = {one.name: one.question for one in tool.columns}
        for cell in change.cells:
            question = columns.get(cell.column)
            before, after = (
                answer_in_words(question, text) if question is not None else text
                for text in (cell.before, cell.after)
            )
            label = "Status" if cell.column == STATUS else cell.label or cell.column
            yield [case, label, before or NOTHING, after or NOTHING]


def mistake_rows(filled: Filled, tool: Tool) -> list[list[object]]:
    """Where each mistake is and to which question, what was found, and what is wanted."""
    labels = {one.name: one.question.label for one in tool.columns}
    return [
        [
            one.place or "The whole file",
            labels.get(one.place.rpartition("column ")[2], ""),
            one.found,
            one.wanted,
        ]
        for one in filled.mistakes
    ]


def has_cells(filled: Filled) -> bool:
    """Whether anything is wrong in a cell, so that a copy with its cells marked helps."""
    return any("row " in one.place for one in filled.mistakes)


def taken_in_words(new: int, changed: int, unchanged: int) -> str:
    """What taking a workbook came to, in a sentence."""
    return (
        f"The workbook is taken: {plural(new, 'return')} new, {changed} changed, "
        f"{unchanged} as before."
    )
