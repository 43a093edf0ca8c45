"""The sheet of choices: lists by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from safehub.foundation.mistakes import FileMistakes
from safehub.instruments.tools import Choice
from safehub.instruments.xlsform.cells import Line, refuse_column

NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?\Z", re.ASCII)
# What a choice filter may ask of a choice besides its further columns.
OWN_COLUMNS = {"name", "label"}


@dataclass
class ChoiceList:
    """The choices of one list; not certain where a mistake may have lost one."""

    choices: dict[str, Choice] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    certain: bool = True


class Lists:
    """The lists of choices by name."""

    def __init__(
        self,
        lines: Sequence[Line],
        languages: Sequence[str],
        headings: Sequence[str],
        mistakes: FileMistakes,
    ) -> None:
        self._lines, self._languages, self._mistakes = lines, languages, mistakes
        self._headings = {heading.strip() for heading in headings}
        self.by_name: dict[str, ChoiceList] = {}
        self.certain = True
        for line in lines:
            self._take(line)

    def has_column(self, name: str) -> bool:
        """Whether a choice filter may ask about a column of this name."""
        return name in OWN_COLUMNS or name in self._headings

    def keep_columns(self, asked: set[str]) -> None:
        """Keep the further columns that choice filters ask about; all others are refused."""
        for line in self._lines:
            for written, cell in line.others.items():
                if written not in asked:
                    refuse_column(line, written, cell, self._mistakes)
        for found in self.by_name.values():
            for name, choice in found.choices.items():
                others = found.lines[name].others
                kept = tuple(sorted((key, cell) for key, cell in others.items() if key in asked))
                found.choices[name] = replace(choice, columns=kept)

    def _take(self, line: Line) -> None:
        if "list_name" in line.unread:
            self.certain = False
            return
        if not line["list_name"]:
            self._mistakes.add(line.place("list_name"), "", "the name of a list")
            self.certain = False
            return
        choices = self.by_name.setdefault(re.sub(r"\s+", " ", line["list_name"]), ChoiceList())
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
            choices.choices[name] = self._choice(line)
            choices.lines[name] = line

    def _choice(self, line: Line) -> Choice:
        return Choice(
            line["name"],
            line.text("label", self._languages) or line["name"],
            self._score(line),
            line.text("descriptor", self._languages),
            words=line.words(),
        )

    def _score(self, line: Line) -> Decimal | None:
        text = line["score"]
        if not text:
            return None
        if not NUMBER.match(text):
            self._mistakes.add(line.place("score"), text, "a number")
            return None
        return Decimal(text)
