"""A tool in the parts in which it is answered, and how far each of them is. No database."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from safehub.instruments.examining import Examined, examine
from safehub.instruments.tools import Column, Question, QuestionType, Section, Tool, column_name

# What stands in no section is answered on pages of so many questions.
_MOST_LOOSE = 15
LOOSE = "Questions"
# How the code of the form of a part begins; then come the tool's version and the part's number.
ANSWERS_CODE = "returns.answers"


class PartState(StrEnum):
    """How far a part is."""

    DOES_NOT_APPLY = "does_not_apply"
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"


@dataclass(frozen=True)
class Part:
    """What is answered on one page: a section with all within it, or questions of no section."""

    number: int
    title: str
    hint: str
    pieces: tuple[Section | Question, ...]
    columns: tuple[Column, ...]

    @cached_property
    def hangs_together(self) -> bool:
        """Whether a question of it hangs on another one of it."""
        names = {one.question.name for one in self.columns}
        return any(
            expression.references & names
            for one in self.columns
            for expression in one.question.relevant
        )


@dataclass(frozen=True)
class PartStanding:
    """How far a part is. `wrong` counts the answers that will not do, required blanks not."""

    part: Part
    state: PartState
    answered: int
    asked: int
    wrong: int = 0


def parts_of(tool: Tool) -> tuple[Part, ...]:
    """The parts in the order of the tool; those that ask nothing are left out."""
    found: list[tuple[Section | None, list[Section | Question]]] = []
    for piece in tool.parts():
        top = _top(tool, piece)
        if not found or found[-1][0] is not top or (top is None and _is_full(found[-1][1])):
            found.append((top, []))
        found[-1][1].append(piece)
    parts: list[Part] = []
    loose = sum(section is None for section, _ in found)
    seen = 0
    for section, pieces in found:
        seen += section is None
        names = {piece.name for piece in pieces if isinstance(piece, Question)}
        columns = tuple(one for one in tool.columns if one.question.name in names)
        if not columns:
            continue
        title = (section.label or section.name) if section else LOOSE
        if section is None and loose > 1:
            title = f"{LOOSE} ({seen} of {loose})"
        hint = section.hint if section else ""
        parts.append(Part(len(parts) + 1, title, hint, tuple(pieces), columns))
    return tuple(parts)


def _is_full(pieces: list[Section | Question]) -> bool:
    return sum(isinstance(one, Question) and one.is_asked for one in pieces) >= _MOST_LOOSE


def _top(tool: Tool, piece: Section | Question) -> Section | None:
    """The outermost section around a piece, or the piece itself where it is that section."""
    name = piece.name if isinstance(piece, Section) else piece.section
    section = tool.by_section.get(name or "")
    while section is not None and section.parent:
        section = tool.by_section[section.parent]
    return section


@dataclass(frozen=True)
class Judged:
    """A working return's answers judged as far as they go: nothing is required yet.

    `answers` are without those of hidden questions.
    """

    tool: Tool
    agency: str
    today: dt.date
    given: Mapping[str, str]

    @cached_property
    def _seen(self) -> tuple[dict[str, str], Examined]:
        return settled(self.tool, self.given, today=self.today, agency=self.agency)

    def as_kept(self, answers: Mapping[str, str]) -> Judged:
        """Of these answers: itself where they are its own without what does not apply."""
        if self.answers == answers:
            return self
        return Judged(self.tool, self.agency, self.today, answers)

    @property
    def answers(self) -> dict[str, str]:
        """What is given and asked, by column."""
        return self._seen[0]

    @property
    def examined(self) -> Examined:
        """With what is worked out, and what is wrong."""
        return self._seen[1]

    @cached_property
    def missing(self) -> Examined:
        """The same once all must be there."""
        return examine(
            self.tool,
            {one.name: self.answers.get(one.name, "") for one in self.tool.columns},
            today=self.today,
            complete=True,
            agency=self.agency,
        )

    def is_asked(self, column: Column) -> bool:
        """Whether the question applies as the answers stand."""
        return column.name not in self.examined.hidden

    def standing(self, part: Part) -> PartStanding:
        """How far the part is."""
        asked = [one for one in part.columns if self.is_asked(one) and self._is_wanted(one)]
        answered = sum(one.name in self.answers for one in asked)
        names = {one.name for one in part.columns}
        wrong = sum(fault.question in names for fault in self.examined.faults)
        if not any(self.is_asked(one) for one in part.columns):
            state = PartState.DOES_NOT_APPLY
        elif not answered:
            state = PartState.NOT_STARTED
        elif answered < len(asked) or wrong:
            state = PartState.IN_PROGRESS
        else:
            state = PartState.COMPLETE
        return PartStanding(part, state, answered, len(asked), wrong)

    def _is_wanted(self, column: Column) -> bool:
        """Entries of a group that may be repeated are wanted once they are begun."""
        return column.entry is None or column.entry in self.entries(column.question.repeat or "")

    def entries(self, repeat: str) -> tuple[int, ...]:
        """The entries of a repeated group that hold something, or that another answer counts."""
        section = self.tool.by_section[repeat]
        counted = section.repeat is not None and section.repeat.count is not None
        return tuple(
            sorted(
                {
                    one.entry
                    for one in self.tool.columns
                    if one.question.repeat == repeat
                    and one.entry is not None
                    and self.is_asked(one)
                    and (counted or one.name in self.answers)
                }
            )
        )


def field_name(column: str) -> str:
    """What the field of a column is called, in whichever version of a tool it is asked.

    So a page that was opened with an older version brings no answer under another question.
    """
    return f"q{hashlib.sha256(column.encode()).hexdigest()[:12]}"


def settled(
    tool: Tool, given: Mapping[str, str], *, today: dt.date, agency: str
) -> tuple[dict[str, str], Examined]:
    """The answers without those of questions that do not apply, and what is to say of the rest."""
    answers = {one.name: given.get(one.name, "") for one in tool.columns}
    examined = examine(tool, answers, today=today, complete=False, agency=agency)
    if any(answers[name] for name in examined.hidden):
        answers |= dict.fromkeys(examined.hidden, "")
        examined = examine(tool, answers, today=today, complete=False, agency=agency)
    return {name: text for name, text in answers.items() if text}, examined


def submitted(whole: Tool, answers: Mapping[str, str], *, today: dt.date, agency: str) -> Examined:
    """The answers as they are submitted, judged by the whole tool as those of a workbook are.

    What is asked of other agencies alone counts among the hidden questions then.
    """
    given = {one.name: answers.get(one.name, "") for one in whole.columns}
    return examine(whole, given, today=today, complete=True, agency=agency)


def condition_under(
    tool: Tool, judged: Judged, column: Column, above: Mapping[str, Column]
) -> tuple[Column, str] | None:
    """The one choice of a question on the same page that alone lets this question be asked.

    None where it hangs on more than one choice, on another page, or on anything but a choice.
    """
    hanging = [
        (one, expression)
        for expression in column.question.relevant
        for one in _above(column, expression.references, above)
    ]
    if len({one.name for one, _ in hanging}) != 1:
        return None
    parent = hanging[0][0]
    if parent.question.type not in {QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE}:
        return None
    opening = [
        choice.name
        for choice in parent.question.choices
        if _holds_with(tool, judged, column, parent, choice.name)
    ]
    return (parent, opening[0]) if len(opening) == 1 else None


def _above(column: Column, names: frozenset[str], above: Mapping[str, Column]) -> Iterator[Column]:
    for name in names:
        found = above.get(column_name(name, column.entry)) or above.get(name)
        if found is not None:
            yield found


def _holds_with(tool: Tool, judged: Judged, column: Column, parent: Column, choice: str) -> bool:
    for expression in column.question.relevant:
        values = {}
        for name in expression.references:
            question = tool.by_name.get(name)
            entry = column.entry if question is not None and question.repeat else None
            key = column_name(name, entry)
            values[name] = choice if key == parent.name else judged.examined.answers.get(key, "")
        if not expression.holds(values, "", judged.today, {}):
            return False
    return judged.tool.asks(column.question, judged.agency)
