"""Long lists a page at a time, by number: what is counted does not move while it is read."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Paged:
    """Which part of a list is shown: page `number` (from 1) of `total` things, `size` a page."""

    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last page; 1 where there is nothing."""
        return max(1, -(-self.total // self.size))

    @property
    def part(self) -> slice:
        """What of the whole list is on this page."""
        return slice((self.number - 1) * self.size, self.number * self.size)

    @property
    def before(self) -> str:
        """The query of the page before, or nothing."""
        return f"?{urlencode({'page': self.number - 1})}" if self.number > 1 else ""

    @property
    def after(self) -> str:
        """The query of the page after, or nothing."""
        return f"?{urlencode({'page': self.number + 1})}" if self.number < self.last else ""

    def words(self, things: str) -> str:
        """Such as Cases 51 to 100 of 600; nothing where all are on one page."""
        if self.last == 1:
            return ""
        end = min(self.number * self.size, self.total)
        return f"{things} {self.part.start + 1} to {end} of {self.total}"


def paged(asked: str | None, *, size: int, total: int) -> Paged:
    """The page that was asked for, else the nearest there is: an address is no form to mend."""
    wanted = int(asked) if asked and asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1
    whole = Paged(1, size, total)
    return Paged(min(max(wanted, 1), whole.last), size, total)
