"""Second looks as plain data: what a pack carries of them. It names nobody."""

from __future__ import annotations

from dataclasses import dataclass

from safehub.audit.moderation.rules import Key


@dataclass(frozen=True)
class GivenGrade:
    """A second grade, the number of who gave it, and why."""

    moderator: int
    grade: str
    reason: str


@dataclass(frozen=True)
class ChoiceMade:
    """A choice: its number, its share in percent (None for triggers), and of how many returns."""

    number: int
    share: int | None
    of: int
    graders: int


@dataclass(frozen=True)
class LookTaken:
    """A return that was chosen and why, the agency's grade then, and the second grades."""

    key: Key
    choice: ChoiceMade
    because: tuple[str, ...]
    first: str
    grades: tuple[GivenGrade, ...]
