"""Mistakes in what people hand in: each a line that says where, what was found, what is wanted."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_LONGEST_FOUND = 120
_UNPRINTED = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def printable(text: str) -> str:
    """The text on one line: line breaks, controls and direction marks escaped, cut at 120."""
    if len(text) > _LONGEST_FOUND:
        text = text[:_LONGEST_FOUND] + "…"
    return "".join(
        ascii(char)[1:-1] if unicodedata.category(char) in _UNPRINTED else char for char in text
    )


@dataclass(frozen=True)
class Mistake:
    """One mistake. `place` is blank for a whole file, else such as `row 7, column grade`."""

    file: str
    place: str
    found: str
    wanted: str

    def __str__(self) -> str:
        where = ", ".join(printable(part) for part in (self.file, self.place) if part)
        return f"{where}: found {printable(self.found) or 'nothing'}, wanted {self.wanted}"


class Mistakes:
    """Collects mistakes in the order in which they are met, each once."""

    def __init__(self) -> None:
        self._found: dict[str, Mistake] = {}
        self.remarks: list[str] = []

    def add(self, file: str, place: str, found: str, wanted: str) -> None:
        """Note one mistake; the same line a second time is not a second mistake."""
        mistake = Mistake(file, place, found, wanted)
        self._found.setdefault(str(mistake), mistake)

    def of(self, file: str) -> FileMistakes:
        """A view that notes the mistakes of one file."""
        return FileMistakes(self, file)

    def __iter__(self) -> Iterator[Mistake]:
        return iter(self._found.values())

    def __len__(self) -> int:
        return len(self._found)


class FileMistakes:
    """Notes the mistakes of one file, and knows whether it has noted any.

    `gave_up` says that reading ended before the end of the file.
    """

    def __init__(self, mistakes: Mistakes, file: str) -> None:
        self._mistakes = mistakes
        self.file = file
        self.any = False
        self.gave_up = False

    def remark(self, place: str, text: str) -> None:
        """Say something of this file that is no mistake but that its writer should know."""
        remark = f"{self.file}, {printable(place)}: {text}"
        if remark not in self._mistakes.remarks:
            self._mistakes.remarks.append(remark)

    def add(self, place: str, found: str, wanted: str) -> None:
        """Note a mistake of this file at `place`."""
        self.any = True
        self._mistakes.add(self.file, place, found, wanted)

    def give_up(self, place: str, found: str, wanted: str) -> None:
        """Note a mistake after which nothing more of the file can be read."""
        self.gave_up = True
        self.add(place, found, wanted)
