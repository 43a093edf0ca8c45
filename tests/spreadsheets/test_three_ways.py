"""Random answers to random tools come to the same by page, by workbook and by CSV file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, cast

import openpyxl
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from hypothesis import event, given, settings
from hypothesis import strategies as st

from factories.random_tools import answer_to, answers_for, tools, unhurried
from safehub.audit.reports.derivation import derive
from safehub.audit.reports.figures import Agency, Figures, Grading, Round
from safehub.audit.returns.judging import Expected, read_returns_csv
from safehub.audit.returns.models import WorkingReturn
from safehub.audit.returns.rows import SUBMITTED, ReturnRow
from safehub.audit.returns.workbooks.filled import _Terms, held_against
from safehub.audit.returns.working.forms import PartPage
from safehub.audit.returns.working.parts import Judged, parts_of, settled, submitted
from safehub.foundation.documents.neutral import neutralised
from safehub.foundation.mistakes import Mistakes
from safehub.instruments.fields import initial_of
from safehub.instruments.models import ToolVersion
from safehub.instruments.scoring import score_of
from safehub.instruments.tools import Column, Question, QuestionType, Tool

from .rounds import CASES, POLICE, SIZE, blank, stored

TODAY = dt.date(2026, 6, 30)
CODE = POLICE.code
Answers = Mapping[str, str]
# What a spreadsheet keeps as anything but text; a random tool has few of each.
TYPED = tuple(
    Question(f"typed_{kind.value}", kind.value, kind)
    for kind in (
        *(QuestionType.DATE, QuestionType.TIME, QuestionType.DATETIME),
        *(QuestionType.INTEGER, QuestionType.DECIMAL),
    )
)


@dataclass(frozen=True)
class Came:
    """What a way came to: a row, or the columns in which something stands in its way."""

    row: ReturnRow | None
    wrong: frozenset[str]


def wanted(tool: Tool, drawn: Answers) -> dict[str, str]:
    """The answers that somebody can give on pages: no files, no entry before an empty one."""
    cut = tool.for_agency(CODE)
    kept = {
        one.name: drawn[one.name]
        for one in cut.columns
        if one.name in drawn
        and one.question.type is not QuestionType.FILE
        and one.question.is_asked
        and not one.question.is_read_only
    }
    while True:
        answers, _ = settled(cut, kept, today=TODAY, agency=CODE)
        judged = Judged(cut, CODE, TODAY, answers)
        gaps = {
            one.name
            for one in cut.columns
            if one.entry is not None
            and one.name in kept
            and not set(range(1, one.entry)) <= set(judged.entries(one.question.repeat or ""))
        }
        fewer = {name: text for name, text in kept.items() if name in answers and name not in gaps}
        if fewer == kept:
            return kept
        kept = fewer


def no_longer_asked(tool: Tool, answers: Answers) -> list[Column]:
    """The questions that the agency could be asked, and is not with these answers."""
    cut = tool.for_agency(CODE)
    _, examined = settled(cut, answers, today=TODAY, agency=CODE)
    return [
        one
        for one in cut.columns
        if one.name in examined.hidden
        and one.question.type is not QuestionType.FILE
        and one.question.is_asked
        and not one.question.is_read_only
    ]


def by_page(tool: Tool, answers: Answers, draft: Answers | None = None) -> Came:
    """Every page of the return sent until nothing new is asked, then submitted.

    `draft` is what the return holds before.
    """
    cut = tool.for_agency(CODE)
    held = dict(draft or {})
    # Fields are made once for each version of a tool, which its digest tells apart.
    version = ToolVersion(pk=1, sha256=sha256(repr(tool).encode()).hexdigest())
    while True:
        before = dict(held)
        for part in parts_of(cut):
            page = PartPage(part, Judged(cut, CODE, TODAY, held))
            if not page.asked:
                continue
            form_class = page.form_class(WorkingReturn(answers=held, tool_version=version))
            data = QueryDict(mutable=True)
            for name, one in page.asked.items():
                begun = initial_of(
                    one.column.question, one.name, answers.get(name, ""), choices=one.choices
                )
                for field, value in begun.items():
                    data.update(cast("Any", posted(one.column.question, field, value)))
            form = form_class(data, MultiValueDict())
            if not form.is_valid():
                fields = {n: name for name, one in page.asked.items() for n in one.names}
                return Came(None, frozenset(fields[name] for name in form.errors))
            held, _ = settled(cut, {**held, **form.given}, today=TODAY, agency=CODE)
        if held == before:
            break
    answered = Judged(cut, CODE, TODAY, held).answers
    last = submitted(tool, answered, today=TODAY, agency=CODE)
    if last.faults:
        return Came(None, frozenset(fault.question for fault in last.faults))
    return Came(row_of(last.answers, last.hidden), frozenset())


def posted(question: Question, name: str, value: Any) -> QueryDict:
    """What a browser sends for a field that holds this."""
    data = QueryDict(mutable=True)
    if question.type is QuestionType.DATE:
        for part in ("day", "month", "year"):
            data[f"{name}-{part}"] = str(getattr(value, part)) if value else ""
    elif question.type is QuestionType.ACKNOWLEDGE:
        if value:
            data[name] = "on"
    elif isinstance(value, list):
        data.setlist(name, value)
    else:
        data[name] = str(value).replace("\n", "\r\n")
    return data


def row_of(answers: Answers, hidden: frozenset[str]) -> ReturnRow:
    return ReturnRow(CODE, "", "01", SUBMITTED, answers, hidden)


def by_csv(tool: Tool, answers: Answers) -> Came:
    names = ["agency", "respondent", "case", "status", *(one.name for one in tool.columns)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerow(
        [CODE, "", "01", SUBMITTED]
        + [neutralised(answers.get(one.name, "")) for one in tool.columns]
    )
    mistakes = Mistakes()
    expected = Expected(
        terms=_Terms({CODE: POLICE}),
        tool=tool,
        cases=frozenset({"01"}),
        size=SIZE,
        today=TODAY,
    )
    rows = read_returns_csv(out.getvalue().encode(), expected, mistakes.of("returns.csv"))
    return came(rows, mistakes)


def came(rows: list[ReturnRow], mistakes: Any) -> Came:
    wrong = frozenset(one.place.rpartition("column ")[2] for one in mistakes)
    return Came(None if wrong else rows[0], wrong)


def as_typed(question: Question, text: str) -> object:
    """What a spreadsheet makes of the answer, typed into a cell that is not of text."""
    match question.type:
        case QuestionType.DATE:
            return dt.date.fromisoformat(text)
        case QuestionType.TIME:
            return dt.time.fromisoformat(text)
        case QuestionType.DATETIME:
            return dt.datetime.fromisoformat(text)
        case QuestionType.INTEGER:
            return int(text)
        case QuestionType.DECIMAL | QuestionType.RANGE:
            return float(text)
        case _:
            return text


def by_workbook(tool: Tool, answers: Answers, typed: Collection[str] = ()) -> Came:
    """`typed` are the columns whose cells hold a date, a time or a number, and no text."""
    questions = {one.name: one.question for one in tool.columns}
    book = openpyxl.load_workbook(io.BytesIO(blank(POLICE, tool=tool, cases=CASES[:1])))
    sheet = book["returns"]
    columns = {str(cell.value): place for place, cell in enumerate(sheet[1], start=1)}
    for name, text in {"status": SUBMITTED, **answers}.items():
        cell = sheet.cell(2, columns[name])
        if name in typed and not isinstance(value := as_typed(questions[name], text), str):
            cell.value = cast("Any", value)
            continue
        cell.value = text
        cell.data_type = "s"  # as it is typed into a cell of text, never as a formula
    file = io.BytesIO()
    book.save(file)
    filled = held_against(stored(tool=tool), file.getvalue())
    return came(list(filled.rows), filled.mistakes)


def figures(tool: Tool, one: ReturnRow, grading: Question) -> Figures:
    """All figures of a round with that return and one on a case that is not known."""
    nil = ReturnRow(CODE, "", "02", SUBMITTED, {"known": "no"}, frozenset())
    return derive(
        Round(
            tool=tool,
            agencies=(Agency(CODE, POLICE.name),),
            grading=Grading(grading.name, (grading.choices[0].name,)),
            is_random=True,
            is_stratified=False,
            frame=40,
            drawn=2,
            asked=("01", "02"),
            rows=(one, nil),
        )
    )


def graded(tool: Tool) -> list[Question]:
    """The questions by which a round may be graded."""
    return [one for one in tool.items if one.type is QuestionType.SELECT_ONE and one.repeat is None]


@settings(unhurried, max_examples=100)
@given(st.data())
def test_page_workbook_and_csv_come_to_the_same(data: st.DataObject) -> None:
    tool = data.draw(tools(most=6))
    tool = replace(tool, items=(*tool.items, *TYPED))
    answers = wanted(tool, data.draw(answers_for(tool, CODE, TODAY)))
    typed = [name for name in answers if data.draw(st.booleans())]
    page, table = by_page(tool, answers), by_csv(tool, answers)
    book = by_workbook(tool, answers, typed)
    assert page.wrong == table.wrong
    assert book.wrong == table.wrong
    event("refused" if page.row is None else "taken")
    if page.row is None or book.row is None or table.row is None:
        assert page.row is book.row is table.row is None
        return
    assert dict(page.row.answers) == dict(table.row.answers)
    assert page.row.not_asked == table.row.not_asked
    assert book.row == table.row
    ways = (page.row, book.row, table.row)
    grading = data.draw(st.sampled_from(graded(tool)))
    # The workbook's row is the very same as the file's.
    assert figures(tool, page.row, grading) == figures(tool, table.row, grading)
    # As the page of a return adds them up.
    cut = tool.for_agency(CODE)
    scored, *again = [score_of(cut, row.answers, row.not_asked) for row in ways]
    assert again == [scored, scored]
    if hidden := no_longer_asked(tool, answers):
        hold_stale(data, tool, answers, hidden, page)


def hold_stale(
    data: st.DataObject, tool: Tool, answers: Answers, hidden: list[Column], page: Came
) -> None:
    """An answer to what is no longer asked: dropped by the pages, refused in a file."""
    one = data.draw(st.sampled_from(hidden))
    stale = {**answers, one.name: data.draw(answer_to(one))}
    event("holds a stale answer")
    assert by_page(tool, answers, draft=stale) == page
    table = by_csv(tool, stale)
    assert table.wrong == {one.name}
    if not data.draw(st.integers(0, 3)):
        assert by_workbook(tool, stale).wrong == table.wrong
