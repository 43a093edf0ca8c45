"""Reading an audit tool from the sheets of an XLSForm.

What this version does not support is refused with sheet, row and column, and never ignored.
Source: XLSForm reference (survey, choices and settings worksheets).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from safehub.foundation.documents.tables import UNREAD
from safehub.foundation.mistakes import FileMistakes
from safehub.instruments.conditions import Written, with_known_references
from safehub.instruments.expressions import Expression, ExpressionError
from safehub.instruments.tools import Choice, Question, QuestionType, Section, Tool

Cells = Sequence[Sequence[str]]

SURVEY = (
    "type name label hint required relevant constraint constraint_message".split()  # noqa: SIM905
)
CHOICES = ["list_name", "name", "label", "score"]
SETTINGS = ["form_title", "form_id", "version"]
COLUMNS = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}

# Columns of returns.csv and of the workbooks; a question of that name could not be told apart.
RESERVED = {"agency", "respondent", "case", "status"}
FRAME_PREFIX = "frame_"

# Names of XML: Python's word characters leave out the vowel signs of many scripts.
_SIGNS = "".join(c for c in map(chr, range(0x300, 0x11000)) if unicodedata.category(c)[0] == "M")
_NAME = re.compile(rf"[^\W\d][\w.{_SIGNS}-]*\Z")
_SCORE = re.compile(r"-?\d{1,9}(\.\d{1,9})?\Z", re.ASCII)
_YES = {"yes", "true", "true()"}
_NO = {"", "no", "false", "false()"}
_TYPES = ", ".join(kind.value for kind in QuestionType) + ", begin_group or end_group"


@dataclass
class _Line:
    """One row of a sheet, its cells by heading; `unread` names those that could not be read."""

    sheet: str
    number: int
    cells: dict[str, str]
    unread: set[str] = field(default_factory=set)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def place(self, column: str) -> str:
        return f"sheet {self.sheet}, row {self.number}, column {column}"


@dataclass
class _List:
    """The choices of one list; not certain where a mistake may have lost one."""

    choices: dict[str, Choice] = field(default_factory=dict)
    lines: dict[str, _Line] = field(default_factory=dict)
    certain: bool = True


def read_tool(sheets: Mapping[str, Cells], title: str, mistakes: FileMistakes) -> Tool | None:
    """The tool in these sheets (rows of trimmed text, headings first); None without a survey.

    `title` names the tool where the settings do not.
    """
    _refuse_other_sheets(sheets, mistakes)
    if not any(any(row) for row in sheets.get("survey", ())):
        mistakes.add("sheet survey", "", "a sheet of questions")
        return None
    lists = _Lists(_lines("choices", sheets.get("choices", ()), mistakes), mistakes)
    survey = _Survey(lists, mistakes)
    for line in _lines("survey", sheets["survey"], mistakes):
        survey.take(line)
    survey.finish()
    settings = _settings(_lines("settings", sheets.get("settings", ()), mistakes), mistakes)
    tool = Tool(
        title=settings.get("form_title") or title,
        form_id=settings.get("form_id") or "tool",
        version=settings.get("version") or "1",
        sections=tuple(survey.sections),
        items=tuple(survey.items),
        names_certain=survey.names_certain,
    )
    return with_known_references(tool, survey.written, mistakes)


def _refuse_other_sheets(sheets: Mapping[str, Cells], mistakes: FileMistakes) -> None:
    for name, rows in sheets.items():
        if name not in COLUMNS and any(any(row) for row in rows):
            mistakes.add(f"sheet {name}", "a sheet", "only the sheets survey, choices and settings")


def _lines(sheet: str, rows: Cells, mistakes: FileMistakes) -> list[_Line]:
    """The rows that are not blank; cells in columns of no meaning here are refused."""
    if not rows:
        return []
    headings = [_heading(cell) for cell in rows[0]]
    body = [(n, row) for n, row in enumerate(rows[1:], start=2) if any(row)]
    for position, name in enumerate(headings):
        used = any(position < len(row) and row[position] for _, row in body)
        if used and name.strip(UNREAD) and name in headings[:position]:
            wanted = "each heading once"
            mistakes.add(f"sheet {sheet}, row 1, column {name}", f"{name} again", wanted)
    lines = []
    for number, row in body:
        line = _Line(sheet, number, {})
        for name, written, cell in zip(headings, rows[0], row, strict=False):
            if not cell:
                continue
            if cell == UNREAD:
                line.unread.add(name)
            elif name in COLUMNS[sheet]:
                line.cells.setdefault(name, cell)
            else:
                wanted = f"nothing, for this column is not supported (only {_listed(sheet)})"
                mistakes.add(line.place(written or "without a heading"), cell, wanted)
        lines.append(line)
    return lines


def _heading(cell: str) -> str:
    """XLSForm takes `list name` for `list_name` and does not mind capital letters."""
    return re.sub(r"\s+", "_", cell.strip()).lower()


def _listed(sheet: str) -> str:
    return ", ".join(COLUMNS[sheet])


def _settings(lines: list[_Line], mistakes: FileMistakes) -> dict[str, str]:
    for line in lines[1:]:
        place = f"sheet settings, row {line.number}"
        mistakes.add(place, "a further row", "one row of settings")
    return dict(lines[0].cells) if lines else {}


class _Lists:
    """The lists of choices by name."""

    def __init__(self, lines: Iterable[_Line], mistakes: FileMistakes) -> None:
        self._mistakes = mistakes
        self.by_name: dict[str, _List] = {}
        self.certain = True
        for line in lines:
            self._take(line)

    def _take(self, line: _Line) -> None:
        if "list_name" in line.unread:
            self.certain = False
            return
        if not line["list_name"]:
            self._mistakes.add(line.place("list_name"), "", "the name of a list")
            self.certain = False
            return
        choices = self.by_name.setdefault(re.sub(r"\s+", " ", line["list_name"]), _List())
        name = line["name"]
        if "name" in line.unread:
            choices.certain = False
        elif not name:
            self._mistakes.add(line.place("name"), "", "the name of a choice")
            choices.certain = False
        elif name in choices.choices:
            self._mistakes.add(line.place("name"), f"{name} again", "each choice of a list once")
            choices.certain = False
        else:
            choices.choices[name] = Choice(name, line["label"] or name, self._score(line))
            choices.lines[name] = line

    def _score(self, line: _Line) -> Decimal | None:
        text = line["score"]
        if not text:
            return None
        if not _SCORE.match(text):
            self._mistakes.add(line.place("score"), text, "a number")
            return None
        return Decimal(text)


class _Survey:
    """Goes through the rows of the survey and keeps what it has found."""

    def __init__(self, lists: _Lists, mistakes: FileMistakes) -> None:
        self._lists, self._mistakes = lists, mistakes
        self._open: list[tuple[_Line, Section, Expression | None, bool]] = []
        self.sections: list[Section] = []
        self.items: list[Question] = []
        self.lines: dict[str, _Line] = {}
        self.written: list[Written] = []
        self.names_certain = True

    def take(self, line: _Line) -> None:
        kind = re.sub(r"\s+", " ", line["type"])
        if "type" not in line.unread and _is_beyond(kind):
            self._mistakes.add(line.place("type"), line["type"], _TYPES)
        elif kind in {"begin_group", "begin group"}:
            self._begin(line)
        elif kind in {"end_group", "end group"}:
            self._end(line)
        else:
            self._question(line, kind)

    def finish(self) -> None:
        """A group that was begun has to end."""
        for line, section, _, _ in self._open:
            self._mistakes.add(line.place("type"), f"begin_group {section.name}", "an end_group")

    def _begin(self, line: _Line) -> None:
        name = line["name"]
        if "name" in line.unread:
            pass
        elif not name or not _NAME.match(name):
            self._mistakes.add(line.place("name"), name, "a name (letters, digits, _ - .)")
        elif any(section.name == name for section in self.sections):
            self._mistakes.add(line.place("name"), f"{name} again", "each group once")
        for column in ("required", "constraint", "constraint_message"):
            if line[column].lower() not in _NO:
                self._mistakes.add(line.place(column), line[column], "nothing on a group")
        parent = self._open[-1][1].name if self._open else None
        section = Section(name, line["label"] or name, parent)
        condition, certain = self._expression(line, "relevant")
        self._open.append((line, section, condition, certain))
        self.sections.append(section)

    def _end(self, line: _Line) -> None:
        if self._open:
            self._open.pop()
        else:
            self._mistakes.add(line.place("type"), line["type"], "a begin_group before it")

    def _question(self, line: _Line, kind: str) -> None:
        name = line["name"]
        named = self._named(line)
        question_type, choices, certain = self._type(line, kind)
        if not named:
            self._expression(line, "relevant")
            self._expression(line, "constraint")
            return
        relevant, relevant_certain = self._expression(line, "relevant")
        constraint, constraint_certain = self._expression(line, "constraint")
        required, required_certain = self._required(line)
        around = [(condition, sure) for _, _, condition, sure in self._open]
        conditions = [c for c, _ in [*around, (relevant, True)] if c is not None]
        self.lines[name] = line
        self.items.append(
            Question(
                name=name,
                label=line["label"] or name,
                type=question_type,
                hint=line["hint"],
                choices=choices,
                required=required,
                relevant=tuple(conditions),
                constraint=constraint,
                constraint_message=line["constraint_message"],
                section=self._open[-1][1].name if self._open else None,
                certain=certain,
                conditions_certain=relevant_certain
                and constraint_certain
                and required_certain
                and all(sure for _, sure in around),
            )
        )

    def _named(self, line: _Line) -> bool:
        """Whether the question has a name of its own; where not, no name can be relied on."""
        name = line["name"]
        if "name" in line.unread:
            pass
        elif not name or not _NAME.match(name):
            self._mistakes.add(line.place("name"), name, "a name (letters, digits, _ - .)")
        elif name in self.lines:
            self._mistakes.add(line.place("name"), f"{name} again", "each name once")
        elif name in RESERVED or name.startswith(FRAME_PREFIX):
            self._mistakes.add(line.place("name"), name, "a name that no other column has")
        else:
            return True
        self.names_certain = False
        return False

    def _type(self, line: _Line, kind: str) -> tuple[QuestionType, tuple[Choice, ...], bool]:
        word, _, list_name = kind.partition(" ")
        if "type" in line.unread:
            return QuestionType.NOTE, (), False
        if word not in set(QuestionType) or (list_name and not word.startswith("select")):
            self._mistakes.add(line.place("type"), kind, _TYPES)
            # Whether it would have had a column of answers cannot be said.
            return QuestionType.NOTE, (), False
        question_type = QuestionType(word)
        if not word.startswith("select"):
            return question_type, (), True
        found = self._lists.by_name.get(list_name)
        if found is None:
            if self._lists.certain:
                wanted = f"{word} and the name of a list on the sheet choices"
                self._mistakes.add(line.place("type"), kind, wanted)
            return question_type, (), False
        if question_type is QuestionType.SELECT_MULTIPLE:
            self._refuse_spaces(found)
        return question_type, tuple(found.choices.values()), found.certain and self._lists.certain

    def _refuse_spaces(self, choices: _List) -> None:
        for name, line in choices.lines.items():
            if re.search(r"\s", name):
                wanted = "a name without spaces, for spaces part the answers of select_multiple"
                self._mistakes.add(line.place("name"), name, wanted)
                choices.certain = False

    def _required(self, line: _Line) -> tuple[Expression | None, bool]:
        if line["required"].lower() in _NO:
            return None, True
        if line["required"].lower() in _YES:
            return Expression("true()"), True
        return self._expression(line, "required")

    def _expression(self, line: _Line, column: str) -> tuple[Expression | None, bool]:
        """The expression in the cell, and whether it could be read."""
        if column in line.unread:
            return None, False
        if not line[column]:
            return None, True
        try:
            expression = Expression(line[column])
            self.written.append(Written(expression, line.place(column)))
            return expression, True
        except ExpressionError as error:
            self._mistakes.add(line.place(column), line[column], str(error))
            return None, False


def _is_beyond(kind: str) -> bool:
    """Whether it begins or ends something other than a group: no question, with name or without."""
    return re.match(r"(begin|end)[ _]", kind) is not None and not kind.endswith("group")
