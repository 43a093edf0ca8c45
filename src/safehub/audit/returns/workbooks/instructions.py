"""The first sheet of a workbook: what to do, by when, and what each question asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from safehub.audit.returns.rows import IMMEDIATE_RISK, KNOWN, NOT_RETURNED, SUBMITTED
from safehub.audit.returns.workbooks.blank import Blank, Places
from safehub.audit.returns.workbooks.wording import choices_in_words
from safehub.foundation.documents.neutral import neutralised
from safehub.instruments.expressions import Expression
from safehub.instruments.tools import Column

NAME = "instructions"
_HEADINGS = ("Section", "Column", "Question", "How to answer", "When it applies")
_WIDTHS = (24, 26, 52, 52, 36)
_LINE = 15


_AT_RISK = "A child at risk now"
_WHAT_TO_DO = "Fill in a row of the sheet “returns” for each case. Then send it back (.xlsx)."
_GREY = (
    "The light ones help you to find the case: leave them as they are. A cell that turns dark grey "
    "does not apply, by what you have answered: leave it blank."
)
_SENT_BACK = (
    "Nothing of it was taken. The copy that comes back marks each mistake: mend those and send the "
    "copy."
)


class Instructions:
    """Writes the sheet into a workbook."""

    def __init__(self, book: Any, blank: Blank, places: Places) -> None:
        self._blank, self._places = blank, places
        top = {"valign": "top", "text_wrap": True}
        self._title = book.add_format({"bold": True, "font_size": 16, "font_color": "#12436d"})
        self._bold = book.add_format({"bold": True, **top})
        self._text = book.add_format({**top, "num_format": "@"})
        self._risk = book.add_format(
            {"bold": True, "bg_color": "#fbe3e1", "font_color": "#942514", "border": 1, **top}
        )
        self._head = book.add_format(
            {"bold": True, "bg_color": "#12436d", "font_color": "#ffffff", **top}
        )
        self._cell = book.add_format(
            {"bottom": 1, "bottom_color": "#d9d9d9", "num_format": "@", **top}
        )

    def write(self, sheet: Any) -> None:
        """Lines first, then a table of the questions."""
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width)
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, neutralised(self._blank.terms.title), self._title)
        row = 1
        for label, text in self._lines():
            form = self._risk if label == _AT_RISK else self._text
            bold = self._risk if label == _AT_RISK else self._bold
            sheet.write_string(row, 0, neutralised(label), bold)
            sheet.merge_range(row, 1, row, 4, "", form)
            sheet.write_string(row, 1, neutralised(text), form)
            # No program makes a merged cell higher for its text.
            sheet.set_row(row, _LINE * _lines_of(text, sum(_WIDTHS[1:])) + 3)
            row += 1
        self._questions(sheet, row + 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def _lines(self) -> Iterator[tuple[str, str]]:
        terms, agency = self._blank.terms, self._blank.agency
        yield "Who asks", terms.board
        whom = f"{agency.name}, {self._blank.respondent}" if self._blank.respondent else agency.name
        yield "Who answers", whom
        if terms.returns_due_on:
            yield "By when", f"{terms.returns_due_on.day} {terms.returns_due_on:%B %Y}"
        risk = "Do not wait for the audit: ring children's social care or 999."
        if any(column.name == IMMEDIATE_RISK for column in self._blank.columns):
            risk += f" Then answer {IMMEDIATE_RISK} with yes."
        yield _AT_RISK, risk
        yield "What to do", _WHAT_TO_DO
        yield "status", f"{SUBMITTED} when the row is complete; {NOT_RETURNED} while you owe it."
        if any(column.name == KNOWN for column in self._blank.columns):
            yield KNOWN, "yes or no. Where it is no, leave the other questions blank."
        yield "White cells", "They are yours to fill in. Choose a cell to be told what it asks."
        yield "Grey cells", _GREY
        yield "If Safehub sends it back", _SENT_BACK
        if self._blank.is_shared:
            unit = agency.respondent_unit
            yield "respondent", f"The name of the {unit}."
            yield (
                "More than one answers",
                f"Copy the row below the last one: one row for each {unit}.",
            )

    def _questions(self, sheet: Any, start: int) -> None:
        for place, heading in enumerate(_HEADINGS):
            sheet.write_string(start, place, heading, self._head)
        sheet.repeat_rows(start)
        before = None
        for row, column in enumerate(self._blank.columns, start=start + 1):
            question = column.question
            section = self._section(column)
            cells = (
                section if section != before else "",
                column.name,
                question.label + (f"\n{question.hint}" if question.hint else ""),
                choices_in_words(question),
                self._when(column),
            )
            before = section
            # Set here, since not every program makes a row as high as its text.
            high = max(_lines_of(text, width) for text, width in zip(cells, _WIDTHS, strict=True))
            sheet.set_row(row, _LINE * high + 3)
            for place, text in enumerate(cells):
                sheet.write_string(row, place, neutralised(text), self._cell)

    def _section(self, column: Column) -> str:
        section = self._blank.tool.by_section.get(column.question.section or "")
        label = section.label or section.name if section is not None else ""
        return f"{label} ({column.entry})" if column.entry else label

    def _when(self, column: Column) -> str:
        conditions = column.question.relevant
        if not conditions:
            return "always"
        if self._places.applies(column) is not None:
            return "where its cell is not dark grey"
        return f"only where {_source(conditions)} (its cell cannot turn grey by itself)"


def _source(conditions: tuple[Expression, ...]) -> str:
    return " and ".join(dict.fromkeys(one.source for one in conditions))


def _lines_of(text: str, width: int) -> int:
    """How many lines a text takes in a column of that width, which counts letters of one font."""
    return sum(1 + len(line) // (width - 2) for line in text.splitlines()) or 1
