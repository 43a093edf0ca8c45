"""A round without a store, its workbooks, and ways to fill them in."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl

from safehub.audit.programmes.plans import Method, Plan
from safehub.audit.programmes.terms import Kind, Participant, Terms
from safehub.audit.returns.rows import ReturnRow
from safehub.audit.returns.workbooks.blank import Blank
from safehub.audit.returns.workbooks.fingerprint import Fingerprint
from safehub.audit.returns.workbooks.queries import StoredRound
from safehub.audit.returns.workbooks.writing import write_workbook
from safehub.audit.sampling.rules import Draw, DrawnCase, Sample, Stratum, after_withdrawals
from safehub.instruments.expressions import Expression
from safehub.instruments.tools import Choice, Question, QuestionType, Scale, Section, Tool

POLICE = Participant("POLICE", "Police", "police")
GP = Participant("GP", "General practice", "health", "GP practice")
KNOWN_YES = (Expression("${known} = 'yes'"),)
SIZE = 10


def choices(*names: str) -> tuple[Choice, ...]:
    return tuple(Choice(name, name.replace("_", " ").capitalize()) for name in names)


YES_NO = choices("yes", "no")
PLACES = tuple(
    replace(choice, columns=(("area", area),))
    for area, names in (("north", ("home", "school")), ("south", ("clinic",)))
    for choice in choices(*names)
)


def question(name: str, kind: QuestionType, label: str = "", **more: Any) -> Question:
    more.setdefault("relevant", () if name == "known" else KNOWN_YES)
    return Question(name, label or f"{name.capitalize()}?", kind, **more)


ITEMS = (
    question("known", QuestionType.SELECT_ONE, choices=YES_NO, required=Expression("true()")),
    question(
        "visits",
        QuestionType.INTEGER,
        constraint=Expression(". >= 0 and . <= 50"),
        constraint_message="From 0 to 50 visits",
    ),
    question("hours", QuestionType.DECIMAL),
    question("seen_on", QuestionType.DATE),
    question("at", QuestionType.TIME),
    question("moment", QuestionType.DATETIME),
    question("consent", QuestionType.SELECT_ONE, choices=choices("yes", "no", "na")),
    question("engaged", QuestionType.SELECT_MULTIPLE, choices=choices("mother", "father", "child")),
    question("area", QuestionType.SELECT_ONE, choices=choices("north", "south")),
    question(
        "place",
        QuestionType.SELECT_ONE,
        choices=PLACES,
        choice_filter=Expression("area = ${area}", columns=True),
    ),
    question(
        "comment",
        QuestionType.TEXT,
        relevant=(*KNOWN_YES, Expression("${visits} > 0")),
    ),
    question("grade", QuestionType.SELECT_ONE, choices=choices("good", "requires_improvement")),
    question("score", QuestionType.RANGE, scale=Scale(Decimal(0), Decimal(10), Decimal("0.5"))),
    question("read", QuestionType.ACKNOWLEDGE),
    question("paper", QuestionType.FILE),
    question("immediate_risk", QuestionType.SELECT_ONE, choices=YES_NO),
)
TOOL = Tool(
    "A tool",
    "tool",
    "3",
    (Section("audited", "The child"),),
    tuple(replace(item, section="audited") for item in ITEMS),
)
TERMS = Terms(
    title="Voices of children",
    board="Meadowshire Safeguarding Children Partnership",
    kind=Kind.ROUTINE,
    period_from=dt.date(2025, 4, 1),
    period_to=dt.date(2026, 3, 31),
    plan=Plan("referral", Method.RANDOM, 7, SIZE),
    agencies=(POLICE, GP),
    themes=(),
    returns_due_on=dt.date(2026, 6, 12),
)
MARK = Fingerprint("aaaa", TERMS.title, "2025-04-01 to 2026-03-31", "bbbb", "3", "cccc", "")
CASES = tuple((f"{n:02}", {"referral_id": f"R{n:03}", "area": "north"}) for n in range(1, SIZE + 1))


def sample(size: int = SIZE) -> Sample:
    width = max(2, len(str(size)))
    drawn = tuple(DrawnCase(f"R{n:03}", "all", f"{n:0{width}}") for n in range(1, size + 1))
    return after_withdrawals(Draw((Stratum("all", size, size),), drawn, ()), ())


def stored(*rows: ReturnRow, tool: Tool = TOOL) -> StoredRound:
    return StoredRound(TERMS, tool, sample(), MARK, dt.date(2026, 6, 30), rows)


def blank(
    agency: Participant = POLICE,
    respondent: str = "",
    tool: Tool = TOOL,
    mark: Fingerprint | None = MARK,
    cases: Sequence[tuple[str, Mapping[str, str]]] = CASES,
) -> bytes:
    """An empty workbook, as it is sent."""
    if mark is not None and not mark.agency:
        mark = replace(mark, agency=agency.code, respondent=respondent)
    out = io.BytesIO()
    made = Blank(TERMS, agency, tool, cases, respondent, mark, dt.date(2026, 6, 30))
    write_workbook(out, made)
    return out.getvalue()


def edited(data: bytes, change: Callable[[Any], None]) -> bytes:
    """The workbook, opened, changed and saved as another program would."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(book: Any, row: int, **values: object) -> None:
    """Type values into a row of the sheet of answers."""
    sheet = book["returns"]
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    for name, value in values.items():
        sheet.cell(row, columns[name]).value = value


def filled(data: bytes, *rows: Mapping[str, object]) -> bytes:
    """The workbook with one row of values after the other typed in."""

    def typing(book: Any) -> None:
        for number, values in enumerate(rows, start=2):
            put(book, number, **values)

    return edited(data, typing)


GOOD: dict[str, object] = {
    "status": "submitted",
    "known": "yes",
    "visits": 3,
    "hours": 2.5,
    "seen_on": dt.date(2025, 5, 1),
    "at": dt.time(14, 30),
    "moment": dt.datetime(2025, 5, 1, 9, 5),  # noqa: DTZ001 - cells have no zone
    "consent": "na",
    "engaged": "mother child",
    "area": "north",
    "place": "school",
    "comment": "Heard.",
    "grade": "good",
    "score": 7.5,
    "read": "OK",
    "immediate_risk": "no",
}
ANSWERS = {
    "known": "yes",
    "visits": "3",
    "hours": "2.5",
    "seen_on": "2025-05-01",
    "at": "14:30",
    "moment": "2025-05-01T09:05",
    "consent": "na",
    "engaged": "mother child",
    "area": "north",
    "place": "school",
    "comment": "Heard.",
    "grade": "good",
    "score": "7.5",
    "read": "OK",
    "immediate_risk": "no",
}
NIL: dict[str, object] = {"status": "submitted", "known": "no"}
