"""The parts of a document, as a scan reads them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

# They make a reader's eyes see other letters than the order in which the text holds them.
_TURNED = re.compile("[\u202d\u202e]")


@dataclass(frozen=True)
class Part:
    """One text of a document. `marks` say for rising places where they are for a person to find.

    `name` is the path of the part: blank for plain text, `bundle.zip/letter.docx/comments`.
    `is_again` says that it is a second reading of what another part should hold as well.
    """

    name: str
    text: str
    marks: tuple[tuple[int, str], ...] = ()
    is_again: bool = False

    def where(self, place: int) -> str:
        """Where the character stands, in words; without marks by its line."""
        if self.marks:
            index = bisect_right(self.marks, (place, "\U0010ffff")) - 1
            found = self.marks[max(index, 0)][1]
        else:
            line = self.text.count("\n", 0, place) + 1
            found = f"line {line}, character {place - self.text.rfind(chr(10), 0, place)}"
        return f"{self.name}: {found}" if self.name else found


@dataclass(frozen=True)
class Unread:
    """Something in a document that no program here can read: a person must look at it."""

    part: str
    why: str


@dataclass
class Reading:
    """All that was read of a document, and all that could not be."""

    parts: list[Part] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def add(self, name: str, text: str, marks: tuple[tuple[int, str], ...] = ()) -> None:
        """Keep a text, if it says anything."""
        if text.strip():
            self.parts.append(Part(name, text, marks))
        if _TURNED.search(text):
            self.not_read(name, "text that is shown in another order than it is written")

    def again(self, name: str, text: str) -> None:
        """Keep a text that is a second reading, in case that the first left something out."""
        if text.strip():
            self.parts.append(Part(name, text, is_again=True))

    def not_read(self, part: str, why: str) -> None:
        """Note what a person must look at."""
        self.unread.append(Unread(part, why))


class Lines:
    """Gathers pieces of text, each with its place in words, into one part."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._marks: list[tuple[int, str]] = []
        self._length = 0

    def add(self, text: str, where: str, end: str = "\n") -> None:
        """Append a piece; an empty one says nothing."""
        if text:
            self._marks.append((self._length, where))
            self._pieces.append(text + end)
            self._length += len(text) + len(end)

    def keep(self, reading: Reading, name: str) -> None:
        """Put what was gathered into the reading."""
        reading.add(name, "".join(self._pieces), tuple(self._marks))
