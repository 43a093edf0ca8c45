"""The sheet of the survey: its rows one after another, groups within groups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from safehub.foundation.mistakes import FileMistakes
from safehub.instruments.conditions import Written
from safehub.instruments.expressions import Expression, ExpressionError
from safehub.instruments.tools import (
    OTHER_SUFFIX,
    Question,
    QuestionType,
    Repeat,
    Section,
)
from safehub.instruments.xlsform.cells import Line
from safehub.instruments.xlsform.kinds import is_beyond, kind_of, types_wanted
from safehub.instruments.xlsform.lists import Lists
from safehub.instruments.xlsform.questions import (
    NAME,
    NO,
    Around,
    QuestionReader,
    appearance_of,
    audience_of,
    parameters_of,
    weight_of,
)

MOST_ENTRIES = 50
_USUAL_ENTRIES = 5
_ENTRIES = f"a whole number from 1 to {MOST_ENTRIES}"
_NOT_ON_A_GROUP = (
    *("required", "required_message", "constraint", "constraint_message", "calculation"),
    *("default", "readonly", "choice_filter", "standard"),
)


@dataclass
class _Open:
    """A group that was begun: its row, and its condition as far as it could be read."""

    line: Line
    section: Section
    condition: Expression | None
    certain: bool


class Survey:
    """Goes through the rows of the survey and keeps what it has found."""

    def __init__(self, lists: Lists, languages: Sequence[str], mistakes: FileMistakes) -> None:
        self._lists, self._languages, self._mistakes = lists, languages, mistakes
        self._open: list[_Open] = []
        self.sections: list[Section] = []
        self.items: list[Question] = []
        self.lines: dict[str, Line] = {}
        self.written: list[Written] = []
        self.names_certain = True

    def prepare(self, lines: Iterable[Line]) -> None:
        """Find which columns of the choices the choice filters ask about."""
        asked: set[str] = set()
        for line in lines:
            try:
                asked |= Expression(line["choice_filter"] or "1", columns=True).columns
            except ExpressionError:
                # It is refused where the question is read; till then any column may be its.
                asked |= set(re.findall(r"[^\W\d][\w.-]*", line["choice_filter"]))
        self._lists.keep_columns(asked)

    def take(self, line: Line) -> None:
        """Read the next row."""
        kind = kind_of(line["type"])
        if "type" not in line.unread and not kind.group and is_beyond(line["type"]):
            self._mistakes.add(line.place("type"), line["type"], types_wanted(line["type"]))
        elif kind.group.startswith("begin"):
            self._begin(line, is_repeat=kind.group == "begin_repeat")
        elif kind.group:
            self._end(line, kind.group)
        else:
            self._question(line)

    def finish(self) -> None:
        """A group that was begun has to end."""
        for group in self._open:
            word = "repeat" if group.section.repeat else "group"
            begun = f"begin_{word} {group.section.name}"
            self._mistakes.add(group.line.place("type"), begun, f"an end_{word}")

    def _begin(self, line: Line, *, is_repeat: bool) -> None:
        self._check_group_name(line)
        for column in _NOT_ON_A_GROUP:
            if line[column].lower() not in NO:
                self._mistakes.add(line.place(column), line[column], "nothing on a group")
        if is_repeat and self._repeat() is not None:
            wanted = "begin_group, for a repeat may not stand within a repeat"
            self._mistakes.add(line.place("type"), line["type"], wanted)
            is_repeat = False
        repeat = self._entries(line) if is_repeat else None
        self._refuse_counts(line, is_repeat=is_repeat)
        scope = line["name"] if repeat is not None else self._repeat()
        condition, certain = self.expression(line, "relevant", scope)
        section = Section(
            name=line["name"],
            label=line.text("label", self._languages) or line["name"],
            parent=self._open[-1].section.name if self._open else None,
            at=len(self.items),
            hint=line.text("hint", self._languages),
            relevant=condition,
            repeat=repeat,
            weight=weight_of(line, self._mistakes),
            audience=audience_of(line, self._mistakes),
            appearance=appearance_of(line, self._mistakes),
            words=line.words(),
        )
        self._open.append(_Open(line, section, condition, certain))
        self.sections.append(section)

    def _check_group_name(self, line: Line) -> None:
        name = line["name"]
        if "name" in line.unread:
            pass
        elif not name or not NAME.match(name):
            self._mistakes.add(line.place("name"), name, "a name (letters, digits, _ - .)")
        elif any(section.name == name for section in self.sections):
            self._mistakes.add(line.place("name"), f"{name} again", "each group once")

    def _repeat(self) -> str | None:
        """The name of the repeated group that is open."""
        names = [one.section.name for one in self._open if one.section.repeat is not None]
        return names[-1] if names else None

    def _entries(self, line: Line) -> Repeat:
        """How often the group may be answered: a number, or an expression and a number at most."""
        text = line["repeat_count"]
        given = parameters_of(line, ("most",), self._mistakes)
        most = self._number(line, "parameters", given.get("most", str(_USUAL_ENTRIES)))
        if not text or re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII):
            if text and "most" in given:
                wanted = "nothing, for repeat_count says how many entries there are"
                self._mistakes.add(line.place("parameters"), line["parameters"], wanted)
            return Repeat(self._number(line, "repeat_count", text) if text else most)
        # How many entries there are is asked outside the group.
        count, _ = self.expression(line, "repeat_count", self._repeat())
        return Repeat(most, count)

    def _number(self, line: Line, column: str, text: str) -> int:
        if re.fullmatch(r"\d{1,3}", text, re.ASCII) and 1 <= int(text) <= MOST_ENTRIES:
            return int(text)
        self._mistakes.add(line.place(column), line[column], _ENTRIES)
        return 1

    def _refuse_counts(self, line: Line, *, is_repeat: bool) -> None:
        for column in ("repeat_count", "parameters"):
            if line[column] and not is_repeat:
                wanted = "nothing on a group that is not repeated"
                self._mistakes.add(line.place(column), line[column], wanted)

    def _end(self, line: Line, kind: str) -> None:
        if not self._open:
            wanted = f"a begin_{kind.partition('_')[2]} before it"
            self._mistakes.add(line.place("type"), line["type"], wanted)
            return
        begun = self._open.pop()
        word = kind_of(begun.line["type"]).group.partition("_")[2]
        if word != kind.partition("_")[2]:
            wanted = f"end_{word}, for begin_{word} {begun.section.name} is open"
            self._mistakes.add(line.place("type"), line["type"], wanted)

    def _question(self, line: Line) -> None:
        around = Around(
            section=self._open[-1].section.name if self._open else None,
            repeat=self._repeat(),
            conditions=tuple(one.condition for one in self._open if one.condition is not None),
            certain=all(one.certain for one in self._open),
        )
        reader = QuestionReader(line, self, self._lists, self._languages, self._mistakes)
        question = reader.question(around)
        if question is None:
            self.names_certain = False
            return
        self._keep(question, line)
        if question.has_other:
            self._ask_other(question, line)

    def _keep(self, question: Question, line: Line) -> None:
        self.lines[question.name] = line
        self.items.append(question)

    def _ask_other(self, question: Question, line: Line) -> None:
        """The question for the words of another answer, as `or_other` adds it."""
        name = question.name + OTHER_SUFFIX
        if name in self.lines:
            wanted = f"no other question {name} beside or_other"
            self._mistakes.add(line.place("type"), line["type"], wanted)
            return
        chosen = other_is_chosen(question.name)
        self.written.append(Written(chosen, line.place("type"), question.repeat))
        self._keep(
            Question(
                name=name,
                label=OTHER_LABEL,
                type=QuestionType.TEXT,
                relevant=(*question.relevant, chosen),
                section=question.section,
                conditions_certain=question.conditions_certain,
                condition=chosen,
                audience=question.audience,
                repeat=question.repeat,
            ),
            line,
        )

    def expression(
        self, line: Line, column: str, repeat: str | None, *, columns: bool = False
    ) -> tuple[Expression | None, bool]:
        """The expression in the cell, and whether it could be read."""
        if column in line.unread:
            return None, False
        if not line[column]:
            return None, True
        return self.read(line[column], line, column, repeat, columns=columns)

    def read(
        self, source: str, line: Line, column: str, repeat: str | None, *, columns: bool = False
    ) -> tuple[Expression | None, bool]:
        """The expression in this text, which stands in that cell."""
        try:
            expression = Expression(source, columns=columns)
            self.written.append(Written(expression, line.place(column), repeat))
            return expression, True
        except ExpressionError as error:
            self._mistakes.add(line.place(column), line[column], str(error))
            return None, False


OTHER_LABEL = "Specify other."


def other_is_chosen(question: str) -> Expression:
    """The condition of the question for another answer."""
    return Expression(f"selected(${{{question}}}, 'other')")
