"""The sheets of an XLSForm as lines: which columns there are, and what each is called here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from safehub.foundation.documents.tables import UNREAD
from safehub.foundation.mistakes import FileMistakes
from safehub.instruments.tools import Words

Cells = Sequence[Sequence[str]]

MEDIA = ("image", "audio", "video")
SURVEY = [
    *("type", "name", "label", "hint", "guidance_hint"),
    *("required", "required_message", "relevant", "constraint", "constraint_message"),
    *("calculation", "default", "readonly", "appearance", "choice_filter"),
    *("repeat_count", "parameters", "weight", "standard", "agencies", *MEDIA),
]
CHOICES = ["list_name", "name", "label", "score", "descriptor", *MEDIA]
SETTINGS = ["form_title", "form_id", "version", "default_language"]
COLUMNS = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}
# Columns that may stand once for each language, as `label::Welsh (cy)`.
TRANSLATED = {
    *("label", "hint", "guidance_hint", "constraint_message", "required_message"),
    *("descriptor", *MEDIA),
}
# Those that are kept as words only, with or without a language.
_WORDS_ONLY = {"guidance_hint", *MEDIA}
# Other names that XLSForm gives to the same column.
_ALIASES = {
    "survey": {
        "read_only": "readonly",
        "calculate": "calculation",
        "relevance": "relevant",
        "jr:count": "repeat_count",
        "caption": "label",
        "command": "type",
        "bind::relevant": "relevant",
        "bind::constraint": "constraint",
        "bind::jr:constraintmsg": "constraint_message",
        "bind::required": "required",
        "bind::readonly": "readonly",
        "bind::calculate": "calculation",
        "control::appearance": "appearance",
    },
    "choices": {"value": "name", "caption": "label"},
    "settings": {"title": "form_title", "id_string": "form_id"},
}
# Settings that change nothing of what is asked: they are remarked on and not refused.
_UNUSED = {
    "name": "it names a part of a file that is not made here",
    "style": "pages look alike here",
    "instance_name": "a return is known by its agency and case",
    "allow_choice_duplicates": "each choice of a list stands once",
}
_LINK = re.compile(r"https://[^\s/]+\.[^\s]+\Z")


@dataclass
class Line:
    """One row of a sheet, its cells by heading; `unread` names those that could not be read.

    `others` are the cells in columns without a meaning of their own, by the heading as written.
    """

    sheet: str
    number: int
    cells: dict[str, str]
    unread: set[str] = field(default_factory=set)
    others: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def place(self, column: str) -> str:
        """Where a mistake in that column stands."""
        return f"sheet {self.sheet}, row {self.number}, column {column}"

    def said(self) -> Iterator[tuple[str, str, str]]:
        """Column, language and text of each cell in a column that may be in several languages."""
        for key, cell in self.cells.items():
            column, _, language = key.partition("::")
            if column in TRANSLATED:
                yield column, language, cell

    def words(self) -> Words:
        """What is said in a named language, and the links to what may be seen or heard."""
        return tuple(sorted(one for one in self.said() if one[1] or one[0] in _WORDS_ONLY))

    def text(self, column: str, languages: Sequence[str]) -> str:
        """The text without a language, else in the first of these that has one."""
        keys = [column, *(f"{column}::{language}" for language in languages)]
        return next((self.cells[key] for key in keys if key in self.cells), "")


class _Heading(NamedTuple):
    key: str
    is_known: bool


def lines_of(sheet: str, rows: Cells, mistakes: FileMistakes) -> list[Line]:
    """The rows that are not blank; a cell in a column of no meaning here is refused.

    On the sheet choices it is kept among the others, since a choice filter may ask about it.
    """
    if not rows:
        return []
    headings = [_heading(sheet, cell) for cell in rows[0]]
    body = [(n, row) for n, row in enumerate(rows[1:], start=2) if any(row)]
    _refuse_twice(sheet, headings, body, mistakes)
    lines = []
    for number, row in body:
        line = Line(sheet, number, {})
        for heading, written, cell in zip(headings, rows[0], row, strict=False):
            if cell:
                _take(line, heading, written, cell, mistakes)
        lines.append(line)
    return lines


def _refuse_twice(
    sheet: str,
    headings: Sequence[_Heading],
    body: Sequence[tuple[int, Sequence[str]]],
    mistakes: FileMistakes,
) -> None:
    names = [heading.key for heading in headings]
    for position, name in enumerate(names):
        used = any(position < len(row) and row[position] for _, row in body)
        if used and name.strip(UNREAD) and name in names[:position]:
            wanted = "each heading once"
            mistakes.add(f"sheet {sheet}, row 1, column {name}", f"{name} again", wanted)


def _take(line: Line, heading: _Heading, written: str, cell: str, mistakes: FileMistakes) -> None:
    if cell == UNREAD:
        line.unread.add(heading.key)
    elif not heading.is_known:
        if line.sheet == "choices" and written.strip(UNREAD):
            line.others.setdefault(written.strip(), cell)
        elif line.sheet == "settings" and heading.key in _UNUSED:
            mistakes.remark(line.place(heading.key), f"not used, for {_UNUSED[heading.key]}.")
        else:
            refuse_column(line, written, cell, mistakes)
    elif not _is_refused(line, heading.key, cell, mistakes):
        line.cells.setdefault(heading.key, cell)


def refuse_column(line: Line, written: str, cell: str, mistakes: FileMistakes) -> None:
    """Note a cell in a column that is not supported."""
    listed = ", ".join(COLUMNS[line.sheet])
    wanted = f"nothing, for this column is not supported (only {listed})"
    mistakes.add(line.place(written or "without a heading"), cell, wanted)


def _is_refused(line: Line, key: str, cell: str, mistakes: FileMistakes) -> bool:
    """Whether the cell holds what no reader of the tool could be shown."""
    column = key.partition("::")[0]
    if column in MEDIA and not _LINK.match(cell):
        wanted = "a link (https://...), for a tool has no files of its own"
    elif column in TRANSLATED and column not in MEDIA and "${" in cell:
        wanted = "words without ${...}, for everybody is shown the same words"
    else:
        return False
    mistakes.add(line.place(key), cell, wanted)
    return True


def _heading(sheet: str, cell: str) -> _Heading:
    """XLSForm takes `list name` for `list_name` and does not mind capital letters.

    A language stays as it is written.
    """
    whole = re.sub(r"\s+", "_", cell.strip()).lower()
    # Older forms write one colon where newer ones write two.
    whole = re.sub("^(bind|control):(?!:)", r"\1::", whole)
    whole = _ALIASES[sheet].get(whole, whole)
    if whole in COLUMNS[sheet]:
        return _Heading(whole, is_known=True)
    parts = [part.strip() for part in re.split("::?", cell)]
    column = re.sub(r"\s+", "_", parts.pop(0)).lower()
    if column == "media" and parts:
        column = parts.pop(0).lower()
        column = column if column in MEDIA else ""
    column = _ALIASES[sheet].get(column, column)
    is_known = column in COLUMNS[sheet] and column in TRANSLATED
    if is_known and not parts:
        return _Heading(column, is_known=True)
    if is_known and len(parts) == 1 and parts[0]:
        return _Heading(f"{column}::{parts[0]}", is_known=True)
    return _Heading(cell.strip() if sheet == "choices" else whole, is_known=False)


def languages_of(sheets: Mapping[str, Cells], default: str) -> tuple[str, ...]:
    """The languages that have a column, blank or not: the default one first, then by name."""
    headings = {
        _heading(name, cell) for name in ("survey", "choices") for cell in _first(sheets.get(name))
    }
    found = {one.key.partition("::")[2] for one in headings if one.is_known} - {""}
    return tuple(sorted(found, key=lambda name: (name != default, name)))


def _first(rows: Cells | None) -> Sequence[str]:
    return next(iter(rows or ()), ())
