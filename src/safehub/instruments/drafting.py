"""The sheets of a draft as data that can be edited: rows that keep their number wherever they go.

No database here. What a row means is for `read_tool` alone to say; a draft may be full of mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from safehub.foundation.documents.tables import UNREAD
from safehub.foundation.errors import NotPossible

Sheets = Mapping[str, Sequence[Sequence[str]]]
Cells = Mapping[str, str]

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
# What each sheet of a blank draft begins with; columns that are used come as they are needed.
HEADINGS = {
    SURVEY: ("type", "name", "label", "hint", "required", "relevant"),
    CHOICES: ("list_name", "name", "label", "score", "descriptor"),
    SETTINGS: ("form_title", "form_id", "version"),
}
MOST_ROWS = 2_000
_BEGINS = re.compile(r"begin[ _](group|repeat)\Z")
_ENDS = re.compile(r"end[ _](group|repeat)\Z")
_GONE = "That row is no longer in the draft: somebody took it away. Look at the draft anew."


@dataclass
class Line:
    """One row of a sheet: its number for life, and its cells by heading."""

    key: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def begins(self) -> bool:
        """Whether a section begins here."""
        return bool(_BEGINS.match(self["type"]))

    @property
    def ends(self) -> bool:
        """Whether a section ends here."""
        return bool(_ENDS.match(self["type"]))

    @property
    def is_repeated(self) -> bool:
        """Whether the section may be answered several times."""
        return self["type"].endswith("repeat")

    @property
    def kind(self) -> str:
        """The first word of its type: `select_one`."""
        return self["type"].partition(" ")[0]

    @property
    def list_name(self) -> str:
        """The list that its answers come from; blank for none."""
        words = self["type"].split()
        return words[1] if len(words) > 1 and not (self.begins or self.ends) else ""

    @property
    def has_other(self) -> bool:
        """Whether something that is not in the list may be answered."""
        return self["type"].endswith(" or_other")


@dataclass
class _Sheet:
    headings: list[str]
    lines: list[Line] = field(default_factory=list)


class Drafted:
    """The sheets of one draft, to be looked at and changed."""

    def __init__(self, sheets: Sheets, keys: Mapping[str, Sequence[int]] | None = None) -> None:
        numbers = keys or {}
        self._next = 1 + max((key for each in numbers.values() for key in each), default=0)
        self._sheets = {
            name: self._read(sheets.get(name, ()), HEADINGS[name], numbers.get(name, ()))
            for name in HEADINGS
        }

    def _read(
        self, rows: Sequence[Sequence[str]], blank: Iterable[str], keys: Sequence[int]
    ) -> _Sheet:
        if not rows:
            return _Sheet(list(blank))
        headings = [_heading(cell) for cell in rows[0]]
        # A heading may be there once; what stands under none belongs to no question.
        sheet = _Sheet([one for one in dict.fromkeys(headings) if one])
        for number, row in enumerate(rows[1:]):
            if not any(row):
                continue
            key = keys[number] if number < len(keys) else self._new_key()
            cells: dict[str, str] = {}
            for heading, cell in zip(headings, row, strict=False):
                if heading and cell:
                    cells.setdefault(heading, cell)
            for heading, tidy in _TIDIED.items():
                if heading in cells:
                    cells[heading] = tidy(cells[heading])
            sheet.lines.append(Line(key, cells))
        return sheet

    def _new_key(self) -> int:
        self._next += 1
        return self._next - 1

    # Looking

    @property
    def survey(self) -> list[Line]:
        """The rows of the survey, in order."""
        return self._sheets[SURVEY].lines

    @property
    def choices(self) -> list[Line]:
        """The rows of all lists, in order."""
        return self._sheets[CHOICES].lines

    @property
    def settings(self) -> dict[str, str]:
        """The settings, by name."""
        lines = self._sheets[SETTINGS].lines
        return dict(lines[0].cells) if lines else {}

    def headings(self, sheet: str) -> list[str]:
        """The columns of a sheet as they stand."""
        return list(self._sheets[sheet].headings)

    @property
    def list_names(self) -> list[str]:
        """The names of the lists, as they come."""
        return list(dict.fromkeys(one["list_name"] for one in self.choices if one["list_name"]))

    def list_of(self, name: str) -> list[Line]:
        """The choices of a list."""
        return [one for one in self.choices if one["list_name"] == name]

    def line(self, sheet: str, key: int) -> Line | None:
        """The row of that number."""
        return next((one for one in self._sheets[sheet].lines if one.key == key), None)

    def row_number(self, sheet: str, key: int) -> int:
        """Where a spreadsheet would show it."""
        keys = [one.key for one in self._sheets[sheet].lines]
        return keys.index(key) + 2

    def depths(self) -> dict[int, int]:
        """How many sections each row of the survey stands in, by its key."""
        found, depth = {}, 0
        for one in self.survey:
            if one.ends:
                depth = max(depth - 1, 0)
            found[one.key] = depth
            depth += one.begins
        return found

    def as_sheets(self) -> dict[str, list[list[str]]]:
        """Rows of text by sheet, headings first; a sheet with nothing in it has none."""
        return {
            name: [
                list(sheet.headings),
                *([one[heading] for heading in sheet.headings] for one in sheet.lines),
            ]
            for name, sheet in self._sheets.items()
            if sheet.lines
        }

    def as_keys(self) -> dict[str, list[int]]:
        """The numbers of the rows, to be kept beside the sheets."""
        return {name: [one.key for one in sheet.lines] for name, sheet in self._sheets.items()}

    # Changing

    def set_settings(self, cells: Cells) -> None:
        """Write settings; what is not named stays."""
        sheet = self._sheets[SETTINGS]
        if not sheet.lines:
            sheet.lines.append(Line(self._new_key(), {}))
        del sheet.lines[1:]
        self._write(sheet, sheet.lines[0], cells)

    def set_row(self, sheet: str, key: int, cells: Cells) -> None:
        """Write cells of a row; columns that are not named stay."""
        self._write(self._sheets[sheet], self._found(sheet, key), cells)

    def add_question(self, cells: Cells, after: int | None = None) -> int:
        """A question after the row of that number, else at the end; its own number."""
        sheet = self._sheets[SURVEY]
        self._room(sheet, 1)
        line = Line(self._new_key(), {})
        sheet.lines.insert(self._place_after(after), line)
        self._write(sheet, line, cells)
        return line.key

    def add_section(self, cells: Cells, after: int | None = None) -> int:
        """A section with nothing in it; the number of the row where it begins."""
        sheet = self._sheets[SURVEY]
        self._room(sheet, 2)
        begin, end = Line(self._new_key(), {}), Line(self._new_key(), {})
        place = self._place_after(after)
        sheet.lines[place:place] = [begin, end]
        self._write(sheet, begin, cells)
        self._write(sheet, end, {"type": _end_of(cells["type"])})
        return begin.key

    def set_section(self, key: int, cells: Cells) -> None:
        """Write the row where a section begins; the row where it ends follows its kind."""
        self.set_row(SURVEY, key, cells)
        end = self._end(self._index(key))
        if end is not None:
            self.survey[end].cells["type"] = _end_of(cells["type"])

    def remove(self, key: int, *, with_contents: bool = True) -> None:
        """Take a row away; a section goes with all in it, or leaves it where it is."""
        at = self._index(key)
        end = self._end(at) if self.survey[at].begins else at
        if end is None:
            del self.survey[at]
        elif with_contents or end == at:
            del self.survey[at : end + 1]
        else:
            del self.survey[end]
            del self.survey[at]

    def move(self, key: int, *, up: bool) -> None:
        """Past its neighbour: a question past a question or over a section's edge.

        A section goes whole, past a whole section or out of the one that it stands in.
        """
        at = self._index(key)
        end = self._end(at) if self.survey[at].begins else at
        end = at if end is None else end
        block = self.survey[at : end + 1]
        rest = self.survey[:at] + self.survey[end + 1 :]
        place = self._moved(at, rest, up=up, whole=len(block) > 1)
        if place is None:
            raise NotPossible(f"It is already at the {'beginning' if up else 'end'} of the tool.")
        rest[place:place] = block
        self._sheets[SURVEY].lines = rest

    def _moved(self, at: int, rest: list[Line], *, up: bool, whole: bool) -> int | None:
        if at == 0 if up else at == len(rest):
            return None
        neighbour = rest[at - 1] if up else rest[at]
        over = (neighbour.ends if up else neighbour.begins) and whole
        if not over:
            return at - 1 if up else at + 1
        depth = 0
        steps = range(at - 1, -1, -1) if up else range(at, len(rest))
        for place in steps:
            depth += rest[place].begins - rest[place].ends
            if depth == 0:
                return place if up else place + 1
        return 0 if up else len(rest)

    def set_list(self, name: str, rows: Sequence[tuple[int | None, Cells]]) -> None:
        """The list of that name becomes these choices, in this order.

        Rows with a number keep what is not named; rows of the list that are not there go. Raises
        NotPossible for a number that the list no longer has.
        """
        sheet = self._sheets[CHOICES]
        before = {one.key: one for one in self.list_of(name)}
        place = next((n for n, one in enumerate(sheet.lines) if one.key in before), None)
        self._room(sheet, max(len(rows) - len(before), 0))
        made: list[Line] = []
        for key, cells in rows:
            if key is not None and key not in before:
                raise NotPossible(_GONE)
            line = before[key] if key is not None else Line(self._new_key(), {})
            self._write(sheet, line, {**cells, "list_name": name})
            made.append(line)
        others = [one for one in sheet.lines if one.key not in before]
        place = len(others) if place is None else min(place, len(others))
        sheet.lines = [*others[:place], *made, *others[place:]]

    def add_list(self, name: str, rows: Sequence[tuple[int | None, Cells]]) -> None:
        """A list that there was none of. Raises NotPossible where there is, or without choices."""
        if name in self.list_names:
            raise NotPossible(f"There is a list {name} already: choose another name.")
        if not rows:
            raise NotPossible("A list needs at least one choice: give the name of the first.")
        self.set_list(name, rows)

    def rename_list(self, name: str, new: str) -> None:
        """Call a list something else, also where questions use it."""
        if new != name and new in self.list_names:
            raise NotPossible(f"There is a list {new} already: choose another name.")
        for one in self.list_of(name):
            one.cells["list_name"] = new
        for one in self.survey:
            if one.list_name == name:
                words = one["type"].split()
                one.cells["type"] = " ".join([words[0], new, *words[2:]])

    def add_columns(self, sheet: str, headings: Iterable[str]) -> None:
        """Columns that are not there yet, such as those of a further language."""
        have = self._sheets[sheet].headings
        have += [one for one in headings if one not in have]

    # Parts

    def _write(self, sheet: _Sheet, line: Line, cells: Cells) -> None:
        for heading, cell in cells.items():
            if cell and heading not in sheet.headings:
                sheet.headings.append(heading)
            line.cells.pop(heading, None)
            if cell:
                line.cells[heading] = cell

    def _found(self, sheet: str, key: int) -> Line:
        line = self.line(sheet, key)
        if line is None:
            raise NotPossible(_GONE)
        return line

    def _index(self, key: int) -> int:
        return self.survey.index(self._found(SURVEY, key))

    def _end(self, at: int) -> int | None:
        """Where the section that begins there ends; None where it never does."""
        depth = 0
        for place in range(at, len(self.survey)):
            depth += self.survey[place].begins - self.survey[place].ends
            if depth == 0:
                return place
        return None

    def _place_after(self, key: int | None) -> int:
        return len(self.survey) if key is None else self._index(key) + 1

    def _room(self, sheet: _Sheet, more: int) -> None:
        if len(sheet.lines) + more > MOST_ROWS:
            raise NotPossible(f"A tool has room for {MOST_ROWS:,} rows: take some away first.")


def _heading(cell: str) -> str:
    """As XLSForm takes it: `List Name` for `list_name`; a language keeps its capitals."""
    word, mark, language = cell.strip().partition("::")
    plain = re.sub(r"\s+", "_", word.strip()).lower()
    return f"{plain}{mark}{language.strip()}"


def _type(cell: str) -> str:
    return re.sub(r"\A(begin|end) (group|repeat)\Z", r"\1_\2", _plain(cell))


def _plain(cell: str) -> str:
    return " ".join(cell.split())


_TIDIED = {"type": _type, "list_name": _plain}


def _end_of(type_: str) -> str:
    return "end_repeat" if type_ == "begin_repeat" else "end_group"


def blank_sheets(*, title: str, form_id: str, version: str) -> dict[str, list[list[str]]]:
    """A tool with nothing in it but its name."""
    drafted = Drafted({})
    drafted.set_settings({"form_title": title, "form_id": form_id, "version": version})
    return drafted.as_sheets()


def with_settings(sheets: Sheets, **settings: str) -> dict[str, list[list[str]]]:
    """The sheets under another title, name or version."""
    drafted = Drafted(sheets)
    drafted.set_settings(settings)
    return drafted.as_sheets()


def is_unread(sheets: Mapping[str, Any]) -> bool:
    """Whether there is a cell that could not be read, such as a formula."""
    return any(UNREAD in cell for rows in sheets.values() for row in rows for cell in row)
